"""What the sheets say of carbon markets, as rows, checks and report need it.

Limits: read once for a workbook; nothing here knows a variable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from ...core.data import Data, regions_in
from ...levers.demand.industry import CATEGORY, INDUSTRY
from ..payments.allowance_tables import years_of
from ..payments.entitled import BENCHMARK, benchmarks, shares_by_sheet
from .tables import CARBON_MARKETS, MARKET_BENCHMARK, MARKET_CAP, MARKET_COVERAGE, SINK_CREDITS


@dataclass(frozen=True)
class Market:
    """One market: its rule, its regions and years, what it covers (item -> capture that lowers it, "" for none) and what may move.

    ``price`` is what it is settled at where the sheet states that, in bn CNY per Mt; ``row`` its row of the sheet.
    """

    name: str
    rule: str
    regions: tuple[str, ...]
    years: tuple[int, ...]
    trades: bool
    banks: bool
    credit_share: float
    price: float | None
    covers: Mapping[str, str] = field(default_factory=dict)
    row: int = 0

    @property
    def has_cap(self) -> bool:
        """Whether a cap is shared out; else each unit made brings its allowances."""
        return self.rule != BENCHMARK

    @property
    def table(self) -> str:
        """The sheet that says how much is given."""
        return MARKET_CAP.name if self.has_cap else MARKET_BENCHMARK.name


def markets(data: Data) -> dict[str, Market]:
    """Every market by name, in the order of the sheet."""
    found: dict[str, Market] = data.once("carbon markets", _read)
    return found


def buffers(data: Data) -> dict[str, float]:
    """Item of the sink that may be credited -> the share of it that is withheld."""
    return {str(item): float(share) for item, share in data.lookup(SINK_CREDITS, "buffer").items()}


def takes_credits(data: Data, market: Market) -> bool:
    """Whether credits may be surrendered in a market, and are sold at all."""
    return market.credit_share > 0.0 and data.has(SINK_CREDITS.name)


def allocated(data: Data, market: Market) -> dict[tuple[str, int], float]:
    """Allowances a year by region and year, of a market with a cap; series are read at the middle of the period."""
    caps = data.lookup(MARKET_CAP)
    shares = {year: shares_by_sheet(data, market.rule, data.middle(year), list(market.regions)) for year in market.years}
    return {(region, year): shares[year][region] * float(caps[market.name, year]) for year in market.years for region in market.regions}


def for_a_unit(data: Data, market: Market) -> dict[tuple[str, int], float]:
    """Allowances for a million units by sector and year, of a market by benchmark: its share of the mean emission of the base year."""
    share = data.lookup(MARKET_BENCHMARK)
    mean = benchmarks(data, data.base_year)
    return {(sector, year): float(share[market.name, year]) * mean[sector] for sector in sectors(data, market) if sector in mean for year in market.years}


def sectors(data: Data, market: Market) -> list[str]:
    """Sectors of industry whose emissions a market covers."""
    return [sector for sector in dict.fromkeys(data.frame(INDUSTRY)["sector"].astype(str)) if CATEGORY.get(sector, sector) in market.covers]


def _read(data: Data) -> dict[str, Market]:
    covers: dict[str, dict[str, str]] = {}
    for (market, item), captured in data.lookup(MARKET_COVERAGE, "captured").items():
        covers.setdefault(str(market), {})[str(item)] = str(captured)
    return {str(line["market"]): _market(data, int(str(row)), line, covers.get(str(line["market"]), {})) for row, line in data.frame(CARBON_MARKETS).iterrows()}


def _market(data: Data, row: int, line: pd.Series, covers: Mapping[str, str]) -> Market:
    price = None if pd.isna(line["price"]) else float(line["price"])
    trades, banks = (float(line[column]) > 0.0 for column in ("trade", "banking"))
    regions, years = regions_in(data, str(line["scope"])), years_of(data, line)
    return Market(str(line["market"]), str(line["rule"]), tuple(regions), tuple(years), trades, banks, float(line["credit_share"]), price, covers, row)
