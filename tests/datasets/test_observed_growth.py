"""The first period of the shipped workbooks is what was observed, and the path of the source goes on from there."""

from __future__ import annotations

import pandas as pd
import pytest

from model.datasets import end_use, industry, measures, power
from model.datasets.frame import YEARS
from model.datasets.observed_growth import continued, electric_cars, emission_growth, growth, part
from model.datasets.observed_power import load_of_year
from model.datasets.observed_series import SPAN, national


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def test_the_gap_of_the_last_observed_year_fades_in_a_straight_line() -> None:
    """Expected 100 in 2020 and 150 from 2025 on, observed 1.8 x 100 = 180 in 2025: ratio 1.2, of which half is left in 2030 and none in 2035."""
    path = {2020: 100.0, 2025: 150.0, 2060: 150.0}
    grown = {2020: 1.0, 2021: 1.1, 2022: 1.2, 2023: 1.4, 2024: 1.6, 2025: 1.8}
    made = continued(path, grown, 2035)
    assert [110.0, 180.0, 165.0, 150.0, 150.0] == pytest.approx([made[year] for year in (2021, 2025, 2030, 2035, 2060)])


def test_growth_is_relative_to_the_base_year() -> None:
    """7,511 TWh in 2020, 10,368.2 in 2025: 1.38040."""
    made = growth(national("consumption", "all"))
    assert list(SPAN) == list(made)
    assert pytest.approx(10368.2 / 7511.0) == made[2025]


def test_load_of_the_first_period_is_the_observed_growth_on_the_basis_of_the_model() -> None:
    """(8,312.8 + 8,637.2 + 9,224.1 + 9,852.1 + 10,368.2) / 5 / 7,511 = 1.23537 x 7,536.44 = 9,310.3 TWh with the charging of new cars."""
    demand = power.power_demand()
    charged = mean([float(power._charged()[year].sum()) for year in SPAN[1:]])
    expected = demand[2020].sum() * (8312.8 + 8637.2 + 9224.1 + 9852.1 + 10368.2) / 5 / 7511.0
    assert pytest.approx(9310.3, abs=0.1) == expected
    assert expected == pytest.approx(demand[2025].sum() + charged, rel=1e-9)


def test_charging_is_what_the_measure_of_the_model_takes() -> None:
    """285.0888 Mt of cars x activity x added share x 1,700 / 1.55 kWh a tonne, in TWh."""
    share, activity = end_use.electric_share(), end_use.activity_path("cars")
    assert 285.0888 * activity[2025] * (share[2025] - share[2020]) * 1700 / 1.55 / 1000 == pytest.approx(power._charged()[2025].sum(), rel=1e-6)
    assert power._charged()[2020].sum() == 0.0


def test_a_province_grows_as_its_own_load_did() -> None:
    """Of two provinces the ratio of growth is that of their observed loads; charging is below 1 % of it."""
    nation, regional = load_of_year()
    loads = regional.pivot_table(index="place", columns="year", values="value")
    seen = loads.loc[:, 2021:].mean(axis=1) / loads[2020]
    demand = power.power_demand().set_index("region")
    ours = demand[2025] / demand[2020]
    assert float(nation["value"].loc[2021:].mean() / nation["value"].loc[2020]) > 1.2
    assert seen["zhejiang"] / seen["liaoning"] == pytest.approx(ours["zhejiang"] / ours["liaoning"], rel=0.01)


def test_output_of_the_first_period_is_what_was_made() -> None:
    """Crude steel 1,032.788, 1,013.003, 1,019.0813, 1,005.0913, 960.81 Mt on 1,064.7665: 0.94495 x 1,053.02 = 995.05 Mt."""
    demand = industry.industry_demand().set_index("sector")
    grown = (1032.788 + 1013.003 + 1019.0813 + 1005.0913 + 960.81) / 5 / 1064.7665
    assert 1053.02 * grown == pytest.approx(demand.loc["steel", 2025], rel=1e-6)
    assert pytest.approx(995.05, abs=0.01) == demand.loc["steel", 2025]


def test_output_after_2040_is_the_path_of_the_source_again() -> None:
    """Ammonia 56, 54, 52 Mt in 2040, 2045, 2050 on 51.2: 0.4 x 54 + 0.6 x 52 = 52.8."""
    demand = industry.industry_demand().set_index("sector")
    assert 52.8 / 51.2 == pytest.approx(demand.loc["ammonia", 2050] / demand.loc["ammonia", 2020], rel=1e-9)


