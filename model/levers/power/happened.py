"""What was built in a period of history: from what stood at its end, and from what stood in it on average.

    built  = end - what is left of older plants            GW, where that is more than nothing
    closed = what is left of older plants - end            GW, where that is
    worked = (mean - mean of older plants) / built         share of the new plants that worked in their period on average

``end`` and ``mean`` are the observed capacity of the region; where only the nation is known it is parted as its plants of the
milestone before. What was built under one statistic goes to one technology, that of which new plants are built.

Limits: what was replaced in the period counts as built; a region's plants of one statistic are one fleet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ...core.data import Data
from ...core.declare.spec import Finding
from ..lives import lives
from ..observed import NATION, OBSERVED, of_period

#: Region, technology, milestone of the period.
Place = tuple[str, str, int]
#: Observed capacity is known to so many digits: a difference below this share of it is none.
ROUNDING = 1e-6


@dataclass(frozen=True)
class Happened:
    """What was built and closed in periods of history, GW, and the share of the new plants that worked in their period."""

    built: Mapping[Place, float] = field(default_factory=dict)
    closed: Mapping[Place, float] = field(default_factory=dict)
    worked: Mapping[Place, float] = field(default_factory=dict)


def happened(data: Data, fleet: pd.DataFrame, newcomers: pd.DataFrame) -> Happened:
    """What happened to the plants of a kind in every period of history.

    ``fleet`` has region, technology, ``item`` (its name in the statistic), year, gw and mean_gw as ``surviving`` gives them;
    ``newcomers`` the one technology of each item of which plants were built, with its lifetime.
    """
    gained: dict[Place, float] = {}
    gone: dict[Place, float] = {}
    worked_share: dict[Place, float] = {}
    built: list[tuple[str, str, str, int, float, float]] = []
    for year in data.history:
        old = _older(data, fleet, built, year)
        for (region, item), (end, mean) in _observed(data, fleet, year).items():
            stood, worked = old.get((region, item), (0.0, 0.0))
            gain = end - stood
            of_item = newcomers[newcomers["item"] == item]
            if abs(gain) <= ROUNDING * max(end, stood):
                continue
            if gain < 0.0:
                gone.update(_closed(fleet, region, item, year, -gain))
            elif len(of_item):
                technology, lifetime = str(of_item["technology"].iloc[0]), float(of_item["lifetime"].iloc[0])
                gained[region, technology, year] = gain
                if not np.isnan(mean):
                    worked_share[region, technology, year] = float(np.clip((mean - worked) / gain, 0.0, 1.0))
                built.append((region, item, technology, year, gain, lifetime))
    return Happened(gained, gone, worked_share)


def _observed(data: Data, fleet: pd.DataFrame, year: int) -> dict[tuple[str, str], tuple[float, float]]:
    """Region and item -> capacity at the milestone and on average; the nation is parted as its plants were where no region is known."""
    rows = of_period(data, year)
    rows = rows[(rows["quantity"] == "capacity") & rows["end"].notna()]
    regional, nation = rows[rows["region"] != NATION], rows[rows["region"] == NATION]
    found = {(str(r.region), str(r.item)): (float(r.end), float(r.mean)) for r in regional.itertuples()}
    known = {item for _, item in found}
    before = fleet[fleet["year"] == data.previous(year)].groupby(["item", "region"])["gw"].sum()
    for row in nation.itertuples():
        item = str(row.item)
        if item in known or item not in before.index.get_level_values("item"):
            continue
        shares = before.loc[item] / before.loc[item].sum()
        found.update({(str(region), item): (float(row.end) * share, float(row.mean) * share) for region, share in shares.items()})
    return found


def _older(data: Data, fleet: pd.DataFrame, built: list[tuple[str, str, str, int, float, float]], year: int) -> dict[tuple[str, str], tuple[float, float]]:
    """Region and item -> what stands of older plants at the milestone, and what worked of them on average."""
    now = fleet[fleet["year"] == year]
    parts = [now[["region", "item", "gw", "mean_gw"]]]
    for region, item, _, vintage, gw, lifetime in built:
        share = lives(data, [vintage], lifetime).query("year == @year")
        parts.append(pd.DataFrame({"region": region, "item": item, "gw": gw * share["stands"], "mean_gw": gw * share["works"]}))
    sums = pd.concat([part for part in parts if len(part)] or parts[:1]).groupby(["region", "item"])[["gw", "mean_gw"]].sum()
    return {(str(r), str(i)): (float(gw), float(mean)) for (r, i), gw, mean in zip(sums.index, sums["gw"], sums["mean_gw"], strict=True)}


def _closed(fleet: pd.DataFrame, region: str, item: str, year: int, gone: float) -> dict[Place, float]:
    """What was closed beyond the end of lives, parted as what is left of the fleet."""
    mine = fleet[(fleet["region"] == region) & (fleet["item"] == item) & (fleet["year"] == year)]
    whole = float(mine["gw"].sum())
    return {(region, str(technology), year): gone * float(gw) / whole for technology, gw in zip(mine["technology"], mine["gw"], strict=True) if gw > 0.0}


def per_row(frame: pd.DataFrame, amounts: Mapping[Place, float], year: str = "vintage") -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """What happened by row of a frame with region, technology and a period; nothing where nothing is told."""
    places = zip(frame["region"], frame["technology"], frame[year], strict=True)
    return np.array([amounts.get((r, k, int(t)), 0.0) for r, k, t in places], dtype=float)


def unplaced(data: Data, found: Happened, open_plants: set[tuple[str, str]]) -> list[Finding]:
    """A warning for what was observed in a region where nothing of the kind can be built in this workbook."""
    frame = data.frame(OBSERVED)
    frame = frame[frame["quantity"] == "capacity"]
    warnings = []
    for (region, technology, year), gw in found.built.items():
        if (region, technology) in open_plants:
            continue
        rows = frame[(frame["region"] == region) & (frame["year"] == year) & frame["item"].isin([technology])]
        cell = data.cell(OBSERVED.name, int(rows.index[0]), "value") if len(rows) else ""
        warnings.append(
            Finding(
                "warning", OBSERVED.name, cell, f"{gw:.4g} GW of {technology} built in {region} by {year} have no site in this workbook and are left out", "a site with potential there",
                f"{region} 到 {year} 年新增的 {gw:.4g} GW {technology} 在本工作簿中没有场址，未计入", "应有具备潜力的场址",
            )
        )
    return warnings
