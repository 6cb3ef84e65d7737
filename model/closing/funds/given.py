"""What the sheets say of the funds, as the rows, the checks and the report need it.

Limits: read once for a workbook; nothing here knows a variable.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ...core.data import Data
from .tables import (
    ANY,
    COST_FUNDS,
    ECOLOGICAL,
    FISCAL_CAPACITY,
    FUND_MONEY,
    FUNDS,
    LOCAL,
    PAYABLE,
    PUBLIC,
    PUBLIC_LEVELS,
    SOCIAL,
    SOCIAL_MULTIPLE,
    SOCIAL_PREMIUM,
)


@dataclass(frozen=True)
class Fund:
    """One fund: its level, what a yuan of it costs on top, how far it may go beside public money, what it may keep for the next period.

    ``purposes`` are the groups of items that it may pay, ``(ANY,)`` for one that is tied to nothing; ``multiple`` is None without limit,
    ``cell`` where the multiple stands; ``is_limited`` says whether its money is given by region; ``credit_share`` of what a region earns with
    credits of sinks enters it there.
    """

    name: str
    level: str
    premium: float = 0.0
    multiple: float | None = None
    carry_over: float = 0.0
    purposes: tuple[str, ...] = (ANY,)
    cell: tuple[str, str] = ("", "")
    is_limited: bool = False
    credit_share: float = 0.0

    @property
    def is_public(self) -> bool:
        """Whether others join its money."""
        return self.level in PUBLIC_LEVELS

    @property
    def is_tied(self) -> bool:
        """Whether it may pay some items only."""
        return self.purposes != (ANY,)


@dataclass(frozen=True)
class Given:
    """All funds by name, the built-in ones first; items by purpose; the local share by fund and purpose, and where it stands."""

    funds: dict[str, Fund] = field(default_factory=dict)
    items: dict[str, tuple[str, ...]] = field(default_factory=dict)
    local_share: dict[tuple[str, str], float] = field(default_factory=dict)
    share_cell: dict[tuple[str, str], str] = field(default_factory=dict)
    capacity: dict[str, float] = field(default_factory=dict)

    @property
    def further(self) -> list[Fund]:
        """Funds of the sheet beside the built-in ones."""
        return [fund for name, fund in self.funds.items() if name not in (PUBLIC, SOCIAL)]

    @property
    def places(self) -> dict[str, float]:
        """Untied public fund -> its place in the order of payment, those of the sheet first; empty where no public fund stands beside the budget."""
        public = [fund for fund in self.further if fund.is_public]
        untied = [*(fund.name for fund in public if not fund.is_tied), PUBLIC] if public else []
        return {name: float(place + 1) for place, name in enumerate(untied)}

    def asked(self, fund: str, purpose: str, region: str) -> float:
        """Which share of a cost paid by the fund the region adds: the local share, less what its own revenue can not carry."""
        return self.local_share.get((fund, purpose), 0.0) * self.capacity.get(region, 1.0)

    def beside(self, fund: str, purpose: str, region: str) -> float:
        """Yuan that the region adds to one yuan of the fund: s / (1 - s)."""
        share = self.asked(fund, purpose, region)
        return share / (1.0 - share)


def given(data: Data) -> Given:
    """What the sheets say of the funds of a workbook."""
    found = data.once("ecological funds", _read)
    assert isinstance(found, Given)
    return found


def ecological_items(data: Data) -> list[str]:
    """Items that the ecological funds may pay, in the order of the sheet."""
    frame = data.frame(COST_FUNDS)
    return list(frame.loc[frame["fund"] == ECOLOGICAL, "item"]) if len(frame) else []


def _read(data: Data) -> Given:
    items, shares, cells = _purposes(data)
    limited = set(data.frame(FUND_MONEY)["fund"])
    settings = "settings"
    funds = {
        PUBLIC: Fund(PUBLIC, LOCAL, is_limited=True),
        SOCIAL: Fund(SOCIAL, "social", data.number(SOCIAL_PREMIUM.name), data.number(SOCIAL_MULTIPLE.name), cell=(settings, data.setting_cell(SOCIAL_MULTIPLE.name))),
    }
    for row, line in data.frame(FUNDS).iterrows():
        name = str(line["fund"])
        usual = funds.get(name, Fund(name, str(line["level"])))
        own = not np.isnan(_number(line["multiple"]))
        credits = 0.0 if np.isnan(_number(line.get("credit_share"))) else _number(line["credit_share"])
        purposes = tuple(dict.fromkeys(purpose for fund, purpose in shares if fund == name)) or (ANY,)
        funds[name] = Fund(
            name, usual.level, usual.premium if np.isnan(_number(line["premium"])) else _number(line["premium"]),
            _number(line["multiple"]) if own else usual.multiple, float(line["carry_over"]), purposes,
            (FUNDS.name, data.cell(FUNDS.name, int(str(row)), "multiple")) if own else usual.cell, name in limited or usual.is_limited or credits > 0.0,
            credits,
        )  # fmt: skip
    return Given(funds, items, shares, cells, _capacity(data))


def _number(value: object) -> float:
    return float(str(value)) if value is not None and not pd.isna(value) else float("nan")


def _purposes(data: Data) -> tuple[dict[str, tuple[str, ...]], dict[tuple[str, str], float], dict[tuple[str, str], str]]:
    """Items by purpose, named after the first of those that the same funds may pay on the same terms; shares and their cells."""
    frame = data.frame(PAYABLE)
    allowed = set(ecological_items(data))
    terms: dict[str, dict[str, tuple[float, str]]] = {}
    for row, line in frame.iterrows():
        if line["item"] in allowed:
            cell = data.cell(PAYABLE.name, int(str(row)), "local_share")
            terms.setdefault(str(line["item"]), {})[str(line["fund"])] = (float(line["local_share"]), cell)
    alike: dict[tuple[tuple[str, float], ...], str] = {}
    items: dict[str, tuple[str, ...]] = {}
    shares: dict[tuple[str, str], float] = {}
    cells: dict[tuple[str, str], str] = {}
    for item, by_fund in terms.items():
        key = tuple(sorted((fund, share) for fund, (share, _) in by_fund.items()))
        purpose = alike.setdefault(key, item)
        items[purpose] = (*items.get(purpose, ()), item)
        for fund, (share, cell) in by_fund.items():
            shares[fund, purpose] = share
            cells.setdefault((fund, purpose), cell)
    return items, shares, cells


def _capacity(data: Data) -> dict[str, float]:
    """Region -> which part of its expenditure its own revenue pays, 1 at most."""
    frame = data.frame(FISCAL_CAPACITY)
    return {
        str(region): min(1.0, float(revenue) / float(spent))
        for region, revenue, spent in zip(frame["region"], frame["revenue"], frame["expenditure"], strict=True)
        if float(spent) > 0.0
    }
