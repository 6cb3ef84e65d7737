"""Tables of the power system that several levers read: plants, their survival, build limits, credit and load shape.

Each table is declared here once and listed by exactly one lever.

Limits: declarations only; what the levers do with them stands in ``capacity`` and in the levers.
"""

from __future__ import annotations

from ...core.declare.spec import Column, Complete, Table
from ..years import EVEN_LIFE_EN, EVEN_LIFE_ZH

#: A plant that turns less of its fuel into power is a slip of units: fuel is counted as power over efficiency.
LEAST_EFFICIENCY = 0.01
#: Kinds of rows of the result table ``power``.
PLANT, STORE = "plant", "storage"
SITED = (
    "wind_onshore", "wind_offshore", "pv_utility", "pv_distributed", "pv_agrivoltaic", "pv_over_canal", "hydro", "nuclear",
)

SITES = Table(
    "sites",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("water_zone", "", "text", key=True, ref="water_zones.water_zone", en="Water zone", zh="水资源区"),
        Column("technology", "", "text", key=True, choices=SITED, en="Technology", zh="技术"),
        Column("land_class", "", "text", key=True, absent="none", choices=("none", "cropland", "forest_land", "grassland", "unused", "water_surface", "canal_corridor"), en="Land class it stands on (none: roof, sea, existing site)", zh="占用地类（none：屋顶、海域、既有场址）"),
        Column("sensitivity", "", "text", key=True, absent="none", choices=("open", "restricted", "excluded"), en="Ecological sensitivity: restricted pays mitigation, excluded is never built", zh="生态敏感性：restricted需缓解费用，excluded禁止"),
        Column("grade", "1", "integer", key=True, absent="own", low=1, high=9, en="Resource grade, 1 best", zh="资源等级，1最好"),
        Column("potential", "GW", low=0, en="Practical potential", zh="实际可开发容量"),
        Column("capacity_factor", "1", low=0, high=1, aggregate="mean:potential", en="Yearly capacity factor", zh="年容量系数"),
        Column("land_ha_per_mw", "ha/MW", low=0, aggregate="mean:potential", en="Land taken per MW", zh="单位占地"),
        Column("wash_m3_per_mwh", "m3/MWh", low=0, aggregate="mean:potential", en="Washing and service water", zh="清洗等用水"),
        Column("evaporation_saving", "m3/MW/yr", low=0, default=0.0, aggregate="mean:potential", en="Evaporation saved by panels over water", zh="水面光伏减少蒸发"),
        Column("mitigation_cost", "CNY/kW", low=0, default=0.0, aggregate="mean:potential", en="Ecological mitigation cost on restricted land", zh="生态缓解成本"),
    ),
    complete=(
        Complete(("region",), level="warning", en="no wind, sun, water or nuclear plant can be built there", zh="该地区不能新建风光水核"),
        Complete(("water_zone",), level="warning", en="no wind, sun, water or nuclear plant can be built there", zh="该水资源区不能新建风光水核"),
        Complete(("technology",), of="sited_technologies", level="warning", en="no plant of it can be built", zh="该技术不能新建"),
    ),
    en="Sites by technology, grade and land class", zh="场址（技术、资源等级、地类）",
)

