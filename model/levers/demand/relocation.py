"""Where industry may not move to: the share of a place in the national output of a sector.

The paper asks that industry which emits much is not moved to where the rules are softer or the carbon sinks are. A ceiling on the emissions of a place
(``no_relocation``) stops binding while the nation's fall; a share of the output does not, and leaves whoever cleans up last unpunished.

Limits: a place as a whole is held, so output may move within a group; what moves for other reasons than carbon is held with the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ...core.build.build import Build
from ...core.build.parts import Family
from ...core.data import Data, regions_in
from ...core.declare.spec import Column, Finding, Table, constraint

RELOCATION_LIMITS = Table(
    "relocation_limits",
    (
        Column("rule", "", "text", key=True, free=True, absent="own", en="Name of the rule", zh="规则名称"),
        Column("scope", "", "text", ref="regions.region|group:{regions.region_group}", choices=("nation",), aggregate="first", en="A region, or a region group as group:west, that may not gain share", zh="不得扩大份额的地区或地区类别（如group:west）"),
        Column("sector", "", "text", ref="industry.sector", aggregate="first", en="Sector", zh="行业"),
        Column("factor", "1", low=0, high=5, aggregate="first", en="Largest share in national output relative to the base year's", zh="占全国产量份额相对基年份额的最大倍数"),
    ),
    en="No relocation of output (optional): largest share of a place in the national output of a sector", zh="禁止产业转移（可选）：地区占全国行业产量的最大份额",
)  # fmt: skip

#: (region, sector, year) -> number, of the years that are decided.
ByPlace = Mapping[tuple[str, str, int], float]


def shares_of_base_year(industry: pd.DataFrame) -> dict[tuple[str, str], float]:
    """(region, sector) -> share of the region in the national output of the base year; ``industry`` is the sheet of that name."""
    output = industry["output"].astype(float)
    total = output.groupby(industry["sector"]).transform("sum")
    return dict(zip(zip(industry["region"], industry["sector"], strict=True), (output / total.where(total > 0.0)).fillna(0.0), strict=True))


def check_limits(data: Data, industry: Table, movement: Table) -> list[Finding]:
    """A rule is about somebody who makes the good, and leaves room for what has to be made."""
    table, share, moves = data.frame(RELOCATION_LIMITS), shares_of_base_year(data.frame(industry)), data.lookup(movement)
    found: list[Finding] = []
    for row in table.itertuples():
        here = sum(share.get((region, row.sector), 0.0) for region in regions_in(data, str(row.scope)))
        if here <= 0.0:
            found.append(Finding(
                "error", RELOCATION_LIMITS.name, data.cell(RELOCATION_LIMITS.name, int(row.Index), "scope"), f"{row.scope} makes no {row.sector}",
                f"a place with output in {industry.name}, or the row switched off", f"{row.scope} 没有 {row.sector} 产量", f"应为 {industry.name} 中有产量的地区，或停用该行",
            ))  # fmt: skip
            continue
        least = max((_least_factor(here, moves.get((row.sector, year), 0.0)) for year in data.decided), default=0.0)
        if float(row.factor) < least:
            found.append(Finding(
                "error", RELOCATION_LIMITS.name, data.cell(RELOCATION_LIMITS.name, int(row.Index), "factor"),
                f"{row.factor:g} leaves national demand for {row.sector} unmet within {movement.name}", f"at least {least:.4g}",
                f"{row.factor:g} 使 {row.sector} 的全国需求在 {movement.name} 范围内无法满足", f"不小于 {least:.4g}",
            ))  # fmt: skip
    return found


def _least_factor(share: float, movement: float) -> float:
    """How far the share of a place can fall: no lower than its own bound, and the others can take over no more than theirs."""
    return max(1.0 - movement, (1.0 - (1.0 + movement) * (1.0 - share)) / share)


class Relocation:
    """Rows that keep the share of a place in the national output of a sector."""

    def __init__(self, b: Build, output: Family, share: Mapping[tuple[str, str], float], movement: Mapping[tuple[str, int], float]) -> None:
        """``share``: of the region in the output of the base year; ``movement``: by how much it may rise, by sector and year."""
        self.b = b
        self.output = output
        self.share = share
        self.movement = movement
        table = b.data.frame(RELOCATION_LIMITS)
        self.rule = {str(row.rule): (str(row.sector), frozenset(regions_in(b.data, str(row.scope))), float(row.factor)) for row in table.itertuples()}
        self.makers: dict[tuple[str, int], list[str]] = {}
        for region, sector, year in output.variables:
            self.makers.setdefault((sector, year), []).append(region)

    def constrain(self) -> None:
        """A row for each rule and each year that is decided in which the share could rise beyond it."""
        table = self.b.data.frame(RELOCATION_LIMITS)
        rows = table.assign(row=table.index).merge(pd.DataFrame({"year": self.b.data.decided}), how="cross").set_index("row")
        can = [self._can_bind(str(row.sector), float(row.factor), row.year) for row in rows.itertuples()]
        rows = rows[pd.Series(can, index=rows.index, dtype=bool)]
        limit = (RELOCATION_LIMITS.name, self.b.cells(RELOCATION_LIMITS, rows, "factor"), "million units/yr")
        self.b.constrain(self.relocated_output, rows[["rule", "scope", "sector", "year"]], limit=limit)

    def _can_bind(self, sector: str, factor: float, year: int) -> bool:
        """Each region stays within its movement of its share of demand, which is met; a wider factor holds nothing."""
        return (sector, year) in self.makers and factor < 1.0 + self.movement.get((sector, year), 0.0)

    @constraint(unit="million units/yr", kind="flow", nets="share_of_plan", en="Share in national output", zh="占全国产量份额")
    def relocated_output(self, rule: str, scope: str, sector: str, year: int) -> Any:
        """A place makes no larger share of the national output of a sector than a factor of its share in the base year.

        sum over r in scope of output[r, sector, year] <= factor * base_share * sum over all r of output[r, sector, year]
        with base_share = sum over r in scope of industry.output / sum over all r of industry.output

        For: every rule of relocation_limits and year that is decided in which industry_movement would let the share rise further.
        Unit: million units/yr.
        Dual: what one more unit of output allowed there is worth to the nation.
        Data: relocation_limits.factor, industry.output.
        """
        _, places, factor = self.rule[rule]
        allowed = factor * sum(self.share.get((region, sector), 0.0) for region in places)
        makers = self.makers[sector, year]
        return self.b.sum(((1.0 if region in places else 0.0) - allowed, self.output[region, sector, year]) for region in makers) <= 0.0
