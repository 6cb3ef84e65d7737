"""End use: gross emissions and the measures that lower them, by hand-worked cases of one region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from model.core.build.assemble import assemble
from model.core.data import Data
from model.core.ledger import PostError
from model.core.solve.solution import Solution
from model.levers.demand.end_use import EndUse

from .toy import amount, cheapest, toy_data, value

YEARS = (2020, 2030, 2040)
#: One tonne of emission costs 1 bn CNY per Mt CO2.
CARBON = {"emission": -1.0}


def by_year(keys: Mapping[str, Any], values: Mapping[int, float]) -> list[dict[str, Any]]:
    return [{**keys, "year": year, "value": value} for year, value in values.items()]


def electric(**columns: Any) -> dict[str, Any]:
    """Electric vehicles: 0.1 of the tonnes in 2020, at most 0.4 and 0.7 later; all of the tonne is saved."""
    return {"measure": "electric", "abatement": 1.0, "shares": {2020: 0.1, 2030: 0.4, 2040: 0.7}, **columns}


def transport(
    measures: Sequence[Mapping[str, Any]] = (), activity: Mapping[int, float] | None = None, **tables: Any
) -> Data:
    """100 Mt CO2 of transport in the west; activity stays as it is unless given."""
    keys = [{"sector": "cars", "measure": m["measure"]} for m in measures]
    free = dict.fromkeys(YEARS, 0.0)
    shares = [row for k, m in zip(keys, measures, strict=True) for row in by_year(k, m["shares"])]
    costs = [row for k, m in zip(keys, measures, strict=True) for row in by_year(k, m.get("cost", free))]
    given = {
        "end_use": [{"region": "west", "sector": "cars", "category": "transport", "emission": 100.0}],
        "end_use_activity": by_year({"sector": "cars"}, activity or dict.fromkeys(YEARS, 1.0)),
        "measures": [{"sector": "cars", "build_rate": 1.0, **m} for m in measures],
        "measure_shares": shares,
        "measure_costs": costs,
        "water_zones": [{"water_zone": "dry", "region": "west", "industry_share": 1.0}],
    }
    return toy_data(["west"], YEARS, {**given, **tables})


def run(data: Data, prices: Mapping[str, float] | None = None) -> Solution:
    solution = cheapest(assemble(data, [EndUse], []), feed_in=CARBON if prices is None else prices)
    assert solution.status == "optimal"
    return solution


def test_gross_emissions_follow_activity_in_every_year() -> None:
    """100 Mt * 1, 1.2 and 0.9, booked under the category of the end use."""
    solution = run(transport([electric()], {2020: 1.0, 2030: 1.2, 2040: 0.9}), prices={"money": 1.0})
    assert pytest.approx([100.0, 120.0, 90.0]) == [amount(solution, "emission", "transport", year=y) for y in YEARS]


def test_a_measure_stops_at_what_its_largest_share_adds() -> None:
    """(0.4 - 0.1) * 120 = 36 Mt in 2030, (0.7 - 0.1) * 90 = 54 Mt in 2040, 0.8 t saved per tonne."""
    data = transport([electric(abatement=0.8)], {2020: 1.0, 2030: 1.2, 2040: 0.9})
    solution = run(data)
    assert pytest.approx(36.0) == value(solution, "adopted_end_use", year=2030)
    assert pytest.approx(54.0) == value(solution, "adopted_end_use", year=2040)
    assert pytest.approx(120.0 - 28.8) == amount(solution, "emission", "transport", year=2030)
    limits = solution.limits()
    row = limits[(limits["name"] == "adopted_end_use") & (limits["year"] == 2030)].iloc[0]
    assert ("measure_shares", "E3") == (row["sheet"], row["cell"])
    assert pytest.approx(36.0) == row["limit"]
    assert pytest.approx(0.8 * data.weight(2030)) == row["dual"]


def test_a_measure_spreads_no_faster_than_its_build_rate_in_end_use() -> None:
    """2.5 % a year between the middles 2020, 2025 and 2035: 12.5 of 100 Mt though 30 are allowed, then 37.5 though 60 are."""
    solution = run(transport([electric(build_rate=0.025)]))
    assert pytest.approx(12.5) == value(solution, "adopted_end_use", year=2030)
    assert pytest.approx(37.5) == value(solution, "adopted_end_use", year=2040)


def test_end_use_measures_under_a_joint_cap_do_not_share_the_same_tonne() -> None:
    """Base shares 0.1 + 0.1, so 80 of 100 Mt are left: 70 to electric cars, 10 to the biofuel that saves less."""
    wide = {2020: 0.1, 2030: 0.8, 2040: 0.8}
    measures = [electric(shares=wide), {"measure": "biofuel", "abatement": 0.5, "shares": wide}]
    caps = [{"sector": "cars", "cap": "fleet", "measure": m["measure"], "weight": 1.0} for m in measures]
    solution = run(transport(measures, measure_caps=caps))
    assert pytest.approx(70.0) == value(solution, "adopted_end_use", measure="electric", year=2030)
    assert pytest.approx(10.0) == value(solution, "adopted_end_use", measure="biofuel", year=2030)


def test_an_end_use_measure_in_place_is_not_undone_but_shrinks_with_activity() -> None:
    """It earns in 2030 (30 Mt) and costs in 2040; activity falls from 1 to 0.6: 30 * 0.6 = 18 Mt must stay."""
    cost = {2020: 0.0, 2030: -2.0, 2040: 0.5}
    solution = run(transport([electric(cost=cost)], {2020: 1.0, 2030: 1.0, 2040: 0.6}), prices={})
    assert pytest.approx(30.0) == value(solution, "adopted_end_use", year=2030)
    assert pytest.approx(18.0) == value(solution, "adopted_end_use", year=2040)


def test_growing_activity_does_not_ask_for_more_of_a_measure_in_place() -> None:
    """Activity rises from 1 to 1.5: the 30 Mt of 2030 stay 30, not 45."""
    cost = {2020: 0.0, 2030: -2.0, 2040: 0.5}
    solution = run(transport([electric(cost=cost)], {2020: 1.0, 2030: 1.0, 2040: 1.5}), prices={})
    assert pytest.approx(30.0) == value(solution, "adopted_end_use", year=2040)


def test_an_end_use_emits_nothing_less_than_nothing() -> None:
    """Two measures on 0.8 and 0.6 of the tonnes would save 140 Mt; there are 100."""
    rail = electric(measure="rail", shares={2020: 0.0, 2030: 0.6, 2040: 0.6})
    measures = [electric(shares={2020: 0.0, 2030: 0.8, 2040: 0.8}), rail]
    solution = run(transport(measures))
    assert pytest.approx(100.0) == value(solution, "adopted_end_use", year=2030)
    assert pytest.approx(0.0, abs=1e-9) == amount(solution, "emission", "transport", year=2030)


def test_an_end_use_measure_posts_its_cost_and_what_it_draws_on() -> None:
    """30 Mt * 0.5 t saved * 0.2 bn CNY/Mt = 3 bn CNY; 1.1 TWh, 0.2 TWh of hydrogen, 0.1 of biomass, 0.001 km3 each."""
    draws = {"electricity": 1.1, "hydrogen": 0.2, "biomass": 0.1, "water": 0.001}
    solution = run(transport([electric(abatement=0.5, cost=dict.fromkeys(YEARS, 0.2), **draws)]))
    assert pytest.approx(-3.0) == amount(solution, "money", "end_use_measures", year=2030)
    assert pytest.approx(-33.0) == amount(solution, "electricity", "end_use_electrification", year=2030)
    assert pytest.approx(-6.0) == amount(solution, "hydrogen", "end_use_hydrogen", year=2030)
    assert pytest.approx(-3.0) == amount(solution, "biomass", "end_use_biomass", year=2030)
    assert pytest.approx(-0.03) == amount(solution, "water", "end_use_water", water_zone="dry", year=2030)


def test_end_uses_without_measures_only_emit() -> None:
    """No measure concerns cars: the account holds their 100 Mt and nothing is decided."""
    build = assemble(transport(), [EndUse], [])
    posts = build.ledger.table("emission")
    assert 0 == build.size
    assert pytest.approx(300.0) == posts["coefficient"].sum()


def test_an_end_use_without_activity_is_refused() -> None:
    """A year without activity would be a year without emissions."""
    data = transport()
    data.tables["end_use_activity"] = data.tables["end_use_activity"].iloc[:2]
    with pytest.raises(PostError, match="sector=cars, year=2040"):
        assemble(data, [EndUse], [])
