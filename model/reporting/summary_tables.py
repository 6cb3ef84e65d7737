"""What the plan tells to do, sums by region group, the check of the base year, and the sources behind the data.

Limits: the base year is compared with the same statistics that the workbook holds; a table made in code has no sources.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ..closing.carbon import BASE_YEAR_EMISSIONS
from ..core import units
from ..core.solution import Solution
from ..core.units import GWH_PER_TWH, HOURS_PER_YEAR
from ..levers._forest_check import MT_PER_PG, first_period_sinks
from ..levers._power_tables import SITED_FLEET, THERMAL_FLEET
from ..levers.storage import STORAGE_FLEET
from .energy_tables import WHOLE, clean_technologies
from .forest_tables import stands_of
from .frames import NATION, joined, region_of_zone, stack, standing, total, values, with_group

#: Living biomass sink of China's forests by inventories, Pg C a year: 0.155 for 2009-2018 (Biogeosciences 19:2989, 2022) and
#: 0.163 for 2001-2010 (FANG2018); both net of the harvest of their time. The middle of the two.
PUBLISHED_FOREST_SINK = 0.159
#: Bands that hold a plausible first period, Pg C a year: uncut stands reach a little above the published value; the harvest
#: of 2020 takes some 0.04, of which dead wood and products keep a part.
UNCUT_BAND = (0.15, 0.18)
FELLED_BAND = (0.09, 0.16)
#: Largest difference between the solved base year and its statistics, in percent: nation, region group.
EMISSION_TOLERANCE = (2.0, 2.0)
GENERATION_TOLERANCE = (5.0, 10.0)
PERCENT = 100.0

Frames = Mapping[str, pd.DataFrame]


def allocation(solution: Solution, tables: Frames) -> pd.DataFrame:
    """Table ``allocation``: what to do, where, when, how much."""
    parts = [
        _planted(tables["planting"]),
        _felled(solution, tables["forest"]),
        _grass(tables["grassland"]),
        _wetland(solution),
        _clean(solution, tables["power"]),
        _abated(tables["industry"]),
        _delivered(solution),
    ]
    keys = ["lever", "region", "item", "year", "unit"]
    found = stack(parts)
    return with_group(solution, total(found, keys)) if len(found) else found


def _planted(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(lever="afforestation", item=table["land_type"], value=table["planted_kha"], unit="kha/yr") if len(table) else table


def _felled(solution: Solution, table: pd.DataFrame) -> pd.DataFrame:
    stands = stands_of(solution)
    if stands is None or table.empty:
        return pd.DataFrame()
    strata = stands.strata.set_index("stratum")
    item = joined(strata[["forest_group", "origin"]])
    cut = table[table["stratum"].map(strata["status"]) == "productive"]
    cut = cut[cut["year"] != solution.build.data.base_year]
    return cut.assign(lever="harvest", item=cut["stratum"].map(item), value=cut["clearcut_kha"], unit="kha/yr")


def _grass(table: pd.DataFrame) -> pd.DataFrame:
    if table.empty:
        return table
    return table.assign(lever="grassland", item=joined(table[["grass_zone", "measure"]]), value=table["treated_kha"], unit="kha")


def _wetland(solution: Solution) -> pd.DataFrame:
    frame = standing(solution, values(solution, "recovered", "kha"))
    return frame.assign(lever="wetland", item=frame["from_class"], unit="kha") if len(frame) else frame


def _clean(solution: Solution, table: pd.DataFrame) -> pd.DataFrame:
    clean = table[table["technology"].isin(clean_technologies(solution))] if len(table) else table
    return clean.assign(lever="clean_energy", item=clean["technology"], value=clean["capacity_gw"], unit="GW") if len(clean) else pd.DataFrame()


def _abated(table: pd.DataFrame) -> pd.DataFrame:
    taken = table[table["measure"] != WHOLE] if len(table) else table
    if taken.empty:
        return pd.DataFrame()
    return taken.assign(lever="industry", item=joined(taken[["sector", "measure"]]), value=taken["abated_mt_co2"], unit="Mt CO2/yr")


def _delivered(solution: Solution) -> pd.DataFrame:
    frame = values(solution, "delivered", "million m3/yr")
    if frame.empty:
        return frame
    region = frame["water_zone"].map(region_of_zone(solution))
    return frame.assign(lever="water_diversion", region=region, item=frame["phase"].astype(str) + "->" + frame["water_zone"], unit="million m3/yr")


def by_group(solution: Solution, tables: Frames) -> pd.DataFrame:
    """Table ``by_group``: allocation, carbon (with net in the strict account) and money by region group and nation."""
    parts = []
    frame = tables["allocation"]
    if len(frame):
        parts.append(frame.assign(table="allocation", item=joined(frame[["lever", "item"]])))
    frame = tables["carbon"]
    if len(frame):
        frame = frame.assign(table="carbon", unit="Mt CO2/yr")
        net = np.where(frame["account"] == "emission", 1.0, -1.0) * frame["value"] * frame["in_target"].astype(float)
        parts += [frame.assign(item=joined(frame[["account", "category"]])), frame.assign(item="net", value=net)]
    frame = tables["money"]
    if len(frame):
        parts.append(with_group(solution, frame).assign(table="money", unit="bn CNY/yr", item=joined(frame[["direction", "fund", "item"]])))
    rows = stack(parts)
    if rows.empty:
        return rows
    return total(stack([rows.assign(region_group=NATION), rows]), ["table", "item", "region_group", "year", "unit"])


def calibration(solution: Solution, tables: Frames) -> pd.DataFrame:
    """Table ``calibration``: the solved base year against its statistics, with the tolerance of each."""
    base = solution.build.data.base_year
    parts = [
        _compared(solution, _model_emission(tables["carbon"], base), _listed_emission(solution), "emission", "Mt CO2/yr", EMISSION_TOLERANCE),
        _compared(solution, _model_generation(tables["power"], base), _listed_generation(solution), "generation", "TWh/yr", GENERATION_TOLERANCE),
    ]
    forest = _forest_sinks(solution, tables)
    parts = [part.assign(year=base) for part in parts if len(part)]
    return stack([*parts, forest])


def _forest_sinks(solution: Solution, tables: Frames) -> pd.DataFrame:
    """First-period forest sink of the nation beside the inventories: uncut, and with the harvest of the plan."""
    data = solution.build.data
    if "forest" not in solution.build.present or tables["carbon"].empty:
        return pd.DataFrame()
    first = data.years[0]
    uncut = first_period_sinks(data).set_index("quantity")["value_pg_c"]
    sinks = tables["carbon"]
    sinks = sinks[(sinks["account"] == "sink") & (sinks["year"] == first)]
    to_carbon = 1.0 / (units.CO2_PER_C * MT_PER_PG)
    kept = sinks[sinks["category"].isin(("forest_living", "dead_wood", "wood_products"))]["value"].sum() * to_carbon
    rows = [
        ("living_biomass_without_harvest", float(uncut["living_biomass"]), *UNCUT_BAND),
        ("living_with_standing_dead_wood_without_harvest", float(uncut["living_with_dead_wood_and_litter"]), *UNCUT_BAND),
        ("with_harvest_dead_wood_and_products", float(kept), *FELLED_BAND),
    ]
    frame = pd.DataFrame(rows, columns=["item", "model", "low", "high"]).assign(
        quantity="forest_sink", region_group=NATION, region=NATION, year=first, unit="Pg C/yr", statistic=PUBLISHED_FOREST_SINK
    )
    away = PERCENT * (frame[["model", "low", "high"]] - PUBLISHED_FOREST_SINK) / PUBLISHED_FOREST_SINK
    frame["ok"] = frame["model"].between(frame["low"], frame["high"])
    frame["difference_percent"] = away["model"]
    frame["tolerance_percent"] = away[["low", "high"]].abs().max(axis=1)
    return frame.drop(columns=["low", "high"])


def _model_emission(table: pd.DataFrame, base: int) -> pd.DataFrame:
    if table.empty:
        return table
    now = table[(table["account"] == "emission") & (table["year"] == base) & (table["in_target"] == 1)]
    return now.assign(item="all").rename(columns={"value": "model"})[["region", "item", "model"]]


def _listed_emission(solution: Solution) -> pd.DataFrame:
    """Published emissions of the base year by region, when power, industry and end use are all in the model."""
    frame = solution.build.data.frame(BASE_YEAR_EMISSIONS)
    if frame.empty or not {"power", "industry", "end_use"} <= set(solution.build.present):
        return pd.DataFrame()
    return frame[["region"]].assign(item="all", statistic=frame["emission"].astype(float))


def _model_generation(table: pd.DataFrame, base: int) -> pd.DataFrame:
    if table.empty:
        return table
    now = table[table["year"] == base]
    return now.rename(columns={"technology": "item", "generation_twh": "model"})[["region", "item", "model"]]


def _listed_generation(solution: Solution) -> pd.DataFrame:
    """Base-year generation by region and technology: fleet tables; sited plants at their capacity factor."""
    data, present = solution.build.data, solution.build.present
    parts = []
    for lever, table in (("thermal", THERMAL_FLEET), ("storage", STORAGE_FLEET), ("siting", SITED_FLEET)):
        frame = data.frame(table)
        if lever not in present or "power" not in present or frame.empty:
            continue
        yield_of_year = frame["capacity"].astype(float) * HOURS_PER_YEAR / GWH_PER_TWH
        amount = yield_of_year * frame["capacity_factor"].astype(float) if lever == "siting" else frame["generation"].astype(float)
        parts.append(frame[["region"]].assign(item=frame["technology"], statistic=amount))
    return stack(parts)


def _compared(
    solution: Solution, model: pd.DataFrame, listed: pd.DataFrame, quantity: str, unit: str, tolerance: tuple[float, float]
) -> pd.DataFrame:
    """Model and statistic by region group and nation, per item; ``tolerance`` in per cent for the nation and a group."""
    if model.empty or listed.empty:
        return pd.DataFrame()
    merged = total(model, ["region", "item"], "model").merge(total(listed, ["region", "item"], "statistic"), how="outer", on=["region", "item"])
    merged = with_group(solution, merged.assign(model=merged["model"].fillna(0.0), statistic=merged["statistic"].fillna(0.0)))
    levels = [
        merged.assign(region_group=NATION, region=NATION, tolerance_percent=tolerance[0]),
        merged.assign(region="group:" + merged["region_group"].astype(str), tolerance_percent=tolerance[1]),
    ]
    keys = ["region_group", "region", "item", "tolerance_percent"]
    frame = stack(levels).groupby(keys, sort=False, as_index=False)[["model", "statistic"]].sum()
    listed_value = frame["statistic"].to_numpy(dtype=float)
    gap = frame["model"].to_numpy(dtype=float) - listed_value
    difference = np.divide(PERCENT * gap, listed_value, out=np.where(gap == 0.0, 0.0, np.inf), where=listed_value > 0.0)
    return frame.assign(
        quantity=quantity, unit=unit, difference_percent=np.where(np.isfinite(difference), difference, np.nan),
        ok=np.abs(difference) <= frame["tolerance_percent"].to_numpy(dtype=float),
    )  # fmt: skip


def sources(solution: Solution) -> pd.DataFrame:
    """Table ``sources``: which sources and qualities stand behind each table of the workbook, with the number of rows."""
    parts = []
    for name, frame in solution.build.data.tables.items():
        if not {"source", "quality"} <= set(frame.columns):
            continue
        # a year table is long: one row of the workbook is one Excel row
        once = frame[~frame.index.duplicated()]
        words = once[["source", "quality"]].astype(object).fillna("").astype(str)
        counted = words.groupby(["source", "quality"], sort=True).size().reset_index(name="rows")
        parts.append(counted.assign(table=name))
    return stack(parts)
