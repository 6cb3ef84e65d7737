"""Merging a workbook by a column of its regions: sums, means, water that stays in its basin, words that are carried."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import model
from model.core.build import registry
from model.core.declare.spec import InputError
from model.datasets import weather
from model.datasets.carried import merged_workbook, write_merged
from model.datasets.generate import DAILY
from model.datasets.regroup import regrouped
from model.exits import EXIT_INPUT, EXIT_SOLVED
from model.verbs import main
from model.workbook.book import check_book
from model.workbook.whole import Whole
from model.workbook.writer import write_workbook

ROOT = Path(__file__).resolve().parents[2]
YEARS = (2020, 2030)
LAND_CLASSES = next(column.choices for column in registry.schema().tables["land"].columns if column.name == "land_class")
CREDIT = {"source": "K", "quality": "derived", "note": ""}
SCENARIO_COLUMNS = ["scenario", "parent", "sheet", "selector", "column", "operation", "value", "active"]


def regions() -> pd.DataFrame:
    rows = [("a", "甲", "west", "north", 0, 0), ("b", "乙", "west", "north", 0, 1), ("c", "丙", "developed", "south", 4, 6)]
    columns = ["region", "name_zh", "region_group", "grid_region", "map_row", "map_column"]
    return pd.DataFrame(rows, columns=columns).assign(name_en=["A", "B", "C"], active=1.0, **CREDIT)


def tables() -> dict[str, pd.DataFrame]:
    """Three regions of one zone each: a and c on one river, b on another."""
    zones = pd.DataFrame({"water_zone": ["a", "b", "c"], "region": ["a", "b", "c"], "basin": ["red", "blue", "red"]})
    base = zones[["water_zone"]].assign(
        use_agriculture=1.0, use_industry=[30.0, 10.0, 5.0], use_domestic=1.0, use_ecology=1.0, decided_use=0.0, cap=99.0
    )
    rights = pd.DataFrame({"from_zone": ["a", "c"], "to_zone": ["c", "a"], "share": 0.1, "cost": 1.0})
    land = pd.DataFrame(
        [(r, c, area if c == "cropland" else 0.0, share) for c in LAND_CLASSES for r, area, share in (("a", 1.0, 0.1), ("b", 3.0, 0.5), ("c", 5.0, 0.2))],
        columns=["region", "land_class", "area", "redline_share"],
    )
    made = {
        "regions": regions(),
        "periods": pd.DataFrame({"year": YEARS}),
        "water_zones": zones.assign(zone_group="", industry_share=1.0),
        "water_base": base,
        "water_available": zones[["water_zone"]].assign(**{"2020": 10.0, "2030": [1.0, 2.0, 4.0]}),
        "water_rights": rights,
        "land": land.assign(fixed_use=0.0),
        "gdp": pd.DataFrame({"region": ["a", "b", "c"], "2020": [1.0, 2.0, 3.0], "2030": [2.0, 4.0, 8.0]}),
    }
    return {name: (frame if name == "regions" else frame.assign(active=1.0, **CREDIT)) for name, frame in made.items()}


def scenarios(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame([("reference", *[None] * 6, 1.0), *rows], columns=SCENARIO_COLUMNS).assign(**CREDIT)


def written(path: Path, changes: dict[str, pd.DataFrame] | None = None, rows: tuple[tuple[object, ...], ...] = ()) -> Path:
    """The toy as a workbook of its own."""
    write_workbook(path, registry.schema(), {**tables(), **(changes or {})}, {"discount_rate": 0.03}, YEARS, scenarios=scenarios(*rows))
    return path


def whole(path: Path) -> Whole:
    return model.read(path).whole()


def test_a_sheet_that_ends_with_the_plan_is_given_back_without_years_after_it(tmp_path: Path) -> None:
    """Water and GDP end in 2030, 2040 comes after the plan: no column of 2040, no remark, and the other row of c, which is off, is kept."""
    periods = pd.DataFrame({"year": [2020, 2030, 2040], "kind": ["plan", "plan", "after"], "active": 1.0, **CREDIT})
    income = tables()["gdp"]
    income = pd.concat([income, income.tail(1).assign(active=0.0)])
    found = whole(written(tmp_path / "toy.xlsx", {"periods": periods, "gdp": income}))
    assert [] == found.remarks
    assert [[2020, 2030]] * 2 == [[c for c in found.tables[name] if isinstance(c, int)] for name in ("gdp", "water_available")]
    assert [1.0, 1.0, 1.0, 0.0] == list(found.tables["gdp"]["active"])


def merged(path: Path, by: str = "grid_region", zones: str = "basin") -> Whole:
    return merged_workbook(whole(path), registry.schema(), by, zones).whole


def remarks(path: Path, by: str = "grid_region") -> list[str]:
    return [str(remark) for remark in merged_workbook(whole(path), registry.schema(), by).remarks]


def test_amounts_are_summed_and_rates_averaged_by_the_declared_weight(tmp_path: Path) -> None:
    """North: 1 + 3 = 4 kha; redline (1 x 0.1 + 3 x 0.5) / 4 = 0.4; GDP 2 + 4 = 6 in 2030."""
    made = merged(written(tmp_path / "toy.xlsx")).tables
    fields = made["land"].query("land_class == 'cropland'")[["region", "area", "redline_share"]]
    assert [("north", 4.0, 0.4), ("south", 5.0, 0.2)] == list(fields.itertuples(index=False, name=None))
    assert [6.0, 8.0] == made["gdp"][2030].tolist()


def test_the_water_of_one_basin_stays_apart_inside_a_region_and_between_regions(tmp_path: Path) -> None:
    """The red river is in both regions, so its zones take the region's name; the blue one lies in the north alone.

    Industry of the north: 30 of 40 on the red river, 10 of 40 on the blue one. South: all on the red one.
    """
    made = merged(written(tmp_path / "toy.xlsx")).tables
    zones = made["water_zones"][["water_zone", "region", "basin", "industry_share"]]
    assert [
        ("north_red", "north", "red", 0.75),
        ("blue", "north", "blue", 0.25),
        ("south_red", "south", "red", 1.0),
    ] == list(zones.itertuples(index=False, name=None))
    assert {"north_red": 1.0, "blue": 2.0, "south_red": 4.0} == made["water_available"].set_index("water_zone")[2030].to_dict()
    assert [("north_red", "south_red"), ("south_red", "north_red")] == list(made["water_rights"][["from_zone", "to_zone"]].itertuples(index=False, name=None))


def test_another_column_of_the_zones_may_keep_water_apart_and_rights_across_basins_are_listed() -> None:
    """a and b share a group; its basin is that of a, which comes first of the two. b may no longer sell to c."""
    made = tables()
    made["water_zones"]["zone_group"] = ["hills", "hills", "coast"]
    made["water_zones"]["basin"] = ["blue", "red", "red"]
    made["water_rights"] = pd.DataFrame([("b", "c", 0.1, 1.0)], columns=["from_zone", "to_zone", "share", "cost"]).assign(active=1.0, **CREDIT)
    book = regrouped(made, registry.schema(), "grid_region", "zone_group")
    assert ["hills", "coast"] == book.tables["water_zones"]["water_zone"].tolist()
    assert ["blue", "red"] == book.tables["water_zones"]["basin"].tolist()
    assert ["water_rights: hills to coast left out, not one basin"] == [str(remark) for remark in book.remarks]


def test_regions_get_names_a_tile_of_their_own_and_the_group_of_most(tmp_path: Path) -> None:
    """Two groups on the smallest grid: one row, two columns. A word that differs among the members is blank."""
    changed = regions().assign(region_group=["west", "developed", "developed"], grid_region=["all", "all", "all"])
    frame = merged(written(tmp_path / "toy.xlsx")).tables["regions"]
    assert ("north", "North China grid", "华北电网") == tuple(frame.iloc[0][["region", "name_en", "name_zh"]])
    assert 2 == len(frame[["map_row", "map_column"]].drop_duplicates())
    one = merged(written(tmp_path / "one.xlsx", {"regions": changed})).tables["regions"].iloc[0]
    assert ("all", "All", "甲、乙、丙", "developed") == tuple(one[["region", "name_en", "name_zh", "region_group"]])


def test_rows_that_are_switched_off_stay_off_and_do_not_count_beside_others(tmp_path: Path) -> None:
    """b is off beside a, so the north emits 1 Mt; c is off alone, so the south is off with its 5 Mt."""
    rows = pd.DataFrame({"region": ["a", "b", "c"], "emission": [1.0, 3.0, 5.0], "active": [1.0, 0.0, 0.0]}).assign(**CREDIT)
    path = written(tmp_path / "toy.xlsx", {"base_year_emissions": rows})
    made = merged(path).tables["base_year_emissions"]
    assert [("north", 1.0, 1.0), ("south", 5.0, 0.0)] == list(made[["region", "emission", "active"]].itertuples(index=False, name=None))
    assert ["base_year_emissions!C4: row 4 is switched off and meets others that are on"] == remarks(path)


def targets(*scopes: str) -> pd.DataFrame:
    rows = [(f"limit_{i}", "net_limit", scope, 2030, 1.0, 0.0) for i, scope in enumerate(scopes)]
    return pd.DataFrame(rows, columns=["target", "kind", "scope", "year", "value", "active"]).assign(**CREDIT)


def test_a_scope_that_means_the_same_is_kept_or_renamed_and_any_other_is_listed_with_its_cell(tmp_path: Path) -> None:
    """North is a and b, all of the west; c alone is the south; a alone has no counterpart."""
    path = written(tmp_path / "toy.xlsx", {"carbon_targets": targets("nation", "group:west", "c", "a")})
    made = merged(path).tables["carbon_targets"]
    assert ["nation", "group:west", "south"] == made["scope"].tolist()
    assert [0.0, 0.0, 0.0] == made["active"].tolist()
    assert [text for text in remarks(path) if text.startswith("carbon_targets!C6: limit_3")]
    mixed = regions().assign(grid_region=["north", "south", "south"])
    other = written(tmp_path / "other.xlsx", {"carbon_targets": targets("group:west"), "regions": mixed})
    assert "carbon_targets" not in merged(other).tables or merged(other).tables["carbon_targets"].empty


def test_scenarios_are_renamed_or_left_out_whole_with_those_built_on_them(tmp_path: Path) -> None:
    """Multiplying all land means the same; c is the south; setting every area, or a's alone, does not carry over."""
    rows = (
        ("half", None, "land", None, "area", "multiply", 0.5, 0.0),
        ("coast", "half", "gdp", "region=c; year=2030", "value", "multiply", 2.0, 0.0),
        ("flat", None, "land", None, "area", "set", 7.0, 0.0),
        ("gone", None, "land", None, "area", "set", 0.0, 0.0),
        ("inland", None, "gdp", None, "value", "multiply", 2.0, 0.0),
        ("inland", None, "land", "region=a", "area", "multiply", 2.0, 0.0),
        ("later", "inland", "settings", "setting=discount_rate", "value", "set", 0.02, 0.0),
    )
    path = written(tmp_path / "toy.xlsx", rows=rows)
    made = merged(path).scenarios
    assert ["reference", "half", "coast", "gone"] == made["scenario"].tolist()
    assert "region=south; year=2030" == made["selector"].tolist()[2]
    lost = [text.split(" is left out")[0] for text in remarks(path) if text.startswith("scenarios!")]
    assert ["scenarios!D5: flat", "scenarios!D8: inland", "scenarios!B9: later"] == lost


