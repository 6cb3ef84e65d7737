"""A hydrogen store along the days of the year, by hand: two day types in four runs, hydrogen made when it is windy.

365 TWh a year are used, one a day. In 200 windy days power is free, in 165 calm ones it costs; a windy day then makes 365 / 200 = 1.825 TWh and
puts 0.825 into the store, a calm one takes one out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.data import Data, annuity
from model.core.solve.solution import Solution
from model.levers.hydrogen.hydrogen import Hydrogen
from model.levers.hydrogen.hydrogen_store import HydrogenStore, check_sequence, corners

from .toy import amount, cheapest, poster, toy_data, value

YEARS = (2020, 2030)
RUNS = (("windy", 100.0), ("calm", 65.0), ("windy", 100.0), ("calm", 100.0))
#: bn CNY a year and TWh of volume at 2 bn CNY/TWh (a CNY/kWh is a bn CNY/TWh): without interest over 40 years, and 0.02 fixed.
VOLUME_COST = 2.0 * (annuity(0.0, 40.0) + 0.02)


def stored(runs: Sequence[tuple[str, float]] = RUNS, store: bool = True) -> Data:
    days = pd.Series([days for _, days in runs]).groupby([season for season, _ in runs]).sum()
    tables = {
        "time_slices": [{"slice": season, "season": season, "block": "all", "hours": 24.0 * float(count)} for season, count in days.items()],
        "electrolysis_capex": [{"technology": "electrolysis", "year": y, "value": 0.0} for y in YEARS],
        "electrolysis_efficiency": [{"technology": "electrolysis", "year": y, "value": 0.5} for y in YEARS],
    }
    if store:
        tables["day_sequence"] = [{"run": number, "season": season, "days": count} for number, (season, count) in enumerate(runs, start=1)]
        tables["hydrogen_store_capex"] = [{"technology": "cavern", "year": y, "value": 2.0} for y in YEARS]
    settings = {"capital_cost": 0.0, "discount_rate": 0.0, "electrolysis_fixed_share": 0.0, "hydrogen_storage_cost": 0.0, "building_in_period": "at_beginning"}
    return toy_data(["west"], YEARS, tables, settings)


def wanted(calm_price: float) -> type[Lever]:
    """365 TWh of hydrogen a year that somebody uses; power costs ``calm_price`` (bn CNY/TWh) when it is calm."""

    def post(lever: Lever) -> None:
        frame = pd.DataFrame({"region": ["west"], "year": [2030]})
        lever.ledger.use_fixed("hydrogen", frame, [365.0], item="wanted", unit="TWh/yr")
        power = lever.b.families["electrolysis_use"].terms()
        price = [calm_price if s == "calm" else 0.0 for s in power.frame["slice"]]
        lever.ledger.use("money", power, price, item="power_bill", unit="bn CNY/TWh")

    return poster(post)


def run(data: Data, calm_price: float) -> Solution:
    solution = cheapest(assemble(data, [Hydrogen, HydrogenStore, wanted(calm_price)], []))
    assert solution.status == "optimal"
    return solution


def test_volume_is_what_the_runs_of_the_year_ask() -> None:
    """82.5 in after the first run, 65 out, 82.5 in: 100 at most, 100 out again. Volume 100 TWh, empty at the end of the year."""
    solution = run(stored(), calm_price=50.0)
    assert value(solution, "hydrogen_store_new") == pytest.approx(100.0)
    assert value(solution, "hydrogen_level") == pytest.approx(0.0, abs=1e-6)
    assert value(solution, "hydrogen_stored", season="windy") == pytest.approx(165.0)
    assert value(solution, "hydrogen_stored", season="calm") == pytest.approx(-165.0)
    assert amount(solution, "money", "hydrogen_store_cost", year=2030) == pytest.approx(-100.0 * VOLUME_COST)


def test_days_in_another_order_ask_for_another_volume() -> None:
    """The same days as one windy and one calm run: 200 * 0.825 = 165 TWh."""
    solution = run(stored((("windy", 200.0), ("calm", 165.0))), calm_price=50.0)
    assert value(solution, "hydrogen_store_new") == pytest.approx(165.0)


def test_a_year_that_begins_calm_begins_with_a_full_store() -> None:
    """165 calm days first: 165 TWh at the beginning, nothing after them, all of it again at the end."""
    solution = run(stored((("calm", 165.0), ("windy", 200.0))), calm_price=50.0)
    assert value(solution, "hydrogen_level") == pytest.approx(165.0)
    assert value(solution, "hydrogen_store_new") == pytest.approx(165.0)


def test_no_store_where_power_in_calm_days_is_cheaper_than_volume() -> None:
    """A TWh of hydrogen for the calm days takes 100 / 165 TWh of volume where it is carried, and two TWh of power where it is made then."""
    worth = 100.0 / 165.0 * VOLUME_COST / 2.0
    assert value(run(stored(), calm_price=0.9 * worth), "hydrogen_store_new") == pytest.approx(0.0, abs=1e-6)
    assert value(run(stored(), calm_price=1.1 * worth), "hydrogen_store_new") > 1.0


def test_without_the_sequence_hydrogen_is_kept_for_nothing() -> None:
    solution = cheapest(assemble(stored(store=False), [Hydrogen, wanted(50.0)], []))
    assert amount(solution, "money", "power_bill", year=2030) == pytest.approx(0.0)


@pytest.mark.parametrize("types", [1, 2, 3, 4, 6])
def test_the_highest_and_the_lowest_level_of_any_flows_stand_at_a_corner(types: int) -> None:
    """Flows that add up to nothing over the year, a hundred of them, and random runs of the types."""
    draw = np.random.default_rng(types)
    counts = draw.integers(1, 9, size=40)
    kinds = draw.integers(0, types, size=40)
    kinds[:types] = np.arange(types)
    step = np.zeros((40, types))
    step[np.arange(40), kinds] = counts
    past = pd.DataFrame((step / step.sum(axis=0)).cumsum(axis=0), columns=[f"type{n}" for n in range(types)])
    kept = corners(past)
    assert len(kept) <= len(past)
    for _ in range(100):
        flow = draw.normal(size=types)
        flow -= flow.mean()
        every, some = past.to_numpy() @ flow, kept.to_numpy() @ flow
        assert some.max() == pytest.approx(every.max(), abs=1e-12)
        assert some.min() == pytest.approx(every.min(), abs=1e-12)


def test_runs_that_do_not_make_the_days_of_a_type_are_told_with_their_cell() -> None:
    data = stored()
    data.tables["day_sequence"].loc[3, "days"] = 99.0
    (finding,) = check_sequence(data)
    assert finding.cell == "C3"
    assert "199 days together" in finding.message
    assert check_sequence(stored()) == []
