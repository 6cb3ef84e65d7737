"""Plans that are safe against a budget of dear costs: two technologies worked by hand, then the small workbook.

One unit a year must be served in a period of ten years, without discounting, at 2 by the first and 2.2 by the second; each cost may be off
by a fifth: d1 = 0.4, d2 = 0.44. With one that may turn, x1 = d2 / (d1 + d2) = 11 / 21 and

    (c1 * d2 + c2 * d1 + d1 * d2) / (d1 + d2) = (0.88 + 0.88 + 0.176) / 0.84 = 1.936 / 0.84

a year are guaranteed. With both, the first alone: 2.4.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import model
from model import analysis
from model.analysis import Outcome, Task
from model.analysis.robust import at_worst, chance_exceeded, counterpart, solve_budgets
from model.analysis.uncertain import cost_groups
from model.closing.objective import ObjectiveClosing
from model.core.build.assemble import assemble
from model.core.build.build import Build, Lever
from model.core.data import Data
from model.core.declare.lines import Said
from model.core.declare.schema import Range
from model.core.declare.spec import Variable
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from model.reporting.tables.every import result_tables
from tests.analysis.test_many_plans import system
from tests.levers.toy import poster, toy_data

SERVED = Variable("served_here", ("region", "year", "plant"), "TWh/yr")
UNSERVED = Variable("unserved_here", ("region", "year"), "TWh/yr", penalty=True)
YEARS = 10.0
ONE_TURNS = YEARS * 1.936 / 0.84
PLANTS = {"first": 2.0, "second": 2.2}


def serve(costs: dict[str, float], fixed: float = 0.0) -> Callable[[Lever], None]:
    def post(lever: Lever) -> None:
        keys = pd.DataFrame({"region": "west", "year": lever.data.years[0], "plant": list(costs)})
        served = lever.b.variable(SERVED, keys, high=1.0)
        short = lever.b.variable(UNSERVED, keys.iloc[:1])
        position = [*served.positions.tolist(), *short.positions.tolist(), -1]
        demand = pd.DataFrame({"year": lever.data.years[0], "position": position, "coefficient": [1.0] * (len(position) - 1) + [-1.0]})
        lever.b.rows_from_terms("served", demand, ["year"], ">=", "TWh/yr")
        for at, (plant, cost) in enumerate(costs.items()):
            terms = served.terms()
            lever.ledger.use("money", type(terms)(terms.frame.iloc[[at]], terms.unit), cost, item=plant, unit="bn CNY/TWh")
        lever.ledger.use("money", short.terms(), 9.0, item="unserved", unit="bn CNY/TWh")
        if fixed:
            lever.ledger.use_fixed("money", keys.iloc[:1], fixed, item="first", unit="bn CNY/yr")
            lever.ledger.use_fixed("money", keys.iloc[:1], fixed, item="history", unit="bn CNY/yr")

    return post


def data() -> Data:
    return toy_data(("west",), (2020, 2030), {}, {"discount_rate": 0.0})


def built(costs: dict[str, float], fixed: float = 0.0) -> Build:
    return assemble(data(), [poster(serve(costs, fixed))], [ObjectiveClosing])


def what_is_done(solution: Solution) -> dict[str, pd.DataFrame]:
    return {"allocation": solution.values("served_here").rename(columns={"plant": "item"}).assign(lever="power", region_group="west", unit="TWh/yr")}


def analysed(costs: dict[str, float] = PLANTS, fixed: float = 0.0, **given: float | str) -> Outcome:
    def make(_: Data) -> Build:
        return built(costs, fixed)

    task = Task(data(), {**analysis.defaults("robust"), "budgets": "1;all", **given}, lambda data, phase: solve(make(data)), what_is_done, make)
    return analysis.run("robust", task)


def table(found: Outcome, name: str) -> pd.DataFrame:
    return next(t.frame for t in found.tables if t.name == name)


def column(found: Outcome, name: str) -> list[Any]:
    return [pytest.approx(value, abs=1e-8) for value in table(found, "price_of_robustness")[name]]


def test_two_technologies_share_so_that_both_hurt_alike() -> None:
    """11/21 and 10/21 cost 22/21 + 22/21 = 44/21 a year: 2/21 more than the first alone."""
    found = analysed()
    assert [20.0, ONE_TURNS, 24.0] == column(found, "guaranteed_cost")
    assert [20.0, YEARS * 44.0 / 21.0, 20.0] == column(found, "nominal_cost")
    assert [0.0, YEARS * 2.0 / 21.0, 0.0] == column(found, "price")


def test_what_is_guaranteed_is_what_the_linear_programme_says() -> None:
    groups = cost_groups(built(PLANTS), 0.2)
    made = counterpart(built(PLANTS), groups)
    plans = solve_budgets(made, [0.0, 1.0, 2.0])
    assert [20.0, ONE_TURNS, 24.0] == [pytest.approx(plan.objective) for plan in plans.values()]
    assert [pytest.approx(YEARS * 0.4 * 11 / 21)] * 2 == made.hurts(plans[1.0]).tolist()


def test_the_trusting_plan_is_exposed_to_all_that_it_does() -> None:
    """The first alone, a fifth dearer, costs 24: what the shared plan is sure not to exceed is 0.952 less."""
    found = analysed()
    assert [20.0, 24.0, 24.0] == column(found, "exposed_cost")
    assert [0.0, 24.0 - ONE_TURNS, 0.0] == column(found, "spared")


def test_the_robust_plan_does_more_of_the_second() -> None:
    frame = table(analysed(), "robust_allocation")
    assert [(1.0, "first", pytest.approx(-10 / 21)), (1.0, "second", pytest.approx(10 / 21))] == list(frame[["budget", "item", "more"]].itertuples(index=False, name=None))


def test_a_small_deviation_leaves_the_cheapest_alone() -> None:
    """A twentieth of 2 is 0.1, less than the difference of 0.2."""
    assert [20.0, 21.0, 21.0] == column(analysed(deviation=0.05), "guaranteed_cost")


def test_a_saving_hurts_where_it_falls_short() -> None:
    """The second earns 1 a year as thought: 10 are earned, 8 are sure."""
    assert [-10.0, -8.0] == column(analysed({"first": 2.0, "second": -1.0}, budgets="1"), "guaranteed_cost")


def test_constant_amounts_move_with_their_group_and_alone_make_none() -> None:
    """1 a year is spent on the first anyhow: C1 = 1 + 2 x1, d1 = 0.2 + 0.4 x1 = 0.44 x2 at x1 = 0.24 / 0.84; history alone is no group."""
    groups = cost_groups(built(PLANTS, 1.0), 0.2)
    assert ["first", "second"] == [group.name for group in groups]
    x1 = 0.24 / 0.84
    expected = YEARS * (2.0 + 2.0 * x1 + 2.2 * (1.0 - x1) + 0.44 * (1.0 - x1))
    assert pytest.approx(expected) == table(analysed(fixed=1.0, budgets="1"), "price_of_robustness")["guaranteed_cost"].iloc[1]


def test_penalties_are_no_uncertain_costs() -> None:
    assert "unserved" not in [group.name for group in cost_groups(built(PLANTS), 0.2)]


def test_the_worst_are_the_largest_and_the_last_counts_in_part() -> None:
    assert [0.0, 5.0, 6.5, 9.0] == [at_worst(np.array([1.0, 5.0, 3.0]), budget) for budget in (0.0, 1.0, 1.5, 9.0)]


def test_the_chance_to_exceed_what_is_guaranteed_follows_the_binomial() -> None:
    """Four groups, two may turn: v = 3, (C(4,3) + C(4,4)) / 16. One: v = 2.5, half of 11/16 and half of 5/16."""
    assert (5.0 / 16.0, 8.0 / 16.0, 0.0) == (chance_exceeded(4, 2.0), chance_exceeded(4, 1.0), chance_exceeded(4, 4.0))


def test_groups_tell_what_moves_and_what_it_adds() -> None:
    frame = table(analysed(budgets="1"), "robust_groups").query("budget == 1").set_index("cost_group")
    assert {"first": pytest.approx(20.0), "second": pytest.approx(0.0)} == frame["spent_nominal"].to_dict()
    assert {"first": pytest.approx(YEARS * 22 / 21), "second": pytest.approx(YEARS * 22 / 21)} == frame["spent_robust"].to_dict()
    assert [1.0, 0.0] == frame["moves"].tolist()


# ---------------------------------------------------------------------------------------------------------------------
# Ends of ranges in place of a share: the power system of test_many_plans, where the cost of the plan with w GW of wind (at most 1) whose investment is
# times f is 34.8 - w * (6.101 - f)


def wind_at(high: float) -> Outcome:
    """Budget 1 where investment in wind lies between half and ``high`` times what is thought, and demand between 0.9 and 1.1."""
    ranges = (Range("wind_cost", 0.5, 1.0, high, place="sited_capex!E2"), Range("demand", 0.9, 1.0, 1.1, place="power_demand!E2"))
    tables = dict(zip((one.name for one in ranges), ("sited_capex", "power_demand"), strict=True))

    def varied(changes: Sequence[tuple[str, float]]) -> Data:
        found = system()
        for one, share in ((one, dict(changes)[one.name]) for one in ranges if one.name in dict(changes)):
            frame = found.tables[tables[one.name]]
            factor = np.where(frame["year"] > found.base_year, one.value(share), 1.0)
            found = found.moved({tables[one.name]: frame.assign(value=frame["value"] * factor)}, found.settings)
        return found

    settings = {**analysis.defaults("robust"), "budgets": "1"}
    return analysis.run("robust", Task(system(), settings, lambda data, phase: solve(assemble(data)), result_tables, ranges=ranges, varied=varied))


def test_a_range_that_may_cost_more_than_wind_saves_takes_it_out_of_the_safe_plan() -> None:
    """At 8 times wind would cost 7 more and saves 5.101: without it 34.8 are sure. The trusting plan may come to 29.699 + 7."""
    found = wind_at(8.0)
    assert [] == found.problems
    assert [29.699, 34.8] == column(found, "guaranteed_cost")
    assert [0.0, 1.899] == column(found, "spared")


def test_a_range_that_may_cost_less_than_wind_saves_leaves_it_there() -> None:
    """At 5 times it costs 4 more: 33.699 are sure. Demand moves rows and is no uncertain cost; wind is the one group, off by 4 times itself at most."""
    found = wind_at(5.0)
    assert [29.699, 33.699] == column(found, "guaranteed_cost")
    groups = table(found, "robust_groups").query("budget == 1")
    assert [("wind_cost", pytest.approx(4.0), pytest.approx(4.0))] == list(groups[["cost_group", "deviation", "hurts"]].itertuples(index=False, name=None))


def test_without_a_range_that_moves_costs_the_share_holds_and_is_told() -> None:
    assert [Said("robust_no_ranges", share="0.2")] == analysed().problems
    assert [] == analysed(by="share").problems


# ---------------------------------------------------------------------------------------------------------------------
# The small workbook


def test_in_the_small_workbook_more_is_guaranteed_the_more_may_turn(small_workbook: Path) -> None:
    """What the counterpart finds is the worst case of its own plan, never above that of the trusting one."""
    book = model.read(small_workbook)
    build = assemble(book.data("reference"))
    made = counterpart(build, cost_groups(build, 0.2))
    plans = solve_budgets(made, [0.0, 2.0])
    base, safe = plans[0.0], plans[2.0]
    assert ("optimal", "optimal") == (base.status, safe.status)
    assert pytest.approx(made.cost(safe) + at_worst(made.hurts(safe), 2.0), rel=1e-7) == safe.objective
    assert safe.objective < made.cost(base) + at_worst(made.hurts(base), 2.0) - 1.0
    assert made.cost(safe) > made.cost(base)
