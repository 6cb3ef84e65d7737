"""Merges the rows of provinces into larger regions by the rule that each column declares.

Extensive columns are summed, intensive ones averaged with the stated weight, words taken from the first row or the
commonest. Of rows that fall together those that are switched on count; where all are switched off, so is the merged
row. A table without a column of places passes through as it is.

Limits: what depends on the grouping itself (names, basins, shares of a zone) is put right by the caller.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np
import pandas as pd

from model.core.declare.schema import Schema
from model.core.declare.spec import Column, Table

from .frame import join_sources, worst

#: Columns that hold places of each kind.
REGION_COLUMNS = ("region", "from_region", "to_region")
ZONE_COLUMNS = ("water_zone", "from_zone", "to_zone", "donor_zone")
#: Pairs of columns whose rows vanish when both ends become the same place.
PAIRS = (("from_region", "to_region"), ("from_zone", "to_zone"))
NATION = "nation"
PURE = "1"
COMMON = ("source", "quality", "note", "active")
#: Relative error of a sum of a few thousand numbers in double precision.
EPSILON = 1e-12


@dataclass(frozen=True)
class Grouping:
    """Where each province and each of its water zones goes."""

    regions: Mapping[str, str] = field(default_factory=dict)
    zones: Mapping[str, str] = field(default_factory=dict)

    def target(self, column: str) -> Mapping[str, str]:
        """The map for a column of places; empty for any other column."""
        if column in REGION_COLUMNS:
            return self.regions
        return self.zones if column in ZONE_COLUMNS else {}


def aggregate(frames: Mapping[str, pd.DataFrame], schema: Schema, mapping: Grouping) -> dict[str, pd.DataFrame]:
    """Every frame with its places mapped and rows of equal keys merged; ValueError for a place without a target."""
    return {name: aggregate_table(frame, schema.tables[name], mapping) for name, frame in frames.items()}


def aggregate_table(frame: pd.DataFrame, table: Table, mapping: Grouping) -> pd.DataFrame:
    """One frame merged; a pair of places that falls together vanishes."""
    placed = [c.name for c in table.columns if c.name in frame and mapping.target(c.name)]
    if not placed:
        return frame.copy()
    made = frame.copy()
    for name in placed:
        made[name] = [_target(table.name, str(v), mapping.target(name)) for v in made[name]]
    for one, other in PAIRS:
        if one in made and other in made:
            made = made[made[one] != made[other]]
    keys = list(table.keys)
    if not any(name in keys for name in placed):
        return made.reset_index(drop=True)
    rows = [_merge(switched_on(group), keys, key, table) for key, group in made.groupby(keys, sort=False)]
    return pd.DataFrame(rows, columns=list(frame.columns))


def switched_on(group: pd.DataFrame) -> pd.DataFrame:
    """The rows that are switched on; all of them where none is."""
    on = group[group["active"] > 0] if "active" in group else group
    return on if len(on) else group


def _target(table: str, place: str, targets: Mapping[str, str]) -> str:
    if place == NATION:
        return place
    if place not in targets:
        raise ValueError(f"table {table}: no target for {place}")
    return targets[place]


def _merge(group: pd.DataFrame, keys: list[str], key: object, table: Table) -> dict[object, object]:
    values = key if isinstance(key, tuple) else (key,)
    row: dict[object, object] = dict(zip(keys, values, strict=True))
    rules = {c.name: c for c in table.columns}
    for name in group.columns:
        if name in keys or name in COMMON:
            continue
        column = rules.get(str(name)) or rules["value"]
        row[name] = merged_value(group, name, column)
    row["source"] = join_sources(group["source"])
    row["quality"] = worst(group["quality"])
    notes = list(dict.fromkeys(str(n) for n in group["note"]))
    row["note"] = notes[0] if len(notes) == 1 else ""
    if "active" in group:
        row["active"] = group["active"].max()
    return row


def merged_value(group: pd.DataFrame, name: object, column: Column) -> object:
    """What a column of the rows that fall together becomes, by its declared rule; ValueError for an unknown rule."""
    values, rule = group[name], column.aggregate
    if rule == "first":
        return values.iloc[0]
    if rule == "commonest":
        return commonest(values)
    if rule == "same":
        return values.iloc[0] if (values == values.iloc[0]).all() else ""
    known = values.notna()
    if not known.any():
        return None
    numbers = values[known].astype(float)
    if rule == "sum":
        # Parts of a whole are together at most the whole.
        return float(min(numbers.sum(), column.high or np.inf) if column.unit == PURE else numbers.sum())
    if rule in ("max", "min"):
        return float(numbers.max() if rule == "max" else numbers.min())
    kind, _, weight = rule.partition(":")
    if kind != "mean":
        raise ValueError(f"column {column.name}: no rule {rule}")
    weights = group.loc[known, weight].astype(float)
    # Without any weight every row counts the same.
    return float(np.average(numbers, weights=weights) if weights.sum() > 0 else numbers.mean())


def commonest(values: pd.Series) -> object:
    """The value that occurs most often, of several the one that comes first."""
    counts = values.value_counts(sort=False)
    return next(value for value in values if counts[value] == counts.max())


def ordered(frames: Mapping[str, pd.DataFrame], schema: Schema) -> dict[str, pd.DataFrame]:
    """Frames with rows in key order: the order of the table a key refers to, of its choices, or of the alphabet."""
    return {name: _ordered(frame, schema.tables[name], frames, schema) for name, frame in frames.items()}


def _ordered(frame: pd.DataFrame, table: Table, frames: Mapping[str, pd.DataFrame], schema: Schema) -> pd.DataFrame:
    if not any(c.name in (*REGION_COLUMNS, *ZONE_COLUMNS) for c in table.columns) or table.name in (
        "regions",
        "water_zones",
    ):
        return frame.reset_index(drop=True)
    keys = [c for c in table.columns if c.key]
    ranks = pd.DataFrame({c.name: _ranks(frame[c.name], c, frames, schema) for c in keys}, index=frame.index)
    return frame.loc[ranks.sort_values(list(ranks.columns), kind="stable").index].reset_index(drop=True)


def _ranks(values: pd.Series, column: Column, frames: Mapping[str, pd.DataFrame], schema: Schema) -> list[int]:
    order = list(column.choices)
    targets = column.targets()
    # Entries that one other sheet lists by key stand in its order; others in the alphabet's.
    if len(targets) == 1 and column.within:  # what the column that it refers to refers to itself
        targets = schema.tables[targets[0].table].column(targets[0].column).targets()
    if len(targets) == 1 and targets[0].table in frames:
        keys = schema.tables[targets[0].table].keys
        name, referred = targets[0].table, targets[0].column
        if referred in keys and referred in frames[name]:
            order = list(dict.fromkeys(frames[name][referred]))
    rest = sorted(v for v in dict.fromkeys(values) if v not in order)
    place = {value: i for i, value in enumerate([*order, *rest])}
    return [place[v] for v in values]


def rounded(frame: pd.DataFrame, digits: int, up: Sequence[object] = (), down: Sequence[object] = ()) -> pd.DataFrame:
    """Every number of the frame at that many significant digits, those of the columns ``up`` and ``down`` so directed."""
    made = frame.copy()
    for column in made.columns:
        if pd.api.types.is_float_dtype(made[column]) or made[column].dtype == object:
            towards = (column in up) - (column in down)
            made[column] = [_significant(v, digits, towards) for v in made[column]]
    return made


def _significant(value: object, digits: int, towards: int = 0) -> object:
    """The number at so many significant digits: the nearest, the next above (``towards`` 1) or the next below (-1)."""
    if not isinstance(value, float) or not np.isfinite(value):
        return value
    near = float(f"{value:.{digits}g}")
    # A number that differs from a short one by less than the arithmetic can tell is that number, not one beside it.
    if (value - near) * towards <= abs(near) * EPSILON:
        return near
    exact = Decimal(repr(value))
    step = Decimal(1).scaleb(exact.adjusted() - digits + 1)
    return float(exact.quantize(step, ROUND_CEILING if towards > 0 else ROUND_FLOOR))
