"""The tile map: every region an equal square in roughly geographic order, coloured by a quantity and a year.

Limits: squares, not boundaries; without places in the workbook the squares stand in one row.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..context import Context
from ..shown import CAPTURED, CO2, EMISSION, SHOWN, SINK, tasks
from ..words.page_words import page_word
from .blocks import number


def map_data(ctx: Context) -> dict[str, Any]:
    """Places of the tiles, quantities with their values by region and year, and the words of the controls."""
    quantities = [q for q in _quantities(ctx) if q["values"]]
    return {
        "tiles": _tiles(ctx), "years": [str(y) for y in ctx.years], "quantities": quantities, "decided": str(ctx.decided[-1]) if ctx.decided else "",
        "words": {key: page_word(key, ctx.lang) for key in ("map_quantity", "map_year", "map_none", "list_found", "list_search", "list_binding")},
    }  # fmt: skip


def _tiles(ctx: Context) -> list[dict[str, Any]]:
    """Region, name, row and column from 0; rows and columns that are empty everywhere are left out."""
    frame = ctx.data.tables.get("regions") if ctx.data is not None else None
    keys = ctx.regions
    rows, columns = [0] * len(keys), list(range(len(keys)))
    if frame is not None and {"map_row", "map_column"} <= set(frame.columns):
        given = frame.set_index("region").reindex(keys)[["map_row", "map_column"]].fillna(0.0).astype(int)
        if not given.duplicated().any():
            rows, columns = _closed(given["map_row"].tolist()), _closed(given["map_column"].tolist())
    return [
        {"region": key, "name": ctx.place(key), "group": ctx.place(ctx.group_of[key]), "row": row, "column": column}
        for key, row, column in zip(keys, rows, columns, strict=True)
    ]


def _closed(places: list[int]) -> list[int]:
    rank = {place: n for n, place in enumerate(sorted(dict.fromkeys(places)))}
    return [rank[place] for place in places]


def _quantities(ctx: Context) -> list[dict[str, Any]]:
    carbon = ctx.table("carbon")
    found = []
    if len(carbon):
        counted = carbon[carbon["in_target"].astype(int) == 1]
        net = counted.assign(value=np.where(counted["account"] == EMISSION, counted["value"], -counted["value"]))
        found.append(_quantity(ctx, page_word("map_net", ctx.lang), CO2, net[net["year"] != ctx.base_year]))
        found += [_quantity(ctx, ctx.item(a), CO2, counted[counted["account"] == a]) for a in (EMISSION, SINK, CAPTURED)]
    if ctx.has("allocation"):
        found += [_quantity(ctx, name, unit, part) for name, unit, part in tasks(ctx)]
    power, money = ctx.table("power"), ctx.table("money")
    if len(power):
        found.append(_quantity(ctx, ctx.item("generation"), "TWh/yr", power.assign(value=power["generation_twh"])))
    if len(money):
        found.append(_quantity(ctx, ctx.item("spend"), "bn CNY/yr", money[(money["direction"] == "spend") & (money["item"] != "surplus")]))
    return [*found, *_price_quantities(ctx)]


def _price_quantities(ctx: Context) -> list[dict[str, Any]]:
    prices = ctx.table("prices")
    found = []
    for balance in SHOWN if len(prices) else ():
        part = prices[(prices["balance"] == balance) & prices["price"].notna()]
        if part.empty:
            continue
        mean = part.groupby(["region", "year"], sort=False)["price"].mean().reset_index().rename(columns={"price": "value"})
        found.append(_quantity(ctx, ctx.word("price_of", balance=ctx.item(balance)), str(part["unit"].iloc[0]), mean))
    return found


def _quantity(ctx: Context, name: str, unit: str, frame: pd.DataFrame) -> dict[str, Any]:
    known = frame[frame["region"].isin(ctx.regions)] if len(frame) else frame
    values: dict[str, dict[str, float | None]] = {}
    if len(known):
        for (region, year), value in known.groupby(["region", "year"], sort=False)["value"].sum().items():
            values.setdefault(str(region), {})[str(int(year))] = number(float(value))
    return {"name": name, "unit": ctx.unit(unit), "values": values}
