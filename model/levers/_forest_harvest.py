"""What limits the harvest: quota, roads and machines, even flow, and what must be left standing at the end.

Limits: the harvest capacity of the base year is kept up by the harvest cost; only what is added is paid as investment.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..core.build import Family, Lever
from ..core.data import annuity
from ..core.spec import Setting, Variable, constraint
from ._forest_tables import FOREST_HARVEST, HARVEST_QUOTA
from ._stands import Stands

FELLED = Variable("felled_volume", ("region", "year"), "km3/yr", en="Standing volume felled", zh="年采伐蓄积")
ADDED = Variable("harvest_capacity_added", ("region", "year"), "km3/yr/yr", en="Harvest capacity added a year", zh="年新增采伐能力")
SHORTFALL = Variable("flow_shortfall", ("year",), "km3/yr", en="Fall of the harvest beyond the even-flow band", zh="均衡采伐下限缺口")
HARVEST_VARIABLES = (FELLED, ADDED, SHORTFALL)

HARVEST_SETTINGS = (
    Setting("even_flow_down", "1", "number", 0.1, low=0, high=1, en="Most that the harvest may fall from period to period", zh="时期间采伐量最大降幅"),
    Setting("even_flow_up", "1", "number", 0.1, low=0, en="Most that the harvest may rise from period to period", zh="时期间采伐量最大升幅"),
    Setting("even_flow_restart", "1", "number", 0.05, low=0, high=1, en="Share of the base-year harvest by which the harvest may rise besides, so that it can begin again after a stop", zh="采伐量额外可增幅度（占基年采伐量比例），使停采后可恢复"),
    Setting("even_flow_penalty", "CNY/m3", "number", 1000.0, low=0, en="Penalty on a fall beyond the band, per cubic metre of standing volume", zh="超出降幅的罚金"),
    Setting("terminal_share", "1", "number", 0.8, low=0, high=1, en="Volume and living carbon left at the end, as a share of their level without felling", zh="期末蓄积与活体碳占无采伐水平的最低比例"),
    Setting("harvest_capacity_life", "yr", "number", 20.0, low=1, en="Life of added harvest capacity", zh="新增采伐能力寿命"),
)


class HarvestLimits(Lever):
    """The part of the forest lever that limits the harvest; the forest gives it stands, areas and fellings."""

    stands: Stands
    area: Family
    clearcut: Family
    years: list[int]
    length: dict[int, int]
    before: dict[int, int]
    volume: dict[tuple[str, int], float]
    living: dict[tuple[str, int], float]
    cut_classes: dict[tuple[str, int], list[int]]
    standing_classes: dict[tuple[str, int], list[int]]

    def declare_harvest(self) -> None:
        """Variables of the harvest, for every region with productive stands."""
        productive = self.stands.strata[self.stands.of_status("productive")]
        self.strata_of = {region: list(part["stratum"]) for region, part in productive.groupby("region", sort=False)}
        self.harvest_regions = pd.DataFrame({"region": list(self.strata_of)})
        self.region_years = self.harvest_regions.merge(pd.DataFrame({"year": self.years}), how="cross")
        table = self.data.frame(FOREST_HARVEST)
        self.harvest_table = table.reset_index(drop=True)
        felled = table["roundwood_base"] / table["recovery"].where(table["recovery"] > 0.0)
        self.base_felled = dict(zip(table["region"], felled.fillna(0.0).astype(float), strict=True))
        self.felled_volume = self.b.variable(FELLED, self.region_years)
        rows = table.reset_index(names="excel_row").set_index("region").loc[self.region_years["region"]]
        growth = rows["capacity_growth"].to_numpy(dtype=float)
        cells = self.b.cells(FOREST_HARVEST, rows.set_index("excel_row"), "capacity_growth")
        limit = (FOREST_HARVEST.name, cells, "million m3/yr/yr")
        self.harvest_capacity_added = self.b.variable(ADDED, self.region_years, high=growth, limit=limit)
        self.flow_shortfall = self.b.variable(SHORTFALL, [(y,) for y in self.years])

    def limit_harvest(self) -> None:
        """Add the constraint families of the harvest."""
        self.b.constrain(self.felled_volume_sum, self.region_years)
        self.life = self.data.number("harvest_capacity_life")
        self.b.constrain(self.harvest_capacity, self.region_years)
        if self.data.has(HARVEST_QUOTA.name):
            quota = self.data.frame(HARVEST_QUOTA)
            quota = quota[quota["year"].isin(self.years) & quota["region"].isin(list(self.strata_of))]
            keys = quota[["region", "year"]]
            self.quota = dict(zip(keys.itertuples(index=False, name=None), quota["value"].astype(float), strict=True))
            limit = (HARVEST_QUOTA.name, self.b.cells(HARVEST_QUOTA, quota), "million m3/yr")
            self.b.constrain(self.cutting_quota, keys, limit=limit)
        self.fall, self.rise = self.data.number("even_flow_down"), self.data.number("even_flow_up")
        self.restart = self.data.number("even_flow_restart") * self._nation(self.data.base_year)
        # A band around a harvest that can only be nothing would forbid felling for ever.
        fells = {y for _, y in self.cut_classes}
        if sum(self.base_felled.values()) > 0.0:
            fells.add(self.data.base_year)
        banded = [y for y in self.years if self.before[y] in fells]
        self.b.constrain(self.even_flow_down, pd.DataFrame({"year": banded}))
        self.b.constrain(self.even_flow_up, pd.DataFrame({"year": banded}))
        self._know_ends()
        self.b.constrain(self.terminal_volume, self.harvest_regions)
        self.b.constrain(self.terminal_carbon, self.harvest_regions)

    def _know_ends(self) -> None:
        """Per region and measure: the level at the end without felling, and how much of it stands on restricted land."""
        self.unfelled: dict[tuple[str, str], float] = {}
        self.restricted_end: dict[tuple[str, str], float] = {}
        end = self.stands.age_without_felling([self.length[y] for y in self.years])[-1]
        restricted = self.stands.of_status("restricted")
        for measure, density in (("volume", self.stands.volume), ("living", self.stands.living)):
            held = (end * density).sum(axis=1)
            for region, value, fixed in zip(self.stands.strata["region"], held, restricted, strict=True):
                key = (region, measure)
                self.unfelled[key] = self.unfelled.get(key, 0.0) + float(value)
                self.restricted_end[key] = self.restricted_end.get(key, 0.0) + float(value) * bool(fixed)

    def post_harvest(self) -> None:
        """Post roundwood and what the harvest costs."""
        table, ledger = self.harvest_table, self.ledger
        felled = self.felled_volume.terms().join(table, ["region"], ["recovery", "harvest_cost"])
        ledger.supply("roundwood", felled, felled.frame["recovery"], item="forest", unit="1")
        cost = felled.frame["recovery"] * felled.frame["harvest_cost"]
        ledger.use("money", felled, cost, item="forest_harvest", unit="bn CNY/km3")
        added = self.harvest_capacity_added.terms().join(table, ["region"], ["capacity_cost"])
        added = added.rename(year="vintage").cross(pd.DataFrame({"year": self.years}))
        added = added.where(self._stands_in(added.frame["vintage"], added.frame["year"]))
        built = added.frame["vintage"].map(self.length).astype(float) * added.frame["capacity_cost"]
        yearly = annuity(self.data.number("capital_cost"), self.life) * built
        ledger.use("money", added, yearly, item="forest_harvest_capacity", unit="bn CNY*yr/km3")
        national = sum(self.base_felled.values())
        regions = pd.DataFrame({"region": list(self.base_felled)})
        regions["share"] = [v / national if national > 0.0 else 1.0 / len(regions) for v in self.base_felled.values()]
        short = self.flow_shortfall.terms().cross(regions)
        penalty = short.frame["share"] * self.data.number("even_flow_penalty")
        ledger.use("money", short, penalty, item="harvest_flow_penalty", unit="bn CNY/km3")

    def _stands_in(self, vintage: Any, year: Any) -> Any:
        """Whether capacity added in the period that ends at ``vintage`` still stands in the one that ends at ``year``."""
        return (year - vintage >= 0) & (year - vintage < self.life)

    def _nation(self, year: int) -> Any:
        """Standing volume felled a year in the nation: a number in the base year."""
        if year == self.data.base_year:
            return sum(self.base_felled.values())
        return self.b.sum([(1.0, self.felled_volume[r, year]) for r in self.strata_of])

    def _end(self, region: str, density: dict[tuple[str, int], float]) -> Any:
        """What the productive stands of a region hold at the end of the horizon."""
        end = self.years[-1]
        return self.b.sum([
            (density[s, a], self.area[s, a, end]) for s in self.strata_of[region] for a in self.standing_classes.get((s, end), [])
        ])  # fmt: skip

    @constraint(unit="km3/yr")
    def felled_volume_sum(self, region: str, year: int) -> Any:
        """The volume felled a year is that of the classes cut, as they stood at the beginning of the period.

        felled_volume[r,t] == sum over s in r, a of volume[s,a] * clearcut[s,a,t] / n[t]

        For: every region with productive stands and every year after the base year.
        Unit: km3/yr.
        Dual: what one more cubic metre of standing volume felled a year is worth.
        Data: forest_growth volume, forest_inventory (site factor), age_class_width.
        """
        n = self.length[year]
        pairs = [
            (self.volume[s, a] / n, self.clearcut[s, a, year])
            for s in self.strata_of[region]
            for a in self.cut_classes.get((s, year), [])
        ]
        return self.felled_volume[region, year] == self.b.sum(pairs)

    @constraint(unit="km3/yr")
    def cutting_quota(self, region: str, year: int) -> Any:
        """No more standing volume is felled than the cutting quota allows.

        felled_volume[r,t] <= quota[r,t]

        For: every region and year with a quota.
        Unit: km3/yr.
        Dual: what one more cubic metre of quota a year is worth.
        Data: harvest_quota.
        """
        return self.felled_volume[region, year] <= self.quota[region, year]

    @constraint(unit="km3/yr")
    def harvest_capacity(self, region: str, year: int) -> Any:
        """No more is felled than roads and machines can bring out: the base-year capacity and what was added and stands.

        felled_volume[r,t] <= roundwood_base[r]/recovery[r] + sum over v <= t, t - v < life of
                              n[v] * harvest_capacity_added[r,v]

        For: every region with productive stands and every year after the base year.
        Unit: km3/yr.
        Dual: what one more cubic metre a year of harvest capacity is worth.
        Data: forest_harvest roundwood_base, recovery, capacity_growth; setting harvest_capacity_life.
        """
        added = [(self.length[v], self.harvest_capacity_added[region, v]) for v in self.years if self._stands_in(v, year)]
        return self.felled_volume[region, year] <= self.base_felled[region] + self.b.sum(added)

    @constraint(unit="km3/yr")
    def even_flow_down(self, year: int) -> Any:
        """The national harvest falls no further than the band, except for a priced shortfall.

        (1 - even_flow_down) * P[t-1] - P[t] <= flow_shortfall[t],  P[t] = sum over r of felled_volume[r,t]

        For: every year after the base year that follows one in which something was, or could be, felled.
        Unit: km3/yr.
        Dual: what one more cubic metre of allowed fall is worth.
        Data: settings even_flow_down, even_flow_penalty; forest_harvest roundwood_base.
        """
        return (1.0 - self.fall) * self._nation(self.before[year]) - self._nation(year) <= self.flow_shortfall[year]

    @constraint(unit="km3/yr")
    def even_flow_up(self, year: int) -> Any:
        """The national harvest rises no further than the band and a small allowance.

        P[t] <= (1 + even_flow_up) * P[t-1] + even_flow_restart * P[base],  P[t] = sum over r of felled_volume[r,t]

        The allowance (a share of the base-year harvest) lets felling begin again after a period without it, in which the
        band alone would hold it at nothing for ever; with even_flow_restart 0 the band is the pure one.

        For: every year after the base year that follows one in which something was, or could be, felled.
        Unit: km3/yr.
        Dual: what one more cubic metre of allowed rise is worth.
        Data: settings even_flow_up, even_flow_restart; forest_harvest roundwood_base, recovery.
        """
        return self._nation(year) <= (1.0 + self.rise) * self._nation(self.before[year]) + self.restart

    @constraint(unit="km3")
    def terminal_volume(self, region: str) -> Any:
        """The stands of the base year end with a stated share of the volume that they would have without felling.

        sum over s in r, a of volume[s,a] * area[s,a,T] + restricted volume >= terminal_share * unfelled volume

        For: every region with productive stands, at the last year.
        Unit: km3.
        Dual: cost of one more cubic metre that must be left standing.
        Data: setting terminal_share; forest_area, forest_growth, forest_inventory.
        """
        key = (region, "volume")
        return self._end(region, self.volume) >= self.data.number("terminal_share") * self.unfelled[key] - self.restricted_end[key]

    @constraint(unit="Mt C")
    def terminal_carbon(self, region: str) -> Any:
        """The stands of the base year end with a stated share of the living carbon that they would have without felling.

        sum over s in r, a of living[s,a] * area[s,a,T] + restricted living carbon >= terminal_share * unfelled living carbon

        For: every region with productive stands, at the last year.
        Unit: Mt C.
        Dual: cost of one more tonne of carbon that must be left standing.
        Data: setting terminal_share; forest_area, forest_growth, forest_inventory, forest_groups dead_wood_fraction.
        """
        key = (region, "living")
        return self._end(region, self.living) >= self.data.number("terminal_share") * self.unfelled[key] - self.restricted_end[key]
