"""What stands under a year in the shipped workbooks: means of periods from values of single years."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from model.core.build import registry
from model.datasets import funds, general, grass_water_land, thermal
from model.datasets.frame import DATA, YEARS, load
from model.datasets.parameters import costs
from model.datasets.period_means import compounded, means_of, of_year, period_means, row_means


def test_the_mean_of_a_period_is_that_of_its_years_on_the_straight_line() -> None:
    """2021 to 2025 between 10 and 20: (12 + 14 + 16 + 18 + 20) / 5 = 16 = 0.4 x 10 + 0.6 x 20; 2026 to 2030 between 20 and 5: 11."""
    assert pytest.approx({2020: 10.0, 2025: 16.0, 2030: 11.0}) == period_means({2020: 10.0, 2025: 20.0, 2030: 5.0}, (2020, 2025, 2030))


def test_periods_of_other_lengths_count_their_own_years() -> None:
    """2021 and 2022 between 0 and 10: (5 + 10) / 2 = 7.5; 2023 to 2032 between 10 and 20: 10 + (1 + ... + 10) / 10 = 15.5."""
    assert pytest.approx({2020: 0.0, 2022: 7.5, 2032: 15.5}) == period_means({2020: 0.0, 2022: 10.0, 2032: 20.0}, (2020, 2022, 2032))


def test_years_beyond_those_given_are_as_the_nearest_one() -> None:
    """Given to 2022 only: 2021 is 1.5, 2022 to 2025 are 2: (1.5 + 4 x 2) / 5 = 1.9."""
    assert of_year({2020: 1.0, 2022: 2.0}, 2050) == 2.0
    assert of_year({2022: 2.0}, 2020) == 2.0
    assert pytest.approx({2020: 1.0, 2025: 1.9}) == period_means({2020: 1.0, 2022: 2.0}, (2020, 2025))


def test_years_given_inside_a_period_are_kept() -> None:
    """2021: 3, 2022: 1, straight to 2025: 4, so 2023: 2, 2024: 3; (3 + 1 + 2 + 3 + 4) / 5 = 2.6."""
    assert pytest.approx(2.6) == period_means({2020: 0.0, 2021: 3.0, 2022: 1.0, 2025: 4.0}, (2020, 2025))[2025]


def test_a_path_of_its_own_in_every_year_is_averaged_year_by_year() -> None:
    """0.9 + 0.81 + 0.729 + 0.6561 + 0.59049 = 3.68559; / 5."""
    assert pytest.approx(3.68559 / 5) == means_of(compounded(-0.1))[2025]


def test_the_mean_of_rows_is_taken_row_by_row() -> None:
    made = period_means({2020: pd.Series([0.0, 10.0]), 2025: pd.Series([5.0, 10.0])}, (2020, 2025))[2025]
    assert [3.0, 10.0] == pytest.approx(list(made))


def test_costs_of_a_technology_are_means_and_the_base_year_stays() -> None:
    """Onshore wind 6,500 in 2020, 4,500 in 2025, 4,100 in 2030: 0.4 x 6,500 + 0.6 x 4,500 = 5,300, then 4,260 CNY/kW."""
    capex = row_means(costs("wind_onshore")["capex"])
    assert [6500.0, 5300.0, 4260.0] == pytest.approx(list(capex.loc[[2020, 2025, 2030]]))


def test_the_price_of_coal_is_that_of_the_period() -> None:
    """75, 80, 85 CNY/MWh in 2020, 2025, 2030: 78 and 83."""
    coal = thermal.fuel_prices().set_index("fuel").loc["coal"]
    assert [75.0, 78.0, 83.0] == pytest.approx(list(coal[[2020, 2025, 2030]]))


def test_what_may_be_drawn_falls_to_the_cap_in_the_mean_of_the_years() -> None:
    """Above the cap in 2020 by 1: of 2021 to 2025 14/15 ... 10/15 are left, 0.8 on average; of 2031 to 2035 2/15; then nothing."""
    made, available = grass_water_land._water().set_index("water_zone"), grass_water_land.water_available().set_index("water_zone")
    over = made["base_use"] - made["cap"]
    zone = str(over.idxmax())
    left = [(available.loc[zone, year] - made.loc[zone, "cap"]) / over[zone] for year in (2020, 2025, 2035, 2040)]
    assert [1.0, 0.8, 2 / 15, 0.0] == pytest.approx(left, abs=1e-12)


def test_gross_domestic_product_stands_at_its_year_and_the_budget_is_a_mean() -> None:
    """Pledges read GDP at a year. A budget that followed GDP itself would have the mean of it: more than that of the year before, less than that of the year."""
    gdp = general.gdp()[list(YEARS)].sum()
    table = load("energy", "economy_2020")
    grown = table["gdp_2020_bn_cny"] * (1 + table["gdp_growth_pct_2021_2025"] / 100) ** 5
    assert grown.sum() == pytest.approx(gdp[2025], rel=1e-12)
    budget = funds.public_money()[list(YEARS)].sum()
    assert budget[2020] * (gdp[2025] / gdp[2020]) ** 0.5 > budget[2025] > budget[2020]


def test_every_table_of_years_that_ships_is_explained() -> None:
    """The page of the data says of each what stands under a year; nothing is listed that is no such table."""
    page = (DATA / "README.md").read_text(encoding="utf-8").partition("## What stands under a year")[2].partition("\n## ")[0]
    told = {name for row in re.findall(r"^\|(.+?)\|", page, flags=re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    years = {name for name, table in registry.schema().tables.items() if table.shape == "years"}
    optional = {"product_prices", "disturbance_share", "flow_penalties"}
    assert set() == told - years, "no tables of years"
    assert set() == years - optional - told, "not explained"
