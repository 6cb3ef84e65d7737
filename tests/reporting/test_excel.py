"""The report workbook: what it holds, in both languages, with levers missing, with hostile texts."""

from __future__ import annotations

import itertools
import math
import re
import time
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from model.core.build import registry
from model.core.data import Data
from model.datasets.regroup import GROUP_NAMES
from model.levers.forest.results.roadmap import phase_of
from model.reporting.context import MOST_SERIES, Context, pivot, ranked
from model.reporting.excel.book import SHEETS, write_report
from model.reporting.excel.style import number_format, wrapped
from model.reporting.sentences import sentences
from model.reporting.shown import accounts, net_cost
from model.reporting.tables.columns import TABLES, conform
from model.reporting.words.excel_words import WORDS
from model.reporting.words.texts import label

YEARS = list(range(2020, 2061, 5))
REGIONS = ("west", "industrial", "developed")
GROUP = dict(zip(REGIONS, REGIONS, strict=True))
ZONES = {"west_arid": "west", "west_humid": "west", "industrial": "industrial", "developed": "developed"}
TECHNOLOGIES = ("coal", "gas", "nuclear", "hydro", "wind_onshore", "wind_offshore", "pv_utility", "pv_over_canal", "battery_4h")
STORE = "battery_4h"
MANIFEST = {
    "status": "optimal",
    "scenario": "reference",
    "base_year": 2020,
    "objective": {"value": 12345.6, "unit": "bn CNY", "sense": "min"},
    "identities": [{"name": "land_by_class", "largest_error": 1e-12, "tolerance": 1e-6, "ok": True}],
}


def _frame(name: str, *axes: object, **values: object) -> pd.DataFrame:
    """A table over the product of its axes; values are functions of a row."""
    columns = [axis[0] for axis in axes]  # type: ignore[index]
    frame = pd.DataFrame(itertools.product(*(axis[1] for axis in axes)), columns=columns)  # type: ignore[index]
    for column, value in values.items():
        frame[column] = [value(row) if callable(value) else value for row in frame.to_dict("records")]
    blank = {f.name: "" if f.type == "string" else 0 for f in TABLES[name].fields if f.name not in frame}
    return conform(name, frame.assign(**blank))


def _fall(row: dict[str, int]) -> float:
    return (2065 - row["year"]) / 45


def _rise(row: dict[str, int]) -> float:
    return (row["year"] - 2015) / 45


