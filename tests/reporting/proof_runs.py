"""Finished runs small enough for the tests of what checks, explains and repeats one.

The one made by hand: 10 TWh are needed; wind costs 3 and has room for 4, coal costs 5 and has no end, sun costs 7.

    least cost 3 wind + 5 coal + 7 sun       wind + coal + sun >= 10 (row need, dual 5), 0 <= wind <= 4
    wind 4 (reduced cost 3 - 5 = -2), coal 6 (0), sun 0 (7 - 5 = 2); cost 12 + 30 = 42 = 5 * 10 - 2 * 4
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from model.core.solve.solution import Solution
from model.reporting.files.csvfiles import write_tables
from model.reporting.files.manifest import RunContext, manifest, write_manifest
from model.reporting.proof.kept import FILE, keep_matrix, packed
from model.reporting.proof.plan import KeptPlan
from model.reporting.tables.every import result_tables

ENDLESS = float("inf")
LABELS = ("need", "west", "2040", "wind", "coal", "sun", "clean_energy", "TWh/yr")
ALLOCATION = """lever,region,region_group,item,year,value,unit
clean_energy,west,west,wind,2040,4.0,TWh/yr
clean_energy,west,west,coal,2040,6.0,TWh/yr
clean_energy,west,west,sun,2040,0.0,TWh/yr
"""


def arrays() -> dict[str, Any]:
    """The plan made by hand, as it is kept."""
    text = {
        "layout": 1, "labels": list(LABELS),
        "variables": [{"name": "made", "unit": "TWh/yr", "keys": ["item"], "count": 3}], "rows": [{"name": "need", "unit": "TWh/yr", "keys": ["region", "year"], "count": 1}],
        "links": [{"table": "allocation", "column": "value", "keys": ["lever", "region", "item", "year", "unit"], "count": 3, "of": "variable", "times": "", "signs": None}],
        "goal": {"unit": "bn CNY", "maximise": False, "offset": 0.0, "value": 42.0, "optimum": 42.0, "objectives": 1, "status": "optimal"},
        "years": [2040], "lengths": {"2040": 10.0}, "weights": {"2040": 1.0}, "between": {},
    }  # fmt: skip
    return {
        "text": np.frombuffer(json.dumps(text).encode(), dtype=np.uint8),
        "start": np.array([0, 1, 2, 3]), "index": np.array([0, 0, 0]), "value": np.array([1.0, 1.0, 1.0]), "row_lower": np.array([10.0]), "row_upper": np.array([ENDLESS]),
        "column": np.array([0, 1, 2]), "column_lower": np.zeros(3), "column_upper": np.array([4.0, ENDLESS, ENDLESS]), "cost": np.array([3.0, 5.0, 7.0]),
        "row_dual": np.array([5.0]), "x": np.array([4.0, 6.0, 0.0]), "reduced": np.array([-2.0, 0.0, 2.0]), "lower": np.zeros(3), "upper": np.array([4.0, ENDLESS, ENDLESS]),
        "variable_codes": np.array([3, 4, 5]), "row_codes": np.array([1, 2]), "link_codes": np.array([6, 6, 6, 1, 1, 1, 3, 4, 5, 2, 2, 2, 7, 7, 7]),
        "link_at": np.array([0, 1, 2]), "link_value": np.ones(3), "limit_at": np.zeros(0, dtype=np.int64), "limit_mixed": np.zeros(0, dtype=np.int64), "limit_scale": np.zeros(0),
    }  # fmt: skip


def write_hand(folder: Path, **changed: Any) -> Path:
    """Leave the plan made by hand as a run; ``changed`` are arrays of it, put in after run.json was made."""
    (folder / "tables").mkdir(parents=True)
    (folder / "matrix.npz").write_bytes(packed(arrays()))
    told = {
        "workbook": {"name": "", "sha256": ""}, "scenario": "reference", "status": "optimal", "base_year": 2020, "matrix_hash": KeptPlan.load(folder / "matrix.npz").hash,
        "objective": {"value": 42.0, "unit": "bn CNY", "sense": "min"}, "objectives": [],
    }  # fmt: skip
    (folder / "run.json").write_text(json.dumps(told), encoding="utf-8")
    (folder / "tables" / "allocation.csv").write_text(ALLOCATION, encoding="utf-8")
    if changed:
        (folder / "matrix.npz").write_bytes(packed({**arrays(), **changed}))
    return folder


def leave(solution: Solution, folder: Path) -> Path:
    """Leave what a run leaves, without the reports."""
    (folder / "tables").mkdir(parents=True)
    write_tables(result_tables(solution), folder / "tables")
    keep_matrix(solution, folder / FILE)
    write_manifest(manifest(solution, RunContext(), [], {}), folder)
    return folder
