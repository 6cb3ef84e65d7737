"""A HiGHS object: how it is filled, run, and given a basis to start from.

Limits: continuous models; what a run ended with is told in the words of ``solve``.
"""

from __future__ import annotations

import contextlib
import errno
import os
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
#: From this many rows on interior point with crossover is used: as fast as dual simplex at 7,000 rows, ahead of it at three
#: regions (30,000), and simplex finds no plan of 31 provinces in a quarter of an hour (docs/benchmarks.md). A small plan that
#: is impossible kept dual simplex busy for five minutes, where interior point says so in a second.
INTERIOR_ROWS = 3_000
#: HiGHS chooses between dual and primal simplex.
CHOOSE_STRATEGY = 0
#: HiGHS's numbers for leaving the weights of the dual simplex to it and for such that begin at one; exact ones take
#: as long to find as 1,500 steps in three regions, and 50 s at 31 provinces.
UNCHOSEN, DEVEX = -1, 1
#: Steps with such weights before exact ones are found, and rows from which on they are not.
LIGHT_STEPS, LARGE_ROWS = 6_000, 100_000
#: Granted to every model, however small.
FEWEST_ITERATIONS = 1_000
#: Iterations per row for an objective after the first, which starts from a plan: least cost after most removal takes 0.02 in three regions.
NEXT_PATIENCE = 0.1


def hand_over(
    highs: Any, table: tuple[Any, Any, Floats], cost: Floats, columns: tuple[Floats, Floats], rows: tuple[Floats, Floats],
    *, maximise: bool = False, offset: float = 0.0, names: tuple[list[str], list[str]] | None = None,
) -> None:  # fmt: skip
    """Give HiGHS a linear programme: ``table`` column by column (start, index, value), ``columns`` and ``rows`` as (low, high)."""
    import highspy

    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = len(rows[0]), len(cost)
    lp.sense_ = highspy.ObjSense.kMaximize if maximise else highspy.ObjSense.kMinimize
    lp.offset_ = offset
    lp.col_cost_, (lp.col_lower_, lp.col_upper_), (lp.row_lower_, lp.row_upper_) = cost, columns, rows
    start, index, value = table
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.num_row_, lp.a_matrix_.num_col_ = lp.num_row_, lp.num_col_
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = start.astype(np.int32), index.astype(np.int32), value
    if names is not None:
        lp.row_names_, lp.col_names_ = names
    if highs.passModel(lp) == highspy.HighsStatus.kError:
        raise RuntimeError("HiGHS refused the matrix")


def _interrupts() -> tuple[Any, ...]:
    """How HiGHS says that it was interrupted: in two ways, of which its declared types know one."""
    import highspy

    kind = highspy.HighsModelStatus
    return kind.kInterrupt, getattr(kind, "kHighsInterrupt", kind.kInterrupt)


def was_interrupted(highs: Any) -> bool:
    """Whether the last run ended because the user asked for it."""
    return highs.getModelStatus() in _interrupts()


def quiet_highs() -> Any:
    """A new HiGHS object that prints nothing until ``output_flag`` is set.

    The constructor of highspy enables callbacks before any option can be set, and with that HiGHS 1.16 prints its banner.

    Ctrl-C that comes where HiGHS does not ask for it (in crossover, at the end of a run) would be forgotten, and the next run begin: ``solve``
    then raises KeyboardInterrupt when HiGHS has come to its end.
    """
    import highspy

    interrupts = _interrupts()

    class Quiet(highspy.Highs):
        asked_to_stop = False

        def enableCallbacks(self) -> None:
            self.setOptionValue("output_flag", False)
            super().enableCallbacks()

        def cancelSolve(self) -> None:
            self.asked_to_stop = True
            super().cancelSolve()

        def solve(self) -> Any:
            self.asked_to_stop = False
            ended = super().solve()
            if self.asked_to_stop and self.getModelStatus() not in interrupts:
                raise KeyboardInterrupt
            return ended

    return Quiet()


@cache
def hipo_is_available() -> bool:
    """Whether this HiGHS can use HiPO: it needs highspy-extras of the same release, and falls back silently without."""
    import highspy

    highs = quiet_highs()
    # HiGHS keeps the number of threads of the first run of a thread of Python: it must be that of every other run
    for option, value in (("output_flag", False), ("threads", 1), ("presolve", "off"), ("run_crossover", "off")):
        highs.setOptionValue(option, value)
    if highs.setOptionValue("solver", "hipo") != highspy.HighsStatus.kOk:
        return False
    first, second = highs.addVariable(0.0, 10.0, 1.0), highs.addVariable(0.0, 10.0, 2.0)
    highs.addConstr(first + second >= 1.0)
    highs.run()
    # only interior point counts such iterations: what fell back to simplex has none
    return bool(highs.getInfo().ipm_iteration_count > 0)


#: How a complete model file ends, in either format, and how many bytes hold that.
_LAST_WORDS, _TAIL = (b"endata", b"end"), 64


def write_model(highs: Any, path: Path) -> None:
    """Write the matrix to ``path``; OSError when that is not possible."""
    import highspy

    part = Path(f"part{path.suffix.lower()}")
    with contextlib.chdir(path.parent):
        # HiGHS opens files by their bytes: a name of its own in ASCII, and Python gives it the name that was asked for
        try:
            if highs.writeModel(str(part)) == highspy.HighsStatus.kError:
                raise OSError(0, "the model file can not be written", str(path))
            with part.open("rb") as written:
                written.seek(-min(_TAIL, part.stat().st_size), os.SEEK_END)
                # HiGHS does not notice a full disk
                if not written.read().rstrip().lower().endswith(_LAST_WORDS):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
            part.replace(path.name)
        finally:
            part.unlink(missing_ok=True)


