"""What a search for the cells to change holds: candidates, what changing them costs, the models built with them changed, and what is suggested.

Limits: the time that a contradiction may take is the caller's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..core.build.build import Build
from ..core.cellnumbers import CellNumber, Place, UnitCell
from ..core.solve.matrix import Matrix, compile_matrix
from ..core.solve.scaling import unit_scaling
from .conflict import ROUNDING, Certificate, Scaled, Soft, certify, gap, has_plan, is_large, scaled
from .narrow import narrowed
from .suspects import Expected

#: Step by which a cell is moved to see whether and which way it counts.
STEP = 0.05
#: More is added to the change than rounding could take away.
MARGIN = 1e-3
#: What changing more than one cell counts against a suggestion: as much as one cell by a factor of e for each doubling.
MANY = 0.5
#: A whole row, column or table that is wrong by a power of ten is one mistake, however many numbers it spoils.
POWERS_OF_TEN = (10.0, 100.0, 1000.0, 0.1, 0.01, 0.001)
SLIP_OF_UNIT, SLIP_MANY, SMALLEST_SLIP = 4.0, 0.1, math.log(3.0)
#: Oddness from which a cell outside the limits of the contradiction is looked at (a factor of 1.6).
STANDS_OUT = 0.5
#: To give up a zero that fits its neighbours, or to write one, is as much as a thousand times; and nothing but zeros, where
#: something is limited or supplied, stand out as much.
OF_A_ZERO = math.log(1000.0)
#: Oddness from which a zero counts as one that should not be there: tables hold many true zeros.
CLEAR_ZERO = 3.0
#: A number from a report is changed less easily than an estimate, by a factor of e.
REPORTED, OF_A_REPORT = "reported", 1.0
#: A limit of the contradiction goes before a cell that stands out as much but is no limit.
LIMIT_FIRST = 1.0
#: A number is suggested with so many digits, or as many more as it takes to stay on the safe side.
DIGITS = 3
#: Said of a model whose contradiction takes in most of it and is too long to weigh: the caller has other ways.
TOO_LARGE = "too large"
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
    """A contradiction of the state: of a small part where there is one, else among the limits, else among all rows.

    ``has_none``: it is known that the state has no plan, nobody has to ask. A text where nothing was found in time.
    """
    if state.build.impossible:
        nothing = np.zeros(len(state.model.low))
        return Certificate(nothing, nothing)
    rows = narrowed(state.build, state.matrix, state.model, seconds)
    if rows is not None:
        for giving in (soft, None):
            found = certify(state.model, seconds, rows, giving)
            if isinstance(found, Certificate) and gap(state.model, found.weight) > ROUNDING:
                return found
    if not has_none and has_plan(state.model, seconds):
        return None
    if is_large(state.model):
        return TOO_LARGE
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


def values(candidate: Candidate, size: float) -> dict[Place, object]:
    """The changes of a candidate for the number ``size`` of its one cell, or the factor of its cells."""
    if candidate.kind == "unit":
        return {c.place: c.declared for c in candidate.cells if isinstance(c, UnitCell)}
    if candidate.kind in ("cell", "zeros"):
        return {c.place: size for c in candidate.cells}
    return {c.place: c.number * size for c in candidate.cells if isinstance(c, CellNumber)}


def start(candidate: Candidate) -> tuple[float, list[float]]:
    """The number (factor) as it stands, and numbers to try first: the expected one, the one foreseen, a step to each side."""
    now = 0.0 if candidate.kind == "zeros" else 1.0
    if candidate.kind == "cell":
        cell = candidate.cells[0]
        assert isinstance(cell, CellNumber)
        now = cell.number
    known, tries = candidate.expected, []
    if known is not None and known.oddness > STANDS_OUT and known.number:
        tries.append(known.number)
    if math.isfinite(candidate.foreseen) and candidate.foreseen != now:
        tries.append(candidate.foreseen + MARGIN * (candidate.foreseen - now))
    tries += [now * (1.0 + STEP), now * (1.0 - STEP)] if now else [1.0]
    return now, tries


def aim(candidate: Candidate) -> float:
    """The number that will be written as far as it is foreseen: the expected one where that is beyond what is needed."""
    needed, known = candidate.foreseen, candidate.expected
    now = start(candidate)[0]
    if known is not None and known.oddness > STANDS_OUT and (math.isnan(needed) or (needed - now) * (known.number - needed) > 0):
        return known.number
    if candidate.kind in ("row", "column", "table") and not math.isnan(needed) and (known is None or known.oddness <= STANDS_OUT):
        # many numbers by one factor are wrong by their unit: ten, a hundred, a thousand times
        beyond = [f for f in POWERS_OF_TEN if (f - needed) * (needed - 1.0) > 0]
        if beyond and abs(math.log(needed)) > SMALLEST_SLIP:
            return min(beyond, key=lambda f: abs(math.log(f)))
    return needed


def cost(candidate: Candidate, size: float) -> float:
    """How hard a change is: how odd it leaves the workbook, and more where all its numbers are reported, not estimated."""
    reported = all(isinstance(c, CellNumber) and c.quality == REPORTED for c in candidate.cells)
    return _oddness_after(candidate, size) + (OF_A_REPORT if reported else 0.0)


def _oddness_after(candidate: Candidate, size: float) -> float:
    """How odd the change leaves the workbook, compared with before: negative where it comes back among its neighbours."""
    known = candidate.expected
    if candidate.kind == "unit":
        return -LIMIT_FIRST
    if candidate.kind == "zeros":
        return -OF_A_ZERO
    if math.isnan(size):
        return 0.0
    if candidate.kind != "cell":
        if known is not None and known.oddness > STANDS_OUT:
            return abs(math.log(size / known.number)) - known.oddness
        by_factor = abs(math.log(size)) + MANY * math.log2(len(candidate.cells))
        return min(by_factor, SLIP_OF_UNIT + SLIP_MANY * math.log2(len(candidate.cells))) if size in POWERS_OF_TEN else by_factor
    cell = candidate.cells[0]
    assert isinstance(cell, CellNumber)
    odd = known.oddness if known is not None else 0.0
    if cell.number == 0 or size == 0:
        return -odd if odd > (CLEAR_ZERO if cell.number == 0 else STANDS_OUT) else OF_A_ZERO
    if size / cell.number <= 0:
        return math.inf
    if known is None or known.number == 0:
        return abs(math.log(size / cell.number))
    return abs(math.log(size / known.number)) - odd
