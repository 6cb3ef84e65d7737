"""The section of who bears what.

Limits: the regions of a workbook with more regions than groups stand in the report workbook.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ..context import Context, ordered
from ..shown import against, borne_items, borne_shares, decades, market_matrices, work_matrices
from ..tables.burden import BN, PERCENT, SETTLED, SPENT
from .blocks import Block, chart, printed, prose, table


def burden_blocks(ctx: Context) -> list[Block]:
    """Shares of the product as two pictures and a table by decade, then what is borne by item."""
    years = {year: [year] for year in ctx.decided if year > ctx.history_until}
    found = ordered(borne_shares(ctx, years), ctx.groups)
    if found.empty:
        return []
    blocks = [prose(ctx.word("lead_burden", against=against(ctx)))]
    for step in (SPENT, SETTLED):
        own = found[found.index.get_level_values(1) == step]
        if len(own):
            blocks.append(chart(ctx, f"{step.replace('_', '-')}-{ctx.lang}", ctx.word(f"{step}_chart"), PERCENT, own, by="place", kind="line"))
    shares = ordered(borne_shares(ctx, decades(ctx)), ctx.groups)
    heads = [ctx.word("place"), ctx.word("item"), *(f"{name}, {PERCENT}" for name in shares.columns)]
    blocks.append(table(ctx.word("burden_decades"), heads, [[ctx.place(place), ctx.item(step), *printed(values)] for (place, step), values in _rows(shares)], texts=2))
    items = ordered(borne_items(ctx), ctx.groups)
    listed = [[ctx.place(place), ctx.item(item), *printed(values)] for (place, item), values in _rows(items)]
    blocks.append(table(f"{ctx.word('burden_items')}, {ctx.unit(BN)}", [ctx.word("place"), ctx.word("item"), *map(str, items.columns)], listed, texts=2))
    for heading, unit, matrix in (*work_matrices(ctx), *market_matrices(ctx)):
        told = ordered(matrix, ctx.groups)
        rows = [[ctx.place(place), ctx.item(item), *printed(values)] for (place, item), values in _rows(told)]
        blocks.append(table(f"{heading}, {ctx.unit(unit)}", [ctx.word("place"), ctx.word("item"), *map(str, told.columns)], rows, texts=2))
    return blocks


def _rows(matrix: pd.DataFrame) -> Iterator[tuple[tuple[str, str], list[float]]]:
    """Places and items with their numbers."""
    for (place, item), values in zip(matrix.index, matrix.astype(float).to_numpy().tolist(), strict=True):
        yield (str(place), str(item)), values
