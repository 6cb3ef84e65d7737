"""Availability by slice, efficiency and variable cost by year and a tax on emissions of thermal plants, by hand-worked cases."""

from __future__ import annotations

import pytest

from model.core.build.assemble import assemble

from .power_toy import SLICE, coal, grid, power_data, yearly
from .test_thermal import LEVERS, solved
from .toy import amount, cheapest, value


def test_availability_of_a_slice_takes_the_place_of_that_of_the_technology() -> None:
    """1 GW with 0.25 by day gives 1.095 TWh there and 4.38 by night, as the base year does in both slices."""
    part = {"thermal_availability": yearly((2030,), 0.25, region="west", technology="coal", slice="day")}
    solution = solved(grid({"west": 20.0}), coal({"west": 1.0}), part)
    for year, day in ((2020, SLICE), (2030, 0.25 * SLICE)):
        assert day == pytest.approx(value(solution, "generation", year=year, slice="day"))
        assert SLICE == pytest.approx(value(solution, "generation", year=year, slice="night"))


def test_variable_cost_of_a_year_takes_the_place_of_that_of_the_technology() -> None:
    """8.76 TWh at 0.05 bn CNY/TWh in 2020 and at 0.08 in 2030."""
    solution = solved(grid({"west": 8.76}), coal({"west": 1.0}), {"thermal_variable_cost": yearly((2030,), 0.08, technology="coal")})
    assert -0.438 == pytest.approx(amount(solution, "money", "generation_variable_cost", year=2020))
    assert -0.7008 == pytest.approx(amount(solution, "money", "generation_variable_cost", year=2030))


def test_a_tax_is_paid_on_what_is_emitted_to_the_air() -> None:
    """8.76 TWh with the fleet's 0.9 Mt/TWh at 0.1 bn CNY/Mt: 0.7884 a year in the region with a tax, nothing before it and elsewhere."""
    parts = (grid({"west": 8.76, "east": 8.76}), coal({"west": 1.0, "east": 1.0}), {"power_carbon_tax": yearly((2030,), 0.1, region="west")})
    solution = cheapest(assemble(power_data(*parts, regions=("west", "east")), LEVERS, []))
    assert -0.7884 == pytest.approx(amount(solution, "money", "power_carbon_tax_paid"))
    assert -0.7884 == pytest.approx(amount(solution, "money", "power_carbon_tax_paid", region="west", year=2030))


def test_efficiency_of_a_year_moves_fuel_and_emission() -> None:
    """8.76 TWh of a fleet of 0.4 and 0.9 Mt/TWh: fuel 8.76 / 0.4 * 0.1 = 2.19 and 7.884 Mt in 2020; at 0.5 1.752 and 6.3072 Mt in 2030."""
    solution = solved(grid({"west": 8.76}), coal({"west": 1.0}), {"thermal_efficiency": yearly((2030,), 0.5, technology="coal")})
    for year, fuel, emitted in ((2020, 2.19, 7.884), (2030, 1.752, 6.3072)):
        assert -fuel == pytest.approx(amount(solution, "money", "fuel_coal", year=year))
        assert emitted == pytest.approx(amount(solution, "emission", "power", year=year))
