"""Finished runs compared: read, put beside one another, and written as comparison.xlsx, comparison.html and comparison.csv.

Limits: runs are read from their folders; nothing is solved, and no number is made that the tables of the runs do not hold.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import pandas as pd

from ...core.aside import require_folder, together, workbook_bytes
from ...core.declare.lines import Said
from ...core.declare.spec import Finding, InputError
from ...core.frames import stack
from ..files.csvfiles import write_csv
from .differences import by_lever, tidy
from .excel import comparison_workbook
from .figures import Compared, as_frame
from .page import comparison_page
from .parts import beside, parts_of
from .runs import Note, read_runs
from .said import gaps, sentences

BOOK, PAGE, ROWS = "comparison.xlsx", "comparison.html", "comparison.csv"


class Comparison:
    """Finished runs beside one another; the first is the base."""

    def __init__(self, compared: Compared) -> None:
        self._compared = compared

    @property
    def names(self) -> list[str]:
        """Name of each run: its scenario, with workbook or folder where two would be called the same."""
        return [run.name for run in self._compared.runs]

    def gaps(self, lang: str = "en") -> list[str]:
        """What a run lacks of what is compared, a sentence each."""
        return gaps(self._compared, beside(self._compared, lang))

    def sentences(self, lang: str = "en") -> list[str]:
        """The answer in words, a sentence for each run, the base first."""
        return sentences(self._compared, self._changes, beside(self._compared, lang))

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Frames by name.

        ``figures``: a row for each figure of the first sheet and each run, with unit and the table it is read from; ``text`` says why a value is blank.
        ``by_lever``: what levers do otherwise than in the base. ``regions``, ``carbon``, ``power``, ``prices``: the matrices of these sheets, a row for each number.
        ``abatement``: extra cost and CO2 avoided by run. ``rows``: every number of the compared tables beside that of the base, as in comparison.csv.
        """
        ctx = beside(self._compared, "en")
        matrices = {name: stack([_melted(part.name, part.unit, part.matrix) for part in parts]) for name, parts in parts_of(self._compared, ctx).items()}
        why = [note.told(ctx) if isinstance(note, Note) else "" for note in self._compared.abatement["why"]]
        return {
            "figures": as_frame(self._compared, ctx), "by_lever": self._changes.copy(), **matrices,
            "abatement": self._compared.abatement.assign(why=why), "rows": tidy(self._compared.runs),
        }  # fmt: skip

    @cached_property
    def _changes(self) -> pd.DataFrame:
        return by_lever(self._compared.runs)

    def write(self, folder: str | Path, lang: str = "en") -> list[Path]:
        """Write comparison.xlsx, comparison.html and comparison.csv into ``folder``, all of them or none; returns their paths.

        Raises OSError when one can not be written, for instance while it is open in Excel; older ones are then intact.
        """
        out = Path(folder)
        require_folder(out)
        book = workbook_bytes(comparison_workbook(self._compared, self._changes, lang))
        page = comparison_page(self._compared, self._changes, lang)
        out.mkdir(exist_ok=True)
        paths = [out / name for name in (BOOK, PAGE, ROWS)]
        with together(paths) as parts:
            parts[0].write_bytes(book)
            parts[1].write_text(page, encoding="utf-8", newline="\n")
            write_csv(self.tables["rows"], parts[2])
        return paths


def compare(folders: Sequence[str | Path]) -> Comparison:
    """Compare finished runs by their folders; the first is the base.

    Runs may be of other workbooks, regions, years and versions: rows are matched by key, and what a run lacks is told by ``.gaps()``.
    Raises InputError, with a finding for each folder without a finished run and each file that can not be read.
    """
    return Comparison(Compared(read_runs(folders)))


def common_folder(folders: Sequence[str | Path]) -> Path:
    """The folder in which all runs lie; raises InputError where there is none."""
    try:
        return Path(os.path.commonpath([Path(folder).absolute().parent for folder in folders]))
    except ValueError as error:  # on other drives
        raise InputError([Finding("error", "compare", "", Said("compare_apart"))]) from error


def _melted(name: str, unit: str, matrix: pd.DataFrame) -> pd.DataFrame:
    """A matrix as rows: matrix, place, item, column, value, unit; places and items may be runs."""
    rows = [
        (name, place, item, column, value, unit)
        for (place, item), values in zip(matrix.index, matrix.to_numpy(dtype=float).tolist(), strict=True)
        for column, value in zip(matrix.columns, values, strict=True)
        if value == value
    ]
    return pd.DataFrame(rows, columns=["matrix", "place", "item", "column", "value", "unit"])
