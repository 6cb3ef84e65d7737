"""Plans made anew with little foresight, beside the announced one: toys worked by hand, then the small workbook.

One region emits 10 Mt a year in two periods of ten years and must emit nothing net in the second. Plant that stores 1 Mt a year, always, costs 1 bn CNY
a year while it is built (ten years) and 0.1 a year while it stands; no more than 6 can be built in a period. Whoever has too little of it
stores the rest at 3 bn CNY a tonne, where that can be had.

Announced: 4 early and 6 late, 40 + 60 to build, 0.1 * 10 * (4 + 10) to run: 114 bn CNY. Who sees ten years only builds nothing early, 6 late
(60 + 6) and pays 3 * 4 * 10 for the rest: 186. Who knows the target goes half of the way first: 5 and 5, 100 + 0.1 * 10 * (5 + 10) = 115.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import model
from model import analysis
from model.analysis import Outcome, Task
from model.analysis.committed import committed, done_until
from model.analysis.horizon import foreseen, in_sight, level_of
from model.closing.carbon import CarbonAccount
from model.closing.objective import ObjectiveClosing
from model.closing.targets import CarbonTargets
from model.core.build.assemble import assemble
from model.core.build.build import Build, Lever
from model.core.data import Data
from model.core.declare.spec import Finding, InputError, Variable
from model.core.solve.matrix import compile_matrix
from model.core.solve.solution import Solution
from model.core.solve.solver import solve, solve_part
from tests.levers.toy import poster, toy_data

YEARS = (2020, 2030, 2040)
PLANT, STORED, BOUGHT = Variable("plant_here", ("region", "vintage"), "Mt CO2/yr"), Variable("stored_here", ("region", "year"), "Mt CO2/yr"), Variable("bought_here", ("region", "year"), "Mt CO2/yr")
NEUTRAL = {"target": "neutral", "kind": "net_limit", "scope": "nation", "year": 2040, "value": 0.0}
#: What a tonne bought costs, bn CNY per Mt.
PRICE = 3.0


def toy(*targets: Mapping[str, Any], years: tuple[int, ...] = YEARS) -> Data:
    given = {"carbon_targets": list(targets or (NEUTRAL,)), "base_year_emissions": [{"region": "west", "emission": 10.0}]}
    return toy_data(("west",), years, given, {"discount_rate": 0.0})


def store(most_bought: float) -> Callable[[Lever], None]:
    def emit(lever: Lever) -> None:
        data, keys = lever.data, pd.DataFrame({"region": "west", "year": lever.data.years})
        lever.ledger.supply_fixed("emission", keys, 10.0, item="burnt", unit="Mt CO2/yr")
        plant = lever.b.variable(PLANT, keys.rename(columns={"year": "vintage"}), high=6.0)
        stored, bought = lever.b.variable(STORED, keys), lever.b.variable(BOUGHT, keys, high=most_bought)
        for terms in (stored.terms(), bought.terms()):
            lever.ledger.supply("captured", terms, 1.0, item="stack", unit="1")
        stands = pd.DataFrame([(v, y, plant.positions[i]) for i, v in enumerate(data.years) for y in data.years if v <= y], columns=["vintage", "year", "position"])
        room = pd.concat([stands[["year", "position"]].assign(coefficient=1.0), pd.DataFrame({"year": data.years, "position": stored.positions, "coefficient": -1.0})])
        lever.b.rows_from_terms("plant_runs", room, ["year"], "==", "Mt CO2/yr")
        building = replace(plant.terms(), frame=plant.terms().frame.rename(columns={"vintage": "year"}))
        running = replace(plant.terms(), frame=stands.assign(region="west")[["region", "year", "position"]])
        lever.ledger.use("money", building, 1.0, item="building", unit="bn CNY/Mt CO2")
        lever.ledger.use("money", running, 0.1, item="running", unit="bn CNY/Mt CO2")
        lever.ledger.use("money", bought.terms(), PRICE, item="bought", unit="bn CNY/Mt CO2")

    return emit


def built(data: Data, most_bought: float = 10.0) -> Build:
    return assemble(data, [poster(store(most_bought))], [CarbonAccount, CarbonTargets, ObjectiveClosing])


def what_is_done(solution: Solution) -> dict[str, pd.DataFrame]:
    plant = solution.values("plant_here").rename(columns={"vintage": "year"})
    return {"allocation": plant.assign(lever="stack", item="plant", region_group="west", unit="GW")}


def analysed(data: Data, make: Callable[[Data], Build] = built, **given: float | str) -> Outcome:
    task = Task(data, {**analysis.defaults("rolling"), **given}, lambda data, phase: solve(make(data)), what_is_done, make)
    return analysis.run("rolling", task)


def table(found: Outcome, name: str) -> pd.DataFrame:
    return next(t.frame for t in found.tables if t.name == name)


def by_year(found: Outcome) -> dict[tuple[str, str], dict[int, float]]:
    groups = table(found, "rolled_path").groupby(["plan", "indicator"], sort=False)
    return {(str(plan), str(name)): dict(zip(part["year"], part["value"], strict=True)) for (plan, name), part in groups}


def costs(found: Outcome) -> dict[Any, Any]:
    frame = table(found, "rolled_costs").query("plan == 're_planned'")
    return dict(zip(zip(frame["foresight"], frame["target_known"], strict=True), frame["cost_to_end"], strict=True))


def test_who_sees_to_the_end_builds_early_and_who_does_not_pays_more() -> None:
    found = analysed(toy(), foresight="10;20")
    assert {(10.0, "from_start"): pytest.approx(115.0), (10.0, "in_sight"): pytest.approx(186.0), (20.0, "from_start"): pytest.approx(114.0), (20.0, "in_sight"): pytest.approx(114.0)} == costs(found)
    assert [] == found.problems


def test_with_foresight_to_the_end_the_plan_made_anew_is_the_announced_one() -> None:
    found = analysed(toy(), foresight="20")
    assert pytest.approx(found.solution.objective, rel=1e-9) == costs(found)[20.0, "in_sight"]
    path = by_year(analysed(toy(), foresight="20", target_known="in_sight"))
    assert all(pytest.approx(values, rel=1e-9) == path["re_planned", name] for (plan, name), values in path.items() if plan == "announced")


def test_the_path_tells_emissions_spending_and_capacity_of_both_plans() -> None:
    """Late alone: 6 Mt are built for 6 and run for 0.6 a year, 4 bought for 12; announced 4 for 4.4, then 6 for 6 + 1."""
    path = by_year(analysed(toy(), foresight="10", target_known="in_sight"))
    assert {2030: pytest.approx(10.0), 2040: pytest.approx(0.0, abs=1e-9)} == path["re_planned", "net_emissions"]
    assert {2030: pytest.approx(6.0), 2040: pytest.approx(0.0, abs=1e-9)} == path["announced", "net_emissions"]
    assert {2030: pytest.approx(0.0, abs=1e-9), 2040: pytest.approx(18.6)} == path["re_planned", "spending"]
    assert {2030: pytest.approx(4.4), 2040: pytest.approx(7.0)} == path["announced", "spending"]
    assert {2030: pytest.approx(0.0, abs=1e-9), 2040: pytest.approx(6.0)} == path["re_planned", "stack:plant"]


def test_a_price_is_that_of_the_step_in_which_its_period_was_decided() -> None:
    """Nothing is asked of 2030 while nothing is in sight; in 2040 the last tonne is bought at 3000 CNY."""
    path = by_year(analysed(toy(), foresight="10", target_known="in_sight"))
    assert {2030: pytest.approx(0.0, abs=1e-9), 2040: pytest.approx(3000.0)} == path["re_planned", "co2_price"]


def test_credibility_tells_what_is_promised_and_what_is_done() -> None:
    frame = table(analysed(toy(), foresight="10", target_known="in_sight"), "credibility")
    assert [("plant", 2030, pytest.approx(4.0), pytest.approx(0.0, abs=1e-9), pytest.approx(-4.0))] == list(frame[["item", "year", "promised", "re_planned_value", "difference"]].itertuples(index=False, name=None))


def test_a_target_that_can_not_be_met_any_more_is_missed_at_its_price_and_told() -> None:
    """Nothing can be bought: 4 Mt a year are missed at 5000 CNY over ten years, 200 bn CNY beside 66."""
    found = analysed(toy(), lambda data: built(data, 0.0), foresight="10", target_known="in_sight")
    assert pytest.approx(266.0) == costs(found)[10.0, "in_sight"]
    assert pytest.approx(200.0) == table(found, "rolled_costs")["missed_cost"].iloc[-1]
    missed = table(found, "rolled_missed")
    assert [("target_missed", 2040, 1, pytest.approx(4.0))] == list(missed[["missed", "year", "priced", "value"]].itertuples(index=False, name=None))


def test_a_target_without_a_way_out_gives_way_by_the_least_and_the_roll_goes_on() -> None:
    """Buying pays 1 a tonne: all 10 are bought in 2030, and 2 are all that can be stored in 2040, where net emissions may not rise: 8 Mt more."""
    peak = {"target": "top", "kind": "peak", "scope": "nation", "year": 2030}

    def make(data: Data) -> Build:
        def emit(lever: Lever) -> None:
            keys = pd.DataFrame({"region": "west", "year": lever.data.years})
            lever.ledger.supply_fixed("emission", keys, 10.0, item="burnt", unit="Mt CO2/yr")
            bought = lever.b.variable(BOUGHT, keys, high=keys["year"].map({2030: 10.0, 2040: 2.0}).to_numpy(dtype=float))
            lever.ledger.supply("captured", bought.terms(), 1.0, item="stack", unit="1")
            lever.ledger.supply("money", bought.terms(), 1.0, item="bought", unit="bn CNY/Mt CO2")

        return assemble(data, [poster(emit)], [CarbonAccount, CarbonTargets, ObjectiveClosing])

    task = Task(toy(peak), {**analysis.defaults("rolling"), "foresight": "10", "target_known": "in_sight"}, lambda data, phase: solve(make(data)), lambda s: {"allocation": pd.DataFrame()}, make)
    found = analysis.run("rolling", task)
    assert -40.0 == pytest.approx(found.solution.objective)
    assert pytest.approx(-120.0) == costs(found)[10.0, "in_sight"]
    missed = table(found, "rolled_missed")
    assert [("never_rises_after_peak", 2040, 0, pytest.approx(8.0))] == list(missed[["missed", "year", "priced", "value"]].itertuples(index=False, name=None))
    assert "8 Mt CO2/yr" in found.problems[0]


def test_a_step_without_any_plan_stops_the_roll_and_says_in_which_year() -> None:
    """What stands in 2030 must stand in 2040, when only 2 are allowed: nobody sees that in 2020, and building pays."""

    def make(data: Data) -> Build:
        def emit(lever: Lever) -> None:
            keys = pd.DataFrame({"region": "west", "year": lever.data.years})
            lever.ledger.supply_fixed("emission", keys, 10.0, item="burnt", unit="Mt CO2/yr")
            bought = lever.b.variable(BOUGHT, keys, high=keys["year"].map({2030: 10.0, 2040: 2.0}).to_numpy(dtype=float))
            if len(keys) > 1:
                kept = pd.DataFrame({"year": [2040, 2040], "position": bought.positions, "coefficient": [-1.0, 1.0]})
                lever.b.rows_from_terms("bought_stays", kept, ["year"], ">=", "Mt CO2/yr")
            lever.ledger.supply("money", bought.terms(), 1.0, item="bought", unit="bn CNY/Mt CO2")

        return assemble(data, [poster(emit)], [CarbonAccount, CarbonTargets, ObjectiveClosing])

    task = Task(toy({**NEUTRAL, "value": 20.0}), {**analysis.defaults("rolling"), "foresight": "10", "target_known": "in_sight"}, lambda data, phase: solve(make(data)), lambda s: {"allocation": pd.DataFrame()}, make)
    found = analysis.run("rolling", task)
    row = table(found, "rolled_costs").iloc[-1]
    assert ("infeasible", 2040) == (row["status"], row["stopped_in"])
    assert np.isnan(row["cost_to_end"])
    assert "2040" in found.problems[0]


def test_what_is_in_sight_and_no_whole_workbook_is_told_with_its_cell() -> None:
    def make(data: Data) -> Build:
        if data.years == [2030]:
            raise InputError([Finding("error", "some_sheet", "C4", "2040 is no milestone year")])
        return built(data)

    found = analysed(toy(), make, foresight="10", target_known="in_sight")
    assert "error" == table(found, "rolled_costs")["status"].iloc[-1]
    assert "some_sheet!C4" in found.problems[0]


# ---------------------------------------------------------------------------------------------------------------------
# What is in sight, and what is held


LONG = (2020, 2030, 2040, 2050, 2060)


@pytest.mark.parametrize(("now", "foresight", "end"), [(2020, 10.0, 2030), (2020, 5.0, 2030), (2030, 25.0, 2050), (2040, 20.0, 2060), (2020, 99.0, 2060)])
def test_sight_ends_at_the_last_milestone_within_it_and_holds_the_next_one(now: int, foresight: float, end: int) -> None:
    assert end == in_sight(toy(years=LONG), now, foresight)


def known(target: list[dict[str, Any]], now: int = 2030, end: int = 2040, level: float = 8.0) -> list[tuple[int, float]]:
    rows = foreseen(toy(*target, years=LONG), now, end, lambda signs, scope, year: level, None).tables["carbon_targets"]
    budget = target[0]["kind"] == "cumulative"
    return list(zip(rows["year"].astype(int), rows["total" if budget else "value"].astype(float), strict=True))


def test_a_target_beyond_sight_is_known_as_the_straight_way_from_what_was_done() -> None:
    """8 in 2030, 2 in 2060: a third of the way by 2040."""
    assert [(2040, pytest.approx(6.0))] == known([{**NEUTRAL, "year": 2060, "value": 2.0}])


def test_a_line_beyond_sight_is_known_as_the_part_of_it_in_sight() -> None:
    """9 in 2030 and 0 in 2060."""
    line = [{**NEUTRAL, "year": 2030, "value": 9.0}, {**NEUTRAL, "year": 2060, "value": 0.0, "hold": "line"}]
    assert [(2030, 9.0), (2040, pytest.approx(6.0))] == known(line)


def test_a_sink_asked_for_beyond_sight_is_known_as_the_rise_to_it() -> None:
    """Among the flows a sink of 2 counts -2; 5 are asked for in 2060: 3 by 2040."""
    assert [(2040, pytest.approx(3.0))] == known([{**NEUTRAL, "kind": "sink_at_least", "year": 2060, "value": 5.0}], level=-2.0)


def test_a_budget_beyond_sight_is_known_by_the_years_in_sight() -> None:
    """200 for 40 years; 80 are spent by 2030, and a third of the other 120 may be by 2040."""
    assert [(2040, pytest.approx(120.0))] == known([{"target": "b", "kind": "cumulative", "scope": "nation", "year": 2060, "total": 200.0}])


def test_what_is_not_known_beyond_sight_asks_nothing_and_values_of_later_years_are_gone() -> None:
    data = toy({**NEUTRAL, "year": 2060}, years=LONG)
    data.tables["gdp"] = pd.DataFrame({"region": "west", "year": list(LONG), "value": 1.0})
    seen = foreseen(data, 2030, 2040, None, 5000.0)
    assert ([], [2020, 2030, 2040], [2030, 2040]) == (seen.tables["carbon_targets"]["year"].tolist(), seen.tables["gdp"]["year"].tolist(), seen.years)


def test_a_price_is_given_to_targets_without_one_and_never_to_a_peak() -> None:
    peak = {"target": "top", "kind": "peak", "scope": "nation", "year": 2030}
    own = {**NEUTRAL, "target": "own", "miss_price": 2.0}
    rows = foreseen(toy(NEUTRAL, own, peak), 2020, 2040, None, 5000.0).tables["carbon_targets"].set_index("target")["miss_price"].astype(float)
    assert (5.0, 2.0, True) == (rows["neutral"], rows["own"], bool(np.isnan(rows["top"])))


def test_a_pledge_on_energy_is_missed_at_the_price_of_the_co2_that_it_stands_for() -> None:
    """5000 CNY a tonne, 2.77 t of CO2 in a tonne of coal equivalent of 8.141 MWh: 13,850 CNY/tce are 1.7013 bn CNY a TWh."""
    data = toy()
    data.tables["energy_targets"] = pd.DataFrame({"target": ["a", "b"], "year": [2030, 2040], "miss_price": [np.nan, 3.0]})
    assert [pytest.approx(1.7013, rel=1e-4), 3.0] == foreseen(data, 2020, 2040, None, 5000.0).tables["energy_targets"]["miss_price"].tolist()


def test_the_level_of_the_base_year_is_what_the_workbook_says_was_emitted() -> None:
    solution = solve(built(toy()))
    level = level_of(solution)
    assert (10.0, pytest.approx(6.0), None) == tuple(level((1.0, -1.0, -1.0), "nation", year) for year in (2020, 2030, 2019))


def test_what_was_done_is_held_and_rows_of_the_past_alone_are_let_go() -> None:
    """A row that the past leaves short by a rounding is moved to where it leaves it, so that what is left is not impossible."""
    build = built(toy())
    matrix = compile_matrix(build)
    done = done_until(build, matrix, np.full(build.size, 4.0 + 1e-9), 2030)
    held = committed(build, matrix, done)
    assert {"plant_here", "stored_here", "bought_here", "emission_total", "sink_total", "captured_total"} == {name.split("(")[0] for name in done}
    fixed = np.isclose(held.column_lower, 4.0 + 1e-9, atol=0.0) & (held.column_lower == held.column_upper)
    assert len(done) == fixed.sum()
    past = [i for i, (family, row) in enumerate(zip(matrix.row_family, matrix.row_index, strict=True)) if family == "plant_runs" and row == 0]
    assert [(-np.inf, np.inf)] == [(held.row_lower[i], held.row_upper[i]) for i in past]


# ---------------------------------------------------------------------------------------------------------------------
# The small workbook


def test_the_small_workbook_seen_to_its_end_costs_what_was_announced(small_workbook: Path) -> None:
    book = model.read(small_workbook)
    data, made = book.data("reference"), []

    def solved(data: Data, phase: str) -> Solution:
        made.append(solve(assemble(data)))
        return made[-1]

    found = analysis.run("rolling", Task(data, {**analysis.defaults("rolling"), "foresight": "40", "target_known": "in_sight"}, solved, lambda s: {"allocation": pd.DataFrame()}))
    assert pytest.approx(found.solution.objective, rel=1e-9) == costs(found)[40.0, "in_sight"]
    # after the first decided period, with all of it held, the rest of the plan is still the best there is
    plan, first = made[0], data.decided[0]
    again = solve_part(plan.build, committed(plan.build, plan.matrix, done_until(plan.build, plan.matrix, plan.x, first)))
    assert ("optimal", pytest.approx(found.solution.objective, rel=1e-7)) == (again.status, again.objective)
