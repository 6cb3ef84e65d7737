"""The generated page of the source paper's measures, as the shipped workbook has them.

Limits: the rows of the workbook in both languages; what a plan makes of a measure stands in the report.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...core.data import Data
from ...core.declare.schema import KIND_MARK, parts_in
from ...evidence.paper_measures import PAPER_MEASURES, STATUSES, YES
from .result_pages import row

LINKS = {"lever": "variables.md", "limit": "variables.md", "sheet": "dictionary.md", "scenario": "how-to/scenarios.md", "table": "results.md", "analysis": "how-to/analyses.md"}


def paper_page(notice: str, data: Data) -> str:
    """The page as Markdown."""
    return "\n".join([notice, "", *_lines(data)]).rstrip() + "\n"


def _lines(data: Data) -> Iterator[str]:
    table = data.frame(PAPER_MEASURES)
    counts = ", ".join(f"{int((table['status'] == status).sum())} {status}" for status in STATUSES)
    yield "# The paper's measures, row by row 论文措施逐项对应"
    yield ""
    yield "What the source paper proposes, by section, in our words, and what in the model stands for it. The rows stand on the workbook's sheet `paper_measures`,"
    yield "whose names are looked up when it is read; a report shows them beside the [claims](consistency.md). Where the text of the paper is not at hand the row words the theme of its section (quality `estimate`)."
    yield ""
    yield f"Can the model do it: {counts}. A kind leads to the page that describes what it names."
    yield ""
    yield "| section | the paper proposes | 论文提出 | what stands for it | can be done | what is missing |"
    yield "|---|---|---|---|---|---|"
    for found in table.itertuples():
        parts = "; ".join(f"[{kind}]({LINKS[kind]}){KIND_MARK} `{name}`" for kind, name in parts_in(found.stands_for))
        missing = "" if found.status == YES else f"{found.why_en} {found.why_zh}"
        yield row(found.section, found.statement_en, found.statement_zh, parts, found.status, missing)
