"""The sheets of the land levers: harvest and forest with the three-phase roadmap, afforestation, grassland.

Limits: of what is planted within the plan the origin is that it is new.
"""

from __future__ import annotations

import math

import pandas as pd
from openpyxl.workbook import Workbook

from ....levers.forest.parts.rules import ROADMAP_SETTINGS
from ...context import NATION, Context, ordered, pivot, ranked, with_total
from ...shown import FELLED, PHASE_WORDS, PHASES, PLANTING, roadmap, with_origin
from ..charts import Plot
from ..page import Page

KHA_YEAR, KHA = "kha/yr", "kha"
AGE_YEARS = (2020, 2040, 2060)


def _by_group_and_region(page: Page, ctx: Context, frame: pd.DataFrame, item: str, value: str, unit: str, key: str) -> None:
    """Heading, matrix and stacked chart by group (one colour each) and by item, then the matrix by region."""
    years = [y for y in ctx.years if y in set(frame["year"])] or ctx.years
    groups = ordered(pivot(frame, "region_group", "all", years, value), ctx.groups)
    items, shown = ranked(pivot(frame, NATION, item, years, value))
    page.heading(ctx.word(f"{key}_group"))
    by_group = page.matrix(with_total(groups, (NATION, "total")), unit, bold=("total",) if len(groups) > 1 else ())
    by_item = page.matrix(items, unit)
    x, y = ctx.word("year"), ctx.unit(unit)
    keys = [k[1] for k in by_item.keys]
    page.charts(
        Plot(by_group, ctx.word(f"{key}_group"), y, range(len(groups)), ctx.colours(ctx.groups), x, name_column=1),
        Plot(by_item, ctx.word(f"{key}_item"), y, range(shown), ctx.colours(keys), x),
    )
    page.heading(ctx.word(f"{key}_region"))
    detail = ordered(pivot(frame, "region", item, years, value), ctx.regions)
    page.matrix(detail[detail.abs().sum(axis=1) > 0.0], unit)


def write_harvest(book: Workbook, ctx: Context) -> Page:
    """The sheet ``harvest``: felling, roadmap, age structure, wood, partial cuts, sales."""
    page = Page(book, "harvest", ctx, ctx.word("lead_harvest"))
    forest = ctx.table("forest")
    forest = with_origin(forest)
    cut = forest[forest["year"] != ctx.base_year]
    if cut["clearcut_kha"].sum() > 0.0:
        _by_group_and_region(page, ctx, cut, "origin", "clearcut_kha", KHA_YEAR, FELLED)
    else:
        page.prose(ctx.word("nothing_felled"))
    _roadmap(page, ctx)
    _ages(page, ctx, forest)
    _wood(page, ctx)
    _partial(page, ctx)
    _sales(page, ctx)
    page.finish(freeze=f"D{page.head_rows + 1}")
    return page


def _roadmap(page: Page, ctx: Context) -> None:
    if not ctx.has("roadmap"):
        return
    page.heading(ctx.word("roadmap"))
    given = ctx.data.settings if ctx.data is not None else {}
    low, high = (f"{float(given.get(setting.name, setting.default) or 0.0):g}" for setting in ROADMAP_SETTINGS)
    page.prose(ctx.word("roadmap_note", low=low, high=high))
    found = roadmap(ctx).set_index("year")
    matrix = found[["clearcut_kha", "planted_kha"]].T
    matrix.index = pd.MultiIndex.from_tuples([(NATION, FELLED), (NATION, PLANTING)])
    block = page.matrix(matrix, KHA_YEAR, blanks=True)
    page.row -= 1
    if found["ratio"].notna().any():
        ratio = found[["ratio"]].T
        ratio.index = pd.MultiIndex.from_tuples([(NATION, "ratio")])
        page.matrix(ratio, "1", blanks=True)
        page.row -= 1
    headers = [ctx.word("roadmap_column"), "", "", *found.index]
    page.headers(headers)
    for number, key in enumerate(PHASES):
        marks = ["●" if phase == key else "" for phase in found["phase"]]
        page.plain([f"{number + 1}. {ctx.word(key)}", "", "", *marks])
    page.prose(ctx.word("roadmap_paper", order=" → ".join(ctx.word(p) for p in PHASES)))
    page.row += 1
    _roadmap_by_region(page, ctx)
    colours = ctx.colours([FELLED, PLANTING])
    page.charts(Plot(block, ctx.word("roadmap_chart"), ctx.unit(KHA_YEAR), range(2), colours, ctx.word("year"), "beside"))


