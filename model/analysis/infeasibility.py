"""When no plan exists: the smallest relaxation of the workbook's limits that would allow one.

Every limit that the workbook sets may be relaxed at a price per share of itself; the relaxation with the least total
share is found by one more linear programme and named by sheet, cell, amount and unit.

Limits: a first diagnosis. Only limits with a cell are relaxed; when that does not help, all rows are, and the rows that
gave way are named without a cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..core import units
from ..core.matrix import Matrix, all_row_names
from ..core.solution import Solution
from ..core.solver import SolveOptions, load

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
    for block in build.limits:
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
    return frame.drop_duplicates(["target", "kind"]).reset_index(drop=True)


def _relax(solution: Solution, limits: pd.DataFrame) -> pd.DataFrame | None:
    """Minimise the summed share by which limits give way; None when even that is infeasible."""
    import highspy

    matrix = solution.matrix
    if limits.empty:
        return None
    highs = load(matrix, SolveOptions()).highs
    columns = len(matrix.cost)
    highs.changeColsCost(columns, np.arange(columns, dtype=np.int32), np.zeros(columns))
    highs.changeObjectiveSense(highspy.ObjSense.kMinimize)
    size = np.empty(len(limits))
    for i, (kind, target) in enumerate(zip(limits["kind"], limits["target"], strict=True)):
        size[i] = _add_relaxation(highs, matrix, kind, int(target))
    highs.solve()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    amount = np.asarray(highs.getSolution().col_value, dtype=float)[columns:]
    share = amount / size
    frame = limits.assign(limit=size * limits["scale"].astype(float), relax_by=amount * limits["scale"].astype(float), share=share)
    frame = frame[frame["share"] > SMALLEST_SHARE].sort_values(["share", "name", "keys"], ascending=[False, True, True])
    return frame[COLUMNS].reset_index(drop=True)


def _add_relaxation(highs: Any, matrix: Matrix, kind: str, target: int) -> float:
    """Add one column that loosens a row or an upper bound; returns the size of the limit it is measured by."""
    if kind == "row":
        upper, lower = matrix.row_upper[target], matrix.row_lower[target]
        right = upper if np.isfinite(upper) else lower
        size = max(1.0, abs(float(right)))
        signs = [-1.0] if np.isfinite(upper) and not np.isfinite(lower) else [1.0] if not np.isfinite(upper) else [-1.0]
        highs.addCol(1.0 / size, 0.0, np.inf, 1, np.array([target], dtype=np.int32), np.array(signs))
        return size
    upper = float(matrix.column_upper[target])
    size = max(1.0, abs(upper))
    # the bound becomes a row: x - relaxation <= upper
    highs.changeColBounds(target, float(matrix.column_lower[target]), np.inf)
    highs.addCol(1.0 / size, 0.0, np.inf, 0, np.zeros(0, dtype=np.int32), np.zeros(0))
    new = highs.getNumCol() - 1
    highs.addRow(-np.inf, upper, 2, np.array([target, new], dtype=np.int32), np.array([1.0, -1.0]))
    return size


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
    part = path.with_name(f".{path.name}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(part)
    part.replace(path)
