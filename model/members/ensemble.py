"""All members of a list, each solved once by a crew, in the order of the list.

    rows = solve_members(job, ["water_minus_10", ["settings!B7=0.04"]], Here())

Limits: a member that stands in the list twice is solved twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from .cluster import Cluster
from .crews import Crew, Here, Processes
from .journal import Journal, short
from .work import Job, Member, Opened, Row, key_of


def _untold(done: int, count: int) -> None:
    """Nobody listens."""


def crew_of(workers: int = 1, scheduler: str | None = None) -> Crew:
    """Who solves: the cluster of a scheduler, else so many processes of this machine, else this process."""
    return Cluster(scheduler) if scheduler is not None else Processes(workers) if workers > 1 else Here()


def solve_members(
    job: Job,
    members: Sequence[Member],
    crew: Crew,
    *,
    opened: Opened | None = None,
    kept: Path | None = None,
    tell: Callable[[int, int], None] = _untold,
) -> list[Row]:
    """A row for each member, in their order.

    ``opened`` is the job where this process has it open. ``kept`` is a file for what is finished: an ensemble that was stopped goes on from
    there, and the file goes when all is done. ``tell`` is told how many are done, of how many. Raises InputError where the base is wrong.
    """
    rows: dict[int, Row] = {}
    keys = [short(f"{number} {key_of(member)}") for number, member in enumerate(members)]
    journal = Journal(kept, job) if kept is not None else None
    finished = False
    try:
        if journal is not None:
            rows = {number: journal.known[key] for number, key in enumerate(keys) if key in journal.known}
        left = [number for number in range(len(members)) if number not in rows]
        tell(len(rows), len(members))
        for place, row in crew.rows(job, [members[number] for number in left], opened):
            rows[left[place]] = row
            if journal is not None:
                journal.add(keys[left[place]], row)
            tell(len(rows), len(members))
        finished = True
    finally:
        if journal is not None:
            journal.close(finished)
    return [rows[number] for number in range(len(members))]
