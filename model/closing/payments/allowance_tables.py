"""The sheet ``allowance_rules``, and the years that a row of it, or of another sheet with a first and a last year, holds.

Limits: declarations; what is made of them stands in ``allowances``.
"""

from __future__ import annotations

import pandas as pd

from ...core.data import Data
from ...core.declare.spec import FIRST_YEAR, LAST_YEAR, Column, Table
from .entitled import RULES

ALLOWANCE_RULES = Table(
    "allowance_rules",
    (
        Column("scheme", "", "text", key=True, free=True, absent="own", en="Name of the scheme", zh="方案名称"),
        Column(
            "rule", "", "text", choices=RULES, aggregate="first",
            en="What is shared by: grandfathered, emissions of the base year; per_gdp, the product; per_head, the people; benchmark, what industry makes at the nation's mean emission of a unit",
            zh="分配依据：grandfathered 基年排放；per_gdp 地区生产总值；per_head 人口；benchmark 工业产量乘全国平均单位排放",
        ),
        Column("scope", "", "text", default="nation", ref="regions.region|group:{regions.region_group}", choices=("nation",), aggregate="first", en="Among which regions: nation, group:west, group:industrial, group:developed or a region", zh="范围：nation、group:加地区类别，或地区代码"),
        Column("from_year", "calendar year", "integer", default=None, low=FIRST_YEAR, high=LAST_YEAR, aggregate="first", en="First milestone year that is settled; blank: the first of the plan", zh="首个结算里程碑年；空白为规划首期"),
        Column("until_year", "calendar year", "integer", default=None, low=FIRST_YEAR, high=LAST_YEAR, aggregate="first", en="Last milestone year that is settled; blank: to the end", zh="最后结算里程碑年；空白为直至期末"),
        Column("price", "CNY/t CO2", default=None, low=0, aggregate="first", en="Price at which it is settled; blank: the price of carbon of the plan", zh="结算价格；空白为方案的碳价"),
    ),
    en="By which rule carbon is settled between regions (optional; adds nothing to the model)", zh="地区间碳结算的配额规则（可选，不影响模型求解）",
)  # fmt: skip


def years_of(data: Data, scheme: pd.Series) -> list[int]:
    """The decided milestones that a row settles."""
    first, last = ((float(scheme[column]) if pd.notna(scheme[column]) else other) for column, other in (("from_year", 0.0), ("until_year", float(LAST_YEAR))))
    return [year for year in data.decided if first <= year <= last]
