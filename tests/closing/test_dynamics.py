"""How fast rates grow and fall: toys of three or four periods, each bound worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.closing.carbon import CarbonAccount
from model.closing.dynamics import BuildDynamics, price_unit
from model.closing.objective import ObjectiveClosing
from model.closing.rates import BUILD_DYNAMICS, RATES
from model.core.build import registry
from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.build.declared import checks_of_absent
from model.core.declare import units
from model.core.declare.roles import Decision, Item, Known
from model.core.declare.spec import InputError, Variable
from model.core.solve.matrix import all_column_names, all_row_names
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from model.levers.demand.carbon_capture import CarbonCapture
from model.levers.demand.end_use import EndUse
from model.reporting.tables.every import result_tables
from tests.levers.toy import cheapest, toy_data, value

YEARS = (2020, 2030, 2040, 2050)
BUILT = Variable("windmills", ("region", "technology", "vintage"), "GW")


class Builder(Lever):
    """Builds wind at 1 bn CNY a GW, and earns ``worth`` for each GW of a vintage."""

    name = "builder"
    items = (Item("wind_cost", "money", en="Wind", zh="风电"),)
    variables = (BUILT,)
    decisions = (Decision("windmills", ("technology",)),)
    worth: dict[int, float] = {}
    most: dict[int, float] = {}
    #: What happened in periods of history.
    done: dict[int, float] = {}
    spec = BUILT
    technologies = ("wind",)

    def build(self) -> None:
        """One family, a price and a bound for each vintage."""
        keys = pd.DataFrame({"technology": self.technologies}).merge(pd.DataFrame({"vintage": self.data.years}), how="cross").assign(region="west")
        family = self.b.variable(self.spec, keys, high=[self.most.get(year, 1000.0) for year in keys["vintage"]], happened=np.array([self.done.get(year, np.nan) for year in keys["vintage"]]))
        price = [1.0 - self.worth.get(year, 0.0) for year in keys["vintage"]]
        unit = self.spec.unit
        per = unit.removesuffix("/yr") if unit.endswith("/yr") else f"yr/{unit}"
        self.ledger.use("money", family.terms().assign(year=keys["vintage"].to_numpy()), price, item="wind_cost", unit=f"bn CNY/{per}")


def solved(row: dict[str, Any], worth: dict[int, float], most: dict[int, float] | None = None, years: tuple[int, ...] = YEARS) -> Solution:
    lever = type("Toy", (Builder,), {"worth": worth, "most": most or {}})
    dynamics = [{"decision": "windmills", "item": "wind", "scope": "nation", "unit": "GW/yr", **row}]
    data = toy_data(years=years, tables={"build_dynamics": dynamics}, settings={"discount_rate": 0.0})
    solution = solve(assemble(data, [lever], [BuildDynamics, ObjectiveClosing]))
    assert solution.status == "optimal"
    return solution


def built(solution: Solution, years: tuple[int, ...] = YEARS) -> list[float]:
    return [value(solution, "windmills", vintage=year) for year in years[1:]]


def test_a_pace_of_a_region_group_holds_its_regions_and_its_rows_have_names_that_lp_files_carry() -> None:
    """The west is the group west: 1 GW a year as seed and no first rate, 10 GW in ten years; a colon would end the name of a row in an LP file."""
    solution = solved({"scope": "group:west", "growth": 0.0, "first_rate": 0.0, "seed": 1.0}, {2030: 2.0})
    assert pytest.approx(10.0) == built(solution)[0]
    names = all_row_names(solution.build, solution.matrix)
    assert "rate_ceiling(windmills,wind,group.west,2030)" in names
    assert not any(":" in name for name in [*names, *all_column_names(solution.build, solution.matrix)])


def test_a_rate_grows_no_faster_than_its_bound_on_the_observed_one() -> None:
    """Ten GW a year are observed in 2020; 5 % a year over five years to 2025 and over ten to 2035, with 1 GW a year as a seed.

    All that may be built is worth it: 10 * 1.05^5 + 1 = 13.763 a year in the first period, 13.763 * 1.05^10 + 1 in the second.
    """
    solution = solved({"growth": 0.05, "first_rate": 10.0, "seed": 1.0}, {2030: 2.0, 2040: 2.0, 2050: 2.0})
    first = 10.0 * 1.05**5 + 1.0
    second = first * 1.05**10 + 1.0
    assert built(solution) == pytest.approx([10.0 * first, 10.0 * second, 10.0 * min(100.0, second * 1.05**10 + 1.0)])


def test_what_is_new_begins_with_the_seed() -> None:
    """Nothing is observed: 2 GW a year may begin."""
    solution = solved({"growth": 0.1, "seed": 2.0}, {2030: 2.0})
    assert 20.0 == pytest.approx(built(solution)[0])


def test_a_rate_falls_no_faster_than_its_bound() -> None:
    """Nobody wants wind: of 10 GW a year 5 % a year less, 10 * 0.95^5 a year in the first period and 0.95^10 of it in the second."""
    solution = solved({"decline": 0.05, "first_rate": 10.0}, {})
    first = 10.0 * 0.95**5
    assert built(solution) == pytest.approx([10.0 * first, 10.0 * first * 0.95**10, 10.0 * first * 0.95**20])


def test_a_drop_is_taken_where_it_costs_less_and_is_told() -> None:
    """A GW a year that is not built saves ten over the period at 1 bn CNY a year each: 10 a year; a drop at 3 is cheaper."""
    solution = solved({"decline": 0.05, "first_rate": 10.0, "drop_price": 3.0}, {})
    assert built(solution) == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)
    assert 10.0 * 0.95**5 == pytest.approx(value(solution, "rate_dropped_capacity", year=2030))
    assert 0.0 == pytest.approx(value(solution, "rate_dropped_capacity", year=2040)), "nothing is left to fall from"
    assert solution.objective == pytest.approx(3.0 * 10.0 * 0.95**5 * 10.0)


def test_of_equal_plans_the_steady_one_is_taken() -> None:
    """Sixty GW by 2050, whenever: a small price of change makes it two a year throughout, as observed."""
    worth = {2030: 2.0, 2040: 2.0, 2050: 2.0}
    solution = solved({"first_rate": 2.0, "change_price": 0.001}, worth, most={2030: 20.0, 2040: 20.0, 2050: 20.0})
    assert built(solution) == pytest.approx([20.0, 20.0, 20.0])
    changed = [value(solution, "rate_changed_capacity", year=year) for year in YEARS[1:]]
    assert changed == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)


def test_a_rise_is_priced_as_a_fall_is() -> None:
    """Twenty GW at half a bn CNY of gain each for ten years; the rise to two a year and the fall back to nothing cost 0.01 each unit."""
    solution = solved({"change_price": 0.01}, {2030: 1.5}, most={2030: 20.0})
    assert [2.0, 2.0, 0.0] == pytest.approx([value(solution, "rate_changed_capacity", year=year) for year in YEARS[1:]])
    assert solution.objective == pytest.approx(10.0 * (-0.5 * 20.0 + 0.01 * 2.0) + 10.0 * 0.01 * 2.0)


UNITS = {
    "kha/yr": ("Mha", "rate_dropped_area", "rate_changed_area", 1000.0),
    "Mt CO2/yr": ("Mt CO2", "rate_dropped_carbon", "rate_changed_carbon", 1.0),
    "TWh/yr": ("TWh", "rate_dropped_energy", "rate_changed_energy", 1.0),
    "Mt/yr": ("Mt", "rate_dropped_goods", "rate_changed_goods", 1.0),
    "million m3/yr": ("km3", "rate_dropped_volume", "rate_changed_volume", 1000.0),
    "GW/yr": ("GW", "rate_dropped_capacity", "rate_changed_capacity", 1.0),
    "Mt CO2/yr/yr": ("Mt CO2/yr", "rate_dropped_emission", "rate_changed_emission", 1.0),
    "million units/yr/yr": ("million units/yr", "rate_dropped_output", "rate_changed_output", 1.0),
}


def test_every_unit_of_a_rate_has_a_case_here() -> None:
    assert set(RATES) == set(UNITS)


@pytest.mark.parametrize("unit", list(UNITS))
def test_a_rate_is_told_in_the_unit_of_its_row(unit: str) -> None:
    """Ten a year are observed and nobody wants any: all of 10 * 0.95^5 is dropped, and 10 is the first change."""
    solver, dropped, changed, scale = UNITS[unit]
    spec = Variable("windmills", ("region", "technology", "vintage"), solver)
    lever = type("Toy", (Builder,), {"spec": spec, "variables": (spec,)})
    row = {"decision": "windmills", "item": "wind", "scope": "nation", "unit": unit, "decline": 0.05, "first_rate": 10.0, "drop_price": 0.001, "change_price": 0.0001}
    solution = solve(assemble(toy_data(years=YEARS, tables={"build_dynamics": [row]}, settings={"discount_rate": 0.0}), [lever], [BuildDynamics, ObjectiveClosing]))
    assert 10.0 * 0.95**5 == pytest.approx(scale * value(solution, dropped, year=2030))
    assert 10.0 == pytest.approx(scale * value(solution, changed, year=2030))
    told = result_tables(solution)["pace"].set_index("year")
    assert (0.0, 10.0 * 0.95**5, 10.0, unit) == (pytest.approx(told.loc[2030, "rate"], abs=1e-9), pytest.approx(told.loc[2030, "dropped"]), pytest.approx(told.loc[2030, "changed"]), told.loc[2030, "unit"])
    assert told["paid"].sum() * 10.0 == pytest.approx(solution.objective), "ten years of each period, undiscounted, in the account of aims alone"
    assert 0.0 == pytest.approx(solution.balance("money")["value"].sum())
    assert solution.objective == pytest.approx(-10.0 * solution.balance("aims")["value"].sum())


@pytest.mark.parametrize("unit", list(UNITS))
def test_a_rate_is_what_is_decided_over_the_years_of_its_period(unit: str) -> None:
    """Ten a year are observed, all that may be built is worth it: 10 * 1.05^5 a year, ten times that in the period."""
    solver, _, _, scale = UNITS[unit]
    spec = Variable("windmills", ("region", "technology", "vintage"), solver)
    lever = type("Toy", (Builder,), {"spec": spec, "variables": (spec,), "worth": {2030: 2.0}})
    row = {"decision": "windmills", "item": "wind", "scope": "nation", "unit": unit, "growth": 0.05, "first_rate": 10.0}
    solution = solve(assemble(toy_data(years=YEARS, tables={"build_dynamics": [row]}, settings={"discount_rate": 0.0}), [lever], [BuildDynamics, ObjectiveClosing]))
    assert 10.0 * 1.05**5 == pytest.approx(result_tables(solution)["pace"].query("year == 2030")["rate"].iloc[0])
    assert 10.0 * 10.0 * 1.05**5 == pytest.approx(scale * value(solution, "windmills", vintage=2030))


def test_a_class_of_technologies_is_held_together() -> None:
    """Two technologies of one class share the ceiling of the class: 10 * 1.05^5 a year between them."""

    class Both(Builder):
        knows = (Known("technology", ("class",), lambda data: pd.DataFrame({"technology": ["near", "far"], "class": ["wind", "wind"]})),)
        technologies = ("near", "far")

    lever = type("Toy", (Both,), {"worth": {2030: 2.0}})
    row = {"decision": "windmills", "item": "wind", "scope": "nation", "unit": "GW/yr", "growth": 0.05, "first_rate": 10.0}
    solution = solve(assemble(toy_data(years=YEARS, tables={"build_dynamics": [row]}, settings={"discount_rate": 0.0}), [lever], [BuildDynamics, ObjectiveClosing]))
    whole = solution.values("windmills").query("vintage == 2030")["value"].sum()
    assert 10.0 * 10.0 * 1.05**5 == pytest.approx(whole)


def test_a_limit_of_pace_leads_back_to_its_cell() -> None:
    solution = solved({"growth": 0.05, "first_rate": 10.0}, {2030: 2.0})
    row = solution.limits().query("name == 'rate_ceiling' and year == 2030").iloc[0]
    assert ("build_dynamics", "D3") == (row["sheet"], row["cell"])
    assert 10.0 * 1.05**5 == pytest.approx(row["limit"])


@pytest.mark.parametrize(
    ("row", "cell", "words"),
    [
        ({"unit": "Mt/yr"}, "K3", "Mt/yr does not measure windmills"),
        ({"decision": "emission_total", "item": "every", "unit": "GW/yr"}, "K3", "GW/yr does not measure emission_total"),
    ],
)
def test_what_has_no_such_rate_is_refused_at_its_cell(row: dict[str, Any], cell: str, words: str) -> None:
    dynamics = [{"decision": "windmills", "item": "wind", "scope": "nation", "unit": "GW/yr", "growth": 0.05, **row}]
    data = toy_data(years=YEARS, tables={"build_dynamics": dynamics})
    with pytest.raises(InputError, match=rf"build_dynamics!{cell}: {words}"):
        assemble(data, [type("Toy", (Builder,), {})], [CarbonAccount, BuildDynamics, ObjectiveClosing])


def test_a_row_of_a_lever_that_is_absent_holds_nothing_and_is_told() -> None:
    dynamics = [{"decision": name, "item": "wind", "scope": "nation", "unit": "GW/yr", "growth": 0.05} for name in ("new_sited", "windmills")]
    data = toy_data(years=YEARS, tables={"build_dynamics": dynamics})
    (check,) = checks_of_absent(BUILD_DYNAMICS, [*registry.levers(), *registry.closings()])
    assert check.name in [listed.name for listed in registry.schema().checks]
    found = check.find(data)
    assert [("warning", "A3"), ("warning", "A4")] == [(f.level, f.cell) for f in found]  # the toy's own lever is none of the registry
    build = assemble(data, [type("Toy", (Builder,), {"worth": {2030: 2.0}})], [BuildDynamics, ObjectiveClosing])
    assert ["windmills"] == list(dict.fromkeys(build.rows["rate_ceiling"][0]["decision"]))


def test_what_is_called_otherwise_is_refused_at_its_cell() -> None:
    with pytest.raises(InputError, match=r"build_dynamics!B3: nothing of windmills is called wnid"):
        solved({"growth": 0.05, "item": "wnid"}, {})


def test_what_the_workbook_knows_and_nothing_is_decided_of_holds_nothing_and_is_told() -> None:
    """A name of another table is no slip: a forest group without area, say; here the name of a region."""
    dynamics = [{"decision": "windmills", "item": item, "scope": "nation", "unit": "GW/yr", "growth": 0.05} for item in ("wind", toy_data(years=YEARS).regions[0])]
    data = toy_data(years=YEARS, tables={"build_dynamics": dynamics})
    build = assemble(data, [type("Toy", (Builder,), {"worth": {2030: 2.0}})], [BuildDynamics, ObjectiveClosing])
    assert [("warning", "B4")] == [(found.level, found.cell) for found in build.findings]
    assert ["wind"] == list(dict.fromkeys(build.rows["rate_ceiling"][0]["item"]))
    pace = result_tables(solve(build))["pace"]
    assert ["wind"] == list(dict.fromkeys(pace["item"]))


LATER = (2020, 2025, 2030, 2040)
HELD = [{"year": year, "cost_factor": None, "kind": "history" if year == 2025 else "plan"} for year in LATER]


def after_history(
    row: dict[str, Any], worth: dict[int, float], most: dict[int, float], periods: list[dict[str, Any]] = HELD, done: dict[int, float] | None = None,
) -> Solution:
    lever = type("Toy", (Builder,), {"worth": worth, "most": most, "done": done or {}})
    dynamics = [{"decision": "windmills", "item": "wind", "scope": "nation", "unit": "GW/yr", **row}]
    data = toy_data(years=LATER, tables={"build_dynamics": dynamics, "periods": periods}, settings={"discount_rate": 0.0})
    solution = solve(assemble(data, [lever], [BuildDynamics, ObjectiveClosing]))
    assert solution.status == "optimal"
    return solution


def test_the_observed_rate_bounds_the_first_period_that_is_decided() -> None:
    """Nothing is asked of history, where nothing was built. Ten a year were in 2023 to 2025, the middle of 2024; four years later is
    the middle of 2026-30: 10 * 1.05^4 + 1 a year. Seven and a half years on lies the middle of 2031-40."""
    solution = after_history({"growth": 0.05, "first_rate": 10.0, "first_year": 2024, "seed": 1.0}, {2030: 2.0, 2040: 2.0}, {2025: 0.0})
    first = 10.0 * 1.05**4 + 1.0
    assert [5.0 * first, 10.0 * (first * 1.05**7.5 + 1.0)] == pytest.approx(built(solution, LATER)[1:])
    assert {2030, 2040} == set(solution.rows("rate_ceiling")["year"])


def test_without_a_first_rate_the_held_rate_of_history_bounds_the_first_decided_period() -> None:
    """50 GW were built to 2025, 10 a year, though they earn nothing. The middle of 2026-30 lies five years on, that of 2031-40 7.5 more.
    With a first rate of nothing only the seed of 1 GW a year would be allowed."""
    grown = after_history({"growth": 0.05}, {2030: 2.0, 2040: 2.0}, {}, done={2025: 50.0})
    first = 10.0 * 1.05**5
    assert [50.0, 5.0 * first, 10.0 * first * 1.05**7.5] == pytest.approx(built(grown, LATER))
    fallen = after_history({"decline": 0.05}, {}, {}, done={2025: 50.0})
    least = 10.0 * 0.95**5
    assert [50.0, 5.0 * least, 10.0 * least * 0.95**7.5] == pytest.approx(built(fallen, LATER))
    stated = after_history({"growth": 0.05, "first_rate": 0.0, "seed": 1.0}, {2030: 2.0}, {}, done={2025: 50.0})
    assert pytest.approx(5.0) == built(stated, LATER)[1]


def test_a_floor_after_history_counts_from_the_observed_year_too() -> None:
    """Nobody wants wind: 10 * 0.95^4 a year by 2030 and 0.95^7.5 of it by 2040, whatever history built."""
    solution = after_history({"decline": 0.05, "first_rate": 10.0, "first_year": 2024}, {}, {2025: 0.0})
    first = 10.0 * 0.95**4
    assert [0.0, 5.0 * first, 10.0 * first * 0.95**7.5] == pytest.approx(built(solution, LATER), abs=1e-9)


def test_a_rate_observed_within_the_first_decided_period_leaves_that_period_free() -> None:
    """Nothing is history: the middle of 2024 lies after that of 2021-25, where 100 GW are built; 20 a year are the first rate of 2026-30."""
    plan = [{"year": year, "cost_factor": None} for year in LATER]
    solution = after_history({"growth": 0.05, "first_rate": 1.0, "first_year": 2024}, dict.fromkeys(LATER, 2.0), {2025: 100.0}, plan)
    assert [100.0, 5.0 * 20.0 * 1.05**5] == pytest.approx(built(solution, LATER)[:2])
    assert {2030, 2040} == set(solution.rows("rate_ceiling")["year"])


ELECTRIC = {"sector": "cars", "measure": "electric"}


def cars(row: dict[str, Any], activity: tuple[float, ...] = (1.0, 1.0, 1.0), life: float | None = None) -> Solution:
    """100 Mt CO2 of cars; each tonne that electric ones take over earns 1 bn CNY per Mt, and all of them may."""
    years = (2020, 2030, 2040)

    def course(keys: dict[str, str], values: tuple[float, ...]) -> list[dict[str, Any]]:
        return [{**keys, "year": year, "value": value} for year, value in zip(years, values, strict=True)]

    tables = {
        "end_use": [{"region": "west", "sector": "cars", "category": "transport", "emission": 100.0}],
        "end_use_activity": course({"sector": "cars"}, activity),
        "measures": [{**ELECTRIC, "abatement": 1.0, "build_rate": 1.0, "life": life}],
        "measure_shares": course(ELECTRIC, (0.0, 1.0, 1.0)), "measure_costs": course(ELECTRIC, (0.0, 0.0, 0.0)),
        "build_dynamics": [{"decision": "adopted_end_use", "item": "cars.electric", "scope": "nation", "unit": "Mt CO2/yr/yr", **row}],
    }  # fmt: skip
    solution = cheapest(assemble(toy_data(years=years, tables=tables), [EndUse], [BuildDynamics]), feed_in={"emission": -1.0})
    assert solution.status == "optimal"
    return solution


def test_what_spreads_is_bounded_by_what_is_added_a_year() -> None:
    """One Mt a year is added in 2020 and 10 % more each year: 1.1^5 a year to the middle of the first period, five years of it; then
    1.1^10 of that in each of the ten years to the middle of the second."""
    solution = cars({"growth": 0.1, "first_rate": 1.0})
    first = 1.1**5
    assert 5.0 * first == pytest.approx(value(solution, "adopted_end_use", year=2030))
    assert 5.0 * first + 10.0 * first * 1.1**10 == pytest.approx(value(solution, "adopted_end_use", year=2040))
    told = result_tables(solution)["pace"].set_index("year")["rate"]
    assert [first, first * 1.1**10] == pytest.approx(told.tolist())


def test_what_shrinks_with_the_traffic_is_no_negative_rate() -> None:
    """Traffic halves: of 10 Mt five stay, and 2 Mt a year for ten years come to them. 5 - 10 would have been a fall of 0.5 a year."""
    solution = cars({"growth": 0.0, "first_rate": 2.0}, activity=(1.0, 1.0, 0.5))
    assert [10.0, 25.0] == pytest.approx([value(solution, "adopted_end_use", year=year) for year in (2030, 2040)])


def test_what_is_built_anew_counts_in_the_rate() -> None:
    """Six Mt a year may be built: 30 Mt by the middle of the first period. Of them a fifteenth is built anew each year, 2 Mt; so 4 Mt
    a year are added in the ten years to the middle of the second: 70 Mt."""
    solution = cars({"growth": 0.0, "first_rate": 6.0}, life=15.0)
    assert [30.0, 70.0] == pytest.approx([value(solution, "adopted_end_use", year=year) for year in (2030, 2040)])


def test_works_that_build_anew_do_not_fall_from_their_rate_when_all_is_done() -> None:
    """All 100 Mt are taken over in the first period, 20 a year; a fifth of them is built anew each year, so the rate stays at 20 for nothing."""
    solution = cars({"growth": 0.0, "first_rate": 20.0, "decline": 0.0, "drop_price": 1.0}, life=5.0)
    assert [100.0, 100.0] == pytest.approx([value(solution, "adopted_end_use", year=year) for year in (2030, 2040)])
    assert 0.0 == pytest.approx(value(solution, "rate_dropped_emission"))


def test_capture_grows_by_the_tonnes_captured_not_by_the_plant_that_stands() -> None:
    """1 Mt a year was captured in 2020: 1.1^5 + 2 by the first period and 1.1^10 of it + 2 by the second, though plants for more are free."""
    years = (2020, 2030, 2040)
    tables = {
        "co2_storage_sites": [{"region": "west", "proven": 1e6, "injection_limit": 100.0, "cost": 0.0}],
        "air_capture": [{"item": "capex", "year": year, "value": 0.0} for year in years],
        "build_dynamics": [{"decision": "captured_total", "item": "every", "scope": "nation", "unit": "Mt CO2/yr", "growth": 0.1, "first_rate": 1.0, "seed": 2.0}],
    }
    build = assemble(toy_data(years=years, tables=tables), [CarbonCapture], [CarbonAccount, BuildDynamics])
    solution = cheapest(build, feed_in={"captured": 10.0})
    first = 1.1**5 + 2.0
    assert [first, first * 1.1**10 + 2.0] == pytest.approx([value(solution, "air_captured", year=year) for year in years[1:]])


@pytest.mark.parametrize(("rate", "unit"), [("GW/yr", "bn CNY/GW"), ("Mt CO2/yr/yr", "bn CNY*yr/Mt CO2"), ("million units/yr/yr", "bn CNY*yr/million units")])
def test_a_price_times_its_rate_is_money_a_year(rate: str, unit: str) -> None:
    assert unit == price_unit(rate)
    assert units.product_matches(unit, rate, "bn CNY/yr")
