"""A written run is whole or not there, its manifest and data package follow their schemas, and nothing names a machine."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from frictionless import Package
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # the package carries no types

from model.core.data import Data
from model.reporting import write
from model.reporting.files.csvfiles import read_tables
from model.reporting.files.manifest import RunContext, manifest
from model.reporting.identities.every import IdentityError
from model.reporting.tables.columns import TABLES
from model.reporting.write import ReportTargetError, write_run
from tests.levers.history_toy import solved as solved_power
from tests.levers.power_toy import coal, grid, power_data

from .toy_plan import solved

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "run.schema.json"
CONTEXT = RunContext(workbook="C:\\Users\\me\\书.xlsx", sha256="0" * 64, overrides=("periods!B3=1",), seconds={"read": 0.5, "build": 1.0})


@pytest.fixture(autouse=True)
def tables_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The further reports have tests of their own."""
    monkeypatch.setattr(write, "WRITERS", ())


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy plan written into a folder with a Chinese name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(write, "WRITERS", ())
        return write_run(solved(), tmp_path_factory.mktemp("报告") / "reference", context=CONTEXT)


def read_manifest(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return content


def test_the_manifest_follows_its_schema(run: Path) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    assert [] == [error.message for error in Draft202012Validator(schema).iter_errors(read_manifest(run))]


def test_the_schema_refuses_a_manifest_with_a_path(run: Path) -> None:
    """A workbook with a folder in its name is not allowed, so that no machine is named."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    wrong = {**read_manifest(run), "workbook": {"name": "/home/me/book.xlsx", "sha256": ""}}
    assert not Draft202012Validator(schema).is_valid(wrong)


def test_the_manifest_says_what_was_solved(run: Path) -> None:
    content = read_manifest(run)
    rows, columns, nonzeros = solved().matrix.shape
    assert {"name": "书.xlsx", "sha256": "0" * 64} == content["workbook"]
    assert ("optimal", "scenario", 2020) == (content["status"], content["kind"], content["base_year"])
    assert solved().objective == content["objective"]["value"]
    assert {"rows": rows, "columns": columns, "nonzeros": nonzeros} == content["size"]
    assert solved().matrix.hash() == content["matrix_hash"]
    assert all(identity["ok"] for identity in content["identities"])


def test_the_manifest_says_where_history_and_plan_end(run: Path) -> None:
    """The toy has no period of history, so the base year is it; its last milestone is planned."""
    assert (2020, 2040) == tuple(read_manifest(run)[key] for key in ("history_until", "plan_until"))


@pytest.mark.parametrize(
    ("kinds", "expected"), [(["plan", "history", "plan"], (2030, 2040)), (["plan", "plan", "after"], (2020, 2030)), (["history", "plan", "plan"], (2020, 2040))],
)
def test_the_manifest_follows_the_kinds_of_the_periods(kinds: list[str], expected: tuple[int, int]) -> None:
    years = (2020, 2030, 2040)
    data = power_data(grid({"west": 10.0}, years), coal({"west": 2.0}, years), years=years)
    data.tables["periods"] = data.tables["periods"].assign(kind=kinds)
    content = manifest(solved_power(data), CONTEXT, [], {})
    assert expected == (content["history_until"], content["plan_until"])
    assert {"history_until", "plan_until"} <= set(json.loads(SCHEMA.read_text(encoding="utf-8"))["required"])


def test_the_total_time_is_the_sum_of_its_phases(run: Path) -> None:
    seconds = read_manifest(run)["seconds"]
    phases = [seconds[name] for name in ("read", "build", "solve", "extract", "report")]
    assert pytest.approx(sum(phases)) == seconds["total"]
    assert (0.5, 1.0) == (seconds["read"], seconds["build"])


def test_a_coefficient_out_of_range_is_a_warning() -> None:
    """The toy's matrix holds numbers below 1e-4, which the manifest says; nothing is said within the range."""
    content = manifest(solved(), RunContext(), [], {})
    low, high = solved().matrix.coefficient_range()
    assert (low < 1e-4 or high > 1e4) == bool(content["warnings"])


def test_the_data_package_is_valid_with_types_and_rows(run: Path) -> None:
    """Frictionless reads every file with the declared types; blank cells are missing values."""
    report = Package(str(run / "tables" / "datapackage.json")).validate()
    assert [] == report.flatten(["type", "message"])
    assert set(TABLES) == {Path(task.place).stem for task in report.tasks}


def test_a_file_with_a_text_where_a_number_belongs_is_not_valid(run: Path, tmp_path: Path) -> None:
    """The package would notice: carbon.csv with the value 'much' fails."""
    folder = tmp_path / "tables"
    folder.mkdir()
    for file in sorted((run / "tables").iterdir()):
        (folder / file.name).write_bytes(file.read_bytes())
    lines = (folder / "carbon.csv").read_text(encoding="utf-8").split("\n")
    lines[1] = ",".join([*lines[1].split(",")[:-1], "much"])
    (folder / "carbon.csv").write_text("\n".join(lines), encoding="utf-8", newline="\n")
    assert not Package(str(folder / "datapackage.json")).validate().valid


def test_files_are_utf8_with_lf_and_no_machine_path(run: Path) -> None:
    """All but the matrix, which is an archive of arrays: of it the text is asked."""
    for file in sorted(run.rglob("*.*")):
        content = bytes(np.load(file)["text"]) if file.suffix == ".npz" else file.read_bytes()
        assert b"\r" not in content
        assert str(run.parent).encode("utf-8") not in content
        content.decode("utf-8")


def test_a_second_run_replaces_the_first_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "reference"
    write_run(solved(), target, context=CONTEXT)
    (target / "tables" / "old.csv").write_text("old\n", encoding="utf-8")
    write_run(solved(), target, context=CONTEXT)
    assert ["reference"] == [path.name for path in sorted(tmp_path.iterdir())]
    assert not (target / "tables" / "old.csv").exists()


def test_a_folder_that_is_no_report_is_never_replaced(tmp_path: Path) -> None:
    target = tmp_path / "mine"
    target.mkdir()
    (target / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(ReportTargetError) as caught:
        write_run(solved(), target, context=CONTEXT)
    assert "dear" == (target / "letter.txt").read_text(encoding="utf-8")
    assert (caught.value.kept / "run.json").is_file()
    assert "mine.new" == caught.value.kept.name


def test_a_target_in_use_leaves_the_old_report_and_names_the_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Renaming the open report fails as Windows does it; the new one waits beside it."""
    target = write_run(solved(), tmp_path / "reference", context=CONTEXT)
    before = (target / "run.json").read_bytes()
    replace = os.replace

    def refuse(source: Path, place: Path) -> None:
        if Path(source) == target:
            raise PermissionError(13, "in use by another program")
        replace(source, place)

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(ReportTargetError, match="in use") as caught:
        write_run(solved(), target, context=CONTEXT)
    assert before == (target / "run.json").read_bytes()
    assert (caught.value.kept / "run.json").is_file()


def test_a_broken_identity_keeps_the_tables_as_rejected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old report stays; the broken tables lie beside it and can be read."""

    def broken(tables: object, solution: object) -> list[dict[str, Any]]:
        return [{"name": "land_by_class", "largest_error": 0.5, "tolerance": 1e-6, "ok": False}]

    target = write_run(solved(), tmp_path / "reference", context=CONTEXT)
    monkeypatch.setattr(write, "check_identities", broken)
    with pytest.raises(IdentityError, match="land_by_class") as caught:
        write_run(solved(), target, context=CONTEXT)
    assert ["land_by_class"] == [identity["name"] for identity in caught.value.broken]
    assert ["reference", "reference.rejected"] == [path.name for path in sorted(tmp_path.iterdir())]
    assert len(read_tables(tmp_path / "reference.rejected" / "tables")["carbon"]) > 0


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(tables: object, folder: Path) -> None:
        (folder / "carbon.csv").write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write, "write_tables", full)
    with pytest.raises(OSError, match="No space left"):
        write_run(solved(), tmp_path / "reference", context=CONTEXT)
    assert [] == list(tmp_path.iterdir())


def test_a_further_writer_gets_path_tables_manifest_language_and_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, int, str, str]] = []

    def writer(path: Path, tables: dict[str, pd.DataFrame], content: dict[str, Any], lang: str, data: Data) -> None:
        seen.append((path.name, len(tables), content["status"], lang))
        assert solved().build.data is data

    monkeypatch.setattr(write, "WRITERS", ((writer, "report.xlsx"),))
    write_run(solved(), tmp_path / "reference", context=RunContext(lang="zh"))
    assert [("report.xlsx", len(TABLES), "optimal", "zh")] == seen
