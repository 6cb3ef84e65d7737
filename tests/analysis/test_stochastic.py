"""Decisions before the future is known, worked by hand, then the small workbook.

A plant built by 2030 at 1 bn CNY a year for ten years serves one unit in 2040; what is short then is bought at 3 a year for ten years. Demand
is 4 in three of four futures, 10 in the fourth.

Together: one more plant costs 10 and saves 30 in one of four, 7.5: none beyond 4. 40 + 6 * 30 / 4 = 85.
Known: 3/4 * 40 + 1/4 * 100 = 55. For the mean of 5.5: 55 + 4.5 * 30 / 4 = 88.75.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import model
from model import analysis
from model.analysis import Outcome, Task
from model.analysis.stochastic import read_nodes
from model.analysis.tree import joined, mean_of, node_of, solve_joined
from model.closing.objective import ObjectiveClosing
from model.core.build.assemble import assemble
from model.core.build.build import Build, Lever
from model.core.build.rebuild import rebuild
from model.core.data import Data
from model.core.declare.roles import Decision
from model.core.declare.spec import InputError, Variable
from model.core.ledger import Terms
from model.core.solve.matrix import compile_matrix
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from tests.levers.toy import poster, toy_data

PLANT, BOUGHT = Variable("plant_here", ("region", "vintage"), "GW"), Variable("bought_here", ("region", "year"), "GW")
YEARS = (2020, 2030, 2040)
LOW, HIGH = "low", "high"
DEMAND = {LOW: 4.0, HIGH: 10.0, "wide": 4.0, "narrow": 4.0}
LIKELY = f"{LOW}:0.75;{HIGH}:0.25"


def data(name: str = LOW) -> Data:
    """Two periods without discounting; the demand of 2040 stands in the title."""
    return toy_data(("west",), YEARS, {}, {"discount_rate": 0.0, "title_en": name})


#: The most that may be built in a future, where that is less than without end.
MOST = {"narrow": 5.0}


def build_and_buy(lever: Lever) -> None:
    keys = pd.DataFrame({"region": "west", "year": lever.data.years})
    plant, bought = lever.b.variable(PLANT, keys.rename(columns={"year": "vintage"})), lever.b.variable(BOUGHT, keys)
    name = lever.data.word("title_en")
    served = pd.DataFrame({"year": 2040, "position": [plant.positions[0], bought.positions[1], -1], "coefficient": [1.0, 1.0, -DEMAND[name]]})
    lever.b.rows_from_terms("served", served, ["year"], ">=", "GW")
    most = pd.DataFrame({"year": 2030, "position": [plant.positions[0], -1], "coefficient": [-1.0, MOST.get(name, 100.0)]})
    lever.b.rows_from_terms("built_within", most, ["year"], ">=", "GW")
    if name == "wide":
        lever.b.rows_from_terms("served_twice", served, ["year"], ">=", "GW")
    lever.ledger.use("money", Terms(plant.terms().frame.rename(columns={"vintage": "year"}), "GW"), 1.0, item="plant", unit="bn CNY/yr/GW")
    lever.ledger.use("money", bought.terms(), 3.0, item="bought", unit="bn CNY/yr/GW")


def built(given: Data) -> Build:
    lever = poster(build_and_buy)
    lever.decisions = (Decision("plant_here"),)
    return assemble(given, [lever], [ObjectiveClosing])


def what_is_done(solution: Solution) -> dict[str, pd.DataFrame]:
    plant = solution.values("plant_here").rename(columns={"vintage": "year"})
    return {"allocation": plant.assign(lever="power", item="plant", region_group="west", unit="GW")}


def plan_of(data: Data, phase: str) -> Solution:
    return solve(built(data))


def never(data: Data, phase: str) -> Solution:
    raise AssertionError("a solve was spent on settings that are wrong")


def analysed(nodes: str = LIKELY, until: float = 2030.0, solved: Callable[[Data, str], Solution] = plan_of) -> Outcome:
    settings: dict[str, float | str] = {"nodes": nodes, "agree_until": until}
    task = Task(data(), settings, solved, what_is_done, built, scenario=data, scenario_names=tuple(DEMAND), cells={"nodes": "C7"})
    return analysis.run("stochastic", task)


def table(found: Outcome, name: str) -> pd.DataFrame:
    return next(t.frame for t in found.tables if t.name == name)


def figures(found: Outcome) -> dict[str, Any]:
    frame = table(found, "worth_of_knowing")
    return dict(zip(frame["figure"], frame["value"], strict=True))


def test_knowing_and_not_deciding_for_the_mean_are_worth_what_is_worked_by_hand() -> None:
    found = analysed()
    expected = {"here_and_now": 85.0, "wait_and_see": 55.0, "expected_value_plan": 88.75, "perfect_information": 30.0, "stochastic_solution": 3.75}
    assert {name: pytest.approx(value) for name, value in expected.items()} == figures(found)
    assert [] == found.problems


def test_a_likely_high_future_builds_for_it() -> None:
    """At one in two a plant saves 15 and costs 10: 10 are built for 100; known 70; for the mean of 7: 70 + 3 * 30 / 2 = 115."""
    expected = {"here_and_now": 100.0, "wait_and_see": 70.0, "expected_value_plan": 115.0, "perfect_information": 30.0, "stochastic_solution": 15.0}
    assert {name: pytest.approx(value) for name, value in expected.items()} == figures(analysed(f"{LOW}:0.5;{HIGH}:0.5"))


def test_each_future_is_told_known_hedged_and_for_the_mean() -> None:
    """4 are built for both: the high future pays 40 + 180; for the mean 55, and 135 more in the high one."""
    frame = table(analysed(), "by_node").set_index("node")
    assert [pytest.approx(40.0), pytest.approx(100.0)] == frame["cost_known"].tolist()
    assert [pytest.approx(40.0), pytest.approx(220.0)] == frame["cost_hedged"].tolist()
    assert [pytest.approx(55.0), pytest.approx(190.0)] == frame["cost_mean"].tolist()
    assert [pytest.approx(15.0), pytest.approx(90.0)] == frame["regret_mean"].tolist()


def test_the_first_stage_is_told_for_every_plan() -> None:
    frame = table(analysed(), "first_stage")
    assert {"hedged": pytest.approx(4.0), "for_the_mean": pytest.approx(5.5), LOW: pytest.approx(4.0), HIGH: pytest.approx(10.0)} == dict(zip(frame["plan"], frame["value"], strict=True))
    assert {2030} == set(frame["year"])


def test_only_decisions_up_to_the_year_are_one_column() -> None:
    """The plant of 2030 is shared; that of 2040, and what is bought, are each future's own: 2 * 3 columns less one."""
    nodes = [node_of(name, 0.5, build, compile_matrix(build), 2030) for name in (LOW, HIGH) for build in [built(data(name))]]
    assert ["plant_here(west,2030)"] == [name for name, first in zip(nodes[0].names, nodes[0].first, strict=True) if first]
    whole = joined(nodes).matrix
    own = nodes[0].matrix.shape
    assert (2 * own[0], 2 * own[1] - 1) == whole.shape[:2]


