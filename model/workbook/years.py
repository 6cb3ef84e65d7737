"""Reads a year table: one row a key, one column a year, made long and interpolated to the model's years.

Values are interpolated linearly between given years and not extrapolated, but for periods after the plan (kind ``after`` of
``periods``), into which the last value goes on. The base year is history: when the first
given year lies after it, it is simply absent, unless the column says that the model reads it (``base_year``).

Limits: interpolation is in the unit of the row, year by year; no growth rates, no steps.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.core.declare.spec import REQUIRED, Column

from .columns import (
    Floats,
    Scale,
    check_range,
    check_whole,
    default_number,
    label,
    own_scale,
    parse_numbers,
    read_scale,
)
from .layout import UNIT_COLUMN, Layout
from .messages import Notes


class MilestoneYears(list[int]):
    """The years of the periods sheet in increasing order; ``after`` are those of periods after the plan, ``history`` those that are known."""

    def __init__(self, years: Iterable[int] = (), after: Collection[int] = (), history: Collection[int] = ()) -> None:
        super().__init__(years)
        self.after = frozenset(after)
        self.history = frozenset(history)


@dataclass(frozen=True)
class YearValues:
    """Values in solver units: ``values[i, j]`` of row i in year j; ``present`` False where there is no value at all."""

    years: list[int]
    values: Floats
    present: npt.NDArray[np.bool_]


def read_years(
    column: Column, layout: Layout, rows: Sequence[int], model_years: Sequence[int], notes: Notes
) -> YearValues:
    """The values of ``rows`` for every model year; the first of ``model_years`` is the base year."""
    scales = _scales(column, layout, rows, notes)
    factors = np.array([s.factor for s in scales])
    given = list(layout.years)
    default = default_number(column)
    values, wrong = _given(column, layout, rows, scales, notes)
    if not given:
        if column.default is REQUIRED and rows:
            notes.add(
                "column_missing",
                layout.sheet.name,
                layout.sheet.address(1, 1),
                name=str(model_years[-1]) if model_years else "2030",
            )
        made = np.full((len(rows), len(model_years)), default)
        return YearValues(list(model_years), made, ~np.isnan(made))
    if rows and model_years:
        _check_columns(column, layout, model_years, notes)
    made = _interpolated(values, np.array(given, dtype=float), model_years)
    _go_on(made, values, given, model_years)
    _check_rows(column, layout, rows, values, wrong, model_years, scales, notes)
    with np.errstate(over="ignore"):
        made *= factors[:, np.newaxis]
    outside = np.isnan(made)
    made[outside] = default
    present = np.ones(made.shape, dtype=bool)
    if len(model_years):
        present[:, 0] = ~np.isnan(made[:, 0])
    return YearValues(list(model_years), made, present)


def _scales(column: Column, layout: Layout, rows: Sequence[int], notes: Notes) -> list[Scale]:
    """The unit of each row; in a table made in code, or where the unit column is missing, the declared one."""
    if UNIT_COLUMN not in layout.places:
        return [own_scale(column)] * len(rows)
    in_code = not layout.sheet.addressed
    return [
        read_scale(
            layout.raw(row, UNIT_COLUMN),
            column,
            layout.sheet.name,
            layout.cell(row, UNIT_COLUMN),
            notes,
            may_be_blank=in_code,
        )
        for row in rows
    ]


def _given(
    column: Column, layout: Layout, rows: Sequence[int], scales: Sequence[Scale], notes: Notes
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Rows x given years as they stand, NaN where blank or wrong, and which cells are wrong."""
    values = np.full((len(rows), len(layout.years)), np.nan)
    wrong = np.zeros(values.shape, dtype=bool)
    low, high = np.array([s.low for s in scales]), np.array([s.high for s in scales])
    texts = [s.text for s in scales]
    for position, (year, place) in enumerate(layout.years.items()):
        numbers = parse_numbers(layout, rows, place, str(year), notes, flag=column.kind == "flag")
        check_range(numbers.values, low, high, str(year), layout, rows, place, texts, notes)
        if column.kind == "integer":
            check_whole(numbers.values, str(year), layout, rows, place, notes)
        values[:, position], wrong[:, position] = numbers.values, numbers.wrong
    return values, wrong


def _interpolated(values: Floats, given: Floats, model_years: Sequence[int]) -> Floats:
    """Rows x model years; NaN outside the given range of a row."""
    made = np.full((len(values), len(model_years)), np.nan)
    full = ~np.isnan(values).any(axis=1)
    for position, year in enumerate(model_years):
        right = int(np.searchsorted(given, year))
        if right < len(given) and given[right] == year:
            made[full, position] = values[full, right]
        elif 0 < right < len(given):
            share = (year - given[right - 1]) / (given[right] - given[right - 1])
            made[full, position] = values[full, right - 1] * (1.0 - share) + values[full, right] * share
    for row in np.flatnonzero(~full):
        known = ~np.isnan(values[row])
        if known.any():
            made[row] = np.interp(model_years, given[known], values[row][known], left=np.nan, right=np.nan)
    return made


