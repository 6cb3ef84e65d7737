"""Words of published pathways beside ours, in English and Chinese: quantities, items, verdicts, reasons, the sentences of the first screen.

Limits: words only; verdicts and reasons are found in ``table`` and ``reasons``.
"""

from __future__ import annotations

from .published import DRAWN

#: Between the keys of a quantity and an item.
PAIR = "pathway_{}__{}"

QUANTITY_WORDS: dict[str, tuple[str, str]] = {
    "co2": ("CO₂ of energy and industry", "能源与工业CO₂"), "net_co2": ("Net CO₂, sinks included", "净CO₂（含碳汇）"), "co2_change_2019": ("Change of CO₂ since 2019", "CO₂较2019年变化"),
    "co2_change_2020": ("Change of CO₂ since 2020", "CO₂较2020年变化"), "co2_change_2023": ("Change of CO₂ since 2023", "CO₂较2023年变化"), "generation": ("Generation", "发电量"),
    "load": ("Use of power", "用电量"), "capacity": ("Capacity", "装机"), "capacity_added_2024": ("Capacity added since 2024", "2024年以来新增装机"),
    "capacity_added_2025": ("Capacity added since 2025", "2025年以来新增装机"), "share_generation": ("Share of generation", "发电占比"), "share_capacity": ("Share of capacity", "装机占比"),
    "share_primary": ("Share of primary energy", "一次能源占比"), "primary_energy": ("Primary energy", "一次能源"), "final_energy": ("Final energy", "终端能源"), "fuel_demand": ("Fuel demand", "燃料需求"),
    "fuel_change": ("Change of fuel demand", "燃料需求变化"), "hydrogen": ("Hydrogen", "氢能"), "capture": ("CO₂ captured", "CO₂捕集"), "land_sink": ("Sink of land", "陆地碳汇"),
    "land_sink_cumulative": ("Sink since the base year", "基年以来累计碳汇"), "co2_price": ("CO₂ price", "CO₂价格"), "co2_intensity_change": ("Change of CO₂ per GDP", "单位GDP碳排放变化"),
    "ghg_change": ("Change of greenhouse gases", "温室气体变化"), "against_no_policy": ("Against a path without policy", "相对无政策路径"),
}  # fmt: skip
ITEM_WORDS: dict[str, tuple[str, str]] = {
    "total": ("total", "合计"), "total_before_capture": ("total before capture", "合计（捕集前）"), "power": ("power", "电力"), "power_and_heat": ("power and heat", "电力与供热"), "heat": ("heat", "供热"),
    "industry": ("industry", "工业"), "buildings": ("buildings", "建筑"), "transport": ("transport", "交通"), "final_consumption": ("final consumption", "终端消费"), "coal": ("coal", "煤"),
    "coal_unabated": ("coal without capture", "煤电（无捕集）"), "coal_ccs": ("coal with capture", "煤电（有捕集）"), "coal_power_only": ("coal, power only", "煤电（纯发电）"), "gas": ("gas", "气"),
    "gas_ccs": ("gas with capture", "气电（有捕集）"), "chp_ccs": ("heat and power with capture", "热电联产（有捕集）"), "biomass": ("biomass", "生物质"), "beccs": ("bioenergy with capture", "生物质（有捕集）"),
    "nuclear": ("nuclear", "核电"), "hydro": ("hydropower", "水电"), "pumped_hydro": ("pumped hydro", "抽水蓄能"), "wind": ("wind", "风电"), "wind_offshore": ("offshore wind", "海上风电"), "solar": ("solar", "太阳能"),
    "wind_and_solar": ("wind and solar", "风电与太阳能"), "renewables": ("renewables", "可再生能源"), "non_fossil": ("non-fossil", "非化石"), "fossil": ("fossil", "化石"), "oil": ("oil", "油"),
    "forest": ("forest", "森林"), "final_energy": ("final energy", "终端能源"), "captured_share": ("share of capture", "捕集贡献"),
}  # fmt: skip
DEFINITION_WORDS: dict[str, tuple[str, str]] = {
    "energy": ("energy", "能源"), "energy_process": ("energy and processes", "能源与工业过程"), "all_co2": ("all CO₂", "全部CO₂"), "before_capture": ("before capture", "捕集前"), "before_sinks": ("before sinks", "碳汇前"),
}  # fmt: skip

