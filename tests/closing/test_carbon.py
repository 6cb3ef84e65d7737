"""The targets on the carbon account, each in a toy of three periods of ten years in which it binds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.closing.carbon import CarbonAccount
from model.core.assemble import assemble
from model.core.build import Lever
from model.core.solution import Solution
from model.core.solver import solve
from model.core.spec import Variable
from tests.levers.toy import poster, toy_data, value

YEARS = (2020, 2030, 2040, 2050)
CUT = Variable("cut", ("region", "year"), "Mt CO2/yr")


def solved(emission: list[float], price: list[float], target: dict[str, Any]) -> Solution:
    """One region that emits ``emission`` (Mt CO2/yr) by period and may cut at ``price`` (bn CNY/Mt CO2), undiscounted."""
    from model.closing.objective import ObjectiveClosing

    def emit(lever: Lever) -> None:
        keys = pd.DataFrame({"region": "west", "year": YEARS[1:]})
        lever.ledger.supply_fixed("emission", keys, np.array(emission), item="burnt", unit="Mt CO2/yr")
        cut = lever.b.variable(CUT, keys)
        lever.ledger.use("emission", cut.terms(), 1.0, item="cut", unit="1")
        lever.ledger.use("money", cut.terms(), np.array(price), item="cut", unit="bn CNY/Mt CO2")

    data = toy_data(years=YEARS, tables={"carbon_targets": [{"target": "t", "scope": "nation", **target}]}, settings={"discount_rate": 0.0})
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


def test_after_the_peak_emissions_never_rise_and_up_to_it_they_may() -> None:
    """10, 12, 15 with the peak in 2040: the rise to 12 stands, 2050 falls by 3 to 12."""
    solution = solved([10.0, 12.0, 15.0], [9.0, 9.0, 1.0], {"kind": "peak", "year": 2040})
    assert cuts(solution) == pytest.approx([0.0, 0.0, 3.0], abs=1e-9)
    assert solution.objective == pytest.approx(30.0, abs=1e-7)


@pytest.mark.parametrize("kind", ["net_limit", "emission_limit"])
def test_a_limit_of_a_year_binds_in_that_year_alone(kind: str) -> None:
    """10 allowed 4 in 2040: 6 are cut at 3 bn CNY over ten years, 180 bn CNY; other years are free."""
    solution = solved([10.0, 10.0, 10.0], [1.0, 3.0, 1.0], {"kind": kind, "year": 2040, "value": 4.0})
    assert cuts(solution) == pytest.approx([0.0, 6.0, 0.0], abs=1e-9)
    assert solution.objective == pytest.approx(180.0, abs=1e-7)
