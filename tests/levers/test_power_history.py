"""Periods of history: plants are held to what was built and closed, by hand-worked cases of one or two periods."""

from __future__ import annotations

import pytest

from model.core.solve.solution import Solution
from model.levers.power.parts.plant_history import (
    check_storage_history,
    check_thermal_history,
    storage_history,
    thermal_history,
)

from .history_toy import ONE, TWO, seen, solved, straight, with_history
from .power_toy import Tables, coal, grid, yearly
from .test_thermal import plant
from .toy import amount, value

#: Nothing of the fleet is retired by choice.
DEAR = 99.0


def fired(fleet: dict[str, float], years: tuple[int, ...] = ONE, **attributes: float) -> Tables:
    """Coal that may be built, with a fleet that costs too much to retire."""
    return coal(fleet, years, buildable=1.0, retirement_cost=DEAR, **attributes)


def ageing(shares: dict[int, float]) -> Tables:
    return {"fleet_survival": yearly(tuple(shares), shares, technology="coal")}


def store(years: tuple[int, ...] = ONE, fleet: float = 0.0) -> Tables:
    """Batteries of 20 years."""
    technology = {"technology": "battery", "class": "battery", "hours": 4.0, "efficiency": 0.8, "lifetime": 20.0, "variable_cost": 0.0}
    return {
        "storage_technologies": [technology],
        "storage_capex": yearly(years, 1.0, technology="battery"),
        "storage_fixed_cost": yearly(years, 0.01, technology="battery"),
        "storage_fleet": [{"region": "west", "technology": "battery", "capacity": fleet, "minimum_hours": 0.0}],
    }


def test_what_was_built_is_what_stood_at_the_end_less_what_is_left_of_the_fleet() -> None:
    """2 GW of which 1 is left in 2025, when 1.8 were seen: 0.8 were built.

    On average 1.7 were seen, (2 / 2 + 4 x 1.65 + 1.8 / 2) / 5, of which the fleet had 1.5: 0.2 of the 0.8 worked, a quarter.
    """
    capacity = seen("coal", {2020: 2.0, **dict.fromkeys((2021, 2022, 2023, 2024), 1.65), 2025: 1.8})
    data = with_history(grid({"west": 8.76}, ONE), fired({"west": 2.0}), ageing({2025: 0.5, 2035: 0.5}), capacity)
    assert {("west", "coal", 2025): 0.25} == pytest.approx(thermal_history(data).worked)
    solution = solved(data)
    assert pytest.approx(0.8) == value(solution, "new_thermal", vintage=2025)
    assert pytest.approx(1.8) == value(solution, "thermal_capacity", year=2025)
    assert pytest.approx(1.7) == value(solution, "thermal_working", year=2025)


def test_a_period_whose_mean_is_not_known_worked_half_of_what_was_built() -> None:
    """Only the end of 2025 was seen: 2 GW of the fleet and half of 1 GW."""
    data = with_history(grid({"west": 8.76}, ONE), fired({"west": 2.0}), seen("coal", {2025: 3.0}))
    assert {} == thermal_history(data).worked
    assert pytest.approx(2.5) == value(solved(data), "thermal_working", year=2025)


def test_what_was_seen_to_be_less_than_the_fleet_was_closed() -> None:
    """1.2 of 2 GW stood at the end of 2025: 0.8 were closed, by an even fall 1.6 worked; closing them was paid 0.8 x 99 / 5 a year."""
    solution = solved(with_history(grid({"west": 8.76}, ONE), fired({"west": 2.0}), seen("coal", straight(2.0, 1.2))))
    assert pytest.approx(0.8) == value(solution, "retired", year=2025)
    assert pytest.approx(1.6) == value(solution, "thermal_working", year=2025)
    assert pytest.approx(-0.8 * DEAR / 5.0) == amount(solution, "money", "early_retirement", year=2025)
    assert pytest.approx(0.0) == value(solution, "new_thermal", vintage=2025)


def test_what_was_closed_stays_closed_when_plants_are_built_in_the_next_period() -> None:
    """4 GW, of which 3 were seen in 2023: 1 closed. In 2025 0.8 x 4 would be left, 0.8 of them closed: 2.4; 3.5 were seen, so 1.1 built."""
    shares = ageing({2023: 1.0, 2025: 0.8, 2035: 0.8})
    data = with_history(grid({"west": 8.76}, TWO), fired({"west": 4.0}, TWO), shares, seen("coal", {2020: 4.0, 2023: 3.0, 2025: 3.5}), years=TWO)
    solution = solved(data)
    assert pytest.approx([1.0, 0.8]) == solution.values("retired").query("year <= 2025")["value"].tolist()
    assert pytest.approx([0.0, 1.1]) == solution.values("new_thermal").query("vintage <= 2025")["value"].tolist()
    assert pytest.approx([3.0, 3.5]) == solution.values("thermal_capacity").query("year <= 2025")["value"].tolist()