def test_bounds_of_a_shared_column_are_what_all_futures_allow_and_without_common_ground_it_is_not_shared() -> None:
    builds = [built(data(name)) for name in (LOW, HIGH)]
    for build, (low, high) in zip(builds, [(1.0, 6.0), (2.0, 9.0)], strict=True):
        build.families["plant_here"].lower[0], build.families["plant_here"].upper[0] = low, high
    nodes = [node_of("n", 0.5, build, compile_matrix(build), 2030) for build in builds]
    whole = joined(nodes)
    at = int(whole.column[0][nodes[0].names.index("plant_here(west,2030)")])
    assert (2.0, 6.0) == (whole.matrix.column_lower[at], whole.matrix.column_upper[at])
    nodes[0].matrix.column_upper[nodes[0].names.index("plant_here(west,2030)")] = 1.5
    assert 2 * nodes[0].matrix.shape[1] == joined(nodes).matrix.shape[1]


def test_futures_that_share_nothing_cost_what_they_cost_alone() -> None:
    nodes = [node_of(name, share, build, compile_matrix(build), 2020) for name, share in ((LOW, 0.75), (HIGH, 0.25)) for build in [built(data(name))]]
    status, expected, plans = solve_joined(nodes)
    assert ("optimal", pytest.approx(55.0)) == (status, expected)
    assert [pytest.approx(40.0), pytest.approx(100.0)] == [plan.objective for plan in plans]


