"""What the source paper proposes, measure by measure, as rows of the workbook; each names what in the model stands for it.

A name that neither the model nor the workbook has is found when the workbook is read.

    measures(solution, tables)

Limits: the rows steer nothing; the words are ours, by theme where the text of the paper is not at hand (quality estimate); that a
part does what the measure asks is a judgement, which ``status`` and the reason say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ..core.declare.results import ResultTable, text, texts
from ..core.declare.schema import Evidence, parts_in
from ..core.declare.spec import Column, Finding, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..core.data import Data
    from ..core.solve.solution import Solution

YES, PART, NO = STATUSES = ("yes", "part", "no")

PAPER_MEASURES = Table(
    "paper_measures",
    (
        Column("measure", "", "text", key=True, free=True, absent="own", en="Key of the measure", zh="措施代码"),
        Column("section", "", "text", free=True, aggregate="first", en="Section of the paper", zh="论文章节"),
        Column("statement_en", "", "text", free=True, aggregate="first", en="What the paper proposes, in our words", zh="论文提出的措施（英文，本项目表述）"),
        Column("statement_zh", "", "text", free=True, aggregate="first", en="The same in Chinese", zh="论文提出的措施（中文，本项目表述）"),
        Column(
            "stands_for", "", "text", free=True, named=True, default="", aggregate="first",
            en="What stands for it: kind:name, several parted by ; (kinds lever, limit, sheet, scenario, table, analysis)", zh="对应的模型组成部分：类型:名称，多项以 ; 分隔（类型lever、limit、sheet、scenario、table、analysis）",
        ),
        Column("status", "", "text", choices=STATUSES, aggregate="first", en="yes: the model can do it; part: some of it; no", zh="yes可实现，part部分实现，no未实现"),
        Column("why_en", "", "text", free=True, default="", aggregate="first", en="What is missing, where the status is not yes", zh="未完全实现的原因（英文）"),
        Column("why_zh", "", "text", free=True, default="", aggregate="first", en="The same in Chinese", zh="未完全实现的原因（中文）"),
    ),
    en="Measures that the source paper proposes, and what stands for them", zh="论文提出的措施及其在模型中的对应",
)  # fmt: skip


def check_told(data: Data) -> list[Finding]:
    """What is done is done by something, and what is not done has a reason."""
    table = data.frame(PAPER_MEASURES)
    found = []
    for row in table.itertuples():
        if row.status != NO and not parts_in(row.stands_for):
            found.append(Finding(
                "error", PAPER_MEASURES.name, data.cell(PAPER_MEASURES.name, int(row.Index), "stands_for"), f"nothing stands for {row.measure}", f"kind:name, or the status {NO}",
                f"{row.measure} 没有对应的模型组成部分", f"应为 类型:名称，或状态 {NO}",
            ))  # fmt: skip
        lacking = [name for name in ("why_en", "why_zh") if row.status != YES and not getattr(row, name)]
        found += [
            Finding(
                "error", PAPER_MEASURES.name, data.cell(PAPER_MEASURES.name, int(row.Index), name), f"no reason is given why {row.measure} is {row.status}", f"what is missing, or the status {YES}",
                f"{row.measure} 状态为 {row.status} 但未说明原因", f"应说明原因，或状态 {YES}",
            )
            for name in lacking
        ]  # fmt: skip
    return found


MEASURES_OF_PAPER = Evidence("paper_measures", (PAPER_MEASURES,), order=1, checks=(check_told,))


def measures(solution: Solution, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Table ``paper_measures``: the rows as they stand, in the order of the workbook."""
    found = solution.build.data.frame(PAPER_MEASURES).reset_index(drop=True)
    if found.empty:
        return pd.DataFrame()
    wanted = [field.name for field in RESULTS[0].fields]
    return found.assign(**{name: found[name].astype(object).fillna("") if name in found else "" for name in wanted})


RESULTS = (
    ResultTable(
        "paper_measures", "Measures that the source paper proposes, what in the model stands for each, and what is missing.", "论文提出的措施、其在模型中的对应以及缺失部分。",
        (
            *texts("measure", "section"), text("statement_en", "What the paper proposes, in our words (English)", "论文建议（本项目转述，英文）"),
            text("statement_zh", "What the paper proposes, in our words (Chinese)", "论文建议（本项目转述，中文）"), text("stands_for", "Parts of the model, as kind:name", "模型组成部分（类型:名称）"),
            text("status", "yes, part or no", "yes可实现，part部分实现，no未实现"), *texts("why_en", "why_zh", "source"),
        ),
        ("measure",), ordered=False, make=measures,
    ),
)  # fmt: skip
