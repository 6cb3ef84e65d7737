"""What a run changes of the input stands in a table, on a sheet and on the page, whatever the words of the workbook look like."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import model
from model.api import Plan
from model.core.data import Data
from model.ensemble import WarmBook
from model.reporting.context import Context
from model.reporting.excel.book import write_report
from model.reporting.files.csvfiles import read_csv, write_csv
from model.reporting.page.html import page_text
from model.reporting.page.sections import sections
from model.reporting.tables.columns import TABLES, conform
from model.reporting.trust import MOST_CHANGED
from model.workbook.book import Book
from tests.workbook.fuzz_checks import small_workbook

MANIFEST = {"scenario": "dry", "status": "optimal", "base_year": 2020, "objective": {"value": 1.0, "unit": "bn CNY"}}
EVIL = "<script>alert('x')</script>"
RATE = ("settings", "setting=discount_rate", "value", "0.05")


def changed(rows: int = 2) -> pd.DataFrame:
    """So many numbers of one year; then a word that looks like a formula and one that looks like markup."""
    numbers = [("gdp", f"region=r{n}", "value", 2030, "100", f"{n}.5", "bn CNY/yr", f"E{n}") for n in range(rows)]
    words = [("regions", "region=west", "grid_region", None, "=1+1", EVIL, "", "D3"), ("sites", "region=west", "cost", None, "", "-1e-9", "CNY/ha", "")]
    return conform("changed", pd.DataFrame([*words, *numbers], columns=TABLES["changed"].columns).astype({"year": "Int64"}))


def sheet_of(frame: pd.DataFrame, folder: Path, lang: str = "en") -> list[tuple[openpyxl.cell.Cell, ...]]:
    write_report(folder / "report.xlsx", {"changed": frame}, MANIFEST, lang)
    return list(openpyxl.load_workbook(folder / "report.xlsx")["changed"].iter_rows())


def test_the_sheet_holds_words_as_words_and_numbers_as_numbers(tmp_path: Path) -> None:
    rows = sheet_of(changed(), tmp_path)
    row = next(number for number, cells in enumerate(rows) if cells[0].value == "regions")
    word, number, amount = rows[row], rows[row + 1], rows[row + 2]
    assert (("=1+1", "s"), (EVIL, "s")) == tuple((cell.value, cell.data_type) for cell in word[4:6])
    assert (None, -1e-9, "n") == (number[4].value, number[5].value, number[5].data_type)
    assert ("gdp", "region=r0", "value", 2030, 100, 0.5, "bn CNY/yr", "E0") == tuple(cell.value for cell in amount[:8])


@pytest.mark.parametrize(("lang", "words"), [("en", ("4 entries", f"{MOST_CHANGED + 2} entries. The first {MOST_CHANGED} are listed")), ("zh", ("共 4 项", f"仅列前 {MOST_CHANGED} 项"))])
def test_a_long_list_is_cut_and_says_how_long_it_is(lang: str, words: tuple[str, str], tmp_path: Path) -> None:
    """200 entries and two more: 200 rows below the header, and where the rest stands."""
    short, long = (sheet_of(changed(rows), tmp_path, lang) for rows in (2, MOST_CHANGED))
    leads = ["".join(str(cells[0].value or "") for cells in rows[1:4]) for rows in (short, long)]
    assert [True, True, False, True] == [words[0] in leads[0], words[1] in leads[1], "tables/changed.csv" in leads[0], "tables/changed.csv" in leads[1]]
    assert [4, MOST_CHANGED] == [sum(cells[0].value in ("regions", "sites", "gdp") for cells in rows) for rows in (short, long)]


def test_the_page_has_a_section_whose_words_are_never_markup() -> None:
    frame = changed(MOST_CHANGED)
    (section,) = (section for section in sections(Context({"changed": frame}, MANIFEST, "en")) if section.name == "changed")
    listed = section.blocks[0]["list"]
    assert (MOST_CHANGED, f"The first {MOST_CHANGED} are listed" in section.lead) == (len(listed["rows"]), True)
    assert ("regions", "region=west", "grid_region", "", "=1+1", EVIL, "", "D3") == tuple(listed["rows"][0])
    assert list(range(8)) == listed["texts"]
    text = page_text({"changed": frame}, MANIFEST, "en", Data({"regions": pd.DataFrame({"region": [], "region_group": []}), "periods": pd.DataFrame({"year": [2020, 2030]})}))
    assert EVIL not in text
    assert json.dumps(EVIL)[2:8] in text


def test_nothing_is_shown_where_nothing_is_changed(tmp_path: Path) -> None:
    write_report(tmp_path / "report.xlsx", {"changed": conform("changed", pd.DataFrame())}, MANIFEST, "en")
    assert "changed" not in openpyxl.load_workbook(tmp_path / "report.xlsx").sheetnames
    assert [] == [section.name for section in sections(Context({"changed": conform("changed", pd.DataFrame())}, MANIFEST, "en")) if section.name == "changed"]


def test_the_file_keeps_what_looks_like_a_formula_as_text(tmp_path: Path) -> None:
    write_csv(changed(), tmp_path / "changed.csv")
    assert ",'=1+1," in (tmp_path / "changed.csv").read_text(encoding="utf-8")
    pd.testing.assert_frame_equal(changed(), read_csv(tmp_path / "changed.csv", "changed"))


@pytest.fixture(scope="module")
def grass(workbook: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The grassland of the shipped workbook with a scenario in which the west can treat less."""
    path = small_workbook(workbook, tmp_path_factory.mktemp("grass") / "grass.xlsx")
    book = openpyxl.load_workbook(path)
    book["scenarios"].append(["less", None, "livestock", "region=west", "treatment_capacity", "multiply", 0.5, 0, "OWN_EST", "estimate", ""])
    book.save(path)
    return path


