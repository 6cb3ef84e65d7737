"""The targets on the carbon account recomputed: every row of ``carbon_targets`` against what the written account adds up to.

The scope, year and limit come from the workbook and the lengths of the periods with them; what is emitted, stored and
captured comes from the table ``carbon`` alone. A second check holds the levels that the table ``limits`` tells.

Limits: a peak that names a year at or after the last milestone rules nothing; memo entries never count.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...core.data import Data
from ...core.declare.results import Identity
from ...core.solve.amounts import NATION
from ...core.solve.sides import Sides, Tables
from ..carbon import ACCOUNTS, CARBON_TARGETS

if TYPE_CHECKING:
    from ...core.solve.solution import Solution

#: Account -> its sign in net emissions, and in emissions less what is captured.
NET = dict(zip(ACCOUNTS, (1.0, -1.0, -1.0), strict=True))
GROSS = dict(zip(ACCOUNTS, (1.0, 0.0, -1.0), strict=True))
GROUP = "group:"
Yearly = Callable[[int], float]


def targets_met(tables: Tables, solution: Solution) -> list[Sides]:
    """No target of the workbook is exceeded by the written account of carbon: the excess over each limit is nothing."""
    data = solution.build.data
    rows: list[tuple[float, float]] = []
    targets = data.frame(CARBON_TARGETS)[["kind", "scope", "year", "value"]]
    for kind, scope, year, value in targets.itertuples(index=False, name=None):
        if kind == "peak":
            rows += [(amount(tables, data, "never_rises_after_peak", scope, t), 0.0) for t in data.years if t > int(year)]
        else:
            family = "cumulative_limit" if kind == "cumulative" else kind
            rows.append((amount(tables, data, family, scope, int(year)), float(value)))
    return [_sides([(max(0.0, level - limit), 0.0, max(abs(level), abs(limit))) for level, limit in rows])]


def levels_of_targets(tables: Tables, solution: Solution) -> list[Sides]:
    """The level of each target in the table ``limits`` is what the written account of carbon adds up to."""
    table = tables["limits"]
    if table.empty:
        return []
    told = table[table["name"].isin(FAMILIES)][["name", "region", "year", "level"]]
    rows = []
    for name, scope, year, level in told.itertuples(index=False, name=None):
        found = amount(tables, solution.build.data, name, scope, int(year))
        rows.append((found, float(level), max(abs(found), abs(float(level)))))
    return [_sides(rows)]


def _sides(rows: list[tuple[float, float, float]]) -> Sides:
    left, right, size = np.array(rows, dtype=float).reshape(-1, 3).T
    return Sides(left, right, size)


def amount(tables: Tables, data: Data, family: str, scope: str, year: int) -> float:
    """What a target of the constraint ``family`` limits, from the strict account of its scope."""
    sign = NET if family in ("net_limit", "cumulative_limit") else GROSS
    by_year = _by_year(tables["carbon"], scope, sign)

    def of(t: int) -> float:
        return float(by_year.get(t, 0.0))

    return FAMILIES[family](data, of, year)


def _by_year(carbon: pd.DataFrame, scope: str, sign: dict[str, float]) -> pd.Series:
    strict = carbon[carbon["in_target"] == 1]
    if str(scope).startswith(GROUP):
        strict = strict[strict["region_group"] == str(scope).removeprefix(GROUP)]
    elif scope != NATION:
        strict = strict[strict["region"] == scope]
    # a number that is missing makes its year none
    return (strict["value"] * strict["account"].map(sign)).groupby(strict["year"].astype("int64")).agg(lambda v: v.sum(skipna=False))


def _cumulative(data: Data, of: Yearly, year: int) -> float:
    return sum(data.length(t) * of(t) for t in data.years if t <= year)


def _rise(data: Data, of: Yearly, year: int) -> float:
    return of(year) - of(data.previous(year))


def _that_year(data: Data, of: Yearly, year: int) -> float:
    return of(year)


#: Constraint family -> what its rows limit, from the yearly amounts.
FAMILIES: dict[str, Callable[[Data, Yearly, int], float]] = {
    "net_limit": _that_year, "emission_limit": _that_year, "cumulative_limit": _cumulative, "never_rises_after_peak": _rise,
}  # fmt: skip
IDENTITIES = (Identity("carbon_targets_met", targets_met),)
