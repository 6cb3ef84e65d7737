"""Hands the matrix to HiGHS and brings arrays back.

The matrix goes over once as arrays (``passModel``). Small models are solved by dual simplex, larger ones by interior
point with crossover, which gives vertex solutions and clean duals; its columns and rows are scaled by unit. Where the model
has several objectives each is optimised in a step of its own with those before it held.

Limits: duals and reduced costs are those of the first objective at its own optimum; threads are fixed so that results repeat.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..build.build import Build
from .absorb import absorb
from .further import optimise_further, store_primal
from .highs.held import (
    FEWEST_ITERATIONS,
    INTERIOR_ROWS,
    Basis,
    basis_of,
    hand_over,
    hipo_is_available,
    is_out_of_time,
    quiet_highs,
    run,
    run_from_basis,
    run_held,
    run_next,
    set_basis,
    write_model,
)
from .highs.start import Fit, Start
from .matrix import Matrix, all_column_names, all_row_names, compile_matrix
from .scaling import Scaling, no_scaling, unit_scaling
from .solution import Solution, Started

Floats = npt.NDArray[np.float64]
#: Solvers of HiGHS that find the interior first, and with crossover a vertex.
INTERIOR = ("ipx", "ipm", "hipo")
#: From this many rows on HiPO is used in place of IPX where the package highspy-extras is installed and fits.
HIPO_ROWS = 100_000
#: Iterations per row that the dual simplex may take: an infeasible model can keep it busy for many minutes, while
#: interior point finds that out in seconds. A plan takes about 0.6 (measured on the shipped workbook).
SIMPLEX_PATIENCE = 1.0
#: The same from the basis of another plan, and the most for a large model. Ten edited cells of three regions took 2,600 steps; what is given up has
#: taken two fifths of the time of interior point there, a tenth to a sixth at 31 provinces.
START_PATIENCE = 0.12
MOST_STEPS = 10_000
#: Share of the names of a model that a start must know; from a basis of something else simplex takes longer than interior point from nothing.
START_KNOWN = 0.9
#: Powers of two that the objective is multiplied by for interior point, tried in this order: where it makes no progress with one it may with another
#: (31 provinces with rates of building as columns: stuck after 26 steps with 0 and -14, not with -8). All take as long.
OBJECTIVE_POWERS = (0, -8, -4)
#: Largest error of a reduced cost where the objective is one variable (a peak, the largest share): its duals are parts of one, and the tolerance that
#: suits sums of money would swallow the small ones.
FINE_DUALS = 1e-9


@dataclass
class SolveOptions:
    """How to solve: HiGHS options by name, a time limit in seconds, where to log, a model file to write.

    ``starts`` are bases of other plans, the best first; the first that knows the model is tried. With ``cold`` none is.
    """

    solver: Mapping[str, str] = field(default_factory=dict)
    time_limit: float | None = None
    log_file: Path | None = None
    write_model: Path | None = None
    starts: Sequence[Start] = ()
    cold: bool = False

    @property
    def takes_starts(self) -> bool:
        """Whether a start may be used: one is for simplex, and who asks for another solver or counts its steps is to get that."""
        return not self.cold and not {"solver", "simplex_iteration_limit"} & set(self.solver)


class SolverOptionError(ValueError):
    """HiGHS does not know the option or refuses the value; ``kind`` is unknown, value or refused."""

    def __init__(self, kind: str, name: str, value: str = "", wanted: object = None) -> None:
        self.kind, self.name, self.value, self.wanted = kind, name, value, wanted
        super().__init__(f"{kind} option {name}={value}" + ("" if wanted is None else f"; a value like {wanted!r}"))


@dataclass
class Loaded:
    """A HiGHS object that holds a matrix, and the scales by which it differs from the matrix."""

    highs: Any
    matrix: Matrix
    scaling: Scaling


def solve(build: Build, options: SolveOptions | None = None) -> Solution:
    """Compile, hand over, solve, extract. The status is one of optimal, infeasible, unbounded, time_limit, interrupted, error."""
    return solve_and_hold(build, options)[0]


def solve_and_hold(build: Build, options: SolveOptions | None = None, basis: Basis | None = None) -> tuple[Solution, Loaded | None]:
    """As ``solve``; also gives the HiGHS object with the first objective, or None when there is no optimum.

    With ``basis``, one found for the same model before, simplex starts there.
    """
    options = options or SolveOptions()
    started = time.perf_counter()
    matrix = compile_matrix(build)
    compiled = time.perf_counter()
    if matrix.impossible:
        return _without_values(build, matrix, "infeasible", {"hand_over": compiled - started, "solve": 0.0}), None
    if options.write_model is not None:
        write_model(load(matrix, options, names=build).highs, options.write_model)
    return _solve_matrix(build, matrix, options, basis, started)


def solve_part(build: Build, matrix: Matrix, options: SolveOptions | None = None) -> Solution:
    """The optimum of another matrix whose rows and columns are some of a build's, with numbers of their own; one objective only."""
    return _solve_matrix(build, matrix, options or SolveOptions(), None, time.perf_counter())[0]


