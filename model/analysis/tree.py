"""One programme over several futures in which what is decided before they part is the same in all of them.

A node is a future with its probability and its whole model. Columns of one name and one ``bundle`` are one column of the programme; a column
without a bundle belongs to its node alone. Rows stand node by node (block diagonal), costs count with the probability of the node:

    min  sum over nodes n of probability[n] * c[n] * x[n]     A[n] x[n] within the rows of n,  x[n][j] = x[m][j] where bundle[n][j] = bundle[m][j]

No rows say so: equal columns are one. Their bounds are what all nodes allow.

Limits: two stages so far, one bundle for all nodes. A tree of more stages (fire by node in a forest alone) is the same programme: the bundle
of a column then names the branch in which its node lies at that time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ..core.build.build import Build
from ..core.build.roles import decisions
from ..core.solve.matrix import Matrix, all_column_names
from ..core.solve.scaling import Scaling, unit_scaling
from ..core.solve.solution import Solution
from ..core.solve.solver import SolveOptions, solve_arrays
from .committed import period_of_columns

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
#: The bundle of columns that all nodes share.
ROOT = "root"


@dataclass
class Node:
    """A future: its model, names of its columns and which of them are decided before the futures part."""

    name: str
    probability: float
    build: Build
    matrix: Matrix
    names: list[str]
    bundle: list[str]

    @property
    def first(self) -> Flags:
        """Columns of the first stage."""
        return np.array([bundle == ROOT for bundle in self.bundle], dtype=bool)


def node_of(name: str, probability: float, build: Build, matrix: Matrix, until: int) -> Node:
    """A node whose decisions of decided periods up to ``until`` are shared; what runs, is traded or missed in a year answers to the node."""
    position = np.zeros(build.size, dtype=bool)
    for variable in decisions(build):
        position[build.families[variable].positions] = True
    period = period_of_columns(build, matrix)
    first = position[matrix.column_position] & (period > build.data.history_until) & (period <= until)
    return Node(name, probability, build, matrix, all_column_names(build, matrix), [ROOT if one else "" for one in first])


@dataclass(frozen=True)
class Joined:
    """The programme of all nodes; ``column[n]`` says where each column of node n stands in it."""

    matrix: Matrix
    scaling: Scaling
    column: list[Integers]


def joined(nodes: Sequence[Node]) -> Joined:
    """Put the nodes together. A shared column whose bounds leave nothing in common (what follows from other numbers) stays each node's own."""
    place: dict[tuple[str, str], int] = {}
    lower, upper, column, scale = list[float](), list[float](), list[Integers](), list[float]()
    apart = _apart(nodes)
    for node in nodes:
        scaling, at = unit_scaling(node.build, node.matrix), np.empty(len(node.names), dtype=np.int64)
        for number, (name, bundle) in enumerate(zip(node.names, node.bundle, strict=True)):
            key = (bundle, name)
            low, high = float(node.matrix.column_lower[number]), float(node.matrix.column_upper[number])
            if bundle and key not in apart and key in place:
                at[number] = place[key]
                lower[at[number]], upper[at[number]] = max(lower[at[number]], low), min(upper[at[number]], high)
                continue
            at[number] = len(lower)
            if bundle and key not in apart:
                place[key] = len(lower)
            lower.append(low)
            upper.append(high)
            scale.append(float(scaling.column[number]))
        column.append(at)
    size, parts = len(lower), list[sparse.csr_matrix]()
    cost = np.zeros(size)
    for node, at in zip(nodes, column, strict=True):
        table = sparse.csc_matrix((node.matrix.value, node.matrix.index, node.matrix.start), shape=node.matrix.shape[:2]).tocoo()
        parts.append(sparse.csr_matrix((table.data, (table.row, at[table.col])), shape=(node.matrix.shape[0], size)))
        cost += np.bincount(at, weights=node.probability * node.matrix.cost, minlength=size)
    whole = sparse.vstack(parts).tocsc()
    whole.sort_indices()
    first = nodes[0].matrix
    made = replace(
        first, start=whole.indptr.astype(np.int64), index=whole.indices.astype(np.int64), value=whole.data, cost=cost,
        row_lower=np.concatenate([node.matrix.row_lower for node in nodes]), row_upper=np.concatenate([node.matrix.row_upper for node in nodes]),
        column_lower=np.array(lower), column_upper=np.array(upper), offset=sum(node.probability * node.matrix.offset for node in nodes),
        column_position=np.arange(size, dtype=np.int64), row_family=[family for node in nodes for family in node.matrix.row_family],
        row_index=np.concatenate([node.matrix.row_index for node in nodes]),
    )  # fmt: skip
    rows = np.concatenate([unit_scaling(node.build, node.matrix).row for node in nodes])
    return Joined(made, Scaling(np.array(scale), rows), column)


def _apart(nodes: Sequence[Node]) -> dict[tuple[str, str], None]:
    """Shared columns whose bounds in the nodes have nothing in common."""
    bounds: dict[tuple[str, str], tuple[float, float]] = {}
    for node in nodes:
        for number in np.flatnonzero(node.first).tolist():
            key = (node.bundle[number], node.names[number])
            low, high = bounds.get(key, (-np.inf, np.inf))
            bounds[key] = max(low, float(node.matrix.column_lower[number])), min(high, float(node.matrix.column_upper[number]))
    return {key: None for key, (low, high) in bounds.items() if low > high}


def solve_joined(nodes: Sequence[Node], options: SolveOptions | None = None) -> tuple[str, float, list[Solution]]:
    """Status, expected cost and the plan of each node; no plans where there is no optimum."""
    whole = joined(nodes)
    status, objective, x = solve_arrays(whole.matrix, whole.scaling, options or SolveOptions())
    if status != "optimal":
        return status, np.nan, []
    return status, objective, [_plan(node, x[at]) for node, at in zip(nodes, whole.column, strict=True)]


def _plan(node: Node, x: Floats) -> Solution:
    """What a node does; it has no prices of its own."""
    families = node.build.families.values()
    values = np.clip(np.zeros(node.build.size), np.concatenate([f.lower for f in families]), np.concatenate([f.upper for f in families]))
    values[node.matrix.column_position] = x
    cost = float(node.matrix.cost @ x + node.matrix.offset)
    return Solution(node.build, node.matrix, "optimal", cost, values, np.zeros(node.build.size), np.zeros(node.matrix.shape[0]), has_values=True)


def mean_of(nodes: Sequence[Node]) -> Matrix | None:
    """The programme of the expected numbers: every coefficient, limit, bound and cost at its mean; None where the nodes have other rows or columns."""
    first = nodes[0].matrix
    if any(node.names != nodes[0].names or node.matrix.row_family != first.row_family or not np.array_equal(node.matrix.row_index, first.row_index) for node in nodes):
        return None

    def mean(name: str) -> Floats:
        return np.asarray(sum(node.probability * getattr(node.matrix, name) for node in nodes), dtype=float)

    table = sum(node.probability * sparse.csc_matrix((node.matrix.value, node.matrix.index, node.matrix.start), shape=node.matrix.shape[:2]) for node in nodes)
    table = sparse.csc_matrix(table)
    table.sort_indices()
    offset = sum(node.probability * node.matrix.offset for node in nodes)
    return replace(
        first, start=table.indptr.astype(np.int64), index=table.indices.astype(np.int64), value=table.data, offset=offset, cost=mean("cost"),
        row_lower=mean("row_lower"), row_upper=mean("row_upper"), column_lower=mean("column_lower"), column_upper=mean("column_upper"),
    )  # fmt: skip
