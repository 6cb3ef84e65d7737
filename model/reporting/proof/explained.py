"""One number of a finished run in sentences: what it is made of, which limits and prices hold it where it is, and what would change it.

A number of a table is a sum of variables (``links`` of matrix.npz). Each of these has a cost c_j and stands in rows that have duals y_i; at an
optimum

    c_j = sum over rows of a_ij * y_i + d_j

so that the rows with the largest a_ij * y_i are those that hold it, and d_j, the reduced cost, is what keeps out what stays out: it enters
when its cost falls by more than that.

Limits: duals tell of small changes, one at a time; amounts of money are discounted to the base year; a share or a mean has no variables of its own.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...core.declare.lines import Said, line
from ..files.datapackage import unit_of
from ..tables.columns import TABLES
from .checks import Integers
from .finished import Finished
from .linked import DUAL
from .plan import KeptLink

#: How many rows, variables and proposals are told.
MOST_ROWS, MOST_VARIABLES, MOST_PROPOSED = 6, 4, 8
#: Digits of what is told.
DIGITS = 6
#: What a dual or a reduced cost is of that is rounding: the solver's dual tolerance.
NO_PRICE = 1e-7
#: Keys of a table that declares none: what names a limit.
OF_LIMITS = ("name", "region", "year", "sheet", "cell")
UNIT, PART, SIGN = "unit", ":", "="
PERCENT = 100.0
#: The unit of a share; an amount of which no more than this is left is rounding.
NO_UNIT, NOTHING_LEFT = "1", 1e-11
#: What names an item in gaps.csv.
OF_GAPS = ("lever", "region", "item")


class UnknownValue(ValueError):
    """No number of the run is named so, or several are."""


@dataclass(frozen=True)
class Address:
    """A number of a table: its row and column."""

    table: str
    row: int
    column: str


def find(run: Finished, asked: str) -> Address:
    """The number that ``TABLE:part:part`` names: parts are words of its key columns in any order, or ``column=word``; a number column may be one of them.

    Raises UnknownValue with the nearest names where none fits, with those that do where several do.
    """
    name, *parts = asked.split(PART)
    if name not in TABLES:
        near = difflib.get_close_matches(name, list(TABLES), MOST_PROPOSED) or list(TABLES)
        raise UnknownValue(Said("explain_no_table", name=name, known=", ".join(near)))
    frame = run.tables.get(name)
    if frame is None or frame.empty:
        raise UnknownValue(Said("explain_no_rows", name=name))
    keys = list(TABLES[name].keys) or [key for key in OF_LIMITS if key in frame]
    numbers = [field.name for field in TABLES[name].fields if field.type == "number"]
    if not numbers:
        raise UnknownValue(Said("explain_no_numbers", name=name))
    named = [part.partition(SIGN)[2] if part.startswith(f"column{SIGN}") else part for part in parts]
    column = next((part for part in named if part in numbers), "")
    words = [part for part in named if part not in numbers]
    texts = frame[keys].astype(str)
    # a name as it is proposed is that number, also where its words in another order are another one
    rows = np.flatnonzero(texts.agg(PART.join, axis=1) == PART.join(words))
    rows = rows if len(rows) else _matching(texts, words, whole=True)
    rows = rows if len(rows) else _matching(texts, words, whole=False)
    if len(rows) == 1:
        return Address(name, int(rows[0]), column or _first(run, name, numbers))
    if len(rows):
        found = [PART.join([name, *texts.iloc[at]]) for at in rows[:MOST_PROPOSED].tolist()]
        raise UnknownValue(Said("explain_several", asked=asked, count=len(rows), known="\n  ".join(found)))
    raise UnknownValue(Said("explain_unknown", asked=asked, keys=PART.join([name, *keys]), known="\n  ".join(_nearest(name, texts, words))))


def _matching(texts: pd.DataFrame, words: list[str], *, whole: bool) -> Integers:
    """Rows in which every word is that of a key column of its own, or begins it."""
    fits = np.ones(len(texts), dtype=bool)
    taken = np.zeros((len(texts), texts.shape[1]), dtype=bool)
    values = texts.to_numpy(dtype=object)
    for word in words:
        key, sign, after = word.partition(SIGN)
        columns = [list(texts.columns).index(key)] if sign and key in texts else list(range(texts.shape[1]))
        wanted = after if sign and key in texts else word
        hit = np.zeros(len(texts), dtype=bool)
        for column in columns:
            same = np.array([text == wanted if whole else text.startswith(wanted) for text in values[:, column]], dtype=bool)
            new = same & ~hit & ~taken[:, column]
            taken[new, column] = True
            hit |= new
        fits &= hit
    return np.flatnonzero(fits)


def _nearest(name: str, texts: pd.DataFrame, words: list[str]) -> list[str]:
    """Keys that look most like what was asked."""
    asked = PART.join(sorted(words))
    known = {PART.join(sorted(row)): PART.join([name, *row]) for row in texts.itertuples(index=False, name=None)}
    near = difflib.get_close_matches(asked, list(known), MOST_PROPOSED, cutoff=0.0)
    return [known[key] for key in near]


def _first(run: Finished, table: str, numbers: list[str]) -> str:
    """The first column of a table that is linked to the matrix, a price before its dual, else its first number."""
    linked = {link.column for link in run.plan.links if link.table == table}
    return next((name for name in numbers if name in linked and name != DUAL), DUAL if DUAL in numbers else numbers[0])


def explain_value(run: Finished, asked: str, lang: str | None) -> Iterator[str]:
    """The sentences on a number. Raises UnknownValue."""
    place = find(run, asked)
    frame = run.tables[place.table]
    row = frame.iloc[place.row]
    keys = list(TABLES[place.table].keys) or [key for key in OF_LIMITS if key in frame]
    unit = _unit(place, row)
    value = float(row[place.column])
    told = line("explain_and", lang).join(f"{key} {row[key]}" for key in keys if key != UNIT and str(row[key]) not in ("", "<NA>"))
    yield line("explain_value", lang, table=place.table, keys=told, column=place.column, value=told_number(value, unit))
    link, terms = _terms(run, place)
    if link is None or not len(terms):
        row_at = _row_of_limit(run, place)
        yield from _of_row(run, row_at, lang) if row_at is not None else [_not_linked(run, place, lang)]
    elif link.of == DUAL:
        yield from _of_row(run, int(link.places[terms[0]]), lang)
    else:
        yield from _of_variables(run, link, terms, value, unit, lang)
        yield from _gap(run, row, lang)


def _not_linked(run: Finished, place: Address, lang: str | None) -> str:
    """That a number is no sum of variables, with the columns of its table that are."""
    columns = ", ".join(dict.fromkeys(link.column for link in run.plan.links if link.table == place.table and link.column != place.column))
    return line("explain_not_linked_but", lang, columns=columns) if columns else line("explain_not_linked", lang)


def _gap(run: Finished, row: pd.Series, lang: str | None) -> Iterator[str]:
    """By how much one more of an item that pays in no year would at least raise the cost, in the unit of its price, where the table ``gaps`` tells it."""
    gaps = run.tables.get("gaps")
    if gaps is None or gaps.empty or not set(OF_GAPS) <= set(row.index):
        return
    found = gaps[np.logical_and.reduce([gaps[key] == row[key] for key in OF_GAPS]) & (gaps["gap"] > NO_PRICE)]
    for gap, unit in found[["gap", UNIT]].itertuples(index=False, name=None):
        yield line("explain_gap", lang, item=row["item"], gap=told_number(float(gap)), unit=unit)


def _unit(place: Address, row: pd.Series) -> str:
    """The unit of a number: that of its column, or of its row."""
    field = next(field for field in TABLES[place.table].fields if field.name == place.column)
    return str(row[field.beside]) if field.beside else field.unit or unit_of(field)


def _terms(run: Finished, place: Address) -> tuple[KeptLink | None, Integers]:
    """The link that tells a number, and which of its terms do."""
    row = run.tables[place.table].iloc[place.row]
    labels = {label: code for code, label in enumerate(run.plan.labels)}
    first = None
    for link in run.plan.links:
        if (link.table, link.column) == (place.table, place.column):
            code = np.array([labels.get(str(row[key]), -1) for key in link.keys])
            terms = np.flatnonzero((link.codes == code).all(axis=1))
            first = first or link
            if len(terms):
                return link, terms
    return first, np.zeros(0, dtype=np.int64)


def _row_of_limit(run: Finished, place: Address) -> int | None:
    at = run.plan.arrays["limit_at"]
    return int(at[place.row]) if place.table == "limits" and place.row < len(at) and at[place.row] >= 0 else None


def _of_variables(run: Finished, link: KeptLink, terms: Integers, value: float, unit: str, lang: str | None) -> Iterator[str]:
    plan = run.plan
    own = terms[link.places[terms] >= 0]
    fixed = float(link.value[terms[link.places[terms] < 0]].sum())
    if not len(own):
        yield line("explain_fixed", lang)
        return
    positions, scale = link.places[own], link.value[own]
    part = scale * plan.arrays["x"][positions]
    order = np.argsort(-np.abs(part), kind="stable")[:MOST_VARIABLES]
    shown = "; ".join(f"{name} = {told_number(amount)}" for name, amount in zip(plan.variable_names(positions[order]), part[order], strict=True))
    more = line("explain_and_more", lang, count=len(own) - MOST_VARIABLES) if len(own) > MOST_VARIABLES else ""
    given = line("explain_given", lang, fixed=told_number(fixed, unit)) if fixed else ""
    yield line("explain_made_of", lang, shown=shown, more=more, given=given)
    yield from _binding(run, positions, scale, unit, lang)
    yield from _own(run, positions, scale, unit, lang)


def _binding(run: Finished, positions: Integers, scale: np.ndarray, unit: str, lang: str | None) -> Iterator[str]:
    """Rows with a dual in which the variables stand, the dearest first: what each makes of one more unit of the number."""
    plan, a = run.plan, run.plan.arrays
    place = np.full(len(a["x"]), 0.0)
    place[positions] = scale
    columns = plan.column_of[positions]
    entries = np.concatenate([np.arange(a["start"][c], a["start"][c + 1]) for c in columns.tolist() if c >= 0] or [np.zeros(0, dtype=np.int64)])
    rows = a["index"][entries]
    # per unit of the number: the coefficient of the variable over what one unit of the variable is in it
    worth = a["value"][entries] * a["row_dual"][rows] / place[a["column"][plan.entry_column[entries]]]
    found = pd.DataFrame({"row": rows, "worth": worth})
    found = found[found["worth"].abs() > NO_PRICE]
    if found.empty:
        yield line("explain_nothing_binds", lang)
        return
    most = found.loc[found.groupby("row", sort=False)["worth"].apply(lambda part: part.abs().idxmax())]
    # limits and prices are known to a person; rows that only carry amounts on come after them
    known = np.isin(most["row"].to_numpy(), np.concatenate([a["limit_at"], *(link.places for link in plan.links if link.of == DUAL)]))
    most = most.iloc[np.lexsort((-most["worth"].abs().to_numpy(), ~known))]
    yield line("explain_binds", lang, count=len(most), unit=unit, money=plan.goal["unit"])
    for row, amount in most.head(MOST_ROWS).itertuples(index=False, name=None):
        costs = (amount < 0.0) != bool(plan.goal["maximise"])
        yield line("explain_costs" if costs else "explain_brings", lang, what=_name(run, int(row), lang), amount=told_number(abs(float(amount))), money=plan.goal["unit"], unit=unit)
    if len(most) > MOST_ROWS:
        yield line("certify_more", lang, count=len(most) - MOST_ROWS)


def _name(run: Finished, row: int, lang: str | None) -> str:
    """A row as a person knows it: the limit with its cell and price, the balance with its price, else its name in the matrix."""
    name = run.plan.row_names(np.array([row]))[0]
    limit = np.flatnonzero(run.plan.arrays["limit_at"] == row)
    if len(limit) and "limits" in run.tables:
        told = run.tables["limits"].iloc[int(limit[0])]
        return line("explain_limit", lang, name=name, sheet=told["sheet"], cell=told["cell"], limit=told_number(float(told["limit"]), told["unit"]), price=told_number(float(told["dual"])), price_unit=str(told["dual_unit"]).removesuffix(f" per {NO_UNIT}"))
    for link in run.plan.links:
        at = np.flatnonzero(link.places == row) if link.of == DUAL and link.column == "price" else np.zeros(0, dtype=np.int64)
        if len(at) and link.table in run.tables:
            labels = run.plan.labels
            words = [labels[code] for code in link.codes[at[0]]]
            frame = run.tables[link.table]
            same = np.logical_and.reduce([frame[key].astype(str).to_numpy() == word for key, word in zip(link.keys, words, strict=True)])
            if same.any():
                told = frame[same].iloc[0]
                return line("explain_price", lang, name=name, price=told_number(float(told[link.column])), unit=told[UNIT])
    return line("explain_row", lang, name=name, dual=told_number(float(run.plan.arrays["row_dual"][row])))


def _own(run: Finished, positions: Integers, scale: np.ndarray, unit: str, lang: str | None) -> Iterator[str]:
    """What stays out, with the cost at which it enters; what is at its upper bound, with what more of it is worth; else what holds both even."""
    plan, a = run.plan, run.plan.arrays
    sign = -1.0 if plan.goal["maximise"] else 1.0
    reduced = sign * a["reduced"][positions] / np.abs(scale)
    column = plan.column_of[positions]
    cost = np.where(column >= 0, sign * a["cost"][np.maximum(column, 0)], 0.0) / np.abs(scale)
    names = plan.variable_names(positions)
    held = a["lower"][positions] == a["upper"][positions]
    out, full = ~held & (reduced > NO_PRICE), ~held & (reduced < -NO_PRICE)
    if held.all():
        yield line("explain_held", lang)
        return
    for at in np.flatnonzero(out)[np.argsort(reduced[out], kind="stable")][:MOST_VARIABLES].tolist():
        numbers = {"name": names[at], "gap": told_number(float(reduced[at])), "money": plan.goal["unit"], "unit": unit, "value": told_number(float(a["x"][positions[at]] * scale[at]))}
        if cost[at] > 0.0 and unit == plan.goal["unit"]:  # of money a cost per unit says nothing
            yield line("explain_enters_share", lang, share=told_number(float(PERCENT * reduced[at] / cost[at])), **numbers)
        elif cost[at] > 0.0:
            yield line("explain_enters", lang, now=told_number(float(cost[at])), below=told_number(float(cost[at] - reduced[at])), **numbers)
        else:
            yield line("explain_enters_by", lang, **numbers)
    for at in np.flatnonzero(full)[np.argsort(reduced[full], kind="stable")][:MOST_VARIABLES].tolist():
        yield line("explain_full", lang, name=_bounded(run, int(positions[at]), names[at]), gain=told_number(float(-reduced[at])), money=plan.goal["unit"], unit=unit)
    if not out.any() and not full.any():
        yield line("explain_even", lang, unit=unit)


def _bounded(run: Finished, position: int, name: str) -> str:
    """A variable with the cell of its bound, where that is a limit of the workbook."""
    limit = np.flatnonzero(run.plan.arrays["limit_at"] == -1 - position)
    if not len(limit) or "limits" not in run.tables:
        return name
    told = run.tables["limits"].iloc[int(limit[0])]
    return f"{name} ({told['sheet']}!{told['cell']})"


def _of_row(run: Finished, row: int, lang: str | None) -> Iterator[str]:
    """A dual: its row, what holds it, and the largest terms of it."""
    plan, a = run.plan, run.plan.arrays
    low, high = float(a["row_lower"][row]), float(a["row_upper"][row])
    kind = "explain_equal" if low == high else "explain_at_most" if low == -np.inf else "explain_at_least" if high == np.inf else "explain_between"
    sides = line(kind, lang, left=told_number(float(plan.activity[row])), low=told_number(low), high=told_number(high))
    yield line("explain_dual", lang, name=_name(run, row, lang), sides=sides)
    entries = np.flatnonzero(a["index"] == row)
    positions = a["column"][plan.entry_column[entries]]
    part = a["value"][entries] * a["x"][positions]
    order = np.argsort(-np.abs(part), kind="stable")[:MOST_ROWS]
    for name, amount in zip(plan.variable_names(positions[order]), part[order], strict=True):
        yield f"  {name}: {told_number(float(amount))}"
    if abs(float(a["row_dual"][row])) <= NO_PRICE:
        yield line("explain_slack", lang)


def told_number(value: float, unit: str = NO_UNIT) -> str:
    """A number, with its unit where it has one; what rounding leaves of nothing is nothing."""
    shown = f"{value + 0.0:.{DIGITS}g}" if abs(value) > NOTHING_LEFT else "0"
    return shown if unit == NO_UNIT else f"{shown} {unit}"
