"""The power system of one year of a plan, run through all its days: a linear programme made of the plan's own rows.

    min  sum over days t, columns j of d[j] * y[t,j]  +  what is short, and a little for leaving the plan
    A[season of t] y[t]  within  (limits - what is fixed) / days[season of t] + what day t has more or less
    level[t] <= level[t-1] + hydrogen made on t - burnt on t - delivered / days of the year,   0 <= level <= volume, the year closes

y are the columns that carry a time slice (generation, storage, lines, electrolysis, energy not served), once for each day of the year; all others stay
at the plan. Rows that carry a slice or a day type are kept, once for each day; all other rows count by their price in the plan:

    d[j] = cost[j] - sum over those rows i of dual[i] * A[i,j]

Limits: what a row over the whole year asks is asked by its price alone, so that the year may burn a little more of a fuel than the plan has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..core.frames import stack
from ..core.solve.solution import Solution

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
SLICE, SEASON, YEAR = "slice", "season", "year"
#: The item of the load in the balance of power, and under which it is told.
DEMAND = "demand"
#: Rows of hydrogen, which are written anew day by day: what is delivered of it stays that of the plan.
STORE_DAYS, STORE_VOLUME = "balance_hydrogen_days", "hydrogen_store_volume"
HYDROGEN_ROWS = (STORE_DAYS, STORE_VOLUME, "hydrogen_store_least", "hydrogen_store_closes", "balance_hydrogen")
#: Rows of which a day has more or less than its type: both hold output, the first also load.
POWER_ROWS, CURTAILABLE_ROWS = "balance_power", "balance_curtailable"
#: Share of the price of energy not served that a TWh away from the plan's generation costs: it settles what is a draw.
NEAREST = 1e-4


@dataclass(frozen=True)
class DayProgramme:
    """A year's ``calendar`` (day type of each day), ``length`` (days of each type) and ``fixed``: day, region, slice, item, ``typical`` and ``value`` in TWh."""

    year: int
    calendar: tuple[str, ...]
    length: Mapping[str, float]
    fixed: pd.DataFrame


@dataclass(frozen=True)
class Ran:
    """``flows``: region, item, detail, planned, run (TWh a year); ``days``: day, item, value (TWh, the nation)."""

    flows: pd.DataFrame
    days: pd.DataFrame


def run_days(solution: Solution, given: DayProgramme) -> Ran:
    """Solve the year; RuntimeError where HiGHS finds no optimum (what is short is always allowed, so that there is one)."""
    from scipy.optimize import linprog

    part = _Part(solution, given)
    program = part.program()
    answer = linprog(
        program.cost, A_ub=program.above, b_ub=program.most, A_eq=program.equal, b_eq=program.level, bounds=np.column_stack([program.lower, program.upper]), method="highs-ipm",
    )
    if answer.status != 0:
        raise RuntimeError(f"the year {given.year} was not run: {answer.message}")
    return part.told(np.asarray(answer.x, dtype=float))


@dataclass(frozen=True)
class _Program:
    cost: Floats
    above: Any
    most: Floats
    equal: Any
    level: Floats
    lower: Floats
    upper: Floats


