"""How what is taken from a thermal fleet ages: conversions fall with the fleet under them, early retirement counts half in its period.

Limits: what is retired or converted has the age mix of the fleet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import pandas as pd

from ....core.frames import stack
from ....core.ledger import Terms


def age_with_fleet(terms: Terms, fleet: Mapping[tuple[Any, ...], float], fleet_mean: Mapping[tuple[Any, ...], float]) -> Terms:
    """A conversion stands on a plant of the fleet and ends with it: ``stands`` and ``gw`` fall as the fleet does."""
    rows = list(zip(*(terms.frame[c] for c in ("region", "retrofit_of", "vintage", "year")), strict=True))
    left = [fleet[r, k, t] / fleet[r, k, v] if k else 1.0 for r, k, v, t in rows]
    # in its own period a conversion is made of plants that are there
    mean = [fleet_mean[r, k, t] / fleet[r, k, v] if k and t != v else 1.0 for r, k, v, t in rows]
    return terms.assign(stands=terms.frame["stands"] * left, gw=terms.frame["gw"] * mean)


def on_average(ends: Terms, years: Sequence[int], *, at_once: bool = False) -> Terms:
    """What is retired works half of the period in which it goes: the mean of what is gone at its start and at its end; none of it where it goes ``at_once``."""
    if at_once:
        return ends.assign(gw=-1.0)
    return Terms(stack([ends.frame, next_period(ends.frame, years)]), ends.unit).assign(gw=-0.5)


def next_period(frame: pd.DataFrame, years: Sequence[int]) -> pd.DataFrame:
    """The rows in the year of the milestone that follows; those of the last one are left out."""
    following = dict(pairwise(years))
    return frame.assign(year=frame["year"].map(following)).dropna(subset=["year"]).astype({"year": "int64"})
