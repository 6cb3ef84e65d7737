"""The areas of the forest by class, what is felled of them, and the rows that carry them from period to period.

Every period stands are first cut, then they age; what is cut, lost or planted starts anew in the youngest classes.

Limits: even-aged stands; stands planted within the horizon are not felled within it. In periods of history that is felled which was
observed (``history``), and each stand follows its own kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from ....core.build.build import Build
from ....core.build.declared import info_of
from ....core.declare.spec import Variable, constraint
from ....core.frames import stack
from ....core.ledger import Terms
from .given import Given
from .history import felled_before
from .partial import CUT, PARTIAL, PartialCuts
from .posts import CLASS, FELLING
from .rules import conversions, may_fell

AREA = Variable("area", ("stratum", "age_class", "year"), "Mha", en="Forest by stratum and age class", zh="分层分龄级森林面积")
CLEARCUT = Variable("clearcut", ("stratum", "age_class", "year"), "Mha", en="Clearcut in the period", zh="时期内皆伐面积")
INFLOW = Variable("inflow", ("stratum", "year"), "Mha", en="Area that starts anew in the period", zh="时期内更新进入面积")
ESTABLISHED = Variable("established", ("stratum", "year"), "Mha", en="Established plantings in the period", zh="时期内造林成活面积")
REGENERATED = Variable("regenerated", ("from_stratum", "to_stratum", "year"), "Mha", en="Felled area by what follows", zh="采伐迹地更新去向")
AREA_VARIABLES = (AREA, CLEARCUT, INFLOW, ESTABLISHED, REGENERATED)

KEY = [*CLASS, "year"]
#: Up to this share lost in a period, an area left that is not negative holds the felling of its class as well as a row would.
MOST_LOST = 0.9


class Areas:
    """What is decided of the forest: variables, and what is found of them by stratum and year.

    ``cuts`` are the partial cuts. ``cut_classes`` and ``standing_classes`` list the classes that may be clearcut and that may
    hold area by (stratum, year); ``successors`` and ``predecessors`` are what may follow a felled stratum, and the other way round.
    """

    def __init__(self, b: Build, given: Given) -> None:
        self.given = given
        stands, classes, partials = given.stands, given.classes, given.partials
        decided = stands.of_status("productive", "new")
        before = felled_before(b.data)
        history = pd.DataFrame([(s, a, year) for s, a, year in before.area], columns=KEY)
        areas, cuts, parts = [], [], []
        for number, year in enumerate(given.years):
            areas.append(stands.table(given.reach[number + 1] & decided[:, None]).assign(year=year))
            standing = given.reach[number][classes["row"], classes["age_class"] - 1]
            fellable = standing & classes["cuttable"] & may_fell(b.data, classes, year)
            was = pd.MultiIndex.from_frame(history.loc[history["year"] == year, CLASS])
            cuts.append(classes[fellable | pd.MultiIndex.from_frame(classes[CLASS]).isin(was)].assign(year=year))
            stands_there = given.reach[number][partials["row"].to_numpy(dtype=int), partials["age_class"].to_numpy(dtype=int) - 1]
            parts.append(partials[stands_there & (may_fell(b.data, partials, year) | (partials["under_ban"].astype(float) > 0.0))].assign(year=year))
        self.area = b.variable(AREA, stack(areas))
        cut = stack(cuts)
        felled = [before.area.get(key, 0.0) for key in cut[KEY].itertuples(index=False, name=None)]
        self.clearcut = b.variable(CLEARCUT, cut, happened=felled)
        self.cuts = PartialCuts(partials, b.variable(PARTIAL, stack(parts), happened=0.0))
        strata, years = stands.strata[decided], pd.DataFrame({"year": given.years})
        self.inflow = b.variable(INFLOW, strata[["stratum"]].merge(years, how="cross"))
        new = strata.loc[strata["status"] == "new", ["stratum"]]
        self.established = b.variable(ESTABLISHED, new.merge(years, how="cross"))
        self.successors, self.predecessors = conversions(b.data, stands)
        follows = [(s, to, y) for s, targets in self.successors.items() for to in targets for y in given.years]
        of_stratum: dict[tuple[str, int], float] = {}
        for (s, _, y), area in before.area.items():
            of_stratum[s, y] = of_stratum.get((s, y), 0.0) + area
        own_kind = [of_stratum.get((s, y), 0.0) if to == s else 0.0 for s, to, y in follows]
        self.regenerated = b.variable(REGENERATED, follows, happened=own_kind)
        self.cut_classes = _by_stratum(self.clearcut.keys)
        base = [(s, a, given.base_year) for (s, a), area in given.base_area.items() if area > 0.0]
        self.standing_classes = _by_stratum([*base, *self.area.keys])

    def standing(self, s: str, a: int, t: int) -> Any:
        """Area of the class at the beginning of the period: a variable, or a number when that is the base year."""
        p = self.given.before[t]
        return self.given.base_area.get((s, a), 0.0) if p == self.given.base_year else self.area.get(s, a, p)

    def kept(self, s: str, a: int, t: int) -> Any:
        """kept[s,a,t] = area[s,a,t-1] - clearcut[s,a,t] - what partial cuts take out + what they put in."""
        kept = self.standing(s, a, t) - self.clearcut.get(s, a, t)
        if (s, a) in self.cuts.out_of or (s, a) in self.cuts.into:
            kept = kept - sum(self.cuts.taken_out(s, a, t)) + sum(self.cuts.put_back(s, a, t))
        return kept

    def felled(self) -> Terms:
        """What is clearcut, with what one Mha of its class gives."""
        return self.clearcut.terms().join(self.given.classes, CLASS, [*FELLING, "felling_cost", "row"])

    def regenerated_into(self) -> list[Terms]:
        """What is felled, by the stratum that follows: its own where nothing else may, or as decided."""
        own = self.clearcut.terms().where(~self.clearcut.frame["stratum"].isin(list(self.successors)))
        return [own, self.regenerated.terms().rename(to_stratum="stratum")]

    def kept_after_base_year(self) -> list[tuple[float, Terms]]:
        """What is kept in every period as signed terms, less the area of the base year: what stood one period before, less
        what is clearcut, and as the younger class where cut in part."""
        given = self.given
        following = {before: year for year, before in given.before.items() if before != given.base_year}
        stood = self.area.terms().where(self.area.frame["year"].isin(list(following))).join(given.classes, CLASS, ["region", "row"])
        cut = self.cuts.family.terms().join(given.partials, CUT, ["region", "row", "younger"])
        return [
            (1.0, stood.assign(year=stood.frame["year"].map(following))),
            (-1.0, self.felled()),
            (-1.0, cut),
            (1.0, cut.assign(age_class=cut.frame["younger"])),
        ]


class Ageing:
    """The rows between areas, fellings and what starts anew."""

    def __init__(self, b: Build, given: Given, areas: Areas) -> None:
        self.b, self.given, self.areas = b, given, areas

    def constrain(self) -> None:
        """Add the rows."""
        b, given, areas = self.b, self.given, self.areas
        frame = areas.area.frame
        step = frame["year"].map(given.length) // given.stands.width
        youngest = frame["age_class"] <= step
        oldest = (frame["age_class"] == frame["stratum"].map(given.last_class)) & ~youngest
        passing, last = frame[~youngest & ~oldest], frame[oldest]
        cut = [areas.clearcut.frame, areas.cuts.family.frame[["stratum", "age_class", "year"]]]
        fellable = self._fellable(stack(cut).drop_duplicates(ignore_index=True), passing)
        overdue = areas.clearcut.frame.merge(given.classes.loc[given.classes["overdue"], CLASS], how="inner", on=CLASS, sort=False)
        # what was felled in a period of history was there, and obliged by no rule of the plan
        fellable, overdue = (rows[rows["year"].isin(b.data.decided)].reset_index(drop=True) for rows in (fellable, overdue))
        b.constrain(self.kept_non_negative, fellable)
        b.constrain(self.rotation_end, overdue)
        b.constrain(self.youngest_inflow, frame[youngest])
        b.constrain(self.age_transition, passing)
        b.constrain(self.open_class_transition, last)
        b.constrain(self.renewed_area, areas.inflow.frame)
        converted = pd.DataFrame([(s, y) for s in areas.successors for y in given.years], columns=["stratum", "year"])
        b.constrain(self.no_deforestation, converted)
        grown = given.stands.steps(given.lengths[0])
        for rule, over, youngest_by, oldest_by in (
            (self.kept_non_negative, fellable, 0, 0), (self.rotation_end, overdue, 0, 0), (self.age_transition, passing, grown, grown), (self.open_class_transition, last, grown, 0),
        ):  # fmt: skip
            self._name_cells(rule, over, youngest_by, oldest_by)

    def _fellable(self, cut: pd.DataFrame, passing: pd.DataFrame) -> pd.DataFrame:
        """The classes whose felling needs a row of its own: the others are held by what is left of them, an area of its own.

        A class that alone grows into the next one leaves area[s,a+j,t] == (1 - loss) * kept[s,a,t] >= 0, so that no more of it is
        felled than stands. The row is kept where nothing says so: into the last class several grow, what partial cuts put
        back may not be felled again in the period, and where nearly all is lost the sign of the rest says little. The first
        period keeps its rows, because they tell the cells of the base year.
        """
        grown = set(passing[KEY].itertuples(index=False, name=None))
        steps = {year: self.given.stands.steps(length) for year, length in self.given.length.items()}
        needed = [
            t == self.given.years[0]
            or (s, a + steps[t], t) not in grown
            or self.given.loss(s, a, t) > MOST_LOST
            or bool(self.areas.cuts.put_back(s, a, t))
            for s, a, t in cut[KEY].itertuples(index=False, name=None)
        ]
        return cut[pd.Series(needed, index=cut.index, dtype=bool)].reset_index(drop=True)

    def _name_cells(self, rule: Callable[..., Any], over: pd.DataFrame, youngest_by: int, oldest_by: int) -> None:
        """The rows of the first period start from the area of the base year: name its cell, or the largest of those that a row sums.

        A row starts from the classes that are ``youngest_by`` to ``oldest_by`` classes younger than its own.
        """
        first = over[over["year"] == self.given.years[0]]
        found = first.merge(self.given.area_cells.rename(columns={"age_class": "stood"}), how="inner", on="stratum", sort=False)
        younger = found["age_class"] - found["stood"]
        found = found[(younger <= youngest_by) & (younger >= oldest_by)]
        largest = found.sort_values("area", ascending=False, kind="stable").drop_duplicates(KEY).sort_index()
        for sheet, part in largest.groupby("sheet", sort=False):
            self.b.limit_rows(info_of(rule), part[KEY], (str(sheet), part["cell"].tolist(), "kha"))

    @constraint(unit="Mha", kind="period", nets="other_cells")
    def kept_non_negative(self, stratum: str, age_class: int, year: int) -> Any:
        """No more of a class is felled than stood at the beginning of the period.

        clearcut[s,a,t] + sum over m of partial_cut[s,m,a,t] <= area[s,a,t-1]

        For: every decided period; every productive class that may be felled or cut in part in the first period; later those that grow
            into the last class, that partial cuts put area into or that lose more than nine tenths. All others are held by the area
            that they leave, which is not negative (age_transition).
        Unit: Mha.
        Dual: what one more hectare of the class at the beginning of the period is worth for felling.
        Data: forest_area in the first period; forest_groups minimum_cutting_age, partial_cuts, felling_start.
        """
        felled = self.areas.clearcut.get(stratum, age_class, year) + sum(self.areas.cuts.taken_out(stratum, age_class, year))
        return felled <= self.areas.standing(stratum, age_class, year)

    @constraint(unit="Mha", kind="period", nets="other_cells")
    def rotation_end(self, stratum: str, age_class: int, year: int) -> Any:
        """A stand past the longest rotation is felled whole.

        clearcut[s,a,t] >= area[s,a,t-1]

        For: every productive class past maximum_cutting_age that may be felled in the period, every decided period.
        Unit: Mha.
        Dual: cost of the obligation to fell one more hectare.
        Data: forest_groups maximum_cutting_age.
        """
        return self.areas.clearcut[stratum, age_class, year] >= self.areas.standing(stratum, age_class, year)

    @constraint(unit="Mha", kind="stock", nets="other_cells")
    def age_transition(self, stratum: str, age_class: int, year: int) -> Any:
        """What was kept and not lost is as many classes older as the period spans.

        area[s,a,t] == (1 - loss[s,a-j,t]) * kept[s,a-j,t],  j = n[t]/w,  kept[s,a,t] = area[s,a,t-1] - clearcut[s,a,t]
                         - sum over m of partial_cut[s,m,a,t] + what partial cuts of older classes leave as class a

        For: every class older than the period spans and younger than the last one.
        Unit: Mha.
        Dual: what one more hectare in that class at the end of the period is worth.
        Data: forest_area, forest_groups loss_young, loss_over_mature, mature_max_age, disturbance_share, disturbance_by_age.
        """
        origin = age_class - self.given.stands.steps(self.given.length[year])
        return self.areas.area[stratum, age_class, year] == (1.0 - self.given.loss(stratum, origin, year)) * self.areas.kept(stratum, origin, year)

    @constraint(unit="Mha", kind="stock", nets="several_rows")
    def open_class_transition(self, stratum: str, age_class: int, year: int) -> Any:
        """The last class takes in all that grows into it and keeps what it has.

        area[s,A,t] == sum over a >= A-j of (1 - loss[s,a,t]) * kept[s,a,t],  j = n[t]/w

        For: the last class of every stratum, where it can be reached.
        Unit: Mha.
        Dual: what one more hectare in the last class at the end of the period is worth.
        Data: forest_area, forest_groups loss_over_mature, over_mature_max_age.
        """
        first = age_class - self.given.stands.steps(self.given.length[year])
        older = [(1.0 - self.given.loss(stratum, a, year), a) for a in range(first, age_class + 1)]
        return self.areas.area[stratum, age_class, year] == sum(keep * self.areas.kept(stratum, a, year) for keep, a in older)

    @constraint(unit="Mha")
    def youngest_inflow(self, stratum: str, age_class: int, year: int) -> Any:
        """What starts anew within a period is spread evenly over the classes that the period spans.

        area[s,a,t] == inflow[s,t] / j,  a <= j = n[t]/w

        For: the youngest j classes of every stratum.
        Unit: Mha.
        Dual: what one more hectare in that class at the end of the period is worth.
        Data: periods, age_class_width.
        """
        return self.areas.area[stratum, age_class, year] == self.areas.inflow[stratum, year] / self.given.stands.steps(self.given.length[year])

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
        s, t, areas, loss = stratum, year, self.areas, self.given.loss
        lost = [(loss(s, a, t), areas.standing(s, a, t)) for a in areas.standing_classes.get((s, self.given.before[t]), [])]
        stays = 0.0 if s in areas.successors else 1.0
        felled = [(stays - loss(s, a, t), areas.clearcut[s, a, t]) for a in areas.cut_classes.get((s, t), [])]
        cuts = areas.cuts
        felled += [(loss(s, cuts.younger[s, m, a], t) - loss(s, a, t), cuts.family[s, m, a, t]) for m, a in cuts.done_in.get((s, t), [])]
        arriving = [(1.0, areas.regenerated[source, s, t]) for source in areas.predecessors.get(s, [])]
        entering = [(1.0, areas.established.get(s, t))]
        return areas.inflow[s, t] == self.b.sum([*_decided(lost), *felled, *arriving, *entering]) + _constants(lost)

    @constraint(unit="Mha")
    def no_deforestation(self, stratum: str, year: int) -> Any:
        """Every felled hectare is forest again: of its own kind or of one that may follow.

        sum over s' of regenerated[s,s',t] == sum over a of clearcut[s,a,t]

        For: every stratum that has an alternative in forest_conversions; the others regenerate as they were.
        Unit: Mha.
        Dual: cost of one more felled hectare that must be regenerated.
        Data: forest_conversions.
        """
        regenerated = [(1.0, self.areas.regenerated[stratum, to, year]) for to in self.areas.successors[stratum]]
        felled = [(1.0, self.areas.clearcut[stratum, a, year]) for a in self.areas.cut_classes.get((stratum, year), [])]
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
