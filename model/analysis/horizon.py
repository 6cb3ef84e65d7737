"""What a planner sees who looks only some years ahead: the workbook without the periods, targets and rows after that.

Periods after the last milestone in sight are left out, and with them all values of later years and rows whose ``year`` or ``from_year``
lies beyond. What must hold at the end of a plan (standing volume, value left) then holds at the last milestone in sight.

A carbon target beyond sight is either not known, or known as the straight way to it. Of a limit of a year y after the horizon h:

    value[h] = before + (h - y0) / (y - y0) * (value[y] - before)

where ``before`` is the row of the same name before it (y0 its year) where the target is a line, else what was emitted, or stored, in the
period that has just ended (y0 its milestone; of the base year, gross). Of a budget the years up to the horizon get their part of what is left, in proportion to years.

Limits: targets of other sheets (capacity, energy, forest, climate) are not known before their year is in sight; a peak needs a milestone after it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd

from ..closing.pledges.climate_targets import CLIMATE_TARGETS
from ..closing.pledges.energy_targets import ENERGY_TARGETS
from ..closing.pledges.series import BASE_YEAR_EMISSIONS
from ..closing.target_table import (
    ACCOUNTS_COUNTED,
    CARBON_TARGETS,
    CUMULATIVE,
    FLOWS,
    LINE,
    PEAK,
    first_year_of,
    total_of,
    years_counted,
)
from ..core.data import Data, regions_in
from ..core.declare import units
from ..core.solve.solution import Solution

#: Columns that name the year from which a row counts: one beyond sight is no row.
FROM_WHEN = ("year", "from_year")
#: t CO2 from a tonne of coal equivalent: 94.6 kg CO2 per GJ of bituminous coal (IPCC 2006, volume 2, table 2.2) times 29.31 GJ.
CO2_PER_TCE = 2.77
#: Accounts of the strict target, in the order of the signs of ``FLOWS``.
TOTALS = ("emission_total", "sink_total", "captured_total")

#: Signs of the accounts, scope and year -> what was emitted net in the period; None where it has no account.
Level = Callable[[tuple[float, float, float], str, int], float | None]


def level_of(solution: Solution) -> Level:
    """What is counted in a period of a plan, Mt CO2 a year; of the base year what the workbook says was emitted, its sinks being unknown."""
    totals = {name: solution.values(name) for name in TOTALS}
    data = solution.build.data

    def level(signs: tuple[float, float, float], scope: str, year: int) -> float | None:
        regions = regions_in(data, scope)
        if year == data.base_year and signs[0] > 0.0 and data.has(BASE_YEAR_EMISSIONS.name):
            emitted = data.lookup(BASE_YEAR_EMISSIONS, "emission")
            return float(sum(emitted.get(region, 0.0) for region in regions))
        if year not in data.years or any(frame.empty for frame in totals.values()):
            return None
        parts = [sign * float(frame.loc[frame["region"].isin(regions) & (frame["year"] == year), "value"].sum()) for sign, frame in zip(signs, totals.values(), strict=True)]
        return sum(parts)

    return level


def in_sight(data: Data, now: int, foresight: float) -> int:
    """The last milestone that is seen: within ``foresight`` years of ``now``, at least the next; all of them once the plan's end is in sight."""
    ahead = [year for year in data.years if year > now]
    last = max((year for year in ahead if year <= now + foresight), default=ahead[0])
    return data.years[-1] if last >= data.plan_until else last


