"""Both sides of an identity, row by row, and the ways in which identities compare them.

The error is the largest |left - right| / max(1, largest term of the row).

Limits: sums of tables only; what they should equal is said by the identities.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:
    from .solution import Solution

Tables = Mapping[str, pd.DataFrame]
Floats = npt.NDArray[np.float64]


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
    return frame[column].groupby([frame[key].astype("int64") if key == "year" else frame[key] for key in keys], sort=True).sum().astype(float)


def renamed(series: pd.Series, names: list[str]) -> pd.Series:
    """``series`` with its index levels named ``names``."""
    series.index = series.index.set_names(names)
    return series


def decided(frame: pd.DataFrame, solution: Solution) -> pd.DataFrame:
    """Rows after the base year, with ``years``, the length of their period."""
    data = solution.build.data
    later = frame[frame["year"].isin(data.years)].astype({"year": "int64"})
    return later.assign(years=later["year"].map({year: float(data.length(year)) for year in data.years}).astype(float))


def cumulated(frame: pd.DataFrame, solution: Solution, keys: list[str], column: str) -> pd.Series:
    """What amounts a year of ``column`` add up to from the base year to each year, by ``keys`` and year."""
    later = decided(frame, solution)
    later = later.assign(amount=later[column] * later["years"])
    spread = later.rename(columns={"year": "vintage"}).merge(pd.DataFrame({"year": solution.build.data.years}), how="cross")
    return sums(spread[spread["vintage"] <= spread["year"]], [*keys, "year"], "amount")


def by_place(values: Mapping[tuple[str, int], float]) -> pd.Series:
    """Amounts by region and year as a series that ``compare`` takes."""
    names = ["region", "year"]
    index = pd.MultiIndex.from_tuples(list(values), names=names) if values else pd.MultiIndex.from_arrays([[], []], names=names)
    return pd.Series(list(values.values()), index=index, dtype=float)
