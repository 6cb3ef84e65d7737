"""What a declaration is: every column, table, variable, balance and constraint exists once, here described.

A lever declares; the reader, the checks, the template, the drop-downs, the data dictionary, the ledger and the
report read the same declaration. Nothing in this module knows Excel, Pyomo or any lever.

Limits: a declaration holds no data and no formula.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from .bounds import FIRST_YEAR as FIRST_YEAR
from .bounds import LAST_YEAR as LAST_YEAR
from .bounds import bounds
from .lines import told


class Required:
    """The type of REQUIRED, a default that means: the cell must be filled."""

    def __repr__(self) -> str:
        return "REQUIRED"


REQUIRED = Required()

Kind = Literal["number", "integer", "text", "flag"]
Shape = Literal["attributes", "years", "settings"]
Quality = Literal["reported", "derived", "estimate"]
QUALITIES: tuple[str, ...] = ("reported", "derived", "estimate")

#: Columns that every data sheet carries after its own; the reader adds them, no table declares them.
COMMON_COLUMNS: tuple[str, ...] = ("active", "source", "quality", "note")


@dataclass(frozen=True)
class Column:
    """One column of one table of the workbook.

    ``unit`` is the canonical workbook unit ("" for text, "1" for a pure number).

    A text column says what may stand in it, and there is no fourth kind: ``choices`` (a closed list), ``ref`` (entries of
    another table, and ``choices`` besides) or ``free`` (the user's own words; a free key is where a name is made). ``ref``
    holds one or more ``table.column``, separated by ``|``; a part with braces, as ``group:{regions.region_group}``, allows
    that text with each entry put in. ``within`` names columns of both tables: the entry must stand in a row that shares them.
    ``unit_of`` names a key column of the table: the text says what one unit of its entry is (``core.goods``); ``prices`` a column
    with commodities: the text is the unit in which each is priced, or blank.
    ``posted`` names a balance: what other levers post to it belongs to the closed list (the registry writes it in); so do, with
    ``decided``, the variables that levers decide and those that follow, and with ``traded`` the commodities that have a price.
    ``of_kind`` asks of what is ``posted`` that it is such an item (a key of ``ITEM_KINDS`` in ``roles``).
    ``unposted`` names a balance, too: a free key is none of the items that anybody posts to it.
    A free key is none of the words by which results name a total (RESERVED), unless no result adds it up (``like_total``).
    ``several`` is that of a setting that is described as a column; no column of a sheet holds a list of choices.
    ``named`` says that the text lists parts of the model or of the workbook as kind:name, parted by LIST_MARK (``Schema.parts``).
    ``absent`` says why entries that could stand in a key column may be missing (a key of ABSENCES); a column that may lack
    none stands in ``Table.complete``.

    A number without ``low`` or ``high`` takes those of its unit (``model.core.declare.bounds``). ``aggregate`` says how rows that fall together are merged: ``sum`` (extensive),
    ``mean:WEIGHT`` (intensive, WEIGHT is a column of the same table), ``first``,
    ``commonest`` (the first of those that occur most often), ``same`` (blank where they differ), ``max`` or ``min``.
    ``whole`` names columns of the table: numbers of rows that share them add up to 1, or, where ``whole_mean`` is set and the
    table has a column ``slice``, have a mean of 1 over the hours of the year. ``base_year`` says of the value of a table of
    years that the base year is read too: its years must reach back to it (of any other the base year is history and may lack).
    """

    name: str
    unit: str = "1"
    kind: Kind = "number"
    key: bool = False
    ref: str = ""
    choices: tuple[str, ...] = ()
    unit_of: str = ""
    posted: str = ""
    of_kind: str = ""
    unposted: str = ""
    decided: bool = False
    traded: bool = False
    prices: str = ""
    free: bool = False
    within: tuple[str, ...] = ()
    like_total: bool = False
    named: bool = False
    several: bool = False
    absent: str = ""
    low: float | None = None
    high: float | None = None
    default: float | str | Required | None = REQUIRED
    aggregate: str = "sum"
    whole: tuple[str, ...] = ()
    whole_mean: bool = False
    base_year: bool = False
    en: str = ""
    zh: str = ""

    def __post_init__(self) -> None:
        low, high = bounds(self.unit, self.kind, self.low, self.high)
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "high", high)

    def targets(self) -> list[Target]:
        """What ``ref`` names, part by part."""
        return targets_of(self.ref)


@dataclass(frozen=True)
class Target:
    """One part of a ``ref``: the entries of a column of a table, each with a text before and after it."""

    table: str
    column: str
    before: str = ""
    after: str = ""

    def words(self, entries: Iterable[object]) -> list[object]:
        """What may be written for these entries."""
        return [f"{self.before}{entry}{self.after}" if self.before or self.after else entry for entry in entries]


def targets_of(ref: str) -> list[Target]:
    """The columns that a text names, parts parted by ``|``: ``table.column``, or ``before{table.column}after``."""
    found = []
    for part in filter(None, ref.split("|")):
        before, brace, rest = part.partition("{")
        name, _, after = rest.partition("}") if brace else (part, "", "")
        table, _, column = name.partition(".")
        found.append(Target(table, column, before if brace else "", after))
    return found


#: Words by which results name a total: no key may be called so, whatever the case.
RESERVED = ("nation", "china", "world", "all", "total")
#: Why what could stand in a key column may be missing, in English and Chinese.
ABSENCES: dict[str, tuple[str, str]] = {
    "none": ("what is not listed does not exist there", "未列出即不存在"),
    "unlimited": ("what is not listed has no such limit", "未列出即无此限制"),
    "neutral": ("what is not listed stays as it is: factor 1, nothing added", "未列出即不变：系数为1，无增减"),
    "unused": ("what is not listed is not used", "未列出即不采用"),
    "unpaid": ("what is not listed is not paid for", "未列出即不付款"),
    "untold": ("the rows steer nothing; what is not listed is not compared", "仅供对照，不影响模型"),
    "own": ("the rows are the user's own list", "由用户自行列举"),
}


@dataclass(frozen=True)
class Complete:
    """Rows that a table must hold: one for each row of table ``of``, matched in ``columns`` (named ``by`` there, if otherwise).

    Without ``of`` all that may stand in the columns must: the entries that ``ref`` and ``choices`` name. Of a column with
    ``choices`` only those are asked for, of the columns in ``listed`` only entries that the table itself has somewhere. ``where`` names a column of ``of``: only rows with a positive number or a text in it
    ask. ``always`` asks also when the table has no row at all: the model can not be built without. ``en`` and ``zh`` say what
    becomes of a row that is missing; ``level`` is warning where that can be meant.
    """

    columns: tuple[str, ...]
    of: str = ""
    by: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    level: Literal["error", "warning"] = "error"
    always: bool = False
    en: str = ""
    zh: str = ""


@dataclass(frozen=True)
class Table:
    """One sheet of the workbook.

    Three shapes: ``attributes`` (row 1 names, row 2 units, data from row 3), ``years`` (key columns, ``unit``, one
    column per year; data from row 2; the single non-key column declared here is called ``value`` and gives unit and
    range) and ``settings`` (one row per declared Setting: ``setting``, ``value``, ``unit``; data from row 2).
    A table that is not ``required`` may be absent or empty: the lever then does not exist in the model. ``complete`` says
    which rows it must hold when it is there.
    """

    name: str
    columns: tuple[Column, ...]
    shape: Shape = "attributes"
    required: bool = False
    complete: tuple[Complete, ...] = ()
    en: str = ""
    zh: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the key columns, in order."""
        return tuple(c.name for c in self.columns if c.key)

    def column(self, name: str) -> Column:
        """The declared column of that name; KeyError names the table."""
        for c in self.columns:
            if c.name == name:
                return c
        raise KeyError(f"table {self.name} declares no column {name}")


#: What stands between the words of a setting that may hold several.
LIST_MARK = ";"


@dataclass(frozen=True)
class Setting:
    """One row of the ``settings`` sheet: a single number or word that steers a lever or the whole model.

    A default of None means that nothing is ruled unless the workbook states it: a rule comes from the book.
    ``several`` says that the value may be a list of its ``choices``, each once, in an order that counts, with ``LIST_MARK`` between them;
    ``scenario`` that it names a scenario of the workbook, or none.
    """

    name: str
    unit: str = "1"
    kind: Kind = "number"
    default: float | str | None = 0.0
    choices: tuple[str, ...] = ()
    several: bool = False
    scenario: bool = False
    low: float | None = None
    high: float | None = None
    source: str = ""
    quality: str = "estimate"
    en: str = ""
    zh: str = ""

    def __post_init__(self) -> None:
        low, high = bounds(self.unit, self.kind, self.low, self.high)
        object.__setattr__(self, "low", low)
        object.__setattr__(self, "high", high)


#: What a limit is an amount of, which settles what its price is counted in. ``flow``: so much a year. ``standing``: what may
#: stand in each year of the period (hectares, GW): the price is a rent a year. ``stock``: a sum over periods, or what is
#: held at a milestone. ``period``: so much in the whole of a period.
LimitKind = Literal["", "flow", "standing", "stock", "period"]
FLOW = "flow"
#: Kinds of which one unit is had once, not every year of the period.
ONCE: tuple[str, ...] = ("stock", "period")


@dataclass(frozen=True)
class Variable:
    """A family of decision variables; ``unit`` is a solver unit (Mha, km3, GW, TWh, Mt, bn CNY and quotients).

    ``penalty`` says that it is a priced way out of what the plan should do: a plan that uses it says so everywhere.
    ``kind`` and ``nets`` speak of upper bounds that the workbook sets; see ``LimitKind`` and ``NETS`` in ``limits``;
    ``steers_forest`` says that planting and felling answer to such a bound. ``goes_without`` marks a way out by which people go
    without: money prices it out, but tonnes would be saved by it, so a plan for the least peak may not take it.
    """

    name: str
    index: tuple[str, ...]
    unit: str
    low: float | None = 0.0
    en: str = ""
    zh: str = ""
    penalty: bool = False
    goes_without: bool = False
    kind: LimitKind = ""
    nets: str = ""
    steers_forest: bool = False


@dataclass(frozen=True)
class Balance:
    """A shared scarce thing: what is supplied must cover what is used, per index.

    ``sense`` is ">=" (supply may exceed use: the rest is idle), "==" (no idle) or "account" (no row at all: posts
    are only added up, as money is). ``unit`` is a solver unit. ``dual`` is one sentence on what the price means.
    ``owner`` is the lever that brings the scarce thing: without it in the model the posts are only added up.
    ``kind`` says what an amount of it is, see ``LimitKind``: it settles whether its price is one of an amount or a rent a year.
    ``price_unit`` is the unit in which reports show that price ("" where they show none); ``burden`` says that one unit less is
    worth something, as of emissions. ``steers_forest`` says that planting and felling answer to it: to its limit where it may
    leave a rest, else to its price.
    """

    name: str
    index: tuple[str, ...]
    unit: str
    sense: Literal[">=", "==", "account"] = ">="
    en: str = ""
    zh: str = ""
    dual: str = ""
    owner: str = ""
    kind: LimitKind = "flow"
    price_unit: str = ""
    burden: bool = False
    steers_forest: bool = False


@dataclass(frozen=True)
class Indicator:
    """A reported result: a signed sum over ledger items or a variable family, never free code.

    ``balance`` and ``items`` select posts, or ``variable`` names a family; ``unit`` is the unit of the report.
    """

    name: str
    unit: str
    balance: str = ""
    items: tuple[str, ...] = ()
    variable: str = ""
    en: str = ""
    zh: str = ""


@dataclass(frozen=True)
class ConstraintInfo:
    """What is known about one constraint family apart from its rows."""

    name: str
    lever: str
    unit: str
    doc: str
    #: Kind, ``nets``, ``target`` and ``asks`` as in ``constraint``, for a family whose rows are closed from posts.
    limit: tuple[LimitKind, str, bool, bool] = ("", "", False, False)
    steers_forest: bool = False
    setting: str = ""
    #: What reports call it, "" for a readable form of its name.
    en: str = ""
    zh: str = ""


Rule = TypeVar("Rule", bound=Callable[..., Any])


def constraint(
    unit: str, *, kind: LimitKind = "", nets: str = "", target: bool = False, asks: bool = False, steers_forest: bool = False, setting: str = "",
    en: str = "", zh: str = "",
) -> Callable[[Rule], Rule]:  # fmt: skip
    """Mark a method of a lever as a registered constraint family whose rows are in the solver unit ``unit``.

    A family whose right-hand side comes from cells of the workbook states its ``kind`` (see ``LimitKind``); ``nets`` says
    in what its row differs from the cell (a key of ``NETS`` in ``limits``), ``target`` that it is an aim of the plan,
    which the report names whether it binds or not, ``asks`` that the cell asks for what a row ``needed - had <= 0`` holds back.
    ``steers_forest`` says that planting and felling answer to the family, so that the table ``roadmap`` may name it as a cause;
    ``setting`` is the one that holds its rows where no cell of a table does. ``en`` and ``zh`` are what reports call the limit.
    """

    def mark(function: Rule) -> Rule:
        function.__dict__.update(__constraint_unit__=unit, __limit__=(kind, nets, target, asks), __told__=(steers_forest, setting, en, zh))
        return function

    return mark


@dataclass(frozen=True)
class Finding:
    """One thing found in the input: where, how bad, what is wrong, what was expected, what to do.

    ``zh`` and ``zh_expected`` are the same in Chinese where who found it does not know the language that is asked for; a
    message may also be a line that knows both (``lines.Said``).
    """

    level: Literal["error", "warning", "info"]
    sheet: str
    cell: str
    message: str
    expected: str = ""
    zh: str = ""
    zh_expected: str = ""

    def told(self, lang: str) -> Finding:
        """The finding in one language."""
        if lang == "zh" and self.zh:
            return Finding(self.level, self.sheet, self.cell, self.zh, self.zh_expected)
        return Finding(self.level, self.sheet, self.cell, told(self.message, lang), told(self.expected, lang))

    def __str__(self) -> str:
        place = f"{self.sheet}!{self.cell}" if self.cell else self.sheet
        return f"{place}: {self.message}" + (f"; {self.expected}" if self.expected else "")


@dataclass
class InputError(Exception):
    """The input is wrong. ``findings`` holds everything that was found, not only the first."""

    findings: list[Finding] = field(default_factory=list)

    def __str__(self) -> str:
        told = [f for f in self.findings if f.level != "info"] or self.findings
        return "\n".join(str(f) for f in told)
