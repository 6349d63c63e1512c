"""Checking a text about a meal against the facts, sentence by sentence as it is written.

Every number with a unit must be one that the facts hold for what the sentence speaks of: an estimate, an end
of its range, a daily value or a share, a sum or difference of foods named together, or the goal of a person
who asked. Where a sentence holds a single number, a wrong one, and what it is about is plain, the number is
corrected; any other contradiction drops the sentence, as do a food said to have the most or least of what
another has, a goal said to be reached that isn't, a low share of a day called high, two of a food that was
found once, advice or judgement that the rules forbid, and links, which a photo may have smuggled in.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product

from ml.insights.claims import Claim, claims, sentences
from ml.insights.comparisons import Comparisons
from ml.insights.context import Context, Mentions
from ml.insights.counting import Counts
from ml.insights.errors import InsightsError
from ml.insights.facts import Fact, Kind, agrees, daily_values, facts_of
from ml.types import MealFacts

TURN_S = 0.3
"""How long a caller may be kept waiting for text before it gets a turn."""

_NOT_PLAIN = re.compile(
    r"\b(?:more|less|fewer|higher|lower|twice|hal(?:f|ve)|than|most|least|compared|if|could|would|save|add\w*)\b",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"\b(?:days?|daily|goals?|targets?|needs?|limits?|budget|aim)\b|\byour (?=\d)", re.IGNORECASE
)
_FORBIDDEN = re.compile(
    r"\b(?:diagnos\w+|prescri\w+|you (?:have|suffer from) (?:diabetes|hypertension|an? \w+ disease)"
    r"|(?:take|skip|increase|reduce|stop taking) (?:your|the|more|less) (?:\w+ )?"
    r"(?:medication|medicine|insulin|dose|tablets?|pills?)"
    r"|you(?:'re| are| look) (?:too )?(?:fat|overweight|obese|skinny|thin|underweight))\b",
    re.IGNORECASE,
)
_REFERRAL = re.compile(r"\b(?:doctor|dietitian|dietician|physician|professional|pharmacist)\b", re.IGNORECASE)
_LINK = re.compile(r"https?:|www\.|\]\(|<\s*/?\s*[a-z!]", re.IGNORECASE)


@dataclass
class GroundingCounts:
    """How many sentences were checked, corrected and dropped so far; shared by all visitors."""

    checked: int = 0
    corrected: int = 0
    dropped: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, before: str, after: str | None) -> None:
        """Count a sentence by what the check made of it; None means dropped."""
        with self._lock:
            self.checked += 1
            self.dropped += after is None
            self.corrected += after is not None and after != before


def grounded(
    pieces: Iterable[str], meal: MealFacts, question: str | None, counts: GroundingCounts
) -> Iterator[str]:
    """Yield the sentences of a streamed text once each is whole and checked against the facts.

    While a sentence takes long, "" is yielded now and then, so that the caller may stop asking.

    Raises:
        InsightsError: if no sentence of the text passes.
    """
    checker = FactChecker(meal, question)
    kept = dropped = False
    yielded_at = time.monotonic()
    for sentence in sentences(pieces):
        if not sentence:
            if time.monotonic() - yielded_at > TURN_S:
                yield ""
                yielded_at = time.monotonic()
            continue
        checked = checker.check(sentence)
        counts.add(sentence, checked)
        if checked is None:
            dropped = True
        else:
            kept = kept or bool(checked.strip())
            yield checked
            yielded_at = time.monotonic()
    if dropped and not kept:
        raise InsightsError("The model's answer contradicted the table, so it is not shown: ask again.")


class FactChecker:
    """Checks sentences about one meal, written in answer to a question."""

    def __init__(self, meal: MealFacts, question: str | None = None) -> None:
        self._facts = facts_of(meal)
        self._asked = claims(question or "")
        labels = [food.item.label for food in meal.foods]
        self._mentions = Mentions(labels)
        self._comparisons = Comparisons(self._facts, self._mentions)
        self._counts = Counts(labels, self._mentions)

    def check(self, sentence: str) -> str | None:
        """The sentence as it may be shown, corrected if need be; None if it may not be shown."""
        if _LINK.search(sentence) or (_FORBIDDEN.search(sentence) and not _REFERRAL.search(sentence)):
            return None
        if self._comparisons.is_wrong(sentence) or self._counts.is_wrong(sentence):
            return None
        found = claims(sentence)
        wrong = [
            (claim, Context(sentence, found, claim, self._mentions))
            for claim in found
            if not self._is_known(claim, sentence)
        ]
        wrong = [(claim, context) for claim, context in wrong if not self._is_supported(claim, context)]
        if not wrong:
            return sentence
        if len(found) > 1 or _NOT_PLAIN.search(sentence):
            return None
        claim, context = wrong[0]
        fact = self._right_one(claim, context)
        return None if fact is None else sentence[: claim.start] + _write(fact, claim) + sentence[claim.end :]

    def _is_known(self, claim: Claim, sentence: str) -> bool:
        """Whether the sentence cites a daily value or a number of the question as such, not as a fact."""
        if claim.bound or not _REFERENCE.search(sentence):
            return False
        known = [fact.value for fact in daily_values() if fact.unit == claim.unit]
        known += [asked.value for asked in self._asked if asked.unit == claim.unit]
        return any(agrees(claim, value) for value in known)

    def _is_supported(self, claim: Claim, context: Context) -> bool:
        facts = [fact for fact in self._facts if fact.unit == claim.unit and context.allows(fact)]
        if claim.bound:
            facts = [fact for fact in facts if fact.kind in {"estimate", "share"}]
        if any(agrees(claim, fact.value) for fact in facts):
            return True
        return any(agrees(claim, value) for value in self._combinations(claim, context))

    def _combinations(self, claim: Claim, context: Context) -> Iterator[float]:
        """Sums and differences of the foods that the sentence names together."""
        kinds: tuple[Kind, ...] = ("estimate",) if claim.bound else ("estimate", "low", "high")
        for quantity, kind in product(context.quantities, kinds):
            values = [
                fact.value
                for fact in self._facts
                if (fact.unit, fact.quantity, fact.kind) == (claim.unit, quantity, kind)
                and fact.subject in context.foods
            ]
            if len(values) > 1:
                yield sum(values)
            if len(values) == 2 and kind == "estimate":
                yield abs(values[0] - values[1])

    def _right_one(self, claim: Claim, context: Context) -> Fact | None:
        """The fact that the claim must have meant, where its subject and quantity leave no doubt."""
        if not context.is_plain or claim.bound:
            return None
        facts = [
            fact
            for fact in self._facts
            if fact.kind == "estimate" and fact.unit == claim.unit and context.allows(fact)
        ]
        return facts[0] if len(facts) == 1 else None


def _write(fact: Fact, claim: Claim) -> str:
    """The fact's value in the claim's own unit: grams of nutrients to a tenth, all else whole."""
    digits = 1 if fact.unit == "g" and fact.quantity != "mass_g" and claim.factor == 1 else 0
    return f"{fact.value / claim.factor:.{digits}f}"
