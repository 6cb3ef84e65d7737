"""Renewal of one Mha of over-mature pine, worked by hand: where it raises the later sink, where it lowers it, where it turns.

The pine of the forest toy in ten-year classes, 1 Mha of ages 40 to 60 in 2020, milestones 2030, 2040 and 2050; 2040 to
2050 are compared. Roundwood takes all the carbon of a felled stand (volume is biomass over 512 Mt C/km3, a power of
two, so that rounding leaves no slash); without wood products it is gone at once, with them it is followed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest

from model import analysis
from model.analysis import Outcome, Task
from model.analysis._renewal_plans import FELLING_PLANS, PARAMETERS, ages_of_classes, forest_only, varied
from model.core.build.assemble import assemble
from model.core.data import Data
from model.core.declare.spec import InputError
from model.core.declare.units import CO2_PER_C
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from model.reporting.tables.every import result_tables
from tests.levers.forest_toy import PINE, forest_data, stand

YEARS = (2020, 2030, 2040, 2050)
CARBON_PER_KM3 = 512.0
#: Biomass by age (t C/ha): old stands grow no more, or grow twice as fast as young ones.
SATURATED = {0: 0.0, 40: 80.0, 120: 80.0}
LATE_GROWTH = {0: 0.0, 40: 40.0, 120: 200.0}
#: What the second objective may take from the first, a share of 1e-7 of it, in Mt CO2: enough for all sums here.
SLACK = 1e-6
#: How near two points are between which the answer turns, relative.
PRECISION = 0.05
GIVEN: dict[str, float | str] = {"first_year": 2040, "last_year": 2050, "points": 2, "smallest_change": 1e-6, "precision": PRECISION, "most_solves": 20}
#: Every parameter as it stands: the plans are compared, and no range is run.
AS_IT_STANDS = {f"{parameter}_{end}": 1.0 for parameter in PARAMETERS for end in ("low", "high")}


def pine(curve: Mapping[int, float], *, group: Mapping[str, Any] | None = None, tables: Mapping[str, Any] | None = None, decay: float = 0.1) -> Data:
    """The forest of the docstring with a growth curve."""
    growth = [{"forest_group": "pine", "age": a, "volume": c / CARBON_PER_KM3, "biomass_carbon": c} for a, c in curve.items()]
    changed = {"carbon_per_m3": CARBON_PER_KM3, "soil_loss_fraction": 0.0, **(group or {})}
    return forest_data(
        [stand("over_mature", 1.0)], years=YEARS, group=changed, harvest={"recovery": 1.0, "slash_decay": decay}, tables={"forest_growth": growth, **(tables or {})}
    )


def solved(data: Data, phase: str) -> Solution:
    return solve(assemble(data))


def renewal(data: Data, **given: float) -> Outcome:
    return analysis.run("renewal", Task(data, {**analysis.defaults("renewal"), **GIVEN, **given}, solved, result_tables))


def compared(data: Data, **given: float) -> Outcome:
    """The plans of the workbook as it stands."""
    return renewal(data, **{**AS_IT_STANDS, **given})


def table(outcome: Outcome, name: str) -> pd.DataFrame:
    return next(t.frame for t in outcome.tables if t.name == name)


def change(outcome: Outcome, plan: str, measure: str) -> float:
    frame = table(outcome, "comparison").set_index("plan")
    return float(frame.loc[plan, f"{measure}_change"])


def products(half_life: float) -> dict[str, Any]:
    return {
        "wood_products": [{"product": "board", "half_life": half_life, "mill_yield": 1.0, "inherited_years": 0.0}],
        "wood_product_shares": [{"region": "west", "product": "board", "share": 1.0, "roundwood": 1.0}],
    }


def kept_in_products(half_life: float) -> float:
    """Mt C of the 80 felled evenly from 2020 to 2030 that boards still hold in 2050."""
    k = math.log(2.0) / half_life
    return 8.0 * (1.0 - math.exp(-10.0 * k)) / k * math.exp(-20.0 * k)


def test_renewal_raises_the_later_sink_where_old_stands_grow_no_more_and_does_not_make_good_what_it_cost() -> None:
    """Unfelled: 80 Mt C throughout, no sink. Felled in the first period: 10, 30 and 50 Mt C in 2030, 2040, 2050.
    Compared years: (50 - 30) / 10 = 2 Mt C a year more; over thirty years (50 - 80) / 30 = 1 Mt C a year less.
    The most carbon is held without felling."""
    found = compared(pine(SATURATED))
    for plan in ("late", "renewed", "renewed_before"):
        assert pytest.approx(2.0 * CO2_PER_C) == change(found, plan, "sink")
        assert pytest.approx(-1.0 * CO2_PER_C) == change(found, plan, "horizon")
    assert pytest.approx(0.0, abs=SLACK) == change(found, "stored", "sink")
    assert pytest.approx(0.0, abs=SLACK) == change(found, "stored", "horizon")


@pytest.mark.parametrize(("rate", "widens"), [(0.01, True), (0.05, False)])
def test_mortality_widens_the_gain_until_what_is_lost_regrows_as_fast_as_it_dies(rate: float, widens: bool) -> None:
    """l = 1 - (1 - rate)^10 of the old stands is lost in a period and starts anew. Unfelled living carbon, with u = 1 - l:
    80 u^2 + 10 l u + 30 l in 2040, 80 u^3 + 10 l u^2 + 30 l u + 50 l in 2050. What is lost, 8 l u^2 Mt C a year in the last
    period, 8 l u before, decays at 2 a year: a pool of half a year's inflow, to e^-20. Renewed: 20 Mt C.
    At 1 % a year old stands only lose; at 5 % four tenths of them have begun to renew themselves each period."""
    lost = 1.0 - (1.0 - rate) ** 10
    u = 1.0 - lost
    living = 80.0 * u**3 + 10.0 * lost * u**2 + 30.0 * lost * u + 50.0 * lost - (80.0 * u**2 + 10.0 * lost * u + 30.0 * lost)
    dead = (8.0 * lost * u**2 - 8.0 * lost * u) / 2.0
    found = compared(pine(SATURATED, group={"loss_over_mature": rate}, decay=2.0))
    assert pytest.approx((20.0 - living - dead) / 10.0 * CO2_PER_C, abs=SLACK) == change(found, "late", "sink")
    assert widens == (change(found, "late", "sink") > 2.0 * CO2_PER_C)


def test_renewal_lowers_the_later_sink_where_old_stands_grow_faster_than_young_ones() -> None:
    """Old stands gain 2 t C/ha a year, young ones 1: renewed, the years compared bring 1 Mt C a year less. In 2050 old
    stands of 75 and 85 years hold 110 and 130, 120 on average, renewed ones 25: (25 - 120) / 30 Mt C a year.
    No plan that is free to choose fells anything."""
    found = compared(pine(LATE_GROWTH))
    assert pytest.approx(-1.0 * CO2_PER_C) == change(found, "renewed_before", "sink")
    assert pytest.approx(-95.0 / 30.0 * CO2_PER_C) == change(found, "renewed_before", "horizon")
    assert pytest.approx(0.0, abs=SLACK) == change(found, "late", "sink")
    assert pytest.approx(0.0, abs=SLACK) == float(table(found, "felled_by_age_group").query("plan == 'late'")["value"].sum())


def test_soil_that_a_clearcut_opened_recovers_within_the_years_compared_and_flatters_them() -> None:
    """A tenth of 100 Mt C is lost evenly over the first period, the time constant is 20 years: the deficit of 2030 is 10 *
    2 * (1 - e^-0.5), it shrinks by e^-0.5 each period: the sink of the soil in the last is deficit * (e^-0.5 - e^-1) / 10."""
    found = compared(pine(SATURATED, group={"soil_loss_fraction": 0.1}))
    deficit = 20.0 * (1.0 - math.exp(-0.5))
    soil = deficit * (math.exp(-0.5) - math.exp(-1.0)) / 10.0
    assert pytest.approx((2.0 + soil) * CO2_PER_C) == change(found, "renewed_before", "sink")
    assert pytest.approx((-30.0 - deficit * math.exp(-1.0)) / 30.0 * CO2_PER_C) == change(found, "renewed_before", "horizon")
    sinks = table(found, "sinks").query("plan == 'renewed_before' and year == 2050").set_index("category")["value"]
    assert pytest.approx(soil * CO2_PER_C) == sinks["soil"]
    assert pytest.approx(2.0 * CO2_PER_C) == sinks["living"]


def test_the_half_life_from_which_renewal_holds_more_carbon_is_closed_in_on() -> None:
    """Renewed stands hold 50 Mt C in 2050, unfelled ones 80: felling pays from the half-life on with which boards keep 30
    of the 80 felled. Fifteen years keep 25.4, twenty keep 33.8."""
    assert kept_in_products(15.0) < 30.0 < kept_in_products(20.0)
    ranges = {**AS_IT_STANDS, "product_life_low": 0.75, "product_life_high": 1.0}
    found = table(renewal(pine(SATURATED, tables=products(20.0)), **ranges), "turning_points")
    for plan, before in (("renewed_before", -1), ("stored", 0)):
        row = found[(found["parameter"] == "product_life") & (found["plan"] == plan) & (found["difference_of"] == "horizon")]
        assert 1 == len(row)
        assert (before, 1, "turns") == (row["sign_below"].iloc[0], row["sign_above"].iloc[0], row["state"].iloc[0])
        below, above = float(row["value_below"].iloc[0]), float(row["value_above"].iloc[0])
        assert kept_in_products(below) < 30.0 + 1e-4 < kept_in_products(above) + 1e-4
        assert above - below <= PRECISION * above
    late = found[(found["plan"] == "late") & (found["difference_of"] == "sink")]
    assert {"no_sign_change"} == set(late["state"])


def test_every_point_of_a_range_is_solved_again_and_the_workbook_itself_is_one_of_them() -> None:
    """Two points, and factor 1 between them: three factors for mortality and soil loss (no products: no third range)."""
    found = table(renewal(pine(SATURATED, group={"loss_over_mature": 0.01, "soil_loss_fraction": 0.1})), "ranges")
    assert [0.4, 1.0, 2.0] == sorted(set(found.loc[found["parameter"] == "over_mature_loss", "factor"]))
    assert [0.0, 1.0, 3.0] == sorted(set(found.loc[found["parameter"] == "soil_loss", "factor"]))
    assert {"over_mature_loss", "soil_loss"} == set(found["parameter"])
    assert pytest.approx([0.004, 0.01, 0.02]) == sorted(set(found.loc[found["parameter"] == "over_mature_loss", "greatest_value"]))
    late = found[(found["plan"] == "late") & (found["parameter"] == "over_mature_loss")].sort_values("factor")["sink_change"]
    assert late.is_monotonic_increasing


def test_the_limits_of_the_harvest_hold_for_renewal() -> None:
    """A quota of half the volume, 80/512/20 km3 a year, in 2030 and none later: half the Mha is renewed, half the gain."""
    quota = [{"region": "west", "year": year, "value": value} for year, value in ((2020, 0.0), (2030, 80.0 / CARBON_PER_KM3 / 20.0), (2040, 0.0), (2050, 0.0))]
    found = compared(pine(SATURATED, tables={"harvest_quota": quota}))
    assert pytest.approx(1.0 * CO2_PER_C) == change(found, "renewed", "sink")
    cut = table(found, "felled_by_age_group").query("plan == 'renewed' and year == 2030").set_index("age_group")
    assert pytest.approx(80.0 / CARBON_PER_KM3 / 20.0 * 1e3) == cut.loc["over_mature", "value"]
    assert pytest.approx(1.0) == cut.loc["over_mature", "share"]


def test_stands_that_must_be_felled_make_the_unfelled_forest_impossible_and_that_is_said() -> None:
    """Past age 40 all must be felled: a quota of nothing has no plan; nothing is compared, the others are still told."""
    found = compared(pine(SATURATED, group={"maximum_cutting_age": 40.0}))
    assert any("unfelled is infeasible" in problem for problem in found.problems)
    assert {"whole_model", *FELLING_PLANS} == set(table(found, "comparison")["plan"])
    assert table(found, "comparison")["sink_change"].isna().all()
    assert "turning_points" not in [t.name for t in found.tables]


def test_years_that_are_no_milestones_are_a_finding() -> None:
    with pytest.raises(InputError, match="first_year 2045 and last_year 2050 bound no periods"):
        renewal(pine(SATURATED), first_year=2045)


def test_a_factor_that_leaves_the_range_of_the_column_is_a_finding() -> None:
    """A loss of 0.05 a year times 5 is above the 0.2 that the column allows."""
    with pytest.raises(InputError, match="over_mature_loss times 5"):
        varied(pine(SATURATED, group={"loss_over_mature": 0.05}), "over_mature_loss", 5.0)


def test_a_workbook_without_forest_has_nothing_to_renew() -> None:
    data = pine(SATURATED)
    del data.tables["forest_area"]
    assert ["the workbook holds no forest that could be renewed"] == renewal(data).problems


def test_the_forest_alone_keeps_its_limits_and_leaves_the_market_out() -> None:
    demand = [{"market": "nation", "year": year, "value": 1.0} for year in YEARS]
    data = forest_only(pine(SATURATED, tables={**products(20.0), "timber_demand": demand}))
    assert "timber_demand" not in data.tables
    assert {"forest_area", "forest_harvest", "wood_products"} <= set(data.tables)


def test_a_class_belongs_to_the_age_group_of_its_mid_age() -> None:
    """Bounds 10, 20, 30, 40: mid-ages 5, 15, 25, 35, then over-mature."""
    ages = ages_of_classes(pine(SATURATED)).sort_values("age_class")["age_group"].tolist()
    assert PINE["mature_max_age"] == 40.0
    assert ["young", "middle", "near_mature", "mature", "over_mature", "over_mature"] == ages[:6]
