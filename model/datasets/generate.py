"""Writes the shipped workbooks: all frames at province level, merged to a grouping, ordered, rounded, checked, saved.

Numbers are carried at full precision and rounded to six significant digits at the very end.

Limits: the settings sheet holds the defaults that the levers declare.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from model.core import registry
from model.core.spec import Schema
from model.workbook.writer import write_workbook

from . import general
from .aggregate import Grouping, aggregate, ordered, rounded
from .frame import YEARS, load, selected

LOG = logging.getLogger(__name__)
#: Modules of this package that give frames, in the order in which they are collected.
MODULES = ("general", "forest", "afforestation", "grass_water_land", "west_line", "energy", "power", "industry")
DIGITS = 6
#: What an offer of land and what is planted on it are known by.
OFFER = ["region", "water_zone", "land_type"]
THREE_REGIONS = "three_regions"
PROVINCES = "provinces"
TITLES = {
    THREE_REGIONS: ("China in three region groups: input", "中国三类地区：输入"),
    PROVINCES: ("China's 31 mainland provinces: input", "中国31个省级行政区：输入"),
}
#: Sheets by tab colour; the others are general.
GROUPS = {
    "land": (
        "forest_",
        "harvest_",
        "new_forest",
        "afforestation_",
        "planting_",
        "wood_",
        "timber_",
        "grass",
        "livestock",
        "land",
        "dual_use",
        "wetland",
    ),
    "water": ("water_", "environmental_", "diversion_", "opened_land", "canal_"),
    "money": ("gdp", "ecological_budget", "cost_funds"),
    "industry": ("industry", "no_relocation", "measure", "end_use"),
    "energy": (
        "sit",
        "thermal",
        "storage",
        "transmission",
        "power",
        "fuel",
        "load_",
        "peak_",
        "output_",
        "capacity_",
        "build_",
        "fleet_",
        "must_run",
        "reserve_",
        "electrolysis",
        "biomass",
        "co2_",
        "air_",
        "energy_",
    ),
}


@dataclass
class Book:
    """The tables of one workbook and the remarks on what was changed while they were merged."""

    tables: dict[str, pd.DataFrame]
    remarks: list[str] = field(default_factory=list)


def province_frames(modules: Sequence[str] = MODULES) -> dict[str, pd.DataFrame]:
    """Every table at province level; ValueError when two modules give the same table."""
    found: dict[str, pd.DataFrame] = {}
    for name in modules:
        for table, frame in importlib.import_module(f"{__package__}.{name}").frames().items():
            if table in found:
                raise ValueError(f"table {table} comes from two modules, one of them {name}")
            found[table] = frame
    return found


def province_book(schema: Schema, frames: Mapping[str, pd.DataFrame]) -> Book:
    """The workbook of provinces: the frames ordered and rounded."""
    return Book(_finished(frames, schema))


def grouped_book(schema: Schema, frames: Mapping[str, pd.DataFrame], name: str = THREE_REGIONS) -> Book:
    """The workbook of a grouping of provinces described under ``inputs/data/groupings``."""
    places = load("groupings", f"{name}_provinces")
    grouping = Grouping(
        dict(zip(places["province"], places["region"], strict=True)),
        dict(zip(places["province"], places["water_zone"], strict=True)),
    )
    merged = aggregate(_soil_mirrored(_main_groups_first(frames, grouping)), schema, grouping)
    merged["regions"] = selected(load("groupings", name), [c.name for c in schema.tables["regions"].columns])
    if "water_base" in merged:
        merged["water_zones"] = _zones(merged["water_base"], name)
    remarks: list[str] = []
    if "water_rights" in merged:
        merged["water_rights"], dropped = _rights_in_one_basin(merged["water_rights"], merged["water_zones"])
        remarks += dropped
    if "diversion_receivers" in merged:
        # A group of receivers cannot take more than all of the water.
        merged["diversion_receivers"]["max_share"] = merged["diversion_receivers"]["max_share"].clip(upper=1.0)
    return Book(_finished(_soil_mirrored(merged), schema), remarks)


def _finished(frames: Mapping[str, pd.DataFrame], schema: Schema) -> dict[str, pd.DataFrame]:
    return {name: rounded(frame, DIGITS) for name, frame in ordered(frames, schema).items()}


def _zones(base: pd.DataFrame, name: str) -> pd.DataFrame:
    """Zones of the grouping; each has its share of the industrial water use of its region."""
    zones = load("groupings", f"{name}_zones")
    use = zones["water_zone"].map(base.set_index("water_zone")["use_industry"])
    zones["industry_share"] = use / use.groupby(zones["region"]).transform("sum")
    return selected(zones, ("water_zone", "region", "basin", "industry_share"))


def _rights_in_one_basin(rights: pd.DataFrame, zones: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """The pairs whose ends lie in one basin, and a remark for every pair that does not."""
    basin = zones.set_index("water_zone")["basin"]
    same = rights["from_zone"].map(basin) == rights["to_zone"].map(basin)
    lost = [
        f"water_rights: {a} to {b} left out, not one basin"
        for a, b in rights.loc[~same, ["from_zone", "to_zone"]].itertuples(index=False)
    ]
    return rights[same].reset_index(drop=True), lost


def _main_groups_first(frames: Mapping[str, pd.DataFrame], grouping: Grouping) -> dict[str, pd.DataFrame]:
    """Frames in which the new forest stands in such an order that a merge takes the main group of each merged zone.

    That is the group with the largest offer of the land type in the zone, all its provinces together.
    """
    made = dict(frames)
    if "new_forest" in made and "afforestation_land" in made:
        new = made["new_forest"]
        offers = made["afforestation_land"].set_index(OFFER)["area"]
        area = pd.Series(offers.reindex(pd.MultiIndex.from_frame(new[OFFER])).to_numpy(), index=new.index)
        zone = new["water_zone"].map(grouping.zones)
        together = area.groupby([zone, new["land_type"], new["forest_group"]]).transform("sum")
        made["new_forest"] = new.loc[together.sort_values(ascending=False, kind="stable").index].reset_index(drop=True)
    return made


def _soil_equilibrium(frames: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Soil carbon at equilibrium, t C/ha, by region, water zone and land type of the new forest."""
    soil = frames["forest_groups"].drop_duplicates("forest_group").set_index("forest_group")["soil_equilibrium"]
    new = frames["new_forest"].set_index(OFFER)["forest_group"]
    return new.map(soil)


