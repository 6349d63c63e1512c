"""What a generated question asks for, so that its answer can be written and an answer to it be judged."""

from __future__ import annotations

from dataclasses import dataclass

from ml.insights.base import History
from ml.insights.intents import Intent


@dataclass(frozen=True)
class Sight:
    """The labels that a photo shows, in alphabetical order, none if it shows no food.

    Where they are not `is_plain`, they are the best guess.
    """

    foods: tuple[str, ...]
    is_plain: bool = True


@dataclass(frozen=True)
class Ask:
    """What `intent` it has; the others are used by some.

    `nutrients` are names of `Nutrients` and `foods` labels in the facts. `word` is a name of `Diet`, a
    condition, or what nothing is known of. `in_photo` and `is_plain` are a `Sight`'s, and `servings_g` the
    usual servings of what is in the photo.
    """

    intent: Intent
    nutrients: tuple[str, ...] = ()
    foods: tuple[str, ...] = ()
    word: str = ""
    goal_g: int = 0
    in_photo: tuple[str, ...] = ()
    is_plain: bool = True
    servings_g: tuple[float, ...] = ()


@dataclass(frozen=True)
class Example:
    """One turn of a conversation: a question (None: the meal is to be described) and our answer to it.

    `history` holds the earlier (question, answer) pairs, oldest first.
    """

    ask: Ask
    question: str | None
    answer: str
    history: History = ()
