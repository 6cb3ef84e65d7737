"""Who stands on which land: classes of the national survey, shared use, and what stays idle.

Land of a class, less its redline share and present use that can not change, must cover what all levers hold of it.
Solar panels may share a hectare with restored grassland, with fields or with a water surface; that hectare is then
counted once, brings a co-benefit and costs what sharing costs.

Limits: the survey's classes only; land changes class through a lever that posts both sides, never by itself. Uses are
areas, not places: a shared hectare is any hectare of the class in the region.
"""

from __future__ import annotations

import pandas as pd

from ...core.build.build import Lever
from ...core.data import Data
from ...core.declare.roles import POWER_USERS, Decision, Item
from ...core.declare.spec import Column, Finding, Indicator, Table, Variable
from ..years import each_year
from .tables import AVAILABLE, FIXED_USE, LAND, ROUNDING_MHA, SHARED_CLASSES, open_area

#: What panels share a hectare with: what levers restore, or the present use of the class.
RESTORED, PRESENT_USE = "restored", "present_use"
#: Class that the rows of a table stand on without naming it.
STANDS_ON = {"forest_area": "forest_land", "forest_class_area": "forest_land", "afforestation_land": "forest_land", "grassland": "grassland"}

DUAL_USE_RULES = Table(
    "dual_use_rules",
    (
        Column("land_class", "", "text", key=True, absent="unused", choices=SHARED_CLASSES, en="Land class on which panels may share", zh="可与光伏复合的地类"),
        Column("shares_with", "", "text", choices=(RESTORED, PRESENT_USE), aggregate="first", en="restored: land under restoring measures; present_use: the present use of the class (fields, ponds)", zh="restored为修复面积；present_use为该地类现状用途（农田、水面）"),
        Column("share", "1", low=0, high=1, aggregate="first", en="Largest share of the area under panels that the other use can keep", zh="光伏用地中可保留另一用途的最大比例"),
        Column("benefit", "CNY/ha/yr", low=0, high=50000, aggregate="first", en="Co-benefit of sharing a hectare", zh="复合利用协同收益"),
        Column("cost", "CNY/ha/yr", low=0, high=50000, aggregate="first", en="Cost of sharing a hectare (wider rows, higher frames, lower yield)", zh="复合利用附加成本（行距、支架、减产）"),
    ),
    en="Where solar panels may share their land", zh="光伏复合利用规则",
)

DUAL_USE = Variable(
    "dual_use", ("region", "land_class", "year"), "Mha", en="Land that carries solar panels and another use", zh="光伏复合利用面积"
)


def check_open_area(data: Data) -> list[Finding]:
    """The redline and present use must leave no less than nothing of a class."""
    land = data.frame(LAND)
    left = open_area(land) - land["fixed_use"].astype(float)
    return [
        Finding(
            "error", LAND.name, data.cell(LAND.name, int(row), "fixed_use"),
            f"present use and redline of {land_class} in {region} exceed its area", "area * (1 - redline_share) >= fixed_use",
            f"{region} {land_class} 的现状用途与红线超过其面积", "应满足 area * (1 - redline_share) >= fixed_use",
        )
        for row, region, land_class, rest in zip(land.index, land["region"], land["land_class"], left, strict=True)
        if rest < -ROUNDING_MHA
    ]  # fmt: skip


def check_classes(data: Data) -> list[Finding]:
    """What stands on a class without naming it must find a row of that class in its region."""
    land = data.frame(LAND)
    held = set(zip(land["region"], land["land_class"], strict=True))
    standing = {name: data.tables[name] for name in STANDS_ON if data.has(name)}
    return [
        Finding(
            "error", LAND.name, "", f"{name} stands on {STANDS_ON[name]} of {region}, which has no row", "a row for it, with its area",
            f"{name} 占用 {region} 的 {STANDS_ON[name]}，而本表没有该行", "应填写该行及其面积",
        )
        for name, frame in standing.items()
        for region in dict.fromkeys(frame["region"])
        if (region, STANDS_ON[name]) not in held
    ]


class Land(Lever):
    """Land by class, less the redline and present use that can not change; panels may share land with other uses."""

    name = "land"
    tables = (LAND, DUAL_USE_RULES)
    needs = (LAND,)
    checks = (check_open_area, check_classes)
    items = (
        Item(AVAILABLE, "land"),
        Item(FIXED_USE, ("land", "dual_restored"), en="Present use that can not change", zh="不可变更用途"),
        Item(DUAL_USE.name, ("dual_panels", "dual_restored", "land"), en="Dual use: panels share the land", zh="光伏复合利用"),
        Item("dual_use_benefit", "money", en="Benefit of land shared with panels", zh="光伏复合利用收益", payer=POWER_USERS),
        Item("dual_use_cost", "money", en="Cost of land shared with panels", zh="光伏复合利用附加成本", payer=POWER_USERS),
    )
    variables = (DUAL_USE,)
    decisions = (Decision(DUAL_USE.name, ("land_class",)),)
    indicators = (
        Indicator("dual_use_area", "kha", variable=DUAL_USE.name, en="Land in dual use with solar panels", zh="光伏复合利用面积"),
    )

    def build(self) -> None:
        """Post the land of every class and what shared use gives back."""
        land = self.data.frame(LAND)
        self._post_land(land)
        if self.data.has(DUAL_USE_RULES.name):
            self._post_dual_use(land)

    def _post_land(self, land: pd.DataFrame) -> None:
        every = each_year(land, self.data)
        self.ledger.supply_fixed(
            "land", every, open_area(every), item=AVAILABLE, unit="Mha", sheet=LAND.name, cells=self.b.cells(LAND, every, "area"),
            nets="closed_area",
        )
        self.ledger.use_fixed(
            "land", every, every["fixed_use"].astype(float), item=FIXED_USE, unit="Mha", sheet=LAND.name, cells=self.b.cells(LAND, every, "fixed_use"),
        )

    def _post_dual_use(self, land: pd.DataFrame) -> None:
        rules = self.data.frame(DUAL_USE_RULES)
        rules = rules[rules["share"].astype(float) > 0.0]
        shared = land[["region", "land_class", "fixed_use"]].merge(rules, on="land_class")
        if shared.empty:
            return
        every = each_year(shared, self.data)
        self.dual_use = self.b.variable(DUAL_USE, every)
        present = every[every["shares_with"] == PRESENT_USE]
        self.ledger.supply_fixed("dual_restored", present, present["fixed_use"].astype(float), item=FIXED_USE, unit="Mha")
        terms = self.dual_use.terms().join(rules, ["land_class"], ["benefit", "cost", "share"])
        # shared <= share * panels, written as panels that the shared hectares need
        self.ledger.use("dual_panels", terms, 1.0 / terms.frame["share"].astype(float), item=DUAL_USE.name, unit="1")
        self.ledger.use("dual_restored", terms, 1.0, item=DUAL_USE.name, unit="1")
        # Panels and the other use have each posted their whole area: what they share is given back once.
        self.ledger.supply("land", terms, 1.0, item=DUAL_USE.name, unit="1")
        self.ledger.supply("money", terms, DUAL_USE_RULES.column("benefit"), item="dual_use_benefit")
        self.ledger.use("money", terms, DUAL_USE_RULES.column("cost"), item="dual_use_cost")
