"""Carbon in its pools at the milestones: those of the levers' states, and those that are no variable.

Limits: a pool of a lever that is not in the model has no rows; what feeds the sink without a declared pool has none either.
"""

from __future__ import annotations

import pandas as pd

from ...core.build import registry
from ...core.build.roles import states
from ...core.declare.results import Link
from ...core.declare.roles import Pool
from ...core.solve.amounts import stack, terms, total, values
from ...core.solve.sides import Tables
from ...core.solve.solution import Solution

UNIT = "Mt C"


def pools(solution: Solution) -> dict[str, Pool]:
    """The pools that the model can have, by name: of its states, and those that the rooms of the levers make."""
    own = [state.pool for state in states(solution.build).values() if state.pool is not None]
    return {pool.name: pool for pool in (*(pool for pool in registry.pools() if pool.make is not None), *own)}


def stocks(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``stocks``: carbon by region, pool and year in Mt C; a pool may be a deficit, or what enters in the period and no stock."""
    parts = [pool.make(solution, tables).assign(pool=pool.name) for pool in pools(solution).values() if pool.make is not None]
    parts += [_of_state(solution, name, state.pool) for name, state in states(solution.build).items() if state.pool is not None]
    found = stack(parts)
    return found.assign(unit=UNIT) if len(found) else found


def stocks_links(solution: Solution) -> list[Link]:
    """What pools are variables; those that the rooms make follow from other tables."""
    found = [terms(solution, name, UNIT).assign(pool=state.pool.name) for name, state in states(solution.build).items() if state.pool is not None]
    parts = [part[["region", "pool", "year", "position", "value"]] for part in found if len(part)]
    return [Link("value", ("region", "pool", "year"), stack(parts))] if parts else []


def _of_state(solution: Solution, variable: str, pool: Pool) -> pd.DataFrame:
    """A family of variables by region and year; what is empty at first has a row for the base year as well."""
    frame = values(solution, variable, UNIT)
    if frame.empty:
        return frame
    frame = total(frame, ["region", "year"])
    first = frame[["region"]].drop_duplicates().assign(year=solution.build.data.base_year, value=0.0) if pool.empty_at_first else frame[:0]
    return stack([first, frame]).assign(pool=pool.name)
