"""A nation that has to cut 5 of 10 Mt a year, by two levers, small enough to be worked by hand; one period of ten years without discounting.

Cheap cuts are 3 Mt at 1 bn CNY each, dear ones 10 Mt at 4: the plan cuts 3 and 2, which costs 3 + 8 = 11 bn CNY a year, 110 in all.

Limits: nothing but these two levers, in one region.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from model import analysis
from model.analysis import Outcome, Task
from model.closing.carbon import CarbonAccount
from model.closing.objective import ObjectiveClosing
from model.closing.targets import CarbonTargets
from model.core.build.assemble import assemble
from model.core.build.build import Build, Lever
from model.core.data import Data
from model.core.declare.roles import Decision, Told
from model.core.declare.spec import Variable
from model.core.solve.solver import solve
from model.reporting.tables.every import allocation_terms, result_tables
from tests.levers.toy import poster, toy_data

CUTS = {name: Variable(name, ("region", "year"), "Mt CO2/yr") for name in ("cheap", "dear")}
PRICES = {"cheap": (1.0, 3.0), "dear": (4.0, 10.0)}


def nation(limit: float | None = 5.0, years: tuple[int, ...] = (2020, 2030), **settings: float | str) -> Data:
    """Net emissions of 2025, the middle of the period, are at most ``limit``; without one nothing is asked for."""
    targets = [] if limit is None else [{"target": "t", "scope": "nation", "kind": "net_limit", "year": 2025, "value": limit}]
    given = {"discount_rate": 0.0, "burden_baseline": "nothing_asked", **settings}
    return toy_data(years=years, tables={"carbon_targets": targets} if targets else {}, settings=given)


def built(data: Data) -> Build:
    """The two levers and what they are asked for."""

    def cut(lever: Lever) -> None:
        keys = pd.DataFrame({"region": "west", "year": lever.data.years})
        lever.ledger.supply_fixed("emission", keys, 10.0, item="burnt", unit="Mt CO2/yr")
        for name, (price, most) in PRICES.items():
            family = lever.b.variable(CUTS[name], keys, high=most)
            lever.ledger.use("emission", family.terms(), 1.0, item="cut", unit="1")
            lever.ledger.use("money", family.terms(), price, item="cut", unit="bn CNY/Mt CO2")

    both = poster(cut)
    both.decisions = tuple(Decision(name, lever=name, told=Told("Mt CO2/yr")) for name in CUTS)
    return assemble(data, [both], [CarbonAccount, CarbonTargets, ObjectiveClosing])


def analysed(name: str, data: Data, make: Callable[[Data], Build] = built, workers: int = 1, **given: float | str) -> Outcome:
    """An analysis of the toy; its other scenario asks for nothing."""
    settings: dict[str, Any] = {**analysis.defaults(name), **given}
    others = {"nothing_asked": nation(None)}
    task = Task(
        data, settings, lambda data, phase: solve(make(data)), result_tables, make, lambda build, phase: solve(build),
        scenario=others.__getitem__, scenario_names=tuple(others), workers=workers, terms=allocation_terms,
    )  # fmt: skip
    return analysis.run(name, task)


def table(found: Outcome, name: str) -> pd.DataFrame:
    """One table of an outcome."""
    return next(one.frame for one in found.tables if one.name == name)
