"""Whether the tables say what the matrix holds: each number that is a sum of variables, or a dual, against the values and duals kept beside it.

What a number is made of (``links`` in matrix.npz) was written with the run: terms of variables for amounts, of rows for prices.

Limits: numbers that are shares, means or follow from other tables are held in ``sums``; what neither asks is told as not asked.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ...core.declare.lines import Said
from .checks import NOTHING, TOLD, Check, Floats, Integers, same
from .plan import KeptLink, KeptPlan

Tables = Mapping[str, pd.DataFrame]
DUAL = "dual"
#: Smallest size that a number is taken to have: of less than this a difference is rounding of larger things.
LEAST = 1e-3


def linked(plan: KeptPlan, tables: Tables) -> list[Check]:
    """A check for every column of a table that is linked to the matrix."""
    found: dict[tuple[str, str], list[Check]] = {}
    for link in plan.links:
        if link.table in tables:
            found.setdefault((link.table, link.column), []).append(_of_link(plan, link, tables[link.table]))
    return [_together(checks) for checks in found.values()]


def _together(checks: list[Check]) -> Check:
    """Several links of one column are one check."""
    first = checks[0]
    return Check(first.name, first.what, sum(c.asked for c in checks), tuple(b for c in checks for b in c.broken), sum(c.count for c in checks), covers=first.covers)


def _of_link(plan: KeptPlan, link: KeptLink, frame: pd.DataFrame) -> Check:
    told, rows = _told(link, frame)
    of_label = {label: code for code, label in enumerate(plan.labels)}
    codes = np.column_stack([rows[key].astype(str).map(of_label).fillna(-1).to_numpy(dtype=np.int64) for key in link.keys]) if len(rows) else np.zeros((0, len(link.keys)), dtype=np.int64)
    which = pd.DataFrame(np.concatenate([link.codes, codes])).groupby(list(range(len(link.keys))), sort=False).ngroup().to_numpy()
    count = int(which.max(initial=-1)) + 1
    mine, theirs = which[: len(link.codes)], which[len(link.codes) :]
    values = plan.arrays["row_dual"] if link.of == DUAL else plan.arrays["x"]
    terms = link.value * np.where(link.places >= 0, values[link.places], 1.0)
    expected = np.bincount(mine, weights=terms, minlength=count).astype(float)
    found = np.bincount(theirs, weights=np.nan_to_num(told), minlength=count).astype(float)
    largest = np.full(count, LEAST)
    np.maximum.at(largest, mine, np.abs(terms))
    listed = np.zeros(count, dtype=bool)
    listed[mine] = True
    first = np.full(count, -1, dtype=np.int64)
    first[mine[::-1]] = np.arange(len(mine))[::-1]

    def places(at: Integers) -> list[str]:
        labels = plan.labels
        return [_place(link.table, link.column, [f"{key}={labels[code]}" for key, code in zip(link.keys, link.codes[first[number]], strict=True)]) for number in at.tolist()]

    known = np.flatnonzero(listed)
    return same(
        f"{link.table}.{link.column}", Said("check_link", table=link.table, column=link.column), lambda at: places(known[at]), expected[known], found[known], largest[known],
        TOLD, covers=((link.table, link.column),), nothing=NOTHING,
    )  # fmt: skip


def _told(link: KeptLink, frame: pd.DataFrame) -> tuple[Floats, pd.DataFrame]:
    """The numbers that the link is about, and their rows."""
    values = frame[link.column].astype(float)
    if link.times:
        values = values * frame[link.times].astype(float)
    if link.signs is not None:
        values = values * frame[link.signs[0]].map(dict(link.signs[1])).astype(float)
    used = values.notna() if link.signs is not None else pd.Series(True, index=frame.index)
    return values[used].to_numpy(dtype=float), frame[used]


def _place(table: str, column: str, keys: list[str]) -> str:
    return f"{table}.csv {', '.join(keys)}: {column}"


def certificate(plan: KeptPlan, tables: Tables) -> list[Check]:
    """Every line of certificate.csv is a dual of the matrix with its right-hand side, and none is left out."""
    frame = tables.get("certificate")
    if frame is None:
        return []
    a, sign = plan.arrays, -1.0 if plan.goal["maximise"] else 1.0
    rows, reduced = np.flatnonzero(a["row_dual"]), a["reduced"][a["column"]]
    bound = np.where(sign * reduced > 0.0, a["column_lower"], a["column_upper"])
    held = np.flatnonzero((reduced != 0.0) & np.isfinite(bound))
    right = np.where(sign * a["row_dual"] > 0.0, a["row_lower"], a["row_upper"])
    right = np.where(np.isfinite(right), right, np.where(np.isfinite(a["row_upper"]), a["row_upper"], a["row_lower"]))
    expected = pd.DataFrame(
        {
            "kind": ["constant", *["row"] * len(rows), *["bound"] * len(held)],
            "name": ["constant", *plan.row_names(rows), *plan.variable_names(a["column"][held])],
            "dual": [1.0, *a["row_dual"][rows], *reduced[held]], "right_hand_side": [float(plan.goal["offset"]), *right[rows], *bound[held]],
        }
    )  # fmt: skip
    expected = expected.assign(name=expected["name"].str.replace(":", "."))
    both = expected.merge(frame, how="outer", on=["kind", "name"], suffixes=("", "_told"))

    def told_as(column: str) -> Check:
        def places(at: Integers) -> list[str]:
            return [_place("certificate", column, [f"kind={both['kind'].iloc[n]}", f"name={both['name'].iloc[n]}"]) for n in at.tolist()]

        told = both[column].to_numpy(dtype=float), both[f"{column}_told"].to_numpy(dtype=float)
        return same(f"certificate.{column}", Said("check_link", table="certificate", column=column), places, *told, 0.0, TOLD, covers=(("certificate", column),))

    return [told_as("dual"), told_as("right_hand_side")]
