"""What the list of what to do is made of in the model: terms of variables for every amount that it tells.

    amount[lever,region,item,year] = sum over terms of coefficient * variable + fixed amounts

An amount of a period is told a year, one by vintage as what stands, as the table ``allocation`` does it.

Limits: decisions that their levers want told; what the solver's rounding leaves of a fleet that is gone is not cut off here.
"""

from __future__ import annotations

import pandas as pd

from ..core.build.roles import decisions
from ..core.declare import units
from ..core.declare.roles import Decision, Told
from ..core.frames import stack
from ..core.solve.amounts import item_of, placed, with_group
from ..core.solve.solution import Solution

COLUMNS = ["lever", "unit", "region", "item", "year", "position", "coefficient"]


def told_terms(solution: Solution) -> pd.DataFrame:
    """Lever, unit, region, region_group, item, year, position (or FIXED) and coefficient, in the units of the table ``allocation``."""
    build = solution.build
    decided = [(decision, decision.told) for decision in decisions(build).values() if decision.told is not None]
    found = stack([_terms(solution, decision, told) for decision, told in decided])
    return with_group(solution, found) if len(found) else pd.DataFrame(columns=[*COLUMNS, "region_group"])


def _terms(solution: Solution, decision: Decision, told: Told) -> pd.DataFrame:
    frame = _own(solution, decision.variable, told.unit) if told.terms is None else told.terms(solution.build)
    if frame.empty:
        return pd.DataFrame(columns=COLUMNS)
    frame = placed(solution, frame)
    if told.rows is not None:
        frame = frame[told.rows(solution.build.data, frame)]
    item = item_of(frame, decision)
    named = frame.assign(lever=decision.lever, unit=told.unit, item=item + "->" + frame[told.to].astype(str) if told.to else item)
    return named[COLUMNS]


def _own(solution: Solution, variable: str, unit: str) -> pd.DataFrame:
    """A family in a unit, by year."""
    data, family = solution.build.data, solution.build.families[variable]
    of_period = unit.endswith("/yr") and not family.spec.unit.endswith("/yr")
    factor = float(units.convert(1.0, family.spec.unit, unit.removesuffix("/yr") if of_period else unit))
    frame = family.frame.assign(position=family.positions, coefficient=factor)
    if of_period:
        frame = frame.assign(coefficient=[factor / data.length(year) for year in frame["year"].tolist()])
    if "vintage" in frame:
        frame = frame.merge(pd.DataFrame({"year": data.years}), how="cross")
        frame = frame[frame["vintage"] <= frame["year"]]
    return frame.reset_index(drop=True)
