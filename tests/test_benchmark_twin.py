"""The linopy twin is the model's own matrix, synthetic regions add up to the provinces, scenarios are always the same.

The toy has every family of the twin; nothing here is timed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from benchmarks import synthetic
from benchmarks.run import WORKBOOKS
from model.core.build import registry
from model.core.data import Data
from model.core.declare.schema import Schema
from model.datasets.generate import province_book, province_frames
from tests.levers.forest_toy import FREE
from tests.levers.power_toy import merged, yearly
from tests.levers.toy import toy_data
from tests.reporting.toy_plan import REGIONS, YEARS, energy_tables, forest_tables, land_tables, money_tables

pytest.importorskip("linopy", reason="the twin needs the extra bench: pip install .[bench]")

from benchmarks import twin

#: What the design asks the twin to cover.
LEAST_SHARE = 0.5
#: Capacity factor of strong wind; all of it by day, when the shape of the toy is 2.
STRONG = 0.6
#: As strong as the line there, until committed additions make that one stronger.
BACK = {"from_region": "east", "to_region": "west", "capacity": 2.0, "length": 1.0, "loss": 0.05, "expansion_limit": 1.0}


def twin_data() -> Data:
    """The toy plan with a line back, line use, fleets that age, heat plants, a retrofit, a storage fleet, electrolysers, and
    wind so strong by day that a full hour cuts it off."""
    there = {"from_region": "west", "to_region": "east"}
    retrofit = {
        "technology": "coal_ccs", "class": "coal", "buildable": 1.0, "retrofit_of": "coal", "fuel": "coal", "efficiency": 0.4,
        "emission_factor": 0.1, "captured_fossil": 0.7, "variable_cost": 0.05, "lifetime": 15.0, "availability": 0.9, "firm_credit": 1.0,
    }  # fmt: skip
    strong = {
        "technology": "wind_onshore", "land_class": "grassland", "sensitivity": "open", "grade": 2, "capacity_factor": STRONG,
        "land_ha_per_mw": 0.001, "region": "west", "water_zone": "dry", "potential": 3.0,
    }  # fmt: skip
    extra = {
        "sites": [strong],
        "sited_fleet": [{"region": "west", "water_zone": "dry", "technology": "wind_onshore", "capacity": 1.5, "capacity_factor": STRONG}],
        "transmission_lines": [BACK],
        "transmission_committed": yearly(YEARS, {2020: 0.0, 2030: 0.5, 2040: 0.7}, **there),
        "transmission_use": yearly(YEARS, 0.5, grid="nation"),
        "fleet_survival": [row for technology in ("coal", "wind_onshore") for row in yearly(YEARS, {2020: 1.0, 2030: 0.8, 2040: 0.3}, technology=technology)],
        "must_run": [{"region": "west", "technology": "coal", "season": "first", "share": 0.4, "weight": 1.0}],
        "thermal_technologies": [retrofit],
        "thermal_capex": yearly(YEARS, 4.0, technology="coal_ccs"),
        "thermal_fixed_cost": yearly(YEARS, 0.1, technology="coal_ccs"),
        "storage_fleet": [{"region": "west", "technology": "battery", "capacity": 0.5, "minimum_hours": 0.0, "generation": 0.1}],
        "electrolysis_capex": yearly(YEARS, 3.0, technology="electrolysis"),
        "electrolysis_efficiency": yearly(YEARS, 0.7, technology="electrolysis"),
    }
    tables = merged(forest_tables(), land_tables(), energy_tables(), money_tables(), extra)
    return toy_data(REGIONS, YEARS, tables, {**FREE, "social_multiple": 5.0})


def test_the_twin_holds_the_rows_of_the_model() -> None:
    """Every family is there, and names, coefficients and bounds are the same."""
    found = twin.check(twin_data())
    assert [] == found["differences"]
    families = {str(name).partition(":")[0] for name in twin.linopy_twin(twin_data()).constraints}
    assert {*twin.FAMILIES} == families


@pytest.mark.slow
def test_the_twin_holds_the_rows_of_the_shipped_workbook() -> None:
    """Also its share: more than half of the rows, as the design asks."""
    import model

    found = twin.check(model.read(WORKBOOKS[0]).data("reference"))
    assert [] == found["differences"]
    assert found["share_of_rows"] > LEAST_SHARE


def test_every_family_of_the_twin_has_rows_in_the_toy() -> None:
    build = twin.part_of_model(twin_data())
    assert {*twin.FAMILIES} == {name for name, (keys, _) in build.rows.items() if len(keys)}


def test_the_toy_has_lines_of_both_kinds_and_wind_that_is_cut_off() -> None:
    """Lines: one row for both ways in 2020, two in 2030 and 2040, for 2 slices: 10 rows. Wind by day: 0.6 x 2 - 1 = 0.2 of
    4.38 TWh per GW is cut off, of what is built by 2030 half of that; the fleet of 1.5 GW loses 0.2 x 4.38 x 1.5 in 2020."""
    twins = twin.named_linopy(twin.linopy_twin(twin_data()))
    rows = {name: number for number, name in enumerate(twins.rows.index)}
    assert 10 == sum(name.startswith("line_capacity(") for name in rows)
    columns = {name: number for number, name in enumerate(twins.columns.index)}
    [site] = [name for name in columns if name.startswith("new_sited(west,dry,wind_onshore,grassland,open,2,") and name.endswith("2030)")]
    for family in ("balance_curtailable", "balance_power"):
        assert twins.matrix[rows[f"{family}(west,day,2030)"], columns[site]] == pytest.approx(-0.5 * 0.2 * 4.38)
        assert twins.rows.loc[f"{family}(west,day,2020)", "lower"] == pytest.approx(0.2 * 4.38 * 1.5)
        assert 0.0 == twins.rows.loc[f"{family}(west,night,2020)", "lower"]


def named(value: float = 2.0, upper: float = 5.0, row: str = "a(x)", column_upper: float = 9.0) -> twin.Named:
    """value * v(x) + 1 * v(y) <= upper."""
    rows = pd.DataFrame({"lower": [-np.inf], "upper": [upper]}, index=[row])
    columns = pd.DataFrame({"lower": [0.0, 0.0], "upper": [column_upper, np.inf]}, index=["v(x)", "v(y)"])
    return twin.Named(twin.csr_array(np.array([[value, 1.0]])), rows, columns)


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (named(value=2.0 + 1e-9), "1 coefficients: a(x) x v(x)"),
        (named(upper=5.1), "1 upper bounds of rows: a(x)"),
        (named(column_upper=8.0), "1 upper bounds of columns: v(x)"),
        (named(row="b(x)"), "1 rows only in this model: a(x)"),
    ],
)
def test_a_matrix_that_differs_is_told(other: twin.Named, told: str) -> None:
    assert [] == twin.differences(named(), named())
    assert told in twin.differences(named(), other)


def test_a_change_of_the_data_shows_in_one_matrix_only() -> None:
    """The twin of other data is not the twin: five per cent on a loss of lines moves the balance of power."""
    data = twin_data()
    ours = twin.part_of_model(data)
    whole = twin.named_rows(ours, twin.compile_matrix(ours))
    data.tables["transmission_lines"]["loss"] *= 1.05
    assert any("coefficients" in text and "balance_power" in text for text in twin.differences(whole, twin.named_linopy(twin.linopy_twin(data))))


@pytest.fixture(scope="module")
def schema() -> Schema:
    return registry.schema()


@pytest.fixture(scope="module")
def provinces(schema: Schema) -> dict[str, pd.DataFrame]:
    return dict(province_book(schema, province_frames()).tables)


def test_split_provinces_merge_to_the_provinces(schema: Schema, provinces: dict[str, pd.DataFrame]) -> None:
    """40 regions of 31: the first 9 in 2 parts. Every number comes back, sums and means."""
    back = synthetic.merged(provinces, synthetic.split(provinces, schema, 40), schema)
    assert list(provinces) == list(back)
    for name, frame in provinces.items():
        keys = list(schema.tables[name].keys)
        copied = {column for table, column in synthetic.COPIED if table == name}
        old, new = (table.drop(columns=["source", "quality", "note", *copied], errors="ignore").set_index(keys).sort_index() for table in (frame, back[name]))
        pd.testing.assert_frame_equal(old, new, check_dtype=False, rtol=1e-9, obj=name)


def test_synthetic_pairs_grow_with_the_regions_not_with_their_square(schema: Schema, provinces: dict[str, pd.DataFrame]) -> None:
    """Provinces in 2 parts have twice the lines between them and one line in each direction inside each province."""
    lines = provinces["transmission_lines"]
    made = synthetic.split(provinces, schema, 62)["transmission_lines"]
    assert 2 * len(lines) + 2 * lines["from_region"].nunique() == len(made)


def test_parts_say_that_they_are_synthetic(schema: Schema, provinces: dict[str, pd.DataFrame]) -> None:
    made = synthetic.split(provinces, schema, 62)["power_demand"]
    assert [synthetic.NOTE] == list(made["note"].unique())
    assert [synthetic.ESTIMATE] == list(made["quality"].unique())


def test_fewer_regions_than_provinces_are_refused(schema: Schema, provinces: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(ValueError, match="fewer than the 31"):
        synthetic.split(provinces, schema, 30)


def test_a_book_of_synthetic_regions_is_valid(schema: Schema, provinces: dict[str, pd.DataFrame]) -> None:
    import model

    book: Any = model.book(synthetic.split(provinces, schema, 40))
    assert 40 == len(book.data("reference").regions)
