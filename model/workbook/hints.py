"""What Excel does to help the person who edits: drop-down lists, ranges with a warning, notes on the headers.

Lists are closed (another entry is refused) where the reader would refuse it too; ranges and units only warn, since a
row may be in another unit. A list that points to another sheet grows when rows are added there.

Limits: pasted cells are not seen by Excel's validation; the checks of the reader see them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from model.core.declare.spec import LIST_MARK, Column, Table

from .dictionary import FLAGS, UNIT, allowed_text, needed_text, number_text, range_text

#: Longest list that Excel accepts inside a validation, in characters.
LONGEST_LIST = 255
#: Longest message of a validation, in characters (Excel specifications and limits).
LONGEST_MESSAGE = 225
#: Last row that the reader loads.
LAST_ROW = 20_000
#: Rows below the data that are prepared for new entries.
SPARE_ROWS = 500
#: First row with data: below the header, and below the units where they have a row.
FIRST_ROW: dict[str, int] = {"attributes": 3, "years": 2, "settings": 2}


def column_letter(table: Table, name: str) -> str:
    """The letter of a declared column of a table as it is written."""
    names = [c.name for c in table.columns] if table.shape == "attributes" else list(table.keys)
    return str(get_column_letter(names.index(name) + 1))


def growing_range(sheet: str, letter: str, first: int) -> str:
    """A range from ``first`` to the last filled cell of the column, without blanks at its end."""
    whole = f"{quote_sheetname(sheet)}!${letter}${first}:${letter}${LAST_ROW}"
    return f"{quote_sheetname(sheet)}!${letter}${first}:INDEX({whole},MAX(1,COUNTA({whole})))"


def range_list(formula: str, message: str) -> DataValidation:
    """A closed list of the entries of a range."""
    return _validation("list", formula, "stop", message)


def word_list(words: Sequence[str], style: str, message: str) -> DataValidation | None:
    """A list of words; None when Excel cannot hold it (too long, or a word with a comma or a quotation mark)."""
    text = ",".join(words)
    if not words or len(text) > LONGEST_LIST or any("," in w or '"' in w for w in words):
        return None
    return _validation("list", f'"{text}"', style, message)


def suggestions(words: Sequence[str], style: str, message: str) -> DataValidation | None:
    """An open list of as many of the words as fit, in order."""
    fitting: list[str] = []
    for word in words:
        if "," not in word and '"' not in word and len(",".join([*fitting, word])) <= LONGEST_LIST:
            fitting.append(word)
    return word_list(fitting, style, message)


def bounds(column: Column) -> DataValidation | None:
    """A warning outside the declared range; None for text and for columns without a range."""
    if column.kind not in ("number", "integer") or (column.low is None and column.high is None):
        return None
    kind = "whole" if column.kind == "integer" else "decimal"
    limits = range_text(column.low, column.high)
    unit = f" {column.unit}" if column.unit not in ("", "1") else ""
    message = f"{column.name}: expected {limits}{unit}, unless the unit was changed. 应为 {limits}{unit}（单位未改时）"
    low, high = (number_text(x) if x is not None else None for x in (column.low, column.high))
    if low is not None and high is not None:
        return _validation(kind, low, "warning", message, "between", high)
    if low is not None:
        return _validation(kind, low, "warning", message, "greaterThanOrEqual")
    return _validation(kind, str(high), "warning", message, "lessThanOrEqual")


def unique(letter: str, first: int, last: int) -> DataValidation:
    """A warning when a key is entered twice."""
    formula = f"COUNTIF(${letter}${first}:${letter}${last},{letter}{first})=1"
    return _validation("custom", formula, "warning", "This key is already in the list. 该代码已存在")


def choose(column: Column, units: Sequence[str] = ()) -> DataValidation | None:
    """The validation that a column's own declaration gives: its choices, 1 and 0, units, or its range."""
    if column.several:
        # a list is typed: Excel offers the words and lets others through, the checks of the reader see them
        return word_list(column.choices, "information", f"{column.name}: choose from the list, or write several with {LIST_MARK} between them. 请选择，或用分号列举多个")
    if column.choices:
        return word_list(column.choices, "stop", f"{column.name}: choose from the list. 请从列表中选择")
    if column.kind == "flag":
        return word_list(FLAGS, "stop", f"{column.name}: 1 or 0. 请填 1 或 0")
    if column.name == UNIT.name:
        return unit_list(units)
    return bounds(column)


def unit_list(units: Sequence[str]) -> DataValidation | None:
    """An open list of units of one dimension; another spelling only gives a notice."""
    return suggestions(
        [u for u in units if u],
        "warning",
        "Use a unit of the same dimension; the data dictionary lists them. 请使用同一量纲的单位",
    )


def header_text(column: Column, note: str = "") -> str:
    """The note on a header: what the column means in both languages, unit, default, range, allowed entries."""
    lines = [column.en, column.zh, note]
    lines.append(f"unit 单位: {column.unit}" if column.unit else "")
    lines.append(f"{column.kind}; {needed_text(column)}")
    limits = range_text(column.low, column.high)
    lines.append(f"range 范围: {limits}" if limits else "")
    allowed = allowed_text(column)
    lines.append(f"allowed 允许值: {allowed}" if allowed else "")
    return "\n".join(line for line in lines if line)


def distinct(values: Iterable[object]) -> list[str]:
    """The different non-blank entries as text, in the order in which they come."""
    return list(dict.fromkeys(str(v) for v in values if v is not None))


def _validation(
    kind: str, formula: str, style: str, message: str, operator: str | None = None, second: str | None = None
) -> DataValidation:
    return DataValidation(
        type=kind,
        formula1=formula,
        formula2=second,
        operator=operator,
        allow_blank=True,
        errorStyle=style,
        error=message[:LONGEST_MESSAGE],
        errorTitle="Input 输入",
        showErrorMessage=True,
        showInputMessage=False,
    )
