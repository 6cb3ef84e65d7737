"""The sheet of ranges: what it says, what is wrong with it, and the data with ranges moved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import model
from model.core.data import Data
from model.core.declare import units
from model.core.declare.schema import PERT, TRIANGULAR, Check, Schema
from model.core.declare.spec import Finding, InputError
from model.workbook.book import Book, check_book
from model.workbook.dictionary import RANGES_COLUMNS
from model.workbook.ranges import RANGE_COLUMNS
from model.workbook.writer import write_workbook
from tests.workbook.toy import SCHEMA, toy, write

HEAD = ["range", "sheet", "selector", "column", "operation", "low", "central", "high", "distribution", "group", "active", "source", "quality", "note"]
BASE = [0.1, 0.2, 0.4, 0.05, 0.06, 0.08]


def line(
    name: Any, sheet: str, selector: str, column: str, operation: str, low: Any, high: Any, central: Any = None, distribution: str = "", group: str = "", active: int = 1
) -> list[Any]:
    return [name, sheet, selector, column, operation, low, central, high, distribution, group, active, "a book", "estimate", ""]


def checked(rows: list[list[Any]], folder: Path, schema: Schema = SCHEMA) -> tuple[Book | None, list[Finding]]:
    """The toy workbook with these rows on a sheet of ranges, from row 2."""
    return check_book(write({**toy(), "ranges": [HEAD, *rows]}, folder / "toy.xlsx"), schema)


def good(rows: list[list[Any]], folder: Path) -> Book:
    book, findings = checked(rows, folder)
    assert book is not None, findings
    return book


def demand(data: Data) -> list[float]:
    """West 2020, 2030, 2040, east 2020, 2030, 2040 in km3."""
    return [round(float(v), 12) for v in data.tables["demand"]["value"]]


def costs(data: Data) -> list[float]:
    """Of the three sites, in CNY/ha."""
    return [round(units.convert(float(v), units.solver_unit("CNY/ha"), "CNY/ha"), 6) for v in data.tables["sites"]["cost"]]


DEMAND = line("demand", "demand", "", "", "multiply", 0.5, 1.5)


def test_a_range_at_its_ends_and_between_moves_planned_years_only(tmp_path: Path) -> None:
    """West 100, 200, 400 million m3: x 0.5 at share 0, x 1.5 at share 1, x 0.75 at share 0.25; the base year keeps 100."""
    book = good([DEMAND], tmp_path)
    assert [0.1, 0.1, 0.2, 0.05, 0.03, 0.04] == demand(book.varied([("demand", 0.0)]))
    assert [0.1, 0.3, 0.6, 0.05, 0.09, 0.12] == demand(book.varied([("demand", 1.0)]))
    assert [0.1, 0.15, 0.3, 0.05, 0.045, 0.06] == demand(book.varied([("demand", 0.25)]))
    assert BASE == demand(book.varied([])) == demand(book.data())


def test_rows_of_one_name_move_together_each_between_its_own_ends(tmp_path: Path) -> None:
    """Demand of the west x 0.5 to 1.5 and the cost of site a in the west 1000 to 3000 CNY/ha: at share 0.75 x 1.25 and 2500."""
    book = good([line("both", "demand", "region=west", "", "multiply", 0.5, 1.5), line("both", "sites", "region=west; item=a", "cost", "set", 1000, 3000)], tmp_path)
    moved = book.varied([("both", 0.75)])
    assert [0.1, 0.25, 0.5] == demand(moved)[:3]
    assert [2500.0, 100.0, 3000.0] == costs(moved)


def test_what_a_book_says_of_its_ranges(tmp_path: Path) -> None:
    """The unit of a factor is 1, that of an amount the unit of its cell; a blank central is the factor 1 or what the cell holds."""
    book = good(
        [
            DEMAND,
            line("rate", "settings", "setting=discount_rate", "value", "set", 0.02, 0.1, distribution=PERT, group="money"),
            line("more", "demand", "year=2040", "", "add", -20, 10),
            line("off", "demand", "", "", "multiply", 2, 1, active=0),
        ],
        tmp_path,
    )
    first, rate, more = book.ranges
    assert (0.5, 1.0, 1.5, "1", TRIANGULAR, "", "demand!D2", "A2") == (first.low, first.central, first.high, first.unit, first.distribution, first.group, first.place, first.cell)
    assert (0.04, "1/yr", PERT, "money", "settings!B2", 0.25) == (rate.central, rate.unit, rate.distribution, rate.group, rate.place, pytest.approx(rate.central_share))
    assert (0.0, "million m3", "demand!E2", 2 / 3) == (more.central, more.unit, more.place, pytest.approx(more.central_share))


def test_the_order_in_which_ranges_are_asked_for_does_not_matter(tmp_path: Path) -> None:
    """First set to 300, then x 1.5, as the rows stand: 450 whichever is named first."""
    book = good([line("set", "demand", "region=west; year=2030", "", "set", 100, 300), DEMAND], tmp_path)
    one, other = book.varied([("set", 1.0), ("demand", 1.0)]), book.varied([("demand", 1.0), ("set", 1.0)])
    assert 0.45 == demand(one)[1]
    assert demand(one) == demand(other)


WRONG: dict[str, tuple[list[list[Any]], str, str]] = {
    "unknown sheet": ([line("a", "demands", "", "", "multiply", 0.5, 1.5)], "B2", "demands"),
    "unknown column": ([line("a", "sites", "", "costs", "multiply", 0.5, 1.5)], "D2", "costs"),
    "no such row": ([line("a", "demand", "region=north", "", "multiply", 0.5, 1.5)], "C2", "north"),
    "no such key": ([line("a", "demand", "zone=west", "", "multiply", 0.5, 1.5)], "C2", "zone"),
    "column of words": ([line("a", "sites", "", "class", "set", 0.5, 1.5)], "D2", "class"),
    "switch": ([line("a", "sites", "", "active", "set", 0, 1)], "D2", "active"),
    "low above high": ([line("a", "demand", "", "", "multiply", 1.5, 0.5)], "F2", "1.5"),
    "central beyond high": ([line("a", "demand", "", "", "multiply", 0.5, 1.5, central=2)], "F2", "central 2"),
    "as it stands beyond high": ([line("a", "demand", "", "", "multiply", 0.5, 0.9)], "F2", "central 1"),
    "no low": ([line("a", "demand", "", "", "multiply", None, 1.5)], "F2", "low is empty"),
    "no number": ([line("a", "demand", "", "", "multiply", 0.5, "much")], "H2", "much"),
    "central no number": ([line("a", "demand", "", "", "multiply", 0.5, 1.5, central="middle")], "G2", "middle"),
    "unknown distribution": ([line("a", "demand", "", "", "multiply", 0.5, 1.5, distribution="normal")], "I2", "normal"),
    "unknown operation": ([line("a", "demand", "", "", "divide", 0.5, 1.5)], "E2", "divide"),
    "name": ([line("A b", "demand", "", "", "multiply", 0.5, 1.5)], "A2", "A b"),
    "no name": ([line(None, "demand", "", "", "multiply", 0.5, 1.5)], "A2", "range is empty"),
    "other group": ([line("a", "demand", "region=west", "", "multiply", 0.5, 1.5, group="x"), line("a", "demand", "region=east", "", "multiply", 0.5, 1.5, group="y")], "J3", "'y'"),
    "which is central": ([line("a", "demand", "year=2030", "", "set", 10, 500)], "G2", "different numbers"),
}


#: Faults of an address.
LEFT_OUT = ("unknown sheet", "unknown column", "no such row", "no such key", "column of words", "switch", "as it stands beyond high", "which is central")


@pytest.mark.parametrize("case", list(WRONG))
def test_what_is_wrong_is_told_at_its_cell(case: str, tmp_path: Path) -> None:
    """A row that says no range is an error; one that finds no cell of this workbook a warning: nothing of it is tried unasked."""
    rows, cell, word = WRONG[case]
    book, findings = checked(rows, tmp_path)
    wrong = [finding for finding in findings if finding.level == ("warning" if case in LEFT_OUT else "error")]
    assert (book is not None) == (case in LEFT_OUT)
    assert book is None or [] == book.ranges
    assert [("ranges", cell)] == [(finding.sheet, finding.cell) for finding in wrong]
    assert word in wrong[0].message


def test_a_row_of_a_year_that_the_plan_has_not_is_left_out_and_the_others_stay(tmp_path: Path) -> None:
    rows = [line("a", "demand", "year=2037", "", "multiply", 0.5, 1.5), line("a", "demand", "year=2030", "", "multiply", 0.5, 1.5)]
    book, findings = checked(rows, tmp_path)
    assert book is not None
    assert ["a"] == [one.name for one in book.ranges]
    assert ["info"] == [finding.level for finding in findings if finding.sheet == "ranges"]
    assert "2037" in next(finding.message for finding in findings if finding.sheet == "ranges")


def test_a_value_that_the_workbook_would_refuse_is_told_with_both_cells(tmp_path: Path) -> None:
    """4 times 1500 CNY/ha is a right cost; 4 times an area of 300 kha lies beyond the 1000 that the column allows, at share 1 alone."""
    book = good([line("area", "sites", "", "area", "multiply", 0.5, 4)], tmp_path)
    assert 50.0 == pytest.approx(float(book.varied([("area", 0.0)]).tables["sites"]["area"].iloc[0]) * 1000.0)
    with pytest.raises(InputError) as caught:
        book.varied([("area", 1.0)])
    (finding,) = caught.value.findings
    assert ("sites", "C4") == (finding.sheet, finding.cell)
    assert "ranges!H2" in finding.message


def test_a_rule_across_sheets_is_asked_again(tmp_path: Path) -> None:
    """A rule of the toy: no region asks for more than 500 million m3. West has 400 in 2040: x 1.5 breaks it, x 0.5 does not."""

    def find(data: Data) -> list[Finding]:
        return [Finding("error", "demand", "", f"{region} asks for too much", "") for region, value in zip(data.tables["demand"]["region"], data.tables["demand"]["value"], strict=True) if value > 0.5]

    schema = Schema(SCHEMA.tables, SCHEMA.settings, checks=(Check("demand", lambda data: True, find),))
    book, _ = checked([DEMAND], tmp_path, schema)
    assert book is not None
    book.varied([("demand", 0.0)])
    with pytest.raises(InputError, match=r"west asks for too much \[ranges: demand 1\]"):
        book.varied([("demand", 1.0)])


def test_unknown_names_and_shares_beyond_the_ends_are_refused(tmp_path: Path) -> None:
    book = good([DEMAND], tmp_path)
    with pytest.raises(InputError, match="demand"):
        book.varied([("demnad", 0.5)])
    with pytest.raises(InputError, match="no share"):
        book.varied([("demand", 1.5)])


def test_a_scenario_is_applied_before_the_range(tmp_path: Path) -> None:
    """West 2030: 200 set to 300 by the scenario, x 1.5 by the range: 450."""
    sheets = toy()
    sheets["scenarios"].append(["more", "", "demand", "region=west; year=2030", "value", "set", 300, 1, "a book", "estimate", ""])
    book, findings = check_book(write({**sheets, "ranges": [HEAD, DEMAND]}, tmp_path / "toy.xlsx"), SCHEMA)
    assert book is not None, findings
    assert 0.45 == demand(book.varied([("demand", 1.0)], "more"))[1]
    assert 0.3 == demand(book.varied([("demand", 1.0)]))[1]


def test_what_is_written_is_read_again_and_listed(tmp_path: Path) -> None:
    book = good([DEMAND], tmp_path)
    whole = book.whole()
    again = tmp_path / "again.xlsx"
    write_workbook(again, SCHEMA, whole.tables, whole.settings, whole.years, scenarios=whole.scenarios, ranges=whole.ranges)
    read, findings = check_book(again, SCHEMA)
    assert read is not None, findings
    assert [(one.name, one.low, one.high) for one in book.ranges] == [(one.name, one.low, one.high) for one in read.ranges]
    assert ["demand"] == read.listed("ranges")["range"].tolist()


def test_the_sheet_is_described_as_it_is_read() -> None:
    described = [column.name for column in RANGES_COLUMNS]
    assert [name for name in RANGE_COLUMNS if name in described] == described
    assert {"active", "source", "quality", "note"} == set(RANGE_COLUMNS) - set(described)


def test_a_book_made_in_code_may_have_ranges() -> None:
    tables = {
        "regions": pd.DataFrame({"region": ["west"], "name_en": ["West"], "name_zh": ["西部"], "region_group": ["west"]}),
        "periods": pd.DataFrame({"year": [2020, 2030]}),
        "gdp": pd.DataFrame({"region": ["west"], "2020": [100.0], "2030": [200.0]}),
        "ranges": pd.DataFrame({"range": ["growth"], "sheet": ["gdp"], "operation": ["multiply"], "low": [0.5], "high": [1.5]}),
    }
    book = model.book(tables)
    assert ["growth"] == [one.name for one in book.ranges]
    assert [100.0, 300.0] == book.varied([("growth", 1.0)]).tables["gdp"]["value"].tolist()
