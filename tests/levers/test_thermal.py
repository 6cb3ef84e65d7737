"""Early retirement, conversion and new thermal plants, by hand-worked cases of one coal fleet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from model.core.build.assemble import assemble
from model.core.solve.solution import Solution
from model.levers.power.pace.under_construction import check_under_construction
from model.levers.power.power import Power
from model.levers.power.siting import Siting
from model.levers.power.thermal import Thermal

from .power_toy import SLICE, YEARS, Tables, coal, grid, merged, power_data, wind, yearly
from .toy import amount, cheapest, value

THREE = (2020, 2030, 2040)
LEVERS = [Siting, Thermal, Power]
#: Price of a tonne emitted, bn CNY per Mt: enough to make conversion pay.
CARBON = 1.0


def solved(
    *parts: Tables, years: tuple[int, ...] = YEARS, carbon_price: float = 0.0, **settings: float | str
) -> Solution:
    data = power_data(*parts, years=years, settings=settings)
    return cheapest(assemble(data, LEVERS, []), feed_in={"emission": -carbon_price, "captured": carbon_price})


def plant(technology: str, years: tuple[int, ...] = YEARS, capex: float = 2.0, **attributes: Any) -> Tables:
    """A coal plant that may be built: 2 bn CNY per GW over 20 years, fixed 0.1, efficiency 0.5, fuel as coal."""
    base: dict[str, Any] = {
        "technology": technology, "class": technology, "buildable": 1.0, "fuel": "coal", "efficiency": 0.5,
        "emission_factor": 0.8, "variable_cost": 0.05, "lifetime": 20.0, "availability": 1.0, "firm_credit": 1.0,
    }
    return {
        "thermal_technologies": [{**base, **attributes}],
        "thermal_capex": yearly(years, capex, technology=technology),
        "thermal_fixed_cost": yearly(years, 0.1, technology=technology),
    }


def capture(years: tuple[int, ...] = YEARS, **attributes: Any) -> Tables:
    """A conversion of coal that catches nine tenths of 0.9 t CO2."""
    caught = {"retrofit_of": "coal", "efficiency": 0.4, "emission_factor": 0.09, "captured_fossil": 0.81}
    return plant("coal_ccs", years, **{**caught, **attributes})


def ageing(shares: Mapping[int, float]) -> Tables:
    return {"fleet_survival": yearly(tuple(shares), shares, technology="coal")}


def test_the_fleet_is_available_by_its_availability_and_age() -> None:
    """2 GW x 0.9 x 4.38 h = 7.884 TWh in a slice of 2020; 1 GW is left in 2030, 1.5 on the way there: 5.913 TWh and 0.15 bn CNY."""
    fleet = coal({"west": 2.0}, availability=0.9, retirement_cost=9.0)
    solution = solved(grid({"west": {2020: 15.768, 2030: 0.0}}), fleet, ageing({2030: 0.5}))
    for year, expected in ((2020, 7.884), (2030, 5.913)):
        assert pytest.approx(expected) == amount(
            solution, "available_output", "capacity", technology="coal", slice="day", year=year
        )
    assert pytest.approx(-0.15) == amount(solution, "money", "coal_cost", year=2030)
    assert pytest.approx(1.0) == value(solution, "thermal_capacity", year=2030)


def test_idle_plants_retire_when_their_fixed_cost_exceeds_the_cost_of_retiring() -> None:
    """1 of 2 GW is idle on average, so both may leave by 2030: each works half of the period.

    Retiring a GW costs 0.4 once, 0.04 a year over ten years, and saves half of 0.1 a year.
    """
    solution = solved(grid({"west": 8.76}), coal({"west": 2.0}, retirement_cost=0.4))
    assert pytest.approx(2.0) == value(solution, "retired", year=2030)
    assert pytest.approx(1.0) == value(solution, "thermal_working", year=2030)
    assert pytest.approx(-0.08) == amount(solution, "money", "early_retirement", year=2030)
    assert pytest.approx(-0.1) == amount(solution, "money", "coal_cost", year=2030)


def test_plants_that_cost_more_to_retire_than_to_keep_stay() -> None:
    """0.6 once is 0.06 a year against 0.05 saved, as what leaves in the period works half of it."""
    solution = solved(grid({"west": 8.76}), coal({"west": 2.0}, retirement_cost=0.6))
    assert pytest.approx(0.0) == value(solution, "retired")


def test_an_idle_plant_that_is_needed_later_is_kept() -> None:
    """Nothing is needed to 2030 and 1 GW after: 2 - (1 + 1) / 2. What is retired does not come back, so of 2 GW only 1 leaves."""
    demand = {2020: 8.76, 2030: 0.0, 2040: 8.76}
    solution = solved(grid({"west": demand}, THREE), coal({"west": 2.0}, THREE), years=THREE)
    assert pytest.approx([1.0, 1.0]) == list(solution.values("retired")["value"])
    assert solution.duals("retired_stays_retired")["dual"].iloc[0] != 0


def test_retired_plants_leave_the_count_as_their_age_class_would_have_ended() -> None:
    """0.8 x 2 GW retire in 2030 at 0.5 each; in 2040 half of them would be gone anyway: 0.8 GW, and nothing is paid.

    Of 1.2 GW that would work on average to 2040, (1.6 + 0.8) / 2 are gone.
    """
    demand = {2020: 8.76, 2030: 0.0, 2040: 0.0}
    parts = (grid({"west": demand}, THREE), coal({"west": 2.0}, THREE, retirement_cost=0.5), ageing({2030: 0.8, 2040: 0.4}))
    solution = solved(*parts, years=THREE)
    assert pytest.approx([1.6, 0.8]) == list(solution.values("retired")["value"])
    assert pytest.approx(-0.08) == amount(solution, "money", "early_retirement", year=2030)
    assert pytest.approx(0.0, abs=1e-9) == amount(solution, "money", "early_retirement", year=2040)
    assert pytest.approx(0.0, abs=1e-9) == amount(solution, "available_output", "capacity", year=2040)


def test_conversion_takes_its_plant_from_the_fleet() -> None:
    """With carbon at 1000 CNY/t all of the 2 GW that demand uses are converted by 2030: no coal is left then, half works until then."""
    solution = solved(grid({"west": 18.0}), coal({"west": 2.0}), capture(), carbon_price=CARBON)
    assert pytest.approx(2.0) == value(solution, "new_thermal", technology="coal_ccs")
    assert pytest.approx(SLICE) == amount(solution, "power", "coal_ccs", slice="day", year=2030)
    assert pytest.approx(SLICE) == amount(solution, "available_output", "capacity", technology="coal", slice="day", year=2030)
    assert pytest.approx(2.0) == value(solution, "thermal_capacity", technology="coal_ccs", year=2030)
    assert pytest.approx(0.0, abs=1e-9) == value(solution, "thermal_capacity", technology="coal", year=2030)


def test_no_more_is_converted_than_stands() -> None:
    """Firm capacity at the milestone earns 1 a year and GW, conversion costs half of 0.1 more than the old plant: 0.95 x ten years."""
    parts = (grid({"west": 0.0}), coal({"west": 2.0}, firm_credit=0.0), capture())
    solution = cheapest(assemble(power_data(*parts), [Thermal], []), feed_in={"reserve": 1.0})
    assert pytest.approx(2.0) == value(solution, "new_thermal")
    assert pytest.approx(-9.5) == solution.duals("fleet_room")["dual"].iloc[0]


def test_converted_plants_pay_annuity_and_their_own_fixed_cost_only() -> None:
    """2 GW work half of the period: 1 x (2/20 + 0.1) for the conversion, and 1 x 0.1 for the coal fleet until it is converted."""
    solution = solved(grid({"west": 17.52}), coal({"west": 2.0}), capture(), carbon_price=CARBON)
    assert pytest.approx(-0.2) == amount(solution, "money", "coal_ccs_cost", year=2030)
    assert pytest.approx(-0.1) == amount(solution, "money", "coal_cost", year=2030)


def test_converted_plants_age_with_their_fleet_but_are_paid_in_full() -> None:
    """0.8 of 2 GW stand in 2030 and 0.4 in 2040: 1.6 GW are converted, 0.8 GW of them are left in 2040, 1.2 work on average.

    All 1.6 are paid, at 2/20 a year each, and 0.1 for what works.
    """
    parts = (grid({"west": 17.52}, THREE), coal({"west": 2.0}, THREE), capture(THREE), ageing({2030: 0.8, 2040: 0.4}))
    solution = solved(*parts, years=THREE, carbon_price=CARBON)
    assert pytest.approx(1.6) == value(solution, "new_thermal", technology="coal_ccs", vintage=2030)
    standing = amount(solution, "available_output", "capacity", technology="coal_ccs", slice="day", year=2040)
    assert pytest.approx(1.2 * SLICE) == standing
    assert pytest.approx(0.8) == value(solution, "thermal_capacity", technology="coal_ccs", year=2040)
    assert pytest.approx(-(1.6 * 0.1 + 1.2 * 0.1)) == amount(solution, "money", "coal_ccs_cost", year=2040)


def test_nothing_is_converted_where_no_fleet_is_left() -> None:
    """1 of 2 GW is left in 2030 and converted, none in 2040: nothing can be converted by then.

    On the way to 2030 the fleet has 1.5 GW, half of 1 GW of them converted; on the way to 2040 it has 0.5, all converted. So
    coal_ccs works 0.5 GW in both periods, 4.38 TWh a year, and coal 1 GW, 8.76 TWh, in the first alone.
    """
    parts = (grid({"west": 17.52}, THREE), coal({"west": 2.0}, THREE), capture(THREE), ageing({2030: 0.5, 2040: 0.0}))
    solution = solved(*parts, years=THREE, carbon_price=CARBON)
    assert [2030] == list(solution.values("new_thermal")["vintage"])
    assert [2030] == list(solution.values("retired")["year"])
    assert pytest.approx(1.0) == value(solution, "new_thermal", technology="coal_ccs")
    # nothing stands of either plant in 2040
    assert pytest.approx({("coal", 2030): 0.0, ("coal_ccs", 2030): 1.0}, abs=1e-9) == solution.values("thermal_capacity").set_index(["technology", "year"])["value"].to_dict()
    generated = solution.values("generation").query("year > 2020").groupby(["technology", "year"])["value"].sum()
    expected = {("coal", 2030): 2 * SLICE, ("coal", 2040): 0.0, ("coal_ccs", 2030): SLICE, ("coal_ccs", 2040): SLICE}
    assert pytest.approx(expected, abs=1e-9) == generated.to_dict()


def test_regions_without_the_fleet_have_nothing_to_convert() -> None:
    tables = merged(grid({"west": 8.76, "east": 8.76}), coal({"west": 1.0}), capture())
    data = power_data(tables, regions=("west", "east"))
    solution = cheapest(assemble(data, LEVERS, []))
    assert ["west"] == list(solution.values("new_thermal")["region"])


def test_new_plants_are_built_within_the_national_limit() -> None:
    """0.05 GW a year for ten years is 0.5 GW, although 2 GW would be used; half of it works and is paid in its period."""
    limits = {"build_limits": yearly(YEARS, 0.05, **{"class": "coal_new"})}
    solution = solved(grid({"west": 17.52}), coal({"west": 0.1}), plant("coal_new"), limits)
    assert pytest.approx(0.5) == value(solution, "new_thermal", technology="coal_new")
    assert pytest.approx(-0.25 * (2 / 20 + 0.1)) == amount(solution, "money", "coal_new_cost", year=2030)


def test_what_is_under_construction_is_built_although_nobody_uses_it() -> None:
    """0.02 GW a year for ten years are 0.2 GW; half of it works in its period."""
    begun = {"under_construction": yearly(YEARS, 0.02, **{"class": "coal_new"})}
    solution = solved(grid({"west": 0.0}), coal({"west": 2.0}), plant("coal_new"), begun)
    assert pytest.approx(0.2) == value(solution, "new_thermal", technology="coal_new")
    assert pytest.approx(-0.1 * (2 / 20 + 0.1)) == amount(solution, "money", "coal_new_cost", year=2030)
    assert pytest.approx([2030]) == list(solution.duals("thermal_under_construction")["year"])
    assert solution.duals("thermal_under_construction")["dual"].iloc[0] > 0.0


def test_what_is_under_construction_is_no_more_than_can_be_built() -> None:
    """0.05 GW a year are under construction and 0.02 can be built; nothing of the old class can be built at all."""
    tables = {"under_construction": [*yearly(YEARS, 0.05, **{"class": "coal_new"}), *yearly(YEARS, 0.01, **{"class": "coal"})], "build_limits": yearly(YEARS, 0.02, **{"class": "coal_new"})}
    found = check_under_construction(power_data(grid({"west": 8.76}), coal({"west": 2.0}), plant("coal_new"), tables))
    assert ["warning", "error"] == [finding.level for finding in found]
    assert ["no plant of coal can be built", "0.05 GW/yr of coal_new"] == [finding.message[: len(begin)] for finding, begin in zip(found, ("no plant of coal can be built", "0.05 GW/yr of coal_new"), strict=True)]


def test_no_more_is_closed_early_a_year_than_the_limit() -> None:
    """Two idle GW would leave by 2030 (above); of 0.05 GW a year half a GW does. In 2040 half of it would be gone anyway: 0.25 + 10 * 0.05 are counted."""
    limits = {"closing_limits": yearly(THREE, 0.05, **{"class": "coal"})}
    parts = (grid({"west": {2020: 8.76, 2030: 0.0, 2040: 0.0}}, THREE), coal({"west": 2.0}, THREE, retirement_cost=0.0), ageing({2030: 1.0, 2040: 0.5}))
    solution = solved(*parts, limits, years=THREE)
    assert pytest.approx([0.5, 0.75]) == list(solution.values("retired")["value"])
    assert [2030, 2040] == list(solution.duals("closed_early")["year"])
    assert solution.duals("closed_early")["dual"].abs().min() > 0.0


def test_conversion_inside_a_class_does_not_count_as_building_in_it() -> None:
    """No coal plant may be built, yet the 2 GW of the same class are converted."""
    limits = {"build_limits": yearly(YEARS, 0.0, **{"class": "coal"})}
    inside = capture(YEARS, **{"class": "coal"})
    solution = solved(grid({"west": 17.52}), coal({"west": 2.0}), inside, limits, carbon_price=CARBON)
    assert pytest.approx(2.0) == value(solution, "new_thermal")
    assert "thermal_build_limit" not in solution.build.rows


def test_conversion_into_another_class_counts_there() -> None:
    """0.03 GW a year for ten years: 0.3 of 2 GW are converted."""
    limits = {"build_limits": yearly(YEARS, 0.03, **{"class": "coal_ccs"})}
    solution = solved(grid({"west": 17.52}), coal({"west": 2.0}), capture(), limits, carbon_price=CARBON)
    assert pytest.approx(0.3) == value(solution, "new_thermal")


def test_plants_not_for_sale_are_not_built() -> None:
    solution = solved(grid({"west": 17.52}), coal({"west": 0.1}), plant("coal_new", buildable=0.0))
    assert 0 == len(solution.values("new_thermal"))


def test_obliged_output_is_met_although_wind_is_cheaper() -> None:
    """2 GW x 6000 h = 12 TWh: all 8.76 of the night and 3.24 of the day, which leaves 5.52 to wind.

    To retire a GW costs 30 once, 3 a year: more than 6 TWh x 0.3 of forced output.
    """
    fleet = coal({"west": 2.0}, minimum_hours=6000.0, retirement_cost=30.0)
    solution = solved(grid({"west": 17.52}), fleet, wind({"west": 10.0}))
    assert pytest.approx(-12.0) == amount(solution, "minimum_output", "obligation", year=2030)
    assert pytest.approx(12.0) == amount(solution, "power", "coal", year=2030)
    assert pytest.approx(5.52) == amount(solution, "power", "wind_onshore", year=2030)


def test_retirement_lifts_the_obligation() -> None:
    """Without demand the fleet can only leave: on its way out half is obliged, 1 GW x 4380 h, then nothing."""
    demand = {2020: 8.76, 2030: 4.38, 2040: 0.0}
    fleet = coal({"west": 2.0}, THREE, minimum_hours=4380.0, retirement_cost=30.0)
    solution = solved(grid({"west": demand}, THREE), fleet, years=THREE)
    assert pytest.approx([2.0, 2.0]) == list(solution.values("retired")["value"])
    assert pytest.approx(-4.38) == amount(solution, "minimum_output", "obligation", year=2030)
    assert pytest.approx(0.0, abs=1e-9) == amount(solution, "minimum_output", "obligation", year=2040)


def test_standing_plants_are_firm_from_the_first_decided_year() -> None:
    """2 GW x 0.9; nothing is posted for the base year, whose fleet is given."""
    solution = solved(grid({"west": 17.52}), coal({"west": 2.0}, firm_credit=0.9))
    assert [2030] == list(solution.balance("reserve")["year"].unique())
    assert pytest.approx(1.8) == amount(solution, "reserve", "thermal_plants", year=2030)
