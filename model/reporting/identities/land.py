"""The identities of land, water and the diversion.

Limits: an identity of a lever that is not in the model has no rows and holds.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...closing.river_flow import consumption_of_items
from ...core.build.registry import project_items
from ...core.build.roles import closed
from ...core.declare import units
from ...core.solve.sides import Sides, Tables, compare, not_negative, renamed, sums, zero
from ...core.solve.solution import Solution
from ...levers.land.afforestation import AFFORESTATION_LAND
from ...levers.land.diversion import BUILT, DELIVERED
from ...levers.land.land import LAND
from ..tables.accounts import AVAILABLE, IDLE
from ..tables.diversion import FINANCE, ROUNDING_SHARE, STATE, WATER
from ..tables.land import BARREN, CLASS_YEAR, FIXED, FOREST, FOREST_LAND, PLANTED, STANDS, WOODED
from ..tables.money import SPEND


def land_by_class(tables: Tables, solution: Solution) -> list[Sides]:
    """Available land of a class is what uses hold and what is idle."""
    land = tables["land"]
    signed = land.assign(value=np.where(land["use"] == AVAILABLE, land["value"], -land["value"]))
    return [zero(signed, ["region", "land_class", "year"]), not_negative(land)]


def land_transfers(tables: Tables, solution: Solution) -> list[Sides]:
    """Land that changes class stays land of the region: all classes together are the same in every year."""
    land = tables["land"]
    whole = sums(land[land["use"] == AVAILABLE], ["region", "year"])
    first = whole.groupby(level="region").transform("first") if len(whole) else whole
    return [compare(whole, first)]


def land_transitions(tables: Tables, solution: Solution) -> list[Sides]:
    """What leaves and stays of a class is its area at the milestone before, what comes and stays that at the milestone."""
    moves = tables["land_transitions"]
    if not closed(solution.build, "land"):
        return []
    area = _class_areas(tables, solution)
    data = solution.build.data
    before = {year: data.previous(year) for year in data.years}
    left = sums(moves.assign(year=moves["year"].map(before), land_class=moves["from_class"]), CLASS_YEAR)
    came = sums(moves.assign(land_class=moves["to_class"]), CLASS_YEAR)
    years = area.index.get_level_values("year")
    sides = [compare(left, area[years < data.years[-1]]), compare(came, area[years > data.base_year]), not_negative(moves)]
    planting = tables["planting"]
    if closed(solution.build, "offered_land") and len(planting):
        length = planting["year"].astype("int64").map(data.length).astype(float)
        planted = sums(planting.assign(value=planting["planted_kha"] * length), ["region", "year"])
        into = moves[(moves["to_class"] == FOREST) & (moves["from_class"] != FOREST)]
        sides.append(compare(sums(into, ["region", "year"]), planted))
    return sides


def _class_areas(tables: Tables, solution: Solution) -> pd.Series:
    """Area of every class, and of the parts of the forest land, by region and milestone, from the table ``land``."""
    land = tables["land"].astype({"year": "int64"})
    survey = solution.build.data.frame(LAND)
    closed = survey["redline_share"].astype(float) * survey["area"].astype(float) * units.convert(1.0, "Mha", "kha")
    closed_area = dict(zip(zip(survey["region"], survey["land_class"], strict=True), closed, strict=True))
    whole = land[land["use"] == AVAILABLE]
    keys = zip(whole["region"], whole["land_class"], strict=True)
    whole = whole.assign(value=whole["value"] + [closed_area.get(key, 0.0) for key in keys])
    inside = land[land["land_class"] == FOREST_LAND]
    parts = {FOREST: inside[inside["use"].isin((STANDS, PLANTED))], WOODED: inside[inside["use"] == FIXED]}
    named = [part.assign(land_class=name) for name, part in parts.items()]
    rest = [part.assign(land_class=BARREN, value=-part["value"]) for part in parts.values()]
    barren = whole[whole["land_class"] == FOREST_LAND].assign(land_class=BARREN)
    return sums(pd.concat([whole[whole["land_class"] != FOREST_LAND], *named, barren, *rest]), CLASS_YEAR)


def water_by_zone(tables: Tables, solution: Solution) -> list[Sides]:
    """Supply of a zone is its use and what is idle."""
    water = tables["water"]
    if not closed(solution.build, "water"):
        return []
    signed = water.assign(value=np.where(water["direction"] == "supply", water["value"], -water["value"]))
    return [zero(signed, ["water_zone", "year"]), not_negative(water[water["direction"] == IDLE]), *_rights(tables)]


def streams_of_zones(tables: Tables, solution: Solution) -> list[Sides]:
    """Own resources and rights are what rivers keep, what is consumed and what is left; consumption is that of the uses."""
    streams, water = tables["streams"], tables["water"]
    if streams.empty:
        return []
    signed = streams.assign(value=np.where(streams["direction"] == "supply", streams["value"], -streams["value"]))
    keys = ["water_zone", "year"]
    counted = water[(water["item"] != AVAILABLE) & (water["direction"] != IDLE) & water["water_zone"].isin(streams["water_zone"])]
    share = counted["item"].map(consumption_of_items(solution.build.data, sorted(set(counted["item"])))).astype(float)
    counted = counted.assign(value=np.where(counted["direction"] == "use", counted["value"], -counted["value"]) * share)
    consumed = sums(streams[streams["item"] == "consumed"], keys)
    sides = [zero(signed, keys), compare(consumed, sums(counted, keys)), not_negative(streams[streams["direction"] == IDLE])]
    planted = solution.build.data.frame(AFFORESTATION_LAND)
    if closed(solution.build, "offered_land") and len(planted):
        # a zone without environmental flow has no line here
        planted_here = _evaporation(tables, solution)
        planted_here = planted_here[planted_here.index.get_level_values("water_zone").isin(streams["water_zone"])]
        sides.append(compare(sums(streams[streams["item"] == "extra_evapotranspiration"], keys), planted_here))
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


def diversion_in_accounts(tables: Tables, solution: Solution) -> list[Sides]:
    """Water and money of the project are those of the water and money tables; a phase is flagged where it is in part."""
    account = tables["diversion_account"]
    if account.empty:
        return []
    water, money = tables["water"], tables["money"]
    sides = []
    for item, posted in (("withdrawn", "west_line_withdrawal"), (DELIVERED.name, "west_line_delivery"), ("irrigation_of_opened_land", "west_line_irrigation")):
        own = account[(account["account"] == WATER) & (account["item"] == item)]
        sides.append(compare(sums(own, ["year"]), sums(water[water["item"] == posted], ["year"])))
    spent = money.assign(value=np.where(money["direction"] == SPEND, money["value"], -money["value"]))
    items = project_items("money")
    own = account[(account["account"] == FINANCE) & account["item"].isin(items)]
    sides.append(compare(sums(own, ["item", "year"]), sums(spent[spent["item"].isin(items)], ["item", "year"])))
    state = account[account["account"] == STATE].pivot_table(index=["phase", "year"], columns="item", values="value")
    part = ((state[BUILT.name] > ROUNDING_SHARE) & (state[BUILT.name] < 1.0 - ROUNDING_SHARE)).astype(float)
    return [*sides, compare(state["partly_built"], part)]


def _rights(tables: Tables) -> list[Sides]:
    water, trade = tables["water"], tables["trade"]
    sold = trade[trade["commodity"] == "water_right"]
    keys = ["region", "year"]
    return [
        compare(sums(water[water["item"] == item], keys), renamed(sums(sold, [end, "year"]), keys))
        for item, end in (("rights_sold", "from_region"), ("rights_bought", "to_region"))
    ]
