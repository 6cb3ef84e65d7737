"""Public money for ecological measures by province: how much there is, of whom, and what it may pay.

The whole follows public spending on forest and grassland. Of it a region pays as its own what its revenue is of its expenditure; the rest comes
from the centre and is divided by the nation's money of the programmes that work there, and of the central budget.

Limits: money of programmes by province was not found, so only the proportions between programmes are theirs; shares of one year (2017 to 2024, as
found) hold in all years.
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from . import general, grass_water_land
from .frame import (
    BASE_YEAR,
    YEARS,
    Estimate,
    by_province,
    credited,
    estimates,
    load,
    province_keys,
    provinces,
    selected,
    year_frame,
)
from .period_means import means_of, of_year

#: The programme that pays what herders are owed.
COMPENSATION = "grassland_subsidy"
#: A programme that works in every province.
EVERYWHERE = "all"


def frames() -> dict[str, pd.DataFrame]:
    """The tables of the funds by name."""
    return {
        "ecological_budget": ecological_budget(),
        "cost_funds": cost_funds(),
        "funds": selected(load("estimates", "funds").replace("", None), ("fund", "level", "premium", "multiple", "carry_over", "credit_share", "active")),
        "fund_money": fund_money(),
        "payable": selected(load("estimates", "payable"), ("item", "fund", "local_share", "active")),
        "fiscal_capacity": fiscal_capacity(),
        "fund_attraction": selected(load("estimates", "fund_attraction"), ("fund", "income", "value", "price_unit", "active")),
    }


def cost_funds() -> pd.DataFrame:
    """Which cost the ecological funds pay; what is not listed is paid by whom the lever names."""
    return selected(load("estimates", "cost_funds"), ("item", "fund", "active"))


@cache
def public_money() -> pd.DataFrame:
    """All public money for the ecological levers by region (rows) and year, bn CNY a year, growing with a power of GDP: the mean of each period.

    Compensation for the grassland measures in force is paid by the central budget where the grassland lies; only what
    the nation has beyond it follows the public spending of the provinces.
    """
    table, given, income = by_province("energy", "economy_2020"), estimates("money"), general.gdp_path()
    public = table["forestry_grassland_investment_2020_bn_cny"] * table["forestry_public_share"]
    base = given["budget_share"].value * public / public.sum() * given["public_spending"].value
    power = given["budget_elasticity"].value
    path = {year: income[year] for year in YEARS}
    by_spending = means_of(lambda year: base * (of_year(path, year) / income[BASE_YEAR]) ** power)
    owed = compensation()
    left = {year: 1 - owed.sum() / values.sum() for year, values in by_spending.items()}
    return pd.DataFrame({year: owed + left[year] * values for year, values in by_spending.items()})


def compensation() -> pd.Series:
    """Compensation for the grassland measures in force by region, bn CNY a year."""
    regions = list(province_keys().values())
    return grass_water_land.compensation_in_force().reindex(regions, fill_value=0.0)


def own_part() -> pd.Series:
    """Region -> the part of public money beyond the compensation that is its own: own revenue over expenditure; the rest comes from the centre."""
    table = by_province("energy", "economy_2020")
    return (table["fiscal_revenue_2020_bn_cny"] / table["fiscal_expenditure_2020_bn_cny"]).clip(upper=1.0)


def _programmes() -> dict[str, pd.Series]:
    """Fund -> share, by region, of the public money beyond the compensation: what comes from the centre, by the nation's money of the programmes that work there."""
    where = load("estimates", "fund_places")
    rows = load("estimates", "fund_programmes").to_dict("records")
    regions = list(public_money().index)
    listed = {str(row["fund"]): set(where.loc[where["fund"] == row["fund"], "region"]) for row in rows}
    money = {
        str(row["fund"]): pd.Series([float(row["money"]) * (row["places"] == EVERYWHERE or region in listed[str(row["fund"])]) for region in regions], index=regions)
        for row in rows
    }
    whole = sum(money.values())
    return {fund: (1.0 - own_part()) * held / whole for fund, held in money.items()}


def fund_money() -> pd.DataFrame:
    """Money of the programmes and of the central budget by region, bn CNY a year; no row where a programme does not work."""
    whole, owed, given = public_money(), compensation(), estimates("money")
    grass = estimates("grassland")
    rows = load("estimates", "fund_programmes").set_index("fund")
    parts = [_rows(COMPENSATION, pd.DataFrame(dict.fromkeys(YEARS, owed)), *(grass[item] for item in ("initial_ban", "initial_balance")), note="compensation in force, as owed")]
    for fund, share in _programmes().items():
        origin = Estimate(0.0, rows.loc[fund, "source"], rows.loc[fund, "quality"], "")
        values = whole.sub(owed, axis=0).mul(share, axis=0)
        parts.append(_rows(fund, values, origin, *given.values(), note="part of public money that comes from the centre (1 - own revenue / expenditure), by the money of the programmes that work in the province"))
    return pd.concat(parts, ignore_index=True)


def _rows(fund: str, values: pd.DataFrame, *origins: Estimate, note: str) -> pd.DataFrame:
    table = provinces("energy", "economy_2020").set_index("region", drop=False)
    held = values[values[BASE_YEAR] > 0.0]
    keys = credited(table.loc[held.index, ["region", "source", "quality"]].reset_index(drop=True), *origins, note=note)
    keys.insert(0, "fund", fund)
    return year_frame(keys, {year: held[year].reset_index(drop=True) for year in YEARS})


def ecological_budget() -> pd.DataFrame:
    """Public money tied to no programme, bn CNY a year: all public money less that of the programmes and of the central budget."""
    whole, owed, given = public_money(), compensation(), estimates("money")
    table = provinces("energy", "economy_2020")
    grass = estimates("grassland")
    keys = credited(
        table[["region", "source", "quality"]], *given.values(), *(grass[item] for item in ("initial_ban", "initial_balance")),
        note="25 % of public forestry and grassland spending of the nation, growing with GDP^0.5 and spread by the province's public spending, "
        "less the compensation in force and what programmes and the central budget pay (fund_money): own revenue over expenditure",
    )  # fmt: skip
    own = whole.sub(owed, axis=0).mul(own_part(), axis=0).reindex(table["region"]).reset_index(drop=True)
    return year_frame(keys, {year: own[year] for year in YEARS})


def fiscal_capacity() -> pd.DataFrame:
    """Own public revenue and public expenditure by region, bn CNY in 2020."""
    made = provinces("energy", "economy_2020").assign(source="MOF2020", quality="reported", note="")
    return selected(made, ("region", "revenue", "expenditure"), {"fiscal_revenue_2020_bn_cny": "revenue", "fiscal_expenditure_2020_bn_cny": "expenditure"})
