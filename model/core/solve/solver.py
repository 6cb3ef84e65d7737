"""Hands the matrix to HiGHS and brings arrays back.

The matrix goes over once as arrays (``passModel``). Small models are solved by dual simplex, larger ones by interior
point with crossover, which gives vertex solutions and clean duals; its columns and rows are scaled by unit. Where the model
has several objectives each is optimised in a step of its own with those before it held.

Limits: duals and reduced costs are those of the first objective at its own optimum; threads are fixed so that results repeat.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..build.build import Build
from .absorb import absorb
from .further import optimise_further, store_primal
from .matrix import Matrix, all_column_names, all_row_names, compile_matrix
from .scaling import Scaling, no_scaling, unit_scaling
from .solution import Solution

Floats = npt.NDArray[np.float64]
#: From this many rows on interior point with crossover is used: as fast as dual simplex at 7,000 rows, ahead of it at three
#: regions (30,000), and simplex finds no plan of 31 provinces in a quarter of an hour (docs/benchmarks.md). A small plan that
#: is impossible kept dual simplex busy for five minutes, where interior point says so in a second.
INTERIOR_ROWS = 3_000
#: Solvers of HiGHS that find the interior first, and with crossover a vertex.
INTERIOR = ("ipx", "ipm", "hipo")
#: From this many rows on HiPO is used in place of IPX where the package highspy-extras is installed and fits.
HIPO_ROWS = 100_000
#: Iterations per row that the dual simplex may take: an infeasible model can keep it busy for many minutes, while
#: interior point finds that out in seconds. A plan takes about 0.6 (measured on the shipped workbook).
SIMPLEX_PATIENCE = 1.0
#: The same for an objective after the first, which starts from a plan: least cost after most removal takes 0.02 in three regions.
NEXT_PATIENCE = 0.1
#: Granted to every model, however small.
FEWEST_ITERATIONS = 1_000
#: HiGHS chooses between dual and primal simplex.
CHOOSE_STRATEGY = 0
#: Powers of two that the objective is multiplied by for interior point, tried in this order: where it makes no progress with one it may with another
#: (31 provinces with rates of building as columns: stuck after 26 steps with 0 and -14, not with -8). All take as long.
OBJECTIVE_POWERS = (0, -8, -4)
#: Largest error of a reduced cost where the objective is one variable (a peak, the largest share): its duals are parts of one, and the tolerance that
#: suits sums of money would swallow the small ones.
FINE_DUALS = 1e-9


@dataclass
class SolveOptions:
    """How to solve: HiGHS options by name, a time limit in seconds, where to log, a model file to write."""

    solver: Mapping[str, str] = field(default_factory=dict)
    time_limit: float | None = None
    log_file: Path | None = None
    write_model: Path | None = None


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
        _write_model(load(matrix, options, names=build).highs, options.write_model)
    return _solve_matrix(build, matrix, options, basis, started)


def solve_part(build: Build, matrix: Matrix, options: SolveOptions | None = None) -> Solution:
    """The optimum of another matrix whose rows and columns are some of a build's, with numbers of their own; one objective only."""
    return _solve_matrix(build, matrix, options or SolveOptions(), None, time.perf_counter())[0]


def _solve_matrix(build: Build, matrix: Matrix, options: SolveOptions, basis: Basis | None, started: float) -> tuple[Solution, Loaded | None]:
    loaded = load(matrix, options, unit_scaling(build, matrix) if len(matrix.row_lower) >= INTERIOR_ROWS else None)
    handed = time.perf_counter()
    spent = 0
    if basis is not None and set_basis(loaded.highs, basis):
        status = run_held(loaded.highs)
    elif _ends_at_a_vertex(loaded.highs):
        status, spent = _run_absorbed(loaded, options)
    else:
        status = _run_patiently(loaded.highs, matrix, options)
    if status == "unbounded_or_infeasible":
        loaded.highs.setOptionValue("presolve", "off")
        status = _run(loaded.highs)
    seconds = {"hand_over": handed - started, "solve": time.perf_counter() - handed}
    solution = extract(build, loaded, status, seconds)
    solution.iterations += spent
    seconds["solve"] = time.perf_counter() - handed
    return solution, loaded if status == "optimal" else None


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
        return _run(highs)
    before = highs.getOptionValue(limit)[1]
    highs.setOptionValue(limit, min(most_iterations, before))
    status = _run(highs)
    highs.setOptionValue(limit, before)
    return status


def run_next(highs: Any) -> str:
    """Solve the next objective from the basis of the one before; where simplex takes long, by interior point from scratch. The status as ``solve`` gives it."""
    import highspy

    if highs.getOptionValue("simplex_iteration_limit")[1] < highspy.kHighsIInf:
        return run_held(highs)
    status = run_held(highs, FEWEST_ITERATIONS + int(NEXT_PATIENCE * highs.getNumRow()))
    if highs.getModelStatus() != highspy.HighsModelStatus.kIterationLimit:
        return status
    highs.clearSolver()
    highs.setOptionValue("solver", "ipx")
    return _run(highs)


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


def quiet_highs() -> Any:
    """A new HiGHS object that prints nothing until ``output_flag`` is set.

    The constructor of highspy enables callbacks before any option can be set, and with that HiGHS 1.16 prints its banner.
    """
    import highspy

    class Quiet(highspy.Highs):
        def enableCallbacks(self) -> None:
            self.setOptionValue("output_flag", False)
            super().enableCallbacks()

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


def _write_model(highs: Any, path: Path) -> None:
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
        return _run(highs)
    highs.setOptionValue(limit, FEWEST_ITERATIONS + int(SIMPLEX_PATIENCE * matrix.shape[0]))
    status = _run(highs)
    highs.setOptionValue(limit, highspy.kHighsIInf)
    if highs.getModelStatus() not in (highspy.HighsModelStatus.kIterationLimit, highspy.HighsModelStatus.kSolveError, highspy.HighsModelStatus.kNotset):
        return status
    highs.clearSolver()
    highs.setOptionValue("solver", "ipx")
    return _run(highs)


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
    return (_run(loaded.highs), 0) if status in ("optimal", "error") else (status, int(info.ipm_iteration_count))


def _run_interior(highs: Any, options: SolveOptions) -> str:
    """Interior point with the objective in one scale after the other, until one comes to an end by itself; the last is finished by simplex.

    Where interior point makes no progress HiGHS goes on with simplex, for hours in a large model: here it stops at once, but in the last try.
    """
    import highspy

    scale, limit = "user_objective_scale", "simplex_iteration_limit"
    if scale in options.solver or limit in options.solver or highs.getOptionValue(scale)[0] != highspy.HighsStatus.kOk:
        return _run(highs)
    status = ""
    for number, power in enumerate(OBJECTIVE_POWERS):
        if highs.getOptionValue(scale)[1] != power:
            highs.setOptionValue(scale, power)
        last = number == len(OBJECTIVE_POWERS) - 1
        highs.setOptionValue(limit, highspy.kHighsIInf if last else FEWEST_ITERATIONS)
        status = _run(highs)
        if last or highs.getModelStatus() != highspy.HighsModelStatus.kIterationLimit:
            break
        highs.clearSolver()
    return status


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
