"""Primary energy in the report: by source as the pledges count it and by energy content, and the share that is not fossil.

Limits: without the table ``power_equivalent`` nothing is told; of sectors without a row in ``fuel_split`` fuels are missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...core.declare import units
from ...core.declare.palette import BLUE, ORANGE, PURPLE, SKY
from ...core.declare.results import YEAR, Identity, ResultTable, number, texts
from ...core.solve.amounts import NATION, entries, stack
from ...core.solve.sides import Sides, Tables, compare, sums
from ...levers.fuels import BIOMASS, CURTAILED, FOSSIL, POWER, PRIMARY
from ...levers.power.tables import SITED_TECHNOLOGIES
from ..pledges.primary_energy import POWER_EQUIVALENT, counted

if TYPE_CHECKING:
    from ...core.solve.solution import Solution

KEYS = ["region", "energy_source", "year"]
PLACE = ["region", "year"]


def _posted(solution: Solution) -> pd.DataFrame:
    """Entries of the account, with ``counted`` (TWh as the pledges count) and ``content`` (TWh of energy)."""
    data = solution.build.data
    if not data.has(POWER_EQUIVALENT.name):
        return pd.DataFrame()
    found = entries(solution, PRIMARY, "TWh/yr")
    if found.empty:
        return found
    # power from biomass burns a fuel, which stands as a memo beside it
    by_fuel = (found["energy_source"] == BIOMASS) & (found["form"] == POWER)
    return found.assign(counted=found["value"] * counted(data, found), content=found["value"].where(~by_fuel, 0.0))


def primary_energy(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``primary_energy``; what is curtailed is taken off each source by its part."""
    found = _posted(solution)
    if found.empty:
        return found
    used = found[found["energy_source"] != CURTAILED]
    whole = pd.concat([used, _curtailed(solution, tables)], ignore_index=True).groupby(KEYS, sort=False, as_index=False)[["counted", "content"]].sum()
    of_place = whole.groupby(PLACE)["counted"].transform("sum").to_numpy(dtype=float)
    share = np.divide(whole["counted"].to_numpy(dtype=float), of_place, out=np.full(len(whole), np.nan), where=of_place > 0.0)
    mtce = units.convert(whole["counted"].to_numpy(dtype=float), "TWh/yr", "Mtce/yr")
    return whole.assign(value=mtce, share=share, content=units.convert(whole["content"].to_numpy(dtype=float), "TWh/yr", "EJ/yr"))


def _curtailed(solution: Solution, tables: Tables) -> pd.DataFrame:
    """What is curtailed of each source, negative."""
    table = tables["curtailment"]
    classes = solution.build.data.lookup(SITED_TECHNOLOGIES, "class")
    frame = table.assign(energy_source=table["technology"].map(classes), form=POWER, memo=False, content=-table["value"].astype(float))
    return frame.assign(counted=frame["content"] * counted(solution.build.data, frame))[[*KEYS, "counted", "content"]]


def non_fossil_share(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``non_fossil_share``: by region and for the nation."""
    table = tables["primary_energy"]
    if table.empty:
        return table
    clean = table.assign(clean=table["value"].where(~table["energy_source"].isin(FOSSIL), 0.0))
    rows = stack([clean, clean.assign(region=NATION)]).groupby(PLACE, sort=False, as_index=False)[["value", "clean"]].sum()
    return rows.assign(non_fossil=rows["clean"], share=rows["clean"] / rows["value"].where(rows["value"] > 0.0))


def sources_add_up(tables: Tables, solution: Solution) -> list[Sides]:
    """Sources add up to what was posted, their shares to 1; the nation's share is that of its regions' sums."""
    table, shares = tables["primary_energy"], tables["non_fossil_share"]
    if table.empty:
        return []
    posted = _posted(solution)
    told = posted.assign(value=units.convert(posted["counted"].to_numpy(dtype=float), "TWh/yr", "Mtce/yr"))
    energy = sums(table, PLACE)
    one = sums(table, PLACE, "share")
    regions = shares[shares["region"] != NATION]
    nation = shares[shares["region"] == NATION]
    clean = table[~table["energy_source"].isin(FOSSIL)]
    return [
        compare(energy, sums(told, PLACE)), compare(one, one * 0.0 + 1.0), compare(sums(regions, PLACE), energy), compare(sums(regions, PLACE, "non_fossil"), sums(clean, PLACE)),
        compare(sums(nation, ["year"]), sums(table, ["year"])), compare(sums(nation.assign(part=nation["share"] * nation["value"]), ["year"], "part"), sums(clean, ["year"])),
    ]  # fmt: skip


RESULTS = (
    ResultTable(
        "primary_energy", "Primary energy by source, as the pledges count it and by energy content.", "分来源一次能源：按承诺口径与按能量含量。",
        (
            *texts("region", "energy_source"), YEAR,
            number("value", "Mtce/yr", "As the pledges count: power that burns nothing by its coal equivalent", "承诺口径：非燃料电力按折煤系数"),
            number("share", "1", "Share of the region's primary energy", "占该地区一次能源份额"),
            number("content", "EJ/yr", "Energy content: fuel as burnt, power as it is", "能量含量：燃料按燃烧量，电力按电量"),
        ),
        ("region", "energy_source", "year"), make=primary_energy,
    ),
    ResultTable(
        "non_fossil_share", "Share of primary energy that is not fossil, by region and nation, as the pledges count it.", "各地区与全国非化石能源占一次能源比重（承诺口径）。",
        (
            *texts("region"), YEAR, number("value", "Mtce/yr", "Primary energy", "一次能源"), number("non_fossil", "Mtce/yr", "Of it not fossil", "其中非化石"),
            number("share", "1", "Share that is not fossil", "非化石比重"),
        ),
        ("region", "year"), make=non_fossil_share,
    ),
)  # fmt: skip
IDENTITIES = (Identity("primary_energy_adds_up", "Primary energy is the sum of its sources", "一次能源各来源之和", sources_add_up),)
COLOURS = {
    "primary_coal": "4D4D4D", "primary_oil": "5C4033", "primary_gas": "A6761D", "primary_biomass": "117733", "primary_nuclear": PURPLE,
    "primary_hydro": BLUE, "primary_wind": SKY, "primary_solar": ORANGE,
}  # fmt: skip
