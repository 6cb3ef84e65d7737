"""The head of the page: title, state of the run, and the answer in sentences and two tables.

Limits: sentences are those of the report workbook.
"""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from ..context import Context
from ..penalties import first_page
from ..sentences import sentences, state
from ..shown import ACCOUNTS, CO2, NET, NET_UNMANAGED, SCARCEST, accounts, scarcest, signed_accounts, tasks
from .blocks import Block, chart, printed, prose, table

TITLES = {"en": "Regional carbon-neutrality pathway", "zh": "区域碳中和路径"}


def head(ctx: Context) -> dict[str, Any]:
    """Title, scenario, state, whether all is well, and what is warned of: penalties and what the run could not do."""
    named = str(ctx.data.settings.get(f"title_{ctx.lang}", "")) if ctx.data is not None else ""
    parts, well = state(ctx)
    scenario = str(ctx.manifest.get("scenario", ""))
    return {
        "title": named or TITLES[ctx.lang], "scenario": ctx.word("scenario", name=scenario) if scenario else "",
        "parts": parts, "ok": well, "warnings": first_page(ctx.manifest, ctx.lang),
    }  # fmt: skip


def summary_blocks(ctx: Context) -> list[Block]:
    """The answer: sentences, net emissions, tasks of the groups, the scarcest things."""
    matrix = accounts(ctx)
    blocks = [prose(sentence) for sentence in sentences(ctx, matrix)]
    if len(matrix):
        signed = signed_accounts(matrix)
        hidden = [i for i in signed.index.get_level_values(1) if i not in (*ACCOUNTS, NET, NET_UNMANAGED)]
        blocks.append(chart(ctx, f"net-{ctx.lang}", ctx.word("chart_net"), CO2, signed, lines=(NET, NET_UNMANAGED), hidden=hidden))
    return [*blocks, *_after(ctx), *_tasks(ctx), *_scarcest(ctx)]


def _after(ctx: Context) -> list[Block]:
    """The account of the periods after the plan."""
    matrix = accounts(ctx, years=ctx.after) if ctx.after else pd.DataFrame()
    if not len(matrix):
        return []
    signed = signed_accounts(matrix)
    rows = [[ctx.item(item), ctx.unit(CO2), *printed([float(v) for v in values])] for (_, item), values in zip(signed.index, signed.itertuples(index=False, name=None), strict=True)]
    return [table(ctx.word("after_table"), [ctx.word("account"), ctx.word("unit"), *map(str, signed.columns)], rows, texts=2)]


def _tasks(ctx: Context) -> list[Block]:
    """Rows of levers, columns of groups by year."""
    if not ctx.has("allocation"):
        return []
    years = ctx.near()
    heads = [ctx.word("lever"), ctx.word("unit"), *(f"{ctx.place(g)} {y}" for g in ctx.groups for y in years)]
    rows = []
    for name, unit, part in tasks(ctx):
        sums = part.groupby(["region_group", "year"])["value"].sum() if len(part) else pd.Series(dtype=float)
        values = [float(sums.get((g, y), math.nan if part.empty else 0.0)) for g in ctx.groups for y in years]
        rows.append([name, ctx.unit(unit), *printed(values)])
    return [table(ctx.word("group_table"), heads, rows, texts=2)]


def _scarcest(ctx: Context) -> list[Block]:
    found = scarcest(ctx, SCARCEST)
    if not found:
        return []
    rows = []
    for row in found:
        price, unit = ctx.price_text(float(row["used_price"]), str(row["unit"]), str(row["kind"]), str(row["dual_unit"]))
        cell = f"{row['sheet']}!{row['cell']}" if row["cell"] else str(row["sheet"])
        year = "" if pd.isna(row["year"]) else int(row["year"])
        rows.append([ctx.item(row["name"]), ctx.place(row["region"]), cell, unit, year, *printed([price]), *printed([float(row["worth"])])])
    words = ("limit_name", "place", "input_cell", "price_unit", "year", "price", "worth_short")
    return [table(ctx.word("scarcest"), [ctx.word(w) for w in words], rows, texts=4)]