def tables() -> dict[str, pd.DataFrame]:
    """A made-up run of three regions."""
    region, year, later = ("region", REGIONS), ("year", YEARS), ("year", YEARS[1:])
    zone = ("water_zone", list(ZONES))
    group = {"region_group": lambda r: GROUP[r["region"]]}
    own = {"region": lambda r: ZONES[r["water_zone"]]}
    carbon = [
        _frame("carbon", region, ("category", ("power", "steel", "cement", "transport", "buildings")), year, account="emission", in_target=1, value=lambda r: 900 * _fall(r), **group),
        _frame("carbon", region, ("category", ("forest_living", "wood_products", "grassland_measures")), later, account="sink", in_target=1, value=lambda r: 90 * _rise(r), **group),
        _frame("carbon", region, ("category", ("unmanaged_shrub",)), year, account="sink", in_target=0, value=100.0, **group),
        _frame("carbon", region, ("category", ("power_ccs",)), later, account="captured", in_target=1, value=lambda r: 200 * _rise(r), **group),
    ]
    sinks = ("forest_living", "wood_products", "grassland_measures")
    strata = [f"{r}.pine.{o}.productive" for r in REGIONS for o in ("natural", "planted")]
    lever = [("afforestation", "barren_good", "kha/yr", 300), ("harvest", "pine.planted", "kha/yr", 400), ("grassland", "restoration.grazing_ban", "kha", 9000), ("clean_energy", "wind_onshore", "GW", 500), ("clean_energy", "pv_utility", "GW", 900), ("industry", "steel.scrap_eaf", "Mt CO2/yr", 80), ("water_diversion", "p1->west_arid", "million m3/yr", 0)]
    allocation = [_frame("allocation", region, year, lever=name, item=item, unit=unit, value=lambda r, m=most: m * _rise(r), **group) for name, item, unit, most in lever]
    limits = [("planting_capacity", "west", 2030, "planting_capacity", "D5", 900.0, "kha/yr", 0.002), ("net_limit", "nation", 2060, "carbon_targets", "E4", 0.0, "Mt CO2/yr", 1.1), ("harvest_quota", "west", 2040, "harvest_quota", "F7", 120.0, "million m3/yr", 0.03), ("land", "developed", 2050, "land", "C9", 5000.0, "kha", 0.0004), ("build_limits", "nation", 2035, "build_limits", "F3", 200.0, "GW/yr", 0.4), ("slack_one", "west", 2030, "sites", "A3", 10.0, "GW", 0.0)]
    made = {
        "carbon": pd.concat(carbon, ignore_index=True),
        "additionality": _frame("additionality", region, ("category", sinks), later, detail=lambda r: "grazing_ban" if r["category"] == "grassland_measures" else "", in_target=1, unit="Mt CO2/yr", with_plan=lambda r: 90 * _rise(r), without_levers=lambda r: 40 * _fall(r) if r["category"] == "forest_living" else 0.0, added=lambda r: 90 * _rise(r) - (40 * _fall(r) if r["category"] == "forest_living" else 0.0), **group),
        "allocation": pd.concat(allocation, ignore_index=True),
        "forest": _frame("forest", ("stratum", strata), ("age_class", range(1, 13)), year, region=lambda r: r["stratum"].split(".")[0], area_kha=lambda r: 500.0 + 30 * r["age_class"], clearcut_kha=lambda r: 0.0 if r["year"] == 2020 or r["age_class"] < 8 else 20 * _rise(r), volume_mm3=100.0, carbon_mt_co2=50.0),
        "planting": _frame("planting", ("land_type", ("barren_good", "sloped_cropland", "sandy")), zone, later, stratum="", planted_kha=lambda r: 80 * _fall(r), established_kha=lambda r: 70 * _fall(r), **own),
        "grassland": _frame("grassland", zone, ("grass_zone", ("restoration", "tibetan_core")), ("condition", ("moderate", "severe")), ("measure", ("grazing_ban", "reseeding_with_ban")), later, treated_kha=lambda r: 2000 * _rise(r), **own),
        "stocks": _frame("stocks", region, ("pool", ("forest_living", "wood_products", "soil_deficit")), year, value=lambda r: 3000 * _rise(r), unit="Mt C"),
        "wood": _frame("wood", region, ("item", ("standing_volume_felled", "roundwood.in.forest")), year, value=60.0, unit="million m3/yr"),
        "water": _frame("water", zone, ("item", ("available", "exogenous_domestic", "thermal_cooling", "west_line_delivery")), year, direction=lambda r: "supply" if r["item"] in ("available", "west_line_delivery") else "use", value=lambda r: 4000.0 if r["item"] != "available" else 90000.0, **own),
        "diversion_account": pd.concat([
            _frame("diversion_account", ("phase", ("p1",)), ("item", ("built", "partly_built")), later, account="state", unit="1", value=lambda r: 0.0 if r["year"] < 2050 else 0.5 if r["item"] == "built" else 1.0),
            _frame("diversion_account", ("phase", ("p1",)), ("item", ("withdrawn", "delivered")), later, account="water", unit="million m3/yr", value=4000.0),
            _frame("diversion_account", ("phase", ("all",)), ("item", ("trees_living", "trees_soil")), later, account="carbon", unit="Mt CO2/yr", value=lambda r: 0.1 * _rise(r)),
            _frame("diversion_account", ("phase", ("all",)), ("item", ("canal_panels_available",)), later, account="power", unit="TWh/yr", value=lambda r: 2700 * _rise(r)),
            _frame("diversion_account", ("phase", ("all",)), ("item", ("canal_panels_at_base_factor", "canal_panels_published")), later, account="carbon_compared", unit="Mt CO2/yr", value=lambda r: 6.03 if r["item"] == "canal_panels_published" else 1350 * _rise(r)),
            _frame("diversion_account", ("phase", ("p1",)), ("item", ("west_line_investment", "irrigated_land_income")), later, account="finance", unit="bn CNY/yr", value=lambda r: 9.0 if r["item"] == "west_line_investment" else -1.0),
        ], ignore_index=True),
        "land": _frame("land", region, ("land_class", ("cropland", "grassland", "unused")), ("use", ("available", "fixed_use", "solar_farms", "idle")), year, value=lambda r: 4000 * _rise(r)).loc[lambda f: (f["use"] != "solar_farms") | (f["year"] > 2020)],
        "power": _frame("power", region, ("technology", TECHNOLOGIES), year, capacity_gw=lambda r: 300 * (_fall(r) if r["technology"] in ("coal", "gas") else _rise(r)), generation_twh=lambda r: 0.0 if r["technology"] == STORE else 900 * (_fall(r) if r["technology"] in ("coal", "gas") else _rise(r)), kind=lambda r: "storage" if r["technology"] == STORE else "plant", discharge_twh=lambda r: 700 * _rise(r) if r["technology"] == STORE else 0.0, charge_twh=lambda r: 800 * _rise(r) if r["technology"] == STORE else 0.0),
        "power_balance": _frame("power_balance", region, ("slice", ("winter_day", "winter_night", "summer_day", "summer_night")), ("year", (2055, 2060)), ("item", ("wind_onshore", "pv_utility", "demand")), value=lambda r: -600.0 if r["item"] == "demand" else 300.0),
        "siting": _frame("siting", region, ("technology", ("wind_onshore", "pv_utility")), ("land_class", ("grassland", "unused", "none")), later, water_zone="", sensitivity="open", grade=1, capacity_gw=lambda r: 40 * _rise(r)),
        "transmission": _frame("transmission", ("from_region", ("west", "industrial")), ("to_region", ("developed",)), later, capacity_gw=lambda r: 200 * _rise(r), flow_twh=lambda r: 800 * _rise(r)),
        "industry": _frame("industry", region, ("sector", ("steel", "cement", "cars")), ("measure", ("none", "ccus", "efficiency")), later, output=300.0, output_unit="Mt/yr", share=lambda r: 0.0 if r["measure"] == "none" else 0.5 * _rise(r), abated_mt_co2=lambda r: 0.0 if r["measure"] == "none" else 90 * _rise(r)),
        "money": pd.concat([
            _frame("money", region, ("item", ("fuel_coal", "capital_cost", "afforestation_planting")), later, fund="market", direction="spend", value=lambda r: 500 * _rise(r)),
            _frame("money", region, ("item", ("irrigated_land_income",)), later, fund="market", direction="source", value=10.0),
            _frame("money", region, ("item", ("users",)), later, fund="market", direction="source", value=lambda r: 1500 * _rise(r) - 10.0),
        ], ignore_index=True),
        "burden": _frame("burden", region, ("item", ("own_spending", "carbon_settlement", "net")), later, basis="total", unit="bn CNY/yr", value=lambda r: 1500 * _rise(r) if r["item"] != "carbon_settlement" else 0.0, **group),
        "limits": pd.DataFrame([{"name": n, "region": r, "year": y, "sheet": s, "cell": c, "limit": v, "level": v, "slack": 0.0, "unit": u, "dual": p, "dual_unit": f"bn CNY per {u}", "price": p, "cell_value": v, "cell_unit": u, "kind": "standing" if u in ("kha", "GW") else "flow", "target": int(n == "net_limit"), "nets": "fixed_amounts:fixed_use" if n == "land" else "", "gain_of_1_percent": 0.01 * p * (v or 3000.0)} for n, r, y, s, c, v, u, p in limits]),
        "prices": pd.concat([
            _frame("prices", ("balance", ("emission",)), region, later, key="", slice="", dual=1.0, dual_unit="", unit="CNY/t CO2", price=lambda r: 900 * _rise(r)),
            _frame("prices", ("balance", ("water",)), ("key", list(ZONES)), later, region=lambda r: ZONES[r["key"]], slice="", dual=1.0, dual_unit="", unit="CNY/m3", price=lambda r: 2 * _rise(r)),
            _frame("prices", ("balance", ("power",)), region, ("slice", ("winter_day", "winter_night")), later, key="", dual=1.0, dual_unit="", unit="CNY/MWh", price=lambda r: 400 * _rise(r)),
        ], ignore_index=True),
        "objective": _frame("objective", ("component", ("fuel_coal", "capital_cost")), region, later, value=lambda r: 900 * _fall(r), unit="bn CNY"),
        "calibration": _frame("calibration", ("quantity", ("emission", "generation")), region, item="all", window="base", region_group=lambda r: GROUP[r["region"]], model=100.0, statistic=101.0, unit="TWh/yr", difference_percent=-1.0, tolerance_percent=5.0, ok=lambda r: r["region"] != "west"),
        "pathways": _frame("pathways", later, kind="pathway", indicator="co2", technology_or_sector="power", ours=100.0, low=lambda r: 200.0 * _fall(r), median=lambda r: 210.0 * _fall(r), high=lambda r: 220.0 * _fall(r), unit="Mt CO2/yr", inside=0, verdict="below", reason="target", limit="net_limit", place="nation", limit_year=2060, sheet="carbon_targets", cell="E4", price=0.4, price_unit="Mt CO2/yr", price_kind="flow", sources=3, studies=3, names="one; two"),
        "consistency": _frame("consistency", ("claim", ("one", "two")), statement_en="It is so", statement_zh="如此", relation="equals", figure=10.0, ours=12.0, unit="%", verdict="differs", rule="sum", tolerance=0.05, why_en="A sum", why_zh="求和", source="FAN2022"),
        "paper_measures": _frame("paper_measures", ("measure", ("one", "two")), section="1.1", statement_en="Do so", statement_zh="应如此", stands_for="lever:forest", status="yes", why_en="", why_zh="", source="FAN2022"),
        "changed": _frame("changed", ("key", ("region=west", "region=east")), sheet="gdp", column="value", year=2030, before="100", after="110.5", unit="bn CNY/yr", cell="E2"),
        "sources": _frame("sources", ("table", ("land", "sites")), ("source", ("TNLS;OWN_EST", "POWERLAB2025")), ("quality", ("reported", "derived", "estimate")), rows=30),
    }
    return made


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The report of the made-up run in both languages, in a folder whose name is not ASCII."""
    folder = tmp_path_factory.mktemp("报告")
    paths = {lang: folder / lang / "report.xlsx" for lang in ("en", "zh")}
    for lang, path in paths.items():
        write_report(path, tables(), MANIFEST, lang)
    return paths


def _texts(sheet: Worksheet) -> list[str]:
    return [c.value for row in sheet.iter_rows() for c in row if isinstance(c.value, str)]


def _row(sheet: Worksheet, *labels: str) -> list[object]:
    for row in sheet.iter_rows(values_only=True):
        if list(row[: len(labels)]) == list(labels):
            return list(row)
    raise AssertionError(f"no row {labels} on {sheet.title}")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_sheet_is_there_with_its_charts(written: dict[str, Path], lang: str) -> None:
    """Summary first, then every sheet; all but plain lists hold at least one chart."""
    book = load_workbook(written[lang])
    assert ["summary", *(s[0] for s in SHEETS), "identities"] == book.sheetnames
    without = {s.title for s in book if not s._charts}
    assert {"limits", "who_acts", "calibration", "consistency", "paper_measures", "changed", "identities"} == without


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_identities_are_named_in_the_readers_language(written: dict[str, Path], lang: str) -> None:
    (identity,) = (identity for identity in registry.identities() if identity.name == "land_by_class")
    cells = {cell.value for row in load_workbook(written[lang])["identities"].iter_rows() for cell in row}
    assert {"en": identity.en, "zh": identity.zh}[lang] in cells


def test_net_emissions_on_the_summary_are_those_of_the_tables(written: dict[str, Path]) -> None:
    """2060: emission 3 x 5 x 900 x 5/45 = 1500; sink 3 x 3 x 90 x 1 = 810; captured 3 x 200 = 600; net 90.

    With the unmanaged 3 x 100 the second account reads -210.
    """
    sheet = load_workbook(written["en"])["summary"]
    last = 2 + len(YEARS) - 1
    assert 1500.0 == pytest.approx(_row(sheet, "Emissions")[last] if _has(sheet, "Emissions") else math.nan)
    assert -810.0 == pytest.approx(_row(sheet, "Sink")[last])
    assert 90.0 == pytest.approx(_row(sheet, "Net, strict account")[last])
    assert -210.0 == pytest.approx(_row(sheet, "Net with sinks outside")[last])
    assert any("Net emissions are" in t and re.search(r"90 in \d{4}–60;", t) for t in _texts(sheet))


def _has(sheet: Worksheet, label: str) -> bool:
    return any(row[0] == label for row in sheet.iter_rows(values_only=True))


def test_net_emissions_are_blank_in_the_base_year_which_has_no_sink_account(written: dict[str, Path]) -> None:
    """The made-up run has no strict sink in 2020."""
    assert _row(load_workbook(written["en"])["summary"], "Net, strict account")[2] is None


def test_scarcest_things_are_sorted_by_the_gain_of_one_percent(written: dict[str, Path]) -> None:
    """1 % of 3000 x 1.1 (gross emissions under a net limit of 0) = 33; build 200 x .4: 0.8; quota 120 x .03: 0.036; land 5000
    x .0004: 0.02; planting 900 x .002: 0.018."""
    sheet = load_workbook(written["en"])["limits"]
    cells = [row[3] for row in sheet.iter_rows(min_row=5, values_only=True) if row[3]]
    assert ["carbon_targets!E4", "build_limits!F3", "harvest_quota!F7", "land!C9", "planting_capacity!D5"] == cells


def test_prices_of_limits_are_in_units_that_people_read(written: dict[str, Path]) -> None:
    """1.1 bn CNY per Mt are 1100 CNY per t; 0.0004 bn CNY per kha that may stand are a rent of 400 CNY per ha and year."""
    rows = {row[3]: row[7:9] for row in load_workbook(written["en"])["limits"].iter_rows(values_only=True)}
    assert (pytest.approx(1100.0), "CNY/t CO₂") == rows["carbon_targets!E4"]
    assert (pytest.approx(400.0), "CNY/ha/yr") == rows["land!C9"]


def test_a_limit_that_costs_nothing_is_not_listed(written: dict[str, Path]) -> None:
    """The row with a dual of zero stays out."""
    assert not any("sites!A3" in t for t in _texts(load_workbook(written["en"])["limits"]))


def test_the_canal_on_the_sheet_of_water_is_that_of_the_diversions_account(written: dict[str, Path]) -> None:
    """2060: 2,700 TWh and 1,350 Mt CO2 there, 0.5 Mt/TWh, beside the published number."""
    sheet = load_workbook(written["en"])["water"]
    rows = [_row(sheet, "Nation", name)[10] for name in ("Generation available", "Abatement, this plan", "Abatement, published")]
    assert [2700.0, 1350.0, 6.03] == pytest.approx(rows)
    assert any("× 0.500 Mt" in text for text in _texts(sheet))


def test_money_balances_out_what_users_pay() -> None:
    """Spending 3 x 3 x 500 x rise less income 3 x 10: 2060 gives 4470."""
    ctx = Context(tables(), dict(MANIFEST), "en")
    assert 4470.0 == pytest.approx(net_cost(ctx)[2060])


def test_the_cost_sentence_says_the_net_cost_of_the_sheet_of_money(written: dict[str, Path]) -> None:
    """2060: spending 4,500, income 30, net 4,470: in the sentence and in the table, where both parts stand as well."""
    book = load_workbook(written["en"])
    rows = [_row(book["money"], "Nation", name)[-1] for name in ("Spending", "Income of the plan (negative)", "Net cost")]
    assert [4500.0, -30.0, 4470.0] == pytest.approx(rows)
    said = " ".join(_texts(book["summary"]))
    assert "4,470 in 2060" in said[said.index("What the plan pays") :]


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ((900.0, 500.0, 100.0), "are highest in the base year 2020, at 900 Mt"),
        ((500.0, 900.0, 100.0), "peak in 2040 at 900 Mt CO₂ a year (2020: 500)"),
        ((100.0, 500.0, 900.0), "no peak before its end"),
    ],
)
def test_a_peak_is_told_only_where_emissions_rise_and_fall(levels: tuple[float, ...], said: str) -> None:
    years = (2020, 2040, 2060)
    frame = pd.DataFrame({"region": "west", "region_group": "west", "account": "emission", "category": "power", "in_target": 1, "year": years, "value": levels})
    ctx = Context({"carbon": frame}, dict(MANIFEST), "en")
    assert said in sentences(ctx, accounts(ctx))[0]


def test_years_of_the_roadmap_stand_in_step_where_nothing_is_planted(tmp_path: Path) -> None:
    """In 2040 nothing is planted, so that there is no ratio: the ratio of 2045 still stands below 2045."""
    years = YEARS[1:]
    rows = [
        {"region": place, "year": year, "planted_kha": 0.0 if year == 2040 else 10.0, "clearcut_kha": 5.0, "ratio": math.nan if year == 2040 else year / 1e3,
         "phase": "in_step", "previous_phase": "", "kind": "", "cause": "", "sheet": "", "cell": "", "worth_change": 0.0, "unit": ""}
        for place in ("nation", *REGIONS) for year in years
    ]  # fmt: skip
    path = tmp_path / "report.xlsx"
    write_report(path, {**tables(), "roadmap": conform("roadmap", pd.DataFrame(rows))}, MANIFEST, "en")
    sheet = load_workbook(path)["harvest"]
    listed = [list(row) for row in sheet.iter_rows(values_only=True)]
    ratios = [n for n, row in enumerate(listed) if row[1] == "Felled / planted"]
    assert 4 == len(ratios)
    for number in ratios:
        heads = next(row for row in reversed(listed[:number]) if row[3] == 2025)
        assert years == heads[3 : 3 + len(years)]
        assert [None if y == 2040 else y / 1e3 for y in years] == pytest.approx(listed[number][3 : 3 + len(years)])


def test_a_region_has_one_name_wherever_it_stands() -> None:
    """The workbook calls it Middle: as a place, as a group, at the ends of a line and inside the key of an item."""
    regions = pd.DataFrame({"region": ["industrial"], "name_en": ["Middle"], "name_zh": ["中"], "region_group": ["industrial"]})
    ctx = Context({}, {}, "en", Data({"regions": regions, "periods": pd.DataFrame({"year": [2020, 2030]})}, {}))
    assert ["Middle", "Middle"] == [ctx.place(key) for key in ("industrial", "group:industrial")]
    assert "West line, phase 1 → Middle" == ctx.item("p1->industrial")
    assert "Middle · Barren land, good" == ctx.item("industrial.barren_good")
    assert "Steel" == Context({}, {}, "en", Data({"regions": regions.assign(region="steel"), "periods": pd.DataFrame({"year": [2020]})}, {})).item("steel")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_shipped_group_is_called_the_same_with_and_without_the_workbook(lang: str) -> None:
    """The words for keys are those that the three-region workbook gives its regions."""
    for (column, key), names in GROUP_NAMES.items():
        if column == "region_group":
            assert names[0 if lang == "en" else 1] == label(key, lang)


def test_generation_counts_no_discharge(written: dict[str, Path]) -> None:
    """Plants give 3 x (6 x 900 + 2 x 100) = 16,800 in 2060; the battery's 3 x 700 stand as its discharge only."""
    book = load_workbook(written["en"])
    power = book["power"]
    assert 16800.0 == pytest.approx(_row(power, "Nation", "Total")[-1])
    assert 2100.0 == pytest.approx(_row(power, "Nation", "Discharge of storage · Battery, 4 h")[-1])
    clean = book["clean_energy"]
    assert not any("Battery" in text for text in _texts(clean))


