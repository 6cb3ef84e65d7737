"""What the processes of a test run share is made once, whole, and a plan taken from there is the plan that was solved."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import model
from tests import shared as sharing
from tests.shared import Shared
from tests.workbook.fuzz_checks import small_workbook


def test_a_file_is_made_by_the_first_who_asks(tmp_path: Path) -> None:
    first, second = Shared(tmp_path), Shared(tmp_path)
    assert "mine" == first.once("a.txt", lambda path: path.write_text("mine", encoding="utf-8")).read_text(encoding="utf-8")
    assert "mine" == second.once("a.txt", lambda path: path.write_text("other", encoding="utf-8")).read_text(encoding="utf-8")


def test_what_failed_half_way_is_made_anew(tmp_path: Path) -> None:
    def broken(path: Path) -> None:
        path.write_text("half", encoding="utf-8")
        raise OSError("full")

    shared = Shared(tmp_path)
    with pytest.raises(OSError, match="full"):
        shared.once("a.txt", broken)
    assert not (tmp_path / "a.txt").exists()
    assert "whole" == shared.once("a.txt", lambda path: path.write_text("whole", encoding="utf-8")).read_text(encoding="utf-8")


def test_who_was_killed_is_not_waited_for_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock that it left is taken over."""
    monkeypatch.setattr(sharing, "PATIENCE", 0.1)
    (tmp_path / "a.txt.lock").mkdir()
    shared = Shared(tmp_path)
    assert "late" == shared.once("a.txt", lambda path: path.write_text("late", encoding="utf-8")).read_text(encoding="utf-8")
    assert not (tmp_path / "a.txt.lock").exists()


def test_a_plan_of_another_process_is_the_plan_that_was_solved(workbook: Path, tmp_path: Path) -> None:
    """Values, duals and tables; nothing is solved a second time, and another workbook is refused."""
    book = model.read(small_workbook(workbook, tmp_path / "grass.xlsx"))
    shared = Shared(tmp_path)
    solved = shared.plan(book, "reference")
    written = (tmp_path / "reference.plan").read_bytes()
    taken = shared.plan(book, "reference")
    assert taken is not solved
    assert written == (tmp_path / "reference.plan").read_bytes()
    assert (solved.status, solved.objective, solved.seconds) == (taken.status, taken.objective, taken.seconds)
    for name in ("x", "reduced_cost", "row_dual"):
        np.testing.assert_array_equal(getattr(solved.solution, name), getattr(taken.solution, name))
    for name, frame in solved.tables.items():
        pd.testing.assert_frame_equal(frame, taken.tables[name])
    with pytest.raises(AssertionError):
        shared.plan(model.read(tmp_path / "grass.xlsx", ["settings!B7=0.03"]), "reference")
