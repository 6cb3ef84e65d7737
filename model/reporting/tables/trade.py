"""What regions send, sell or owe one another, as the levers declare it.

Limits: what is agreed counts where it is above zero, and only in years of the model.
"""

from __future__ import annotations

import pandas as pd

from ...core.build.roles import trades
from ...core.declare.roles import Trade
from ...core.solve.amounts import region_of_zone, stack, total, values
from ...core.solve.sides import Tables
from ...core.solve.solution import Solution

ENDS = ["from_region", "to_region"]
#: Ending of the index column of an end that is a water zone.
ZONE = "_zone"


def trade(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``trade``: for each commodity who sends whom how much, or has agreed to."""
    return stack([_rows(solution, traded) for traded in trades(solution.build)])


def _rows(solution: Solution, traded: Trade) -> pd.DataFrame:
    found = _agreed(solution, traded) if traded.agreed is not None else values(solution, traded.variable, traded.unit)
    if found.empty:
        return pd.DataFrame()
    ends = list(found.columns[: len(ENDS)])
    if ends[0].endswith(ZONE):
        found = found.assign(**{end: found[end].map(region_of_zone(solution)) for end in ends})
    found = found.rename(columns=dict(zip(ends, ENDS, strict=True)))
    return total(found, [*ENDS, "year"]).assign(commodity=traded.commodity, unit=traded.unit)


def _agreed(solution: Solution, traded: Trade) -> pd.DataFrame:
    assert traded.agreed is not None
    frame = solution.build.data.frame(traded.agreed)
    held = frame["year"].isin(solution.build.data.all_years) & (frame["value"].astype(float) > 0.0)
    return frame.loc[held, [*traded.agreed.keys, "year", "value"]]
