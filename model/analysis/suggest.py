"""Which cells to change, and to what, so that a plan exists: found by changing them and building the model again.

A contradiction (``conflict.Certificate``) says by how much its weighted rows ask for too much. A cell takes part when that
gap moves as the cell is changed; the number at which the gap closes is what the cell must become. The answer is tried on
the whole model, built by the reader's own rules; where another contradiction remains, the number must close that gap too.
What was not tried, because time was over, says so (``Suggestion.verified``).

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
from collections.abc import Sequence

from ..core.cellnumbers import CellNumber
from .candidates import (
    MARGIN,
    STANDS_OUT,
    STEP,
    Candidate,
    State,
    Suggestion,
    aim,
    contradiction,
    cost,
    rounded_away,
    start,
    values,
)
from .conflict import (
    OTHER_BOUNDS,
    OTHER_COEFFICIENTS,
    ROUNDING,
    Certificate,
    certify,
    contradiction_by_arithmetic,
    has_plan,
    is_large,
    least_step,
)
from .foresight import MOST_OTHERS, OUT_OF_WIDE, WIDE, Foresight

#: Corrections of a number until the gap is closed, and contradictions that one suggestion may meet on its way.
MOST_CORRECTIONS, MOST_CONTRADICTIONS = 5, 5
#: Oddness from which a number that is no limit is tried before limits that fit their neighbours (a factor of 4.5).
CLEARLY_OUT = 1.5
#: Changes that leave the workbook so much less odd than it is are proven before numbers that are no limits are looked for.
TRIED_FIRST = 0.3
#: Of the time that is left, what the search among numbers that are no limits may take.
OTHERS_SHARE = 0.5
#: Seconds for other ways out once one was found and proven.
SECONDS_FOR_OTHERS = 4.0
#: Numbers of a sheet that stand out and come back together: more are the habit of the sheet.
MOST_SUSPECTS = 24
#: A number that is enough where a column of zeros becomes one, in the unit of the cells; what is needed is found below it.
ENOUGH, ALMOST_NOTHING = 1e4, 1e-6
#: A suspect sheet must take away so much of the contradiction when its numbers come back among their neighbours.
TAKES_AWAY = 0.5


class Search(Foresight):
    """Looks for suggestions for one infeasible model."""

    # ------------------------------------------------------------------ what they must become

    def close(self, candidate: Candidate, certificate: Certificate) -> float | None:
        """The number or factor at which the gap of a contradiction closes; None where the candidate does not move it."""
        now = candidate.closed
        known = candidate.expected
        before, tries = start(candidate)
        at, value = (before, self.gap(self.base, certificate)) if math.isnan(now) else (now, math.nan)
        if math.isnan(value):
            state = self.changed(values(candidate, at))
            if state is None:
                return None
            value = self.gap(state, certificate)
        if value <= 0:
            return at
        other, there = math.nan, math.nan
        for guess in [at * (1 + STEP), at * (1 - STEP), *tries] if not math.isnan(now) and at else tries:
            if self.left <= 0:
                return None
            state = self.changed(values(candidate, guess))
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
            state = self.changed(values(candidate, new))
            if state is None:
                return None
            found = self.gap(state, certificate)
            if found <= 0 or math.isnan(found):
                return new
            at, value, other, there = other, there, new, found
        return None

    def _nearest(self, candidate: Candidate, certificate: Certificate, before: float, good: float) -> float:
        """The expected number closes the gap: it is what to write, and the number just needed is told beside it."""
        value = self.gap(self.base, certificate)
        end = self.changed(values(candidate, good))
        there = self.gap(end, certificate) if end is not None else math.nan
        if math.isfinite(there) and there < value:
            candidate.guess = before + (good - before) * value / (value - there)
        return good

    # ------------------------------------------------------------------ the search

    def run(self, wanted: int) -> list[Suggestion]:
        """Up to ``wanted`` suggestions, the best first; those proven on the whole model before the others."""
        if not self.certificates:
            return self._by_aims(self.aims(), [], [])[:wanted]
        limits = self.candidates()
        order: list[tuple[float, Candidate | str]] = [*((c.prior, c) for c in limits), *self._odd_sheets()]
        proven: list[Suggestion] = []
        open_: list[Candidate] = []
        rest: list[Candidate | str] = []
        is_wide = len(self.certificates[0].rows) > WIDE
        stands_out = OUT_OF_WIDE if is_wide else TRIED_FIRST
        for prior, one in sorted(order, key=lambda entry: entry[0]):
            if prior > -stands_out or proven or self.left <= 0 or (isinstance(one, Candidate) and one.cells[0].place in self.gave_way):
                rest.append(one)
                continue
            candidate = one if isinstance(one, Candidate) else self._culprit(self.others[one])
            if candidate is not None and self._closes(candidate):
                self._ask(candidate, proven, open_)
        left = [c for c in rest if isinstance(c, Candidate)]
        if not proven:
            for candidate in [c for c in left if c.kind == "cell" and c.cells[0].place in self.gave_way]:
                left.remove(candidate)
                if self.left > 0 and self._closes(candidate):
                    self._ask(candidate, proven, open_)
        if not proven and is_wide:
            self._by_aims([c for c in left if c.kind == "cell" and c.cells[0].place in self.aimed], proven, open_)
        if not proven and self.left > 0:
            left += self._others_that_count(self.left * OTHERS_SHARE)
            left.sort(key=lambda c: c.prior)
        for candidate in left:
            if len(proven) >= wanted or self.left <= 0:
                break
            if self._closes(candidate):
                self._ask(candidate, proven, open_)
        # what closes one of the many contradictions of a wide conflict says little beside a change that is proven
        untried = [] if proven and is_wide else sorted(open_, key=lambda c: c.prior)
        return [*proven, *(self._suggestion(c, False) for c in untried)][:wanted]

    def _by_aims(self, aims: list[Candidate], proven: list[Suggestion], open_: list[Candidate]) -> list[Suggestion]:
        """Where nearly all of the model contradicts itself: what the plan is meant to reach gives way before what there is."""
        for candidate in aims:
            if self.left > 0 and not proven and self._closes(candidate):
                self._ask(candidate, proven, open_)
        return proven

    def _closes(self, candidate: Candidate) -> bool:
        """Whether the candidate resolves the first contradiction; sets the number that it must become as far as it is known."""
        if math.isnan(candidate.closed):
            if math.isfinite(candidate.foreseen):
                candidate.closed = aim(candidate)
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
        state = self.changed(values(candidate, ENOUGH))
        if state is None:
            return False
        there = self.gap(state, self.certificates[0])
        return math.isnan(there) or there <= 0

    def _ask(self, candidate: Candidate, proven: list[Suggestion], open_: list[Candidate]) -> None:
        """Prove a candidate and put it where it belongs; one that is shown to be no way out is left."""
        verdict = self._prove(candidate)
        if verdict:
            if not proven:
                # one way out is found: the others are told, none of them is worth a long wait
                self.end = min(self.end, time.process_time() + SECONDS_FOR_OTHERS)
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
        if len(left) == 1:
            return left[0]  # whether it counts is asked when its number is looked for, also where rows come or go with it
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
        return there <= (1.0 - TAKES_AWAY) * before

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
            moved = {place: value for c in members for place, value in values(c, self._moved(c)).items()}
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
        for candidate in [*self.rows_of(members), *sorted(members, key=lambda c: c.prior)[:MOST_OTHERS]]:
            if self.left < until:
                return
            closed = self.close(candidate, self.certificates[0])
            if closed is not None:
                candidate.closed = closed
                candidate.prior = cost(candidate, closed)
                found.append(candidate)

    def _moved(self, candidate: Candidate) -> float:
        """A number a little away from the one in the cell, inwards, so that ranges hold; something in place of nothing."""
        before, tries = start(candidate)
        return before * (1.0 - STEP) if before else tries[0]

    def _fails(self, candidate: Candidate, certificate: Certificate) -> bool:
        """Whether the candidate can not close this further contradiction as well."""
        if candidate.kind == "unit":
            state = self.changed(values(candidate, 1.0))
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
        if candidate.kind == "cell" and candidate.cells[0].place in self.gave_way:
            # the programme that let it give way found the least number already
            expected = True
            candidate.closed += MARGIN * (candidate.closed - start(candidate)[0])
        for attempt in range(MOST_CONTRADICTIONS):
            state = self.changed(values(candidate, self._written(candidate)))
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
            if verdict is not True or self._goes_on(candidate, state):
                return verdict
            expected = False
        return False

    def _goes_on(self, candidate: Candidate, state: State) -> bool:
        """Whether the programme that found the step has shown a plan: a target that gives way further only allows more.

        Asked of large models only, where a plan just within the targets is found slowly.
        """
        return is_large(state.model) and candidate.kind == "cell" and candidate.cells[0].place in self.aimed

    def _prove_zeros(self, candidate: Candidate) -> bool | None:
        """Whether there is a plan with a large number in place of zeros, and the number that is needed."""
        enough, little = self.changed(values(candidate, ENOUGH)), self.changed(values(candidate, ALMOST_NOTHING))
        if enough is None or little is None or enough.impossible or self.left <= 0:
            return False
        met = self._met(enough)
        if not met:
            return met
        step = least_step(little.model, enough.model, self.allowed) if little.model.table.shape == enough.model.table.shape else None
        if isinstance(step, float):
            # the programme that found the step is the model at that number, with its plan
            candidate.closed = ENOUGH * max(step, ALMOST_NOTHING) * (1.0 + MARGIN)
        return True

    def _met(self, state: State) -> bool | None:
        """Whether a state has a plan; a contradiction that arithmetic shows is kept for those who come after."""
        rows = contradiction_by_arithmetic(state.model)
        if rows is not None and len(rows):
            found = certify(state.model, self.allowed, rows)
            if isinstance(found, Certificate):
                if self.comparable(state):
                    self.certificates.append(found)
                return False
        return has_plan(state.model, self.allowed)

    def _far_enough(self, candidate: Candidate, state: State) -> bool | None:
        """Set the number at which no contradiction is left; False when there is none, None when that can not be told."""
        if not self.comparable(state):
            return self._met(state)
        now = start(candidate)[0]
        step = least_step(self.base.model, state.model, self.allowed)
        if step is None:
            return False
        if isinstance(step, float):
            candidate.closed = now + (self._written(candidate) - now) * step * (1.0 + MARGIN)
            return True
        if step not in (OTHER_COEFFICIENTS, OTHER_BOUNDS):
            return None
        found = contradiction(state, self.allowed, self.limits.soft(state.matrix))
        if found is None:
            return True
        if isinstance(found, str):
            return None
        self.certificates.append(found)
        return not self._fails(candidate, found)

    def _written(self, candidate: Candidate) -> float:
        """The number as it will be written: few digits, never on the wrong side of what is needed."""
        before = start(candidate)[0]
        return rounded_away(candidate.closed, before)

    def _suggestion(self, candidate: Candidate, verified: bool) -> Suggestion:
        written = values(candidate, self._written(candidate))
        before = tuple(c.number if isinstance(c, CellNumber) else c.unit for c in candidate.cells)
        after = tuple(written[c.place] for c in candidate.cells)
        expected = candidate.expected.number if candidate.expected is not None and candidate.expected.oddness > STANDS_OUT else math.nan
        least = candidate.guess if not math.isnan(candidate.guess) else candidate.closed
        return Suggestion(candidate.cells, before, after, cost(candidate, candidate.closed), verified, candidate.kind, least, expected)
