"""Finished runs compared: figures worked out by hand, runs of other regions, years and versions, and what the sheets and the page hold of them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook

import model
from model.reporting.comparison.compared import BOOK, PAGE, ROWS
from tests.reporting.tiny_runs import goal, pair, tables, write_tiny

SHEETS = ["comparison", "by_lever", "regions", "carbon", "power", "prices", "abatement"]


def figure(compared: model.Comparison, name: str, place: str = "", year: int | None = None) -> list[Any]:
    """The values of a figure, run by run; the text where there is no value."""
    frame = compared.tables["figures"]
    rows = frame[(frame["figure"] == name) & (frame["place"] == place) & (frame["year"].isna() if year is None else frame["year"] == year)]
    return [text if pd.isna(value) else value for value, text in zip(rows["value"], rows["text"], strict=True)]


def texts(path: Path) -> str:
    """Every text and number of a workbook."""
    book = load_workbook(path)
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None)


@pytest.fixture
def two(tmp_path: Path) -> model.Comparison:
    return model.compare(pair(tmp_path))


def test_costs_are_those_of_the_objective_and_of_the_planned_years(two: model.Comparison) -> None:
    """1030 - 1000; 400 + 200 and 420 + 205: what was before 2026 and comes after 2040 does not count."""
    assert [1000.0, 1030.0] == figure(two, "objective")
    assert [0.0, 30.0] == figure(two, "extra_cost")
    assert [600.0, 625.0] == figure(two, "plan_cost")
    assert [0.0, 25.0] == figure(two, "extra_plan_cost")
    assert [1.0, 0.0] == figure(two, "penalties")
    assert [7.5, 0.0] == figure(two, "penalties_paid")


def test_carbon_is_that_of_the_strict_account(two: model.Comparison) -> None:
    """The sums of the docstring of ``tiny_runs``; the base year and the sink outside the target do not count."""
    assert [2025, 2025] == figure(two, "peak_year")
    assert [100.0, 100.0] == figure(two, "peak_level")
    assert [25.0, 5.0] == figure(two, "net_last")
    assert [40.0, 20.0] == figure(two, "emission_last")
    assert [10.0, 10.0] == figure(two, "sink_last")
    assert [5.0, 5.0] == figure(two, "captured_last")
    assert [650.0, 350.0] == figure(two, "cumulative")
    assert [0.0, 300.0] == figure(two, "avoided")
    assert [50.0, 150.0] == figure(two, "co2_price", year=2040)
    assert {2025, 2030, 2040} == set(two.tables["carbon"]["column"])


def test_groups_bear_and_do_the_mean_of_the_planned_years(two: model.Comparison) -> None:
    """(10*5 + 40*10) / 15 of what is borne in all, not of what is more than in another plan; (10*5 + 20*10) / 15 GW."""
    assert [30.0, 30.0] == figure(two, "borne", "west")
    assert [1.5, 1.5] == figure(two, "borne_of_product", "west")
    assert [250.0 / 15.0, 255.0 / 15.0] == pytest.approx(figure(two, "Wind and solar standing", "west"))


def test_what_is_a_groups_alone_counts_with_its_regions(tmp_path: Path) -> None:
    """As the sheet of burdens has it: 3 bn CNY in 2030 more make (13*5 + 40*10) / 15 = 31; what is the nation's counts nowhere."""
    rows = tables()
    rows["burden"].append(("group:west", "", "net", "total", 2030, 3.0, "bn CNY/yr", 3.0, 0.0, "other"))
    found = model.compare([write_tiny(tmp_path / "reference"), write_tiny(tmp_path / "b", "b", rows)])
    assert [30.0, 31.0] == figure(found, "borne", "west")
    sheet = found.tables["regions"]
    assert [10.0, 13.0] == sheet.loc[(sheet["matrix"] == "borne") & (sheet["column"] == 2030), "value"].tolist()


