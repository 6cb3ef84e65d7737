"""Every kind of wrong input gives the stated finding at its cell, all of them in one run."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from model.core.declare.schema import AnalysisInfo
from model.core.declare.spec import Finding, InputError, Setting
from model.workbook.book import check_book, read_book
from tests.workbook.toy import NEEDED, SCHEMA, Rows, put, toy, workbook, write

#: (sheet, cell to change, new value, cell of the finding, level, words of the message or of what is expected)
CASES: list[tuple[str, str, Any, str, str, str]] = [
    ("sites", "C3", None, "C3", "error", "area is empty"),
    ("sites", "C4", "=1+1", "C4", "error", "no stored result"),
    ("sites", "C5", -1, "C5", "error", "at least 0 kha"),
    ("sites", "D3", "abc", "D3", "error", "'abc' in cost is not a number"),
    ("sites", "D4", "1e999", "D4", "error", "not a finite number"),
    ("sites", "D5", "1,5", "D5", "error", "not a number"),
    ("sites", "E3", "12%", "E3", "error", "not a number"),
    ("sites", "E4", datetime.date(2030, 1, 1), "E4", "error", "not a number"),
    ("sites", "E5", True, "E5", "error", "not a number"),
    ("sites", "F3", "maybe", "F3", "error", "neither yes nor no"),
    ("sites", "F4", 2, "F4", "error", "neither yes nor no"),
    ("sites", "G3", 20.5, "G3", "error", "not a whole number"),
    ("sites", "G4", 200, "G4", "error", "at most 100 yr"),
    ("sites", "H3", "godo", "H3", "error", "the nearest is good"),
    ("sites", "H4", True, "H4", "error", "yes/no value"),
    ("sites", "B4", "a b", "B4", "error", "characters that row names can not carry"),
    ("sites", "B5", "西", "B5", "error", "characters that row names can not carry"),
    ("sites", "I3", "perhaps", "I3", "error", "neither yes nor no"),
    ("sites", "K3", "guess", "K3", "error", "one of reported, derived, estimate"),
    ("sites", "K4", None, "K4", "warning", "quality is empty"),
    ("sites", "J5", None, "J5", "warning", "source is empty"),
    ("sites", "A5", "wesst", "A5", "error", "nearest known value is west"),
    ("regions", "A4", None, "A4", "error", "region is empty"),
    ("regions", "D4", "West", "D4", "error", "the nearest is west"),
    ("regions", "E4", 41, "E4", "error", "41 in map_row is too high"),
    ("demand", "B2", "kha", "B2", "error", "dimension volume"),
    ("demand", "B3", "milion m3", "B3", "error", "'million m3'"),
    ("demand", "D2", "x", "D2", "error", "not a number"),
    ("demand", "E3", None, "E3", "error", "2040 lies outside the given years 2020 to 2030"),
    ("settings", "A3", "objectiv", "A3", "error", "nearest known setting is objective"),
    ("settings", "B2", 0.3, "B2", "error", "at most 0.2 1/yr"),
    ("time_slices", "D3", 4000, "D3", "error", "add up to 8380"),
]


def findings_of(sheets: dict[str, Rows], tmp_path: Path) -> list[Finding]:
    return check_book(write(sheets, tmp_path / "toy.xlsx"), SCHEMA)[1]


def found(findings: list[Finding], sheet: str, cell: str, words: str) -> list[str]:
    return [f.level for f in findings if (f.sheet, f.cell) == (sheet, cell) and words in str(f)]


def test_a_right_workbook_has_no_findings(tmp_path: Path) -> None:
    assert [] == findings_of(toy(), tmp_path)


def test_all_mistakes_of_one_workbook_are_reported_at_once_each_at_its_cell(tmp_path: Path) -> None:
    sheets = toy()
    for sheet, cell, value, *_ in CASES:
        put(sheets, sheet, cell, value)
    findings = findings_of(sheets, tmp_path)
    expected = [(sheet, at, words, [level]) for sheet, _, _, at, level, words in CASES]
    assert expected == [(sheet, at, words, found(findings, sheet, at, words)) for sheet, _, _, at, _, words in CASES]


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "at", "level", "words"), CASES, ids=[f"{c[0]}-{c[1]}" for c in CASES]
)
def test_each_mistake_alone_is_the_only_finding_of_its_level(
    tmp_path: Path, sheet: str, cell: str, value: Any, at: str, level: str, words: str
) -> None:
    sheets = toy()
    put(sheets, sheet, cell, value)
    findings = findings_of(sheets, tmp_path)
    assert [level] == found(findings, sheet, at, words)
    if (sheet, cell) != ("regions", "A4"):  # rows that refer to it are wrong as well
        assert 1 == sum(f.level == level for f in findings)


#: What people write and what it is read as: (cell of sheets, raw text, area in Mha).
READ = [
    ("100", 0.1),
    ("１００", 0.1),
    ("1,000", 1.0),
    (" 100 ", 0.1),
    ("100.0", 0.1),
    ("1e2", 0.1),
    ("+100", 0.1),
    ("1 000.0", 1.0),
]


@pytest.mark.parametrize(("text", "area"), READ, ids=[t for t, _ in READ])
def test_numbers_written_as_text_are_read_with_an_info(tmp_path: Path, text: str, area: float) -> None:
    """100 kha are 0.1 Mha, 1000 kha are 1 Mha."""
    sheets = toy()
    put(sheets, "sites", "C3", text)
    book, findings = check_book(write(sheets, tmp_path / "toy.xlsx"), SCHEMA)
    assert ["info"] == [f.level for f in findings if f.cell == "C3"]
    assert book is not None
    assert area == book.data().tables["sites"].loc[3, "area"]


@pytest.mark.parametrize(
    ("text", "flag"),
    [(1, 1), (0, 0), ("yes", 1), ("no", 0), (True, 1), (False, 0), ("TRUE", 1), ("是", 1), ("否", 0), ("１", 1)],
)
def test_yes_and_no_have_many_spellings(tmp_path: Path, text: Any, flag: int) -> None:
    sheets = toy()
    put(sheets, "sites", "F3", text)
    assert flag == read_book(write(sheets, tmp_path / "toy.xlsx"), SCHEMA).data().tables["sites"].loc[3, "open"]


def test_error_values_are_errors_at_their_cell_and_are_named(tmp_path: Path) -> None:
    sheets = toy()
    put(sheets, "sites", "C3", "#N/A")
    put(sheets, "demand", "C2", "#DIV/0!")
    findings = findings_of(sheets, tmp_path)
    assert ["error"] == found(findings, "sites", "C3", "#N/A")
    assert ["error"] == found(findings, "demand", "C2", "#DIV/0!")


def test_merged_cells_inside_the_data_are_an_error_at_the_first(tmp_path: Path) -> None:
    book = workbook(toy())
    book["sites"].merge_cells("D3:D4")
    book.save(tmp_path / "toy.xlsx")
    assert ["error"] == found(check_book(tmp_path / "toy.xlsx", SCHEMA)[1], "sites", "D3", "D3:D4")


def test_a_doubled_key_names_the_first_row(tmp_path: Path) -> None:
    sheets = toy()
    put(sheets, "sites", "B4", "a")
    put(sheets, "periods", "A5", 2030)
    findings = findings_of(sheets, tmp_path)
    assert ["error"] == found(findings, "sites", "A4", "west, a occurs twice, first in row 3")
    assert ["error"] == found(findings, "periods", "A5", "2030 occurs twice, first in row 4")
    assert ["error"] == found(findings, "periods", "A5", "2030 does not follow 2030")


def test_unknown_sheets_and_columns_name_the_nearest_known(tmp_path: Path) -> None:
    sheets = toy()
    sheets["site"] = [["x"]]
    sheets["_mine"] = [["x", "=1+1"]]
    put(sheets, "sites", "D1", "costs")
    put(sheets, "demand", "D1", 2030.5)
    findings = findings_of(sheets, tmp_path)
    assert ["error"] == found(findings, "site", "", "nearest known name is sites")
    assert ["error"] == found(findings, "sites", "D1", "nearest known name is cost")
    assert ["error"] == found(findings, "demand", "D1", "'2030.5' is not a year")
    assert [] == [f for f in findings if f.sheet == "_mine"]


def test_missing_columns_and_sheets_are_errors_when_they_are_required(tmp_path: Path) -> None:
    sheets = toy()
    del sheets["demand"], sheets["regions"]
    for row in sheets["sites"]:
        del row[2:3]
    findings = check_book(write(sheets, tmp_path / "toy.xlsx"), NEEDED)[1]
    assert ["error"] == found(findings, "sites", "A1", "required column area is missing")
    assert ["error"] == found(findings, "regions", "", "required sheet is missing")
    assert ["error"] == found(findings, "demand", "", "required sheet is missing")
    assert ["error"] == found(findings, "sites", "A3", "refers to regions, but that sheet is missing")


def test_a_column_without_name_that_holds_values_and_a_doubled_column_are_errors(tmp_path: Path) -> None:
    sheets = toy()
    put(sheets, "sites", "M4", 5)
    put(sheets, "sites", "E1", "cost")
    findings = findings_of(sheets, tmp_path)
    assert ["error"] == found(findings, "sites", "M1", "empty header")
    assert ["error"] == found(findings, "sites", "E1", "occurs twice, first in D1")


def test_units_on_the_unit_row_must_be_of_the_same_dimension(tmp_path: Path) -> None:
    sheets = toy()
    put(sheets, "sites", "C2", "GW")
    put(sheets, "sites", "D2", "CNY/hha")
    put(sheets, "sites", "E2", None)
    put(sheets, "sites", "H2", "kha")
    findings = findings_of(sheets, tmp_path)
    assert ["error"] == found(findings, "sites", "C2", "'GW' is of dimension power; dimension area, such as kha")
    assert ["error"] == found(findings, "sites", "D2", "nearest known spelling")
    assert ["error"] == found(findings, "sites", "E2", "unit is missing")
    assert ["warning"] == found(findings, "sites", "H2", "no unit")


def test_a_value_out_of_range_is_reported_in_the_unit_of_the_user(tmp_path: Path) -> None:
    """The area is at most 1000 kha = 15 million mu; 20 million mu are too many."""
    sheets = toy()
    put(sheets, "sites", "C2", "million mu")
    put(sheets, "sites", "C3", 20)
    findings = findings_of(sheets, tmp_path)
    assert ["error"] == found(findings, "sites", "C3", "20 million mu in area is too high; at most 15 million mu")


def test_rows_left_out_are_listed(tmp_path: Path) -> None:
    sheets = toy()
    put(sheets, "sites", "I4", 0)
    put(sheets, "sites", "C4", "nonsense in a row that is off")
    sheets["sites"].insert(4, [])
    findings = findings_of(sheets, tmp_path)
    assert ["info"] == found(findings, "sites", "I4", "switched off")
    assert ["info"] == found(findings, "sites", "A5", "empty rows 5 to 5")
    assert 2 == len(findings)


def test_a_hidden_sheet_is_read_with_a_warning(tmp_path: Path) -> None:
    book = workbook(toy())
    book["sites"].sheet_state = "hidden"
    book.save(tmp_path / "toy.xlsx")
    read, findings = check_book(tmp_path / "toy.xlsx", SCHEMA)
    assert ["warning"] == found(findings, "sites", "", "hidden")
    assert read is not None
    assert 3 == len(read.data().tables["sites"])


def test_an_analysis_that_is_switched_on_is_not_available_yet(tmp_path: Path) -> None:
    sheets = toy()
    sheets["analyses"] = [
        ["analysis", "setting", "value", "active", "source", "quality", "note"],
        ["monte_carlo", "draws", 10, 1],
        ["no_such_analysis", "", "", 0],
    ]
    findings = findings_of(sheets, tmp_path)
    assert ["error"] == found(findings, "analyses", "A2", "no analysis")
    assert ["info"] == found(findings, "analyses", "D3", "switched off")


def test_the_settings_of_an_analysis_are_read_and_checked(tmp_path: Path) -> None:
    """A number in its range is taken, an unknown setting and a number out of range stand at their cells."""
    info = AnalysisInfo("twins", settings=(Setting("width", default=0.5, low=0.0, high=1.0), Setting("draws", "1", "integer", 3.0, low=1)))
    schema = replace(SCHEMA, analyses={"twins": info})
    sheets = toy()
    head = ["analysis", "setting", "value", "active", "source", "quality", "note"]
    sheets["analyses"] = [head, ["twins", "width", 0.25, 0], ["twins", "draws", 7, 1]]
    book, findings = check_book(write(sheets, tmp_path / "toy.xlsx"), schema)
    assert book is not None
    assert [] == [f for f in findings if f.level == "error"]
    assert ({"width": 0.25, "draws": 7.0}, []) == (book.analysis_settings("twins"), book.analysis_names())
    sheets["analyses"] = [head, ["twins", "width", 2.0, 1], ["twins", "breadth", 1, 1]]
    _, findings = check_book(write(sheets, tmp_path / "toy.xlsx"), schema)
    assert ["error"] == found(findings, "analyses", "C2", "2")
    assert ["error"] == found(findings, "analyses", "B3", "breadth")
    sheets["analyses"] = [head, ["twins", "width", 0.25, 1], ["twins", "width", 0.5, 1], ["twins", "draws", 7, 0]]
    _, findings = check_book(write(sheets, tmp_path / "toy.xlsx"), schema)
    assert ["error"] == found(findings, "analyses", "B3", "first in row 2")
    assert {"width": "C2", "draws": "C3"} == book.analysis_cells("twins")


def test_control_characters_in_a_text_are_removed_with_an_info(tmp_path: Path) -> None:
    sheets = toy()
    put(sheets, "regions", "B3", "We\u200bst\u0085ern")
    read, findings = check_book(write(sheets, tmp_path / "toy.xlsx"), SCHEMA)
    assert ["info"] == found(findings, "regions", "B3", "control characters")
    assert read is not None
    assert "We\u200bstern" == read.data().tables["regions"].loc[3, "name_en"]


def test_a_newer_layout_is_refused(tmp_path: Path) -> None:
    sheets = toy()
    sheets["settings"].append(["schema_version", 2, "1", 1, "a book", "reported", ""])
    assert ["error"] == found(findings_of(sheets, tmp_path), "settings", "B4", "newer than this program")


def test_findings_speak_the_language_that_the_workbook_asks_for(tmp_path: Path) -> None:
    sheets = toy()
    sheets["settings"].append(["language", "zh", "", 1, "a book", "reported", ""])
    put(sheets, "sites", "C3", None)
    assert ["error"] == found(findings_of(sheets, tmp_path), "sites", "C3", "必须填写")


def test_reading_raises_one_error_that_holds_every_finding(tmp_path: Path) -> None:
    sheets = toy()
    put(sheets, "sites", "C3", None)
    put(sheets, "demand", "C2", "x")
    put(sheets, "sites", "K4", None)
    with pytest.raises(InputError) as caught:
        read_book(write(sheets, tmp_path / "toy.xlsx"), SCHEMA)
    assert ["error", "warning", "error"] == [
        f.level for f in sorted(caught.value.findings, key=lambda f: (f.sheet == "demand", f.cell))
    ]


def test_what_is_raised_tells_errors_and_warnings_and_keeps_remarks_in_its_findings() -> None:
    findings = [Finding("info", "sites", "F3", "row switched off"), Finding("error", "sites", "B4", "unknown word")]
    raised = InputError(findings)
    assert "unknown word" in str(raised)
    assert "switched off" not in str(raised)
    assert findings == raised.findings
    assert "switched off" in str(InputError(findings[:1]))
