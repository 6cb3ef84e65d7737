"""Where and when felling is allowed at all, and the optional phases of planting and felling.

The paper's roadmap has three phases: planting leads, both in step, felling leads. A row of ``roadmap_phases`` makes one of
them a rule; without rows the plan is free and the report says which phase each region is in.

Limits: a start of felling counts from the milestone year of a period: it is not split inside the period. Phases hold decided periods.
"""

from __future__ import annotations

import pandas as pd

from ....core.data import Data, regions_in
from ....core.declare.spec import FIRST_YEAR, LAST_YEAR, Column, Finding, Setting, Table
from ....core.ledger import Ledger, Terms
from ..stands import Stands
from ..tables import FOREST_CONVERSIONS, ORIGINS, stratum_name

EVERY_ORIGIN = "all"
SENSES = ("at_most", "at_least")

FELLING_START = Table(
    "felling_start",
    (
        Column("region", "", "text", key=True, absent="unlimited", ref="regions.region", en="Region", zh="地区"),
        Column("origin", "", "text", key=True, absent="unlimited", choices=(*ORIGINS, EVERY_ORIGIN), default=EVERY_ORIGIN, en="Origin, or all", zh="起源，或all"),
        Column("first_year", "calendar year", "integer", low=FIRST_YEAR, high=LAST_YEAR, aggregate="max", en="Year before which nothing is felled there: pilot regions start early, the others later", zh="此年之前不采伐：试点地区先行，其余后续"),
    ),
    en="When felling begins by region (optional); a later logging ban of natural forest holds besides", zh="各地区开始采伐年份（可选）",
)

ROADMAP_PHASES = Table(
    "roadmap_phases",
    (
        Column("phase", "", "text", key=True, free=True, absent="own", en="Name of the rule", zh="规则名称"),
        Column("scope", "", "text", ref="regions.region|group:{regions.region_group}", choices=("nation",), default="nation", aggregate="first", en="nation, a region group as group:west, or a region", zh="范围"),
        Column("first_year", "calendar year", "integer", low=FIRST_YEAR, high=LAST_YEAR, aggregate="first", en="First milestone year of the phase", zh="起始里程碑年"),
        Column("last_year", "calendar year", "integer", low=FIRST_YEAR, high=LAST_YEAR, aggregate="first", en="Last milestone year of the phase", zh="末里程碑年"),
        Column("sense", "", "text", choices=SENSES, aggregate="first", en="at_most or at_least", zh="不高于或不低于"),
        Column("ratio", "1", low=0, high=100, aggregate="first", en="Area clearcut per area planted", zh="皆伐面积与造林面积之比"),
    ),
    en="Phases of the roadmap as rules (optional): clearcut at most, or at least, so much per hectare planted", zh="路线图阶段约束（可选）：皆伐与造林面积之比",
)

ROADMAP_SETTINGS = (
    Setting("planting_leads_below", "1", "number", 0.8, low=0, high=1, en="Planting leads while the area clearcut per area planted is below this (reported only)", zh="皆伐与造林面积之比低于此值为造林主导（仅报告）"),
    Setting("harvest_leads_above", "1", "number", 1.25, low=1, high=100, en="Felling leads when the area clearcut per area planted is above this (reported only)", zh="该比值高于此值为采伐主导（仅报告）"),
)  # fmt: skip


def first_felling(data: Data) -> dict[tuple[str, str], int]:
    """(region, origin) -> first year of felling, for the rows of ``felling_start``."""
    table = data.frame(FELLING_START)
    found: dict[tuple[str, str], int] = {}
    for row in table.itertuples():
        for origin in ORIGINS if row.origin == EVERY_ORIGIN else (row.origin,):
            found[row.region, origin] = max(int(row.first_year), found.get((row.region, origin), 0))
    return found


def is_banned(data: Data, year: int) -> bool:
    """Whether the workbook states a logging ban in natural forest that reaches this year."""
    until = data.stated("natural_logging_ban_until")
    return until is not None and year <= until


def may_fell(data: Data, frame: pd.DataFrame, year: int) -> pd.Series:
    """Which rows (region, origin) may be felled in the period that ends in ``year``."""
    allowed = (frame["origin"] != "natural") | (not is_banned(data, year))
    for (region, origin), first in first_felling(data).items():
        if year < first:
            allowed &= (frame["region"] != region) | (frame["origin"] != origin)
    return allowed


