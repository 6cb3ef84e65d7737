"""The planned system run through its days, by hand: 3 GW of coal, a load of 2 GW on every day but some.

One hour of a GW is 0.001 TWh. Coal emits 0.9 Mt CO2/TWh; energy not served costs 20 bn CNY/TWh.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest

from model.analysis.full_year import ratios, run, sequence
from model.analysis.task import Outcome, Task
from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.data import Data
from model.core.declare.spec import InputError
from model.levers.hydrogen.hydrogen import Hydrogen
from model.levers.hydrogen.hydrogen_store import HydrogenStore
from model.levers.power.power import Power
from model.levers.power.siting import Siting
from model.levers.power.thermal import Thermal
from tests.levers.power_toy import YEARS, Tables, coal, power_data, wind, yearly
from tests.levers.toy import cheapest, poster

MEAN, DAY = 2.0, 0.024
PEAK_DAY = 5


def days(load: Mapping[int, float] | None = None, gust: Mapping[int, float] | None = None) -> Tables:
    """Two day types of 182 and 183 days, which alternate in runs of one day; load and wind of single days relative to the mean."""
    kinds = ["first" if number % 2 == 0 else "second" for number in range(1, 366)]
    hours = {"first": 182 * 24.0, "second": 183 * 24.0}
    return {
        "time_slices": [{"slice": f"{name}_all", "season": name, "block": "all", "hours": value} for name, value in hours.items()],
        "load_shape": [{"region": "west", "slice": f"{name}_all", "share": value / 8760.0, "weight": 1.0} for name, value in hours.items()],
        "output_shape": [{"region": "west", "shape": "wind_onshore", "slice": f"{name}_all", "relative_output": 1.0} for name in hours],
        "power_demand": yearly(YEARS, MEAN * 8.76, region="west"),
        "day_sequence": [{"run": number, "season": kind, "days": 1.0} for number, kind in enumerate(kinds, start=1)],
        "daily_weather": [
            {"region": "west", "day": day, "load": (load or {}).get(day, 1.0), "wind_onshore": (gust or {}).get(day, 1.0), "weight": 1.0} for day in range(1, 366)
        ],
    }  # fmt: skip


def kept_coal() -> Tables:
    """3 GW that cost nothing to keep, so that the plan keeps what it does not need."""
    return {**coal({"west": 3.0}), "thermal_fixed_cost": yearly(YEARS, 0.0, technology="coal")}


def asked(data: Data, *levers: type[Lever], years: str = "2030") -> Outcome:
    solution = cheapest(assemble(data, [Power, Thermal, *levers], []))
    assert solution.status == "optimal"
    power = pd.DataFrame([{"region": "west", "technology": "wind_onshore", "year": 2030, "capacity_gw": 2.0}])
    return run(Task(data, {"years": years}, solve=lambda *_: solution, tables=lambda _: {"power": power}))


def nation(outcome: Outcome) -> dict[str, Any]:
    (frame,) = (table.frame for table in outcome.tables if table.name == "full_year")
    part = frame[frame["region"] == "nation"]
    return {f"{row.item}{row.detail and ':' + row.detail}": (row.planned, row.run) for row in part.itertuples()}


def test_a_year_of_days_like_their_types_is_the_plan() -> None:
    found = nation(asked(power_data(kept_coal(), days())))
    assert found["generation:coal"] == pytest.approx((17.52, 17.52))
    assert found["unserved"] == pytest.approx((0.0, 0.0), abs=1e-9)
    assert found["co2_of_power"] == pytest.approx((17.52 * 0.9, 17.52 * 0.9))


def test_a_day_of_twice_the_load_is_not_served_beyond_what_stands() -> None:
    """4 GW are asked where 3 stand: 24 h of 1 GW are missing, and 24 h of the third GW are burnt on top of the plan."""
    outcome = asked(power_data(kept_coal(), days(load={PEAK_DAY: 2.0})))
    found = nation(outcome)
    assert found["unserved"] == pytest.approx((0.0, DAY))
    assert found["unserved_share"][1] == pytest.approx(DAY / (17.52 + 2.0 * DAY))
    assert found["generation:coal"] == pytest.approx((17.52, 17.52 + DAY))
    assert found["co2_of_power"][1] == pytest.approx((17.52 + DAY) * 0.9)
    (frame,) = (table.frame for table in outcome.tables if table.name == "full_year_days")
    missing = frame.set_index("day")["unserved"]
    assert missing[PEAK_DAY] == pytest.approx(DAY)
    assert missing.drop(PEAK_DAY).abs().max() == pytest.approx(0.0, abs=1e-9)


def test_a_gust_gives_no_more_than_stands() -> None:
    """2 GW of wind at a factor of 0.5: five times the wind would be 5 GW, but 2 GW is all that stands; half of the load of that day is saved."""
    parts = {name: rows for name, rows in wind({"west": 2.0}).items() if name != "output_shape"}
    parts["sited_technologies"] = [{**parts["sited_technologies"][0], "shape": "wind_onshore"}]
    fleet: Tables = {
        "sited_fleet": [{"region": "west", "water_zone": "west", "technology": "wind_onshore", "capacity": 2.0, "capacity_factor": 0.5}],
    }
    found = nation(asked(power_data(kept_coal(), parts, fleet, days(gust={PEAK_DAY: 5.0})), Siting))
    assert found["possible_output:wind_onshore"] == pytest.approx((8.76, 8.76 + DAY))
    assert found["generation:coal"] == pytest.approx((8.76, 8.76 - DAY))


def test_hydrogen_goes_from_day_to_day_within_the_volume_of_the_plan() -> None:
    """Nothing of the plan asks for a store: all days of a type make what is used, and running the days needs none either."""
    tables: Tables = {
        "electrolysis_capex": yearly(YEARS, 0.1, technology="electrolysis"),
        "electrolysis_efficiency": yearly(YEARS, 0.5, technology="electrolysis"),
        "hydrogen_store_capex": yearly(YEARS, 2.0, technology="cavern"),
    }
    found = nation(asked(power_data(kept_coal(), days(), tables), Hydrogen, HydrogenStore))
    assert found["hydrogen_short"] == pytest.approx((0.0, 0.0), abs=1e-9)
    assert found["generation:coal"] == pytest.approx((17.52, 17.52))


def test_hydrogen_that_a_day_can_not_make_is_told_as_short() -> None:
    """0.01 TWh of hydrogen a day from 0.02 of power, and no store: on a day of 4 GW nothing is left for it."""

    def want(lever: Lever) -> None:
        lever.ledger.use_fixed("hydrogen", pd.DataFrame({"region": ["west"], "year": [2030]}), [3.65], item="wanted", unit="TWh/yr")

    tables: Tables = {
        "electrolysis_capex": yearly(YEARS, 0.1, technology="electrolysis"),
        "electrolysis_efficiency": yearly(YEARS, 0.5, technology="electrolysis"),
        "hydrogen_store_capex": yearly(YEARS, 2.0, technology="cavern"),
    }
    found = nation(asked(power_data(kept_coal(), days(load={PEAK_DAY: 2.0}), tables), Hydrogen, HydrogenStore, poster(want)))
    assert found["unserved"] == pytest.approx((0.0, DAY))
    assert found["electrolysis_use"] == pytest.approx((7.3, 7.3 - 0.02))
    assert found["hydrogen_short"] == pytest.approx((0.0, 0.01))


def test_without_a_price_of_what_is_not_served_nothing_is_run() -> None:
    outcome = asked(power_data(kept_coal(), days(), settings={"value_of_lost_load": 0.0}))
    assert not outcome.tables
    assert "value_of_lost_load" in str(outcome.problems[0])


def test_a_day_is_told_relative_to_its_type() -> None:
    data = power_data(kept_coal(), days(load={PEAK_DAY: 2.0}, gust={PEAK_DAY: 9.0}))
    assert sequence(data)[:3] == ["second", "first", "second"]
    found = ratios(data).set_index(["series", "day"])["ratio"]
    assert found["load", PEAK_DAY] == pytest.approx(2.0)
    assert found["wind_onshore", PEAK_DAY] == pytest.approx(5.0), "no more than MOST_RATIO"


def test_years_that_are_none_of_the_plan_are_refused() -> None:
    with pytest.raises(InputError) as refused:
        asked(power_data(kept_coal(), days()), years="2031;soon")
    assert "2031, soon" in str(refused.value.findings[0])


def test_without_the_days_it_says_which_sheet_is_missing() -> None:
    tables = {name: rows for name, rows in days().items() if name != "daily_weather"}
    outcome = asked(power_data(kept_coal(), tables))
    assert not outcome.tables
    assert "daily_weather" in str(outcome.problems[0])
