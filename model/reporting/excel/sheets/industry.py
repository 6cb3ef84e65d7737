"""The sheets of industry with end use, and of money.

Limits: costs are yearly payments of the year; the objective adds them up discounted.
"""

from __future__ import annotations

import pandas as pd
from openpyxl.workbook import Workbook

from ....closing.results.finance import SURPLUS
from ....levers.demand.results.industry import WHOLE
from ...context import NATION, Context, ordered, pivot, ranked, with_total
from ...shown import FEN, NET_COST, costs, gains, rents
from ..charts import Plot
from ..page import ITEM_WIDTH, PLACE_WIDTH, YEAR_WIDTH, Page

CO2, BN = "Mt CO2/yr", "bn CNY/yr"
PERCENT = 100.0
#: Wide enough for the unit of a good.
GOODS_UNIT_WIDTH = 26.0


def write_industry(book: Workbook, ctx: Context) -> Page:
    """The sheet ``industry``: what measures abate, how far they are taken up, where production stands."""
    widths = [PLACE_WIDTH, ITEM_WIDTH, GOODS_UNIT_WIDTH, *[YEAR_WIDTH] * max(len(ctx.years), 1)]
    page = Page(book, "industry", ctx, ctx.word("lead_industry"), widths)
    frame = ctx.table("industry")
    taken = frame[frame["measure"] != WHOLE]
    x = ctx.word("year")
    if len(taken):
        years = [y for y in ctx.years if y in set(taken["year"])]
        sectors, shown = ranked(pivot(taken, NATION, "sector", years, "abated_mt_co2"))
        page.heading(ctx.word("abated"))
        block = page.matrix(sectors, CO2)
        groups = ordered(pivot(taken, "region_group", "all", years, "abated_mt_co2"), ctx.groups)
        second = page.matrix(with_total(groups, (NATION, "total")), CO2, bold=("total",))
        keys = [k[1] for k in block.keys]
        page.charts(
            Plot(block, ctx.word("abated"), ctx.unit(CO2), range(shown), ctx.colours(keys), x),
            Plot(second, ctx.word("abated_groups"), ctx.unit(CO2), range(len(groups)), ctx.colours(ctx.groups), x, name_column=1),
        )
        page.heading(ctx.word("abated_measures"))
        measures = pivot(taken, "sector", "measure", years, "abated_mt_co2")
        page.matrix(measures[measures.sum(axis=1) > 0.0].sort_index(level=0, sort_remaining=False, kind="stable"), CO2, head=("sector", "measure"))
        page.heading(ctx.word("shares"))
        page.matrix(_shares(ctx, taken, years), "%", head=("sector", "measure"))
    _output(page, ctx, frame[frame["measure"] == WHOLE])
    page.finish(freeze=f"D{page.head_rows + 1}")
    return page


