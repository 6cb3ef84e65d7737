"""Periods after the plan: inputs go on flat into them, with a remark; kinds in another order are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.workbook.book import check_book, read_book
from tests.workbook.toy import SCHEMA, Rows, toy, write


def with_after(*more: tuple[int, str]) -> dict[str, Rows]:
    """The toy with periods added, each with its kind, copied from its last one."""
    sheets = toy()
    last = sheets["periods"][-1]
    sheets["periods"].extend([[year, last[1], kind, *last[3:]] for year, kind in more])
    return sheets


def test_the_last_value_goes_on_into_the_periods_after_the_plan(tmp_path: Path) -> None:
    """Demand is given to 2040: 400 million m3 are 0.4 km3 in 2050 and 2070 as well; the sheet says so, once."""
    path = write(with_after((2050, "after"), (2070, "after")), tmp_path / "toy.xlsx")
    data = read_book(path, SCHEMA).data()
    west = data.tables["demand"].query("region == 'west'").set_index("year")["value"]
    assert [0.4, 0.4, 0.4] == pytest.approx([west[2040], west[2050], west[2070]])
    assert ([2050, 2070], [2020, 2030, 2040, 2050, 2070]) == (data.after, data.all_years)
    remarks = [str(f) for f in check_book(path, SCHEMA)[1] if f.sheet == "demand"]
    assert ["demand!E1: the value of 2040 goes on in the periods after the plan (2050, 2070)"] == remarks


def test_a_planned_year_still_needs_its_value(tmp_path: Path) -> None:
    """Only what comes after the plan goes on by itself."""
    _, found = check_book(write(with_after((2050, "plan")), tmp_path / "toy.xlsx"), SCHEMA)
    assert any(f.level == "error" and f.sheet == "demand" and "2050 lies outside" in str(f) for f in found)


def test_a_value_that_is_given_after_the_plan_counts(tmp_path: Path) -> None:
    """A column of 2060 of 300: the line from 400 in 2040 gives 350 in 2050, and 300 goes on to 2070."""
    sheets = with_after((2050, "after"), (2070, "after"))
    for row, value in zip(sheets["demand"], (2060, 300, 80), strict=True):
        row.insert(5, value)
    data = read_book(write(sheets, tmp_path / "toy.xlsx"), SCHEMA).data()
    west = data.tables["demand"].query("region == 'west'").set_index("year")["value"]
    assert [0.35, 0.3] == pytest.approx([west[2050], west[2070]])


@pytest.mark.parametrize(
    ("kinds", "cells"), [(("after", "plan", "after"), ["C4", "C5"]), (("plan", "after", "plan"), ["C6"]), (("after",), ["C4"])],
)
def test_the_plan_comes_first_and_has_a_period(tmp_path: Path, kinds: tuple[str, ...], cells: list[str]) -> None:
    sheets = toy()
    head, base = sheets["periods"][:2], sheets["periods"][2]
    sheets["periods"] = [*head, base, *([2030 + 10 * n, base[1], kind, *base[3:]] for n, kind in enumerate(kinds))]
    for column, year in enumerate((2020, 2030, 2040), 2):
        sheets["demand"][0][column] = year
    found = [f for f in check_book(write(sheets, tmp_path / "toy.xlsx"), SCHEMA)[1] if f.sheet == "periods" and f.level == "error"]
    assert cells == [f.cell for f in found]
