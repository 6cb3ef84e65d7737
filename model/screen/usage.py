"""What both command lines say of a call that the parser refuses, and the language in which they say it.

The language is looked for in the arguments themselves: a call that can not be parsed should be refused in it as well.

Limits: the English reason is the parser's own; in Chinese the option or word is named that it is about, and of a value not why.
"""

from __future__ import annotations

from collections.abc import Sequence

from typer.exceptions import TyperException

from ..core.declare.lines import line
from ..workbook.messages import LANGUAGES, Language

OPTION = "--lang"


def asked_language(arguments: Sequence[str]) -> Language | None:
    """The language that the arguments ask for; None when they ask for none, or for one that there is not."""
    found = ""
    for word, following in zip(arguments, [*arguments[1:], ""], strict=True):
        name, sign, value = word.partition("=")
        if name == OPTION:
            found = value if sign else following
    return next((known for known in LANGUAGES if known == found), None)


def refused_call(error: TyperException, program: str, lang: str | None) -> str:
    """A line on a call that the parser refuses."""
    why = error.format_message() if hasattr(error, "format_message") else str(error)
    if lang != "zh":
        return line("usage_parser", lang, program=program, why=why)
    kind, option, param = type(error).__name__, getattr(error, "option_name", ""), getattr(error, "param", None)
    if option:
        return line("usage_no_option" if kind == "NoSuchOption" else "usage_argument", lang, program=program, name=option)
    if param is not None:
        return line("usage_missing" if kind == "MissingParameter" else "usage_value", lang, program=program, name=_name(param))
    return line("usage_other", lang, program=program, word=_word(why))


def _name(param: object) -> str:
    """The long name of an option, or the name of an argument."""
    return next((name for name in getattr(param, "opts", ()) if name.startswith("--")), str(getattr(param, "name", "")))


def _word(why: str) -> str:
    """The word that a reason is about: what it quotes, what it puts in brackets, else its last word."""
    for start, end in (("'", "'"), ("(", ")")):
        found = why.partition(start)[2].rpartition(end)[0]
        if found:
            return found
    return why.rstrip(".").rpartition(" ")[2]
