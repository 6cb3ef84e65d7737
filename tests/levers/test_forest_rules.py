"""Where and when felling may begin, districts, conversions to new species and the phases of the roadmap, by hand."""

from __future__ import annotations

from typing import Any

import pytest

from model.core.build.assemble import assemble
from model.core.data import Data
from model.core.declare.spec import InputError
from model.core.solve.solution import Solution
from model.levers.forest.forest import Forest
from model.levers.forest.forest_soil import ForestSoil
from model.levers.land.afforestation import Afforestation

from .forest_toy import GROWTH, HARVEST, PINE, forest_data, stand
from .toy import cheapest, value

WOOD = {"roundwood": 1e3}
LAND: dict[str, Any] = {
    "region": "west", "water_zone": "arid", "land_type": "good", "area": 3.0, "from_class": "forest_land", "survival": 0.8,
}  # fmt: skip
NEW = {"region": "west", "water_zone": "arid", "land_type": "good", "forest_group": "pine", "growth_multiplier": 1.0}


def fell(data: Data, prices: dict[str, float] | None = None, levers: tuple[Any, ...] = (Forest,)) -> Solution:
    solution = cheapest(assemble(data, list(levers), []), feed_in=WOOD if prices is None else prices)
    assert solution.status == "optimal"
    return solution


def test_felling_begins_in_pilot_regions_and_later_in_the_others() -> None:
    """West may fell from 2040 on, east is a pilot: east fells in 2030, west in 2040 and 2050, although wood is dear."""
    areas = [stand("mature", 2.0), {**stand("mature", 2.0), "region": "east"}]
    data = forest_data(
        areas, years=(2020, 2030, 2040, 2050), regions=("west", "east"),
        tables={
            "forest_harvest": [HARVEST, {**HARVEST, "region": "east"}],
            "felling_start": [{"region": "west", "origin": "all", "first_year": 2040}],
        },
    )  # fmt: skip
    cut = fell(data).values("clearcut")
    cut = cut.assign(region=cut["stratum"].str.split(".").str[0])
    assert {"west": 2040, "east": 2030} == cut.groupby("region")["year"].min().to_dict()
    assert pytest.approx(2.0) == cut.loc[(cut["region"] == "west") & (cut["year"] == 2040), "value"].sum()


def test_a_start_may_hold_one_origin_only() -> None:
    """Natural stands of west from 2040 on, planted ones at once."""
    natural = {**PINE, "origin": "natural"}
    data = forest_data(
        [stand("mature", 2.0), stand("mature", 1.0, origin="natural")], years=(2020, 2030, 2040),
        tables={"forest_groups": [PINE, natural], "felling_start": [{"region": "west", "origin": "natural", "first_year": 2040}]},
    )  # fmt: skip
    cut = fell(data).values("clearcut")
    first = cut.groupby(cut["stratum"].str.split(".").str[2])["year"].min().to_dict()
    assert {"natural": 2040, "planted": 2030} == first


def test_districts_are_strata_of_their_own_inside_a_region() -> None:
    """2 and 1 Mha in two districts, 4 without: three strata, one harvest of the region, the district last in the name."""
    data = forest_data([stand("mature", 2.0, district="upper"), stand("mature", 1.0, district="lower"), stand("mature", 4.0)])
    solution = fell(data)
    names = ["west.pine.planted.productive.upper", "west.pine.planted.productive.lower", "west.pine.planted.productive"]
    assert names == list(solution.values("clearcut")["stratum"].unique())
    assert pytest.approx(7.0 * 0.175 / 10.0) == value(solution, "felled_volume")


def conversion_data() -> Data:
    """2 Mha of planted oak, which may be followed by pine; no pine stands anywhere. Regenerating oak costs 5, pine 1."""
    oak = {**PINE, "forest_group": "oak", "regeneration_cost": 5.0}
    rule = {"from_group": "oak", "from_origin": "planted", "to_group": "pine", "to_origin": "planted"}
    return forest_data([stand("mature", 2.0, forest_group="oak")], years=(2020, 2030, 2040), tables={
        "forest_groups": [oak, {**PINE, "regeneration_cost": 1.0}],
        "forest_growth": [*GROWTH, *({**row, "forest_group": "oak"} for row in GROWTH)],
        "forest_conversions": [rule],
    })  # fmt: skip


