"""Where two sets of input differ: row by row, matched by their keys and not by where they stand, in the units of the dictionary.

    for difference in differences(book.data("reference"), book.data("dry"), schema):
        print(difference.told("en"))

Both are taken as the model reads them: rows that are switched on, years of the plan (interpolated where a cell is blank), numbers in
one unit whatever unit the cells are in, defaults where nothing stands. So what makes no difference to a plan is none here.

Limits: the order of rows is not compared; two rows of the sheets ``scenarios``, ``analyses`` and ``ranges`` that name the same are told apart by their order only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, fields
from typing import Literal

import pandas as pd

from model.core.data import Data
from model.core.declare import units
from model.core.declare.lines import line
from model.core.declare.schema import Schema
from model.core.declare.spec import Column, Setting, Table
from model.core.read_back import DIGITS

from . import cells
from .columns import canonical_unit
from .layout import VALUE_COLUMN
from .settings import SETTINGS_SHEET

ACTIVE = "active"
#: Numbers that differ by less, as a share of the larger one, differ by the rounding of a conversion only.
ROUNDING = 1e-12
#: What makes a row of a sheet that no lever declares the same row in both workbooks.
SHEET_KEYS: dict[str, tuple[str, ...]] = {
    "scenarios": ("scenario", "sheet", "selector", "column", "operation"),
    "analyses": ("analysis", "setting"),
    "ranges": ("range", "sheet", "selector", "column", "operation"),
}


@dataclass(frozen=True)
class Difference:
    """One difference: where, what stands before and after, in ``unit`` ("" for words and flags), and the addresses of both cells.

    ``key`` is written as a selector of a scenario. A row that only one side has is one in the column ``active``: 1 where it is there and
    switched on, else 0; of a sheet without rows on one side it is how many the other has, and the key is blank.
    """

    sheet: str
    key: str
    column: str
    year: int | None
    before: str
    after: str
    unit: str
    cell_before: str
    cell_after: str
    of: Literal["cell", "row", "sheet"] = "cell"

    def told(self, lang: str | None) -> str:
        """The difference as a line; what is before is called A, what is after B."""
        place = f"{self.sheet} [{_in_one_line(self.key)}]" if self.key else self.sheet
        if self.of == "cell":
            column = self.column if self.year is None else str(self.year)
            unit = f" {self.unit}" if self.unit else ""
            shown = {"before": _shown(self.before), "after": _shown(self.after), "a": self.cell_before or "-", "b": self.cell_after or "-"}
            return line("differs", lang, place=place, column=column, unit=unit, **shown)
        side, cell, count = ("A", self.cell_before, self.before) if self.after == "0" else ("B", self.cell_after, self.after)
        return line(f"only_{self.of}", lang, place=place, side=side, cell=cell or "-", count=count)


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


def _shown(text: str) -> str:
    """A number as it is, a text in quotes."""
    return text if text and cells.read_number(text).value is not None else f"'{_in_one_line(text)}'"


#: Column and year (None where the cell belongs to none) of a cell of a row.
Place = tuple[str, int | None]


@dataclass(frozen=True)
class _Row:
    """A row of one side: its number in the sheet, and what its cells hold, numbers in solver units."""

    number: int
    held: Mapping[Place, object]


@dataclass(frozen=True)
class _Side:
    """A sheet of one side: its rows by key, and how the address of a cell is found."""

    rows: Mapping[tuple[str, ...], _Row]
    cell: Callable[[int, str | int], str]


def differences(before: Data, after: Data, schema: Schema, *, each_row: bool = False) -> Iterator[Difference]:
    """Where the tables and settings differ, in the order of the schema, rows in the order of ``before``.

    With ``each_row`` the rows of a sheet that only one side has are told one by one.
    """
    for table in schema.tables.values():
        if table.shape == "settings" or _is_same(before.tables.get(table.name), after.tables.get(table.name)):
            continue
        declared = {column.name: column for column in table.columns}
        yield from _of_sheet(table.name, table.keys, _side(before, table), _side(after, table), declared, each_row)
    for setting in schema.settings.values():
        held = [data.settings.get(setting.name) for data in (before, after)]
        if not _equal(*held):
            told, unit = [_told(value, setting) for value in held], _unit(setting)
            places = before.setting_cell(setting.name), after.setting_cell(setting.name)
            yield Difference(SETTINGS_SHEET, f"setting={setting.name}", VALUE_COLUMN, None, told[0], told[1], unit, *places)


def listed_differences(sheet: str, before: pd.DataFrame, after: pd.DataFrame) -> Iterator[Difference]:
    """Where the sheets of scenarios, of analyses or of ranges differ, as they stand, rows that are switched off included."""
    yield from _of_sheet(sheet, SHEET_KEYS[sheet], _listed(before, SHEET_KEYS[sheet]), _listed(after, SHEET_KEYS[sheet]), {}, False)


def frame_of(found: Iterable[Difference]) -> pd.DataFrame:
    """Differences as a frame, a row each."""
    names = [field.name for field in fields(Difference)]
    frame = pd.DataFrame([astuple(difference) for difference in found], columns=names)
    return frame.astype({"year": "Int64"}).drop(columns="of")


def changed_input(before: Data, after: Data, schema: Schema) -> pd.DataFrame:
    """What ``after`` changes, as the result table ``changed`` has it: one cell a row, that of ``after`` where it has one."""
    frame = frame_of(differences(before, after, schema, each_row=True))
    return frame.assign(cell=frame["cell_after"].where(frame["cell_after"] != "", frame["cell_before"]))


def _is_same(before: pd.DataFrame | None, after: pd.DataFrame | None) -> bool:
    """Whether there is nothing to look for: most sheets are the same on both sides to the last bit."""
    if before is None or after is None:
        return before is after
    return before is after or before.equals(after)


def _side(data: Data, table: Table) -> _Side:
    frame = data.tables.get(table.name)
    rows: dict[tuple[str, ...], _Row] = {}
    if frame is not None:
        is_years = table.shape == "years"
        names = [name for name in frame.columns if name not in table.keys and not (is_years and name in ("year", VALUE_COLUMN))]
        by_year: dict[int, dict[Place, object]] = {}
        if is_years:
            for row, year, value in zip(frame.index.tolist(), frame["year"].tolist(), frame[VALUE_COLUMN].tolist(), strict=True):
                by_year.setdefault(row, {})[VALUE_COLUMN, int(year)] = value
            frame = frame[~frame.index.duplicated()]
        keys = zip(*([_word(key) for key in frame[name].tolist()] for name in table.keys), strict=True)
        held = zip(*(frame[name].tolist() for name in names), strict=True)
        for number, key, values in zip(frame.index.tolist(), keys, held, strict=True):
            plain: dict[Place, object] = {(name, None): value for name, value in zip(names, values, strict=True)}
            rows.setdefault(key, _Row(number, {**by_year.get(number, {}), **plain}))
    return _Side(rows, lambda row, column: data.cell(table.name, row, column))


def _listed(frame: pd.DataFrame, keys: tuple[str, ...]) -> _Side:
    """A sheet as it stands; of rows that name the same the second has ``(2)`` after its first key."""
    letters: Mapping[str, str] = frame.attrs.get("letters", {})
    rows: dict[tuple[str, ...], _Row] = {}
    seen: dict[tuple[str, ...], int] = {}
    for number, row in zip(frame.index.tolist(), frame.to_dict("records"), strict=True):
        key = tuple(_word(row.get(name)) for name in keys)
        seen[key] = seen.get(key, 0) + 1
        named = key if seen[key] == 1 else (f"{key[0]} ({seen[key]})", *key[1:])
        rows[named] = _Row(number, {(str(name), None): _plain(value) for name, value in row.items() if name not in keys})
    return _Side(rows, lambda row, column: f"{letters[str(column)]}{row}" if str(column) in letters else "")


def _plain(value: object) -> float | str:
    """What a cell of such a sheet holds: a number, also where it is typed as text, else its text."""
    number = cells.read_number(value).value
    return _word(value) if number is None else float(number)


def _word(value: object) -> str:
    """The text of a cell; blank where nothing stands."""
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else cells.spelled(value).strip()


def _of_sheet(sheet: str, keys: tuple[str, ...], before: _Side, after: _Side, declared: Mapping[str, Column], each_row: bool) -> Iterator[Difference]:
    if not each_row and bool(before.rows) != bool(after.rows):
        yield Difference(sheet, "", ACTIVE, None, str(len(before.rows)), str(len(after.rows)), "", "", "", "sheet")
        return
    for key in dict.fromkeys([*before.rows, *after.rows]):
        old, new = before.rows.get(key), after.rows.get(key)
        named = "; ".join(f"{name}={part}" for name, part in zip(keys, key, strict=True) if part)
        if old is None or new is None:
            places = ["" if row is None else side.cell(row.number, ACTIVE) or side.cell(row.number, keys[0]) for row, side in ((old, before), (new, after))]
            yield Difference(sheet, named, ACTIVE, None, str(int(old is not None)), str(int(new is not None)), "", places[0], places[1], "row")
            continue
        seen: set[tuple[str, str]] = set()
        for column, year in dict.fromkeys([*old.held, *new.held]):
            values = old.held.get((column, year)), new.held.get((column, year))
            if _equal(*values):
                continue
            at = column if year is None else year
            cell = before.cell(old.number, at), after.cell(new.number, at)
            if cell in seen and all(cell):
                continue  # on both sides the value of the last year goes on: its cells have been told
            seen.add(cell)
            told = [_told(value, declared.get(column)) for value in values]
            yield Difference(sheet, named, column, year, told[0], told[1], _unit(declared.get(column)), *cell)


def _equal(before: object, after: object) -> bool:
    """Whether two values are the same: texts to the letter, numbers but for rounding, nothing and nothing."""
    old, new = _number(before), _number(after)
    if old is None or new is None:
        return _word(before) == _word(after)
    return abs(old - new) <= ROUNDING * max(abs(old), abs(new))


def _number(value: object) -> float | None:
    """A number that is known; None for a text and where nothing stands."""
    return None if not isinstance(value, int | float) or math.isnan(value) else float(value)


def _unit(declared: Column | Setting | None) -> str:
    """The unit of the dictionary in which a number is told; "" for words and flags."""
    return "" if declared is None or declared.kind in ("text", "flag") else canonical_unit(declared)


def _told(value: object, declared: Column | Setting | None) -> str:
    """A value in the unit of the dictionary, as a person writes it."""
    number, unit = _number(value), _unit(declared)
    return _word(value) if number is None else cells.spelled(float(f"{number / (units.factor(unit) if unit else 1.0):.{DIGITS}g}"))
