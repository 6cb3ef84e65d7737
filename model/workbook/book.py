"""Reads a workbook, checks it and its scenarios, and gives the validated data of each scenario.

    book = read_book(path, schema)      # raises InputError that holds everything wrong
    data = book.data("reference")       # tables in solver units

Limits: the whole workbook is held in memory; a table that no lever declares is an error, not an extra.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from model.core.data import Data
from model.core.declare.schema import Range, Schema
from model.core.declare.spec import Finding, InputError

from . import cells
from .cellset import apply_sets
from .frames import raw_book
from .layout import Layout
from .messages import LANGUAGES, Language, Notes, nearest
from .named import check_named
from .package import read_package
from .ranged import Ranged
from .ranges import RANGE_COLUMNS, RANGES_SHEET, NamedRange, placed, read_ranges
from .raw import RawBook
from .scenarios import (
    REFERENCE,
    SCENARIO_COLUMNS,
    SCENARIOS_SHEET,
    Applied,
    Scenario,
    apply_scenario,
    chain,
    read_scenarios,
)
from .settings import ANALYSES_SHEET, ANALYSIS_COLUMNS, SETTINGS_SHEET, AnalysisRow, read_analyses, read_settings
from .validate import PERIODS, Check, model_years, read_table, validate
from .whole import Whole, as_it_stands, whole

#: Sheets of the template that hold no input.
IGNORED_SHEETS = ("start_here", "guide")
_OWN_PREFIX = "_"
#: The sheet that Numbers adds when it exports a workbook, in the language of its menus.
_EXPORT_SUMMARIES = ("Export Summary", "导出概要")


@dataclass
class Book:
    """A workbook whose input is right: scenarios, warnings and infos, and the data of any scenario on demand."""

    path: Path | None
    name: str
    sha256: str
    schema: Schema
    scenarios: list[Scenario]
    overrides: tuple[str, ...]
    lang: Language = "en"
    findings: list[Finding] = field(default_factory=list)
    _raw: RawBook = field(default_factory=lambda: RawBook(""), repr=False)
    _layout: Layout | None = field(default=None, repr=False)
    _checks: tuple[Check, ...] = ()
    _data: dict[str, Data] = field(default_factory=dict, repr=False)
    analyses: dict[str, AnalysisRow] = field(default_factory=dict)
    #: The workbook as it stands in the file, without one-off changes; and its reference, once asked for.
    _file: RawBook = field(default_factory=lambda: RawBook(""), repr=False)
    _reference: Data | None = field(default=None, repr=False)
    #: The ranges of the sheet ``ranges`` that are switched on, in its order.
    ranges: list[Range] = field(default_factory=list)
    _named: list[NamedRange] = field(default_factory=list, repr=False)
    _range_layout: Layout | None = field(default=None, repr=False)
    _ranged: dict[str, Ranged] = field(default_factory=dict, repr=False)

    def data(self, scenario: str = REFERENCE) -> Data:
        """The validated tables of a scenario; raises InputError with every finding when it is wrong or unknown."""
        if scenario not in self._data:
            notes = Notes(self.lang)
            found = self._validated(scenario, notes)
            if notes.has_errors:
                raise InputError(notes.items)
            self._data[scenario] = found
        return self._data[scenario]

    def changed(self, overrides: Sequence[str], scenario: str = REFERENCE) -> Data:
        """The data of a scenario with cells of the workbook changed (texts SHEET!CELL=VALUE), without reading it again.

        Raises InputError with every finding when the change is wrong.
        """
        book, findings = _checked(self.path, self._file, self.schema, (*self.overrides, *overrides), self._checks, Notes(self.lang), (scenario,))
        if book is None:
            raise InputError(findings)
        return book.data(scenario)

    @property
    def as_read(self) -> RawBook:
        """The cells of the workbook as they stand in the file, without one-off changes: what another process needs to have the same book."""
        return self._file

    def varied(self, changes: Sequence[tuple[str, float]], scenario: str = REFERENCE) -> Data:
        """The data of a scenario with ranges of the sheet ``ranges`` (by name) at shares between their low (0) and high (1).

        Raises InputError, which names the cell of that sheet, for an unknown range and for values that break a rule of the workbook.
        """
        if scenario not in self._ranged:
            line = chain(scenario, {s.name: s for s in self.scenarios}) or []
            base = self.data(scenario)
            applied = apply_scenario(self._raw, line, self.schema, self._layout, Notes())
            self._ranged[scenario] = Ranged(applied.book, base, self._named, self._range_layout, self.schema, self._checks, self.lang)
        return self._ranged[scenario].data(changes)

    def scenario_names(self, active_only: bool = True) -> list[str]:
        """Names of the scenarios in the order of the sheet; by default those that run when none is asked for."""
        return [s.name for s in self.scenarios if s.active or not active_only]

    @property
    def stated(self) -> Data:
        """The validated tables of the workbook as it stands, before any scenario."""
        return self._data[""]

    def reference_of_file(self) -> Data:
        """The tables of the scenario ``reference`` as the file has them, without one-off changes: what those are held against.

        What is wrong there, and perhaps put right by a one-off change, is left as it is read.
        """
        if not self.overrides and REFERENCE in self._data:
            return self._data[REFERENCE]
        if self._reference is None:
            scenarios, layout = read_scenarios(self._file.sheets.get(SCENARIOS_SHEET), Notes())
            line = chain(REFERENCE, {scenario.name: scenario for scenario in scenarios}) or []
            applied = apply_scenario(self._file, line, self.schema, layout, Notes())
            self._reference = validate(applied.book, self.schema, Notes())
        return self._reference

    def listed(self, sheet: str) -> pd.DataFrame:
        """The sheet of scenarios, of analyses or of ranges as it stands, rows that are switched off included."""
        columns = {SCENARIOS_SHEET: SCENARIO_COLUMNS, ANALYSES_SHEET: ANALYSIS_COLUMNS, RANGES_SHEET: RANGE_COLUMNS}
        return as_it_stands(self._raw.sheets.get(sheet), columns[sheet])

    def whole(self) -> Whole:
        """All input as frames in workbook units, rows that are switched off included."""
        return whole(self._raw, self.schema)

    @property
    def sheets(self) -> list[str]:
        """The sheets of the workbook, in its order."""
        return list(self._raw.sheets)

    def analysis_names(self) -> list[str]:
        """Analyses that the workbook switches on, in the order of the sheet."""
        return [row.name for row in self.analyses.values() if row.active]

    def analysis_settings(self, name: str) -> dict[str, float | str]:
        """Settings of an analysis: those of the sheet, else those declared."""
        if name in self.analyses:
            return dict(self.analyses[name].settings)
        return {s.name: s.default for s in self.schema.analyses[name].settings if s.default is not None}

    def analysis_cells(self, name: str) -> dict[str, str]:
        """The cells in which the sheet gives settings of an analysis, by setting."""
        return dict(self.analyses[name].cells) if name in self.analyses else {}

    def counts(self) -> dict[str, object]:
        """Numbers for the OK line: ``regions``, ``periods`` (after the base year), ``slices``, and ``rows`` per sheet.

        Rows are the active rows of the workbook as it stands, before scenarios.
        """
        tables = self.stated.tables
        rows = {name: int(frame.index.nunique()) for name, frame in tables.items()}
        return {
            "regions": rows.get("regions", 0),
            "periods": max(rows.get(PERIODS, 0) - 1, 0),
            "slices": rows.get("time_slices", 0),
            "rows": rows,
        }

    def check(self, notes: Notes, names: Sequence[str] | None = None) -> None:
        """Validate the workbook as it stands and every active scenario, or those named; what is wrong is noted once."""
        base = Notes(self.lang)
        self._data[""] = validate(self._raw, self.schema, base, self._checks)
        check_named(self.schema, self._data[""], [scenario.name for scenario in self.scenarios], base)
        notes.items.extend(base.items)
        known = dict.fromkeys(notes.items)
        chosen = self.scenario_names() if names is None else names
        self._check_unasked(chosen, notes)
        for name in chosen:
            found = Notes(self.lang)
            data = self._validated(name, found)
            notes.items.extend(f for f in found.items if f not in known)
            known.update(dict.fromkeys(found.items))
            if not found.has_errors:
                self._data[name] = data

    def check_named(self, notes: Notes) -> None:
        """A setting that names a scenario names one that there is."""
        known, data = self.scenario_names(active_only=False), self._data[""]
        for setting in (setting for setting in self.schema.settings.values() if setting.scenario):
            word = str(data.settings.get(setting.name, ""))
            if word and word not in known:
                notes.add("scenario_named", SETTINGS_SHEET, data.setting_cell(setting.name), setting=setting.name, name=word, nearest=nearest(word, known))

    def _check_unasked(self, chosen: Sequence[str], notes: Notes) -> None:
        """Names and numbers of the scenarios that are not looked at in full, and of rows that are switched off."""
        by_name = {s.name: s for s in self.scenarios}
        for scenario in self.scenarios:
            parts = [replace(scenario, overrides=scenario.off if scenario.name in chosen else (*scenario.overrides, *scenario.off))]
            for part in (part for part in parts if part.overrides):
                found = Notes(self.lang)
                line = chain(part.parent, by_name) or [] if part.parent else []
                base = apply_scenario(self._raw, line, self.schema, self._layout, Notes())
                applied = apply_scenario(base.book, [part], self.schema, self._layout, found)
                self._read_changed(applied, found)
                known = dict.fromkeys(notes.items)
                # nothing of it runs unasked: a warning, which becomes an error when the scenario is asked for
                told = [replace(f, level="warning") for f in found.items if f.level == "error"]
                notes.items.extend(f for f in told if f not in known)

    def _read_changed(self, applied: Applied, notes: Notes) -> None:
        """Read the sheets that a scenario changes, each by itself, and note what is wrong in a cell that it sets."""
        found = Notes(self.lang)
        for name in dict.fromkeys(sheet for sheet, _ in applied.origins):
            table = self.schema.tables.get(name)
            if table is not None and table.shape != "settings":
                read_table(table, applied.book.sheets[name], model_years(self._raw.sheets, self.schema), found)
            elif name == SETTINGS_SHEET:
                read_settings(applied.book.sheets[name], self.schema, found)
        for finding in found.items:
            origin = applied.origins.get((finding.sheet, finding.cell))
            if origin:
                notes.items.append(replace(finding, message=f"{finding.message} [{SCENARIOS_SHEET}!{origin}]"))

    def _validated(self, name: str, notes: Notes) -> Data:
        """The data of a scenario; findings that the workbook as it stands does not have say which scenario it is."""
        by_name = {s.name: s for s in self.scenarios}
        line = chain(name, by_name)
        if line is None:
            return Data({})  # its own ancestor: found when the sheet was read
        if name not in by_name:
            notes.add("scenario_unknown", SCENARIOS_SHEET, "", name=name, nearest=nearest(name, by_name))
            return Data({})
        if not any(s.overrides for s in line) and "" in self._data:
            notes.items.extend(f for f in self.findings if f.level == "error")
            return self._data[""]
        applied = apply_scenario(self._raw, line, self.schema, self._layout, notes)
        found = Notes(self.lang)
        data = validate(applied.book, self.schema, found, self._checks)
        base = {f: None for f in self.findings}
        for finding in found.items:
            origin = applied.origins.get((finding.sheet, finding.cell))
            place = f"{name}, {SCENARIOS_SHEET}!{origin}" if origin else name
            is_old = finding in base and origin is None
            notes.items.append(finding if is_old else replace(finding, message=f"{finding.message} [{place}]"))
        return data


def check_book(
    path: str | Path,
    schema: Schema,
    overrides: Sequence[str] = (),
    *,
    checks: Sequence[Check] = (),
    lang: Language | None = None,
    scenarios: Sequence[str] = (),
    every: bool = False,
) -> tuple[Book | None, list[Finding]]:
    """Read and check a workbook; the book is None when anything is an error. Never raises InputError.

    The workbook as it stands and every active scenario are checked in full, and those named in ``scenarios``, or all when
    ``every``; of the others, names and numbers.
    ``overrides`` are texts SHEET!CELL=VALUE; ``checks`` are further checks across tables; ``lang`` is the language of
    the findings, by default the workbook's own setting.
    """
    book, findings, _ = check_told(path, schema, overrides, checks=checks, lang=lang, scenarios=scenarios, every=every)
    return book, findings


def check_told(
    path: str | Path,
    schema: Schema,
    overrides: Sequence[str] = (),
    *,
    checks: Sequence[Check] = (),
    lang: Language | None = None,
    scenarios: Sequence[str] = (),
    every: bool = False,
) -> tuple[Book | None, list[Finding], Language]:
    """As check_book, and the language of the findings: of a workbook that is wrong its setting counts too, where it can be read."""
    place = Path(path)
    notes = Notes(lang or "en")
    raw = read_package(place, lambda name: _is_input(name, schema), notes)
    if raw is None:
        return None, notes.items, notes.lang
    if lang is None and (own := _own_language(raw)) != notes.lang:
        notes = Notes(own)
        raw = read_package(place, lambda name: _is_input(name, schema), notes) or raw
    return (*_checked(place, raw, schema, tuple(overrides), tuple(checks), notes, also=tuple(scenarios), every=every), notes.lang)


def read_book(
    path: str | Path,
    schema: Schema,
    overrides: Sequence[str] = (),
    *,
    checks: Sequence[Check] = (),
    lang: Language | None = None,
) -> Book:
    """As check_book, but raises InputError with all findings when any of them is an error."""
    book, findings = check_book(path, schema, overrides, checks=checks, lang=lang)
    if book is None:
        raise InputError(findings)
    return book


def book_as_read(raw: RawBook, schema: Schema, overrides: Sequence[str], scenario: str) -> Book:
    """The book of cells that were read before (``Book.as_read``), of which one scenario is checked; raises InputError as ``read_book`` does."""
    book, findings = _checked(None, raw, schema, tuple(overrides), (), Notes(), (scenario,))
    if book is None:
        raise InputError(findings)
    return book


def book_from_frames(
    tables: Mapping[str, pd.DataFrame],
    settings: Mapping[str, object] | None = None,
    *,
    schema: Schema,
    name: str = "frames",
    checks: Sequence[Check] = (),
) -> Book:
    """A book made in code: frames with the declared column names, in the workbook's units, year tables wide.

    Year columns are whole numbers or their text; a ``unit`` column (year tables) is optional. A frame called
    ``scenarios``, ``analyses`` or ``ranges`` is read as that sheet. Raises InputError; cells have no address then.
    """
    notes = Notes()
    book, findings = _checked(None, raw_book(tables, settings or {}, name, schema), schema, (), tuple(checks), notes)
    if book is None:
        raise InputError(findings)
    return book


def _is_input(name: str, schema: Schema) -> bool:
    return name in schema.tables or name in (SETTINGS_SHEET, SCENARIOS_SHEET, ANALYSES_SHEET, RANGES_SHEET)


def _checked(
    path: Path | None,
    raw: RawBook,
    schema: Schema,
    overrides: tuple[str, ...],
    checks: tuple[Check, ...],
    notes: Notes,
    names: Sequence[str] | None = None,
    also: Sequence[str] = (),
    every: bool = False,
) -> tuple[Book | None, list[Finding]]:
    known = [*schema.tables, SETTINGS_SHEET, SCENARIOS_SHEET, ANALYSES_SHEET, RANGES_SHEET]
    for name, sheet in raw.sheets.items():
        if sheet.hidden:
            notes.add("sheet_hidden", name)
        if name in _EXPORT_SUMMARIES:
            notes.add("sheet_summary", name)
        elif not _is_input(name, schema) and name not in IGNORED_SHEETS and not name.startswith(_OWN_PREFIX):
            notes.add("sheet_unknown", name, nearest=nearest(name, known))
    file = raw
    raw = apply_sets(file, overrides, notes)
    scenarios, layout = read_scenarios(raw.sheets.get(SCENARIOS_SHEET), notes)
    analyses = read_analyses(raw.sheets.get(ANALYSES_SHEET), schema, notes)
    book = Book(path, raw.name, raw.sha256, schema, scenarios, overrides, notes.lang, notes.items, raw, layout, checks)
    book.analyses, book._file = analyses, file
    book._named, book._range_layout = read_ranges(raw.sheets.get(RANGES_SHEET), notes)
    book.ranges = placed(book._named, book._range_layout, raw.sheets, schema, model_years(raw.sheets, schema), notes)
    book._named = [one for one in book._named if one.rows]
    if names is None:
        names = [name for name in book.scenario_names(active_only=False) if every or name in also or name in book.scenario_names()]
    book.check(notes, names)
    book.check_named(notes)
    return (None if notes.has_errors else book), notes.items


def _own_language(raw: RawBook) -> Language:
    """The language that the settings sheet asks for."""
    sheet = raw.sheets.get(SETTINGS_SHEET)
    for row in sheet.grid if sheet is not None else []:
        words = [str(cells.read_word(value).value or "") for value in row]
        if "language" in words:
            return next((known for known in LANGUAGES if known in words), "en")
    return "en"
