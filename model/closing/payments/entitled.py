"""Who is entitled to which share of what may be emitted, by a stated rule.

    share[r,y] = weight[r,y] / sum over regions of weight[.,y]

The weight is what the rule names: emissions of the base year (``grandfathered``), the product (``per_gdp``), the people (``per_head``),
or what the region makes at the mean emission of the nation for a unit of it in the base year (``benchmark``):

    weight[r,y] = sum over s of mean_factor[s] * intensity[s,y] * output[r,s,y],    mean_factor[s] = sum of output * factor / sum of output, base year

Limits: a benchmark knows the products of the sheet industry alone, no power and no end use; what is made is that of the plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from ...core.data import Data
from ...core.declare.spec import Table
from ...levers.demand.industry import INDUSTRY, INDUSTRY_INTENSITY, OUTPUT
from ..analyses import GRANDFATHERED, PER_GDP, PER_HEAD
from ..pledges.series import BASE_YEAR_EMISSIONS, GDP, POPULATION, series_at

if TYPE_CHECKING:
    from ...core.solve.solution import Solution

BENCHMARK = "benchmark"
#: The sheet that a rule reads, and its column.
BASES: dict[str, Table] = {GRANDFATHERED: BASE_YEAR_EMISSIONS, PER_GDP: GDP, PER_HEAD: POPULATION, BENCHMARK: INDUSTRY}
COLUMNS = {GRANDFATHERED: "emission", BENCHMARK: "output"}
RULES = tuple(BASES)


def weights(data: Data, rule: str, year: float) -> dict[str, float]:
    """What each region counts in a year by a rule that reads sheets alone; one each where the sheet of the rule says nothing."""
    if rule == GRANDFATHERED:
        emitted = data.lookup(BASE_YEAR_EMISSIONS, "emission")
        found = {region: float(emitted.get(region, 0.0)) for region in data.regions}
    else:
        found = {region: series_at(data, BASES[rule], year, [region]) for region in data.regions}
    return found if sum(found.values()) > 0.0 else dict.fromkeys(data.regions, 1.0)


def is_known(data: Data, rule: str) -> bool:
    """Whether the sheet that the rule reads says anything."""
    table = BASES[rule]
    return data.has(table.name) and float(data.frame(table)[COLUMNS.get(rule, "value")].sum()) > 0.0


def entitlement_shares(data: Data, rule: str, years: Iterable[float]) -> pd.DataFrame:
    """The share of each region in a national target, by year: region, year, share; those of a year sum to 1."""
    rows = []
    for year in years:
        rows += [(region, year, share) for region, share in _parts(weights(data, rule, year), data.regions).items()]
    return pd.DataFrame(rows, columns=["region", "year", "share"])


def benchmarks(data: Data, year: int) -> dict[str, float]:
    """Mean emission of the nation for a unit of each product, by sector, Mt CO2 per million units."""
    made = data.frame(INDUSTRY)
    made = made.assign(emitted=made["output"].astype(float) * made["emission_factor"].astype(float))
    sums = made.groupby("sector", sort=False)[["emitted", "output"]].sum().astype(float)
    later = data.lookup(INDUSTRY_INTENSITY)
    return {
        str(sector): float(later.get((sector, year), 1.0)) * emitted / output
        for sector, emitted, output in sums.itertuples() if output > 0.0
    }  # fmt: skip


def shares_by_sheet(data: Data, rule: str, moment: float, regions: Sequence[str]) -> dict[str, float]:
    """The share of each of some regions at a moment, by a rule that reads sheets alone."""
    return _parts(weights(data, rule, moment), regions)


def shares_in_plan(solution: Solution, rule: str, year: int, regions: Sequence[str]) -> dict[str, float]:
    """The share of each of some regions in a period of a solved plan; series are read at its middle."""
    data = solution.build.data
    if rule != BENCHMARK:
        return shares_by_sheet(data, rule, data.middle(year), regions)
    made, factor = solution.values(OUTPUT.name), benchmarks(data, year)
    found = dict.fromkeys(regions, 0.0)
    for row in made[made["year"] == year].itertuples() if len(made) else ():
        if row.region in found:
            found[str(row.region)] += factor.get(str(row.sector), 0.0) * float(row.value)
    return _parts(found, regions)


def _parts(weight: Mapping[str, float], regions: Sequence[str]) -> dict[str, float]:
    """Weights of some regions as shares; equal ones where nothing is counted."""
    total = sum(weight[region] for region in regions)
    return {region: weight[region] / total if total > 0.0 else 1.0 / len(regions) for region in regions}
