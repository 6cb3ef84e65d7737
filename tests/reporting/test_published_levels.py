"""Published stocks and sinks beside ours: each figure and reason by a hand-worked toy, and the words in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook

from model.core.data import Data
from model.datasets.published import published_levels as shipped
from model.evidence.level_rules import (
    ABOVE,
    BELOW,
    BY_AREA,
    BY_DENSITY,
    CARBON_PER_VOLUME,
    FELLS,
    GRASS_PARTS,
    GROWS_FASTER,
    GROWS_SLOWLY,
    LARGEST_PART,
    MEASURES,
    NO_FIGURE,
    NOT_HELD,
    VERDICTS,
    WITHIN,
    Run,
    compared,
)
from model.evidence.level_words import LEVEL_WORDS
from model.evidence.published_levels import PUBLISHED_LEVELS, QUANTITIES, WINDOWS
from model.levers.forest.stands import read_stands
from model.levers.forest.strata import area_by_age_group
from model.levers.forest.tables import AGE_GROUPS
from model.reporting.excel.book import write_report
from model.reporting.tables.columns import conform
from tests.levers.forest_toy import STAND, forest_data, stand
from tests.levers.toy import toy_data

UNITS = {"age_area": "kha", "age_volume": "million m3", "age_biomass": "Mt C", "grass_area": "kha", "grass_stock": "Mt C"}
NO_CARBON = pd.DataFrame({"account": [], "category": [], "year": [], "value": []})
CO2 = 44 / 12


def level(quantity: str, subject: str = "all", window: str = "base", low: float | None = None, high: float | None = None, **more: Any) -> dict[str, Any]:
    """One row of published_levels."""
    key = {"level": f"{low}", "quantity": quantity, "subject": subject, "window": window}
    return {**key, "low": low, "high": high, "figure_unit": UNITS.get(quantity, "Mt C/yr"), **more}


def course(areas: Mapping[tuple[int, int], float]) -> pd.DataFrame:
    """The table ``forest`` of one stratum: (year, age class) -> Mha."""
    rows = [{"stratum": STAND, "age_class": age, "year": year, "area_kha": 1000.0 * area} for (year, age), area in areas.items()]
    return pd.DataFrame(rows)


def of_forest(areas: Sequence[dict[str, Any]], *levels: dict[str, Any], plan: pd.DataFrame | None = None, **more: Any) -> pd.DataFrame:
    """The compared rows of a toy forest."""
    data = forest_data(list(areas), tables={"published_levels": list(levels)}, **more)
    return compared(Run(data, read_stands(data), {"forest": pd.DataFrame() if plan is None else plan, "carbon": NO_CARBON}))


def of_grass(
    carbon: pd.DataFrame, *levels: dict[str, Any], years: tuple[int, ...] = (2020, 2025, 2040), densities: Sequence[float | None] = (None, None, None)
) -> pd.DataFrame:
    """The compared rows of 3 Mha of restoration grassland (2 moderate, 1 good) and 4 of the Tibetan core, in good condition."""
    pieces = (("restoration", "moderate", 2.0), ("restoration", "good", 1.0), ("tibetan_core", "good", 4.0))
    grass = [
        {"region": "west", "water_zone": "dry", "grass_zone": zone, "condition": condition, "area": area, "carbon_density": density}
        for (zone, condition, area), density in zip(pieces, densities, strict=True)
    ]
    data: Data = toy_data(("west",), years, {"grassland": grass, "published_levels": list(levels)})
    return compared(Run(data, None, {"forest": pd.DataFrame(), "carbon": carbon}))


def test_area_stock_and_carbon_of_an_age_group_are_sums_over_its_classes() -> None:
    """2 Mha at mid-age 5: 25 m3 and 10 t C a hectare; 1 Mha at mid-age 35: 175 m3 and 70 t C."""
    asked = [level(quantity, age) for quantity in ("age_area", "age_volume", "age_biomass") for age in ("young", "mature", "middle", "all")]
    found = of_forest([stand("young", 2.0), stand("mature", 1.0)], *asked)
    assert [2000.0, 1000.0, 0.0, 3000.0, 50.0, 175.0, 0.0, 225.0, 20.0, 70.0, 0.0, 90.0] == pytest.approx(found["model"].tolist())
    assert {NO_FIGURE} == set(found["verdict"])


def test_age_groups_that_share_a_class_keep_their_own_area() -> None:
    """Young to 2 and middle-aged to 4 years lie in the class of 0 to 10 with 25 m3 a hectare; 1 and 3 Mha of it."""
    narrow = {"young_max_age": 2.0, "middle_max_age": 4.0, "near_mature_max_age": 20.0}
    asked = [level(quantity, age) for quantity in ("age_area", "age_volume") for age in ("young", "middle", "near_mature", "all")]
    found = of_forest([stand("young", 1.0), stand("middle", 3.0)], *asked, group=narrow)
    assert [1000.0, 3000.0, 0.0, 4000.0, 25.0, 75.0, 0.0, 100.0] == pytest.approx(found["model"].tolist())


def test_age_groups_of_productive_and_restricted_stands_are_summed() -> None:
    """A quarter may never be felled: 2 Mha young and 1 mature all the same."""
    inventory = {"region": "west", "origin": "planted", "area": 3.0, "volume": 0.225, "restricted_share": 0.25}
    data = forest_data([stand("young", 2.0), stand("mature", 1.0)], tables={"forest_inventory": [inventory]})
    stands = read_stands(data)
    parts = area_by_age_group(data, stands.strata, stands.area, stands.width)
    assert [2.0, 0.0, 0.0, 1.0, 0.0] == pytest.approx([float(parts[name].sum()) for name in AGE_GROUPS])
    assert sum(parts.values()) == pytest.approx(stands.area)


def test_the_gap_of_a_stock_goes_to_area_or_to_density_whichever_is_larger() -> None:
    """2 Mha and 50 million m3 held. Published 1 Mha and 20: area twice, density 1.25. Published 2 Mha and 20: density 2.5 times."""
    for area, reason in ((1000.0, "group_area"), (2000.0, "group_density")):
        found = of_forest([stand("young", 2.0)], level("age_area", "young", low=area), level("age_volume", "young", low=20.0))
        assert (ABOVE, reason, pytest.approx(150.0)) == tuple(found.loc[1, ["verdict", "reason", "difference_percent"]])


def test_a_carbon_gap_is_one_of_carbon_per_volume_only_where_the_volume_meets_the_inventory() -> None:
    """50 million m3 and 20 Mt C held against 30 Mt C published; the volume published is 50, then 60."""
    for volume, reason in ((50.0, "carbon_per_volume"), (60.0, "")):
        found = of_forest([stand("young", 2.0)], level("age_volume", low=volume), level("age_biomass", low=30.0))
        assert (BELOW, reason) == tuple(found.loc[1, ["verdict", "reason"]])


def test_the_sink_of_living_biomass_is_the_change_of_the_plan_by_period() -> None:
    """1 Mha young (10 Mt C); half is felled before 2030: 0.5 * 30 + 0.5 * 10 = 20; 2040: 1 Mha at 25 years, 50 Mt C."""
    plan = course({(2020, 1): 1.0, (2030, 2): 0.5, (2030, 1): 0.5, (2040, 3): 1.0})
    asked = [level("biomass_sink", window=window) for window in ("first", "last", "mean")]
    found = of_forest([stand("young", 1.0)], *asked, plan=plan, years=(2020, 2030, 2040))
    assert [1.0, 3.0, 2.0] == pytest.approx(found["model"].tolist())
    assert [2.0, 2.0, 2.0] == pytest.approx(found["without_felling"].tolist())  # 10, 30, 50 Mt C


def test_a_low_sink_is_put_down_to_felling_only_where_uncut_stands_would_reach_the_range() -> None:
    """The plan gains 1 Mt C a year, the uncut stands 2: 1.9 to 2.5 is missed by felling, 3 by growth, 0.5 is exceeded."""
    plan = course({(2020, 1): 1.0, (2030, 2): 0.5, (2030, 1): 0.5})
    asked = [level("biomass_sink", window="first", low=low, high=high) for low, high in ((1.9, 2.5), (3.0, None), (0.5, None), (0.9, 1.1))]
    found = of_forest([stand("young", 1.0)], *asked, plan=plan)
    assert ["fells", "grows_slowly", "grows_faster", ""] == found["reason"].tolist()
    assert [BELOW, BELOW, ABOVE, WITHIN] == found["verdict"].tolist()


def test_a_tolerance_widens_the_range_on_both_sides() -> None:
    """2000 kha held: 10 % below 2200 is 1980, 10 % above 1800 is 1980."""
    asked = [level("age_area", low=2200.0, tolerance=0.1), level("age_area", low=1800.0, tolerance=0.1), level("age_area", low=2200.0)]
    found = of_forest([stand("young", 2.0)], *asked)
    assert [WITHIN, ABOVE, BELOW] == found["verdict"].tolist()


def test_grassland_is_summed_by_zone_and_by_condition() -> None:
    """3 Mha of restoration, 4 of the core; 5 in good condition; 7 in all. Without densities no stock is held."""
    asked = [level("grass_area", subject) for subject in ("restoration", "tibetan_core", "good", "all")]
    found = of_grass(NO_CARBON, *asked, level("grass_stock", low=14500.0), level("age_area", low=1.0))
    assert [3000.0, 4000.0, 5000.0, 7000.0] == pytest.approx(found["model"].tolist()[:4])
    assert [NOT_HELD, NOT_HELD] == found["verdict"].tolist()[4:]


def test_the_stock_of_grassland_is_area_times_density() -> None:
    """2 x 50 + 1 x 80 = 180 Mt C of restoration, 4 x 120 = 480 of the core, 80 + 480 = 560 in good condition, 660 in all."""
    asked = [level("grass_stock", subject, low=650.0) for subject in ("restoration", "tibetan_core", "good", "all")]
    found = of_grass(NO_CARBON, *asked, densities=(50.0, 80.0, 120.0))
    assert [180.0, 480.0, 560.0, 660.0] == pytest.approx(found["model"].tolist())
    assert [BELOW, BELOW, BELOW, ABOVE] == found["verdict"].tolist()


def test_a_stock_with_a_density_missing_is_not_told() -> None:
    found = of_grass(NO_CARBON, level("grass_stock", "good"), level("grass_stock", "all"), densities=(None, 80.0, 120.0))
    assert 560.0 == pytest.approx(found["model"].iloc[0])
    assert NOT_HELD == found["verdict"].iloc[1]


def test_the_sink_of_grassland_is_counted_in_parts_and_over_the_years() -> None:
    """First: -1 lost, 6 in force, 3 - 1 new: 7 Mt C a year. Then 5 years of 7 and 15 of 3 are (35 + 45) / 20 = 4."""
    sinks = [("grassland_degradation", -1.0, 0.0), ("grassland_initial", 6.0, 0.0), ("grassland_measures", 3.0, 3.0), ("grassland_initial_replaced", -1.0, 0.0), ("forest_living", 99.0, 99.0)]
    rows = [("sink", name, year, value * CO2) for name, *values in sinks for year, value in zip((2025, 2040), values, strict=True)]
    carbon = pd.DataFrame(rows, columns=["account", "category", "year", "value"])
    asked = [level("grass_sink", subject, "first") for subject in ("untreated", "in_force", "new")]
    found = of_grass(carbon, *asked, level("grass_sink", window="first", low=67.0, high=75.0), level("grass_sink", window="mean", low=3.5, high=4.5))
    assert [-1.0, 6.0, 2.0, 7.0, 4.0] == pytest.approx(found["model"].tolist())
    assert [(BELOW, "largest_in_force"), (WITHIN, "")] == list(zip(found["verdict"], found["reason"], strict=True))[3:]


def test_a_workbook_without_the_rows_gives_an_empty_table() -> None:
    assert of_forest([stand("young", 1.0)]).empty


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_sheet_says_range_ours_verdict_and_why_in_both_languages(tmp_path: Path, lang: str) -> None:
    """The plan gains 1 Mt C a year, uncut stands 2: below 1.9-2.5 by felling; the stock of grassland is not in the model."""
    plan = course({(2020, 1): 1.0, (2030, 2): 0.5, (2030, 1): 0.5})
    why = {"why_en": "scope", "why_zh": "口径"}
    asked = [level("biomass_sink", window="first", low=1.9, high=2.5, **why), level("grass_stock", low=14500.0, **why)]
    table = conform("published_levels", of_forest([stand("young", 1.0)], *asked, plan=plan))
    one = {"quantity": "emission", "region_group": "west", "region": "west", "item": "all", "year": 2020, "model": 1.0, "statistic": 1.0, "unit": "Mt CO2/yr", "difference_percent": 0.0, "tolerance_percent": 5.0, "ok": True, "reason": "", "window": "base"}
    write_report(tmp_path / "report.xlsx", {"published_levels": table, "calibration": conform("calibration", pd.DataFrame([one]))}, {"base_year": 2020}, lang)
    sheet = load_workbook(tmp_path / "report.xlsx")["calibration"]
    pick = ["en", "zh"].index(lang)
    rows = {row[3]: row for row in sheet.iter_rows(values_only=True) if row[3] in ("1.9–2.5", "14,500")}
    sink, stock = rows["1.9–2.5"], rows["14,500"]
    assert (1.0, LEVEL_WORDS["level_below"][pick]) == (sink[4], sink[6])
    assert LEVEL_WORDS["level_fells"][pick].format(uncut="2") + "; " + list(why.values())[pick] == sink[8]
    assert (None, LEVEL_WORDS["level_not_held"][pick], list(why.values())[pick]) == (stock[4], stock[6], stock[8])


def test_every_quantity_period_verdict_and_reason_has_a_rule_or_words() -> None:
    assert list(QUANTITIES) == list(MEASURES)
    reasons = (FELLS, GROWS_SLOWLY, GROWS_FASTER, BY_AREA, BY_DENSITY, CARBON_PER_VOLUME, *(LARGEST_PART + part for part in GRASS_PARTS))
    wanted = [f"window_{name}" for name in WINDOWS] + [f"level_{name}" for name in (*VERDICTS, *reasons)]
    assert [] == [name for name in wanted if name not in LEVEL_WORDS]


def test_the_shipped_rows_hold_the_inventory_by_age_and_say_why_in_both_languages() -> None:
    """National inventory of 2014-2018: 179,888 kha and 17,058 million m3; grassland 264,530 kha; a row without a figure has a reason."""
    rows = shipped()
    assert {column.name for column in PUBLISHED_LEVELS.columns} <= set(rows.columns)
    low = rows.set_index(["level", "quantity", "subject", "window"])["low"]
    assert low.index.is_unique
    for quantity, whole in (("age_area", 179888.5), ("age_volume", 17058.2)):
        assert pytest.approx(whole, rel=1e-5) == low["nfi9", quantity, "all", "base"]
        ages = low.loc["nfi9"].loc[quantity].drop("all", level="subject")
        assert (5, pytest.approx(whole, rel=1e-5)) == (len(ages), ages.sum())
    assert pytest.approx(264529.8) == low["tnls2019", "grass_area", "all", "base"]
    assert pytest.approx(7800.04) == low["fang2001", "age_biomass", "all", "base"]
    silent = rows[rows["low"].isna() & ((rows["why_en"] == "") | (rows["why_zh"] == ""))]
    assert [] == silent["level"].tolist()
