"""The shipped pace of measures: which have a row, its seed and price, and the first rate of electric cars, by hand."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd
import pytest

from model.datasets import dynamics, measures


@cache
def rows() -> pd.DataFrame:
    return dynamics.build_dynamics()


def row(decision: str, item: str) -> dict[str, Any]:
    """The one row of a decision and item (planting has several, one for each scope, and is not asked for here)."""
    (found,) = rows()[(decision == rows()["decision"]) & (item == rows()["item"])].to_dict("records")
    return found


def of_measures() -> pd.DataFrame:
    return rows()[rows()["decision"].isin(["adopted", "adopted_end_use"])]


def test_every_measure_that_electrifies_captures_or_brings_another_fuel_has_one_row_that_is_on() -> None:
    own = measures.measures()
    converts = (own[["captured", "electricity", "hydrogen", "biomass"]].astype(float) > 0.0).any(axis=1)
    expected = (own["sector"] + "." + own["measure"])[converts]
    assert sorted(expected) == sorted(of_measures()["item"])
    assert {1} == set(of_measures()["active"])
    assert 1 == row("captured_total", "every")["active"]


def test_a_seed_is_a_tenth_of_the_build_rate_on_the_activity_of_the_base_year() -> None:
    """Heat pumps for district heat: 0.1 * 0.05 a year * 1,297 Mt; at 0.3 bn CNY for each Mt CO2, of which a tonne abates one."""
    found = row("adopted_end_use", "heat_supply.chp_to_heat_pump")
    assert 0.1 * 0.05 * 1296.969 == pytest.approx(found["seed"], rel=1e-4)
    assert 0.3 == pytest.approx(found["drop_price"])
    assert 0.0 == found["first_rate"]


def test_prices_of_industry_are_those_of_what_a_unit_abates() -> None:
    """Capture from blast furnaces abates 1.35 t a tonne of steel: 0.405 bn CNY for each Mt of steel."""
    assert 0.3 * 1.35 == pytest.approx(row("adopted", "steel.ccus_bf_bof")["drop_price"])


def test_electric_cars_begin_with_what_they_gained_from_2022_to_2025() -> None:
    """43.97 of 366 million at the end of 2025 against 13.1 of 319 at that of 2022 are 2.636 points a year; the activity has 2 % where the
    fleet of 2020 had 4.92 of 281 million, and cars would have emitted 1.11 times the 285.1 Mt of 2020."""
    gain = (43.97 / 366 - 13.1 / 319) / 3 * 0.02 / (4.92 / 281)
    found = row("adopted_end_use", "cars.bev_passenger")
    assert gain * 285.089 * 1.107 == pytest.approx(found["first_rate"], rel=5e-3)
    assert "MPS" in found["source"]
    assert {2024} == set(rows()["first_year"])


def test_what_captures_today_is_the_first_rate_of_capture() -> None:
    assert 4.0 == row("captured_total", "every")["first_rate"]
