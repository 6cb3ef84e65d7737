"""A model of a changed workbook made from the model of the workbook before: only the parts that read a change are built.

Every lever's part remembers the tables and settings that it read, a closing module the balances, too. Parts that read none of the changed ones are
taken over as they stand, with their variables, rows, limits and posts; the others are built anew. A closing module follows when a post of a balance that it
read has changed, and every one when bounds or what else stands in a variable family have; a balance follows its posts. The result is the same, number by
number, as building everything (tested).

Limits: the variables must stay the same; where a change adds or removes one, ``rebuild`` says so with None.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..data import PERIODS, REGIONS, SETTING_PREFIX, Data
from ..declare.balances import BALANCES
from ..ledger import Ledger, Post
from . import registry
from .assemble import assemble, collector_paused
from .build import Build, Lever
from .declared import refuse
from .parts import Family, Part

#: Read once and remembered by ``Data`` for everybody: no part can say that it did not read them.
READ_BY_ALL = (REGIONS.name, PERIODS.name)


def changed_names(old: Data, new: Data) -> list[str]:
    """Names of the tables, and ``setting:`` names of the settings, that differ between two workbooks, in order."""
    tables = [*old.tables, *(name for name in new.tables if name not in old.tables)]
    found = [name for name in tables if not _same_table(old.tables.get(name), new.tables.get(name))]
    settings = [*old.settings, *(name for name in new.settings if name not in old.settings)]
    return found + [SETTING_PREFIX + name for name in settings if old.settings.get(name) != new.settings.get(name)]


def _same_table(one: pd.DataFrame | None, other: pd.DataFrame | None) -> bool:
    if one is None or other is None:
        return one is other
    return one is other or bool(one.equals(other))


def rebuild(
    old: Build,
    data: Data,
    levers: Sequence[type[Lever]] | None = None,
    closings: Sequence[type[Lever]] | None = None,
) -> Build | None:
    """The model of ``data`` with what ``old`` already holds; None when levers or variables are not the same.

    ``levers`` and ``closings`` are those that ``old`` was assembled from, all of them by default.
    """
    chosen = registry.levers() if levers is None else levers
    chosen_closings = registry.closings() if closings is None else closings
    changed = dict.fromkeys(changed_names(old.data, data))
    living = [lever for lever in chosen if lever.present(data)]
    closing = [module for module in chosen_closings if module.present(data)]
    if [c.name for c in (*living, *closing)] != list(old.parts):
        return None
    everything = any(name in changed for name in READ_BY_ALL)

    def stale(part: Part) -> bool:
        return everything or any(name in changed for name in part.reads)

    with collector_paused():
        build = Build(data, Ledger(dict(BALANCES)), whole=lambda: assemble(data, levers, closings))
        build.present = list(old.present)
        build.levers = [*living, *closing]
        moved: dict[str, None] = {}  # balances to which a part built anew posts something else than before
        touched = False  # whether a variable family is another than before in anything but its place
        for lever in (*living, *closing):
            part = old.parts[lever.name]
            if stale(part) or (lever in closing and (touched or any(balance in moved for balance in part.balances))):
                refuse(data, [lever])
                with build.part(lever) as new:
                    lever(build).build()
                moved.update(dict.fromkeys(_moved(part.posts, new.posts)))
                if not _same_variables(old, part, build, new):
                    return None
                touched = touched or not all(_same_family(old.families[name], build.families[name]) for name in new.families)
            else:
                _take_over(old, part, build)
        if build.objective is None:
            build.objective, build.further = old.objective, old.further
        _close(old, build, moved)
    return build


def _same_variables(old: Build, before: Part, build: Build, after: Part) -> bool:
    """Whether a part built anew declares the variables that it had, in the same places."""
    if before.families != after.families:
        return False
    pairs = [(old.families[name], build.families[name]) for name in before.families]
    return all(a.start == b.start and a.frame.equals(b.frame) for a, b in pairs)


def _same_family(one: Family, other: Family) -> bool:
    """Whether bounds, what happened and what is gained are the same."""
    same_gains = one.gains is other.gains if one.gains is None or other.gains is None else one.gains.equals(other.gains)
    return same_gains and all(np.array_equal(a, b) for a, b in ((one.lower, other.lower), (one.upper, other.upper), (one.held, other.held)))


def _moved(before: Sequence[Post], after: Sequence[Post]) -> list[str]:
    """The balances to which other posts are made than before, in order."""
    of_balance: dict[str, tuple[list[Post], list[Post]]] = {}
    for side, posts in enumerate((before, after)):
        for post in posts:
            of_balance.setdefault(post.balance, ([], []))[side].append(post)
    return [name for name, (old, new) in of_balance.items() if len(old) != len(new) or not all(one.same(other) for one, other in zip(old, new, strict=True))]


def _take_over(old: Build, part: Part, build: Build) -> None:
    for name in part.families:
        family = old.families[name]
        build.families[name] = family
        build.size += len(family)
    for name in part.rows:
        build.blocks[name], build.rows[name] = old.blocks[name], old.rows[name]
    build.limits.extend(part.limits)
    build.impossible.extend(part.impossible)
    for post in part.posts:
        build.ledger.add(post)
    build.parts[part.name] = part


def _close(old: Build, build: Build, moved: dict[str, Any]) -> None:
    """Close the balances in their order: those with changed posts anew, the others as they were closed before."""
    names = {f"balance_{name}" for name in moved}
    for spec in build.ledger.balances.values():
        row = f"balance_{spec.name}"
        if row in names:
            build.close_balances([spec.name])
        elif row in old.blocks:
            build.blocks[row], build.rows[row] = old.blocks[row], old.rows[row]
            build.limits.extend(limits for limits in old.limits if limits.name == row)
            build.impossible.extend(entry for entry in old.impossible if entry[0] == row)