def rate_cell(path: Path) -> str:
    """Cell of the discount rate."""
    return next(row[1].coordinate for row in openpyxl.load_workbook(path)["settings"].iter_rows() if row[0].value == "discount_rate")


def told(plan: Plan) -> list[tuple[str, ...]]:
    """Sheet, key, column, before, after and cell of what a plan changes."""
    return list(plan.tables["changed"][["sheet", "key", "column", "before", "after", "cell"]].itertuples(index=False, name=None))


@pytest.fixture(scope="module")
def grass_book(grass: Path) -> Book:
    return model.read(grass)


def test_the_reference_changes_nothing(grass_book: Book) -> None:
    frame = model.solve(grass_book).tables["changed"]
    assert (0, TABLES["changed"].columns) == (len(frame), list(frame.columns))


def test_a_scenario_and_a_one_off_change_are_told_together(grass: Path) -> None:
    """Half the area that the west can treat, and the rate of the cell; the reference with the same change has the rate alone."""
    cell = rate_cell(grass)
    book = model.read(grass, [f"settings!{cell}=0.04"])
    plan = model.solve(book, "less")
    sheet = openpyxl.load_workbook(grass)["livestock"]
    place = next(sheet.cell(row[0].row, head.column) for row in sheet.iter_rows() if row[0].value == "west" for head in sheet[1] if head.value == "treatment_capacity")
    area = float(place.value)
    treated, rate = told(plan)
    assert ("livestock", "region=west", "treatment_capacity", area, area / 2, place.coordinate) == (*treated[:3], float(treated[3]), float(treated[4]), treated[5])
    assert (*RATE, "0.04", cell) == rate
    assert ["kha/yr", "1/yr"] == plan.tables["changed"]["unit"].tolist()
    assert [rate] == told(model.solve(book))


def test_a_variant_of_an_ensemble_tells_its_own_changes(grass: Path, grass_book: Book) -> None:
    kept = WarmBook(grass_book)
    assert [(*RATE, "0.03", rate_cell(grass))] == told(kept.plan_data(grass_book.changed([f"settings!{rate_cell(grass)}=0.03"])))
    assert 0 == len(kept.base.tables["changed"])


def test_a_number_that_the_solves_settled_is_no_change_of_the_input(grass_book: Book) -> None:
    """A plan whose data hold a rate that nobody gave: what was given counts."""
    plan = model.solve(grass_book)
    settled = replace(plan.data, settings={**plan.data.settings, "discount_rate": 0.01})
    solution = replace(plan.solution, changed=None)
    assert [] == told(Plan(grass_book, "reference", settled, solution, {}, [], plan.data))
    assert ["0.01"] == [row[4] for row in told(Plan(grass_book, "reference", settled, replace(solution, changed=None)))]
    assert plan._given is grass_book.data("reference")


def test_a_plan_without_values_has_the_table_without_rows(grass_book: Book) -> None:
    plan = model.solve(grass_book, "less")
    plan.solution = replace(plan.solution, has_values=False, changed=None)
    assert 0 == len(plan.tables["changed"])
