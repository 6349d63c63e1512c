"""Answers about diets and allergens, from what foods usually hold; a photo can rule nothing out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ml.insights.builtin.question import Question
from ml.insights.intents import Intent
from ml.insights.wording import the, verb
from ml.nutrition.diets import ALLERGENS, SUITS
from ml.nutrition.meal import Helping, Meal
from ml.types import Answer
from ml.words import listing, normalize, sentence

USUALLY = {
    "pork": (
        "pork",
        "bacon",
        "ham",
        "prosciutto",
        "salami",
        "pepperoni",
        "baby back ribs",
        "lard",
        "pancetta",
        "blt",
    ),
    "sesame": ("sesame", "hummus", "tahini", "falafel", "halva"),
    "sulphites": ("wine",),
}
"""Words in the names of foods that usually hold what the data has no column for."""
PERHAPS = {
    "pork": ("carbonara", "croque", "club", "cobb", "sausage", "chorizo", "hot dog", "lorraine", "schnitzel"),
    "alcohol": ("tiramisu", "fondue", "risotto", "bourguignon", "rum", "brandy", "sherry", "liqueur"),
    "sesame": ("sushi", "bagel", "bun", "hamburger", "poke", "bibimbap", "stir fry"),
}
"""Words in the names of foods that hold it by some recipes."""
UNTRACKED_ALLERGENS = ("sesame", "sulphites", "lupin")
UNTRACKED = "Sesame, mustard, celery, lupin and sulphites are not in the data, nor are rarer allergens."
ALLERGY_NOTE = (
    "For an allergy or an intolerance please don't go by a photo: ask whoever made the food, read the label, "
    "or ask your doctor."
)

Sorted = dict[Answer, list[Helping]]
"""Foods by whether they hold or suit something."""


def about_diets(meal: Meal, question: Question) -> Iterator[str]:
    """Whether the meal, or the foods asked about, suits each diet or holds each allergen."""
    helpings = list(question.foods) or meal.helpings
    for diet in question.diets:
        yield (_suits if diet in SUITS else _holds)(diet, _sorted(diet, helpings))
    for diet in question.untold_diets:
        yield _untold(diet, helpings, meal)
    yield from _limits(helpings)
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
    answers = {name: _sorted(name, meal.helpings) for name in ALLERGENS}
    held = [name for name in ALLERGENS if answers[name]["yes"]]
    possible = [name for name in ALLERGENS if name not in held and answers[name]["maybe"]]
    if held:
        yield sentence(f"as usually made, this meal holds {listing(held)}")
    if possible:
        yield sentence(f"depending on the recipe there may be {listing(possible, 'or')} too")
    if not held and not possible and all(h.food is not None for h in meal.helpings):
        yield "None of the common allergens that the data knows is usual in these foods."
    yield from _limits(meal.helpings)
    yield UNTRACKED
    yield ALLERGY_NOTE


def _limits(helpings: Sequence[Helping]) -> Iterator[str]:
    """Foods that nothing is known of, and those that may be other ones."""
    if unknown := [h for h in helpings if h.food is None]:
        yield sentence(f"nothing can be said about {_all(unknown)}")
    if guessed := [h for h in helpings if h.food is not None and not h.is_sure]:
        yield sentence(
            f"the name of {_all(guessed)} is a guess; if it is another food, this is not true of it"
        )


def _suits(diet: str, foods: Sorted) -> str:
    if against := foods["no"]:
        text = f"no, it isn't {diet}: {_all(against)} {_verb(against, 'is', 'are')} not"
        return sentence(f"{text}, though {_all(foods['yes'])} would be" if foods["yes"] else text)
    if unsure := foods["maybe"]:
        made = _verb(unsure, "was", "were")
        return sentence(f"it may be {diet}, but that depends on how {_all(unsure)} {made} made")
    if suited := foods["yes"]:
        return sentence(f"yes, as usually made {_all(suited)} {_verb(suited, 'is', 'are')} {diet}")
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
        return sentence(f"whether there is {allergen} in it cannot be told, as nothing here could be named")
    expected = "are not" if allergen == "nuts" else "is not"
    return sentence(f"{allergen} {expected} to be expected in {_all(foods['no'], 'or')}, as usually made")


def _untold(diet: str, helpings: Sequence[Helping], meal: Meal) -> str:
    """About what the data has no column for, as far as names and energy tell."""
    if diet == "pescatarian":
        return _suits(diet, _by(_is_pescatarian, helpings))
    if diet in ("halal", "kosher"):
        return _religious(diet, helpings, meal)
    if diet not in USUALLY and diet not in PERHAPS:
        subject = f"there is {diet} in it" if diet == "lupin" else f"it is {diet}"
        return sentence(f"the data cannot tell whether {subject}; whoever made the food can")
    foods = _by_name(diet, helpings, meal)
    if diet == "pork" and foods["yes"]:
        verb_ = _verb(foods["yes"], "is", "are")
        return sentence(f"{_all(foods['yes'])} {verb_} pork or usually made with it")
    if foods["yes"] or foods["maybe"]:
        return _holds(diet, foods)
    known = f"no food here is known for its {diet}"
    return sentence(f"{known}, but the data cannot tell what a filling, a sauce or a broth is made of")


def _religious(diet: str, helpings: Sequence[Helping], meal: Meal) -> str:
    """By pork, for halal also alcohol, and for kosher shellfish; the rest is not to be seen."""
    pork = _by_name("pork", helpings, meal)
    other = _by_name("alcohol", helpings, meal) if diet == "halal" else _sorted("shellfish", helpings)
    against = [h for h in helpings if h in pork["yes"] or h in other["yes"]]
    if against:
        return sentence(f"no, it isn't {diet}: {_all(against)} {_verb(against, 'is', 'are')} not")
    text = f"the data cannot tell whether it is {diet}; whoever made the food can"
    if unsure := [h for h in helpings if h in pork["maybe"] or h in other["maybe"]]:
        text = f"{text}. {sentence(f'ask about {_all(unsure)} above all')}"
    return sentence(text)


def _by_name(ingredient: str, helpings: Sequence[Helping], meal: Meal) -> Sorted:
    rows = {food.item.label: food.record.description for food in meal.facts.foods if food.record}

    def answer(helping: Helping) -> Answer:
        name = f" {normalize(' '.join((helping.label, rows.get(helping.label, ''))))} "
        if ingredient == "alcohol" and helping.alcohol_g:
            return "yes"
        if ingredient == "pork" and helping.food is not None and helping.food.diet.vegetarian == "yes":
            return "no"
        if any(f" {word} " in name for word in USUALLY.get(ingredient, ())):
            return "yes"
        return "maybe" if any(f" {word} " in name for word in PERHAPS.get(ingredient, ())) else "no"

    return _by(answer, helpings)


def _is_pescatarian(helping: Helping) -> Answer:
    assert helping.food is not None
    diet = helping.food.diet
    if diet.vegetarian != "no":
        return diet.vegetarian
    seafood = {diet.fish, diet.shellfish}
    return "yes" if "yes" in seafood else "maybe" if "maybe" in seafood else "no"


def _sorted(name: str, helpings: Sequence[Helping]) -> Sorted:
    """Foods by what their `Diet` says."""
    return _by(lambda helping: getattr(helping.food.diet, name) if helping.food else "no", helpings)


def _by(answer: Callable[[Helping], Answer], helpings: Sequence[Helping]) -> Sorted:
    foods: Sorted = {"yes": [], "maybe": [], "no": []}
    for helping in helpings:
        if helping.food is not None:
            foods[answer(helping)].append(helping)
    return foods


def _all(helpings: Sequence[Helping], last: str = "and") -> str:
    return listing([the(helping) for helping in helpings], last)


def _verb(helpings: Sequence[Helping], singular: str, plural: str) -> str:
    return plural if len(helpings) > 1 else verb(helpings[0], singular, plural)
