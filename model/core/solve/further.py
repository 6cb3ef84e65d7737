"""Objectives after the first: each is optimised with all before it held at what they reached, up to their tolerance.

What is held is a row of the solver for the time being: ``objective <= optimum + slack`` where least is wanted, ``>= optimum - slack``
where most is, slack = tolerance * max(1, |optimum|). Afterwards the first objective stands in the solver again, alone.

Limits: duals and reduced costs stay those of the first objective at its own optimum, before any of it was given up: they price
what one more unit of a limit is worth to it, not to those after it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from ..build.objective import Objective
from .scaling import Scaling
from .solution import Reached, Solution

Floats = npt.NDArray[np.float64]


def optimise_further(highs: Any, scaling: Scaling, solution: Solution, run: Callable[[Any], str]) -> None:
    """Optimise the objectives after the first in their order, the solver at the optimum of the first; ``run`` solves what is held.

    Values are then those of the last one. Where one can not be brought to its optimum, the status says so and values are those of the one before.
    """
    goals, matrix = solution.build.objectives, solution.matrix
    rows, first, columns, sense = matrix.shape[0], scaling.cost(matrix), np.arange(matrix.shape[1], dtype=np.int32), highs.getObjectiveSense()[1]
    costs, constants = [first], [matrix.offset]
    for goal in goals[1:]:
        cost, constant = goal.vector(solution.build.size)
        costs.append(cost[matrix.column_position] * scaling.column)
        constants.append(constant)
    optima = [solution.objective]
    for number, goal in enumerate(goals[1:], 1):
        _hold(highs, goals[number - 1], costs[number - 1], optima[-1], constants[number - 1])
        highs.changeColsCost(len(columns), columns, costs[number])
        highs.changeObjectiveSense(_sense(goal))
        # the optimum of the objectives before is a feasible start for this one
        status = run(highs)
        if status != "optimal":
            solution.status = status
            break
        store_primal(highs, scaling, solution)
        solution.objective = float(matrix.cost @ solution.x[matrix.column_position] + matrix.offset)
        optima.append(_value(goal, solution))
    solution.reached = [Reached(goal, optimum, _value(goal, solution)) for goal, optimum in zip(goals, optima, strict=False)]
    held = highs.getNumRow() - rows
    if held:
        highs.deleteRows(held, np.arange(rows, rows + held, dtype=np.int32))
        highs.changeColsCost(len(columns), columns, first)
        highs.changeObjectiveSense(sense)


def _hold(highs: Any, goal: Objective, cost: Floats, optimum: float, constant: float) -> None:
    """A row that keeps an objective at its optimum, up to what it may give."""
    import highspy

    used, level, slack = np.flatnonzero(cost), optimum - constant, goal.slack(optimum)
    low, high = (level - slack, highspy.kHighsInf) if goal.sense == "max" else (-highspy.kHighsInf, level + slack)
    highs.addRow(low, high, len(used), used.astype(np.int32), cost[used])


def _sense(goal: Objective) -> Any:
    import highspy

    return highspy.ObjSense.kMaximize if goal.sense == "max" else highspy.ObjSense.kMinimize


def _value(goal: Objective, solution: Solution) -> float:
    """What an objective comes to in the plan."""
    cost, constant = goal.vector(solution.build.size)
    return float(cost @ solution.x + constant)


def store_primal(highs: Any, scaling: Scaling, solution: Solution) -> None:
    """Values by position; a variable without a column sits at the bound nearest to zero."""
    families = solution.build.families.values()
    lower, upper = np.concatenate([f.lower for f in families]), np.concatenate([f.upper for f in families])
    solution.x = np.clip(np.zeros(solution.build.size), lower, upper)
    solution.x[solution.matrix.column_position] = np.asarray(highs.getSolution().col_value, dtype=float) * scaling.column