def test_what_the_first_period_built_is_no_gain_of_the_second() -> None:
    """2 GW, 3 seen in 2023 and 3.5 in 2025: 1 and 0.5 built."""
    data = with_history(grid({"west": 8.76}, TWO), fired({"west": 2.0}, TWO), seen("coal", {2023: 3.0, 2025: 3.5}), years=TWO)
    assert {("west", "coal", 2023): 1.0, ("west", "coal", 2025): 0.5} == pytest.approx(thermal_history(data).built)


def test_no_more_is_closed_than_stands_of_the_fleet() -> None:
    """1 GW, 3 seen in 2023, so 2 built; 1.5 in 2025: the fleet closes with 1 GW, what history built stays, and the plan exists."""
    data = with_history(grid({"west": 8.76}, TWO), fired({"west": 1.0}, TWO), seen("coal", {2023: 3.0, 2025: 1.5}), years=TWO)
    solution = solved(data)
    assert pytest.approx([0.0, 1.0]) == solution.values("retired").query("year <= 2025")["value"].tolist()
    assert pytest.approx(2.0) == value(solution, "thermal_capacity", year=2025)


def test_the_nation_is_parted_as_the_fleets_where_no_region_is_known() -> None:
    """3 and 1 GW of coal; 6 were seen in the nation: 4.5 and 1.5, so 1.5 and 0.5 were built. A region that is known leaves the nation aside."""
    plants = (grid({"west": 8.76, "east": 4.38}, ONE), fired({"west": 3.0, "east": 1.0}))
    nation = seen("coal", {2025: 6.0}, "nation")
    data = with_history(*plants, nation, regions=("west", "east"))
    assert {("west", "coal", 2025): 1.5, ("east", "coal", 2025): 0.5} == pytest.approx(thermal_history(data).built)
    known = with_history(*plants, nation, seen("coal", {2025: 4.0}, "west"), regions=("west", "east"))
    assert {("west", "coal", 2025): 1.0} == pytest.approx(thermal_history(known).built)


def test_the_nation_of_a_second_period_is_parted_by_what_the_first_built() -> None:
    """3 and 1 GW; in 2023 the west has 3 and the east 3; in 2025 the nation has 9: 4.5 each, 1.5 built in each."""
    rows = (seen("coal", {2023: 3.0}), seen("coal", {2023: 3.0}, "east"), seen("coal", {2025: 9.0}, "nation"))
    plants = (grid({"west": 8.76, "east": 4.38}, TWO), fired({"west": 3.0, "east": 1.0}, TWO))
    built = thermal_history(with_history(*plants, *rows, years=TWO, regions=("west", "east"))).built
    assert {("east", "coal", 2023): 2.0, ("west", "coal", 2025): 1.5, ("east", "coal", 2025): 1.5} == pytest.approx(built)


def test_what_stood_in_the_nation_and_nobody_knows_where_is_told() -> None:
    """60 GW of batteries in the nation and no fleet of the base year to part them by: left out, with the cell of the row."""
    data = with_history(grid({"west": 8.76}, ONE), fired({"west": 2.0}), store(), seen("battery", {2024: 30.0, 2025: 60.0}, "nation"))
    found = check_storage_history(data)
    assert [("warning", "observed", "E4")] == [(f.level, f.sheet, f.cell) for f in found]
    assert "60 GW of battery stood in the nation in 2025" in found[0].message
    assert "2025 年全国有 60 GW battery" in found[0].zh
    assert [] == check_thermal_history(data)
    assert pytest.approx(0.0) == value(solved(data), "storage_new", vintage=2025)


def test_stores_are_held_to_what_was_seen_and_work_as_seen() -> None:
    """1 GW in 2025 of which half was there in 2024: (0.5 + 1 / 2) / 5 = 0.2 GW on average."""
    data = with_history(grid({"west": 8.76}, ONE), fired({"west": 2.0}), store(), seen("battery", {**dict.fromkeys(range(2020, 2024), 0.0), 2024: 0.5, 2025: 1.0}))
    solution = solved(data)
    assert pytest.approx(1.0) == value(solution, "storage_new", vintage=2025)
    assert pytest.approx([1.0, 0.2]) == [value(solution, name, year=2025) for name in ("storage_added", "storage_working")]


