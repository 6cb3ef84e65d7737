"""Tables of the shipped workbook that hold nothing: a plan with every identity, or what contradicts; never a defect.

Few periods of the shipped workbook, or its regions merged to two: what is empty is empty in all of them.
"""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from model.cli import main
from model.exits import EXIT_INFEASIBLE, EXIT_SOLVED

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def zero(book: Workbook, name: str, columns: tuple[str, ...], region: str = "") -> list[str]:
    """One-off changes to nothing in the named columns of a sheet, of one region or of all."""
    rows = list(book[name].iter_rows(values_only=True))
    place = {head: number for number, head in enumerate(rows[0])}
    chosen = [number for number, row in enumerate(rows, 1) if number > 2 and any(row) and (not region or region == row[place["region"]])]
    return [f"{name}!{get_column_letter(place[column] + 1)}{number}=0" for number in chosen for column in columns]


def solved(workbook: Path, changes: list[str], out: Path) -> tuple[int, Path]:
    """Exit code of a run with these changes, and where its runs stand."""
    asked = [word for change in changes for word in ("--set", change)]
    return main([str(workbook), "--scenario", "reference", *asked, "--quiet", "--out", str(out)], ROOT), out / workbook.stem


@pytest.mark.parametrize(
    ("name", "columns", "region"),
    [("forest_area", ("area",), ""), ("forest_area", ("area",), "inland"), ("forest_inventory", ("area", "volume"), "")],
    ids=["no forest at all", "no forest inland", "inventory of nothing"],
)
def test_a_forest_of_nothing_is_a_plan_with_every_identity(small_workbook: Path, tmp_path: Path, name: str, columns: tuple[str, ...], region: str) -> None:
    """Targets of the forest, which nothing could meet then, are off."""
    book = openpyxl.load_workbook(small_workbook, read_only=True)
    code, folder = solved(small_workbook, [*zero(book, name, columns, region), *zero(book, "forest_targets", ("active",))], tmp_path)
    assert EXIT_SOLVED == code
    (run,) = folder.glob("reference+set-*/run.json")
    told = json.loads(run.read_text(encoding="utf-8"))
    assert [] == [check["name"] for check in told["identities"] if not check["ok"]]


def test_the_fuel_that_plants_must_run_on_is_named(short_workbook: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """No biomass can be collected, while biomass plants ran in the base year: the column of zeros is what to change, told once."""
    code, folder = solved(short_workbook, zero(openpyxl.load_workbook(short_workbook, read_only=True), "biomass_supply", ("supply",)), tmp_path)
    assert EXIT_INFEASIBLE == code
    told = capfd.readouterr().err
    assert "reference: infeasible" in told
    assert ["  first: all 9 numbers from biomass_supply!C3 on: change 0"] == [line[:58] for line in told.splitlines() if "biomass_supply!" in line]
    sheet = openpyxl.load_workbook(folder / "infeasibility.xlsx")["conflict"]
    rows = [row[2] for row in sheet.iter_rows(values_only=True)]
    assert {"balance_minimum_output(west,biomass,2020)", "balance_biomass(west,2020)"} == {row for row in rows if row and "(" in row}
