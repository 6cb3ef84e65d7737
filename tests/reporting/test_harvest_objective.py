"""Most harvest value in a model with every lever: without prices it is least cost turned round; with them sales are set against it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from model.core.build.assemble import assemble
from model.core.build.registry import schema
from model.core.data import Data
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from model.reporting.files.csvfiles import read_tables, write_tables
from model.reporting.identities.every import check_identities
from model.reporting.tables.every import result_tables
from tests.levers.toy import toy_frame

from .toy_plan import YEARS, plan_data, solved


def planned(**rows: list[dict[str, Any]]) -> Solution:
    """The toy plan with most harvest value, with more tables."""
    data = plan_data(objective="max_harvest_value")
    made = {name: toy_frame(schema().tables[name], part) for name, part in rows.items()}
    solution = solve(assemble(Data({**data.tables, **made}, data.settings, data.columns)))
    assert solution.status == "optimal"
    return solution


def test_without_prices_the_most_harvest_value_is_the_least_cost_turned_round() -> None:
    """Harvests earn from the middle of a period, as costs are discounted: the same weights."""
    assert pytest.approx(-solved().objective, rel=1e-9) == planned().objective


def test_sales_and_stands_count_in_the_objective_and_in_its_identity(tmp_path: Path) -> None:
    """Standing volume at 5000 CNY/m3 raises what is felled; the identity finds the objective again from sales, stands and money as
    written, and notices when a sale is missing; a limit keeps its price in money of its year."""
    price = [{"product": "standing_volume", "year": y, "value": 5000.0} for y in YEARS[1:]]
    values = [{"forest_group": "pine", "age_class": 1, "value": 2.0}]
    solution = planned(product_prices=price, stand_values=values)
    felled = [float(s.values("felled_volume")["value"].sum()) for s in (solved(), solution)]
    assert felled[1] > felled[0]
    write_tables(result_tables(solution), tmp_path)
    tables = read_tables(tmp_path)
    assert [] == [identity for identity in check_identities(tables, solution) if not identity["ok"]]
    assert tables["limits"]["price"].notna().any()
    wrong = {**tables, "harvest_value": tables["harvest_value"][:-1]}
    assert "objective_is_sum_of_parts" in [identity["name"] for identity in check_identities(wrong, solution) if not identity["ok"]]
