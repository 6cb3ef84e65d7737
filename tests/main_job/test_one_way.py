"""In the reference no store pumps and generates in one slice, and no line or right goes both ways at once."""

from __future__ import annotations

import pandas as pd
import pytest

from model.api import Plan

pytestmark = pytest.mark.slow
#: TWh or km3 a year: below it lies the rounding of the solver.
NOTHING = 1e-6
#: A price of firm capacity below this is the rounding of the solver.
NO_PRICE = 1e-9
ENDS = ["from_region", "to_region"]


def test_no_store_charges_and_discharges_in_one_slice(tables: dict[str, pd.DataFrame]) -> None:
    """Over the written table: the smaller of what a technology gives and takes in a region, slice and year is nothing."""
    frame = tables["power_balance"]
    charging = frame[frame["item"].str.endswith("_charging")]
    stores = charging["item"].str.removesuffix("_charging")
    keys = ["region", "slice", "year", "item"]
    both = charging.assign(item=stores).merge(frame, on=keys, suffixes=("_taken", "_given"))
    assert {"pumped_hydro", "battery_4h"} <= set(both["item"])
    assert both["value_taken"].abs().max() > 1.0
    smaller = both[["value_taken", "value_given"]].abs().min(axis=1)
    assert [] == both[smaller > NOTHING].to_dict("records")


def test_no_line_carries_power_both_ways_at_once(plan: Plan) -> None:
    both = both_ways(plan, "flow")
    assert both["value"].max() > NOTHING
    assert [] == both[both[["value", "back"]].min(axis=1) > NOTHING].to_dict("records")


def test_firm_capacity_is_lent_one_way_where_it_is_worth_anything(plan: Plan) -> None:
    """Where no region is short of it (2030, when much of the coal fleet stands) it has no price, and lending it to and fro changes nothing."""
    both = both_ways(plan, "firm_transfer")
    price = plan.solution.duals("balance_reserve")
    dear = set(price.loc[price["dual"].abs() > NO_PRICE, ["region", "year"]].itertuples(index=False, name=None))
    ends = [[(row[end], row["year"]) in dear for end in ENDS] for row in both.to_dict("records")]
    scarce = both[[any(pair) for pair in ends]]
    assert scarce["value"].max() > NOTHING
    assert [] == scarce[scarce[["value", "back"]].min(axis=1) > NOTHING].to_dict("records")


def both_ways(plan: Plan, family: str) -> pd.DataFrame:
    """What is sent each way, with what comes back."""
    sent = plan.solution.values(family)
    return sent.merge(sent.rename(columns={ENDS[0]: ENDS[1], ENDS[1]: ENDS[0], "value": "back"}))