def _after(model_years: Sequence[int]) -> frozenset[int]:
    return model_years.after if isinstance(model_years, MilestoneYears) else frozenset()


def _go_on(made: Floats, values: Floats, given: Sequence[int], model_years: Sequence[int]) -> None:
    """Fill the years after the plan that lie beyond the last value of a row with that value."""
    later = [position for position, year in enumerate(model_years) if year in _after(model_years)]
    for row in np.flatnonzero(~np.isnan(values).all(axis=1)) if later else ():
        last = int(np.flatnonzero(~np.isnan(values[row]))[-1])
        for position in later:
            if model_years[position] > given[last]:
                made[row, position] = values[row, last]


def _check_columns(column: Column, layout: Layout, model_years: Sequence[int], notes: Notes) -> None:
    """Note model years that no column covers, those that are interpolated, and columns that are no model year."""
    given = list(layout.years)
    sheet, name = layout.sheet, layout.sheet.name
    flat = [str(year) for year in model_years if year in _after(model_years) and year > given[-1]]
    if flat:
        notes.add("years_flat", name, sheet.address(1, layout.years[given[-1]]), years=", ".join(flat), last=str(given[-1]))
    for year in model_years if column.base_year else model_years[1:]:
        if str(year) in flat:
            continue
        if not given[0] <= year <= given[-1] and column.default is REQUIRED:
            end = given[0] if year < given[0] else given[-1]
            notes.add(
                "year_outside",
                name,
                sheet.address(1, layout.years[end]),
                year=str(year),
                first=str(given[0]),
                last=str(given[-1]),
            )
    between = [str(y) for y in model_years if y not in layout.years and given[0] < y < given[-1]]
    extra = [str(y) for y in given if y not in model_years]
    place = sheet.address(1, layout.years[given[0]])
    if between:
        notes.add("years_between", name, place, years=", ".join(between))
    if extra:
        notes.add("years_extra", name, place, years=", ".join(extra))


def _check_rows(
    column: Column,
    layout: Layout,
    rows: Sequence[int],
    values: Floats,
    wrong: npt.NDArray[np.bool_],
    model_years: Sequence[int],
    scales: Sequence[Scale],
    notes: Notes,
) -> None:
    """Note the empty cells of each row: interpolated, or leaving a model year without value."""
    given = list(layout.years)
    places = list(layout.years.values())
    sheet = layout.sheet
    for position in np.flatnonzero(np.isnan(values).any(axis=1)).tolist():
        row, known = rows[position], np.flatnonzero(~np.isnan(values[position])).tolist()
        blank = np.flatnonzero(np.isnan(values[position]) & ~wrong[position]).tolist()
        if wrong[position].any() and not len(known):
            continue
        if not len(known):
            if column.default is REQUIRED:
                notes.add("blank", sheet.name, sheet.address(row, places[0]), name=label(layout, row, column.name))
            continue
        if column.default is REQUIRED and model_years and given[0] <= model_years[0] < given[known[0]]:
            first = max(place for place, year in enumerate(given) if year <= model_years[0])
            if not wrong[position, first]:
                notes.add("year_first_blank", sheet.name, sheet.address(row, places[first]), name=label(layout, row, str(given[first])))
        for gap in blank:
            year = given[gap]
            if known[0] < gap < known[-1]:
                between = float(np.interp(year, np.array(given, dtype=float)[known], values[position][known]))
                notes.add(
                    "interpolated",
                    sheet.name,
                    sheet.address(row, places[gap]),
                    number=between,
                    unit=scales[position].text,
                )
            elif column.default is REQUIRED and _leaves_gap(year, given, known[0], known[-1], model_years):
                notes.add(
                    "year_outside",
                    sheet.name,
                    sheet.address(row, places[gap]),
                    year=str(year),
                    first=str(given[known[0]]),
                    last=str(given[known[-1]]),
                )


def _leaves_gap(year: int, given: Sequence[int], first: int, last: int, model_years: Sequence[int]) -> bool:
    """Whether the empty cell of ``year``, outside the filled range, leaves a model year after the base without value."""
    if year < given[first]:
        return any(year <= y < given[first] for y in model_years[1:])
    return any(given[last] < y <= year and y not in _after(model_years) for y in model_years[1:])
