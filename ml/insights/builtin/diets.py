"""Answers about diets and allergens, from what foods usually hold; a photo can rule nothing out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from ml.insights.builtin.question import Question
from ml.insights.intents import Intent
from ml.insights.wording import the, verb
from ml.nutrition.diets import ALLERGENS, SUITS
from ml.nutrition.meal import Helping, Meal
from ml.types import Answer, Diet
from ml.words import listing, normalize, sentence

USUALLY = {
    "pork": (
        *("pork", "bacon", "ham", "prosciutto", "salami", "pepperoni", "baby back ribs", "lard"),
        *("pancetta", "blt", "blood sausage", "maultaschen", "tarte flambee", "bean stew", "cordon bleu"),
    ),
    "sesame": ("sesame", "hummus", "tahini", "falafel", "halva", "baba ganoush"),
    "sulphites": ("wine",),
}
"""Words in the names of foods that usually hold what the data has no column for."""
PERHAPS = {
    "pork": (
        *("carbonara", "croque", "club", "cobb", "sausage", "chorizo", "hot dog", "lorraine"),
        *("schnitzel", "biscuits and gravy", "bologna", "currywurst", "meat pasty", "pea soup", "gummy"),
    ),
    "alcohol": (
        *("tiramisu", "fondue", "risotto", "bourguignon", "rum", "brandy", "sherry", "liqueur"),
        *("black forest", "alcohol free beer"),
    ),
    "sesame": ("sushi", "bagel", "bun", "hamburger", "poke", "bibimbap", "stir fry"),
    "meat": ("paella", "pad thai", "shrimp and grits", "clam chowder"),
}
"""Words in the names of foods that hold it by some recipes; of "meat" those of seafood."""
FORBIDDEN = {"halal": ("pork", "alcohol"), "kosher": ("pork", "shellfish")}
"""What religious diets exclude, as far as names and the data tell."""
UNTRACKED_ALLERGENS = ("sesame", "sulphites", "lupin")
UNTRACKED = "Sesame, mustard, celery, lupin and sulphites are not in the data, nor are rarer allergens."
ALLERGY_NOTE = (
    "For an allergy or an intolerance please don't go by a photo: ask whoever made the food, read the label, "
    "or ask your doctor."
)

Sorted = dict[Answer | None, list[Helping]]
"""Foods by whether they hold or suit something; under None those of which that is not known."""


def about_diets(meal: Meal, question: Question) -> Iterator[str]:
    """Whether the meal, or the foods asked about, suits each diet or holds each allergen."""
    helpings = list(question.foods) or meal.helpings
    answers = {d: _sorted(d, helpings, meal) for d in (*question.diets, *question.untold_diets)}
    for diet, foods in answers.items():
        yield _about(diet, foods)
    yield from _limits(helpings, [h for h in helpings if all(h in foods[None] for foods in answers.values())])
    allergens = {*question.diets, *question.untold_diets} & {*ALLERGENS, *UNTRACKED_ALLERGENS}
    if Intent.ALLERGY in question.topics or (allergens and "contains" in question.topics):
        yield ALLERGY_NOTE
    elif question.diets:
        yield "That goes by how these dishes are usually made; the photo cannot show every ingredient."


def about_allergies(meal: Meal, question: Question) -> Iterator[str]:
    """Every allergen that the foods usually or sometimes hold; a food that is asked about is there itself."""
    if question.foods:
        there = _verb(question.foods, "is on the plate itself", "are on the plate themselves")
        yield sentence(f"{_all(question.foods)} {there}")
    answers = {name: _sorted(name, meal.helpings, meal) for name in ALLERGENS}
    held = [name for name in ALLERGENS if answers[name]["yes"]]
    possible = [name for name in ALLERGENS if name not in held and answers[name]["maybe"]]
    if held:
        yield sentence(f"as usually made, this meal holds {listing(held)}")
    if possible:
        yield sentence(f"depending on the recipe there may be {listing(possible, 'or')} too")
    unknown = [h for h in meal.helpings if h.food is None]
    if not held and not possible and not unknown:
        yield "None of the common allergens that the data knows is usual in these foods."
    yield from _limits(meal.helpings, unknown)
    yield UNTRACKED
    yield ALLERGY_NOTE


def _limits(helpings: Sequence[Helping], unknown: Sequence[Helping]) -> Iterator[str]:
    """Foods that nothing is known of, and those that may be other ones."""
    if unknown:
        yield sentence(f"nothing can be said about {_all(unknown)}")
    if guessed := [h for h in helpings if h.food is not None and not h.is_sure]:
        yield sentence(
            f"the name of {_all(guessed)} is a guess; if it is another food, this is not true of it"
        )


def _about(diet: str, foods: Sorted) -> str:
    if diet in (*SUITS, "pescatarian"):
        return _suits(diet, foods)
    if diet in FORBIDDEN:
        return _religious(diet, foods)
    return _holds(diet, foods) if diet in ALLERGENS else _untold(diet, foods)


def _suits(diet: str, foods: Sorted) -> str:
    if against := foods["no"]:
        text = f"no, it isn't {diet}: {_all(against)} {_verb(against, 'is', 'are')} not"
        return sentence(f"{text}, though {_all(foods['yes'])} would be" if foods["yes"] else text)
    if unsure := foods["maybe"]:
        made = _verb(unsure, "was", "were")
        return sentence(f"it may be {diet}, but that depends on how {_all(unsure)} {made} made")
    if suited := foods["yes"]:
        text = f"as usually made {_all(suited)} {_verb(suited, 'is', 'are')} {diet}"
        return sentence(text if foods[None] else f"yes, {text}")
    return sentence(f"whether it is {diet} cannot be told, as nothing here could be named")


def _holds(allergen: str, foods: Sorted) -> str:
    held, unsure = foods["yes"], foods["maybe"]
    perhaps = f"depending on the recipe {_all(unsure)} may hold some"
    if held:
        text = f"expect {allergen}: {_all(held)} usually {_verb(held, 'holds', 'hold')} some"
        return sentence(f"{text}, and {perhaps} too" if unsure else text)
    if unsure:
        return sentence(f"there may be {allergen} in it: {perhaps}")
    if not foods["no"]:
        return sentence(f"whether it holds {allergen} cannot be told, as nothing here could be named")
    expected = "are not" if allergen == "nuts" else "is not"
    return sentence(f"{allergen} {expected} to be expected in {_all(foods['no'], 'or')}, as usually made")


def _untold(diet: str, foods: Sorted) -> str:
    """About what the data has no column for, as far as names and energy tell."""
    if diet not in USUALLY and diet not in PERHAPS:
        subject = f"there is {diet} in it" if diet == "lupin" else f"it is {diet}"
        return sentence(f"the data cannot tell whether {subject}; whoever made the food can")
    if diet == "pork" and foods["yes"]:
        verb_ = _verb(foods["yes"], "is", "are")
        return sentence(f"{_all(foods['yes'])} {verb_} pork or usually made with it")
    if foods["yes"] or foods["maybe"]:
        return _holds(diet, foods)
    known = f"no food here is known for its {diet}"
    return sentence(f"{known}, but the data cannot tell what a filling, a sauce or a broth is made of")


def _religious(diet: str, foods: Sorted) -> str:
    """By what is `FORBIDDEN`; the rest is not to be seen."""
    if against := foods["yes"]:
        return sentence(f"no, it isn't {diet}: {_all(against)} {_verb(against, 'is', 'are')} not")
    text = f"the data cannot tell whether it is {diet}; whoever made the food can"
    if unsure := foods["maybe"]:
        text = f"{text}. {sentence(f'ask about {_all(unsure)} above all')}"
    return sentence(text)


def _sorted(asked: str, helpings: Sequence[Helping], meal: Meal) -> Sorted:
    """Foods by whether they hold what is asked, or suit it; of `FORBIDDEN` whether they hold any of it."""
    rows = {food.item.label: food.record.description for food in meal.facts.foods if food.record}
    foods: Sorted = {"yes": [], "maybe": [], "no": [], None: []}
    for helping in helpings:
        names = f" {normalize(' '.join((helping.label, rows.get(helping.label, ''))))} "
        answers = {_answer(part, helping, names) for part in FORBIDDEN.get(asked, (asked,))}
        told: tuple[Answer | None, ...] = ("yes", "maybe", None, "no")
        foods[next(answer for answer in told if answer in answers)].append(helping)
    return foods


def _answer(asked: str, helping: Helping, names: str) -> Answer | None:
    diet = helping.food.diet if helping.food else None
    if asked in (*SUITS, *ALLERGENS):
        return cast(Answer, getattr(diet, asked)) if diet else None
    if asked == "pescatarian":
        return _is_pescatarian(diet, names) if diet else None
    if asked == "alcohol" and helping.alcohol_g:
        return "yes"
    if asked == "pork" and diet is not None and diet.vegetarian == "yes":
        return "no"
    if _has_word(names, USUALLY.get(asked, ())):
        return "yes"
    if _has_word(names, PERHAPS.get(asked, ())):
        return "maybe"
    return "no" if diet else None


def _is_pescatarian(diet: Diet, names: str) -> Answer:
    if diet.vegetarian != "no":
        return diet.vegetarian
    seafood = {diet.fish, diet.shellfish}
    if "yes" in seafood:
        return "maybe" if _has_word(names, PERHAPS["meat"]) else "yes"
    return "maybe" if "maybe" in seafood else "no"


def _has_word(names: str, words: Sequence[str]) -> bool:
    return any(f" {word} " in names for word in words)


def _all(helpings: Sequence[Helping], last: str = "and") -> str:
    return listing([the(helping) for helping in helpings], last)


def _verb(helpings: Sequence[Helping], singular: str, plural: str) -> str:
    return plural if len(helpings) > 1 else verb(helpings[0], singular, plural)
