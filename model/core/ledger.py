"""The ledger: levers post what they supply and use; nobody knows who else posts.

A post is a set of linear terms, coefficient times decision variable (or a fixed amount), booked under an item to a
row of a shared balance. When all levers have posted, each balance is closed to rows ``supply >= use``. The report
of a balance multiplies the same posts with the solution, so report and constraint can not drift apart.

Limits: the land equation is not written in one place; ``explain`` prints any row with who posted what.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from .declare import units
from .declare.lines import Said, told
from .declare.spec import Balance, Column
from .frames import key_tuples

if TYPE_CHECKING:
    from .data import Data

FIXED = -1  # the position of a post that is an amount, not a term of a variable


class PostError(ValueError):
    """A lever posted something that does not fit: unknown balance, missing index, NaN, wrong unit.

    ``key`` is the first key (column -> value) that a table lacks; ``lever``, ``data`` and what the
    lever had read (``reads``) are set by the build.
    """

    def __init__(self, message: str, key: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.key = dict(key or {})
        self.lever = ""
        self.data: Data | None = None
        self.reads: set[str] = set()

    def told(self, lang: str) -> str:
        """What is wrong, after the name of the lever, in a language."""
        return f"{self.lever + ': ' if self.lever else ''}{told(self.args[0], lang)}"


@dataclass(frozen=True)
class Terms:
    """Decision variables as rows of a frame: their index columns and ``position``; ``unit`` is the variable's."""

    frame: pd.DataFrame
    unit: str

    def join(self, table: pd.DataFrame, on: Sequence[str], columns: Sequence[str] | None = None) -> Terms:
        """Add columns of ``table`` by the key ``on``; a missing or doubled key raises PostError with the key."""
        return Terms(join(self.frame, table, on, columns), self.unit)

    def where(self, mask: npt.ArrayLike) -> Terms:
        """Only the rows for which ``mask`` holds."""
        return Terms(self.frame[np.asarray(mask, dtype=bool)], self.unit)

    def assign(self, **columns: object) -> Terms:
        """The same terms with more columns."""
        return Terms(self.frame.assign(**columns), self.unit)

    def rename(self, **columns: str) -> Terms:
        """The same terms with columns renamed (old=new)."""
        return Terms(self.frame.rename(columns=columns), self.unit)

    def cross(self, table: pd.DataFrame) -> Terms:
        """Every term with every row of ``table``."""
        return Terms(self.frame.merge(table, how="cross"), self.unit)

    def spread(self, table: pd.DataFrame, on: Sequence[str]) -> Terms:
        """Every term with each of the rows of ``table`` that share its key ``on``; a term with none raises."""
        keys = list(on)
        wanted, there = _index(self.frame, keys), _index(table, keys)
        codes, unique = there.factorize()
        found = np.asarray(unique.get_indexer(wanted), dtype=np.int64)
        if (found < 0).any():
            raise _no_row(self.frame.loc[found < 0, keys])
        # rows of the table by code, then for every term those of its code
        order = np.argsort(codes, kind="stable")
        sizes = np.bincount(codes, minlength=len(unique))
        starts = np.concatenate([[0], np.cumsum(sizes)])[:-1]
        count = sizes[found]
        left = np.repeat(np.arange(len(found)), count)
        within = np.arange(len(left)) - np.repeat(np.cumsum(count) - count, count)
        taken = order[np.repeat(starts[found], count) + within]
        spread = self.frame.take(left).reset_index(drop=True)
        return Terms(spread.assign(**{c: table[c].array.take(taken) for c in table.columns if c not in keys}), self.unit)