def solve_arrays(matrix: Matrix, scaling: Scaling, options: SolveOptions) -> tuple[str, float, Floats]:
    """Status, objective and values of the columns of a matrix that is made of several models; those without a solution are none."""
    loaded = load(matrix, options, scaling if len(matrix.row_lower) >= INTERIOR_ROWS else None)
    status = _run_absorbed(loaded, options)[0] if _ends_at_a_vertex(loaded.highs) else _run_patiently(loaded.highs, matrix, options)
    values = np.asarray(loaded.highs.getSolution().col_value, dtype=float) * loaded.scaling.column
    return status, float(loaded.highs.getInfo().objective_function_value), values


def _solve_matrix(build: Build, matrix: Matrix, options: SolveOptions, basis: Basis | None, started: float) -> tuple[Solution, Loaded | None]:
    loaded = load(matrix, options, unit_scaling(build, matrix) if len(matrix.row_lower) >= INTERIOR_ROWS else None)
    handed = time.perf_counter()
    spent = 0
    started_from, status = _run_from_start(build, loaded, options) if basis is None else (None, "")
    if status:
        pass
    elif basis is not None and set_basis(loaded.highs, basis):
        status = run_held(loaded.highs)
    elif _ends_at_a_vertex(loaded.highs):
        status, spent = _run_absorbed(loaded, options)
    else:
        status = _run_patiently(loaded.highs, matrix, options)
    if status == "unbounded_or_infeasible":
        loaded.highs.setOptionValue("presolve", "off")
        status = run(loaded.highs)
    seconds = {"hand_over": handed - started, "solve": time.perf_counter() - handed}
    basis = basis_of(loaded.highs) if status == "optimal" and loaded.highs.getInfo().basis_validity else None
    solution = extract(build, loaded, status, seconds)
    solution.started, solution.basis = started_from, basis
    solution.iterations += spent if started_from is None or not started_from.taken else started_from.steps
    seconds["solve"] = time.perf_counter() - handed
    return solution, loaded if status == "optimal" else None


def _run_from_start(build: Build, loaded: Loaded, options: SolveOptions) -> tuple[Started | None, str]:
    """Solve by simplex from the first start that knows the model; how that went, and its status, "" where the model is still to be solved from nothing."""
    if not options.takes_starts or loaded.highs.getNumRow() < INTERIOR_ROWS:
        return None, ""
    found = _first_fit(build, loaded.matrix, options.starts)
    if found is None or not set_basis(loaded.highs, found[1].statuses):
        return None, ""
    start, fit = found
    method = loaded.highs.getOptionValue("solver")[1]
    status, steps = run_from_basis(loaded.highs, min(MOST_STEPS, FEWEST_ITERATIONS + int(START_PATIENCE * loaded.highs.getNumRow())))
    if status in ("optimal", "interrupted") or is_out_of_time(loaded.highs):
        return Started(start.digest, fit.known, steps, taken=status == "optimal"), status
    # a start that ends in anything but an optimum is not taken at its word
    loaded.highs.clearSolver()
    loaded.highs.setOptionValue("solver", method)
    return Started(start.digest, fit.known, steps, taken=False), ""


