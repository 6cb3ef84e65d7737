"""The paper's figures beside ours: each rule by a hand-worked case, verdicts, and the sheet in both languages."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook

import model
from model.core.data import Data
from model.core.solve.solution import Solution
from model.evidence.claim_rules import AGREES, DIFFERS, RULES, UNCHECKED, consistency, verdict
from model.evidence.claim_words import CLAIM_WORDS
from model.evidence.paper_claims import PAPER_CLAIMS, RELATIONS
from model.evidence.paper_claims import RULES as DECLARED
from model.evidence.paper_measures import measures
from model.reporting.excel.book import write_report
from model.reporting.tables.columns import conform
from model.reporting.tables.every import result_tables
from tests.levers.toy import toy_data

from .toy_plan import solved

CO2 = 44 / 12
ROOT = Path(__file__).resolve().parents[2]


def claim(rule: str = "none", **more: Any) -> dict[str, Any]:
    """One row of paper_claims."""
    return {"claim": rule, "statement_en": "It is so", "statement_zh": "如此", "relation": "equals", "figure_unit": "%", "rule": rule, "source": "FAN2022", **more}


def data_of(*claims: dict[str, Any], regions: tuple[str, ...] = ("west", "east")) -> Data:
    """Two regions: land, grassland, stands, emissions, and a first phase of 0.02 Mha beside a second one that does not count."""
    data = toy_data(
        regions, (2020, 2030),
        {
            "base_year_emissions": [{"region": "west", "emission": 600.0}, {"region": "east", "emission": 500.0}],
            "land": [
                {"region": "west", "land_class": "grassland", "area": 30.0}, {"region": "west", "land_class": "unused", "area": 10.0},
                {"region": "east", "land_class": "grassland", "area": 10.0},
            ],
            "grassland": [{"region": "west", "water_zone": "dry", "grass_zone": "restoration", "condition": "good", "area": 20.0}],
            "forest_area": [
                {"region": "west", "forest_group": "pine", "origin": "planted", "age_group": "young", "area": 6.0},
                {"region": "west", "forest_group": "pine", "origin": "planted", "age_group": "mature", "area": 1.0},
                {"region": "east", "forest_group": "pine", "origin": "planted", "age_group": "over_mature", "area": 1.0},
            ],
            "forest_inventory": [{"region": "west", "origin": "planted", "area": 7.0, "volume": 0.8}, {"region": "east", "origin": "planted", "area": 1.0, "volume": 0.2}],
            "diversion_phases": [{"phase": "one", "opened_land": 0.02}, {"phase": "two", "opened_land": 5.0}],
            "opened_land": [
                {"phase": "one", "region": "west", "water_zone": "dry", "use": "grass", "share": 0.4, "irrigation": 5.0},
                {"phase": "one", "region": "west", "water_zone": "dry", "use": "farm", "share": 0.6, "irrigation": 10.0},
                {"phase": "two", "region": "west", "water_zone": "dry", "use": "farm", "share": 1.0, "irrigation": 10.0},
            ],
            "paper_claims": claims,
        },
    )  # fmt: skip
    return data


#: Sinks of 2030: grassland 11 + 22 - 11 = 22, forest 22, shrub outside the target 11: 55 Mt CO2; 2040 does not count.
CARBON = pd.DataFrame(
    [("sink", "grassland_measures", 2030, 1, 11.0), ("sink", "grassland_initial", 2030, 0, 22.0), ("sink", "grassland_degradation", 2030, 1, -11.0),
     ("sink", "forest_living", 2030, 1, 22.0), ("sink", "unmanaged_shrub", 2030, 0, 11.0), ("sink", "forest_living", 2040, 1, 999.0),
     ("emission", "power", 2030, 1, 999.0)],
    columns=["account", "category", "year", "in_target", "value"],
)  # fmt: skip
CANAL = pd.DataFrame({"item": ["canal_panels_at_base_factor", "canal_panels_at_base_factor", "canal_panels_published"], "value": [0.0, 3.0, 6.03]})
TABLES = {"carbon": CARBON, "diversion_account": CANAL}

#: Rule, what its row holds, our figure.
CASES: list[tuple[str, dict[str, Any], float | None]] = [
    ("none", {}, None),
    ("carbon_to_co2", {"first": 1.3}, 1.3 * CO2),
    ("carbon_to_co2", {}, None),
    # 30 Tg C are 110 Mt CO2 of 1100
    ("co2_share_of_emissions", {"first": 30.0}, 10.0),
    ("sum", {"first": 1.82, "second": 27.13}, 28.95),
    ("ratio", {"first": 74.0, "second": 132.0}, 7400.0 / 132.0),
    ("quotient", {"first": 1500.0, "second": 10.0}, 150.0),
    ("quotient", {"first": 1500.0, "second": 0.0}, None),
    ("land_area", {"subject": "grassland"}, 40.0),
    ("land_area", {"subject": "wetland"}, None),
    ("growing_stock", {}, 1.0),
    # five years of 20 million m3 over 1 billion
    ("quota_share", {"first": 20.0, "second": 5.0}, 10.0),
    ("old_stand_area", {}, 2.0),
    ("old_stand_share", {}, 25.0),
    ("old_stand_share", {"first": 20.0}, 10.0),
    # 7 of 40 Mha in the west, 1 of 10 in the east
    ("highest_cover", {"subject": "west;east"}, 17.5),
    ("highest_cover", {"subject": "east"}, 10.0),
    ("highest_cover", {"subject": "east;hebei"}, None),
    # 22 Mt CO2 are 6 Mt C on 20 Mha
    ("grassland_mean_rate", {}, 0.3),
    # 55 Mt CO2 are 15 Mt C
    ("national_sink", {}, 0.015),
    ("opened_area", {"subject": "grass"}, 8.0),
    ("opened_area", {"subject": "all"}, 20.0),
    ("opened_area", {"subject": "forest"}, None),
    # 0.008 Mha at 5 and 0.012 at 10 km3/Mha
    ("opened_water", {}, 0.16),
    ("canal_abatement", {}, 3.0),
]


@pytest.mark.parametrize(("rule", "row", "ours"), CASES)
def test_our_figure_is_what_the_rule_says(rule: str, row: dict[str, Any], ours: float | None) -> None:
    data = data_of(claim(rule, **row))
    found = RULES[rule]({name: math.nan for name in ("first", "second")} | {"subject": ""} | row, data, TABLES)
    assert ours == (found if ours is None else pytest.approx(found))


def test_every_declared_rule_has_a_function_words_and_a_case() -> None:
    assert list(DECLARED) == list(RULES)
    assert set(DECLARED) == {rule for rule, *_ in CASES}
    assert [] == [rule for rule in DECLARED if f"rule_{rule}" not in CLAIM_WORDS]


def test_panels_that_no_plan_builds_can_not_be_checked() -> None:
    """All zero: there is nothing to hold against 6.03."""
    none_built = {**TABLES, "diversion_account": CANAL.assign(value=[0.0, 0.0, 6.03])}
    assert RULES["canal_abatement"]({"subject": ""}, data_of(), none_built) is None


@pytest.mark.parametrize(
    ("relation", "figure", "high", "ours", "expected"),
    [
        ("equals", 100.0, math.nan, 105.0, AGREES), ("equals", 100.0, math.nan, 105.1, DIFFERS), ("equals", 100.0, math.nan, 94.9, DIFFERS),
        ("at_least", 20.0, math.nan, 20.0, AGREES), ("at_least", 20.0, math.nan, 19.9, DIFFERS),
        ("between", 30.0, 50.0, 30.0, AGREES), ("between", 30.0, 50.0, 50.1, DIFFERS), ("between", 30.0, 50.0, 29.9, DIFFERS),
        ("words", math.nan, math.nan, 1.0, UNCHECKED), ("equals", 1.0, math.nan, math.nan, UNCHECKED),
    ],
)  # fmt: skip
def test_agreement_is_a_relative_difference_a_bound_or_a_range(relation: str, figure: float, high: float, ours: float, expected: str) -> None:
    """Five per cent of 100 are 5."""
    assert expected == verdict({"relation": relation, "figure": figure, "figure_high": high, "ours": ours, "tolerance": 0.05})


def solution_of(data: Data) -> Solution:
    """The toy plan's solution, over other data: rules look at the data and the tables only."""
    from copy import copy

    made = copy(solved())
    made.build = copy(made.build)
    made.build.data = data
    return made


