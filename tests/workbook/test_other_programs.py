"""A workbook saved by another program says the same: imitations of how each writes, and LibreOffice itself.

The small workbook has every sheet of the shipped one, with rows in each.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

import model
from model.api import assemble_checked
from model.core.solve.matrix import compile_matrix
from model.workbook.book import Book
from model.workbook.messages import Notes
from model.workbook.package import read_package
from tests.workbook.writers_imitated import STYLES, Cells, cells_of, imitate

#: Seconds that LibreOffice may take to convert a workbook.
PATIENCE = 600


@pytest.fixture(scope="module")
def small(small_workbook: Path) -> Book:
    return model.read(small_workbook)


@pytest.fixture(scope="module")
def cells(small_workbook: Path) -> Cells:
    return cells_of(openpyxl.load_workbook(small_workbook))


def differences(first: Book, second: Book) -> list[str]:
    """Tables and settings that differ, of the workbook as it stands and of its reference scenario."""
    found = []
    for scenario in ("", "reference"):
        mine, other = first.data(scenario), second.data(scenario)
        found += [f"{scenario} {name}" for name in mine.tables.keys() ^ other.tables.keys()]
        found += [f"{scenario} {name}" for name in mine.tables.keys() & other.tables.keys() if not mine.tables[name].equals(other.tables[name])]
        found += [f"{scenario} {name}" for name in mine.settings.keys() | other.settings.keys() if mine.settings.get(name) != other.settings.get(name)]
    return found


@pytest.mark.parametrize("style", list(STYLES))
def test_every_way_of_writing_a_workbook_is_read_alike(style: str, cells: Cells, small: Book, tmp_path: Path) -> None:
    """The same tables, settings and cells; no finding but the infos that the workbook has itself, and that of the sheet which Numbers adds."""
    book = model.read(imitate(cells, STYLES[style], tmp_path / "book.xlsx"))
    assert [] == differences(small, book)
    assert {name: data.columns for name, data in small._data.items()} == {name: data.columns for name, data in book._data.items()}
    mine = {str(f) for f in small.findings}
    others = [str(f) for f in book.findings if str(f) not in mine and "the empty rows" not in f.message]
    assert [] == [text for text in others if not text.startswith("Export Summary")]
    assert (style == "numbers") == any(text.startswith("Export Summary") for text in others)


@pytest.mark.parametrize("style", [name for name in STYLES if name not in ("prefixed", "utf_16", "without_addresses")])
def test_another_reader_sees_the_same_values(style: str, cells: Cells, tmp_path: Path) -> None:
    """Against calamine, cell by cell, where it can read the style at all."""
    path = imitate(cells, STYLES[style], tmp_path / "book.xlsx")
    book = read_package(path, lambda name: True, Notes())
    assert book is not None
    other = CalamineWorkbook.from_path(path)
    for name, sheet in book.sheets.items():
        grid = other.get_sheet_by_name(name).to_python(skip_empty_area=False)
        assert [] == [(name, r, c) for r, row in enumerate(grid, 1) for c, value in enumerate(row, 1) if value != sheet.value(r, c)]
        assert any(value != "" for row in sheet.grid for value in row) or not any(value for row in grid for value in row)


def edited(workbook: Path) -> openpyxl.Workbook:
    """What a new user does: three numbers of up to 15 digits, as many as Excel takes, a note in two lines, and a new row."""
    book = openpyxl.load_workbook(workbook)
    book["planting_capacity"]["D3"] = 1800.125
    book["biomass_supply"]["F3"] = 30.1
    book["co2_storage_sites"]["D4"] = 81.3333333333333
    book["biomass_supply"]["J3"] = "试算：  a < b & c\nsecond line"
    targets = book["new_forest_targets"]
    new = [cell.value for cell in targets[3]]
    new[:4] = ["mine_2045", "nation", 2045, 13000]
    for column, value in enumerate(new, start=1):
        targets.cell(targets.max_row + 1 if column == 1 else targets.max_row, column).value = value
    return book


def matrix_hash(path: Path) -> str:
    return compile_matrix(assemble_checked(model.read(path).data("reference"))).hash()


@pytest.fixture(scope="module")
def saved_by_openpyxl(small_workbook: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("edited") / "edited.xlsx"
    edited(small_workbook).save(path)
    return path


@pytest.fixture(scope="module")
def hash_of_the_edited(saved_by_openpyxl: Path) -> Iterator[str]:
    return matrix_hash(saved_by_openpyxl)


@pytest.mark.slow
def test_the_edits_move_the_matrix(small: Book, hash_of_the_edited: str) -> None:
    assert compile_matrix(assemble_checked(small.data("reference"))).hash() != hash_of_the_edited


@pytest.mark.slow
def test_an_edited_workbook_saved_as_excel_does_gives_the_same_matrix(saved_by_openpyxl: Path, hash_of_the_edited: str, tmp_path: Path) -> None:
    saved = imitate(cells_of(openpyxl.load_workbook(saved_by_openpyxl)), STYLES["excel"], tmp_path / "edited.xlsx")
    assert hash_of_the_edited == matrix_hash(saved)


def converted(path: Path, kind: str, folder: Path) -> Path:
    """The workbook saved by LibreOffice."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed")
    command = [soffice, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", kind, "--outdir", str(folder / "out"), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)
    return folder / "out" / f"{path.stem}.{kind.partition(':')[0]}"


@pytest.mark.slow
def test_an_edited_workbook_saved_by_libreoffice_gives_the_same_matrix(saved_by_openpyxl: Path, hash_of_the_edited: str, tmp_path: Path) -> None:
    assert hash_of_the_edited == matrix_hash(converted(saved_by_openpyxl, "xlsx:Calc MS Excel 2007 XML", tmp_path))


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "words"), [("ods", "but .ods"), ("fods", "but .csv, .txt, .xml, .html"), ("xls", "but .xls"), ("csv", "but .csv"), ("html", "but .csv")])
def test_other_kinds_of_file_are_told_from_each_other_whatever_their_name(kind: str, words: str, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "region"
    book.save(tmp_path / "small.xlsx")
    path = converted(tmp_path / "small.xlsx", kind, tmp_path).rename(tmp_path / "renamed.xlsx")
    with pytest.raises(model.InputError) as caught:
        model.read(path)
    assert [True] == [words in f.message and "save it as .xlsx" in f.expected for f in caught.value.findings]


