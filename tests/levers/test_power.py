"""Dispatch, demand, reserve, carbon and fuel of generation, by hand-worked cases of two slices."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.solve.solution import Solution
from model.levers.power.power import Power
from model.levers.power.siting import Siting
from model.levers.power.thermal import Thermal

from .power_toy import SLICE, YEARS, Tables, coal, grid, merged, power_data, wind, yearly
from .toy import amount, cheapest, poster, value

LEVERS = [Siting, Thermal, Power]
CCS = {"emission_factor": 0.09, "captured_fossil": 0.81, "efficiency": 0.4}


def solved(
    *parts: Tables, others: tuple[type[Lever], ...] = (), feed_in: dict[str, float] | None = None, years: tuple[int, ...] = YEARS, **settings: float
) -> Solution:
    return cheapest(assemble(power_data(*parts, years=years, settings=settings), [*LEVERS, *others], []), feed_in=feed_in)


def changed(tables: Tables, name: str, **values: Any) -> Tables:
    """The same tables with values set in every row of one of them."""
    return {**tables, name: [{**row, **values} for row in tables[name]]}


def fleet_like(technology: str, fuel: str, **attributes: Any) -> Tables:
    """A fleet of 2 GW of any thermal technology: efficiency 0.4, nothing emitted."""
    tables = changed(coal({"west": 2.0}, fuel=fuel, **attributes), "thermal_technologies", technology=technology)
    tables = changed(tables, "thermal_fleet", technology=technology, emission_factor=0.0)
    tables = changed(tables, "thermal_fixed_cost", technology=technology)
    return changed(tables, "thermal_capex", technology=technology)


def test_wind_serves_the_day_first_and_coal_the_rest() -> None:
    """5 TWh a slice: 2 GW of wind work half of their period, so by day 4.38 of wind and 0.62 of coal, at night 5 of coal; the base
    year has coal only."""
    solution = solved(grid({"west": 10.0}), coal({"west": 2.0}), wind({"west": 2.0}))
    assert pytest.approx(0.62) == amount(solution, "power", "coal", slice="day", year=2030)
    assert pytest.approx(5.0) == amount(solution, "power", "coal", slice="night", year=2030)
    assert pytest.approx(SLICE) == amount(solution, "power", "wind_onshore", slice="day", year=2030)
    assert pytest.approx(10.0) == amount(solution, "power", "coal", year=2020)
    assert 0 == len(solution.values("generation").query("year == 2020 and technology == 'wind_onshore'"))


def test_fuel_and_running_cost_are_paid_for_what_is_generated() -> None:
    """10 TWh at efficiency 0.4 and 0.1 bn CNY per TWh of coal is 2.5; twice that where coal costs twice as much."""
    dear = {"fuel_price_factors": [{"region": "west", "fuel": "coal", "factor": 2.0}]}
    solution = solved(grid({"west": 10.0}), coal({"west": 2.0}))
    assert pytest.approx(-2.5) == amount(solution, "money", "fuel_coal", year=2030)
    assert pytest.approx(-0.5) == amount(solution, "money", "generation_variable_cost", year=2030)
    solution = solved(grid({"west": 10.0}), coal({"west": 2.0}), dear)
    assert pytest.approx(-5.0) == amount(solution, "money", "fuel_coal", year=2030)


def test_the_fleet_has_its_own_emission_factor_until_it_is_gone() -> None:
    """10 TWh x 0.9 while some of the fleet works, to 2030; new plants of the same key emit 0.8 and burn at efficiency 0.5."""
    years = (2020, 2030, 2040)
    gone = {"fleet_survival": yearly(years, 0.0, technology="coal")}
    solution = solved(grid({"west": 10.0}, years), coal({"west": 2.0}, years, buildable=1.0), gone, years=years)
    assert pytest.approx([9.0, 9.0, 8.0]) == [amount(solution, "emission", "power", year=year) for year in years]
    assert pytest.approx([-2.5, -2.5, -2.0]) == [amount(solution, "money", "fuel_coal", year=year) for year in years]


def test_heat_plants_run_through_the_season_although_wind_is_cheaper() -> None:
    """Coal gives all 5 TWh of the night; by day at least 0.3 x half of its year g: d = 0.15 (5 + d), d = 0.882."""
    heat = {"must_run": [{"region": "west", "technology": "coal", "season": "first", "share": 0.3}]}
    solution = solved(grid({"west": 10.0}, seasons=2), coal({"west": 2.0}), wind({"west": 5.0}), heat)
    assert pytest.approx(5 * 0.15 / 0.85) == amount(solution, "power", "coal", slice="day", year=2030)
    assert {"day"} == set(solution.rows("must_run_for_heat")["slice"])
    assert solution.duals("must_run_for_heat").query("year == 2030")["dual"].iloc[0] > 0


def test_what_can_not_be_served_is_visible_at_its_price() -> None:
    """1 GW gives 4.38 of 5 TWh: 0.62 in each slice is missing, at 20 bn CNY per TWh."""
    solution = solved(grid({"west": 10.0}), coal({"west": 1.0}))
    assert pytest.approx(0.62) == amount(solution, "power", "unserved_energy", slice="night", year=2020)
    assert pytest.approx(-24.8) == amount(solution, "money", "unserved_energy", year=2030)


def test_other_levers_add_to_the_demand_and_see_its_marginal_cost() -> None:
    """2 TWh of heat pumps join the 10 TWh; one more TWh costs 0.3 of fuel and running, over ten years 3."""

    def post(lever: Lever) -> None:
        frame = pd.DataFrame({"region": ["west"], "year": [2030]})
        lever.ledger.use_fixed("electricity", frame, 2.0, item="heat_pumps", unit="TWh/yr")

    solution = solved(grid({"west": 10.0}), coal({"west": 2.0}, retirement_cost=9.0), others=(poster(post),))
    assert pytest.approx(12.0) == value(solution, "yearly_load", year=2030)
    assert pytest.approx(-6.0) == amount(solution, "power", "demand", slice="night", year=2030)
    assert pytest.approx(3.0) == solution.duals("balance_electricity").query("year == 2030")["dual"].iloc[0]


def test_captured_carbon_counts_gross_and_needs_storage() -> None:
    """10 TWh: 0.09 + 0.81 = 0.9 emitted gross, 0.81 captured, so 0.09 reach the air; 8.1 Mt need storage."""
    tables = fleet_like("coal_ccs", "coal", **CCS)
    tables = changed(tables, "thermal_fleet", emission_factor=0.09)
    solution = solved(grid({"west": 10.0}), tables)
    assert pytest.approx(9.0) == amount(solution, "emission", "power", year=2030)
    assert pytest.approx(8.1) == amount(solution, "captured", "power_ccs", year=2030)
    assert pytest.approx(-8.1) == amount(solution, "co2_storage", "power_ccs", year=2030)


def test_captured_biogenic_carbon_is_a_negative_emission() -> None:
    """10 TWh x 1.0: nothing emitted, 10 Mt captured, 25 TWh of biomass burnt at efficiency 0.4."""
    solution = solved(grid({"west": 10.0}), fleet_like("beccs", "biomass", captured_biogenic=1.0))
    assert pytest.approx(0.0) == amount(solution, "emission", "power", year=2030)
    assert pytest.approx(10.0) == amount(solution, "captured", "beccs", year=2030)
    assert pytest.approx(-10.0) == amount(solution, "co2_storage", "beccs", year=2030)
    assert pytest.approx(-25.0) == amount(solution, "biomass", "power", year=2030)
    assert pytest.approx(0.0) == amount(solution, "money", "fuel_biomass")


def test_cofiring_buys_coal_for_the_rest() -> None:
    """25 TWh of fuel: a fifth is biomass, 20 TWh are coal at 0.1."""
    solution = solved(grid({"west": 10.0}), fleet_like("coal_cofire", "coal", biomass_share=0.2))
    assert pytest.approx(-5.0) == amount(solution, "biomass", "power", year=2030)
    assert pytest.approx(-2.0) == amount(solution, "money", "fuel_coal", year=2030)


def test_hydrogen_plants_draw_on_the_hydrogen_balance() -> None:
    """10 TWh at efficiency 0.4 need 25 TWh of hydrogen, which has no listed price."""
    solution = solved(grid({"west": 10.0}), fleet_like("hydrogen_turbine", "hydrogen"))
    assert pytest.approx(-25.0) == amount(solution, "hydrogen", "power", year=2030)


def test_cooling_water_is_drawn_where_industry_is() -> None:
    """10 TWh x 0.002 km3: 0.015 in the zone that holds three quarters of industry; nothing is decided in 2020."""
    tables = merged(grid({"west": 10.0}), coal({"west": 2.0}, water=0.002))
    data = power_data(tables)
    zones = data.tables["water_zones"]
    data.tables["water_zones"] = pd.concat(
        [zones.assign(water_zone=name, industry_share=share) for name, share in (("dry", 0.75), ("wet", 0.25))]
    )
    solution = cheapest(assemble(data, LEVERS, []))
    assert pytest.approx(-0.015) == amount(solution, "water", "thermal_cooling", water_zone="dry")
    assert pytest.approx(-0.005) == amount(solution, "water", "thermal_cooling", water_zone="wet")
    assert [2030] == list(solution.balance("water")["year"].unique())


PEAK: Tables = {"peak_load": [{"region": "west", "peak_factor": 1.5, "weight": 1.0}]}


def test_firm_plants_cover_the_peak_with_a_margin() -> None:
    """8.76 TWh is 1 GW on average, 1.5 at the peak, 1.8 with a margin of 0.2: of 2 GW coal at 0.9 all may not retire."""
    parts = (grid({"west": 8.76}), coal({"west": 2.5}, firm_credit=0.9), PEAK)
    solution = solved(*parts, reserve_margin=0.2)
    assert pytest.approx(-1.8) == amount(solution, "reserve", "peak_load", year=2030)
    assert pytest.approx(0.5) == value(solution, "retired", year=2030)
    assert [2030] == list(solution.duals("balance_reserve")["year"])


def test_the_credit_of_wind_falls_along_its_tangents() -> None:
    """2 GW of wind: 0.4 x 2 = 0.8, 0.1 x 2 + 0.2 x 1.5 of the peak = 0.5, the smaller counts: 1.3 GW coal remain."""
    credit = {
        "reserve_credit": [
            {"credit_class": "wind", "tangent": 1, "slope": 0.4, "intercept": 0.0},
            {"credit_class": "wind", "tangent": 2, "slope": 0.1, "intercept": 0.2},
        ]
    }
    turbines = changed(wind({"west": 2.0}), "sited_technologies", credit_class="wind")
    history = {"capacity_history": [{"class": "wind", "year": 2030, "low": 2.0}]}
    parts = (grid({"west": 8.76}), coal({"west": 2.5}), PEAK, turbines, credit, history)
    solution = solved(*parts, reserve_margin=0.2)
    assert pytest.approx(0.5) == value(solution, "firm_credit_used")
    assert pytest.approx(1.2) == value(solution, "retired", year=2030)
    supplied = solution.balance("variable_credit").query("item == 'sited_plants'")
    assert pytest.approx([0.8, 0.2]) == list(supplied["value"])


def test_a_fixed_credit_needs_no_tangents() -> None:
    """1 GW of wind at 0.2."""
    turbines = changed(wind({"west": 1.0}), "sited_technologies", firm_credit=0.2)
    solution = solved(grid({"west": 8.76}), coal({"west": 2.5}), PEAK, turbines)
    assert pytest.approx(0.2) == amount(solution, "reserve", "sited_plants", year=2030)


def test_demand_without_any_plant_is_all_unserved() -> None:
    solution = solved(grid({"west": 10.0}))
    assert pytest.approx(10.0) == amount(solution, "power", "unserved_energy", year=2030)


def test_plants_may_be_built_where_none_stood() -> None:
    """No fleet sheet: the base year is dark, 2030 is served by 2 x 5 / 4.38 GW of new coal, as it works half of its period."""
    tables = coal({"west": 0.0}, buildable=1.0)
    del tables["thermal_fleet"]
    solution = solved(grid({"west": 10.0}), tables)
    assert pytest.approx(10.0) == value(solution, "unserved", year=2020)
    assert pytest.approx(2.0 * 5.0 / SLICE) == value(solution, "new_thermal", technology="coal")


def test_a_generation_plan_makes_dear_plants_run_beside_cheap_ones() -> None:
    """Two fleets of 2 GW could each give all of the 10 TWh asked. The dear one is allotted 2000 h, 4 TWh, with a band of 0.1:
    it gives 3.6 and the cheap one the other 6.4."""
    dear = changed(fleet_like("peat", "peat", variable_cost=0.5), "thermal_fleet", planned_hours=2000.0)
    dear = changed(dear, "fuel_prices", fuel="peat")
    solution = solved(grid({"west": 10.0}), coal({"west": 2.0}), dear, generation_plan_band=0.1)
    assert pytest.approx(3.6) == amount(solution, "power", "peat", year=2020)
    assert pytest.approx(6.4) == amount(solution, "power", "coal", year=2020)
    assert solution.duals("generation_plan_met")["dual"].iloc[0] != 0.0


def test_a_generation_plan_holds_the_base_year_within_its_band() -> None:
    """2 GW planned for 2000 h are 4 TWh; with a band of 0.1 coal gives 4.4 of the 10 TWh asked, the rest is not served.

    With 5 TWh of demand less 2 GW planned for 3000 h (6 TWh, at least 5.4) no plan exists.
    """
    planned = changed(coal({"west": 2.0}), "thermal_fleet", planned_hours=2000.0)
    solution = solved(grid({"west": 10.0}), planned, generation_plan_band=0.1)
    assert pytest.approx(4.4) == amount(solution, "power", "coal", year=2020)
    assert pytest.approx(10.0) == amount(solution, "power", "coal", year=2030)
    assert solution.duals("generation_plan_not_exceeded")["dual"].iloc[0] < 0
    idle = changed(coal({"west": 2.0}), "thermal_fleet", planned_hours=3000.0)
    assert "infeasible" == solved(grid({"west": 5.0}), idle, generation_plan_band=0.1).status
