"""When the obliged service of a store is given: in history when load is highest, in planned years outside the sunniest hours.

Stores of the base year were charged at low load; with much sun they are charged by it. In either case the service counts
net of what is charged in the same slices, so that it can not be met by pumping and generating at once.

Limits: the order of slices is that of the load shape or of the shape of sun; it does not follow the plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ....core.data import Data
from ....core.declare.units import HOURS_PER_DAY
from ..tables import LOAD_SHAPE, OUTPUT_SHAPE, SITED_TECHNOLOGIES

SOLAR = "solar"


@dataclass(frozen=True)
class Service:
    """``slices`` in which the service is given, and the most full-load hours a year that a store can give in them."""

    slices: tuple[str, ...] = ()
    hours: float = 0.0


def load_per_hour(data: Data, region: str) -> dict[str, float]:
    """Slice -> share of the yearly load per hour; empty without a load shape."""
    shape = data.frame(LOAD_SHAPE)
    shape = shape[shape["region"] == region].merge(data.slices[["slice", "hours"]], on="slice")
    shape = shape[shape["hours"] > 0.0]
    return dict(zip(shape["slice"], shape["share"].astype(float) / shape["hours"].astype(float), strict=True))


def darkness(data: Data, region: str) -> dict[str, float]:
    """Slice -> how little the sun gives in it (relative output, negative); empty for a region without solar plants."""
    technologies, shape = data.frame(SITED_TECHNOLOGIES), data.frame(OUTPUT_SHAPE)
    names = technologies.loc[technologies["class"] == SOLAR, "shape"]
    shape = shape[(shape["region"] == region) & shape["shape"].isin(names)]
    return {str(name): -float(output) for name, output in shape.groupby("slice", sort=False)["relative_output"].mean().items()}


def service_slices(
    slices: pd.DataFrame, rank: Mapping[str, float], wanted: float, efficiency: float, store_hours: float, *, fewest: bool
) -> Service:
    """Slices of each season in falling order of ``rank`` in which ``wanted`` hours can be given, the fewest or the most.

    Never all of a season: what is charged must come from somewhere. In a season no more can be given than the chosen
    slices last, than the others can charge, and than one cycle a day holds. Where nothing suffices: those for most hours.
    """
    seasons = []
    for _, part in slices.groupby("season", sort=False):
        rows = list(zip(part["slice"].astype(str), part["hours"].astype(float), strict=True))
        seasons.append(sorted(rows, key=lambda row: -rank.get(row[0], 0.0)))
    best = Service()
    sizes = range(1, max(map(len, seasons), default=1))
    for most in sizes if fewest else reversed(sizes):
        chosen = [season[: min(most, len(season) - 1)] for season in seasons]
        given = 0.0
        for season, some in zip(seasons, chosen, strict=True):
            whole, lasting = sum(h for _, h in season), sum(h for _, h in some)
            given += min(lasting, efficiency * (whole - lasting), store_hours * whole / HOURS_PER_DAY)
        if given > best.hours:
            best = Service(tuple(name for some in chosen for name, _ in some), given)
        if best.hours >= wanted:
            break
    return best
