"""Every limit of a plan is the number of the cell that it names, or says why not; in other units too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.cell import coordinate_to_tuple
from python_calamine import CalamineWorkbook

import model
from model.core.aside import save_workbook
from model.core.build.assemble import assemble
from model.core.build.build import Build
from model.core.declare import units
from model.core.solve.limits import NETS
from model.core.solve.matrix import compile_matrix
from model.core.solve.solution import Solution

ROOT = Path(__file__).resolve().parent.parent.parent
#: Share of the number in a cell that two conversions may cost.
DIGITS = 1e-13
ROUNDING = 1e-9
#: A year of the small workbook.
BLANK = "2045"


def at_zero(build: Build) -> pd.DataFrame:
    """Limits with every decision at zero and no price: cells and limits do not depend on the plan, save shares of it."""
    matrix = compile_matrix(build)
    nothing = np.zeros(build.size)
    return Solution(build, matrix, "optimal", 0.0, nothing, nothing, np.zeros(len(matrix.row_lower))).limits()


def wrong_cells(limits: pd.DataFrame, path: Path) -> list[tuple[str, str]]:
    """Cells whose number, as Excel holds it, is not the one that the table prints."""
    book = CalamineWorkbook.from_path(path)
    sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    named = limits[(limits["cell"] != "") & (limits["cell_given"] == 1)]
    kept = {}
    for s, c in named[["sheet", "cell"]].drop_duplicates().itertuples(index=False, name=None):
        row, column = coordinate_to_tuple(c)
        kept[s, c] = sheets[s][row - 1][column - 1]
    rows = named[["sheet", "cell", "cell_value"]].itertuples(index=False, name=None)
    return [(s, c) for s, c, value in rows if not abs(float(kept[s, c]) - value) <= DIGITS * abs(value)]


def unexplained(limits: pd.DataFrame) -> list[tuple[str, str]]:
    """Limits that are not their cell and name no reason that makes them so."""
    made = limits["nets"].str.split("; ").map(lambda codes: any(NETS[c.partition(":")[0]] for c in codes if c))
    rows = limits[~made & (limits["cell"] != "")]
    found = []
    for row in rows.to_dict("records"):
        same = units.same_dimension(row["cell_unit"], row["unit"])
        own = units.convert(row["cell_value"], row["cell_unit"], row["unit"]) if same else np.nan
        if not abs(own - row["limit"]) <= ROUNDING * max(1.0, abs(own)):
            found.append((row["name"], row["cell"]))
    return found


@pytest.fixture(scope="module")
def other_units(tmp_path_factory: pytest.TempPathFactory, small_workbook: Path) -> Path:
    """Power demand in 亿kWh, water in 亿立方米, offered land in 万公顷: the same amounts in other words, and one year left blank."""
    book = openpyxl.load_workbook(small_workbook)
    for sheet, unit, old in (("power_demand", "亿kWh/yr", "TWh/yr"), ("water_available", "亿立方米/yr", "million m3/yr")):
        head = {cell.value: cell.column for cell in book[sheet][1]}
        for row in range(2, book[sheet].max_row + 1):
            place = book[sheet].cell(row, head["unit"])
            if place.value is None:
                continue
            factor = units.convert(1.0, str(place.value), unit)
            assert old == place.value
            place.value = unit
            for year, column in head.items():
                if str(year).isdigit() and book[sheet].cell(row, column).value is not None:
                    book[sheet].cell(row, column).value *= factor
    demand = book["power_demand"]
    demand.cell(2, next(c.column for c in demand[1] if str(c.value) == BLANK)).value = None
    land = book["afforestation_land"]
    column = next(cell.column for cell in land[1] if cell.value == "area")
    for row in range(3, land.max_row + 1):
        if land.cell(row, column).value is not None:
            land.cell(row, column).value *= units.convert(1.0, str(land.cell(2, column).value), "万公顷")
    land.cell(2, column).value = "万公顷"
    path: Path = tmp_path_factory.mktemp("units") / "other_units.xlsx"
    save_workbook(book, path)
    return path


def test_every_cell_and_limit_of_the_shipped_workbook_is_that_of_the_cell(reference_build: Build, workbook: Path) -> None:
    """Of some 4,400 rows none prints another number than its cell, and each other limit says of what it is made."""
    found = at_zero(reference_build)
    assert [] == wrong_cells(found, workbook)
    assert [] == unexplained(found)
    assert 0 < len(found)


@pytest.mark.slow
def test_every_cell_and_limit_of_the_provinces_is_that_of_the_cell() -> None:
    """Built and not solved: 31 provinces."""
    path = ROOT / "inputs" / "provinces.xlsx"
    found = at_zero(assemble(model.read(path).data("reference")))
    assert [] == wrong_cells(found, path)
    assert [] == unexplained(found)


def test_a_cell_in_another_unit_is_told_in_that_unit(other_units: Path) -> None:
    """Ten times as many 亿kWh as TWh, the same limit; the blank year is interpolated and told apart."""
    found = at_zero(assemble(model.read(other_units).data("reference")))
    assert [] == wrong_cells(found, other_units)
    assert [] == unexplained(found)
    blank = found[(found["cell_given"] == 0) & (found["cell"] != "")]
    assert [("power_demand", int(BLANK), "亿kWh/yr")] == list(blank[["sheet", "year", "cell_unit"]].itertuples(index=False, name=None))
    row = openpyxl.load_workbook(other_units, data_only=True)["power_demand"]
    years = {str(cell.value): cell.column for cell in row[1]}
    before, after = max(y for y in years if y.isdigit() and y < BLANK), min(y for y in years if y.isdigit() and y > BLANK)
    low, high = (row.cell(2, years[year]).value for year in (before, after))
    between = low + (high - low) * (int(BLANK) - int(before)) / (int(after) - int(before))
    assert between == pytest.approx(blank["cell_value"].iloc[0], rel=1e-12)


def test_a_demand_is_never_negative_and_what_is_left_is_never_missing(tables: dict[str, pd.DataFrame]) -> None:
    """power_demand!K4 holds 4,162.85 TWh: asked and delivered, where the row nets the demand of industry."""
    found = tables["limits"]
    demand = found[(found["sheet"] == "power_demand") & (found["cell"] == "K4")].iloc[0]
    assert 4162.85 == demand["cell_value"]
    assert 4162.85 == pytest.approx(demand["limit"], abs=1e-9)
    assert 4162.85 == pytest.approx(demand["level"], abs=1e-6)
    assert "fixed_amounts:industry_electricity" == demand["nets"]
    assert [] == found.loc[found["limit"] < 0.0, "name"].tolist()
    size = found["limit"].abs().clip(lower=1.0)
    signed = (found["limit"] - found["level"]) * found["sense"].map({"at_most": 1.0, "exactly": 1.0, "at_least": -1.0})
    assert 0.0 == pytest.approx(((signed - found["slack"]) / size).abs().max(), abs=ROUNDING)
    assert -1e-6 < (found["slack"] / size).min()


def test_a_cubic_metre_that_the_pledge_misses_is_worth_what_is_paid_for_it(tables: dict[str, pd.DataFrame]) -> None:
    """The pledge on growing stock of 2035 is missed at 300 CNY/m3, once: 0.06 bn CNY a year of five per million m3, times the
    5 / 1.05^12.5 = 2.717 discounted years of 2031-35, is a dual of 0.163."""
    row = tables["limits"].set_index("name").loc["stock_gain_at_least"]
    assert 0.163 == pytest.approx(row["dual"], abs=1e-3)
    assert 300.0 == pytest.approx(1000.0 * row["price"], abs=1e-3)
    assert ("stock", 1) == (row["kind"], row["target"])
    told = tables["pledges"].set_index("kind").loc["stock_gain_at_least"]
    assert told["miss_price"] == pytest.approx(told["price"], rel=1e-6) == pytest.approx(1000.0 * row["price"], rel=1e-6)


def test_the_price_of_what_stands_is_the_one_that_the_pledge_tells(tables: dict[str, pd.DataFrame]) -> None:
    """Pumped storage of 2030 is built at a price below the 3,000 CNY a kW and year of missing it; both tables say the same."""
    row = tables["limits"].query("name == 'capacity_at_least' and year == 2030 and limit == 120.0").iloc[0]
    told = tables["pledges"].query("target == 'pumped_hydro' and year == 2030").iloc[0]
    assert ("standing", 3000.0) == (row["kind"], told["miss_price"])
    assert 0.0 < told["price"] < 3000.0
    assert told["price"] == pytest.approx(1000.0 * row["price"], abs=1e-3)


def test_a_net_limit_of_nothing_rules_the_gross_emissions(tables: dict[str, pd.DataFrame]) -> None:
    """Neutrality has a limit of 0; what it rules is all that is emitted in 2060, half of the mean of 2056-60 and half of that of
    2061-65; and it is among the ten dearest limits."""
    found = tables["limits"].sort_values("gain_of_1_percent", ascending=False).drop_duplicates("name").reset_index(drop=True)
    carbon = tables["carbon"]
    gross = carbon[(carbon["account"] == "emission") & (carbon["in_target"] == 1) & carbon["year"].isin([2060, 2065])]["value"].sum() / 2.0
    target = found[found["name"] == "net_limit"]
    assert gross == pytest.approx(target["activity"].iloc[0], rel=1e-9)
    assert target.index[0] < 10


def test_the_share_left_at_the_end_has_its_cell(tables: dict[str, pd.DataFrame]) -> None:
    """It stands at the end of the last period kept up, 2080, its cell holds 0.8; a price has it where a region comes down to it, and nowhere else."""
    found = tables["limits"].query("name == 'terminal_volume'")
    assert {("settings", 0.8, 2080)} == set(found[["sheet", "cell_value", "year"]].itertuples(index=False, name=None))
    assert 3 == len(found)
    assert (found["dual"] > 1e-7).tolist() == (found["slack"] < 1e-6).tolist()
    assert found["slack"].max() > 1.0
