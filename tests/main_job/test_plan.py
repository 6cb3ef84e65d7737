"""What the plan must show: the peak before 2030, net zero in 2060, both accounts, and every lever acting or explained."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from model.reporting.words.texts import label

PEAK, GOAL, KEPT_UP = 2030, 2060, 2065
LEVERS = ("afforestation", "harvest", "grassland", "clean_energy", "industry", "water_diversion")
#: Below this a value is rounding of the solver, in the unit of its lever.
ROUNDING = 1e-6
pytestmark = pytest.mark.slow


def net(carbon: pd.DataFrame) -> pd.Series:
    """Net emissions of the strict account by period, the mean of its years in Mt CO2 a year."""
    strict = carbon[carbon["in_target"] == 1]
    sign = strict["account"].map({"emission": 1.0, "sink": -1.0, "captured": -1.0})
    return (sign * strict["value"]).groupby(strict["year"]).sum()


def test_national_net_emissions_peak_no_later_than_2030(tables: dict[str, pd.DataFrame]) -> None:
    """They fall from period to period as far as the plan goes; what is kept up after it is asked to stay at zero, not to fall."""
    by_year = net(tables["carbon"])
    assert by_year.idxmax() <= PEAK
    after = by_year[(by_year.index >= PEAK) & (by_year.index <= GOAL)]
    assert after.is_monotonic_decreasing


def test_the_nation_is_carbon_neutral_in_2060_and_stays_so(tables: dict[str, pd.DataFrame]) -> None:
    """The year 2060 is halfway between the middles of 2056-60 and 2061-65; it and each later period are at most zero, within 1e-6 of gross emissions."""
    carbon = tables["carbon"]
    gross = carbon[(carbon["account"] == "emission") & (carbon["year"] == GOAL) & (carbon["in_target"] == 1)]["value"].sum()
    assert gross > 100.0
    by_year = net(carbon)
    assert (by_year[GOAL] + by_year[KEPT_UP]) / 2.0 <= 1e-6 * gross
    after = by_year[by_year.index > GOAL]
    assert [KEPT_UP, 2070, 2080] == after.index.tolist()
    assert after.max() <= 1e-6 * gross


def test_both_accounts_stand_in_the_table_and_only_the_strict_one_meets_the_target(tables: dict[str, pd.DataFrame]) -> None:
    carbon = tables["carbon"]
    assert {0, 1} == set(carbon["in_target"])
    assert {"emission", "sink", "captured"} == set(carbon["account"])
    beside = carbon[(carbon["in_target"] == 0) & (carbon["account"] == "sink")]
    assert beside[beside["year"] == GOAL]["value"].sum() > 0.0
    listed = tables["by_group"].query("table == 'carbon' and item == 'net' and region_group == 'nation'").set_index("year")["value"]
    assert pytest.approx(net(carbon), rel=1e-9, abs=1e-6) == listed


def test_the_six_levers_of_the_allocation_are_there(tables: dict[str, pd.DataFrame]) -> None:
    assert set() == set(LEVERS) - set(tables["allocation"]["lever"])
    assert (tables["allocation"]["value"] >= -ROUNDING).all()


@pytest.mark.parametrize("lever", LEVERS)
def test_a_lever_acts_or_the_report_says_what_keeps_it_out(lever: str, tables: dict[str, pd.DataFrame], run_folder: Path) -> None:
    """The clean energy of the base year does not count: the lever has to act after 2020."""
    rows = tables["allocation"].query("lever == @lever and year > 2020")
    acts = rows["value"].max() > ROUNDING
    lines = [line for line in who_acts(run_folder) if line[0] == label(lever, "en")]
    assert len(lines) > 0
    if not acts:
        assert [] == [line for line in lines if not str(line[-1] or "").strip()]
    else:
        assert any(line[3] is not None and line[4] > 0 for line in lines)


def who_acts(run_folder: Path) -> list[tuple[object, ...]]:
    """Rows of the sheet below its header."""
    rows = list(openpyxl.load_workbook(run_folder / "report.xlsx", read_only=True)["who_acts"].iter_rows(values_only=True))
    header = next(number for number, row in enumerate(rows) if row[-1] is not None)
    return rows[header + 1 :]


def test_every_item_that_never_acts_has_a_reason(run_folder: Path) -> None:
    idle = [row for row in who_acts(run_folder) if row[3] is None]
    assert len(idle) > 0
    assert [] == [row[:3] for row in idle if not str(row[-1] or "").strip()]
