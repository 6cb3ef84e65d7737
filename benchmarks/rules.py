"""What each pledge and each rule of pace costs: ``python benchmarks/rules.py``.

Every target, every pledge and all paces of one decision are switched off alone, and the plan is solved again; beside them stand the
budget in place of the straight line (scenario ``area``), the plan without line (``late``) and without any target (``no_targets``), and the
horizon that ends with the plan. Writes docs/costs_of_rules.md.

Limits: a cost is the difference of two optima of the whole horizon; what several rows cost together is not their sum.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
if str(HERE.parent) not in sys.path:
    sys.path.insert(0, str(HERE.parent))

SHEETS = ("carbon_targets", "climate_targets", "energy_targets", "capacity_targets", "forest_targets", "build_dynamics")
PLEDGED, MEMBERS = "capacity_targets", "capacity_target_members"
SCENARIOS = ("area", "late", "no_targets", "developed_first")
#: What rows that are switched off together have in common: the name of a target, the decision of a pace.
KEYS = ("target", "decision")
WORKBOOK = HERE.parent / "inputs" / "three_regions.xlsx"
PAGE = HERE.parent / "docs" / "costs_of_rules.md"
#: A difference below this share of the objective is the solver's, not the rule's.
NOISE = 1e-8
Answer = tuple[str, str, str, float, float]


def rows_of(workbook: Path) -> list[tuple[str, tuple[str, ...], str]]:
    """Sheet, cells of ``active`` (as SHEET!CELL) and name of every target, pledge and decision with a pace."""
    import model
    from model.core.build.registry import schema

    data, tables = model.read(workbook).data("reference"), schema().tables
    found: list[tuple[str, tuple[str, ...], str]] = []
    for sheet in SHEETS:
        frame = data.frame(tables[sheet])
        for name, part in frame.groupby(next(key for key in KEYS if key in frame), sort=False):
            cells = [f"{sheet}!{data.cell(sheet, int(row), 'active')}" for row in part.index]
            if sheet == PLEDGED:  # what counts for a pledge goes with it
                members = data.frame(tables[MEMBERS])
                cells += [f"{MEMBERS}!{data.cell(MEMBERS, int(row), 'active')}" for row in members.index[members["target"] == name]]
            found.append((sheet, tuple(cells), str(name)))
    return found


def solved(task: tuple[str, str, str, tuple[str, ...], str]) -> Answer:
    """Objective of the whole horizon and its part of the plan itself; NaN where there is no plan."""
    import model

    workbook, kind, name, overrides, scenario = task
    plan = model.solve(model.read(workbook, overrides=list(overrides)), scenario=scenario)
    if plan.status != "optimal":
        return kind, name, plan.status, float("nan"), float("nan")
    data = plan.data
    frame = plan.tables["objective"]
    planned = frame[(frame["year"] > data.history_until) & (frame["year"] <= data.plan_until)]
    return kind, name, plan.status, float(plan.objective), float(planned["value"].sum())


def main(arguments: list[str] | None = None) -> int:
    """Solve all and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workbook", type=Path, default=WORKBOOK)
    parser.add_argument("--out", type=Path, default=PAGE)
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args(arguments)
    book = str(chosen.workbook)
    tasks: list[tuple[str, str, str, tuple[str, ...], str]] = [(book, "reference", "reference", (), "reference")]
    tasks += [(book, sheet, name, tuple(f"{cell}=0" for cell in cells), "reference") for sheet, cells, name in rows_of(chosen.workbook)]
    tasks += [(book, "scenario", name, (), name) for name in SCENARIOS]
    tasks.append((book, "horizon", "ends with the plan", tuple(ends_with_plan(chosen.workbook)), "reference"))
    with ProcessPoolExecutor(chosen.workers) as pool:
        answers = []
        for number, answer in enumerate(pool.map(solved, tasks), start=1):
            answers.append(answer)
            print(f"{number}/{len(tasks)} {answer[0]} {answer[1]} {answer[3]:.2f}", file=sys.stderr)
    chosen.out.write_text(page(answers), encoding="utf-8", newline="\n")
    return 0


def ends_with_plan(workbook: Path) -> list[str]:
    """The overrides that switch the periods after the plan off."""
    import model
    from model.core.data import AFTER, PERIODS

    data = model.read(workbook).data("reference")
    frame = data.frame(PERIODS)
    return [f"{PERIODS.name}!{data.cell(PERIODS.name, int(row), 'active')}=0" for row in frame.index[frame["kind"] == AFTER]]


def page(answers: list[Answer]) -> str:
    """The table in Markdown, dearest first within each sheet."""
    _, _, _, whole, plan = answers[0]
    lines = [
        "# What pledges and rules of pace cost",
        "",
        "Each target, each pledge and all paces of one decision switched off alone in the shipped workbook of three regions, everything else as it is. A positive number is what the row costs, discounted bn CNY of the base year;",
        "written by `python benchmarks/rules.py`, to be run anew when the workbook changes. What several rows cost together is not their sum; a row without cost does not bind.",
        "",
        f"The reference costs {whole:,.0f} bn CNY, of which {plan:,.0f} are of the plan itself.",
        "",
        "| sheet | row | cost of the row, bn CNY | share of the whole, % |",
        "|---|---|---|---|",
    ]
    for sheet in SHEETS:
        own = [(name, status, whole - value) for kind, name, status, value, _ in answers if kind == sheet]
        for name, status, cost in sorted(own, key=lambda row: -row[2] if row[2] == row[2] else 0.0):
            told = status if cost != cost else "0" if abs(cost) < NOISE * abs(whole) else f"{cost:,.1f}"
            share = "" if cost != cost else "0" if told == "0" else f"{100.0 * cost / whole:.3f}"
            lines.append(f"| `{sheet}` | {name} | {told} | {share} |")
    lines += ["", "| in place of the reference | whole objective, bn CNY | of the plan itself, bn CNY | dearer than the reference, bn CNY |", "|---|---|---|---|"]
    for kind, name, status, value, own_plan in answers:
        if kind in ("scenario", "horizon"):
            lines.append(f"| {kind} {name} | {value:,.0f} | {own_plan:,.0f} | {value - whole:,.0f} |" if value == value else f"| {kind} {name} | {status} | | |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
