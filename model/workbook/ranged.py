"""The data of a scenario with ranges of the sheet ``ranges`` moved: for analyses that try many values.

    moved = Ranged(applied, data, ranges, layout, schema, checks)
    moved.data([("wind_cost", 0.0), ("demand", 1.0)])       # the one at its low, the other at its high

The sheets that a range touches are read again by the reader itself, so that units, limits of a column and years in between are those of the
product; shares that must add up, the rules across sheets and the checks of the program run on the whole. Keys, words and the presence of rows can
not change and are not looked at again: only numbers move.

Limits: ranges change cells in the order of the sheet, whatever order they are asked for in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from model.core.data import Data
from model.core.declare.schema import HIGH_SHARE, LOW_SHARE, Schema
from model.core.declare.spec import Finding, InputError

from .layout import Layout
from .messages import Language, Notes, nearest
from .ranges import HIGH, LOW, NAME, RANGES_SHEET, NamedRange, RangeRow
from .raw import RawBook, RawSheet
from .rules import TableRead, check_rules
from .scenarios import Override, changed_cells
from .selectors import SelectorReader, Target
from .settings import SETTINGS_SHEET, read_settings
from .validate import Check, check_periods, check_slices, check_wholes, model_years, read_table


@dataclass
class Ranged:
    """A scenario whose ranges can be moved: ``raw`` are its sheets with the scenario applied, ``base`` its data."""

    raw: RawBook
    base: Data
    ranges: Sequence[NamedRange]
    layout: Layout | None
    schema: Schema
    checks: Sequence[Check] = ()
    lang: Language = "en"
    _sheets: dict[str, RawSheet] = field(init=False, repr=False)
    _targets: dict[int, Target] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        """Find the cells once; InputError where a range finds none in this scenario."""
        self._sheets = dict(self.raw.sheets)
        notes = Notes(self.lang)
        if self.layout is None:
            return
        reader = SelectorReader(self.schema, self.layout, notes, model_years(self.raw.sheets, self.schema), NAME)
        rows = self._rows()
        for row, _ in rows:  # years between a value that is kept and one that is changed get columns of their own, before any place is taken down
            target = reader.find(row.row, row.sheet, row.selector, row.column, self._sheets)
            if target is not None:
                self._sheets[row.sheet] = target.sheet
        if notes.has_errors:
            raise InputError(notes.items)
        for row, _ in rows:
            target = reader.find(row.row, row.sheet, row.selector, row.column, self._sheets)
            assert target is not None
            self._targets[row.row] = target

    def data(self, changes: Sequence[tuple[str, float]]) -> Data:
        """The data with ranges (by name) at shares between their low (0) and high (1); the others stay as they are.

        InputError, with the cell of the sheet ``ranges``, for an unknown name, a share beyond the ends and whatever breaks a rule of the workbook.
        """
        shares = self._shares(changes)
        notes = Notes(self.lang)
        sheets: dict[str, RawSheet] = {}
        origins: dict[tuple[str, str], str] = {}
        for row, name in self._rows():
            if name not in shares or self.layout is None:
                continue
            held = self._targets[row.row]
            target = replace(held, sheet=sheets.get(row.sheet, self._sheets[row.sheet]))
            override = Override(row.row, row.sheet, row.selector, row.column, row.operation, row.value(shares[name]))
            changed = changed_cells(override, target, self.layout, notes)
            sheets[row.sheet] = target.sheet.changed(changed)
            cell = self.layout.cell(row.row, HIGH if shares[name] == HIGH_SHARE else LOW)
            origins.update({(row.sheet, target.sheet.address(*at)): cell for at in changed})
        data = self._read(sheets, notes)
        wrong = [finding for finding in notes.items if finding.level == "error"]
        if wrong:
            raise InputError([self._told(finding, origins, shares) for finding in wrong])
        return data

    def _rows(self) -> list[tuple[RangeRow, str]]:
        """Every row with the name of its range, in the order of the sheet."""
        return sorted(((row, one.name) for one in self.ranges for row in one.rows), key=lambda pair: pair[0].row)

    def _shares(self, changes: Sequence[tuple[str, float]]) -> Mapping[str, float]:
        known, notes = [one.name for one in self.ranges], Notes(self.lang)
        for name, share in changes:
            if name not in known:
                notes.add("range_unknown", RANGES_SHEET, "", name=name, nearest=nearest(name, known))
            elif not LOW_SHARE <= share <= HIGH_SHARE:
                notes.add("range_share", RANGES_SHEET, "", name=name, value=share)
        if notes.has_errors:
            raise InputError(notes.items)
        return dict(changes)

    def _read(self, sheets: Mapping[str, RawSheet], notes: Notes) -> Data:
        """The data with the changed sheets read anew; what is wrong is noted."""
        years = model_years({**self._sheets, **sheets}, self.schema)
        reads: list[TableRead] = []
        settings = dict(self.base.settings)
        for name, sheet in sheets.items():
            if name == SETTINGS_SHEET:
                settings = read_settings(sheet, self.schema, notes)
            else:
                reads.append(read_table(self.schema.tables[name], sheet, years, notes))
        data = self.base.moved({read.table.name: read.frame for read in reads}, settings)
        check_periods(data, notes)
        check_slices(data, notes)
        for read in reads:
            check_wholes(read, data, notes)
        check_rules(self.schema, data, notes)
        if not notes.has_errors:
            for check in self.checks:
                notes.items.extend(check(data))
        return data

    def _told(self, finding: Finding, origins: Mapping[tuple[str, str], str], shares: Mapping[str, float]) -> Finding:
        """The finding with the cell that moved its number, or with all that moved where it has no cell of its own."""
        cell = origins.get((finding.sheet, finding.cell), "")
        moved = f"{RANGES_SHEET}!{cell}" if cell else f"{RANGES_SHEET}: {', '.join(f'{name} {share:.3g}' for name, share in shares.items())}"
        return replace(finding, message=f"{finding.message} [{moved}]")
