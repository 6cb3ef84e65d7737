"""iamc.csv: names, sums along the tree and along regions, and that pyam reads it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from model.core.declare.iamc import COMBINED
from model.levers.power.plants import TECHNOLOGY_NAMES
from model.reporting.files.iamc import COLUMNS, iamc_frame, named, write_iamc
from model.reporting.tables.every import result_tables
from tests.levers.toy import toy_data

from .toy_plan import solved, solved_tables

MANIFEST = {"scenario": "reference", "base_year": 2020}
#: Branches of net emissions that together make the whole.
BRANCHES = ("Energy and Industrial Processes", "AFOLU", "Other Capture and Removal")


def carbon(*rows: tuple[str, str, str, int, int, float]) -> pd.DataFrame:
    columns = ["region", "account", "category", "in_target", "year", "value"]
    return pd.DataFrame(rows, columns=columns).assign(region_group=lambda f: f["region"].map({"a": "west", "b": "developed"}))


def value(frame: pd.DataFrame, region: str, variable: str, year: int) -> float:
    found = frame[(frame["region"] == region) & (frame["variable"] == variable) & (frame["year"] == year)]
    assert 1 == len(found), (region, variable, year)
    return float(found["value"].iloc[0])


def test_net_emissions_are_emissions_less_sink_less_capture() -> None:
    """a: 10 power - 3 captured at plants - 2 sink = 5; b: 4 steel - 1 from the air = 3; nation 8."""
    table = carbon(
        ("a", "emission", "power", 1, 2030, 10.0), ("a", "captured", "power_ccs", 1, 2030, 3.0), ("a", "sink", "forest_living", 1, 2030, 2.0),
        ("a", "sink", "unmanaged_cropland", 0, 2030, 50.0), ("b", "emission", "steel", 1, 2030, 4.0), ("b", "captured", "air_capture", 1, 2030, 1.0),
    )  # fmt: skip
    frame = iamc_frame({"carbon": table}, MANIFEST)
    assert 5.0 == value(frame, "a", "Emissions|CO2", 2030)
    assert 3.0 == value(frame, "group:developed", "Emissions|CO2", 2030)
    assert 8.0 == value(frame, "China", "Emissions|CO2", 2030)
    assert 7.0 == value(frame, "China", f"{COMBINED}|Electricity", 2030)
    assert 11.0 == value(frame, "China", COMBINED, 2030)
    assert -2.0 == value(frame, "China", "Emissions|CO2|AFOLU", 2030)
    assert 3.0 == value(frame, "China", "Carbon Removal", 2030)


def test_the_base_year_has_no_net_emissions() -> None:
    """Its sink is not known, so that emissions alone would read as net."""
    frame = iamc_frame({"carbon": carbon(("a", "emission", "power", 1, 2020, 10.0))}, MANIFEST)
    assert "Emissions|CO2" not in set(frame["variable"])
    assert 10.0 == value(frame, "a", COMBINED, 2020)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("coal_ccs_retrofit", "Coal|w/ CCS"), ("coal_flexible", "Coal|w/o CCS"), ("wind_offshore", "Wind|Offshore"),
        ("hydro", "Hydro"), ("hydrogen_turbine", "Hydrogen"), ("gasoline", "Other"), ("coalition", "Other"),
    ],
)  # fmt: skip
def test_a_technology_takes_the_name_of_its_longest_whole_beginning(key: str, expected: str) -> None:
    assert expected == named(key, TECHNOLOGY_NAMES, "Other")


def test_no_tables_give_a_file_with_headers_only(tmp_path: Path) -> None:
    write_iamc(tmp_path / "iamc.csv", {}, MANIFEST, "en")
    assert ",".join(COLUMNS) + "\n" == (tmp_path / "iamc.csv").read_text(encoding="utf-8")


def test_branches_of_a_solved_plan_sum_to_their_trunks() -> None:
    frame = iamc_frame(solved_tables(), MANIFEST, solved().build.data)
    wide = frame.pivot_table(index=["region", "year"], columns="variable", values="value")
    later = wide.xs(2040, level="year")
    branches = [f"Emissions|CO2|{name}" for name in BRANCHES if f"Emissions|CO2|{name}" in later]
    assert len(branches) >= 3
    assert later["Emissions|CO2"].tolist() == pytest.approx(later[branches].sum(axis=1).tolist(), abs=1e-9)
    plants = [name for name in later if name.count("|") == 2 and name.startswith("Capacity|Electricity|")]
    assert later["Capacity|Electricity"].tolist() == pytest.approx(later[plants].sum(axis=1).tolist(), abs=1e-9)


def test_the_nation_is_the_sum_of_its_groups_for_every_amount() -> None:
    frame = iamc_frame(solved_tables(), MANIFEST, solved().build.data)
    amounts = frame[~frame["variable"].str.startswith("Price")]
    groups = amounts[amounts["region"].str.startswith("group:")].groupby(["variable", "year"])["value"].sum()
    nation = amounts[amounts["region"] == "China"].set_index(["variable", "year"])["value"]
    assert len(groups) > 50
    assert nation.loc[groups.index].tolist() == pytest.approx(groups.tolist(), abs=1e-9)
    assert not frame.duplicated(["region", "variable", "unit", "year"]).any()


def parts_and_totals(frame: pd.DataFrame) -> dict[str, list[str]]:
    """Total -> its parts, wherever two parts or more are exported under one name; ``Capacity`` alone is no variable."""
    parts: dict[str, list[str]] = {}
    for name in dict.fromkeys(frame["variable"]):
        total = name.rpartition("|")[0]
        if total and total != "Capacity":
            parts.setdefault(total, []).append(name)
    return {total: names for total, names in parts.items() if len(names) > 1}


def broken_totals(frame: pd.DataFrame) -> list[tuple[str, str, int]]:
    """Where a total is missing beside two of its parts, or is not their sum."""
    wide = frame.pivot_table(index=["region", "year"], columns="variable", values="value")
    found = []
    for total, names in parts_and_totals(frame).items():
        given = wide[names].notna().sum(axis=1)
        held = wide[total] if total in wide else pd.Series(float("nan"), index=wide.index)
        wrong = (given > 1) & ~((held - wide[names].sum(axis=1)).abs() <= 1e-9)
        found += [(total, *place) for place in wide.index[wrong]]
    return found


def test_a_total_stands_beside_its_parts_and_is_their_sum() -> None:
    frame = iamc_frame(solved_tables(), MANIFEST, solved().build.data)
    assert {"Emissions|CO2", COMBINED, "Carbon Removal", "Carbon Capture", "Capacity|Electricity"} <= set(parts_and_totals(frame))
    assert [] == broken_totals(frame)
    without = frame[(frame["variable"] != "Carbon Capture")]
    assert {"Carbon Capture"} == {total for total, *_ in broken_totals(without)}


WATER = (
    ("exogenous_agriculture", "use", 300e3), ("farm_water_cut", "supply", 10e3), ("afforestation_irrigation", "use", 5e3),
    ("exogenous_industry", "use", 95e3), ("industry_water", "use", 1e3), ("industry_water", "supply", 3e3),
    ("exogenous_domestic", "use", 80e3), ("exogenous_ecology", "use", 30e3), ("thermal_cooling", "use", 6e3),
    ("rights_sold", "use", 7e3), ("evaporation_saved", "supply", 2e3), ("available", "supply", 600e3), ("idle", "idle", 4e3),
)  # fmt: skip


def water(*rows: tuple[str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["item", "direction", "value"])
    return frame.assign(region="a", water_zone="z", year=2030)


def test_a_withdrawal_is_the_whole_use_and_never_a_change_of_it() -> None:
    """Industry 95 + 1 - 3 = 93 km3; farms 300 - 10 = 290, with planted forest 295; all: 295 + 93 + 80 + 30 + 6 = 504.

    Rights sold, evaporation saved and what is available are no withdrawals.
    """
    frame = iamc_frame({"water": water(*WATER)}, MANIFEST)
    assert 93.0 == value(frame, "a", "Water Withdrawal|Industrial Water", 2030)
    assert 290.0 == value(frame, "a", "Water Withdrawal|Agriculture|Farms", 2030)
    assert 295.0 == value(frame, "a", "Water Withdrawal|Agriculture", 2030)
    assert pytest.approx(504.0) == value(frame, "a", "Water Withdrawal", 2030)
    assert [] == broken_totals(frame)


def test_changes_of_use_without_the_use_are_not_exported() -> None:
    """Without the uses outside the levers there is no total, so that its parts stay out as well."""
    frame = iamc_frame({"water": water(("industry_water", "use", 640.0), ("thermal_cooling", "use", 6e3))}, MANIFEST)
    assert [] == list(frame["variable"])


def test_captured_carbon_is_exported_once() -> None:
    """10 captured from the air and 5 at plants are 15, of which the parts by source are 10 and 5 and nothing else."""
    table = carbon(("a", "captured", "air_capture", 1, 2030, 10.0), ("a", "captured", "power_ccs", 1, 2030, 5.0))
    frame = iamc_frame({"carbon": table}, MANIFEST)
    assert 15.0 == value(frame, "a", "Carbon Capture", 2030)
    found = [name for name in dict.fromkeys(frame["variable"]) if name.startswith("Carbon Capture|") and name.count("|") == 1]
    assert ["Carbon Capture|Direct Air Capture", "Carbon Capture|Electricity"] == found


def test_capture_in_industry_is_taken_off_where_it_is_made() -> None:
    """The toy's steel captures: its net emission is gross less captured, and no part stands for capture alone."""
    plan = solved()
    tables = result_tables(plan)
    frame = iamc_frame(tables, MANIFEST, plan.build.data)
    table = tables["carbon"]
    of_2040 = table[(table["year"] == 2040) & (table["in_target"] == 1)]
    gross = of_2040.loc[(of_2040["account"] == "emission") & (of_2040["category"] == "steel"), "value"].sum()
    captured = of_2040.loc[of_2040["category"] == "industry_ccs", "value"].sum()
    assert captured > 1.0
    assert pytest.approx(gross - captured) == value(frame, "China", f"{COMBINED}|Industry|Steel", 2040)


