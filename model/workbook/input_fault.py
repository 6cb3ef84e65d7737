"""What a lever could not make of the input, told as a finding with its cell or sheet.

Limits: a key that several sheets lack is told without a cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..core.declare.lines import Said
from ..core.declare.spec import Finding, InputError

if TYPE_CHECKING:
    from ..core.build.guard import RuleError
    from ..core.data import Data
    from ..core.declare.spec import Table
    from ..core.ledger import PostError


@contextmanager
def input_fault() -> Iterator[None]:
    """Turn what a lever could not post, because tables do not fit together, into an InputError."""
    from ..core.build.guard import RuleError
    from ..core.ledger import PostError

    try:
        yield
    except RuleError as error:
        raise InputError([_finding_of_rule(error)]) from error
    except PostError as error:
        sheets = _sheets_without(error)
        place = sheets[0] if len(sheets) == 1 else "workbook"
        wanted = _wanted_rows(sheets)
        raise InputError([Finding("error", place, "", error.told("en"), wanted, error.told("zh"), wanted.told("zh"))]) from error


def _finding_of_rule(error: RuleError) -> Finding:
    """Where a rule went wrong: the blank cell that its key leads to, else the cell of its limit, else the sheet without the key."""
    from ..core.build import registry
    from ..core.build.guard import blank_cells

    sheet, cell = error.sheet, error.cell
    if error.lookup:
        sheets = _sheets_without(error)
        wanted = _wanted_rows(sheets)
        place = sheets[0] if len(sheets) == 1 else sheet or "workbook"
        return Finding("error", place, "" if sheets else cell, error.told("en"), wanted, error.told("zh"), wanted.told("zh"))
    if error.data is not None and error.key:
        read = [table for name, table in registry.schema().tables.items() if name in error.reads]
        blank = blank_cells(error.data, read, error.key)
        if len(blank) == 1 and (sheet, cell) not in blank:
            sheet, cell = blank[0]
    wanted = Said("wanted_numbers")
    return Finding("error", sheet or "workbook", cell, error.told("en"), wanted, error.told("zh"), wanted.told("zh"))


def _wanted_rows(sheets: Sequence[str]) -> Said:
    return Said("wanted_row", sheets=", ".join(sheets)) if sheets else Said("wanted_keys")


def _sheets_without(error: PostError) -> list[str]:
    """Sheets that have the columns of the key which was not found, and not the key: those of the lever, else of any lever."""
    from ..core.build import registry

    if error.data is None or not error.key:
        return []
    # a vintage is a year of the table that gives the figures of new plants
    key = {"year" if name == "vintage" else name: value for name, value in error.key.items()}
    levers = (*registry.levers(), *registry.closings())
    for tables in ([t for lever in levers if lever.name == error.lever for t in lever.tables], [t for lever in levers for t in lever.tables]):
        found = [table.name for table in tables if _lacks(error.data, table, key)]
        if found:
            return found
    return []


def _lacks(data: Data, table: Table, key: Mapping[str, object]) -> bool:
    columns = {c.name for c in table.columns if c.key} | ({"year"} if table.shape == "years" else set())
    frame = data.tables.get(table.name)
    return columns >= set(key) and (frame is None or not (frame[list(key)] == list(key.values())).all(axis=1).any())
