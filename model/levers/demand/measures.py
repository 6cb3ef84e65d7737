"""What industry and end use can do about their CO2: the measures, how far they go, what they cost and what that cost holds.

Measures come in four stages, one after the other: less is asked for, what is made takes less, another fuel or route takes over, and what
the flue gas still holds is captured. What a measure saves is told of a unit that no other measure has changed; what it saves after others
is worked out in ``sequence``.

A cost per tonne that is net of all it spends and spares holds energy which the model prices as well. ``cost_holds`` says which, and
``measure_energy_prices`` at which price it stands in the cost: that much is taken out of the cost, and the price of the model takes its place.

Limits: fuels that industry and end use burn have no price in the model, so what a measure saves of them stays in its cost.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from ...core.data import Data
from ...core.declare.spec import Column, Complete, Finding, Table

#: Stages of abatement, one after the other.
DEMAND, EFFICIENCY, FUEL_CHANGE, CAPTURE = STAGES = ("demand", "efficiency", "fuel", "capture")
#: Energy that a measure may draw on and the model prices: columns of ``measures``, balances, and keys of the prices in costs.
ENERGIES = ("electricity", "hydrogen", "biomass")
#: Words of ``cost_holds`` besides one of the energies.
NOTHING, EVERYTHING = "none", "all"

MEASURES = Table(
    "measures",
    (
        Column("sector", "", "text", key=True, ref="industry.sector|end_use.sector", absent="unused", en="Industry sector or end use", zh="行业或终端部门"),
        Column("measure", "", "text", key=True, free=True, absent="own", en="Measure", zh="措施"),
        Column("abatement", "t CO2/unit", aggregate="first", en="CO2 avoided per unit of activity that no other measure has changed (end use: unit = t CO2 of base emissions); in a region whose units emit less than the national mean, less in proportion where a stage is given", zh="未受其他措施影响时单位活动减排（终端：单位为基准吨CO2）；给出阶段时，单位排放低于全国均值的地区按比例减少"),
        Column("captured", "1", "flag", default=0.0, aggregate="first", en="1: the CO2 is captured and needs storage", zh="1：捕集，需要封存"),
        Column("electricity", "kWh/unit", default=0.0, aggregate="first", en="Electricity added per unit (negative: saved)", zh="单位新增用电（负为节电）"),
        Column("hydrogen", "kWh/unit", low=0, default=0.0, aggregate="first", en="Hydrogen used per unit (LHV)", zh="单位用氢（低位热值）"),
        Column("biomass", "kWh/unit", low=0, default=0.0, aggregate="first", en="Biomass used per unit", zh="单位生物质"),
        Column("water", "m3/unit", default=0.0, aggregate="first", en="Water added per unit (negative: saved)", zh="单位新增用水（负为节水）"),
        Column("build_rate", "1/yr", low=0, high=1, aggregate="first", en="Fastest rise of the share a year", zh="份额年最大增幅"),
        Column("life", "yr", low=1, default=None, aggregate="first", en="Years after which what is in place is built anew (counts in the rate that build_dynamics bounds, the cost is in the cost per tonne); blank: never", zh="既有措施重建的年限（计入 build_dynamics 约束的速率，费用已含于单位减排成本）；空白为不重建"),
        Column("stage", "", "text", default="", choices=STAGES, aggregate="first", en="When it comes: demand, efficiency, fuel (or route), capture; it saves on what the earlier stages leave. Blank: on the gross emission, added to the others", zh="阶段：demand 减少需求，efficiency 效率，fuel 燃料或工艺路线，capture 捕集；按前序阶段剩余排放计减。空白：按总排放计减并与其他措施相加"),
        Column("capture_rate", "1", low=0, high=1, default=None, aggregate="first", en="Share of the flue gas that is captured where a plant captures; only of the stage capture", zh="装有捕集的装置对烟气的捕集率；仅用于 capture 阶段"),
        Column("cost_holds", "", "text", default=NOTHING, choices=(NOTHING, *ENERGIES, EVERYTHING), aggregate="first", en="Energy that the cost per tonne already holds at the price of its source: that much is taken out, the model's price takes its place", zh="单位减排成本中已按来源价格计入的能源：先扣除，再按模型价格计"),
        Column("load_use", "", "text", ref="load_uses.load_use", default="", aggregate="first", en="Use by whose shape the electricity is drawn (sheet load_uses); blank: by the shape of the region's load", zh="用电形状类别（load_uses 表）；空白则按地区负荷形状"),
    ),
    en="Measures of industry and end use", zh="工业与终端措施",
)

LOAD_USES = Table(
    "load_uses",
    (
        Column("load_use", "", "text", key=True, free=True, absent="own", en="Use of power with a shape of its own", zh="有独立负荷形状的用电"),
        Column("flexible", "1", low=0, high=1, aggregate="first", en="Share of a day's use that can be moved within the day", zh="日内可转移份额"),
        Column("most", "1", low=1, aggregate="first", en="Most that is moved to an hour, times the mean of what can be moved", zh="转移到某小时的上限（为可转移均值的倍数）"),
    ),
    en="Uses of power with a shape of their own", zh="有独立负荷形状的用电",
)

USE_SHAPE = Table(
    "use_shape",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("load_use", "", "text", key=True, ref="load_uses.load_use", absent="none", en="Use", zh="用电类别"),
        Column("slice", "", "text", key=True, ref="time_slices.slice", en="Time slice", zh="时段"),
        Column("share", "1", low=0, high=1, aggregate="mean:weight", whole=("region", "load_use"), en="Share of the year's use; sums to 1 per region and use", zh="占全年该类用电份额，合计为1"),
        Column("weight", "", low=0, en="Weight of the mean: base-year use, people or demand", zh="加权权重"),
    ),
    complete=(
        Complete(("region", "slice"), en="when the use draws its power there is not known", zh="该处用电时段未知"),
    ),
    en="When uses of power draw it", zh="分类用电时段分布",
)

MEASURE_SHARES = Table(
    "measure_shares",
    (
        Column("sector", "", "text", key=True, ref="industry.sector|end_use.sector", en="Sector", zh="部门"),
        Column("measure", "", "text", key=True, ref="measures.measure", within=("sector",), en="Measure", zh="措施"),
        Column("value", "1", low=0, high=1, base_year=True, en="Largest share; the base year's share is already in place", zh="最大份额；基年份额为已实施"),
    ),
    complete=(
        Complete(("sector", "measure"), of="measures", level="warning", en="the measure is never adopted", zh="该措施不会被采用"),
    ),
    shape="years", en="Largest share of each measure", zh="措施最大份额",
)

MEASURE_COSTS = Table(
    "measure_costs",
    (
        Column("sector", "", "text", key=True, ref="industry.sector|end_use.sector", en="Sector", zh="部门"),
        Column("measure", "", "text", key=True, ref="measures.measure", within=("sector",), en="Measure", zh="措施"),
        Column("value", "CNY/t CO2", en="Cost per tonne avoided, capital in it, fuel saved taken off; which energy it holds says measures.cost_holds", zh="单位减排成本（含资本，已扣节约燃料）；所含能源见 measures.cost_holds"),
    ),
    complete=(
        Complete(("sector", "measure"), of="measures", always=True, en="what the measure costs is not known", zh="该措施成本未知"),
    ),
    shape="years", en="Cost of each measure", zh="措施成本",
)

MEASURE_ENERGY_PRICES = Table(
    "measure_energy_prices",
    (
        Column("energy", "", "text", key=True, choices=ENERGIES, absent="unused", en="Energy", zh="能源"),
        Column("value", "CNY/MWh", low=0, en="Price at which the costs of measures hold it", zh="措施成本所含的价格"),
    ),
    shape="years", en="Prices of energy inside the costs of measures", zh="措施成本中的能源价格",
)

MEASURE_CAPS = Table(
    "measure_caps",
    (
        Column("sector", "", "text", key=True, ref="industry.sector|end_use.sector", absent="unlimited", en="Sector", zh="部门"),
        Column("cap", "", "text", key=True, free=True, absent="own", en="Name of the joint cap", zh="联合上限名称"),
        Column("measure", "", "text", key=True, ref="measures.measure", within=("sector",), absent="unlimited", en="Measure under the cap", zh="措施"),
        Column("weight", "1", low=0, aggregate="first", en="Weight of the measure's share", zh="份额权重"),
    ),
    en="Joint caps: weighted shares under one cap sum to at most 1", zh="联合上限：加权份额之和不超过1",
)


def check_caps(data: Data) -> list[Finding]:
    """A joint cap over a single measure caps nothing together: most likely its name or its measure is misspelt."""
    caps = data.frame(MEASURE_CAPS)
    alone = caps[caps.groupby(["sector", "cap"])["measure"].transform("size") == 1]
    return [
        Finding(
            "warning", MEASURE_CAPS.name, data.cell(MEASURE_CAPS.name, int(row.Index), "cap"), f"the cap {row.cap} of {row.sector} holds {row.measure} alone",
            "two or more measures that share a cap, or no row", f"{row.sector} 的联合上限 {row.cap} 只含 {row.measure}", "应有两项以上措施共用，或删除该行",
        )
        for row in alone.itertuples()
        if float(row.weight) <= 1.0
    ]  # fmt: skip


def check_stages(data: Data) -> list[Finding]:
    """Measures of a sector know their stage, what captures is of the last one, and its rate is given."""
    table = data.frame(MEASURES)
    captures, last = table["captured"].astype(float) > 0.0, table["stage"] == CAPTURE
    found = [_unstaged(data, table)] if (_several(table) & (table["stage"] == "")).any() else []
    for row in table[captures & ~last & (table["stage"] != "")].itertuples():
        found.append(_at(data, row.Index, "stage", f"{row.measure} of {row.sector} captures", f"stage {CAPTURE}", f"{row.sector} 的 {row.measure} 为捕集", f"阶段应为 {CAPTURE}"))
    for row in table[last & ~captures].itertuples():
        found.append(_at(data, row.Index, "captured", f"{row.measure} of {row.sector} is of the stage {CAPTURE} and captures nothing", "1", f"{row.sector} 的 {row.measure} 属捕集阶段但未捕集", "应为1"))
    for row in table[last & table["capture_rate"].isna()].itertuples():
        found.append(_at(data, row.Index, "capture_rate", f"how much of its flue gas {row.measure} of {row.sector} captures is not known", "a share", f"{row.sector} 的 {row.measure} 捕集率未知", "应填份额"))
    return found


def _several(table: pd.DataFrame) -> pd.Series:
    """Whether the sector of a row has more than one measure."""
    return table.groupby("sector")["measure"].transform("size") > 1


def _unstaged(data: Data, table: pd.DataFrame) -> Finding:
    blank = table[_several(table) & (table["stage"] == "")]
    names = ", ".join(dict.fromkeys(blank["sector"]))
    return Finding(
        "warning", MEASURES.name, data.cell(MEASURES.name, int(blank.index[0]), "stage"), f"measures without a stage: {names}; what they save is added up on the gross emission",
        f"one of {', '.join(STAGES)}", f"未注明阶段的措施：{names}；其减排按总排放相加", f"应为 {'、'.join(STAGES)} 之一",
    )  # fmt: skip


def _at(data: Data, row: object, column: str, message: str, expected: str, zh: str, zh_expected: str) -> Finding:
    return Finding("error", MEASURES.name, data.cell(MEASURES.name, int(str(row)), column), message, expected, zh, zh_expected)


def held_in(word: str) -> tuple[str, ...]:
    """The energies that a cost holds, by its word in ``cost_holds``."""
    return ENERGIES if word == EVERYTHING else tuple(energy for energy in ENERGIES if energy == word)


def check_cost_holds(data: Data) -> list[Finding]:
    """Energy that stands in the cost of a measure can only be taken out at a price."""
    table, priced = data.frame(MEASURES), set(data.frame(MEASURE_ENERGY_PRICES)["energy"])
    found = []
    for place, measure in table.to_dict("index").items():
        lacking = [energy for energy in held_in(str(measure["cost_holds"])) if float(measure[energy]) != 0.0 and energy not in priced]
        if lacking:
            names, of = ", ".join(lacking), f"{measure['measure']} of {measure['sector']}"
            found.append(_at(
                data, place, "cost_holds", f"the cost of {of} holds {names}, but at no known price", f"a row of {MEASURE_ENERGY_PRICES.name}",
                f"{measure['sector']} 的 {measure['measure']} 成本含 {names}，但价格未知", f"应在 {MEASURE_ENERGY_PRICES.name} 中列出",
            ))  # fmt: skip
    return found


def measure_rows(data: Data, told: pd.DataFrame, sectors: pd.Series) -> npt.NDArray[np.bool_]:
    """Which rows (sector, measure) are measures listed for one of the sectors."""
    listed = data.frame(MEASURES)
    own = pd.MultiIndex.from_frame(listed.loc[listed["sector"].isin(sectors), ["sector", "measure"]])
    return pd.MultiIndex.from_frame(told[["sector", "measure"]]).isin(own)
