"""Plans that cost a little more than the cheapest: the cost becomes a limit, and any sum of amounts is made least or most within it.

    minimise  direction * x   over all plans x with   cost * x <= optimum + slack

The cheapest plan is such a plan, so primal simplex starts from its basis; where the slack grows afterwards, dual simplex goes on from there.

Limits: a solve is given up after so many simplex steps, the same on any machine; how many of them run side by side changes no number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from ..core.solve.highs.held import CHOOSE_STRATEGY, INTERIOR_ROWS, Basis, basis_of, run, set_basis
from ..core.solve.scaling import no_scaling, unit_scaling
from ..core.solve.solution import Solution
from ..core.solve.solver import SolveOptions, load

Floats = npt.NDArray[np.float64]
OPTIMAL = "optimal"
#: How an end of a range was found: as the optimum, as what was reached when the steps ran out, or not at all.
FOUND, REACHED, LOST = "found", "reached", "lost"
#: Status of a basic row in HiGHS (HighsBasisStatus).
BASIC = 1
Job = TypeVar("Job")
Found = TypeVar("Found")


@dataclass(frozen=True)
class End:
    """One solve: how it ended, the plan by column in the units of the model (None where no plan was at hand), the basis to go on
    from and the dual of the last row."""

    status: str
    columns: Floats | None
    basis: Basis
    dual: float


class NearPlans:
    """The plans near one of least cost."""

    def __init__(self, solution: Solution, most_steps: int) -> None:
        """``solution`` is optimal and has a basis; ``most_steps`` is how many simplex steps a solve may take."""
        assert solution.basis is not None
        self.solution, self.most_steps = solution, most_steps
        matrix = self.matrix = solution.matrix
        self.scaling = unit_scaling(solution.build, matrix) if matrix.shape[0] >= INTERIOR_ROWS else no_scaling(matrix)
        columns, rows = solution.basis
        #: The basis of the cheapest plan, the limit on cost not binding.
        self.first: Basis = (columns, np.append(rows, np.int8(BASIC)))

    def vector(self, positions: npt.NDArray[np.int64], coefficients: Floats) -> tuple[Floats, float]:
        """Coefficients by column, and what variables without a column and fixed amounts (positions below zero) add."""
        column = np.full(self.solution.build.size, -1, dtype=np.int64)
        column[self.matrix.column_position] = np.arange(self.matrix.shape[1])
        fixed = positions < 0
        at = np.where(fixed, -1, column[np.where(fixed, 0, positions)])
        loose = ~fixed & (at < 0)
        constant = float(coefficients[fixed].sum() + coefficients[loose] @ self.solution.x[positions[loose]])
        return np.bincount(at[at >= 0], weights=coefficients[at >= 0], minlength=self.matrix.shape[1]).astype(float), constant

    def cost_of(self, columns: Floats) -> float:
        """The cost of a plan, in the unit of the objective."""
        return float(self.matrix.cost @ columns + self.matrix.offset)

    def held(self, row: Floats | None = None) -> Any:
        """A HiGHS object of its own that holds the model and one more row, its last: cost, or coefficients by column."""
        import highspy

        highs = load(self.matrix, SolveOptions(), self.scaling).highs
        highs.setOptionValue("presolve", "off")
        scaled = (self.matrix.cost if row is None else row) * self.scaling.column
        used = np.flatnonzero(scaled)
        highs.addRow(-highspy.kHighsInf, highspy.kHighsInf, len(used), used.astype(np.int32), scaled[used])
        return highs

    def least(self, highs: Any, direction: Floats, slack: float, basis: Basis) -> End:
        """The plan in which ``direction`` (by column) comes to least within a slack on cost; KeyboardInterrupt where the user stops it.

        A solve that was given up has the best plan that it met where simplex walked over plans, none where it came from a smaller slack.
        """
        self._direct(highs, direction)
        return self.below(highs, self.solution.optimum - self.matrix.offset + slack, basis)

    def afresh(self, highs: Any, direction: Floats, slack: float) -> End:
        """As ``least`` from no basis: a plan far from the cheapest takes an interior point fewer steps than simplex; KeyboardInterrupt where the user stops it."""
        for option, value in (("solver", "ipx"), ("presolve", "choose")):
            highs.setOptionValue(option, value)
        try:
            self._direct(highs, direction)
            self._within(highs, self.solution.optimum - self.matrix.offset + slack)
            return self._ran(highs, self.first)
        finally:
            highs.setOptionValue("presolve", "off")

    def below(self, highs: Any, level: float, basis: Basis) -> End:
        """The best plan in which the last row comes to no more than ``level``, by simplex from a basis; KeyboardInterrupt where the user stops it."""
        self._within(highs, level)
        if not set_basis(highs, basis):
            return End("error", None, basis, np.nan)
        for option, value in (("solver", "simplex"), ("simplex_strategy", CHOOSE_STRATEGY), ("simplex_iteration_limit", self.most_steps)):
            highs.setOptionValue(option, value)
        return self._ran(highs, basis)

    def _within(self, highs: Any, level: float) -> None:
        """Forget the solve before, and hold the last row to no more than ``level``."""
        import highspy

        highs.clearSolver()
        highs.changeRowBounds(self.matrix.shape[0], -highspy.kHighsInf, level)

    def _direct(self, highs: Any, direction: Floats) -> None:
        """Let the solver make ``direction`` least."""
        scaled = direction * self.scaling.column
        largest = np.abs(scaled).max(initial=0.0)
        every = np.arange(self.matrix.shape[1], dtype=np.int32)
        highs.changeColsCost(len(every), every, scaled / largest if largest > 0.0 else scaled)

    def _ran(self, highs: Any, basis: Basis) -> End:
        """Run; a solve that was given up goes on from ``basis``."""
        import highspy

        status = run(highs)
        if status == "interrupted":
            raise KeyboardInterrupt
        answer, info = highs.getSolution(), highs.getInfo()
        feasible = status == OPTIMAL or info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        columns = np.asarray(answer.col_value, dtype=float) * self.scaling.column if answer.value_valid and feasible else None
        dual = float(answer.row_dual[self.matrix.shape[0]]) if status == OPTIMAL else np.nan
        return End(status, columns, basis_of(highs) if status == OPTIMAL else basis, dual)

    def each(self, jobs: Sequence[Job], work: Callable[[Any, Job], Found], workers: int) -> list[Found]:
        """What ``work`` (HiGHS object, job) gives for each job, in their order; ``workers`` of them side by side."""
        if workers <= 1 or len(jobs) <= 1:
            highs = self.held()
            return [work(highs, job) for job in jobs]
        idle: SimpleQueue[Any] = SimpleQueue()
        for _ in range(min(workers, len(jobs))):
            idle.put(self._for_thread())

        def one(job: Job) -> Found:
            highs = idle.get()
            try:
                return work(highs, job)
            finally:
                idle.put(highs)

        with ThreadPoolExecutor(min(workers, len(jobs))) as pool:
            return list(pool.map(one, jobs))

    def _for_thread(self) -> Any:
        highs = self.held()
        highs.HandleKeyboardInterrupt = False
        return highs

