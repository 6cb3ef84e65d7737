"""A column of a table by its key: shapes, units, blanks, order, cells, and what is refused."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from model.core.data import Data
from model.core.declare.spec import Column, Table
from tests.levers.toy import toy_data

ONE = Table("one", (Column("place", "", "text", key=True, free=True, absent="own"), Column("area", "Mha"), Column("name", "", "text", free=True, default="")))
TWO = Table("two", (Column("place", "", "text", key=True, free=True, absent="own"), Column("kind", "", "text", key=True, free=True, absent="own"), Column("rate", "1/yr")))
YEARLY = Table("yearly", (Column("place", "", "text", key=True, free=True, absent="own"), Column("value", "TWh/yr")), shape="years")


@pytest.fixture
def data() -> Data:
    """Three tables as the reader hands them over; the index is the row of the sheet."""
    tables = {
        "one": pd.DataFrame({"place": ["west", "east"], "area": [2.0, None], "name": ["Xibu", None]}, index=[3, 5]),
        "two": pd.DataFrame({"place": ["west", "west"], "kind": ["b", "a"], "rate": [1, 2]}, index=[3, 4]),
        "yearly": pd.DataFrame({"place": ["west", "west"], "year": [2030, 2020], "value": [7.0, 5.0]}, index=[2, 2]),
    }
    letters = {"one": {"area": "B"}, "two": {"rate": "C"}, "yearly": {"2020": "D", "2030": "E"}}
    return Data(tables, {}, letters)


def test_one_key_column_is_looked_up_by_the_plain_entry(data: Data) -> None:
    found = data.lookup(ONE, "area")
    assert ["west", "east"] == list(found)
    assert 2.0 == found["west"]
    assert math.isnan(found["east"])


def test_words_are_text_and_a_blank_is_none(data: Data) -> None:
    assert {"west": "Xibu", "east": ""} == data.lookup(ONE, "name")


def test_several_key_columns_are_looked_up_by_a_tuple_in_the_order_of_the_sheet(data: Data) -> None:
    found = data.lookup(TWO, "rate")
    assert [(("west", "b"), 1.0), (("west", "a"), 2.0)] == list(found.items())
    assert {float} == {type(number) for number in found.values()}


def test_a_year_table_is_looked_up_by_its_keys_and_the_year(data: Data) -> None:
    assert {("west", 2030): 7.0, ("west", 2020): 5.0} == data.lookup(YEARLY)


def test_the_key_leads_to_the_cell_of_the_column_or_of_the_year(data: Data) -> None:
    assert {"west": "B3", "east": "B5"} == data.lookup_cells(ONE, "area")
    assert {("west", "b"): "C3", ("west", "a"): "C4"} == data.lookup_cells(TWO, "rate")
    assert {("west", 2030): "E2", ("west", 2020): "D2"} == data.lookup_cells(YEARLY)


def test_an_absent_table_gives_nothing() -> None:
    empty = toy_data()
    assert {} == empty.lookup(ONE, "area")
    assert {} == empty.lookup_cells(YEARLY)


def test_a_column_that_is_not_declared_and_a_doubled_key_are_refused(data: Data) -> None:
    with pytest.raises(KeyError, match="one declares no column breadth"):
        data.lookup(ONE, "breadth")
    data.tables["one"] = pd.concat([data.tables["one"], data.tables["one"]])
    with pytest.raises(ValueError, match="one: two rows have one key"):
        data.lookup(ONE, "area")


def test_a_year_after_the_last_of_a_sheet_has_the_cell_of_the_last_and_none_before_the_first(data: Data) -> None:
    """The value of 2030 goes on; a blank year between 2020 and 2030 has no column, so no cell."""
    assert ["E2", "E2", "", ""] == [data.cell("yearly", 2, year) for year in (2030, 2040, 2025, 2010)]
    assert "" == data.cell("one", 3, 2040)
