"""The workbook's own words for keys: what a measure, technology, sector or product of the user is called in a report.

    own_words(tables, schema.tables, "zh")    {"deep_ploughing": "深耕"}

Reports let these words go before those of the program, wherever a key of the workbook is shown.

Limits: only keys that stand in a cell of another sheet; columns, sheets and IAMC variables are never renamed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from .declare.spec import Column, Table

NAMES = Table(
    "names",
    (
        Column("key", "", "text", key=True, free=True, like_total=True, absent="own", en="Key as another sheet writes it", zh="其他工作表中使用的代码"),
        Column("en", "", "text", free=True, default="", aggregate="first", en="What reports call it in English; blank: as the program does", zh="报告中的英文名称；留空则用程序自带名称"),
        Column("zh", "", "text", free=True, default="", aggregate="first", en="What reports call it in Chinese; blank: as the program does", zh="报告中的中文名称；留空则用程序自带名称"),
    ),
    en="What reports call keys of your own (measures, technologies, sectors, products, ...), or keys of the program in your words",
    zh="自定义代码（措施、技术、行业、产品等）在报告中的名称，也可改称程序已有的代码",
)
#: Endings of columns that hold words in a language, not keys.
_WORDS = ("_en", "_zh")


def key_columns(tables: Iterable[Table]) -> list[tuple[str, Column]]:
    """Every table and column in whose cells a key may stand."""
    return [
        (table.name, column)
        for table in tables if table.name != NAMES.name
        for column in table.columns if column.kind == "text" and not column.name.endswith(_WORDS)
    ]  # fmt: skip


def own_words(frames: Mapping[str, pd.DataFrame], tables: Mapping[str, Table], lang: str) -> dict[str, str]:
    """Key -> its words in the sheet ``names``, for keys that another sheet holds; a blank says nothing."""
    named = frames.get(NAMES.name)
    if named is None:
        return {}
    words = dict(zip(named["key"], named["zh" if lang == "zh" else "en"], strict=True))
    columns = [(frames[name], column.name) for name, column in key_columns(tables.values()) if name in frames]
    held = {key for frame, column in columns if column in frame for key in words.keys() & set(frame[column])}
    return {key: text for key, text in words.items() if text and key in held}
