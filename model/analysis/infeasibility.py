"""When no plan exists: the smallest relaxation of the workbook's limits that would allow one.

Every limit that the workbook sets may be relaxed at a price per share of itself; the relaxation with the least total
share is found by one more linear programme and named by sheet, cell, amount and unit.

Limits: a first diagnosis. Only limits with a cell are relaxed; when that does not help, all rows are, and the rows that
gave way are named without a cell.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from ..core import units
from ..core.aside import save_workbook
from ..core.matrix import Matrix, all_row_names
from ..core.scaling import Scaling, unit_scaling
from ..core.solution import Solution
from ..core.solver import SolveOptions, load
from ..levers._goods import named_units

Floats = npt.NDArray[np.float64]

#: Almost every column costs nothing here, so interior point ends a little imprecise, at a basis that is primal feasible:
#: primal simplex tidies it up in a moment, dual simplex would begin anew (31 provinces: not done in six minutes).
CLEAN_UP = {"simplex_strategy": "4"}
#: A relaxation below this share of the limit is rounding.
SMALLEST_SHARE = 1e-7


@dataclass
class Diagnosis:
    """``relaxations``: sheet, cell, name, keys, limit, relax_by, unit, share; ``reason`` when none could be found."""

    relaxations: pd.DataFrame
    reason: str = ""


COLUMNS = ["sheet", "cell", "name", "keys", "limit", "relax_by", "unit", "share"]


def diagnose(solution: Solution) -> Diagnosis:
    """Find the smallest relaxation for an infeasible model."""
    matrix = solution.matrix
    if matrix.impossible:
        frame = pd.DataFrame({"sheet": "", "cell": "", "name": matrix.impossible, "keys": "", "limit": np.nan, "relax_by": np.nan, "unit": "", "share": np.nan})
        return Diagnosis(frame[COLUMNS], "these rows contradict the fixed numbers of the workbook")
    if solution.status == "unbounded":
        return Diagnosis(pd.DataFrame(columns=COLUMNS), "the objective can improve without end: a cost is negative or a limit is missing")
    known = _limit_rows(solution)
    found = _relax(solution, known)
    if found is not None:
        return Diagnosis(found)
    rows = np.arange(matrix.shape[0])
    names = all_row_names(solution.build, matrix)
    everything = pd.DataFrame({"target": rows, "kind": "row", "sheet": "", "cell": "", "name": names, "keys": "", "unit": "", "scale": 1.0})
    found = _relax(solution, everything)
    if found is not None:
        return Diagnosis(found, "no limit with a cell helps; these rows of the model gave way")
    return Diagnosis(pd.DataFrame(columns=COLUMNS), "no relaxation of rows helps: a lower and an upper bound cross")


def _limit_rows(solution: Solution) -> pd.DataFrame:
    """Rows and columns of the matrix that carry a limit of the workbook."""
    build, matrix = solution.build, solution.matrix
    column_of = {int(p): j for j, p in enumerate(matrix.column_position)}
    parts = []
    for block in (limit for limit in build.limits if len(limit.frame)):
        keys = block.frame.astype(str).agg(", ".join, axis=1) if len(block.frame.columns) else pd.Series("", index=block.frame.index)
        report = block.unit or block.solver_unit
        base = pd.DataFrame({"sheet": list(block.sheets), "cell": list(block.cells), "name": block.name, "keys": keys, "unit": report})
        base["scale"] = units.convert(1.0, block.solver_unit, report)
        if block.kind == "variable":
            positions = build.families[block.name].positions
            base = base.assign(kind="bound", target=[column_of.get(int(p), -1) for p in positions])
        else:
            found = block.frame.merge(solution.rows(block.name)[[*block.frame.columns, "row"]], how="left", on=list(block.frame.columns))
            base = base.assign(kind="row", target=found["row"].fillna(-1).astype(int).to_numpy())
        parts.append(base[base["target"] >= 0])
    columns = ["target", "kind", "sheet", "cell", "name", "keys", "unit", "scale"]
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    frame = frame.assign(unit=named_units(build.data, frame["sheet"], frame["cell"], frame["unit"]))
    return frame.drop_duplicates(["target", "kind"]).reset_index(drop=True)


def _relax(solution: Solution, limits: pd.DataFrame) -> pd.DataFrame | None:
    """Minimise the summed share by which limits give way; None when even that is infeasible."""
    import highspy

    if limits.empty:
        return None
    matrix = solution.matrix
    elastic, scaling, right = _elastic(solution, limits)
    loaded = load(elastic, SolveOptions(CLEAN_UP), scaling)
    loaded.highs.solve()
    if loaded.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    found = np.asarray(loaded.highs.getSolution().col_value, dtype=float) * scaling.column
    # both directions of a limit that is met exactly
    amount = found[len(matrix.cost) :].reshape(2, -1).sum(axis=0)
    share = amount / _size(right)
    frame = limits.assign(limit=right * limits["scale"].astype(float), relax_by=amount * limits["scale"].astype(float), share=share)
    frame = frame[frame["share"] > SMALLEST_SHARE].sort_values(["share", "name", "keys"], ascending=[False, True, True])
    return frame[COLUMNS].reset_index(drop=True)


def _size(right: Floats) -> Floats:
    """What a share of a limit is measured by: its right-hand side, or one solver unit where that is less."""
    return np.maximum(1.0, np.abs(right))


def _elastic(solution: Solution, limits: pd.DataFrame) -> tuple[Matrix, Scaling, Floats]:
    """The programme in which each limit may be exceeded or missed at a cost of one per share of its size.

        min sum (over + under) / size      row:   lower <= A x - over + under <= upper
                                           bound: x - over <= upper, as a row of its own

    Every limit has both columns, ``over`` first; the one that would not loosen it is fixed at zero. Also gives the
    right-hand side of each limit, in solver units.
    """
    matrix = solution.matrix
    rows, columns, _ = matrix.shape
    target = limits["target"].to_numpy(dtype=np.int64)
    bounds = (limits["kind"] == "bound").to_numpy()
    held, count, added = target[bounds], len(target), int(bounds.sum())
    # the rows in which the limits stand: their own, or one more for each bound
    at = np.where(bounds, rows + np.cumsum(bounds) - 1, target)
    row_lower = np.concatenate([matrix.row_lower, np.full(added, -np.inf)])
    row_upper = np.concatenate([matrix.row_upper, matrix.column_upper[held]])
    has_lower, has_upper = np.isfinite(row_lower[at]), np.isfinite(row_upper[at])
    right = np.where(has_upper, row_upper[at], row_lower[at])
    per_share = 1.0 / _size(right)
    table = sparse.csc_matrix((matrix.value, matrix.index, matrix.start), shape=(rows, columns))
    picked = sparse.csc_matrix((np.ones(added), (np.arange(added), held)), shape=(added, columns))
    each = np.arange(count)
    over = sparse.csc_matrix((-np.ones(count), (at, each)), shape=(rows + added, count))
    whole = sparse.hstack([sparse.vstack([table, picked]), over, -over], format="csc")
    whole.sort_indices()
    column_upper = matrix.column_upper.copy()
    column_upper[held] = np.inf
    elastic = replace(
        matrix, start=whole.indptr.astype(np.int64), index=whole.indices.astype(np.int64), value=whole.data,
        row_lower=row_lower, row_upper=row_upper, offset=0.0, maximise=False,
        column_lower=np.concatenate([matrix.column_lower, np.zeros(2 * count)]),
        column_upper=np.concatenate([column_upper, np.where(has_upper, np.inf, 0.0), np.where(has_lower, np.inf, 0.0)]),
        cost=np.concatenate([np.zeros(columns), per_share, per_share]),
    )  # fmt: skip
    by_unit = unit_scaling(solution.build, matrix)
    row_scale = np.concatenate([by_unit.row, by_unit.column[held]])
    return elastic, Scaling(np.concatenate([by_unit.column, row_scale[at], row_scale[at]]), row_scale), right


def write_diagnosis(diagnosis: Diagnosis, path: Path) -> None:
    """Write ``infeasibility.xlsx``: one row per limit that would have to give way."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "smallest_relaxation"
    rows: list[list[Any]] = [["No plan meets all limits. 没有方案能满足全部约束。"], [diagnosis.reason], list(COLUMNS)]
    rows += [list(r) for r in diagnosis.relaxations.itertuples(index=False, name=None)]
    for r, row in enumerate(rows, start=1):
        for c, value in enumerate(row, start=1):
            cell = sheet.cell(r, c)
            if isinstance(value, str):
                cell.value, cell.data_type = value, "s"
            elif value is not None and np.isfinite(value):
                cell.value = float(value)
            if r in (1, 3):
                cell.font = Font(bold=True)
    for letter, width in zip("ABCDEFGH", (22, 10, 28, 40, 14, 14, 16, 10), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A4"
    path.parent.mkdir(parents=True, exist_ok=True)
    save_workbook(book, path)
