"""Daily Values of the United States' food label, for adults and children of four years and more."""

from __future__ import annotations

from dataclasses import dataclass

from ml.types import Nutrients


@dataclass(frozen=True)
class DailyValues:
    """Reference amounts a day by 21 CFR 101.9(c)(8)(iv) and (c)(9), for a diet of 2,000 kcal.

    There is no Daily Value for total sugars; the 50 g of the regulation are for added sugars, which a photo
    and a food composition table cannot tell apart from the sugars of fruit and milk. Those of niacin and
    folate are in equivalents, which count tryptophan and, 1.7 times, folic acid: their shares are "at least".
    """

    calories: float = 2000.0
    protein_g: float = 50.0
    carb_g: float = 275.0
    fat_g: float = 78.0
    fiber_g: float = 28.0
    sodium_mg: float = 2300.0
    saturated_fat_g: float = 20.0
    cholesterol_mg: float = 300.0
    potassium_mg: float = 4700.0
    calcium_mg: float = 1300.0
    iron_mg: float = 18.0
    magnesium_mg: float = 420.0
    phosphorus_mg: float = 1250.0
    zinc_mg: float = 11.0
    copper_mg: float = 0.9
    selenium_ug: float = 55.0
    vitamin_a_ug: float = 900.0
    vitamin_c_mg: float = 90.0
    vitamin_d_ug: float = 20.0
    vitamin_e_mg: float = 15.0
    vitamin_k_ug: float = 120.0
    thiamin_mg: float = 1.2
    riboflavin_mg: float = 1.3
    niacin_mg: float = 16.0
    vitamin_b6_mg: float = 1.7
    folate_ug: float = 400.0
    vitamin_b12_ug: float = 2.4
    choline_mg: float = 550.0


DAILY_VALUES = DailyValues()


def percent_daily_value(nutrients: Nutrients) -> dict[str, float | None]:
    """Percent of a day's reference amount by the names of `Nutrients`.

    None for sugar, which has no reference, and for an amount that is not known.

    >>> percent_daily_value(Nutrients(500, 25, 55, 39, 7, 20, 1150, 5))["fat_g"]
    50.0
    """
    references = vars(DAILY_VALUES)
    return {
        name: None if amount is None or name not in references else 100.0 * amount / references[name]
        for name, amount in vars(nutrients).items()
    }
