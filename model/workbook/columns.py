"""Reads one column of a sheet: words, yes/no, or numbers converted from the unit the user chose to the solver's.

Ranges are checked in the unit that stands in the workbook, so that a message speaks the user's language.

Limits: a column has one unit (an attribute table) or one unit a row (a year table); no unit within a cell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from model.core.declare import units
from model.core.declare.spec import REQUIRED, RESERVED, Column, Setting

from . import cells
from .cells import Cell
from .layout import Layout
from .messages import Notes, nearest
from .raw import Bad, is_blank

Floats = npt.NDArray[np.float64]
PURE = "1"
#: A key, a name or a statement; what is longer is a note, and would fill a page of the report.
MOST_CHARACTERS = 1000
#: A spreadsheet that opens a CSV file takes a cell that begins so for a formula.
_SIGNS = ("+", "-")
#: A limit converted into another unit may miss the typed limit by rounding alone.
_ROUNDING = 1e-12
#: Every whole number below is exact as a float.
_EXACT = 2.0**53


@dataclass(frozen=True)
class Scale:
    """The unit of one or more cells: ``factor`` solver units in one; ``is_known`` False when it could not be read."""

    text: str
    factor: float
    low: float
    high: float
    is_known: bool = True


@lru_cache(maxsize=4096)
def scale(text: str, canonical: str, low: float | None, high: float | None) -> Scale:
    """The scale of unit ``text``, with the limits (given in ``canonical``) in that unit. Raises UnitError."""
    bounds = []
    for limit, sign in ((low, -1.0), (high, 1.0)):
        bound = sign * np.inf if limit is None else float(limit)
        if text != canonical and np.isfinite(bound):
            bound = units.convert(bound, canonical, text)
            bound += sign * abs(bound) * _ROUNDING
        bounds.append(bound)
    return Scale(text, units.factor(text), bounds[0], bounds[1])


def canonical_unit(declared: Column | Setting) -> str:
    """The declared unit; "1" for a number declared without."""
    return declared.unit or PURE


def own_scale(declared: Column | Setting, *, is_known: bool = True) -> Scale:
    """The scale of the declared unit."""
    unit = canonical_unit(declared)
    found = scale(unit, unit, declared.low, declared.high)
    return found if is_known else Scale(found.text, found.factor, -np.inf, np.inf, False)


def read_scale(
    raw: object, declared: Column | Setting, sheet: str, cell: str, notes: Notes, *, may_be_blank: bool = False
) -> Scale:
    """The scale of a unit cell; a wrong one is noted and read as the declared unit without limits."""
    unit = canonical_unit(declared)
    if raw == unit:
        return own_scale(declared)
    if is_blank(raw):
        if may_be_blank or not units.parse(unit).dimension:
            return own_scale(declared)
        notes.add("unit_missing", sheet, cell, unit=unit)
        return own_scale(declared, is_known=False)
    if isinstance(raw, Bad):
        notes.add(raw.kind, sheet, cell, value=raw.text)
        return own_scale(declared, is_known=False)
    text = cells.spelled(raw).strip()
    try:
        if units.same_dimension(text, unit):
            return scale(text, unit, declared.low, declared.high)
        notes.add("unit_dimension", sheet, cell, value=text, found=dimension(text), wanted=dimension(unit), unit=unit)
    except units.UnitError as problem:
        notes.add("unit_unknown", sheet, cell, why=problem.args[0], unit=unit)
    return own_scale(declared, is_known=False)


def dimension(unit: str) -> str:
    """The dimension of a unit in words, such as ``money/area``."""
    powers = units.parse(unit).dimension
    above = "*".join(name for name, power in powers for _ in range(power)) or PURE
    return "/".join([above, *(name for name, power in powers for _ in range(-power))])


def default_number(declared: Column) -> float:
    """What an empty optional cell is worth, in solver units; NaN when it stays empty or is required."""
    if declared.default is None or declared.default is REQUIRED:
        return float("nan")
    if declared.kind == "flag":
        return float(str(declared.default) in ("1", "1.0", "True"))
    return float(str(declared.default)) * units.factor(canonical_unit(declared))


@dataclass(frozen=True)
class Numbers:
    """Numbers as they stand in the cells, NaN where a cell is blank or wrong; ``wrong`` tells which."""

    values: Floats
    wrong: npt.NDArray[np.bool_]

    @property
    def blank(self) -> npt.NDArray[np.bool_]:
        """Which cells are empty."""
        return np.isnan(self.values) & ~self.wrong


def parse_numbers(
    layout: Layout, rows: Sequence[int], column: int, name: str, notes: Notes, *, flag: bool = False
) -> Numbers:
    """The numbers of the cells in ``rows`` of ``column`` (1-based); what can not be read is noted at its cell."""
    grid = layout.sheet.grid
    raw = [grid[row - 1][column - 1] for row in rows]
    wrong = np.zeros(len(raw), dtype=bool)
    if not flag and all(type(value) is float for value in raw):
        values = np.array(raw, dtype=float)
        if np.isfinite(values).all():
            return Numbers(values, wrong)
    read: Callable[[object], Cell] = cells.read_flag if flag else cells.read_number
    values = np.full(len(raw), np.nan)
    for position, value in enumerate(raw):
        cell = read(value)
        note_cell(cell, value, name, layout, rows[position], column, notes)
        wrong[position] = cell.problem is not None
        if cell.value is not None:
            values[position] = float(cell.value)
    return Numbers(values, wrong)


def note_cell(cell: Cell, raw: object, name: str, layout: Layout, row: int, column: int, notes: Notes) -> None:
    """Note what reading a cell found, if anything."""
    kind = cell.problem or cell.info
    if kind:
        text = raw.text if isinstance(raw, Bad) else raw
        value = "" if cell.value is None else cell.value
        notes.add(
            kind,
            layout.sheet.name,
            layout.sheet.address(row, column),
            name=label(layout, row, name),
            value=text,
            number=value,
            kind=cells.kind_of(raw),
        )


def label(layout: Layout, row: int, name: str) -> str:
    """The name of a column in a message, with the row when the table has no addresses."""
    return name if layout.sheet.addressed else f"{name} [{row}]"


def check_range(
    values: Floats,
    low: Floats | float,
    high: Floats | float,
    name: str,
    layout: Layout,
    rows: Sequence[int],
    column: int,
    texts: Sequence[str],
    notes: Notes,
) -> None:
    """Note values (in the users' units ``texts``) beyond the limits ``low`` and ``high`` in the same units."""
    for kind, limits, beyond in (("too_low", low, values < low), ("too_high", high, values > high)):
        for position in np.flatnonzero(beyond).tolist():
            limit = float(np.broadcast_to(limits, values.shape)[position])
            row = rows[position]
            notes.add(
                kind,
                layout.sheet.name,
                layout.sheet.address(row, column),
                name=label(layout, row, name),
                value=float(values[position]),
                limit=limit,
                unit="" if texts[position] in ("", "1") else f" {texts[position]}",  # a pure number has none
            )


def check_whole(values: Floats, name: str, layout: Layout, rows: Sequence[int], column: int, notes: Notes) -> None:
    """Note values that are not whole numbers."""
    for position in np.flatnonzero(np.isfinite(values) & (values != np.round(values))).tolist():
        row = rows[position]
        notes.add(
            "not_whole",
            layout.sheet.name,
            layout.sheet.address(row, column),
            name=label(layout, row, name),
            value=float(values[position]),
        )


def note_blank(
    blank: npt.NDArray[np.bool_], name: str, layout: Layout, rows: Sequence[int], column: int, notes: Notes
) -> None:
    """Note empty cells that must be filled."""
    for position in np.flatnonzero(blank).tolist():
        row = rows[position]
        notes.add("blank", layout.sheet.name, layout.sheet.address(row, column), name=label(layout, row, name))


def number_column(column: Column, layout: Layout, rows: Sequence[int], notes: Notes) -> Floats:
    """An attribute column in solver units, one value a row of ``rows``."""
    if column.name not in layout.places:
        return np.full(len(rows), default_number(column))
    place = layout.places[column.name]
    numbers = parse_numbers(layout, rows, place, column.name, notes, flag=column.kind == "flag")
    if column.kind == "flag":
        unit = own_scale(column, is_known=False)
    else:
        unit = read_scale(
            layout.unit(column.name),
            column,
            layout.sheet.name,
            layout.unit_cell(column.name),
            notes,
            may_be_blank=not layout.sheet.addressed,
        )
        check_range(
            numbers.values, unit.low, unit.high, column.name, layout, rows, place, [unit.text] * len(rows), notes
        )
    if column.kind == "integer" and unit.is_known:
        check_whole(numbers.values, column.name, layout, rows, place, notes)
    if column.default is REQUIRED:
        note_blank(numbers.blank, column.name, layout, rows, place, notes)
    with np.errstate(over="ignore"):
        values = numbers.values * unit.factor
    values[numbers.blank] = default_number(column)
    return values


def as_integers(values: Floats) -> Floats | npt.NDArray[np.int64]:
    """Whole numbers as integers; unchanged when any is missing, broken or too large."""
    whole = np.isfinite(values).all() and (np.abs(values) < _EXACT).all() and (values == np.round(values)).all()
    return values.astype(np.int64) if whole else values


def word_column(column: Column, layout: Layout, rows: Sequence[int], notes: Notes) -> list[str]:
    """A column of words, "" where empty; choices and the form of keys are checked."""
    otherwise = column.default if isinstance(column.default, str) else ""
    if column.name not in layout.places:
        return [otherwise] * len(rows)
    place, grid, sheet = layout.places[column.name], layout.sheet.grid, layout.sheet
    if not is_blank(layout.unit(column.name)) and sheet.addressed and layout.has_units:
        notes.add("unit_on_text", sheet.name, layout.unit_cell(column.name), value=layout.unit(column.name))
    read = cells.read_word if column.key or column.ref or column.choices else cells.read_text
    # Texts that gave no finding: most words of a column occur many times.
    good: dict[object, str] = {}
    words = []
    for row in rows:
        raw = grid[row - 1][place - 1]
        if isinstance(raw, str) and raw in good:
            words.append(good[raw])
            continue
        before = len(notes.items)
        cell = read(raw)
        note_cell(cell, raw, column.name, layout, row, place, notes)
        word = str(cell.value) if cell.value is not None else otherwise
        if cell == Cell() and column.default is REQUIRED:
            notes.add("blank", sheet.name, sheet.address(row, place), name=label(layout, row, column.name))
        elif cell.value is not None:
            _check_word(word, column, sheet.name, sheet.address(row, place), label(layout, row, column.name), notes)
        if isinstance(raw, str) and len(notes.items) == before:
            good[raw] = word
        words.append(word)
    return words


def _own_part(word: str, column: Column) -> str:
    """What of a word is the user's own key, where the column gives it a beginning (``group:`` before a region group)."""
    begins = next((target.before for target in column.targets() if target.before and word.startswith(target.before)), "")
    return word.removeprefix(begins)


def _check_word(word: str, column: Column, sheet: str, cell: str, name: str, notes: Notes) -> None:
    if len(word) > MOST_CHARACTERS:
        notes.add("word_long", sheet, cell, name=name, count=len(word), most=MOST_CHARACTERS)
    elif column.choices and not column.ref and word not in column.choices:
        notes.add(
            "choice",
            sheet,
            cell,
            name=name,
            value=word,
            choices=", ".join(column.choices),
            nearest=nearest(word, column.choices),
        )
    elif column.key and not cells.is_key(_own_part(word, column)):
        notes.add("key_characters", sheet, cell, name=name, value=word)
    elif column.key and column.free and word.startswith(_SIGNS):
        notes.add("key_sign", sheet, cell, name=name, value=word)
    elif column.key and column.free and not column.like_total and word.casefold() in RESERVED:
        notes.add("key_reserved", sheet, cell, name=name, value=word, reserved=", ".join(RESERVED))
