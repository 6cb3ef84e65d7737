"""The workers of a Dask cluster, reached by the address of its scheduler.

    Cluster("tcp://10.0.0.1:8786").rows(job, members)

The job goes to the cluster once; each thread of a worker opens it when its first member comes. A worker that dies costs nothing but time:
Dask hands its members to another, and one over which several workers die counts as lost.

Limits: workers need this program in the same version; nothing is read from or written to their disks.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import Any

from ..core.declare.lines import Said
from ..core.declare.spec import Finding, InputError
from ..version import __version__
from .work import LOST, Job, Member, Opened, Row, label_of, solved_by_worker

#: Where findings about a cluster stand: the option, not a sheet.
OPTION = "--scheduler"
#: Seconds until a scheduler has to answer.
ANSWERS_WITHIN = 20.0


def program_version() -> str:
    """The version of this program where it is asked."""
    return __version__


@dataclass
class Cluster:
    """A Dask cluster; InputError where it does not answer, has no worker, or runs another version of this program."""

    address: str

    def rows(self, job: Job, members: Sequence[Member], opened: Opened | None = None) -> Iterator[tuple[int, Row]]:
        """As a crew does."""
        client = self._client()
        try:
            self._check(client)
            from distributed import as_completed

            # as a task of its own the job can be made again where a worker that held it dies; data that are scattered can not
            packed = client.submit(bytes, job.packed, pure=False)
            tasks = {client.submit(solved_by_worker, packed, job.digest, member, pure=False): number for number, member in enumerate(members)}
            for task in as_completed(list(tasks), loop=client.loop):
                yield tasks[task], self._row(task, members[tasks[task]])
        finally:
            client.close()

    def _row(self, task: Any, member: Member) -> Row:
        """The row of a task that ended; what a worker stumbled over is raised here."""
        from distributed.scheduler import KilledWorker

        try:
            row: Row = task.result()
        except KilledWorker:
            return Row(label_of(member), LOST, problem=Said("worker_died"))
        except CancelledError as error:  # the scheduler is gone, and with it what was not finished
            raise _refused("cluster_silent", address=self.address) from error
        return row

    def _client(self) -> Any:
        try:
            from distributed import Client
        except ModuleNotFoundError as error:
            raise _refused("cluster_missing") from error
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        try:
            return Client(self.address, timeout=ANSWERS_WITHIN, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:  # what a wrong address ends in differs by its form
            raise _refused("cluster_silent", address=self.address) from error

    def _check(self, client: Any) -> None:
        """That there are workers and that they run this version."""
        workers = client.scheduler_info(n_workers=-1)["workers"]
        if not workers:
            raise _refused("cluster_empty", address=self.address)
        try:
            versions = sorted(set(client.run(program_version).values()))
        except (ModuleNotFoundError, AttributeError) as error:
            raise _refused("cluster_without", address=self.address) from error
        if versions != [__version__]:
            raise _refused("cluster_version", address=self.address, theirs=", ".join(versions), ours=__version__)


def _refused(name: str, **told: object) -> InputError:
    return InputError([Finding("error", OPTION, "", Said(name, **told), Said("cluster_wanted"))])
