"""Daily Values of the United States' food label, for adults and children of four years and more."""

from __future__ import annotations

from dataclasses import dataclass

from ml.types import Nutrients


@dataclass(frozen=True)
class DailyValues:
    """Reference amounts a day by 21 CFR 101.9(c)(8)(iv) and (c)(9), for a diet of 2,000 kcal.

    There is no Daily Value for total sugars; the 50 g of the regulation are for added sugars, which a photo
    and a food composition table cannot tell apart from the sugars of fruit and milk.
    """

    calories: float = 2000.0
    protein_g: float = 50.0
    carb_g: float = 275.0
    fat_g: float = 78.0
    fiber_g: float = 28.0
    sodium_mg: float = 2300.0
    saturated_fat_g: float = 20.0


DAILY_VALUES = DailyValues()


def percent_daily_value(nutrients: Nutrients) -> dict[str, float | None]:
    """Percent of a day's reference amount by the names of `Nutrients`; None for sugar, which has none.

    >>> percent_daily_value(Nutrients(500, 25, 55, 39, 7, 20, 1150, 5))["fat_g"]
    50.0
    """
    return {
        name: 100.0 * amount / reference if (reference := getattr(DAILY_VALUES, name, None)) else None
        for name, amount in vars(nutrients).items()
    }
