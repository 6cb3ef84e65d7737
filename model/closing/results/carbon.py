"""The carbon account in the report: what is emitted, stored and captured, by category; and the strict account recomputed.

Limits: memo entries stand in the table and count in no target.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ...core.build.roles import buffered
from ...core.declare.results import YEAR, Field, Identity, Link, ResultTable, number, texts
from ...core.solve.amounts import entries, posted, stack, with_group
from ...core.solve.sides import Sides, Tables, compare, sums
from ..carbon import ACCOUNTS, BUFFER, PERMANENCE_BUFFER, SINK_TOTAL
from .target_identities import levels_of_targets

if TYPE_CHECKING:
    from ...core.solve.solution import Solution


def carbon(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``carbon``: memo entries do not count in the strict target."""
    parts = []
    for account in ACCOUNTS:
        frame = entries(solution, account, "Mt CO2/yr")
        if len(frame):
            parts.append(frame.rename(columns={"item": "category"}).assign(account=account, in_target=1 - frame["memo"].astype(int)))
    found = stack(parts)
    return with_group(solution, found) if len(found) else found


def carbon_links(solution: Solution) -> list[Link]:
    """Every entry is the sum of what is posted under its item."""
    parts = [posted(solution, account, "Mt CO2/yr").rename(columns={"item": "category"}).assign(account=account) for account in ACCOUNTS]
    found = stack([part.assign(in_target=1 - part["memo"].astype(int)) for part in parts if len(part)])
    return [Link("value", ("region", "account", "category", "in_target", "year"), found)] if len(found) else []


def strict_account(tables: Tables, solution: Solution) -> list[Sides]:
    """The strict accounts are the totals that the targets limit, and each target's level is that of its scope."""
    carbon = tables["carbon"]
    strict = carbon[(carbon["in_target"] == 1) & carbon["year"].isin(solution.build.data.years)]
    found = []
    for account in ACCOUNTS:
        total = f"{account}_total"
        if total in solution.build.families:
            found.append(compare(sums(strict[strict["account"] == account], ["region", "year"]), sums(solution.values(total), ["region", "year"])))
    if SINK_TOTAL.name in solution.build.families:
        found.append(_buffer(strict, solution))
    return [*found, *levels_of_targets(tables, solution)]


def _buffer(strict: pd.DataFrame, solution: Solution) -> Sides:
    """The permanence buffer takes its share of the sinks that it covers, no more and no less."""
    keys = ["region", "year"]
    share = solution.build.data.number(PERMANENCE_BUFFER.name)
    sink = strict[strict["account"] == "sink"]
    return compare(sums(sink[sink["category"] == BUFFER], keys), -share * sums(sink[sink["category"].isin(buffered(solution.build))], keys))


RESULTS = (
    ResultTable(
        "carbon", "Emissions, sinks and captured CO2 by category; net is emission less sink less captured.", "分类别的排放、碳汇与捕集；净排放为排放减碳汇减捕集。",
        (
            *texts("region", "region_group", "account", "category"), Field("in_target", "integer"), YEAR,
            number("value", "Mt CO2/yr", "CO2 emitted, taken up or captured", "排放、吸收或捕集的CO2"),
        ),
        ("region", "account", "category", "in_target", "year"), make=carbon, links=carbon_links,
    ),
)  # fmt: skip
IDENTITIES = (
    Identity("strict_account_and_targets", "Strict account as the targets count it", "严格账户与目标", strict_account),
)
