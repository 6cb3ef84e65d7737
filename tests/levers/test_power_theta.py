"""Means of periods in whole plans: uneven periods, lives that end inside one, retirement, conversion, and what is paid for a life."""

from __future__ import annotations

from typing import Any

import pytest

from model.core.solve.solution import Solution

from .power_toy import SLICE, Tables, coal, grid, power_data, wind, yearly
from .test_siting import solved as sited
from .test_thermal import CARBON, ageing, capture, solved
from .toy import amount, value

#: Periods of five and of ten years.
UNEVEN = (2020, 2025, 2030, 2040, 2050)


def windy(years: tuple[int, ...], life: float, **more: Any) -> Solution:
    """A site of 1 GW of wind in the first period alone, beside coal that is never short."""
    turbines = wind({"west": 1.0}, years)
    turbines["sited_technologies"][0].update({"lifetime": life, **more})
    limits = {"build_limits": yearly(years, {y: 1.0 if y == years[1] else 0.0 for y in years}, **{"class": "wind"})}
    return sited(power_data(grid({"west": 20.0}, years), coal({"west": 3.0}, years, retirement_cost=99.0), turbines, limits, years=years))


def by_year(solution: Solution, balance: str, item: str, years: tuple[int, ...], **keys: Any) -> list[float]:
    return [amount(solution, balance, item, year=year, **keys) for year in years[1:]]


def test_a_vintage_of_five_years_leaves_inside_a_period_of_ten() -> None:
    """1 GW built 2021-25 for 20 years leaves 2041-45: half, 1, 1, then 2.5 of ten years, 4.38 TWh a year each."""
    solution = windy(UNEVEN, 20.0)
    assert pytest.approx([SLICE * share for share in (0.5, 1.0, 1.0, 0.25)]) == by_year(solution, "power", "wind_onshore", UNEVEN)
    assert pytest.approx([1.0, 1.0, 1.0, 0.0]) == solution.values("sited_capacity")["value"].tolist()


def test_a_life_that_ends_between_two_milestones_leaves_a_part_standing() -> None:
    """Built 2021-25 for 17 years it leaves 2038-42: at 2040 (2042 - 2040) / 5 stand.

    2031-40: seven years whole, three at a mean of 0.7 = 9.1 of ten; 2041-50: two years at a mean of 0.2.
    """
    solution = windy(UNEVEN, 17.0)
    assert pytest.approx([1.0, 1.0, 0.4, 0.0]) == solution.values("sited_capacity")["value"].tolist()
    assert pytest.approx([SLICE * share for share in (0.5, 1.0, 0.91, 0.04)]) == by_year(solution, "power", "wind_onshore", UNEVEN)


@pytest.mark.parametrize("life", [12.0, 17.0, 20.0, 25.0])
def test_annuity_and_fixed_cost_are_paid_for_the_years_of_a_life(life: float) -> None:
    """4 bn CNY of investment at no interest are paid back once, and 0.05 a year for each year of the life; power costs nothing more."""
    solution = windy(UNEVEN, life, variable_cost=0.0)
    lengths = [5.0, 5.0, 10.0, 10.0]
    paid = sum(n * cost for n, cost in zip(lengths, by_year(solution, "money", "wind_cost", UNEVEN), strict=True))
    assert pytest.approx(-(4.0 + 0.05 * life)) == paid


def test_early_retirement_in_a_short_period_works_half_of_it_and_none_of_the_next() -> None:
    """2 GW; 4.38 TWh are asked to 2025 and nothing after: all may leave by 2025 and work 1 GW on average, 2 x 0.4 / 5 a year once."""
    years = (2020, 2025, 2035)
    demand = {2020: 8.76, 2025: 8.76, 2035: 0.0}
    solution = solved(grid({"west": demand}, years), coal({"west": 2.0}, years, retirement_cost=0.2), years=years)
    assert pytest.approx([2.0, 2.0]) == solution.values("retired")["value"].tolist()
    assert pytest.approx([1.0, 0.0], abs=1e-9) == solution.values("thermal_working")["value"].tolist()
    assert pytest.approx([-0.08, 0.0], abs=1e-9) == by_year(solution, "money", "early_retirement", years)
    assert pytest.approx([-0.1, 0.0], abs=1e-9) == by_year(solution, "money", "coal_cost", years)


def test_a_conversion_falls_with_the_mean_of_the_fleet_under_it() -> None:
    """2 GW fall to 1.6 by 2025 and 0.4 by 2035. The 1.6 GW converted by 2025 work half to 2025, (1.6 + 0.4) / 2 to 2035.

    Coal works (2 + 1.6) / 2 - 1.6 / 2 = 1 GW to 2025, then none. All 1.6 are paid 2/20 a year, half of it in the first period.
    """
    years = (2020, 2025, 2035)
    parts = (grid({"west": 17.52}, years), coal({"west": 2.0}, years, retirement_cost=99.0), capture(years), ageing({2025: 0.8, 2035: 0.2}))
    solution = solved(*parts, years=years, carbon_price=CARBON)
    assert pytest.approx(1.6) == value(solution, "new_thermal", vintage=2025)
    for technology, expected in (("coal_ccs", [0.8, 1.0]), ("coal", [1.0, 0.0])):
        found = [value(solution, "thermal_working", technology=technology, year=year) for year in years[1:]]
        assert pytest.approx(expected, abs=1e-9) == found
    assert pytest.approx([-(0.8 * 0.1 + 0.8 * 0.1), -(1.6 * 0.1 + 1.0 * 0.1)]) == by_year(solution, "money", "coal_ccs_cost", years)


def test_a_fleet_in_a_long_period_works_the_mean_of_its_ends() -> None:
    """2 GW of which a half is left in 2025 and a tenth in 2035: 1.5 and (1 + 0.2) / 2 = 0.6 GW, all night long."""
    years = (2020, 2025, 2035)
    parts: tuple[Tables, ...] = (grid({"west": 0.0}, years), coal({"west": 2.0}, years, retirement_cost=99.0), ageing({2025: 0.5, 2035: 0.1}))
    found = by_year(solved(*parts, years=years), "available_output", "capacity", years, slice="night")
    assert pytest.approx([1.5 * SLICE, 0.6 * SLICE]) == found
