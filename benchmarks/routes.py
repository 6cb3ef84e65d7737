"""The routes to one solved plan: this model, the bare matrix through highspy, plain Pyomo through its own interface.

Every function returns seconds by phase and the objective, so that the caller sees that all routes solve the same problem.

Limits: linear programmes only; imports are not part of any phase.
"""

from __future__ import annotations

import importlib
import json
import math
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

Result = dict[str, Any]
SCENARIO = "reference"
OPTIMAL = "optimal"
MODULES = {"ensemble": "ensembles", "growth": "growth"}
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
LAZY = ("pyomo.environ", "pyomo.repn.plugins.standard_form", "highspy", "model.reporting.write", "model.reporting.tables.every", "model.reporting.excel.book", "model.reporting.page.html", "plotly.offline")


def import_all() -> None:
    """Load what is loaded lazily, so that no phase pays for it."""
    from model.core.build import registry

    registry.levers()
    for name in LAZY:
        importlib.import_module(name)


def measured_model(book: Any, scenario: str, options: Mapping[str, str]) -> Result:
    """Build, hand over, solve, extract and report one scenario of a book."""
    from model.api import Plan, assemble_checked
    from model.core.solve.solver import SolveOptions, solve

    import_all()
    data = book.data(scenario)
    started = time.perf_counter()
    build = assemble_checked(data)
    seconds = {"build": time.perf_counter() - started}
    solution = solve(build, SolveOptions(dict(options)))
    seconds |= dict(solution.seconds)
    plan = Plan(book, scenario, data, solution, seconds)
    started = time.perf_counter()
    found = dict(plan.tables)
    seconds["extract"] = time.perf_counter() - started
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        plan.write(Path(folder) / "run")
        seconds["report"] = time.perf_counter() - started
    rows, columns, nonzeros = solution.matrix.shape
    return {
        "seconds": seconds, "objective": solution.objective, "status": solution.status, "tables": len(found), "table_seconds": seconds["extract"],
        "rows": rows, "columns": columns, "nonzeros": nonzeros,
    }  # fmt: skip


def model_route(workbook: Path, options: Mapping[str, str]) -> Result:
    """This model from workbook to report."""
    import model
    import_all()
    started = time.perf_counter()
    book = model.read(workbook)
    read = time.perf_counter() - started
    result = measured_model(book, SCENARIO, options)
    result["seconds"]["read"] = read
    return result


def save_arrays(build: Any, path: Path) -> dict[str, str]:
    """Write what the model passes to HiGHS as plain arrays, scaled as it is passed, and the options beside it; gives the options."""
    from benchmarks.solvers import handed_over

    options, arrays = handed_over(build)
    np.savez(path, **arrays, options=np.array(json.dumps(options)))
    return options


def arrays_route(workbook: Path, arrays: Path) -> Result:
    """Nothing measured: the matrix of a workbook and the options that the model chooses for it, for the other routes."""
    import model
    from model.api import assemble_checked

    options = save_arrays(assemble_checked(model.read(workbook).data(SCENARIO)), arrays)
    return {"status": "stored", "seconds": {}, "objective": math.nan, "options": options}


def bare_route(arrays: Path, options: Mapping[str, str] | None = None) -> Result:
    """The matrix that the model passes, by highspy alone: pass the arrays, run, read the values. Without options those of the model."""
    import highspy

    with np.load(arrays) as stored:
        given = {name: stored[name] for name in stored.files}
    chosen = json.loads(str(given["options"])) if options is None else options
    rows, columns = len(given["row_lower"]), len(given["cost"])
    started = time.perf_counter()
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    for name, value in chosen.items():
        if highs.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            return {"status": f"not available: {name}={value}", "seconds": {}, "objective": math.nan}
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = rows, columns
    lp.sense_ = highspy.ObjSense.kMaximize if bool(given["maximise"]) else highspy.ObjSense.kMinimize
    lp.offset_ = float(given["offset"])
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = given["cost"], given["column_lower"], given["column_upper"]
    lp.row_lower_, lp.row_upper_ = given["row_lower"], given["row_upper"]
    matrix = lp.a_matrix_
    matrix.format_, matrix.num_row_, matrix.num_col_ = highspy.MatrixFormat.kColwise, rows, columns
    matrix.start_, matrix.index_, matrix.value_ = given["start"], given["index"], given["value"]
    highs.passModel(lp)
    handed = time.perf_counter()
    run_status = highs.run()
    solved = time.perf_counter()
    values = np.asarray(highs.getSolution().col_value, dtype=float)
    extracted = time.perf_counter()
    info = highs.getInfo()
    status = highs.modelStatusToString(highs.getModelStatus()).lower()
    if run_status == highspy.HighsStatus.kError and status in ("not set", "solve error"):
        status = "not available: the solver refuses to run"
    return {
        "seconds": {"hand_over": handed - started, "solve": solved - handed, "extract": extracted - solved},
        # a stopped run has an objective, but it is no optimum
        "objective": float(info.objective_function_value) if len(values) and status == OPTIMAL else math.nan,
        "status": status, "rows": rows, "columns": columns, "nonzeros": len(given["value"]),
        "iterations": max(0, info.simplex_iteration_count) + max(0, info.ipm_iteration_count) + max(0, info.crossover_iteration_count),
    }  # fmt: skip


