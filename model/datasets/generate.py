"""Writes the shipped workbooks: all tables by province, and the three regions that are their aggregate.

Numbers of the provinces are carried at full precision and rounded to six significant digits at the very end; the three
regions are what ``python -m model aggregate`` makes of the workbook of provinces.

Limits: settings that ``inputs/data/estimates/settings.csv`` does not state stand at the defaults that the levers declare.
"""

from __future__ import annotations

import logging
import pkgutil
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pandas as pd

from model.core.build import registry
from model.core.declare.schema import Schema
from model.workbook.writer import write_workbook

from . import general
from .aggregate import ordered
from .frame import YEARS
from .regroup import Book, regrouped, written
from .tabs import tab_colours

LOG = logging.getLogger(__name__)
#: How the three regions are made: columns of the sheets ``regions`` and ``water_zones``.
GROUPING, ZONING = "region_group", "zone_group"
THREE_REGIONS = "three_regions"
#: Sheets of options that no shipped workbook carries while they have no rows: a sheet without rows only hides those with some.
WITHOUT = (
    "work_factors", "thermal_bounds", "thermal_build_bounds", "generation_bounds", "fuel_limits", "thermal_availability", "thermal_efficiency", "thermal_variable_cost", "power_carbon_tax",
)
PROVINCES = "provinces"
TITLES = {
    THREE_REGIONS: ("China in three region groups: input", "中国三类地区：输入"),
    PROVINCES: ("China's 31 mainland provinces: input", "中国31个省级行政区：输入"),
}


def frame_modules() -> list[ModuleType]:
    """The modules of this package that give frames, by their names."""
    found = (import_module(f"{__package__}.{info.name}") for info in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return [module for module in found if hasattr(module, "frames")]


def province_frames(modules: Sequence[ModuleType] = ()) -> dict[str, pd.DataFrame]:
    """Every table at province level, of all modules or those given; ValueError when two modules give the same table."""
    found: dict[str, pd.DataFrame] = {}
    for module in modules or frame_modules():
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
        general.settings(name),
        YEARS,
        scenarios=general.scenarios(),
        analyses=general.analyses(),
        ranges=general.ranges(),
        title_en=title_en,
        title_zh=title_zh,
        groups=tab_colours([table for table in book.tables if table not in WITHOUT]),
        without=WITHOUT,
    )
    return path
