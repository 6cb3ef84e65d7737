"""What the workbook says of thermal plants beside their technologies and fleets: what they cost.

Limits: declarations only; technologies and fleets stand in ``tables``, which other levers read.
"""

from __future__ import annotations

from ....core.declare.spec import Column, Complete, Table

THERMAL_CAPEX = Table(
    "thermal_capex",
    (
        Column("technology", "", "text", key=True, ref="thermal_technologies.technology", en="Technology", zh="技术"),
        Column("value", "CNY/kW", low=0, en="Investment (retrofit: added investment)", zh="单位投资（改造为追加投资）"),
    ),
    complete=(
        Complete(("technology",), of="thermal_technologies", where=("buildable", "retrofit_of"), always=True, en="what new plants cost is not known", zh="新建电站投资未知"),
    ),
    shape="years", en="Investment of thermal technologies", zh="火电单位投资",
)

THERMAL_FIXED_COST = Table(
    "thermal_fixed_cost",
    (
        Column("technology", "", "text", key=True, ref="thermal_technologies.technology", en="Technology", zh="技术"),
        Column("value", "CNY/kW/yr", low=0, base_year=True, en="Fixed operation and maintenance", zh="固定运维"),
    ),
    complete=(
        Complete(("technology",), of="thermal_technologies", always=True, en="what the plants cost a year is not known", zh="电站固定成本未知"),
    ),
    shape="years", en="Fixed cost of thermal technologies", zh="火电固定运维",
)
