"""Carries what speaks of regions by name into a workbook of larger regions: scopes of targets and scenarios.

A word that still means the same is kept or renamed; a row whose meaning would change is left out and listed. A scenario
that loses one of its changes is left out whole, with those built on it: half of it under its name would mislead.

Limits: analyses are carried over as they stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from model.core.data import AFTER
from model.core.declare.lines import Said
from model.core.declare.schema import KIND_MARK, SCENARIO, Schema, parts_in
from model.core.declare.spec import LIST_MARK, Column, Finding, InputError, Table
from model.workbook import cells
from model.workbook.book import Book
from model.workbook.validate import PERIODS
from model.workbook.whole import Whole
from model.workbook.writer import write_workbook

from .aggregate import NATION, Grouping
from .regroup import BASIN, REGIONS, cell_of, grouping_by, regrouped
from .tabs import tab_colours

SCOPE = "scope"
GROUP = "group:"
SETTINGS, YEAR, VALUE, ACTIVE = "settings", "year", "value", "active"
SCENARIOS, RANGES = "scenarios", "ranges"
KIND = "kind"


@dataclass
class Merged:
    """A workbook of larger regions, and what could not be carried into it."""

    whole: Whole
    remarks: list[Finding] = field(default_factory=list)


def merged_workbook(source: Whole, schema: Schema, by: str, zones: str = BASIN) -> Merged:
    """``source`` with a region for every word in column ``by`` of its sheet ``regions``; InputError as grouping_by."""
    grouping = grouping_by(source.tables, schema, by, zones)
    book = regrouped(source.tables, schema, by, zones)
    remarks = [Finding("info", "", "", text) for text in source.remarks] + book.remarks
    # Tables with a scope have no region of their own: their rows are those of the source.
    for name, frame in source.tables.items():
        if SCOPE in frame:
            book.tables[name], lost = _scopes(name, frame, source.tables[REGIONS], book.tables[REGIONS], grouping)
            remarks += lost
    scenarios, lost = _scenarios(source.scenarios, book.tables, schema, grouping)
    _forget(set(source.scenarios["scenario"].astype(str)) - set(scenarios["scenario"].astype(str)), book.tables, schema)
    ranges, gone = _ranges(source.ranges, book.tables, schema, grouping)
    return Merged(Whole(book.tables, source.settings, scenarios, source.analyses, source.years, ranges=ranges), remarks + lost + gone)


def write_merged(book: Book, out: Path, by: str, zones: str = BASIN) -> Merged:
    """Write the workbook ``out`` made of ``book``; InputError when the grouping is wrong, OSError when it can not be written."""
    if book.path is not None and out.resolve() == book.path.resolve():
        raise InputError([Finding("error", str(out), "", Said("same_workbook"), Said("another_name"))])
    made = merged_workbook(book.whole(), book.schema, by, zones)
    write_workbook(
        out, book.schema, made.whole.tables, made.whole.settings, _until_plan_ends(made.whole),
        scenarios=made.whole.scenarios, analyses=made.whole.analyses, ranges=made.whole.ranges,
        title_en=f"{book.name} merged by {by}: input", title_zh=f"{book.name} 按 {by} 合并：输入",
        groups=tab_colours(list(made.whole.tables)), without=[name for name in book.schema.tables if name not in book.sheets],
    )  # fmt: skip
    return made


def _until_plan_ends(whole: Whole) -> list[int]:
    """Years for sheets without rows: after the plan a last value goes on, and needs no column."""
    periods = whole.tables.get(PERIODS)
    after = [] if periods is None or KIND not in periods else periods.loc[periods[KIND] == AFTER, YEAR].astype(int).tolist()
    return [year for year in whole.years if year not in after]


def _scopes(
    name: str, frame: pd.DataFrame, old: pd.DataFrame, new: pd.DataFrame, grouping: Grouping
) -> tuple[pd.DataFrame, list[Finding]]:
    """The rows whose scope means the same provinces as before, and a remark for each of the others."""
    before = {group: sorted(part["region"]) for group, part in old.groupby("region_group")}
    groups = dict(zip(new["region"], new["region_group"], strict=True))
    after: dict[str, list[str]] = {}
    for region, target in grouping.regions.items():
        after.setdefault(str(groups[target]), []).append(region)
    kept, words, lost = [], [], []
    for row, scope in zip(frame.index, frame[SCOPE].astype(str), strict=True):
        word: str | None = scope
        if scope.startswith(GROUP):
            group = scope.removeprefix(GROUP)
            word = scope if before.get(group) == sorted(after.get(group, [])) else None
        elif scope != NATION:
            word = _renamed(scope, grouping.regions)
        kept.append(word is not None)
        if word is None:
            text = Said("scope_gone", name=frame.loc[row].iloc[0], scope=scope)
            lost.append(Finding("info", name, cell_of(frame, row, SCOPE), text))
        else:
            words.append(word)
    return frame[kept].assign(**{SCOPE: words}), lost


def _renamed(place: str, targets: Mapping[str, str]) -> str | None:
    """The new place when it consists of ``place`` alone, None when it holds others too or ``place`` is not known."""
    new = targets.get(place)
    return new if new is not None and list(targets.values()).count(new) == 1 else None


def _scenarios(
    rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame], schema: Schema, grouping: Grouping
) -> tuple[pd.DataFrame, list[Finding]]:
    """The sheet of scenarios with its selectors renamed; scenarios that can not be carried over are listed."""
    made, lost, gone = rows.copy(), [], {}
    for row, change in rows.iterrows():
        selector, why = _selector(change, tables, schema, grouping)
        made.loc[row, "selector"] = selector
        if why:
            cell = cell_of(rows, row, "selector")
            lost.append(Finding("info", SCENARIOS, cell, Said("scenario_gone", name=change["scenario"], why=why)))
            gone[str(change["scenario"])] = row
    if "parent" in rows:
        for _ in rows.index:
            for row, change in rows.iterrows():
                if str(change["parent"]) in gone and str(change["scenario"]) not in gone:
                    text = Said("scenario_parent_gone", name=change["scenario"], parent=change["parent"])
                    lost.append(Finding("info", SCENARIOS, cell_of(rows, row, "parent"), text))
                    gone[str(change["scenario"])] = row
    return made[~made["scenario"].astype(str).isin(gone)], lost


def _ranges(rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame], schema: Schema, grouping: Grouping) -> tuple[pd.DataFrame, list[Finding]]:
    """The sheet of ranges with its selectors renamed; rows that can not be carried over are listed."""
    made, lost, kept = rows.copy(), [], []
    for row, change in rows.iterrows():
        selector, why = _selector(change, tables, schema, grouping)
        made.loc[row, "selector"] = selector
        kept.append(not why)
        if why:
            lost.append(Finding("info", RANGES, cell_of(rows, row, "selector"), Said("scenario_gone", name=change["range"], why=why)))
    return made[pd.Series(kept, index=made.index, dtype=bool)], lost


def _forget(gone: set[str], tables: dict[str, pd.DataFrame], schema: Schema) -> None:
    """Take scenarios that are left out from the texts that name them, so that no sheet speaks of what is not there."""
    for table in schema.tables.values():
        for column in (column.name for column in table.columns if column.named and table.name in tables):
            words = tables[table.name][column]
            tables[table.name] = tables[table.name].assign(**{column: [_without(gone, word) for word in words]})


def _without(gone: set[str], text: object) -> object:
    parts = parts_in(text)
    kept = [(kind, name) for kind, name in parts if kind != SCENARIO or name not in gone]
    return text if len(kept) == len(parts) else f"{LIST_MARK} ".join(f"{kind}{KIND_MARK}{name}" for kind, name in kept)


def _selector(
    change: pd.Series, tables: Mapping[str, pd.DataFrame], schema: Schema, grouping: Grouping
) -> tuple[str | None, str]:
    """The selector in the words of the new regions, and why it has none ("" when it has)."""
    sheet, given = (cells.read_word(change.get(name)).value for name in ("sheet", "selector"))
    text = None if given is None else str(given)
    table = schema.tables.get(str(sheet))
    if sheet is None or sheet == SETTINGS or table is None or table.name not in tables:
        return text, ""
    pieces = [part.partition("=") for part in (text or "").split(";") if part.strip()]
    parts = [(key.strip(), value.strip()) for key, _, value in pieces]
    named = []
    for key, value in parts:
        targets = grouping.target(key)
        new = _renamed(value, targets) if targets and value != NATION else value
        if new is None:
            return text, Said("now_part", name=value)
        named.append((key, new))
    places = [key for key in table.keys if grouping.target(key)]
    if places and not all(key in dict(parts) for key in places) and _is_amount(change, table):
        return text, Said("amount_for_old")
    if not _matches(tables[table.name], [(k, v) for k, v in named if k != YEAR]):
        return text, Said("nothing_to_change")
    return "; ".join(f"{key}={value}" for key, value in named) or None, ""


def _is_amount(change: pd.Series, table: Table) -> bool:
    """Whether the change sets or adds a number, other than to zero, that is summed when rows are merged."""
    operation, name = (str(cells.read_word(change.get(c)).value or "") for c in ("operation", "column"))
    columns: dict[str, Column] = {c.name: c for c in table.columns if not c.key}
    column = columns.get(name or VALUE)
    is_zero = operation == "set" and cells.read_number(change.get(VALUE)).value == 0.0
    return operation in ("set", "add") and column is not None and column.aggregate == "sum" and not is_zero


def _matches(frame: pd.DataFrame, parts: list[tuple[str, str]]) -> bool:
    found = pd.Series(True, index=frame.index)
    for key, value in parts:
        if key not in frame:
            return False
        # A whole number may stand as 2030 or 2030.0.
        number = cells.read_number(value).value
        wanted = value if number is None else cells.spelled(number)
        found &= frame[key].map(cells.spelled) == wanted
    return bool(found.any())
