"""What every plan is held to, recomputed from the written tables: land, forest, carbon, water, power, money, objective.

Each identity compares two sides row by row; its error is the largest |left - right| / max(1, largest term of the row).
A run that breaks one is an error of the program, whatever its report says.

Limits: parameters (lengths of periods, densities, losses) come from the input; what was decided and what follows from
it comes from the tables alone. The totals of the strict account are those of the solver.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...core.solve.solution import Solution

Tables = Mapping[str, pd.DataFrame]
Floats = npt.NDArray[np.float64]

TOLERANCE = 1e-6
#: Of what a forward simulation from the decisions gives.
TIGHT = 1e-9


class IdentityError(Exception):
    """A plan breaks identities; ``broken`` lists them with their errors, ``folder`` is where the tables were kept."""

    def __init__(self, broken: list[dict[str, Any]], folder: str = "") -> None:
        self.broken = broken
        self.folder = folder
        names = ", ".join(f"{b['name']} (error {b['largest_error']:.3g}, tolerance {b['tolerance']:g})" for b in broken)
        super().__init__(f"broken identities: {names}" + (f"; tables kept in {folder}" if folder else ""))


@dataclass(frozen=True)
class Sides:
    """Both sides of an identity, row by row, and the largest term of each row."""

    left: Floats
    right: Floats
    largest: Floats

    def error(self) -> float:
        """Largest relative error; a side that is no number is infinitely wrong."""
        if not len(self.left):
            return 0.0
        gap = np.abs(self.left - self.right) / np.maximum(1.0, self.largest)
        return float(np.where(np.isnan(gap), np.inf, gap).max())


Check = Callable[[Tables, Solution], list[Sides]]


def compare(left: pd.Series, right: pd.Series, largest: pd.Series | None = None) -> Sides:
    """Two series of sums by the same keys; a key that one side lacks counts as zero there."""
    keys = left.index.union(right.index)
    a, b = (series.reindex(keys).fillna(0.0).to_numpy(dtype=float) for series in (left, right))
    scale = np.maximum(np.abs(a), np.abs(b))
    if largest is not None:
        scale = np.maximum(scale, largest.reindex(keys).fillna(0.0).to_numpy(dtype=float))
    return Sides(a, b, scale)


def zero(frame: pd.DataFrame, keys: list[str], column: str = "value") -> Sides:
    """Signed terms that add up to nothing by ``keys``."""
    grouped = frame.assign(size=frame[column].abs()).groupby(keys, sort=True)
    total = grouped[column].sum().to_numpy(dtype=float)
    return Sides(total, np.zeros(len(total)), grouped["size"].max().to_numpy(dtype=float))


def not_negative(frame: pd.DataFrame, column: str = "value") -> Sides:
    """Amounts that are never negative."""
    amounts = frame[column].to_numpy(dtype=float)
    return Sides(np.minimum(amounts, 0.0), np.zeros(len(amounts)), np.zeros(len(amounts)))


def sums(frame: pd.DataFrame, keys: list[str], column: str = "value") -> pd.Series:
    """Sums of ``column`` by ``keys``, years as whole numbers."""
    whole = frame.astype({"year": "int64"}) if "year" in frame and "year" in keys else frame
    return whole.groupby(keys, sort=True)[column].sum().astype(float)


def renamed(series: pd.Series, names: list[str]) -> pd.Series:
    """``series`` with its index levels named ``names``."""
    series.index = series.index.set_names(names)
    return series


def check_identities(tables: Tables, solution: Solution) -> list[dict[str, Any]]:
    """Every identity of the plan: name, largest_error, tolerance, ok. ``tables`` as read back from the CSV files."""
    from .checks import CHECKS

    found = []
    for name, tolerance, check in CHECKS:
        error = max((sides.error() for sides in check(tables, solution)), default=0.0)
        found.append({"name": name, "largest_error": error, "tolerance": tolerance, "ok": bool(error <= tolerance)})
    return found
