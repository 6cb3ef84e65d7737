"""Hydrogen from electrolysis, by hand-worked cases of one region and two slices."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pytest

from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.data import Data, annuity
from model.core.solve.solution import Solution
from model.levers.hydrogen.hydrogen import Hydrogen

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
    """18 TWh of hydrogen at 0.6 need 30 TWh of power; in 3000 windy hours that takes 30/3 = 10 GW on average, 20 GW built by 2030."""
    data = electrolysis()
    solution = run(data, {2030: 18.0, 2040: 0.0, 2050: 0.0})
    assert pytest.approx(30.0) == value(solution, "electrolysis_use", slice="windy", year=2030)
    assert pytest.approx(0.0) == value(solution, "electrolysis_use", slice="calm", year=2030)
    assert pytest.approx(20.0) == value(solution, "electrolyser_new", vintage=2030)
    assert pytest.approx(-30.0) == amount(solution, "power", "electrolysis", slice="windy", year=2030)
    assert pytest.approx(18.0) == amount(solution, "hydrogen", "electrolysis", year=2030)
    # a GW is paid half to 2030, whole to 2040, half to 2050, and gives 3 TWh of windy time as it works
    works = {2030: 0.5, 2040: 1.0, 2050: 0.5}
    paid = 2.0 * (annuity(0.06, 20.0) + 0.025) * sum(share * data.weight(year) for year, share in works.items())
    duals = solution.duals("electrolysis_capacity").set_index(["slice", "year"])["dual"]
    assert pytest.approx(paid) == -sum(3.0 * share * duals["windy", year] for year, share in works.items())


def test_electrolysers_leave_after_their_life() -> None:
    """19.5 TWh at 0.65 in 2040 and 21 at 0.7 in 2050 both need 30 TWh: with ten years of life the 20 GW of 2030 work half to 2040,
    as they leave, and are gone then: as many again by 2050."""
    solution = run(electrolysis({"electrolysis_life": 10.0}), {2030: 18.0, 2040: 19.5, 2050: 21.0})
    assert pytest.approx([20.0, 0.0, 20.0]) == solution.values("electrolyser_new")["value"].tolist()


def test_a_life_of_twenty_years_spares_the_second_plant() -> None:
    """Of the 20 GW of 2030 half still work on average to 2050, as many as are needed."""
    solution = run(electrolysis(), {2030: 18.0, 2040: 19.5, 2050: 21.0})
    assert pytest.approx([20.0, 0.0, 0.0]) == solution.values("electrolyser_new")["value"].tolist()


def test_hydrogen_pays_plants_upkeep_and_cycling() -> None:
    """10 GW at work on average * 2 bn CNY * (0.08718 + 0.025) + 18 TWh * 0.03 bn CNY/TWh = 2.2437 + 0.54 bn CNY."""
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
