"""What Excel and page both show of a plan: accounts, what levers add, power, money, the forest roadmap, the dearest limits.

Matrices are those of ``context``: rows (place, item), columns years.

Limits: rows and sums of the result tables; how they look is up to who shows them.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from ..closing.results.finance import SURPLUS, USERS
from ..core.build import registry
from ..core.data import AFTER, HISTORY, PLAN
from ..core.declare import units
from ..core.declare.results import SPEND
from ..core.declare.roles import Decision, Told
from ..levers.forest.parts.areas import CLEARCUT
from ..levers.forest.results.roadmap import NEITHER
from ..levers.forest.results.roadmap import PHASES as ROADMAP_PHASES
from ..levers.forest.tables import NEW
from ..levers.power.storage import CHARGE, DISCHARGE
from ..levers.power.tables import STORE
from .context import JOINT, NATION, Context, pivot
from .tables.burden import NET as BORNE
from .tables.burden import NET_BURDEN, PERCENT, TOTAL, shares_of_product
from .tables.payments import LINES, accounts_of_payments

#: What is smaller, in any unit of the report, is a residue of the solver.
RESIDUE = 1e-6
CO2 = "Mt CO2/yr"
EMISSION, SINK, CAPTURED = "emission", "sink", "captured"
ACCOUNTS = (EMISSION, SINK, CAPTURED)
NET, NET_UNMANAGED, OUTSIDE = "net", "net_unmanaged", "sink_outside"
WITH, WITHOUT, ADDED = "with_plan", "without_levers", "added"
KINDS = (WITH, WITHOUT, ADDED)
MARKET_TABLE, FISCAL_TABLE, WORK_TABLE = "carbon_market", "fiscal", "work"
CAPACITIES = ("capacity_before", "capacity_after")
#: Phase in the table ``roadmap`` -> its word in the report, in the paper's order.
PHASES = ("phase_planting", "phase_step", "phase_harvest")
PHASE_WORDS = dict(zip((*ROADMAP_PHASES, NEITHER), (*PHASES, "phase_none"), strict=True))
INCOME, NET_COST = "income", "net_cost"
#: Rows of what is felled and planted, as the sheet of the forest and the page name them.
FELLED, PLANTING = CLEARCUT.name, "planting"
#: Balances whose prices are shown first, with a chart.
SHOWN = ("emission", "electricity", "water")
#: Prices and activities below this are noise of the solver.
NOISE = 1e-7
#: Years of a decade.
TEN = 10
#: Scarce things that a summary names.
SCARCEST = 5

#: A fund binds where one more yuan of it is worth more than this; below it stands the order of payment and the rounding of the solver.
FEN = 0.01


def _told() -> list[tuple[Decision, Told]]:
    """Decisions that the allocation tells, as the levers declare."""
    return [(decision, decision.told) for decision in registry.decisions() if decision.told is not None]


def allocated(ctx: Context, words: Collection[str]) -> pd.DataFrame:
    """Rows of the allocation of levers with these words."""
    frame = ctx.table("allocation")
    return frame[frame["lever"].isin(words)] if len(frame) else frame


def tasks(ctx: Context) -> list[tuple[str, str, pd.DataFrame]]:
    """What the plan does, by the headlines of the decisions: words, unit, rows of the allocation (none where nobody does it)."""
    found = []
    headed = [(told.headline, decision, told) for decision, told in _told() if told.headline is not None]
    for headline, decision, told in sorted(headed, key=lambda entry: entry[0].place):
        part = allocated(ctx, [decision.lever])
        if headline.starts and len(part):
            part = part[part["item"].astype(str).str.startswith(headline.starts)]
        found.append((headline.zh if ctx.lang == "zh" else headline.en, told.unit, part))
    return found


def clean(ctx: Context) -> pd.DataFrame:
    """Rows of the allocation that tell of plants: levers that a headline names among those told by the table ``power``."""
    return allocated(ctx, [decision.lever for decision, told in _told() if told.table == "power" and told.headline is not None])


def delivered(ctx: Context) -> pd.DataFrame:
    """Rows of the allocation that tell of water brought to a zone."""
    return allocated(ctx, [decision.lever for decision, told in _told() if told.to == "water_zone"])


def account_rows(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """Long rows place, item, year, value: emission, sink, captured, sink outside the target, both nets.

    ``frame`` has the columns of ``carbon`` and a column ``place``. Nets are given from the first decided year on.
    """
    counted = frame["in_target"].astype(int) == 1
    parts = [frame[counted].assign(item=frame["account"])]
    outside = frame[~counted & (frame["account"] == SINK)]
    parts.append(outside.assign(item=OUTSIDE))
    later = frame[frame["year"] != ctx.base_year]
    strict = later[later["in_target"].astype(int) == 1]
    signed = strict.assign(item=NET, value=strict["value"] * np.where(strict["account"] == EMISSION, 1.0, -1.0))
    less = outside[outside["year"] != ctx.base_year]
    parts += [signed, pd.concat([signed, less.assign(value=-less["value"])]).assign(item=NET_UNMANAGED)]
    return pd.concat(parts, ignore_index=True)[["place", "item", "year", "value"]]


def accounts(ctx: Context, column: str = "", years: Sequence[int] = ()) -> pd.DataFrame:
    """Matrix of ``account_rows`` by ``column`` of the carbon table, without one for the nation; years of the plan, or those given."""
    frame = ctx.table("carbon")
    if frame.empty:
        return frame
    rows = account_rows(ctx, frame.assign(place=frame[column].astype(str) if column else NATION))
    wanted = [*ACCOUNTS, OUTSIDE, NET, NET_UNMANAGED]
    matrix = pivot(rows, "place", "item", years or ctx.years)
    places = list(dict.fromkeys(matrix.index.get_level_values(0)))
    keys = [(p, i) for p in places for i in wanted if (p, i) in matrix.index]
    matrix = matrix.loc[keys]
    # net emissions begin with the first decided year, and so do sinks and capture that have no entry before
    base = ctx.base_year
    if base in matrix.columns:
        posted = frame[(frame["year"] == base) & (frame["in_target"].astype(int) == 1)]["account"]
        blank = [key for key in keys if key[1] in (NET, NET_UNMANAGED) or (key[1] in (SINK, CAPTURED) and key[1] not in set(posted))]
        matrix.loc[blank, base] = np.nan
    return matrix


def signed_accounts(matrix: pd.DataFrame) -> pd.DataFrame:
    """Emissions above zero, sinks and capture below, nets as they are: what the chart stacks."""
    below = [key for key in matrix.index if key[1] in (SINK, CAPTURED, OUTSIDE)]
    signed = matrix.copy()
    signed.loc[below] = -signed.loc[below]
    return signed


def counted(ctx: Context) -> pd.DataFrame:
    """Rows of the strict account after the base year."""
    frame = ctx.table("additionality")
    return frame[(frame["in_target"].astype(int) == 1) & (frame["year"] != ctx.base_year)] if len(frame) else frame


def totals(ctx: Context, column: str = "") -> pd.DataFrame:
    """Matrix (place, with_plan / without_levers / added) of all categories by ``column``; without one for the nation."""
    frame = counted(ctx)
    place = column or NATION
    parts = [pivot(frame.assign(kind=kind), place, "kind", ctx.decided, kind) for kind in KINDS]
    return pd.concat(parts)


def added_by(ctx: Context, place: str, item: str, frame: pd.DataFrame | None = None) -> pd.DataFrame:
    """Matrix of what is added by place and item, without rows that are nothing throughout."""
    rows = counted(ctx) if frame is None else frame
    matrix = pivot(rows, place, item, ctx.decided, ADDED)
    return matrix[matrix.abs().max(axis=1) > RESIDUE] if len(matrix) else matrix


def plants(ctx: Context) -> pd.DataFrame:
    """Rows of ``power`` that generate."""
    power = ctx.table("power")
    return power[power["kind"] != STORE] if len(power) else power


def stores(ctx: Context) -> pd.DataFrame:
    """Rows of ``power`` that hold energy."""
    power = ctx.table("power")
    return power[power["kind"] == STORE] if len(power) else power


def primary(ctx: Context) -> pd.DataFrame:
    """Primary energy by source, under words of its own: coal is no coal plant."""
    table = ctx.table("primary_energy")
    return table.assign(item="primary_" + table["energy_source"].astype(str)) if len(table) else table


def storage_use(frame: pd.DataFrame) -> pd.DataFrame:
    """Discharge of stores, and their charge below zero, as rows with ``item`` and ``value``."""
    parts = ((DISCHARGE.name, frame["discharge_twh"]), (CHARGE.name, -frame["charge_twh"]))
    return pd.concat([frame.assign(item=name + "." + frame["technology"].astype(str), value=value) for name, value in parts], ignore_index=True)


def with_origin(forest: pd.DataFrame) -> pd.DataFrame:
    """Rows of ``forest`` with the origin of their stratum; what is planted within the plan is new."""
    told = registry.read_names("stratum", forest["stratum"])
    return forest.assign(origin=told["origin"].where(told["status"] != NEW, NEW))


def roadmap(ctx: Context) -> pd.DataFrame:
    """Felled and planted area of the nation, kha a year, by decided year; with ratio and phase (its word)."""
    table = ctx.table("roadmap")
    if table.empty:
        return pd.DataFrame(columns=["year", "clearcut_kha", "planted_kha", "ratio", "phase"])
    nation = table[table["region"] == NATION]
    return nation.assign(phase=nation["phase"].map(PHASE_WORDS))[["year", "clearcut_kha", "planted_kha", "ratio", "phase"]]


def cost_rows(ctx: Context) -> pd.DataFrame:
    """Spending of the plan, its own income (negative) and their sum, whoever pays: rows of ``money`` with ``entry``."""
    money = ctx.table("money")
    if money.empty:
        return money
    spends = (money["direction"] == SPEND) & (money["item"] != SURPLUS)
    earns = (money["direction"] != SPEND) & (money["item"] != money["fund"]) & (money["item"] != USERS)
    own = money[spends | earns]
    signed = own.assign(entry=own["direction"].where(own["direction"] == SPEND, INCOME))
    signed = signed.assign(value=own["value"].where(own["direction"] == SPEND, -own["value"]))
    return pd.concat([signed, signed.assign(entry=NET_COST)], ignore_index=True)


def costs(ctx: Context, place: str = NATION) -> pd.DataFrame:
    """Matrix of ``cost_rows`` by year, for the nation or by a column of the table."""
    return pivot(cost_rows(ctx), place, "entry", ctx.years)


def net_cost(ctx: Context) -> pd.Series:
    """What the plan costs the nation by year, bn CNY: the row of the sheet of money, and the sentence of the summary."""
    matrix = costs(ctx)
    return matrix.loc[(NATION, NET_COST)].dropna() if len(matrix) else pd.Series(dtype=float)


def worth(ctx: Context) -> pd.DataFrame:
    """Binding limits after the base year by ``worth``, the gain of relaxing each by 1 % of the activity it rules, the dearest first."""
    frame = ctx.table("limits")
    if frame.empty:
        return frame
    price = frame["price"].fillna(frame["dual"]).astype(float)
    found = frame.assign(used_price=price, worth=frame["gain_of_1_percent"].astype(float))
    found = found[(found["dual"].astype(float) > NOISE) & found["limit"].notna() & _of_plan(ctx, found["year"])]
    return found.sort_values("worth", ascending=False, kind="stable").reset_index(drop=True)


def _of_plan(ctx: Context, year: pd.Series) -> pd.Series:
    """Neither of the base year and what is known after it, which is history, nor of the time after the plan."""
    return (year.astype(float) > float(ctx.history_until)) & ~(year.astype(float) > float(ctx.years[-1]) if ctx.after else year.isin([]))


def cost_by_kind(ctx: Context) -> dict[str, float]:
    """The objective by kind of period, in its unit: what was before the plan, the plan, what comes after it; nothing where all is plan."""
    frame = ctx.table("objective")
    # what stands in one year is no sum over the periods
    if frame.empty or len(set(frame["year"])) == 1 or (not ctx.after and ctx.history_until == ctx.base_year):
        return {}
    year = frame["year"].astype(float)
    before, late = year <= float(ctx.history_until), year > float(ctx.years[-1])
    parts = {HISTORY: frame.loc[before, "value"].sum(), PLAN: frame.loc[~before & ~late, "value"].sum(), AFTER: frame.loc[late, "value"].sum()}
    return {kind: float(value) for kind, value in parts.items() if kind != AFTER or ctx.after}


def scarcest(ctx: Context, number: int) -> list[dict[Hashable, Any]]:
    """The dearest limits, each named once with the year in which it is dearest, then every target that is not among them."""
    found = worth(ctx)
    if found.empty:
        return []
    dearest = found.drop_duplicates("name").head(number)
    frame = ctx.table("limits")
    aims = frame[(frame["target"] == 1) & _of_plan(ctx, frame["year"])]
    aims = aims.assign(used_price=aims["price"].fillna(aims["dual"]).astype(float), worth=aims["gain_of_1_percent"].astype(float))
    aims = aims.sort_values("worth", ascending=False, kind="stable").drop_duplicates(["name", "sheet", "cell"])
    shown = set(zip(dearest["name"], dearest["sheet"], dearest["cell"], strict=True))
    rest = [row for row in aims.to_dict("records") if (row["name"], row["sheet"], row["cell"]) not in shown]
    return [*dearest.to_dict("records"), *rest]


def gains(ctx: Context, place: str = "region", item: str = "commodity") -> pd.DataFrame:
    """Matrix of what each place gets less what it pays for what regions send one another, by commodity or all; without rows where nothing is paid for."""
    if not ctx.has("trade"):
        return pd.DataFrame()
    found = accounts_of_payments({"trade": ctx.table("trade"), "line_accounts": ctx.table("line_accounts")})
    found = _as_sent(found[(found["region"] != LINES) & found["year"].isin(ctx.years)])
    matrix = pivot(found.assign(region_group=found["region"].map(ctx.group_of)), place, item, ctx.years)
    return matrix[matrix.abs().max(axis=1) > RESIDUE] if len(matrix) else matrix


def _as_sent(frame: pd.DataFrame) -> pd.DataFrame:
    """Commodities by the name of what is decided of them: a commodity may be called as something else, a table for instance."""
    variables = {name: traded.variable for name, traded in registry.trades().items() if traded.variable}
    return frame.assign(commodity=frame["commodity"].replace(variables))


def rents(ctx: Context) -> pd.DataFrame:
    """Matrix of what lines earn above their cost: both ends, commodity, years of the plan."""
    lines = ctx.table("line_accounts")
    if lines.empty:
        return lines
    pair = lines["from_region"].astype(str) + JOINT + lines["to_region"].astype(str)
    matrix = pivot(_as_sent(lines[lines["rent"].notna()].assign(pair=pair)), "pair", "commodity", ctx.years, "rent")
    return matrix[matrix.abs().max(axis=1) > RESIDUE] if len(matrix) else matrix


def decades(ctx: Context) -> dict[str, list[int]]:
    """Decided milestones of the plan by the ten years that they lie in, named from the beginning of the first to the end of the last: ``2026–30``, ``2031–40``."""
    found: dict[int, list[int]] = {}
    for year in (year for year in ctx.decided if year > ctx.history_until):
        found.setdefault((year - 1) // TEN * TEN, []).append(year)
    before = dict(zip(ctx.years[1:], ctx.years, strict=False))
    return {f"{before[years[0]] + 1}–{years[-1] % 100:02d}": years for years in found.values()}


def borne_shares(ctx: Context, spans: Mapping[Any, Sequence[int]], place: str = "region_group") -> pd.DataFrame:
    """What each place bears in % of its product: what is spent, with what regions pay one another, with carbon settled too."""
    if not ctx.has("burden") or ctx.data is None:
        return pd.DataFrame()
    return shares_of_product(ctx.table("burden"), ctx.data, spans, place)


def borne_items(ctx: Context, place: str = "region_group") -> pd.DataFrame:
    """Matrix of what places bear by item, bn CNY a year; the nation and groups stand where something is theirs alone."""
    if not ctx.has("burden"):
        return pd.DataFrame()
    frame = ctx.table("burden")
    frame = frame[(frame["basis"] == TOTAL) & frame["value"].notna()]
    whose = frame["region_group"].where(frame["region_group"].notna() & (frame["region_group"] != ""), frame["region"]).str.removeprefix("group:")
    named = _as_sent(frame.assign(commodity=frame["item"].replace({BORNE: NET_BURDEN}))).assign(region_group=whose)
    matrix = pivot(named, place, "commodity", ctx.years)
    return matrix[matrix.abs().max(axis=1) > RESIDUE] if len(matrix) else matrix


def capacities(ctx: Context) -> pd.DataFrame:
    """Matrix of regions, in percent: what own revenue pays of expenditure before and after what regions pay one another."""
    if not ctx.has(FISCAL_TABLE):
        return pd.DataFrame()
    frame = ctx.table(FISCAL_TABLE)
    return pivot(pd.concat([frame.assign(item=column, value=units.convert(frame[column].to_numpy(dtype=float), "1", PERCENT)) for column in CAPACITIES]), "region", "item", ctx.years)


#: What work is told by: column, heading, unit.
OF_WORK = (("work", "burden_work", "thousand persons/yr"), ("income", "burden_income", "bn CNY/yr"))

#: What a carbon market is told by on the sheet, in tonnes (column -> item); its prices; what is paid.
OF_MARKET = {"covered": "covered", "allocated": "allowances_given", "bought": "bought", "credits_used": "credits_used", "credits_sold": "credits_sold"}
MARKET_PRICES = ("settled_price", "settled_credit_price")
PAID_IN_MARKET = "payment"


def market_matrices(ctx: Context, place: str = "region_group") -> list[tuple[str, str, pd.DataFrame]]:
    """Heading, unit and matrix of each carbon market: tonnes and payments by place, prices as the mean over regions of what is covered."""
    if not ctx.has(MARKET_TABLE):
        return []
    found = []
    for market, frame in ctx.table(MARKET_TABLE).groupby("market", sort=False):
        parts = [frame.assign(item=item, value=frame[column].astype(float)) for column, item in OF_MARKET.items()]
        heading = partial(ctx.word, market=ctx.item(str(market)))
        found.append((heading("market_tonnes"), CO2, pivot(pd.concat(parts), place, "item", ctx.years)))
        prices = [_mean_price(frame, column) for column in MARKET_PRICES if frame[column].notna().any()]
        if prices:
            found.append((heading("market_prices"), "CNY/t CO2", pivot(pd.concat(prices), "region", "item", ctx.years)))
            found.append((heading("market_payments"), "bn CNY/yr", pivot(frame.assign(item=PAID_IN_MARKET), place, "item", ctx.years, PAID_IN_MARKET)))
    return _with_amounts(found)


def work_matrices(ctx: Context, place: str = "region_group") -> list[tuple[str, str, pd.DataFrame]]:
    """Heading, unit and matrix of the work and of the income that spending keeps, by place and cost item."""
    frame = ctx.table(WORK_TABLE)
    found = [(ctx.word(heading), unit, pivot(frame.assign(value=frame[column]), place, "item", ctx.years)) for column, heading, unit in OF_WORK] if len(frame) else []
    return _with_amounts(found)


def _with_amounts(found: list[tuple[str, str, pd.DataFrame]]) -> list[tuple[str, str, pd.DataFrame]]:
    """Rows that are not nothing throughout, of matrices that have any."""
    return [(heading, unit, matrix[matrix.abs().max(axis=1) > RESIDUE]) for heading, unit, matrix in found if len(matrix) and float(matrix.abs().max().max()) > RESIDUE]


def _mean_price(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """The price of a market by year: the mean over regions, by what is surrendered for there."""
    known = frame[frame[column].notna()]
    weight = known["covered"].clip(lower=RESIDUE)
    sums = (known[column] * weight).groupby(known["year"]).sum() / weight.groupby(known["year"]).sum()
    return pd.DataFrame({"region": NATION, "item": column, "year": sums.index, "value": sums.to_numpy()})


def against(ctx: Context) -> str:
    """Beside which plan burdens are told, as part of a sentence."""
    named = str(ctx.table("burden")["against"].fillna("").iloc[0])
    return ctx.word("burden_against", name=ctx.item(named)) if named else ctx.word("burden_alone")


def nets_text(ctx: Context, nets: str) -> str:
    """In what a row differs from its cell, in words."""
    parts = []
    for code in (part for part in str(nets).split("; ") if part and part != "nan"):
        name, _, items = code.partition(":")
        named = ", ".join(ctx.item(item) for item in items.split(",") if item)
        parts.append(ctx.word(f"nets_{name}", items=named))
    return " ".join(parts)
