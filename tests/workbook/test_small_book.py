"""The small whole workbook: a few numbers set to their bounds, and a few spoilt at random, are solved or refused in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import model
from model.core.build.assemble import assemble
from model.core.solve.solver import solve
from model.reporting.identities.every import check_identities, identities
from model.reporting.tables.every import Made
from tests.workbook import bounds_solved, fuzz_solves
from tests.workbook.missing import Checked

#: Numbers that only a solve used to stumble over, and one of each way to end.
AT_BOUNDS = {
    "livestock!B3=0": "solved", "water_zones!E3=0": "refused", "industry!E3=1000.0": "infeasible",
    "forest_harvest!C3=0": "refused", "periods!A3=1000": "refused",
}  # fmt: skip
SEEDS = range(2)


@pytest.fixture
def small(small_workbook: Path) -> Path:
    return small_workbook


@pytest.mark.slow
def test_every_table_of_the_shipped_workbook_has_rows_in_the_small_one(small: Path, workbook: Path) -> None:
    assert set(Checked(workbook).reads) == set(Checked(small).reads)


@pytest.mark.slow
@pytest.mark.parametrize("case", list(AT_BOUNDS))
def test_a_number_at_its_bound_is_solved_or_refused(case: str, small: Path, tmp_path: Path) -> None:
    lines: list[str] = []
    assert [] == bounds_solved.run(small, [case], tmp_path, lines.append)
    assert [AT_BOUNDS[case]] == [line.split("\t")[1] for line in lines], lines


@pytest.mark.slow
def test_the_cases_are_both_bounds_of_every_number(small: Path) -> None:
    """Each once; those named here are among them."""
    cases = list(bounds_solved.cases(Checked(small)))
    assert len(set(cases)) == len(cases) > 500
    assert set(AT_BOUNDS) <= set(cases)


@pytest.mark.slow
@pytest.mark.parametrize("objective", ["min_max_burden", "min_peak", "max_net_removal"])
def test_every_objective_is_solved_to_where_primal_is_dual(objective: str, small: Path) -> None:
    """Duals of an objective that is one variable are small beside the tolerance of the solver."""
    data = model.read(small).data("reference")
    solution = solve(assemble(replace(data, settings={**data.settings, "objective": objective})))
    assert "optimal" == solution.status
    found = check_identities(Made(solution), solution, [identity for identity in identities() if identity.name == "primal_is_dual"])
    assert [True] == [identity["ok"] for identity in found], found


@pytest.mark.slow
def test_spoilt_workbooks_are_solved_or_refused(small: Path, tmp_path: Path) -> None:
    ended: list[str] = []
    assert [] == fuzz_solves.run(small, SEEDS, tmp_path, ended.append)
    assert len(SEEDS) == len(ended)
