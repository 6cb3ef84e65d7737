"""Carbon and water accounts of a plan: what was posted to the shared balances, in the signs that people read.

Limits: a balance whose owner is not in the model is listed as posted, without a row that closes it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..core.solution import Solution
from .frames import entries, is_supply, region_of_zone, stack, total, with_group

IDLE = "idle"
AVAILABLE = "available"
DUAL_USE = "dual_use"
ACCOUNTS = ("emission", "sink", "captured")


def carbon(solution: Solution) -> pd.DataFrame:
    """Table ``carbon``: memo entries do not count in the strict target."""
    parts = []
    for account in ACCOUNTS:
        frame = entries(solution, account, "Mt CO2/yr")
        if len(frame):
            parts.append(frame.rename(columns={"item": "category"}).assign(account=account, in_target=1 - frame["memo"].astype(int)))
    found = stack(parts)
    return with_group(solution, found) if len(found) else found


def water(solution: Solution) -> pd.DataFrame:
    """Table ``water``: supply and use by zone; ``idle`` is supply less use."""
    keys = ["water_zone", "year"]
    posted = entries(solution, "water", "million m3/yr")
    if posted.empty:
        return pd.DataFrame()
    posted = total(posted, [*keys, "item"])
    direction = np.where(is_supply(solution, "water", posted), "supply", "use")
    rows = posted.assign(direction=direction, value=posted["value"].abs())
    if "water" in solution.build.present:
        rows = stack([rows, total(posted, keys).assign(item=IDLE, direction=IDLE)])
    return rows.assign(region=rows["water_zone"].map(region_of_zone(solution)))
