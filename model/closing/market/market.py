"""Carbon markets that hold the plan: what a market covers is surrendered for with allowances, those of a bank, or credits of sinks.

A row of ``carbon_markets`` is a market. Allowances are given by its rule; where it trades they move between the regions of its scope,
where it banks they are kept for later periods; credits of sinks that levers add are sold by any region, within a share of what is
surrendered. It clears in the plan: the price of a market is a dual, and nothing is iterated. Trade moves no carbon, so nothing is
posted to emissions, sinks or money: who pays whom is told of the solved plan.

Limits: a market of a plan that knows the future: no volatility, no market power, no answer of output to the price, no use of what an
auction earns. Nothing is borrowed from later periods, and what is banked at the end of a market is lost. A credit is of the year of
its sink, and is not banked. What is credited may not fall below zero in a region and year of a market: name sinks that gain.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from ...core.build.build import Lever
from ...core.build.parts import Family
from ...core.declare.roles import Trade
from ...core.declare.spec import ConstraintInfo, Finding, constraint
from ...core.frames import stack
from .checks import check_credits, check_markets
from .covered import EMISSION, TERMS, covered, credited, given_for
from .given import Market, allocated, markets, takes_credits
from .tables import (
    ALLOWANCE,
    BANKED,
    BOUGHT,
    CARBON_MARKETS,
    CREDIT,
    CREDIT_PRICE,
    CREDITABLE,
    MARKET_COVERAGE,
    PLACE,
    RESULT,
    SINK_CREDITS,
    SOLD,
    TABLES,
    USED,
    VARIABLES,
)

CAPPED = ConstraintInfo(
    "allowances_cover", "carbon_market", "Mt CO2/yr",
    """What a market covers in a region is covered by what is given there, bought, taken from the bank, or credited.

        covered[m,r,t] + (allowances_banked[m,r,t] - allowances_banked[m,r,t-1]) / n[t] - allowances_bought[m,r,t] - credits_used[m,r,t] <= share[m,r,t] * cap[m,t]
        covered[m,r,t] = sum over covered posts p of coefficient[p] * variable[p], emissions less what is captured at their plants
        share[m,r,t]   = weight[r,t] / sum over r in scope of weight[.,t]

    For: every market with a cap, region of its scope and decided year of it. Unit: Mt CO2/yr. Dual: the price of an allowance there; with
    trade the same in every region. Data: market_cap (the cell of the limit), market_coverage, carbon_markets, and the sheet that the rule shares by.
    """,
    ("flow", "other_cells", False, False), en="Allowances of a carbon market", zh="碳市场配额",
)  # fmt: skip
PER_UNIT = ConstraintInfo(
    "benchmark_covers", "carbon_market", "Mt CO2/yr",
    """What a market covers in a region is covered by what is given there for each unit made, bought, taken from the bank, or credited.

        covered[m,r,t] + (allowances_banked[m,r,t] - allowances_banked[m,r,t-1]) / n[t] - allowances_bought[m,r,t] - credits_used[m,r,t]
            - sum over covered sectors s of benchmark[m,t] * mean_factor[s] * output[r,s,t] <= 0
        mean_factor[s] = sum over r of output * emission_factor / sum over r of output, base year

    For: every market by benchmark, region of its scope and decided year of it; without trade and bank each region meets it alone. Unit: Mt CO2/yr.
    Dual: the price of an allowance there. Data: market_benchmark (the cell of the limit), market_coverage, carbon_markets, industry.
    """,
    ("flow", "share_of_plan", False, False), en="Benchmark of a carbon market", zh="碳市场基准",
)  # fmt: skip
WITHIN_SHARE = ConstraintInfo(
    "credits_within_share", "carbon_market", "Mt CO2/yr",
    """Credits are no more than a share of what is surrendered in a region.

        credits_used[m,r,t] - credit_share[m] * covered[m,r,t] <= 0

    For: every market that takes credits, region of its scope and decided year of it. Unit: Mt CO2/yr. Dual: by how much an allowance is dearer
    than a credit. Data: carbon_markets.credit_share.
    """,
    ("flow", "share_of_plan", False, False), en="Share of credits in a carbon market", zh="碳市场信用比例",
)  # fmt: skip
CREDITABLE_SUM = ConstraintInfo(
    "creditable_removal_sum", "carbon_market", "Mt CO2/yr",
    """What may be credited is what levers add to the sinks that are credited, less what is withheld.

        creditable_removal[r,t] == sum over posts p to sink with a credited item of (1 - buffer[item]) * coefficient[p] * variable[p]

    For: every region and year of a market that takes credits. Unit: Mt CO2/yr. Dual: what one more tonne that may be credited is worth.
    Data: sink_credits.
    """,
)  # fmt: skip
BACKED = ConstraintInfo(
    "credits_backed", "carbon_market", "Mt CO2/yr",
    """No more credits are sold, in all markets together, than may be credited.

        sum over m of credits_sold[m,r,t] - creditable_removal[r,t] <= 0

    For: every region and year of a market that takes credits. Unit: Mt CO2/yr. Dual: what one more tonne that may be credited is worth.
    Data: sink_credits (the cell is the buffer of its first row).
    """,
    ("flow", "share_of_plan", False, False), en="Sinks that may be credited", zh="可签发信用的碳汇",
)  # fmt: skip


class CarbonMarket(Lever):
    """Compliance markets for carbon, cleared in the plan."""

    name = "carbon_market"
    order = 1
    tables = TABLES
    needs = (CARBON_MARKETS,)
    settings = (CREDIT_PRICE,)
    checks = (check_markets, check_credits)
    variables = VARIABLES
    operations = tuple(variable.name for variable in VARIABLES)
    sums = (CAPPED, PER_UNIT, WITHIN_SHARE, CREDITABLE_SUM, BACKED)
    trades = (
        Trade(ALLOWANCE, "Mt CO2/yr", table=RESULT, gets="bought", priced="settled_price", of_carbon=True, en="Carbon allowances", zh="碳配额"),
        Trade(CREDIT, "Mt CO2/yr", table=RESULT, gets="credits_used", gives="credits_sold", priced="settled_credit_price", of_carbon=True, en="Carbon credits of sinks", zh="碳汇信用"),
    )

    def build(self) -> None:
        """What may move, the account of every region, what clears, and what credits rest on."""
        self.markets = markets(self.data)
        self.crediting = [market for market in self.markets.values() if takes_credits(self.data, market)]
        self._declare()
        for info, capped in ((CAPPED, True), (PER_UNIT, False)):
            self._account(info, [market for market in self.markets.values() if market.has_cap is capped])
        if self.bought is not None:
            self.b.constrain(self.allowances_clear, _once(self.bought))
        if self.used is not None and self.sold is not None:
            self.b.constrain(self.credits_clear, _once(self.used))
            self._credits(self.used, self.sold)

    def _declare(self) -> None:
        every = list(self.markets.values())
        self.bought = self._family(BOUGHT, [key for market in every if market.trades and len(market.regions) > 1 for key in _places(market)])
        self.banked = self._family(BANKED, [key for market in every if market.banks for key in _places(market) if key[2] != market.years[-1]])
        self.used = self._family(USED, [key for market in self.crediting for key in _places(market)])
        sellers = self.data.regions
        self.sold = self._family(SOLD, [(market.name, region, year) for market in self.crediting for region in sellers for year in market.years])

    def _family(self, spec: Any, keys: list[tuple[str, str, int]]) -> Family | None:
        return self.b.variable(spec, keys) if keys else None

    def _account(self, info: ConstraintInfo, chosen: list[Market]) -> None:
        """covered + change of the bank - bought - credited - given <= 0, the fixed part of it on the right."""
        if not chosen:
            return
        parts = [self._moved({market.name for market in chosen})]
        for market in chosen:
            self._tell_empty(market)
            given = given_for(self.b, market)
            parts += [covered(self.b, market), given.assign(coefficient=-given["coefficient"].astype(float))]
        terms = stack([part for part in parts if len(part)])
        if terms.empty:
            return
        rows = self.b.rows_from_terms(info.name, terms, list(PLACE), "<=", info.unit)
        sheet = chosen[0].table
        table = next(table for table in TABLES if table.name == sheet)
        cells = self.data.lookup_cells(table)
        amounts = {(market.name, *key): amount for market in chosen if market.has_cap for key, amount in allocated(self.data, market).items()}
        keys = list(rows.itertuples(index=False, name=None))
        own = [amounts[key] for key in keys] if chosen[0].has_cap else ()
        self.b.limit_rows(info, rows, (sheet, [cells[market, year] for market, _, year in keys], info.unit), own)

    def _tell_empty(self, market: Market) -> None:
        """A warning for each emission under whose name nothing is posted in a market."""
        posted = set(self.ledger.items(EMISSION))
        for row, line in self.data.frame(MARKET_COVERAGE).iterrows():
            item = str(line["item"])
            if str(line["market"]) == market.name and item not in posted:
                self.b.findings.append(Finding(
                    "warning", MARKET_COVERAGE.name, self.data.cell(MARKET_COVERAGE.name, int(str(row)), "item"), f"nothing is emitted as {item}: the row covers nothing",
                    f"one of {', '.join(sorted(posted))}", f"没有记为 {item} 的排放，该行不起作用", f"应为 {'、'.join(sorted(posted))} 之一",
                ))  # fmt: skip

    def _moved(self, names: set[str]) -> pd.DataFrame:
        """Terms of what is bought, banked and credited."""
        parts = [
            family.frame.assign(position=family.positions, coefficient=-1.0)
            for family in (self.bought, self.used) if family is not None
        ]  # fmt: skip
        if self.banked is not None:
            kept = self.banked.frame.assign(position=self.banked.positions)
            following = {year: later for market in self.markets.values() for year, later in zip(market.years, market.years[1:], strict=False)}
            into = kept.assign(coefficient=[1.0 / self.data.length(year) for year in kept["year"]])
            later = kept.assign(year=kept["year"].map(following))
            parts += [into, later.assign(coefficient=[-1.0 / self.data.length(year) for year in later["year"]])]
        found = stack(parts) if parts else pd.DataFrame(columns=TERMS)
        return found[found["market"].isin(names)][TERMS]

    def _credits(self, used: Family, sold: Family) -> None:
        terms = [used.frame.assign(position=used.positions, coefficient=1.0)[TERMS]]
        for market in self.crediting:
            owed = covered(self.b, market)
            terms.append(owed.assign(coefficient=-market.credit_share * owed["coefficient"].astype(float)))
        rows = self.b.rows_from_terms(WITHIN_SHARE.name, stack(terms), list(PLACE), "<=", WITHIN_SHARE.unit)
        cells = [self.data.cell(CARBON_MARKETS.name, self.markets[str(market)].row, "credit_share") for market in rows["market"]]
        self.b.limit_rows(WITHIN_SHARE, rows, (CARBON_MARKETS.name, cells, WITHIN_SHARE.unit))
        place, own = list(TERMS[1:]), ["region", "year"]
        creditable = self.b.variable(CREDITABLE, sold.frame[own].drop_duplicates())
        added = credited(self.b)
        added = added[added["year"].isin(sold.frame["year"])]
        total = creditable.frame.assign(position=creditable.positions, coefficient=-1.0)[place]
        self.b.rows_from_terms(CREDITABLE_SUM.name, stack([total, added]), own, "==", CREDITABLE_SUM.unit)
        backed = [sold.frame.assign(position=sold.positions, coefficient=1.0)[place], total]
        rows = self.b.rows_from_terms(BACKED.name, stack(backed), own, "<=", BACKED.unit)
        first = self.data.cell(SINK_CREDITS.name, int(self.data.frame(SINK_CREDITS).index[0]), "buffer")
        self.b.limit_rows(BACKED, rows, (SINK_CREDITS.name, [first] * len(rows), BACKED.unit))

    @constraint(unit="Mt CO2/yr")
    def allowances_clear(self, market: str, year: int) -> Any:
        """What some regions buy others sell.

            sum over r in scope of allowances_bought[m,r,t] == 0

        For: every market that trades, among two regions or more, and decided year of it. Unit: Mt CO2/yr. Dual: the price of an allowance.
        Data: carbon_markets (trade, scope).
        """
        assert self.bought is not None
        return self.b.sum((1.0, self.bought[market, region, year]) for region in self.markets[market].regions) == 0.0

    @constraint(unit="Mt CO2/yr")
    def credits_clear(self, market: str, year: int) -> Any:
        """Credits that are surrendered are those that are sold.

            sum over r in scope of credits_used[m,r,t] - sum over r of credits_sold[m,r,t] == 0

        For: every market that takes credits and decided year of it; any region of the nation may sell. Unit: Mt CO2/yr. Dual: the price of a
        credit. Data: carbon_markets.credit_share, sink_credits.
        """
        assert self.used is not None
        assert self.sold is not None
        pairs = [(1.0, self.used[market, region, year]) for region in self.markets[market].regions]
        return self.b.sum([*pairs, *((-1.0, self.sold[market, region, year]) for region in self.data.regions)]) == 0.0


def _places(market: Market) -> Iterator[tuple[str, str, int]]:
    return ((market.name, region, year) for year in market.years for region in market.regions)


def _once(family: Family) -> pd.DataFrame:
    """Market and year of a family, each once."""
    return family.frame[["market", "year"]].drop_duplicates().reset_index(drop=True)
