"""Soil under planted and felled forest, by hand and against a fine step of the same process."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.data import Data
from model.core.declare.units import CO2_PER_C
from model.core.solve.solution import Solution
from model.levers.decay import period_retention
from model.levers.forest.forest_soil import ForestSoil

from .forest_toy import GROWTH, PINE, forest_data, stand
from .test_afforestation import NEW
from .toy import amount, cheapest, poster, value

#: exp(-n/tau) for ten years at a time constant of 20.
STAYS = math.exp(-0.5)


def soil_data(*years: int) -> Data:
    """Pine in one region, which stands there and may be planted, time constant 20 years."""
    return forest_data([stand("mature", 1.0)], years=years or (2020, 2030), tables={"new_forest": [NEW]})


def plan(data: Data, entered: float = 0.0, lost: float = 0.0) -> Solution:
    """Deficits in Mt C that planting brings and felling makes, both by 2030."""

    def post(lever: Lever) -> None:
        frame = pd.DataFrame({"region": ["west"], "forest_group": ["pine"], "year": [2030]})
        lever.ledger.supply_fixed("soil_planting", frame, entered, item="afforestation", unit="Mt C")
        lever.ledger.supply_fixed("soil_felling", frame, lost, item="forest", unit="Mt C")

    solution = cheapest(assemble(data, [ForestSoil, poster(post)], []))
    assert solution.status == "optimal"
    return solution


def test_what_enters_evenly_has_partly_recovered_by_the_end_of_the_period() -> None:
    """tau/n * (1 - exp(-n/tau)) is the mean of exp(-age/tau) over ages from 0 to n: a fine sum over 100,000 slices."""
    slices = 100_000
    mean = sum(math.exp(-10 * (i + 0.5) / slices / 20) for i in range(slices)) / slices
    assert pytest.approx(mean, rel=1e-9) == period_retention(10, 20)


def test_poor_soil_under_new_forest_recovers_as_a_sink() -> None:
    """40 Mt C of deficit planted within ten years: 40 * 2 * (1 - exp(-0.5)) = 31.475 are left; 8.525 recovered, 0.8525
    Mt C a year."""
    solution = plan(soil_data(), entered=40.0)
    left = 40 * 2 * (1 - STAYS)
    assert pytest.approx(left, rel=1e-9) == value(solution, "soil_deficit")
    assert pytest.approx((40 - left) / 10 * CO2_PER_C, rel=1e-9) == amount(solution, "sink", "forest_soil")


def test_felling_first_loses_soil_and_then_gets_it_back() -> None:
    """20 Mt C lost within ten years: at the end 15.739 are missing, a source of 1.5739 Mt C/yr; ten years later
    15.739 * exp(-0.5) are missing: what came back is a sink."""
    solution = plan(soil_data(2020, 2030, 2040), lost=20.0)
    first = 20 * 2 * (1 - STAYS)
    second = first * STAYS
    assert pytest.approx([first, second], rel=1e-9) == solution.values("soil_deficit")["value"].tolist()
    sinks = [amount(solution, "sink", "forest_soil", year=y) for y in (2030, 2040)]
    assert pytest.approx([-first / 10 * CO2_PER_C, (first - second) / 10 * CO2_PER_C], rel=1e-9) == sinks


def test_soil_richer_than_the_forests_equilibrium_is_lost() -> None:
    """Land that brings 10 Mt C more than equilibrium is a deficit of -10: the surplus decays as a source."""
    solution = plan(soil_data(), entered=-10.0)
    assert pytest.approx(-10 * 2 * (1 - STAYS), rel=1e-9) == value(solution, "soil_deficit")
    assert pytest.approx(-(10 - 20 * (1 - STAYS)) / 10 * CO2_PER_C, rel=1e-9) == amount(solution, "sink", "forest_soil")


def test_existing_forest_earns_no_soil_sink() -> None:
    """Nothing planted, nothing felled: no deficit, no sink."""
    solution = plan(soil_data(2020, 2030, 2040))
    assert 0.0 == value(solution, "soil_deficit")
    assert 0.0 == amount(solution, "sink", "forest_soil")


def test_planting_alone_never_gives_more_than_the_deficit() -> None:
    """Over 200 years of 10-year periods the sinks add up to the 40 Mt C planted on, less what exp(-9.5) leaves of the
    first period's 31.475."""
    solution = plan(soil_data(*range(2020, 2230, 10)), entered=40.0)
    total = amount(solution, "sink", "forest_soil") * 10 / CO2_PER_C
    assert pytest.approx(40 - 80 * (1 - STAYS) * math.exp(-9.5), rel=1e-9) == total


def test_a_recovery_row_tells_what_a_tonne_of_deficit_costs() -> None:
    """At 1 bn CNY per Mt CO2 one more Mt C missing at the end of the period costs 44/12/10 a year."""
    data = soil_data()
    solution = cheapest(assemble(data, [ForestSoil], []), carbon_price=1.0)
    assert pytest.approx(CO2_PER_C / 10 * data.weight(2030)) == abs(solution.duals("soil_recovery")["dual"].iloc[0])


def test_only_what_may_be_planted_brings_a_deficit() -> None:
    """Oak stands in the west as pine does, only pine may be planted there: two deficits, one that planting can bring."""
    oak = {**PINE, "forest_group": "oak"}
    growth = [*GROWTH, *({**row, "forest_group": "oak"} for row in GROWTH)]
    tables = {"forest_groups": [PINE, oak], "forest_growth": growth, "new_forest": [NEW]}
    build = assemble(forest_data([stand("mature", 1.0), stand("mature", 1.0, forest_group="oak")], tables=tables), [ForestSoil], [])
    assert [("west", "pine", 2030), ("west", "oak", 2030)] == list(build.families["soil_deficit"].keys)
    assert [("west", "pine", 2030)] == list(build.families["soil_entered"].keys)
