"""Finds the levers and collects what they declare: tables, settings, variables, constraints.

Adding a lever means adding one file under ``model/levers`` (or ``model/closing``) with one subclass of ``Lever``. What the
report holds a plan against (``Evidence``) and the analyses (``AnalysisInfo``) are found in the same way, as constants of a module.

Limits: a module that declares none of these is a helper; two levers of one module name have no order.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from types import ModuleType
from typing import Any, TypeVar

from ..data import CORE_SETTINGS, CORE_TABLES
from ..declare.balances import BALANCES
from ..declare.results import OF_MANY, Identity, ResultTable
from ..declare.roles import Decision, Item, Pool, Trade
from ..declare.schema import ANALYSIS, LEVER, LIMIT, RESULT, SHEET, AnalysisInfo, Evidence, Schema
from ..declare.spec import Column, ConstraintInfo, Setting, Table, Variable
from .build import Lever
from .declared import checks_of, checks_of_absent, checks_of_kinds, checks_of_names, checks_of_payers, checks_of_prices

#: Packages whose modules are looked through: this module knows where levers live, and none by name.
LEVERS, CLOSINGS, EVIDENCE = "model.levers", "model.closing", "model.evidence"

Declared = TypeVar("Declared", AnalysisInfo, Evidence)


@cache
def levers() -> tuple[type[Lever], ...]:
    """All levers, by module name: a fixed order that does not depend on the machine."""
    return _find(LEVERS)


@cache
def closings() -> tuple[type[Lever], ...]:
    """All closing modules, which run after the levers and may read balance totals, by their ``order``."""
    return tuple(sorted(_find(CLOSINGS), key=_place))


def _place(part: type[Lever] | Evidence) -> tuple[int, str]:
    return getattr(part, "order", 0), part.name


def _modules(package_name: str) -> list[ModuleType]:
    """The modules of a package and of those within it, by their own names."""
    package = importlib.import_module(package_name)
    rooms = [info.name for info in pkgutil.walk_packages(package.__path__, f"{package_name}.") if not info.ispkg]
    return [importlib.import_module(name) for name in sorted(rooms, key=lambda name: name.rpartition(".")[2])]


def _find(package_name: str) -> tuple[type[Lever], ...]:
    found: list[type[Lever]] = []
    for module in _modules(package_name):
        for name in sorted(vars(module)):
            member = getattr(module, name)
            if isinstance(member, type) and issubclass(member, Lever) and member.__module__ == module.__name__ and member.name:
                found.append(member)
    return tuple(found)


def _declared(package_name: str, kind: type[Declared]) -> list[Declared]:
    """Declarations that are constants of the modules of a package, each once."""
    found = {member.name: member for module in _modules(package_name) for member in vars(module).values() if isinstance(member, kind)}
    return list(found.values())


@cache
def schema() -> Schema:
    """Every table, setting and analysis of the workbook: the core's, then each lever's in order; a doubled name is a defect."""
    tables: dict[str, Table] = {}
    settings: dict[str, Setting] = {}
    for table in CORE_TABLES:
        tables[table.name] = table
    for setting in CORE_SETTINGS:
        settings[setting.name] = setting
    built = (*levers(), *closings())
    held = _declared(EVIDENCE, Evidence)
    others: list[type[Lever] | Evidence] = [*closings(), *held]
    for part in (*levers(), *sorted(others, key=_place)):
        for table in part.tables:
            if tables.setdefault(table.name, table) is not table:
                raise ValueError(f"table {table.name} is declared twice")
    tables = {name: _with_posted(table, tables, built) for name, table in tables.items()}
    for setting in (setting for lever in built for setting in lever.settings):
        if settings.setdefault(setting.name, setting) is not setting:
            raise ValueError(f"setting {setting.name} is declared twice")
    needs = {lever.name: (tuple(t.name for t in lever.needs), tuple(t.name for t in lever.tables)) for lever in built}
    analyses = {info.name: info for info in _declared(CLOSINGS, AnalysisInfo)}
    checks = [check for lever in built for check in checks_of(lever)]
    checks += [check for evidence in held for check in checks_of(evidence)]
    checks += [
        check for table in tables.values()
        for check in (*checks_of_absent(table, built), *checks_of_prices(table, price_units()), *checks_of_payers(table, built), *checks_of_names(table, built), *checks_of_kinds(table, built))
    ]  # fmt: skip
    parts = {
        LEVER: tuple(lever.name for lever in built), LIMIT: tuple(dict.fromkeys([*(info.name for info in constraints()), *variables()])),
        SHEET: tuple(tables), RESULT: (*OF_MANY, *(table.name for table in results())), ANALYSIS: tuple(analyses),
    }  # fmt: skip
    return Schema(tables, settings, analyses, needs, tuple(checks), parts)


def _with_posted(table: Table, tables: Mapping[str, Table], built: tuple[type[Lever], ...]) -> Table:
    """The table with what other levers post to a balance, decide or trade, in the closed list of a column that asks for it."""
    if not any(column.posted or column.decided or column.traded for column in table.columns):
        return table
    decided = tuple(dict.fromkeys([*(d.variable for lever in built for d in lever.decisions), *(s.variable for lever in built for s in lever.states)]))
    others = [item for lever in built if table not in lever.tables for item in lever.items if item.keys is None]

    def filled(column: Column) -> Column:
        if column.decided:
            return replace(column, choices=(*column.choices, *decided))
        if column.traded:
            return replace(column, choices=(*column.choices, *price_units()))
        named = {word for to in column.targets() for word in to.words(tables[to.table].column(to.column).choices)}
        found = {item.name for item in others if column.posted in item.balances} - named
        return replace(column, choices=(*column.choices, *sorted(found))) if column.posted else column

    return replace(table, columns=tuple(map(filled, table.columns)))


def _listed(constant: str) -> list[Any]:
    """What the modules of levers, closing and evidence list in a constant of this name."""
    modules = [module for package in (LEVERS, CLOSINGS, EVIDENCE) for module in _modules(package)]
    return [member for module in modules for member in vars(module).get(constant, ())]


@cache
def results() -> tuple[ResultTable, ...]:
    """The result tables that levers, closing modules and evidence bring."""
    return tuple(_listed("RESULTS"))


@cache
def identities() -> tuple[Identity, ...]:
    """The identities that levers and closing modules bring."""
    return tuple(_listed("IDENTITIES"))


@cache
def pools() -> tuple[Pool, ...]:
    """Every pool of carbon: those of the states, then those that are no variable."""
    own = [state.pool for lever in (*levers(), *closings()) for state in lever.states if state.pool is not None]
    return (*own, *_listed("POOLS"))


@cache
def colours() -> dict[str, str]:
    """Key -> its colour in pictures, as the rooms list them; a key with two is a defect."""
    found: dict[str, str] = {}
    for module in (module for package in (LEVERS, CLOSINGS, EVIDENCE) for module in _modules(package)):
        for key, colour in vars(module).get("COLOURS", {}).items():
            if found.setdefault(key, colour) != colour:
                raise ValueError(f"{key} is given two colours")
    return found


@cache
def items() -> tuple[Item, ...]:
    """Everything that is posted, as the levers and closing modules declare it."""
    return tuple(item for lever in (*levers(), *closings()) for item in lever.items)


def variables() -> dict[str, Variable]:
    """Every declared variable family by name."""
    return {v.name: v for lever in (*levers(), *closings()) for v in lever.variables}


def read_names(key: str, names: Any) -> Any:
    """What the names of the keys of a column tell, row by row, as the lever that knows them reads them."""
    (read,) = (known.read for lever in (*levers(), *closings()) for known in lever.knows if known.key == key and known.read is not None)
    return read(names)


def decisions() -> list[Decision]:
    """Every declared decision, in the order of the levers."""
    return [decision for lever in (*levers(), *closings()) for decision in lever.decisions]


@cache
def trades() -> dict[str, Trade]:
    """Everything that regions may send, sell or owe one another, by commodity, in the order of the levers."""
    return {trade.commodity: trade for lever in (*levers(), *closings()) for trade in lever.trades}


@cache
def price_units() -> dict[str, str]:
    """Unit of the price of every commodity that has one, in the order of the levers."""
    declared = trades()
    balances = {name: declared[trade.within].balance if trade.within else trade.balance for name, trade in declared.items()}
    return {name: BALANCES[balance].price_unit for name, balance in balances.items() if balance}


def project_items(balance: str) -> set[str]:
    """What levers with a project (see ``Project``) post to a balance."""
    owners = [lever for lever in (*levers(), *closings()) if any(decision.project for decision in lever.decisions)]
    return {item.name for lever in owners for item in lever.items if balance in item.balances}


def constraints() -> list[ConstraintInfo]:
    """Every registered constraint family."""
    return [info for lever in (*levers(), *closings()) for info in lever.constraints()]
