"""The sheets of the land levers: harvest and forest with the three-phase roadmap, afforestation, grassland.

Limits: areas by origin are read from the names of the strata (region, group, origin, status).
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from openpyxl.workbook import Workbook

from .excel_charts import Plot
from .excel_context import NATION, Context, ordered, pivot, ranked, with_total
from .excel_page import Page

KHA_YEAR, KHA = "kha/yr", "kha"
AGE_YEARS = (2020, 2040, 2060)
#: A period is in step when the ratio of area felled to area planted lies between these: a fifth of the larger one
#: either way (4 to 5), a reading of the paper's words, which give no numbers.
PLANTING_LEADS_BELOW, HARVEST_LEADS_ABOVE = 0.8, 1.25
PHASES = ("phase_planting", "phase_step", "phase_harvest")
ORIGIN_PART, NEW = 2, "new"


def phase_of(clearcut: float, planted: float) -> tuple[float, str]:
    """Ratio of felled to planted area and the phase it means; without planting the ratio is blank (NaN)."""
    if planted <= 0.0:
        return np.nan, "phase_harvest" if clearcut > 0.0 else "phase_none"
    ratio = clearcut / planted
    if ratio < PLANTING_LEADS_BELOW:
        return ratio, PHASES[0]
    return ratio, PHASES[2] if ratio > HARVEST_LEADS_ABOVE else PHASES[1]


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
    """The sheet ``harvest``: felling, roadmap, age structure, stocks, wood."""
    page = Page(book, "harvest", ctx, ctx.word("lead_harvest"))
    forest = ctx.table("forest")
    words = forest["stratum"].astype(str).str.split(".")
    origin = words.str[ORIGIN_PART].where(words.str[1] != NEW, NEW)
    forest = forest.assign(origin=origin)
    cut = forest[forest["year"] != ctx.base_year]
    if cut["clearcut_kha"].sum() > 0.0:
        _by_group_and_region(page, ctx, cut, "origin", "clearcut_kha", KHA_YEAR, "clearcut")
    else:
        page.prose(ctx.word("nothing_felled"))
    _roadmap(page, ctx, cut)
    _ages(page, ctx, forest)
    _stocks(page, ctx)
    _wood(page, ctx)
    page.finish(freeze=f"D{page.head_rows + 1}")
    return page


def roadmap(ctx: Context) -> pd.DataFrame:
    """Felled and planted area of the nation, kha a year, by decided year; columns clearcut, planted, ratio, phase."""
    forest, planting = ctx.table("forest"), ctx.table("planting")
    felled = forest.groupby("year")["clearcut_kha"].sum() if len(forest) else pd.Series(dtype=float)
    planted = planting.groupby("year")["planted_kha"].sum() if len(planting) else pd.Series(dtype=float)
    rows = []
    for year in ctx.decided:
        pair = float(felled.get(year, 0.0)), float(planted.get(year, 0.0))
        rows.append((year, *pair, *phase_of(*pair)))
    return pd.DataFrame(rows, columns=["year", "clearcut", "planted", "ratio", "phase"])


def _roadmap(page: Page, ctx: Context, cut: pd.DataFrame) -> None:
    page.heading(ctx.word("roadmap"))
    page.prose(ctx.word("roadmap_note", low=PLANTING_LEADS_BELOW, high=HARVEST_LEADS_ABOVE))
    found = roadmap(ctx).set_index("year")
    matrix = found[["clearcut", "planted"]].T
    matrix.index = pd.MultiIndex.from_tuples([(NATION, "clearcut"), (NATION, "planting")])
    block = page.matrix(matrix, KHA_YEAR)
    page.row -= 1
    ratio = found[["ratio"]].T
    ratio.index = pd.MultiIndex.from_tuples([(NATION, "ratio")])
    page.matrix(ratio, "1")
    page.row -= 1
    headers = [ctx.word("roadmap_column"), "", "", *found.index]
    page.headers(headers)
    for number, key in enumerate(PHASES):
        marks = ["●" if phase == key else "" for phase in found["phase"]]
        page.plain([f"{number + 1}. {ctx.word(key)}", "", "", *marks])
    page.prose(ctx.word("roadmap_paper", order=" → ".join(ctx.word(p) for p in PHASES)))
    page.row += 1
    colours = ctx.colours(["clearcut", "planting"])
    page.charts(Plot(block, ctx.word("roadmap_chart"), ctx.unit(KHA_YEAR), range(2), colours, ctx.word("year"), "beside"))


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


def _stocks(page: Page, ctx: Context) -> None:
    frame = ctx.table("stocks")
    if frame.empty:
        return
    matrix = pivot(frame, NATION, "pool", ctx.years)
    page.heading(ctx.word("stocks"))
    block = page.matrix(matrix, "Mt C")
    keys = [k[1] for k in block.keys]
    stacked = [n for n, key in enumerate(keys) if not key.startswith("soil_deficit")]
    page.charts(Plot(block, ctx.word("stocks"), "Mt C", stacked, ctx.colours(keys), ctx.word("year")))
    if ctx.finer:
        page.matrix(ordered(pivot(frame, "region", "pool", ctx.years), ctx.regions), "Mt C")


def _wood(page: Page, ctx: Context) -> None:
    frame = ctx.table("wood")
    if frame.empty:
        return
    page.heading(ctx.word("wood"))
    for unit in dict.fromkeys(frame["unit"]):
        matrix = pivot(frame[frame["unit"] == unit], NATION, "item", ctx.years)
        page.matrix(matrix[matrix.abs().sum(axis=1) > 0.0], str(unit))


def write_afforestation(book: Workbook, ctx: Context) -> Page:
    """The sheet ``afforestation``: area planted by group, region and land type."""
    page = Page(book, "afforestation", ctx, ctx.word("lead_afforestation"))
    frame = ctx.table("planting")
    _by_group_and_region(page, ctx, frame, "land_type", "planted_kha", KHA_YEAR, "planted")
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
