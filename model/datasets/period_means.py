"""What stands under a year in a table of flows, prices or costs: the mean of the period that ends with the year.

    period_means({2020: 10.0, 2025: 20.0, 2030: 30.0})      {2020: 10.0, 2025: 16.0, 2030: 26.0}

Sources give values of single years. Between two of them a year lies on the straight line, so that a period of five years that begins
at ``a`` and ends at ``b`` has the mean ``0.4 a + 0.6 b``. The base year is a single year and stays. What is not a flow of a period keeps the
value of its year: stocks, dated limits, and series that the model reads at a moment. ``inputs/data/README.md`` lists every table.

Limits: a path that falls or rises by leaps is straightened between the cited years; the time after the last milestone goes on at the
mean of the last period.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

import pandas as pd

from .frame import BASE_YEAR, YEARS

#: A number, or a column of numbers, one for each row of a table.
Value: TypeAlias = Any


def of_year(values: Mapping[int, Value], year: int) -> Value:
    """What the given years say of a year: straight between them, as the nearest one before the first and after the last."""
    known = sorted(values)
    if year <= known[0]:
        return values[known[0]]
    for before, after in pairwise(known):
        if year <= after:
            share = (year - before) / (after - before)
            return values[before] * (1.0 - share) + values[after] * share
    return values[known[-1]]


def period_means(values: Mapping[int, Value], years: Sequence[int] = YEARS) -> dict[int, Value]:
    """Of the first of ``years`` its own value, of every later one the mean of the years since the one before it."""
    made: dict[int, Value] = {years[0]: of_year(values, years[0])}
    for before, milestone in pairwise(years):
        of_period = [of_year(values, year) for year in range(before + 1, milestone + 1)]
        made[milestone] = sum(of_period[1:], start=of_period[0]) / len(of_period)
    return made


def means_of(path: Callable[[int], Value], years: Sequence[int] = YEARS) -> dict[int, Value]:
    """The same of a path that has a value of its own in every year."""
    return period_means({year: path(year) for year in range(years[0], years[-1] + 1)}, years)


def row_means(series: pd.Series) -> pd.Series:
    """The same of one row whose index are the cited years."""
    return pd.Series(period_means({int(str(year)): float(value) for year, value in series.items()}))


def compounded(rate: float) -> Callable[[int], float]:
    """The path that changes by ``rate`` a year from 1 in the base year."""
    return lambda year: (1.0 + rate) ** (year - BASE_YEAR)
