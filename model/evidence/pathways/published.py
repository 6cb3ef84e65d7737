"""Published national pathways, as rows of the workbook: one study, one quantity, one year in a row; bands are made of them when the plan is told.

A study is added by adding its rows, and one that is doubted is switched off: no band has to be worked out again by hand.

Limits: the rows steer nothing in the model; figures are of the nation and stay as published, definitions included.
"""

from __future__ import annotations

from ...core.declare.schema import Evidence
from ...core.declare.spec import FIRST_YEAR, LAST_YEAR, Column, Table

#: What a row is: a path of a study, an aim of a government, or what happened (which makes other rows outdated).
PATHWAY, POLICY, OBSERVED = KINDS = ("pathway", "policy", "observed")
#: How a figure was had: read where it was published, worked out from such figures, or written down from memory.
SEEN = ("seen", "computed", "recalled")
#: What of ours stands beside the figure; ``ours.QUANTITIES`` says for each where it is found, in which unit, or why it is not.
QUANTITIES = (
    "co2", "net_co2", "co2_change_2019", "co2_change_2020", "co2_change_2023", "generation", "load", "capacity", "capacity_added_2024",
    "capacity_added_2025", "share_generation", "share_capacity", "share_primary", "primary_energy", "final_energy", "fuel_demand",
    "fuel_change", "hydrogen", "capture", "land_sink", "land_sink_cumulative", "co2_price", "co2_intensity_change", "ghg_change",
    "against_no_policy",
)  # fmt: skip
#: Of what: sectors, technologies and groups of them, fuels.
SECTORS = ("total", "total_before_capture", "power", "power_and_heat", "heat", "industry", "buildings", "transport", "final_consumption")
TECHNOLOGIES = (
    "coal", "coal_unabated", "coal_ccs", "coal_power_only", "gas", "gas_ccs", "chp_ccs", "biomass", "beccs", "nuclear", "hydro", "pumped_hydro",
    "wind", "wind_offshore", "solar", "wind_and_solar", "renewables", "non_fossil",
)  # fmt: skip
ITEMS = (*SECTORS, *TECHNOLOGIES, "fossil", "oil", "forest", "final_energy", "captured_share")
#: What a total of CO2 counts, where studies differ; each band tells whose.
DEFINITIONS = ("energy", "energy_process", "all_co2", "before_capture", "before_sinks")
UNITS = ("Mt CO2/yr", "Mt CO2", "TWh/yr", "GW", "%", "EJ", "PJ", "Gtce", "Mtce", "Mt H2", "mb/d", "bcm", "Mt", "CNY/t CO2")

#: What the report draws, and tells at every milestone, published or not.
DRAWN = (
    ("co2", "power"), ("generation", "coal"), ("co2", "total"), ("net_co2", "total"), ("capacity", "wind"), ("capacity", "solar"),
    ("capacity", "wind_and_solar"), ("capacity", "nuclear"), ("load", "total"), ("capture", "total"), ("land_sink", "total"), ("co2_price", "total"),
)  # fmt: skip

PUBLISHED_PATHWAYS = Table(
    "published_pathways",
    (
        Column("kind", "", "text", key=True, absent="untold", choices=KINDS, en="pathway: of a study; policy: an aim; observed: what happened", zh="pathway研究路径，policy政策目标，observed实际值"),
        Column("quantity", "", "text", key=True, absent="untold", choices=QUANTITIES, en="Quantity of ours that stands beside it", zh="对照的本模型量"),
        Column("item", "", "text", key=True, absent="untold", choices=ITEMS, like_total=True, en="Sector, technology or fuel", zh="行业、技术或燃料"),
        Column("study", "", "text", key=True, free=True, absent="own", en="Key of the study and its scenario", zh="研究及情景代码"),
        Column("year", "calendar year", "integer", key=True, absent="own", low=FIRST_YEAR, high=LAST_YEAR, en="Year of the figure", zh="年份"),
        Column("study_name", "", "text", free=True, default="", aggregate="first", en="Its name in the report; blank: the key", zh="报告中的名称；空白则用代码"),
        Column("low", "1", default=None, aggregate="first", en="Lower end of a range; alone: at least", zh="区间下限；单独填写表示至少"),
        Column("value", "1", default=None, aggregate="first", en="Figure, or median of a range", zh="数值或区间中位数"),
        Column("high", "1", default=None, aggregate="first", en="Upper end of a range; alone: at most", zh="区间上限；单独填写表示至多"),
        Column("figure_unit", "", "text", choices=UNITS, aggregate="first", en="Unit of the figures", zh="数值单位"),
        Column("definition", "", "text", choices=DEFINITIONS, default="", aggregate="first", en="What a total of CO2 counts; blank: as the item says", zh="CO2总量口径；空白则同对象"),
        Column("seen", "", "text", choices=SEEN, default="seen", aggregate="first", en="seen: read where published; computed: from such figures; recalled: from memory, look it up before quoting", zh="seen已查阅，computed由此计算，recalled凭记忆（引用前须核对）"),
    ),
    en="Published national pathways, aims and what happened, beside ours in the report", zh="已发表的全国路径、目标与实际值（报告对照）",
)  # fmt: skip

PATHWAYS = Evidence("published_pathways", (PUBLISHED_PATHWAYS,), order=1)
