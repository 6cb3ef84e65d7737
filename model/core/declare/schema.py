"""What a workbook may hold altogether: tables, settings, analyses, checks across tables; and the tables that an analysis makes.

Limits: declarations only; the registry collects them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .spec import LIST_MARK, Finding, Setting, Table

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class AnalysisInfo:
    """An analysis that the sheet ``analyses`` can switch on, with the settings that it takes."""

    name: str
    en: str = ""
    zh: str = ""
    settings: tuple[Setting, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """Sheets of what the report holds the plan against; they stand among those of the closing modules, by ``order``, then by name."""

    name: str
    tables: tuple[Table, ...]
    order: int = 0
    #: What it asks of the data, as ``checks`` of a lever do.
    checks: tuple[Callable[[Any], list[Finding]], ...] = ()


#: Kinds of pictures: lines, columns beside or upon one another; bars across from a low to a high value, or from nothing to both of two changes;
#: a curve over a column of numbers.
LINE, BESIDE, STACK, RANGE, TORNADO, CURVE = "line", "beside", "stack", "range", "tornado", "curve"


@dataclass(frozen=True)
class Picture:
    """How the table of an analysis is drawn.

    ``x`` is the column of the labels, ``y`` are the columns that are drawn; where ``by`` names a column, its values are the series of the one column ``y``.
    Several columns parted by a plus sign are put together. ``less`` is a column that is taken off what is drawn. ``only`` leaves rows with these entries,
    ``each`` names a column for each of whose values there is a picture of its own, ``most`` bounds the labels: the first, or with ``largest`` those
    of the largest numbers.
    """

    kind: str
    x: str
    y: tuple[str, ...]
    by: str = ""
    only: Mapping[str, object] = field(default_factory=dict)
    each: str = ""
    most: int = 20
    less: str = ""
    largest: bool = False


def columns_of(picture: Picture) -> set[str]:
    """Every column that a picture reads."""
    named = (*picture.x.split("+"), *picture.by.split("+"), *picture.each.split("+"), *picture.y, picture.less, *picture.only)
    return {name for name in named if name}


@dataclass(frozen=True)
class OutcomeTable:
    """One table that an analysis made: ``units`` by column where a column has one, texts in two languages."""

    name: str
    frame: pd.DataFrame
    units: Mapping[str, str] = field(default_factory=dict)
    en: str = ""
    zh: str = ""
    pictures: tuple[Picture, ...] = ()


#: How likely the values between low and high of a range are: all the same, or most likely the central one.
UNIFORM, TRIANGULAR, PERT = DISTRIBUTIONS = ("uniform", "triangular", "pert")
#: The shares of the ends of a range and of its middle.
LOW_SHARE, MIDDLE_SHARE, HIGH_SHARE = 0.0, 0.5, 1.0


@dataclass(frozen=True)
class Range:
    """An input that is not known exactly: the rows of sheet ``ranges`` of one name, which move together.

    A ``share`` says where they stand: 0 at the low of each row, 1 at its high, in between in proportion. ``low``, ``central``, ``high``, ``unit``
    and ``operation`` are those of the first row (the unit of a factor is 1), ``place`` is the first cell that it changes (``sheet!cell``, without a
    cell in a book made in code), ``cell`` its own cell in the sheet ``ranges``. Ranges of one ``group`` move together where values are drawn.
    """

    name: str
    low: float
    central: float
    high: float
    unit: str = "1"
    operation: str = "multiply"
    distribution: str = TRIANGULAR
    group: str = ""
    place: str = ""
    cell: str = ""
    source: str = ""
    quality: str = ""
    note: str = ""

    @property
    def central_share(self) -> float:
        """Where the central value stands between low and high; the middle where they are the same."""
        return (self.central - self.low) / (self.high - self.low) if self.high > self.low else MIDDLE_SHARE

    def value(self, share: float) -> float:
        """The value of the first row at a share, in its unit."""
        return self.low + share * (self.high - self.low)


@dataclass(frozen=True)
class Check:
    """A rule that the data of a workbook must keep: ``find`` gives what breaks it, where ``applies`` says that it counts."""

    name: str
    applies: Callable[[Any], bool]
    find: Callable[[Any], list[Finding]]


@dataclass(frozen=True)
class Schema:
    """Every table, setting and analysis that the model knows; what reader, checks, template and dictionary work from."""

    tables: dict[str, Table]
    settings: dict[str, Setting]
    analyses: dict[str, AnalysisInfo] = field(default_factory=dict)
    #: Lever -> the sheets that it needs to exist at all, and its own sheets.
    levers: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)
    #: Checks across tables, each with whether it applies to the data: what a lever would refuse when it is built.
    checks: tuple[Check, ...] = ()
    #: Kind of a part of the model -> the names that such parts have: what a column that is ``named`` may say. The workbook adds its scenarios.
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


#: Kinds of parts of the model and of the workbook that a text may name.
LEVER, LIMIT, SHEET, SCENARIO, RESULT, ANALYSIS = KINDS_OF_PARTS = ("lever", "limit", "sheet", "scenario", "table", "analysis")
#: Kind of a part -> its words in English and Chinese.
KIND_WORDS: dict[str, tuple[str, str]] = {
    LEVER: ("lever", "措施"), LIMIT: ("limit", "限值"), SHEET: ("sheet", "输入表"), SCENARIO: ("scenario", "情景"), RESULT: ("table", "结果表"), ANALYSIS: ("analysis", "分析"),
}  # fmt: skip
#: Between the kind of a part and its name.
KIND_MARK = ":"


def parts_in(text: object) -> list[tuple[str, str]]:
    """(kind, name) of each part that a text names, as ``lever:forest; limit:cutting_quota``; the name is empty where there is no kind:name."""
    listed = [part.strip() for part in text.split(LIST_MARK)] if isinstance(text, str) else []
    found = [part.partition(KIND_MARK) for part in listed if part]
    return [(kind.strip(), name.strip()) for kind, _, name in found]
