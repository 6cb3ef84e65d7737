"""Nothing is missing in silence: rows taken away, words misspelt and numbers out of bounds are found at their cell."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

import model
from model.core.build.registry import schema
from model.core.declare.bounds import LARGEST
from model.core.declare.spec import ABSENCES, RESERVED, Column, InputError, Table
from model.workbook.messages import Notes
from model.workbook.validate import read_table
from tests.workbook.missing import ROOT, Checked, cell_of, keys, provinces, three_regions

DECLARED = [(table, column) for table in schema().tables.values() if table.shape != "settings" for column in table.columns]
TEXTS = [(table, column) for table, column in DECLARED if column.kind == "text"]
#: How many entries of a key are taken away, one after the other.
SOME = 2
PLANTED = 500


def asked_for(table: Table, column: Column) -> bool:
    """Whether the table says that it must hold rows by this column."""
    return any(column.name in rule.columns for rule in table.complete)


def test_a_text_is_a_key_of_another_table_a_list_or_free() -> None:
    """A fourth kind would take a misspelt word without a word of its own; a free text that has a list besides would be no list."""
    none = [(t.name, c.name) for t, c in TEXTS if not (c.ref or c.choices or c.free)]
    both = [(t.name, c.name) for t, c in TEXTS if c.free and (c.ref or c.choices)]
    assert ([], []) == (none, both)
    known = {t.name: {c.name for c in t.columns} for t, _ in DECLARED}
    for table, column in TEXTS:
        for target in column.targets():
            assert target.column in known[target.table], (table.name, column.name)
            assert set(column.within) <= known[target.table] & known[table.name]


def test_every_key_says_whether_its_entries_may_be_missing() -> None:
    """Either the table asks for them, or the reason why one may be absent stands at the column."""
    silent = [(t.name, c.name) for t, c in DECLARED if c.key and not c.absent and not asked_for(t, c)]
    assert [] == silent
    assert {c.absent for _, c in DECLARED} - {""} <= set(ABSENCES)


def gone_in_silence(book: Checked, chosen: int) -> list[tuple[str, str, object]]:
    """Keys whose rows can be taken away although nothing is found and no reason is declared."""
    silent = []
    for name, read in book.reads.items():
        for column in (c for c in read.table.columns if c.key and not c.absent):
            for value in keys(read.frame, column.name)[:chosen]:
                if not book.without(name, column.name, value):
                    silent.append((name, column.name, value))
    return silent


def test_rows_of_a_key_do_not_go_in_silence() -> None:
    """Without the rows of one region, zone, sector, technology, ... of any table there is a finding, or the reason is declared."""
    assert [] == gone_in_silence(three_regions(), SOME)


@pytest.mark.slow
def test_rows_of_a_province_do_not_go_in_silence() -> None:
    assert [] == gone_in_silence(provinces(), 1)


@pytest.mark.parametrize(("table", "column", "value"), [
    ("water_available", "water_zone", "west_arid"), ("power_demand", "region", "west"), ("thermal_capex", "technology", "coal_new"),
    ("end_use_activity", "sector", "cars"), ("measure_costs", "sector", "steel"), ("ecological_budget", "region", "west"),
    ("livestock", "region", "west"), ("land", "region", "west"), ("output_shape", "shape", "solar"),
    ("forest_growth", "forest_group", "subtropical_conifer"), ("wood_product_shares", "region", "west"), ("fuel_prices", "fuel", "coal"),
])  # fmt: skip
def test_what_the_model_can_not_do_without_is_an_error(table: str, column: str, value: str) -> None:
    """These change the plan or stop the build: a region without water, a fuel without price, a sector without demand."""
    found = three_regions().without(table, column, value)
    assert "error" in [f.level for f in found], found
    assert any(value in f.message for f in found)


def test_a_misspelt_word_is_found_at_its_cell() -> None:
    """In every column that is a key or a list, of every table of the workbook."""
    book = three_regions()
    silent = []
    for name, read in book.reads.items():
        for column in (c for c in read.table.columns if c.kind == "text" and not c.free and c.name in read.layout.places):
            rows = [row for row, word in read.frame[~read.frame.index.duplicated()][column.name].items() if word]
            if not rows:
                continue
            row = int(rows[-1])
            cell = read.layout.cell(row, column.name)
            wrong = f"{read.frame.loc[row, column.name] if read.table.shape != 'years' else column.name}x"
            if not any(f.level == "error" and (f.sheet, f.cell) == (name, cell) for f in book.reread(name, row, column.name, wrong)):
                silent.append((name, column.name))
    assert [] == silent


@pytest.mark.parametrize(("table", "column"), [
    ("regions", "region"), ("water_zones", "water_zone"), ("time_slices", "slice"), ("time_slices", "season"), ("industry", "sector"), ("end_use", "sector"),
    ("measures", "measure"), ("thermal_technologies", "technology"), ("storage_technologies", "class"), ("thermal_technologies", "class"),
    ("output_shape", "shape"), ("measure_caps", "cap"), ("reserve_credit", "credit_class"), ("wood_products", "product"), ("diversion_phases", "phase"),
])  # fmt: skip
def test_a_misspelt_definition_leaves_something_without_it(table: str, column: str) -> None:
    """A name that is made in the row itself can not be held against a list; what needed the old name says so."""
    read = three_regions().reads[table]
    row = int(read.frame.index[-1])
    assert three_regions().reread(table, row, column, f"{read.frame[column].iloc[-1]}x")


def test_a_land_class_may_be_left_out_everywhere_but_not_in_one_region_nor_under_what_stands_on_it() -> None:
    """Nothing takes land of gardens; forests stand on forest land, and panels on the corridor of the canal."""
    book = three_regions()
    read = book.reads["land"]
    assert [] == book.without("land", "land_class", "garden")
    of_west = (read.frame["region"] == "west") & (read.frame["land_class"] == "garden")
    found = book.changed(replace(read, frame=read.frame[~of_west]))
    assert [("error", True)] == [(f.level, "west, garden" in f.message) for f in found]
    for name, by in (("forest_land", "forest_area stands on forest_land of west"), ("grassland", "grassland stands on"), ("canal_corridor", "west, canal_corridor")):
        found = book.without("land", "land_class", name)
        assert any(by in f.message for f in found if f.level == "error"), found


def test_a_misspelt_tangent_of_a_falling_credit_is_found() -> None:
    """A technology would lose a tangent, and with it the cap on its firm capacity, in silence."""
    book = three_regions()
    for row, left in ((3, "wind"), (4, "wind"), (5, "windx")):
        found = book.reread("reserve_credit", row, "credit_class", "windx")
        assert any(f.level == "error" and f"tangents of {left} are" in f.message for f in found), (row, found)
        assert any(f.level == "warning" and "no technology has the class windx" in f.message for f in found), (row, found)


@pytest.mark.parametrize("name", [
    "fuel_prices", "thermal_fixed_cost", "sited_fixed_cost", "storage_fixed_cost", "power_demand", "measure_shares", "transmission_use", "power_contracts",
])  # fmt: skip
def test_a_table_of_which_the_base_year_is_read_must_reach_back_to_it(name: str) -> None:
    """Without the column of 2020 there would be no price, no cost or another demand in the base year."""
    book = three_regions()
    sheet, place = book.raw.sheets[name], book.reads[name].layout.years[book.data.base_year]
    grid = [[*row[: place - 1], *row[place:]] for row in sheet.grid]
    notes = Notes()
    read_table(book.reads[name].table, replace(sheet, grid=grid), book.years, notes)
    assert ["error"] == [f.level for f in notes.items if "2020 lies outside the given years 2025 to 2060" in f.message]


def test_a_wrong_word_in_a_table_made_in_code_is_told_once() -> None:
    """Its cells have no address by which what the reader and what a lever say could be told to be the same."""
    whole = model.read(ROOT / "inputs" / "three_regions.xlsx").whole()
    tables = {name: frame.copy() for name, frame in whole.tables.items()}
    for name in ("forest_area", "new_forest"):
        tables[name].loc[tables[name].index[0], "forest_group"] = "oakx"
    with pytest.raises(InputError) as caught:
        model.book(tables)
    assert ["forest_area", "new_forest"] == [f.sheet for f in caught.value.findings if "oakx" in f.message]


def test_a_first_year_left_blank_is_an_error_at_its_cell() -> None:
    """A row without the base year loses it for good: 2020 stands in the first year column of every year table that has it."""
    book = three_regions()
    silent = []
    for name, read in book.reads.items():
        if read.table.shape == "years" and book.data.base_year in read.layout.years:
            row = int(read.frame.index[0])
            cell = cell_of(read, row, str(book.data.base_year))
            if not any(f.level == "error" and f.cell == cell for f in book.reread(name, row, str(book.data.base_year), "", across=False)):
                silent.append(name)
    assert [] == silent


@pytest.mark.parametrize("word", [*RESERVED, "China", "NATION"])
def test_a_word_of_the_results_is_no_key(word: str) -> None:
    found = three_regions().reread("regions", 3, "region", word)
    assert "A3" in [f.cell for f in found if "name a total" in f.message]


def test_every_number_has_bounds_and_the_shipped_ones_lie_well_inside() -> None:
    """Columns and settings; at the bound a number is read, a hundredth beyond it is refused."""
    numbers = [(t.name, c) for t, c in DECLARED if c.kind in ("number", "integer")]
    assert [] == [(n, c.name) for n, c in numbers if c.low is None or c.high is None or not c.low < c.high]
    settings = [s for s in schema().settings.values() if s.kind in ("number", "integer")]
    assert [] == [s.name for s in settings if s.low is None or s.high is None]
    assert {c.unit or "1" for _, c in numbers} | {s.unit or "1" for s in settings} <= set(LARGEST)
    assert [] == [f for f in three_regions().findings if f.level != "info"]
    book = three_regions()
    wrong = []
    for name, read in book.reads.items():
        for column in (c for c in read.table.columns if c.kind in ("number", "integer")):
            place = column.name if read.table.shape != "years" else str(next(iter(read.layout.years)))
            if (read.table.shape == "years" and column.key) or (place not in read.layout.places and not place.isdigit()):
                continue
            row = int(read.frame.index[0])
            cell = cell_of(read, row, place)
            assert column.low is not None
            assert column.high is not None
            beyond = column.high + max(1.0, abs(column.high) / 100.0), column.low - max(1.0, abs(column.low) / 100.0)
            for value, refused in ((column.high, False), (column.low, False), (beyond[0], True), (beyond[1], True)):
                found = [f for f in book.reread(name, row, place, float(value), across=False) if f.cell == cell and ("too high" in f.message or "too low" in f.message)]
                if bool(found) != refused:
                    wrong.append((name, column.name, value))
    assert [] == wrong


def test_planted_errors_are_found_at_their_cell() -> None:
    """Five hundred cells, each spoilt in one of six ways: a text for a number, a number far out, a blank, an unknown word, #N/A as text."""
    book, chance = three_regions(), random.Random(11)
    tables = [name for name, read in book.reads.items() if len(read.frame)]
    missed = []
    planted = 0
    while planted < PLANTED:
        name = chance.choice(tables)
        read = book.reads[name]
        row = int(chance.choice(list(dict.fromkeys(read.frame.index))))
        column = chance.choice([c for c in read.table.columns if c.name in read.layout.places or (read.table.shape == "years" and not c.key)])
        place = column.name if column.name in read.layout.places else str(chance.choice(list(read.layout.years)))
        if column.kind == "text":
            if column.free:
                continue
            value: object = chance.choice(["no_such_word", 12.5, "two words"])
        else:
            value = chance.choice(["many", "#N/A", 1e19, -1e19, "1,2,3", float("inf")])
        planted += 1
        cell = cell_of(read, row, place)
        if not any(f.level == "error" and f.cell == cell for f in book.reread(name, row, place, value)):
            missed.append((name, place, row, value))
    assert [] == missed
