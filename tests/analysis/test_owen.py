"""Who bears what at the prices of the plan, and what coalitions pay by themselves: toys worked by hand, then the small workbook.

Three groups emit 10 Mt a year each until 2030 and may store it at 1, 2 and 4 bn CNY a tonne, the west 12 Mt a year, the others 10; 15 are
allowed. The plan stores 12 in the west and 3 in the centre: 180 bn CNY over ten years, and a tonne is worth 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import model
from model import analysis
from model.analysis import Outcome, Task, owen
from model.analysis.alone import alone
from model.analysis.owen import allocate
from model.analysis.owners import Owners, owners_of
from model.closing.carbon import CarbonAccount
from model.closing.objective import ObjectiveClosing
from model.closing.targets import CarbonTargets
from model.core.build.assemble import assemble
from model.core.build.build import Build, Lever
from model.core.data import Data
from model.core.ledger import FIXED
from model.core.solve.solution import Solution
from model.core.solve.solver import solve, solve_part
from model.levers.power.power import Power
from model.levers.power.thermal import Thermal
from model.levers.power.transmission import Transmission
from model.reporting.tables.every import result_tables
from tests.levers.power_toy import YEARS, coal, grid, power_data, yearly
from tests.levers.test_transmission import ENDS, lines
from tests.levers.test_transmission import solved as with_line
from tests.levers.toy import cheapest, poster, toy_data

from .test_compensation import CLOSE, GROUPS, MOST, built, by_group, emit_and_store, three

BY_RULE = {"national_rows": "by_entitlement"}


def analysed(data: Data, most: Mapping[str, float] = MOST, make: Any = built, **given: float | str) -> Outcome:
    settings = {**analysis.defaults("owen"), **given}
    return analysis.run("owen", Task(data, settings, lambda data, phase: solve(make(data, most)), result_tables))


@cache
def outcome() -> Outcome:
    return analysed(three())


def table(name: str, found: Outcome | None = None) -> pd.DataFrame:
    return next(t.frame for t in (found or outcome()).tables if t.name == name)


def column(name: str, found: Outcome | None = None) -> dict[str, float]:
    frame = table("allocation_by_region", found)
    return dict(zip(frame["region"], frame[name].astype(float), strict=True))


def paced(data: Data, most: Mapping[str, float]) -> Build:
    """As ``built``; west and centre together store no more than 10 Mt a year; 3 bn CNY a year are spent in the west, 6 for the nation."""

    def emit(lever: Lever) -> None:
        keys, stored = emit_and_store(lever, most)
        for place, amount in (("west", 3.0), ("nation", 6.0)):
            years = pd.DataFrame({"region": place, "year": lever.data.years})
            lever.ledger.use_fixed("money", years, amount, item="grid", unit="bn CNY/yr")
        kept = keys[keys["region"] != "developed"]
        terms = pd.concat([
            pd.DataFrame({"year": kept["year"], "position": stored.positions[kept.index], "coefficient": -1.0}),
            pd.DataFrame({"year": lever.data.years, "position": FIXED, "coefficient": 10.0}),
        ])  # fmt: skip
        lever.b.rows_from_terms("stored_together", terms, ["year"], ">=", "Mt CO2/yr")

    return assemble(data, [poster(emit)], [CarbonAccount, CarbonTargets, ObjectiveClosing])


# ---------------------------------------------------------------------------------------------------------------------
# What is allocated


def test_each_region_bears_what_it_owns_at_the_price_of_the_plan() -> None:
    """10 Mt at 2 over ten years are 200 each, less 100 for the 5 that each may emit; the west's 12 Mt store cheaper by 1: 120 less."""
    assert by_group((-20.0, 100.0, 100.0)) == column("allocated")
    assert by_group((120.0, 60.0, 0.0)) == column("spent")
    assert by_group((140.0, -40.0, -100.0)) == column("transfer")


