"""What limits the harvest: quota, roads and machines, and what must be left standing at the end.

Limits: the harvest capacity of the base year, and of periods of history, is kept up by the harvest cost; only what is added is paid as
investment. Quota and capacity hold in decided periods.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from ....core.build.build import Build
from ....core.build.parts import Family
from ....core.data import annuity
from ....core.declare.spec import Setting, Variable, constraint
from ....core.ledger import Ledger
from ...lives import lives, works_in
from ...years import EVEN_LIFE_EN, EVEN_LIFE_ZH
from ..tables import FOREST_HARVEST, HARVEST_QUOTA
from .areas import Areas
from .given import Given
from .history import base_felling, felled_before
from .posts import harvest_rows

FELLED = Variable("felled_volume", ("region", "year"), "km3/yr", en="Standing volume felled", zh="年采伐蓄积")
ADDED = Variable("harvest_capacity_added", ("region", "year"), "km3/yr/yr", en="Harvest capacity added a year", zh="年新增采伐能力", kind="flow", steers_forest=True)
HARVEST_VARIABLES = (FELLED, ADDED)

HARVEST_SETTINGS = (
    Setting("terminal_share", "1", "number", 0.8, low=0, high=1, en="Volume and living carbon left at the end, as a share of their level without felling; unless stated 0.8, because otherwise every stand would be sold at the end", zh="期末蓄积与活体碳占无采伐水平的最低比例；未写明时为0.8，否则期末会清空全部林分"),
    Setting("salvage_share", "1", "number", 0.0, low=0, high=1, en="Share of the wood of killed productive stands that is salvaged", zh="受灾生产林分木材回收比例"),
    Setting("harvest_capacity_life", "yr", "number", 20.0, low=1, en=f"Life of added harvest capacity. {EVEN_LIFE_EN}", zh=f"新增采伐能力寿命。{EVEN_LIFE_ZH}"),
)


class Harvest:
    """The volume felled by region, and what limits it in each period."""

    def __init__(self, b: Build, given: Given, areas: Areas) -> None:
        self.b, self.given, self.areas = b, given, areas
        table = harvest_rows(b.data, list(given.strata_of))
        self.table = table.reset_index(drop=True)
        self.base_felled = base_felling(b.data, list(given.strata_of))
        # the roads and machines that brought out the harvest of history stand
        before = felled_before(b.data).volume
        self.able = {region: max([base, *(v for (r, _), v in before.items() if r == region)]) for region, base in self.base_felled.items()}
        self.felled_volume = b.variable(FELLED, given.region_years)
        self.life = b.data.number("harvest_capacity_life")
        self.works = works_in(b.data, given.years, self.life)
        self.has_capacity = b.data.has(FOREST_HARVEST.name)
        if self.has_capacity:
            rows = table.set_index("region").loc[given.region_years["region"]]
            growth = rows["capacity_growth"].to_numpy(dtype=float)
            cells = b.cells(FOREST_HARVEST, rows.set_index("excel_row"), "capacity_growth")
            limit = (FOREST_HARVEST.name, cells, "million m3/yr/yr")
            self.capacity_added = b.variable(ADDED, given.region_years, high=growth, limit=limit, happened=0.0)

    def constrain(self) -> None:
        """Add the rows of the harvest."""
        b, given = self.b, self.given
        b.constrain(self.felled_volume_sum, given.region_years)
        decided = given.region_years[given.region_years["year"].isin(b.data.decided)].reset_index(drop=True)
        able = decided if self.has_capacity else decided[:0]
        rows = self.table.set_index("region").loc[able["region"]]
        cells = b.cells(FOREST_HARVEST, rows.set_index("excel_row"), "roundwood_base") if self.has_capacity else []
        b.constrain(self.harvest_capacity, able, limit=(FOREST_HARVEST.name, cells, "million m3/yr"))
        if b.data.has(HARVEST_QUOTA.name):
            quota = b.data.frame(HARVEST_QUOTA)
            quota = quota[quota["year"].isin(b.data.decided) & quota["region"].isin(list(given.strata_of))]
            keys = quota[["region", "year"]]
            self.quota = dict(zip(keys.itertuples(index=False, name=None), quota["value"].astype(float), strict=True))
            limit = (HARVEST_QUOTA.name, b.cells(HARVEST_QUOTA, quota), "million m3/yr")
            b.constrain(self.cutting_quota, keys, limit=limit)

    def post(self, ledger: Ledger, salvaged_volume: Family) -> None:
        """Post roundwood, of what is felled and what is salvaged, and what the harvest costs."""
        felled = self.felled_volume.terms().join(self.table, ["region"], ["recovery", "harvest_cost"])
        ledger.supply("roundwood", felled, felled.frame["recovery"], item="forest", unit="1")
        salvaged = salvaged_volume.terms().join(self.table, ["region"], ["recovery", "harvest_cost"])
        for brought in (felled, salvaged):
            cost = brought.frame["recovery"] * brought.frame["harvest_cost"]
            ledger.use("money", brought, cost, item="forest_harvest", unit="bn CNY/km3")
        if not self.has_capacity:
            return
        added = self.capacity_added.terms().join(self.table, ["region"], ["capacity_cost"])
        added = added.rename(year="vintage").spread(lives(self.b.data, self.given.years, self.life), ["vintage"])
        built = added.frame["vintage"].map(self.given.length).astype(float) * added.frame["works"] * added.frame["capacity_cost"]
        yearly = annuity(self.b.data.number("capital_cost"), self.life) * built
        ledger.use("money", added, yearly, item="forest_harvest_capacity", unit="bn CNY*yr/km3")

    @constraint(unit="km3/yr")
    def felled_volume_sum(self, region: str, year: int) -> Any:
        """The volume felled a year is that of the classes cut, as they stood at the beginning of the period.

        felled_volume[r,t] == sum over s in r, a of (volume[s,a] * clearcut[s,a,t] + removed[s,m,a] * partial_cut[s,m,a,t]) / n[t]

        For: every region with productive stands and every year after the base year.
        Unit: km3/yr.
        Dual: what one more cubic metre of standing volume felled a year is worth.
        Data: forest_growth or forest_classes volume, forest_inventory (site factor), age_class_width, partial_cuts.
        """
        n, given, areas = self.given.length[year], self.given, self.areas
        strata, cuts = given.strata_of[region], areas.cuts
        pairs = [(given.volume[s, a] / n, areas.clearcut[s, a, year]) for s in strata for a in areas.cut_classes.get((s, year), [])]
        pairs += [(cuts.removed[s, m, a] / n, cuts.family[s, m, a, year]) for s in strata for m, a in cuts.done_in.get((s, year), [])]
        return self.felled_volume[region, year] == self.b.sum(pairs)

    @constraint(unit="km3/yr", kind="flow", steers_forest=True)
    def cutting_quota(self, region: str, year: int) -> Any:
        """No more standing volume is felled than the cutting quota allows.

        felled_volume[r,t] <= quota[r,t]

        For: every region and decided period with a quota.
        Unit: km3/yr.
        Dual: what one more cubic metre of quota a year is worth.
        Data: harvest_quota.
        """
        return self.felled_volume[region, year] <= self.quota[region, year]

    @constraint(unit="km3/yr", kind="flow", nets="share_of_plan")
    def harvest_capacity(self, region: str, year: int) -> Any:
        """No more is felled than roads and machines can bring out: the capacity of the past and what of the added works in the period.

        felled_volume[r,t] <= able[r] + sum over v <= t of works[v,t] * n[v] * harvest_capacity_added[r,v]
        with works as in ``lives``; able: roundwood_base[r]/recovery[r], or what was felled in a period of history where that is more

        For: every region with productive stands and every decided period.
        Unit: km3/yr.
        Dual: what one more cubic metre a year of harvest capacity is worth.
        Data: forest_harvest roundwood_base, recovery, capacity_growth; setting harvest_capacity_life; observed.
        """
        added = [(works * self.given.length[v], self.capacity_added[region, v]) for v, works in self.works[year]]
        return self.felled_volume[region, year] <= self.able[region] + self.b.sum(added)


class EndOfHorizon:
    """What must be left standing at the end, by the one share of the settings: by region, in volume and in living carbon."""

    def __init__(self, b: Build, given: Given, areas: Areas) -> None:
        self.b, self.given, self.areas = b, given, areas
        self.share = b.data.number("terminal_share")
        #: By (region, measure): the level at the end without felling, and how much of it stands on restricted land.
        self.unfelled: dict[tuple[str, str], float] = {}
        self.restricted: dict[tuple[str, str], float] = {}
        stands = given.stands
        end = stands.age_without_felling(given.lengths)[-1]
        for measure, density in (("volume", stands.volume), ("living", stands.living)):
            held = (end * density).sum(axis=1)
            for region, value, fixed in zip(stands.strata["region"], held, stands.of_status("restricted"), strict=True):
                key = (region, measure)
                self.unfelled[key] = self.unfelled.get(key, 0.0) + float(value)
                self.restricted[key] = self.restricted.get(key, 0.0) + float(value) * bool(fixed)

    def constrain(self) -> None:
        """Add the rows."""
        regions = pd.DataFrame({"region": list(self.given.strata_of)})
        cells = [self.b.data.setting_cell("terminal_share")] * len(regions)
        for rule, measure, unit in ((self.terminal_volume, "volume", "million m3"), (self.terminal_carbon, "living", "Mt C")):
            kept = [self.share * self.unfelled[region, measure] for region in regions["region"]]
            self.b.constrain(rule, regions, limit=("settings", cells, unit), amounts=kept)

    def _end(self, region: str, density: dict[tuple[str, int], float]) -> Any:
        """What the productive stands of a region hold at the end of the horizon."""
        end, areas = self.given.years[-1], self.areas
        return self.b.sum([(density[s, a], areas.area[s, a, end]) for s in self.given.strata_of[region] for a in areas.standing_classes.get((s, end), [])])

    @constraint(unit="km3", kind="stock", nets="other_cells", target=True, steers_forest=True, setting="terminal_share")
    def terminal_volume(self, region: str) -> Any:
        """The stands of the base year end with a stated share of the volume that they would have without felling.

        sum over s in r, a of volume[s,a] * area[s,a,T] + restricted volume >= terminal_share * unfelled volume

        For: every region with productive stands, at the last year.
        Unit: km3.
        Dual: cost of one more cubic metre that must be left standing.
        Data: setting terminal_share; forest_area, forest_growth, forest_inventory.
        """
        key = (region, "volume")
        return self._end(region, self.given.volume) >= self.share * self.unfelled[key] - self.restricted[key]

    @constraint(unit="Mt C", kind="stock", nets="other_cells", target=True, steers_forest=True, setting="terminal_share")
    def terminal_carbon(self, region: str) -> Any:
        """The stands of the base year end with a stated share of the living carbon that they would have without felling.

        sum over s in r, a of living[s,a] * area[s,a,T] + restricted living carbon >= terminal_share * unfelled living carbon

        For: every region with productive stands, at the last year.
        Unit: Mt C.
        Dual: cost of one more tonne of carbon that must be left standing.
        Data: setting terminal_share; forest_area, forest_growth, forest_inventory, forest_groups dead_wood_fraction.
        """
        key = (region, "living")
        return self._end(region, self.given.living) >= self.share * self.unfelled[key] - self.restricted[key]
