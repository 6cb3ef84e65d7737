"""What there is of land, of land offered for planting and of grassland: tables that several levers of the room and others read.

A lever that uses land without posting it, such as a practice on fields, reads ``LAND`` and ``open_area`` to stay within what
there is of a class.

Limits: declarations only; the levers ``land``, ``afforestation`` and ``grassland`` list these tables as theirs.
"""

from __future__ import annotations

import pandas as pd

from ...core.declare.spec import FIRST_YEAR, LAST_YEAR, Column, Complete, Table

LAND_CLASSES = (
    "cropland", "garden", "forest_land", "grassland", "wetland", "built_up", "transport", "water_surface", "unused", "canal_corridor",
)
#: Classes on which panels may share a hectare with another use.
SHARED_CLASSES = ("grassland", "cropland", "water_surface")

#: Items of the balance of land: what there is of a class, and its present use that can not change.
AVAILABLE, FIXED_USE = "available", "fixed_use"
NO_LAND_EN, NO_LAND_ZH = "there is no such land, also not for what stands on it today", "没有该地类土地，现有用途也无处安放"
#: Six significant digits of areas of up to some 100 Mha leave this much (Mha).
ROUNDING_MHA = 1e-4

LAND = Table(
    "land",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("land_class", "", "text", key=True, absent="none", choices=LAND_CLASSES, en="Class of the national land survey", zh="国土调查地类"),
        Column("area", "kha", low=0, en="Area in the base year", zh="基年面积"),
        Column("redline_share", "1", low=0, high=1, default=0.0, aggregate="mean:area", en="Share closed to the model's uses; 0 where the site table already leaves it out", zh="对模型用途关闭的红线比例；场址表已扣除的取0"),
        Column("fixed_use", "kha", low=0, default=0.0, en="Area of present use that can not change (other wooded land, cropland floor, reservoirs and ponds)", zh="不可变更的现状用途面积（其他林地、耕地底线、水库坑塘）"),
    ),
    complete=(
        Complete(("region", "land_class"), listed=("land_class",), en=NO_LAND_EN, zh=NO_LAND_ZH),
        Complete(("region", "land_class"), of="sites", en=NO_LAND_EN, zh=NO_LAND_ZH),
        Complete(("region", "land_class"), of="wetland_recovery", by=("region", "from_class"), en=NO_LAND_EN, zh=NO_LAND_ZH),
    ),
    en="Land by class", zh="土地（分类）",
)

ZONES = ("sustainable_grazing", "restoration", "tibetan_core")
CONDITIONS = ("good", "light", "moderate", "severe")

AFFORESTATION_LAND = Table(
    "afforestation_land",
    (
        Column("region", "", "text", key=True, absent="none", ref="regions.region", en="Region", zh="地区"),
        Column("water_zone", "", "text", key=True, absent="none", ref="water_zones.water_zone", en="Water zone", zh="水资源区"),
        Column("land_type", "", "text", key=True, ref="new_forest.land_type", within=("region", "water_zone"), absent="none", en="Type and quality of the land offered (must have a row in new_forest)", zh="造林地类型与质量"),
        Column("area", "kha", low=0, en="Land offered", zh="可造林面积"),
        Column("from_class", "", "text", choices=("forest_land", "cropland"), aggregate="first", en="Land class it comes from", zh="原土地类别"),
        Column("planting_cost", "CNY/ha", low=0, aggregate="mean:area", en="Cost of planting", zh="造林成本"),
        Column("tending_cost", "CNY/ha", low=0, aggregate="mean:area", en="Cost of tending until closure, whole", zh="抚育成本合计"),
        Column("survival", "1", low=0, high=1, aggregate="mean:area", en="Share of the planted area that is established", zh="成活保存率"),
        Column("irrigation", "m3/ha/yr", low=0, aggregate="mean:area", en="Irrigation withdrawn while the stand lives", zh="灌溉取水"),
        Column("extra_evapotranspiration", "m3/ha/yr", low=0, aggregate="mean:area", en="Extra evapotranspiration of rainfed planting (reported apart, not a withdrawal)", zh="额外蒸散（单列，不计取水）"),
        Column("soil_before", "t C/ha", low=0, aggregate="mean:area", en="Soil carbon (1 m) before planting", zh="造林前土壤碳"),
        Column("vegetation_before", "t C/ha", low=0, aggregate="mean:area", en="Vegetation carbon lost at planting", zh="造林时损失的植被碳"),
        Column("forgone_income", "CNY/ha/yr", low=0, aggregate="mean:area", en="Income forgone on returned cropland", zh="退耕机会成本"),
    ),
    en="Land offered for afforestation, by type and quality", zh="可造林地（类型与质量）",
)