def _first_fit(build: Build, matrix: Matrix, starts: Sequence[Start]) -> tuple[Start, Fit] | None:
    for start in starts:
        fit = start.basis_for(build, matrix)
        if fit.known >= START_KNOWN:
            return start, fit
    return None


def extract(build: Build, loaded: Loaded, status: str, seconds: dict[str, float]) -> Solution:
    """The solution in the units of the model; objectives after the first are optimised one by one, then the first stands again."""
    if status not in ("optimal", "time_limit", "interrupted"):
        return _without_values(build, loaded.matrix, status, seconds, loaded.highs)
    solution = _values(build, loaded, status, seconds)
    if status == "optimal" and build.objective is not None:
        optimise_further(loaded.highs, loaded.scaling, solution, run_next)
    return solution


def load(matrix: Matrix, options: SolveOptions, scaling: Scaling | None = None, names: Build | None = None) -> Loaded:
    """A HiGHS object that holds the matrix and the options; with row and column names when ``names`` gives its build."""
    scaling = scaling or no_scaling(matrix)
    highs = quiet_highs()
    _set_options(highs, matrix, options)
    columns = (matrix.column_lower / scaling.column, matrix.column_upper / scaling.column)
    rows = (matrix.row_lower / scaling.row, matrix.row_upper / scaling.row)
    named = None if names is None else (all_row_names(names, matrix), all_column_names(names, matrix))
    table = (matrix.start, matrix.index, scaling.values(matrix))
    hand_over(highs, table, scaling.cost(matrix), columns, rows, maximise=matrix.maximise, offset=matrix.offset, names=named)
    return Loaded(highs, matrix, scaling)


def _method(rows: int) -> str:
    """The solver of HiGHS for a model of so many rows."""
    if rows < INTERIOR_ROWS:
        return "simplex"
    return "hipo" if rows >= HIPO_ROWS and hipo_is_available() else "ipx"


def _set_options(highs: Any, matrix: Matrix, options: SolveOptions) -> None:
    import highspy

    highs.setOptionValue("output_flag", options.log_file is not None)
    highs.setOptionValue("log_to_console", False)
    if options.log_file is not None:
        # the file is opened at once: a relative name keeps letters beyond ASCII in the folder away from HiGHS
        with contextlib.chdir(options.log_file.parent):
            highs.setOptionValue("log_file", options.log_file.name)
    highs.setOptionValue("threads", 1)
    if np.count_nonzero(matrix.cost) == 1:
        highs.setOptionValue("dual_feasibility_tolerance", FINE_DUALS)
    highs.setOptionValue("solver", _method(matrix.shape[0]))
    if options.time_limit is not None:
        highs.setOptionValue("time_limit", float(options.time_limit))
    for name, text in options.solver.items():
        status, current = highs.getOptionValue(name)
        if status != highspy.HighsStatus.kOk:
            raise SolverOptionError("unknown", name, text)
        try:
            value = type(current)(text) if not isinstance(current, bool) else text.lower() in ("1", "true", "yes", "on")
        except ValueError as error:
            raise SolverOptionError("value", name, text, current) from error
        if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise SolverOptionError("refused", name, text)
    # Ctrl-C during the solve is only noticed by solve() with this switch
    highs.HandleKeyboardInterrupt = True


