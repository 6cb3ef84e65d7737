"""The tables of the diversion, what they must hold, what it posts, and how its investment is spread over the periods.

Limits: nothing is decided or posted here; that is the lever ``diversion``.
"""

from __future__ import annotations

import math

import pandas as pd

from ...core.data import Data
from ...core.declare.iamc import NOWHERE, WITHDRAWAL
from ...core.declare.roles import LAND_USERS, WATER_USERS, Item
from ...core.declare.spec import FIRST_YEAR, LAST_YEAR, Column, Complete, Finding, Table

#: Land class that a use of opened land belongs to.
CLASS_OF_USE = {"grass": "grassland", "farm": "cropland", "forest": "forest_land"}
#: Uses that are irrigated and held by this lever, with their item of land.
IRRIGATED = {"grass": "irrigated_grass", "farm": "irrigated_farm"}

DIVERSION_PHASES = Table(
    "diversion_phases",
    (
        Column("phase", "", "text", key=True, free=True, absent="own", en="Phase", zh="期"),
        Column("volume", "million m3/yr", low=0, aggregate="first", en="Water diverted when whole", zh="调水规模"),
        Column("loss", "1", low=0, high=1, aggregate="first", en="Share lost or kept in the stream", zh="损失与河道内留存比例"),
        Column("earliest_year", "calendar year", "integer", low=FIRST_YEAR, high=LAST_YEAR, aggregate="first", en="Earliest milestone year in operation", zh="最早投运年"),
        Column("construction_years", "yr", low=1, aggregate="first", en="Years of construction over which the cost is spread", zh="建设年数（投资分摊）"),
        Column("investment", "bn CNY", low=0, aggregate="first", en="Investment", zh="投资"),
        Column("operation_cost", "bn CNY/yr", low=0, aggregate="first", en="Operation and maintenance a year when whole", zh="年运行维护费"),
        Column("asset_life", "yr", low=1, aggregate="first", en="Life of the works, for the value left at the horizon", zh="工程寿命（计算期末残值）"),
        Column("donor_zone", "", "text", ref="water_zones.water_zone", aggregate="first", en="Water zone it takes from", zh="调出水资源区"),
        Column("hydropower_lost", "kWh/m3", low=0, aggregate="first", en="Hydropower lost in the donor basin", zh="调出区水电损失"),
        Column("hydropower_gained", "kWh/m3", low=0, aggregate="first", en="Hydropower gained downstream", zh="受水区下游水电增益"),
        Column("operation_power", "kWh/m3", low=0, high=20, default=0.0, aggregate="first", en="Power that works and pumps take per cubic metre delivered", zh="单位受水运行用电"),
        Column("opened_land", "kha", low=0, aggregate="first", en="Most irrigated land that may be opened", zh="新增灌区面积上限"),
    ),
    en="Phases of the West-line diversion", zh="西线调水分期",
)

DIVERSION_RECEIVERS = Table(
    "diversion_receivers",
    (
        Column("phase", "", "text", key=True, ref="diversion_phases.phase", en="Phase", zh="期"),
        Column("water_zone", "", "text", key=True, absent="none", ref="water_zones.water_zone", en="Receiving zone", zh="受水区"),
        Column("min_share", "1", low=0, high=1, en="Least share of the water delivered", zh="最小受水份额"),
        Column("max_share", "1", low=0, high=1, en="Largest share of the water delivered", zh="最大受水份额"),
    ),
    complete=(
        Complete(("phase",), of="diversion_phases", always=True, en="nobody receives or pays for the phase", zh="该期无受水区，也无人付费"),
    ),
    en="Who receives the diverted water", zh="受水份额",
)

OPENED_LAND = Table(
    "opened_land",
    (
        Column("phase", "", "text", key=True, absent="none", ref="diversion_phases.phase", en="Phase", zh="期"),
        Column("region", "", "text", key=True, absent="none", ref="regions.region", en="Region", zh="地区"),
        Column("water_zone", "", "text", key=True, absent="none", ref="water_zones.water_zone", en="Water zone", zh="水资源区"),
        Column("use", "", "text", key=True, absent="none", choices=("grass", "farm", "forest"), en="Use of the opened land", zh="用途"),
        Column("share", "1", low=0, high=1, aggregate="sum", en="Share of the phase's opened land", zh="占新增灌区份额"),
        Column("irrigation", "m3/ha/yr", low=0, aggregate="first", en="Gross irrigation", zh="毛灌溉定额"),
        Column("opening_cost", "CNY/ha", low=0, aggregate="first", en="Cost of opening (levelling, channels)", zh="开垦配套成本"),
        Column("income", "CNY/ha/yr", low=0, aggregate="first", en="Net income of the land", zh="净收益"),
        Column("forage", "t DM/ha/yr", low=0, aggregate="first", en="Forage it yields", zh="产草量"),
        Column("land_type", "", "text", ref="afforestation_land.land_type", within=("region", "water_zone"), default="", aggregate="first", en="Afforestation land type it adds to (use forest)", zh="增加的造林地类型（林地）"),
    ),
    en="Irrigated land opened by the diversion, in the project's proportions", zh="调水新增灌区（按工程比例）",
)

CANAL_CORRIDOR = Table(
    "canal_corridor",
    (
        Column("phase", "", "text", key=True, absent="none", ref="diversion_phases.phase", en="Phase", zh="期"),
        Column("region", "", "text", key=True, absent="none", ref="regions.region", en="Region", zh="地区"),
        Column("area", "kha", low=0, en="Canal surface that may carry panels", zh="可布设光伏的渠面"),
        Column("from_class", "", "text", default="unused", choices=("unused", "cropland", "grassland"), aggregate="first", en="Land class that the canal is dug into", zh="渠道占用的原地类"),
    ),
    en="Canal surface that the diversion brings", zh="调水渠道水面",
)

