"""Which regions own a row and a column of a solved plan, and how much of its right-hand side each has.

What names a region, or a water zone or forest stratum in one, belongs to that region; what lies between two regions belongs to both, half
and half. What holds for the nation or a group of regions is divided among the regions of that scope: a net target by a rule of
entitlement, in the year of the row; any other row by the same rule, or by what each region does for it in the plan:

    own[i,r] = done[i,r] - share[i,r] * (sum over r of done[i,r] - right_hand_side[i])
    done[i,r] = sum over columns j of r of coefficient[i,j] * x[j]

What a row has left over in the plan is divided by the rule; one that binds with nothing on its right-hand side leaves nothing to divide.

Limits: a row that no key places is the nation's. What is bounded for the nation alone (a column) follows the rule of entitlement. By what
is done, a pace or a demand belongs to who uses or meets it in this plan; another plan of the same cost may divide it otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from ..closing.payments.entitled import entitlement_shares
from ..core.build.build import Build
from ..core.build.roles import known
from ..core.data import Data, regions_in
from ..core.solve.amounts import NATION, ZONE, between_regions, region_of_zone
from ..core.solve.solution import Solution
from .own_costs import HELD

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

#: Names of the two ends of something sent begin so.
FROM, TO = "from_", "to_"
#: Columns that say when a row or a column is, the first that there is.
WHEN = ("year", "vintage", "asked")
#: Kinds of owners: one region, two ends, all regions of a scope.
ONE, PAIR, SCOPE = "one", "pair", "scope"


@dataclass(frozen=True)
class Owned:
    """Shares of regions in rows, columns or amounts: ``table`` has a row for each kind of owner, ``code`` says which one an entry has."""

    code: Integers
    table: Floats
    #: By entry: whether it lies between two regions, and whether it is the nation's or a scope's.
    between: Flags
    wide: Flags

    def of(self, members: Flags) -> Floats:
        """What the members own together of every entry."""
        return self.table[:, members].sum(axis=1)[self.code]

    def by_region(self, values: Floats) -> Floats:
        """Sums of ``values`` (one an entry) by region, each divided by the shares."""
        return np.bincount(self.code, weights=values, minlength=len(self.table)) @ self.table

    def some(self, entries: Integers) -> Owned:
        """The same of some entries."""
        return Owned(self.code[entries], self.table, self.between[entries], self.wide[entries])


@dataclass(frozen=True)
class Given:
    """Right-hand sides that are no share: of ``rows`` of the matrix, ``own`` by region."""

    rows: Integers
    own: Floats


@dataclass(frozen=True)
class Owners:
    """Who owns the rows, the columns and the constant amounts of the objective of a plan; ``given`` goes before ``rows``."""

    regions: tuple[str, ...]
    rows: Owned
    columns: Owned
    goal: Owned
    given: Given

    def side(self, bound: Floats, members: Flags) -> Floats:
        """What the members own together of a side of every row."""
        found = scaled(bound, self.rows.of(members))
        finite = np.isfinite(bound[self.given.rows])
        found[self.given.rows[finite]] = self.given.own[finite][:, members].sum(axis=1)
        return found

    def of_others(self, members: Flags) -> Flags:
        """Rows of which no member owns anything."""
        found = self.rows.of(members) <= 0.0
        found[self.given.rows] &= (self.given.own[:, members] == 0.0).all(axis=1)
        return found

    def worth(self, dual: Floats, side: Floats) -> sparse.csr_matrix:
        """Dual times right-hand side by row (rows) and region (columns)."""
        shared = dual * side
        shared[self.given.rows] = 0.0
        at = np.arange(len(dual))
        by_owner = sparse.csr_matrix((shared, (at, self.rows.code)), shape=(len(dual), len(self.rows.table)))
        own = sparse.csr_matrix(dual[self.given.rows][:, None] * self.given.own)
        number = len(self.given.rows)
        place = sparse.csr_matrix((np.ones(number), (self.given.rows, np.arange(number))), shape=(len(dual), number))
        return (by_owner @ sparse.csr_matrix(self.rows.table) + place @ own).tocsr()


def scaled(bounds: Floats, shares: Floats) -> Floats:
    """Bounds times shares; one that is not there stays away."""
    finite = np.isfinite(bounds)
    return np.where(finite, np.where(finite, bounds, 0.0) * shares, bounds)


def owners_of(solution: Solution, rule: str, as_planned: bool) -> Owners:
    """Rows and columns of the matrix, terms of the objective in its order; ``as_planned`` as in the module's text."""
    build, matrix = solution.build, solution.matrix
    assert build.objective is not None
    shares = _Shares(build.data, rule)
    scopes = _scopes(build)
    held = {name: _placed(solution, build.rows[name][0], scopes) for name in dict.fromkeys(matrix.row_family)}
    rows = _by_family(shares, held, matrix.row_family, matrix.row_index)
    family = np.repeat(np.array(list(build.families), dtype=object), [len(f) for f in build.families.values()])
    index = np.concatenate([np.arange(len(f), dtype=np.int64) for f in build.families.values()])
    used = {name: _placed(solution, f.frame, scopes) for name, f in build.families.items() if len(f)}
    columns = _by_family(shares, used, family[matrix.column_position].tolist(), index[matrix.column_position])
    goal = _owned(shares, _placed(solution, build.objective.table, scopes))
    table = shares.table()
    of_rows, of_columns, of_goal = (
        Owned(codes, table, shares.is_of(codes, PAIR), shares.is_of(codes, SCOPE)) for codes in (rows, columns, goal)
    )  # fmt: skip
    given = _as_done(solution, of_rows, of_columns) if as_planned else Given(np.zeros(0, dtype=np.int64), np.zeros((0, table.shape[1])))
    return Owners(tuple(build.data.regions), of_rows, of_columns, of_goal, given)


