"""Tables of energy, industry and end use at province level: they close on the national totals of their sources."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest

from model.core.declare.units import GWH_PER_TWH, HOURS_PER_YEAR
from model.datasets import end_use, grid, industry, measures, observed, power, sites, supply, thermal, weather
from model.datasets.frame import by_province, load, provinces
from model.levers.observed import NATION

SLICES = 12


@cache
def frames() -> dict[str, pd.DataFrame]:
    modules = (sites, thermal, grid, supply, measures, end_use, power, industry)
    return {name: frame for module in modules for name, frame in module.frames().items()} | weather.frames_of(SLICES // 3)


def table(name: str) -> pd.DataFrame:
    return frames()[name].copy()


def group_of() -> pd.Series:
    return by_province("land", "provinces")["macro_region"]


def industry_emissions() -> pd.DataFrame:
    made = table("industry")
    return made.assign(co2=made["output"] * made["emission_factor"])


def test_every_row_has_a_source_a_quality_and_no_gap() -> None:
    """But for the life of saving steel and cement: less demand is no plant that wears out, and needs no renewal."""
    for name, frame in frames().items():
        assert (frame["source"] != "").all(), name
        assert frame["quality"].isin(["reported", "derived", "estimate"]).all(), name
        gaps = frame.isna().any(axis=None) if name != "measures" else frame.drop(columns=["life", "capture_rate"]).isna().any(axis=None)
        assert not gaps, name
    endless = table("measures").query("life.isna()")
    assert {("steel", "demand_reduction"), ("cement_building_materials", "demand_reduction")} == set(zip(endless["sector"], endless["measure"], strict=True))


def test_practical_potential_is_kept_but_for_existing_hydropower() -> None:
    """Practical potential of the source less 338.70 GW of stations that stand already.

    But for panels on the ground in Tibet (1,045.261 GW, of which 100 stay) and three provinces that hold more than the source offers:
    wind in Sichuan 8.9 for 8.511 GW and Yunnan 20.3076 for 15.85, roofs in Zhejiang 52.7156 for 52.318.
    """
    pack = load("energy", "renewable_potential")
    existing = pack.loc[pack["note"] == "existing end-2020", "practical_gw"].sum()
    assert existing == pytest.approx(338.70, abs=0.01)
    moved = 100.0 - 1045.261 + (8.9 - 8.511) + (20.3076 - 15.85) + (52.7156 - 52.318)
    assert pack["practical_gw"].sum() - existing + moved == pytest.approx(table("sites")["potential"].sum(), rel=1e-6)


def test_panels_on_farm_land_are_agrivoltaic_and_turbines_stay_turbines() -> None:
    farm = table("sites").query("land_class == 'cropland'")
    assert {"pv_agrivoltaic", "wind_onshore"} == set(farm["technology"])
    assert "pv_agrivoltaic" not in set(table("sites").query("land_class != 'cropland'")["technology"])


def test_the_west_route_has_a_corridor_of_its_own() -> None:
    """Five provinces with 3.44 GW practical; Xinjiang's canals are ordinary ones."""
    corridor = table("sites").query("land_class == 'canal_corridor'")
    assert {"inner_mongolia", "shaanxi", "gansu", "qinghai", "ningxia"} == set(corridor["region"])
    assert corridor["potential"].sum() == pytest.approx(3.44, abs=1e-9)
    assert set(corridor["land_ha_per_mw"]) == {1.2}


def test_sensitive_land_is_restricted_and_pays() -> None:
    """300 CNY/kW for sun and wind, 1,500 for hydropower; open land pays nothing."""
    sites = table("sites")
    restricted = sites[sites["sensitivity"] == "restricted"]
    costs = {"hydro": 1500.0, "pv_utility": 300.0, "wind_onshore": 300.0}
    assert set(costs) == set(restricted["technology"])
    assert list(restricted["technology"].map(costs)) == pytest.approx(list(restricted["mitigation_cost"]), rel=1e-12)
    assert sites.loc[sites["sensitivity"] == "open", "mitigation_cost"].max() == 0


