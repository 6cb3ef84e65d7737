"""Which sites hold the wind, solar, hydro and nuclear plants that were built in periods of history.

What they gave is the statistic: in periods of history the yield of all plants of one statistic has one factor (dry and windy years,
curtailment). No table tells the factor; ``output_of_history`` does.

A region's new plants of a technology are spread over its open sites: over zones by the room beside the fleet, within a zone by
potential, so that the yield of what was built is that of the region and not that of its best grade.

Limits: statistics know regions, not sites; the spread is a stated rule.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from ....core.data import Data
from ....core.declare.spec import Finding
from ....core.frames import key_tuples
from ...observed import COUNTED_AS, NATION, PARTS, of_period
from ..capacity import TWH_PER_GW, Capacity, surviving, totals
from ..happened import Happened, happened, per_row, unplaced
from ..plants import PLANT, open_sites, sited_fleet
from ..tables import SITED_TECHNOLOGIES

ZONE = ["region", "water_zone", "technology"]


def sited_history(data: Data) -> Happened:
    """What was built of each sited technology in periods of history, by region."""
    found = data.once("history of sited plants", _sited_history)
    assert isinstance(found, Happened)
    return found


def _sited_history(data: Data) -> Happened:
    if not data.history:
        return Happened()
    fleet = surviving(data, sited_fleet(data))
    fleet = fleet.assign(item=fleet["technology"].map(lambda name: COUNTED_AS.get(name, name)))
    technologies = data.frame(SITED_TECHNOLOGIES)[["technology", "lifetime"]]
    technologies = technologies.assign(item=technologies["technology"])
    return happened(data, fleet, technologies[~technologies["technology"].isin(list(COUNTED_AS))])


def on_sites(data: Data, sites: pd.DataFrame, new: pd.DataFrame, found: Happened) -> npt.NDArray[np.float64]:
    """What was built on each site in each vintage, GW: nothing but in periods of history."""
    if not data.history:
        return np.zeros(len(new))
    fleet = surviving(data, sited_fleet(data)).merge(data.frame(SITED_TECHNOLOGIES)[["technology", "sites_include_fleet"]], on="technology")
    fleet = fleet[(fleet["year"] == data.history[-1]) & (fleet["sites_include_fleet"] > 0)]
    stood = totals(fleet, ZONE, "gw")
    zones = sites.groupby(ZONE, sort=False, as_index=False)["potential"].sum()
    zones["room"] = [max(gw - stood.get(zone, 0.0), 0.0) for zone, gw in zip(key_tuples(zones[ZONE]), zones["potential"], strict=True)]
    whole = zones.groupby(PLANT)[["room", "potential"]].transform("sum")
    # a region whose fleet fills its potential spreads by potential alone
    share = (zones["room"] / whole["room"]).where(whole["room"] > 0.0, zones["potential"] / whole["potential"])
    a_gw = dict(zip(key_tuples(zones[ZONE]), share / zones["potential"], strict=True))
    of_zone = np.array([a_gw[zone] for zone in key_tuples(new[ZONE])])
    return per_row(new, found.built) * of_zone * new["potential"].to_numpy(dtype=float)


def check_history_sites(data: Data) -> list[Finding]:
    """What was built somewhere needs a site there."""
    found = sited_history(data)
    return unplaced(data, found, set(open_sites(data)[PLANT].itertuples(index=False, name=None)))


def output_of_history(data: Data, existing: pd.DataFrame, built: pd.DataFrame) -> pd.DataFrame:
    """What plants would give in periods of history by their listed yields, beside what they gave: ``output``, ``seen``, ``factor``.

    ``existing`` and ``built`` are the fleet and what was built, as they work (``gw``), with region, technology, class, year and
    capacity_factor. One row for each region, technology and period; a statistic of a class, or of the nation alone, says how much
    all of it gave, and all its plants have one factor. ``seen`` is NaN and the factor 1 where no statistic is known.
    """
    columns = ["region", "technology", "class", "year", "output"]
    both = pd.concat([part for part in (existing, built) if len(part)] or [existing])
    both = both[both["year"].isin(data.history)]
    both = both.assign(output=both["gw"].astype(float) * both["capacity_factor"].astype(float) * TWH_PER_GW)
    own = both.groupby(columns[:-1], sort=False, as_index=False)["output"].sum()
    seen = pd.Series(np.nan, index=own.index, dtype=float)
    for year in data.history:
        rows = of_period(data, year)
        rows = rows[(rows["quantity"] == "generation") & rows["mean"].notna()]
        for item in dict.fromkeys(rows["item"]):
            # where no plant works there is nothing to hold to a statistic: an open site is no gap in the statistics
            mine = (own["output"] > 0.0) & (own["year"] == year) & ((own["technology"] == item) | own["technology"].isin(PARTS.get(str(item), ())) | (own["class"] == item))
            known = rows[(rows["item"] == item)].set_index("region")["mean"]
            by_region = own.loc[mine, "region"].map(known.drop(NATION, errors="ignore"))
            if by_region.notna().all() and mine.any():
                whole = own[mine].groupby("region")["output"].transform("sum")
                seen[mine] = own.loc[mine, "output"] / whole * by_region.astype(float)
            elif NATION in known.index and mine.any():
                seen[mine] = own.loc[mine, "output"] / own.loc[mine, "output"].sum() * float(known[NATION])
    factor = (seen / own["output"].where(own["output"] > 0.0)).fillna(1.0)
    return own.assign(seen=seen, factor=factor)


def as_seen(data: Data, working: Capacity, built: pd.DataFrame) -> Capacity:
    """Working capacity with the capacity factors of periods of history set to what was generated; ``built`` is what was built in them."""
    if not data.history:
        return working
    factors = output_of_history(data, working.existing, built).set_index(["region", "technology", "year"])["factor"]
    known = {(str(r), str(k), int(t)): float(f) for (r, k, t), f in factors.items()}

    def scaled(frame: pd.DataFrame) -> pd.DataFrame:
        places = zip(frame["region"], frame["technology"], frame["year"], strict=True)
        return frame.assign(capacity_factor=frame["capacity_factor"].astype(float) * np.array([known.get((r, k, int(t)), 1.0) for r, k, t in places]))

    return working.change(scaled)
