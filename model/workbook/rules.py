"""What tables ask of one another: entries that must be known, rows that must be there, and what levers refuse.

Everything here reads declarations: ``ref``, ``choices`` and ``within`` of a column, ``complete`` of a table, the checks of the
levers. A check that stumbles over a sheet which has errors of its own says nothing: those errors come first.

Limits: rows are compared by their keys, not by what they hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from model.core.build.declared import found_by
from model.core.data import SETTING_PREFIX, Data
from model.core.declare.schema import Schema
from model.core.declare.spec import Column, Complete, Table, Target
from model.core.names import NAMES, key_columns

from . import cells
from .layout import Layout
from .messages import Notes, nearest
from .raw import is_blank
from .settings import SETTINGS_SHEET

#: Sheets on whose errors every other check would stumble.
_FIRST = ("regions", "periods")
#: Keys that a finding names before it says how many more there are.
_NAMED = 4
#: Words of each part of a list of what may be written, before it says how many more there are.
_LISTED = 8


@dataclass(frozen=True)
class TableRead:
    """A validated table with the layout it was read by, so that findings about it can name cells."""

    table: Table
    layout: Layout
    frame: pd.DataFrame


def rows_once(frame: pd.DataFrame, names: Sequence[str]) -> Iterable[tuple[int, tuple[object, ...]]]:
    """Excel row and values of the columns, once a row even in a long table."""
    once = frame if frame.index.is_unique else frame[~frame.index.duplicated()]
    return zip(once.index.tolist(), zip(*(once[name].tolist() for name in names), strict=True), strict=True)


def known_words(column: Column, frames: Mapping[str, pd.DataFrame]) -> dict[tuple[object, ...], dict[object, None]]:
    """What may stand in a column, by the entries of ``within`` (one empty key without); empty when no target is filled."""
    found: dict[tuple[object, ...], dict[object, None]] = {}
    for target in column.targets():
        frame = frames.get(target.table)
        if frame is None or target.column not in frame or not set(column.within) <= set(frame):
            continue
        for _, (*group, entry) in rows_once(frame, [*column.within, target.column]):
            if not is_blank(entry):
                found.setdefault(tuple(group), {}).update(dict.fromkeys(target.words([entry])))
    if column.choices and not column.within:
        found.setdefault((), {}).update(dict.fromkeys(column.choices))
    return found


def check_references(read: TableRead, frames: Mapping[str, pd.DataFrame], notes: Notes) -> None:
    """Note each value of a referring column that its targets do not hold."""
    for column in read.table.columns:
        if not column.ref or column.name not in read.frame or column.name not in read.layout.places:
            continue
        known = known_words(column, frames)
        every = list(dict.fromkeys(word for words in known.values() for word in words))
        for row, (*group, value) in rows_once(read.frame, [*column.within, column.name]):
            here = known.get(tuple(group), {})
            if value in here or is_blank(value):
                continue
            place, text = read.layout.cell(row, column.name), cells.spelled(value)
            if any(frames.get(target.table) is not None for target in column.targets()) or column.choices:
                near = nearest(text, sorted(cells.spelled(word) for word in here or every))
                notes.add("reference", read.table.name, place, value=text, target=_asked(column, group, frames), nearest=near)
            else:
                notes.add("reference_absent", read.table.name, place, value=text, target=", ".join(dict.fromkeys(target.table for target in column.targets())))


def _asked(column: Column, group: Sequence[object], frames: Mapping[str, pd.DataFrame]) -> str | list[str]:
    """Where an entry is looked up; of a column whose words are made from entries (``group:west``) the words themselves, a few of each part."""
    if any(target.before or target.after for target in column.targets()) and not group:
        parts = [[*column.choices], *([str(word) for word in _written(target, frames)] for target in column.targets())]
        return [word for words in parts for word in (words if len(words) <= _LISTED else [*words[:_LISTED], f"… (+{len(words) - _LISTED})"])]
    targets = [*column.choices, *column.ref.split("|")]
    return ", ".join(targets) + (f" ({', '.join(map(str, group))})" if group else "")


def _written(target: Target, frames: Mapping[str, pd.DataFrame]) -> list[object]:
    """What may be written of one part of a ``ref``, each once; nothing where its table is not filled."""
    frame = frames.get(target.table)
    entries = [] if frame is None or target.column not in frame else [entry for entry in frame[target.column].unique() if not is_blank(entry)]
    return target.words(entries)


def check_names(reads: Mapping[str, TableRead], notes: Notes) -> None:
    """Note each row of ``names`` whose key no other sheet holds, as its words would be shown nowhere.

    Rows that are switched off count as held: a scenario may switch them on.
    """
    if NAMES.name not in reads or reads[NAMES.name].frame.empty:
        return
    held: set[str] = set()
    for name, column in key_columns(read.table for read in reads.values()):
        read = reads[name]
        written = {read.layout.raw(row, column.name) for row in read.layout.rows} if column.name in read.layout.places else set()
        held.update(cells.spelled(word) for word in (cells.read_word(raw).value for raw in written) if word is not None)
        if column.name in read.frame:  # what a blank stands for
            held.update(map(str, read.frame[column.name].unique()))
    named = reads[NAMES.name]
    for row, (key,) in rows_once(named.frame, NAMES.keys):
        if not is_blank(key) and key not in held:
            notes.add("name_unused", NAMES.name, named.layout.cell(row, "key"), value=key, nearest=nearest(str(key), sorted(held)))


def check_complete(schema: Schema, data: Data, notes: Notes) -> None:
    """Note the rows that a table should hold for what other tables hold, and does not."""
    broken = {finding.sheet for finding in notes.items if finding.level == "error"}
    for table in schema.tables.values():
        if table.name in broken or any(name in broken for name in _FIRST):
            continue
        for rule in table.complete:
            if rule.of not in broken and (data.has(table.name) or rule.always):
                _check_rule(table, rule, data, notes)


def _check_rule(table: Table, rule: Complete, data: Data, notes: Notes) -> None:
    wanted = _wanted(table, rule, data)
    if not wanted:
        return
    frame = data.tables.get(table.name)
    held = set() if frame is None else {key for _, key in rows_once(frame, rule.columns)}
    lacking = [", ".join(cells.spelled(part) for part in key) for key in wanted if key not in held]
    if lacking:
        more = f" (+{len(lacking) - _NAMED})" if len(lacking) > _NAMED else ""
        kind = "row_missing" if rule.level == "error" else "row_lacking"
        asks = rule.of or ", ".join(table.column(name).ref.replace("|", ", ") or name for name in rule.columns)
        notes.add(kind, table.name, keys="; ".join(lacking[:_NAMED]) + more, means=rule.zh if notes.lang == "zh" else rule.en, asks=asks)


def _wanted(table: Table, rule: Complete, data: Data) -> dict[tuple[object, ...], None]:
    """The keys that ask for a row, in order."""
    columns = [table.column(name) for name in rule.columns]
    if not rule.of:
        own = data.tables.get(table.name, pd.DataFrame(columns=list(rule.columns)))
        parts = [keys_of(own[c.name]) if c.name in rule.listed else list(known_words(c, data.tables).get((), {})) for c in columns]
        return dict.fromkeys(product(*parts))
    frame = data.tables.get(rule.of)
    if frame is None or not len(frame):
        return {}
    if rule.where:
        asks = np.zeros(len(frame), dtype=bool)
        for name in rule.where:
            asks |= np.array([not is_blank(v) and (isinstance(v, str) or float(v) > 0.0) for v in frame[name].tolist()])
        frame = frame[asks]
    keys = dict.fromkeys(key for _, key in rows_once(frame, rule.by or rule.columns))
    choices = [set(column.choices) for column in columns]
    return {
        key: None for key in keys
        if not any(is_blank(part) for part in key) and all(not allowed or part in allowed for part, allowed in zip(key, choices, strict=True))
    }


def keys_of(column: pd.Series) -> list[object]:
    """The different entries of a column, in order."""
    return list(dict.fromkeys(column.tolist()))


def check_rules(schema: Schema, data: Data, notes: Notes) -> None:
    """Note what the levers would refuse, each by its own rules, and a plan in which nothing happens."""
    wrong = {finding.sheet for finding in notes.items if finding.level == "error"}
    if any(name in wrong or not data.has(name) for name in _FIRST if name in schema.tables):
        return
    # a table made in code has no cells: what was wrong in reading it is told once, what a lever thinks of it when that is mended
    in_code = {name for name in data.tables if not data.columns.get(name)}
    told = {(finding.sheet, finding.cell) for finding in notes.items if finding.level == "error" and (finding.cell or finding.sheet in in_code)}
    for check in schema.checks:
        seen: set[str] = set()
        try:
            with data.noting(seen):
                found = found_by(check, data) if check.applies(data) else []
        except Exception:
            if wrong & {SETTINGS_SHEET if name.startswith(SETTING_PREFIX) else name for name in seen}:
                continue
            raise
        fresh = [finding for finding in found if (finding.sheet, finding.cell) not in told]
        notes.items.extend(finding.told(notes.lang) for finding in fresh)
    if not wrong and schema.levers and not any(data.has(sheet) for _, own in schema.levers.values() for sheet in own):
        notes.add("nothing_decided", _FIRST[0])
