"""Where a text names foods, in the meal or not, and the meal as a whole."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from ml.insights.checks.facts import MEAL
from ml.insights.checks.sentence import Mention
from ml.nutrition.nutrient_names import NUTRIENT
from ml.types import UNKNOWN_FOOD, MealFacts
from ml.words import NUMBERS, singular_and_plural

_MEAL_WORDS = r"meal|plate|totals?|together|altogether|overall|in all"
_NUMBERS = {"a": 1, "an": 1, "each": 1, "every": 1} | {word: n for n, word in enumerate(NUMBERS) if n}
_NUMBER = re.compile(
    rf"\b(?P<number>{'|'.join(_NUMBERS)}|\d+)\s+(?:(?:portion|serving|piece|item)s\s+of\s+)?$", re.IGNORECASE
)
_HOLDS = re.compile(
    r"\s+(?:alone\s+|by itself\s+)?(?:has|holds|contains|weighs|brings|provides|gives|comes to|adds up to"
    r"|is (?:about|around|roughly|some|\d))\b",
    re.IGNORECASE,
)
_LONGEST_NUMBER = 60


class Mentions:
    """Finds the foods of a meal by what a person calls them, other foods, and words for the whole meal."""

    def __init__(self, meal: MealFacts) -> None:
        self._others = meal.known_foods
        self._labels = sorted({food.item.label for food in meal.foods}, key=len, reverse=True)
        self._found = _parents(meal) | {label: label for label in self._labels}
        names = {label: _names(label) for label in self._labels}
        uses = Counter(name for called in names.values() for name in called)
        groups = []
        for index, (label, called) in enumerate(names.items()):
            clear = [
                form
                for name in called
                if uses[name] == 1 or name == label
                for form in singular_and_plural(name)
            ]
            groups.append(rf"(?P<f{index}>\b(?:{'|'.join(map(_form, clear))})\b)")
        self._pattern = re.compile("|".join([*groups, rf"\b(?:{_MEAL_WORDS})\b"]), re.IGNORECASE)

    def find(self, text: str) -> tuple[Mention, ...]:
        """Every mention, in reading order."""
        spans = [
            (*m.span(), self._labels[int(m.lastgroup[1:])] if m.lastgroup else MEAL, True)
            for m in self._pattern.finditer(text)
        ]
        taken = [(start, end) for start, end, _, _ in spans]
        for start, end, label in self._others.find(text):
            subject = self._found.get(label, label)
            if subject is not None and not any(start < to and at < end for at, to in taken):
                spans.append((start, end, subject, label in self._found))
        return tuple(_mention(text, *span) for span in sorted(spans))


def _parents(meal: MealFacts) -> dict[str, str | None]:
    """The food that a broader label means, None where it could be several."""
    children: dict[str, set[str]] = defaultdict(set)
    for food in meal.foods:
        if food.food is not None and food.food.parent is not None:
            children[food.food.parent].add(food.item.label)
    return {parent: labels.pop() if len(labels) == 1 else None for parent, labels in children.items()}


def _mention(text: str, start: int, end: int, subject: str, is_found: bool) -> Mention:
    number = _NUMBER.search(text, max(0, start - _LONGEST_NUMBER), start) if subject != MEAL else None
    if number is None:
        return Mention(start, end, subject, is_found)
    written = number["number"].lower()
    count = int(written) if written.isdigit() else _NUMBERS[written]
    is_one = written in ("each", "every") or (count == 1 and _HOLDS.match(text, end) is not None)
    return Mention(start, end, subject, is_found, count, is_one)


def _form(name: str) -> str:
    """A pattern for a name of a food; one that means a nutrient too means the food only after "the"."""
    return rf"(?<=\bthe ){name}" if NUTRIENT.fullmatch(name) else re.escape(name)


def _names(label: str) -> list[str]:
    """What a food is called: its label, the last word of that, and endings of this such as "burger"."""
    if label == UNKNOWN_FOOD:
        return [label]
    head = label.rsplit(maxsplit=1)[-1]
    return list(dict.fromkeys([label, *(head[start:] for start in range(max(1, len(head) - 4)))]))
