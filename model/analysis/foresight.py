"""Which cells may be wrong, the likeliest first, as far as one contradiction tells: foreseen, nothing is built here.

The weight of a limit says what a unit of its cell is worth (``ruled``), so the number at which the gap closes is known
beforehand. Beside the limits stand their rows, columns and tables by one factor, columns of zeros, units, and the numbers
behind the rows of the contradiction that are no limits, by sheet.

Limits: what is foreseen is a first guess; the search builds the model with it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import pandas as pd

from ..core.build import registry
from ..core.build.build import Build
from ..core.cellnumbers import CellNumber, Desk, Place
from ..core.ledger import Post
from ..core.solve.limits import YEAR_ONLY
from .candidates import LIMIT_FIRST, OF_A_ZERO, Candidate, aim, cost
from .models import Models
from .ruled import slopes

#: In a conflict that takes in most of the model nearly every number has a part: only what stands out more than any number of
#: a sound workbook does (a factor of 40) is tried before the limits that give way first.
WIDE, OUT_OF_WIDE, GAVE_WAY = 1000, 3.75, 4.0
#: A unit that is not that of the guide is looked at first.
UNIT_FIRST = -20.0
#: Numbers that fit their neighbours and move the contradiction: so many of a sheet are tried.
MOST_OTHERS = 12


class Foresight(Models):
    """The candidates of the first contradiction."""

    def __init__(self, build: Build, desk: Desk, seconds: float) -> None:
        super().__init__(build, desk, seconds)
        #: Cells behind the rows of the contradiction that are no limits of it, by sheet.
        self.others: dict[str, list[Candidate]] = {}

    def candidates(self) -> list[Candidate]:
        """Limits of the contradiction, their rows and columns, and units: cells to try, the least cost foreseen first."""
        tables, words = self._behind_rows()
        self.others.clear()
        domain = self._domains()
        found = [Candidate((unit,), "unit", UNIT_FIRST) for unit in self.desk.odd_units() if unit.sheet in tables]
        steep = self._slopes()
        whole = self.gap(self.base, self.certificates[0]) if self.certificates[0].weight.any() else math.nan
        for cell in self.numbers:
            known = self.expected.get(cell.place)
            one = Candidate((cell,), "cell", math.inf, known)
            if cell.place in steep:
                one.foreseen = cell.number - whole / steep[cell.place]
                # where no row has a decision nothing is foreseen: the number is looked for
                if not one.foreseen * cell.number < 0:
                    one.prior = cost(one, aim(one)) - LIMIT_FIRST - (GAVE_WAY if cell.place in self.gave_way else 0.0)
                    found.append(one)
            elif cell.sheet in tables and self._fits(cell, words, domain):
                one.prior = -known.oddness if known is not None else 0.0
                self.others.setdefault(cell.sheet, []).append(one)
        found.extend(self._groups(steep, whole))
        found.extend(self._zeros(steep, words, domain))
        return sorted(found, key=lambda c: c.prior)

    def _behind_rows(self) -> tuple[set[str], set[str]]:
        """Tables behind the rows of the first contradiction, and words of the keys of these rows."""
        build, matrix, certificate = self.base.build, self.base.matrix, self.certificates[0]
        by_weight = bool(certificate.weight.any())
        pairs = [(matrix.row_family[i], int(matrix.row_index[i])) for i in certificate.rows] if by_weight else list(build.impossible)
        rows: dict[str, list[int]] = {}
        for name, row in pairs:
            rows.setdefault(name, []).append(row)
        words = {str(word) for name, at in rows.items() for record in build.rows[name][0].iloc[at].itertuples(index=False) for word in record}
        tables: set[str] = set()
        closing = {module.name for module in registry.closings()}
        for part in build.parts.values():
            if any(name in rows for name in part.rows) or any(self._posts_there(post, rows) for post in part.posts):
                tables.update(part.reads)
                if any(name in rows for name in part.rows) and part.name in closing:
                    # what closes the model sums up what all levers posted
                    tables.update(name for other in build.parts.values() if other.posts for name in other.reads)
        return tables, words

    def _posts_there(self, post: Post, rows: Mapping[str, list[int]]) -> bool:
        """Whether a post has an entry in a row of the contradiction."""
        name = f"balance_{post.balance}"
        if name not in rows:
            return False
        keys = self.base.build.rows[name][0].iloc[rows[name]]
        wanted = set(keys.astype(str).agg("|".join, axis=1))
        there = pd.DataFrame({c: np.asarray(post.frame[c]) for c in keys.columns}).astype(str).agg("|".join, axis=1)
        return bool(there.isin(wanted).any())

    def _slopes(self) -> dict[Place, float]:
        """By how much the gap grows with one unit more in each cell that rules a limit of the contradiction."""
        certificate = self.certificates[0]
        if not certificate.weight.any():
            # rows without any decision fail: their cells are known, what they are worth is not
            limits = {(s, c) for block in self.base.build.limits if block.name in {n for n, _ in self.base.build.impossible} for s, c in zip(block.sheets, block.cells, strict=True)}
            return {self.by_address[at].place: math.nan for at in limits if at in self.by_address}
        found = slopes(self.base.build, self.base.matrix, self.base.model, self.limits, certificate.weight, self.by_address)
        return {place: slope for place, slope in found.items() if slope}

    @cached_property
    def gave_way(self) -> set[Place]:
        """Cells of the limits that gave way, in a conflict that takes in most of the model."""
        first = self.certificates[0] if self.certificates else None
        if first is None or len(first.rows) <= WIDE:
            return set()
        at = [i for i, target in enumerate(self.limits.target.tolist()) if not self.limits.is_bound[i] and first.missed[target]]
        cells = (self.by_address.get((self.limits.sheet[i], self.limits.cell[i])) for i in at)
        return {cell.place for cell in cells if cell is not None}

    @cached_property
    def aimed(self) -> dict[Place, float]:
        """Cells of the targets, each with the way in which it gives way (+1 upwards, -1 downwards); what takes in most of the model first."""
        limits, model = self.limits, self.base.model
        width = np.diff(model.table.indptr)
        rows = [i for i in np.flatnonzero(~limits.is_bound).tolist() if limits.block[i].is_target and limits.block[i].nets != YEAR_ONLY]
        found: dict[Place, float] = {}
        for i in sorted(rows, key=lambda i: -width[limits.target[i]]):
            cell = self.by_address.get((limits.sheet[i], limits.cell[i]))
            # where the cell only names the year there is no number that could give way
            if cell is not None:
                found[cell.place] = float(limits.turn[i]) * (1.0 if np.isfinite(model.high[limits.target[i]]) else -1.0)
        return found

    def aims(self) -> list[Candidate]:
        """The targets, each a step away from where it stands, for a contradiction that is not known."""
        at = {c.place: c for c in self.numbers}
        cells = [at[place] for place in self.aimed]
        return [Candidate((c,), "cell", 0.0, self.expected.get(c.place), foreseen=c.number + self.aimed[c.place] * (abs(c.number) or 1.0)) for c in cells]

    def _groups(self, steep: Mapping[Place, float], whole: float) -> list[Candidate]:
        """Rows, columns and tables of which some cells are limits of the contradiction: one factor for all, or one number for zeros."""
        groups: dict[tuple[str, str, int], list[CellNumber]] = {}
        for cell in self.numbers:
            for key in _group_keys(cell):
                groups.setdefault(key, []).append(cell)
        found = []
        for key in dict.fromkeys(key for cell in self.numbers if cell.place in steep for key in _group_keys(cell)):
            some = tuple(c for c in groups[key] if c.number != 0)
            if len(some) > 1:
                slope = sum(steep.get(c.place, 0.0) * c.number for c in some)
                one = Candidate(some, key[1], math.inf, self.rows_expected.get((key[0], some[0].row)) if key[1] == "row" else None)
                one.foreseen = 1.0 - whole / slope if slope else math.nan
                if not one.foreseen <= 0:
                    one.prior = cost(one, aim(one)) - LIMIT_FIRST
                    found.append(one)
            elif not some and len(groups[key]) > 1:
                slope = sum(steep.get(c.place, 0.0) for c in groups[key])
                one = Candidate(tuple(groups[key]), "zeros", -OF_A_ZERO, foreseen=-whole / slope if slope else math.nan)
                if not one.foreseen <= 0:
                    found.append(one)
        return found

    def _zeros(self, steep: Mapping[Place, float], words: set[str], domain: Mapping[tuple[str, str], set[str]]) -> list[Candidate]:
        """Columns that hold nothing but zeros, of any sheet: where nothing is to be had there may be no row to weigh."""
        columns: dict[tuple[str, int], list[CellNumber]] = {}
        for cell in self.numbers:
            if cell.year is None:
                columns.setdefault((cell.sheet, cell.column), []).append(cell)
        return [
            Candidate(tuple(cells), "zeros", -OF_A_ZERO)
            for cells in columns.values()
            if len(cells) > 1 and not any(c.number or c.place in steep for c in cells) and any(self._fits(c, words, domain) for c in cells)
        ]

    def rows_of(self, members: Sequence[Candidate]) -> list[Candidate]:
        """The rows of years of these cells, each by one factor."""
        touched = dict.fromkeys(c.cells[0].place[:2] for c in members if isinstance(c.cells[0], CellNumber) and c.cells[0].year is not None)
        rows: dict[tuple[str, int], list[CellNumber]] = {}
        for cell in self.numbers:
            if cell.place[:2] in touched and cell.number:
                rows.setdefault(cell.place[:2], []).append(cell)
        made = [Candidate(tuple(cells), "row", 0.0, self.rows_expected.get(at)) for at, cells in rows.items() if len(cells) > 1]
        made.sort(key=lambda c: -c.expected.oddness if c.expected is not None else 0.0)
        return made[:MOST_OTHERS]

    def _domains(self) -> dict[tuple[str, str], set[str]]:
        found: dict[tuple[str, str], set[str]] = {}
        for cell in self.numbers:
            for name, word in cell.keys.items():
                found.setdefault((cell.sheet, name), set()).add(word)
        return found

    def _fits(self, cell: CellNumber, words: set[str], domain: Mapping[tuple[str, str], set[str]]) -> bool:
        """Whether the keys of a cell can have to do with rows that carry these words."""
        for name, word in cell.keys.items():
            if word and domain[cell.sheet, name] & words and word not in words:
                return False
        return cell.year is None or str(cell.year) in words or not any(w.isdigit() for w in words)


def _group_keys(cell: CellNumber) -> list[tuple[str, str, int]]:
    """The groups in which a cell may be wrong by one factor: row and table of years, or column."""
    if cell.year is None:
        return [(cell.sheet, "column", cell.column)]
    return [(cell.sheet, "row", cell.row), (cell.sheet, "table", 0)]
