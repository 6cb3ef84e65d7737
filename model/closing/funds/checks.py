"""What the sheets of the funds must keep.

Limits: whether the money suffices is for the plan to find, and for the diagnosis to tell where it does not.
"""

from __future__ import annotations

import pandas as pd

from ...core.data import Data
from ...core.declare.roles import PAYERS, UNNAMED
from ...core.declare.spec import Finding, Table
from ..market.given import markets, takes_credits
from ..market.tables import CARBON_MARKETS, CREDIT_PRICE, SINK_CREDITS
from .given import ecological_items, given
from .tables import (
    ANY,
    AS_DECLARED,
    BUILT_IN,
    COST_FUNDS,
    ECOLOGICAL,
    ECOLOGICAL_BUDGET,
    FISCAL_CAPACITY,
    FUND_MONEY,
    FUNDS,
    PAYABLE,
    PROGRAMME,
    SURPLUS,
    USERS,
)


def check_funds(data: Data) -> list[Finding]:
    """Built-in funds stay what they are, names are no one else's, tied funds pay ecological items, every fund has a limit, capacity can be told."""
    return [*_built_in(data), *_named(data), *_tied(data), *_untied(data), *_endless(data), *_capacity(data), *_idle(data), *_credits(data)]


def _at(data: Data, table: Table, row: object, column: str, said: tuple[str, str, str, str], level: str = "error") -> Finding:
    cell = data.cell(table.name, int(str(row)), column)
    return Finding("warning" if level == "warning" else "error", table.name, cell, *said)


def _built_in(data: Data) -> list[Finding]:
    found = []
    usual = given(data).funds
    for row, line in data.frame(FUNDS).iterrows():
        name = str(line["fund"])
        if name in BUILT_IN and line["level"] != usual[name].level:
            level = usual[name].level
            found.append(_at(data, FUNDS, row, "level", (f"{name} is of level {level}, not {line['level']}", level, f"{name} 的层级为 {level}，不是 {line['level']}", f"应为 {level}")))
    for table in (FUND_MONEY, PAYABLE):
        held = data.frame(table).drop_duplicates(["fund"]) if len(data.frame(table)) else data.frame(table)
        for row, name in held["fund"].items():
            if name in BUILT_IN:
                found.append(_at(data, table, row, "fund", (
                    f"{name} may pay every ecological item; its money stands elsewhere", f"sheet {ECOLOGICAL_BUDGET.name} for public_budget, funds.multiple for social_capital",
                    f"{name} 可支付全部生态项目，其资金另行规定", f"public_budget 见 {ECOLOGICAL_BUDGET.name} 表，social_capital 见 funds 表的 multiple",
                )))  # fmt: skip
    return found


def _named(data: Data) -> list[Finding]:
    """Table ``money`` holds funds beside payers: a fund of their name could not be told from them; of names of items the column itself says so."""
    taken = (*PAYERS, UNNAMED, ECOLOGICAL, AS_DECLARED, USERS, SURPLUS, ANY)
    return [
        _at(data, FUNDS, row, "fund", (
            f"{name} is the name of a payer or of a purpose", "a name of its own", f"{name} 已是付费者或用途的名称", "应另取名称",
        ))
        for row, name in data.frame(FUNDS)["fund"].items()
        if str(name) in taken
    ]  # fmt: skip


def _untied(data: Data) -> list[Finding]:
    """Money of a programme without an active row of payable pays whatever is dear: that is seldom meant."""
    frame = data.frame(FUNDS)
    tied = set(data.frame(PAYABLE)["fund"])
    return [
        _at(data, FUNDS, row, "fund", (
            f"the programme {name} is tied to nothing: it may pay every ecological item", f"active rows of {PAYABLE.name} for it, or another level",
            f"专项 {name} 未限定用途，可支付全部生态项目", f"应在 {PAYABLE.name} 表中填写其可支付项目，或改用其他层级",
        ), "warning")
        for row, name in frame.loc[(frame["level"] == PROGRAMME) & ~frame["fund"].isin(tied), "fund"].items()
    ]  # fmt: skip


