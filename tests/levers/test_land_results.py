"""The tables of land know no lever: what a new one holds, plants and shares stands in them by its posts and declarations."""

from __future__ import annotations

import pandas as pd
import pytest

from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.declare.roles import Item
from model.core.declare.spec import Variable
from model.core.solve.solution import Solution
from model.levers.land.land import Land
from model.levers.land.results.land import land_by_class
from model.levers.land.results.transitions import transitions_add_up
from model.reporting.tables.every import Made

from .toy import cheapest, poster, toy_data

YEARS = (2020, 2030, 2040)
KEYS = ("region", "year")


def sharing(lever: Lever) -> None:
    """4 Mha of panels, 6 of hay and 2 of herbs, all of which pay for themselves; hay and herbs may lie below panels."""
    index = pd.DataFrame({"region": ["west"], "year": [2030]})
    for name, balance, most in (("panels", "dual_panels", 4.0), ("hay", "dual_restored", 6.0), ("herbs", "dual_restored", 2.0)):
        terms = lever.b.variable(Variable(name, KEYS, "Mha"), index, high=most).terms().assign(land_class="grassland")
        lever.ledger.use("land", terms, 1.0, item=name, unit="1")
        lever.ledger.supply(balance, terms, 1.0, item=name, unit="1")
        lever.ledger.supply("money", terms, 1.0, item="income", unit="bn CNY/Mha/yr")


def test_a_shared_hectare_is_taken_off_every_use_that_shares_in_proportion() -> None:
    """4 of 10 Mha carry panels and another use: nothing is left of the panels alone, 6 - 3 of hay and 2 - 1 of herbs; 2 are idle."""
    rule = {"land_class": "grassland", "shares_with": "restored", "share": 1.0, "benefit": 0.6, "cost": 0.0}
    data = toy_data(tables={"land": [{"region": "west", "land_class": "grassland", "area": 10.0}], "dual_use_rules": [rule]})
    tables = Made(cheapest(assemble(data, [Land, poster(sharing)], [])))
    found = tables["land"].loc[lambda f: f["year"] == 2030].set_index("use")["value"].to_dict()
    expected = {"available": 10000.0, "fixed_use": 0.0, "dual_use": 4000.0, "panels": 0.0, "hay": 3000.0, "herbs": 1000.0, "idle": 2000.0}
    assert expected == pytest.approx(found, abs=1e-6)


class Shelter(Lever):
    """Trees on bare forest land, and charcoal in the soil of fields that stay fields."""

    name = "shelter"
    items = (Item("shelter_trees", "land", wooded=True), Item("char", "land"), Item("shelter_income", "money"))

    def build(self) -> None:
        """2 Mha of trees by 2030 and 3 by 2040, 1 Mha of charcoal from 2030 on: as much as may be, for it pays."""
        index = pd.DataFrame({"region": "west", "year": [2030, 2040]})
        for name, land_class, most in (("shelter_trees", "forest_land", [2.0, 3.0]), ("char", "cropland", [1.0, 1.0])):
            terms = self.b.variable(Variable(name, KEYS, "Mha"), index, high=most).terms()
            self.ledger.use("land", terms.assign(land_class=land_class), 1.0, item=name, unit="1")
            self.ledger.supply("money", terms, 1.0, item="shelter_income", unit="bn CNY/Mha/yr")


@pytest.fixture(scope="module")
def sheltered() -> Solution:
    land = [{"region": "west", "land_class": name, "area": area, "fixed_use": fixed} for name, area, fixed in (("forest_land", 10.0, 4.0), ("cropland", 5.0, 0.0))]
    return cheapest(assemble(toy_data(years=YEARS, tables={"land": land}), [Land, Shelter], []))


def test_a_new_use_stands_among_those_who_hold_land(sheltered: Solution) -> None:
    """10 Mha of forest land hold 4 of present use and 3 of the new trees; 5 of cropland hold 1 of charcoal."""
    land = Made(sheltered)["land"].loc[lambda f: f["year"] == 2040].set_index(["land_class", "use"])["value"]
    forest = {"available": 10000.0, "fixed_use": 4000.0, "shelter_trees": 3000.0, "idle": 3000.0}
    assert forest == pytest.approx(land["forest_land"].to_dict())
    assert {"available": 5000.0, "char": 1000.0, "idle": 4000.0} == pytest.approx(land["cropland"][["available", "char", "idle"]].to_dict())


def test_what_a_new_lever_plants_goes_over_to_the_forest(sheltered: Solution) -> None:
    """2 Mha of barren forest land in 2030, one more in 2040; 4 stay otherwise wooded and all fields stay fields."""
    moves = Made(sheltered)["land_transitions"].set_index(["from_class", "to_class", "year"])["value"]
    expected = {
        ("barren", "forest", 2030): 2000.0, ("barren", "forest", 2040): 1000.0, ("forest", "forest", 2040): 2000.0,
        ("barren", "barren", 2030): 4000.0, ("barren", "barren", 2040): 3000.0,
        **{("other_wooded", "other_wooded", year): 4000.0 for year in YEARS[1:]}, **{("cropland", "cropland", year): 5000.0 for year in YEARS[1:]},
    }  # fmt: skip
    assert expected == pytest.approx({key: value for key, value in moves.items() if value > 0.0})


def test_the_identities_of_land_hold_with_a_new_lever(sheltered: Solution) -> None:
    tables = Made(sheltered)
    assert 1e-9 > max(sides.error() for check in (land_by_class, transitions_add_up) for sides in check(tables, sheltered))