def test_what_names_a_scenario_that_is_left_out_no_longer_does(tmp_path: Path) -> None:
    """``flat`` sets every area, which means nothing any more; ``half`` and what is no scenario stay."""
    rows = (("half", None, "land", None, "area", "multiply", 0.5, 0.0), ("flat", None, "land", None, "area", "set", 7.0, 0.0))
    texts = ["scenario:flat; lever:land; scenario:half", "scenario:half;lever:land"]
    told = {"measure": ["a", "b"], "section": "1.1", "statement_en": "Plant", "statement_zh": "造林", "stands_for": texts, "status": "yes", "why_en": "", "why_zh": "", "active": 1.0}
    path = written(tmp_path / "toy.xlsx", {"paper_measures": pd.DataFrame({**told, **CREDIT})}, rows)
    assert ["lever:land; scenario:half", "scenario:half;lever:land"] == merged(path).tables["paper_measures"]["stands_for"].tolist()
    assert [] == [finding.sheet for finding in check_book(path, registry.schema())[1] if finding.level == "error"]


def test_settings_are_carried_over_and_years_between_are_filled_in(tmp_path: Path) -> None:
    """The discount rate of 3 % stays; a table with 2020 and 2040 alone gives (1 + 3) / 2 = 2 in 2030."""
    path = written(tmp_path / "toy.xlsx", {"gdp": pd.DataFrame({"region": ["a", "b", "c"], "2020": 1.0, "2040": 3.0}).assign(active=1.0, **CREDIT)})
    made = merged(path)
    value = made.settings["discount_rate"]
    assert 0.03 == (value[0] if isinstance(value, tuple) else value)
    assert [4.0, 2.0] == made.tables["gdp"][2030].tolist()


