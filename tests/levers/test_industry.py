"""Industry: output between regions, measures and their limits, by hand-worked cases of one or two regions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest

from model.core.build.assemble import assemble
from model.core.data import Data
from model.core.ledger import PostError
from model.core.solve.solution import Solution
from model.levers.demand.carbon_capture import CarbonCapture
from model.levers.demand.industry import Industry, check_relocation

from .toy import amount, cheapest, toy_data, value

YEARS = (2020, 2030, 2040)
ZONES = [
    {"water_zone": "dry", "region": "west", "industry_share": 0.25},
    {"water_zone": "wet", "region": "west", "industry_share": 0.75},
    {"water_zone": "coast", "region": "east", "industry_share": 1.0},
]
#: Prices of one tonne of emission and of one tonne captured, in bn CNY per Mt CO2.
CARBON = {"emission": -1.0, "captured": 1.0}


def by_year(keys: Mapping[str, Any], values: Mapping[int, float]) -> list[dict[str, Any]]:
    return [{**keys, "year": year, "value": value} for year, value in values.items()]


def same(keys: Mapping[str, Any], value_: float) -> list[dict[str, Any]]:
    return by_year(keys, dict.fromkeys(YEARS, value_))


def plant(region: str, output: float, **columns: Any) -> dict[str, Any]:
    return {"region": region, "sector": "steel", "output": output, "emission_factor": 2.0, **columns}


def demanded(later: float) -> list[dict[str, Any]]:
    return by_year({"sector": "steel"}, {2020: 100.0, 2030: later, 2040: later})


def steel(**tables: Any) -> Data:
    """The west makes 60 and the east 40 million units, 2 t CO2 each; demand stays 100 unless given."""
    west = plant("west", 60.0, electricity=0.5, water=0.004)
    east = plant("east", 40.0, electricity=0.5, water=0.004)
    given = {
        "industry": [west, east],
        "industry_demand": demanded(100.0),
        "water_zones": ZONES,
    }
    return toy_data(["west", "east"], YEARS, {**given, **tables})


def one_plant(measures: list[dict[str, Any]], **tables: Any) -> Data:
    """The west alone makes 100 million units of 2 t CO2 and may take ``measures``.

    Each measure is a row of ``measures`` with ``shares`` and ``cost`` (bn CNY per Mt CO2) beside it.
    """
    keys = [{"sector": "steel", "measure": m["measure"]} for m in measures]
    shares = [row for k, m in zip(keys, measures, strict=True) for row in by_year(k, m["shares"])]
    costs = [row for k, m in zip(keys, measures, strict=True) for row in same(k, m.get("cost", 0.0))]
    rows = [{"sector": "steel", "build_rate": 1.0, "abatement": 1.0, **m} for m in measures]
    given = {
        "industry": [plant("west", 100.0)],
        "industry_demand": demanded(100.0),
        "measures": rows,
        "measure_shares": shares,
        "measure_costs": costs,
        "water_zones": ZONES[:2],
    }
    return toy_data(["west"], YEARS, {**given, **tables})


def scrap(**columns: Any) -> dict[str, Any]:
    return {"measure": "scrap", "shares": {2020: 0.1, 2030: 0.4, 2040: 0.6}, **columns}


def run(data: Data, prices: Mapping[str, float] | None = None) -> Solution:
    solution = cheapest(assemble(data, [Industry], []), feed_in=CARBON if prices is None else prices)
    assert solution.status == "optimal"
    return solution


def test_the_regions_share_national_demand_and_move_only_inside_the_bounds() -> None:
    """Reference 60 and 40 of 100; 20 % movement. Power costs only count in deviations, so let the east be cleaner:
    1 t against 2 t CO2. The west falls to 60*0.8 = 48, but the east rises to 40*1.2 = 48 at most, so west = 52."""
    tables = {
        "industry": [plant("west", 60.0), plant("east", 40.0, emission_factor=1.0)],
        "industry_movement": by_year({"sector": "steel"}, {2030: 0.2, 2040: 0.0}),
    }
    solution = run(steel(**tables))
    assert pytest.approx(48.0) == value(solution, "output", region="east", year=2030)
    assert pytest.approx(52.0) == value(solution, "output", region="west", year=2030)
    assert pytest.approx(40.0) == value(solution, "output", region="east", year=2040)
    assert pytest.approx(52.0 * 2.0 + 48.0) == amount(solution, "emission", "steel", year=2030)


def test_demand_binds_at_the_emission_of_the_dearest_tonne() -> None:
    """One unit more in 2030 is made in the west, inside its bounds: 2 t CO2 at 1 bn CNY per Mt, discounted."""
    tables = {
        "industry": [plant("west", 60.0), plant("east", 40.0, emission_factor=1.0)],
        "industry_movement": by_year({"sector": "steel"}, {2030: 0.2, 2040: 0.2}),
    }
    data = steel(**tables)
    solution = run(data)
    row = solution.rows("industry_demand_met").set_index("year").loc[2030]
    assert pytest.approx(100.0) == row["lower"]
    assert pytest.approx(100.0) == row["activity"]
    assert pytest.approx(2.0 * data.weight(2030)) == row["dual"]
    limits = solution.limits()
    place = limits[(limits["name"] == "industry_demand_met") & (limits["year"] == 2030)].iloc[0]
    assert ("industry_demand", "D3") == (place["sheet"], place["cell"])


def test_the_base_year_is_posted_as_history() -> None:
    """(60 + 40) million units * 2 t = 200 Mt CO2 in 2020, nothing of it decided."""
    solution = run(steel())
    assert pytest.approx(120.0) == amount(solution, "emission", "steel", region="west", year=2020)
    assert pytest.approx(80.0) == amount(solution, "emission", "steel", region="east", year=2020)
    assert {2030, 2040} == set(solution.values("output")["year"])


def test_only_the_deviation_from_the_reference_draws_power_and_water() -> None:
    """Demand falls to 50: reference 30 and 20. The cleaner east takes 50 % more, 30 instead of 20: +10 million units
    * 0.5 TWh = +5 TWh and 10 * 0.004 = +0.04 km3; the west the same less, a quarter of it in the dry zone."""
    west, east = plant("west", 60.0, electricity=0.5, water=0.004), plant("east", 40.0, electricity=0.5, water=0.004)
    tables = {
        "industry": [west, {**east, "emission_factor": 1.0}],
        "industry_movement": by_year({"sector": "steel"}, {2030: 0.5, 2040: 0.5}),
        "industry_demand": demanded(50.0),
    }
    solution = run(steel(**tables))
    assert pytest.approx(-5.0) == amount(solution, "electricity", "industry_electricity", region="east", year=2030)
    assert pytest.approx(5.0) == amount(solution, "electricity", "industry_electricity", region="west", year=2030)
    assert pytest.approx(-0.04) == amount(solution, "water", "industry_water", water_zone="coast", year=2030)
    assert pytest.approx(0.01) == amount(solution, "water", "industry_water", water_zone="dry", year=2030)
    assert pytest.approx(0.03) == amount(solution, "water", "industry_water", water_zone="wet", year=2030)


def test_cement_and_building_materials_are_cement_in_the_account() -> None:
    """10 million units * 0.5 t = 5 Mt CO2 in every year; the intensity of 0.8 in 2040 leaves 4 Mt."""
    tables = {
        "industry": [{"region": "west", "sector": "cement_building_materials", "output": 10.0, "emission_factor": 0.5}],
        "industry_demand": same({"sector": "cement_building_materials"}, 10.0),
        "industry_intensity": by_year({"sector": "cement_building_materials"}, {2030: 1.0, 2040: 0.8}),
    }
    solution = run(steel(**tables))
    assert pytest.approx(5.0) == amount(solution, "emission", "cement", year=2020)
    assert pytest.approx(5.0) == amount(solution, "emission", "cement", year=2030)
    assert pytest.approx(4.0) == amount(solution, "emission", "cement", year=2040)


def test_a_measure_stops_at_what_its_largest_share_adds_to_the_base_year() -> None:
    """0.4 - 0.1 = 0.3 of 100 million units in 2030, 0.5 in 2040; 1.5 t each: 45 and 75 Mt CO2 less of 200."""
    data = one_plant([scrap(abatement=1.5)])
    solution = run(data)
    assert pytest.approx(30.0) == value(solution, "adopted", year=2030)
    assert pytest.approx(50.0) == value(solution, "adopted", year=2040)
    assert pytest.approx(155.0) == amount(solution, "emission", "steel", year=2030)
    assert pytest.approx(125.0) == amount(solution, "emission", "steel", year=2040)
    limits = solution.limits()
    row = limits[(limits["name"] == "measure_maximum") & (limits["year"] == 2040)].iloc[0]
    assert "measure_shares" == row["sheet"]
    assert pytest.approx(1.5 * data.weight(2040)) == abs(row["dual"])


def test_a_maximum_that_falls_below_the_base_share_leaves_nothing_to_add() -> None:
    """0.05 - 0.1 < 0: nothing in 2030; in 2040 0.3 - 0.1 = 0.2 of 100."""
    solution = run(one_plant([scrap(shares={2020: 0.1, 2030: 0.05, 2040: 0.3})]))
    assert pytest.approx(0.0) == value(solution, "adopted", year=2030)
    assert pytest.approx(20.0) == value(solution, "adopted", year=2040)


def test_a_measure_spreads_no_faster_than_its_build_rate() -> None:
    """Means of periods: 2 % a year in the five years from 2020 to the middle of the first period, 10 of 100 million units though 30 are
    allowed; ten years more to the middle of the second, 30 though 50 are."""
    solution = run(one_plant([scrap(build_rate=0.02)]))
    assert pytest.approx(10.0) == value(solution, "adopted", year=2030)
    assert pytest.approx(30.0) == value(solution, "adopted", year=2040)
    limits = solution.limits()
    cells = set(limits.loc[limits["name"] == "measure_build_rate", "cell"])
    assert {"I3"} == cells


def test_measures_under_a_joint_cap_do_not_share_the_same_unit() -> None:
    """Base shares 0.1 + 0.2; 1 - 0.3 = 0.7 left of 100. Scrap saves 1.5 t and takes its 0.9 - 0.1 = 0.8, cut to 70;
    hydrogen with 1 t gets nothing."""
    wide = dict.fromkeys((2030, 2040), 0.9)
    measures = [
        {"measure": "scrap", "abatement": 1.5, "shares": {2020: 0.1, **wide}},
        {"measure": "hydrogen", "abatement": 1.0, "shares": {2020: 0.2, **wide}},
    ]
    caps = [{"sector": "steel", "cap": "route", "measure": m["measure"], "weight": 1.0} for m in measures]
    solution = run(one_plant(measures, measure_caps=caps))
    assert pytest.approx(70.0) == value(solution, "adopted", measure="scrap", year=2030)
    assert pytest.approx(0.0) == value(solution, "adopted", measure="hydrogen", year=2030)


def test_a_weight_of_two_uses_up_the_cap_twice_as_fast() -> None:
    """Base share 0.1 * 2 = 0.2 used; 0.8 * 100 / 2 = 40 instead of the 80 that the maximum would allow."""
    measures = [{"measure": "scrap", "shares": {2020: 0.1, 2030: 0.9, 2040: 0.9}}]
    caps = [{"sector": "steel", "cap": "route", "measure": "scrap", "weight": 2.0}]
    assert pytest.approx(40.0) == value(run(one_plant(measures, measure_caps=caps)), "adopted", year=2030)


def test_a_measure_in_place_is_not_undone_but_shrinks_with_output() -> None:
    """It earns 2 a tonne in 2030 and costs 0.5 in 2040: 0.3 of 100 in 2030. Output halves, so 15 must stay."""
    costs = by_year({"sector": "steel", "measure": "scrap"}, {2020: 0.0, 2030: -2.0, 2040: 0.5})
    demand = by_year({"sector": "steel"}, {2020: 100.0, 2030: 100.0, 2040: 50.0})
    data = one_plant([scrap()], industry_demand=demand, measure_costs=costs)
    solution = run(data, prices={})
    assert pytest.approx(30.0) == value(solution, "adopted", year=2030)
    assert pytest.approx(15.0) == value(solution, "adopted", year=2040)
    # giving up one unit would save 0.5 bn CNY a year per Mt
    assert pytest.approx([0.5 * data.weight(2040)]) == list(solution.duals("measure_stock")["dual"])


def test_a_measure_that_only_costs_is_not_taken() -> None:
    """Without a price of carbon a measure of 0.5 bn CNY per Mt is never added."""
    assert pytest.approx(0.0) == value(run(one_plant([scrap(cost=0.5)]), prices={}), "adopted")


def test_measures_abate_no_more_than_the_sector_emits() -> None:
    """Two measures of 1.5 t on 0.8 of 100 units each would save 240 Mt of 200: the account stops at 0."""
    shares = {2020: 0.0, 2030: 0.8, 2040: 0.8}
    measures = [{"measure": name, "abatement": 1.5, "shares": shares} for name in ("scrap", "saving")]
    solution = run(one_plant(measures))
    assert pytest.approx(200.0 / 1.5) == value(solution, "adopted", year=2030)
    assert pytest.approx(0.0, abs=1e-9) == amount(solution, "emission", "steel", year=2030)


def test_a_measure_saves_less_where_the_unit_emits_less_by_itself() -> None:
    """Intensity 0.5 in 2040: 50 million units * 1.5 t * 0.5 = 37.5 Mt less of 100."""
    intensity = by_year({"sector": "steel"}, {2030: 1.0, 2040: 0.5})
    solution = run(one_plant([scrap(abatement=1.5)], industry_intensity=intensity))
    assert pytest.approx(62.5) == amount(solution, "emission", "steel", year=2040)


def test_a_measure_posts_its_cost_and_what_it_draws_on() -> None:
    """30 million units * 1.5 t * 0.2 bn CNY/Mt = 9 bn CNY; per unit -0.1, 2 and 0.3 TWh and 0.01 km3."""
    draws = {"electricity": -0.1, "hydrogen": 2.0, "biomass": 0.3, "water": 0.01}
    solution = run(one_plant([scrap(abatement=1.5, cost=0.2, **draws)]))
    assert pytest.approx(-9.0) == amount(solution, "money", "industry_measures", year=2030)
    assert pytest.approx(3.0) == amount(solution, "electricity", "industry_electrification", year=2030)
    assert pytest.approx(-60.0) == amount(solution, "hydrogen", "industry_hydrogen", year=2030)
    assert pytest.approx(-9.0) == amount(solution, "biomass", "industry_biomass", year=2030)
    assert pytest.approx(-0.075) == amount(solution, "water", "industry_water", water_zone="dry", year=2030)
    assert pytest.approx(-0.225) == amount(solution, "water", "industry_water", water_zone="wet", year=2030)


def test_captured_carbon_stays_in_the_gross_emission_and_needs_storage() -> None:
    """30 million units * 1.5 t = 45 Mt wanted, 20 Mt a year may be injected: gross 200, captured 20 Mt."""
    sites = [{"region": "west", "proven": 1000.0, "injection_limit": 20.0, "cost": 0.1}]
    data = one_plant([scrap(abatement=1.5, captured=1.0)], co2_storage_sites=sites)
    solution = cheapest(assemble(data, [Industry, CarbonCapture], []), feed_in=CARBON)
    assert pytest.approx(200.0) == amount(solution, "emission", "steel", year=2030)
    assert pytest.approx(20.0) == amount(solution, "captured", "industry_ccs", year=2030)
    assert pytest.approx(-20.0) == amount(solution, "co2_storage", "industry_ccs", year=2030)


def test_a_listed_region_takes_in_no_emissions_beyond_its_base_year() -> None:
    """The west is cleaner and would rise from 60 to 90 units; at 1 t each its ceiling of 1.1 * 60 Mt stops it at 66."""
    tables = {
        "industry": [plant("west", 60.0, emission_factor=1.0), plant("east", 40.0)],
        "industry_movement": by_year({"sector": "steel"}, {2030: 0.5, 2040: 0.5}),
        "no_relocation": [{"region": "west", "sector": "steel", "factor": 1.1}],
    }
    data = steel(**tables)
    solution = run(data)
    assert pytest.approx(66.0) == value(solution, "output", region="west", year=2030)
    limits = solution.limits()
    row = limits[(limits["name"] == "no_relocation") & (limits["year"] == 2030)].iloc[0]
    assert ("no_relocation", "C3") == (row["sheet"], row["cell"])
    assert pytest.approx(66.0) == row["limit"]
    # one more unit made with 1 t instead of 2 t
    assert pytest.approx(1.0 * data.weight(2030)) == abs(row["dual"])


def test_measures_make_room_under_the_ceiling_on_emissions() -> None:
    """Ceiling 60 Mt at 1 t a unit; a measure on 0.2 of the output saves 0.5 t: 0.9 t a unit, so 60/0.9 = 66.7 units."""
    tables = {
        "industry": [plant("west", 60.0, emission_factor=1.0), plant("east", 40.0)],
        "industry_movement": by_year({"sector": "steel"}, {2030: 0.5, 2040: 0.5}),
        "no_relocation": [{"region": "west", "sector": "steel", "factor": 1.0}],
        "measures": [{"sector": "steel", "measure": "saving", "abatement": 0.5, "build_rate": 1.0}],
        "measure_shares": by_year({"sector": "steel", "measure": "saving"}, {2020: 0.0, 2030: 0.2, 2040: 0.2}),
        "measure_costs": same({"sector": "steel", "measure": "saving"}, 0.0),
    }
    assert pytest.approx(60.0 / 0.9) == value(run(steel(**tables)), "output", region="west", year=2030)


def test_a_measure_without_a_cost_is_refused() -> None:
    """A missing cost would be a free measure."""
    data = one_plant([scrap()])
    data.tables["measure_costs"] = data.tables["measure_costs"].iloc[:0]
    with pytest.raises(PostError, match="measure=scrap"):
        assemble(data, [Industry], [])


def test_a_sector_without_demand_is_refused() -> None:
    """Industry without national demand would vanish from the account."""
    data = steel()
    data.tables["industry_demand"] = pd.DataFrame(data.tables["industry_demand"].iloc[:2])
    with pytest.raises(PostError, match="sector=steel, year=2040"):
        assemble(data, [Industry], [])


def test_a_region_without_output_in_the_base_year_gets_none() -> None:
    """Zero share of demand: the combination does not exist, the other region makes all 100."""
    solution = run(steel(industry=[plant("west", 100.0), plant("east", 0.0)]))
    assert {"west"} == set(solution.values("output")["region"])
    assert pytest.approx(100.0) == value(solution, "output", year=2030)


def test_demand_that_nobody_can_meet_is_infeasible() -> None:
    """No region made the product in the base year, yet 100 million units are asked for."""
    solution = cheapest(assemble(steel(industry=[plant("west", 0.0)]), [Industry], []))
    assert "infeasible" == solution.status


def unlike(factor: float | None, **tables: Any) -> Data:
    """The west is the cleaner of the two (1 t against 2 t) and would rise from 60 to 90 of 100; a rule may hold its share."""
    rules = [] if factor is None else [{"rule": "west_steel", "scope": "group:west", "sector": "steel", "factor": factor}]
    given = {
        "industry": [plant("west", 60.0, emission_factor=1.0), plant("east", 40.0)],
        "industry_movement": by_year({"sector": "steel"}, {2030: 0.5, 2040: 0.5}),
        "relocation_limits": rules,
        "regions": [{"region": r, "name_en": r, "name_zh": r, "region_group": group} for r, group in (("west", "west"), ("east", "developed"))],
    }
    return steel(**{**given, **tables})


def test_a_place_makes_no_larger_share_of_the_national_output_than_its_factor_allows() -> None:
    """The east can fall to 40 * 0.5 = 20, so the west rises to 80 of 100. A factor of 1.1 on its share of 0.6 stops it at 66.

    One unit more there saves 2 - 1 = 1 t. The row is (1 - 0.66) * west - 0.66 * east <= 0: one more on its right side, with west + east = 100,
    is one more unit in the west.
    """
    data = unlike(1.1)
    solution = run(data)
    assert pytest.approx(80.0) == value(run(unlike(None)), "output", region="west", year=2030)
    assert pytest.approx(66.0) == value(solution, "output", region="west", year=2030)
    limits = solution.limits()
    row = limits[(limits["name"] == "relocated_output") & (limits["year"] == 2030)].iloc[0]
    assert ("relocation_limits", "D3", "group:west") == (row["sheet"], row["cell"], row["region"])
    assert (pytest.approx(0.34 * 66.0), pytest.approx(0.66 * 34.0)) == (row["level"], row["limit"])
    assert pytest.approx(1.0 * data.weight(2030)) == abs(row["dual"])


def test_the_dual_of_a_place_is_what_a_little_more_factor_saves() -> None:
    """Solved at 1.1 and at 1.11: the west makes 0.01 * 0.6 * 100 = 0.6 units more in both years, each for one tonne less."""
    before, after = run(unlike(1.1)), run(unlike(1.11))
    duals = -before.duals("relocated_output").set_index("year")["dual"]
    assert pytest.approx(0.6 * duals.sum()) == before.objective - after.objective
    assert pytest.approx(66.6) == value(after, "output", region="west", year=2040)


def test_a_place_keeps_its_share_when_the_nation_makes_less() -> None:
    """Demand halves: 0.66 of 50 are 33. A ceiling on the emissions of 2020 (66 Mt) would hold nothing."""
    absolute = [{"region": "west", "sector": "steel", "factor": 1.1}]
    assert pytest.approx(33.0) == value(run(unlike(1.1, industry_demand=demanded(50.0))), "output", region="west", year=2030)
    assert pytest.approx(40.0) == value(run(unlike(None, industry_demand=demanded(50.0), no_relocation=absolute)), "output", region="west", year=2030)


def test_a_factor_that_the_bounds_on_movement_never_reach_has_no_row_and_changes_nothing() -> None:
    """Bounds let the west rise by half; a factor of 1.5 holds nothing, and the plan is that without the rule."""
    free, ruled = run(unlike(None)), run(unlike(1.5))
    assert "relocated_output" not in ruled.build.rows
    assert pytest.approx(free.objective, rel=1e-12) == ruled.objective
    assert free.matrix.hash() == ruled.matrix.hash()


def test_a_share_that_leaves_demand_unmet_is_found_at_its_cell() -> None:
    """The east may rise to 0.4 * 1.5 = 0.6, so 0.4 remain for the west: two thirds of its 0.6. A place without steel has no share to keep."""
    found = check_relocation(unlike(0.6))
    assert [("error", "D3", "at least 0.6667")] == [(f.level, f.cell, f.expected) for f in found]
    assert [] == check_relocation(unlike(0.67))
    nobody = unlike(1.0, industry=[plant("west", 0.0), plant("east", 40.0)])
    assert [("B3", "group:west makes no steel")] == [(f.cell, f.message) for f in check_relocation(nobody)]


def test_a_factor_of_one_everywhere_is_the_same_as_no_movement() -> None:
    """Shares add up to 1, so each place keeps its own: 60 and 40, whatever the bounds on movement allow."""
    everywhere = [{"rule": place, "scope": place, "sector": "steel", "factor": 1.0} for place in ("west", "east")]
    held = run(unlike(None, relocation_limits=everywhere))
    still = run(unlike(None, industry_movement=by_year({"sector": "steel"}, {2030: 0.0, 2040: 0.0})))
    assert pytest.approx(60.0) == value(held, "output", region="west", year=2040)
    assert pytest.approx(still.objective, rel=1e-12) == held.objective
