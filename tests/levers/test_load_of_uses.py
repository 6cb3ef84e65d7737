"""Power of vehicles and heat pumps by time slice, by hand: a use that is drawn by day only where the region's load is the same day and night.

8 TWh a year are charged. Half of it can be moved within the day, up to twice its mean, and power costs at night nothing.
"""

from __future__ import annotations

import pandas as pd
import pytest

from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.solve.solution import Solution
from model.levers.demand.load_of_uses import LoadOfUses

from .power_toy import YEARS, grid, power_data
from .toy import amount, cheapest, poster, value

CHARGED = 8.0


def charging(flexible: float, most: float = 2.0, share_by_day: float = 1.0, seasons: int = 1, day: float = 1.0, night: float = 0.0) -> Solution:
    """The use with its shape; power costs ``day`` and ``night`` (bn CNY/TWh)."""
    tables = {
        "load_uses": [{"load_use": "cars", "flexible": flexible, "most": most}],
        "use_shape": [
            {"region": "west", "load_use": "cars", "slice": name, "share": share, "weight": 1.0} for name, share in (("day", share_by_day), ("night", 1.0 - share_by_day))
        ],
    }

    def post(lever: Lever) -> None:
        frame = pd.DataFrame({"region": ["west"], "load_use": ["cars"], "year": [2030]})
        lever.ledger.use_fixed("use_load", frame, [CHARGED], item="end_use_electrification", unit="TWh/yr")
        for name, price in (("use_load", 0.0), ("moved_load", 1.0)):
            if name == "moved_load" and name in lever.b.families:
                terms = lever.b.families[name].terms()
                lever.ledger.use("money", terms, [price * (day if s == "day" else night) for s in terms.frame["slice"]], item="bill", unit="bn CNY/TWh")

    solution = cheapest(assemble(power_data(grid({"west": 10.0}, seasons=seasons), tables), [LoadOfUses, poster(post)], []))
    assert solution.status == "optimal"
    return solution


def drawn(solution: Solution, name: str) -> float:
    return -amount(solution, "power", "load_of_uses", slice=name, year=2030)


def test_what_can_not_be_moved_follows_its_own_shape_and_adds_up_to_nothing() -> None:
    """All by day where the region has half: four more by day than the region's shape would draw, four less at night."""
    solution = charging(flexible=0.0)
    assert drawn(solution, "day") == pytest.approx(4.0)
    assert drawn(solution, "night") == pytest.approx(-4.0)


def test_what_can_be_moved_goes_where_power_is_cheap() -> None:
    """Half of 8 moves to the night, at most twice its mean there: all 4. Drawn 4 by day and 4 at night: the region's shape."""
    solution = charging(flexible=0.5)
    assert value(solution, "moved_load", slice="night") == pytest.approx(4.0)
    assert drawn(solution, "day") == pytest.approx(0.0)
    assert drawn(solution, "night") == pytest.approx(0.0)


def test_no_hour_takes_more_than_its_multiple_of_the_mean() -> None:
    """At most 1.2 times the mean of 4 over half of the hours: 2.4 at night, the rest by day."""
    solution = charging(flexible=0.5, most=1.2)
    assert value(solution, "moved_load", slice="night") == pytest.approx(2.4)
    assert value(solution, "moved_load", slice="day") == pytest.approx(1.6)


def test_nothing_is_moved_to_another_day() -> None:
    """Day and night as day types of their own: all that is drawn on the days of the first stays there."""
    solution = charging(flexible=0.5, seasons=2)
    assert value(solution, "moved_load", slice="night") == pytest.approx(0.0)
    assert drawn(solution, "day") == pytest.approx(4.0)


@pytest.mark.parametrize("flexible", [0.0, 0.3, 1.0])
def test_over_the_year_the_difference_to_the_region_is_nothing(flexible: float) -> None:
    solution = charging(flexible, share_by_day=0.7)
    assert drawn(solution, "day") + drawn(solution, "night") == pytest.approx(0.0, abs=1e-9)
    assert value(solution, "use_load", year=YEARS[-1]) == pytest.approx(CHARGED)