def test_co2_of_steel_is_that_counted() -> None:
    """Output times intensity of 2021 to 2025 grows as the two coals of metallurgy do."""
    demand, intensity = (table.set_index("sector").loc["steel"] for table in (industry.industry_demand(), industry.industry_intensity()))
    counted = part("coking_coal_metallurgy")["value"] + part("steam_coal_metallurgy")["value"]
    assert counted.loc[2021:].mean() / counted[2020] == pytest.approx(demand[2025] / demand[2020] * intensity[2025], rel=1e-9)


def test_the_last_year_of_a_part_follows_what_is_known_of_its_change() -> None:
    """Oil as transport, 2,415.3323 x 0.97; coal of metallurgy as pig iron, 1,306.9469 x 836.04 / 851.7367."""
    assert 2415.3323 * 0.97 == pytest.approx(part("oil_products").loc[2025, "value"])
    assert 1306.9469 * 836.04 / 851.7367 == pytest.approx(part("coking_coal_metallurgy").loc[2025, "value"])
    assert part("natural_gas").loc[2025, "value"] == part("natural_gas").loc[2024, "value"]


def test_a_sector_without_output_grows_as_its_fuels() -> None:
    """Heat in 2021: 0.7 x 572.9728 / 515.45 + 0.18 x 2,256.3536 / 2,196.8941 + 0.08 x 735.4884 / 656.2257, over 0.96."""
    fuels = 0.7 * 572.9728 / 515.45 + 0.18 * 2256.3536 / 2196.8941 + 0.08 * 735.4884 / 656.2257
    assert fuels / 0.96 == pytest.approx(emission_growth("heat_supply")[0][2021], rel=1e-9)


def test_gross_co2_of_the_first_period_stands_between_the_two_counts() -> None:
    """5.9 % (CREA) to 7.7 % (Global Carbon Budget) above 2020: industry and end use of the model with electric cars, power by CREA's part."""
    output = industry.industry()
    base = (output["output"] * output["emission_factor"]).groupby(output["sector"]).sum()
    demand, intensity = (table.set_index("sector") for table in (industry.industry_demand(), industry.industry_intensity()))
    works = (base * demand[2025] / demand[2020] * intensity[2025]).sum()
    uses = end_use.end_use().groupby("sector")["emission"].sum()
    activity = end_use.end_use_activity().set_index("sector")[2025].copy()
    shares = measures.measure_shares().set_index(["sector", "measure"]).loc[end_use.ELECTRIC]
    activity["cars"] *= 1 - (shares[2025] - shares[2020])
    coal = part("steam_coal_power")["value"]
    electricity = 4018.8
    whole = works + (uses * activity).sum() + electricity * coal.loc[2021:].mean() / coal[2020]
    assert 0.059 <= whole / (base.sum() + uses.sum() + electricity) - 1 <= 0.077


def test_cars_emit_what_was_counted_once_the_electric_ones_are_taken_off() -> None:
    share, activity, emitted = end_use.electric_share(), end_use.activity_path("cars"), emission_growth("cars")[0]
    assert [emitted[year] for year in SPAN] == pytest.approx([activity[year] * (1 - share[year] + share[2020]) for year in SPAN])


def test_the_share_of_electric_cars_grows_as_their_share_in_the_stock() -> None:
    """4.92 of 281 million at the end of 2020, 7.84 of 302 at the end of 2021: (1.751 + 2.596) / 2 / 1.751 % = 1.2413."""
    ends = 4.92 / 281, 7.84 / 302
    assert (ends[0] + ends[1]) / 2 / ends[0] == pytest.approx(electric_cars()[0][2021])
    assert pytest.approx(0.0652, abs=5e-5) == measures.measure_shares().set_index("measure").loc["bev_passenger", 2025]


def test_no_measure_but_electric_cars_is_added_in_the_first_period() -> None:
    shares = measures.measure_shares()
    others = shares[shares["measure"] != "bev_passenger"]
    assert list(others[2020]) == list(others[2025])
    assert (others[2030] >= others[2025]).all()


def test_nothing_jumps_between_what_happened_and_what_is_planned() -> None:
    """The step from 2025 to 2026 of every series is no larger than the largest of the years since 2020 and of the years after it."""
    paths = {sector: industry.demand_path(sector) for sector in industry.DEMAND}
    paths |= {sector: end_use.activity_path(str(sector)) for sector in end_use.end_use_activity()["sector"]}
    for name, given in paths.items():
        path = pd.Series(given).reindex(range(YEARS[0], YEARS[-1] + 1)).interpolate("index")
        steps = path.pct_change().abs()
        assert steps[2026] <= max(steps.loc[2021:2025].max(), steps.loc[2027:2030].max()) * (1 + 1e-9), name
