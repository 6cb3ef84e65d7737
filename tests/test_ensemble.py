"""Many variants at once: the same answers in one process and in several, and a wrong variant says why."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from model.core.declare.spec import InputError
from model.ensemble import WarmBook, run_ensemble
from model.workbook.book import Book

pytestmark = pytest.mark.slow

MEMBERS = ["water_minus_10", ["settings!B2=nonsense", "power_demand!Z9=1"], "half_ecological_budget"]


@pytest.fixture(scope="module")
def alone(short_workbook: Path) -> pd.DataFrame:
    return run_ensemble(short_workbook, MEMBERS)


def test_every_member_has_a_row_in_order(alone: pd.DataFrame) -> None:
    assert ["member", "status", "objective", "route", "seconds", "problem"] == list(alone.columns)
    assert ["optimal", "input", "optimal"] == alone["status"].tolist()
    assert ["warm", "", "warm"] == alone["route"].tolist()


def test_a_wrong_member_names_the_cell(alone: pd.DataFrame) -> None:
    assert "power_demand!Z9" in alone.loc[1, "problem"]


def test_two_workers_give_the_same_answers(alone: pd.DataFrame, short_workbook: Path) -> None:
    shared = run_ensemble(short_workbook, MEMBERS, workers=2)
    columns = ["member", "status", "route", "problem"]
    pd.testing.assert_frame_equal(alone[columns], shared[columns])
    # a worker factorises the same basis anew: the last bits may differ
    assert alone["objective"].tolist() == pytest.approx(shared["objective"].tolist(), rel=1e-12, nan_ok=True)


def test_a_plan_of_a_variant_is_a_plan_like_any_other(short_book: Book) -> None:
    kept = WarmBook(short_book)
    plan = kept.plan("water_minus_10")
    assert kept.route == "warm"
    assert kept.base.objective < plan.objective
    assert len(plan.tables["carbon"]) == len(kept.base.tables["carbon"])


def test_an_unknown_base_is_an_input_error(short_workbook: Path) -> None:
    with pytest.raises(InputError):
        run_ensemble(short_workbook, [], scenario="no_such_scenario")
