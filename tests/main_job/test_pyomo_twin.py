"""The matrix that is solved is the one that Pyomo's own compiler makes of the rules' Pyomo relations."""

from __future__ import annotations

from pathlib import Path

import pytest

import model
from model.core.build.assemble import assemble
from model.core.solve.matrix import compile_matrix
from tests.conftest import ROOT
from tests.pyomo_twin import assert_same_matrix, pyomo_matrix


@pytest.mark.slow
@pytest.mark.parametrize("workbook", sorted((ROOT / "inputs").glob("*.xlsx")), ids=lambda path: path.stem)
def test_the_matrix_is_that_of_pyomo(workbook: Path) -> None:
    build = assemble(model.read(workbook).data("reference"), keep_relations=True)
    assert_same_matrix(pyomo_matrix(build), compile_matrix(build))
