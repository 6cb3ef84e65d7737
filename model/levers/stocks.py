"""What any lever that holds carbon posts of it: the change of its stock from milestone to milestone, a year.

    post_stock_change(self.data, self.ledger, pool.terms().assign(carbon=1.0), "carbon", item="char", unit="Mt CO2/Mt C/yr")

Limits: what stands in the base year is a constant of the lever, which posts it itself.
"""

from __future__ import annotations

import pandas as pd

from ..core.data import Data
from ..core.declare.units import CO2_PER_C
from ..core.ledger import Ledger, Terms


def period_frame(data: Data) -> pd.DataFrame:
    """One row per year, base year included: year, years (length), following and years_following (0 for none)."""
    all_years = data.all_years
    following = [*all_years[1:], 0]
    return pd.DataFrame({
        "year": all_years,
        "years": [data.length(y) for y in all_years],
        "following": following,
        "years_following": [data.length(y) if y else 0 for y in following],
    })  # fmt: skip


def post_stock_change(data: Data, ledger: Ledger, stock: Terms, carbon: str, *, item: str, unit: str) -> None:
    """Post a carbon stock's change a year to the sink account: (stock[t] - stock[t-1]) / n[t] * 44/12.

    ``carbon`` is the column of the terms that holds Mt C per unit of the variable; ``unit`` that of the coefficient.
    """
    stock = stock.join(period_frame(data), ["year"])
    now = stock.where(stock.frame["year"] > data.base_year)
    ledger.supply("sink", now, CO2_PER_C * now.frame[carbon] / now.frame["years"], item=item, unit=unit)
    gone = stock.where(stock.frame["following"] > 0)
    gone = gone.assign(year=gone.frame["following"])
    ledger.use("sink", gone, CO2_PER_C * gone.frame[carbon] / gone.frame["years_following"], item=item, unit=unit)