def test_without_the_measures_emissions_are_told_in_total_only() -> None:
    """Steel of 4 captures 1, but nobody says which sector does: net 3, no branches."""
    table = carbon(("a", "emission", "steel", 1, 2030, 4.0), ("a", "captured", "industry_ccs", 1, 2030, 1.0))
    frame = iamc_frame({"carbon": table}, MANIFEST)
    assert 3.0 == value(frame, "a", COMBINED, 2030)
    assert [] == [name for name in frame["variable"] if name.startswith(f"{COMBINED}|")]


def test_sinks_withheld_and_degradation_are_no_removal() -> None:
    """Forest 8, a buffer of -2 that no stock holds, degradation -1: removal 8, land emits -(8 - 1) = -7."""
    table = carbon(
        ("a", "sink", "forest_living", 1, 2030, 8.0), ("a", "sink", "permanence_buffer", 1, 2030, -2.0), ("a", "sink", "grassland_degradation", 1, 2030, -1.0),
    )  # fmt: skip
    frame = iamc_frame({"carbon": table}, MANIFEST)
    assert 8.0 == value(frame, "a", "Carbon Removal", 2030)
    assert -7.0 == value(frame, "a", "Emissions|CO2|AFOLU", 2030)


def test_a_sink_that_no_lever_names_stands_under_other_however_it_begins() -> None:
    """Soil of 4 that the forest declares, 3 of a name that only begins so: forest 4, other 3, all 7."""
    table = carbon(("a", "sink", "forest_soil", 1, 2030, 4.0), ("a", "sink", "forest_soil_of_moors", 1, 2030, 3.0))
    frame = iamc_frame({"carbon": table}, MANIFEST)
    expected = {"Carbon Removal|Land Use|Forest|Soil": 4.0, "Carbon Removal|Land Use|Other": 3.0, "Carbon Removal": 7.0}
    assert expected == {name: value(frame, "a", name, 2030) for name in expected}


