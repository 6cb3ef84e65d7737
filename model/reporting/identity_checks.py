"""The identities outside the forest: land, water, power, money, carbon, industry, objective.

Limits: an identity of a lever that is not in the model has no rows and holds.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..closing.streams import consumption_of_items
from ..core import units
from ..core.solution import Solution
from ..levers.afforestation import AFFORESTATION_LAND
from ..levers.industry import INDUSTRY_DEMAND
from ..levers.land import LAND
from ..levers.transmission import LINES
from . import forest_identities as forest
from .account_tables import ACCOUNTS, AVAILABLE, IDLE
from .energy_tables import WHOLE
from .frames import NATION
from .identities import TIGHT, TOLERANCE, Check, Sides, Tables, compare, not_negative, sums, zero
from .land_tables import BARREN, CLASS_YEAR, FIXED, FOREST, FOREST_LAND, PLANTED, STANDS, WOODED
from .money_tables import SOURCE, SPEND, USERS
from .price_tables import COST_UNIT


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
    if "land" not in solution.build.present:
        return []
    area = _class_areas(tables, solution)
    data = solution.build.data
    before = {year: data.previous(year) for year in data.years}
    left = sums(moves.assign(year=moves["year"].map(before), land_class=moves["from_class"]), CLASS_YEAR)
    came = sums(moves.assign(land_class=moves["to_class"]), CLASS_YEAR)
    years = area.index.get_level_values("year")
    sides = [compare(left, area[years < data.years[-1]]), compare(came, area[years > data.base_year]), not_negative(moves)]
    planting = tables["planting"]
    if "afforestation" in solution.build.present and len(planting):
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
    if "water" not in solution.build.present:
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
    if "afforestation" in solution.build.present and len(planted):
        sides.append(compare(sums(streams[streams["item"] == "extra_evapotranspiration"], keys), _evaporation(tables, solution)))
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


def _rights(tables: Tables) -> list[Sides]:
    water, trade = tables["water"], tables["trade"]
    sold = trade[trade["commodity"] == "water_right"]
    keys = ["region", "year"]
    return [
        compare(sums(water[water["item"] == item], keys), _renamed(sums(sold, [end, "year"]), keys))
        for item, end in (("rights_sold", "from_region"), ("rights_bought", "to_region"))
    ]


def _renamed(series: pd.Series, names: list[str]) -> pd.Series:
    series.index = series.index.set_names(names)
    return series


def power_by_slice(tables: Tables, solution: Solution) -> list[Sides]:
    """Power of a region and slice adds up to nothing; a year's generation is that of its slices."""
    balance, power = tables["power_balance"], tables["power"]
    if "power" not in solution.build.present:
        return []
    plants = balance[balance["item"].isin(power["technology"])].rename(columns={"item": "technology"})
    keys = ["region", "technology", "year"]
    return [zero(balance, ["region", "slice", "year"]), compare(sums(plants, keys), sums(power, keys, "generation_twh"))]


def power_trade(tables: Tables, solution: Solution) -> list[Sides]:
    """What arrives is what was sent less the losses of each line."""
    balance, trade = tables["power_balance"], tables["trade"]
    sent = trade[trade["commodity"] == "power"]
    lines = solution.build.data.frame(LINES)[["from_region", "to_region", "loss"]]
    sent = sent.merge(lines, how="left", on=["from_region", "to_region"])
    sent = sent.assign(arrives=sent["value"] * (1.0 - sent["loss"].astype(float)))
    keys = ["region", "year"]
    exports = sums(balance[balance["item"] == "exports"], keys)
    imports = sums(balance[balance["item"] == "imports"], keys)
    ends = ["from_region", "to_region", "year"]
    return [
        compare(-exports, _renamed(sums(sent, ["from_region", "year"]), keys)),
        compare(imports, _renamed(sums(sent, ["to_region", "year"], "arrives"), keys)),
        compare(sums(tables["transmission"], ends, "flow_twh"), sums(sent, ends)),
    ]


