"""Power lines between provinces: what stands, what is coming, how far lines are used.

The pair order of the source is arbitrary: each pair becomes one row per direction, with the capacity of that direction.
Rows of the source that repeat capacity of the aggregates are left out.

Limits: contracts are given for the base year only, and no higher than a pair can carry at the mean use of all lines
(single lines were used more than the mean). No lines inside a province.
"""

from __future__ import annotations

import pandas as pd

from model.core.declare.units import GWH_PER_TWH, HOURS_PER_YEAR

from .frame import BASE_YEAR, YEARS, credited, join_sources, load, province_keys, selected, worst, year_frame
from .parameters import ENERGY, Parameters
from .period_means import period_means

STANDING = "existing_2020"
WITH_FLOW = "uhv_existing_2020_within_aggregate"
COMING = ("existing_after_2020", "under_construction", "planned")
ENDS = ["from_region", "to_region"]


def frames() -> dict[str, pd.DataFrame]:
    """The tables of transmission by name."""
    return {
        "transmission_lines": transmission_lines(),
        "transmission_committed": transmission_committed(),
        "transmission_use": transmission_use(),
        "power_contracts": power_contracts(),
    }


def _pack() -> pd.DataFrame:
    table = load(ENERGY, "transmission_2020")
    keys = province_keys()
    return table.assign(from_region=table["from_code"].map(keys), to_region=table["to_code"].map(keys))


def _directions(table: pd.DataFrame) -> pd.DataFrame:
    """Each row once forward and once backward, with ``capacity`` in GW of that direction."""
    back = table.rename(columns={"from_region": "to_region", "to_region": "from_region"})
    return pd.concat([table.assign(capacity=table["capacity_gw"]), back.assign(capacity=back["reverse_capacity_gw"])])


def transmission_lines() -> pd.DataFrame:
    """One row per direction of every pair with a line now or coming: GW, km, share lost, most added a year."""
    table = _pack()
    grid = Parameters("grid")["expansion_limit", "pair"]
    now = _directions(table[table["status"] == STANDING])
    # a pair that only gets a line later starts at nothing, with the length and loss of that line
    later = _directions(table[table["status"].isin(COMING)]).assign(capacity=0.0)
    known = set(now[ENDS].itertuples(index=False, name=None))
    later = later[[pair not in known for pair in later[ENDS].itertuples(index=False, name=None)]]
    both = pd.concat([now, later])
    grouped = both.groupby(ENDS, sort=True)
    made = grouped.agg(
        capacity=("capacity", "sum"),
        length=("length_km", "mean"),
        loss=("loss_fraction", "mean"),
        source=("source", join_sources),
        quality=("quality", worst),
    ).reset_index()
    made["expansion_limit"] = grid.value
    return selected(credited(made, grid), [*ENDS, "capacity", "length", "loss", "expansion_limit"])


def transmission_committed() -> pd.DataFrame:
    """Lines after the base year, standing in each year, GW by direction."""
    table = _pack()
    table = _directions(table[table["status"].isin(COMING)])
    table = table[table["capacity"] > 0]
    for year in YEARS:
        table[year] = table["capacity"].where(table["commission_year"] <= year, 0.0)
    grouped = table.groupby(ENDS, sort=True)
    made = grouped[list(YEARS)].sum()
    made["source"] = grouped["source"].agg(join_sources)
    made["quality"] = grouped["quality"].agg(worst)
    made["note"] = grouped["line"].agg(lambda lines: ", ".join(sorted(lines)))
    return made.reset_index()


def transmission_use() -> pd.DataFrame:
    """Largest mean use of lines over a year, mean of each period: limits of single years are straight between them, but that of the base year.

    The base year has a limit for its most used line, later years one for the mean of all lines: no path leads from one to the other.
    """
    table = load("estimates", "grid_use")
    path = {year: table[str(year)].astype(float) for year in YEARS}
    later = period_means({year: value for year, value in path.items() if year > BASE_YEAR})
    return year_frame(table[["grid", "source", "quality", "note"]], later | {BASE_YEAR: path[BASE_YEAR]})


def power_contracts() -> pd.DataFrame:
    """Least yearly flow by direction, TWh: the flows of the base year as far as the pair can carry them; later none."""
    table = _pack()
    # lines that carry both ways are listed in any direction: only one-way lines show who sells
    one_way = table["reverse_capacity_gw"] == 0
    table = table[(table["status"] == WITH_FLOW) & one_way & (table["flow_2020_twh"] > 0)]
    share = Parameters("grid")["contract_share", "pair"]
    grouped = table.groupby(ENDS, sort=True)
    made = grouped.agg(
        flow=("flow_2020_twh", "sum"), source=("source", join_sources), quality=("quality", worst)
    ).reset_index()
    lines = transmission_lines().set_index(ENDS)["capacity"]
    use = float(transmission_use()[BASE_YEAR].iloc[0])
    carried = (
        lines.reindex(pd.MultiIndex.from_frame(made[ENDS]), fill_value=0.0).to_numpy()
        * use
        * HOURS_PER_YEAR
        / GWH_PER_TWH
    )
    value = share.value * made["flow"].clip(upper=pd.Series(carried, index=made.index))
    keys = credited(made[[*ENDS, "source", "quality"]], share)[value > 0]
    return year_frame(keys, {year: value[value > 0] if year == BASE_YEAR else 0.0 for year in YEARS})
