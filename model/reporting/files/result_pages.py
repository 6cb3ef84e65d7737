"""The page of every result table, column by column, and the page of the public functions and classes of Python.

Tables come from ``tables/columns.py`` and their words from ``words``; signatures and docstrings from the code that ``model`` makes public.

Limits: tables of an analysis are described in its own data package; names beginning with an underscore are not public.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ...core.declare.results import ResultTable
from ..tables.columns import TABLES
from ..words.texts import label
from .datapackage import unit_of, words_of

#: The package whose names a user imports.
PUBLIC = "model"
EXAMPLE = """import model

book = model.read("inputs/three_regions.xlsx")
plan = model.solve(book)
print(plan.status, plan.objective, plan.limits, plan.prices)"""
TYPES = {"string": "text", "integer": "whole number", "number": "number", "boolean": "True or False"}


def results_page(notice: str) -> str:
    """The page of result tables as Markdown."""
    parts = [notice, "", "# Result tables 结果表", "", *_introduction()]
    for table in TABLES.values():
        parts += _table_section(table)
    return "\n".join(parts).rstrip() + "\n"


def _introduction() -> Iterator[str]:
    yield "Each is a file `tables/NAME.csv` of a run and a frame `plan.tables[NAME]` in Python."
    yield "How to read a number or a price: [read the report](how-to/read_the_report.md)."
    yield "每张表对应一次运行的 `tables/NAME.csv`，在 Python 中为 `plan.tables[NAME]`。"
    yield ""
    yield "- A flow is the mean a year of the period that ends in `year`; a stock stands at `year`. 流量为截至 `year` 的时期年均值，存量为 `year` 年值。"
    yield "- `region` is the key in the workbook, `nation` the whole, `group:...` a region group. `nation` 为全国，`group:...` 为地区组。"
    yield "- A table whose lever is not in the workbook has no rows. 工作簿不含的措施，其表无数据行。"
    yield "- Texts, years, class numbers and flags have no unit. 文本、年份、级别编号与标志无单位。"
    yield ""
    yield "| table | English | 中文 |"
    yield "|---|---|---|"
    for table in TABLES.values():
        yield row(f"[`{table.name}`](#{table.name})", label(table.name), label(table.name, "zh"))
    yield ""


def _table_section(table: ResultTable) -> Iterator[str]:
    yield f"## `{table.name}`"
    yield ""
    yield f"{table.en} {table.zh}"
    yield ""
    if table.keys:
        yield f"A row for each 每行对应: {', '.join(f'`{key}`' for key in table.keys)}."
        yield ""
    yield "| column | kind | unit | English | 中文 |"
    yield "|---|---|---|---|---|"
    for field in table.fields:
        yield row(f"`{field.name}`", TYPES[field.type], unit_of(field), words_of(field, "en"), words_of(field, "zh"))
    yield ""


def row(*cells: str) -> str:
    """A row of a Markdown table."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def api_page(public: Mapping[str, Any], notice: str) -> str:
    """The page of public functions, then classes, as Markdown."""
    parts = [notice, "", "# Python", "", *_api_introduction()]
    for name, thing in public.items():
        if not inspect.isclass(thing):
            parts += [f"## `{name}`", "", *_code(f"{PUBLIC}.{name}{signature(thing)}"), *_paragraphs(thing), ""]
    for name, thing in public.items():
        if inspect.isclass(thing):
            parts += _class_section(name, thing)
    return "\n".join(parts).rstrip() + "\n"


def _api_introduction() -> Iterator[str]:
    yield "What `import model` offers. Nothing else is a promise. Frames are pandas DataFrames;"
    yield "the columns of result tables stand in [results](results.md)."
    yield "`import model` 提供的函数与类；其余均不作承诺。各数据框的列见[结果表](results.md)。"
    yield ""
    yield from _code(EXAMPLE)


def _class_section(name: str, kind: type) -> Iterator[str]:
    yield f"## `{name}`"
    yield ""
    if not dataclasses.is_dataclass(kind):
        yield from _code(f"{PUBLIC}.{name}{signature(kind)}")
    yield from _paragraphs(kind)
    yield ""
    fields = dataclasses.fields(kind) if dataclasses.is_dataclass(kind) else ()
    own = [field for field in fields if not field.name.startswith("_")]
    if own:
        yield "| attribute | type |"
        yield "|---|---|"
        for field in own:
            yield row(f"`{field.name}`", f"`{field.type}`")
        yield ""
    named = {field.name for field in own}
    described = [(key, part) for key, part in vars(kind).items() if not key.startswith("_") and key not in named]
    if described:
        yield "| member | what it gives |"
        yield "|---|---|"
        for key, part in described:
            function = inspect.unwrap(getattr(part, "fget", None) or getattr(part, "func", None) or part)
            shown = key if function is not part else f"{key}{signature(part)}"
            yield row(f"`{shown}`", " ".join((inspect.getdoc(part) or "").split()))
        yield ""


def signature(function: Callable[..., Any]) -> str:
    """The call of a function as it would be written, without ``self``; annotations as they stand in the code."""
    found = inspect.signature(function)
    texts: list[str] = []
    for parameter in found.parameters.values():
        if parameter.name == "self":
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in texts:
            texts.append("*")
        default = "" if parameter.default is parameter.empty else f" = {parameter.default!r}"
        texts.append(f"{parameter.name}: {parameter.annotation}{default}")
    gives = "" if found.return_annotation in (found.empty, "None") else f" -> {found.return_annotation}"
    return f"({', '.join(texts)}){gives}"


def _paragraphs(thing: object) -> list[str]:
    return (inspect.getdoc(thing) or "").splitlines()


def _code(text: str) -> list[str]:
    return ["```python", text, "```", ""]
