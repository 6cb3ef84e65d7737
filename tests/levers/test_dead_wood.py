"""Dead wood and energy wood, by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd
import pytest

from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.data import Data
from model.core.declare.units import CO2_PER_C
from model.core.solve.solution import Solution
from model.levers.forest.dead_wood import DeadWood

from .forest_toy import forest_data, stand
from .toy import amount, cheapest, poster, value


def wood_data(**harvest: float) -> Data:
    """One region with a decay of 0.1 a year, one period of ten years."""
    return forest_data([stand("mature", 1.0)], harvest=harvest)


def plan(data: Data, inflow: Mapping[int, float], slash: float = 0.0, fuel_price: float = 0.0) -> Solution:
    """``inflow`` in Mt C/yr by year, of which ``slash`` may be collected in 2030; fuel sells at bn CNY/TWh."""

    def post(lever: Lever) -> None:
        frame = pd.DataFrame({"region": ["west"] * len(inflow), "year": list(inflow)})
        lever.ledger.supply_fixed("dead_wood", frame, list(inflow.values()), item="slash", unit="Mt C/yr")
        year = pd.DataFrame({"region": ["west"], "year": [2030]})
        lever.ledger.supply_fixed("slash", year, slash, item="forest", unit="Mt C/yr")

    solution = cheapest(assemble(data, [DeadWood, poster(post)], []), feed_in={"biomass": fuel_price})
    assert solution.status == "optimal"
    return solution


def test_the_inherited_pool_is_in_balance_with_the_base_year() -> None:
    """3 Mt C/yr at a decay of 0.1 a year keep up 30 Mt C; the same inflow later leaves it there: no sink."""
    solution = plan(wood_data(), {2020: 3.0, 2030: 3.0})
    assert pytest.approx([30.0, 30.0]) == solution.values("dead_wood_pool")["value"].tolist()
    assert pytest.approx(0.0, abs=1e-9) == amount(solution, "sink", "dead_wood")


def test_dead_wood_decays_while_it_fills_and_its_change_is_the_sink() -> None:
    """30 Mt C, then 5 Mt C/yr for ten years: 30/e + 5 * (1 - 1/e)/0.1; the change a year is the sink."""
    solution = plan(wood_data(), {2020: 3.0, 2030: 5.0})
    after = 30 / math.e + 50 * (1 - 1 / math.e)
    assert pytest.approx(after, rel=1e-9) == value(solution, "dead_wood_pool", year=2030)
    assert pytest.approx((after - 30) / 10 * CO2_PER_C, rel=1e-9) == amount(solution, "sink", "dead_wood")


def test_dead_wood_without_inflow_is_a_source() -> None:
    """30 Mt C and no more: 30 * (1 - 1/e) are lost in ten years."""
    assert pytest.approx(-3 * (1 - 1 / math.e) * CO2_PER_C, rel=1e-9) == amount(plan(wood_data(), {2020: 3.0}), "sink", "dead_wood")


def test_energy_wood_is_taken_from_slash_and_gives_fuel_at_its_cost() -> None:
    """2 of 5 Mt C/yr may be collected; 18 GJ/t at half carbon are 36 GJ/t C, that is 10 TWh/Mt C; 28 CNY/GJ are 0.1008 bn
    CNY/TWh. Fuel at 0.2 pays: 20 TWh/yr for 2.016 bn CNY/yr, and only 3 Mt C/yr become dead wood."""
    solution = plan(wood_data(energy_wood_share=0.4), {2020: 3.0, 2030: 5.0}, slash=2.0, fuel_price=0.2)
    assert pytest.approx(2.0) == value(solution, "energy_wood")
    assert pytest.approx(20.0) == amount(solution, "biomass", "energy_wood")
    assert pytest.approx(-2.016) == amount(solution, "money", "energy_wood")
    assert pytest.approx(3.0) == value(solution, "dead_wood_inflow", year=2030)


def test_energy_wood_is_left_where_fuel_is_cheaper_than_collecting_it() -> None:
    """Fuel at 0.1 bn CNY/TWh does not pay the 0.1008 of collecting."""
    assert 0.0 == value(plan(wood_data(energy_wood_share=0.4), {2020: 3.0, 2030: 5.0}, slash=2.0, fuel_price=0.1), "energy_wood")


def test_a_region_that_may_collect_nothing_decides_nothing() -> None:
    """A share of nil makes no variable at all."""
    assert 0 == len(plan(wood_data(), {2020: 3.0}, slash=2.0, fuel_price=0.2).values("energy_wood"))


def test_each_decay_row_tells_what_a_tonne_of_dead_wood_is_worth() -> None:
    """At 1 bn CNY per Mt CO2 one more Mt C at the end is a sink of 44/12/10 a year; one more inherited costs that, less
    the part 1/e that is still there at the end."""
    data = wood_data()
    frame = pd.DataFrame({"region": ["west"] * 2, "year": [2020, 2030]})
    other = poster(lambda lever: lever.ledger.supply_fixed("dead_wood", frame, 3.0, item="slash", unit="Mt C/yr"))
    solution = cheapest(assemble(data, [DeadWood, other], []), carbon_price=1.0)
    worth = CO2_PER_C / 10 * data.weight(2030)
    assert pytest.approx(worth) == abs(solution.duals("dead_wood_decay")["dual"].iloc[0])
    assert pytest.approx(worth * (1 - 1 / math.e)) == abs(solution.duals("dead_wood_in_balance")["dual"].iloc[0])
