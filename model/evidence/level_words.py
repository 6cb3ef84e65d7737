"""Words of the block of published stocks and sinks on the sheet ``calibration``, in English and Chinese.

Limits: words only; verdicts and reasons are found in ``level_rules``.
"""

from __future__ import annotations

LEVEL_WORDS: dict[str, tuple[str, str]] = {
    "published_levels": ("Published stocks and sinks of forest and grassland", "森林与草地储量和碳汇公布值对照"),
    "published": ("Published", "公布值"),
    "window": ("Period", "时段"),
    "window_base": ("base year", "基年"),
    "window_first": ("first period", "首期"),
    "window_mean": ("whole horizon, mean", "全期平均"),
    "window_last": ("last period", "末期"),
    "level_new": ("New measures", "新增措施"),
    "level_reason": ("Why, and what differs in definition", "原因与口径差异"),
    "level_within": ("within", "在范围内"),
    "level_below": ("below", "低于"),
    "level_above": ("above", "高于"),
    "level_no_figure": ("no published figure", "无公布值"),
    "level_not_held": ("not in the model", "模型不含"),
    "level_fells": ("Without felling and planting it would be {uncut}: what is felled makes the difference", "不采伐不造林时为{uncut}：差异来自采伐"),
    "level_grows_slowly": ("Without felling and planting it would be {uncut}, below too: growth and losses of the stands, which age", "不采伐不造林时为{uncut}，仍低于该范围：取决于林分老化后的生长与损失"),
    "level_grows_faster": ("Without felling and planting it would be {uncut}: stands grow faster, or planting adds", "不采伐不造林时为{uncut}：林分生长较快或造林增加"),
    "level_group_area": ("Age groups narrower than a class lie in the next one", "窄于龄级的龄组计入相邻龄组"),
    "level_group_density": ("Volume per hectare of the growth curves at this age; the total is calibrated, age groups are not", "该龄组生长曲线的单位蓄积；仅总量经校准，分龄组未校准"),
    "level_carbon_per_volume": ("The growing stock meets the inventory, so carbon per volume or the scope differs", "蓄积与清查一致，差异在于单位蓄积含碳量或口径"),
    "level_largest_untreated": ("Largest part: loss of untreated land", "主要组成：未治理草地损失"),
    "level_largest_in_force": ("Largest part: measures in force, which end at saturation", "主要组成：已实施措施，至饱和为止"),
    "level_largest_new": ("Largest part: new measures", "主要组成：新增措施"),
}  # fmt: skip
