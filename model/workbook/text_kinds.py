"""What the wording of a finding is: its level and its two languages.

Limits: texts are formatted by whoever says them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning", "info"]


@dataclass(frozen=True)
class Text:
    """One kind of finding: its level, what is wrong and what was expected, in both languages."""

    level: Level
    en: str
    en_expected: str
    zh: str
    zh_expected: str


def error(en: str, en_expected: str, zh: str, zh_expected: str) -> Text:
    return Text("error", en, en_expected, zh, zh_expected)


def warning(en: str, en_expected: str, zh: str, zh_expected: str) -> Text:
    return Text("warning", en, en_expected, zh, zh_expected)


def info(en: str, zh: str) -> Text:
    return Text("info", en, "", zh, "")