PATHWAY_WORDS: dict[str, tuple[str, str]] = {
    **{f"pathway_quantity_{key}": words for key, words in QUANTITY_WORDS.items()},
    **{f"pathway_item_{key}": words for key, words in ITEM_WORDS.items()},
    **{f"pathway_definition_{key}": words for key, words in DEFINITION_WORDS.items()},
    "sheet_pathways": ("Published pathways", "已发表路径对照"),
    "lead_pathways": (
        "Published national pathways and aims beside ours; a mean of a period is read between the middles of periods. Nothing is tuned to them: an input changes only for a source.",
        "已发表的全国路径与目标对照本模型；时期均值按时期中点内插。模型不向其调校：仅凭来源修改输入。",
    ),
    "pathways_tally": (
        "Inside: {inside} of {counted} rows of planned years with at least three publications and a band. All {total} rows: {parts}.",
        "规划年份中至少三个来源且有区间的{counted}行里，{inside}行在区间内。全部{total}行：{parts}。",
    ),
    "pathways_tally_part": ("{verdict} {count}", "{verdict}{count}"),
    "pathways_charts": ("Key quantities: published band and our path", "主要指标：公布区间与本模型路径"),
    "pathways_numbers": ("The numbers of the charts", "图中数据"),
    "pathways_list": ("Every row with its verdict and, outside, the reason", "各行结论及区间外原因"),
    "pathway_kind_policy": ("aim", "目标"), "pathway_pair": ("{quantity}: {item}", "{quantity}：{item}"),
    "pathway_low": ("Low", "下限"), "pathway_median": ("Median", "中位数"), "pathway_high": ("High", "上限"), "pathway_ours": ("Ours", "本模型"),
    "pathway_sources": ("Sources", "来源数"), "pathway_studies": ("Scenarios", "情景数"),
    "pathway_reason": ("Reason: what would move ours in, or why there is none", "原因：可使其移入的输入，或无数值的原因"), "pathway_names": ("Scenarios, and what totals count", "情景与口径"),
    "pathway_observed": ("Observed", "实际值"),
    "pathway_verdict_inside": ("inside", "区间内"), "pathway_verdict_below": ("below", "低于"), "pathway_verdict_above": ("above", "高于"),
    "pathway_verdict_not_computed": ("not computed", "未计算"), "pathway_verdict_outdated": ("outdated", "已过时"), "pathway_verdict_no_figure": ("nothing published", "无公布值"),
    "pathway_reason_limit": ("held by {limit} ({place}{year}), {cell}, worth {price}", "受{limit}约束（{place}{year}），{cell}，价值{price}"),
    "pathway_reason_room": ("goes as far as {limit} lets it ({place}{year}), {cell}", "已达{limit}上限（{place}{year}），{cell}"),
    "pathway_reason_target": ("asked for by the target {limit} ({place}{year}), {cell}, priced {price}", "由目标{limit}要求（{place}{year}），{cell}，价格{price}"),
    "pathway_reason_driver": ("no limit binds on it: {cell} decides", "无约束起作用：取决于{cell}"),
    "pathway_reason_scope": ("ours and theirs do not count the same; of ours {cell} decides", "口径不同；本模型部分取决于{cell}"),
    "pathway_reason_no_account": ("the model keeps no account of it", "模型无此账户"), "pathway_reason_not_split": ("not told apart in the model", "模型未细分"),
    "pathway_reason_no_baseline": ("a run without policy is needed", "需与无政策方案比较"), "pathway_reason_not_in_model": ("not in this model", "本模型不含"),
    "pathway_reason_outside_years": ("the plan has no such year", "方案无此年份"),
    "pathway_overtaken": ("overtaken by history: {names}", "已被历史超越：{names}"), "pathway_counts": ("counts {definitions}", "口径：{definitions}"),
    "say_pathways": (
        "Published pathways: ours lies inside in {inside} of {counted} rows of planned years with at least three publications (see there).",
        "已发表路径：规划年份中至少三个来源的{counted}行里，本模型有{inside}行在区间内（见该页）。",
    ),
    "say_pathway": ("{name}, {unit}: {parts}", "{name}（{unit}）：{parts}"),
    "say_pathway_inside": ("{ours} in {year}, inside the published {band}", "{year}年{ours}，在公布的{band}之内"),
    "say_pathway_below": ("{ours} in {year}, below the published {band}", "{year}年{ours}，低于公布的{band}"),
    "say_pathway_above": ("{ours} in {year}, above the published {band}", "{year}年{ours}，高于公布的{band}"),
    "say_pathway_reason": (" – {text}.", "——{text}。"),
    "say_pathway_end": (".", "。"),
}  # fmt: skip
#: Names of the drawn pairs and of the lines of a chart, as keys of items.
PATHWAY_ITEMS: dict[str, tuple[str, str]] = {
    **{
        PAIR.format(quantity, item): (f"{QUANTITY_WORDS[quantity][0]}: {ITEM_WORDS[item][0]}", f"{QUANTITY_WORDS[quantity][1]}：{ITEM_WORDS[item][1]}")
        for quantity, item in DRAWN
    },
    **{key: PATHWAY_WORDS[key] for key in ("pathway_low", "pathway_median", "pathway_high", "pathway_ours", "pathway_observed")},
}  # fmt: skip