def test_the_allocation_sums_to_the_objective() -> None:
    assert pytest.approx(180.0, rel=1e-12) == sum(column("allocated").values()) == pytest.approx(sum(column("spent").values()), rel=1e-12)


def test_transfers_are_told_per_product_of_the_plan() -> None:
    """100, 100 and 200 bn CNY a year over ten years: 140 of 1000, -40 of 1000 and -100 of 2000."""
    assert by_group((14.0, -4.0, -5.0)) == column("transfer_per_gdp")


def test_an_allocation_is_told_by_what_it_is_made_of_and_the_rent_of_a_bound_is_its_regions() -> None:
    found = table("allocation_by_family").set_index(["region_group", "family"])["allocated"].to_dict()
    emitted, allowed = {(g, "emission"): pytest.approx(200.0) for g in GROUPS}, {(g, "net_limit"): pytest.approx(-100.0) for g in GROUPS}
    assert {**emitted, **allowed, ("west", "stored_here"): pytest.approx(-120.0)} == found


def test_a_target_is_divided_by_the_rule_of_entitlement() -> None:
    """By head 7.5, 3.75 and 3.75 Mt: 200 less 150 and 120, 200 less 75 twice."""
    assert by_group((-70.0, 125.0, 125.0)) == column("allocated", analysed(three(), entitlement="per_head"))


def test_a_target_of_a_group_belongs_to_the_group() -> None:
    """The east may emit 5 beside the 15 of the nation: it stores 5, the west 10.

    Over ten years 5 Mt of the nation's at 1 are 50 for each, 5 of the east's own at 3 more are 150.
    """
    own = {"target": "own", "kind": "net_limit", "scope": "group:developed", "year": 2030, "value": 5.0}
    found = analysed(three([*three().tables["carbon_targets"].to_dict("records"), own]))
    made = table("allocation_by_family", found).query("family == 'net_limit'").set_index("region_group")["allocated"]
    assert by_group((-50.0, -50.0, -50.0 - 150.0)) == made.to_dict()


@pytest.mark.parametrize(("given", "west", "others"), [({}, -100.0, 0.0), (BY_RULE, 100.0, -100.0)], ids=["as_planned", "by_entitlement"])
def test_a_national_row_belongs_to_who_fills_it_or_is_divided_by_the_rule(given: dict[str, str], west: float, others: float) -> None:
    """The west stores the 10 that may be stored there, the east 5 at 4: each bears 400 less 200. A tonne more in the row would save 3.

    These 300 are the west's, or 100 each. 30 are spent in the west, 60 for the nation: 20 each.
    """
    found = analysed(three(), make=paced, **given)
    assert by_group((west + 50.0, 200.0 + others + 20.0, 200.0 + others + 20.0)) == column("allocated", found)
    assert by_group((100.0 + 50.0, 20.0, 220.0)) == column("spent", found)


@cache
def line_plan() -> tuple[Solution, Owners]:
    solution = with_line(lines(), demand=10.0)
    return solution, owners_of(solution, "grandfathered", True)


def test_what_a_line_earns_belongs_to_both_ends() -> None:
    """8.76 TWh that cost 0.3 are worth 20 where nine tenths of them arrive: 8.76 * (18 - 0.3) = 155.052 a year, half each.

    The east bears 10 TWh at 20.
    """
    solution, owners = line_plan()
    entries = allocate(solution, owners).entries
    years = sum(solution.build.data.weight(year) for year in solution.build.data.all_years)
    assert {"west": pytest.approx(-77.526 * years), "east": pytest.approx(-77.526 * years)} == entries.loc["line_capacity"].to_dict()
    assert {"west": pytest.approx(0.0), "east": pytest.approx(200.0 * years)} == entries.loc["electricity"].to_dict()
    assert solution.objective == pytest.approx(entries.sum().sum(), rel=1e-12)


# ---------------------------------------------------------------------------------------------------------------------
# Coalitions by themselves


