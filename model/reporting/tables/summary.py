"""What the plan tells to do, sums by region group, and the sources behind the data.

Limits: a table made in code has no sources.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ...core.build.roles import decisions
from ...core.declare.results import Link
from ...core.solve.amounts import NATION, joined, stack, terms, told_decisions, told_rows, total, with_group
from ...core.solve.sides import Tables
from ...core.solve.solution import Solution
from .columns import TABLES

Frames = Mapping[str, pd.DataFrame]


def allocation(solution: Solution, tables: Frames) -> pd.DataFrame:
    """Table ``allocation``: what to do, where, when, how much, for every decision that its lever wants told."""
    found = told_decisions(solution, tables)
    return with_group(solution, found) if len(found) else found


def allocation_links(solution: Solution, links: Mapping[str, list[Link]]) -> list[Link]:
    """What is told is decided; where another table tells it, it is what the ``links`` of that table say."""
    keys = ("lever", "region", "item", "year", "unit")
    found = []
    for decision in decisions(solution.build).values():
        told = decision.told
        if told is not None:
            of = {told.table: _linked(links.get(told.table, []), told.amount)} if told.table else {}
            part = told_rows(solution, of, decision, told, terms)
            found.append(part[[*keys, "position", "value"]] if len(part) else part)
    rows = stack(found)
    return [Link("value", keys, rows)] if len(rows) else []


def _linked(links: list[Link], column: str) -> pd.DataFrame:
    """What the links say of a column of their table."""
    return stack([link.frame.assign(**{column: link.frame["value"]}) for link in links if link.column == column])


def by_group(solution: Solution, tables: Frames) -> pd.DataFrame:
    """Table ``by_group``: allocation and carbon by region group and nation, and what levers say of their tables.

    Item ``net`` of carbon is the strict account.
    """
    parts = []
    frame = tables["allocation"]
    if len(frame):
        parts.append(frame.assign(table="allocation", item=joined(frame[["lever", "item"]])))
    frame = tables["carbon"]
    if len(frame):
        frame = frame.assign(table="carbon", unit="Mt CO2/yr")
        net = np.where(frame["account"] == "emission", 1.0, -1.0) * frame["value"] * frame["in_target"].astype(float)
        parts += [frame.assign(item=joined(frame[["account", "category"]])), frame.assign(item="net", value=net)]
    frame = tables["money"]
    if len(frame):
        parts.append(with_group(solution, frame).assign(table="money", unit="bn CNY/yr", item=joined(frame[["direction", "fund", "item"]])))
    for name, table in TABLES.items():
        if table.grouped is not None and len(tables[name]):
            parts.append(with_group(solution, table.grouped(tables[name])).assign(table=name))
    rows = stack(parts)
    if rows.empty:
        return rows
    return total(stack([rows.assign(region_group=NATION), rows]), ["table", "item", "region_group", "year", "unit"])


def sources(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``sources``: which sources and qualities stand behind each table of the workbook, with the number of rows."""
    parts = []
    for name, frame in solution.build.data.tables.items():
        if {"source", "quality"} <= set(frame.columns):
            # a year table is long: one row of the workbook is one Excel row
            parts.append(frame.loc[~frame.index.duplicated(), ["source", "quality"]].astype(object).assign(table=name))
    words = stack(parts)
    if words.empty:
        return words
    return words.fillna("").astype(str).groupby(["table", "source", "quality"], sort=False).size().reset_index(name="rows")
