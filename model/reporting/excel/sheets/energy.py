"""The sheets of clean energy (where it stands) and of the power system (how it runs), storage apart from plants.

Limits: the balance by time slice is shown for one year, the last one.
"""

from __future__ import annotations

import pandas as pd
from openpyxl.workbook import Workbook

from ...context import NATION, OTHER, Context, ordered, pivot, ranked, with_total
from ...shown import clean, plants, primary, storage_use, stores
from ..charts import Plot
from ..page import ITEM_WIDTH, PLACE_WIDTH, UNIT_WIDTH, YEAR_WIDTH, Page
from .water import LAND_WORDS

GW, TWH, MTCE = "GW", "TWh/yr", "Mtce/yr"
#: Time slices that stand beside one another; more are continued below.
MOST_SLICES = 16


def write_clean_energy(book: Workbook, ctx: Context) -> Page:
    """The sheet ``clean_energy``: capacity by technology and group, and the land it stands on."""
    page = Page(book, "clean_energy", ctx, ctx.word("lead_clean_energy"))
    power, frame = plants(ctx), clean(ctx)
    power = power[power["technology"].isin(frame["item"])] if len(frame) else power
    matrix, shown = ranked(pivot(power, NATION, "technology", ctx.years, "capacity_gw"))
    page.heading(ctx.word("clean_nation"))
    block = page.matrix(_with_sum(matrix), GW, bold=("total",))
    groups = ordered(pivot(power, "region_group", "all", ctx.years, "capacity_gw"), ctx.groups)
    second = page.matrix(with_total(groups, (NATION, "total")), GW, bold=("total",))
    x, y, keys = ctx.word("year"), ctx.unit(GW), [k[1] for k in block.keys]
    page.charts(
        Plot(block, ctx.word("clean_nation"), y, range(shown), ctx.colours(keys), x),
        Plot(second, ctx.word("clean_groups"), y, range(len(groups)), ctx.colours(ctx.groups), x, name_column=1),
    )
    page.heading(ctx.word("clean_detail"))
    detail = ordered(pivot(power, "region_group", "technology", ctx.years, "capacity_gw"), ctx.groups)
    page.matrix(detail[detail.sum(axis=1) > 0.0], GW)
    if ctx.finer:
        page.heading(ctx.word("clean_region"))
        detail = ordered(pivot(power, "region", "technology", ctx.years, "capacity_gw"), ctx.regions)
        page.matrix(detail[detail.sum(axis=1) > 0.0], GW)
    _sites(page, ctx)
    page.finish(freeze=f"D{page.head_rows + 1}")
    return page


def _sites(page: Page, ctx: Context) -> None:
    sites = ctx.table("siting")
    if sites.empty:
        return
    sites = sites.assign(land_class=sites["land_class"].replace(LAND_WORDS))
    years = [y for y in ctx.years if y in set(sites["year"])]
    # what stands on a site is the sum of what was built, as listed by the year of the table
    page.heading(ctx.word("siting"))
    by_class = pivot(sites, NATION, "land_class", years, "capacity_gw")
    block = page.matrix(by_class[by_class.sum(axis=1) > 0.0], GW)
    keys = [k[1] for k in block.keys]
    page.charts(Plot(block, ctx.word("siting"), ctx.unit(GW), range(len(keys)), ctx.colours(keys), ctx.word("year")))
    sites = sites.assign(step=sites["technology"].astype(str) + "." + sites["land_class"].astype(str) + "." + sites["sensitivity"].astype(str))
    detail = ordered(pivot(sites, "region_group", "step", years, "capacity_gw"), ctx.groups)
    page.matrix(detail[detail.sum(axis=1) > 0.0], GW)


def write_power(book: Workbook, ctx: Context) -> Page:
    """The sheet ``power``: generation, capacity, the balance by slice, lines."""
    balance = ctx.table("power_balance")
    slices = balance["slice"].nunique() if len(balance) else 0
    numbers = max(len(ctx.years), min(slices, MOST_SLICES))
    widths = [PLACE_WIDTH, ITEM_WIDTH, UNIT_WIDTH, *[YEAR_WIDTH] * numbers]
    page = Page(book, "power", ctx, ctx.word("lead_power"), widths)
    power = plants(ctx)
    x = ctx.word("year")
    for value, unit, key in (("generation_twh", TWH, "generation"), ("capacity_gw", GW, "capacity")):
        matrix, shown = ranked(pivot(power, NATION, "technology", ctx.years, value))
        page.heading(ctx.word(key))
        block = page.matrix(_with_sum(matrix), unit, bold=("total",))
        keys = [k[1] for k in block.keys]
        page.charts(Plot(block, ctx.word(key), ctx.unit(unit), range(shown), ctx.colours(keys), x))
    page.heading(ctx.word("generation_groups"))
    groups = ordered(pivot(power, "region_group", "all", ctx.years, "generation_twh"), ctx.groups)
    page.matrix(with_total(groups, (NATION, "total")), TWH, bold=("total",))
    page.heading(ctx.word("generation_group"))
    detail = ordered(pivot(power, "region_group", "technology", ctx.years, "generation_twh"), ctx.groups)
    page.matrix(detail[detail.sum(axis=1) > 0.0], TWH)
    _storage(page, ctx)
    _primary(page, ctx)
    _slices(page, ctx)
    _lines(page, ctx)
    page.finish(freeze=f"D{page.head_rows + 1}")
    return page


