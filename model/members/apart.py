"""Calls made by other processes of this machine, with what each of them printed.

    for item, done in apart(partial(run_one, request), ["wet", "dry"], workers=2): ...

Limits: functions are found by their name and processes are spawned, so a script needs the guard ``if __name__ == "__main__":``.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from typing import Any


@dataclass(frozen=True)
class Done:
    """What a call gave back, and what it printed; ``died`` where its process did not come back."""

    result: Any = None
    out: str = ""
    err: str = ""
    died: bool = False


def apart(call: Callable[[str], Any], items: Sequence[str], workers: int) -> Iterator[tuple[str, Done]]:
    """Each item with what the call made of it, in the order of the items. A defect within a call comes through."""
    with ProcessPoolExecutor(min(workers, len(items)), get_context("spawn")) as pool:
        futures = [(item, pool.submit(partial(_heard, call), item)) for item in items]
        try:
            for item, future in futures:
                try:
                    yield item, future.result()
                except BrokenProcessPool:
                    yield item, Done(died=True)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _heard(call: Callable[[str], Any], item: str) -> Done:
    """What a call makes of an item, with what it prints."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        result = call(item)
    return Done(result, out.getvalue(), err.getvalue())
