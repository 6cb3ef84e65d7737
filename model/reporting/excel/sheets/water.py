"""The sheets of water with the West-line diversion, and of land.

Limits: the canal's panels are credited with the average emission factor of fossil power in the base year; what they
avoid in the plan's own dispatch is already inside the carbon account.
"""

from __future__ import annotations

import pandas as pd
from openpyxl.workbook import Workbook

from ....core.build import registry
from ....core.declare.results import IDLE, SPEND, SUPPLY, USE
from ....levers.land.results.diversion import PUBLISHED_CANAL_ABATEMENT
from ....levers.land.tables import AVAILABLE
from ...context import NATION, Context, ordered, pivot, ranked
from ...shown import RESIDUE
from ..charts import Plot
from ..page import Page

MCM, BN, KHA, CO2 = "million m3/yr", "bn CNY/yr", "kha", "Mt CO2/yr"
CANAL, POWER_CATEGORY = "pv_over_canal", "power"
FOSSIL = ("coal", "gas", "oil")
#: Land classes whose key means something else in other tables.
LAND_WORDS = {"grassland": "grassland_class", "none": "no_land"}


def write_water(book: Workbook, ctx: Context) -> Page:
    """The sheet ``water``."""
    page = Page(book, "water", ctx, ctx.word("lead_water"))
    frame = ctx.table("water")
    zones = list(dict.fromkeys(frame["water_zone"].astype(str)))
    for direction in (SUPPLY, USE, IDLE):
        part = frame[frame["direction"] == direction]
        if part.empty:
            continue
        totals = ordered(pivot(part, "water_zone", "all", ctx.years), zones)
        page.heading(ctx.word(f"water_{direction}"))
        block = page.matrix(totals, MCM)
        plots = [Plot(block, ctx.word(f"water_{direction}"), ctx.unit(MCM), range(len(totals)), ctx.colours(zones), ctx.word("year"), name_column=1)]
        if direction == USE:
            items, shown = ranked(pivot(part[~part["item"].astype(str).str.startswith("exogenous_")], NATION, "item", ctx.years))
            if len(items):
                second = page.matrix(items, MCM)
                keys = [k[1] for k in second.keys]
                plots.append(Plot(second, ctx.word("water_lever_use"), ctx.unit(MCM), range(shown), ctx.colours(keys), ctx.word("year")))
        page.charts(*plots)
    _streams(page, ctx, zones)
    _project(page, ctx)
    page.heading(ctx.word("water_detail"))
    detail = frame[frame["direction"] != IDLE]
    detail = detail.assign(entry=detail["direction"].astype(str) + "." + detail["item"].astype(str))
    page.matrix(ordered(pivot(detail, "water_zone", "entry", ctx.years), zones), MCM)
    page.finish(freeze=f"D{page.head_rows + 1}")
    return page


def _streams(page: Page, ctx: Context, zones: list[str]) -> None:
    """What rivers have, keep and lose to consumption, by zone."""
    frame = ctx.table("streams")
    if frame.empty:
        return
    page.heading(ctx.word("streams"))
    named = frame.assign(entry=frame["direction"].astype(str) + "." + frame["item"].astype(str))
    named = named.assign(entry=named["entry"].where(named["direction"] != IDLE, IDLE))
    page.matrix(ordered(pivot(named, "water_zone", "entry", ctx.decided), zones), MCM)


def canal_account(ctx: Context) -> tuple[pd.Series, float] | None:
    """Generation of the canal's panels (TWh a year, by year) and the fossil factor of the base year (Mt CO2/TWh)."""
    power, carbon = ctx.table("power"), ctx.table("carbon")
    if power.empty or carbon.empty or CANAL not in set(power["technology"]):
        return None
    base = power[(power["year"] == ctx.base_year) & power["technology"].astype(str).str.split("_").str[0].isin(FOSSIL)]
    emitted = carbon[(carbon["year"] == ctx.base_year) & (carbon["category"] == POWER_CATEGORY) & (carbon["account"] == "emission")]
    burnt = float(base["generation_twh"].sum())
    if burnt <= 0.0:
        return None
    made = power[power["technology"] == CANAL].groupby("year")["generation_twh"].sum()
    return made, float(emitted["value"].sum()) / burnt


def _project(page: Page, ctx: Context) -> None:
    water, money = ctx.table("water"), ctx.table("money")
    flows = water[water["item"].isin(registry.project_items("water"))]
    page.heading(ctx.word("west_line"))
    if flows["value"].abs().max() < RESIDUE or flows.empty:
        page.prose(ctx.word("west_line_absent"))
        return
    flows = flows.assign(entry=flows["direction"].astype(str) + "." + flows["item"].astype(str))
    block = page.matrix(pivot(flows, "water_zone", "entry", ctx.years), MCM)
    delivered = [n for n, k in enumerate(block.keys) if k[1].startswith(f"{SUPPLY}.")]
    zones = [k[0] for k in block.keys]
    plot = Plot(block, ctx.word("west_line_delivered"), ctx.unit(MCM), delivered, ctx.colours(zones), ctx.word("year"), name_column=1)
    page.charts(plot, _finance(page, ctx, money))
    _canal(page, ctx)