def _with_sum(matrix: pd.DataFrame) -> pd.DataFrame:
    """The matrix with its sum in a last row; what a row of small ones adds up is not counted twice."""
    if matrix.empty:
        return matrix
    total = with_total(matrix[matrix.index.get_level_values(1) != OTHER], (NATION, "total"))
    return pd.concat([matrix, total.iloc[[-1]]])


def _primary(page: Page, ctx: Context) -> None:
    """Primary energy by source and the share that is not fossil, both of the nation."""
    sources, shares = primary(ctx), ctx.table("non_fossil_share")
    if sources.empty:
        return
    page.heading(ctx.word("primary_energy"))
    matrix, shown = ranked(pivot(sources, NATION, "item", ctx.years))
    block = page.matrix(_with_sum(matrix), MTCE, bold=("total",))
    page.charts(Plot(block, ctx.word("primary_energy"), ctx.unit(MTCE), range(shown), ctx.colours([k[1] for k in block.keys]), ctx.word("year")))
    page.heading(ctx.word("non_fossil_share"))
    national = shares[shares["region"] == NATION]
    page.matrix(pivot(national.assign(item="non_fossil_share"), NATION, "item", ctx.years, "share"), "1")


def _storage(page: Page, ctx: Context) -> None:
    """What stores hold, take in and give back."""
    held = stores(ctx)
    if held.empty:
        return
    page.heading(ctx.word("storage_capacity"))
    matrix, shown = ranked(pivot(held, NATION, "technology", ctx.years, "capacity_gw"))
    block = page.matrix(_with_sum(matrix), GW, bold=("total",))
    page.charts(Plot(block, ctx.word("storage_capacity"), ctx.unit(GW), range(shown), ctx.colours([k[1] for k in block.keys]), ctx.word("year")))
    used = storage_use(held)
    for key, place in (("storage_use", NATION), ("storage_group", "region_group")):
        page.heading(ctx.word(key))
        detail = ordered(pivot(used, place, "item", ctx.years), ctx.groups)
        page.matrix(detail[detail.abs().sum(axis=1) > 0.0], TWH)


def _slices(page: Page, ctx: Context) -> None:
    frame = ctx.table("power_balance")
    if frame.empty:
        return
    year = int(frame["year"].max())
    frame = frame[frame["year"] == year]
    slices = list(dict.fromkeys(frame["slice"].astype(str)))
    nation = frame.astype({"item": str, "slice": str}).pivot_table(index="item", columns="slice", values="value", aggfunc="sum", sort=False)
    nation = nation.reindex(columns=slices).fillna(0.0)
    nation.index = pd.MultiIndex.from_tuples([(NATION, str(step)) for step in nation.index])
    matrix, shown = ranked(nation)
    if matrix.empty:
        return
    page.heading(ctx.word("slices", year=year))
    names = {s: ctx.item(s) for s in slices}
    widest = len(page.widths) - 3
    matrix = matrix.rename(columns=names)
    for start in range(0, len(slices), widest):
        block = page.matrix(matrix.iloc[:, start : start + widest], "TWh/yr")
        keys = [k[1] for k in block.keys]
        page.charts(Plot(block, ctx.word("slices", year=year), "TWh", range(shown), ctx.colours(keys), ctx.word("slice")))


def _lines(page: Page, ctx: Context) -> None:
    lines = ctx.table("transmission")
    if lines.empty:
        return
    sent = lines.assign(pair=[f"{ctx.place(a)} → {ctx.place(b)}" for a, b in zip(lines["from_region"], lines["to_region"], strict=True)])
    years = [y for y in ctx.years if y in set(lines["year"])]
    page.heading(ctx.word("lines"))
    plots = []
    for value, unit, key in (("flow_twh", TWH, "line_flow"), ("capacity_gw", GW, "lines_capacity")):
        whole = pivot(sent, "from_region", "pair", years, value)
        matrix = whole.loc[whole.sum(axis=1).sort_values(ascending=False, kind="stable").index]
        matrix = matrix[matrix.sum(axis=1) > 0.0]
        block = page.matrix(matrix, unit, head=("from_region", "line"))
        shown = range(min(len(matrix), 8))
        colours = ctx.colours([k[1] for k in block.keys])
        plots.append(Plot(block, ctx.word(key), ctx.unit(unit), shown, colours, ctx.word("year"), "line"))
    page.charts(*plots)
