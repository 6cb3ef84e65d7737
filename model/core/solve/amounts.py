"""Amounts of a solution as result tables need them: entries of balances in workbook units, groups of regions, joins.

Limits: a unit of a result is converted here and nowhere else in the reports.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from ..build.roles import decisions, known
from ..data import WATER_ZONES
from ..declare import units
from ..declare.roles import Decision, Told, Way
from ..frames import stack as stack

if TYPE_CHECKING:
    from .solution import Solution

#: What both ends of something that is sent are called where they are regions; names of ends that are water zones end otherwise.
ENDS, ZONE = ["from_region", "to_region"], "_zone"

#: Region key of sums over all regions.
NATION = "nation"


def scaled(frame: pd.DataFrame, from_unit: str, to_unit: str, column: str = "value") -> pd.DataFrame:
    """``frame`` with ``column`` counted in another unit."""
    return frame.assign(**{column: units.convert(frame[column].to_numpy(dtype=float), from_unit, to_unit)})


def entries(solution: Solution, balance: str, unit: str) -> pd.DataFrame:
    """Entries of a balance, its value in ``unit``; index columns, item, memo, value (supply positive)."""
    frame = solution.balance(balance)
    return scaled(frame, solution.build.ledger.balances[balance].unit, unit)


def item_signs(solution: Solution, balance: str) -> dict[str, float]:
    """Item -> +1 or -1: whether its terms rather supply or use; says on which side an entry of zero stands."""
    table = solution.build.ledger.table(balance)
    sums = table.groupby("item", sort=False)["coefficient"].sum()
    return {str(item): 1.0 if amount >= 0.0 else -1.0 for item, amount in sums.items()}


def is_supply(solution: Solution, balance: str, frame: pd.DataFrame) -> pd.Series:
    """Which entries (``item``, ``value``) supply; an entry of zero stands where the terms of its item do."""
    usual = frame["item"].map(item_signs(solution, balance)).astype(float)
    return frame["value"].where(frame["value"] != 0.0, usual) > 0.0


def values(solution: Solution, family: str, unit: str = "") -> pd.DataFrame:
    """Index columns and ``value`` of a variable family, in ``unit``; without rows when the family does not exist."""
    if family not in solution.build.families:
        return pd.DataFrame()
    frame = solution.values(family)
    own = solution.build.families[family].spec.unit
    return scaled(frame, own, unit) if unit and unit != own else frame


def terms(solution: Solution, family: str, unit: str = "") -> pd.DataFrame:
    """Index columns of a variable family, ``position`` and ``value``: what one unit of the variable is in ``unit``; see ``values``."""
    if family not in solution.build.families:
        return pd.DataFrame()
    found = solution.build.families[family]
    own = found.spec.unit
    return found.frame.assign(position=found.positions, value=units.convert(1.0, own, unit) if unit and unit != own else 1.0)


def posted(solution: Solution, balance: str, unit: str) -> pd.DataFrame:
    """Posts of a balance: its index, ``item``, ``memo``, ``position`` and ``value``, the coefficient in ``unit`` (supply positive)."""
    table = solution.build.ledger.table(balance)
    scale = units.convert(1.0, solution.build.ledger.balances[balance].unit, unit)
    return table.assign(value=table["coefficient"].to_numpy(dtype=float) * scale)


def with_group(solution: Solution, frame: pd.DataFrame) -> pd.DataFrame:
    """Add ``region_group`` to a frame with ``region``."""
    groups = dict(solution.build.data.region_group)
    return frame.assign(region_group=frame["region"].map(groups))


def rate(solution: Solution, frame: pd.DataFrame, column: str = "value", year: str = "year") -> pd.DataFrame:
    """``frame`` with amounts per period turned into amounts a year."""
    data = solution.build.data
    lengths = {y: float(data.length(y)) for y in data.all_years}
    return frame.assign(**{column: frame[column] / frame[year].map(lengths)})


def period_weights(solution: Solution) -> dict[int, float]:
    """Year -> what a flow of one a year through the period is worth in the objective of the plan."""
    data, goal = solution.build.data, solution.build.objective
    own = goal.weights if goal is not None else {}
    return {year: own.get(year, data.weight(year)) for year in data.all_years}


def weight_at(solution: Solution, year: float, between: bool) -> float:
    """What a unit is worth over the years of its row: those of the period, or, in their shares, of two periods between whose means the year lies."""
    data, weight = solution.build.data, period_weights(solution)
    return sum(share * weight[t] for share, t in (data.flow_of_year(year) if between else [(1.0, data.period_of(year))]))


def standing(solution: Solution, frame: pd.DataFrame, column: str = "value") -> pd.DataFrame:
    """Amounts by ``vintage`` added up to what stands in every ``year`` from the vintage on."""
    if frame.empty:
        return frame
    keys = [c for c in frame.columns if c not in ("vintage", column)]
    years = pd.DataFrame({"year": solution.build.data.years})
    spread = frame.merge(years, how="cross")
    return total(spread[spread["vintage"] <= spread["year"]], [*keys, "year"], column)


def total(frame: pd.DataFrame, keys: Sequence[str], column: str = "value") -> pd.DataFrame:
    """Sums of ``column`` by ``keys`` in order of appearance."""
    if frame.empty:
        return pd.DataFrame(columns=[*keys, column])
    return frame.groupby(list(keys), sort=False, as_index=False, dropna=False)[column].sum()


def region_of_zone(solution: Solution) -> dict[str, str]:
    """Water zone -> region."""
    zones = solution.build.data.frame(WATER_ZONES)
    return dict(zip(zones["water_zone"], zones["region"], strict=True))


def between_regions(solution: Solution, frame: pd.DataFrame) -> pd.DataFrame:
    """``frame``, whose first two columns say from where to where something is sent, with ``ENDS`` in their place: of water zones their regions."""
    ends = list(frame.columns[: len(ENDS)])
    if ends[0].endswith(ZONE):
        regions = region_of_zone(solution)
        frame = frame.assign(**{end: frame[end].map(regions) for end in ends})
    return frame.rename(columns=dict(zip(ends, ENDS, strict=True)))


def lost_on_way(solution: Solution, way: Way | None, ends: pd.DataFrame) -> pd.Series:
    """Which share of what is sent is lost, by the ends as they stand in the sheet of the way."""
    if way is None or way.table is None:
        return pd.Series(0.0, index=ends.index)
    lost = solution.build.data.lookup(way.table, way.loss)
    return pd.Series([lost[pair] for pair in ends.itertuples(index=False, name=None)], index=ends.index, dtype=float)


def placed(solution: Solution, frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` with what levers know of its keys; where that is no region, with that of its water zone or the nation."""
    frame = known(solution.build, frame)
    if "region" in frame:
        return frame
    return frame.assign(region=frame["water_zone"].map(region_of_zone(solution)) if "water_zone" in frame else NATION)


