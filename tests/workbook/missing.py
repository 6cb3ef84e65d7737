"""The shipped workbook with rows taken away or a word changed, checked again without reading it anew.

Limits: only the rules that read the changed table are asked again; the others find what they found.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd

from model.core.build.registry import schema
from model.core.data import Data
from model.core.declare.spec import Finding
from model.workbook.book import check_book
from model.workbook.messages import Notes
from model.workbook.rules import TableRead, check_complete, check_references, check_rules
from model.workbook.validate import check_keys, check_levers, check_wholes, model_years, read_table

ROOT = Path(__file__).parents[2]


class Checked:
    """A workbook that is right, kept as its tables, with what each rule of a lever reads."""

    def __init__(self, path: Path) -> None:
        book, findings = check_book(path, schema())
        assert book is not None, findings
        self.findings, self.raw, self.schema = findings, book._raw, schema()
        self.data = book.data()
        self.years = model_years(self.raw.sheets, self.schema)
        self.reads = {
            t.name: read_table(t, self.raw.sheets[t.name], self.years, Notes()) for t in self.schema.tables.values() if self.data.has(t.name)
        }
        self.read_by: dict[str, set[str]] = {}
        for check in self.schema.checks:
            seen: set[str] = set()
            with Data(dict(self.data.tables), dict(self.data.settings), self.data.columns).noting(seen):
                pass
            fresh = Data(dict(self.data.tables), dict(self.data.settings), self.data.columns)
            with fresh.noting(seen):
                if check.applies(fresh):
                    check.find(fresh)
            self.read_by[check.name] = seen

    def changed(self, read: TableRead) -> list[Finding]:
        """Errors and warnings when one table is as in ``read``."""
        name = read.table.name
        reads = {**self.reads, name: read}
        frames = {key: one.frame for key, one in reads.items() if not one.frame.empty}
        data = Data(frames, dict(self.data.settings), self.data.columns)
        notes = Notes()
        for one in reads.values():
            if one is read or any(target.table == name for column in one.table.columns for target in column.targets()):
                check_references(one, frames, notes)
        check_keys(read, notes)
        if not read.frame.empty:
            check_wholes(read, data, notes)
        elif read.table.required:
            notes.add("sheet_missing", name)
        check_levers(self.schema, reads, data, notes)
        check_complete(self.schema, data, notes)
        asked = tuple(check for check in self.schema.checks if name in self.read_by[check.name])
        check_rules(replace(self.schema, checks=asked), data, notes)
        return [finding for finding in notes.items if finding.level != "info"]

    def without(self, name: str, column: str, value: object) -> list[Finding]:
        """Errors and warnings when the rows of a table with that key are gone."""
        read = self.reads[name]
        return self.changed(TableRead(read.table, read.layout, read.frame[read.frame[column] != value]))

    def reread(self, name: str, row: int, column: str, value: object, across: bool = True) -> list[Finding]:
        """What is found when a cell of a table holds another value: in reading the table, and if that finds nothing across tables."""
        sheet, layout = self.raw.sheets[name], self.reads[name].layout
        place = layout.places.get(column) or layout.years[int(column)]
        notes = Notes()
        read = read_table(self.reads[name].table, sheet.changed({(row, place): value}), self.years, notes)
        if any(finding.level == "error" for finding in notes.items) or not across:
            return [finding for finding in notes.items if finding.level != "info"]
        return [*(f for f in notes.items if f.level != "info"), *self.changed(read)]


def cell_of(read: TableRead, row: int, place: str) -> str:
    """The address of a cell of a column or, in a table of years, of a year."""
    column = read.layout.places.get(place) or read.layout.years[int(place)]
    return read.layout.sheet.address(row, column)


@cache
def three_regions() -> Checked:
    """The shipped workbook of three regions."""
    return Checked(ROOT / "inputs" / "three_regions.xlsx")


@cache
def provinces() -> Checked:
    """The shipped workbook of the provinces."""
    return Checked(ROOT / "inputs" / "provinces.xlsx")


def keys(frame: pd.DataFrame, column: str) -> list[object]:
    """The different entries of a column, in order."""
    return list(dict.fromkeys(frame[column].tolist()))
