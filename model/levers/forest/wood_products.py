"""Where the timber goes: products that hold carbon, the timber market, and imports.

Carbon in extracted roundwood is shared out over product classes; what the mill loses, short-lived classes and fuel wood
oxidise in the period. Each lasting class decays exponentially (IPCC 2006 volume 4 equation 12.1, production approach);
a share of what leaves it may enter a class again (recycling). What products replace is reported when the workbook asks
for it, beside the target and never in it: cement, steel and fuel are counted where they are made and burnt.

Limits: imports have one price and are paid for by the regions in proportion to their roundwood of the base year; product
carbon of imports belongs to the country of origin; recycled carbon earns no second substitution credit and shows in the
stocks, not as a flow of its own.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from ...core.build.build import Lever
from ...core.data import Data
from ...core.declare.iamc import REMOVAL
from ...core.declare.roles import WOOD_USERS, Item, Pool, State
from ...core.declare.spec import Column, Complete, Finding, Indicator, Setting, Table, Variable, constraint
from ...core.declare.units import CO2_PER_C
from ..stocks import post_stock_change
from .tables import FOREST_HARVEST
from .wood_pools import read_pools

#: Shares of a region's roundwood must sum to 1 within this: they are published with three digits.
SHARE_ROUNDING = 1e-3

PRODUCTS = Table(
    "wood_products",
    (
        Column("product", "", "text", key=True, free=True, absent="own", en="Product class", zh="木质林产品类别"),
        Column("half_life", "yr", low=0, aggregate="first", en="Half-life in use; 0 = oxidised in the period", zh="半衰期；0表示当期氧化"),
        Column("mill_yield", "1", low=0, high=1, aggregate="first", en="Carbon in products per carbon in the roundwood used", zh="加工得率"),
        Column("inherited_years", "yr", low=0, aggregate="first", en="Years of base-year inflow that made the inherited pool", zh="继承库形成年数"),
        Column("recycled_share", "1", low=0, high=1, default=0.0, aggregate="first", en="Share of the carbon leaving the class that enters a class again, loss of reprocessing taken off", zh="离开该类的碳中再次进入产品的比例（已扣除再加工损失）"),
        Column("recycled_into", "", "text", ref="wood_products.product", default="", aggregate="first", en="Class that takes what is recycled; blank = the same class", zh="再生利用进入的类别；空白为本类"),
        Column("substitution", "t CO2/t C", low=0, default=0.0, aggregate="first", en="CO2 avoided elsewhere per carbon entering the class (only with count_substitution, beside the target)", zh="进入该类每吨碳在他处避免的CO2（仅在count_substitution为1时报告，不计入目标）"),
    ),
    en="Wood product classes", zh="木质林产品类别",
)

PRODUCT_SHARES = Table(
    "wood_product_shares",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("product", "", "text", key=True, absent="none", ref="wood_products.product", en="Product class", zh="类别"),
        Column("share", "1", low=0, high=1, aggregate="mean:roundwood", en="Share of the region's roundwood carbon that goes to the class; sums to 1", zh="原木碳分配比例，合计为1"),
        Column("roundwood", "million m3/yr", low=0, en="Weight: roundwood of the base year", zh="权重：基年原木产量"),
    ),
    complete=(
        Complete(("region",), of="forest_harvest", en="what becomes of its roundwood is not known", zh="原木用途未知"),
    ),
    en="What the roundwood of a region becomes", zh="地区原木用途比例",
)

TIMBER_DEMAND = Table(
    "timber_demand",
    (
        Column("market", "", "text", key=True, absent="unused", choices=("nation",), en="Market", zh="市场"),
        Column("value", "million m3/yr", low=0, en="Demand in roundwood equivalent", zh="原木当量需求"),
    ),
    shape="years", en="Timber demand (roundwood equivalent)", zh="木材需求（原木当量）",
)

ROUNDWOOD_SUPPLY = Variable("roundwood_supply", ("region", "year"), "km3/yr", en="Roundwood brought to market", zh="原木供应量")
ROUNDWOOD_CARBON = Variable("roundwood_carbon", ("region", "year"), "Mt C/yr", en="Carbon in roundwood brought to market", zh="原木含碳量")
PRODUCT_INFLOW = Variable("product_inflow", ("region", "product", "year"), "Mt C/yr", en="Carbon entering products", zh="进入木质林产品的碳")
PRODUCT_POOL = Variable("product_pool", ("region", "product", "year"), "Mt C", en="Carbon in products in use", zh="在用木质林产品碳库")
TIMBER_IMPORTS = Variable("timber_imports", ("year",), "km3/yr", en="Timber imports (roundwood equivalent)", zh="木材进口（原木当量）")

COUNT_SUBSTITUTION = Setting(
    "count_substitution", "1", "flag", 0.0, source="OWN_EST", quality="estimate",
    en="1: report the CO2 that wood products avoid elsewhere, outside the CO2 target", zh="1：报告木质林产品在他处避免的CO2（不计入CO2目标）",
)


def check_shares(data: Data) -> list[Finding]:
    """The shares of a region that fells must add up to 1, else wood would be lost or made of nothing."""
    total = data.frame(PRODUCT_SHARES).groupby("region", sort=False)["share"].sum()
    return [
        Finding(
            "error", PRODUCT_SHARES.name, data.cell_where(PRODUCT_SHARES, "share", region=region),
            f"the shares of {region} sum to {total.get(region, 0.0):.4g}", "shares that sum to 1",
            f"{region} 的份额合计为 {total.get(region, 0.0):.4g}", "份额合计应为1",
        )
        for region in data.frame(FOREST_HARVEST)["region"]
        if abs(total.get(region, 0.0) - 1.0) > SHARE_ROUNDING
    ]  # fmt: skip


def check_classes(data: Data) -> list[Finding]:
    """Classes oxidised in the period hold nothing to recycle, take nothing in, and as fuel are credited where they are burnt."""
    products = data.frame(PRODUCTS)
    lasting = set(products.loc[products["half_life"] > 0.0, "product"])
    findings = []
    for row, product, share, into, credit in products[["product", "recycled_share", "recycled_into", "substitution"]].itertuples(name=None):
        wrong = []
        if share > 0.0 and product not in lasting:
            wrong.append((
                "recycled_share", f"{product} is oxidised in the period: nothing of it can be recycled", "0, or a half-life above 0",
                f"{product} 当期氧化，无可再生利用", "应为0，或半衰期大于0",
            ))
        if share > 0.0 and into and into not in lasting:
            wrong.append((
                "recycled_into", f"{into} is no class that lasts", "a product with a half-life above 0, or blank for the same class",
                f"{into} 不是长期存续的类别", "应为半衰期大于0的产品，或留空表示本类",
            ))
        if credit > 0.0 and product not in lasting:
            wrong.append((
                "substitution", f"{product} is oxidised in the period: a credit for fuel would count twice", "0: the energy side counts emissions with fuel wood in use",
                f"{product} 当期氧化：燃料替代会重复计算", "应为0：能源侧已计入薪材",
            ))
        findings += [Finding("error", PRODUCTS.name, data.cell(PRODUCTS.name, int(row), column), *words) for column, *words in wrong]
    return findings


def check_recycled(data: Data) -> list[Finding]:
    """Where a class is used, the class that it is recycled into needs a row of its own, if with share 0."""
    shares = data.frame(PRODUCT_SHARES)
    listed = list(zip(shares["region"], shares["product"], strict=True))
    regions = list(data.frame(FOREST_HARVEST)["region"])
    pools = read_pools(data.frame(PRODUCTS))
    recycled = {product: into for product, (into, _) in pools.recycled.items() if into in pools.half_life}
    return [
        Finding(
            "error", PRODUCT_SHARES.name, data.cell_where(PRODUCT_SHARES, "product", region=region, product=product),
            f"{region} has {product}, recycled into {recycled[product]}, but no row for that", f"a row {region}, {recycled[product]} (share 0 if no roundwood goes there)",
            f"{region} 有 {product}，其再生为 {recycled[product]}，但没有该类的行", f"应有 {region}、{recycled[product]} 一行（无原木进入则份额为0）",
        )
        for region, product in listed
        if region in regions and product in recycled and (region, recycled[product]) not in listed
    ]  # fmt: skip


class WoodProducts(Lever):
    """Products of the felled wood, and the timber market."""

    name = "wood_products"
    tables = (PRODUCTS, PRODUCT_SHARES, TIMBER_DEMAND)
    needs = (PRODUCTS, PRODUCT_SHARES, FOREST_HARVEST)
    checks = (check_shares, check_classes, check_recycled)
    settings = (
        Setting("timber_import_price", "CNY/m3", "number", 1100.0, low=0, en="Price of imported timber", zh="进口木材价格"),
        Setting("timber_import_leakage", "t C/m3", "number", 0.3, low=0, high=2, en="Carbon lost abroad per cubic metre imported (reported only)", zh="进口每立方米的境外碳泄漏（仅报告）"),
        COUNT_SUBSTITUTION,
    )
    items = (
        Item("wood_products", "sink", en="Wood products", zh="木质林产品", iamc=f"{REMOVAL}|Long-Lived Materials"),
        Item("wood_substitution", "sink", en="Substitution by wood products (memo)", zh="木质林产品替代减排（仅报告）"),
        Item("market", "roundwood"),
        Item("mills", "extracted_carbon", en="Mills", zh="加工厂"),
        Item("timber_imports", "money", en="Timber imports", zh="木材进口", payer=WOOD_USERS),
        Item("timber_import_leakage", "emission", en="Leakage of timber imports (memo)", zh="木材进口境外泄漏（仅报告）"),
    )
    variables = (ROUNDWOOD_SUPPLY, ROUNDWOOD_CARBON, PRODUCT_INFLOW, PRODUCT_POOL, TIMBER_IMPORTS)
    states = (
        State("roundwood_supply", ("balance_roundwood",)),
        State("roundwood_carbon", ("balance_extracted_carbon",)),
        State("product_inflow", ("product_share",)),
        State("product_pool", ("inherited_products", "product_decay"), Pool("wood_products", feeds="wood_products")),
    )
    operations = ("timber_imports",)
    grows_with = "forest"
    indicators = (
        Indicator("wood_products_sink", "million t CO2/yr", "sink", ("wood_products",), en="Sink in wood products", zh="木质林产品碳汇"),
        Indicator("wood_substitution_credit", "million t CO2/yr", "sink", ("wood_substitution",), en="CO2 avoided elsewhere by wood products (reported only)", zh="木质林产品替代减排（仅报告）"),
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
        shares = data.frame(PRODUCT_SHARES)
        self.pools = read_pools(products)
        self.inherited_years = dict(zip(lasting["product"], lasting["inherited_years"].astype(float), strict=True))
        mill_yield = dict(zip(products["product"], products["mill_yield"].astype(float), strict=True))
        keys = zip(shares["region"], shares["product"], shares["share"].astype(float), strict=True)
        self.part = {(r, p): share * mill_yield[p] for r, p, share in keys if p in self.pools.half_life}
        places = shares[["region", "product"]].itertuples(index=False, name=None)
        cell_of = dict(zip(places, b.cells(PRODUCT_SHARES, shares, "share"), strict=True))
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
        self._follow_pools()
        entering = [cell_of[place] for place in flows[["region", "product"]].itertuples(index=False, name=None)]
        b.constrain(self.product_share, flows, limit=(PRODUCT_SHARES.name, entering, "Mt C/yr"))
        b.constrain(self.inherited_products, flows.loc[flows["year"] == self.base_year, ["region", "product"]])
        b.constrain(self.product_decay, flows[flows["year"] > self.base_year])
        pool = self.product_pool.terms().assign(carbon=1.0)
        post_stock_change(data, self.ledger, pool, "carbon", item="wood_products", unit="Mt CO2/Mt C/yr")
        if data.flag(COUNT_SUBSTITUTION.name):
            later = self.product_inflow.terms().join(products, ["product"], ["substitution"])
            later = later.where(later.frame["year"] > self.base_year)
            self.ledger.supply("sink", later, PRODUCTS.column("substitution"), item="wood_substitution", memo=True)
        self._meet_demand()

    def _follow_pools(self) -> None:
        """What pools and inflows of each class become over each period, and what the inherited years made of the base year's inflow."""
        self.course = {y: self.pools.course(self.length[y]) for y in self.years}
        self.feeding = {p: [q for q in self.pools.half_life if p in self.pools.reached(q)] for p in self.pools.half_life}
        made = {q: self.pools.course(self.inherited_years[q])[1] for q in self.pools.half_life}
        self.inherited = {(p, q): made[q][p, q] for p, sources in self.feeding.items() for q in sources}

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

    @constraint(unit="Mt C/yr", kind="flow", nets="share_of_plan")
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

        With recycling, enters as in product_decay:
        product_pool[r,p,base] == sum over q of enters[p,q](inherited_years[q]) * product_inflow[r,q,base]

        For: every lasting product class.
        Unit: Mt C.
        Dual: cost of one more tonne of inherited carbon.
        Data: wood_products half_life, inherited_years, recycled_share, recycled_into.
        """
        inflows = [(self.inherited[product, q], self.product_inflow[region, q, self.base_year]) for q in self._sources(region, product)]
        return self.product_pool[region, product, self.base_year] == self.b.sum(inflows)

    @constraint(unit="Mt C")
    def product_decay(self, region: str, product: str, year: int) -> Any:
        """The carbon in a product class decays while the period's inflow enters evenly.

        product_pool[r,p,t] == product_pool[r,p,t-1] * exp(-k*n) + product_inflow[r,p,t] * (1 - exp(-k*n)) / k

        With recycling (into the class itself: the same with (1 - recycled_share[p]) * k for k):
        product_pool[r,p,t] == sum over q of stays[p,q](n) * product_pool[r,q,t-1] + enters[p,q](n) * product_inflow[r,q,t]
        stays(n) = exp(A*n),  enters(n) = integral of exp(A*s) from 0 to n,  A[q,q] = -k[q],  A[recycled_into[q],q] += recycled_share[q] * k[q]

        For: every lasting product class and year after the base year.
        Unit: Mt C.
        Dual: what one more tonne of carbon in the class at the end of the period is worth.
        Data: wood_products half_life, recycled_share, recycled_into.
        """
        stays, enters = self.course[year]
        sources = self._sources(region, product)
        left = [(stays[product, q], self.product_pool[region, q, self.before[year]]) for q in sources]
        added = [(enters[product, q], self.product_inflow[region, q, year]) for q in sources]
        return self.product_pool[region, product, year] == self.b.sum([*left, *added])

    def _sources(self, region: str, product: str) -> list[str]:
        """Classes of the region whose carbon comes to the class: itself and those recycled into it."""
        return [q for q in self.feeding[product] if (region, q) in self.part]

    @constraint(unit="km3/yr", kind="flow", steers_forest=True)
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
