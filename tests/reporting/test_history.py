"""The first period beside what happened: level, growth and gain, who is compared, and that nothing fails by it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook

from model.core.build.assemble import assemble
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from model.evidence.history import DECIDED, END, HAPPENED, MEAN
from model.reporting.excel.book import write_report
from model.reporting.tables.every import result_tables
from tests.reporting.toy_plan import plan_data, toy_tables

SPAN = range(2020, 2031)


def series(quantity: str, item: str, unit: str, values: Any, held: str = "level", region: str = "nation") -> list[dict[str, Any]]:
    """A row for each year of the first period of the toy, base year included; ``values`` by year or one for all."""
    given = values if isinstance(values, dict) else dict.fromkeys(SPAN, values)
    return [{"quantity": quantity, "region": region, "item": item, "year": y, "value": v, "figure_unit": unit, "basis": "toy", "held": held} for y, v in given.items()]


def solved_with(rows: list[dict[str, Any]], estimates: tuple[str, ...] = ()) -> tuple[Solution, dict[str, pd.DataFrame]]:
    data = plan_data({**toy_tables(), "observed": rows})
    frame = data.tables["observed"]
    frame["quality"] = ["estimate" if region in estimates else "reported" for region in frame["region"]]
    solution = solve(assemble(data))
    return solution, result_tables(solution)


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    """Coal stands at 13 GW and steel grows by a tenth in the statistics; load of the east is known, of the west an estimate."""
    rows = [
        *series("capacity", "coal", "GW", 13.0), *series("output", "steel", "Mt/yr", {2020: 100.0, **dict.fromkeys(range(2021, 2031), 110.0)}, "growth"),
        *series("load", "all", "TWh/yr", 30.0, "growth", "west"), *series("load", "all", "TWh/yr", 30.0, "growth", "east"),
        *series("growing_stock", "all", "million m3", {2020: 4000.0, 2030: 4100.0}, "gain"),
        *series("emission", "all_by_other_count", "Mt CO2/yr", 1.0, "none"),
    ]  # fmt: skip
    return solved_with(rows, ("west",))[1]


def rows_of(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    made = tables["calibration"]
    return made[made["window"].isin(HAPPENED)].set_index(["quantity", "region", "item"])


def test_a_stock_is_compared_at_the_end_of_the_period(tables: dict[str, pd.DataFrame]) -> None:
    row, power = rows_of(tables).loc["capacity", "nation", "coal"], tables["power"]
    now = power[(power["year"] == 2030) & (power["technology"] == "coal")]["capacity_gw"].sum()
    assert (END, 13.0, 1.0, 2030) == (row["window"], row["statistic"], row["tolerance_percent"], row["year"])
    assert pytest.approx(now) == row["model"]


def test_growth_is_put_on_the_base_year_of_the_model(tables: dict[str, pd.DataFrame]) -> None:
    """The statistic grew from 100 to 110, the model made 40 in 2020: 44. The plan makes 45: 2.27 % away, more than 2."""
    row = rows_of(tables).loc["output", "nation", "steel"]
    assert (MEAN, pytest.approx(44.0), 45.0) == (row["window"], row["statistic"], row["model"])
    assert pytest.approx(100.0 / 44.0) == row["difference_percent"]
    assert (False, DECIDED) == (row["ok"], row["reason"])


def test_an_estimate_of_a_region_is_not_compared_and_neither_is_its_group(tables: dict[str, pd.DataFrame]) -> None:
    """Both regions are of one group, so the east stands alone: two regions are more than one group."""
    assert ["east"] == [region for quantity, region, _ in rows_of(tables).index if quantity == "load"]


def test_the_gain_of_a_stock_is_compared_a_year(tables: dict[str, pd.DataFrame]) -> None:
    """(4,100 - 4,000) / 10 = 10 million m3 a year."""
    row, forest = rows_of(tables).loc["growing_stock_gain", "nation", "all"], tables["forest"].groupby("year")["volume_mm3"].sum()
    assert (10.0, "million m3/yr") == (row["statistic"], row["unit"])
    assert pytest.approx((forest[2030] - forest[2020]) / 10) == row["model"]


def test_a_second_count_is_never_compared(tables: dict[str, pd.DataFrame]) -> None:
    assert "emission" not in rows_of(tables).index.get_level_values("quantity")


def test_a_row_within_its_tolerance_says_so_and_gives_no_reason() -> None:
    rows = series("output", "steel", "Mt/yr", {2020: 40.0, **dict.fromkeys(range(2021, 2031), 45.0)})
    row = rows_of(solved_with(rows)[1]).loc["output", "nation", "steel"]
    assert (True, "") == (row["ok"], row["reason"])


def test_the_base_year_is_compared_as_it_is_without_the_sheet(tables: dict[str, pd.DataFrame]) -> None:
    without = solved_with([])[1]["calibration"]
    assert rows_of({"calibration": without}).empty
    with_rows = tables["calibration"]
    pd.testing.assert_frame_equal(without, with_rows[~with_rows["window"].isin(HAPPENED)].reset_index(drop=True))


@pytest.mark.parametrize(("lang", "end"), [("en", "end of 2030"), ("zh", "2030年末")])
def test_the_report_tells_the_period_apart_from_the_base_year(tables: dict[str, pd.DataFrame], tmp_path: Any, lang: str, end: str) -> None:
    write_report(tmp_path / "report.xlsx", tables, {"base_year": 2020}, lang)
    texts = [row[0] for row in load_workbook(tmp_path / "report.xlsx")["calibration"].iter_rows(values_only=True) if row[0]]
    assert 1 == sum(end in str(text) for text in texts)
    assert any("2021–2030" in str(text) for text in texts)
