"""How investment is charged and when building counts, held against the published optimum of a small case and hand-worked sums."""

from __future__ import annotations

import pytest

from .power_toy import Tables, grid, yearly
from .test_thermal import plant, solved
from .toy import amount, value

AT_ONCE = {"building_in_period": "at_beginning"}


def test_straight_line_salvage_gives_back_what_is_left() -> None:
    """1 GW of 2 bn CNY and 20 years at the beginning of ten: 2 / 10 a year, and (1 - 10 / 20) * 2 / 10 is taken off: 0.1 a year. No interest."""
    demand = grid({"west": {2020: 0.0, 2030: 8.76}})
    solution = solved(demand, plant("new"), {"fuel_prices": yearly((2020, 2030), 0.0, fuel="coal")}, capital_charge="straight_line", **AT_ONCE)
    assert 1.0 == pytest.approx(value(solution, "new_thermal"))
    assert 1.0 == pytest.approx(value(solution, "thermal_working"))
    # fixed cost of 0.1 beside it
    assert -0.2 == pytest.approx(amount(solution, "money", "new_cost"))


def test_evenly_is_bought_at_the_middle_and_half_of_it_works() -> None:
    """0.5 GW on average takes 1 GW of 2 bn CNY, five years old at the end: 0.2 - 0.2 * (1 - 5 / 20) = 0.05 a year, and fixed cost of half a GW."""
    demand = grid({"west": {2020: 0.0, 2030: 4.38}})
    solution = solved(demand, plant("new"), {"fuel_prices": yearly((2020, 2030), 0.0, fuel="coal")}, capital_charge="straight_line")
    assert 1.0 == pytest.approx(value(solution, "new_thermal"))
    assert -0.1 == pytest.approx(amount(solution, "money", "new_cost"))


def most_simple() -> Tables:
    """Demand of 25 GW all year in each of eleven years, met by a plant of 4 bn CNY per GW that lives two years, at 0.05 bn CNY per GW and year."""
    years = (2019, *range(2020, 2031))
    technology = {"technology": "plant", "class": "plant", "buildable": 1.0, "fuel": "coal", "efficiency": 1.0, "variable_cost": 0.05 / 8.76, "lifetime": 2.0, "availability": 1.0}
    return {
        **grid({"west": {year: 0.0 if year == years[0] else 25.0 * 8.76 for year in years}}, years),
        "thermal_technologies": [technology],
        "thermal_capex": yearly(years, 4.0, technology="plant"),
        "thermal_fixed_cost": yearly(years, 0.0, technology="plant"),
        "fuel_prices": yearly(years, 0.0, fuel="coal"),
    }


def test_a_published_optimum_with_vintages_and_a_sinking_fund_is_met() -> None:
    """The case test_most_simple of tz-osemosys (its tests state an optimum of 45736, rounded), in hundredths.

    25 GW are bought for 100 bn in 2020, 2022, ..., 2030: 476.67 discounted at 5 %; of the last 1 - 0.05 / 0.1025 = 51.22 % is left, 29.95
    at the end; running costs 1.25 a year, 10.64 at the middles: 457.36.
    """
    years = (2019, *range(2020, 2031))
    solution = solved(most_simple(), years=years, capital_charge="sinking_fund", discount_rate=0.05, **AT_ONCE)
    assert 457.36 == pytest.approx(solution.objective, rel=2e-5)


def test_costs_may_be_discounted_to_another_year() -> None:
    """One year later at 5 %: 1.05 times as much; from the beginning of the year instead of its middle 1.05 ** 0.5 on running costs alone."""
    years = (2019, *range(2020, 2031))
    settings = {"capital_charge": "sinking_fund", "discount_rate": 0.05, **AT_ONCE}
    base = solved(most_simple(), years=years, **settings).objective
    later = solved(most_simple(), years=years, discount_shift=1.0, **settings).objective
    early = solved(most_simple(), years=years, discount_moment=0.0, **settings).objective
    running = sum(1.25 / 1.05**year for year in range(11))
    assert 1.05 * base == pytest.approx(later, rel=1e-9)
    assert base + running * (1.0 - 1.05**-0.5) == pytest.approx(early, rel=1e-9)


def test_a_lump_is_discounted_from_its_own_moment_where_a_period_has_a_factor() -> None:
    """2 bn CNY at the beginning of ten years from the base year: 2, less half of it at the end at 5 %: 1.386; fixed cost of 0.1 ten times at the factor 0.7."""
    years = (2020, 2030)
    demand = grid({"west": {2020: 0.0, 2030: 8.76}})
    factors = {"periods": [{"year": 2020, "cost_factor": None}, {"year": 2030, "cost_factor": 0.7}]}
    free = plant("new", variable_cost=0.0)
    solution = solved(demand, free, {"fuel_prices": yearly(years, 0.0, fuel="coal")}, factors, capital_charge="straight_line", discount_rate=0.05, **AT_ONCE)
    assert 2.0 - 1.0 / 1.05**10 + 0.1 * 10.0 * 0.7 == pytest.approx(solution.objective)