#: Largest sum of the shares of a phase's opened land: shares are entered with three digits.
WHOLE_SHARE = 1.005

#: Items of the water balance: what is taken, delivered, and used on opened land.
TAKEN, GIVEN, IRRIGATION = "west_line_withdrawal", "west_line_delivery", "west_line_irrigation"
#: Item and class of the land that canals bring.
CANAL, CORRIDOR = "canal", "canal_corridor"

DIVERSION_ITEMS = (
    Item(TAKEN, "water", en="West line: taken", zh="西线调出", iamc=NOWHERE),
    Item(GIVEN, "water", en="West line: delivered", zh="西线受水", iamc=NOWHERE),
    Item(IRRIGATION, "water", en="West line: irrigation", zh="西线灌溉", iamc=f"{WITHDRAWAL}|Agriculture|Opened Land"),
    Item("west_line_water_value", "money", en="West line: value given to its water", zh="西线受水附加价值", payer=WATER_USERS),
    Item("west_line_operation", "money", en="West line: operation", zh="西线调水运行维护", payer=WATER_USERS),
    Item("west_line_investment", "money", en="West line: investment", zh="西线调水投资", payer=WATER_USERS),
    Item("west_line_residual_value", "money", en="West line: value left at the end", zh="西线调水残值", payer=WATER_USERS),
    Item("west_line_hydropower_lost", "electricity", en="West line: hydropower lost", zh="西线调出区水电损失"),
    Item("west_line_hydropower_gained", "electricity", en="West line: hydropower gained", zh="西线下游水电增益"),
    Item("west_line_operation_power", "electricity", en="West line: power of operation", zh="西线运行用电"),
    Item(CANAL, "land", en="Canals of the diversion", zh="调水渠道"),
    Item("land_opened", ("land", "offered_land"), en="Opened land", zh="新开垦土地"),
    Item("irrigated_grass", "land", en="Irrigated grass", zh="灌溉草地"),
    Item("irrigated_farm", "land", en="Irrigated fields", zh="灌溉农田"),
    Item("irrigated_grass_forage", "forage", en="Forage of irrigated grass", zh="灌溉草地产草"),
    Item("irrigated_land_income", "money", en="Income of irrigated land", zh="灌区净收益", payer=LAND_USERS),
    Item("land_opening", "money", en="Opening of irrigated land", zh="灌区开垦配套", payer=LAND_USERS),
)


def check_phase_shares(data: Data) -> list[Finding]:
    """The shares of a phase must leave a way to share out its water, and open no more land than the phase."""
    receivers, opened = data.frame(DIVERSION_RECEIVERS), data.frame(OPENED_LAND)
    findings = []
    for phase in data.frame(DIVERSION_PHASES)["phase"]:
        shares = receivers[receivers["phase"] == phase]
        least, most = float(shares["min_share"].sum()), float(shares["max_share"].sum())
        if len(shares) and (least > WHOLE_SHARE or most < 1.0):
            findings.append(Finding(
                "error", DIVERSION_RECEIVERS.name, data.cell_where(DIVERSION_RECEIVERS, "min_share" if least > WHOLE_SHARE else "max_share", phase=str(phase)),
                f"the shares of phase {phase} can not be met", f"least shares that add up to 1 at most (now {least:.4g}), largest to 1 at least (now {most:.4g})",
                f"{phase} 期的份额无法满足", f"最小份额合计不超过1（现为 {least:.4g}），最大份额合计不小于1（现为 {most:.4g}）",
            ))
        whole = float(opened.loc[opened["phase"] == phase, "share"].sum())
        if whole > WHOLE_SHARE:
            findings.append(Finding(
                "error", OPENED_LAND.name, data.cell_where(OPENED_LAND, "share", phase=str(phase)),
                f"the shares of phase {phase} add up to more than 1 ({whole:.4g})", "shares of the opened land of a phase that add up to 1",
                f"{phase} 期的份额合计为 {whole:.4g}，大于1", "同一期新增灌区份额合计应为1",
            ))
    return findings


def investment_rows(data: Data, work: pd.Series, year: int) -> list[tuple[int, float, float]]:
    """Yearly spending and residual value (bn CNY/yr) per unit of what is built of a phase in ``year``, by year of the money.

    ``work`` is the row of the phase. What comes into operation in a year is the increase of what is built; hence each unit
    pays as an increase of its own year and takes back the increase of the next.
    """
    years = data.years
    following = years[years.index(year) + 1] if year != years[-1] else None
    rows = []
    for paid_in in years:
        spending, residual = _increment(data, work, year, paid_in)
        if following is not None:
            next_spending, next_residual = _increment(data, work, following, paid_in)
            spending, residual = spending - next_spending, residual - next_residual
        rows.append((paid_in, spending, residual))
    return rows


def _increment(data: Data, work: pd.Series, operates: int, paid_in: int) -> tuple[float, float]:
    """Yearly spending and residual value in period ``paid_in`` of a phase wholly in operation from ``operates``."""
    investment, building = float(work["investment"]), float(work["construction_years"])
    years, length = data.years, data.length(paid_in)
    # What would have been spent before the base year is charged to the first period: nothing is for free.
    start = -math.inf if paid_in == years[0] else data.previous(paid_in)
    spent = max(0.0, min(paid_in, operates) - max(start, operates - building)) / building
    residual = 0.0
    if paid_in == years[-1]:
        left = max(0.0, 1.0 - (paid_in - operates) / float(work["asset_life"]))
        # The value stands at the end of the last period, money of a period is discounted to its middle.
        to_end = (1.0 + data.number("discount_rate")) ** (-length / 2)
        residual = investment * left * to_end / length
    return investment * spent / length, residual
