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
    "burden_lead": ("What regions spend, what they pay one another and what carbon is settled for, by region group.", "各地区组的支出、相互付款与碳结算。"),
    "limits_lead": (
        "Every limit that the input workbook sets, by the gain of relaxing each by 1 % of the activity it rules, with the cell that sets it.",
        "输入工作簿中的全部限值，按活动量放宽1%的目标改进排序，并给出所在单元格。",
    ),
    "trust": ("Sources, calibration, identities", "数据来源、校验与恒等式"),
    "numbers": ("Numbers", "数据表"),
    "rows_of": ("Rows", "行数"),
    "price_mean": ("Time slices are averaged.", "分时段价格取平均。"),
}


def page_word(key: str, lang: str) -> str:
    """A word of the page."""
    english, chinese = PAGE_WORDS[key]
    return chinese if lang == "zh" else english
