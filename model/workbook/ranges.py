"""Reads the sheet ``ranges``: which cells are not known exactly, and between which values they may lie.

    range        sheet        selector               column  operation  low  central  high  distribution  group
    wind_cost    sited_capex  technology=wind_onshore        multiply   0.8           1.2   triangular    clean_power
    wind_cost    sited_capex  technology=wind_offshore       multiply   0.7           1.3

A row names cells as one of the sheet ``scenarios`` does. Rows of one range move together, each between its own ends; ranges of one group are
drawn together. A blank ``central`` is the workbook as it stands: the factor 1, the amount 0, or the number in the cells that are set.

Limits: numbers only; whether a low or a high keeps the rules of the workbook is found when it is tried (``ranged``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from model.core.declare.schema import DISTRIBUTIONS, TRIANGULAR, Range, Schema
from model.core.declare.spec import COMMON_COLUMNS

from . import cells
from .columns import canonical_unit
from .layout import UNIT_COLUMN, VALUE_COLUMN, Layout, active_rows, find_layout, table_layout
from .messages import Notes, nearest
from .raw import RawSheet, is_blank
from .scenarios import OPERATIONS
from .selectors import SelectorReader, Target
from .settings import SETTING_COLUMNS, setting_name

RANGES_SHEET = "ranges"
NAME, LOW, CENTRAL, HIGH, DISTRIBUTION, GROUP = "range", "low", "central", "high", "distribution", "group"
RANGE_COLUMNS = (NAME, "sheet", "selector", "column", "operation", LOW, CENTRAL, HIGH, DISTRIBUTION, GROUP, *COMMON_COLUMNS)
_REQUIRED = (NAME, "sheet", "operation", LOW, HIGH)
_SET, _ADD, _MULTIPLY = OPERATIONS
#: What changes nothing: where a blank central lies.
_NEUTRAL = {_ADD: 0.0, _MULTIPLY: 1.0}
_FIRST_ROW = 2
_NAME = re.compile(r"[a-z0-9_]{1,40}", re.ASCII)
_YEAR = re.compile(r"year\s*=\s*(\d+)", re.ASCII)
_ACTIVE = "active"


@dataclass(frozen=True)
class RangeRow:
    """One row that is switched on; ``row`` is its Excel row, ``central`` None where it is blank."""

    row: int
    sheet: str
    selector: str
    column: str
    operation: str
    low: float
    central: float | None
    high: float

    def value(self, share: float) -> float:
        """The value at a share of the range."""
        return self.low + share * (self.high - self.low)


@dataclass
class NamedRange:
    """The rows of one name, in the order of the sheet."""

    name: str
    distribution: str = ""
    group: str = ""
    rows: list[RangeRow] = field(default_factory=list)


def read_ranges(sheet: RawSheet | None, notes: Notes) -> tuple[list[NamedRange], Layout | None]:
    """The ranges that are switched on, in the order in which they are first named; what is wrong is noted."""
    if sheet is None or not sheet.grid:
        return [], None
    layout = find_layout(sheet, RANGE_COLUMNS, _FIRST_ROW, notes)
    missing = [name for name in _REQUIRED if name not in layout.places]
    for name in missing:
        notes.add("column_missing", sheet.name, sheet.address(1, 1), name=name)
    if missing:
        return [], None
    found: dict[str, NamedRange] = {}
    for row in active_rows(layout, notes):
        name = setting_name(layout, row, NAME, notes)
        if not name:
            continue
        if _NAME.fullmatch(name) is None:
            notes.add("range_name", sheet.name, layout.cell(row, NAME), name=name)
            continue
        read = _row(layout, row, notes)
        if read is not None:
            named = found.setdefault(name, NamedRange(name))
            named.rows.append(read)
            _join(named, layout, row, notes)
    return list(found.values()), layout


def _word(layout: Layout, row: int, name: str) -> str:
    return str(cells.read_word(layout.raw(row, name)).value or "")


def _row(layout: Layout, row: int, notes: Notes) -> RangeRow | None:
    """The row as it stands; None when it is wrong, which is noted."""
    sheet, is_good = layout.sheet.name, True
    words = {name: _word(layout, row, name) for name in ("sheet", "selector", "column", "operation")}
    for name in ("sheet", "operation"):
        if not words[name]:
            notes.add("blank", sheet, layout.cell(row, name), name=name)
            is_good = False
    if words["operation"] and words["operation"] not in OPERATIONS:
        notes.add("override_operation", sheet, layout.cell(row, "operation"), name=words["operation"])
        is_good = False
    numbers: dict[str, float | None] = {}
    for name in (LOW, CENTRAL, HIGH):
        raw = layout.raw(row, name)
        found = cells.read_number(raw).value
        numbers[name] = None if found is None else float(found)
        if is_blank(raw) and name != CENTRAL:
            notes.add("blank", sheet, layout.cell(row, name), name=name)
            is_good = False
        elif found is None and not is_blank(raw):
            notes.add("range_number", sheet, layout.cell(row, name), name=name, value=raw)
            is_good = False
    low, central, high = numbers[LOW], numbers[CENTRAL], numbers[HIGH]
    if not is_good or low is None or high is None:
        return None
    if not low <= (low if central is None else central) <= high:
        notes.add("range_order", sheet, layout.cell(row, LOW), low=low, central="-" if central is None else central, high=high)
        return None
    return RangeRow(row, words["sheet"], words["selector"], words["column"] or VALUE_COLUMN, words["operation"], low, central, high)


def _join(named: NamedRange, layout: Layout, row: int, notes: Notes) -> None:
    """Distribution and group are said once for a range; another word in a later row is noted."""
    is_first = len(named.rows) == 1
    for column, held in ((DISTRIBUTION, named.distribution), (GROUP, named.group)):
        word = _word(layout, row, column)
        if column == DISTRIBUTION and word and word not in DISTRIBUTIONS:
            notes.add("range_distribution", layout.sheet.name, layout.cell(row, column), value=word, choices=", ".join(DISTRIBUTIONS), nearest=nearest(word, DISTRIBUTIONS))
        elif word and not is_first and word != held:
            notes.add("range_rows", layout.sheet.name, layout.cell(row, column), column=column, value=word, name=named.name, first=held)
        elif is_first and column == DISTRIBUTION:
            named.distribution = word or TRIANGULAR
        elif is_first:
            named.group = word


def placed(named: Sequence[NamedRange], layout: Layout | None, sheets: Mapping[str, RawSheet], schema: Schema, years: Sequence[int], notes: Notes) -> list[Range]:
    """The ranges with what their first rows stand at; a row that finds no cell, or none with a number, is noted and taken out of ``named``."""
    if layout is None:
        return []
    heard = Notes(notes.lang)
    reader = SelectorReader(schema, layout, heard, years, NAME)
    found = []
    for one in named:
        kept: list[tuple[RangeRow, Target, float]] = []
        for row in one.rows:
            target = _target(row, reader, sheets)
            central = None if target is None else _central(row, target, layout, heard)
            if target is not None and central is not None:
                kept.append((row, target, central))
            # nothing of it is tried unasked: the row is left out, and said only in passing where the plan has no such year
            level: Literal["info", "warning"] = "info" if _is_of_no_period(row, years) else "warning"
            notes.items.extend(replace(finding, level=level if finding.level == "error" else finding.level) for finding in heard.items)
            heard.items.clear()
        one.rows = [row for row, _, _ in kept]
        if not kept:
            continue
        first, target, central = kept[0]
        source, quality, note = (str(layout.raw(first.row, name) or "") for name in COMMON_COLUMNS[1:])
        place = f"{first.sheet}!{target.sheet.address(*target.places[0])}" if target.sheet.address(*target.places[0]) else first.sheet
        unit = "1" if first.operation == _MULTIPLY else _unit(schema, first, target)
        found.append(Range(one.name, first.low, central, first.high, unit, first.operation, one.distribution, one.group, place, layout.cell(first.row, NAME), source, quality, note))
    return found


def _is_of_no_period(row: RangeRow, years: Sequence[int]) -> bool:
    """Whether a row names years of which the workbook has none."""
    named = [int(year) for year in _YEAR.findall(row.selector)]
    return bool(named) and not set(named) & set(years)


def _target(row: RangeRow, reader: SelectorReader, sheets: Mapping[str, RawSheet]) -> Target | None:
    """The cells of a row; None, which is noted, when there are none or they hold no amounts."""
    target = reader.find(row.row, row.sheet, row.selector, row.column, sheets)
    if target is not None and not _is_amount(row, target, reader.schema):
        place = reader.origin.cell(row.row, "column") or reader.origin.cell(row.row, NAME)
        reader.notes.add("range_not_number", reader.origin.sheet.name, place, column=row.column, sheet=row.sheet)
        return None
    return target


def _is_amount(row: RangeRow, target: Target, schema: Schema) -> bool:
    if row.column == _ACTIVE:
        return False
    table = schema.tables.get(row.sheet)
    if table is not None and table.shape != "settings":
        column = next(c for c in table.columns if not c.key) if table.shape == "years" else table.column(row.column)
        return column.kind in ("number", "integer")
    layout = find_layout(target.sheet, SETTING_COLUMNS, _FIRST_ROW, Notes())
    names = [_word(layout, at, "setting") for at, _ in target.places]
    return all(name in schema.settings and schema.settings[name].kind in ("number", "integer") for name in names)


def _central(row: RangeRow, target: Target, layout: Layout, notes: Notes) -> float | None:
    """The central value of a row; None, which is noted, where it lies beyond an end or nobody knows it."""
    central = row.central
    if central is None and row.operation != _SET:
        central = _NEUTRAL[row.operation]
    if central is None:
        held = [cells.read_number(target.sheet.value(*at)).value for at in target.places]
        numbers = {float(number) for number in held if number is not None}
        if len(numbers) != 1 or None in held:
            notes.add("range_central", layout.sheet.name, layout.cell(row.row, CENTRAL) or layout.cell(row.row, LOW))
            return None
        (central,) = numbers
    if not row.low <= central <= row.high:
        notes.add("range_order", layout.sheet.name, layout.cell(row.row, LOW), low=row.low, central=central, high=row.high)
        return None
    return central


def _unit(schema: Schema, row: RangeRow, target: Target) -> str:
    """The unit in which the first cell of a row is written."""
    table, at = schema.tables.get(row.sheet), target.places[0][0]
    if table is None or table.shape == "settings":
        layout = find_layout(target.sheet, SETTING_COLUMNS, _FIRST_ROW, Notes())
        raw, declared = layout.raw(at, UNIT_COLUMN), canonical_unit(schema.settings[_word(layout, at, "setting")])
    else:
        layout = table_layout(table, target.sheet, Notes())
        is_years = table.shape == "years"
        column = next(c for c in table.columns if not c.key) if is_years else table.column(row.column)
        raw, declared = layout.raw(at, UNIT_COLUMN) if is_years else layout.unit(row.column), canonical_unit(column)
    return declared if is_blank(raw) else cells.spelled(raw).strip()
