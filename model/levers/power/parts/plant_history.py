"""What was built and closed of thermal plants, and what was built of stores, in periods of history.

Statistics count thermal plants by fuel: what was built under a fuel goes to its one technology that may be built and stood already.
They count stores by class: what was built of a class is its first technology.

Limits: nothing was converted in history; the first plants of a new kind are not told by a statistic of the fuel; stores of the base
year are not closed.
"""

from __future__ import annotations

import pandas as pd

from ....core.data import Data
from ....core.declare.spec import Finding
from ...observed import COUNTED_AS
from ..capacity import standing_fleet, surviving
from ..happened import Happened, happened, unplaced
from ..plants import thermal_fleet, thermal_technologies
from .storage_input import STORAGE, STORAGE_FLEET


def thermal_history(data: Data) -> Happened:
    """What was built and closed of thermal plants in periods of history: under each fuel one technology was built."""
    found = data.once("history of thermal plants", _thermal_history)
    assert isinstance(found, Happened)
    return found


def _thermal_history(data: Data) -> Happened:
    if not data.history:
        return Happened()
    technologies = thermal_technologies(data).rename(columns={"fuel": "item"})
    fleet = surviving(data, thermal_fleet(data)).merge(technologies[["technology", "item", "class"]], on="technology")
    known = set(fleet[["item", "class"]].itertuples(index=False, name=None))
    built = technologies[(technologies["retrofit_of"] == "") & (technologies["buildable"].astype(float) > 0.0)]
    # plants of the kind that stood already, not the first of a new kind
    of_kind = [(row.item, row.kind) in known for row in built.rename(columns={"class": "kind"}).itertuples()]
    return happened(data, fleet, built.loc[pd.Series(of_kind, index=built.index, dtype=bool), ["technology", "item", "lifetime"]], closes=True)


def check_thermal_history(data: Data) -> list[Finding]:
    """What stood of thermal plants needs a region."""
    return unplaced(data, thermal_history(data))


def check_storage_history(data: Data) -> list[Finding]:
    """What stood of stores needs a region."""
    return unplaced(data, storage_history(data))


def storage_history(data: Data) -> Happened:
    """What was built of each class of stores in periods of history: its first technology."""
    found = data.once("history of stores", _storage_history)
    assert isinstance(found, Happened)
    return found


def _storage_history(data: Data) -> Happened:
    if not data.history:
        return Happened()
    classes = data.frame(STORAGE)[["technology", "class", "lifetime"]].rename(columns={"class": "item"})
    classes = classes[~classes["item"].isin(list(COUNTED_AS))]
    fleet = standing_fleet(data, STORAGE_FLEET).merge(classes[["technology", "item"]], on="technology")
    return happened(data, fleet, classes.drop_duplicates("item"))
