"""Writes the shipped workbooks: all tables by province, and the three regions that are their aggregate.

Numbers of the provinces are carried at full precision and rounded to six significant digits at the very end; the three
regions are what ``python -m model aggregate`` makes of the workbook of provinces.

Limits: settings that ``inputs/data/estimates/settings.csv`` does not state stand at the defaults that the levers declare.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType

import pandas as pd

from model.core.build import registry
from model.core.declare.spec import Schema
from model.workbook.writer import write_workbook

from . import afforestation, energy, forest, general, grass_water_land, industry, observed, power, west_line
from .aggregate import ordered
from .frame import YEARS
from .regroup import Book, regrouped, written

LOG = logging.getLogger(__name__)
#: Modules of this package that give frames, in the order in which they are collected.
MODULES = (general, forest, afforestation, grass_water_land, west_line, energy, power, industry, observed)
#: How the three regions are made: columns of the sheets ``regions`` and ``water_zones``.
GROUPING, ZONING = "region_group", "zone_group"
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


def province_frames(modules: Sequence[ModuleType] = MODULES) -> dict[str, pd.DataFrame]:
    """Every table at province level; ValueError when two modules give the same table."""
    found: dict[str, pd.DataFrame] = {}
    for module in modules:
        for table, frame in module.frames().items():
            if table in found:
                raise ValueError(f"table {table} comes from two modules, one of them {module.__name__}")
            found[table] = frame
    return found


def province_book(schema: Schema, frames: Mapping[str, pd.DataFrame]) -> Book:
    """The workbook of provinces: the frames ordered and rounded."""
    return Book({name: written(name, frame) for name, frame in ordered(frames, schema).items()})


def three_region_book(schema: Schema, provinces: Book) -> Book:
    """The workbook of the three region groups: that of the provinces merged by its own columns."""
    return regrouped(provinces.tables, schema, by=GROUPING, zones=ZONING)


def tab_colours(tables: Sequence[str]) -> dict[str, str]:
    """Sheet -> group of the tab colours; what is not listed is general."""
    return {table: group for table in tables for group, starts in GROUPS.items() if table.startswith(starts)}


def generate(out_dir: str | Path, schema: Schema | None = None) -> list[Path]:
    """Write ``provinces.xlsx`` and ``three_regions.xlsx`` into ``out_dir``; the paths written.

    What was left out while merging is logged at level INFO, one line each.
    """
    declared, frames = schema or registry.schema(), province_frames()
    provinces = province_book(declared, frames)
    books = {PROVINCES: provinces, THREE_REGIONS: three_region_book(declared, provinces)}
    for remark in books[THREE_REGIONS].remarks:
        LOG.info(str(remark))
    return [_write(Path(out_dir) / f"{name}.xlsx", declared, book, name) for name, book in books.items()]


def _write(path: Path, schema: Schema, book: Book, name: str) -> Path:
    title_en, title_zh = TITLES[name]
    write_workbook(
        path,
        schema,
        book.tables,
        general.settings(),
        YEARS,
        scenarios=general.scenarios(),
        analyses=general.analyses(),
        title_en=title_en,
        title_zh=title_zh,
        groups=tab_colours(list(book.tables)),
    )
    return path
