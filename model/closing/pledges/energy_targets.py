"""Pledges on primary energy: the share that is not fossil, and how much coal is burnt.

Both are held on totals of the account ``primary_energy``, by region and period, counted as ``primary_energy`` of the report is. A share
is a product with the decided total, never a quotient.

Limits: what the account does not hold (see ``primary_energy``) does not count; coal that becomes product counts as burnt.
"""

from __future__ import annotations

import pandas as pd

from ...core.build.build import Lever
from ...core.data import Data
from ...core.declare.roles import Item, State
from ...core.declare.spec import Column, ConstraintInfo, Finding, Table, Variable
from ...core.frames import stack
from ...levers.fuels import COAL, FOSSIL, PRIMARY
from .held import MISSED_INDEX, Pledge, check_pledges, hold_to, pledge_columns
from .primary_energy import POWER_EQUIVALENT, counted

SHARE, COAL_MOST = "non_fossil_share", "coal_at_most"
ENERGY_TARGETS = Table(
    "energy_targets",
    pledge_columns(
        Column("share", "1", low=0, high=1, default=None, aggregate="first", en="Least share of primary energy that is not fossil (non_fossil_share)", zh="非化石能源占一次能源的最低比重（non_fossil_share）"),
        Column("coal", "Mtce/yr", low=0, default=None, aggregate="first", en="Most coal a year (coal_at_most)", zh="年煤炭消费上限（coal_at_most）"),
        Column("miss_price", "CNY/tce", low=0.01, default=None, aggregate="first", en="Price of a tonne of coal equivalent by which the pledge is missed; blank: it may not be missed", zh="未达目标时每吨标准煤的价格；空白表示必须达到"),
        kinds=(SHARE, COAL_MOST), kinds_en="non_fossil_share: share of primary energy; coal_at_most: coal burnt and made into products", kinds_zh="non_fossil_share：非化石比重；coal_at_most：煤炭消费总量",
    ),
    en="Pledges on primary energy, each with a switch", zh="一次能源目标（可逐条开关）",
)  # fmt: skip

#: Kinds of energy of which the totals are kept.
OTHER_FOSSIL, CLEAN = "other_fossil", "non_fossil"
TOTAL = Variable("primary_energy_total", ("region", "energy_kind", "year"), "TWh/yr", low=None, en="Primary energy as the pledges count it", zh="一次能源（承诺口径）")
ENERGY_MISSED = Variable("energy_target_missed", MISSED_INDEX, "TWh/yr", en="Share of primary energy missed", zh="未达到的非化石能源", penalty=True)
COAL_MISSED = Variable("coal_target_missed", MISSED_INDEX, "TWh/yr", en="Coal beyond the pledge", zh="超出目标的煤炭", penalty=True)

TOTAL_SUM = ConstraintInfo(
    "primary_energy_sum", "energy_targets", "TWh/yr",
    """Primary energy of a region is the sum of what the levers posted, as the pledges count it: coal, other fossil fuel, the rest.

        primary_energy_total[r,k,t] == sum over posts p of kind k of counted[p] * coefficient[p] * variable[p]
        with counted 1 for fuel and power_equivalent[source,t] for power

    For: every region, kind and period, where energy_targets has a row. Unit: TWh/yr. Dual: what one more unit of that kind is worth.
    Data: the posts to the account primary_energy, power_equivalent.
    """,
)
SHARE_HELD = ConstraintInfo(
    SHARE, "energy_targets", "TWh/yr",
    """The share of primary energy that is not fossil is at least what is asked.

        share[target] * sum over r, k of primary_energy_total[r,k,y] - sum over r of primary_energy_total[r,non_fossil,y] - energy_target_missed[target,hold,y] <= 0
        with f[y] = (1-l) * f[t] + l * f[t+1], l = (y - mid[t]) / (mid[t+1] - mid[t]); of whole periods with hold from and line

    For: each active row of kind non_fossil_share and each period that it holds. Unit: TWh/yr.
    Dual: the cost of one more unit of energy that is not fossil. Data: energy_targets (share, hold).
    """,
    ("flow", "share_of_plan", True, True),
    en="Pledge on the non-fossil share", zh="非化石占比目标",
)
COAL_HELD = ConstraintInfo(
    COAL_MOST, "energy_targets", "TWh/yr",
    """No more coal is burnt and made into products than the pledge allows.

        sum over r of primary_energy_total[r,coal,y] - coal_target_missed[target,hold,y] <= coal[target,y]
        with f[y] as in non_fossil_share

    For: each active row of kind coal_at_most and each period that it holds. Unit: TWh/yr.
    Dual: what one more unit of coal is worth. Data: energy_targets (coal, hold).
    """,
    ("flow", "between_periods", True, False),
    en="Pledge on coal", zh="煤炭消费目标",
)