def test_sites_hold_the_present_fleet_where_the_table_says_so() -> None:
    flags = table("sited_technologies").set_index("technology")["sites_include_fleet"]
    potential = table("sites").groupby(["region", "technology"])["potential"].sum()
    fleet = table("sited_fleet").set_index(["region", "technology"])["capacity"]
    both = pd.concat([potential, fleet], axis=1).dropna().reset_index()
    inside = both[both["technology"].map(flags) > 0]
    assert (inside["capacity"] <= inside["potential"]).all()
    assert list(flags[flags == 0].index) == ["hydro"]


def test_fleet_gives_the_generation_of_its_source() -> None:
    """Wind, sun, water and nuclear: 2,415.6 TWh, less 0.22 of one impossible full use and 0.01 of no capacity."""
    fleet = table("sited_fleet")
    pack = load("energy", "power_2020")
    pack = pack[pack["technology"].isin(set(fleet["technology"]))]
    made = (fleet["capacity"] * fleet["capacity_factor"]).sum() * HOURS_PER_YEAR / GWH_PER_TWH
    assert pack["capacity_gw"].sum() == pytest.approx(fleet["capacity"].sum(), rel=1e-9)
    assert pack["generation_twh"].sum() - made == pytest.approx(0.461 - 0.05 * 0.56 * 8.76 + 0.01, abs=1e-6)


def test_shapes_average_to_one_and_cover_every_plant() -> None:
    """Hours-weighted mean of the relative output is 1 for each province and shape, with twelve slices."""
    shapes = table("output_shape").merge(hours(), on="slice")
    shapes["product"] = shapes["relative_output"] * shapes["hours"]
    sums = shapes.groupby(["region", "shape"])[["product", "hours"]].sum()
    assert (sums["product"] / sums["hours"] - 1).abs().max() < 1e-9
    assert set(shapes.groupby(["region", "shape"]).size()) == {SLICES}
    shape_of = table("sited_technologies").set_index("technology")["shape"]
    plants = pd.concat([table("sites"), table("sited_fleet")])
    needed = set(zip(plants["region"], plants["technology"].map(shape_of), strict=True))
    assert needed == set(sums.index)


def hours() -> pd.DataFrame:
    return table("time_slices")[["slice", "hours"]]


def test_what_was_observed_of_wind_and_sun_could_be_built_within_the_build_limits() -> None:
    """281.5 GW of wind + 5 x 149 = 1,026.5 >= 640; 253.4 GW of solar + 5 x 392 = 2,213.4 >= 1,201.7: a plan that starts in 2020 can get there.

    What stood in 2025 is held, not bounded: no rows of capacity_history are shipped beside it.
    """
    own = observed.frames()["observed"].query("quantity == 'capacity' and year == 2025").set_index(["region", "item"]).loc[NATION]
    limits = table("build_limits").set_index("class")[2025]
    assert [1201.7, 640.0] == list(own.loc[["solar", "wind"], "value"])
    assert ["level", "level"] == list(own.loc[["solar", "wind"], "held"])
    assert own.loc["wind", "value"] <= 281.5 + 5 * limits["wind"]
    assert own.loc["solar", "value"] <= 253.4 + 5 * limits["solar"]
    assert "capacity_history" not in frames()


def test_every_class_of_plants_has_a_build_limit() -> None:
    thermal = table("thermal_technologies")
    classes = set(table("sited_technologies")["class"]) | set(table("storage_technologies")["class"])
    classes |= set(thermal.loc[thermal["buildable"] > 0, "class"])
    assert classes == set(table("build_limits")["class"])


def test_survival_follows_the_age_blocks() -> None:
    """Coal: in 2030 the block to 1990 is gone and half of 1990-2000 stands: 1 - 0.03 - 0.06; in 2045 0.14 + 0.22."""
    coal = table("fleet_survival").set_index("technology").loc["coal"]
    assert 1.0 == coal[2020]
    assert coal[2030] == pytest.approx(0.91, abs=1e-9)
    assert coal[2045] == pytest.approx(0.36, abs=1e-9)
    assert coal[2055] == pytest.approx(0.0, abs=1e-9)