def conversions(data: Data, stands: Stands) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """What may follow a felled stratum, and which it may follow, where ``forest_conversions`` names an alternative that the region has."""
    productive = stands.strata[stands.of_status("productive")]
    known = dict.fromkeys(productive["stratum"])
    successors: dict[str, list[str]] = {}
    predecessors: dict[str, list[str]] = {}
    rules = list(data.frame(FOREST_CONVERSIONS).itertuples(index=False))
    for stratum in productive.itertuples():
        targets = [
            stratum_name(stratum.region, rule.to_group, rule.to_origin, "productive", stratum.district)
            for rule in rules
            if (rule.from_group, rule.from_origin) == (stratum.forest_group, stratum.origin)
        ]
        others = [t for t in dict.fromkeys(targets) if t in known and t != stratum.stratum]
        for target in [stratum.stratum, *others] if others else []:
            successors.setdefault(stratum.stratum, []).append(target)
            predecessors.setdefault(target, []).append(stratum.stratum)
    return successors, predecessors


def check_roadmap(data: Data) -> list[Finding]:
    """A phase of the roadmap must hold somewhere and in some milestone year."""
    table = data.frame(ROADMAP_PHASES)
    nowhere = [
        Finding(
            "error", ROADMAP_PHASES.name, data.cell(ROADMAP_PHASES.name, int(row), "scope"), f"{scope} is not known", "nation, a region, or group: and a region group",
            f"未知范围 {scope}", "应为 nation、地区代码，或 group: 加地区类别",
        )
        for row, scope in table["scope"].items()
        if not regions_in(data, str(scope))
    ]  # fmt: skip
    return nowhere + [
        Finding(
            "error", ROADMAP_PHASES.name, data.cell(ROADMAP_PHASES.name, int(row.Index), "first_year"), f"no milestone year lies from {row.first_year:g} to {row.last_year:g}",
            f"a phase that holds one of {', '.join(map(str, data.years))}", f"{row.first_year:g} 至 {row.last_year:g} 之间没有里程碑年", f"应包含 {', '.join(map(str, data.years))} 之一",
        )
        for row in table.itertuples()
        if not any(row.first_year <= year <= row.last_year for year in data.years)
    ]  # fmt: skip


def post_roadmap(data: Data, ledger: Ledger, terms: Terms, what: str) -> None:
    """Post ``planted`` or ``clearcut`` area (terms with region and year) to the phases of the roadmap that it counts in.

    at_most: clearcut uses what planting supplies, ratio times; at_least: the other way round.
    """
    for row in data.frame(ROADMAP_PHASES).itertuples():
        years = [y for y in data.decided if row.first_year <= y <= row.last_year]
        part = terms.where(terms.frame["region"].isin(regions_in(data, str(row.scope))) & terms.frame["year"].isin(years))
        part = part.assign(phase=row.phase, scope=row.scope)
        size = float(row.ratio) if what == "planted" else 1.0
        supplies = (what == "planted") == (row.sense == "at_most")
        (ledger.supply if supplies else ledger.use)("roadmap", part, size, item=what, unit="1")


def post_phases(data: Data, ledger: Ledger) -> None:
    """Name the cell of the ratio for every row of a phase, so that the phase stands among the limits of the workbook."""
    table = data.frame(ROADMAP_PHASES)
    years = pd.DataFrame({"year": data.decided})
    rows = table.reset_index(names="excel_row").merge(years, how="cross") if len(table) else pd.DataFrame()
    if rows.empty:
        return
    rows = rows[(rows["first_year"] <= rows["year"]) & (rows["year"] <= rows["last_year"])]
    for sense, post in (("at_most", ledger.supply_fixed), ("at_least", ledger.use_fixed)):
        part = rows[rows["sense"] == sense]
        if part.empty:
            continue
        cells = [data.cell(ROADMAP_PHASES.name, int(row), "ratio") for row in part["excel_row"]]
        post("roadmap", part[["phase", "scope", "year"]], 0.0, item="phase", unit="Mha", sheet=ROADMAP_PHASES.name, cells=cells, nets="share_of_plan")
