"""What a plan could not do and pays a penalty for is told with place, year, amount and cost, wherever a reader looks first."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # the package carries no types

from model.core.build import registry
from model.core.build.assemble import assemble
from model.core.solve.solution import Solution
from model.levers.forest.forest import Forest
from model.levers.power.power import Power
from model.levers.power.thermal import Thermal
from model.reporting.context import Context
from model.reporting.files.manifest import RunContext, manifest
from model.reporting.page.summary import head
from model.reporting.penalties import MOST_LISTED, lines, penalties
from tests.levers.forest_toy import forest_data, stand
from tests.levers.power_toy import coal, grid, power_data
from tests.levers.toy import cheapest

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "run.schema.json"


def short(demand: float) -> Solution:
    """1 GW of coal gives 8.76 TWh a year in 2020 and in 2030."""
    return cheapest(assemble(power_data(grid({"west": demand}), coal({"west": 1.0})), [Thermal, Power], []))


def test_energy_not_served_is_told_by_place_and_year_with_what_it_costs() -> None:
    """10 TWh less 8.76 are 1.24 a year at 20 bn CNY per TWh: 24.8 a year; the base year counts once, 2030 for ten years."""
    solution = short(10.0)
    found = {p.year: p for p in penalties(solution)}
    weight = solution.build.data.weight
    assert {2020, 2030} == set(found)
    for year, penalty in found.items():
        assert ("unserved", "west", "TWh/yr") == (penalty.variable, penalty.place, penalty.unit)
        assert pytest.approx(1.24) == penalty.amount
        assert pytest.approx(24.8) == penalty.cost
        assert pytest.approx(24.8 * weight(year)) == penalty.discounted
    assert "Electricity not served, west 2020: 1.24 TWh/yr at 24.8 bn CNY a year (24.8 bn CNY discounted)" == found[2020].text()
    assert "未供电量，west，2020年：1.24 TWh/yr，每年 24.8 十亿元（贴现 24.8 十亿元）" == found[2020].text("zh")


def test_a_plan_that_serves_everything_warns_of_nothing() -> None:
    solution = short(8.0)
    assert [] == penalties(solution)
    assert [] == lines([p.entry() for p in penalties(solution)], "en")


def test_a_harvest_below_its_band_is_told_in_the_unit_of_the_workbook() -> None:
    """0.01 km3 a year in the base year may fall to 0.009; nothing is felled: 9 million m3 a year short at 200 CNY/m3, 1.8 bn CNY."""
    settings = {"even_flow_down": 0.1, "even_flow_penalty": 200.0}
    harvest = {"roundwood_base": 0.008, "harvest_cost": 300.0}
    data = forest_data([stand("mature", 2.0)], harvest=harvest, settings=settings)
    (found,) = penalties(cheapest(assemble(data, [Forest], []), feed_in={}))
    assert ("flow_shortfall", "nation", 2030, "million m3/yr") == (found.variable, found.place, found.year, found.unit)
    assert (pytest.approx(9.0), pytest.approx(1.8)) == (found.amount, found.cost)


def test_what_the_book_gives_no_price_is_no_penalty() -> None:
    """The scenario no_harvest sets the penalty to 0: a ban is no breach of the even flow."""
    settings = {"even_flow_down": 0.1, "even_flow_penalty": 0.0}
    data = forest_data([stand("mature", 2.0)], harvest={"roundwood_base": 0.008, "harvest_cost": 300.0}, settings=settings)
    solution = cheapest(assemble(data, [Forest], []), feed_in={})
    assert solution.values("flow_shortfall")["value"].max() > 0.0
    assert [] == penalties(solution)


def test_every_priced_way_out_is_declared() -> None:
    """Those that there are for certain, each with words that its warning uses."""
    declared = {name: variable for name, variable in registry.variables().items() if variable.penalty}
    assert {"unserved", "flow_shortfall", "band_shortfall", "band_excess", "target_missed", "budget_missed"} <= set(declared)
    unnamed = [name for name, variable in declared.items() if not variable.en or variable.zh.isascii()]
    assert [] == unnamed, "say what the way out is called: Variable(..., penalty=True, en=, zh=)"


def test_the_manifest_holds_each_penalty_and_follows_its_schema() -> None:
    content = manifest(short(10.0), RunContext(workbook="toy.xlsx"), [], {})
    found = [w for w in content["warnings"] if not isinstance(w, str)]
    assert [("penalty", "west", 2030), ("penalty", "west", 2020)] == [(w["kind"], w["place"], w["year"]) for w in found]
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert [] == [error.message for error in Draft202012Validator(schema).iter_errors(json.loads(json.dumps(content)))]


def test_the_page_turns_amber_and_lists_the_dearest_in_both_languages() -> None:
    content = manifest(short(10.0), RunContext(workbook="toy.xlsx"), [], {})
    for lang, word in (("en", "Electricity not served"), ("zh", "未供电量")):
        told = head(Context({}, content, lang, None))
        assert told["ok"]
        assert 3 == len(told["warnings"])
        assert word in told["warnings"][1]


def test_a_long_list_is_cut_and_says_how_many_are_left() -> None:
    entries = [p.entry() for p in penalties(short(10.0))] * MOST_LISTED
    told = lines(entries, "en")
    assert 1 + MOST_LISTED + 1 == len(told)
    assert f"and {len(entries) - MOST_LISTED} more" in told[-1]


def test_the_first_sheet_names_the_penalty_below_an_amber_state(tmp_path: Path) -> None:
    from model.reporting.excel.book import write_report

    content = manifest(short(10.0), RunContext(workbook="toy.xlsx"), [], {})
    write_report(tmp_path / "report.xlsx", {}, content, "en", data=short(10.0).build.data)
    sheet = openpyxl.load_workbook(tmp_path / "report.xlsx")["summary"]
    styled = [(str(row[0].value), row[0].style) for row in sheet.iter_rows(min_row=3, max_row=8) if row[0].value]
    amber = [text for text, style in styled if style == "report_warn"]
    assert amber[0].startswith("Optimal") or "ptimal" in amber[0]
    assert any("Electricity not served, west 2030: 1.24 TWh/yr" in text for text in amber)
