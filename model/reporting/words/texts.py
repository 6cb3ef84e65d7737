"""Words for the keys of tables, columns, items and levers, in English and Chinese.

    label("forest_living", "zh")        森林活体（基年林分）
    label("restoration.fencing", "en")  Restoration · Fencing

Looked up in order: the workbook's own words, which the caller hands over, the words listed here, what the levers say of the items that they post
and of the limits that they set, then the other declarations of the model, then a readable form of the key.

Limits: a key of the user's has no words but those of the sheet ``names``; regions are named by their own sheet.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from .account_labels import ACCOUNT_LABELS
from .day_labels import day_labels
from .key_labels import KEY_LABELS
from .labels import LABELS

LANGUAGES = ("en", "zh")
ENGLISH, CHINESE = 0, 1
SEPARATOR = " · "
_JOINTS = (".", "->", ":")
NONE: Mapping[str, str] = MappingProxyType({})


def label(key: str, lang: str = "en", own: Mapping[str, str] = NONE) -> str:
    """The words for a key, those of ``own`` first; composite keys are put together from their parts."""
    if key in own:
        return own[key]
    words, part = _item_of_key(key)
    if part not in own:
        for listed in (LABELS, ACCOUNT_LABELS, _items(), _limits(), KEY_LABELS, day_labels(), _declared()):
            if key in listed and listed[key][_place(lang)]:
                return listed[key][_place(lang)]
    if part:
        return words[_place(lang)].format(label(part, lang, own))
    for joint in _JOINTS:
        if joint in key.strip(joint):
            parts = [label(part, lang, own) for part in key.split(joint) if part]
            return (" → " if joint == "->" else SEPARATOR).join(parts)
    return _readable(key)


def is_listed_item(key: str) -> bool:
    """Whether the key is an item, technology or limit that has words of its own."""
    return any(key in listed for listed in (ACCOUNT_LABELS, _items(), _limits(), KEY_LABELS, day_labels()))


def _place(lang: str) -> int:
    return CHINESE if lang == "zh" else ENGLISH


def _readable(key: str) -> str:
    """``wind_onshore`` as ``Wind onshore``; a key with other signs stays as it is."""
    words = key.replace("_", " ").strip()
    return words[:1].upper() + words[1:] if words else key


@cache
def _items() -> dict[str, tuple[str, str]]:
    """Words of the items that levers and closing modules post."""
    from ...core.build import registry

    return {item.name: (item.en, item.zh) for item in registry.items() if item.en and item.keys is None}


@cache
def _limits() -> dict[str, tuple[str, str]]:
    """Words of the constraint families that have words of their own."""
    from ...core.build import registry

    return {info.name: (info.en, info.zh) for info in registry.constraints() if info.en}


@cache
def _items_of_keys() -> dict[tuple[str, str], tuple[str, str]]:
    """What stands before and after the key in an item's name -> its words, ``{}`` for the key's own."""
    from ...core.build import registry

    return {(item.keys.before, item.keys.after): (item.en, item.zh) for item in registry.items() if item.en and item.keys is not None}


def _item_of_key(key: str) -> tuple[tuple[str, str], str]:
    """The words of an item that holds a key of the workbook in its name, and that key; empty for any other name."""
    for (before, after), words in _items_of_keys().items():
        part = key.removeprefix(before).removesuffix(after)
        if part and key == f"{before}{part}{after}":
            return words, part
    return ("", ""), ""


@cache
def _declared() -> dict[str, tuple[str, str]]:
    """Words of the declared tables, settings, variables, balances, indicators and commodities."""
    from ...core.build import registry
    from ...core.declare.balances import BALANCES
    from ...core.declare.roles import PAYERS, UNNAMED, UNNAMED_WORDS

    schema = registry.schema()
    found: dict[str, tuple[str, str]] = {**PAYERS, UNNAMED: UNNAMED_WORDS}
    for name, table in schema.tables.items():
        found[name] = (table.en, table.zh)
    for name, setting in schema.settings.items():
        found.setdefault(name, (setting.en, setting.zh))
    for name, variable in registry.variables().items():
        found.setdefault(name, (variable.en, variable.zh))
    for name, balance in BALANCES.items():
        found.setdefault(name, (balance.en, balance.zh))
    for lever in (*registry.levers(), *registry.closings()):
        for indicator in lever.indicators:
            found.setdefault(indicator.name, (indicator.en, indicator.zh))
        for trade in lever.trades:
            found.setdefault(trade.commodity, (trade.en, trade.zh))
    return found
