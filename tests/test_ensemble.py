"""Many variants at once: the same answers in one process and in several, and a wrong variant says why."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import model
from model.core.aside import save_workbook
from model.core.declare.spec import InputError
from model.ensemble import WarmBook, run_ensemble

pytestmark = pytest.mark.slow

MEMBERS = ["water_minus_10", ["settings!B2=nonsense", "power_demand!Z9=1"], "half_ecological_budget"]
#: Two scenarios of one change: sheet, column, factor.
SCENARIOS = {"water_minus_10": ("water_available", "value", 0.9), "half_ecological_budget": ("ecological_budget", "value", 0.5)}


@pytest.fixture(scope="module")
def few(small_workbook: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small workbook with two scenarios."""
    book = openpyxl.load_workbook(small_workbook)
    page = book["scenarios"]
    heads = [cell.value for cell in page[1]]
    first = next(row for row in range(2, page.max_row + 2) if page.cell(row, 1).value in (None, ""))
    for row, (name, (sheet, column, factor)) in enumerate(SCENARIOS.items(), first):
        for head, entry in {"scenario": name, "sheet": sheet, "column": column, "operation": "multiply", "value": factor, "active": 0}.items():
            page.cell(row, heads.index(head) + 1).value = entry
    path = tmp_path_factory.mktemp("few") / "few.xlsx"
    save_workbook(book, path)
    return path


@pytest.fixture(scope="module")
def alone(few: Path) -> pd.DataFrame:
    return run_ensemble(few, MEMBERS)


def test_every_member_has_a_row_in_order(alone: pd.DataFrame) -> None:
    assert ["member", "status", "objective", "route", "seconds", "problem"] == list(alone.columns)
    assert ["optimal", "input", "optimal"] == alone["status"].tolist()
    assert ["warm", "", "warm"] == alone["route"].tolist()


def test_a_wrong_member_names_the_cell(alone: pd.DataFrame) -> None:
    assert "power_demand!Z9" in alone.loc[1, "problem"]


def test_two_workers_give_the_same_answers(alone: pd.DataFrame, few: Path) -> None:
    shared = run_ensemble(few, MEMBERS, workers=2)
    columns = ["member", "status", "route", "problem"]
    pd.testing.assert_frame_equal(alone[columns], shared[columns])
    # a worker factorises the same basis anew: the last bits may differ
    assert alone["objective"].tolist() == pytest.approx(shared["objective"].tolist(), rel=1e-12, nan_ok=True)


def test_a_plan_of_a_variant_is_a_plan_like_any_other(few: Path) -> None:
    kept = WarmBook(model.read(few))
    plan = kept.plan("water_minus_10")
    assert kept.route == "warm"
    assert kept.base.objective < plan.objective
    assert len(plan.tables["carbon"]) == len(kept.base.tables["carbon"])


def test_an_unknown_base_is_an_input_error(few: Path) -> None:
    with pytest.raises(InputError):
        run_ensemble(few, [], scenario="no_such_scenario")
