"""Fuels by names of the modeller's own: paid at their price, and told when they have none."""

from __future__ import annotations

import pytest

from model.core.build.assemble import assemble
from model.levers.power.given.fuels import check_fuel_prices

from .power_toy import YEARS, coal, grid, merged, power_data, yearly
from .test_thermal import LEVERS, plant, solved
from .toy import amount, cheapest, value


def test_a_fuel_of_any_name_is_paid_at_its_price() -> None:
    """8.76 TWh from lignite at efficiency 0.5 and 0.02 bn CNY/TWh: 8.76 / 0.5 * 0.02 = 0.3504 a year, 1.25 times that in a region of 1.25."""
    lignite = {"fuel_prices": yearly(YEARS, 0.02, fuel="lignite"), "fuel_price_factors": [{"region": "west", "fuel": "lignite", "factor": 1.25, "weight": 1.0}]}
    solution = solved(grid({"west": {2020: 0.0, 2030: 8.76}}), plant("new", fuel="lignite"), lignite)
    assert -0.438 == pytest.approx(amount(solution, "money", "fuel_lignite", year=2030))


def test_a_fuel_without_a_price_is_found_with_its_cell() -> None:
    """Coal has a price, lignite none; the plant is the second row of its sheet: row 4."""
    data = power_data(grid({"west": 1.0}), merged(coal({"west": 1.0}), plant("new", fuel="lignite")))
    (found,) = check_fuel_prices(data)
    assert ("error", "thermal_technologies", "4") == (found.level, found.sheet, found.cell[-1])


def test_a_price_of_what_its_own_balance_prices_is_told() -> None:
    """Biomass has a balance."""
    data = power_data(grid({"west": 1.0}), coal({"west": 1.0}), {"fuel_prices": yearly(YEARS, 0.1, fuel="biomass")})
    assert ["warning"] == [found.level for found in check_fuel_prices(data)]


def test_no_more_of_a_fuel_is_burnt_than_there_is() -> None:
    """10 TWh of coal at the fleet's 0.4 give 4 of the 8.76 TWh asked for in 2030; the row nation holds both regions together."""
    limit = {"fuel_limits": yearly((2030,), 10.0, region="west", fuel="coal")}
    solution = solved(grid({"west": 8.76}), coal({"west": 1.0}), limit)
    assert 4.0 == pytest.approx(value(solution, "yearly_generation", year=2030))
    assert 8.76 == pytest.approx(value(solution, "yearly_generation", year=2020))
    both = power_data(grid({"west": 8.76, "east": 8.76}), coal({"west": 1.0, "east": 1.0}), {"fuel_limits": yearly((2030,), 10.0, region="nation", fuel="coal")}, regions=("west", "east"))
    assert 4.0 == pytest.approx(value(cheapest(assemble(both, LEVERS, [])), "yearly_generation", year=2030))
