"""What every result table holds: its columns, their types and units, and the order of its rows.

Here stand the tables that many levers fill; the others come from the levers' rooms. The CSV files, the data package, the Excel report and the identities read the same declarations.

Limits: a table has one unit per column, or a ``unit`` column where items of different kinds stand below one another.
"""

from __future__ import annotations

import pandas as pd

from ...core.build import registry
from ...core.declare.results import UNIT, YEAR, Field, ResultTable, number, text, texts, told

_DTYPES = {"string": "object", "integer": "Int64", "number": "float64", "boolean": "bool"}
_CO2 = "Mt CO2/yr"

_ALL = (
    ResultTable(
        "allocation", "What to do, where, when and how much: every item of every lever, in the regions it acts in.",
        "做什么、在哪里、何时、多少：各措施各项目在各地区的数量。",
        (*texts("lever", "region", "region_group", "item"), YEAR, number("value", "", "How much", "数量"), UNIT),
        ("lever", "region", "item", "year", "unit"),
    ),
    ResultTable(
        "carbon", "Emissions, sinks and captured CO2 by category; net is emission less sink less captured.", "分类别的排放、碳汇与捕集；净排放为排放减碳汇减捕集。",
        (
            *texts("region", "region_group", "account", "category"), Field("in_target", "integer"), YEAR,
            number("value", _CO2, "CO2 emitted, taken up or captured", "排放、吸收或捕集的CO2"),
        ),
        ("region", "account", "category", "in_target", "year"),
    ),
    ResultTable(
        "additionality", "Every sink with the plan, on the course without any lever, and the difference.", "各项碳汇：方案、无措施路径及两者之差。",
        (
            *texts("region", "region_group", "category", "detail"), Field("in_target", "integer"), YEAR,
            number("with_plan", _CO2), number("without_levers", _CO2), number("added", _CO2), UNIT,
        ),
        ("region", "category", "detail", "in_target", "year"),
    ),
    ResultTable(
        "forest", "Area, felling, growing stock and carbon of each stratum by age class at the milestone.", "里程碑年各分层各龄级的面积、皆伐、蓄积与碳。",
        (
            *texts("region", "stratum"), Field("age_class", "integer"), YEAR, number("area_kha", "kha"),
            number("clearcut_kha", "kha/yr"), number("volume_mm3", "million m3"), number("carbon_mt_co2", "Mt CO2"),
        ),
        ("stratum", "age_class", "year"),
    ),
    ResultTable(
        "land", "What each land class has, who holds it and what is idle; a hectare in dual use counts once.", "各地类可用面积、占用与闲置；复合利用的土地只计一次。",
        (*texts("region", "land_class", "use"), YEAR, number("value", "kha", "Area", "面积")), ("region", "land_class", "use", "year"),
    ),
    ResultTable(
        "land_transitions", "Land that goes over from one class to another in the period; the diagonal is what stays.",
        "时期内地类之间的转换；对角线为不变部分。",
        (
            *texts("region", "from_class", "to_class"), YEAR, number("value", "kha", "Area that goes over or stays", "转换或保持的面积"),
        ),
        ("region", "from_class", "to_class", "year"),
    ),
    ResultTable(
        "water", "Supply and use of each water zone; `idle` closes it.", "各水资源区的供给与使用；`idle`为余量。",
        (*texts("region", "water_zone", "item", "direction"), YEAR, number("value", "million m3/yr", "Volume", "水量")),
        ("region", "water_zone", "item", "direction", "year"),
    ),
    ResultTable(
        "streams", "Runoff, water from elsewhere, what rivers keep and what is consumed, by zone.", "各区径流、外来水、河道生态流量与耗水。",
        (*texts("region", "water_zone", "item", "direction"), YEAR, number("value", "million m3/yr", "Volume", "水量")),
        ("region", "water_zone", "item", "direction", "year"),
    ),
    ResultTable(
        "methane", "Methane by source, beside the CO2 target, and the same as CO2.", "各来源甲烷（CO2目标之外）及折合CO2。",
        (*texts("region", "region_group", "category"), YEAR, number("ch4_kt", "kt CH4/yr"), number("co2_equivalent_mt", _CO2)),
        ("region", "category", "year"),
    ),
    ResultTable(
        "diversion_account", "The West line as a project: water, land, power, carbon and finance of each phase.", "西线工程账户：各期水、土地、电力、碳与资金。",
        (
            *texts("account", "phase", "item"), YEAR,
            number("value", "", "Amount: positive where the project gives, in finance where it spends", "数量：工程产出为正，资金账户支出为正"), UNIT,
        ),
        ("account", "phase", "item", "year"),
    ),
    ResultTable(
        "money", "What is spent on each item, from which fund, and what fills the fund.", "各项支出、资金渠道及其来源。",
        (*texts("region", "fund", "item", "direction"), YEAR, number("value", "bn CNY/yr", "Payment", "金额")),
        ("region", "fund", "item", "direction", "year"),
    ),
    ResultTable(
        "power", "What stands and runs: plants generate, stores charge and discharge.", "装机与运行：电站发电，储能充放电。",
        (
            *texts("region", "technology"), YEAR, number("capacity_gw", "GW"), number("generation_twh", "TWh/yr"),
            text("kind", "plant or storage", "电站（plant）或储能（storage）"), number("discharge_twh", "TWh/yr"), number("charge_twh", "TWh/yr"),
        ),
        ("region", "technology", "year"),
    ),
    ResultTable(
        "curtailment", "What wind, sun, water and nuclear could have given and nobody needed.", "风光水核可发而未用的电量。",
        (
            *texts("region", "technology"), YEAR, number("value", "TWh/yr", "Power that nobody took", "弃电量"),
        ),
        ("region", "technology", "year"),
    ),
    ResultTable(
        "power_balance", "Who gives and who takes power in each time slice; uses are negative.", "各时段电力的供给与使用；使用为负。",
        (
            *texts("region", "slice"), YEAR, *texts("item"),
            number("value", "TWh/yr", "Power: supply positive, use negative", "电量：供给为正，使用为负"),
        ),
        ("region", "slice", "year", "item"),
    ),
    ResultTable(
        "industry", "Output of each sector and end use, and the part that each measure covers; `none` is the whole.",
        "各行业与终端的产量及各措施覆盖部分；`none`为全部。",
        (
            *texts("region", "sector", "measure"), YEAR, number("output", beside="output_unit"), *texts("output_unit"),
            number("share", "1"), number("abated_mt_co2", _CO2),
        ),
        ("region", "sector", "measure", "year"),
    ),
    ResultTable(
        "trade", "What regions send one another: power, water rights, contracts.", "地区间交易：电力、水权、合同。",
        (
            *texts("commodity", "from_region", "to_region"), YEAR, number("value", "", "What is sent, sold or agreed", "输送、出售或约定量"), UNIT,
        ),
        ("commodity", "from_region", "to_region", "year"),
    ),
    ResultTable(
        "limits", "Every limit of the workbook with its cell, how far it is used and what relaxing it is worth.",
        "工作簿各约束：所在单元格、使用程度与放宽的价值。",
        (
            *texts("name", "region"), YEAR, *texts("sheet", "cell"), number("cell_value", beside="cell_unit"), *texts("cell_unit"),
            number("limit"), number("level"), number("slack"), UNIT, number("dual", beside="dual_unit"), *texts("dual_unit"),
            told("price", "bn CNY of its year per `unit`", "当年十亿元/`unit`"),
            Field("cell_given", "integer"),
            text("kind", "What the price is of: a flow, what stands, a stock, or an amount of the period", "价格对应：流量、在役量、存量或时期量"),
            Field("target", "integer"), *texts("sense", "nets"),
            number("activity"), told("gain_of_1_percent", "unit of the objective", "目标函数单位"),
        ),
        (), ordered=False,
    ),
    ResultTable(
        "gaps", "By how much one more unit of what is not used would raise the cost: a lower bound from the prices of the plan.",
        "未采用项目每增一单位至少使成本上升多少（由方案价格得出的下限）。",
        (*texts("lever", "region", "item"), number("gap"), UNIT), ("lever", "region", "item", "unit"),
    ),
    ResultTable(
        "objective", "The parts of the objective, which add up to it.", "目标函数各组成部分，合计即目标值。",
        (*texts("component", "region"), YEAR, number("value", "", "Part of the objective", "目标组成"), UNIT), ("component", "region", "year"),
    ),
    ResultTable(
        "certificate", "Duals of rows and bounds: their products with the right-hand sides add up to the objective.",
        "行与界的对偶值：与右端项之积合计即目标值。",
        (
            *texts("name"), text("kind", "row, bound or constant", "行、界或常数"),
            told("dual", "objective per unit of the row or variable", "目标/行或变量单位"),
            told("right_hand_side", "of the row or variable", "行或变量的单位"),
        ),
        (), ordered=False,
    ),
    ResultTable(
        "by_group", "Allocation, carbon, power, money and forest by region group and nation.", "按地区组与全国汇总的配置、碳、电力、资金与森林。",
        (*texts("table", "item", "region_group"), YEAR, number("value", "", "Sum over the group", "组内合计"), UNIT),
        ("table", "item", "region_group", "year", "unit"),
    ),
    ResultTable(
        "by_district", "Forest area, felling, stock and carbon by district, where the areas name districts.",
        "按区县汇总的森林面积、采伐、蓄积与碳（面积表列有区县时）。",
        (*texts("region", "district", "item"), YEAR, number("value", "", "Sum over the district", "区县合计"), UNIT),
        ("region", "district", "item", "year"),
    ),
    ResultTable(
        "roadmap", "Area planted and clearcut, the phase that their ratio means, and what switched it.", "造林与皆伐面积、其比值对应的阶段及转换原因。",
        (
            *texts("region"), YEAR, number("planted_kha", "kha/yr"), number("clearcut_kha", "kha/yr"), number("ratio", "1"),
            text("phase", "Phase of the roadmap", "路线图阶段"), *texts("previous_phase"),
            text("kind", "What the cause is: limit, price or none", "原因类型：约束、价格或无"), *texts("cause", "sheet", "cell"),
            number("worth_change"), UNIT,
        ),
        ("region", "year"),
    ),
    ResultTable(
        "stocks", "Carbon of each pool at the milestone; soil is a deficit against its equilibrium.", "里程碑年各碳库；土壤为相对平衡的亏缺。",
        (*texts("region", "pool"), YEAR, number("value", "Mt C", "Carbon at the milestone", "里程碑年碳量"), UNIT), ("region", "pool", "year"),
    ),
    ResultTable(
        "wood", "Volumes and carbon of what is felled, from the stand to products.", "采伐木材的体积与碳，从林分到产品。",
        (*texts("region", "item"), YEAR, number("value", "", "Volume or carbon", "体积或碳量"), UNIT), ("region", "item", "year"),
    ),
    ResultTable(
        "planting", "Area planted and established, by land and by the stratum it enters.", "造林与成活面积，按地类与进入的分层。",
        (
            *texts("region", "water_zone", "land_type", "stratum"), YEAR, number("planted_kha", "kha/yr"),
            number("established_kha", "kha/yr"),
        ),
        ("region", "water_zone", "land_type", "year"),
    ),
    ResultTable(
        "regeneration", "Felled area by what follows, where more than one kind may follow.", "采伐迹地面积，按更新后的分层（有多种可选时）。",
        (*texts("from_stratum", "to_stratum"), YEAR, number("area_kha", "kha/yr")), ("from_stratum", "to_stratum", "year"),
    ),
    ResultTable(
        "partial_cutting", "Area cut in part, the class it stands on as, and the volume removed.", "择伐与间伐面积、其后龄级与采出蓄积。",
        (
            *texts("region", "stratum", "method"), Field("age_class", "integer"), Field("younger_class", "integer"), YEAR,
            number("area_kha", "kha/yr"), number("removed_mm3", "million m3/yr"),
        ),
        ("region", "stratum", "method", "age_class", "year"),
    ),
    ResultTable(
        "harvest_value", "What is sold of the harvest, and the worth of the stands left at the end.", "采伐产品销售，以及期末林分价值。",
        (
            *texts("region", "item"), YEAR, number("amount", beside="amount_unit"), *texts("amount_unit"),
            number("value", "", "Sales, or worth of the stands left", "销售额或期末林分价值"), UNIT,
        ),
        ("region", "item", "year"),
    ),
    ResultTable(
        "siting", "Capacity that the plan builds in each period, by site.", "方案各时期新建装机，按场址。",
        (
            *texts("region", "water_zone", "technology", "land_class", "sensitivity"), Field("grade", "integer"), YEAR,
            number("capacity_gw", "GW"),
        ),
        ("region", "water_zone", "technology", "land_class", "sensitivity", "grade", "year"),
    ),
    ResultTable(
        "transmission", "Lines between regions by direction: what they can carry and what they carry.", "地区间线路（分方向）：输电能力与输电量。",
        (*texts("from_region", "to_region"), YEAR, number("capacity_gw", "GW"), number("flow_twh", "TWh/yr")),
        ("from_region", "to_region", "year"),
    ),
    ResultTable(
        "prices", "What one more unit is worth in each balance, place, slice and year.", "各平衡、地点、时段、年份每增一单位的价值。",
        (
            *texts("balance", "region"), text("key", "What else names the row", "该行其余的键"), *texts("slice"), YEAR,
            number("dual", beside="dual_unit"), *texts("dual_unit"), number("price"), UNIT,
        ),
        ("balance", "region", "key", "slice", "year"),
    ),
    ResultTable(
        "calibration", "The solved base year and the first period against their statistics.", "求解所得基年和首个时期与统计对比。",
        (
            *texts("quantity", "region_group", "region", "item"), YEAR, number("model"), number("statistic"), UNIT,
            number("difference_percent", "%"), number("tolerance_percent", "%"), Field("ok", "boolean"), *texts("reason"),
            text(
                "window", "base: the base year; first: the first period beside published figures; mean, end: its mean and its end beside what happened",
                "base基年，first首期对照公布值，mean、end首期均值与期末对照实际",
            ),
        ),
        ("quantity", "region_group", "region", "item", "year", "window"),
    ),
    ResultTable(
        "published_levels", "Published stocks and sinks beside ours, with verdict and reason.", "公布的储量与碳汇对照本模型，附结论与原因。",
        (
            text("level", "Name of the published level", "公布值名称"), *texts("quantity", "subject", "window"), number("low"), number("high"),
            number("model"), number("without_felling"), UNIT, number("difference_percent", "%"), number("tolerance", "1"),
            *texts("verdict", "reason", "why_en", "why_zh", "source", "quality"),
        ),
        ("level", "quantity", "subject", "window"), ordered=False,
    ),
    ResultTable(
        "consistency", "Figures of the source paper beside ours, with verdict and reason.", "论文数值对照本模型，附结论与原因。",
        (
            *texts("claim", "statement_en", "statement_zh", "section", "relation"), number("figure"), number("figure_high"), number("ours"),
            UNIT,
            *texts("verdict", "rule"), number("tolerance", "1"), *texts("why_en", "why_zh", "source"),
        ),
        ("claim",), ordered=False,
    ),
    ResultTable(
        "sources", "Which sources and qualities stand behind each table of the workbook.", "工作簿各表背后的来源与质量。",
        (
            text("table", "Sheet of the workbook", "工作簿的表"), *texts("source", "quality"), Field("rows", "integer"),
        ),
        ("table", "source", "quality"),
    ),
)  # fmt: skip

TABLES: dict[str, ResultTable] = {table.name: table for table in (*_ALL, *registry.results())}


def conform(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` with exactly the declared columns and types of table ``name``, rows in stable order of first keys.

    Raises KeyError when a declared column is missing.
    """
    table = TABLES[name]
    found = frame[table.columns] if len(frame) else pd.DataFrame({column: [] for column in table.columns})
    return found.astype({field.name: _DTYPES[field.type] for field in table.fields}).reset_index(drop=True)
