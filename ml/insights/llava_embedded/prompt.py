"""The embedded LLaVA's prompt: photo, facts, question. Its rules are trained in, so that it stays short.

A token takes about a millisecond on two cores, and a digit is a token. What a visitor writes comes last, so
that a follow-up question finds all before it computed.
"""

from __future__ import annotations

from ml.insights.base import History
from ml.insights.language.prompt import DESCRIBE, as_data
from ml.insights.llava_embedded.facts_text import facts_text
from ml.types import MealFacts

IMAGE = "<unused0>"
"""Stands for the photo, an otherwise unused token of Gemma's vocabulary; the processor repeats it."""

START_OF_TURN = "<start_of_turn>"
END_OF_TURN = "<end_of_turn>"

MAX_CHARS = 400
"""Of a question, and of an earlier answer; what is longer is cut."""
MAX_HISTORY = 3

LIST_FOODS = "List the foods and their grams as JSON."


def write_prompt(question: str | None, facts: MealFacts, history: History = ()) -> str:
    """The conversation up to where the model goes on, holding `IMAGE` once.

    `history` holds earlier (question, answer) pairs, oldest first; the last `MAX_HISTORY` are kept. Where
    nothing was asked, `DESCRIBE` stands for the question. The tokenizer adds the first token, <bos>.
    """
    turns = [*list(history)[-MAX_HISTORY:], (question or "", "")]
    texts = []
    for asked, answered in turns:
        tagged = f"<question>{_cut(asked or DESCRIBE)}</question>"
        texts.append(_turn("user", tagged) + f"{START_OF_TURN}model\n")
        if answered:
            texts.append(f"{_cut(answered)}{END_OF_TURN}\n")
    start = f"{START_OF_TURN}user\n"
    texts[0] = texts[0].replace(start, f"{start}{IMAGE}{facts_text(facts)}\n", 1)
    return "".join(texts)


def food_list_prompt() -> str:
    """The request for the foods in a photo with their grams."""
    return _turn("user", f"{IMAGE}{LIST_FOODS}") + f"{START_OF_TURN}model\n"


def _cut(text: str) -> str:
    return as_data(text)[:MAX_CHARS]


def _turn(role: str, text: str) -> str:
    return f"{START_OF_TURN}{role}\n{text}{END_OF_TURN}\n"
