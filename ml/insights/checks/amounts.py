"""Every number with a unit must be one that the facts hold for what the sentence speaks of.

That is an estimate, an end of its range, a daily value or a share, a sum or difference of foods named
together, an amount per so many grams, or the goal of a person who asked. Where a sentence holds a single
number, a wrong one, and what it is about is plain, the number is corrected.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

from ml.insights.checks.claims import Claim
from ml.insights.checks.context import Context
from ml.insights.checks.facts import Fact, Kind, daily_values
from ml.insights.checks.known_meal import KnownMeal
from ml.insights.checks.sentence import Sentence

_NOT_PLAIN = re.compile(
    r"\b(?:more|less|fewer|higher|lower|twice|hal(?:f|ve)|than|most|least|compared|if|could|would|save|add\w*)\b",
    re.IGNORECASE,
)
_COMPARES = re.compile(r"\b(?:more|less|fewer|higher|lower|than|difference)\b", re.IGNORECASE)
_REFERENCE = re.compile(
    r"\b(?:days?|daily|goals?|targets?|needs?|limits?|budget|aim)\b|\byour (?=\d)", re.IGNORECASE
)


def corrected(sentence: Sentence, meal: KnownMeal) -> str | None:
    """The text with its numbers as the facts have them; None where a wrong one can't be corrected."""
    unknown = [claim for claim in sentence.claims if not _is_reference(claim, sentence, meal)]
    wrong = [
        (claim, context)
        for claim, context in ((claim, Context(sentence, claim)) for claim in unknown)
        if not _is_supported(claim, context, sentence, meal)
    ]
    if not wrong:
        return sentence.text
    if len(sentence.claims) > 1 or _NOT_PLAIN.search(sentence.text):
        return None
    claim, context = wrong[0]
    fact = _right_one(claim, context, meal)
    if fact is None:
        return None
    return sentence.text[: claim.start] + _write(fact, claim) + sentence.text[claim.end :]


def _is_reference(claim: Claim, sentence: Sentence, meal: KnownMeal) -> bool:
    """Whether the sentence cites "per" so many grams, a daily value, or a number of the question as such."""
    if claim.bound == "per":
        return claim.unit == "g"
    cited = [(fact.unit, fact.value) for fact in daily_values()]
    cited += [(asked.unit, asked.value) for asked in meal.asked]
    is_known = any(unit == claim.unit and claim.agrees(value) for unit, value in cited)
    return is_known and not claim.bound and _REFERENCE.search(sentence.text) is not None


def _is_supported(claim: Claim, context: Context, sentence: Sentence, meal: KnownMeal) -> bool:
    facts = meal.facts
    if context.basis is not None and claim.unit != "%":
        facts = (*(fact for fact in facts if fact.quantity == "mass_g"), *meal.per_grams(context.basis))
    facts = tuple(fact for fact in facts if fact.unit == claim.unit and fact.quantity in context.quantities)
    if claim.bound:
        facts = tuple(fact for fact in facts if fact.kind in {"estimate", "share"})
    if any(claim.agrees(fact.value) for fact in facts if context.allows(fact)):
        return True
    speaks_of_one = len(context.foods) == 1 and any(mention.is_one for mention in sentence.mentions)
    if context.basis is not None or speaks_of_one:
        return False
    return any(claim.agrees(value) for value in _combinations(claim, context, facts, sentence.text))


def _combinations(claim: Claim, context: Context, facts: tuple[Fact, ...], text: str) -> Iterator[float]:
    """Sums and differences of the foods that the sentence names together."""
    kinds: tuple[Kind, ...] = ("estimate",) if claim.bound else ("estimate", "low", "high")
    for quantity, kind in product(context.quantities, kinds):
        values = [
            fact.value
            for fact in facts
            if (fact.quantity, fact.kind) == (quantity, kind) and fact.subject in context.foods
        ]
        if len(values) > 1:
            yield sum(values)
        if len(values) == 2 and kind == "estimate" and _COMPARES.search(text):
            yield abs(values[0] - values[1])


def _right_one(claim: Claim, context: Context, meal: KnownMeal) -> Fact | None:
    """The fact that the claim must have meant, where its subject and quantity leave no doubt."""
    if not context.is_plain or claim.bound:
        return None
    facts = [
        fact
        for fact in meal.facts
        if fact.kind == "estimate" and fact.unit == claim.unit and context.allows(fact)
    ]
    return facts[0] if len(facts) == 1 else None


def _write(fact: Fact, claim: Claim) -> str:
    """The fact's value in the claim's own unit: grams of nutrients to a tenth, all else whole."""
    digits = 1 if fact.unit == "g" and fact.quantity != "mass_g" and claim.factor == 1 else 0
    return f"{fact.value / claim.factor:.{digits}f}"
