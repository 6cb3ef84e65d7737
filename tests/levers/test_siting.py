"""Sites, their limits and what they post, by hand-worked cases of one wind site beside a coal plant."""

from __future__ import annotations

from typing import Any

import pytest

from model.core.build.assemble import assemble
from model.core.data import Data
from model.core.solve.solution import Solution
from model.levers.power.power import Power
from model.levers.power.siting import Siting
from model.levers.power.thermal import Thermal

from .power_toy import SLICE, Tables, coal, grid, merged, power_data, wind, yearly
from .toy import amount, cheapest, value

LONG = (2020, 2030, 2040, 2050)


def solved(data: Data) -> Solution:
    return cheapest(assemble(data, [Siting, Thermal, Power], []))


def windy(*extra: Tables, potential: float = 1.0, demand: float = 20.0, **site: Any) -> Solution:
    """Demand of 10 TWh in each slice and 3 GW of coal: wind at 0.0671 bn CNY/TWh beats coal at 0.3."""
    return solved(power_data(grid({"west": demand}), coal({"west": 3.0}), wind({"west": potential}, **site), *extra))


def fleet(gw: float, share: float) -> Tables:
    row = {"region": "west", "water_zone": "west", "technology": "wind_onshore", "capacity": gw, "capacity_factor": 0.5}
    return {"sited_fleet": [row], "fleet_survival": yearly((2020, 2030), share, technology="wind_onshore")}


def test_a_site_is_built_up_to_its_potential() -> None:
    """1 GW built in the period works half of it: 2.19 of 10 TWh by day, so more would be built if there were more."""
    solution = windy()
    assert pytest.approx(1.0) == value(solution, "new_sited", vintage=2030)
    assert pytest.approx(1.0) == value(solution, "sited_capacity", year=2030)
    assert pytest.approx(SLICE / 2) == amount(solution, "power", "wind_onshore", slice="day", year=2030)


def test_the_potential_is_a_limit_that_points_to_its_cell() -> None:
    """The potential stands in the seventh column of the first data row of the sheet."""
    limit = next(part for part in windy().build.limits if part.name == "sited_capacity")
    assert ("sites", "G3", "GW") == (limit.sheets[0], limit.cells[0], limit.unit)


def test_excluded_sites_and_sites_without_potential_do_not_exist() -> None:
    sites = wind({"west": 0.0})["sites"] + wind({"west": 5.0}, sensitivity="excluded", grade=2)["sites"]
    tables = {**wind({"west": 1.0}), "sites": sites}
    solution = solved(power_data(grid({"west": 20.0}), coal({"west": 3.0}), tables))
    assert 0 == len(solution.values("new_sited"))


def test_output_of_a_slice_never_exceeds_the_capacity() -> None:
    """0.5 x 3 is 1.5 of the 0.5 GW that work on average: 2.19 TWh, not 3.285."""
    tables = wind({"west": 1.0})
    tables["output_shape"][0]["relative_output"] = 3.0
    solution = solved(power_data(grid({"west": 20.0}), coal({"west": 3.0}), tables))
    assert pytest.approx(SLICE / 2) == amount(solution, "power", "wind_onshore", year=2030)


def test_what_was_built_stands_until_its_life_ends() -> None:
    """Built by 2030 for 20 years: stands in 2030 and 2040 and leaves by 2050, while as much is built again: 1 GW works on average."""
    parts = (grid({"west": 20.0}, LONG), coal({"west": 3.0}, LONG), wind({"west": 1.0}, LONG))
    solution = solved(power_data(*parts, years=LONG))
    assert pytest.approx([1.0, 0.0, 1.0]) == list(solution.values("new_sited")["value"])
    assert pytest.approx([1.0, 1.0, 1.0]) == list(solution.values("sited_capacity")["value"])
    assert pytest.approx([SLICE / 2, SLICE, SLICE]) == [amount(solution, "power", "wind_onshore", year=year) for year in LONG[1:]]


