"""How the standing forest is renewed: what is felled where, at which age, and what grows in its place.

Every period stands are first cut, then they age; what is cut or lost to fire, pests, wind and senescence starts anew
in the youngest classes. Old stands grow little and are lost more often, so renewing them can store more carbon than
keeping them: in the new stand and in products, against the slash that decays and the soil that is disturbed.

Limits: even-aged stands; stands planted within the horizon are not felled within it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from ...core.data import Data
from ...core.declare.iamc import REMOVAL
from ...core.declare.roles import Item
from ...core.declare.spec import FIRST_YEAR, LAST_YEAR, Indicator, Setting, Variable, constraint
from ...core.frames import stack
from ...core.ledger import Terms
from .parts import posts as posts
from .parts.flow import BAND_EXCESS, BAND_SHORTFALL, FLOW_SETTINGS, SHORTFALL, FlowBands
from .parts.harvest import HARVEST_SETTINGS, HARVEST_VARIABLES, HarvestLimits
from .parts.input import check_bands, check_limits, check_prices, check_recovery, check_stands
from .parts.partial import PARTIAL, PARTIAL_CUTS, PartialCuts
from .parts.rules import (
    FELLING_START,
    ROADMAP_PHASES,
    ROADMAP_SETTINGS,
    check_roadmap,
    may_fell,
    post_phases,
    post_roadmap,
)
from .parts.value import VALUE_VARIABLES, HarvestValue
from .plan_tables import PLAN_SETTINGS, PLAN_TABLES, has_forest
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
    stratum_name,
)

AREA = Variable("area", ("stratum", "age_class", "year"), "Mha", en="Forest by stratum and age class", zh="分层分龄级森林面积")
CLEARCUT = Variable("clearcut", ("stratum", "age_class", "year"), "Mha", en="Clearcut in the period", zh="时期内皆伐面积")
INFLOW = Variable("inflow", ("stratum", "year"), "Mha", en="Area that starts anew in the period", zh="时期内更新进入面积")
ESTABLISHED = Variable("established", ("stratum", "year"), "Mha", en="Established plantings in the period", zh="时期内造林成活面积")
REGENERATED = Variable("regenerated", ("from_stratum", "to_stratum", "year"), "Mha", en="Felled area by what follows", zh="采伐迹地更新去向")


class Forest(HarvestValue, FlowBands, PartialCuts, HarvestLimits):
    """Areas by stratum and age class, fellings, and what follows them."""

    name = "forest"
    tables = (
        FOREST_GROUPS, FOREST_GROWTH, FOREST_AREA, FOREST_INVENTORY, FOREST_HARVEST, HARVEST_QUOTA, NEW_FOREST, FOREST_CONVERSIONS,
        *PLAN_TABLES, PARTIAL_CUTS, FELLING_START, ROADMAP_PHASES,
    )  # fmt: skip
    checks = (check_stands, check_bands, check_limits, check_prices, check_recovery, check_roadmap)
    settings = (
        AGE_CLASS_WIDTH,
        Setting("natural_logging_ban_until", "calendar year", "integer", None, low=FIRST_YEAR, high=LAST_YEAR, en="Last year of the logging ban in natural forest; blank: no ban", zh="天然林商业性禁伐截止年；空白则不禁伐"),
        *FLOW_SETTINGS,
        *HARVEST_SETTINGS,
        *PLAN_SETTINGS,
        *ROADMAP_SETTINGS,
    )
    items = (
        Item("forest_stand", "land", en="Stands of the base year", zh="现有乔木林"),
        Item("established", "planting"),
        Item("forest_living", "sink", en="Living forest of the base year", zh="现有林活体", iamc=f"{REMOVAL}|Land Use|Forest|Living Trees|Existing Stands", buffered=True),
        Item("afforestation_living", "sink", en="Living new forest", zh="新造林活体", iamc=f"{REMOVAL}|Land Use|Forest|Living Trees|New Stands", only_added=True, buffered=True),
        Item("forest", ("roundwood", "extracted_carbon", "slash", "soil_felling")),
        Item("slash", "dead_wood", en="Slash", zh="采伐剩余物"),
        Item("mortality", "dead_wood", en="Lost stands", zh="死亡损失"),
        Item("salvage", ("roundwood", "extracted_carbon"), en="Salvaged wood of killed stands", zh="受灾木材回收"),
        Item("clearcut", "roadmap"),
        Item("phase", "roadmap"),
        Item("forest_harvest", "money", en="Felling and hauling", zh="采伐运输"),
        Item("forest_harvest_capacity", "money", en="Added harvest capacity", zh="新增采伐能力"),
        Item("forest_felling", "money", en="Felling by area", zh="采伐面积成本"),
        Item("forest_partial_cutting", "money", en="Selective cutting and thinning", zh="择伐与抚育间伐"),
        Item("forest_regeneration", "money", en="Regeneration of felled stands", zh="采伐迹地更新"),
        Item("harvest_flow_penalty", "money", en="Penalty on uneven harvest", zh="采伐波动罚金"),
        Item("{product_prices.product}", "harvest_value"),
        Item("stands_left", "stand_value", en="Stands left at the end", zh="期末留存林分"),
    )
    variables = (
        AREA, CLEARCUT, INFLOW, ESTABLISHED, REGENERATED, *HARVEST_VARIABLES, SHORTFALL, PARTIAL, BAND_SHORTFALL, BAND_EXCESS, *VALUE_VARIABLES,
    )  # fmt: skip
    indicators = (
        Indicator("forest_living_sink", "million t CO2/yr", "sink", ("forest_living",), en="Sink in living forest of the base year", zh="现有林活体碳汇"),
        Indicator("new_forest_living_sink", "million t CO2/yr", "sink", ("afforestation_living",), en="Sink in living new forest", zh="新造林活体碳汇"),
        Indicator("roundwood_felled", "million m3/yr", "roundwood", ("forest",), en="Roundwood felled", zh="原木产量"),
        Indicator("forest_clearcut", "kha", variable="clearcut", en="Clearcut per period", zh="时期皆伐面积"),
    )

    @classmethod
    def present(cls, data: Data) -> bool:
        """The forest exists when its area and its growth are given, by age or by class."""
        return has_forest(data)

    def build(self) -> None:
        """Declare areas and fellings, tie them from period to period, post what the forest gives."""
        self._prepare()
        self._declare()
        self._constrain()
        self._post()

    def _prepare(self) -> None:
        data = self.data
        self.years = data.years
        self.length = {y: data.length(y) for y in self.years}
        self.before = {y: data.previous(y) for y in self.years}
        self.base_year = data.base_year
        self.stands = read_stands(data)
        self.classes = posts.forest_classes(data, self.stands)
        keys = list(self.classes[posts.CLASS].itertuples(index=False, name=None))

        def column(name: str) -> dict[tuple[str, int], float]:
            return dict(zip(keys, self.classes[name].tolist(), strict=True))

        self.volume, self.living, self.base_area = column("volume"), column("living"), column("area")
        strata = self.stands.strata
        self.row_of = {name: row for row, name in enumerate(strata["stratum"])}
        self.lost = posts.killed(data, self.stands, self.classes)
        self.loss_in = {year: self.lost.share[period].tolist() for period, year in enumerate(self.years)}
        self.last = dict(zip(strata["stratum"], strata["classes"].astype(int), strict=True))
        self.prepare_partial()
        self.reach = self.stands.reachable([self.length[y] for y in self.years], self.thinned())

    def _declare(self) -> None:
        stands, classes = self.stands, self.classes
        decided = stands.of_status("productive", "new")
        areas, cuts, parts = [], [], []
        for number, year in enumerate(self.years):
            areas.append(stands.table(self.reach[number + 1] & decided[:, None]).assign(year=year))
            standing = self.reach[number][classes["row"], classes["age_class"] - 1]
            cuts.append(classes[standing & classes["cuttable"] & may_fell(self.data, classes, year)].assign(year=year))
            partial = self.partials
            stands_there = self.reach[number][partial["row"].to_numpy(dtype=int), partial["age_class"].to_numpy(dtype=int) - 1]
            parts.append(partial[stands_there & (may_fell(self.data, partial, year) | (partial["under_ban"].astype(float) > 0.0))].assign(year=year))
        self.area = self.b.variable(AREA, stack(areas))
        self.clearcut = self.b.variable(CLEARCUT, stack(cuts))
        self.declare_partial(stack(parts))
        strata, years = stands.strata[decided], pd.DataFrame({"year": self.years})
        self.inflow = self.b.variable(INFLOW, strata[["stratum"]].merge(years, how="cross"))
        new = strata.loc[strata["status"] == "new", ["stratum"]]
        self.established = self.b.variable(ESTABLISHED, new.merge(years, how="cross"))
        self._declare_conversions()
        self.cut_classes = _by_stratum(self.clearcut.keys)
        base = [(s, a, self.base_year) for (s, a), area in self.base_area.items() if area > 0.0]
        self.standing_classes = _by_stratum([*base, *self.area.keys])
        self.declare_harvest()
        self.declare_value()
        self.declare_flow()

    def _declare_conversions(self) -> None:
        """What follows a felled stratum, where ``forest_conversions`` names an alternative that the region has."""
        productive = self.stands.strata[self.stands.of_status("productive")]
        known = dict.fromkeys(productive["stratum"])
        self.successors: dict[str, list[str]] = {}
        self.predecessors: dict[str, list[str]] = {}
        rules = list(self.data.frame(FOREST_CONVERSIONS).itertuples(index=False))
        for stratum in productive.itertuples():
            targets = [
                stratum_name(stratum.region, rule.to_group, rule.to_origin, "productive", stratum.district)
                for rule in rules
                if (rule.from_group, rule.from_origin) == (stratum.forest_group, stratum.origin)
            ]
            others = [t for t in dict.fromkeys(targets) if t in known and t != stratum.stratum]
            for target in [stratum.stratum, *others] if others else []:
                self.successors.setdefault(stratum.stratum, []).append(target)
                self.predecessors.setdefault(target, []).append(stratum.stratum)
        keys = [(s, to, y) for s, targets in self.successors.items() for to in targets for y in self.years]
        self.regenerated = self.b.variable(REGENERATED, keys)

    def _constrain(self) -> None:
        b, frame = self.b, self.area.frame
        step = frame["year"].map(self.length) // self.stands.width
        youngest = frame["age_class"] <= step
        oldest = (frame["age_class"] == frame["stratum"].map(self.last)) & ~youngest
        cut = [self.clearcut.frame, self.partial.frame[["stratum", "age_class", "year"]]]
        b.constrain(self.kept_non_negative, stack(cut).drop_duplicates(ignore_index=True))
        overdue = self.classes.loc[self.classes["overdue"], posts.CLASS]
        b.constrain(self.rotation_end, self.clearcut.frame.merge(overdue, how="inner", on=posts.CLASS, sort=False))
        b.constrain(self.youngest_inflow, frame[youngest])
        b.constrain(self.age_transition, frame[~youngest & ~oldest])
        b.constrain(self.open_class_transition, frame[oldest])
        b.constrain(self.renewed_area, self.inflow.frame)
        converted = pd.DataFrame([(s, y) for s in self.successors for y in self.years], columns=["stratum", "year"])
        b.constrain(self.no_deforestation, converted)
        self.limit_harvest()
        self.constrain_value()
        self.limit_flow()

    def _post(self) -> None:
        data, ledger, classes = self.data, self.ledger, self.classes
        area, clearcut = self.area.terms(), self.clearcut.terms()
        posts.post_living(data, ledger, self.stands, classes, area)
        felled = clearcut.join(classes, posts.CLASS, [*posts.FELLING, "felling_cost", "row"])
        posts.post_felling(data, ledger, felled)
        posts.post_felling_cost(data, ledger, felled)
        self._post_mortality(felled)
        posts.post_base_year(data, ledger, classes)
        posts.post_land(data, ledger, self.stands)
        ledger.use("planting", self.established.terms(), 1.0, item="established", unit="1")
        own = clearcut.where(~clearcut.frame["stratum"].isin(list(self.successors)))
        posts.post_regeneration(data, ledger, self.stands, own)
        posts.post_regeneration(data, ledger, self.stands, self.regenerated.terms().rename(to_stratum="stratum"))
        self.post_harvest()
        self.post_partial()
        self.post_value()
        self.post_flow()
        post_roadmap(data, ledger, felled, "clearcut")
        post_phases(data, ledger)

    def _post_mortality(self, felled: Terms) -> None:
        """Losses of what is kept: of what stood one period before, less what is clearcut, and as the younger class where cut in part."""
        data, ledger, stands = self.data, self.ledger, self.stands
        following = {before: year for year, before in self.before.items() if before != self.base_year}
        stood = self.area.terms().where(self.area.frame["year"].isin(list(following))).join(self.classes, posts.CLASS, ["region", "row"])
        stood = stood.assign(year=stood.frame["year"].map(following))
        posts.post_mortality(data, ledger, self.lost, stood, 1.0)
        posts.post_mortality(data, ledger, self.lost, felled, -1.0)
        cut = self.partial.terms().join(self.partials, ["stratum", "method", "age_class"], ["region", "row", "younger"])
        posts.post_mortality(data, ledger, self.lost, cut, -1.0)
        posts.post_mortality(data, ledger, self.lost, cut.assign(age_class=cut.frame["younger"]), 1.0)
        posts.post_known_mortality(data, ledger, stands, self.lost)

    def younger_of(self, key: tuple[str, str, int]) -> int:
        """Class that a partial cut moves a stand to."""
        return self.younger[key]

    def _standing(self, s: str, a: int, t: int) -> Any:
        """Area of the class at the beginning of the period: a variable, or a number when that is the base year."""
        p = self.before[t]
        return self.base_area.get((s, a), 0.0) if p == self.base_year else self.area.get(s, a, p)

    def _kept(self, s: str, a: int, t: int) -> Any:
        """kept[s,a,t] = area[s,a,t-1] - clearcut[s,a,t] - what partial cuts take out + what they put in."""
        kept = self._standing(s, a, t) - self.clearcut.get(s, a, t)
        if (s, a) in self.cut_from or (s, a) in self.cut_into:
            kept = kept - sum(self.cut_in_part(s, a, t)) + sum(self.put_back(s, a, t))
        return kept

    def _loss(self, s: str, a: int, t: int) -> float:
        """Share of the class that is lost within the period: 1 - (1 - annual)^n, or as given for the period."""
        return float(self.loss_in[t][self.row_of[s]][a - 1])

    @constraint(unit="Mha")
    def kept_non_negative(self, stratum: str, age_class: int, year: int) -> Any:
        """No more of a class is felled than stood at the beginning of the period.

        clearcut[s,a,t] + sum over m of partial_cut[s,m,a,t] <= area[s,a,t-1]

        For: every productive class that may be felled or cut in part; natural stands only after the logging ban.
        Unit: Mha.
        Dual: what one more hectare of the class at the beginning of the period is worth for felling.
        Data: forest_area in the first period; forest_groups minimum_cutting_age, partial_cuts, felling_start.
        """
        felled = self.clearcut.get(stratum, age_class, year) + sum(self.cut_in_part(stratum, age_class, year))
        return felled <= self._standing(stratum, age_class, year)

    @constraint(unit="Mha")
    def rotation_end(self, stratum: str, age_class: int, year: int) -> Any:
        """A stand past the longest rotation is felled whole.

        clearcut[s,a,t] >= area[s,a,t-1]

        For: every productive class past maximum_cutting_age that may be felled in the period.
        Unit: Mha.
        Dual: cost of the obligation to fell one more hectare.
        Data: forest_groups maximum_cutting_age.
        """
        return self.clearcut[stratum, age_class, year] >= self._standing(stratum, age_class, year)

    @constraint(unit="Mha")
    def age_transition(self, stratum: str, age_class: int, year: int) -> Any:
        """What was kept and not lost is as many classes older as the period spans.

        area[s,a,t] == (1 - loss[s,a-j,t]) * kept[s,a-j,t],  j = n[t]/w,  kept[s,a,t] = area[s,a,t-1] - clearcut[s,a,t]
                         - sum over m of partial_cut[s,m,a,t] + what partial cuts of older classes leave as class a

        For: every class older than the period spans and younger than the last one.
        Unit: Mha.
        Dual: what one more hectare in that class at the end of the period is worth.
        Data: forest_area, forest_groups loss_young, loss_over_mature, mature_max_age, disturbance_share, disturbance_by_age.
        """
        origin = age_class - self.stands.steps(self.length[year])
        return self.area[stratum, age_class, year] == (1.0 - self._loss(stratum, origin, year)) * self._kept(stratum, origin, year)

    @constraint(unit="Mha")
    def open_class_transition(self, stratum: str, age_class: int, year: int) -> Any:
        """The last class takes in all that grows into it and keeps what it has.

        area[s,A,t] == sum over a >= A-j of (1 - loss[s,a,t]) * kept[s,a,t],  j = n[t]/w

        For: the last class of every stratum, where it can be reached.
        Unit: Mha.
        Dual: what one more hectare in the last class at the end of the period is worth.
        Data: forest_area, forest_groups loss_over_mature, over_mature_max_age.
        """
        first = age_class - self.stands.steps(self.length[year])
        older = [(1.0 - self._loss(stratum, a, year), a) for a in range(first, age_class + 1)]
        return self.area[stratum, age_class, year] == sum(keep * self._kept(stratum, a, year) for keep, a in older)

    @constraint(unit="Mha")
    def youngest_inflow(self, stratum: str, age_class: int, year: int) -> Any:
        """What starts anew within a period is spread evenly over the classes that the period spans.

        area[s,a,t] == inflow[s,t] / j,  a <= j = n[t]/w

        For: the youngest j classes of every stratum.
        Unit: Mha.
        Dual: what one more hectare in that class at the end of the period is worth.
        Data: periods, age_class_width.
        """
        return self.area[stratum, age_class, year] == self.inflow[stratum, year] / self.stands.steps(self.length[year])

    @constraint(unit="Mha")
    def renewed_area(self, stratum: str, year: int) -> Any:
        """What starts anew is what was lost, what was felled and stays of its kind or comes to it, and what was planted.

        inflow[s,t] == sum over a of loss[s,a,t] * kept[s,a,t] + sum over a of clearcut[s,a,t] + established[s,t]
        with the sum over s' of regenerated[s',s,t] in place of the clearcut for strata of forest_conversions.

        For: every productive and new stratum and every year after the base year.
        Unit: Mha.
        Dual: what one more hectare that starts anew is worth.
        Data: forest_groups loss_young, loss_over_mature; forest_conversions.
        """
        s, t = stratum, year
        lost = [(self._loss(s, a, t), self._standing(s, a, t)) for a in self.standing_classes.get((s, self.before[t]), [])]
        stays = 0.0 if s in self.successors else 1.0
        felled = [(stays - self._loss(s, a, t), self.clearcut[s, a, t]) for a in self.cut_classes.get((s, t), [])]
        felled += [
            (self._loss(s, self.younger[s, m, a], t) - self._loss(s, a, t), self.partial[s, m, a, t]) for m, a in self.partials_of.get((s, t), [])
        ]
        arriving = [(1.0, self.regenerated[source, s, t]) for source in self.predecessors.get(s, [])]
        entering = [(1.0, self.established.get(s, t))]
        return self.inflow[s, t] == self.b.sum([*_decided(lost), *felled, *arriving, *entering]) + _constants(lost)

    @constraint(unit="Mha")
    def no_deforestation(self, stratum: str, year: int) -> Any:
        """Every felled hectare is forest again: of its own kind or of one that may follow.

        sum over s' of regenerated[s,s',t] == sum over a of clearcut[s,a,t]

        For: every stratum that has an alternative in forest_conversions; the others regenerate as they were.
        Unit: Mha.
        Dual: cost of one more felled hectare that must be regenerated.
        Data: forest_conversions.
        """
        regenerated = [(1.0, self.regenerated[stratum, to, year]) for to in self.successors[stratum]]
        felled = [(1.0, self.clearcut[stratum, a, year]) for a in self.cut_classes.get((stratum, year), [])]
        return self.b.sum(regenerated) == self.b.sum(felled)


def _by_stratum(keys: Iterable[tuple[Any, ...]]) -> dict[tuple[str, int], list[int]]:
    """(stratum, year) -> age classes, from (stratum, age_class, year)."""
    found: dict[tuple[str, int], list[int]] = {}
    for s, a, t in keys:
        found.setdefault((s, t), []).append(a)
    return found


def _decided(pairs: Iterable[tuple[float, Any]]) -> list[tuple[float, Any]]:
    """The part of a sum of (coefficient, area) that is decided."""
    return [(coefficient, area) for coefficient, area in pairs if not isinstance(area, float)]


def _constants(pairs: Iterable[tuple[float, Any]]) -> float:
    """The part of a sum of (coefficient, area) that is known because the area is that of the base year."""
    return sum(coefficient * area for coefficient, area in pairs if isinstance(area, float))
