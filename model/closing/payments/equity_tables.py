"""The sheets ``burden_limits`` and ``burden_reference``, and the largest share of its product that a group spends.

Limits: declarations; what is made of them stands in ``equity``.
"""

from __future__ import annotations

from ...core.declare.spec import FIRST_YEAR, LAST_YEAR, Column, Table, Variable

SCOPE = "regions.region|group:{regions.region_group}"
BURDEN_LIMITS = Table(
    "burden_limits",
    (
        Column("bound", "", "text", key=True, free=True, absent="own", en="Name of the limit", zh="上限名称"),
        Column("scope", "", "text", ref=SCOPE, choices=("nation",), aggregate="first", en="Who is held: nation, group:west, group:industrial, group:developed or a region", zh="范围：nation、group:加地区类别，或地区代码"),
        Column("most", "1", low=0, high=1, aggregate="first", en="Most of the product that may be spent there, less what is earned, and less burden_reference", zh="支出（减收入、减 burden_reference）占生产总值的上限"),
        Column("from_year", "calendar year", "integer", default=None, low=FIRST_YEAR, high=LAST_YEAR, aggregate="first", en="First milestone year that is held; blank: the first of the plan", zh="首个受限里程碑年；空白为规划首期"),
    ),
    en="Most of its product that a region or group may have to spend, each with a switch", zh="地区或地区组支出占生产总值的上限（可逐条开关）",
)  # fmt: skip
BURDEN_REFERENCE = Table(
    "burden_reference",
    (
        Column("region_group", "", "text", key=True, ref="regions.region_group", absent="neutral", en="Region group that spends it", zh="支出的地区组"),
        Column("value", "bn CNY/yr", en="What is spent less earned there without the plan (own_spending and own_revenue of its table burden): burdens count from it", zh="无方案时的净支出（对照方案 burden 表的当地支出与收入）：负担自此起计"),
    ),
    shape="years", en="What is spent without the plan, from which limits on burdens count (optional)", zh="无方案时的支出，负担上限自此起计（可选）",
)

#: The largest share is counted in thousandths: a share itself is so small beside the money of the rows that the solver loses its digits.
LARGEST_BURDEN = Variable("largest_burden", ("scope",), "‰", low=None, en="Largest share of its product that a group spends in a period", zh="地区组单期支出占生产总值的最大比重")