class _Shares:
    """Kinds of owners met so far, each with the shares of the regions."""

    def __init__(self, data: Data, rule: str) -> None:
        self.data, self.rule = data, rule
        self.codes: dict[tuple[str, str, float], int] = {}

    def code(self, kind: str, place: str, year: float) -> int:
        """The number of an owner."""
        return self.codes.setdefault((kind, place, year), len(self.codes))

    def is_of(self, codes: Integers, kind: str) -> Flags:
        """Which entries have an owner of that kind."""
        return np.array([key[0] == kind for key in self.codes], dtype=bool)[codes]

    def table(self) -> Floats:
        """The shares of the regions, a row for each owner."""
        place = {region: number for number, region in enumerate(self.data.regions)}
        found = np.zeros((len(self.codes), len(place)))
        by_year: dict[float, Floats] = {}
        for number, (kind, scope, year) in enumerate(self.codes):
            if kind != SCOPE:
                for region in scope.split(TO):
                    found[number, place[region]] += 1.0 / len(scope.split(TO))
                continue
            if year not in by_year:
                years = self.data.decided if np.isnan(year) else [year]
                mean = entitlement_shares(self.data, self.rule, years).groupby("region", sort=False)["share"].mean()
                by_year[year] = mean.loc[self.data.regions].to_numpy(dtype=float)
            members = [place[region] for region in regions_in(self.data, scope) or self.data.regions]
            part = by_year[year][members]
            found[number, members] = part / part.sum() if part.sum() > 0.0 else 1.0 / len(members)
        return found


def _placed(solution: Solution, frame: pd.DataFrame, scopes: Mapping[str, str]) -> pd.DataFrame:
    """Kind, place and year of every row of a frame of keys."""
    data, zones = solution.build.data, region_of_zone(solution)
    frame = known(solution.build, frame)
    ends = [column for column in frame if str(column).startswith((FROM, TO)) and (column.endswith("region") or column.endswith(ZONE))]
    if len(ends) == 2:
        named = between_regions(solution, frame[ends])
        same = named.iloc[:, 0] == named.iloc[:, 1]
        place = named.iloc[:, 0].where(same, named.iloc[:, 0] + TO + named.iloc[:, 1])
        kind = same.map({True: ONE, False: PAIR})
    else:
        place = _names(frame, zones, scopes)
        kind = place.isin(data.regions).map({True: ONE, False: SCOPE})
    when = next((frame[column].astype(float) for column in WHEN if column in frame), pd.Series(np.nan, index=frame.index))
    return pd.DataFrame({"kind": kind, "place": place, "year": when.where(kind == SCOPE, 0.0)}).reset_index(drop=True)


def _names(frame: pd.DataFrame, zones: Mapping[str, str], scopes: Mapping[str, str]) -> pd.Series:
    """The region or scope that keys name; the nation where they name none."""
    for column in ("region", "scope"):
        if column in frame:
            return frame[column].astype(object).fillna(NATION)
    for column in (column for column in frame if str(column).endswith(ZONE)):
        found = frame[column].map(zones)
        if found.notna().all():
            return found.astype(object)
    if "target" in frame:
        return frame["target"].map(scopes).astype(object).fillna(NATION)
    return pd.Series(NATION, index=frame.index, dtype=object)


def _scopes(build: Build) -> dict[str, str]:
    """Target -> the scope that its rows name."""
    found: dict[str, str] = {}
    for keys, _ in build.rows.values():
        if {"target", "scope"} <= set(keys.columns):
            found.update(zip(keys["target"].astype(str), keys["scope"].astype(str), strict=True))
    return found


def _owned(shares: _Shares, placed: pd.DataFrame) -> Integers:
    if placed.empty:
        return np.zeros(0, dtype=np.int64)
    found = placed.groupby(["kind", "place", "year"], sort=False, dropna=False)
    codes = [shares.code(str(kind), str(place), float(year)) for kind, place, year in found.size().index]
    return np.array(codes, dtype=np.int64)[found.ngroup().to_numpy()]


def _by_family(shares: _Shares, placed: Mapping[str, pd.DataFrame], family: Sequence[str], index: Integers) -> Integers:
    """The owner of every row or column that is the ``index``-th of its family."""
    names = pd.Series(family, dtype=object)
    codes = np.zeros(len(names), dtype=np.int64)
    for name, at in names.groupby(names, sort=False).indices.items():
        codes[at] = _owned(shares, placed[str(name)])[index[at]]
    return codes


def _as_done(solution: Solution, rows: Owned, columns: Owned) -> Given:
    """Rows of a scope, but for divided targets, by what each region does for them in the plan."""
    matrix = solution.matrix
    side = np.where(np.isfinite(matrix.row_lower), matrix.row_lower, matrix.row_upper)
    family = np.array(matrix.row_family, dtype=object)
    at = np.flatnonzero(rows.wide & ~np.isin(family, HELD) & ((side != 0.0) | (solution.row_dual == 0.0)))
    table = sparse.csc_matrix((matrix.value, matrix.index, matrix.start), shape=matrix.shape[:2]).tocsr()[at]
    level, number = solution.x[matrix.column_position], matrix.shape[1]
    size = sparse.csr_matrix((level, (np.arange(number), columns.code)), shape=(number, len(columns.table)))
    done = (table @ size) @ columns.table
    over = done.sum(axis=1) - side[at]
    return Given(at, done - rows.table[rows.code[at]] * over[:, None])
