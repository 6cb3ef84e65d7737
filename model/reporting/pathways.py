"""Published pathways beside ours as Excel, page and first screen show them: rows in words, matrices of the charts, how many lie inside.

Limits: figures, verdicts and reasons are those of the table ``pathways``; nothing is judged anew.
"""

from __future__ import annotations

import math

import pandas as pd

from ..evidence.pathways.bands import JOINT
from ..evidence.pathways.published import DRAWN
from ..evidence.pathways.table import ABOVE, BELOW, ENOUGH_SOURCES, INSIDE, OUTDATED, VERDICTS
from ..evidence.pathways.words import PAIR
from .context import Context, amount

PATHWAYS = "pathways"
LOW, MEDIAN, HIGH, OURS, SEEN = LINES = ("low", "median", "high", "ours", "observed")
HEADS = ("quantity", "item", "unit", "year", "pathway_ours", "pathway_low", "pathway_median", "pathway_high", "pathway_sources", "pathway_studies", "verdict", "pathway_reason", "pathway_names")
#: What the first screen argues, in the first two planned years.
ARGUED, FIRST_YEARS = DRAWN[:2], 2
WHOLE_FROM = 100.0


def listed(ctx: Context) -> pd.DataFrame:
    """Every published row of the table; milestones without one are only drawn."""
    frame = ctx.table(PATHWAYS)
    return frame[frame["low"].notna() | frame["high"].notna()] if len(frame) else frame


def tally(ctx: Context) -> tuple[int, int]:
    """How many rows lie inside, of those that are compared, with enough publications of their own and a band that is more than a point."""
    frame = listed(ctx)
    if frame.empty:
        return 0, 0
    counted = frame[frame["inside"].notna() & (frame["sources"].astype(float) >= ENOUGH_SOURCES) & (frame["low"] < frame["high"])]
    return int(counted["inside"].astype(int).sum()), len(counted)


def tally_sentence(ctx: Context) -> str:
    """The share inside, and how many rows have which verdict."""
    found = listed(ctx)["verdict"].astype(str)
    counts = {verdict: int((found == verdict).sum()) for verdict in VERDICTS}
    inside, counted = tally(ctx)
    joint = "，" if ctx.lang == "zh" else ", "
    parts = joint.join(ctx.word("pathways_tally_part", verdict=ctx.word(f"pathway_verdict_{verdict}"), count=count) for verdict, count in counts.items() if count)
    return ctx.word("pathways_tally", inside=inside, counted=counted, total=len(found), parts=parts)


def name(ctx: Context, row: dict[str, object]) -> tuple[str, str]:
    """Quantity and item in words."""
    kind = f" ({ctx.word('pathway_kind_policy')})" if row["kind"] == "policy" else ""
    return ctx.word(f"pathway_quantity_{row['indicator']}") + kind, ctx.word(f"pathway_item_{row['technology_or_sector']}")


def reason(ctx: Context, row: dict[str, object]) -> str:
    """Why ours is outside, or not there, with sheet and cell."""
    key = str(row["reason"] or "")
    if not key:
        return ""
    cell = f"{row['sheet']}!{row['cell']}" if row["cell"] else str(row["sheet"])
    year = "" if pd.isna(row["limit_year"]) else f" {int(str(row['limit_year']))}"
    price = ""
    if not pd.isna(row["price"]):
        value, unit = ctx.price_text(float(str(row["price"])), str(row["price_unit"]), str(row["price_kind"]))
        price = f"{amount(value)} {unit}"
    return ctx.word(f"pathway_reason_{key}", limit=ctx.item(row["limit"]), place=ctx.place(row["place"]) if row["place"] else "", year=year, cell=cell, price=price)


