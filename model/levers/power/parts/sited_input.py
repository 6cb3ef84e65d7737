"""What the workbook says of wind, solar, hydro and nuclear beside their sites: cost, bounds of the nation, land quotas.

Limits: declarations, and what is asked of them; sites and fleets stand in ``tables``, which other levers read.
"""

from __future__ import annotations

import pandas as pd

from ....core.data import Data
from ....core.declare.spec import FIRST_YEAR, LAST_YEAR, Column, Complete, Finding, Table
from ..capacity import surviving, totals
from ..plants import PLANT, open_sites, sited_fleet
from ..tables import OUTPUT_SHAPE, SITED, SITED_TECHNOLOGIES

SITED_CAPEX = Table(
    "sited_capex",
    (
        Column("technology", "", "text", key=True, choices=SITED, en="Technology", zh="技术"),
        Column("value", "CNY/kW", low=0, en="Investment", zh="单位投资"),
    ),
    complete=(
        Complete(("technology",), of="sites", where=("potential",), always=True, en="what new plants cost is not known", zh="新建电站投资未知"),
    ),
    shape="years", en="Investment of sited technologies", zh="有场址技术单位投资",
)

SITED_FIXED_COST = Table(
    "sited_fixed_cost",
    (
        Column("technology", "", "text", key=True, choices=SITED, en="Technology", zh="技术"),
        Column("value", "CNY/kW/yr", low=0, base_year=True, en="Fixed operation and maintenance", zh="固定运维"),
    ),
    complete=(
        Complete(("technology",), of="sites", where=("potential",), always=True, en="what the plants cost a year is not known", zh="电站固定成本未知"),
        Complete(("technology",), of="sited_fleet", where=("capacity",), always=True, en="what the plants cost a year is not known", zh="电站固定成本未知"),
    ),
    shape="years", en="Fixed cost of sited technologies", zh="有场址技术固定运维",
)

CAPACITY_HISTORY = Table(
    "capacity_history",
    (
        Column("class", "", "text", key=True, absent="unlimited", choices=("wind", "solar", "hydro", "nuclear"), en="Class", zh="类别"),
        Column("year", "calendar year", "integer", key=True, absent="own", low=FIRST_YEAR, high=LAST_YEAR, en="Year", zh="年份"),
        Column("low", "GW", low=0, aggregate="first", en="Least national capacity", zh="全国装机下限"),
        Column("high", "GW", low=0, default=None, aggregate="first", en="Most national capacity", zh="全国装机上限"),
    ),
    en="National capacity held within bounds: near history and plans", zh="全国装机上下限（近期历史与规划）",
)

ENERGY_LAND_QUOTA = Table(
    "energy_land_quota",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("land_class", "", "text", key=True, choices=("cropland", "forest_land", "grassland", "unused", "water_surface"), en="Land class", zh="地类"),
        Column("quota", "kha", low=0, en="Special land quota for new energy", zh="新能源专项用地指标"),
    ),
    complete=(
        Complete(("region", "land_class"), level="warning", en="new energy has no land quota there", zh="该地类无新能源用地指标限制"),
    ),
    en="Special land quota for new energy", zh="新能源专项用地指标",
)


def check_history(data: Data) -> list[Finding]:
    """The bounds on national capacity must leave something between them that the fleet and the sites can reach."""
    history, sites = data.frame(CAPACITY_HISTORY).astype({"low": float, "high": float}), open_sites(data)
    classes = data.lookup(SITED_TECHNOLOGIES, "class")
    fleet = surviving(data, sited_fleet(data))
    fleet = totals(fleet.assign(**{"class": fleet["technology"].map(classes)}), ["class", "year"], "gw")
    potential = totals(sites.assign(**{"class": sites["technology"].map(classes)}), ["class"], "potential")
    found = []
    for row in history.rename(columns={"class": "plant_class"}).itertuples():
        low, high = float(row.low), float(row.high)
        stands = fleet.get((row.plant_class, row.year), 0.0)
        most = stands + potential.get((row.plant_class,), 0.0)
        for column, wrong, words in (
            ("low", low > high, (f"low {low:g} GW is above high {high:g} GW", "low at most high", f"下限 {low:g} GW 高于上限 {high:g} GW", "下限不得高于上限")),
            ("low", row.year in data.decided and low > most, (
                f"{low:g} GW of {row.plant_class} in {row.year} can not be reached: {most:.6g} GW is all that the fleet and the sites hold",
                "a smaller number, or more potential in sites (see its unit)",
                f"{row.year} 年 {row.plant_class} 无法达到 {low:g} GW：机组与场址合计只有 {most:.6g} GW", "应减小该值，或增加 sites 的潜力（请检查其单位）",
            )),
            ("high", row.year in data.decided and high < stands, (
                f"{stands:.6g} GW of the {row.plant_class} fleet still stand in {row.year}, more than {high:g} GW", "at least what still stands",
                f"{row.year} 年 {row.plant_class} 既有机组仍有 {stands:.6g} GW，超过 {high:g} GW", "不得低于仍在役装机",
            )),
        ):  # fmt: skip
            if wrong:
                found.append(Finding("error", CAPACITY_HISTORY.name, data.cell(CAPACITY_HISTORY.name, int(row.Index), column), *words))
    return found


def check_shapes(data: Data) -> list[Finding]:
    """Every technology needs its output shape in every region where it stands or may be built."""
    shape = data.lookup(SITED_TECHNOLOGIES, "shape")
    given = set(data.frame(OUTPUT_SHAPE)[["region", "shape"]].itertuples(index=False, name=None))
    plants = pd.concat([open_sites(data)[PLANT], sited_fleet(data)[PLANT]]).drop_duplicates()
    missing = dict.fromkeys(
        (region, shape[technology]) for region, technology in plants.itertuples(index=False, name=None)
        if technology in shape and (region, shape[technology]) not in given
    )  # fmt: skip
    return [
        Finding(
            "error", OUTPUT_SHAPE.name, "", f"no row for {region}, {name}: plants of that shape stand or may be built there", "a row for each time slice",
            f"缺少 {region}、{name} 的行：该地区有或可建此形状的电站", "每个时段应有一行",
        )
        for region, name in missing
    ]  # fmt: skip
