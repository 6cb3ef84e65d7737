"""What the plan tells to do, sums by region group, and the sources behind the data.

Limits: a table made in code has no sources.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ..core.solution import Solution
from .energy_tables import WHOLE, clean_technologies
from .forest_tables import forest_items, stands_of
from .frames import NATION, joined, region_of_zone, stack, standing, total, values, with_group

Frames = Mapping[str, pd.DataFrame]


def allocation(solution: Solution, tables: Frames) -> pd.DataFrame:
    """Table ``allocation``: what to do, where, when, how much."""
    parts = [
        _planted(tables["planting"]),
        _felled(solution, tables["forest"]),
        _cut_in_part(solution, tables["partial_cutting"]),
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
    """Table ``by_group``: allocation, carbon (with net in the strict account), money and forest by region group and nation."""
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
    frame = tables["money"]
    if len(frame):
        parts.append(with_group(solution, frame).assign(table="money", unit="bn CNY/yr", item=joined(frame[["direction", "fund", "item"]])))
    rows = stack(parts)
    if rows.empty:
        return rows
    return total(stack([rows.assign(region_group=NATION), rows]), ["table", "item", "region_group", "year", "unit"])


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
