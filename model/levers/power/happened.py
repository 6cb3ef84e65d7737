"""What was built in a period of history: from what stood at its end, and from what stood in it on average.

    built  = end - what is left of older plants            GW, where that is more than nothing
    closed = what is left of older plants - end            GW, where that is: added to what was closed before and would still stand
    worked = (mean - mean of older plants) / built         share of the new plants that worked in their period on average

``end`` and ``mean`` are the observed capacity of the region; where only the nation is known it is parted as its plants of the
milestone before. What was built under one statistic goes to one technology, that of which new plants are built.

Limits: what was replaced in the period counts as built; a region's plants of one statistic are one fleet; of the plants that were
closed none was built in history.
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
#: Region, item of the statistic.
Fleet = tuple[str, str]
#: Observed capacity is known to so many digits: a difference below this share of it is none.
ROUNDING = 1e-6


@dataclass(frozen=True)
class Happened:
    """What happened in periods of history: ``built`` in them and ``closed`` by their milestones, GW; ``worked``, the share of the
    new plants that worked in their period; ``unparted``, GW of an item by milestone that stood in the nation, it is not known where."""

    built: dict[Place, float] = field(default_factory=dict)
    closed: dict[Place, float] = field(default_factory=dict)
    worked: dict[Place, float] = field(default_factory=dict)
    unparted: dict[tuple[str, int], float] = field(default_factory=dict)


def happened(data: Data, fleet: pd.DataFrame, newcomers: pd.DataFrame, *, closes: bool = False) -> Happened:
    """What happened to the plants of a kind in every period of history.

    ``fleet`` has region, technology, ``item`` (its name in the statistic), year, gw and mean_gw as ``surviving`` gives them;
    ``newcomers`` the one technology of each item of which plants were built, with its lifetime. ``closes``: plants of the fleet
    can be closed before their end; where they can not, a fleet larger than what was observed stays as it is.
    """
    found = Happened()
    newcomers = newcomers.drop_duplicates("item")
    ages = dict(zip(newcomers["technology"], newcomers["lifetime"].astype(float), strict=True))
    new = {str(item): str(technology) for technology, item in zip(newcomers["technology"], newcomers["item"], strict=True)}
    before = _sums(fleet[fleet["year"] == data.base_year], "gw")
    for year in data.history:
        _still_closed(data, fleet, found, year)
        old, mean_old = _older(data, fleet, found, new, ages, year)
        for (region, item), (end, mean) in _observed(data, before, set(new), found, year).items():
            stood, worked = old.get((region, item), 0.0), mean_old.get((region, item), 0.0)
            gain = end - stood
            if abs(gain) <= ROUNDING * max(end, stood):
                continue
            if gain < 0.0 and closes:
                _close(fleet, found, region, item, year, -gain)
            elif gain > 0.0 and item in new:
                found.built[region, new[item], year] = gain
                if not np.isnan(mean):
                    found.worked[region, new[item], year] = float(np.clip((mean - worked) / gain, 0.0, 1.0))
        before = _older(data, fleet, found, new, ages, year)[0]
    return found


def _observed(data: Data, before: Mapping[Fleet, float], kinds: set[str], found: Happened, year: int) -> dict[Fleet, tuple[float, float]]:
    """Region and item -> capacity at the milestone and on average; the nation is parted as its plants were where no region is known.

    Where some regions are known and others are not, the others keep what they had; where all would be more than the nation has, those
    known share what it leaves them.
    """
    rows = of_period(data, year)
    rows = rows[(rows["quantity"] == "capacity") & rows["end"].notna()]
    regional, nation = rows[rows["region"] != NATION], rows[rows["region"] == NATION]
    told = {(str(r.region), str(r.item)): (float(r.end), float(r.mean)) for r in regional.itertuples()}
    known = {item for _, item in told}
    for row in nation.itertuples():
        item = str(row.item)
        of_item = {region: gw for (region, name), gw in before.items() if name == item}
        whole = sum(of_item.values())
        if item in known:
            kept = sum(gw for region, gw in of_item.items() if (region, item) not in told)
            own = [place for place in told if place[1] == item]
            end, mean = (_left(amount, kept, sum(told[place][n] for place in own)) for n, amount in enumerate((float(row.end), float(row.mean))))
            told.update({place: (told[place][0] * end, told[place][1] * mean) for place in own})
            continue
        if whole > 0.0:
            told.update({(region, item): (float(row.end) * gw / whole, float(row.mean) * gw / whole) for region, gw in of_item.items()})
        elif item in kinds and float(row.end) > 0.0:
            found.unparted[item, year] = float(row.end)
    return told


def _left(nation: float, kept: float, known: float) -> float:
    """By what regions that are known are to be multiplied, so that with those that keep what they had they are no more than the nation."""
    return (nation - kept) / known if 0.0 < kept < nation < kept + known else 1.0


def _sums(frame: pd.DataFrame, column: str) -> dict[Fleet, float]:
    sums = frame.groupby(["region", "item"])[column].sum()
    return {(str(region), str(item)): float(gw) for (region, item), gw in sums.items()}


def _older(
    data: Data, fleet: pd.DataFrame, found: Happened, new: Mapping[str, str], ages: Mapping[str, float], year: int
) -> tuple[dict[Fleet, float], dict[Fleet, float]]:
    """Region and item -> what stands at the milestone of the fleet and of what history built, and what worked of them on average."""
    now = fleet[fleet["year"] == year]
    gone = per_row(now, found.closed, "year")
    gone_before = per_row(now.assign(year=data.previous(year)), found.closed, "year")
    now = now.assign(gw=now["gw"] - gone, mean_gw=now["mean_gw"] - (gone + gone_before) / 2)
    stood, worked = _sums(now, "gw"), _sums(now, "mean_gw")
    items = {technology: item for item, technology in new.items()}
    left: dict[tuple[str, int], tuple[float, float]] = {}
    for (region, technology, vintage), gw in found.built.items():
        if (technology, vintage) not in left:
            left[technology, vintage] = _left_of(data, vintage, ages[technology], year)
        stands, works = left[technology, vintage]
        if works > 0.0:
            key = region, items[technology]
            stood[key] = stood.get(key, 0.0) + gw * stands
            worked[key] = worked.get(key, 0.0) + gw * works
    return stood, worked


def _left_of(data: Data, vintage: int, life: float, year: int) -> tuple[float, float]:
    """Which share of a vintage stands at a milestone and worked in its period; nothing before it and after its life."""
    shares = lives(data, [vintage], life)
    own = shares[shares["year"] == year]
    return float(own["stands"].sum()), float(own["works"].sum())


def _still_closed(data: Data, fleet: pd.DataFrame, found: Happened, year: int) -> None:
    """What was closed by the milestone before counts until its life would have ended, as the fleet ages."""
    before = data.previous(year)
    gw = {(r, k, int(t)): float(x) for r, k, t, x in zip(fleet["region"], fleet["technology"], fleet["year"], fleet["gw"], strict=True)}
    carried = {(r, k, year): x * gw[r, k, year] / gw[r, k, before] for (r, k, t), x in found.closed.items() if t == before}
    found.closed.update({place: x for place, x in carried.items() if x > 0.0})


def _close(fleet: pd.DataFrame, found: Happened, region: str, item: str, year: int, gone: float) -> None:
    """Close plants of the fleet beyond the end of lives, each technology as it stands; no more than stand."""
    mine = fleet[(fleet["region"] == region) & (fleet["item"] == item) & (fleet["year"] == year)]
    left = mine["gw"].to_numpy(dtype=float) - per_row(mine, found.closed, "year")
    whole = float(left.sum())
    for technology, gw in zip(mine["technology"], left, strict=True):
        if gw > 0.0:
            place = (region, str(technology), year)
            found.closed[place] = found.closed.get(place, 0.0) + min(gone, whole) * float(gw) / whole


def per_row(frame: pd.DataFrame, amounts: Mapping[Place, float], year: str = "vintage") -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """What happened by row of a frame with region, technology and a period; nothing where nothing is told."""
    places = zip(frame["region"], frame["technology"], frame[year], strict=True)
    return np.array([amounts.get((r, k, int(t)), 0.0) for r, k, t in places], dtype=float)


def unplaced(data: Data, found: Happened, open_plants: set[Fleet] | None = None) -> list[Finding]:
    """A warning for what was observed where nothing of the kind can be built in this workbook, or it is not known where.

    ``open_plants``: the regions and technologies that can be built; None when every region can build all of them.
    """
    frame = data.frame(OBSERVED)
    frame = frame[frame["quantity"] == "capacity"]

    def cell(item: str, year: int, *regions: str) -> str:
        rows = [frame[(frame["region"] == region) & (frame["year"] == year) & (frame["item"] == item)] for region in regions]
        return next((data.cell(OBSERVED.name, int(part.index[0]), "value") for part in rows if len(part)), "")

    warnings = []
    for (region, technology, year), gw in found.built.items():
        if open_plants is None or (region, technology) in open_plants:
            continue
        warnings.append(
            Finding(
                "warning", OBSERVED.name, cell(technology, year, region, NATION),
                f"{gw:.4g} GW of {technology} built in {region} by {year} have no site in this workbook and are left out", "a site with potential there",
                f"{region} 到 {year} 年新增的 {gw:.4g} GW {technology} 在本工作簿中没有场址，未计入", "应有具备潜力的场址",
            )
        )
    for (item, year), gw in found.unparted.items():
        warnings.append(
            Finding(
                "warning", OBSERVED.name, cell(item, year, NATION),
                f"{gw:.4g} GW of {item} stood in the nation in {year}, it is not known in which regions: left out", "a row for each region that had some",
                f"{year} 年全国有 {gw:.4g} GW {item}，但不知分布于哪些地区，未计入", "应按地区分别填写",
            )
        )
    return warnings
