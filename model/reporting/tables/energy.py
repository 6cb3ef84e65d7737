"""Power, sites, lines, industry and trade of a plan.

Capacity stands at the milestone, base-year fleets included; generation is of a year and of plants only: what a store
gives back was generated before, and stands as its discharge. Power of a slice is positive when supplied and negative
when used.

Limits: the capacity of plants is added up from what was decided by the same rules as the levers use; what a measure
abates is its listed saving times what was adopted.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...core.build.roles import closed
from ...core.data import Data
from ...core.solve.amounts import entries, region_of_zone, stack, total, values
from ...core.solve.sides import Tables
from ...core.solve.solution import Solution
from ...levers.demand.adoption import MEASURES
from ...levers.demand.end_use import ADOPTED_END_USE, END_USE, END_USE_ACTIVITY
from ...levers.demand.goods import MILLION_UNITS, goods
from ...levers.demand.industry import ADOPTED, INDUSTRY, INDUSTRY_INTENSITY, OUTPUT
from ...levers.land.water import RIGHTS
from ...levers.power.capacity import stands, surviving
from ...levers.power.plants import sited_fleet, thermal_fleet, thermal_technologies
from ...levers.power.power import GENERATION
from ...levers.power.siting import CURTAILED, SITED_CAPACITY
from ...levers.power.storage import CHARGE, DISCHARGE, STORAGE, STORAGE_FLEET, STORAGE_NEW
from ...levers.power.tables import PLANT, SITED, SITED_FLEET, STORE
from ...levers.power.thermal import NEW_THERMAL, RETIRED
from ...levers.power.transmission import FLOW, LINE_ADDED, LINES, LINES_COMMITTED, POWER_CONTRACTS

PLANT_YEAR = ["region", "technology", "year"]
PLACE = ["region", "sector", "year"]
#: Columns of amounts of ``power``.
POWER_AMOUNTS = ["capacity_gw", "generation_twh", "discharge_twh", "charge_twh"]
#: Item of the power balance under which a store charges: its key with this ending (levers/storage).
CHARGING = "_charging"
#: Measure of rows of ``industry`` that hold the whole output of a sector.
WHOLE = "none"
CURTAILMENT = "curtailment"
END_USE_UNIT = "Mt CO2/yr"
#: Capacity below this is the rounding of the solver (its feasibility tolerance is 1e-7).
ROUNDING_GW = 1e-6


def power(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``power``: plants and stores that stand or run, told apart by ``kind``.

    Plants generate; stores charge and discharge, and add nothing to what is generated.
    """
    plants = _joined(
        capacity_gw=stack([_sited(solution), _thermal(solution)]),
        generation_twh=stack([values(solution, GENERATION.name), _sited_generation(solution)]),
    )
    stores = _joined(capacity_gw=_storage(solution), discharge_twh=values(solution, DISCHARGE.name), charge_twh=values(solution, CHARGE.name))
    found = stack([plants.assign(kind=PLANT), stores.assign(kind=STORE)])
    if found.empty:
        return pd.DataFrame()
    amounts = found.reindex(columns=POWER_AMOUNTS).astype(float).fillna(0.0)
    # a fleet wholly retired or converted leaves the rounding of a difference
    stands_now = amounts["capacity_gw"]
    rounding = (stands_now < 0.0) & (stands_now > -ROUNDING_GW)
    return found[[*PLANT_YEAR, "kind"]].assign(**amounts.assign(capacity_gw=stands_now.mask(rounding, 0.0)))


def _joined(**amounts: pd.DataFrame) -> pd.DataFrame:
    """One row per region, technology and year with each amount in a column of its own."""
    columns = [total(frame, PLANT_YEAR).set_index(PLANT_YEAR)["value"].rename(name) for name, frame in amounts.items() if len(frame)]
    return pd.concat(columns, axis=1).reset_index() if columns else pd.DataFrame(columns=PLANT_YEAR)


def _sited_generation(solution: Solution) -> pd.DataFrame:
    """TWh of wind, solar, hydro and nuclear, curtailment taken off."""
    balance = power_balance(solution, {}).rename(columns={"item": "technology"})
    return total(balance[balance["technology"].isin(SITED)], PLANT_YEAR) if len(balance) else balance