def test_stores_that_can_not_be_closed_count_as_they_stand() -> None:
    """2 GW outlive the horizon. 1 seen in 2023 closes none; 2.5 seen in 2025 are 0.5 more than stand."""
    data = with_history(grid({"west": 8.76}, TWO), fired({"west": 2.0}, TWO), store(TWO, 2.0), seen("battery", {2023: 1.0, 2025: 2.5}), years=TWO)
    assert ({}, {("west", "battery", 2025): 0.5}) == (storage_history(data).closed, storage_history(data).built)


def gas_beside_coal() -> list[Tables]:
    """8.76 TWh a year; 2 GW of coal at 0.3 bn CNY/TWh and 1 GW of gas at 0.2 / 0.5 + 0.05 = 0.45; nothing is retired by choice."""
    gas = plant("gas", ONE, fuel="gas", retirement_cost=DEAR)
    fleet = [{"region": "west", "technology": "gas", "capacity": 1.0, "emission_factor": 0.4, "efficiency": 0.5, "minimum_hours": 0.0}]
    return [grid({"west": 8.76}, ONE), fired({"west": 2.0}), gas, {"thermal_fleet": fleet, "fuel_prices": yearly(ONE, 0.2, fuel="gas")}]


def generated(fuel: str, twh: float, first: int = 2021) -> Tables:
    return seen(fuel, dict.fromkeys(range(first, 2026), twh), "nation", "generation", "TWh/yr")


def yearly_output(solution: Solution) -> dict[tuple[str, int], float]:
    return solution.values("yearly_generation").set_index(["technology", "year"])["value"].to_dict()


def test_what_was_seen_of_a_fuel_holds_its_plants_within_a_band() -> None:
    """2 TWh of gas were seen, 1 % less is asked: 1.98 although it is dear, 6.78 of coal. Or 6 TWh of coal were: 6.06 at most, 2.7 of gas."""
    for fuel, twh, rows, expected in (("gas", 2.0, "generation_as_seen", (6.78, 1.98)), ("coal", 6.0, "generation_not_beyond_seen", (6.06, 2.7))):
        solution = solved(with_history(*gas_beside_coal(), generated(fuel, twh)))
        found = yearly_output(solution)
        assert pytest.approx(expected) == (found["coal", 2025], found["gas", 2025])
        assert pytest.approx((8.76, 0.0), abs=1e-9) == (found["coal", 2035], found["gas", 2035])
        assert [(fuel, 2025)] == list(solution.rows(rows)[["fuel", "year"]].itertuples(index=False, name=None))
        # 0.15 a TWh are lost in each of the five years
        assert pytest.approx(5.0 * 0.15) == abs(solution.duals(rows)["dual"].iloc[0])


def test_the_band_of_history_is_that_of_the_setting() -> None:
    """A tenth less than 2 TWh is 1.8."""
    solution = solved(with_history(*gas_beside_coal(), generated("gas", 2.0), history_band=0.1))
    assert pytest.approx(1.8) == yearly_output(solution)["gas", 2025]


def test_a_fuel_of_which_a_year_is_missing_is_left_to_the_dispatch() -> None:
    """Gas was seen from 2022 on: the mean of 2021-25 is not known."""
    solution = solved(with_history(*gas_beside_coal(), generated("gas", 2.0, first=2022)))
    assert pytest.approx(0.0, abs=1e-9) == yearly_output(solution)["gas", 2025]


def test_a_kind_of_plant_that_did_not_stand_is_not_built_under_the_fuel_of_another() -> None:
    """Gas plants may be built and were seen, but none of their class stood in the base year: nothing is built of gas or of coal."""
    data = with_history(grid({"west": 8.76}, ONE), fired({"west": 2.0}), plant("gas_turbine", ONE, fuel="gas"), seen("gas", {2025: 3.0}))
    assert {} == thermal_history(data).built


def test_without_periods_of_history_nothing_is_held() -> None:
    """The same rows, every period of kind plan: what was seen decides nothing."""
    data = with_history(grid({"west": 8.76}, ONE), fired({"west": 2.0}), seen("coal", {2025: 3.0}), until=2020)
    assert ({}, {}) == (thermal_history(data).built, thermal_history(data).closed)
    assert not solved(data).build.families["new_thermal"].held.any()
