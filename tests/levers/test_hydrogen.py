"""Hydrogen from electrolysis, by hand-worked cases of one region and two slices."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pytest

from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.data import Data, annuity
from model.core.solve.solution import Solution
from model.levers.power.hydrogen import Hydrogen

from .toy import amount, cheapest, poster, toy_data, value

YEARS = (2020, 2030, 2040, 2050)
SLICES = [
    {"slice": "windy", "season": "year", "block": "day", "hours": 3000.0},
    {"slice": "calm", "season": "year", "block": "night", "hours": 5760.0},
]
EFFICIENCY = {2020: 0.5, 2030: 0.6, 2040: 0.65, 2050: 0.7}


def electrolysis(settings: Mapping[str, float] | None = None) -> Data:
    """Electrolysers of 2 bn CNY per GW; efficiency from 0.5 to 0.7."""
    tables = {
        "time_slices": SLICES,
        "electrolysis_capex": [{"technology": "electrolysis", "year": y, "value": 2.0} for y in YEARS],
        "electrolysis_efficiency": [
            {"technology": "electrolysis", "year": year, "value": share} for year, share in EFFICIENCY.items()
        ],
        "water_zones": [
            {"water_zone": "dry", "region": "west", "industry_share": 0.25},
            {"water_zone": "wet", "region": "west", "industry_share": 0.75},
        ],
    }
    return toy_data(["west"], YEARS, tables, settings)


def wanted(year_amounts: Mapping[int, float]) -> type[Lever]:
    """Hydrogen that somebody uses, TWh a year; power is free in the windy slice and dear in the calm one."""

    def post(lever: Lever) -> None:
        frame = pd.DataFrame({"region": "west", "year": list(year_amounts)})
        lever.ledger.use_fixed("hydrogen", frame, list(year_amounts.values()), item="wanted", unit="TWh/yr")
        power = lever.b.families["electrolysis_use"].terms()
        price = [10.0 if s == "calm" else 0.0 for s in power.frame["slice"]]
        lever.ledger.use("money", power, price, item="power_bill", unit="bn CNY/TWh")

    return poster(post)


def run(data: Data, year_amounts: Mapping[int, float]) -> Solution:
    solution = cheapest(assemble(data, [Hydrogen, wanted(year_amounts)], []))
    assert solution.status == "optimal"
    return solution


def test_electrolysers_run_no_longer_than_the_hours_of_the_slice() -> None:
    """18 TWh of hydrogen at 0.6 need 30 TWh of power; in 3000 windy hours that takes 30/3 = 10 GW."""
    data = electrolysis()
    solution = run(data, {2030: 18.0, 2040: 0.0, 2050: 0.0})
    assert pytest.approx(30.0) == value(solution, "electrolysis_use", slice="windy", year=2030)
    assert pytest.approx(0.0) == value(solution, "electrolysis_use", slice="calm", year=2030)
    assert pytest.approx(10.0) == value(solution, "electrolyser_new", vintage=2030)
    assert pytest.approx(-30.0) == amount(solution, "power", "electrolysis", slice="windy", year=2030)
    assert pytest.approx(18.0) == amount(solution, "hydrogen", "electrolysis", year=2030)
    # 10 GW are paid in 2030 and 2040: per TWh of windy time a third of a GW of both years' payments
    paid = 2.0 * (annuity(0.06, 20.0) + 0.025) / 3.0 * (data.weight(2030) + data.weight(2040))
    duals = solution.duals("electrolysis_capacity").set_index(["slice", "year"])["dual"]
    assert pytest.approx(paid) == -duals["windy", 2030] - duals["windy", 2040]


def test_electrolysers_leave_after_their_life() -> None:
    """19.5 TWh at 0.65 in 2040 and 21 at 0.7 in 2050 both need 30 TWh: the 10 GW of 2030 are gone in 2050."""
    solution = run(electrolysis(), {2030: 18.0, 2040: 19.5, 2050: 21.0})
    assert pytest.approx(10.0) == value(solution, "electrolyser_new", vintage=2030)
    assert pytest.approx(0.0) == value(solution, "electrolyser_new", vintage=2040)
    assert pytest.approx(10.0) == value(solution, "electrolyser_new", vintage=2050)


def test_a_life_of_thirty_years_spares_the_second_plant() -> None:
    """The 10 GW of 2030 still stand in 2050."""
    solution = run(electrolysis({"electrolysis_life": 30.0}), {2030: 18.0, 2040: 19.5, 2050: 21.0})
    assert pytest.approx(10.0) == value(solution, "electrolyser_new")


def test_hydrogen_pays_plants_upkeep_and_cycling() -> None:
    """10 GW * 2 bn CNY * (0.08718 + 0.025) + 18 TWh * 0.03 bn CNY/TWh = 2.2437 + 0.54 bn CNY."""
    solution = run(electrolysis(), {2030: 18.0, 2040: 19.5, 2050: 21.0})
    paid = 20.0 * (annuity(0.06, 20.0) + 0.025) + 0.54
    assert pytest.approx(2.78369, abs=1e-5) == paid
    assert pytest.approx(-paid) == amount(solution, "money", "hydrogen_cost", year=2030)


def test_hydrogen_takes_water_from_the_zones_of_the_region() -> None:
    """18 TWh * 0.27e-3 km3/TWh = 0.00486 km3, a quarter of it in the dry zone."""
    solution = run(electrolysis(), {2030: 18.0, 2040: 0.0, 2050: 0.0})
    assert pytest.approx(-0.001215) == amount(solution, "water", "electrolysis_water", water_zone="dry", year=2030)
    assert pytest.approx(-0.003645) == amount(solution, "water", "electrolysis_water", water_zone="wet", year=2030)


def test_the_base_year_makes_no_hydrogen() -> None:
    """History is not decided: the families begin with 2030."""
    solution = run(electrolysis(), {2030: 18.0})
    assert 2030 == min(solution.values("electrolysis_use")["year"])
    assert 2030 == min(solution.values("electrolyser_new")["vintage"])


def test_without_efficiency_the_lever_does_not_exist() -> None:
    """One of its two tables is absent."""
    data = electrolysis()
    del data.tables["electrolysis_efficiency"]
    assert not Hydrogen.present(data)