def _roadmap_by_region(page: Page, ctx: Context) -> None:
    """The ratio of every region, and each change of phase with what switched it."""
    table = ctx.table("roadmap")
    table = table[(table["region"] != NATION) | (len(table["region"].unique()) == 1)]
    ratio = table.pivot_table(index="region", columns="year", values="ratio", aggfunc="first")
    ratio = ratio.reindex(index=ctx.regions, columns=ctx.decided).dropna(how="all")
    ratio.index = pd.MultiIndex.from_tuples([(region, "ratio") for region in ratio.index], names=["place", "item"])
    if len(ratio):
        page.matrix(ratio, "1", blanks=True)
    changed = ctx.table("roadmap")
    changed = changed[changed["previous_phase"] != ""]
    if changed.empty:
        return
    page.prose(ctx.word("roadmap_switch"))
    for row in changed.itertuples():
        phases = " → ".join(ctx.word(PHASE_WORDS[p]) for p in (row.previous_phase, row.phase))
        turn = ctx.word("turn_tighter" if row.worth_change > 0.0 else "turn_eased")
        words = {"turn": turn, "phases": phases, "place": ctx.place(row.region), "year": row.year, "cause": ctx.item(row.cause) if row.cause else "", "cell": f"{row.sheet}!{row.cell}" if row.sheet else ""}
        page.prose(ctx.word(f"switch_{row.kind}", **words))
    page.row += 1


def _ages(page: Page, ctx: Context, forest: pd.DataFrame) -> None:
    years = [min(ctx.years, key=lambda y: abs(y - wanted)) for wanted in AGE_YEARS]
    years = list(dict.fromkeys(years))
    width = int(ctx.data.number("age_class_width")) if ctx.data is not None and "age_class_width" in ctx.data.settings else 0
    area = forest.pivot_table(index="age_class", columns="year", values="area_kha", aggfunc="sum").reindex(columns=years).fillna(0.0)
    last = int(max(area.index, default=1))
    step = math.ceil(last / max(len(ctx.years), 1))
    area = area.groupby((area.index.astype(int) - 1) // step).sum()
    names = [_age_name(int(band), step, width, last) for band in area.index]
    page.heading(ctx.word("ages"))
    # age classes run across, so that the chart shows one series a year
    matrix = area.T
    matrix.columns = names
    matrix.index = pd.MultiIndex.from_tuples([(NATION, str(y)) for y in years])
    block = page.matrix(matrix, KHA)
    shades = dict(zip([str(y) for y in years], ("999999", "56B4E9", "0072B2"), strict=False))
    page.charts(Plot(block, ctx.word("ages"), ctx.unit(KHA), range(len(years)), shades, ctx.word("ages_axis"), "beside"))


def _age_name(band: int, step: int, width: int, last: int) -> str:
    """Name of ``step`` age classes from ``band * step`` on: ages when the class width is known, else numbers of classes."""
    first, end = band * step, (band + 1) * step
    if not width:
        return f"{first + 1}–{min(end, last)}" if step > 1 else str(end)
    return f"{first * width}–{end * width}" if end < last else f"> {first * width}"


def _wood(page: Page, ctx: Context) -> None:
    frame = ctx.table("wood")
    if frame.empty:
        return
    page.heading(ctx.word("wood"))
    for unit in dict.fromkeys(frame["unit"]):
        matrix = pivot(frame[frame["unit"] == unit], NATION, "item", ctx.years)
        page.matrix(matrix[matrix.abs().sum(axis=1) > 0.0], str(unit))


def _partial(page: Page, ctx: Context) -> None:
    """Selective cutting and thinning by region and method."""
    frame = ctx.table("partial_cutting")
    if frame.empty:
        return
    page.heading(ctx.word("partial_cutting"))
    for value, unit in (("area_kha", KHA_YEAR), ("removed_mm3", "million m3/yr")):
        page.matrix(ordered(pivot(frame, "region", "method", ctx.decided, value), ctx.regions), unit)


def _sales(page: Page, ctx: Context) -> None:
    """What is sold and what the stands left are worth, where products have prices."""
    frame = ctx.table("harvest_value")
    if frame.empty:
        return
    page.heading(ctx.word("harvest_value"))
    for unit in dict.fromkeys(frame["unit"]):
        page.matrix(pivot(frame[frame["unit"] == unit], NATION, "item", ctx.decided), str(unit))


def write_afforestation(book: Workbook, ctx: Context) -> Page:
    """The sheet ``afforestation``: area planted by group, region and land type."""
    page = Page(book, "afforestation", ctx, ctx.word("lead_afforestation"))
    frame = ctx.table("planting")
    _by_group_and_region(page, ctx, frame, "land_type", "planted_kha", KHA_YEAR, PLANTING)
    page.heading(ctx.word("established"))
    page.matrix(with_total(ordered(pivot(frame, "region_group", "established_area", ctx.decided, "established_kha"), ctx.groups), (NATION, "total")), KHA_YEAR, bold=("total",))
    page.finish(freeze=f"D{page.head_rows + 1}")
    return page


def write_grassland(book: Workbook, ctx: Context) -> Page:
    """The sheet ``grassland``: area under measures by group, zone and measure."""
    page = Page(book, "grassland", ctx, ctx.word("lead_grassland"))
    frame = ctx.table("grassland")
    frame = frame.assign(step=frame["grass_zone"].astype(str) + "." + frame["measure"].astype(str))
    _by_group_and_region(page, ctx, frame, "step", "treated_kha", KHA, "grass")
    page.heading(ctx.word("grass_condition"))
    page.matrix(pivot(frame, "grass_zone", "condition", ctx.decided, "treated_kha"), KHA)
    page.finish(freeze=f"D{page.head_rows + 1}")
    return page
