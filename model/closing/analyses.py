"""The analyses that the sheet ``analyses`` can switch on, each with the settings that it takes.

To add one: declare it here, write ``model/analysis/<name>.py`` with ``run(task)``, name it in ``model.analysis.run``.

Limits: declarations only, so that a workbook is read and checked without what an analysis loads.
"""

from __future__ import annotations

from ..core.declare.schema import AnalysisInfo
from ..core.declare.spec import FIRST_YEAR, LAST_YEAR, Setting

WEST_LINE = AnalysisInfo(
    "west_line",
    en="The West line: with and without it, and at which value of water and of carbon it pays",
    zh="西线调水：有无对比，以及水价值与碳价值的盈亏平衡点",
    settings=(
        Setting("precision", "1", "number", 0.02, low=0.0001, high=0.5, en="Width to which a break-even value is closed in, as a share of it", zh="盈亏平衡值的相对精度"),
        Setting("largest_carbon_value", "CNY/t CO2", "number", 2000.0, low=1, high=100000, en="Highest value of carbon that is tried", zh="碳价值试算上限"),
        Setting("most_solves", "1", "integer", 8.0, low=1, high=100, en="Most solves for each break-even value", zh="每个盈亏平衡值的最多求解次数"),
    ),
)

RENEWAL = AnalysisInfo(
    "renewal",
    en="Renewal of the forest: does felling over-mature stands raise the sink of later years?",
    zh="森林更新：采伐过熟林能否提高后期碳汇？",
    settings=(
        Setting("first_year", "calendar year", "integer", 2050.0, low=FIRST_YEAR, high=LAST_YEAR, en="Milestone year in which the decade that is compared begins", zh="比较时段起始里程碑年"),
        Setting("last_year", "calendar year", "integer", 2060.0, low=FIRST_YEAR, high=LAST_YEAR, en="Milestone year in which it ends", zh="比较时段结束里程碑年"),
        Setting("points", "1", "integer", 5.0, low=2, high=50, en="Points of each range, ends included", zh="每个区间的取点数（含端点）"),
        Setting("over_mature_loss_low", "1", "number", 0.4, low=0, high=20, en="Least factor on the loss of over-mature stands (loss_over_mature)", zh="过熟林损失率系数下限"),
        Setting("over_mature_loss_high", "1", "number", 2.0, low=0, high=20, en="Greatest factor on the loss of over-mature stands", zh="过熟林损失率系数上限"),
        Setting("soil_loss_low", "1", "number", 0.0, low=0, high=20, en="Least factor on the soil carbon lost after a clearcut (soil_loss_fraction)", zh="皆伐后土壤碳损失系数下限"),
        Setting("soil_loss_high", "1", "number", 3.0, low=0, high=20, en="Greatest factor on the soil carbon lost after a clearcut", zh="皆伐后土壤碳损失系数上限"),
        Setting("product_life_low", "1", "number", 0.25, low=0.01, high=100, en="Least factor on the half-life of wood products", zh="木质林产品半衰期系数下限"),
        Setting("product_life_high", "1", "number", 4.0, low=0.01, high=100, en="Greatest factor on the half-life of wood products", zh="木质林产品半衰期系数上限"),
        Setting("smallest_change", "Mt CO2/yr", "number", 0.1, low=0, high=100, en="Change of the national sink below which it counts as unchanged", zh="低于此值视为碳汇不变"),
        Setting("precision", "1", "number", 0.02, low=0.0001, high=0.5, en="Width to which a turning point is closed in, as a share of it", zh="转折点的相对精度"),
        Setting("most_solves", "1", "integer", 8.0, low=1, high=100, en="Most points tried for each turning point", zh="每个转折点的最多试算次数"),
    ),
)  # fmt: skip

#: How a national target is divided into entitlements.
GRANDFATHERED, PER_GDP, PER_HEAD = ENTITLEMENT_RULES = ("grandfathered", "per_gdp", "per_head")

COMPENSATION = AnalysisInfo(
    "compensation",
    en="Compensation between region groups: what it saves to be neutral together, and who pays whom how much",
    zh="地区间补偿：共同中和节省多少，谁补偿谁、补偿多少",
    settings=(
        Setting("entitlement", "", "text", GRANDFATHERED, choices=ENTITLEMENT_RULES, en="Rule that divides the national net targets: share of base-year emissions, of the product or of the people of the target's year", zh="全国净排放目标的分配规则：按基年排放、目标年地区生产总值或人口的份额"),
        Setting("miss_price", "CNY/t CO2", "number", 5000.0, low=0.01, high=1000000, en="Price of a tonne by which a group or several together miss what they are entitled to", zh="单独或联合未达配额时每吨的价格"),
    ),
)  # fmt: skip

