"""What a number in a sentence is about: which quantity, of which food or of the whole meal."""

from __future__ import annotations

from ml.insights.checks.claims import Claim
from ml.insights.checks.facts import MEAL, Fact
from ml.insights.checks.sentence import DIRECTLY_AFTER, Sentence
from ml.nutrition.nutrient_names import NAMES_IN_TEXTS


class Context:
    """The quantities and subjects that the words around a claim allow.

    `foods` are the labels that the sentence names; `is_plain` says that the claim's subject and quantity
    leave no doubt. `basis` are the grams that it is said to be of, as in "312 kcal per 100 g".
    """

    def __init__(self, sentence: Sentence, claim: Claim) -> None:
        text, named = sentence.text, sentence.mentions
        before = [mention.subject for mention in named if mention.end <= claim.start]
        after = [mention for mention in named if mention.start >= claim.unit_end]
        others = [other.start for other in sentence.claims if other.start > claim.start]
        following = [mention.subject for mention in after if mention.start < min(others, default=len(text))]
        self.foods = {mention.subject for mention in named if mention.subject != MEAL}
        food_follows = any(text[claim.unit_end : each.start].strip(" -") in {"", "of"} for each in after)
        if food_follows:
            self.subjects = set(following[:1])
        elif named:
            self.subjects = {*(before[-1:] or [MEAL]), *following[:1]}
        else:
            self.subjects = set()
        self.quantities, is_certain = _quantities(sentence, claim, food_follows)
        self.is_plain = is_certain and len(self.subjects) == len({mention.subject for mention in named}) == 1
        self.basis = _basis(sentence, claim)

    def allows(self, fact: Fact) -> bool:
        """Whether the claim may speak of this fact; without any subject named, it may be any."""
        return fact.quantity in self.quantities and (not self.subjects or fact.subject in self.subjects)


def _quantities(sentence: Sentence, claim: Claim, food_follows: bool) -> tuple[set[str], bool]:
    """The quantities that a claim may state, and whether they are certain."""
    if claim.unit == "kcal":
        return {"calories"}, True
    anywhere = set(sentence.quantity_names)
    if claim.unit == "%":
        if "salt_g" in anywhere:
            anywhere.add("sodium_mg")
        return anywhere - {"mass_g"} or set(NAMES_IN_TEXTS), False
    anywhere.discard("calories")
    if directly_after := DIRECTLY_AFTER.match(sentence.text, claim.unit_end):
        return {str(directly_after.lastgroup)}, True
    if food_follows:
        return {"mass_g"}, True
    previous_end = max((other.unit_end for other in sentence.claims if other.start < claim.start), default=0)
    between = [each.name for each in sentence.quantities if previous_end <= each.start < claim.start]
    if between:
        return {between[-1]}, True
    return ({"mass_g"} | anywhere if anywhere else set(NAMES_IN_TEXTS)), False


def _basis(sentence: Sentence, claim: Claim) -> float | None:
    """The amount "per" which the claim is: one said before it, or directly after it."""
    at = sentence.claims.index(claim)
    said = [*sentence.claims[:at][::-1], *sentence.claims[at + 1 : at + 2]]
    return next((other.value for other in said if other.bound == "per" and other.unit == "g"), None)
