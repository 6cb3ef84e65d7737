"""What the plan tells to do, sums by region group, and the sources behind the data.

Limits: a table made in code has no sources.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ...core.solve.amounts import NATION, joined, region_of_zone, stack, standing, total, values, with_group
from ...core.solve.solution import Solution
from ...levers.forest.stands import stands_of
from ...levers.power.tables import PLANT, STORE
from .energy import WHOLE, clean_technologies
from .forest import forest_items

Frames = Mapping[str, pd.DataFrame]


def allocation(solution: Solution, tables: Frames) -> pd.DataFrame:
    """Table ``allocation``: what to do, where, when, how much."""
    parts = [
        _planted(tables["planting"]),
        _felled(solution, tables["forest"]),
        _cut_in_part(solution, tables["partial_cutting"]),
        _grass(tables["grassland"]),
        _wetland(solution),
        _standing_power(solution, tables["power"]),
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


def _cut_in_part(solution: Solution, table: pd.DataFrame) -> pd.DataFrame:
    stands = stands_of(solution)
    if stands is None or table.empty:
        return pd.DataFrame()
    item = joined(stands.strata.set_index("stratum")[["forest_group", "origin"]])
    return table.assign(lever="harvest", item=table["stratum"].map(item) + "." + table["method"].astype(str), value=table["area_kha"], unit="kha/yr")


def _grass(table: pd.DataFrame) -> pd.DataFrame:
    if table.empty:
        return table
    return table.assign(lever="grassland", item=joined(table[["grass_zone", "measure"]]), value=table["treated_kha"], unit="kha")


def _wetland(solution: Solution) -> pd.DataFrame:
    frame = standing(solution, values(solution, "recovered", "kha"))
    return frame.assign(lever="wetland", item=frame["from_class"], unit="kha") if len(frame) else frame


def _standing_power(solution: Solution, table: pd.DataFrame) -> pd.DataFrame:
    """Clean plants, and stores under a lever of their own: they hold energy and generate none."""
    if table.empty:
        return table
    store = table["kind"] == STORE
    rows = table.assign(lever=np.where(store, "storage", "clean_energy"), item=table["technology"], value=table["capacity_gw"], unit="GW")
    return rows[store | table["technology"].isin(clean_technologies(solution))]


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
    """Table ``by_group``: allocation, carbon, power, money and forest by region group and nation.

    Item ``net`` of carbon is the strict account; of power, ``generation``, ``capacity`` and ``storage`` are the sums of theirs.
    """
    parts = []
    if len(tables["forest"]):
        parts.append(with_group(solution, forest_items(tables["forest"])).assign(table="forest"))
    frame = tables["allocation"]
    if len(frame):
        parts.append(frame.assign(table="allocation", item=joined(frame[["lever", "item"]])))
    frame = tables["carbon"]
    if len(frame):
        frame = frame.assign(table="carbon", unit="Mt CO2/yr")
        net = np.where(frame["account"] == "emission", 1.0, -1.0) * frame["value"] * frame["in_target"].astype(float)
        parts += [frame.assign(item=joined(frame[["account", "category"]])), frame.assign(item="net", value=net)]
    if len(tables["power"]):
        parts += _power_items(with_group(solution, tables["power"]))
    frame = tables["money"]
    if len(frame):
        parts.append(with_group(solution, frame).assign(table="money", unit="bn CNY/yr", item=joined(frame[["direction", "fund", "item"]])))
    rows = stack(parts)
    if rows.empty:
        return rows
    return total(stack([rows.assign(region_group=NATION), rows]), ["table", "item", "region_group", "year", "unit"])


#: Amounts of ``power`` by kind: kind, column, item, unit, whether all technologies are summed as well.
POWER_ITEMS = (
    (PLANT, "generation_twh", "generation", "TWh/yr", True),
    (PLANT, "capacity_gw", "capacity", "GW", True),
    (STORE, "capacity_gw", "storage", "GW", True),
    (STORE, "discharge_twh", "discharge", "TWh/yr", False),
    (STORE, "charge_twh", "charge", "TWh/yr", False),
)


def _power_items(power: pd.DataFrame) -> list[pd.DataFrame]:
    """Rows of ``by_group``: what plants generate and stores hold, by technology and in sum."""
    parts = []
    for kind, column, item, unit, summed in POWER_ITEMS:
        rows = power[power["kind"] == kind]
        rows = rows.assign(table="power", value=rows[column], unit=unit, item=item + "." + rows["technology"].astype(str))
        parts += [rows, rows.assign(item=item)] if summed else [rows]
    return parts


def sources(solution: Solution) -> pd.DataFrame:
    """Table ``sources``: which sources and qualities stand behind each table of the workbook, with the number of rows."""
    parts = []
    for name, frame in solution.build.data.tables.items():
        if {"source", "quality"} <= set(frame.columns):
            # a year table is long: one row of the workbook is one Excel row
            parts.append(frame.loc[~frame.index.duplicated(), ["source", "quality"]].astype(object).assign(table=name))
    words = stack(parts)
    if words.empty:
        return words
    return words.fillna("").astype(str).groupby(["table", "source", "quality"], sort=False).size().reset_index(name="rows")
