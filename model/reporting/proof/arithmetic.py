"""Whether the plan in matrix.npz is one, and the best one: rows, bounds, signs of duals, reduced costs, slackness, primal = dual.

For the least cost (for the most, signs turn): with A the matrix, c its costs, y the duals of rows and d the reduced costs

    row_lower <= A x <= row_upper, lower <= x <= upper              a plan
    d = c - A' y                                                    reduced costs are what duals leave of the costs
    y_i > 0 only at row_lower, y_i < 0 only at row_upper            and d_j likewise at the bounds of x_j
    c x + offset = sum y_i b_i + sum d_j bound_j + offset           b_i and bound_j: the sides that the signs name

These hold together only at an optimum (strong duality), so nothing needs to be known of how it was found.

Limits: with several objectives duals are those of the first at its optimum and the values those after the last, so that slackness is asked
as a sum only: what the first gave up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...core.declare.lines import Said
from .checks import FEASIBLE, SAME, Broken, Check, Floats, Integers, at_most, number, same
from .plan import KeptPlan

OPTIMAL = "optimal"


def arithmetic(plan: KeptPlan, manifest: Mapping[str, Any]) -> list[Check]:
    """Every check of the matrix by itself, and of what run.json says of it."""
    return [*_manifest(plan, manifest), *_primal(plan), *_dual(plan)]


def _manifest(plan: KeptPlan, manifest: Mapping[str, Any]) -> list[Check]:
    status, goal = str(manifest["status"]), plan.goal
    told = () if status == OPTIMAL else (Broken("run.json: status", OPTIMAL, status),)
    mark = str(manifest["matrix_hash"])
    other = () if mark == plan.hash else (Broken("run.json: matrix_hash", plan.hash, mark),)
    value, found = float(plan.arrays["cost"] @ plan.arrays["x"][plan.arrays["column"]]) + float(goal["offset"]), float(manifest["objective"]["value"])
    terms = np.abs(plan.arrays["cost"] * plan.arrays["x"][plan.arrays["column"]])
    return [
        Check("status", Said("check_status"), 1, told, len(told)),
        Check("hash", Said("check_hash"), 1, other, len(other)),
        same("objective", Said("check_objective"), lambda at: ["run.json: objective"] * len(at), np.array([value]), np.array([found]), float(terms.max(initial=0.0)), FEASIBLE),
    ]


def _primal(plan: KeptPlan) -> list[Check]:
    a, slack = plan.arrays, FEASIBLE * np.maximum(1.0, plan.largest_term)

    def rows(at: Integers) -> list[str]:
        return plan.row_names(at)

    size = FEASIBLE * np.maximum(1.0, np.abs(a["x"]))
    column_gap = np.maximum(np.abs(_apart(a["lower"][a["column"]], a["column_lower"])), np.abs(_apart(a["upper"][a["column"]], a["column_upper"])))
    return [
        at_most("rows_upper", Said("check_rows_upper"), rows, plan.activity, a["row_upper"], slack),
        at_most("rows_lower", Said("check_rows_lower"), rows, -plan.activity, -a["row_lower"], slack),
        at_most("bounds_upper", Said("check_bounds_upper"), plan.variable_names, a["x"], a["upper"], size),
        at_most("bounds_lower", Said("check_bounds_lower"), plan.variable_names, -a["x"], -a["lower"], size),
        same("columns", Said("check_columns"), lambda at: plan.variable_names(a["column"][at]), np.zeros(len(column_gap)), column_gap, 1.0, 0.0),
    ]


def _apart(one: Floats, other: Floats) -> Floats:
    """The difference of bounds; those that are without end on both are the same."""
    return np.where(one == other, 0.0, np.abs(np.nan_to_num(one) - np.nan_to_num(other)))


def _dual(plan: KeptPlan) -> list[Check]:
    a, goal = plan.arrays, plan.goal
    dual, reduced = a["row_dual"], a["reduced"][a["column"]]
    sign = -1.0 if goal["maximise"] else 1.0
    weighed = a["value"] * dual[a["index"]]
    expected: Floats = (a["cost"] - np.bincount(plan.entry_column, weights=weighed, minlength=len(a["cost"]))).astype(float)
    scale = np.abs(a["cost"])
    np.maximum.at(scale, plan.entry_column, np.abs(weighed))
    scale = np.maximum(1.0, scale)

    def columns(at: Integers) -> list[str]:
        return plan.variable_names(a["column"][at])

    right, bound = _side(sign * dual, a["row_lower"], a["row_upper"]), _side(sign * reduced, a["column_lower"], a["column_upper"])
    # a side that is not there: the dual has the wrong sign, which may be rounding and then counts for nothing
    rows_off, columns_off = np.where(np.isfinite(right), 0.0, np.abs(dual)), np.where(np.isfinite(bound), 0.0, np.abs(reduced))
    outside = np.setdiff1d(np.arange(len(a["x"])), a["column"])
    found = [
        same("reduced_costs", Said("check_reduced"), columns, expected, reduced, scale, SAME),
        at_most("dual_signs", Said("check_dual_signs"), plan.row_names, rows_off, np.zeros(len(dual)), np.full(len(dual), FEASIBLE)),
        at_most("reduced_signs", Said("check_reduced_signs"), columns, columns_off, np.zeros(len(reduced)), FEASIBLE * scale),
        same("outside", Said("check_outside"), lambda at: plan.variable_names(outside[at]), np.zeros(len(outside)), a["reduced"][outside], 1.0, SAME),
    ]
    row_terms, bound_terms = _times(dual, right), _times(reduced, bound)
    total = float(row_terms.sum() + bound_terms.sum()) + float(goal["offset"])
    largest = max(float(np.abs(row_terms).max(initial=0.0)), float(np.abs(bound_terms).max(initial=0.0)), 1.0)
    found.append(same("strong_duality", Said("check_duality"), lambda at: ["c x = b y"] * len(at), np.array([total]), np.array([float(goal["optimum"])]), largest, FEASIBLE))
    return [*found, *_slackness(plan, right, bound, sign)]


def _side(signed: Floats, lower: Floats, upper: Floats) -> Floats:
    """The side that the sign of a dual names; where it is zero any that there is."""
    named = np.where(signed > 0.0, lower, upper)
    other = np.where(np.isfinite(lower), lower, np.where(np.isfinite(upper), upper, 0.0))
    return np.where(signed == 0.0, other, named)


def _times(dual: Floats, side: Floats) -> Floats:
    return np.where(np.isfinite(side), dual * np.nan_to_num(side, posinf=0.0, neginf=0.0), 0.0)


def _slackness(plan: KeptPlan, right: Floats, bound: Floats, sign: float) -> list[Check]:
    """What has a price has no slack. In each row what is left, times the price, is below what the solver may leave of the row at that price."""
    a, goal = plan.arrays, plan.goal
    rows = np.abs(_times(a["row_dual"], np.where(np.isfinite(right), right - plan.activity, 0.0)))
    reduced, x = a["reduced"][a["column"]], a["x"][a["column"]]
    columns = np.abs(_times(reduced, np.where(np.isfinite(bound), bound - x, 0.0)))
    if int(goal["objectives"]) > 1:
        given = sign * (float(goal["value"]) - float(goal["optimum"]))
        left = float(rows.sum() + columns.sum())
        size = max(1.0, abs(float(goal["value"])))
        return [same("slackness", Said("check_slackness_sum"), lambda at: [number(given)] * len(at), np.array([given]), np.array([left]), size, FEASIBLE)]
    row_scale = FEASIBLE * np.maximum(1.0, plan.largest_term) * np.maximum(1.0, np.abs(a["row_dual"]))
    column_scale = FEASIBLE * np.maximum(1.0, np.abs(x)) * np.maximum(1.0, np.abs(reduced))
    return [
        at_most("slack_rows", Said("check_slack_rows"), plan.row_names, rows, np.zeros(len(rows)), row_scale),
        at_most("slack_bounds", Said("check_slack_bounds"), lambda at: plan.variable_names(a["column"][at]), columns, np.zeros(len(columns)), column_scale),
    ]
