"""Plants that stand still for long are told, with the reason why they are kept, by hand-worked fleets of coal."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from model.reporting.tables.every import result_tables

from .power_toy import Tables, coal, grid, yearly
from .test_thermal import plant, solved

YEARS = (2020, 2030, 2040, 2050, 2060, 2070)
#: Nothing is retired by choice.
DEAR = 99.0
#: TWh/yr of one GW in all hours.
WHOLE = 8.76


def told(*parts: Tables, **settings: Any) -> pd.DataFrame:
    return result_tables(solved(*parts, years=YEARS, **settings))["idle_plants"]


def demand(*by_period: float) -> Tables:
    return grid({"west": dict(zip(YEARS, (WHOLE, *by_period), strict=True))}, YEARS)


def test_three_periods_without_work_are_told_and_one_is_not() -> None:
    """2 GW have nothing to do to 2050, half of it to 2060, and nothing again to 2070; they are kept as closing them costs more."""
    found = told(demand(0.0, 0.0, 0.0, WHOLE, 0.0), coal({"west": 2.0}, YEARS, retirement_cost=DEAR))
    (row,) = found.to_dict("records")
    assert ("west", "coal", 2030, 2050, "life_not_ended") == tuple(row[name] for name in ("region", "technology", "from_year", "to_year", "reason"))
    assert pytest.approx((2.0, 0.0), abs=1e-9) == (row["capacity_gw"], row["hours"])


def test_a_period_of_work_parts_two_of_rest() -> None:
    """Two periods of rest on either side of 2050 are four, but never three in a row."""
    assert found_none(told(demand(0.0, 0.0, WHOLE, 0.0, 0.0), coal({"west": 2.0}, YEARS, retirement_cost=DEAR)))


def found_none(frame: pd.DataFrame) -> bool:
    return len(frame) == 0


@pytest.mark.parametrize(("share", "expected"), [(0.009, 1), (0.011, 0)])
def test_less_than_a_hundredth_of_the_hours_is_standing_still(share: float, expected: int) -> None:
    """1 GW that gives 0.9 % of what it could stands still, with 1.1 % it does not."""
    assert expected == len(told(demand(*[share * WHOLE] * 5), coal({"west": 1.0}, YEARS, retirement_cost=DEAR)))


def test_plants_that_nobody_runs_are_kept_for_the_reserve() -> None:
    """Gas without any cost does all work but is not firm: of 2 GW of coal, which may be closed for nothing, 1 GW is kept for the peak."""
    gas = plant("gas", YEARS, fuel="gas", firm_credit=0.0, buildable=0.0, variable_cost=0.0)
    fleet = [{"region": "west", "technology": "gas", "capacity": 1.0, "emission_factor": 0.4, "efficiency": 0.5, "minimum_hours": 0.0}]
    others: Tables = {
        "thermal_fleet": fleet, "fuel_prices": yearly(YEARS, 0.0, fuel="gas"), "peak_load": [{"region": "west", "peak_factor": 1.0, "weight": 1.0}],
    }  # fmt: skip
    found = told(demand(*[WHOLE] * 5), coal({"west": 2.0}, YEARS), gas, others, reserve_margin=0.0)
    (row,) = found.to_dict("records")
    assert ("coal", 2030, 2070, "firm_capacity") == tuple(row[name] for name in ("technology", "from_year", "to_year", "reason"))
    assert pytest.approx(1.0) == row["capacity_gw"]
