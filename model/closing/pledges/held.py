"""What a sheet of pledges asks, year by year, and the rows that hold the plan to it.

A pledge is held ``at`` its year, ``from`` its year on, or along the straight ``line`` from the row of the same name before it. Flows are
means of periods: those of a year lie between the middles, those asked ``from`` or on a ``line`` are read at the middle of each period.
Stocks stand at milestones and lie on a straight line between them. With a ``miss_price`` a pledge may be missed; what is missing is
paid for in the objective alone.

Limits: numbers of one sheet and kind stand in one column with its own unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...core.build.build import Build
from ...core.data import Data, regions_in
from ...core.declare import units
from ...core.declare.spec import FIRST_YEAR, LAST_YEAR, Column, ConstraintInfo, Finding, Table, Variable
from ...core.frames import stack
from ..target_table import AT, FROM, LINE, differing, one_for_a_name

#: Index of the rows of a pledge, and of what is missed of it.
INDEX = ["target", "scope", "year", "hold"]
MISSED_INDEX = ("target", "hold", "asked", "year")
FIXED = -1


def pledge_columns(*own: Column, kinds: tuple[str, ...] = (), kinds_en: str = "", kinds_zh: str = "") -> tuple[Column, ...]:
    """The columns of a sheet of pledges: name, kind where there are several, scope, year, its ``own``, and how it is held."""
    kind = (Column("kind", "", "text", choices=kinds, aggregate="first", en=kinds_en, zh=kinds_zh),) if kinds else ()
    return (
        Column("target", "", "text", key=True, free=True, absent="own", en="Name of the pledge; rows of one name and several years make a path", zh="目标名称；同名多年各行构成路径"),
        *kind,
        Column("scope", "", "text", ref="regions.region|group:{regions.region_group}", choices=("nation",), aggregate="first", en="nation, group: and a region group, or a region", zh="范围"),
        Column("year", "calendar year", "integer", key=True, absent="own", low=FIRST_YEAR, high=LAST_YEAR, en="Year", zh="年份"),
        *own,
        Column("hold", "", "text", default=AT, choices=(AT, FROM, LINE), aggregate="first", en="at: in its year; from: in its year and from it on; line: straight from the row of the same name before it to this one", zh="at：仅当年；from：当年及其后；line：自同名上一行起直线至本行"),
    )  # fmt: skip


@dataclass(frozen=True)
class Pledge:
    """A kind of pledge: its sheet and kind, the column of its number and of its price, and what its rows are.

    ``at_least`` asks for an amount, else it is allowed; ``is_stock`` stands at milestones. ``missed`` is what may be missing of it, in
    ``price_unit`` per unit; ``once`` says that it is paid once and not every year of the period. ``against`` is the column of the year
    since which a gain counts, blank for the base year.
    """

    sheet: Table
    kind: str
    column: str
    info: ConstraintInfo
    missed: Variable
    item: str
    price: str
    price_unit: str
    at_least: bool = True
    is_stock: bool = False
    once: bool = False
    against: str = ""

    @property
    def unit(self) -> str:
        """In what its rows are told: the unit of the sheet where that counts the same, else that of the rows."""
        given = self.sheet.column(self.column).unit
        return given if units.solver_unit(given) == self.info.unit else self.info.unit

    def rows(self, data: Data) -> pd.DataFrame:
        """Rows of the sheet that are of this kind."""
        frame = data.frame(self.sheet)
        return frame[frame["kind"] == self.kind] if "kind" in frame else frame

    def asked(self, data: Data) -> pd.DataFrame:
        """Everything asked: INDEX, ``limit`` (solver units) and ``row``, the Excel row that asks it."""
        found: list[tuple[str, str, int, str, float, int]] = []
        for name, part in self.rows(data).groupby("target", sort=False):
            before: Any = None
            for row in part.sort_values("year", kind="stable").itertuples():
                limit, year = float(getattr(row, self.column)), int(row.year)
                found.append((str(name), str(row.scope), year, AT, limit, int(row.Index)))
                for milestone in data.years:
                    read = float(milestone) if self.is_stock else data.middle(milestone)
                    if row.hold == FROM and read > year:
                        found.append((str(name), str(row.scope), milestone, FROM, limit, int(row.Index)))
                    if row.hold == LINE and before is not None and before.year < read < year:
                        share = (read - before.year) / (year - before.year)
                        between = (1.0 - share) * float(getattr(before, self.column)) + share * limit
                        found.append((str(name), str(row.scope), milestone, LINE, between, int(row.Index)))
                before = row
        made = pd.DataFrame(found, columns=[*INDEX, "limit", "row"])
        # a later row of the name takes the place of an earlier one, however each of them holds
        held = made["hold"] != AT
        replaced = held & made[held].duplicated(["target", "scope", "year"], keep="last").reindex(made.index, fill_value=False)
        return made[~replaced].drop_duplicates(INDEX, keep="last").reset_index(drop=True)

    def parts(self, data: Data, row: Mapping[str, Any]) -> list[tuple[float, int]]:
        """Of which milestones a row of INDEX is made: (share, milestone); of a gain the year since which it counts is taken off."""
        year = int(row["year"])
        if str(row["hold"]) != AT:
            now = [(1.0, year)]
        else:
            now = stock_of_year(data, year) if self.is_stock else data.flow_of_year(year)
        if not self.against:
            return now
        rows = self.rows(data)
        given = rows.loc[rows["target"] == row["target"], self.against].dropna()
        since = int(given.iloc[0]) if len(given) else data.base_year
        return [*now, *((-share, milestone) for share, milestone in stock_of_year(data, since))]

    def price_of(self, data: Data) -> dict[str, float]:
        """Name of a pledge that may be missed -> its price in solver units."""
        rows = self.rows(data)
        prices = {str(name): float(price) for name, price in zip(rows["target"], rows[self.price], strict=True) if not pd.isna(price)}
        return prices


def stock_of_year(data: Data, year: int) -> list[tuple[float, int]]:
    """Of which milestones what stands in a year is made: straight between those around it."""
    before = max((y for y in data.all_years if y <= year), default=data.base_year)
    after = min((y for y in data.all_years if y >= year), default=data.all_years[-1])
    if before == after:
        return [(1.0, before)]
    share = (year - before) / (after - before)
    return [(1.0 - share, before), (share, after)]


def hold_to(b: Build, pledge: Pledge, terms: pd.DataFrame, share_of: pd.DataFrame | None = None) -> None:
    """Close the rows of a kind: what counts (``terms``: region, year, position, coefficient; a target too where each counts its own) against what is asked.

    With ``share_of`` the number of the sheet is a share of these terms: ``limit * all - had <= 0``.
    """
    asked = pledge.asked(b.data)
    if asked.empty:
        return
    short = _missable(b, pledge, asked)
    placed = _placed(b.data, pledge, asked)
    sign = -1.0 if pledge.at_least else 1.0
    had = placed.merge(terms, on=["region", "year", *(["target"] if "target" in terms else [])])
    had = had.assign(coefficient=sign * had["coefficient"] * had["part"])
    if share_of is None:
        other = asked.assign(at=asked["year"], position=FIXED, coefficient=-sign * asked["limit"])
    else:
        other = placed.merge(share_of, on=["region", "year"])
        other = other.assign(coefficient=-sign * other["limit"] * other["coefficient"] * other["part"])
    columns = [*INDEX, "position", "coefficient"]
    table = stack([frame.drop(columns="year").rename(columns={"at": "year"})[columns] for frame in (had, other)])
    table = stack([_base(asked), table, short]).astype({"position": np.int64, "year": np.int64})
    keys = b.rows_from_terms(pledge.info.name, table, INDEX, "<=", pledge.info.unit)
    found = keys.merge(asked, how="left", on=INDEX)
    cells = [b.data.cell(pledge.sheet.name, int(row), pledge.column) for row in found["row"]]
    unit = pledge.unit
    b.limit_rows(pledge.info, keys, (pledge.sheet.name, cells, unit), found["limit"] if share_of is None else ())


def _base(asked: pd.DataFrame) -> pd.DataFrame:
    """An amount of nothing for each row, so that one without any term is there too."""
    return asked[INDEX].assign(position=FIXED, coefficient=0.0)


def _placed(data: Data, pledge: Pledge, asked: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``asked`` once for each region of their scope and milestone of which they are made: ``at`` is a row's own year."""
    made = [{**row, "at": row["year"], "region": region, "year": milestone, "part": part}
            for row in asked.to_dict("records") for part, milestone in pledge.parts(data, row) for region in regions_in(data, str(row["scope"]))]  # fmt: skip
    return pd.DataFrame(made, columns=[*INDEX, "limit", "row", "at", "region", "part"])


