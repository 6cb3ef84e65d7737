"""Rows that hold in every model year, the same table once per milestone; what a life of a plant says of itself.

Limits: the base year is history and is left out.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.data import Data
from ..core.declare.spec import Finding, Table

#: What every life of a plant says of itself that is built evenly over its period.
EVEN_LIFE_EN = "What is built in a period is built evenly over it and leaves as evenly when this life ends"
EVEN_LIFE_ZH = "时期内均匀建成，寿命届满后同样均匀退出"


def each_year(frame: pd.DataFrame, data: Data) -> pd.DataFrame:
    """``frame`` once per model year with a column ``year``; the index (the Excel row) is kept, so that cells are found."""
    years = data.years
    once_per_year = frame.take(np.tile(np.arange(len(frame)), len(years)))
    return once_per_year.assign(year=np.repeat(np.array(years, dtype=np.int64), len(frame)))


def overlap(start: pd.Series, end: pd.Series, last: pd.Series) -> pd.Series:
    """Years of the interval from ``start`` to ``end`` that lie before ``last``."""
    return end.clip(upper=last) - start.clip(upper=last)


def periods(data: Data) -> pd.DataFrame:
    """One row per model year: ``year`` (end), ``start`` (the milestone before) and ``length`` in yr."""
    years = data.years
    return pd.DataFrame(
        {"year": years, "start": [data.previous(y) for y in years], "length": [float(data.length(y)) for y in years]}
    )


def no_milestones(data: Data, table: Table, frame: pd.DataFrame, column: str) -> list[Finding]:
    """A finding for each row of ``frame`` (rows of ``table``) whose year is no milestone after the base year; blank years are left out."""
    known = ", ".join(map(str, data.years))
    return [
        Finding(
            "error", table.name, data.cell(table.name, int(row), column), f"{year:g} is no milestone year", f"one of {known}",
            f"{year:g} 不是里程碑年", f"应为 {known} 之一",
        )
        for row, year in zip(frame.index, frame[column].astype(float), strict=True)
        if not np.isnan(year) and year not in data.years
    ]  # fmt: skip
