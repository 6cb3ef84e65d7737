"""Merging rows: sums, weighted means, first words, pairs that vanish, sources and qualities."""

from __future__ import annotations

import pandas as pd
import pytest

from model.core.declare.schema import Schema
from model.core.declare.spec import Column, Table
from model.datasets.aggregate import Grouping, aggregate, aggregate_table, ordered, rounded
from model.datasets.frame import join_sources, worst

LAND = Table(
    "fields",
    (
        Column("region", "", "text", key=True, ref="regions.region"),
        Column("kind", "", "text", key=True, choices=("wet", "dry")),
        Column("area", "kha"),
        Column("yield", "t DM/ha/yr", aggregate="mean:area"),
        Column("best", "1", aggregate="max"),
        Column("worst", "1", aggregate="min"),
        Column("crop", "", "text", aggregate="first"),
    ),
)
LINES = Table(
    "lines",
    (
        Column("from_region", "", "text", key=True, ref="regions.region"),
        Column("to_region", "", "text", key=True, ref="regions.region"),
        Column("capacity", "GW"),
    ),
)
USE = Table("use", (Column("water_zone", "", "text", key=True), Column("value", "million m3/yr")), shape="years")
DEMAND = Table("demand", (Column("market", "", "text", key=True), Column("value", "TWh/yr")), shape="years")
PHASES = Table("phases", (Column("phase", "", "text", key=True), Column("donor_zone", "", "text", aggregate="first")))
SCHEMA = Schema({t.name: t for t in (LAND, LINES, USE, DEMAND, PHASES)}, {})
GROUPING = Grouping({"a": "north", "b": "north", "c": "south"}, {"a": "arid", "b": "humid", "c": "humid"})


def _fields() -> pd.DataFrame:
    rows = [
        ("a", "dry", 1.0, 4.0, 1.0, 5.0, "millet", "K2;K1", "reported", "same"),
        ("b", "dry", 3.0, 8.0, 2.0, 6.0, "wheat", "K1;K3", "estimate", "same"),
        ("c", "dry", 5.0, 9.0, 3.0, 7.0, "rice", "K4", "derived", "own"),
        ("c", "wet", 2.0, 9.5, 3.0, 7.0, "rice", "K4", "derived", "own"),
    ]
    columns = ["region", "kind", "area", "yield", "best", "worst", "crop", "source", "quality", "note"]
    return pd.DataFrame(rows, columns=columns)


def _merged() -> pd.Series:
    return aggregate_table(_fields(), LAND, GROUPING).iloc[0]


def test_amounts_are_summed() -> None:
    """1 + 3 = 4."""
    assert _merged()["area"] == 4.0


def test_rates_are_averaged_with_their_weight() -> None:
    """(1 * 4 + 3 * 8) / 4 = 7."""
    assert _merged()["yield"] == 7.0


def test_rates_without_any_weight_are_averaged_plainly() -> None:
    """(4 + 8) / 2 = 6."""
    frame = _fields().assign(area=0.0)
    assert aggregate_table(frame, LAND, GROUPING).loc[0, "yield"] == 6.0


def test_largest_smallest_and_first_are_taken() -> None:
    assert (2.0, 5.0, "millet") == tuple(_merged()[["best", "worst", "crop"]])


def test_sources_are_joined_sorted_and_each_once() -> None:
    assert _merged()["source"] == "K1;K2;K3"


def test_the_worst_quality_stays() -> None:
    assert _merged()["quality"] == "estimate"


def test_a_note_stays_only_when_it_is_common() -> None:
    frame = _fields()
    assert aggregate_table(frame, LAND, GROUPING).loc[0, "note"] == "same"
    frame.loc[0, "note"] = "another"
    assert aggregate_table(frame, LAND, GROUPING).loc[0, "note"] == ""


def test_rows_of_other_keys_stay_apart() -> None:
    made = aggregate_table(_fields(), LAND, GROUPING)
    assert list(made[["region", "kind"]].itertuples(index=False, name=None)) == [
        ("north", "dry"),
        ("south", "dry"),
        ("south", "wet"),
    ]


