"""Which ranges an analysis of many plans moves, and what is said of those that have none.

Limits: who solves them is the task's matter (``model.members``).
"""

from __future__ import annotations

from collections.abc import Sequence

from ..core.declare.lines import Said
from ..core.declare.schema import Range
from ..core.declare.spec import LIST_MARK, InputError
from .task import Member, Outcome, Task

OPTIMAL = "optimal"


def begun(task: Task, name: str) -> tuple[Outcome, list[Range]]:
    """The plan of the task, and the ranges to be moved: none where there is no plan, or, which is said, no range."""
    outcome = Outcome(name, task.solve(task.data, "solve"))
    if outcome.solution.status != OPTIMAL:
        return outcome, []
    ranges = ranges_of(task)
    if not ranges:
        outcome.problems.append(Said("no_ranges"))
    return outcome, ranges


def ranges_of(task: Task) -> list[Range]:
    """The ranges that the setting ``ranges`` names, all where it is blank, in the order of the sheet; InputError for a name that is none of them."""
    asked = [name.strip() for name in str(task.settings["ranges"]).split(LIST_MARK) if name.strip()]
    known = [one.name for one in task.ranges]
    for name in asked:
        if name not in known:
            raise InputError([task.wrong("ranges", Said("range_not_there", name=name), Said("one_of", known=", ".join(known) or "-"))])
    return [one for one in task.ranges if not asked or one.name in asked]


def left_out(members: Sequence[Member]) -> list[str]:
    """What is said of variants without a plan."""
    failed = [member for member in members if member.status != OPTIMAL]
    return [Said("members_left_out", number=len(failed), all=len(members), name=failed[0].name, why=failed[0].problem or failed[0].status)] if failed else []
