"""The targets on the carbon account, each in a toy of three periods of ten years in which it binds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.closing.carbon import CarbonAccount
from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.declare.spec import InputError, Variable
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from tests.levers.toy import poster, toy_data, value

YEARS = (2020, 2030, 2040, 2050)
CUT = Variable("cut", ("region", "year"), "Mt CO2/yr")


def solved(
    emission: list[float], price: list[float], target: dict[str, Any], sink: float = 0.0, captured: float = 0.0, **settings: float
) -> Solution:
    """One region that emits ``emission`` (Mt CO2/yr) by period and may cut at ``price`` (bn CNY/Mt CO2), undiscounted."""
    from model.closing.objective import ObjectiveClosing

    def emit(lever: Lever) -> None:
        keys = pd.DataFrame({"region": "west", "year": YEARS[1:]})
        lever.ledger.supply_fixed("emission", keys, np.array(emission), item="burnt", unit="Mt CO2/yr")
        lever.ledger.supply_fixed("sink", keys, sink, item="forest_living", unit="Mt CO2/yr")
        lever.ledger.supply_fixed("captured", keys, captured, item="stack", unit="Mt CO2/yr")
        cut = lever.b.variable(CUT, keys)
        lever.ledger.use("emission", cut.terms(), 1.0, item="cut", unit="1")
        lever.ledger.use("money", cut.terms(), np.array(price), item="cut", unit="bn CNY/Mt CO2")

    targets = [{"target": "t", "scope": "nation", **target}]
    data = toy_data(years=YEARS, tables={"carbon_targets": targets}, settings={"discount_rate": 0.0, **settings})
    solution = solve(assemble(data, [poster(emit)], [CarbonAccount, ObjectiveClosing]))
    assert solution.status == "optimal"
    return solution


def cuts(solution: Solution) -> list[float]:
    return [value(solution, "cut", year=year) for year in YEARS[1:]]


def test_a_cumulative_limit_counts_every_period_up_to_its_year_and_none_after() -> None:
    """10 * (10 - c1) + 10 * (10 - c2) <= 150 up to 2040: five cut where it is cheap, in 2040; 2050 is free.

    5 Mt a year over ten years at 1 bn CNY are 50 bn CNY.
    """
    solution = solved([10.0, 10.0, 10.0], [2.0, 1.0, 0.5], {"kind": "cumulative", "year": 2040, "value": 150.0})
    assert cuts(solution) == pytest.approx([0.0, 5.0, 0.0], abs=1e-9)
    assert solution.objective == pytest.approx(50.0, abs=1e-7)


@pytest.mark.parametrize(("year", "why"), [(2020, "base year has no account"), (2050, "would limit nothing")])
def test_a_peak_without_a_milestone_on_either_side_is_refused_at_its_year(year: int, why: str) -> None:
    """Before 2030 there is only the base year to compare with; after 2050 nothing follows."""
    with pytest.raises(InputError, match=rf"carbon_targets!D3: .*{why}.*; a year from 2030 on and before 2050"):
        solved([10.0, 12.0, 15.0], [9.0, 9.0, 1.0], {"kind": "peak", "year": year})


def test_after_the_peak_emissions_never_rise_and_up_to_it_they_may() -> None:
    """10, 12, 15 with the peak in 2040: the rise to 12 stands, 2050 falls by 3 to 12."""
    solution = solved([10.0, 12.0, 15.0], [9.0, 9.0, 1.0], {"kind": "peak", "year": 2040})
    assert cuts(solution) == pytest.approx([0.0, 0.0, 3.0], abs=1e-9)
    assert solution.objective == pytest.approx(30.0, abs=1e-7)


def test_a_limit_on_net_emissions_counts_sinks_and_capture() -> None:
    """10 - 2 stored - 1 captured, allowed 4 in 2040: 3 are cut at 3 bn CNY over ten years, 90 bn CNY; other years are free."""
    solution = solved([10.0, 10.0, 10.0], [1.0, 3.0, 1.0], {"kind": "net_limit", "year": 2040, "value": 4.0}, sink=2.0, captured=1.0)
    assert cuts(solution) == pytest.approx([0.0, 3.0, 0.0], abs=1e-9)
    assert solution.objective == pytest.approx(90.0, abs=1e-7)


def test_a_limit_on_emissions_counts_capture_and_no_sink() -> None:
    """10 - 1 captured, allowed 4 in 2040: 5 are cut at 3 bn CNY over ten years, 150 bn CNY."""
    solution = solved([10.0, 10.0, 10.0], [1.0, 3.0, 1.0], {"kind": "emission_limit", "year": 2040, "value": 4.0}, sink=2.0, captured=1.0)
    assert cuts(solution) == pytest.approx([0.0, 5.0, 0.0], abs=1e-9)
    assert solution.objective == pytest.approx(150.0, abs=1e-7)


def test_the_buffer_withholds_its_share_of_the_sink_of_forests() -> None:
    """Of 5 Mt a year a fifth is withheld: 10 - 4, allowed 4: 2 are cut at 3 bn CNY over ten years."""
    target = {"kind": "net_limit", "year": 2040, "value": 4.0}
    solution = solved([10.0, 10.0, 10.0], [1.0, 3.0, 1.0], target, sink=5.0, permanence_buffer=0.2)
    assert cuts(solution) == pytest.approx([0.0, 2.0, 0.0], abs=1e-9)


def test_a_value_of_carbon_is_paid_on_net_emissions() -> None:
    """2 bn CNY per Mt on 10 - 2 - 1 = 7 Mt a year for thirty years, 420 bn CNY; a cut at 3 does not pay."""
    target = {"kind": "net_limit", "year": 2040, "value": 99.0}
    solution = solved([10.0, 10.0, 10.0], [3.0, 3.0, 3.0], target, sink=2.0, captured=1.0, carbon_value=2.0)
    assert cuts(solution) == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)
    assert solution.objective == pytest.approx(420.0, abs=1e-7)


@pytest.mark.parametrize(("scope", "members"), [("nation", ["west", "coast"]), ("group:industrial", ["coast"]), ("west", ["west"])])
def test_a_target_rules_the_regions_of_its_scope(scope: str, members: list[str]) -> None:
    """One row whose variables are emissions, sinks and capture of the regions in scope."""
    regions = [{"region": r, "name_en": r, "name_zh": r, "region_group": g} for r, g in (("west", "west"), ("coast", "industrial"))]
    target = {"target": "t", "scope": scope, "kind": "net_limit", "year": 2030, "value": 1.0}
    build = assemble(toy_data(("west", "coast"), tables={"regions": regions, "carbon_targets": [target]}), [], [CarbonAccount])
    expected = {(r, 2030) for r in members}
    held = {key for f in ("emission_total", "sink_total", "captured_total") for key, p in zip(
        build.families[f].variables, build.families[f].positions, strict=True) if p in build.blocks["net_limit"].position}
    assert expected == held