def _soil_mirrored(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Frames in which ``soil_before`` and the gain to equilibrium are exchanged.

    The gain may be averaged over forest groups, the level may not: done before merging this gives the gain, done again
    afterwards the equilibrium of the group then planted less the mean gain.
    """
    made = dict(frames)
    if "afforestation_land" in made:
        made["afforestation_land"] = _reflected(made["afforestation_land"], _soil_equilibrium(frames))
    return made


def _reflected(offers: pd.DataFrame, equilibrium: pd.Series) -> pd.DataFrame:
    keys = offers[OFFER].itertuples(index=False, name=None)
    whole = pd.Series([float(equilibrium[key]) for key in keys], index=offers.index)
    return offers.assign(soil_before=whole - offers["soil_before"])


def tab_colours(tables: Sequence[str]) -> dict[str, str]:
    """Sheet -> group of the tab colours; what is not listed is general."""
    return {table: group for table in tables for group, starts in GROUPS.items() if table.startswith(starts)}


def generate(out_dir: str | Path, schema: Schema | None = None) -> list[Path]:
    """Write ``three_regions.xlsx`` into ``out_dir``; the paths written.

    What was left out while merging is logged at level INFO, one line each.
    """
    declared = schema or registry.schema()
    book = grouped_book(declared, province_frames())
    for remark in book.remarks:
        LOG.info(remark)
    return [_write(Path(out_dir) / f"{THREE_REGIONS}.xlsx", declared, book, THREE_REGIONS)]


def generate_provinces(out_dir: str | Path, schema: Schema | None = None) -> list[Path]:
    """Write ``provinces.xlsx`` into ``out_dir``; the paths written."""
    declared = schema or registry.schema()
    book = province_book(declared, province_frames())
    return [_write(Path(out_dir) / f"{PROVINCES}.xlsx", declared, book, PROVINCES)]


def _write(path: Path, schema: Schema, book: Book, name: str) -> Path:
    title_en, title_zh = TITLES[name]
    write_workbook(
        path,
        schema,
        book.tables,
        {},
        YEARS,
        scenarios=general.scenarios(),
        analyses=general.analyses(),
        title_en=title_en,
        title_zh=title_zh,
        groups=tab_colours(list(book.tables)),
    )
    return path
