"""Everything the reader can say about a workbook: each kind of finding with its level, in English and Chinese.

One entry per kind keeps level and wording in one place; the code only names the kind and fills in the values.

Limits: values other than paths and lists are shown shortened to 80 characters and without control characters.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from model.core.declare.lines import Said, told
from model.core.declare.spec import Finding

from .texts import CATALOGUE

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")

#: Longer texts make a finding unreadable on one line of a terminal.
_SHOWN = 80


def clean(text: str) -> str:
    """The text without control characters, lone surrogates and other characters that Excel or a terminal chokes on."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        " " if c in "\t\r\n" else c for c in text if c in "\t\r\n" or unicodedata.category(c) not in ("Cc", "Cs", "Cn")
    )


def shown(value: object) -> str:
    """A value as it may stand within a message: cleaned, on one line and short; a path stays whole, and so does a list."""
    if isinstance(value, Path):
        return clean(str(value))
    if isinstance(value, list):
        return ", ".join(shown(part) for part in value)
    text = f"{value:.12g}" if isinstance(value, float) else clean(str(value)[: 4 * _SHOWN])
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like ``word``, or "" when none is known."""
    found = difflib.get_close_matches(word[:_SHOWN].casefold(), list(known), n=1, cutoff=0.0)
    return found[0] if found else ""


def is_row_off(finding: Finding) -> bool:
    """Whether a finding only says that a row is switched off, by the workbook or by a scenario."""
    text = CATALOGUE["row_off"]
    return finding.message.startswith((text.en, text.zh))


def goes_on(finding: Finding) -> bool:
    """Whether a finding only says that a sheet ends before the periods after the plan, in which its last value goes on."""
    text = CATALOGUE["years_flat"]
    return any(re.fullmatch(re.sub(r"\\{\w+\\}", ".+", re.escape(words)), finding.message) for words in (text.en, text.zh))


@dataclass
class Notes:
    """Collects findings in the order in which they are made; ``lang`` is the language of their texts."""

    lang: Language = "en"
    items: list[Finding] = field(default_factory=list)

    def add(self, kind: str, sheet: str, cell: str = "", /, **values: object) -> None:
        """Note a finding of ``kind`` (a key of CATALOGUE); ``values`` fill the gaps of its texts."""
        text = CATALOGUE[kind]
        words = {name: shown(told(value, self.lang) if isinstance(value, Said) else value) for name, value in values.items()}
        message, expected = (text.en, text.en_expected) if self.lang == "en" else (text.zh, text.zh_expected)
        self.items.append(Finding(text.level, shown(sheet), cell, message.format(**words), expected.format(**words)))

    @property
    def has_errors(self) -> bool:
        """Whether any finding is an error."""
        return any(f.level == "error" for f in self.items)
