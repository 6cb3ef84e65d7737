"""A scenario leaves history alone unless it names it, and what it then can not serve is announced on every first page."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import model
from model.api import Plan
from model.core.aside import save_workbook
from model.workbook.book import Book
from model.workbook.scenarios import Scenario
from tests.workbook.small_book import tell_alone

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).resolve().parents[2] / "solve.py"
NAMED = "history_too"
#: TWh of 2020 that fixed fleets can not serve when demand of that year is 10 % higher.
MISSING = 499
#: Shipped scenarios that change a year table: fewer would try nothing.
FEWEST = 5


def changes(scenario: Scenario) -> tuple[object, ...]:
    """Name, parent and what every row of a scenario changes, without its place in the sheet."""
    return scenario.name, scenario.parent, [(o.sheet, o.selector, o.column, o.operation, o.value) for o in scenario.overrides]


def add_row(page: openpyxl.worksheet.worksheet.Worksheet, **cells: object) -> None:
    heads = [cell.value for cell in page[1]]
    row = next(n for n in range(2, page.max_row + 2) if page.cell(n, 1).value in (None, ""))
    for name, value in cells.items():
        page.cell(row, heads.index(name) + 1).value = value


@pytest.fixture(scope="module")
def done(short_workbook: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """The shipped scenario and a child of it that names the base year, run from the command line in Chinese."""
    copy = openpyxl.load_workbook(short_workbook)
    row = {"sheet": "power_demand", "selector": "year=2020", "column": "value", "operation": "multiply", "value": 1.1, "active": 1}
    add_row(copy["scenarios"], scenario=NAMED, parent="demand_plus_10", **row)
    tell_alone(copy)
    path = tmp_path_factory.mktemp("history") / "book.xlsx"
    save_workbook(copy, path)
    call = [sys.executable, str(SCRIPT), path.name, "--scenario", NAMED, "--lang", "zh", "--out", "out"]
    found = subprocess.run(call, cwd=path.parent, capture_output=True, text=True, encoding="utf-8", check=False)
    return found, path.parent / "out" / "book" / NAMED


def warned(folder: Path) -> pd.DataFrame:
    content = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return pd.DataFrame([w for w in content["warnings"] if not isinstance(w, str)])


def test_energy_not_served_in_a_named_base_year_is_announced_and_the_run_still_succeeds(done: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    process, folder = done
    assert 0 == process.returncode, process.stderr[-2000:]
    found = warned(folder).query("variable == 'unserved' and year == 2020")
    assert MISSING == round(found["amount"].sum())
    # 20 CNY/kWh, and the base year counts once
    assert pytest.approx(20.0 * found["amount"].sum()) == found["cost_bn_cny_per_year"].sum() == found["discounted_bn_cny"].sum()
    assert {"TWh/yr"} == set(found["unit"])
    shown = [line for line in process.stdout.splitlines() if "未供电量" in line and "2020年" in line]
    assert len(found) == len(shown)
    assert any(line.startswith("warning: 方案有未能满足之处") for line in process.stdout.splitlines())


def test_the_first_sheet_and_the_page_carry_it_under_an_amber_state(done: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    folder = done[1]
    sheet = openpyxl.load_workbook(folder / "report.xlsx", read_only=False)["summary"]
    amber = [str(row[0].value) for row in sheet.iter_rows(min_row=1, max_row=12) if row[0].style == "report_warn"]
    assert 1 == sum("最优" in text for text in amber)
    assert (warned(folder)["variable"] == "unserved").sum() == sum("未供电量" in text for text in amber) > 0
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert 2 == page.count('class="badge warn"')
    assert "Electricity not served" in page
    assert "未供电量" in page


def test_the_shipped_scenario_leaves_what_happened_as_it_is_and_serves_everything(book: Book, scenario_plan: Callable[[str], Plan]) -> None:
    """Every planned year is exactly 1.1 times the reference; 2020 and 2021-25 are the reference; nothing is left unserved."""
    plain, changed = (book.data(name).tables["power_demand"] for name in ("reference", "demand_plus_10"))
    base = plain["year"] <= 2025
    assert {2020, 2025} == set(plain[base]["year"])
    assert plain[base]["value"].tolist() == changed[base]["value"].tolist()
    assert [v * 1.1 for v in plain[~base]["value"]] == pytest.approx(changed[~base]["value"].tolist(), rel=1e-15)
    plan = scenario_plan("demand_plus_10")
    assert ("optimal", []) == (plan.status, [p for p in plan.penalties if p.variable == "unserved"])


def test_no_shipped_scenario_changes_a_year_table_in_the_base_year(book: Book, workbook: Path) -> None:
    """In the three regions each is applied; the provinces have the same base year and the same scenarios, change for change."""
    first = book.data().base_year
    provinces = model.read(workbook.parent / "provinces.xlsx")
    assert first == provinces.data().base_year
    assert [changes(scenario) for scenario in book.scenarios] == [changes(scenario) for scenario in provinces.scenarios]
    by_year = {table.name for table in book.schema.tables.values() if table.shape == "years"}
    changing = [s.name for s in book.scenarios if by_year & {override.sheet for override in s.overrides}]
    assert len(changing) > FEWEST
    for name in changing:
        for table, frame in book.data(name).tables.items():
            if book.schema.tables[table].shape == "years":
                values = [f.loc[f["year"] == first, "value"].tolist() for f in (book.data().tables.get(table, frame), frame)]
                assert values[0] == values[1] or table not in book.data().tables, (name, table)
