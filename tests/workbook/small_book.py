"""A small but whole workbook: the three regions merged to two, with few periods, so that a plan takes seconds.

Every table of the shipped workbook keeps rows; lines, contracts and rights between two places stay.

Limits: its numbers are those of the shipped workbook merged, not a case of their own.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

import model
from model.core.aside import save_workbook
from model.datasets.carried import write_merged

ROOT = Path(__file__).resolve().parent.parent.parent
#: New region of each row of ``regions``, in the column that they are merged by.
PLACES = {"west": "inland", "industrial": "inland", "developed": "coast"}
YEARS = (2020, 2025, 2030, 2045, 2060)
BY = "grid_region"
#: Day types that stay, both of them mild: a hard one for a large part of the year would have no plan.
DAYS = ("mar05", "jun12")
#: Places after the point of what is worked out here: other programs keep no more than fifteen digits.
DIGITS = 9
#: Days of the weather year that stay.
FEW_DAYS = 12
YEAR_HOURS, DAY_HOURS = 8760.0, 24.0


def small_book(folder: Path, years: tuple[int, ...] = YEARS) -> Path:
    """Write the small workbook into ``folder``; only the reference scenario, and what names a year or a scenario that is gone switched off."""
    book = openpyxl.load_workbook(ROOT / "inputs" / "three_regions.xlsx")
    places = _columns(book["regions"])
    for row in range(3, book["regions"].max_row + 1):
        book["regions"].cell(row, places[BY]).value = PLACES[book["regions"].cell(row, places["region"]).value]
    book["scenarios"].delete_rows(3, book["scenarios"].max_row)
    tell_alone(book)
    keep_years(book, years)
    keep_days(book)
    whole, small = folder / "whole.xlsx", folder / "small.xlsx"
    save_workbook(book, whole)
    write_merged(model.read(whole), small, BY)
    return small


def keep_years(book: Workbook, years: tuple[int, ...] = YEARS) -> None:
    """Leave these periods only: the shipped workbook is then built and solved in a quarter of the time."""
    periods = book["periods"]
    for row in range(periods.max_row, 2, -1):
        if periods.cell(row, 1).value not in years:
            periods.delete_rows(row)
    targets = _columns(book["new_forest_targets"])
    for row in range(3, book["new_forest_targets"].max_row + 1):
        if book["new_forest_targets"].cell(row, targets["year"]).value not in years:
            book["new_forest_targets"].cell(row, targets["active"]).value = 0


def keep_days(book: Workbook, kept: tuple[str, ...] = DAYS) -> None:
    """Leave these day types only, each for as much of the year as before against the others: a quarter of the slices."""
    slices = _rows(book["time_slices"])
    held = [row for row in slices if row["season"] in kept]
    scale = YEAR_HOURS / sum(float(row["hours"]) for row in held)
    hours = {row["slice"]: float(row["hours"]) * scale for row in held}
    _write(book["time_slices"], [{**row, "hours": hours[row["slice"]]} for row in held])
    for name, keys in (("load_shape", ("region",)), ("use_shape", ("region", "load_use"))):
        rows = [row for row in _rows(book[name]) if row["slice"] in hours]
        whole = Counter[tuple[object, ...]]()
        for row in rows:
            whole[tuple(row[key] for key in keys)] += row["share"]
        _write(book[name], [{**row, "share": row["share"] / whole[tuple(row[key] for key in keys)]} for row in rows])
    rows = [row for row in _rows(book["output_shape"]) if row["slice"] in hours]
    given = Counter[tuple[object, ...]]()
    for row in rows:
        given[row["region"], row["shape"]] += row["relative_output"] * hours[row["slice"]] / YEAR_HOURS
    _write(book["output_shape"], [{**row, "relative_output": row["relative_output"] / given[row["region"], row["shape"]]} for row in rows])
    _write(book["must_run"], [row for row in _rows(book["must_run"]) if row["season"] in kept])
    _write(book["daily_weather"], [row for row in _rows(book["daily_weather"]) if row["day"] <= FEW_DAYS])
    days = {season: sum(hours[row["slice"]] for row in held if row["season"] == season) / DAY_HOURS for season in kept}
    first = _rows(book["day_sequence"])[0]
    _write(book["day_sequence"], [{**first, "run": place * len(kept) + number + 1, "season": season, "days": days[season] / 2.0} for place in range(2) for number, season in enumerate(kept)])


def _rows(page: Worksheet) -> list[dict[str, Any]]:
    """The rows of a sheet of attributes from the third on, by the names in the first."""
    names = [cell.value for cell in page[1]]
    return [dict(zip(names, row, strict=True)) for row in page.iter_rows(min_row=3, values_only=True) if row[0] is not None]


def _write(page: Worksheet, rows: list[dict[str, Any]]) -> None:
    """Put these rows from the third on and take the others away."""
    names = [cell.value for cell in page[1]]
    for number, row in enumerate(rows, start=3):
        for place, name in enumerate(names, start=1):
            found = row[name]
            page.cell(number, place).value = round(found, DIGITS) if isinstance(found, float) else found
    page.delete_rows(3 + len(rows), page.max_row)


def tell_alone(book: Workbook) -> None:
    """No plan is named beside which burdens are told: a second one is then neither looked for nor solved."""
    settings = book["settings"]
    row = next(row for row in range(2, settings.max_row + 1) if settings.cell(row, 1).value == "burden_baseline")
    settings.cell(row, 2).value = None


def _columns(page: Worksheet) -> dict[object, int]:
    return {cell.value: cell.column for cell in page[1]}
