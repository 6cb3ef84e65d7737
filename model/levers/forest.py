"""How the standing forest is renewed: what is felled where, at which age, and what grows in its place.

Every period stands are first cut, then they age; what is cut or lost to fire, pests, wind and senescence starts anew
in the youngest classes. Old stands grow little and are lost more often, so renewing them can store more carbon than
keeping them: in the new stand and in products, against the slash that decays and the soil that is disturbed.

Limits: even-aged stands under clearcut only (no selective cutting, no thinning); salvage of lost stands is left out;
stands planted within the horizon are not felled within it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from ..core.spec import Indicator, Setting, Variable, constraint
from . import _forest_posts as posts
from ._forest_harvest import HARVEST_SETTINGS, HARVEST_VARIABLES, HarvestLimits
from ._forest_tables import (
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
from ._stands import read_stands

AREA = Variable("area", ("stratum", "age_class", "year"), "Mha", en="Forest by stratum and age class", zh="分层分龄级森林面积")
CLEARCUT = Variable("clearcut", ("stratum", "age_class", "year"), "Mha", en="Clearcut in the period", zh="时期内皆伐面积")
INFLOW = Variable("inflow", ("stratum", "year"), "Mha", en="Area that starts anew in the period", zh="时期内更新进入面积")
ESTABLISHED = Variable("established", ("stratum", "year"), "Mha", en="Established plantings in the period", zh="时期内造林成活面积")
REGENERATED = Variable("regenerated", ("from_stratum", "to_stratum", "year"), "Mha", en="Felled area by what follows", zh="采伐迹地更新去向")


class Forest(HarvestLimits):
    """Areas by stratum and age class, fellings, and what follows them."""

    name = "forest"
    tables = (
        FOREST_GROUPS, FOREST_GROWTH, FOREST_AREA, FOREST_INVENTORY, FOREST_HARVEST, HARVEST_QUOTA, NEW_FOREST, FOREST_CONVERSIONS,
    )  # fmt: skip
    needs = (FOREST_GROUPS, FOREST_GROWTH, FOREST_AREA, FOREST_HARVEST)
    settings = (
        AGE_CLASS_WIDTH,
        Setting("natural_logging_ban_until", "calendar year", "integer", 2025.0, low=1990, high=2200, en="Last year of the logging ban in natural forest", zh="天然林商业性禁伐截止年"),
        *HARVEST_SETTINGS,
    )
    variables = (AREA, CLEARCUT, INFLOW, ESTABLISHED, REGENERATED, *HARVEST_VARIABLES)
    indicators = (
        Indicator("forest_living_sink", "million t CO2/yr", "sink", ("forest_living",), en="Sink in living forest of the base year", zh="现有林活体碳汇"),
        Indicator("new_forest_living_sink", "million t CO2/yr", "sink", ("afforestation_living",), en="Sink in living new forest", zh="新造林活体碳汇"),
        Indicator("roundwood_felled", "million m3/yr", "roundwood", ("forest",), en="Roundwood felled", zh="原木产量"),
        Indicator("forest_clearcut", "kha", variable="clearcut", en="Clearcut per period", zh="时期皆伐面积"),
    )

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
        self.annual_loss = column("annual_loss")
        strata = self.stands.strata
        self.last = dict(zip(strata["stratum"], strata["classes"].astype(int), strict=True))
        self.reach = self.stands.reachable([self.length[y] for y in self.years])

    def _declare(self) -> None:
        stands, classes = self.stands, self.classes
        decided = stands.of_status("productive", "new")
        banned = self.data.number("natural_logging_ban_until")
        areas, cuts = [], []
        for number, year in enumerate(self.years):
            areas.append(stands.table(self.reach[number + 1] & decided[:, None]).assign(year=year))
            standing = self.reach[number][classes["row"], classes["age_class"] - 1]
            allowed = (classes["origin"] != "natural") | (year > banned)
            cuts.append(classes[standing & classes["cuttable"] & allowed].assign(year=year))
        self.area = self.b.variable(AREA, pd.concat(areas, ignore_index=True))
        self.clearcut = self.b.variable(CLEARCUT, pd.concat(cuts, ignore_index=True))
        strata, years = stands.strata[decided], pd.DataFrame({"year": self.years})
        self.inflow = self.b.variable(INFLOW, strata[["stratum"]].merge(years, how="cross"))
        new = strata.loc[strata["status"] == "new", ["stratum"]]
        self.established = self.b.variable(ESTABLISHED, new.merge(years, how="cross"))
        self._declare_conversions()
        self.cut_classes = _by_stratum(self.clearcut.keys)
        base = [(s, a, self.base_year) for (s, a), area in self.base_area.items() if area > 0.0]
        self.standing_classes = _by_stratum([*base, *self.area.keys])
        self.declare_harvest()

    def _declare_conversions(self) -> None:
        """What follows a felled stratum, where ``forest_conversions`` names an alternative that the region has."""
        productive = self.stands.strata[self.stands.of_status("productive")]
        known = dict.fromkeys(productive["stratum"])
        self.successors: dict[str, list[str]] = {}
        self.predecessors: dict[str, list[str]] = {}
        rules = list(self.data.frame(FOREST_CONVERSIONS).itertuples(index=False))
        for stratum in productive.itertuples():
            targets = [
                stratum_name(stratum.region, rule.to_group, rule.to_origin, "productive")
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
        b.constrain(self.kept_non_negative, self.clearcut.frame)
        b.constrain(self.youngest_inflow, frame[youngest])
        b.constrain(self.age_transition, frame[~youngest & ~oldest])
        b.constrain(self.open_class_transition, frame[oldest])
        b.constrain(self.renewed_area, self.inflow.frame)
        converted = pd.DataFrame([(s, y) for s in self.successors for y in self.years], columns=["stratum", "year"])
        b.constrain(self.no_deforestation, converted)
        self.limit_harvest()

    def _post(self) -> None:
        data, ledger, classes = self.data, self.ledger, self.classes
        area, clearcut = self.area.terms(), self.clearcut.terms()
        posts.post_living(data, ledger, self.stands, classes, area)
        posts.post_felling(data, ledger, classes, clearcut)
        posts.post_mortality(data, ledger, self.stands, classes, area, clearcut)
        posts.post_base_year(data, ledger, classes)
        posts.post_land(data, ledger, self.stands)
        ledger.use("planting", self.established.terms(), 1.0, item="established", unit="1")
        own = clearcut.where(~clearcut.frame["stratum"].isin(list(self.successors)))
        posts.post_regeneration(data, ledger, self.stands, own)
        posts.post_regeneration(data, ledger, self.stands, self.regenerated.terms().rename(to_stratum="stratum"))
        self.post_harvest()

    def _standing(self, s: str, a: int, t: int) -> Any:
        """Area of the class at the beginning of the period: a variable, or a number when that is the base year."""
        p = self.before[t]
        return self.base_area.get((s, a), 0.0) if p == self.base_year else self.area.get(s, a, p)

    def _kept(self, s: str, a: int, t: int) -> Any:
        """kept[s,a,t] = area[s,a,t-1] - clearcut[s,a,t]."""
        return self._standing(s, a, t) - self.clearcut.get(s, a, t)

    def _loss(self, s: str, a: int, t: int) -> float:
        """Share of the class that is lost within the period: 1 - (1 - annual)^n."""
        return float(1.0 - (1.0 - self.annual_loss[s, a]) ** self.length[t])

    @constraint(unit="Mha")
    def kept_non_negative(self, stratum: str, age_class: int, year: int) -> Any:
        """No more of a class is felled than stood at the beginning of the period.

        clearcut[s,a,t] <= area[s,a,t-1]

        For: every productive class past the minimum cutting age; natural stands only after the logging ban.
        Unit: Mha.
        Dual: what one more hectare of the class at the beginning of the period is worth for felling.
        Data: forest_area in the first period; forest_groups minimum_cutting_age.
        """
        return self.clearcut[stratum, age_class, year] <= self._standing(stratum, age_class, year)

    @constraint(unit="Mha")
    def age_transition(self, stratum: str, age_class: int, year: int) -> Any:
        """What was kept and not lost is as many classes older as the period spans.

        area[s,a,t] == (1 - loss[s,a-j,t]) * (area[s,a-j,t-1] - clearcut[s,a-j,t]),  j = n[t]/w

        For: every class older than the period spans and younger than the last one.
        Unit: Mha.
        Dual: what one more hectare in that class at the end of the period is worth.
        Data: forest_area, forest_groups loss_young, loss_over_mature, mature_max_age.
        """
        origin = age_class - self.stands.steps(self.length[year])
        return self.area[stratum, age_class, year] == (1.0 - self._loss(stratum, origin, year)) * self._kept(stratum, origin, year)

    @constraint(unit="Mha")
    def open_class_transition(self, stratum: str, age_class: int, year: int) -> Any:
        """The last class takes in all that grows into it and keeps what it has.

        area[s,A,t] == sum over a >= A-j of (1 - loss[s,a,t]) * (area[s,a,t-1] - clearcut[s,a,t]),  j = n[t]/w

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

        inflow[s,t] == sum over a of loss[s,a,t] * (area[s,a,t-1] - clearcut[s,a,t]) + sum over a of clearcut[s,a,t]
                       + established[s,t]
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
        arriving = [(1.0, self.regenerated[source, s, t]) for source in self.predecessors.get(s, [])]
        entering = [(1.0, self.established.get(s, t))]
        return self.inflow[s, t] == self.b.sum([*lost, *felled, *arriving, *entering]) + _constants(lost)

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


def _constants(pairs: Iterable[tuple[float, Any]]) -> float:
    """The part of a sum of (coefficient, area) that is known because the area is that of the base year."""
    return sum(coefficient * area for coefficient, area in pairs if isinstance(area, float))
