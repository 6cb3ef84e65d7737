"""The parts a page is made of: a chart with its table, a plain table, a searchable list, a paragraph.

Blocks are plain dicts that the template and the page's script read.

Limits: a chart shows years, or runs, along and one number per year or run.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ..context import Context
from ..shown import NOISE

Block = dict[str, Any]
#: Numbers from these sizes on are printed with 0 and 1 decimals, smaller ones with 2.
WHOLE_FROM, ONE_DECIMAL_FROM = 100.0, 10.0
#: Digits of numbers in the embedded data; the full ones are in tables/*.csv.
SIGNIFICANT = 6


@dataclass
class Section:
    """One part of the page with its anchor, title, lead sentence and blocks."""

    name: str
    title: str
    lead: str = ""
    blocks: list[Block] = field(default_factory=list)


def number(value: float | None) -> float | None:
    """A number for the page's data: rounded to significant digits, None when not known."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.{SIGNIFICANT}g}") if abs(value) > NOISE else 0.0


def printed(values: Iterable[float]) -> list[str]:
    """Numbers of one row as text with the same decimals; blank when not known."""
    listed = [float(v) for v in values]
    largest = max((abs(v) for v in listed if math.isfinite(v)), default=0.0)
    digits = 0 if largest >= WHOLE_FROM or largest < NOISE else 1 if largest >= ONE_DECIMAL_FROM else 2
    return [f"{round(v, digits) + 0.0:,.{digits}f}" if math.isfinite(v) else "" for v in listed]


def table(title: str, heads: Sequence[object], rows: Sequence[Sequence[object]], texts: int = 1) -> Block:
    """A table whose first ``texts`` columns are words and whose others are numbers already printed."""
    return {"kind": "table", "title": title, "heads": [str(h) for h in heads], "rows": [[str(c) for c in row] for row in rows], "texts": texts}


def prose(text: str) -> Block:
    """A paragraph."""
    return {"kind": "prose", "text": text}


def searchable(ident: str, title: str, heads: Sequence[str], rows: Sequence[Sequence[object]], texts: Sequence[int], binding: int = -1) -> Block:
    """A list that can be searched; ``texts`` are its columns of words, ``binding`` a column whose zero rows are hidden first."""
    cells = [[number(c) if isinstance(c, float) else c for c in row] for row in rows]
    listed = {"heads": list(heads), "rows": cells, "texts": list(texts), "binding": binding}
    return {"kind": "list", "id": ident, "title": title, "list": listed}


def chart(
    ctx: Context,
    ident: str,
    title: str,
    unit: str,
    matrix: pd.DataFrame,
    *,
    by: str = "item",
    kind: str = "stack",
    lines: Sequence[str] = (),
    hidden: Sequence[str] = (),
    shown: int | None = None,
) -> Block:
    """A chart of a matrix with (place, item) rows and years as columns, named and coloured ``by`` place or item.

    ``kind`` is ``stack``, ``beside`` or ``line``; items in ``lines`` are drawn as lines over the bars; those in
    ``hidden`` and rows from ``shown`` on stand in the table only.
    """
    level = 0 if by == "place" else 1
    keys = [str(key[level]) for key in matrix.index]
    colours = ctx.colours(keys)
    name = ctx.place if by == "place" else ctx.item
    given = [y for y in matrix.columns if matrix[y].notna().any()]
    series = [
        {"name": name(key), "colour": f"#{colours[key]}", "line": kind == "line" or key in lines, "values": [number(v) for v in values]}
        for position, (key, values) in enumerate(zip(keys, matrix[given].astype(float).to_numpy().tolist(), strict=True))
        if key not in hidden and (shown is None or position < shown)
    ]
    rows = [[name(key), *printed(values)] for key, values in zip(keys, matrix[given].astype(float).to_numpy().tolist(), strict=True)]
    figure = {"years": [str(y) for y in given], "unit": ctx.unit(unit), "kind": kind, "series": series, "title": title}
    return {
        "kind": "chart", "id": ident, "title": title, "unit": ctx.unit(unit), "figure": figure,
        "table": table(title, [ctx.word("place" if by == "place" else "item"), *given], rows),
    }  # fmt: skip
