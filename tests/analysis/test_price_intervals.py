"""Intervals of payments and of the CO2 price, by cases with one and with several optimal prices, worked by hand.

West burns coal at 0.3 bn CNY/TWh; a line of 1 GW carries 4.38 TWh a slice of two and loses a tenth; where the east has not enough it goes
without, at 20 bn CNY/TWh. A demand of exactly 2 * 4.38 * 0.9 TWh stands on the kink between the two.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.analysis.price_intervals import run
from model.analysis.task import Outcome, Task
from model.analysis.warm import WarmSolver
from model.closing.carbon import CarbonAccount
from model.closing.objective import ObjectiveClosing
from model.closing.payments.trade_rules import TradeRules
from model.closing.targets import CarbonTargets
from model.core.build.assemble import assemble
from model.core.build.build import Build, Lever
from model.core.data import Data
from model.core.declare.spec import Variable
from model.core.solve.solution import Solution
from model.levers.power.power import Power
from model.levers.power.thermal import Thermal
from model.levers.power.transmission import Transmission
from model.reporting.tables.every import result_tables
from tests.levers.power_toy import YEARS, Tables, coal, grid, power_data, yearly
from tests.levers.test_transmission import lines
from tests.levers.toy import poster, toy_data
from tests.reporting.test_payments import contract, rules

KINK = 2 * 4.38 * 0.9
CUTS = {name: Variable(name, ("region", "year"), "Mt CO2/yr") for name in ("cheap", "dear")}


def two_cuts(limit: float) -> tuple[Data, Build]:
    """10 Mt a year emitted until 2030 of which 3 may be cut at 1 bn CNY each and all at 4; no more than ``limit`` in 2025, the middle."""

    def cut(lever: Lever) -> None:
        keys = pd.DataFrame({"region": ["west"], "year": [2030]})
        lever.ledger.supply_fixed("emission", keys, 10.0, item="burnt", unit="Mt CO2/yr")
        for name, price, most in (("cheap", 1.0, 3.0), ("dear", 4.0, 10.0)):
            family = lever.b.variable(CUTS[name], keys, high=most)
            lever.ledger.use("emission", family.terms(), 1.0, item="cut", unit="1")
            lever.ledger.use("money", family.terms(), price, item="cut", unit="bn CNY/Mt CO2")

    targets = [{"target": "t", "scope": "nation", "kind": "net_limit", "year": 2025, "value": limit}]
    data = toy_data(years=(2020, 2030), tables={"carbon_targets": targets}, settings={"discount_rate": 0.0, "objective": "min_cost"})
    return data, assemble(data, [poster(cut)], [CarbonAccount, CarbonTargets, ObjectiveClosing])


def analysed(data: Data, build: Build, most: float = 100.0) -> Outcome:
    warm = WarmSolver(data, build=build)

    def solved(data: Data, phase: str) -> Solution:
        return warm.base

    return run(Task(data, {"most_intervals": most}, solved, result_tables, moved=warm.duals_when_moved))


def of_power(demand: float, rule: str | dict[str, Any] = "receiving", most: float = 100.0, *parts: Tables, plants: Tables | None = None, **more: str) -> Outcome:
    data = power_data(grid({"west": 0.0, "east": demand}), plants or coal({"west": 5.0}), lines(), *parts, rules(power=rule, **more), regions=("west", "east"))
    return analysed(data, assemble(data, [Thermal, Power, Transmission, ObjectiveClosing, TradeRules]), most)


def row(outcome: Outcome, name: str = "payment_intervals", year: int = 2030, commodity: str = "power") -> dict[str, Any]:
    (found,) = [table.frame for table in outcome.tables if table.name == name]
    (told,) = found[(found["year"] == year) & (found.get("commodity", commodity) == commodity)].to_dict("records")
    return dict(told)


@pytest.mark.parametrize(
    ("rule", "low", "high"), [("receiving", 2.628, 157.68), ("giving", 2.628, 2.628), ("mean", 2.628, 80.154)], ids=["receiving", "giving", "mean"],
)  # fmt: skip
def test_on_a_kink_a_payment_lies_between_what_one_more_and_one_less_would_cost(rule: str, low: float, high: float) -> None:
    """8.76 TWh sent at 0.3 are 2.628. In the east a TWh less would save 0.3 / 0.9, one more would go unserved at 20: 7.884 that arrive are worth
    2.628 or 157.68. At the price of the west there is but one; of the mean half of each: (2.628 + 157.68) / 2 = 80.154."""
    found = row(of_power(KINK, rule))
    assert (pytest.approx(low, rel=1e-6), pytest.approx(high, rel=1e-6)) == (found["payment_low"], found["payment_high"])
    assert low - 1e-6 <= found["payment"] <= high + 1e-6


@pytest.mark.parametrize(("demand", "paid"), [(KINK - 0.9, 7.76 * 0.3), (KINK + 1.0, 157.68)])
def test_off_the_kink_there_is_one_price_and_one_payment(demand: float, paid: float) -> None:
    """A TWh less sent: 7.76 at 0.3. A TWh more needed goes unserved: all that arrives is worth 20."""
    found = row(of_power(demand))
    assert [pytest.approx(paid, rel=1e-6)] * 3 == [found["payment_low"], found["payment"], found["payment_high"]]


def test_a_payment_of_nothing_may_be_one_of_something() -> None:
    """Coal that costs nothing: a TWh less in the east would save nothing, one more would go unserved: 7.884 that arrive are worth 0 or 157.68."""
    free = {**coal({"west": 5.0}, variable_cost=0.0), "fuel_prices": yearly(YEARS, 0.0, fuel="coal")}
    found = row(of_power(KINK, plants=free))
    assert (pytest.approx(0.0, abs=1e-6), pytest.approx(157.68, rel=1e-6)) == (found["payment_low"], found["payment_high"])


def test_what_is_agreed_and_what_is_not_have_intervals_by_their_own_rules() -> None:
    """2 of 8.76 TWh are agreed, at the price of the west: 0.6. The other 6.76 at that of the east are worth 6.76 * 0.3 = 2.028 or 6.76 * 0.9 * 20 = 121.68."""
    agreed = {"power_contracts": yearly(YEARS, {2020: 0.0, 2030: 2.0}, from_region="west", to_region="east")}
    outcome = of_power(KINK, "receiving", 100.0, agreed, clean_power_contract="giving")
    rest, own = row(outcome), row(outcome, commodity="clean_power_contract")
    assert (pytest.approx(2.028, rel=1e-6), pytest.approx(121.68, rel=1e-6)) == (rest["payment_low"], rest["payment_high"])
    assert [pytest.approx(0.6, rel=1e-6)] * 3 == [own["payment_low"], own["payment"], own["payment_high"]]


def test_the_sum_of_duals_is_the_payment_that_the_table_of_trade_tells() -> None:
    agreed = {"power_contracts": yearly(YEARS, {2020: 0.0, 2030: 2.0}, from_region="west", to_region="east")}
    outcome = of_power(10.0, "mean", 100.0, agreed, clean_power_contract="receiving")
    told = result_tables(outcome.solution)["trade"].set_index(["commodity", "from_region", "to_region", "year"])["payment"]
    (found,) = [table.frame for table in outcome.tables if table.name == "payment_intervals"]
    assert len(found) > 1
    found = found.set_index(["commodity", "from_region", "to_region", "year"])["payment"]
    assert told.loc[found.index].tolist() == pytest.approx(found.tolist())


def test_a_price_by_contract_has_no_interval() -> None:
    outcome = of_power(KINK, contract(500.0))
    assert "nothing is paid" in outcome.problems[0]
    assert [] == [table.name for table in outcome.tables if table.name == "payment_intervals"]


def test_what_is_left_out_is_said_and_blank() -> None:
    outcome = of_power(KINK, most=1.0)
    assert any("were not looked for" in problem for problem in outcome.problems)
    (frame,) = [table.frame for table in outcome.tables if table.name == "payment_intervals"]
    assert frame["payment_low"].isna().any()


def test_the_plan_stands_as_it_was_after_its_rows_were_moved() -> None:
    data = power_data(grid({"west": 0.0, "east": KINK}), coal({"west": 5.0}), lines(), rules(power="mean"), regions=("west", "east"))
    warm = WarmSolver(data, build=assemble(data, [Thermal, Power, Transmission, ObjectiveClosing, TradeRules]))
    before = warm.base.row_dual.copy()
    duals, _ = warm.duals_when_moved(np.full(len(before), 1e-4)) or (None, False)
    again, held = warm.duals_when_moved(np.zeros(len(before))) or (None, False)
    assert duals is not None
    assert held
    assert before.tolist() == pytest.approx(np.asarray(again).tolist())


def test_the_price_of_co2_lies_between_the_cuts_beside_it() -> None:
    """10 Mt a year, 3 cut at 1 bn CNY a tonne at most, a limit of exactly 7: a tonne more allowed would save 1, a tonne less could not be cut
    but by the dearer measure at 4."""
    data, build = two_cuts(7.0)
    outcome = analysed(data, build)
    found = row(outcome, "co2_price_intervals")
    assert (pytest.approx(1000.0, rel=1e-6), pytest.approx(4000.0, rel=1e-6)) == (found["price_low"], found["price_high"])
    data, build = two_cuts(8.0)
    found = row(analysed(data, build), "co2_price_intervals")
    assert [pytest.approx(1000.0, rel=1e-6)] * 3 == [found["price_low"], found["price"], found["price_high"]]
