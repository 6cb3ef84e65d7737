"""Least and most of single thermal plants, by hand-worked cases of one coal fleet and one new plant."""

from __future__ import annotations

from model.core.build.assemble import assemble
from model.levers.power.given.bounds import check_thermal_bounds

from .power_toy import YEARS, Tables, coal, grid, merged, power_data, yearly
from .test_thermal import LEVERS, plant, solved
from .toy import cheapest, value

TWO = ("west", "east")


def bound(table: str, technology: str, which: str, amount: float, region: str = "west") -> Tables:
    return {table: yearly((2030,), amount, region=region, technology=technology, bound=which)}


def system() -> tuple[Tables, ...]:
    """8.76 TWh a year in each of two regions from 1 GW of coal at 0.3 bn CNY/TWh, and a new plant that would cost 0.25 beside its capital."""
    return (grid({r: 8.76 for r in TWO}), coal({r: 1.0 for r in TWO}), plant("new"))


def test_a_most_of_nothing_keeps_a_plant_out_of_one_region() -> None:
    """Fixed cost 0.1 and annuity 0.1 a GW against 8.76 TWh * (0.3 - 0.25) = 0.438: built wherever it may be, half of it working."""
    data = power_data(*system(), bound("thermal_build_bounds", "new", "most", 0.0), regions=TWO)
    solution = cheapest(assemble(data, LEVERS, []))
    assert value(solution, "new_thermal", region="west", technology="new") == 0.0
    assert value(solution, "new_thermal", region="east", technology="new") > 0.9


def test_least_building_is_a_rate_of_the_year() -> None:
    """At least 0.2 GW a year over ten years: 2 GW of a plant that nobody needs."""
    solution = solved(grid({"west": 0.0}), coal({"west": 1.0}), plant("new"), bound("thermal_build_bounds", "new", "least", 0.2))
    assert abs(2.0 - value(solution, "new_thermal", technology="new")) < 1e-9


def test_capacity_that_stands_is_held_between_its_bounds() -> None:
    """At least 0.4 GW of the new plant stand and at most 0.3 GW of the old fleet of 1 GW, which is retired to it."""
    parts = (grid({"west": 0.0}), coal({"west": 1.0}, retirement_cost=9.0), plant("new"))
    tables = merged(bound("thermal_bounds", "new", "least", 0.4), bound("thermal_bounds", "coal", "most", 0.3))
    solution = solved(*parts, tables)
    assert abs(0.4 - value(solution, "thermal_capacity", technology="new", year=2030)) < 1e-9
    assert abs(0.3 - value(solution, "thermal_capacity", technology="coal", year=2030)) < 1e-9


def test_generation_is_held_between_its_bounds() -> None:
    """1 TWh at least of the new plant, which needs 1 / 8.76 / 0.5 GW of it; of 2.628 TWh asked for the old fleet gives at most 1.5."""
    parts = (grid({"west": {2020: 0.0, 2030: 2.628}}), coal({"west": 1.0}), plant("new", capex=100.0))
    least = solved(*parts, bound("generation_bounds", "new", "least", 1.0))
    assert abs(1.0 - value(least, "yearly_generation", technology="new")) < 1e-9
    assert abs(2.0 / 8.76 - value(least, "new_thermal")) < 1e-9
    most = solved(*parts, bound("generation_bounds", "coal", "most", 1.5))
    assert abs(1.5 - value(most, "yearly_generation", technology="coal", year=2030)) < 1e-9


def test_a_least_above_its_most_is_found_with_its_cell() -> None:
    """At least 2 and at most 1: the cell of 2030 in the first row."""
    rows = merged(bound("thermal_bounds", "coal", "least", 2.0), bound("thermal_bounds", "coal", "most", 1.0))
    (found,) = check_thermal_bounds(power_data(grid({"west": 0.0}), coal({"west": 1.0}), rows, years=YEARS))
    assert ("error", "thermal_bounds", "F2") == (found.level, found.sheet, found.cell)


def test_a_least_of_a_plant_that_can_not_be_is_told() -> None:
    """The coal plant of the toy is not for sale and none stands in the region: the row holds nothing."""
    data = power_data(grid({"west": 0.0, "east": 0.0}), coal({"west": 1.0}), bound("thermal_bounds", "coal", "least", 1.0, "east"), regions=TWO)
    build = assemble(data, LEVERS, [])
    assert ["thermal_bounds"] == [finding.sheet for finding in build.findings]
