"""Biomass fuel, by hand-worked cases of one region."""

from __future__ import annotations

from typing import Any

import pytest

from model.core.build.assemble import assemble
from model.core.data import Data
from model.core.solve.solution import Solution
from model.levers.demand.bioenergy import Bioenergy

from .toy import amount, cheapest, toy_data, value

RESIDUE = {
    "region": "west", "source_type": "agricultural_residue", "supply": 50.0, "collectable_share": 0.4,
    "heating_value": 4.5, "cost": 0.1,
}


def run(data: Data, fuel_price: float) -> Solution:
    """Fuel earns ``fuel_price`` bn CNY per TWh; nothing else asks for it."""
    build = assemble(data, [Bioenergy], [])
    build.present.remove("bioenergy")
    solution = cheapest(build, feed_in={"biomass": fuel_price})
    assert solution.status == "optimal"
    return solution


def supply(**changes: Any) -> Data:
    return toy_data(tables={"biomass_supply": [{**RESIDUE, **changes}]})


def test_collection_stops_at_the_collectable_part() -> None:
    """50 Mt * 0.4 = 20 Mt, worth (0.2 - 0.1) bn CNY/TWh * 4.5 TWh/Mt = 0.45 bn CNY per Mt and discounted year."""
    data = supply()
    solution = run(data, 0.2)
    assert pytest.approx(20.0) == value(solution, "biomass_collected", year=2030)
    limits = solution.limits()
    row = limits[limits["year"] == 2030].iloc[0]
    assert ("biomass_collected", "biomass_supply", "C3") == (row["name"], row["sheet"], row["cell"])
    assert pytest.approx(20.0) == row["limit"]
    assert pytest.approx(0.45 * data.weight(2030)) == row["dual"]


def test_collected_mass_gives_energy_and_costs_by_energy() -> None:
    """20 Mt * 4.5 TWh/Mt = 90 TWh; 90 TWh * 0.1 bn CNY/TWh = 9 bn CNY."""
    solution = run(supply(), 0.2)
    assert pytest.approx(90.0) == amount(solution, "biomass", "agricultural_residue", year=2030)
    assert pytest.approx(-9.0) == amount(solution, "money", "biomass_fuel", year=2030)


def test_the_plants_of_the_base_year_have_fuel_too() -> None:
    """2020 is computed like the other years: 20 Mt, 90 TWh."""
    assert pytest.approx(90.0) == amount(run(supply(), 0.2), "biomass", "agricultural_residue", year=2020)


def test_fuel_dearer_than_its_worth_stays_on_the_field() -> None:
    """0.1 to collect against 0.05 earned."""
    assert pytest.approx(0.0) == value(run(supply(), 0.05), "biomass_collected")


def test_a_source_without_supply_does_not_exist() -> None:
    """Nothing can be collected of 50 Mt at a share of 0."""
    rows = [RESIDUE, {**RESIDUE, "source_type": "energy_crop_marginal", "collectable_share": 0.0}]
    build = assemble(toy_data(tables={"biomass_supply": rows}), [Bioenergy], [])
    assert {"agricultural_residue"} == set(build.families["biomass_collected"].frame["source_type"])