def test_a_sector_of_the_user_stands_where_its_beginning_does_else_with_industry() -> None:
    """Steel of scrap 2 with steel; glass 1 with other industry; sailing 5, which no table holds, with other emissions."""
    data = toy_data(["a"], (2020, 2030), {"industry": [{"region": "a", "sector": "glass"}, {"region": "a", "sector": "steel_scrap"}]}, {})
    table = carbon(("a", "emission", "steel_scrap", 1, 2030, 2.0), ("a", "emission", "glass", 1, 2030, 1.0), ("a", "emission", "sailing", 1, 2030, 5.0))
    frame = iamc_frame({"carbon": table}, MANIFEST, data)
    expected = {f"{COMBINED}|Industry|Steel": 2.0, f"{COMBINED}|Industry|Other": 1.0, f"{COMBINED}|Other": 5.0}
    assert expected == {name: value(frame, "a", name, 2030) for name in expected}


def test_a_plant_is_named_by_its_fuel_and_capture_and_not_by_its_key() -> None:
    """A plant ``gas_x`` that burns coal, a quarter of it biomass, and captures: 75 of its 100 TWh are coal with capture."""
    data = toy_data(["a"], (2020, 2030), {"thermal_technologies": [{"technology": "gas_x", "fuel": "coal", "biomass_share": 0.25, "captured_fossil": 0.5}]}, {})
    power = pd.DataFrame([("a", "gas_x", 2030, 20.0, 100.0, "plant"), ("a", "store", 2030, 9.0, 0.0, "storage")], columns=["region", "technology", "year", "capacity_gw", "generation_twh", "kind"])
    frame = iamc_frame({"power": power}, MANIFEST, data)
    assert 20.0 == value(frame, "a", "Capacity|Electricity|Coal|w/ CCS", 2030)
    assert 75.0 == value(frame, "a", "Secondary Energy|Electricity|Coal|w/ CCS", 2030)
    assert 25.0 == value(frame, "a", "Secondary Energy|Electricity|Biomass|w/ CCS", 2030)
    assert (20.0, 9.0) == (value(frame, "a", "Capacity|Electricity", 2030), value(frame, "a", "Capacity|Electricity Storage", 2030))


