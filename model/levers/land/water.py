"""How much water may be withdrawn in each zone, and who uses it.

Withdrawals of all levers and the use of farms, industry, homes and ecology outside them, each with its own growth, must
stay within what is available, plus what is delivered or bought, less what is sold. Rights are traded between zones of
one basin and up to a share of the seller's available water. When water is short, part of farm use may be cut at a price.

Limits: withdrawals only; what the rivers must keep is a limit of its own (``river_flow``); a normal year; no storage from
one year to the next. A cut of farm use has one price for every zone and crop. No rights are traded in periods of history.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from ...core.build.build import Lever
from ...core.data import WATER_ZONES, Data
from ...core.declare.iamc import NOWHERE, WITHDRAWAL
from ...core.declare.roles import WATER_USERS, Item, Trade, Way
from ...core.declare.spec import Column, Complete, Finding, Indicator, Setting, Table, Variable, constraint
from ..years import each_year

SECTORS = ("agriculture", "industry", "domestic", "ecology")
FARMS, INDUSTRY = "agriculture", "industry"
#: Items of water that the workbook states and no lever decides.
OUTSIDE = tuple(f"exogenous_{sector}" for sector in SECTORS)

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
    complete=(
        Complete(("water_zone",), en="farms, towns and industry there use no water", zh="该区农业、生活与工业不用水"),
    ),
    en="Base-year withdrawals and cap by zone", zh="基年取水与用水红线",
)

WATER_AVAILABLE = Table(
    "water_available",
    (
        Column("water_zone", "", "text", key=True, ref="water_zones.water_zone", en="Water zone", zh="水资源区"),
        Column("value", "million m3/yr", low=0, en="Withdrawals allowed: max(cap, base use) falling to the cap by 2035", zh="可取水量：红线与基年用水取大，2035年回到红线"),
    ),
    complete=(
        Complete(("water_zone",), en="no water may be withdrawn there", zh="该区不能取水"),
    ),
    shape="years", en="Withdrawals allowed by zone (normal year)", zh="可取水量（平水年）",
)

WATER_GROWTH = Table(
    "water_growth",
    (
        Column("sector", "", "text", key=True, absent="neutral", choices=SECTORS, en="Sector", zh="部门"),
        Column("value", "1", low=0, high=5, en="Use relative to the base year, before any saving forced by the cap", zh="相对基年用水指数（不含红线强制节水）"),
    ),
    shape="years", en="Growth of use outside the levers, by sector; a sector that is not listed stays at its base use", zh="各部门外生用水增长；未列出的部门保持基年用水",
)

WATER_SAVING = Table(
    "water_saving",
    (
        Column("water_zone", "", "text", key=True, absent="neutral", ref="water_zones.water_zone", en="Water zone", zh="水资源区"),
        Column("value", "million m3/yr", low=0, en="Taken off farm use by saving, so that use falls to the cap", zh="为回到红线由农业节水承担的水量"),
    ),
    shape="years", en="Saving path of farm use in zones above their cap", zh="超红线地区农业节水路径",
)

WATER_RIGHTS = Table(
    "water_rights",
    (
        Column("from_zone", "", "text", key=True, absent="none", ref="water_zones.water_zone", en="Zone that sells", zh="出让水资源区"),
        Column("to_zone", "", "text", key=True, absent="none", ref="water_zones.water_zone", en="Zone that buys", zh="受让水资源区"),
        Column("share", "1", low=0, high=1, aggregate="max", en="Most that may be sold, as a share of the seller's available water", zh="可出让上限（占可取水量份额）"),
        Column("cost", "CNY/m3", low=0, aggregate="first", en="Transaction and conveyance cost", zh="交易与输水成本"),
    ),
    en="Trade of water rights inside a basin", zh="流域内水权交易",
)

#: Six significant digits of the workbook.
ROUNDING = 1e-5

FARM_CUT = Variable("farm_water_cut", ("water_zone", "year"), "km3/yr", en="Farm use cut at a price", zh="有偿削减的农业用水")
CONVEYED = Way("water_rights")
RIGHTS = Variable("rights", ("from_zone", "to_zone", "year"), "km3/yr", en="Water rights sold", zh="水权交易量")


def check_use(data: Data) -> list[Finding]:
    """Farms can not save more than they use, nor can the model decide more than industry uses."""
    base, growth, saving = data.frame(WATER_BASE), data.lookup(WATER_GROWTH), data.lookup(WATER_SAVING)
    findings = []
    for row, zone, farms, industry, decided in zip(
        base.index, base["water_zone"], base[f"use_{FARMS}"], base[f"use_{INDUSTRY}"], base["decided_use"], strict=True
    ):
        if float(decided) > float(industry) * (1.0 + ROUNDING):
            findings.append(Finding(
                "error", WATER_BASE.name, data.cell(WATER_BASE.name, int(row), "decided_use"), f"{zone}: more is decided than industry uses", "decided_use <= use_industry",
                f"{zone}：模型决定的用水超过工业用水", "应满足 decided_use <= use_industry",
            ))  # fmt: skip
        findings += [
            Finding(
                "error", WATER_SAVING.name, data.cell_where(WATER_SAVING, year, water_zone=zone), f"{zone} saves more in {year} than its farms use", "at most use_agriculture times its growth",
                f"{zone} 在 {year} 年的节水超过农业用水", "不超过 use_agriculture 乘其增长系数",
            )
            for year in data.years
            if saving.get((zone, year), 0.0) > float(farms) * growth.get((FARMS, year), 1.0) * (1.0 + ROUNDING)
        ]  # fmt: skip
    return findings


def check_basins(data: Data) -> list[Finding]:
    """Rights are traded between two zones that lie in one basin."""
    offers, basin = data.frame(WATER_RIGHTS), data.lookup(WATER_ZONES, "basin")
    return [
        Finding(
            "error", WATER_RIGHTS.name, data.cell(WATER_RIGHTS.name, int(row), "to_zone"),
            f"{from_zone} ({basin[from_zone]}) can not sell to {to_zone} ({basin[to_zone]})",
            "rights are traded inside one basin: give both zones the same basin in water_zones or delete the row",
            f"{from_zone}（{basin[from_zone]}）不能向 {to_zone}（{basin[to_zone]}）出让水权", "水权只在同一流域内交易：请在 water_zones 中填写同一流域或删除该行",
        )
        for row, from_zone, to_zone in zip(offers.index, offers["from_zone"], offers["to_zone"], strict=True)
        if from_zone in basin and to_zone in basin and basin[from_zone] != basin[to_zone]
    ]  # fmt: skip


class Water(Lever):
    """Withdrawals allowed by zone, use of the sectors outside the levers, and trade of rights inside a basin."""

    name = "water"
    tables = (WATER_BASE, WATER_AVAILABLE, WATER_GROWTH, WATER_SAVING, WATER_RIGHTS)
    needs = (WATER_ZONES, WATER_AVAILABLE)
    checks = (check_use, check_basins)
    settings = (
        Setting("farm_water_cut_share", "1", default=0.3, low=0, high=1, source="OWN_EST", en="Most of the farm use of a zone that may be cut in a year", zh="农业用水年最大削减比例"),
        Setting("farm_water_cut_cost", "CNY/m3", default=5.0, low=0, high=1000, source="OWN_EST", en="Income lost with a cubic metre of farm use that is cut", zh="削减农业用水的单位收入损失"),
    )
    items = (
        Item("available", "water", iamc=NOWHERE),
        Item("exogenous_agriculture", "water", en="Farms (outside the levers)", zh="农业用水（模型外）", iamc=f"{WITHDRAWAL}|Agriculture|Farms"),
        Item("exogenous_industry", "water", en="Industry (outside the levers)", zh="工业用水（模型外）", iamc=f"{WITHDRAWAL}|Industrial Water"),
        Item("exogenous_domestic", "water", en="Homes (outside the levers)", zh="生活用水（模型外）", iamc=f"{WITHDRAWAL}|Municipal Water"),
        Item("exogenous_ecology", "water", en="Ecology (outside the levers)", zh="生态用水（模型外）", iamc=f"{WITHDRAWAL}|Environment"),
        Item("farm_water_cut", ("water", "money"), en="Farm use cut at a price", zh="有偿削减农业用水", iamc=f"{WITHDRAWAL}|Agriculture|Farms", payer=WATER_USERS),
        Item("rights_sold", "water", en="Rights sold", zh="出让水权", iamc=NOWHERE),
        Item("rights_bought", "water", en="Rights bought", zh="受让水权", iamc=NOWHERE),
        Item(CONVEYED.cost, "money", en="Trade of water rights", zh="水权交易成本", payer=WATER_USERS),
    )
    variables = (RIGHTS, FARM_CUT)
    trades = (Trade("water_right", "million m3/yr", RIGHTS.name, balance="water", way=CONVEYED, en="Water rights", zh="水权"),)
    operations = ("rights", "farm_water_cut")
    indicators = (
        Indicator("water_rights_traded", "million m3/yr", variable="rights", en="Water rights traded", zh="水权交易量"),
        Indicator("farm_water_cut", "million m3/yr", variable="farm_water_cut", en="Farm use cut at a price", zh="有偿削减的农业用水"),
        Indicator("exogenous_water_use", "million m3/yr", balance="water", items=OUTSIDE, en="Water use outside the levers", zh="模型外生用水"),
    )

    def build(self) -> None:
        """Post what is available and what is used exogenously; add trade of rights."""
        self._post_available()
        if self.data.has(WATER_BASE.name):
            self._post_sectors()
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

    def _post_sectors(self) -> None:
        """Use of each sector: base use less what the model decides, times the sector's growth, less the saving of farms."""
        base = self.data.frame(WATER_BASE)
        growth, saving = self.data.lookup(WATER_GROWTH, "value"), self.data.lookup(WATER_SAVING, "value")
        every = each_year(base, self.data)
        for sector in SECTORS:
            start = every[f"use_{sector}"].astype(float)
            if sector == INDUSTRY:
                start = start - every["decided_use"].astype(float)
            used = start * [growth.get((sector, year), 1.0) for year in every["year"]]
            if sector == FARMS:
                used = used - [saving.get(key, 0.0) for key in zip(every["water_zone"], every["year"], strict=True)]
                self._cut_farms(every, used)
            self.ledger.use_fixed(
                "water", every, used, item=f"exogenous_{sector}", unit="km3/yr", sheet=WATER_BASE.name,
                cells=self.b.cells(WATER_BASE, every, f"use_{sector}"), nets="other_cells",
            )

    def _cut_farms(self, every: pd.DataFrame, used: pd.Series) -> None:
        """Farm use that may be cut at the income lost."""
        cut = self.b.variable(FARM_CUT, every, high=(used * self.data.number("farm_water_cut_share")).clip(lower=0.0))
        zones = self.data.frame(WATER_ZONES)[["water_zone", "region"]]
        terms = cut.terms().join(zones, ["water_zone"])
        self.ledger.supply("water", terms, 1.0, item="farm_water_cut", unit="1")
        self.ledger.use("money", terms, self.data.number("farm_water_cut_cost"), item="farm_water_cut", unit="bn CNY/km3")

    def _build_rights(self) -> None:
        offers = self.data.frame(WATER_RIGHTS)
        self.available = self.data.lookup(WATER_AVAILABLE)
        self.share = self.data.lookup(WATER_RIGHTS, "share")
        over = each_year(offers, self.data)
        self.rights = self.b.variable(RIGHTS, over, happened=0.0)
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
            "money", bought.join(zones, on=["water_zone"]), WATER_RIGHTS.column("cost"), item=CONVEYED.cost
        )

    @constraint(unit="km3/yr", kind="flow", nets="other_cells")
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
