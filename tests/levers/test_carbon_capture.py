"""Carbon storage and air capture, by hand-worked cases of one region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from model.core.build.assemble import assemble
from model.core.data import Data, annuity
from model.core.solve.solution import Solution
from model.levers.demand.carbon_capture import CarbonCapture

from .toy import amount, cheapest, toy_data, value

YEARS = (2020, 2030, 2040, 2050)
SITE = {"region": "west", "proven": 1000.0, "injection_limit": 10.0, "cost": 0.1}
#: One tonne captured earns 10 bn CNY per Mt CO2.
CAPTURED = {"captured": 10.0}


def storage(years: tuple[int, ...] = YEARS, settings: Mapping[str, float] | None = None, **site: Any) -> Data:
    """The west stores 10 Mt a year; an air capture plant costs 5 bn CNY per Mt of yearly capacity."""
    capex = [{"item": "capex", "year": year, "value": 5.0} for year in years]
    tables = {"co2_storage_sites": [{**SITE, **site}], "air_capture": capex}
    return toy_data(["west", "coast"], years, tables, settings)


def run(data: Data, prices: Mapping[str, float] | None = None) -> Solution:
    solution = cheapest(assemble(data, [CarbonCapture], []), feed_in=CAPTURED if prices is None else prices)
    assert solution.status == "optimal"
    return solution


def test_storage_stops_at_the_yearly_injection() -> None:
    """10 Mt a year in each of three periods: 300 Mt of 1000."""
    solution = run(storage())
    assert pytest.approx([10.0, 10.0, 10.0]) == list(solution.values("co2_stored")["value"])


def test_a_tonne_more_of_yearly_injection_is_worth_what_air_capture_leaves() -> None:
    """10 earned - 0.1 to store - 0.26 to run - 5 * 0.08718 for the plant = 9.2041 bn CNY per Mt and discounted year."""
    data = storage((2020, 2030))
    solution = run(data)
    limits = solution.limits()
    row = limits[(limits["name"] == "co2_stored") & (limits["year"] == 2030)].iloc[0]
    assert ("co2_storage_sites", "C3") == (row["sheet"], row["cell"])
    assert pytest.approx(10.0) == row["limit"]
    assert pytest.approx((9.64 - 5.0 * annuity(0.06, 20.0)) * data.weight(2030)) == row["dual"]


def test_storage_over_all_periods_stops_at_what_is_proven() -> None:
    """150 Mt proven: 10 years * (10 + 5 + 0) Mt, or any split that adds up to 15 a year."""
    solution = run(storage(proven=150.0))
    assert pytest.approx(15.0) == value(solution, "co2_stored")
    row = solution.rows("proven_storage").iloc[0]
    assert pytest.approx(150.0) == row["activity"]
    limits = solution.limits()
    assert ["B3"] == list(limits.loc[limits["name"] == "proven_storage", "cell"])


def test_periods_of_different_length_fill_the_store_by_their_years() -> None:
    """5 years at 10 Mt and 20 years at 10 Mt would be 250 Mt; 210 are proven: 10 and 8, as early is worth more."""
    solution = run(storage((2020, 2025, 2045), proven=210.0))
    assert pytest.approx(10.0) == value(solution, "co2_stored", year=2025)
    assert pytest.approx(8.0) == value(solution, "co2_stored", year=2045)


def test_stored_carbon_costs_transport_and_storage() -> None:
    """10 Mt * 0.1 bn CNY/Mt = 1 bn CNY."""
    assert pytest.approx(-1.0) == amount(run(storage()), "money", "co2_storage", year=2030)


def test_air_capture_takes_no_more_than_the_plants_that_work() -> None:
    """10 Mt a year to 2030 need 20 Mt of plants, built evenly to 2030: all work to 2040, half of them on average to 2050 (life 20)."""
    solution = run(storage())
    assert pytest.approx([10.0, 10.0, 10.0]) == list(solution.values("air_captured")["value"])
    assert pytest.approx([20.0, 0.0, 0.0]) == list(solution.values("air_capture_new")["value"])
    # 10 - 20 / 2, 10 - 20, 10 - 20 / 2
    rows = solution.rows("air_capture_capacity")
    assert pytest.approx([0.0, -10.0, 0.0]) == list(rows["activity"])


def test_air_capture_pays_its_plants_and_its_running() -> None:
    """10 Mt of plants at work * (0.26 + 5 * annuity at 6 % over 20 years, 0.08718) = 2.6 + 4.359 bn CNY; 10 * 1.04 = 10.4 TWh."""
    solution = run(storage())
    assert pytest.approx(0.0871846) == annuity(0.06, 20.0)
    paid = 2.6 + 50.0 * annuity(0.06, 20.0)
    assert pytest.approx(-paid) == amount(solution, "money", "air_capture_cost", year=2030)
    assert pytest.approx(-10.4) == amount(solution, "electricity", "air_capture", year=2030)
    assert pytest.approx(10.0) == amount(solution, "captured", "air_capture", year=2030)
    assert pytest.approx(-10.0) == amount(solution, "co2_storage", "air_capture", year=2030)


def test_a_longer_life_needs_no_second_plant() -> None:
    """Of 20 Mt of 2030 half work to 2050 with a life of 20 years; with 10 years they work half to 2030, half to 2040, then no more."""
    assert pytest.approx([20.0, 0.0, 0.0]) == list(run(storage()).values("air_capture_new")["value"])
    short = run(storage(settings={"air_capture_life": 10.0}))
    assert pytest.approx([20.0, 0.0, 20.0]) == list(short.values("air_capture_new")["value"])


def test_capture_dearer_than_its_worth_is_not_built() -> None:
    """0.26 + 0.436 + 0.1 = 0.796 bn CNY/Mt against 0.7 earned; at 0.9 it is built."""
    assert pytest.approx(0.0) == value(run(storage((2020, 2030)), {"captured": 0.7}), "air_captured")
    assert pytest.approx(10.0) == value(run(storage((2020, 2030)), {"captured": 0.9}), "air_captured", year=2030)


def test_a_region_without_storage_captures_nothing() -> None:
    """The coast has no site: neither storage nor air capture exists there."""
    build = assemble(storage(), [CarbonCapture], [])
    assert {"west"} == set(build.families["co2_stored"].frame["region"])
    assert {"west"} == set(build.families["air_captured"].frame["region"])


def test_storage_stands_alone_where_no_air_capture_is_given() -> None:
    """Without the sheet air_capture nothing can be captured here, so nothing is stored."""
    data = storage()
    del data.tables["air_capture"]
    build = assemble(data, [CarbonCapture], [])
    assert ["co2_stored"] == list(build.families)
    assert pytest.approx(0.0) == value(cheapest(build), "co2_stored")


def test_air_capture_grows_no_faster_than_its_industry() -> None:
    """0.5 Mt more a year of plants: 5 Mt in ten years. Half of them work to 2030; 5 + 2.5 to 2040; half of the first, all of the
    second and half of the third, 2.5 + 5 + 2.5, to 2050."""
    solution = run(storage(settings={"air_capture_growth": 0.5}))
    assert pytest.approx([2.5, 7.5, 10.0]) == list(solution.values("co2_stored")["value"])
    assert solution.duals("air_capture_build_limit")["dual"].iloc[0] != 0.0