def curtailment(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``curtailment``: what wind, solar, hydro and nuclear could have given and nobody needed, by technology.

    The plan decides it for all these plants of a region and slice together, because which of them stands idle makes no
    difference to anything; each bears its proportional part.
    """
    given = _given(solution)
    return total(given.assign(value=given["lost"]), PLANT_YEAR) if len(given) else pd.DataFrame()


def _given(solution: Solution) -> pd.DataFrame:
    """Posts of wind, solar, hydro and nuclear to the power balance, with ``lost``, their part of what is curtailed."""
    curtailed = values(solution, CURTAILED.name)
    if curtailed.empty:
        return curtailed
    where = ["region", "slice", "year"]
    given = total(entries(solution, "power", "TWh/yr").rename(columns={"item": "technology"}), [*where, "technology"])
    given = given[given["technology"].isin(SITED)]
    whole = given.groupby(where)["value"].transform("sum").to_numpy(dtype=float)
    lost = given[where].merge(curtailed, how="left", on=where)["value"].fillna(0.0).to_numpy(dtype=float)
    share = np.divide(lost, whole, out=np.zeros(len(given)), where=whole > 0.0)
    return given.assign(lost=given["value"].to_numpy(dtype=float) * share)


def _sited(solution: Solution) -> pd.DataFrame:
    """GW of wind, solar, hydro and nuclear: fleet of the base year and sites."""
    data = solution.build.data
    if not closed(solution.build, "sited_output"):
        return pd.DataFrame()
    parts = [total(surviving(data, sited_fleet(data)), PLANT_YEAR, "gw").rename(columns={"gw": "value"})] if data.has(SITED_FLEET.name) else []
    decided = values(solution, SITED_CAPACITY.name)
    return stack([*parts, total(decided, PLANT_YEAR)])


def _thermal(solution: Solution) -> pd.DataFrame:
    """GW of thermal plants: fleet less what is retired or converted, plus what is built or converted to."""
    data = solution.build.data
    if RETIRED.name not in solution.build.families:
        return pd.DataFrame()
    fleet = surviving(data, thermal_fleet(data)).rename(columns={"gw": "value"})[[*PLANT_YEAR, "value"]]
    retired = values(solution, RETIRED.name)
    retired = retired.assign(value=-retired["value"]) if len(retired) else retired
    built = _built_thermal(solution, data, fleet)
    converted = built[built["retrofit_of"] != ""] if len(built) else built
    if len(converted):
        converted = converted.assign(technology=converted["retrofit_of"], value=-converted["value"])
    return stack([fleet, retired, built, converted])


def _built_thermal(solution: Solution, data: Data, fleet: pd.DataFrame) -> pd.DataFrame:
    new = values(solution, NEW_THERMAL.name)
    if new.empty:
        return new
    kinds = thermal_technologies(data)[["technology", "lifetime", "retrofit_of"]]
    every = new.merge(kinds, on="technology").merge(pd.DataFrame({"year": data.years}), how="cross")
    every = every[stands(every)].reset_index(drop=True)
    of_year = fleet.set_index(PLANT_YEAR)["value"]
    now, then = (of_year.reindex(pd.MultiIndex.from_frame(every[["region", "retrofit_of", y]])).to_numpy() for y in ("year", "vintage"))
    # a conversion stands on a plant of the fleet and leaves with it
    share = np.where(every["retrofit_of"] == "", 1.0, np.divide(now, then, out=np.zeros(len(every)), where=then > 0))
    return every.assign(value=every["value"] * share)[[*PLANT_YEAR, "retrofit_of", "value"]]


def _storage(solution: Solution) -> pd.DataFrame:
    data = solution.build.data
    if CHARGE.name not in solution.build.families:
        return pd.DataFrame()
    fleet = data.frame(STORAGE_FLEET)[["region", "technology", "capacity"]].rename(columns={"capacity": "value"})
    fleet = fleet.merge(pd.DataFrame({"year": data.all_years}), how="cross")
    new = values(solution, STORAGE_NEW.name).merge(data.frame(STORAGE)[["technology", "lifetime"]], on="technology")
    every = new.merge(pd.DataFrame({"year": data.years}), how="cross")
    return stack([fleet, every[stands(every)][[*PLANT_YEAR, "value"]]])


def power_balance(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``power_balance``."""
    if not closed(solution.build, "power"):
        return pd.DataFrame()
    keys = ["region", "slice", "year", "item"]
    posted = total(entries(solution, "power", "TWh/yr"), keys)
    given = _given(solution)
    if given.empty:
        return posted
    # each technology stands net of its part of the curtailment, which is then no item of its own
    lost = given.rename(columns={"technology": "item"}).assign(value=-given["lost"])[[*keys, "value"]]
    return total(stack([posted[posted["item"] != CURTAILMENT], lost]), keys)


def siting(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``siting``: capacity that the plan builds, by site."""
    return values(solution, SITED_CAPACITY.name, "GW").rename(columns={"value": "capacity_gw"})


def transmission(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``transmission``: capacity of a line and direction at the milestone, power sent in the year."""
    flow = values(solution, FLOW.name)
    if flow.empty:
        return flow
    data = solution.build.data
    ends = ["from_region", "to_region"]
    frame = total(flow, [*ends, "year"]).rename(columns={"value": "flow_twh"})
    lines = data.frame(LINES)[[*ends, "capacity"]]
    frame = frame.merge(lines, how="left", on=ends)
    committed = data.frame(LINES_COMMITTED)[[*ends, "year", "value"]].astype({"year": "int64"}).rename(columns={"value": "committed"})
    frame = frame.merge(committed, how="left", on=[*ends, "year"])
    added = values(solution, LINE_ADDED.name).rename(columns={"value": "added"})
    # a new line carries power both ways
    back = added.rename(columns={"from_region": "to_region", "to_region": "from_region"})
    frame = frame.merge(stack([added, back]), how="left", on=[*ends, "year"])
    held = frame[["capacity", "committed", "added"]].astype(float).fillna(0.0).sum(axis=1)
    return frame.assign(capacity_gw=held)


def trade(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``trade``: power sent, water rights sold, contracts for clean power (their agreed least flow)."""
    ends = ["from_region", "to_region"]
    parts = []
    flow = values(solution, FLOW.name)
    if len(flow):
        parts.append(total(flow, [*ends, "year"]).assign(commodity="power", unit="TWh/yr"))
    rights = values(solution, RIGHTS.name, "million m3/yr")
    if len(rights):
        of = region_of_zone(solution)
        rights = rights.assign(from_region=rights["from_zone"].map(of), to_region=rights["to_zone"].map(of))
        parts.append(total(rights, [*ends, "year"]).assign(commodity="water_right", unit="million m3/yr"))
    contracts = solution.build.data.frame(POWER_CONTRACTS)
    if len(contracts) and FLOW.name in solution.build.families:
        contracts = contracts[contracts["year"].isin(solution.build.data.all_years) & (contracts["value"].astype(float) > 0.0)]
        parts.append(contracts[[*ends, "year", "value"]].assign(commodity="clean_power_contract", unit="TWh/yr"))
    return stack(parts)


def industry(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``industry``: sectors and end uses; measure ``none`` is the whole output, the others the part they cover.

    ``share`` is the share of the output on which the measure is added to what the base year had.
    """
    return stack([*_industry(solution), *_end_use(solution)])


def _industry(solution: Solution) -> list[pd.DataFrame]:
    build = solution.build
    if OUTPUT.name not in build.families:
        return []
    data = build.data
    table = data.frame(INDUSTRY)
    history = table[["region", "sector", "output"]].assign(year=data.base_year)
    decided = values(solution, OUTPUT.name).rename(columns={"value": "output"})
    units = {sector: f"{good.million}/yr" for sector, good in goods(data).items()}
    whole = stack([history, decided])
    whole = whole.assign(output_unit=whole["sector"].map(units).fillna(f"{MILLION_UNITS}/yr"))
    later = data.frame(INDUSTRY_INTENSITY)
    factors = later.rename(columns={"value": "intensity"})[["sector", "year", "intensity"]] if len(later) else None
    return [whole.assign(measure=WHOLE, share=0.0, abated_mt_co2=0.0), _adopted(solution, ADOPTED.name, whole, factors)]


def _end_use(solution: Solution) -> list[pd.DataFrame]:
    build = solution.build
    if ADOPTED_END_USE.name not in build.families:
        return []
    data = build.data
    table = data.frame(END_USE)[["region", "sector", "emission"]]
    index = data.frame(END_USE_ACTIVITY)[["sector", "year", "value"]]
    index = index[index["year"].isin(data.years)].astype({"year": "int64", "value": "float64"})
    base = table[["sector"]].drop_duplicates().assign(year=data.base_year, value=1.0)
    whole = table.merge(stack([base, index]), on="sector")
    whole = whole.assign(output=whole["emission"].astype(float) * whole["value"], output_unit=END_USE_UNIT)
    whole = whole[[*PLACE, "output", "output_unit"]]
    return [whole.assign(measure=WHOLE, share=0.0, abated_mt_co2=0.0), _adopted(solution, ADOPTED_END_USE.name, whole, None)]


def _adopted(solution: Solution, family: str, whole: pd.DataFrame, factors: pd.DataFrame | None) -> pd.DataFrame:
    """One row per measure adopted: what it covers and what it abates or captures."""
    adopted = values(solution, family)
    if adopted.empty:
        return adopted
    saving = solution.build.data.frame(MEASURES)[["sector", "measure", "abatement"]]
    frame = adopted.merge(whole, how="left", on=PLACE).merge(saving, on=["sector", "measure"])
    if factors is not None:
        frame = frame.merge(factors.astype({"year": "int64"}), how="left", on=["sector", "year"])
    scale = frame["intensity"].astype(float).fillna(1.0) if factors is not None else 1.0
    output = frame["output"].astype(float).to_numpy()
    share = np.divide(frame["value"].to_numpy(dtype=float), output, out=np.zeros(len(frame)), where=output > 0.0)
    return frame.assign(share=share, abated_mt_co2=frame["value"] * frame["abatement"].astype(float) * scale)
