"""Writes an input workbook from tables: every sheet annotated, with drop-down lists, ranges, notes and units.

The declarations decide everything about the layout, so a generated workbook, the empty template and the reader agree.
Each sheet is one Excel table over header and all rows. Where units stand in row 2 they are the first row of that
table, which Excel opens without repair; such tables carry no filter buttons, because sorting would move the units.

Limits: numbers are expected in the canonical units of the declarations and are not checked against ranges here; no
formulas, no charts.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import zipfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table as ExcelTable
from openpyxl.worksheet.table import TableColumn, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.functions import tostring

from model.core.aside import workbook_bytes
from model.core.declare.schema import Schema
from model.core.declare.spec import COMMON_COLUMNS, Column, Required
from model.core.declare.units import ATOMS, PURE, spellings

from . import hints
from .dictionary import (
    ANALYSES,
    ANALYSIS_COLUMNS,
    FIXED_SHEETS,
    RANGES,
    RANGES_COLUMNS,
    SCENARIO_COLUMNS,
    SCENARIOS,
    SETTINGS,
    UNIT,
    setting_column,
)
from .grids import LONGEST_NAME, Grid, SettingValue, fixed_grid, settings_grid, table_grids, value_column
from .guide import GUIDE, START, write_guide, write_start
from .style import (
    GROUP_COLOURS,
    HEADER,
    INPUT,
    KEY_HEADER,
    LABEL,
    OPTIONAL_HEADER,
    REMARK,
    UNITS,
    add_styles,
    column_width,
    note,
    number_format,
    put,
)

FIXED_DATE = dt.datetime(2020, 1, 1)
CORE_PROPERTIES = "docProps/core.xml"


def write_workbook(
    path: str | Path,
    schema: Schema,
    tables: Mapping[str, pd.DataFrame],
    settings: Mapping[str, SettingValue],
    years: Sequence[int],
    scenarios: pd.DataFrame | None = None,
    analyses: pd.DataFrame | None = None,
    title_en: str = "Regional carbon-neutrality pathway: input",
    title_zh: str = "区域碳中和路径：输入",
    *,
    groups: Mapping[str, str] | None = None,
    units: Mapping[str, Sequence[str]] | None = None,
    date: dt.datetime = FIXED_DATE,
    ranges: pd.DataFrame | None = None,
    without: Collection[str] = (),
) -> None:
    """Write the input workbook ``path`` as one step: it is there whole or not at all.

    ``tables`` maps a declared table to a frame in canonical workbook units. An attribute frame has declared columns; a
    year frame has key columns and a column per year (2030 or "2030"), optionally ``unit``; both optionally
    ``active``, ``source``, ``quality`` and ``note``. A declared column that is absent is written blank, an absent or
    empty table as an annotated sheet with a column for each of ``years``. ``settings`` maps a declared setting to a
    value or to (value, source, quality, note); the others get their defaults. ``groups`` maps sheets to a key of
    ``GROUP_COLOURS`` (tab colour); ``units`` maps a canonical unit to the spellings that its drop-down offers. Sheets ``without`` are left out unless they have rows.

    Raises ValueError for an unknown table, column, setting or group, for a sheet or column name beyond 31 characters
    and for an infinite number; OSError when the file cannot be written.
    """
    groups = dict(groups or {})
    grids = [
        settings_grid(schema, settings),
        fixed_grid(SCENARIOS, SCENARIO_COLUMNS, scenarios),
        fixed_grid(ANALYSES, ANALYSIS_COLUMNS, analyses),
        fixed_grid(RANGES, RANGES_COLUMNS, ranges),
        *(grid for grid in table_grids(schema, tables, years) if grid.name not in without or len(tables.get(grid.name, ()))),
    ]
    _check_names(grids, groups)
    book = Workbook()
    add_styles(book)
    start = book.worksheets[0]
    start.title = START
    names = [*(g.name for g in grids), GUIDE]
    sheet_list = write_start(start, schema, (title_en, title_zh), names, groups)
    for grid in grids:
        sheet = book.create_sheet(grid.name)
        _write_grid(sheet, grid)
        _add_hints(sheet, grid, schema, sheet_list, units or {})
        sheet.sheet_properties.tabColor = GROUP_COLOURS[groups.get(grid.name, "general")]
    guide = book.create_sheet(GUIDE)
    last = write_guide(guide, schema)
    _finish(guide, [str(c.value) for c in guide[1]], last, "C2", filters=True)
    start.sheet_properties.tabColor = guide.sheet_properties.tabColor = "1F3864"
    _save(book, Path(path), date)


def write_template(path: str | Path, schema: Schema, years: Sequence[int]) -> None:
    """Write an empty annotated workbook: all sheets, the settings at their defaults, a column for each year."""
    write_workbook(
        path, schema, {}, {}, years, title_en="Empty input workbook, to be filled", title_zh="空白输入工作簿，待填写"
    )


def _check_names(grids: Sequence[Grid], groups: Mapping[str, str]) -> None:
    for grid in grids:
        if grid.name in (START, GUIDE):
            raise ValueError(f"{grid.name} is the name of a sheet for people, not of a table")
        for name in (grid.name, *(c.name for c in grid.columns)):
            if len(name) > LONGEST_NAME:
                raise ValueError(f"the name {name} has more than {LONGEST_NAME} characters")
    for sheet, group in groups.items():
        if group not in GROUP_COLOURS:
            raise ValueError(f"sheet {sheet}: no group {group}; one of {', '.join(GROUP_COLOURS)}")


def _write_grid(sheet: Worksheet, grid: Grid) -> None:
    for i, column in enumerate(grid.columns):
        header = sheet.cell(1, i + 1)
        put(header, column.name, _header_style(column))
        header.comment = note(hints.header_text(column))
        if grid.has_units:
            put(sheet.cell(1 + 1, i + 1), column.unit, UNITS)
        values = grid.values(i)
        style, shown = _cell_style(grid, column), number_format(values, column.unit)
        for row, value in enumerate(values or [None], start=grid.first):
            put(sheet.cell(row, i + 1), value, style, shown)
        widths = [*map(_shown, values), column.unit if grid.has_units else ""]
        sheet.column_dimensions[get_column_letter(i + 1)].width = column_width(column.name, widths)
    frozen = get_column_letter(sum(c.key for c in grid.columns) + 1)
    _finish(sheet, [c.name for c in grid.columns], grid.last, f"{frozen}{grid.first}", filters=not grid.has_units)


def _shown(value: str | float | None) -> str:
    return f"{value:,.6g}" if isinstance(value, int | float) else value or ""


def _header_style(column: Column) -> str:
    if column.key:
        return KEY_HEADER
    return HEADER if isinstance(column.default, Required) else OPTIONAL_HEADER


def _cell_style(grid: Grid, column: Column) -> str:
    if column.name in COMMON_COLUMNS and column.name != "active":
        return REMARK
    if column.name == UNIT.name and not grid.has_units:
        return UNITS
    return LABEL if grid.name == SETTINGS and column.key else INPUT


def _finish(sheet: Worksheet, headers: Sequence[str], last: int, frozen: str, filters: bool) -> None:
    extent = f"A1:{get_column_letter(len(headers))}{last}"
    table = ExcelTable(displayName=f"t_{sheet.title}", ref=extent)
    table.tableColumns = [TableColumn(id=i, name=name) for i, name in enumerate(headers, start=1)]
    table.autoFilter = AutoFilter(ref=extent) if filters else None
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    sheet.add_table(table)
    sheet.freeze_panes = frozen
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _add_hints(
    sheet: Worksheet, grid: Grid, schema: Schema, sheet_list: str, units: Mapping[str, Sequence[str]]
) -> None:
    if grid.name == SETTINGS:
        _add_setting_hints(sheet, grid, schema, units)
    bottom = grid.last + hints.SPARE_ROWS
    for i, column in enumerate(grid.columns):
        letter = get_column_letter(i + 1)
        if grid.has_units and column.unit:
            _attach(sheet, hints.unit_list(_offered(column.unit, units)), f"{letter}{grid.first - 1}")
        if grid.name == SETTINGS and column.name not in COMMON_COLUMNS:
            continue
        rule = _column_rule(grid, i, schema, sheet_list, units)
        _attach(sheet, rule, f"{letter}{grid.first}:{letter}{bottom}")


def _column_rule(
    grid: Grid, index: int, schema: Schema, sheet_list: str, units: Mapping[str, Sequence[str]]
) -> DataValidation | None:
    column = grid.columns[index]
    letter = get_column_letter(index + 1)
    if column.ref:
        formula = _ref_range(column, schema)
        return (
            hints.range_list(formula, f"Choose an entry of {column.ref}. 请选择 {column.ref} 中的条目")
            if formula
            else None
        )
    if grid.name in (SCENARIOS, RANGES) and column.name == "sheet":
        return hints.range_list(sheet_list, "Choose a sheet. 请选择工作表")
    if column.name == UNIT.name and not grid.has_units:
        canonical = value_column(schema.tables[grid.name]).unit
        return hints.unit_list(_offered(canonical, units))
    rule = hints.choose(column)
    if rule is None and column.key and column.kind == "text":
        if sum(c.key for c in grid.columns) == 1 and grid.name not in (SCENARIOS, RANGES):
            return hints.unique(letter, grid.first, grid.last + hints.SPARE_ROWS)
        message = "A new entry; is it spelled as meant? 新条目，请核对拼写"
        return hints.suggestions(hints.distinct(grid.values(index)), "information", message)
    return rule


def _ref_range(declared: Column, schema: Schema) -> str:
    """The cells whose entries are allowed; "" where more than the entries of one column are: Excel's lists hold one range."""
    targets = declared.targets()
    if declared.choices or len(targets) != 1 or targets[0].before or targets[0].after:
        return ""
    name, column = targets[0].table, targets[0].column
    if name == SCENARIOS:
        return hints.growing_range(SCENARIOS, "A", hints.FIRST_ROW["settings"])
    if name in FIXED_SHEETS or name not in schema.tables:
        return ""
    table = schema.tables[name]
    return hints.growing_range(name, hints.column_letter(table, column), hints.FIRST_ROW[table.shape])


