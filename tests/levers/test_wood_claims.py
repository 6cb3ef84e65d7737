"""Recycling of wood products, the credit for what they replace and the permanence buffer: by hand, and nothing when off."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from model.closing.carbon import CarbonAccount
from model.core.build.assemble import assemble
from model.core.data import Data
from model.core.declare.spec import InputError
from model.core.declare.units import CO2_PER_C
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from model.levers.forest.forest import Forest
from model.levers.forest.forest_soil import ForestSoil
from model.levers.forest.wood_pools import ProductPools, hwp_pool
from model.levers.forest.wood_products import WoodProducts
from model.reporting.additionality import additionality
from model.reporting.identities.every import check_identities
from model.reporting.tables.every import result_tables
from tests.reporting.toy_plan import plan_data

from .forest_toy import forest_data, stand
from .test_wood_products import forest, plan, wood_data
from .toy import Rows, amount, cheapest, value

K_SAWN = math.log(2) / 35
K_PAPER = math.log(2) / 2
PAPER = {"product": "paper", "half_life": 2.0, "mill_yield": 0.8, "inherited_years": 20.0}
SAWN = {"product": "sawnwood", "half_life": 35.0, "mill_yield": 0.5, "inherited_years": 60.0}
FUEL = {"product": "fuel", "half_life": 0.0, "mill_yield": 0.0, "inherited_years": 0.0}


def shared(*parts: tuple[str, float]) -> Rows:
    return [{"region": "west", "product": p, "share": s, "roundwood": 0.02} for p, s in parts]


def data_of(*products: dict[str, Any], shares: Rows | None = None) -> Data:
    """One region, ten years; without ``shares`` all wood goes to the first class."""
    whole = shares if shares is not None else shared((products[0]["product"], 1.0))
    return wood_data(tables={"wood_products": list(products), "wood_product_shares": whole})


def settled(data: Data, **settings: float) -> Solution:
    """4 Mt C/yr in the roundwood of the base year, 5 after it."""
    for name, number in settings.items():
        data.settings[name] = number
    return plan(data, {2020: 0.02, 2030: 0.025}, {2020: 4.0, 2030: 5.0})


def test_what_is_recycled_into_its_own_class_slows_its_decay() -> None:
    """rho = 0.4: k falls to 0.6 * ln2/35. Inherited 2/k * (1 - exp(-60k)) of 0.5 * 4 = 2 Mt C a year; ten years of 2.5 Mt C a
    year later that * exp(-10k) + 2.5 * (1 - exp(-10k))/k; the sink is a tenth of the change."""
    solution = settled(data_of({**SAWN, "recycled_share": 0.4}))
    k = 0.6 * K_SAWN
    before = 2.0 / k * (1 - math.exp(-60 * k))
    after = before * math.exp(-10 * k) + 2.5 * (1 - math.exp(-10 * k)) / k
    assert pytest.approx(before, rel=1e-9) == value(solution, "product_pool", year=2020)
    assert pytest.approx(after, rel=1e-9) == value(solution, "product_pool", year=2030)
    assert pytest.approx((after - before) / 10 * CO2_PER_C, rel=1e-9) == amount(solution, "sink", "wood_products")


def test_what_leaves_one_class_for_another_enters_it_as_it_leaves() -> None:
    """A share rho of what leaves sawnwood (a) becomes paper (b): from C_a = 1, after n years C_a = exp(-an) and
    C_b = rho * a * (exp(-an) - exp(-bn)) / (b - a); an inflow of 1 a year is the integral of both:
    C_b = rho * a / (b - a) * ((1 - exp(-an))/a - (1 - exp(-bn))/b). Paper itself is not recycled."""
    stays, enters = ProductPools({"sawnwood": 35.0, "paper": 2.0}, {"sawnwood": ("paper", 0.3)}).course(10.0)
    a, b, n = K_SAWN, K_PAPER, 10.0
    factor = 0.3 * a / (b - a)
    assert pytest.approx(math.exp(-a * n), rel=1e-12) == stays["sawnwood", "sawnwood"]
    assert pytest.approx(factor * (math.exp(-a * n) - math.exp(-b * n)), rel=1e-12) == stays["paper", "sawnwood"]
    assert pytest.approx(factor * ((1 - math.exp(-a * n)) / a - (1 - math.exp(-b * n)) / b), rel=1e-12) == enters["paper", "sawnwood"]
    assert pytest.approx(hwp_pool(0.0, 1.0, 2.0, n), rel=1e-12) == enters["paper", "paper"]
    assert ("sawnwood", "paper") not in stays


def test_each_inherited_pool_is_its_own_years_of_inflow_recycled_ones_included() -> None:
    """Half of 4 Mt C a year sawn at 0.5: 1 Mt C for 60 years, 0.3 of what leaves it into paper; the other half paper at 0.8:
    1.6 Mt C for 20 years. Paper: 1.6/b (1 - exp(-20b)) + 0.3 a/(b-a) ((1-exp(-60a))/a - (1-exp(-60b))/b).
    Ten years on with 1.25 and 2 Mt C a year each pool and inflow has become what the closed form says."""
    data = data_of({**SAWN, "recycled_share": 0.3, "recycled_into": "paper"}, PAPER, shares=shared(("sawnwood", 0.5), ("paper", 0.5)))
    solution = settled(data)
    a, b = K_SAWN, K_PAPER
    factor = 0.3 * a / (b - a)
    sawn = (1 - math.exp(-60 * a)) / a
    paper = 1.6 / b * (1 - math.exp(-20 * b)) + factor * (sawn - (1 - math.exp(-60 * b)) / b)
    assert pytest.approx(sawn, rel=1e-9) == value(solution, "product_pool", year=2020, product="sawnwood")
    assert pytest.approx(paper, rel=1e-9) == value(solution, "product_pool", year=2020, product="paper")
    ea, eb = math.exp(-10 * a), math.exp(-10 * b)
    later = paper * eb + 2.0 * (1 - eb) / b + factor * (sawn * (ea - eb) + 1.25 * ((1 - ea) / a - (1 - eb) / b))
    assert pytest.approx(later, rel=1e-9) == value(solution, "product_pool", year=2030, product="paper")


def test_carbon_that_is_all_recycled_never_leaves() -> None:
    """rho = 1 into itself: 2 Mt C a year for 60 years are 120 Mt C, ten years of 2.5 make 145."""
    solution = settled(data_of({**SAWN, "recycled_share": 1.0}))
    assert pytest.approx([120.0, 145.0], rel=1e-9) == solution.values("product_pool")["value"].tolist()


def test_a_circle_of_two_classes_that_lose_nothing_keeps_the_carbon() -> None:
    """All that leaves sawnwood becomes paper and all that leaves paper sawnwood: 1 Mt C stays 1, ten inflows of 1 are 10;
    the shares in the long run are as the half-lives: 35/37 in sawnwood."""
    pools = ProductPools({"sawnwood": 35.0, "paper": 2.0}, {"sawnwood": ("paper", 1.0), "paper": ("sawnwood", 1.0)})
    stays, enters = pools.course(10.0)
    assert pytest.approx(1.0, rel=1e-12) == stays["sawnwood", "paper"] + stays["paper", "paper"]
    assert pytest.approx(10.0, rel=1e-12) == enters["sawnwood", "sawnwood"] + enters["paper", "sawnwood"]
    assert pytest.approx(35 / 37, rel=1e-9) == pools.course(500.0)[0]["sawnwood", "paper"]


@pytest.mark.parametrize(
    ("products", "cell", "message"),
    [
        ([SAWN, {**FUEL, "recycled_share": 0.1}], "E4", "fuel is oxidised in the period: nothing of it can be recycled"),
        ([{**SAWN, "recycled_share": 0.1, "recycled_into": "fuel"}, FUEL], "F3", "fuel is no class that lasts"),
        ([SAWN, {**FUEL, "substitution": 1.0}], "G4", "a credit for fuel would count twice"),
        ([{**SAWN, "recycled_share": 0.1, "recycled_into": "paper"}, PAPER], "B3", "west has sawnwood, recycled into paper, but no row for that"),
    ],
)
def test_a_class_that_cannot_be_recycled_or_credited_is_refused_with_its_cell(products: list[dict[str, Any]], cell: str, message: str) -> None:
    """Fuel holds nothing to recycle or to take in and is credited where it burns; paper without a row in west has no pool there."""
    with pytest.raises(InputError, match=message) as refused:
        assemble(data_of(*products), [WoodProducts], [])
    assert [cell] == [finding.cell for finding in refused.value.findings]


def test_the_substitution_credit_is_a_memo_of_what_enters_the_products() -> None:
    """0.5 * 5 = 2.5 Mt C a year of sawnwood at 4.4 t CO2 per t C: 11 Mt CO2 a year, outside the target, none in the base year."""
    solution = settled(data_of({**SAWN, "substitution": 4.4}), count_substitution=1.0)
    credit = solution.balance("sink").query("item == 'wood_substitution'")
    assert pytest.approx([11.0]) == credit["value"].tolist()
    assert [True] == credit["memo"].tolist()


def test_without_being_asked_for_no_credit_is_posted() -> None:
    """The factor alone posts nothing."""
    assert ["wood_products"] == settled(data_of({**SAWN, "substitution": 4.4})).build.ledger.items("sink")


def test_the_credit_never_helps_to_meet_a_target() -> None:
    """Of the strict sink of 2030 only the products' own stock change is counted."""
    data = data_of({**SAWN, "substitution": 4.4})
    data.settings["count_substitution"] = 1.0
    solution = cheapest(assemble(data, [WoodProducts, forest({2020: 0.02, 2030: 0.025}, {2020: 4.0, 2030: 5.0})], [CarbonAccount]))
    assert amount(solution, "sink", "wood_substitution") > 0.0
    assert pytest.approx(amount(solution, "sink", "wood_products")) == value(solution, "sink_total")


