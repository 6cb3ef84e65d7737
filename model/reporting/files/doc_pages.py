"""The generated pages, and the one that lists what the model decides, what limits it, and who posts what to which balance.

Everything on the page comes from the declarations of the levers, from the docstrings of their constraints and from the
posts of one built workbook; nothing is written by hand, so the page cannot drift from the code.

Limits: posts are those of the workbook given (a lever that it does not hold, posts nothing); coefficients are told by
``python -m model explain``.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ...core.build import registry
from ...core.build.assemble import collector_paused
from ...core.build.build import Build, Lever
from ...core.data import Data
from ...core.declare.balances import BALANCES
from ...core.declare.spec import Balance, ConstraintInfo, Variable
from ...core.ledger import FIXED, Ledger, Post
from .paper_page import paper_page
from .result_pages import api_page, results_page, row

NOTICE = "<!-- Written by `python -m model docs`; edit the declarations in the code, not this page. -->"
#: The words that open the lines at the end of a constraint's docstring.
FACTS = ("For", "Unit", "Dual", "Data")
#: A paragraph with one of these is the equation; any other between sentence and facts is a remark.
RELATION = re.compile("==|<=|>=")
VERBS = {True: "supply", False: "use"}


@dataclass(frozen=True)
class PostLine:
    """One line of the posts of a balance: who supplies or uses what, by which variables."""

    balance: str
    verb: str
    item: str
    lever: str
    by: str
    memo: bool


def generated_pages(dictionary: str, data: Data, public: Mapping[str, Any]) -> dict[str, str]:
    """File name -> text of every generated page.

    ``dictionary`` is the data dictionary, ``data`` a workbook to build, ``public`` what Python offers by name.
    """
    return {
        "dictionary.md": f"{NOTICE}\n\n{dictionary.strip()}\n",
        "variables.md": variables_page(data),
        "results.md": results_page(NOTICE),
        "api.md": api_page(public, NOTICE),
        "paper.md": paper_page(NOTICE, data),
    }


def stale_pages(pages: Mapping[str, str], folder: Path) -> list[str]:
    """Names of pages that are absent from ``folder`` or hold another text, whatever their line ends."""
    return [name for name, text in pages.items() if _read(folder / name) != text]


def write_pages(pages: Mapping[str, str], folder: Path) -> None:
    """Write the pages into ``folder`` with LF; OSError when that is not possible."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def variables_page(data: Data) -> str:
    """The page of variables, constraints and balances as Markdown."""
    build, lines = build_with_posts(data)
    parts = [NOTICE, "", "# Variables, constraints, balances", "", *_introduction()]
    for lever in (*registry.levers(), *registry.closings()):
        parts += _lever_section(lever)
    parts += ["## Rows made from posts", "", *_posted_rows(build)]
    parts += ["## Balances and accounts", "", *_balances_introduction()]
    for balance in BALANCES.values():
        parts += _balance_section(balance, [line for line in lines if line.balance == balance.name])
    return "\n".join(parts).rstrip() + "\n"


def build_with_posts(data: Data) -> tuple[Build, list[PostLine]]:
    """The built model of a workbook and every line posted, with the lever that posted it, in order of posting."""
    chosen = [lever for lever in registry.levers() if lever.present(data)]
    closings = [closing for closing in registry.closings() if closing.present(data)]
    lines: list[PostLine] = []
    with collector_paused():
        build = Build(data, Ledger(dict(BALANCES)))
        build.present = [lever.name for lever in chosen]
        build.levers = [*chosen, *closings]
        for lever in (*chosen, *closings):
            before = {name: len(posts) for name, posts in build.ledger.posts.items()}
            lever(build).build()
            for name, posts in build.ledger.posts.items():
                for post in posts[before.get(name, 0) :]:
                    lines += _lines(post, lever.name, build)
        build.close_balances()
    return build, list(dict.fromkeys(lines))


def _lines(post: Post, lever: str, build: Build) -> list[PostLine]:
    """A post as one line per verb: a coefficient of either sign may stand in it."""
    masks = {verb: (post.coefficient > 0) == positive for positive, verb in VERBS.items()}
    return [
        PostLine(post.balance, verb, post.item, lever, _families(post.position[mask], build), post.memo)
        for verb, mask in masks.items()
        if mask.any()
    ]


def _families(positions: npt.NDArray[np.int64], build: Build) -> str:
    """Names of the variable families at these positions, in order of position; ``amount`` for fixed numbers."""
    positions = positions[positions != FIXED]
    if not len(positions):
        return "amount"
    families = list(build.families.values())
    starts = np.array([family.start for family in families])
    found = np.unique(np.searchsorted(starts, positions, side="right") - 1)
    return ", ".join(f"`{families[int(i)].spec.name}`" for i in found)


