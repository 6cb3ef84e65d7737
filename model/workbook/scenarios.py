"""Reads the scenarios sheet and applies the overrides of a scenario to the cells of the workbook.

A scenario is its parent's overrides followed by its own, in the order of the rows; each changes the cells that its
selector finds, in the unit that stands in their row. Validation follows, so a scenario can not smuggle in a wrong value.

Limits: rows are neither added nor removed (they can be switched on and off); keys and units are not overridden;
interpolated years have no cell: only given years can be named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from model.core.declare.schema import Schema
from model.core.declare.spec import COMMON_COLUMNS

from . import cells
from .layout import VALUE_COLUMN, Layout, active_rows, find_layout
from .messages import Notes, nearest
from .raw import RawBook, RawSheet, is_blank
from .selectors import SelectorReader, Target
from .settings import setting_name
from .validate import PERIODS, model_years

SCENARIOS_SHEET = "scenarios"
SCENARIO_COLUMNS = ("scenario", "parent", "sheet", "selector", "column", "operation", VALUE_COLUMN, *COMMON_COLUMNS)
REFERENCE = "reference"
OPERATIONS = ("set", "add", "multiply")
_FIRST_ROW = 2
_NAME = re.compile(r"[a-z0-9_]{1,40}", re.ASCII)
_DEVICES = ("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)))


@dataclass(frozen=True)
class Override:
    """One row of the sheet that changes cells; ``row`` is its Excel row."""

    row: int
    sheet: str
    selector: str
    column: str
    operation: str
    value: object


@dataclass(frozen=True)
class Scenario:
    """A named variant: ``overrides`` are its own, on top of those of ``parent`` ("" for the workbook as it stands).

    ``active`` says whether it runs when no scenario is asked for; ``label`` is the note of its first row.
    """

    name: str
    parent: str = ""
    active: bool = True
    label: str = ""
    row: int = 0
    overrides: tuple[Override, ...] = ()
    #: Rows that are switched off inside the scenario: they change nothing, but what they name must be there.
    off: tuple[Override, ...] = ()


@dataclass(frozen=True)
class Applied:
    """The workbook with a scenario applied; ``origins``: (sheet, cell) -> cell of the scenarios sheet that set it."""

    book: RawBook
    origins: dict[tuple[str, str], str]


def is_scenario_name(name: str) -> bool:
    """Whether the name can be that of a folder everywhere."""
    return _NAME.fullmatch(name) is not None and name not in _DEVICES


def read_scenarios(sheet: RawSheet | None, notes: Notes) -> tuple[list[Scenario], Layout | None]:
    """The scenarios in order, ``reference`` among them even when none is declared; what is wrong is noted."""
    implied = [Scenario(REFERENCE)]
    if sheet is None or not sheet.grid:
        return implied, None
    layout = find_layout(sheet, SCENARIO_COLUMNS, _FIRST_ROW, notes)
    if "scenario" not in layout.places:
        notes.add("column_missing", sheet.name, sheet.address(1, 1), name="scenario")
        return implied, None
    found: dict[str, Scenario] = {}
    on = set(active_rows(layout, Notes()))
    for row in layout.rows:
        _read_row(layout, row, row in on, found, notes)
    active_rows(layout, notes)
    _check_parents(found, layout, notes)
    if REFERENCE not in found:
        if found:
            notes.add("scenario_implied", sheet.name, sheet.address(1, layout.places["scenario"]))
        return [*implied, *found.values()], layout
    return list(found.values()), layout


def _read_row(layout: Layout, row: int, is_on: bool, found: dict[str, Scenario], notes: Notes) -> None:
    name = setting_name(layout, row, "scenario", notes)
    if not name:
        return
    if not is_scenario_name(name):
        notes.add("scenario_name", layout.sheet.name, layout.cell(row, "scenario"), name=name)
        return
    parent = _word(layout, row, "parent")
    if name not in found:
        found[name] = Scenario(name, parent, is_on, _word(layout, row, "note"), row)
    elif not is_on:
        override = _override(layout, row, notes)
        if override is not None:
            found[name] = replace(found[name], off=(*found[name].off, override))
        return
    elif parent and parent != found[name].parent:
        if found[name].parent:
            notes.add(
                "scenario_parent", layout.sheet.name, layout.cell(row, "parent"), name=name, parent=found[name].parent
            )
        else:
            found[name] = replace(found[name], parent=parent, row=row)
    override = _override(layout, row, notes)
    if override is not None:
        found[name] = replace(found[name], overrides=(*found[name].overrides, override))


def _word(layout: Layout, row: int, name: str) -> str:
    return str(cells.read_word(layout.raw(row, name)).value or "")


def _override(layout: Layout, row: int, notes: Notes) -> Override | None:
    """The override of a row; None when the row only declares a scenario, or is wrong."""
    words = {name: _word(layout, row, name) for name in ("sheet", "selector", "column", "operation")}
    value = layout.raw(row, VALUE_COLUMN)
    if not any(words.values()) and is_blank(value):
        return None
    is_good = True
    for name in ("sheet", "operation"):
        if not words[name]:
            place = layout.cell(row, name) or layout.cell(row, "scenario")
            notes.add("blank", layout.sheet.name, place, name=name)
            is_good = False
    if words["operation"] and words["operation"] not in OPERATIONS:
        notes.add("override_operation", layout.sheet.name, layout.cell(row, "operation"), name=words["operation"])
        is_good = False
    number = cells.read_number(value)
    if words["operation"] in OPERATIONS[1:] and number.value is None:
        place = layout.cell(row, VALUE_COLUMN) or layout.cell(row, "operation")
        notes.add("override_value", layout.sheet.name, place, value="" if is_blank(value) else value)
        is_good = False
    if not is_good:
        return None
    # A number typed as text is read once here, so that it is not reported again at every cell that it sets.
    return Override(
        row,
        words["sheet"],
        words["selector"],
        words["column"] or VALUE_COLUMN,
        words["operation"],
        value if number.value is None else number.value,
    )


def _check_parents(found: Mapping[str, Scenario], layout: Layout, notes: Notes) -> None:
    known = [REFERENCE, *(name for name in found if name != REFERENCE)]
    for scenario in found.values():
        if scenario.parent and scenario.parent not in known:
            notes.add(
                "scenario_unknown",
                layout.sheet.name,
                layout.cell(scenario.row, "parent"),
                name=scenario.parent,
                nearest=nearest(scenario.parent, known),
            )
        elif chain(scenario.name, found) is None:
            notes.add("scenario_cycle", layout.sheet.name, layout.cell(scenario.row, "parent"), name=scenario.name)


def chain(name: str, known: Mapping[str, Scenario]) -> list[Scenario] | None:
    """The scenario with its ancestors, eldest first; None when it is its own ancestor."""
    line: list[Scenario] = []
    while name in known:
        if any(s.name == name for s in line):
            return None
        line.insert(0, known[name])
        name = known[name].parent
    return line


def apply_scenario(book: RawBook, line: list[Scenario], schema: Schema, layout: Layout | None, notes: Notes) -> Applied:
    """The workbook with the overrides of ``line`` (eldest first) applied; one that finds no cell is noted."""
    sheets = dict(book.sheets)
    origins: dict[tuple[str, str], str] = {}
    if layout is None:
        return Applied(book, origins)
    reader = SelectorReader(schema, layout, notes, _model_years(book, line, schema, layout))
    for scenario in line:
        for override in scenario.overrides:
            target = reader.find(override.row, override.sheet, override.selector, override.column, sheets)
            if target is None:
                continue
            changes = changed_cells(override, target, layout, notes)
            sheets[override.sheet] = target.sheet.changed(changes)
            place = layout.cell(override.row, VALUE_COLUMN)
            addresses = [target.sheet.address(*at) for at in changes]
            # a year that was filled in has no address; what is found of the sheet as a whole is not its doing
            origins.update({(override.sheet, address): place for address in addresses if address or not target.sheet.addressed})
    return Applied(replace(book, sheets=sheets), origins)


def _model_years(book: RawBook, line: list[Scenario], schema: Schema, layout: Layout) -> list[int]:
    """Base year and milestones of the changed workbook, wherever in the scenario the periods are changed."""
    sheets = dict(book.sheets)
    reader = SelectorReader(schema, layout, Notes())
    for override in (o for scenario in line for o in scenario.overrides if o.sheet == PERIODS):
        target = reader.find(override.row, override.sheet, override.selector, override.column, sheets)
        if target is not None:
            sheets[PERIODS] = target.sheet.changed(changed_cells(override, target, layout, Notes()))
    return model_years(sheets, schema)


def changed_cells(override: Override, target: Target, layout: Layout, notes: Notes) -> dict[tuple[int, int], object]:
    """(row, column) -> new value; a cell that can not be added to or multiplied is noted."""
    if override.operation == "set":
        return dict.fromkeys(target.places, override.value)
    changes: dict[tuple[int, int], object] = {}
    amount = float(cells.read_number(override.value).value or 0.0)
    for at in target.places:
        old = target.sheet.value(*at)
        # An empty year between filled ones is interpolated from neighbours that are changed themselves.
        if target.may_skip_blank and is_blank(old):
            continue
        number = cells.read_number(old).value
        if number is None:
            place = f"{target.sheet.name}!{target.sheet.address(*at)}"
            notes.add(
                "override_target",
                layout.sheet.name,
                layout.cell(override.row, "operation"),
                target=place,
                value="" if is_blank(old) else old,
            )
            continue
        changes[at] = float(number) + amount if override.operation == "add" else float(number) * amount
    return changes
