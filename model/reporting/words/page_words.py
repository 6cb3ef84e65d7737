"""Words that only the page has: controls of the map and of the searchable lists, two languages.

Limits: everything else comes from the words of the report workbook and from ``texts``.
"""

from __future__ import annotations

PAGE_WORDS: dict[str, tuple[str, str]] = {
    "map": ("Map of the regions", "地区图"),
    "map_lead": (
        "Every region is a square of equal size in roughly geographic order. Choose what colours them; click a square for all its numbers.",
        "每个地区为等大方格，按大致地理位置排列。选择着色指标；点击方格查看该地区全部数值。",
    ),
    "map_quantity": ("Coloured by", "着色指标"),
    "map_year": ("Year", "年份"),
    "map_none": ("no value", "无数值"),
    "map_net": ("Net emissions, strict account", "净排放（严格账户）"),
    "list_search": ("Search in all columns", "在所有列中查找"),
    "list_binding": ("only limits that bind", "仅显示起约束作用的限值"),
    "list_found": ("{shown} of {found} rows shown", "显示{found}行中的{shown}行"),
    "land_levers": ("Forest, planting, grassland", "采伐、造林与草地"),
    "limits": ("Limits and their prices", "限值及其价格"),
    "limits_lead": (
        "Every limit that the input workbook sets, by the gain of relaxing each by 1 % of the activity it rules, with the cell that sets it.",
        "输入工作簿中的全部限值，按活动量放宽1%的目标改进排序，并给出所在单元格。",
    ),
    "trust": ("Sources, calibration, identities", "数据来源、校验与恒等式"),
    "numbers": ("Numbers", "数据表"),
    "rows_of": ("Rows", "行数"),
    "price_mean": ("Time slices are averaged.", "分时段价格取平均。"),
}


#: Identities in Chinese; in English their names read as they stand.
IDENTITY_WORDS: dict[str, str] = {
    "land_by_class": "各地类面积平衡", "land_transfers_conserve_area": "地类转换面积守恒", "land_transitions_add_up": "地类转换与各类面积相符",
    "forest_stands_fill_their_land": "林分面积等于所占林地",
    "age_classes_sum_to_strata": "各龄级之和等于分层", "forest_area_is_conserved": "森林面积守恒", "forest_forward_simulation": "森林逐期模拟复核",
    "additionality_adds_up": "额外碳汇与碳账户相符", "stock_change_is_sink": "碳储量变化等于碳汇", "wood_balance": "木材平衡", "pools_follow_their_inflow": "碳库随流入变化",
    "plantings_hold_their_land": "造林面积等于所占林地", "living_pools_are_the_stands": "活体碳库等于林分碳量", "forest_without_levers": "无措施森林模拟复核",
    "water_by_zone": "分区水量平衡", "streams_of_zones": "分区径流平衡", "diversion_in_accounts": "调水账户与各账一致", "power_by_slice": "分时段电力平衡", "primary_energy_adds_up": "一次能源各来源之和", "power_trade": "输电收支平衡", "money_in_is_money_out": "资金收支相等",
    "nation_is_sum_of_regions": "全国等于各地区之和", "strict_account_and_targets": "严格账户与目标", "carbon_targets_met": "碳目标均已满足", "carbon_price_is_its_parts": "碳价等于其构成之和", "pledges_met": "能源、装机与森林目标均已满足", "methane_is_a_memo": "甲烷不计入目标", "industry_meets_demand": "工业产出满足需求",
    "abatement_listed_once": "减排量不重复计", "captured_is_stored": "捕集量等于封存量", "objective_is_sum_of_parts": "目标函数等于各项之和",
    "primal_is_dual": "原问题与对偶相等",
}  # fmt: skip


def page_word(key: str, lang: str) -> str:
    """A word of the page."""
    english, chinese = PAGE_WORDS[key]
    return chinese if lang == "zh" else english
