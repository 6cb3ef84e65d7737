"""The targets on the carbon account, each in a toy of three periods of ten years in which it binds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.closing.carbon import CarbonAccount
from model.closing.results.targets import price_is_its_parts
from model.closing.targets import CarbonTargets
from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.declare.spec import InputError, Variable
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from model.reporting.penalties import penalties
from model.reporting.tables.every import result_tables
from tests.levers.toy import poster, toy_data, value

YEARS = (2020, 2030, 2040, 2050)
CUT = Variable("cut", ("region", "year"), "Mt CO2/yr")


def solved(
    emission: list[float], price: list[float], target: dict[str, Any] | list[dict[str, Any]], sink: float = 0.0, captured: float = 0.0,
    after: tuple[int, ...] = (), **settings: float,
) -> Solution:
    """One region that emits ``emission`` (Mt CO2/yr) by period and may cut at ``price`` (bn CNY/Mt CO2), undiscounted."""
    from model.closing.objective import ObjectiveClosing

    def emit(lever: Lever) -> None:
        keys = pd.DataFrame({"region": "west", "year": YEARS[1:]})
        lever.ledger.supply_fixed("emission", keys, np.array(emission), item="burnt", unit="Mt CO2/yr")
        lever.ledger.supply_fixed("sink", keys, sink, item="forest_living", unit="Mt CO2/yr")
        lever.ledger.supply_fixed("captured", keys, captured, item="stack", unit="Mt CO2/yr")
        cut = lever.b.variable(CUT, keys)
        lever.ledger.use("emission", cut.terms(), 1.0, item="cut", unit="1")
        lever.ledger.use("money", cut.terms(), np.array(price), item="cut", unit="bn CNY/Mt CO2")

    rows = target if isinstance(target, list) else [target]
    targets = [{"target": "t", "scope": "nation", **row} for row in rows]
    periods = [{"year": year, "cost_factor": None, "kind": "after" if year in after else "plan"} for year in YEARS]
    data = toy_data(years=YEARS, tables={"carbon_targets": targets, "periods": periods}, settings={"discount_rate": 0.0, **settings})
    solution = solve(assemble(data, [poster(emit)], [CarbonAccount, CarbonTargets, ObjectiveClosing]))
    assert solution.status == "optimal"
    return solution


def cuts(solution: Solution) -> list[float]:
    return [value(solution, "cut", year=year) for year in YEARS[1:]]


def test_a_cumulative_limit_counts_every_period_up_to_its_year_and_none_after() -> None:
    """10 * (10 - c1) + 10 * (10 - c2) <= 150 up to 2040: five cut where it is cheap, in 2040; 2050 is free.

    5 Mt a year over ten years at 1 bn CNY are 50 bn CNY.
    """
    solution = solved([10.0, 10.0, 10.0], [2.0, 1.0, 0.5], {"kind": "cumulative", "year": 2040, "total": 150.0})
    assert cuts(solution) == pytest.approx([0.0, 5.0, 0.0], abs=1e-9)
    assert solution.objective == pytest.approx(50.0, abs=1e-7)


@pytest.mark.parametrize(("year", "why"), [(2020, "base year has no account"), (2050, "would limit nothing")])
def test_a_peak_without_a_milestone_on_either_side_is_refused_at_its_year(year: int, why: str) -> None:
    """Before 2030 there is only the base year to compare with; after 2050 nothing follows."""
    with pytest.raises(InputError, match=rf"carbon_targets!D3: .*{why}.*; a year from 2030 on and before 2050"):
        solved([10.0, 12.0, 15.0], [9.0, 9.0, 1.0], {"kind": "peak", "year": year})


def test_after_the_peak_emissions_never_rise_and_up_to_it_they_may() -> None:
    """10, 12, 15 with the peak in 2040: the rise to 12 stands, 2050 falls by 3 to 12."""
    solution = solved([10.0, 12.0, 15.0], [9.0, 9.0, 1.0], {"kind": "peak", "year": 2040})
    assert cuts(solution) == pytest.approx([0.0, 0.0, 3.0], abs=1e-9)
    assert solution.objective == pytest.approx(30.0, abs=1e-7)


def test_a_peak_holds_to_the_end_of_the_plan_and_not_after_it() -> None:
    """10, 12, 15 with the peak in 2030: 2 are cut to 2040 at 1 bn CNY, 20 bn CNY; 2050 lies after the plan and rises to 15."""
    solution = solved([10.0, 12.0, 15.0], [9.0, 1.0, 1.0], {"kind": "peak", "year": 2030}, after=(2050,))
    assert cuts(solution) == pytest.approx([0.0, 2.0, 0.0], abs=1e-9)
    assert solution.objective == pytest.approx(20.0, abs=1e-7)
    assert [2040] == list(solution.rows("never_rises_after_peak")["year"])


def test_a_limit_on_net_emissions_counts_sinks_and_capture() -> None:
    """10 - 2 stored - 1 captured, allowed 4 in 2035, the middle of its period: 3 are cut at 3 bn CNY over ten years, 90 bn CNY; other years are free."""
    solution = solved([10.0, 10.0, 10.0], [1.0, 3.0, 1.0], {"kind": "net_limit", "year": 2035, "value": 4.0}, sink=2.0, captured=1.0)
    assert cuts(solution) == pytest.approx([0.0, 3.0, 0.0], abs=1e-9)
    assert solution.objective == pytest.approx(90.0, abs=1e-7)


def test_a_limit_on_emissions_counts_capture_and_no_sink() -> None:
    """10 - 1 captured, allowed 4 in 2035: 5 are cut at 3 bn CNY over ten years, 150 bn CNY."""
    solution = solved([10.0, 10.0, 10.0], [1.0, 3.0, 1.0], {"kind": "emission_limit", "year": 2035, "value": 4.0}, sink=2.0, captured=1.0)
    assert cuts(solution) == pytest.approx([0.0, 5.0, 0.0], abs=1e-9)
    assert solution.objective == pytest.approx(150.0, abs=1e-7)


def test_the_buffer_withholds_its_share_of_the_sink_of_forests() -> None:
    """Of 5 Mt a year a fifth is withheld: 10 - 4, allowed 4: 2 are cut at 3 bn CNY over ten years."""
    target = {"kind": "net_limit", "year": 2035, "value": 4.0}
    solution = solved([10.0, 10.0, 10.0], [1.0, 3.0, 1.0], target, sink=5.0, permanence_buffer=0.2)
    assert cuts(solution) == pytest.approx([0.0, 2.0, 0.0], abs=1e-9)


def test_a_value_of_carbon_is_paid_on_net_emissions() -> None:
    """2 bn CNY per Mt on 10 - 2 - 1 = 7 Mt a year for thirty years, 420 bn CNY; a cut at 3 does not pay."""
    target = {"kind": "net_limit", "year": 2035, "value": 99.0}
    solution = solved([10.0, 10.0, 10.0], [3.0, 3.0, 3.0], target, sink=2.0, captured=1.0, carbon_value=2.0)
    assert cuts(solution) == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)
    assert solution.objective == pytest.approx(420.0, abs=1e-7)


@pytest.mark.parametrize(("scope", "members"), [("nation", ["west", "coast"]), ("group:industrial", ["coast"]), ("west", ["west"])])
def test_a_target_rules_the_regions_of_its_scope(scope: str, members: list[str]) -> None:
    """One row whose variables are emissions, sinks and capture of the regions in scope."""
    regions = [{"region": r, "name_en": r, "name_zh": r, "region_group": g} for r, g in (("west", "west"), ("coast", "industrial"))]
    target = {"target": "t", "scope": scope, "kind": "net_limit", "year": 2030, "value": 1.0}
    build = assemble(toy_data(("west", "coast"), tables={"regions": regions, "carbon_targets": [target]}), [], [CarbonAccount, CarbonTargets])
    expected = {(r, 2030) for r in members}
    held = {key for f in ("emission_total", "sink_total", "captured_total") for key, p in zip(
        build.families[f].variables, build.families[f].positions, strict=True) if p in build.blocks["net_limit"].position}
    assert expected == held


def test_a_year_between_the_middles_of_two_periods_lies_on_the_straight_line() -> None:
    """2040 lies half way between 2035 and 2045: half of each period counts, 10 less the half of what is cut.

    Allowed 8: four are cut where it is cheap, in 2050 at 1 bn CNY over ten years; 2038 would count 0.7 of 2040 and 0.3 of 2050.
    """
    solution = solved([10.0, 10.0, 10.0], [9.0, 3.0, 1.0], {"kind": "net_limit", "year": 2040, "value": 8.0})
    assert cuts(solution) == pytest.approx([0.0, 0.0, 4.0], abs=1e-9)
    earlier = solved([10.0, 10.0, 10.0], [9.0, 1.0, 3.0], {"kind": "net_limit", "year": 2038, "value": 8.0})
    assert cuts(earlier) == pytest.approx([0.0, 2.0 / 0.7, 0.0], abs=1e-9)


def test_a_target_held_from_its_year_on_limits_every_later_period_as_well() -> None:
    """Of 10, 12, 15 at most 10 in 2035 and from it on: 0, 2 and 5 are cut; held at 2035 alone 2050 is free."""
    target = {"kind": "emission_limit", "year": 2035, "value": 10.0}
    assert cuts(solved([10.0, 12.0, 15.0], [9.0, 9.0, 1.0], {**target, "hold": "from"})) == pytest.approx([0.0, 2.0, 5.0], abs=1e-9)
    assert cuts(solved([10.0, 12.0, 15.0], [9.0, 9.0, 1.0], {**target, "hold": "at"})) == pytest.approx([0.0, 2.0, 0.0], abs=1e-9)


def test_a_line_is_straight_between_two_rows_of_one_name() -> None:
    """10 in 2025 and 0 in 2045: the period in between, read at 2035, may have 5; each row holds its own year too."""
    line = [{"kind": "net_limit", "year": 2025, "value": 10.0}, {"kind": "net_limit", "year": 2045, "value": 0.0, "hold": "line"}]
    solution = solved([12.0, 12.0, 12.0], [1.0, 1.0, 1.0], line)
    assert cuts(solution) == pytest.approx([2.0, 7.0, 12.0], abs=1e-9)
    row = solution.limits().query("name == 'target_held'").iloc[0]
    assert (2040, 5.0, 0.0) == (row["year"], row["limit"], row["cell_value"] if row["cell_given"] else 0.0)


def test_a_sink_is_asked_for() -> None:
    """A sink of 2 is all there is: 3 can not be had, 2 can; what is missing of 3 is paid at its price."""
    target = {"kind": "sink_at_least", "year": 2035, "value": 2.0}
    assert cuts(solved([10.0, 10.0, 10.0], [1.0, 1.0, 1.0], target, sink=2.0)) == pytest.approx([0.0, 0.0, 0.0])
    missed = solved([10.0, 10.0, 10.0], [1.0, 1.0, 1.0], {**target, "value": 3.0, "miss_price": 4.0}, sink=2.0)
    assert 1.0 == pytest.approx(value(missed, "target_missed", target="t"))
    assert missed.objective == pytest.approx(40.0), "one tonne at 4 for the ten years of its period"


def test_what_a_priced_target_misses_is_paid_and_costs_nobody_money() -> None:
    """Asked 4, 10 emitted: cuts cost 3 and missing 2 bn CNY per Mt, so 6 are missed over ten years: 120 bn CNY in the objective alone."""
    target = {"kind": "net_limit", "year": 2035, "value": 4.0, "miss_price": 2.0}
    solution = solved([10.0, 10.0, 10.0], [3.0, 3.0, 3.0], target)
    assert (0.0, 6.0) == (pytest.approx(value(solution, "cut", year=2040)), pytest.approx(value(solution, "target_missed", target="t")))
    assert solution.objective == pytest.approx(120.0)
    assert 0.0 == pytest.approx(solution.balance("money")["value"].sum())
    found = penalties(solution)
    assert [("target_missed", 6.0, 12.0)] == [(p.variable, pytest.approx(p.amount), pytest.approx(p.cost)) for p in found]


def test_a_budget_counts_from_its_first_year_and_gross_without_sinks() -> None:
    """From 2036 to 2040 five years of 2040's period: 5 * (10 - c) <= 40 asks for 2; the sink of 5 counts in net alone, where nothing is cut."""
    budget = {"kind": "cumulative", "year": 2040, "first_year": 2036, "total": 40.0, "counts": "gross"}
    assert cuts(solved([10.0, 10.0, 10.0], [1.0, 1.0, 1.0], budget, sink=5.0)) == pytest.approx([0.0, 2.0, 0.0], abs=1e-9)
    assert cuts(solved([10.0, 10.0, 10.0], [1.0, 1.0, 1.0], {**budget, "counts": "net"}, sink=5.0)) == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)


