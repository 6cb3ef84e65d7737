"""A finished run is made again from its manifest and held against itself; what differs is told, and what may be why."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from model import verbs
from model.core.solve.solution import Solution
from model.exits import EXIT_INPUT
from model.reporting.proof.finished import finished, sha256
from model.reporting.proof.plan import PlanError
from model.reporting.replay.again import make_again
from model.reporting.replay.replayed import Again, replayed
from tests.reporting.proof_runs import leave, write_hand
from tests.reporting.toy_plan import solved, solved_tables


@dataclass
class Made:
    """What stands for a solved plan here: the toy's solution."""

    solution: Solution
    status: str = "optimal"

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        return solved_tables()


@dataclass
class Doors:
    """Doors that hand over the toy, and keep what they were asked."""

    asked: list[Any] = field(default_factory=list)

    def scenario_names(self, active_only: bool = True) -> list[str]:
        return ["reference"]

    def read(self, path: Path, overrides: tuple[str, ...]) -> Doors:
        self.asked += [path, overrides]
        return self

    def solve(self, book: Any, scenario: str, options: Any) -> Made:
        self.asked += [scenario, options]
        return Made(solved())

    def told_beside(self, plan: Any, place: Any, options: Any) -> str:
        return ""

    def differences(self, before: Path, after: Path) -> Iterator[str]:
        return iter([f"{before.name} {after.name}"])

    def versions(self) -> Mapping[str, str]:
        return {"model": "9.9"}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy as a run of a workbook that lies beside it."""
    folder = leave(solved(), tmp_path_factory.mktemp("replayed") / "toy" / "reference")
    (folder.parent / "toy.xlsx").write_bytes(b"a workbook")
    told = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    told["workbook"] = {"name": "toy.xlsx", "sha256": sha256(folder.parent / "toy.xlsx")}
    told["solver"]["options"], told["overrides"] = {"threads": "1"}, ["settings!B2=1"]
    (folder / "run.json").write_text(json.dumps(told), encoding="utf-8")
    return folder


@pytest.fixture
def run(kept: Path, tmp_path: Path) -> Path:
    """A copy that a test may harm."""
    return Path(shutil.copytree(kept.parent, tmp_path / "toy")) / "reference"


def lines(folder: Path, workbook: Path | None = None, doors: Doors | None = None) -> tuple[bool, str]:
    """Whether the run is the same again, and what is told."""
    found = make_again(folder, workbook, doors or Doors(), lambda said: None)
    return found.ok, "\n".join(found.told("en"))


def test_a_run_made_again_is_equal_and_nothing_of_it_is_touched(run: Path) -> None:
    """Options and one-off changes are those of run.json; it began from nothing and does again."""
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    doors = Doors()
    is_same, told = lines(run, doors=doors)
    assert is_same, told
    assert told.splitlines()[-1].startswith(f"{run}: equal")
    path, overrides, scenario, options = doors.asked
    assert (run.parent / "toy.xlsx", ("settings!B2=1",), "reference", {"threads": "1"}, True) == (path, overrides, scenario, options.solver, options.cold)
    assert before == {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    assert "why, perhaps: model was" in told


def test_a_number_of_a_table_that_came_out_otherwise_is_told_with_its_row(run: Path) -> None:
    table = run / "tables" / "carbon.csv"
    frame = pd.read_csv(table)
    place = int(frame["value"].abs().idxmax())
    frame.loc[place, "value"] *= 1.001
    frame.to_csv(table, index=False)
    is_same, told = lines(run)
    assert not is_same
    assert "carbon.csv, value: 1 of" in told
    assert f"{frame.loc[place, 'region']}, {frame.loc[place, 'account']}, {frame.loc[place, 'category']}" in told
    assert "several plans are optimal" in told


def test_another_workbook_is_told_with_what_differs(run: Path, tmp_path: Path) -> None:
    (tmp_path / "toy.xlsx").write_bytes(b"another workbook")
    _, told = lines(run, tmp_path / "toy.xlsx")
    assert f"why: the workbook is another file than the run read ({tmp_path / 'toy.xlsx'})\n  toy.xlsx toy.xlsx" in told


def test_another_matrix_and_objective_are_told(run: Path) -> None:
    kept = finished(run)
    found = replayed(kept, Again("other", float(kept.manifest["objective"]["value"]) + 1.0, kept.tables, {}))
    told = "\n".join(found.told("zh"))
    assert ["replay_matrix", "replay_objective"] == [said.kind for said in found.differences]
    assert "矩阵不同" in told
    assert "several" not in told


def test_rows_that_only_one_of_the_runs_has_are_told(run: Path) -> None:
    kept = finished(run)
    found = replayed(kept, Again(str(kept.manifest["matrix_hash"]), float(kept.manifest["objective"]["value"]), {**kept.tables, "carbon": kept.tables["carbon"].iloc[1:]}, {}))
    assert ["replay_rows"] == [said.kind for said in found.differences]


def test_a_run_whose_workbook_or_scenario_is_gone_can_not_be_made_again(run: Path) -> None:
    told = json.loads((run / "run.json").read_text(encoding="utf-8"))
    (run / "run.json").write_text(json.dumps({**told, "scenario": "other"}), encoding="utf-8")
    with pytest.raises(PlanError, match="no scenario other"):
        lines(run)
    (run.parent / "toy.xlsx").unlink()
    with pytest.raises(PlanError, match=r"toy\.xlsx was not found"):
        lines(run)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_no_run_is_refused_in_a_line(lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert EXIT_INPUT == verbs.main(["replay", str(tmp_path), "--lang", lang])
    assert EXIT_INPUT == verbs.main(["replay", str(write_hand(tmp_path / "run")), "--lang", lang])
    assert 2 == len(capsys.readouterr().err.splitlines())
