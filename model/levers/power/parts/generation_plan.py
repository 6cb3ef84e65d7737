"""What thermal plants generated where it is known: the plan of the base year, and what was seen in periods of history.

History was not dispatched at least cost: a plan allotted hours to the coal plants of each province, and plants on gas and biomass
ran by contract. Where a plan or a statistic of the nation is given, the dispatch of those years stays within a band of it.

Limits: what was seen of a fuel in history is known of the nation; where it was generated is left to the dispatch.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from ....core.build.build import Build
from ....core.build.parts import Family
from ....core.declare.spec import Setting, constraint
from ....core.declare.units import GWH_PER_TWH
from ...observed import NATION, of_period
from ..capacity import totals
from ..plants import PLANT, thermal_fleet
from ..tables import THERMAL, THERMAL_FLEET

GENERATION_PLAN_BAND = Setting(
    "generation_plan_band", "1", "number", 0.05, low=0, high=1, source="OWN_EST", quality="estimate",
    en="How far generation of the base year may lie from the plan that allots it, as a share", zh="基年发电量相对发电计划的允许偏差",
)
HISTORY_BAND = Setting(
    "history_band", "1", "number", 0.01, low=0, high=1, source="OWN_EST", quality="estimate",
    en="How far generation from a fuel in a period of history may lie from what was seen, as a share", zh="历史时期某燃料发电量相对观测值的允许偏差",
)


class GenerationPlan:
    """Rows that keep yearly generation of known years to what is known of it."""

    def __init__(self, b: Build, yearly_generation: Family) -> None:
        self.b = b
        self.yearly_generation = yearly_generation
        self.band, self.seen_band = b.data.number(GENERATION_PLAN_BAND.name), b.data.number(HISTORY_BAND.name)

    def constrain(self) -> None:
        """Rows of the base year and of history, as far as something is known."""
        self._of_base_year()
        self._of_history()

    def _of_base_year(self) -> None:
        data = self.b.data
        fleet = thermal_fleet(data)
        if "planned_hours" not in fleet:
            return
        fleet = fleet[fleet["planned_hours"] > 0]
        planned = fleet["planned_hours"].astype(float) * fleet["capacity"].astype(float) / GWH_PER_TWH
        rows = fleet[PLANT].assign(year=data.base_year)
        self.plan = totals(rows.assign(planned=planned), [*PLANT, "year"], "planned")
        limit = (THERMAL_FLEET.name, self.b.cells(THERMAL_FLEET, fleet, "planned_hours"), "TWh/yr")
        self.b.constrain(self.generation_plan_met, rows, limit=limit)
        self.b.constrain(self.generation_plan_not_exceeded, rows, limit=limit)

    def _of_history(self) -> None:
        data = self.b.data
        fuels = data.lookup(THERMAL, "fuel")
        self.of_fuel: dict[tuple[str, int], list[tuple[float, Any]]] = {}
        for (_, technology, year), variable in self.yearly_generation.variables.items():
            if year in data.history and technology in fuels:
                self.of_fuel.setdefault((fuels[technology], year), []).append((1.0, variable))
        known = []
        for year in data.history:
            rows = of_period(data, year)
            rows = rows[(rows["quantity"] == "generation") & (rows["region"] == NATION) & (rows["held"] != "none") & rows["mean"].notna()]
            known += [(str(row.item), year, float(row.mean)) for row in rows.itertuples() if (row.item, year) in self.of_fuel]
        self.seen = {(fuel, year): value for fuel, year, value in known}
        over = pd.DataFrame([(fuel, year) for fuel, year, _ in known], columns=["fuel", "year"])
        self.b.constrain(self.generation_as_seen, over)
        self.b.constrain(self.generation_not_beyond_seen, over)

    @constraint(unit="TWh/yr", kind="flow", nets="other_cells")
    def generation_plan_met(self, region: str, technology: str, year: int) -> Any:
        """Plants generate in the base year at least what the plan allots to them, less the band.

        yearly_generation[r,k,t] >= (1 - generation_plan_band) * planned_hours[r,k] * capacity[r,k] / 1000

        For: every row of thermal_fleet with planned hours, the base year.
        Unit: TWh/yr.
        Dual: cost of one more unit of allotted generation.
        Data: thermal_fleet.planned_hours, thermal_fleet.capacity, setting generation_plan_band.
        """
        key = (region, technology, year)
        return self.yearly_generation[key] >= (1.0 - self.band) * self.plan[key]

    @constraint(unit="TWh/yr", kind="flow", nets="other_cells")
    def generation_plan_not_exceeded(self, region: str, technology: str, year: int) -> Any:
        """Plants generate in the base year at most what the plan allots to them, plus the band.

        yearly_generation[r,k,t] <= (1 + generation_plan_band) * planned_hours[r,k] * capacity[r,k] / 1000

        For: every row of thermal_fleet with planned hours, the base year.
        Unit: TWh/yr.
        Dual: what one more unit of allotted generation would save.
        Data: thermal_fleet.planned_hours, thermal_fleet.capacity, setting generation_plan_band.
        """
        key = (region, technology, year)
        return self.yearly_generation[key] <= (1.0 + self.band) * self.plan[key]

    @constraint(unit="TWh/yr")
    def generation_as_seen(self, fuel: str, year: int) -> Any:
        """The nation's plants on a fuel generate in a period of history at least what was seen, less the band.

        sum(yearly_generation[r,k,t] for r, k of the fuel) >= (1 - history_band) * seen[fuel,t]

        For: every fuel with observed generation of the nation, every period of history.
        Unit: TWh/yr.
        Dual: cost of one more unit seen.
        Data: observed, setting history_band.
        """
        return self.b.sum(self.of_fuel[fuel, year]) >= (1.0 - self.seen_band) * self.seen[fuel, year]

    @constraint(unit="TWh/yr")
    def generation_not_beyond_seen(self, fuel: str, year: int) -> Any:
        """The nation's plants on a fuel generate in a period of history at most what was seen, plus the band.

        sum(yearly_generation[r,k,t] for r, k of the fuel) <= (1 + history_band) * seen[fuel,t]

        For: every fuel with observed generation of the nation, every period of history.
        Unit: TWh/yr.
        Dual: what one more unit seen would save.
        Data: observed, setting history_band.
        """
        return self.b.sum(self.of_fuel[fuel, year]) <= (1.0 + self.seen_band) * self.seen[fuel, year]