def money_in_out(tables: Tables, solution: Solution) -> list[Sides]:
    """Every fund of a region and year spends what it gets."""
    money = tables["money"]
    signed = money.assign(value=np.where(money["direction"] == SOURCE, money["value"], -money["value"]))
    return [zero(signed, ["region", "fund", "year"]), not_negative(money)]


def nation_is_sum(tables: Tables, solution: Solution) -> list[Sides]:
    """Carbon of the nation is that of its regions, and that of its groups."""
    carbon, groups = tables["carbon"], tables["by_group"]
    groups = groups[groups["table"] == "carbon"]
    named = carbon.assign(item=carbon["account"] + "." + carbon["category"])
    keys = ["item", "year"]
    accounts = groups[groups["item"] != "net"]
    nation = accounts["region_group"] == NATION
    by_region = sums(named, [*keys, "region_group"])
    strict = carbon["in_target"].astype(float) * carbon["value"]
    net = carbon.assign(value=np.where(carbon["account"] == "emission", strict, -strict))
    listed = groups[(groups["item"] == "net") & (groups["region_group"] == NATION)]
    return [
        compare(sums(accounts[nation], keys), sums(named, keys)),
        compare(sums(accounts[~nation], [*keys, "region_group"]), by_region),
        compare(sums(listed, ["year"]), sums(net, ["year"])),
    ]


def strict_account(tables: Tables, solution: Solution) -> list[Sides]:
    """The strict accounts are the totals that the targets limit, and each net target's level is net of its scope."""
    carbon = tables["carbon"]
    strict = carbon[(carbon["in_target"] == 1) & carbon["year"].isin(solution.build.data.years)]
    found = []
    for account in ACCOUNTS:
        total = f"{account}_total"
        if total in solution.build.families:
            found.append(compare(sums(strict[strict["account"] == account], ["region", "year"]), sums(solution.values(total), ["region", "year"])))
    return [*found, *_targets(tables, strict)]


def _targets(tables: Tables, strict: pd.DataFrame) -> list[Sides]:
    limits = tables["limits"]
    limits = limits[limits["name"] == "net_limit"]
    net = strict.assign(value=np.where(strict["account"] == "emission", strict["value"], -strict["value"]))
    left, right = [], []
    for scope, year, level, limit in limits[["region", "year", "level", "limit"]].itertuples(index=False, name=None):
        group = net["region_group"] == str(scope).removeprefix("group:")
        inside = pd.Series(True, index=net.index) if scope == NATION else group if str(scope).startswith("group:") else net["region"] == scope
        amount = float(net.loc[inside & (net["year"] == year), "value"].sum())
        left += [amount, max(amount, limit)]
        right += [level, limit]
    size = np.array([max(abs(a), abs(b)) for a, b in zip(left, right, strict=True)])
    return [Sides(np.array(left, dtype=float), np.array(right, dtype=float), size)]


def industry_demand(tables: Tables, solution: Solution) -> list[Sides]:
    """The regions together produce what the nation asks for."""
    data = solution.build.data
    if "industry" not in solution.build.present:
        return []
    demand = data.frame(INDUSTRY_DEMAND)
    asked = sums(demand[demand["year"].isin(data.years)].astype({"value": "float64"}), ["sector", "year"])
    table = tables["industry"]
    made = sums(table[table["measure"] == WHOLE], ["sector", "year"], "output").reindex(asked.index).fillna(0.0)
    return [compare(np.minimum(made, asked), asked)]


def abatement_listed_once(tables: Tables, solution: Solution) -> list[Sides]:
    """What the allocation says that measures abate is what the industry table says."""
    table, listed = tables["industry"], tables["allocation"]
    keys = ["region", "year"]
    taken = sums(table[table["measure"] != WHOLE], keys, "abated_mt_co2")
    return [compare(sums(listed[listed["lever"] == "industry"], keys), taken)]