def _shares(ctx: Context, taken: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """National share of each measure in percent: covered output of the regions over their output."""
    covered = taken.assign(covered=taken["share"] * taken["output"])
    top = pivot(covered, "sector", "measure", years, "covered")
    whole = pivot(taken, "sector", "measure", years, "output")
    share = (PERCENT * top / whole.where(whole > 0.0)).fillna(0.0)
    return share[share.sum(axis=1) > 0.0].sort_index(level=0, sort_remaining=False, kind="stable")


def _output(page: Page, ctx: Context, whole: pd.DataFrame) -> None:
    page.heading(ctx.word("output"))
    for unit in dict.fromkeys(whole["output_unit"].astype(str)):
        part = whole[whole["output_unit"] == unit]
        matrix = pivot(part, "region_group", "sector", ctx.years, "output")
        matrix = matrix.swaplevel().sort_index(level=0, sort_remaining=False, kind="stable").swaplevel()
        page.matrix(matrix[matrix.sum(axis=1) > 0.0], unit, head=("place", "sector"))


def write_money(book: Workbook, ctx: Context) -> Page:
    """The sheet ``money``: spending by item, by fund and by group; the objective by component."""
    page = Page(book, "money", ctx, ctx.word("lead_money"))
    money = ctx.table("money")
    spend = money[(money["direction"] == "spend") & (money["item"] != SURPLUS)]
    source = money[money["direction"] == "source"]
    x, y = ctx.word("year"), ctx.unit(BN)
    if len(spend):
        page.heading(ctx.word("cost_table"))
        page.matrix(costs(ctx), BN, bold=(NET_COST,))
        page.matrix(ordered(costs(ctx, "region_group"), ctx.groups), BN, bold=(NET_COST,))
        items, shown = ranked(pivot(spend, NATION, "item", ctx.years))
        page.heading(ctx.word("spend_items"))
        block = page.matrix(items, BN)
        groups = ordered(pivot(spend, "region_group", "all", ctx.years), ctx.groups)
        second = page.matrix(with_total(groups, (NATION, "total")), BN, bold=("total",))
        keys = [k[1] for k in block.keys]
        page.charts(
            Plot(block, ctx.word("spend_items"), y, range(shown), ctx.colours(keys), x),
            Plot(second, ctx.word("spend_groups"), y, range(len(groups)), ctx.colours(ctx.groups), x, name_column=1),
        )
    if len(source):
        page.heading(ctx.word("sources_funds"))
        block = page.matrix(pivot(source, "fund", "item", ctx.years), BN, head=("fund", "item"))
        keys = [k[1] for k in block.keys]
        page.charts(Plot(block, ctx.word("sources_funds"), y, range(len(keys)), ctx.colours(keys), x))
    _funds(page, ctx)
    page.heading(ctx.word("spend_detail"))
    detail = ordered(pivot(spend, "region_group", "item", ctx.years), ctx.groups)
    page.matrix(detail[detail.sum(axis=1) > 0.0], BN)
    _payments(page, ctx)
    goal = ctx.table("objective")
    if len(goal):
        page.heading(ctx.word("objective"))
        unit = str(goal["unit"].iloc[0])
        page.matrix(with_total(pivot(goal, NATION, "component", ctx.years), (NATION, "total")), unit, bold=("total",))
    page.finish(freeze=f"D{page.head_rows + 1}")
    return page


def _funds(page: Page, ctx: Context) -> None:
    """What each ecological fund pays, by level, region group and period, what it has, and what one more yuan is worth where it binds."""
    frame = ctx.table("funds")
    if frame.empty:
        return
    page.heading(ctx.word("funds_paid"))
    paid = pivot(frame, NATION, "fund", ctx.years, "paid")
    block = page.matrix(paid, BN, head=("place", "fund"))
    levels = pivot(frame, NATION, "level", ctx.years, "paid")
    second = page.matrix(with_total(levels, (NATION, "total")), BN, bold=("total",), head=("place", "fund_level"))
    keys, rows = [k[1] for k in block.keys], range(len(block.keys))
    page.charts(
        Plot(block, ctx.word("funds_paid"), ctx.unit(BN), rows, ctx.colours(keys), ctx.word("year")),
        Plot(second, ctx.word("funds_levels"), ctx.unit(BN), range(len(levels)), ctx.colours(list(levels.index.get_level_values(1))), ctx.word("year")),
    )
    page.heading(ctx.word("funds_regions"))
    groups = ordered(pivot(frame, "region_group", "fund", ctx.years, "paid"), ctx.groups)
    page.matrix(groups[groups.max(axis=1) > 0.0], BN, head=("place", "fund"))
    limited = frame[frame["available"].notna()]
    if len(limited):
        page.heading(ctx.word("funds_available"))
        page.matrix(ordered(pivot(limited, "region_group", "fund", ctx.years, "available"), ctx.groups), BN, head=("place", "fund"))
    bound = frame[frame["price"].astype(float) > FEN]
    if len(bound):
        page.heading(ctx.word("funds_price"))
        page.matrix(ordered(pivot(bound, "region", "fund", ctx.years, "price"), ctx.regions), "1", head=("place", "fund"))


def _payments(page: Page, ctx: Context) -> None:
    """What regions pay one another, and what the lines between them earn."""
    found = ordered(gains(ctx), ctx.regions)
    if found.empty:
        return
    page.heading(ctx.word("gains"))
    page.matrix(found, BN)
    if ctx.finer:
        page.matrix(ordered(gains(ctx, "region_group"), ctx.groups), BN)
    earned = rents(ctx)
    if len(earned):
        page.heading(ctx.word("line_rents"))
        page.matrix(earned, BN, head=("line", "item"))
