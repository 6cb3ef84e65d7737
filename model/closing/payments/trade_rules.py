"""At which price what regions send one another is paid for, and who gets what a line earns.

Nothing here adds to the model: payments are told of a solved plan, from the prices of its balances, and change neither its plan nor
its cost. A commodity that the sheet ``trade_rules`` does not list is not paid for.

Limits: one rule for a commodity, in all years and between all regions; a price by contract is the same everywhere.
"""

from __future__ import annotations

import pandas as pd

from ...core.build.build import Lever
from ...core.data import Data
from ...core.declare.balances import BALANCES
from ...core.declare.spec import Column, Finding, Table

#: At whose price is paid: of the region that gets, of the one that gives, the mean of both, or as agreed.
RECEIVING, GIVING, MEAN, CONTRACT = "receiving", "giving", "mean", "contract"
RULES = (RECEIVING, GIVING, MEAN, CONTRACT)
#: Half and half, where nothing else is said.
HALF = 0.5
#: Which part of a payment by the price of a balance is at that of the region that gives; the rest is at that of the one that gets.
AT_GIVING = {RECEIVING: 0.0, GIVING: 1.0, MEAN: HALF}

TRADE_RULES = Table(
    "trade_rules",
    (
        Column("commodity", "", "text", key=True, traded=True, absent="unpaid", en="What is sent or sold", zh="交易品种"),
        Column(
            "rule", "", "text", choices=RULES, aggregate="first",
            en="At which price it is paid: receiving or giving, the price of the balance there; mean, of both; contract, the price beside",
            zh="付款价格：receiving 为受方平衡价格，giving 为送方平衡价格，mean 为两者平均，contract 为右侧合同价",
        ),
        Column("price", "1", default=None, low=0, aggregate="first", en="Price by contract, in the unit beside; blank under every other rule", zh="合同价格（单位见右列）；其他规则下留空"),
        Column(
            "price_unit", "", "text", default="", prices="commodity", aggregate="first", choices=tuple(dict.fromkeys(spec.price_unit for spec in BALANCES.values() if spec.price_unit)),
            en="Unit of the price by contract", zh="合同价格单位",
        ),
        Column("line_owner_share", "1", default=HALF, low=0, high=1, aggregate="first", en="Share of what a line earns above its cost that goes to the region that sends", zh="线路超出成本的收益（阻塞租金）归送方的份额"),
    ),
    en="Who pays what for what regions send one another (optional; adds nothing to the model)", zh="地区间交易的付款规则（可选，不影响模型求解）",
)  # fmt: skip


def check_prices(data: Data) -> list[Finding]:
    """A price stands where it is used, in the unit of its commodity, and nowhere else."""
    return [finding for row, line in data.frame(TRADE_RULES).iterrows() for finding in _wrong(data, int(str(row)), line)]


def _wrong(data: Data, row: int, line: pd.Series) -> list[Finding]:
    name, rule = str(line["commodity"]), str(line["rule"])

    def at(column: str, message: str, expected: str, zh: str, zh_expected: str) -> Finding:
        return Finding("error", TRADE_RULES.name, data.cell(TRADE_RULES.name, row, column), message, expected, zh, zh_expected)

    if rule != CONTRACT:
        unused = at(
            "price", f"{name} has a price, but is paid by the rule {rule}, which does not use it", f"a blank cell, or the rule {CONTRACT}",
            f"{name} 填写了价格，但规则 {rule} 不使用该价格", f"应留空，或改用规则 {CONTRACT}",
        )  # fmt: skip
        return [unused] if pd.notna(line["price"]) else []
    found = []
    if pd.isna(line["price"]):
        found.append(at("price", f"{name} is paid by contract, but has no price", "a price, zero or more, its unit beside", f"{name} 按合同付款，但未填价格", "应填写不小于零的价格，单位填在右列"))
    if pd.isna(line["price_unit"]) or not line["price_unit"]:
        found.append(at("price_unit", f"{name} is paid by contract, but the price has no unit", "the unit of the price", f"{name} 按合同付款，但价格没有单位", "应填写价格单位"))
    return found


class TradeRules(Lever):
    """What regions pay one another, told of a solved plan."""

    name = "trade_rules"
    order = 8
    tables = (TRADE_RULES,)
    needs = (TRADE_RULES,)
    checks = (check_prices,)

    def build(self) -> None:
        """Nothing is decided and nothing limited: payments are told by the report."""
