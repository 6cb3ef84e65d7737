"""A figure means the same in every file of a run: generation of power, net cost, output of goods."""

from __future__ import annotations

import json
import re
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from model.api import Plan

#: TWh a year that plants of the west generate in 2056-60 (1 December 2026: 284 less with days of weather, which ask for plants near the load; before, 177 more than before measures came in sequence and took power earlier; before that
#: 30 November, for history, means, paces, after-periods, pledges and
#: line, plants under construction, pace of closing, turbines at sea, pumped storage of the pledge); more with what stores give back.
WEST_2060 = 8517.4
YEAR = 2060
#: Output of 2020 by the cited statistics, Mt.
CITED = {"steel": 1053.0, "cement_building_materials": 2377.0}
ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def rows_below(sheet: object, heading: str) -> dict[str, list[object]]:
    """Rows of the table below a heading, by their first cell."""
    listed = [list(row) for row in sheet.iter_rows(values_only=True)]  # type: ignore[attr-defined]
    start = next(number for number, row in enumerate(listed) if row[0] == heading)
    found: dict[str, list[object]] = {}
    for row in listed[start + 1 :]:
        if row[0] is None:
            break
        found[str(row[0])] = [cell for cell in row if cell is not None]
    return found


def page_content(folder: Path) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


def test_generation_of_the_west_is_one_number_in_every_file(run_folder: Path, tables: dict[str, pd.DataFrame]) -> None:
    power, groups = tables["power"], tables["by_group"]
    west = power[(power["region"] == "west") & (power["year"] == YEAR)]
    summed = groups[(groups["table"] == "power") & (groups["region_group"] == "west") & (groups["year"] == YEAR)].set_index("item")["value"]
    exported = pd.read_csv(run_folder / "iamc.csv")
    exported = exported[(exported["variable"] == "Secondary Energy|Electricity") & (exported["year"] == YEAR)].set_index("region")["value"]
    book = openpyxl.load_workbook(run_folder / "report.xlsx")
    cells = rows_below(book["power"], "Generation by region group")
    content = page_content(run_folder)
    start = content.index('"generation-groups-en":') + len('"generation-groups-en":')
    figure, _ = json.JSONDecoder().raw_decode(content[start:])
    drawn = {series["name"]: series["values"][-1] for series in figure["series"]}
    found = {
        "power.csv": west["generation_twh"].sum(), "by_group.csv": summed["generation"], "iamc.csv": exported["west"],
        "group in iamc.csv": exported["group:west"], "report.xlsx": cells["West and northeast"][-1], "report.html": drawn["West and northeast"],
    }  # fmt: skip
    assert found == {name: pytest.approx(WEST_2060, abs=1.0) for name in found}


def test_storage_stands_apart_from_clean_capacity(tables: dict[str, pd.DataFrame]) -> None:
    power, listed = tables["power"], tables["allocation"]
    stores = set(power.loc[power["kind"] == "storage", "technology"])
    assert {"battery_4h", "compressed_air_10h", "pumped_hydro"} == stores
    assert stores == set(listed.loc[listed["lever"] == "storage", "item"])
    assert not stores & set(listed.loc[listed["lever"] == "clean_energy", "item"])
    held = power[power["kind"] == "storage"]
    assert 0.0 == held["generation_twh"].sum()
    assert held["discharge_twh"].sum() > 1000.0
    assert held["charge_twh"].sum() > held["discharge_twh"].sum()


def test_the_balance_of_power_holds_what_the_plants_generate(tables: dict[str, pd.DataFrame]) -> None:
    """Summed over slices, what plants post to the balance of the west in 2060 is their generation."""
    balance, power = tables["power_balance"], tables["power"]
    plants = set(power.loc[power["kind"] == "plant", "technology"])
    posted = balance[(balance["region"] == "west") & (balance["year"] == YEAR) & balance["item"].isin(plants)]
    assert pytest.approx(WEST_2060, abs=1.0) == posted["value"].sum()


def test_the_net_cost_of_the_sheet_is_in_the_sentence(run_folder: Path, tables: dict[str, pd.DataFrame]) -> None:
    """2030: 2,833.9 spent, 54.0 earned (mostly by battery cars, which save their owners petrol), 2,779.9 net; the sentence says 2,780."""
    book = openpyxl.load_workbook(run_folder / "report.xlsx")
    listed = {row[1]: row for row in book["money"].iter_rows(values_only=True) if row[0] == "Nation" and row[1] in ("Spending", "Net cost")}
    heads = next(row for row in book["money"].iter_rows(values_only=True) if row[3] in (2020, 2025))
    column = heads.index(2030)
    net = float(listed["Net cost"][column])
    assert pytest.approx(2775.79, abs=0.05) == net
    assert pytest.approx(54.01, abs=0.01) == float(listed["Spending"][column]) - net
    said = " ".join(str(row[0]) for row in book["summary"].iter_rows(values_only=True) if row[0])
    assert f"{net:,.0f} in 2030" in said


def check_goods(table: pd.DataFrame) -> None:
    whole = table[(table["measure"] == "none") & (table["year"] == 2020)]
    found = whole.groupby(["sector", "output_unit"])["output"].sum().reset_index().set_index("sector")
    cited = pd.read_csv(ROOT / "inputs/data/energy/industry_2020.csv", encoding="utf-8").groupby("sector")["output_2020_million_units"].sum()
    assert cited.to_dict() == pytest.approx(found.loc[cited.index, "output"].to_dict(), rel=1e-5)
    assert CITED == pytest.approx(found.loc[list(CITED), "output"].to_dict(), abs=0.05)
    units = found.loc[cited.index, "output_unit"].to_dict()
    assert {"steel": "Mt crude steel/yr", "other_industry": "10 bn CNY value added/yr"} == {key: units[key] for key in ("steel", "other_industry")}
    assert {"/yr"} == {unit[-3:] for unit in units.values()}


def test_goods_of_the_base_year_are_those_of_the_cited_data(tables: dict[str, pd.DataFrame]) -> None:
    """1,053 Mt of crude steel, 2,377 Mt of cement; every sector in its own unit."""
    check_goods(tables["industry"])


def test_no_limit_and_no_sheet_counts_goods_without_their_name(run_folder: Path, tables: dict[str, pd.DataFrame], plan: Plan) -> None:
    """Neither ``million units`` nor ``CNY/unit`` stands in a table, a cell of the report or the page."""
    limits = tables["limits"]
    named = limits[limits["sheet"].isin(["industry_demand", "industry_movement", "measure_shares", "measures"])]
    assert "Mt crude steel/yr" in set(named["unit"])
    words = re.compile(r"million units|CNY/unit")
    assert [] == [str(text) for text in {*limits["unit"], *limits["dual_unit"], *tables["industry"]["output_unit"]} if words.search(str(text))]
    book = openpyxl.load_workbook(run_folder / "report.xlsx")
    assert [] == [(sheet.title, cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, str) and words.search(cell)]
    assert words.search(page_content(run_folder)) is None
