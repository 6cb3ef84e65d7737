"""Tables that the forest levers share: groups, growth, areas, inventory, harvest.

Limits: one growth table per forest group serves both origins; a site factor per region and origin scales it.
"""

from __future__ import annotations

import pandas as pd

from ...core.declare.spec import Column, Complete, Setting, Table

ORIGINS = ("natural", "planted")
AGE_GROUPS = ("young", "middle", "near_mature", "mature", "over_mature")

FOREST_GROUPS = Table(
    "forest_groups",
    (
        Column("forest_group", "", "text", key=True, free=True, absent="own", en="Forest group", zh="森林类型组"),
        Column("origin", "", "text", key=True, absent="none", choices=ORIGINS, en="Origin", zh="起源"),
        Column("young_max_age", "yr", low=0, aggregate="first", en="Last age of young stands", zh="幼龄林上限年龄"),
        Column("middle_max_age", "yr", low=0, aggregate="first", en="Last age of middle-aged stands", zh="中龄林上限年龄"),
        Column("near_mature_max_age", "yr", low=0, aggregate="first", en="Last age of near-mature stands", zh="近熟林上限年龄"),
        Column("mature_max_age", "yr", low=0, aggregate="first", en="Last age of mature stands", zh="成熟林上限年龄"),
        Column("over_mature_max_age", "yr", low=0, aggregate="first", en="Age up to which the base-year over-mature stands are spread", zh="基年过熟林分布的最大年龄"),
        Column("minimum_cutting_age", "yr", low=0, aggregate="first", en="Youngest age at which a stand may be clearcut", zh="最低主伐年龄"),
        Column("carbon_per_m3", "t C/m3", low=0, high=1, aggregate="first", en="Carbon in one cubic metre of roundwood", zh="每立方米原木含碳量"),
        Column("dead_wood_fraction", "1", low=0, high=1, aggregate="first", en="Standing dead wood and litter as a fraction of living biomass carbon", zh="枯立木与枯落物占活生物量碳比例"),
        Column("soil_equilibrium", "t C/ha", low=0, aggregate="first", en="Soil carbon (1 m) at equilibrium under this forest", zh="平衡土壤碳（1米）"),
        Column("soil_loss_fraction", "1", low=0, high=1, aggregate="first", en="Share of equilibrium soil carbon lost after a clearcut", zh="皆伐后土壤碳损失比例"),
        Column("soil_time_constant", "yr", low=1, aggregate="first", en="Time constant of soil carbon recovery", zh="土壤碳恢复时间常数"),
        Column("loss_young", "1/yr", low=0, high=0.2, aggregate="first", en="Stand-replacing loss a year, young to mature stands", zh="幼至成熟林年损失率"),
        Column("loss_over_mature", "1/yr", low=0, high=0.2, aggregate="first", en="Stand-replacing loss a year, over-mature stands", zh="过熟林年损失率"),
        Column("regeneration_cost", "CNY/ha", low=0, aggregate="first", en="Cost of regenerating a felled hectare", zh="采伐迹地更新成本"),
        Column("maximum_cutting_age", "yr", low=0, default=None, aggregate="first", en="Age from which a productive stand must be clearcut; blank: never", zh="必须主伐的林龄；空白则无"),
    ),
    en="Forest groups by origin: ages, densities, soil, losses", zh="森林类型组参数",
)

FOREST_GROWTH = Table(
    "forest_growth",
    (
        Column("forest_group", "", "text", key=True, absent="unused", ref="forest_groups.forest_group", en="Forest group", zh="森林类型组"),
        Column("age", "yr", "integer", key=True, absent="own", low=0, high=500, en="Age of the stand", zh="林龄"),
        Column("volume", "m3/ha", low=0, aggregate="first", en="Stem volume", zh="蓄积"),
        Column("biomass_carbon", "t C/ha", low=0, aggregate="first", en="Carbon in living biomass", zh="活生物量碳"),
    ),
    en="Growth: volume and carbon by age, from one curve", zh="生长表：同一曲线给出的蓄积与碳",
)

FOREST_AREA = Table(
    "forest_area",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("forest_group", "", "text", key=True, absent="none", ref="forest_groups.forest_group", en="Forest group", zh="森林类型组"),
        Column("origin", "", "text", key=True, absent="none", choices=ORIGINS, en="Origin", zh="起源"),
        Column("age_group", "", "text", key=True, absent="none", choices=AGE_GROUPS, en="Age group", zh="龄组"),
        Column("area", "kha", low=0, en="Area in the base year", zh="基年面积"),
        Column("district", "", "text", key=True, free=True, absent="own", default="", en="District inside the region (optional)", zh="地区内的县域（可选）"),
    ),
    complete=(
        Complete(("region",), level="warning", en="no forest stands there", zh="该地区没有森林"),
    ),
    en="Arboreal forest by region, group, origin and age group", zh="乔木林面积（地区、类型组、起源、龄组）",
)

FOREST_INVENTORY = Table(
    "forest_inventory",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("origin", "", "text", key=True, absent="neutral", choices=ORIGINS, en="Origin", zh="起源"),
        Column("area", "kha", low=0, en="Arboreal area of the inventory", zh="清查乔木林面积"),
        Column("volume", "million m3", low=0, en="Growing stock of the inventory; the site factor makes the growth table meet it", zh="清查蓄积；立地系数使生长表与之一致"),
        Column("restricted_share", "1", low=0, high=1, aggregate="mean:area", en="Share that may never be felled (public benefit, steep, fragile, redline)", zh="不得采伐比例（公益林、陡坡、脆弱、红线）"),
    ),
    complete=(
        Complete(("region", "origin"), of="forest_area", level="warning", en="growth tables hold as they are, and none of the forest is closed to felling", zh="生长表不校准，且无禁伐份额"),
    ),
    en="Forest inventory: growing stock and share that may never be felled", zh="森林清查：蓄积与限伐比例",
)

