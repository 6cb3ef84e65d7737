"""A small but whole workbook: the three regions merged to two, with few periods, so that a plan takes seconds.

Every table of the shipped workbook keeps rows; lines, contracts and rights between two places stay.

Limits: its numbers are those of the shipped workbook merged, not a case of their own.
"""

from __future__ import annotations

from pathlib import Path

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


def small_book(folder: Path, years: tuple[int, ...] = YEARS) -> Path:
    """Write the small workbook into ``folder``; only the reference scenario, and what names a year or a scenario that is gone switched off."""
    book = openpyxl.load_workbook(ROOT / "inputs" / "three_regions.xlsx")
    places = _columns(book["regions"])
    for row in range(3, book["regions"].max_row + 1):
        book["regions"].cell(row, places[BY]).value = PLACES[book["regions"].cell(row, places["region"]).value]
    book["scenarios"].delete_rows(3, book["scenarios"].max_row)
    tell_alone(book)
    keep_years(book, years)
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


def tell_alone(book: Workbook) -> None:
    """No plan is named beside which burdens are told: a second one is then neither looked for nor solved."""
    settings = book["settings"]
    row = next(row for row in range(2, settings.max_row + 1) if settings.cell(row, 1).value == "burden_baseline")
    settings.cell(row, 2).value = None


def _columns(page: Worksheet) -> dict[object, int]:
    return {cell.value: cell.column for cell in page[1]}
