"""A toy schema of four tables and the workbook that fills it, as lists of rows that a test may change before writing.

Limits: written with openpyxl in the layout that the reader expects; no styles, no drop-down lists.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import openpyxl

from model.core.data import PERIODS, REGIONS, TIME_SLICES
from model.core.declare.schema import Schema
from model.core.declare.spec import Column, Setting, Table

SITES = Table(
    "sites",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("item", "", "text", key=True, en="Key of the site", zh="地块代码"),
        Column("area", "kha", low=0, high=1000, en="Area", zh="面积"),
        Column("cost", "CNY/ha", default=100.0, low=0, en="Cost", zh="成本"),
        Column("cap", "kha", default=None, low=0, en="Most a year", zh="年上限"),
        Column("open", "flag", "flag", default=1.0, en="Open", zh="开放"),
        Column("life", "yr", "integer", default=10.0, low=1, high=100, en="Life", zh="寿命"),
        Column("class", "", "text", choices=("good", "poor"), default="good", en="Class", zh="等级"),
    ),
)
DEMAND = Table(
    "demand",
    (
        Column("region", "", "text", key=True, ref="regions.region"),
        Column("value", "million m3", low=0, high=5000),
    ),
    shape="years",
)
SETTINGS = {
    s.name: s
    for s in (
        Setting("language", "", "text", "en", choices=("en", "zh")),
        Setting("objective", "", "text", "min_cost", choices=("min_cost", "max_net_removal")),
        Setting("discount_rate", "1/yr", "number", 0.05, low=0, high=0.2),
        Setting("land_reserve", "kha", "number", 500.0, low=0),
        Setting("schema_version", "1", "integer", 1.0),
    )
}
SCHEMA = Schema({t.name: t for t in (REGIONS, PERIODS, TIME_SLICES, SITES, DEMAND)}, SETTINGS)
NEEDED = Schema({**SCHEMA.tables, "demand": Table("demand", DEMAND.columns, "years", required=True)}, SETTINGS)

Rows = list[list[Any]]
_TAIL = ["active", "source", "quality", "note"]
_END = [1, "a book", "reported", ""]

_SHEETS: dict[str, Rows] = {
    "start_here": [["read me"]],
    "regions": [
        ["region", "name_en", "name_zh", "region_group", "map_row", "map_column", *_TAIL, "alt_region_group", "grid_region"],
        ["", "", "", "", "1", "1"],
        ["west", "West", "西部", "west", 1, 1, *_END, "west", "northwest"],
        ["east", "East", "东部", "developed", 1, 2, *_END, "developed", "east"],
    ],
    "periods": [
        ["year", "cost_factor", "kind", *_TAIL],
        ["calendar year", "1", ""],
        [2020, None, "plan", *_END],
        [2030, None, "plan", *_END],
        [2040, None, "plan", *_END],
    ],
    "time_slices": [
        ["slice", "season", "block", "hours", *_TAIL],
        ["", "", "", "h"],
        ["day", "all", "day", 4380, *_END],
        ["night", "all", "night", 4380, *_END],
    ],
    "sites": [
        ["region", "item", "area", "cost", "cap", "open", "life", "class", *_TAIL],
        ["", "", "kha", "CNY/ha", "kha", "", "yr", ""],
        ["west", "a", 100, 2000, None, 1, 20, "good", *_END],
        ["west", "b", 300, None, 50, 0, None, None, *_END],
        ["east", "a", 40, 3000, None, None, 30, "poor", *_END],
    ],
    "demand": [
        ["region", "unit", 2020, 2030, 2040, *_TAIL],
        ["west", "million m3", 100, 200, 400, *_END],
        ["east", "million m3", 50, 60, 80, *_END],
    ],
    "settings": [
        ["setting", "value", "unit", *_TAIL],
        ["discount_rate", 0.04, "1/yr", *_END],
        ["objective", "min_cost", "", *_END],
    ],
    "scenarios": [
        ["scenario", "parent", "sheet", "selector", "column", "operation", "value", *_TAIL],
        ["reference", "", "", "", "", "", None, *_END],
    ],
}


def toy() -> dict[str, Rows]:
    """The sheets of a right workbook, as lists of rows that may be changed."""
    return copy.deepcopy(_SHEETS)


def put(sheets: dict[str, Rows], sheet: str, address: str, value: Any) -> None:
    """Change one cell of the lists, by its address; the row grows as needed."""
    row, column = openpyxl.utils.cell.coordinate_to_tuple(address)
    rows = sheets[sheet]
    rows.extend([] for _ in range(row - len(rows)))
    rows[row - 1].extend([None] * (column - len(rows[row - 1])))
    rows[row - 1][column - 1] = value


def scenario_row(
    name: str, sheet: str, selector: str, column: str, operation: str, value: Any, *, parent: str = "", active: Any = 1
) -> list[Any]:
    """A row of the scenarios sheet."""
    return [name, parent, sheet, selector, column, operation, value, active, "a book", "estimate", ""]


def workbook(sheets: dict[str, Rows]) -> openpyxl.Workbook:
    """The lists as an openpyxl workbook, with texts beginning with = as formulas."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                if value is not None and value != "":
                    page.cell(number, column).value = value
    return book


def write(sheets: dict[str, Rows], path: Path) -> Path:
    """Write the lists as a workbook; returns the path."""
    workbook(sheets).save(path)
    return path
