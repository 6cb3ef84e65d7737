"""Where, when and how much to plant, by type and quality of land."""

from __future__ import annotations

from ..core.spec import Column, Setting, Table

AFFORESTATION_LAND = Table(
    "afforestation_land",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("water_zone", "", "text", key=True, ref="water_zones.water_zone", en="Water zone", zh="水资源区"),
        Column("land_type", "", "text", key=True, en="Type and quality of the land offered (must have a row in new_forest)", zh="造林地类型与质量"),
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
    shape="years", en="Planting capacity", zh="年造林能力",
)
