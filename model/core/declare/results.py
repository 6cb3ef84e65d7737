"""What a result table is: its name, what it holds, its columns with their types, units and words.

Which tables there are stands in ``reporting/tables/columns.py``.

Limits: a table has one unit per column, or a column with the unit where items of different kinds stand below one another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FieldType = Literal["string", "integer", "number", "boolean"]
#: The same in English and Chinese.
Words = tuple[str, str]
NONE: Words = ("", "")


@dataclass(frozen=True)
class Field:
    """One column. A number without a ``unit`` has it in the column ``beside``, or ``told`` says it, in English and Chinese.

    ``said``: what the column holds in this table, where the words that its name has everywhere do not tell it.
    """

    name: str
    type: FieldType = "string"
    unit: str = ""
    beside: str = ""
    told: Words = NONE
    said: Words = NONE


@dataclass(frozen=True)
class ResultTable:
    """One result table: what it holds, its fields in order; ``keys`` make a row unique and give the order of rows."""

    name: str
    en: str
    zh: str
    fields: tuple[Field, ...]
    keys: tuple[str, ...]
    ordered: bool = True

    @property
    def columns(self) -> list[str]:
        """Names of the columns in order."""
        return [field.name for field in self.fields]


def texts(*names: str) -> tuple[Field, ...]:
    """Columns of words."""
    return tuple(Field(name) for name in names)


def text(name: str, en: str, zh: str) -> Field:
    """A column of words that holds in this table something of its own."""
    return Field(name, said=(en, zh))


def number(name: str, unit: str = "", *said: str, beside: str = "unit") -> Field:
    """A column of numbers: with a unit, or the unit in the column ``beside``; ``said`` is what it holds, in English and Chinese."""
    return Field(name, "number", unit, "" if unit else beside, said=(said[0], said[1]) if said else NONE)


def told(name: str, en: str, zh: str) -> Field:
    """A column of numbers whose unit follows from the row or the run, as the words say."""
    return Field(name, "number", told=(en, zh))


YEAR = Field("year", "integer")
UNIT = Field("unit")