def test_a_budget_may_be_exceeded_at_its_price() -> None:
    """200 asked of 300 at most: cutting costs 3, exceeding 2 bn CNY per Mt: 100 * 2."""
    solution = solved([10.0, 10.0, 10.0], [3.0, 3.0, 3.0], {"kind": "cumulative", "year": 2050, "total": 200.0, "miss_price": 2.0})
    assert solution.objective == pytest.approx(200.0)
    assert 100.0 == pytest.approx(value(solution, "budget_missed", target="t"))


def test_a_cumulative_limit_of_the_first_layout_is_read_from_its_old_column() -> None:
    solution = solved([10.0, 10.0, 10.0], [2.0, 1.0, 0.5], {"kind": "cumulative", "year": 2040, "value": 150.0})
    assert cuts(solution) == pytest.approx([0.0, 5.0, 0.0], abs=1e-9)


WRONG = {
    "a line without a beginning": ({"kind": "net_limit", "year": 2035, "hold": "line"}, "I3"),
    "a budget that holds on": ({"kind": "cumulative", "year": 2040, "total": 1.0, "hold": "from"}, "I3"),
    "a year after the plan": ({"kind": "net_limit", "year": 2060}, "D3"),
    "the base year": ({"kind": "net_limit", "year": 2020}, "D3"),
    "a budget that begins after its end": ({"kind": "cumulative", "year": 2030, "first_year": 2040, "total": 1.0}, "G3"),
    "a peak at a price": ({"kind": "peak", "year": 2030, "miss_price": 1.0}, "J3"),
    "a second year of one peak": ([{"kind": "peak", "year": 2030}, {"kind": "peak", "year": 2040}], "D4"),
    "a price for one of two rows": ([{"kind": "net_limit", "year": 2030}, {"kind": "net_limit", "year": 2040, "miss_price": 1.0}], "J4"),
    "two kinds under one name": ([{"kind": "net_limit", "year": 2030}, {"kind": "emission_limit", "year": 2040}], "B4"),
}


