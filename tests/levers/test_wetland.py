"""Recovery of wetland, by hand-worked cases of one place: land, water, carbon, money, methane."""

from __future__ import annotations

from typing import Any

import pytest

from model.core.build.assemble import assemble
from model.core.data import Data
from model.core.solve.solution import Solution
from model.levers.land.land import Land
from model.levers.land.water import Water
from model.levers.land.wetland import Wetland

from .toy import amount, cheapest, toy_data, value

CO2 = 44 / 12
PLACE: dict[str, Any] = {
    "region": "west", "water_zone": "dry", "from_class": "unused", "area": 4.0, "capacity": 0.3, "water": 5.0, "rate": 0.5,
    "saturation": 15.0, "recovery_cost": 20.0, "annual_cost": 1.0, "methane": 0.1,
}


def wetland_data(available: float = 100.0, place: dict[str, Any] | None = None, **settings: float) -> Data:
    years = (2020, 2030, 2040)
    tables: dict[str, Any] = {
        "water_zones": [{"water_zone": "dry", "region": "west", "basin": "inland"}],
        "water_available": [{"water_zone": "dry", "year": y, "value": available} for y in years],
        "land": [{"region": "west", "land_class": c, "area": a} for c, a in (("unused", 9.0), ("wetland", 2.0))],
        "wetland_recovery": [{**PLACE, **(place or {})}],
    }
    return toy_data(years=years, tables=tables, settings=settings)


def best(data: Data, carbon_price: float = 100.0) -> Solution:
    solution = cheapest(assemble(data, [Land, Water, Wetland], []), carbon_price)
    assert solution.status == "optimal"
    return solution


def test_wetland_is_recovered_at_its_pace_up_to_what_there_was() -> None:
    """0.3 Mha a year over ten years: 3 Mha in 2030, and the one that is left of 4 in 2040."""
    solution = best(wetland_data())
    assert pytest.approx([3.0, 1.0]) == list(solution.values("recovered")["value"])
    limits = solution.limits().set_index("name")
    assert ("D3", pytest.approx(4000.0)) == (limits.loc["wetland_area", "cell"], limits.loc["wetland_area", "limit"])
    assert {"E3"} == set(limits.loc["wetland_capacity", "cell"])


def test_water_decides_how_much_wetland_there_is() -> None:
    """10 km3 a year at 5 km3 per Mha feed 2 Mha, in both periods."""
    solution = best(wetland_data(available=10.0))
    used = [amount(solution, "water", "wetland_ecological_water", year=y) for y in (2030, 2040)]
    assert pytest.approx([-10.0, -10.0]) == used
    assert pytest.approx(2.0) == value(solution, "recovered")


def test_what_becomes_wetland_leaves_its_class() -> None:
    """3 then 4 Mha: unused 9 - 4 = 5, wetland 2 + 4 = 6, together 11 as before."""
    land = best(wetland_data()).balance("land")
    whole = land[land["year"] == 2040].groupby("land_class")["value"].sum()
    assert {"unused": pytest.approx(5.0), "wetland": pytest.approx(6.0)} == whole.to_dict()


def test_carbon_is_gained_until_saturation_from_the_middle_of_the_vintage() -> None:
    """3 Mha * 0.5 t C * 5/10 = 0.75 Mt C a year in 2021-30; 3 * 0.5 + 1 * 0.5 * 5/10 = 1.75 in 2031-40."""
    solution = best(wetland_data())
    gained = [amount(solution, "sink", "wetland_recovery", year=y) for y in (2030, 2040)]
    assert pytest.approx([0.75 * CO2, 1.75 * CO2]) == gained


def test_recovery_is_paid_once_and_guarding_every_year() -> None:
    """3 Mha * 20 / 10 = 6 bn CNY a year, then 1 * 20 / 10 = 2; guarding 3 and 4."""
    solution = best(wetland_data())
    assert pytest.approx([-6.0, -2.0]) == [amount(solution, "money", "wetland_recovery_cost", year=y) for y in (2030, 2040)]
    assert pytest.approx([-3.0, -4.0]) == [amount(solution, "money", "wetland_annual_cost", year=y) for y in (2030, 2040)]


def test_methane_is_a_memo_and_only_when_asked_for() -> None:
    """3 Mha * 0.1 t/ha = 0.3 Mt CH4 a year, 27 times as much CO2; it changes nothing of the plan."""
    silent = best(wetland_data())
    assert silent.balance("methane").empty
    asked = best(wetland_data(count_methane=1.0))
    assert pytest.approx(0.3) == amount(asked, "methane", "wetland_methane", year=2030)
    emission = asked.balance("emission")
    assert emission["memo"].all()
    assert pytest.approx(8.1) == amount(asked, "emission", "wetland_methane", year=2030)
    assert pytest.approx(silent.objective) == asked.objective


def test_a_place_without_area_is_no_place() -> None:
    assert "recovered" not in assemble(wetland_data(place={"area": 0.0}), [Wetland], []).families
