"""Which rows of FoodData Central may enter the database, and what a recipe adds up to."""

import csv
from collections import Counter

import pytest

from ml.data.nutrition import FURTHER, RejectedRowError, Row, atwater_kcal, check_energy, parse, read_recipes
from ml.nutrition.database import food_id
from ml.types import Nutrients

BUTTERED_TOAST = {
    "foodName": "Toast,  with butter",
    "data_type": "survey_fndds_food",
    "food_category": "Yeast breads",
    "portion_unit_name": "undetermined",
    "portion_gram_weight": "33.0",
    "Energy": "350",
    "Protein": "8",
    "Carbohydrate": "45",
    "Total fat": "15",
    "Fiber": "3",
    "Fiber (AOAC 2011.25)": "",
    "Total Sugars": "",
    "Sugars, Total": "5",
    "Fatty acids, total saturated": "8",
    "Sodium": "450",
    **dict.fromkeys(FURTHER.values(), ""),
    "Calcium": "104.25",
    "Vitamin C": "0.0",
}


def test_a_complete_row_is_kept_as_it_is():
    row = parse(BUTTERED_TOAST)
    assert row.description == "Toast, with butter"
    assert row.nutrients == Nutrients(350, 8, 45, 15, 3, 5, 450, 8, calcium_mg=104.25, vitamin_c_mg=0.0)
    assert (row.portion, row.portion_g) == ("household measure", 33.0)
    assert row.energy_check == "agrees"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"Energy": "1464"}, "disagrees"),
        ({"Energy": "84"}, "disagrees"),
        ({"Energy": ""}, "unknown"),
        ({"Fiber": ""}, "unknown"),
        ({"Sugars, Total": "nan"}, "unknown"),
        ({"Fatty acids, total saturated": ""}, "unknown"),
        ({"Sodium": ""}, "unknown"),
        ({"Carbohydrate": "95"}, "more than 100 g"),
        ({"Sugars, Total": "50"}, "exceed"),
    ],
    ids=str,
)
def test_kilojoules_gaps_and_impossible_sums_are_rejected(change, reason):
    with pytest.raises(RejectedRowError, match=reason):
        parse(BUTTERED_TOAST | change)


def test_an_unknown_part_of_almost_nothing_is_nothing():
    oil = BUTTERED_TOAST | {"Energy": "884", "Protein": "0", "Carbohydrate": "0", "Total fat": "100"}
    row = parse(oil | {"Fiber": "", "Sugars, Total": "", "Fatty acids, total saturated": "14"})
    assert row.nutrients.fiber_g == row.nutrients.sugar_g == 0.0


def test_only_a_drink_with_alcohol_may_hold_more_energy_than_its_nutrients():
    wine = Nutrients(85, 0.1, 2.6, 0, 0, 0.6, 4, 0)
    assert atwater_kcal(wine) == pytest.approx(10.8)
    assert check_energy(wine, alcoholic=True) == "alcohol inferred"
    with pytest.raises(RejectedRowError):
        check_energy(wine, alcoholic=False)
    with pytest.raises(RejectedRowError):
        check_energy(Nutrients(700, 0, 0, 0, 0, 0, 0, 0), alcoholic=True)


def test_a_recipe_is_the_sum_of_its_ingredients_by_weight(tmp_path):
    def row(name, nutrients):
        return Row(name, "", "survey_fndds_food", "agrees", None, None, nutrients)

    rows = {
        "Oil, olive": row("Oil, olive", Nutrients(900, 0, 0, 100, 0, 0, 0, 14)),
        "Lettuce": row("Lettuce", Nutrients(20, 1, 4, 0, 2, 1, 20, 0)),
    }
    with (tmp_path / "recipes.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["description", "category", "ingredients"])
        writer.writerow(["Salad", "Salads", "45 Lettuce; 5 Oil, olive"])
    (salad,) = read_recipes(tmp_path / "recipes.csv", rows, Counter())
    assert salad.nutrients == Nutrients(108, 0.9, 3.6, 10, 1.8, 0.9, 18, 1.4)


def test_ids_stay_the_same_from_build_to_build():
    assert food_id("Apple, raw") == 2615116201
