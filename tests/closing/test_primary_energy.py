"""Primary energy and the share that is not fossil, by hand-worked cases: one unit of power counts 2.5, coal is burnt at 0.4."""

from __future__ import annotations

from typing import Any

import pytest

from model.closing.pledges.primary_energy import COUNTED
from model.closing.results.primary_energy import sources_add_up
from model.core.build.assemble import assemble
from model.core.data import Data
from model.core.declare import units
from model.core.solve.solution import Solution
from model.levers.demand.end_use import EndUse
from model.levers.demand.industry import Industry
from model.levers.fuels import check_fuel_split
from model.levers.power.power import Power
from model.levers.power.siting import Siting
from model.levers.power.thermal import Thermal
from model.reporting.tables.every import result_tables
from tests.levers.power_toy import SLICE, coal, grid, power_data, wind, yearly
from tests.levers.test_end_use import electric, transport
from tests.levers.test_industry import one_plant, scrap
from tests.levers.toy import amount, cheapest

YEARS = (2020, 2030, 2040)
MTCE = units.convert(1.0, "TWh/yr", "Mtce/yr")
#: Oil emits 0.25 Mt a TWh, coal 0.4.
FUELS = {"fuel_factors": [{"fuel": "oil", "emission_factor": 0.25}, {"fuel": "coal", "emission_factor": 0.4}]}


def equivalent(years: tuple[int, ...] = YEARS, value: float = 2.5) -> list[dict[str, Any]]:
    return [row for source in COUNTED for row in yearly(years, value, energy_source=source)]


def windy() -> Solution:
    """Of 3 x 4.38 TWh of wind 10 are used by day, 10 TWh of coal power by night from 25 of coal."""
    fleet = {
        "sited_fleet": [{"region": "west", "water_zone": "west", "technology": "wind_onshore", "capacity": 3.0, "capacity_factor": 0.5}],
        "fleet_survival": yearly((2020, 2030), 1.0, technology="wind_onshore"),
        "power_equivalent": equivalent((2020, 2030)),
    }
    data = power_data(grid({"west": 20.0}), coal({"west": 3.0}), wind({"west": 0.0}), fleet)
    return cheapest(assemble(data, [Siting, Thermal, Power], []))


def test_power_counts_by_its_equivalent_and_fuel_as_it_is() -> None:
    """Wind 10 x 2.5 and coal 10 / 0.4 TWh: 25 each, half of it not fossil; content is 10 and 25 TWh. The base year is told too."""
    tables = result_tables(windy())
    table = tables["primary_energy"].set_index(["energy_source", "year"])
    for year in (2020, 2030):
        assert [25.0 * MTCE, 25.0 * MTCE] == pytest.approx([table.loc[("wind", year), "value"], table.loc[("coal", year), "value"]])
        assert [0.5, 0.5] == pytest.approx([table.loc[("wind", year), "share"], table.loc[("coal", year), "share"]])
        assert [10.0, 25.0] == pytest.approx([units.convert(table.loc[(source, year), "content"], "EJ/yr", "TWh/yr") for source in ("wind", "coal")])
    national = tables["non_fossil_share"].query("region == 'nation'")
    assert [0.5, 0.5] == pytest.approx(national["share"].tolist())


def test_what_is_curtailed_is_posted_and_counts_nothing() -> None:
    solution = windy()
    assert (3 * SLICE, 10.0 - 3 * SLICE) == (pytest.approx(amount(solution, "primary_energy", "output", year=2030)), pytest.approx(amount(solution, "primary_energy", "curtailment", year=2030)))
    assert max(sides.error() for sides in sources_add_up(result_tables(solution), solution)) < 1e-9


def test_the_account_adds_no_row_and_no_column() -> None:
    solution = windy()
    assert not [name for name in (*solution.build.rows, *solution.build.families) if "primary" in name]


def used(data: Data, lever: type[EndUse | Industry]) -> Solution:
    return cheapest(assemble(data, [lever], []), feed_in={"emission": -1.0})


def test_fuels_of_an_end_use_follow_its_co2_and_what_is_avoided() -> None:
    """100 Mt, 90 % of it oil at 0.25 Mt a TWh: 360 TWh in 2020; 30 Mt less in 2030: 252; feedstock of 1 TWh per Mt is on top."""
    split = {"fuel_split": [{"sector": "cars", "fuel": "oil", "share": 0.9}], "power_equivalent": equivalent()}
    solution = used(transport([electric()], **FUELS, **split), EndUse)
    assert [360.0, 252.0] == pytest.approx([amount(solution, "primary_energy", "end_use_fuel", year=y) for y in (2020, 2030)])
    split["fuel_split"][0]["feedstock"] = 1.0
    solution = used(transport([electric()], **FUELS, **split), EndUse)
    assert [460.0, 322.0] == pytest.approx([amount(solution, "primary_energy", "end_use_fuel", year=y) for y in (2020, 2030)])


def test_fuels_of_industry_fall_with_what_is_avoided_and_not_with_what_is_captured() -> None:
    """200 Mt, half of it coal at 0.4 Mt a TWh: 250 TWh; a measure takes 30 of the 200 Mt: 212.5; biomass of 0.3 TWh a unit comes instead."""
    split = {"fuel_split": [{"sector": "steel", "fuel": "coal", "share": 0.5}], "power_equivalent": equivalent()}
    solution = used(one_plant([scrap(biomass=0.3)], **FUELS, **split), Industry)
    assert [250.0, 212.5] == pytest.approx([amount(solution, "primary_energy", "industry_fuel", year=y) for y in (2020, 2030)])
    assert pytest.approx(9.0) == amount(solution, "primary_energy", "industry_biomass", year=2030)
    table = result_tables(solution)["primary_energy"].set_index(["energy_source", "year"])["value"]
    assert (212.5 * MTCE, 9.0 * MTCE) == (pytest.approx(table["coal", 2030]), pytest.approx(table["biomass", 2030]))
    caught = cheapest(assemble(one_plant([scrap(captured=1.0)], **FUELS, **split), [Industry], []), feed_in={"captured": 1.0})
    assert pytest.approx(250.0) == amount(caught, "primary_energy", "industry_fuel", year=2030)


def test_a_sector_without_a_split_has_no_fuels_and_without_the_convention_nothing_is_told() -> None:
    solution = used(transport([electric()]), EndUse)
    assert 0.0 == amount(solution, "primary_energy", "end_use_fuel")
    assert result_tables(solution)["primary_energy"].empty


def test_fuels_of_a_sector_that_emit_more_than_all_of_its_co2_are_refused() -> None:
    split = [{"sector": "cars", "fuel": fuel, "share": 0.6} for fuel in ("oil", "coal")]
    found = check_fuel_split(transport([electric()], **FUELS, fuel_split=split))
    assert ["fuel_split!C4: the shares of cars add up to 1.2; at most 1"] == [str(finding) for finding in found if finding.level == "error" and finding.zh]
