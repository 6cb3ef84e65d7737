"""A hundred scenarios of one workbook: solved from scratch, by one kept solver, and as an ensemble of one or two processes.

The scenarios are made by a seeded generator, always the same: each changes a few cells by a few per cent, in turn right-hand
sides (demand, cutting quota, available water, carbon target), costs, and coefficients. Reading the changed workbook is
timed apart; what counts is the time from validated data to a plan. The kept solver (``model.ensemble.WarmBook``) solves
the base plan first; ``model.ensemble.run_ensemble`` reads, solves its base plan and solves the scenarios in one call.

Limits: changes are small, as in a sensitivity analysis; the scenarios cold are a sample, scaled to the whole number.
"""

from __future__ import annotations

import math
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.routes import SCENARIO, Result, import_all

SEED = 20601231
SCENARIOS = 100
#: Scenarios solved from scratch; their time is scaled to all.
SAMPLE = 10
CELLS = 3
CHANGE = 0.03
DIGITS = 6
RIGHT, COST, COEFFICIENT = "right-hand side", "cost", "coefficient"
#: Where a change falls: kind, sheet and column; ``year`` stands for any year after the base year.
PLACES = (
    (RIGHT, "power_demand", "year"),
    (COST, "fuel_prices", "year"),
    (COEFFICIENT, "sites", "capacity_factor"),
    (RIGHT, "harvest_quota", "year"),
    (COST, "sited_capex", "year"),
    (COEFFICIENT, "storage_technologies", "efficiency"),
    (RIGHT, "water_available", "year"),
    (COST, "storage_capex", "year"),
    (COEFFICIENT, "thermal_technologies", "water"),
    (RIGHT, "carbon_targets", "value"),
    (COST, "measure_costs", "year"),
    (COEFFICIENT, "transmission_lines", "loss"),
)

Member = list[str]
#: Status and objective.
Outcome = tuple[str, float]


def members(book: Any, count: int = SCENARIOS, seed: int = SEED) -> list[Member]:
    """``count`` lists of overrides "SHEET!CELL=VALUE" of the book, kinds in turn, values in the workbook's units."""
    from openpyxl import load_workbook

    numbers = random.Random(seed)
    sheets = load_workbook(book.path, data_only=True)
    pools = [pool for _, sheet, column in PLACES if (pool := _cells(sheets, book.data(SCENARIO), sheet, column))]
    if not pools:
        raise ValueError("the workbook has none of the sheets that the scenarios change")
    made = []
    for number in range(count):
        cells = pools[number % len(pools)]
        chosen = numbers.sample(cells, min(CELLS, len(cells)))
        made.append([f"{address}={_changed(value, numbers)}" for address, value in chosen])
    return made


def _changed(value: float, numbers: random.Random) -> str:
    return f"{value * (1.0 + numbers.uniform(-CHANGE, CHANGE)):.{DIGITS}g}"


def _cells(sheets: Any, data: Any, sheet: str, column: str) -> list[tuple[str, float]]:
    """Addresses and numbers of the cells of a column that are not zero, in the units of the workbook."""
    if not data.has(sheet):
        return []
    frame = data.tables[sheet]
    wanted = [(row, str(year) if column == "year" else column) for row, year in zip(frame.index, frame.get("year", frame.index), strict=True)]
    if column == "year":
        wanted = [(row, year) for row, year in wanted if int(year) != data.base_year]
    addresses = [address for row, name in wanted if (address := data.cell(sheet, int(row), name))]
    found = []
    for address in dict.fromkeys(addresses):
        value = sheets[sheet][address].value
        if isinstance(value, int | float) and value:
            found.append((f"{sheet}!{address}", float(value)))
    return found


def _plans(workbook: Path, some: Sequence[Member], plan: Callable[[Any], Any]) -> tuple[dict[str, float], list[Outcome]]:
    """Read and plan each member; seconds of reading and of planning, and status and objective of each plan."""
    import model

    seconds, plans = {"read": 0.0, "solve": 0.0}, []
    for overrides in some:
        started = time.perf_counter()
        changed = model.read(workbook, overrides)
        changed.data(SCENARIO)
        read = time.perf_counter()
        found = plan(changed)
        seconds["solve"] += time.perf_counter() - read
        seconds["read"] += read - started
        # only numbers are kept: a hundred plans would count as memory of the route
        plans.append((found.status, found.objective))
    return seconds, plans


def cold(workbook: Path, count: int) -> Result:
    """A sample of the scenarios, each built and solved from scratch, scaled to ``count``."""
    import model

    import_all()
    chosen = members(model.read(workbook), count)
    sample = chosen[:: max(1, count // SAMPLE)]
    seconds, plans = _plans(workbook, sample, lambda book: model.solve(book, SCENARIO, options=model.SolveOptions(cold=True)))
    scale = count / len(sample)
    whole = {phase: value * scale for phase, value in seconds.items()}
    return _result(whole, plans, {"measured": len(sample), "scenarios": count, "objectives": [objective for _, objective in plans]})


def warm(workbook: Path, count: int) -> Result:
    """All scenarios by one kept solver in this process; its base plan is counted as build."""
    import model
    from model.ensemble import WarmBook

    import_all()
    book = model.read(workbook)
    chosen = members(book, count)
    routes: Counter[str] = Counter()
    started = time.perf_counter()
    solver = WarmBook(book, SCENARIO, model.SolveOptions(cold=True))
    prepared = time.perf_counter() - started

    def plan(changed: Any) -> Any:
        found = solver.plan_data(changed.data(SCENARIO))
        routes[solver.route] += 1
        return found

    seconds, plans = _plans(workbook, chosen, plan)
    sample = [objective for _, objective in plans[:: max(1, count // SAMPLE)]]
    facts = {"measured": count, "scenarios": count, "warm": routes["warm"], "cold": routes["cold"], "objectives": sample}
    return _result({**seconds, "build": prepared}, plans, facts)


def workers(workbook: Path, count: int, number: int) -> Result:
    """All scenarios shared between workers, reading and base plan included."""
    import model
    from model.ensemble import run_ensemble

    import_all()
    chosen = members(model.read(workbook), count)
    started = time.perf_counter()
    found = run_ensemble(workbook, chosen, workers=number, options=model.SolveOptions(cold=True))
    seconds = {"solve": time.perf_counter() - started}
    plans = [(str(status), float(objective)) for status, objective in zip(found["status"], found["objective"], strict=True)]
    routes = Counter(found["route"])
    return _result(seconds, plans, {"measured": count, "scenarios": count, "workers": number, "warm": routes["warm"], "cold": routes["cold"]})


def _result(seconds: dict[str, float], plans: Sequence[Outcome], facts: dict[str, Any]) -> Result:
    optimal = sum(status == "optimal" for status, _ in plans)
    status = "optimal" if optimal == len(plans) else f"{optimal} of {len(plans)} optimal"
    return {"status": status, "seconds": seconds, "objective": math.nan, "optimal": optimal, **facts}


def run(words: Sequence[str]) -> Result:
    """``cold WORKBOOK COUNT``, ``warm WORKBOOK COUNT`` or ``workers WORKBOOK COUNT NUMBER``."""
    workbook, count = Path(words[1]), int(words[2])
    if words[0] == "cold":
        return cold(workbook, count)
    return warm(workbook, count) if words[0] == "warm" else workers(workbook, count, int(words[3]))