def join(frame: pd.DataFrame, table: pd.DataFrame, on: Sequence[str], columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Left join that never loses or doubles a row: PostError names the missing or doubled key."""
    keys = list(on)
    take = list(columns) if columns is not None else [c for c in table.columns if c not in keys]
    found = _found(frame, table, keys)
    if found is None:
        there = _index(table, keys)
        if not there.is_unique:
            raise PostError(Said("post_doubled", keys=_sample(table.loc[table.duplicated(keys), keys])))
        found = np.asarray(there.get_indexer(_index(frame, keys)), dtype=np.int64)
        if (found < 0).any():
            raise _no_row(frame.loc[found < 0, keys])
    # columns are taken by place: a merge of frames costs several times as much
    joined = frame.reset_index(drop=True)
    for column in take:
        joined[column] = table[column].array.take(found)
    return joined


def _found(frame: pd.DataFrame, table: pd.DataFrame, on: Sequence[str]) -> npt.NDArray[np.int64] | None:
    """For every row of ``frame`` the row of ``table`` with the same key; None where a key is missing or stands twice.

    An index of pandas over several columns takes longer to make than most tables take to be looked through.
    """
    place = {key: row for row, key in enumerate(key_tuples(table, on))}
    found = [place.get(key, -1) for key in key_tuples(frame, on)]
    return None if len(place) < len(table) or -1 in found else np.array(found, dtype=np.int64)


def places(frame: pd.DataFrame, table: pd.DataFrame, on: Sequence[str]) -> npt.NDArray[np.int64]:
    """For every row of ``frame`` the row of ``table`` (unique keys ``on``) with the same key, -1 where there is none."""
    return np.asarray(_index(table, on).get_indexer(_index(frame, on)), dtype=np.int64)


def _index(frame: pd.DataFrame, on: Sequence[str]) -> pd.Index:
    """The key columns as an index; column by column, which is cheaper than a frame of them."""
    return pd.Index(frame[on[0]]) if len(on) == 1 else pd.MultiIndex.from_arrays([frame[key] for key in on], names=list(on))


def _no_row(frame: pd.DataFrame) -> PostError:
    return PostError(Said("post_no_row", keys=_sample(frame)), frame.iloc[0].to_dict())


def _sample(frame: pd.DataFrame) -> str:
    return "; ".join(", ".join(f"{k}={v}" for k, v in row.items()) for row in frame.drop_duplicates().head(3).to_dict("records"))


@dataclass(frozen=True)
class Post:
    """One booking: index ``columns`` of the balance, variable ``position`` (FIXED for an amount), signed ``coefficient``
    in solver units, under ``item``. ``cells`` are the workbook cells of the amounts, if any."""

    balance: str
    item: str
    columns: dict[str, pd.Series]
    position: npt.NDArray[np.int64]
    coefficient: npt.NDArray[np.float64]
    sheet: str = ""
    cells: tuple[str, ...] = ()
    memo: bool = False
    #: For amounts of cells: in what the amount differs from its cell (a key of ``NETS``), and whether it asks or allows.
    nets: str = ""
    is_use: bool = False

    @property
    def frame(self) -> pd.DataFrame:
        """The index columns as a frame."""
        return pd.DataFrame(self.columns).reset_index(drop=True)

    def same(self, other: Post) -> bool:
        """Whether the other says the same, number by number and key by key."""
        told, theirs = ((post.balance, post.item, post.sheet, post.cells, post.memo, post.nets, post.is_use, list(post.columns)) for post in (self, other))
        return (
            told == theirs
            and np.array_equal(self.coefficient, other.coefficient)
            and np.array_equal(self.position, other.position)
            and all(np.array_equal(column.to_numpy(), other.columns[name].to_numpy()) for name, column in self.columns.items())
        )


@dataclass
class Ledger:
    """All posts of a model, by balance."""

    balances: dict[str, Balance]
    posts: dict[str, list[Post]] = field(default_factory=dict)
    #: All posts in the order in which they were made.
    order: list[Post] = field(default_factory=list)
    #: Balance and item of everything that who posts now has declared; None: nobody in particular posts, nothing is asked.
    declared: Collection[tuple[str, str]] | None = None
    #: Where balances are noted that somebody reads; None: nobody asks.
    seen: set[str] | None = None
    #: Balance -> number of its posts and their table: closings and reports ask for the same one again and again.
    _tables: dict[str, tuple[int, pd.DataFrame]] = field(default_factory=dict, repr=False, compare=False)

    def supply(self, balance: str, terms: Terms, coefficient: Column | npt.ArrayLike, *, item: str, unit: str = "", memo: bool = False) -> None:
        """Post that each term supplies ``coefficient`` per unit of its variable to ``balance``.

        ``coefficient`` is a declared Column (found in the terms' frame, unit from its declaration) or a number or
        array with explicit ``unit``; unit(coefficient) x unit(variable) must be unit(balance). ``memo`` marks an
        item that is reported but does not count in the strict target.
        """
        self._post(1.0, balance, terms, coefficient, item, unit, memo)

    def use(self, balance: str, terms: Terms, coefficient: Column | npt.ArrayLike, *, item: str, unit: str = "", memo: bool = False) -> None:
        """Post that each term uses ``coefficient`` per unit of its variable of ``balance``; see ``supply``."""
        self._post(-1.0, balance, terms, coefficient, item, unit, memo)

    def supply_fixed(self, balance: str, frame: pd.DataFrame, amount: npt.ArrayLike, *, item: str, unit: str, sheet: str = "", cells: Iterable[str] = (), memo: bool = False, nets: str = "") -> None:
        """Post fixed amounts (in the solver unit ``unit``) supplied, one per row of ``frame``.

        ``sheet`` and ``cells`` say which workbook cell set each amount: the row then appears in ``limits.csv``; ``nets``
        (a key of ``NETS``) in what the amount differs from the number in the cell.
        """
        self._fixed(1.0, balance, frame, amount, item, unit, sheet, tuple(cells), memo, nets)

    def use_fixed(self, balance: str, frame: pd.DataFrame, amount: npt.ArrayLike, *, item: str, unit: str, sheet: str = "", cells: Iterable[str] = (), memo: bool = False, nets: str = "") -> None:
        """Post fixed amounts used, one per row of ``frame``; see ``supply_fixed``."""
        self._fixed(-1.0, balance, frame, amount, item, unit, sheet, tuple(cells), memo, nets)

    def items(self, balance: str) -> list[str]:
        """Items posted to a balance, in order of posting."""
        return list(dict.fromkeys(p.item for p in self.posted(balance)))

    def posted(self, balance: str) -> list[Post]:
        """The posts of a balance until now, in order of posting."""
        if self.seen is not None:
            self.seen.add(balance)
        return list(self.posts.get(balance, []))

    def table(self, balance: str) -> pd.DataFrame:
        """All posts of a balance in one frame: index columns, item, memo, position, coefficient (signed).

        Made anew only when posts have come since; columns may be added to what is returned, its values not changed.
        """
        number = len(self.posted(balance))
        if self._tables.get(balance, (-1,))[0] != number:
            self._tables[balance] = (number, self._joined(balance))
        return self._tables[balance][1].copy(deep=False)

    def _joined(self, balance: str) -> pd.DataFrame:
        spec = self.balances[balance]
        posts = self.posts.get(balance, [])
        columns = [*spec.index, "item", "memo", "position", "coefficient"]
        if not posts:
            return pd.DataFrame(columns=columns)
        # columns are joined one by one: a frame for every post costs ten times as much; a post of nothing has no say in their types
        posts = [post for post in posts if len(post.position)] or posts
        sizes = [len(post.position) for post in posts]
        frame = pd.DataFrame({column: pd.concat([post.columns[column] for post in posts], ignore_index=True) for column in spec.index})
        frame["item"] = pd.Series(np.repeat(np.array([post.item for post in posts], dtype=object), sizes)).astype(str)
        frame["memo"] = np.repeat(np.array([post.memo for post in posts], dtype=bool), sizes)
        frame["position"] = np.concatenate([post.position for post in posts])
        frame["coefficient"] = np.concatenate([post.coefficient for post in posts])
        return frame[columns]

    def _spec(self, balance: str) -> Balance:
        if balance not in self.balances:
            raise PostError(Said("post_balance", name=balance, known=", ".join(self.balances)))
        return self.balances[balance]

    def _post(self, sign: float, balance: str, terms: Terms, coefficient: Column | npt.ArrayLike, item: str, unit: str, memo: bool) -> None:
        spec = self._spec(balance)
        if isinstance(coefficient, Column):
            if coefficient.name not in terms.frame:
                raise PostError(Said("post_column", item=item, column=coefficient.name))
            values = terms.frame[coefficient.name].to_numpy(dtype=float)
            unit = units.solver_unit(coefficient.unit)
        else:
            if not unit:
                raise PostError(Said("post_bare", item=item))
            values = np.broadcast_to(np.asarray(coefficient, dtype=float), (len(terms.frame),))
        if not units.product_matches(unit, terms.unit, spec.unit):
            raise PostError(Said("post_product", item=item, unit=unit, of=terms.unit, wanted=spec.unit, balance=balance))
        position = terms.frame["position"].to_numpy(dtype=np.int64)
        self._store(spec, item, terms.frame, position, sign * values, "", (), memo)

    def _fixed(self, sign: float, balance: str, frame: pd.DataFrame, amount: npt.ArrayLike, item: str, unit: str, sheet: str, cells: tuple[str, ...], memo: bool, nets: str) -> None:
        spec = self._spec(balance)
        if not units.product_matches(unit, "1", spec.unit):
            raise PostError(Said("post_unit", item=item, unit=unit, wanted=spec.unit, balance=balance))
        values = np.broadcast_to(np.asarray(amount, dtype=float), (len(frame),))
        position = np.full(len(frame), FIXED, dtype=np.int64)
        self._store(spec, item, frame, position, sign * values, sheet, cells, memo, nets, sign < 0.0)

    def _store(self, spec: Balance, item: str, frame: pd.DataFrame, position: npt.NDArray[np.int64], values: npt.NDArray[np.float64], sheet: str, cells: tuple[str, ...], memo: bool, nets: str = "", is_use: bool = False) -> None:
        self._ask_declared(spec.name, item)
        missing = [c for c in spec.index if c not in frame]
        if missing:
            raise PostError(Said("post_index", item=item, balance=spec.name, columns=", ".join(missing)))
        if not np.isfinite(values).all():
            bad = frame.loc[~np.isfinite(values), list(spec.index)]
            raise PostError(Said("post_number", item=item, keys=_sample(bad)))
        if cells and len(cells) != len(frame):
            raise PostError(Said("post_cells", item=item, count=len(cells), rows=len(frame)))
        keep = values != 0.0
        if sheet:  # an amount that a cell sets is kept even at zero: it is a limit of the workbook
            keep = np.ones(len(frame), dtype=bool)
        if not keep.any():
            return
        whole = keep.all()
        index = {column: frame[column] if whole else frame[column][keep] for column in spec.index}
        kept_cells = tuple(c for c, k in zip(cells, keep, strict=True) if k) if cells else ()
        self.add(Post(spec.name, item, index, position[keep], values[keep], sheet, kept_cells, memo, nets, is_use))

    def add(self, post: Post) -> None:
        """Book a finished post."""
        self._ask_declared(post.balance, post.item)
        self.posts.setdefault(post.balance, []).append(post)
        self.order.append(post)

    def _ask_declared(self, balance: str, item: str) -> None:
        if self.declared is not None and (balance, item) not in self.declared:
            raise PostError(Said("post_item", item=item, balance=balance))
