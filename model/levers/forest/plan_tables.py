"""Optional tables of forest planning: stands entered by age class, products and prices, flow bands, limits on what stands.

A table that is absent changes nothing: without them the forest is that of ``tables``. With ``forest_classes`` and
``forest_class_area`` a forest can be entered class by class, without age groups, growth by age, carbon or water zones.

Limits: what is given by age class holds for both origins of a forest group; a class that a list of yields or values
leaves out takes the entry of the nearest younger class listed, and nothing when there is none.
"""

from __future__ import annotations

from ...core.data import Data
from ...core.declare.spec import FIRST_YEAR, LAST_YEAR, Column, Setting, Table
from .tables import FOREST_AREA, FOREST_GROWTH, ORIGINS

#: Product that every forest has: the standing volume that is felled.
STANDING_VOLUME = "standing_volume"
FLOW_REFERENCES = ("previous", "initial")
TERMINAL_MOMENTS = ("kept", "standing")

FOREST_CLASSES = Table(
    "forest_classes",
    (
        Column("forest_group", "", "text", key=True, free=True, absent="own", en="Forest group", zh="森林类型组"),
        Column("age_class", "1", "integer", key=True, absent="own", low=1, high=500, en="Age class: 1 is the youngest; the last one listed takes in all older stands", zh="龄级：1为最幼；所列最后一级吸收更老林分"),
        Column("volume", "m3/ha", low=0, default=0.0, aggregate="first", en="Volume of a stand of the class", zh="该龄级单位蓄积"),
        Column("biomass_carbon", "t C/ha", low=0, default=0.0, aggregate="first", en="Carbon in living biomass", zh="活生物量碳"),
        Column("may_be_felled", "1", "flag", default=1.0, aggregate="first", en="Whether stands of the class may be felled", zh="该龄级是否可采伐"),
        Column("felling_cost", "CNY/ha", low=0, default=0.0, aggregate="first", en="Cost of felling a hectare of the class, whatever it yields", zh="每公顷采伐固定成本"),
    ),
    en="Growth entered by age class instead of by age (optional; replaces forest_growth for its groups)", zh="按龄级给出的生长（可选，替代该组的生长表）",
)  # fmt: skip

FOREST_CLASS_AREA = Table(
    "forest_class_area",
    (
        Column("region", "", "text", key=True, absent="none", ref="regions.region", en="Region", zh="地区"),
        Column("district", "", "text", key=True, free=True, absent="own", default="", en="District inside the region (optional)", zh="地区内的县域（可选）"),
        Column("forest_group", "", "text", key=True, ref="forest_groups.forest_group|forest_classes.forest_group", absent="none", en="Forest group", zh="森林类型组"),
        Column("origin", "", "text", key=True, absent="none", choices=ORIGINS, default="planted", en="Origin", zh="起源"),
        Column("age_class", "1", "integer", key=True, absent="own", low=1, high=500, en="Age class", zh="龄级"),
        Column("area", "kha", low=0, en="Area in the base year", zh="基年面积"),
    ),
    en="Forest area entered by age class (optional; beside or instead of forest_area)", zh="按龄级给出的森林面积（可选）",
)

PRODUCT_YIELDS = Table(
    "product_yields",
    (
        Column("forest_group", "", "text", key=True, ref="forest_groups.forest_group|forest_classes.forest_group", absent="none", en="Forest group", zh="森林类型组"),
        Column("age_class", "1", "integer", key=True, absent="own", low=1, high=500, en="Age class at felling", zh="采伐时龄级"),
        Column("product", "", "text", key=True, free=True, absent="own", en="Product, for instance sawlogs", zh="产品，如锯材原木"),
        Column("volume", "m3/ha", low=0, aggregate="first", en="Product from a felled hectare", zh="每公顷采伐所得产品"),
    ),
    en="Products of a felled hectare by age class (optional)", zh="各龄级每公顷采伐产品量（可选）",
)

