"""What a scenario changes when it names no year: the years that are planned, not the base year nor periods of history.

Values between given years are interpolated. Where the value before is kept and the one after is changed, the years
between them are filled with what they were before anything is changed: a planned year gets its own value changed, and
the base year keeps its own, whichever years have a column.

Limits: years outside the given ones have no value that could be changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from . import cells
from .layout import Layout
from .raw import RawSheet, is_blank
from .years import MilestoneYears

Place = tuple[int, int]


@dataclass(frozen=True)
class Planned:
    """The sheet with the years around the base year filled in, and the cells (row, column) of the planned years."""

    sheet: RawSheet
    places: tuple[Place, ...]


def planned_cells(layout: Layout, rows: Sequence[int], model_years: Sequence[int]) -> Planned:
    """The cells of ``rows`` in years after what is known of ``model_years``; every year when there are no model years.

    Known are the base year and the periods of kind history.
    """
    if not model_years:
        return Planned(layout.sheet, tuple((row, column) for row in rows for column in layout.years.values()))
    base = max(model_years.history, default=model_years[0]) if isinstance(model_years, MilestoneYears) else model_years[0]
    later = [year for year in layout.years if year > base]
    first = next(iter(layout.years), base)
    # model years without a column between a value that is kept and one that is changed
    missing = [y for y in model_years if later and first < y < later[0] and y not in layout.years]
    sheet = layout.sheet.widened(missing)
    columns = {**layout.years, **{year: layout.sheet.width + 1 + n for n, year in enumerate(missing)}}
    filled: dict[Place, object] = {}
    for row in layout.rows:
        known = {year: number for year, column in layout.years.items() if (number := _number(layout.sheet, row, column)) is not None}
        for year in missing if row not in rows else _between(columns, known, base):
            value = interpolated(known, list(layout.years), year)
            if value is not None and is_blank(sheet.value(row, columns[year])):
                filled[row, columns[year]] = value
    places = tuple((row, columns[year]) for row in rows for year in sorted(columns) if year > base)
    return Planned(sheet.changed(filled), places)


def _number(sheet: RawSheet, row: int, column: int) -> float | None:
    found = cells.read_number(sheet.value(row, column)).value
    return None if found is None else float(found)


def _between(years: Sequence[int] | dict[int, int], known: dict[int, float], base: int) -> list[int]:
    """Years between the last value of a row that is kept and the first that is changed."""
    kept, changed = [y for y in known if y <= base], [y for y in known if y > base]
    return [y for y in years if kept and changed and kept[-1] < y < changed[0]]


def interpolated(known: dict[int, float], given: Sequence[int], year: int) -> float | None:
    """The value that the reader of year tables gives a year of a row; None outside the filled years."""
    if not known or not min(known) <= year <= max(known):
        return None
    if len(known) < len(given):
        return float(np.interp(year, list(known), list(known.values())))
    left, right = max(y for y in known if y <= year), min(y for y in known if y >= year)
    share = (year - left) / (right - left) if right > left else 0.0
    return known[left] * (1.0 - share) + known[right] * share
