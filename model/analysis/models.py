"""The models of one workbook with some cells changed: built by the reader's own rules, only the parts that read a change.

Limits: a few states are remembered; the time is that of computing, so that other programs do not change the answer.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping

import numpy as np

from ..core.build.assemble import assemble
from ..core.build.build import Build
from ..core.build.rebuild import rebuild
from ..core.cellnumbers import Desk, Place
from ..core.declare.spec import InputError
from ..core.ledger import PostError
from .candidates import State, contradiction, state_of
from .conflict import ROUNDING, Certificate, gap
from .ruled import ruled
from .suspects import expectations, row_factors

#: Other programs may slow the search down so many times before it is cut short.
MOST_LOAD = 3.0
#: Built states that are kept: a candidate is looked at several times in a row.
REMEMBERED = 4


class Models:
    """An infeasible model, its first contradiction, and the numbers of its workbook with what is expected of each."""

    def __init__(self, build: Build, desk: Desk, seconds: float) -> None:
        self.desk = desk
        self.began = time.process_time(), time.perf_counter()
        self.base = state_of(build)
        self.limits = ruled(self.base.build, self.base.matrix)
        self.certificates: list[Certificate] = []
        first = contradiction(self.base, MOST_LOAD * seconds, self.limits.soft(self.base.matrix), has_none=True)
        if isinstance(first, Certificate):
            self.certificates.append(first)
        # a wide contradiction takes long to find: the search for cells has its own time
        self.end = time.process_time() + seconds
        self.numbers = desk.numbers()
        self.expected = expectations(self.numbers)
        self.rows_expected = row_factors(self.numbers)
        self.by_address = {(c.sheet, c.address): c for c in self.numbers if c.address}
        #: States built last, by their changes.
        self.known: dict[tuple[tuple[Place, object], ...], State | None] = {}

    @property
    def left(self) -> float:
        """Seconds of own computing left: what other programs do on the machine must not change the answer."""
        return self.end - time.process_time()

    @property
    def allowed(self) -> float:
        """Seconds on the wall, which the solver counts, for the computing time that is left: as many more as other programs took so far."""
        computing, wall = time.process_time() - self.began[0], time.perf_counter() - self.began[1]
        load = min(max(1.0, wall / computing), MOST_LOAD) if computing > 0 else 1.0
        return max(1.0, self.left) * load

    def changed(self, changes: Mapping[Place, object]) -> State | None:
        """The model with these cells changed; None where the reader or a lever refuses. The last few are remembered."""
        key = tuple(changes.items())
        if key not in self.known:
            while len(self.known) >= REMEMBERED:
                del self.known[next(iter(self.known))]
            self.known[key] = self._built(changes)
        return self.known[key]

    def _built(self, changes: Mapping[Place, object]) -> State | None:
        data = self.desk.with_changes(changes)
        if data is None:
            return None
        try:
            build = rebuild(self.base.build, data)
            return state_of(build if build is not None else assemble(data))
        except (PostError, InputError, KeyError, ValueError):
            return None  # a table that no longer fits the others: not a number to suggest

    def comparable(self, state: State) -> bool:
        """Whether a state has the rows and columns of the base, so that weights of the one mean the same in the other."""
        return state.matrix.row_family == self.base.matrix.row_family and np.array_equal(state.matrix.column_position, self.base.matrix.column_position)

    def gap(self, state: State, certificate: Certificate) -> float:
        """What is left of a contradiction in a state; a model with other rows is judged by itself, not by old weights."""
        if not certificate.weight.any():
            return state.impossible
        if state.impossible:
            return math.inf
        if not self.comparable(state):
            return math.nan
        return gap(state.model, certificate.weight) - ROUNDING
