"""Gives a workbook back as frames in its own units, rows that are switched off included: for what rewrites workbooks.

The frames of the model hold only what is switched on, in solver units; a workbook made from another must keep the rest.

Limits: years between given ones come back filled in, years that are no milestone or lie beyond the last given one are left out; a table whose rows that
are switched off are wrong gives only those that are on, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from model.core.declare import units
from model.core.declare.lines import Said
from model.core.declare.schema import Schema
from model.core.declare.spec import COMMON_COLUMNS, Column, Table

from . import cells
from .columns import canonical_unit
from .layout import active_rows, find_layout, table_layout
from .messages import Notes
from .ranges import RANGE_COLUMNS, RANGES_SHEET
from .raw import RawBook, RawSheet, is_blank
from .scenarios import SCENARIO_COLUMNS, SCENARIOS_SHEET
from .settings import ANALYSES_SHEET, ANALYSIS_COLUMNS, SETTING_COLUMNS, SETTINGS_SHEET, read_settings
from .validate import PERIODS, read_table

ACTIVE = "active"
#: A value, or a value with source, quality and note: as the writer takes it, which needs openpyxl and is not imported here.
SettingValue = float | str | tuple[float | str, str, str, str]
_FIRST_ROW = 2


@dataclass
class Whole:
    """All input of a workbook: tables (year tables wide), settings, the sheets of scenarios, of analyses and of ranges.

    The index of a frame is the row of the sheet, ``frame.attrs["letters"]`` the letters of its columns (none for a book
    made in code). ``remarks`` say what could not be kept.
    """

    tables: dict[str, pd.DataFrame]
    settings: dict[str, SettingValue]
    scenarios: pd.DataFrame
    analyses: pd.DataFrame
    years: list[int]
    remarks: list[str] = field(default_factory=list)
    ranges: pd.DataFrame = field(default_factory=pd.DataFrame)


def whole(raw: RawBook, schema: Schema) -> Whole:
    """Everything that the sheets hold, in the declared units of the workbook; the sheets have been checked before."""
    remarks: list[str] = []
    declared = [t for t in schema.tables.values() if t.shape != "settings" and _filled(raw.sheets.get(t.name))]
    years = _years(raw, schema)
    tables = {t.name: _table(t, raw.sheets[t.name], years, remarks) for t in declared}
    return Whole(
        {name: frame for name, frame in tables.items() if len(frame)},
        _settings(raw.sheets.get(SETTINGS_SHEET), schema),
        as_it_stands(raw.sheets.get(SCENARIOS_SHEET), SCENARIO_COLUMNS),
        as_it_stands(raw.sheets.get(ANALYSES_SHEET), ANALYSIS_COLUMNS),
        years,
        remarks,
        as_it_stands(raw.sheets.get(RANGES_SHEET), RANGE_COLUMNS),
    )


def _filled(sheet: RawSheet | None) -> bool:
    return sheet is not None and bool(sheet.grid)


def _years(raw: RawBook, schema: Schema) -> list[int]:
    """The years of all periods, also of those that are switched off."""
    if PERIODS not in schema.tables or not _filled(raw.sheets.get(PERIODS)):
        return []
    layout = table_layout(schema.tables[PERIODS], raw.sheets[PERIODS], Notes())
    found = [cells.read_number(layout.raw(row, "year")).value for row in layout.rows]
    return sorted({int(float(year)) for year in found if year is not None})


def _table(table: Table, sheet: RawSheet, years: list[int], remarks: list[str]) -> pd.DataFrame:
    layout = table_layout(table, sheet, Notes())
    on = set(active_rows(layout, Notes()))
    off = [row for row in layout.rows if row not in on]
    if table.shape == "years" and layout.years:
        # beyond its last column a sheet says nothing: periods after the plan need no column, and their lack makes no row that is off a wrong one
        years = [year for year in years if year <= max(layout.years)]
    notes = Notes()
    switched = sheet.changed({(row, layout.places[ACTIVE]): 1.0 for row in off}) if off else sheet
    read = read_table(table, switched, years, notes)
    if notes.has_errors and off:
        remarks.append(Said("rows_wrong", sheet=table.name, rows=", ".join(map(str, off))))
        read = read_table(table, sheet, years, Notes())
    frame = _wide(table, read.frame) if table.shape == "years" else read.frame
    for column in table.columns:
        if column.kind != "text" and column.name in frame:
            frame[column.name] = _in_workbook_units(frame[column.name], column)
    frame[ACTIVE] = [float(row in on) for row in frame.index]
    frame.attrs["letters"] = read.layout.letters()
    return frame


def _wide(table: Table, long: pd.DataFrame) -> pd.DataFrame:
    value = next(c for c in table.columns if not c.key)
    given = long.reset_index().pivot_table(values=value.name, index=long.index.name, columns="year")
    given = given.apply(lambda numbers: _in_workbook_units(numbers, value))
    given.columns = pd.Index([int(year) for year in given.columns])
    first = long[~long.index.duplicated()].drop(columns=["year", value.name])
    return first.join(given)


def _in_workbook_units(numbers: pd.Series, column: Column) -> pd.Series:
    factor = 1.0 if column.kind == "flag" else units.factor(canonical_unit(column))
    if factor == 1.0:
        return numbers
    # Dividing what was multiplied misses the number by its last bit: fifteen digits are what a cell of Excel holds.
    return pd.Series([float(f"{v:.15g}") if np.isfinite(v) else v for v in numbers / factor], index=numbers.index)


def _settings(sheet: RawSheet | None, schema: Schema) -> dict[str, SettingValue]:
    """The settings that the sheet lists, in workbook units with source, quality and note."""
    if sheet is None or not sheet.grid:
        return {}
    layout = find_layout(sheet, SETTING_COLUMNS, _FIRST_ROW, Notes())
    values = read_settings(sheet, schema, Notes())
    made: dict[str, SettingValue] = {}
    for row in active_rows(layout, Notes()):
        name = str(cells.read_word(layout.raw(row, "setting")).value)
        if name not in values:
            continue  # a blank one that rules only where it is stated
        value = values[name]
        setting = schema.settings[name]
        if not isinstance(value, str) and setting.kind != "flag":
            value = float(f"{value / units.factor(canonical_unit(setting)):.15g}")
        source, quality, note = ("" if is_blank(text := layout.raw(row, c)) else str(text) for c in COMMON_COLUMNS[1:])
        made[name] = (value, source, quality, note)
    return made


def as_it_stands(sheet: RawSheet | None, columns: tuple[str, ...]) -> pd.DataFrame:
    """A sheet that no lever declares as it stands, blank cells as None."""
    if sheet is None or not sheet.grid:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in columns})
    layout = find_layout(sheet, columns, _FIRST_ROW, Notes())
    known = [name for name in columns if name in layout.places]
    rows = [[None if is_blank(v := layout.raw(row, name)) else v for name in known] for row in layout.rows]
    frame = pd.DataFrame(rows, columns=known, index=pd.Index(layout.rows, dtype=int), dtype=object)
    if ACTIVE in frame:
        frame[ACTIVE] = [1.0 if v is None else float(cells.read_flag(v).value or 0.0) for v in frame[ACTIVE]]
    frame.attrs["letters"] = layout.letters()
    return frame
