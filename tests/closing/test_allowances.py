"""Allowances by each rule and the settlement of carbon, by a hand-worked nation of three regions.

Each emits 10 Mt a year; the west stores up to 12 at 1 bn CNY per Mt, the centre up to 10 at 2, the east up to 10 at 4. Of the 30 the nation
may emit 15: the west stores 12, the centre 3, so that -2, 7 and 10 are left, and one more tonne allowed saves 2 bn CNY per Mt, 2000 CNY/t.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.closing.carbon import CarbonAccount
from model.closing.objective import ObjectiveClosing
from model.closing.payments.allowance_tables import ALLOWANCE_RULES
from model.closing.payments.allowances import AllowanceRules, check_schemes
from model.closing.payments.results.allowances import allowances_close
from model.closing.targets import CarbonTargets
from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.data import Data
from model.core.declare.spec import InputError, Variable
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from model.levers.demand.industry import OUTPUT
from model.reporting.tables.every import Made
from tests.levers.power_toy import yearly
from tests.levers.toy import poster, toy_data

GROUPS = ("west", "industrial", "developed")
STORED = Variable("stored_here", ("region", "year"), "Mt CO2/yr")
PRICE = {"west": 1.0, "industrial": 2.0, "developed": 4.0}
MOST = {"west": 12.0, "industrial": 10.0, "developed": 10.0}
TARGET = {"target": "pledge", "kind": "net_limit", "scope": "nation", "year": 2030, "value": 15.0}
#: What is made: steel in two regions, cement in the third.
MADE = {("west", "steel"): 4.0, ("industrial", "steel"): 6.0, ("developed", "cement"): 20.0}


def scheme(**row: Any) -> dict[str, Any]:
    return {"scheme": "one", "rule": "grandfathered", **row}


def nation(*schemes: dict[str, Any], targets: Any = (TARGET,), groups: tuple[str, ...] = GROUPS, **tables: Any) -> Data:
    """Three regions: product 1 : 1 : 2, people 2 : 1 : 1, the same emissions in the base year."""
    product, people = ({"west": 100.0, "industrial": 100.0, "developed": 200.0}, {"west": 50.0, "industrial": 25.0, "developed": 25.0})
    years = (2020, 2030)
    given = {
        "regions": [{"region": r, "name_en": r, "name_zh": r, "region_group": g} for r, g in zip(GROUPS, groups, strict=True)],
        "carbon_targets": list(targets), "allowance_rules": list(schemes),
        "base_year_emissions": [{"region": r, "emission": 10.0} for r in GROUPS],
        "gdp": [row for r in GROUPS for row in yearly(years, product[r], region=r)],
        "population": [row for r in GROUPS for row in yearly(years, people[r], region=r)],
        **tables,
    }  # fmt: skip
    return toy_data(GROUPS, years, {name: rows for name, rows in given.items() if rows}, {"discount_rate": 0.0})


def emit(lever: Lever) -> None:
    """What is emitted and what may be stored, and what industry makes."""
    keys = pd.MultiIndex.from_product([GROUPS, lever.data.years], names=["region", "year"]).to_frame(index=False)
    lever.ledger.supply_fixed("emission", keys, 10.0, item="burnt", unit="Mt CO2/yr")
    stored = lever.b.variable(STORED, keys, high=keys["region"].map(MOST).to_numpy(dtype=float))
    lever.ledger.supply("captured", stored.terms(), 1.0, item="stack", unit="1")
    lever.ledger.use("money", stored.terms(), keys["region"].map(PRICE).to_numpy(dtype=float), item="stack", unit="bn CNY/Mt CO2")
    if lever.data.has("industry"):
        made = pd.DataFrame([(*key, 2030) for key in MADE], columns=["region", "sector", "year"])
        lever.b.variable(OUTPUT, made, low=np.array(list(MADE.values())), high=np.array(list(MADE.values())))


def plan(data: Data) -> Solution:
    solution = solve(assemble(data, [poster(emit)], [CarbonAccount, CarbonTargets, ObjectiveClosing, AllowanceRules]))
    assert solution.status == "optimal"
    return solution


def settled(*schemes: dict[str, Any], **given: Any) -> pd.DataFrame:
    """The table, after it has been held to its identity."""
    solution = plan(nation(*schemes, **given))
    tables = Made(solution)
    assert 0.0 == pytest.approx(max(sides.error() for sides in allowances_close(tables, solution)), abs=1e-9)
    return tables["allowances"].set_index("region")


def three(*values: float) -> dict[str, Any]:
    return {region: pytest.approx(value, abs=1e-9) for region, value in zip(GROUPS, values, strict=True)}


def test_emissions_of_the_base_year_share_alike() -> None:
    """5 each: the west emits 7 less and gets 14, the centre pays 2 * 2 and the east 2 * 5 bn CNY a year."""
    found = settled(scheme())
    assert three(5.0, 5.0, 5.0) == found["allowance"].to_dict()
    assert three(-2.0, 7.0, 10.0) == found["net"].to_dict()
    assert three(-14.0, 4.0, 10.0) == found["payment"].to_dict()
    assert ["plan"] == list(found["price_of"].unique())
    assert [pytest.approx(2000.0)] == list(found["price"].unique())


def test_the_product_shares() -> None:
    """1 : 1 : 2 of 15 are 3.75, 3.75 and 7.5; 2 * (-5.75), 2 * 3.25 and 2 * 2.5."""
    found = settled(scheme(rule="per_gdp"))
    assert three(3.75, 3.75, 7.5) == found["allowance"].to_dict()
    assert three(-11.5, 6.5, 5.0) == found["payment"].to_dict()


def test_people_share() -> None:
    """2 : 1 : 1 of 15 are 7.5, 3.75 and 3.75; 2 * (-9.5), 2 * 3.25 and 2 * 6.25."""
    found = settled(scheme(rule="per_head"))
    assert three(7.5, 3.75, 3.75) == found["allowance"].to_dict()
    assert three(-19.0, 6.5, 12.5) == found["payment"].to_dict()


def test_a_benchmark_shares_by_what_is_made_at_the_mean_of_the_nation() -> None:
    """Steel: 10 at 3 and 10 at 1 t are 2 t on the mean; cement 1 t, by 2030 half of it. 2 * 4, 2 * 6 and 0.5 * 20 are 8 : 12 : 10 of 15: 4, 6 and 5."""
    rows = [
        {"region": "west", "sector": "steel", "output": 10.0, "output_unit": "t", "emission_factor": 3.0},
        {"region": "industrial", "sector": "steel", "output": 10.0, "output_unit": "t", "emission_factor": 1.0},
        {"region": "developed", "sector": "cement", "output": 20.0, "output_unit": "t", "emission_factor": 1.0},
    ]
    later = [*yearly((2020, 2030), {2020: 1.0, 2030: 0.5}, sector="cement"), *yearly((2020, 2030), 1.0, sector="steel")]
    found = settled(scheme(rule="benchmark"), industry=rows, industry_intensity=later)
    assert three(4.0, 6.0, 5.0) == found["allowance"].to_dict()
    assert three(-12.0, 2.0, 10.0) == found["payment"].to_dict()


def test_a_price_of_the_sheet_is_told_as_such() -> None:
    """500 CNY/t: a quarter of what the price of the plan moves."""
    found = settled(scheme(price=0.5))
    assert three(-3.5, 1.0, 2.5) == found["payment"].to_dict()
    assert ["sheet"] == list(found["price_of"].unique())


def test_a_scheme_settles_the_regions_of_its_scope_alone() -> None:
    """West and centre emit 5 together, 2.5 each by the base year: 2 * 4.5 change hands, the east is left out."""
    found = settled(scheme(scope="group:west"), groups=("west", "west", "developed"))
    assert {"west": pytest.approx(-9.0), "industrial": pytest.approx(9.0)} == found["payment"].to_dict()


def test_what_a_region_is_asked_for_by_itself_is_not_settled() -> None:
    """The east may emit 8: it stores 2 at 4, the centre 1. One more tonne for the nation is worth 2, one for the east 2 more; at 2 the payments are -14, 8 and 6."""
    own = {"target": "own", "kind": "net_limit", "scope": "developed", "year": 2030, "value": 8.0}
    found = settled(scheme(), targets=(TARGET, own))
    assert three(-2.0, 9.0, 8.0) == found["net"].to_dict()
    assert three(-14.0, 8.0, 6.0) == found["payment"].to_dict()


def test_where_no_target_asks_for_anything_nothing_is_paid() -> None:
    """10 each are emitted and shared; the price is zero."""
    found = settled(scheme(rule="per_head"), targets=())
    assert three(15.0, 7.5, 7.5) == found["allowance"].to_dict()
    assert three(0.0, 0.0, 0.0) == found["payment"].to_dict()


def test_what_a_target_allows_stands_beside() -> None:
    """A target held on from 2025 allows 15 in the mean of 2030."""
    found = settled(scheme(), targets=({**TARGET, "year": 2021, "hold": "from"},))
    assert three(15.0, 15.0, 15.0) == found["limit"].to_dict()


def test_settlement_adds_nothing_to_the_model() -> None:
    """The same matrix, bit for bit, with the sheet and without it."""
    with_sheet, without = plan(nation(scheme())), plan(nation())
    assert without.matrix.hash() == with_sheet.matrix.hash()
    assert without.objective == with_sheet.objective
    assert Made(without)["allowances"].empty


#: Rows of the sheet that are refused: the cell, words in English and in Chinese.
WRONG = [
    ([scheme(), scheme(scheme="two", rule="per_head")], "A4", "two and one both settle west in 2030", "都结算"),
    ([scheme(from_year=2040)], "D3", "settles no milestone year", "不含任何规划里程碑年"),
    ([scheme(from_year=2030, until_year=2020)], "D3", "settles no milestone year", "不含任何规划里程碑年"),
    ([scheme(rule="benchmark")], "B3", "of which the sheet industry says nothing", "没有数据"),
]


@pytest.mark.parametrize(("rows", "cell", "words", "chinese"), WRONG)
def test_a_wrong_row_is_refused_at_its_cell_in_both_languages(rows: list[dict[str, Any]], cell: str, words: str, chinese: str) -> None:
    data = nation(*rows)
    (found,) = check_schemes(data)
    assert (ALLOWANCE_RULES.name, cell) == (found.sheet, found.cell)
    assert words in str(found.told("en"))
    assert chinese in str(found.told("zh"))
    if found.level == "error":
        with pytest.raises(InputError, match="allowance_rules"):
            plan(data)


def test_where_the_sheet_of_a_rule_says_nothing_all_get_the_same() -> None:
    """A warning; a third of 15 each."""
    assert three(5.0, 5.0, 5.0) == settled(scheme(rule="benchmark"))["allowance"].to_dict()


def test_schemes_may_follow_one_another() -> None:
    data = nation(scheme(until_year=2029), scheme(scheme="two", rule="per_head", from_year=2030))
    assert ["from_year"] == [{"D": "from_year"}[finding.cell[0]] for finding in check_schemes(data)], "the first ends before the plan has a milestone"
    assert [] == check_schemes(nation(scheme(until_year=2030)))