SITED_TECHNOLOGIES = Table(
    "sited_technologies",
    (
        Column("technology", "", "text", key=True, choices=SITED, en="Technology", zh="技术"),
        Column("class", "", "text", choices=("wind", "solar", "hydro", "nuclear"), aggregate="first", en="Class of build limits and history", zh="建设限速与历史类别"),
        Column("lifetime", "yr", low=1, aggregate="first", en=f"Life. {EVEN_LIFE_EN}", zh=f"寿命。{EVEN_LIFE_ZH}"),
        Column("variable_cost", "CNY/MWh", low=0, aggregate="first", en="Variable cost, fuel included", zh="变动成本（含燃料）"),
        Column("water", "m3/MWh", low=0, aggregate="first", en="Fresh cooling water (0 on the coast)", zh="淡水冷却用水（滨海为0）"),
        Column("shape", "", "text", ref="output_shape.shape", aggregate="first", en="Row of output_shape that gives its seasonal and daily shape", zh="出力形状"),
        Column("credit_class", "", "text", ref="reserve_credit.credit_class", default="", aggregate="first", en="Class of falling capacity credit; empty: firm_credit applies", zh="递减容量置信类别；空则用固定值"),
        Column("firm_credit", "1", low=0, high=1, default=0.0, aggregate="first", en="Fixed capacity credit", zh="固定容量置信度"),
        Column("sites_include_fleet", "1", "flag", default=1.0, aggregate="first", en="1: the potential of the sites includes what stands in the base year", zh="1：场址潜力包含基年已建装机"),
    ),
    complete=(
        Complete(("technology",), of="sites", always=True, en="what the sites may carry is not described", zh="场址技术没有描述"),
        Complete(("technology",), of="sited_fleet", always=True, en="what the fleet is is not described", zh="既有机组技术没有描述"),
    ),
    en="Sited technologies", zh="有场址的技术",
)

OUTPUT_SHAPE = Table(
    "output_shape",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("shape", "", "text", key=True, free=True, absent="own", en="Shape", zh="形状"),
        Column("slice", "", "text", key=True, ref="time_slices.slice", en="Time slice", zh="时段"),
        Column("relative_output", "1", low=0, aggregate="mean:weight", whole=("region", "shape"), whole_mean=True, en="Output relative to the yearly mean (hours-weighted mean 1)", zh="相对年均出力（按小时加权均值1）"),
        Column("weight", "GW", low=0, en="Weight of the mean: base-year fleet or potential", zh="加权权重（机组或潜力）"),
    ),
    complete=(
        Complete(("slice",), en="no plant gives power then", zh="该时段没有出力"),
        Complete(("region",), of="sites", en="when its plants give power is not known", zh="出力时段分布未知"),
    ),
    en="Seasonal and daily shape of output", zh="出力季节与日内形状",
)

#: Series of a day that are known by name: load, and the shapes of plants that follow the weather.
DAILY_LOAD = "load"
DAILY_SERIES = {
    DAILY_LOAD: ("Load", "负荷"), "solar": ("Sun", "光伏"), "wind_onshore": ("Wind on land", "陆上风电"),
    "wind_offshore": ("Wind at sea", "海上风电"), "hydro": ("Water", "水电"),
}  # fmt: skip
DAILY_WEATHER = Table(
    "daily_weather",
    (
        Column("region", "", "text", key=True, absent="unused", ref="regions.region", en="Region", zh="地区"),
        Column("day", "1", "integer", key=True, absent="unused", low=1, high=366, en="Day of the year", zh="日序"),
        *(Column(name, "1", low=0, default=None, aggregate="mean:weight", en=f"{en}: mean of the day relative to that of the year (a shape of output_shape by this name); blank: as its day type", zh=f"{zh}：日均与年均之比（对应 output_shape 同名形状）；空白则同典型日") for name, (en, zh) in DAILY_SERIES.items()),
        Column("weight", "TWh/yr", low=0, en="Weight of the mean: base-year demand", zh="加权权重：基年用电量"),
    ),
    en="Each day of the weather year, for running a planned system through it", zh="气象年逐日序列（用于逐日运行检验）",
)

SITED_FLEET = Table(
    "sited_fleet",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("water_zone", "", "text", key=True, absent="none", ref="water_zones.water_zone", en="Water zone", zh="水资源区"),
        Column("technology", "", "text", key=True, absent="none", choices=SITED, en="Technology", zh="技术"),
        Column("capacity", "GW", low=0, en="Capacity in the base year", zh="基年装机"),
        Column("capacity_factor", "1", low=0, high=1, aggregate="mean:capacity", en="Yearly capacity factor of the fleet", zh="机组年容量系数"),
    ),
    complete=(
        Complete(("region",), level="warning", en="no wind, sun, water or nuclear plant stands there", zh="该地区没有既有风光水核"),
    ),
    en="Existing wind, solar, hydro and nuclear", zh="既有风光水核",
)