def _introduction() -> Iterator[str]:
    yield "What the model decides, which limits it meets, and what every lever hands to the shared balances."
    yield "The reasons stand in [formulation.md](formulation.md), the columns of the workbook in [dictionary.md](dictionary.md)."
    yield ""
    yield "Units are those of the solver: Mha, km3 (= bn m3), GW, TWh, Mt, bn CNY, yr and their quotients."
    yield "Areas planted, felled and brought under a measure are per period, flows are per year, stocks stand at the milestone."
    yield ""


def _lever_section(lever: type[Lever]) -> Iterator[str]:
    module = sys.modules[lever.__module__]
    yield f"## `{lever.name}`"
    yield ""
    yield inspect.cleandoc(module.__doc__ or "")
    yield ""
    yield from _variable_table(lever.variables)
    for info in lever.constraints():
        yield from _constraint_section(info)


def _variable_table(variables: Sequence[Variable]) -> Iterator[str]:
    if not variables:
        return
    yield "| variable | index | unit | sign | meaning | 含义 |"
    yield "|---|---|---|---|---|---|"
    for variable in variables:
        sign = "free" if variable.low is None else f">= {variable.low:g}"
        yield row(f"`{variable.name}`", ", ".join(variable.index), variable.unit, sign, variable.en, variable.zh)
    yield ""


def _constraint_section(info: ConstraintInfo) -> Iterator[str]:
    sentence, equation, remark, facts = split_doc(info.doc)
    yield f"### `{info.name}`"
    yield ""
    yield sentence
    yield ""
    if equation:
        yield "```text"
        yield equation
        yield "```"
        yield ""
    if remark:
        yield remark
        yield ""
    for name, text in {"Unit": info.unit, **facts}.items():
        yield f"- {name}: {text}"
    yield ""


def split_doc(doc: str) -> tuple[str, str, str, dict[str, str]]:
    """A constraint's docstring as its sentence, its equation (line breaks kept), a remark, and its facts by name."""
    paragraphs = inspect.cleandoc(doc).split("\n\n")
    marked = [i for i, paragraph in enumerate(paragraphs) if paragraph.startswith(f"{FACTS[0]}:")]
    end = marked[0] if marked else len(paragraphs)
    pieces = re.split(rf"(?:^|\s)({'|'.join(FACTS)}):\s+", " ".join(" ".join(paragraphs[end:]).split()))
    facts = dict(zip(pieces[1::2], (piece.strip() for piece in pieces[2::2]), strict=True))
    relations = [paragraph for paragraph in paragraphs[1:end] if RELATION.search(paragraph)]
    equation = inspect.cleandoc("\n".join(["", *relations]))
    remark = " ".join(" ".join(p for p in paragraphs[1:end] if p not in relations).split())
    known = {name: facts[name].rstrip(".") for name in FACTS if name in facts}
    return " ".join(paragraphs[0].split()), equation, remark, known


def _posted_rows(build: Build) -> Iterator[str]:
    """Rows that closing modules sum up from posts, and that are no balance."""
    known = {info.name for info in registry.constraints()}
    yield "The closing modules also add up posts to rows of their own."
    yield ""
    yield "| row | index | unit |"
    yield "|---|---|---|"
    for name, (keys, unit) in build.rows.items():
        if name not in known and not name.startswith("balance_"):
            yield row(f"`{name}`", ", ".join(map(str, keys.columns)), unit)
    yield ""


def _balances_introduction() -> Iterator[str]:
    yield "A balance closes to one row per index: what is supplied covers what is used (`>=`: the rest stays idle; `==`: nothing"
    yield "does). An account has no row; its posts are only added up. A memo line is reported and counts in no target."
    yield ""


def _balance_section(balance: Balance, lines: Sequence[PostLine]) -> Iterator[str]:
    yield f"### `{balance.name}`"
    yield ""
    yield f"{balance.en} ({balance.zh})."
    yield ""
    yield f"- Index: {', '.join(balance.index)}"
    yield f"- Unit: {balance.unit}"
    yield f"- Sense: {balance.sense if balance.sense == 'account' else f'supply {balance.sense} use'}"
    if balance.dual:
        yield f"- Dual: {balance.dual.rstrip('.')}"
    yield ""
    if lines:
        yield "| verb | item | lever | by |"
        yield "|---|---|---|---|"
        for line in lines:
            yield row(line.verb, line.item + (" (memo)" if line.memo else ""), line.lever, line.by)
        yield ""
