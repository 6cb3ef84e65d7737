"""How much a number stands out among its neighbours: the mark of a slip of the hand or of units.

A table is a pattern: the years of a row go on steadily, and rows of a column differ by their size. Each number is compared with
what its row and its column let expect (medians of logarithms, so that one absurd number does not move what is expected
of the others); a year also with the years beside it. The measure is the logarithm of the ratio; e, 2.7 times, counts 1.

A whole row of years is compared with the rows that share its keys (``row_factors``): the level of a row is taken apart
into what each of its keys contributes, and what is left over stands out.

Limits: a whole column or table that is wrong by one factor does not stand out; a table of one number has no neighbours.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..core.cellnumbers import CellNumber, Place

Floats = npt.NDArray[np.float64]

#: A zero among numbers, or a number among zeros, stands out as much as a slip of thirty times: tables hold many true zeros.
ZERO_STANDS_OUT = math.log(30.0)
#: So large a share of the neighbours, or so many of them, may stand out as much without making it a habit of the table.
USUAL, FEW = 0.8, 4
#: Fewer rows let nothing expect of one of them.
LEAST_ROWS = 4
#: Rounds of taking out medians of rows and columns: they settle in two or three.
ROUNDS = 4


@dataclass(frozen=True)
class Expected:
    """What the neighbours let expect, and the logarithm of the ratio to what stands there."""

    number: float
    oddness: float


def expectations(numbers: Sequence[CellNumber]) -> dict[Place, Expected]:
    """What is expected of each number of the tables."""
    blocks: dict[tuple[str, str], list[CellNumber]] = {}
    for cell in numbers:
        blocks.setdefault((cell.sheet, "" if cell.year is not None else cell.unit), []).append(cell)
    found: dict[Place, Expected] = {}
    for block in blocks.values():
        found.update(_of_block(block))
    return found


def row_factors(numbers: Sequence[CellNumber]) -> dict[tuple[str, int], Expected]:
    """For rows of years that stand out among the rows that share their keys: the factor that brings them back, by sheet and row."""
    rows: dict[tuple[str, str], dict[int, list[CellNumber]]] = {}
    for cell in numbers:
        if cell.year is not None:
            rows.setdefault((cell.sheet, cell.unit), {}).setdefault(cell.row, []).append(cell)
    found: dict[tuple[str, int], Expected] = {}
    for (sheet, _), block in rows.items():
        levels = {row: [math.log(abs(c.number)) for c in cells if c.number] for row, cells in block.items()}
        known = [row for row, values in levels.items() if values]
        keys = {row: tuple(block[row][0].keys.values()) for row in known}
        if len(known) < LEAST_ROWS:
            continue
        rest = _without_keys(np.array([float(np.median(levels[row])) for row in known]), [keys[row] for row in known])
        for position, row in enumerate(known):
            usual = float(np.quantile(np.abs(np.delete(rest, position)), USUAL))
            odd = abs(float(rest[position])) - usual
            if odd > 0:
                found[sheet, row] = Expected(math.exp(-float(rest[position])), odd)
    return found


def _without_keys(level: Floats, keys: Sequence[tuple[str, ...]]) -> Floats:
    """What is left of each level when the median is taken off, of all and then of all that share a key, in turn."""
    rest = level.copy()
    for _ in range(ROUNDS):
        rest = rest - float(np.median(rest))
        for position in range(len(keys[0])):
            words = np.array([key[position] for key in keys])
            for word in dict.fromkeys(words.tolist()):
                if (words == word).sum() > 2:
                    rest[words == word] -= float(np.median(rest[words == word]))
    return rest


def _of_block(block: list[CellNumber]) -> dict[Place, Expected]:
    rows, columns = sorted({c.row for c in block}), sorted({c.column for c in block})
    at = {c.place: (rows.index(c.row), columns.index(c.column)) for c in block}
    grid = np.full((len(rows), len(columns)), np.nan)
    for cell in block:
        grid[at[cell.place]] = cell.number
    size = np.abs(grid)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(size > 0, np.log(size), np.nan)
    is_years = block[0].year is not None
    smooth = _by_year(logs) if is_years and len(columns) > 2 else _polished(logs)
    if not is_years:
        _by_keys(block, logs, at, smooth)
    zero = size == 0
    found: dict[Place, Expected] = {}
    for cell in block:
        row, column = at[cell.place]
        guess = smooth[row, column]
        others = _others(zero, row, column, is_years)
        if cell.number == 0:
            odd = ZERO_STANDS_OUT * max(0.0, 1.0 - 2.0 * others) if np.isfinite(guess) else 0.0
            found[cell.place] = Expected(float(math.exp(guess)) if odd > 0 else 0.0, odd)
        elif others > 0.5 and (is_years or len(rows) > LEAST_ROWS):
            found[cell.place] = Expected(0.0, ZERO_STANDS_OUT * (2.0 * others - 1.0))
        elif np.isfinite(guess):
            found[cell.place] = Expected(math.copysign(math.exp(guess), cell.number), abs(float(logs[row, column] - guess)))
    return _beyond_the_usual(block, found, is_years)


def _by_keys(block: list[CellNumber], logs: Floats, at: dict[Place, tuple[int, int]], smooth: Floats) -> None:
    """Columns that the keys of their rows explain better than the other columns do: what they let expect, in place."""
    columns: dict[int, list[CellNumber]] = {}
    for cell in block:
        if np.isfinite(logs[at[cell.place]]):
            columns.setdefault(cell.column, []).append(cell)
    for cells in columns.values():
        rows = [at[c.place][0] for c in cells]
        column = at[cells[0].place][1]
        level = logs[rows, column]
        if len(cells) > LEAST_ROWS and cells[0].keys:
            rest = _without_keys(level, [tuple(c.keys.values()) for c in cells])
            if np.median(np.abs(rest)) < np.nanmedian(np.abs(level - smooth[rows, column])):
                smooth[rows, column] = level - rest


def _beyond_the_usual(block: list[CellNumber], found: dict[Place, Expected], is_years: bool) -> dict[Place, Expected]:
    """Oddness counts only as far as it exceeds what is usual there: in the table of years, or in the column."""
    groups: dict[int, list[CellNumber]] = {}
    for cell in block:
        if cell.place in found:
            groups.setdefault(0 if is_years else cell.column, []).append(cell)
    result = {}
    for cells in groups.values():
        oddness = np.array([found[c.place].oddness for c in cells])
        for position, cell in enumerate(cells):
            others = np.delete(oddness, position)
            usual = float(np.quantile(others, max(USUAL, 1.0 - FEW / len(others)))) if len(others) else 0.0
            result[cell.place] = Expected(found[cell.place].number, max(0.0, float(oddness[position]) - usual))
    return result


def _others(zero: npt.NDArray[np.bool_], row: int, column: int, is_years: bool) -> float:
    """Share of zeros among the neighbours: the years beside it, the other rows of the column."""
    line = zero[row] if is_years else zero[:, column]
    near = np.arange(max(0, column - 1), min(len(line), column + 2)) if is_years else np.arange(len(line))
    others = line[near[near != (column if is_years else row)]]
    return float(others.mean()) if len(others) else 0.5


def _by_year(logs: Floats) -> Floats:
    """For every year the straight line through the years beside it, on a scale of ratios."""
    smooth = np.full(logs.shape, np.nan)
    for row in range(len(logs)):
        known = np.flatnonzero(np.isfinite(logs[row]))
        for column in range(logs.shape[1]):
            others = known[known != column]
            near = others[np.argsort(np.abs(others - column), kind="stable")[:4]]
            if len(near):
                smooth[row, column] = float(np.median(logs[row, near]))
    return smooth


def _polished(logs: Floats) -> Floats:
    """Row plus column pattern by medians (median polish); columns alone where the block has one column."""
    total = np.zeros(logs.shape)
    rest = logs.copy()
    with np.errstate(all="ignore"):
        for _ in range(ROUNDS):
            by_column = _median(rest, 0)
            rest, total = rest - by_column, total + by_column
            if logs.shape[1] > 1:
                by_row = _median(rest.T, 0)[:, np.newaxis]
                rest, total = rest - by_row, total + by_row
    return np.where(np.isfinite(total), total, np.nan)


def _median(grid: Floats, axis: int) -> Floats:
    """Medians of the known numbers; zero where nothing is known."""
    known = np.isfinite(grid).any(axis=axis)
    return np.where(known, np.nanmedian(np.where(known, grid, 0.0), axis=axis), 0.0)
