"""Scenarios and one-off settings change the right cells, and say so when they can not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from model.core.declare.spec import Finding, InputError
from model.workbook.book import Book, check_book, read_book
from tests.workbook.toy import SCHEMA, put, scenario_row, toy, write

Row = list[Any]


def with_rows(rows: list[Row], tmp_path: Path) -> tuple[Book | None, list[Finding]]:
    """The toy workbook with further rows on its scenarios sheet, from row 3."""
    sheets = toy()
    sheets["scenarios"].extend(rows)
    return check_book(write(sheets, tmp_path / "toy.xlsx"), SCHEMA)


def good(rows: list[Row], tmp_path: Path) -> Book:
    book, findings = with_rows(rows, tmp_path)
    assert book is not None, findings
    return book


def demand(book: Book, scenario: str) -> list[float]:
    """West 2020, 2030, 2040, east 2020, 2030, 2040 in km3."""
    return [round(float(v), 12) for v in book.data(scenario).tables["demand"]["value"]]


BASE = [0.1, 0.2, 0.4, 0.05, 0.06, 0.08]


def test_set_add_and_multiply_change_only_the_cells_selected(tmp_path: Path) -> None:
    """West 2030: 200 million m3 set to 300; east, planned years, + 10; all of 2040 then x 2: 400 -> 800, 90 -> 180."""
    rows = [
        scenario_row("more", "demand", "region=west; year=2030", "value", "set", 300),
        scenario_row("more", "demand", "region=east", "", "add", 10),
        scenario_row("more", "demand", "year=2040", "value", "multiply", 2),
    ]
    book = good(rows, tmp_path)
    assert [0.1, 0.3, 0.8, 0.05, 0.07, 0.18] == demand(book, "more")
    assert BASE == demand(book, "reference")


def test_without_a_year_the_base_year_stays_as_it_is_and_named_it_changes(tmp_path: Path) -> None:
    """West 100, 200, 400 million m3: x 1.1 gives 100, 220, 440; with year=2020 110, 200, 400."""
    rows = [
        scenario_row("more", "demand", "region=west", "value", "multiply", 1.1),
        scenario_row("base", "demand", "region=west; year=2020", "value", "multiply", 1.1),
        scenario_row("fixed", "demand", "region=west", "value", "set", 300),
    ]
    book = good(rows, tmp_path)
    assert [0.1, 0.22, 0.44] == demand(book, "more")[:3]
    assert [0.11, 0.2, 0.4] == demand(book, "base")[:3]
    assert [0.1, 0.3, 0.3] == demand(book, "fixed")[:3]


def gapped(tmp_path: Path, years: list[int | None], west: list[float | None], operation: str, value: float) -> tuple[list[float], list[float], list[float]]:
    """The toy with milestones 2020, 2025, 2030, 2040 and ``west`` in the columns ``years``: west, changed west, and east."""
    sheets = toy()
    sheets["periods"].insert(3, [2025, *sheets["periods"][2][1:]])
    sheets["demand"][0][2:5] = years
    sheets["demand"][1][2:5] = west
    sheets["scenarios"].append(scenario_row("x", "demand", "region=west", "value", operation, value))
    book = read_book(write(sheets, tmp_path / "toy.xlsx"), SCHEMA)
    plain, changed = demand(book, "reference"), demand(book, "x")
    assert plain[4:] == changed[4:]
    return plain[:4], changed[:4], changed[4:]


def test_a_planned_year_that_is_interpolated_is_changed_as_if_it_had_a_cell(tmp_path: Path) -> None:
    """100 in 2020 and 200 in 2030 are 150 in 2025: x 2 gives 300, not the 250 between a kept 100 and a changed 400."""
    plain, changed, _ = gapped(tmp_path, [2020, 2030, 2040], [100, 200, 400], "multiply", 2)
    assert [0.1, 0.15, 0.2, 0.4] == plain
    assert [0.1, 0.3, 0.4, 0.8] == changed
    assert [0.1, 0.3, 0.3, 0.3] == gapped(tmp_path, [2020, 2030, 2040], [100, 200, 400], "set", 300)[1]
    assert [0.1, 0.16, 0.21, 0.41] == gapped(tmp_path, [2020, 2030, 2040], [100, 200, 400], "add", 10)[1]


def test_an_empty_cell_between_the_base_year_and_a_changed_year_is_filled_first(tmp_path: Path) -> None:
    """2030 is empty: 100 and 400 in 2040 give 175 in 2025 and 250 in 2030; x 2 gives 350, 500 and 800."""
    plain, changed, _ = gapped(tmp_path, [2020, 2030, 2040], [100, None, 400], "multiply", 2)
    assert [0.1, 0.175, 0.25, 0.4] == plain
    assert [0.1, 0.35, 0.5, 0.8] == changed


def test_a_base_year_without_a_column_keeps_what_is_interpolated_for_it(tmp_path: Path) -> None:
    """100 in 2010 and 300 in 2030 are 200 in 2020 and 250 in 2025; x 2 leaves the 200 and gives 500 and 600."""
    plain, changed, _ = gapped(tmp_path, [2010, 2030, 2040], [100, 300, 400], "multiply", 2)
    assert [0.2, 0.25, 0.3, 0.4] == plain
    assert [0.2, 0.5, 0.6, 0.8] == changed


def test_a_year_that_was_filled_in_has_no_address(tmp_path: Path) -> None:
    sheets = toy()
    sheets["periods"].insert(3, [2025, *sheets["periods"][2][1:]])
    sheets["scenarios"].append(scenario_row("x", "demand", "", "value", "multiply", 2))
    data = read_book(write(sheets, tmp_path / "toy.xlsx"), SCHEMA).data("x")
    assert ("", "D2") == (data.cell("demand", 2, 2025), data.cell("demand", 2, 2030))


def test_a_change_that_finds_the_base_year_alone_says_that_it_must_be_named(tmp_path: Path) -> None:
    sheets = toy()
    for row in sheets["demand"]:
        del row[3:5]
    sheets["scenarios"].append(scenario_row("x", "demand", "region=west", "value", "multiply", 2))
    findings = check_book(write(sheets, tmp_path / "toy.xlsx"), SCHEMA)[1]
    told = [f for f in findings if f.level == "error" and f.sheet == "scenarios"]
    assert ["D3"] == [f.cell for f in told]
    assert "year= and one of 2020" in str(told[0])


def test_an_override_is_in_the_unit_of_its_row(tmp_path: Path) -> None:
    """The row of west counts in bn m3: 0.5 is 500 million m3."""
    sheets = toy()
    for cell, value in (("B2", "bn m3"), ("C2", 0.1), ("D2", 0.2), ("E2", 0.4)):
        put(sheets, "demand", cell, value)
    sheets["scenarios"].append(scenario_row("more", "demand", "region=west; year=2040", "value", "set", 0.5))
    book = read_book(write(sheets, tmp_path / "toy.xlsx"), SCHEMA)
    assert BASE == demand(book, "reference")
    assert [0.1, 0.2, 0.5, 0.05, 0.06, 0.08] == demand(book, "more")


def test_a_scenario_inherits_from_its_parent_which_is_applied_first(tmp_path: Path) -> None:
    """100 + 50 from the parent, then x 2 = 300; the other order would give 250."""
    rows = [
        scenario_row("child", "demand", "region=west; year=2020", "value", "multiply", 2, parent="parent"),
        scenario_row("parent", "demand", "region=west; year=2020", "value", "add", 50),
    ]
    book = good(rows, tmp_path)
    assert 0.3 == demand(book, "child")[0]
    assert 0.15 == demand(book, "parent")[0]


def test_attributes_settings_and_switches_can_be_overridden_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    rows = [
        scenario_row("mix", "sites", "region=west; item=b", "active", "set", 0),
        scenario_row("mix", "sites", "region=west; item=a", "cap", "set", 7),
        scenario_row("mix", "settings", "setting=discount_rate", "value", "add", 0.01),
        scenario_row("mix", "settings", "setting=objective", "value", "set", "max_net_removal"),
    ]
    data = good(rows, tmp_path).data("mix")
    assert [3, 5] == list(data.tables["sites"].index)
    assert "E3" == data.cell("sites", 3, "cap")
    assert 0.007 == pytest.approx(data.tables["sites"].loc[3, "cap"], rel=1e-15)
    assert pytest.approx(0.05, rel=1e-15) == data.number("discount_rate")
    assert "max_net_removal" == data.word("objective")


def test_active_tells_which_scenarios_run_and_which_rows_count(tmp_path: Path) -> None:
    rows = [
        scenario_row("off", "", "", "", "", None, active=0),
        scenario_row("off", "demand", "region=west; year=2020", "value", "set", 1),
        scenario_row("half", "demand", "region=west; year=2020", "value", "set", 2),
        scenario_row("half", "demand", "region=west; year=2020", "value", "set", 3, active=0),
    ]
    book = good(rows, tmp_path)
    assert ["reference", "half"] == book.scenario_names()
    assert ["reference", "off", "half"] == book.scenario_names(active_only=False)
    assert 0.001 == demand(book, "off")[0]
    assert 0.002 == demand(book, "half")[0]


def test_a_book_without_scenarios_has_the_reference(tmp_path: Path) -> None:
    sheets = toy()
    del sheets["scenarios"]
    book = read_book(write(sheets, tmp_path / "toy.xlsx"), SCHEMA)
    assert ["reference"] == book.scenario_names()
    assert BASE == demand(book, "reference")


WRONG: list[tuple[Row, str, str]] = [
    (scenario_row("Big", "", "", "", "", None), "A3", "'Big' is not allowed"),
    (scenario_row("com1", "", "", "", "", None), "A3", "'com1' is not allowed"),
    (scenario_row("a" * 41, "", "", "", "", None), "A3", "is not allowed"),
    (scenario_row("", "demand", "", "value", "set", 1), "A3", "scenario is empty"),
    (scenario_row("x", "", "", "", "", None, parent="referense"), "B3", "nearest known scenario is reference"),
    (scenario_row("x", "", "", "", "", None, parent="x"), "B3", "its own ancestor"),
    (scenario_row("x", "demands", "", "value", "set", 1), "C3", "nearest sheet is demand"),
    (scenario_row("x", "", "", "value", "set", 1), "C3", "sheet is empty"),
    (scenario_row("x", "demand", "region west", "value", "set", 1), "D3", "key=value"),
    (scenario_row("x", "demand", "regoin=west", "value", "set", 1), "D3", "nearest is region"),
    (scenario_row("x", "demand", "region=wst", "value", "set", 1), "D3", "nearest known value is west"),
    (scenario_row("x", "demand", "region=west; year=2035", "value", "set", 1), "D3", "2020, 2030, 2040"),
    (scenario_row("x", "sites", "region=west", "area_kha", "set", 1), "E3", "nearest column is area"),
    (scenario_row("x", "sites", "region=west", "region", "set", "east"), "E3", "can not be set"),
    (scenario_row("x", "demand", "region=west", "value", "divide", 1), "F3", "set, add or multiply"),
    (scenario_row("x", "demand", "region=west", "value", "", 1), "F3", "operation is empty"),
    (scenario_row("x", "sites", "region=west; item=a", "cap", "multiply", 2), "F3", "sites!E3"),
    (scenario_row("x", "demand", "region=west", "value", "add", "much"), "G3", "'much' is not a number"),
]


@pytest.mark.parametrize(("row", "cell", "words"), WRONG, ids=[f"{n}-{w[2]}" for n, w in enumerate(WRONG)])
def test_a_wrong_scenario_row_is_one_error_at_its_cell(tmp_path: Path, row: Row, cell: str, words: str) -> None:
    book, findings = with_rows([row], tmp_path)
    assert book is None
    assert [("scenarios", cell)] == [(f.sheet, f.cell) for f in findings if f.level == "error"]
    assert words in str(next(f for f in findings if f.level == "error"))


def test_scenarios_that_are_each_other_s_parent_are_errors(tmp_path: Path) -> None:
    rows = [scenario_row("a", "", "", "", "", None, parent="b"), scenario_row("b", "", "", "", "", None, parent="a")]
    _, findings = with_rows(rows, tmp_path)
    assert ["B3", "B4"] == [f.cell for f in findings if f.level == "error" and "ancestor" in f.message]


def test_a_value_that_a_scenario_makes_wrong_names_the_cell_and_the_row_that_set_it(tmp_path: Path) -> None:
    """1000 kha is the most a site may have; 300 x 4 = 1200."""
    _, findings = with_rows([scenario_row("x", "sites", "region=west; item=b", "area", "multiply", 4)], tmp_path)
    assert ["sites!C4: 1200 kha in area is too high [x, scenarios!G3]; at most 1000 kha"] == [str(f) for f in findings]


def test_a_mistake_of_the_workbook_is_not_repeated_for_each_scenario(tmp_path: Path) -> None:
    sheets = toy()
    put(sheets, "sites", "C3", None)
    sheets["scenarios"].append(scenario_row("x", "demand", "region=west", "value", "multiply", 2))
    findings = check_book(write(sheets, tmp_path / "toy.xlsx"), SCHEMA)[1]
    assert ["C3"] == [f.cell for f in findings]


def test_an_inactive_scenario_is_checked_when_it_is_asked_for(tmp_path: Path) -> None:
    rows = [
        scenario_row("x", "", "", "", "", None, active=0),
        scenario_row("x", "sites", "region=west; item=b", "area", "set", -1),
    ]
    book = good(rows, tmp_path)
    with pytest.raises(InputError) as caught:
        book.data("x")
    assert ["C4"] == [f.cell for f in caught.value.findings if f.level == "error"]
    with pytest.raises(InputError, match="nearest known scenario is reference"):
        book.data("refrence")


def test_one_off_settings_address_the_cell_in_the_file_before_scenarios(tmp_path: Path) -> None:
    """East 2040 set to 100, then doubled by the scenario: 200 million m3."""
    sheets = toy()
    sheets["scenarios"].append(scenario_row("x", "demand", "region=east; year=2040", "value", "multiply", 2))
    path = write(sheets, tmp_path / "toy.xlsx")
    book = read_book(path, SCHEMA, ["demand!E3=100", "sites!$H$3=poor", "scenarios!G3=3"])
    assert ("demand!E3=100", "sites!$H$3=poor", "scenarios!G3=3") == book.overrides
    assert 0.1 == demand(book, "reference")[5]
    assert pytest.approx(0.3, rel=1e-15) == demand(book, "x")[5]
    assert "poor" == book.data().tables["sites"].loc[3, "class"]


@pytest.mark.parametrize(
    "text",
    [
        "demand!E9=1",
        "demand!Z3=1",
        "demand!E1=1",
        "demand!XFD1048576=1",
        "demands!E3=1",
        "demand.E3=1",
        "demand!E3",
        "",
        "demand!E3=x",
        "demand!E3=-1",
    ],
)
def test_a_bad_one_off_setting_is_an_error(tmp_path: Path, text: str) -> None:
    book, findings = check_book(write(toy(), tmp_path / "toy.xlsx"), SCHEMA, [text])
    assert book is None
    assert ["error"] == [f.level for f in findings]
