"""The West-line diversion, by hand-worked cases of one phase: water, shares, land, hydropower and money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pytest

from model.core.build.assemble import assemble
from model.core.build.build import Lever
from model.core.data import Data
from model.core.declare.spec import InputError, Variable
from model.core.solve.solution import Solution
from model.levers.land.diversion import Diversion
from model.levers.land.land import Land
from model.levers.land.water import Water

from .toy import amount, cheapest, poster, toy_data, value

YEARS = (2020, 2030, 2040, 2050)
PHASE: dict[str, Any] = {
    "phase": "one", "volume": 8.0, "loss": 0.25, "earliest_year": 2030, "construction_years": 5.0, "investment": 100.0,
    "operation_cost": 2.0, "asset_life": 40.0, "donor_zone": "wet", "hydropower_lost": 1.5, "hydropower_gained": 0.5,
    "opened_land": 4.0,
}
RECEIVERS = (
    {"phase": "one", "water_zone": "upper", "min_share": 0.25, "max_share": 0.75},
    {"phase": "one", "water_zone": "lower", "min_share": 0.0, "max_share": 0.5},
)
PLOTS = (
    {"phase": "one", "region": "north", "water_zone": "upper", "use": "grass", "share": 0.5, "irrigation": 0.2, "opening_cost": 10.0, "income": 3.0, "forage": 2.0},
    {"phase": "one", "region": "north", "water_zone": "upper", "use": "farm", "share": 0.25, "irrigation": 0.4, "opening_cost": 20.0, "income": 6.0},
    {"phase": "one", "region": "north", "water_zone": "upper", "use": "forest", "share": 0.25, "irrigation": 9.0, "land_type": "opened"},
)
DEMAND = Variable("city_water", ("water_zone", "year"), "km3/yr")


def line_data(
    phase: Mapping[str, Any] | None = None, receivers: Sequence[Mapping[str, Any]] = RECEIVERS,
    plots: Sequence[Mapping[str, Any]] = (), canal: float = 0.0, donor: float = 20.0, **settings: Any,
) -> Data:
    """One phase from zone wet (south) to zones upper (north) and lower (east); only zone wet has water of its own."""
    places = (("wet", "south"), ("upper", "north"), ("lower", "east"))
    own = {"wet": donor, "upper": 0.0, "lower": 0.0}
    tables: dict[str, Any] = {
        "water_zones": [{"water_zone": z, "region": r, "basin": z} for z, r in places],
        "water_available": [{"water_zone": z, "year": y, "value": v} for z, v in own.items() for y in YEARS],
        "diversion_phases": [{**PHASE, **(phase or {})}],
        "diversion_receivers": receivers,
    }
    if plots:
        tables["opened_land"] = plots
        tables["land"] = [{"region": "north", "land_class": "unused", "area": 9.0}]
    if canal:
        tables["canal_corridor"] = [{"phase": "one", "region": "north", "area": canal}]
    return toy_data(("south", "north", "east"), YEARS, tables, settings)


def city(zone: str, earns: Mapping[int, float], high: float = 100.0) -> type[Lever]:
    """A city in ``zone`` that earns so many bn CNY per km3 a year and takes ``high`` km3 a year at most."""

    def post(lever: Lever) -> None:
        index = pd.DataFrame({"water_zone": zone, "year": list(earns)})
        terms = lever.b.variable(DEMAND, index, high=high).terms()
        lever.ledger.use("water", terms, 1.0, item="city", unit="1")
        income = terms.frame["year"].map(earns)
        lever.ledger.supply("money", terms.assign(region="all"), income, item="city", unit="bn CNY/km3")

    return poster(post)


def plan(data: Data, *levers: type[Lever]) -> Solution:
    solution = cheapest(assemble(data, [Diversion, Water, *levers], []))
    assert solution.status == "optimal"
    return solution


ALWAYS = {2030: 20.0, 2040: 20.0, 2050: 20.0}


def test_what_is_delivered_is_what_is_diverted_less_the_loss() -> None:
    """8 km3 less a quarter: 6 km3. Upper takes 0.75 of them at most, 4.5; the rest goes to lower."""
    solution = plan(line_data(), city("upper", ALWAYS))
    assert pytest.approx(1.0) == value(solution, "built", year=2030)
    assert pytest.approx(6.0) == value(solution, "delivered", year=2030)
    assert pytest.approx(6.0) == amount(solution, "water", "west_line_delivery", year=2030)
    assert (solution.duals("delivered_within_built")["dual"].abs() > 0).any()


def test_a_receiver_gets_at_most_its_largest_share() -> None:
    """Upper would take everything and gets 0.75 * 6 = 4.5 km3; the limit has a price."""
    solution = plan(line_data(), city("upper", ALWAYS))
    assert pytest.approx(4.5) == value(solution, "delivered", water_zone="upper", year=2030)
    duals = solution.duals("receiving_share_max")
    assert (duals.loc[duals["water_zone"] == "upper", "dual"].abs() > 0).any()


def test_a_receiver_gets_at_least_its_least_share() -> None:
    """Only lower earns and may take all 6 km3 by its largest share; upper still gets its quarter, 1.5 km3."""
    wide = [RECEIVERS[0], {**RECEIVERS[1], "max_share": 1.0}]
    solution = plan(line_data(receivers=wide), city("lower", ALWAYS))
    assert pytest.approx(1.5) == value(solution, "delivered", water_zone="upper", year=2030)
    assert pytest.approx(4.5) == value(solution, "delivered", water_zone="lower", year=2030)
    duals = solution.duals("receiving_share_min")
    assert (duals.loc[duals["water_zone"] == "upper", "dual"].abs() > 0).any()


def test_the_donor_loses_the_whole_volume_and_can_not_give_what_it_lacks() -> None:
    """The donor has 4 km3: half of the 8 km3 phase is built."""
    solution = plan(line_data(donor=4.0), city("upper", ALWAYS))
    assert pytest.approx(0.5) == value(solution, "built", year=2030)
    assert pytest.approx(-4.0) == amount(solution, "water", "west_line_withdrawal", water_zone="wet", year=2030)


def test_the_water_balance_closes_in_every_zone() -> None:
    solution = plan(line_data(), city("upper", ALWAYS))
    left = solution.balance("water").groupby(["water_zone", "year"])["value"].sum()
    assert pytest.approx(12.0) == left["wet", 2030]
    assert pytest.approx(0.0, abs=1e-9) == left["upper", 2030]
    assert (left >= -1e-9).all()


def test_a_phase_stays_built_when_its_water_is_no_longer_worth_anything() -> None:
    """Water earns in 2021-30 only; the works and their cost of operation stay."""
    solution = plan(line_data(), city("upper", {2030: 90.0, 2040: 0.0, 2050: 0.0}))
    assert pytest.approx([1.0, 1.0, 1.0]) == list(solution.values("built")["value"])
    assert pytest.approx(-2.0) == amount(solution, "money", "west_line_operation", year=2050)
    assert (solution.duals("phase_stays_built")["dual"].abs() > 0).any()


def test_nothing_is_built_before_the_earliest_year() -> None:
    solution = plan(line_data({"earliest_year": 2040}), city("upper", {2030: 90.0, 2040: 90.0, 2050: 90.0}))
    assert [2040, 2050] == list(solution.values("built")["year"])
    assert pytest.approx(0.0) == amount(solution, "water", "west_line_delivery", year=2030)


def test_a_phase_later_than_the_horizon_does_not_exist() -> None:
    build = assemble(line_data({"earliest_year": 2060}), [Diversion, Water], [])
    assert "built" not in build.families


def test_the_decision_can_be_set_to_none_or_whole() -> None:
    assert "built" not in assemble(line_data(diversion_decision="none"), [Diversion, Water], []).families
    whole = plan(line_data(diversion_decision="whole"))
    assert pytest.approx([1.0, 1.0, 1.0]) == list(whole.values("built")["value"])


def test_investment_is_spread_over_the_years_of_construction_before_operation() -> None:
    """100 over 15 years before 2040: 2025-40, a third in 2021-30 (3.33 a year), two thirds in 2031-40 (6.67 a year)."""
    solution = plan(line_data({"earliest_year": 2040, "construction_years": 15.0}, diversion_decision="whole"))
    paid = [amount(solution, "money", "west_line_investment", year=y) for y in (2030, 2040, 2050)]
    assert pytest.approx([-100 / 30, -200 / 30, 0.0]) == paid


def test_construction_before_the_base_year_is_charged_to_the_first_period() -> None:
    """100 over 20 years before 2030 began in 2010: all of it is paid in 2021-30, 10 a year."""
    solution = plan(line_data({"construction_years": 20.0}, diversion_decision="whole"))
    paid = [amount(solution, "money", "west_line_investment", year=y) for y in (2030, 2040, 2050)]
    assert pytest.approx([-10.0, 0.0, 0.0]) == paid


def test_an_increase_pays_for_itself_only() -> None:
    """Half in 2030 and the other half in 2040: 50 over five years before each, 5 a year in each period."""
    solution = plan(line_data(donor=8.0), city("upper", {2030: 90.0, 2040: 90.0, 2050: 90.0}, high=2.25), half_until_2030())
    assert pytest.approx([0.5, 1.0, 1.0]) == list(solution.values("built")["value"])
    paid = [amount(solution, "money", "west_line_investment", year=y) for y in (2030, 2040, 2050)]
    assert pytest.approx([-5.0, -5.0, 0.0]) == paid


def half_until_2030() -> type[Lever]:
    """The donor itself needs 4 of its 8 km3 in 2030; from 2040 on lower needs 3 km3, half of a whole delivery."""

    def post(lever: Lever) -> None:
        need = pd.DataFrame({"water_zone": ["wet", "lower", "lower"], "year": [2030, 2040, 2050]})
        lever.ledger.use_fixed("water", need, [4.0, 3.0, 3.0], item="need", unit="km3/yr")

    return poster(post, "need")


def test_what_is_left_of_the_works_at_the_horizon_is_credited() -> None:
    """In operation since 2030, life 40: half of 100 is left in 2050, discounted from 2050 to the middle of 2041-50."""
    data = line_data(diversion_decision="whole")
    left = amount(plan(data), "money", "west_line_residual_value", year=2050)
    assert pytest.approx(50.0 * 1.05**-5 / 10) == left
    # Discounted by the weight of the period it is worth 50 at the end of 2050.
    assert pytest.approx(50.0 * 1.05**-30) == left * data.weight(2050)


def test_the_receiving_regions_pay_by_their_largest_shares() -> None:
    """0.75 against 0.5: north pays 60 %, east 40 % of 2 bn CNY a year."""
    solution = plan(line_data(diversion_decision="whole"))
    paid = [amount(solution, "money", "west_line_operation", region=r, year=2040) for r in ("south", "north", "east")]
    assert pytest.approx([0.0, -1.2, -0.8]) == paid


def test_hydropower_is_lost_upstream_and_gained_downstream() -> None:
    """8 km3 * 1.5 kWh/m3 = 12 TWh lost in the south; 4.5 km3 * 0.5 = 2.25 TWh gained in the north."""
    solution = plan(line_data(), city("upper", ALWAYS))
    assert pytest.approx(-12.0) == amount(solution, "electricity", "west_line_hydropower_lost", region="south", year=2030)
    assert pytest.approx(2.25) == amount(solution, "electricity", "west_line_hydropower_gained", region="north", year=2030)


def test_operation_takes_power_where_the_water_arrives() -> None:
    """4.5 km3 * 0.2 kWh/m3 = 0.9 TWh in the north, 1.5 * 0.2 = 0.3 TWh in the east."""
    solution = plan(line_data({"operation_power": 0.2}), city("upper", ALWAYS), city_too())
    taken = [amount(solution, "electricity", "west_line_operation_power", region=r, year=2030) for r in ("north", "east")]
    assert pytest.approx([-0.9, -0.3]) == taken


def city_too() -> type[Lever]:
    """Lower needs the 1.5 km3 that upper may not take."""

    def post(lever: Lever) -> None:
        need = pd.DataFrame({"water_zone": "lower", "year": [2030, 2040, 2050]})
        lever.ledger.use_fixed("water", need, [1.5, 1.5, 1.5], item="need", unit="km3/yr")

    return poster(post, "need")


def test_a_value_of_the_water_beyond_its_users_can_pay_for_the_line() -> None:
    """Nobody needs water. 8 km3 * (1 - 0.25) = 6 km3 a year from 2031 on; the line costs 100 in 2025-30 and 2 a year, of which
    half of the 100 is left in 2050. At 5 CNY/m3 each year brings 30, at 0.01 only 0.06."""
    assert pytest.approx([0.0, 0.0, 0.0], abs=1e-9) == list(plan(line_data(diverted_water_value=0.01)).values("built")["value"])
    rich = plan(line_data(diverted_water_value=5.0))
    assert pytest.approx([1.0, 1.0, 1.0]) == list(rich.values("built")["value"])
    assert pytest.approx(30.0) == amount(rich, "money", "west_line_water_value", year=2030)


def test_the_canal_brings_its_surface_as_far_as_it_is_built() -> None:
    """Half of the phase brings half of 0.02 Mha, taken from unused land."""
    solution = plan(line_data(donor=4.0, canal=0.02), city("upper", ALWAYS))
    assert pytest.approx(-0.01) == amount(solution, "land", "canal", land_class="unused", year=2030)
    assert pytest.approx(0.01) == amount(solution, "land", "canal", land_class="canal_corridor", year=2030)


def opened_plan(**phase: Any) -> Solution:
    """Irrigated land pays: all that may be opened is opened. The cities leave water enough (6 km3 for 4 Mha)."""
    return plan(line_data({"investment": 0.0, "operation_cost": 0.0, **phase}, plots=PLOTS), Land)


def test_opened_land_is_limited_by_the_part_that_is_built() -> None:
    """At most 4 Mha with the whole phase; with 4 km3 in the donor zone half of the phase and 2 Mha."""
    assert pytest.approx([4.0, 4.0, 4.0]) == list(opened_plan().values("opened")["value"])
    half = plan(line_data({"investment": 0.0, "operation_cost": 0.0}, plots=PLOTS, donor=4.0), Land)
    assert pytest.approx([2.0, 2.0, 2.0]) == list(half.values("opened")["value"])
    assert (half.duals("opened_within_built")["dual"].abs() > 0).any()


def test_opening_land_conserves_area() -> None:
    """4 Mha of unused land become 2 of grass, 1 of fields, 1 of forest land: the transfer sums to zero."""
    land = opened_plan().balance("land")
    moved = land[(land["item"] == "land_opened") & (land["year"] == 2030)].set_index("land_class")["value"]
    expected = {"unused": -4.0, "grassland": 2.0, "cropland": 1.0, "forest_land": 1.0}
    assert pytest.approx(expected) == moved.to_dict()
    assert pytest.approx(0.0, abs=1e-9) == moved.sum()


def test_opened_grass_and_fields_are_in_use_and_forest_land_is_offered() -> None:
    solution = opened_plan()
    assert pytest.approx(-2.0) == amount(solution, "land", "irrigated_grass", land_class="grassland", year=2030)
    assert pytest.approx(-1.0) == amount(solution, "land", "irrigated_farm", land_class="cropland", year=2030)
    assert pytest.approx(1.0) == amount(solution, "offered_land", "land_opened", land_type="opened", year=2030)


def test_only_grass_and_fields_are_irrigated_here() -> None:
    """2 Mha * 0.2 + 1 Mha * 0.4 = 0.8 km3; the trees post their own water."""
    assert pytest.approx(-0.8) == amount(opened_plan(), "water", "west_line_irrigation", water_zone="upper", year=2030)


def test_opened_grass_gives_forage() -> None:
    """2 Mha * 2 t DM/ha = 4 Mt DM a year."""
    assert pytest.approx(4.0) == amount(opened_plan(), "forage", "irrigated_grass_forage", region="north", year=2030)


def test_opening_is_paid_once_and_income_comes_every_year() -> None:
    """2 Mha * 10 + 1 Mha * 20 = 40 bn CNY, 4 a year in 2021-30 and nothing later; income 2*3 + 1*6 = 12 a year."""
    solution = opened_plan()
    cost = [amount(solution, "money", "land_opening", year=y) for y in (2030, 2040, 2050)]
    assert pytest.approx([-4.0, 0.0, 0.0], abs=1e-9) == cost
    income = [amount(solution, "money", "irrigated_land_income", year=y) for y in (2030, 2040, 2050)]
    assert pytest.approx([12.0, 12.0, 12.0]) == income


def test_opened_land_stays_opened_when_water_becomes_worth_more_elsewhere() -> None:
    """In 2050 a city would pay 900 per km3, but the 0.8 km3 of the opened land stay with it."""
    data = line_data({"investment": 0.0, "operation_cost": 0.0}, plots=PLOTS)
    solution = plan(data, Land, city("upper", {2050: 900.0}))
    opened = solution.values("opened")["value"]
    assert (opened.diff().dropna() >= -1e-9).all()
    assert (solution.duals("opened_land_stays")["dual"].abs() > 0).any()


def test_the_diversion_books_no_carbon() -> None:
    build = assemble(line_data(plots=PLOTS, canal=0.02), [Diversion, Water, Land], [])
    assert not {"sink", "emission", "captured"} & set(build.ledger.posts)


def test_shares_that_can_not_be_met_are_refused() -> None:
    narrow = [{**row, "max_share": 0.3} for row in RECEIVERS]
    with pytest.raises(InputError, match="shares of phase one can not be met"):
        assemble(line_data(receivers=narrow), [Diversion, Water], [])


def test_opened_land_of_more_than_the_whole_is_refused() -> None:
    too_much = [{**row, "share": 0.5} for row in PLOTS]
    with pytest.raises(InputError, match="add up to more than 1"):
        assemble(line_data(plots=too_much), [Diversion, Water, Land], [])
