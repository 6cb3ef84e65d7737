"""What the sheet ``observed`` says of the first period: means of stocks and of flows, ends, gains, and how sure they are."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from model.levers.observed import of_period
from tests.levers.toy import toy_data

PANELS = {2020: 253.43, 2021: 306.56, 2022: 392.61, 2023: 609.49, 2024: 886.66, 2025: 1201.7}


def rows(quantity: str, values: dict[int, float], unit: str, item: str = "solar", region: str = "nation", **more: Any) -> list[dict[str, Any]]:
    return [{"quantity": quantity, "region": region, "item": item, "year": year, "value": value, "figure_unit": unit, "held": "level", **more} for year, value in values.items()]


def told(*given: dict[str, Any], years: tuple[int, ...] = (2020, 2025)) -> pd.DataFrame:
    frame = of_period(toy_data(("west",), years, {"observed": list(given)}))
    return frame.set_index(["quantity", "region", "item"])


def test_what_stands_on_average_is_half_way_between_the_ends_of_each_year() -> None:
    """(253.43 / 2 + 306.56 + 392.61 + 609.49 + 886.66 + 1201.7 / 2) / 5 = 584.6 GW; the mean of the two ends would be 727.6."""
    made = told(*rows("capacity", PANELS, "GW")).loc["capacity", "nation", "solar"]
    assert pytest.approx(584.577) == made["mean"]
    assert (253.43, 1201.7) == (made["before"], made["end"])


def test_a_flow_is_the_mean_of_the_years_of_the_period_without_the_base_year() -> None:
    """(327 + 427.27 + 584.15 + 839.04 + 1174.96) / 5 = 670.484 TWh a year."""
    flows = {2020: 261.1, 2021: 327.0, 2022: 427.27, 2023: 584.15, 2024: 839.04, 2025: 1174.96}
    made = told(*rows("generation", flows, "TWh/yr")).loc["generation", "nation", "solar"]
    assert pytest.approx(670.484) == made["mean"]
    assert 261.1 == made["before"]


def test_a_period_with_a_year_missing_has_no_mean_but_its_end() -> None:
    made = told(*rows("capacity", {2020: 1.0, 2025: 3.0}, "GW")).loc["capacity", "nation", "solar"]
    assert pd.isna(made["mean"])
    assert 3.0 == made["end"]


def test_a_stock_gains_what_it_grew_between_its_first_row_and_its_last_in_the_period() -> None:
    """(20,988 - 19,493) / 4 = 373.75 million m3 a year; the row of 2018 has another definition and lies before the period."""
    made = told(*rows("growing_stock", {2018: 17560.0, 2021: 19493.0, 2025: 20988.0}, "million m3", item="all")).loc["growing_stock", "nation", "all"]
    assert 373.75 == made["gain"]


def test_the_period_is_that_of_the_workbook() -> None:
    """To 2023: mean of 2 and 3 of the years 2021 to 2023 is 2."""
    flows = {2020: 9.0, 2021: 1.0, 2022: 2.0, 2023: 3.0, 2024: 40.0}
    assert 2.0 == told(*rows("load", flows, "TWh/yr", item="all"), years=(2020, 2023)).loc["load", "nation", "all"]["mean"]


def test_years_that_are_estimates_are_counted_and_the_base_year_is_none_of_them() -> None:
    given = rows("capacity", {2020: 1.0, 2021: 1.0, 2022: 1.0, 2023: 1.0, 2024: 2.0, 2025: 2.0}, "GW")
    frame = toy_data(("west",), (2020, 2025), {"observed": given})
    frame.tables["observed"]["quality"] = ["estimate", "reported", "estimate", "derived", "reported", "estimate"]
    made = of_period(frame).iloc[0]
    assert (2, True) == (made["estimates"], made["end_is_estimate"])


def test_a_row_in_a_unit_of_something_else_is_left_out_and_no_rows_give_no_period() -> None:
    assert told(*rows("capacity", PANELS, "TWh/yr")).empty
    assert told().empty
