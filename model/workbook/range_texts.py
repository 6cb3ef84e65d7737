"""The wording of findings about the sheet ``ranges``, in both languages.

Limits: only texts; who says them and when stands in ``ranges`` and ``ranged``.
"""

from __future__ import annotations

from .text_kinds import error

RANGES = {
    "range_name": error(
        "the name of the range {name!r} is not allowed", "1 to 40 of a-z 0-9 _", "区间名称 {name!r} 不允许", "应为 1 至 40 个 a-z 0-9 _"
    ),
    "range_number": error(
        "{name} of the range is {value!r}, which is no number", "a number", "区间的 {name} 为 {value!r}，不是数字", "应为数字"
    ),
    "range_order": error(
        "low {low}, central {central} and high {high} are not in this order", "low <= central <= high", "low {low}、central {central}、high {high} 次序不对", "应有 low <= central <= high"
    ),
    "range_distribution": error(
        "unknown distribution {value!r}", "one of {choices}; the nearest is {nearest}", "未知分布 {value!r}", "应为 {choices} 之一，最接近的是 {nearest}"
    ),
    "range_rows": error(
        "{column} {value!r} is not that of the first row of the range {name} ({first!r})", "the same in all rows of a range, or a blank cell",
        "{column} {value!r} 与区间 {name} 第一行的 {first!r} 不同", "同一区间各行应相同，或留空",
    ),
    "range_not_number": error(
        "{column} of {sheet} holds no amount that could lie in a range", "a column of numbers", "{sheet} 的 {column} 不是数值列，不能设区间", "应为数值列"
    ),
    "range_central": error(
        "the cells that are set hold different numbers: nobody knows which is central", "a number in central, or the operation multiply",
        "被设定的单元格数值各不相同，无法得知 central", "请填写 central，或使用 multiply",
    ),
    "range_unknown": error("there is no range {name!r}", "the nearest known range is {nearest}", "没有区间 {name!r}", "最接近的区间为 {nearest}"),
    "range_share": error(
        "{value} is no share of the range {name}", "0 (low) to 1 (high)", "{value} 不是区间 {name} 中的位置", "应在 0（low）与 1（high）之间"
    ),
}