def buffered(share: float) -> Solution:
    """1 Mha of pine of mid-age 35 left alone, its soil, and the strict account."""
    data = forest_data([stand("mature", 1.0)], harvest={"roundwood_base": 0.0}, settings={"permanence_buffer": share})
    return cheapest(assemble(data, [Forest, ForestSoil], [CarbonAccount]))


def test_the_permanence_buffer_takes_its_share_of_the_living_forest() -> None:
    """70 Mt C become 90 in ten years: 2 * 44/12 Mt CO2 a year; a fifth is withheld, four fifths count."""
    solution = buffered(0.2)
    assert pytest.approx(2.0 * CO2_PER_C) == amount(solution, "sink", "forest_living")
    assert pytest.approx(-0.4 * CO2_PER_C) == amount(solution, "sink", "permanence_buffer")
    assert pytest.approx(1.6 * CO2_PER_C) == value(solution, "sink_total")


def test_a_buffer_of_zero_posts_nothing() -> None:
    """No item, no row: the whole 2 * 44/12 Mt CO2 a year count."""
    solution = buffered(0.0)
    assert "permanence_buffer" not in solution.build.ledger.items("sink")
    assert pytest.approx(2.0 * CO2_PER_C) == value(solution, "sink_total")


def test_the_buffer_covers_neither_products_nor_other_sinks() -> None:
    """Products alone in the account: nothing is withheld from them."""
    data = data_of(SAWN)
    data.settings["permanence_buffer"] = 0.2
    solution = cheapest(assemble(data, [WoodProducts, forest({2020: 0.02}, {2020: 4.0})], [CarbonAccount]))
    assert ["wood_products"] == solution.build.ledger.items("sink")


