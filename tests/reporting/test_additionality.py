"""What the levers add to the sinks: the twin without levers, by hand-worked cases of one forest and one meadow."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.build.roles import states
from model.core.data import Data
from model.core.declare.roles import State
from model.core.solve.solution import Solution
from model.levers.forest.dead_wood import DeadWood
from model.levers.forest.forest import Forest
from model.levers.forest.forest_soil import ForestSoil
from model.levers.forest.wood_products import WoodProducts
from model.levers.land.afforestation import Afforestation
from model.levers.land.grassland import Grassland
from model.reporting.additionality import (
    TwinError,
    additionality,
    check_states,
    undeclared_roles,
    without_levers,
)
from model.reporting.identities.additionality import added_only
from tests.levers.forest_toy import forest_data, stand
from tests.levers.test_grassland import RESEED, grass, grass_data
from tests.levers.toy import cheapest, poster

from .toy_plan import solved

CO2 = 44 / 12
PRODUCTS: dict[str, Any] = {
    "wood_products": [{"product": "sawn", "half_life": 35.0, "mill_yield": 0.5, "inherited_years": 60.0}],
    "wood_product_shares": [{"region": "west", "product": "sawn", "share": 1.0, "roundwood": 1.0}],
}
FORESTRY: list[type[Lever]] = [Forest, DeadWood, ForestSoil, WoodProducts]


def one(frame: pd.DataFrame, column: str, **keys: object) -> float:
    """Sum of a column over the rows with these keys, which must exist."""
    for key, word in keys.items():
        frame = frame[frame[key] == word]
    assert len(frame) > 0
    return float(frame[column].sum())


def wood_wanted(demand: float, years: tuple[int, ...] = (2020, 2030), **tables: Any) -> Data:
    """1 Mha of pine of age 30 to 40, the pools of a base harvest of 0.028 km3, and demand for timber in the first period."""
    market = [{"market": "nation", "year": year, "value": demand if year == years[1] else 0.0} for year in years[1:]]
    harvest = {"roundwood_base": 0.028, "harvest_cost": 1.0}
    return forest_data([stand("mature", 1.0)], years=years, harvest=harvest, tables={**PRODUCTS, "timber_demand": market, **tables})


def felled(demand: float) -> Solution:
    """The plan that meets a demand for timber (km3/yr); felling is cheaper than imports."""
    return cheapest(assemble(wood_wanted(demand), FORESTRY, []))


def test_without_levers_the_forest_ages_and_inherited_pools_decay() -> None:
    """1 Mha of mid-age 35 holds 70 Mt C, ten years on at mid-age 45 90: 20 / 10 * 44/12 a year.

    The base harvest of 0.028 km3 at 0.8 * 0.175 = 0.14 km3/Mha is that of 0.2 Mha: 0.028 * 200 = 5.6 Mt C extracted,
    0.2 * 70 - 5.6 = 8.4 Mt C of slash a year. Dead wood in balance holds 8.4 / 0.1 = 84 Mt C and keeps exp(-1) of it.
    Products take in 2.8 Mt C a year for 60 years, 2.8 / k * (1 - exp(-60 k)) with k = ln 2 / 35, and keep exp(-10 k)."""
    found = additionality(felled(0.014), {})
    assert pytest.approx(2.0 * CO2) == one(found, "without_levers", category="forest_living")
    assert pytest.approx(-84.0 * (1.0 - math.exp(-1.0)) / 10.0 * CO2) == one(found, "without_levers", category="dead_wood")
    k = math.log(2.0) / 35.0
    held = 2.8 / k * (1.0 - math.exp(-60.0 * k))
    assert pytest.approx(-held * (1.0 - math.exp(-10.0 * k)) / 10.0 * CO2) == one(found, "without_levers", category="wood_products")


def test_what_a_clearcut_adds_stands_in_the_category_where_it_happens() -> None:
    """0.014 km3 a year is the whole Mha, 0.14 km3 in ten years: its 70 Mt C are gone and 10 Mt C stand at mid-age 5: (10 - 70) - 20 = -80 Mt C against the
    twin. Slash of 70 - 0.14 * 200 = 42 Mt C enters evenly, 4.2 a year, of which (1 - exp(-1)) / 0.1 stays; products take
    in 1.4 Mt C a year."""
    found = additionality(felled(0.014), {})
    assert pytest.approx(-8.0 * CO2) == one(found, "added", category="forest_living")
    assert pytest.approx(4.2 * (1.0 - math.exp(-1.0)) / 0.1 / 10.0 * CO2) == one(found, "added", category="dead_wood")
    k = math.log(2.0) / 35.0
    assert pytest.approx(1.4 * (1.0 - math.exp(-10.0 * k)) / k / 10.0 * CO2) == one(found, "added", category="wood_products")


def test_with_every_lever_off_the_added_column_is_zero() -> None:
    """Nobody asks for timber: nothing is felled, and plan and twin are the same course."""
    found = additionality(felled(0.0), {})
    assert [0.0] * len(found) == pytest.approx(found["added"].tolist(), abs=1e-9)
    assert 0.0 < one(found, "with_plan", category="forest_living")


def test_losses_go_on_without_levers_and_what_is_killed_is_salvaged() -> None:
    """A tenth is lost in ten years: 0.9 Mha of 90 Mt C and 0.1 Mha of 10 against 70: +12 Mt C. Of the 7 Mt C killed half
    the stands are salvaged, 0.1 * 0.5 * 28 = 1.4 Mt C, half of it in products that had none: 0.07 Mt C a year enter."""
    annual = 1.0 - 0.9**0.1
    data = forest_data([stand("mature", 1.0)], group={"loss_young": annual}, tables=PRODUCTS, settings={"salvage_share": 0.5})
    found = additionality(cheapest(assemble(data, FORESTRY, [])), {})
    assert pytest.approx(12.0 / 10.0 * CO2) == one(found, "without_levers", category="forest_living")
    k = math.log(2.0) / 35.0
    assert pytest.approx(0.07 * (1.0 - math.exp(-10.0 * k)) / k / 10.0 * CO2) == one(found, "without_levers", category="wood_products")


def test_a_grassland_measure_past_its_saturation_adds_nothing() -> None:
    """10 Mha reseeded in the first period at 0.5 t C/ha for 15 years from 2025: 5 years in 2021-2030 and 10 to 2040;
    in 2041-2050 all 15 years are over and the measure adds nothing."""
    solution = cheapest(assemble(grass_data([grass()], [RESEED], years=(2020, 2030, 2040, 2050)), [Grassland], []), 100.0)
    found = additionality(solution, {})
    of = {year: one(found, "added", category="grassland_measures", detail="reseed", year=year) for year in (2030, 2040, 2050)}
    assert pytest.approx({2030: 2.5 * CO2, 2040: 5.0 * CO2, 2050: 0.0}) == of


def test_untreated_grassland_degrades_in_both_and_treating_it_is_what_is_added() -> None:
    """10 Mha lose 0.05 t C/ha a year without levers; all of it treated loses nothing: 0.5 Mt C a year are added, under
    the measure that does it."""
    solution = cheapest(assemble(grass_data([grass(degradation=0.05)], [RESEED], years=(2020, 2030)), [Grassland], []), 100.0)
    found = additionality(solution, {})
    assert pytest.approx(-0.5 * CO2) == one(found, "without_levers", category="grassland_degradation")
    assert pytest.approx(0.0, abs=1e-9) == one(found, "with_plan", category="grassland_degradation")
    assert pytest.approx(0.5 * CO2) == one(found, "added", category="grassland_degradation", detail="reseed")


def test_no_credit_for_planting_again_what_was_felled() -> None:
    """Land for planting is offered but too dear; 1 Mha is felled and regenerates: afforestation has no entry that is not
    zero, and soil only loses."""
    land = {
        "region": "west", "water_zone": "dry", "land_type": "barren", "area": 1.0, "from_class": "forest_land", "survival": 0.8,
        "planting_cost": 1e6, "soil_before": 60.0, "vegetation_before": 2.0,
    }  # fmt: skip
    new = {"region": "west", "water_zone": "dry", "land_type": "barren", "forest_group": "pine", "growth_multiplier": 1.0}
    data = wood_wanted(0.014, (2020, 2030, 2040), afforestation_land=[land], new_forest=[new])
    solution = cheapest(assemble(data, [Afforestation, *FORESTRY], []))
    assert pytest.approx(1.0) == solution.values("clearcut")["value"].sum()
    found = additionality(solution, {})
    planted = found[found["category"].isin(["afforestation_living", "afforestation_vegetation_lost"])]
    assert {"barren"} == set(planted["detail"])
    assert [0.0] * len(planted) == pytest.approx(planted["added"].tolist(), abs=1e-9)
    assert 0.0 > one(found, "added", category="forest_soil", year=2030)


#: Items that only levers make and that the data of the toy plan do not have.
NOT_IN_TOY = {"grassland_initial_replaced"}


def test_what_only_levers_make_is_exactly_zero_without_them() -> None:
    """The toy plan holds all of them but the gain of base-year balance."""
    found = additionality(solved(), {})
    alone = found[found["category"].isin(added_only())]
    absent = added_only() - set(alone["category"])
    assert set() == absent - NOT_IN_TOY, "items with only_added that the toy plan lacks: give it their tables (tests/reporting/toy_plan.py), or list them in NOT_IN_TOY here"
    assert set() == NOT_IN_TOY - absent, "take these out of NOT_IN_TOY here: the toy plan holds them, or they are gone"
    assert {0.0} == set(alone["without_levers"])
    assert 0.0 < alone["with_plan"].abs().sum()


def test_the_states_of_the_twin_keep_every_row_that_defines_them() -> None:
    """Every row of the families that define a state holds at the twin's point to solver accuracy."""
    solution = solved()
    values = without_levers(solution)
    # what is posted to the sinks, and what that follows from
    of_sinks = ("area", "inflow", "dead_wood_pool", "dead_wood_inflow", "soil_deficit", "soil_entered", "product_pool", "product_inflow", "roundwood_carbon")
    known = states(solution.build)
    for name in [row for variable in of_sinks for row in known[variable].rows]:
        rows = solution.build.blocks[name]
        left = [
            float((rows.coefficient[i:j] * values[rows.position[i:j]]).sum()) for i, j in zip(rows.start, rows.start[1:], strict=False)
        ]
        assert rows.lower.tolist() == pytest.approx(left, abs=1e-9), name


