"""The verb diff: a line and a row of the table for each difference, both workbooks told where they are wrong, nothing of a solver loaded.

Tried on the grassland of the shipped workbook.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from model import verbs
from model.exits import EXIT_INPUT, EXIT_SOLVED
from tests.workbook.fuzz_checks import small_workbook

ROOT = Path(__file__).resolve().parent.parent
HEADS = ["sheet", "key", "column", "year", "in_a", "in_b", "unit", "cell_a", "cell_b"]


@pytest.fixture(scope="module")
def one(workbook: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The grassland of the shipped workbook."""
    return small_workbook(workbook, tmp_path_factory.mktemp("one") / "grass.xlsx")


@pytest.fixture(scope="module")
def other(one: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with another discount rate, a source that looks like a formula, and a scenario of its own."""
    book = openpyxl.load_workbook(one)
    _setting(book, "discount_rate").value = 0.04
    source = next(cell for cell in book["regions"][1] if cell.value == "source").column
    book["regions"].cell(3, source).value = "=1+1"
    book["regions"].cell(3, source).data_type = "s"
    book["scenarios"].append(["dear", None, "settings", "setting=discount_rate", "value", "set", 0.07, 0, "OWN_EST", "estimate", ""])
    path: Path = tmp_path_factory.mktemp("other") / "other.xlsx"
    book.save(path)
    return path


def _setting(book: openpyxl.Workbook, name: str) -> openpyxl.cell.Cell:
    return next(row[1] for row in book["settings"].iter_rows() if row[0].value == name)


def diff(*arguments: object) -> int:
    return verbs.main(["diff", *(str(argument) for argument in arguments)])


def test_a_workbook_has_no_difference_from_its_copy(one: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    copy = Path(shutil.copy(one, tmp_path / "copy.xlsx"))
    assert EXIT_SOLVED == diff(one, copy, "--out", tmp_path / "none.csv")
    assert ["no difference", f"written: {tmp_path / 'none.csv'}"] == capfd.readouterr().out.splitlines()
    assert ",".join(HEADS) + "\n" == (tmp_path / "none.csv").read_text(encoding="utf-8")


def test_each_difference_is_a_line_and_a_row_and_the_code_is_0(one: Path, other: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The source that begins with = carries the mark that keeps it from being a formula."""
    assert EXIT_SOLVED == diff(one, other, "--out", tmp_path / "found.csv")
    lines = capfd.readouterr().out.splitlines()
    rate = _setting(openpyxl.load_workbook(one), "discount_rate").coordinate
    assert f"settings [setting=discount_rate] value: 0.05 -> 0.04 1/yr (A: {rate}, B: {rate})" in lines
    assert ["differences: 3", f"written: {tmp_path / 'found.csv'}"] == lines[3:]
    assert "scenarios [scenario=dear; " in lines[2]
    with (tmp_path / "found.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert (HEADS, ["regions", "settings", "scenarios"]) == (list(rows[0]), [row["sheet"] for row in rows])
    assert ("'=1+1", "source") == (rows[0]["in_b"], rows[0]["column"])
    assert ("0.05", "0.04", "1/yr", "", rate) == tuple(rows[1][name] for name in ("in_a", "in_b", "unit", "year", "cell_b"))


def test_a_scenario_of_both_is_compared_by_what_it_makes(other: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The other workbook against itself with a scenario that sets the rate to 0.08 where it was 0.07: the sheets are the same, and so is the reference."""
    book = openpyxl.load_workbook(other)
    next(row for row in book["scenarios"].iter_rows() if row[0].value == "dear")[6].value = 0.08
    book.save(tmp_path / "third.xlsx")
    assert EXIT_SOLVED == diff(other, tmp_path / "third.xlsx", "--scenario", "reference")
    assert ["no difference"] == capfd.readouterr().out.splitlines()
    assert EXIT_SOLVED == diff(other, tmp_path / "third.xlsx", "--scenario", "dear", "--lang", "zh")
    told, count = capfd.readouterr().out.splitlines()
    assert ("settings [setting=discount_rate] value：由 0.07 变为 0.08 1/yr" in told, "共 1 处不同") == (True, count)


def test_both_workbooks_are_told_with_all_that_is_wrong(one: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Two mistakes in A, one in B."""
    rate = _setting(openpyxl.load_workbook(one), "discount_rate").coordinate
    a, b = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    for path, cells in ((a, {("settings", rate): 9.0, ("livestock", "C3"): "many"}), (b, {("livestock", "C3"): "many"})):
        book = openpyxl.load_workbook(one)
        for (sheet, cell), value in cells.items():
            book[sheet][cell] = value
        book.save(path)
    assert EXIT_INPUT == diff(a, b)
    told = capfd.readouterr()
    of_a, heading, of_b = told.err.partition(f"{b} is wrong and can not be compared:\n")
    assert ("", True) == (told.out, of_a.startswith(f"{a} is wrong and can not be compared:\n") and bool(heading))
    wrong = (f"settings!{rate}: ", "livestock!C3: ")
    assert [(True, True), (False, True)] == [tuple(any(line.startswith(cell) for line in part.splitlines()) for cell in wrong) for part in (of_a, of_b)]


def test_a_scenario_that_one_of_them_lacks_is_refused(one: Path, other: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert EXIT_INPUT == diff(one, other, "--scenario", "dear")
    told = capfd.readouterr().err
    assert (str(one) in told, str(other) in told, "no scenario 'dear'" in told) == (True, False, True)


def test_a_workbook_with_warnings_is_compared(one: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A hidden sheet is a warning."""
    book = openpyxl.load_workbook(one)
    book["livestock"].sheet_state = "hidden"
    book.save(tmp_path / "hidden.xlsx")
    assert EXIT_SOLVED == diff(one, tmp_path / "hidden.xlsx")
    assert ["no difference"] == capfd.readouterr().out.splitlines()


def test_nothing_but_a_table_is_written_over(one: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A workbook named by mistake stays as it is; a folder that is missing is not made."""
    copy = Path(shutil.copy(one, tmp_path / "copy.xlsx"))
    assert [EXIT_INPUT, EXIT_INPUT] == [diff(one, copy, "--out", copy), diff(one, copy, "--out", tmp_path / "typo" / "x.csv")]
    told = capfd.readouterr().err
    assert ("expected a name ending in .csv" in told, str(tmp_path / "typo") in told) == (True, True)
    assert ([copy], one.read_bytes()) == (list(tmp_path.iterdir()), copy.read_bytes())


def test_the_help_says_that_a_difference_is_no_failure(capfd: pytest.CaptureFixture[str]) -> None:
    assert EXIT_SOLVED == diff("--help")
    assert "Ends with 0 whether the workbooks differ or not" in " ".join(capfd.readouterr().out.split())


def test_comparing_loads_neither_pyomo_nor_plotly(one: Path, other: Path, tmp_path: Path) -> None:
    code = f"import sys; from model.verbs import main; main(['diff', {str(one)!r}, {str(other)!r}, '--out', {str(tmp_path / 'x.csv')!r}]); print(sorted({{'pyomo', 'plotly', 'highspy'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "[]" == done.stdout.splitlines()[-1]
    assert (tmp_path / "x.csv").is_file()
