"""Tightening what the plan may use never makes it cheaper, and what it costs stands in ``docs/tightening.md``.

With the environment variable UPDATE_DOCS=1 the page is written anew; otherwise it is compared with what was solved.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from model.api import Plan
from model.core.solve.highs.shipped import scenarios_with_start
from model.ensemble import WarmBook
from model.workbook.book import Book

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tightening.md"
SCENARIOS = ("water_minus_10", "no_west_line", "no_harvest", "half_afforestation_land", "demand_plus_10", "half_ecological_budget")
#: Relative: what counts as rounding of the solver, and what as a strictly dearer plan.
ROUNDING, DEARER = 1e-7, 1e-6
FEWEST_DEARER = 4
#: The page holds five digits of a cost; four are compared.
FOUR_DIGITS = 5e-4
#: Where the cost rises and no sheet's limits gain as much.
NO_SHEET = "no sheet by more than rounding"
NAMED = 3
LAST_PLANNED = 2060
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Tightened:
    """Cost in bn CNY, and what every sheet's limits are worth: sum of the gains of relaxing each by 1 % of its activity, in bn CNY."""

    status: str
    cost: float
    worth: pd.Series


def worth(limits: pd.DataFrame) -> pd.Series:
    return limits["gain_of_1_percent"].astype(float).groupby(limits["sheet"]).sum()


@pytest.fixture(scope="module")
def reference(plan: Plan) -> Tightened:
    return Tightened(plan.status, plan.objective, worth(plan.solution.limits()))


@pytest.fixture(scope="module")
def warm(book: Book, plan: Plan) -> WarmBook:
    """The reference in the solver: scenarios start from its plan, and have the optimum that they have from nothing (``tests/analysis/test_warm.py``)."""
    return WarmBook(book, build=plan.build)


@pytest.fixture(scope="module")
def tightened(warm: WarmBook, scenario_plan: Callable[[str], Plan]) -> dict[str, Tightened]:
    """Each scenario without its report: from the start that comes with the program where it has one, else from the reference."""
    own, found = scenarios_with_start("three_regions"), {}
    for name in SCENARIOS:
        solution = (scenario_plan(name) if name in own else warm.plan(name)).solution
        found[name] = Tightened(solution.status, solution.objective, worth(solution.limits()))
    return found


def changed_sheet(book: Book, name: str) -> str:
    """The sheet that a scenario tightens: that of its first change; what follows makes room for it."""
    scenario = next(s for s in book.scenarios if s.name == name)
    return scenario.overrides[0].sheet


def test_tightening_never_makes_the_plan_cheaper(reference: Tightened, tightened: dict[str, Tightened]) -> None:
    assert dict.fromkeys(SCENARIOS, "optimal") == {name: t.status for name, t in tightened.items()}
    cheaper = {name: t.cost - reference.cost for name, t in tightened.items() if t.cost < reference.cost * (1.0 - ROUNDING)}
    assert {} == cheaper


def test_at_least_four_of_the_six_are_strictly_dearer(reference: Tightened, tightened: dict[str, Tightened]) -> None:
    dearer = [name for name, t in tightened.items() if t.cost > reference.cost * (1.0 + DEARER)]
    assert len(dearer) >= FEWEST_DEARER, dearer


def test_what_costs_nothing_takes_away_what_the_plan_does_not_use(
    reference: Tightened, tightened: dict[str, Tightened], book: Book, tables: dict[str, pd.DataFrame]
) -> None:
    """Where the cost stays the same, the limits of the changed sheet are worth nothing in the reference plan: they have
    slack, or, for the diversion, nothing is delivered as far as the plan goes: 11 million m3 a year of 2071-80 are worth less than is told apart."""
    for name, found in tightened.items():
        if found.cost > reference.cost * (1.0 + DEARER):
            continue
        sheet = changed_sheet(book, name)
        if name == "no_west_line":  # a setting that switches the line off; other settings of that sheet are limits that bind
            assert tables["allocation"].query("lever == 'water_diversion' and year <= @LAST_PLANNED")["value"].abs().max() <= 1e-6
            continue
        assert float(reference.worth.get(sheet, 0.0)) <= DEARER * reference.cost, name
        slack = tables["limits"].query("sheet == @sheet")["slack"]
        assert len(slack) > 0, name
        assert slack.min() > 0.0, name


