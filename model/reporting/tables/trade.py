"""What regions send, sell or owe one another, as the levers declare it, and what they pay for it.

Limits: what is agreed counts where it is above zero, and only in years of the model; what is agreed of another commodity is paid by its
own rule, where it has one, and the rest by that of the other.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...core.build.roles import trades
from ...core.declare.roles import Trade
from ...core.solve.amounts import between_regions, stack, total, values
from ...core.solve.sides import Tables
from ...core.solve.solution import Solution
from .payments import PLACE, agreed, payments

PAID = ["rule", "price", "price_unit", "payment"]


def trade(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``trade``: for each commodity who sends whom how much, or has agreed to, and what is paid for it."""
    found = stack([_rows(solution, traded) for traded in trades(solution.build)])
    if found.empty:
        return found
    paid = payments(solution)
    keys = ["commodity", *PLACE]
    found = found.merge(paid[[*keys, *PAID]], how="left", on=keys) if len(paid) else found.assign(rule="", price=np.nan, price_unit="", payment=np.nan)
    return found.assign(**{column: found[column].fillna("") for column in ("rule", "price_unit")})


def _rows(solution: Solution, traded: Trade) -> pd.DataFrame:
    found = agreed(solution, traded) if traded.agreed is not None else values(solution, traded.variable, traded.unit)
    if found.empty:
        return pd.DataFrame()
    return total(between_regions(solution, found), PLACE).assign(commodity=traded.commodity, unit=traded.unit)
