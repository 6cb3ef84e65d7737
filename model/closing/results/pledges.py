"""Pledges beside the carbon account in the report: what each asks, what the plan does, what is missed, and its price; recomputed from the written tables.

Limits: prices with a cost objective alone. What is missed of a share is told as a share of the energy of its year.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...core.build.roles import wooded
from ...core.data import regions_in
from ...core.declare import units
from ...core.declare.results import UNIT, YEAR, Field, Identity, ResultTable, number, text, texts
from ...core.solve.amounts import stack
from ...core.solve.sides import Sides
from ...levers.fuels import COAL, FOSSIL
from ..carbon import ACCOUNTS
from ..objective import period_weight
from ..pledges.capacity_targets import CAPACITY, members
from ..pledges.capacity_targets import PLEDGE as CAPACITY_PLEDGE
from ..pledges.climate_targets import PLEDGES as CLIMATE_PLEDGES
from ..pledges.climate_targets import SIGNS
from ..pledges.energy_targets import COAL_MOST, SHARE, TOTAL
from ..pledges.energy_targets import PLEDGES as ENERGY_PLEDGES
from ..pledges.forest_targets import COVER, GAIN
from ..pledges.forest_targets import FOREST_LAND as TREES_STAND_ON
from ..pledges.forest_targets import PLEDGES as FOREST_PLEDGES
from ..pledges.held import INDEX, Pledge
from ..target_table import AT

if TYPE_CHECKING:
    from ...core.data import Data
    from ...core.solve.sides import Tables
    from ...core.solve.solution import Solution

PLEDGES = (*CLIMATE_PLEDGES, *ENERGY_PLEDGES, CAPACITY_PLEDGE, *FOREST_PLEDGES)
#: What stands beside the account in a row of ``asked``.
BESIDE = "beside"
COST_UNIT = "bn CNY"


def pledges(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``pledges``: one row for each row that a pledge makes; level without what is missed, which stands beside it."""
    return stack([_of_kind(solution, pledge) for pledge in PLEDGES if pledge.info.name in solution.build.rows])


def _of_kind(solution: Solution, pledge: Pledge) -> pd.DataFrame:
    data, rows = solution.build.data, solution.rows(pledge.info.name)
    missed = solution.values(pledge.missed.name) if pledge.missed.name in solution.build.families else pd.DataFrame()
    short_of = dict(zip(zip(missed["target"], missed["hold"], missed["asked"].astype(int), strict=True), missed["value"], strict=True)) if len(missed) else {}
    short = np.array([short_of.get(key, 0.0) for key in zip(rows["target"], rows["hold"], rows["year"].astype(int), strict=True)], dtype=float)
    asked = rows[INDEX].astype({"year": "int64"}).merge(pledge.asked(data), how="left", on=INDEX)
    limit, beside = (asked[name].to_numpy(dtype=float) if name in asked else 0.0 for name in ("limit", BESIDE))
    # amounts that nobody decides stand on the right-hand side: what the row is below its limit is what the plan is above the pledge
    over = (rows["activity"] - rows["upper"]).to_numpy(dtype=float) + short
    unit = "1" if pledge.kind == SHARE else pledge.unit
    sign = -1.0 if pledge.at_least else 1.0
    if pledge.kind == SHARE:
        whole = _energy(solution, pledge, rows)
        level, told = limit + sign * over / whole, short / whole
    else:
        level, limit, told = (units.convert(amount, pledge.info.unit, unit) for amount in (limit + beside + sign * over, limit + beside, short))
    period = np.array([data.period_of(int(year)) for year in rows["year"]], dtype=np.int64)
    once = np.array([float(data.length(int(t))) if pledge.once else 1.0 for t in period])
    weight = np.array([_weight(data, pledge, row) for row in rows.to_dict("records")])
    goal = solution.build.objective
    is_cost = goal is not None and goal.unit == COST_UNIT
    price_unit = pledge.sheet.column(pledge.price).unit
    scale = units.convert(1.0, units.solver_unit(price_unit), price_unit)
    worth = solution.improvement_sign * rows["dual"].to_numpy(dtype=float) * once / weight * scale
    price = rows["target"].map(pledge.price_of(data)).astype(float)
    return rows.assign(
        region=rows["scope"], kind=pledge.kind, limit=limit, level=level, missed=told, unit=unit, price=worth if is_cost else np.nan,
        miss_price=price * scale, price_unit=price_unit, period=period, paid=short * price.fillna(0.0).to_numpy() / once,
    )  # fmt: skip


def _weight(data: Data, pledge: Pledge, row: Any) -> float:
    """What one unit a year is worth over the years of a row, discounted: a flow between two periods mixes theirs, a stock is that of its period."""
    parts = data.flow_of_year(int(row["year"])) if row["hold"] == AT and not pledge.is_stock else [(1.0, data.period_of(int(row["year"])))]
    return sum(share * period_weight(data, t) for share, t in parts)


