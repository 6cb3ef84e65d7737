"""Land by class and dual use, by hand-worked cases of one region."""

from __future__ import annotations

import pandas as pd
import pytest

from model.core.assemble import assemble
from model.core.build import Lever
from model.core.data import Data
from model.core.spec import Variable
from model.levers.land import Land

from .toy import amount, cheapest, poster, toy_data, value

PLANTED = Variable("planted_trees", ("region", "year"), "Mha")
PANELS = Variable("panel_area", ("region", "year"), "Mha")
RESTORED = Variable("restored_area", ("region", "year"), "Mha")


def land_data(**grassland: float) -> Data:
    rows = [{"region": "west", "land_class": "grassland", "area": 10.0, **grassland}]
    return toy_data(tables={"land": rows})


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
        lever.ledger.supply(balance, terms, 1.0, item=balance, unit="1")
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


def test_without_panels_or_restoration_nothing_is_shared() -> None:
    """Nobody posts panels or restored land: 0 >= dual_use, so no benefit is earned for nothing."""
    solution = cheapest(assemble(land_data(), [Land], []))
    assert pytest.approx(0.0) == value(solution, "dual_use")


def test_a_region_without_grassland_shares_nothing() -> None:
    data = toy_data(tables={"land": [{"region": "west", "land_class": "unused", "area": 2.0}]})
    build = assemble(data, [Land, poster(grower)], [])
    assert "dual_use" not in build.families
    assert pytest.approx(2.0) == amount(cheapest(build), "land", "available", land_class="unused")
