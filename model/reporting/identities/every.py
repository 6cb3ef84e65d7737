"""What every plan is held to, recomputed from the written tables: land, forest, carbon, water, power, money, objective.

Each identity compares two sides row by row; its error is the largest |left - right| / max(1, largest term of the row).
A run that breaks one is an error of the program, whatever its report says.

Limits: parameters (lengths of periods, densities, losses) come from the input; what was decided and what follows from
it comes from the tables alone. The totals of the strict account are those of the solver.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...core.build import registry
from ...core.declare.results import Identity
from ...core.solve.sides import Tables
from ...core.solve.solution import Solution
from . import checks


class IdentityError(Exception):
    """A plan breaks identities; ``broken`` lists them with their errors, ``folder`` is where the tables were kept."""

    def __init__(self, broken: list[dict[str, Any]], folder: str = "") -> None:
        self.broken = broken
        self.folder = folder
        names = ", ".join(f"{b['name']} (error {b['largest_error']:.3g}, tolerance {b['tolerance']:g})" for b in broken)
        super().__init__(f"broken identities: {names}" + (f"; tables kept in {folder}" if folder else ""))


def identities() -> tuple[Identity, ...]:
    """Every identity: those of levers and closing modules, then those across levers."""
    return (*registry.identities(), *checks.IDENTITIES)


def check_identities(tables: Tables, solution: Solution, chosen: Iterable[Identity] | None = None) -> list[dict[str, Any]]:
    """Every identity of the plan, or those ``chosen``: name, largest_error, tolerance, ok. ``tables`` as read back from the CSV files."""
    found = []
    for identity in identities() if chosen is None else chosen:
        error = max((sides.error() for sides in identity.check(tables, solution)), default=0.0)
        found.append({"name": identity.name, "largest_error": error, "tolerance": identity.tolerance, "ok": bool(error <= identity.tolerance)})
    return found
