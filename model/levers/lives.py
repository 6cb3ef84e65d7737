"""How much of what was built in a period stands at a milestone, and how much works in a period on average.

Building is spread evenly over its period, and each plant lives exactly its life, so that a vintage leaves as evenly as it came:

    stands[v,t] = built(Y[t]) - built(Y[t] - life)            share at the milestone, built(x) = clip((x - Y[v-1]) / n[v], 0, 1)
    works[v,t]  = mean over the period of stands              theta: half in its own period, 1 later, what is left where the life ends

The years over which a vintage works, sum over t of n[t] * works[v,t], are its life where the horizon is long enough, so that
annuity and fixed cost that follow ``works`` pay it off exactly once.

With the setting ``building_in_period`` = ``at_beginning`` all of a vintage is there from the first day of its period: built(x) is then 0
up to Y[v-1] and 1 after it, and what is built works in the whole of its period.

Limits: the life of a vintage is one number; nothing breaks before its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..core.data import AT_BEGINNING, Data

Floats = npt.NDArray[np.float64]
#: Shares below this are the rounding of a division of whole years.
ROUNDING = 1e-12


def built_share(start: npt.ArrayLike, length: npt.ArrayLike, moment: npt.ArrayLike) -> Floats:
    """Share of a vintage that is built at a moment: none at ``start``, all ``length`` years later, evenly between; all after ``start`` where it is 0."""
    if not np.any(length):
        return (np.asarray(moment, dtype=float) > np.asarray(start, dtype=float)).astype(float)
    return np.clip((np.asarray(moment, dtype=float) - np.asarray(start, dtype=float)) / np.asarray(length, dtype=float), 0.0, 1.0)


def built_years(start: npt.ArrayLike, length: npt.ArrayLike, moment: npt.ArrayLike) -> Floats:
    """Integral of ``built_share`` up to a moment, yr: what stood in all the years before it, of one unit without an end of life."""
    since = np.maximum(np.asarray(moment, dtype=float) - np.asarray(start, dtype=float), 0.0)
    if not np.any(length):
        return np.asarray(since, dtype=float)
    after = np.maximum(since - np.asarray(length, dtype=float), 0.0)
    return np.asarray((since**2 - after**2) / (2.0 * np.asarray(length, dtype=float)), dtype=float)


def at_beginning(data: Data) -> bool:
    """Whether what is built in a period is there from its beginning."""
    return data.settings.get("building_in_period") == AT_BEGINNING


def works_in(data: Data, vintages: Sequence[int], life: float) -> dict[int, list[tuple[int, float]]]:
    """Year -> the vintages of which some works in its period, each with its share."""
    found: dict[int, list[tuple[int, float]]] = {year: [] for year in data.years}
    for row in lives(data, vintages, life).itertuples():
        found[int(row.year)].append((int(row.vintage), float(row.works)))
    return found


def lives_of(data: Data, lifetimes: Iterable[float]) -> pd.DataFrame:
    """``lives`` of all periods for each of several lifetimes once, with the column ``lifetime``; of a year where none is given."""
    return pd.concat([lives(data, data.years, life).assign(lifetime=life) for life in [*dict.fromkeys(lifetimes)] or [1.0]])


def lives(data: Data, vintages: Sequence[int], life: float | npt.ArrayLike) -> pd.DataFrame:
    """Pairs of ``vintage`` and ``year`` (milestones) in which some of the vintage works, with ``stands`` and ``works``.

    ``life`` in yr is one for all vintages or one for each. Pairs come vintage by vintage.
    """
    ages = np.broadcast_to(np.asarray(life, dtype=float), (len(vintages),))
    years = data.years
    grid = pd.DataFrame({"vintage": np.repeat(np.array(vintages, dtype=np.int64), len(years)), "year": np.tile(np.array(years, dtype=np.int64), len(vintages))})
    length = grid["vintage"].map(data.length).to_numpy(dtype=float)
    start = grid["vintage"].to_numpy(dtype=float) - length
    if at_beginning(data):
        length = np.zeros_like(length)
    age = np.repeat(ages, len(years))
    first, last = grid["year"].map(data.previous).to_numpy(dtype=float), grid["year"].to_numpy(dtype=float)
    stands = built_share(start, length, last) - built_share(start, length, last - age)
    worked = built_years(start, length, last) - built_years(start, length, first)
    left = built_years(start, length, last - age) - built_years(start, length, first - age)
    found = grid.assign(stands=stands, works=(worked - left) / (last - first))
    return found[found["works"] > ROUNDING].reset_index(drop=True)
