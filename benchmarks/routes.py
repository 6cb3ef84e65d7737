"""What each measured process does: this model, the bare matrix through highspy, plain Pyomo through its own interface.

Every function returns seconds by phase and the objective, so that the caller sees that all routes solve the same problem.

Limits: linear programmes only; imports are not part of any phase.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

Result = dict[str, Any]
SCENARIO = "reference"
ARRAYS = (
    "start", "index", "value", "row_lower", "row_upper", "column_lower", "column_upper", "cost", "offset", "maximise",
)  # fmt: skip
#: getrusage counts in kibibytes on Linux and in bytes on macOS.
KIBI = 1024.0
#: Windows: offset of PeakWorkingSetSize is found by ctypes from the documented structure.
PEAK_FIELDS = 8


def peak_megabytes() -> float:
    """Peak memory of this process in MB (2^20 bytes); NaN where the system does not tell."""
    try:
        import resource
    except ImportError:
        return _peak_windows()
    peak = float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return peak / KIBI / (KIBI if sys.platform == "darwin" else 1.0)


def _peak_windows() -> float:
    import ctypes

    class Counters(ctypes.Structure):
        _fields_ = [("cb", ctypes.c_ulong), ("faults", ctypes.c_ulong), *[(f"size_{n}", ctypes.c_size_t) for n in range(PEAK_FIELDS)]]

    counters = Counters()
    counters.cb = ctypes.sizeof(Counters)
    kernel = getattr(ctypes, "windll", None)
    if kernel is None:
        return float("nan")
    kernel.kernel32.GetCurrentProcess.restype = ctypes.c_void_p
    done = kernel.psapi.GetProcessMemoryInfo(ctypes.c_void_p(kernel.kernel32.GetCurrentProcess()), ctypes.byref(counters), counters.cb)
    return float(counters.size_0) / KIBI / KIBI if done else float("nan")


#: Modules that the code loads when it first needs them.
LAZY = ("pyomo.environ", "pyomo.repn.plugins.standard_form", "highspy", "model.reporting.write", "model.reporting.tables", "model.reporting.excel", "model.reporting.page", "plotly.offline")


def import_all() -> None:
    """Load what is loaded lazily, so that no phase pays for it."""
    from model.core import registry

    registry.levers()
    for name in LAZY:
        importlib.import_module(name)


def measured_model(book: Any, scenario: str, options: Mapping[str, str], arrays: Path | None = None) -> Result:
    """Build, hand over, solve, extract and report one scenario of a book; writes the matrix to ``arrays`` (.npz)."""
    from model.api import Plan, assemble_checked
    from model.core.solver import SolveOptions, solve

    import_all()
    data = book.data(scenario)
    started = time.perf_counter()
    build = assemble_checked(data)
    seconds = {"build": time.perf_counter() - started}
    solution = solve(build, SolveOptions(dict(options)))
    seconds |= dict(solution.seconds)
    plan = Plan(book, scenario, data, solution, seconds)
    started = time.perf_counter()
    found = plan.tables
    seconds["extract"] = time.perf_counter() - started
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        plan.write(Path(folder) / "run")
        seconds["report"] = time.perf_counter() - started
    if arrays is not None:
        save_arrays(solution.matrix, arrays)
    rows, columns, nonzeros = solution.matrix.shape
    return {
        "seconds": seconds, "objective": solution.objective, "status": solution.status, "tables": len(found), "table_seconds": seconds["extract"],
        "rows": rows, "columns": columns, "nonzeros": nonzeros,
    }  # fmt: skip


def model_route(workbook: Path, arrays: Path | None, options: Mapping[str, str]) -> Result:
    """This model from workbook to report."""
    import model
    import_all()
    started = time.perf_counter()
    book = model.read(workbook)
    read = time.perf_counter() - started
    result = measured_model(book, SCENARIO, options, arrays)
    result["seconds"]["read"] = read
    return result


def save_arrays(matrix: Any, path: Path) -> None:
    """Write the matrix as plain arrays, without anything of this package."""
    np.savez(path, **{name: np.asarray(getattr(matrix, name)) for name in ARRAYS})


def bare_route(arrays: Path, options: Mapping[str, str], time_limit: float | None = None) -> Result:
    """The same matrix by highspy alone: pass the arrays, run, read the values. Options not given are those of the model."""
    import highspy

    from model.core.solver import SIMPLEX_ROWS

    with np.load(arrays) as stored:
        given = {name: stored[name] for name in ARRAYS}
    rows, columns = len(given["row_lower"]), len(given["cost"])
    chosen: dict[str, Any] = {"threads": 1, "solver": "simplex" if rows < SIMPLEX_ROWS else "ipm", **options}
    started = time.perf_counter()
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    for name, value in chosen.items():
        if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            return {"status": "not available", "seconds": {}, "objective": float("nan")}
    if time_limit is not None:
        highs.setOptionValue("time_limit", time_limit)
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = rows, columns
    lp.sense_ = highspy.ObjSense.kMaximize if bool(given["maximise"]) else highspy.ObjSense.kMinimize
    lp.offset_ = float(given["offset"])
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = given["cost"], given["column_lower"], given["column_upper"]
    lp.row_lower_, lp.row_upper_ = given["row_lower"], given["row_upper"]
    matrix = lp.a_matrix_
    matrix.format_, matrix.num_row_, matrix.num_col_ = highspy.MatrixFormat.kColwise, rows, columns
    matrix.start_, matrix.index_, matrix.value_ = given["start"].astype(np.int32), given["index"].astype(np.int32), given["value"]
    highs.passModel(lp)
    handed = time.perf_counter()
    run_status = highs.run()
    solved = time.perf_counter()
    values = np.asarray(highs.getSolution().col_value, dtype=float)
    extracted = time.perf_counter()
    info = highs.getInfo()
    status = highs.modelStatusToString(highs.getModelStatus()).lower() if run_status != highspy.HighsStatus.kError else "not available"
    return {
        "seconds": {"hand_over": handed - started, "solve": solved - handed, "extract": extracted - solved},
        "objective": float(info.objective_function_value) if len(values) else float("nan"),
        "status": status, "rows": rows, "columns": columns, "iterations": int(info.simplex_iteration_count),
    }  # fmt: skip


def plain_pyomo(build: Any, interface: str) -> Result:
    """The built Pyomo model through Pyomo's own HiGHS interface, values read one by one as Pyomo users do."""
    import pyomo.environ as pyo
    from pyomo.contrib.appsi.solvers.highs import Highs as Appsi
    from pyomo.contrib.solver.common.factory import SolverFactory

    model = build.pyomo_model()
    started = time.perf_counter()
    if interface == "appsi_highs":
        solver: Any = Appsi()
        solver.highs_options = {"solver": "simplex", "threads": 1}
        solver.solve(model)
    else:
        solver = SolverFactory("highs")
        solver.solve(model, threads=1, solver_options={"solver": "simplex"})
    solved = time.perf_counter()
    values = [pyo.value(variable, exception=False) for variable in build.all_variables()]
    seconds = {"solve": solved - started, "extract": time.perf_counter() - solved}
    return {"seconds": seconds, "objective": float(pyo.value(model.objective)), "status": "optimal", "columns": len(values)}


def pyomo_route(workbook: Path, interface: str) -> Result:
    """Plain Pyomo on the same Pyomo model; hand-over and solve can not be told apart from outside."""
    import model
    from model.api import assemble_checked
    import_all()
    data = model.read(workbook).data(SCENARIO)
    started = time.perf_counter()
    build = assemble_checked(data)
    built = time.perf_counter() - started
    result = plain_pyomo(build, interface)
    result["seconds"]["build"] = built
    return result


def run_route(words: Sequence[str], workbook: Path, arrays: Path, time_limit: float | None) -> Result:
    """The route named by ``words``: ``model``, ``bare [KEY=VALUE ...]``, ``pyomo INTERFACE``; adds the peak memory."""
    options = dict(word.split("=", 1) for word in words[1:] if "=" in word)
    if words[0] == "model":
        result = model_route(workbook, arrays, options)
    elif words[0] == "bare":
        result = bare_route(arrays, options, time_limit)
    else:
        result = pyomo_route(workbook, words[1])
    return {**result, "peak_mb": peak_megabytes()}
