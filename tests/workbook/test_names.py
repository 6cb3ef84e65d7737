"""The sheet ``names``: it is checked with the cell, it survives a rewrite, and its words reach the report of a run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

import model
from model.cli import main
from model.core.aside import save_workbook
from model.core.build.registry import schema
from model.core.declare.spec import Finding
from model.datasets.carried import write_merged
from model.workbook.book import check_book
from model.workbook.messages import Notes
from model.workbook.raw import RawSheet
from model.workbook.rules import check_names
from model.workbook.validate import check_keys, read_table
from tests.workbook.fuzz_checks import ROOT, small_workbook
from tests.workbook.missing import three_regions

HEADER = ["key", "en", "zh", "active", "source", "quality", "note"]


def found(rows: list[list[object]], lang: str = "en", off: str = "") -> list[Finding]:
    """Errors and warnings of a sheet ``names`` with these rows beside the shipped sheets; ``off``: a measure whose rows are switched off."""
    book, notes = three_regions(), Notes("zh" if lang == "zh" else "en")
    whole = [[*row, 1, "own", "estimate", ""] for row in rows]
    read = read_table(schema().tables["names"], RawSheet("names", [HEADER, [""] * len(HEADER), *whole]), book.years, notes)
    reads = {**book.reads, "names": read}
    for name, one in reads.items():
        if off and "measure" in one.frame:
            reads[name] = replace(one, frame=one.frame[one.frame["measure"] != off])
    check_keys(read, notes)
    check_names(reads, notes)
    return [finding for finding in notes.items if finding.level != "info"]


def test_keys_of_any_sheet_may_be_named() -> None:
    """A region, zone, slice, measure, land class (a list), product, category (free) and a technology."""
    keys = ("west", "west_arid", "scrap_eaf", "cropland", "coal_new", "subtropical_conifer", "transport", "steel")
    assert [] == found([[key, "Own", "自有"] for key in keys])


def test_a_key_that_nobody_uses_is_a_warning_with_its_cell_and_the_nearest_key() -> None:
    (english,) = found([["west", "W", "西"], ["scrap_eaff", "Scrap", "废钢"]])
    assert ("warning", "names", "A4") == (english.level, english.sheet, english.cell)
    assert "scrap_eaff" in english.message
    assert english.expected.endswith("the nearest is scrap_eaf")
    (chinese,) = found([["scrap_eaff", "Scrap", "废钢"]], lang="zh")
    assert ("warning", "names", "A3") == (chinese.level, chinese.sheet, chinese.cell)
    assert "没有工作表使用代码" in chinese.message
    assert chinese.expected.endswith("最接近的是 scrap_eaf")


def test_sheets_columns_and_english_names_are_no_keys() -> None:
    keys = ("thermal_fleet", "build_rate", "West")
    assert list(keys) == [key for key in keys if found([[key, "Own", "自有"]])]


def test_a_key_whose_rows_are_switched_off_is_used() -> None:
    """A scenario may switch them on."""
    assert [] == found([["scrap_eaf", "Scrap", "废钢"]], off="scrap_eaf")


def test_a_key_stands_once_and_words_may_be_blank() -> None:
    assert [] == found([["west", None, "西"], ["steel", "Steel", None]])
    (twice,) = found([["west", "W", "西"], ["west", "V", "西部"]])
    assert ("error", "A4") == (twice.level, twice.cell)


def test_shipped_workbooks_hold_the_sheet_without_rows(workbook: Path) -> None:
    page = openpyxl.load_workbook(workbook, read_only=True)["names"]
    assert ["key", "en", "zh"] == [cell.value for cell in next(page.iter_rows(max_col=3))]
    assert not model.read(workbook).data().has("names")


@pytest.fixture(scope="module")
def reduced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped workbook reduced to its grassland, with words for a measure and for nobody."""
    path = small_workbook(ROOT / "inputs" / "three_regions.xlsx", tmp_path_factory.mktemp("names") / "reduced.xlsx")
    named(path, [["rotational_grazing", "=1+1", "<b>轮牧</b>"], ["rotational", "", "轮"]])
    return path


def named(path: Path, rows: list[list[str]], book: Workbook | None = None) -> None:
    """Write rows into the sheet ``names`` of a file, or of what is open and belongs there; texts stay texts."""
    book = book if book is not None else openpyxl.load_workbook(path)
    page = book["names"] if "names" in book.sheetnames else book.create_sheet("names")
    for number, row in enumerate([HEADER, [], *[[*row, 1, "own", "estimate", ""] for row in rows]], start=1):
        for place, value in enumerate(row, start=1):
            page.cell(number, place).value = value
            if isinstance(value, str):
                page.cell(number, place).data_type = "s"
    save_workbook(book, path)


def test_the_check_tells_it_and_the_workbook_is_accepted(reduced: Path) -> None:
    book, findings = check_book(reduced, schema())
    assert book is not None, findings
    assert [("names", "A4")] == [(f.sheet, f.cell) for f in findings if f.level == "warning" and "rotational" in f.message]
    assert {"rotational_grazing": "=1+1", "rotational": ""} == dict(zip(book.data().tables["names"]["key"], book.data().tables["names"]["en"], strict=True))


def test_the_words_are_carried_into_a_workbook_of_larger_regions(reduced: Path, tmp_path: Path) -> None:
    write_merged(model.read(reduced), tmp_path / "merged.xlsx", "region_group")
    cells = [cell for cell in openpyxl.load_workbook(tmp_path / "merged.xlsx")["names"][3]][:3]
    assert ["rotational_grazing", "=1+1", "<b>轮牧</b>"] == [cell.value for cell in cells]
    assert {"s"} == {cell.data_type for cell in cells}


@pytest.mark.slow
def test_a_measure_of_ones_own_has_its_chinese_name_in_report_and_page(small_workbook: Path, tmp_path: Path) -> None:
    """Sown pasture and steel from scrap under keys that the program does not know; the page lists measures of grassland, not of industry."""
    mine = {"scrap_eaf": "own_furnace", "sown_pasture_rainfed": "own_pasture"}
    path = tmp_path / "small.xlsx"
    book = openpyxl.load_workbook(small_workbook)
    for page in book:
        for row in page.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):  # by itself, or behind its sector
                    cell.value = ".".join(mine.get(part, part) for part in cell.value.split("."))
    named(path, [["own_furnace", "A furnace of ours", "自有电炉"], ["own_pasture", "A pasture of ours", "自有草场"]], book)
    assert 0 == main([str(path), "--lang", "zh", "--out", str(tmp_path / "out")], ROOT)
    (report,) = (tmp_path / "out").rglob("report.xlsx")
    texts = [str(cell.value) for page in openpyxl.load_workbook(report, read_only=True) for row in page.iter_rows() for cell in row if cell.value is not None]
    for word in ("自有电炉", "自有草场"):
        assert any(word in text for text in texts), word
    plain = ("own_furnace", "own_pasture", "own furnace", "own pasture", "of ours")
    assert not [text for text in texts if any(word in text.lower() for word in plain)]
    shown = report.with_name("report.html").read_text(encoding="utf-8")
    assert "自有草场" in shown
    assert "A pasture of ours" in shown  # the page holds both languages
    assert not [word for word in ("自有", "of ours") if word in report.with_name("iamc.csv").read_text(encoding="utf-8")]