def test_a_felled_stand_may_become_a_species_that_stands_nowhere_yet() -> None:
    """All oak is felled in 2030 and, pine being cheaper, comes back as pine: 2 Mha in class 1, in 2040 in class 2; its soil loss is
    booked on oak, which was felled. Nothing of the region's forest is lost."""
    solution = fell(conversion_data(), levers=(Forest, ForestSoil))
    area = solution.values("area")
    pine = area[(area["stratum"] == "west.pine.planted.productive") & (area["value"] > 1e-9)]
    assert pytest.approx({(1, 2030): 2.0, (2, 2040): 2.0}) == dict(zip(zip(pine["age_class"], pine["year"], strict=True), pine["value"], strict=True))
    assert pytest.approx([2.0, 2.0]) == area.groupby("year")["value"].sum().tolist()
    assert pytest.approx(20.0) == value(solution, "soil_lost", forest_group="oak", year=2030)


def test_a_conversion_to_a_species_that_is_not_described_is_refused() -> None:
    rule = {"from_group": "pine", "from_origin": "planted", "to_group": "fir", "to_origin": "planted"}
    with pytest.raises(InputError, match="forest_conversions!C3: fir has no row in forest_groups or forest_classes"):
        assemble(forest_data([stand("mature", 1.0)], tables={"forest_conversions": [rule]}), [Forest], [])


def phase_data(sense: str, ratio: float, scope: str = "nation", cost: float = 2.0) -> Data:
    """2 Mha that wood wants felled, 3 Mha offered for planting at ``cost`` bn CNY/Mha, one phase in 2030."""
    phase = {"phase": "one", "scope": scope, "first_year": 2025, "last_year": 2030, "sense": sense, "ratio": ratio}
    return forest_data([stand("mature", 2.0)], tables={
        "new_forest": [NEW], "afforestation_land": [{**LAND, "planting_cost": cost}], "roadmap_phases": [phase],
    })  # fmt: skip


@pytest.mark.parametrize("scope", ["nation", "group:west", "west"])
def test_while_planting_leads_felling_draws_planting_with_it(scope: str) -> None:
    """Clearcut at most 0.8 of what is planted: 2 Mha felled need 2 / 0.8 = 2.5 Mha planted, survival does not count; without the
    phase nothing would be planted."""
    solution = fell(phase_data("at_most", 0.8, scope), levers=(Afforestation, Forest))
    assert pytest.approx((2.0, 2.5)) == (value(solution, "clearcut"), value(solution, "planted"))
    assert pytest.approx(0.0, abs=1e-9) == value(fell(phase_data("at_most", 0.8, "west"), {}, (Afforestation, Forest)), "planted")
    # one more hectare of leeway saves 1/0.8 ha of planting at 2 bn CNY/Mha over ten years
    weight = solution.build.data.weight(2030)
    assert pytest.approx(2.0 / 0.8 / 10.0 * weight) == abs(solution.duals("balance_roadmap")["dual"].iloc[0])
    limit = solution.limits().query("name == 'balance_roadmap'").iloc[0]
    assert (scope, "roadmap_phases", "F3") == (limit["region"], limit["sheet"], limit["cell"])
    # 2,000 kha felled against 0.8 of the 2,500 kha planted
    assert pytest.approx((2000.0, 2000.0)) == (limit["level"], limit["limit"])


def test_while_felling_leads_planting_needs_felling() -> None:
    """Clearcut at least 4 times what is planted. Planting earns 2 bn CNY/Mha, a Mha felled costs 0.14 by its wood, which is a burden:
    4 * 0.14 < 2, so all 2 Mha are felled and allow 0.5 Mha planted."""
    solution = fell(phase_data("at_least", 4.0, cost=-2.0), {"roundwood": -1.0}, (Afforestation, Forest))
    assert pytest.approx((2.0, 0.5)) == (value(solution, "clearcut"), value(solution, "planted"))


def test_a_phase_of_an_unknown_place_is_refused() -> None:
    with pytest.raises(InputError, match="roadmap_phases!B3: moon is not known"):
        assemble(phase_data("at_most", 1.0, "moon"), [Forest], [])
