"""A lever of the user's own with a pool of carbon: listed among the stocks, held against the sink that it feeds, shown by what it is."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from openpyxl.workbook import Workbook

from model.core.build import registry
from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.declare.roles import Decision, Item, Pool, State
from model.core.declare.spec import Variable, constraint
from model.core.declare.units import CO2_PER_C
from model.core.solve.sides import Sides
from model.core.solve.solution import Solution
from model.levers.stocks import post_stock_change
from model.reporting.context import Context
from model.reporting.excel import charts
from model.reporting.excel.sheets.carbon import write_stocks
from model.reporting.excel.style import add_styles
from model.reporting.identities.stocks import stock_change
from model.reporting.tables.every import result_tables
from tests.levers.toy import cheapest, toy_data

YEARS = (2020, 2030, 2040)
MADE = Variable("char_made", ("region", "year"), "Mt C/yr", en="Char made", zh="生物炭产量")
POOL = Variable("char_pool", ("region", "year"), "Mt C", en="Char in the soil", zh="土壤中的生物炭")


class Char(Lever):
    """At most 2 Mt C of char a year, of which the soil keeps all."""

    name = "char"
    items = (Item("char", "sink", en="Char", zh="生物炭"),)
    variables = (MADE, POOL)
    decisions = (Decision("char_made"),)
    states = (State("char_pool", ("char_kept",), Pool("char_in_soil", feeds="char", empty_at_first=True)),)

    def build(self) -> None:
        """Declare what is made and kept; its change is the sink."""
        index = pd.DataFrame({"region": "west", "year": self.data.years})
        self.made, self.pool = self.b.variable(MADE, index, high=2.0), self.b.variable(POOL, index)
        self.b.constrain(self.char_kept, index)
        post_stock_change(self.data, self.ledger, self.pool.terms().assign(carbon=1.0), "carbon", item="char", unit="Mt CO2/Mt C/yr")

    @constraint(unit="Mt C")
    def char_kept(self, region: str, year: int) -> Any:
        """What is made stays: char_pool[r,t] == char_pool[r,t-1] + n * char_made[r,t].

        For: every region and year. Unit: Mt C. Dual: what one more tonne is worth. Data: none.
        """
        before = self.pool.get(region, self.data.previous(year))
        return self.pool[region, year] == before + self.data.length(year) * self.made[region, year]


@pytest.fixture(scope="module")
def made() -> Solution:
    return cheapest(assemble(toy_data(years=YEARS), [Char], []), carbon_price=1.0)


def error(sides: list[Sides]) -> float:
    return max((side.error() for side in sides), default=0.0)


def test_the_pool_of_any_lever_is_listed_and_held_against_its_sink(made: Solution) -> None:
    """2 Mt C a year are 20 in 2030 and 40 in 2040, 7.33 Mt CO2 a year; a tonne of carbon more in 2030 breaks the identity."""
    tables = result_tables(made)
    stocks = tables["stocks"]
    assert [("char_in_soil", 2020, 0.0), ("char_in_soil", 2030, 20.0), ("char_in_soil", 2040, 40.0)] == [
        (row.pool, row.year, pytest.approx(row.value)) for row in stocks.itertuples()
    ]
    sink = tables["carbon"].query("account == 'sink'")
    assert [pytest.approx(2.0 * CO2_PER_C)] * 2 == list(sink["value"])
    assert pytest.approx(0.0, abs=1e-12) == error(stock_change(tables, made))
    more = stocks.assign(value=stocks["value"] + (stocks["year"] == 2030))
    assert error(stock_change({**tables, "stocks": more}, made)) > 1e-3


def test_a_pool_that_has_left_its_sink_breaks_the_identity(made: Solution) -> None:
    """Without the item in the account of carbon the pool still grows."""
    tables = result_tables(made)
    assert error(stock_change({**tables, "carbon": tables["carbon"][:0]}, made)) > 0.1


def test_a_deficit_and_what_enters_in_a_period_are_listed_and_not_stacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the pools that the levers declare and one that is not known, the chart stacks those that hold carbon."""
    names = [*(pool.name for pool in registry.pools()), "char_in_soil"]
    frame = pd.DataFrame([{"region": "west", "pool": name, "year": year, "value": 1.0, "unit": "Mt C"} for name in names for year in YEARS])
    plots: list[charts.Plot] = []
    monkeypatch.setattr("model.reporting.excel.page.Page.charts", lambda page, *found: plots.extend(found))
    book = Workbook()
    add_styles(book)
    write_stocks(book, Context({"stocks": frame}, {"base_year": 2020}, "en"))
    keys = [key[1] for key in plots[0].block.keys]
    assert sorted(names) == sorted(keys)
    assert {"soil_deficit", "soil_deficit_brought"} == set(names) - {keys[n] for n in plots[0].rows}