def test_the_table_keeps_the_order_of_the_workbook_and_holds_the_tolerance() -> None:
    """520 against 480: 8 % off, which a tolerance of a tenth lets pass."""
    wide = claim("sum", claim="b", figure=520.0, first=400.0, second=80.0, tolerance=0.1)
    found = consistency(solution_of(data_of(wide, claim("sum", claim="a", figure=520.0, first=400.0, second=80.0))), TABLES)
    assert ["b", "a"] == found["claim"].tolist()
    assert [480.0, 480.0] == found["ours"].tolist()
    assert [AGREES, DIFFERS] == found["verdict"].tolist()


def test_a_workbook_without_claims_has_an_empty_table() -> None:
    assert result_tables(solved())["consistency"].empty


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_sheet_says_claim_figures_verdict_and_why_in_both_languages(tmp_path: Path, lang: str) -> None:
    """One claim agrees, one does not, one is words."""
    why = {"why_en": "44/12", "why_zh": "碳折算"}
    rows = [
        claim("sum", claim="a", figure=3.0, first=1.0, second=2.0, section="3.1", **why), claim("carbon_to_co2", claim="b", figure=6.9, first=1.3, **why),
        claim("none", claim="c", relation="words", **why), claim("old_stand_share", claim="d", relation="at_least", figure=20.0, **why),
    ]  # fmt: skip
    table = conform("consistency", consistency(solution_of(data_of(*rows)), TABLES))
    write_report(tmp_path / "report.xlsx", {"consistency": table}, {"base_year": 2020}, lang)
    sheet = load_workbook(tmp_path / "report.xlsx")["consistency"]
    cells = [row for row in sheet.iter_rows(values_only=True) if row[4] in [CLAIM_WORDS[f"verdict_{v}"][lang == "zh"] for v in (AGREES, DIFFERS, UNCHECKED)]]
    statement = "It is so" if lang == "en" else "如此"
    assert [f"{statement} (3.1)", statement, statement, statement] == [row[0] for row in cells]
    assert ["3", "6.9", "–", "≥ 20"] == [row[1] for row in cells]
    assert [3.0, pytest.approx(1.3 * CO2), None, 25.0] == [row[2] for row in cells]
    assert {"44/12" if lang == "en" else "碳折算"} == {row[5] for row in cells}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_paper_s_measures_stand_with_what_stands_for_them(tmp_path: Path, lang: str) -> None:
    """One can be done, one in part; a lever and a limit in words, a scenario by its name."""
    rows = [
        {"measure": "a", "section": "1.2.1", "statement_en": "Fell", "statement_zh": "采伐", "stands_for": "lever:forest; limit:cutting_quota", "status": "yes"},
        {"measure": "b", "section": "3.2", "statement_en": "Pay", "statement_zh": "补偿", "stands_for": "scenario:dry", "status": "part", "why_en": "no money", "why_zh": "无资金"},
    ]
    table = conform("paper_measures", measures(solution_of(toy_data(tables={"paper_measures": rows})), TABLES))
    write_report(tmp_path / "report.xlsx", {"paper_measures": table}, {"base_year": 2020}, lang)
    sheet = load_workbook(tmp_path / "report.xlsx")["paper_measures"]
    cells = [row for row in sheet.iter_rows(values_only=True) if row[1] in ("1.2.1", "3.2")]
    first, second = ("Fell", "yes"), ("Pay", "in part")
    if lang == "zh":
        first, second = ("采伐", "是"), ("补偿", "部分")
    assert [first, second] == [(row[0], row[3]) for row in cells]
    named = "lever Forest by stratum and age class; limit Cutting quota; scenario dry" if lang == "en" else "措施 森林（分层、龄级）; 限值 采伐限额; 情景 dry"
    assert named == f"{cells[0][2]}; {cells[1][2]}"
    assert (None, "no money" if lang == "en" else "无资金") == (cells[0][4] or None, cells[1][4])


def test_the_shipped_claims_name_known_rules_and_speak_both_languages() -> None:
    """Every claim of the shipped workbook has both statements and both reasons; 1.3 t C are not 6.9 t CO2."""
    data = model.read(ROOT / "inputs" / "three_regions.xlsx").data("reference")
    claims = data.frame(PAPER_CLAIMS)
    assert set(RELATIONS) >= set(claims["relation"])
    for name in ("statement_en", "statement_zh", "why_en", "why_zh", "source"):
        assert [] == claims.loc[claims[name].fillna("") == "", "claim"].tolist()
    found = consistency(solution_of(data), {"carbon": CARBON, "diversion_account": CANAL}).set_index("claim")
    assert (pytest.approx(1.3 * CO2), DIFFERS) == tuple(found.loc["grass_rate_in_co2", ["ours", "verdict"]])
    assert AGREES == found.loc["heishanxia_all", "verdict"]
    assert (DIFFERS, AGREES) == (found.loc["quota_of_five_years", "verdict"], found.loc["quota_of_one_year", "verdict"])