PRODUCT_PRICES = Table(
    "product_prices",
    (
        Column("product", "", "text", key=True, ref="product_yields.product", choices=("standing_volume",), absent="neutral", en="Product of product_yields, or standing_volume: the volume felled", zh="产品（见product_yields），或standing_volume即采伐蓄积"),
        Column("value", "CNY/m3", en="Price", zh="价格"),
    ),
    shape="years", en="Prices of what is felled, for the objective max_harvest_value (optional)", zh="采伐产品价格，用于采伐价值最大化目标（可选）",
)

STAND_VALUES = Table(
    "stand_values",
    (
        Column("forest_group", "", "text", key=True, ref="forest_groups.forest_group|forest_classes.forest_group", absent="neutral", en="Forest group", zh="森林类型组"),
        Column("age_class", "1", "integer", key=True, absent="own", low=1, high=500, en="Age class", zh="龄级"),
        Column("value", "CNY/ha", aggregate="first", en="Worth of a hectare left at the end of the horizon", zh="规划期末每公顷留存林分价值"),
    ),
    en="What stands left at the end are worth, for the objective max_harvest_value (optional)", zh="期末林分价值，用于采伐价值最大化目标（可选）",
)

DISTURBANCE_SHARE = Table(
    "disturbance_share",
    (
        Column("forest_group", "", "text", key=True, ref="forest_groups.forest_group|forest_classes.forest_group", choices=("all",), absent="neutral", en="Forest group, or all", zh="森林类型组，或all"),
        Column("age_class", "1", "integer", key=True, absent="own", low=0, high=500, en="Age class; 0 means every class", zh="龄级；0表示所有龄级"),
        Column("value", "1", low=0, high=1, en="Share of the area kept that fire, pests or wind kill in the period", zh="时期内保留面积因火灾病虫风害损失的比例"),
    ),
    shape="years", en="Loss given per period by age class; replaces yearly rates (optional)", zh="按时期与龄级给定的损失比例，替代年损失率（可选）",
)

DISTURBANCE_BY_AGE = Table(
    "disturbance_by_age",
    (
        Column("forest_group", "", "text", key=True, ref="forest_groups.forest_group|forest_classes.forest_group", absent="neutral", en="Forest group", zh="森林类型组"),
        Column("origin", "", "text", key=True, absent="neutral", choices=ORIGINS, en="Origin", zh="起源"),
        Column("age", "yr", "integer", key=True, absent="own", low=0, high=500, en="Age of the stand", zh="林龄"),
        Column("annual_loss", "1/yr", low=0, high=0.5, aggregate="first", en="Stand-replacing loss a year at that age, straight between ages", zh="该林龄年损失率，龄间线性"),
    ),
    en="Loss by age, finer than young and over-mature (optional; replaces both rates for its groups)", zh="按林龄的损失率（可选，替代两档损失率）",
)

FLOW_BANDS = Table(
    "flow_bands",
    (
        Column("band", "", "text", key=True, free=True, absent="own", en="Name of the band", zh="均衡带名称"),
        Column("measure", "", "text", ref="product_yields.product", choices=("standing_volume",), default=STANDING_VOLUME, aggregate="first", en="standing_volume or a product of product_yields", zh="standing_volume或某产品"),
        Column("scope", "", "text", ref="regions.region|group:{regions.region_group}", choices=("nation",), default="nation", aggregate="first", en="nation, a region group as group:west, or a region", zh="范围"),
        Column("reference", "", "text", choices=FLOW_REFERENCES, default="previous", aggregate="first", en="previous: the harvest of the period before; initial: the initial level in every period", zh="参照：上一时期或初始水平"),
        Column("initial", "million m3/yr", low=0, default=None, aggregate="first", en="Harvest before the first period; blank: none, the band begins with the second period", zh="首期之前的采伐量；空白则从第二期开始"),
        Column("base_year", "1", "flag", default=0.0, aggregate="first", en="Whether the base-year harvest of forest_harvest is the initial level (standing_volume only)", zh="是否以基年采伐量为初始水平（仅蓄积）"),
        Column("down", "1", low=0, high=1, default=None, aggregate="first", en="Most that the harvest may fall; blank: no lower bound", zh="最大降幅；空白则无下限"),
        Column("up", "1", low=0, default=None, aggregate="first", en="Most that the harvest may rise; blank: no upper bound", zh="最大升幅；空白则无上限"),
        Column("penalty_down", "CNY/m3", low=0, default=None, aggregate="first", en="Penalty on a fall beyond the band; blank: never allowed", zh="超出降幅的罚金；空白则不允许"),
        Column("penalty_up", "CNY/m3", low=0, default=None, aggregate="first", en="Penalty on a rise beyond the band; blank: never allowed", zh="超出升幅的罚金；空白则不允许"),
    ),
    en="Even-flow bands (optional; replace the band of the settings)", zh="均衡采伐带（可选，替代设置中的带）",
)

