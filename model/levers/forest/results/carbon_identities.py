"""The identities of the forest's carbon: living stands, pools that follow their inflow, and the forest that nobody touches.

That what a pool gains is its sink holds for the pools of all levers and stands in ``reporting/identities``.

Limits: of the courses without levers, living forest and dead wood are simulated anew; wood products are held by the
hand-worked cases of the tests.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from ....core.build.roles import closed
from ....core.declare.results import Identity
from ....core.declare.units import CO2_PER_C
from ....core.solve.sides import Sides, Tables, by_place, compare, sums
from ..parts.posts import forest_classes, killed
from ..stands import stands_of
from ..tables import FOREST_HARVEST
from ..wood_pools import ProductPools, hwp_pool, read_pools
from ..wood_products import PRODUCT_INFLOW, PRODUCTS
from .age_classes import LIVING, LIVING_SINK, NEW_LIVING, of_new
from .wood import PRODUCT_STOCK

if TYPE_CHECKING:
    from ....core.solve.solution import Solution

PLACE = ["region", "year"]
DEAD_WOOD, WOOD_PRODUCTS = "dead_wood", "wood_products"


def living_carbon(tables: Tables, solution: Solution) -> list[Sides]:
    """The living pools are what the strata hold, those of the base year and those that were planted."""
    stands = stands_of(solution)
    if stands is None:
        return []
    forest, stocks = tables["forest"], tables["stocks"]
    pool = of_new(stands, forest).map({False: LIVING, True: NEW_LIVING})
    found = sums(forest.assign(pool=pool, value=forest["carbon_mt_co2"] / CO2_PER_C), ["pool", *PLACE])
    return [compare(sums(stocks[stocks["pool"].isin([LIVING, NEW_LIVING])], ["pool", *PLACE]), found)]


def pools_follow(tables: Tables, solution: Solution) -> list[Sides]:
    """Dead wood and products are what was left of the pool before and what entered evenly through the period."""
    stands = stands_of(solution)
    if stands is None:
        return []
    data, wood = solution.build.data, tables["wood"]
    item = {str(name): sums(part, PLACE) for name, part in wood.groupby("item", sort=True)}
    stocks = {str(pool): sums(part, PLACE) for pool, part in tables["stocks"].groupby("pool", sort=True)}
    sides = _products_followed(solution, item, read_pools(data.frame(PRODUCTS))) if closed(solution.build, "roundwood") else []
    if DEAD_WOOD in stocks:
        decay = data.frame(FOREST_HARVEST).set_index("region")["slash_decay"].astype(float)
        inflow = item.get("dead_wood.out.forest_floor")
        sides.append(_followed(solution, stocks[DEAD_WOOD], inflow, decay))
        entering = sums(wood[wood["item"].str.startswith("dead_wood.in.")], PLACE)
        leaving = sums(wood[wood["item"].str.startswith("dead_wood.out.")], PLACE)
        sides.append(compare(entering, leaving))
    if any(name.startswith(f"{PRODUCT_STOCK}.") for name in item):
        sides.append(compare(sums(wood[wood["item"].str.startswith(f"{PRODUCT_STOCK}.")], PLACE), stocks[WOOD_PRODUCTS]))
    return sides


def _products_followed(solution: Solution, item: dict[str, pd.Series], pools: ProductPools) -> list[Sides]:
    """Each product class is what was left of the pools before and of the inflows, recycled carbon included."""
    data = solution.build.data
    nothing = by_place({})
    courses = {year: pools.course(float(data.length(year))) for year in data.years}
    sides = []
    for product in pools.half_life:
        stock = item.get(f"{PRODUCT_STOCK}.{product}", nothing)
        expected = {(r, y): 0.0 for r in dict.fromkeys(stock.index.get_level_values("region")) for y in data.years}
        for source in (q for q in pools.half_life if product in pools.reached(q)):
            held, entered = item.get(f"{PRODUCT_STOCK}.{source}", nothing), item.get(f"{PRODUCT_INFLOW.name}.{source}", nothing)
            for region, year in expected:
                stays, enters = (part[product, source] for part in courses[year])
                before, inflow = held.get((region, data.previous(year)), 0.0), entered.get((region, year), 0.0)
                expected[region, year] += stays * float(before) + enters * float(inflow)
        sides.append(compare(stock[stock.index.get_level_values("year").isin(data.years)], by_place(expected)))
    return sides


def _followed(solution: Solution, stock: pd.Series, inflow: pd.Series | None, rates: pd.Series) -> Sides:
    """A pool against the pool before and its inflow, by region and year after the base year."""
    data = solution.build.data
    keys = [(r, y) for r in dict.fromkeys(stock.index.get_level_values("region")) for y in data.years]
    entering = inflow if inflow is not None else stock[:0]
    expected = {
        (r, y): hwp_pool(
            float(stock.get((r, data.previous(y)), 0.0)), float(entering.get((r, y), 0.0)), math.log(2.0) / float(rates[r]), data.length(y)
        )
        for r, y in keys
    }  # fmt: skip
    return compare(stock[stock.index.get_level_values("year").isin(data.years)], by_place(expected))


def left_alone(tables: Tables, solution: Solution) -> list[Sides]:
    """Living carbon and dead wood of stands that nobody touches, simulated from the base year, are those of the course without levers."""
    stands = stands_of(solution)
    if stands is None:
        return []
    data, found = solution.build.data, tables["additionality"]
    lengths = [data.length(year) for year in data.years]
    course = stands.age_without_felling(lengths)
    lost = killed(data, stands, forest_classes(data, stands))
    living, fallen = [], []
    for period, (year, years) in enumerate(zip(data.years, lengths, strict=True)):
        held = [(area * stands.living).sum(axis=1) for area in (course[period], course[period + 1])]
        place = stands.strata[["region"]].assign(year=year)
        living.append(place.assign(value=CO2_PER_C * (held[1] - held[0]) / years, size=CO2_PER_C * held[1] / years))
        fallen.append(place.assign(value=(lost.dead[period] * course[period]).sum(axis=1) / years))
    alive = pd.concat(living)
    twin = found.assign(value=found["without_levers"])
    sides = [compare(sums(twin[twin["category"] == LIVING_SINK], PLACE), sums(alive, PLACE), sums(alive, PLACE, "size"))]
    if closed(solution.build, "dead_wood"):
        sides.append(_dead_wood(tables, solution, sums(pd.concat(fallen), PLACE)))
    return sides


def _dead_wood(tables: Tables, solution: Solution, fallen: pd.Series) -> Sides:
    """The pool of the base year decays while what dies of itself enters it (Mt C a year in ``fallen``)."""
    data, found, stocks = solution.build.data, tables["additionality"], tables["stocks"]
    pools = stocks[(stocks["pool"] == DEAD_WOOD) & (stocks["year"] == data.base_year)].set_index("region")["value"].astype(float)
    table = data.frame(FOREST_HARVEST)
    gains: dict[tuple[str, int], float] = {}
    sizes: dict[tuple[str, int], float] = {}
    for region, decay in zip(table["region"], table["slash_decay"].astype(float), strict=True):
        pool = float(pools.get(region, 0.0))
        for year in data.years:
            years = data.length(year)
            stays = math.exp(-decay * years)
            after = stays * pool + float(fallen.get((region, year), 0.0)) * (1.0 - stays) / decay
            gains[region, year] = CO2_PER_C * (after - pool) / years
            sizes[region, year] = CO2_PER_C * max(pool, after) / years
            pool = after
    twin = found[(found["category"] == DEAD_WOOD) & (found["year"] != data.base_year)]
    return compare(sums(twin, PLACE, "without_levers"), by_place(gains), by_place(sizes))


IDENTITIES = (
    Identity("living_pools_are_the_stands", "Living carbon is that of the stands", "活体碳库等于林分碳量", living_carbon),
    Identity("pools_follow_their_inflow", "Carbon pools follow their inflow", "碳库随流入变化", pools_follow),
    Identity("forest_without_levers", "Forest without levers simulated anew", "无措施森林模拟复核", left_alone),
)
