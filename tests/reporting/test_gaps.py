"""What keeps a phase of the diversion out, taken as a whole: worked by hand on the plan in which nobody needs water."""

from __future__ import annotations

import pytest

from model.core.solve.solution import Solution
from model.reporting.tables.prices import gaps
from tests.analysis.test_west_line import cost_of, outcome, solved
from tests.levers.test_diversion import line_data


def gap_of(solution: Solution) -> float:
    frame = gaps(solution, {})
    found = frame[frame["lever"] == "water_diversion"]
    assert [("one", "bn CNY")] == list(zip(found["item"], found["unit"], strict=True))
    return float(found["gap"].iloc[0])


def test_a_phase_that_nobody_needs_is_kept_out_by_its_cost_at_the_cheapest_start() -> None:
    """100 bn CNY over the ten years before the start, 2 a year from then on, less what is left in 2050: start 2050 is cheapest."""
    costs = {start: cost_of(start)[0] for start in (2030, 2040, 2050)}
    assert 2050 == min(costs, key=lambda start: costs[start])
    assert pytest.approx(costs[2050]) == gap_of(outcome().solution)


def test_forcing_the_phase_costs_at_least_the_gap() -> None:
    data = line_data({"opened_land": 0.0, "earliest_year": 2050})
    free, whole = solved(data, ""), solved(line_data({"opened_land": 0.0, "earliest_year": 2050}, diversion_decision="whole"), "")
    assert pytest.approx(whole.objective - free.objective) == gap_of(free)


def test_a_phase_whose_water_pays_has_no_gap() -> None:
    assert 0.0 == gap_of(solved(line_data({"opened_land": 0.0}, diverted_water_value=20.0), ""))
