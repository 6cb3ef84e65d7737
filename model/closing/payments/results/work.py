"""Work and income in the report: what the spending of each region keeps, by cost item.

    work[r,i,t]   = work_factors.work[i] * spending[r,i,t]
    income[r,i,t] = work_factors.income[i] * spending[r,i,t]

Limits: those of ``payments.work``. Items without a factor are not told of, so that a sum is one of the items listed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ....core.declare import units
from ....core.declare.results import SPEND, YEAR, Identity, ResultTable, number, text, texts
from ....core.solve.amounts import total, with_group
from ....core.solve.sides import compare, sums
from ..work import WORK_FACTORS

if TYPE_CHECKING:
    from ....core.solve.sides import Sides, Tables
    from ....core.solve.solution import Solution

PLACE = ["region", "item", "year"]
PERSONS, BN = "thousand persons/yr", "bn CNY/yr"
#: Unit of the factors in the workbook, and that in which spending of a bn yuan a year tells thousands of people.
GIVEN, TOLD = "person/million CNY", "thousand persons/bn CNY"


def work(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``work``: region, item, year, spent, work and income; no row where no item that is paid has a factor."""
    found = _spent(tables, solution)
    return with_group(solution, found[[*PLACE, "spent", "work", "income"]]) if len(found) else found


def _spent(tables: Tables, solution: Solution) -> pd.DataFrame:
    factors, money = solution.build.data.frame(WORK_FACTORS), tables["money"]
    if factors.empty or money.empty:
        return pd.DataFrame()
    spends = money[(money["direction"] == SPEND) & money["item"].isin(factors["item"])]
    rows = total(spends, PLACE).rename(columns={"value": "spent"}).merge(factors[["item", "work", "income"]], on="item")
    if rows.empty:
        return rows
    kept = units.convert(rows["work"].to_numpy(dtype=float), GIVEN, TOLD)
    return rows.assign(work=kept * rows["spent"], income=rows["income"].astype(float) * rows["spent"])


def work_follows(tables: Tables, solution: Solution) -> list[Sides]:
    """What is told as spent is what ``money`` spends on the item, and income is no more than that."""
    told, money = tables["work"], tables["money"]
    if told.empty:
        return []
    spends = money[(money["direction"] == SPEND) & money["item"].isin(told["item"])]
    factor = {str(item): float(share) for item, share in solution.build.data.lookup(WORK_FACTORS, "income").items()}
    paid = told.assign(due=told["item"].map(factor).astype(float) * told["spent"])
    return [compare(sums(told, PLACE, "spent"), sums(spends, PLACE)), compare(sums(told, PLACE, "income"), sums(paid, PLACE, "due"))]


RESULTS = (
    ResultTable(
        "work", "Work and income that the spending of the plan keeps, by region and cost item, where `work_factors` says so.", "方案支出带动的就业与收入（按 work_factors 的系数）。",
        (
            *texts("region", "region_group"), text("item", "Cost item", "成本项目"), YEAR, number("spent", BN, "What is spent on it, whoever pays", "该项支出"),
            number("work", PERSONS, "Years of work done a year: jobs", "年人年数，即就业岗位"), number("income", BN, "Of the spending, income of people of the region", "其中当地居民收入"),
        ),
        ("region", "item", "year"), make=work,
    ),
)  # fmt: skip
IDENTITIES = (
    Identity("work_follows", "Work and income are told of what is spent", "就业与收入按支出计", work_follows),
)
