"""Every limit of the workbook in the solution: its cell, what the cell asks or allows, how far the plan goes, what more is worth.

A cell seldom stands alone in its row: other fixed amounts stand beside it, or the limit is made of the cell and other
numbers. Limit, level and slack are told in the sense of the cell, and ``nets`` says in what the row differs from it.

Limits: a price holds for a small change; rows that hold no decision are left out; the activity of a row is what its
positive side adds up to, so that terms which may have either sign count with the sign that they have in the plan.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..build.build import Build
from ..build.parts import Limits
from ..data import PERIODS
from ..declare import units
from ..declare.spec import FLOW
from ..ledger import FIXED
from ..read_back import read_back

Floats = npt.NDArray[np.float64]


class Solved(Protocol):
    """What the table of limits asks of a solution."""

    build: Build
    x: Floats
    reduced_cost: Floats

    @property
    def improvement_sign(self) -> float:
        """Times a raw dual gives the improvement of the objective when an upper limit is raised."""

    @property
    def row_sides(self) -> tuple[Floats, Floats]:
        """What the positive and the negative terms of every row add up to."""

    def rows(self, family: str) -> pd.DataFrame:
        """Keys of a constraint family with row, activity, lower, upper and dual."""


#: In what a row differs from its cell: code -> whether the limit shown is made of more than the cell (it is the cell otherwise).
FIXED_AMOUNTS = "fixed_amounts"
SHARE_OF_PLAN = "share_of_plan"
YEAR_ONLY = "year_only"
BETWEEN = "between_periods"
NETS: dict[str, bool] = {
    FIXED_AMOUNTS: False,  # other fixed amounts of the row count in the level
    "earlier_plants": False,  # what stands since before the plan counts in the level
    "restricted_stands": False,  # stands that nobody decides on count in the level
    "other_cells": True,  # the cell times, or less, other cells of the workbook
    "several_rows": True,  # the cell and those of other rows of its column together; the largest of them is named
    "closed_area": True,  # an area less what is closed or under a measure already
    SHARE_OF_PLAN: True,  # a share or a pace of an amount that the plan decides
    "read_as_total": True,  # the cell is read as a total over the years
    BETWEEN: False,  # the row is a year between the means, or the milestones, of two periods
    YEAR_ONLY: True,  # the cell names the year; the row compares two periods
}
#: The key of rows that hold a target in its own year, or from it on in the mean of each period.
HOLD, AT = "hold", "at"
#: What a limit asks of the level; words, because a text that begins with = would be a formula.
AT_MOST, AT_LEAST, EXACTLY = "at_most", "at_least", "exactly"
#: The part of the activity by whose gain limits are ranked.
ONE_PERCENT = 0.01
#: A limit that misses its cell by less than this share is the cell: rounding of unit conversion.
ROUNDING = 1e-9
COLUMNS = (
    "name", "region", "year", "sheet", "cell", "cell_value", "cell_unit", "cell_given", "kind", "target", "sense", "nets", "limit", "level",
    "slack", "unit", "dual", "dual_unit", "activity", "gain_of_1_percent", "mixed", "row", "position", "scale",
)  # fmt: skip


def limit_table(solution: Solved) -> pd.DataFrame:
    """Columns COLUMNS: amounts in report units, ``dual`` and ``gain_of_1_percent`` as improvement of the objective; ``mixed`` where the
    flow of a year mixes those of two periods.

    ``row`` of the matrix or ``position`` of the variable whose bound it is (-1: the other), and what a solver unit is in the unit of the row (``scale``).
    """
    parts = [_block(solution, block) for block in solution.build.limits if len(block.frame)]
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)] if parts else pd.DataFrame(columns=list(COLUMNS))


def _block(solution: Solved, block: Limits) -> pd.DataFrame:
    amounts = np.array(block.amounts or [np.nan] * len(block.frame), dtype=float)
    frame = block.frame.assign(sheet=list(block.sheets), cell=list(block.cells), amount=amounts)
    frame = _of_bounds(solution, block, frame) if block.kind == "variable" else _of_rows(solution, block, frame)
    report_unit = block.unit or block.solver_unit
    scale = units.convert(1.0, block.solver_unit, report_unit)
    goal = solution.build.objective
    cells = read_back(solution.build.data, block.sheets[0], list(frame["cell"]))
    made = pd.DataFrame(
        {
            "name": block.name,
            "region": _place(frame),
            "year": _year(solution.build, block, frame),
            "sheet": frame["sheet"],
            "cell": frame["cell"],
            "cell_value": [found.value for found in cells],
            "cell_unit": [found.unit for found in cells],
            "cell_given": [int(found.given) for found in cells],
            "kind": block.lasts,
            "target": int(block.is_target),
            "sense": frame["sense"],
            **{name: frame[name] * scale for name in ("limit", "level", "slack", "activity")},
            "unit": report_unit,
            "dual": frame["improvement"] / scale,
            "dual_unit": f"{goal.unit if goal is not None else '1'} per {report_unit}",
            "gain_of_1_percent": frame["improvement"] * frame["activity"] * ONE_PERCENT,
            "row": frame.get("row", -1),
            "position": frame.get("position", -1),
            "scale": scale,
            "mixed": (frame[HOLD] == AT if HOLD in frame else True) if (block.nets, block.lasts) == (BETWEEN, FLOW) else False,
        }
    )
    return made.assign(nets=_nets(block, made, frame))


def _of_bounds(solution: Solved, block: Limits, frame: pd.DataFrame) -> pd.DataFrame:
    family = solution.build.families[block.name]
    improvement = np.maximum(0.0, solution.improvement_sign * solution.reduced_cost[family.positions])
    level = solution.x[family.positions]
    told = frame.assign(
        position=family.positions, sense=AT_MOST, limit=family.upper, level=level, slack=family.upper - level, improvement=improvement, activity=np.abs(level), beside=0.0, items=""
    )
    # what is held at what happened, or is free in history, is held by no cell of a limit
    return told[~family.held & np.isfinite(family.upper)].reset_index(drop=True)


def _of_rows(solution: Solved, block: Limits, frame: pd.DataFrame) -> pd.DataFrame:
    keys = list(block.frame.columns)
    rows = solution.rows(block.name).rename(columns={"activity": "left"})
    # a row without any variable was decided when the model was built: it has no level and no price
    merged = frame.merge(rows, how="inner", on=keys)
    upper, lower, left = (merged[name].to_numpy(dtype=float) for name in ("upper", "lower", "left"))
    is_upper = np.isfinite(upper)
    equal = is_upper & np.isfinite(lower)
    slack = np.where(is_upper, upper - left, left - lower)
    raw = merged["dual"].to_numpy(dtype=float)
    turned = np.where(is_upper, solution.improvement_sign * raw, -solution.improvement_sign * raw)
    improvement = np.where(equal, np.abs(raw), np.maximum(0.0, turned))
    above, below = (side[merged["row"].to_numpy(dtype=np.int64)] for side in solution.row_sides)
    if block.item:
        fixed = _fixed(solution.build, block, merged)
        above, below = above + fixed["supply"].to_numpy(dtype=float), below + fixed["use"].to_numpy(dtype=float)
        ceiling = np.full(len(merged), not block.is_use)
        beside, items = fixed["beside"].to_numpy(dtype=float), fixed["items"].tolist()
        right = merged["amount"].to_numpy(dtype=float)
        by_plan = (above, below) if ceiling.all() else (below, above)
    else:
        ceiling, right = is_upper, np.where(is_upper, upper, lower)
        amount = merged["amount"].to_numpy(dtype=float)
        beside, items = np.where(np.isnan(amount), 0.0, amount - right), ""
        above = above + np.maximum(0.0, beside)
        right = np.where(np.isnan(amount), right, amount)
        # a fixed amount that the plan's are held against stands on the side on which it is no minus
        by_plan = (below + np.maximum(0.0, right), above + np.maximum(0.0, -right))
        if block.is_use:
            ceiling, by_plan = ~ceiling, by_plan[::-1]
    if block.nets == SHARE_OF_PLAN:
        limit, level = by_plan
    else:
        limit, level = right, np.where(ceiling, right - slack, right + slack)
    sense = np.where(equal, EXACTLY, np.where(ceiling, AT_MOST, AT_LEAST))
    return merged.assign(sense=sense, limit=limit, level=level, slack=slack, improvement=improvement, activity=above, beside=beside, items=items)


def _fixed(build: Build, block: Limits, merged: pd.DataFrame) -> pd.DataFrame:
    """For the rows of a balance: fixed amounts supplied and used, and what stands beside the cell: its sum and its items."""
    table = build.ledger.table(block.name.removeprefix("balance_"))
    keys = list(block.frame.columns)
    table = table[table["position"] == FIXED]
    amount = table["coefficient"].astype(float)
    table = table.assign(supply=amount.clip(lower=0.0), use=(-amount).clip(lower=0.0))
    sums = table.groupby(keys, sort=False)[["supply", "use"]].sum()
    others = table[(table["item"] != block.item) & (amount != 0.0)]
    named = others.groupby(keys, sort=False)["item"].agg(lambda items: ",".join(dict.fromkeys(items)))
    beside = others.groupby(keys, sort=False)["coefficient"].agg(lambda values: float(np.abs(values).sum()))
    index = pd.MultiIndex.from_frame(merged[keys])
    found = pd.DataFrame(index=index)
    for name, series in (("supply", sums["supply"]), ("use", sums["use"]), ("beside", beside), ("items", named)):
        series = series if isinstance(series.index, pd.MultiIndex) else series.set_axis(pd.MultiIndex.from_arrays([series.index]))
        found[name] = series.reindex(index).to_numpy()
    return found.fillna({"supply": 0.0, "use": 0.0, "beside": 0.0, "items": ""}).reset_index(drop=True)


def _nets(block: Limits, made: pd.DataFrame, frame: pd.DataFrame) -> list[str]:
    """In what each row differs from its cell: codes of NETS, after ``fixed_amounts`` the items; blank where in nothing."""
    found = []
    for value, unit, limit, beside, items in zip(made["cell_value"], made["cell_unit"], made["limit"], frame["beside"], frame["items"], strict=True):
        codes = []
        if block.nets and NETS[block.nets] and not _is_cell(value, unit, limit, block.unit or block.solver_unit):
            codes.append(block.nets)
        if abs(beside) > ROUNDING:
            codes.append(f"{FIXED_AMOUNTS}:{items}" if block.item else block.nets or FIXED_AMOUNTS)
        found.append("; ".join(dict.fromkeys(codes)))
    return found


def _is_cell(value: float, unit: str, limit: float, report_unit: str) -> bool:
    """Whether the limit is the number of the cell itself."""
    if not unit or np.isnan(value) or not units.same_dimension(unit, report_unit):
        return False
    return abs(units.convert(value, unit, report_unit) - limit) <= ROUNDING * max(1.0, abs(limit))


def _place(frame: pd.DataFrame) -> pd.Series:
    """The region of a limit: its region column, its zone, its seller, the first word of its stratum, else the nation."""
    for column in ("region", "water_zone", "from_region", "from_zone", "scope"):
        if column in frame:
            return frame[column].astype(str)
    if "stratum" in frame:
        return frame["stratum"].astype(str).str.partition(".")[0]
    return pd.Series("nation", index=frame.index)


def _year(build: Build, block: Limits, frame: pd.DataFrame) -> pd.Series:
    """The year of a limit; one that holds for all periods together stands at the last."""
    for column in ("year", "vintage"):
        if column in frame:
            return frame[column]
    last = build.data.years[-1] if block.lasts == "stock" and PERIODS.name in build.data.tables else pd.NA
    return pd.Series(last, index=frame.index, dtype="Int64")
