"""What pools of carbon gain is the sink that they feed, pool by pool as the levers declare them.

Limits: an item of the sink that no pool feeds is not held here.
"""

from __future__ import annotations

import pandas as pd

from ...core.declare.roles import Pool
from ...core.declare.units import CO2_PER_C
from ...core.solve.sides import Sides, Tables, by_place, compare, sums
from ...core.solve.solution import Solution
from ..tables.stocks import pools

PLACE = ["region", "year"]


def stock_change(tables: Tables, solution: Solution) -> list[Sides]:
    """What the pools that feed an item of the sink gain over a period, and what enters them uncounted, is that item."""
    carbon, years = tables["carbon"], solution.build.data.years
    held = {str(pool): sums(part, PLACE) for pool, part in tables["stocks"].groupby("pool", sort=True)}
    sink = carbon[(carbon["account"] == "sink") & carbon["year"].isin(years)]
    feeding: dict[str, list[Pool]] = {}
    for pool in pools(solution).values():
        if pool.feeds and pool.name in held:
            feeding.setdefault(pool.feeds, []).append(pool)
    sides = []
    for item, found in feeding.items():
        gains, sizes = zip(*(_gain(solution, held[pool.name], pool) for pool in found), strict=True)
        gained, size = pd.concat(gains).groupby(level=PLACE).sum(), pd.concat(sizes).groupby(level=PLACE).max()
        sides.append(compare(gained, sums(sink[sink["category"] == item], PLACE), size))
    return sides


def _gain(solution: Solution, held: pd.Series, pool: Pool) -> tuple[pd.Series, pd.Series]:
    """What a pool gives the sink a year in Mt CO2, and the largest term of the difference, by region and year."""
    data = solution.build.data
    gains: dict[tuple[str, int], float] = {}
    sizes: dict[tuple[str, int], float] = {}
    for region, year in ((r, y) for r in dict.fromkeys(held.index.get_level_values("region")) for y in data.years):
        now = float(held.get((region, year), 0.0))
        then = 0.0 if pool.of_period else float(held.get((region, data.previous(year)), 0.0))
        per_year = CO2_PER_C / data.length(year)
        gains[region, year] = pool.sign * (now - then) * per_year
        sizes[region, year] = max(abs(now), abs(then)) * per_year
    return by_place(gains), by_place(sizes)
