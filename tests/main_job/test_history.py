"""The shipped workbook with 2021-2025 as history: forest and land are held to what happened, and the plan goes on from there.

Limits: what the other rooms hold is tested where they are.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import model
from model.evidence.history import DECIDED, HAPPENED, OTHER_STOCK
from model.reporting.identities.every import check_identities

FIRST, NEXT = 2025, 2030
HELD = ("felling", "planting", "grassland_treated")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def history_plan(workbook: Path) -> model.api.Plan:
    """The plan when the first period is history."""
    plan = model.solve(model.read(str(workbook), overrides=["periods!C4=history"]), scenario="reference")
    assert ("optimal", [FIRST]) == (plan.status, plan.data.history)
    return plan


@pytest.fixture(scope="module")
def rows(history_plan: model.api.Plan) -> pd.DataFrame:
    """Rows of the first period beside what happened."""
    table = history_plan.tables["calibration"]
    return table[table["window"].isin(HAPPENED) & (table["region"] == "nation")].set_index("quantity")


def test_what_was_felled_planted_and_treated_is_what_was_observed(rows: pd.DataFrame) -> None:
    assert [True] * len(HELD) == rows.loc[list(HELD), "ok"].tolist()


def test_no_row_says_that_the_period_was_decided_and_the_gain_of_stock_says_of_which_stock_it_is(rows: pd.DataFrame) -> None:
    assert DECIDED not in rows["reason"].tolist()
    assert OTHER_STOCK == rows.loc["growing_stock_gain", "reason"]


def test_every_identity_holds_age_classes_and_carbon_of_history_among_them(history_plan: model.api.Plan) -> None:
    assert [] == [check["name"] for check in check_identities(history_plan.tables, history_plan.solution) if not check["ok"]]


def test_the_harvest_of_the_first_planned_period_is_in_the_band_around_that_of_history(history_plan: model.api.Plan) -> None:
    """At most a tenth less, a fall beyond at its penalty, and at most a tenth and a twentieth of the base year more."""
    felled = history_plan.solution.values("felled_volume").groupby("year")["value"].sum()
    short = history_plan.solution.values("flow_shortfall").set_index("year")["value"]
    data = history_plan.data
    table = data.tables["forest_harvest"]
    base = float((table["roundwood_base"] / table["recovery"]).sum())
    assert FIRST not in short.index
    assert felled[NEXT] + short[NEXT] >= (1.0 - data.number("even_flow_down")) * felled[FIRST] - 1e-9
    assert felled[NEXT] <= (1.0 + data.number("even_flow_up")) * felled[FIRST] + data.number("even_flow_restart") * base + 1e-9


def test_nothing_else_of_forest_and_land_is_decided_in_history(history_plan: model.api.Plan) -> None:
    families = ("partial_cut", "harvest_capacity_added", "recovered", "built", "delivered", "opened", "rights")
    for name in families:
        frame = history_plan.solution.values(name)
        period = "vintage" if "vintage" in frame else "year"
        assert 0.0 == frame.loc[frame[period] == FIRST, "value"].abs().sum(), name
