"""Carbon markets, what they cover, their caps and benchmarks, and the sinks that are credited: all switched off, for scenarios.

Limits: caps, benchmarks and buffers are guesses of the project; what the national market covers and takes of credits is recalled from its rules.
"""

from __future__ import annotations

import pandas as pd

from .frame import SOURCE_COLUMNS, YEARS, load, selected, year_frame


def frames() -> dict[str, pd.DataFrame]:
    """The tables of carbon markets by name."""
    return {
        "carbon_markets": selected(load("estimates", "carbon_markets"), ("market", "scope", "rule", "from_year", "until_year", "trade", "banking", "credit_share", "price", "active")),
        "market_coverage": selected(load("estimates", "market_coverage"), ("market", "item", "captured", "active")),
        "market_cap": by_year("market_cap"),
        "market_benchmark": by_year("market_benchmark"),
        "sink_credits": selected(load("estimates", "sink_credits"), ("item", "buffer", "active")),
    }


def by_year(name: str) -> pd.DataFrame:
    """A table of a market with a column for each year."""
    table = load("estimates", name)
    return year_frame(table[["market", "active", *SOURCE_COLUMNS]], {year: table[str(year)] for year in YEARS})
