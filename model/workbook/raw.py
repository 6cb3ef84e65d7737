"""A workbook as it was found: sheets of cells with their row and column numbers, nothing interpreted yet.

Limits: dates keep whatever type the reader gave them; styles, comments and drop-down lists are not kept.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import pandas as pd

_LETTERS = 26
_BEFORE_A = ord("A") - 1


@dataclass(frozen=True)
class Bad:
    """Stands in place of a value that can not be used: an error value such as #N/A, a formula never calculated,
    or a cell whose stored text does not fit its type."""

    kind: Literal["error_value", "no_stored_value", "unreadable"]
    text: str = ""


@dataclass(frozen=True)
class RawSheet:
    """One sheet: ``grid[row - 1][column - 1]`` is a float, int, str, bool, date, Bad, or "" / None where it is empty.

    ``merges`` are (first row, first column, last row, last column); ``addressed`` is False for a table made in code,
    whose cells have no address; ``styled_rows`` is the last row that has a formatted cell; ``made`` columns at the right
    stand in no file and have no address either.
    """

    name: str
    grid: list[list[object]]
    hidden: bool = False
    merges: tuple[tuple[int, int, int, int], ...] = ()
    addressed: bool = True
    styled_rows: int = 0
    made: int = 0

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.grid[0]) if self.grid else 0

    def value(self, row: int, column: int) -> object:
        """The value at 1-based ``row`` and ``column``, "" outside."""
        inside = 0 < row <= len(self.grid) and 0 < column <= self.width
        return self.grid[row - 1][column - 1] if inside else ""

    def address(self, row: int, column: int) -> str:
        """The address such as D17; "" for a table made in code and for a column that stands in no file."""
        return f"{letters(column)}{row}" if self.addressed and column <= self.width - self.made else ""

    def widened(self, headers: Sequence[object]) -> RawSheet:
        """A copy with empty columns of these headers at the right."""
        if not headers:
            return self
        grid = [[*row, *(headers if number == 0 else [""] * len(headers))] for number, row in enumerate(self.grid)]
        return replace(self, grid=grid, made=self.made + len(headers))

    def changed(self, cells: Mapping[tuple[int, int], object]) -> RawSheet:
        """A copy in which the cells at (row, column) hold the given values."""
        grid = list(self.grid)
        for row in sorted({row for row, _ in cells}):
            grid[row - 1] = list(grid[row - 1])
        for (row, column), value in cells.items():
            grid[row - 1][column - 1] = value
        return replace(self, grid=grid)


@dataclass(frozen=True)
class RawBook:
    """All sheets of a workbook that may hold input, in order; ``sha256`` is that of the file, "" when made in code."""

    name: str
    sheets: dict[str, RawSheet] = field(default_factory=dict)
    sha256: str = ""


def letters(column: int) -> str:
    """Column number to letters: 1 -> A, 27 -> AA."""
    text = ""
    while column > 0:
        column, rest = divmod(column - 1, _LETTERS)
        text = chr(_BEFORE_A + rest + 1) + text
    return text


def number(text: str) -> int:
    """Column letters to number: A -> 1, AA -> 27."""
    column = 0
    for letter in text.upper():
        column = column * _LETTERS + ord(letter) - _BEFORE_A
    return column


def is_blank(value: object) -> bool:
    """Whether a cell counts as empty: nothing, spaces only, or a missing value of pandas."""
    if isinstance(value, str):
        return not value or value.isspace()
    return value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value))
