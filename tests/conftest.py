"""What several test files share: the shipped workbook, its plan solved once, and that plan's report written once."""

from __future__ import annotations

import gc
import json
import os
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import model
from model.api import Plan
from model.core.aside import save_workbook
from model.core.build.assemble import assemble
from model.core.build.build import Build
from model.core.build.rows import load_pyomo
from model.core.solve.solver import SolveOptions
from model.workbook.book import Book
from tests.shared import Shared
from tests.workbook.small_book import keep_days, keep_years, small_book

ROOT = Path(__file__).resolve().parent.parent
#: What files took in a run of all tests with TEST_SECONDS=1, in seconds; it orders them and nothing else. A file that is not there counts by its tests.
SECONDS = Path(__file__).with_name("seconds.json")
A_TEST = 0.02
_taken: Counter[str] = Counter()
load_pyomo()  # it keeps the stdout of its first import: one that a test captures is closed after the test


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no process works on alone at the end; a file is the work of one process (pyproject.toml)."""
    known, count = json.loads(SECONDS.read_text(encoding="utf-8")), Counter(item.path for item in items)
    expected = {path: float(known.get(path.relative_to(ROOT).as_posix(), number * A_TEST)) for path, number in count.items()}
    items.sort(key=lambda item: (-expected[item.path], str(item.path)))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up what each file takes; of tests in other processes the first one hears."""
    _taken[report.nodeid.partition("::")[0]] += report.duration


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write down what files took, where that is asked for."""
    if os.environ.get("TEST_SECONDS") and not hasattr(session.config, "workerinput"):
        found = {name: round(seconds, 1) for name, seconds in sorted(_taken.items()) if seconds >= 1.0}
        SECONDS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8", newline="\n")


def pytest_collection_finish() -> None:
    """What is loaded stays: the collector of garbage need not look through it again, nor come by after every few objects."""
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)


@pytest.fixture(scope="session")
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Shared:
    """What is made once for all processes of this test run."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if hasattr(request.config, "workerinput") else own) / "shared"
    folder.mkdir(exist_ok=True)
    return Shared(folder)


@pytest.fixture(scope="session")
def workbook() -> Path:
    """The three region groups as shipped."""
    return ROOT / "inputs" / "three_regions.xlsx"


@pytest.fixture(scope="session")
def book(workbook: Path) -> Book:
    return model.read(workbook)


@pytest.fixture(scope="session")
def small_workbook(shared: Shared) -> Path:
    """The small workbook that has rows in every sheet of the shipped one; tests leave it as it is."""

    def make(folder: Path) -> None:
        folder.mkdir()
        small_book(folder)

    return shared.once("small", make) / "small.xlsx"


@pytest.fixture(scope="session")
def short_workbook(shared: Shared, workbook: Path) -> Path:
    """The shipped workbook with few periods and day types: all its sheets, regions and scenarios in a fraction of the time; tests leave it as it is."""

    def make(folder: Path) -> None:
        folder.mkdir()
        few = openpyxl.load_workbook(workbook)
        keep_years(few)
        keep_days(few)
        save_workbook(few, folder / "short.xlsx")

    return shared.once("short", make) / "short.xlsx"


@pytest.fixture(scope="session")
def short_book(short_workbook: Path) -> Book:
    return model.read(short_workbook)


@pytest.fixture(scope="session")
def short_plan(short_book: Book, shared: Shared) -> Plan:
    """The reference plan of the workbook with few periods."""
    return shared.plan(short_book, "reference", beside="short ")


@pytest.fixture(scope="session")
def reference_build(book: Book) -> Build:
    """The model of the reference, built and not solved."""
    return assemble(book.data("reference"))


@pytest.fixture(scope="session")
def model_file(shared: Shared) -> Path:
    """The matrix of the reference plan, written for another solver when the plan is solved."""
    return shared.folder / "reference.mps"


@pytest.fixture(scope="session")
def plan(book: Book, shared: Shared, model_file: Path) -> Plan:
    """The reference plan of the shipped workbook."""
    return shared.plan(book, "reference", SolveOptions(write_model=model_file))


@pytest.fixture(scope="session")
def scenario_plan(book: Book, shared: Shared) -> Callable[[str], Plan]:
    """The plan of a scenario of the shipped workbook by its name, solved once for all tests."""
    return partial(shared.plan, book)


@pytest.fixture(scope="session")
def run_folder(plan: Plan, shared: Shared) -> Path:
    """The reference plan written as a run; tests read it and leave it as it is."""
    return shared.once("reports", lambda folder: plan.write(folder / "reference")) / "reference"


@pytest.fixture(scope="session")
def manifest(run_folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((run_folder / "run.json").read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="session")
def tables(run_folder: Path) -> dict[str, pd.DataFrame]:
    """The tables as they stand on the disk; empty cells are missing values."""
    return {path.stem: pd.read_csv(path, encoding="utf-8") for path in sorted((run_folder / "tables").glob("*.csv"))}


@pytest.fixture(scope="session")
def province_plan(shared: Shared) -> Plan:
    """The reference plan of the 31 provinces as shipped; it takes minutes, so tests of it stand in one file and share this one.

    FileExistsError where it is asked for in a second process: two files use it, or the tests of a file no longer stay together.
    """
    (shared.folder / "provinces").touch(exist_ok=False)
    return model.solve(model.read(ROOT / "inputs" / "provinces.xlsx"))


@pytest.fixture(scope="session")
def province_tables(province_plan: Plan) -> dict[str, pd.DataFrame]:
    """The tables of the provinces' plan."""
    return province_plan.tables
