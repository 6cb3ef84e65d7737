"""Primary energy of the base year is near the national balance, by source and in the share that the pledges count.

The total, the share of coal and that of what is not fossil come from ``inputs/data/energy/targets.csv``, those of oil and gas (18.9 and
8.4 %) from the same yearbook.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from model.api import Plan

TARGETS = Path(__file__).resolve().parents[2] / "inputs" / "data" / "energy" / "targets.csv"
OIL, GAS = 0.189, 0.084
BASE_YEAR, MTCE_PER_GTCE, PER_CENT = 2020, 1000.0, 100.0
#: Largest gap of the total (relative) and of a share.
TOTAL, SHARE = 0.02, 0.01
pytestmark = pytest.mark.slow


def statistic(indicator: str) -> float:
    frame = pd.read_csv(TARGETS, encoding="utf-8")
    (found,) = frame.loc[(frame["category"] == "history") & (frame["indicator"] == indicator) & (frame["year"] == BASE_YEAR), "value"]
    return float(found)


def test_primary_energy_of_the_base_year_is_that_of_the_national_balance(plan: Plan) -> None:
    table = plan.tables["primary_energy"]
    by_source = table[table["year"] == BASE_YEAR].groupby("energy_source")["value"].sum()
    total = float(by_source.sum())
    assert statistic("primary_energy") * MTCE_PER_GTCE == pytest.approx(total, rel=TOTAL)
    expected = {"coal": statistic("coal_share_primary") / PER_CENT, "oil": OIL, "gas": GAS}
    assert expected == pytest.approx({source: float(by_source[source]) / total for source in expected}, abs=SHARE)


def test_the_share_that_is_not_fossil_is_that_of_the_statistics(plan: Plan) -> None:
    table = plan.tables["non_fossil_share"]
    national = table[(table["region"] == "nation") & (table["year"] == BASE_YEAR)]["share"].iloc[0]
    assert statistic("non_fossil_share_primary") / PER_CENT == pytest.approx(national, abs=SHARE / 2)
