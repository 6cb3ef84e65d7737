"""Numbers as they stand in the cells of a workbook, and what the model's data become when some are changed.

A diagnosis speaks of cells; it sits above the levers and must not know Excel. So whoever reads workbooks gives it a
``Desk``: the numbers, their units and keys, and the data with other numbers in some cells.

These are the numbers as written, of the scenario that the desk is for (``origin`` names the cell of a scenario that sets
one); interpolated years and defaults are in no cell. ``written.read_back`` tells the numbers that the model was built from.

Limits: numbers of tables only; settings and keys are not put on the desk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from .data import Data

#: Sheet, row and column of a cell, both counted from 1.
Place = tuple[str, int, int]


@dataclass(frozen=True)
class CellNumber:
    """One number of a table: where it stands, what it is called, its number and unit as written."""

    sheet: str
    row: int
    column: int
    address: str
    name: str
    number: float
    unit: str
    keys: Mapping[str, str] = field(default_factory=dict, hash=False, compare=False)
    year: int | None = None
    #: The cell of the scenarios sheet that sets the number, where a scenario does.
    origin: str = ""
    #: How the row is known: reported, derived or an estimate, as the workbook says.
    quality: str = ""

    @property
    def place(self) -> Place:
        """Sheet, row, column."""
        return self.sheet, self.row, self.column


@dataclass(frozen=True)
class UnitCell:
    """The unit cell of a column, or of a row of a year table, that holds another unit than the guide names."""

    sheet: str
    row: int
    column: int
    address: str
    name: str
    unit: str
    declared: str
    keys: Mapping[str, str] = field(default_factory=dict, hash=False, compare=False)

    @property
    def place(self) -> Place:
        """Sheet, row, column."""
        return self.sheet, self.row, self.column


class Desk(Protocol):
    """The cells of one scenario of a workbook."""

    def numbers(self, sheets: tuple[str, ...] = ()) -> list[CellNumber]:
        """All numbers of the tables named, of every table by default."""

    def odd_units(self) -> list[UnitCell]:
        """Unit cells whose unit is not the declared one."""

    def with_changes(self, changes: Mapping[Place, object]) -> Data | None:
        """The data with other contents in these cells; None where the reader would refuse one of them."""
