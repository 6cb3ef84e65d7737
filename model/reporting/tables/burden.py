"""Who bears what: what each region spends and gets, pays and is paid, in total, per product and per head, beside another plan.

    net[r,t] = own_spending + own_revenue + missed_targets + sum over commodities of payments + carbon_settlement

What is spent counts where it is posted; below zero is what a place gets. Payments are those of ``trade`` and ``line_accounts``, where a line
gives back its cost to who posted it; carbon is settled by that of ``allowances``, or as what is traded in a carbon market. The other plan (``Solution.against``) is told by the same table.

Limits: nobody gains by what is not priced (cleaner air, jobs); what households pay for power stands where it is produced and is passed on as
payments between regions say. What missed targets are priced at is nobody's spending and stands at the scope of the target. Series are read at
the middle of a period.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...closing.pledges.series import GDP, POPULATION
from ...closing.results.finance import SURPLUS, USERS
from ...core.build import registry
from ...core.data import Data
from ...core.declare import units
from ...core.declare.results import SPEND
from ...core.declare.spec import Table
from ...core.solve.amounts import entries, stack, total
from ...core.solve.row_prices import is_cost
from ...core.solve.sides import Tables
from ...core.solve.solution import Solution
from .payments import accounts_of_payments

OWN, REVENUE, MISSED, CARBON, NET = "own_spending", "own_revenue", "missed_targets", "carbon_settlement", "net"
#: What the net of all items is called beside other nets.
NET_BURDEN = "net_burden"
#: What a region spends and earns itself, whoever pays whom.
RESOURCES = (OWN, REVENUE, MISSED)
TOTAL, PER_GDP, PER_HEAD = "total", "per_gdp", "per_head"
BN, PERCENT, HEAD = "bn CNY/yr", "%", "CNY/person/yr"
#: Basis -> the sheet that it divides by, the unit of the quotient, and that in which it is told.
BASES: dict[str, tuple[Table, str, str]] = {PER_GDP: (GDP, "1", PERCENT), PER_HEAD: (POPULATION, "bn CNY/yr/million persons", HEAD)}
KEYS = ["region", "item", "basis", "year"]
#: How far a burden is followed: what is spent, with what regions pay one another, with carbon settled too.
SPENT, PAID, SETTLED = "burden_spent", "burden_paid", "burden_settled"
STEPS = (SPENT, PAID, SETTLED)


def burden(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``burden``: ``own`` is the plan, ``baseline`` the other one, ``value`` what the plan has more; without another plan it is ``own``.

    Where the objective of either counts no money there are no prices: payments and the net are left blank.
    """
    data = solution.build.data
    rows = borne(tables, solution)
    if rows.empty:
        return rows
    priced = is_cost(solution)
    # without prices nobody knows what regions pay one another: a net of the rest would say that they pay nothing
    net = [total(rows, ["region", "year"]).assign(item=NET)] if priced else []
    own = stack([_on_basis(data, stack([rows, *net]), basis) for basis in (TOTAL, *BASES)])
    other = solution.against
    if other is None:
        found = own.assign(baseline=np.nan, value=own["own"], against="")
    else:
        told = other.burden[[*KEYS, "unit", "own"]].rename(columns={"own": "baseline"}).astype({"year": "int64"})
        found = own.merge(told, how="outer", on=[*KEYS, "unit"])
        # what one plan alone has is nothing in the other, but a payment of a plan without prices is not known
        resources = found["item"].isin(RESOURCES)
        for column, known in (("own", priced), ("baseline", bool((told["item"] == NET).any()))):
            found[column] = found[column].fillna(0.0).where(resources | found[column].notna() | known)
        found = found.assign(value=found["own"] - found["baseline"], against=other.name)
    return found.assign(region_group=found["region"].map(dict(data.region_group)).fillna(""))