def test_primary_energy_is_told_by_its_content_not_as_the_pledges_count_it() -> None:
    """60 EJ of coal and 5 of wind, which the pledges count as more, are 65."""
    rows = [("a", "coal", 2030, 2000.0, 60.0), ("a", "wind", 2030, 500.0, 5.0)]
    frame = iamc_frame({"primary_energy": pd.DataFrame(rows, columns=["region", "energy_source", "year", "value", "content"])}, MANIFEST, toy_data(["a"]))
    assert (65.0, 60.0, 5.0) == tuple(value(frame, "a", name, 2030) for name in ("Primary Energy", "Primary Energy|Coal", "Primary Energy|Wind"))
    assert 65.0 == value(frame, "China", "Primary Energy", 2030)


def test_pyam_reads_the_file(tmp_path: Path) -> None:
    pyam = pytest.importorskip("pyam", reason="pyam comes with the extra iamc")
    path = tmp_path / "iamc.csv"
    write_iamc(path, solved_tables(), MANIFEST, "en", data=solved().build.data)
    found = pyam.IamDataFrame(path)
    assert {"west", "east", "China"} <= set(found.region)
    assert ["Mt CO2/yr"] == found.filter(variable="Emissions|CO2").unit
    assert found.filter(region="China").check_aggregate("Carbon Removal") is None
