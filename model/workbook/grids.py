"""Turns frames and settings into sheets as they will be written: columns left to right, cleaned values, no Excel.

A column that a frame lacks is blank; one that no declaration knows is refused by name, so nothing is lost silently.

Limits: values are not checked against ranges or lists here; that is the reader's work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from model.core.declare.schema import Schema
from model.core.declare.spec import FIRST_YEAR, LAST_YEAR, Column, Setting, Table

from .dictionary import (
    COMMON,
    FIXED_TEXT,
    SETTINGS,
    SETTINGS_COLUMNS,
    UNIT,
    own_tables,
)
from .hints import FIRST_ROW
from .style import clean_value

LONGEST_NAME = 31
#: Source of a setting that nobody has set.
DEFAULT_SOURCE = "default of the model 模型默认值"

SettingValue = float | str | tuple[float | str, str, str, str]
Row = list[str | float | None]


@dataclass(frozen=True)
class Grid:
    """One sheet as it is written: columns left to right, and rows of cleaned values of the same width."""

    name: str
    columns: tuple[Column, ...]
    rows: list[Row]
    has_units: bool
    texts: tuple[str, str]

    @property
    def first(self) -> int:
        """The first row with data."""
        return FIRST_ROW["attributes" if self.has_units else "years"]

    @property
    def last(self) -> int:
        """The last row of the Excel table; an empty sheet keeps one blank row to type in."""
        return self.first + max(1, len(self.rows)) - 1

    def values(self, index: int) -> Row:
        """The entries of one column."""
        return [row[index] for row in self.rows]


def value_column(table: Table) -> Column:
    """The column of a year table that gives unit and range to every year."""
    return next(c for c in table.columns if not c.key)


def table_grids(schema: Schema, tables: Mapping[str, pd.DataFrame], years: Sequence[int]) -> list[Grid]:
    """Every declared table in the order of the schema; ValueError for a table or column that is not declared."""
    declared = {t.name: t for t in own_tables(schema)}
    for name in tables:
        if name not in declared:
            raise ValueError(f"table {name} is not declared")
    grids = []
    for name, table in declared.items():
        frame = tables[name] if name in tables else pd.DataFrame()
        year_table = table.shape == "years"
        columns = _year_columns(table, frame, years) if year_table else table.columns
        fallback = {UNIT.name: value_column(table).unit} if year_table else {}
        frame = frame.rename(columns={c: str(c) for c in frame.columns})
        grids.append(_frame_grid(name, (*columns, *COMMON), frame, not year_table, (table.en, table.zh), fallback))
    return grids


def _year_columns(table: Table, frame: pd.DataFrame, years: Sequence[int]) -> tuple[Column, ...]:
    keys = tuple(c for c in table.columns if c.key)
    value = value_column(table)
    given = [str(c) for c in frame.columns if str(c).isdecimal() and FIRST_YEAR <= int(c) <= LAST_YEAR]
    shown = sorted(given, key=int) if given else [str(int(y)) for y in years]
    return (*keys, UNIT, *(replace(value, name=y) for y in shown))


def settings_grid(schema: Schema, settings: Mapping[str, SettingValue]) -> Grid:
    """All declared settings, as given or at their defaults; ValueError for one that is not declared."""
    for name in settings:
        if name not in schema.settings:
            raise ValueError(f"setting {name} is not declared")
    rows = [_setting_row(s, settings.get(s.name)) for s in schema.settings.values()]
    columns = (*SETTINGS_COLUMNS, *COMMON)
    return Grid(SETTINGS, columns, rows, False, FIXED_TEXT[SETTINGS])


def _setting_row(setting: Setting, given: SettingValue | None) -> Row:
    explained = " ".join(text for text in (setting.en, setting.zh) if text)
    value, source, quality, remark = setting.default, setting.source or DEFAULT_SOURCE, setting.quality, ""
    if isinstance(given, tuple):
        value, source, quality, remark = given
    elif given is not None:
        value, source, quality = given, "", ""
    cells = (setting.name, value, setting.unit, 1, source, quality, remark or explained)
    return [clean_value(cell) for cell in cells]


def fixed_grid(name: str, columns: tuple[Column, ...], frame: pd.DataFrame | None) -> Grid:
    """A sheet that no lever declares (scenarios, analyses), from a frame with its columns or empty."""
    return _frame_grid(name, (*columns, *COMMON), pd.DataFrame() if frame is None else frame, False, FIXED_TEXT[name])


def _frame_grid(
    name: str,
    columns: tuple[Column, ...],
    frame: pd.DataFrame,
    has_units: bool,
    texts: tuple[str, str],
    fallback: Mapping[str, object] | None = None,
) -> Grid:
    known = {c.name for c in columns}
    for column in frame.columns:
        if column not in known:
            raise ValueError(f"table {name} declares no column {column}")
    fallbacks: dict[str, object] = {"active": 1, **(fallback or {})}
    lists = [
        frame[c.name].tolist() if c.name in frame.columns else [fallbacks.get(c.name)] * len(frame) for c in columns
    ]
    rows = [[clean_value(value) for value in row] for row in zip(*lists, strict=True)]
    return Grid(name, columns, rows, has_units, texts)
