"""A right workbook is read into solver units, interpolated between given years, with its cells known."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.core.data import Data
from model.core.declare.schema import Schema
from model.core.declare.spec import Column, Finding, InputError, Table
from model.workbook.book import book_from_frames, check_book, read_book
from model.workbook.writer import write_template, write_workbook
from tests.workbook.toy import DEMAND, SCHEMA, SETTINGS, Rows, put, toy, write


def data_of(sheets: dict[str, Rows], tmp_path: Path, schema: Schema = SCHEMA) -> Data:
    return read_book(write(sheets, tmp_path / "toy.xlsx"), schema).data()


def test_counts_and_identity_of_a_book(tmp_path: Path) -> None:
    book = read_book(write(toy(), tmp_path / "toy.xlsx"), SCHEMA)
    rows = {"regions": 2, "periods": 3, "time_slices": 2, "sites": 3, "demand": 2}
    assert {"regions": 2, "periods": 2, "slices": 2, "rows": rows} == book.counts()
    assert ("toy", 64) == (book.name, len(book.sha256))


def test_columns_are_converted_to_solver_units_and_blanks_take_defaults(tmp_path: Path) -> None:
    """100 kha = 0.1 Mha; 2000 CNY/ha = 2 bn CNY/Mha; a blank cost is 100 CNY/ha = 0.1; a blank cap stays empty."""
    sites = data_of(toy(), tmp_path).tables["sites"]
    assert [0.1, 0.3, 0.04] == [pytest.approx(v, rel=1e-15) for v in sites["area"]]
    assert [2.0, 0.1, 3.0] == [pytest.approx(v, rel=1e-15) for v in sites["cost"]]
    assert [True, False, True] == list(sites["cap"].isna())
    assert ([1, 0, 1], [20, 10, 30], ["good", "good", "poor"]) == (
        list(sites["open"]),
        list(sites["life"]),
        list(sites["class"]),
    )
    assert ("row", [3, 4, 5], ["a book"] * 3) == (sites.index.name, list(sites.index), list(sites["source"]))
    assert "int64" == str(sites["life"].dtype)


UNITS = [
    ("万公顷", 10, 0.1),
    ("mu", 1_500_000, 0.1),
    ("km2", 1000, 0.1),
    ("Mha", 0.1, 0.1),
    ("kha", 100, 0.1),
    (" ha ", 100_000, 0.1),
]


@pytest.mark.parametrize(("unit", "value", "area"), UNITS, ids=[u[0] for u in UNITS])
def test_a_unit_cell_may_be_any_unit_of_the_dimension(tmp_path: Path, unit: str, value: float, area: float) -> None:
    """100 kha = 10 x 10 000 ha = 1000 km2; 15 mu make a hectare."""
    sheets = toy()
    put(sheets, "sites", "C2", unit)
    for row, factor in ((3, 1.0), (4, 0.5), (5, 0.25)):
        put(sheets, "sites", f"C{row}", value * factor)
    assert [pytest.approx(area * f, rel=1e-14) for f in (1.0, 0.5, 0.25)] == list(
        data_of(sheets, tmp_path).tables["sites"]["area"]
    )


def test_a_setting_is_converted_and_a_missing_one_takes_its_default(tmp_path: Path) -> None:
    """4 %/yr are 0.04 a year; the default reserve of 500 kha is 0.5 Mha."""
    sheets = toy()
    put(sheets, "settings", "B2", 4)
    put(sheets, "settings", "C2", "%/yr")
    data = data_of(sheets, tmp_path)
    assert pytest.approx(0.04, rel=1e-15) == data.number("discount_rate")
    assert 0.5 == data.number("land_reserve")


def test_years_between_are_interpolated_and_each_row_has_its_own_unit(tmp_path: Path) -> None:
    """Without 2030, west is (100 + 400)/2 = 250 million m3 there; east in bn m3: (0.05 + 0.08)/2 = 0.065."""
    sheets = toy()
    for row in sheets["demand"]:
        del row[3]
    for cell, value in (("B3", "bn m3"), ("C3", 0.05), ("D3", 0.08)):
        put(sheets, "demand", cell, value)
    data = data_of(sheets, tmp_path)
    assert [pytest.approx(v, rel=1e-15) for v in (0.1, 0.25, 0.4, 0.05, 0.065, 0.08)] == list(
        data.tables["demand"]["value"]
    )
    assert [2020, 2030, 2040] * 2 == list(data.tables["demand"]["year"])
    assert ("D3", "") == (data.cell("demand", 3, 2040), data.cell("demand", 3, 2030))


def test_an_empty_year_is_interpolated_with_an_info_at_its_cell(tmp_path: Path) -> None:
    sheets = toy()
    put(sheets, "demand", "D2", None)
    book, findings = check_book(write(sheets, tmp_path / "toy.xlsx"), SCHEMA)
    assert ["demand!D2: the empty cell is interpolated to 250 million m3"] == [str(f) for f in findings]
    assert book is not None
    assert 0.25 == book.data().tables["demand"]["value"].iloc[1]


def test_the_base_year_may_be_absent_but_no_later_year(tmp_path: Path) -> None:
    sheets = toy()
    for row in sheets["demand"]:
        del row[2]
    assert [2030, 2040] * 2 == list(data_of(sheets, tmp_path).tables["demand"]["year"])
    for row in sheets["demand"]:
        del row[3]
    findings = check_book(write(sheets, tmp_path / "toy.xlsx"), SCHEMA)[1]
    assert ["demand!C1"] == [f"{f.sheet}!{f.cell}" for f in findings if f.level == "error"]
    assert "2040 lies outside the given years 2030 to 2030" in str(findings[0])


def test_optional_years_stay_empty_outside_the_given_range(tmp_path: Path) -> None:
    optional = Table("demand", (DEMAND.columns[0], Column("value", "million m3", default=None)), "years")
    sheets = toy()
    put(sheets, "demand", "C2", None)
    put(sheets, "demand", "E3", None)
    demand = data_of(sheets, tmp_path, Schema({**SCHEMA.tables, "demand": optional}, SETTINGS)).tables["demand"]
    assert [(2, 2030), (2, 2040), (3, 2020), (3, 2030), (3, 2040)] == list(
        zip(demand.index, demand["year"], strict=True)
    )
    assert [False, False, False, False, True] == list(demand["value"].isna())


@pytest.mark.parametrize("header", [2030, "2030", 2030.0, "２０３０", " 2030 ", "2030.0"])
def test_years_in_the_header_are_read_however_they_are_typed(tmp_path: Path, header: object) -> None:
    sheets = toy()
    put(sheets, "demand", "D1", header)
    data = data_of(sheets, tmp_path)
    assert [0.2, 0.06] == list(data.tables["demand"].query("year == 2030")["value"])
    assert "D2" == data.cell("demand", 2, 2030)


def test_the_order_of_columns_does_not_matter(tmp_path: Path) -> None:
    sheets = toy()
    sheets["sites"] = [[*row, *[None] * (12 - len(row))][::-1] for row in sheets["sites"]]
    assert data_of(toy(), tmp_path).tables["sites"].equals(data_of(sheets, tmp_path).tables["sites"])


def frames() -> dict[str, pd.DataFrame]:
    return {
        "regions": pd.DataFrame(
            {
                "region": ["west", "east"],
                "name_en": ["W", "E"],
                "name_zh": ["西", "东"],
                "region_group": ["west", "developed"],
            }
        ),
        "periods": pd.DataFrame({"year": [2020, 2030]}),
        "sites": pd.DataFrame(
            {"region": ["west", "east"], "item": ["a", "a"], "area": [100, 40.0], "cap": [None, 5.0]}
        ),
        "demand": pd.DataFrame({"region": ["west"], 2020: [100.0], 2030: [np.int64(200)]}),
    }


def test_a_book_from_frames_passes_the_same_checks() -> None:
    data = book_from_frames(frames(), {"discount_rate": 0.03}, schema=SCHEMA).data()
    assert [0.1, 0.04] == list(data.tables["sites"]["area"])
    assert [0.1, 0.2] == list(data.tables["demand"]["value"])
    assert (0.03, "") == (data.number("discount_rate"), data.cell("sites", 3, "area"))
    wrong = {**frames(), "sites": frames()["sites"].assign(region="north", area=[np.inf, -1.0])}
    with pytest.raises(InputError) as caught:
        book_from_frames(wrong, {"discount_rat": 1}, schema=SCHEMA)
    kinds = ["not a finite", "too low", "occurs twice", "not in regions", "not in regions", "unknown setting"]
    assert kinds == [next(k for k in kinds if k in f.message) for f in caught.value.findings]
    assert [""] * len(kinds) == [f.cell for f in caught.value.findings]


def test_what_the_writer_writes_is_read_back_without_findings(tmp_path: Path) -> None:
    common = {"source": "a book", "quality": "reported"}
    tables = {name: frame.assign(**common) for name, frame in frames().items()}
    tables["time_slices"] = pd.DataFrame(
        {"slice": ["all"], "season": ["s"], "block": ["b"], "hours": [8760.0], **common}
    )
    row = {
        "scenario": "dry",
        "sheet": "demand",
        "selector": "region=west",
        "operation": "multiply",
        "value": 2.0,
        **common,
    }
    scenarios = pd.DataFrame([{"scenario": "reference", **common}, {**row, "column": "value"}])
    write_workbook(tmp_path / "toy.xlsx", SCHEMA, tables, {}, [2020, 2030], scenarios)
    book, findings = check_book(tmp_path / "toy.xlsx", SCHEMA)
    assert [] == [f for f in findings if f.level != "info"]
    assert book is not None
    made = book_from_frames(tables, schema=SCHEMA).data()
    for name, frame in made.tables.items():
        pd.testing.assert_frame_equal(frame, book.data().tables[name])
    assert made.settings == book.data().settings
    assert [0.1, 0.4] == list(book.data("dry").tables["demand"]["value"])


def test_an_empty_template_lacks_only_what_is_required(tmp_path: Path) -> None:
    write_template(tmp_path / "empty.xlsx", SCHEMA, [2020, 2030])
    findings = check_book(tmp_path / "empty.xlsx", SCHEMA)[1]
    assert ["regions", "periods"] == [f.sheet for f in findings]


def test_checks_across_tables_run_when_all_else_is_right() -> None:
    def at_most_one(data: Data) -> list[Finding]:
        return (
            [Finding("error", "sites", data.cell("sites", 3, "area"), "too many")]
            if len(data.tables["sites"]) > 1
            else []
        )

    with pytest.raises(InputError, match="sites: too many"):
        book_from_frames(frames(), schema=SCHEMA, checks=[at_most_one])


def test_reading_loads_neither_the_solver_layer_nor_charts_nor_openpyxl() -> None:
    code = "import sys, model.workbook.book; print([m for m in ('pyomo', 'plotly', 'openpyxl', 'highspy') if m in sys.modules])"
    root = Path(__file__).resolve().parents[2]
    assert (
        "[]"
        == subprocess.run(
            [sys.executable, "-c", code], cwd=root, capture_output=True, encoding="utf-8", check=True
        ).stdout.strip()
    )
