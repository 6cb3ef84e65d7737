"""Scarcity prices: limits of the workbook and rows of the shared balances, in units that people read.

A raw dual is the improvement of the discounted objective per solver unit. With a cost objective the price divides it
by the weight of the period: money of that year per unit. What is had once (a stock, an amount per period) and not every year of the
period is paid once: its price is the dual times the years of the period over the weight.

Limits: a dual of a row that no year belongs to has no price; with ``max_net_removal`` duals are in tonnes and prices
are left blank; gaps are told for least cost only.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...closing.objective import period_weight
from ...core.data import Data
from ...core.declare import units
from ...core.declare.spec import ONCE, Balance
from ...core.project import cheapest_unit
from ...core.solve.amounts import NATION, joined, region_of_zone, stack
from ...core.solve.solution import Solution
from ...levers.land.diversion import PROJECT_FAMILIES, PROJECT_ROWS

COST_UNIT = "bn CNY"
#: Account rows of the carbon closing: their price is that of one tonne.
CARBON_ROWS = {"emission": -1.0, "sink": 1.0, "captured": 1.0}
CARBON_PRICE = "CNY/t CO2"
#: Balance -> unit of its price.
READABLE = {
    "land": "CNY/ha/yr", "water": "CNY/m3", "power": "CNY/MWh", "electricity": "CNY/MWh", "reserve": "CNY/kW/yr",
    "hydrogen": "CNY/MWh", "biomass": "CNY/GJ", "co2_storage": "CNY/t CO2", "forage": "CNY/t DM", "grass_land": "CNY/ha/yr",
    "offered_land": "CNY/ha/yr", "planting": "CNY/ha", "roundwood": "CNY/m3", "extracted_carbon": "CNY/t C",
    "dead_wood": "CNY/t C", "slash": "CNY/t C", "soil_planting": "CNY/t C", "soil_felling": "CNY/t C",
    "available_output": "CNY/MWh", "minimum_output": "CNY/MWh", "variable_credit": "CNY/kW/yr",
    "dual_panels": "CNY/ha/yr", "dual_restored": "CNY/ha/yr", "roadmap": "CNY/ha",
}  # fmt: skip


def limits(solution: Solution) -> pd.DataFrame:
    """Table ``limits``: every limit of the workbook; ``price`` is in money of its year (cost only).

    A limit whose row holds no decision (nothing draws on it) limits nothing and is left out.
    """
    frame = solution.limits()
    frame = frame[frame["level"].notna()].reset_index(drop=True)
    if frame.empty:
        return frame
    year = pd.to_numeric(frame["year"], errors="coerce")
    price: npt.NDArray[np.float64] | float = np.nan
    if _is_cost(solution):
        price = frame["dual"].to_numpy(dtype=float) * _once(solution.build.data, year, frame["kind"]) / _weights(solution.build.data, year)
    return frame.assign(year=year, price=price)


def _once(data: Data, year: pd.Series, kind: pd.Series) -> npt.NDArray[np.float64]:
    """Years of the period for what is had once, one for what is had every year of it.

    One yuan a year through the period costs the weight; one yuan spent once in it is a stream of 1/n a year: weight / n.
    """
    length = year.astype(float).map({float(y): float(data.length(y)) for y in data.all_years}).to_numpy(dtype=float)
    return np.where(kind.isin(ONCE), length, 1.0)


def prices(solution: Solution) -> pd.DataFrame:
    """Table ``prices``: the dual of every row of a closed balance and what one more unit is worth in that year."""
    rows = solution.build.rows
    parts = [_priced(solution, name, f"balance_{name}", 1.0, unit) for name, unit in READABLE.items() if f"balance_{name}" in rows]
    parts += [_priced(solution, name, f"{name}_account", sign, CARBON_PRICE) for name, sign in CARBON_ROWS.items() if f"{name}_account" in rows]
    return stack(parts)


def _is_cost(solution: Solution) -> bool:
    goal = solution.build.objective
    return goal is not None and goal.unit == COST_UNIT


def _weights(data: Data, year: pd.Series) -> npt.NDArray[np.float64]:
    weight = {float(y): period_weight(data, y) for y in data.all_years}
    return year.astype(float).map(weight).to_numpy(dtype=float)


def _priced(solution: Solution, balance: str, family: str, sign: float, readable: str) -> pd.DataFrame:
    frame = solution.duals(family)
    if frame.empty:
        return frame
    data, spec = solution.build.data, solution.build.ledger.balances[balance]
    goal = solution.build.objective
    # one more unit needed makes a cost objective rise by the dual, a removal objective fall
    worth = -solution.improvement_sign * sign * frame["dual"].to_numpy(dtype=float)
    price: npt.NDArray[np.float64] | float = np.nan
    if _is_cost(solution):
        kind = pd.Series(spec.kind, index=frame.index)
        yearly = worth / _weights(data, frame["year"]) * _once(data, frame["year"], kind)
        price = units.convert(yearly, _own_unit(spec), readable)
    keys = [c for c in frame.columns if c not in ("region", "slice", "year", "dual")]
    zone = frame["water_zone"].map(region_of_zone(solution)) if "water_zone" in frame else ""
    return pd.DataFrame(
        {
            "balance": balance,
            "region": frame.get("region", frame.get("scope", zone)),
            "key": joined(frame[keys]) if keys else "",
            "slice": frame.get("slice", ""),
            "year": frame["year"],
            "dual": worth,
            "dual_unit": f"{goal.unit if goal is not None else '1'} per {spec.unit}",
            "price": price,
            "unit": readable,
        }
    ).assign(region=lambda f: _region_of_stratum(f))


def _region_of_stratum(frame: pd.DataFrame) -> pd.Series:
    """Region of rows that are keyed by stratum: the first word of its name."""
    blank = frame["region"].astype(str) == ""
    return frame["region"].where(~blank, frame["key"].astype(str).str.split(".").str[0])


def _own_unit(spec: Balance) -> str:
    """Unit of the price of a balance: money per unit, and a rent a year for what stands."""
    return f"{COST_UNIT}/{spec.unit}/yr" if spec.kind == "standing" else f"{COST_UNIT}/{spec.unit.removesuffix('/yr')}"


#: Decisions that may stay at zero: lever, variable family, its columns that make the item, scale and unit of the gap.
DECISIONS = (
    ("afforestation", "planted", ("land_type",), "bn CNY/Mha", "CNY/ha"),
    ("grassland", "treated", ("grass_zone", "measure"), "bn CNY/Mha", "CNY/ha"),
    ("wetland", "recovered", ("from_class",), "bn CNY/Mha", "CNY/ha"),
    ("clean_energy", "new_sited", ("technology",), "bn CNY/GW", "CNY/kW"),
    ("clean_energy", "new_thermal", ("technology",), "bn CNY/GW", "CNY/kW"),
    ("storage", "storage_new", ("technology",), "bn CNY/GW", "CNY/kW"),
)


def gaps(solution: Solution) -> pd.DataFrame:
    """Table ``gaps``: by how much one more unit of a decision would at least raise the cost, discounted to the base year.

    The smallest reduced cost over years and sub-rows of each item: zero where the item is used, positive where the prices
    of the plan keep it out. A phase of the diversion is taken as a whole, with the water and the land that come with it: its gap is a lower bound
    from the prices of a plan without it and may lie far below what the whole costs, which the analysis west_line solves.
    Empty unless cost is minimised.
    """
    goal = solution.build.objective
    if goal is None or goal.unit != COST_UNIT or goal.sense != "min":
        return pd.DataFrame()
    parts = []
    for lever, family, columns, solver_unit, unit in DECISIONS:
        if family not in solution.build.families:
            continue
        found = solution.build.families[family]
        gap = np.maximum(0.0, solution.reduced_cost[found.positions]) * units.convert(1.0, solver_unit, unit)
        item = joined(found.frame[list(columns)])
        region = found.frame.get("region", NATION)
        parts.append(pd.DataFrame({"lever": lever, "region": region, "item": item, "gap": gap, "unit": unit}))
    parts.append(_diversion_gaps(solution))
    found = stack(parts)
    if found.empty:
        return found
    return found.groupby(["lever", "region", "item", "unit"], sort=False, as_index=False)["gap"].min()


def _diversion_gaps(solution: Solution) -> pd.DataFrame:
    """What the whole of a phase, standing in the last year and built in whichever years are cheapest, would add to the cost."""
    families = [solution.build.families[name] for name in PROJECT_FAMILIES if name in solution.build.families]
    if not families:
        return pd.DataFrame()
    decided = pd.concat([family.frame.assign(family=family.spec.name, position=family.positions) for family in families], ignore_index=True)
    last = solution.build.data.years[-1]
    rows = []
    for phase, part in decided.groupby("phase", sort=False):
        weight = ((part["family"] == "built") & (part["year"] == last)).to_numpy(dtype=float)
        cost = cheapest_unit(solution, part["position"].tolist(), PROJECT_ROWS, weight).cost
        rows.append({"lever": "water_diversion", "region": NATION, "item": phase, "gap": max(0.0, cost), "unit": COST_UNIT})
    return pd.DataFrame(rows)