@pytest.mark.parametrize(
    ("clearcut", "planted", "phase"),
    [(79.0, 100.0, "planting_leads"), (80.0, 100.0, "in_step"), (125.0, 100.0, "in_step"), (126.0, 100.0, "harvest_leads"), (5.0, 0.0, "harvest_leads"), (0.0, 0.0, "none")],
)
def test_phase_follows_the_ratio_of_felled_to_planted(clearcut: float, planted: float, phase: str) -> None:
    """Below 0.8 planting leads, above 1.25 harvest leads."""
    assert phase == phase_of(clearcut, planted, 0.8, 1.25)[1]


def test_a_run_of_a_single_lever_leaves_the_other_sheets_out_and_says_so(tmp_path: Path) -> None:
    """Only carbon and forest: the contents name the sheets that are missing."""
    some = {k: v for k, v in tables().items() if k in ("carbon", "forest")}
    path = tmp_path / "report.xlsx"
    write_report(path, {**some, "land": TABLES_EMPTY}, MANIFEST, "en")
    book = load_workbook(path)
    assert ["summary", "carbon", "harvest", "identities"] == book.sheetnames
    assert any("Power system" in t and t.startswith("Left out") for t in _texts(book["summary"]))


TABLES_EMPTY = conform("land", pd.DataFrame())


