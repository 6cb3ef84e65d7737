"""Wind, sun, water and the atom in periods of history: which sites hold what was built, and what is no limit there."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from model.levers.power.parts.sited_history import check_history_sites, output_of_history
from model.levers.power.parts.sited_input import check_history
from model.levers.power.transmission import Transmission

from .history_toy import ONE, TWO, seen, solved, with_history
from .power_toy import SLICE, Tables, coal, grid, wind, yearly
from .toy import amount, value

#: 20 TWh asked, 3 GW of coal that is not retired.
COAL = (grid({"west": 20.0}, ONE), coal({"west": 3.0}, ONE, retirement_cost=99.0))


def turbines(*sites: dict[str, Any], years: tuple[int, ...] = ONE, **technology: Any) -> Tables:
    """Wind on the given sites of the west, each 1 GW on grassland of grade 1 unless it says otherwise."""
    tables = wind({"west": 1.0}, years)
    place = tables["sites"][0]
    tables["sites"] = [{**place, **site} for site in sites]
    tables["sited_technologies"][0].update(technology)
    return tables


def fleet(gw: float, zone: str = "west") -> Tables:
    return {"sited_fleet": [{"region": "west", "water_zone": zone, "technology": "wind_onshore", "capacity": gw, "capacity_factor": 0.5}]}


GOOD_AND_BAD = ({"grade": 1, "potential": 1.0, "capacity_factor": 0.5}, {"grade": 2, "potential": 3.0, "capacity_factor": 0.3})


def test_what_was_built_is_spread_over_the_grades_by_potential_and_not_picked() -> None:
    """2 GW on 1 GW of the good grade and 3 of the bad: 0.5 and 1.5. Half of it works, 0.25 x 4.38 + 0.75 x 0.3 x 8.76 TWh a year."""
    solution = solved(with_history(*COAL, turbines(*GOOD_AND_BAD), seen("wind_onshore", {2025: 2.0})))
    assert pytest.approx([0.5, 1.5]) == solution.values("new_sited").query("vintage == 2025").sort_values("grade")["value"].tolist()
    assert pytest.approx(0.25 * 4.38 + 0.75 * 0.3 * 8.76) == value(solution, "sited_output", year=2025)


def test_zones_take_what_was_built_by_the_room_beside_their_fleet() -> None:
    """Zone a has a potential of 4 GW and a fleet of 2, zone b one of 6: 4 of the 6 GW seen are new, 2 / 8 of them in a."""
    sites = turbines({"water_zone": "a", "potential": 4.0}, {"water_zone": "b", "potential": 6.0})
    solution = solved(with_history(*COAL, sites, fleet(2.0, "a"), seen("wind_onshore", {2025: 6.0})))
    assert pytest.approx([1.0, 3.0]) == solution.values("new_sited").query("vintage == 2025").sort_values("water_zone")["value"].tolist()


def test_a_potential_smaller_than_what_was_built_blocks_the_site_and_breaks_nothing() -> None:
    """3 GW on a site of 1: they stand in 2025 and 2035, and nothing is built beside them."""
    solution = solved(with_history(*COAL, turbines({"potential": 1.0}), seen("wind_onshore", {2025: 3.0})))
    assert pytest.approx([3.0, 0.0]) == solution.values("new_sited")["value"].tolist()
    assert pytest.approx([3.0, 3.0]) == solution.values("sited_capacity")["value"].tolist()


def test_a_fleet_that_fills_its_potential_spreads_by_potential_and_breaks_nothing() -> None:
    """A fleet of 2 GW on sites of 1 and 3 leaves no room with 5 in the fleet: 0.25 and 0.75 of the 1 GW that came."""
    solution = solved(with_history(*COAL, turbines(*GOOD_AND_BAD), fleet(5.0), seen("wind_onshore", {2025: 6.0})))
    assert pytest.approx([0.25, 0.75]) == solution.values("new_sited").query("vintage == 2025").sort_values("grade")["value"].tolist()
    assert pytest.approx(0.0) == value(solution, "new_sited", vintage=2035)


@pytest.mark.parametrize("region", ["east", "nation"])
def test_what_was_built_where_no_site_is_is_told_with_its_cell(region: str) -> None:
    """1 GW in the east, which has no site: a warning at the row of 2025, the second of the sheet; of the nation it is not known where."""
    plants = (grid({"west": 20.0, "east": 0.0}, ONE), coal({"west": 3.0}, ONE, retirement_cost=99.0), turbines({}))
    data = with_history(*plants, seen("wind_onshore", {2024: 1.0, 2025: 1.0}, region), regions=("west", "east"))
    found = check_history_sites(data)
    assert [("warning", "observed", "E4")] == [(f.level, f.sheet, f.cell) for f in found]
    english, chinese = {
        "east": ("1 GW of wind_onshore built in east by 2025 have no site", "east 到 2025 年新增的 1 GW wind_onshore 在本工作簿中没有场址"),
        "nation": ("1 GW of wind_onshore stood in the nation in 2025", "2025 年全国有 1 GW wind_onshore"),
    }[region]
    assert found[0].message.startswith(english)
    assert found[0].zh.startswith(chinese)
    assert pytest.approx(0.0) == value(solved(data), "new_sited", vintage=2025)


def test_two_periods_of_history_add_up_and_leave_the_rest_to_the_plan() -> None:
    """1 GW seen in 2023 and 1.5 in 2025 on a site of 4: 1 and 0.5, and 2.5 may follow."""
    plants = (grid({"west": 40.0}, TWO), coal({"west": 5.0}, TWO, retirement_cost=99.0), turbines({"potential": 4.0}, years=TWO))
    solution = solved(with_history(*plants, seen("wind_onshore", {2023: 1.0, 2025: 1.5}), years=TWO))
    assert pytest.approx([1.0, 0.5, 2.5]) == solution.values("new_sited")["value"].tolist()
    assert pytest.approx([0.5 * SLICE, 1.25 * SLICE]) == [amount(solution, "power", "wind_onshore", year=year) for year in (2023, 2025)]


PACE: Tables = {"build_limits": yearly(ONE, 0.05, **{"class": "wind"})}
BOUNDS: Tables = {"capacity_history": [{"class": "wind", "year": 2025, "low": 0.0, "high": 1.0}, {"class": "wind", "year": 2035, "low": 0.0, "high": 2.2}]}
QUOTA: Tables = {"energy_land_quota": [{"region": "west", "land_class": "grassland", "quota": 0.0005}]}
PEAK: Tables = {"peak_load": [{"region": "west", "peak_factor": 1.0, "weight": 1.0}]}


def test_nothing_that_limits_the_plan_limits_history() -> None:
    """2 GW in five years although 0.05 a year, 1 GW in 2025 were allowed, and 3 GW of coal are firm for 60 / 8.76 = 6.8.

    In the plan 0.05 x 10 = 0.5 GW might come; 2.2 - 2 = 0.2 under the bound of 2035; 0.5 on 0.0005 Mha, because what
    was built in history lies on land that the account no longer offers.
    """
    seen_2 = seen("wind_onshore", {2025: 2.0})
    demand = grid({"west": {2020: 20.0, 2025: 60.0, 2035: 20.0}}, ONE)
    solution = solved(with_history(demand, COAL[1], turbines({"potential": 9.0}), PACE, BOUNDS, PEAK, seen_2, value_of_lost_load=20.0))
    assert pytest.approx([2.0, 0.2]) == solution.values("new_sited")["value"].tolist()
    for row in ("sited_build_limit", "capacity_history_high", "balance_reserve", "fleet_room"):
        assert {2035} == set(solution.rows(row)["year"])
    assert pytest.approx([2.0, 0.5]) == solved(with_history(*COAL, turbines({"potential": 9.0}), QUOTA, seen_2)).values("new_sited")["value"].tolist()


def test_a_bound_of_history_that_nothing_could_reach_is_no_error() -> None:
    """9 GW in 2025 would be refused in a planned year, as fleet and site hold 1; of history it holds nothing."""
    far = {"capacity_history": [{"class": "wind", "year": 2025, "low": 9.0, "high": 9.0}]}
    assert [] == check_history(with_history(*COAL, turbines({}), far))
    assert ["error"] == [finding.level for finding in check_history(with_history(*COAL, turbines({}), far, until=2020))]


def test_no_limit_is_told_for_what_is_held() -> None:
    """The site is full from 2025 on, by what happened: in 2025 no cell holds it, in 2035 its potential does."""
    limits = solved(with_history(*COAL, turbines({"potential": 2.0}), PACE, BOUNDS, fleet(0.5), seen("wind_onshore", {2025: 2.0}))).limits()
    power = limits[limits["name"].isin(["new_sited", "sited_capacity", "technology_potential", "sited_build_limit", "capacity_history_high", "fleet_room"])]
    assert {2035} == set(power["year"])
    assert {"sites", "build_limits", "capacity_history", "thermal_fleet"} == set(power["sheet"])


def test_lines_are_not_built_in_history() -> None:
    """The east lives on a line of 1 GW that might grow by 0.1 GW a year: nothing to 2025, 1 GW to 2035; only there is a limit told."""
    line = {"capacity": 1.0, "length": 2.0, "loss": 0.1, "expansion_limit": 0.1}
    ends = ({"from_region": "west", "to_region": "east"}, {"from_region": "east", "to_region": "west"})
    plants = (grid({"west": 0.0, "east": 20.0}, ONE), coal({"west": 9.0}, ONE), {"transmission_lines": [{**line, **end} for end in ends]})
    solution = solved(with_history(*plants, regions=("west", "east")), Transmission)
    assert pytest.approx([0.0, 1.0]) == solution.values("line_new")["value"].tolist()
    assert pytest.approx([2 * SLICE, 3 * SLICE]) == [value(solution, "flow", from_region="west", year=year) for year in (2025, 2035)]
    assert {2035} == set(solution.rows("line_expansion_limit")["year"])


def given(twh: float, item: str = "wind_onshore", region: str = "west") -> Tables:
    """So much generated in each year of 2021-25."""
    return seen(item, dict.fromkeys(range(2021, 2026), twh), region, "generation", "TWh/yr")


def plants(*rows: tuple[str, str, str, int, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["region", "technology", "class", "year", "gw", "capacity_factor"])


def factors(*statistics: Tables) -> dict[tuple[str, str], tuple[float, float]]:
    """Factor and what was seen of 2 GW of old wind at 0.5 and 1 GW of new at 0.25, 10.95 TWh, and of panels: 4.38 TWh in the west, 8.76 on roofs in the east."""
    old = plants(
        ("west", "wind_onshore", "wind", 2025, 2.0, 0.5), ("west", "wind_onshore", "wind", 2035, 2.0, 0.5),
        ("west", "pv_utility", "solar", 2025, 2.0, 0.25), ("east", "pv_distributed", "solar", 2025, 4.0, 0.25),
    )  # fmt: skip
    data = with_history(*COAL, *statistics, regions=("west", "east"))
    found = output_of_history(data, old, plants(("west", "wind_onshore", "wind", 2025, 1.0, 0.25)))
    assert {2025} == set(found["year"])
    assert pytest.approx([10.95, 4.38, 8.76]) == found["output"].tolist()
    return {(row.technology, row.region): (row.factor, row.seen) for row in found.itertuples()}


def test_all_plants_of_a_statistic_have_one_factor_old_and_new() -> None:
    """8.76 TWh of wind were seen of 10.95 listed: 0.8. Of the panels of the nation 9.855 of 13.14: 0.75 each, 3.285 and 6.57 TWh."""
    found = factors(given(8.76), given(9.855, "solar", "nation"))
    assert pytest.approx((0.8, 8.76)) == found["wind_onshore", "west"]
    assert pytest.approx((0.75, 3.285)) == found["pv_utility", "west"]
    assert pytest.approx((0.75, 6.57)) == found["pv_distributed", "east"]


def test_regions_that_are_all_known_leave_the_nation_aside() -> None:
    """2.19 TWh in the west are half of what is listed, 8.76 in the east all of it; the nation says 100."""
    found = factors(given(2.19, "solar"), given(8.76, "solar", "east"), given(100.0, "solar", "nation"))
    assert pytest.approx((0.5, 2.19)) == found["pv_utility", "west"]
    assert pytest.approx((1.0, 8.76)) == found["pv_distributed", "east"]


def test_what_nobody_counted_gives_its_listed_yield() -> None:
    """Wind was counted, panels were not; one region of two and no nation is not enough."""
    found = factors(given(8.76), given(1.0, "solar"))
    assert (1.0, 1.0) == (found["pv_utility", "west"][0], found["pv_distributed", "east"][0])
    assert pd.isna(found["pv_utility", "west"][1])


def test_history_gives_what_was_seen_and_the_plan_what_is_listed() -> None:
    """2 GW of a fleet at 0.5 could give 8.76 TWh; 7 were seen to 2025. In 2035, when nothing may be built, it is 8.76."""
    none = {"build_limits": yearly(ONE, 0.0, **{"class": "wind"})}
    solution = solved(with_history(*COAL, turbines({"potential": 3.0}), fleet(2.0), none, seen("wind_onshore", {2025: 2.0}), given(7.0)))
    assert pytest.approx([8.76, 7.0, 8.76]) == solution.values("sited_output").sort_values("year")["value"].tolist()
