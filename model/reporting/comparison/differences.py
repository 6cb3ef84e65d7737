"""Every number of the compared tables beside that of the base, matched by key: what comparison.csv holds, and what levers do differently.

A row of one run that the other lacks has no difference: whether it is nothing or not told is not known here.

Limits: rows of the same key are added up; a key is what the table declares, and its unit.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...core.frames import stack
from ..shown import SHOWN
from ..tables.columns import TABLES
from .runs import Run

#: Columns of numbers that are compared, by table.
MEASURED: dict[str, tuple[str, ...]] = {
    "allocation": ("value",), "carbon": ("value",), "burden": ("own",), "power": ("capacity_gw", "generation_twh"), "prices": ("price",), "objective": ("value",),
}  # fmt: skip
#: Of the prices, which are most of all numbers, those of the balances that the report shows first.
BALANCES = ("balance", SHOWN)
REGION, YEAR, UNIT, RUN, VALUE, BASE, DIFFERENCE, SHARE = "region", "year", "unit", "run", "value", "base", "difference", "share"
PLACE_COLUMNS = (REGION, YEAR, UNIT)
COLUMNS = ["table", "column", "keys", REGION, YEAR, RUN, VALUE, UNIT, BASE, DIFFERENCE]
MATCHED = ["table", "column", "keys", REGION, YEAR, UNIT]
BY_LEVER = ["lever", "item", "place", YEAR, UNIT]

#: Differences below this share of what a lever does are the rounding of two solves (the solver's tolerance is 1e-7).
LEAST_SHARE = 1e-6
#: Rows of it that a sheet or page shows for each run; all of them stand in the tables.
MOST_ROWS = 200


def tidy(runs: Sequence[Run]) -> pd.DataFrame:
    """All numbers of all runs, one a row, beside those of the base."""
    parts = [_long(run, table, column).assign(run=run.name) for run in runs for table, columns in MEASURED.items() if table in run.tables for column in columns]
    rows = stack(parts) if parts else pd.DataFrame(columns=[*MATCHED, RUN, VALUE])
    return _beside(rows, MATCHED, runs[0].name)[COLUMNS]


def _long(run: Run, table: str, column: str) -> pd.DataFrame:
    """One column of numbers of a table by key; keys besides region and year are written like a selector of the workbook."""
    frame, (name, kept) = run.tables[table], BALANCES
    frame = frame[frame[name].isin(kept)] if name in frame else frame
    declared = TABLES[table]
    keys = [key for key in declared.keys if key not in PLACE_COLUMNS and key in frame]
    words = frame[keys].astype(str) if keys else pd.DataFrame(index=frame.index)
    told = pd.Series("", index=frame.index, dtype=object)
    for number, key in enumerate(keys):
        told = told + ("; " if number else "") + f"{key}=" + words[key]
    unit = next(field.unit for field in declared.fields if field.name == column)
    units = frame[UNIT] if UNIT in frame and not unit else unit
    long = pd.DataFrame({
        "table": table, "column": column, "keys": told, REGION: frame[REGION], YEAR: frame[YEAR], UNIT: units, VALUE: frame[column].astype(float),
    })  # fmt: skip
    return _summed(long[long[VALUE].notna()], MATCHED)


def _summed(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """The rows with their numbers added up by key, in order of appearance."""
    return rows.groupby(keys, sort=False, dropna=False)[VALUE].sum().reset_index()


def _beside(rows: pd.DataFrame, keys: list[str], base: str) -> pd.DataFrame:
    """The rows with the value of the base of the same key, and how far they are from it."""
    first = rows[rows[RUN] == base][[*keys, VALUE]].rename(columns={VALUE: BASE})
    found = rows.merge(first, how="left", on=keys)
    return found.assign(difference=found[VALUE] - found[BASE])


def by_lever(runs: Sequence[Run]) -> pd.DataFrame:
    """What levers do in planned years otherwise than in the base, by region group, the largest differences of each run first.

    ``share`` is the size of the difference in what the lever does of that unit in that year, in all places of the run or of the base,
    whichever is more; of a row that one of the two lacks it is the share of the row itself.
    """
    columns = [RUN, *BY_LEVER, BASE, VALUE, DIFFERENCE, SHARE]
    first = _done(runs[0])
    parts = [_changes(first, _done(run), runs[0], run) for run in runs[1:]]
    return stack(parts)[columns] if any(len(part) for part in parts) else pd.DataFrame(columns=columns)


def _done(run: Run) -> pd.DataFrame:
    """What levers do in planned years, by region group or, where a row has none, by region."""
    frame = run.tables.get("allocation")
    if frame is None or frame.empty:
        return pd.DataFrame(columns=[*BY_LEVER, VALUE])
    rows = frame[frame[YEAR].isin(run.planned) & frame[VALUE].notna()]
    return _summed(rows.assign(place=rows["region_group"].where(rows["region_group"] != "", rows[REGION])), BY_LEVER)


def _changes(base: pd.DataFrame, own: pd.DataFrame, first: Run, run: Run) -> pd.DataFrame:
    """Rows of years and places that both runs tell of and in which they differ."""
    both = own.merge(base.rename(columns={VALUE: BASE}), how="outer", on=BY_LEVER, sort=False)
    both = both[both[YEAR].isin(set(first.planned) & set(run.planned)) & both["place"].isin(set(base["place"]) & set(own["place"]))]
    if both.empty:
        return both
    of = ["lever", UNIT, YEAR]
    whole = both.assign(own=both[VALUE].abs(), other=both[BASE].abs()).groupby(of, sort=False)[["own", "other"]].transform("sum").max(axis=1)
    difference = both[VALUE] - both[BASE]
    size = difference.abs().fillna(both[VALUE].abs()).fillna(both[BASE].abs())
    share = np.where(whole > 0.0, size / whole.where(whole > 0.0, 1.0), 0.0)
    found = both.assign(difference=difference, share=share, run=run.name)
    # what the solver leaves of a zero is no difference
    return found[found[SHARE] > LEAST_SHARE].sort_values(SHARE, ascending=False, kind="stable")
