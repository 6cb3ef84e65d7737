"""Pledges on CO2 per GDP and on all greenhouse gases, beside the targets on the carbon account itself.

CO2 per GDP counts emissions of energy and industry less what is captured. Its fall counts since a year of the plan or the base year, or
from a number of an earlier year, in money of the base year. A limit on greenhouse gases adds to net CO2 what the model does not hold:
other gases, and what the national inventory counts as a sink beyond the strict account (below zero), both rows with sources.

Limits: what stands beside net CO2 is one number a year for the nation; it answers to no lever.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ...core.build.build import Lever
from ...core.data import Data, regions_in
from ...core.declare.roles import Item
from ...core.declare.spec import FIRST_YEAR, LAST_YEAR, Column, ConstraintInfo, Finding, Table, Variable
from ...core.frames import stack
from ..target_table import AT, FLOWS
from .held import MISSED_INDEX, Pledge, check_pledges, hold_to, pledge_columns
from .series import GDP, GHG_BESIDE, series_at

INTENSITY, GREENHOUSE = "intensity", "ghg_limit"
CLIMATE_TARGETS = Table(
    "climate_targets",
    pledge_columns(
        Column("cut", "1", low=0, high=1, default=None, aggregate="first", en="Least fall of CO2 per GDP since the reference (intensity)", zh="单位GDP二氧化碳较参照的降幅下限（intensity）"),
        Column("reference_year", "calendar year", "integer", default=None, low=FIRST_YEAR, high=LAST_YEAR, aggregate="first", en="Year of the plan, or the base year, since which it falls", zh="参照年（基年或规划年份）"),
        Column("reference_intensity", "kg CO2/CNY", low=0, default=None, aggregate="first", en="CO2 per GDP from which it falls, in money of the base year, where the reference lies before the plan", zh="参照强度（基年价），参照年早于规划期时填写"),
        Column("emission", "Mt CO2/yr", default=None, aggregate="first", en="Most greenhouse gases a year, as CO2, net of sinks as the inventory counts them (ghg_limit)", zh="温室气体净排放上限（CO2当量，清单口径，ghg_limit）"),
        Column("miss_price", "CNY/t CO2", low=0.01, default=None, aggregate="first", en="Price of a tonne by which the pledge is missed; blank: it may not be missed", zh="未达目标时每吨的价格；空白表示必须达到"),
        kinds=(INTENSITY, GREENHOUSE), kinds_en="intensity: CO2 per GDP; ghg_limit: all greenhouse gases", kinds_zh="intensity：单位GDP二氧化碳；ghg_limit：温室气体总量",
    ),
    en="Pledges on CO2 per GDP and on greenhouse gases, each with a switch", zh="碳强度与温室气体目标（可逐条开关）",
)  # fmt: skip

INTENSITY_MISSED = Variable("intensity_missed", MISSED_INDEX, "Mt CO2/yr", en="CO2 beyond the pledge on CO2 per GDP", zh="超出碳强度目标的排放", penalty=True)
GREENHOUSE_MISSED = Variable("ghg_missed", MISSED_INDEX, "Mt CO2/yr", en="Greenhouse gases beyond the pledge", zh="超出温室气体目标的排放", penalty=True)
INTENSITY_HELD = ConstraintInfo(
    INTENSITY, "climate_targets", "Mt CO2/yr",
    """CO2 of energy and industry, net of capture, falls per GDP by at least what is asked.

        flow[y] - intensity_missed[target,hold,y] <= (1 - cut[target]) * reference_intensity[target] * GDP[y]           a number is given
        flow[y] - intensity_missed[target,hold,y] <= (1 - cut[target]) * GDP[y] / GDP[y0] * flow[y0]                    a year is given
        with flow = sum over r of emission_total[r,y] - captured_total[r,y], between two periods as in net_limit, GDP straight between milestones

    For: each active row of kind intensity and each period that it holds. Unit: Mt CO2/yr. Dual: the price of one more tonne allowed.
    Data: climate_targets (cut, reference_year or reference_intensity, hold), gdp.
    """,
    ("flow", "other_cells", True, False),
    en="Pledge on CO2 per GDP", zh="碳强度目标",
)
GREENHOUSE_HELD = ConstraintInfo(
    GREENHOUSE, "climate_targets", "Mt CO2/yr",
    """Greenhouse gases, net of sinks as the inventory counts them, stay below the pledge.

        sum over r of emission_total[r,y] - sink_total[r,y] - captured_total[r,y] + sum over i of ghg_beside[i,y] - ghg_missed[target,hold,y] <= emission[target,y]
        with f[y] as in net_limit, ghg_beside straight between milestones

    For: each active row of kind ghg_limit and each period that it holds. Unit: Mt CO2/yr. Dual: the price of one more tonne allowed.
    Data: climate_targets (emission, hold), ghg_beside.
    """,
    ("flow", "other_cells", True, False),
    en="Pledge on greenhouse gases", zh="温室气体目标",
)
ITEM = "climate_target_missed"


def read_at(data: Data, row: Mapping[str, Any]) -> float:
    """The moment at which a row is read: its year, or the middle of the period that it holds."""
    return float(row["year"]) if row["hold"] == AT else data.middle(int(row["year"]))


class Intensity(Pledge):
    """CO2 per GDP: the limit is made of the cut, the reference and the GDP of the moment."""

    def asked(self, data: Data) -> pd.DataFrame:
        """As any pledge, with ``limit`` in Mt CO2 a year, nothing where the reference is a year of the plan, and ``cut`` as given."""
        asked = super().asked(data)
        given = self.rows(data).drop_duplicates("target").set_index("target")["reference_intensity"].astype(float)
        limits = []
        for row in asked.to_dict("records"):
            number = float(given[row["target"]])
            output = series_at(data, GDP, read_at(data, row), regions_in(data, str(row["scope"])))
            limits.append(0.0 if np.isnan(number) else (1.0 - row["limit"]) * number * output)
        return asked.assign(cut=asked["limit"], limit=limits)

    def parts(self, data: Data, row: Mapping[str, Any]) -> list[tuple[float, int]]:
        """The flow of the moment, less what the reference allows of it where that is a year."""
        now = super().parts(data, row)
        own = self.rows(data)
        since = own.loc[own["target"] == row["target"], "reference_year"].dropna()
        if not len(since):
            return now
        year, places = int(since.iloc[0]), regions_in(data, str(row["scope"]))
        before = series_at(data, GDP, year, places)
        allowed = (1.0 - float(row["cut"])) * series_at(data, GDP, read_at(data, row), places) / before if before > 0.0 else 0.0
        then = [(1.0, year)] if year == data.base_year else data.flow_of_year(year)
        return [*now, *((-allowed * share, milestone) for share, milestone in then)]


class Greenhouse(Pledge):
    """Greenhouse gases: what stands beside net CO2 is taken off the limit."""

    def asked(self, data: Data) -> pd.DataFrame:
        """As any pledge, with ``limit`` for net CO2 and ``beside``, what is taken off."""
        asked = super().asked(data)
        beside = np.array([series_at(data, GHG_BESIDE, read_at(data, row)) for row in asked.to_dict("records")], dtype=float)
        return asked.assign(beside=beside, limit=asked["limit"] - beside)


PLEDGES = (
    Intensity(CLIMATE_TARGETS, INTENSITY, "cut", INTENSITY_HELD, INTENSITY_MISSED, ITEM, "miss_price", "bn CNY/Mt CO2", at_least=False),
    Greenhouse(CLIMATE_TARGETS, GREENHOUSE, "emission", GREENHOUSE_HELD, GREENHOUSE_MISSED, ITEM, "miss_price", "bn CNY/Mt CO2", at_least=False),
)
#: What each kind counts of these accounts: signs of emissions, sinks and captured CO2.
ACCOUNTS = ("emission", "sink", "captured")
SIGNS = {INTENSITY: FLOWS["emission_limit"], GREENHOUSE: FLOWS["net_limit"]}


def check_climate_targets(data: Data) -> list[Finding]:
    """Pledges that say something sensible: a fall needs one reference and a GDP, all gases are those of the nation."""
    found = check_pledges(data, PLEDGES)
    for row in data.frame(CLIMATE_TARGETS).itertuples():
        name = CLIMATE_TARGETS.name

        def told(column: str, words: tuple[str, str, str, str], row: Any = row, name: str = name) -> None:
            found.append(Finding("error", name, data.cell(name, int(row.Index), column), *words))

        if row.kind == GREENHOUSE and row.scope != "nation":
            told("scope", ("greenhouse gases beside CO2 are known for the nation alone", "nation", "净CO2之外的温室气体仅有全国数据", "应为 nation"))
        if row.kind != INTENSITY:
            continue
        if not data.has(GDP.name):
            told("kind", (f"{GDP.name} is empty", f"rows in {GDP.name}", f"{GDP.name} 为空", f"应填写 {GDP.name}"))
        if pd.isna(row.reference_year) == pd.isna(row.reference_intensity):
            told("reference_year", ("the fall counts from a year or from a number", "one of reference_year and reference_intensity", "降幅应有唯一参照", "reference_year 与 reference_intensity 应填其一"))
        elif not pd.isna(row.reference_year) and not data.base_year <= int(row.reference_year) < int(row.year):
            told("reference_year", (f"CO2 per GDP of {row.year:g} can not fall since {row.reference_year:g}", f"a year from {data.base_year} on and before {row.year:g}, or reference_intensity", f"{row.year:g} 年的强度不能以 {row.reference_year:g} 年为参照", f"应不早于 {data.base_year} 且早于 {row.year:g}，或填写 reference_intensity"))
    return found


class ClimateTargets(Lever):
    """The rows of ``climate_targets`` as constraints with prices."""

    name = "climate_targets"
    order = 2
    tables = (CLIMATE_TARGETS, GHG_BESIDE)
    checks = (check_climate_targets,)
    items = (Item(ITEM, "aims", en="Pledges on CO2 per GDP and greenhouse gases missed", zh="未达到的碳强度与温室气体目标"),)
    variables = (INTENSITY_MISSED, GREENHOUSE_MISSED)
    operations = (INTENSITY_MISSED.name, GREENHOUSE_MISSED.name)
    sums = (INTENSITY_HELD, GREENHOUSE_HELD)

    @classmethod
    def present(cls, data: Data) -> bool:
        """A pledge on CO2 per GDP or on greenhouse gases."""
        return data.has(CLIMATE_TARGETS.name)

    def build(self) -> None:
        """The rows that hold them, on the totals of the carbon account; the base year by its posts."""
        for pledge in PLEDGES:
            hold_to(self.b, pledge, self._counted(SIGNS[pledge.kind]))

    def _counted(self, signs: tuple[float, float, float]) -> pd.DataFrame:
        parts = []
        for account, sign in zip(ACCOUNTS, signs, strict=True):
            family, posts = self.b.families[f"{account}_total"], self.ledger.table(account)
            parts.append(family.frame.assign(position=family.positions, coefficient=sign))
            base = posts[(posts["year"] == self.data.base_year) & ~posts["memo"].astype(bool)]
            parts.append(base.assign(coefficient=sign * base["coefficient"])[["region", "year", "position", "coefficient"]])
        whole = stack(parts)
        return whole[whole["coefficient"] != 0.0]