def test_a_run_without_any_table_gives_a_summary_only(tmp_path: Path) -> None:
    """Nothing to show is no reason to fail."""
    write_report(tmp_path / "report.xlsx", {}, {}, "zh")
    assert ["summary"] == load_workbook(tmp_path / "report.xlsx").sheetnames


def test_more_items_than_a_chart_can_show_are_added_up() -> None:
    """20 items of 1..20: eleven largest, the rest 9+8+...+1 = 45 in a row of its own, then those nine one by one."""
    frame = pd.DataFrame({"item": [f"i{n}" for n in range(1, 21)], "year": 2030, "value": [float(n) for n in range(1, 21)]})
    matrix, shown = ranked(pivot(frame, "nation", "item", [2030]))
    assert MOST_SERIES == shown
    assert 45.0 == matrix.loc[("nation", "other"), 2030]
    assert 21 == len(matrix)


def test_text_from_the_input_never_becomes_a_formula(tmp_path: Path) -> None:
    """A source named like a formula stays text; control characters vanish."""
    made = tables()
    made["sources"] = made["sources"].assign(source="=1+1\x07")
    write_report(tmp_path / "report.xlsx", made, MANIFEST, "en")
    cells = [c for row in load_workbook(tmp_path / "report.xlsx")["sources"].iter_rows() for c in row if c.value == "=1+1"]
    assert cells
    assert {"s"} == {c.data_type for c in cells}


