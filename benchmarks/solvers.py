"""The solver options that were tried on the bare matrix, and which of them the model chooses.

Limits: one option is changed at a time from each method; combinations of all are not tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

#: Options by the name of the line in the table. What is not given is HiGHS's own default.
DUAL, PRIMAL = "1", "4"
SIMPLEX = {"solver": "simplex", "simplex_strategy": DUAL}
IPX = {"solver": "ipx"}
HIPO = {"solver": "hipo"}
ONE, TWO = {"threads": "1"}, {"threads": "2"}
TRIED: dict[str, dict[str, str]] = {
    "HiGHS without any option": {},
    "dual simplex": SIMPLEX | ONE,
    "dual simplex, presolve off": SIMPLEX | ONE | {"presolve": "off"},
    "dual simplex, unscaled": SIMPLEX | ONE | {"simplex_scale_strategy": "0"},
    "dual simplex, equilibrated": SIMPLEX | ONE | {"simplex_scale_strategy": "1"},
    "dual simplex, scaled to powers of 2": SIMPLEX | ONE | {"simplex_scale_strategy": "4"},
    "dual simplex, bounds scaled by 2^-5": SIMPLEX | ONE | {"user_bound_scale": "-5"},
    "dual simplex, costs scaled by 2^-5": SIMPLEX | ONE | {"user_objective_scale": "-5"},
    "parallel dual simplex, 2 threads": {"solver": "simplex", "simplex_strategy": "3", "parallel": "on"} | TWO,
    "primal simplex": {"solver": "simplex", "simplex_strategy": PRIMAL} | ONE,
    "IPX + crossover": IPX | ONE,
    "IPX + crossover, 2 threads": IPX | TWO,
    "IPX + crossover, presolve off": IPX | ONE | {"presolve": "off"},
    "IPX + crossover, tolerance 1e-6": IPX | ONE | {"ipm_optimality_tolerance": "1e-6"},
    "IPX + crossover, tolerance 1e-4": IPX | ONE | {"ipm_optimality_tolerance": "1e-4"},
    "IPX + crossover, bounds scaled by 2^-5": IPX | ONE | {"user_bound_scale": "-5"},
    "IPX + crossover, costs scaled by 2^-5": IPX | ONE | {"user_objective_scale": "-5"},
    "IPX without crossover": IPX | ONE | {"run_crossover": "off"},
    "HiPO + crossover": HIPO | ONE,
    "HiPO + crossover, 2 threads": HIPO | TWO,
    "HiPO + crossover, 2 threads, presolve off": HIPO | TWO | {"presolve": "off"},
    "HiPO + crossover, 2 threads, tolerance 1e-6": HIPO | TWO | {"ipm_optimality_tolerance": "1e-6"},
    "HiPO + crossover, 2 threads, tolerance 1e-4": HIPO | TWO | {"ipm_optimality_tolerance": "1e-4"},
    "HiPO without crossover, 2 threads": HIPO | TWO | {"run_crossover": "off"},
    "PDLP, tolerance 1e-7": {"solver": "pdlp"} | TWO,
    "PDLP, tolerance 1e-4": {"solver": "pdlp", "kkt_tolerance": "1e-4"} | TWO,
}
#: Two names of one method, and what makes no difference to the work.
SAME = {("solver", "ipm"): "ipx"}
IDLE = {("simplex_strategy", DUAL), ("presolve", "choose"), ("presolve", "on"), ("run_crossover", "on"), ("parallel", "choose")}
#: What the model sets that has nothing to do with the way of solving.
APART = ("output_flag", "log_file", "log_to_console", "time_limit", "simplex_iteration_limit")


class _NotYetError(Exception):
    """Raised in place of the first run: all options are set by then."""


#: What a HiGHS model holds beside its size, by the names of the stored arrays.
Arrays = dict[str, Any]


def handed_over(build: Any) -> tuple[dict[str, str], Arrays]:
    """Options that the model sets on HiGHS before its first run on this problem, and the matrix that it passes, scaled as it is passed."""
    import highspy

    from model.core.solve.highs.held import hipo_is_available
    from model.core.solve.solver import solve

    # asked before, because it runs a small problem of its own; the answer is kept
    hipo_is_available()
    original = highspy.Highs
    given: dict[str, Any] = {}
    passed: Arrays = {}

    class Recorder(original):  # type: ignore[misc, valid-type]
        def setOptionValue(self, name: str, value: Any) -> Any:
            given[name] = value
            return super().setOptionValue(name, value)

        def passModel(self, lp: Any) -> Any:
            passed.update(_arrays(lp))
            return super().passModel(lp)

        def run(self) -> Any:
            raise _NotYetError

        solve = run

    highspy.Highs = Recorder
    try:
        solve(build)
    except _NotYetError:
        pass
    finally:
        highspy.Highs = original
    return {name: str(value) for name, value in given.items() if name not in APART}, passed


def _arrays(lp: Any) -> Arrays:
    import highspy

    matrix = lp.a_matrix_
    found = {
        "start": matrix.start_, "index": matrix.index_, "value": matrix.value_, "row_lower": lp.row_lower_, "row_upper": lp.row_upper_,
        "column_lower": lp.col_lower_, "column_upper": lp.col_upper_, "cost": lp.col_cost_, "offset": lp.offset_,
        "maximise": lp.sense_ == highspy.ObjSense.kMaximize,
    }  # fmt: skip
    return {name: np.array(value) for name, value in found.items()}


def load_as_the_model_does(build: Any) -> Any:
    """Compile, scale and pass the matrix to a HiGHS object, as the model's own solver does before it runs; gives the matrix."""
    from model.core.solve.highs.held import INTERIOR_ROWS
    from model.core.solve.matrix import compile_matrix
    from model.core.solve.scaling import unit_scaling
    from model.core.solve.solver import SolveOptions, load

    matrix = compile_matrix(build)
    load(matrix, SolveOptions(), unit_scaling(build, matrix) if len(matrix.row_lower) >= INTERIOR_ROWS else None)
    return matrix


def same_work(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether two sets of options make the solver do the same."""
    return _plain(one) == _plain(other)


def _plain(options: Mapping[str, str]) -> dict[str, str]:
    return {name: SAME.get((name, value), value) for name, value in options.items() if (name, value) not in IDLE}


def words(options: Mapping[str, str]) -> tuple[str, ...]:
    """Options as words of a command: KEY=VALUE."""
    return tuple(f"{name}={value}" for name, value in options.items())
