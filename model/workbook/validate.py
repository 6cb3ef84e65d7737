"""Turns the raw sheets of a workbook into validated tables in solver units, and says everything that is wrong.

Each sheet is read column by column; afterwards keys must be unique and every reference must lead somewhere.

Limits: a row with a mistake stays in its table, so that one mistake is not reported again by every sheet that refers
to it; the tables of a workbook with errors are never handed to a lever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from model.core.data import AFTER, HISTORY, KINDS, PLAN, Data
from model.core.declare import units
from model.core.declare.schema import Schema
from model.core.declare.spec import QUALITIES, REQUIRED, Column, Finding, Table
from model.core.written import Written

from . import cells
from .columns import Floats, as_integers, canonical_unit, note_blank, note_cell, number_column, word_column
from .layout import UNIT_COLUMN, VALUE_COLUMN, Layout, active_rows, table_layout
from .messages import Notes, nearest
from .raw import RawBook, RawSheet, is_blank, letters
from .rules import TableRead, check_complete, check_names, check_references, check_rules, rows_once
from .settings import SETTINGS_SHEET, read_settings
from .years import MilestoneYears, read_years

#: A check across tables that the owner of the schema supplies.
Check = Callable[[Data], list[Finding]]
PERIODS, SLICES = "periods", "time_slices"
_SOURCE_COLUMNS = ("source", "quality", "note")
_SLICE_TOLERANCE = 1e-6
#: Shares are typed with some digits: a whole may miss 1 by this.
_WHOLE_TOLERANCE = 1e-4


def validate(book: RawBook, schema: Schema, notes: Notes, checks: Sequence[Check] = ()) -> Data:
    """The tables and settings of ``book`` in solver units; everything wrong is noted, nothing is raised.

    ``checks`` run only when no error was found before.
    """
    years = model_years(book.sheets, schema)
    reads = {
        t.name: read_table(t, book.sheets[t.name], years, notes)
        for t in schema.tables.values()
        if t.shape != "settings" and _filled(book.sheets, t)
    }
    for table in schema.tables.values():
        if table.required and table.shape != "settings" and (table.name not in reads or reads[table.name].frame.empty):
            notes.add("sheet_missing", table.name)
    frames = {name: read.frame for name, read in reads.items() if not read.frame.empty}
    for read in reads.values():
        check_keys(read, notes)
        check_references(read, frames, notes)
    check_names(reads, notes)
    settings = read_settings(book.sheets.get(SETTINGS_SHEET), schema, notes)
    data = Data(frames, settings, {name: read.layout.letters() for name, read in reads.items() if name in frames})
    data.written.update({name: _written(read) for name, read in reads.items() if name in frames and read.layout.sheet.addressed})
    if SETTINGS_SHEET in book.sheets and book.sheets[SETTINGS_SHEET].addressed and book.sheets[SETTINGS_SHEET].grid:
        data.columns[SETTINGS_SHEET] = _setting_places(book.sheets[SETTINGS_SHEET])
        data.written[SETTINGS_SHEET] = _settings_written(book.sheets[SETTINGS_SHEET], schema)
    check_periods(data, notes)
    check_slices(data, notes)
    for read in reads.values():
        check_wholes(read, data, notes)
    check_levers(schema, reads, data, notes)
    check_complete(schema, data, notes)
    check_rules(schema, data, notes)
    if not notes.has_errors:
        for check in checks:
            notes.items.extend(check(data))
    return data


def _filled(sheets: Mapping[str, RawSheet], table: Table) -> bool:
    return table.name in sheets and bool(sheets[table.name].grid)


def _setting_places(sheet: RawSheet) -> dict[str, str]:
    """Header text -> letters of the settings sheet, and setting -> address of its value."""
    header = {str(sheet.value(1, c)).strip(): c for c in range(1, sheet.width + 1) if sheet.value(1, c)}
    places = {name: letters(column) for name, column in header.items()}
    if "setting" in header and VALUE_COLUMN in header:
        named = {str(sheet.value(row, header["setting"])).strip(): row for row in range(len(sheet.grid), 1, -1)}
        places |= {name: sheet.address(row, header[VALUE_COLUMN]) for name, row in named.items() if name}
    return places


def _unit_text(raw: object, declared: str) -> str:
    """The unit as the cell has it; the declared one where it is blank."""
    return declared if is_blank(raw) else cells.spelled(raw).strip()


def _written(read: TableRead) -> Written:
    """The units in which the cells of a table are written, and its cells without a number."""
    layout, rows = read.layout, list(dict.fromkeys(read.frame.index.tolist()))
    value = [c for c in read.table.columns if not c.key]
    if read.table.shape == "years":
        unit = canonical_unit(value[0])
        by_row = {row: _unit_text(layout.raw(row, UNIT_COLUMN), unit) for row in rows}
        blank = [layout.sheet.address(row, place) for row in rows for place in layout.years.values() if is_blank(layout.sheet.value(row, place))]
        return Written(by_row=by_row, blank=frozenset(blank))
    numbers = [c for c in read.table.columns if c.kind != "text" and c.name in layout.places]
    by_column = {c.name: _unit_text(layout.unit(c.name), canonical_unit(c)) for c in numbers}
    return Written(by_column, blank=frozenset(layout.cell(row, c.name) for c in numbers for row in rows if is_blank(layout.raw(row, c.name))))


def _settings_written(sheet: RawSheet, schema: Schema) -> Written:
    """The units in which the settings are written, and those left blank."""
    header = {str(sheet.value(1, c)).strip(): c for c in range(1, sheet.width + 1) if sheet.value(1, c)}
    by_row: dict[int | str, str] = {}
    blank = []
    if VALUE_COLUMN not in header:  # noted when the settings were read
        return Written()
    for row in range(len(sheet.grid), 1, -1):
        name = str(sheet.value(row, header.get("setting", 0))).strip()
        if name in schema.settings:
            by_row[name] = _unit_text(sheet.value(row, header.get(UNIT_COLUMN, 0)), canonical_unit(schema.settings[name]))
            if is_blank(sheet.value(row, header.get(VALUE_COLUMN, 0))):
                blank.append(sheet.address(row, header[VALUE_COLUMN]))
    return Written(by_row=by_row, blank=frozenset(blank))


def model_years(sheets: Mapping[str, RawSheet], schema: Schema) -> MilestoneYears:
    """The years of the periods sheet in increasing order, as far as they can be read; wrong ones are noted later."""
    if PERIODS not in schema.tables or not _filled(sheets, schema.tables[PERIODS]):
        return MilestoneYears()
    layout = table_layout(schema.tables[PERIODS], sheets[PERIODS], Notes())
    rows = list(active_rows(layout, Notes()))
    found = [cells.read_number(layout.raw(row, "year")).value for row in rows]
    kinds = [str(layout.raw(row, "kind") or "").strip() if "kind" in layout.places else "" for row in rows]
    low, high = (float(limit or 0.0) for limit in (schema.tables[PERIODS].column("year").low, schema.tables[PERIODS].column("year").high))
    read = {int(float(y)): kind for y, kind in zip(found, kinds, strict=True) if y is not None and low <= float(y) <= high and float(y).is_integer()}
    of_kind = {kind: [year for year in read if read[year] == kind] for kind in KINDS}
    return MilestoneYears(sorted(read), of_kind[AFTER], of_kind[HISTORY])


def read_table(table: Table, sheet: RawSheet, years: Sequence[int], notes: Notes) -> TableRead:
    """One table: columns as declared, in solver units, then source, quality and note; year tables long."""
    layout = table_layout(table, sheet, notes)
    rows = active_rows(layout, notes)
    is_years = table.shape == "years"
    columns: dict[str, object] = {
        c.name: read_column(c, layout, rows, notes) for c in table.columns if c.key or not is_years
    }
    common = {name: _common(name, layout, rows, notes) for name in _SOURCE_COLUMNS}
    index = pd.Index(rows, name="row", dtype=np.int64)
    if not is_years:
        return TableRead(table, layout, pd.DataFrame({**columns, **common}, index=index))
    value = next(c for c in table.columns if not c.key)
    found = read_years(value, layout, rows, years, notes)
    wide = pd.DataFrame({**columns, **common}, index=index)
    long = wide.loc[wide.index.repeat(len(found.years))]
    long.insert(len(columns), "year", np.tile(np.array(found.years, dtype=np.int64), len(rows)))
    long.insert(len(columns) + 1, value.name, found.values.reshape(-1))
    return TableRead(table, layout, long[found.present.reshape(-1)])


def read_column(column: Column, layout: Layout, rows: Sequence[int], notes: Notes) -> object:
    """The values of one declared column: words, whole numbers or numbers in solver units."""
    if column.kind == "text":
        return pd.array(word_column(column, layout, rows, notes), dtype="str")
    values = number_column(column, layout, rows, notes)
    if column.key and column.name in layout.places:
        _blank_keys(column, values, layout, rows, notes)
    return as_integers(values) if column.kind in ("integer", "flag") else values


def _blank_keys(column: Column, values: Floats, layout: Layout, rows: Sequence[int], notes: Notes) -> None:
    """A key must be there even if its column has a default of nothing."""
    if column.default is None:
        note_blank(np.isnan(values), column.name, layout, rows, layout.places[column.name], notes)


def _common(name: str, layout: Layout, rows: Sequence[int], notes: Notes) -> ExtensionArray:
    """Source, quality or note of every row; a blank source or quality and an unknown quality are noted."""
    words: list[str] = []
    good: dict[object, str] = {}
    sheet = layout.sheet
    for row in rows:
        raw = layout.raw(row, name)
        if isinstance(raw, str) and raw in good:
            words.append(good[raw])
            continue
        before = len(notes.items)
        cell = cells.read_word(raw) if name == "quality" else cells.read_text(raw)
        if name in layout.places and (cell.problem or name == "quality" or cell.info == "control_removed"):
            note_cell(cell, raw, name, layout, row, layout.places[name], notes)
        word = str(cell.value or "")
        if name == "quality" and word and word not in QUALITIES:
            notes.add(
                "quality",
                sheet.name,
                layout.cell(row, name),
                value=word,
                choices=", ".join(QUALITIES),
                nearest=nearest(word, QUALITIES),
            )
        elif name != "note" and cell == cells.Cell() and name in layout.places and sheet.addressed:
            notes.add("source_blank", sheet.name, layout.cell(row, name), name=name)
        if isinstance(raw, str) and len(notes.items) == before:
            good[raw] = word
        words.append(word)
    return pd.array(words, dtype="str")


def check_keys(read: TableRead, notes: Notes) -> None:
    """Note each row whose key has occurred before, naming the first; rows with an empty key are reported elsewhere.

    A part of the key that may be blank counts as it stands.
    """
    keys = list(read.table.keys)
    if not keys:
        return
    needed = [read.table.column(name).default is REQUIRED for name in keys]
    first: dict[tuple[object, ...], int] = {}
    for row, key in rows_once(read.frame, keys):
        if any(is_blank(part) for part, must in zip(key, needed, strict=True) if must):
            continue
        if key in first:
            if first[key] != row:
                notes.add(
                    "key_twice",
                    read.table.name,
                    read.layout.cell(row, keys[0]),
                    value=", ".join(cells.spelled(part) for part in key),
                    first=first[key],
                )
        else:
            first[key] = row


def check_periods(data: Data, notes: Notes) -> None:
    """Milestone years must increase, and there must be one after the base year."""
    if not data.has(PERIODS) or "year" not in data.tables[PERIODS]:
        return
    years = data.tables[PERIODS]["year"]
    rows, values = years.index.tolist(), years.tolist()
    for row, previous, year in zip(rows[1:], values, values[1:], strict=False):
        if year <= previous:
            notes.add(
                "periods_order",
                PERIODS,
                data.cell(PERIODS, row, "year"),
                year=cells.spelled(year),
                previous=cells.spelled(previous),
            )
    if len(values) == 1:
        notes.add("periods_few", PERIODS, data.cell(PERIODS, rows[0], "year"))
    _check_kinds(data, notes)


def _check_kinds(data: Data, notes: Notes) -> None:
    """Periods of history come first, then those of the plan, one at least, then those after it."""
    frame = data.tables[PERIODS]
    if "kind" not in frame:
        return
    kinds = list(zip(frame.index.tolist(), frame["kind"].tolist(), strict=True))[1:]
    for number, (row, kind) in enumerate(kinds):
        earlier = [KINDS.index(other) for _, other in kinds[:number] if other in KINDS]
        place = KINDS.index(kind) if kind in KINDS else KINDS.index(PLAN)
        if (kind == AFTER and KINDS.index(PLAN) not in earlier) or any(other > place for other in earlier):
            notes.add("periods_kinds", PERIODS, data.cell(PERIODS, row, "kind"), kind=kind)
    if kinds and all(kind == HISTORY for _, kind in kinds):
        notes.add("periods_no_plan", PERIODS, data.cell(PERIODS, kinds[-1][0], "kind"))


def check_wholes(read: TableRead, data: Data, notes: Notes) -> None:
    """Note each group of rows whose numbers should add up to 1, or have a mean of 1 over the hours of the year, and do not."""
    for column in (c for c in read.table.columns if c.whole and c.name in read.frame):
        keys = list(column.whole)
        frame = read.frame[[*keys, column.name]].assign(part=1.0)
        if column.whole_mean:
            slices = data.tables.get(SLICES)
            if slices is None or "hours" not in slices or not _is_year(float(slices["hours"].sum())):
                continue  # hours that make no year have a finding of their own
            frame["part"] = read.frame["slice"].map(dict(zip(slices["slice"], slices["hours"] / slices["hours"].sum(), strict=True)))
        frame["part"] *= frame[column.name].astype(float)
        if frame.isna().to_numpy().any():  # a blank or unknown word has a finding of its own
            continue
        for key, rows in frame.groupby(keys, sort=False):
            total = float(rows["part"].sum())
            if abs(total - 1.0) > _WHOLE_TOLERANCE:
                kind = "whole_mean" if column.whole_mean else "whole_sum"
                place = read.layout.cell(int(rows.index[0]), column.name)
                notes.add(kind, read.table.name, place, column=column.name, rows=len(rows), key=", ".join(cells.spelled(part) for part in key), total=total)


def check_levers(schema: Schema, reads: Mapping[str, TableRead], data: Data, notes: Notes) -> None:
    """Note each lever that does not exist for want of a sheet, although others of its own are filled: those would count for nothing."""
    for lever, (needs, own) in schema.levers.items():
        filled = [name for name in own if data.has(name)]
        for name in (name for name in needs if filled and not data.has(name)):
            rows_are_off = name in reads and bool(reads[name].layout.rows)
            kind = "lever_off" if rows_are_off else "lever_without"
            notes.add(kind, name, lever=lever, filled=", ".join(filled))


def check_slices(data: Data, notes: Notes) -> None:
    """The hours of all time slices must make a year."""
    if not data.has(SLICES) or "hours" not in data.tables[SLICES]:
        return
    hours = data.tables[SLICES]["hours"]
    total = float(hours.sum())
    if hours.notna().all() and not _is_year(total):
        notes.add(
            "slices_sum",
            SLICES,
            data.cell(SLICES, int(hours.index[0]), "hours"),
            total=total,
            wanted=units.HOURS_PER_YEAR,
        )


def _is_year(hours: float) -> bool:
    return abs(hours - units.HOURS_PER_YEAR) <= _SLICE_TOLERANCE * units.HOURS_PER_YEAR