THERMAL = Table(
    "thermal_technologies",
    (
        Column("technology", "", "text", key=True, free=True, absent="own", en="Technology", zh="技术"),
        Column("class", "", "text", free=True, aggregate="first", en="Class of build limits", zh="建设限速类别"),
        Column("buildable", "1", "flag", aggregate="first", en="1: new plants may be built", zh="1：可新建"),
        Column("retrofit_of", "", "text", ref="thermal_technologies.technology", default="", aggregate="first", en="Fleet technology that it converts; empty: none", zh="改造来源机组；空为无"),
        Column("fuel", "", "text", free=True, aggregate="first", en="Fuel: coal, gas, waste_heat, biomass and hydrogen are known to other sheets; any other name has its price in fuel_prices", zh="燃料：coal、gas、waste_heat、biomass、hydrogen 与其他表相连；其他名称在 fuel_prices 中定价"),
        Column("efficiency", "1", low=LEAST_EFFICIENCY, high=1, aggregate="first", en="Electric efficiency of new plants", zh="供电效率"),
        Column("biomass_share", "1", low=0, high=1, default=0.0, aggregate="first", en="Share of the fuel that is biomass", zh="生物质掺烧比例"),
        Column("emission_factor", "t CO2/MWh", low=0, aggregate="first", en="CO2 to the air, fossil", zh="化石排放系数"),
        Column("captured_fossil", "t CO2/MWh", low=0, default=0.0, aggregate="first", en="Fossil CO2 captured and stored (avoided emission, needs storage)", zh="捕集的化石CO2"),
        Column("captured_biogenic", "t CO2/MWh", low=0, default=0.0, aggregate="first", en="Biogenic CO2 captured and stored (negative emission)", zh="捕集的生物质CO2（负排放）"),
        Column("variable_cost", "CNY/MWh", low=0, aggregate="first", en="Variable cost without fuel", zh="变动成本（不含燃料）"),
        Column("lifetime", "yr", low=1, aggregate="first", en=f"Life. {EVEN_LIFE_EN}", zh=f"寿命。{EVEN_LIFE_ZH}"),
        Column("availability", "1", low=0, high=1, aggregate="first", en="Availability", zh="可用率"),
        Column("water", "m3/MWh", low=0, aggregate="first", en="Cooling water withdrawn", zh="冷却取水"),
        Column("firm_credit", "1", low=0, high=1, aggregate="first", en="Capacity credit", zh="容量置信度"),
        Column("retirement_cost", "CNY/kW", low=0, default=0.0, aggregate="first", en="Cost of early retirement", zh="提前退役成本"),
    ),
    en="Thermal technologies", zh="火电技术",
)

THERMAL_FLEET = Table(
    "thermal_fleet",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("technology", "", "text", key=True, absent="none", ref="thermal_technologies.technology", en="Technology", zh="技术"),
        Column("capacity", "GW", low=0, en="Capacity in the base year", zh="基年装机"),
        Column("emission_factor", "t CO2/MWh", low=0, aggregate="mean:generation", en="CO2 to the air per MWh of the existing fleet", zh="既有机组排放系数"),
        Column("efficiency", "1", low=LEAST_EFFICIENCY, high=1, aggregate="mean:capacity", en="Efficiency of the existing fleet", zh="既有机组效率"),
        Column("minimum_hours", "h/yr", low=0, high=8760, aggregate="mean:capacity", en="Least full-load hours a year (heat, contracts, system service)", zh="年最低利用小时（供热、合同、系统服务）"),
        Column("planned_hours", "h/yr", low=0, high=8760, default=0.0, aggregate="mean:capacity", en="Full-load hours allotted by the generation plan of the base year; 0: none", zh="基年发电计划利用小时；0为无计划"),
        Column("generation", "TWh/yr", low=0, en="Generation in the base year: weight and calibration, never a limit", zh="基年发电量：仅作权重与校准"),
    ),
    complete=(
        Complete(("region",), level="warning", en="no thermal plant stands there", zh="该地区没有既有火电"),
    ),
    en="Existing thermal fleet", zh="既有火电",
)

