"""Figures of the source paper that can be checked, as rows of the workbook; each names the rule that gives our figure.

Limits: claims steer nothing in the model; the report holds each beside our figure and says whether the two agree.
"""

from __future__ import annotations

from ..core.declare.schema import Evidence
from ..core.declare.spec import Column, Table

EQUALS, AT_LEAST, BETWEEN, WORDS = "equals", "at_least", "between", "words"
RELATIONS = (EQUALS, AT_LEAST, BETWEEN, WORDS)
#: How our figure is found; each is a function of ``claim_rules``.
RULES = (
    "none", "carbon_to_co2", "co2_share_of_emissions", "sum", "ratio", "quotient", "land_area", "growing_stock", "quota_share",
    "old_stand_area", "old_stand_share", "highest_cover", "grassland_mean_rate", "national_sink", "opened_area", "opened_water",
    "canal_abatement",
)  # fmt: skip

PAPER_CLAIMS = Table(
    "paper_claims",
    (
        Column("claim", "", "text", key=True, free=True, absent="own", en="Key of the claim", zh="论断代码"),
        Column("statement_en", "", "text", free=True, aggregate="first", en="What the paper says", zh="论文表述（英文）"),
        Column("statement_zh", "", "text", free=True, aggregate="first", en="The same in Chinese", zh="论文表述（中文）"),
        Column("section", "", "text", free=True, default="", aggregate="first", en="Section of the paper; blank: not noted", zh="论文章节；空白则未记录"),
        Column("relation", "", "text", choices=RELATIONS, aggregate="first", en="equals, at_least, between (figure and upper end), words (no figure)", zh="equals等于，at_least至少，between区间，words无数字"),
        Column("figure", "1", default=None, aggregate="first", en="The paper's figure, in figure_unit", zh="论文数值（单位见figure_unit）"),
        Column("figure_high", "1", default=None, aggregate="first", en="Upper end of a range", zh="区间上限"),
        Column("figure_unit", "", "text", free=True, default="", aggregate="first", en="Unit of figure and of our figure", zh="数值单位"),
        Column("tolerance", "1", default=0.05, low=0, high=1, aggregate="first", en="Largest relative difference that counts as agreement (equals)", zh="视为一致的最大相对差异（equals）"),
        Column("rule", "", "text", choices=RULES, aggregate="first", en="How our figure is found", zh="本模型数值的计算规则"),
        Column("subject", "", "text", free=True, default="", aggregate="first", en="What the rule looks at: a land class, a use of opened land, regions separated by semicolons", zh="规则对象：地类、新增灌区用途或以分号分隔的地区"),
        Column("first", "1", default=None, aggregate="first", en="First number that the rule takes", zh="规则的第一个参数"),
        Column("second", "1", default=None, aggregate="first", en="Second number that the rule takes", zh="规则的第二个参数"),
        Column("why_en", "", "text", free=True, default="", aggregate="first", en="Why they agree or not", zh="原因（英文）"),
        Column("why_zh", "", "text", free=True, default="", aggregate="first", en="The same in Chinese", zh="原因（中文）"),
    ),
    en="Figures of the source paper, checked in the report", zh="论文数值核对（见报告）",
)  # fmt: skip

CLAIMS = Evidence("paper_claims", (PAPER_CLAIMS,), order=1)
