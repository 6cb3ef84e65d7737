"""What tells Excel and page how far a plan can be trusted: claims and measures of the paper, published levels, identities.

Limits: texts and figures of the result tables and of the manifest; nothing is judged anew.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from ..core.declare.schema import KIND_WORDS, LEVER, LIMIT, SHEET, parts_in
from ..evidence.history import END, HAPPENED
from ..evidence.paper_claims import AT_LEAST, BETWEEN
from .context import Context
from .identities import every

CLAIM_HEADS = ("claim", "figure", "ours", "unit", "verdict", "claim_why", "claim_rule", "source")
#: Heads of the paper's measures.
MEASURE_HEADS = ("measure_proposed", "section", "stands_for", "measure_status", "measure_why")
#: Heads of what is changed against the reference, and how many of its rows are listed.
CHANGED_HEADS = ("table", "changed_key", "changed_column", "year", "before", "after", "unit", "input_cell")
MOST_CHANGED = 200
QUALITIES = ("reported", "derived", "estimate")
#: Heads of the published stocks and sinks.
LEVEL_HEADS = ("quantity", "item", "window", "published", "model", "unit", "verdict", "source", "level_reason")


def paper_figure(row: dict[str, object]) -> str:
    """The paper's figure as text: a bound, a range, a number; a dash for words."""
    figure, high = (float(str(row[name])) for name in ("figure", "figure_high"))
    if math.isnan(figure):
        return "–"
    if row["relation"] == AT_LEAST:
        return f"≥ {figure:g}"
    return f"{figure:g}–{high:g}" if row["relation"] == BETWEEN else f"{figure:g}"


def claim_rows(ctx: Context) -> list[tuple[object, ...]]:
    """Statement, paper's figure, ours, unit, verdict, why, rule and source, in the reader's language."""
    rows: list[tuple[object, ...]] = []
    for row in ctx.table("consistency").to_dict("records"):
        ours = float(row["ours"])
        section = str(row["section"] or "") if not pd.isna(row["section"]) else ""
        statement = str(row[f"statement_{ctx.lang}"]) + (f" ({section})" if section else "")
        rows.append((
            statement, paper_figure(row), None if math.isnan(ours) else ours, ctx.unit(_text(row["unit"])), str(row["verdict"]),
            _text(row[f"why_{ctx.lang}"]), ctx.word(f"rule_{row['rule']}"), _text(row["source"]).replace(";", "; "),
        ))  # fmt: skip
    return rows


def measure_rows(ctx: Context) -> list[tuple[str, ...]]:
    """What the paper proposes, section, what stands for it, status and what is missing, in the reader's language."""
    rows: list[tuple[str, ...]] = []
    kinds = {kind: chinese if ctx.lang == "zh" else english for kind, (english, chinese) in KIND_WORDS.items()}
    for row in ctx.table("paper_measures").to_dict("records"):
        named = "; ".join(f"{kinds[kind]} {_part(ctx, kind, name)}" for kind, name in parts_in(row["stands_for"]))
        rows.append((str(row[f"statement_{ctx.lang}"]), _text(row["section"]), named, str(row["status"]), _text(row[f"why_{ctx.lang}"])))
    return rows


def _part(ctx: Context, kind: str, name: str) -> str:
    """A part of the model in words; scenarios, tables and analyses by their names, as they are asked for."""
    if kind == SHEET:
        return ctx.sheet(name)
    return ctx.item(name) if kind in (LEVER, LIMIT) else name


def changed_told(ctx: Context) -> str:
    """How much of the input is changed against the reference, and where the rest stands when not all is listed."""
    count = len(ctx.table("changed"))
    told = ctx.word("lead_changed", count=count)
    return told if count <= MOST_CHANGED else f"{told} {ctx.word('changed_more', shown=MOST_CHANGED)}"


def changed_rows(ctx: Context) -> list[tuple[str, ...]]:
    """Sheet, row, column, year, what stands in the reference and in this run, unit and cell of the first changes, as text."""
    listed = ctx.table("changed").iloc[:MOST_CHANGED].to_dict("records")
    names = ("sheet", "key", "column", "year", "before", "after", "unit", "cell")
    return [tuple(_text(row[name]) for name in names) for row in listed]


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value)


def level_rows(ctx: Context) -> list[tuple[object, ...]]:
    """Quantity, item, period, published range, ours, unit, verdict, source and why, in the reader's language."""
    rows: list[tuple[object, ...]] = []
    for row in ctx.table("published_levels").to_dict("records"):
        low, high, model = (float(row[name]) for name in ("low", "high", "model"))
        published = "–" if pd.isna(low) else f"{low:,.10g}" if low == high else f"{low:,.10g}–{high:,.10g}"
        subject = ctx.word("level_new") if row["subject"] == "new" else ctx.item(row["subject"])
        uncut = f"{float(row['without_felling']):,.0f}"
        texts = [ctx.word(f"level_{row['reason']}", uncut=uncut) if row["reason"] else "", str(row[f"why_{ctx.lang}"])]
        rows.append((
            ctx.item(row["quantity"]), subject, ctx.word(f"window_{row['window']}"), published, None if pd.isna(model) else model,
            ctx.unit(str(row["unit"])), ctx.word(f"level_{row['verdict']}"), str(row["source"]).replace(";", "; "),
            "; ".join(text for text in texts if text),
        ))  # fmt: skip
    return rows


def happened(frame: pd.DataFrame) -> pd.Series:
    """Which rows of ``calibration`` set the first period beside what happened in it."""
    return frame["window"].isin(HAPPENED)


def when(row: Mapping[str, Any], ctx: Context) -> str:
    """When such a row speaks of: the years of the period, or its end."""
    year = int(row["year"])
    if row["window"] == END:
        return ctx.word("when_end", year=year)
    before = [y for y in ctx.years if y < year]
    return f"{before[-1] + 1}–{year}" if before else str(year)


def identities(ctx: Context) -> list[tuple[str, float, float, bool]]:
    """Name in the reader's language, largest error, tolerance, whether it holds, of every identity of the manifest."""
    words = {identity.name: identity.zh if ctx.lang == "zh" else identity.en for identity in every.identities()}
    found = []
    for entry in ctx.manifest.get("identities", ()):
        error, name = entry.get("largest_error", entry.get("error", 0.0)), str(entry["name"])
        found.append((words.get(name, name), float(error), float(entry["tolerance"]), bool(entry["ok"])))
    return found
