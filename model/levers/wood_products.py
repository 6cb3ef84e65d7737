"""Where the timber goes: products that hold carbon, the timber market, and imports.

Carbon in extracted roundwood is shared out over product classes; what the mill loses, short-lived classes and fuel wood
oxidise in the period. Each lasting class decays exponentially (IPCC 2006 volume 4 equation 12.1, production approach).

Limits: no substitution credit for what products replace; imports have one price and are paid for by the regions in
proportion to their roundwood of the base year; product carbon of imports belongs to the country of origin.
"""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from ..core.build import Lever
from ..core.spec import Column, Finding, Indicator, InputError, Setting, Table, Variable, constraint
from ..core.units import CO2_PER_C
from ._forest_posts import post_stock_change
from ._forest_tables import FOREST_HARVEST

#: Shares of a region's roundwood must sum to 1 within this: they are published with three digits.
SHARE_ROUNDING = 1e-3

PRODUCTS = Table(
    "wood_products",
    (
        Column("product", "", "text", key=True, en="Product class", zh="木质林产品类别"),
        Column("half_life", "yr", low=0, aggregate="first", en="Half-life in use; 0 = oxidised in the period", zh="半衰期；0表示当期氧化"),
        Column("mill_yield", "1", low=0, high=1, aggregate="first", en="Carbon in products per carbon in the roundwood used", zh="加工得率"),
        Column("inherited_years", "yr", low=0, aggregate="first", en="Years of base-year inflow that made the inherited pool", zh="继承库形成年数"),
    ),
    en="Wood product classes", zh="木质林产品类别",
)

PRODUCT_SHARES = Table(
    "wood_product_shares",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("product", "", "text", key=True, ref="wood_products.product", en="Product class", zh="类别"),
        Column("share", "1", low=0, high=1, aggregate="mean:roundwood", en="Share of the region's roundwood carbon that goes to the class; sums to 1", zh="原木碳分配比例，合计为1"),
        Column("roundwood", "million m3/yr", low=0, en="Weight: roundwood of the base year", zh="权重：基年原木产量"),
    ),
    en="What the roundwood of a region becomes", zh="地区原木用途比例",
)

TIMBER_DEMAND = Table(
    "timber_demand",
    (
        Column("market", "", "text", key=True, choices=("nation",), en="Market", zh="市场"),
        Column("value", "million m3/yr", low=0, en="Demand in roundwood equivalent", zh="原木当量需求"),
    ),
    shape="years", en="Timber demand (roundwood equivalent)", zh="木材需求（原木当量）",
)

ROUNDWOOD_SUPPLY = Variable("roundwood_supply", ("region", "year"), "km3/yr", en="Roundwood brought to market", zh="原木供应量")
ROUNDWOOD_CARBON = Variable("roundwood_carbon", ("region", "year"), "Mt C/yr", en="Carbon in roundwood brought to market", zh="原木含碳量")
PRODUCT_INFLOW = Variable("product_inflow", ("region", "product", "year"), "Mt C/yr", en="Carbon entering products", zh="进入木质林产品的碳")
PRODUCT_POOL = Variable("product_pool", ("region", "product", "year"), "Mt C", en="Carbon in products in use", zh="在用木质林产品碳库")
TIMBER_IMPORTS = Variable("timber_imports", ("year",), "km3/yr", en="Timber imports (roundwood equivalent)", zh="木材进口（原木当量）")


def decay_rate(half_life: float) -> float:
    """First-order decay rate in 1/yr of a half-life in years."""
    return math.log(2.0) / half_life


def hwp_pool(stock: float, inflow: float, half_life: float, years: float) -> float:
    """Carbon in a product class after so many years of a constant yearly inflow (IPCC 2006 volume 4, equation 12.1).

    stock * exp(-k*years) + inflow * (1 - exp(-k*years)) / k,  k = ln(2) / half_life; ``stock`` and result in Mt C.
    """
    k = decay_rate(half_life)
    return stock * math.exp(-k * years) + inflow * (1.0 - math.exp(-k * years)) / k


