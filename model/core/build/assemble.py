"""From data to a closed model: every present lever builds itself, then the closing modules, then the balances close.

Limits: the order of levers never matters to the model, only to the order of rows and columns.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ..data import Data
from ..declare.balances import BALANCES
from ..ledger import Ledger
from . import registry
from .build import Build, Lever
from .declared import refuse


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the garbage collector: half the time of a Pyomo build is spent in it."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def assemble(
    data: Data,
    levers: Sequence[type[Lever]] | None = None,
    closings: Sequence[type[Lever]] | None = None,
    *,
    keep_relations: bool = False,
) -> Build:
    """Build the model of a workbook: all levers whose tables it holds, or only those given. InputError where one refuses the data."""
    chosen = registry.levers() if levers is None else levers
    chosen_closings = registry.closings() if closings is None else closings
    with collector_paused():
        build = Build(data, Ledger(dict(BALANCES)), keep_relations)
        living = [lever for lever in chosen if lever.present(data)]
        build.present = [lever.name for lever in living]
        living += [closing for closing in chosen_closings if closing.present(data)]
        build.levers = [*living]
        refuse(data, living)
        for lever in living:
            with build.part(lever):
                lever(build).build()
        build.close_balances()
    return build
