"""Hands the matrix to HiGHS and brings arrays back.

The matrix goes over once as arrays (``passModel``). Small models are solved by dual simplex, large ones by interior
point with crossover, which gives vertex solutions and clean duals. A tie-break objective, when there is one, is
optimised in a second step with the first objective held.

Limits: one objective at a time, at most one tie-break; threads are fixed so that results repeat.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from .build import Build
from .matrix import Matrix, all_column_names, all_row_names, compile_matrix
from .solution import Solution

#: From this many rows on interior point with crossover is used; the table of ``docs/benchmarks.md`` says how both do below it.
SIMPLEX_ROWS = 50_000
#: Iterations per row that the dual simplex may take: an infeasible model can keep it busy for many minutes, while
#: interior point finds that out in seconds. A plan takes about 0.6 (measured on the shipped workbook).
SIMPLEX_PATIENCE = 1.0
#: Granted to every model, however small.
FEWEST_ITERATIONS = 1_000
#: The first objective may give way by this share of itself while the tie-break is optimised.
TIE_BREAK_SLACK = 1e-7


@dataclass
class SolveOptions:
    """How to solve: HiGHS options by name, a time limit in seconds, where to log, a model file to write."""

    solver: Mapping[str, str] = field(default_factory=dict)
    time_limit: float | None = None
    log_file: Path | None = None
    write_model: Path | None = None
    names: bool = False


class SolverOptionError(ValueError):
    """HiGHS does not know the option or refuses the value."""


def solve(build: Build, options: SolveOptions | None = None) -> Solution:
    """Compile, hand over, solve, extract. The status is one of optimal, infeasible, unbounded, time_limit, interrupted, error."""
    options = options or SolveOptions()
    started = time.perf_counter()
    matrix = compile_matrix(build)
    compiled = time.perf_counter()
    if matrix.impossible:
        return _without_values(build, matrix, "infeasible", {"hand_over": compiled - started, "solve": 0.0})
    highs = pass_matrix(matrix, build, options)
    handed = time.perf_counter()
    status = _run_patiently(highs, matrix, options)
    if status == "unbounded_or_infeasible":
        highs.setOptionValue("presolve", "off")
        status = _run(highs)
    seconds = {"hand_over": handed - started, "solve": time.perf_counter() - handed}
    if status not in ("optimal", "time_limit", "interrupted"):
        return _without_values(build, matrix, status, seconds, highs)
    solution = _extract(build, matrix, highs, status, seconds)
    if status == "optimal" and build.tie_break is not None:
        _break_tie(build, matrix, highs, solution)
    seconds["solve"] = time.perf_counter() - handed
    return solution


def pass_matrix(matrix: Matrix, build: Build | None, options: SolveOptions) -> Any:
    """A HiGHS object that holds the matrix and the options; with names when a model file is wanted."""
    import highspy

    highs = highspy.Highs()
    _set_options(highs, matrix, options)
    lp = highspy.HighsLp()
    rows, columns, _ = matrix.shape
    lp.num_row_, lp.num_col_ = rows, columns
    lp.sense_ = highspy.ObjSense.kMaximize if matrix.maximise else highspy.ObjSense.kMinimize
    lp.offset_ = matrix.offset
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = matrix.cost, matrix.column_lower, matrix.column_upper
    lp.row_lower_, lp.row_upper_ = matrix.row_lower, matrix.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.num_row_, lp.a_matrix_.num_col_ = rows, columns
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.start.astype(np.int32), matrix.index.astype(np.int32), matrix.value
    if build is not None and (options.write_model is not None or options.names):
        lp.row_names_, lp.col_names_ = all_row_names(build, matrix), all_column_names(build, matrix)
    if highs.passModel(lp) == highspy.HighsStatus.kError:
        raise RuntimeError("HiGHS refused the matrix")
    if options.write_model is not None:
        _write_model(highs, options.write_model)
    return highs


def _write_model(highs: Any, path: Path) -> None:
    """Write the matrix to ``path``; OSError when that is not possible."""
    import highspy

    part = f"part{path.suffix.lower()}"
    with contextlib.chdir(path.parent):
        # HiGHS opens files by their bytes: a name of its own in ASCII, and Python gives it the name that was asked for
        if highs.writeModel(part) == highspy.HighsStatus.kError:
            raise OSError(0, "the model file can not be written", str(path))
        Path(part).replace(path.name)


def _set_options(highs: Any, matrix: Matrix, options: SolveOptions) -> None:
    import highspy

    highs.setOptionValue("output_flag", options.log_file is not None)
    highs.setOptionValue("log_to_console", False)
    if options.log_file is not None:
        # the file is opened at once: a relative name keeps letters beyond ASCII in the folder away from HiGHS
        with contextlib.chdir(options.log_file.parent):
            highs.setOptionValue("log_file", options.log_file.name)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("solver", "simplex" if matrix.shape[0] < SIMPLEX_ROWS else "ipm")
    if options.time_limit is not None:
        highs.setOptionValue("time_limit", float(options.time_limit))
    for name, text in options.solver.items():
        status, current = highs.getOptionValue(name)
        if status != highspy.HighsStatus.kOk:
            raise SolverOptionError(f"HiGHS has no option {name!r}")
        try:
            value = type(current)(text) if not isinstance(current, bool) else text.lower() in ("1", "true", "yes", "on")
        except ValueError as error:
            raise SolverOptionError(f"option {name} wants a value like {current!r}, not {text!r}") from error
        if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise SolverOptionError(f"HiGHS refuses {name}={text}")
    # Ctrl-C during the solve is only noticed by solve() with this switch
    highs.HandleKeyboardInterrupt = True


def _run_patiently(highs: Any, matrix: Matrix, options: SolveOptions) -> str:
    """Run; where the dual simplex takes too many iterations, interior point takes over."""
    import highspy

    limit = "simplex_iteration_limit"
    if limit in options.solver or highs.getOptionValue("solver")[1] != "simplex":
        return _run(highs)
    highs.setOptionValue(limit, FEWEST_ITERATIONS + int(SIMPLEX_PATIENCE * matrix.shape[0]))
    status = _run(highs)
    highs.setOptionValue(limit, highspy.kHighsIInf)
    if highs.getModelStatus() != highspy.HighsModelStatus.kIterationLimit:
        return status
    highs.clearSolver()
    highs.setOptionValue("solver", "ipm")
    return _run(highs)


def _run(highs: Any) -> str:
    import highspy

    highs.solve()
    kind = highspy.HighsModelStatus
    status = highs.getModelStatus()
    known = {
        kind.kOptimal: "optimal",
        kind.kInfeasible: "infeasible",
        kind.kUnbounded: "unbounded",
        kind.kUnboundedOrInfeasible: "unbounded_or_infeasible",
        kind.kTimeLimit: "time_limit",
        kind.kIterationLimit: "time_limit",
        kind.kInterrupt: "interrupted",
        getattr(kind, "kHighsInterrupt", kind.kInterrupt): "interrupted",
    }
    return known.get(status, "error")


def _extract(build: Build, matrix: Matrix, highs: Any, status: str, seconds: dict[str, float]) -> Solution:
    answer = highs.getSolution()
    info = highs.getInfo()
    solution = _without_values(build, matrix, status, seconds, highs)
    solution.objective = float(info.objective_function_value)
    solution.has_values = bool(answer.value_valid)
    _store_primal(build, matrix, np.asarray(answer.col_value, dtype=float), solution)
    if answer.dual_valid:
        solution.reduced_cost[matrix.column_position] = np.asarray(answer.col_dual, dtype=float)
        solution.row_dual = np.asarray(answer.row_dual, dtype=float)
    return solution


def _store_primal(build: Build, matrix: Matrix, column_value: Any, solution: Solution) -> None:
    """Values by position; a variable without a column sits at the bound nearest to zero."""
    lower = np.concatenate([f.lower for f in build.families.values()])
    upper = np.concatenate([f.upper for f in build.families.values()])
    solution.x = np.clip(np.zeros(build.size), lower, upper)
    solution.x[matrix.column_position] = column_value


def _without_values(build: Build, matrix: Matrix, status: str, seconds: dict[str, float], highs: Any = None) -> Solution:
    info = highs.getInfo() if highs is not None else None
    iterations = max(0, info.simplex_iteration_count) + max(0, info.ipm_iteration_count) if info is not None else 0
    return Solution(
        build=build,
        matrix=matrix,
        status=status,
        objective=float("nan"),
        x=np.full(build.size, np.nan),
        reduced_cost=np.zeros(build.size),
        row_dual=np.zeros(matrix.shape[0]),
        seconds=seconds,
        iterations=int(iterations),
    )


def _break_tie(build: Build, matrix: Matrix, highs: Any, solution: Solution) -> None:
    """Among the optima of the first objective take the best of the second; duals stay those of the first."""
    import highspy

    assert build.tie_break is not None
    slack = TIE_BREAK_SLACK * max(1.0, abs(solution.objective))
    used = np.flatnonzero(matrix.cost)
    goal = solution.objective - matrix.offset
    low, high = (goal - slack, highspy.kHighsInf) if matrix.maximise else (-highspy.kHighsInf, goal + slack)
    highs.addRow(low, high, len(used), used.astype(np.int32), matrix.cost[used])
    cost, _ = build.tie_break.vector(build.size)
    columns = np.arange(len(matrix.cost), dtype=np.int32)
    highs.changeColsCost(len(columns), columns, cost[matrix.column_position])
    sense = highspy.ObjSense.kMaximize if build.tie_break.sense == "max" else highspy.ObjSense.kMinimize
    highs.changeObjectiveSense(sense)
    status = _run(highs)
    if status == "optimal":
        _store_primal(build, matrix, np.asarray(highs.getSolution().col_value, dtype=float), solution)
        solution.objective = float(matrix.cost @ solution.x[matrix.column_position] + matrix.offset)
    else:
        solution.status = status
