"""Pledges on energy, capacity and forest, each in a toy of three periods of ten years in which it binds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.closing.objective import ObjectiveClosing
from model.closing.pledges.capacity_targets import CapacityTargets
from model.closing.pledges.energy_targets import EnergyTargets
from model.closing.pledges.primary_energy import COUNTED, PrimaryEnergy
from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.declare.spec import InputError, Variable
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from model.reporting.penalties import penalties
from tests.levers.power_toy import yearly
from tests.levers.toy import poster, toy_data, value

YEARS = (2020, 2030, 2040, 2050)
LATER = YEARS[1:]
SWITCH = Variable("switched", ("region", "year"), "TWh/yr")
BUILT = Variable("stands", ("region", "technology", "year"), "GW")


def energy(targets: Sequence[dict[str, Any]], price: Sequence[float] = (1.0, 1.0, 1.0), coal: float = 100.0, wind: float = 0.0, equivalent: float = 2.0) -> Solution:
    """Coal of 100 TWh of fuel a year; each TWh of power from wind takes the place of 2 and costs ``price`` (bn CNY/TWh), undiscounted."""

    def burn(lever: Lever) -> None:
        keys = pd.DataFrame({"region": "west", "year": LATER})
        burnt, blown = keys.assign(energy_source="coal", form="fuel"), keys.assign(energy_source="wind", form="power")
        lever.ledger.supply_fixed("primary_energy", burnt, coal, item="power", unit="TWh/yr")
        lever.ledger.supply_fixed("primary_energy", blown, wind, item="output", unit="TWh/yr")
        switched = lever.b.variable(SWITCH, keys)
        terms = switched.terms()
        lever.ledger.use("primary_energy", terms.assign(energy_source="coal", form="fuel"), 2.0, item="power", unit="1")
        lever.ledger.supply("primary_energy", terms.assign(energy_source="wind", form="power"), 1.0, item="output", unit="1")
        lever.ledger.use("money", terms, np.array(price), item="switch", unit="bn CNY/TWh")

    rows = [{"target": "t", "scope": "nation", **row} for row in targets]
    convention = [row for source in COUNTED for row in yearly(YEARS, equivalent, energy_source=source)]
    data = toy_data(years=YEARS, tables={"energy_targets": rows, "power_equivalent": convention}, settings={"discount_rate": 0.0})
    solution = solve(assemble(data, [poster(burn)], [PrimaryEnergy, EnergyTargets, ObjectiveClosing]))
    assert solution.status == "optimal"
    return solution


def switched(solution: Solution) -> list[float]:
    return [value(solution, "switched", year=year) for year in LATER]


SHARE = {"kind": "non_fossil_share"}


def test_the_share_counts_power_by_its_equivalent_in_the_middle_of_its_period() -> None:
    """With an equivalent of 2 the total stays 100: 30 % in 2035 are 15 TWh of wind in its period, at 3 bn CNY over ten years 450."""
    solution = energy([{**SHARE, "year": 2035, "share": 0.3}], [1.0, 3.0, 1.0])
    assert [0.0, 15.0, 0.0] == pytest.approx(switched(solution))
    assert pytest.approx(450.0) == solution.objective


def test_a_share_is_one_of_a_total_that_the_plan_decides() -> None:
    """With an equivalent of 3 each TWh adds 1: 3 w >= 0.3 (100 + w), w = 30 / 2.7."""
    assert [0.0, 30.0 / 2.7, 0.0] == pytest.approx(switched(energy([{**SHARE, "year": 2035, "share": 0.3}], equivalent=3.0)))


def test_the_share_of_a_year_between_two_middles_is_one_of_mixed_flows() -> None:
    """2040 lies half way: half of each period counts, so 30 TWh in the cheaper one."""
    assert [0.0, 0.0, 30.0] == pytest.approx(switched(energy([{**SHARE, "year": 2040, "share": 0.3}], [1.0, 3.0, 1.0])))


def test_a_share_held_on_binds_later_periods_and_a_line_those_between() -> None:
    """30 % in 2035 and from it on: 15 and 15; from 10 % in 2025 straight to 50 % in 2045 the middle has 30 %."""
    assert [0.0, 15.0, 15.0] == pytest.approx(switched(energy([{**SHARE, "year": 2035, "share": 0.3, "hold": "from"}])))
    line = [{**SHARE, "year": 2025, "share": 0.1}, {**SHARE, "year": 2045, "share": 0.5, "hold": "line"}]
    assert [5.0, 15.0, 25.0] == pytest.approx(switched(energy(line)))


def test_coal_is_limited_and_its_dual_points_to_the_cell() -> None:
    """At most 60 TWh of coal in 2035: 20 TWh of wind take the place of 40; one more TWh of coal saves half a TWh of wind over ten years."""
    solution = energy([{"kind": "coal_at_most", "year": 2035, "coal": 60.0}], [1.0, 3.0, 1.0])
    assert [0.0, 20.0, 0.0] == pytest.approx(switched(solution))
    row = solution.limits().query("name == 'coal_at_most'").iloc[0]
    assert ("energy_targets", "F3") == (row["sheet"], row["cell"])
    assert ("Mtce/yr", pytest.approx(15.0 * 8.141)) == (row["unit"], row["dual"])


def test_what_a_priced_share_misses_is_paid_and_costs_nobody_money() -> None:
    """15 TWh at 3 bn CNY for 30 TWh of share are 1.5 a TWh; missing costs 1: 30 TWh a year over ten years, 300 bn CNY."""
    solution = energy([{**SHARE, "year": 2035, "share": 0.3, "miss_price": 1.0}], [1.0, 3.0, 1.0])
    assert ([0.0, 0.0, 0.0], 30.0) == (pytest.approx(switched(solution)), pytest.approx(value(solution, "energy_target_missed", target="t")))
    assert pytest.approx(300.0) == solution.objective
    assert [("energy_target_missed", 30.0, 30.0)] == [(p.variable, pytest.approx(p.amount), pytest.approx(p.cost)) for p in penalties(solution)]


def capacity(targets: Sequence[dict[str, Any]], price: Sequence[float] = (1.0, 1.0, 1.0), members: Sequence[str] = ("wind_onshore", "pv_utility")) -> Solution:
    """10 GW of each of two technologies stand from 2020 on; more is had at ``price`` (bn CNY/GW/yr), wind at twice that, undiscounted."""

    def stand(lever: Lever) -> None:
        every = pd.DataFrame({"region": "west", "year": YEARS}).merge(pd.DataFrame({"technology": ["wind_onshore", "pv_utility", "coal"]}), how="cross")
        lever.ledger.supply_fixed("installed", every, 10.0, item="sited_plants", unit="GW")
        more = lever.b.variable(BUILT, every[every["year"] != 2020])
        lever.ledger.supply("installed", more.terms(), 1.0, item="sited_plants", unit="1")
        twice = more.frame["technology"].map({"wind_onshore": 2.0, "pv_utility": 1.0, "coal": 0.0})
        cost = twice * more.frame["year"].map(dict(zip(LATER, price, strict=True)))
        lever.ledger.use("money", more.terms(), cost.to_numpy(dtype=float), item="plants", unit="bn CNY/GW/yr")

    rows = [{"target": "t", "scope": "nation", **row} for row in targets]
    tables = {"capacity_targets": rows, "capacity_target_members": [{"target": "t", "technology": technology} for technology in members]}
    data = toy_data(years=YEARS, tables=tables, settings={"discount_rate": 0.0})
    solution = solve(assemble(data, [poster(stand)], [CapacityTargets, ObjectiveClosing]))
    assert solution.status == "optimal"
    return solution


def stands(solution: Solution, technology: str = "pv_utility") -> list[float]:
    return [value(solution, "stands", technology=technology, year=year) for year in LATER]


def test_capacity_of_the_listed_technologies_counts_what_stood_before() -> None:
    """50 GW of wind and sun by 2040: 20 stand, so 30 of the cheaper one; coal, which is free, does not count."""
    solution = capacity([{"year": 2040, "capacity": 50.0}])
    assert ([0.0, 30.0, 0.0], [0.0, 0.0, 0.0]) == (pytest.approx(stands(solution)), pytest.approx(stands(solution, "wind_onshore")))
    assert pytest.approx(300.0) == solution.objective


def test_capacity_of_a_year_between_milestones_lies_on_the_line_between_them() -> None:
    """32 GW in 2023: 0.7 of 2020 and 0.3 of 2030, 20 + 0.3 x 40. In 2035 half of each: where it is cheaper."""
    assert [40.0, 0.0, 0.0] == pytest.approx(stands(capacity([{"year": 2023, "capacity": 32.0}])))
    assert [0.0, 60.0, 0.0] == pytest.approx(stands(capacity([{"year": 2035, "capacity": 50.0}], [9.0, 1.0, 1.0])))


def test_capacity_held_on_and_along_a_line_is_one_of_milestones() -> None:
    assert [0.0, 30.0, 30.0] == pytest.approx(stands(capacity([{"year": 2040, "capacity": 50.0, "hold": "from"}])))
    line = [{"year": 2030, "capacity": 30.0}, {"year": 2050, "capacity": 70.0, "hold": "line"}]
    assert [10.0, 30.0, 50.0] == pytest.approx(stands(capacity(line)))


def test_capacity_missed_is_paid_every_year_of_its_period() -> None:
    """30 GW cost 2 bn CNY a year each, missing 1: 30 x 1 x 10."""
    solution = capacity([{"year": 2040, "capacity": 50.0, "miss_price": 1.0}], members=("wind_onshore",))
    assert (0.0, 40.0) == (pytest.approx(sum(stands(solution, "wind_onshore"))), pytest.approx(value(solution, "capacity_target_missed")))
    assert pytest.approx(400.0) == solution.objective


WRONG = {
    "a line without a beginning": ([{**SHARE, "year": 2035, "share": 0.3, "hold": "line"}], "H3"),
    "the base year": ([{**SHARE, "year": 2020, "share": 0.3}], "D3"),
    "a year after the plan": ([{**SHARE, "year": 2060, "share": 0.3}], "D3"),
    "no number": ([{**SHARE, "year": 2035}], "E3"),
    "a number of another kind": ([{**SHARE, "year": 2035, "share": 0.3, "coal": 1.0}], "F3"),
    "two kinds under one name": ([{**SHARE, "year": 2030, "share": 0.3}, {"kind": "coal_at_most", "year": 2040, "coal": 1.0}], "B4"),
}


@pytest.mark.parametrize("fault", list(WRONG))
def test_a_pledge_that_says_nothing_sensible_is_refused_at_its_cell(fault: str) -> None:
    targets, cell = WRONG[fault]
    with pytest.raises(InputError, match=f"energy_targets!{cell}: "):
        energy(targets)
