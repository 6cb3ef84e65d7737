"""What the sentences of an analysis are made with: its tables, and words in the reader's language.

Limits: amounts are told with three digits, or whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ...core.build.objective import COST_UNIT
from ...core.declare.schema import OutcomeTable
from ..context import Context

PERCENT = 100.0
#: How Chinese sentences call the unit of cost.
MONEY_ZH = "十亿元"
#: An amount below which nothing is: rounding; from this on an amount is told without decimals.
NOTHING, WHOLE_FROM = 1e-9, 100.0


def amount(value: float) -> str:
    """A number for a sentence; nothing is 0."""
    return "0" if abs(value) < NOTHING else f"{value:,.0f}" if abs(value) >= WHOLE_FROM else f"{value:.3g}"


@dataclass(frozen=True)
class Told:
    """The tables of an analysis by name, and whose words are used."""

    ctx: Context
    tables: Mapping[str, OutcomeTable]

    def frame(self, name: str) -> pd.DataFrame:
        """A table, without rows where the analysis has none of that name."""
        return self.tables[name].frame if name in self.tables else pd.DataFrame()

    def unit(self, name: str, column: str) -> str:
        """The unit of a column as it is printed."""
        unit = self.ctx.unit(self.tables[name].units.get(column, ""))
        return MONEY_ZH if unit == COST_UNIT and self.ctx.lang == "zh" else unit

    def word(self, key: str, **values: object) -> str:
        """A sentence or a part of one."""
        return self.ctx.word(key, **values)

    def name(self, key: object) -> str:
        """A key of a table in words."""
        return self.ctx.item(key)

    def place(self, key: object) -> str:
        """A region, a group of regions or the nation."""
        return self.ctx.place(key)

    def lever(self, row: Mapping[Any, Any]) -> str:
        """A lever, with its item where the table tells one."""
        parts = [self.name(row[column]) for column in ("lever", "item") if row.get(column)]
        return " · ".join(dict.fromkeys(parts))

    def listed(self, texts: Sequence[str]) -> str:
        """Several things in a row."""
        return ("、" if self.ctx.lang == "zh" else "; " if any("," in text for text in texts) else ", ").join(texts)

    def percent(self, share: float) -> str:
        """A share in per cent."""
        return amount(PERCENT * share)
