"""Periods of history: where they may stand, and what a scenario changes that names no year."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from model.workbook.book import check_book, read_book
from tests.workbook.toy import SCHEMA, Rows, scenario_row, toy, write

#: First row of the periods sheet whose kind counts: that of the base year does not.
FIRST_ROW = 4


def with_kinds(*kinds: str) -> dict[str, Rows]:
    """The toy with the base year 2020 and periods of ten years of the given kinds."""
    sheets = toy()
    head, base = sheets["periods"][:2], sheets["periods"][2]
    sheets["periods"] = [*head, base, *([2030 + 10 * n, base[1], kind, *base[3:]] for n, kind in enumerate(kinds))]
    return sheets


def written(kinds: tuple[str, ...], folder: Path, **changes: Rows) -> Path:
    """The toy of these kinds as a file, with some sheets replaced."""
    return write({**with_kinds(*kinds), **changes}, folder / "toy.xlsx")


def errors(kinds: tuple[str, ...], folder: Path) -> list[Any]:
    return [f for f in check_book(written(kinds, folder), SCHEMA)[1] if f.sheet == "periods" and f.level == "error"]


def test_history_then_plan_then_after_is_read_as_it_stands(tmp_path: Path) -> None:
    data = read_book(written(("history", "plan", "after"), tmp_path), SCHEMA).data()
    assert ([2030], [2040, 2050], [2050], 2040) == (data.history, data.decided, data.after, data.plan_until)


def test_the_base_year_is_no_period_of_history_whatever_its_kind(tmp_path: Path) -> None:
    sheets = with_kinds("plan", "plan")
    sheets["periods"][2][2] = "history"
    data = read_book(write(sheets, tmp_path / "toy.xlsx"), SCHEMA).data()
    assert ([], [2030, 2040]) == (data.history, data.decided)


@pytest.mark.parametrize(
    ("kinds", "rows"),
    [
        (("plan", "history"), [2]), (("history", "plan", "history"), [3]), (("plan", "history", "history"), [2, 3]),
        (("history", "after"), [2]), (("plan", "after", "history"), [3]), (("after", "history", "plan"), [1, 2, 3]),
    ],
)  # fmt: skip
def test_a_kind_out_of_order_is_refused_at_its_cell(tmp_path: Path, kinds: tuple[str, ...], rows: list[int]) -> None:
    """Rows count the periods from the first after the base year, which stands in row 4."""
    found = errors(kinds, tmp_path)
    assert [f"C{FIRST_ROW - 1 + row}" for row in rows] == [f.cell for f in found]
    assert all("periods of history first, then those of the plan, at least one, then those after it" in str(f) for f in found)


@pytest.mark.parametrize("kinds", [("history",), ("history", "history")])
def test_a_workbook_that_is_all_history_is_refused(tmp_path: Path, kinds: tuple[str, ...]) -> None:
    found = errors(kinds, tmp_path)
    assert [f"C{FIRST_ROW - 1 + len(kinds)}"] == [f.cell for f in found]
    assert "every period is history: nothing is left to plan" in str(found[0])


@pytest.mark.parametrize(
    ("kinds", "words"), [(("plan", "history"), ("history 类时期位置不当", "应先列历史时期")), (("history",), ("所有时期均为历史", "历史时期之后应有 plan 类时期"))]
)
def test_both_are_told_in_chinese_where_the_workbook_is_chinese(tmp_path: Path, kinds: tuple[str, ...], words: tuple[str, str]) -> None:
    settings = toy()["settings"]
    settings.append(["language", "zh", *settings[-1][2:]])
    found = [f for f in check_book(written(kinds, tmp_path, settings=settings), SCHEMA)[1] if f.sheet == "periods" and f.level == "error"]
    assert 1 == len(found)
    assert all(word in str(found[0]) for word in words)


def doubled(folder: Path, selector: str, years: tuple[int, ...] = (2020, 2030, 2040)) -> list[float]:
    """Demand of the west in 2020, 2030 (history) and 2040 (planned), km3, when a scenario doubles it; given in some years."""
    sheets = with_kinds("history", "plan")
    places = [2 + (2020, 2030, 2040).index(year) for year in years]
    sheets["demand"] = [[*row[:2], *(row[place] for place in places), *row[5:]] for row in sheets["demand"]]
    sheets["scenarios"].append(scenario_row("more", "demand", selector, "value", "multiply", 2.0))
    frame = read_book(write(sheets, folder / "toy.xlsx"), SCHEMA).data("more").tables["demand"].query("region == 'west'")
    return [float(value) for value in frame.sort_values("year")["value"]]


def test_a_scenario_without_a_year_leaves_history_as_it_was(tmp_path: Path) -> None:
    """100, 200, 400 million m3: only the planned year is doubled; where history is named, it is changed."""
    assert pytest.approx([0.1, 0.2, 0.8]) == doubled(tmp_path, "region=west")
    assert pytest.approx([0.1, 0.4, 0.4]) == doubled(tmp_path, "region=west; year=2030")


def test_a_period_of_history_without_a_column_keeps_what_is_interpolated_for_it(tmp_path: Path) -> None:
    """100 in 2020 and 400 in 2040: half-way 250 in 2030, as before the change."""
    assert pytest.approx([0.1, 0.25, 0.8]) == doubled(tmp_path, "region=west", (2020, 2040))