def test_a_post_of_an_undeclared_variable_to_the_sinks_is_a_decision_and_a_warning_says_what_to_declare() -> None:
    """A lever that nobody has thought of: 1 Mt a year with the plan, 0 without levers, and that it was so counted is said."""
    def post(lever: Lever) -> None:
        from model.core.declare.spec import Variable

        spec = Variable("algae", ("region", "year"), "Mt CO2/yr", en="Algae", zh="藻类")
        lever.ledger.supply("sink", lever.b.variable(spec, [("west", 2030)], high=1.0).terms(), 1.0, item="algae", unit="1")

    solution = cheapest(assemble(forest_data([stand("mature", 1.0)]), [Forest, poster(post)], []), 1.0)
    found = additionality(solution, {})
    assert [(1.0, 0.0, 1.0)] == list(found.loc[found["category"] == "algae", ["with_plan", "without_levers", "added"]].itertuples(index=False, name=None))
    for lang in ("en", "zh"):
        (warning,) = undeclared_roles(solution.build, lang)
        assert 'Decision("algae")' in warning
        assert 'State("algae", ' in warning
        assert "poster" in warning


def test_families_with_a_declared_role_give_no_warning() -> None:
    assert [] == undeclared_roles(solved().build)


def test_a_state_without_a_row_of_its_own_is_refused_before_solving(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the states of the toy plan, areas by class have their rows; without one family of these rows there are too few."""
    check_states(solved().build)
    area, *others = Forest.states
    monkeypatch.setattr(Forest, "states", (State("area", area.rows[1:]), *others))
    with pytest.raises(TwinError, match=r"as many rows as variables: area has \d+ variables and \d+ rows"):
        check_states(solved().build)