def test_a_plan_that_is_no_optimum_and_changes_of_a_call_are_told(tmp_path: Path) -> None:
    found = model.compare([write_tiny(tmp_path / "reference"), write_tiny(tmp_path / "b", "b", status="time_limit", overrides=["settings!B7=0.04"])])
    assert ["b: its plan is not that of an optimum: Stopped by the time limit: not optimal"] == found.gaps()
    found.write(tmp_path)
    assert "settings!B7=0.04" in texts(tmp_path / BOOK)


def test_every_number_stands_in_the_rows_beside_that_of_the_base(two: model.Comparison) -> None:
    """Solar of 2030: 5 GW beside 4, in two tables; of prices those of the balances that are shown."""
    rows = two.tables["rows"]
    found = rows[(rows["run"] == "cleaner") & (rows["difference"] == 1.0)]
    assert [("allocation", "value", "lever=clean_energy; item=pv_utility"), ("power", "capacity_gw", "technology=pv_utility"), ("power", "generation_twh", "technology=pv_utility")] == list(
        zip(found["table"], found["column"], found["keys"], strict=True)
    )
    assert rows.loc[rows["run"] == "reference", "difference"].eq(0.0).all()
    assert 8 == (rows["table"] == "prices").sum()


def test_the_scarcest_limits_are_of_planned_years_and_named_once(two: model.Comparison) -> None:
    assert ["Large, West and northeast 2040 (9.00)"] * 2 == figure(two, "scarce", year=1)
    assert ["Small, West and northeast 2030 (1.00)"] * 2 == figure(two, "scarce", year=2)
    assert [] == figure(two, "scarce", year=3)


def test_a_tonne_avoided_costs_extra_cost_over_what_is_avoided(two: model.Comparison, tmp_path: Path) -> None:
    """30 bn CNY / 300 Mt = 100 CNY/t. With the cleaner run as base the other avoids none; the step between them is the same."""
    found = two.tables["abatement"].set_index("run")
    assert ["reference", "cleaner"] == list(found.index)
    assert (300.0, 30.0, 25.0) == tuple(found.loc["cleaner", ["avoided", "extra_cost", "extra_plan_cost"]])
    assert (100.0, 100.0, 150.0) == pytest.approx(tuple(found.loc["cleaner", ["average", "step", "price"]]))
    assert "the base" == found.loc["reference", "why"]
    other = model.compare([tmp_path / "cleaner", tmp_path / "reference"]).tables["abatement"].set_index("run")
    assert "it avoids no CO₂ against the base" == other.loc["reference", "why"]
    assert pd.isna(other.loc["reference", "average"])
    assert 100.0 == pytest.approx(other.loc["cleaner", "step"])


def test_a_run_that_avoids_next_to_nothing_avoids_none(tmp_path: Path) -> None:
    """0.05 Mt of 650 are less than a ten-thousandth."""
    runs = [write_tiny(tmp_path / "reference"), write_tiny(tmp_path / "near", "near", tables(89.99), objective=goal(1001.0))]
    found = model.compare(runs)
    assert "it avoids no CO₂ against the base" == found.tables["abatement"].set_index("run").loc["near", "why"]
    assert "emits as much CO₂ over 2026–2040, within 0.0 Gt" in found.sentences()[1]


def test_what_levers_do_otherwise_comes_first_with_both_values(two: model.Comparison) -> None:
    """Solar of 2030 is 4 and 5 GW of 10 and 11 that the lever has standing: 1/11. Nothing else differs."""
    rows = two.tables["by_lever"].to_dict("records")
    assert [("cleaner", "clean_energy", "pv_utility", "west", 2030, "GW", 4.0, 5.0, 1.0)] == [
        tuple(row[name] for name in ("run", "lever", "item", "place", "year", "unit", "base", "value", "difference")) for row in rows
    ]
    assert 1.0 / 11.0 == pytest.approx(rows[0]["share"])


