"""Which fuels stand behind the CO2 of a sector, and how they reach the account of primary energy.

Industry and end use know their CO2, not their fuels. ``fuel_split`` says which share of a sector's CO2 each fuel emits and what of it
goes into products; with the factors of ``fuel_factors`` CO2 becomes energy. What a measure avoids takes fuel away in proportion; what
is captured leaves the fuel as it is.

Limits: one split per sector, the same in every region and year; a measure saves all fuels of its sector alike, feedstock too. Shares
of a sector may add up to less than 1: the rest is CO2 of processes, or of gases that another sector is charged with.
"""

from __future__ import annotations

import pandas as pd

from ..core.data import Data
from ..core.declare.spec import Column, Complete, Finding, Table

COAL, OIL, GAS, BIOMASS = "coal", "oil", "gas", "biomass"
#: Fuels that emit CO2.
FOSSIL = (COAL, OIL, GAS)
#: Forms in which a source is had: burnt or made into products, or as power that burns nothing (and power from biomass).
FUEL, POWER = "fuel", "power"
#: Source of what wind, sun, water and nuclear plants could have given: decided for all of them together.
CURTAILED = "curtailed"
PRIMARY = "primary_energy"
#: Source -> its branch of the IAMC tree.
SOURCE_NAMES = {
    COAL: "Coal", OIL: "Oil", GAS: "Gas", BIOMASS: "Biomass", "nuclear": "Nuclear", "hydro": "Hydro", "wind": "Wind", "solar": "Solar",
}  # fmt: skip

FUEL_FACTORS = Table(
    "fuel_factors",
    (
        Column("fuel", "", "text", key=True, choices=FOSSIL, en="Fuel", zh="燃料"),
        Column("emission_factor", "kg CO2/GJ", low=10, aggregate="first", en="CO2 of burning it (lower heating value); power plants have their own", zh="燃烧排放系数（低位热值）；电厂另计"),
    ),
    complete=(
        Complete(("fuel",), of="fuel_split", always=True, en="how much energy stands behind its CO2 is not known", zh="其排放对应的能量未知"),
    ),
    en="CO2 of fuels outside power plants", zh="电厂以外燃料排放系数",
)

FUEL_SPLIT = Table(
    "fuel_split",
    (
        Column("sector", "", "text", key=True, ref="industry.sector|end_use.sector", en="Sector", zh="部门"),
        Column("fuel", "", "text", key=True, choices=FOSSIL, absent="none", en="Fuel", zh="燃料"),
        Column("share", "1", low=0, high=1, aggregate="first", en="Share of the sector's CO2 that this fuel emits; the rest of 1 is CO2 of processes or of gases charged elsewhere", zh="该燃料占部门CO2的份额；不足1的部分为过程排放或他处计入的煤气"),
        Column("feedstock", "GJ/t CO2", low=0, default=0.0, aggregate="first", en="Energy of the fuel that goes into products, per tonne of the sector's CO2", zh="每吨部门CO2对应的原料用能"),
    ),
    complete=(
        Complete(("sector",), of="industry", level="warning", en="its fuels are missing from primary energy", zh="一次能源缺少其燃料"),
        Complete(("sector",), of="end_use", level="warning", en="its fuels are missing from primary energy", zh="一次能源缺少其燃料"),
    ),
    en="Fuels behind the CO2 of industry and end use", zh="工业与终端排放的燃料构成",
)

#: Shares may exceed 1 by the rounding of three decimals.
ROUNDING = 1e-3


def check_fuel_split(data: Data) -> list[Finding]:
    """The fuels of a sector emit no more than all of its CO2."""
    table = data.frame(FUEL_SPLIT)
    return [
        Finding(
            "error", FUEL_SPLIT.name, data.cell(FUEL_SPLIT.name, int(part.index[-1]), "share"), f"the shares of {sector} add up to {part['share'].sum():.6g}", "at most 1",
            f"{sector} 各燃料份额合计为 {part['share'].sum():.6g}", "应不超过1",
        )
        for sector, part in table.astype({"share": float}).groupby("sector", sort=False)
        if part["share"].sum() > 1.0 + ROUNDING
    ]  # fmt: skip


def energy_of_co2(data: Data) -> pd.DataFrame:
    """Sector, energy source and ``energy``: TWh of the fuel behind each Mt of the sector's CO2."""
    split = data.frame(FUEL_SPLIT)
    factor = split["fuel"].map(data.lookup(FUEL_FACTORS, "emission_factor")).astype(float)
    energy = split["share"].astype(float) / factor + split["feedstock"].astype(float)
    return pd.DataFrame({"sector": split["sector"], "energy_source": split["fuel"], "energy": energy}).reset_index(drop=True)


def fuels_of(frame: pd.DataFrame, co2: pd.Series, energy: pd.DataFrame) -> pd.DataFrame:
    """Rows of ``frame`` (with a sector) once for each fuel, ``burnt`` in TWh where ``co2`` is in Mt; sectors without a split have none."""
    known = frame.assign(co2=co2.to_numpy(dtype=float)).merge(energy, on="sector")
    return known.assign(burnt=known["co2"] * known["energy"], form=FUEL)
