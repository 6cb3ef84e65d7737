"""Demand in a period of history: output, measures and electric cars are what happened, by hand-worked cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from model.core.build.assemble import assemble
from model.core.build.build import Build
from model.core.data import Data
from model.core.solve.solution import Solution
from model.levers.demand.end_use import EndUse
from model.levers.demand.industry import Industry

from .toy import amount, cheapest, toy_data, value

YEARS = (2020, 2025, 2030, 2040)
SEEN = (2021, 2022, 2023, 2024, 2025)
PERIODS = [{"year": year, "cost_factor": None, "kind": "history" if year == 2025 else "plan"} for year in YEARS]
CARBON = {"emission": -1.0}
MEASURE = {"sector": "steel", "measure": "scrap"}


def by_year(keys: Mapping[str, Any], *values: float) -> list[dict[str, Any]]:
    return [{**keys, "year": year, "value": value} for year, value in zip(YEARS, values, strict=True)]


def seen(quantity: str, region: str, item: str, values: Mapping[int, float], unit: str) -> list[dict[str, Any]]:
    return [{"quantity": quantity, "region": region, "item": item, "year": year, "value": value, "figure_unit": unit} for year, value in values.items()]


def made(region: str, output: float) -> list[dict[str, Any]]:
    return seen("output", region, "steel", dict.fromkeys(SEEN, output), "Mt/yr")


def steel(*observed: dict[str, Any], periods: list[dict[str, Any]] = PERIODS, **tables: Any) -> Data:
    """The west made 60 and the east 40 million units, 2 t CO2 and 0.5 TWh each; 110 are asked for in the first period, 120 later."""
    given = {
        "periods": periods,
        "industry": [{"region": region, "sector": "steel", "output": output, "emission_factor": 2.0, "electricity": 0.5} for region, output in (("west", 60.0), ("east", 40.0))],
        "industry_demand": by_year({"sector": "steel"}, 100.0, 110.0, 120.0, 120.0),
        "observed": list(observed),
    }
    return toy_data(["west", "east"], YEARS, {**given, **tables})


def solved(build: Build) -> Solution:
    solution = cheapest(build, feed_in=CARBON)
    assert solution.status == "optimal"
    return solution


def output(solution: Solution, year: int) -> list[float]:
    return [value(solution, "output", region=region, year=year) for region in ("west", "east")]


def test_industry_stands_where_it_was_seen() -> None:
    """30 and 70 of 100 Mt were seen: 33 and 77 of the 110 that the model asks for, though the west may not fall below 60 % by a tenth."""
    solution = solved(assemble(steel(*made("west", 30.0), *made("east", 70.0), industry_movement=by_year({"sector": "steel"}, 0.0, 0.1, 0.1, 0.1)), [Industry], []))
    assert [33.0, 77.0] == pytest.approx(output(solution, 2025))
    assert 220.0 == pytest.approx(amount(solution, "emission", "steel", year=2025))
    assert 0.0 == pytest.approx(amount(solution, "electricity", "industry_electricity", region="west", year=2025)), "demand for power holds what was made there"
    assert 120.0 == pytest.approx(sum(output(solution, 2030)))


def test_a_region_without_a_row_makes_the_rest_of_the_nation() -> None:
    """33 of the nation's 110 were seen in the west."""
    solution = solved(assemble(steel(*made("west", 33.0), *made("nation", 110.0)), [Industry], []))
    assert [33.0, 77.0] == pytest.approx(output(solution, 2025))


def test_what_nobody_saw_is_made_as_in_the_base_year() -> None:
    """60 % and 40 % of 110; a row of the west alone says nothing of its share."""
    for observed in ([], made("west", 33.0)):
        assert [66.0, 44.0] == pytest.approx(output(solved(assemble(steel(*observed), [Industry], [])), 2025))


def test_history_is_held_to_no_demand_and_no_ceiling() -> None:
    """A third and two thirds of 110 need not add up to the last digit; the west made more than its ceiling allows later."""
    tables = {"no_relocation": [{"region": "east", "sector": "steel", "factor": 1.5}], "industry_movement": by_year({"sector": "steel"}, 0.0, 0.5, 0.5, 0.5)}
    build = assemble(steel(*made("west", 1.0 / 3.0), *made("east", 2.0 / 3.0), **tables), [Industry], [])
    for family in ("industry_demand_met", "no_relocation"):
        assert {2030, 2040} == set(build.rows[family][0]["year"]), family
    solution = solved(build)
    assert [110.0 / 3.0, 220.0 / 3.0] == pytest.approx(output(solution, 2025))