def rows(ctx: Context) -> list[tuple[object, ...]]:
    """Each published row as ``HEADS`` says, in the reader's language."""
    made: list[tuple[object, ...]] = []
    for row in listed(ctx).to_dict("records"):
        numbers = [None if pd.isna(row[column]) else float(row[column]) for column in (OURS, LOW, MEDIAN, HIGH)]
        notes = [str(row["names"]).replace(JOINT, ", ")]
        if row["definitions"]:
            notes.append(ctx.word("pathway_counts", definitions=", ".join(ctx.word(f"pathway_definition_{key}") for key in str(row["definitions"]).split(JOINT))))
        if row["outdated"]:
            notes.append(ctx.word("pathway_overtaken", names=str(row["outdated"]).replace(JOINT, ", ")))
        made.append((
            *name(ctx, row), ctx.unit(str(row["unit"])), int(row["year"]), *numbers, int(row["sources"]), int(row["studies"]) + int(row["between"]),
            ctx.word(f"pathway_verdict_{row['verdict']}"), reason(ctx, row), "; ".join(notes),
        ))  # fmt: skip
    return made


def drawn(ctx: Context) -> list[tuple[str, str, pd.DataFrame]]:
    """Key, unit and matrix (the lines of the chart by milestone) of every drawn quantity that has rows."""
    frame = ctx.table(PATHWAYS)
    found = []
    for quantity, item in DRAWN if len(frame) else ():
        part = frame[(frame["indicator"] == quantity) & (frame["technology_or_sector"] == item)]
        if part.empty or part[OURS].isna().all():
            continue
        key = PAIR.format(quantity, item)
        there = {*part["year"].astype(int), ctx.base_year}
        years = [year for year in ctx.years if year in there]
        part = part.assign(**{end: part[end].where(part["verdict"] != OUTDATED) for end in (LOW, MEDIAN, HIGH)})
        band = part.groupby(part["year"].astype(int))[[LOW, MEDIAN, HIGH, OURS]].agg({LOW: "min", MEDIAN: "median", HIGH: "max", OURS: "first"}).reindex(years)
        seen = part[SEEN].dropna()
        at = part.loc[seen.index[:1], "observed_year"].astype(int)
        band[SEEN] = [float(seen.iloc[0]) if len(seen) and year == int(at.iloc[0]) else math.nan for year in years]
        matrix = band.T.loc[[line for line in LINES if band[line].notna().any()]]
        matrix.index = pd.MultiIndex.from_tuples([(key, f"pathway_{line}") for line in matrix.index])
        found.append((key, str(part["unit"].iloc[0]), matrix.loc[:, matrix.notna().any()]))
    return found


def sentences(ctx: Context) -> list[str]:
    """The first screen: how many rows lie inside, and what is argued there with its reason."""
    frame = listed(ctx)
    if frame.empty:
        return []
    inside, counted = tally(ctx)
    argued = [text for quantity, item in ARGUED for text in _argued(ctx, frame, quantity, item)]
    return [ctx.word("say_pathways", inside=inside, counted=counted), *argued]


def _argued(ctx: Context, frame: pd.DataFrame, quantity: str, item: str) -> list[str]:
    """Ours and the band in the first planned milestones with a band, and why ours is outside; nothing without a band."""
    here = (frame["indicator"] == quantity) & (frame["technology_or_sector"] == item) & frame["verdict"].isin((INSIDE, BELOW, ABOVE))
    found = frame[here & frame["year"].isin(ctx.years)].sort_values("year", kind="stable").head(FIRST_YEARS).to_dict("records")
    if not found:
        return []
    parts, whys = [], []
    for row in found:
        low, high = (_round(float(row[end])) for end in (LOW, HIGH))
        band = low if low == high else f"{low}–{high}"
        parts.append(ctx.word(f"say_pathway_{row['verdict']}", year=int(row["year"]), ours=_round(float(row[OURS])), band=band))
        whys.append(reason(ctx, row))
    joint = "；" if ctx.lang == "zh" else "; "
    why = joint.join(dict.fromkeys(filter(None, whys)))
    text = ctx.word("say_pathway", name=ctx.item(PAIR.format(quantity, item)), unit=ctx.unit(str(found[0]["unit"])), parts=joint.join(parts))
    return [text + (ctx.word("say_pathway_reason", text=why) if why else ctx.word("say_pathway_end"))]


def _round(value: float) -> str:
    """A number for the first screen: whole from a hundred on."""
    return f"{value:,.0f}" if abs(value) >= WHOLE_FROM else f"{value:.3g}"
