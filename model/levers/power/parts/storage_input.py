"""What the workbook says of storage: technologies, what they cost, what stood in the base year.

Limits: declarations, and what is asked of the seasons that stores move power in.
"""

from __future__ import annotations

from ....core.data import TIME_SLICES, Data
from ....core.declare.spec import Column, Complete, Finding, Table
from ...years import EVEN_LIFE_EN, EVEN_LIFE_ZH

STORAGE = Table(
    "storage_technologies",
    (
        Column("technology", "", "text", key=True, free=True, absent="own", en="Technology", zh="技术"),
        Column("class", "", "text", free=True, aggregate="first", en="Class of build limits", zh="建设限速类别"),
        Column("hours", "h", low=0, aggregate="first", en="Hours of discharge at full power", zh="满功率放电小时"),
        Column("efficiency", "1", low=0, high=1, aggregate="first", en="Round-trip efficiency", zh="循环效率"),
        Column("lifetime", "yr", low=1, aggregate="first", en=f"Life. {EVEN_LIFE_EN}", zh=f"寿命。{EVEN_LIFE_ZH}"),
        Column("variable_cost", "CNY/MWh", low=0, aggregate="first", en="Variable cost of discharge", zh="放电变动成本"),
        Column("credit_class", "", "text", ref="reserve_credit.credit_class", default="", aggregate="first", en="Class of falling capacity credit; empty: firm_credit applies", zh="递减容量置信类别"),
        Column("firm_credit", "1", low=0, high=1, default=0.0, aggregate="first", en="Fixed capacity credit", zh="固定容量置信度"),
    ),
    en="Storage technologies", zh="储能技术",
)

STORAGE_CAPEX = Table(
    "storage_capex",
    (
        Column("technology", "", "text", key=True, ref="storage_technologies.technology", en="Technology", zh="技术"),
        Column("value", "CNY/kW", low=0, en="Investment, pack and converter", zh="单位投资"),
    ),
    complete=(
        Complete(("technology",), of="storage_technologies", always=True, en="what new storage costs is not known", zh="新建储能投资未知"),
    ),
    shape="years", en="Investment of storage", zh="储能单位投资",
)

STORAGE_FIXED_COST = Table(
    "storage_fixed_cost",
    (
        Column("technology", "", "text", key=True, ref="storage_technologies.technology", en="Technology", zh="技术"),
        Column("value", "CNY/kW/yr", low=0, base_year=True, en="Fixed operation and maintenance", zh="固定运维"),
    ),
    complete=(
        Complete(("technology",), of="storage_technologies", always=True, en="what storage costs a year is not known", zh="储能固定成本未知"),
    ),
    shape="years", en="Fixed cost of storage", zh="储能固定运维",
)

STORAGE_FLEET = Table(
    "storage_fleet",
    (
        Column("region", "", "text", key=True, absent="none", ref="regions.region", en="Region", zh="地区"),
        Column("technology", "", "text", key=True, absent="none", ref="storage_technologies.technology", en="Technology", zh="技术"),
        Column("capacity", "GW", low=0, en="Capacity in the base year (outlives the horizon)", zh="基年装机（寿命超出展望期）"),
        Column("minimum_hours", "h/yr", low=0, high=8760, aggregate="mean:capacity", en="Least full-load hours a year given in the slices of service, net of charging in them: those of highest load in the base year, all but the sunniest of each season later; no more than a store can give there", zh="服务时段内扣除同时段充电后的年最低放电小时：基年为负荷最高时段，其后为各季节除日照最强时段外的时段；不超过储能在该时段可提供的小时"),
        Column("generation", "TWh/yr", low=0, en="Discharge in the base year: calibration, never a limit", zh="基年放电量：仅作校准"),
    ),
    en="Existing storage", zh="既有储能",
)


def check_seasons(data: Data) -> list[Finding]:
    """Power moves between the blocks of a season: one whose blocks differ from those of the others is likely misspelt."""
    slices = data.slices
    blocks = {season: tuple(sorted(part["block"])) for season, part in slices.groupby("season", sort=False)}
    usual = max(blocks.values(), key=lambda found: (list(blocks.values()).count(found), len(found)))
    return [
        Finding(
            "warning", TIME_SLICES.name, data.cell_where(TIME_SLICES, "season", season=str(season)), f"season {season} has the blocks {', '.join(found)}, others {', '.join(usual)}",
            "the same blocks in every season; storage moves power between the slices of one season only",
            f"季节 {season} 的时段为 {', '.join(found)}，其他季节为 {', '.join(usual)}", "各季节应有相同时段；储能只在同一季节内转移电量",
        )
        for season, found in blocks.items()
        if found != usual
    ]  # fmt: skip