def test_every_fleet_has_a_survival() -> None:
    fleets = set(table("thermal_fleet")["technology"]) | set(table("sited_fleet")["technology"])
    assert fleets == set(table("fleet_survival")["technology"])


def test_age_blocks_hold_the_whole_fleet() -> None:
    blocks = load("estimates", "fleet_age").groupby("technology")["share"].sum()
    assert (blocks - 1).abs().max() < 1e-9


def test_captured_carbon_is_ninety_per_cent_of_what_is_burnt() -> None:
    """New coal with capture: 0.0975 to the air, 0.8775 stored."""
    plants = table("thermal_technologies").set_index("technology")
    assert 0.8775 == pytest.approx(plants.loc["coal_ccs_new", "captured_fossil"], abs=1e-9)
    caught = plants[plants["captured_fossil"] > 0]
    share = caught["captured_fossil"] / (caught["captured_fossil"] + caught["emission_factor"])
    assert (share - 0.9).abs().max() < 1e-9


def test_retrofits_carry_the_fixed_cost_of_the_plant_they_convert() -> None:
    """Coal 110 + co-firing 20 = 130 CNY/kW; coal 110 + capture 135 in 2035 and 130 in 2040, mean 0.4 x 135 + 0.6 x 130 = 132: 242."""
    fixed = table("thermal_fixed_cost").set_index("technology")
    assert fixed.loc["coal_cofire", 2040] == pytest.approx(130.0)
    assert fixed.loc["coal_ccs_retrofit", 2040] == pytest.approx(242.0)


def test_least_hours_are_what_was_run_and_coal_has_none() -> None:
    fleet = table("thermal_fleet")
    run = fleet["generation"] / fleet["capacity"] * GWH_PER_TWH
    share = fleet["minimum_hours"] / run
    expected = fleet["technology"].map({"coal": 0.0, "gas": 1.0, "biomass": 1.0, "other_thermal": 1.0})
    # the smallest fleets have one to three digits of generation: compare in hours of the fleet's own rounding
    rounding = 0.0005 / fleet["generation"] + 0.0005 / fleet["capacity"]
    biomass = fleet["technology"] == "biomass"
    assert ((share - expected).abs() <= rounding)[~biomass].all()
    assert (share - expected <= rounding).all()


def test_least_hours_of_biomass_need_no_more_than_the_local_fuel() -> None:
    """Generation / efficiency x 3.6 PJ per TWh at most dry matter x share x GJ/t, waste included, in every province."""
    fleet = table("thermal_fleet").query("technology == 'biomass'").set_index("region")
    need = fleet["minimum_hours"] * fleet["capacity"] / GWH_PER_TWH / fleet["efficiency"] * 3.6
    stock = table("biomass_supply")
    energy_had = (stock["supply"] * stock["collectable_share"] * stock["heating_value"]).groupby(stock["region"]).sum()
    assert (need <= energy_had.reindex(need.index, fill_value=0.0) * (1 + 1e-5)).all()


def test_demand_closes_with_generation_storage_and_lines() -> None:
    """7,626.1 TWh generated with 33.5 of pumped discharge, 33.502 / 0.75 = 44.67 charged, 45 lost: 7,536.4 TWh."""
    demand = table("power_demand")
    assert demand[2020].sum() == pytest.approx(7626.107 - 33.502 / 0.75 - 45.0, abs=0.01)
    closed = provinces("energy", "power_balance_2020").set_index("region")["consumption_closed_twh"]
    ratio = demand.set_index("region")[2020] / closed
    assert ratio.max() - ratio.min() < 1e-12


def test_demand_ends_with_the_conventional_demand_of_each_province() -> None:
    """The last period is 0.4 of the growth to 2055 and 0.6 of that to 2060."""
    pack = provinces("energy", "power_demand")
    pack = pack[pack["scenario"] == "reference"].set_index(["region", "year"])["conventional_twh"]
    demand = table("power_demand").set_index("region")
    growth = (0.4 * pack["hebei", 2055] + 0.6 * pack["hebei", 2060]) / pack["hebei", 2020]
    assert growth == pytest.approx(demand.loc["hebei", 2060] / demand.loc["hebei", 2020], rel=1e-9)


