"""What the rivers must keep: consumption of a zone stays within its runoff less the environmental flow.

What is withdrawn and does not come back is consumed. A zone has its own runoff of a normal year, of which a share must
stay in the rivers, and may rely on what it has a right to from upstream or from works outside the model. What levers post
to the account ``river_flow`` counts here although nobody withdraws it: evaporation of rainfed plantings.

Limits: runoff and consumption of a year, not of its dry months; whatever levers withdraw is consumed in full; trade of
rights and the diversion move water whole; return flow serves the next user within the zone only.
"""

from __future__ import annotations

import pandas as pd

from ..core.build.build import Lever
from ..core.data import Data
from ..core.declare.roles import State
from ..core.declare.spec import Column, Complete, ConstraintInfo, Table, Variable
from ..core.frames import stack
from ..core.ledger import FIXED

WATER_RUNOFF = Table(
    "water_runoff",
    (
        Column("water_zone", "", "text", key=True, ref="water_zones.water_zone", en="Water zone", zh="水资源区"),
        Column("value", "million m3/yr", low=0, en="Own water resources of a normal year", zh="平水年自产水资源量"),
    ),
    complete=(
        Complete(("water_zone",), of="environmental_flow", en="what the rivers there carry is not known", zh="该区径流未知"),
    ),
    shape="years", en="Own water resources by zone (normal year; a scenario makes years dry)", zh="自产水资源量（平水年；干旱用情景表示）",
)

ENVIRONMENTAL_FLOW = Table(
    "environmental_flow",
    (
        Column("water_zone", "", "text", key=True, ref="water_zones.water_zone", en="Water zone", zh="水资源区"),
        Column("share", "1", low=0, high=1, aggregate="mean:weight", en="Share of the own resources that must stay in the rivers", zh="自产水资源中须留在河道的比例"),
        Column("inflow_right", "million m3/yr", low=0, default=0.0, en="Water from upstream and from other works that the zone may consume", zh="可消耗的入境与外调水量"),
        Column("evapotranspiration_limit", "million m3/yr", low=0, default=None, en="Most extra evapotranspiration of rainfed plantings; empty: no limit", zh="雨养造林额外蒸散上限；空则不限"),
        Column("weight", "million m3/yr", low=0, en="Weight of the mean: own resources", zh="加权权重：自产水资源量"),
    ),
    complete=(
        Complete(("water_zone",), level="warning", en="rivers there need keep nothing", zh="该区无生态流量要求"),
    ),
    en="Environmental flow and what may be consumed beyond own resources", zh="生态流量与可消耗入境水量",
)

WATER_SECTORS = Table(
    "water_sectors",
    (
        Column("sector", "", "text", key=True, choices=("agriculture", "industry", "domestic", "ecology"), en="Sector", zh="部门"),
        Column("consumption", "1", low=0, high=1, aggregate="first", en="Share of what the sector withdraws that does not come back", zh="耗水率"),
    ),
    complete=(
        Complete(("sector",), level="warning", en="all that the sector withdraws is consumed", zh="该部门取水全部消耗"),
    ),
    en="What sectors consume of their withdrawals", zh="各部门耗水率",
)

WATER_CONSUMED = Variable(
    "water_consumed", ("water_zone", "year"), "km3/yr", low=None, en="Water consumed, extra evapotranspiration included", zh="耗水量（含额外蒸散）",
    kind="flow", nets="other_cells",
)

SUM_OF_CONSUMPTION = ConstraintInfo(
    "water_consumption_sum", "river_flow", "km3/yr",
    """Consumption of a zone is what every post to the water balance consumes, and what leaves its rivers without being withdrawn.

        water_consumed[z,t] == sum over posts p to water, supply left out, of consumption[p] * use[p] + sum over posts to river_flow

    For: every zone with a row in environmental_flow and every model year. Unit: km3/yr. Dual: what one more cubic metre
    consumed costs. Data: the posts to water and to river_flow, water_sectors.
    """,
)
EVAPOTRANSPIRATION_LIMIT = ConstraintInfo(
    "evapotranspiration_limit", "river_flow", "km3/yr",
    """Rainfed plantings evaporate no more than the limit of their zone.

        sum over posts of extra_evapotranspiration to river_flow[z,t] <= evapotranspiration_limit[z]

    For: every zone with a limit and every model year. Unit: km3/yr. Dual: what one more cubic metre of evaporation is
    worth. Data: environmental_flow.evapotranspiration_limit.
    """,
    ("flow", "", False, False),
)
#: Post to the water balance that is the supply itself, and those of the sectors: prefix before the sector's name.
SUPPLY, SECTOR = "available", "exogenous_"
FARM_CUT, FARMS = "farm_water_cut", "agriculture"
#: Item of the account ``river_flow`` that has a limit of its own.
EVAPOTRANSPIRATION = "extra_evapotranspiration"
KEYS = ["water_zone", "year"]
TERM = [*KEYS, "position", "coefficient"]


