"""Words of what is told of the source paper: how each figure of the sheet ``consistency`` is found, its verdicts, and its measures.

Limits: words only; the rules themselves stand in ``claim_rules``.
"""

from __future__ import annotations

CLAIM_WORDS: dict[str, tuple[str, str]] = {
    "rule_none": ("–", "–"),
    "rule_carbon_to_co2": ("carbon × 44/12", "碳×44/12"),
    "rule_co2_share_of_emissions": ("carbon × 44/12 over base_year_emissions", "碳×44/12除以base_year_emissions"),
    "rule_sum": ("sum of the paper's two figures", "论文两数之和"),
    "rule_ratio": ("quotient of the paper's two figures", "论文两数之比"),
    "rule_quotient": ("the paper's figure over its years", "论文数值除以年数"),
    "rule_land_area": ("sheet land, sum of the class", "land表该地类合计"),
    "rule_growing_stock": ("sheet forest_inventory, sum of volume", "forest_inventory表蓄积合计"),
    "rule_quota_share": ("quota × years over the volume of forest_inventory", "限额×年数除以forest_inventory蓄积"),
    "rule_old_stand_area": ("sheet forest_area, mature and over-mature", "forest_area表成熟与过熟林"),
    "rule_old_stand_share": ("the same over forest_area, or over the forest stated", "同上，除以forest_area合计或所述森林面积"),
    "rule_highest_cover": ("forest_area over land, highest of the regions named", "forest_area除以land，取所列地区最高值"),
    "rule_grassland_mean_rate": ("table carbon, grassland sinks of the first period over sheet grassland", "carbon表首个时期草地碳汇除以grassland面积"),
    "rule_national_sink": ("table carbon, all sinks of the first period", "carbon表首个时期全部碳汇"),
    "rule_opened_area": ("diversion_phases.opened_land × opened_land.share, first phase", "diversion_phases.opened_land×opened_land.share（一期）"),
    "rule_opened_water": ("the same × opened_land.irrigation", "同上×opened_land.irrigation"),
    "rule_canal_abatement": ("table diversion_account, panels at the base factor, largest year", "diversion_account表渠道光伏折算，最大年份"),
    "verdict_agrees": ("agrees", "一致"),
    "verdict_differs": ("does not agree", "不一致"),
    "verdict_unchecked": ("can not be checked", "无法核对"),
    "sheet_consistency": ("The source paper's figures, checked", "论文数值核对"),
    "lead_consistency": (
        "Figures of the source paper (FAN2022) beside ours, computed from the workbook or the plan when this report was written. {agrees} agree, {differs} do not, {unchecked} can not be checked here.",
        "论文（FAN2022）数值与本模型数值对照；后者在生成报告时由工作簿或方案计算。一致{agrees}项，不一致{differs}项，无法核对{unchecked}项。",
    ),
    "claim": ("The paper says", "论文表述"), "section": ("Section", "章节"), "figure": ("Paper", "论文"), "ours": ("Ours", "本模型"),
    "verdict": ("Verdict", "结论"), "claim_why": ("Why", "原因"), "claim_rule": ("How ours is found", "本模型数值来源"),
    "sheet_paper_measures": ("The source paper's measures, row by row", "论文措施逐项对应"),
    "lead_paper_measures": (
        "What the source paper (FAN2022) proposes, in our words, and what in this model stands for it. {yes} can be done here, {part} in part, {no} not.",
        "论文（FAN2022）提出的措施（本项目表述）及其在本模型中的对应。可实现{yes}项，部分实现{part}项，未实现{no}项。",
    ),
    "measure_proposed": ("The paper proposes", "论文提出"), "stands_for": ("What stands for it", "模型中的对应"),
    "measure_status": ("Can be done", "是否实现"), "measure_why": ("What is missing", "缺失部分"),
    "done_yes": ("yes", "是"), "done_part": ("in part", "部分"), "done_no": ("no", "否"),
}  # fmt: skip
