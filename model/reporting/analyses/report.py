"""Leaves a finished analysis on the disk: its tables, a workbook, a page, a data package and the manifest.

Limits: the plan that it stands on is reported by its own scenario.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...core.aside import save_workbook
from ...core.declare.schema import AnalysisInfo, OutcomeTable
from ...core.solve.solution import Solution
from ..context import Context
from ..files.csvfiles import write_csv
from ..files.datapackage import FILE as PACKAGE
from ..files.datapackage import TEXTS
from ..files.manifest import RunContext, manifest, write_manifest
from ..identities.every import check_identities
from ..tables.every import result_tables
from ..words.texts import label
from ..write import TABLES_FOLDER, fresh, swap_in
from .answers import answers
from .book import analysis_workbook
from .page import analysis_page

REPORT, PAGE = "report.xlsx", "report.html"
TYPES = {"i": "integer", "f": "number", "b": "boolean"}


def write_analysis(tables: Sequence[OutcomeTable], solution: Solution, info: AnalysisInfo, folder: Path, context: RunContext, problems: Sequence[str] = ()) -> Path:
    """Write everything beside ``folder`` and swap it in; raises ReportTargetError when that is in use.

    The identities of the manifest are those of the plan that the analysis stands on. ``problems`` are what could not be done, where they know both languages;
    by default the warnings of ``context``.
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
        written = manifest(solution, context, identities, {})
        save_workbook(analysis_workbook(tables, info, context, solution), part / REPORT)
        text = analysis_page(tables, info, context, written, solution, problems or context.warnings)
        (part / PAGE).write_text(text, encoding="utf-8", newline="\n")
        write_manifest(written, part)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return swap_in(part, folder)


def answers_of(tables: Sequence[OutcomeTable], info: AnalysisInfo, solution: Solution, lang: str) -> list[str]:
    """What the report says first, for a screen."""
    return answers(info.name, tables, Context({}, {}, lang, solution.build.data))


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
