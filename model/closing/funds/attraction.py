"""Income that draws private money in: beside public money, a fund that joins it pays for what earns something.

    attracted[f,r,t] = sum over rows i of f of value[f,i] * earned[i,r,t]

What is earned is what levers supply in the region and year: roundwood, the output of wind, sun, water and nuclear plants, credits of sinks
sold. ``value`` is how much private money comes for a unit of it, in money a unit: a price times the share of it that is invested again.

Limits: income of a period draws money in the same period; the value of a unit is a number of the workbook and no dual of the plan, so
no iteration is needed; what comes in from other regions or abroad earns nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ...core.build.build import Build
from ...core.data import Data
from ...core.declare import units
from ...core.declare.balances import ROUNDWOOD, SINK, SITED_OUTPUT
from ...core.declare.spec import Column, Finding, Table
from ...core.ledger import FIXED
from ..market.tables import SOLD
from .given import given
from .tables import PUBLIC

TIMBER, POWER, CREDITS = "timber", "power", "credits"
#: Income -> the unit in which it is counted in the model, and that of its price.
COUNTED = {TIMBER: (ROUNDWOOD.unit, "CNY/m3"), POWER: (SITED_OUTPUT.unit, "CNY/MWh"), CREDITS: (SINK.unit, "CNY/t CO2")}
BALANCES = {TIMBER: ROUNDWOOD.name, POWER: SITED_OUTPUT.name}

FUND_ATTRACTION = Table(
    "fund_attraction",
    (
        Column("fund", "", "text", key=True, ref="funds.fund", absent="neutral", en="Fund that joins public money", zh="与财政资金配套的资金"),
        Column("income", "", "text", key=True, choices=tuple(COUNTED), absent="neutral", en="What draws it in: timber, roundwood supplied; power, output of wind, sun, water and nuclear plants; credits, credits of sinks sold", zh="吸引来源：timber 原木供给；power 风光水核发电量；credits 售出的碳汇信用"),
        Column("value", "1", low=0, aggregate="first", en="Money of the fund that a unit draws in, in the unit beside", zh="每单位吸引的资金（单位见右列）"),
        Column("price_unit", "", "text", choices=tuple(unit for _, unit in COUNTED.values()), aggregate="first", en="Unit of the value: CNY/m3, CNY/MWh or CNY/t CO2", zh="金额单位：CNY/m3、CNY/MWh 或 CNY/t CO2"),
    ),
    en="Income that draws private money in, beside its multiple of public money (optional)", zh="吸引社会资本的收益（倍数之外，可选）",
)  # fmt: skip


@dataclass
class Attracted:
    """What an income draws in by fund, region and year, bn CNY a year: terms of variables, and amounts that nothing is decided of."""

    terms: dict[tuple[str, str, int], list[tuple[float, Any]]] = field(default_factory=dict)
    amounts: dict[tuple[str, str, int], float] = field(default_factory=dict)

    def of(self, fund: str, region: str, year: int) -> list[tuple[float, Any]]:
        """Terms of what a fund gets in a region and year."""
        return self.terms.get((fund, region, year), [])

    def amount(self, fund: str, region: str, year: int) -> float:
        """What it gets there that nothing is decided of."""
        return self.amounts.get((fund, region, year), 0.0)


def attracted(build: Build) -> Attracted:
    """What the sheet says, as terms; nothing where it is empty."""
    found, frame = Attracted(), build.data.frame(FUND_ATTRACTION)
    if frame.empty:
        return found
    variables = build.all_variables()
    for line in frame.to_dict("records"):
        unit = COUNTED[line["income"]][0].removesuffix("/yr")
        value = float(units.convert(float(line["value"]), line["price_unit"], f"bn CNY/{unit}"))
        for region, year, position, coefficient in _earned(build, str(line["income"])).itertuples(index=False, name=None):
            key = (str(line["fund"]), str(region), int(year))
            if position == FIXED:
                found.amounts[key] = found.amounts.get(key, 0.0) + value * coefficient
            else:
                found.terms.setdefault(key, []).append((value * coefficient, variables[position]))
    return found


def _earned(build: Build, income: str) -> pd.DataFrame:
    """Region, year, position and coefficient of what is supplied or sold."""
    columns = ["region", "year", "position", "coefficient"]
    if income == CREDITS:
        if SOLD.name not in build.families:
            return pd.DataFrame(columns=columns)
        family = build.of_other(SOLD.name)
        return family.frame.assign(position=family.positions, coefficient=1.0)[columns]
    table = build.ledger.table(BALANCES[income])
    return table.loc[(table["coefficient"] > 0.0) & (table["memo"].astype(int) == 0), columns] if len(table) else pd.DataFrame(columns=columns)


def check_attraction(data: Data) -> list[Finding]:
    """A fund that is drawn in joins public money, the unit is that of its income, and credits that are paid to a fund draw in no other."""
    found = []
    for row, line in data.frame(FUND_ATTRACTION).iterrows():
        name, income, number = str(line["fund"]), str(line["income"]), int(str(row))
        fund = given(data).funds.get(name)
        if fund is not None and (fund.multiple is None or name == PUBLIC):
            found.append(Finding(
                "error", FUND_ATTRACTION.name, data.cell(FUND_ATTRACTION.name, number, "fund"), f"{name} joins no public money: nothing draws it in", "a fund with a multiple (funds.multiple), zero where only income draws it in",
                f"{name} 不与财政资金配套，收益不能吸引它", "应为填有倍数（funds.multiple）的资金；仅由收益吸引时倍数填零",
            ))  # fmt: skip
        wanted = COUNTED[income][1] if income in COUNTED else ""
        if wanted and str(line["price_unit"]) != wanted:
            found.append(Finding(
                "error", FUND_ATTRACTION.name, data.cell(FUND_ATTRACTION.name, number, "price_unit"), f"{income} is counted by {wanted}, not {line['price_unit']}", wanted,
                f"{income} 按 {wanted} 计，不是 {line['price_unit']}", f"应为 {wanted}",
            ))  # fmt: skip
        paid = [held.name for held in given(data).funds.values() if held.credit_share > 0.0]
        if income == CREDITS and float(line["value"]) > 0.0 and paid:
            found.append(Finding(
                "warning", FUND_ATTRACTION.name, data.cell(FUND_ATTRACTION.name, number, "income"),
                f"what credits bring counts twice: it is paid to {paid[0]} (funds.credit_share) and draws {name} in", "one of both: a blank credit_share, or no row of credits",
                f"信用收入被计两次：既付给 {paid[0]}（funds.credit_share），又吸引 {name}", "二者取一：credit_share 留空，或删去 credits 行",
            ))  # fmt: skip
    return found
