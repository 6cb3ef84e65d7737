"""What a result table is (its columns with types, units and words, and the function that makes it), and what an identity is.

A module of a lever, of closing or of evidence lists its tables in ``RESULTS``, its identities in ``IDENTITIES`` and pools of carbon
that are no variable in ``POOLS`` (``roles``); what is filled by many levers stands in ``reporting/tables`` and ``reporting/identities``.

    RESULTS = (ResultTable("grassland", "Area under each measure ...", "各措施下的草地面积 ...", (*texts("region"), YEAR, ...), ("region", "year"), make=grassland),)
    IDENTITIES = (Identity("forest_area_is_conserved", "Forest area is conserved", "森林面积守恒", area_conserved),)

Limits: a table has one unit per column, or a column with the unit where items of different kinds stand below one another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

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
class Link:
    """What the numbers of a column are, in the variables of the plan: by ``keys`` of its rows, the sum of value times variable.

    ``of`` says what ``position`` counts: variables of the build, or rows of its matrix, whose duals are then meant.

    ``frame`` holds the keys, ``position`` (``FIXED``: an amount by itself) and ``value`` in the unit of the column. A key that the frame
    lacks is not told by it. ``signs`` (a column of words, word -> sign) says how rows of a table that tells no signs add up, of a word that
    it lacks none does; ``times`` names a column that the number is multiplied by first.
    """

    column: str
    keys: tuple[str, ...]
    frame: Any
    signs: tuple[str, Mapping[str, float]] | None = None
    times: str = ""
    of: Literal["variable", "dual"] = "variable"


@dataclass(frozen=True)
class ResultTable:
    """One result table: what it holds, its fields in order; ``keys`` make a row unique and give the order of rows.

    ``make(solution, tables)`` gives its frame, with at least the declared columns, or one without rows; ``tables[name]`` is any
    other result table as it is written. ``grouped(frame)`` gives of its rows, where there are any, what the table ``by_group`` adds
    up by region group: region, item, year, value, unit. ``links(solution)`` says what its numbers are of the plan's variables, for
    whoever checks them against these.
    """

    name: str
    en: str
    zh: str
    fields: tuple[Field, ...]
    keys: tuple[str, ...]
    ordered: bool = True
    make: Callable[[Any, Any], Any] | None = field(default=None, compare=False)
    grouped: Callable[[Any], Any] | None = field(default=None, compare=False)
    links: Callable[[Any], Sequence[Link]] | None = field(default=None, compare=False)

    @property
    def columns(self) -> list[str]:
        """Names of the columns in order."""
        return [field.name for field in self.fields]


#: Largest error of an identity; of what a forward simulation from the decisions gives.
TOLERANCE, TIGHT = 1e-6, 1e-9


@dataclass(frozen=True)
class Identity:
    """What every plan is held to, with its words: ``check(tables, solution)`` gives both sides (``Sides``) from the written tables."""

    name: str
    en: str
    zh: str
    check: Callable[[Any, Any], Any]
    tolerance: float = TOLERANCE


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


#: Words of result tables that several floors fill or read: sides of an account of things and of one of money, and what is left.
SUPPLY, USE, IDLE = "supply", "use", "idle"
SPEND, SOURCE = "spend", "source"

#: Result tables that many levers fill; ``reporting/tables`` declares them.
OF_MANY = ("additionality", "allocation", "burden", "by_group", "certificate", "changed", "dearest_estimates", "fiscal", "gaps", "limits", "line_accounts", "prices", "sources", "stocks", "trade")

YEAR = Field("year", "integer")
UNIT = Field("unit")