FLOW_PENALTIES = Table(
    "flow_penalties",
    (
        Column("band", "", "text", key=True, absent="neutral", ref="flow_bands.band", en="Name of the band", zh="均衡带名称"),
        Column("value", "CNY/m3", low=0, en="Penalty on a fall beyond the band in that period", zh="该时期超出降幅的罚金"),
    ),
    shape="years", en="Penalties of a flow band by period (optional; replace penalty_down)", zh="均衡带分时期罚金（可选）",
)

STAND_LIMITS = Table(
    "stand_limits",
    (
        Column("limit", "", "text", key=True, free=True, absent="own", en="Name of the limit", zh="限值名称"),
        Column("scope", "", "text", ref="regions.region|group:{regions.region_group}", choices=("nation",), default="nation", aggregate="first", en="nation, a region group as group:west, or a region", zh="范围"),
        Column("year", "calendar year", "integer", default=None, low=FIRST_YEAR, high=LAST_YEAR, aggregate="first", en="Milestone year; blank: the last", zh="里程碑年；空白为末年"),
        Column("forest_group", "", "text", ref="forest_groups.forest_group|forest_classes.forest_group", choices=("all",), default="all", aggregate="first", en="Forest group, or all", zh="森林类型组，或all"),
        Column("first_class", "1", "integer", default=1.0, low=1, high=500, aggregate="first", en="First age class that counts", zh="起始龄级"),
        Column("last_class", "1", "integer", default=None, low=1, high=500, aggregate="first", en="Last age class that counts; blank: the oldest", zh="末龄级；空白为最老"),
        Column("area_at_least", "kha", low=0, default=None, en="Least area standing; blank: no limit", zh="最小面积；空白则无"),
        Column("area_at_most", "kha", low=0, default=None, en="Most area standing; blank: no limit", zh="最大面积；空白则无"),
        Column("volume_at_least", "million m3", low=0, default=None, en="Least volume standing; blank: no limit", zh="最小蓄积；空白则无"),
    ),
    en="What must stand at a milestone, by age class (optional); restricted and planted stands count too", zh="里程碑年林分面积或蓄积限值（可选）",
)

PLAN_SETTINGS = (
    Setting("stand_value_counts", "", "text", "kept", choices=TERMINAL_MOMENTS, en="Which stands stand_values prices: kept (left by the last felling, before they age) or standing (at the last milestone)", zh="期末林分计价对象：kept为末期采伐后保留，standing为末年现存"),
)  # fmt: skip

PLAN_TABLES = (
    FOREST_CLASSES, FOREST_CLASS_AREA, PRODUCT_YIELDS, PRODUCT_PRICES, STAND_VALUES,
    DISTURBANCE_SHARE, DISTURBANCE_BY_AGE, FLOW_BANDS, FLOW_PENALTIES, STAND_LIMITS,
)  # fmt: skip


def has_forest(data: Data) -> bool:
    """Whether the workbook holds an area of forest and its growth, by age group and age or by age class."""
    area = data.has(FOREST_AREA.name) or data.has(FOREST_CLASS_AREA.name)
    return area and (data.has(FOREST_GROWTH.name) or data.has(FOREST_CLASSES.name))


def total_area(data: Data) -> float:
    """All forest of the base year in Mha."""
    return sum(float(data.frame(table)["area"].sum()) for table in (FOREST_AREA, FOREST_CLASS_AREA) if data.has(table.name))


def harvest_measures(data: Data) -> list[str]:
    """What may be measured of a harvest: standing volume and every product."""
    return [STANDING_VOLUME, *dict.fromkeys(data.frame(PRODUCT_YIELDS)["product"])]
