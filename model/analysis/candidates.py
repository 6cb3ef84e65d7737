"""What a search for the cells to change holds: candidates, the models built with them changed, and what is suggested in the end.

Limits: the time that a contradiction may take is the caller's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..core.build import Build
from ..core.cellnumbers import CellNumber, Place, UnitCell
from ..core.matrix import Matrix, compile_matrix
from ..core.scaling import unit_scaling
from .conflict import ROUNDING, Certificate, Scaled, Soft, certify, contradiction_by_arithmetic, gap, has_plan, scaled
from .suspects import Expected

#: A number is suggested with so many digits, or as many more as it takes to stay on the safe side.
DIGITS = 3
#: No double has more digits that say something; what rounding may add to a change.
MOST_DIGITS, ROUNDING_SHARE = 12, 0.01


@dataclass(frozen=True)
class Suggestion:
    """Change ``cells`` from ``before`` to ``after`` (numbers as in the cells, or units); ``least`` is what is needed of one cell."""

    cells: tuple[CellNumber | UnitCell, ...]
    before: tuple[object, ...]
    after: tuple[object, ...]
    cost: float
    verified: bool
    kind: str
    least: float = math.nan
    expected: float = math.nan

    @property
    def changes(self) -> dict[Place, object]:
        """Place -> what to write there."""
        return {cell.place: after for cell, after in zip(self.cells, self.after, strict=True)}


@dataclass(frozen=True)
class State:
    """A model built from changed data: its matrix in the solver's scales, and the amount by which empty rows fail."""

    build: Build
    matrix: Matrix
    model: Scaled
    impossible: float


@dataclass
class Candidate:
    """Cells that change together by one factor, zeros that become one number, one cell, or unit cells.

    ``kind``: cell, row, column, table, zeros or unit; ``prior`` is the cost foreseen, the likeliest mistake lowest.
    """

    cells: tuple[CellNumber | UnitCell, ...]
    kind: str
    prior: float
    expected: Expected | None = None
    guess: float = math.nan
    closed: float = math.nan
    #: The number or factor at which the gap should close, where it is foreseen without building.
    foreseen: float = math.nan


def state_of(build: Build) -> State:
    """The state of a finished build."""
    matrix = compile_matrix(build)
    failing = 0.0
    for name, row in build.impossible:
        rows = build.blocks.get(name)
        if rows is not None:
            failing += max(0.0, float(rows.lower[row]) if np.isfinite(rows.lower[row]) else 0.0, -float(rows.upper[row]) if np.isfinite(rows.upper[row]) else 0.0)
    return State(build, matrix, scaled(matrix, unit_scaling(build, matrix)), failing)


def contradiction(state: State, seconds: float, soft: Soft | None = None, has_none: bool = False) -> Certificate | str | None:
    """A contradiction of the state: by arithmetic where it shows, else among the limits, else among all rows.

    ``has_none``: it is known that the state has no plan, nobody has to ask.
    """
    if state.build.impossible:
        nothing = np.zeros(len(state.model.low))
        return Certificate(nothing, nothing)
    rows = contradiction_by_arithmetic(state.model)
    if rows is not None and len(rows):
        found = certify(state.model, seconds, rows)
        if isinstance(found, Certificate):
            return found
    if not has_none and has_plan(state.model, seconds):
        return None
    if soft is not None:
        found = certify(state.model, seconds, soft=soft)
        if isinstance(found, Certificate) and gap(state.model, found.weight) > ROUNDING:
            return found
    return certify(state.model, seconds)


def rounded_away(number: float, start: float) -> float:
    """The number with few digits, rounded away from ``start`` so that what it closes stays closed."""
    if number == start or number == 0 or not math.isfinite(number):
        return number
    digits = DIGITS
    while True:
        unit = 10.0 ** (math.floor(math.log10(abs(number))) + 1 - digits)
        made = (math.ceil(number / unit) if number > start else math.floor(number / unit)) * unit
        made = float(f"{made:.{digits + 1}g}")
        # the rounding may add a hundredth of the change, no more
        if abs(made - number) <= ROUNDING_SHARE * abs(number - start) or digits > MOST_DIGITS:
            return made
        digits += 1
