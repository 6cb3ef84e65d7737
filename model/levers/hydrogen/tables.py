"""What the workbook says of hydrogen: electrolysis, its store, and the order of the days of the year.

Limits: declarations only.
"""

from __future__ import annotations

from ...core.declare.spec import Column, Table

#: The only way of making hydrogen, and the only kind of store.
TECHNOLOGY, CAVERN = "electrolysis", "cavern"

ELECTROLYSIS_CAPEX = Table(
    "electrolysis_capex",
    (
        Column("technology", "", "text", key=True, absent="unused", choices=("electrolysis",), en="Technology", zh="技术"),
        Column("value", "CNY/kW", low=0, en="Investment per kW of electricity", zh="单位投资（按电功率）"),
    ),
    shape="years", en="Investment of electrolysis", zh="电解制氢单位投资",
)

ELECTROLYSIS_EFFICIENCY = Table(
    "electrolysis_efficiency",
    (
        Column("technology", "", "text", key=True, absent="unused", choices=("electrolysis",), en="Technology", zh="技术"),
        Column("value", "1", low=0, high=1, en="Hydrogen (lower heating value) per electricity", zh="制氢效率（低位热值）"),
    ),
    shape="years", en="Efficiency of electrolysis", zh="电解制氢效率",
)

#: The balance of hydrogen by day type, where the workbook lists the days of the year.
HYDROGEN_DAYS = "hydrogen_days"
DAY_SEQUENCE = Table(
    "day_sequence",
    (
        Column("run", "1", "integer", key=True, absent="own", low=1, high=366, en="Number of the run, in the order of the year", zh="连续段序号（按全年顺序）"),
        Column("season", "", "text", ref="time_slices.season", aggregate="first", en="Day type (season) of its days", zh="该段日期的典型日"),
        Column("days", "1", low=0, high=366, aggregate="first", en="Days one after another of that type", zh="连续天数"),
    ),
    en="The days of the year in order, as runs of one day type", zh="全年日期顺序（典型日连续段）",
)

HYDROGEN_STORE_CAPEX = Table(
    "hydrogen_store_capex",
    (
        Column("technology", "", "text", key=True, absent="unused", choices=(CAVERN,), en="Kind of store", zh="储氢方式"),
        Column("value", "CNY/kWh", low=0, en="Investment per kWh of hydrogen (lower heating value) that it holds", zh="单位储氢容量投资（按低位热值）"),
    ),
    shape="years", en="Investment of hydrogen stores", zh="储氢单位投资",
)
