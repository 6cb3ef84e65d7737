"""Which cell rules which row or bound of a matrix, and how much a contradiction moves with the number in that cell.

For a limit that stands alone on its side of a row nothing has to be built to know this: the gap of a contradiction is a
weighted sum of sides and bounds, so the weight of the row says what a unit of the cell is worth.

Limits: a first guess. A cell whose number also stands among the coefficients, or holds for other years by interpolation,
moves the gap by another amount; whoever suggests a number builds the model with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..core.build.build import Build
from ..core.build.parts import Limits
from ..core.cellnumbers import CellNumber, Place
from ..core.declare import units
from ..core.solve.matrix import Matrix
from ..core.solve.scaling import unit_scaling
from .conflict import Scaled, Soft

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Ruled:
    """Limits with a cell: one entry each. ``target`` is a row, or a column where ``is_bound``; ``amount`` what the cell asks in solver units."""

    sheet: list[str]
    cell: list[str]
    #: The declared family of each limit, and which of its limits it is.
    block: list[Limits]
    at: list[int]
    target: npt.NDArray[np.int64]
    is_bound: npt.NDArray[np.bool_]
    #: +1 where more in the cell moves the side up, -1 where it is supplied and moves it down.
    turn: Floats
    amount: Floats

    def soft(self, matrix: Matrix) -> Soft:
        """The limits as rows and bounds that may give way."""
        rows, columns = np.zeros(matrix.shape[0], dtype=bool), np.zeros(matrix.shape[1], dtype=bool)
        rows[self.target[~self.is_bound]] = True
        columns[self.target[self.is_bound]] = True
        return Soft(rows, columns)

    def of_rows(self, is_bound: bool = False) -> dict[int, int]:
        """For each row (bound) its limit; of several in one row what is had goes before what is asked."""
        return {int(self.target[i]): int(i) for i in np.argsort(self.turn, kind="stable")[::-1] if self.is_bound[i] == is_bound}

    def keys(self, i: int) -> str:
        """The keys of a limit in one text."""
        frame = self.block[i].frame
        return ", ".join(map(str, frame.iloc[self.at[i]])) if len(frame.columns) else ""


def ruled(build: Build, matrix: Matrix) -> Ruled:
    """The limits of a model that are rows or bounds of its matrix."""
    row_at = {pair: i for i, pair in enumerate(zip(matrix.row_family, matrix.row_index.tolist(), strict=True))}
    column_at = {int(p): j for j, p in enumerate(matrix.column_position)}
    sheets: list[str] = []
    cells: list[str] = []
    blocks: list[Limits] = []
    places: list[tuple[int, int, float, float]] = []
    for block in (b for b in build.limits if len(b.frame)):
        targets = _targets(build, block, row_at, column_at)
        amounts = block.amounts or (np.nan,) * len(block.frame)
        turn = -1.0 if block.item and not block.is_use else 1.0
        for i in (i for i, target in enumerate(targets) if target >= 0):
            sheets.append(block.sheets[i])
            cells.append(block.cells[i])
            blocks.append(block)
            places.append((i, targets[i], turn, amounts[i]))
    at, target, turns, amount = (list(column) for column in zip(*places, strict=True)) if places else ([], [], [], [])
    is_bound = np.array([block.kind == "variable" for block in blocks], dtype=bool)
    return Ruled(sheets, cells, blocks, at, np.array(target, dtype=np.int64), is_bound, np.array(turns, dtype=float), np.array(amount, dtype=float))


def _targets(build: Build, block: Limits, row_at: Mapping[tuple[str, int], int], column_at: Mapping[int, int]) -> list[int]:
    """The row or column of each limit of a block; -1 where the matrix has none."""
    if block.kind == "variable":
        return [column_at.get(int(p), -1) for p in build.families[block.name].positions]
    if block.name not in build.rows:
        return [-1] * len(block.frame)
    keys = list(block.frame.columns)
    known = build.rows[block.name][0]
    if not keys:
        return [row_at.get((block.name, 0), -1)] * len(block.frame)
    place = pd.Series(np.arange(len(known)), index=pd.MultiIndex.from_frame(known[keys].astype(str)))
    found = place[~place.index.duplicated()].reindex(pd.MultiIndex.from_frame(block.frame[keys].astype(str)))
    return [row_at.get((block.name, int(i)), -1) if np.isfinite(i) else -1 for i in found.to_numpy(dtype=float)]


def slopes(build: Build, matrix: Matrix, model: Scaled, limits: Ruled, weight: Floats, cells: Mapping[tuple[str, str], CellNumber]) -> dict[Place, float]:
    """By how much the gap of a contradiction grows with one unit more in each cell that rules a limit in it."""
    scaling = unit_scaling(build, matrix)
    worth = -np.maximum(0.0, weight @ model.table)
    found: dict[Place, float] = {}
    for i, target in enumerate(limits.target.tolist()):
        at_bound = bool(limits.is_bound[i])
        price = float(worth[target] if at_bound else weight[target]) * float(limits.turn[i])
        cell = cells.get((limits.sheet[i], limits.cell[i]))
        if price == 0.0 or cell is None:
            continue
        side = float(matrix.column_upper[target]) if at_bound else float(matrix.row_lower[target] if weight[target] > 0 else matrix.row_upper[target])
        size = _per_unit(cell, limits.block[i].solver_unit, float(limits.amount[i]), side) / float(scaling.column[target] if at_bound else scaling.row[target])
        found[cell.place] = found.get(cell.place, 0.0) + price * size
    return found


def _per_unit(cell: CellNumber, unit: str, amount: float, side: float) -> float:
    """Solver units of the side for one unit of the cell."""
    if cell.number:
        stated = amount if np.isfinite(amount) and amount else side
        if np.isfinite(stated) and stated:
            return abs(stated / cell.number)
    try:
        return units.convert(1.0, cell.unit or "1", unit)
    except units.UnitError:
        return 1.0
