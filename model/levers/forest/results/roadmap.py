"""In which phase of the paper's roadmap each region is, and what switched it: a limit of the plan, or a price.

Three phases: planting leads, both in step, felling leads, told by the area clearcut per area planted. Where the phase
changes, the limit whose worth (its price times its size, a year) changed most since the period before is named; where no
limit of that place has changed its worth, the price that changed most.

Limits: the thresholds are settings, a reading of the paper's words, which give no numbers. What is named goes together
with the change; a plan has many causes at once, and a limit of last year's binding may work ahead.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ....core.build.roles import closed
from ....core.data import regions_in
from ....core.declare.balances import BALANCES
from ....core.declare.results import UNIT, YEAR, ResultTable, number, text, texts
from ....core.declare.spec import ONCE, ConstraintInfo, Variable
from ....core.solve.amounts import NATION, period_weights, stack
from ..parts.harvest import FELLED

if TYPE_CHECKING:
    from ....core.solve.solution import Solution

PHASES = ("planting_leads", "in_step", "harvest_leads")
NEITHER = "none"
#: Changes of worth below this (bn CNY a year) are rounding of the solver.
ROUNDING = 1e-6

Frames = Mapping[str, pd.DataFrame]


def phase_of(clearcut: float, planted: float, low: float, high: float) -> tuple[float, str]:
    """Ratio of felled to planted area and the phase it means; without planting the ratio is blank (NaN)."""
    if planted <= 0.0:
        return np.nan, PHASES[2] if clearcut > 0.0 else NEITHER
    ratio = clearcut / planted
    if ratio < low:
        return ratio, PHASES[0]
    return ratio, PHASES[2] if ratio > high else PHASES[1]


def roadmap(solution: Solution, tables: Frames) -> pd.DataFrame:
    """Table ``roadmap``: per region, nation and year area planted and clearcut (kha a year), ratio, phase and what switched it."""
    build = solution.build
    if not closed(build, "planting"):
        return pd.DataFrame()
    data = build.data
    low, high = data.number("planting_leads_below"), data.number("harvest_leads_above")
    felled, planted = (_by_region(tables[name], column) for name, column in (("forest", "clearcut_kha"), ("planting", "planted_kha")))
    worth, prices = _worth(solution, tables, felled), tables["prices"]
    rows = []
    for region in [*data.regions, NATION]:
        before = ""
        for place, year in enumerate(data.years):
            areas = tuple(_area(series, region, year) for series in (planted, felled))
            ratio, phase = phase_of(areas[1], areas[0], low, high)
            changed = place > 0 and phase != before
            found = cause(solution, worth, prices, region, data.years[place - 1], year) if changed else {}
            rows.append({"region": region, "year": year, "planted_kha": areas[0], "clearcut_kha": areas[1], "ratio": ratio, "phase": phase,
                         "previous_phase": before if changed else "", "kind": "", "cause": "", "sheet": "", "cell": "", "worth_change": np.nan, "unit": "", **found})  # fmt: skip
            before = phase
    return pd.DataFrame(rows)


def _families(solution: Solution) -> list[ConstraintInfo]:
    return [info for lever in solution.build.levers for info in lever.constraints()]


def _limits(solution: Solution) -> set[str]:
    """Limits that planting and felling answer to, by the name of their row, bound or balance."""
    named: list[ConstraintInfo | Variable] = [*_families(solution), *(variable for lever in solution.build.levers for variable in lever.variables)]
    balances = {f"balance_{balance.name}" for balance in BALANCES.values() if balance.steers_forest and balance.sense == ">="}
    return balances | {entry.name for entry in named if entry.steers_forest}


def _rules(solution: Solution) -> dict[str, str]:
    """Such rows without a cell of their own: family -> setting that holds it."""
    return {info.name: info.setting for info in _families(solution) if info.steers_forest and info.setting}


def _prices() -> list[str]:
    """Balances to whose price planting and felling answer."""
    return [name for name, balance in BALANCES.items() if balance.steers_forest and balance.sense != ">="]


def _by_region(table: pd.DataFrame, column: str) -> pd.Series:
    if table.empty:
        return pd.Series(dtype=float)
    return table.assign(year=table["year"].astype("int64")).groupby(["region", "year"])[column].sum()


def _area(series: pd.Series, region: str, year: int) -> float:
    if series.empty:
        return 0.0
    if region == NATION:
        return float(series[series.index.get_level_values("year") == year].sum())
    return float(series.get((region, year), 0.0))


def _worth(solution: Solution, tables: Frames, felled: pd.Series) -> pd.DataFrame:
    """What every limit that binds is worth: name, region, year, sheet, cell and worth (price times size).

    A phase of the roadmap, whose limit is nothing, is as large as the area clearcut (kha a period) that it holds.
    """
    found = tables["limits"]
    found = found[found["name"].isin(_limits(solution) - set(_rules(solution))) & found["year"].notna()]
    price = found["price"].where(found["price"].notna(), found["dual"])
    size = found["limit"].abs().where(found["limit"].abs() > 0.0, found["level"].abs())
    data = solution.build.data
    # what is had once is paid once in its period: its worth a year is the part of one year
    length = found["year"].map({float(y): float(data.length(y)) for y in data.all_years})
    price = price / length.where(found["kind"].isin(ONCE), 1.0)
    for at, row in found[found["name"] == "balance_roadmap"].iterrows():
        inside = regions_in(data, str(row["region"]))
        size[at] = data.length(int(row["year"])) * sum(_area(felled, region, int(row["year"])) for region in inside)
    parts = [found[["name", "region", "sheet", "cell"]].assign(year=found["year"].astype("int64"), worth=(price * size).to_numpy(dtype=float))]
    parts += [_rule(solution, family, setting) for family, setting in _rules(solution).items() if family in solution.build.rows]
    return stack(parts)


def _rule(solution: Solution, family: str, setting: str) -> pd.DataFrame:
    """A row that a setting holds: at the last year when it has none; a band is as large as the rise or fall that it allows."""
    data = solution.build.data
    rows = solution.rows(family)
    if rows.empty:
        return rows
    year = rows["year"] if "year" in rows else pd.Series(data.years[-1], index=rows.index)
    if family.startswith("even_flow"):
        harvest = solution.values(FELLED.name).groupby("year")["value"].sum()
        harvest.index = harvest.index.map({data.previous(y): y for y in data.years}.get)
        size = data.number(setting) * year.map(harvest).fillna(0.0).to_numpy(dtype=float)
    else:
        bound = rows["lower"].where(np.isfinite(rows["lower"]), rows["upper"])
        size = bound.abs().to_numpy(dtype=float)
    weight = year.map(period_weights(solution)).to_numpy(dtype=float)
    place = rows.get("region", NATION)
    worth = np.abs(rows["dual"].to_numpy(dtype=float)) * size / weight
    return pd.DataFrame({"name": family, "region": place, "sheet": "settings", "cell": setting, "year": year.astype("int64"), "worth": worth})


def cause(solution: Solution, worth: pd.DataFrame, prices: pd.DataFrame, region: str, before: int, year: int) -> dict[str, object]:
    """The limit of a place whose worth changed most between two periods, else the price that did."""
    here = worth[_reaches(solution, worth["region"], region)] if len(worth) else worth
    if len(here):
        keys = ["name", "region", "sheet"]
        now, then = (here[here["year"] == y].groupby(keys, sort=False)["worth"].sum() for y in (year, before))
        change = now.sub(then, fill_value=0.0)
        if len(change) and change.abs().max() > ROUNDING:
            name, _, sheet = change.abs().idxmax()
            at = here[(here["name"] == name) & (here["sheet"] == sheet)]
            cells = at[at["year"] == year] if change[change.abs().idxmax()] > 0.0 else at[at["year"] == before]
            cell = str(cells.sort_values("worth")["cell"].iloc[-1]) if len(cells) else ""
            return {"kind": "limit", "cause": name, "sheet": sheet, "cell": cell, "worth_change": float(change[change.abs().idxmax()]), "unit": _unit(solution)}
    own = prices[prices["balance"].isin(_prices()) & prices["price"].notna()] if len(prices) else prices
    own = own[_reaches(solution, own["region"], region)] if len(own) else own
    if own.empty:
        return {"kind": "none"}
    own = own[own["year"].isin((before, year))]
    mean = own.pivot_table(index=["balance", "unit"], columns="year", values="price", aggfunc="mean").reindex(columns=[before, year]).fillna(0.0)
    moved = mean[year] - mean[before]
    share = moved.abs() / mean.abs().max(axis=1).where(mean.abs().max(axis=1) > 0.0)
    if share.dropna().empty or share.max() <= ROUNDING:
        return {"kind": "none"}
    balance, unit = share.idxmax()
    return {"kind": "price", "cause": balance, "worth_change": float(moved[balance, unit]), "unit": unit}


def _unit(solution: Solution) -> str:
    goal = solution.build.objective
    return "bn CNY/yr" if goal is not None and goal.unit == "bn CNY" else goal.unit if goal is not None else ""


def _reaches(solution: Solution, places: pd.Series, region: str) -> pd.Series:
    """Which places (regions, zones, groups, nation) a region lies in or holds; the nation holds all."""
    data = solution.build.data
    if region == NATION:
        return pd.Series(True, index=places.index)
    zones = data.tables["water_zones"] if data.has("water_zones") else pd.DataFrame({"water_zone": [], "region": []})
    own = list(zones.loc[zones["region"] == region, "water_zone"])
    return places.isin([region, NATION, f"group:{data.region_group[region]}", *own])


RESULTS = (
    ResultTable(
        "roadmap", "Area planted and clearcut, the phase that their ratio means, and what switched it.", "造林与皆伐面积、其比值对应的阶段及转换原因。",
        (
            *texts("region"), YEAR, number("planted_kha", "kha/yr"), number("clearcut_kha", "kha/yr"), number("ratio", "1"),
            text("phase", "Phase of the roadmap", "路线图阶段"), *texts("previous_phase"),
            text("kind", "What the cause is: limit, price or none", "原因类型：约束、价格或无"), *texts("cause", "sheet", "cell"),
            number("worth_change"), UNIT,
        ),
        ("region", "year"), make=roadmap,
    ),
)  # fmt: skip
