"""Lines between a region with coal and one without, by hand-worked cases."""

from __future__ import annotations

from typing import Any

import pytest

from model.core.build.assemble import assemble
from model.core.solve.solution import Solution
from model.levers.power.power import Power
from model.levers.power.thermal import Thermal
from model.levers.power.transmission import Transmission

from .power_toy import SLICE, YEARS, Tables, coal, grid, power_data, yearly
from .toy import amount, cheapest, value

LOSS = 0.1
ENDS = {"from_region": "west", "to_region": "east"}
BACK = {"from_region": "east", "to_region": "west"}


def lines(capacity: float = 1.0, expansion: float = 0.0, back: float | None = None, **extra: Any) -> Tables:
    """A line of 2000 km each way that loses a tenth; ``back`` is the limit on expansion of the way back."""
    line = {"capacity": capacity, "length": 2.0, "loss": LOSS, "expansion_limit": expansion, **extra}
    way_back = {**line, **BACK, "expansion_limit": expansion if back is None else back}
    return {"transmission_lines": [{**line, **ENDS}, way_back]}


def solved(*parts: Tables, demand: float = 10.0, fleet: float = 5.0, **settings: float) -> Solution:
    """All coal stands in the west; the east lives on the line or on nothing at 20 bn CNY per TWh."""
    common = (grid({"west": 0.0, "east": demand}), coal({"west": fleet}))
    data = power_data(*common, *parts, regions=("west", "east"), settings=settings)
    return cheapest(assemble(data, [Thermal, Power, Transmission], []))


def test_what_arrives_is_what_was_sent_less_the_losses() -> None:
    """The east needs 3 TWh, 1.5 a slice: the west sends 1.5 / 0.9 and burns as much."""
    solution = solved(lines(), demand=3.0)
    assert pytest.approx(-1.5 / 0.9) == amount(solution, "power", "exports", region="west", slice="day", year=2030)
    assert pytest.approx(1.5) == amount(solution, "power", "imports", region="east", slice="day", year=2020)
    assert pytest.approx(3.0 / 0.9) == amount(solution, "power", "coal", region="west", year=2030)


def test_a_flow_fits_the_line_in_every_slice() -> None:
    """1 GW carries 4.38 TWh, 3.942 arrive of the 5 that are needed."""
    solution = solved(lines())
    assert pytest.approx(SLICE) == value(solution, "flow", from_region="west", slice="night", year=2030)
    assert pytest.approx(5.0 - 0.9 * SLICE) == value(solution, "unserved", region="east", slice="night", year=2030)
    assert solution.duals("line_capacity").query("slice == 'night' and year == 2030")["dual"].max() < 0


def test_a_line_as_strong_both_ways_has_one_row_for_both() -> None:
    """1 GW both ways gives 4.38 TWh in the night: all of it goes east, none is left for the way back."""
    rows = solved(lines()).rows("line_capacity").query("slice == 'night' and year == 2030")
    assert [("east", "west")] == list(zip(rows["from_region"], rows["to_region"], strict=True))
    assert pytest.approx([SLICE]) == rows["activity"].tolist()
    assert pytest.approx([SLICE]) == rows["upper"].tolist()


def test_committed_lines_carry_half_on_the_way_to_their_year() -> None:
    """0.2 GW more from 2030, not in 2020: 0.1 GW on average between."""
    committed = {"transmission_committed": yearly(YEARS, {2020: 0.0, 2030: 0.2}, **ENDS)}
    solution = solved(lines(), committed)
    assert pytest.approx(2 * SLICE) == value(solution, "flow", from_region="west", year=2020)
    assert pytest.approx(2.2 * SLICE) == value(solution, "flow", from_region="west", year=2030)


def test_a_line_is_not_used_beyond_its_yearly_mean() -> None:
    """0.6 x 1 GW x 8760 h = 5.256 TWh."""
    solution = solved(lines(), {"transmission_use": yearly(YEARS, 0.6, grid="nation")})
    assert pytest.approx(5.256) == value(solution, "flow", from_region="west", year=2030)
    assert solution.duals("line_yearly_use").query("from_region == 'west'")["dual"].max() < 0