PRICE_INTERVALS = AnalysisInfo(
    "price_intervals",
    en="Between which amounts payments between regions and the CO2 price may lie: prices of a plan need not be unique",
    zh="地区间付款与CO2价格的可能区间：同一方案的价格未必唯一",
    settings=(
        Setting("most_intervals", "1", "integer", 300.0, low=1, high=100000, en="Most intervals that are looked for, two short solves each; CO2 prices first, then the largest payments", zh="最多求取的区间数（每个约需两次短求解）：先CO2价格，后按付款额从大到小"),
    ),
)  # fmt: skip

#: How rows of the nation that are no divided target are divided.
AS_PLANNED, BY_ENTITLEMENT = NATIONAL_ROWS = ("as_planned", "by_entitlement")

OWEN = AnalysisInfo(
    "owen",
    en="Who bears what of the cost when every region is paid and pays at the prices of the plan, and whether any coalition of regions could do better by itself",
    zh="按方案价格结算时各地区各负担多少成本，以及是否有地区联盟单独行动更有利",
    settings=(
        Setting("entitlement", "", "text", GRANDFATHERED, choices=ENTITLEMENT_RULES, en="Rule that divides what is national among the regions: share of base-year emissions, of the product or of the people of the year", zh="全国事项在地区间的分配规则：按基年排放、当年地区生产总值或人口的份额"),
        Setting("national_rows", "", "text", AS_PLANNED, choices=NATIONAL_ROWS, en="National limits other than net targets belong to the regions by what each does for them in the plan (as_planned), or by the rule of entitlement (by_entitlement)", zh="净排放目标以外的全国约束：按各地区在方案中的实际份额（as_planned）或按分配规则（by_entitlement）归属"),
        Setting("coalitions", "1", "integer", 30.0, low=1, high=1000, en="Coalitions that are solved by themselves: region groups, grid regions, then random ones; all where there are no more", zh="单独求解的联盟数：先地区组、电网区，后随机抽取；总数不超过此值时全部求解"),
        Setting("largest", "1", "integer", 8.0, low=2, high=100, en="Most regions of a random coalition", zh="随机联盟的最多地区数"),
        Setting("seed", "1", "integer", 1.0, low=0, high=1000000, en="Number from which random coalitions are drawn", zh="随机抽取联盟的种子数"),
        Setting("seconds", "s", "number", 300.0, low=1, high=100000, en="Seconds after which a coalition is given up", zh="每个联盟的求解时限（秒）"),
    ),
)  # fmt: skip

#: What a planner who does not see to the end knows of carbon targets beyond: the way to them, or nothing until they are in sight.
FROM_START, IN_SIGHT = TARGETS_KNOWN = ("from_start", "in_sight")
#: Years ahead that may be asked for.
YEARS_AHEAD = ("5", "10", "15", "20", "25", "30", "40")

ROLLING = AnalysisInfo(
    "rolling",
    en="Announced and re-planned: what becomes of the plan when it is made anew at every milestone with little foresight",
    zh="公布方案与滚动重订：远见有限、逐期重订时方案会变成什么样",
    settings=(
        Setting("foresight", "yr", "text", "10;15;20", choices=YEARS_AHEAD, several=True, en="Years that a planner looks ahead; several parted by a semicolon", zh="规划者预见的年数；可用分号列举多个"),
        Setting("target_known", "", "text", "from_start;in_sight", choices=TARGETS_KNOWN, several=True, en="Carbon targets beyond sight: known from the start as the straight way to them, or unknown until in sight; both parted by a semicolon", zh="视野之外的碳目标：from_start 自始已知（按直线路径），in_sight 进入视野后方知；可用分号同列"),
        Setting("miss_price", "CNY/t CO2", "number", 5000.0, low=0.01, high=1000000, en="Price of a tonne of CO2 by which a re-planned step misses a target on carbon, climate or energy without a price of its own", zh="滚动重订时未达碳、气候或能源目标（本身无价格者）每吨CO2的价格"),
    ),
)  # fmt: skip

#: The budget by which every group of costs may turn against the plan.
ALL_GROUPS = "all"

#: Where it is taken from how far costs may be off.
BY_RANGES, BY_SHARE = HOW_FAR = ("ranges", "share")