def test_load_shares_of_a_province_add_up_to_one() -> None:
    shares = table("load_shape").groupby("region")["share"]
    assert (shares.sum() - 1).abs().max() < 1e-12
    assert set(shares.size()) == {SLICES}
    assert 31 == len(table("peak_load"))


def test_tangents_of_the_credit_are_concave() -> None:
    """Slopes fall and intercepts rise with the tangent, so the least of them is the credit."""
    for _, rows in table("reserve_credit").sort_values("tangent").groupby("credit_class"):
        assert rows["slope"].is_monotonic_decreasing
        assert rows["intercept"].is_monotonic_increasing
        assert rows["intercept"].iloc[0] == 0


def test_lines_stand_in_both_directions_with_their_own_capacity() -> None:
    """624.15 GW forward and 656.05 GW backward; every pair has both rows."""
    lines = table("transmission_lines")
    assert lines["capacity"].sum() == pytest.approx(624.15 + 656.05, abs=1e-6)
    pairs = set(zip(lines["from_region"], lines["to_region"], strict=True))
    assert pairs == {(b, a) for a, b in pairs}
    assert lines["length"].min() > 0


def test_committed_lines_are_those_after_the_base_year_and_have_a_row() -> None:
    """64 GW by 2025, 154 GW by 2030, nothing in the base year."""
    committed = table("transmission_committed")
    assert [0.0, 64.0, 154.0, 154.0] == pytest.approx([committed[y].sum() for y in (2020, 2025, 2030, 2060)])
    lines = table("transmission_lines")
    known = set(zip(lines["from_region"], lines["to_region"], strict=True))
    assert set(zip(committed["from_region"], committed["to_region"], strict=True)) <= known


def test_contracts_fit_under_the_mean_use_of_their_pair() -> None:
    contracts = table("power_contracts")
    lines = table("transmission_lines").set_index(["from_region", "to_region"])["capacity"]
    use = table("transmission_use")[2020].iloc[0]
    most = [
        lines[pair] * use * HOURS_PER_YEAR / GWH_PER_TWH
        for pair in contracts[["from_region", "to_region"]].itertuples(index=False, name=None)
    ]
    assert (contracts[2020] <= pd.Series(most) * 0.9 + 1e-9).all()
    assert contracts[2025].max() == 0


def test_storage_of_carbon_dioxide_takes_a_hundredth_a_year_at_most() -> None:
    sites = table("co2_storage_sites")
    assert (sites["injection_limit"] <= sites["proven"] * 0.01 + 1e-9).all()
    assert sites["injection_limit"].max() == 150.0
    assert sites["injection_limit"].sum() == pytest.approx(3049.04, abs=0.01)


def test_emissions_of_the_base_year_add_up_to_the_account() -> None:
    """Industry 4,417.6 + end use 2,882.1 + electricity 4,018.8 = 11,318.3 Mt."""
    pack = load("energy", "emissions_2020")
    electricity = pack.loc[pack["subsector"] == "electricity", "co2_mt"].sum()
    made = industry_emissions()["co2"].sum() + table("end_use")["emission"].sum() + electricity
    assert pack["co2_mt"].sum() == pytest.approx(11318.34, abs=0.01)
    assert pack["co2_mt"].sum() == pytest.approx(made, rel=2e-5)


def test_emissions_of_a_region_group_stay_within_two_per_cent_of_the_inventory() -> None:
    """Inventory: developed 3,449.977, industrial 3,403.691, west 4,464.672 Mt."""
    pack = provinces("energy", "emissions_2020")
    groups = group_of()
    parts = [
        industry_emissions()[["region", "co2"]],
        table("end_use")[["region", "emission"]].rename(columns={"emission": "co2"}),
        pack.loc[pack["subsector"] == "electricity", ["region", "co2_mt"]].rename(columns={"co2_mt": "co2"}),
    ]
    whole = pd.concat(parts)
    made = whole.groupby(whole["region"].map(groups))["co2"].sum()
    expected = {"developed": 3449.977, "industrial": 3403.691, "west": 4464.672}
    assert max(abs(made[group] / value - 1) for group, value in expected.items()) < 0.02