ALONE = {
    "west": (50.0, 70.0), "industrial": (100.0, 0.0), "developed": (200.0, 100.0),  # 5 Mt each at their own price
    "west:industrial": (100.0, 20.0), "west:developed": (100.0, 20.0),  # 10 Mt in the west
    "industrial:developed": (200.0, 0.0), "west:industrial:developed": (180.0, 0.0),  # 10 Mt in the centre; the plan
}  # fmt: skip


def test_every_coalition_pays_what_was_worked_out_and_none_does_better() -> None:
    """Each may emit 5 Mt and pools that with its fellows; allocated are -20, 100 and 100."""
    found = table("sampled_coalitions").set_index("members")
    assert {name: (pytest.approx(cost), pytest.approx(excess, abs=CLOSE)) for name, (cost, excess) in ALONE.items()} == {
        name: (row["cost_by_itself"], row["excess"]) for name, row in found.iterrows()
    }
    assert {"optimal"} == set(found["status"])
    assert [] == outcome().problems


def test_a_coalition_that_can_not_meet_its_share_is_told_without_an_excess() -> None:
    """The east can store 2 where 5 are needed; with another it can do."""
    found = analysed(three(), {**MOST, "developed": 2.0})
    told = table("sampled_coalitions", found).set_index("members")
    assert ["developed"] == list(told.index[told["status"] == "infeasible"])
    assert np.isnan(told.loc["developed", "excess"])
    assert told["excess"].drop("developed").min() >= -CLOSE
    (said,) = found.problems
    assert said.startswith("1 of 7 coalitions have no plan of their own")


@pytest.mark.parametrize("given", [{}, BY_RULE], ids=["as_planned", "by_entitlement"])
def test_with_a_national_row_divided_either_way_no_coalition_does_better(given: dict[str, str]) -> None:
    """The centre alone: with none of the row it may store nothing; with a third of it 3.3 of the 5 Mt that it must."""
    told = table("sampled_coalitions", analysed(three(), make=paced, **given)).set_index("members")
    assert told["excess"].min() >= -CLOSE
    assert "infeasible" == told.loc["industrial", "status"]
    assert pytest.approx(220.0) == told.loc["developed", "cost_by_itself"]


def test_a_coalition_that_takes_too_long_is_told_with_what_it_pays_at_least(monkeypatch: pytest.MonkeyPatch) -> None:
    """The duals of the plan hold for it: no less than what its members are allocated, 100 for the centre."""
    late = {"status": "time_limit", "objective": np.nan}
    monkeypatch.setattr(owen, "solve_part", lambda build, matrix, options: replace(solve_part(build, matrix), **late))
    found = analysed(three())
    told = table("sampled_coalitions", found).set_index("members").loc["industrial"]
    assert ("time_limit", pytest.approx(100.0)) == (told["status"], told["least_possible"])
    assert told[["cost_by_itself", "excess"]].isna().all()
    assert "industrial ended so: time_limit; what it would pay by itself is not known, but no less than 100 bn CNY" in found.problems


