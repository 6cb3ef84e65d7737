"""A large model as presolve leaves it, begun from a basis: half of the rows, so that a simplex step takes half of the time.

    known = Reduction.of(base, scaling, value, dual)
    statuses, steps = known.basis_for(matrix, costs=True, rows=True, most=16_000)

A simplex method that begins from a basis must do without presolve, since a basis of the whole model is none of what presolve leaves. Here what is left
of the base plan has a basis of its own, found from its values and duals by crossover (a sixth of a second in three regions), and what is left of a variant
has the same rows and columns, but for a handful: so that basis is a start for it. The optimum goes back through presolve to a basis of the whole model.

Where costs and the rest change, first the costs, for which the plan of the base stays a plan, by primal simplex; then the rest by dual simplex. No bounds
or costs are perturbed: both takes a third of the steps more. Primal simplex begins with prices of columns as if all were equally long; here columns and
slacks are scaled by how much the plan moves with a unit of them (``_lengths``), which spares a third of its steps. What stands still without perturbation
goes on with it.

Presolve does not add rows to other rows here (``SPARSIFY``): then the duals of rows that stay are those of the whole model.

Limits: from HiGHS 1.16 on, since the crossover of 1.15 takes no values; the model has presolved rows left; nothing is taken at its word, since whoever asked solves the whole model once more from the basis that is given.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.linalg import splu

from ..matrix import Matrix
from ..scaling import Scaling
from .held import LARGE_ROWS, Basis, basis_of, hand_over, quiet_highs, run, set_basis
from .start import BASIC, LOWER, allowed

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
#: HiGHS's bit for the rule of presolve that adds multiples of a row to others.
SPARSIFY = 1 << 13
#: HiGHS's numbers for dual and for primal simplex, for weights of the dual one that begin at one and for exact ones, for no scaling of its own.
DUAL, PRIMAL, DEVEX, STEEPEST, UNSCALED = 1, 4, 1, 2, 0
#: Steps without perturbation, more than any change took that came to its end so (4,200).
PLAIN_STEPS = 5_000
#: Random signs from which lengths are estimated, to a fifth or so, and where they begin.
PROBES, SEED = 64, 1


@dataclass(frozen=True)
class Left:
    """What presolve leaves of a matrix: ``rows`` and ``columns`` by their places, ``whole`` the HiGHS object that knows the way back."""

    whole: Any
    lp: Any
    rows: Integers
    columns: Integers

    @cached_property
    def table(self) -> tuple[Integers, Integers, Floats]:
        """Start, index and value of the columns."""
        held = self.lp.a_matrix_
        return np.asarray(held.start_, dtype=np.int64), np.asarray(held.index_, dtype=np.int64), np.asarray(held.value_, dtype=float)

    @property
    def sides(self) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """Cost, low and high of columns, low and high of rows."""
        lp = self.lp
        parts = (lp.col_cost_, lp.col_lower_, lp.col_upper_, lp.row_lower_, lp.row_upper_)
        cost, low, high, least, most = (np.asarray(part, dtype=float) for part in parts)
        return cost, low, high, least, most

    def solver(self, columns: Floats | None = None, rows: Floats | None = None) -> Any:
        """A HiGHS object that holds it, scaled by ``columns`` and ``rows`` where they are given."""
        highs = quiet_highs()
        for option, value in (("output_flag", False), ("threads", 1), ("presolve", "off"), ("solver", "simplex")):
            highs.setOptionValue(option, value)
        _perturb(highs, 0.0)
        if columns is None or rows is None:
            highs.passModel(self.lp)
            return highs
        start, index, coefficient = self.table
        cost, low, high, least, most = self.sides
        table = (start, index, coefficient * np.repeat(columns, np.diff(start)) / rows[index])
        hand_over(highs, table, cost * columns, (low / columns, high / columns), (least / rows, most / rows), offset=self.lp.offset_)
        highs.changeObjectiveSense(self.lp.sense_)
        highs.setOptionValue("simplex_scale_strategy", UNSCALED)
        return highs


def _perturb(highs: Any, times: float) -> None:
    """By how many times what HiGHS would choose costs are perturbed in dual simplex, and bounds in primal."""
    for option in ("dual_simplex_cost_perturbation_multiplier", "primal_simplex_bound_perturbation_multiplier"):
        highs.setOptionValue(option, times)


def _within(highs: Any, most: int) -> tuple[str, int]:
    """Simplex for so many steps at most: how it ended, and steps."""
    highs.setOptionValue("simplex_iteration_limit", max(0, most))
    return run(highs), max(0, int(highs.getInfo().simplex_iteration_count))


def left_of(matrix: Matrix, scaling: Scaling) -> Left | None:
    """What presolve leaves of a matrix; None where that is nothing, all of it, or no plan."""
    import highspy

    highs = quiet_highs()
    for option, value in (("output_flag", False), ("threads", 1), ("presolve_rule_off", SPARSIFY)):
        highs.setOptionValue(option, value)
    columns = (matrix.column_lower / scaling.column, matrix.column_upper / scaling.column)
    rows = (matrix.row_lower / scaling.row, matrix.row_upper / scaling.row)
    names = [str(row) for row in range(len(matrix.row_lower))], [str(column) for column in range(len(matrix.cost))]
    table = (matrix.start, matrix.index, scaling.values(matrix))
    hand_over(highs, table, scaling.cost(matrix), columns, rows, maximise=matrix.maximise, offset=matrix.offset, names=names)
    highs.presolve()
    if highs.getModelPresolveStatus() != highspy.HighsPresolveStatus.kReduced:
        return None
    lp = highs.getPresolvedLp()
    return Left(highs, lp, np.array(lp.row_names_, dtype=np.int64), np.array(lp.col_names_, dtype=np.int64))


@dataclass(frozen=True)
class Reduction:
    """A base plan as presolve leaves it: its matrix and scales, and statuses of all columns and rows, of which those that are left make a basis."""

    base: Matrix
    scaling: Scaling
    left: Left
    statuses: Basis

    @classmethod
    def of(cls, base: Matrix, scaling: Scaling, value: Floats, dual: Floats) -> Reduction | None:
        """That of a matrix with the values of its columns and the duals of its rows at the optimum, scaled both; None where presolve leaves none."""
        import highspy

        left = left_of(base, scaling)
        if left is None:
            return None
        start, index, coefficient = left.table
        table = sparse.csc_matrix((coefficient, index, start), shape=(len(left.rows), len(left.columns)))
        found = highspy.HighsSolution()
        found.col_value, found.row_value = value[left.columns], table @ value[left.columns]
        found.row_dual = dual[left.rows]
        found.col_dual = left.sides[0] - table.T @ dual[left.rows]
        found.value_valid = found.dual_valid = True
        highs = left.solver()
        if highs.crossover(found) == highspy.HighsStatus.kError or not highs.getInfo().basis_validity:
            return None
        if run(highs) != "optimal":
            return None
        known = cls(base, scaling, left, _nothing(base))
        return replace(known, statuses=known._spread(left, basis_of(highs)))

    def basis_for(self, matrix: Matrix, *, costs: bool, rows: bool, most: int) -> tuple[Basis | None, int]:
        """A basis of another matrix of the same shape that is optimal for it, and simplex steps; None where there is none within ``most`` steps.

        ``costs`` and ``rows`` say what differs from the base: costs, or bounds and coefficients.
        """
        statuses, spent, left = self.statuses, 0, None
        highs: Any = None
        for primal, asked in ((True, costs), (False, rows)):
            if not asked:
                continue
            goal = replace(self.base, cost=matrix.cost, offset=matrix.offset) if primal and rows else matrix
            left = left_of(goal, self.scaling)
            if left is None:
                return None, spent
            highs, steps = self._run(left, statuses, primal, most - spent)
            spent += steps
            if highs is None:
                return None, spent
            statuses = self._spread(left, basis_of(highs))
        if left is None:
            return None, spent
        left.whole.setOptionValue("simplex_iteration_limit", max(0, most - spent))
        left.whole.postsolve(highs.getSolution(), highs.getBasis())
        if not left.whole.getInfo().basis_validity:
            return None, spent
        return basis_of(left.whole), spent + max(0, int(left.whole.getInfo().simplex_iteration_count))

    def _run(self, left: Left, statuses: Basis, primal: bool, most: int) -> tuple[Any, int]:
        """Simplex on what is left of a matrix: its HiGHS object at the optimum, None where that is not reached, and steps."""
        scales = self._lengths if primal else None
        highs = left.solver() if scales is None else left.solver(scales[0][left.columns], scales[1][left.rows])
        _, low, high, least, greatest = left.sides
        if not set_basis(highs, (allowed(statuses[0][left.columns], low, high), allowed(statuses[1][left.rows], least, greatest))):
            return None, 0
        highs.setOptionValue("simplex_strategy", PRIMAL if primal else DUAL)
        highs.setOptionValue("simplex_dual_edge_weight_strategy", STEEPEST if len(left.rows) < LARGE_ROWS else DEVEX)
        status, steps = _within(highs, min(most, PLAIN_STEPS))
        if status == "time_limit" and steps < most:
            statuses = basis_of(highs)
            highs.clearSolver()  # HiGHS takes up other options with a model that is new to it
            _perturb(highs, 1.0)
            set_basis(highs, statuses)
            status, more = _within(highs, most - steps)
            steps += more
        if status == "optimal" and scales is not None:  # what is optimal in these scales goes on in those of the model
            plain = left.solver()
            if not set_basis(plain, basis_of(highs)):
                return None, steps
            status, more = _within(plain, most - steps)
            highs, steps = plain, steps + more
        return (highs if status == "optimal" else None), steps

    def _spread(self, left: Left, basis: Basis) -> Basis:
        """Statuses of all columns and rows of the whole matrix; what is not left is as a new one would be."""
        columns, rows = _nothing(self.base)
        columns[left.columns], rows[left.rows] = basis
        return columns, rows

    @cached_property
    def _lengths(self) -> tuple[Floats, Floats] | None:
        """Scales of columns and rows by which every column that is not basic, slacks too, moves the basic ones by about one; None for a large model.

        With B the basis, for a column a: 1 + |B^-1 a|^2, estimated as the mean of (a * B^-T z)^2 over random signs z, which takes a few solves with B.
        """
        if len(self.left.rows) >= LARGE_ROWS:
            return None
        start, index, value = self.left.table
        table = sparse.csc_matrix((value, index, start), shape=(len(self.left.rows), len(self.left.columns)))
        columns, rows = self.statuses[0][self.left.columns], self.statuses[1][self.left.rows]
        of_rows = sparse.identity(len(rows), format="csc")
        basis = sparse.hstack([table[:, np.flatnonzero(columns == BASIC)], of_rows[:, np.flatnonzero(rows == BASIC)]], format="csc")
        if basis.shape[0] != basis.shape[1]:
            return None
        signs = np.random.default_rng(SEED).choice([-1.0, 1.0], size=(len(rows), PROBES))
        moved = splu(basis).solve(signs, "T")
        scales = np.ones(len(self.base.cost)), np.ones(len(self.base.row_lower))
        for scale, at, part, status in ((scales[0], self.left.columns, table.T @ moved, columns), (scales[1], self.left.rows, moved, rows)):
            length = np.exp2(-np.round(np.log2(1.0 + np.mean(part**2, axis=1)) / 2.0))
            scale[at] = np.where(status == BASIC, 1.0, length)
        return scales


def _nothing(matrix: Matrix) -> Basis:
    """Every column at its lower bound, every row without effect."""
    return np.full(len(matrix.cost), LOWER, dtype=np.int8), np.full(len(matrix.row_lower), BASIC, dtype=np.int8)
