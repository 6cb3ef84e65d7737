"""The sheets of the funds: how much money each has where, what it may pay, and what a region must add.

Two funds need no row: ``public_budget``, the public money of a region that is tied to nothing (sheet ``ecological_budget``), and
``social_capital``, which joins public money. A row of ``funds`` with their name sets what it fills in.

Limits: money of a fund is a number of the workbook and does not answer to the plan, but for what it gets of credits; one list of payable
items for all regions.
"""

from __future__ import annotations

from ...core.declare.roles import PAYERS
from ...core.declare.spec import Column, Complete, Setting, Table

PUBLIC, SOCIAL = "public_budget", "social_capital"
#: Funds that every workbook has, and that may pay every ecological item.
BUILT_IN = (PUBLIC, SOCIAL)
CENTRAL, LOCAL, PROGRAMME = "central", "local", "programme"
#: Levels whose money is public: social capital and loans join it.
PUBLIC_LEVELS = (CENTRAL, LOCAL, PROGRAMME)
LEVELS = (*PUBLIC_LEVELS, "user", "firm", "social", "loan")
ECOLOGICAL, AS_DECLARED = "ecological", "market"
#: The purpose of a fund that is tied to nothing.
ANY = "any"
#: Item of what somebody pays who is no fund, and of what is left to them where income exceeds spending.
USERS, SURPLUS = "users", "surplus"

ECOLOGICAL_BUDGET = Table(
    "ecological_budget",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("value", "bn CNY/yr", low=0, en="Public money a year for ecological measures that is tied to no programme", zh="未限定专项的生态措施年财政资金"),
    ),
    complete=(
        Complete(("region",), en="nobody there can pay for ecological measures", zh="该地区生态措施无人付费"),
    ),
    shape="years", en="Public ecological budget", zh="生态财政预算",
)
COST_FUNDS = Table(
    "cost_funds",
    (
        Column("item", "", "text", key=True, ref="{sited_technologies.class}_cost|{thermal_technologies.class}_cost", posted="money", absent="neutral", en="Cost item as posted to the money account", zh="成本项目"),
        Column(
            "fund", "", "text", choices=(ECOLOGICAL, AS_DECLARED, *PAYERS), aggregate="first",
            en="ecological: payable from the ecological funds (sheets funds, payable); market: by who pays it by declaration; or another payer",
            zh="ecological：由生态资金支付（见 funds、payable 表）；market：由声明的付费者支付；或另行指定付费者",
        ),
    ),
    en="Which cost is payable from which fund", zh="成本与资金来源对应",
)  # fmt: skip
FUNDS = Table(
    "funds",
    (
        Column("fund", "", "text", key=True, free=True, unposted="money", absent="own", en="Fund; public_budget and social_capital exist without a row", zh="资金；public_budget 与 social_capital 无需列出"),
        Column("level", "", "text", choices=LEVELS, aggregate="first", en="Whose money it is; central, local and programme are public, user, firm, social and loan are not", zh="资金层级；central、local、programme 为财政资金，user、firm、social、loan 则不是"),
        Column("premium", "1", low=0, high=2, default=None, aggregate="first", en="Cost on top of each yuan it pays; blank: none, of social_capital the setting social_premium", zh="每支付一元的附加成本；留空为零，social_capital 则取设置 social_premium"),
        Column("multiple", "1", low=0, high=10, default=None, aggregate="first", en="Most it pays for each yuan of public money beside it; blank: no such limit, of social_capital the setting social_multiple", zh="相对同期财政资金的最大倍数；留空则无此限制，social_capital 则取设置 social_multiple"),
        Column("carry_over", "1", low=0, high=1, default=0.0, aggregate="first", en="Share of what a period leaves unspent that may be spent in the next", zh="本期结余可结转至下期的比例"),
        Column("credit_share", "1", low=0, high=1, default=None, aggregate="first", en="Share of what a region earns with credits of sinks (carbon_markets) that enters the fund there; blank: none", zh="地区碳汇信用收入（carbon_markets）中计入该资金的比例；留空为无"),
    ),
    en="Funds for ecological measures, by level (optional)", zh="分层级的生态资金（可选）",
)
FUND_MONEY = Table(
    "fund_money",
    (
        Column("fund", "", "text", key=True, ref="funds.fund", absent="unlimited", en="Fund", zh="资金"),
        Column("region", "", "text", key=True, ref="regions.region", absent="none", en="Region; a fund that has rows pays nothing where it has none", zh="地区；已列出资金在未列地区不支付"),
        Column("value", "bn CNY/yr", low=0, en="Money of the fund a year", zh="年资金量"),
    ),
    shape="years", en="Money of the funds by region (optional)", zh="各地区分项资金量（可选）",
)
PAYABLE = Table(
    "payable",
    (
        Column("item", "", "text", key=True, ref="cost_funds.item", absent="unpaid", en="Cost item, marked ecological in cost_funds", zh="成本项目（在 cost_funds 中标为 ecological）"),
        Column("fund", "", "text", key=True, ref="funds.fund", absent="neutral", en="Fund that may pay it; a fund without any row may pay every ecological item", zh="可支付的资金；未列出的资金可支付全部生态项目"),
        Column("local_share", "1", low=0, high=0.95, default=0.0, aggregate="first", en="Least share of it that the region's own budget adds, before its capacity", zh="地方配套最低比例（按财力折减前）"),
    ),
    en="What may be paid from which fund, and with which local share (optional)", zh="各资金可支付项目与地方配套比例（可选）",
)
FISCAL_CAPACITY = Table(
    "fiscal_capacity",
    (
        Column("region", "", "text", key=True, ref="regions.region", absent="neutral", en="Region; where none is given the local share is asked in full", zh="地区；未列出则全额配套"),
        Column("revenue", "bn CNY/yr", low=0, en="Own public revenue", zh="地方一般公共预算收入"),
        Column("expenditure", "bn CNY/yr", low=0, en="Public expenditure", zh="地方一般公共预算支出"),
    ),
    en="What a region can add of its own: revenue over expenditure (optional)", zh="地方财力：收入与支出之比（可选）",
)

SOCIAL_MULTIPLE = Setting(
    "social_multiple", "1", "number", 1.0, low=0, high=10, source="EXPERT", quality="estimate",
    en="Most social capital per public money", zh="社会资本与财政资金最大倍数",
)
SOCIAL_PREMIUM = Setting(
    "social_premium", "1", "number", 0.15, low=0, high=2, source="EXPERT", quality="estimate",
    en="Premium that social capital wants on each yuan it pays", zh="社会资本溢价率",
)
UNTIED_PRICE = Setting(
    "untied_money_price", "1", "number", 1e-4, low=0, high=0.1, source="OWN_EST", quality="estimate",
    en="Price on public money that is tied to nothing, in the objective alone, so that programmes are spent first; more for each next fund of the sheet",
    zh="未限定专项的财政资金在目标函数中的价格，使专项资金先用；按 funds 表次序递增",
)
CREDIT_TOLERANCE = Setting(
    "credit_tolerance", "1", "number", 1e-3, low=1e-6, high=0.5, source="OWN_EST", quality="estimate",
    en="Share of it by which the credit revenue that funds count on may differ from that at the price of the market", zh="资金所计信用收入与市场价格下收入的允许相对偏差",
)
#: What the room brings beside the built-in funds.
TABLES = (FUNDS, FUND_MONEY, PAYABLE, FISCAL_CAPACITY)
