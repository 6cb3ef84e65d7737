"""Looks up what a sheet says of parts of the model: levers, limits, sheets, scenarios, result tables, analyses.

Limits: the workbook as it stands is looked through, not what a scenario makes of it; whether a part does what the row says nobody checks.
"""

from __future__ import annotations

from collections.abc import Sequence

from model.core.data import Data
from model.core.declare.schema import KIND_MARK, KIND_WORDS, KINDS_OF_PARTS, SCENARIO, Schema, parts_in

from .messages import LANGUAGES, Notes, nearest
from .scenarios import REFERENCE


def check_named(schema: Schema, data: Data, scenarios: Sequence[str], notes: Notes) -> None:
    """Note each part that a column which is ``named`` speaks of and that does not exist.

    Scenarios are the user's to delete, so one that is gone is a warning: the row steers nothing. All other parts are the model's own.
    In a workbook without any scenario but the reference there is nothing to look their names up in.
    """
    has_scenarios = any(name != REFERENCE for name in scenarios)
    for table in schema.tables.values():
        for column in (column for column in table.columns if column.named and data.has(table.name)):
            for row, text in data.frame(table)[column.name].items():
                place = data.cell(table.name, int(row), column.name)
                for kind, name in parts_in(text):
                    known = scenarios if kind == SCENARIO else schema.parts.get(kind, ())
                    if kind not in KINDS_OF_PARTS or not name:
                        notes.add("part_form", table.name, place, value=f"{kind}{KIND_MARK}{name}" if name else kind, name=column.name, kinds=", ".join(KINDS_OF_PARTS))
                    elif name not in known and (kind != SCENARIO or has_scenarios):
                        word = KIND_WORDS[kind][LANGUAGES.index(notes.lang)]
                        notes.add("scenario_gone" if kind == SCENARIO else "part_unknown", table.name, place, kind=word, value=name, nearest=nearest(name, known))
