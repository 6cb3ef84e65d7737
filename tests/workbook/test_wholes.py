"""Numbers that should add up to 1, or have a mean of 1 over the year, are checked where the column is declared so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from model.core.build.registry import schema
from model.core.declare.spec import Column, Finding, Table
from model.workbook.book import check_book
from tests.workbook.toy import SCHEMA, Rows, put, scenario_row, toy, write

SHAPES = Table(
    "shapes",
    (
        Column("region", "", "text", key=True, ref="regions.region"),
        Column("slice", "", "text", key=True, ref="time_slices.slice"),
        Column("share", "1", low=0, high=1, whole=("region",)),
        Column("output", "1", low=0, whole=("region",), whole_mean=True),
    ),
)
WITH_SHAPES = replace(SCHEMA, tables={**SCHEMA.tables, "shapes": SHAPES})


def sheets() -> dict[str, Rows]:
    """West: 0.3 + 0.7, and 0.8 and 1.2 in two halves of the year; east alike."""
    found = toy()
    rows = [[region, part, share, output, 1, "a book", "estimate", ""] for region in ("west", "east") for part, share, output in (("day", 0.3, 0.8), ("night", 0.7, 1.2))]
    found["shapes"] = [["region", "slice", "share", "output", "active", "source", "quality", "note"], ["", "", "1", "1"], *rows]
    return found


def findings_of(given: dict[str, Rows], folder: Path, lang: str = "en") -> list[Finding]:
    found = check_book(write(given, folder / "toy.xlsx"), WITH_SHAPES, lang="zh" if lang == "zh" else "en")[1]
    return [f for f in found if f.level == "error"]


def test_wholes_that_miss_one_by_rounding_are_taken(tmp_path: Path) -> None:
    given = sheets()
    put(given, "shapes", "C3", 0.30005)
    assert [] == findings_of(given, tmp_path)


def test_each_group_that_misses_one_is_named_at_its_first_row(tmp_path: Path) -> None:
    """East shares: 0.3 + 0.6 = 0.9; west output: (0.9 + 1.2) / 2 = 1.05 over halves of the year."""
    given = sheets()
    put(given, "shapes", "C6", 0.6)
    put(given, "shapes", "D3", 0.9)
    found = findings_of(given, tmp_path)
    assert [("shapes", "C5"), ("shapes", "D3")] == [(f.sheet, f.cell) for f in found]
    assert "share of east adds up to 0.9 (rows: 2)" in found[0].message
    assert "output of west has a mean of 1.05" in found[1].message
    assert ["numbers that add up to 1", "a mean of 1"] == [f.expected for f in found]
    assert "east 的 share 合计为 0.9（2 行）" in findings_of(given, tmp_path, "zh")[0].message


@pytest.mark.parametrize(("sheet", "cell", "value"), [("shapes", "C3", None), ("time_slices", "D3", 4000), ("shapes", "B3", "noon")])
def test_another_mistake_does_not_bring_a_second_finding(tmp_path: Path, sheet: str, cell: str, value: object) -> None:
    """A blank, hours that make no year, an unknown slice: only that is told."""
    given = sheets()
    put(given, sheet, cell, value)
    assert [(sheet, cell)] == [(f.sheet, f.cell) for f in findings_of(given, tmp_path)]


def test_a_scenario_that_breaks_a_whole_is_refused(tmp_path: Path) -> None:
    given = sheets()
    given["scenarios"].append(scenario_row("shifted", "shapes", "region=west; slice=day", "share", "set", 0.5))
    found = findings_of(given, tmp_path)
    assert 1 == len(found)
    assert "share of west adds up to 1.2" in found[0].message


def test_the_columns_of_the_model_that_are_wholes_are_declared_so() -> None:
    """A demand whose slices add up to less than the year, or cooling water that falls in no zone, would be lost without a word."""
    declared = {(t.name, c.name): (c.whole, c.whole_mean) for t in schema().tables.values() for c in t.columns if c.whole}
    assert declared == {
        ("water_zones", "industry_share"): (("region",), False),
        ("load_shape", "share"): (("region",), False),
        ("output_shape", "relative_output"): (("region", "shape"), True),
        ("use_shape", "share"): (("region", "load_use"), False),
    }