def test_other_industry_carries_the_remainder_of_680_million_tonnes() -> None:
    """497.7 + 586.7 + 175.1 of chemicals, non-ferrous and others less 579.7 of listed products."""
    other = industry_emissions().query("sector == 'other_industry'")
    assert other["co2"].sum() == pytest.approx(679.87, abs=0.01)
    assert other["co2"].min() >= 0


def test_demand_of_the_base_year_is_the_sum_of_the_outputs() -> None:
    demand = table("industry_demand").set_index("sector")[2020]
    output = table("industry").groupby("sector")["output"].sum()
    assert (demand / output - 1).abs().max() < 1e-12


def test_intensity_of_other_industry_falls_by_three_per_cent_a_year() -> None:
    """Mean of 0.97 ^ 36 to 0.97 ^ 40, weighted by the demand of the years, 3.296 to 3.52 times that of 2020: 0.3143."""
    intensity = table("industry_intensity").set_index("sector")
    demand = [3.24 + 0.056 * step for step in range(1, 6)]
    assert sum(d * 0.97**age for d, age in zip(demand, range(36, 41), strict=True)) / sum(demand) == pytest.approx(intensity.loc["other_industry", 2060], rel=1e-12)


def test_only_western_heavy_industry_is_protected_from_relocation() -> None:
    protected = table("no_relocation")
    assert {"west"} == set(protected["region"].map(group_of()))
    assert {"steel", "cement_building_materials", "aluminium_primary"} == set(protected["sector"])
    heavy = protected[protected["sector"] != "aluminium_primary"]
    assert {1.05} == set(heavy["factor"])


def test_protection_from_relocation_leaves_a_plan() -> None:
    """Demand and intensity less what may move away stay under the factor in every period.

    Aluminium, mean of 2021 to 2025: (38.5 + 40.2 + 41.59 + 43.96 + 45.02) / 5 / 37.1 x 0.9908 x (1 - 0.018) = 1.0976.
    """
    path, intensity = (table(name).set_index("sector") for name in ("industry_demand", "industry_intensity"))
    movement = table("industry_movement").set_index("sector")
    factors = table("no_relocation").drop_duplicates("sector").set_index("sector")["factor"]
    years = [c for c in path.columns if isinstance(c, int)]
    least = path[years].div(path[2020], axis=0) * intensity[years] * (1 - movement[years])
    assert least.loc["aluminium_primary", 2025] == pytest.approx(1.0976, abs=1e-4)
    assert (least.loc[factors.index].max(axis=1) <= factors).all()


def test_measures_have_shares_costs_and_sectors() -> None:
    measures = table("measures").set_index(["sector", "measure"])
    assert set(measures.index) == set(table("measure_shares").set_index(["sector", "measure"]).index)
    assert set(measures.index) == set(table("measure_costs").set_index(["sector", "measure"]).index)
    assert set(table("measure_caps").set_index(["sector", "measure"]).index) <= set(measures.index)
    sectors = set(table("industry")["sector"]) | set(table("end_use")["sector"])
    assert {sector for sector, _ in measures.index} <= sectors


def test_measures_of_the_shipped_books_come_in_stages_and_say_what_their_cost_holds() -> None:
    """Caps hold measures of one stage: what earlier stages leave is not claimed twice. What captures is of the last stage, with a rate; energy in a cost has a price."""
    rows = table("measures").set_index(["sector", "measure"])
    assert {"demand", "efficiency", "fuel", "capture"} == set(rows["stage"])
    assert ((rows["stage"] == "capture") == (rows["captured"] > 0)).all()
    assert (rows["capture_rate"].notna() == (rows["captured"] > 0)).all()
    caps = table("measure_caps").assign(stage=[rows.loc[pair, "stage"] for pair in table("measure_caps")[["sector", "measure"]].itertuples(index=False, name=None)])
    assert 1 == caps.drop_duplicates(["sector", "cap", "stage"]).groupby(["sector", "cap"]).size().max()
    held = {word for word in rows["cost_holds"] if word not in ("none", "all")}
    assert held <= set(table("measure_energy_prices")["energy"])
    listed = rows[["electricity", "hydrogen", "biomass"]].astype(float).ne(0.0).any(axis=1)
    unmade = [("steel", "demand_reduction"), ("cement_building_materials", "demand_reduction")]
    assert (rows["cost_holds"].ne("none") == listed & ~rows.index.isin(unmade)).all()