class _Part:
    """The columns and rows of one year that carry a slice or a day type, with their day type."""

    def __init__(self, solution: Solution, given: DayProgramme) -> None:
        from scipy import sparse

        self.solution, self.given = solution, given
        matrix, build = solution.matrix, solution.build
        self.table = sparse.csc_matrix((matrix.value, matrix.index, matrix.start), shape=matrix.shape[:2])
        self.season_of = dict(zip(build.data.slices[SLICE], build.data.slices[SEASON], strict=True))
        self.columns = self._columns()
        self.rows = self._rows()
        at = self.columns["column"].to_numpy(dtype=np.int64)
        self.planned = solution.x[matrix.column_position[at]]
        self.part = self.table[self.rows["row"].to_numpy(dtype=np.int64)][:, at].tocsr()
        self.cost = self._priced(at)
        self.types = list(dict.fromkeys(given.calendar))
        self.columns_of = {season: np.flatnonzero(self.columns[SEASON] == season) for season in self.types}
        self.rows_of = {season: np.flatnonzero(self.rows[SEASON] == season) for season in self.types}
        sizes = [len(self.columns_of[season]) for season in given.calendar]
        self.first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)

    def _columns(self) -> pd.DataFrame:
        """Columns of the year with a slice: family, region, detail, season, column."""
        matrix, build = self.solution.matrix, self.solution.build
        column_of = np.full(build.size, -1)
        column_of[matrix.column_position] = np.arange(len(matrix.column_position))
        parts = []
        for name, family in build.families.items():
            if not {SLICE, YEAR} <= set(family.frame.columns):
                continue
            frame = family.frame[family.frame[YEAR] == self.given.year]
            column = column_of[frame.index.to_numpy() + family.start]
            others = [c for c in frame.columns if c not in (SLICE, YEAR)]
            part = pd.DataFrame({"family": name, "region": frame[others[0]].astype(str).to_numpy(), "column": column, SEASON: frame[SLICE].map(self.season_of).to_numpy()})
            part["detail"] = frame[others[1]].astype(str).to_numpy() if len(others) > 1 else ""
            parts.append(part[part["column"] >= 0])
        return stack(parts).reset_index(drop=True)

    def _rows(self) -> pd.DataFrame:
        """Rows of the year with a slice or a day type but those of the store: family, region, slice, season, row."""
        parts = []
        for name, (keys, _) in self.solution.build.rows.items():
            if YEAR not in keys or not {SLICE, SEASON} & set(keys.columns) or name == STORE_DAYS:
                continue
            frame = self.solution.rows(name)
            frame = frame[frame[YEAR] == self.given.year]
            slice_ = frame[SLICE].astype(str) if SLICE in frame else pd.Series("", frame.index)
            season = frame[SEASON] if SEASON in frame else slice_.map(self.season_of)
            first = next((c for c in frame.columns if "region" in c), "row")
            parts.append(pd.DataFrame({"family": name, "region": frame[first].astype(str), SLICE: slice_, SEASON: season, "row": frame["row"]}))
        return stack(parts).reset_index(drop=True)

    def _priced(self, at: Integers) -> Floats:
        """Cost of each column with all rows that are not kept at their price; those of hydrogen are written anew."""
        solution, family = self.solution, np.array(self.solution.matrix.row_family, dtype=object)
        prices = np.where(np.isin(family, HYDROGEN_ROWS), 0.0, solution.row_dual)
        prices[self.rows["row"].to_numpy(dtype=np.int64)] = 0.0
        sign = -1.0 if solution.matrix.maximise else 1.0
        return np.asarray(sign * (solution.matrix.cost[at] - self.table[:, at].T @ prices), dtype=float)

    def program(self) -> _Program:
        """The programme of the year."""
        from scipy import sparse

        calendar = self.given.calendar
        days = sparse.block_diag([self.part[self.rows_of[season]][:, self.columns_of[season]] for season in calendar], format="csr")
        lower, upper = self._sides()
        short = float(self.cost[self.columns["family"] == "unserved"].max())
        store, ends, volume = self._store()
        away, planned = self._away()
        extra, off = store.shape[1] - days.shape[1], away.shape[0]
        wide = sparse.hstack([days, sparse.csr_matrix((days.shape[0], extra + 2 * off))]).tocsr()
        store = sparse.hstack([store, sparse.csr_matrix((store.shape[0], 2 * off))])
        away = sparse.hstack([away, sparse.csr_matrix((off, extra)), -sparse.identity(off), sparse.identity(off)])
        same = np.isfinite(lower) & (lower == upper)
        most, least = ~same & np.isfinite(upper), ~same & np.isfinite(lower)
        matrix, at = self.solution.matrix, self.columns["column"].to_numpy(dtype=np.int64)
        low, high = ([values[at][self.columns_of[season]] / self.given.length[season] for season in calendar] for values in (matrix.column_lower, matrix.column_upper))
        levels = extra // 2
        return _Program(
            np.concatenate([*(self.cost[self.columns_of[season]] for season in calendar), np.zeros(levels), np.full(levels, short), np.full(2 * off, NEAREST * short)]) / short,
            sparse.vstack([wide[most], -wide[least], store]).tocsr(), np.concatenate([upper[most], -lower[least], ends]),
            sparse.vstack([wide[same], away]).tocsr(), np.concatenate([lower[same], planned]),
            np.concatenate([*low, np.zeros(extra + 2 * off)]), np.concatenate([*high, volume, np.full(levels + 2 * off, np.inf)]),
        )  # fmt: skip

    def _sides(self) -> tuple[Floats, Floats]:
        """Right-hand sides of all kept rows, day by day: the type's share of the year, and what the day has more or less of output and load."""
        rows, matrix = self.rows, self.solution.matrix
        at = rows["row"].to_numpy(dtype=np.int64)
        others = self.solution.row_activity[at] - self.part @ self.planned
        fixed = self.given.fixed.assign(more=self.given.fixed["value"] - self.given.fixed["typical"])
        output = fixed[fixed["item"] != DEMAND].groupby(["day", "region", SLICE])["more"].sum()
        every = fixed.groupby(["day", "region", SLICE])["more"].sum()
        lower: list[Floats] = []
        upper: list[Floats] = []
        for day, season in enumerate(self.given.calendar, start=1):
            here = self.rows_of[season]
            part, length = rows.iloc[here], self.given.length[season]
            more = np.zeros(len(here))
            for family, amounts in ((POWER_ROWS, every), (CURTAILABLE_ROWS, output)):
                mine = np.flatnonzero(part["family"] == family)
                keys = [(day, region, slice_) for region, slice_ in zip(part["region"].iloc[mine], part[SLICE].iloc[mine], strict=True)]
                more[mine] = amounts.reindex(pd.MultiIndex.from_tuples(keys), fill_value=0.0).to_numpy() if keys else 0.0
            for side, bounds in ((lower, matrix.row_lower), (upper, matrix.row_upper)):
                side.append((bounds[at[here]] - others[here]) / length - more)
        return np.concatenate(lower), np.concatenate(upper)

    def _store(self) -> tuple[Any, Floats, Floats]:
        """Rows of the store's level at the end of each day; columns are those of the days, the levels, then what is short."""
        from scipy import sparse

        calendar, number = self.given.calendar, len(self.given.calendar)
        if STORE_DAYS not in self.solution.build.rows:
            self.regions: list[str] = []
            return sparse.csr_matrix((0, int(self.first[-1]))), np.zeros(0), np.zeros(0)
        rows = self.solution.rows(STORE_DAYS)
        rows = rows[rows[YEAR] == self.given.year]
        self.regions = list(dict.fromkeys(rows["region"]))
        at = self.columns["column"].to_numpy(dtype=np.int64)
        row_of = {(row.region, row.season): int(row.row) for row in rows.itertuples()}
        delivered = self.solution.values("hydrogen_delivered")
        delivered = delivered[delivered[YEAR] == self.given.year].set_index("region")["value"]
        volume = self._volume()
        blocks, most, limits = [], [], []
        step = sparse.identity(number) - sparse.csr_matrix((np.ones(number), (np.arange(number), (np.arange(number) - 1) % number)), shape=(number, number))
        for place, region in enumerate(self.regions):
            made = sparse.block_diag([self.table[[row_of[region, season]]][:, at[self.columns_of[season]]] for season in calendar], format="csr")
            levels = [step if place == other else sparse.csr_matrix((number, number)) for other in range(len(self.regions))]
            short = [-sparse.identity(number) if place == other else sparse.csr_matrix((number, number)) for other in range(len(self.regions))]
            blocks.append(sparse.hstack([-made, *levels, *short]))
            most.append(np.full(number, -float(delivered[region]) / number))
            limits.append(np.full(number, volume[region]))
        return sparse.vstack(blocks).tocsr(), np.concatenate(most), np.concatenate(limits)

    def _volume(self) -> dict[str, float]:
        """TWh that the store of each region holds: what stands against the level in its rows."""
        build, matrix = self.solution.build, self.solution.matrix
        new = build.families["hydrogen_store_new"]
        built = np.flatnonzero((matrix.column_position >= new.start) & (matrix.column_position < new.start + len(new)))
        rows = self.solution.rows(STORE_VOLUME)
        rows = rows[rows[YEAR] == self.given.year].drop_duplicates("region")
        held = -(self.table[rows["row"].to_numpy(dtype=np.int64)][:, built] @ self.solution.x[matrix.column_position[built]])
        return dict(zip(rows["region"], held, strict=True))

    def _away(self) -> tuple[Any, Floats]:
        """Rows that say how far each plant's year is from the plan's."""
        from scipy import sparse

        plants = self.columns[self.columns["family"] == "generation"]
        groups = plants.groupby(["region", "detail"], sort=False)
        number = groups.ngroup().reindex(self.columns.index, fill_value=-1).to_numpy()
        planned = np.bincount(number[number >= 0], weights=self.planned[number >= 0], minlength=groups.ngroups).astype(float)
        each = np.concatenate([number[self.columns_of[season]] for season in self.given.calendar])
        there = np.flatnonzero(each >= 0)
        return sparse.csr_matrix((np.ones(len(there)), (each[there], there)), shape=(groups.ngroups, len(each))), planned

    def told(self, x: Floats) -> Ran:
        """What was run beside what was planned, and the days of the nation."""
        calendar = self.given.calendar
        column = np.concatenate([self.columns_of[season] for season in calendar])
        day = np.repeat(np.arange(1, len(calendar) + 1), np.diff(self.first))
        frame = self.columns.iloc[column][["family", "region", "detail"]].assign(day=day, value=x[: len(column)])
        run = frame.groupby(["region", "family", "detail"], sort=False)["value"].sum().rename("run")
        planned = self.columns.assign(planned=self.planned).groupby(["region", "family", "detail"], sort=False)["planned"].sum()
        flows = pd.concat([planned, run], axis=1).reset_index().rename(columns={"family": "item"})
        fixed = self.given.fixed.groupby(["region", "item"], sort=False)[["typical", "value"]].sum().reset_index()
        fixed["sign"] = np.where(fixed["item"] == DEMAND, -1.0, 1.0)
        fixed = fixed.assign(planned=fixed["typical"] * fixed["sign"], run=fixed["value"] * fixed["sign"])
        fixed = fixed.assign(detail=fixed["item"].where(fixed["item"] != DEMAND, ""), item=np.where(fixed["item"] == DEMAND, DEMAND, "possible_output"))
        number = len(calendar) * len(self.regions)
        levels, short = x[len(column):len(column) + number], x[len(column) + number:len(column) + 2 * number]
        missing = pd.DataFrame({"region": np.repeat(self.regions, len(calendar)), "item": "hydrogen_short", "detail": "", "planned": 0.0, "run": short})
        missing = missing.groupby(["region", "item", "detail"], sort=False)[["planned", "run"]].sum().reset_index()
        days = frame.groupby(["day", "family"], sort=False)["value"].sum().reset_index().rename(columns={"family": "item"})
        load = self.given.fixed.assign(kind=np.where(self.given.fixed["item"] == DEMAND, DEMAND, "possible_output"), size=self.given.fixed["value"].abs())
        load = load.groupby(["day", "kind"], sort=False)["size"].sum().reset_index().rename(columns={"kind": "item", "size": "value"})
        stored = pd.DataFrame({"day": np.tile(np.arange(1, len(calendar) + 1), len(self.regions)), "item": "hydrogen_level", "value": levels})
        stored = stored.groupby(["day", "item"], sort=False)["value"].sum().reset_index()
        columns = ["region", "item", "detail", "planned", "run"]
        return Ran(stack([flows[columns], fixed[columns], missing[columns]]), stack([days, load, stored]))
