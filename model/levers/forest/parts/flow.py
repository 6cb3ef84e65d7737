"""How evenly the harvest must flow: one national band where the settings state it, or any number of bands by the table ``flow_bands``.

A band ties the harvest of a period to that of the period before, or to a level; beyond it nothing is allowed, or a
penalty is paid per cubic metre.

Limits: a band is of volumes a year; bands on areas are those of a product that counts one for every hectare felled. Bands hold decided
periods; the first of them is held against the harvest of history.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from ....core.build.build import Build
from ....core.data import regions_in
from ....core.declare.spec import Setting, Variable, constraint
from ....core.ledger import Ledger
from ..plan_tables import FLOW_BANDS, FLOW_PENALTIES, STANDING_VOLUME
from .areas import Areas
from .given import Given

SHORTFALL = Variable("flow_shortfall", ("year",), "km3/yr", en="Fall of the harvest beyond the even-flow band", zh="均衡采伐下限缺口", penalty=True)
BAND_SHORTFALL = Variable("band_shortfall", ("band", "year"), "km3/yr", en="Fall of the harvest beyond a flow band", zh="均衡带下限缺口", penalty=True)
BAND_EXCESS = Variable("band_excess", ("band", "year"), "km3/yr", en="Rise of the harvest beyond a flow band", zh="均衡带上限超出量", penalty=True)

FLOW_SETTINGS = (
    Setting("even_flow_down", "1", "number", None, low=0, high=1, en="Most that the harvest may fall from period to period; blank: it may fall freely", zh="时期间采伐量最大降幅；空白则不限"),
    Setting("even_flow_up", "1", "number", None, low=0, en="Most that the harvest may rise from period to period; blank: it may rise freely", zh="时期间采伐量最大升幅；空白则不限"),
    Setting("even_flow_restart", "1", "number", 0.05, low=0, high=1, en="Share of the base-year harvest by which the harvest may rise besides, so that it can begin again after a stop", zh="采伐量额外可增幅度（占基年采伐量比例），使停采后可恢复"),
    Setting("even_flow_penalty", "CNY/m3", "number", 1000.0, low=0, en="Penalty on a fall beyond the band, per cubic metre of standing volume", zh="超出降幅的罚金"),
)  # fmt: skip


class FlowBands:
    """The bands around the harvest, with their shortfalls and excesses; the band that the settings state when the table is absent.

    ``base_felled`` is the standing volume felled in the base year by region (km3/yr); ``harvested`` gives the variables whose sum is
    the harvest of a measure in a region and year.
    """

    def __init__(self, b: Build, given: Given, areas: Areas, base_felled: dict[str, float], harvested: Callable[[str, str, int], list[Any]]) -> None:
        self.b, self.given, self.areas, self.base_felled, self.harvested = b, given, areas, base_felled, harvested
        data = b.data
        table = data.frame(FLOW_BANDS)
        self.banded = len(table) > 0
        self.fall, self.rise = data.stated("even_flow_down"), data.stated("even_flow_up")
        free = self.banded or self.fall is None
        self.flow_shortfall = b.variable(SHORTFALL, [] if free else [(y,) for y in data.decided])
        stated = data.lookup(FLOW_PENALTIES, "value")
        self.bands = {str(row["band"]): row for row in table.to_dict("records")}
        self.penalty_down: dict[tuple[str, int], float] = {}
        self.penalty_up: dict[tuple[str, int], float] = {}
        for band, row in self.bands.items():
            for year in data.decided:
                for kind, found in (("penalty_down", self.penalty_down), ("penalty_up", self.penalty_up)):
                    value = stated.get((band, year)) if kind == "penalty_down" and (band, year) in stated else row[kind]
                    if value is not None and pd.notna(value):
                        found[band, year] = float(value)
        self.band_shortfall = b.variable(BAND_SHORTFALL, list(self.penalty_down))
        self.band_excess = b.variable(BAND_EXCESS, list(self.penalty_up))
        self.restart = data.number("even_flow_restart") * self._nation(given.base_year)

    def constrain(self) -> None:
        """Add the rows of the bands."""
        b, given = self.b, self.given
        # A band around a harvest that can only be nothing would forbid felling for ever.
        fells = [y for _, y in self.areas.cut_classes]
        if sum(self.base_felled.values()) > 0.0:
            fells.append(given.base_year)
        by_settings = [y for y in b.data.decided if given.before[y] in fells and not self.banded]
        for share, held_by in ((self.fall, self.even_flow_down), (self.rise, self.even_flow_up)):
            over = pd.DataFrame({"year": by_settings if share is not None else []})
            cells = [b.data.setting_cell(held_by.__name__)] * len(over)
            b.constrain(held_by, over, limit=("settings", cells, "million m3/yr"))
        table = b.data.frame(FLOW_BANDS)
        for rule, side in ((self.flow_band_floor, "down"), (self.flow_band_ceiling, "up")):
            stated = table[table[side].notna()]
            cell_of = dict(zip(stated["band"], b.cells(FLOW_BANDS, stated, side), strict=True))
            over = stated[["band"]].merge(pd.DataFrame({"year": b.data.decided}), how="cross")
            held = [self._reference(band, year) is not None for band, year in zip(over["band"], over["year"], strict=True)]
            over = over[pd.Series(held, index=over.index, dtype=bool)]
            b.constrain(rule, over, limit=(FLOW_BANDS.name, [cell_of[band] for band in over["band"]], "million m3/yr"))

    def post(self, ledger: Ledger) -> None:
        """Penalties, shared by the harvest of the base year, evenly where there was none."""
        national = sum(self.base_felled.values())
        regions = pd.DataFrame({"region": list(self.base_felled)})
        regions["share"] = [v / national if national > 0.0 else 1.0 / len(regions) for v in self.base_felled.values()]
        short = self.flow_shortfall.terms().cross(regions)
        penalty = short.frame["share"] * self.b.data.number("even_flow_penalty")
        ledger.use("money", short, penalty, item="harvest_flow_penalty", unit="bn CNY/km3")
        inside = [
            (band, region, 1.0 / len(here)) for band, row in self.bands.items()
            for here in [[r for r in regions_in(self.b.data, str(row["scope"])) if r in self.given.strata_of]] for region in here
        ]  # fmt: skip
        shares = pd.DataFrame(inside, columns=["band", "region", "share"])
        for family, prices in ((self.band_shortfall, self.penalty_down), (self.band_excess, self.penalty_up)):
            if len(family):
                beyond = family.terms().spread(shares, ["band"])
                price = [prices[key] for key in zip(beyond.frame["band"], beyond.frame["year"], strict=True)]
                ledger.use("money", beyond, beyond.frame["share"] * price, item="harvest_flow_penalty", unit="bn CNY/km3")

    def _band(self, band: str, year: int) -> Any:
        """Harvest that a band measures."""
        row = self.bands[band]
        regions = [r for r in regions_in(self.b.data, str(row["scope"])) if r in self.given.strata_of]
        return self.b.sum([(1.0, v) for r in regions for v in self.harvested(str(row["measure"]), r, year)])

    def _level(self, band: str) -> float | None:
        """The initial level of a band in km3/yr."""
        row = self.bands[band]
        if pd.notna(row["initial"]):
            return float(row["initial"])
        if float(row["base_year"]) > 0.0:
            return sum(v for r, v in self.base_felled.items() if r in regions_in(self.b.data, str(row["scope"])))
        return None

    def _reference(self, band: str, year: int) -> Any:
        """What the harvest of a year is held against; None when there is nothing before the first period."""
        first = self.given.before[year] == self.given.base_year
        if self.bands[band]["reference"] == "initial" or first:
            return self._level(band)
        return self._band(band, self.given.before[year])

    def _nation(self, year: int) -> Any:
        """Standing volume felled a year in the nation: a number in the base year."""
        if year == self.given.base_year:
            return sum(self.base_felled.values())
        return self.b.sum([(1.0, v) for r in self.given.strata_of for v in self.harvested(STANDING_VOLUME, r, year)])

    @constraint(unit="km3/yr", kind="flow", nets="share_of_plan", asks=True, steers_forest=True, setting="even_flow_down")
    def even_flow_down(self, year: int) -> Any:
        """The national harvest falls no further than the band, except for a priced shortfall.

        (1 - even_flow_down) * P[t-1] - P[t] <= flow_shortfall[t],  P[t] = sum over r of felled_volume[r,t]

        For: where the setting is stated, every decided period that follows one in which something was, or could be,
        felled; not with flow_bands.
        Unit: km3/yr.
        Dual: what one more cubic metre of allowed fall is worth.
        Data: settings even_flow_down, even_flow_penalty; forest_harvest roundwood_base.
        """
        assert self.fall is not None
        return (1.0 - self.fall) * self._nation(self.given.before[year]) - self._nation(year) <= self.flow_shortfall[year]

    @constraint(unit="km3/yr", kind="flow", nets="share_of_plan", steers_forest=True, setting="even_flow_up")
    def even_flow_up(self, year: int) -> Any:
        """The national harvest rises no further than the band and a small allowance.

        P[t] <= (1 + even_flow_up) * P[t-1] + even_flow_restart * P[base],  P[t] = sum over r of felled_volume[r,t]

        The allowance (a share of the base-year harvest) lets felling begin again after a period without it, in which the
        band alone would hold it at nothing for ever; with even_flow_restart 0 the band is the pure one.

        For: where the setting is stated, every decided period that follows one in which something was, or could be,
        felled; not with flow_bands.
        Unit: km3/yr.
        Dual: what one more cubic metre of allowed rise is worth.
        Data: settings even_flow_up, even_flow_restart; forest_harvest roundwood_base, recovery.
        """
        assert self.rise is not None
        return self._nation(year) <= (1.0 + self.rise) * self._nation(self.given.before[year]) + self.restart

    @constraint(unit="km3/yr", kind="flow", nets="share_of_plan", asks=True)
    def flow_band_floor(self, band: str, year: int) -> Any:
        """The harvest of a band falls no further below its reference than stated, except for a priced shortfall.

        (1 - down[b]) * R[b,t] - P[b,t] <= band_shortfall[b,t],  R[b,t] = P[b,t-1], or the initial level

        For: every band with down and every decided period that has a reference; without penalty there is no shortfall.
        Unit: km3/yr.
        Dual: what one more cubic metre of allowed fall is worth.
        Data: flow_bands down, initial, penalty_down; flow_penalties.
        """
        below = self.band_shortfall.get(band, year)
        return (1.0 - float(self.bands[band]["down"])) * self._reference(band, year) - self._band(band, year) <= below

    @constraint(unit="km3/yr", kind="flow", nets="share_of_plan")
    def flow_band_ceiling(self, band: str, year: int) -> Any:
        """The harvest of a band rises no further above its reference than stated, except for a priced excess.

        P[b,t] - band_excess[b,t] <= (1 + up[b]) * R[b,t],  R[b,t] = P[b,t-1], or the initial level

        For: every band with up and every decided period that has a reference; without penalty there is no excess.
        Unit: km3/yr.
        Dual: what one more cubic metre of allowed rise is worth.
        Data: flow_bands up, initial, penalty_up.
        """
        above = self.band_excess.get(band, year)
        return self._band(band, year) - above <= (1.0 + float(self.bands[band]["up"])) * self._reference(band, year)