def captured_is_stored(tables: Tables, solution: Solution) -> list[Sides]:
    """No more is captured than is stored."""
    if "carbon_capture" not in solution.build.present:
        return []
    carbon = tables["carbon"]
    captured = sums(carbon[carbon["account"] == "captured"], ["region", "year"])
    stored = sums(solution.values("co2_stored"), ["region", "year"]).reindex(captured.index).fillna(0.0)
    return [compare(captured, np.minimum(captured, stored))]


def objective_parts(tables: Tables, solution: Solution) -> list[Sides]:
    """The objective is the sum of its parts; a cost objective is the discounted money of all years as well."""
    parts = tables["objective"]["value"].to_numpy(dtype=float)
    goal = np.array([solution.objective])
    sides = [Sides(np.array([parts.sum()]), goal, np.abs(goal))]
    if solution.build.objective is not None and solution.build.objective.unit == COST_UNIT:
        money, data = tables["money"], solution.build.data
        cost = money[(money["direction"] == SPEND) & (money["item"] != "surplus")]["value"].mul(_weight(money, data.weight, data.all_years)).sum()
        payers = [USERS, "public_budget", "social_capital"]
        income = money[(money["direction"] == SOURCE) & ~money["item"].isin(payers)]
        paid = float(cost) - float(income["value"].mul(_weight(income, data.weight, data.all_years)).sum())
        sides.append(Sides(np.array([paid]), goal, np.abs(goal)))
    return sides


def _weight(frame: pd.DataFrame, weight: object, years: list[int]) -> pd.Series:
    assert callable(weight)
    return frame["year"].astype("int64").map({year: float(weight(year)) for year in years}).astype(float)


def primal_is_dual(tables: Tables, solution: Solution) -> list[Sides]:
    """Duals times right-hand sides add up to the objective."""
    certificate = tables["certificate"]
    products = (certificate["dual"] * certificate["right_hand_side"]).to_numpy(dtype=float)
    largest = float(np.abs(products).max()) if len(products) else 0.0
    return [Sides(np.array([products.sum()]), np.array([solution.objective]), np.array([max(abs(solution.objective), largest)]))]


CHECKS: tuple[tuple[str, float, Check], ...] = (
    ("land_by_class", TOLERANCE, land_by_class),
    ("land_transfers_conserve_area", TOLERANCE, land_transfers),
    ("land_transitions_add_up", TOLERANCE, land_transitions),
    ("forest_stands_fill_their_land", TOLERANCE, forest.stands_on_land),
    ("age_classes_sum_to_strata", TOLERANCE, forest.strata_area),
    ("forest_area_is_conserved", TOLERANCE, forest.area_conserved),
    ("forest_forward_simulation", TIGHT, forest.forward_simulation),
    ("stock_change_is_sink", TOLERANCE, forest.stock_change),
    ("wood_balance", TOLERANCE, forest.wood_balance),
    ("pools_follow_their_inflow", TOLERANCE, forest.pools_follow),
    ("water_by_zone", TOLERANCE, water_by_zone),
    ("streams_of_zones", TOLERANCE, streams_of_zones),
    ("power_by_slice", TOLERANCE, power_by_slice),
    ("power_trade", TOLERANCE, power_trade),
    ("money_in_is_money_out", TOLERANCE, money_in_out),
    ("nation_is_sum_of_regions", TOLERANCE, nation_is_sum),
    ("strict_account_and_targets", TOLERANCE, strict_account),
    ("industry_meets_demand", TOLERANCE, industry_demand),
    ("abatement_listed_once", TOLERANCE, abatement_listed_once),
    ("captured_is_stored", TOLERANCE, captured_is_stored),
    ("objective_is_sum_of_parts", TOLERANCE, objective_parts),
    ("primal_is_dual", TOLERANCE, primal_is_dual),
)
