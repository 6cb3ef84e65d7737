"""The base year is computed, not copied: dispatch and industry of 2020 meet the statistics of the cited data tables.

The statistics are summed here from ``inputs/data/energy``, province by province, not from the workbook.
"""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import model
from model.evidence.history import HAPPENED

ENERGY = Path(__file__).resolve().parents[2] / "inputs" / "data" / "energy"
BASE_YEAR = 2020
#: Largest relative gap: emissions of a group, generation of a technology in the nation and in a group.
EMISSIONS, NATION, GROUP = 0.02, 0.05, 0.10
#: A technology that gives less than this in a group is too small for a relative tolerance (TWh a year).
SMALLEST_TWH = 20.0
#: Sheets of targets and pledges with what counts for them, and of paces, some of which are of measures that begin after 2030.
TARGETS = ("carbon_targets", "climate_targets", "energy_targets", "capacity_targets", "capacity_target_members", "forest_targets", "new_forest_targets", "build_dynamics")
pytestmark = pytest.mark.slow


def emission_statistics() -> pd.Series:
    """Mt CO2 of 2020 by region group."""
    frame = pd.read_csv(ENERGY / "emissions_2020.csv", encoding="utf-8")
    return frame[frame["year"] == BASE_YEAR].groupby("region")["co2_mt"].sum()


def generation_statistics() -> pd.Series:
    """TWh of 2020 by technology and region group."""
    frame = pd.read_csv(ENERGY / "power_2020.csv", encoding="utf-8")
    return frame.groupby(["technology", "region"])["generation_twh"].sum()


def emission_gaps(carbon: pd.DataFrame) -> pd.Series:
    """Relative gap of the plan's emissions of 2020 by region group."""
    now = carbon[(carbon["year"] == BASE_YEAR) & (carbon["account"] == "emission") & (carbon["in_target"] == 1)]
    return now.groupby("region_group")["value"].sum() / emission_statistics() - 1.0


def generation(power: pd.DataFrame, regions: dict[str, str]) -> pd.Series:
    """What plants generate and stores give back: the statistics list both under one name."""
    now = power[power["year"] == BASE_YEAR]
    given = now["generation_twh"] + now["discharge_twh"]
    return now.assign(region=now["region"].map(regions), given=given).groupby(["technology", "region"])["given"].sum()


def of_base_year(calibration: pd.DataFrame) -> pd.DataFrame:
    """What is solved of the base year; the rows of the first period are decided, and may be anywhere."""
    return calibration[~calibration["window"].isin(HAPPENED)]


def test_emissions_of_each_group_are_those_of_the_data(tables: dict[str, pd.DataFrame]) -> None:
    gaps = emission_gaps(tables["carbon"])
    assert ["developed", "industrial", "west"] == list(gaps.index)
    assert {} == gaps[~(gaps.abs() <= EMISSIONS)].to_dict()


def test_emissions_are_the_outcome_of_the_plan_and_not_the_statistics_themselves(tables: dict[str, pd.DataFrame]) -> None:
    """A copied number would meet the data to the last digit; a dispatch does not."""
    assert emission_gaps(tables["carbon"]).abs().max() > 1e-6


def test_generation_by_technology_is_that_of_the_data_in_the_nation(tables: dict[str, pd.DataFrame], plan: model.api.Plan) -> None:
    listed = generation_statistics().groupby("technology").sum()
    found = generation(tables["power"], dict(plan.data.region_group)).groupby("technology").sum().reindex(listed.index)
    gaps = found / listed - 1.0
    assert 11 == len(gaps)
    assert {} == gaps[~(gaps.abs() <= NATION)].to_dict()


def test_generation_by_technology_is_that_of_the_data_in_each_group(tables: dict[str, pd.DataFrame], plan: model.api.Plan) -> None:
    """Only technologies of at least 20 TWh in the group; what is smaller is far below a hundredth of its generation."""
    listed = generation_statistics()
    large = listed[listed >= SMALLEST_TWH]
    gaps = generation(tables["power"], dict(plan.data.region_group)).reindex(large.index) / large - 1.0
    assert large.sum() > 0.98 * listed.sum()
    assert {} == gaps[~(gaps.abs() <= GROUP)].to_dict()


def test_the_check_of_the_run_says_the_same(tables: dict[str, pd.DataFrame]) -> None:
    checked = of_base_year(tables["calibration"])
    assert {"emission", "generation"} <= set(checked["quantity"])
    assert [] == checked[~checked["ok"]].to_dict("records")
    by_group = checked[(checked["quantity"] == "emission") & (checked["region_group"] != "nation")].set_index("region_group")
    assert pytest.approx(100.0 * emission_gaps(tables["carbon"]), abs=1e-3) == by_group["difference_percent"].sort_index()


def base_year_only(workbook: Path) -> list[str]:
    """Changes that leave history and one planned period after the base year, without targets: solved in seconds."""
    sheets = openpyxl.load_workbook(workbook, read_only=True)
    changes = []
    for name, first in (("periods", 6), *((sheet, 2) for sheet in TARGETS)):
        rows = list(sheets[name].iter_rows(values_only=True))
        letter = openpyxl.utils.get_column_letter(rows[0].index("active") + 1)
        changes += [f"{name}!{letter}{row}=0" for row in range(first, len(rows) + 1) if rows[row - 1][0] is not None]
    return changes


@pytest.fixture(scope="module")
def short(workbook: Path) -> list[str]:
    """Changes for the base year and one period more, with which the data is met as it stands."""
    changes = base_year_only(workbook)
    right = model.solve(model.read(workbook, changes))
    assert emission_gaps(right.tables["carbon"]).abs().max() <= EMISSIONS
    return changes


@pytest.mark.parametrize(("sheet", "key", "wrong"), [("thermal_fleet", "coal", "power"), ("industry", "steel", "industry")])
def test_an_error_of_ten_per_cent_in_one_emission_factor_is_noticed(workbook: Path, short: list[str], sheet: str, key: str, wrong: str) -> None:
    """The same base year meets the data as it stands, and misses it when coal or steel emits a tenth more."""
    rows = list(openpyxl.load_workbook(workbook, read_only=True)[sheet].iter_rows(values_only=True))
    place, column = rows[0].index("emission_factor"), openpyxl.utils.get_column_letter(rows[0].index("emission_factor") + 1)
    planted = [f"{sheet}!{column}{number}={1.1 * row[place]!r}" for number, row in enumerate(rows, 1) if row[1] == key]
    assert 3 == len(planted), wrong
    mistaken = model.solve(model.read(workbook, [*short, *planted]))
    assert emission_gaps(mistaken.tables["carbon"]).abs().max() > EMISSIONS
    assert not of_base_year(mistaken.tables["calibration"])["ok"].all()