def test_a_report_that_can_not_be_written_leaves_the_old_one_intact(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The target is open elsewhere: OSError, the old file as it was, nothing left beside it."""
    path = tmp_path / "report.xlsx"
    path.write_bytes(b"old")

    def refuse(*_: object) -> None:
        raise PermissionError("open in Excel")

    monkeypatch.setattr("model.reporting.excel.book.os.replace", refuse)
    with pytest.raises(PermissionError):
        write_report(path, {}, {}, "en")
    assert b"old" == path.read_bytes()
    assert [path] == list(tmp_path.iterdir())


def test_charts_keep_their_axes_and_straight_lines(written: dict[str, Path]) -> None:
    """Without delete=False axes vanish in Excel; smooth lines run past the data."""
    for sheet in load_workbook(written["en"]):
        for chart in sheet._charts:
            assert chart.x_axis.delete is False
            assert chart.y_axis.delete is False
            assert chart.title is not None
            assert chart.y_axis.title is not None
            assert not any(s.smooth for s in chart.series if hasattr(s, "smooth") and s.smooth is not None)


def test_charts_stand_over_empty_cells(written: dict[str, Path]) -> None:
    """No filled cell within the rows of a chart on the sheets that have matrices."""
    for sheet in load_workbook(written["zh"]):
        for chart in sheet._charts:
            first = chart.anchor._from.row + 1
            inside = [c.coordinate for row in sheet.iter_rows(min_row=first, max_row=chart.anchor.to.row + 1) for c in row if c.value is not None]
            assert [] == inside, sheet.title


def test_every_sheet_is_ready_for_print(written: dict[str, Path]) -> None:
    """Fit to width, repeated head rows, a print area, frozen panes."""
    for sheet in load_workbook(written["en"]):
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert 1 == sheet.page_setup.fitToWidth
        assert sheet.print_area
        assert sheet.print_title_rows
        assert sheet.freeze_panes


def test_chinese_report_holds_no_english_sentences(written: dict[str, Path]) -> None:
    """Words of five letters or more occur only as keys of sources, units, sheets of the input, or the second title."""
    allowed = {"million", "Regional", "carbon", "neutrality", "pathway", "POWERLAB", "planting", "capacity", "targets", "build", "limits", "harvest", "quota", "reference", "sites"}
    book = load_workbook(written["zh"])
    found = {w for s in ("summary", "carbon", "harvest", "water", "money") for t in _texts(book[s]) for w in re.findall(r"[A-Za-z]{5,}", t)}
    assert set() == found - allowed


def test_words_exist_in_both_languages_with_the_same_places_to_fill() -> None:
    """Every English text has its Chinese one and both name the same values."""
    for key, (english, chinese) in WORDS.items():
        assert english, key
        assert chinese, key
        assert set(re.findall(r"{(\w+)}", english)) == set(re.findall(r"{(\w+)}", chinese)), key


def test_wrapped_lines_fit_and_lose_nothing() -> None:
    """A Chinese character is two columns wide."""
    lines = wrapped("净排放在2030年达峰，随后下降 and then falls", 12)
    assert "净排放在2030年达峰，随后下降andthenfalls" == "".join(lines).replace(" ", "")
    assert all(sum(2 if ord(c) > 0x2E80 else 1 for c in line) <= 14 for line in lines)


def test_number_format_follows_the_largest_number() -> None:
    """Thousands without decimals, shares with two; zero as a dash."""
    assert '#,##0;-#,##0;"–"' == number_format([0.001, 12345.0])
    assert '#,##0.00;-#,##0.00;"–"' == number_format([1.5, None])


def test_report_is_written_in_seconds(tmp_path: Path) -> None:
    """Less than four seconds for three regions (the budget); measured in time of this process."""
    started = time.process_time()
    write_report(tmp_path / "report.xlsx", tables(), MANIFEST, "en")
    assert time.process_time() - started < 4.0
