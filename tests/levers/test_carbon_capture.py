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


def test_air_capture_takes_no_more_than_the_plants_that_stand() -> None:
    """Of a plant half works in the period in which it is built, all in the next and half in the third (life 20): 20 Mt for 10, 20 and 10."""
    solution = run(storage())
    assert pytest.approx([10.0, 10.0, 10.0]) == list(solution.values("air_captured")["value"])
    assert [20.0, 0.0, 0.0] == pytest.approx(list(solution.values("air_capture_new")["value"]), abs=1e-9)
    # half of the plants stand idle in 2040: the first period needed them
    rows = solution.rows("air_capture_capacity")
    assert [0.0, -10.0, 0.0] == pytest.approx(list(rows["activity"]), abs=1e-9)


def test_air_capture_pays_its_plants_and_its_running() -> None:
    """10 Mt * (0.26 + 5 * annuity at 6 % over 20 years, 0.08718) = 2.6 + 4.359 bn CNY; 10 * 1.04 = 10.4 TWh."""
    solution = run(storage())
    assert pytest.approx(0.0871846) == annuity(0.06, 20.0)
    paid = 2.6 + 50.0 * annuity(0.06, 20.0)
    assert pytest.approx(-paid) == amount(solution, "money", "air_capture_cost", year=2030)
    assert pytest.approx(-10.4) == amount(solution, "electricity", "air_capture", year=2030)
    assert pytest.approx(10.0) == amount(solution, "captured", "air_capture", year=2030)
    assert pytest.approx(-10.0) == amount(solution, "co2_storage", "air_capture", year=2030)


def test_a_longer_life_needs_no_second_plant() -> None:
    """Life 30 years: of the 20 Mt whose half works by 2030 all work in 2040 and in 2050."""
    solution = run(storage(settings={"air_capture_life": 30.0}))
    assert pytest.approx(20.0) == value(solution, "air_capture_new")
    assert [0.0, -10.0, -10.0] == pytest.approx(list(solution.rows("air_capture_capacity")["activity"]), abs=1e-9)


def test_capture_dearer_than_its_worth_is_not_built() -> None:
    """0.26 + 0.436 + 0.1 = 0.796 bn CNY/Mt against 0.7 earned; at 0.9 plants of 10 Mt are built, and no more for the half that works by 2030."""
    assert pytest.approx(0.0) == value(run(storage(), {"captured": 0.7}), "air_captured")
    assert [5.0, 10.0, 10.0] == pytest.approx(list(run(storage(), {"captured": 0.9}).values("air_captured")["value"]))


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
    """0.5 Mt more is captured each year: 2.5 from 2020 to the middle of the first period, 5 more by that of the second, and then the 10 of the store."""
    solution = run(storage(settings={"air_capture_growth": 0.5}))
    assert pytest.approx([2.5, 7.5, 10.0]) == list(solution.values("co2_stored")["value"])
    assert solution.duals("air_capture_build_limit")["dual"].iloc[0] != 0.0


def test_plants_that_stand_idle_do_not_let_air_capture_grow() -> None:
    """Plants are free and capture is worth nothing before 2050: 0.5 Mt a year from the middle of 2031-40 on are 5 Mt, not the 25 that plants built all along could take."""
    data = storage(settings={"air_capture_growth": 0.5}, injection_limit=100.0)
    data.tables["periods"]["cost_factor"] = [1.0, 1e-6, 1e-6, 1.0]
    data.tables["air_capture"]["value"] = 0.0
    build = assemble(data, [CarbonCapture], [])
    before = build.families["air_captured"]
    for year in (2030, 2040):
        before["west", year].setub(0.0)
        before.upper[before.frame["year"] == year] = 0.0
    solution = cheapest(build, feed_in=CAPTURED)
    assert 5.0 == pytest.approx(value(solution, "air_captured", year=2050))
