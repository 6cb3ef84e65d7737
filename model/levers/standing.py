"""Which vintages of plants stand in which year.

Limits: a plant built in the period that ends at its vintage stands from that milestone and leaves after its life.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd


def standing_years(years: Sequence[int], life: float) -> pd.DataFrame:
    """Pairs of ``vintage`` and ``year`` with vintage <= year < vintage + life (yr), vintage by vintage."""
    pairs = [(vintage, year) for vintage in years for year in years if vintage <= year < vintage + life]
    return pd.DataFrame(pairs, columns=["vintage", "year"])


def vintages_standing(years: Sequence[int], life: float) -> dict[int, list[int]]:
    """Year -> the vintages that stand in it, in order."""
    pairs = standing_years(years, life)
    return {year: [int(v) for v in pairs.loc[pairs["year"] == year, "vintage"]] for year in years}