def _add_setting_hints(sheet: Worksheet, grid: Grid, schema: Schema, units: Mapping[str, Sequence[str]]) -> None:
    for row, setting in enumerate(schema.settings.values(), start=grid.first):
        column = setting_column(setting)
        name, value = sheet.cell(row, 1), sheet.cell(row, 1 + 1)
        name.comment = note(hints.header_text(column))
        value.number_format = number_format([value.value], setting.unit)
        _attach(sheet, hints.choose(column), value.coordinate)
        if setting.unit:
            _attach(sheet, hints.unit_list(_offered(setting.unit, units)), value.offset(column=1).coordinate)


def _offered(unit: str, units: Mapping[str, Sequence[str]]) -> list[str]:
    """The units that a drop-down offers: the canonical one, then those given, or else all of its dimension."""
    if unit in units:
        others = list(units[unit])
    else:
        others = spellings()[ATOMS[unit].dimension] if unit in ATOMS and ATOMS[unit].dimension != PURE else []
    return [unit, *(other for other in others if other != unit)]


def _attach(sheet: Worksheet, rule: DataValidation | None, cells: str) -> None:
    if rule is not None:
        rule.add(cells)
        sheet.add_data_validation(rule)


def _save(book: Workbook, path: Path, date: dt.datetime) -> None:
    book.properties.creator = "model"
    book.properties.created = date
    written = io.BytesIO(workbook_bytes(book))
    # openpyxl stamps the time of saving; the fixed date goes back in, so that a regenerated file stays the same.
    book.properties.modified = date
    with zipfile.ZipFile(written) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    properties = tostring(book.properties.to_tree())
    path.parent.mkdir(exist_ok=True)  # one folder, not a whole path that may be mistyped
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        _pack(aside, ((n, properties if n == CORE_PROPERTIES else content) for n, content in parts), date)
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def _pack(path: Path, parts: Iterable[tuple[str, bytes]], date: dt.datetime) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            stamp = (date.year, date.month, date.day, date.hour, date.minute, date.second)
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
