"""A lever that does not exist for want of a sheet is told when other sheets of its own are filled."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from model.core.declare.spec import Finding
from model.workbook.book import check_book
from tests.workbook.toy import SCHEMA, Rows, toy, write

WITH_LEVER = replace(SCHEMA, levers={"planting": (("demand", "sites"), ("sites",))})


def findings_of(given: dict[str, Rows], folder: Path, lang: str = "en") -> list[Finding]:
    found = check_book(write(given, folder / "toy.xlsx"), WITH_LEVER, lang="zh" if lang == "zh" else "en")[1]
    return [f for f in found if "planting" in f.message]


def test_a_missing_or_empty_sheet_is_a_warning(tmp_path: Path) -> None:
    given = toy()
    assert [] == findings_of(given, tmp_path)
    rows = given.pop("demand")
    found = findings_of(given, tmp_path)
    assert [("warning", "demand")] == [(f.level, f.sheet) for f in found]
    assert "planting is left out of the model, and sites count for nothing" in found[0].message
    given["demand"] = rows[:1]
    assert [("warning", "demand")] == [(f.level, f.sheet) for f in findings_of(given, tmp_path)]
    assert "模型不含 planting" in findings_of(given, tmp_path, "zh")[0].message


def test_rows_that_are_switched_off_are_an_info(tmp_path: Path) -> None:
    given = toy()
    active = given["demand"][0].index("active")
    for row in given["demand"][1:]:
        row[active] = 0
    assert [("info", "demand")] == [(f.level, f.sheet) for f in findings_of(given, tmp_path)]


def test_a_lever_of_which_nothing_is_filled_is_not_told(tmp_path: Path) -> None:
    given = toy()
    del given["demand"], given["sites"]
    assert [] == findings_of(given, tmp_path)


def test_the_cell_of_a_setting_and_of_the_first_row_of_a_key_is_known(tmp_path: Path) -> None:
    """Settings stand in column B from row 2 on, east's site in row 5; what is not there has no cell."""
    book, _ = check_book(write(toy(), tmp_path / "toy.xlsx"), SCHEMA)
    assert book is not None
    data = book.data()
    assert ["B2", "B3", ""] == [data.setting_cell(name) for name in ("discount_rate", "objective", "land_reserve")]
    sites, demand = SCHEMA.tables["sites"], SCHEMA.tables["demand"]
    assert ["C5", "C4", "", "D3"] == [
        data.cell_where(sites, "area", region="east"), data.cell_where(sites, "area", region="west", item="b"),
        data.cell_where(sites, "area", region="north"), data.cell_where(demand, 2030, region="east"),
    ]  # fmt: skip