def test_a_corridor_grows_no_faster_than_its_tighter_limit() -> None:
    """0.01 GW a year for ten years, although 0.02 were allowed there and 0.01 back; the cell is that of the way back.

    Half of the 0.1 GW works in its period.
    """
    solution = solved(lines(expansion=0.02, back=0.01))
    assert pytest.approx(0.1) == value(solution, "line_new")
    assert pytest.approx(2.1 * SLICE) == value(solution, "flow", from_region="west", year=2030)
    assert pytest.approx(["east", "west"]) == list(solution.values("line_new").loc[0, ["from_region", "to_region"]])
    limit = next(part for part in solution.build.limits if part.name == "line_expansion_limit")
    assert ("F4",) == limit.cells
    assert solution.duals("line_expansion_limit")["dual"].iloc[0] < 0


def test_new_lines_serve_both_directions() -> None:
    """The east has the coal and the corridor is named by the alphabet: the way back grows as well, by half of 0.1 GW."""
    common = (grid({"west": 10.0, "east": 0.0}), coal({"east": 5.0}), lines(expansion=0.01))
    data = power_data(*common, regions=("west", "east"))
    solution = cheapest(assemble(data, [Thermal, Power, Transmission], []))
    assert pytest.approx(2.1 * SLICE) == value(solution, "flow", from_region="east", year=2030)


def test_each_end_pays_half_of_a_new_line() -> None:
    """0.1 GW x (1.1 x 2 + 1.2) = 0.34 bn CNY; over 40 years and 0.02 fixed 0.045 a year: 0.0153, half of it in its period, half each."""
    solution = solved(lines(expansion=0.01))
    for region in ("west", "east"):
        assert pytest.approx(-0.003825) == amount(solution, "money", "transmission_cost", region=region, year=2030)


def test_a_contract_binds_where_own_power_is_cheaper() -> None:
    """The east has coal of its own and would not lose a tenth on the way: the contract costs the lost power."""
    contract = {"power_contracts": yearly(YEARS, {2020: 0.0, 2030: 2.0}, **ENDS)}
    common = (grid({"west": 0.0, "east": 10.0}), coal({"west": 5.0, "east": 5.0}, retirement_cost=9.0))
    data = power_data(*common, lines(), contract, regions=("west", "east"))
    solution = cheapest(assemble(data, [Thermal, Power, Transmission], []))
    assert pytest.approx(2.0) == value(solution, "flow", from_region="west", year=2030)
    assert pytest.approx(0.1 * 0.3 * 10) == solution.duals("contract_flow")["dual"].iloc[0]
    assert [2030] == list(solution.rows("contract_flow")["year"])


def test_firm_capacity_is_lent_over_a_part_of_the_line() -> None:
    """The east needs 0.45 GW firm: 0.9 x 0.5 of the line of 1 GW, which the west lends."""
    peak = {"peak_load": [{"region": r, "peak_factor": 1.0, "weight": 1.0} for r in ("west", "east")]}
    needed = 0.45 * 8.76
    solution = solved(lines(), peak, demand=needed, reserve_margin=0.0, reserve_sharing=0.5)
    assert pytest.approx(0.5) == value(solution, "firm_transfer", from_region="west", year=2030)
    assert pytest.approx(-0.5) == amount(solution, "reserve", "firm_capacity_lent", region="west")
    assert pytest.approx(0.45) == amount(solution, "reserve", "firm_capacity_borrowed", region="east")


def test_more_lending_needs_a_wider_line() -> None:
    """0.54 GW firm need 0.6 GW lent, over a line of 1.2: 0.2 GW are built for the reserve alone."""
    peak = {"peak_load": [{"region": r, "peak_factor": 1.0, "weight": 1.0} for r in ("west", "east")]}
    solution = solved(lines(expansion=1.0), peak, demand=0.54 * 8.76, reserve_margin=0.0, reserve_sharing=0.5)
    assert pytest.approx(0.2) == value(solution, "line_new")
    assert solution.duals("firm_transfer_limit").query("from_region == 'west'")["dual"].iloc[0] < 0


def test_a_line_may_have_an_investment_and_a_life_of_its_own() -> None:
    """1 GW is built at 0.1 GW a year, half of it works: (0.5 / 20 + 0.02 * 0.5) * 0.5 = 0.0175 a year instead of 3.4 * (1 / 40 + 0.02) * 0.5."""
    own = solved(lines(expansion=0.1, investment=0.5, life=20.0), demand=20.0)
    assert pytest.approx(1.0) == value(own, "line_new")
    assert pytest.approx(-0.0175) == amount(own, "money", "transmission_cost", year=2030)
    usual = solved(lines(expansion=0.1), demand=20.0)
    assert pytest.approx(-3.4 * 0.045 * 0.5) == amount(usual, "money", "transmission_cost", year=2030)