def item_of(frame: pd.DataFrame, decision: Decision) -> pd.Series:
    """What is decided, row by row: the columns that its lever names, else the variable."""
    return joined(frame[list(decision.item)]) if decision.item else pd.Series(decision.variable, index=frame.index)


def joined(words: pd.DataFrame) -> pd.Series:
    """The columns of a frame joined by dots: ``restoration.fencing``."""
    texts = [words[column].astype(str) for column in words.columns]
    text = texts[0]
    for following in texts[1:]:
        text = text + "." + following
    return text


def told_decisions(solution: Solution, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """What to do, for every decision that its lever wants told: lever, region, item, year, unit and value; ``tables`` are the result tables that some amounts stand in."""
    keys = ["lever", "region", "item", "year", "unit"]
    decided = [(decision, decision.told) for decision in decisions(solution.build).values() if decision.told is not None]
    found = stack([told_rows(solution, tables, decision, told) for decision, told in decided])
    return total(found, keys) if len(found) else found


def told_rows(solution: Solution, tables: Mapping[str, pd.DataFrame], decision: Decision, told: Told, of: Callable[..., pd.DataFrame] = values) -> pd.DataFrame:
    """Rows of one decision: lever, region, item, year, unit and value; with ``terms`` and tables of links, by variable."""
    frame = tables[told.table] if told.table else _amounts(solution, decision.variable, told.unit, of)
    if frame.empty:
        return pd.DataFrame()
    frame = placed(solution, frame)
    if told.rows is not None:
        frame = frame[told.rows(solution.build.data, frame)]
    if told.table:
        frame = frame.assign(value=frame[told.amount])
    item = item_of(frame, decision)
    return frame.assign(lever=decision.lever, item=item + "->" + frame[told.to].astype(str) if told.to else item, unit=told.unit)


def _amounts(solution: Solution, variable: str, unit: str, of: Callable[..., pd.DataFrame] = values) -> pd.DataFrame:
    """A family in a unit, by year: amounts of a period are told a year where the unit says so, those of a vintage as what stands."""
    own = solution.build.families[variable].spec.unit
    of_period = unit.endswith("/yr") and not own.endswith("/yr")
    frame = of(solution, variable, unit.removesuffix("/yr") if of_period else unit)
    frame = rate(solution, frame) if of_period else frame
    return standing(solution, frame) if "vintage" in frame else frame
