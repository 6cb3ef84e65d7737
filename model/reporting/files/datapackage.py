"""The data package beside the tables: what each file and column holds, in the Frictionless form that other tools read.

Limits: Data Package version 1; units stand in the description of a column.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ...core.declare.results import Field
from ..tables.columns import TABLES
from ..words.texts import label

FILE = "datapackage.json"
#: How texts are kept from being taken for formulas; see csvfiles.py.
TEXTS = (
    "A text that begins with = + - @, a tab, a line break or an apostrophe has one apostrophe before it, so that no spreadsheet program takes it for a "
    "formula: take the first apostrophe of a text away when you read it. Numbers have none. "
    "以 = + - @、制表符、换行或撇号开头的文本前加一个撇号，以免被当作公式：读取时去掉文本的第一个撇号。数字不加。"
)


def data_package(tables: Mapping[str, pd.DataFrame], title: str) -> dict[str, Any]:
    """The package of the given tables; paths are relative to the folder that holds them."""
    return {
        "profile": "tabular-data-package",
        "name": "carbon-neutrality-pathway-results",
        "title": title,
        "description": TEXTS,
        "resources": [_resource(name) for name in tables],
    }


def _resource(name: str) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": f"{name}.csv",
        "title": label(name, "en"),
        "description": f"{TABLES[name].en} {TABLES[name].zh}",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "header": True},
        "schema": {"fields": [_field(field) for field in TABLES[name].fields], "missingValues": [""]},
    }


def words_of(field: Field, lang: str) -> str:
    """What a column holds: its words in this table, else those that its name has everywhere."""
    return field.said[lang == "zh"] or label(field.name, lang)


def unit_of(field: Field) -> str:
    """The unit of a column, the column that holds it, or words on it; empty for what has none."""
    return field.unit or (f"in `{field.beside}`" if field.beside else " ".join(word for word in field.told if word))


def _field(field: Field) -> dict[str, str]:
    words, unit = f"{words_of(field, 'en')} ({words_of(field, 'zh')})", unit_of(field)
    described = {"name": field.name, "type": field.type, "description": f"{words}; unit: {unit}" if unit else words}
    return {**described, "unit": field.unit} if field.unit else described


def write_package(tables: Mapping[str, pd.DataFrame], folder: Path, title: str) -> None:
    """Write ``datapackage.json`` into ``folder``."""
    text = json.dumps(data_package(tables, title), ensure_ascii=False, indent=2)
    (folder / FILE).write_text(text + "\n", encoding="utf-8", newline="\n")
