"""Writes a copy of a workbook with some cells changed, such as the first suggestion of a diagnosis.

Saving by openpyxl drops the stored results of formulas, and the reader refuses a formula without one. So every formula of
the copy is replaced by its stored result; what was a formula is a number there.

Limits: charts, pictures and other things that openpyxl does not keep are lost in the copy; the user's file is never touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from model.core.aside import save_workbook

from . import cells

SUGGESTED_PREFIX = "suggested_"


def suggested_name(path: Path) -> str:
    """The file name of the copy."""
    return f"{SUGGESTED_PREFIX}{path.stem}.xlsx"


def write_suggested(path: Path, overrides: Sequence[str], changes: Mapping[tuple[str, int, int], object], out: Path) -> int:
    """Write the copy of the workbook with one-off overrides and ``changes`` applied; returns how many formulas became numbers.

    The file is written aside and renamed; raises OSError when it can not be written.
    """
    import openpyxl

    if out.resolve() == path.resolve():
        raise OSError(0, "the copy would replace the workbook itself", str(out))
    formulas = openpyxl.load_workbook(path)
    stored = openpyxl.load_workbook(path, data_only=True)
    replaced = 0
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    cell.value = stored[sheet.title][cell.coordinate].value
                    replaced += 1
    for text in overrides:
        place, _, value = text.partition("=")
        name, _, address = place.strip().rpartition("!")
        plain = cells.read_number(value).value
        formulas[name.strip("'")][address.replace("$", "").strip()].value = value.strip() if plain is None else plain
    for (name, row, column), content in changes.items():
        formulas[name].cell(row, column).value = content
    out.parent.mkdir(parents=True, exist_ok=True)
    save_workbook(formulas, out)
    return replaced


