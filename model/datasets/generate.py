"""Writes the shipped workbooks: all tables by province, and the three regions that are their aggregate.

Numbers of the provinces are carried at full precision and rounded to six significant digits at the very end; the three
regions are what ``python -m model aggregate`` makes of a workbook of provinces with as many day types (``DAY_TYPES``).

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

from . import general, weather
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
#: The sheet that only the three regions carry: each day of the year for every province would be most of the workbook.
DAILY = "daily_weather"
#: Day types of each workbook: see docs/day_types.md for what more of them change and cost.
DAY_TYPES = {THREE_REGIONS: 8, PROVINCES: 4}
TITLES = {
    THREE_REGIONS: ("China in three region groups: input", "中国三类地区：输入"),
    PROVINCES: ("China's 31 mainland provinces: input", "中国31个省级行政区：输入"),
}


def frame_modules() -> list[ModuleType]:
    """The modules of this package that give frames, by their names."""
    found = (import_module(f"{__package__}.{info.name}") for info in pkgutil.iter_modules([str(Path(__file__).parent)]))
    return [module for module in found if hasattr(module, "frames")]


def province_frames(modules: Sequence[ModuleType] = (), day_types: int = DAY_TYPES[PROVINCES]) -> dict[str, pd.DataFrame]:
    """Every table at province level, of all modules or those given; ValueError when two modules give the same table."""
    found = weather.frames_of(day_types)
    for module in modules or frame_modules():
        for table, frame in module.frames().items():
            if table in found:
                raise ValueError(f"table {table} comes from two modules, one of them {module.__name__}")
            found[table] = frame
    return found


def province_book(schema: Schema, frames: Mapping[str, pd.DataFrame]) -> Book:
    """The workbook of provinces: the frames ordered and rounded."""
    return Book({name: written(name, frame) for name, frame in ordered(frames, schema).items()})


def three_region_book(schema: Schema, frames: Mapping[str, pd.DataFrame], day_types: int = DAY_TYPES[THREE_REGIONS]) -> Book:
    """The workbook of the three region groups: the provinces, with day types of its own, merged by their own columns."""
    finer = {name: written(name, frame) for name, frame in ordered(dict(frames) | weather.frames_of(day_types), schema).items()}
    merged = regrouped(finer, schema, by=GROUPING, zones=ZONING)
    groups = dict(zip(finer["regions"]["region"], finer["regions"][GROUPING], strict=True))
    merged.tables[DAILY] = written(DAILY, ordered({DAILY: weather.daily_weather(groups)}, schema)[DAILY])
    return merged


def generate(out_dir: str | Path, schema: Schema | None = None, day_types: Mapping[str, int] = DAY_TYPES) -> list[Path]:
    """Write ``provinces.xlsx`` and ``three_regions.xlsx`` into ``out_dir``, each with its number of ``day_types``; the paths written.

    What was left out while merging is logged at level INFO, one line each.
    """
    declared, frames = schema or registry.schema(), province_frames()
    frames |= weather.frames_of(day_types[PROVINCES])
    books = {PROVINCES: province_book(declared, frames), THREE_REGIONS: three_region_book(declared, frames, day_types[THREE_REGIONS])}
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
        without=WITHOUT if DAILY in book.tables else (*WITHOUT, DAILY),
    )
    return path
