"""What a lever declares, and what it asks of the data: read by reports, checks and pages without building anything.

A check is a plain function of the data and needs no model; each is asked once for the same data. The reader tells what it finds with
all else that is wrong, the build relies on it.

Limits: a check sees one scenario at a time and the tables as they were read.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from ..data import Data
from ..declare.balances import MONEY
from ..declare.roles import ITEM_KINDS, PAYERS, Decision, Item, Known, State, Trade
from ..declare.schema import Check, Evidence
from ..declare.spec import Column, ConstraintInfo, Finding, Indicator, InputError, Setting, Table, Variable


class Declared:
    """What a lever or closing module declares; ``Lever`` adds how it builds itself.

    ``needs`` are the tables without which the lever does not exist in a model. A lever that fills more than a file is made of
    parts: plain classes that are handed what they need. Those whose methods are marked as constraints stand in ``rules``.
    """

    name: ClassVar[str] = ""
    tables: ClassVar[tuple[Table, ...]] = ()
    needs: ClassVar[tuple[Table, ...]] = ()
    settings: ClassVar[tuple[Setting, ...]] = ()
    variables: ClassVar[tuple[Variable, ...]] = ()
    indicators: ClassVar[tuple[Indicator, ...]] = ()
    #: What it posts, what it decides, what follows from that (``roles``).
    items: ClassVar[tuple[Item, ...]] = ()
    decisions: ClassVar[tuple[Decision, ...]] = ()
    states: ClassVar[tuple[State, ...]] = ()
    #: What it knows of the keys of its index columns.
    knows: ClassVar[tuple[Known, ...]] = ()
    #: What of it regions send, sell or owe one another.
    trades: ClassVar[tuple[Trade, ...]] = ()
    #: Variables that run what the decisions made (dispatch, trade) or say what is missing: no lever of the sinks, never posted to them.
    operations: ClassVar[tuple[str, ...]] = ()
    #: The lever in proportion to whose ``extent`` all its amounts grow, "" where they do not.
    grows_with: ClassVar[str] = ""
    #: Families of rows that are closed from posts (``rows_from_terms``), not written rule by rule.
    sums: ClassVar[tuple[ConstraintInfo, ...]] = ()
    #: What the lever asks of the data: each function gives what is wrong, without building anything. ``build`` relies on it.
    checks: ClassVar[tuple[Callable[[Data], list[Finding]], ...]] = ()
    #: Classes of parts of the lever whose marked methods are constraint families of it, as its own are.
    rules: ClassVar[tuple[type, ...]] = ()

    @classmethod
    def extent(cls, data: Data) -> float:
        """How much there is in the base year of what the lever is about; asked of the lever that others name in ``grows_with``."""
        return math.nan

    @classmethod
    def present(cls, data: Data) -> bool:
        """Whether the workbook holds what this lever needs."""
        return all(data.has(table.name) for table in cls.needs)

    @classmethod
    def constraints(cls) -> list[ConstraintInfo]:
        """The registered constraint families of this lever and its parts, by name."""
        found = []
        members = {attribute: getattr(holder, attribute) for holder in (cls, *cls.rules) for attribute in dir(holder)}
        for attribute, member in sorted(members.items(), key=lambda named: named[0]):
            if hasattr(member, "__constraint_unit__"):
                found.append(info_of(member, attribute, cls.name))
        return [*found, *cls.sums]


def info_of(rule: Callable[..., Any], name: str = "", lever: str = "") -> ConstraintInfo:
    """What is known of the constraint family of a method that ``constraint`` marks; a bare function is a family in 1."""
    unit, limit = getattr(rule, "__constraint_unit__", "1"), getattr(rule, "__limit__", ConstraintInfo.limit)
    return ConstraintInfo(name or rule.__name__, lever, unit, rule.__doc__ or "", limit, *getattr(rule, "__told__", ()))


def checks_of(part: type[Declared] | Evidence) -> list[Check]:
    """The checks of a lever, which count where the lever is present, or of what plans are held against, where its sheets are."""
    present = part.present if isinstance(part, type) else lambda data: any(data.has(table.name) for table in part.tables)
    return [Check(f"{part.name} {check.__name__}", present, check) for check in part.checks]


def checks_of_absent(table: Table, built: Sequence[type[Declared]]) -> list[Check]:
    """Checks of the columns of a table that name what levers decide: a warning for each row whose lever a workbook leaves out."""
    return [_absent(table, column.name, built) for column in table.columns if column.decided]


def checks_of_prices(table: Table, units: Mapping[str, str]) -> list[Check]:
    """Checks of the columns of a table that tell the unit of a price: it is that of the commodity, as ``units`` has it."""
    return [_priced(table, column, units) for column in table.columns if column.prices]


def _priced(table: Table, column: Column, units: Mapping[str, str]) -> Check:
    def find(data: Data) -> list[Finding]:
        frame = data.frame(table)
        told = [(row, str(name), unit) for row, name, unit in zip(frame.index, frame[column.prices], frame[column.name], strict=True)]
        return [
            Finding(
                "error", table.name, data.cell(table.name, int(row), column.name), f"{name} is not priced in {unit}", units[name],
                f"{name} 的价格单位不是 {unit}", f"应为 {units[name]}",
            )
            for row, name, unit in told
            if isinstance(unit, str) and unit and units.get(name, unit) != unit
        ]  # fmt: skip

    return Check(f"{table.name} {column.name} of commodities", lambda data: bool(data.has(table.name)), find)


def checks_of_payers(table: Table, built: Sequence[type[Declared]]) -> list[Check]:
    """Checks of the columns of a table that names who pays what is posted to money: every such item has a payer, there or by declaration."""
    names_payers = any(set(PAYERS) <= set(column.choices) for column in table.columns)
    return [_unpaid(table, column, built) for column in table.columns if names_payers and column.posted == MONEY.name]


def _unpaid(table: Table, column: Column, built: Sequence[type[Declared]]) -> Check:
    def find(data: Data) -> list[Finding]:
        listed = set(data.frame(table)[column.name].astype(str)) if data.has(table.name) else set()
        items = [item for lever in built if lever.present(data) for item in lever.items if column.posted in item.balances]
        unpaid = [name for item in items if item.payer not in PAYERS for name in item.names(data.tables) if name not in listed]
        known = ", ".join(PAYERS)
        return [
            Finding(
                "error", table.name, "", f"nobody pays {name}", f"a row for it, or payer= of its item, declared by the lever: {known}",
                f"{name} 没有付费者", f"应在本表填写该项目，或由措施声明付费者：{known}",
            )
            for name in dict.fromkeys(unpaid)
        ]  # fmt: skip

    return Check(f"{table.name} payers of items", lambda data: True, find)


def checks_of_kinds(table: Table, built: Sequence[type[Declared]]) -> list[Check]:
    """Checks of the columns of a table that list items of one kind: none is of another."""
    return [_other_kind(table, column, built) for column in table.columns if column.of_kind]


def _other_kind(table: Table, column: Column, built: Sequence[type[Declared]]) -> Check:
    is_so, (english, chinese) = ITEM_KINDS[column.of_kind]

    def find(data: Data) -> list[Finding]:
        items = [item for lever in built for item in lever.items if column.posted in item.balances]
        fits = {name for item in items if is_so(item) for name in item.names(data.tables)}
        other = {name for item in items if not is_so(item) for name in item.names(data.tables)} - fits
        wanted = sorted(fits)
        return [
            Finding(
                "error", table.name, data.cell(table.name, int(str(row)), column.name), f"{name} {english}", f"one of {', '.join(wanted)}",
                f"{name} {chinese}", f"应为 {'、'.join(wanted)} 之一",
            )
            for row, name in data.frame(table)[column.name].items() if str(name) in other
        ]  # fmt: skip

    return Check(f"{table.name} {column.name} of a kind", lambda data: bool(data.has(table.name)), find)


def checks_of_names(table: Table, built: Sequence[type[Declared]]) -> list[Check]:
    """Checks of the free keys of a table that stand in results beside items of a balance: none has the name of such an item."""
    return [_doubled(table, column, built) for column in table.columns if column.unposted]


def _doubled(table: Table, column: Column, built: Sequence[type[Declared]]) -> Check:
    def find(data: Data) -> list[Finding]:
        posted = {name for lever in built for item in lever.items if column.unposted in item.balances for name in item.names(data.tables)}
        return [
            Finding(
                "error", table.name, data.cell(table.name, int(row), column.name), f"{name} is the name of an item of {column.unposted}", "a name of its own",
                f"{name} 已是 {column.unposted} 的项目名称", "应另取名称",
            )
            for row, name in data.frame(table)[column.name].items()
            if name in posted
        ]  # fmt: skip

    return Check(f"{table.name} {column.name} beside items", lambda data: bool(data.has(table.name)), find)


def _absent(table: Table, column: str, built: Sequence[type[Declared]]) -> Check:
    def find(data: Data) -> list[Finding]:
        decided = {spec.name for lever in built if lever.present(data) for spec in lever.variables}
        return [
            Finding(
                "warning", table.name, data.cell(table.name, int(row), column), f"nothing of {name} is decided in this workbook: the row holds nothing",
                "the sheets of its lever, or the row switched off", f"本工作簿中没有 {name} 的决策，该行不起作用", "应填写相应措施的工作表，或停用该行",
            )
            for row, name in data.frame(table)[column].items()
            if name not in decided
        ]  # fmt: skip

    return Check(f"{table.name} {column} of absent levers", lambda data: bool(data.has(table.name)), find)


def found_by(check: Check, data: Data) -> list[Finding]:
    """What the check finds, looked for once for the same data."""
    found = data.once(f"check {check.name}", check.find)
    assert isinstance(found, list)
    return found


def refuse(data: Data, living: Sequence[type[Declared]]) -> None:
    """InputError with everything that the levers given refuse."""
    wrong = [finding for lever in living for check in checks_of(lever) for finding in found_by(check, data) if finding.level == "error"]
    if wrong:
        raise InputError(wrong)


def refused(*steps: Callable[[], object]) -> list[Finding]:
    """Everything that the steps refuse, each by an InputError of its own; a step that another one stands on comes later, by itself."""
    found: list[Finding] = []
    for step in steps:
        try:
            step()
        except InputError as error:
            found.extend(finding for finding in error.findings if finding not in found)
    return found
