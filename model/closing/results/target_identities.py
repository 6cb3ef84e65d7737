"""The targets on the carbon account recomputed: every row of ``carbon_targets`` against what the written account adds up to.

Scope, years, limits and ways of holding come from the workbook and the lengths of the periods with them; what is emitted, stored and
captured comes from the table ``carbon`` alone, what is missed from the table ``targets``. A second check holds the levels that
``targets`` tells.

Limits: memo entries never count.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from ...core.data import SCOPE_JOINT, Data
from ...core.declare.results import Identity
from ...core.solve.amounts import NATION
from ...core.solve.sides import Sides, Tables
from ..carbon import ACCOUNTS
from ..target_table import (
    ACCOUNTS_COUNTED,
    CARBON_TARGETS,
    CUMULATIVE,
    FLOWS,
    PEAK,
    first_year_of,
    held_periods,
    total_of,
    years_counted,
)

if TYPE_CHECKING:
    from ...core.solve.solution import Solution

GROUP = "group:"
Signs = tuple[float, float, float]
#: Target, rule that holds it, year asked for -> what the rule holds below its limit, and the limit.
Held = tuple[tuple[str, str, int], float, float]


def recomputed(tables: Tables, data: Data) -> Iterator[Held]:
    """Each row of each target: the amount that it holds down, from the written account, and its limit; a sink with minus."""
    targets = data.frame(CARBON_TARGETS)
    for row in targets.itertuples():
        name, year = str(row.target), int(row.year)
        if row.kind in FLOWS:
            amount = sum(share * _flow(tables, row.scope, FLOWS[row.kind], t) for share, t in data.flow_of_year(year))
            yield (name, row.kind, year), amount, _limit(row.kind, float(row.value))
        elif row.kind == CUMULATIVE:
            signs, first = ACCOUNTS_COUNTED[row.counts], first_year_of(row, data)
            yield (name, "cumulative_limit", year), sum(years_counted(data, t, first, year) * _flow(tables, row.scope, signs, t) for t in data.years), total_of(row)
        elif row.kind == PEAK:
            gross = FLOWS["emission_limit"]
            for t in (t for t in data.years if year < t <= data.plan_until):
                yield (name, "never_rises_after_peak", t), _flow(tables, row.scope, gross, t) - _flow(tables, row.scope, gross, data.previous(t)), 0.0
    for row in held_periods(data, targets).itertuples():
        yield (str(row.target), "target_held", int(row.year)), _flow(tables, row.scope, FLOWS[row.kind], int(row.year)), _limit(row.kind, float(row.limit))


def _limit(kind: str, value: float) -> float:
    return -value if kind == "sink_at_least" else value


def _flow(tables: Tables, scope: str, signs: Signs, year: int) -> float:
    """The strict account of a scope in the period that ends at ``year``, Mt CO2/yr; a number that is missing makes it none."""
    carbon = tables["carbon"]
    strict = carbon[(carbon["in_target"] == 1) & (carbon["year"] == year)]
    if scope != NATION:
        scopes = str(scope).split(SCOPE_JOINT)
        strict = strict[strict["region"].isin(scopes) | (GROUP + strict["region_group"].astype(str)).isin(scopes)]
    sign = strict["account"].map(dict(zip(ACCOUNTS, signs, strict=True))).astype(float)
    return float((strict["value"] * sign)[sign != 0.0].sum(skipna=False))


def _told(tables: Tables, column: str) -> dict[tuple[str, str, int], float]:
    table = tables["targets"]
    keys = zip(table["target"], table["rule"], table["year"].astype("int64"), strict=True)
    return dict(zip(keys, table[column].astype(float), strict=True))


def targets_met(tables: Tables, solution: Solution) -> list[Sides]:
    """No target of the workbook is exceeded by the written account of carbon by more than is told as missed."""
    missed = _told(tables, "missed")
    rows = [(max(0.0, amount - limit - missed.get(key, 0.0)), 0.0, max(abs(amount), abs(limit))) for key, amount, limit in recomputed(tables, solution.build.data)]
    return [_sides(rows)]


def levels_of_targets(tables: Tables, solution: Solution) -> list[Sides]:
    """The level of each target in the table ``targets`` is what the written account of carbon adds up to."""
    told, asked = _told(tables, "level"), {**dict.fromkeys(FLOWS, 1.0), "sink_at_least": -1.0}
    kinds = dict(zip(tables["targets"]["target"], tables["targets"]["kind"], strict=True))
    rows = []
    for key, amount, _ in recomputed(tables, solution.build.data):
        if key in told:
            level = asked.get(kinds[key[0]], 1.0) * told[key]
            rows.append((amount, level, max(abs(amount), abs(level))))
    return [_sides(rows)]


def _sides(rows: list[tuple[float, float, float]]) -> Sides:
    left, right, size = np.array(rows, dtype=float).reshape(-1, 3).T
    return Sides(left, right, size)


IDENTITIES = (
    Identity("carbon_targets_met", "Carbon targets are met", "碳目标均已满足", targets_met),
)
