"""How the standing forest is renewed: what is felled where, at which age, and what grows in its place.

Every period stands are first cut, then they age; what is cut or lost to fire, pests, wind and senescence starts anew
in the youngest classes. Old stands grow little and are lost more often, so renewing them can store more carbon than
keeping them: in the new stand and in products, against the slash that decays and the soil that is disturbed.

Limits: even-aged stands; stands planted within the horizon are not felled within it.
"""

from __future__ import annotations

import pandas as pd

from ...core.build.build import Lever
from ...core.data import Data
from ...core.declare.iamc import REMOVAL
from ...core.declare.roles import WOOD_USERS, Decision, Headline, Item, Known, State, Told
from ...core.declare.spec import FIRST_YEAR, LAST_YEAR, Indicator, Setting
from .parts import posts as posts
from .parts.areas import AREA_VARIABLES, Ageing, Areas
from .parts.flow import BAND_EXCESS, BAND_SHORTFALL, FLOW_SETTINGS, SHORTFALL, FlowBands
from .parts.given import read_given
from .parts.harvest import HARVEST_SETTINGS, HARVEST_VARIABLES, EndOfHorizon, Harvest
from .parts.history import check_felled_before
from .parts.input import check_bands, check_limits, check_prices, check_recovery, check_stands
from .parts.partial import PARTIAL, PARTIAL_CUTS, post_partial
from .parts.rules import (
    FELLING_START,
    ROADMAP_PHASES,
    ROADMAP_SETTINGS,
    check_roadmap,
    post_phases,
    post_roadmap,
)
from .parts.value import VALUE_VARIABLES, Products, StandLimits, post_stand_value
from .plan_tables import PLAN_SETTINGS, PLAN_TABLES, has_forest, total_area
from .stands import read_stands
from .tables import (
    AGE_CLASS_WIDTH,
    FOREST_AREA,
    FOREST_CONVERSIONS,
    FOREST_GROUPS,
    FOREST_GROWTH,
    FOREST_HARVEST,
    FOREST_INVENTORY,
    HARVEST_QUOTA,
    NEW_FOREST,
    new_stratum_name,
    read_stratum_names,
)

#: Columns of ``new_forest`` that tell the land of a stratum that is planted.
OF_NEW = ("water_zone", "land_type")


def strata_known(data: Data) -> pd.DataFrame:
    """Every stratum with its place, kind and status; what is planted with its land, else that is empty."""
    strata = read_stands(data).strata[["stratum", "region", "forest_group", "origin", "status"]]
    new = data.frame(NEW_FOREST)
    names = [new_stratum_name(*key) for key in new[["region", "water_zone", "land_type"]].itertuples(index=False, name=None)]
    land = {column: dict(zip(names, new[column], strict=True)) for column in OF_NEW}
    return strata.assign(**{column: [of.get(name, "") for name in strata["stratum"]] for column, of in land.items()})


def _fellings(data: Data, forest: pd.DataFrame) -> pd.Series:
    """Rows of the table ``forest`` where something may be felled: productive stands of the planned years."""
    return (forest["status"] == "productive") & (forest["year"] != data.base_year)


