"""What the spending of the plan keeps of work and of people's income, where the workbook says how much a million yuan does.

    work[r,i,t]   = work_factors.work[i] * spending[r,i,t]      years of work done a year: jobs
    income[r,i,t] = work_factors.income[i] * spending[r,i,t]

Nothing here adds to the model: it is told of a solved plan and changes neither its plan nor its cost.

Limits: work where the money is posted, in the trade that is paid; neither that of its suppliers nor what is lost elsewhere. One factor for all
regions and years: a yuan that buys more work or less later on is not foreseen. Nothing has a factor in the shipped workbooks: no source covers
the measures of this model alike.
"""

from __future__ import annotations

from ...core.build.build import Lever
from ...core.declare.spec import Column, Table

WORK_FACTORS = Table(
    "work_factors",
    (
        Column("item", "", "text", key=True, ref="{sited_technologies.class}_cost|{thermal_technologies.class}_cost", posted="money", absent="neutral", en="Cost item as posted to the money account", zh="成本项目"),
        Column("work", "person/million CNY", low=0, aggregate="first", en="Years of work for each million yuan that is spent on it", zh="每百万元支出对应的人年数"),
        Column("income", "1", low=0, high=1, default=0.0, aggregate="first", en="Part of the spending that is income of people of the region: wages, payments to herders and farmers", zh="支出中成为当地居民收入的比例（工资、牧户与农户补偿等）"),
    ),
    en="Work and income for what is spent, by cost item (optional)", zh="各成本项目带动的就业与收入（可选）",
)  # fmt: skip


class WorkFactors(Lever):
    """What is spent on each item keeps so much work, told of a solved plan."""

    name = "work_factors"
    order = 8
    tables = (WORK_FACTORS,)
    needs = (WORK_FACTORS,)

    def build(self) -> None:
        """Nothing is decided and nothing limited: work is told by the report."""
