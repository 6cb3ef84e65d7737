"""The code of the page on forest planning runs as it stands and says what the page says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "forest_planning_in_python.md"


def test_the_example_of_the_page_solves_and_its_objective_is_sales_less_costs_plus_stands_left() -> None:
    """Factors of 3 % from the middle of each period and of its end, from the tables alone: ten years of yearly sales less yearly
    spending (felling and penalties), and the stands left."""
    code = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    scope: dict[str, Any] = {}
    exec(compile(code[0], PAGE.name, "exec"), scope)
    plan = scope["plan"]
    assert plan.status == "optimal"
    value, money = plan.tables["harvest_value"], plan.tables["money"]
    sold = value[value["unit"] == "bn CNY/yr"]
    left = value[value["unit"] == "bn CNY"]
    spent = money[money["direction"] == "spend"]
    assert min(len(sold), len(left), len(spent)) > 0

    def worth(frame: Any) -> float:
        """Ten years at the factor of the middle of the period."""
        return float((frame["value"] * 10.0 * 1.03 ** (2020.0 - (frame["year"].astype(float) - 5.0))).sum())

    expected = worth(sold) - worth(spent) + float(left["value"].sum()) * 1.03**-30
    assert pytest.approx(expected, rel=1e-9) == plan.objective