def test_a_row_that_one_run_lacks_has_no_difference(tmp_path: Path) -> None:
    """Wind of 2040, 12 of 20 GW, is in the base alone and comes before the change of solar."""
    rows = tables(solar=5.0)
    rows["allocation"] = [row for row in rows["allocation"] if row[3:5] != ("wind_onshore", 2040)]
    found = model.compare([write_tiny(tmp_path / "reference"), write_tiny(tmp_path / "b", "b", rows)]).tables["by_lever"]
    assert [("wind_onshore", 2040), ("pv_utility", 2030)] == list(zip(found["item"], found["year"], strict=True))
    assert found[["value", "difference"]].iloc[0].isna().all()
    assert (12.0, 0.6) == (found["base"].iloc[0], pytest.approx(found["share"].iloc[0]))


def test_prices_are_means_of_time_slices(two: model.Comparison) -> None:
    frame = two.tables["prices"]
    assert [200.0, 200.0] == frame.loc[frame["matrix"] == "price-electricity", "value"].tolist()


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("costs 30 bn CNY more than reference (+3.00 %)", "in 2026–2040 alone 25 more", "a tonne avoided costs 100 CNY")),
        ("zh", ("比 reference 多花 30 bn CNY（+3.00%）", "其中 2026–2040 年多 25", "每吨减排成本 100 元")),
    ],
)
def test_the_answer_stands_in_sentences_in_both_files_and_languages(two: model.Comparison, tmp_path: Path, lang: str, words: tuple[str, ...]) -> None:
    two.write(tmp_path / "out", lang)
    book, page = texts(tmp_path / "out" / BOOK).replace("\n", " "), (tmp_path / "out" / PAGE).read_text(encoding="utf-8")
    assert [] == [word for word in words if word.replace(" ", "") not in book.replace(" ", "")]
    assert [] == [word for word in words if word not in page]
    assert f'<html lang="{lang}">' in page


def test_every_sheet_is_there_with_a_line_chart_of_net_emissions(two: model.Comparison, tmp_path: Path) -> None:
    assert [tmp_path / name for name in (BOOK, PAGE, ROWS)] == two.write(tmp_path)
    book = load_workbook(tmp_path / BOOK)
    assert SHEETS == book.sheetnames
    assert ["LineChart", "BarChart", "LineChart"] == [type(book[name]._charts[0]).__name__ for name in ("carbon", "power", "prices")]
    first = [row[:5] for row in book["comparison"].iter_rows(values_only=True)]
    assert ("Objective", "bn CNY", "run.json", 1000, 1030) in first
    assert ("Peak of net CO₂, year", None, "carbon", 2025, 2025) in first
    names = [row[0] for row in first]
    assert ["What region groups bear", "What region groups do, mean of the planned years"] == [name for name in names if str(name).startswith("What region groups")]
    assert "Bears, of its product: West and northeast" in names
    assert "One-off changes" not in names


def test_the_page_fetches_nothing_and_its_charts_have_their_numbers(two: model.Comparison, tmp_path: Path) -> None:
    two.write(tmp_path)
    page = (tmp_path / PAGE).read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    content = json.loads(re.findall(r'<script type="application/json" id="content">(.*?)</script>', page, re.DOTALL)[0])
    figures = content["en"]["charts"]
    assert [[100.0, 80.0, 25.0], [100.0, 60.0, 5.0]] == [series["values"] for series in figures["carbon-net-beside-en"]["series"]]
    assert ["reference", "cleaner"] == figures["last-mix-beside-en"]["years"]
    assert set(figures) == {name.replace("-zh", "-en") for name in content["zh"]["charts"]}


