"""Published stocks and sinks of forest and grassland, as rows of the workbook; each names the figure of ours beside it.

Limits: the rows steer nothing in the model; figures are of the nation and stay as published, definitions included.
"""

from __future__ import annotations

from ..core.declare.schema import Evidence
from ..core.declare.spec import Column, Table
from ..levers.forest.tables import AGE_GROUPS
from ..levers.land.tables import CONDITIONS, ZONES

#: What of ours stands beside the published figure; each is a function of ``level_rules``.
QUANTITIES = ("age_area", "age_volume", "age_biomass", "biomass_sink", "grass_area", "grass_stock", "grass_sink")
BASE, FIRST, MEAN, LAST = "base", "first", "mean", "last"
#: What a figure may be of: everything, an age group, a zone or condition of grassland, or a part of its sink.
SUBJECTS = ("all", *AGE_GROUPS, *ZONES, *CONDITIONS, "untreated", "in_force", "new")
WINDOWS = (BASE, FIRST, MEAN, LAST)

PUBLISHED_LEVELS = Table(
    "published_levels",
    (
        Column("level", "", "text", key=True, free=True, absent="own", en="Key of the published figure", zh="公布数值代码"),
        Column("quantity", "", "text", key=True, absent="untold", choices=QUANTITIES, en="Quantity of ours that stands beside it", zh="对照的本模型量"),
        Column("subject", "", "text", key=True, choices=SUBJECTS, absent="untold", default="all", en="all, an age group, a grassland zone or condition, or a part of the grassland sink (untreated, in_force, new)", zh="all合计、龄组、草地分区或退化程度、草地碳汇组成"),
        Column("window", "", "text", key=True, absent="untold", choices=WINDOWS, en="base: base year; first, last: first and last period; mean: whole horizon", zh="base基年，first首期，last末期，mean全期平均"),
        Column("low", "1", default=None, aggregate="first", en="Published figure or lower end of its range; blank: none is published", zh="公布值或区间下限；空白则无公布值"),
        Column("high", "1", default=None, aggregate="first", en="Upper end; blank: the same as low", zh="区间上限；空白则同下限"),
        Column("figure_unit", "", "text", choices=("kha", "million m3", "Mt C", "Mt C/yr"), aggregate="first", en="Unit of both", zh="单位"),
        Column("tolerance", "1", default=0.0, low=0, high=1, aggregate="first", en="Share by which the range is widened on both sides", zh="区间两端放宽比例"),
        Column("why_en", "", "text", free=True, default="", aggregate="first", en="What differs in definition, or why nothing can be compared", zh="口径差异或不可比原因（英文）"),
        Column("why_zh", "", "text", free=True, default="", aggregate="first", en="The same in Chinese", zh="口径差异或不可比原因（中文）"),
    ),
    en="Published stocks and sinks of forest and grassland, beside ours in the report", zh="森林与草地储量和碳汇公布值（报告对照）",
)  # fmt: skip

LEVELS = Evidence("published_levels", (PUBLISHED_LEVELS,), order=1)
