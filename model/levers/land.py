"""Who stands on which land: classes of the national survey, shared use, and what stays idle.

Land of a class, less its redline share and present use that can not change, must cover what all levers hold of it.
Solar panels and restored grassland may stand on the same hectare; that hectare is then counted once.

Limits: the survey's classes only; land changes class through a lever that posts both sides, never by itself.
"""

from __future__ import annotations

from ..core.build import Lever
from ..core.spec import Column, Indicator, Setting, Table, Variable
from ._years import each_year

LAND_CLASSES = ("cropland", "garden", "forest_land", "grassland", "wetland", "built_up", "transport", "water_surface", "unused", "canal_corridor")
#: The class on which panels and restoration may share a hectare.
SHARED_CLASS = "grassland"

LAND = Table(
    "land",
    (
        Column("region", "", "text", key=True, ref="regions.region", en="Region", zh="地区"),
        Column("land_class", "", "text", key=True, choices=LAND_CLASSES, en="Class of the national land survey", zh="国土调查地类"),
        Column("area", "kha", low=0, en="Area in the base year", zh="基年面积"),
        Column("redline_share", "1", low=0, high=1, default=0.0, aggregate="mean:area", en="Share closed to the model's uses; 0 where the site table already leaves it out", zh="对模型用途关闭的红线比例；场址表已扣除的取0"),
        Column("fixed_use", "kha", low=0, default=0.0, en="Area of present use that can not change (other wooded land, cropland floor)", zh="不可变更的现状用途面积（其他林地、耕地底线）"),
    ),
    en="Land by class", zh="土地（分类）",
)

DUAL_USE = Variable(
    "dual_use", ("region", "year"), "Mha", en="Restored grassland that also carries solar panels", zh="光伏与草地修复复合利用面积"
)


class Land(Lever):
    """Land by class, less the redline and present use that can not change; panels and restoration may share grassland."""

    name = "land"
    tables = (LAND,)
    needs = (LAND,)
    settings = (
        Setting("dual_use_benefit", "CNY/ha/yr", default=600.0, low=0, high=10000, en="Co-benefit of panels and restoration on one hectare", zh="光伏与修复复合利用协同收益"),
    )
    variables = (DUAL_USE,)
    indicators = (
        Indicator("dual_use_area", "kha", variable="dual_use", en="Grassland in dual use with solar panels", zh="草光复合利用面积"),
    )

    def build(self) -> None:
        """Post the land of every class and what shared use gives back."""
        self._post_land()
        self._post_dual_use()

    def _post_land(self) -> None:
        land = each_year(self.data.frame(LAND), self.data)
        open_area = land["area"].astype(float) * (1.0 - land["redline_share"].astype(float))
        self.ledger.supply_fixed(
            "land", land, open_area, item="available", unit="Mha", sheet=LAND.name, cells=self.b.cells(LAND, land, "area")
        )
        self.ledger.use_fixed("land", land, land["fixed_use"].astype(float), item="fixed_use", unit="Mha")

    def _post_dual_use(self) -> None:
        land = self.data.frame(LAND)
        grassland = land.loc[land["land_class"] == SHARED_CLASS, ["region"]]
        if grassland.empty:
            return
        self.dual_use = self.b.variable(DUAL_USE, each_year(grassland, self.data))
        shared = self.dual_use.terms()
        self.ledger.use("dual_panels", shared, 1.0, item="dual_use", unit="1")
        self.ledger.use("dual_restored", shared, 1.0, item="dual_use", unit="1")
        # Panels and restoration have each posted their whole area: what they share is given back once.
        self.ledger.supply("land", shared.assign(land_class=SHARED_CLASS), 1.0, item="dual_use", unit="1")
        benefit = self.data.number("dual_use_benefit")
        self.ledger.supply("money", shared, benefit, item="dual_use_benefit", unit="bn CNY/Mha/yr")
