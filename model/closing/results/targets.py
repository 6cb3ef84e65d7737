"""Carbon targets in the report: what each asks, what the plan does, what is missed, and of which of them the carbon price is made.

Limits: prices with a cost objective alone; a budget that is missed is told in its last year.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...core.build.objective import COST_UNIT
from ...core.declare import units
from ...core.declare.results import UNIT, YEAR, Field, Identity, Link, ResultTable, number, text, texts
from ...core.solve.amounts import stack, terms, weight_at
from ...core.solve.sides import compare, sums
from ..objective import period_weight
from ..pledges.climate_targets import SIGNS
from ..target_table import CARBON_TARGETS, FLOWS
from ..targets import BUDGET_MISSED, MISSED, CarbonTargets

if TYPE_CHECKING:
    from ...core.solve.sides import Sides, Tables
    from ...core.solve.solution import Solution

FAMILIES = [info.name for info in CarbonTargets.constraints()]
#: Families whose year lies between the means of two periods.
OF_YEAR = tuple(FLOWS)
BUDGET, EMISSION = "cumulative_limit", "emission_total"
#: bn CNY per Mt of CO2 in CNY per tonne.
CNY_PER_TONNE = units.convert(1.0, "bn CNY/Mt CO2", "CNY/t CO2")


def _rows(solution: Solution, families: Iterable[str] = FAMILIES) -> pd.DataFrame:
    """Every row of a target: family, target, scope, year, row of the matrix, activity, upper, dual."""
    built = [family for family in families if family in solution.build.rows]
    return stack([solution.rows(family).assign(family=family) for family in built])


def _missed(solution: Solution) -> dict[tuple[str, int], float]:
    frame = stack([solution.values(spec.name) for spec in (MISSED, BUDGET_MISSED)])
    return {} if frame.empty else dict(zip(zip(frame["target"], frame["asked"].astype(int), strict=True), frame["value"].tolist(), strict=True))


def targets(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``targets``: one row for each row that a target makes; level without what is missed, which stands beside it."""
    rows = _rows(solution)
    if rows.empty:
        return rows
    data, missed = solution.build.data, _missed(solution)
    given = data.frame(CARBON_TARGETS).drop_duplicates("target").set_index("target")
    asked = rows["family"] == "sink_at_least"
    asked |= (rows["family"] == "target_held") & (rows["target"].map(given["kind"]) == "sink_at_least")
    sign = np.where(asked, -1.0, 1.0)
    short = np.array([missed.get(key, 0.0) for key in zip(rows["target"], rows["year"].astype(int), strict=True)])
    is_cost = solution.build.objective is not None and solution.build.objective.unit == COST_UNIT
    improvement = solution.improvement_sign * rows["dual"].to_numpy(dtype=float)
    weights = [weight_at(solution, int(year), family in OF_YEAR) for family, year in zip(rows["family"], rows["year"], strict=True)]
    period = np.array([data.period_of(year) for year in rows["year"]], dtype=np.int64)
    once = np.where(rows["family"] == BUDGET, [float(data.length(int(t))) for t in period], 1.0)
    price = rows["target"].map(given["miss_price"]).astype(float)
    return rows.assign(
        region=rows["scope"],
        kind=rows["target"].map(given["kind"]),
        rule=rows["family"],
        limit=sign * rows["upper"],
        level=sign * (rows["activity"].to_numpy(dtype=float) + short),
        missed=short,
        unit=np.where(rows["family"] == BUDGET, "Mt CO2", "Mt CO2/yr"),
        price=improvement * once / np.array(weights) * CNY_PER_TONNE if is_cost else np.nan,
        miss_price=price * CNY_PER_TONNE,
        period=period,
        paid=short * price.fillna(0.0).to_numpy() / once,
    )


def targets_links(solution: Solution) -> list[Link]:
    """Prices are duals in money of the year; what is missed is decided."""
    rows, data = _rows(solution), solution.build.data
    missed = [frame for frame in (terms(solution, spec.name) for spec in (MISSED, BUDGET_MISSED)) if len(frame)]
    found = [Link("missed", ("target", "year"), stack(missed).rename(columns={"asked": "year"}))] if missed else []
    if rows.empty or solution.build.objective is None or solution.build.objective.unit != COST_UNIT:
        return found
    weights = [weight_at(solution, int(year), family in OF_YEAR) for family, year in zip(rows["family"], rows["year"], strict=True)]
    once = np.where(rows["family"] == BUDGET, [float(data.length(data.period_of(year))) for year in rows["year"]], 1.0)
    worth = solution.improvement_sign * once / np.array(weights) * CNY_PER_TONNE
    return [*found, Link("price", ("target", "rule", "year"), rows.assign(rule=rows["family"], position=rows["row"], value=worth), of="dual")]


