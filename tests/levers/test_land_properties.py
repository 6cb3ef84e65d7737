"""Properties of grassland, wetland, land and water on random small cases: nothing is lost, made or counted twice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.data import Data
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from model.levers.land.grassland import Grassland
from model.levers.land.land import Land
from model.levers.land.water import Water
from model.levers.land.wetland import Wetland

from .toy import cheapest, toy_data

YEARS = (2020, 2025, 2035)
LEVERS: tuple[type[Lever], ...] = (Grassland, Land, Water, Wetland)
#: Solver feasibility tolerance, Mha or km3, for a sum of a few rows.
SMALL = 1e-6

share = st.floats(0.0, 1.0).map(lambda x: round(x, 3))
area = st.floats(0.0, 20.0).map(lambda x: round(x, 3))
cases = st.fixed_dictionaries(
    {
        "moderate": area, "good": area, "ban": share, "balance": share, "rate": share, "degradation": share, "capacity": share,
        "sheep": area, "wet_area": share, "water": area, "flow": area, "unused": area, "price": st.floats(0.0, 30.0).map(lambda x: round(x, 2)),
    }
)  # fmt: skip


def case_data(case: dict[str, float], wet_share: float = 1.0) -> Data:
    """One region with grass of two conditions, wetland to recover, water for part of it."""
    grass = [
        {
            "region": "west", "water_zone": "dry", "grass_zone": "restoration", "condition": c, "area": case[c], "forage_yield": 1.0,
            "degradation": case["degradation"] * 0.1 if c == "moderate" else 0.0, "initial_ban": case["ban"] * case[c],
            "initial_balance": case["balance"] * case[c],
        }
        for c in ("moderate", "good")
    ]  # fmt: skip
    measure: dict[str, Any] = {"grass_zone": "restoration", "saturation": 20.0, "life": 12.0, "irrigation": 0.2}
    tables: dict[str, Any] = {
        "grassland": grass,
        "grass_measures": [
            {**measure, "measure": "reseed", "rate": case["rate"], "establishment_cost": 1.0, "forage_loss": 1.0, "restores": 1.0},
            {**measure, "measure": "balance", "rate": 0.3 * case["rate"], "light": 1.0, "forage_loss": 0.15, "irrigation": 0.0},
        ],
        "grass_conditions": [{"condition": c, "carbon_factor": f, "forage_factor": f} for c, f in (("moderate", 0.9), ("good", 0.4))],
        "grass_initial": [{"grass_zone": "restoration", "measure": m, "rate": 0.1, "years_left": 11.0} for m in ("ban", "balance")],
        "livestock": [{"region": "west", "sheep_units": case["sheep"], "treatment_capacity": case["capacity"]}],
        "water_zones": [{"water_zone": "dry", "region": "west", "basin": "inland"}],
        "water_available": [{"water_zone": "dry", "year": y, "value": case["flow"]} for y in YEARS],
        "land": [
            {"region": "west", "land_class": "grassland", "area": case["moderate"] + case["good"]},
            {"region": "west", "land_class": "unused", "area": case["unused"]},
            {"region": "west", "land_class": "wetland", "area": 1.0},
        ],
        "wetland_recovery": [
            {
                "region": "west", "water_zone": "dry", "from_class": "unused", "area": wet_share * case["wet_area"] * case["unused"],
                "capacity": 0.3, "water": case["water"], "rate": 0.5, "saturation": 30.0, "recovery_cost": 1.0,
            }
        ],
    }  # fmt: skip
    return toy_data(years=YEARS, tables=tables)


def plan(data: Data, price: float, levers: tuple[type[Lever], ...] = LEVERS) -> Solution:
    solution = cheapest(assemble(data, list(levers), []), price)
    assert solution.status == "optimal"
    return solution


@settings(max_examples=30, deadline=None, derandomize=True)
@given(cases)
def test_area_is_conserved_and_no_stock_is_negative(case: dict[str, float]) -> None:
    """Classes together hold what the survey counted; treated land fits its zone; every balance closes without a deficit."""
    solution = plan(case_data(case), case["price"])
    land = solution.balance("land")
    moved = land[~land["item"].isin(["available", "grassland_restored"])].groupby(["item", "year"])["value"].sum()
    assert np.abs(moved.to_numpy()).max(initial=0.0) <= SMALL
    for name in ("land", "water", "forage", "grass_land"):
        keys = list(solution.build.ledger.balances[name].index)
        left = solution.balance(name).groupby(keys)["value"].sum()
        assert left.min() >= -SMALL if len(left) else True
    assert (solution.x >= -SMALL).all()
    treated = solution.values("treated")
    room = case_data(case).tables["grassland"].set_index("condition")
    if len(treated):
        used = treated.groupby("condition")["value"].sum()
        for condition, total in used.items():
            assert total <= room.loc[condition, "area"] - room.loc[condition, "initial_ban"] + SMALL


@settings(max_examples=30, deadline=None, derandomize=True)
@given(cases)
def test_carbon_of_grass_is_never_more_than_until_saturation(case: dict[str, float]) -> None:
    """All gains of new measures together: at most area treated * rate * factor * 20 years."""
    solution = plan(case_data(case), case["price"])
    treated = solution.values("treated")
    sink = solution.balance("sink")
    gains = sink[sink["item"] == "grassland_measures"]
    whole = sum(float(v) * solution.build.data.length(int(y)) for v, y in zip(gains["value"], gains["year"], strict=True))
    rate = {"reseed": case["rate"], "balance": 0.3 * case["rate"]}
    factor = {"moderate": 0.9, "good": 0.4}
    most = sum(v * rate[m] * factor[c] * 20.0 for m, c, v in zip(treated.get("measure", []), treated.get("condition", []), treated["value"], strict=True))
    assert whole <= most * 44 / 12 + SMALL


@settings(max_examples=15, deadline=None, derandomize=True)
@given(cases, st.permutations(LEVERS))
def test_the_order_of_levers_does_not_matter(case: dict[str, float], order: list[type[Lever]]) -> None:
    expected = plan(case_data(case), case["price"]).objective
    assert pytest.approx(expected, rel=1e-7, abs=1e-7) == plan(case_data(case), case["price"], tuple(order)).objective


@settings(max_examples=15, deadline=None, derandomize=True)
@given(cases)
def test_a_lever_that_is_off_is_a_lever_without_potential(case: dict[str, float]) -> None:
    """Wetland with no area to recover, and no wetland lever at all, give the same plan."""
    without = plan(case_data(case), case["price"], (Grassland, Land, Water))
    nothing = plan(case_data(case, wet_share=0.0), case["price"])
    assert pytest.approx(without.objective, rel=1e-7, abs=1e-7) == nothing.objective


def test_the_cases_do_treat_and_recover_something() -> None:
    """A case in the middle of the ranges uses every lever, so that the properties above say something."""
    case = {
        "moderate": 8.0, "good": 4.0, "ban": 0.2, "balance": 0.3, "rate": 0.8, "degradation": 0.5, "capacity": 0.9, "sheep": 3.0,
        "wet_area": 0.5, "water": 2.0, "flow": 15.0, "unused": 6.0, "price": 20.0,
    }  # fmt: skip
    solution = plan(case_data(case), case["price"])
    assert solution.values("treated")["value"].sum() > 1.0
    assert solution.values("recovered")["value"].sum() > 1.0
    assert solve(solution.build).objective == pytest.approx(solution.objective)
