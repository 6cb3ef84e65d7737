"""Where the timber goes: products that hold carbon, the timber market, and imports."""

from __future__ import annotations

from ..core.spec import Column, Setting, Table

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