def plain_pyomo(build: Any, interface: str, options: Mapping[str, str]) -> Result:
    """The built Pyomo model through Pyomo's own HiGHS interface, values read one by one as Pyomo users do."""
    import pyomo.environ as pyo
    from pyomo.contrib.appsi.solvers.highs import Highs as Appsi
    from pyomo.contrib.solver.common.factory import SolverFactory

    started = time.perf_counter()
    pyomo_model = build.pyomo_model()
    built = time.perf_counter()
    if interface == "appsi_highs":
        solver: Any = Appsi()
        solver.highs_options = dict(options)
        found = solver.solve(pyomo_model)
    else:
        solver = SolverFactory("highs")
        found = solver.solve(pyomo_model, solver_options=dict(options))
    solved = time.perf_counter()
    values = [pyo.value(variable, exception=False) for variable in pyomo_model.component_data_objects(pyo.Var)]
    seconds = {"build": built - started, "solve": solved - built, "extract": time.perf_counter() - solved}
    condition = found.termination_condition.name
    status = OPTIMAL if condition in ("optimal", "convergenceCriteriaSatisfied") else condition
    return {"seconds": seconds, "objective": float(pyo.value(pyomo_model.objective)), "status": status, "columns": len(values)}


def pyomo_route(workbook: Path, interface: str, arrays: Path) -> Result:
    """Plain Pyomo on the same Pyomo model, with the model's options; hand-over and solve can not be told apart from outside."""
    import model
    from model.api import assemble_checked

    import_all()
    with np.load(arrays) as stored:
        options = json.loads(str(stored["options"]))
    data = model.read(workbook).data(SCENARIO)
    started = time.perf_counter()
    build = assemble_checked(data)
    built = time.perf_counter() - started
    result = plain_pyomo(build, interface, options)
    result["seconds"]["build"] += built
    return result


def twin_route(what: str, workbook: Path) -> Result:
    """``check`` compares the linopy twin with the model; ``linopy`` and ``model`` time one of them."""
    import model
    from benchmarks import twin

    data = model.read(workbook).data(SCENARIO)
    import_all()
    if what == "check":
        found = twin.check(data)
        gaps = found.pop("differences")
        return {"status": f"differs: {'; '.join(gaps)}" if gaps else "equal", "seconds": {}, "objective": math.nan, **found}
    if what == "linopy":
        importlib.import_module("linopy")
    seconds = twin.timed_linopy(data) if what == "linopy" else twin.timed_model(data)
    return {"status": "built", "seconds": seconds, "objective": math.nan}


def run_route(words: Sequence[str]) -> Result:
    """The route named by ``words``, with the peak memory of this process.

    ``model WORKBOOK``, ``arrays WORKBOOK ARRAYS``, ``bare ARRAYS [chosen | KEY=VALUE ...]``, ``pyomo INTERFACE WORKBOOK
    ARRAYS``, ``twin check|linopy|model WORKBOOK``, ``ensemble ...``, ``growth ...``.
    """
    kind, *rest = words
    if kind == "model":
        result = model_route(Path(rest[0]), {})
    elif kind == "arrays":
        result = arrays_route(Path(rest[0]), Path(rest[1]))
    elif kind == "bare":
        result = bare_route(Path(rest[0]), None if rest[1:] == ["chosen"] else dict(word.split("=", 1) for word in rest[1:]))
    elif kind == "pyomo":
        result = pyomo_route(Path(rest[1]), rest[0], Path(rest[2]))
    elif kind == "twin":
        result = twin_route(rest[0], Path(rest[1]))
    elif kind in ("ensemble", "growth"):
        result = importlib.import_module(f"benchmarks.{MODULES[kind]}").run(rest)
    else:
        raise ValueError(f"no route {kind}")
    return {**result, "peak_mb": peak_megabytes()}
