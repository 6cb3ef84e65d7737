"""Finds the cells that a scenario means by ``region=west; year=2030``.

A selector names keys of the sheet; a key that is not named matches every row. In a year table ``year`` selects a
column; without it the years after the base year are meant.

Limits: equality only; no lists, ranges or patterns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from model.core.declare.schema import Schema
from model.core.declare.spec import COMMON_COLUMNS, Table

from . import cells
from .layout import VALUE_COLUMN, Layout, active_rows, find_layout, table_layout
from .messages import Notes, nearest
from .planned import planned_cells
from .raw import RawSheet, is_blank
from .settings import SETTING_COLUMNS, SETTINGS_SHEET

_FIRST_SETTING_ROW = 2
_YEAR = "year"
_ACTIVE = "active"


@dataclass(frozen=True)
class Target:
    """The cells that an override changes: (row, column) of ``sheet``.

    ``may_skip_blank``: empty ones among several years may be left as they are.
    """

    sheet: RawSheet
    places: tuple[tuple[int, int], ...]
    may_skip_blank: bool = False


@dataclass(frozen=True)
class SelectorReader:
    """Resolves selectors against the sheets; what does not fit is noted at its cell in the sheet that holds them."""

    schema: Schema
    origin: Layout
    notes: Notes
    #: Base year and milestones; the years that a selector without ``year`` means come after the first.
    model_years: Sequence[int] = ()
    #: Column of that sheet which is never blank: there stands what is wrong with a column that the sheet lacks.
    named: str = "scenario"

    def find(self, row: int, name: str, selector: str, column: str, sheets: Mapping[str, RawSheet]) -> Target | None:
        """The cells of sheet ``name`` meant by row ``row`` of the sheet that holds the selectors; None when there are none."""
        table = self.schema.tables.get(name)
        known = [n for n in [*self.schema.tables, SETTINGS_SHEET] if n in sheets and sheets[n].grid]
        if name in sheets and sheets[name].grid and name not in known:
            self._note("override_not_data", row, "sheet", name=name)
            return None
        if name not in known:
            self._note("override_sheet", row, "sheet", name=name, nearest=nearest(name, known))
            return None
        is_table = table is not None and table.shape != "settings"
        layout = (
            table_layout(table, sheets[name], Notes())
            if table is not None and is_table
            else find_layout(sheets[name], SETTING_COLUMNS, _FIRST_SETTING_ROW, Notes())
        )
        keys = list(table.keys) if table is not None and is_table else ["setting"]
        is_years = table is not None and table.shape == "years"
        wanted = self._parts(row, name, selector, [*keys, _YEAR] if is_years else keys)
        columns = (
            None
            if wanted is None
            else self._columns(row, table if is_table else None, layout, column, wanted, is_years)
        )
        if wanted is None or columns is None:
            return None
        rows = self._rows(row, layout, keys, selector, wanted, column)
        if not rows:
            return None
        if not is_years or column == _ACTIVE or _YEAR in wanted:
            return Target(layout.sheet, tuple((r, c) for r in rows for c in columns))
        planned = planned_cells(layout, rows, self.model_years)
        if not planned.places:
            self._note("selector_planned", row, "selector", sheet=name, years=", ".join(map(str, layout.years)) or "-")
            return None
        with_value = {r for r, c in planned.places if not is_blank(planned.sheet.value(r, c))}
        return Target(planned.sheet, planned.places, set(rows) <= with_value)

    def _parts(self, row: int, sheet: str, selector: str, keys: Sequence[str]) -> dict[str, str] | None:
        """Key -> wanted value; None when the selector is not understood."""
        parts: dict[str, str] = {}
        for part in filter(str.strip, selector.split(";")):
            name, equals, value = (piece.strip() for piece in part.partition("="))
            if not equals or not name or not value or name in parts:
                self._note("selector_form", row, "selector", part=part.strip())
                return None
            if name not in keys:
                self._note(
                    "selector_key",
                    row,
                    "selector",
                    name=name,
                    sheet=sheet,
                    keys=", ".join(keys),
                    nearest=nearest(name, keys),
                )
                return None
            parts[name] = value
        return parts

    def _columns(
        self, row: int, table: Table | None, layout: Layout, column: str, wanted: Mapping[str, str], is_years: bool
    ) -> list[int] | None:
        """The column numbers that an override of ``column`` changes."""
        if column == _ACTIVE and _ACTIVE in layout.places:
            return [layout.places[_ACTIVE]]
        if is_years and column == VALUE_COLUMN:
            return self._year_columns(row, layout, wanted)
        plain = [VALUE_COLUMN] if table is None else [c.name for c in table.columns if not c.key]
        allowed = [VALUE_COLUMN] if is_years else [name for name in plain if name in layout.places]
        if column in allowed and not is_years:
            return [layout.places[column]]
        known = [*allowed, *(n for n in COMMON_COLUMNS if n == _ACTIVE and n in layout.places)]
        self._note(
            "override_column", row, "column", name=column, sheet=layout.sheet.name, nearest=nearest(column, known)
        )
        return None

    def _year_columns(self, row: int, layout: Layout, wanted: Mapping[str, str]) -> list[int] | None:
        if _YEAR not in wanted:
            return list(layout.years.values())
        number = cells.read_number(wanted[_YEAR]).value
        if number is None or float(number) not in layout.years:
            self._note(
                "selector_year",
                row,
                "selector",
                sheet=layout.sheet.name,
                year=wanted[_YEAR],
                years=", ".join(map(str, layout.years)),
            )
            return None
        return [layout.years[int(float(number))]]

    def _rows(
        self, row: int, layout: Layout, keys: Sequence[str], selector: str, wanted: Mapping[str, str], column: str
    ) -> list[int]:
        """The rows that match; those switched off only when it is about switching them on. None at all is noted."""
        rows = layout.rows if column == _ACTIVE else active_rows(layout, Notes())
        named = {key: value for key, value in wanted.items() if key in keys}
        for key, value in named.items():
            plain = _plain(value)
            known = [_plain(layout.raw(r, key)) for r in rows]
            rows = [r for r, word in zip(rows, known, strict=True) if word == plain]
            if not rows:
                self._note(
                    "selector_empty",
                    row,
                    "selector",
                    sheet=layout.sheet.name,
                    selector=f"{key}={value}",
                    nearest=nearest(value, list(dict.fromkeys(known))),
                )
                return []
        if not rows:
            self._note("selector_empty", row, "selector", sheet=layout.sheet.name, selector=selector, nearest="-")
        return rows

    def _note(self, kind: str, row: int, column: str, **values: object) -> None:
        place = self.origin.cell(row, column) or self.origin.cell(row, self.named)
        self.notes.add(kind, self.origin.sheet.name, place, **values)


def _plain(value: object) -> str:
    """A key as text, so that 2030, 2030.0 and '2030' are the same."""
    number = cells.read_number(value).value
    return cells.spelled(number) if number is not None else str(cells.read_word(value).value or "")