def test_who_would_do_better_by_itself_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A coalition that a faulty division let off for nothing: the centre would pay 100 less."""
    monkeypatch.setattr(owen, "solve_part", lambda build, matrix, options: replace(solve_part(build, matrix), objective=0.0))
    assert "industrial would pay 100 bn CNY less by itself than it is allocated" in analysed(three()).problems


def by_itself(solution: Solution, owners: Owners, region: str) -> tuple[float, float, float]:
    """Cost, what lapses, and what is allocated to a region."""
    made = alone(solution, owners, np.array([name == region for name in owners.regions]))
    return solve_part(solution.build, made.matrix).objective, made.lapsed, float(allocate(solution, owners).total[region])


def test_alone_nothing_comes_over_a_line() -> None:
    """The east does without its 10 TWh, at 20 bn CNY each what it bears for them; its half of the line earns nothing.

    What is fixed it pays either way.
    """
    solution, owners = line_plan()
    years = sum(solution.build.data.weight(year) for year in solution.build.data.all_years)
    cost, lapsed, allocated = by_itself(solution, owners, "east")
    fixed = float(allocate(solution, owners).entries.loc["fixed_amounts", "east"])
    assert (pytest.approx(200.0 * years), 0.0) == (cost - fixed, lapsed)
    assert pytest.approx(77.526 * years) == cost - allocated


def test_a_contract_with_somebody_outside_lapses_and_is_told_at_its_dual() -> None:
    """2 TWh are agreed that lose a tenth for nothing, 0.3 bn CNY a TWh over ten years: 0.6 in all, half each, that alone each would save."""
    contract = {"power_contracts": yearly(YEARS, {2020: 0.0, 2030: 2.0}, **ENDS)}
    common = (grid({"west": 0.0, "east": 10.0}), coal({"west": 5.0, "east": 5.0}, retirement_cost=9.0))
    solution = cheapest(assemble(power_data(*common, lines(), contract, regions=("west", "east")), [Thermal, Power, Transmission], []))
    owners = owners_of(solution, "grandfathered", True)
    for region in owners.regions:
        cost, lapsed, allocated = by_itself(solution, owners, region)
        assert pytest.approx(0.3) == lapsed
        assert pytest.approx(allocated) == cost + lapsed


# ---------------------------------------------------------------------------------------------------------------------
# When nothing can be told


@pytest.mark.parametrize(("data", "words"), [(partial(three, []), "no national target"), (partial(toy_data, ("west",)), "one region")])
def test_where_there_is_nothing_to_divide_the_plan_alone_is_solved(data: Any, words: str) -> None:
    made = (lambda data, most: built(three(), most)) if words == "one region" else built
    found = analysed(data(), make=made)
    assert [] == found.tables
    assert words in found.problems[0]


@pytest.mark.parametrize("goal", ["max_net_removal", "min_peak"])
def test_an_objective_that_is_no_cost_is_refused(goal: str) -> None:
    found = analysed(three(), make=lambda data, most: built(replace(data, settings={**data.settings, "objective": goal}), most))
    assert [] == found.tables
    assert "min_cost" in found.problems[0]


# ---------------------------------------------------------------------------------------------------------------------
# The small workbook


@pytest.fixture(scope="module")
def small(small_workbook: Path) -> Outcome:
    return model.analyse(model.read(small_workbook), "owen")


def test_the_small_workbook_is_allocated_to_the_last_digit(small: Outcome) -> None:
    assert small.solution.objective == pytest.approx(table("allocation_by_region", small)["allocated"].sum(), rel=1e-9)
    assert small.solution.objective == pytest.approx(table("allocation_by_region", small)["spent"].sum(), rel=1e-9)


def test_no_coalition_of_the_small_workbook_that_has_a_plan_does_better(small: Outcome) -> None:
    told = table("sampled_coalitions", small)
    assert 2 <= (told["status"] == "optimal").sum()
    assert told["excess"].min() >= -1e-7 * small.solution.objective


def test_a_row_of_one_region_holds_decisions_of_that_region(small: Outcome) -> None:
    """Were a row placed elsewhere, a coalition would be asked for what it has no hand in."""
    owners, matrix = owners_of(small.solution, "grandfathered", True), small.solution.matrix
    entries = sparse.csc_matrix((np.ones_like(matrix.value), matrix.index, matrix.start), shape=matrix.shape[:2])
    has_hand = entries @ sparse.csr_matrix(owners.columns.table[owners.columns.code])
    own = owners.rows.table[owners.rows.code]
    of_one = ~owners.rows.wide & ~owners.rows.between
    lost = of_one & ~((has_hand.toarray() > 0.0) & (own > 0.0)).any(axis=1)
    assert [] == sorted({matrix.row_family[row] for row in np.flatnonzero(lost)})
    assert of_one.sum() > 0.8 * len(of_one)