def _missable(b: Build, pledge: Pledge, asked: pd.DataFrame) -> pd.DataFrame:
    """What may be missed of each row of a priced pledge, as its terms; paid in the period in which the year lies."""
    prices = pledge.price_of(b.data)
    priced = asked[asked["target"].isin(list(prices))]
    frame = priced.assign(asked=priced["year"], year=[b.data.period_of(year) for year in priced["year"]])
    family = b.variable(pledge.missed, frame)
    if not len(frame):
        return pd.DataFrame(columns=[*INDEX, "position", "coefficient"])
    scopes = frame["scope"].to_numpy(dtype=object)
    price = frame["target"].map(prices).to_numpy(dtype=float)
    if pledge.once:
        price = price / frame["year"].map(b.data.length).to_numpy(dtype=float)
    b.ledger.use("aims", family.terms().assign(scope=scopes), price, item=pledge.item, unit=pledge.price_unit)
    return priced[INDEX].assign(position=family.positions, coefficient=-1.0)


def check_pledges(data: Data, pledges: tuple[Pledge, ...]) -> list[Finding]:
    """Rows of one name are one path, within the years of the plan, with the number of their kind; a line has a row before it."""
    found: list[Finding] = []
    last, first = data.years[-1], data.base_year + 1
    for sheet in dict.fromkeys(pledge.sheet.name for pledge in pledges):
        own = [pledge for pledge in pledges if pledge.sheet.name == sheet]
        frame = data.frame(own[0].sheet)
        column_of = {pledge.kind: pledge.column for pledge in own}

        def told(row: Any, column: str, words: tuple[str, str, str, str], sheet: str = sheet) -> None:
            found.append(Finding("error", sheet, data.cell(sheet, int(row.Index), column), *words))

        for name, part in frame.dropna(subset=["year"]).groupby("target", sort=False):
            rows = list(part.sort_values("year", kind="stable").itertuples())
            # what a name has once: it is looked up by the name alone
            once = [column for column in ("kind", "scope", *(p.price for p in own), *(p.against for p in own), "reference_year", "reference_intensity") if column in frame]
            for column in dict.fromkeys(once):
                for row in differing(rows, column):
                    told(row, column, one_for_a_name(name, column))
            for row in rows:
                kind = str(getattr(row, "kind", own[0].kind))
                for other in [p for p in own if p.kind != kind and p.price not in {q.price for q in own if q.kind == kind}]:
                    if not pd.isna(getattr(row, other.price)):
                        told(row, other.price, (f"{other.price} says nothing of a pledge of kind {kind}", "a blank cell, or the price of its own kind", f"{kind} 类目标不使用 {other.price} 列", "应留空，或填写本类价格"))
                if not first <= int(row.year) <= last:
                    told(row, "year", (f"{row.year:g} is not among the years of the plan", f"a year after {data.base_year} and up to {last}", f"{row.year:g} 不在规划年份内", f"应晚于 {data.base_year} 且不晚于 {last}"))
                if row.hold == LINE and row is rows[0]:
                    told(row, "hold", (f"no row of {name} stands before {row.year:g}, from which a line could begin", "a row of the same name for an earlier year, or at", f"{name} 在 {row.year:g} 年之前没有可作起点的行", "应有同名的较早年份，或改为 at"))
                for column in dict.fromkeys(column_of.values()):
                    given = not pd.isna(getattr(row, column))
                    if column == column_of.get(kind) and not given:
                        told(row, column, (f"{name} asks for no amount", f"a number in the column {column}", f"{name} 未填写数值", f"应在 {column} 列填写数值"))
                    elif column != column_of.get(kind) and given:
                        told(row, column, (f"a number of {column} says nothing of a pledge of kind {kind}", "a blank cell", f"{kind} 类目标不使用 {column} 列", "应留空"))
    return found
