"""Biomass fuel: residues and energy crops by region.

What is collected is decided by source up to what can be had; power stations and industry draw on it.

Limits: fuel is not traded between regions and not stored between years. Forest residues are left out: they come from
the forest itself. Biomass is zero-rated where it is burnt; its supply does not grow over the years.
"""

from __future__ import annotations

import pandas as pd

from ...core.build.build import Lever
from ...core.declare.roles import POWER_USERS, Decision, Item
from ...core.declare.spec import Column, Complete, Indicator, Table, Variable

BIOMASS_SUPPLY = Table(
    "biomass_supply",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("source_type", "", "text", key=True, absent="none", choices=("agricultural_residue", "energy_crop_marginal", "municipal_waste"), en="Source", zh="来源"),
        Column("supply", "Mt DM/yr", low=0, en="Dry matter that could be had", zh="干物质资源量"),
        Column("collectable_share", "1", low=0, high=1, aggregate="mean:supply", en="Share that can be collected for energy", zh="可收集能源化比例"),
        Column("heating_value", "GJ/t DM", low=0, aggregate="mean:supply", en="Lower heating value", zh="低位热值"),
        Column("cost", "CNY/GJ", low=0, aggregate="mean:supply", en="Cost at the plant", zh="到厂成本"),
    ),
    complete=(
        Complete(("region",), level="warning", en="no biomass there, also not for plants that burn it today", zh="该地区没有生物质，既有生物质电站也无燃料"),
    ),
    en="Biomass by source", zh="生物质资源",
)

COLLECTED = Variable(
    "biomass_collected", ("region", "source_type", "year"), "Mt DM/yr",
    en="Biomass collected for energy", zh="能源化收集的生物质",
    kind="flow", nets="other_cells",
)


class Bioenergy(Lever):
    """Biomass collected by source, base year included because its plants already run."""

    name = "bioenergy"
    tables = (BIOMASS_SUPPLY,)
    needs = (BIOMASS_SUPPLY,)
    items = (
        Item("agricultural_residue", "biomass", en="Agricultural residue", zh="农业剩余物"),
        Item("energy_crop_marginal", "biomass", en="Energy crops on marginal land", zh="边际土地能源作物"),
        Item("municipal_waste", "biomass", en="Municipal waste", zh="生活垃圾"),
        Item("biomass_fuel", "money", en="Biomass fuel", zh="生物质燃料", payer=POWER_USERS),
    )
    variables = (COLLECTED,)
    decisions = (Decision("biomass_collected", ("source_type",)),)
    indicators = (
        Indicator(
            "biomass_supply", "TWh/yr", balance="biomass", items=("agricultural_residue", "energy_crop_marginal"),
            en="Biomass fuel supplied", zh="生物质燃料供应",
        ),
    )

    def build(self) -> None:
        """Collected mass up to the collectable part; energy to the fuel balance, cost to money."""
        table = self.data.frame(BIOMASS_SUPPLY)
        most = table["supply"].astype(float) * table["collectable_share"].astype(float)
        table = table.assign(most=most, row=table.index)
        found = table[table["most"] > 0.0]
        over = found.merge(pd.DataFrame({"year": self.data.all_years}), how="cross").set_index("row")
        cells = self.b.cells(BIOMASS_SUPPLY, over, "supply")
        limit = (BIOMASS_SUPPLY.name, cells, COLLECTED.unit)
        collected = self.b.variable(COLLECTED, over, high=over["most"], limit=limit)
        terms = collected.terms().join(found, ["region", "source_type"], ["heating_value", "cost"])
        for source in dict.fromkeys(found["source_type"]):
            part = terms.where(terms.frame["source_type"] == source)
            self.ledger.supply("biomass", part, BIOMASS_SUPPLY.column("heating_value"), item=source)
        cost = terms.frame["heating_value"].astype(float) * terms.frame["cost"].astype(float)
        self.ledger.use("money", terms, cost, unit="bn CNY/Mt DM", item="biomass_fuel")
