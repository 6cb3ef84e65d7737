"""Who pays an item of money: the funds where the sheet ``cost_funds`` says so, else who it names, else who the lever declares.

Limits: one payer for an item, in all regions and years.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...core.data import Data
from ...core.declare.roles import UNNAMED, Item
from .tables import AS_DECLARED, COST_FUNDS

MONEY = "money"


def payers(data: Data, items: Iterable[Item]) -> dict[str, str]:
    """Item of money -> its payer, ``ECOLOGICAL`` for what the funds pay; ``UNNAMED`` where nobody is named."""
    found = {
        name: item.payer or UNNAMED
        for item in items
        if MONEY in item.balances
        for name in item.names(data.tables)
    }
    named = data.lookup(COST_FUNDS, "fund") if data.has(COST_FUNDS.name) else {}
    found.update({str(name): str(fund) for name, fund in named.items() if fund != AS_DECLARED})
    return found

