"""The sheets of carbon markets, and what is decided in them.

A cap is an amount a year and no share of what was emitted: what power emits in the base year follows from its dispatch, which is
decided like that of any other year, so a share of it would be a cap that the plan could raise. A benchmark is a share: the mean
emission of a unit made in the base year is known from the sheet ``industry``.

Limits: declarations; what is made of them stands in ``market``.
"""

from __future__ import annotations

from ...core.declare.spec import FIRST_YEAR, LAST_YEAR, Column, Setting, Table, Variable
from ..payments.entitled import RULES

CARBON_MARKETS = Table(
    "carbon_markets",
    (
        Column("market", "", "text", key=True, free=True, absent="own", en="Name of the market", zh="市场名称"),
        Column("scope", "", "text", default="nation", ref="regions.region|group:{regions.region_group}", choices=("nation",), aggregate="first", en="Whose emissions it covers: nation, group:west, group:industrial, group:developed or a region", zh="覆盖范围：nation、group:加地区类别，或地区代码"),
        Column(
            "rule", "", "text", choices=RULES, aggregate="first",
            en="How allowances are given: grandfathered, per_gdp, per_head: the cap (sheet market_cap) by emissions of the base year, product or people; benchmark: for each unit made (sheet market_benchmark)",
            zh="配额分配：grandfathered、per_gdp、per_head 将总量（market_cap 表）按基年排放、生产总值或人口分配；benchmark 按产量（market_benchmark 表）",
        ),
        Column("from_year", "calendar year", "integer", default=None, low=FIRST_YEAR, high=LAST_YEAR, aggregate="first", en="First milestone year of the market; blank: the first of the plan", zh="首个里程碑年；空白为规划首期"),
        Column("until_year", "calendar year", "integer", default=None, low=FIRST_YEAR, high=LAST_YEAR, aggregate="first", en="Last milestone year of the market; blank: to the end", zh="最后里程碑年；空白为直至期末"),
        Column("trade", "1", "flag", default=1.0, aggregate="first", en="1: allowances may move between the regions of its scope", zh="1：配额可在范围内地区间转让"),
        Column("banking", "1", "flag", default=0.0, aggregate="first", en="1: allowances that are left may be used in later periods of the market", zh="1：结余配额可结转至以后时期"),
        Column("credit_share", "1", low=0, high=1, default=0.0, aggregate="first", en="Most of what is surrendered in a region that may be credits of sinks", zh="清缴中可用碳汇信用的最高比例"),
        Column("price", "CNY/t CO2", default=None, low=0, aggregate="first", en="Price at which allowances and credits are settled; blank: the price of the market", zh="配额与信用的结算价格；空白为市场自身价格"),
    ),
    en="Carbon markets that hold the plan, each with a switch (optional)", zh="约束方案的碳市场（可逐条开关，可选）",
)  # fmt: skip
MARKET_COVERAGE = Table(
    "market_coverage",
    (
        Column("market", "", "text", key=True, ref="carbon_markets.market", absent="own", en="Market", zh="市场"),
        Column("item", "", "text", key=True, ref="industry.sector|end_use.category", posted="emission", absent="neutral", en="Emission that is covered, as posted to the account of emissions", zh="覆盖的排放项目（排放账户所记）"),
        Column("captured", "", "text", default="", posted="captured", of_kind="reduces", aggregate="first", en="Capture at its plants that lowers what is covered, as posted to the account of captured CO2; blank: none", zh="可扣减的捕集项目（捕集账户所记，仅其装置部分）；空白为无"),
    ),
    en="What a market covers: which emissions, and which capture lowers them (optional)", zh="碳市场覆盖的排放与可扣减的捕集（可选）",
)  # fmt: skip
MARKET_CAP = Table(
    "market_cap",
    (
        Column("market", "", "text", key=True, ref="carbon_markets.market", absent="own", en="Market", zh="市场"),
        Column("value", "Mt CO2/yr", low=0, en="Allowances of a year that are shared out", zh="每年分配的配额总量"),
    ),
    shape="years", en="Cap of a market, by year (optional; for every rule but benchmark)", zh="碳市场总量（可选；benchmark 以外的规则）",
)  # fmt: skip
MARKET_BENCHMARK = Table(
    "market_benchmark",
    (
        Column("market", "", "text", key=True, ref="carbon_markets.market", absent="own", en="Market", zh="市场"),
        Column("value", "1", low=0, en="Benchmark as a share of the mean emission of a unit made in the base year", zh="基准值占基年全国平均单位排放的比例"),
    ),
    shape="years", en="Benchmark of a market, by year (optional; for the rule benchmark)", zh="碳市场基准值（可选；benchmark 规则）",
)  # fmt: skip
SINK_CREDITS = Table(
    "sink_credits",
    (
        Column("item", "", "text", key=True, posted="sink", of_kind="added", absent="none", en="Sink that is credited: one that exists through levers alone", zh="可签发信用的碳汇项目（仅由措施产生）"),
        Column("buffer", "1", low=0, high=1, default=0.0, aggregate="first", en="Share of it that is withheld", zh="扣留比例"),
    ),
    en="Which sinks may be sold as credits in carbon markets (optional)", zh="可在碳市场出售的碳汇信用（可选）",
)  # fmt: skip
TABLES = (CARBON_MARKETS, MARKET_COVERAGE, MARKET_CAP, MARKET_BENCHMARK, SINK_CREDITS)

CREDIT_PRICE = Setting(
    "credit_price", "CNY/t CO2", "number", None, low=0, high=100000, source="OWN_EST", quality="estimate",
    en="Price of a credit with which funds begin that take a share of its revenue (funds.credit_share); it is then brought to that of the market. Blank: no fund gets any",
    zh="资金（funds.credit_share）所计信用收入的起始价格，随后调整至市场价格；空白则不计",
)  # fmt: skip

PLACE = ("market", "region", "year")
BOUGHT = Variable("allowances_bought", PLACE, "Mt CO2/yr", low=None, en="Allowances bought less sold", zh="净购入配额")
BANKED = Variable("allowances_banked", PLACE, "Mt CO2", en="Allowances kept for later periods", zh="结转配额")
SOLD = Variable("credits_sold", PLACE, "Mt CO2/yr", en="Credits of sinks sold", zh="售出碳汇信用")
USED = Variable("credits_used", PLACE, "Mt CO2/yr", en="Credits of sinks surrendered", zh="清缴所用碳汇信用")
CREDITABLE = Variable("creditable_removal", ("region", "year"), "Mt CO2/yr", low=None, en="Removal that may be sold as credits", zh="可作为信用出售的碳移除")
VARIABLES = (BOUGHT, BANKED, SOLD, USED, CREDITABLE)
#: What regions sell one another in a market, and the result table that tells it.
ALLOWANCE, CREDIT, RESULT = "carbon_allowance", "carbon_credit", "carbon_market"
