"""How much water may be withdrawn in each zone, and who uses it.

Withdrawals of all levers and exogenous use must stay within what is available, plus what is delivered or bought, less
what is sold. Rights are traded between zones of one basin and up to a share of the seller's available water.

Limits: withdrawals only, return flow is not counted; a normal year; no storage from one year to the next.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..core.build import Lever
from ..core.data import WATER_ZONES
from ..core.spec import Column, Finding, Indicator, InputError, Table, Variable, constraint
from ._years import each_year

WATER_BASE = Table(
    "water_base",
    (
        Column("water_zone", "", "text", key=True, ref="water_zones.water_zone", en="Water zone", zh="水资源区"),
        Column("use_agriculture", "million m3/yr", low=0, en="Base-year use: agriculture", zh="基年农业用水"),
        Column("use_industry", "million m3/yr", low=0, en="Base-year use: industry, cooling included", zh="基年工业用水（含冷却）"),
        Column("use_domestic", "million m3/yr", low=0, en="Base-year use: domestic", zh="基年生活用水"),
        Column("use_ecology", "million m3/yr", low=0, en="Base-year use: ecology", zh="基年生态用水"),
        Column("decided_use", "million m3/yr", low=0, en="Part of the base-year industry use that the model decides (thermal cooling)", zh="由模型决定的基年工业用水（火电冷却）"),
        Column("cap", "million m3/yr", low=0, en="Cap on use (red line 2030)", zh="用水总量控制红线（2030）"),
    ),
    en="Base-year withdrawals and cap by zone", zh="基年取水与用水红线",
)

WATER_AVAILABLE = Table(
    "water_available",
    (
        Column("water_zone", "", "text", key=True, ref="water_zones.water_zone", en="Water zone", zh="水资源区"),
        Column("value", "million m3/yr", low=0, en="Withdrawals allowed: max(cap, base use) falling to the cap by 2035", zh="可取水量：红线与基年用水取大，2035年回到红线"),
    ),
    shape="years", en="Withdrawals allowed by zone (normal year)", zh="可取水量（平水年）",
)

WATER_EXOGENOUS = Table(
    "water_exogenous",
    (
        Column("water_zone", "", "text", key=True, ref="water_zones.water_zone", en="Water zone", zh="水资源区"),
        Column("value", "million m3/yr", low=0, en="Use that the model does not decide", zh="模型外生用水"),
    ),
    shape="years", en="Exogenous use: base use less what the model decides; any excess over the cap is taken off farm use", zh="外生用水：基年用水减去模型决定部分，超红线部分由农业节水承担",
)

WATER_RIGHTS = Table(
    "water_rights",
    (
        Column("from_zone", "", "text", key=True, ref="water_zones.water_zone", en="Zone that sells", zh="出让水资源区"),
        Column("to_zone", "", "text", key=True, ref="water_zones.water_zone", en="Zone that buys", zh="受让水资源区"),
        Column("share", "1", low=0, high=1, aggregate="max", en="Most that may be sold, as a share of the seller's available water", zh="可出让上限（占可取水量份额）"),
        Column("cost", "CNY/m3", low=0, aggregate="first", en="Transaction and conveyance cost", zh="交易与输水成本"),
    ),
    en="Trade of water rights inside a basin", zh="流域内水权交易",
)

RIGHTS = Variable("rights", ("from_zone", "to_zone", "year"), "km3/yr", en="Water rights sold", zh="水权交易量")


class Water(Lever):
    """Withdrawals allowed by zone, exogenous use, and trade of rights inside a basin."""

    name = "water"
    tables = (WATER_BASE, WATER_AVAILABLE, WATER_EXOGENOUS, WATER_RIGHTS)
    needs = (WATER_ZONES, WATER_AVAILABLE)
    variables = (RIGHTS,)
    indicators = (
        Indicator("water_rights_traded", "million m3/yr", variable="rights", en="Water rights traded", zh="水权交易量"),
        Indicator("exogenous_water_use", "million m3/yr", balance="water", items=("exogenous_use",), en="Water use outside the levers", zh="模型外生用水"),
    )

    def build(self) -> None:
        """Post what is available and what is used exogenously; add trade of rights."""
        self._post_available()
        if self.data.has(WATER_RIGHTS.name):
            self._build_rights()

    def _model_years(self, table: Table) -> pd.DataFrame:
        """A year table without the base year."""
        frame = self.data.frame(table)
        return frame[frame["year"].isin(self.data.years)]

    def _post_available(self) -> None:
        available = self._model_years(WATER_AVAILABLE)
        self.ledger.supply_fixed(
            "water", available, available["value"].astype(float), item="available", unit="km3/yr",
            sheet=WATER_AVAILABLE.name, cells=self.b.cells(WATER_AVAILABLE, available),
        )
        exogenous = self._model_years(WATER_EXOGENOUS)
        self.ledger.use_fixed("water", exogenous, exogenous["value"].astype(float), item="exogenous_use", unit="km3/yr")

    def _build_rights(self) -> None:
        offers = self.data.frame(WATER_RIGHTS)
        self._check_basins(offers)
        self.available = self.data.series(WATER_AVAILABLE)
        pairs = zip(offers["from_zone"], offers["to_zone"], strict=True)
        self.share = dict(zip(pairs, offers["share"].astype(float), strict=True))
        over = each_year(offers, self.data)
        self.rights = self.b.variable(RIGHTS, over)
        self.b.constrain(
            self.water_rights_limit, over[list(RIGHTS.index)],
            limit=(WATER_RIGHTS.name, self.b.cells(WATER_RIGHTS, over, "share"), "million m3/yr"),
        )
        zones = self.data.frame(WATER_ZONES)[["water_zone", "region"]]
        sold = self.rights.terms()
        self.ledger.use("water", sold.rename(from_zone="water_zone"), 1.0, item="rights_sold", unit="1")
        bought = sold.join(offers, on=["from_zone", "to_zone"], columns=["cost"]).rename(to_zone="water_zone")
        self.ledger.supply("water", bought, 1.0, item="rights_bought", unit="1")
        self.ledger.use(
            "money", bought.join(zones, on=["water_zone"]), WATER_RIGHTS.column("cost"), item="water_rights"
        )

    def _check_basins(self, offers: pd.DataFrame) -> None:
        """Raise InputError for every pair of zones that do not lie in one basin."""
        zones = self.data.frame(WATER_ZONES)
        basin = dict(zip(zones["water_zone"], zones["basin"], strict=True))
        findings = []
        cells = self.b.cells(WATER_RIGHTS, offers, "to_zone")
        for cell, from_zone, to_zone in zip(cells, offers["from_zone"], offers["to_zone"], strict=True):
            seller, buyer = basin.get(from_zone), basin.get(to_zone)
            if seller is None or seller != buyer:
                findings.append(
                    Finding(
                        "error", WATER_RIGHTS.name, cell,
                        f"{from_zone} ({seller}) can not sell to {to_zone} ({buyer})",
                        "rights are traded inside one basin: give both zones the same basin in water_zones or delete the row",
                    )
                )
        if findings:
            raise InputError(findings)

    @constraint(unit="km3/yr")
    def water_rights_limit(self, from_zone: str, to_zone: str, year: int) -> Any:
        """Rights sold by a zone to another stay within a share of the seller's available water.

        rights[from_zone, to_zone, year] <= share[from_zone, to_zone] * available[from_zone, year]

        For: every row of water_rights and every model year.
        Unit: km3/yr.
        Dual: what one more cubic metre a year of tradable rights is worth.
        Data: water_rights.share, water_available.
        """
        limit = self.share[from_zone, to_zone] * self.available.get((from_zone, year), 0.0)
        return self.rights[from_zone, to_zone, year] <= limit
