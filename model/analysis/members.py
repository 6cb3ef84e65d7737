"""Solves one of many variants of a plan and keeps what is measured of it; what goes wrong with one is told with it and stops no other.

Limits: one variant at a time, in the process that calls; who spreads them over processes calls this in each.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from ..core.data import Data
from ..core.declare.lines import Said
from ..core.declare.schema import Range
from ..core.declare.spec import LIST_MARK, Finding, InputError
from ..core.solve.solution import Solution
from .task import Measure, Member, Task, Variant

#: Status of a variant whose input breaks a rule of the workbook: nothing is solved.
WRONG_INPUT = "wrong_input"
OPTIMAL = "optimal"
#: Findings of one variant that are told.
MOST_TOLD = 2


def member_of(
    variant: Variant, vary: Callable[[Sequence[tuple[str, float]]], Data], solve: Callable[[Data], tuple[Solution, str]], measure: Measure
) -> Member:
    """Solve a variant: ``vary`` gives its data, ``solve`` its plan and how it was found, ``measure`` what is kept of that."""
    started = time.perf_counter()
    try:
        solution, route = solve(vary(variant.changes))
    except InputError as error:
        wrong = [finding for finding in error.findings if finding.level == "error"] or list(error.findings)
        return Member(variant.name, WRONG_INPUT, seconds=time.perf_counter() - started, problem="; ".join(str(finding) for finding in wrong[:MOST_TOLD]))
    values = measure(solution) if solution.status == OPTIMAL else {}
    return Member(variant.name, solution.status, float(solution.objective), route, time.perf_counter() - started, "" if values else solution.status, values)


def ranges_of(task: Task) -> list[Range]:
    """The ranges that the setting ``ranges`` names, all where it is blank, in the order of the sheet; InputError for a name that is none of them."""
    asked = [name.strip() for name in str(task.settings["ranges"]).split(LIST_MARK) if name.strip()]
    known = [one.name for one in task.ranges]
    for name in asked:
        if name not in known:
            raise InputError([Finding("error", "analyses", "", Said("range_not_there", name=name), Said("one_of", known=", ".join(known) or "-"))])
    return [one for one in task.ranges if not asked or one.name in asked]


def left_out(members: Sequence[Member]) -> list[str]:
    """What is said of variants without a plan."""
    failed = [member for member in members if member.status != OPTIMAL]
    return [Said("members_left_out", number=len(failed), all=len(members), name=failed[0].name, why=failed[0].problem)] if failed else []
