"""The sheets of scarcity: prices of the shared balances, limits of the workbook, and who acts or what keeps him out.

Limits: a price is what one more unit would save in that year; it holds for a small change only.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any

import pandas as pd
from openpyxl.workbook import Workbook

from ....core.build import registry
from ...context import NATION, Context, ordered, pivot
from ...shown import NOISE, SHOWN, nets_text, worth
from ..charts import Plot
from ..page import Page
from ..style import number_format

#: Prices of rows that are technical; they come last.
TECHNICAL = ("available_output", "minimum_output", "variable_credit", "soil_planting", "soil_felling")
#: Columns of the input that name no item, and the longest name of a limit in a sentence.
NOT_KEYS = ("region", "region_group", "water_zone", "sensitivity", "source", "quality", "note", "unit", "output_unit")
LONGEST_NAME = 40
LIST_WIDTHS = (34.0, 19.0, 7.0, 26.0, 12.0, 12.0, 14.0, 12.0, 12.0, 15.0, 12.0, 13.0, 14.0, 16.0, 60.0)
ACT_WIDTHS = (20.0, 36.0, 19.0, 8.0, 10.0, 10.0, 13.0, 70.0)


def write_prices(book: Workbook, ctx: Context) -> Page:
    """The sheet ``prices``: one matrix per balance; rows that are zero throughout are left out."""
    page = Page(book, "prices", ctx, ctx.word("lead_prices"))
    frame = ctx.table("prices")
    frame = frame[frame["price"].notna()]
    names = list(dict.fromkeys(frame["balance"].astype(str)))
    middle = [n for n in names if n not in (*SHOWN, *TECHNICAL)]
    for balance in [*(n for n in SHOWN if n in names), *middle, *(n for n in TECHNICAL if n in names)]:
        part = frame[frame["balance"] == balance]
        unit = str(part["unit"].iloc[0])
        # time slices are averaged: the mean of the year that a flat user would pay, were all slices equally long
        per_slice = part.groupby(["region", "key", "slice", "year"], sort=False)["price"].sum().reset_index()
        mean = per_slice.groupby(["region", "key", "year"], sort=False)["price"].mean().reset_index()
        mean = mean.assign(key=mean["key"].where(mean["key"].astype(str) != "", balance))
        matrix = ordered(pivot(mean, "region", "key", [y for y in ctx.years if y in set(mean["year"])], "price"), ctx.regions)
        kept = matrix[matrix.abs().max(axis=1) > NOISE]
        page.heading(ctx.word("price_of", balance=ctx.item(balance)))
        if kept.empty:
            page.prose(ctx.word("price_zero"))
            continue
        block = page.matrix(kept, unit)
        if balance in SHOWN:
            column = 2 if balance == "water" else 1
            keys = [k[column - 1] for k in block.keys]
            rows = range(min(len(keys), len(page.widths)))
            page.charts(Plot(block, ctx.word("price_of", balance=ctx.item(balance)), ctx.unit(unit), rows, ctx.colours(keys), ctx.word("year"), "line", column))
    page.finish(freeze=f"D{page.head_rows + 1}")
    return page


def write_limits(book: Workbook, ctx: Context) -> Page:
    """The sheet ``limits``: binding limits by worth, each with the cell of the input workbook."""
    page = Page(book, "limits", ctx, ctx.word("lead_limits", total=len(ctx.table("limits"))), LIST_WIDTHS)
    found = worth(ctx)
    rows = []
    for row in found.to_dict("records"):
        price, unit = ctx.price_text(float(row["used_price"]), str(row["unit"]), str(row["kind"]), str(row["dual_unit"]))
        place = ctx.place(row["region"])
        cell = f"{row['sheet']}!{row['cell']}" if row["cell"] else str(row["sheet"])
        amounts = (row["limit"], row["level"], ctx.unit(str(row["unit"])), price, unit, row["worth"], row["dual"])
        own = (row["cell_value"], ctx.unit(str(row["cell_unit"])), ctx.word(f"kind_{row['kind']}"), nets_text(ctx, row["nets"]))
        rows.append((ctx.item(row["name"]), place, row["year"], cell, *amounts, *own))
    heads = (
        "limit_name", "place", "year", "input_cell", "limit", "level", "unit", "price", "price_unit", "worth", "dual", "cell_value", "cell_unit", "limit_kind", "nets",
    )  # fmt: skip
    fine = "#,##0.00##"
    formats = ("", "", "0", "", fine, fine, "", "#,##0.00", "", "#,##0.0##", "0.00E+00", fine, "", "", "")
    page.listing([ctx.word(h) for h in heads], rows, formats, filtered=True)
    page.finish(freeze=f"B{page.header_to_repeat + 1}")
    return page


def write_who_acts(book: Workbook, ctx: Context) -> Page:
    """The sheet ``who_acts``: every item of every lever by group: since when and how much, or what keeps it out."""
    page = Page(book, "who_acts", ctx, ctx.word("lead_who_acts"), ACT_WIDTHS)
    frame = ctx.table("allocation")
    dearest = _with_words(ctx, worth(ctx)).to_dict("records")
    later = frame[frame["year"] != ctx.base_year]
    last = max(later["year"], default=ctx.base_year)
    rows = []
    binding: dict[str, list[dict[Hashable, Any]]] = {}
    for (lever, item, group, unit), part in later.groupby(["lever", "item", "region_group", "unit"], sort=False):
        if lever not in binding:
            sheets = {*_sheets_of(str(lever))}
            binding[lever] = [row for row in dearest if row["sheet"] in sheets]
        yearly = part["value"].groupby(part["year"]).sum()
        active = yearly[yearly > NOISE]
        first = int(active.index[0]) if len(active) else None
        top = float(yearly.max())
        reason = _reason(ctx, str(item), str(lever), part, binding[lever], bool(len(active)))
        rows.append((ctx.item(lever), ctx.item(item), ctx.place(group), first, top, float(yearly.get(last, 0.0)), ctx.unit(str(unit)), reason))
    heads = ("lever", "item", "place", "first_year", "largest", "in_last_year", "unit", "why")
    number = number_format([r[4] for r in rows])
    texts = [ctx.word(h, year=last) for h in heads]
    page.listing(texts, rows, ("", "", "", "0", number, number, "", ""), filtered=True)
    page.finish(freeze=f"C{page.header_to_repeat + 1}")
    return page


def _reason(ctx: Context, item: str, lever: str, part: pd.DataFrame, binding: list[dict[Hashable, Any]], acts: bool) -> str:
    """The dearest of the lever's binding limits whose row of the input names the item, or that it does not pay."""
    if binding:
        regions = {*part["region"], NATION}
        parts = re.split(r"\.|->", item)
        # a decision that is named as its variable is has no key that a row of the input could name: its rows name nothing either
        is_whole = any(d.lever == lever and d.variable == item and not d.item for d in registry.decisions())
        for row in (row for row in binding if row["region"] in regions):
            # wind_onshore is named by its own row and by that of its class, wind
            is_named = any(p == word or p.startswith(f"{word}_") for p in parts for word in row["words"])
            if not is_named and not (is_whole and not row["words"]):
                continue
            price, unit = ctx.price_text(float(row["used_price"]), str(row["unit"]), str(row["kind"]), str(row["dual_unit"]))
            name = ctx.item(row["name"])
            short = name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
            cell = f"{row['sheet']}!{row['cell']}"
            return ctx.word("why_limit" if acts else "out_limit", name=short, cell=cell, price=f"{price:,.2f}", unit=unit)
    return "" if acts else _gap(ctx, item, lever, part)