def test_a_table_without_places_is_not_rounded(tmp_path: Path) -> None:
    shares = pd.DataFrame({"year": YEARS, "cost_factor": [1.23456789, 2.0]}).assign(active=1.0, **CREDIT)
    assert 1.23456789 == merged(written(tmp_path / "toy.xlsx", {"periods": shares})).tables["periods"]["cost_factor"].iloc[0]


def test_an_unknown_column_and_a_row_without_a_group_are_told_with_the_cell(tmp_path: Path) -> None:
    path = written(tmp_path / "toy.xlsx", {"regions": regions().assign(grid_region=["north", "", "far away"])})
    with pytest.raises(InputError, match=r"regions: there is no column province to group by; one of region_group, alt_region_group, grid_region"):
        merged(path, "province")
    with pytest.raises(InputError) as caught:
        merged(path)
    assert ["F4", "F5"] == [finding.cell for finding in caught.value.findings]
    with pytest.raises(InputError, match="water_zones: there is no column river"):
        merged(written(tmp_path / "right.xlsx"), zones="river")


def test_the_verb_writes_a_workbook_that_is_read_without_a_warning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = written(tmp_path / "toy.xlsx"), tmp_path / "out.xlsx"
    assert EXIT_SOLVED == main(["aggregate", str(path), str(out), "--by", "grid_region"])
    assert f"written: {out}, 2 regions" in capsys.readouterr().out
    assert [] == [str(finding) for finding in model.read(out).findings if finding.level != "info"]