def test_the_mean_is_that_of_all_numbers_and_there_is_none_of_other_rows() -> None:
    nodes = [node_of(name, share, build, compile_matrix(build), 2030) for name, share in ((LOW, 0.75), (HIGH, 0.25), ("wide", 0.0)) for build in [built(data(name))]]
    mean = mean_of(nodes[:2])
    assert mean is not None
    assert [5.5, -100.0] == mean.row_lower.tolist()
    assert mean_of(nodes) is None


def test_futures_with_other_rows_are_decided_for_the_scenario_of_the_call_and_that_is_told() -> None:
    """The scenario of the call demands 4: 40 + 180 / 4 = 85, as together."""
    found = analysed(f"wide:0.75;{HIGH}:0.25")
    assert pytest.approx(85.0) == figures(found)["expected_value_plan"]
    assert "mean" in found.problems[0]


def test_decisions_for_the_mean_that_a_future_can_not_take_are_moved_as_little_as_it_asks() -> None:
    """The likely future can build 5 of the 5.5: 50 there; the other pays 55 + 135. 3/4 * 50 + 1/4 * 190 = 85."""
    found = analysed(f"narrow:0.75;{HIGH}:0.25")
    assert pytest.approx(85.0, rel=1e-5) == figures(found)["expected_value_plan"]
    assert ["narrow", "1 of 1", "plant_here(west,2030) to 5 from 5.5"] == [word for word in ("narrow", "1 of 1", "plant_here(west,2030) to 5 from 5.5") if word in found.problems[0]]


@pytest.mark.parametrize("text", ["low", "low:0.5", "low:0.5;low:0.5", "low:0.5;high:0.6", "low:x;high:0.5", "low:1.5;high:-0.5", ":0.5;high:0.5"])
def test_what_is_no_list_of_futures_is_refused_at_its_cell_before_anything_is_solved(text: str) -> None:
    with pytest.raises(InputError) as refused:
        analysed(text, solved=never)
    (finding,) = refused.value.findings
    assert ("analyses", "C7") == (finding.sheet, finding.cell)
    assert repr(text) in finding.message


def test_a_future_that_is_no_scenario_and_a_year_without_a_milestone_are_refused_together() -> None:
    with pytest.raises(InputError) as refused:
        analysed("low:0.5;nobody:0.5", 2050.0, solved=never)
    assert [("C7", True), ("", True)] == [(one.cell, word in one.message) for word, one in zip(("nobody", "agree_until"), refused.value.findings, strict=True)]


def test_probabilities_of_a_few_digits_add_up_to_one() -> None:
    assert pytest.approx(1.0, abs=1e-12) == sum(read_nodes("a:0.333;b:0.333;c:0.334").values())
    assert pytest.approx(1.0, abs=1e-12) == sum(read_nodes("a:0.333;b:0.333;c:0.333").values())
    assert {} == read_nodes("a:0.3;b:0.3;c:0.3")


# ---------------------------------------------------------------------------------------------------------------------
# The small workbook


def test_in_the_small_workbook_it_is_worth_something_to_know_the_demand(small_workbook: Path) -> None:
    """Demand for power a tenth higher or as it stands: known costs no more than together, and decisions are the same to the last digit."""
    book = model.read(small_workbook)
    given = book.data("reference")
    more = given.tables["power_demand"].assign(value=lambda frame: frame["value"] * frame["year"].map(lambda year: 1.1 if year > 2030 else 1.0))
    base = assemble(given)
    other = rebuild(base, Data({**given.tables, "power_demand": more}, dict(given.settings), given.columns, given.written))
    assert other is not None
    nodes = [node_of(name, 0.5, build, compile_matrix(build), 2030) for name, build in (("as_is", base), ("more", other))]
    known = np.mean([solve(node.build).objective for node in nodes])
    status, expected, plans = solve_joined(nodes)
    assert "optimal" == status
    assert pytest.approx(np.mean([plan.objective for plan in plans]), rel=1e-9) == expected
    assert known <= expected * (1 + 1e-9)
    first = [plan.x[plan.matrix.column_position][node.first] for plan, node in zip(plans, nodes, strict=True)]
    assert first[0].tolist() == first[1].tolist()
    assert nodes[0].first.sum() > 100
