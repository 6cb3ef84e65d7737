"""Water in the report: supply and use of each zone, and what is idle.

Limits: where the lever ``water`` is not in the model, what is posted stands without a row that closes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ....core.build.roles import closed
from ....core.declare.results import IDLE, SUPPLY, USE, YEAR, Identity, Link, ResultTable, number, texts
from ....core.solve.amounts import entries, is_supply, posted, region_of_zone, stack, total
from ....core.solve.sides import Sides, Tables, compare, not_negative, renamed, sums, zero

if TYPE_CHECKING:
    from ....core.solve.solution import Solution

#: An idle rest that is less below nothing than this is the rounding of a sum of tens of thousands, million m3/yr.
ROUNDING = 1e-9


def water(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Supply and use by zone; ``idle`` is supply less use."""
    keys = ["water_zone", "year"]
    entered = entries(solution, "water", "million m3/yr")
    if entered.empty:
        return pd.DataFrame()
    entered = total(entered, [*keys, "item"])
    direction = np.where(is_supply(solution, "water", entered), SUPPLY, USE)
    rows = entered.assign(direction=direction, value=entered["value"].abs())
    if closed(solution.build, "water"):
        left = total(entered, keys)
        rounded = left["value"].between(-ROUNDING, 0.0)
        rows = stack([rows, left.assign(item=IDLE, direction=IDLE, value=left["value"].mask(rounded, 0.0))])
    return rows.assign(region=rows["water_zone"].map(region_of_zone(solution)))


def water_links(solution: Solution) -> list[Link]:
    """Supply and use of an item are what is posted under it."""
    found = posted(solution, "water", "million m3/yr")
    return [Link("value", ("water_zone", "item", "year"), found, signs=("direction", {SUPPLY: 1.0, USE: -1.0}))] if len(found) else []


def water_by_zone(tables: Tables, solution: Solution) -> list[Sides]:
    """Supply of a zone is its use and what is idle."""
    water = tables["water"]
    if not closed(solution.build, "water"):
        return []
    signed = water.assign(value=np.where(water["direction"] == SUPPLY, water["value"], -water["value"]))
    return [zero(signed, ["water_zone", "year"]), not_negative(water[water["direction"] == IDLE]), *_rights(tables)]


def _rights(tables: Tables) -> list[Sides]:
    water, trade = tables["water"], tables["trade"]
    sold = trade[trade["commodity"] == "water_right"]
    keys = ["region", "year"]
    return [
        compare(sums(water[water["item"] == item], keys), renamed(sums(sold, [end, "year"]), keys))
        for item, end in (("rights_sold", "from_region"), ("rights_bought", "to_region"))
    ]


RESULTS = (
    ResultTable(
        "water", "Supply and use of each water zone; `idle` closes it.", "各水资源区的供给与使用；`idle`为余量。",
        (*texts("region", "water_zone", "item", "direction"), YEAR, number("value", "million m3/yr", "Volume", "水量")),
        ("region", "water_zone", "item", "direction", "year"), make=water, links=water_links,
    ),
)  # fmt: skip
IDENTITIES = (
    Identity("water_by_zone", "Balance of water of each zone", "分区水量平衡", water_by_zone),
)
