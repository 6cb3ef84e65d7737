"""Finds the levers and collects what they declare: tables, settings, variables, constraints.

Adding a lever means adding one file under ``model/levers`` (or ``model/closing``) with one subclass of ``Lever``.

Limits: a module without a subclass of ``Lever`` of its own is a helper; two levers of one module name have no order.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from ..data import CORE_SETTINGS, CORE_TABLES
from ..declare.checks import checks_of
from ..declare.roles import Decision, Item
from ..declare.spec import ConstraintInfo, Schema, Setting, Table, Variable
from .build import Lever


@cache
def levers() -> tuple[type[Lever], ...]:
    """All levers, by module name: a fixed order that does not depend on the machine."""
    return _find("model.levers")


@cache
def closings() -> tuple[type[Lever], ...]:
    """All closing modules, which run after the levers and may read balance totals, by their ``order``."""
    return tuple(sorted(_find("model.closing"), key=lambda c: (getattr(c, "order", 0), c.name)))


def _find(package_name: str) -> tuple[type[Lever], ...]:
    package = importlib.import_module(package_name)
    found: list[type[Lever]] = []
    rooms = [info.name for info in pkgutil.walk_packages(package.__path__, f"{package_name}.") if not info.ispkg]
    for name in sorted(rooms, key=lambda name: name.rpartition(".")[2]):
        module = importlib.import_module(name)
        for name in sorted(vars(module)):
            member = getattr(module, name)
            if isinstance(member, type) and issubclass(member, Lever) and member.__module__ == module.__name__ and member.name:
                found.append(member)
    return tuple(found)


@cache
def schema() -> Schema:
    """Every table, setting and analysis of the workbook: the core's, then each lever's in order; a doubled name is a defect."""
    tables: dict[str, Table] = {}
    settings: dict[str, Setting] = {}
    for table in CORE_TABLES:
        tables[table.name] = table
    for setting in CORE_SETTINGS:
        settings[setting.name] = setting
    for lever in (*levers(), *closings()):
        for table in lever.tables:
            if tables.setdefault(table.name, table) is not table:
                raise ValueError(f"table {table.name} is declared twice")
        for setting in lever.settings:
            if settings.setdefault(setting.name, setting) is not setting:
                raise ValueError(f"setting {setting.name} is declared twice")
    needs = {lever.name: (tuple(t.name for t in lever.needs), tuple(t.name for t in lever.tables)) for lever in (*levers(), *closings())}
    analyses = dict(importlib.import_module("model.analysis").ANALYSES)
    return Schema(tables, settings, analyses, needs, tuple(check for lever in (*levers(), *closings()) for check in checks_of(lever)))


@cache
def items() -> tuple[Item, ...]:
    """Everything that is posted, as the levers and closing modules declare it."""
    return tuple(item for lever in (*levers(), *closings()) for item in lever.items)


def variables() -> dict[str, Variable]:
    """Every declared variable family by name."""
    return {v.name: v for lever in (*levers(), *closings()) for v in lever.variables}


def decisions() -> list[Decision]:
    """Every declared decision, in the order of the levers."""
    return [decision for lever in (*levers(), *closings()) for decision in lever.decisions]


def constraints() -> list[ConstraintInfo]:
    """Every registered constraint family."""
    return [info for lever in (*levers(), *closings()) for info in lever.constraints()]
