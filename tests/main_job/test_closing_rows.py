"""Closing rows that the shipped reference plan does not hold: a limit on emissions, and the limit of spending when removal
is what counts. A furnace of one region stands for all levers."""

from __future__ import annotations

import pandas as pd
import pytest

from model.closing.carbon import CarbonAccount
from model.closing.finance import Finance
from model.closing.objective import ObjectiveClosing
from model.closing.targets import CarbonTargets
from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.declare.spec import Variable
from model.core.solve.solver import solve
from tests.levers.toy import poster, toy_data, value

REMOVED = Variable("removed", ("region", "year"), "Mt CO2/yr")
FILTERED = Variable("filtered", ("region", "year"), "Mt CO2/yr")


def furnace(lever: Lever) -> None:
    """100 Mt CO2 a year; capture costs 0.5 and a sink 0.1 bn CNY per Mt, the sink reaches 500 Mt a year at most."""
    index = pd.DataFrame({"region": ["west"], "year": [2030]})
    filtered = lever.b.variable(FILTERED, index).terms()
    removed = lever.b.variable(REMOVED, index, high=500.0).terms()
    lever.ledger.use_fixed("emission", index, -100.0, item="furnace", unit="Mt CO2/yr")
    for balance, terms, price in (("captured", filtered, 0.5), ("sink", removed, 0.1)):
        lever.ledger.supply(balance, terms, 1.0, item=balance, unit="1")
        lever.ledger.use("money", terms, price, item=balance, unit="bn CNY/Mt CO2")


def test_a_limit_on_emissions_is_not_met_by_sinks() -> None:
    """30 of 100 Mt allowed: 70 are captured at 0.5 although a sink costs 0.1; one more tonne allowed saves 0.5 a year."""
    target = {"target": "chimneys", "kind": "emission_limit", "scope": "nation", "year": 2030, "value": 30.0}
    data = toy_data(tables={"carbon_targets": [target]})
    solution = solve(assemble(data, [poster(furnace)], [CarbonAccount, CarbonTargets, ObjectiveClosing]))
    assert "optimal" == solution.status
    assert pytest.approx([70.0, 0.0]) == [value(solution, "filtered"), value(solution, "removed")]
    assert pytest.approx(-0.5 * data.weight(2030)) == solution.duals("emission_limit")["dual"].iloc[0]
    assert ("carbon_targets", "E3") == tuple(solution.limits().query("name == 'emission_limit'")[["sheet", "cell"]].iloc[0])


def test_the_most_removal_stays_within_the_share_of_gdp() -> None:
    """7 % of 1000 bn CNY is 70 a year: the sink takes 50 for its 500 Mt, the other 20 capture 40 Mt at 0.5."""
    gdp = [{"region": "west", "year": year, "value": 1000.0} for year in (2020, 2030)]
    settings = {"objective": "max_net_removal", "spending_share_of_gdp": 0.07}
    data = toy_data(tables={"gdp": gdp}, settings=settings)
    solution = solve(assemble(data, [poster(furnace)], [CarbonAccount, Finance, ObjectiveClosing]))
    assert "optimal" == solution.status
    # the tie-break may give up 1e-7 of 4400 Mt over ten years
    assert pytest.approx([500.0, 40.0], abs=1e-4) == [value(solution, "removed"), value(solution, "filtered")]
    assert pytest.approx(10.0 * (540.0 - 100.0), rel=2e-7) == solution.objective
    # one more bn CNY a year captures 2 Mt a year for ten years
    assert pytest.approx(20.0) == abs(solution.duals("spending_limit")["dual"].iloc[0])
