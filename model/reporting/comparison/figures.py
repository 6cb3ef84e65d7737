"""The figures of the first sheet, a column for each run: each with its unit and the table that it is read from.

Limits: what the objective is more than that of the base is told where both count the same thing over the same years only.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from ...core.declare import units
from ..context import Context
from ..shown import CAPTURED, CO2, EMISSION, NET, SCARCEST, SINK, tasks
from ..tables.burden import BN, PERCENT
from .measures import LEAST_AVOIDED, Measures, why_not_comparable
from .runs import Note, Run

Value = float | Note | None
MANIFEST = "run.json"
PRICE_UNIT, MT, DISCOUNTED = "CNY/t CO2", "Mt CO2", "bn CNY"


@dataclass(frozen=True)
class Figure:
    """One row: its words (``figure_<key>``, or ``words`` in English and Chinese), a place or year, unit, table, and a value for each run;
    ``whole``: a year or a number of things, printed as it is."""

    key: str
    unit: str
    table: str
    values: list[Value]
    place: str = ""
    year: int = 0
    words: tuple[str, str] = ("", "")
    whole: bool = False

    def name(self, ctx: Context) -> str:
        """The words of the row."""
        said = self.words[ctx.lang == "zh"] or ctx.word(f"figure_{self.key}", **({"year": self.year} if self.year else {}))
        return f"{said}{ctx.word('compare_joint')}{ctx.place(self.place)}" if self.place else said


@dataclass(frozen=True)
class Compared:
    """Runs and their measures; the first is the base."""

    runs: list[Run]

    @cached_property
    def measured(self) -> list[Measures]:
        """The measures of each run."""
        return [Measures(run) for run in self.runs]

    @property
    def base(self) -> Run:
        """The run that the others are held against."""
        return self.runs[0]

    @cached_property
    def reasons(self) -> list[Note | None]:
        """Of each run why its objective can not be held against that of the base."""
        return [why_not_comparable(self.base, run) for run in self.runs]

    @cached_property
    def groups(self) -> list[str]:
        """Region groups of all runs."""
        return list(dict.fromkeys(group for run in self.runs for group in run.ctx.groups))

    @cached_property
    def price_years(self) -> list[int]:
        """Years whose price of CO2 stands on the first sheet: the planned milestones of all runs."""
        return sorted({year for run in self.runs for year in run.planned})

    @cached_property
    def extra_cost(self) -> list[Value]:
        """What the objective of each run is more than that of the base, or why it can not be told."""
        return self._more(lambda measures: measures.run.objective)

    @cached_property
    def extra_plan_cost(self) -> list[Value]:
        """The same of the planned periods."""
        return self._more(lambda measures: measures.plan_cost)

    def _more(self, of: Callable[[Measures], float]) -> list[Value]:
        first = of(self.measured[0])
        return [reason or of(measures) - first for measures, reason in zip(self.measured, self.reasons, strict=True)]

    @cached_property
    def avoided(self) -> list[Value]:
        """CO2 of the planned years that each run does not emit and the base does, Mt; or why it can not be told."""
        first = self.measured[0]
        same = [measures.run.planned == first.run.planned for measures in self.measured]
        return [first.cumulative - measures.cumulative if alike else Note("compare_other_years") for measures, alike in zip(self.measured, same, strict=True)]

    def counts(self, avoided: float) -> bool:
        """Whether an amount of CO2 is enough to be called avoided."""
        return avoided > LEAST_AVOIDED * abs(self.measured[0].cumulative)

    @cached_property
    def figures(self) -> list[Figure]:
        """All rows of the first sheet that some run has a value for."""
        rows = [*self._costs(), *self._carbon(), *self._prices(), *self._scarce(), *self._groups()]
        return [row for row in rows if any(is_known(value) for value in row.values)]

    def _each(self, of: Callable[[Measures], Value]) -> list[Value]:
        return [of(measures) for measures in self.measured]

    def _costs(self) -> list[Figure]:
        unit = self.base.goal[2]
        units = {run.goal[2] for run in self.runs}
        # objectives of several units stand each with its own
        own: list[Value] = [Note("compare_with_unit", {"value": f"{run.objective:,.4g}", "unit": run.goal[2]}) for run in self.runs]
        whole: list[Value] = [run.objective for run in self.runs]
        same = [reason is None or reason.key == "compare_other_years" for reason in self.reasons]
        plan = [measures.plan_cost if alike else reason for measures, alike, reason in zip(self.measured, same, self.reasons, strict=True)]
        return [
            Figure("objective", unit if len(units) == 1 else "", MANIFEST, whole if len(units) == 1 else own),
            Figure("extra_cost", unit, MANIFEST, self.extra_cost),
            Figure("plan_cost", unit, "objective", plan),
            Figure("extra_plan_cost", unit, "objective", self.extra_plan_cost),
            Figure("penalties", "", MANIFEST, self._each(lambda m: float(len(m.run.penalties))), whole=True),
            Figure("penalties_paid", DISCOUNTED, MANIFEST, self._each(lambda m: m.paid_penalties)),
        ]

    def _carbon(self) -> list[Figure]:
        return [
            Figure("peak_year", "", "carbon", self._each(lambda m: m.peak[0]), whole=True),
            Figure("peak_level", CO2, "carbon", self._each(lambda m: m.peak[1])),
            Figure("net_last", CO2, "carbon", self._each(lambda m: m.last(NET))),
            Figure("emission_last", CO2, "carbon", self._each(lambda m: m.last(EMISSION))),
            Figure("sink_last", CO2, "carbon", self._each(lambda m: m.last(SINK))),
            Figure("captured_last", CO2, "carbon", self._each(lambda m: m.last(CAPTURED))),
            Figure("cumulative", MT, "carbon", self._each(lambda m: m.cumulative)),
            Figure("avoided", MT, "carbon", self.avoided),
        ]

    def _prices(self) -> list[Figure]:
        return [Figure("co2_price", PRICE_UNIT, "prices", [m.dearest_co2(year) for m in self.measured], year=year) for year in self.price_years]

    def _scarce(self) -> list[Figure]:
        return [Figure("scarce", "", "limits", [m.scarce(rank) for m in self.measured], year=rank + 1) for rank in range(SCARCEST)]

    def _groups(self) -> list[Figure]:
        pays = [Figure("borne", BN, "burden", [m.borne(group) for m in self.measured], place=group) for group in self.groups]
        pays += [Figure("borne_of_product", PERCENT, "burden", [m.borne_of_product(group) for m in self.measured], place=group) for group in self.groups]
        english, chinese = (tasks(self.base.view(lang)) for lang in ("en", "zh"))
        done = {group: [m.does(group) for m in self.measured] for group in self.groups}
        return pays + [
            Figure("does", unit, "allocation", [found.get(en, math.nan) for found in done[group]], place=group, words=(en, zh))
            for (en, unit, _), (zh, _, _) in zip(english, chinese, strict=True)
            for group in self.groups
        ]

    @cached_property
    def abatement(self) -> pd.DataFrame:
        """A row for each run from the most CO2 to the least: extra cost, CO2 avoided, what a tonne costs against the base and against the row before.

        ``why`` is the note that says why a cost of a tonne is blank.
        """
        order = sorted(range(len(self.runs)), key=lambda n: _number(self.avoided[n], -math.inf))
        rows, before = [], -1
        for n in order:
            extra, avoided = _number(self.extra_cost[n]), _number(self.avoided[n])
            average, why = self._per_tonne(n, extra, avoided)
            step = math.nan
            if before >= 0 and self.counts(avoided - _number(self.avoided[before])):
                step = _a_tonne(extra - _number(self.extra_cost[before]), avoided - _number(self.avoided[before]))
            if math.isfinite(extra) and math.isfinite(avoided):
                before = n
            end = self.runs[n].planned[-1] if self.runs[n].planned else 0
            rows.append({
                "run": self.runs[n].name, "cumulative": self.measured[n].cumulative, "avoided": avoided,
                "extra_cost": extra, "extra_plan_cost": _number(self.extra_plan_cost[n]), "average": average, "step": step, "price": self.measured[n].dearest_co2(end), "why": why,
            })  # fmt: skip
        return pd.DataFrame(rows)

    def _per_tonne(self, n: int, extra: float, avoided: float) -> tuple[float, Note | None]:
        """What a tonne avoided costs more than in the base, CNY; or why that is not told."""
        if n == 0:
            return math.nan, Note("compare_is_base")
        for told in (self.extra_cost[n], self.avoided[n]):
            if isinstance(told, Note):
                return math.nan, told
        if not (math.isfinite(extra) and math.isfinite(avoided)):
            return math.nan, Note("compare_unknown")
        if self.base.goal[2] != DISCOUNTED:
            return math.nan, Note("compare_no_cost")
        return (_a_tonne(extra, avoided), None) if self.counts(avoided) else (math.nan, Note("compare_avoids_none"))


def _a_tonne(cost: float, avoided: float) -> float:
    """CNY a tonne of a cost in bn CNY and an amount in Mt."""
    return float(units.convert(cost / avoided, f"{DISCOUNTED}/{MT}", PRICE_UNIT))


def is_known(value: Value) -> bool:
    """Whether there is something to show."""
    return isinstance(value, Note) or (value is not None and math.isfinite(value))


def _number(value: Value, otherwise: float = math.nan) -> float:
    """The number, or ``otherwise`` where it is a note or blank."""
    known = value is not None and not isinstance(value, Note) and math.isfinite(value)
    return float(value) if known and isinstance(value, float | int) else otherwise


def as_frame(compared: Compared, ctx: Context) -> pd.DataFrame:
    """The figures as rows: figure, place, year, unit, table, run, value, text."""
    rows = []
    for figure in compared.figures:
        head = (figure.words[0] or figure.key, figure.place, figure.year or None, figure.unit, figure.table)
        for run, value in zip(compared.runs, figure.values, strict=True):
            rows.append((*head, run.name, _number(value), value.told(ctx) if isinstance(value, Note) else ""))
    return pd.DataFrame(
        rows,
        columns=["figure", "place", "year", "unit", "table", "run", "value", "text"],
    )
