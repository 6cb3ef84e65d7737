"""The page of a comparison: the answer, then levers, regions, carbon, power, prices and the cost of a tonne; one file, both languages.

Limits: the page shows what comparison.xlsx shows; a list of levers holds as many rows.
"""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from ..page.blocks import Block, Section, chart, number, printed, prose, searchable, table
from ..page.html import LANGUAGES, content_of, rendered, view_of
from ..sentences import PERCENT
from ..words.page_words import page_word
from .differences import BASE, DIFFERENCE, MOST_ROWS, RUN, SHARE, UNIT, VALUE
from .figures import Compared, Figure
from .parts import HEADED, LEADS, LINE, Beside, Part, abatement_rows, beside, described, parts_of
from .runs import Note
from .said import gaps, sentences

#: The first section, to which the page's own link leads; sections that are no sheets of matrices.
FIRST, BY_LEVER, ABATEMENT = "summary", "by_lever", "abatement"
BESIDE = "beside"
#: Figures that stand in a table of their own: long texts would make the columns of numbers as wide.
OWN_TABLE = {**HEADED, "scarce": "scarcest_compared"}


def comparison_page(compared: Compared, changes: pd.DataFrame, lang: str) -> str:
    """The whole page as text."""
    views, content = [], {}
    for language in LANGUAGES:
        ctx = beside(compared, language)
        found = _sections(ctx, compared, changes)
        views.append(view_of(ctx, _head(ctx, compared), found))
        words = {key: page_word(key, language) for key in ("list_search", "list_binding", "list_found")}
        content[language] = content_of(found, {"words": words})
    return rendered(views, content, lang)


def _head(ctx: Beside, compared: Compared) -> dict[str, Any]:
    """Title, how many runs there are, and what could not be compared."""
    missing = gaps(compared, ctx)
    return {
        "title": ctx.word("sheet_comparison"), "scenario": "", "ok": True, "warnings": [ctx.word("compare_gaps"), *missing] if missing else [],
        "parts": [ctx.word("compare_runs", count=len(compared.runs), name=compared.base.name)],
    }  # fmt: skip


def _sections(ctx: Beside, compared: Compared, changes: pd.DataFrame) -> list[Section]:
    answer = [*(prose(text) for text in sentences(compared, changes, ctx)), *_figures(ctx, compared)]
    found = [Section(FIRST, ctx.word("sheet_comparison"), ctx.word("lead_comparison"), answer)]
    if len(changes):
        found.append(Section(BY_LEVER, ctx.word("sheet_by_lever"), ctx.word("lead_by_lever", most=MOST_ROWS), [_levers(ctx, changes)]))
    for name, parts in parts_of(compared, ctx).items():
        found.append(Section(name, ctx.word(f"sheet_{name}"), ctx.word(LEADS[name]), [_block(ctx, part) for part in parts]))
    heads, rows = abatement_rows(compared, ctx)
    shown = [[name, why, *printed([math.nan if cell is None else float(str(cell)) for cell in cells])] for name, *cells, why in rows]
    block = table(ctx.word("sheet_abatement"), [heads[0], heads[-1], *heads[1:-1]], shown, texts=2)
    return [*found, Section(ABATEMENT, ctx.word("sheet_abatement"), ctx.word("lead_abatement"), [block])]


def _figures(ctx: Beside, compared: Compared) -> list[Block]:
    """What the runs are and the figures, in tables with a column for each run."""
    heads = [ctx.word("compared_figure"), ctx.word("unit"), ctx.word("compare_table"), *(run.name for run in compared.runs)]
    tables: dict[str, list[list[str]]] = {"runs_heading": [[ctx.word(word), "", "run.json", *texts] for word, texts in described(compared)]}
    for figure in compared.figures:
        tables.setdefault(OWN_TABLE.get(figure.key, "runs_heading"), []).append([figure.name(ctx), ctx.unit(figure.unit), figure.table, *_cells(ctx, figure)])
    return [*(table(ctx.word(heading), heads, rows, texts=3) for heading, rows in tables.items()), prose(ctx.word("compare_scarce_note"))]


def _cells(ctx: Beside, figure: Figure) -> list[str]:
    """The values of a row as they are printed: numbers with the same decimals, a year as it is."""
    numbers = [float(value) if isinstance(value, float) else math.nan for value in figure.values]
    shown = [f"{value:.0f}" if math.isfinite(value) else "" for value in numbers] if figure.whole else printed(numbers)
    return [value.told(ctx) if isinstance(value, Note) else text for value, text in zip(figure.values, shown, strict=True)]


def _levers(ctx: Beside, changes: pd.DataFrame) -> Block:
    heads = [RUN, "lever", "item", "place", UNIT, "year", "base_value", "run_value", "to_base", "share_of_lever"]
    rows = [
        (
            row[RUN], ctx.item(row["lever"]), ctx.item(row["item"]), ctx.place(row["place"]), ctx.unit(str(row[UNIT])), str(row["year"]),
            *(number(float(row[column])) for column in (BASE, VALUE, DIFFERENCE)), number(PERCENT * float(row[SHARE])),
        )
        for row in changes.groupby(RUN, sort=False).head(MOST_ROWS).to_dict("records")
    ]  # fmt: skip
    return searchable(f"{BY_LEVER}-{ctx.lang}", ctx.word("sheet_by_lever"), [ctx.word(head) for head in heads], rows, range(6))


def _block(ctx: Beside, part: Part) -> Block:
    """A chart with its table, or a table of two columns of words."""
    if part.chart:
        kind = "line" if part.chart == LINE else "stack"
        return chart(ctx, f"{part.name}-{BESIDE}-{ctx.lang}", part.heading, part.unit, part.matrix, by=part.by, kind=kind, shown=part.charted)
    given = [year for year in part.matrix.columns if part.matrix[year].notna().any()]
    numbers = part.matrix[given].to_numpy(dtype=float).tolist()
    rows = [[ctx.place(place), ctx.item(item), *printed(values)] for (place, item), values in zip(part.matrix.index, numbers, strict=True)]
    heading = f"{part.heading}, {ctx.unit(part.unit)}"
    return table(heading, [*(ctx.word(head) for head in part.heads), *given], rows, texts=2)