def _finance(page: Page, ctx: Context, money: pd.DataFrame) -> Plot | None:
    if money.empty:
        return None
    own = money[money["item"].isin(registry.project_items("money"))]
    if own.empty:
        return None
    signed = own.assign(value=own["value"].where(own["direction"] == SPEND, -own["value"]))
    matrix = pivot(signed, NATION, "item", ctx.years)
    block = page.matrix(matrix, BN)
    keys = [k[1] for k in block.keys]
    return Plot(block, ctx.word("west_line_finance"), ctx.unit(BN), range(len(keys)), ctx.colours(keys), ctx.word("year"))


def _canal(page: Page, ctx: Context) -> None:
    found = canal_account(ctx)
    if found is None:
        return
    made, factor = found
    page.heading(ctx.word("canal"))
    rows = pd.DataFrame([made.reindex(ctx.years)], columns=ctx.years)
    rows.index = pd.MultiIndex.from_tuples([(NATION, "canal_generation")])
    page.matrix(rows, "TWh/yr")
    page.row -= 1
    saved = rows * factor
    saved.index = pd.MultiIndex.from_tuples([(NATION, "canal_abatement")])
    published = pd.DataFrame(PUBLISHED_CANAL_ABATEMENT, index=pd.MultiIndex.from_tuples([(NATION, "canal_published")]), columns=ctx.years)
    block = page.matrix(pd.concat([saved, published]), CO2)
    page.prose(ctx.word("canal_note", factor=f"{factor:.3f}", published=PUBLISHED_CANAL_ABATEMENT))
    page.row += 1
    colours = ctx.colours(["canal_abatement", "canal_published"])
    page.charts(Plot(block, ctx.word("canal"), ctx.unit(CO2), [0], colours, ctx.word("year"), "beside", lines=[1]))


def _transitions(page: Page, ctx: Context) -> None:
    """From class to class, nation and regions; what stays in its class is left to the CSV table."""
    moves = ctx.table("land_transitions")
    moves = moves[(moves["from_class"] != moves["to_class"]) & (moves["value"] > RESIDUE)] if len(moves) else moves
    if moves.empty:
        return
    words = moves[["from_class", "to_class"]].replace(LAND_WORDS)
    moves = moves.assign(step=words["from_class"].astype(str) + "->" + words["to_class"].astype(str))
    page.heading(ctx.word("land_transitions"))
    page.matrix(pivot(moves, NATION, "step", ctx.decided), KHA)
    if ctx.finer or len(ctx.regions) > 1:
        page.matrix(ordered(pivot(moves, "region", "step", ctx.decided), ctx.regions), KHA)


def write_land(book: Workbook, ctx: Context) -> Page:
    """The sheet ``land``: who holds what, by class; base year, middle and end."""
    page = Page(book, "land", ctx, ctx.word("lead_land"))
    frame = ctx.table("land")
    frame = frame.assign(land_class=frame["land_class"].replace(LAND_WORDS))
    years = list(dict.fromkeys([ctx.base_year, *ctx.near((2030, 2060))]))
    held = frame[(frame["use"] != AVAILABLE) & frame["year"].isin(years)]
    page.heading(ctx.word("land_uses"))
    uses = pivot(held[held["use"] != IDLE], NATION, "use", ctx.years)
    whole = pivot(frame[(frame["use"] != AVAILABLE)], NATION, "use", ctx.years)
    block = page.matrix(whole, KHA)
    there = {IDLE, *frame.loc[frame["year"] == ctx.base_year, "use"]}
    moved = [n for n, k in enumerate(block.keys) if k[1] not in there]
    keys = [k[1] for k in block.keys]
    if len(uses):
        page.charts(Plot(block, ctx.word("land_new_uses"), ctx.unit(KHA), moved, ctx.colours(keys), ctx.word("year")))
    _transitions(page, ctx)
    for column, heading, places in (("region_group", "land_group", ctx.groups), ("region", "land_region", ctx.regions)):
        if column == "region" and not ctx.finer:
            continue
        page.heading(ctx.word(heading))
        available = frame[(frame["use"] == AVAILABLE) & frame["year"].isin(years)].assign(step=frame["land_class"].astype(str) + f".{AVAILABLE}")
        parts = pd.concat([available, held.assign(step=held["land_class"].astype(str) + "." + held["use"].astype(str))])
        matrix = ordered(pivot(parts, column, "step", years), places)
        page.matrix(matrix[matrix.abs().sum(axis=1) > 0.0], KHA)
    page.finish(freeze=f"D{page.head_rows + 1}")
    return page