def gained(found: Tightened, reference: Tightened) -> list[str]:
    """The sheets whose limits are worth more than in the reference plan, the largest gain first."""
    gain = found.worth.sub(reference.worth, fill_value=0.0)
    gain = gain[gain > DEARER * reference.cost].sort_values(ascending=False, kind="stable")
    return [str(sheet) for sheet in gain.index[:NAMED]]


def page(reference: Tightened, tightened: dict[str, Tightened], book: Book) -> str:
    lines = [
        "# What tightening costs", "",
        "Each scenario of `inputs/three_regions.xlsx` takes something away from the reference plan. Costs are discounted, over",
        "the whole horizon, in bn CNY. The last column names the sheets whose limits gain most in worth (relaxing each by 1 % of",
        "the activity that it rules) against the reference. Written by `tests/main_job/test_tightening.py` with UPDATE_DOCS=1, compared by every run of it.", "",
        "| scenario | changed sheet | cost | above reference | what binds more |", "|---|---|---|---|---|",
        f"| reference | | {reference.cost:.1f} | | |",
    ]  # fmt: skip
    for name, found in tightened.items():
        more = found.cost - reference.cost
        dearer = more > DEARER * reference.cost
        binds = (", ".join(gained(found, reference)) or NO_SHEET) if dearer else "nothing: the reference plan does not use what is taken"
        lines.append(f"| {name} | {changed_sheet(book, name)} | {found.cost:.1f} | {more if dearer else 0.0:.4g} | {binds} |")
    return "\n".join([*lines, ""])


def rows_of(text: str) -> dict[str, list[str]]:
    """Cells of the table by scenario."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")]
    return {row[0]: row for row in rows[1:]}


def test_the_page_holds_what_was_solved(reference: Tightened, tightened: dict[str, Tightened], book: Book) -> None:
    solved = page(reference, tightened, book)
    if os.environ.get("UPDATE_DOCS") == "1":
        PAGE.write_text(solved, encoding="utf-8", newline="\n")
    committed, found = rows_of(PAGE.read_text(encoding="utf-8")), rows_of(solved)
    assert ["reference", *SCENARIOS] == list(committed)
    for name, row in committed.items():
        assert found[name][1] == row[1]
        assert pytest.approx(float(found[name][2]), rel=FOUR_DIGITS) == float(row[2]), name
        assert pytest.approx(float(found[name][3] or 0.0), rel=FOUR_DIGITS) == float(row[3] or 0.0), name


def test_what_the_page_names_as_binding_binds(tightened: dict[str, Tightened]) -> None:
    """Every sheet named in the last column holds a limit with a price in that scenario."""
    committed = rows_of(PAGE.read_text(encoding="utf-8"))
    for name, found in tightened.items():
        if float(committed[name][3]) > 0.0 and committed[name][4] != NO_SHEET:
            named = committed[name][4].split(", ")
            assert [] == [sheet for sheet in named if not found.worth.get(sheet, 0.0) > 0.0], name


def test_wider_trade_is_never_dearer_and_narrower_trade_never_cheaper(reference: Tightened, scenario_plan: Callable[[str], Plan]) -> None:
    """Lines that may grow twice as fast save something, no new lines cost something; either is more than rounding."""
    wider, narrower = (scenario_plan(name).objective for name in ("free_trade", "no_new_trade"))
    assert wider < reference.cost * (1.0 - DEARER)
    assert narrower > reference.cost * (1.0 + DEARER)


def test_a_tighter_cap_is_never_cheaper(reference: Tightened, scenario_plan: Callable[[str], Plan]) -> None:
    """The paper's paths only add limits on CO2, a least sink and shares of output to the targets of the reference."""
    tighter = scenario_plan("paper_paths")
    added = set(tighter.data.tables["carbon_targets"]["target"]) - {"peak_2030", "neutrality_2060", "decline_to_2060"}
    assert {"developed_ahead_2050", "developed_peak_2025", "industrial_neutral_2060", "west_sink_2060", "developed_emission", "west_sink_kept"} == added
    assert tighter.objective > reference.cost * (1.0 + DEARER)