PLANTING_CAPACITY = Table(
    "planting_capacity",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("value", "kha/yr", low=0, en="Most that can be planted a year", zh="年造林能力上限"),
    ),
    complete=(
        Complete(("region",), of="afforestation_land", level="warning", en="planting has no limit a year there", zh="该地区造林无年度上限"),
    ),
    shape="years", en="Planting capacity", zh="年造林能力",
)

NEW_FOREST_TARGETS = Table(
    "new_forest_targets",
    (
        Column("target", "", "text", key=True, free=True, absent="own", en="Name of the target", zh="目标名称"),
        Column("scope", "", "text", ref="regions.region|group:{regions.region_group}", choices=("nation",), aggregate="first", en="nation, a region group as group:west, or a region", zh="范围"),
        Column("year", "calendar year", "integer", low=FIRST_YEAR, high=LAST_YEAR, aggregate="first", en="Milestone year", zh="里程碑年"),
        Column("area", "kha", low=0, aggregate="first", en="New forest to be established by then, since the base year", zh="自基年累计新增成林面积"),
    ),
    en="Cover targets as new forest to be established", zh="森林覆盖目标对应的新增成林面积",
)

GRASSLAND = Table(
    "grassland",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("water_zone", "", "text", key=True, ref="water_zones.water_zone", en="Water zone", zh="水资源区"),
        Column("grass_zone", "", "text", key=True, absent="none", choices=ZONES, en="Zone", zh="草地分区"),
        Column("condition", "", "text", key=True, absent="none", choices=CONDITIONS, en="Condition", zh="退化程度"),
        Column("area", "kha", low=0, en="Area", zh="面积"),
        Column("forage_yield", "t DM/ha/yr", low=0, aggregate="mean:area", en="Forage yield of grassland in good condition", zh="良好草地产草量"),
        Column("degradation", "t C/ha/yr", low=0, aggregate="mean:area", en="Carbon lost a year while untreated", zh="未治理年碳损失"),
        Column("initial_ban", "kha", low=0, en="Already under a grazing ban in the base year", zh="基年已禁牧面积"),
        Column("initial_balance", "kha", low=0, en="Already under forage-livestock balance in the base year", zh="基年已草畜平衡面积"),
        Column("carbon_density", "t C/ha", low=0, default=None, aggregate="mean:area", en="Carbon in vegetation, litter and soil to 1 m in the base year; set beside published stocks, no decision depends on it", zh="基年植被、凋落物与1米土壤碳密度（仅与公布储量对照，不影响决策）"),
    ),
    complete=(
        Complete(("region",), level="warning", en="no grassland there", zh="该地区没有草地"),
        Complete(("water_zone",), level="warning", en="no grassland there", zh="该水资源区没有草地"),
    ),
    en="Grassland by zone and condition", zh="草地（分区与退化程度）",
)