def test_a_measure_that_nobody_saw_did_not_spread() -> None:
    """It would save 1 bn CNY a tonne at no cost: nothing in history; later 2 % a year from the middle of history on, 5 years, of 120: 12."""
    tables = {
        "measures": [{**MEASURE, "abatement": 1.0, "build_rate": 0.02}],
        "measure_shares": by_year(MEASURE, 0.1, 0.5, 0.5, 0.5), "measure_costs": by_year(MEASURE, 0.0, 0.0, 0.0, 0.0),
    }  # fmt: skip
    build = assemble(steel(**tables), [Industry], [])
    solution = solved(build)
    assert 0.0 == value(solution, "adopted", year=2025)
    assert 12.0 == pytest.approx(value(solution, "adopted", year=2030))
    for family in ("measure_maximum", "measure_build_rate"):
        assert {2030, 2040} == set(build.rows[family][0]["year"]), family


CARS = {"sector": "cars", "measure": "electric"}
#: Half-way between the ends of each year 3, 5, 7, 9 and 11: 7 on average.
ELECTRIC = {2020: 2.0, 2021: 4.0, 2022: 6.0, 2023: 8.0, 2024: 10.0, 2025: 12.0}


def cars(cost: float = 0.0, activity: tuple[float, ...] = (1.0, 1.2, 1.2, 0.6), allowed: float = 0.5, rate: float = 1.0, **tables: Any) -> Data:
    """100 Mt CO2 of cars; 7 of 100 million were electric on average and 2 in 2020, 2 % of the tonnes then; nothing more was allowed by 2025."""
    given = {
        "periods": PERIODS,
        "end_use": [{"region": "west", "sector": "cars", "category": "transport", "emission": 100.0}],
        "end_use_activity": by_year({"sector": "cars"}, *activity),
        "measures": [{**CARS, "abatement": 1.0, "electricity": 1.1, "build_rate": rate}],
        "measure_shares": by_year(CARS, 0.02, 0.02, allowed, allowed), "measure_costs": by_year(CARS, 0.0, cost, cost, cost),
        "observed": [*seen("electric_vehicles", "nation", "cars", ELECTRIC, "million units"), *seen("vehicles", "nation", "cars", dict.fromkeys(ELECTRIC, 100.0), "million units")],
    }  # fmt: skip
    return toy_data(["west"], YEARS, {**given, **tables})


def test_electric_cars_took_over_what_their_share_of_the_fleet_was_on_average() -> None:
    """(0.07 - 0.02) * 120 Mt = 6 Mt less, and 6.6 TWh more, whatever was allowed and whatever it cost."""
    solution = solved(assemble(cars(cost=9.0), [EndUse], []))
    assert 6.0 == pytest.approx(value(solution, "adopted_end_use", year=2025))
    assert 114.0 == pytest.approx(amount(solution, "emission", "transport", year=2025))
    assert -6.6 == pytest.approx(amount(solution, "electricity", "end_use_electrification", year=2025))


def test_electric_cars_of_history_stay_and_shrink_with_the_traffic() -> None:
    """Dear as they are, 6 Mt stay in 2030 and 6 * 0.6 / 1.2 = 3 Mt in 2040."""
    solution = solved(assemble(cars(cost=9.0), [EndUse], []))
    assert 6.0 == pytest.approx(value(solution, "adopted_end_use", year=2030))
    assert 3.0 == pytest.approx(value(solution, "adopted_end_use", year=2040))


def test_electric_cars_spread_from_what_was_seen() -> None:
    """3 % a year of 120 Mt in the five years between the middles of 2021-25 and 2026-30: 6 + 18 = 24 Mt."""
    solution = solved(assemble(cars(rate=0.03), [EndUse], []))
    assert 24.0 == pytest.approx(value(solution, "adopted_end_use", year=2030))


def test_a_fleet_that_nobody_counted_has_no_share() -> None:
    observed = seen("electric_vehicles", "nation", "cars", ELECTRIC, "million units")
    build = assemble(cars(observed=observed), [EndUse], [])
    assert {2030, 2040} == set(build.families["adopted_end_use"].frame["year"]), "0.02 - 0.02 leaves nothing to add by 2025"
    assert 120.0 == pytest.approx(amount(solved(build), "emission", "transport", year=2025))


def test_the_share_of_the_activity_grows_as_that_in_the_fleet() -> None:
    """4 % of the tonnes with 2 % of the cars in 2020: 7 % of the cars are 14 %, so (0.14 - 0.04) * 120 = 12 Mt come to it; with none in
    2020, 7 % are 7 %: 8.4 Mt."""
    for base, added in ((0.04, 12.0), (0.0, 8.4)):
        shares = by_year(CARS, base, 0.04, 0.5, 0.5)
        assert added == pytest.approx(value(solved(assemble(cars(measure_shares=shares), [EndUse], [])), "adopted_end_use", year=2025)), base


def test_a_share_that_falls_adds_nothing() -> None:
    """Of 2 in 100 one is left: nothing is added, and nothing taken away."""
    fewer = {2020: 2.0, **dict.fromkeys(SEEN, 1.0)}
    observed = [*seen("electric_vehicles", "nation", "cars", fewer, "million units"), *seen("vehicles", "nation", "cars", dict.fromkeys(fewer, 100.0), "million units")]
    assert 0.0 == value(solved(assemble(cars(observed=observed), [EndUse], [])), "adopted_end_use", year=2025)
