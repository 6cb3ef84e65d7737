"""The shipped workbooks: repeated by the command, conserving national totals, every row with source and quality."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from model.core.build import registry
from model.core.declare.spec import QUALITIES
from model.datasets import afforestation, frame, funds, grass_water_land, weather
from model.datasets.frame import YEARS
from model.datasets.generate import DAILY, WITHOUT, generate, province_book, province_frames, three_region_book
from model.datasets.regroup import OFFER, Book
from model.levers.forest.plan_tables import PLAN_TABLES
from model.workbook.book import check_book

ROOT = Path(__file__).resolve().parents[2]
#: Six significant digits in each of a few hundred rounded rows.
ROUNDING = 1e-5
#: Sums of the shipped tables that merging must keep: table, column, unit of the table.
EXTENSIVE = (
    ("forest_area", "area"),
    ("forest_inventory", "volume"),
    ("forest_harvest", "roundwood_base"),
    ("harvest_quota", 2030),
    ("afforestation_land", "area"),
    ("planting_capacity", 2030),
    ("grassland", "area"),
    ("grassland", "initial_ban"),
    ("livestock", "sheep_units"),
    ("water_base", "use_agriculture"),
    ("water_available", 2035),
    ("water_saving", 2060),
    ("water_runoff", 2020),
    ("environmental_flow", "inflow_right"),
    ("land", "area"),
    ("gdp", 2060),
    ("population", 2060),
    ("ecological_budget", 2020),
    ("unmanaged_sink", 2020),
    ("power_demand", 2060),
    ("thermal_fleet", "capacity"),
    ("sited_fleet", "capacity"),
    ("sites", "potential"),
    ("industry", "output"),
    ("end_use", "emission"),
)


@cache
def provinces() -> dict[str, pd.DataFrame]:
    return province_frames()


@cache
def three_regions() -> Book:
    return three_region_book(registry.schema(), provinces())


def cells(path: Path) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the command has written its workbooks; the tables of the provinces are made once for all tests."""
    folder = tmp_path_factory.mktemp("inputs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("model.datasets.generate.province_frames", lambda: {name: frame.copy() for name, frame in provinces().items()})
        generate(folder)
    return folder


def test_the_workbook_of_provinces_is_read_without_a_finding(written: Path) -> None:
    book, findings = check_book(written / "provinces.xlsx", registry.schema())
    assert book is not None
    assert [] == [str(finding) for finding in findings if finding.level != "info"]


@pytest.mark.parametrize("name", ["provinces.xlsx", "three_regions.xlsx"])
def test_the_shipped_workbook_is_what_the_command_writes(written: Path, name: str) -> None:
    made, shipped = cells(written / name), cells(ROOT / "inputs" / name)
    assert list(shipped) == list(made)
    for sheet, rows in shipped.items():
        assert rows == made[sheet], sheet


def test_every_table_of_the_workbook_is_declared_and_the_other_way_round() -> None:
    """Tables that only some users fill stand in the shipped workbook as empty sheets: ways of planning a forest, words for keys, bounds beside known history, what is spent without the plan.

    Those of WITHOUT do not stand there at all; the days of the year stand in the three regions alone.
    """
    optional = {*WITHOUT, DAILY, "capacity_history", "harvest_discount", "felling_start", "names", "burden_reference", *(table.name for table in PLAN_TABLES)}
    declared = set(registry.schema().tables) - optional
    assert set() == declared - set(provinces()), "tables without rows in the shipped workbooks: a frame in model/datasets makes them; where only some users fill them, list them in optional here"
    sheets = CalamineWorkbook.from_path(ROOT / "inputs" / "three_regions.xlsx").sheet_names
    assert set() == set(WITHOUT) & set(sheets), "empty sheets that the shipped workbooks should not carry"
    assert set() == set(provinces()) - declared, "frames of model/datasets that no lever declares as a table"


@pytest.mark.parametrize(("table", "column"), EXTENSIVE)
def test_merging_conserves_the_national_total(table: str, column: str | int) -> None:
    merged = three_regions().tables[table][column].sum()
    assert provinces()[table][column].sum() == pytest.approx(merged, rel=ROUNDING)


def test_every_row_has_a_known_source_and_a_quality() -> None:
    known = set(re.findall(r"`([A-Za-z0-9_]+)`", (frame.DATA / "SOURCES.md").read_text(encoding="utf-8")))
    for name, table in provinces().items():
        assert table["quality"].isin(QUALITIES).all(), name
        keys = {re.sub(r"\(.*\)$", "", key) for text in table["source"] for key in text.split(";")}
        assert set() == keys - known, name


def test_files_of_estimates_that_the_page_of_the_data_explains_are_there() -> None:
    """A row of the table names files by their names or by a pattern."""
    part = (frame.DATA / "README.md").read_text(encoding="utf-8").partition("## Estimates made here")[2].partition("\n## ")[0]
    patterns = re.findall(r"`([\w*]+\.csv)`", part)
    assert len(patterns) > 20
    assert [] == [pattern for pattern in patterns if not list((frame.DATA / "estimates").glob(pattern))], "rows of inputs/data/README.md"


def test_no_quality_is_upgraded_by_merging() -> None:
    rank = {quality: i for i, quality in enumerate(QUALITIES)}
    for name, table in three_regions().tables.items():
        if name in ("regions", "water_zones"):
            continue
        best = (weather.daily_weather() if name == DAILY else provinces()[name])["quality"].map(rank).min()
        assert best <= table["quality"].map(rank).min(), name


def test_a_row_has_the_worst_quality_of_what_it_is_made_of() -> None:
    """Area by age is derived, the share of a group an estimate: the product is an estimate."""
    assert set(provinces()["forest_area"]["quality"]) == {"estimate"}


def test_arboreal_forest_is_that_of_the_inventory() -> None:
    """179.89 Mha and 17.058 billion m3; the area by group adds up to the same."""
    inventory = provinces()["forest_inventory"]
    assert inventory["area"].sum() == pytest.approx(179_888.5, abs=0.1)
    assert inventory["volume"].sum() == pytest.approx(17_058.2, abs=0.1)
    assert provinces()["forest_area"]["area"].sum() == pytest.approx(inventory["area"].sum(), rel=1e-9)


def test_growth_equals_the_cited_table_where_that_has_an_age() -> None:
    """The cited table is rounded to one decimal, so the two differ by at most 0.05; its fast-growing trees are eucalypt."""
    cited = frame.load("land", "forest_growth").rename(columns={"age_yr": "age"})
    cited["forest_group"] = cited["forest_group"].replace("fast_growing_plantation", "eucalypt_plantation")
    both = provinces()["forest_growth"].merge(cited, on=["forest_group", "age"], suffixes=("", "_cited"))
    assert len(cited) - len(both) == 1
    assert (both["volume"] - both["volume_m3_per_ha"]).abs().max() <= 0.05
    assert (both["biomass_carbon"] - both["biomass_c_tc_per_ha"]).abs().max() <= 0.05


def test_forest_land_holds_arboreal_forest_other_wood_and_the_land_offered() -> None:
    """In every province arboreal + fixed use + land offered is at most the forest land of the survey."""
    land = provinces()["land"]
    forest = land[land["land_class"] == "forest_land"].set_index("region")
    offers = provinces()["afforestation_land"]
    offered = offers[offers["from_class"] == "forest_land"].groupby("region")["area"].sum()
    used = afforestation.survey()["arboreal"] + forest["fixed_use"] + offered.reindex(forest.index, fill_value=0.0)
    assert (used - forest["area"]).max() <= 1e-6


@pytest.mark.parametrize("name", ["provinces", "three_regions"])
def test_what_fits_at_full_precision_fits_as_written(name: str) -> None:
    """Stands + fixed use + land offered in forest land, base use in the water available.

    Sums of a few hundred numbers are exact to 1e-12 of themselves; nothing is granted beyond that.
    """
    tables = province_book(registry.schema(), provinces()).tables if name == "provinces" else three_regions().tables
    land = tables["land"][tables["land"]["land_class"] == "forest_land"].set_index("region")
    offers = tables["afforestation_land"]
    held = land["fixed_use"].add(tables["forest_area"].groupby("region")["area"].sum(), fill_value=0.0)
    held = held.add(offers[offers["from_class"] == "forest_land"].groupby("region")["area"].sum(), fill_value=0.0)
    assert [] == [region for region, area in land["area"].items() if held[region] > area * (1 + 1e-12)]
    available, base = (tables[t].set_index("water_zone") for t in ("water_available", "water_base"))
    saving = tables["water_saving"].set_index("water_zone").reindex(base.index).fillna(dict.fromkeys(YEARS, 0.0))
    growth = tables["water_growth"].set_index("sector")
    for year in YEARS:
        used = sum(base[f"use_{s}"] * growth.loc[s, year] for s in growth.index)
        used = used - base["decided_use"] * (growth.loc["industry", year] - 1.0) - saving[year]
        assert [] == [zone for zone, amount in used.items() if amount > available.loc[zone, year] * (1 + 1e-12)]


def test_the_central_budget_pays_the_grassland_compensation_where_the_grassland_lies() -> None:
    """Every province has at least what it owes in every year: ban x rate + balance x rate, 5.448 bn CNY in Tibet.

    Tibet, core zone: its ban and balance times the compensation of grass_initial. The nation has what the rule for its
    total says: 0.25 x 271 = 67.75 bn CNY in 2020.
    """
    budget = funds.public_money()
    grass, rates = provinces()["grassland"], provinces()["grass_initial"].set_index(["grass_zone", "measure"])["compensation"]
    owed: dict[str, float] = {}
    for row in grass.itertuples():
        for measure, held in (("ban", row.initial_ban), ("balance", row.initial_balance)):
            if held > 0:
                owed[row.region] = owed.get(row.region, 0.0) + held * rates[row.grass_zone, measure] / 1e6
    assert pytest.approx(5.448, abs=0.001) == owed["tibet"]
    assert [] == [(region, year) for region, paid in owed.items() for year in YEARS if budget.loc[region, year] <= paid]
    assert pytest.approx(0.25 * 271, rel=1e-12) == budget[2020].sum()


def test_the_budget_beyond_the_compensation_follows_public_spending() -> None:
    """Budget less what is owed, over the province's public spending of 2020, is one number in the base year."""
    table = frame.by_province("energy", "economy_2020")
    public = table["forestry_grassland_investment_2020_bn_cny"] * table["forestry_public_share"]
    owed = grass_water_land.compensation_in_force().reindex(public.index, fill_value=0.0)
    per_yuan = (funds.public_money()[2020] - owed) / public
    assert pytest.approx(per_yuan.iloc[0], rel=1e-9) == per_yuan.to_numpy()


def test_budget_and_funds_of_a_province_are_all_its_public_money_and_its_own_part_is_what_its_revenue_pays() -> None:
    """Gansu 2020: revenue 87.45 of an expenditure of 415.49, so 21 % of what is beyond the compensation stands in its budget, the rest in its funds."""
    frames = provinces()
    budget, money = frames["ecological_budget"].set_index("region"), frames["fund_money"]
    whole, owed = funds.public_money(), funds.compensation()
    for year in YEARS:
        parts = budget[year].add(money.groupby("region")[year].sum(), fill_value=0.0)
        assert pytest.approx(whole[year].to_numpy(), rel=1e-12) == parts.reindex(whole.index).to_numpy()
    capacity = frames["fiscal_capacity"].set_index("region").loc["gansu"]
    assert (pytest.approx(87.45, abs=0.01), pytest.approx(415.49, abs=0.01)) == (capacity["revenue"], capacity["expenditure"])
    assert pytest.approx(87.45 / 415.49, rel=1e-3) == budget.loc["gansu", 2020] / (whole.loc["gansu", 2020] - owed["gansu"])


def test_a_programme_has_money_in_its_provinces_and_programmes_share_it_as_in_the_nation() -> None:
    """In Gansu all work: natural forest 40, fields 21.1, shelterbelt 32, soil and water 10, the centre beside them 20.068."""
    money = provinces()["fund_money"].set_index(["fund", "region"])[2020]
    assert 13 == len(money["northern_shelter"])
    assert "guangdong" not in money["natural_forest"]
    gansu = money.xs("gansu", level="region").drop("grassland_subsidy")
    assert pytest.approx([value / 123.168 for value in (40, 20.068, 32, 21.1, 10)], rel=1e-9) == [
        gansu[fund] / gansu.sum() for fund in ("natural_forest", "central_budget", "northern_shelter", "return_of_fields", "soil_and_water")
    ]


def test_taking_over_trees_keeps_the_area_of_a_province() -> None:
    columns = frame.load("estimates", "land_classes")["column"].tolist()
    before = frame.by_province("land", "land_use")[columns].sum(axis=1)
    assert (before - afforestation.survey()[columns].sum(axis=1)).abs().max() <= 1e-6


def test_conditions_fill_every_zone_of_grassland() -> None:
    given = frame.by_province("land", "grassland")
    grass = provinces()["grassland"]
    for zone, column in grass_water_land.ZONES.items():
        made = grass[grass["grass_zone"] == zone].groupby("region")["area"].sum()
        assert (given[column] - made.reindex(given.index, fill_value=0.0)).abs().max() <= 1e-6


def test_initial_measures_meet_the_national_figures_and_fit_into_the_area() -> None:
    """80.4 Mha under a ban, 173.7 Mha under balance, together never more than the area."""
    grass = provinces()["grassland"]
    assert grass["initial_ban"].sum() == pytest.approx(80_400.0, rel=1e-9)
    assert grass["initial_balance"].sum() == pytest.approx(173_700.0, rel=1e-9)
    assert (grass["initial_ban"] + grass["initial_balance"] - grass["area"]).max() <= 1e-9


def test_a_ban_stands_on_the_worst_land_first() -> None:
    """Where land of a better condition is banned, no worse land of the zone is left open."""
    grass = provinces()["grassland"]
    order = {condition: i for i, condition in enumerate(grass_water_land.CONDITIONS)}
    for _, zone in grass.groupby(["region", "grass_zone"], sort=False):
        rows = zone.sort_values("condition", key=lambda column: column.map(order))
        left = (rows["area"] - rows["initial_ban"]).cumsum().shift(fill_value=0.0)
        assert left[rows["initial_ban"] > 1e-9].max() <= 1e-6 or rows["initial_ban"].sum() == 0


def test_base_use_fits_what_is_available_and_the_cap_holds_after_2035() -> None:
    base = provinces()["water_base"].set_index("water_zone")
    available = provinces()["water_available"].set_index("water_zone")
    growth = provinces()["water_growth"].set_index("sector")
    saving = provinces()["water_saving"].set_index("water_zone").reindex(base.index).fillna({y: 0.0 for y in frame.YEARS})
    assert (available[2040] - base["cap"]).abs().max() <= 1e-6
    for year in (2020, 2035, 2060):
        used = sum(base[f"use_{s}"] * growth.loc[s, year] for s in growth.index) - base["decided_use"] * (growth.loc["industry", year] - 1)
        assert (used - saving[year] - available[year]).max() <= 1e-6
    assert {"xinjiang", "jiangsu"} <= set(provinces()["water_saving"]["water_zone"])


def test_the_red_line_is_applied_once() -> None:
    """Practical potentials already leave it out, so the land sheet takes nothing off again."""
    assert {0.0} == set(provinces()["land"]["redline_share"])


def test_cropland_returns_from_slopes_and_never_below_its_floor() -> None:
    """Offered: the smaller of cropland above 25 degrees and cropland above the floor of the province."""
    land = provinces()["land"].set_index(["region", "land_class"])
    offered = provinces()["afforestation_land"].query("land_type == 'sloped_cropland'").set_index("region")["area"]
    steep = frame.by_province("land", "land_use")["cropland_slope_over25_kha"]
    crop = land.xs("cropland", level="land_class")
    assert (offered - (crop["area"] - crop["fixed_use"]).reindex(offered.index)).max() <= 1e-6
    assert (offered - steep.reindex(offered.index)).max() <= 1e-6
    assert crop["fixed_use"].sum() == pytest.approx(120_000.0, rel=1e-9)


def test_own_water_resources_close_on_the_published_mean() -> None:
    """2,841 bn m3 with Taiwan (67), which is not in the tables."""
    assert provinces()["water_runoff"][2020].sum() == pytest.approx(2_774_000.0, rel=1e-3)


def test_what_is_used_today_leaves_every_river_its_environmental_flow() -> None:
    """Consumption of all sectors, cooling in full, fits own resources less the flow, plus rights, in every province."""
    base = provinces()["water_base"].set_index("water_zone")
    share = provinces()["water_sectors"].set_index("sector")["consumption"]
    flow = provinces()["environmental_flow"].set_index("water_zone")
    runoff = provinces()["water_runoff"].set_index("water_zone")[2020]
    consumed = sum(base[f"use_{s}"] * share[s] for s in share.index) + base["decided_use"] * (1 - share["industry"])
    assert (consumed - runoff * (1 - flow["share"]) - flow["inflow_right"]).max() <= 0.0


def test_cooling_is_what_the_plants_of_the_model_would_take_in_the_base_year() -> None:
    """TWh x m3/MWh = million m3, summed over the thermal fleet of each province; no province reaches the limit."""
    fleet = provinces()["thermal_fleet"]
    water = provinces()["thermal_technologies"].set_index("technology")["water"]
    taken = (fleet["generation"] * fleet["technology"].map(water)).groupby(fleet["region"]).sum()
    decided = provinces()["water_base"].set_index("water_zone")["decided_use"]
    assert (taken.reindex(decided.index, fill_value=0.0) - decided).abs().max() <= 1e-6


def test_merged_soil_before_planting_keeps_the_mean_gain() -> None:
    """Area-weighted gain of soil carbon to the equilibrium of the group planted, before and after merging."""

    def gain(tables: dict[str, pd.DataFrame]) -> float:
        soil = tables["forest_groups"].drop_duplicates("forest_group").set_index("forest_group")["soil_equilibrium"]
        group = tables["new_forest"].set_index(OFFER)["forest_group"]
        offers = tables["afforestation_land"]
        whole = [soil[group[key]] for key in offers[OFFER].itertuples(index=False, name=None)]
        return float(((whole - offers["soil_before"]) * offers["area"]).sum())

    assert gain(provinces()) == pytest.approx(gain(three_regions().tables), rel=ROUNDING)


def test_dry_land_gets_the_trees_of_dry_provinces() -> None:
    """In the west, no zone plants a group that none of its own provinces has as its main planted group."""
    places = provinces()["water_zones"].set_index("water_zone")["zone_group"]
    own = afforestation.main_groups().groupby(places).agg(lambda groups: sorted(set(groups)))
    merged = three_regions().tables["new_forest"]
    for zone, part in merged.groupby("water_zone"):
        assert set(part["forest_group"]) <= set(own[zone]), zone
    arid = merged[(merged["water_zone"] == "west_arid") & (merged["land_type"] == "barren_good")]
    assert "subtropical_conifer" not in set(arid["forest_group"])


def test_a_zone_plants_the_group_with_the_largest_offer_of_the_land_type() -> None:
    """Offers of all provinces of the zone that would plant the same group count together."""
    places = provinces()["water_zones"].set_index("water_zone")["zone_group"]
    both = provinces()["new_forest"].merge(provinces()["afforestation_land"], on=OFFER)
    both["water_zone"] = both["water_zone"].map(places)
    total = both.groupby(["water_zone", "land_type", "forest_group"])["area"].sum()
    largest = total.groupby(["water_zone", "land_type"]).max()
    for row in three_regions().tables["new_forest"].itertuples():
        assert largest[row.water_zone, row.land_type] == total[row.water_zone, row.land_type, row.forest_group]


def test_fast_growing_plantations_are_eucalypt_in_the_humid_south_and_poplar_elsewhere() -> None:
    """Area is kept; the five provinces that are humid with a centroid south of 27 N are the eucalypt ones."""
    area = provinces()["forest_area"]
    given = frame.provinces("land", "forest_group_shares")
    given = given[given["forest_group"] == "fast_growing_plantation"].set_index("region")["share"]
    planted = provinces()["forest_inventory"].query("origin == 'planted'").set_index("region")["area"]
    split = area[area["forest_group"].isin(["eucalypt_plantation", "poplar_plantation"])]
    assert (given * planted).dropna().sum() == pytest.approx(split["area"].sum(), rel=1e-9)
    south = frame.by_province("land", "provinces")
    south = south[(south["moisture_zone"] == "humid") & (south["centroid_lat_deg"] < 27)].index.intersection(given.index)
    assert set(south) == set(split.loc[split["forest_group"] == "eucalypt_plantation", "region"])
    assert "fast_growing_plantation" not in set(area["forest_group"])


def test_irrigated_trees_take_the_gross_water_of_the_project() -> None:
    """Heishanxia: 6428.6 m3/ha a year, as for the fields and the grass of the same land."""
    land = provinces()["afforestation_land"]
    wet = land[land["land_type"] == "irrigated"]
    assert [6428.6] == wet["irrigation"].tolist()
    assert {6428.6} == set(provinces()["opened_land"]["irrigation"])


def test_growth_has_small_steps_while_stands_are_young() -> None:
    ages = provinces()["forest_growth"].query("forest_group == 'poplar_plantation'")["age"].tolist()
    assert [*range(11), *range(15, 101, 5), *range(110, 301, 10)] == ages


def test_shares_of_a_whole_add_up_to_one() -> None:
    tables = three_regions().tables
    assert (tables["wood_product_shares"].groupby("region")["share"].sum() - 1).abs().max() <= ROUNDING
    assert (tables["water_zones"].groupby("region")["industry_share"].sum() - 1).abs().max() <= ROUNDING
    assert (tables["opened_land"].groupby("phase")["share"].sum() - 1).abs().max() <= ROUNDING
    assert tables["time_slices"]["hours"].sum() == 8760


def test_rights_between_basins_are_left_out_and_listed() -> None:
    """West_arid is the only zone of the Yellow River: its pairs with the two neighbours that trade are listed."""
    book = three_regions()
    assert "west_arid" not in set(book.tables["water_rights"]["from_zone"])
    lost = [str(remark) for remark in book.remarks if "not one basin" in remark.message]
    assert ["west_arid" in remark for remark in lost] == [True] * 4


def test_provinces_have_a_group_and_a_tile_of_their_own() -> None:
    book = province_book(registry.schema(), provinces())
    regions = book.tables["regions"]
    assert len(regions) == 31
    assert not regions.duplicated(["map_row", "map_column"]).any()
    assert set(regions["region_group"]) == {"west", "industrial", "developed"}


def test_the_three_regions_are_the_groups_of_the_paper_with_five_zones() -> None:
    """Each region has the province's group as its key; west keeps three zones apart, the others have one."""
    tables = three_regions().tables
    assert ["west", "industrial", "developed"] == tables["regions"]["region"].tolist()
    assert tables["regions"]["region"].tolist() == tables["regions"]["region_group"].tolist()
    zones = tables["water_zones"][["water_zone", "region", "basin"]]
    assert [
        ("west_arid", "west", "yellow"),
        ("northeast", "west", "songhua"),
        ("west_humid", "west", "yangtze"),
        ("industrial", "industrial", "yangtze"),
        ("developed", "developed", "yangtze"),
    ] == list(zones.itertuples(index=False, name=None))
