"""What happened to demand in a period of history: where industry produced, and which share of the cars was electric.

    share of a region in the output of a sector = mean output of the region / mean output of the nation
    share of a measure that electrifies vehicles = mean number of electric vehicles / mean number of all

The share in the fleet is read as the share of what all vehicles of the end use would emit without them. Two errors of that go against
each other: electric cars are newer and drive more than others, and a part of them (18 to 31 % in 2021 to 2025) also burns fuel.

Limits: the fleet is that of the nation, so every region has the same share; what has no row of ``observed`` did not spread.
"""

from __future__ import annotations

import pandas as pd

from ...core.data import Data
from ..observed import NATION, of_period

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


def electric_shares(data: Data, measures: pd.DataFrame) -> dict[tuple[str, str, int], float]:
    """Sector, measure and milestone of history -> observed mean share of the measure, base year's share included.

    The sector is the item of the rows ``electric_vehicles`` and ``vehicles`` of the nation; the measure is the first of the sector that
    adds electricity.
    """
    powered = measures[measures["electricity"].astype(float) > 0.0].drop_duplicates("sector")
    measure = dict(zip(powered["sector"], powered["measure"], strict=True))
    found: dict[tuple[str, str, int], float] = {}
    for year in data.history:
        told = of_period(data, year)
        told = told[(told["region"] == NATION) & told["mean"].notna()].set_index(["quantity", "item"])["mean"].astype(float)
        for sector in [item for quantity, item in told.index if quantity == ELECTRIC and item in measure]:
            everything = float(told.get((ALL, sector), 0.0))
            if everything > 0.0:
                found[str(sector), str(measure[sector]), year] = min(1.0, float(told[ELECTRIC, sector]) / everything)
    return found