def consumption_of_items(data: Data, items: list[str]) -> dict[str, float]:
    """Item of the water balance -> share of it that is consumed."""
    sectors = data.lookup(WATER_SECTORS, "consumption")
    shares = {f"{SECTOR}{sector}": share for sector, share in sectors.items()} | {FARM_CUT: sectors.get(FARMS, 1.0)}
    return {item: shares.get(item, 1.0) for item in items}


def consumable(data: Data) -> pd.DataFrame:
    """Zone, year, runoff, kept (environmental flow), inflow and high: what may be consumed, km3; index: row of the runoff."""
    runoff = data.frame(WATER_RUNOFF)
    runoff = runoff[runoff["year"].isin(data.years)].rename(columns={"value": "runoff"})
    rules = data.frame(ENVIRONMENTAL_FLOW).set_index("water_zone")
    runoff = runoff[runoff["water_zone"].isin(rules.index)]
    kept = runoff["runoff"].astype(float) * runoff["water_zone"].map(rules["share"]).astype(float)
    inflow = runoff["water_zone"].map(rules["inflow_right"]).astype(float)
    return runoff.assign(kept=kept, inflow=inflow, high=runoff["runoff"].astype(float) - kept + inflow)


class RiverFlow(Lever):
    """Environmental flow by zone and year, and the optional limit on extra evapotranspiration."""

    name = "river_flow"
    order = 3
    tables = (WATER_RUNOFF, ENVIRONMENTAL_FLOW, WATER_SECTORS)
    needs = (WATER_RUNOFF, ENVIRONMENTAL_FLOW)
    variables = (WATER_CONSUMED,)
    states = (State("water_consumed", ("water_consumption_sum",)),)
    sums = (SUM_OF_CONSUMPTION, EVAPOTRANSPIRATION_LIMIT)

    def build(self) -> None:
        """Add up what every zone consumes and hold it within what may be consumed."""
        withdrawn = self.ledger.table("water")
        if withdrawn.empty:
            return
        rooms = consumable(self.data)
        cells = self.b.cells(WATER_RUNOFF, rooms)
        consumed = self.b.variable(WATER_CONSUMED, rooms, high=rooms["high"], limit=(WATER_RUNOFF.name, cells, "million m3/yr"))
        zones = set(rooms["water_zone"])
        shares = consumption_of_items(self.data, self.ledger.items("water"))
        withdrawn = withdrawn[(withdrawn["item"] != SUPPLY) & withdrawn["water_zone"].isin(zones)]
        withdrawn = withdrawn.assign(coefficient=withdrawn["coefficient"].astype(float) * withdrawn["item"].map(shares).astype(float))
        taken = self.ledger.table("river_flow")
        self._limit_evapotranspiration(taken[taken["item"] == EVAPOTRANSPIRATION])
        total = consumed.frame.assign(position=consumed.positions, coefficient=1.0)
        table = stack([part[TERM] for part in (withdrawn, total, taken[taken["water_zone"].isin(zones)])])
        table = table[(table["coefficient"] != 0.0) | (table["position"] == FIXED)].assign(coefficient=lambda terms: -terms["coefficient"])
        self.b.rows_from_terms(SUM_OF_CONSUMPTION.name, table, KEYS, "==", "km3/yr")

    def _limit_evapotranspiration(self, taken: pd.DataFrame) -> None:
        rules = self.data.frame(ENVIRONMENTAL_FLOW)
        limited = rules[rules["evapotranspiration_limit"].notna() & rules["water_zone"].isin(taken["water_zone"])]
        if limited.empty:
            return
        over = pd.concat([limited.assign(year=year) for year in self.data.years])
        most = over.assign(position=FIXED, coefficient=over["evapotranspiration_limit"].astype(float))
        evaporated = taken[taken["water_zone"].isin(limited["water_zone"]) & taken["year"].isin(self.data.years)]
        table = stack([evaporated[TERM], most[TERM]])
        self.b.rows_from_terms(EVAPOTRANSPIRATION_LIMIT.name, table.assign(coefficient=-table["coefficient"]), KEYS, "<=", "km3/yr")
        cells = self.b.cells(ENVIRONMENTAL_FLOW, over, "evapotranspiration_limit")
        self.b.limit_rows(EVAPOTRANSPIRATION_LIMIT, over[KEYS], (ENVIRONMENTAL_FLOW.name, cells, "million m3/yr"))