def test_output_that_nobody_needs_is_curtailed() -> None:
    """A fleet of 3 GW that outlives the horizon gives 3 x 4.38 = 13.14 TWh by day, of which 10 are needed; by night coal runs."""
    solution = windy(fleet(3.0, 1.0), potential=0.0)
    assert pytest.approx(3 * SLICE - 10.0) == value(solution, "curtailed", slice="day", year=2030)
    assert pytest.approx(0.0) == value(solution, "curtailed", slice="night", year=2030)
    assert pytest.approx(10.0) == amount(solution, "power", "coal", slice="night", year=2030)


def test_no_more_is_curtailed_than_is_given() -> None:
    """Coal that is obliged to run can not be thrown away under the name of wind: the row holds what wind gives."""
    rows = windy(fleet(3.0, 1.0), potential=0.0).rows("balance_curtailable").query("slice == 'night'")
    assert pytest.approx([0.0, 0.0]) == rows["activity"].tolist()
    assert [0.0, 0.0] == rows["lower"].tolist()


def test_the_surviving_fleet_takes_its_part_of_the_potential() -> None:
    """0.8 GW of which half still stands leaves 1 - 0.4 = 0.6 GW."""
    solution = windy(fleet(0.8, 0.5))
    assert pytest.approx(0.6) == value(solution, "new_sited")
    assert solution.duals("technology_potential")["dual"].iloc[0] < 0


def test_a_fleet_larger_than_the_potential_blocks_new_sites_only() -> None:
    """1.5 GW stand where 1 GW was thought possible: nothing new, and 1.5 x 4.38 TWh by day."""
    solution = windy(fleet(1.5, 1.0))
    assert pytest.approx(0.0) == value(solution, "new_sited")
    assert pytest.approx(1.5 * SLICE) == amount(solution, "power", "wind_onshore", year=2030)


def test_a_fleet_that_the_potential_leaves_out_does_not_block_sites() -> None:
    """The potential of 1 GW is on top of the 0.8 GW that stand."""
    tables = merged(wind({"west": 1.0}), fleet(0.8, 1.0))
    tables["sited_technologies"][0]["sites_include_fleet"] = 0.0
    solution = solved(power_data(grid({"west": 20.0}), coal({"west": 3.0}), tables))
    assert pytest.approx(1.0) == value(solution, "new_sited")


def test_national_capacity_is_held_above_history() -> None:
    """Without demand nothing would be built; 0.9 less the fleet of 0.4 x 0.5 must be: 0.7."""
    history = {"capacity_history": [{"class": "wind", "year": 2030, "low": 0.9, "high": None}]}
    solution = windy(history, fleet(0.4, 0.5), demand=0.0)
    assert pytest.approx(0.7) == value(solution, "new_sited")
    assert solution.duals("capacity_history_low")["dual"].iloc[0] > 0
    assert "capacity_history_high" not in solution.build.rows


def test_national_capacity_is_held_below_plans() -> None:
    """0.5 less the fleet of 0.2: 0.3 GW."""
    history = {"capacity_history": [{"class": "wind", "year": 2030, "low": 0.0, "high": 0.5}]}
    solution = windy(history, fleet(0.4, 0.5))
    assert pytest.approx(0.3) == value(solution, "new_sited")
    assert solution.duals("capacity_history_high")["dual"].iloc[0] < 0


def test_history_of_years_outside_the_model_is_not_a_row() -> None:
    history = {"capacity_history": [{"class": "wind", "year": 2025, "low": 9.0, "high": 9.0}]}
    assert "capacity_history_low" not in windy(history).build.rows


def test_the_nation_builds_no_faster_than_its_limit() -> None:
    """0.05 GW a year for ten years is 0.5 GW."""
    solution = windy({"build_limits": yearly((2020, 2030), 0.05, **{"class": "wind"})})
    assert pytest.approx(0.5) == value(solution, "new_sited")
    assert pytest.approx([2030]) == list(solution.duals("sited_build_limit")["year"])