def foreseen(data: Data, now: int, end: int, level: Level | None, miss_price: float | None) -> Data:
    """The workbook as it is seen at ``now`` up to ``end``; with ``level`` carbon targets beyond are known.

    ``miss_price``, CNY per t CO2, is that of targets on carbon, climate and energy which have none of their own, by the CO2 that they stand for
    (``CO2_PER_TCE``); a peak can not be missed at a price.
    """
    tables = {name: _seen(frame, end) for name, frame in data.tables.items()} if end < data.years[-1] else dict(data.tables)
    if CARBON_TARGETS.name in tables:
        every, rows = data.frame(CARBON_TARGETS), tables[CARBON_TARGETS.name]
        rows = rows[(rows["kind"] != PEAK) | (rows["year"].astype(float) < end)]
        if level is not None and end < data.years[-1]:
            ways = [way for _, part in every.groupby("target", sort=False) if (way := _way(data, part, now, end, level)) is not None]
            filled = [part.astype(object) for part in (rows, *ways) if len(part)]
            rows = pd.concat(filled).astype(every.dtypes.to_dict()) if filled else rows
        tables[CARBON_TARGETS.name] = rows
    if miss_price is not None:
        for table, per_unit in ((CARBON_TARGETS, 1.0), (CLIMATE_TARGETS, 1.0), (ENERGY_TARGETS, CO2_PER_TCE)):
            if table.name in tables:
                tables[table.name] = _priced(tables[table.name], table.column("miss_price").unit, per_unit * miss_price)
    return replace(data, tables=tables, _made={})


def _priced(rows: pd.DataFrame, unit: str, price: float) -> pd.DataFrame:
    """The rows with a price to be missed at where they have none, ``price`` in the unit of the workbook."""
    own = float(units.convert(price, unit, units.solver_unit(unit)))
    can = rows["kind"] != PEAK if "kind" in rows else pd.Series(True, index=rows.index)
    return rows.assign(miss_price=rows["miss_price"].astype(float).where(rows["miss_price"].notna() | ~can, own))


def _seen(frame: pd.DataFrame, end: int) -> pd.DataFrame:
    """The rows that count by ``end``."""
    for name in FROM_WHEN:
        if name in frame.columns:
            frame = frame[~(frame[name].astype(float) > end)]
    return frame


def _way(data: Data, part: pd.DataFrame, now: int, end: int, level: Level) -> pd.DataFrame | None:
    """The row by which a target whose next year lies beyond the horizon is known; None where it asks nothing yet."""
    later = part[part["year"].astype(float) > end].sort_values("year", kind="stable")
    if later.empty or part["kind"].iloc[0] == PEAK or (part["year"].astype(float) == end).any():
        return None
    row = next(later.itertuples())
    asked = _budget(data, row, now, end, level) if row.kind == CUMULATIVE else _flow(part, row, now, end, level)
    if asked is None:
        return None
    one = later.iloc[:1]
    return one.assign(year=end, total=asked) if row.kind == CUMULATIVE else one.assign(year=end, value=asked, hold=row.hold if row.hold == LINE else "at")


def _flow(part: pd.DataFrame, row: Any, now: int, end: int, level: Level) -> float | None:
    """The limit at the horizon on the straight way to a row of a later year."""
    if row.hold == LINE:
        first = part[part["year"].astype(float) < float(row.year)].sort_values("year", kind="stable").iloc[-1]
        start, before = int(first["year"]), float(first["value"])
        if start > end:  # the line has not begun
            return None
    else:
        start, done = now, level(FLOWS[row.kind], row.scope, now)
        if done is None:
            return None
        # what is stored counts below zero among the flows
        before = -done if row.kind == "sink_at_least" else done
    return before + (end - start) / (float(row.year) - start) * (float(row.value) - before)


def _budget(data: Data, row: Any, now: int, end: int, level: Level) -> float | None:
    """What may be emitted up to the horizon: what was, and its years' part of what is left."""
    first, last = first_year_of(row, data), int(row.year)
    spent = 0.0
    for year in (year for year in data.years if year <= now):
        counted = years_counted(data, year, first, last)
        if counted > 0.0:
            spent += counted * (level(ACCOUNTS_COUNTED[row.counts], row.scope, year) or 0.0)
    after = max(now, first - 1)
    return spent + (total_of(row) - spent) * max(0.0, end - after) / (last - after)
