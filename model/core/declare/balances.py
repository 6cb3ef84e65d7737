"""The shared scarce things: every balance and account of the model, in one place.

A lever posts to these and to nothing else; who posts what is listed by ``python -m model explain``. Units are solver
units; rates are annual and hold through the period, stocks are at its milestone.

Limits: a balance is closed to rows only when its owner is in the model, so that a single lever can be run alone.
"""

from __future__ import annotations

from .spec import Balance

LAND = Balance(
    "land", ("region", "land_class", "year"), "Mha", ">=", owner="land", kind="standing", price_unit="CNY/ha/yr", steers_forest=True,
    en="Land by class", zh="分类土地", dual="What one more hectare of the class is worth in that period.",
)
WATER = Balance(
    "water", ("water_zone", "year"), "km3/yr", ">=", owner="water", price_unit="CNY/m3", steers_forest=True,
    en="Water withdrawals", zh="取水", dual="What one more cubic metre a year in the zone is worth.",
)
POWER = Balance(
    "power", ("region", "slice", "year"), "TWh/yr", "==", owner="power", price_unit="CNY/MWh",
    en="Electricity by time slice", zh="分时段电力平衡", dual="Marginal cost of electricity in the slice.",
)
ELECTRICITY = Balance(
    "electricity", ("region", "year"), "TWh/yr", "==", owner="power", price_unit="CNY/MWh",
    en="Yearly electricity demand", zh="年用电需求", dual="Load-weighted marginal cost of electricity, capacity included.",
)
RESERVE = Balance(
    "reserve", ("region", "year"), "GW", ">=", owner="power", kind="standing", price_unit="CNY/kW/yr",
    en="Firm capacity against the peak", zh="可靠容量", dual="What one more GW of firm capacity is worth.",
)
USE_LOAD = Balance(
    "use_load", ("region", "load_use", "year"), "TWh/yr", "==", owner="load_of_uses",
    en="Power of uses with a shape of their own", zh="有独立形状的用电量", dual="What one more unit that the use draws costs beyond the region's shape of load.",
)
HYDROGEN = Balance(
    "hydrogen", ("region", "year"), "TWh/yr", ">=", owner="hydrogen", price_unit="CNY/MWh",
    en="Hydrogen (lower heating value)", zh="氢能（低位热值）", dual="Marginal cost of hydrogen.",
)
HYDROGEN_DAYS = Balance(
    "hydrogen_days", ("region", "season", "year"), "TWh/yr", "==", owner="hydrogen_store", price_unit="CNY/MWh",
    en="Hydrogen by day type", zh="分典型日氢能平衡", dual="Marginal cost of hydrogen on the days of a type.",
)
BIOMASS = Balance(
    "biomass", ("region", "year"), "TWh/yr", ">=", owner="bioenergy", price_unit="CNY/GJ",
    en="Biomass fuel", zh="生物质燃料", dual="What one more unit of biomass fuel is worth.",
)
CO2_STORAGE = Balance(
    "co2_storage", ("region", "year"), "Mt CO2/yr", ">=", owner="carbon_capture", price_unit="CNY/t CO2",
    en="Carbon dioxide transport and storage", zh="二氧化碳运输与封存", dual="Marginal cost of storing one more tonne.",
)
FORAGE = Balance(
    "forage", ("region", "year"), "Mt DM/yr", ">=", owner="grassland", price_unit="CNY/t DM",
    en="Forage and feed", zh="饲草", dual="What one more tonne of dry matter is worth.",
)
GRASS_LAND = Balance(
    "grass_land", ("region", "water_zone", "grass_zone", "condition", "year"), "Mha", ">=", owner="grassland", kind="standing", price_unit="CNY/ha/yr",
    en="Grassland that can be brought under a measure", zh="可实施措施的草地", dual="What one more hectare of that zone and condition is worth.",
)
OFFERED_LAND = Balance(
    "offered_land", ("region", "water_zone", "land_type", "year"), "Mha", ">=", owner="afforestation", kind="standing", price_unit="CNY/ha/yr", steers_forest=True,
    en="Land offered for afforestation", zh="可造林地", dual="What one more hectare offered is worth.",
)
PLANTING = Balance(
    "planting", ("stratum", "year"), "Mha", "==", owner="forest", kind="period", price_unit="CNY/ha", steers_forest=True,
    en="Established plantings handed to the forest, per period", zh="造林成活面积（每期）", dual="What one more established hectare is worth.",
)
ROUNDWOOD = Balance(
    "roundwood", ("region", "year"), "km3/yr", "==", owner="wood_products", price_unit="CNY/m3", steers_forest=True,
    en="Roundwood", zh="原木", dual="What one more cubic metre of roundwood is worth.",
)
EXTRACTED_CARBON = Balance(
    "extracted_carbon", ("region", "year"), "Mt C/yr", "==", owner="wood_products", price_unit="CNY/t C", steers_forest=True,
    en="Carbon in extracted roundwood", zh="采出原木碳", dual="What one more tonne of carbon in roundwood is worth.",
)
DEAD_WOOD = Balance(
    "dead_wood", ("region", "year"), "Mt C/yr", "==", owner="dead_wood", price_unit="CNY/t C",
    en="Carbon entering dead wood (slash and killed trees)", zh="进入枯死木的碳", dual="What one more tonne of carbon entering dead wood is worth.",
)
SLASH = Balance(
    "slash", ("region", "year"), "Mt C/yr", ">=", owner="dead_wood", price_unit="CNY/t C",
    en="Felling residues that may be collected for energy", zh="可收集采伐剩余物", dual="What one more tonne of residue carbon is worth.",
)
SOIL_PLANTING = Balance(
    "soil_planting", ("region", "forest_group", "year"), "Mt C", "==", owner="forest_soil", kind="period", price_unit="CNY/t C",
    en="Soil carbon deficit that land brings when it is planted, per period", zh="造林带入的土壤碳亏缺（每期）",
    dual="What one more tonne of deficit brought by planting is worth.",
)
SOIL_FELLING = Balance(
    "soil_felling", ("region", "forest_group", "year"), "Mt C", "==", owner="forest_soil", kind="period", price_unit="CNY/t C",
    en="Soil carbon lost after felling, per period", zh="采伐后土壤碳损失（每期）",
    dual="What one more tonne lost after felling is worth.",
)
SITED_OUTPUT = Balance(
    "sited_output", ("region", "technology", "year"), "TWh/yr", "==", owner="siting",
    en="Output over the year that standing wind, solar, hydro and nuclear plants can give", zh="风光水核年可发电量",
    dual="What one more unit of possible output a year is worth.",
)
CURTAILABLE = Balance(
    "curtailable", ("region", "slice", "year"), "TWh/yr", ">=", owner="siting",
    en="Output of wind, sun, water and nuclear that can be curtailed", zh="可弃风光水核电量",
    dual="What one more unit that could be curtailed in the slice is worth.",
)
AVAILABLE_OUTPUT = Balance(
    "available_output", ("region", "technology", "slice", "year"), "TWh/yr", ">=", owner="power", price_unit="CNY/MWh",
    en="Output that the standing thermal plants can give", zh="火电可用出力", dual="What one more unit of available output in the slice is worth.",
)
MINIMUM_OUTPUT = Balance(
    "minimum_output", ("region", "technology", "year"), "TWh/yr", ">=", owner="power", price_unit="CNY/MWh",
    en="Output above the contracted or heat-bound minimum", zh="最低出力约束", dual="Cost of one more unit of obliged output.",
)
VARIABLE_CREDIT = Balance(
    "variable_credit", ("region", "credit_class", "tangent", "year"), "GW", ">=", owner="power", kind="standing", price_unit="CNY/kW/yr",
    en="Firm capacity credited to wind, sun and batteries", zh="风光储可靠容量", dual="What one more GW of credited capacity is worth.",
)
DUAL_PANELS = Balance(
    "dual_panels", ("region", "land_class", "year"), "Mha", ">=", owner="land", kind="standing", price_unit="CNY/ha/yr",
    en="Land under solar panels that may share it with another use", zh="可复合利用的光伏用地", dual="What one more hectare under panels is worth for dual use.",
)
DUAL_RESTORED = Balance(
    "dual_restored", ("region", "land_class", "year"), "Mha", ">=", owner="land", kind="standing", price_unit="CNY/ha/yr",
    en="Use that may share its land with solar panels: restored grassland, fields, water", zh="可与光伏复合的用途：修复草地、农田、水面", dual="What one more hectare of that use is worth for dual use.",
)
EMISSION = Balance(
    "emission", ("region", "year"), "Mt CO2/yr", "account", price_unit="CNY/t CO2", burden=True, en="Emissions", zh="排放",
)
SINK = Balance(
    "sink", ("region", "year"), "Mt CO2/yr", "account", price_unit="CNY/t CO2", en="Sinks", zh="碳汇", steers_forest=True,
)
RIVER_FLOW = Balance(
    "river_flow", ("water_zone", "year"), "km3/yr", "account", en="Water that leaves the rivers without being withdrawn", zh="未经取水而离开河道的水量",
)
CAPTURED = Balance(
    "captured", ("region", "year"), "Mt CO2/yr", "account", price_unit="CNY/t CO2", en="Captured and stored", zh="捕集封存",
)
METHANE = Balance(
    "methane", ("region", "year"), "Mt CH4/yr", "account", en="Methane (beside the CO2 target)", zh="甲烷（CO2目标之外）",
)
PRIMARY_ENERGY = Balance(
    "primary_energy", ("region", "energy_source", "form", "year"), "TWh/yr", "account", en="Primary energy: fuel, and power that burns none, by source", zh="一次能源：分来源的燃料与非燃料电力",
)
INSTALLED = Balance(
    "installed", ("region", "technology", "year"), "GW", "account", kind="standing", en="Capacity that stands", zh="在役装机",
)
GROWING_STOCK = Balance(
    "growing_stock", ("region", "year"), "km3", "account", kind="stock", en="Growing stock of the stands", zh="林分蓄积量",
)
MONEY = Balance(
    "money", ("region", "year"), "bn CNY/yr", "account", en="Spending", zh="支出",
)
AIMS = Balance(
    "aims", ("scope", "year"), "bn CNY/yr", "account", en="Prices of missed targets and of pace, in the objective alone", zh="未达目标与节奏的价格（仅计入目标函数）",
)
ROADMAP = Balance(
    "roadmap", ("phase", "scope", "year"), "Mha", ">=", owner="forest", kind="period", price_unit="CNY/ha", steers_forest=True,
    en="Area clearcut against area planted in a phase of the roadmap, per period", zh="路线图阶段：皆伐与造林面积（每期）",
    dual="What one more hectare of leeway in the phase is worth.",
)
HARVEST_VALUE = Balance(
    "harvest_value", ("region", "year"), "bn CNY/yr", "account", en="Sales of what is harvested", zh="采伐产品销售额",
)
STAND_VALUE = Balance(
    "stand_value", ("region", "year"), "bn CNY", "account", kind="stock", en="Worth of the stands left at the end", zh="期末林分价值",
)

BALANCES: dict[str, Balance] = {
    balance.name: balance
    for balance in (
        LAND, WATER, POWER, ELECTRICITY, RESERVE, USE_LOAD, HYDROGEN, HYDROGEN_DAYS, BIOMASS, CO2_STORAGE, FORAGE, GRASS_LAND, OFFERED_LAND,
        PLANTING, ROUNDWOOD, EXTRACTED_CARBON, DEAD_WOOD, SLASH, SOIL_PLANTING, SOIL_FELLING,
        SITED_OUTPUT, CURTAILABLE, AVAILABLE_OUTPUT, MINIMUM_OUTPUT, VARIABLE_CREDIT, DUAL_PANELS, DUAL_RESTORED, RIVER_FLOW, EMISSION, SINK, CAPTURED, METHANE,
        PRIMARY_ENERGY, INSTALLED, GROWING_STOCK, MONEY, AIMS,
        ROADMAP, HARVEST_VALUE, STAND_VALUE,
    )
}
