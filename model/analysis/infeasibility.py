"""When no plan exists: which cells to change so that one does, and the smallest relaxation of limits that would allow one.

With the cells of the workbook at hand (``Desk``) the answer is a list of cells, each with the number it must become
(``suggest``). Otherwise, and where no such cell is found, the relaxation of limits with the least total share of themselves is
told (``conflict.certify``), by sheet, cell, amount and unit.

Limits: one contradiction is explained; in the smallest relaxation only limits with a cell are relaxed; when that does not help, all rows are, and the rows that
gave way are named without a cell.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..core.build import registry
from ..core.cellnumbers import Desk
from ..core.declare import units
from ..core.goods import named_units
from ..core.solve.matrix import column_names, row_names
from ..core.solve.scaling import unit_scaling
from ..core.solve.solution import Solution
from .candidates import State, Suggestion, state_of
from .conflict import Certificate, certify, out_of_reach, reach
from .diagnosis_words import text
from .ruled import Ruled, ruled
from .suggest import Search

#: Seconds that a diagnosis may take: a person waits for it. A larger model has more time, in proportion to its rows.
SECONDS, ROWS = 15.0, 30_000
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


def diagnose(solution: Solution, desk: Desk | None = None, seconds: float | None = None) -> Diagnosis:
    """Say why a model has no plan; with a desk in terms of its cells, without one the smallest relaxation of limits."""
    matrix = solution.matrix
    seconds = SECONDS * max(1.0, matrix.shape[0] / ROWS) if seconds is None else seconds
    if solution.status == "unbounded":
        return Diagnosis(_runaways(solution), "unbounded")
    if solution.status != "infeasible":
        low, high = matrix.coefficient_range()
        return Diagnosis(pd.DataFrame(columns=COLUMNS), "numeric", values={"low": f"{low:.3g}", "high": f"{high:.3g}"})
    diagnosis = Diagnosis(pd.DataFrame(columns=COLUMNS), "none")
    search = Search(solution.build, desk, seconds) if desk is not None else None
    if search is not None:
        diagnosis.conflict, diagnosis.arithmetic = _conflict(search), _arithmetic(search)
        diagnosis.suggestions = search.run(MOST_SUGGESTIONS)
    if matrix.impossible:
        frame = pd.DataFrame({"sheet": "", "cell": "", "name": matrix.impossible, "keys": "", "limit": np.nan, "relax_by": np.nan, "unit": "", "share": np.nan})
        diagnosis.relaxations, diagnosis.reason = frame[COLUMNS], "contradict"
        return diagnosis
    if not diagnosis.suggestions:
        diagnosis.relaxations, diagnosis.reason = _smallest(solution, search)
    return diagnosis


def _smallest(solution: Solution, search: Search | None) -> tuple[pd.DataFrame, str]:
    """The smallest relaxation of limits with a cell, else of all rows, and the reason."""
    build, matrix = solution.build, solution.matrix
    state = search.base if search is not None else state_of(build)
    limits = search.limits if search is not None else ruled(build, matrix)
    known = next((c for c in search.certificates if c.whole), None) if search is not None else None
    found = known or certify(state.model, soft=limits.soft(matrix))
    if isinstance(found, Certificate) and (frame := _gave_way(state, limits, found)).size:
        return frame, "none"
    found = certify(state.model)
    if isinstance(found, Certificate):
        return _gave_way(state, None, found), "rows"
    return pd.DataFrame(columns=COLUMNS), "bounds"


def _gave_way(state: State, limits: Ruled | None, certificate: Certificate) -> pd.DataFrame:
    """Limits (rows of the model where there are none) that were missed, the largest share of themselves first."""
    build, matrix = state.build, state.matrix
    scaling = unit_scaling(build, matrix)
    rows, bounds = certificate.missed * scaling.row, certificate.missed_bounds * scaling.column
    side = np.where(np.isfinite(matrix.row_lower), matrix.row_lower, matrix.row_upper)
    records = []
    for amount, right, is_bound in ((rows, side, False), (bounds, matrix.column_upper, True)):
        cells = limits.of_rows(is_bound) if limits is not None else {}
        for at in np.flatnonzero(amount).tolist():
            share = abs(amount[at]) / max(1.0, abs(right[at]))
            if share <= SMALLEST_SHARE:
                continue
            if at in cells and limits is not None:
                i = cells[at]
                block = limits.block[i]
                told = units.convert(1.0, block.solver_unit, block.unit or block.solver_unit)
                # a row nets its cell with other amounts: what is told is what the cell says
                asked = limits.amount[i] if np.isfinite(limits.amount[i]) else right[at]
                records.append((limits.sheet[i], limits.cell[i], block.name, limits.keys(i), asked * told, abs(amount[at]) * told, block.unit or block.solver_unit, share))
            else:
                name = (column_names if is_bound else row_names)(build, matrix, np.array([at]))[0]
                unit = build.families[name.partition("(")[0]].spec.unit if is_bound else build.rows[matrix.row_family[at]][1]
                records.append(("", "", name, "", right[at], abs(amount[at]), unit, share))
    frame = pd.DataFrame(records, columns=COLUMNS)
    frame["unit"] = named_units(build.data, registry.schema().tables.values(), frame["sheet"], frame["cell"], frame["unit"])
    return frame.sort_values(["share", "name", "keys"], ascending=[False, True, True], ignore_index=True)


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
    limits, cell = search.limits, search.limits.of_rows()
    named = [cell.get(int(i)) for i in first.rows]
    places = [("", "") if i is None else (limits.sheet[i], limits.cell[i]) for i in named]
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
