"""Writes report.html: the report to explore in a browser, one file that needs neither network nor server.

    write_page(Path("report.html"), tables, manifest, "en", data=data)

English and Chinese are both inside; a button changes between them. Charts are drawn by plotly.js, which is embedded
once; every chart has its numbers as a table beneath it, so that nothing depends on seeing colours or on scripts.
A content policy inside the page forbids it to fetch anything.

Limits: the page shows what the tables hold and computes nothing new; it needs a browser of 2020 or later.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ...core.aside import aside
from ...core.data import Data
from ..context import Context
from ..words.page_words import page_word
from .blocks import Section
from .map import map_data
from .sections import sections
from .summary import head

TEMPLATES = Path(__file__).resolve().parent / "templates"
LANGUAGES = ("en", "zh")


def write_page(
    path: Path, tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any], lang: str, *, data: Data | None = None
) -> None:
    """Write the page to ``path``: aside first, then renamed.

    ``tables`` are result tables by name, any of which may be missing; ``manifest`` is the content of run.json;
    ``lang`` is the language shown first; ``data`` gives names and places of regions. Raises OSError when ``path`` can
    not be written; an older page is then intact.
    """
    text = page_text(tables, manifest, lang, data)
    path.parent.mkdir(parents=True, exist_ok=True)
    with aside(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def page_text(tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any], lang: str, data: Data | None = None) -> str:
    """The whole page as text."""
    views, content = [], {}
    for language in LANGUAGES:
        ctx = Context(dict(tables), dict(manifest), language, data)
        found = sections(ctx)
        views.append(view_of(ctx, head(ctx), found))
        content[language] = content_of(found, map_data(ctx))
    return rendered(views, content, lang)


def view_of(ctx: Context, top: Mapping[str, Any], found: list[Section]) -> dict[str, Any]:
    """What the template shows in one language."""
    return {"lang": ctx.lang, "head": top, "sections": found, "word": ctx.word, "numbers": page_word("numbers", ctx.lang)}


def rendered(views: Sequence[Mapping[str, Any]], content: Mapping[str, Any], lang: str) -> str:
    """A page of the template: a view and its content for each language, of which ``lang`` is shown first."""
    from jinja2 import Environment, FileSystemLoader
    from markupsafe import Markup
    from plotly.offline import get_plotlyjs

    loader = FileSystemLoader(TEMPLATES, encoding="utf-8")
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    shown = lang if lang in LANGUAGES else LANGUAGES[0]
    return environment.get_template("report.html.j2").render(
        views=views, shown=shown, content=Markup(script_json(content)), plotly=Markup(get_plotlyjs())
    )


def content_of(found: list[Section], mapped: Mapping[str, Any]) -> dict[str, Any]:
    """What the page's script draws: charts by their identity, the map, the list of limits."""
    blocks = [block for section in found for block in section.blocks]
    return {
        "charts": {block["id"]: block["figure"] for block in blocks if block["kind"] == "chart"},
        "lists": {block["id"]: _pooled(block["list"]) for block in blocks if block["kind"] == "list"},
        "map": mapped,
    }


def _pooled(listed: Mapping[str, Any]) -> dict[str, Any]:
    """A list by columns; one of texts as its distinct texts and which of them stands in each row, for most occur many times."""
    columns: list[dict[str, list[Any]]] = []
    for cells in zip(*listed["rows"], strict=True):
        if all(isinstance(cell, str) for cell in cells):
            place = {text: number for number, text in enumerate(dict.fromkeys(cells))}
            columns.append({"texts": list(place), "at": [place[cell] for cell in cells]})
        else:
            columns.append({"cells": list(cells)})
    return {**{name: part for name, part in listed.items() if name != "rows"}, "columns": columns}


def script_json(content: object) -> str:
    """JSON that can stand inside a script element whatever texts it holds."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
