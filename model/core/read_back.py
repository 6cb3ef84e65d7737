"""The number that the model was built from, told for a cell in the unit in which its user wrote it: the way back from solver units.

This is not what stands in the cell: of a blank cell it is the value between its neighbours or the default, of a cell that a
scenario or a one-off change sets the number that was set. A limit is told in it beside its row, so it must be what the
row was made from, also where there is no workbook but only data. What stands in a cell, which a diagnosis would
change and a reader must accept, is a ``CellNumber`` (``cellnumbers``) and is looked up by whoever holds the workbook.

Limits: read back from the table that the model was built from, so scenarios, overrides and interpolation are in it; a
number is told to 15 significant digits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .data import Data
from .declare import units

SETTINGS = "settings"
#: Digits that a number keeps which was converted and is converted back: people type no more.
DIGITS = 15
_ADDRESS = re.compile(r"([A-Z]+)(\d+)")


@dataclass(frozen=True)
class ReadBack:
    """What the model took a cell for: ``value`` in ``unit``, and whether it was given; NaN and "" where that is not known."""

    value: float = float("nan")
    unit: str = ""
    given: bool = False


def read_back(data: Data, sheet: str, cells: Sequence[str]) -> list[ReadBack]:
    """What the model took each of the cells (addresses within ``sheet``) for."""
    if sheet not in data.written:
        return [ReadBack()] * len(cells)
    known: dict[str, ReadBack] = {}
    for cell in dict.fromkeys(cells):
        known[cell] = _setting(data, cell) if sheet == SETTINGS else ReadBack()
    if sheet != SETTINGS:
        _fill(data, sheet, known)
    return [known[cell] for cell in cells]


def _setting(data: Data, cell: str) -> ReadBack:
    names = [name for name, address in data.columns.get(SETTINGS, {}).items() if address == cell and name in data.settings]
    if not names:
        return ReadBack()
    written, value = data.written[SETTINGS], data.settings[names[0]]
    unit = written.by_row.get(names[0], "")
    return ReadBack(_back(float(value), unit), unit, cell not in written.blank) if isinstance(value, float | int) else ReadBack()


def _fill(data: Data, sheet: str, known: dict[str, ReadBack]) -> None:
    """Look every address up in the table: column by letter, row by its number."""
    written, frame = data.written[sheet], data.tables[sheet]
    name_of = {letter: name for name, letter in data.columns.get(sheet, {}).items()}
    by_year = "year" in frame and bool(written.by_row)
    numbers: dict[str, dict[object, float]] = {}
    if by_year:
        values = frame["value"].to_numpy(dtype=float)
        numbers["value"] = dict(zip(zip(frame.index.tolist(), frame["year"].astype(str), strict=True), values.tolist(), strict=True))
    for cell in known:
        match = _ADDRESS.fullmatch(cell)
        name = name_of.get(match[1]) if match else None
        if match is None or name is None:
            continue
        row = int(match[2])
        if by_year:
            value, unit = numbers["value"].get((row, name), np.nan), written.by_row.get(row, "")
        else:
            if name not in numbers:
                numbers[name] = dict(zip(frame.index.tolist(), frame[name].astype(float).tolist(), strict=True))
            value, unit = numbers[name].get(row, np.nan), written.by_column.get(name, "")
        known[cell] = ReadBack(_back(value, unit), unit, cell not in written.blank)


def _back(value: float, unit: str) -> float:
    """A number in solver units in the unit of its cell."""
    return float(f"{value / units.factor(unit or '1'):.{DIGITS}g}") if np.isfinite(value) else float("nan")