def run(highs: Any) -> str:
    """Solve what is held; how that ended. KeyboardInterrupt where the user asked to stop and HiGHS came to its end all the same."""
    import highspy

    highs.solve()
    if was_interrupted(highs):
        return "interrupted"
    kind = highspy.HighsModelStatus
    status = highs.getModelStatus()
    known = {
        kind.kOptimal: "optimal",
        kind.kInfeasible: "infeasible",
        kind.kUnbounded: "unbounded",
        kind.kUnboundedOrInfeasible: "unbounded_or_infeasible",
        kind.kTimeLimit: "time_limit",
        kind.kIterationLimit: "time_limit",
    }
    return known.get(status, "error")


def is_out_of_time(highs: Any) -> bool:
    """Whether the limit of time stopped the last run, not one of iterations."""
    import highspy

    return bool(highs.getModelStatus() == highspy.HighsModelStatus.kTimeLimit)


#: Status of every column and of every row in a basis, as whole numbers: what can be sent to another process.
Basis = tuple[npt.NDArray[np.int8], npt.NDArray[np.int8]]


def basis_of(highs: Any) -> Basis:
    """The basis that HiGHS holds."""
    basis = highs.getBasis()
    columns, rows = (np.array([int(status) for status in part], dtype=np.int8) for part in (basis.col_status, basis.row_status))
    return columns, rows


def set_basis(highs: Any, basis: Basis) -> bool:
    """Give HiGHS a basis to start from; whether it fits."""
    import highspy

    made = highspy.HighsBasis()
    made.col_status, made.row_status = ([highspy.HighsBasisStatus(int(status)) for status in part] for part in basis)
    made.valid = True
    return bool(highs.setBasis(made) == highspy.HighsStatus.kOk)


def run_held(highs: Any, most_iterations: int | None = None) -> str:
    """Solve again what is held, by simplex from the basis that is set; the status as ``solve`` gives it.

    Where ``most_iterations`` do not suffice it is that of a limit.
    """
    limit = "simplex_iteration_limit"
    highs.setOptionValue("solver", "simplex")
    # primal or dual simplex, whichever the basis is feasible for
    highs.setOptionValue("simplex_strategy", CHOOSE_STRATEGY)
    if most_iterations is None:
        return run(highs)
    before = highs.getOptionValue(limit)[1]
    highs.setOptionValue(limit, min(most_iterations, before))
    status = run(highs)
    highs.setOptionValue(limit, before)
    return status


def run_from_basis(highs: Any, most_iterations: int) -> tuple[str, int]:
    """Solve by simplex from a basis of another model that is set: first with weights that cost nothing to begin with, which suits a small change; a
    model that is not large then goes on with exact ones, which need fewer steps. The status as ``run_held`` gives it, and the steps in all."""
    weights = "simplex_dual_edge_weight_strategy"
    if highs.getOptionValue(weights)[1] != UNCHOSEN:  # who asks for other weights gets them
        return _settled(highs, run_held(highs, most_iterations), _steps(highs))
    light = most_iterations if highs.getNumRow() >= LARGE_ROWS else min(most_iterations, LIGHT_STEPS)
    highs.setOptionValue(weights, DEVEX)
    status, steps = run_held(highs, light), _steps(highs)
    highs.setOptionValue(weights, UNCHOSEN)
    if status == "time_limit" and light < most_iterations and not is_out_of_time(highs):
        status = run_held(highs, most_iterations - light)
        steps += _steps(highs)
    return _settled(highs, status, steps)


def run_lightly(highs: Any, most_iterations: int) -> tuple[str, int]:
    """Solve by simplex from the basis that is set, with weights that cost nothing to begin with: a step on the way to another model. Status and steps."""
    weights = "simplex_dual_edge_weight_strategy"
    before = highs.getOptionValue(weights)[1]
    if before == UNCHOSEN:
        highs.setOptionValue(weights, DEVEX)
    status = run_held(highs, most_iterations)
    highs.setOptionValue(weights, before)
    return status, _steps(highs)


def _settled(highs: Any, status: str, steps: int) -> tuple[str, int]:
    """An optimum found in some steps is solved for once more from its basis: values then follow from the basis alone. What steps leave behind in
    them is within the tolerances of the scaled problem and was 6e-5 of a row in the model's own units."""
    if status != "optimal" or not steps:
        return status, steps
    basis = basis_of(highs)
    highs.clearSolver()
    if not set_basis(highs, basis):
        return "error", steps
    return run_held(highs), steps + _steps(highs)


def _steps(highs: Any) -> int:
    """Steps of the last run; none where it had nothing to do."""
    return max(0, int(highs.getInfo().simplex_iteration_count))


def run_next(highs: Any) -> str:
    """Solve the next objective from the basis of the one before; where simplex takes long, by interior point from scratch. The status as ``solve`` gives it."""
    import highspy

    if highs.getOptionValue("simplex_iteration_limit")[1] < highspy.kHighsIInf:
        return run_held(highs)
    status = run_held(highs, FEWEST_ITERATIONS + int(NEXT_PATIENCE * highs.getNumRow()))
    if highs.getModelStatus() != highspy.HighsModelStatus.kIterationLimit:
        settled = _settled(highs, status, _steps(highs))[0]
        if settled == "optimal" or status != "optimal":
            return settled
    highs.clearSolver()
    highs.setOptionValue("solver", "ipx")
    return run(highs)