@pytest.mark.parametrize("fault", list(WRONG))
def test_a_target_that_says_nothing_sensible_is_refused_at_its_cell(fault: str) -> None:
    target, cell = WRONG[fault]
    with pytest.raises(InputError, match=f"carbon_targets!{cell}: "):
        solved([10.0, 10.0, 10.0], [1.0, 1.0, 1.0], target)


@pytest.mark.parametrize(
    ("kind", "more"),
    [("net_limit", {}), ("emission_limit", {"hold": "from"}), ("cumulative", {"total": 150.0}), ("net_limit", {"miss_price": 0.5})],
)
def test_the_price_of_carbon_is_made_of_its_targets(kind: str, more: dict[str, Any]) -> None:
    """Parts of the price of a tonne by region and year add up to the dual of the account, discounted or not."""
    solution = solved([10.0, 10.0, 10.0], [2.0, 3.0, 1.0], {"kind": kind, "year": 2040, "value": 5.0, **more}, discount_rate=0.05)
    tables = result_tables(solution)
    assert tables["carbon_price"]["value"].abs().max() > 0.0
    assert max(sides.error() for sides in price_is_its_parts(tables, solution)) < 1e-9
    told = tables["targets"].iloc[0]
    assert told["level"] - told["missed"] <= told["limit"] + 1e-9


def test_under_a_budget_the_price_grows_at_the_discount_rate() -> None:
    """One tonne counts the same in every year: its price in money of the year grows with (1 + rate) ** years between the middles."""
    solution = solved([10.0, 10.0, 10.0], [2.0, 3.0, 1.0], {"kind": "cumulative", "year": 2050, "total": 200.0}, discount_rate=0.05)
    price = result_tables(solution)["carbon_price"].set_index("year")["value"].astype(float)
    assert [1.05**10, 1.05**10] == pytest.approx([price[2040] / price[2030], price[2050] / price[2040]], rel=1e-9)


def test_each_budget_of_a_name_has_its_own_limit() -> None:
    """150 to 2040 and 250 to 2050 of 10 a year: 50 are cut by 2040, 50 in all, for the second allows as much as is left."""
    rows = [{"kind": "cumulative", "year": 2040, "total": 150.0}, {"kind": "cumulative", "year": 2050, "total": 250.0}]
    solution = solved([10.0, 10.0, 10.0], [1.0, 2.0, 3.0], rows)
    assert cuts(solution) == pytest.approx([5.0, 0.0, 0.0], abs=1e-9)
    assert [150.0, 250.0] == result_tables(solution)["targets"]["limit"].tolist()
