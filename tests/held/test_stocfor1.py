"""A published forest plan with fire, entered through the public interface with the forest alone: its optimum is met.

The facts of the case, with their source, stand in ``stocfor1.json``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import model
from model.core.build import registry
from model.workbook.writer import write_workbook

CASE: dict[str, Any] = json.loads((Path(__file__).parent / "stocfor1.json").read_text(encoding="utf-8"))
BASE, WIDTH = 2000, 10
YEARS = [BASE + WIDTH * t for t in range(CASE["periods"] + 1)]
SETTINGS = {"objective": "max_harvest_value", "age_class_width": WIDTH, "terminal_share": 0}
#: The case counts volumes in 1000 m3 at a price of 1; the plan is in bn CNY at 1 CNY/m3.
VALUE = 1e-6


def tables(scale: float = 1.0) -> dict[str, pd.DataFrame]:
    """The case in the workbook's tables; ``scale`` makes the whole forest smaller."""
    classes = list(range(1, len(CASE["yield"]) + 1))
    d, first, last = CASE["discount"], str(YEARS[1]), str(YEARS[-1])
    frame = pd.DataFrame
    return {
        "regions": frame({"region": ["forest"], "name_en": ["Forest"], "name_zh": ["森林"], "region_group": ["west"]}),
        "periods": frame({"year": YEARS}),
        "forest_classes": frame({
            "forest_group": "stand", "age_class": classes, "volume": CASE["yield"],
            "may_be_felled": [int(a >= CASE["first_class_felled"]) for a in classes],
        }),
        "forest_class_area": frame({"region": "forest", "forest_group": "stand", "age_class": classes, "area": [scale * a for a in CASE["initial_area"]]}),
        "disturbance_share": frame({"forest_group": ["all"], "age_class": [0], first: [CASE["fire_share"]], last: [CASE["fire_share"]]}),
        "product_prices": frame({"product": ["standing_volume"], first: [1.0], last: [1.0]}),
        "stand_values": frame({"forest_group": "stand", "age_class": classes, "value": CASE["terminal_value"]}),
        # the penalty of period t is discounted by d^(t-2), one period less than its harvest
        "flow_bands": frame({"band": ["harvest"], "down": [CASE["flow_down"]], "up": [CASE["flow_up"]], "penalty_down": [CASE["shortfall_penalty"] / d]}),
        "harvest_discount": frame({"year": YEARS[1:], "period_factor": [d**t for t in range(CASE["periods"])], "stand_factor": d ** CASE["periods"]}),
    }  # fmt: skip


def test_the_published_optimum_is_met_through_the_public_interface_with_the_forest_alone() -> None:
    """netlib STOCFOR1: seven periods, eight classes, fire 0.06258 a period, harvest band of a tenth, optimum 41131.976219."""
    plan = model.solve(model.book(tables(), SETTINGS))
    assert ["forest"] == plan.build.present
    assert "optimal" == plan.status
    assert pytest.approx(CASE["optimum"] * VALUE, rel=1e-6) == plan.objective


@pytest.mark.parametrize("scale", [1e-3, 1e-6])
def test_a_small_forest_has_the_same_plan_in_small(scale: float) -> None:
    """94.7 kha, and 94.7 ha, would drown in the solver's tolerance if they were not scaled: the optimum is in proportion."""
    plan = model.solve(model.book(tables(scale), SETTINGS))
    assert pytest.approx(CASE["optimum"] * VALUE * scale, rel=1e-6) == plan.objective


def test_the_same_case_read_from_excel_gives_the_same_plan_and_a_report(tmp_path: Path) -> None:
    """Written as a workbook, read back, solved: the optimum; the report is written, so every identity holds."""
    path = tmp_path / "stocfor1.xlsx"
    sourced = {name: frame.assign(source="GASSMANN1989", quality="reported") for name, frame in tables().items()}
    given = {name: (value, "GASSMANN1989", "reported", "") for name, value in SETTINGS.items()}
    write_workbook(path, registry.schema(), sourced, given, YEARS)
    plan = model.solve(model.read(path))
    assert pytest.approx(CASE["optimum"] * VALUE, rel=1e-6) == plan.objective
    assert (plan.write(tmp_path / "report") / "report.xlsx").is_file()