FLEET_SURVIVAL = Table(
    "fleet_survival",
    (
        Column("technology", "", "text", key=True, ref="sited_technologies.technology|thermal_technologies.technology", en="Technology (sited or thermal)", zh="技术"),
        Column("value", "1", low=0, high=1, en="Share of the base-year fleet not yet at the end of its life", zh="基年机组未到寿命的比例"),
    ),
    complete=(
        Complete(("technology",), of="sited_fleet", level="warning", en="the fleet never reaches the end of its life", zh="既有机组永不退役"),
        Complete(("technology",), of="thermal_fleet", level="warning", en="the fleet never reaches the end of its life", zh="既有机组永不退役"),
    ),
    shape="years", en="Survival of the base-year fleet by age; a technology that is not listed outlives the horizon", zh="基年机组按龄存续比例；未列出的技术寿命超出展望期",
)

BUILD_LIMITS = Table(
    "build_limits",
    (
        Column("class", "", "text", key=True, ref="sited_technologies.class|thermal_technologies.class|storage_technologies.class", en="Class of plants (wind, solar, hydro, nuclear, coal, gas, pumped_hydro, ...)", zh="电源类别"),
        Column("value", "GW/yr", low=0, en="Most that can be built a year, nation", zh="全国年新增上限"),
    ),
    complete=(
        Complete(("class",), of="sited_technologies", level="warning", en="any number may be built a year", zh="年新增无上限"),
        Complete(("class",), of="thermal_technologies", where=("buildable", "retrofit_of"), level="warning", en="any number may be built a year", zh="年新增无上限"),
        Complete(("class",), of="storage_technologies", level="warning", en="any number may be built a year", zh="年新增无上限"),
    ),
    shape="years", en="National build limits", zh="全国年新增装机上限",
)

LOAD_SHAPE = Table(
    "load_shape",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("slice", "", "text", key=True, ref="time_slices.slice", en="Time slice", zh="时段"),
        Column("share", "1", low=0, high=1, aggregate="mean:weight", whole=("region",), en="Share of the year's demand; sums to 1 per region", zh="占年用电份额，各地区合计为1"),
        Column("weight", "TWh/yr", low=0, en="Weight of the mean: base-year demand", zh="加权权重：基年用电量"),
    ),
    complete=(
        Complete(("slice",), en="nobody uses power then", zh="该时段没有用电"),
        Complete(("region",), of="power_demand", always=True, en="when its power is used is not known", zh="用电时段分布未知"),
    ),
    en="Share of demand by time slice", zh="分时段用电份额",
)

RESERVE_CREDIT = Table(
    "reserve_credit",
    (
        Column("credit_class", "", "text", key=True, free=True, absent="own", en="Class with a falling credit (wind, solar, battery)", zh="递减置信类别"),
        Column("tangent", "1", "integer", key=True, absent="own", low=1, high=9, en="Tangent of the concave credit curve", zh="凹曲线切线编号"),
        Column("slope", "1", low=0, high=1, aggregate="first", en="Firm GW per GW of capacity", zh="斜率"),
        Column("intercept", "1", low=0, high=1, aggregate="first", en="Firm GW per GW of peak load", zh="截距（占峰荷）"),
    ),
    en="Falling capacity credit as concave tangents", zh="递减容量置信度的切线",
)
