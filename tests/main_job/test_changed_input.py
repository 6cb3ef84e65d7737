"""A cell changed by hand in Excel moves the figures that depend on it; texts of the workbook never become formulas.

One run does it all: the copy has a Chinese name with a space, is solved by ``solve.py`` in a process of its own from
another folder, piped and under LC_ALL=C. The copy has few periods.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.chartsheet import Chartsheet

from model.api import Plan
from model.core.aside import save_workbook
from tests.workbook.small_book import tell_alone

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "solve.py"
#: Texts that Excel would run as formulas if they were written as such.
EVIL_NAME = '=HYPERLINK("http://example.org","west")'
EVIL_NOTE = "=cmd|' /C calc'!A0"
EVIL_SOURCE = "+1+1"
DEARER = 1.5
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def changed(short_workbook: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy in which coal costs half as much again from 2025 on, with texts that look like formulas."""
    book = openpyxl.load_workbook(short_workbook)
    prices = book["fuel_prices"]
    row = next(r for r in range(2, 10) if prices.cell(r, 1).value == "coal")
    for column in range(4, prices.max_column + 1):
        if str(prices.cell(1, column).value).isdigit():
            prices.cell(row, column).value *= DEARER
    for sheet, column, text in (("regions", "name_en", EVIL_NAME), ("regions", "note", EVIL_NOTE), ("livestock", "source", EVIL_SOURCE)):
        heads = [cell.value for cell in book[sheet][1]]
        cell = book[sheet].cell(3, heads.index(column) + 1)
        cell.value, cell.data_type = text, "s"
    tell_alone(book)
    path = tmp_path_factory.mktemp("my inputs") / "三区 副本.xlsx"
    save_workbook(book, path)
    return path


@pytest.fixture(scope="module")
def done(changed: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": "C"}
    return subprocess.run(
        [sys.executable, str(SCRIPT), changed.name, "--out", "报告 out"],
        cwd=changed.parent, env=environment, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def run(done: subprocess.CompletedProcess[str], changed: Path) -> Path:
    assert 0 == done.returncode, done.stderr[-2000:]
    return changed.parent / "报告 out" / changed.stem / "reference"


def read(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / "tables" / f"{name}.csv", encoding="utf-8")


def test_a_piped_run_from_another_folder_prints_plain_lines(done: subprocess.CompletedProcess[str], run: Path) -> None:
    assert (run / "run.json").is_file()
    assert "\x1b" not in done.stdout + done.stderr
    assert "\r" not in done.stdout.replace("\r\n", "\n")
    assert any(line.startswith("reference: solving") for line in done.stdout.splitlines())
    assert any("optimal" in line and "objective" in line for line in done.stdout.splitlines())
    assert "" == done.stderr


def test_nothing_half_written_is_left(run: Path) -> None:
    left = [path.name for path in run.parent.rglob("*") if ".part" in path.name or ".old" in path.name]
    assert [] == left


def test_the_manifest_carries_the_hash_of_the_changed_workbook(run: Path, changed: Path, short_plan: Plan) -> None:
    content = json.loads((run / "run.json").read_text(encoding="utf-8"))
    assert hashlib.sha256(changed.read_bytes()).hexdigest() == content["workbook"]["sha256"]
    assert short_plan.book.sha256 != content["workbook"]["sha256"]
    assert changed.name == content["workbook"]["name"]
    assert short_plan.solution.matrix.hash() != content["matrix_hash"]


def test_dearer_coal_costs_more_and_less_of_it_is_burnt(run: Path, short_plan: Plan) -> None:
    content = json.loads((run / "run.json").read_text(encoding="utf-8"))
    assert content["objective"]["value"] > short_plan.objective * (1.0 + 1e-6)
    burnt = [frame[frame["technology"].str.startswith("coal") & (frame["year"] > 2020)]["generation_twh"].sum() for frame in (short_plan.tables["power"], read(run, "power"))]
    assert burnt[1] < burnt[0]


def test_what_does_not_depend_on_the_cell_stays(run: Path, short_plan: Plan) -> None:
    """The base year pays the price of 2020, which was not changed: its dispatch is the same."""
    now = [frame[frame["year"] == 2020].set_index(["region", "technology"])["generation_twh"] for frame in (short_plan.tables["power"], read(run, "power"))]
    assert pytest.approx(now[0].to_dict(), rel=1e-6, abs=1e-6) == now[1].to_dict()


def cells_of(path: Path) -> list[Any]:
    book = openpyxl.load_workbook(path)
    assert [] == [name for name in book.sheetnames if isinstance(book[name], Chartsheet)]
    return [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_texts_of_the_workbook_stay_texts_in_the_report(run: Path) -> None:
    cells = cells_of(run / "report.xlsx")
    shown = [cell for cell in cells if EVIL_NAME in str(cell.value)]
    assert len(shown) > 0
    assert {"s"} == {cell.data_type for cell in shown}
    formulas = [cell for cell in cells if cell.data_type == "f"]
    assert [] == [str(cell.value) for cell in formulas if any(word in str(cell.value) for word in ("HYPERLINK(\"http", "cmd|", EVIL_SOURCE))]
    sources = [cell for cell in cells if str(cell.value) == EVIL_SOURCE]
    assert len(sources) > 0
    assert {"s"} == {cell.data_type for cell in sources}


def test_links_of_the_report_stay_inside_it(run: Path) -> None:
    links = [cell.hyperlink for cell in cells_of(run / "report.xlsx") if cell.hyperlink is not None]
    assert len(links) > 0
    assert [] == [link.target for link in links if link.target and "example.org" in link.target]