def test_additionality_shows_the_buffer_of_plan_and_twin() -> None:
    """Nothing is done: plan and twin both withhold a fifth of 2 * 44/12 and nothing is added."""
    found = additionality(buffered(0.2), {}).query("category == 'permanence_buffer'")
    assert pytest.approx(-0.4 * CO2_PER_C) == found["with_plan"].sum()
    assert pytest.approx(-0.4 * CO2_PER_C) == found["without_levers"].sum()


def whole_plan() -> Solution:
    """The toy plan of all levers with two classes that feed each other, the credit and the buffer."""
    data = plan_data(count_substitution=1.0, permanence_buffer=0.15)
    sawn = {**SAWN, "recycled_share": 0.3, "recycled_into": "paper", "substitution": 4.4}
    paper = {**PAPER, "recycled_share": 0.5, "recycled_into": "", "substitution": 0.0}
    fuel = {**FUEL, "recycled_share": 0.0, "recycled_into": "", "substitution": 0.0}
    data.tables["wood_products"] = pd.DataFrame([sawn, paper, fuel])
    data.tables["wood_product_shares"] = pd.DataFrame(shared(("sawnwood", 0.5), ("paper", 0.25), ("fuel", 0.25)))
    return solve(assemble(data))


def test_with_everything_on_every_identity_holds_and_each_breaks_when_changed() -> None:
    """Stock difference, pools, strict account, additionality and the rest on the toy plan of all levers; then the credit,
    the buffer and a recycled pool are each changed by a tenth."""
    solution = whole_plan()
    tables = result_tables(solution)
    assert [] == [check["name"] for check in check_identities(tables, solution) if not check["ok"]]
    for table, column, key, identity in (
        ("carbon", "category", "wood_substitution", "wood_balance"),
        ("carbon", "category", "permanence_buffer", "strict_account_and_targets"),
        ("wood", "item", "product_stock.paper", "pools_follow_their_inflow"),
    ):
        frame = tables[table].copy()
        frame.loc[(frame[column] == key) & (frame["year"] == 2040), "value"] *= 1.1
        broken = [check["name"] for check in check_identities({**tables, table: frame}, solution) if not check["ok"]]
        assert identity in broken
