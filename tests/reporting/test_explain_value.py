"""One number of a finished run is told in sentences, and what is named wrongly is answered with what there is."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from model import verbs
from model.exits import EXIT_INPUT, EXIT_SOLVED
from model.reporting.proof.explained import OF_LIMITS, UnknownValue, explain_value, find, told_number
from model.reporting.proof.finished import Finished, finished
from model.reporting.tables.columns import TABLES
from tests.reporting.proof_runs import leave, write_hand
from tests.reporting.toy_plan import solved

CHINESE = re.compile(r"[一-鿿]")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plan made by hand: wind 4 of at most 4 at 3, coal 6 at 5, sun 0 at 7, the last TWh needed worth 5."""
    return write_hand(tmp_path_factory.mktemp("explained") / "run")


@pytest.fixture(scope="module")
def hand(folder: Path) -> Finished:
    return finished(folder)


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The toy of the reports, with limits that have no workbook and prices."""
    return finished(leave(solved(), tmp_path_factory.mktemp("toy") / "run"))


def test_what_stays_out_enters_when_its_cost_falls_to_what_it_brings(hand: Finished) -> None:
    """Sun costs 7 and brings 5: below 5 it enters, 2 less than now."""
    told = list(explain_value(hand, "allocation:clean_energy:west:2040:sun", "en"))
    assert "allocation, lever clean_energy, region west, item sun, year 2040: value is 0 TWh/yr." == told[0]
    assert "made(sun) is 0 TWh/yr: it enters, or grows, if its cost falls below 5 bn CNY per TWh/yr (now 7), that is by more than 2." == told[-1]
    assert "  gives 5: need(west,2040), dual 5" in told


def test_the_gap_of_an_item_is_told_in_the_unit_of_its_price(tmp_path: Path) -> None:
    folder = write_hand(tmp_path / "run")
    (folder / "tables" / "gaps.csv").write_text("lever,region,item,gap,unit\nclean_energy,west,sun,120.5,CNY/kW\nclean_energy,west,wind,0.0,CNY/kW\n", encoding="utf-8")
    run = finished(folder)
    assert "cheaper by more than 120.5 CNY/kW" in list(explain_value(run, "allocation:sun", "en"))[-1]
    assert "CNY/kW" not in "".join(explain_value(run, "allocation:wind", "en"))


def test_what_is_at_its_bound_is_worth_what_it_saves(hand: Finished) -> None:
    """One TWh more of wind at 3 saves one of coal at 5."""
    assert "made(wind) is at its upper bound: one TWh/yr more would be worth 2 bn CNY." == list(explain_value(hand, "allocation:wind", "en"))[-1]


def test_what_is_at_the_margin_costs_what_it_brings(hand: Finished) -> None:
    told = list(explain_value(hand, "allocation:coal", "en"))
    assert "None of its variables is held by a bound" in told[-1]


def test_sentences_are_in_the_language_that_is_asked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert EXIT_SOLVED == verbs.main(["explain", str(folder), "--value", "allocation:sun", "--lang", "zh"])
    shown = capsys.readouterr().out.splitlines()
    assert all(CHINESE.search(text) for text in shown)
    assert "低于" not in shown[0]
    assert "降至每 TWh/yr 5 bn CNY 以下（现为 7，即下降超过 2）" in shown[-1]


def test_parts_of_a_name_stand_in_any_order_or_name_their_column(hand: Finished) -> None:
    assert {0} == {find(hand, text).row for text in ("allocation:wind", "allocation:2040:wind:west", "allocation:item=wind", "allocation:year=2040:win", "allocation:wind:value")}


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("allocation:clean_energy:west:2050:wind", "allocation:clean_energy:west:wind:2040:TWh/yr"), ("allocation:wnd", "allocation:clean_energy:west:wind:2040:TWh/yr"),
        ("allocation:west", "3"), ("alocation:wind", "allocation"), ("carbon:west", "carbon"),
    ],
)  # fmt: skip
def test_a_name_that_fits_nothing_or_several_is_answered_with_those_near(asked: str, answer: str, hand: Finished) -> None:
    with pytest.raises(UnknownValue, match=re.escape(answer)):
        find(hand, asked)


def test_a_name_as_it_is_proposed_is_that_number_though_its_words_in_another_order_are_another_one(hand: Finished) -> None:
    """From west to east is not from east to west."""
    both = pd.DataFrame({"commodity": "power", "from_region": ["west", "east"], "to_region": ["east", "west"], "year": 2040, "value": [1.0, 2.0], "unit": "TWh/yr"})
    run = replace(hand, tables={**hand.tables, "trade": both})
    assert [0, 1] == [find(run, f"trade:power:{way}:2040").row for way in ("west:east", "east:west")]
    with pytest.raises(UnknownValue, match="trade:power:east:west:2040"):
        find(run, "trade:2040:west:east")


def test_a_share_has_no_unit_and_what_rounding_leaves_is_nothing() -> None:
    assert ["0.5", "0.5 GW", "0"] == [told_number(0.5, "1"), told_number(0.5, "GW"), told_number(-3.7e-13)]


@pytest.mark.parametrize("arguments", [("--value", "allocation:nothing"), (), ("--value", "nope:1")])
def test_a_run_asked_wrongly_is_answered_in_a_line_and_with_2(arguments: tuple[str, ...], folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert EXIT_INPUT == verbs.main(["explain", str(folder), *arguments])
    assert "--value" in capsys.readouterr().err


def test_rows_that_bind_are_told_by_their_price(toy: Finished) -> None:
    """Of what the toy emits from coal in 2040 the account of emissions takes its price."""
    frame = toy.tables["prices"]
    price = frame[(frame["balance"] == "emission") & (frame["year"] == 2040)]["price"].iloc[0]
    told = "\n".join(explain_value(toy, "prices:emission:west:2040:price", "en"))
    assert f"price {price:.6g} CNY/t CO2" in told
    assert "It is the price of the row emission_account(west,2040)" in told


def test_every_number_of_a_plan_can_be_explained(toy: Finished) -> None:
    """The first and the last row of each table, whatever it is made of."""
    asked = 0
    for name, frame in toy.tables.items():
        for place in (0, len(frame) - 1) if len(frame) else ():
            keys = TABLES[name].keys or [key for key in OF_LIMITS if key in frame]
            texts = [f"{key}={frame[key].iloc[place]}" for key in keys]
            if not any(field.type == "number" for field in TABLES[name].fields) or any(":" in text for text in texts):
                continue
            told = list(explain_value(toy, ":".join([name, *texts]), "en"))
            asked += 1
            assert f"{name}, " in told[0]
            assert len(told) > 1
    assert 40 < asked
