"""Validated tables and the index sets derived from them: what every lever reads.

All numbers here are in solver units (Mha, km3, GW, TWh, Mt, bn CNY, yr and their quotients); the conversion from the
workbook's units happened once, when the table was read. Each row keeps its Excel row number, so that a limit in a
report can point back to the cell it came from.

Limits: years are calendar years; a period ends at its milestone year and starts at the one before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from .declare.spec import FIRST_YEAR, LAST_YEAR, LIST_MARK, Column, Complete, Setting, Table
from .names import NAMES
from .written import Written

#: Least factor given by hand: at 0 nothing of the period would count and no price could be told; far below any discounting.
SMALLEST_FACTOR = 1e-6
#: What a period is: what happened, what is planned, what must be kept up; in this order.
KINDS = ("history", "plan", "after")
HISTORY, PLAN, AFTER = KINDS
REGION_GROUPS = ("west", "industrial", "developed")

REGIONS = Table(
    "regions",
    (
        Column("region", "", "text", key=True, free=True, absent="own", en="Key of the region (ASCII)", zh="地区代码（ASCII）"),
        Column("name_en", "", "text", free=True, aggregate="first", en="English name", zh="英文名"),
        Column("name_zh", "", "text", free=True, aggregate="first", en="Chinese name", zh="中文名"),
        Column(
            "region_group",
            "",
            "text",
            choices=REGION_GROUPS,
            aggregate="commonest",
            en="Group of the source paper: ecological west and northeast, traditional-industrial, developed",
            zh="三类地区：西部和东北生态区、传统工业区、发达地区",
        ),
        Column(
            "alt_region_group", "", "text", choices=REGION_GROUPS, default="", aggregate="same",
            en="The same three groups drawn otherwise, where the paper leaves room; read by python -m model aggregate",
            zh="三类地区的另一种划分（论文未定之处），供 python -m model aggregate 使用",
        ),
        Column(
            "grid_region", "", "text", free=True, default="", aggregate="same",
            en="Regional grid; any words of your own make a grouping; read by python -m model aggregate",
            zh="区域电网；可改为任意自定义分组，供 python -m model aggregate 使用",
        ),
        Column("map_row", "1", "integer", default=0.0, low=0, high=40, aggregate="first", en="Row on the tile map", zh="瓦片图行"),
        Column("map_column", "1", "integer", default=0.0, low=0, high=40, aggregate="first", en="Column on the tile map", zh="瓦片图列"),
    ),
    required=True,
    en="The regions of the model; any number of rows",
    zh="模型的地区，行数不限",
)

PERIODS = Table(
    "periods",
    (
        Column("year", "calendar year", "integer", key=True, absent="own", low=FIRST_YEAR, high=LAST_YEAR, en="Milestone year, end of the period; the first row is the base year", zh="里程碑年（时期末）；第一行为基年"),
        Column("cost_factor", "1", default=None, low=SMALLEST_FACTOR, aggregate="first", en="Replaces the discount factor of a year of the period when filled; the length of the period counts besides", zh="填写时替代该时期每年的贴现系数，时期长度另计"),
        Column("kind", "", "text", default=PLAN, choices=KINDS, aggregate="first", en="history: held to what happened (sheet observed), nothing is decided; plan: decided, told in full; after: what must be kept up once the plan has ended, told apart", zh="history：按实际发生（observed 表）固定，不作决策；plan：规划期，完整报告；after：规划期后需维持，单独报告"),
    ),
    required=True,
    en="Milestone years; the first is the base year, which is history",
    zh="里程碑年份；第一年为基年（历史）",
)

TIME_SLICES = Table(
    "time_slices",
    (
        Column("slice", "", "text", key=True, free=True, like_total=True, absent="own", en="Key of the time slice", zh="时段代码"),
        Column("season", "", "text", free=True, aggregate="first", en="Season", zh="季节"),
        Column("block", "", "text", free=True, aggregate="first", en="Block of the day", zh="日内时段"),
        Column("hours", "h", low=0, high=8760, aggregate="first", en="Hours a year; all slices together 8760", zh="年小时数，合计8760"),
    ),
    en="Time slices of the power system: season x block of the day",
    zh="电力系统时段：季节×日内时段",
)

WATER_ZONES = Table(
    "water_zones",
    (
        Column("water_zone", "", "text", key=True, free=True, absent="own", en="Key of the water zone", zh="水资源区代码"),
        Column("region", "", "text", ref="regions.region", aggregate="first", en="Region it lies in", zh="所属地区"),
        Column("basin", "", "text", free=True, aggregate="commonest", en="Basin inside which rights may be traded", zh="可交易水权的流域"),
        Column(
            "zone_group", "", "text", free=True, default="", aggregate="same",
            en="Larger zone that it may join when regions are merged; read by python -m model aggregate --zones zone_group",
            zh="合并地区时可并入的大区，供 python -m model aggregate --zones zone_group 使用",
        ),
        Column("industry_share", "1", low=0, high=1, aggregate="sum", whole=("region",), en="Share of the region's industrial and cooling withdrawals that falls in this zone; sums to 1 per region", zh="地区工业与冷却取水落在本区的份额，地区内合计为1"),
    ),
    complete=(
        Complete(("region",), en="its plants and industry would draw no water", zh="该地区电站与工业不取水"),
    ),
    en="Water zones; a region may hold several",
    zh="水资源区；一个地区可有多个",
)

CORE_TABLES = (REGIONS, PERIODS, TIME_SLICES, WATER_ZONES, NAMES)

#: What may be optimised.
MIN_COST, MIN_PEAK, NET_REMOVAL, HARVEST_VALUE, MIN_MAX_BURDEN = "min_cost", "min_peak", "max_net_removal", "max_harvest_value", "min_max_burden"
OBJECTIVES = (MIN_COST, NET_REMOVAL, MIN_PEAK, HARVEST_VALUE, MIN_MAX_BURDEN)

#: How power plants, stores and lines are paid; the two with a value left are those of OSeMOSYS' DepreciationMethod 2 and 1.
CHARGES = ANNUITY, STRAIGHT_LINE, SINKING_FUND = "annuity", "straight_line", "sinking_fund"
BUILDING = EVENLY, AT_BEGINNING = "evenly", "at_beginning"

CORE_SETTINGS = (
    Setting("title_en", "", "text", "Regional carbon-neutrality pathway", en="Title of the reports", zh="报告标题（英文）"),
    Setting("title_zh", "", "text", "区域碳中和路径", en="Title of the reports in Chinese", zh="报告标题（中文）"),
    Setting("language", "", "text", "en", choices=("en", "zh"), en="Language of the reports", zh="报告语言"),
    Setting("schema_version", "1", "integer", 1.0, en="Version of the workbook's layout", zh="工作簿版式版本"),
    Setting("objective", "", "text", "min_cost", choices=OBJECTIVES, several=True, en="What is optimised; of several, parted by a semicolon, each with all before it held within objective_tolerance", zh="优化目标；可用分号列举多个，依次优化，在前者按 objective_tolerance 保持"),
    Setting("discount_rate", "1/yr", "number", 0.05, low=0, high=0.2, en="Social discount rate", zh="社会贴现率"),
    Setting("capital_cost", "1/yr", "number", 0.06, low=0, high=0.2, en="Cost of capital in annuities", zh="资本成本（年金）"),
    Setting("discount_shift", "yr", "number", 0.0, low=-100, high=100, en="Year to which costs are discounted, in years after the end of the base year", zh="贴现基准年（基年末之后的年数）"),
    Setting("discount_moment", "1", "number", 0.5, low=0, high=1, en="Where in its period a cost is discounted from: 0 the beginning, 0.5 the middle, 1 the end", zh="时期内成本的贴现时点：0期初，0.5期中，1期末"),
    Setting("capital_charge", "", "text", CHARGES[0], choices=CHARGES, en="How plants, stores and lines are paid: a yearly annuity, or in full when built with what is left of them at the horizon given back", zh="电站、储能与线路投资的计法：年金；或一次付清并在期末计残值（直线或偿债基金）"),
    Setting("building_in_period", "", "text", BUILDING[0], choices=BUILDING, en="When in its period plants, stores and lines are built: evenly (half of it works), or all at the beginning; a year then has the flows of its period", zh="时期内电站、储能与线路的建设方式：均匀（平均一半投运），或期初一次建成（各年流量即所在时期流量）"),
)


class Noting(dict[str, Any]):
    """A dict that notes in ``seen`` which of its keys were asked for, each with ``prefix`` before it."""

    def __init__(self, content: Mapping[str, Any], prefix: str) -> None:
        super().__init__(content)
        self.prefix = prefix
        self.seen: set[str] | None = None

    def _note(self, key: object) -> None:
        if self.seen is not None:
            self.seen.add(f"{self.prefix}{key}")

    def __getitem__(self, key: str) -> Any:
        self._note(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._note(key)
        return super().__contains__(key)

    def get(self, key: str, default: Any = None) -> Any:
        """As for any dict."""
        self._note(key)
        return super().get(key, default)


#: What stands before the name of a setting among the things that were read.
SETTING_PREFIX = "setting:"


@dataclass
class Data:
    """The validated content of a workbook.

    ``tables`` maps a table name to a frame in solver units whose index ``row`` is the Excel row number. A year table
    is long: its key columns, ``year`` and ``value``, for every model year (base year included when given).
    ``columns`` maps table -> column (or year as text) -> Excel column letter, ``written`` table -> units of its cells.
    """

    tables: dict[str, pd.DataFrame]
    settings: dict[str, float | str] = field(default_factory=dict)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    written: dict[str, Written] = field(default_factory=dict)
    _made: dict[str, tuple[Any, set[str]]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.tables = Noting(self.tables, "")
        self.settings = Noting(self.settings, SETTING_PREFIX)

    @contextmanager
    def noting(self, seen: set[str]) -> Iterator[None]:
        """While open, the names of tables and ``setting:`` names of settings that are read are added to ``seen``."""
        noted = [store for store in (self.tables, self.settings) if isinstance(store, Noting)]
        for store in noted:
            store.seen = seen
        try:
            yield
        finally:
            for store in noted:
                store.seen = None

    def once(self, name: str, make: Callable[[Data], Any]) -> Any:
        """What ``make`` gives for this data, made when first asked for; whoever asks is noted as reading what it read."""
        if name not in self._made:
            reads: set[str] = set()
            before = self.tables.seen if isinstance(self.tables, Noting) else None
            try:
                with self.noting(reads):
                    made = make(self)
            finally:  # what stumbles has read something too: that is where the fault lies
                for store in (self.tables, self.settings):
                    if isinstance(store, Noting):
                        store.seen = before
                if before is not None:
                    before.update(reads)
            self._made[name] = (made, reads)
        made, reads = self._made[name]
        if isinstance(self.tables, Noting) and self.tables.seen is not None:
            self.tables.seen.update(reads)
        return made

    def moved(self, tables: Mapping[str, pd.DataFrame], settings: Mapping[str, float | str]) -> Data:
        """The data with other numbers: ``tables`` in place of those of these names, ``settings`` in place of all; what was made of the rest is kept."""
        changed = {*tables, *(f"{SETTING_PREFIX}{name}" for name, value in settings.items() if self.settings.get(name) != value)}
        # years and regions are remembered by whoever read them first
        all_new = bool(changed & {REGIONS.name, PERIODS.name})
        made = {} if all_new else {name: held for name, held in self._made.items() if not changed & held[1]}
        return replace(self, tables={**self.tables, **tables}, settings=dict(settings), _made=made)

    def has(self, name: str) -> bool:
        """Whether the table exists and has at least one active row."""
        return name in self.tables and len(self.tables[name]) > 0

    def frame(self, table: Table) -> pd.DataFrame:
        """The table in solver units, in key order of the workbook; an absent one gives an empty frame."""
        if table.name in self.tables:
            return self.tables[table.name].copy()
        extra = ("year",) if table.shape == "years" else ()
        return _absent((*(c.name for c in table.columns), *extra)).copy()

    def lookup(self, table: Table, column: str = "value") -> dict[Any, Any]:
        """A column by the key of its table, in the order of the workbook; empty where the table is absent.

        The key is the plain entry where the table has one key column, else a tuple of them all; a year table is looked
        up by (keys..., year). Numbers are floats in solver units (NaN where blank), words are text ("" where blank).
        KeyError for a column that the table does not declare, ValueError where two rows have one key.
        """
        is_text = table.column(column).kind == "text"
        values = self.frame(table)[column]
        return self._by_key(table, (values.astype(object).where(values.notna(), "") if is_text else values.astype(float)).tolist())

    def lookup_cells(self, table: Table, column: str = "value") -> dict[Any, str]:
        """The address of the cell of a column by the key of its table, as ``lookup`` gives the number in it.

        The ``value`` of a year table stands in the column of the year. KeyError for an undeclared column.
        """
        frame, name = self.frame(table), table.column(column).name
        columns = frame["year"] if table.shape == "years" else [name] * len(frame)
        return self._by_key(table, [self.cell(table.name, int(row), c) for row, c in zip(frame.index, columns, strict=True)])

    def _by_key(self, table: Table, values: list[Any]) -> dict[Any, Any]:
        frame = self.frame(table)
        keys = [frame[name].to_numpy(dtype=object).tolist() for name in (*table.keys, *(["year"] if table.shape == "years" else []))]
        found = dict(zip(keys[0] if len(keys) == 1 else zip(*keys, strict=True), values, strict=True))
        if len(found) < len(values):
            raise ValueError(f"{table.name}: two rows have one key")
        return found

    def number(self, name: str) -> float:
        """The numeric setting of that name, in solver units."""
        return float(self.settings[name])

    def stated(self, name: str) -> float | None:
        """A numeric setting that rules only where the workbook states it, in solver units; None where it does not."""
        value = self.settings.get(name)
        return None if value is None else float(value)

    def word(self, name: str) -> str:
        """The textual setting of that name."""
        return str(self.settings[name])

    def words(self, name: str) -> list[str]:
        """The words of a textual setting that may hold several, in order."""
        return self.word(name).split(LIST_MARK)

    def flag(self, name: str) -> bool:
        """The yes/no setting of that name."""
        return bool(float(self.settings[name]))

    def cell(self, table: str, row: int, column: str | int) -> str:
        """The address of a cell within its sheet, for instance ``D17``; empty when the book was made in code.

        A year after the last one of a sheet has the cell of the last: its value goes on.
        """
        letters = self.columns.get(table, {})
        letter = letters.get(str(column), "")
        if not letter and str(column).isdigit():
            last = max((int(name) for name in letters if name.isdigit()), default=int(column))
            letter = letters[str(last)] if last < int(column) else ""
        return f"{letter}{row}" if letter else ""

    def cell_where(self, table: Table, column: str | int, **keys: str) -> str:
        """The address in the first row whose key columns hold these words; empty when there is none."""
        frame = self.frame(table)
        held = np.ones(len(frame), dtype=bool)
        for name, word in keys.items():
            held &= (frame[name] == word).to_numpy(dtype=bool)
        return self.cell(table.name, int(frame.index[held][0]), column) if held.any() else ""

    def setting_cell(self, name: str) -> str:
        """The address of the value of a setting; empty when the sheet leaves it out."""
        return self.columns.get("settings", {}).get(name, "")

    @cached_property
    def years(self) -> list[int]:
        """Milestone years after the base year, in order."""
        return self.all_years[1:]

    @cached_property
    def all_years(self) -> list[int]:
        """Base year and milestone years, in order."""
        return [int(y) for y in self.tables["periods"]["year"]]

    @cached_property
    def base_year(self) -> int:
        """The base year: history, not decided."""
        return self.all_years[0]

    @cached_property
    def after(self) -> list[int]:
        """Milestones after the end of the plan: what must be kept up."""
        return self._of_kind(AFTER)

    @cached_property
    def history(self) -> list[int]:
        """Milestones after the base year of which it is known what happened: nothing is decided in their periods."""
        return self._of_kind(HISTORY)

    @cached_property
    def decided(self) -> list[int]:
        """Milestones of the periods in which something is decided, in order."""
        return [year for year in self.years if year not in self.history]

    @property
    def history_until(self) -> int:
        """The last milestone of which it is known what happened: the base year, or that of the last period of history."""
        return max(self.history, default=self.base_year)

    @property
    def plan_until(self) -> int:
        """The last milestone of the plan; later ones tell what must be kept up."""
        return next(year for year in reversed(self.all_years) if year not in self.after)

    def _of_kind(self, wanted: str) -> list[int]:
        frame = self.tables["periods"]
        kinds = frame["kind"].tolist() if "kind" in frame else [PLAN] * len(frame)
        return [int(year) for year, kind in zip(frame["year"], kinds, strict=True) if kind == wanted and int(year) != self.base_year]

    @cached_property
    def regions(self) -> list[str]:
        """Region keys in the order of the workbook."""
        return list(self.tables["regions"]["region"])

    @cached_property
    def region_group(self) -> Mapping[str, str]:
        """Region key -> region group."""
        return self.lookup(REGIONS, "region_group")

    @cached_property
    def _before(self) -> dict[int, int]:
        return dict(zip(self.years, self.all_years, strict=False))

    def previous(self, year: int) -> int:
        """The milestone before ``year``."""
        return self._before[year]

    def start(self, year: int) -> int:
        """The milestone at which the period that ends at ``year`` begins; the base year is its own."""
        return year if year == self.base_year else self.previous(year)

    def length(self, year: int) -> int:
        """Years in the period that ends at ``year``; 1 for the base year, which is a single year of history."""
        return 1 if year == self.base_year else year - self.previous(year)

    def middle(self, year: int) -> float:
        """The middle of the period that ends at ``year``, as the discounting has it; the base year is its own."""
        return float(year) if year == self.base_year else (self.previous(year) + year) / 2

    def period_of(self, year: float) -> int:
        """The milestone of the period in which a year lies; the last one for a year beyond."""
        return next((milestone for milestone in self.all_years if year <= milestone), self.all_years[-1])

    def flow_of_year(self, year: float) -> list[tuple[float, int]]:
        """What of which period is the flow of a year: (share, milestone), shares sum to 1.

        Flows are means of periods; between the middles of two of them a year is on the straight line,
        ``(1 - l) * f[t] + l * f[t+1]`` with ``l = (year - mid[t]) / (mid[t+1] - mid[t])``. Before the first middle and after the
        last one the flow is that of the period; so is that of any year where all of a period is there from its beginning.
        """
        if self.settings.get("building_in_period") == AT_BEGINNING:
            return [(1.0, max(self.period_of(year), self.years[0]))]
        middles = [self.middle(y) for y in self.years]
        if year <= middles[0]:
            return [(1.0, self.years[0])]
        for place, (here, there) in enumerate(pairwise(middles)):
            if year < there:
                share = (year - here) / (there - here)
                now, then = self.years[place], self.years[place + 1]
                return [(1.0 - share, now), (share, then)] if share > 0.0 else [(1.0, now)]
        return [(1.0, self.years[-1])]

    def moment(self, year: int) -> float:
        """When in the period that ends at ``year`` its costs count for the discounting; the base year is its own."""
        share = self.stated("discount_moment")
        return self.middle(year) if year == self.base_year or share is None else self.previous(year) + share * self.length(year)

    def weight(self, year: int) -> float:
        """Discounted years of the period: n * (1+rate)^-(moment - base - discount_shift), or n * the factor given in ``periods``."""
        return float(self.once("period weights", Data._weights)[year])

    def _weights(self) -> dict[int, float]:
        frame = self.tables["periods"]
        given = frame["cost_factor"].to_numpy(dtype=float) if "cost_factor" in frame else np.full(len(frame), np.nan)
        rate, to = self.number("discount_rate"), self.base_year + (self.stated("discount_shift") or 0.0)
        weights = {}
        for year, factor in zip(self.all_years, given, strict=True):
            usual = (1 + rate) ** -(self.moment(year) - to)
            weights[year] = self.length(year) * (usual if np.isnan(factor) else float(factor))
        return weights

    @property
    def slices(self) -> pd.DataFrame:
        """Time slices with season, block and hours."""
        return self.frame(TIME_SLICES)


#: Between the scopes of a list of them; no key of a region holds it, and the workbook takes none.
SCOPE_JOINT = "|"


def regions_in(data: Data, scope: str) -> list[str]:
    """The regions of nation, ``group:x`` or a region, or of several of them joined by ``|``; none when the scope is not known."""
    group, scopes = data.region_group, scope.split(SCOPE_JOINT)
    return [r for r in data.regions if any(one in ("nation", r, f"group:{group[r]}") for one in scopes)]


def annuity(rate: float, years: float) -> float:
    """Constant yearly payment per unit of capital over ``years`` at ``rate``, in 1/yr."""
    return 1.0 / years if rate == 0 else rate / (1.0 - (1.0 + rate) ** -years)


@cache
def _absent(columns: tuple[str, ...]) -> pd.DataFrame:
    """A table without rows, made once for its columns; whoever is handed one gets a copy."""
    return pd.DataFrame({name: pd.Series(dtype=object) for name in columns})
