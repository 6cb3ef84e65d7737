"""Planting on offered land, by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest

from model.closing.river_flow import RiverFlow
from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.data import Data
from model.core.declare.spec import InputError
from model.core.declare.units import CO2_PER_C
from model.core.solve.solution import Solution
from model.levers.forest.forest import Forest
from model.levers.forest.forest_soil import ForestSoil
from model.levers.land.afforestation import Afforestation

from .forest_toy import GROWTH, HARVEST, PINE, forest_data, stand
from .toy import Rows, amount, cheapest, poster, toy_data, value

#: So dear is an established hectare that all that may be planted is planted.
TREES = {"planting": 1e3}

LAND: dict[str, Any] = {
    "region": "west", "water_zone": "west_arid", "land_type": "good", "area": 2.0, "from_class": "forest_land", "survival": 0.8,
}  # fmt: skip
NEW = {"region": "west", "water_zone": "west_arid", "land_type": "good", "forest_group": "pine", "growth_multiplier": 1.0}


def planting_data(*, years: tuple[int, ...] = (2020, 2030, 2040), tables: Mapping[str, Rows] | None = None, **land: Any) -> Data:
    """2 Mha of good land at a survival of 0.8; pine is planted on it."""
    given: dict[str, Rows] = {"forest_groups": [PINE], "new_forest": [NEW], "afforestation_land": [{**LAND, **land}]}
    return toy_data(years=years, tables={**given, **(tables or {})})


def plan(data: Data, *others: type[Lever], prices: Mapping[str, float] | None = None) -> Solution:
    solution = cheapest(assemble(data, [Afforestation, *others], []), feed_in=TREES if prices is None else prices)
    assert solution.status == "optimal"
    return solution


def capacity(**by_year: float) -> Rows:
    """Planting capacity in Mha/yr, years as y2030=..."""
    return [{"region": "west", "year": int(year[1:]), "value": v} for year, v in by_year.items()]


def test_land_offered_is_planted_once_over_all_periods() -> None:
    """2 Mha offered: however dear trees are, the plantings of both periods together are 2 Mha; the land's row points to its
    cell and one more Mha in the last period is worth 0.8 * 1000 per period."""
    data = planting_data()
    solution = plan(data)
    assert pytest.approx(2.0) == value(solution, "planted")
    row = solution.limits().query("name == 'balance_offered_land' and year == 2040").iloc[0]
    assert ("afforestation_land", "D3", 2000.0) == (row["sheet"], row["cell"], pytest.approx(row["limit"]))


def test_no_more_is_planted_a_year_than_the_capacity() -> None:
    """0.05 Mha/yr to 2030 and 0.09 to 2040: 0.5 and 0.9 Mha a period. One more Mha/yr is ten Mha, 0.8 of them established
    for 1000: 8000 a year of the period."""
    data = planting_data(tables={"planting_capacity": capacity(y2030=0.05, y2040=0.09)})
    solution = plan(data)
    assert pytest.approx([0.5, 0.9]) == solution.values("planted")["value"].tolist()
    weights = [-8000.0 * data.weight(y) for y in (2030, 2040)]
    assert pytest.approx(weights) == solution.duals("planting_capacity_kept")["dual"].tolist()
    limits = solution.limits().query("name == 'planting_capacity_kept'")
    assert pytest.approx([50.0, 90.0]) == limits["limit"].tolist()
    assert ["D2", "E3"] == limits["cell"].tolist()


def test_only_what_survives_is_handed_to_the_forest() -> None:
    """0.5 Mha planted at 0.8: 0.4 established; all 0.5 hold forest land, in the period of planting and after."""
    solution = plan(planting_data(tables={"planting_capacity": capacity(y2030=0.05, y2040=0.0)}))
    assert pytest.approx(0.4) == amount(solution, "planting", "afforestation", stratum="west_arid.new.good", year=2030)
    assert pytest.approx([-0.5, -0.5]) == [amount(solution, "land", "afforestation", land_class="forest_land", year=y) for y in (2030, 2040)]


def test_returned_cropland_becomes_forest_land_and_its_income_is_forgone() -> None:
    """2 Mha of cropland planted by 2030: cropland -2; forest land +2 and used again by the trees; 3 bn CNY/Mha a year
    forgone on all 2 Mha from then on."""
    prices = {"planting": 1e6}
    solution = plan(planting_data(from_class="cropland", forgone_income=3.0, tables={"planting_capacity": capacity(y2040=0.0)}), prices=prices)
    for year in (2030, 2040):
        assert pytest.approx(-2.0) == amount(solution, "land", "returned_to_forest", land_class="cropland", year=year)
        assert pytest.approx(2.0) == amount(solution, "land", "returned_to_forest", land_class="forest_land", year=year)
        assert pytest.approx(-2.0) == amount(solution, "land", "afforestation", land_class="forest_land", year=year)
        assert pytest.approx(-6.0) == amount(solution, "money", "afforestation_forgone_income", year=year)


def test_planting_and_tending_are_paid_in_the_period_of_planting() -> None:
    """0.5 Mha at 12 bn CNY/Mha planting and 4 tending within ten years: 0.6 and 0.2 bn CNY/yr, nothing afterwards."""
    solution = plan(planting_data(planting_cost=12.0, tending_cost=4.0, tables={"planting_capacity": capacity(y2030=0.05, y2040=0.0)}))
    assert pytest.approx([-0.6, 0.0]) == [amount(solution, "money", "afforestation_planting", year=y) for y in (2030, 2040)]
    assert pytest.approx([-0.2, 0.0]) == [amount(solution, "money", "afforestation_tending", year=y) for y in (2030, 2040)]


def test_what_lives_is_irrigated_for_good() -> None:
    """0.4 Mha established at 1.5 km3/Mha/yr: 0.6 km3/yr in the zone, in 2030 and in 2040."""
    solution = plan(planting_data(irrigation=1.5, tables={"planting_capacity": capacity(y2030=0.05, y2040=0.0)}))
    used = [amount(solution, "water", "afforestation_irrigation", water_zone="west_arid", year=y) for y in (2030, 2040)]
    assert pytest.approx([-0.6, -0.6]) == used


def test_extra_evapotranspiration_of_what_lives_is_measured_beside_the_withdrawals() -> None:
    """0.4 Mha by 2030 and another 0.4 by 2040 at 0.5 km3/Mha/yr: 0.2, then 0.4 km3/yr; no water is withdrawn."""
    solution = plan(planting_data(extra_evapotranspiration=0.5, tables={"planting_capacity": capacity(y2030=0.05, y2040=0.05)}))
    assert pytest.approx([0.2, 0.4]) == solution.values("extra_evapotranspiration")["value"].tolist()
    assert 0.0 == amount(solution, "water", "afforestation_irrigation")
    assert 2 == len(solution.duals("extra_evapotranspiration_sum"))


def test_land_brings_its_soil_and_loses_its_vegetation() -> None:
    """Soil 70 against 100 Mt C/Mha at equilibrium on 0.4 established Mha: 12 Mt C of deficit in the period; 3 Mt C/Mha of
    vegetation lost on all 0.5 planted: 0.15 Mt C/yr."""
    data = planting_data(soil_before=70.0, vegetation_before=3.0, tables={"planting_capacity": capacity(y2030=0.05, y2040=0.0)})
    solution = plan(data)
    assert pytest.approx(12.0) == amount(solution, "soil_planting", "afforestation", forest_group="pine", year=2030)
    lost = [amount(solution, "sink", "afforestation_vegetation_lost", year=y) for y in (2030, 2040)]
    assert pytest.approx([-0.15 * CO2_PER_C, 0.0]) == lost


def test_land_opened_by_another_lever_can_be_planted() -> None:
    """A row of no area gives the costs of irrigated land; another lever offers 0.3 Mha of it from 2040 on."""
    offered = pd.DataFrame({"region": ["west"], "water_zone": ["west_arid"], "land_type": ["good"], "year": [2040]})
    other = poster(lambda lever: lever.ledger.supply_fixed("offered_land", offered, 0.3, item="opened", unit="Mha"))
    assert pytest.approx([0.0, 0.3]) == plan(planting_data(area=0.0), other).values("planted")["value"].tolist()


def test_an_offer_without_a_stratum_to_plant_is_refused() -> None:
    """Nothing is said about what grows on sandy land."""
    with pytest.raises(InputError, match="afforestation_land!C3: nothing is said about what is planted on sandy in west_arid, west"):
        assemble(planting_data(land_type="sandy"), [Afforestation], [])


def test_no_carbon_comes_with_new_land() -> None:
    """Planted, grown and with its soil recovering, 1 Mha brings by the end exactly: the living carbon of its stand, 0.8 of
    30 Mt C/Mha in class 2; plus the soil recovered; less the vegetation before, 3 Mt C. Nothing else is booked as a sink."""
    tables: dict[str, Rows] = {"new_forest": [NEW], "afforestation_land": [{**LAND, "area": 1.0, "soil_before": 70.0, "vegetation_before": 3.0}]}
    data = forest_data([stand("young", 1.0)], years=(2020, 2030, 2040), tables={**tables, "planting_capacity": capacity(y2040=0.0)})
    solution = cheapest(assemble(data, [Afforestation, Forest, ForestSoil], []), carbon_price=10.0)
    assert pytest.approx(1.0) == value(solution, "planted")
    booked = 10 / CO2_PER_C * (solution.balance("sink")["value"].sum() - amount(solution, "sink", "forest_living"))
    recovered = 0.8 * 30.0 - value(solution, "soil_deficit", year=2040)
    assert 0.0 < recovered < 0.8 * 30.0
    assert pytest.approx(0.8 * 30.0 + recovered - 3.0, rel=1e-9) == booked


def test_each_water_zone_keeps_its_land_and_plants_its_own_trees() -> None:
    """0.5 Mha in each of two water zones, survivals of 0.6 and 0.8: 0.5 and 0.5 Mha are planted, not 1 where it grows better.
    Dry land gets shrub of half the growth: 0.3 Mha of it hold 0.3 * 5 Mt C in class 1, the 0.4 Mha of pine 0.4 * 10."""
    rows = [{**LAND, "area": 0.5, "water_zone": z, "survival": s} for z, s in (("west_arid", 0.6), ("west_humid", 0.8))]
    new = [{**NEW, "forest_group": "shrub", "growth_multiplier": 0.5}, {**NEW, "water_zone": "west_humid"}]
    groups = [PINE, {**PINE, "forest_group": "shrub", "soil_equilibrium": 60.0}]
    growth = [*GROWTH, *({**row, "forest_group": "shrub"} for row in GROWTH)]
    tables: dict[str, Rows] = {"forest_groups": groups, "forest_growth": growth, "new_forest": new, "afforestation_land": rows}
    data = forest_data([stand("young", 1.0)], tables=tables)
    solution = cheapest(assemble(data, [Afforestation, Forest], []), carbon_price=10.0)
    assert pytest.approx([0.5, 0.5]) == solution.values("planted")["value"].tolist()
    assert pytest.approx(0.3) == value(solution, "area", stratum="west_arid.new.good", age_class=1)
    assert pytest.approx(0.4) == value(solution, "area", stratum="west_humid.new.good", age_class=1)
    assert pytest.approx((0.3 * 5.0 + 0.4 * 10.0) / 10 * CO2_PER_C) == amount(solution, "sink", "afforestation_living", year=2030)
    soil = [amount(solution, "soil_planting", "afforestation", forest_group=g) for g in ("shrub", "pine")]
    assert pytest.approx([0.3 * 60.0, 0.4 * 100.0]) == soil
    limits = solution.limits().query("name == 'balance_offered_land'")
    assert ["D3", "D4"] == limits["cell"].tolist()
    assert (solution.duals("balance_offered_land")["dual"].abs() > 0.1).all()


def test_a_zone_that_two_regions_claim_is_refused() -> None:
    """Strata are named by zone, so one zone must not stand for land of two regions."""
    new = [NEW, {**NEW, "region": "east", "land_type": "poor"}]
    harvest = [{**HARVEST, "region": r} for r in ("west", "east")]
    data = forest_data([stand("young", 1.0)], regions=("west", "east"), tables={"new_forest": new, "forest_harvest": harvest})
    with pytest.raises(InputError, match="new_forest!B3: west_arid lies in more than one region"):
        assemble(data, [Forest], [])


def test_a_cover_target_is_met_by_what_survives_when_nothing_else_pays_for_it() -> None:
    """0.8 Mha established by 2040 are 1 Mha planted at a survival of 0.8; without the target none is."""
    target = [{"target": "cover", "scope": "nation", "year": 2040, "area": 0.8}]
    solution = plan(planting_data(tables={"new_forest_targets": target}, planting_cost=3.0), prices={})
    assert pytest.approx(1.0) == value(solution, "planted")
    assert solution.duals("new_forest_established")["dual"].iloc[0] != 0.0
    assert pytest.approx(0.0, abs=1e-9) == value(plan(planting_data(planting_cost=3.0), prices={}), "planted")


def test_a_limit_on_extra_evapotranspiration_holds_the_planting_back() -> None:
    """0.1 km3 a year per Mha that lives, 0.8 of what is planted: 0.08 km3 are 1 Mha of the 2 that are offered."""

    def river(lever: Lever) -> None:
        lever.ledger.supply_fixed("water", pd.DataFrame({"water_zone": ["west_arid"], "year": [2040]}), 9.0, item="available", unit="km3/yr")

    tables = {
        "water_zones": [{"water_zone": "west_arid", "region": "west", "basin": "west"}],
        "water_runoff": [{"water_zone": "west_arid", "year": year, "value": 9.0} for year in (2030, 2040)],
        "environmental_flow": [{"water_zone": "west_arid", "share": 0.0, "evapotranspiration_limit": 0.08}],
    }
    data = planting_data(tables=tables, extra_evapotranspiration=0.1)
    solution = cheapest(assemble(data, [Afforestation, poster(river)], [RiverFlow]), feed_in=TREES)
    assert pytest.approx(1.0) == value(solution, "planted")
    assert pytest.approx(0.08) == value(solution, "extra_evapotranspiration", year=2040)
    assert solution.duals("extra_evapotranspiration_sum")["dual"].abs().max() > 0.0
