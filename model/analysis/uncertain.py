"""Which costs are uncertain, in groups that move together, and by how much either way.

    groups_of_ranges    those of the sheet ``ranges``: a group of ranges (or a range of none) at its high and at its low, where that moves costs and
                        nothing else; each term of the objective by what the model of the moved workbook costs more there
    cost_groups         without data: an item of spending as the levers post it (``wind_cost``, ``fuel_coal``), every term of it off by the same share

Penalties (a target missed, power unserved) are prices of the workbook, no uncertain costs, where a share is taken.

Limits: a range that moves rows, or how years are discounted, is no uncertain cost and is left out; ends of a group are its lows and its highs together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..core.build.build import Build
from ..core.build.rebuild import rebuild
from ..core.data import Data
from ..core.declare.schema import HIGH_SHARE, LOW_SHARE, Range
from ..core.solve.matrix import compile_matrix
from .sampling import groups_of
from .warm import Changes, same_shape

Floats = npt.NDArray[np.float64]
Varied = Callable[[Sequence[tuple[str, float]]], Data]


@dataclass(frozen=True)
class CostGroup:
    """Terms of the objective (rows of its table) that move together; ``up`` and ``down`` are what a unit of each may cost more at the two ends."""

    name: str
    terms: npt.NDArray[np.int64]
    up: Floats
    down: Floats
    #: The greatest share of itself by which a term may be off.
    deviation: float


def groups_of_ranges(build: Build, ranges: Sequence[Range], varied: Varied) -> list[CostGroup]:
    """The groups of ranges that move costs alone, in the order of the sheet; ``varied`` gives the data with ranges at shares between their ends.

    InputError where an end breaks a rule of the workbook.
    """
    assert build.objective is not None
    table, matrix = build.objective.table, compile_matrix(build)
    cost = table["coefficient"].to_numpy(dtype=float)
    found = []
    for name, members in groups_of(ranges).items():
        moves = []
        for end in (HIGH_SHARE, LOW_SHARE):
            data = varied([(one.name, end) for one in members])
            moved = rebuild(build, data)
            if moved is None or moved.objective is None or any(data.weight(year) != build.data.weight(year) for year in build.data.all_years):
                break
            other, own = compile_matrix(moved), moved.objective.table
            if not same_shape(matrix, other) or Changes(matrix, other).moves_plan or not np.array_equal(own["position"].to_numpy(), table["position"].to_numpy()):
                break
            moves.append(own["coefficient"].to_numpy(dtype=float) - cost)
        terms = np.flatnonzero(np.logical_or.reduce([move != 0.0 for move in moves])) if moves else np.zeros(0, dtype=np.int64)
        if len(moves) == len((HIGH_SHARE, LOW_SHARE)) and (table["position"].to_numpy(dtype=np.int64)[terms] >= 0).any():
            up, down = (move[terms] for move in moves)
            size = np.abs(cost[terms])
            shares = np.maximum(np.abs(up), np.abs(down))[size > 0.0] / size[size > 0.0]
            found.append(CostGroup(name, terms, up, down, float(shares.max()) if len(shares) else np.nan))
    return found


def cost_groups(build: Build, deviation: float) -> list[CostGroup]:
    """The items of spending of a model, each ``deviation`` (a share) of itself up or down, in the order in which they are posted."""
    assert build.objective is not None
    table = build.objective.table
    penalty = np.zeros(build.size, dtype=bool)
    for family in build.families.values():
        penalty[family.positions] = family.spec.penalty
    position = table["position"].to_numpy(dtype=np.int64)
    cost = table["coefficient"].to_numpy(dtype=float)
    counts = np.where(position >= 0, ~penalty[np.maximum(position, 0)], True) & (cost != 0.0)
    component = table["component"].to_numpy(dtype=object)
    found = []
    for name in dict.fromkeys(component[counts]):
        terms = np.flatnonzero(counts & (component == name))
        if (position[terms] >= 0).any():  # what nothing decides is the same for every plan
            found.append(CostGroup(str(name), terms, deviation * cost[terms], -deviation * cost[terms], deviation))
    return found