ITEM = "energy_target_missed"
PLEDGES = (
    Pledge(ENERGY_TARGETS, SHARE, "share", SHARE_HELD, ENERGY_MISSED, ITEM, "miss_price", "bn CNY/TWh"),
    Pledge(ENERGY_TARGETS, COAL_MOST, "coal", COAL_HELD, COAL_MISSED, ITEM, "miss_price", "bn CNY/TWh", at_least=False),
)


def check_energy_targets(data: Data) -> list[Finding]:
    """Pledges that say something sensible; a share needs the convention by which power counts."""
    found = check_pledges(data, PLEDGES)
    if not data.has(POWER_EQUIVALENT.name):
        row = int(data.frame(ENERGY_TARGETS).index[0])
        found.append(Finding(
            "error", ENERGY_TARGETS.name, data.cell(ENERGY_TARGETS.name, row, "kind"), f"{POWER_EQUIVALENT.name} is empty: how power counts in primary energy is not known", f"rows in {POWER_EQUIVALENT.name}, or no pledge on energy",
            f"{POWER_EQUIVALENT.name} 为空：电力如何折算一次能源未知", f"应填写 {POWER_EQUIVALENT.name}，或不设能源目标",
        ))  # fmt: skip
    return found


class EnergyTargets(Lever):
    """The rows of ``energy_targets`` as constraints with prices."""

    name = "energy_targets"
    order = 2
    tables = (ENERGY_TARGETS, POWER_EQUIVALENT)
    checks = (check_energy_targets,)
    items = (Item(ITEM, "aims", en="Pledges on energy missed", zh="未达到的能源目标"),)
    variables = (TOTAL, ENERGY_MISSED, COAL_MISSED)
    operations = (ENERGY_MISSED.name, COAL_MISSED.name)
    states = (State(TOTAL.name, (TOTAL_SUM.name,)),)
    sums = (TOTAL_SUM, SHARE_HELD, COAL_HELD)

    @classmethod
    def present(cls, data: Data) -> bool:
        """A pledge on energy."""
        return data.has(ENERGY_TARGETS.name)

    def build(self) -> None:
        """Totals by region and kind of energy, then the rows that hold them."""
        posts = self.ledger.table(PRIMARY)
        posts = posts[posts["year"].isin(self.data.years)].reset_index(drop=True)
        kind = posts["energy_source"].map({COAL: COAL, **dict.fromkeys(FOSSIL[1:], OTHER_FOSSIL)}).fillna(CLEAN)
        posts = posts.assign(energy_kind=kind, coefficient=posts["coefficient"] * counted(self.data, posts))
        index = ["region", "energy_kind", "year"]
        places = pd.MultiIndex.from_product([self.data.regions, (COAL, OTHER_FOSSIL, CLEAN), self.data.years], names=index).to_frame(index=False)
        total = self.b.variable(TOTAL, places)
        own = total.frame.assign(position=total.positions, coefficient=-1.0)
        columns = [*index, "position", "coefficient"]
        self.b.rows_from_terms(TOTAL_SUM.name, stack([own[columns], posts.loc[posts["coefficient"] != 0.0, columns]]), index, "==", "TWh/yr")
        terms = own.assign(coefficient=1.0)
        hold_to(self.b, PLEDGES[0], terms[terms["energy_kind"] == CLEAN], share_of=terms)
        hold_to(self.b, PLEDGES[1], terms[terms["energy_kind"] == COAL])
