"""Leaves a finished analysis on the disk: its tables, a workbook with a sheet for each, a data package and the manifest.

Limits: tables as the analysis made them, without charts; the plan that it stands on is reported by its own scenario.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Font

from ...core.aside import save_workbook
from ...core.build import registry
from ...core.declare.schema import AnalysisInfo, OutcomeTable
from ...core.names import own_words
from ...core.solve.solution import Solution
from ..identities.every import check_identities
from ..tables.every import result_tables
from ..words.texts import label
from ..write import TABLES_FOLDER, fresh, swap_in
from .csvfiles import write_csv
from .datapackage import FILE as PACKAGE
from .datapackage import TEXTS
from .manifest import RunContext, manifest, write_manifest

WIDTH, FIRST_ROW, NUMBER = 22.0, 5, "#,##0.###"
#: Columns whose words stand as they are: addresses, sources, sentences, and units.
AS_WRITTEN, OF_UNITS = ("sheet", "cell", "source", "problem"), "unit"
TYPES = {"i": "integer", "f": "number", "b": "boolean"}


def write_analysis(tables: Sequence[OutcomeTable], solution: Solution, info: AnalysisInfo, folder: Path, context: RunContext) -> Path:
    """Write everything beside ``folder`` and swap it in; raises ReportTargetError when that is in use.

    The identities of the manifest are those of the plan that the analysis stands on.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = folder.with_name(f".{folder.name}.part")
    try:
        fresh(part)
        for table in tables:
            write_csv(table.frame, part / TABLES_FOLDER / f"{table.name}.csv")
        text = json.dumps(_package(tables, context), ensure_ascii=False, indent=2)
        (part / TABLES_FOLDER / PACKAGE).write_text(text + "\n", encoding="utf-8", newline="\n")
        identities = check_identities(result_tables(solution), solution)
        save_workbook(_workbook(tables, info, context, solution), part / "report.xlsx")
        write_manifest(manifest(solution, context, identities, {}), part)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return swap_in(part, folder)


def _package(tables: Sequence[OutcomeTable], context: RunContext) -> dict[str, Any]:
    return {
        "profile": "tabular-data-package", "name": "carbon-neutrality-pathway-analysis", "title": context.title, "description": TEXTS,
        "resources": [
            {
                "profile": "tabular-data-resource", "name": table.name, "path": f"{table.name}.csv", "title": table.en, "format": "csv",
                "mediatype": "text/csv", "encoding": "utf-8", "schema": {"fields": [_field(table, column) for column in table.frame.columns]},
            }
            for table in tables
        ],
    }  # fmt: skip


def _field(table: OutcomeTable, column: str) -> dict[str, str]:
    kind = TYPES.get(table.frame[column].dtype.kind, "string")
    unit = table.units.get(column, "")
    described = {"name": column, "type": kind, "description": f"{label(column, 'en')} ({label(column, 'zh')})"}
    return {**described, "unit": unit} if unit else described


def _workbook(tables: Sequence[OutcomeTable], info: AnalysisInfo, context: RunContext, solution: Solution) -> Workbook:
    """A summary with the contents and what could not be done, then one sheet for each table."""
    chinese = context.lang == "zh"
    book = Workbook()
    first = book.worksheets[0]
    first.title = "summary"
    lines: list[tuple[str, str]] = [(info.zh if chinese else info.en, ""), (context.title, context.scenario)]
    lines += [(table.name, table.zh if chinese else table.en) for table in tables]
    lines += [("!", problem) for problem in context.warnings]
    for row, (name, text) in enumerate(lines, start=1):
        _text(first.cell(row, 1), name)
        _text(first.cell(row, 2), text)
    first.cell(1, 1).font = Font(bold=True, size=14)
    first.column_dimensions["A"].width, first.column_dimensions["B"].width = WIDTH, 4 * WIDTH
    own = own_words(solution.build.data.tables, registry.schema().tables, context.lang)
    for table in tables:
        _sheet(book, table, context.lang, own)
    for row, table in enumerate(tables, start=3):
        first.cell(row, 1).hyperlink = f"#'{table.name}'!A1"
    return book


def _sheet(book: Workbook, table: OutcomeTable, lang: str, own: Mapping[str, str]) -> None:
    sheet = book.create_sheet(table.name[:31])
    _text(sheet.cell(1, 1), table.zh if lang == "zh" else table.en)
    sheet.cell(1, 1).font = Font(bold=True, size=12)
    for column, name in enumerate(table.frame.columns, start=1):
        unit = table.units.get(str(name), "")
        _text(sheet.cell(FIRST_ROW - 2, column), label(str(name), lang) + (f" ({unit})" if unit else ""))
        _text(sheet.cell(FIRST_ROW - 1, column), str(name))
        sheet.cell(FIRST_ROW - 2, column).font = Font(bold=True)
        sheet.column_dimensions[sheet.cell(1, column).column_letter].width = WIDTH
    as_written = [name in AS_WRITTEN or str(name).endswith(OF_UNITS) for name in table.frame.columns]
    for row, values in enumerate(table.frame.itertuples(index=False, name=None), start=FIRST_ROW):
        for column, value in enumerate(values, start=1):
            cell = sheet.cell(row, column)
            if isinstance(value, str):
                _text(cell, value if as_written[column - 1] else label(value, lang, own))
            elif value is not None and not pd.isna(value):
                cell.value = float(value) if not float(value).is_integer() else int(value)
                cell.number_format = NUMBER if isinstance(cell.value, float) else "General"
    sheet.freeze_panes = f"A{FIRST_ROW}"
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _text(cell: Any, text: str) -> None:
    """A text that never becomes a formula."""
    cell.value, cell.data_type = text, "s"
