"""Every broken workbook of the corpus ends as stated: level, place, words, exit code, each of them told with a way out."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from model.cli import main
from model.core.aside import save_workbook
from tests.workbook import test_one_check, test_wrong_input
from tests.workbook.broken_corpus import ERROR, FILE, FILES, Case, faults, findings, write
from tests.workbook.fuzz_checks import ROOT, small_workbook
from tests.workbook.missing import three_regions

#: How many broken workbooks the project holds itself to.
WANTED, WANTED_FILES = 250, 60


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The shipped workbook reduced to its grassland, without the words in comments of its headers: right, and checked in a moment."""
    path = small_workbook(ROOT / "inputs" / "three_regions.xlsx", tmp_path_factory.mktemp("good") / "good.xlsx")
    book = openpyxl.load_workbook(path)
    for cell in [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.comment is not None]:
        cell.comment = None
    save_workbook(book, path)
    assert main([str(path), "--check", "--out", str(path.parent / "out")], ROOT) == 0
    return path.read_bytes()


@pytest.mark.parametrize("case", FILES, ids=[case.name for case in FILES])
def test_a_broken_file_is_told_at_its_place(case: Case, good: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Through the command line: the exit code, a line with the place and the words, no traceback; errors stand in the review copy too."""
    path = write(case, good, tmp_path)
    code = main([str(path), "--check", "--out", str(tmp_path / "out")], ROOT)
    told = capsys.readouterr()
    start = f"{'' if case.level == ERROR else f'{case.level}: '}{path.name if case.place == FILE else case.place}: "
    lines = [line for line in (told.err if case.level == ERROR else told.out).splitlines() if line.startswith(start) and case.words in line]
    assert lines, told.err[-600:]
    assert case.exit == code, told.err[-600:]
    assert "Traceback" not in told.err
    if case.level == ERROR:
        assert all("; " in line for line in lines), "no way out is named"
        listed = openpyxl.load_workbook(tmp_path / "out" / "broken" / "checked_broken.xlsx", read_only=True)["checks"]
        assert any(str(row[3]) in lines[0] for row in listed.iter_rows(min_row=2, values_only=True))


FAULTS = list(faults(three_regions()))


@pytest.mark.parametrize("number", range(len(FAULTS)), ids=[f"{fault.table}-{fault.address}" for fault in FAULTS])
def test_a_fault_of_a_sheet_is_an_error_at_its_cell(number: int) -> None:
    """Each sheet of the shipped workbook, once in its structure and once in a number or a word."""
    fault = FAULTS[number]
    hit = [f for f in findings(three_regions(), fault) if f.level == ERROR and (f.sheet, f.cell) == (fault.table, fault.address)]
    assert any(fault.words in str(f) for f in hit), findings(three_regions(), fault)
    assert all(f.expected for f in hit)


def test_the_corpus_is_as_large_as_promised() -> None:
    """Files through the command line, faults of every sheet, and the cases that other tests check one by one; no two alike."""
    assert len({case.name for case in FILES}) == len(FILES) >= WANTED_FILES
    assert set(three_regions().reads) == {fault.table for fault in FAULTS}
    assert all(case.words for case in FILES)
    assert len({(fault.table, fault.address, str(fault.value)) for fault in FAULTS}) == len(FAULTS)
    assert WANTED <= len(FILES) + len(FAULTS) + len(test_wrong_input.CASES) + len(test_one_check.REFUSED)
