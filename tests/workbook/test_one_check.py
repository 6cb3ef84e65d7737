"""What levers, closing and solver would refuse is a finding of the check, all at once, in either language."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

import model
from model.core.build.declared import checks_of
from model.core.build.registry import closings, levers
from model.core.declare.spec import Finding, InputError
from model.workbook.book import Book, check_book
from tests.workbook.missing import ROOT, three_regions
from tests.workbook.toy import SCHEMA, toy, write

SHIPPED = ROOT / "inputs" / "three_regions.xlsx"
#: Cell and value of edits that only the build, or only the solver, used to refuse.
REFUSED = {
    "carbon_targets!C4": "abc", "carbon_targets!D4": "2099", "land!E6": "99999999", "forest_groups!C3": "90", "wood_product_shares!C3": "0.95",
    "diversion_receivers!C3": "0.95", "periods!A4": "2027", "capacity_history!C3": "700", "forest_area!E3": "900000",
    "forest_harvest!C3": "0", "periods!A9": "1e19", "industry_intensity!K7": "1e15",
}  # fmt: skip


def errors(findings: list[Finding]) -> list[Finding]:
    return [f for f in findings if f.level == "error"]


@cache
def shipped() -> Book:
    book = check_book(SHIPPED, three_regions().schema)[0]
    assert book is not None
    return book


def edited(*edits: str) -> list[Finding]:
    """Errors of the shipped workbook with cells changed; the file is read once for all of them."""
    try:
        shipped().changed(edits)
    except InputError as refused:
        return errors(list(refused.findings))
    return []


@pytest.mark.parametrize("cell", list(REFUSED))
def test_what_the_run_refuses_is_found_by_the_check(cell: str) -> None:
    """Each named edit passed the check and ended the run; the finding stands on the sheet that was changed, or on what it broke."""
    found = edited(f"{cell}={REFUSED[cell]}")
    assert found
    sheet = cell.split("!")[0]
    assert sheet == "periods" or sheet in [f.sheet for f in found]


def test_a_check_that_stumbles_over_a_key_twice_leaves_the_word_to_the_reader() -> None:
    """Two rows for one phase of the diversion: what sums the forest land of its phases can not, and need not say why."""
    book = three_regions()
    read = book.reads["diversion_phases"]
    second = replace(read, frame=pd.concat([read.frame, read.frame.iloc[:1].rename(index=lambda row: row + 9)]))
    assert [("diversion_phases", "p1 occurs twice")] == [
        (f.sheet, "p1 occurs twice") for f in book.changed(second) if f.level == "error" and "p1 occurs twice" in f.message
    ]


def test_three_mistakes_of_three_levers_are_three_findings() -> None:
    """The run told them one lever at a time."""
    cells = ("carbon_targets!D4", "land!E6", "wood_product_shares!C3")
    found = edited(*(f"{cell}={REFUSED[cell]}" for cell in cells))
    assert {"carbon_targets", "land", "wood_product_shares"} == {f.sheet for f in found}


def test_a_mistake_of_a_cell_does_not_hide_that_of_a_lever() -> None:
    """A word for a number on one sheet, a target in no milestone year on another."""
    found = edited("gdp!C3=many", "carbon_targets!D4=2099")
    assert {("gdp", "C3"), ("carbon_targets", "D4")} == {(f.sheet, f.cell) for f in found}


def test_findings_of_levers_speak_both_languages() -> None:
    cells = [f"{cell}={REFUSED[cell]}" for cell in ("carbon_targets!D4", "land!E6", "wood_product_shares!C3")]
    told = errors(check_book(SHIPPED, three_regions().schema, cells, lang="zh")[1])
    assert 3 <= len(told)
    assert all(any("一" <= letter <= "鿿" for letter in f.message) for f in told)
    assert all(f.zh == "" for f in told)


def test_every_check_of_a_lever_is_asked_once_and_knows_no_model() -> None:
    """The reader and the build ask the same functions: what one refuses the other has refused."""
    names = [check.name for lever in (*levers(), *closings()) for check in checks_of(lever)]
    assert len(names) == len(set(names))
    asked = [check.name for check in three_regions().schema.checks]
    # besides them what plans are held against, and what only the whole of all levers knows: rows that name a lever which the workbook leaves out, units of
    # prices of commodities, items that nobody pays, funds of the name of an item, and items that are of another kind than their column asks for
    kinds = ["market_coverage captured of a kind", "sink_credits item of a kind"]
    assert [*names, "paper_measures check_told", *kinds, "funds fund beside items", "cost_funds payers of items", "build_dynamics decision of absent levers", "trade_rules price_unit of commodities"] == asked
    assert {"land check_open_area", "carbon_targets check_target_years", "forest check_stands", "siting check_history"} <= set(names)


def test_reading_from_python_refuses_too() -> None:
    with pytest.raises(InputError, match="not among the years of the plan"):
        model.read(SHIPPED, ["carbon_targets!D4=2099"])


def with_scenarios(*rows: list[object]) -> dict[str, list[list[object]]]:
    sheets = toy()
    header = ["scenario", "parent", "sheet", "selector", "column", "operation", "value", "active", "source", "quality", "note"]
    sheets["scenarios"] = [header, *([*row, "a book", "reported", ""] for row in rows)]
    return sheets


def test_a_scenario_that_is_switched_off_is_looked_at_and_in_full_when_named(tmp_path: Path) -> None:
    """Its unknown column is a warning; asked for by name, or with all, an error."""
    off: list[object] = ["dear", "", "sites", "region=west", "costs", "set", 5, 0]
    path = write(with_scenarios(["reference", "", "", "", "", "", "", 1], off), tmp_path / "toy.xlsx")

    def levels(names: tuple[str, ...] = (), every: bool = False) -> list[str]:
        found = check_book(path, SCHEMA, scenarios=names, every=every)[1]
        return [f.level for f in found if f.cell == "E3"]

    assert ["warning"] == levels()
    assert ["error"] == levels(("dear",))
    assert ["error"] == levels(every=True)


def test_a_number_out_of_range_in_a_row_that_is_switched_off_is_told(tmp_path: Path) -> None:
    """The row sets an area of -1: it changes nothing, its number is told; switched off it stops nothing."""
    off: list[object] = ["reference", "", "sites", "region=west", "area", "set", -1, 0]
    path = write(with_scenarios(["reference", "", "", "", "", "", "", 1], off), tmp_path / "toy.xlsx")
    book, found = check_book(path, SCHEMA)
    assert book is not None
    assert any(f.level == "warning" and "too low" in f.message and "scenarios!G3" in f.message for f in found)