def carbon_price(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``carbon_price``: of which targets, and pledges on climate, the price of a tonne emitted is made, by region and year."""
    found = _parts_of_price(solution)
    return found.assign(value=found["price"], unit="CNY/t CO2").groupby(["region", "target", "year", "unit"], sort=False, as_index=False)["value"].sum() if len(found) else found


def carbon_price_links(solution: Solution) -> list[Link]:
    """Each part is the dual of the row of a target, in money of the year."""
    found = _parts_of_price(solution)
    return [Link("value", ("region", "target", "year"), found.assign(position=found["row"]), of="dual")] if len(found) else []


def _parts_of_price(solution: Solution) -> pd.DataFrame:
    """Region, target, year, row and ``price``, and what that is a unit of the dual of the row (``value``)."""
    rows = _rows(solution, (*FAMILIES, *SIGNS))
    goal = solution.build.objective
    if rows.empty or goal is None or goal.unit != COST_UNIT or EMISSION not in solution.build.families:
        return pd.DataFrame()
    family, data, matrix = solution.build.families[EMISSION], solution.build.data, solution.matrix
    place = np.full(solution.build.size, -1, dtype=np.int64)
    place[family.positions] = np.arange(len(family))
    columns = np.repeat(np.arange(len(matrix.cost)), np.diff(matrix.start))
    own = place[matrix.column_position[columns]]
    entries = pd.DataFrame({"row": matrix.index[own >= 0], "place": own[own >= 0], "coefficient": matrix.value[own >= 0]})
    found = entries.merge(rows[["row", "family", "target", "dual"]], on="row")
    emitted = family.frame.iloc[found["place"].to_numpy()].reset_index(drop=True)
    weight = emitted["year"].map({t: period_weight(data, t) for t in data.years}).to_numpy(dtype=float)
    coefficient = found["coefficient"].to_numpy(dtype=float)
    price = solution.improvement_sign * found["dual"].to_numpy(dtype=float) * coefficient / weight * CNY_PER_TONNE
    value = solution.improvement_sign * coefficient / weight * CNY_PER_TONNE
    return emitted[["region", "year"]].assign(target=found["target"].to_numpy(), row=found["row"].to_numpy(), price=price, value=value)


def price_is_its_parts(tables: Tables, solution: Solution) -> list[Sides]:
    """What targets ask of a tonne, and the payment beside them, add up to the price of the account of emissions."""
    parts, prices = tables["carbon_price"], tables["prices"]
    if parts.empty:
        return []
    account = prices[prices["balance"] == "emission"]
    paid = solution.build.data.number("carbon_value") * CNY_PER_TONNE
    told = sums(account.assign(value=account["price"].astype(float) - paid), ["region", "year"])
    return [compare(sums(parts, ["region", "year"]), told)]


RESULTS = (
    ResultTable(
        "targets", "Every carbon target: what it asks, what the plan does, by how much it is missed, and its price.", "各碳目标：要求、方案水平、缺口与价格。",
        (
            text("target", "Name of the target", "目标名称"), *texts("kind", "region"), text("rule", "Constraint that holds it", "所属约束"), YEAR,
            number("limit"), number("level"), number("missed", "", "By how much the target is missed", "未达目标的量"), UNIT,
            number("price", "CNY/t CO2", "What one more tonne allowed is worth, in money of its year", "每多允许一吨的价值（当年价）"), number("miss_price", "CNY/t CO2", "Price of missing it; empty: it may not be missed", "未达目标的价格；空白为硬约束"),
            Field("period", "integer"), number("paid", "bn CNY/yr", "Price of what is missed, in the objective alone", "缺口的价格（仅计入目标函数）"),
        ),
        ("target", "rule", "year"), make=targets, links=targets_links,
    ),
    ResultTable(
        "carbon_price", "Of which targets the price of a tonne of CO2 is made, by region and year.", "各地区各年CO2价格由哪些目标构成。",
        (*texts("region"), text("target", "Name of the target", "目标名称"), YEAR, number("value", "", "Part of the price of a tonne emitted", "排放价格的组成"), UNIT), ("region", "target", "year"), make=carbon_price, links=carbon_price_links,
    ),
)  # fmt: skip
IDENTITIES = (
    Identity("carbon_price_is_its_parts", "Carbon price is the sum of its parts", "碳价等于其构成之和", price_is_its_parts),
)
