"""The page of an analysis: what was asked, its pictures, its tables; one file, both languages, opens offline.

Limits: tables are lists that can be searched and show their first rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ...core.declare.lines import told
from ...core.declare.schema import CURVE, LINE, RANGE, AnalysisInfo, OutcomeTable
from ...core.solve.solution import Solution
from ..colours import CYCLE
from ..context import Context
from ..files.manifest import RunContext
from ..page.blocks import Block, Section, number, printed, prose, searchable
from ..page.blocks import table as plain_table
from ..page.html import LANGUAGES, content_of, rendered, view_of
from ..words.page_words import page_word
from ..words.texts import label
from .answers import answers
from .figures import Figure, entry, figures_of, head, words_of

#: The first section, to which the page's own link leads.
FIRST = "summary"
#: How columns of years end, whose numbers are written without separators.
YEAR = "year"
#: How the page's script calls kinds of pictures.
SCRIPT = {"beside": "beside", "stack": "stack", LINE: "line", RANGE: "range", "tornado": "tornado", CURVE: "curve"}


def analysis_page(tables: Sequence[OutcomeTable], info: AnalysisInfo, context: RunContext, manifest: Mapping[str, Any], solution: Solution, problems: Sequence[str]) -> str:
    """The whole page as text."""
    views, content = [], {}
    for lang in LANGUAGES:
        ctx = Context({}, dict(manifest), lang, solution.build.data)
        own = words_of(ctx)
        asked = info.zh if lang == "zh" else info.en
        sections = [_section(number, table, lang, own) for number, table in enumerate(tables)]
        listed = [prose(text) for text in answers(info.name, tables, ctx)]
        found = [Section(FIRST, ctx.word("sheet_summary"), asked, listed), *sections]
        missing = [told(problem, lang) for problem in problems]
        head = {
            "title": asked, "scenario": context.title or context.scenario, "ok": manifest.get("status") == "optimal",
            "warnings": [ctx.word("analysis_gaps"), *missing] if missing else [],
            "parts": [label(str(manifest.get("status", "")), lang), context.scenario, context.workbook],
        }  # fmt: skip
        views.append(view_of(ctx, head, found))
        words = {key: page_word(key, lang) for key in ("list_search", "list_binding", "list_found")}
        content[lang] = content_of(found, {"words": words})
    return rendered(views, content, context.lang)


def _section(place: int, table: OutcomeTable, lang: str, own: Mapping[str, str]) -> Section:
    title, lead = label(table.name, lang), table.zh if lang == "zh" else table.en
    blocks = [_chart(figure, f"picture-{place}-{number}-{lang}") for number, figure in enumerate(figures_of(table, lang, own))]
    heads, rows, texts = [], [], []
    for column, name in enumerate(table.frame.columns):
        heads.append(head(table, str(name), lang))
        is_text = not pd.api.types.is_numeric_dtype(table.frame[name]) or pd.api.types.is_bool_dtype(table.frame[name])
        if is_text or str(name).endswith(YEAR):
            texts.append(column)
    for values in table.frame.itertuples(index=False, name=None):
        rows.append([_cell(str(table.frame.columns[column]), value, column in texts, lang, own) for column, value in enumerate(values)])
    return Section(f"part-{place}", title, lead, [*blocks, searchable(f"table-{place}-{lang}", title, heads, rows, texts)])


def _cell(name: str, value: Any, is_text: bool, lang: str, own: Mapping[str, str]) -> object:
    if is_text:
        return "" if pd.isna(value) else entry(name, value, lang, own) if isinstance(value, str) else str(int(value) if isinstance(value, float) else value)
    return number(float(value)) if not pd.isna(value) else None


def _chart(figure: Figure, ident: str) -> Block:
    colours = [f"#{CYCLE[place % len(CYCLE)]}" for place in range(len(figure.series))]
    series = [
        {"name": one.name, "colour": colour, "line": figure.kind == LINE, "values": [number(value) for value in one.values]}
        for one, colour in zip(figure.series, colours, strict=True)
    ]
    if figure.kind == CURVE:
        along = [number(value) for value in figure.along]
        numbers = plain_table(figure.title, [figure.x_title, *(one.name for one in figure.series)], [printed([value, *(one.values[place] for one in figure.series)]) for place, value in enumerate(figure.along)], 0)
        curve = {"years": along, "unit": figure.unit, "kind": SCRIPT[CURVE], "series": series, "title": figure.title, "along": figure.x_title}
        return {"kind": "chart", "id": ident, "title": figure.title, "unit": figure.unit, "figure": curve, "table": numbers}
    drawn = {"years": figure.labels, "unit": figure.unit, "kind": SCRIPT[figure.kind], "series": series, "title": figure.title}
    rows = [[text, *printed([one.values[place] for one in figure.series])] for place, text in enumerate(figure.labels)]
    numbers = plain_table(figure.title, ["", *(one.name for one in figure.series)], rows)
    return {"kind": "chart", "id": ident, "title": figure.title, "unit": figure.unit, "figure": drawn, "table": numbers}