def test_a_share_of_capture_does_not_fall_where_another_route_takes_over() -> None:
    """Ammonia: 0.275 in 2055 and 0.25 in 2060 as listed; the 0.3 of 2050 hold."""
    shares = table("measure_shares").set_index(["sector", "measure"]).loc[("ammonia", "ccus_process_stream")]
    assert [0.3, 0.3] == pytest.approx([shares[2055], shares[2060]])


def test_the_price_of_power_in_costs_is_that_of_the_year_of_the_cost() -> None:
    """360 CNY/MWh in 2020 and 180 in 2060, straight: the mean of 2021 to 2025 is that of 2023, 360 - 180 * 3 / 40."""
    prices = table("measure_energy_prices").set_index("energy")
    assert 360.0 - 180.0 * 3 / 40 == pytest.approx(prices.loc["electricity", 2025])
    assert 101.0 == pytest.approx(prices.loc["biomass", 2060])


def test_heat_measures_are_brought_to_the_unit_of_the_sector() -> None:
    """679.87 Mt / 3,130.7 = 0.21716 t; x 0.8 / 0.095 = 1.8287 GJ; heat pump 0.095 t and 130 kWh per GJ."""
    heat = 679.87 / 3130.7 * 0.8 / 0.095
    row = table("measures").set_index("measure").loc["heat_pump_electric_boiler"]
    assert heat * 0.095 == pytest.approx(row["abatement"], rel=1e-4)
    assert heat * 130 == pytest.approx(row["electricity"], rel=1e-4)


def test_end_use_measures_count_per_tonne_replaced() -> None:
    """Electric cars: 1,700 kWh for 1.55 t; farm machines: 0.6 of the tonne at 250 kWh per tonne abated."""
    rows = table("measures").set_index("measure")
    assert 1.0 == rows.loc["bev_passenger", "abatement"]
    assert 1700 / 1.55 == pytest.approx(rows.loc["bev_passenger", "electricity"])
    assert 0.6 * 250 == pytest.approx(rows.loc["machinery_electrification", "electricity"])


def test_hydrogen_replaces_the_electricity_of_electrolysis() -> None:
    rows = table("measures").set_index("measure")
    assert 2100.0 == rows.loc["h2_dri_eaf", "hydrogen"]
    assert 0.0 == rows.loc["hydrogen_heat", "electricity"]
    assert rows.loc["hydrogen_heat", "hydrogen"] > 0


def test_shares_in_place_stay_below_the_joint_caps() -> None:
    base = table("measure_shares").set_index(["sector", "measure"])[2020]
    caps = table("measure_caps")
    used = caps["weight"] * [base[pair] for pair in caps[["sector", "measure"]].itertuples(index=False, name=None)]
    assert used.groupby([caps["sector"], caps["cap"]]).sum().max() < 1


def test_end_uses_split_their_sector_without_remainder() -> None:
    """Transport 712.722 Mt, buildings 707.556, heat 1,296.969, farms 164.852."""
    made = table("end_use").groupby("category")["emission"].sum()
    expected = {"transport": 712.722, "buildings": 707.556, "heat": 1296.969, "agriculture": 164.852}
    assert expected == pytest.approx(made.to_dict(), abs=2e-3)


def test_activity_starts_at_one_and_follows_its_index() -> None:
    """Cars in 2056 to 2060: passenger index 2.5 all along x the mean of 0.995 ^ 36 to 0.995 ^ 40."""
    activity = table("end_use_activity").set_index("sector")
    assert (activity[2020] - 1).abs().max() < 1e-12
    assert 2.5 * sum(0.995**age for age in range(36, 41)) / 5 == pytest.approx(activity.loc["cars", 2060], rel=1e-12)
