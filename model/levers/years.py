"""Rows that hold in every model year, the same table once per milestone; the flow of a year between periods; how a life is counted.

Limits: the base year is history and is left out.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.data import Data
from ..core.declare.spec import Finding, Table

#: What every life of a plant that the model builds says of itself: it stands at the milestones year with vintage <= year < vintage + life.
WHOLE_PERIODS_EN = "Counted in whole periods, rounded up: what is built for a milestone stands at every milestone less than its life later"
WHOLE_PERIODS_ZH = "按整时期计并向上取整：自投运里程碑起，寿命未满的各里程碑年均在役"


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


def middle(data: Data, year: int) -> float:
    """The middle of the period that ends at ``year``, as the discounting has it; the base year is its own."""
    return float(year) if year == data.base_year else (data.previous(year) + year) / 2


def flow_of_year(data: Data, year: float) -> list[tuple[float, int]]:
    """What of which period is the flow of a year: (share, milestone), shares sum to 1.

    Flows are means of periods; between the middles of two of them a year is on the straight line,
    ``(1 - l) * f[t] + l * f[t+1]`` with ``l = (year - mid[t]) / (mid[t+1] - mid[t])``. Before the first middle and after the last
    one the flow is that of the period.
    """
    middles = [middle(data, y) for y in data.years]
    if year <= middles[0]:
        return [(1.0, data.years[0])]
    for (here, now), (there, then) in zip(zip(middles, data.years, strict=True), zip(middles[1:], data.years[1:], strict=True), strict=False):
        if year < there:
            share = (year - here) / (there - here)
            return [(1.0 - share, now), (share, then)] if share > 0.0 else [(1.0, now)]
    return [(1.0, data.years[-1])]