ROBUST = AnalysisInfo(
    "robust",
    en="Robust plans: what it costs to be safe when some costs, nobody knows which, turn out otherwise",
    zh="稳健方案：部分成本（未知哪些）偏离预期时，稳妥的代价",
    settings=(
        Setting("by", "", "text", BY_RANGES, choices=HOW_FAR, en="How far costs may be off: ranges, those of the sheet ranges that move costs alone; share, every item of spending by the share deviation", zh="成本偏离幅度的来源：ranges 为 ranges 表中只影响成本的区间；share 为各支出项均按 deviation 比例"),
        Setting("deviation", "1", "number", 0.2, low=0.0001, high=0.95, en="Share by which each item of spending may be off, up or down, where by is share or no range moves costs alone", zh="by 为 share 或没有只影响成本的区间时，各支出项可能的偏离比例（上下均可）"),
        Setting("budgets", "1", "text", "1;2;5;10;all", choices=("0.5", "1", "2", "3", "4", "5", "7", "10", "15", "20", "30", ALL_GROUPS), several=True, en="How many groups of costs may turn against the plan at once; several parted by a semicolon", zh="同时恶化的成本组数；可用分号列举多个"),
    ),
)  # fmt: skip

STOCHASTIC = AnalysisInfo(
    "stochastic",
    en="Decisions before it is known which future comes: what they should be, and what knowing would be worth",
    zh="未知未来之前的决策：应如何决定，提前知道值多少",
    settings=(
        Setting("nodes", "", "text", "low_demand:0.3;reference:0.4;high_growth:0.3", en="Futures: scenarios of the workbook, each with its probability after a colon, parted by a semicolon; probabilities add up to 1", zh="未来情景：工作簿中的情景名，冒号后为概率，以分号分隔；概率之和为1"),
        Setting("agree_until", "calendar year", "integer", 2035.0, low=FIRST_YEAR, high=LAST_YEAR, en="Year up to which decisions are the same in all futures: it is not known before which one comes", zh="此年（含）之前各未来的决策一致：尚不知哪个未来会到来"),
    ),
)  # fmt: skip


#: What is told first of a year that was run through its days: items of the table ``full_year``.
UNSERVED, UNSERVED_SHARE, POWER_CO2, THERMAL_OUTPUT = "unserved", "unserved_share", "co2_of_power", "generation"

FULL_YEAR = AnalysisInfo(
    "full_year",
    en="Does the planned power system hold through every day of the year: its plants run over all of them in their order",
    zh="规划的电力系统能否逐日运行：按全年日序运行其机组",
    settings=(
        Setting("years", "", "text", "2030;2045;2060", en="Milestone years of the plan, with a semicolon between them", zh="规划里程碑年份，以分号分隔"),
    ),
)

#: Names of ranges, all of them where it is blank.
_RANGES = Setting("ranges", "", "text", "", en="Ranges that are tried, by name, with a semicolon between them; blank: all that are switched on", zh="试算的区间名称，用分号分隔；留空为全部启用的区间")

SENSITIVITY = AnalysisInfo(
    "sensitivity",
    en="Which of the numbers that are not known exactly move the plan most: every range to its low and to its high",
    zh="不确定的输入中哪些对方案影响最大：每个区间分别取最低与最高值",
    settings=(
        _RANGES,
        Setting("top", "1", "integer", 5.0, low=1, high=1000, en="Ranges listed for each measure", zh="每项指标列出的区间数"),
        Setting("least_move", "1", "number", 0.01, low=0, high=1, en="Share of its greatest amount by which an item must move to be listed", zh="列出的项目至少变动的比例（占其最大量）"),
    ),
)

MONTE_CARLO = AnalysisInfo(
    "monte_carlo",
    en="How sure the plan is: many draws between the lows and highs of the ranges, what they have in common, and which range matters",
    zh="方案的把握程度：在各区间内多次抽样，看共同之处与各区间的重要性",
    settings=(
        _RANGES,
        Setting("samples", "1", "integer", 300.0, low=2, high=100000, en="Draws, spread evenly over every range (Latin hypercube)", zh="抽样次数（拉丁超立方）"),
        Setting("seed", "1", "integer", 1.0, low=0, high=1000000, en="Number from which everything random is drawn", zh="随机数种子"),
        Setting("trajectories", "1", "integer", 0.0, low=0, high=1000, en="Trajectories of Morris beside the draws; 0: none", zh="Morris 轨迹数；0 为不做"),
        Setting("acts_above", "1", "number", 0.01, low=0, high=1, en="Share of its greatest amount in any draw above which an item acts", zh="项目视为采用的阈值（占各次抽样中最大量的比例）"),
        Setting("resamples", "1", "integer", 500.0, low=10, high=100000, en="Draws with replacement behind an interval (bootstrap)", zh="自助法重抽样次数"),
    ),
)  # fmt: skip


