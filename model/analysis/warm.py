"""Solves variants of one workbook quickly: one HiGHS object is kept, edited in place and solved from the base optimum.

    solver = WarmSolver(book.data("reference"))
    solution = solver.solve(book.data("water_minus_10"))

``model.ensemble`` is the door to it for plans and for several processes.

Only the parts of the model that read a changed table or setting are built again (``core.rebuild``); what differs in
right-hand sides, bounds, costs and coefficients is written into the solver, which starts from the basis of the base; what takes more than a few steps
there goes on with the model that presolve leaves (``core.solve.highs.reduced``), and comes back with a basis from which the whole is solved once more.
Afterwards the base stands there again, so that an answer depends neither on the order of the variants nor on the
number of workers. A variant that adds or removes a variable or a row, or changes what is optimised, is solved cold.

Limits: warm and cold find the same optimal value; where several plans are optimal they may report different ones.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ..core.build.assemble import assemble
from ..core.build.rebuild import rebuild
from ..core.solve.highs.held import (
    FEWEST_ITERATIONS,
    INTERIOR_ROWS,
    Basis,
    basis_of,
    run_from_basis,
    run_held,
    run_lightly,
    set_basis,
)
from ..core.solve.highs.reduced import Reduction
from ..core.solve.matrix import Matrix, compile_matrix
from ..core.solve.solution import Solution
from ..core.solve.solver import Loaded, SolveOptions, extract, solve_and_hold

if TYPE_CHECKING:
    from ..core.build.build import Build
    from ..core.data import Data

Floats = npt.NDArray[np.float64]

#: Share of the coefficients from which on handing over the whole matrix is cheaper than editing one by one.
MANY_COEFFICIENTS = 0.25
#: Simplex iterations per row that a warm start may take, and the most for a large model, beside those granted to every one; what needs more is
#: solved from scratch. Thirty ranges moved at once took 5,600 to 12,100 steps in three regions, of which 12,000 take as long as a cold solve: one
#: that is near its end is worth more than beginning again. At 31 provinces the most is a quarter of a cold solve, by what 10,000 steps from a start took there. Steps and not seconds are
#: counted: a busy machine takes the same route.
WARM_PATIENCE, MOST_WARM_STEPS = 0.4, 16_000
#: Steps that a small change is tried for on the whole model, before it is reduced: what presolve takes is worth as many in three regions. A change of more
#: than a share of the columns' costs is not tried.
FEW_STEPS, SMALL_CHANGE = 250, 0.1
#: Steps per row on the reduced model, beside those granted to every one: thirty ranges moved at once took at most 4,500 in three regions; one range, of the
#: loss of forest soil, was not done after 15,000.
REDUCED_PATIENCE = 0.2


class WarmSolver:
    """A base model at its optimum, ready for variants; ``route`` tells how the last one was solved."""

    def __init__(self, data: Data, options: SolveOptions | None = None, basis: Basis | None = None, build: Build | None = None) -> None:
        """Solve the base; ``basis``, one of the same base from another process, makes that a matter of a moment.

        ``build`` is the model of ``data`` where it has been built before.
        """
        self.options = options or SolveOptions()
        self.route: Literal["warm", "cold"] = "cold"
        self._build: Build = build or assemble(data)
        self.base, self._held = solve_and_hold(self._build, self.options, basis)
        self.basis = basis_of(self._held.highs) if self._held is not None else None

    def solve(self, data: Data) -> Solution:
        """The optimum of the changed data; InputError and PostError come through as from building it whole."""
        started = time.perf_counter()
        build = rebuild(self._build, data)
        built = time.perf_counter()
        solution = self._warm(build) if build is not None and self._held is not None else None
        self.route = "warm" if solution is not None else "cold"
        if solution is None:
            build = assemble(data) if build is None else build
            built = time.perf_counter()
            solution = solve_and_hold(build, replace(self.options, cold=True))[0]
        solution.seconds["build"] = built - started
        return solution

    def _warm(self, build: Build) -> Solution | None:
        """Edit, solve, take back; None when rows, columns or the sense are not those of the base."""
        assert self._held is not None
        assert self.basis is not None
        started = time.perf_counter()
        base, matrix = self._held.matrix, compile_matrix(build)
        if matrix.impossible or not same_shape(base, matrix):
            return None
        changes = Changes(base, matrix)
        if len(changes.value) > MANY_COEFFICIENTS * len(base.value):
            return None
        held = Loaded(self._held.highs, matrix, self._held.scaling)
        handed = time.perf_counter()
        status, steps = self._run_edited(held, changes, self._reduction if len(changes.costs) or changes.moves_plan else None)
        seconds = {"hand_over": handed - started, "solve": time.perf_counter() - handed}
        # a warm start that ends in anything but an optimum is not taken at its word
        solution = extract(build, held, status, seconds) if status == "optimal" else None
        if solution is not None:
            solution.iterations = steps
        Changes(matrix, base).write(self._held)
        return solution

    def _run_edited(self, held: Loaded, changes: Changes, reduction: Reduction | None) -> tuple[str, int]:
        """Write the changes and solve from the basis of the base: status and steps in all."""
        most, spent = patience(held.matrix.shape[0]), 0
        granted = FEWEST_ITERATIONS + int(REDUCED_PATIENCE * held.matrix.shape[0])
        if reduction is None:
            return self._run_in_two(held, changes, most)
        if len(changes.costs) <= SMALL_CHANGE * held.matrix.shape[1]:
            status, spent = self._run_in_two(held, changes, FEW_STEPS)
            if status == "optimal":
                return status, spent
        else:
            changes.write(held)
        basis, steps = reduction.basis_for(held.matrix, costs=bool(len(changes.costs)), rows=changes.moves_plan, most=min(most - spent, granted))
        spent += steps
        if basis is None:
            return "time_limit", spent
        start_at(held.highs, basis)
        status, steps = run_from_basis(held.highs, FEWEST_ITERATIONS)
        return status, spent + steps

    def _run_in_two(self, held: Loaded, changes: Changes, most: int) -> tuple[str, int]:
        """The same without a reduced model; all changes are written, however it ends.

        Where costs and the rest change, first the rest with the costs of the base, for which its basis stays dual feasible, then the costs, for which
        the plan found is a plan: that takes half of the time of both at once (three regions, thirty ranges moved).
        """
        assert self._held is not None
        assert self.basis is not None
        base, matrix, spent = self._held.matrix, held.matrix, 0
        if len(changes.costs) and changes.moves_plan:
            between = replace(matrix, cost=base.cost, offset=base.offset)
            Changes(base, between).write(held)
            start_at(held.highs, self.basis)
            status, spent = run_lightly(held.highs, most)
            Changes(between, matrix).write(held)
            if status != "optimal" or spent >= most:
                return (status if status != "optimal" else "time_limit"), spent
        else:
            changes.write(held)
            start_at(held.highs, self.basis)
        status, steps = run_from_basis(held.highs, most - spent)
        return status, spent + steps

    @cached_property
    def _reduction(self) -> Reduction | None:
        """The base plan as presolve leaves it; None for a small model, and where solver options or a limit of time are asked for. The base must stand in the solver."""
        assert self._held is not None
        assert self.basis is not None
        if self._held.matrix.shape[0] < INTERIOR_ROWS or self.options.solver or self.options.time_limit is not None:
            return None
        start_at(self._held.highs, self.basis)
        if run_held(self._held.highs) != "optimal":
            return None
        found = self._held.highs.getSolution()
        return Reduction.of(self._held.matrix, self._held.scaling, np.asarray(found.col_value, dtype=float), np.asarray(found.row_dual, dtype=float))

    def duals_when_moved(self, change: Floats) -> tuple[Floats, bool] | None:
        """Duals of the rows of the base once every row's bounds have moved by ``change`` (units of the model), and whether they are duals of the base as well.

        They are where the basis that they belong to is optimal for both: then no duals of the base are worth more along ``change``. None where no
        optimum was found in a few iterations. The base stands again afterwards.
        """
        assert self._held is not None
        assert self.basis is not None
        base, highs = self._held.matrix, self._held.highs
        matrix = replace(base, row_lower=base.row_lower + change, row_upper=base.row_upper + change)
        Changes(base, matrix).write(self._held)
        start_at(highs, self.basis)
        status, _ = run_from_basis(highs, patience(matrix.shape[0]))
        duals = np.asarray(highs.getSolution().row_dual, dtype=float) / self._held.scaling.row
        Changes(matrix, base).write(self._held)
        if status != "optimal":
            return None
        again = run_held(highs)
        return duals, again == "optimal" and highs.getInfo().simplex_iteration_count == 0


def start_at(highs: Any, basis: Basis) -> None:
    """Give HiGHS a basis to start from and let it forget the rest: weights of steps, too, are then those that are asked for next."""
    highs.clearSolver()
    set_basis(highs, basis)


def patience(rows: int) -> int:
    """Most simplex steps of a warm start of a model of so many rows."""
    return min(MOST_WARM_STEPS, FEWEST_ITERATIONS + int(WARM_PATIENCE * rows))


def same_shape(one: Matrix, other: Matrix) -> bool:
    """Whether two matrices have the same rows and columns (not: the same coefficients)."""
    return (
        one.maximise == other.maximise
        and one.row_family == other.row_family
        and np.array_equal(one.row_index, other.row_index)
        and np.array_equal(one.column_position, other.column_position)
    )


class Changes:
    """What turns the matrix ``old`` into ``new`` of the same shape: indices and new values of all that differs."""

    def __init__(self, old: Matrix, new: Matrix) -> None:
        self.new = new
        self.costs = _differ(old.cost, new.cost)
        self.columns = _differ(old.column_lower, new.column_lower, old.column_upper, new.column_upper)
        self.rows = _differ(old.row_lower, new.row_lower, old.row_upper, new.row_upper)
        self.offset = new.offset if new.offset != old.offset else None
        self.row, self.column, self.value = _coefficients(old, new)

    @property
    def moves_plan(self) -> bool:
        """Whether the plan of ``old`` may be none of ``new``: bounds, right-hand sides or coefficients differ."""
        return bool(len(self.columns) or len(self.rows) or len(self.value))

    def write(self, held: Loaded) -> None:
        """Write the changes into the HiGHS object, scaled as it is."""
        highs, scaling, new = held.highs, held.scaling, self.new
        if len(self.costs):
            highs.changeColsCost(len(self.costs), self.costs, (new.cost * scaling.column)[self.costs])
        if len(self.columns):
            lower, upper = (bound[self.columns] / scaling.column[self.columns] for bound in (new.column_lower, new.column_upper))
            highs.changeColsBounds(len(self.columns), self.columns, lower, upper)
        if len(self.rows):
            lower, upper = (bound[self.rows] / scaling.row[self.rows] for bound in (new.row_lower, new.row_upper))
            highs.changeRowsBounds(len(self.rows), self.rows, lower, upper)
        if self.offset is not None:
            highs.changeObjectiveOffset(self.offset)
        values = self.value * scaling.column[self.column] / scaling.row[self.row]
        for row, column, value in zip(self.row.tolist(), self.column.tolist(), values.tolist(), strict=True):
            highs.changeCoeff(row, column, value)


def _differ(*pairs: npt.NDArray[np.float64]) -> npt.NDArray[np.int32]:
    """Indices at which any of the pairs (old, new, old, new, ...) differ."""
    differs = np.zeros(len(pairs[0]), dtype=bool)
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        differs |= old != new
    return np.flatnonzero(differs).astype(np.int32)


def _coefficients(old: Matrix, new: Matrix) -> tuple[Any, Any, Any]:
    """Row, column and new value of every coefficient that differs, those that vanish (0) included."""
    shape = old.shape[:2]
    if np.array_equal(old.start, new.start) and np.array_equal(old.index, new.index):
        at = np.flatnonzero(old.value != new.value)
        columns = np.repeat(np.arange(shape[1]), np.diff(new.start))
        return new.index[at], columns[at], new.value[at]
    before, after = (sparse.csc_matrix((m.value, m.index, m.start), shape=shape) for m in (old, new))
    moved = (after != before).tocoo()
    return moved.row, moved.col, np.asarray(after[moved.row, moved.col]).ravel()