@pytest.mark.parametrize("target", ["toy.xlsx", "toy.xlsx/out.xlsx"])
def test_a_target_that_can_not_be_written_is_exit_2(tmp_path: Path, target: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The workbook that is read is not overwritten; a file is no folder."""
    path = written(tmp_path / "toy.xlsx")
    before = path.read_bytes()
    assert EXIT_INPUT == main(["aggregate", str(path), str(tmp_path / target), "--by", "grid_region"])
    assert before == path.read_bytes()
    assert "Traceback" not in capsys.readouterr().err
    assert EXIT_INPUT == main(["aggregate", str(path), str(tmp_path / "x.xlsx"), "--by", "nothing"])


def test_the_three_regions_are_what_the_verb_makes_of_the_provinces(tmp_path: Path) -> None:
    """Sheet by sheet and cell by cell; only the title on the first page differs, and what depends on the number of day types."""
    out, day_types = tmp_path / "made.xlsx", weather.frames_of(4)
    write_merged(model.read(ROOT / "inputs" / "provinces.xlsx"), out, "region_group", "zone_group")
    made, shipped = (openpyxl.load_workbook(path, read_only=True) for path in (out, ROOT / "inputs" / "three_regions.xlsx"))
    assert [name for name in shipped.sheetnames if name != DAILY] == made.sheetnames
    for name in shipped.sheetnames:
        if name not in ("start_here", DAILY, *day_types):
            # the plan beside which burdens are told is asked for in the three regions alone
            rows, found = ([row for row in book[name].iter_rows(values_only=True) if row[0] != "burden_baseline"] for book in (shipped, made))
            assert rows == found, name
