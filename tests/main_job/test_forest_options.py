"""What the shipped workbook offers beside clearcut, switched off: what is allowed besides never costs, rules never save. With few periods."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import model
from model.api import Plan
from model.workbook.book import Book

pytestmark = pytest.mark.slow
#: Relative: rounding of the solver.
ROUNDING = 1e-7


@pytest.fixture(scope="module")
def partial(short_book: Book) -> Plan:
    return model.solve(short_book, "partial_cuts")


def test_cutting_in_part_makes_the_plan_cheaper_and_replaces_clearcut(short_plan: Plan, partial: Plan) -> None:
    assert "optimal" == partial.status
    assert partial.objective < short_plan.objective * (1.0 - ROUNDING)
    cut = partial.tables["partial_cutting"]
    assert {"selection", "tending", "thinning"} == set(cut["method"])
    assert (cut["removed_mm3"] > 0.0).any()
    assert partial.tables["forest"]["clearcut_kha"].sum() < short_plan.tables["forest"]["clearcut_kha"].sum()


def test_its_report_closes_every_identity(partial: Plan, tmp_path: Path) -> None:
    """Writing fails with IdentityError when area, carbon or any other account of the tables does not close."""
    folder = partial.write(tmp_path / "run")
    written = pd.read_csv(folder / "tables" / "partial_cutting.csv")
    assert len(written) == len(partial.tables["partial_cutting"])


def test_every_share_removed_is_at_least_the_one_asked_for(partial: Plan) -> None:
    """Per hectare: what is removed of the volume of the class, from the tables of the plan."""
    cut = partial.tables["partial_cutting"]
    cut = cut[cut["area_kha"] > 1e-3]
    forest = partial.tables["forest"]
    density = (1000.0 * forest["volume_mm3"] / forest["area_kha"]).groupby([forest["stratum"], forest["age_class"]]).median()
    held = density.reindex(pd.MultiIndex.from_frame(cut[["stratum", "age_class"]])).to_numpy(dtype=float)
    share = 1000.0 * cut["removed_mm3"].to_numpy(dtype=float) / cut["area_kha"].to_numpy(dtype=float) / held
    wanted = cut["method"].map({"selection": 0.3, "tending": 0.2, "thinning": 0.2}).to_numpy(dtype=float)
    assert (share >= wanted - 1e-6).all()


def test_other_species_never_make_the_plan_dearer(short_book: Book, short_plan: Plan) -> None:
    found = model.solve(short_book, "mixed_species")
    assert "optimal" == found.status
    assert found.objective <= short_plan.objective * (1.0 + ROUNDING)
    assert (found.tables["regeneration"]["area_kha"] > 0.0).any()


def test_the_phases_of_the_paper_never_make_the_plan_cheaper(short_book: Book, short_plan: Plan) -> None:
    found = model.solve(short_book, "phased_roadmap")
    assert "optimal" == found.status
    assert found.objective >= short_plan.objective * (1.0 - ROUNDING)
