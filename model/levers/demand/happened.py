"""What happened to demand in a period of history: where industry produced, and which share of the cars was electric.

    share of a region in the output of a sector = mean output of the region / mean output of the nation
    share of a measure that electrifies vehicles = share of the base year * mean share in the fleet / share in the fleet of the base year

The measure acts on activity, the statistic counts vehicles. What the share of the base year was above that in the fleet (electric
cars are newer and drive more than others, though a part of them also burns fuel) it stays: the two grow alike. Where the base year
has no share, that in the fleet is taken as it is.

Limits: the fleet is that of the nation, so every region has the same share; what has no row of ``observed`` did not spread.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ...core.data import Data
from ..observed import NATION, observed, of_period

ELECTRIC, ALL = "electric_vehicles", "vehicles"


def output_shares(data: Data, industry: pd.DataFrame, year: int) -> dict[tuple[str, str], float]:
    """Region and sector -> share of the nation's output in a period of history, of sectors with an observed region.

    ``industry`` has region, sector and output of the base year. Regions without a row part what the others leave as in the base year;
    shares of a sector sum to 1 over the regions that produce.
    """
    told = of_period(data, year)
    told = told[(told["quantity"] == "output") & told["mean"].notna()]
    nation = told[told["region"] == NATION].set_index("item")["mean"].astype(float)
    seen = {(str(r), str(i)): float(m) for r, i, m in told.loc[told["region"] != NATION, ["region", "item", "mean"]].itertuples(index=False, name=None)}
    found: dict[tuple[str, str], float] = {}
    for sector, part in industry[industry["output"].astype(float) > 0.0].groupby("sector", sort=False):
        base = dict(zip(part["region"], part["output"].astype(float), strict=True))
        own = {region: seen[region, sector] for region in base if (region, sector) in seen}
        whole = sum(own.values()) if len(own) == len(base) else float(nation.get(sector, 0.0))
        rest = sum(amount for region, amount in base.items() if region not in own)
        if not own or whole <= 0.0:
            continue
        left = max(0.0, 1.0 - sum(own.values()) / whole)
        shares = {region: own[region] / whole if region in own else left * amount / rest for region, amount in base.items()}
        total = sum(shares.values())
        found.update({(str(region), str(sector)): share / total for region, share in shares.items()})
    return found


def electric_shares(data: Data, measures: pd.DataFrame, base: Mapping[tuple[str, str], float]) -> dict[tuple[str, str, int], float]:
    """Sector, measure and milestone of history -> observed mean share of the measure, that of the base year (``base``) included.

    The sector is the item of the rows ``electric_vehicles`` and ``vehicles`` of the nation; the measure is the first of the sector that
    adds electricity.
    """
    fleet = _electric_in_fleet(data) if data.history else {}
    powered = measures[measures["electricity"].astype(float) > 0.0].drop_duplicates("sector")
    found: dict[tuple[str, str, int], float] = {}
    for sector, measure in zip(powered["sector"], powered["measure"], strict=True):
        ends = fleet.get(str(sector), {})
        at_first, in_place = ends.get(data.base_year, 0.0), base.get((str(sector), str(measure)), 0.0)
        scale = in_place / at_first if at_first > 0.0 and in_place > 0.0 else 1.0
        for year in data.history:
            span = range(data.previous(year), year + 1)
            if all(end in ends for end in span):
                mean = sum((ends[end - 1] + ends[end]) / 2.0 for end in span[1:]) / data.length(year)
                found[str(sector), str(measure), year] = min(1.0, scale * mean)
    return found


def _electric_in_fleet(data: Data) -> dict[str, dict[int, float]]:
    """End use -> share of electric vehicles at the end of each year in which both are counted."""
    told = observed(data)
    told = told[told["region"] == NATION] if len(told) else told
    found: dict[str, dict[int, float]] = {}
    count = {(str(q), str(i), int(y)): float(v) for q, i, y, v in told[["quantity", "item", "year", "value"]].itertuples(index=False, name=None)}
    for (quantity, item, year), electric in count.items():
        everything = count.get((ALL, item, year), 0.0)
        if quantity == ELECTRIC and everything > 0.0:
            found.setdefault(item, {})[year] = electric / everything
    return found
