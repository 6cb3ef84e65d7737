"""Methane beside the CO2 target: what is emitted, and the same as CO2 by its warming potential.

Switched off unless the workbook asks for it. The mass is booked to the account ``methane``, its CO2 equivalent to the
emissions as a memo: the targets count CO2 only and never see it.

Limits: one warming potential for every source and year.
"""

from __future__ import annotations

import numpy.typing as npt
import pandas as pd

from ...core.data import Data
from ...core.declare.spec import Setting
from ...core.ledger import Ledger, Terms

COUNT_METHANE = Setting(
    "count_methane", "1", "flag", 0.0, source="OWN_EST", quality="estimate",
    en="1: report methane of livestock and recovered wetland, outside the CO2 target", zh="1：报告牲畜与恢复湿地甲烷（不计入CO2目标）",
)
METHANE_GWP = Setting(
    "methane_gwp", "t CO2/t CH4", "number", 27.0, low=1, high=120, source="IPCC2021", quality="reported",
    en="Warming potential of biogenic methane over 100 years (AR6)", zh="生物源甲烷百年全球增温潜势（AR6）",
)


def counts_methane(data: Data) -> bool:
    """Whether the workbook asks for methane."""
    return data.flag(COUNT_METHANE.name)


def post_methane(ledger: Ledger, data: Data, terms: Terms, amount: npt.ArrayLike, *, item: str, unit: str) -> None:
    """Post methane that depends on decisions: ``amount`` in ``unit`` (Mt CH4 per unit of the variable a year)."""
    potential = data.number(METHANE_GWP.name)
    rows = pd.Series(amount, index=terms.frame.index, dtype=float)
    ledger.supply("methane", terms, rows, item=item, unit=unit)
    ledger.supply("emission", terms, rows * potential, item=item, unit=unit.replace("CH4", "CO2"), memo=True)


def post_fixed_methane(ledger: Ledger, data: Data, frame: pd.DataFrame, amount: pd.Series, *, item: str) -> None:
    """Post given amounts of methane, Mt CH4 a year, one per row of ``frame``."""
    potential = data.number(METHANE_GWP.name)
    ledger.supply_fixed("methane", frame, amount, item=item, unit="Mt CH4/yr")
    ledger.supply_fixed("emission", frame, amount * potential, item=item, unit="Mt CO2/yr", memo=True)
