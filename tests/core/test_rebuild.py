"""A model rebuilt from the parts that did not change is, number by number, the model built whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import model
from model.closing.carbon import CarbonAccount
from model.closing.dynamics import BuildDynamics
from model.closing.objective import ObjectiveClosing
from model.closing.targets import CarbonTargets
from model.core.build import registry
from model.core.build.assemble import assemble
from model.core.build.build import Build, Lever
from model.core.build.rebuild import changed_names, rebuild
from model.core.data import SETTING_PREFIX, Data
from model.core.declare.spec import Variable
from model.core.solve.matrix import compile_matrix
from model.workbook.book import Book
from model.workbook.dictionary import SETTINGS
from model.workbook.scenarios import chain
from tests.levers.forest_toy import forest_data, stand
from tests.levers.toy import poster, toy_data

NUDGE = 0.99
#: First tables that no row reads: result tables are made from them.
TOLD_ALONE = ("trade_rules",)
#: Scenarios of the shipped workbook that change several sheets at once: fewer would try little.
FEWEST_SCENARIOS = 3
#: In so many turns every module has had its own.
TOGETHER = 8
#: Where the first column of the first table can not be made smaller by itself without contradicting another.
UNPROBLEMATIC = {"land": "energy_land_quota", "grassland": "grass_measures", "hydrogen_store": "hydrogen_store_capex"}


def nudged(data: Data, table: str) -> Data | None:
    """The data with every number of the first free column of a table one per cent smaller; None where there is none."""
    frame = data.tables[table]
    declared = registry.schema().tables[table]
    free = [c.name for c in declared.columns if not c.key and c.kind == "number" and frame[c.name].notna().any()]
    return Data({**data.tables, table: frame.assign(**{free[0]: frame[free[0]] * NUDGE})}, dict(data.settings), data.columns) if free else None


def assert_same_model(expected: Build, actual: Build) -> None:
    """Matrix, keys of rows, limits with their cells, posts, objective."""
    assert compile_matrix(expected).hash() == compile_matrix(actual).hash()
    assert list(expected.blocks) == list(actual.blocks)
    for name, (keys, unit) in expected.rows.items():
        pd.testing.assert_frame_equal(keys, actual.rows[name][0])
        assert unit == actual.rows[name][1]
    assert [(x.name, x.sheets, x.cells) for x in expected.limits] == [(x.name, x.sheets, x.cells) for x in actual.limits]
    assert [(p.balance, p.item) for p in expected.ledger.order] == [(p.balance, p.item) for p in actual.ledger.order]
    for one, other in zip(expected.ledger.order, actual.ledger.order, strict=True):
        np.testing.assert_array_equal(one.position, other.position)
        np.testing.assert_array_equal(one.coefficient, other.coefficient)


def test_what_changed_is_found_by_name() -> None:
    data = forest_data([stand("mature", 1.0)])
    other = Data({**data.tables, "forest_area": data.tables["forest_area"].assign(area=2.0)}, {**data.settings, "terminal_share": 0.5})
    assert ["forest_area", SETTING_PREFIX + "terminal_share"] == changed_names(data, other)
    assert [] == changed_names(data, data)


def test_a_part_that_read_nothing_of_the_change_is_taken_over() -> None:
    data = forest_data([stand("mature", 1.0)])
    build = assemble(data)
    other = rebuild(build, Data(dict(data.tables), {**data.settings, "even_flow_penalty": 7.0}, data.columns))
    assert other is not None
    read = [name for name, part in build.parts.items() if SETTING_PREFIX + "even_flow_penalty" in part.reads]
    assert ["forest"] == read
    assert other.parts["forest"] is not build.parts["forest"]
    assert all(other.parts[name] is build.parts[name] for name in build.parts if name not in (*read, *(c.name for c in registry.closings())))


def test_a_lever_that_comes_or_goes_can_not_be_taken_over() -> None:
    data = forest_data([stand("mature", 1.0)])
    without = Data({k: v for k, v in data.tables.items() if k != "forest_harvest"}, dict(data.settings), data.columns)
    assert list(assemble(data).parts) != list(assemble(without).parts)
    assert rebuild(assemble(data), without) is None


def test_new_classes_of_age_are_told_apart_from_new_numbers() -> None:
    """A young stand beside the mature one brings variables of its own."""
    build = assemble(forest_data([stand("mature", 1.0)]))
    assert rebuild(build, forest_data([stand("mature", 1.0), stand("young", 1.0)])) is None


@pytest.fixture(scope="module")
def short_build(short_book: Book) -> Build:
    return assemble(short_book.data("reference"))


@pytest.fixture(scope="module")
def small_build(small_workbook: Path) -> Build:
    return assemble(model.read(small_workbook).data("reference"))


def own_change(module: type[Lever], data: Data) -> tuple[str, Data] | None:
    """The first table of a module that the workbook fills, with its first number one per cent smaller; None where it has no number there."""
    tables = [UNPROBLEMATIC.get(module.name, t.name) for t in module.tables if data.has(t.name)]
    return next(((name, changed) for name in tables if (changed := nudged(data, name)) is not None), None)


MODULES = [*registry.levers(), *registry.closings()]


@pytest.mark.slow
@pytest.mark.parametrize("modules", [MODULES[n::TOGETHER] for n in range(TOGETHER)], ids=lambda modules: modules[0].name)
def test_every_part_follows_a_change_of_its_own_table(modules: list[type[Lever]], small_build: Build) -> None:
    """A table of each of several levers and closing modules, one per cent smaller: each is read by a part, and the model is that built whole."""
    data = small_build.data
    for module in modules:
        found = own_change(module, data)
        if found is None:  # no number of the module stands in the workbook: its settings and posts are exercised by the others
            columns = [(t, c.name) for t in module.tables if data.has(t.name) for c in t.columns if c.kind == "number" and not c.key]
            assert [] == [(t.name, name) for t, name in columns if name in data.frame(t) and data.frame(t)[name].notna().any()]
            continue
        name, data = found
        assert name in TOLD_ALONE or [part.name for part in small_build.parts.values() if name in part.reads], name
    rebuilt = rebuild(small_build, data)
    assert rebuilt is not None
    assert_same_model(assemble(data), rebuilt)


@pytest.mark.slow
def test_every_scenario_of_the_workbook_is_rebuilt_as_it_is_built(short_book: Book, short_build: Build) -> None:
    """Every scenario that changes a sheet which those before it, of more sheets, leave alone: what is taken over depends on the sheets that a part reads."""
    by_name, seen, tried = {scenario.name: scenario for scenario in short_book.scenarios}, set(), 0
    places = {
        name: {(change.sheet, change.selector if change.sheet == SETTINGS else "") for scenario in chain(name, by_name) or [] for change in scenario.overrides}
        for name in by_name
    }
    for name, moved in sorted(places.items(), key=lambda item: -len(item[1])):
        if moved <= seen or len(moved) == 1:  # a sheet by itself is tried above
            continue
        seen |= moved
        data, tried = short_book.data(name), tried + 1
        rebuilt = rebuild(short_build, data)
        if rebuilt is not None:
            assert compile_matrix(assemble(data)).hash() == compile_matrix(rebuilt).hash(), name
    assert tried >= FEWEST_SCENARIOS


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [("carbon_targets", "value", 3.0), ("build_dynamics", "growth", 0.1)],
)
def test_a_closing_module_is_built_anew_on_variables_of_parts_that_are_taken_over(table: str, column: str, value: float) -> None:
    """Only its own part reads the sheet; its rows hold variables that others declared, a target the accounts, a pace what is built."""

    def emit(lever: Lever) -> None:
        keys = pd.DataFrame({"region": "west", "year": lever.data.years})
        cut = lever.b.variable(Variable("cut", ("region", "year"), "Mt CO2/yr"), keys)
        lever.ledger.use("emission", cut.terms(), 1.0, item="cut", unit="1")

    tables = {
        "carbon_targets": [{"target": "t", "kind": "net_limit", "scope": "nation", "year": 2030, "value": 5.0, "hold": "from"}],
        "build_dynamics": [{"decision": "captured_total", "item": "every", "scope": "nation", "unit": "Mt CO2/yr", "growth": 0.05, "seed": 1.0}],
    }
    data = toy_data(years=(2020, 2030, 2040), tables=tables)
    parts = ([poster(emit)], [CarbonAccount, CarbonTargets, BuildDynamics, ObjectiveClosing])
    other = Data({**data.tables, table: data.tables[table].assign(**{column: value})}, dict(data.settings), data.columns)
    made = rebuild(assemble(data, *parts), other, *parts)
    assert made is not None
    assert_same_model(assemble(other, *parts), made)
