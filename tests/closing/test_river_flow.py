"""What rivers keep, in toys of one zone: 4 km3 of runoff, half of it kept, 1 km3 from upstream: 3 km3 may be consumed."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from model.closing.objective import ObjectiveClosing
from model.closing.results.river_flow import streams
from model.closing.river_flow import EVAPOTRANSPIRATION, RiverFlow, consumable
from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.data import Data
from model.core.declare.spec import Variable
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from tests.levers.toy import poster, toy_data, value

FIELDS = Variable("fields", ("water_zone", "year"), "km3/yr")
TREES = Variable(EVAPOTRANSPIRATION, ("water_zone", "year"), "km3/yr")
KEYS = pd.DataFrame({"water_zone": ["river"], "year": [2030]})


def stream_data(limit: float | None = None) -> Data:
    tables: dict[str, list[dict[str, Any]]] = {
        "water_zones": [{"water_zone": "river", "region": "west", "basin": "west"}],
        "water_runoff": [{"water_zone": "river", "year": year, "value": 4.0} for year in (2020, 2030)],
        "environmental_flow": [{"water_zone": "river", "share": 0.5, "inflow_right": 1.0, "evapotranspiration_limit": limit}],
        "water_sectors": [{"sector": "agriculture", "consumption": 0.5}, {"sector": "domestic", "consumption": 0.25}],
    }
    return toy_data(tables=tables, settings={"discount_rate": 0.0})


def irrigated(farms: float = 0.0, homes: float = 0.0, saved: float = 0.0, trees: bool = False, limit: float | None = None, seepage: float = 0.0) -> Solution:
    """Fields earn 2 and trees 5 bn CNY a year per km3; farms and homes withdraw, farms save."""

    def water(lever: Lever) -> None:
        fields = lever.b.variable(FIELDS, KEYS)
        lever.ledger.use("water", fields.terms(), 1.0, item="fields", unit="1")
        lever.ledger.supply("money", fields.terms().assign(region="west"), 2.0, item="crops", unit="bn CNY/km3")
        lever.ledger.supply_fixed("water", KEYS, 50.0, item="available", unit="km3/yr")
        lever.ledger.use_fixed("water", KEYS, farms, item="exogenous_agriculture", unit="km3/yr")
        lever.ledger.use_fixed("water", KEYS, homes, item="exogenous_domestic", unit="km3/yr")
        lever.ledger.supply_fixed("water", KEYS, saved, item="farm_water_cut", unit="km3/yr")
        lever.ledger.use_fixed("river_flow", KEYS, seepage, item="seepage", unit="km3/yr")
        if trees:
            grown = lever.b.variable(TREES, KEYS)
            lever.ledger.use("river_flow", grown.terms(), 1.0, item=EVAPOTRANSPIRATION, unit="1")
            lever.ledger.supply("money", grown.terms().assign(region="west"), 5.0, item="shade", unit="bn CNY/km3")

    solution = solve(assemble(stream_data(limit), [poster(water)], [RiverFlow, ObjectiveClosing]))
    assert solution.status == "optimal"
    return solution


def test_what_may_be_consumed_is_runoff_less_what_is_kept_plus_rights() -> None:
    """4 - 2 + 1 = 3, in years after the base year."""
    rooms = consumable(stream_data())
    assert [(2030, 4.0, 2.0, 1.0, 3.0)] == list(rooms[["year", "runoff", "kept", "inflow", "high"]].itertuples(index=False, name=None))


def test_what_levers_withdraw_is_consumed_whole_and_the_supply_itself_is_not() -> None:
    """50 km3 could be taken; 3 may be consumed. Ten years of 3 km3 at 2 bn CNY."""
    solution = irrigated()
    assert pytest.approx(3.0) == value(solution, "fields")
    assert pytest.approx(-60.0) == solution.objective


def test_sectors_consume_their_share_and_a_cut_gives_back_no_more_than_it() -> None:
    """Farms 2 * 0.5 and homes 1 * 0.25 leave 1.75; farms that save 0.4 give back 0.2."""
    assert pytest.approx(1.75) == value(irrigated(farms=2.0, homes=1.0), "fields")
    assert pytest.approx(1.95) == value(irrigated(farms=2.0, homes=1.0, saved=0.4), "fields")


def test_trees_take_what_earns_most_up_to_their_own_limit() -> None:
    """Without a limit all 3 km3 go to trees; with one of 0.8 the fields have 2.2."""
    assert pytest.approx(3.0) == value(irrigated(trees=True), EVAPOTRANSPIRATION)
    solution = irrigated(trees=True, limit=0.8)
    assert pytest.approx(0.8) == value(solution, EVAPOTRANSPIRATION)
    assert pytest.approx(2.2) == value(solution, "fields")
    # one more km3 for trees takes it from fields: 10 * (5 - 2) bn CNY, told per million m3
    assert pytest.approx(0.03) == solution.limits().set_index("name").loc["evapotranspiration_limit", "dual"]


def test_what_leaves_the_river_otherwise_is_consumed_but_does_not_meet_the_limit_on_trees() -> None:
    """Of 3 km3 trees have their 0.8 and 0.5 seep away: 1.7 are left to the fields."""
    solution = irrigated(trees=True, limit=0.8, seepage=0.5)
    assert pytest.approx(0.8) == value(solution, EVAPOTRANSPIRATION)
    assert pytest.approx(1.7) == value(solution, "fields")
    assert pytest.approx(3.0) == value(solution, "water_consumed")


def test_the_table_lists_what_leaves_the_river_by_item_and_closes() -> None:
    """4,000 and 1,000 million m3 are given, 2,000 kept: 1,700 are consumed, 800 evaporate, 500 seep away, nothing is left."""
    rows = streams(irrigated(trees=True, limit=0.8, seepage=0.5), {}).set_index("item")["value"]
    expected = {"runoff": 4000.0, "inflow": 1000.0, "kept": 2000.0, "consumed": 1700.0, EVAPOTRANSPIRATION: 800.0, "seepage": 500.0, "idle": 0.0}
    assert pytest.approx(expected, abs=1e-6) == rows.to_dict()


def test_without_plantings_the_table_lists_no_evaporation() -> None:
    rows = streams(irrigated(), {}).set_index("item")["value"]
    assert pytest.approx({"consumed": 3000.0, EVAPOTRANSPIRATION: 0.0}) == rows[["consumed", EVAPOTRANSPIRATION]].to_dict()
