"""What the first page warns of: penalties, paid for what a plan could not do (energy not served, harvest below its band), and remarks.

A family of variables that is such a way out says so where it is declared (``Variable.penalty``); whatever of it a plan
uses is told on the first page, on the screen and in run.json, with place, year, amount and cost. A remark says what the run could not do.

Limits: amounts are summed over time slices; the cost is what the money account pays for the variable; a way out whose
price the workbook sets to nothing is no penalty and is not told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..core.build.parts import WORKBOOK_UNITS, Family
from ..core.data import Data
from ..core.declare.units import convert
from ..core.solve.amounts import NATION, period_weights, stack
from ..core.solve.solution import Solution

KIND, REMARK, YEAR = "penalty", "remark", "year"
#: Accounts in which a way out is paid: spending, and the price of targets, which nobody pays.
PAID = ("money", "aims")
#: Columns of an index that say no place.
NO_PLACE = ("year", "slice", "vintage")
#: Amounts below this share of the largest one in the same unit are the rounding of the solver (its tolerance is 1e-7).
ROUNDING = 1e-7
#: Penalties that a page or the screen lists; the rest is counted.
MOST_LISTED = 5
TEXT = {
    "en": "{what}, {place} {year}: {amount} {unit} at {cost} bn CNY a year ({discounted} bn CNY discounted)",
    "zh": "{what}，{place}，{year}年：{amount} {unit}，每年 {cost} 十亿元（贴现 {discounted} 十亿元）",
}
LEAD = {
    "en": "A penalty is paid for what the plan could not do ({number} in all, {discounted} bn CNY discounted)",
    "zh": "方案有未能满足之处并为此支付罚金（共 {number} 项，贴现 {discounted} 十亿元）",
}
MORE = {"en": "and {number} more, all in run.json", "zh": "另有 {number} 项，全部见 run.json"}


@dataclass(frozen=True)
class Penalty:
    """One penalty in use: ``amount`` in ``unit``, ``cost`` in bn CNY a year and ``discounted`` over the period, in bn CNY."""

    variable: str
    what_en: str
    what_zh: str
    place: str
    place_en: str
    place_zh: str
    year: int
    amount: float
    unit: str
    cost: float
    discounted: float

    def text(self, lang: str = "en") -> str:
        """The penalty as a sentence."""
        what, place = (self.what_zh, self.place_zh) if lang == "zh" else (self.what_en, self.place_en)
        numbers = {"amount": self.amount, "cost": self.cost, "discounted": self.discounted}
        texts = {name: _number(value) for name, value in numbers.items()}
        return TEXT["zh" if lang == "zh" else "en"].format(what=what, place=place, year=self.year, unit=self.unit, **texts)

    def entry(self) -> dict[str, Any]:
        """The penalty as it stands among the warnings of run.json."""
        return {
            "kind": KIND, "variable": self.variable, "place": self.place, "year": self.year, "amount": self.amount,
            "unit": self.unit, "cost_bn_cny_per_year": self.cost, "discounted_bn_cny": self.discounted,
            "message_en": self.text("en"), "message_zh": self.text("zh"),
        }  # fmt: skip


@dataclass(frozen=True)
class Remark:
    """What the run could not do, in both languages: the plan stands, but something beside it is not told."""

    en: str
    zh: str

    def text(self, lang: str = "en") -> str:
        """The remark as a sentence."""
        return self.zh if lang == "zh" else self.en

    def entry(self) -> dict[str, Any]:
        """The remark as it stands among the warnings of run.json."""
        return {"kind": REMARK, "message_en": self.en, "message_zh": self.zh}


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100.0 else f"{value:.3g}"


def penalties(solution: Solution) -> list[Penalty]:
    """Every penalty that a plan uses, the dearest first; none without a plan."""
    if not solution.has_values:
        return []
    found = [p for family in solution.build.families.values() if family.spec.penalty for p in _of_family(solution, family)]
    return sorted(found, key=lambda p: (-p.discounted, -p.amount, p.place, p.year))


def _of_family(solution: Solution, family: Family) -> list[Penalty]:
    spec, data = family.spec, solution.build.data
    level = np.maximum(0.0, solution.x[family.positions])
    posts = stack([solution.build.ledger.table(account) for account in PAID])
    own = posts[posts["position"].isin(family.positions)]
    paid = np.zeros(len(family))
    np.add.at(paid, own["position"].to_numpy(dtype=np.int64) - family.start, -own["coefficient"].to_numpy(dtype=float))
    place = next((c for c in family.frame.columns if c not in NO_PLACE), "")
    frame = family.frame.assign(place=family.frame[place].astype(str) if place else NATION, amount=level, cost=paid * level)
    sums = frame.groupby(["place", YEAR], sort=False)[["amount", "cost"]].sum().reset_index()
    least = ROUNDING * _largest(solution, spec.unit)
    unit = WORKBOOK_UNITS.get(spec.unit, spec.unit)
    made, weight = [], period_weights(solution)
    for row in sums[(sums["amount"] > least) & (sums["cost"] > 0.0)].to_dict("records"):
        year, cost = int(row[YEAR]), float(row["cost"])
        amount = float(convert(float(row["amount"]), spec.unit, unit))
        names = _names(data, str(row["place"]))
        made.append(
            Penalty(spec.name, spec.en, spec.zh, str(row["place"]), *names, year, amount, unit, cost, cost * weight[year])
        )
    return made


def _largest(solution: Solution, unit: str) -> float:
    """The largest amount of the plan in a unit."""
    families = [f for f in solution.build.families.values() if f.spec.unit == unit and len(f)]
    return max((float(np.abs(solution.x[f.positions]).max()) for f in families), default=0.0)


def _names(data: Data, place: str) -> tuple[str, str]:
    """English and Chinese name of a region or the nation; a band or another key is its own name."""
    if place == NATION:
        return "nation", "全国"
    regions = data.tables["regions"].set_index("region") if "regions" in data.tables else None
    if regions is None or place not in regions.index:
        return place, place
    return str(regions.loc[place, "name_en"]), str(regions.loc[place, "name_zh"])


def of_manifest(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The penalties among the warnings of run.json."""
    return _of_kind(manifest, KIND)


def _of_kind(manifest: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    return [dict(entry) for entry in manifest.get("warnings", ()) if isinstance(entry, Mapping) and entry.get("kind") == kind]


def first_page(manifest: Mapping[str, Any], lang: str) -> list[str]:
    """What the first page warns of: the penalties, then the remarks."""
    return [*lines(of_manifest(manifest), lang), *(str(entry["message_zh" if lang == "zh" else "message_en"]) for entry in _of_kind(manifest, REMARK))]


def lines(entries: Iterable[Mapping[str, Any]], lang: str) -> list[str]:
    """What a page or the screen says of the penalties: how many and what they cost, then the dearest ones."""
    all_of_them, key = list(entries), "zh" if lang == "zh" else "en"
    if not all_of_them:
        return []
    total = sum(float(e["discounted_bn_cny"]) for e in all_of_them)
    told = [LEAD[key].format(number=len(all_of_them), discounted=_number(total))]
    told += [str(e[f"message_{key}"]) for e in all_of_them[:MOST_LISTED]]
    rest = len(all_of_them) - MOST_LISTED
    return [*told, MORE[key].format(number=rest)] if rest > 0 else told
