"""The cells of one scenario on a desk: numbers as written, and the data with other numbers in some of them.

A changed table is read again by the reader itself, so that units, ranges and interpolation are those of the product and a
number that the reader would refuse is never suggested.

Limits: only the tables that change are read again; checks across tables are left to the reader of the changed workbook.
"""

from __future__ import annotations

from collections.abc import Mapping

from model.core.cellnumbers import CellNumber, Place, UnitCell
from model.core.data import Data
from model.core.declare import units
from model.core.declare.spec import Column, Table

from . import cells
from .book import Book
from .layout import UNIT_COLUMN, Layout, active_rows, table_layout
from .messages import Notes
from .raw import RawBook, RawSheet
from .rules import TableRead
from .scenarios import apply_scenario, chain
from .validate import check_wholes, read_table

_UNIT_ROW = 2
QUALITY = "quality"


class BookDesk:
    """The desk of one scenario of a book."""

    def __init__(self, book: Book, scenario: str) -> None:
        self.book, self.data = book, book.data(scenario)
        line = chain(scenario, {s.name: s for s in book.scenarios}) or []
        applied = apply_scenario(book._raw, line, book.schema, book._layout, Notes())
        self.raw: RawBook = applied.book
        self.origins = applied.origins
        self._numbers: dict[str, list[CellNumber]] = {}

    def numbers(self, sheets: tuple[str, ...] = ()) -> list[CellNumber]:
        """All numbers of the tables named, of every table by default."""
        return [number for name in sheets or tuple(self.data.tables) for number in self._of_table(name)]

    def odd_units(self) -> list[UnitCell]:
        """Unit cells whose unit has not the size of the declared one."""
        found: list[UnitCell] = []
        for table, sheet, layout in self._layouts():
            for column in (c for c in table.columns if c.kind != "text" and not (c.key and table.shape == "years")):
                if table.shape == "years":
                    places = [(row, layout.places[UNIT_COLUMN]) for row in active_rows(layout, Notes()) if UNIT_COLUMN in layout.places]
                else:
                    places = [(_UNIT_ROW, layout.places[column.name])] if layout.has_units and column.name in layout.places else []
                for row, at in places:
                    text = str(sheet.value(row, at) or "").strip()
                    if text and _other_size(text, column.unit):
                        keys = _keys(table, layout, row) if table.shape == "years" else {}
                        found.append(UnitCell(table.name, row, at, sheet.address(row, at), column.name, text, column.unit, keys))
        return found

    def with_changes(self, changes: Mapping[Place, object]) -> Data | None:
        """The data with other contents in these cells; None where the reader would refuse one of them."""
        tables = dict(self.data.tables)
        names = dict.fromkeys(name for name, _, _ in changes)
        for name in names:
            table, notes = self.book.schema.tables[name], Notes()
            sheet = self.raw.sheets[name].changed({(row, column): value for (own, row, column), value in changes.items() if own == name})
            read = read_table(table, sheet, self.data.all_years, notes)
            _check_whole(read, self.data, notes)
            if notes.has_errors:
                return None
            tables[name] = read.frame
        return Data(tables, dict(self.data.settings), self.data.columns)

    def _layouts(self) -> list[tuple[Table, RawSheet, Layout]]:
        found = []
        for name, table in self.book.schema.tables.items():
            if name in self.data.tables and name in self.raw.sheets and table.shape != "settings":
                sheet = self.raw.sheets[name]
                found.append((table, sheet, table_layout(table, sheet, Notes())))
        return found

    def _of_table(self, name: str) -> list[CellNumber]:
        table = self.book.schema.tables.get(name)
        if table is None or name not in self.raw.sheets:
            return []
        if name not in self._numbers:
            sheet = self.raw.sheets[name]
            self._numbers[name] = list(self._read(table, sheet, table_layout(table, sheet, Notes())))
        return self._numbers[name]

    def _read(self, table: Table, sheet: RawSheet, layout: Layout) -> list[CellNumber]:
        is_years = table.shape == "years"
        if is_years:
            value = next(c for c in table.columns if not c.key)
            columns: list[tuple[Column, int, int | None]] = [(value, at, year) for year, at in layout.years.items() if year in self.data.all_years]
        else:
            columns = [(c, layout.places[c.name], None) for c in table.columns if _is_number(c) and c.name in layout.places]
        found = []
        for row in active_rows(layout, Notes()):
            keys = _keys(table, layout, row)
            quality = cells.spelled(layout.raw(row, QUALITY)) if QUALITY in layout.places else ""
            for column, at, year in columns:
                number = cells.read_number(sheet.value(row, at)).value
                if number is None:
                    continue
                unit = layout.raw(row, UNIT_COLUMN) if is_years else layout.unit(column.name)
                address = sheet.address(row, at)
                title = str(year) if year is not None else column.name
                origin = self.origins.get((table.name, address), "")
                found.append(CellNumber(table.name, row, at, address, title, float(number), str(unit or column.unit), keys, year, origin, quality))
        return found


def _is_number(column: Column) -> bool:
    """A number that may be wrong by size: no key, no flag, no calendar year."""
    return column.kind == "number" and not column.key and column.unit != "calendar year"


def _keys(table: Table, layout: Layout, row: int) -> dict[str, str]:
    named = [c.name for c in table.columns if (c.key or c.kind == "text") and c.name in layout.places]
    return {name: cells.spelled(layout.raw(row, name)) for name in named}


def _check_whole(read: TableRead, data: Data, notes: Notes) -> None:
    check_wholes(read, data, notes)


def _other_size(text: str, declared: str) -> bool:
    try:
        return units.same_dimension(text, declared) and units.factor(text) != units.factor(declared)
    except units.UnitError:
        return False
