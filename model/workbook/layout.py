"""Finds the columns, years, units and data rows of a sheet from its header, whatever order they stand in.

Limits: the header is row 1; a table has no second header and no totals below it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from model.core.declare.spec import COMMON_COLUMNS, FIRST_YEAR, LAST_YEAR, REQUIRED, Table

from .cells import read_flag, read_number, read_word, spelled
from .messages import Notes, nearest
from .raw import Bad, RawSheet, is_blank, letters

UNIT_COLUMN = "unit"
VALUE_COLUMN = "value"
_FIRST_DATA_ROW = {"attributes": 3, "years": 2, "settings": 2}
_UNIT_ROW = 2
#: What a row is more than by being there: these alone do not make a data row.
_NOT_CONTENT = ("active", UNIT_COLUMN)


@dataclass(frozen=True)
class Layout:
    """Where things stand in a sheet: ``places`` column name -> number, ``years`` year -> column, ``rows`` the data rows."""

    sheet: RawSheet
    places: dict[str, int]
    years: dict[int, int] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    has_units: bool = False

    def raw(self, row: int, name: str) -> object:
        """The raw value of a column in a row; "" when the sheet has no such column."""
        return self.sheet.grid[row - 1][self.places[name] - 1] if name in self.places else ""

    def cell(self, row: int, name: str) -> str:
        """The address of a column in a row; "" when there is none."""
        return self.sheet.address(row, self.places[name]) if name in self.places else ""

    def unit(self, name: str) -> object:
        """The raw unit cell of a column of an attribute table; "" in a year table, whose second row holds data."""
        return self.sheet.value(_UNIT_ROW, self.places[name]) if self.has_units and name in self.places else ""

    def unit_cell(self, name: str) -> str:
        """The address of that unit cell."""
        return self.sheet.address(_UNIT_ROW, self.places[name])

    def letters(self) -> dict[str, str]:
        """Column name or year as text -> letters; empty for a table made in code, without columns that no file has."""
        if not self.sheet.addressed:
            return {}
        places = {**self.places, **{str(year): column for year, column in self.years.items()}}
        return {name: letters(column) for name, column in places.items() if column <= self.sheet.width - self.sheet.made}


def table_layout(table: Table, sheet: RawSheet, notes: Notes) -> Layout:
    """The layout of a declared table; unknown, doubled and missing columns are noted."""
    is_years = table.shape == "years"
    names = [c.name for c in table.columns if not is_years or c.key] + [UNIT_COLUMN] * is_years + list(COMMON_COLUMNS)
    found = find_layout(sheet, names, _FIRST_DATA_ROW[table.shape], notes, with_years=is_years)
    for column in table.columns:
        if column.name in found.places or (is_years and not column.key):
            continue
        if column.default is REQUIRED:
            notes.add("column_missing", sheet.name, sheet.address(1, 1), name=column.name)
        elif sheet.addressed:
            notes.add(
                "column_optional",
                sheet.name,
                sheet.address(1, 1),
                name=column.name,
                value="-" if column.default is None else column.default,
            )
    if is_years and UNIT_COLUMN not in found.places and sheet.addressed:
        notes.add("column_missing", sheet.name, sheet.address(1, 1), name=UNIT_COLUMN)
    missing_common(found, notes)
    return found


def missing_common(found: Layout, notes: Notes) -> None:
    """Note that source or quality is missing as a whole."""
    for name in ("source", "quality"):
        if name not in found.places and found.sheet.addressed:
            notes.add("column_common", found.sheet.name, found.sheet.address(1, 1), name=name)


def find_layout(
    sheet: RawSheet, names: Sequence[str], first_row: int, notes: Notes, *, with_years: bool = False
) -> Layout:
    """The layout of a sheet whose header may hold ``names`` and, if ``with_years``, years; data from ``first_row``."""
    at: dict[str, int] = {}
    years: dict[int, int] = {}
    folded = {name.casefold(): name for name in names}
    for column in range(1, sheet.width + 1):
        name = _header(sheet, column, folded, notes, with_years)
        if name is None:
            continue
        first = years.get(name) if isinstance(name, int) else at.get(name)
        if first is not None:
            notes.add("column_twice", sheet.name, sheet.address(1, column), name=name, first=sheet.address(1, first))
        elif isinstance(name, int):
            years[name] = column
        else:
            at[name] = column
    rows = _data_rows(sheet, at, years, first_row, notes)
    _merges(sheet, first_row, rows, notes)
    return Layout(sheet, at, dict(sorted(years.items())), rows, has_units=first_row > _UNIT_ROW)


def _header(
    sheet: RawSheet, column: int, folded: Mapping[str, str], notes: Notes, with_years: bool
) -> str | int | None:
    """The column name or year that a header cell stands for; None when it is none, which is noted."""
    raw, place = sheet.value(1, column), sheet.address(1, column)
    if isinstance(raw, Bad):
        notes.add(raw.kind, sheet.name, place, value=raw.text)
        return None
    if is_blank(raw):
        if any(not is_blank(row[column - 1]) for row in sheet.grid):
            notes.add("column_unnamed", sheet.name, place)
        return None
    text = str(read_word(raw).value or raw)
    name = folded.get(text.casefold())
    if name is not None:
        if raw != name:
            notes.add("header_read", sheet.name, place, value=raw, name=name)
        return name
    number = read_number(raw)
    if with_years and number.value is not None:
        return _year(float(number.value), number.info, sheet, place, raw, notes)
    if with_years and (number.problem != "not_number" or text[:1].isdigit()):
        notes.add("year_header", sheet.name, place, name=raw)
    else:
        notes.add("column_unknown", sheet.name, place, name=text, nearest=nearest(text, folded.values()))
    return None


def _year(number: float, info: str | None, sheet: RawSheet, place: str, raw: object, notes: Notes) -> int | None:
    if not number.is_integer() or not FIRST_YEAR <= number <= LAST_YEAR:
        notes.add("year_header", sheet.name, place, name=raw)
        return None
    if info and raw != spelled(number):
        notes.add("header_read", sheet.name, place, value=raw, name=int(number))
    return int(number)


def _data_rows(
    sheet: RawSheet, at: Mapping[str, int], years: Mapping[int, int], first_row: int, notes: Notes
) -> list[int]:
    """The rows that hold something; the empty ones between and below are noted, each stretch once."""
    content = [c - 1 for name, c in at.items() if name not in _NOT_CONTENT] + [c - 1 for c in years.values()]
    rows = []
    for number, row in enumerate(sheet.grid[first_row - 1 :], start=first_row):
        for position in content:
            value = row[position]
            if value != "" and not is_blank(value):
                rows.append(number)
                break
    if sheet.addressed and rows:
        last = max(len(sheet.grid), sheet.styled_rows) + 1
        for before, after in zip([first_row - 1, *rows], [*rows, last], strict=True):
            if after - before > 1:
                notes.add("rows_empty", sheet.name, f"A{before + 1}", first=before + 1, last=after - 1)
    return rows


def _merges(sheet: RawSheet, first_row: int, rows: Sequence[int], notes: Notes) -> None:
    """Note merged cells that touch the header or the data."""
    last = rows[-1] if rows else first_row
    for top, left, bottom, right in sheet.merges:
        if top <= last and left <= sheet.width:
            notes.add(
                "merged",
                sheet.name,
                sheet.address(top, left),
                range=f"{sheet.address(top, left)}:{sheet.address(bottom, right)}",
            )


def active_rows(layout: Layout, notes: Notes) -> list[int]:
    """The data rows that are switched on; those switched off are noted."""
    if "active" not in layout.places:
        return layout.rows
    column = layout.places["active"] - 1
    grid, active = layout.sheet.grid, []
    for row in layout.rows:
        raw = grid[row - 1][column]
        if raw == "" or raw == 1.0:
            active.append(row)
            continue
        cell = read_flag(raw)
        if cell.problem:
            notes.add(cell.problem, layout.sheet.name, layout.cell(row, "active"), name="active", value=_text(raw))
        if cell.value == 0.0:
            notes.add("row_off", layout.sheet.name, layout.cell(row, "active"))
        else:
            active.append(row)
    return active


def _text(raw: object) -> object:
    return raw.text if isinstance(raw, Bad) else raw
