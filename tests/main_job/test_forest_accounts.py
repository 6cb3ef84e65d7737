"""The forest is not liquidated towards the end, plantings create no carbon by themselves, and wood and carbon grow together.

What the plan left is recomputed here from ``forest.csv`` and from the stands as they would grow without any felling.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.api import Plan
from model.core.build.assemble import assemble
from model.core.build.build import Build, Lever
from model.core.data import Data
from model.core.declare.units import CO2_PER_C
from model.core.solve.solution import Solution
from model.levers.forest.forest import Forest
from model.levers.forest.forest_soil import ForestSoil
from model.levers.forest.stands import Stands, group_parameters, read_stands
from model.levers.land.afforestation import Afforestation
from model.levers.land.tables import AFFORESTATION_LAND
from tests.levers.forest_toy import forest_data, stand
from tests.levers.toy import amount, cheapest, value

ROW = ["region", "water_zone", "land_type"]
KHA_PER_MHA, MM3_PER_KM3 = 1000.0, 1000.0
#: bn CNY per km3: so dear is wood that everything is felled that may be.
WOOD_PRICE = 1e4


def lengths(data: Data) -> list[int]:
    return [data.length(year) for year in data.years]


def unfelled(data: Data, stands: Stands, density: np.ndarray) -> pd.Series:
    """What the stands hold at the end by region when nothing is felled, in solver units."""
    end = stands.age_without_felling(lengths(data))[-1]
    return pd.Series((end * density).sum(axis=1)).groupby(stands.strata["region"].to_numpy()).sum()


def left_at_the_end(plan: Plan, stands: Stands, forest: pd.DataFrame, column: str) -> pd.Series:
    old = set(stands.strata.loc[stands.strata["status"] != "new", "stratum"])
    end = forest[(forest["year"] == plan.data.years[-1]) & forest["stratum"].isin(old)]
    return end.groupby("region")[column].sum()


@pytest.mark.slow
def test_the_forest_of_the_base_year_is_not_liquidated(plan: Plan, tables: dict[str, pd.DataFrame]) -> None:
    """Volume and living carbon of the strata of 2020 stand in 2060 at the stated share of the level without felling."""
    stands, share = read_stands(plan.data), plan.data.number("terminal_share")
    assert 0.5 < share <= 1.0
    for column, density, scale in (("volume_mm3", stands.volume, MM3_PER_KM3), ("carbon_mt_co2", stands.living, CO2_PER_C)):
        left = left_at_the_end(plan, stands, tables["forest"], column)
        least = share * scale * unfelled(plan.data, stands, density)
        assert 3 == len(left)
        assert {} == left[left < least * (1.0 - 1e-6)].to_dict()


def share_left(data: Data) -> pd.Series:
    """Volume left of the level without felling, by region, when wood is very dear and nothing but the forest is there."""
    stands = read_stands(data)
    solution = cheapest(assemble(data, [Forest], []), feed_in={"roundwood": WOOD_PRICE})
    assert "optimal" == solution.status
    course = stands.age_without_felling(lengths(data))[-1]
    fixed = pd.Series((course * stands.volume).sum(axis=1) * stands.of_status("restricted")).groupby(stands.strata["region"].to_numpy()).sum()
    end = solution.values("area").query("year == @data.years[-1]")
    row = {name: number for number, name in enumerate(stands.strata["stratum"])}
    numbers = end["stratum"].map(row).to_numpy(dtype=int)
    held = end["value"].to_numpy() * stands.volume[numbers, end["age_class"].to_numpy(dtype=int) - 1]
    decided = pd.Series(held).groupby(stands.strata["region"].to_numpy()[numbers]).sum()
    return (decided + fixed) / unfelled(data, stands, stands.volume)


@pytest.mark.slow
def test_without_the_rule_for_the_end_the_forest_would_be_felled_below_it(plan: Plan) -> None:
    """However dear wood is, the share is kept; without the rule at least one region falls below it."""
    data, share = plan.data, plan.data.number("terminal_share")
    free = Data(data.tables, {**data.settings, "terminal_share": 0.0}, data.columns, data.written)
    assert share_left(data).min() >= share * (1.0 - 1e-6)
    assert share_left(free).min() < share * (1.0 - 1e-3)


@pytest.mark.slow
def test_what_is_planted_is_not_cleared_again(plan: Plan, tables: dict[str, pd.DataFrame]) -> None:
    stands = read_stands(plan.data)
    new = set(stands.strata.loc[stands.strata["status"] == "new", "stratum"])
    rows = tables["forest"][tables["forest"]["stratum"].isin(new)]
    assert rows["area_kha"].sum() > 0.0
    assert 0.0 == rows["clearcut_kha"].abs().max()
    cut = plan.solution.values("clearcut")
    assert new.isdisjoint(cut["stratum"])
    planted = tables["planting"].assign(n=tables["planting"]["year"].map(plan.data.length))
    whole = (planted["planted_kha"] * planted["n"]).groupby([planted[k] for k in ROW]).sum()
    offered = tables["limits"].query("name == 'balance_offered_land'").groupby("region")["limit"].max()
    assert whole.groupby("region").sum().sum() <= tables["limits"].query("name == 'balance_offered_land' and year == 2060")["limit"].sum() + 1e-6
    assert 3 == len(offered)


@pytest.mark.slow
def test_planting_brings_the_soil_and_loses_the_vegetation_of_its_land(plan: Plan, tables: dict[str, pd.DataFrame]) -> None:
    """Per period and region: established area times (soil at equilibrium - soil before) is the deficit brought; planted area
    times vegetation before, in CO2, is released."""
    data = plan.data
    land = data.frame(AFFORESTATION_LAND)[[*ROW, "soil_before", "vegetation_before"]]
    planted = tables["planting"].merge(land, on=ROW)
    group = data.frame(model_table("new_forest")).set_index(ROW)["forest_group"]
    equilibrium = group_parameters(data)["soil_equilibrium"].astype(float)
    soil = planted[ROW].apply(tuple, axis=1).map(group.to_dict()).map(equilibrium)
    n = planted["year"].map(data.length)
    keys = [planted["region"], planted["year"]]
    brought = (planted["established_kha"] / KHA_PER_MHA * n * (soil - planted["soil_before"])).groupby(keys).sum()
    released = (planted["planted_kha"] / KHA_PER_MHA * planted["vegetation_before"] * CO2_PER_C).groupby(keys).sum()
    assert released.sum() > 0.0
    stocks = tables["stocks"].query("pool == 'soil_deficit_brought' and year > @data.base_year").set_index(["region", "year"])["value"]
    sinks = tables["carbon"].query("category == 'afforestation_vegetation_lost'").set_index(["region", "year"])["value"]
    assert pytest.approx(brought.to_dict(), rel=1e-6, abs=1e-6) == stocks.reindex(brought.index).to_dict()
    assert pytest.approx((-released).to_dict(), rel=1e-6, abs=1e-6) == sinks.reindex(released.index, fill_value=0.0).to_dict()


@pytest.mark.slow
def test_a_stand_begins_with_the_carbon_of_the_youngest_classes(plan: Plan, tables: dict[str, pd.DataFrame]) -> None:
    """In the period of its first planting a stratum holds established area times the mean density of the classes that the
    period spans, and no more."""
    data, stands = plan.data, read_stands(plan.data)
    planted = tables["planting"][tables["planting"]["planted_kha"] > 1e-6]
    first = planted[planted["year"] == planted.groupby("stratum")["year"].transform("min")]
    row = {name: number for number, name in enumerate(stands.strata["stratum"])}
    assert len(first) > 0
    for stratum, year, established in first.groupby(["stratum", "year"])["established_kha"].sum().reset_index().itertuples(index=False):
        step = stands.steps(data.length(year))
        area = established * data.length(year) / KHA_PER_MHA
        expected = area * stands.living[row[stratum], :step].mean() * CO2_PER_C
        found = tables["forest"].query("stratum == @stratum and year == @year")["carbon_mt_co2"].sum()
        assert pytest.approx(expected, rel=1e-6, abs=1e-9) == found, (stratum, year)


def model_table(name: str) -> Any:
    from model.core.build.registry import schema

    return schema().tables[name]


#: Planting is paid for so well that it happens whatever it does to the carbon.
LAND: dict[str, Any] = {
    "region": "west", "water_zone": "west_arid", "land_type": "good", "area": 1.0, "from_class": "forest_land", "survival": 0.8,
    "soil_before": 70.0, "vegetation_before": 3.0, "planting_cost": -1e3,
}  # fmt: skip
NEW = {"region": "west", "water_zone": "west_arid", "land_type": "good", "forest_group": "pine", "growth_multiplier": 1.0}


class Silent:
    """A ledger that loses the posts of one item or to one balance."""

    def __init__(self, ledger: Any, lost: str) -> None:
        self._ledger, self._lost = ledger, lost

    def use(self, balance: str, *arguments: Any, item: str, **more: Any) -> None:
        if self._lost not in (balance, item):
            self._ledger.use(balance, *arguments, item=item, **more)

    def supply(self, balance: str, *arguments: Any, item: str, **more: Any) -> None:
        if self._lost not in (balance, item):
            self._ledger.supply(balance, *arguments, item=item, **more)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ledger, name)


def forgetful(lost: str) -> type[Lever]:
    """Afforestation that leaves out one post."""

    class Forgetful(Afforestation):
        def __init__(self, build: Build) -> None:
            super().__init__(build)
            self.ledger = Silent(build.ledger, lost)  # type: ignore[assignment]  # stands in for the ledger

    return Forgetful


def planted_toy(lever: type[Lever] = Afforestation, growth: bool = True, **land: Any) -> Solution:
    """1 Mha of pine planted by 2030 on land with 70 of 100 Mt C of soil and 3 Mt C of vegetation; followed to 2040."""
    capacity = [{"region": "west", "year": 2030, "value": 1.0}, {"region": "west", "year": 2040, "value": 0.0}]
    tables: dict[str, Any] = {"new_forest": [NEW], "afforestation_land": [{**LAND, **land}], "planting_capacity": capacity}
    if not growth:
        tables["forest_growth"] = [{"forest_group": "pine", "age": age, "volume": 0.0, "biomass_carbon": 0.0} for age in (0, 60)]
    data = forest_data([stand("young", 1.0)], years=(2020, 2030, 2040), tables=tables)
    solution = cheapest(assemble(data, [lever, Forest, ForestSoil], []))
    assert pytest.approx(1.0) == value(solution, "planted")
    return solution


def unexplained(solution: Solution) -> float:
    """Mt C booked as sink beside the old forest, less what is there at the end: 0.8 Mha with 30 Mt C/Mha of trees in class 2
    and the recovered part of 0.8 * 30 Mt C of missing soil, less the 3 Mt C of vegetation."""
    booked = 10.0 / CO2_PER_C * (solution.balance("sink")["value"].sum() - amount(solution, "sink", "forest_living"))
    recovered = 0.8 * 30.0 - value(solution, "soil_deficit", year=2040)
    return float(booked - (0.8 * 30.0 + recovered - 3.0))


def test_every_tonne_booked_after_planting_stands_somewhere() -> None:
    assert pytest.approx(0.0, abs=1e-9) == unexplained(planted_toy())


@pytest.mark.parametrize(("lost", "error"), [("afforestation_vegetation_lost", 3.0), ("soil_planting", -24.0)])
def test_a_planting_that_forgets_its_vegetation_or_its_soil_is_noticed(lost: str, error: float) -> None:
    """Without the vegetation 3 Mt C too many are booked; without the deficit the 24 Mt C that recover are missing."""
    assert pytest.approx(error, abs=1e-9) == unexplained(planted_toy(forgetful(lost)))


def test_land_with_the_soil_of_a_forest_and_nothing_that_grows_makes_no_carbon() -> None:
    """Soil at its equilibrium of 100, no growth: all that happens is the loss of 3 Mt C of vegetation in ten years."""
    solution = planted_toy(growth=False, soil_before=100.0)
    sinks = solution.balance("sink").groupby("item")["value"].sum()
    assert pytest.approx(-0.3 * CO2_PER_C) == sinks["afforestation_vegetation_lost"]
    assert pytest.approx(0.0, abs=1e-9) == sinks.drop("afforestation_vegetation_lost").abs().sum()


@pytest.mark.slow
def test_wood_and_carbon_of_every_class_come_from_one_growth_table(plan: Plan) -> None:
    """Volume and biomass of a class carry one site factor: their ratio is that of the growth table at its mid-age."""
    stands, growth = read_stands(plan.data), plan.data.frame(model_table("forest_growth"))
    ages = (np.arange(stands.volume.shape[1]) + 0.5) * stands.width
    for number, stratum in enumerate(stands.strata.itertuples()):
        part = growth[growth["forest_group"] == stratum.forest_group].sort_values("age")
        volume, biomass = (np.interp(ages, part["age"].astype(float), part[c].astype(float)) for c in ("volume", "biomass_carbon"))
        here = np.arange(len(ages)) < stratum.classes
        assert pytest.approx(stratum.site_factor * volume[here], rel=1e-12) == stands.volume[number, here]
        assert pytest.approx(stratum.site_factor * biomass[here], rel=1e-12) == stands.biomass[number, here]


@pytest.mark.slow
def test_a_row_of_the_growth_table_moves_wood_and_carbon_of_the_same_classes(plan: Plan) -> None:
    """One age of one group doubled in both columns: the classes whose volume changes are those whose carbon changes."""
    tables = {**plan.data.tables}
    growth = tables["forest_growth"].copy()
    group = plan.data.tables["forest_area"]["forest_group"].iloc[0]
    ages = growth.index[growth["forest_group"] == group]
    row = ages[len(ages) // 2]
    growth.loc[row, ["volume", "biomass_carbon"]] *= 2.0
    before, after = read_stands(plan.data), read_stands(Data({**tables, "forest_growth": growth}, plan.data.settings, plan.data.columns))
    moved = [np.abs(getattr(after, d) / np.where(getattr(before, d) > 0.0, getattr(before, d), np.nan) - 1.0) > 1e-9 for d in ("volume", "biomass")]
    assert (moved[0] == moved[1]).all()
    assert 0 < moved[0].sum() < (before.volume > 0.0).sum()
    assert group in set(before.strata.loc[moved[0].any(axis=1), "forest_group"])
