"""The 31 provinces: a plan exists, every identity holds, and the base year meets the statistics province by province.

The statistics are summed here from ``inputs/data``, not read from the workbook.
"""

from __future__ import annotations

import pandas as pd
import pytest

import model
from model.core.declare.units import GWH_PER_TWH
from model.datasets.frame import provinces
from model.evidence.history import HAPPENED
from model.reporting.identities.every import check_identities
from tests.main_job.test_one_meaning import check_goods

BASE_YEAR = 2020
#: Largest relative gap in a province whose statistic is above the smallest one (Mt CO2, TWh).
GAP, SMALLEST = 0.10, 20.0
#: Largest relative gap of forest area, and of growing stock after the site factor.
AREA_GAP, VOLUME_GAP = 0.001, 0.02
pytestmark = pytest.mark.slow


def gaps(found: pd.Series, listed: pd.Series) -> dict[str, float]:
    """Relative gap of every province with a large statistic that is not within the tolerance."""
    large = listed[listed > SMALLEST]
    away = found.reindex(large.index, fill_value=0.0) / large - 1.0
    return {str(region): round(float(gap), 4) for region, gap in away.items() if not abs(gap) <= GAP}


def test_there_is_a_plan_and_every_identity_holds(province_plan: model.api.Plan) -> None:
    assert "optimal" == province_plan.status
    assert [] == [check["name"] for check in check_identities(province_plan.tables, province_plan.solution) if not check["ok"]]
    assert 31 == len(province_plan.data.regions)


def test_emissions_of_each_province_are_those_of_the_data(province_tables: dict[str, pd.DataFrame]) -> None:
    listed = provinces("energy", "emissions_2020").query("year == @BASE_YEAR").groupby("region")["co2_mt"].sum()
    carbon = province_tables["carbon"]
    now = carbon[(carbon["year"] == BASE_YEAR) & (carbon["account"] == "emission") & (carbon["in_target"] == 1)]
    assert 29 <= (listed > SMALLEST).sum()
    assert {} == gaps(now.groupby("region")["value"].sum(), listed)


def test_generation_of_each_province_is_that_of_the_data(province_tables: dict[str, pd.DataFrame]) -> None:
    listed = provinces("energy", "power_2020").groupby("region")["generation_twh"].sum()
    power = province_tables["power"]
    now = power[power["year"] == BASE_YEAR]
    assert 29 <= (listed > SMALLEST).sum()
    assert {} == gaps(now.groupby("region")["generation_twh"].sum(), listed)


def test_all_load_of_the_base_year_is_served(province_plan: model.api.Plan) -> None:
    """Generation less what is lost on lines and in storage is the demand: nothing of it is left unserved."""
    unserved = province_plan.solution.values("unserved")
    assert pytest.approx(0.0, abs=1e-6) == unserved.loc[unserved["year"] == BASE_YEAR, "value"].sum()


def test_forest_of_each_province_is_that_of_the_inventory(province_tables: dict[str, pd.DataFrame]) -> None:
    """Area within 0.1 %, growing stock within 2 %, from the stands of the base year."""
    listed = provinces("land", "forest_area_by_age").groupby("region")[["area_kha", "volume_mm3"]].sum()
    forest = province_tables["forest"]
    now = forest[forest["year"] == BASE_YEAR].groupby("region")[["area_kha", "volume_mm3"]].sum()
    assert 31 == len(listed)
    away = (now / listed - 1.0).abs()
    assert {} == away.loc[~(away["area_kha"] <= AREA_GAP), "area_kha"].to_dict()
    assert {} == away.loc[~(away["volume_mm3"] <= VOLUME_GAP), "volume_mm3"].to_dict()


def test_the_check_of_the_run_says_the_same_and_gives_a_reason(province_tables: dict[str, pd.DataFrame]) -> None:
    """The five largest gaps have a reason; a plan's edge is named only where generation stands at 5 % of the plan."""
    checked = province_tables["calibration"]
    checked = checked[~checked["window"].isin(HAPPENED)]
    assert [] == checked[~checked["ok"]].to_dict("records")
    explained = checked[checked["reason"] != ""]
    worst = explained.loc[explained["difference_percent"].abs().nlargest(5).index]
    assert 5 == len(worst)
    fleet = provinces("energy", "power_2020").set_index(["region", "technology"])
    planned = fleet["capacity_gw"] * fleet["full_load_hours"] / GWH_PER_TWH
    power = province_tables["power"].query("year == @BASE_YEAR").groupby(["region", "technology"])["generation_twh"].sum()
    for row in explained[explained["reason"].str.startswith("plan_upper_edge")].itertuples():
        place = row.region, row.reason.partition(":")[2]
        assert power[place] == pytest.approx(1.05 * planned[place], rel=2e-3), place


def test_goods_of_the_provinces_are_those_of_the_cited_data(province_tables: dict[str, pd.DataFrame]) -> None:
    check_goods(province_tables["industry"])
