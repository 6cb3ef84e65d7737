"""Goods: the unit of a sector's output as the workbook spells it, a million of them as tables print it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import model
from model.core.build.assemble import assemble
from model.core.data import Data
from model.core.declare.spec import Column, InputError, Table
from model.core.goods import Good, good, goods, named_units
from model.levers.demand.industry import INDUSTRY, Industry
from tests.levers.toy import toy_data

ROOT = Path(__file__).resolve().parents[2]
#: National output of 2020 as cited in inputs/data/energy, and the unit of its printed form.
CITED = {
    "steel": (1053.0, "Mt crude steel"), "cement_building_materials": (2377.0, "Mt cement"), "aluminium_primary": (37.1, "Mt aluminium"),
    "ammonia": (51.2, "Mt ammonia"), "methanol": (67.3, "Mt methanol"), "ethylene": (21.6, "Mt ethylene"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "one", "million"),
    [
        ("t_crude_steel", "t crude steel", "Mt crude steel"),
        ("10k_CNY_value_added", "10k CNY value added", "10 bn CNY value added"),
        ("t", "t glass", "Mt glass"),
        ("t steel", "t steel", "Mt steel"),
        ("kt cement", "kt cement", "1000 Mt cement"),
        ("m3 timber", "m3 timber", "million m3 timber"),
        ("MWh", "MWh glass", "TWh glass"),
        ("kWh", "kWh glass", "million kWh glass"),
        ("unit", "unit glass", "million units glass"),
        ("吨钢", "吨钢", "Mt steel"),
        ("vehicle", "vehicle", "million vehicle"),
        ("a car", "a car", "million a car"),
        ("", "glass", "million glass"),
        (None, "glass", "million glass"),
    ],
)
def test_a_million_of_a_good_is_named_in_the_unit_that_tables_print(text: str | None, one: str, million: str) -> None:
    """A million t are a Mt; a million times 10,000 CNY are 10 bn CNY; a million kWh are less than a TWh and stay as they are."""
    assert Good(one, million) == good(text, "glass")


@pytest.mark.parametrize("name", ["three_regions", "provinces"])
def test_every_sector_of_a_shipped_workbook_is_counted_in_the_unit_of_the_cited_data(name: str) -> None:
    """National output of 2020: 1,053 Mt of crude steel and so on; other industry as the sum of the cited provinces."""
    data = model.read(ROOT / "inputs" / f"{name}.xlsx").data("reference")
    table = data.tables["industry"]
    found = {sector: (float(part["output"].sum()), goods(data, (INDUSTRY,))[sector].million) for sector, part in table.groupby("sector")}
    cited = pd.read_csv(ROOT / "inputs/data/energy/industry_2020.csv", encoding="utf-8")
    assert set(cited["sector"]) == set(found)
    for sector, part in cited.groupby("sector"):
        assert good(part["output_unit"].iloc[0], str(sector)).million == found[sector][1]
        assert pytest.approx(part["output_2020_million_units"].sum(), rel=1e-5) == found[sector][0]
    for sector, (amount, unit) in CITED.items():
        assert (pytest.approx(amount, abs=0.05), unit) == found[sector]


def two_plants(first: str, second: str) -> Data:
    rows = [{"region": region, "sector": "steel", "output": 50.0, "output_unit": unit, "emission_factor": 2.0} for region, unit in (("west", first), ("east", second))]
    demand = [{"sector": "steel", "year": year, "value": 100.0} for year in (2020, 2030)]
    return toy_data(["west", "east"], (2020, 2030), {"industry": rows, "industry_demand": demand})


def test_a_sector_counted_in_two_units_is_refused() -> None:
    """50 million t and 50 million kt are no hundred of anything; t_steel and t steel are the same."""
    with pytest.raises(InputError, match="'kt steel' here and in 't steel' above"):
        assemble(two_plants("t steel", "kt steel"), levers=[Industry], closings=[])
    assemble(two_plants("t steel", "t_steel"), levers=[Industry], closings=[])


def test_a_limit_names_the_good_of_the_row_of_its_cell() -> None:
    """Only where the sheet has sectors, and only in place of the general word."""
    data = model.read(ROOT / "inputs" / "three_regions.xlsx").data("reference")
    row = int(data.tables["industry_demand"].query("sector == 'steel'").index[0])
    sheets, cells = ["industry_demand", "industry_demand", "build_limits"], [f"F{row}", "", f"F{row}"]
    texts = ["bn CNY per million units/yr", "million units/yr", "million units/yr"]
    assert ["bn CNY per Mt crude steel/yr", "million units/yr", "million units/yr"] == named_units(data, (INDUSTRY,), sheets, cells, texts)


def test_a_good_of_another_table_is_named_by_its_declaration() -> None:
    """A table that says in ``litre`` what one unit of a herd's output is: its limits are counted in that, no other column matters."""
    herd = Column("herd", "", "text", key=True, free=True)
    dairy = Table("dairy", (herd, Column("most", "million units/yr"), Column("litre", "", "text", free=True, unit_of="herd")))
    data = toy_data()
    data.tables["dairy"] = pd.DataFrame({"herd": ["cows", "goats"], "most": [3.0, 1.0], "litre": ["t milk", "m3 milk"]}, index=[3, 4])
    assert {"cows": Good("t milk", "Mt milk"), "goats": Good("m3 milk", "million m3 milk")} == goods(data, (dairy,))
    assert ["million m3 milk/yr"] == named_units(data, (INDUSTRY, dairy), ["dairy"], ["B4"], ["million units/yr"])
