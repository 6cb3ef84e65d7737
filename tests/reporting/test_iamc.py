"""iamc.csv: names, sums along the tree and along regions, and that pyam reads it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from model.reporting._iamc_names import TECHNOLOGY_NAMES, named
from model.reporting.iamc import COLUMNS, iamc_frame, write_iamc
from model.reporting.tables import result_tables

from .toy_plan import solved

MANIFEST = {"scenario": "reference", "base_year": 2020}
#: Branches of net emissions that together make the whole.
BRANCHES = ("Energy", "Industry", "AFOLU", "Other Capture and Removal")


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
    assert 7.0 == value(frame, "China", "Emissions|CO2|Energy|Supply|Electricity", 2030)
    assert -2.0 == value(frame, "China", "Emissions|CO2|AFOLU", 2030)
    assert 3.0 == value(frame, "China", "Carbon Removal", 2030)


def test_the_base_year_has_no_net_emissions() -> None:
    """Its sink is not known, so that emissions alone would read as net."""
    frame = iamc_frame({"carbon": carbon(("a", "emission", "power", 1, 2020, 10.0))}, MANIFEST)
    assert "Emissions|CO2" not in set(frame["variable"])
    assert 10.0 == value(frame, "a", "Emissions|CO2|Energy", 2020)


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
    frame = iamc_frame(result_tables(solved()), MANIFEST, solved().build.data)
    wide = frame.pivot_table(index=["region", "year"], columns="variable", values="value")
    later = wide.xs(2040, level="year")
    branches = [f"Emissions|CO2|{name}" for name in BRANCHES if f"Emissions|CO2|{name}" in later]
    assert len(branches) >= 3
    assert later["Emissions|CO2"].tolist() == pytest.approx(later[branches].sum(axis=1).tolist(), abs=1e-9)
    plants = [name for name in later if name.count("|") == 2 and name.startswith("Capacity|Electricity|")]
    assert later["Capacity|Electricity"].tolist() == pytest.approx(later[plants].sum(axis=1).tolist(), abs=1e-9)


def test_the_nation_is_the_sum_of_its_groups_for_every_amount() -> None:
    frame = iamc_frame(result_tables(solved()), MANIFEST, solved().build.data)
    amounts = frame[~frame["variable"].str.startswith("Price")]
    groups = amounts[amounts["region"].str.startswith("group:")].groupby(["variable", "year"])["value"].sum()
    nation = amounts[amounts["region"] == "China"].set_index(["variable", "year"])["value"]
    assert len(groups) > 50
    assert nation.loc[groups.index].tolist() == pytest.approx(groups.tolist(), abs=1e-9)
    assert not frame.duplicated(["region", "variable", "unit", "year"]).any()


def test_pyam_reads_the_file(tmp_path: Path) -> None:
    pyam = pytest.importorskip("pyam", reason="pyam comes with the extra iamc")
    path = tmp_path / "iamc.csv"
    write_iamc(path, result_tables(solved()), MANIFEST, "en", data=solved().build.data)
    found = pyam.IamDataFrame(path)
    assert {"west", "east", "China"} <= set(found.region)
    assert ["Mt CO2/yr"] == found.filter(variable="Emissions|CO2").unit
    assert found.filter(region="China").check_aggregate("Carbon Removal") is None
