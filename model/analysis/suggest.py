"""Which cells to change, and to what, so that a plan exists: found by changing them and building the model again.

A contradiction (``conflict.Certificate``) says by how much its weighted rows ask for too much. A cell takes part when that
gap moves as the cell is changed; the number at which the gap closes is what the cell must become. The answer is tried on
the whole model; where another contradiction remains, the number must close that gap too. So a suggestion is never
a guess: the model with it was built, by the reader's own rules, and has a plan.

Suggestions are ranked by how odd they leave the workbook: the logarithm of the ratio of the new number to what its
neighbours let expect, less that of the old number. A number that stands out and comes back among its neighbours is
first; between numbers that fit, the smaller relative change wins; one cell comes before many.

Limits: one cell, the cells of one row or of one column by one factor, or a unit; within a time budget, the oddest first.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ..core.assemble import assemble
from ..core.build import Build
from ..core.cellnumbers import CellNumber, Desk, Place, UnitCell
from ..core.ledger import Post, PostError
from ..core.rebuild import rebuild
from ..core.spec import InputError
from .candidates import Candidate, State, Suggestion, contradiction, rounded_away, state_of
from .conflict import ROUNDING, Certificate, gap
from .suspects import expectations

#: Step by which a cell is moved to see whether and which way it counts.
STEP = 0.05
#: Corrections of a number until the gap is closed, and contradictions that one suggestion may meet on its way.
MOST_CORRECTIONS, MOST_CONTRADICTIONS = 5, 5
#: More is added to the change than rounding could take away.
MARGIN = 1e-3
#: What changing more than one cell counts against a suggestion: as much as one cell by a factor of e for each doubling.
MANY = 0.5
#: Oddness from which a cell outside the limits of the contradiction is looked at (a factor of 1.6).
STANDS_OUT = 0.5
#: A unit that is not that of the guide is looked at first.
UNIT_FIRST = 20.0
#: A group of cells is looked at after a cell of the same share.
GROUP_LATER = 0.1
#: Limits, rows, columns and units that are tried, and other cells of a sheet: each costs a build of the parts that read it.
MOST_LIMITS, MOST_OTHERS = 16, 12
#: Alternatives that are looked at once a number that stands out was found and proven.
MOST_AFTER = 3
#: Of the time, what is left for proofs on the whole model.
SEARCH_SHARE = 0.5
#: A row or bound with less of the contradiction moves nothing.
LEAST_SHARE = 1e-6
#: A limit of the contradiction goes before a cell that stands out as much but is no limit.
LIMIT_FIRST = 1.0


class Search:
    """Looks for suggestions for one infeasible model."""

    def __init__(self, build: Build, desk: Desk, seconds: float) -> None:
        self.desk, self.end = desk, time.process_time() + seconds
        self.base = state_of(build)
        self.certificates: list[Certificate] = []
        self.wrong = ""
        first = contradiction(self.base, seconds)
        if isinstance(first, Certificate):
            self.certificates.append(first)
        else:
            self.wrong = first or "feasible"
        # a wide contradiction takes long to find: the search for cells has its own time
        self.end = time.process_time() + seconds
        self.numbers = desk.numbers()
        #: Cells behind the rows of the contradiction that are no limits of it, by sheet.
        self.others: dict[str, list[Candidate]] = {}
        self.expected = expectations(self.numbers)
        self.by_address = {(c.sheet, c.address): c for c in self.numbers if c.address}

    @property
    def left(self) -> float:
        """Seconds of own computing left: what other programs do on the machine must not change the answer."""
        return self.end - time.process_time()

    def changed(self, changes: Mapping[Place, object]) -> State | None:
        """The model with these cells changed; None where the reader or a lever refuses."""
        data = self.desk.with_changes(changes)
        if data is None:
            return None
        try:
            build = rebuild(self.base.build, data)
            return state_of(build if build is not None else assemble(data))
        except (PostError, InputError, KeyError, ValueError):
            return None  # a table that no longer fits the others: not a number to suggest

    def gap(self, state: State, certificate: Certificate) -> float:
        """What is left of a contradiction in a state; a model with other rows is judged by itself, not by old weights."""
        if not certificate.weight.any():
            return state.impossible
        same = state.matrix.row_family == self.base.matrix.row_family and np.array_equal(state.matrix.column_position, self.base.matrix.column_position)
        if state.impossible:
            return math.inf
        if not same:
            return math.nan
        return gap(state.model, certificate.weight) - ROUNDING

    # ------------------------------------------------------------------ which cells

    def involved(self) -> tuple[dict[Place, float], set[str], set[str]]:
        """Cells of limits in the first contradiction with their share of it, tables behind its rows, and words of its keys."""
        build, matrix, certificate = self.base.build, self.base.matrix, self.certificates[0]
        by_weight = bool(certificate.weight.any())
        pairs = [(matrix.row_family[i], int(matrix.row_index[i])) for i in certificate.rows] if by_weight else list(build.impossible)
        rows: dict[str, list[int]] = {}
        for name, row in pairs:
            rows.setdefault(name, []).append(row)
        words = {str(word) for name, at in rows.items() for record in build.rows[name][0].iloc[at].itertuples(index=False) for word in record}
        tables: set[str] = set()
        for part in build.parts.values():
            if any(name in rows for name in part.rows) or any(self._posts_there(post, rows) for post in part.posts):
                tables.update(part.reads)
        row_share, column_share = self._shares()
        cells: dict[Place, float] = {}
        for block in build.limits:
            if block.kind == "variable":
                shares = [column_share.get(build.families[block.name].start + i, 0.0) for i in range(len(block.frame))]
            elif block.name in rows:
                names = list(block.frame.columns)
                keys = build.rows[block.name][0].iloc[rows[block.name]]
                known = {tuple(map(str, key)): row_share.get((block.name, row), 1.0) for key, row in zip(keys[names].itertuples(index=False), rows[block.name], strict=True)}
                shares = [known.get(tuple(map(str, key)), 0.0) for key in block.frame.itertuples(index=False)]
            else:
                continue
            for i, share in enumerate(shares):
                cell = self.by_address.get((block.sheets[i], block.cells[i]))
                if share > 0 and cell is not None:
                    cells[cell.place] = max(share, cells.get(cell.place, 0.0))
        return cells, tables, words

    def _posts_there(self, post: Post, rows: Mapping[str, list[int]]) -> bool:
        """Whether a post has an entry in a row of the contradiction."""
        name = f"balance_{post.balance}"
        if name not in rows:
            return False
        keys = self.base.build.rows[name][0].iloc[rows[name]]
        wanted = set(keys.astype(str).agg("|".join, axis=1))
        there = pd.DataFrame({c: np.asarray(post.frame[c]) for c in keys.columns}).astype(str).agg("|".join, axis=1)
        return bool(there.isin(wanted).any())

    def _shares(self) -> tuple[dict[tuple[str, int], float], dict[int, float]]:
        """Weight x side of each row, and of each bound, as a share of the gap, at most 1: what a cell can move."""
        certificate, model, matrix = self.certificates[0], self.base.model, self.base.matrix
        if not certificate.weight.any():
            return {}, {}
        whole = max(gap(model, certificate.weight), ROUNDING)
        rows = {}
        for i in certificate.rows:
            side = model.low[i] if certificate.weight[i] > 0 else model.high[i]
            rows[matrix.row_family[i], int(matrix.row_index[i])] = float(min(1.0, max(abs(certificate.weight[i] * side) / whole, LEAST_SHARE)))
        sums = certificate.weight @ model.table
        held = np.flatnonzero((sums > LEAST_SHARE) & np.isfinite(model.column_high))
        columns = {int(matrix.column_position[j]): float(min(1.0, max(sums[j] * model.column_high[j] / whole, LEAST_SHARE))) for j in held}
        return rows, columns

    def candidates(self) -> list[Candidate]:
        """Cells, rows, columns and units to try, the most suspicious first."""
        limits, tables, words = self.involved()
        domain = self._domains()
        found = [Candidate((unit,), "unit", UNIT_FIRST) for unit in self.desk.odd_units() if unit.sheet in tables]
        for cell in self.numbers:
            known = self.expected.get(cell.place)
            if cell.place in limits:
                found.append(Candidate((cell,), "cell", LIMIT_FIRST + limits[cell.place] + (known.oddness if known is not None else 0.0), known))
            elif cell.sheet in tables and self._fits(cell, words, domain):
                self.others.setdefault(cell.sheet, []).append(Candidate((cell,), "cell", known.oddness if known is not None else 0.0, known))
        groups: dict[tuple[str, str, int], list[CellNumber]] = {}
        for cell in self.numbers:
            for key in _group_keys(cell):
                groups.setdefault(key, []).append(cell)
        touched: dict[tuple[str, str, int], float] = {}
        for cell in self.numbers:
            for key in _group_keys(cell) if cell.place in limits else []:
                touched[key] = max(touched.get(key, 0.0), limits[cell.place])
        for key, share in touched.items():
            members = tuple(c for c in groups[key] if c.number != 0)
            if len(members) > 1:
                found.append(Candidate(members, key[1], LIMIT_FIRST + share - GROUP_LATER))
        return sorted(found, key=lambda c: -c.prior)

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

    # ------------------------------------------------------------------ what they must become

    def values(self, candidate: Candidate, size: float) -> dict[Place, object]:
        """The changes of a candidate for the number ``size`` of its one cell, or the factor of its cells."""
        if candidate.kind == "unit":
            return {c.place: c.declared for c in candidate.cells if isinstance(c, UnitCell)}
        if candidate.kind == "cell":
            return {candidate.cells[0].place: size}
        return {c.place: c.number * size for c in candidate.cells if isinstance(c, CellNumber)}

    def start(self, candidate: Candidate) -> tuple[float, list[float]]:
        """The number (factor) as it stands, and numbers to try first."""
        if candidate.kind != "cell":
            return 1.0, [1.0 + STEP, 1.0 - STEP]
        cell = candidate.cells[0]
        assert isinstance(cell, CellNumber)
        expected = candidate.expected.number if candidate.expected is not None else 0.0
        if cell.number == 0:
            return 0.0, [expected if expected else 1.0]
        tries = [cell.number * (1.0 + STEP), cell.number * (1.0 - STEP)]
        return cell.number, [expected, *tries] if candidate.expected is not None and candidate.expected.oddness > STANDS_OUT else tries

    def close(self, candidate: Candidate, certificate: Certificate) -> float | None:
        """The number or factor at which the gap of a contradiction closes; None where the candidate does not move it."""
        now = candidate.closed
        before, tries = self.start(candidate)
        at, value = (before, self.gap(self.base, certificate)) if math.isnan(now) else (now, math.nan)
        if math.isnan(value):
            state = self.changed(self.values(candidate, at))
            if state is None:
                return None
            value = self.gap(state, certificate)
        if value <= 0:
            return at
        other, there = math.nan, math.nan
        for guess in [at * (1 + STEP), at * (1 - STEP), *tries] if not math.isnan(now) and at else tries:
            if self.left <= 0:
                return None
            state = self.changed(self.values(candidate, guess))
            if state is None:
                continue
            there = self.gap(state, certificate)
            if math.isnan(there):
                return guess if candidate.kind in ("cell", "unit") else None  # other rows: the whole model must tell
            if there <= 0 and candidate.kind == "cell" and guess == tries[0] and len(tries) != 2:
                return self._nearest(candidate, certificate, before, guess)
            if abs(there - value) > ROUNDING * max(1.0, abs(value)) * 0.1:
                other = guess
                break
        if math.isnan(other) or not math.isfinite(there):
            return None
        for _ in range(MOST_CORRECTIONS):
            if there == value:
                return None
            new = other - there * (other - at) / (there - value)
            new += MARGIN * (new - at)
            if not math.isfinite(new) or (candidate.kind != "cell" and new <= 0) or (new < 0 <= before and candidate.kind == "cell"):
                return None
            state = self.changed(self.values(candidate, new))
            if state is None:
                return None
            found = self.gap(state, certificate)
            if found <= 0 or math.isnan(found):
                return new
            at, value, other, there = other, there, new, found
        return None

    def _nearest(self, candidate: Candidate, certificate: Certificate, before: float, good: float) -> float:
        """The expected number closes the gap: it is what to write, and the number just needed is told beside it."""
        state, value = self.base, self.gap(self.base, certificate)
        assert state is not None
        end = self.changed(self.values(candidate, good))
        there = self.gap(end, certificate) if end is not None else math.nan
        if math.isfinite(there) and there < value:
            candidate.guess = before + (good - before) * value / (value - there)
        return good

    def cost(self, candidate: Candidate, size: float) -> float:
        """How odd the change leaves the workbook, compared with before."""
        if candidate.kind == "unit":
            return -LIMIT_FIRST
        if candidate.kind != "cell":
            return abs(math.log(size)) + MANY * math.log2(len(candidate.cells))
        cell, known = candidate.cells[0], candidate.expected
        assert isinstance(cell, CellNumber)
        if known is None or known.number == 0 or size == 0 or cell.number == 0:
            odd = known.oddness if known is not None else 0.0
            return -odd if cell.number == 0 else abs(math.log(size / cell.number)) - odd if size and size / cell.number > 0 else -odd
        if size / known.number <= 0:
            return math.inf
        return abs(math.log(size / known.number)) - known.oddness

    # ------------------------------------------------------------------ the search

    def run(self, wanted: int) -> list[Suggestion]:
        """Up to ``wanted`` suggestions, the best first; those proven on the whole model before the others."""
        if not self.certificates:
            return []
        tried: list[Candidate] = []
        half = self.left * SEARCH_SHARE
        clear: Suggestion | None = None
        after = 0
        for candidate in self.candidates()[:MOST_LIMITS]:
            if self.left < half or after >= MOST_AFTER:
                break
            self._try(candidate, tried)
            after += clear is not None
            if clear is None and tried and tried[-1] is candidate and self.cost(candidate, candidate.closed) <= -STANDS_OUT:
                verdict = self._prove(candidate)
                if verdict is not None:  # proven, or shown to be no way out: it is no alternative any more
                    tried.pop()
                if verdict:
                    clear = self._suggestion(candidate, True)
        if clear is None and not any(self.cost(c, c.closed) <= -STANDS_OUT for c in tried):
            self._try_others(tried, half)
        tried.sort(key=lambda c: self.cost(c, c.closed))
        if clear is None:
            return self._proven(tried, wanted)
        others = [self._suggestion(c, False) for c in tried[: wanted - 1]]
        return [clear, *others]

    def _try(self, candidate: Candidate, tried: list[Candidate]) -> None:
        closed = self.close(candidate, self.certificates[0]) if candidate.kind != "unit" else self._unit_closes(candidate)
        if closed is not None:
            candidate.closed = closed
            tried.append(candidate)

    def _unit_closes(self, candidate: Candidate) -> float | None:
        return None if self._fails(candidate, self.certificates[0]) else 1.0

    def _try_others(self, tried: list[Candidate], until: float) -> None:
        """Cells that are no limits: first a whole sheet at once, then one by one where that moved the contradiction."""
        first = self.certificates[0]
        before = self.gap(self.base, first)
        sheets = {c.cells[0].sheet for c in tried}
        order = sorted(self.others.items(), key=lambda item: (item[0] not in sheets, max(c.prior for c in item[1]) <= STANDS_OUT, len(item[1])))
        for _, members in order:
            if self.left < until:
                return
            moved = {place: value for c in members for place, value in self.values(c, self._moved(c)).items()}
            state = self.changed(moved)
            if state is not None and not math.isnan(self.gap(state, first)) and abs(self.gap(state, first) - before) <= ROUNDING:
                continue
            for candidate in sorted(members, key=lambda c: -c.prior)[:MOST_OTHERS]:
                if self.left < until:
                    return
                self._try(candidate, tried)

    def _moved(self, candidate: Candidate) -> float:
        """A number a little away from the one in the cell, inwards, so that ranges hold."""
        before, _ = self.start(candidate)
        return before * (1.0 - STEP)

    def _proven(self, tried: Sequence[Candidate], wanted: int) -> list[Suggestion]:
        proven: list[Suggestion] = []
        open_: list[Suggestion] = []
        half = self.left / 2
        for candidate in tried:
            if len(proven) >= wanted or self.left <= 0 or (proven and self.left < half):
                break
            known = self.certificates[1:]
            if any(self._fails(candidate, c) for c in known):
                continue
            verdict = self._prove(candidate)
            if verdict:
                proven.append(self._suggestion(candidate, True))
            elif verdict is None:
                open_.append(self._suggestion(candidate, False))
        proven.sort(key=lambda s: s.cost)
        return proven + open_[: max(0, wanted - len(proven))]

    def _fails(self, candidate: Candidate, certificate: Certificate) -> bool:
        """Whether the candidate can not close this further contradiction as well."""
        if candidate.kind == "unit":
            state = self.changed(self.values(candidate, 1.0))
            return state is None or self.gap(state, certificate) > 0
        closed = self.close(candidate, certificate)
        if closed is None:
            return True
        candidate.closed = closed
        return False

    def _prove(self, candidate: Candidate) -> bool | None:
        """Whether the whole model has a plan with the candidate; None when time is over."""
        for _ in range(MOST_CONTRADICTIONS):
            state = self.changed(self.values(candidate, self._written(candidate)))
            if state is None:
                return False
            if self.left <= 0:
                return None
            found = contradiction(state, max(1.0, self.left))
            if found is None:
                return True
            if isinstance(found, str):
                return None
            if not found.weight.any() or len(found.weight) != len(self.base.model.low):
                return False
            self.certificates.append(found)
            if candidate.kind == "unit" or self._fails(candidate, found):
                return False
        return False

    def _written(self, candidate: Candidate) -> float:
        """The number as it will be written: few digits, never on the wrong side of what is needed."""
        before = self.start(candidate)[0]
        return rounded_away(candidate.closed, before)

    def _suggestion(self, candidate: Candidate, verified: bool) -> Suggestion:
        written = self.values(candidate, self._written(candidate))
        before = tuple(c.number if isinstance(c, CellNumber) else c.unit for c in candidate.cells)
        after = tuple(written[c.place] for c in candidate.cells)
        expected = candidate.expected.number if candidate.expected is not None and candidate.expected.oddness > STANDS_OUT else math.nan
        least = candidate.guess if not math.isnan(candidate.guess) else candidate.closed
        return Suggestion(candidate.cells, before, after, self.cost(candidate, candidate.closed), verified, candidate.kind, least, expected)


def _group_keys(cell: CellNumber) -> list[tuple[str, str, int]]:
    """The groups in which a cell may be wrong by one factor: row and table of years, or column."""
    if cell.year is None:
        return [(cell.sheet, "column", cell.column)]
    return [(cell.sheet, "row", cell.row), (cell.sheet, "table", 0)]