class WoodProducts(Lever):
    """Products of the felled wood, and the timber market."""

    name = "wood_products"
    tables = (PRODUCTS, PRODUCT_SHARES, TIMBER_DEMAND)
    needs = (PRODUCTS, PRODUCT_SHARES, FOREST_HARVEST)
    settings = (
        Setting("timber_import_price", "CNY/m3", "number", 1100.0, low=0, en="Price of imported timber", zh="进口木材价格"),
        Setting("timber_import_leakage", "t C/m3", "number", 0.3, low=0, high=2, en="Carbon lost abroad per cubic metre imported (reported only)", zh="进口每立方米的境外碳泄漏（仅报告）"),
    )
    variables = (ROUNDWOOD_SUPPLY, ROUNDWOOD_CARBON, PRODUCT_INFLOW, PRODUCT_POOL, TIMBER_IMPORTS)
    indicators = (
        Indicator("wood_products_sink", "million t CO2/yr", "sink", ("wood_products",), en="Sink in wood products", zh="木质林产品碳汇"),
        Indicator("timber_imports_volume", "million m3/yr", variable="timber_imports", en="Timber imports", zh="木材进口"),
        Indicator("timber_leakage", "million t CO2/yr", "emission", ("timber_import_leakage",), en="Emissions abroad through timber imports", zh="木材进口境外泄漏"),
    )

    def build(self) -> None:
        """Share roundwood out over products, follow their pools, meet the demand for timber."""
        data, b = self.data, self.b
        self.years = data.years
        self.base_year = data.base_year
        self.length = {y: data.length(y) for y in data.years}
        self.before = {y: data.previous(y) for y in data.years}
        products = data.frame(PRODUCTS)
        lasting = products[products["half_life"] > 0.0]
        self.half_life = dict(zip(lasting["product"], lasting["half_life"].astype(float), strict=True))
        self.inherited_years = dict(zip(lasting["product"], lasting["inherited_years"].astype(float), strict=True))
        mill_yield = dict(zip(products["product"], products["mill_yield"].astype(float), strict=True))
        shares = self._shares()
        keys = zip(shares["region"], shares["product"], shares["share"].astype(float), strict=True)
        self.part = {(r, p): share * mill_yield[p] for r, p, share in keys if p in self.half_life}
        regions = data.frame(FOREST_HARVEST)[["region"]]
        region_years = regions.merge(pd.DataFrame({"year": data.all_years}), how="cross")
        self.roundwood_supply = b.variable(ROUNDWOOD_SUPPLY, region_years)
        self.roundwood_carbon = b.variable(ROUNDWOOD_CARBON, region_years)
        self.regions = list(regions["region"])
        flows = pd.DataFrame([(r, p, y) for r, p in self.part if r in self.regions for y in data.all_years], columns=["region", "product", "year"])
        self.product_inflow = b.variable(PRODUCT_INFLOW, flows)
        self.product_pool = b.variable(PRODUCT_POOL, flows)
        self.ledger.use("roundwood", self.roundwood_supply.terms(), 1.0, item="market", unit="1")
        self.ledger.use("extracted_carbon", self.roundwood_carbon.terms(), 1.0, item="mills", unit="1")
        b.constrain(self.product_share, flows)
        b.constrain(self.inherited_products, flows.loc[flows["year"] == self.base_year, ["region", "product"]])
        b.constrain(self.product_decay, flows[flows["year"] > self.base_year])
        pool = self.product_pool.terms().assign(carbon=1.0)
        post_stock_change(data, self.ledger, pool, "carbon", item="wood_products", unit="Mt CO2/Mt C/yr")
        self._meet_demand()

    def _shares(self) -> pd.DataFrame:
        """The shares; InputError when a region that fells has none or they do not sum to 1."""
        shares = self.data.frame(PRODUCT_SHARES)
        total = shares.groupby("region", sort=False)["share"].sum()
        findings = [
            Finding("error", PRODUCT_SHARES.name, "", f"the shares of {region} sum to {total.get(region, 0.0):.4g}", "shares that sum to 1")
            for region in self.data.frame(FOREST_HARVEST)["region"]
            if abs(total.get(region, 0.0) - 1.0) > SHARE_ROUNDING
        ]
        if findings:
            raise InputError(findings)
        return shares

    def _meet_demand(self) -> None:
        """The national timber market: own roundwood and imports cover the demand."""
        if not self.data.has(TIMBER_DEMAND.name):
            return
        demand = self.data.frame(TIMBER_DEMAND)
        demand = demand[demand["year"].isin(self.years)]
        self.demand = dict(zip(demand["year"], demand["value"].astype(float), strict=True))
        self.timber_imports = self.b.variable(TIMBER_IMPORTS, demand[["year"]])
        limit = (TIMBER_DEMAND.name, self.b.cells(TIMBER_DEMAND, demand), "million m3/yr")
        self.b.constrain(self.timber_demand_met, demand[["year"]], limit=limit)
        base = self.data.frame(FOREST_HARVEST)[["region", "roundwood_base"]].reset_index(drop=True)
        total = float(base["roundwood_base"].sum())
        base["part"] = base["roundwood_base"] / total if total > 0.0 else 1.0 / len(base)
        imports = self.timber_imports.terms().cross(base[["region", "part"]])
        price, leakage = self.data.number("timber_import_price"), self.data.number("timber_import_leakage")
        self.ledger.use("money", imports, price * imports.frame["part"], item="timber_imports", unit="bn CNY/km3")
        carbon = CO2_PER_C * leakage * imports.frame["part"]
        self.ledger.supply("emission", imports, carbon, item="timber_import_leakage", unit="Mt CO2/km3", memo=True)

    @constraint(unit="Mt C/yr")
    def product_share(self, region: str, product: str, year: int) -> Any:
        """Each product class takes in its share of the roundwood's carbon, less what the mill loses.

        product_inflow[r,p,t] == share[r,p] * mill_yield[p] * roundwood_carbon[r,t]

        For: every lasting product class, base year included.
        Unit: Mt C/yr.
        Dual: what one more tonne of carbon entering the class a year is worth.
        Data: wood_product_shares share, wood_products mill_yield.
        """
        return self.product_inflow[region, product, year] == self.part[region, product] * self.roundwood_carbon[region, year]

    @constraint(unit="Mt C")
    def inherited_products(self, region: str, product: str) -> Any:
        """The products in use in the base year are those of so many years of the base year's inflow.

        product_pool[r,p,base] == product_inflow[r,p,base] / k * (1 - exp(-k * inherited_years[p])),  k = ln2/half_life[p]

        For: every lasting product class.
        Unit: Mt C.
        Dual: cost of one more tonne of inherited carbon.
        Data: wood_products half_life, inherited_years.
        """
        years = self.inherited_years[product]
        stays = hwp_pool(0.0, 1.0, self.half_life[product], years)
        return self.product_pool[region, product, self.base_year] == stays * self.product_inflow[region, product, self.base_year]

    @constraint(unit="Mt C")
    def product_decay(self, region: str, product: str, year: int) -> Any:
        """The carbon in a product class decays while the period's inflow enters evenly.

        product_pool[r,p,t] == product_pool[r,p,t-1] * exp(-k*n) + product_inflow[r,p,t] * (1 - exp(-k*n)) / k

        For: every lasting product class and year after the base year.
        Unit: Mt C.
        Dual: what one more tonne of carbon in the class at the end of the period is worth.
        Data: wood_products half_life.
        """
        n, half_life = self.length[year], self.half_life[product]
        stays, enters = hwp_pool(1.0, 0.0, half_life, n), hwp_pool(0.0, 1.0, half_life, n)
        earlier = self.product_pool[region, product, self.before[year]]
        return self.product_pool[region, product, year] == stays * earlier + enters * self.product_inflow[region, product, year]

    @constraint(unit="km3/yr")
    def timber_demand_met(self, year: int) -> Any:
        """Own roundwood and imports cover the nation's demand for timber.

        sum over r of roundwood_supply[r,t] + timber_imports[t] >= demand[t]

        For: every year with a demand.
        Unit: km3/yr.
        Dual: price of one more cubic metre of timber.
        Data: timber_demand; setting timber_import_price.
        """
        own = self.b.sum([(1.0, self.roundwood_supply[r, year]) for r in self.regions])
        return own + self.timber_imports[year] >= self.demand[year]
