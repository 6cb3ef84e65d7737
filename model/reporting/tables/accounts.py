"""Carbon and water accounts of a plan: what was posted to the shared balances, in the signs that people read.

Limits: a balance whose owner is not in the model is listed as posted, without a row that closes it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...closing.river_flow import EVAPOTRANSPIRATION, WATER_CONSUMED, consumable
from ...core.build.roles import closed
from ...core.declare import units
from ...core.solve.amounts import entries, is_supply, region_of_zone, scaled, stack, total, values, with_group
from ...core.solve.sides import Tables
from ...core.solve.solution import Solution
from ...levers.land.methane import METHANE_GWP

IDLE = "idle"
AVAILABLE = "available"
DUAL_USE = "dual_use"
SUPPLY, USE = "supply", "use"
#: What is given of a zone's streams, by column of ``consumable``, and on which side it stands.
GIVEN_STREAMS = (("runoff", SUPPLY), ("inflow", SUPPLY), ("kept", USE))
ACCOUNTS = ("emission", "sink", "captured")


def carbon(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``carbon``: memo entries do not count in the strict target."""
    parts = []
    for account in ACCOUNTS:
        frame = entries(solution, account, "Mt CO2/yr")
        if len(frame):
            parts.append(frame.rename(columns={"item": "category"}).assign(account=account, in_target=1 - frame["memo"].astype(int)))
    found = stack(parts)
    return with_group(solution, found) if len(found) else found


def water(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``water``: supply and use by zone; ``idle`` is supply less use."""
    keys = ["water_zone", "year"]
    posted = entries(solution, "water", "million m3/yr")
    if posted.empty:
        return pd.DataFrame()
    posted = total(posted, [*keys, "item"])
    direction = np.where(is_supply(solution, "water", posted), "supply", "use")
    rows = posted.assign(direction=direction, value=posted["value"].abs())
    if closed(solution.build, "water"):
        rows = stack([rows, total(posted, keys).assign(item=IDLE, direction=IDLE)])
    return rows.assign(region=rows["water_zone"].map(region_of_zone(solution)))


def streams(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``streams``: own runoff and rights to water from elsewhere, what rivers keep, what is consumed, what is left."""
    consumed = values(solution, WATER_CONSUMED.name, "million m3/yr")
    if consumed.empty:
        return consumed
    keys = ["water_zone", "year"]
    rooms = consumable(solution.build.data)
    given = [(rooms.assign(value=rooms[column]), column, direction) for column, direction in GIVEN_STREAMS]
    parts = [
        scaled(frame[[*keys, "value"]].assign(item=column, direction=direction), "km3/yr", "million m3/yr") for frame, column, direction in given
    ]
    posted = entries(solution, "river_flow", "million m3/yr")
    withdrawn, taken = consumed["value"].to_numpy(dtype=float), []
    for item in dict.fromkeys([EVAPOTRANSPIRATION, *solution.build.ledger.items("river_flow")]):
        part = posted[posted["item"] == item]
        zones = consumed[keys].merge(total(part, keys) if len(part) else consumed.head(0), how="left", on=keys)
        taken.append(zones.assign(value=(-zones["value"].astype(float)).fillna(0.0), item=item, direction=USE))
        withdrawn = withdrawn - taken[-1]["value"].to_numpy(dtype=float)
    rows = stack([*parts, consumed.assign(value=withdrawn, item="consumed", direction=USE), *taken])
    left = rows.assign(value=np.where(rows["direction"] == SUPPLY, rows["value"], -rows["value"]))
    rows = stack([rows, total(left, keys).assign(item=IDLE, direction=IDLE)])
    return rows.assign(region=rows["water_zone"].map(region_of_zone(solution)))


def methane(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``methane``: mass by source and year, and the same as CO2 by the workbook's potential; outside the target."""
    found = entries(solution, "methane", "kt CH4/yr")
    if found.empty:
        return found
    found = total(found.rename(columns={"item": "category", "value": "ch4_kt"}), ["region", "category", "year"], "ch4_kt")
    potential = solution.build.data.number(METHANE_GWP.name)
    equivalent = units.convert(found["ch4_kt"].to_numpy(dtype=float), "kt CH4", "Mt CH4") * potential
    return with_group(solution, found.assign(co2_equivalent_mt=equivalent))
