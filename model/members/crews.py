"""Who solves the members of an ensemble: this process, or several of this machine.

    for number, row in Processes(2).rows(job, members): ...

A process that dies costs nothing but the member that it had: another process tries that once more, and then the member counts as lost.

Limits: processes are spawned, so a script that asks for them needs the guard ``if __name__ == "__main__":``.
"""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Protocol

from ..core.declare.lines import Said
from .work import LOST, Job, Member, Opened, Row, label_of

#: How often a member is handed out whose worker dies over it.
MOST_TRIES = 2
#: Seconds that a process is given to end by itself.
PATIENCE = 5.0


class Crew(Protocol):
    """Who solves members."""

    def rows(self, job: Job, members: Sequence[Member], opened: Opened | None = None) -> Iterator[tuple[int, Row]]:
        """The row of each member with its place in ``members``, in the order in which they end."""
        ...


class Here:
    """This process."""

    def rows(self, job: Job, members: Sequence[Member], opened: Opened | None = None) -> Iterator[tuple[int, Row]]:
        """As a crew does, in the order of ``members``."""
        opened = opened or Opened(job)
        for number, member in enumerate(members):
            yield number, opened.solved(member)


@dataclass(frozen=True)
class Failed:
    """What a worker ended in other than a row: a defect, told by its process."""

    error: Exception


def _serve(channel: Connection, packed: bytes) -> None:
    """What a process does: members in, rows out, until the other side closes."""
    import pickle

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the first process's to answer
    opened: Opened | None = None
    while True:
        try:
            number, member = channel.recv()
        except EOFError:
            return
        try:
            opened = opened or Opened(pickle.loads(packed))
            answer: Row | Failed = opened.solved(member)
        except Exception as error:
            answer = Failed(error)
        channel.send((number, answer))


class _Worker:
    """A process and the channel to it; ``number`` is the member that it has."""

    def __init__(self, job: Job) -> None:
        context = get_context("spawn")  # a forked process would share the solver's state
        self.channel, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, job.packed), daemon=True)
        self.process.start()
        theirs.close()
        self.number: int | None = None

    def give(self, number: int, member: Member) -> bool:
        """Hand out a member; whether the process could be told."""
        self.number = number
        try:
            self.channel.send((number, member))
        except OSError:
            return False
        return True

    def end(self) -> None:
        """Let the process go: an idle one goes by itself when nobody is left to talk to, another is told to, by force where it does not."""
        self.channel.close()
        if self.number is None:
            self.process.join(PATIENCE)
        for stop in (self.process.terminate, self.process.kill):
            if self.process.is_alive():
                stop()
                self.process.join(PATIENCE)


@dataclass
class Processes:
    """Processes of this machine, each with the base plan in a solver of its own."""

    workers: int

    def rows(self, job: Job, members: Sequence[Member], opened: Opened | None = None) -> Iterator[tuple[int, Row]]:
        """As a crew does."""
        left = deque(range(len(members)))
        tries = dict.fromkeys(left, 0)
        crew: list[_Worker] = []
        try:
            while left or any(worker.number is not None for worker in crew):
                idle = [worker for worker in crew if worker.number is None]
                while left and (idle or len(crew) < self.workers):
                    worker = idle.pop() if idle else _Worker(job)
                    if worker not in crew:
                        crew.append(worker)
                    number = left.popleft()
                    tries[number] += 1
                    worker.give(number, members[number])
                for worker, answer in _answers(crew):
                    number, worker.number = _had(worker), None
                    if isinstance(answer, Failed):
                        raise answer.error
                    if answer is not None:
                        yield number, answer
                        continue
                    crew.remove(worker)
                    worker.end()
                    if tries[number] < MOST_TRIES:
                        left.append(number)
                    else:
                        yield number, Row(label_of(members[number]), LOST, problem=Said("worker_died"))
        finally:
            for worker in crew:
                worker.end()


def _had(worker: _Worker) -> int:
    assert worker.number is not None
    return worker.number


def _answers(crew: Sequence[_Worker]) -> list[tuple[_Worker, Row | Failed | None]]:
    """What came in: each worker that has an answer, and each that died over its member, with None."""
    busy = [worker for worker in crew if worker.number is not None]
    ready = wait([worker.channel for worker in busy])
    found: list[tuple[_Worker, Row | Failed | None]] = []
    for worker in (worker for worker in busy if worker.channel in ready):
        try:
            found.append((worker, worker.channel.recv()[1]))
        except (EOFError, OSError):  # its end of the channel is closed
            found.append((worker, None))
    return found
