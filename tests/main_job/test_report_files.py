"""What a run leaves: every table with exactly its columns, a valid data package, a report workbook with charts."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from frictionless import Package

from model.reporting.tables.columns import TABLES
from tests.promised import PROMISED

pytestmark = pytest.mark.slow

#: Further files, each with the module that writes it.
FURTHER = ("report.xlsx", "report.html", "iamc.csv")
CHARTED = ("summary", "carbon", "harvest", "afforestation", "grassland", "clean_energy", "power", "industry")


@pytest.mark.parametrize("name", list(PROMISED))
def test_a_table_has_exactly_the_promised_columns_and_holds_rows(run_folder: Path, name: str) -> None:
    with (run_folder / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        assert PROMISED[name].split(", ") == next(rows)
        assert next(rows, None) is not None


def test_where_a_number_stands_the_column_that_holds_its_unit_is_filled(tables: dict[str, pd.DataFrame]) -> None:
    blank = [
        f"{table.name}.{field.name}"
        for table in TABLES.values()
        for field in table.fields
        if field.beside and (tables[table.name][field.name].notna() & tables[table.name][field.beside].isna()).any()
    ]
    assert [] == blank


def test_tables_are_utf8_with_plain_line_ends(run_folder: Path) -> None:
    for path in sorted((run_folder / "tables").glob("*.csv")):
        content = path.read_bytes()
        assert b"\r" not in content, path.name
        assert not content.startswith(b"\xef\xbb\xbf"), path.name
        assert content.endswith(b"\n"), path.name


def test_the_data_package_is_valid_and_lists_every_table(run_folder: Path) -> None:
    report = Package(str(run_folder / "tables" / "datapackage.json")).validate()
    assert [] == report.flatten(["fieldName", "type", "message"])[:5]
    listed = {Path(resource.path or "").name for resource in Package(str(run_folder / "tables" / "datapackage.json")).resources}
    assert {path.name for path in (run_folder / "tables").glob("*.csv")} == listed


def test_the_files_of_every_writer_are_there(run_folder: Path) -> None:
    for name in FURTHER:
        assert (run_folder / name).stat().st_size > 1000, name


def test_the_report_opens_and_draws_charts_on_every_sheet_of_a_lever(run_folder: Path) -> None:
    book = openpyxl.load_workbook(run_folder / "report.xlsx")
    assert "summary" == book.sheetnames[0]
    assert [] == [name for name in CHARTED if name not in book.sheetnames or not book[name]._charts]


def test_parts_sum_to_the_objective(tables: dict[str, pd.DataFrame], manifest: dict[str, object]) -> None:
    goal = manifest["objective"]
    assert isinstance(goal, dict)
    assert pytest.approx(goal["value"], rel=1e-9) == tables["objective"]["value"].sum()
    certificate = tables["certificate"]
    assert pytest.approx(goal["value"], rel=1e-7) == (certificate["dual"] * certificate["right_hand_side"]).sum()


def test_tables_hold_the_finest_regions_only(tables: dict[str, pd.DataFrame], plan: object) -> None:
    for name in ("allocation", "carbon", "land", "water", "money", "power", "industry"):
        assert ["developed", "industrial", "west"] == sorted(tables[name]["region"].unique()), name
    for name in ("carbon", "power", "industry", "forest", "power_balance"):
        assert 2020 in set(tables[name]["year"]), name
