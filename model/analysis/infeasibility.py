"""When no plan exists: which cells to change so that one does, and the smallest relaxation of limits that would allow one.

With the cells of the workbook at hand (``Desk``) the answer is a list of cells, each with the number it must become
(``suggest``). Otherwise, and where no such cell is found, every limit that the workbook sets may be relaxed at a price per share of itself; the relaxation with the least total
share is found by one more linear programme and named by sheet, cell, amount and unit.

Limits: one contradiction is explained; in the smallest relaxation only limits with a cell are relaxed; when that does not help, all rows are, and the rows that
gave way are named without a cell.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from ..core import units
from ..core.cellnumbers import Desk
from ..core.matrix import Matrix, all_row_names, column_names, row_names
from ..core.scaling import Scaling, unit_scaling
from ..core.solution import Solution
from ..core.solver import SolveOptions, load
from ..levers._goods import named_units
from .candidates import Suggestion
from .conflict import out_of_reach, reach
from .diagnosis_words import text
from .suggest import Search

Floats = npt.NDArray[np.float64]

#: Almost every column costs nothing here, so interior point ends a little imprecise, at a basis that is primal feasible:
#: primal simplex tidies it up in a moment, dual simplex would begin anew (31 provinces: not done in six minutes).
CLEAN_UP = {"simplex_strategy": "4"}
#: Seconds that a diagnosis may take: a person waits for it.
SECONDS = 15.0
#: Alternatives that are told.
MOST_SUGGESTIONS = 3
#: A relaxation below this share of the limit is rounding.
SMALLEST_SHARE = 1e-7


COLUMNS = ["sheet", "cell", "name", "keys", "limit", "relax_by", "unit", "share"]
CONFLICT_COLUMNS = ["sheet", "cell", "row", "weight", "missed_by", "unit"]
ARITHMETIC_COLUMNS = ["row", "asked", "most", "unit"]


@dataclass
class Diagnosis:
    """Why there is no plan, and what would give one.

    ``suggestions``: cells to change, the best first. ``conflict``: rows that contradict each other, with their weights.
    ``arithmetic``: rows that can not hold whatever the plan. ``relaxations``: sheet, cell, name, keys, limit, relax_by,
    unit, share, where no cell to change was found. ``reason`` is the name of a text of ``diagnosis_words``.
    """

    relaxations: pd.DataFrame
    reason: str = ""
    suggestions: list[Suggestion] = field(default_factory=list)
    conflict: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=CONFLICT_COLUMNS))
    arithmetic: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=ARITHMETIC_COLUMNS))
    values: dict[str, str] = field(default_factory=dict)

    def told(self, lang: str) -> str:
        """The reason in words."""
        return text(self.reason, lang, **self.values) if self.reason else ""


def diagnose(solution: Solution, desk: Desk | None = None, seconds: float = SECONDS) -> Diagnosis:
    """Say why a model has no plan; with a desk in terms of its cells, without one the smallest relaxation of limits."""
    matrix = solution.matrix
    if solution.status == "unbounded":
        return Diagnosis(_runaways(solution), "unbounded")
    if solution.status != "infeasible":
        low, high = matrix.coefficient_range()
        return Diagnosis(pd.DataFrame(columns=COLUMNS), "numeric", values={"low": f"{low:.3g}", "high": f"{high:.3g}"})
    diagnosis = Diagnosis(pd.DataFrame(columns=COLUMNS), "none")
    if desk is not None:
        search = Search(solution.build, desk, seconds)
        diagnosis.conflict, diagnosis.arithmetic = _conflict(search), _arithmetic(search)
        diagnosis.suggestions = search.run(MOST_SUGGESTIONS)
    if matrix.impossible:
        frame = pd.DataFrame({"sheet": "", "cell": "", "name": matrix.impossible, "keys": "", "limit": np.nan, "relax_by": np.nan, "unit": "", "share": np.nan})
        diagnosis.relaxations, diagnosis.reason = frame[COLUMNS], "contradict"
        return diagnosis
    if not diagnosis.suggestions:
        diagnosis.relaxations, diagnosis.reason = _smallest(solution)
    return diagnosis


def _smallest(solution: Solution) -> tuple[pd.DataFrame, str]:
    """The smallest relaxation of limits with a cell, else of all rows, and the reason."""
    matrix = solution.matrix
    found = _relax(solution, _limit_rows(solution))
    if found is not None:
        return found, "none"
    names = all_row_names(solution.build, matrix)
    rows = np.arange(matrix.shape[0])
    everything = pd.DataFrame({"target": rows, "kind": "row", "sheet": "", "cell": "", "name": names, "keys": "", "unit": "", "scale": 1.0, "asked": np.nan})
    found = _relax(solution, everything)
    if found is not None:
        return found, "rows"
    return pd.DataFrame(columns=COLUMNS), "bounds"


def _runaways(solution: Solution) -> pd.DataFrame:
    """Decisions that improve the objective and have no bound on that side."""
    matrix = solution.matrix
    better = -matrix.cost if not matrix.maximise else matrix.cost
    free = np.flatnonzero(((better > 0) & ~np.isfinite(matrix.column_upper)) | ((better < 0) & ~np.isfinite(matrix.column_lower)))
    order = free[np.argsort(-np.abs(better[free]), kind="stable")]
    frame = pd.DataFrame({"name": column_names(solution.build, matrix, order), "share": np.abs(better[order])})
    return frame.assign(sheet="", cell="", keys="", limit=np.nan, relax_by=np.nan, unit="")[COLUMNS]


def _conflict(search: Search) -> pd.DataFrame:
    if not search.certificates or not search.certificates[0].weight.any():
        return pd.DataFrame(columns=CONFLICT_COLUMNS)
    first, build, matrix = search.certificates[0], search.base.build, search.base.matrix
    scale = unit_scaling(build, matrix).row[first.rows]
    unit = [build.rows[matrix.row_family[i]][1] for i in first.rows]
    missed = first.missed[first.rows] * scale
    limits, cell = search.limits, dict[int, tuple[str, str]]()
    # of several cells in a row what is had goes before what is asked
    for i in np.argsort(limits.turn, kind="stable")[::-1]:
        if not limits.is_bound[i]:
            cell[int(limits.target[i])] = (limits.sheet[i], limits.cell[i])
    places = [cell.get(int(i), ("", "")) for i in first.rows]
    frame = pd.DataFrame({
        "sheet": [sheet for sheet, _ in places], "cell": [at for _, at in places], "row": row_names(build, matrix, first.rows),
        "weight": first.weight[first.rows], "missed_by": missed, "unit": unit,
    })  # fmt: skip
    # what gave way first, then the other limits of the workbook: one of them must give; the rest only ties them together
    model = search.base.model
    side = np.where(first.weight > 0, model.low, model.high)[first.rows]
    part = first.weight[first.rows] * np.where(np.isfinite(side), side, 0.0)
    order = np.lexsort((-np.abs(part), frame["cell"] == "", -np.abs(missed)))
    return frame.iloc[order].reset_index(drop=True)


def _arithmetic(search: Search) -> pd.DataFrame:
    build, matrix, model = search.base.build, search.base.matrix, search.base.model
    rows = out_of_reach(model)
    least, most = reach(model, model.column_low, model.column_high)
    scale = unit_scaling(build, matrix).row[rows]
    too_much = most[rows] < model.low[rows]
    asked = np.where(too_much, model.low[rows], -model.high[rows]) * scale
    had = np.where(too_much, most[rows], -least[rows]) * scale
    unit = [build.rows[matrix.row_family[i]][1] for i in rows]
    return pd.DataFrame({"row": row_names(build, matrix, rows), "asked": asked, "most": had, "unit": unit})[ARITHMETIC_COLUMNS]


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
        base["asked"] = list(block.amounts) or np.nan
        if block.kind == "variable":
            positions = build.families[block.name].positions
            base = base.assign(kind="bound", target=[column_of.get(int(p), -1) for p in positions])
        else:
            found = block.frame.merge(solution.rows(block.name)[[*block.frame.columns, "row"]], how="left", on=list(block.frame.columns))
            base = base.assign(kind="row", target=found["row"].fillna(-1).astype(int).to_numpy())
        parts.append(base[base["target"] >= 0])
    columns = ["target", "kind", "sheet", "cell", "name", "keys", "unit", "scale", "asked"]
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
    # a row nets its cell with other amounts: what is told is what the cell says
    told = limits["asked"].astype(float).fillna(pd.Series(right, index=limits.index))
    frame = limits.assign(limit=told * limits["scale"].astype(float), relax_by=amount * limits["scale"].astype(float), share=share)
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
