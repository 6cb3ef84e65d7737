"""An irreducible contradiction: rows that have no plan together, of which none can be left out.

Rows are taken away while the rest still has no plan: first those that arithmetic does not need (``contradiction_by_arithmetic``)
or, where it finds nothing, years, places and families; of what is left one row after the other. Whether a large part has a plan is
asked of the solver's presolve alone, which answers in a moment where it answers at all; what it does not see as impossible stays
in. Fewer rows only allow more: what is impossible for the part is impossible for the model.

Limits: a contradiction that only the simplex method finds (a target for the whole model, mostly) is not narrowed, and when time is
over, what is left may hold rows that could be left out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..core.build.build import Build
from ..core.solve.matrix import Matrix
from .conflict import Scaled, contradiction_by_arithmetic, has_plan, is_impossible, part

Flags = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]
#: A part with more rows is not taken apart row by row; seconds that the solver may take for one of them.
MOST_ROWS, PATIENCE = 2000, 5.0
Test = Callable[[Flags], bool]


def narrowed(build: Build, matrix: Matrix, model: Scaled, seconds: float) -> Integers | None:
    """The rows of a part without a plan, as few as there was time for; None where neither arithmetic nor presolve sees that there is none."""
    end = time.process_time() + seconds
    rows = contradiction_by_arithmetic(model)
    kept = np.zeros(matrix.shape[0], dtype=bool)
    if rows is not None and len(rows):
        kept[rows] = True
    else:
        kept[:] = True
        if not is_impossible(model, np.flatnonzero(kept)):
            return None
        for groups in _marks(build, matrix):
            kept = _fewer(kept, groups, lambda some: is_impossible(model, np.flatnonzero(some)), end)
    if kept.sum() <= MOST_ROWS:
        single = [np.arange(len(kept)) == row for row in np.flatnonzero(kept)]
        kept = _fewer(kept, single, lambda some: has_plan(part(model, np.flatnonzero(some)), PATIENCE) is False, end)
    return np.flatnonzero(kept)


def _marks(build: Build, matrix: Matrix) -> Sequence[list[Flags]]:
    """For each way to take a model apart the rows that carry each word: years from the last on, then places, then families."""
    family = np.array(matrix.row_family)
    years: dict[str, Flags] = {}
    places: dict[str, Flags] = {}
    known = set(build.data.regions)
    for name in dict.fromkeys(matrix.row_family):
        at = np.flatnonzero(family == name)
        frame = build.rows[name][0].iloc[matrix.row_index[at]]
        for column in frame.columns:
            words = frame[column].astype(str).to_numpy()
            for word in pd.unique(words):
                groups = years if column == "year" else places if word in known else None
                if groups is not None:
                    groups.setdefault(word, np.zeros(len(family), dtype=bool))[at[words == word]] = True
    families = [family == name for name in dict.fromkeys(matrix.row_family)]
    return [years[word] for word in sorted(years, reverse=True)], [places[word] for word in sorted(places)], families


def _fewer(kept: Flags, groups: list[Flags], fails: Test, end: float) -> Flags:
    """Take away groups of rows, many at once, then halves of them, as long as the rest has no plan."""
    open_ = [list(range(len(groups)))]
    while open_ and time.process_time() < end:
        some = open_.pop(0)
        without = kept & ~np.logical_or.reduce([groups[i] for i in some])
        if without.sum() == kept.sum():
            continue
        if not without.any() or not fails(without):
            if len(some) > 1:
                half = len(some) // 2
                open_ += [some[:half], some[half:]]
            continue
        kept = without
    return kept
