"""Pumped hydro, batteries and other storage that move power inside a season."""

from __future__ import annotations

from ..core.spec import Column, Setting, Table

STORAGE = Table(
    "storage_technologies",
    (
        Column("technology", "", "text", key=True, en="Technology", zh="技术"),
        Column("class", "", "text", aggregate="first", en="Class of build limits", zh="建设限速类别"),
        Column("hours", "h", low=0, aggregate="first", en="Hours of discharge at full power", zh="满功率放电小时"),
        Column("efficiency", "1", low=0, high=1, aggregate="first", en="Round-trip efficiency", zh="循环效率"),
        Column("lifetime", "yr", low=1, aggregate="first", en="Life", zh="寿命"),
        Column("variable_cost", "CNY/MWh", low=0, aggregate="first", en="Variable cost of discharge", zh="放电变动成本"),
        Column("credit_class", "", "text", default="", aggregate="first", en="Class of falling capacity credit; empty: firm_credit applies", zh="递减容量置信类别"),
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
    shape="years", en="Investment of storage", zh="储能单位投资",
)

STORAGE_FIXED_COST = Table(
    "storage_fixed_cost",
    (
        Column("technology", "", "text", key=True, ref="storage_technologies.technology", en="Technology", zh="技术"),
        Column("value", "CNY/kW/yr", low=0, en="Fixed operation and maintenance", zh="固定运维"),
    ),
    shape="years", en="Fixed cost of storage", zh="储能固定运维",
)

STORAGE_FLEET = Table(
    "storage_fleet",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("technology", "", "text", key=True, ref="storage_technologies.technology", en="Technology", zh="技术"),
        Column("capacity", "GW", low=0, en="Capacity in the base year (outlives the horizon)", zh="基年装机（寿命超出展望期）"),
        Column("minimum_hours", "h/yr", low=0, high=8760, aggregate="mean:capacity", en="Least full-load hours of discharge a year (system service that the slices do not show)", zh="年最低放电小时（时段未反映的系统服务）"),
        Column("generation", "TWh/yr", low=0, en="Discharge in the base year: calibration, never a limit", zh="基年放电量：仅作校准"),
    ),
    en="Existing storage", zh="既有储能",
)
