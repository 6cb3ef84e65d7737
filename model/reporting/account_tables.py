"""Carbon, land and water accounts of a plan: what was posted to the shared balances, in the signs that people read.

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
#: What shares a hectare of grassland; each is listed without the shared part, which stands in its own row.
SHARING = ("solar_farms", "grassland_restored")
SHARED_CLASS = "grassland"
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


def land(solution: Solution) -> pd.DataFrame:
    """Table ``land``: what is available, who holds it, what is idle; all non-negative.

    Land that changes class is part of ``available`` of both classes. A hectare in dual use is counted once.
    """
    keys = ["region", "land_class", "year"]
    posted = entries(solution, "land", "kha")
    if posted.empty or "land" not in solution.build.present:
        return pd.DataFrame()
    posted = total(posted, [*keys, "item"])
    adds = posted["item"].isin(_adding(solution))
    shared = posted[posted["item"] == DUAL_USE][[*keys, "value"]].rename(columns={"value": "shared"})
    available = total(posted[adds & (posted["item"] != DUAL_USE)], keys).assign(use=AVAILABLE)
    uses = posted[~adds].rename(columns={"item": "use"})
    uses = uses.assign(value=-uses["value"]).merge(shared, how="left", on=keys)
    shares = uses["use"].isin(SHARING) & (uses["land_class"] == SHARED_CLASS)
    uses = uses.assign(value=uses["value"] - np.where(shares, uses["shared"].fillna(0.0).astype(float), 0.0))
    dual = shared.rename(columns={"shared": "value"}).assign(use=DUAL_USE)
    held = stack([uses[[*keys, "use", "value"]], dual])
    taken = total(held, keys).rename(columns={"value": "taken"}) if len(held) else pd.DataFrame(columns=[*keys, "taken"])
    idle = available.merge(taken, how="left", on=keys)
    idle = idle.assign(use=IDLE, value=idle["value"] - idle["taken"].fillna(0.0).astype(float))
    return stack([available, held, idle])


def _adding(solution: Solution) -> list[str]:
    """Items that may add land to some class: they belong to what is available, on all classes."""
    table = solution.build.ledger.table("land")
    return [AVAILABLE, DUAL_USE, *table.loc[table["coefficient"] > 0.0, "item"].drop_duplicates()]


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