FOREST_HARVEST = Table(
    "forest_harvest",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("roundwood_base", "million m3/yr", low=0, en="Roundwood felled in the base year", zh="基年原木产量"),
        Column("recovery", "1", low=0, high=1, aggregate="mean:roundwood_base", en="Roundwood per standing volume felled", zh="出材率"),
        Column("harvest_cost", "CNY/m3", low=0, aggregate="mean:roundwood_base", en="Cost of felling and hauling one cubic metre of roundwood", zh="采伐运输成本"),
        Column("slash_decay", "1/yr", low=0.001, high=2, aggregate="mean:roundwood_base", en="Decay rate of dead wood and slash", zh="枯死木与采伐剩余物分解率"),
        Column("energy_wood_share", "1", low=0, high=1, default=0.0, aggregate="mean:roundwood_base", en="Share of slash that may be collected for energy", zh="可收集能源化的剩余物比例"),
        Column("capacity_growth", "million m3/yr/yr", low=0, en="How fast harvest capacity (roads, machines, standing volume) may be built", zh="采伐能力年增长上限"),
        Column("capacity_cost", "CNY/m3", low=0, aggregate="mean:roundwood_base", en="Investment per yearly cubic metre of added capacity (standing volume)", zh="新增采伐能力单位投资"),
    ),
    complete=(
        Complete(("region",), of="forest_area", en="the forest can be neither felled nor followed", zh="该地区森林无法采伐或核算"),
        Complete(("region",), of="forest_class_area", en="the forest can be neither felled nor followed", zh="该地区森林无法采伐或核算"),
    ),
    en="Harvest by region in the base year, cost, decay, capacity", zh="采伐：基年产量、成本、能力",
)

HARVEST_QUOTA = Table(
    "harvest_quota",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("value", "million m3/yr", low=0, en="Cutting quota in standing volume", zh="采伐限额（活立木蓄积）"),
    ),
    complete=(
        Complete(("region",), of="forest_harvest", level="warning", en="felling has no quota there", zh="该地区无采伐限额"),
    ),
    shape="years", en="Cutting quota (standing volume)", zh="采伐限额（活立木蓄积）",
)

NEW_FOREST = Table(
    "new_forest",
    (
        Column("region", "", "text", key=True, absent="none", ref="regions.region", en="Region", zh="地区"),
        Column("water_zone", "", "text", key=True, absent="none", ref="water_zones.water_zone", en="Water zone", zh="水资源区"),
        Column("land_type", "", "text", key=True, free=True, absent="own", en="Land type planted", zh="造林地类型"),
        Column("forest_group", "", "text", ref="forest_groups.forest_group", aggregate="first", en="Forest group that is planted", zh="造林类型组"),
        Column("growth_multiplier", "1", low=0, high=3, aggregate="first", en="Growth on this land relative to the group's table", zh="该地类相对生长系数"),
    ),
    en="What is planted on which land, and how well it grows", zh="造林地对应的类型组与生长系数",
)

FOREST_CONVERSIONS = Table(
    "forest_conversions",
    (
        Column("from_group", "", "text", key=True, ref="forest_groups.forest_group|forest_classes.forest_group", absent="unused", en="Forest group felled", zh="采伐的类型组"),
        Column("from_origin", "", "text", key=True, absent="unused", choices=ORIGINS, en="Origin felled", zh="采伐林分起源"),
        Column("to_group", "", "text", key=True, ref="forest_groups.forest_group|forest_classes.forest_group", absent="unused", en="Forest group that may follow", zh="可更新为的类型组"),
        Column("to_origin", "", "text", key=True, absent="unused", choices=ORIGINS, en="Origin that may follow", zh="可更新为的起源"),
    ),
    en="What a felled stand may be regenerated into, besides itself (optional)", zh="采伐迹地可更新为的类型（可选）",
)

AGE_CLASS_WIDTH = Setting(
    "age_class_width", "yr", "integer", 5.0, low=1, high=200,
    en="Width of a forest age class; must divide the length of every period", zh="龄级宽度；须整除各时期长度",
)


#: Status of the strata that are planted within the plan.
NEW = "new"


def stratum_name(region: str, forest_group: str, origin: str, status: str, district: str = "") -> str:
    """Name of an existing stratum, for instance ``west.subtropical_conifer.planted.productive``; its district comes last."""
    return ".".join(part for part in (region, forest_group, origin, status, district) if part)


def new_stratum_name(region: str, water_zone: str, land_type: str) -> str:
    """Name of the stratum that plantings on a land type enter, for instance ``west_arid.new.barren_good``.

    A water zone lies in one region, so the zone alone tells the place; the region is named where there is no zone.
    """
    return f"{water_zone or region}.{NEW}.{land_type}"


def read_stratum_names(names: pd.Series) -> pd.DataFrame:
    """Origin and status of strata, as their names tell them."""
    of_row, known = pd.factorize(names.astype(str))
    words = pd.Series(known).str.split(".")
    is_new = words.str[1] == NEW
    told = pd.DataFrame({"origin": words.str[2].mask(is_new, "planted"), "status": words.str[3].mask(is_new, NEW)})
    return told.iloc[of_row].set_axis(names.index)