GRASS_MEASURES = Table(
    "grass_measures",
    (
        Column("grass_zone", "", "text", key=True, choices=ZONES, en="Zone", zh="草地分区"),
        Column("measure", "", "text", key=True, free=True, absent="own", en="Measure", zh="措施"),
        Column("rate", "t C/ha/yr", low=0, high=5, aggregate="first", en="Carbon gain a year until saturation, moderate condition", zh="饱和前年固碳（中度退化）"),
        Column("saturation", "yr", low=1, aggregate="first", en="Years until saturation", zh="饱和年限"),
        Column("establishment_cost", "CNY/ha", low=0, aggregate="first", en="Cost of establishment, paid again after the measure's life", zh="建设成本（到期重付）"),
        Column("annual_cost", "CNY/ha/yr", low=0, aggregate="first", en="Cost a year", zh="年成本"),
        Column("compensation", "CNY/ha/yr", low=0, aggregate="first", en="Compensation or reward paid to herders a year", zh="禁牧补助或草畜平衡奖励"),
        Column("irrigation", "m3/ha/yr", low=0, aggregate="first", en="Irrigation withdrawn a year", zh="灌溉取水"),
        Column("forage_loss", "1", low=-10, high=1, aggregate="first", en="Share of the forage yield lost (negative: gained)", zh="产草量损失比例（负为增加）"),
        Column("life", "yr", low=1, aggregate="first", en="Life of the measure", zh="措施寿命"),
        Column("light", "1", "flag", default=0.0, aggregate="first", en="1: may not be put on land already under balance (it is the same measure)", zh="1：不得重复用于已草畜平衡的草地"),
        Column("restores", "1", "flag", default=1.0, aggregate="first", en="1: counts as restored land for dual use with solar panels", zh="1：计为修复草地，可与光伏复合"),
        Column("degraded_only", "1", "flag", default=0.0, aggregate="first", en="1: only on moderately or severely degraded land", zh="1：仅用于中重度退化草地"),
    ),
    complete=(
        Complete(("grass_zone",), of="grassland", level="warning", en="nothing can be done for its grassland", zh="该分区草地没有措施"),
    ),
    en="Measures by zone", zh="分区措施",
)

GRASS_CONDITIONS = Table(
    "grass_conditions",
    (
        Column("condition", "", "text", key=True, choices=CONDITIONS, en="Condition", zh="退化程度"),
        Column("carbon_factor", "1", low=0, high=3, aggregate="first", en="Factor on the measure's rate", zh="固碳系数"),
        Column("forage_factor", "1", low=0, high=2, aggregate="first", en="Factor on the forage yield", zh="产草系数"),
    ),
    complete=(
        Complete(("condition",), of="grassland", where=("area",), always=True, en="what the condition does to carbon and forage is not known", zh="该退化程度的系数未知"),
    ),
    en="What the condition does to carbon gain and forage", zh="退化程度系数",
)

GRASS_INITIAL = Table(
    "grass_initial",
    (
        Column("grass_zone", "", "text", key=True, choices=ZONES, en="Zone", zh="草地分区"),
        Column("measure", "", "text", key=True, absent="none", choices=("ban", "balance"), en="Measure in force since 2011", zh="已实施措施"),
        Column("rate", "t C/ha/yr", low=0, aggregate="first", en="Carbon gain a year until saturation", zh="年固碳"),
        Column("years_left", "yr", low=0, aggregate="first", en="Years left to saturation at the base year", zh="距饱和剩余年数"),
        Column("compensation", "CNY/ha/yr", low=0, default=0.0, aggregate="first", en="Compensation or reward that runs on", zh="持续发放的补助奖励"),
    ),
    complete=(
        Complete(("grass_zone",), of="grassland", level="warning", en="no measure is in force there in the base year", zh="该分区基年没有已实施措施"),
    ),
    en="Measures in force in the base year (old vintage, not additional)", zh="基年已实施措施（非新增）",
)

LIVESTOCK = Table(
    "livestock",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("sheep_units", "million sheep units", low=0, en="Livestock that grazes, in sheep units", zh="放牧牲畜（羊单位）"),
        Column("treatment_capacity", "kha/yr", low=0, en="Most grassland that can newly come under a measure a year", zh="年新增治理能力"),
    ),
    complete=(
        Complete(("region",), of="grassland", en="nothing grazes there and measures have no limit a year", zh="该地区没有牲畜，治理也无年度上限"),
    ),
    en="Livestock and treatment capacity", zh="牲畜与治理能力",
)


def open_area(land: pd.DataFrame) -> pd.Series:
    """Area less the share that is closed, Mha."""
    return land["area"].astype(float) * (1.0 - land["redline_share"].astype(float))
