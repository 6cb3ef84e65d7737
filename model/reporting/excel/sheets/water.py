"""The sheets of water with the West-line diversion, and of land.

Limits: the canal's panels are credited, before curtailment, with the average emission factor of fossil power in the base year;
what they avoid in the plan's own dispatch is already inside the carbon account.
"""

from __future__ import annotations

import pandas as pd
from openpyxl.workbook import Workbook

from ....core.build import registry
from ....core.declare.results import IDLE, SPEND, SUPPLY, USE
from ....levers.land.results.diversion import ALL, PANELS, PANELS_AVOID, PANELS_PUBLISHED, PUBLISHED_CANAL_ABATEMENT
from ....levers.land.tables import AVAILABLE
from ....levers.land.water import OUTSIDE
from ...context import NATION, Context, ordered, pivot, ranked
from ...shown import RESIDUE
from ..charts import Plot
from ..page import Page

MCM, BN, KHA, CO2 = "million m3/yr", "bn CNY/yr", "kha", "Mt CO2/yr"
#: Lines of the diversion's account -> rows of the sheet.
CANAL_ROWS = {PANELS: "canal_generation", PANELS_AVOID: "canal_abatement", PANELS_PUBLISHED: "canal_published"}
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
            items, shown = ranked(pivot(part[~part["item"].isin(OUTSIDE)], NATION, "item", ctx.years))
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
    """What panels on the canal give and avoid, as the diversion's account tells it."""
    account = ctx.table("diversion_account")
    found = account[(account["phase"] == ALL) & account["item"].isin(CANAL_ROWS)]
    if found.empty or PANELS_AVOID not in set(found["item"]):
        return
    rows = pivot(found.assign(item=found["item"].map(CANAL_ROWS)), NATION, "item", ctx.decided)
    made, avoided, published = (rows.loc[[(NATION, key)]] for key in CANAL_ROWS.values())
    page.heading(ctx.word("canal"))
    page.matrix(made, "TWh/yr")
    page.row -= 1
    block = page.matrix(pd.concat([avoided, published]), CO2)
    given = float(made.sum(axis=1).iloc[0])
    if given > 0.0:
        factor = float(avoided.sum(axis=1).iloc[0]) / given
        page.prose(ctx.word("canal_note", factor=f"{factor:.3f}", published=PUBLISHED_CANAL_ABATEMENT))
    page.row += 1
    colours = ctx.colours(list(CANAL_ROWS.values())[1:])
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
