"""Series of the nation and its regions that pledges and money are measured by: GDP, people, emissions of the base year, and what stands beside the carbon account.

Limits: numbers between two years of a table lie on the straight line; before the first and after the last they stay.
"""

from __future__ import annotations

import numpy as np

from ...core.data import Data
from ...core.declare.spec import Column, Complete, Table

GDP = Table(
    "gdp",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("value", "bn CNY/yr", low=0, en="Gross domestic product, base-year prices", zh="地区生产总值（基年价）"),
    ),
    complete=(
        Complete(("region",), en="its product is missing from what the nation may spend", zh="全国支出上限缺少该地区生产总值"),
    ),
    shape="years", en="Gross domestic product", zh="地区生产总值",
)

POPULATION = Table(
    "population",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("value", "million persons", low=0, en="People", zh="人口"),
    ),
    complete=(
        Complete(("region",), level="warning", en="nobody is counted there when something is divided per head", zh="按人口分配时该地区计为无人"),
    ),
    shape="years", en="Population, by which allowances and burdens are counted per head", zh="人口（用于按人口分配与人均负担）",
)

BASE_YEAR_EMISSIONS = Table(
    "base_year_emissions",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("emission", "Mt CO2/yr", low=0, en="Published emissions of energy and industry in the base year: calibration, and what grandfathered allowances are shared by", zh="基年能源与工业排放统计值：用于校准，并作为历史法配额的分配依据"),
    ),
    complete=(
        Complete(("region",), level="warning", en="its emissions of the base year are not compared", zh="该地区基年排放不参与校准"),
    ),
    en="Emissions of the base year by statistics, for calibration", zh="基年排放统计（校准用）",
)

GHG_BESIDE = Table(
    "ghg_beside",
    (
        Column("item", "", "text", key=True, free=True, absent="own", en="What stands beside net CO2: other gases; the sink of the inventory beyond the strict account, below zero", zh="净CO2之外的项目：非CO2气体；清单碳汇超出严格账户的部分（负值）"),
        Column("value", "Mt CO2/yr", en="Amount a year as CO2, nation", zh="年量（CO2当量，全国）"),
    ),
    complete=(Complete(("item",), level="warning", en="greenhouse gases beside CO2 are taken as none", zh="净CO2之外按零计"),),
    shape="years", en="Greenhouse gases and sinks beside the carbon account", zh="碳账户之外的温室气体与碳汇",
)


def series_at(data: Data, table: Table, year: float, regions: list[str] | None = None) -> float:
    """A table of years added up over its rows (of some regions), straight between its years."""
    frame = data.frame(table)
    if regions is not None:
        frame = frame[frame["region"].isin(regions)]
    sums = frame.groupby("year")["value"].sum().astype(float).sort_index()
    return float(np.interp(year, sums.index.to_numpy(dtype=float), sums.to_numpy())) if len(sums) else 0.0
