"""Scarcity prices: limits of the workbook and rows of the shared balances, in units that people read.

A raw dual is the improvement of the discounted objective per solver unit. With a cost objective the price divides it
by the weight of the period: money of that year per unit. What is had once (a stock, an amount per period) and not every year of the
period is paid once: its price is the dual times the years of the period over the weight.

Limits: a dual of a row that no year belongs to has no price; with ``max_net_removal`` and ``min_peak`` duals are in tonnes and prices
are left blank; gaps are told for least cost only.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...core.build.objective import COST_UNIT
from ...core.build.parts import Family
from ...core.build.roles import decisions, known
from ...core.declare import units
from ...core.declare.results import Link
from ...core.declare.roles import Decision, Project
from ...core.declare.spec import Balance
from ...core.project import cheapest_unit
from ...core.solve.amounts import NATION, item_of, joined, placed, region_of_zone, stack, weight_at
from ...core.solve.row_prices import (
    is_cost,
    once,
    own_price_unit,
    price_of_worth,
    row_family,
    row_prices,
    worth_of_dual,
)
from ...core.solve.sides import Tables
from ...core.solve.solution import Solution


def limits(solution: Solution) -> pd.DataFrame:
    """Table ``limits``: every limit of the workbook; ``price`` is in money of its year (cost only).

    A limit whose row holds no decision (nothing draws on it) limits nothing and is left out.
    """
    frame = solution.limits()
    frame = frame[frame["level"].notna()].reset_index(drop=True)
    if frame.empty:
        return frame.drop(columns="mixed")
    year = pd.to_numeric(frame["year"], errors="coerce")
    price: npt.NDArray[np.float64] | float = np.nan
    if is_cost(solution):
        price = frame["dual"].to_numpy(dtype=float) * once(solution.build.data, year, frame["kind"]) / _weights_of_limits(solution, year, frame["mixed"])
    return frame.drop(columns="mixed").assign(year=year, price=price)


def _weights_of_limits(solution: Solution, year: pd.Series, mixed: pd.Series) -> npt.NDArray[np.float64]:
    """``weight_at`` of each limit; a limit of no year has none."""
    rows = list(zip(year.astype(float).fillna(-1.0).tolist(), mixed.tolist(), strict=True))
    known = {row: weight_at(solution, *row) for row in dict.fromkeys(rows) if row[0] >= 0.0}
    return np.array([known.get(row, np.nan) for row in rows], dtype=float)


def prices(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``prices``: the dual of every row of a balance that declares a unit of its price, and what one more unit is worth in that year."""
    rows = solution.build.rows
    return stack([_priced(solution, spec) for spec in solution.build.ledger.balances.values() if spec.price_unit and row_family(spec) in rows])


def price_links(solution: Solution) -> list[Link]:
    """Duals and prices are those of the rows of the matrix, times what each row makes of them."""
    found = prices(solution, {})
    if found.empty:
        return []
    keys, told = ("balance", "region", "key", "slice", "year"), found.rename(columns={"row": "position"})
    priced = told.assign(value=told["of_price"])
    return [Link("dual", keys, told.assign(value=told["of_dual"]), of="dual"), *([Link("price", keys, priced, of="dual")] if priced["value"].notna().all() else [])]


def _priced(solution: Solution, spec: Balance) -> pd.DataFrame:
    frame = row_prices(solution, spec)
    if frame.empty:
        return frame
    goal = solution.build.objective
    of_price = units.convert(1.0, own_price_unit(spec), spec.price_unit)
    price = units.convert(frame["price"].to_numpy(dtype=float), own_price_unit(spec), spec.price_unit)
    rows = frame.pop("row")
    keys = [c for c in frame.columns if c not in ("region", "slice", "year", "worth", "price")]
    return pd.DataFrame(
        {
            "balance": spec.name,
            "region": _place(solution, frame, keys),
            "key": joined(frame[keys]) if keys else "",
            "slice": frame.get("slice", ""),
            "year": frame["year"],
            "dual": frame["worth"],
            "dual_unit": f"{goal.unit if goal is not None else '1'} per {spec.unit}",
            "price": price,
            "unit": spec.price_unit,
            "row": rows,
            "of_dual": worth_of_dual(solution, spec),
            "of_price": worth_of_dual(solution, spec) * price_of_worth(solution, spec, frame["year"]) * of_price,
        }
    )


def _place(solution: Solution, frame: pd.DataFrame, keys: list[str]) -> pd.Series | str:
    """Where rows are: their region or scope, that of their zone, what levers know of their key, else their first key."""
    for column in ("region", "scope"):
        if column in frame:
            return frame[column]
    if "water_zone" in frame:
        return frame["water_zone"].map(region_of_zone(solution))
    return known(solution.build, frame).get("region", frame[keys[0]] if keys else "")


def gaps(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``gaps``: by how much one more unit of a decision would at least raise the cost, discounted to the base year.

    The smallest reduced cost over years and sub-rows of each item: zero where the item is used, positive where the prices
    of the plan keep it out. A project (a phase of the diversion) is taken as a whole, with the water and the land that come with it: its gap is a lower
    bound from the prices of a plan without it and may lie far below what the whole costs, which the analysis west_line solves.
    Empty unless cost is minimised.
    """
    goal = solution.build.objective
    if goal is None or goal.unit != COST_UNIT or goal.sense != "min":
        return pd.DataFrame()
    parts = []
    for name, decision in decisions(solution.build).items():
        if decision.gap_unit:
            family = solution.build.families[name]
            gap = _gaps_of_units(solution, family, decision) if decision.project is None else _gaps_of_wholes(solution, family, decision, decision.project)
            parts.append(gap.assign(lever=decision.lever, unit=decision.gap_unit))
    found = stack(parts)
    if found.empty:
        return found
    return found.groupby(["lever", "region", "item", "unit"], sort=False, as_index=False)["gap"].min()


def _gaps_of_units(solution: Solution, family: Family, decision: Decision) -> pd.DataFrame:
    """What one more unit of each variable would add to the cost."""
    gap = np.maximum(0.0, solution.reduced_cost[family.positions]) * units.convert(1.0, f"{COST_UNIT}/{family.spec.unit}", decision.gap_unit)
    frame = placed(solution, family.frame)
    return pd.DataFrame({"region": frame["region"], "item": item_of(frame, decision), "gap": gap})


def _gaps_of_wholes(solution: Solution, family: Family, decision: Decision, project: Project) -> pd.DataFrame:
    """What the whole of each item, standing in the last year and built in whichever years are cheapest, would add to the cost."""
    (item,) = decision.item
    families = [solution.build.families[name] for name in project.families if name in solution.build.families]
    decided = pd.concat([part.frame.assign(family=part.spec.name, position=part.positions) for part in families], ignore_index=True)
    last = solution.build.data.years[-1]
    rows = []
    for whole, part in decided.groupby(item, sort=False):
        weight = ((part["family"] == family.spec.name) & (part["year"] == last)).to_numpy(dtype=float)
        cost = cheapest_unit(solution, part["position"].tolist(), project.rows, weight).cost
        rows.append({"region": NATION, "item": whole, "gap": units.convert(max(0.0, cost), COST_UNIT, decision.gap_unit)})
    return pd.DataFrame(rows)
