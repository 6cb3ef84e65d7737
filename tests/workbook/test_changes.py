"""Two workbooks are compared as the model reads them: by key, in one unit, cell by cell."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from model.workbook.book import Book, book_from_frames, read_book
from model.workbook.changes import Difference, changed_input, differences, frame_of, listed_differences
from tests.workbook.toy import SCHEMA, Rows, put, scenario_row, toy, write

Sheets = dict[str, Rows]
END = [1, "a book", "reported", ""]


def book(sheets: Sheets, folder: Path, overrides: tuple[str, ...] = ()) -> Book:
    return read_book(write(sheets, folder / f"{len(list(folder.iterdir()))}.xlsx"), SCHEMA, overrides)


def found(one: Sheets, other: Sheets, folder: Path) -> list[Difference]:
    return list(differences(book(one, folder).stated, book(other, folder).stated, SCHEMA))


def test_rows_and_columns_in_another_order_are_no_difference(tmp_path: Path) -> None:
    """Rows of sites and demand, settings and two columns change places."""
    other = toy()
    other["sites"][2:] = reversed(other["sites"][2:])
    other["sites"] = [[*row[:2], row[3], row[2], *row[4:]] if len(row) > 3 else row for row in other["sites"]]
    other["demand"][1:] = reversed(other["demand"][1:])
    other["settings"][1:] = reversed(other["settings"][1:])
    assert [] == found(toy(), other, tmp_path)


def test_the_same_amount_in_another_unit_is_no_difference(tmp_path: Path) -> None:
    """100, 300 and 40 kha in ha; 100, 200 and 400 million m3 in km3 and in 亿立方米 (100 million m3)."""
    for unit, share in (("km3", 0.001), ("亿立方米", 0.01)):
        other = toy()
        put(other, "sites", "C2", "ha")
        for cell, area in (("C3", 100_000), ("C4", 300_000), ("C5", 40_000)):
            put(other, "sites", cell, area)
        for cell, value in (("B2", unit), ("C2", 100 * share), ("D2", 200 * share), ("E2", 400 * share)):
            put(other, "demand", cell, value)
        assert [] == found(toy(), other, tmp_path)


@pytest.mark.parametrize(("factor", "told"), [(1 + 1e-13, 0), (1 + 1e-10, 1)])
def test_what_rounding_leaves_is_no_difference(factor: float, told: int, tmp_path: Path) -> None:
    other = toy()
    put(other, "sites", "C3", 100 * factor)
    assert told == len(found(toy(), other, tmp_path))


def test_a_number_is_told_in_the_unit_of_the_dictionary_with_both_cells(tmp_path: Path) -> None:
    """B has the row of west, a two rows further down and its area in ha: 250,000 ha are 250 kha."""
    other = toy()
    other["sites"] = [*other["sites"][:2], *other["sites"][3:], other["sites"][2]]
    put(other, "sites", "C2", "ha")
    for cell, area in (("C3", 300_000), ("C4", 40_000), ("C5", 250_000)):
        put(other, "sites", cell, area)
    assert [Difference("sites", "region=west; item=a", "area", None, "100", "250", "kha", "C3", "C5")] == found(toy(), other, tmp_path)


def test_words_flags_blanks_and_sources_are_compared_too(tmp_path: Path) -> None:
    """A class, yes for no, a cap for a blank, another source; a life that is left out is that of the default, 10 years."""
    other = toy()
    for cell, value in (("H3", "poor"), ("F4", 1), ("E5", 7), ("J5", "=another"), ("G4", 10)):
        put(other, "sites", cell, value)
    path = write(other, tmp_path / "b.xlsx")
    _as_text(path, "sites", "J5")
    west, b, east = "region=west; item=a", "region=west; item=b", "region=east; item=a"
    assert [
        Difference("sites", west, "class", None, "good", "poor", "", "H3", "H3"),
        Difference("sites", b, "open", None, "0", "1", "", "F4", "F4"),
        Difference("sites", east, "cap", None, "", "7", "kha", "E5", "E5"),
        Difference("sites", east, "source", None, "a book", "=another", "", "J5", "J5"),
    ] == list(differences(book(toy(), tmp_path).stated, read_book(path, SCHEMA).stated, SCHEMA))


def _as_text(path: Path, sheet: str, cell: str) -> None:
    import openpyxl

    made = openpyxl.load_workbook(path)
    made[sheet][cell].data_type = "s"
    made.save(path)


def test_a_year_table_is_compared_year_by_year_and_where_a_year_has_no_column(tmp_path: Path) -> None:
    """B leaves 2030 of the east blank, which is then (50 + 80) / 2, and has no column for it at all where neither row fills it."""
    other = toy()
    put(other, "demand", "D3", None)
    assert [Difference("demand", "region=east", "value", 2030, "60", "65", "million m3", "D3", "D3")] == found(toy(), other, tmp_path)
    other["demand"] = [row[:3] + row[4:] for row in other["demand"]]
    assert [("region=west", 2030, "200", "250", "D2", ""), ("region=east", 2030, "60", "65", "D3", "")] == [
        (d.key, d.year, d.before, d.after, d.cell_before, d.cell_after) for d in found(toy(), other, tmp_path)
    ]


def test_a_row_of_one_side_only_is_told_as_such(tmp_path: Path) -> None:
    """B switches the site b off and has a new one."""
    other = toy()
    put(other, "sites", "I4", 0)
    other["sites"].append(["east", "new", 5, None, None, None, None, None, *END])
    told = found(toy(), other, tmp_path)
    assert [
        Difference("sites", "region=west; item=b", "active", None, "1", "0", "", "I4", "", "row"),
        Difference("sites", "region=east; item=new", "active", None, "0", "1", "", "", "I6", "row"),
    ] == told
    assert "sites [region=east; item=new]: only in B (B: I6), missing or switched off in the other" == told[1].told("en")
    assert "sites [region=west; item=b]：仅见于 A（A：I4），另一方缺失或停用" == told[0].told("zh")


def test_a_sheet_of_one_side_only_is_one_line(tmp_path: Path) -> None:
    other = toy()
    del other["demand"]
    told = found(toy(), other, tmp_path)
    assert [Difference("demand", "", "active", None, "2", "0", "", "", "", "sheet")] == told
    assert "demand: rows only in A: 2" == told[0].told("en")
    assert "demand: rows only in B: 2" == found(other, toy(), tmp_path)[0].told("en")


def test_each_row_of_a_sheet_of_one_side_only_can_be_asked_for(tmp_path: Path) -> None:
    """A scenario switches on the rows of a sheet of which none was on."""
    sheets = toy()
    for cell in ("F2", "F3"):
        put(sheets, "demand", cell, 0)
    sheets["scenarios"].append(scenario_row("thirsty", "demand", "", "active", "set", 1))
    made = book(sheets, tmp_path)
    changed = changed_input(made.reference_of_file(), made.data("thirsty"), SCHEMA)
    assert [("region=west", "active", "0", "1", "F2"), ("region=east", "active", "0", "1", "F3")] == list(changed[["key", "column", "before", "after", "cell"]].itertuples(index=False, name=None))


def test_what_is_switched_off_has_the_cell_of_the_reference(tmp_path: Path) -> None:
    sheets = toy()
    sheets["scenarios"].append(scenario_row("closed", "sites", "region=west; item=b", "active", "set", 0))
    made = book(sheets, tmp_path)
    changed = changed_input(made.reference_of_file(), made.data("closed"), SCHEMA)
    assert [("active", "1", "0", "I4")] == list(changed[["column", "before", "after", "cell"]].itertuples(index=False, name=None))


def test_a_value_that_goes_on_after_the_plan_is_told_once_at_its_cell(tmp_path: Path) -> None:
    """2050 comes after the plan and has no column: the value of 2040 goes on."""
    one, other = toy(), toy()
    put(other, "demand", "E2", 500)
    for sheets in (one, other):
        sheets["periods"].append([2050, None, "after", *END])
    assert [(2040, "400", "500", "E2")] == [(d.year, d.before, d.after, d.cell_after) for d in found(one, other, tmp_path)]


def test_years_between_that_one_side_has_no_cell_for_are_each_told(tmp_path: Path) -> None:
    """After 2040 the 400 and 80 of A go on; B has 700 and 80 for 2070: on the way there 500 in 2050 and 600 in 2060."""
    one, other = toy(), toy()
    for sheets in (one, other):
        sheets["periods"] += [[year, None, "after", *END] for year in (2050, 2060, 2070)]
    other["demand"] = [[*row[:5], last, *row[5:]] for row, last in zip(other["demand"], (2070, 700, 80), strict=True)]
    assert [(2050, "500", "E2", ""), (2060, "600", "E2", ""), (2070, "700", "E2", "F2")] == [(d.year, d.after, d.cell_before, d.cell_after) for d in found(one, other, tmp_path)]


def test_settings_go_by_their_names_and_defaults_count(tmp_path: Path) -> None:
    """B states the default of the reserve (no difference), in ha, moves the rate down, and asks for another objective."""
    other = toy()
    other["settings"] = [other["settings"][0], ["land_reserve", 500_000, "ha", *END], ["objective", "max_net_removal", "", *END], ["discount_rate", 6, "%/yr", *END]]
    assert [
        Difference("settings", "setting=objective", "value", None, "min_cost", "max_net_removal", "", "B3", "B3"),
        Difference("settings", "setting=discount_rate", "value", None, "0.04", "0.06", "1/yr", "B2", "B4"),
    ] == found(toy(), other, tmp_path)


def test_a_line_quotes_words_and_keeps_to_one_line(tmp_path: Path) -> None:
    other = toy()
    put(other, "sites", "L3", "two\nlines")
    put(other, "demand", "C2", 110)
    told = found(toy(), other, tmp_path)
    assert [
        "sites [region=west; item=a] note: '' -> 'two lines' (A: L3, B: L3)",
        "demand [region=west] 2020: 100 -> 110 million m3 (A: C2, B: C2)",
    ] == [difference.told("en") for difference in told]
    assert "demand [region=west] 2020：由 100 变为 110 million m3（A：C2，B：C2）" == told[1].told("zh")


def test_scenarios_are_compared_by_what_their_rows_change(tmp_path: Path) -> None:
    """Other order, a number as text: nothing. Another value and a row that is switched off are told at their cells; the second of two equal ones is known as such."""
    dear = scenario_row("dear", "sites", "region=west", "cost", "set", 2)
    small, again = (scenario_row("small", "sites", "", "area", "multiply", value) for value in (0.5, 0.8))
    one, other = toy(), toy()
    one["scenarios"] += [dear, small, again]
    other["scenarios"] += [small, again, [*dear[:6], "2", *dear[7:]]]
    books = [book(sheets, tmp_path) for sheets in (one, other)]
    assert [] == list(listed_differences("scenarios", *(b.listed("scenarios") for b in books)))
    other["scenarios"][3] = [*again[:6], 0.9, 0, *again[8:]]
    changed = book(other, tmp_path)
    key = "scenario=small (2); sheet=sites; column=area; operation=multiply"
    assert [
        Difference("scenarios", key, "value", None, "0.8", "0.9", "", "G5", "G4"), Difference("scenarios", key, "active", None, "1", "0", "", "H5", "H4"),
    ] == list(listed_differences("scenarios", books[0].listed("scenarios"), changed.listed("scenarios")))  # fmt: skip
    assert ["row"] == [d.of for d in listed_differences("scenarios", book(toy(), tmp_path).listed("scenarios"), book({**toy(), "scenarios": [*toy()["scenarios"], dear]}, tmp_path).listed("scenarios"))]


def test_the_frame_has_a_row_for_each_and_none_for_none() -> None:
    columns = ["sheet", "key", "column", "year", "before", "after", "unit", "cell_before", "cell_after"]
    assert (columns, 0, "Int64") == (list(frame_of([]).columns), len(frame_of([])), str(frame_of([])["year"].dtype))
    frame = frame_of([Difference("s", "k=1", "value", 2030, "1", "2", "kha", "A1", ""), Difference("s", "k=2", "cost", None, "1", "2", "", "", "")])
    assert [2030, pd.NA] == frame["year"].tolist()


def test_a_book_made_in_code_has_differences_without_cells() -> None:
    frames = {
        "regions": pd.DataFrame({"region": ["west"], "name_en": ["W"], "name_zh": ["W"], "region_group": ["west"]}), "periods": pd.DataFrame({"year": [2020, 2030]}),
        "demand": pd.DataFrame({"region": ["west"], "2020": [1.0], "2030": [2.0]}),
    }  # fmt: skip
    other = {**frames, "demand": frames["demand"].assign(**{"2020": 4.0, "2030": 3.0})}
    one, two = (book_from_frames(tables, schema=SCHEMA) for tables in (frames, other))
    assert [Difference("demand", "region=west", "value", year, before, after, "million m3", "", "") for year, before, after in ((2020, "1", "4"), (2030, "2", "3"))] == list(
        differences(one.stated, two.stated, SCHEMA)
    )


def test_what_a_scenario_changes_is_found_against_the_reference_of_the_file(tmp_path: Path) -> None:
    """Demand of the west grows by a tenth from 2030 on (the base year does not), and a one-off change halves the area of a site from 100 to 50 kha."""
    sheets = toy()
    sheets["scenarios"].append(scenario_row("thirsty", "demand", "region=west", "value", "multiply", 1.1))
    changed = book(sheets, tmp_path, ("sites!C3=50",))
    told = list(differences(changed.reference_of_file(), changed.data("thirsty"), SCHEMA))
    assert [("sites", "area", None, "100", "50", "C3"), ("demand", "value", 2030, "200", "220", "D2"), ("demand", "value", 2040, "400", "440", "E2")] == [
        (d.sheet, d.column, d.year, d.before, d.after, d.cell_after) for d in told
    ]
    assert ["area"] == [d.column for d in differences(changed.reference_of_file(), changed.data("reference"), SCHEMA)]
    plain = book(sheets, tmp_path)
    assert plain.data("reference") is plain.reference_of_file()


def test_a_change_of_a_change_is_still_held_against_the_file(tmp_path: Path) -> None:
    """What an ensemble makes of a book with a one-off change: both are told."""
    base = book(toy(), tmp_path, ("sites!C3=50",))
    assert [("C3", "100", "50"), ("C4", "300", "200")] == [(d.cell_after, d.before, d.after) for d in differences(base.reference_of_file(), base.changed(["sites!C4=200"]), SCHEMA)]


def test_a_file_that_a_one_off_change_puts_right_is_compared_as_it_is_read(tmp_path: Path) -> None:
    """A word for a number, and a key twice, both put right."""
    sheets = toy()
    put(sheets, "sites", "C3", "many")
    put(sheets, "sites", "B4", "a")
    changed = book(sheets, tmp_path, ("sites!C3=100", "sites!B4=b"))
    told = list(differences(changed.reference_of_file(), changed.data("reference"), SCHEMA))
    assert [("region=west; item=a", "area", "", "100"), ("region=west; item=b", "active", "0", "1")] == [(d.key, d.column, d.before, d.after) for d in told]


def test_a_scenario_that_a_one_off_change_rewrites_is_held_against_the_reference_of_the_file(tmp_path: Path) -> None:
    """The reference itself halves the areas in the file; the change makes it three quarters."""
    sheets = toy()
    sheets["scenarios"][1] = scenario_row("reference", "sites", "region=east", "area", "multiply", 0.5)
    changed = book(sheets, tmp_path, ("scenarios!G2=0.75",))
    assert [("20", "30")] == [(d.before, d.after) for d in differences(changed.reference_of_file(), changed.data("reference"), SCHEMA)]
