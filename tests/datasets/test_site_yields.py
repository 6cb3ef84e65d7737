"""Sites give what plants of their province gave, and hold what stands there and what can come."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest

from model.core.declare.units import GWH_PER_TWH, HOURS_PER_YEAR
from model.datasets import sites
from model.datasets.frame import load, provinces
from model.datasets.observed_power import capacity
from model.datasets.observed_series import national
from model.datasets.site_yields import SEEN_AS, bounded, held_to_hours


@cache
def made() -> pd.DataFrame:
    return sites.sites()


def hours(technology: str) -> pd.Series:
    """Full-load hours of the sites of each province."""
    own = made()[made()["technology"] == technology]
    weighted = (own["potential"] * own["capacity_factor"]).groupby(own["region"]).sum() / own.groupby("region")["potential"].sum()
    return weighted * HOURS_PER_YEAR


def standing(item: str) -> pd.Series:
    """GW at the end of 2025 by province."""
    stock = capacity()
    return stock[(stock["item"] == item) & (stock["year"] == 2025)].set_index("place")["value"]


def test_a_site_gives_the_hours_observed_in_its_province() -> None:
    """Gansu: 1,561.9 h of the source x 0.945 (1,475.6 observed, what was curtailed added back); wind in Inner Mongolia 2,872.9 x 0.899."""
    assert pytest.approx(1475.6, abs=1.0) == hours("pv_utility")["gansu"]
    assert pytest.approx(2872.9 * 0.899, rel=1e-3) == hours("wind_onshore")["inner_mongolia"]


def test_panels_over_fields_and_canals_share_the_factor_of_plants_and_the_sea_keeps_its_own() -> None:
    """Capacity factors of the source 0.2 in Tibet: x 0.798 for every panel on the ground, x 0.827 on roofs, x 1 at sea."""
    rows = ["pv_utility", "pv_agrivoltaic", "pv_over_canal", "pv_distributed", "wind_offshore"]
    table = pd.DataFrame({"region": "tibet", "technology": rows, "capacity_factor": 0.2, "source": "A"})
    held = held_to_hours(table)
    assert [0.1596, 0.1596, 0.1596, 0.1654, 0.2] == pytest.approx(list(held["capacity_factor"]))
    assert "A" == held["source"].iloc[-1]
    assert "CREA_CC" in held["source"].iloc[0]


def test_every_province_with_such_a_site_has_a_factor() -> None:
    seen = set(provinces("observed", "capacity_factor").set_index(["region", "technology"]).index)
    own = made()[made()["technology"].isin(list(SEEN_AS))]
    assert set() == set(zip(own["region"], own["technology"].map(SEEN_AS), strict=True)) - seen


def test_panels_that_stand_give_the_hours_of_the_nation() -> None:
    """Site hours by what stood at the end of 2025, against generation over mean capacity of 2023 to 2025 with what was curtailed added back, within 3 %."""
    stock = {item: standing(item) for item in ("pv_utility", "pv_distributed")}
    ours = sum((hours(item) * gigawatts).sum() for item, gigawatts in stock.items()) / sum(gigawatts.sum() for gigawatts in stock.values())
    run, lost = national("hours_on_mean_capacity", "solar")["value"], national("curtailment_rate_nea", "solar")["value"]
    seen = pd.Series({year: run[year] / (1 - lost[year] / 100) for year in (2023, 2024, 2025)}).mean()
    assert 1150 < seen < 1200
    assert ours == pytest.approx(seen, rel=0.03)


def test_turbines_that_stand_give_the_hours_of_the_nation() -> None:
    """The same on land, within 2 % of all turbines: those at sea are a fourteenth."""
    stock = standing("wind_onshore")
    ours = (hours("wind_onshore") * stock).sum() / stock.sum()
    run, lost = national("hours_on_mean_capacity", "wind")["value"], national("curtailment_rate_nea", "wind")["value"]
    seen = pd.Series({year: run[year] / (1 - lost[year] / 100) for year in (2021, 2023, 2024, 2025)}).mean()
    assert ours == pytest.approx(seen, rel=0.02)


def test_tibet_offers_no_more_panels_than_its_lines_can_lead_away() -> None:
    """1,045.3 GW practical on the ground come down to 100 GW, every grade and class in proportion; roofs are no part of it."""
    ground = made()[(made()["region"] == "tibet") & made()["technology"].isin(["pv_utility", "pv_agrivoltaic"])]
    pack = load("energy", "renewable_potential")
    own = pack[(pack["name_en"].str.contains("Tibet")) & (pack["technology"] == "pv_utility")]
    assert 100.0 == pytest.approx(ground["potential"].sum())
    assert own["practical_gw"].sum() > 1000
    share = own.loc[own["land_class"] == "grassland", "practical_gw"].sum() / own["practical_gw"].sum()
    assert share == pytest.approx(ground.loc[ground["land_class"] == "grassland", "potential"].sum() / 100.0)


def test_room_is_at_least_what_stood_in_2025() -> None:
    """Wind in Yunnan: 15.85 GW practical, 20.31 stood."""
    kinds = made()["technology"].map(SEEN_AS)
    room = made().groupby([made()["region"], kinds])["potential"].sum()
    for kind in set(SEEN_AS.values()):
        stood = standing(kind)
        own = room.xs(kind, level="technology")
        assert [] == [place for place, gigawatts in own.items() if gigawatts < stood.get(place, 0.0) * (1 - 1e-9)], kind
    assert pytest.approx(20.31, abs=0.01) == room["yunnan", "wind_onshore"]


def test_room_that_is_enough_stays_as_it_was() -> None:
    table = pd.DataFrame({"region": ["qinghai"], "technology": ["pv_utility"], "potential": [500.0], "source": ["A"], "quality": ["derived"], "note": [""]})
    pd.testing.assert_frame_equal(table, bounded(table))


def test_the_fleet_of_the_base_year_gives_what_it_gave() -> None:
    """Onshore wind: 443.5 TWh over the 272.5 GW of the end of 2020, 1,628 h: a quarter of them came during the year."""
    fleet = sites.sited_fleet().query("technology == 'wind_onshore'")
    twh = (fleet["capacity"] * fleet["capacity_factor"]).sum() * HOURS_PER_YEAR / GWH_PER_TWH
    assert 1628 == pytest.approx(twh / fleet["capacity"].sum() * GWH_PER_TWH, abs=1)
