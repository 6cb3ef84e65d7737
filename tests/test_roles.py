"""Every lever says what it decides and what follows from that; reports read it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import model
from model.api import scaled_to_extent
from model.core.build import registry
from model.core.build.assemble import assemble
from model.core.build.build import Build
from model.core.build.roles import decisions, states
from model.core.declare import units
from model.core.declare.balances import BALANCES
from model.core.solve.solver import SolveOptions
from model.levers.forest.dead_wood import DeadWood
from model.levers.forest.forest import Forest
from model.levers.forest.forest_soil import ForestSoil
from model.reporting.tables.columns import TABLES
from model.reporting.tables.every import result_tables
from model.reporting.tables.prices import COST_UNIT, own_price_unit, prices

from .levers.forest_toy import forest_data, stand
from .levers.toy import poster
from .reporting.toy_plan import solved

ROOT = Path(__file__).resolve().parent.parent
WORKBOOKS = ("three_regions", "provinces")
LEVERS = (*registry.levers(), *registry.closings())
#: What reports know of the key in a column besides the columns of an index.
KNOWN = {known.key: known.columns for lever in LEVERS for known in lever.knows}


@pytest.fixture(scope="module", params=WORKBOOKS)
def build(request: pytest.FixtureRequest) -> Build:
    """The model of a shipped workbook, not solved."""
    return assemble(model.read(ROOT / "inputs" / f"{request.param}.xlsx").data("reference"))


def declared() -> list[str]:
    """Names of the variables with a role, as often as they are given one."""
    return [
        name
        for lever in LEVERS
        for name in (*(d.variable for d in lever.decisions), *(s.variable for s in lever.states), *lever.operations)
    ]


def test_every_variable_has_one_role_and_its_own_lever_gives_it() -> None:
    variables, roles = Counter(list(registry.variables())), Counter(declared())
    assert {} == variables - roles, "variables without a role: name each in decisions (Decision), states (State) or operations of its lever"
    assert {} == roles - variables, "these are given more than one role, or are no variables"
    for lever in LEVERS:
        own = {variable.name for variable in lever.variables}
        assert own == {d.variable for d in lever.decisions} | {s.variable for s in lever.states} | set(lever.operations), f"{lever.name}: roles are given to the lever's own variables"


def test_every_variable_of_a_shipped_model_has_a_role(build: Build) -> None:
    roles = set(declared())
    assert [] == [name for name in build.families if name not in roles]
    assert len(build.families) > 0


def test_every_state_of_a_shipped_model_has_as_many_rows_as_variables_and_each_row_holds_a_state(build: Build) -> None:
    """States of several units may share a family of rows, as the rates of ``build_dynamics`` do: they are counted together."""
    sharing: dict[tuple[str, ...], list[str]] = {}
    for name, state in states(build).items():
        sharing.setdefault(state.rows, []).append(name)
    wrong = {}
    for of_rows, names in sharing.items():
        blocks = [build.blocks[row] for row in of_rows if row in build.blocks]
        positions = np.concatenate([build.families[name].positions for name in names])
        rows = sum(len(block) for block in blocks)
        equal = all((block.lower == block.upper).all() for block in blocks)
        held = all(np.add.reduceat(np.isin(block.position, positions), block.start[:-1], dtype=int).all() for block in blocks if len(block))
        reached = all(np.isin(build.families[name].positions, np.concatenate([block.position for block in blocks])).all() for name in names if blocks)
        if (rows, equal, held, reached) != (len(positions), True, True, True):
            wrong[tuple(names)] = (rows, len(positions), equal, held, reached)
    assert {} == wrong
    assert len(states(build)) > 0


def test_what_a_state_names_is_a_family_of_rows() -> None:
    known = {*(info.name for info in registry.constraints()), *(f"balance_{name}" for name in BALANCES)}
    assert [] == [row for lever in LEVERS for state in lever.states for row in state.rows if row not in known]


def test_a_pool_has_a_name_of_its_own_and_feeds_a_sink_that_there_is() -> None:
    """A state feeds an item that its own lever posts to the sink; what is no variable, one that any lever does."""
    sinks = {lever.name: {item.name for item in lever.items if "sink" in item.balances} for lever in LEVERS}
    own = [(lever.name, state.pool) for lever in LEVERS for state in lever.states if state.pool is not None]
    assert [] == [pool.name for name, pool in own if pool.feeds and pool.feeds not in sinks[name]]
    assert [] == [pool.name for pool in registry.pools() if pool.feeds and pool.feeds not in set().union(*sinks.values())]
    assert {1} == set(Counter(pool.name for pool in registry.pools()).values())
    assert [] == [pool.name for _, pool in own if pool.make is not None]


def test_what_is_known_of_a_key_is_told_for_each_once(build: Build) -> None:
    """Levers may each know their own keys of a column: together they know all that are decided on."""
    told: dict[str, set[str]] = {}
    for known in (known for lever in build.levers for known in lever.knows):
        frame = known.of(build.data)
        assert {known.key, *known.columns} <= set(frame)
        assert not frame[known.key].duplicated().any()
        told.setdefault(known.key, set()).update(frame[known.key])
        if known.read is not None:
            alone = known.read(frame[known.key])
            assert [] == [column for column in alone if (alone[column] != frame[column]).any()], "what a name alone tells is what its lever knows"
    for key, names in told.items():
        used = {name for family in build.families.values() if key in family.frame for name in family.frame[key]}
        assert used
        assert set() == used - names


def test_a_decision_names_columns_sheets_tables_and_units_that_there_are() -> None:
    """A decision that is told has a word to stand under; without a table, its unit is that of the variable in other words."""
    variables, sheets = registry.variables(), registry.schema().tables
    for lever in LEVERS:
        for decision in lever.decisions:
            spec = variables[decision.variable]
            columns = (*spec.index, *(name for key in spec.index for name in KNOWN.get(key, ())))
            assert set(decision.item) <= set(columns), decision.variable
            assert set(decision.sheets) <= set(sheets), decision.variable
            if decision.gap_unit:
                unit = COST_UNIT if decision.project else f"{COST_UNIT}/{spec.unit}"
                assert 0.0 < units.convert(1.0, unit, decision.gap_unit), decision.variable
            if decision.told or decision.gap_unit:
                assert decision.lever, decision.variable
            if decision.told and decision.told.table:
                assert decision.told.amount in TABLES[decision.told.table].columns, decision.variable
            elif decision.told:
                assert 0.0 < units.convert(1.0, spec.unit.removesuffix("/yr"), decision.told.unit.removesuffix("/yr")), decision.variable


def test_the_price_of_a_balance_can_be_told_in_its_unit() -> None:
    """Land stands: bn CNY per Mha and year, 1 is 1,000 CNY/ha/yr; water flows: bn CNY per km3, 1 is 1 CNY/m3."""
    shown = {name: units.convert(1.0, own_price_unit(spec), spec.price_unit) for name, spec in BALANCES.items() if spec.price_unit}
    assert pytest.approx({"land": 1000.0, "water": 1.0}) == {name: shown[name] for name in ("land", "water")}
    assert all(scale > 0.0 for scale in shown.values())


def test_every_closed_balance_of_the_toy_plan_that_declares_a_unit_is_priced() -> None:
    solution = solved()
    expected = {name for name, spec in BALANCES.items() if spec.price_unit and {f"balance_{name}", f"{name}_account"} & set(solution.build.rows)}
    assert expected == set(prices(solution, {})["balance"])


def test_every_decision_that_is_told_stands_in_the_allocation_of_the_toy_plan() -> None:
    solution = solved()
    found = result_tables(solution)["allocation"]
    told = {d.lever for d in decisions(solution.build).values() if d.told}
    assert told == set(found["lever"])


def test_a_lever_grows_with_one_that_knows_its_extent() -> None:
    """The forest is the only thing with which others grow so far; it knows its area, 8 + 4 + 4 Mha in the toy."""
    by_name = {lever.name: lever for lever in registry.levers()}
    data = solved().build.data
    extents = {lever.grows_with: by_name[lever.grows_with].extent(data) for lever in LEVERS if lever.grows_with}
    assert pytest.approx({"forest": 16.0}) == extents


def test_a_small_forest_alone_is_solved_as_a_large_one_and_with_another_lever_beside_it_as_it_is() -> None:
    """1 Mha against 100: times 128, the power of two above, is 2 to the 7. The amounts of the other lever do not grow with the forest."""
    data = forest_data([stand("mature", 1.0)])
    alone = scaled_to_extent(assemble(data, [DeadWood, Forest, ForestSoil], []), SolveOptions())
    assert {"user_bound_scale": "7"} == alone.solver
    assert SolveOptions() == scaled_to_extent(assemble(data, [Forest, poster(lambda lever: None)], []), SolveOptions())
