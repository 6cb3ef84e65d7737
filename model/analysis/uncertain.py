"""Which costs are uncertain, in groups that move together, and by how much: one place, whatever the source of it.

A group is an item of spending as the levers post it (``wind_cost``, ``fuel_coal``): all of it, in every region and year, is dearer or cheaper
by one factor. Each may be off by the same share, up or down. Penalties (a target missed, power unserved) are prices of the workbook, no
uncertain costs.

Limits: shares and groups are a rule without data; a sheet that says for each row of input how far it may be off is to replace it here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..core.build.build import Build


@dataclass(frozen=True)
class CostGroup:
    """Terms of the objective (rows of its table) that move together, and by which share at most."""

    name: str
    terms: npt.NDArray[np.int64]
    deviation: float


def cost_groups(build: Build, deviation: float) -> list[CostGroup]:
    """The uncertain costs of a model, each ``deviation`` (a share) of itself up or down, in the order in which they are posted."""
    assert build.objective is not None
    table = build.objective.table
    penalty = np.zeros(build.size, dtype=bool)
    for family in build.families.values():
        penalty[family.positions] = family.spec.penalty
    position = table["position"].to_numpy(dtype=np.int64)
    counts = np.where(position >= 0, ~penalty[np.maximum(position, 0)], True) & (table["coefficient"].to_numpy(dtype=float) != 0.0)
    component = table["component"].to_numpy(dtype=object)
    found = []
    for name in dict.fromkeys(component[counts]):
        terms = np.flatnonzero(counts & (component == name))
        if (position[terms] >= 0).any():  # what nothing decides is the same for every plan
            found.append(CostGroup(str(name), terms, deviation))
    return found
