"""Limits on what a group spends of its product, and the plan in which the largest share is least, by the nation of ``test_allowances``.

15 Mt a year are to be stored: the west up to 12 at 1 bn CNY per Mt, the centre up to 10 at 2, the east up to 10 at 4. Product 100, 100 and 200 bn CNY a
year. Without any limit the west stores 12 and the centre 3: 18 bn CNY a year, 180 over ten years, undiscounted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from model.closing.carbon import CarbonAccount
from model.closing.objective import ObjectiveClosing
from model.closing.payments.equity import Equity, check_product
from model.closing.targets import CarbonTargets
from model.core.build.assemble import assemble
from model.core.data import Data
from model.core.declare.spec import InputError
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from model.reporting.tables.every import Made
from tests.levers.power_toy import yearly
from tests.levers.toy import poster, value

from .test_allowances import GROUPS, TARGET, emit, nation

LEAST = {"objective": "min_max_burden", "objective_tolerance": 1e-7}


def with_settings(data: Data, **settings: float | str) -> Data:
    return replace(data, settings={**data.settings, **settings})


def plan(data: Data) -> Solution:
    solution = solve(assemble(data, [poster(emit)], [CarbonAccount, CarbonTargets, Equity, ObjectiveClosing]))
    assert solution.status == "optimal"
    return solution


def limited(*limits: dict[str, Any], **tables: Any) -> Solution:
    return plan(nation(burden_limits=list(limits), **tables))


def stored(solution: Solution) -> dict[str, float]:
    return {region: value(solution, "stored_here", region=region) for region in GROUPS}


def three(*values: float, within: float = 1e-9) -> dict[str, Any]:
    return {region: pytest.approx(amount, abs=within) for region, amount in zip(GROUPS, values, strict=True)}


def test_a_group_spends_no_more_than_its_share_and_another_takes_over() -> None:
    """A tenth of 100: the west stores 10, the centre 5 at 2: 20 a year, 200. One more bn CNY a year in the west would save 2 - 1, for ten years."""
    solution = limited({"bound": "west", "scope": "group:west", "most": 0.1}, groups=("west", "industrial", "developed"))
    assert three(10.0, 5.0, 0.0) == stored(solution)
    assert pytest.approx(200.0) == solution.objective
    (row,) = Made(solution)["limits"].query("name == 'burden_limit'").to_dict("records")
    assert ("burden_limits", "C3", 2030, "bn CNY/yr") == (row["sheet"], row["cell"], row["year"], row["unit"])
    assert (pytest.approx(10.0), pytest.approx(10.0), pytest.approx(10.0), pytest.approx(1.0)) == (row["limit"], row["level"], row["dual"], row["price"])


def test_a_limit_holds_several_regions_together() -> None:
    """West and centre are one group: 0.06 of 200 are 12, all of it in the west; the east stores 3 at 4: 24 a year."""
    solution = limited({"bound": "west", "scope": "group:west", "most": 0.06}, groups=("west", "west", "developed"))
    assert three(12.0, 0.0, 3.0) == stored(solution)
    assert pytest.approx(240.0) == solution.objective


def test_a_limit_counts_from_what_is_spent_without_the_plan() -> None:
    """2 bn CNY are spent anyway: a tenth of the product beside them is 12, which is what the west spends."""
    reference = yearly((2020, 2030), 2.0, region_group="west")
    solution = limited({"bound": "west", "scope": "group:west", "most": 0.1}, burden_reference=reference, groups=("west", "industrial", "developed"))
    assert pytest.approx(180.0) == solution.objective


def test_a_limit_that_does_not_bind_leaves_the_plan_as_it_was() -> None:
    free, held = plan(nation()), limited({"bound": "all", "scope": "nation", "most": 0.5}, {"bound": "own", "scope": "west", "most": 0.121})
    assert three(12.0, 3.0, 0.0) == stored(free) == stored(held)
    assert free.objective == pytest.approx(held.objective, abs=1e-9)


def test_without_rows_nothing_is_added_to_the_model() -> None:
    """The same matrix, bit for bit, with the lever and without it."""
    bare = solve(assemble(nation(), [poster(emit)], [CarbonAccount, CarbonTargets, ObjectiveClosing]))
    assert bare.matrix.hash() == plan(nation()).matrix.hash()


def test_the_largest_share_is_least() -> None:
    """A share z lets the west store 100 z, the centre 50 z and the east 50 z: 200 z = 15, so z = 7.5 %: 7.5, 3.75 and 3.75 Mt for 7.5, 7.5 and 15 bn CNY."""
    solution = plan(with_settings(nation(), **LEAST))
    assert pytest.approx(75.0, abs=1e-4) == value(solution, "largest_burden")
    assert three(7.5, 3.75, 3.75, within=1e-3) == stored(solution)
    assert ["min_max_burden", "min_cost"] == [done.goal.name for done in solution.reached]
    assert pytest.approx(300.0, abs=1e-2) == solution.reached[1].value
    # duals times products are the thousand thousandths of the share itself
    assert pytest.approx(1000.0) == sum(-dual * made for dual, made in zip(solution.duals("burden_below_largest")["dual"], (100.0, 100.0, 200.0), strict=True))


def test_the_largest_share_counts_from_what_is_spent_without_the_plan() -> None:
    """4 bn CNY are spent in the east anyway, a Mt more for the same share: 200 z + 1 = 15, z = 7 %."""
    solution = plan(with_settings(nation(burden_reference=yearly((2020, 2030), 4.0, region_group="developed"), groups=GROUPS), **LEAST))
    assert pytest.approx(70.0, abs=1e-4) == value(solution, "largest_burden")


def test_missing_a_target_is_no_way_out_of_the_burden() -> None:
    """At 3 bn CNY per Mt a missed Mt costs the groups 3/4, 3/4 and 3/2 by product: z = (15 + m/2) / 200 rises with what is missed, and nothing is."""
    solution = plan(with_settings(nation(targets=({**TARGET, "miss_price": 3.0},), groups=GROUPS), **LEAST))
    assert pytest.approx(0.0, abs=1e-3) == value(solution, "target_missed")
    assert pytest.approx(75.0, abs=1e-4) == value(solution, "largest_burden")


def test_a_cheap_miss_is_borne_by_product() -> None:
    """At 1 bn CNY per Mt: z = (15 - m/2) / 200 falls with what is missed: all 15 are, and each group bears its part of 15 on 400, 3.75 %."""
    solution = plan(with_settings(nation(targets=({**TARGET, "miss_price": 1.0},), groups=GROUPS), **LEAST))
    assert pytest.approx(15.0, abs=1e-3) == value(solution, "target_missed")
    assert pytest.approx(37.5, abs=1e-4) == value(solution, "largest_burden")


#: What is refused: the data, the cell, words in English and in Chinese.
WRONG = [
    (nation(burden_limits=[{"bound": "own", "scope": "west", "most": 0.1, "from_year": 2031}]), "D3", "no milestone of the plan stands from 2031 on", "没有规划里程碑年"),
    (nation(burden_limits=[{"bound": "own", "scope": "west", "most": 0.1}], gdp=()), "B3", "the product of west is not known", "生产总值未知"),
    (with_settings(nation(gdp=()), **LEAST), "", "objective min_max_burden: the product of group:west, group:industrial", "生产总值未知"),
]


@pytest.mark.parametrize(("data", "cell", "words", "chinese"), WRONG, ids=["year", "product", "objective"])
def test_what_can_not_be_held_is_refused_at_its_cell_in_both_languages(data: Data, cell: str, words: str, chinese: str) -> None:
    (found,) = check_product(data)
    assert cell == found.cell
    assert words in str(found.told("en"))
    assert chinese in str(found.told("zh"))
    with pytest.raises(InputError):
        plan(data)