class Forest(Lever):
    """Areas by stratum and age class, fellings, and what follows them."""

    name = "forest"
    tables = (
        FOREST_GROUPS, FOREST_GROWTH, FOREST_AREA, FOREST_INVENTORY, FOREST_HARVEST, HARVEST_QUOTA, NEW_FOREST, FOREST_CONVERSIONS,
        *PLAN_TABLES, PARTIAL_CUTS, FELLING_START, ROADMAP_PHASES,
    )  # fmt: skip
    checks = (check_stands, check_bands, check_limits, check_prices, check_recovery, check_roadmap, check_felled_before)
    settings = (
        AGE_CLASS_WIDTH,
        Setting("natural_logging_ban_until", "calendar year", "integer", None, low=FIRST_YEAR, high=LAST_YEAR, en="Last year of the logging ban in natural forest; blank: no ban", zh="天然林商业性禁伐截止年；空白则不禁伐"),
        *FLOW_SETTINGS,
        *HARVEST_SETTINGS,
        *PLAN_SETTINGS,
        *ROADMAP_SETTINGS,
    )
    items = (
        Item("forest_stand", "land", en="Stands of the base year", zh="现有乔木林", wooded=True),
        Item("established", "planting"),
        Item("forest_living", ("sink", "growing_stock"), en="Living forest of the base year", zh="现有林活体", iamc=f"{REMOVAL}|Land Use|Forest|Living Trees|Existing Stands", buffered=True),
        Item("afforestation_living", ("sink", "growing_stock"), en="Living new forest", zh="新造林活体", iamc=f"{REMOVAL}|Land Use|Forest|Living Trees|New Stands", only_added=True, buffered=True),
        Item("forest", ("roundwood", "extracted_carbon", "slash", "soil_felling")),
        Item("slash", "dead_wood", en="Slash", zh="采伐剩余物"),
        Item("mortality", "dead_wood", en="Lost stands", zh="死亡损失"),
        Item("salvage", ("roundwood", "extracted_carbon"), en="Salvaged wood of killed stands", zh="受灾木材回收"),
        Item("clearcut", "roadmap"),
        Item("phase", "roadmap"),
        Item("forest_harvest", "money", en="Felling and hauling", zh="采伐运输", payer=WOOD_USERS),
        Item("forest_harvest_capacity", "money", en="Added harvest capacity", zh="新增采伐能力", payer=WOOD_USERS),
        Item("forest_felling", "money", en="Felling by area", zh="采伐面积成本", payer=WOOD_USERS),
        Item("forest_partial_cutting", "money", en="Selective cutting and thinning", zh="择伐与抚育间伐", payer=WOOD_USERS),
        Item("forest_regeneration", "money", en="Regeneration of felled stands", zh="采伐迹地更新", payer=WOOD_USERS),
        Item("harvest_flow_penalty", "money", en="Penalty on uneven harvest", zh="采伐波动罚金", payer=WOOD_USERS),
        Item("{product_prices.product}", "harvest_value"),
        Item("stands_left", "stand_value", en="Stands left at the end", zh="期末留存林分"),
    )
    variables = (
        *AREA_VARIABLES, *HARVEST_VARIABLES, SHORTFALL, PARTIAL, BAND_SHORTFALL, BAND_EXCESS, *VALUE_VARIABLES,
    )  # fmt: skip
    decisions = (
        Decision(
            "clearcut", ("forest_group", "origin"), lever="harvest", sheets=("harvest_quota", "forest_harvest", "forest_area", "timber_demand"),
            told=Told("kha/yr", table="forest", amount="clearcut_kha", rows=_fellings, headline=Headline(2, "Forest felled and renewed", "采伐更新")),
        ),
        Decision("partial_cut", ("forest_group", "origin", "method"), lever="harvest", told=Told("kha/yr")),
        Decision("regenerated", ("to_stratum",)),
        Decision("harvest_capacity_added"),
    )  # fmt: skip
    knows = (Known("stratum", ("region", "forest_group", "origin", "status", *OF_NEW), strata_known, read_stratum_names),)
    states = (
        State("area", ("youngest_inflow", "age_transition", "open_class_transition")),
        State("inflow", ("renewed_area",)),
        State("established", ("balance_planting",)),
        State("felled_volume", ("felled_volume_sum",)),
        State("salvaged_volume", ("salvaged_volume_sum",)),
    )
    operations = ("product_harvest", "flow_shortfall", "band_shortfall", "band_excess")
    grows_with = "forest"
    indicators = (
        Indicator("forest_living_sink", "million t CO2/yr", "sink", ("forest_living",), en="Sink in living forest of the base year", zh="现有林活体碳汇"),
        Indicator("new_forest_living_sink", "million t CO2/yr", "sink", ("afforestation_living",), en="Sink in living new forest", zh="新造林活体碳汇"),
        Indicator("roundwood_felled", "million m3/yr", "roundwood", ("forest",), en="Roundwood felled", zh="原木产量"),
        Indicator("forest_clearcut", "kha", variable="clearcut", en="Clearcut per period", zh="时期皆伐面积"),
    )
    #: The parts whose methods are the constraint families.
    rules = (Ageing, Harvest, EndOfHorizon, Products, StandLimits, FlowBands)

    @classmethod
    def extent(cls, data: Data) -> float:
        """All forest of the base year in Mha."""
        return total_area(data)

    @classmethod
    def present(cls, data: Data) -> bool:
        """The forest exists when its area and its growth are given, by age or by class."""
        return has_forest(data)

    def build(self) -> None:
        """Read the stands, declare what is decided, tie it from period to period, post what the forest gives."""
        b, data, ledger = self.b, self.data, self.ledger

        # what the workbook gives, and what is decided
        given = read_given(data)
        areas = Areas(b, given)
        harvest = Harvest(b, given, areas)
        products = Products(b, given, areas, harvest.felled_volume)
        bands = FlowBands(b, given, areas, harvest.base_felled, products.harvested)

        # what holds
        Ageing(b, given, areas).constrain()
        harvest.constrain()
        EndOfHorizon(b, given, areas).constrain()
        products.constrain()
        StandLimits(b, given, areas.area).constrain()
        bands.constrain()

        # what goes to the shared balances: carbon in each of its places, wood, land and money
        felled = areas.felled()
        posts.post_living(data, ledger, given.stands, given.classes, areas.area.terms())
        posts.post_growing_stock(data, ledger, given.stands, given.classes, areas.area.terms())
        posts.post_felling(data, ledger, felled)
        posts.post_felling_cost(data, ledger, felled)
        for sign, kept in areas.kept_after_base_year():
            posts.post_mortality(data, ledger, given.lost, kept, sign)
        posts.post_known_mortality(data, ledger, given.stands, given.lost)
        posts.post_base_year(data, ledger, given.classes)
        posts.post_land(data, ledger, given.stands)
        ledger.use("planting", areas.established.terms(), 1.0, item="established", unit="1")
        for regenerated in areas.regenerated_into():
            posts.post_regeneration(data, ledger, given.stands, regenerated)
        harvest.post(ledger, products.salvaged_volume)
        post_partial(data, ledger, given.partials, areas.cuts.family)
        products.post(ledger)
        post_stand_value(data, ledger, given, areas)
        bands.post(ledger)
        post_roadmap(data, ledger, felled, "clearcut")
        post_phases(data, ledger)
