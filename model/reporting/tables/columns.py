"""What every result table holds: its columns, their types and units, and the order of its rows.

Here stand the tables that many levers fill; the others come from the levers' rooms. The CSV files, the data package, the Excel report and the identities read the same declarations.

Limits: a table has one unit per column, or a ``unit`` column where items of different kinds stand below one another.
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from ...core.build import registry
from ...core.declare.results import UNIT, YEAR, Field, ResultTable, number, text, texts, told

_DTYPES = {"string": "object", "integer": "Int64", "number": "float64", "boolean": "bool"}
_CO2 = "Mt CO2/yr"
_MONEY = "bn CNY/yr"

_ALL = (
    ResultTable(
        "allocation", "What to do, where, when and how much: every item of every lever, in the regions it acts in.",
        "做什么、在哪里、何时、多少：各措施各项目在各地区的数量。",
        (*texts("lever", "region", "region_group", "item"), YEAR, number("value", "", "How much", "数量"), UNIT),
        ("lever", "region", "item", "year", "unit"),
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
        "trade", "What regions send or sell one another (power, water rights, firm capacity, contracts, allowances and credits of carbon) and what is paid for it.", "地区间交易（电力、水权、可靠容量、合同、碳配额与信用）及其付款。",
        (
            *texts("commodity", "from_region", "to_region"), YEAR, number("value", "", "What is sent, sold or agreed", "输送、出售或约定量"), UNIT,
            number("price", "", "Price by its rule, weighted with what is sent; blank where nothing is", "按规则的价格（按输送量加权）；无输送则留空", beside="price_unit"), *texts("price_unit"),
            number("payment", _MONEY, "What the region that gets pays the one that gives; of what is agreed and has a rule of its own, only there", "受方付给送方的金额；另有规则的合同量单列"),
            text("rule", "Rule of `trade_rules`; market: cleared in a carbon market, from every seller to every buyer in proportion to both; blank: not paid for", "`trade_rules` 的规则；market 为碳市场出清，按买卖双方数量比例分配；空白为不付款"),
        ),
        ("commodity", "from_region", "to_region", "year"),
    ),
    ResultTable(
        "line_accounts", "What lines and canals earn with what goes over them, who pays them, and who gets what is left of their cost.", "线路与输水账户：收入、付款方、成本与阻塞租金的分配。",
        (
            *texts("commodity", "from_region", "to_region"), YEAR, number("value", "", "What goes over the line in this direction and is paid for under this name", "该方向经线路输送、以此名目付款的量"), UNIT,
            number("value_received", _MONEY, "Worth of what arrives, at the prices where it arrives", "到达量按受端价格的价值"),
            number("value_given", _MONEY, "Worth of what is sent, at the prices where it leaves", "送出量按送端价格的价值"),
            number("paid_from", _MONEY, "What the sending region pays the line", "送方付给线路"), number("paid_to", _MONEY, "What the receiving region pays the line", "受方付给线路"),
            number("cost", _MONEY, "Cost of the line as posted to money, given back to who posted it; falls on what earns it", "线路成本（资金账户所记），退还给承担者；按收入分摊"),
            number("cost_from", _MONEY, "Of it posted by the sending region", "其中送方所记"), number("cost_to", _MONEY, "Of it posted by the receiving region", "其中受方所记"),
            number("rent", _MONEY, "Congestion rent: what the line earns above its cost; below zero where it does not earn it", "阻塞租金：超出成本的收入；不足时为负"),
            number("rent_from", _MONEY, "Of it to the sending region (line_owner_share)", "其中归送方"), number("rent_to", _MONEY, "Of it to the receiving region", "其中归受方"),
        ),
        ("commodity", "from_region", "to_region", "year"),
    ),
    ResultTable(
        "burden", "Who bears what: what each region spends and gets, pays and is paid, beside another plan.", "负担：各地区的支出、收入、付款与结算（与另一方案对照）。",
        (
            *texts("region", "region_group"), text("item", "What is borne: own spending and revenue, payments for each commodity, carbon, and the net of all", "项目：自身支出与收入、各品种付款、碳结算及合计"),
            text("basis", "total, per_gdp (in % of the product) or per_head", "total 总量，per_gdp 占生产总值，per_head 人均"), YEAR,
            number("value", "", "What it bears more than in the plan beside, or, where there is none, what it bears; below zero it gets", "较对照方案多负担的量；无对照时为本方案负担；负值为净得"), UNIT,
            number("own", "", "In this plan", "本方案"), number("baseline", "", "In the plan beside; blank: there is none", "对照方案；空白为无"),
            text("against", "Scenario of the plan beside (setting `burden_baseline`); blank: there is none", "对照情景（设置 `burden_baseline`）；空白为无"),
        ),
        ("region", "item", "basis", "year"),
    ),
    ResultTable(
        "fiscal", "What a region's own revenue pays of its expenditure, before and after what regions pay one another.", "地方财力：本级收入占支出的比例（地区间收付前后）。",
        (
            *texts("region", "region_group"), YEAR, number("revenue", _MONEY, "Own public revenue, growing with the product", "本级公共收入（随生产总值增长）"), number("expenditure", _MONEY, "Public expenditure, growing with the product", "公共支出（随生产总值增长）"),
            number("received", _MONEY, "What the region is paid for goods, lines and carbon, less what it pays", "因商品、线路与碳净收到的金额"),
            number("capacity_before", "1", "Revenue over expenditure", "收入与支出之比"), number("capacity_after", "1", "The same with what is received counted as revenue", "计入净收到金额后的比例"),
        ),
        ("region", "year"),
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
        "stocks", "Carbon of each pool at the milestone; soil is a deficit against its equilibrium.", "里程碑年各碳库；土壤为相对平衡的亏缺。",
        (*texts("region", "pool"), YEAR, number("value", "Mt C", "Carbon at the milestone", "里程碑年碳量"), UNIT), ("region", "pool", "year"),
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
        "changed", "What the scenario and one-off changes (`--set`) change of the input, against the scenario `reference` of the workbook as it stands in the file; no rows: nothing.",
        "本情景与一次性修改（`--set`）对输入的改动，对照工作簿文件中的情景 `reference`；无数据行即无改动。",
        (
            text("sheet", "Sheet of the input", "输入表"), text("key", "Key columns of the row, written as the selector of a scenario", "该行的键，写法同情景的选择器"),
            text("column", "Column; `value` in a year table and in `settings`; `active` where rows are switched on or off", "列；年份表与 `settings` 为 `value`；启用或停用行时为 `active`"),
            Field("year", "integer", said=("Year of a year table; blank: the cell is of no year", "年份表的年份；空白为与年份无关")),
            text("before", "Number or word in the reference; blank: none; of `active` 1 or 0", "参考情景中的数值或文字；空白为无；`active` 为 1 或 0"),
            text("after", "The same in this run", "本次运行中的数值或文字"), text("unit", "Unit of both numbers, that of the dictionary; blank: words", "两个数值的单位（数据字典单位）；空白为文字"),
            text("cell", "Cell of the workbook that is changed; blank: a year between two columns, or a default", "被改动的单元格；空白为两列之间的年份或默认值"),
        ),
        ("sheet", "key", "column", "year"), ordered=False,
    ),
    ResultTable(
        "dearest_estimates", "Which ranges of the input move cost, CO2 price and sink most, one at a time; no rows: no sweep of these regions is known.",
        "输入中哪些区间对成本、二氧化碳价格与碳汇影响最大（逐一变动）；无数据行即没有这些地区的试算。",
        (
            text("indicator", "What is moved: discounted cost, CO2 price of the last year, sink of the last ten years", "受影响的指标：贴现成本、末年二氧化碳价格、最后十年碳汇"),
            text("detail", "Year, where the measure is of one", "指标所属年份"), Field("rank", "integer"), text("range", "Range of the sheet `ranges`", "工作表 `ranges` 中的区间"),
            number("base", "", "Measure in the plan that was swept", "试算基准方案的指标值"), number("at_low", "", "Measure with the range at its low", "区间取最低值时的指标"),
            number("at_high", "", "Measure with the range at its high", "区间取最高值时的指标"), number("swing", "", "Greatest less least of these three", "三者最大与最小之差"), UNIT,
            number("range_low", "", "Low of the range", "区间最低值", beside="range_unit"), number("range_high", "", "High of the range", "区间最高值", beside="range_unit"),
            *texts("range_unit"), text("sheet", "Sheet of the first cell that the range moves", "区间变动的首个单元格所在表"), text("cell", "That cell; blank in a book made in code", "该单元格；代码生成的工作簿为空白"),
            *texts("quality", "source"), text("sweep", "own_sweep: of this plan; shipped_sweep: of the reference of the shipped workbook of these regions", "own_sweep 为本方案的试算；shipped_sweep 为同地区随附工作簿参考情景的试算"),
        ),
        ("indicator", "range"), ordered=False,
    ),
    ResultTable(
        "sources", "Which sources and qualities stand behind each table of the workbook.", "工作簿各表背后的来源与质量。",
        (
            text("table", "Sheet of the workbook", "工作簿的表"), *texts("source", "quality"), Field("rows", "integer"),
        ),
        ("table", "source", "quality"),
    ),
)  # fmt: skip

#: In what order the tables are read; what is not named here, as the table of a new lever, follows.
READING_ORDER = (
    "allocation", "carbon", "additionality", "forest", "land", "land_transitions", "water", "streams", "methane", "diversion_account", "money", "funds",
    "power", "curtailment", "power_balance", "primary_energy", "non_fossil_share", "industry", "trade", "line_accounts", "allowances", "carbon_market", "burden", "fiscal", "work", "limits", "gaps", "objective", "certificate", "by_group", "by_district",
    "roadmap", "stocks", "wood", "planting", "regeneration", "partial_cutting", "harvest_value", "grassland", "siting", "transmission",
    "prices", "calibration", "published_levels", "consistency", "paper_measures", "changed", "dearest_estimates", "sources",
)  # fmt: skip


def _in_reading_order() -> dict[str, ResultTable]:
    tables = {table.name: table for table in (*_ALL, *registry.results())}
    return {name: tables[name] for name in dict.fromkeys((*READING_ORDER, *tables))}


TABLES = _in_reading_order()


def conform(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` with exactly the declared columns and types of table ``name``, rows in stable order of first keys.

    Raises KeyError when a declared column is missing.
    """
    return _typed(name, frame[TABLES[name].columns]).reset_index(drop=True) if len(frame) else _empty(name).copy()


def _typed(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype({field.name: _DTYPES[field.type] for field in TABLES[name].fields})


@cache
def _empty(name: str) -> pd.DataFrame:
    """The table without rows: a small model has dozens of them."""
    return _typed(name, pd.DataFrame({column: [] for column in TABLES[name].columns}))