def _energy(solution: Solution, pledge: Pledge, rows: pd.DataFrame) -> Any:
    """Primary energy of each row's scope and year, TWh/yr."""
    total = solution.values(TOTAL.name)
    return np.array([_mixed(solution.build.data, pledge, row, lambda t, places: float(total.loc[(total["year"] == t) & total["region"].isin(places), "value"].sum())) for row in rows.to_dict("records")])  # fmt: skip


def _mixed(data: Data, pledge: Pledge, row: Any, amount: Callable[[int, list[str]], float]) -> float:
    places = regions_in(data, str(row["scope"]))
    return sum(share * amount(t, places) for share, t in pledge.parts(data, row))


def recomputed(tables: Tables, data: Data, pledge: Pledge, row: Any, trees: Collection[str] = ()) -> float:
    """The level of a row from the written tables, in the unit of the sheet."""

    def summed(table: str, column: str, wanted: Callable[[pd.DataFrame], pd.Series]) -> float:
        frame = tables[table]
        chosen = frame[wanted(frame)] if len(frame) else frame

        def amount(t: int, places: list[str]) -> float:
            return float(chosen.loc[(chosen["year"] == t) & chosen["region"].isin(places), column].sum())

        return _mixed(data, pledge, row, amount)

    if pledge.kind == COAL_MOST:
        return summed("primary_energy", "value", lambda frame: frame["energy_source"] == COAL)
    if pledge.kind == SHARE:
        clean = summed("primary_energy", "value", lambda frame: ~frame["energy_source"].isin(FOSSIL))
        return clean / summed("primary_energy", "value", lambda frame: frame["energy_source"].notna())
    if pledge.kind == GAIN:
        return summed("forest", "volume_mm3", lambda frame: frame["stratum"].notna())
    if pledge.kind == COVER:
        return summed("land", "value", lambda frame: frame["use"].isin(trees) & (frame["land_class"] == TREES_STAND_ON))
    if pledge.kind in SIGNS:
        signs = dict(zip(ACCOUNTS, SIGNS[pledge.kind], strict=True))
        strict = tables["carbon"][tables["carbon"]["in_target"] == 1]
        signed = strict.assign(value=strict["value"] * strict["account"].map(signs).astype(float))

        def emitted(t: int, places: list[str]) -> float:
            return float(signed.loc[(signed["year"] == t) & signed["region"].isin(places), "value"].sum())

        return _mixed(data, pledge, row, emitted) + float(row.get(BESIDE, 0.0))
    assert pledge.kind == CAPACITY
    counted = members(data).get(str(row["target"]), [])
    return summed("power", "capacity_gw", lambda frame: frame["technology"].isin(counted))


def pledges_met(tables: Tables, solution: Solution) -> list[Sides]:
    """What each pledge has is what the written tables add up to, and no more is missing than is told as missed."""
    data, table = solution.build.data, tables["pledges"]
    had, told, lacking = [], [], []
    for pledge in PLEDGES:
        told_of = table[table["kind"] == pledge.kind].rename(columns={"region": "scope"}).astype({"year": "int64"})
        if told_of.empty:
            continue
        for row in told_of.merge(pledge.asked(data).drop(columns="limit"), on=INDEX).to_dict("records"):
            had.append(recomputed(tables, data, pledge, row, wooded(solution.build)))
            told.append(float(row["level"]))
            short = float(row["limit"]) - had[-1] if pledge.at_least else had[-1] - float(row["limit"])
            lacking.append(max(0.0, short - float(row["missed"])))
    left, right, size = np.array(had, dtype=float), np.array(told, dtype=float), np.abs(np.array(told, dtype=float))
    return [Sides(left, right, size), Sides(np.array(lacking, dtype=float), np.zeros(len(lacking)), size)]


RESULTS = (
    ResultTable(
        "pledges", "Every pledge on climate, energy, capacity and forest: what it asks, what the plan does, by how much it is missed, and its price.", "各气候、能源、装机与森林目标：要求、方案水平、缺口与价格。",
        (
            text("target", "Name of the pledge", "目标名称"), *texts("kind", "region"), text("hold", "How it is held", "保持方式"), YEAR,
            number("limit"), number("level"), number("missed", "", "By how much it is missed", "未达目标的量"), UNIT,
            number("price", "", "What one more unit allowed, or one less asked for, is worth, in money of its year", "每多允许或少要求一单位的价值（当年价）", beside="price_unit"),
            number("miss_price", "", "Price of missing it; empty: it may not be missed", "未达目标的价格；空白为硬约束", beside="price_unit"), *texts("price_unit"),
            Field("period", "integer"), number("paid", "bn CNY/yr", "Price of what is missed, in the objective alone", "缺口的价格（仅计入目标函数）"),
        ),
        ("target", "hold", "year"), make=pledges,
    ),
)  # fmt: skip
IDENTITIES = (Identity("pledges_met", "Pledges on climate, energy, capacity and forest are met", "气候、能源、装机与森林目标均已满足", pledges_met),)
