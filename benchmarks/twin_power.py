"""The power families of the model written a second time, in linopy: dispatch, sites and their output, storage, lines.

Everything starts from the validated tables: tables become arrays over labelled dimensions, variables and constraints
follow by broadcasting, group sums and masks, as a linopy user would write them. A place or plant of several keys is
one dimension whose label joins the keys by commas, so that the names of rows and columns are those of the model.

Limits: what exists (plants, open sites, surviving fleet) is looked up with the model's own functions of the tables;
they decide nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from model.core.data import Data
from model.core.declare.units import GWH_PER_TWH, HOURS_PER_YEAR
from model.levers.demand.load_of_uses import LoadOfUses
from model.levers.demand.measures import LOAD_USES, USE_SHAPE
from model.levers.hydrogen.hydrogen import Hydrogen
from model.levers.lives import ROUNDING
from model.levers.power.capacity import TWH_PER_GW, surviving
from model.levers.power.happened import Happened, per_row
from model.levers.power.parts.plant_history import storage_history, thermal_history
from model.levers.power.parts.sited_history import on_sites, output_of_history, sited_history
from model.levers.power.plants import (
    PLANT,
    generators,
    open_sites,
    sited_fleet,
    thermal_fleet,
    thermal_options,
    thermal_technologies,
)
from model.levers.power.power import MUST_RUN
from model.levers.power.siting import OUTPUT_SHAPE, SITE
from model.levers.power.storage import HOURS_PER_DAY, STORAGE, STORAGE_FLEET, STORE
from model.levers.power.tables import LOAD_SHAPE, SITED_TECHNOLOGIES
from model.levers.power.transmission import ENDS, LINE_LIFE, LINE_USE, LINES, LINES_COMMITTED, RESERVE_SHARING


def labels(frame: pd.DataFrame, columns: Sequence[str]) -> np.ndarray:
    """One label per row: the keys joined by commas."""
    first, *rest = (frame[column].astype(str) for column in columns)
    for column in rest:
        first = first + "," + column
    return np.asarray(first, dtype=object)


def array(frame: pd.DataFrame, value: str, fill: float = 0.0, **axes: Sequence[Any]) -> xr.DataArray:
    """Column ``value`` of the frame over the axes (column = labels); what has no row is ``fill``."""
    series = frame.set_index(list(axes))[value].astype(float)
    return xr.DataArray.from_series(series).reindex(axes).fillna(fill).transpose(*axes)


class PowerTwin:
    """Variables and constraints of the power system in a linopy model."""

    def __init__(self, model: linopy.Model, data: Data) -> None:
        self.m, self.data = model, data
        self.years, self.all_years = data.years, data.all_years
        slices = data.slices
        self.slice = list(slices["slice"])
        self.hours = array(slices, "hours", slice=self.slice)
        self.season = xr.DataArray(slices["season"].astype(str).to_numpy(dtype=object), coords={"slice": self.slice}, name="season")
        self.per_gw = self.hours / GWH_PER_TWH

    def lives(self, life: xr.DataArray, places: Sequence[tuple[str, str]] = (), found: Happened | None = None) -> tuple[xr.DataArray, xr.DataArray]:
        """Shares of each vintage that stand at a milestone and that work over the period: built evenly over its period it leaves as evenly.

        ``found`` knows of periods of history what share of what was built worked in them, ``places`` are region and technology of each life.
        """
        years, length = self.years, [float(self.data.length(year)) for year in self.years]
        before = [float(self.data.previous(year)) for year in years]
        length_of = xr.DataArray(length, coords={"vintage": years})
        start = xr.DataArray([float(year) for year in years], coords={"vintage": years}) - length_of
        last, first = xr.DataArray([float(year) for year in years], coords={"year": years}), xr.DataArray(before, coords={"year": years})

        def share(moment: xr.DataArray) -> xr.DataArray:
            return ((moment - start) / length_of).clip(0.0, 1.0)

        def years_of(moment: xr.DataArray) -> xr.DataArray:
            since = (moment - start).clip(min=0.0)
            return (since**2 - (since - length_of).clip(min=0.0) ** 2) / (2.0 * length_of)

        stands = share(last) - share(last - life)
        works = (years_of(last) - years_of(first) - (years_of(last - life) - years_of(first - life))) / (last - first)
        there = works > ROUNDING
        stands, works = stands.where(there, 0.0), works.where(there, 0.0)
        order = (*life.dims, "vintage", "year")
        stands, works = stands.transpose(*order), works.transpose(*order)
        for number, place in enumerate(places):
            for at, year in enumerate(years):
                works[number, at, at] = (found or Happened()).worked.get((*place, year), works[number, at, at])
        return stands, works

    def build(self) -> None:
        """All families, in the order of the model's levers."""
        self.dispatch()
        self.sites()
        self.sited_output()
        self.thermal()
        self.storage()
        self.lines()
        self.available_output()
        self.curtailment()
        self.power_balance()

    def dispatch(self) -> None:
        """Generation by thermal plant, slice and year; heat plants must run in the heating season."""
        plants = generators(self.data)
        plants = plants.assign(plant=labels(plants, PLANT), there=1.0)
        self.plant = list(dict.fromkeys(plants["plant"]))
        self.there = array(plants, "there", plant=self.plant, year=self.all_years) > 0
        axes = {"plant": self.plant, "slice": self.slice, "year": self.all_years}
        mask = self.there.expand_dims(slice=self.slice).transpose(*axes)
        self.generation = self.m.add_variables(lower=0.0, coords=list(axes.values()), dims=list(axes), mask=mask, name="generation")
        rows = self.data.frame(MUST_RUN)[["region", "technology", "season", "share"]]
        rows = rows[rows["share"] > 0].merge(self.data.slices[["slice", "season"]], on="season")
        rows = rows.assign(plant=labels(rows, PLANT))
        rows = rows[rows["plant"].isin(self.plant)]
        obliged = list(dict.fromkeys(rows["plant"]))
        kinds = {*thermal_technologies(self.data)["technology"], *self.data.frame(MUST_RUN)["technology"]}
        summed = [plant for plant in self.plant if plant.split(",")[1] in kinds]
        counted = self.there.sel(plant=summed)
        yearly = self.m.add_variables(lower=0.0, coords=[summed, self.all_years], dims=["plant", "year"], mask=counted, name="yearly_generation")
        self.m.add_constraints(yearly - self.generation.sel(plant=summed).sum("slice") == 0.0, mask=counted, name="yearly_generation_sum")
        share = array(rows, "share", plant=obliged, slice=self.slice)
        left = self.generation.sel(plant=obliged) - share * self.hours / HOURS_PER_YEAR * yearly.sel(plant=obliged)
        self.m.add_constraints(left >= 0.0, mask=(share > 0) & self.there.sel(plant=obliged), name="must_run_for_heat")

    def sites(self) -> None:
        """What stands on a site is what was built and has not reached its end."""
        data = self.data
        sites = open_sites(data)
        sites = sites.assign(site=labels(sites, SITE), plant=labels(sites, PLANT))
        technologies = data.frame(SITED_TECHNOLOGIES)[["technology", "lifetime", "shape", "class"]]
        self.site_frame = sites.merge(technologies, on="technology", how="left")
        site = list(self.site_frame["site"])
        life = xr.DataArray(self.site_frame["lifetime"].to_numpy(dtype=float), coords={"site": site})
        potential = xr.DataArray(self.site_frame["potential"].to_numpy(dtype=float), coords={"site": site})
        found = sited_history(data)
        new = sites.merge(pd.DataFrame({"vintage": self.years}), how="cross")
        new = new.assign(built=on_sites(data, sites, new, found))
        built = array(new, "built", site=site, vintage=self.years)
        past = xr.DataArray([year in data.history for year in self.years], coords={"vintage": self.years})
        happened = built.where(past, 0.0)
        self.new_sited = self.m.add_variables(lower=happened, upper=happened.where(past, np.inf), coords=[site, self.years], dims=["site", "vintage"], name="new_sited")
        decided = xr.DataArray([year in data.decided for year in self.years], coords={"year": self.years})
        most = np.maximum(potential, happened.sum("vintage"))
        high = most.expand_dims(year=self.years).where(decided, np.inf).transpose("site", "year")
        self.sited = self.m.add_variables(lower=0.0, upper=high, coords=[site, self.years], dims=["site", "year"], name="sited_capacity")
        places = list(sites[PLANT].itertuples(index=False, name=None))
        stands, self.sited_works = self.lives(life, places, found)
        self.m.add_constraints(self.sited - (stands * self.new_sited).sum("vintage") == 0.0, name="sited_capacity_stands")
        self.built_before = self.sited_works * happened

    def _factors(self, fleet: pd.DataFrame) -> xr.DataArray:
        """What plants gave in periods of history beside what their listed yields say, by plant and year; 1 elsewhere."""
        gw = self.built_before.sum("vintage").to_series().rename("gw").reset_index()
        kept = self.site_frame[["site", *PLANT, "class", "capacity_factor"]].merge(gw, on="site")
        known = output_of_history(self.data, fleet[[*PLANT, "class", "year", "gw", "capacity_factor"]], kept)
        known = known.assign(plant=labels(known, PLANT))
        plants = list(dict.fromkeys([*fleet["plant"], *self.site_frame["plant"]]))
        return array(known, "factor", fill=1.0, plant=plants, year=self.all_years)

    def sited_output(self) -> None:
        """Output of the year that the fleet and the plants on sites can give, and its share by slice."""
        data, years = self.data, self.all_years
        technologies = data.frame(SITED_TECHNOLOGIES)[["technology", "shape", "class"]]
        fleet = surviving(data, sited_fleet(data)).merge(technologies, on="technology", how="left")
        fleet = fleet.assign(plant=labels(fleet, PLANT), gw=fleet["mean_gw"], there=1.0)
        self.factor = self._factors(fleet)
        scale = [float(self.factor.sel(plant=plant, year=year)) for plant, year in zip(fleet["plant"], fleet["year"], strict=True)]
        fleet = fleet.assign(capacity_factor=fleet["capacity_factor"].astype(float) * np.array(scale))
        fleet = fleet.assign(twh=fleet["gw"] * fleet["capacity_factor"] * TWH_PER_GW)
        plants = pd.concat([fleet, self.site_frame])[[*PLANT, "shape", "plant"]].drop_duplicates("plant")
        plant = self.sited_plant = list(plants["plant"])
        axes = {"plant": plant, "year": years}
        shapes = data.frame(OUTPUT_SHAPE).assign(key=lambda f: labels(f, ["region", "shape"]))
        self.relative = array(shapes, "relative_output", key=list(dict.fromkeys(shapes["key"])), slice=self.slice)
        self.share = self._shape(plants, "plant", plant) * self.hours / HOURS_PER_YEAR
        sites = list(self.site_frame["site"])
        of_site = xr.DataArray(self.site_frame["plant"].to_numpy(dtype=object), coords={"site": sites}, name="plant")
        of_year = self.factor.sel(plant=of_site, year=self.years).drop_vars("plant")
        self.site_factor = (xr.DataArray(self.site_frame["capacity_factor"].to_numpy(dtype=float), coords={"site": sites}) * of_year).transpose("site", "year")
        given = (self.site_factor * TWH_PER_GW * self.sited_works * self.new_sited).sum("vintage").groupby(of_site).sum().reindex(axes)
        fixed = array(fleet.groupby(["plant", "year"], as_index=False)["twh"].sum(), "twh", **axes)
        built = xr.DataArray(np.isin(plant, self.site_frame["plant"]), coords={"plant": plant}) & xr.DataArray(np.isin(years, self.years), coords={"year": years})
        mask = (array(fleet.drop_duplicates(["plant", "year"]), "there", **axes) > 0) | built
        self.output = self.m.add_variables(lower=0.0, coords=list(axes.values()), dims=list(axes), mask=mask, name="sited_output")
        self.m.add_constraints(given - self.output == -fixed, mask=mask, name="balance_sited_output")
        region = xr.DataArray(plants["region"].to_numpy(dtype=object), coords={"plant": plant}, name="region")
        self.sited_there = mask.groupby(region).any().reindex(region=data.regions, fill_value=False)
        self._cut_off(fleet)

    def _cut_off(self, fleet: pd.DataFrame) -> None:
        """What the shape gives beyond a full hour, by region: of new plants in terms, of the fleet in TWh/yr."""

        def excess(factor: xr.DataArray, frame: pd.DataFrame, dimension: str, names: Sequence[Any]) -> xr.DataArray:
            """TWh/yr of a slice that the shape gives beyond a full hour, per GW."""
            return (factor * self._shape(frame, dimension, names) - 1.0).clip(min=0.0) * self.per_gw

        by_region = {"region": self.data.regions, "slice": self.slice, "year": self.all_years}
        sites = list(self.site_frame["site"])
        beyond = excess(self.site_factor, self.site_frame, "site", sites)
        strong = (beyond > 0).any(("slice", "year"))
        kept = [site for site, much in zip(sites, strong.to_numpy(), strict=True) if much]
        #: of the sites with an hour that strong; None where there is no such site
        self.excess = None
        if kept:
            where = xr.DataArray([site.split(",")[0] for site in kept], coords={"site": kept}, name="region")
            self.excess = (beyond.sel(site=kept) * self.sited_works.sel(site=kept) * self.new_sited.sel(site=kept)).sum("vintage").groupby(where).sum().reindex(by_region)
        rows = list(range(len(fleet)))
        factor = xr.DataArray(fleet["capacity_factor"].to_numpy(dtype=float), coords={"row": rows})
        lost = (excess(factor, fleet, "row", rows) * xr.DataArray(fleet["gw"].to_numpy(dtype=float), coords={"row": rows})).to_series().rename("twh").reset_index()
        lost = lost.assign(region=fleet["region"].to_numpy()[lost["row"]], year=fleet["year"].to_numpy()[lost["row"]])
        self.fixed_excess = array(lost.groupby(["region", "slice", "year"], as_index=False)["twh"].sum(), "twh", **by_region)

    def _shape(self, frame: pd.DataFrame, dimension: str, names: Sequence[Any]) -> xr.DataArray:
        """Output relative to the yearly mean of every row of the frame, by slice."""
        key = xr.DataArray(labels(frame, ["region", "shape"]), coords={dimension: list(names)})
        return self.relative.sel(key=key).drop_vars("key")

    def thermal(self) -> None:
        """What stands of thermal plants: the fleet, less what is retired or converted, and what is built."""
        data = self.data
        fleet = surviving(data, thermal_fleet(data)[[*PLANT, "capacity"]])
        fleet = fleet.assign(plant=labels(fleet, PLANT))
        fleet_plant = list(dict.fromkeys(fleet["plant"]))
        fleet_gw = array(fleet, "gw", plant=fleet_plant, year=self.all_years)
        fleet_mean = array(fleet, "mean_gw", plant=fleet_plant, year=self.all_years)
        found = thermal_history(data)
        alive = fleet_gw.sel(year=self.years) > 0
        closed = data.stated("early_retirement_after")
        late = xr.DataArray([closed is None or year > closed for year in self.years], coords={"year": self.years})
        upper = xr.where(late, np.inf, 0.0).broadcast_like(alive).transpose("plant", "year")
        every = pd.DataFrame([(plant, *plant.split(","), year) for plant in fleet_plant for year in self.years], columns=["plant", *PLANT, "year"])
        closed_then = array(every.assign(gw=per_row(every, found.closed, "year")), "gw", plant=fleet_plant, year=self.years)
        past = xr.DataArray([year in data.history for year in self.years], coords={"year": self.years})
        lower, upper = closed_then.where(past, 0.0), xr.where(past, closed_then, upper).transpose("plant", "year")
        retired = self.m.add_variables(lower=lower, upper=upper, coords=[fleet_plant, self.years], dims=["plant", "year"], mask=alive, name="retired")
        options = thermal_options(data)
        options = options.merge(thermal_technologies(data)[["technology", "lifetime"]], on="technology", how="left")
        options = options.assign(option=labels(options, PLANT), source=labels(options, ["region", "retrofit_of"]))
        option = list(options["option"])
        converts = xr.DataArray((options["retrofit_of"] != "").to_numpy(), coords={"option": option})
        def of_source(gw: xr.DataArray) -> xr.DataArray:
            return gw.reindex(plant=list(options["source"]), fill_value=0.0).rename(plant="option").assign_coords(option=option)

        source, source_mean = of_source(fleet_gw), of_source(fleet_mean)
        at_vintage = source.sel(year=self.years).rename(year="vintage")
        whole = at_vintage.where(at_vintage > 0, 1.0)
        left = xr.where(converts, source.sel(year=self.years) / whole, 1.0)
        own = xr.DataArray(np.eye(len(self.years), dtype=bool), coords={"vintage": self.years, "year": self.years})
        mean_left = xr.where(converts & ~own, source_mean.sel(year=self.years) / whole, 1.0)
        places = list(options[PLANT].itertuples(index=False, name=None))
        stands, works = self.lives(xr.DataArray(options["lifetime"].to_numpy(dtype=float), coords={"option": option}), places, found)
        possible = (~converts | (at_vintage > 0)).transpose("option", "vintage")
        vintages = pd.DataFrame([(*place, year) for place in places for year in self.years], columns=[*PLANT, "vintage"])
        happened = xr.DataArray(per_row(vintages, found.built).reshape(len(option), len(self.years)), coords={"option": option, "vintage": self.years})
        past = past.rename(year="vintage")
        new = self.m.add_variables(
            lower=happened.where(past, 0.0), upper=happened.where(past, np.inf), coords=[option, self.years], dims=["option", "vintage"], mask=possible, name="new_thermal",
        )
        plant = list(dict.fromkeys([*fleet_plant, *option]))
        axes = {"plant": plant, "year": self.years}
        converted = options.loc[options["retrofit_of"] != "", ["option", "source"]]

        def capacity(name: str, shares: xr.DataArray, gw: xr.DataArray, gone: Any, alive: xr.DataArray, rows: str, lower: float) -> tuple[Any, xr.DataArray]:
            """A variable for each plant of which something is there, and the row that says what: the fleet, less what is gone, and what is built."""
            built, there = (shares * new).sum("vintage"), ((shares > 0) & possible).any("vintage")
            where = alive.reindex(axes, fill_value=False) | there.rename(option="plant").reindex(axes, fill_value=False)
            changed = built.rename(option="plant").reindex(axes) - gone.reindex(axes)
            if len(converted):
                sources = xr.DataArray(converted["source"].to_numpy(dtype=object), coords={"option": list(converted["option"])}, name="plant")
                chosen = {"option": list(converted["option"])}
                changed = changed - built.sel(chosen).groupby(sources).sum().reindex(axes)
                where = where | there.sel(chosen).groupby(sources).any().reindex(axes, fill_value=False)
            where = where.transpose(*axes)
            found = self.m.add_variables(lower=lower, coords=list(axes.values()), dims=list(axes), mask=where, name=name)
            amount = gw.sel(year=self.years).reindex(axes, fill_value=0.0)
            self.m.add_constraints(found - changed == amount, mask=where, name=rows)
            return found, where

        # of what is retired half is gone in its period, of what was retired before all: a half by the end of each of the two
        earlier = (1.0 * retired).shift(year=1)
        on_the_way = 0.5 * retired + 0.5 * earlier
        still = (fleet_mean.sel(year=self.years) > 0) | alive | alive.shift(year=1, fill_value=False)
        capacity("thermal_capacity", stands * left, fleet_gw, 1.0 * retired, alive, "thermal_capacity_stands", -np.inf)
        self.thermal_working, self.thermal_there = capacity("thermal_working", works * mean_left, fleet_mean, on_the_way, still, "thermal_capacity_works", 0.0)
        self.base_fleet = fleet_gw.sel(year=[data.base_year]).reindex(plant=plant, fill_value=0.0)

    def storage(self) -> None:
        """Charging and discharging within power, energy and the balance of the season."""
        data, m = self.data, self.m
        kinds = data.frame(STORAGE)
        fleet = data.frame(STORAGE_FLEET)
        fleet = fleet[fleet["capacity"] > 0]
        fleet = fleet.assign(store=labels(fleet, STORE))
        frame = pd.DataFrame({"region": data.regions}).merge(kinds[["technology", "hours", "efficiency", "lifetime"]], how="cross")
        store = list(labels(frame, STORE))
        one = {name: xr.DataArray(frame[name].to_numpy(dtype=float), coords={"store": store}) for name in ("hours", "efficiency", "lifetime")}
        existing = array(fleet, "capacity", store=store)
        there = xr.concat([existing.expand_dims(year=self.all_years[:1]) > 0, (existing >= 0).expand_dims(year=self.years)], dim="year").transpose("store", "year")
        axes = {"store": store, "slice": self.slice, "year": self.all_years}
        mask = there.expand_dims(slice=self.slice).transpose(*axes)
        found = storage_history(data)
        places = list(frame[STORE].itertuples(index=False, name=None))
        vintages = pd.DataFrame([(*place, year) for place in places for year in self.years], columns=[*STORE, "vintage"])
        happened = xr.DataArray(per_row(vintages, found.built).reshape(len(store), len(self.years)), coords={"store": store, "vintage": self.years})
        past = xr.DataArray([year in data.history for year in self.years], coords={"vintage": self.years})
        new = m.add_variables(
            lower=happened.where(past, 0.0), upper=happened.where(past, np.inf), coords=[store, self.years], dims=["store", "vintage"], name="storage_new",
        )
        self.charge = m.add_variables(lower=0.0, coords=list(axes.values()), dims=list(axes), mask=mask, name="charge")
        self.discharge = m.add_variables(lower=0.0, coords=list(axes.values()), dims=list(axes), mask=mask, name="discharge")
        shares, works = self.lives(one["lifetime"], places, found)
        for name, share, rows in (("storage_added", shares, "storage_added_stands"), ("storage_working", works, "storage_added_works")):
            some = (share > 0).any("vintage")
            added = m.add_variables(lower=0.0, coords=[store, self.years], dims=["store", "year"], mask=some, name=name)
            m.add_constraints(added - (share * new).sum("vintage") == 0.0, mask=some, name=rows)
        stands = (1.0 * added).reindex(year=self.all_years)  # what works carries the flows
        m.add_constraints(self.charge + self.discharge - self.per_gw * stands <= self.per_gw * existing, mask=mask, name="storage_power")
        seasons = there.expand_dims(season=list(dict.fromkeys(self.season.to_numpy()))).transpose("store", "season", "year")
        kept = (one["efficiency"] * self.charge - self.discharge).groupby(self.season).sum()
        m.add_constraints(kept == 0.0, mask=seasons, name="storage_season_balance")
        # with more hours the machines, which charge before they discharge, are the limit
        short = one["hours"] < HOURS_PER_DAY * one["efficiency"] / (1.0 + one["efficiency"])
        cycles = one["hours"] * self.hours.groupby(self.season).sum() / HOURS_PER_DAY / GWH_PER_TWH
        m.add_constraints((1.0 * self.discharge).groupby(self.season).sum() - cycles * stands <= cycles * existing, mask=seasons & short, name="storage_energy")

    def lines(self) -> None:
        """Flows within the line, over the year within its mean use; firm capacity over a part of it."""
        data, m = self.data, self.m
        lines = data.frame(LINES)
        ends = pd.DataFrame({"from_region": lines[ENDS].min(axis=1), "to_region": lines[ENDS].max(axis=1)})
        lines = lines.assign(line=labels(lines, ENDS), corridor=labels(ends, ENDS))
        self.line_frame, line = lines, list(lines["line"])
        corridor = list(dict.fromkeys(lines["corridor"]))
        # what was opened by the end of history is committed
        most_new = xr.DataArray([0.0 if year in data.history else np.inf for year in self.years], coords={"vintage": self.years}).expand_dims(corridor=corridor)
        new = m.add_variables(lower=0.0, upper=most_new, coords=[corridor, self.years], dims=["corridor", "vintage"], name="line_new")
        self.flow = m.add_variables(lower=0.0, coords=[line, self.slice, self.all_years], dims=["line", "slice", "year"], name="flow")
        self.lent = m.add_variables(lower=0.0, coords=[line, data.decided], dims=["line", "year"], name="firm_transfer")
        shares, works = self.lives(xr.DataArray(data.number(LINE_LIFE.name)))
        of_lines = []
        for name, share, rows in (("line_added", shares, "line_added_stands"), ("line_working", works, "line_added_works")):
            some = (share > 0).any("vintage").expand_dims(corridor=corridor)
            added = m.add_variables(lower=0.0, coords=[corridor, self.years], dims=["corridor", "year"], mask=some, name=name)
            m.add_constraints(added - (share * new).sum("vintage") == 0.0, mask=some, name=rows)
            of_line = (1.0 * added).sel(corridor=xr.DataArray(lines["corridor"].to_numpy(), coords={"line": line})).drop_vars("corridor")
            of_lines.append(of_line.reindex(year=self.all_years))
        stands, works = of_lines
        committed = data.frame(LINES_COMMITTED)
        committed = committed.assign(line=labels(committed, ENDS)).groupby(["line", "year"], as_index=False)["value"].sum()
        gw = array(lines, "capacity", line=line) + array(committed, "value", line=line, year=self.all_years)
        mean = (gw.shift(year=1).fillna(gw) + gw) / 2
        back = list(labels(lines, ENDS[::-1]))
        both_ways = mean == mean.reindex(line=back).assign_coords(line=line)
        second = xr.DataArray((lines["from_region"] > lines["to_region"]).to_numpy(), coords={"line": line})
        # where a line is as strong both ways one row holds both directions
        returned = (1.0 * self.flow).reindex(line=back).assign_coords(line=line).where(both_ways)
        m.add_constraints(self.flow + returned - self.per_gw * works <= self.per_gw * mean, mask=~(both_ways & second), name="line_capacity")
        use = data.frame(LINE_USE)
        use = use[use["year"].isin(self.all_years)]
        years = list(use["year"])
        most = array(use, "value", year=years) * HOURS_PER_YEAR / GWH_PER_TWH
        m.add_constraints(self.flow.sel(year=years).sum("slice") - most * works.sel(year=years) <= most * mean.sel(year=years), name="line_yearly_use")
        share = data.number(RESERVE_SHARING.name)
        later = {"year": data.decided}
        m.add_constraints(self.lent - share * stands.sel(later) <= share * gw.sel(later), name="firm_transfer_limit")

    def available_output(self) -> None:
        """Generation within what the standing thermal plants can give."""
        axes = {"plant": self.plant, "year": self.all_years}
        technologies = thermal_technologies(self.data)
        availability = dict(zip(technologies["technology"], technologies["availability"].astype(float), strict=True))
        plants = list(self.thermal_working.indexes["plant"])
        output = xr.DataArray([availability[plant.split(",")[1]] for plant in plants], coords={"plant": plants}) * self.per_gw
        left = (output * self.thermal_working).reindex(axes) - self.generation
        fixed = (output * self.base_fleet).reindex(axes, fill_value=0.0)
        mask = (self.there | self.thermal_there.reindex(axes, fill_value=False)).expand_dims(slice=self.slice)
        self.m.add_constraints(left >= -fixed, mask=mask, name="balance_available_output")

    def curtailment(self) -> None:
        """What is curtailed in a region and slice is within what its sited plants give there."""
        axes = {"region": self.data.regions, "slice": self.slice, "year": self.all_years}
        mask = self.sited_there.expand_dims(slice=self.slice).transpose(*axes)
        self.curtailed = self.m.add_variables(lower=0.0, coords=list(axes.values()), dims=list(axes), mask=mask, name="curtailed")
        region = xr.DataArray([plant.split(",")[0] for plant in self.sited_plant], coords={"plant": self.sited_plant}, name="region")
        given = (self.share * self.output).groupby(region).sum().reindex(axes)
        self.sited_left = given - (1.0 * self.curtailed).reindex(axes)
        if self.excess is not None:
            self.sited_left = self.sited_left - self.excess
        self.m.add_constraints(self.sited_left >= self.fixed_excess, mask=mask, name="balance_curtailable")

    def power_balance(self) -> None:
        """What is generated and not curtailed, discharged and imported is what is used, in every region, slice and year."""
        data, region = self.data, self.data.regions
        axes = {"region": region, "slice": self.slice, "year": self.all_years}
        shape = array(data.frame(LOAD_SHAPE), "share", region=region, slice=self.slice)
        load = self.m.add_variables(lower=0.0, coords=[region, self.all_years], dims=["region", "year"], name="yearly_load")
        unserved = self.m.add_variables(lower=0.0, coords=list(axes.values()), dims=list(axes), name="unserved")

        def of_region(dimension: str, names: Sequence[str]) -> xr.DataArray:
            return xr.DataArray([name.split(",")[0] for name in names], coords={dimension: list(names)}, name="region")

        stores = list(self.charge.indexes["store"])
        line = list(self.line_frame["line"])
        arriving = xr.DataArray(1.0 - self.line_frame["loss"].to_numpy(dtype=float), coords={"line": line})
        to = xr.DataArray(self.line_frame["to_region"].to_numpy(), coords={"line": line}, name="region")
        generated = (1.0 * self.generation).groupby(of_region("plant", self.plant)).sum().reindex(axes)
        stored = (self.discharge - self.charge).groupby(of_region("store", stores)).sum().reindex(axes)
        sent = (1.0 * self.flow).groupby(of_region("line", line)).sum().reindex(axes)
        received = (arriving * self.flow).groupby(to).sum().reindex(axes)
        left = generated + self.sited_left + unserved + stored - sent + received - shape * load
        if Hydrogen.present(data):
            electrolysis = self.m.add_variables(lower=0.0, coords=[region, self.slice, self.years], dims=list(axes), name="electrolysis_use")
            left = left - (1.0 * electrolysis).reindex(axes)
        if LoadOfUses.present(data):
            uses = list(data.frame(LOAD_USES)["load_use"])
            flexible = xr.DataArray(data.frame(LOAD_USES)["flexible"].to_numpy(dtype=float), coords={"load_use": uses})
            of_use = array(data.frame(USE_SHAPE), "share", region=region, load_use=uses, slice=self.slice)
            use_load = self.m.add_variables(lower=0.0, coords=[region, uses, self.years], dims=["region", "load_use", "year"], name="use_load")
            moved = self.m.add_variables(lower=0.0, coords=[region, uses, self.slice, self.years], dims=["region", "load_use", "slice", "year"], name="moved_load")
            left = left - (((1.0 - flexible) * of_use - shape) * use_load + moved).sum("load_use").reindex(axes)
        self.m.add_constraints(left == self.fixed_excess, name="balance_power")
