"""Captured carbon in the report: what is captured is stored.

Limits: all captures and all stores of a region together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ....core.build.roles import closed
from ....core.declare.results import Identity
from ....core.solve.sides import Sides, Tables, compare, sums

if TYPE_CHECKING:
    from ....core.solve.solution import Solution


def captured_is_stored(tables: Tables, solution: Solution) -> list[Sides]:
    """No more is captured than is stored, whichever lever stores it."""
    if not closed(solution.build, "co2_storage"):
        return []
    carbon, posted = tables["carbon"], solution.balance("co2_storage")
    captured = sums(carbon[carbon["account"] == "captured"], ["region", "year"])
    stored = sums(posted[posted["value"] > 0.0], ["region", "year"]).reindex(captured.index).fillna(0.0)
    return [compare(captured, np.minimum(captured, stored))]


IDENTITIES = (
    Identity("captured_is_stored", "What is captured is stored", "捕集量等于封存量", captured_is_stored),
)
