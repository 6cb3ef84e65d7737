"""The settlement of carbon in the report: what each region may emit by the rule of its scheme, what it emits, and what it pays.

    allowance[r,t] = share[r,t] * sum over regions of the scheme of net[.,t]
    payment[r,t]   = price[t] * (net[r,t] - allowance[r,t])

The price is that of a tonne under all targets and pledges which every region of the scheme shares, the sum of its parts in ``carbon_price``.
So the payments of a scheme add up to nothing in each year.

Limits: prices with a cost objective alone; duals need not be unique, and payments with them. A target of one year lets that year bear all that is
scarce in it: where the price of a year is zero nothing is settled, whoever emits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ....core.build.objective import COST_UNIT
from ....core.data import regions_in
from ....core.declare import units
from ....core.declare.results import YEAR, Identity, ResultTable, number, text, texts
from ....core.solve.amounts import with_group
from ....core.solve.sides import compare, sums, zero
from ...carbon import ACCOUNTS
from ...results.targets import CNY_PER_TONNE
from ...target_table import FLOWS
from ..allowance_tables import ALLOWANCE_RULES, years_of
from ..entitled import shares_in_plan

if TYPE_CHECKING:
    from ....core.solve.sides import Sides, Tables
    from ....core.solve.solution import Solution

#: Whose price it is: that of the plan, or one of the sheet.
OF_PLAN, OF_SHEET = "plan", "sheet"
NET = "net_limit"
SIGNS = dict(zip(ACCOUNTS, FLOWS[NET], strict=True))
#: CNY per tonne by which the price of a target may differ between regions that share it: rounding.
ROUNDING = 1e-6


def net_emissions(tables: Tables) -> pd.Series:
    """Emissions less sinks less captured CO2 of the strict account, by region and year, Mt CO2 a year."""
    carbon = tables["carbon"]
    counted = carbon[carbon["in_target"] == 1] if len(carbon) else carbon
    return sums(counted.assign(value=counted["value"] * counted["account"].map(SIGNS)), ["region", "year"]) if len(counted) else pd.Series(dtype=float)


def allowances(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``allowances``: one row for each scheme, region and year that is settled."""
    data, net, rows = solution.build.data, net_emissions(tables), []
    for _, scheme in data.frame(ALLOWANCE_RULES).iterrows():
        regions = regions_in(data, str(scheme["scope"]))
        for year in years_of(data, scheme):
            emitted = {region: float(net.get((region, year), 0.0)) for region in regions}
            share = shares_in_plan(solution, str(scheme["rule"]), year, regions)
            price, whose = _price(solution, tables, scheme, regions, year)
            limit = _limit(tables, str(scheme["scope"]), year)
            for region in regions:
                allowance = share[region] * sum(emitted.values())
                rows.append({
                    "scheme": scheme["scheme"], "region": region, "year": year, "rule": scheme["rule"], "share": share[region], "allowance": allowance, "net": emitted[region],
                    "limit": limit, "price": price, "price_of": whose, "payment": price / CNY_PER_TONNE * (emitted[region] - allowance),
                })  # fmt: skip
    return with_group(solution, pd.DataFrame(rows)) if rows else pd.DataFrame()


def _price(solution: Solution, tables: Tables, scheme: pd.Series, regions: list[str], year: int) -> tuple[float, str]:
    """CNY per tonne of its year, and whose price it is."""
    if pd.notna(scheme["price"]):
        return float(scheme["price"]) * CNY_PER_TONNE, OF_SHEET
    goal = solution.build.objective
    if goal is None or goal.unit != COST_UNIT:
        return np.nan, OF_PLAN
    parts = tables["carbon_price"]
    if parts.empty:
        return 0.0, OF_PLAN
    own = parts[(parts["year"] == year) & parts["region"].isin(regions)]
    by_target = own.groupby("target", sort=False)["value"].agg(["count", "min", "max"])
    shared = by_target[(by_target["count"] == len(regions)) & (by_target["max"] - by_target["min"] <= ROUNDING)]
    return float(shared["max"].sum()), OF_PLAN


def _limit(tables: Tables, scope: str, year: int) -> float:
    """The least that targets on net emissions of the scope allow the mean of a period; NaN where none holds it."""
    targets = tables["targets"]
    if targets.empty:
        return np.nan
    held = targets[(targets["kind"] == NET) & (targets["rule"] != NET) & (targets["region"] == scope) & (targets["year"] == year)]
    return float(held["limit"].min()) if len(held) else np.nan


def allowances_close(tables: Tables, solution: Solution) -> list[Sides]:
    """What is divided is what is emitted, payments are price times what is bought, and nobody but the regions gets them."""
    found = tables["allowances"]
    if found.empty:
        return []
    keys, place = ["scheme", "year"], ["scheme", "region", "year"]
    net = net_emissions(tables).rename("strict").reset_index().astype({"year": "int64"})
    told = found.astype({"year": "int64"}).merge(net, how="left", on=["region", "year"])
    told = told.assign(strict=told["strict"].fillna(0.0), bought=units.convert(told["price"].astype(float), "CNY/t CO2", "bn CNY/Mt CO2") * (told["net"] - told["allowance"]))
    sides = [compare(sums(told, keys, "allowance"), sums(told, keys, "net")), compare(sums(told, place, "net"), sums(told, place, "strict"))]
    paid = told[told["payment"].notna()]
    return [*sides, zero(paid, keys, "payment"), compare(sums(paid, place, "payment"), sums(paid, place, "bought"))] if len(paid) else sides


RESULTS = (
    ResultTable(
        "allowances", "What each region may emit by the rule of its scheme, what it emits, and what it pays for the difference.", "各地区按规则分得的配额、净排放及差额结算。",
        (
            text("scheme", "Scheme of `allowance_rules`", "`allowance_rules` 的方案"), *texts("region", "region_group"), YEAR, text("rule", "What is shared by", "分配依据"),
            number("share", "1", "Share of the region in what the scheme divides", "地区份额"), number("allowance", "Mt CO2/yr", "What it is entitled to: its share of what the plan emits", "配额：份额乘方案净排放"),
            number("net", "Mt CO2/yr", "What it emits, net of sinks and capture in the strict account", "严格账户净排放"), number("limit", "Mt CO2/yr", "What targets allow the scope in the mean of the period; blank: none holds it", "目标对该范围该时期的限值；空白为无"),
            number("price", "CNY/t CO2", "Price of a tonne: what all targets that the regions share ask of it", "吨价：各地区共同目标的价格之和"), text("price_of", "plan: the price of carbon of the plan; sheet: one of `allowance_rules`", "plan 为方案碳价；sheet 为表中给定"),
            number("payment", "bn CNY/yr", "What the region pays; below zero what it gets", "地区支付额；为负则为收入"),
        ),
        ("scheme", "region", "year"), make=allowances,
    ),
)  # fmt: skip
IDENTITIES = (
    Identity("allowances_close", "Allowances and their payments close", "配额与结算闭合", allowances_close),
)
