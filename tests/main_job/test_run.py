"""The shipped workbook is solved to optimality, every identity holds, and the matrix is the same every time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # the package carries no types

from model.api import Plan

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow

#: Identities that the issue asks for by name: land, stands, wood, water, power, money, carbon, certificate.
IDENTITIES = (
    "land_by_class", "forest_area_is_conserved", "age_classes_sum_to_strata", "stock_change_is_sink", "wood_balance", "water_by_zone",
    "power_by_slice", "money_in_is_money_out", "nation_is_sum_of_regions", "strict_account_and_targets", "objective_is_sum_of_parts",
    "primal_is_dual",
)  # fmt: skip
LARGEST_ERROR = 1e-6
HASH = (
    "import sys, model; from model.api import assemble_checked; from model.core.solve.matrix import compile_matrix; "
    "print(compile_matrix(assemble_checked(model.read(sys.argv[1]).data('reference'))).hash())"
)


def test_the_shipped_workbook_is_solved_to_optimality(plan: Plan, manifest: dict[str, Any]) -> None:
    assert ("optimal", "optimal") == (plan.status, manifest["status"])
    assert pytest.approx(plan.objective, rel=1e-12) == manifest["objective"]["value"]
    assert ("bn CNY", "min") == (manifest["objective"]["unit"], manifest["objective"]["sense"])
    assert manifest["objective"]["value"] > 0.0


def test_every_identity_of_the_issue_is_checked_and_holds(manifest: dict[str, Any]) -> None:
    found = {identity["name"]: identity for identity in manifest["identities"]}
    assert [] == [name for name in IDENTITIES if name not in found]
    assert {} == {name: i["largest_error"] for name, i in found.items() if not (i["ok"] and i["largest_error"] <= LARGEST_ERROR)}
    assert [] == [name for name, i in found.items() if i["tolerance"] > LARGEST_ERROR]


def test_the_manifest_follows_its_schema(manifest: dict[str, Any]) -> None:
    schema = json.loads((ROOT / "docs" / "run.schema.json").read_text(encoding="utf-8"))
    assert [] == [error.message for error in Draft202012Validator(schema).iter_errors(manifest)]


def test_size_and_range_of_the_matrix_are_reported(plan: Plan, manifest: dict[str, Any]) -> None:
    matrix = plan.solution.matrix
    assert list(matrix.shape) == [manifest["size"][key] for key in ("rows", "columns", "nonzeros")]
    smallest, largest = abs(matrix.value).min(), abs(matrix.value).max()
    assert [smallest, largest] == [manifest["coefficient_range"][key] for key in ("smallest", "largest")]
    assert largest / smallest < 1e9


def test_the_matrix_does_not_depend_on_the_order_of_sets(workbook: Path, plan: Plan, manifest: dict[str, Any]) -> None:
    """Two other processes with other seeds of Python's hash build the same matrix, bit for bit, as this one did."""
    runs = [
        subprocess.Popen([sys.executable, "-c", HASH, str(workbook)], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, stdout=subprocess.PIPE, text=True)
        for seed in ("1", "2")
    ]  # fmt: skip
    found = [run.communicate()[0].strip() for run in runs]
    assert 64 == len(plan.solution.matrix.hash())
    assert [plan.solution.matrix.hash()] * 3 == [*found, manifest["matrix_hash"]]
