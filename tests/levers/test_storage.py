"""Storage between day and night, by hand-worked cases of wind by day and coal at night."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from model.core.build.assemble import assemble
from model.core.solve.solution import Solution
from model.levers.power.parts.storage_service import Service, service_slices
from model.levers.power.power import Power
from model.levers.power.siting import Siting
from model.levers.power.storage import Storage
from model.levers.power.thermal import Thermal

from .power_toy import SLICE, YEARS, Tables, coal, grid, power_data, wind, yearly
from .toy import amount, cheapest, value

#: Days of a season that is the whole year.
DAYS = 365.0


def battery(fleet: float = 0.0, minimum_hours: float = 0.0, capex: float = 1.0, **attributes: Any) -> Tables:
    """Storage with an efficiency of 0.8 and 12 h at full power, 1 bn CNY per GW over 20 years, 0.01 fixed."""
    technology = {
        "technology": "battery", "class": "battery", "hours": 12.0, "efficiency": 0.8, "lifetime": 20.0,
        "variable_cost": 0.002,
    }
    existing = {"region": "west", "technology": "battery", "capacity": fleet, "minimum_hours": minimum_hours}
    return {
        "storage_technologies": [{**technology, **attributes}],
        "storage_capex": yearly(YEARS, capex, technology="battery"),
        "storage_fixed_cost": yearly(YEARS, 0.01, technology="battery"),
        "storage_fleet": [existing],
    }


def solved(*parts: Tables, demand: float = 10.0, seasons: int = 1) -> Solution:
    """10 GW of wind by day at no more than 0.0671 bn CNY/TWh, 3 GW of coal at 0.3 in both slices."""
    common = (grid({"west": demand}, seasons=seasons), coal({"west": 3.0}), wind({"west": 10.0}))
    return cheapest(assemble(power_data(*common, *parts), [Siting, Thermal, Power, Storage], []))


def test_a_store_gives_back_what_it_took_less_the_losses() -> None:
    """1 GW discharges 4.38 TWh at night and takes 4.38 / 0.8 = 5.475 by day; its power by day allows 4.38 only."""
    solution = solved(battery(1.0), {"build_limits": yearly(YEARS, 0.0, **{"class": "battery"})})
    assert pytest.approx(-SLICE) == amount(solution, "power", "battery_charging", slice="day", year=2030)
    assert pytest.approx(0.8 * SLICE) == amount(solution, "power", "battery", slice="night", year=2030)
    assert pytest.approx(5.0 - 0.8 * SLICE) == amount(solution, "power", "coal", slice="night", year=2030)
    assert solution.duals("storage_power").query("slice == 'day' and year == 2030")["dual"].iloc[0] < 0
    assert (solution.duals("storage_season_balance").query("year == 2030")["dual"] != 0).all()


def test_discharge_fits_the_power_of_the_store() -> None:
    """The day has 8000 h and the night 760 h: 1 GW gives 0.76 TWh at night, for which it takes 0.95 by day."""
    tables = grid({"west": 10.0})
    tables["time_slices"][0]["hours"], tables["time_slices"][1]["hours"] = 8000.0, 760.0
    parts = (tables, coal({"west": 8.0}), wind({"west": 10.0}), battery(1.0, hours=1000.0))
    data = power_data(*parts, {"build_limits": yearly(YEARS, 0.0, **{"class": "battery"})})
    solution = cheapest(assemble(data, [Siting, Thermal, Power, Storage], []))
    assert pytest.approx(0.76) == amount(solution, "power", "battery", slice="night", year=2030)
    assert pytest.approx(-0.95) == amount(solution, "power", "battery_charging", slice="day", year=2030)
    assert solution.duals("storage_power").query("slice == 'night' and year == 2030")["dual"].iloc[0] < 0


def test_a_day_discharges_no_more_than_the_hours_of_the_store() -> None:
    """4 h x 1 GW x 365 days = 1.46 TWh."""
    solution = solved(battery(1.0, hours=4.0), {"build_limits": yearly(YEARS, 0.0, **{"class": "battery"})})
    assert pytest.approx(4.0 * DAYS / 1000) == amount(solution, "power", "battery", slice="night", year=2030)
    assert solution.duals("storage_energy").query("year == 2030")["dual"].iloc[0] < 0


@pytest.mark.parametrize(("hours", "gives"), [(10.6, 10.6), (10.7, 24.0 / 2.25), (1000.0, 24.0 / 2.25)])
def test_a_store_of_many_hours_is_held_by_its_machines_and_needs_no_row_for_its_day(hours: float, gives: float) -> None:
    """An hour of discharge takes 1 / 0.8 = 1.25 hours of charging: of 24 hours 24 / 2.25 = 10.667 give. The day is 1.25 times as long as
    the night, so that nothing is left idle: 1 GW gives 10.667 h x 365 days = 3.893 TWh, or its own hours where they are fewer."""
    tables = grid({"west": 10.0})
    night = 8760.0 / 2.25
    tables["time_slices"][0]["hours"], tables["time_slices"][1]["hours"] = 8760.0 - night, night
    parts = (tables, coal({"west": 8.0}), wind({"west": 10.0}), battery(1.0, hours=hours))
    data = power_data(*parts, {"build_limits": yearly(YEARS, 0.0, **{"class": "battery"})})
    solution = cheapest(assemble(data, [Siting, Thermal, Power, Storage], []))
    assert pytest.approx(gives * DAYS / 1000) == amount(solution, "power", "battery", slice="night", year=2030)
    assert (hours == gives) == ("storage_energy" in solution.build.blocks)


def test_nothing_is_carried_into_another_season() -> None:
    """Day and night as two seasons: the store can not help the night."""
    solution = solved(battery(1.0), seasons=2)
    assert pytest.approx(0.0, abs=1e-9) == amount(solution, "power", "battery", year=2030)


def test_the_fleet_gives_its_service_in_the_base_year_too() -> None:
    """In 2020 both slices cost the same, so nothing would be moved but the obliged 1000 h: 1 TWh."""
    solution = solved(battery(1.0, minimum_hours=1000.0))
    assert pytest.approx(1.0) == amount(solution, "power", "battery", year=2020)
    assert pytest.approx(-1.25) == amount(solution, "power", "battery_charging", year=2020)
    assert solution.duals("storage_service").query("year == 2020")["dual"].iloc[0] > 0


def served(shares: tuple[float, float], minimum_hours: float = 1000.0, **attributes: Any) -> Solution:
    """Coal alone, so that both slices cost the same: nothing but the obligation moves power."""
    tables = grid({"west": 10.0})
    for row, share in zip(tables["load_shape"], shares, strict=True):
        row["share"] = share
    parts = (tables, coal({"west": 3.0}), battery(1.0, minimum_hours, **attributes), {"build_limits": yearly(YEARS, 0.0, **{"class": "battery"})})
    return cheapest(assemble(power_data(*parts), [Siting, Thermal, Power, Storage], []))


@pytest.mark.parametrize(("shares", "peak", "other"), [((0.6, 0.4), "day", "night"), ((0.3, 0.7), "night", "day")])
def test_the_service_is_given_when_load_is_high_and_charged_when_it_is_low(shares: tuple[float, float], peak: str, other: str) -> None:
    """1 TWh out of 1.25 in both years, all of it given in the slice of more load; no store works both ways in a slice."""
    solution = served(shares)
    for year in YEARS:
        assert pytest.approx(1.0) == value(solution, "discharge", slice=peak, year=year)
        assert pytest.approx(1.25) == value(solution, "charge", slice=other, year=year)
        assert 0.0 == value(solution, "charge", slice=peak, year=year)
        assert 0.0 == value(solution, "discharge", slice=other, year=year)


def test_the_service_is_no_more_than_a_store_can_give() -> None:
    """8000 h are asked for; the night lasts 4380 h to charge, of which 0.8 come back: 3504 h. Stores of 4 h give 4 x 365 days."""
    assert pytest.approx(3.504) == value(served((0.6, 0.4), 8000.0), "discharge", year=2030)
    assert pytest.approx(1.46) == value(served((0.6, 0.4), 8000.0, hours=4.0), "discharge", year=2030)


def test_the_service_takes_in_more_slices_where_the_highest_do_not_suffice_but_never_all() -> None:
    """Three slices by load per hour: c (1000 h), a (3000 h), b (4760 h). 900 h fit c; 2000 h need a too; b is left to charge."""
    slices = pd.DataFrame({"slice": ["a", "b", "c"], "season": "s", "hours": [3000.0, 4760.0, 1000.0]})
    load = {"a": 0.4 / 3000.0, "b": 0.3 / 4760.0, "c": 0.3 / 1000.0}
    assert Service(("c",), 1000.0) == service_slices(slices, load, 900.0, 0.8, 24.0, fewest=True)
    assert Service(("c", "a"), 0.8 * 4760.0) == service_slices(slices, load, 2000.0, 0.8, 24.0, fewest=True)
    assert ("c", "a") == service_slices(slices, load, 8000.0, 0.8, 24.0, fewest=True).slices
    assert ("c", "a") == service_slices(slices, load, 900.0, 0.8, 24.0, fewest=False).slices
    assert Service() == service_slices(slices.head(1), load, 100.0, 0.8, 24.0, fewest=True)


def test_in_planned_years_the_sunniest_slice_is_left_to_charge() -> None:
    """Load is higher by day, where the sun gives all its output: in 2020 the store serves the day, in 2030 the night."""
    tables = grid({"west": 10.0})
    tables["load_shape"][0]["share"], tables["load_shape"][1]["share"] = 0.6, 0.4
    sun = wind({"west": 0.0})
    sun["sited_technologies"] = [{**row, "class": "solar"} for row in sun["sited_technologies"]]
    for row in sun["output_shape"]:
        row["relative_output"] = 2.0 if row["slice"] == "day" else 0.0
    data = power_data(tables, coal({"west": 3.0}), sun, battery(1.0, 1000.0), {"build_limits": yearly(YEARS, 0.0, **{"class": "battery"})})
    solution = cheapest(assemble(data, [Siting, Thermal, Power, Storage], []))
    for year, slice_ in ((2020, "day"), (2030, "night")):
        assert pytest.approx(1.0) == value(solution, "discharge", slice=slice_, year=year)
        assert 0.0 == value(solution, "charge", slice=slice_, year=year)


def test_a_season_of_one_slice_has_nothing_to_move() -> None:
    """Day and night are seasons of their own: the obligation falls away instead of burning power."""
    tables = grid({"west": 10.0}, seasons=2)
    solution = cheapest(assemble(power_data(tables, coal({"west": 3.0}), battery(1.0, 1000.0)), [Siting, Thermal, Power, Storage], []))
    assert 0.0 == value(solution, "charge", year=2020)


def test_without_a_fleet_there_is_no_storage_in_the_base_year() -> None:
    assert [2030] == list(solved(battery()).values("discharge")["year"].unique())


def test_storage_is_built_no_faster_than_its_limit() -> None:
    """0.02 GW a year for ten years: 0.2 GW, of which 0.1 work on average; 0.1 x (1/20 + 0.01) and 0.3504 TWh at 0.002 a year."""
    solution = solved(battery(), {"build_limits": yearly(YEARS, 0.02, **{"class": "battery"})})
    assert pytest.approx(0.2) == value(solution, "storage_new", vintage=2030)
    assert pytest.approx(-0.1 * 0.06 - 0.1 * 0.8 * SLICE * 0.002) == amount(solution, "money", "storage_cost", year=2030)
    assert solution.duals("storage_build_limit")["dual"].iloc[0] < 0


def test_dear_storage_is_not_built() -> None:
    """At 60 bn CNY per GW a year costs 3; it saves 3.504 TWh x 0.3 less 4.38 of wind at 0.0671: 0.757."""
    assert pytest.approx(0.0, abs=1e-9) == value(solved(battery(capex=60.0)), "storage_new")


def test_a_store_is_built_for_its_credit_alone() -> None:
    """1 GW of coal carries all load of 8.76 TWh; the peak is 1.5 GW. The 0.5 GW that are short are 0.5 / 0.9 GW of batteries, which do nothing else."""
    peak: Tables = {"peak_load": [{"region": "west", "peak_factor": 1.5, "weight": 1.0}]}
    data = power_data(grid({"west": 8.76}), coal({"west": 1.0}), peak, battery(firm_credit=0.9), settings={"reserve_margin": 0.0})
    solution = cheapest(assemble(data, [Siting, Thermal, Power, Storage], []))
    assert pytest.approx(0.5 / 0.9) == value(solution, "storage_new")
    assert pytest.approx(0.0, abs=1e-9) == amount(solution, "power", "battery", slice="night", year=2030)


def test_storage_earns_its_credit() -> None:
    """1 GW at a fixed credit of 0.9, or at 0.5 along a tangent."""
    fixed = solved(battery(1.0, firm_credit=0.9), {"build_limits": yearly(YEARS, 0.0, **{"class": "battery"})})
    assert pytest.approx(0.9) == amount(fixed, "reserve", "storage", year=2030)
    tangent = {"reserve_credit": [{"credit_class": "battery", "tangent": 1, "slope": 0.5, "intercept": 0.1}]}
    limits = {"build_limits": yearly(YEARS, 0.0, **{"class": "battery"})}
    falling = solved(battery(1.0, credit_class="battery"), tangent, limits)
    assert pytest.approx(0.5) == amount(falling, "variable_credit", "storage", year=2030)