def test_a_pair_that_falls_together_vanishes() -> None:
    """a-b lies inside the north; a-c and b-c become one line of 2 + 3 = 5 GW."""
    rows = [("a", "b", 1.0), ("a", "c", 2.0), ("b", "c", 3.0)]
    frame = pd.DataFrame(rows, columns=["from_region", "to_region", "capacity"])
    made = aggregate_table(frame.assign(source="K", quality="derived", note=""), LINES, GROUPING)
    assert made[["from_region", "to_region", "capacity"]].to_numpy().tolist() == [["north", "south", 5.0]]


def test_years_are_summed_by_zone() -> None:
    """humid: 20 + 40 = 60 in 2030."""
    frame = pd.DataFrame({"water_zone": ["a", "b", "c"], 2020: [1.0, 2.0, 4.0], 2030: [10.0, 20.0, 40.0]})
    made = aggregate_table(frame.assign(source="K", quality="derived", note=""), USE, GROUPING)
    assert made[["water_zone", 2020, 2030]].to_numpy().tolist() == [["arid", 1.0, 10.0], ["humid", 6.0, 60.0]]


def test_a_table_without_places_passes_through() -> None:
    frame = pd.DataFrame({"market": ["nation"], 2020: [7.0], "source": ["K"], "quality": ["derived"], "note": [""]})
    assert frame.equals(aggregate({"demand": frame}, SCHEMA, GROUPING)["demand"])


def test_a_place_outside_the_keys_is_mapped_and_rows_stay() -> None:
    frame = pd.DataFrame(
        {"phase": ["p1", "p2"], "donor_zone": ["b", "c"], "source": "K", "quality": "derived", "note": ""}
    )
    assert aggregate_table(frame, PHASES, GROUPING)["donor_zone"].tolist() == ["humid", "humid"]


def test_a_place_without_a_target_is_named() -> None:
    frame = _fields()
    frame.loc[0, "region"] = "atlantis"
    with pytest.raises(ValueError, match="fields: no target for atlantis"):
        aggregate_table(frame, LAND, GROUPING)


def test_an_unknown_rule_is_refused() -> None:
    table = Table("odd", (Column("region", "", "text", key=True), Column("x", "1", aggregate="median")))
    frame = pd.DataFrame({"region": ["a"], "x": [1.0], "source": ["K"], "quality": ["derived"], "note": [""]})
    with pytest.raises(ValueError, match="no rule median"):
        aggregate_table(frame, table, GROUPING)


def test_rows_stand_in_the_order_of_regions_and_choices() -> None:
    """Regions come as south, north; of the kinds wet is declared before dry."""
    frames = {
        "regions": pd.DataFrame({"region": ["south", "north"]}),
        "fields": aggregate_table(_fields(), LAND, GROUPING),
    }
    schema = Schema({**SCHEMA.tables, "regions": Table("regions", (Column("region", "", "text", key=True),))}, {})
    made = ordered(frames, schema)["fields"]
    assert list(made[["region", "kind"]].itertuples(index=False, name=None)) == [
        ("south", "wet"),
        ("south", "dry"),
        ("north", "dry"),
    ]


def test_numbers_are_rounded_to_significant_digits() -> None:
    frame = pd.DataFrame({"x": [123456.789, 0.00123456789, 0.0], "word": ["a", "b", "c"]})
    assert rounded(frame, 6)["x"].tolist() == [123457.0, 0.00123457, 0.0]


def test_room_is_rounded_up_and_claims_down() -> None:
    """Three digits: 1.2345 -> 1.24 up, 1.23 down; what has three digits already stays, also where the binary sum is off."""
    frame = pd.DataFrame({"room": [1.2345, 9.991, 1.1 + 2.2, 0.0], "claim": [1.2345, 9.999, 1.1 + 2.2, 0.0], "other": 1.236})
    made = rounded(frame, 3, up=("room",), down=("claim",))
    assert made["room"].tolist() == [1.24, 10.0, 3.3, 0.0]
    assert made["claim"].tolist() == [1.23, 9.99, 3.3, 0.0]
    assert made["other"].tolist() == [1.24] * 4


def test_rows_without_source_and_quality_merge() -> None:
    """A book of the user's own may leave both blank: the worst of those that are told, and nothing where none is."""
    assert ("estimate", "") == (worst(["reported", None, "", "estimate"]), worst([None, float("nan")]))
    assert ("A;B", "") == (join_sources(["B;A", float("nan")]), join_sources([None]))