def _sheets_of(lever: str = "") -> list[str]:
    """Sheets of the input workbook that hold a lever back, or any lever."""
    return [sheet for decision in registry.decisions() if decision.lever == lever or not lever for sheet in decision.sheets]


def _gap(ctx: Context, item: str, lever: str, part: pd.DataFrame) -> str:
    """That an item does not pay, and by how much one more unit of it would raise the cost."""
    frame = ctx.table("gaps")
    if len(frame):
        near = frame[(frame["lever"] == lever) & frame["region"].isin([*part["region"], NATION]) & (frame["item"] == item.split("->")[0])]
        if len(near) and float(near["gap"].min()) > NOISE:
            row = near.loc[near["gap"].idxmin()]
            # the gap of a project is a bound from prices at size zero, not what the whole would cost
            whole = any(decision.lever == lever and decision.project is not None for decision in registry.decisions())
            word = "out_project" if whole else "out_gap"
            return ctx.word(word, gap=f"{float(row['gap']):,.2f}", unit=ctx.unit(str(row["unit"])))
    return ctx.word("out_cost")


def _with_words(ctx: Context, binding: pd.DataFrame) -> pd.DataFrame:
    """Binding limits of the levers' sheets with ``words``: what the row of their cell in the input workbook names."""
    if binding.empty:
        return binding
    binding = binding[binding["sheet"].isin(_sheets_of())]
    rows = binding["cell"].astype(str).str.extract(r"(\d+)", expand=False)
    known: dict[str, dict[int, tuple[str, ...]]] = {}
    for sheet in dict.fromkeys(binding["sheet"]):
        frame = ctx.data.tables.get(sheet) if ctx.data is not None else None
        if frame is not None:
            columns = [frame[c] for c in frame.columns if c not in NOT_KEYS]
            known[sheet] = {int(n): tuple(c[n] for c in columns if isinstance(c[n], str) and c[n]) for n in frame.index}
    found = [known.get(sheet, {}).get(int(row) if isinstance(row, str) else -1, ()) for sheet, row in zip(binding["sheet"], rows, strict=True)]
    return binding.assign(words=found)