def _run_patiently(highs: Any, matrix: Matrix, options: SolveOptions) -> str:
    """Run; where the dual simplex takes too many iterations or gives up on the numbers, interior point takes over."""
    import highspy

    limit = "simplex_iteration_limit"
    if limit in options.solver or highs.getOptionValue("solver")[1] != "simplex":
        return run(highs)
    highs.setOptionValue(limit, FEWEST_ITERATIONS + int(SIMPLEX_PATIENCE * matrix.shape[0]))
    status = run(highs)
    highs.setOptionValue(limit, highspy.kHighsIInf)
    if highs.getModelStatus() not in (highspy.HighsModelStatus.kIterationLimit, highspy.HighsModelStatus.kSolveError, highspy.HighsModelStatus.kNotset):
        return status
    highs.clearSolver()
    highs.setOptionValue("solver", "ipx")
    return run(highs)


def _ends_at_a_vertex(highs: Any) -> bool:
    """Whether interior point with crossover is set: it leaves a basis."""
    return highs.getOptionValue("solver")[1] in INTERIOR and highs.getOptionValue("run_crossover")[1] == "on"


def _run_absorbed(loaded: Loaded, options: SolveOptions) -> tuple[str, int]:
    """Interior point on the matrix with fewer rows; from its basis the whole one is solved in a moment. Status and iterations.

    A verdict without a plan is one on the whole matrix as well.
    """
    import highspy

    smaller = absorb(loaded.matrix)
    matrix, scaling = (loaded.matrix, loaded.scaling) if smaller is None else (smaller.matrix, smaller.scaling(loaded.scaling))
    highs = load(matrix, options, scaling).highs
    status, info = _run_interior(highs, options), highs.getInfo()
    if status == "optimal" and info.basis_validity:
        basis = basis_of(highs)
        whole = basis if smaller is None else smaller.whole(*basis, basic=int(highspy.HighsBasisStatus.kBasic))
        del highs
        if set_basis(loaded.highs, whole):
            return run_held(loaded.highs), int(info.ipm_iteration_count)
    return (run(loaded.highs), 0) if status in ("optimal", "error") else (status, int(info.ipm_iteration_count))


def _run_interior(highs: Any, options: SolveOptions) -> str:
    """Interior point with the objective in one scale after the other, until one comes to an end by itself; the last is finished by simplex.

    Where interior point makes no progress HiGHS goes on with simplex, for hours in a large model: here it stops at once, but in the last try.
    """
    import highspy

    scale, limit = "user_objective_scale", "simplex_iteration_limit"
    if scale in options.solver or limit in options.solver or highs.getOptionValue(scale)[0] != highspy.HighsStatus.kOk:
        return run(highs)
    status = ""
    for number, power in enumerate(OBJECTIVE_POWERS):
        if highs.getOptionValue(scale)[1] != power:
            highs.setOptionValue(scale, power)
        last = number == len(OBJECTIVE_POWERS) - 1
        highs.setOptionValue(limit, highspy.kHighsIInf if last else FEWEST_ITERATIONS)
        status = run(highs)
        if last or highs.getModelStatus() != highspy.HighsModelStatus.kIterationLimit:
            break
        highs.clearSolver()
    return status


def _values(build: Build, loaded: Loaded, status: str, seconds: dict[str, float]) -> Solution:
    """What HiGHS found, unscaled, by variable position and by row."""
    answer, matrix, scaling = loaded.highs.getSolution(), loaded.matrix, loaded.scaling
    solution = _without_values(build, matrix, status, seconds, loaded.highs)
    solution.objective = float(loaded.highs.getInfo().objective_function_value)
    solution.has_values = bool(answer.value_valid)
    store_primal(loaded.highs, scaling, solution)
    if answer.dual_valid:
        solution.reduced_cost[matrix.column_position] = np.asarray(answer.col_dual, dtype=float) / scaling.column
        solution.row_dual = np.asarray(answer.row_dual, dtype=float) / scaling.row
    return solution


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
