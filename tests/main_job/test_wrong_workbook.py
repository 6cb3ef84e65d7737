"""Every kind of wrong input, planted into one copy of the shipped workbook, is found in one run, each at its cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from model.cli import main
from model.core.aside import save_workbook
from model.exits import EXIT_INFEASIBLE, EXIT_INPUT

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow

#: (sheet, cell to change, new value, cell of the finding, level, words of the finding)
CASES: list[tuple[str, str, Any, str, str, str]] = [
    ("afforestation_land", "D3", None, "D3", "error", "area is empty"),
    ("afforestation_land", "F3", "=1+1", "F3", "error", "no stored result"),
    ("afforestation_land", "F4", "#N/A", "F4", "error", "#N/A"),
    ("afforestation_land", "G3", "dear", "G3", "error", "not a number"),
    ("afforestation_land", "H3", 1.5, "H3", "error", "at most 1"),
    ("afforestation_land", "I3", -1, "I3", "error", "at least 0"),
    ("afforestation_land", "E3", "forest_lnd", "E3", "error", "nearest is forest_land"),
    ("afforestation_land", "K2", "t C/hha", "K2", "error", "nearest known spelling"),
    ("afforestation_land", "L2", "GW", "L2", "error", "dimension"),
    ("power_demand", "B2", "GW", "B2", "error", "dimension"),
    ("power_demand", "K4", None, "K4", "error", "2060 lies outside the given years"),
    ("livestock", "A5", "industrial", "A5", "error", "occurs twice"),
    ("gdp", "A3", "industrail", "A3", "error", "nearest known value is industrial"),
    ("settings", "A5", "schema_versio", "A5", "error", "nearest known setting is schema_version"),
    ("thermal_fleet", "F1", "minimum_hour", "F1", "error", "nearest known name is minimum_hours"),
    ("water_zones", "E3", 0.5, "E3", "error", "industry_share of west adds up to"),
    ("load_shape", "C4", 0.5, "C3", "error", "share of west adds up to"),
    ("time_slices", "D3", 20, "D3", "error", "8760"),
    ("gdp", "C2", "26,390.2", "C2", "info", ""),
    ("gdp", "D2", "３４８１９．１", "D2", "info", ""),
    ("gdp", "E2", " 44439 ", "E2", "info", ""),
    ("gdp", "F1", "2035.0", "F1", "info", ""),
    ("timber_demand", "A6", " ", "A3", "info", "empty rows"),
]
HIDDEN, MERGED, WIDE, LONG, UNKNOWN = "wood_products", "water_base", "canal_corridor", "air_capture", "gpd"
#: (sheet, cell, level, words) of what is wrong with a sheet rather than with a value.
SHEETS = [
    (HIDDEN, "", "warning", "hidden"),
    (MERGED, "B4", "error", "B4:B5"),
    (WIDE, "", "error", "beyond column 200"),
    (LONG, "", "error", "row 20000"),
    (UNKNOWN, "", "error", "nearest known name is gdp"),
]


def put(sheet: Worksheet, address: str, value: Any) -> None:
    cell = sheet[address]
    cell.value = value
    if value == "#N/A":
        cell.data_type = "e"


@pytest.fixture(scope="module")
def wrong(workbook: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped workbook with all mistakes, under a name with a space and Chinese letters."""
    book = openpyxl.load_workbook(workbook)
    for sheet, cell, value, *_ in CASES:
        put(book[sheet], cell, value)
    book[HIDDEN].sheet_state = "hidden"
    book[MERGED].merge_cells("B4:B5")
    put(book[WIDE], "IP3", 1)
    put(book[LONG], "A20001", "x")
    put(book.create_sheet(UNKNOWN), "A1", "x")
    put(book.create_sheet("_mine"), "A1", "=1/0")
    path = tmp_path_factory.mktemp("wrong") / "错 误.xlsx"
    save_workbook(book, path)
    return path


@pytest.fixture(scope="module")
def checked(wrong: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Path]:
    """Exit code and folder of a check of the wrong workbook."""
    out = tmp_path_factory.mktemp("out")
    return main([str(wrong), "--check", "--quiet", "--out", str(out)], ROOT), out / wrong.stem


