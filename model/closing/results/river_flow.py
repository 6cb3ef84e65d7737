"""Rivers in the report: what each zone is given, what its rivers keep, what is consumed and what is left.

Limits: zones with an environmental flow only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...core.build.roles import closed
from ...core.declare.results import IDLE, SUPPLY, USE, YEAR, Identity, ResultTable, number, texts
from ...core.solve.amounts import entries, region_of_zone, scaled, stack, total, values
from ...core.solve.sides import Sides, Tables, compare, not_negative, sums, zero
from ...levers.land.tables import AFFORESTATION_LAND
from ..river_flow import EVAPOTRANSPIRATION, WATER_CONSUMED, consumable, consumption_of_items
from ..river_flow import SUPPLY as AVAILABLE

if TYPE_CHECKING:
    from ...core.solve.solution import Solution

#: What is given of a zone's streams, by column of ``consumable``, and on which side it stands.
GIVEN_STREAMS = (("runoff", SUPPLY), ("inflow", SUPPLY), ("kept", USE))
CONSUMED = "consumed"


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
    rows = stack([*parts, consumed.assign(value=withdrawn, item=CONSUMED, direction=USE), *taken])
    left = rows.assign(value=np.where(rows["direction"] == SUPPLY, rows["value"], -rows["value"]))
    rows = stack([rows, total(left, keys).assign(item=IDLE, direction=IDLE)])
    return rows.assign(region=rows["water_zone"].map(region_of_zone(solution)))


def streams_of_zones(tables: Tables, solution: Solution) -> list[Sides]:
    """Own resources and rights are what rivers keep, what is consumed and what is left; consumption is that of the uses."""
    streams, water = tables["streams"], tables["water"]
    if streams.empty:
        return []
    signed = streams.assign(value=np.where(streams["direction"] == SUPPLY, streams["value"], -streams["value"]))
    keys = ["water_zone", "year"]
    counted = water[(water["item"] != AVAILABLE) & (water["direction"] != IDLE) & water["water_zone"].isin(streams["water_zone"])]
    share = counted["item"].map(consumption_of_items(solution.build.data, sorted(set(counted["item"])))).astype(float)
    counted = counted.assign(value=np.where(counted["direction"] == USE, counted["value"], -counted["value"]) * share)
    consumed = sums(streams[streams["item"] == CONSUMED], keys)
    sides = [zero(signed, keys), compare(consumed, sums(counted, keys)), not_negative(streams[streams["direction"] == IDLE])]
    planted = solution.build.data.frame(AFFORESTATION_LAND)
    if closed(solution.build, "offered_land") and len(planted):
        # a zone without environmental flow has no line here
        planted_here = _evaporation(tables, solution)
        planted_here = planted_here[planted_here.index.get_level_values("water_zone").isin(streams["water_zone"])]
        sides.append(compare(sums(streams[streams["item"] == EVAPOTRANSPIRATION], keys), planted_here))
    return sides


def _evaporation(tables: Tables, solution: Solution) -> pd.Series:
    """Extra evapotranspiration of everything planted since the base year, from the table ``planting``."""
    data, planting = solution.build.data, tables["planting"].astype({"year": "int64"})
    rate = data.frame(AFFORESTATION_LAND).set_index(["region", "water_zone", "land_type"])["extra_evapotranspiration"].astype(float)
    of_row = rate.reindex(pd.MultiIndex.from_frame(planting[["region", "water_zone", "land_type"]])).to_numpy()
    # a thousand hectares at km3 per Mha are million m3
    lives = planting.assign(value=planting["established_kha"] * planting["year"].map(data.length).astype(float) * of_row)
    later = lives.merge(pd.DataFrame({"now": data.years}), how="cross")
    later = later[later["year"] <= later["now"]].assign(year=lambda frame: frame["now"])
    return sums(later, ["water_zone", "year"])


RESULTS = (
    ResultTable(
        "streams", "Runoff, water from elsewhere, what rivers keep and what is consumed, by zone.", "各区径流、外来水、河道生态流量与耗水。",
        (*texts("region", "water_zone", "item", "direction"), YEAR, number("value", "million m3/yr", "Volume", "水量")),
        ("region", "water_zone", "item", "direction", "year"), make=streams,
    ),
)  # fmt: skip
IDENTITIES = (
    Identity("streams_of_zones", "Balance of the streams of each zone", "分区径流平衡", streams_of_zones),
)
