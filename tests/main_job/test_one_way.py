"""In the reference no store pumps and generates in one slice, and no line or right goes both ways at once."""

from __future__ import annotations

import pandas as pd
import pytest

from model.api import Plan

pytestmark = pytest.mark.slow
#: TWh or km3 a year: below it lies the rounding of the solver.
NOTHING = 1e-6


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


@pytest.mark.parametrize(("family", "ends"), [("flow", ("from_region", "to_region")), ("firm_transfer", ("from_region", "to_region"))])
def test_nothing_is_sent_both_ways_at_once(plan: Plan, family: str, ends: tuple[str, str]) -> None:
    sent = plan.solution.values(family)
    back = sent.rename(columns={ends[0]: ends[1], ends[1]: ends[0], "value": "back"})
    both = sent.merge(back)
    assert both["value"].max() > NOTHING
    assert [] == both[both[["value", "back"]].min(axis=1) > NOTHING].to_dict("records")
