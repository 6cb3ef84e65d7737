"""What is optimised, worked out by hand: discounted cost, net removal with the cheapest of equals, the least peak, lists, weights of a harvest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from model.closing.carbon import CarbonAccount
from model.closing.objective import ObjectiveClosing, harvest_weight, period_weight, stand_weight
from model.closing.results.objective import objective, objectives
from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.build.rebuild import rebuild
from model.core.declare.spec import Variable
from model.core.solve.highs.held import quiet_highs, run_held
from model.core.solve.solution import Solution
from model.core.solve.solver import SolveOptions, extract, solve, solve_and_hold
from model.reporting.tables.prices import prices
from tests.levers.toy import poster, toy_data, value

YEARS = (2020, 2025, 2035)
CUTS = {name: Variable(name, ("region", "year"), "Mt CO2/yr") for name in ("dear", "cheap")}
PRICE = {"dear": 2.0, "cheap": 1.0}


def removal(order: tuple[str, str]) -> Solution:
    """10 Mt a year are emitted, 3 may be cut in one of two ways; a memo sink of 100 counts nowhere."""

    def cut(lever: Lever) -> None:
        keys = pd.DataFrame({"region": "west", "year": list(YEARS[1:])})
        lever.ledger.supply_fixed("emission", keys, 10.0, item="burnt", unit="Mt CO2/yr")
        lever.ledger.supply_fixed("sink", keys, 100.0, item="shrub", unit="Mt CO2/yr", memo=True)
        ways = {name: lever.b.variable(CUTS[name], keys) for name in order}
        for name, family in ways.items():
            lever.ledger.use("emission", family.terms(), 1.0, item="cut", unit="1")
            lever.ledger.use("money", family.terms(), PRICE[name], item=name, unit="bn CNY/Mt CO2")

        def together(region: str, year: int) -> Any:
            return lever.b.sum((1.0, family[region, year]) for family in ways.values()) <= 3.0

        lever.b.constrain(together, keys)

    data = toy_data(years=YEARS, settings={"objective": "max_net_removal", "discount_rate": 0.0})
    return solve(assemble(data, [poster(cut)], [ObjectiveClosing]))


@pytest.mark.parametrize("order", [("dear", "cheap"), ("cheap", "dear")])
def test_most_removal_counts_every_year_of_a_period_and_takes_the_cheapest_of_equal_plans(order: tuple[str, str]) -> None:
    """5 * (3 - 10) + 10 * (3 - 10) = -105 Mt; the cheap way does all of it, whichever is declared first."""
    solution = removal(order)
    assert pytest.approx(-105.0) == solution.objective
    assert pytest.approx(6.0) == value(solution, "cheap")
    assert pytest.approx(0.0, abs=1e-7) == value(solution, "dear")


def test_cost_is_discounted_from_the_middle_of_its_period_with_its_length() -> None:
    """3 bn CNY a year from 2021 to 2025 at 4 %: 3 * 5 * 1.04^-2.5; from 2026 to 2035: 3 * 10 * 1.04^-10."""

    def pay(lever: Lever) -> None:
        keys = pd.DataFrame({"region": "west", "year": list(YEARS[1:])})
        paid = lever.b.variable(CUTS["cheap"], keys, low=3.0)
        lever.ledger.use("money", paid.terms(), 1.0, item="cut", unit="bn CNY/Mt CO2")

    data = toy_data(years=YEARS, settings={"discount_rate": 0.04})
    solution = solve(assemble(data, [poster(pay)], [ObjectiveClosing]))
    assert pytest.approx(15.0 * 1.04**-2.5 + 30.0 * 1.04**-10.0, rel=1e-9) == solution.objective


@pytest.mark.parametrize(("moment", "years"), [(0.0, 5.0), (0.5, 10.0), (1.0, 15.0)])
def test_a_harvest_is_discounted_from_its_moment_in_the_period(moment: float, years: float) -> None:
    """The period from 2025 to 2035: at its beginning, middle and end 5, 10 and 15 years after the base year."""
    data = toy_data(years=YEARS, settings={"discount_rate": 0.04, "harvest_moment": moment, "objective": "max_harvest_value"})
    assert pytest.approx(10.0 * 1.04**-years, rel=1e-12) == harvest_weight(data, 2035) == period_weight(data, 2035)
    assert pytest.approx(1.04**-15.0, rel=1e-12) == stand_weight(data)


def test_factors_given_by_hand_replace_the_rate_and_never_the_length() -> None:
    """0.5 over five years is 2.5 years; the stands left count at 0.3; a cost factor of 0.7 over ten years is 7."""
    given = [{"year": 2025, "period_factor": 0.5}, {"year": 2035, "stand_factor": 0.3}]
    periods = [{"year": 2020}, {"year": 2025}, {"year": 2035, "cost_factor": 0.7}]
    data = toy_data(years=YEARS, tables={"harvest_discount": given, "periods": periods}, settings={"discount_rate": 0.04})
    assert 2.5 == harvest_weight(data, 2025)
    assert pytest.approx(7.0) == harvest_weight(data, 2035)
    assert 0.3 == stand_weight(data)


PEAK_YEARS = (2020, 2030, 2040)
LIST = {"discount_rate": 0.0}


def cuts(lever: Lever) -> None:
    """10 Mt a year are emitted from 2021 to 2030 and 12 until 2040; at most 5 a year may be cut, at 4 bn CNY each in the first period and 1 in the second."""
    keys = pd.DataFrame({"region": "west", "year": list(PEAK_YEARS[1:])})
    lever.ledger.supply_fixed("emission", keys, [10.0, 12.0], item="burnt", unit="Mt CO2/yr")
    lever.ledger.supply_fixed("sink", keys, 100.0, item="shrub", unit="Mt CO2/yr", memo=True)
    family = lever.b.variable(CUTS["cheap"], keys, high=5.0)
    lever.ledger.use("emission", family.terms(), 1.0, item="cut", unit="1")
    lever.ledger.use("money", family.terms(), [4.0, 1.0], item="cut", unit="bn CNY/Mt CO2")


def planned(objective: str, post: Callable[[Lever], None] = cuts, years: tuple[int, ...] = PEAK_YEARS, **settings: float | str) -> Solution:
    """The plan for an objective or a list, solved."""
    tables = settings.pop("tables", {})
    data = toy_data(years=years, tables=tables, settings={**LIST, "objective": objective, **settings})  # type: ignore[arg-type]
    return solve(assemble(data, [poster(post)], [CarbonAccount, ObjectiveClosing]))


def test_the_peak_is_least_and_then_the_plan_is_cheapest_among_those() -> None:
    """The second period can be cut to 12 - 5 = 7, the first to 10 - 5 = 5: the least peak is 7, so 3 are cut in the first: 10 * (3 * 4 + 5 * 1) = 170.

    7e-4 of the peak may be given up: 7.0007; both cuts are 7e-4 smaller, 10 * 7e-4 * (4 + 1) = 0.035 cheaper.
    """
    solution = planned("min_peak")
    peak, cost = solution.reached
    assert pytest.approx(7.0, abs=1e-9) == peak.optimum == solution.optimum
    assert pytest.approx(7.0007, abs=1e-9) == peak.value == solution.objective
    assert pytest.approx(170.0 - 0.035, abs=1e-8) == cost.value == cost.optimum
    assert pytest.approx(3.0 - 7e-4, abs=1e-9) == value(solution, "cheap", year=2030)
    assert ("Mt CO2/yr", "min", "min_peak", "min_cost") == (solution.build.objective.unit, solution.build.objective.sense, peak.goal.name, cost.goal.name)


def test_the_peak_rests_on_the_period_that_can_not_be_cut_further() -> None:
    """One tonne less in 2031 to 2040 lowers the peak by a tonne, one less before by nothing: shares 0 and 1. No price is told."""
    solution = planned("min_peak")
    dual = solution.duals("net_below_peak").set_index("year")["dual"]
    assert [0.0, 1.0] == pytest.approx([abs(dual[2030]), abs(dual[2040])], abs=1e-12)
    certificate = solution.certificate()
    assert pytest.approx(7.0, abs=1e-9) == float((certificate["dual"] * certificate["right_hand_side"]).sum())
    assert pytest.approx(0.0, abs=1e-9) == prices(solution, {})["price"].fillna(0.0).abs().sum()
    assert prices(solution, {})["price"].isna().all()


def test_the_report_holds_the_peak_in_its_year_and_what_was_optimised_in_order() -> None:
    """Both periods stand at 7 Mt CO2 a year: the peak is told in the first of them, 2030; then the cost of it, 170 bn CNY."""
    solution = planned("min_peak", objective_tolerance=1e-7)
    parts, order = objective(solution, {}), objectives(solution, {})
    assert [("net_peak", "nation", 2030, "Mt CO2/yr")] == list(parts[["component", "region", "year", "unit"]].itertuples(index=False, name=None))
    assert pytest.approx(solution.objective) == parts["value"].sum()
    assert [(1, "min_peak", "Mt CO2/yr"), (2, "min_cost", "bn CNY")] == list(order[["place", "goal", "unit"]].itertuples(index=False, name=None))
    assert [7.0, 170.0] == pytest.approx(order["optimum"].tolist(), rel=1e-6)


def test_history_and_what_comes_after_the_plan_are_no_peak_of_it() -> None:
    """30 Mt in 2021 to 2025 happened, 20 after 2040 are kept up: the peak is that of 2026 to 2040, 12 - 5 = 7."""

    def emit(lever: Lever) -> None:
        keys = pd.DataFrame({"region": "west", "year": [2025, 2030, 2040, 2050]})
        lever.ledger.supply_fixed("emission", keys, [30.0, 10.0, 12.0, 20.0], item="burnt", unit="Mt CO2/yr")
        family = lever.b.variable(CUTS["cheap"], keys, high=[0.0, 5.0, 5.0, 5.0])
        lever.ledger.use("emission", family.terms(), 1.0, item="cut", unit="1")

    kinds = {2025: "history", 2050: "after"}
    years = (2020, 2025, 2030, 2040, 2050)
    solution = planned("min_peak", emit, years, tables={"periods": [{"year": y, "kind": kinds.get(y, "plan")} for y in years]})  # type: ignore[arg-type]
    assert pytest.approx(7.0, abs=1e-9) == solution.optimum
    assert [2030, 2040] == solution.rows("net_below_peak")["year"].tolist()


def test_nobody_goes_without_power_for_the_sake_of_tonnes() -> None:
    """Each of 10 TWh a year emits a tonne a MWh, 10 Mt, 100 Mt in ten years; left without power people would emit nothing, but the peak stays 10 and what is
    emitted 100: a TWh a year less would be worth 1 and 10. Asked for cost alone they go without."""
    dark = Variable("dark", ("region", "year"), "TWh/yr", penalty=True, goes_without=True)

    def supply(lever: Lever) -> None:
        keys = pd.DataFrame({"region": "west", "year": [2030]})
        lever.ledger.supply_fixed("emission", keys, 10.0, item="burnt", unit="Mt CO2/yr")
        family = lever.b.variable(dark, keys, high=10.0)
        lever.ledger.use("emission", family.terms(), 1.0, item="dark", unit="Mt CO2/TWh")
        lever.ledger.supply("money", family.terms(), 1.0, item="dark", unit="bn CNY/TWh")

    for goal, optimum, worth in (("min_peak", 10.0, 1.0), ("max_net_removal", -100.0, 10.0)):
        solution = planned(goal, supply, (2020, 2030))
        assert pytest.approx(optimum, abs=1e-9) == solution.optimum
        assert pytest.approx(0.0, abs=1e-9) == value(solution, "dark")
        assert [worth] == pytest.approx(solution.duals("served_in_full")["dual"].abs().tolist())
        # where cost comes first money says what it is worth to be served
        cheapest = planned(f"min_cost;{goal}", supply, (2020, 2030))
        assert pytest.approx(10.0) == value(cheapest, "dark")
        assert "served_in_full" not in cheapest.build.rows


@pytest.mark.parametrize("tolerance", [1e-4, 0.01, 0.1])
def test_an_objective_gives_up_exactly_its_tolerance_where_the_next_gains(tolerance: float) -> None:
    """Cuts cost at least 10 * 0 = 0 with nothing cut, of which nothing can be given but the share of one unit: tolerance * 1 bn CNY over the ten years of the
    second period, when 12 are emitted, at 1 bn CNY a tonne: the peak falls by tolerance / 10."""
    solution = planned("min_cost;min_peak", objective_tolerance=tolerance)
    cost, peak = solution.reached
    assert pytest.approx(0.0, abs=1e-9) == cost.optimum
    assert pytest.approx(tolerance, rel=1e-6) == cost.value == solution.objective
    assert pytest.approx(12.0 - tolerance / 10.0, abs=1e-9) == peak.value


@pytest.mark.parametrize("tolerance", [1e-4, 0.01, 0.1])
def test_a_list_of_two_holds_the_first_by_its_share_of_the_optimum(tolerance: float) -> None:
    """Most removal: -10 * (10 - 5) - 10 * (12 - 5) = -120 Mt; a share of 120 may be given up, in the first period, where a tonne costs 4: 250 bn CNY less 4 * 120 * share."""
    solution = planned("max_net_removal;min_cost", objective_tolerance=tolerance)
    removed, cost = solution.reached
    assert pytest.approx(-120.0) == removed.optimum
    assert pytest.approx(-120.0 * (1.0 + tolerance), abs=1e-7) == removed.value == solution.objective
    assert pytest.approx(250.0 - 4.0 * 120.0 * tolerance, abs=1e-6) == cost.value


def test_of_three_each_is_held_with_those_before_it() -> None:
    """Least peak 7, then most removal: both cut in full, -120; nothing is left for cost to choose but the shares: 250 bn CNY less a little."""
    solution = planned("min_peak;max_net_removal;min_cost", objective_tolerance=1e-6)
    assert [7.0, -120.0, 250.0] == pytest.approx([done.optimum for done in solution.reached], abs=1e-2)
    assert pytest.approx(5.0, abs=1e-3) == value(solution, "cheap", year=2030)
    # without removal in between the first period would be cut by 3 only
    assert pytest.approx(3.0, abs=1e-3) == value(planned("min_peak;min_cost", objective_tolerance=1e-6), "cheap", year=2030)


def test_a_list_without_money_ends_with_least_cost() -> None:
    assert ["min_peak", "max_net_removal", "min_cost"] == [done.goal.name for done in planned("min_peak;max_net_removal").reached]
    assert ["min_cost", "min_peak"] == [done.goal.name for done in planned("min_cost;min_peak").reached]


@pytest.mark.parametrize(("name", "objective", "cut"), [("min_cost", 0.0, (0.0, 0.0)), ("max_net_removal", -120.0, (5.0, 5.0))])
def test_a_single_name_is_what_it_was_whatever_the_tolerance(name: str, objective: float, cut: tuple[float, float]) -> None:
    """Least cost: nothing is cut. Most removal: 5 a year in both periods, and a tolerance of one half gives nothing of it away."""
    found = [planned(name, objective_tolerance=tolerance) for tolerance in (1e-7, 0.5)]
    for solution in found:
        assert pytest.approx(objective, rel=2e-7, abs=1e-9) == solution.objective
        assert cut == pytest.approx((value(solution, "cheap", year=2030), value(solution, "cheap", year=2040)), abs=1e-5)
        assert "net_peak" not in solution.build.families
    assert found[0].matrix.hash() == found[1].matrix.hash()
    assert (found[0].x == found[1].x).all()


def test_a_warm_start_finds_the_same_list_of_optima_and_leaves_the_base_as_it_was() -> None:
    """From a plan with a tolerance of 1e-4 to one of 0.1 and back, with the matrix of the base: as solved from scratch."""
    data = {tolerance: toy_data(years=PEAK_YEARS, settings={**LIST, "objective": "min_peak", "objective_tolerance": tolerance}) for tolerance in (1e-4, 0.1)}
    lever, closing = poster(cuts), [CarbonAccount, ObjectiveClosing]
    base = assemble(data[1e-4], [lever], closing)
    first, held = solve_and_hold(base)
    assert held is not None
    looser = rebuild(base, data[0.1], [lever], closing)
    assert looser is not None
    warm = extract(looser, held, run_held(held.highs), {})
    cold = solve(assemble(data[0.1], [lever], closing))
    assert [done.value for done in cold.reached] == pytest.approx([done.value for done in warm.reached], abs=1e-9)
    assert pytest.approx(7.7) == warm.objective
    assert (held.matrix.shape[0], held.matrix.shape[1]) == (held.highs.getNumRow(), held.highs.getNumCol())
    again = extract(base, held, run_held(held.highs), {})
    assert [done.value for done in first.reached] == pytest.approx([done.value for done in again.reached], abs=1e-9)


def test_a_model_file_holds_the_first_objective(tmp_path: Path) -> None:
    """The peak is the only cost of the written file, and it is 7 at its optimum."""
    data = toy_data(years=PEAK_YEARS, settings={**LIST, "objective": "min_peak"})
    solve(assemble(data, [poster(cuts)], [CarbonAccount, ObjectiveClosing]), SolveOptions(write_model=tmp_path / "peak.mps"))
    highs = quiet_highs()
    highs.setOptionValue("threads", 1)  # HiGHS keeps the number of its first run in a process
    highs.readModel(str(tmp_path / "peak.mps"))
    highs.run()
    assert pytest.approx(7.0) == highs.getInfo().objective_function_value
    assert ["net_peak(nation)"] == [highs.getColName(n)[1] for n, cost in enumerate(highs.getLp().col_cost_) if cost]