def lines_of(wrong: Path, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> list[str]:
    code = main([str(wrong), "--check", "--out", str(tmp_path)], ROOT)
    told = capfd.readouterr()
    assert EXIT_INPUT == code
    assert "Traceback" not in told.out + told.err
    return [*told.err.splitlines(), *told.out.splitlines()]


def test_all_mistakes_are_told_in_one_run_each_at_its_cell_with_its_level(wrong: Path, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    lines = lines_of(wrong, capfd, tmp_path)
    wanted = [(sheet, at, level, words) for sheet, _, _, at, level, words in CASES] + SHEETS
    missing = []
    for sheet, at, level, words in wanted:
        start = ("" if level == "error" else f"{level}: ") + (f"{sheet}!{at}: " if at else f"{sheet}: ")
        if not any(line.startswith(start) and words in line for line in lines):
            missing.append((sheet, at, level, words, [line for line in lines if f"{sheet}!{at}" in line or line.startswith(sheet + ":")]))
    assert [] == missing
    assert not any("_mine" in line for line in lines)


def test_a_check_copy_marks_every_finding_and_links_to_it(checked: tuple[int, Path], wrong: Path) -> None:
    code, folder = checked
    assert EXIT_INPUT == code
    copy = openpyxl.load_workbook(folder / f"checked_{wrong.stem}.xlsx")
    assert "checks" in copy.sheetnames
    links = {cell.hyperlink.location for row in copy["checks"].iter_rows() for cell in row if cell.hyperlink}
    original = openpyxl.load_workbook(wrong)
    for sheet, _, _, at, level, _ in CASES:
        if level != "error":
            continue
        cell = copy[sheet][at]
        assert cell.comment is not None, (sheet, at)
        assert cell.fill.fgColor.rgb != original[sheet][at].fill.fgColor.rgb, (sheet, at)
        assert any(sheet in str(link) and at in str(link) for link in links), (sheet, at)


def test_a_check_copy_is_refused_as_input_and_says_why(checked: tuple[int, Path], wrong: Path, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    copy = checked[1] / f"checked_{wrong.stem}.xlsx"
    assert EXIT_INPUT == main([str(copy), "--check", "--out", str(tmp_path)], ROOT)
    assert "review copy" in capfd.readouterr().err


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04 cut off"])
def test_a_file_that_is_no_workbook_is_an_error_in_one_line(content: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "no.xlsx"
    path.write_bytes(content)
    assert EXIT_INPUT == main([str(path), "--check", "--out", str(tmp_path / "out")], ROOT)
    told = capfd.readouterr().err
    assert 1 == len(told.strip().splitlines())
    assert "Traceback" not in told


def test_a_workbook_that_is_not_there_is_an_error_in_one_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert EXIT_INPUT == main([str(tmp_path / "none.xlsx")], ROOT)
    assert 1 == len(capfd.readouterr().err.strip().splitlines())
    assert not (ROOT / "reports" / "none").exists()


@pytest.fixture(scope="module")
def impossible(small_workbook: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Path, str]:
    """Exit code, folder and messages when the nation must be 50 Gt below zero in 2060."""
    book = openpyxl.load_workbook(small_workbook, read_only=True)
    rows = list(book["carbon_targets"].iter_rows(values_only=True))
    row = next(number for number, cells in enumerate(rows, 1) if cells[1] == "net_limit")
    column = openpyxl.utils.get_column_letter(rows[0].index("value") + 1)
    out = tmp_path_factory.mktemp("impossible")
    with pytest.MonkeyPatch.context() as patch:
        told: list[str] = []
        patch.setattr("builtins.print", lambda *words, **more: told.append(" ".join(map(str, words))))
        code = main([str(small_workbook), "--set", f"carbon_targets!{column}{row}=-50000", "--quiet", "--out", str(out)], ROOT)
    return code, out / small_workbook.stem, "\n".join(told)


def test_an_impossible_target_is_told_as_such(impossible: tuple[int, Path, str]) -> None:
    code, folder, told = impossible
    assert EXIT_INFEASIBLE == code
    assert "infeasible" in told
    assert "carbon_targets!" in told
    assert not list(folder.glob("reference*/run.json"))


def test_the_diagnosis_names_sheet_cell_amount_and_unit_of_what_has_to_give_way(impossible: tuple[int, Path, str], small_workbook: Path) -> None:
    book = openpyxl.load_workbook(impossible[1] / "infeasibility.xlsx")
    rows = [row for row in book["suggestions"].iter_rows(values_only=True) if row[0] is not None]
    header = next(number for number, row in enumerate(rows) if "cell" in row)
    found = [dict(zip(rows[header], row, strict=True)) for row in rows[header + 1 :]]
    names = openpyxl.load_workbook(small_workbook, read_only=True).sheetnames
    assert [] == [row for row in found if row["sheet"] not in names or not row["cell"]]
    target = found[0]
    assert ("carbon_targets", -50000.0) == (target["sheet"], target["from"])
    assert target["to"] - target["from"] > 10000.0
    assert "CO2" in target["unit"]
