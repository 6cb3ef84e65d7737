"""Reads the settings sheet: one row a setting, and the sheet of analyses.

A setting that is not listed takes the default that the dictionary states; an unknown one is an error.

Limits: settings of an analysis are in the unit that the dictionary states.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from string import ascii_uppercase

import numpy as np

from model.core.declare import units
from model.core.declare.schema import AnalysisInfo, Schema
from model.core.declare.spec import COMMON_COLUMNS, LIST_MARK, Setting

from . import cells
from .columns import as_integers, canonical_unit, check_range, check_whole, note_cell, parse_numbers, read_scale
from .layout import UNIT_COLUMN, VALUE_COLUMN, Layout, active_rows, find_layout
from .messages import Notes, nearest
from .raw import RawSheet, is_blank

SETTINGS_SHEET = "settings"
ANALYSES_SHEET = "analyses"
#: What the address of a cell begins with.
LETTERS = ascii_uppercase
SETTING_COLUMNS = ("setting", VALUE_COLUMN, UNIT_COLUMN, *COMMON_COLUMNS)
ANALYSIS_COLUMNS = ("analysis", "setting", VALUE_COLUMN, *COMMON_COLUMNS)
_FIRST_ROW = 2
_VERSION = "schema_version"


def default_setting(setting: Setting) -> float | str | None:
    """The default of a setting: a word, or a number in solver units; None for one that must be stated to hold."""
    if setting.default is None:
        return None
    if setting.kind == "text":
        return str(setting.default)
    return float(setting.default) * units.factor(canonical_unit(setting))


def read_settings(sheet: RawSheet | None, schema: Schema, notes: Notes) -> dict[str, float | str]:
    """Every setting that holds: words, and numbers in solver units; what is wrong is noted."""
    defaults = {name: default_setting(setting) for name, setting in schema.settings.items()}
    values = {name: value for name, value in defaults.items() if value is not None}
    if sheet is None or not sheet.grid:
        return values
    layout = find_layout(sheet, SETTING_COLUMNS, _FIRST_ROW, notes)
    for name in ("setting", VALUE_COLUMN):
        if name not in layout.places:
            notes.add("column_missing", sheet.name, sheet.address(1, 1), name=name)
            return values
    first: dict[str, int] = {}
    for row in active_rows(layout, notes):
        name = setting_name(layout, row, "setting", notes)
        if not name:
            continue
        if name not in schema.settings:
            notes.add(
                "setting_unknown",
                sheet.name,
                layout.cell(row, "setting"),
                name=name,
                nearest=nearest(name, schema.settings),
            )
        elif name in first:
            notes.add("setting_twice", sheet.name, layout.cell(row, "setting"), name=name, first=first[name])
        else:
            first[name] = row
            found = _value(schema.settings[name], layout, row, notes)
            if found is not None:
                values[name] = found
    return values


def setting_name(layout: Layout, row: int, column: str, notes: Notes) -> str:
    """The word in a column that must be filled; "" when it is not, which is noted."""
    raw = layout.raw(row, column)
    cell = cells.read_word(raw)
    note_cell(cell, raw, column, layout, row, layout.places[column], notes)
    if cell == cells.Cell():
        notes.add("blank", layout.sheet.name, layout.cell(row, column), name=column)
    return str(cell.value or "")


def _value(setting: Setting, layout: Layout, row: int, notes: Notes) -> float | str | None:
    """The value of a setting in solver units, None when it is empty (the default holds) or wrong."""
    if is_blank(layout.raw(row, VALUE_COLUMN)):
        return None
    return _word(setting, layout, row, notes) if setting.kind == "text" else _number(setting, layout, row, notes)


def _word(setting: Setting, layout: Layout, row: int, notes: Notes) -> str | None:
    raw, place = layout.raw(row, VALUE_COLUMN), layout.cell(row, VALUE_COLUMN)
    cell = cells.read_word(raw) if setting.choices else cells.read_text(raw)
    note_cell(cell, raw, setting.name, layout, row, layout.places[VALUE_COLUMN], notes)
    if cell.value is None:
        return None
    word = str(cell.value)
    if setting.several:
        return _list(setting, word, layout.sheet.name, place, notes)
    if setting.choices and word not in setting.choices:
        notes.add(
            "choice",
            layout.sheet.name,
            place,
            name=setting.name,
            value=word,
            choices=", ".join(setting.choices),
            nearest=nearest(word, setting.choices),
        )
        return None
    return word


def _list(setting: Setting, text: str, sheet: str, place: str, notes: Notes) -> str | None:
    """A list of choices without the blanks around them; None where one is no choice or stands in it twice, each of which is noted."""
    words = [word.strip() for word in text.split(LIST_MARK)]
    told = {"name": setting.name, "choices": ", ".join(setting.choices), "mark": LIST_MARK}
    wrong = [word for word in dict.fromkeys(words) if word not in setting.choices]
    twice = [word for word in dict.fromkeys(words) if word in setting.choices and words.count(word) > 1]
    for word in wrong:
        notes.add("choice_of_list", sheet, place, value=word, nearest=nearest(word, setting.choices), **told)
    for word in twice:
        notes.add("choice_twice", sheet, place, value=word, **told)
    return None if wrong or twice else LIST_MARK.join(words)


def _number(setting: Setting, layout: Layout, row: int, notes: Notes) -> float | None:
    column, sheet = layout.places[VALUE_COLUMN], layout.sheet
    is_flag = setting.kind == "flag"
    values = parse_numbers(layout, [row], column, setting.name, notes, flag=is_flag).values
    if is_flag:
        return None if np.isnan(values[0]) else float(values[0])
    unit = read_scale(
        layout.raw(row, UNIT_COLUMN),
        setting,
        sheet.name,
        layout.cell(row, UNIT_COLUMN),
        notes,
        may_be_blank=not sheet.addressed,
    )
    check_range(values, unit.low, unit.high, setting.name, layout, [row], column, [unit.text], notes)
    if setting.kind == "integer":
        check_whole(values, setting.name, layout, [row], column, notes)
        if setting.name == _VERSION and values[0] > float(setting.default or 0.0):
            notes.add(
                "schema_newer",
                sheet.name,
                layout.cell(row, VALUE_COLUMN),
                value=float(values[0]),
                limit=float(setting.default or 0.0),
            )
    return None if np.isnan(values[0]) else float(as_integers(values * unit.factor)[0])


@dataclass
class AnalysisRow:
    """An analysis of the sheet: whether it runs when none is asked for, its settings (defaults filled in) and the cells of those that the sheet has."""

    name: str
    active: bool
    settings: dict[str, float | str]
    cells: dict[str, str] = field(default_factory=dict)


def read_analyses(sheet: RawSheet | None, schema: Schema, notes: Notes) -> dict[str, AnalysisRow]:
    """The analyses of the sheet by name; the first row of each says whether it is switched on. What is wrong is noted."""
    found: dict[str, AnalysisRow] = {}
    if sheet is None or not sheet.grid:
        return found
    layout = find_layout(sheet, ANALYSIS_COLUMNS, _FIRST_ROW, notes)
    if "analysis" not in layout.places:
        notes.add("column_missing", sheet.name, sheet.address(1, 1), name="analysis")
        return found
    on = set(active_rows(layout, notes))
    for row in layout.rows:
        name = setting_name(layout, row, "analysis", notes) if row in on or not is_blank(layout.raw(row, "analysis")) else ""
        if name and name not in schema.analyses:
            known = ", ".join(schema.analyses) or "-"
            kind = "analysis_unavailable" if row in on else "analysis_unknown"
            notes.add(kind, sheet.name, layout.cell(row, "analysis"), name=name, known=known)
            continue
        if not name:
            continue
        info = schema.analyses[name]
        if name not in found:
            found[name] = AnalysisRow(name, row in on, {s.name: s.default for s in info.settings if s.default is not None})
            target = found[name]
        else:
            # a later row that is switched off sets nothing, but what it names must be there
            target = found[name] if row in on else replace(found[name], settings=dict(found[name].settings), cells={})
        _read_analysis_setting(info, target, layout, row, notes)
    return found


def _read_analysis_setting(info: AnalysisInfo, target: AnalysisRow, layout: Layout, row: int, notes: Notes) -> None:
    """The setting in a row of an analysis, when there is one."""
    if "setting" not in layout.places or VALUE_COLUMN not in layout.places or is_blank(layout.raw(row, "setting")):
        return
    known = {s.name: s for s in info.settings}
    name = setting_name(layout, row, "setting", notes)
    if name not in known:
        notes.add("setting_unknown", layout.sheet.name, layout.cell(row, "setting"), name=name, nearest=nearest(name, known))
        return
    setting = known[name]
    if name in target.cells:
        notes.add("setting_twice", layout.sheet.name, layout.cell(row, "setting"), name=name, first=target.cells[name].strip(LETTERS))
        return
    target.cells[name] = layout.cell(row, VALUE_COLUMN)
    if setting.kind == "text":
        word = None if is_blank(layout.raw(row, VALUE_COLUMN)) else _word(setting, layout, row, notes)
        target.settings[name] = target.settings[name] if word is None else word
        return
    column = layout.places[VALUE_COLUMN]
    values = parse_numbers(layout, [row], column, name, notes, flag=setting.kind == "flag").values
    low, high = (-np.inf if setting.low is None else setting.low), (np.inf if setting.high is None else setting.high)
    check_range(values, low, high, name, layout, [row], column, [setting.unit], notes)
    if setting.kind == "integer":
        check_whole(values, name, layout, [row], column, notes)
    if not np.isnan(values[0]):
        target.settings[name] = float(values[0])
