"""Which cells to change, and to what, so that a plan exists: found by changing them and building the model again.

A contradiction (``conflict.Certificate``) says by how much its weighted rows ask for too much. A cell takes part when that
gap moves as the cell is changed; the number at which the gap closes is what the cell must become. The answer is tried on
the whole model; where another contradiction remains, the number must close that gap too. So a suggestion is never
a guess: the model with it was built, by the reader's own rules, and has a plan.

Suggestions are ranked by how odd they leave the workbook: the logarithm of the ratio of the new number to what its
neighbours let expect, less that of the old number. A number that stands out and comes back among its neighbours is
first; between numbers that fit, the smaller relative change wins; one cell comes before many.

The order in which cells are tried is foreseen without building anything: the weight of a limit says what a unit of its
cell is worth (``ruled``). Numbers that are no limits are tried where they stand out, a whole sheet of them at once first.

Limits: one cell, the cells of one row or of one column by one factor, or a unit; within a time budget, the likeliest first.
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
from .conflict import ROUNDING, Certificate, certify, contradiction_by_arithmetic, gap, has_plan, least_step
from .ruled import ruled, slopes
from .suspects import expectations, row_factors

#: Step by which a cell is moved to see whether and which way it counts.
STEP = 0.05
#: Corrections of a number until the gap is closed, and contradictions that one suggestion may meet on its way.
MOST_CORRECTIONS, MOST_CONTRADICTIONS = 5, 5
#: More is added to the change than rounding could take away.
MARGIN = 1e-3
#: What changing more than one cell counts against a suggestion: as much as one cell by a factor of e for each doubling.
MANY = 0.5
#: A whole row, column or table that is wrong by a power of ten is one mistake, however many numbers it spoils.
POWERS_OF_TEN = (10.0, 100.0, 1000.0, 0.1, 0.01, 0.001)
SLIP_OF_UNIT, SLIP_MANY, SMALLEST_SLIP = 4.0, 0.1, math.log(3.0)
#: Oddness from which a cell outside the limits of the contradiction is looked at (a factor of 1.6).
STANDS_OUT = 0.5
#: Oddness from which such a cell is tried before limits that fit their neighbours (a factor of 4.5).
CLEARLY_OUT = 1.5
#: To give up a zero that fits its neighbours, or to write one, is as much as a thousand times; and nothing but zeros, where
#: something is limited or supplied, stand out as much.
OF_A_ZERO = math.log(1000.0)
#: Oddness from which a zero counts as one that should not be there.
CLEAR_ZERO = 2.5
#: In a conflict that takes in most of the model nearly every number has a part: only what stands out more than any number of
#: a sound workbook does (a factor of 50) is tried before the limits that give way first.
WIDE, OUT_OF_WIDE, GAVE_WAY = 1000, 4.0, 4.0
#: A unit that is not that of the guide is looked at first.
UNIT_FIRST = -20.0
#: Of the time that is left, what the search among numbers that are no limits may take.
OTHERS_SHARE = 0.5
#: Seconds for other ways out once a number that stands out was found and proven.
SECONDS_FOR_OTHERS = 4.0
#: Numbers that fit their neighbours and move the contradiction: so many of a sheet are tried.
MOST_OTHERS = 12
#: Numbers of a sheet that stand out and come back together: more are the habit of the sheet.
MOST_SUSPECTS = 24
#: A number that is enough where a column of zeros becomes one, in the unit of the cells; what is needed is found below it.
ENOUGH, ALMOST_NOTHING = 1e4, 1e-6
#: Built states that are kept: a candidate is looked at several times in a row.
REMEMBERED = 4
#: A limit of the contradiction goes before a cell that stands out as much but is no limit.
LIMIT_FIRST = 1.0
#: A suspect sheet must take away so much of the contradiction when its numbers come back among their neighbours.
TAKES_AWAY = 0.5


class Search:
    """Looks for suggestions for one infeasible model."""

    def __init__(self, build: Build, desk: Desk, seconds: float) -> None:
        self.desk, self.end = desk, time.process_time() + seconds
        self.base = state_of(build)
        self.certificates: list[Certificate] = []
        self.wrong = ""
        self.limits = ruled(self.base.build, self.base.matrix)
        first = contradiction(self.base, seconds, self.limits.soft(self.base.matrix), has_none=True)
        if isinstance(first, Certificate):
            self.certificates.append(first)
        else:
            self.wrong = first or "feasible"
        # a wide contradiction takes long to find: the search for cells has its own time
        self.end = time.process_time() + seconds
        self.numbers = desk.numbers()
        #: States built last, by their changes.
        self.known: dict[tuple[tuple[Place, object], ...], State | None] = {}
        #: Cells behind the rows of the contradiction that are no limits of it, by sheet.
        self.others: dict[str, list[Candidate]] = {}
        self.expected = expectations(self.numbers)
        self.rows_expected = row_factors(self.numbers)
        self.by_address = {(c.sheet, c.address): c for c in self.numbers if c.address}

    @property
    def left(self) -> float:
        """Seconds of own computing left: what other programs do on the machine must not change the answer."""
        return self.end - time.process_time()

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

    def reach_of_rows(self) -> tuple[set[str], set[str]]:
        """Tables behind the rows of the first contradiction, and words of the keys of these rows."""
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

    def candidates(self) -> list[Candidate]:
        """Limits of the contradiction, their rows and columns, and units: cells to try, the least cost foreseen first."""
        tables, words = self.reach_of_rows()
        domain = self._domains()
        found = [Candidate((unit,), "unit", UNIT_FIRST) for unit in self.desk.odd_units() if unit.sheet in tables]
        steep = self._slopes()
        gave_way = self._gave_way()
        whole = self.gap(self.base, self.certificates[0]) if self.certificates[0].weight.any() else math.nan
        for cell in self.numbers:
            known = self.expected.get(cell.place)
            one = Candidate((cell,), "cell", math.inf, known)
            if cell.place in steep:
                one.foreseen = cell.number - whole / steep[cell.place]
                if one.foreseen * cell.number >= 0:
                    one.prior = self.cost(one, self._aim(one)) - LIMIT_FIRST - (GAVE_WAY if cell.place in gave_way else 0.0)
                    found.append(one)
            elif cell.sheet in tables and self._fits(cell, words, domain):
                one.prior = -known.oddness if known is not None else 0.0
                self.others.setdefault(cell.sheet, []).append(one)
        found.extend(self._groups(steep, whole))
        found.extend(self._zeros(steep, words, domain))
        return sorted(found, key=lambda c: c.prior)

    def _slopes(self) -> dict[Place, float]:
        certificate = self.certificates[0]
        if not certificate.weight.any():
            # rows without any decision fail: their cells are known, what they are worth is not
            limits = {(s, c) for block in self.base.build.limits if block.name in {n for n, _ in self.base.build.impossible} for s, c in zip(block.sheets, block.cells, strict=True)}
            return {self.by_address[at].place: math.nan for at in limits if at in self.by_address}
        found = slopes(self.base.build, self.base.matrix, self.base.model, self.limits, certificate.weight, self.by_address)
        return {place: slope for place, slope in found.items() if slope}

    def _gave_way(self) -> set[Place]:
        """Cells of the limits that gave way, in a conflict that takes in most of the model."""
        first = self.certificates[0]
        if len(first.rows) <= WIDE:
            return set()
        at = [i for i, target in enumerate(self.limits.target.tolist()) if not self.limits.is_bound[i] and first.missed[target]]
        cells = (self.by_address.get((self.limits.sheet[i], self.limits.cell[i])) for i in at)
        return {cell.place for cell in cells if cell is not None}

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
                    one.prior = self.cost(one, self._aim(one)) - LIMIT_FIRST
                    found.append(one)
            elif not some and len(groups[key]) > 1:
                slope = sum(steep.get(c.place, 0.0) for c in groups[key])
                one = Candidate(tuple(groups[key]), "zeros", -OF_A_ZERO, foreseen=-whole / slope if slope else math.nan)
                if not one.foreseen <= 0:
                    found.append(one)
        return found

    def _aim(self, candidate: Candidate) -> float:
        """The number that will be written as far as it is foreseen: the expected one where that is beyond what is needed."""
        needed, known = candidate.foreseen, candidate.expected
        start = self.start(candidate)[0]
        if known is not None and known.oddness > STANDS_OUT and (math.isnan(needed) or (needed - start) * (known.number - needed) > 0):
            return known.number
        if candidate.kind in ("row", "column", "table") and not math.isnan(needed):
            # many numbers by one factor are wrong by their unit: ten, a hundred, a thousand times
            beyond = [f for f in POWERS_OF_TEN if (f - needed) * (needed - 1.0) > 0]
            if beyond and abs(math.log(needed)) > SMALLEST_SLIP:
                return min(beyond, key=lambda f: abs(math.log(f)))
        return needed

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
        if candidate.kind in ("cell", "zeros"):
            return {c.place: size for c in candidate.cells}
        return {c.place: c.number * size for c in candidate.cells if isinstance(c, CellNumber)}

    def start(self, candidate: Candidate) -> tuple[float, list[float]]:
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

    def close(self, candidate: Candidate, certificate: Certificate) -> float | None:
        """The number or factor at which the gap of a contradiction closes; None where the candidate does not move it."""
        now = candidate.closed
        known = candidate.expected
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
                # the model has other rows then: only what is meant as an answer is worth asking the whole model about
                if known is not None and guess == known.number:
                    return guess
                continue
            if there <= 0 and known is not None and guess == known.number:
                return self._nearest(candidate, certificate, before, guess)
            if there <= 0 and abs(guess - candidate.foreseen) <= 2 * MARGIN * abs(candidate.foreseen - before):
                return guess
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
            if not math.isfinite(new) or (candidate.kind not in ("cell", "zeros") and new <= 0) or (new < 0 <= before and candidate.kind == "cell"):
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
            return -odd if odd > CLEAR_ZERO else OF_A_ZERO
        if size / cell.number <= 0:
            return math.inf
        if known is None or known.number == 0:
            return abs(math.log(size / cell.number))
        return abs(math.log(size / known.number)) - odd

    # ------------------------------------------------------------------ the search

    def run(self, wanted: int) -> list[Suggestion]:
        """Up to ``wanted`` suggestions, the best first; those proven on the whole model before the others."""
        if not self.certificates:
            return []
        limits = self.candidates()
        order: list[tuple[float, Candidate | str]] = [*((c.prior, c) for c in limits), *self._odd_sheets()]
        proven: list[Suggestion] = []
        open_: list[Candidate] = []
        rest: list[Candidate | str] = []
        stands_out = OUT_OF_WIDE if len(self.certificates[0].rows) > WIDE else STANDS_OUT
        end = self.end
        for prior, one in sorted(order, key=lambda entry: entry[0]):
            if prior > -stands_out or proven or self.left <= 0:
                rest.append(one)
                continue
            candidate = one if isinstance(one, Candidate) else self._culprit(self.others[one])
            if candidate is not None and self._closes(candidate):
                self._ask(candidate, proven, open_)
                if proven:
                    # what stands out is found: the others are told, none of them is worth a long wait
                    self.end = min(end, time.process_time() + SECONDS_FOR_OTHERS)
        left = [c for c in rest if isinstance(c, Candidate)]
        if not proven:
            gave_way = self._gave_way()
            for candidate in [c for c in left if c.kind == "cell" and c.cells[0].place in gave_way]:
                left.remove(candidate)
                if self.left > 0 and self._closes(candidate):
                    self._ask(candidate, proven, open_)
        if not proven and self.left > 0:
            left += self._others_that_count(self.left * OTHERS_SHARE)
            left.sort(key=lambda c: c.prior)
        for candidate in left:
            if len(proven) >= wanted or self.left <= 0:
                break
            if self._closes(candidate):
                self._ask(candidate, proven, open_)
        return [*proven, *(self._suggestion(c, False) for c in sorted(open_, key=lambda c: c.prior))][:wanted]

    def _closes(self, candidate: Candidate) -> bool:
        """Whether the candidate resolves the first contradiction; sets the number that it must become as far as it is known."""
        if math.isnan(candidate.closed):
            if math.isfinite(candidate.foreseen):
                candidate.closed = self._aim(candidate)
                if candidate.closed != candidate.foreseen:
                    candidate.guess = candidate.foreseen
            elif candidate.kind == "zeros":
                candidate.closed = ENOUGH if self._taken_by_enough(candidate) else math.nan
            elif candidate.kind == "unit":
                candidate.closed = math.nan if self._fails(candidate, self.certificates[0]) else 1.0
            else:
                found = self.close(candidate, self.certificates[0])
                candidate.closed = math.nan if found is None else found
        return not math.isnan(candidate.closed)

    def _taken_by_enough(self, candidate: Candidate) -> bool:
        """Whether the first contradiction is gone, or other rows are there, when zeros become a large number."""
        state = self.changed(self.values(candidate, ENOUGH))
        if state is None:
            return False
        there = self.gap(state, self.certificates[0])
        return math.isnan(there) or there <= 0

    def _ask(self, candidate: Candidate, proven: list[Suggestion], open_: list[Candidate]) -> None:
        """Prove a candidate and put it where it belongs; one that is shown to be no way out is left."""
        verdict = self._prove(candidate)
        if verdict:
            proven.append(self._suggestion(candidate, True))
        elif verdict is None:
            open_.append(candidate)

    def _odd_sheets(self) -> list[tuple[float, str]]:
        """Sheets with numbers that clearly stand out and are no limits, each at the cost of its oddest."""
        best = {sheet: min(c.prior for c in members) for sheet, members in self.others.items()}
        return [(prior, sheet) for sheet, prior in best.items() if prior < -CLEARLY_OUT]

    def _culprit(self, members: Sequence[Candidate]) -> Candidate | None:
        """Of the numbers that clearly stand out the one that makes the contradiction: all come back at once, then halves of them."""
        left = sorted((c for c in members if c.prior < -CLEARLY_OUT and c.expected is not None), key=lambda c: c.prior)[:MOST_SUSPECTS]
        first = self.certificates[0]
        before = self.gap(self.base, first)
        if not self._taken_away(left, first, before):
            return None
        # the oddest alone is the likeliest
        if self._taken_away(left[:1], first, before):
            return left[0]
        while len(left) > 1:
            part = left[: len(left) // 2]
            left = part if self._taken_away(part, first, before) else left[len(part) :]
        return left[0]

    def _taken_away(self, members: Sequence[Candidate], certificate: Certificate, before: float) -> bool:
        places = {c.cells[0].place: c.expected.number for c in members if c.expected is not None}
        state = self.changed(places) if places else None
        if state is None or self.left <= 0:
            return False
        there = self.gap(state, certificate)
        return math.isnan(there) or there <= (1.0 - TAKES_AWAY) * before

    def _others_that_count(self, seconds: float) -> list[Candidate]:
        """Numbers that are no limits and move the contradiction: first a whole sheet at once, then its rows and cells where that did."""
        first, until = self.certificates[0], self.left - seconds
        before = self.gap(self.base, first)
        found: list[Candidate] = []
        # few numbers, and those that stand out, are the quicker way to an answer
        order = sorted(self.others.values(), key=lambda members: (min(c.prior for c in members) >= -STANDS_OUT, len(members)))
        unknown = []
        for members in order:
            if self.left < until:
                break
            moved = {place: value for c in members for place, value in self.values(c, self._moved(c)).items()}
            state = self.changed(moved)
            there = math.nan if state is None else self.gap(state, first)
            if math.isnan(there):
                unknown.append(members)
            elif abs(there - before) > ROUNDING * max(1.0, before):
                self._look_at(members, until, found)
        for members in unknown:
            self._look_at(members, until, found)
        return found

    def _look_at(self, members: Sequence[Candidate], until: float, found: list[Candidate]) -> None:
        """Rows and single cells of a sheet that close the first contradiction."""
        for candidate in [*self._rows_of(members), *sorted(members, key=lambda c: c.prior)[:MOST_OTHERS]]:
            if self.left < until:
                return
            closed = self.close(candidate, self.certificates[0])
            if closed is not None:
                candidate.closed = closed
                candidate.prior = self.cost(candidate, closed)
                found.append(candidate)

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

    def _rows_of(self, members: Sequence[Candidate]) -> list[Candidate]:
        """The rows of years of these cells, each by one factor."""
        touched = dict.fromkeys(c.cells[0].place[:2] for c in members if isinstance(c.cells[0], CellNumber) and c.cells[0].year is not None)
        rows: dict[tuple[str, int], list[CellNumber]] = {}
        for cell in self.numbers:
            if cell.place[:2] in touched and cell.number:
                rows.setdefault(cell.place[:2], []).append(cell)
        made = [Candidate(tuple(cells), "row", 0.0, self.rows_expected.get(at)) for at, cells in rows.items() if len(cells) > 1]
        made.sort(key=lambda c: -c.expected.oddness if c.expected is not None else 0.0)
        return made[:MOST_OTHERS]

    def _moved(self, candidate: Candidate) -> float:
        """A number a little away from the one in the cell, inwards, so that ranges hold; something in place of nothing."""
        before, tries = self.start(candidate)
        return before * (1.0 - STEP) if before else tries[0]

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
        """Whether the whole model has a plan with the candidate, at the number found on the way; None when time is over."""
        # contradictions that others met on their way are asked first: that costs no solve
        if any(self._fails(candidate, known) for known in self.certificates[1:]):
            return False
        if candidate.kind == "zeros" and candidate.closed == ENOUGH:
            return self._prove_zeros(candidate)
        expected = candidate.expected is not None and candidate.closed == candidate.expected.number
        if candidate.kind == "cell" and candidate.cells[0].place in self._gave_way():
            # the programme that let it give way found the least number already
            expected, start = True, self.start(candidate)[0]
            candidate.closed += MARGIN * (candidate.closed - start)
        for attempt in range(MOST_CONTRADICTIONS):
            state = self.changed(self.values(candidate, self._written(candidate)))
            if state is None or state.impossible:
                return False
            if self.left <= 0:
                return None
            if expected or attempt or candidate.kind == "unit":
                met = self._met(state)
                if met is not False:
                    return met
                if candidate.kind == "unit" or (expected and math.isnan(candidate.foreseen)):
                    return False
            verdict = self._far_enough(candidate, state)
            if verdict is not True:
                return verdict
            expected = False
        return False

    def _prove_zeros(self, candidate: Candidate) -> bool | None:
        """Whether there is a plan with a large number in place of zeros, and the number that is needed."""
        enough, little = self.changed(self.values(candidate, ENOUGH)), self.changed(self.values(candidate, ALMOST_NOTHING))
        if enough is None or little is None or enough.impossible or self.left <= 0:
            return False
        met = self._met(enough)
        if not met:
            return met
        step = least_step(little.model, enough.model, max(1.0, self.left)) if little.model.table.shape == enough.model.table.shape else None
        if isinstance(step, float):
            # the programme that found the step is the model at that number, with its plan
            candidate.closed = ENOUGH * max(step, ALMOST_NOTHING) * (1.0 + MARGIN)
        return True

    def _met(self, state: State) -> bool | None:
        """Whether a state has a plan; a contradiction that arithmetic shows is kept for those who come after."""
        same = state.model.table.shape == self.base.model.table.shape
        rows = contradiction_by_arithmetic(state.model)
        if rows is not None and len(rows):
            found = certify(state.model, self.left, rows)
            if isinstance(found, Certificate):
                if same:
                    self.certificates.append(found)
                return False
        return has_plan(state.model, max(1.0, self.left))

    def _far_enough(self, candidate: Candidate, state: State) -> bool | None:
        """Set the number at which no contradiction is left; False when there is none, None when that can not be told."""
        if state.model.table.shape != self.base.model.table.shape:
            return self._met(state)
        start = self.start(candidate)[0]
        step = least_step(self.base.model, state.model, max(1.0, self.left))
        if step is None:
            return False
        if isinstance(step, float):
            candidate.closed = start + (self._written(candidate) - start) * step * (1.0 + MARGIN)
            return True
        found = contradiction(state, max(1.0, self.left), self.limits.soft(state.matrix))
        if found is None:
            return True
        if isinstance(found, str):
            return None
        self.certificates.append(found)
        return not self._fails(candidate, found)

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