def test_runs_of_other_regions_and_years_are_matched_by_key(tmp_path: Path) -> None:
    """The east to 2030 beside the west to 2040: costs and tonnes of other years are not held against each other; its own figures stand."""
    east = {name: [row for row in rows if 2040 not in row and 2050 not in row] for name, rows in tables(place="developed").items()}
    runs = [write_tiny(tmp_path / "reference"), write_tiny(tmp_path / "east", rows=east, workbook="east.xlsx", plan_until=2030, objective=goal(700.0))]
    found = model.compare(runs)
    assert ["tiny/reference", "east/reference"] == found.names
    assert [1000.0, 700.0] == figure(found, "objective")
    assert [0.0, "other years"] == figure(found, "extra_cost")
    assert [0.0, "other years"] == figure(found, "avoided")
    assert [25.0, 80.0] == figure(found, "net_last")
    assert [30.0, ""] == figure(found, "borne", "west")
    assert 10.0 == figure(found, "borne", "developed")[1]
    assert 0 == len(found.tables["by_lever"])
    rows = found.tables["rows"]
    rows = rows[(rows["run"] == "east/reference") & rows["difference"].notna()]
    assert [("burden", "nation", 2030, 0.0)] == list(zip(rows["table"], rows["region"], rows["year"], rows["difference"], strict=True)), "the nation is a place of both"
    found.write(tmp_path)
    assert [name for name in SHEETS if name != "by_lever"] == load_workbook(tmp_path / BOOK).sheetnames


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"objective": goal(5.0, "Mt CO2")}, "other unit"), ({"objective": goal(5.0, sense="max")}, "other objective"),
        ({"objectives": [{"name": "min_max_burden"}]}, "other objective"), ({"history_until": 2020}, "other years"),
    ],
)  # fmt: skip
def test_costs_that_count_other_things_are_not_held_against_each_other(tmp_path: Path, changes: dict[str, Any], why: str) -> None:
    found = model.compare([write_tiny(tmp_path / "reference"), write_tiny(tmp_path / "b", "b", **changes)])
    assert [0.0, why] == figure(found, "extra_cost")
    assert f"its objective is not held against that of reference ({why})" in found.sentences()[1]


def test_periods_after_the_plan_are_years_too(tmp_path: Path) -> None:
    """The objective of the second run ends with the plan; that of the first goes on to 2050."""
    ends = {name: [row for row in rows if 2050 not in row] for name, rows in tables().items()}
    found = model.compare([write_tiny(tmp_path / "reference"), write_tiny(tmp_path / "b", "b", ends)])
    assert [0.0, "other years"] == figure(found, "extra_cost")
    assert [0.0, 0.0] == figure(found, "avoided")


def test_what_a_run_lacks_is_told_and_the_rest_compared(tmp_path: Path) -> None:
    """An older version: no table of burdens, prices without their unit, a run.json that tells less."""
    runs = pair(tmp_path)
    (runs[1] / "tables" / "burden.csv").unlink()
    pd.read_csv(runs[1] / "tables" / "prices.csv").drop(columns="unit").to_csv(runs[1] / "tables" / "prices.csv", index=False)
    told = json.loads((runs[1] / "run.json").read_text(encoding="utf-8"))
    (runs[1] / "run.json").write_text(json.dumps({name: told[name] for name in ("workbook", "scenario", "objective", "base_year", "plan_until")} | {"history_until": 2025}), encoding="utf-8")
    found = model.compare(runs)
    assert ["cleaner: table prices has no column unit", "cleaner: there is no table burden"] == found.gaps()
    assert ["cleaner：结果表 prices 缺少列 unit", "cleaner：没有结果表 burden"] == found.gaps("zh")
    assert [0.0, 30.0] == figure(found, "extra_cost")
    assert [30.0, ""] == figure(found, "borne", "west")
    assert [50.0, ""] == figure(found, "co2_price", year=2040)
    found.write(tmp_path)
    assert "cleaner: there is no table burden" in texts(tmp_path / BOOK)
    assert "cleaner: there is no table burden" in (tmp_path / PAGE).read_text(encoding="utf-8")


def test_runs_without_any_table_are_still_compared(tmp_path: Path) -> None:
    found = model.compare([write_tiny(tmp_path / name, name, {}) for name in ("a", "b")])
    found.write(tmp_path)
    assert ["comparison", "abatement"] == load_workbook(tmp_path / BOOK).sheetnames
    assert 14 == len(found.gaps())
