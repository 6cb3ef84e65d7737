"""Pledges on energy, capacity, forest and climate, each in a toy of three periods of ten years in which it binds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.closing.carbon import CarbonAccount
from model.closing.objective import ObjectiveClosing
from model.closing.pledges.capacity_targets import CapacityTargets
from model.closing.pledges.climate_targets import ClimateTargets
from model.closing.pledges.energy_targets import PLEDGES as ENERGY_PLEDGES
from model.closing.pledges.energy_targets import EnergyTargets
from model.closing.pledges.forest_targets import ForestTargets
from model.closing.pledges.primary_energy import COUNTED
from model.closing.results.pledges import pledges_met
from model.closing.results.primary_energy import sources_add_up
from model.closing.results.targets import price_is_its_parts
from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.declare.spec import InputError, Variable
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from model.reporting.penalties import penalties
from model.reporting.tables.every import result_tables
from tests.levers.power_toy import yearly
from tests.levers.toy import poster, toy_data, value
from tests.reporting.toy_plan import plan_data, toy_tables

YEARS = (2020, 2030, 2040, 2050)
LATER = YEARS[1:]
SWITCH = Variable("switched", ("region", "year"), "TWh/yr")
BUILT = Variable("stands", ("region", "technology", "year"), "GW")


def energy(targets: Sequence[dict[str, Any]], price: Sequence[float] = (1.0, 1.0, 1.0), coal: float = 100.0, wind: float = 0.0, equivalent: float = 2.0) -> Solution:
    """Coal of 100 TWh of fuel a year; each TWh of power from wind takes the place of 2 and costs ``price`` (bn CNY/TWh), undiscounted."""

    def burn(lever: Lever) -> None:
        keys = pd.DataFrame({"region": "west", "year": LATER})
        burnt, blown = keys.assign(energy_source="coal", form="fuel"), keys.assign(energy_source="wind", form="power")
        lever.ledger.supply_fixed("primary_energy", burnt, coal, item="power", unit="TWh/yr")
        lever.ledger.supply_fixed("primary_energy", blown, wind, item="output", unit="TWh/yr")
        switched = lever.b.variable(SWITCH, keys)
        terms = switched.terms()
        lever.ledger.use("primary_energy", terms.assign(energy_source="coal", form="fuel"), 2.0, item="power", unit="1")
        lever.ledger.supply("primary_energy", terms.assign(energy_source="wind", form="power"), 1.0, item="output", unit="1")
        lever.ledger.use("money", terms, np.array(price), item="switch", unit="bn CNY/TWh")

    rows = [{"target": "t", "scope": "nation", **row} for row in targets]
    convention = [row for source in COUNTED for row in yearly(YEARS, equivalent, energy_source=source)]
    data = toy_data(years=(2020, 2030, 2040, 2050), tables={"energy_targets": rows, "power_equivalent": convention}, settings={"discount_rate": 0.0})
    solution = solve(assemble(data, [poster(burn)], [EnergyTargets, ObjectiveClosing]))
    assert solution.status == "optimal"
    return solution


def switched(solution: Solution) -> list[float]:
    return [value(solution, "switched", year=year) for year in LATER]


SHARE = {"kind": "non_fossil_share"}


def test_the_share_counts_power_by_its_equivalent_in_the_middle_of_its_period() -> None:
    """With an equivalent of 2 the total stays 100: 30 % in 2035 are 15 TWh of wind in its period, at 3 bn CNY over ten years 450."""
    solution = energy([{**SHARE, "year": 2035, "share": 0.3}], [1.0, 3.0, 1.0])
    assert [0.0, 15.0, 0.0] == pytest.approx(switched(solution))
    assert pytest.approx(450.0) == solution.objective
    assert (30.0, 70.0) == pytest.approx(tuple(value(solution, "primary_energy_total", energy_kind=kind, year=2040) for kind in ("non_fossil", "coal")))


def test_a_share_is_one_of_a_total_that_the_plan_decides() -> None:
    """With an equivalent of 3 each TWh adds 1: 3 w >= 0.3 (100 + w), w = 30 / 2.7."""
    assert [0.0, 30.0 / 2.7, 0.0] == pytest.approx(switched(energy([{**SHARE, "year": 2035, "share": 0.3}], equivalent=3.0)))


def test_the_share_of_a_year_between_two_middles_is_one_of_mixed_flows() -> None:
    """2040 lies half way: half of each period counts, so 30 TWh in the cheaper one."""
    assert [0.0, 0.0, 30.0] == pytest.approx(switched(energy([{**SHARE, "year": 2040, "share": 0.3}], [1.0, 3.0, 1.0])))


def test_a_share_held_on_binds_later_periods_and_a_line_those_between() -> None:
    """30 % in 2035 and from it on: 15 and 15; from 10 % in 2025 straight to 50 % in 2045 the middle has 30 %."""
    assert [0.0, 15.0, 15.0] == pytest.approx(switched(energy([{**SHARE, "year": 2035, "share": 0.3, "hold": "from"}])))
    line = [{**SHARE, "year": 2025, "share": 0.1}, {**SHARE, "year": 2045, "share": 0.5, "hold": "line"}]
    assert [5.0, 15.0, 25.0] == pytest.approx(switched(energy(line)))


def test_coal_is_limited_and_its_dual_points_to_the_cell() -> None:
    """At most 60 TWh of coal in 2035: 20 TWh of wind take the place of 40; one more TWh of coal saves half a TWh of wind over ten years."""
    solution = energy([{"kind": "coal_at_most", "year": 2035, "coal": 60.0}], [1.0, 3.0, 1.0])
    assert [0.0, 20.0, 0.0] == pytest.approx(switched(solution))
    row = solution.limits().query("name == 'coal_at_most'").iloc[0]
    assert ("energy_targets", "F3") == (row["sheet"], row["cell"])
    assert ("Mtce/yr", pytest.approx(15.0 * 8.141)) == (row["unit"], row["dual"])


def test_what_a_priced_share_misses_is_paid_and_costs_nobody_money() -> None:
    """15 TWh at 3 bn CNY for 30 TWh of share are 1.5 a TWh; missing costs 1: 30 TWh a year over ten years, 300 bn CNY."""
    solution = energy([{**SHARE, "year": 2035, "share": 0.3, "miss_price": 1.0}], [1.0, 3.0, 1.0])
    assert ([0.0, 0.0, 0.0], 30.0) == (pytest.approx(switched(solution)), pytest.approx(value(solution, "energy_target_missed", target="t")))
    assert pytest.approx(300.0) == solution.objective
    assert [("energy_target_missed", 30.0, 30.0)] == [(p.variable, pytest.approx(p.amount), pytest.approx(p.cost)) for p in penalties(solution)]


def test_coal_beyond_its_pledge_is_paid() -> None:
    """40 TWh too many at 1 bn CNY against 1.5 by wind: 400 over ten years."""
    solution = energy([{"kind": "coal_at_most", "year": 2035, "coal": 60.0, "miss_price": 1.0}], [1.0, 3.0, 1.0])
    assert (40.0, 400.0) == pytest.approx((value(solution, "coal_target_missed"), solution.objective))


def capacity(targets: Sequence[dict[str, Any]], price: Sequence[float] = (1.0, 1.0, 1.0), members: Sequence[str] = ("wind_onshore", "pv_utility")) -> Solution:
    """10 GW of each of two technologies stand from 2020 on; more is had at ``price`` (bn CNY/GW/yr), wind at twice that, undiscounted."""

    def stand(lever: Lever) -> None:
        every = pd.DataFrame({"region": "west", "year": YEARS}).merge(pd.DataFrame({"technology": ["wind_onshore", "pv_utility", "coal"]}), how="cross")
        lever.ledger.supply_fixed("installed", every, 10.0, item="sited_plants", unit="GW")
        more = lever.b.variable(BUILT, every[every["year"] != 2020])
        lever.ledger.supply("installed", more.terms(), 1.0, item="sited_plants", unit="1")
        twice = more.frame["technology"].map({"wind_onshore": 2.0, "pv_utility": 1.0, "coal": 0.0})
        cost = twice * more.frame["year"].map(dict(zip(LATER, price, strict=True)))
        lever.ledger.use("money", more.terms(), cost.to_numpy(dtype=float), item="plants", unit="bn CNY/GW/yr")

    rows = [{"target": "t", "scope": "nation", **row} for row in targets]
    tables = {"capacity_targets": rows, "capacity_target_members": [{"target": "t", "technology": technology} for technology in members]}
    data = toy_data(years=YEARS, tables=tables, settings={"discount_rate": 0.0})
    solution = solve(assemble(data, [poster(stand)], [CapacityTargets, ObjectiveClosing]))
    assert solution.status == "optimal"
    return solution


def stands(solution: Solution, technology: str = "pv_utility") -> list[float]:
    return [value(solution, "stands", technology=technology, year=year) for year in LATER]


def test_capacity_of_the_listed_technologies_counts_what_stood_before() -> None:
    """50 GW of wind and sun by 2040: 20 stand, so 30 of the cheaper one; coal, which is free, does not count."""
    solution = capacity([{"year": 2040, "capacity": 50.0}])
    assert ([0.0, 30.0, 0.0], [0.0, 0.0, 0.0]) == (pytest.approx(stands(solution)), pytest.approx(stands(solution, "wind_onshore")))
    assert pytest.approx(300.0) == solution.objective


def test_capacity_of_a_year_between_milestones_lies_on_the_line_between_them() -> None:
    """32 GW in 2023: 0.7 of 2020 and 0.3 of 2030, 20 + 0.3 x 40. In 2035 half of each: where it is cheaper."""
    assert [40.0, 0.0, 0.0] == pytest.approx(stands(capacity([{"year": 2023, "capacity": 32.0}])))
    assert [0.0, 60.0, 0.0] == pytest.approx(stands(capacity([{"year": 2035, "capacity": 50.0}], [9.0, 1.0, 1.0])))


def test_capacity_held_on_and_along_a_line_is_one_of_milestones() -> None:
    assert [0.0, 30.0, 30.0] == pytest.approx(stands(capacity([{"year": 2040, "capacity": 50.0, "hold": "from"}])))
    line = [{"year": 2030, "capacity": 30.0}, {"year": 2050, "capacity": 70.0, "hold": "line"}]
    assert [10.0, 30.0, 50.0] == pytest.approx(stands(capacity(line)))


def test_capacity_missed_is_paid_every_year_of_its_period() -> None:
    """30 GW cost 2 bn CNY a year each, missing 1: 30 x 1 x 10."""
    solution = capacity([{"year": 2040, "capacity": 50.0, "miss_price": 1.0}], members=("wind_onshore",))
    assert (0.0, 40.0) == (pytest.approx(sum(stands(solution, "wind_onshore"))), pytest.approx(value(solution, "capacity_target_missed")))
    assert pytest.approx(400.0) == solution.objective


WRONG = {
    "a line without a beginning": ([{**SHARE, "year": 2035, "share": 0.3, "hold": "line"}], "H3"),
    "the base year": ([{**SHARE, "year": 2020, "share": 0.3}], "D3"),
    "a year after the plan": ([{**SHARE, "year": 2060, "share": 0.3}], "D3"),
    "no number": ([{**SHARE, "year": 2035}], "E3"),
    "a number of another kind": ([{**SHARE, "year": 2035, "share": 0.3, "coal": 1.0}], "F3"),
    "two kinds under one name": ([{**SHARE, "year": 2030, "share": 0.3}, {"kind": "coal_at_most", "year": 2040, "coal": 1.0}], "B4"),
}


@pytest.mark.parametrize("fault", list(WRONG))
def test_a_pledge_that_says_nothing_sensible_is_refused_at_its_cell(fault: str) -> None:
    targets, cell = WRONG[fault]
    with pytest.raises(InputError, match=f"energy_targets!{cell}: "):
        energy(targets)


def test_the_table_tells_level_limit_and_price_in_the_units_of_the_sheet() -> None:
    """30 % asked and had; one TWh less of it saves 1.5 bn CNY: 1.5e9 / 8.141 MWh a tce; what is missed stands beside it as a share."""
    solution = energy([{**SHARE, "year": 2035, "share": 0.3}], [1.0, 3.0, 1.0])
    tables = result_tables(solution)
    row = tables["pledges"].iloc[0]
    assert ("non_fossil_share", "nation", "at", "1", "CNY/tce") == tuple(row[["kind", "region", "hold", "unit", "price_unit"]])
    assert [0.3, 0.3, 0.0] == pytest.approx(row[["limit", "level", "missed"]].tolist())
    assert pytest.approx(1.5e9 / 1e6 * 8.141) == row["price"]
    assert max(sides.error() for sides in pledges_met(tables, solution)) < 1e-9
    missed = result_tables(energy([{**SHARE, "year": 2035, "share": 0.3, "miss_price": 1.0}], [1.0, 3.0, 1.0]))["pledges"].iloc[0]
    assert [0.3, 0.0, 0.3, 30.0] == pytest.approx(missed[["limit", "level", "missed", "paid"]].tolist())


def test_the_table_tells_coal_in_coal_equivalent_and_capacity_in_gigawatts() -> None:
    row = result_tables(energy([{"kind": "coal_at_most", "year": 2035, "coal": 60.0}], [1.0, 3.0, 1.0]))["pledges"].iloc[0]
    assert [60.0 / 8.141, 60.0 / 8.141] == pytest.approx(row[["limit", "level"]].tolist())
    row = result_tables(capacity([{"year": 2040, "capacity": 50.0}]))["pledges"].iloc[0]
    assert ([50.0, 50.0], "GW", 1000.0, "CNY/kW/yr") == (pytest.approx(row[["limit", "level"]].tolist()), row["unit"], pytest.approx(row["price"]), row["price_unit"])


GROWN = Variable("grown", ("region", "year"), "km3")
TREES = Variable("trees", ("region", "year"), "Mha")


def forest(targets: Sequence[dict[str, Any]], price: Sequence[float] = (1.0, 1.0, 1.0)) -> Solution:
    """10 km3 stand and 5 Mha are under trees all the time; more of either costs ``price`` a year (bn CNY), undiscounted."""

    def grow(lever: Lever) -> None:
        every, keys = pd.DataFrame({"region": "west", "year": YEARS}), pd.DataFrame({"region": "west", "year": LATER})
        lever.ledger.supply_fixed("growing_stock", every, 10.0, item="forest_living", unit="km3")
        lever.ledger.use_fixed("land", keys.assign(land_class="forest_land"), 5.0, item="forest_stand", unit="Mha")
        grown, trees = lever.b.variable(GROWN, keys), lever.b.variable(TREES, keys)
        lever.ledger.supply("growing_stock", grown.terms(), 1.0, item="afforestation_living", unit="1")
        lever.ledger.use("money", grown.terms(), np.array(price), item="grow", unit="bn CNY/km3/yr")
        planted = trees.terms().assign(land_class="forest_land")
        lever.ledger.use("land", planted, 1.0, item="afforestation", unit="1")
        lever.ledger.supply("land", planted, 0.5, item="returned_to_forest", unit="1")
        lever.ledger.use("money", trees.terms(), np.array(price), item="plant", unit="bn CNY/Mha/yr")

    rows = [{"target": "t", "scope": "nation", **row} for row in targets]
    data = toy_data(years=YEARS, tables={"forest_targets": rows}, settings={"discount_rate": 0.0})
    solution = solve(assemble(data, [poster(grow)], [ForestTargets, ObjectiveClosing]))
    assert solution.status == "optimal"
    return solution


def grown(solution: Solution, family: str = "grown") -> list[float]:
    return [value(solution, family, year=year) for year in LATER]


GAIN_ASKED = {"kind": "stock_gain_at_least", "year": 2040, "stock_gain": 3.0}


def test_a_gain_counts_since_the_base_year_or_since_the_year_that_is_given() -> None:
    """3 km3 more than the 10 of 2020; since 2030, where 2 more are asked for, 3 more than those."""
    assert [0.0, 3.0, 0.0] == pytest.approx(grown(forest([GAIN_ASKED])))
    since = forest([{**GAIN_ASKED, "reference_year": 2030}, {"target": "early", "kind": "stock_gain_at_least", "year": 2030, "stock_gain": 2.0}])
    assert [2.0, 5.0, 0.0] == pytest.approx(grown(since))


def test_a_gain_between_milestones_lies_on_the_line_and_holds_on() -> None:
    """Gain of 2035 since 2025: half of 2040 less half of 2020, for 2030 counts on both sides: 6 in 2040. Held on: in 2050 too."""
    assert [0.0, 6.0, 0.0] == pytest.approx(grown(forest([{**GAIN_ASKED, "year": 2035, "reference_year": 2025}])))
    assert [0.0, 3.0, 3.0] == pytest.approx(grown(forest([{**GAIN_ASKED, "hold": "from"}])))
    line = [{**GAIN_ASKED, "year": 2030, "stock_gain": 1.0}, {**GAIN_ASKED, "year": 2050, "stock_gain": 5.0, "hold": "line"}]
    assert [1.0, 3.0, 5.0] == pytest.approx(grown(forest(line)))


def test_a_gain_that_is_missed_is_paid_once() -> None:
    """A cubic metre costs 10 over its period and missing it 4: 3 x 4."""
    solution = forest([{**GAIN_ASKED, "stock_miss_price": 4.0}])
    assert (0.0, 3.0, 12.0) == pytest.approx((sum(grown(solution)), value(solution, "stock_target_missed"), solution.objective))
    row = result_tables(solution)["pledges"].iloc[0]
    assert ([3000.0, 0.0, 3000.0, 4.0], 1.2) == (pytest.approx(row[["limit", "level", "missed", "miss_price"]].tolist()), pytest.approx(row["paid"]))
    assert (4.0, "CNY/m3") == (pytest.approx(row["price"]), row["price_unit"])


def test_cover_counts_what_holds_forest_land_under_trees() -> None:
    """7 Mha by 2040: 5 stand, 2 are planted; land that is only made into forest land counts for nothing."""
    asked = {"kind": "cover_at_least", "year": 2040, "cover": 7.0}
    assert [0.0, 2.0, 0.0] == pytest.approx(grown(forest([asked]), "trees"))
    assert [0.0, 4.0, 0.0] == pytest.approx(grown(forest([{**asked, "year": 2035}], [9.0, 1.0, 1.0]), "trees"))
    missed = forest([{**asked, "cover_miss_price": 0.5}])
    assert (0.0, 2.0, 10.0) == pytest.approx((sum(grown(missed, "trees")), value(missed, "cover_target_missed"), missed.objective))


def test_a_gain_since_a_later_year_is_refused_at_its_cell() -> None:
    with pytest.raises(InputError, match="forest_targets!F3: a gain of 2040 can not count since 2040"):
        forest([{**GAIN_ASKED, "reference_year": 2040}])


def test_in_a_whole_plan_each_pledge_is_what_the_written_tables_add_up_to() -> None:
    """Pledges that can not be met, at a small price, in the plan in which every lever works: levels are those of the tables."""
    asked = [
        {"target": "gain", "kind": "stock_gain_at_least", "year": 2035, "reference_year": 2025, "stock_gain": 50.0, "stock_miss_price": 1e-4},
        {"target": "cover", "kind": "cover_at_least", "year": 2035, "cover": 500.0, "cover_miss_price": 1e-4},
    ]
    more: dict[str, Any] = {
        "forest_targets": [{"scope": "nation", **row} for row in asked],
        "capacity_targets": [{"target": "sun", "scope": "nation", "year": 2035, "capacity": 500.0, "miss_price": 1e-4, "hold": "from"}],
        "capacity_target_members": [{"target": "sun", "technology": technology} for technology in ("pv_utility", "coal")],
        "energy_targets": [{"target": "clean", "kind": "non_fossil_share", "scope": "nation", "year": 2035, "share": 0.99, "miss_price": 1e-4}],
    }
    solution = solve(assemble(plan_data({**toy_tables(), **more})))
    tables = result_tables(solution)
    assert {"gain", "cover", "sun", "clean"} == set(tables["pledges"]["target"])
    assert all(tables["pledges"]["level"] > 0.0)
    assert max(sides.error() for sides in pledges_met(tables, solution)) < 1e-6
    assert max(sides.error() for sides in sources_add_up(tables, solution)) < 1e-9


CUT = Variable("cut", ("region", "year"), "Mt CO2/yr")


def climate(targets: Sequence[dict[str, Any]], price: Sequence[float] = (1.0, 1.0, 1.0), **tables: Any) -> Solution:
    """10 Mt are emitted in every year, the base year too; each may be cut at ``price`` (bn CNY/Mt). GDP grows from 100 by 100 a milestone."""

    def emit(lever: Lever) -> None:
        every, keys = pd.DataFrame({"region": "west", "year": YEARS}), pd.DataFrame({"region": "west", "year": LATER})
        lever.ledger.supply_fixed("emission", every, 10.0, item="burnt", unit="Mt CO2/yr")
        lever.ledger.supply_fixed("sink", keys, 2.0, item="forest_living", unit="Mt CO2/yr")
        cut = lever.b.variable(CUT, keys)
        lever.ledger.use("emission", cut.terms(), 1.0, item="cut", unit="1")
        lever.ledger.use("money", cut.terms(), np.array(price), item="cut", unit="bn CNY/Mt CO2")

    rows = [{"target": "t", "scope": "nation", **row} for row in targets]
    gdp = [{"region": "west", "year": year, "value": 100.0 * (n + 1)} for n, year in enumerate(YEARS)]
    data = toy_data(years=YEARS, tables={"climate_targets": rows, "gdp": gdp, **tables}, settings={"discount_rate": 0.0})
    solution = solve(assemble(data, [poster(emit)], [CarbonAccount, ClimateTargets, ObjectiveClosing]))
    assert solution.status == "optimal"
    told = result_tables(solution)
    assert max([sides.error() for sides in (*pledges_met(told, solution), *price_is_its_parts(told, solution))]) < 1e-9
    return solution


def cuts(solution: Solution) -> list[float]:
    return [value(solution, "cut", year=year) for year in LATER]


FALL = {"kind": "intensity", "year": 2035}


def test_co2_per_gdp_falls_from_a_number_before_the_plan() -> None:
    """0.08 Mt a bn CNY less 70 % on the 250 of 2035: 6 Mt, so 4 are cut; sinks do not help."""
    solution = climate([{**FALL, "cut": 0.7, "reference_intensity": 0.08}])
    assert [0.0, 4.0, 0.0] == pytest.approx(cuts(solution))
    row = result_tables(solution)["pledges"].iloc[0]
    assert (["Mt CO2/yr", "CNY/t CO2"], [6.0, 6.0, 1000.0]) == (row[["unit", "price_unit"]].tolist(), pytest.approx(row[["limit", "level", "price"]].tolist()))


def test_co2_per_gdp_falls_since_the_base_year_or_a_year_of_the_plan() -> None:
    """10 on 100 in 2020, less 80 %: 0.02 on 250 are 5. Since 2025 (10 on 150, at the middle of its period) less 70 %: 0.02 as well."""
    assert [0.0, 5.0, 0.0] == pytest.approx(cuts(climate([{**FALL, "cut": 0.8, "reference_year": 2020}])))
    assert [0.0, 5.0, 0.0] == pytest.approx(cuts(climate([{**FALL, "cut": 0.7, "reference_year": 2025}])))


def test_co2_per_gdp_held_on_follows_gdp() -> None:
    """0.02 on 250 and, in the middle of the next period, on 350: 5 and 7 Mt."""
    assert [0.0, 5.0, 3.0] == pytest.approx(cuts(climate([{**FALL, "cut": 0.8, "reference_year": 2020, "hold": "from"}])))


def test_greenhouse_gases_add_what_the_account_does_not_hold() -> None:
    """10 - 2 stored + 3 other gases - 1 more sink of the inventory are 10: at most 7 in 2035 cuts 3; what stands beside lies on its line."""
    beside = [*yearly(YEARS, {2020: 3.0, 2030: 3.0, 2040: 3.0, 2050: 5.0}, item="methane"), *yearly(YEARS, -1.0, item="inventory")]
    solution = climate([{"kind": "ghg_limit", "year": 2035, "emission": 7.0}], ghg_beside=beside)
    assert [0.0, 3.0, 0.0] == pytest.approx(cuts(solution))
    row = result_tables(solution)["pledges"].iloc[0]
    assert [7.0, 7.0] == pytest.approx(row[["limit", "level"]].tolist())
    held = climate([{"kind": "ghg_limit", "year": 2035, "emission": 7.0, "hold": "from"}], ghg_beside=beside)
    assert [0.0, 3.0, 4.0] == pytest.approx(cuts(held)), "in 2045 four of other gases"


def test_climate_pledges_missed_are_paid() -> None:
    missed = climate([{**FALL, "cut": 0.8, "reference_year": 2020, "miss_price": 0.5}])
    assert (0.0, 5.0, 25.0) == pytest.approx((sum(cuts(missed)), value(missed, "intensity_missed"), missed.objective))
    missed = climate([{"kind": "ghg_limit", "year": 2035, "emission": 7.0, "miss_price": 0.5}])
    assert (0.0, 1.0, 5.0) == pytest.approx((sum(cuts(missed)), value(missed, "ghg_missed"), missed.objective))


WRONG_CLIMATE = {
    "no reference": ({**FALL, "cut": 0.7}, "F3"),
    "two references": ({**FALL, "cut": 0.7, "reference_year": 2020, "reference_intensity": 0.1}, "F3"),
    "a reference after the year": ({**FALL, "cut": 0.7, "reference_year": 2040}, "F3"),
    "gases of a region": ({"kind": "ghg_limit", "year": 2035, "emission": 7.0, "scope": "west"}, "C3"),
}


@pytest.mark.parametrize("fault", list(WRONG_CLIMATE))
def test_a_climate_pledge_that_says_nothing_sensible_is_refused_at_its_cell(fault: str) -> None:
    target, cell = WRONG_CLIMATE[fault]
    with pytest.raises(InputError, match=f"climate_targets!{cell}: "):
        climate([target])


def test_a_line_takes_the_place_of_what_an_earlier_row_holds_from_its_year_on() -> None:
    """60 from 2025 on, and a line to 90 in 2045: the periods between are on the line, as in the targets on carbon."""
    rows = [{"kind": "coal_at_most", "year": 2025, "coal": 60.0, "hold": "from"}, {"kind": "coal_at_most", "year": 2045, "coal": 90.0, "hold": "line"}]
    data = toy_data(years=(2020, 2030, 2040, 2050), tables={"energy_targets": [{"target": "t", "scope": "nation", **row} for row in rows]})
    held = next(pledge for pledge in ENERGY_PLEDGES if pledge.kind == "coal_at_most").asked(data)
    between = held[(held["year"] == 2040) & (held["hold"] != "at")]
    assert ["line"] == between["hold"].tolist()
