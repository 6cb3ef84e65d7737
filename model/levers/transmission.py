"""Power lines between regions: use, losses, expansion, clean-power contracts."""

from __future__ import annotations

from ..core.spec import Column, Setting, Table

LINES = Table(
    "transmission_lines",
    (
        Column("from_region", "", "text", key=True, ref="regions.region", en="One end", zh="一端"),
        Column("to_region", "", "text", key=True, ref="regions.region", en="Other end", zh="另一端"),
        Column("capacity", "GW", low=0, en="Capacity in this direction in the base year", zh="基年该方向容量"),
        Column("length", "km", low=0, aggregate="mean:capacity", en="Length", zh="长度"),
        Column("loss", "1", low=0, high=1, aggregate="mean:capacity", en="Share lost", zh="线损率"),
        Column("expansion_limit", "GW/yr", low=0, en="Most new capacity a year in this direction", zh="年新增上限"),
    ),
    en="Transmission between regions, one row per direction", zh="地区间输电（每方向一行）",
)

LINES_COMMITTED = Table(
    "transmission_committed",
    (
        Column("from_region", "", "text", key=True, ref="regions.region", en="One end", zh="一端"),
        Column("to_region", "", "text", key=True, ref="regions.region", en="Other end", zh="另一端"),
        Column("value", "GW", low=0, en="Committed additions standing in that year", zh="已定新增容量（累计）"),
    ),
    shape="years", en="Committed lines (built or under construction after the base year)", zh="已建在建新增线路",
)

LINE_USE = Table(
    "transmission_use",
    (
        Column("grid", "", "text", key=True, choices=("nation",), en="Grid", zh="电网"),
        Column("value", "1", low=0, high=1, en="Largest yearly mean use of thermal capacity (security, contracts)", zh="年均利用率上限"),
    ),
    shape="years", en="Yearly use of lines", zh="线路年利用率上限",
)

POWER_CONTRACTS = Table(
    "power_contracts",
    (
        Column("from_region", "", "text", key=True, ref="regions.region", en="Seller", zh="送端"),
        Column("to_region", "", "text", key=True, ref="regions.region", en="Buyer", zh="受端"),
        Column("value", "TWh/yr", low=0, en="Least flow a year", zh="年最低送电量"),
    ),
    shape="years", en="Power contracts as minimum yearly flows", zh="电力合同（年最低送电量）",
)
