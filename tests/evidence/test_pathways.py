"""Published pathways beside ours: bands, what history overtook, our figure of a year, verdict and reason, each by a hand-worked toy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest

import model
from model.core.build import registry
from model.core.data import Data
from model.core.declare import units
from model.evidence.pathways.bands import GROWING, bands
from model.evidence.pathways.ours import QUANTITIES, WHYS, Run, labels_around, members, ours
from model.evidence.pathways.published import DRAWN, ITEMS, KINDS, UNITS
from model.evidence.pathways.published import QUANTITIES as DECLARED
from model.evidence.pathways.reasons import (
    DRIVERS,
    FOUND,
    OF_FOSSIL,
    OF_SECTORS,
    OF_TECHNOLOGIES,
    SHEETS,
    Held,
    asks_target,
    drivers,
    reason,
)
from model.evidence.pathways.table import VERDICTS, compared, verdict
from model.evidence.pathways.words import DEFINITION_WORDS, ITEM_WORDS, PATHWAY_WORDS, QUANTITY_WORDS
from tests.conftest import ROOT
from tests.levers.toy import toy_data

YEARS = (2020, 2025, 2030, 2035)
UNIT_OF = {name: of.unit for name, of in QUANTITIES.items()}
EMPTY = pd.DataFrame()
LIMITS = ["name", "region", "year", "sheet", "cell", "price", "unit", "kind", "target", "sense", "gain_of_1_percent"]
TECHNOLOGIES: dict[str, Any] = {
    "sited_technologies": [
        {"technology": "wind_onshore", "class": "wind", "lifetime": 25.0, "variable_cost": 0.0, "water": 0.0, "shape": "flat"},
        {"technology": "nuclear", "class": "nuclear", "lifetime": 60.0, "variable_cost": 0.0, "water": 0.0, "shape": "flat"},
    ],
    "thermal_technologies": [
        {
            "technology": name, "class": name, "buildable": 1.0, "fuel": "coal", "efficiency": 0.4, "emission_factor": factor, "captured_fossil": caught,
            "variable_cost": 0.0, "lifetime": 40.0, "availability": 0.9, "water": 0.0, "firm_credit": 0.9,
        }
        for name, factor, caught in (("coal", 0.9, 0.0), ("coal_ccs_new", 0.1, 0.8))
    ],
    "build_limits": pd.DataFrame({"class": ["nuclear", "wind"], "year": [2030, 2030], "value": [10.0, 100.0]}, index=pd.Index([2, 3], name="row")),
    "sited_capex": pd.DataFrame({"technology": ["nuclear"], "year": [2030], "value": [1.0]}, index=pd.Index([2], name="row")),
}  # fmt: skip


def row(year: int, value: float | None = None, *, study: str = "one", **more: Any) -> dict[str, Any]:
    """One row of published_pathways: capacity of wind of a study unless told otherwise."""
    given = {"kind": "pathway", "quantity": "capacity", "item": "wind", "study": study, "year": year, "low": None, "value": value, "high": None}
    return {**given, "figure_unit": "GW", **more}


def toy(*rows: dict[str, Any], years: tuple[int, ...] = YEARS, **tables: Any) -> Data:
    """Data with these published rows and technologies."""
    return toy_data(("west",), years, {"published_pathways": list(rows), **TECHNOLOGIES, **tables})


def band_of(*rows: dict[str, Any], years: tuple[int, ...] = YEARS) -> dict[int, dict[str, Any]]:
    """The bands of one quantity by year."""
    return {int(band["year"]): band for band in bands(toy(*rows, years=years), UNIT_OF).to_dict("records")}


def power(capacity: Mapping[int, float], technology: str = "wind_onshore", generation: float = 0.0) -> pd.DataFrame:
    """The table ``power`` of one technology."""
    return pd.DataFrame({"technology": technology, "year": list(capacity), "capacity_gw": list(capacity.values()), "generation_twh": generation})


def run_of(data: Data, **tables: pd.DataFrame) -> Run:
    """A run with these result tables and no others."""
    names = ("power", "power_balance", "carbon", "prices", "limits", "primary_energy")
    return Run(data, {name: tables.get(name, EMPTY) for name in names}, registry.items())


def bound(name: str, sheet: str, cell: str, **more: Any) -> dict[str, Any]:
    """One binding limit of the year 2030 in GW a year, at most."""
    given = dict(zip(LIMITS, [name, "nation", 2030, sheet, cell, 0.5, "GW/yr", "flow", 0, "at_most", 1.0], strict=True))
    return {**given, **more}


def test_a_band_is_the_lowest_the_median_and_the_highest_of_the_studies() -> None:
    """10 to 30 (middle 20), 40 and 25: 10, 25, 40; three studies without a source are three publications."""
    rows = row(2030, low=10.0, high=30.0, study="a"), row(2030, 40.0, study="b"), row(2030, 25.0, study="c")
    found = band_of(*rows)[2030]
    assert (10.0, 25.0, 40.0, 3, 3, 0) == tuple(found[name] for name in ("low", "median", "high", "sources", "studies", "between"))
    assert "a; b; c" == found["names"]


def test_scenarios_of_one_publication_are_one_source() -> None:
    data = toy(row(2030, 1.0, study="a"), row(2030, 2.0, study="b"), row(2030, 3.0, study="c"))
    data.tables["published_pathways"] = data.tables["published_pathways"].assign(source=["X", "X", "Y;Z"], quality="reported")
    (found,) = bands(data, UNIT_OF).to_dict("records")
    assert (3, 3, "X;Y;Z") == (found["sources"], found["studies"], found["source"])


def test_a_single_end_bounds_one_side_only_and_is_no_part_of_the_median() -> None:
    """At least 50 alone has no other end; with a figure of 80 the band is 50 to 80 and the median 80."""
    alone = band_of(row(2030, low=50.0))[2030]
    assert 50.0 == alone["low"]
    assert pd.isna(alone["median"])
    assert pd.isna(alone["high"])
    both = band_of(row(2030, low=50.0), row(2030, 80.0, study="b"))[2030]
    assert (50.0, 80.0, 80.0) == tuple(both[name] for name in ("low", "median", "high"))


def test_figures_are_converted_into_the_unit_of_the_quantity() -> None:
    """1 Gtce is 29.3076 EJ."""
    found = band_of(row(2030, 1.0, quantity="primary_energy", item="total", figure_unit="Gtce"))[2030]
    assert (pytest.approx(29.3076), "EJ") == (found["median"], found["unit"])


def test_a_milestone_that_a_study_skips_is_read_on_its_straight_line() -> None:
    """100 in 2030 and 200 in 2040: 150 in 2035, counted as read and as no source; over 25 years nothing is read."""
    found = band_of(row(2030, 100.0), row(2040, 200.0))
    assert (150.0, 0, 0, 1) == tuple(found[2035][name] for name in ("median", "sources", "studies", "between"))
    assert [2030, 2055] == list(band_of(row(2030, 100.0), row(2055, 200.0)))


def test_years_that_are_over_and_paths_below_what_stands_are_outdated() -> None:
    """64 GW stand in 2025: a figure of 2025 is over, 50 GW in 2030 is overtaken and left out of the band of 70; coal may fall."""
    seen = row(2025, 64.0, kind="observed", study="actual")
    found = band_of(seen, row(2025, 60.0), row(2030, 50.0), row(2030, 70.0, study="b"), row(2035, 55.0, study="c"))
    assert [False, True, False] == [found[year]["current"] for year in (2025, 2030, 2035)]
    assert (70.0, 70.0, "b", "one") == tuple(found[2030][name] for name in ("low", "high", "names", "outdated"))
    assert (64.0, 2025) == (found[2030]["observed"], found[2030]["observed_year"])
    falling = band_of({**seen, "item": "coal"}, row(2030, 50.0, item="coal"))
    assert falling[2030]["current"]


def test_without_anything_observed_only_the_base_year_is_over() -> None:
    found = band_of(row(2020, 1.0), row(2025, 1.0))
    assert [False, True] == [found[year]["current"] for year in (2020, 2025)]


def test_what_stands_is_read_between_milestones_and_a_mean_between_middles() -> None:
    """Capacity of 2028 from 100 in 2025 and 200 in 2030: 160. Generation of 2030 from 40 at 2027.5 and 60 at 2032.5: 50; after the last
    middle the mean of the last period holds; the base year stands for itself."""
    table = pd.DataFrame({"technology": "wind_onshore", "year": YEARS, "capacity_gw": [50.0, 100.0, 200.0, 300.0], "generation_twh": [10.0, 20.0, 40.0, 60.0]})
    run = run_of(toy(), power=table)
    assert (pytest.approx(160.0), "") == ours(run, "capacity", "wind", 2028)
    assert [10.0, 50.0, 60.0] == pytest.approx([ours(run, "generation", "wind", year)[0] for year in (2020, 2030, 2035)])
    assert (None, "outside_years") == ours(run, "capacity", "wind", 2036)
    assert [2030, 2035] == labels_around(run, 2030, stock=False)
    assert [2030] == labels_around(run, 2030, stock=True)


def test_shares_changes_and_sums_are_made_of_the_same_figures() -> None:
    """Of 200 GW in 2030 wind is 50: 25 %. Added since 2025: 50 - 20. Sink of 2021-25 2 a year, of 2026-30 4: 30."""
    table = pd.concat([power({2025: 20.0, 2030: 50.0}), power({2025: 100.0, 2030: 150.0}, "coal")])
    sink = pd.DataFrame({"account": "sink", "category": "forest_living", "in_target": 1, "year": [2025, 2030], "value": [2.0, 4.0]})
    run = run_of(toy(), power=table, carbon=sink)
    assert 25.0 == pytest.approx(ours(run, "share_capacity", "wind", 2030)[0])
    assert 30.0 == pytest.approx(ours(run, "capacity_added_2025", "wind", 2030)[0])
    assert 30.0 == pytest.approx(ours(run, "land_sink_cumulative", "forest", 2030)[0])
    assert (None, "outside_years") == ours(run, "land_sink_cumulative", "forest", 2032)


def test_a_sector_is_net_of_what_is_captured_there_and_the_total_of_all_capture() -> None:
    """Power 100 less 30 caught at its plants, steel 50: power 70, total 150 - 30 - 10 of the air, before capture 150."""
    rows = [("emission", "power", 100.0), ("emission", "steel", 50.0), ("captured", "power_ccs", 30.0), ("captured", "air_capture", 10.0)]
    carbon = pd.DataFrame(rows, columns=["account", "category", "value"]).assign(in_target=1, year=2035)
    run = run_of(toy(), carbon=carbon)
    found = {item: ours(run, "co2", item, 2035)[0] for item in ("power", "industry", "total", "total_before_capture", "final_consumption")}
    assert {"power": 70.0, "industry": 50.0, "total": 110.0, "total_before_capture": 150.0, "final_consumption": 50.0} == found
    assert 40.0 == ours(run, "capture", "total", 2035)[0]


def test_technologies_are_told_by_fuel_capture_and_class() -> None:
    run = run_of(toy())
    assert ["coal", "coal_ccs_new"] == members(run, "coal")
    assert ["coal_ccs_new"] == members(run, "coal_ccs")
    assert ["wind_onshore"] == members(run, "renewables")
    assert ["wind_onshore", "nuclear"] == members(run, "non_fossil")


def test_what_the_model_does_not_hold_says_why() -> None:
    run = run_of(toy(), power=power({2030: 1.0}))
    asked = [("final_energy", "total"), ("capacity", "coal_power_only"), ("against_no_policy", "total"), ("capacity", "gas")]
    assert ["no_account", "not_split", "no_baseline", "not_in_model"] == [ours(run, quantity, item, 2030)[1] for quantity, item in asked]


def test_primary_energy_is_counted_as_pledges_do_for_shares_and_by_its_content_in_joules() -> None:
    """100 Mtce of coal and 30 of nuclear power and 20 of wind: 50 of 150 are not fossil, a third, 20 renewable.

    In EJ nuclear counts as heat, 0.33 over 0.33 = 1; coal 2.93 and wind 0.2 as they are: 4.13 together.
    """
    rows = [("coal", 100.0, 2.93), ("nuclear", 30.0, 0.33), ("wind", 20.0, 0.2)]
    frame = pd.DataFrame([{"region": "west", "energy_source": source, "year": year, "value": value, "content": content} for year in (2020, 2030) for source, value, content in rows])
    run = run_of(toy(), primary_energy=frame)
    shares = [ours(run, "share_primary", item, 2025)[0] for item in ("non_fossil", "renewables", "coal")]
    assert shares == pytest.approx([100.0 * 50.0 / 150.0, 100.0 * 20.0 / 150.0, 100.0 * 100.0 / 150.0])
    assert [4.13, 1.0, 0.2] == pytest.approx([ours(run, "primary_energy", item, 2025)[0] for item in ("total", "nuclear", "renewables")])


def test_a_verdict_holds_ours_to_the_ends_that_there_are() -> None:
    nan = float("nan")
    asked = [(5.0, 4.0, 6.0), (3.0, 4.0, 6.0), (7.0, 4.0, 6.0), (7.0, 4.0, nan), (7.0, nan, 6.0), (1e-9, 0.0, 0.0), (7.0, nan, nan)]
    assert ["inside", "below", "above", "inside", "above", "inside", "no_figure"] == [verdict(*one, current=True) for one in asked]
    assert ["outdated", "not_computed"] == [verdict(5.0, 4.0, 6.0, current=False), verdict(None, 4.0, 6.0, current=True)]


def test_below_the_limit_on_its_own_class_is_the_reason() -> None:
    """The build limit of nuclear (row 2) binds, that of wind (row 3) binds harder and is of something else."""
    limits = pd.DataFrame([bound("sited_build_limit", "build_limits", "D2"), bound("sited_build_limit", "build_limits", "D3", gain_of_1_percent=9.0)])
    found = reason(Held(run_of(toy(), limits=limits)), "capacity", "nuclear", 2030, below=True)
    assert ("limit", "sited_build_limit", "build_limits", "D2", 2030, 0.5) == tuple(found[name] for name in ("reason", "limit", "sheet", "cell", "limit_year", "price"))


def test_above_it_is_what_holds_it_up_then_the_room_that_it_has() -> None:
    """A floor goes before a ceiling."""
    ceiling, floor = bound("sited_build_limit", "build_limits", "D2", gain_of_1_percent=9.0), bound("floor", "build_limits", "D2", sense="at_least")
    for limits, kind, name in (([ceiling, floor], "limit", "floor"), ([ceiling], "room", "sited_build_limit")):
        found = reason(Held(run_of(toy(), limits=pd.DataFrame(limits))), "capacity", "nuclear", 2030, below=False)
        assert (kind, name) == (found["reason"], found["limit"])


def test_fewer_emissions_answer_to_the_target_that_acts_on_the_year() -> None:
    """A limit of 2060 on the year 2060 does not act on 2030, a budget to 2060 does; without a target demand decides."""
    on_year = bound("net_limit", "carbon_targets", "E3", year=2060, unit="Mt CO2/yr", target=1, price=9.0)
    budget = bound("cumulative_limit", "carbon_targets", "E4", year=2060, unit="Mt CO2", kind="stock", target=1, price=0.4)
    found = reason(Held(run_of(toy(years=(*YEARS, 2060)), limits=pd.DataFrame([on_year, budget]))), "co2", "power", 2030, below=True)
    assert ("target", "cumulative_limit", "E4") == (found["reason"], found["limit"], found["cell"])
    assert asks_target("capacity", "wind", below=False)
    assert not asks_target("capacity", "wind", below=True)


def test_where_nothing_binds_the_row_of_the_sheet_that_decides_is_named() -> None:
    """The cost of nuclear in 2030 stands in the first row of its sheet, in the column of the year."""
    found = reason(Held(run_of(toy())), "capacity", "nuclear", 2030, below=True)
    assert ("driver", "sited_capex") == (found["reason"], found["sheet"])
    assert str(found["cell"]).endswith("2")


def test_hydrogen_of_all_kinds_is_more_than_ours() -> None:
    data = toy(electrolysis_capex=pd.DataFrame({"technology": ["electrolysis"], "year": [2030], "value": [1.0]}, index=pd.Index([2], name="row")))
    assert "scope" == reason(Held(run_of(data)), "hydrogen", "total", 2030, below=True)["reason"]


def test_the_table_has_every_band_and_every_milestone_of_what_is_drawn() -> None:
    """Wind is drawn: its band of 2030 and the milestones 2025 and 2035 without one; biomass is not."""
    data = toy(row(2030, 10.0), row(2030, 10.0, item="biomass"))
    found = compared(run_of(data, power=power(dict.fromkeys(YEARS, 20.0)))).set_index(["technology_or_sector", "year"])["verdict"]
    assert {("wind", 2030): "above", ("biomass", 2030): "not_computed", ("wind", 2025): "no_figure", ("wind", 2035): "no_figure"} == found.to_dict()


def test_a_workbook_without_published_rows_has_no_table() -> None:
    assert compared(run_of(toy())).empty


def test_every_quantity_has_a_rule_words_and_a_unit_and_every_sheet_exists() -> None:
    assert set(DECLARED) == set(QUANTITIES) == set(QUANTITY_WORDS)
    assert set(ITEMS) == set(ITEM_WORDS)
    assert set(DEFINITION_WORDS) >= {"energy", "energy_process", "before_capture"}
    assert [] == [verdict for verdict in VERDICTS if f"pathway_verdict_{verdict}" not in PATHWAY_WORDS]
    assert [] == [key for key in (*FOUND, *WHYS) if f"pathway_reason_{key}" not in PATHWAY_WORDS]
    assert [] == [pair for pair in DRAWN if pair[0] not in QUANTITIES or pair[1] not in ITEMS]
    assert set(GROWING) <= set(QUANTITIES)
    sheets = {*OF_FOSSIL, *OF_TECHNOLOGIES, *OF_SECTORS, *(name for names in (*SHEETS.values(), *DRIVERS.values()) for name in names)}
    assert set() == sheets - set(registry.schema().tables)
    assert [] == [unit for unit in UNITS if unit in UNIT_OF.values() and not units.parse(unit)]
    assert all(drivers(quantity, "total") for quantity in QUANTITIES)


@pytest.mark.parametrize("name", ["three_regions", "provinces"])
def test_every_row_of_the_shipped_workbooks_stands_in_a_band(name: str) -> None:
    """Each active figure of a study or an aim is in the band of its year, or named there as overtaken; none is lost."""
    data = model.read(ROOT / "inputs" / f"{name}.xlsx").data("reference")
    rows = data.tables["published_pathways"]
    asked = rows[rows["kind"] != KINDS[-1]]
    found = bands(data, UNIT_OF).set_index(["kind", "quantity", "item", "year"])
    lost = [
        (one["study"], one["year"]) for one in asked.to_dict("records")
        if str(one["study_name"]) not in "; ".join(found.loc[(one["kind"], one["quantity"], one["item"], int(one["year"])), ["names", "outdated"]])
    ]  # fmt: skip
    assert [] == lost
    assert 250 < len(asked)
    assert set(asked["quantity"]) == set(DECLARED)
