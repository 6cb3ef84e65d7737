"""Compensation between three groups that emit the same and cut at different prices, worked by hand; and the rules by themselves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import model
from model import analysis
from model.analysis import Outcome, Task
from model.analysis.entitlements import Entitlements
from model.analysis.own_costs import traded
from model.analysis.sharing import as_shares, dividing_cost, dividing_saving, least, least_excess, shapley
from model.closing.analyses import COMPENSATION
from model.closing.carbon import CarbonAccount
from model.closing.objective import ObjectiveClosing
from model.closing.payments.entitled import entitlement_shares
from model.closing.targets import CarbonTargets
from model.core.build.assemble import assemble
from model.core.build.build import Build, Lever
from model.core.build.parts import Family
from model.core.data import Data, regions_in
from model.core.declare.spec import Variable
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from model.reporting.analyses.report import write_analysis
from model.reporting.files.manifest import RunContext
from model.reporting.tables.every import result_tables
from tests.levers.power_toy import yearly
from tests.levers.toy import poster, toy_data

GROUPS = ("west", "industrial", "developed")
STORED = Variable("stored_here", ("region", "year"), "Mt CO2/yr")
#: What a tonne stored costs (bn CNY per Mt), and the most a year (Mt).
PRICE = {"west": 1.0, "industrial": 2.0, "developed": 4.0}
MOST = {"west": 12.0, "industrial": 10.0, "developed": 10.0}
TARGET = {"target": "pledge", "kind": "net_limit", "scope": "nation", "year": 2030, "value": 15.0}
#: Solver's tolerance on sums of some hundred bn CNY.
CLOSE = 1e-6


def by_group(values: tuple[float, float, float]) -> dict[str, Any]:
    return dict(zip(GROUPS, map(pytest.approx, values), strict=True))


def three(targets: list[dict[str, Any]] | None = None, years: tuple[int, ...] = (2020, 2030), **tables: Any) -> Data:
    """Three groups of a region each, 10 Mt a year each in the base year; product 1 : 1 : 2, people 2 : 1 : 1."""
    regions = [{"region": r, "name_en": r, "name_zh": r, "region_group": r} for r in GROUPS]
    product, people = ({"west": 100.0, "industrial": 100.0, "developed": 200.0}, {"west": 50.0, "industrial": 25.0, "developed": 25.0})
    given = {
        "regions": regions,
        "carbon_targets": [TARGET] if targets is None else targets,
        "base_year_emissions": [{"region": r, "emission": 10.0} for r in GROUPS],
        "gdp": [row for r in GROUPS for row in yearly(years, product[r], region=r)],
        "population": [row for r in GROUPS for row in yearly(years, people[r], region=r)],
        **tables,
    }
    return toy_data(GROUPS, years, given, {"discount_rate": 0.0})


def emit_and_store(lever: Lever, most: Mapping[str, float]) -> tuple[pd.DataFrame, Family]:
    """10 Mt a year emitted in each region, of which it may store up to ``most`` at its price; regions and years, and what is stored."""
    keys = pd.MultiIndex.from_product([GROUPS, lever.data.years], names=["region", "year"]).to_frame(index=False)
    lever.ledger.supply_fixed("emission", keys, 10.0, item="burnt", unit="Mt CO2/yr")
    stored = lever.b.variable(STORED, keys, high=keys["region"].map(most).to_numpy(dtype=float))
    lever.ledger.supply("captured", stored.terms(), 1.0, item="stack", unit="1")
    lever.ledger.use("money", stored.terms(), keys["region"].map(PRICE).to_numpy(dtype=float), item="stack", unit="bn CNY/Mt CO2")
    return keys, stored


def built(data: Data, most: Mapping[str, float] = MOST) -> Build:
    """What ``emit_and_store`` says, and nothing else."""

    def emit(lever: Lever) -> None:
        emit_and_store(lever, most)

    return assemble(data, [poster(emit)], [CarbonAccount, CarbonTargets, ObjectiveClosing])


def analysed(data: Data, most: Mapping[str, float] = MOST, **given: float | str) -> Outcome:
    settings = {**analysis.defaults("compensation"), **given}
    task = Task(data, settings, lambda data, phase: solve(built(data, most)), result_tables, lambda data: built(data, most), lambda build, phase: solve(build))
    return analysis.run("compensation", task)


@cache
def outcome() -> Outcome:
    """15 Mt are allowed: 5 each. Alone, each stores 5 over ten years: 50, 100 and 200 bn CNY.

    Together 15 are stored: 12 in the west and 3 in the centre, 120 and 60. West and centre: ten in the west, 100 + 200;
    west and east: ten in the west, 100 + 100; centre and east: ten in the centre, 200 + 50.
    """
    return analysed(three())


def table(name: str, found: Outcome | None = None) -> pd.DataFrame:
    return next(t.frame for t in (found or outcome()).tables if t.name == name)


def column(name: str, rule: str, found: Outcome | None = None) -> dict[str, float]:
    frame = table("compensation", found).query("sharing_rule == @rule")
    return dict(zip(frame["region_group"], frame[name].astype(float), strict=True))


# ---------------------------------------------------------------------------------------------------------------------
# Rules by themselves


def test_the_shapley_value_of_three_is_the_mean_of_what_each_adds_over_six_orders() -> None:
    """v(ab) 50, v(ac) 150, v(bc) 100, v(abc) 170: a adds 0, 0, 50, 150, 70, 70, of which a sixth is 340/6; b 190/6; c 490/6."""
    worth = {("a",): 0.0, ("b",): 0.0, ("c",): 0.0, ("a", "b"): 50.0, ("a", "c"): 150.0, ("b", "c"): 100.0, ("a", "b", "c"): 170.0}
    found = shapley("abc", worth)
    assert {"a": pytest.approx(340 / 6), "b": pytest.approx(190 / 6), "c": pytest.approx(490 / 6)} == found
    assert pytest.approx(170.0) == sum(found.values())


def test_who_adds_nothing_gets_nothing_and_twins_get_the_same() -> None:
    worth = {("a",): 0.0, ("b",): 0.0, ("c",): 0.0, ("a", "b"): 10.0, ("a", "c"): 0.0, ("b", "c"): 0.0, ("a", "b", "c"): 10.0}
    assert {"a": pytest.approx(5.0), "b": pytest.approx(5.0), "c": pytest.approx(0.0)} == shapley("abc", worth)


def test_the_core_asks_every_coalition_and_the_one_served_worst_is_told() -> None:
    """1 for a and b together where they save 4 by themselves: 3 too little."""
    worth = {("a",): 0.0, ("b",): 0.0, ("c",): 0.0, ("a", "b"): 4.0, ("a", "c"): 1.0, ("b", "c"): 1.0, ("a", "b", "c"): 6.0}
    assert pytest.approx(-3.0) == least_excess(pd.Series({"a": 0.5, "b": 0.5, "c": 5.0}), worth)


def money(*years: tuple[float, float, float]) -> pd.DataFrame:
    return pd.DataFrame(years, columns=list(GROUPS))


def test_a_saving_is_divided_year_by_year_and_transfers_of_a_year_sum_to_zero() -> None:
    """Alone 5, 5, 5, together 9, 1, 2: 3 are saved, a third each leaves 4: received 5, -3, -2; then 1 costs more: 0.333 each is paid."""
    found = dividing_saving(money((9.0, 1.0, 2.0), (2.0, 2.0, 2.0)), money((5.0, 5.0, 5.0), (2.0, 2.0, 1.0)), as_shares(dict.fromkeys(GROUPS, 1.0)))
    assert [5.0, -3.0, -2.0] == pytest.approx(found.loc[0].tolist())
    assert [-1 / 3, -1 / 3, 2 / 3] == pytest.approx(found.loc[1].tolist())
    assert [0.0, 0.0] == pytest.approx(found.sum(axis=1).tolist())


def test_a_cost_is_divided_from_the_plan_without_target_on() -> None:
    """Without 1, 1, 1, together 9, 1, 2: 9 more; a half and two quarters leave 5.5, 3.25, 3.25."""
    found = dividing_cost(money((9.0, 1.0, 2.0)), money((1.0, 1.0, 1.0)), as_shares({"west": 2.0, "industrial": 1.0, "developed": 1.0}))
    assert [3.5, -2.25, -1.25] == pytest.approx(found.loc[0].tolist())


def test_the_least_transfer_makes_whole_who_loses_and_asks_gainers_in_proportion() -> None:
    """The west loses 4; the others gain 4 and 3: they pay 16/7 and 12/7. Where nobody loses nothing is paid."""
    found = least(money((9.0, 1.0, 2.0)), money((5.0, 5.0, 5.0)))
    assert [4.0, -16 / 7, -12 / 7] == pytest.approx(found.loc[0].tolist())
    assert [0.0, 0.0, 0.0] == least(money((4.0, 1.0, 2.0)), money((5.0, 5.0, 5.0))).loc[0].tolist()
    assert [0.0, 0.0, 0.0] == least(money((5.0, 5.0, 5.0)), money((5.0, 5.0, 5.0))).loc[0].tolist()


def test_shares_of_nothing_are_the_same_for_all() -> None:
    assert [0.25, 0.75] == as_shares({"a": 1.0, "b": 3.0}).tolist()
    assert [0.5, 0.5] == as_shares({"a": 0.0, "b": 0.0}).tolist()


# ---------------------------------------------------------------------------------------------------------------------
# Entitlements


def shares(rule: str, year: float, **tables: Any) -> list[float]:
    return entitlement_shares(three(**tables), rule, [year])["share"].tolist()


def test_entitlements_by_each_rule() -> None:
    """10 of 30 Mt each; 100, 100 and 200 of 400 bn CNY; 50, 25 and 25 of 100 million."""
    assert [1 / 3] * 3 == pytest.approx(shares("grandfathered", 2030))
    assert [0.25, 0.25, 0.5] == pytest.approx(shares("per_gdp", 2030))
    assert [0.5, 0.25, 0.25] == pytest.approx(shares("per_head", 2030))


def test_the_share_of_a_year_between_two_of_the_table_is_that_of_the_straight_line() -> None:
    """The west grows from 100 to 300, the others stay at 100: half way 200 of 400."""
    product = [{"region": r, "year": y, "value": 300.0 if (r, y) == ("west", 2030) else 100.0} for r in GROUPS for y in (2020, 2030)]
    assert [0.5, 0.25, 0.25] == pytest.approx(shares("per_gdp", 2025, gdp=product))


def test_without_people_each_region_counts_the_same_and_that_is_said() -> None:
    assert [1 / 3] * 3 == pytest.approx(shares("per_head", 2030, population=[]))
    found = analysed(three(population=[]))
    assert ["population is empty: for saving_per_head, cost_per_head each region of regions counts the same"] == found.problems


def test_a_path_is_divided_row_by_row_and_its_rows_keep_their_cells() -> None:
    """12 in 2030 straight to 0 in 2050, by product: 3, 3, 6 and 0; two together have the sum; whoever does not pool is asked nothing."""
    path = [{**TARGET, "value": 12.0}, {**TARGET, "year": 2050, "value": 0.0, "hold": "line"}, {**TARGET, "target": "own", "scope": "group:west", "value": 7.0}]
    entitled = Entitlements(three(path, (2020, 2030, 2040, 2050)), "per_gdp", 5.0)
    found = entitled.pooled([("west", "developed"), ("industrial",)]).tables["carbon_targets"]
    first = found[found["year"] == 2030].set_index("target")["value"]
    assert (9.0, 3.0, 7.0) == (first["pledge@west:developed"], first["pledge@industrial"], first["own"])
    assert first["pledge@west"] > 1e4
    assert {0.0} == set(found[found["year"] == 2050].set_index("target").loc[["pledge@west:developed", "pledge@industrial"], "value"])
    assert {3, 4} == set(found.index[found["target"].str.startswith("pledge@")])
    assert ["west", "developed"] == regions_in(entitled.data, found.set_index("target")["scope"]["pledge@west:developed"].iloc[0])


def test_a_budget_is_divided_by_the_mean_share_of_the_years_that_it_counts() -> None:
    """The west has a third of the product in the first ten years and a half in the next ten: 5/12 of 240 Mt are 100."""
    years = (2020, 2030, 2040)
    product = [{"region": r, "year": y, "value": 200.0 if (r, y) == ("west", 2040) else 100.0} for r in GROUPS for y in years]
    budget = {"target": "budget", "kind": "cumulative", "scope": "nation", "year": 2040, "total": 240.0, "counts": "net"}
    entitled = Entitlements(three([budget], years, gdp=product), "per_gdp", 5.0)
    found = entitled.pooled([(g,) for g in GROUPS]).tables["carbon_targets"].set_index("target")["total"]
    assert pytest.approx(100.0) == found["budget@west"]
    assert pytest.approx(240.0) == found[[f"budget@{g}" for g in GROUPS]].sum()


# ---------------------------------------------------------------------------------------------------------------------
# The whole analysis


def test_each_coalition_saves_what_was_worked_out() -> None:
    found = table("coalitions").set_index("coalition")
    saved = {"west:industrial": 50.0, "west:developed": 150.0, "industrial:developed": 100.0, "west:industrial:developed": 170.0, "alone": 0.0}
    assert {name: pytest.approx(value, abs=CLOSE) for name, value in saved.items()} == found["saving"].dropna().to_dict()
    assert pytest.approx(0.0) == found["national_cost"]["without_target"]
    assert {"optimal"} == set(found["status"])


def test_all_together_is_the_plan_of_the_workbook() -> None:
    """Dividing a target and pooling it again changes nothing: 180 bn CNY."""
    assert pytest.approx(180.0, abs=1e-9) == solve(built(three())).objective == pytest.approx(outcome().solution.objective, rel=1e-9)


def test_costs_alone_and_together_stand_where_the_money_is_spent() -> None:
    assert by_group((50.0, 100.0, 200.0)) == column("cost_alone", "shapley")
    assert by_group((120.0, 60.0, 0.0)) == column("cost_before", "shapley")


def test_what_moves_is_told_by_item() -> None:
    """Storing costs 50, 100 and 200 alone, 120, 60 and nothing together; nothing else is spent, nothing is traded."""
    found = table("moved_costs").set_index("region_group")
    assert {"stack"} == set(found["item"])
    assert by_group((70.0, -40.0, -200.0)) == found["cost_moved"].to_dict()
    assert "traded" not in [t.name for t in outcome().tables]


def test_what_a_lever_brings_at_the_price_of_the_plan_is_told_beside_what_it_spends() -> None:
    """A tonne is worth 2 bn CNY: west emits 10 and stores 12 over ten years, (12 - 10) * 2 * 10 = 40, and spends 120; the centre stores 3, the east none."""
    found = table("by_lever").set_index("region_group")
    assert by_group((40.0, -140.0, -200.0)) == found["carbon_value"].to_dict()
    assert by_group((120.0, 60.0, 0.0)) == found["spent"].to_dict()
    assert {g: pytest.approx(v, abs=CLOSE) for g, v in zip(GROUPS, (-80.0, -200.0, -200.0), strict=True)} == found["left"].to_dict()
    assert 0.0 == found["other_value"].abs().max()


def test_trade_inside_a_group_is_none_between_groups() -> None:
    """Two regions of the west send 3 and 4 to the east, and 9 to one another; together they send 5 more."""
    regions = [{"region": r, "name_en": r, "name_zh": r, "region_group": g} for r, g in (("far", "west"), ("near", "west"), ("east", "developed"))]
    sent = pd.DataFrame([("far", "east", 3.0), ("near", "east", 4.0), ("far", "near", 9.0)], columns=["from_region", "to_region", "value"])
    sent = sent.assign(commodity="power", year=2030, unit="TWh/yr")
    found = traded(sent, sent.assign(value=sent["value"] + 2.5), toy_data(tables={"regions": regions}))
    assert [("power", "west", "developed", 2030, 7.0, 12.0, "TWh/yr")] == list(found.itertuples(index=False, name=None))


TRANSFERS = {
    "shapley": (70.0 + 340 / 6, -40.0 + 190 / 6, -200.0 + 490 / 6),  # what the plan adds, and the share in what is saved
    "saving_per_gdp": (70.0 + 42.5, -40.0 + 42.5, -200.0 + 85.0),
    "saving_per_head": (70.0 + 85.0, -40.0 + 42.5, -200.0 + 42.5),
    "cost_per_gdp": (75.0, 15.0, -90.0),  # 180 as 45, 45 and 90
    "cost_per_head": (30.0, 15.0, -45.0),  # as 90, 45 and 45
    "polluter_pays": (60.0, 0.0, -60.0),  # as 60 each
    "dual_price": (140.0, -40.0, -100.0),  # 7, -2 and -5 Mt over ten years at the 2 bn CNY of the centre
    "least_transfer": (70.0, -70.0 * 40 / 240, -70.0 * 200 / 240),
}


@pytest.mark.parametrize("rule", list(TRANSFERS))
def test_transfers_of_each_rule(rule: str) -> None:
    assert {g: pytest.approx(v, abs=CLOSE) for g, v in zip(GROUPS, TRANSFERS[rule], strict=True)} == column("transfer", rule)


def test_transfers_of_every_rule_sum_to_zero_in_total_and_in_every_year() -> None:
    assert set(TRANSFERS) == set(table("rules")["sharing_rule"])
    assert [0.0] * len(TRANSFERS) == pytest.approx(table("rules")["sum_of_transfers"].tolist(), abs=CLOSE)
    years = table("compensation_by_year")
    assert 0.0 == pytest.approx(years.groupby(["sharing_rule", "year"])["transfer"].sum().abs().max(), abs=CLOSE)
    a_year = years.set_index(["sharing_rule", "region_group"])["transfer"]
    assert pytest.approx(14.0, abs=CLOSE) == a_year["dual_price", "west"]


def test_who_is_worse_off_than_alone_is_told_with_the_amount() -> None:
    """The cost by head leaves the west 90 where it pays 50 alone; every coalition is served at the pooled price."""
    found = table("rules").set_index("sharing_rule")
    well = {"shapley", "saving_per_gdp", "saving_per_head", "cost_per_gdp", "dual_price", "least_transfer"}
    assert well == set(found.index[found["nobody_worse_off"] == 1])
    assert (pytest.approx(40.0), pytest.approx(10.0)) == (found["worse_off_by"]["cost_per_head"], found["worse_off_by"]["polluter_pays"])
    assert by_group((40.0, 0.0, 0.0)) == column("worse_off_by", "cost_per_head")
    assert pytest.approx(0.0, abs=CLOSE) == found["least_excess"]["dual_price"]
    assert pytest.approx(-40.0, abs=CLOSE) == found["least_excess"]["cost_per_head"]


def test_entitlements_tell_what_is_bought_and_the_price() -> None:
    """5 each; together the west is at -2, the centre at 7, the east at 10; a tonne is worth 2000 CNY."""
    found = table("entitlements").set_index("region_group")
    assert by_group((5.0, 5.0, 5.0)) == found["entitlement"].to_dict() == found["net_alone"].to_dict()
    assert by_group((-2.0, 7.0, 10.0)) == found["net_together"].to_dict()
    assert {g: pytest.approx(v, abs=CLOSE) for g, v in zip(GROUPS, (-7.0, 2.0, 5.0), strict=True)} == found["bought"].to_dict()
    assert [2000.0] * 3 == pytest.approx(found["price"].tolist())


def test_a_group_that_can_not_meet_its_own_misses_at_the_price() -> None:
    """The east can store 2: 3 are missed at 5 bn CNY, 8 + 15 over ten years are 230 bn CNY; together nothing is missed and 200 are saved."""
    found = analysed(three(), {**MOST, "developed": 2.0})
    assert pytest.approx(230.0) == column("cost_alone", "shapley", found)["developed"]
    assert pytest.approx(200.0) == table("coalitions", found).set_index("coalition")["saving"]["west:industrial:developed"]
    missed = table("entitlements", found).set_index("region_group")
    assert by_group((0.0, 0.0, 3.0)) == missed["missed"].to_dict()
    assert pytest.approx(8.0) == missed["net_alone"]["developed"]
    assert "alone: developed misses what it is entitled to, at most by 3 Mt CO2 in 2030, at 5000 CNY/t CO2" in found.problems


def test_what_all_together_miss_is_borne_by_gross_emissions_and_transfers_still_sum_to_zero() -> None:
    """12 of 15 can be stored: 3 are missed, 150 bn CNY, a third each; at 5 bn CNY a tonne the west is paid for 5 + 1 - 5."""
    found = analysed(three(), {"west": 5.0, "industrial": 5.0, "developed": 2.0})
    assert [0.0] * len(TRANSFERS) == pytest.approx(table("rules", found)["sum_of_transfers"].tolist(), abs=CLOSE)
    assert by_group((100.0, 150.0, 130.0)) == column("cost_before", "shapley", found)
    assert {g: pytest.approx(v, abs=CLOSE) for g, v in zip(GROUPS, (50.0, 50.0, -100.0), strict=True)} == column("transfer", "dual_price", found)


def test_the_price_of_a_year_between_two_periods_is_paid_in_both() -> None:
    """2040 lies half way between 2035 and 2045, the middles of the two periods around it: each pays half of it, a year as much."""
    found = analysed(three([{**TARGET, "year": 2040}], (2020, 2030, 2040, 2050)))
    years = table("compensation_by_year", found).query("sharing_rule == 'dual_price' and region_group == 'west'").set_index("year")["transfer"]
    assert pytest.approx(0.0, abs=CLOSE) == years[2030]
    assert years[2040] == pytest.approx(years[2050])
    total = column("transfer", "dual_price", found)["west"]
    assert pytest.approx(total) == 10.0 * (years[2040] + years[2050])


def test_a_budget_is_settled_in_its_last_period() -> None:
    """150 Mt over ten years ask what 15 Mt a year ask: the same transfers and price."""
    budget = {"target": "budget", "kind": "cumulative", "scope": "nation", "year": 2030, "total": 150.0, "counts": "net"}
    found = analysed(three([budget]))
    assert {g: pytest.approx(v, abs=CLOSE) for g, v in zip(GROUPS, TRANSFERS["dual_price"], strict=True)} == column("transfer", "dual_price", found)
    rows = table("entitlements", found)
    assert ({"Mt CO2"}, {"cumulative_limit"}) == (set(rows["unit"]), set(rows["held_by"]))
    assert [2000.0] * 3 == pytest.approx(rows["price"].tolist())


def test_other_entitlements_change_what_alone_costs_and_not_the_plan_together() -> None:
    """By product the east is entitled to 7.5: it stores 2.5 alone for 100 bn CNY; together 180 as before."""
    found = analysed(three(), entitlement="per_gdp")
    assert by_group((62.5, 125.0, 100.0)) == column("cost_alone", "shapley", found)
    assert pytest.approx(180.0) == found.solution.objective


@pytest.mark.parametrize("other", [{"kind": "sink_at_least", "value": 0.0}, {"kind": "emission_limit"}, {"scope": "west"}])
def test_without_a_national_net_target_there_is_nothing_to_divide(other: dict[str, Any]) -> None:
    found = analysed(three([{**TARGET, **other}]))
    assert "no national target" in found.problems[0]
    assert [] == found.tables


def test_one_group_has_nobody_to_pool_with() -> None:
    regions = [{"region": r, "name_en": r, "name_zh": r, "region_group": "west"} for r in GROUPS]
    found = analysed(three(regions=regions))
    assert "one region group" in found.problems[0]
    assert [] == found.tables


def test_a_saving_of_cost_needs_an_objective_of_cost() -> None:
    data = three()
    found = analysed(Data(data.tables, {**data.settings, "objective": "max_net_removal"}, data.columns))
    assert "min_cost" in found.problems[0]


def test_a_workbook_without_a_plan_has_no_tables() -> None:
    """A hard limit of the workbook itself that nobody can meet."""
    found = analysed(three([TARGET, {**TARGET, "target": "own", "scope": "west", "value": -3.0}]))
    assert ("infeasible", []) == (found.solution.status, found.tables)


def test_a_coalition_that_is_stopped_is_named_and_nothing_is_divided() -> None:
    """Three of the six plans run out of time: what the others cost is told, no transfer is."""

    def stopped(data: Data, phase: str) -> Solution:
        solution = solve(built(data))
        return solution if phase else replace(solution, status="time_limit")

    task = Task(three(), analysis.defaults("compensation"), stopped, result_tables, built, lambda build, phase: solve(build))
    found = analysis.run("compensation", task)
    assert ["coalitions", "entitlement_shares"] == [t.name for t in found.tables]
    assert 3 == len([line for line in found.problems if "time_limit" in line])
    costs = table("coalitions", found).set_index("coalition")["national_cost"]
    assert (pytest.approx(350.0), 3) == (costs["alone"], costs.isna().sum())


@pytest.mark.slow
def test_the_small_workbook_is_neutral_together_at_no_more_than_alone(small_workbook: Path, tmp_path: Path) -> None:
    """Two groups: together costs what the plan of the workbook costs; transfers sum to zero; the report is written in both languages."""
    book = model.read(small_workbook)
    found = model.analyse(book, "compensation")
    whole = model.solve(book).objective
    assert whole == pytest.approx(found.solution.objective, rel=1e-8)
    coalitions = table("coalitions", found).set_index("coalition")
    assert {"optimal"} == set(coalitions["status"])
    assert coalitions["national_cost"]["alone"] >= whole * (1.0 - 1e-8)
    costs = table("compensation", found).query("sharing_rule == 'shapley'")
    assert whole == pytest.approx(costs["cost_before"].sum(), rel=1e-8)
    assert coalitions["national_cost"]["alone"] == pytest.approx(costs["cost_alone"].sum(), rel=1e-8)
    assert np.abs(table("rules", found)["sum_of_transfers"]).max() <= 1e-7 * whole
    for lang in ("en", "zh"):
        folder = write_analysis(found.tables, found.solution, COMPENSATION, tmp_path / lang, RunContext(lang=lang))
        assert {f"{t.name}.csv" for t in found.tables} <= {path.name for path in (folder / "tables").iterdir()}
        assert [] == [i["name"] for i in json.loads((folder / "run.json").read_text(encoding="utf-8"))["identities"] if not i["ok"]]


