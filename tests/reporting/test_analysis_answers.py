"""The sentences with which the report of an analysis begins say what its tables hold, in both languages."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from model.closing.analyses import ANALYSES
from model.core.declare.schema import OutcomeTable
from model.reporting.analyses.answers import answers
from model.reporting.context import Context

COST = "bn CNY"
CHINESE = re.compile(r"[一-鿿]")
ENGLISH = re.compile(r"\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b")


def table(name: str, rows: list[dict[str, object]], **units: str) -> OutcomeTable:
    return OutcomeTable(name, pd.DataFrame(rows), units)


#: A front of four points: 100 Mt for nothing, 0 for 30; a step of 25 Mt for 1 is 40 CNY/t, the last of 25 for 20 is 800.
FRONT = [
    table("front", [
        {"point": n, "quantity": "cumulative_co2", "value": value, "unit": "Mt CO2", "plan_cost": 300.0 + dearer, "dearer": dearer}
        for n, (value, dearer) in enumerate([(100.0, 0.0), (75.0, 1.0), (25.0, 10.0), (0.0, 30.0)])
    ], dearer=COST),
    table("abatement_by_region", [{"point": 1, "region": "west", "avoided": 60.0}, {"point": 2, "region": "developed", "avoided": 40.0}]),
]  # fmt: skip
NEAR = [
    table("near_slacks", [{"slack_share": 1.0, "slack_amount": 70.0, "of_plan_cost": 0.125}], slack_amount=COST),
    table("near_menu", [
        {"lever": "clean_energy", "region_group": "west", "decade": "2051-2060", "unit": "GW", "menu": "must", "least_added": 30.0, "most_added": 40.0},
        {"lever": "wetland", "region_group": "west", "decade": "2051-2060", "unit": "kha", "menu": "avoid", "least_added": 0.0, "most_added": 0.1},
    ]),
    table("near_ranges", [{"slack_share": 1.0, "lever": "clean_energy", "region_group": "nation", "decade": "2051-2060", "unit": "GW", "now": 35.0, "least": 30.0, "most": 45.0}]),
]  # fmt: skip
ROLLED = [
    table("rolled_costs", [
        {"foresight": float("nan"), "target_known": "", "announced_cost": 500.0, "beyond_announced": 0.0, "extra_share": 0.0, "missed_cost": 0.0},
        {"foresight": 15.0, "target_known": "from_start", "announced_cost": 500.0, "beyond_announced": 10.0, "extra_share": 2.0, "missed_cost": 0.0},
        {"foresight": 10.0, "target_known": "in_sight", "announced_cost": 500.0, "beyond_announced": 50.0, "extra_share": 10.0, "missed_cost": 45.0},
        {"foresight": 5.0, "target_known": "in_sight", "announced_cost": 500.0, "beyond_announced": float("nan"), "extra_share": float("nan"), "missed_cost": float("nan")},
    ], announced_cost=COST, missed_cost=COST),
    table("rolled_missed", [{"foresight": 10.0, "target_known": "in_sight", "missed": "net_missed", "year": 2060, "value": 7.0, "unit": "Mt CO2/yr", "priced": 1}]),
    table("credibility", [
        {"foresight": 15.0, "target_known": "from_start", "lever": "storage", "item": "battery", "region_group": "west", "year": 2040, "promised": 100.0, "re_planned_value": 60.0, "difference": -40.0, "unit": "GW"},
        {"foresight": 15.0, "target_known": "from_start", "lever": "storage", "item": "battery", "region_group": "west", "year": 2050, "promised": 90.0, "re_planned_value": 130.0, "difference": 40.0, "unit": "GW"},
    ]),
]  # fmt: skip
FUTURES = [
    table("worth_of_knowing", [{"figure": name, "value": value} for name, value in (("here_and_now", 85.0), ("wait_and_see", 55.0), ("perfect_information", 30.0), ("stochastic_solution", 3.75))], value=COST),
    table("by_node", [{"node": "low_demand", "regret_hedged": 0.0}, {"node": "high_growth", "regret_hedged": 120.0}]),
    table("first_stage", [
        {"plan": plan, "lever": "storage", "item": "battery", "region_group": "west", "year": 2030, "value": value, "unit": "GW"} for plan, value in (("hedged", 4.0), ("for_the_mean", 5.5))
    ]),
]  # fmt: skip
SAFE = [
    table("price_of_robustness", [
        {"budget": 0.0, "nominal_cost": 100.0, "exposed_cost": 100.0, "price": 0.0, "spared": 0.0}, {"budget": 2.0, "nominal_cost": 103.0, "exposed_cost": 140.0, "price": 3.0, "spared": 12.0},
    ], price=COST),
    table("robust_groups", [{"budget": 2.0, "cost_group": "fuel_coal", "hurts": 25.0}, {"budget": 0.0, "cost_group": "wind_cost", "hurts": 99.0}]),
]  # fmt: skip
TORNADO = [
    table("tornado", [
        {"range": "coal_price", "indicator": "discounted_cost", "detail": "", "unit": COST, "base": 100.0, "at_low": 90.0, "at_high": 115.0, "swing": 25.0},
        {"range": "water_price", "indicator": "discounted_cost", "detail": "", "unit": COST, "base": 100.0, "at_low": 100.0, "at_high": 100.0, "swing": 0.0},
        {"range": "coal_price", "indicator": "co2_price", "detail": "2060", "unit": "CNY/t CO2", "base": 1500.0, "at_low": 1600.0, "at_high": 1400.0, "swing": 200.0},
    ]),
]  # fmt: skip
DRAWS = [
    table("samples", [{"sample": n, "discounted_cost": 100.0 + n} for n in range(21)], discounted_cost=COST),
    table("importance", [{"indicator": "discounted_cost", "rank": 1, "group": "demand", "variance_share": 0.6, "share_low": 0.4, "share_high": 0.8}]),
    table("acts", [{"lever": "storage", "item": name, "acts_share": share} for name, share in (("battery", 1.0), ("hydrogen", 0.4), ("caes", 0.0))]),
]  # fmt: skip
FOREST = [
    table("comparison", [
        {"plan": "whole_model", "sink": 900.0, "sink_change": -12.0, "horizon_change": -20.0}, {"plan": "whole_model_unfelled", "sink": 912.0, "sink_change": 0.0, "horizon_change": 0.0},
        {"plan": "unfelled", "sink": 905.0, "sink_change": 0.0, "horizon_change": 0.0}, {"plan": "late", "sink": 910.0, "sink_change": 5.0, "horizon_change": 1.0},
    ]),
    table("turning_points", [{"parameter": "soil_loss", "state": "turns"}, {"parameter": "product_life", "state": "no_sign_change"}]),
]  # fmt: skip
SHARED = [
    table("compensation", [
        {"region_group": group, "sharing_rule": rule, "cost_alone": 100.0, "cost_before": before, "transfer": transfer}
        for rule in ("shapley", "dual_price") for group, before, transfer in (("west", 120.0, 25.0), ("developed", 60.0, -25.0))
    ], transfer=COST),
    table("rules", [{"sharing_rule": "shapley", "nobody_worse_off": 1}, {"sharing_rule": "dual_price", "nobody_worse_off": 0}]),
]  # fmt: skip
BOUNDS = [
    table("payment_intervals", [{"payment": 5.0, "payment_low": 5.0, "payment_high": 5.0}, {"payment": 5.0, "payment_low": 4.0, "payment_high": 9.0}]),
    table("co2_price_intervals", [{"year": 2050, "price": 10.0, "price_low": 10.0, "price_high": 10.0}, {"year": 2060, "price": 1500.0, "price_low": 1400.0, "price_high": 1600.0}], price="CNY/t CO2"),
]
BILLS = [
    table("allocation_by_region", [{"region": "west", "transfer": 40.0}, {"region": "developed", "transfer": -40.0}], transfer=COST),
    table("sampled_coalitions", [{"members": "west", "size": 1, "excess": 70.0}, {"members": "developed", "size": 1, "excess": 30.0}, {"members": "west:developed", "size": 2, "excess": 0.0}], excess=COST),
]  # fmt: skip
#: What running two years through their days gives: the nation, and a region that is not told.
RAN = [
    table("full_year", [
        {"year": year, "region": region, "item": item, "detail": "", "planned": planned, "run": run}
        for year, served in ((2045, 0.0), (2060, 4.0)) for region in ("nation", "west")
        for item, planned, run in (("unserved", 0.0, served), ("unserved_share", 0.0, served / 8000.0), ("co2_of_power", 300.0, 320.0), ("generation", 900.0, 925.0))
    ]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "tables", "parts"),
    [
        ("pareto", FRONT, ["100 Mt CO₂; the least that can be had is 0 Mt CO₂, for 30 bn CNY more (10 %)", "25 % of the way there costs 3.33 % of that; the first step costs 40 CNY/t CO₂ on average, the last one 800", "(60 %), "]),
        ("near_optimal", NEAR, ["up to 70 bn CNY more", "0.125 % of all it costs", "1 of the 2 amounts", "0 are a choice, 1 are next to nothing", "at least 30 GW", "30 to 45 GW in the nation where the plan does 35"]),
        (
            "rolling", ROLLED,
            ["500 bn CNY", "10 to 50 bn CNY more (2 to 10 %), least with 15 years of foresight and targets known from the start, most with 10 years", "45 bn CNY are", "in 2060 by 7 Mt CO₂/yr", "1 of 3 re-planned plans stopped", "promised 100 GW, done 60"],
        ),
        ("stochastic", FUTURES, ["expected cost of 85 bn CNY; knowing from the start would save 30 bn CNY (35.3 %)", "cost 3.75 bn CNY more", "120 bn CNY more", "4 GW instead of 5.5"]),
        ("robust", SAFE, ["Were 2 groups", "up to 140 bn CNY, 40 more", "stay 12 bn CNY below that and costs 3 bn CNY more", "(25 bn CNY)"]),
        ("sensitivity", TORNADO, ["(100 bn CNY) moves most with Coal price (90 at its low, 115 at its high).", "1,400 to 1,600 CNY/t CO₂ where the plan has 1,500", "1 of 2 ranges"]),
        ("monte_carlo", DRAWS, ["Of 21 draws", "half cost more than 110 bn CNY, and nine in ten between 101 and 119", "60 % of its variance (40 to 80 %)", "1 of 3 items of levers act in all draws, 1 in none", "(40 % of the draws)"]),
        ("renewal", FOREST, ["900 Mt CO2 a year in the years compared, 12 less than with nothing felled", "20 less", "5 more Mt CO2 a year", "turns within the range of"]),
        ("compensation", SHARED, ["saves the nation 20 bn CNY (10 % of its cost)", "pays 25 bn CNY, ", "receives 25 bn CNY", "worse off than alone"]),
        ("price_intervals", BOUNDS, ["Of 2 payments between regions 1 could not", "costs 1,500 CNY/t CO₂ in 2060; in the same plan it could cost 1,400 to 1,600"]),
        ("full_year", RAN, ["every day of 2060, the planned plants leave 4 TWh of the load unserved (0.05 %)", "power emits 320 Mt CO2 where the plan has 300", "give 25 TWh more"]),
        ("owen", BILLS, ["bears 40 bn CNY more than it spends", "is paid 40 bn CNY", "Of 2 coalitions", "30 bn CNY more"]),
    ],
)  # fmt: skip
def test_sentences_hold_the_numbers_of_the_tables(name: str, tables: list[OutcomeTable], parts: list[str]) -> None:
    told = " ".join(answers(name, tables, Context({}, {}, "en")))
    assert [] == [part for part in parts if part not in told], told


@pytest.mark.parametrize(("name", "tables"), [("pareto", FRONT), ("near_optimal", NEAR), ("rolling", ROLLED), ("stochastic", FUTURES), ("robust", SAFE), ("sensitivity", TORNADO), ("monte_carlo", DRAWS), ("renewal", FOREST), ("compensation", SHARED), ("price_intervals", BOUNDS), ("owen", BILLS), ("full_year", RAN)])
def test_sentences_are_said_in_chinese_as_well(name: str, tables: list[OutcomeTable]) -> None:
    english, chinese = (answers(name, tables, Context({}, {}, lang)) for lang in ("en", "zh"))
    assert len(english) == len(chinese) > 1
    assert [] == [text for text in chinese if not CHINESE.search(text) or ENGLISH.search(text)]


@pytest.mark.parametrize("name", list(ANALYSES))
def test_an_analysis_without_tables_says_nothing(name: str) -> None:
    assert [] == answers(name, [], Context({}, {}, "en"))
    assert [] == answers(name, [table("none", [])], Context({}, {}, "en"))


def test_a_break_even_value_is_said_by_how_it_was_found() -> None:
    """Found: its value; from a lower bound the value that was solved above it; not reached: the highest that was tried."""
    rows: list[dict[str, object]] = [
        {"value_of": "water", "pays_for": "whole_line", "value": 9.0, "solved_below": 8.9, "solved_above": 9.0, "unit": "CNY/m3", "state": "confirmed"},
        {"value_of": "water", "pays_for": "first_cubic_metre", "value": 2.0, "solved_below": 4.0, "solved_above": 4.1, "unit": "CNY/m3", "state": "lower_bound"},
        {"value_of": "carbon", "pays_for": "some_of_the_line", "value": float("nan"), "solved_below": 2000.0, "solved_above": float("nan"), "unit": "CNY/t CO2", "state": "not_reached"},
    ]
    twins: list[dict[str, object]] = [{"quantity": "objective", "without": 100.0, "whole": 130.0, "difference": 30.0, "unit": COST}]
    said = answers("west_line", [table("break_even", rows), table("twin_runs", twins)], Context({}, {}, "en"))
    assert ["9 CNY/m³", "4.1 CNY/m³", "up to 2,000 CNY/t CO₂", "30 bn CNY more"] == [part for part, text in zip(("9 CNY/m³", "4.1 CNY/m³", "up to 2,000 CNY/t CO₂", "30 bn CNY more"), said, strict=True) if part in text]