def test_what_is_under_construction_is_built_at_the_least() -> None:
    """Nobody needs power, so no wind is built but the 0.01 GW a year that are under construction for ten years."""
    begun = {"under_construction": yearly((2020, 2030), 0.01, **{"class": "wind"})}
    solution = windy(begun, demand=0.0)
    assert pytest.approx(0.1) == value(solution, "new_sited")
    assert solution.duals("sited_under_construction")["dual"].iloc[0] > 0.0


def test_new_energy_stays_within_its_land_quota() -> None:
    """A quota of 0.0004 Mha at 0.001 Mha per GW is 0.4 GW."""
    quota = {"energy_land_quota": [{"region": "west", "land_class": "grassland", "quota": 0.0004}]}
    solution = windy(quota)
    assert pytest.approx(0.4) == value(solution, "new_sited")
    assert pytest.approx(-0.0004) == amount(solution, "land", "wind_farms", land_class="grassland", year=2030)


def solar(**site: Any) -> Tables:
    """The wind site turned into panels."""
    tables = wind({"west": 1.0}, technology="pv_utility", **site)
    tables["sited_technologies"][0].update({"technology": "pv_utility", "class": "solar"})
    for name in ("sited_capex", "sited_fixed_cost"):
        tables[name] = [{**row, "technology": "pv_utility"} for row in tables[name]]
    return tables


def test_panels_on_grassland_offer_dual_use_and_need_washing() -> None:
    """1 GW on 0.001 Mha; half of it works: 2.19 TWh at 0.02 km3 per TWh is 0.0438 km3, less 0.005 km3 of evaporation saved."""
    site = {"wash_m3_per_mwh": 0.02, "evaporation_saving": 0.01}
    solution = solved(power_data(grid({"west": 20.0}), coal({"west": 3.0}), solar(**site)))
    assert pytest.approx(-0.001) == amount(solution, "land", "solar_farms")
    assert pytest.approx(0.001) == amount(solution, "dual_panels", "solar_farms")
    assert pytest.approx(-0.0438) == amount(solution, "water", "panel_washing", water_zone="west")
    assert pytest.approx(0.005) == amount(solution, "water", "evaporation_saved", water_zone="west")


def test_roofs_take_no_land() -> None:
    solution = solved(power_data(grid({"west": 20.0}), coal({"west": 3.0}), solar(land_class="none")))
    assert pytest.approx(1.0) == value(solution, "new_sited")
    assert 0 == len(solution.balance("land"))


def test_fresh_water_cools_nuclear_plants() -> None:
    """1 GW works half of its period, at half its capacity: 2.19 TWh; 0.002 km3 each is 0.00438 km3."""
    tables = wind({"west": 1.0}, land_class="none")
    tables["sited_technologies"][0].update({"class": "nuclear", "water": 0.002})
    solution = solved(power_data(grid({"west": 20.0}), coal({"west": 3.0}), tables))
    assert pytest.approx(-0.00438) == amount(solution, "water", "nuclear_cooling", water_zone="west")


def test_standing_capacity_costs_annuity_fixed_and_variable_cost() -> None:
    """Per GW and year: 4/20 = 0.2, fixed 0.05, 4.38 TWh x 0.01 = 0.0438; on restricted land 0.4/20 = 0.02 more.

    1 GW works half of the period in which it is built: half of 0.2938, and of 0.3138.
    """
    assert pytest.approx(-0.1469) == amount(windy(), "money", "wind_cost", year=2030)
    restricted = windy(sensitivity="restricted", mitigation_cost=0.4)
    assert pytest.approx(-0.1569) == amount(restricted, "money", "wind_cost", year=2030)


def test_the_fleet_costs_fixed_and_variable_cost_in_every_year() -> None:
    """0.4 GW x (0.05 + 0.0438) in 2020; half of it is left in 2030, three quarters on the way there."""
    solution = windy(fleet(0.4, 0.5), potential=0.0)
    assert pytest.approx(-0.03752) == amount(solution, "money", "wind_cost", year=2020)
    assert pytest.approx(-0.02814) == amount(solution, "money", "wind_cost", year=2030)
