"""Where that was done in a period of history of which only the region, or only the nation, is known: spread over what is open.

    done[place] = n * observed[region] * room[place] / sum of room in the region        never more than the room

The room of a place is what is left of it after earlier periods; several rows may share a place, each has its part of what is done there.

Limits: statistics know regions, not places: the spread is a stated rule. What finds no room is left out and told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..core.data import Data
from ..core.declare import units
from ..core.declare.spec import Finding
from ..core.frames import key_tuples
from .observed import OBSERVED, QUANTITIES, observed_cell, of_regions

#: Observed figures are known to so many digits: a difference below this share of them is none.
ROUNDING = 1e-6


@dataclass(frozen=True)
class Spread:
    """What was done by row and milestone, per period in solver units, and what found no room: (region, milestone, amount)."""

    quantity: str
    done: dict[tuple[Any, ...], float]
    left: list[tuple[str, int, float]]

    def on(self, rows: pd.DataFrame, columns: Sequence[str]) -> npt.NDArray[np.float64]:
        """What was done in each row of a frame, by its key and period (``columns``); nothing where nothing is told."""
        return np.array([self.done.get(key, 0.0) for key in key_tuples(rows[list(columns)])], dtype=float)

    def findings(self, data: Data) -> list[Finding]:
        """A warning for each region in which more was done than there is room for."""
        unit = QUANTITIES[self.quantity].unit.removesuffix("/yr")
        told = []
        for region, year, amount in self.left:
            much = f"{units.convert(amount, units.solver_unit(unit), unit):.4g} {unit}"
            told.append(Finding(
                "warning", OBSERVED.name, observed_cell(data, self.quantity, region, year),
                f"{much} of {self.quantity} in {region} in the period to {year} find no room there and are left out", "no more than what is offered or open there",
                f"{region} 在截至 {year} 年的时期内有 {much} 的 {self.quantity} 无处安排，未计入", "不应超过该地可供面积",
            ))  # fmt: skip
        return told


def spread(data: Data, quantity: str, rows: pd.DataFrame, place: Sequence[str], key: Sequence[str]) -> Spread:
    """What was done of a flow in every period of history, on the rows of a frame.

    ``place`` and ``key`` are the columns that name a place and a row of it. Each row has its ``region``, the ``room`` of its place
    (in the unit of the flow without the year) and its ``part`` of what is done there; parts sum to 1 in a place.
    """
    found = Spread(quantity, {}, [])
    if rows.empty or not data.history:
        return found
    places = rows.drop_duplicates(list(place)).set_index(list(place))
    region = places.index.get_level_values("region") if "region" in place else pd.Index(places["region"])
    room, of_row = places["room"].astype(float), pd.MultiIndex.from_frame(rows[list(place)])
    for year in data.history:
        open_in = {str(name): float(amount) for name, amount in room.groupby(region, sort=False).sum().items()}
        share: dict[str, float] = {}
        for name, rate in (of_regions(data, quantity, year, open_in) or {}).items():
            wanted, there = rate * data.length(year), open_in.get(name, 0.0)
            share[name] = min(wanted / there, 1.0) if there > 0.0 else 0.0
            if wanted - there > ROUNDING * wanted:
                found.left.append((name, year, wanted - there))
        done = room * np.array([share.get(str(name), 0.0) for name in region])
        room = room - done
        amounts = done.reindex(of_row).to_numpy(dtype=float) * rows["part"].to_numpy(dtype=float)
        found.done.update({(*name, year): float(amount) for name, amount in zip(key_tuples(rows[list(key)]), amounts, strict=True)})
    return found
