"""Tables of the shipped workbook that hold nothing: a plan with every identity, or what contradicts; never a defect.

Few periods of the shipped workbook, or its regions merged to two: what is empty is empty in all of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from model.cli import main
from model.exits import EXIT_INFEASIBLE, EXIT_SOLVED

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def zero(sheet: Worksheet, columns: tuple[str, ...], region: str = "") -> None:
    """Nothing in the named columns, of one region or of all."""
    names = {cell.value: cell.column for cell in sheet[1]}
    for row in range(3, sheet.max_row + 1):
        if not region or region == sheet.cell(row, names["region"]).value:
            for column in columns:
                sheet.cell(row, names[column]).value = 0


def changed(workbook: Path, folder: Path, name: str, change: Callable[[Worksheet], None], targets: bool = True) -> Path:
    """A workbook with a sheet changed; without ``targets`` those of the forest are off, which nothing could meet."""
    book = openpyxl.load_workbook(workbook)
    change(book[name])
    if not targets:
        zero(book["forest_targets"], ("active",))
    path = folder / f"{name}.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("forest_area", lambda sheet: zero(sheet, ("area",))),
        ("forest_area", lambda sheet: zero(sheet, ("area",), "inland")),
        ("forest_inventory", lambda sheet: zero(sheet, ("area", "volume"))),
    ],
    ids=["no forest at all", "no forest inland", "inventory of nothing"],
)
def test_a_forest_of_nothing_is_a_plan_with_every_identity(small_workbook: Path, tmp_path: Path, name: str, change: Callable[[Worksheet], None]) -> None:
    path = changed(small_workbook, tmp_path, name, change, targets=False)
    assert EXIT_SOLVED == main([str(path), "--scenario", "reference", "--quiet", "--out", str(tmp_path)], ROOT)
    told = json.loads((tmp_path / path.stem / "reference" / "run.json").read_text(encoding="utf-8"))
    assert [] == [check["name"] for check in told["identities"] if not check["ok"]]


def test_the_fuel_that_plants_must_run_on_is_named(short_workbook: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """No biomass can be collected, while biomass plants ran in the base year: the column of zeros is what to change, told once."""
    path = changed(short_workbook, tmp_path, "biomass_supply", lambda sheet: zero(sheet, ("supply",)))
    assert EXIT_INFEASIBLE == main([str(path), "--scenario", "reference", "--quiet", "--out", str(tmp_path)], ROOT)
    told = capfd.readouterr().err
    assert "reference: infeasible" in told
    assert ["  first: all 9 numbers from biomass_supply!C3 on: change 0"] == [line[:58] for line in told.splitlines() if "biomass_supply!" in line]
    sheet = openpyxl.load_workbook(tmp_path / path.stem / "infeasibility.xlsx")["conflict"]
    rows = [row[2] for row in sheet.iter_rows(values_only=True)]
    assert {"balance_minimum_output(west,biomass,2020)", "balance_biomass(west,2020)"} == {row for row in rows if row and "(" in row}
