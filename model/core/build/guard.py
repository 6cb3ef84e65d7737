"""What a rule must not hold: numbers that are none, relations that are no ``<=``, ``>=`` or ``==`` of sums, unknown variables.

Arrays are checked whole, after they are read; names are made only when something is wrong. A fault is told with the
family, the key of the row and, where a blank cell that the key leads to or the cell of the limit is known, its place.

Limits: a comparison of two plain numbers is a bool in Python, so a NaN or a strict ``<`` in one can not be seen; which of
several numbers of a row is the wrong one is not said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..data import Data
from ..declare.lines import Said, told
from ..declare.spec import Table
from ..ledger import FIXED, PostError


class RuleError(PostError):
    """A rule, a bound or an objective that is no linear relation of finite numbers over the model's own variables.

    ``cell`` and ``sheet`` are those of the limit that the row was made from, if any; ``lookup`` says that a table lacks
    a key.
    """

    def __init__(
        self,
        family: str,
        what: str,
        key: Mapping[str, object] | None = None,
        place: tuple[str, str] = ("", ""),
        lookup: bool = False,
    ) -> None:
        at = f"({', '.join(f'{name}={value}' for name, value in key.items())})" if key else ""
        super().__init__(f"{family}{at}: {what}", key)
        self.family, self.at, self.what = family, at, what
        self.sheet, self.cell = place
        self.lookup = lookup

    def told(self, lang: str) -> str:
        """What is wrong, after the names of lever, family and row, in a language."""
        return f"{self.lever + ': ' if self.lever else ''}{self.family}{self.at}: {told(self.what, lang)}"


class RowError(ValueError):
    """What is wrong in the row ``row`` of a family; whoever knows the family turns it into a RuleError."""

    def __init__(self, row: int, what: str) -> None:
        super().__init__(what)
        self.row, self.what = row, what


def fault_of(error: Exception) -> str:
    """What is wrong, in a line, from what Python or Pyomo raised in a rule."""
    if isinstance(error, KeyError):
        return Said("rule_key", key=error.args[0] if error.args else "")
    return Said("rule_raised", kind=type(error).__name__, why=words_of(error))


def words_of(error: Exception) -> str:
    """What an exception was raised with: a line that knows both languages, else the first line of its text."""
    if error.args and isinstance(error.args[0], Said):
        return error.args[0]
    text = str(error).strip().splitlines()
    return text[0] if text else Said("rule_not_linear")


def key_of(frame: pd.DataFrame, row: int) -> dict[str, object]:
    """Column -> value of a row of keys."""
    return {str(column): frame[column].iloc[row] for column in frame.columns}


def first(mask: npt.NDArray[np.bool_]) -> int:
    """The first place where the mask holds."""
    return int(np.flatnonzero(mask)[0])


def check_numbers(start: npt.NDArray[np.int64], coefficient: npt.NDArray[np.float64], lower: npt.NDArray[np.float64],
                  upper: npt.NDArray[np.float64], related: Sequence[bool] | None = None) -> None:  # fmt: skip
    """RowError for the first row with a coefficient or right-hand side that is NaN or infinite.

    ``related`` says which rows are relations; others (a bool of Python) have no sides.
    """
    if not np.isfinite(coefficient).all():
        place = first(~np.isfinite(coefficient))
        raise RowError(int(np.searchsorted(start, place, side="right")) - 1, Said("rule_coefficient", number=coefficient[place]))
    wrong = np.isnan(lower) | np.isnan(upper) | (lower == np.inf) | (upper == -np.inf)
    free = np.isneginf(lower) & np.isposinf(upper)
    if free.any():
        wrong |= free if related is None else free & np.array(related, dtype=bool)
    if wrong.any():
        row = first(wrong)
        raise RowError(row, Said("rule_right_missing" if np.isnan([lower[row], upper[row]]).any() else "rule_right_infinite"))


def check_terms(name: str, table: pd.DataFrame, index: Sequence[str], size: int) -> None:
    """RuleError for the first term whose key, coefficient or position is none: of NaN, or of no variable of the model."""
    keys = list(index)
    coefficient = table["coefficient"].to_numpy(dtype=float)
    position = table["position"].to_numpy(dtype=float)
    for wrong, what in (
        (~np.isfinite(coefficient), Said("rule_amount")),
        (~((position >= FIXED) & (position < size) & (position == np.floor(position))), Said("rule_position")),
        (np.logical_or.reduce([table[name].isna().to_numpy() for name in keys]), Said("rule_part")),
    ):
        if wrong.any():
            raise RuleError(name, what, key_of(table[keys], first(wrong)))


def check_keys(name: str, frame: pd.DataFrame, keys: Sequence[tuple[object, ...]]) -> None:
    """RuleError for the first key that stands twice among ``keys``, the rows of ``frame``: every row has a name of its own."""
    if len(set(keys)) != len(keys):
        raise RuleError(name, Said("rule_doubled"), key_of(frame, first(frame.duplicated().to_numpy())))


def check_bounds(name: str, frame: pd.DataFrame, lower: npt.NDArray[np.float64], upper: npt.NDArray[np.float64],
                 limit: tuple[str, Sequence[str], str] | None) -> None:  # fmt: skip
    """RuleError for the first bound that is NaN or infinite on the wrong side, and for a key without a part."""
    wrong = np.isnan(lower) | np.isnan(upper) | (lower == np.inf) | (upper == -np.inf)
    if wrong.any():
        row = first(wrong)
        side = lower[row] if np.isnan(lower[row]) or lower[row] == np.inf else upper[row]
        raise RuleError(name, Said("rule_bound", number=side), key_of(frame, row), place_of(limit, row))
    unnamed = np.logical_or.reduce([frame[name].isna().to_numpy() for name in frame.columns])
    if unnamed.any():
        raise RuleError(name, Said("rule_part"), key_of(frame, first(unnamed)))


def place_of(limit: tuple[str, Sequence[str], str] | None, row: int) -> tuple[str, str]:
    """Sheet and cell of a row of a family with limits."""
    return ("", "") if limit is None or row >= len(limit[1]) else (limit[0], limit[1][row])


def check_cells(name: str, limit: tuple[str, Sequence[str], str] | None, count: int) -> None:
    """RuleError unless there is one cell for each row of a family with limits."""
    if limit is not None and len(limit[1]) != count:
        raise RuleError(name, Said("rule_cells", count=len(limit[1]), rows=count))


def blank_cells(data: Data, tables: Sequence[Table], key: Mapping[str, object]) -> list[tuple[str, str]]:
    """Sheet and cell of numbers that are missing or infinite, in the rows that ``key`` leads to.

    Tables whose whole key is in ``key`` come alone; only where they hold none do those count that share a part of it.
    """
    found: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
    for table in tables:
        frame = data.tables.get(table.name)
        names = [*table.keys, "year"] if table.shape == "years" else list(table.keys)
        shared = [name for name in names if name in key]
        if frame is None or not shared or not len(frame):
            continue
        rows = frame[np.logical_and.reduce([(frame[name] == key[name]).to_numpy(dtype=bool) for name in shared])]
        for column in table.columns:
            if column.key or column.kind == "text" or column.name not in rows:
                continue
            numbers = pd.to_numeric(rows[column.name], errors="coerce").to_numpy(dtype=float)
            for row in np.flatnonzero(~np.isfinite(numbers)):
                header = rows["year"].iloc[row] if table.shape == "years" else column.name
                found[len(shared) == len(names)].append((table.name, data.cell(table.name, int(rows.index[row]), header)))
    return found[True] or found[False]
