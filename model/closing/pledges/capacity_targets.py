"""Pledges on capacity: at least so much of a list of technologies stands.

Plants of the base year, what was built since and stores count alike, at the milestone; a year between two milestones lies on the
straight line between them.

Limits: of capacity that stands, not of what was ever built.
"""

from __future__ import annotations

import pandas as pd

from ...core.build.build import Lever
from ...core.data import Data
from ...core.declare.roles import Item
from ...core.declare.spec import Column, Complete, ConstraintInfo, Finding, Table, Variable
from .held import MISSED_INDEX, Pledge, check_pledges, hold_to, pledge_columns

CAPACITY = "capacity_at_least"
CAPACITY_TARGETS = Table(
    "capacity_targets",
    pledge_columns(
        Column("capacity", "GW", low=0, aggregate="first", en="Least capacity of its technologies together", zh="所列技术合计装机下限"),
        Column("miss_price", "CNY/kW/yr", low=0.01, default=None, aggregate="first", en="Price a year of a kW by which the pledge is missed; blank: it may not be missed", zh="未达目标时每千瓦每年的价格；空白表示必须达到"),
    ),
    en="Pledges on capacity, each with a switch", zh="装机目标（可逐条开关）",
)  # fmt: skip

CAPACITY_MEMBERS = Table(
    "capacity_target_members",
    (
        Column("target", "", "text", key=True, ref="capacity_targets.target", en="Pledge", zh="目标"),
        Column("technology", "", "text", key=True, absent="unused", ref="sited_technologies.technology|thermal_technologies.technology|storage_technologies.technology", en="Technology that counts", zh="计入的技术"),
    ),
    complete=(
        Complete(("target",), of="capacity_targets", always=True, en="no technology counts for it", zh="没有技术计入该目标"),
    ),
    en="Technologies that count for a pledge on capacity", zh="计入装机目标的技术",
)

INSTALLED = "installed"
CAPACITY_MISSED = Variable("capacity_target_missed", MISSED_INDEX, "GW", en="Capacity missed", zh="未达到的装机", penalty=True)
CAPACITY_HELD = ConstraintInfo(
    CAPACITY, "capacity_targets", "GW",
    """At least so much capacity of the listed technologies stands together.

        capacity[target,y] - sum over r, k of installed[r,k,y] - capacity_target_missed[target,hold,y] <= 0
        with s[y] = (1-l) * s[t-1] + l * s[t], l = (y - Y[t-1]) / (Y[t] - Y[t-1])

    For: each active row of capacity_targets and each milestone that it holds. Unit: GW. Dual: the cost a year of one more GW asked for.
    Data: capacity_targets, capacity_target_members; the posts to the account installed.
    """,
    ("standing", "between_periods", True, True),
    en="Pledge on capacity", zh="装机目标",
)
ITEM = "capacity_target_missed"
PLEDGE = Pledge(CAPACITY_TARGETS, CAPACITY, "capacity", CAPACITY_HELD, CAPACITY_MISSED, ITEM, "miss_price", "bn CNY/GW/yr", is_stock=True)


def check_capacity_targets(data: Data) -> list[Finding]:
    """Pledges that say something sensible."""
    return check_pledges(data, (PLEDGE,))


def members(data: Data) -> dict[str, list[str]]:
    """Pledge -> the technologies that count for it."""
    table = data.frame(CAPACITY_MEMBERS)
    return {str(name): list(part["technology"]) for name, part in table.groupby("target", sort=False)}


class CapacityTargets(Lever):
    """The rows of ``capacity_targets`` as constraints with prices."""

    name = "capacity_targets"
    order = 2
    tables = (CAPACITY_TARGETS, CAPACITY_MEMBERS)
    checks = (check_capacity_targets,)
    items = (Item(ITEM, "aims", en="Pledges on capacity missed", zh="未达到的装机目标"),)
    variables = (CAPACITY_MISSED,)
    operations = (CAPACITY_MISSED.name,)
    sums = (CAPACITY_HELD,)

    @classmethod
    def present(cls, data: Data) -> bool:
        """A pledge on capacity."""
        return data.has(CAPACITY_TARGETS.name)

    def build(self) -> None:
        """What counts for each pledge, and the rows that hold it."""
        posts = self.ledger.table(INSTALLED)
        counts = pd.DataFrame([(name, technology) for name, technologies in members(self.data).items() for technology in technologies], columns=["target", "technology"])
        hold_to(self.b, PLEDGE, posts.merge(counts, on="technology")[["target", "region", "year", "position", "coefficient"]])