def _tied(data: Data) -> list[Finding]:
    allowed = set(ecological_items(data))
    return [
        _at(data, PAYABLE, row, "item", (
            f"{item} is not marked ecological in {COST_FUNDS.name}: no fund may pay it", f"an item that {COST_FUNDS.name} marks ecological",
            f"{item} 在 {COST_FUNDS.name} 中未标为 ecological，不能由资金支付", f"应为 {COST_FUNDS.name} 中标为 ecological 的项目",
        ))
        for row, item in data.frame(PAYABLE)["item"].items()
        if item not in allowed
    ]  # fmt: skip


def _endless(data: Data) -> list[Finding]:
    """A fund with neither money nor multiple would pay for everything."""
    funds = given(data).funds
    return [
        _at(data, FUNDS, row, "multiple", (
            f"nothing limits {name}", f"rows of {FUND_MONEY.name} for it, or a multiple", f"{name} 没有任何限制", f"应在 {FUND_MONEY.name} 表中填写其资金，或填写倍数",
        ))
        for row, name in data.frame(FUNDS)["fund"].items()
        if not funds[str(name)].is_limited and funds[str(name)].multiple is None
    ]  # fmt: skip


def _capacity(data: Data) -> list[Finding]:
    frame = data.frame(FISCAL_CAPACITY)
    return [
        _at(data, FISCAL_CAPACITY, row, "expenditure", (
            "a region without expenditure has no capacity to tell", "public expenditure above zero", "财政支出为零，无法计算财力", "应大于零",
        ))
        for row, spent in frame["expenditure"].items()
        if not float(spent) > 0.0
    ]  # fmt: skip


def _credits(data: Data) -> list[Finding]:
    """Built-in funds take no credits, nobody gives away more than a yuan of each, and what is taken has a price and a market."""
    frame, found = data.frame(FUNDS), []
    taking = [(int(str(row)), str(line["fund"]), float(line["credit_share"])) for row, line in frame.iterrows() if not pd.isna(line.get("credit_share")) and float(line["credit_share"]) > 0.0]
    for row, name, _ in taking:
        if name in BUILT_IN:
            found.append(_at(data, FUNDS, row, "credit_share", (f"{name} takes no credit revenue", "a fund of its own, or a blank cell", f"{name} 不能计入信用收入", "应另设资金，或留空")))
    if sum(share for *_, share in taking) > 1.0:
        found.append(_at(data, FUNDS, taking[-1][0], "credit_share", (
            "funds take more than all of what credits bring", "shares that add up to no more than 1", "各资金合计超过全部信用收入", "各比例之和应不超过 1",
        )))  # fmt: skip
    if taking and data.stated(CREDIT_PRICE.name) is None:
        found.append(_at(data, FUNDS, taking[0][0], "credit_share", (
            f"{taking[0][1]} gets nothing of credits: the setting {CREDIT_PRICE.name} is blank", f"a price in {CREDIT_PRICE.name} with which to begin, or a blank cell",
            f"设置 {CREDIT_PRICE.name} 为空，{taking[0][1]} 得不到信用收入", f"应填写起始价格 {CREDIT_PRICE.name}，或留空",
        ), "warning"))  # fmt: skip
    elif taking and not any(takes_credits(data, market) for market in markets(data).values()):
        found.append(_at(data, FUNDS, taking[0][0], "credit_share", (
            f"{taking[0][1]} gets nothing of credits: no active market takes any", f"a row of {CARBON_MARKETS.name} with a credit_share and rows of {SINK_CREDITS.name}, or a blank cell",
            f"没有接受信用的碳市场，{taking[0][1]} 得不到信用收入", f"应启用 {CARBON_MARKETS.name} 并填写 {SINK_CREDITS.name}，或留空",
        ), "warning"))  # fmt: skip
    return found


def _idle(data: Data) -> list[Finding]:
    """Sheets of the funds do nothing where there is no public budget."""
    if len(data.frame(FUNDS)) == 0 or data.has(ECOLOGICAL_BUDGET.name):
        return []
    row = data.frame(FUNDS).index[0]
    said = (
        f"funds pay nothing: sheet {ECOLOGICAL_BUDGET.name} is empty", f"a row of {ECOLOGICAL_BUDGET.name} for every region, zero where there is none",
        f"{ECOLOGICAL_BUDGET.name} 表为空，各项资金不起作用", f"应在 {ECOLOGICAL_BUDGET.name} 表中为每个地区填写，没有则填零",
    )  # fmt: skip
    return [_at(data, FUNDS, row, "fund", said, "warning")]
