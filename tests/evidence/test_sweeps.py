"""Which ranges are told of as moving the answer most, from the sweep of the run itself or of a shipped workbook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from model.api import Plan
from model.core.declare.schema import Range
from model.evidence.sweeps import sweep
from model.reporting.context import Context
from model.reporting.sentences import sentences
from model.reporting.tables.columns import conform

COST, PRICE, SINK = sweep.TOLD
#: Range, low and high of the measure; the plan itself has 100 everywhere.
SWUNG = {"wind_cost": (90.0, 120.0), "coal_price": (99.0, 101.0), "power_demand": (70.0, 130.0), "discount_rate": (95.0, 100.0), "gas_price": (100.0, 100.0)}


def row(measure: str, name: str, low: float, high: float, detail: object = float("nan"), unit: str = "bn CNY") -> dict[str, Any]:
    """A row of a tornado; every range goes from 0.8 to 1.2."""
    return {
        "indicator": measure, "detail": detail, "unit": unit, "range": name, "range_low": 0.8, "range_high": 1.2, "base": 100.0, "at_low": low, "at_high": high,
        "swing": max(100.0, low, high) - min(100.0, low, high),
    }  # fmt: skip


def tornado() -> pd.DataFrame:
    """Cost and price move alike, the price of two years; net emissions are not told of."""
    rows = [row(COST, name, *ends) for name, ends in SWUNG.items()]
    rows += [row(PRICE, name, *ends, detail=year, unit="CNY/t CO2") for name, ends in SWUNG.items() for year in (2050, 2060)]
    return pd.DataFrame([*rows, row("net_peak", "wind_cost", 0.0, 200.0)])


def ranges(*names: str, high: float = 1.2) -> list[Range]:
    return [Range(name, 0.8, 1.0, high, place=f"sheet_{number}!C{number}", source="S", quality="estimate") for number, name in enumerate(names or SWUNG, 2)]


def test_the_three_ranges_with_the_largest_swing_are_told_of_in_their_order() -> None:
    """Swings: demand 130 - 70 = 60, wind 120 - 90 = 30, discount rate 100 - 95 = 5, coal 101 - 99 = 2, gas 0."""
    told = sweep.dearest_estimates(sweep.told_rows(tornado()), ranges(), sweep.OWN)
    cost = told[told["indicator"] == COST]
    assert [("power_demand", 1, 60.0, "sheet_4", "C4"), ("wind_cost", 2, 30.0, "sheet_2", "C2"), ("discount_rate", 3, 5.0, "sheet_5", "C5")] == list(
        cost[["range", "rank", "swing", "sheet", "cell"]].itertuples(index=False, name=None)
    )
    assert {COST, PRICE} == set(told["indicator"])
    assert ["2060"] == told.loc[told["indicator"] == PRICE, "detail"].unique().tolist()


def test_a_range_that_the_workbook_lacks_or_has_between_other_ends_is_not_told_of() -> None:
    """Of demand, wind and coal the workbook has wind with another high, and no demand: coal is left. Gas moves nothing."""
    here = [*ranges("coal_price", "gas_price"), *ranges("wind_cost", high=1.3)]
    told = sweep.dearest_estimates(sweep.told_rows(tornado()), here, sweep.OWN)
    assert ["coal_price", "coal_price"] == told["range"].tolist()


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    """A finished sensitivity of the matrix ``abc``."""
    folder = tmp_path / sweep.SENSITIVITY
    (folder / "tables").mkdir(parents=True)
    tornado().to_csv(folder / "tables" / "tornado.csv", index=False)
    (folder / "run.json").write_text(json.dumps({"matrix_hash": "abc"}), encoding="utf-8")
    return folder


def test_the_sweep_of_a_run_is_told_of_when_it_stands_on_the_same_matrix(finished: Path) -> None:
    assert (6, {sweep.OWN}) == ((found := sweep.own_swings(finished, "abc", ranges())).shape[0], set(found["sweep"]))
    assert 0 == len(sweep.own_swings(finished, "abd", ranges()))


@pytest.mark.parametrize(("file", "text"), [("run.json", "{"), ("run.json", "[1]"), ("tables/tornado.csv", "a,b\n1,2\n"), ("tables/tornado.csv", "")])
def test_a_broken_sweep_is_none(file: str, text: str, finished: Path) -> None:
    (finished / file).write_text(text, encoding="utf-8")
    assert 0 == len(sweep.own_swings(finished, "abc", ranges()))


def test_a_sweep_reads_as_it_was_written(tmp_path: Path) -> None:
    kept = sweep.Sweep("book", "reference", ["a", "b"], 100.0, sweep.told_rows(tornado()))
    kept.save(tmp_path / "book.json")
    assert kept == sweep.Sweep(**json.loads((tmp_path / "book.json").read_text(encoding="utf-8")))


def test_a_workbook_of_other_regions_has_no_shipped_sweep() -> None:
    assert 0 == len(sweep.shipped_swings(["nowhere"], ranges(), 100.0))


def test_a_shipped_sweep_is_that_of_the_plan_where_both_cost_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """The swept plan costs 100; one of 100 is that plan, one of 101 another of the same regions."""
    monkeypatch.setattr(sweep, "_shipped", lambda: (sweep.Sweep("book", "reference", ["b", "a"], 100.0, sweep.told_rows(tornado())),))
    assert [{sweep.OWN}, {sweep.SHIPPED}] == [set(sweep.shipped_swings(["a", "b"], ranges(), cost)["sweep"]) for cost in (100.0, 101.0)]


@pytest.mark.parametrize(("lang", "words"), [("en", "Demand for power (sheet_4!C4) 70 to 130.0; Wind power (sheet_2!C2) 90 to 120.0"), ("zh", "电力需求（sheet_4!C4）70 至 130.0；风电成本")])
def test_the_first_page_says_which_cells_move_the_cost(lang: str, words: str) -> None:
    told = conform("dearest_estimates", sweep.dearest_estimates(sweep.told_rows(tornado()), ranges(), sweep.SHIPPED))
    (sentence,) = sentences(Context({"dearest_estimates": told}, {}, lang), pd.DataFrame())
    assert words in sentence
    assert ("not this run" if lang == "en" else "而非本次运行") in sentence


@pytest.mark.slow
def test_the_shipped_sweep_is_of_the_shipped_plan(plan: Plan) -> None:
    """One that is not is made anew: python -m model sweeps inputs/three_regions.xlsx --workers 2."""
    (kept,) = (one for one in sweep._shipped() if one.workbook == "three_regions")
    assert pytest.approx(kept.objective, rel=1e-9) == plan.objective
    assert [(COST, 3), (PRICE, 3), (SINK, 3)] == list(plan.tables["dearest_estimates"].groupby("indicator", sort=False).size().items())
