"""Every limit of the workbook in the solution: its cell, what the cell asks or allows, how far the plan goes, what more is worth.

A cell seldom stands alone in its row: other fixed amounts stand beside it, or the limit is made of the cell and other
numbers. Limit, level and slack are told in the sense of the cell, and ``nets`` says in what the row differs from it.

Limits: a price holds for a small change; rows that hold no decision are left out; the activity of a row is what its
positive side adds up to, so that terms which may have either sign count with the sign that they have in the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..build.build import Build
from ..build.parts import Key, Limits
from ..data import PERIODS
from ..declare import units
from ..declare.spec import FLOW
from ..frames import key_tuples
from ..ledger import FIXED
from ..read_back import ReadBack, read_back

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


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
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    # columns are joined one by one: a frame for every block costs several times as much
    years = pd.concat([part["year"] for part in parts], ignore_index=True)
    made = {name: years if name == "year" else _joined([part[name] for part in parts]) for name in COLUMNS}
    return pd.DataFrame(made)


def _joined(parts: list[Any]) -> Any:
    """One column of all blocks: texts as a list, numbers as an array."""
    if isinstance(parts[0], np.ndarray):
        return np.concatenate(parts)
    return [entry for part in parts for entry in part]


@dataclass(frozen=True)
class Told:
    """The rows of a block that the solution has, as arrays in solver units; ``kept`` are their places in the block, ``beside`` and ``items`` what stands beside the cell."""

    kept: Integers
    sense: list[str]
    limit: Floats
    level: Floats
    slack: Floats
    improvement: Floats
    activity: Floats
    beside: Floats
    items: list[str]
    row: Integers
    position: Integers


def _block(solution: Solved, block: Limits) -> dict[str, Any]:
    """The columns of the rows of a block."""
    told = _of_bounds(solution, block) if block.kind == "variable" else _of_rows(solution, block)
    count, keys = len(told.kept), block.frame.take(told.kept)
    sheets, addresses = ([texts[place] for place in told.kept.tolist()] for texts in (block.sheets, block.cells))
    report_unit = block.unit or block.solver_unit
    scale = units.convert(1.0, block.solver_unit, report_unit)
    goal = solution.build.objective
    cells = read_back(solution.build.data, block.sheets[0], addresses)
    limit = told.limit * scale
    mixes = (block.nets, block.lasts) == (BETWEEN, FLOW)
    return {
        "name": [block.name] * count,
        "region": _place(keys),
        "year": _year(solution.build, block, keys),
        "sheet": sheets,
        "cell": addresses,
        "cell_value": np.array([found.value for found in cells], dtype=float),
        "cell_unit": [found.unit for found in cells],
        "cell_given": np.array([int(found.given) for found in cells], dtype=np.int64),
        "kind": [block.lasts] * count,
        "target": np.full(count, int(block.is_target), dtype=np.int64),
        "sense": told.sense,
        "nets": _nets(block, cells, limit, told),
        "limit": limit,
        "level": told.level * scale,
        "slack": told.slack * scale,
        "unit": [report_unit] * count,
        "dual": told.improvement / scale,
        "dual_unit": [f"{goal.unit if goal is not None else '1'} per {report_unit}"] * count,
        "activity": told.activity * scale,
        "gain_of_1_percent": told.improvement * told.activity * ONE_PERCENT,
        "mixed": (keys[HOLD] == AT).to_numpy(dtype=bool) if mixes and HOLD in keys else np.full(count, mixes, dtype=bool),
        "row": told.row,
        "position": told.position,
        "scale": np.full(count, scale, dtype=float),
    }


def _of_bounds(solution: Solved, block: Limits) -> Told:
    family = solution.build.families[block.name]
    # what is held at what happened, or is free in history, is held by no cell of a limit
    kept = np.flatnonzero(~family.held & np.isfinite(family.upper))
    position, upper = family.positions[kept], family.upper[kept]
    level = solution.x[position]
    improvement = np.maximum(0.0, solution.improvement_sign * solution.reduced_cost[position])
    nothing = np.zeros(len(kept))
    return Told(kept, [AT_MOST] * len(kept), upper, level, upper - level, improvement, np.abs(level), nothing, [""] * len(kept), np.full(len(kept), -1), position)


def _of_rows(solution: Solved, block: Limits) -> Told:
    keys = key_tuples(block.frame)
    # a row without any variable was decided when the model was built: it has no level and no price
    found = solution.rows(block.name)
    place = dict(zip(key_tuples(found, list(block.frame.columns)), range(len(found)), strict=True))
    kept = np.array([number for number, key in enumerate(keys) if key in place], dtype=np.int64)
    at = np.array([place[key] for key in keys if key in place], dtype=np.int64)
    upper, lower, left, raw = (found[name].to_numpy(dtype=float)[at] for name in ("upper", "lower", "activity", "dual"))
    row = found["row"].to_numpy(dtype=np.int64)[at]
    amount = np.array(block.amounts, dtype=float)[kept] if block.amounts else np.full(len(kept), np.nan)
    is_upper = np.isfinite(upper)
    equal = is_upper & np.isfinite(lower)
    slack = np.where(is_upper, upper - left, left - lower)
    turned = np.where(is_upper, solution.improvement_sign * raw, -solution.improvement_sign * raw)
    improvement = np.where(equal, np.abs(raw), np.maximum(0.0, turned))
    above, below = (side[row] for side in solution.row_sides)
    items = [""] * len(kept)
    if block.item:
        supply, use, beside, items = _fixed(solution.build, block, [keys[number] for number in kept.tolist()])
        above, below = above + supply, below + use
        ceiling, right = np.full(len(kept), not block.is_use), amount
        by_plan = (below, above) if block.is_use else (above, below)
    else:
        ceiling, right = is_upper, np.where(is_upper, upper, lower)
        beside = np.where(np.isnan(amount), 0.0, amount - right)
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
    sense = np.where(equal, EXACTLY, np.where(ceiling, AT_MOST, AT_LEAST)).tolist()
    return Told(kept, sense, limit, level, slack, improvement, above, beside, items, row, np.full(len(kept), -1))


def _fixed(build: Build, block: Limits, keys: list[Key]) -> tuple[Floats, Floats, Floats, list[str]]:
    """For rows of a balance: fixed amounts supplied and used, and what stands beside the cell: its sum and its items."""
    table = build.ledger.table(block.name.removeprefix("balance_"))
    table = table[table["position"].to_numpy() == FIXED]
    place = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    codes = np.array([place.get(key, -1) for key in key_tuples(table, list(block.frame.columns))], dtype=np.int64)
    amounts, items = table["coefficient"].to_numpy(dtype=float), table["item"].tolist()
    sides = pd.DataFrame({"supply": np.maximum(0.0, amounts), "use": np.maximum(0.0, -amounts)})[codes >= 0]
    sums = sides.groupby(codes[codes >= 0]).sum().reindex(range(len(place)), fill_value=0.0)
    others: list[list[int]] = [[] for _ in place]
    for number, code in enumerate(codes.tolist()):
        if code >= 0 and items[number] != block.item and amounts[number] != 0.0:
            others[code].append(number)
    beside = np.array([np.abs(amounts[other]).sum() for other in others], dtype=float)
    named = [",".join(dict.fromkeys(items[number] for number in other)) for other in others]
    wanted = np.array([place[key] for key in keys], dtype=np.int64)
    return sums["supply"].to_numpy()[wanted], sums["use"].to_numpy()[wanted], beside[wanted], [named[number] for number in wanted.tolist()]


def _nets(block: Limits, cells: Sequence[ReadBack], limit: Floats, told: Told) -> list[str]:
    """In what each row differs from its cell: codes of NETS, after ``fixed_amounts`` the items; blank where in nothing."""
    found, report_unit = [], block.unit or block.solver_unit
    for cell, own, beside, items in zip(cells, limit.tolist(), told.beside.tolist(), told.items, strict=True):
        codes = []
        if block.nets and NETS[block.nets] and not _is_cell(cell.value, cell.unit, own, report_unit):
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


def _place(frame: pd.DataFrame) -> list[str]:
    """The region of each limit: its region column, its zone, its seller, the first word of its stratum, else the nation."""
    for column in ("region", "water_zone", "from_region", "from_zone", "scope"):
        if column in frame:
            return [str(key) for key in frame[column].tolist()]
    if "stratum" in frame:
        return [str(key).partition(".")[0] for key in frame["stratum"].tolist()]
    return ["nation"] * len(frame)


def _year(build: Build, block: Limits, frame: pd.DataFrame) -> pd.Series:
    """The year of a limit; one that holds for all periods together stands at the last."""
    for column in ("year", "vintage"):
        if column in frame:
            return frame[column]
    last = build.data.years[-1] if block.lasts == "stock" and PERIODS.name in build.data.tables else pd.NA
    return pd.Series(last, index=frame.index, dtype="Int64")
