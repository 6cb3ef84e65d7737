"""Land by class and dual use, by hand-worked cases of one region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest

from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.data import Data
from model.core.declare.spec import InputError, Variable
from model.levers.land.land import Land

from .toy import amount, cheapest, poster, toy_data, value

PLANTED = Variable("planted_trees", ("region", "year"), "Mha")
PANELS = Variable("panel_area", ("region", "year"), "Mha")
RESTORED = Variable("restored_area", ("region", "year"), "Mha")


RULE = {"land_class": "grassland", "shares_with": "restored", "share": 1.0, "benefit": 0.6, "cost": 0.0}


def land_data(rule: Mapping[str, Any] | None = None, **grassland: float) -> Data:
    rows = [{"region": "west", "land_class": "grassland", "area": 10.0, **grassland}]
    return toy_data(tables={"land": rows, "dual_use_rules": [{**RULE, **(rule or {})}]})


def grower(lever: Lever) -> None:
    """Trees earn 1 bn CNY a year per Mha of grassland they stand on."""
    trees = lever.b.variable(PLANTED, pd.DataFrame({"region": ["west"], "year": [2030]})).terms()
    lever.ledger.use("land", trees.assign(land_class="grassland"), 1.0, item="trees", unit="1")
    lever.ledger.supply("money", trees, 1.0, item="timber", unit="bn CNY/Mha/yr")


def panels_and_restoration(lever: Lever) -> None:
    """Panels earn 3 and restoration 1 bn CNY a year per Mha; there are 6 Mha of panels at most."""
    index = pd.DataFrame({"region": ["west"], "year": [2030]})
    panels = lever.b.variable(PANELS, index, high=6.0).terms()
    restored = lever.b.variable(RESTORED, index).terms()
    for terms, balance, earns in ((panels, "dual_panels", 3.0), (restored, "dual_restored", 1.0)):
        lever.ledger.use("land", terms.assign(land_class="grassland"), 1.0, item=balance, unit="1")
        lever.ledger.supply(balance, terms.assign(land_class="grassland"), 1.0, item=balance, unit="1")
        lever.ledger.supply("money", terms, earns, item="income", unit="bn CNY/Mha/yr")


def test_land_in_use_stops_at_the_area_less_redline_and_present_use() -> None:
    """10 Mha, a fifth closed, 3 Mha in present use: 10 * 0.8 - 3 = 5 Mha are left for trees."""
    solution = cheapest(assemble(land_data(redline_share=0.2, fixed_use=3.0), [Land, poster(grower)], []))
    assert solution.status == "optimal"
    assert pytest.approx(5.0) == value(solution, "planted_trees")
    assert pytest.approx(8.0) == amount(solution, "land", "available")
    assert pytest.approx(-3.0) == amount(solution, "land", "fixed_use")


def test_the_price_of_land_is_what_its_best_use_earns_and_points_to_its_cell() -> None:
    """One more Mha of grassland earns 1 bn CNY a year, so a kha 0.001, discounted over the ten years of the period."""
    data = land_data()
    solution = cheapest(assemble(data, [Land, poster(grower)], []))
    limits = solution.limits()
    row = limits[(limits["name"] == "balance_land") & (limits["year"] == 2030)].iloc[0]
    assert ("land", "C3") == (row["sheet"], row["cell"])
    assert pytest.approx(10_000.0) == row["limit"]
    assert pytest.approx(0.001 * data.weight(2030)) == row["dual"]


def test_dual_use_counts_the_shared_hectare_once() -> None:
    """6 Mha of panels and 10 Mha of restored land stand on 10 Mha when they share 6: 6 + 10 - 6 = 10."""
    solution = cheapest(assemble(land_data(), [Land, poster(panels_and_restoration)], []))
    assert pytest.approx(6.0) == value(solution, "panel_area")
    assert pytest.approx(10.0) == value(solution, "restored_area")
    assert pytest.approx(6.0) == value(solution, "dual_use")
    assert pytest.approx(6.0) == amount(solution, "land", "dual_use", year=2030)


def test_dual_use_stays_within_the_panels_and_within_the_restored_land() -> None:
    """With 4 Mha of land left for restoration beside 6 Mha of panels no hectare is shared unless both are on it."""
    solution = cheapest(assemble(land_data(fixed_use=6.0), [Land, poster(panels_and_restoration)], []))
    shared = value(solution, "dual_use")
    # 4 Mha: all of it carries both, so panels = restored = shared = 4.
    assert pytest.approx(4.0) == shared
    assert pytest.approx(shared) == value(solution, "panel_area")
    assert pytest.approx(shared) == value(solution, "restored_area")


def test_dual_use_earns_its_benefit() -> None:
    """6 Mha * 600 CNY/ha/yr = 3.6 bn CNY a year."""
    solution = cheapest(assemble(land_data(), [Land, poster(panels_and_restoration)], []))
    assert pytest.approx(3.6) == amount(solution, "money", "dual_use_benefit")


def test_dual_use_pays_its_cost_and_stops_at_its_share() -> None:
    """Half of 6 Mha of panels may share: 3 Mha at 600 less 200 CNY/ha/yr; 10 Mha hold 6 of panels and 7 restored."""
    solution = cheapest(assemble(land_data({"share": 0.5, "cost": 0.2}), [Land, poster(panels_and_restoration)], []))
    assert pytest.approx(3.0) == value(solution, "dual_use")
    assert pytest.approx(7.0) == value(solution, "restored_area")
    assert pytest.approx(1.8) == amount(solution, "money", "dual_use_benefit")
    assert pytest.approx(-0.6) == amount(solution, "money", "dual_use_cost")


def farm_data(share: float, cost: float = 0.0) -> Data:
    """10 Mha of fields of which 9 must stay."""
    rows = [{"region": "west", "land_class": "cropland", "area": 10.0, "fixed_use": 9.0}]
    rule = {"land_class": "cropland", "shares_with": "present_use", "share": share, "cost": cost}
    return toy_data(tables={"land": rows, "dual_use_rules": [rule]})


def farm_panels(lever: Lever) -> None:
    """Panels on fields earn 3 bn CNY a year per Mha; 4 Mha at most."""
    terms = lever.b.variable(PANELS, pd.DataFrame({"region": ["west"], "year": [2030]}), high=4.0).terms()
    terms = terms.assign(land_class="cropland")
    lever.ledger.use("land", terms, 1.0, item="solar_farms", unit="1")
    lever.ledger.supply("dual_panels", terms, 1.0, item="solar_farms", unit="1")
    lever.ledger.supply("money", terms, 3.0, item="income", unit="bn CNY/Mha/yr")


def test_panels_over_fields_leave_the_floor_of_cropland_farmed() -> None:
    """1 Mha lies above the floor. With seven tenths farmed below the panels P - 0.7 P <= 1: P = 3.33 Mha, 2.33 shared."""
    solution = cheapest(assemble(farm_data(0.7), [Land, poster(farm_panels)], []))
    assert pytest.approx(1.0 / 0.3) == value(solution, "panel_area")
    assert pytest.approx(0.7 / 0.3) == value(solution, "dual_use")


def test_panels_that_can_not_share_stop_at_the_floor_of_cropland() -> None:
    build = assemble(farm_data(0.0), [Land, poster(farm_panels)], [])
    assert "dual_use" not in build.families
    assert pytest.approx(1.0) == value(cheapest(build), "panel_area")


def test_sharing_too_dear_for_what_panels_earn_is_not_done() -> None:
    """A shared hectare saves nothing that earns more than 3 per Mha of panels: at a cost of 5 per Mha shared, P = 1."""
    solution = cheapest(assemble(farm_data(0.7, cost=5.0), [Land, poster(farm_panels)], []))
    assert pytest.approx(1.0) == value(solution, "panel_area")
    assert pytest.approx(0.0) == value(solution, "dual_use")


def test_present_use_and_redline_beyond_the_area_are_found_at_their_cell() -> None:
    with pytest.raises(InputError) as error:
        assemble(land_data(redline_share=0.5, fixed_use=6.0), [Land], [])
    assert ("land", "E3") == (error.value.findings[0].sheet, error.value.findings[0].cell)


def test_without_panels_or_restoration_nothing_is_shared() -> None:
    """Nobody posts panels or restored land: 0 >= dual_use, so no benefit is earned for nothing."""
    solution = cheapest(assemble(land_data(), [Land], []))
    assert pytest.approx(0.0) == value(solution, "dual_use")


def test_a_region_without_grassland_shares_nothing() -> None:
    data = toy_data(tables={"land": [{"region": "west", "land_class": "unused", "area": 2.0}]})
    build = assemble(data, [Land, poster(grower)], [])
    assert "dual_use" not in build.families
    assert pytest.approx(2.0) == amount(cheapest(build), "land", "available", land_class="unused")
