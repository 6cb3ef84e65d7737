"""Who is entitled to how much of a national net target, and the model in which groups pool what they are entitled to.

    share[r,y]            = weight[r,y] / sum over regions of weight[.,y]
    entitlement[S,target,y] = value[target,y] * sum over regions r of S of share[r,y]

The weight is what the rule names: emissions of the base year (``grandfathered``), the product (``per_gdp``) or the people
(``per_head``) of the target's year. A row of ``carbon_targets`` for the nation becomes one row for each set of groups, of the same
years and ways of holding; those of the blocks that pool say what the block is entitled to, the others ask nothing. So all
coalitions are one model with other right-hand sides.

Limits: limits of net emissions for the nation (``net_limit``, and ``cumulative`` that counts net) are divided, no other target. A
line between two rows is straight in the entitlements, whatever the weights do between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations
from typing import Any

import pandas as pd

from ..closing.payments.entitled import entitlement_shares
from ..closing.target_table import CARBON_TARGETS, CUMULATIVE, first_year_of, total_of, years_counted
from ..core.data import SCOPE_JOINT, Data
from ..core.solve.amounts import NATION

#: Mt CO2 a year, and Mt CO2 of a budget, that no group comes near: a limit that asks nothing.
ASKS_NOTHING, ASKS_NOTHING_IN_ALL = 1e5, 1e7
AT, AND = "@", ":"
Coalition = tuple[str, ...]


def groups_of(data: Data) -> list[str]:
    """The region groups in the order of the workbook."""
    return list(dict.fromkeys(data.region_group[region] for region in data.regions))


def coalitions(groups: Sequence[str]) -> list[Coalition]:
    """Every set of groups, one alone first, all of them last."""
    return list(chain.from_iterable(combinations(groups, size) for size in range(1, len(groups) + 1)))


def name_of(coalition: Coalition) -> str:
    """A coalition in one word."""
    return AND.join(coalition)


@dataclass(frozen=True)
class Entitlements:
    """The national net targets of a workbook, divided by a rule; ``miss_price`` in bn CNY per Mt CO2."""

    data: Data
    rule: str
    miss_price: float

    @property
    def groups(self) -> list[str]:
        """The players."""
        return groups_of(self.data)

    @property
    def divided(self) -> pd.DataFrame:
        """The rows of ``carbon_targets`` that are divided."""
        targets = self.data.frame(CARBON_TARGETS)
        net = (targets["kind"] == "net_limit") | ((targets["kind"] == CUMULATIVE) & (targets["counts"] == "net"))
        return targets[net & (targets["scope"] == NATION)]

    def years(self) -> list[int]:
        """The years of the targets that are divided."""
        return sorted({int(year) for year in self.divided["year"]})

    def pooled(self, blocks: Iterable[Coalition]) -> Data:
        """The workbook in which each block meets together what its members are entitled to, and nothing else of these targets is asked."""
        targets, rows = self.data.frame(CARBON_TARGETS), self.divided
        asked, parts = set(blocks), [targets.drop(index=rows.index)]
        for coalition in coalitions(self.groups):
            parts.append(self._rows(rows, coalition, coalition in asked))
        # as objects: pandas 2 would ask what type a column is of that one part leaves blank
        joined = pd.concat([part.astype(object) for part in parts if len(part)]).astype(targets.dtypes.to_dict())
        return replace(self.data, tables={**self.data.tables, CARBON_TARGETS.name: joined})

    def _rows(self, rows: pd.DataFrame, coalition: Coalition, is_asked: bool) -> pd.DataFrame:
        """The divided rows of a coalition; they keep the numbers of the rows that they divide, and with them their cells."""
        is_budget = rows["kind"] == CUMULATIVE
        limits = pd.Series([total_of(row) if row.kind == CUMULATIVE else float(row.value) for row in rows.itertuples()], index=rows.index, dtype=float)
        shares = pd.Series([self._share(row, coalition) for row in rows.itertuples()], index=rows.index, dtype=float)
        most = is_budget.map({True: ASKS_NOTHING_IN_ALL, False: ASKS_NOTHING})
        limits = limits * shares if is_asked else most
        return rows.assign(
            target=[f"{target}{AT}{name_of(coalition)}" for target in rows["target"]],
            scope=SCOPE_JOINT.join(f"group:{group}" for group in coalition),
            value=limits.where(~is_budget, 0.0),
            total=limits.where(is_budget),
            miss_price=self.miss_price,
        )

    def _share(self, row: Any, coalition: Coalition) -> float:
        """The share of a coalition in a row: that of its year, of a budget the mean of the years that it counts."""
        members = [region for region in self.data.regions if self.data.region_group[region] in coalition]
        return sum(share * sum(part[region] for region in members) for share, part in self._parts(row))

    def _parts(self, row: Any) -> Iterator[tuple[float, Mapping[str, float]]]:
        year = int(row.year)
        years = [(1.0, year)]
        if row.kind == CUMULATIVE:
            counted = [(years_counted(self.data, t, first_year_of(row, self.data), year), t) for t in self.data.years]
            total = sum(length for length, _ in counted)
            years = [(length / total, t) for length, t in counted if length > 0.0]
        for share, one in years:
            shares = entitlement_shares(self.data, self.rule, [one])
            yield share, dict(zip(shares["region"], shares["share"].astype(float), strict=True))