#: What a range is told of and where.
BY_LEVER, BY_ITEM = TOLD_BY = ("lever", "item")
BY_GROUP, BY_REGION = PLACES = ("region_group", "region")

NEAR_OPTIMAL = AnalysisInfo(
    "near_optimal",
    en="What every plan near the cheapest does, what may be left or chosen, and plans that differ from it: least and most of each lever by place and decade",
    zh="接近最低成本的方案：各措施分地区、分年代的最小值与最大值，哪些必选、可选、回避，以及差异较大的备选方案",
    settings=(
        Setting("slack", "1", "number", 0.01, low=0.0001, high=1, en="Share of the extra cost over the scenario burden_baseline within which the ranges of all places and decades lie", zh="各地区各年代区间所用的幅度：占相对 burden_baseline 情景额外成本的比例"),
        Setting("second_slack", "1", "number", 0.05, low=0, high=1, en="A further share, for the nation in the last decade; 0: none", zh="第二幅度，仅用于全国最后一个十年；0为不用"),
        Setting("third_slack", "1", "number", 0.1, low=0, high=1, en="A further share, for the nation in the last decade; 0: none", zh="第三幅度，仅用于全国最后一个十年；0为不用"),
        Setting("by", "", "text", BY_LEVER, choices=TOLD_BY, en="Ranges of whole levers, or of each technology, measure, ... (item)", zh="按措施（lever）或按其中各技术、各项目（item）求取区间"),
        Setting("place", "", "text", BY_GROUP, choices=PLACES, en="Ranges by region group or by region", zh="按地区组或按地区求取区间"),
        Setting("threshold", "1", "number", 0.02, low=0, high=0.5, en="Share of the greatest amount of a lever in its place in any decade up to which an amount counts as nothing in the menu", zh="菜单中视为零的界限：占该措施在该地各年代最大量的比例"),
        Setting("most_ranges", "1", "integer", 60.0, low=1, high=100000, en="Most ranges that are looked for, two solves each: the nation first, then those that are most of their lever", zh="最多求取的区间数（每个两次求解）：先全国，后按占措施总量的大小"),
        Setting("most_steps", "1", "integer", 20000.0, low=100, high=10000000, en="Simplex steps after which an end of a range is given up and what was reached is told", zh="单次求解的单纯形步数上限，超过则给出已达到的值"),
        Setting("alternatives", "1", "integer", 3.0, low=0, high=100, en="Plans that differ from the cheapest and from one another, within the largest share", zh="最大幅度内的备选方案数"),
        Setting("seed", "1", "integer", 1.0, low=0, high=1000000, en="Number from which the directions of the alternatives are drawn", zh="抽取备选方案方向的种子数"),
    ),
)  # fmt: skip

#: What cost is held against.
CUMULATIVE_CO2, SINKS, WATER, LAND, BURDEN, PEAK = AGAINST = ("cumulative_co2", "sinks", "water", "land", "burden", "peak")

PARETO = AnalysisInfo(
    "pareto",
    en="What less CO2, more sink, less water or land, a smaller largest burden or a lower peak costs: plans between the cheapest and the best of the quantity",
    zh="减少累计CO2、增加碳汇、少用水或地、降低最大负担或峰值的代价：最低成本与该量最优之间的方案",
    settings=(
        Setting("against", "", "text", CUMULATIVE_CO2, choices=AGAINST, en="Quantity that cost is held against", zh="与成本权衡的量"),
        Setting("points", "1", "integer", 6.0, low=2, high=100, en="Points of the front, both ends included", zh="前沿的点数（含两端）"),
        Setting("most_steps", "1", "integer", 30000.0, low=100, high=10000000, en="Simplex steps after which a point is given up", zh="每个点的单纯形步数上限"),
    ),
)  # fmt: skip

ANALYSES: dict[str, AnalysisInfo] = {
    info.name: info
    for info in (
        SENSITIVITY, MONTE_CARLO, NEAR_OPTIMAL, PARETO, ROLLING, STOCHASTIC, ROBUST, PRICE_INTERVALS, COMPENSATION, OWEN, WEST_LINE, RENEWAL, FULL_YEAR,
    )
}  # fmt: skip
