"""What the workbook says of lines between regions: capacity, what is committed, use, contracts, cost.

Limits: declarations, and what is asked of the two ends of a line.
"""

from __future__ import annotations

from ....core.data import Data
from ....core.declare.spec import Column, Complete, Finding, Setting, Table
from ...years import EVEN_LIFE_EN, EVEN_LIFE_ZH

LINES = Table(
    "transmission_lines",
    (
        Column("from_region", "", "text", key=True, ref="regions.region", en="One end", zh="一端"),
        Column("to_region", "", "text", key=True, ref="regions.region", en="Other end", zh="另一端"),
        Column("capacity", "GW", low=0, en="Capacity in this direction in the base year", zh="基年该方向容量"),
        Column("length", "km", low=0, aggregate="mean:capacity", en="Length", zh="长度"),
        Column("loss", "1", low=0, high=1, aggregate="mean:capacity", en="Share lost", zh="线损率"),
        Column("expansion_limit", "GW/yr", low=0, en="Most new capacity a year in this direction", zh="年新增上限"),
        Column("investment", "CNY/kW", low=0, default=None, aggregate="first", en="Investment in the line; blank: from line_cost, line_terminal_cost and the length. Where the two directions differ the larger holds", zh="线路单位投资；空白按 line_cost、line_terminal_cost 与长度计算；两方向不同取大"),
        Column("life", "yr", low=1, high=100, default=None, aggregate="first", en="Life of new capacity; blank: line_life. Where the two directions differ the longer holds", zh="新增容量寿命；空白为 line_life；两方向不同取大"),
    ),
    complete=(
        Complete(("from_region",), level="warning", en="it can send no power to others", zh="该地区不能外送电力"),
        Complete(("to_region",), level="warning", en="it can get no power from others", zh="该地区不能受入电力"),
    ),
    en="Transmission between regions, one row per direction", zh="地区间输电（每方向一行）",
)

LINES_COMMITTED = Table(
    "transmission_committed",
    (
        Column("from_region", "", "text", key=True, absent="none", ref="regions.region", en="One end", zh="一端"),
        Column("to_region", "", "text", key=True, ref="transmission_lines.to_region", within=("from_region",), absent="none", en="Other end", zh="另一端"),
        Column("value", "GW", low=0, en="Committed additions standing in that year", zh="已定新增容量（累计）"),
    ),
    shape="years", en="Committed lines (built or under construction after the base year)", zh="已建在建新增线路",
)

LINE_USE = Table(
    "transmission_use",
    (
        Column("grid", "", "text", key=True, absent="unlimited", choices=("nation",), en="Grid", zh="电网"),
        Column("value", "1", low=0, high=1, base_year=True, en="Largest yearly mean use of thermal capacity (security, contracts)", zh="年均利用率上限"),
    ),
    shape="years", en="Yearly use of lines", zh="线路年利用率上限",
)

POWER_CONTRACTS = Table(
    "power_contracts",
    (
        Column("from_region", "", "text", key=True, absent="none", ref="regions.region", en="Seller", zh="送端"),
        Column("to_region", "", "text", key=True, ref="transmission_lines.to_region", within=("from_region",), absent="none", en="Buyer", zh="受端"),
        Column("value", "TWh/yr", low=0, base_year=True, en="Least flow a year", zh="年最低送电量"),
    ),
    shape="years", en="Power contracts as minimum yearly flows", zh="电力合同（年最低送电量）",
)

LINE_LIFE = Setting(
    "line_life", "yr", "number", 40.0, low=1, high=100, en=f"Life of a power line. {EVEN_LIFE_EN}", zh=f"输电线路寿命。{EVEN_LIFE_ZH}",
)
LINE_COST = Setting(
    "line_cost", "CNY/kW/1000 km", "number", 1100.0, low=0, high=1e5,
    en="Investment in a line per kW and 1000 km", zh="线路单位投资（每千公里）",
)
LINE_TERMINAL_COST = Setting(
    "line_terminal_cost", "CNY/kW", "number", 1200.0, low=0, high=1e5,
    en="Investment in both terminals of a line", zh="两端换流（变电）站投资",
)
LINE_FIXED_SHARE = Setting(
    "line_fixed_share", "1/yr", "number", 0.02, low=0, high=1,
    en="Fixed cost of a line a year, share of its investment", zh="线路年固定运维占投资比例",
)
RESERVE_SHARING = Setting(
    "reserve_sharing", "1", "number", 0.5, low=0, high=1,
    en="Share of line capacity over which firm capacity may be lent", zh="可用于备用互济的线路容量比例",
)


def check_ends(data: Data) -> list[Finding]:
    """A line has two ends."""
    lines = data.frame(LINES)
    return [
        Finding(
            "error", LINES.name, data.cell(LINES.name, int(row), "to_region"), f"the line leads from {end} to itself", "two different regions",
            f"线路两端均为 {end}", "应为两个不同地区",
        )
        for row, end in lines.loc[lines["from_region"] == lines["to_region"], "from_region"].items()
    ]  # fmt: skip
