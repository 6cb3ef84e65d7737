"""Every result table of a plan, in workbook units: kha, million m3, GW, TWh, Mt and bn CNY.

    tables = result_tables(solution)
    tables["carbon"]

The tables are those of ``columns.TABLES``; a table whose lever is not in the model is there without rows.

Limits: finest regions; other levels stand in ``by_group``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd

from ...core.build import registry
from ...core.build.roles import decisions
from ...core.declare.results import Link
from ...core.goods import named_units
from ...core.solve.amounts import with_group
from ...core.solve.solution import Solution
from ..additionality import additionality
from . import burden as borne
from . import fiscal as treasury
from . import payments as paid
from . import prices as priced
from . import stocks as pooled
from . import summary as summary
from . import trade as traded
from .columns import TABLES, conform


def limits(solution: Solution, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Table ``limits``; limits on goods name the good that they are counted in."""
    frame = priced.limits(solution)
    named = [column for column in frame if str(column) == "unit" or str(column).endswith("_unit")]
    data, declared = solution.build.data, list(registry.schema().tables.values())
    return frame.assign(**{column: named_units(data, declared, *(frame[name].tolist() for name in ("sheet", "cell", column))) for column in named}) if len(frame) else frame


def certificate(solution: Solution, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Table ``certificate``."""
    return solution.certificate()


def changed(solution: Solution, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Table ``changed``: whoever holds the workbook has found the rows; without rows where nobody did."""
    return pd.DataFrame() if solution.changed is None else solution.changed


def dearest_estimates(solution: Solution, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Table ``dearest_estimates``: whoever holds the workbook knows its ranges; without rows where nobody did."""
    return pd.DataFrame() if solution.dearest is None else solution.dearest


Maker = Callable[[Solution, Mapping[str, pd.DataFrame]], pd.DataFrame]
#: Who makes the tables that many levers fill; the others name their maker themselves.
MAKERS: dict[str, Maker] = {
    "additionality": additionality, "trade": traded.trade, "line_accounts": paid.line_accounts, "burden": borne.burden, "fiscal": treasury.fiscal,
    "stocks": pooled.stocks, "limits": limits, "prices": priced.prices, "gaps": priced.gaps, "certificate": certificate, "changed": changed,
    "dearest_estimates": dearest_estimates,
    "allocation": summary.allocation, "by_group": summary.by_group, "sources": summary.sources,
}  # fmt: skip


#: Who says what the numbers of such a table are of the plan's variables.
LINKS: dict[str, Callable[[Solution], list[Link]]] = {"prices": priced.price_links, "stocks": pooled.stocks_links, "trade": traded.trade_links}


def links(solution: Solution) -> dict[str, list[Link]]:
    """Of every table that says so: what its numbers are of the plan's variables."""
    makers = {name: table.links or LINKS.get(name) for name, table in TABLES.items()}
    found = {name: list(make(solution)) for name, make in makers.items() if make is not None}
    return {**found, "allocation": summary.allocation_links(solution, found)}


def allocation_terms(solution: Solution) -> pd.DataFrame:
    """What the table ``allocation`` is made of: lever, region, region_group, item, year, unit, position (or FIXED) and coefficient, in its units."""
    named = dict.fromkeys(decision.told.table for decision in decisions(solution.build).values() if decision.told is not None)
    needed = {name: list(make(solution)) for name in named if name and (make := TABLES[name].links) is not None}
    found = [link.frame for link in summary.allocation_links(solution, needed)]
    if not found:
        return pd.DataFrame(columns=[*TABLES["allocation"].keys, "unit", "position", "coefficient"])
    return with_group(solution, found[0].rename(columns={"value": "coefficient"}))


class Made(Mapping[str, pd.DataFrame]):
    """The tables of a plan, each made when it is first asked for: one may be made from others. A plan without values gives empty tables."""

    def __init__(self, solution: Solution) -> None:
        self._solution = solution
        self._made: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in TABLES

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)

    def _make(self, name: str) -> pd.DataFrame:
        table = TABLES[name]
        if not self._solution.has_values:
            return conform(name, pd.DataFrame())
        maker = table.make or MAKERS[name]
        return _finish(self._solution, name, maker(self._solution, self))


class Copied(Mapping[str, pd.DataFrame]):
    """The same tables for whoever may change them: a copy of each, made when it is first asked for."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self._tables = tables
        self._copies: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._copies:
            self._copies[name] = self._tables[name].copy()
        return self._copies[name]

    def __contains__(self, name: object) -> bool:
        return name in self._tables

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)


def result_tables(solution: Solution) -> Mapping[str, pd.DataFrame]:
    """All result tables by name, in the order of ``columns.TABLES``, each made when it is first asked for."""
    return Made(solution)


def _finish(solution: Solution, name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Declared columns and types, no negative zeros, rows in a stable order."""
    table = TABLES[name]
    found = conform(name, frame)
    if found.empty:
        return found
    numbers = [field.name for field in table.fields if field.type == "number"]
    if numbers:
        amounts = found[numbers].to_numpy(dtype=float) + 0.0  # adding zero turns -0.0 into 0.0
        found[numbers] = np.where(np.isfinite(amounts), amounts, np.nan)
    return _ordered(solution, found, table.keys) if table.ordered else found


def _ordered(solution: Solution, frame: pd.DataFrame, keys: tuple[str, ...]) -> pd.DataFrame:
    """Rows by the table's keys; regions stand in the order of the workbook, everything else by name or number."""
    rank = {region: number for number, region in enumerate(solution.build.data.regions)}

    def sort_key(column: pd.Series) -> pd.Series:
        if column.name in ("region", "from_region", "to_region"):
            return column.map(lambda region: rank.get(region, -1)).astype("int64")
        return column if column.dtype.kind in "iuf" or str(column.dtype) == "Int64" else column.astype(str)

    return frame.sort_values(list(keys), key=sort_key, kind="stable").reset_index(drop=True) if keys else frame
