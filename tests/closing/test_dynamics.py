"""How fast rates grow and fall: toys of three or four periods, each bound worked out by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from model.closing.carbon import CarbonAccount
from model.closing.dynamics import BuildDynamics
from model.closing.objective import ObjectiveClosing
from model.closing.rates import RATES
from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.declare.roles import Decision, Item, Known
from model.core.declare.spec import InputError, Variable
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from model.reporting.tables.every import result_tables
from tests.levers.toy import toy_data, value

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
    spec = BUILT
    technologies = ("wind",)

    def build(self) -> None:
        """One family, a price and a bound for each vintage."""
        keys = pd.DataFrame({"technology": self.technologies}).merge(pd.DataFrame({"vintage": self.data.years}), how="cross").assign(region="west")
        family = self.b.variable(self.spec, keys, high=[self.most.get(year, 1000.0) for year in keys["vintage"]])
        price = [1.0 - self.worth.get(year, 0.0) for year in keys["vintage"]]
        self.ledger.use("money", family.terms().assign(year=keys["vintage"].to_numpy()), price, item="wind_cost", unit=f"bn CNY/yr/{self.spec.unit}")


def solved(row: dict[str, Any], worth: dict[int, float], most: dict[int, float] | None = None, years: tuple[int, ...] = YEARS) -> Solution:
    lever = type("Toy", (Builder,), {"worth": worth, "most": most or {}})
    dynamics = [{"decision": "windmills", "item": "wind", "scope": "nation", "unit": "GW/yr", **row}]
    data = toy_data(years=years, tables={"build_dynamics": dynamics}, settings={"discount_rate": 0.0})
    solution = solve(assemble(data, [lever], [BuildDynamics, ObjectiveClosing]))
    assert solution.status == "optimal"
    return solution


def built(solution: Solution, years: tuple[int, ...] = YEARS) -> list[float]:
    return [value(solution, "windmills", vintage=year) for year in years[1:]]


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
        ({"decision": "new_sited"}, "A3", "nothing of new_sited is decided in this workbook"),
        ({"unit": "Mt/yr"}, "J3", "Mt/yr does not measure windmills"),
        ({"decision": "emission_total", "item": "every", "unit": "GW/yr"}, "J3", "GW/yr does not measure emission_total"),
    ],
)
def test_what_has_no_such_rate_is_refused_at_its_cell(row: dict[str, Any], cell: str, words: str) -> None:
    dynamics = [{"decision": "windmills", "item": "wind", "scope": "nation", "unit": "GW/yr", "growth": 0.05, **row}]
    data = toy_data(years=YEARS, tables={"build_dynamics": dynamics})
    with pytest.raises(InputError, match=rf"build_dynamics!{cell}: {words}"):
        assemble(data, [type("Toy", (Builder,), {})], [CarbonAccount, BuildDynamics, ObjectiveClosing])


def test_what_is_called_otherwise_is_refused_at_its_cell() -> None:
    with pytest.raises(InputError, match=r"build_dynamics!B3: nothing of windmills is called wnid"):
        solved({"growth": 0.05, "item": "wnid"}, {})
