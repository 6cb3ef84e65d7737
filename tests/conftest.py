"""What several test files share: the shipped workbook, its plan solved once, and that plan's report written once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import model
from model.api import Plan
from model.core.build.assemble import assemble
from model.core.build.build import Build
from model.core.solve.solver import SolveOptions
from model.workbook.book import Book

ROOT = Path(__file__).resolve().parent.parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the provinces' plan share one process, as the tests of a file do; what takes longest begins first.

    Asked first, because pytest-xdist reads the groups in the same hook.
    """
    for item in items:
        needs_provinces = "province_plan" in getattr(item, "fixturenames", ())
        item.add_marker(pytest.mark.xdist_group("provinces" if needs_provinces else item.nodeid.partition("::")[0]))
    items.sort(key=lambda item: ("province_plan" not in getattr(item, "fixturenames", ()), item.get_closest_marker("slow") is None))


@pytest.fixture(scope="session")
def workbook() -> Path:
    """The three region groups as shipped."""
    return ROOT / "inputs" / "three_regions.xlsx"


@pytest.fixture(scope="session")
def book(workbook: Path) -> Book:
    return model.read(workbook)


@pytest.fixture(scope="session")
def reference_build(book: Book) -> Build:
    """The model of the reference, built and not solved."""
    return assemble(book.data("reference"))


@pytest.fixture(scope="session")
def model_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the matrix of the reference plan is written for another solver."""
    return tmp_path_factory.mktemp("matrix") / "reference.mps"


@pytest.fixture(scope="session")
def plan(book: Book, model_file: Path) -> Plan:
    """The reference plan of the shipped workbook."""
    return model.solve(book, options=SolveOptions(write_model=model_file))


@pytest.fixture(scope="session")
def run_folder(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference plan written as a run."""
    return plan.write(tmp_path_factory.mktemp("reports") / "reference")


@pytest.fixture(scope="session")
def manifest(run_folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((run_folder / "run.json").read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="session")
def tables(run_folder: Path) -> dict[str, pd.DataFrame]:
    """The tables as they stand on the disk; empty cells are missing values."""
    return {path.stem: pd.read_csv(path, encoding="utf-8") for path in sorted((run_folder / "tables").glob("*.csv"))}


@pytest.fixture(scope="session")
def province_plan() -> Plan:
    """The reference plan of the 31 provinces as shipped; it takes minutes, so every test of it shares this one."""
    return model.solve(model.read(ROOT / "inputs" / "provinces.xlsx"))


@pytest.fixture(scope="session")
def province_tables(province_plan: Plan) -> dict[str, pd.DataFrame]:
    """The tables of the provinces' plan."""
    return province_plan.tables