def borne(tables: Tables, solution: Solution) -> pd.DataFrame:
    """Region (or nation, group, the lines), item, year, value in bn CNY a year: what is spent and paid less what is got."""
    money = tables["money"]
    spends = (money["direction"] == SPEND) & (money["item"] != SURPLUS)
    earns = (money["direction"] != SPEND) & (money["item"] != money["fund"]) & (money["item"] != USERS)
    parts = [money[spends].assign(item=OWN), money[earns].assign(item=REVENUE, value=-money.loc[earns, "value"])]
    aims = entries(solution, "aims", BN)
    if len(aims):
        parts.append(aims.assign(region=aims["scope"], item=MISSED, value=-aims["value"]))
    paid = accounts_of_payments(tables)
    if len(paid):
        parts.append(paid.assign(item=paid["commodity"], value=-paid["value"]))
    settled = tables["allowances"]
    settled = settled[settled["payment"].notna()] if len(settled) else settled
    if len(settled):
        parts.append(settled.assign(item=CARBON, value=settled["payment"]))
    keys = ["region", "item", "year"]
    told = [part[[*keys, "value"]].astype({"year": "int64"}) for part in parts if len(part)]
    return total(stack(told), keys) if told else pd.DataFrame()


def per_period(data: Data, table: Table) -> pd.DataFrame:
    """A sheet of years by region (rows) and milestone (columns), straight between its years, at the middle of each period."""
    frame = data.frame(table)
    moments = [data.middle(year) for year in data.all_years]
    rows = {}
    for region, part in frame.groupby("region", sort=False) if len(frame) else ():
        ordered = part.sort_values("year")
        rows[str(region)] = np.interp(moments, ordered["year"].to_numpy(dtype=float), ordered["value"].to_numpy(dtype=float))
    return pd.DataFrame.from_dict(rows, orient="index", columns=data.all_years)


def _on_basis(data: Data, rows: pd.DataFrame, basis: str) -> pd.DataFrame:
    """The rows in total, or of regions for each unit of their product or people, where these are known."""
    if basis == TOTAL:
        return rows.rename(columns={"value": "own"}).assign(basis=basis, unit=BN)
    table, quotient, unit = BASES[basis]
    by = divisors(data, table, rows)
    known = by > 0.0
    return rows[known].assign(own=units.convert(rows["value"].to_numpy(dtype=float)[known] / by[known], quotient, unit), basis=basis, unit=unit)


def divisors(data: Data, table: Table, rows: pd.DataFrame) -> npt.NDArray[np.float64]:
    """What rows by region and year are divided by; NaN where the sheet does not know the region."""
    known = per_period(data, table)
    found = {(region, year): value for year in known.columns for region, value in known[year].items()}
    return np.array([found.get(key, np.nan) for key in zip(rows["region"], rows["year"], strict=True)], dtype=float)


def shares_of_product(frame: pd.DataFrame, data: Data, spans: Mapping[str, Sequence[int]], place: str = "region_group") -> pd.DataFrame:
    """What each place bears in % of its product, step by step (rows place and step), over spans of milestones (columns); without prices what is spent alone."""
    product = per_period(data, GDP)
    part = frame[(frame["basis"] == TOTAL) & (frame["item"] != NET) & frame["region"].isin(product.index)]
    if part.empty:
        return pd.DataFrame()
    length = {year: float(data.length(year)) for year in data.all_years}
    carbon = [CARBON, *(name for name, traded in registry.trades().items() if traded.of_carbon)]
    steps = {SPENT: part["item"].isin(RESOURCES), PAID: ~part["item"].isin(carbon), SETTLED: part["item"].notna()}
    if not frame.loc[frame["item"] == NET, "value"].notna().any():
        del steps[PAID], steps[SETTLED]
    where = dict(zip(part["region"], part[place], strict=True))
    rows = {}
    for name in dict.fromkeys(part[place]):
        regions = [region for region in product.index if where.get(region) == name]
        made = product.loc[regions].sum()
        for step, counts in steps.items():
            spent = part[counts & (part[place] == name)].groupby("year")["value"].sum()
            rows[(str(name), step)] = [_share(spent, made, years, length) for years in spans.values()]
    index = pd.MultiIndex.from_tuples(list(rows), names=["place", "item"])
    return pd.DataFrame(list(rows.values()), index=index, columns=list(spans))


def _share(spent: pd.Series, made: pd.Series, years: Sequence[int], length: Mapping[int, float]) -> float:
    """Percent of the product of some periods; both series are by milestone."""
    whole = sum(float(made[year]) * length[year] for year in years)
    return float(units.convert(sum(float(spent.get(year, 0.0)) * length[year] for year in years) / whole, "1", PERCENT)) if whole > 0.0 else np.nan
