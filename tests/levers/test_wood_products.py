"""Wood products and the timber market, by hand and by the published equation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal, localcontext

import pandas as pd
import pytest

from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.data import Data
from model.core.declare.spec import InputError
from model.core.declare.units import CO2_PER_C
from model.core.solve.solution import Solution
from model.levers.forest.wood_pools import decay_rate, hwp_pool
from model.levers.forest.wood_products import WoodProducts

from .toy import Rows, amount, cheapest, poster, toy_data, value

#: IPCC 2006 volume 4 equation 12.1 with an inflow of 100 a year from an empty pool, years 1 to 5, and inflow/k.
PUBLISHED = {
    35.0: ((99.016294, 196.090939, 291.262010, 384.566834, 476.042007), 5049.432643),
    25.0: ((98.626429, 194.555914, 287.862202, 378.617024, 466.890151), 3606.737602),
    2.0: ((84.511119, 144.269504, 186.525064, 216.404256, 237.532036), 288.539008),
}
#: The table of figures carries six decimals.
LAST_DIGIT = 6e-7
EXACT = 1e-9

HARVEST = {"region": "west", "roundwood_base": 0.02, "recovery": 0.7, "slash_decay": 0.1}
PRODUCTS = [
    {"product": "sawnwood", "half_life": 35.0, "mill_yield": 0.5, "inherited_years": 60.0},
    {"product": "fuel", "half_life": 0.0, "mill_yield": 0.0, "inherited_years": 0.0},
]
SHARES = [{"region": "west", "product": p, "share": s, "roundwood": 0.02} for p, s in (("sawnwood", 0.6), ("fuel", 0.4))]


def wood_data(demand: float | None = None, tables: Mapping[str, Rows] | None = None) -> Data:
    """One region, ten years, six tenths of the wood sawn at a yield of one half."""
    market = {"timber_demand": [{"market": "nation", "year": 2030, "value": demand}]} if demand is not None else {}
    given: dict[str, Rows] = {"forest_harvest": [HARVEST], "wood_products": PRODUCTS, "wood_product_shares": SHARES, **market}
    return toy_data(tables={**given, **(tables or {})})


def forest(roundwood: Mapping[int, float], carbon: Mapping[int, float]) -> type[Lever]:
    """A forest that brings fixed amounts a year: km3/yr of roundwood with Mt C/yr in it."""

    def post(lever: Lever) -> None:
        for balance, amounts, unit in (("roundwood", roundwood, "km3/yr"), ("extracted_carbon", carbon, "Mt C/yr")):
            frame = pd.DataFrame({"region": ["west"] * len(amounts), "year": list(amounts)})
            lever.ledger.supply_fixed(balance, frame, list(amounts.values()), item="forest", unit=unit)

    return poster(post)


def plan(data: Data, roundwood: Mapping[int, float], carbon: Mapping[int, float]) -> Solution:
    solution = cheapest(assemble(data, [WoodProducts, forest(roundwood, carbon)], []))
    assert solution.status == "optimal"
    return solution


@pytest.mark.parametrize("half_life", list(PUBLISHED))
def test_a_pool_follows_the_published_equation_year_by_year(half_life: float) -> None:
    """C(i+1) = exp(-k) C(i) + (1 - exp(-k))/k * 100 from 0: the published five years and the steady state 100/k."""
    course, steady = PUBLISHED[half_life]
    stock, found = 0.0, []
    for _ in course:
        stock = hwp_pool(stock, 100.0, half_life, 1.0)
        found.append(stock)
    assert pytest.approx(course, rel=0.0, abs=LAST_DIGIT) == found
    assert pytest.approx(steady, rel=0.0, abs=LAST_DIGIT) == 100.0 / decay_rate(half_life)


def equation(stock: str, inflow: str, half_life: str, years: int) -> list[float]:
    """Equation 12.1 year by year in fifty decimal digits: C(i+1) = exp(-k) C(i) + (1 - exp(-k))/k * inflow."""
    with localcontext() as context:
        context.prec = 50
        k = Decimal(2).ln() / Decimal(half_life)
        stays, held, course = (-k).exp(), Decimal(stock), []
        for _ in range(years):
            held = stays * held + (1 - stays) / k * Decimal(inflow)
            course.append(held)
        return [float(value) for value in course]


@pytest.mark.parametrize("half_life", list(PUBLISHED))
@pytest.mark.parametrize(("stock", "inflow"), [("0", "100"), ("1000", "0"), ("888.01", "50.78")])
def test_a_pool_equals_the_equation_evaluated_in_fifty_digits(half_life: float, stock: str, inflow: str) -> None:
    """Forty years from an empty pool, a full one without inflow, and China's pool of 2012: all to 1e-9, in yearly steps and
    in one period; the exact course has the digits of the table."""
    exact = equation(stock, inflow, str(half_life), 40)
    held, found = float(stock), []
    for _ in exact:
        held = hwp_pool(held, float(inflow), half_life, 1.0)
        found.append(held)
    assert pytest.approx(exact, rel=EXACT, abs=EXACT) == found
    whole = [hwp_pool(float(stock), float(inflow), half_life, float(n)) for n in range(1, 41)]
    assert pytest.approx(exact, rel=EXACT, abs=EXACT) == whole
    if (stock, inflow) == ("0", "100"):
        assert list(PUBLISHED[half_life][0]) == [round(value, 6) for value in exact[:5]]


@pytest.mark.parametrize("half_life", list(PUBLISHED))
def test_half_of_a_pool_is_left_after_its_half_life(half_life: float) -> None:
    """1000 without inflow: 500.000000000 after 35, 25 and 2 years, in one period and in yearly steps."""
    held = 1000.0
    for _ in range(int(half_life)):
        held = hwp_pool(held, 0.0, half_life, 1.0)
    assert pytest.approx(500.0, rel=0.0, abs=EXACT) == held
    assert pytest.approx(500.0, rel=0.0, abs=EXACT) == hwp_pool(1000.0, 0.0, half_life, half_life)


@pytest.mark.parametrize("half_life", list(PUBLISHED))
def test_a_pool_of_inflow_over_k_neither_grows_nor_shrinks(half_life: float) -> None:
    """Start at 100/k: the change is 0 in a year and in five."""
    steady = 100.0 * half_life / math.log(2.0)
    for years in (1.0, 5.0):
        assert pytest.approx(0.0, abs=EXACT) == hwp_pool(steady, 100.0, half_life, years) - steady


@pytest.mark.parametrize("half_life", list(PUBLISHED))
def test_a_pool_is_the_sum_of_what_is_left_of_each_inflow(half_life: float) -> None:
    """C_n = C_0 e^(-kn) + sum over i of inflow_i (1 - e^-k)/k e^(-k(n-1-i)), for an inflow that changes every year."""
    k, inflows = math.log(2.0) / half_life, (100.0, 40.0, 0.0, 75.5, 12.25, 300.0)
    held = 640.0
    for inflow in inflows:
        held = hwp_pool(held, inflow, half_life, 1.0)
    n = len(inflows)
    left = (flow * -math.expm1(-k) / k * math.exp(-k * (n - 1 - i)) for i, flow in enumerate(inflows))
    assert pytest.approx(640.0 * math.exp(-k * n) + math.fsum(left), rel=0.0, abs=EXACT) == held


@pytest.mark.parametrize("half_life", list(PUBLISHED))
def test_one_period_of_five_years_equals_five_yearly_steps(half_life: float) -> None:
    """The period form is exact, not an approximation of annual steps."""
    stock = 70.0
    for _ in range(5):
        stock = hwp_pool(stock, 100.0, half_life, 1.0)
    assert pytest.approx(stock, rel=1e-12) == hwp_pool(70.0, 100.0, half_life, 5.0)


@pytest.mark.parametrize("half_life", list(PUBLISHED))
def test_half_is_left_after_a_half_life_and_the_steady_state_stays(half_life: float) -> None:
    """1000 without inflow is 500 after one half-life; inflow/k does not change in any time."""
    assert pytest.approx(500.0, rel=1e-12) == hwp_pool(1000.0, 0.0, half_life, half_life)
    steady = 3.0 / decay_rate(half_life)
    assert pytest.approx(steady, rel=1e-12) == hwp_pool(steady, 3.0, half_life, 7.0)


def test_products_take_in_their_share_less_what_the_mill_loses() -> None:
    """5 Mt C/yr in roundwood: 0.6 * 0.5 of it is 1.5 Mt C/yr of sawnwood; fuel holds nothing and has no pool."""
    solution = plan(wood_data(), {2020: 0.02, 2030: 0.025}, {2020: 4.0, 2030: 5.0})
    assert pytest.approx([1.2, 1.5]) == solution.values("product_inflow")["value"].tolist()
    assert ["sawnwood"] == list(solution.values("product_pool")["product"].unique())


def test_the_inherited_pool_is_sixty_years_of_the_base_year() -> None:
    """1.2 Mt C/yr, k = ln2/35: 1.2/k * (1 - exp(-60k))."""
    solution = plan(wood_data(), {2020: 0.02}, {2020: 4.0})
    k = math.log(2) / 35
    assert pytest.approx(1.2 / k * (1 - math.exp(-60 * k)), rel=1e-9) == value(solution, "product_pool", year=2020)


def test_the_pool_decays_and_fills_and_its_change_is_the_sink() -> None:
    """P0 = 1.2/k * (1 - exp(-60k)); after ten years of 1.5 Mt C/yr P0*exp(-10k) + 1.5*(1-exp(-10k))/k; sink = change/10."""
    solution = plan(wood_data(), {2020: 0.02, 2030: 0.025}, {2020: 4.0, 2030: 5.0})
    k = math.log(2) / 35
    before = 1.2 / k * (1 - math.exp(-60 * k))
    after = before * math.exp(-10 * k) + 1.5 * (1 - math.exp(-10 * k)) / k
    assert pytest.approx(after, rel=1e-9) == value(solution, "product_pool", year=2030)
    assert pytest.approx((after - before) / 10 * CO2_PER_C, rel=1e-9) == amount(solution, "sink", "wood_products")


def test_a_pool_without_inflow_is_a_source() -> None:
    """Nothing is felled any more: the inherited pool P0 loses P0 * (1 - exp(-10k)) in ten years."""
    solution = plan(wood_data(), {2020: 0.02}, {2020: 4.0})
    k = math.log(2) / 35
    lost = 1.2 / k * (1 - math.exp(-60 * k)) * (1 - math.exp(-10 * k))
    assert pytest.approx(-lost / 10 * CO2_PER_C, rel=1e-9) == amount(solution, "sink", "wood_products", year=2030)


def test_imports_fill_the_gap_at_their_price_and_leak_abroad() -> None:
    """Demand 0.03 km3/yr, own 0.025: 0.005 imported for 1100 * 0.005 = 5.5 bn CNY/yr; 0.005 * 300 Mt C/km3 = 1.5 Mt C
    abroad, reported beside the strict account."""
    solution = plan(wood_data(0.03), {2020: 0.02, 2030: 0.025}, {2020: 4.0, 2030: 5.0})
    assert pytest.approx(0.005) == value(solution, "timber_imports")
    assert pytest.approx(-5.5) == amount(solution, "money", "timber_imports", region="west")
    assert pytest.approx(1.5 * CO2_PER_C) == amount(solution, "emission", "timber_import_leakage")
    assert solution.balance("emission")["memo"].all()


def test_the_price_of_timber_is_that_of_imports_and_points_to_the_demand() -> None:
    """While anything is imported one more km3 a year of demand costs 1100 bn CNY a year."""
    data = wood_data(0.03)
    solution = plan(data, {2020: 0.02, 2030: 0.025}, {2020: 4.0, 2030: 5.0})
    assert pytest.approx(1100.0 * data.weight(2030)) == solution.duals("timber_demand_met")["dual"].iloc[0]
    row = solution.limits().query("name == 'timber_demand_met'").iloc[0]
    assert ("timber_demand", "D2") == (row["sheet"], row["cell"])


def test_enough_own_wood_needs_no_imports() -> None:
    """Demand 0.02, own 0.025 km3/yr: nothing is imported and more demand costs nothing."""
    solution = plan(wood_data(0.02), {2020: 0.02, 2030: 0.025}, {2020: 4.0, 2030: 5.0})
    assert 0.0 == value(solution, "timber_imports")
    assert 0.0 == solution.duals("timber_demand_met")["dual"].iloc[0]


def test_regions_pay_imports_in_proportion_to_their_roundwood() -> None:
    """0.04 km3/yr imported cost 44 bn CNY/yr: three quarters fall on the region with three quarters of the roundwood."""
    rows = [{**HARVEST, "region": r, "roundwood_base": v} for r, v in (("west", 0.03), ("east", 0.01))]
    shares = [{**row, "region": r} for r in ("west", "east") for row in SHARES]
    tables: dict[str, Rows] = {
        "forest_harvest": rows, "wood_products": PRODUCTS, "wood_product_shares": shares,
        "timber_demand": [{"market": "nation", "year": 2030, "value": 0.04}],
    }  # fmt: skip
    solution = plan(toy_data(("west", "east"), tables=tables), {2020: 0.03}, {2020: 4.0})
    assert pytest.approx([-33.0, -11.0]) == [amount(solution, "money", "timber_imports", region=r) for r in ("west", "east")]


def test_shares_that_do_not_sum_to_one_are_refused() -> None:
    """0.6 alone leaves 0.4 of the wood without a use."""
    with pytest.raises(InputError, match=r"the shares of west sum to 0\.6"):
        assemble(wood_data(tables={"wood_product_shares": SHARES[:1]}), [WoodProducts], [])
