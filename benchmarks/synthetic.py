"""More regions than China has provinces: every province split into equal parts, so that growth can be measured.

The rule, the same on every machine: ``count`` regions in all, each province gets ``count // provinces`` parts and the first
ones in the table one more. Part i of a province holds part i of its water zone. Numbers that add up (aggregate ``sum``) are divided
by the number of parts, all others are copied. A pair of provinces with a line, contract or water right becomes as many pairs as
the larger of both has parts, part i with part i, counted round; inside a province neighbouring parts are joined by a chain
of lines, so that pairs grow with the regions and not with their square. Merged again by the schema's rules the parts give
the provinces back (``merged``).

Limits: for timing only; equal parts have no reason to differ, so solutions are more degenerate than real ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from model.core.declare.schema import Schema
from model.core.declare.spec import Column, Table
from model.datasets.aggregate import PAIRS, REGION_COLUMNS, ZONE_COLUMNS, Grouping, aggregate

#: A share of the region, not of the nation: each part holds the whole of its own.
COPIED = {("water_zones", "industry_share")}
LINES = "transmission_lines"
NOTE = "synthetic: a part of a province"
ESTIMATE = "estimate"

Frames = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Split:
    """How many parts each region and each water zone has."""

    parts: Mapping[str, int]

    def names(self, place: str) -> list[str]:
        """Names of the parts of a region or zone."""
        return [f"{place}_{number:02d}" for number in range(1, self.parts[place] + 1)]

    def back(self, frames: Mapping[str, pd.DataFrame]) -> Grouping:
        """From the parts to what they were split from."""

        def parts_of(places: pd.Series) -> dict[str, str]:
            return {name: place for place in places for name in self.names(place)}

        return Grouping(parts_of(frames["regions"]["region"]), parts_of(frames["water_zones"]["water_zone"]))


def plan(frames: Mapping[str, pd.DataFrame], count: int) -> Split:
    """Parts of every region and zone for ``count`` regions in all; ValueError when that is fewer than there are."""
    regions = list(frames["regions"]["region"])
    each, more = divmod(count, len(regions))
    if not each:
        raise ValueError(f"{count} regions are fewer than the {len(regions)} to be split")
    parts = {region: each + (number < more) for number, region in enumerate(regions)}
    zones = frames["water_zones"]
    return Split({**dict(zip(zones["water_zone"], zones["region"].map(parts), strict=True)), **parts})


def split(frames: Mapping[str, pd.DataFrame], schema: Schema, count: int) -> Frames:
    """All frames with ``count`` regions."""
    how = plan(frames, count)
    return {name: _split_table(frame, schema.tables[name], how) for name, frame in frames.items()}


def merged(frames: Mapping[str, pd.DataFrame], parts: Mapping[str, pd.DataFrame], schema: Schema) -> Frames:
    """The split frames merged again; equal to ``frames`` but for notes, qualities and ``COPIED`` shares."""
    how = plan(frames, len(parts["regions"]))
    return aggregate(parts, schema, how.back(frames))


def _split_table(frame: pd.DataFrame, table: Table, how: Split) -> pd.DataFrame:
    keys = [name for name in table.keys if name in (*REGION_COLUMNS, *ZONE_COLUMNS)]
    others = [c.name for c in table.columns if not c.key and c.name in (*REGION_COLUMNS, *ZONE_COLUMNS)]
    for pair in PAIRS:
        if set(pair) <= set(keys):
            return _split_pairs(frame, table, pair, how)
    if not keys:
        # one row of the nation that names a place: its first part
        return frame.assign(**{name: [how.names(place)[0] for place in frame[name]] for name in others})
    # a key that is no region of the table (the nation) stays whole
    count = frame[keys[0]].map(how.parts).fillna(1).astype(int)
    made = frame.loc[frame.index.repeat(count)].reset_index(drop=True)
    number = made.groupby(frame.index.repeat(count)).cumcount()
    for name in (*keys, *others):
        made[name] = [how.names(place)[n] if place in how.parts else place for place, n in zip(made[name], number, strict=True)]
    size = frame.loc[frame.index.repeat(count), keys[0]].map(how.parts).fillna(1).reset_index(drop=True)
    return _marked(_divided(made, table, size), size > 1)


def _split_pairs(frame: pd.DataFrame, table: Table, pair: tuple[str, str], how: Split) -> pd.DataFrame:
    """Part i of one end with part i of the other; lines also join the parts inside a province."""
    one, other = pair
    rows = []
    for row in frame.to_dict("records"):
        here, there = how.names(row[one]), how.names(row[other])
        count = max(len(here), len(there))
        rows += [{**row, one: here[n % len(here)], other: there[n % len(there)], "_size": count} for n in range(count)]
    made = pd.DataFrame(rows, columns=[*frame.columns, "_size"])
    size = made.pop("_size").astype(float)
    made = _divided(made, table, size)
    if table.name == LINES:
        made = pd.concat([made, _chains(frame, table, pair, how)], ignore_index=True)
        size = size.reindex(made.index, fill_value=float(len(frame)))
    return _marked(made, size > 1)


def _chains(frame: pd.DataFrame, table: Table, pair: tuple[str, str], how: Split) -> pd.DataFrame:
    """Lines between neighbouring parts, as strong as a part's share of all lines that leave the province, as long as they are on average."""
    one, other = pair
    rows = []
    for place, lines in frame.groupby(one, sort=False):
        names = how.names(str(place))
        whole = {c.name: lines[c.name].sum() / len(names) if c.aggregate == "sum" else lines[c.name].mean() for c in _numbers(table, frame)}
        for first, second in pairwise(names):
            rows += [{**lines.iloc[0], **whole, one: a, other: b} for a, b in ((first, second), (second, first))]
    return pd.DataFrame(rows, columns=frame.columns)


def _numbers(table: Table, frame: pd.DataFrame) -> list[Column]:
    return [c for c in table.columns if c.kind in ("number", "integer") and not c.key and c.name in frame]


def _divided(made: pd.DataFrame, table: Table, size: pd.Series) -> pd.DataFrame:
    """What adds up divided by the number of rows that a row became."""
    if table.shape == "years":
        years = [name for name in made.columns if str(name).isdigit()]
        columns = {name: table.column("value") for name in years}
    else:
        columns = {c.name: c for c in _numbers(table, made)}
    for name, column in columns.items():
        if column.aggregate == "sum" and (table.name, column.name) not in COPIED:
            made[name] = pd.to_numeric(made[name]) / size.to_numpy(dtype=float)
    return made


def _marked(made: pd.DataFrame, split_rows: pd.Series) -> pd.DataFrame:
    mask = split_rows.to_numpy(dtype=bool)
    return made.assign(quality=made["quality"].mask(mask, ESTIMATE), note=made["note"].mask(mask, NOTE))
