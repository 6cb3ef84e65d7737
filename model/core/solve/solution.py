"""The solution as tidy frames: values of variables, entries of balances, duals of rows, limits, certificate.

Nothing here recomputes a model quantity: a balance is reported by the same posts that made its rows.

Limits: values are in solver units; reporting converts them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..build.build import Build
from ..build.objective import Objective
from ..ledger import FIXED
from .limits import limit_table
from .matrix import Matrix, column_names, row_names


@dataclass(frozen=True)
class Reached:
    """An objective with its optimum, those before it held, and its value in the plan, of which those after it had their share."""

    goal: Objective
    optimum: float
    value: float


@dataclass(frozen=True)
class Against:
    """Another plan of the same workbook beside which a plan is told: its scenario, and its table of who bears what."""

    name: str
    burden: pd.DataFrame


@dataclass(frozen=True)
class Started:
    """The basis of another plan that a solve began from: its hash, the share of the names of the model that it knows, simplex steps, and whether
    they came to the optimum; else the model was solved from nothing afterwards."""

    digest: str
    known: float
    steps: int
    taken: bool


@dataclass
class Solution:
    """What came back from the solver. ``x`` and ``reduced_cost`` are by variable position, ``row_dual`` by row.

    ``objective`` is the value of the first objective in the plan, duals are those at its ``optimum``.
    """

    build: Build
    matrix: Matrix
    status: str
    objective: float
    x: npt.NDArray[np.float64]
    reduced_cost: npt.NDArray[np.float64]
    row_dual: npt.NDArray[np.float64]
    seconds: dict[str, float] = field(default_factory=dict)
    iterations: int = 0
    has_values: bool = False
    #: The objectives that were brought to their optimum, in their order.
    reached: list[Reached] = field(default_factory=list)
    #: The plan beside which this one is told, where there is one.
    against: Against | None = field(default=None, compare=False)
    #: What its input changes against the reference of the workbook: rows of the table ``changed``, where they were found.
    changed: pd.DataFrame | None = field(default=None, compare=False)
    #: Which ranges of the input move the answer most: rows of the table ``dearest_estimates``, where they are known.
    dearest: pd.DataFrame | None = field(default=None, compare=False)
    #: What the solve began from, where that was not nothing.
    started: Started | None = None
    #: Statuses of columns and rows at the optimum of the first objective.
    basis: tuple[npt.NDArray[np.int8], npt.NDArray[np.int8]] | None = field(default=None, compare=False)
    #: Entries of balances once asked for: several tables are made from the same ones.
    _entries: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    @property
    def optimum(self) -> float:
        """The optimum of the first objective, before those after it had their share."""
        return self.reached[0].optimum if self.reached else self.objective

    def values(self, family: str) -> pd.DataFrame:
        """Index columns and ``value`` (solver unit of the variable) of one variable family; empty when absent."""
        if family not in self.build.families:
            return pd.DataFrame(columns=["value"])
        found = self.build.families[family]
        return found.frame.assign(value=self.x[found.positions])

    def balance(self, name: str) -> pd.DataFrame:
        """Entries of a balance: its index, ``item``, ``memo`` and ``value`` (supply positive), summed per item."""
        if name not in self._entries:
            self._entries[name] = self._summed(name)
        return self._entries[name].copy(deep=False)

    def _summed(self, name: str) -> pd.DataFrame:
        table = self.build.ledger.table(name)
        index = [*self.build.ledger.balances[name].index, "item", "memo"]
        if table.empty:
            return pd.DataFrame(columns=[*index, "value"])
        position = table["position"].to_numpy(dtype=np.int64)
        level = np.where(position == FIXED, 1.0, self.x[position])
        table["value"] = table["coefficient"].to_numpy(dtype=float) * level
        return table.groupby(index, sort=False)["value"].sum().reset_index()

    @cached_property
    def row_activity(self) -> npt.NDArray[np.float64]:
        """Left-hand side of every row."""
        matrix = self.matrix
        columns = np.repeat(np.arange(len(matrix.cost)), np.diff(matrix.start))
        product = matrix.value * self.x[matrix.column_position][columns]
        return np.bincount(matrix.index, weights=product, minlength=matrix.shape[0]).astype(float)

    @cached_property
    def _family_rows(self) -> dict[str, npt.NDArray[np.int64]]:
        names = pd.Series(self.matrix.row_family, dtype=object)
        return {str(k): np.asarray(v, dtype=np.int64) for k, v in names.groupby(names, sort=False).indices.items()}

    def rows(self, family: str) -> pd.DataFrame:
        """Keys of a constraint family with activity, lower, upper and dual; rows that hold no variable are missing."""
        keys, _ = self.build.rows[family]
        rows = self._family_rows.get(family, np.zeros(0, dtype=np.int64))
        frame = keys.iloc[self.matrix.row_index[rows]].reset_index(drop=True)
        return frame.assign(
            row=rows,
            activity=self.row_activity[rows],
            lower=self.matrix.row_lower[rows],
            upper=self.matrix.row_upper[rows],
            dual=self.row_dual[rows],
        )

    def duals(self, family: str) -> pd.DataFrame:
        """Keys and ``dual`` (raw, of the discounted objective) of a constraint family."""
        keys, _ = self.build.rows[family]
        return self.rows(family)[[*keys.columns, "dual"]]

    @property
    def improvement_sign(self) -> float:
        """Times a raw dual gives the improvement of the objective when an upper limit is raised."""
        return 1.0 if self.matrix.maximise else -1.0

    def limits(self) -> pd.DataFrame:
        """Every limit of the workbook with its cell, limit, level, slack and what more of it is worth; see ``limit_table``."""
        return self._limits.copy(deep=False)

    @cached_property
    def _limits(self) -> pd.DataFrame:
        return limit_table(self)

    @cached_property
    def row_sides(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """What the positive and the negative terms of every row add up to in the plan, both as positive numbers."""
        matrix = self.matrix
        columns = np.repeat(np.arange(len(matrix.cost)), np.diff(matrix.start))
        product = matrix.value * self.x[matrix.column_position][columns]
        sides = (np.maximum(product, 0.0), np.maximum(-product, 0.0))
        above, below = (np.bincount(matrix.index, weights=side, minlength=matrix.shape[0]).astype(float) for side in sides)
        return above, below

    def certificate(self) -> pd.DataFrame:
        """Duals of rows and bounds with their right-hand sides: the products and the constant sum to the optimum of the first objective.

        Columns name, kind (row, bound, constant), dual, right_hand_side. Only entries with a dual are listed.
        """
        matrix = self.matrix
        sign = 1.0 if matrix.maximise else -1.0
        # the sign of the dual tells which side is active
        upper_side = sign * self.row_dual > 0
        right = np.where(upper_side, matrix.row_upper, matrix.row_lower)
        right = np.where(np.isfinite(right), right, np.where(np.isfinite(matrix.row_upper), matrix.row_upper, matrix.row_lower))
        some = self.row_dual != 0
        reduced = self.reduced_cost[matrix.column_position]
        bound_upper = sign * reduced > 0
        bound = np.where(bound_upper, matrix.column_upper, matrix.column_lower)
        held = (reduced != 0) & np.isfinite(bound)
        return pd.concat(
            [
                pd.DataFrame({"name": ["constant"], "kind": ["constant"], "dual": [1.0], "right_hand_side": [matrix.offset]}),
                pd.DataFrame({"name": row_names(self.build, matrix, np.flatnonzero(some)), "kind": "row", "dual": self.row_dual[some], "right_hand_side": right[some]}),
                pd.DataFrame({"name": column_names(self.build, matrix, np.flatnonzero(held)), "kind": "bound", "dual": reduced[held], "right_hand_side": bound[held]}),
            ],
            ignore_index=True,
        )
