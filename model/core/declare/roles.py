"""What a lever is, said by the lever: what it posts, what it decides, what follows from its decisions.

    items = (Item("wetland_recovery", "sink", en="Recovered wetland", zh="恢复湿地", iamc="Carbon Removal|Land Use|Wetland Restoration"),)
    decisions = (Decision("recovered", ("from_class",), gap_unit="CNY/ha", lever="wetland", told=Told("kha")),)
    states = (State("dead_wood_pool", ("dead_wood_in_balance", "dead_wood_decay"), Pool("dead_wood", feeds="dead_wood")),)
    operations = ("energy_wood",)
    trades = (Trade("water_right", "million m3/yr", "rights", balance="water", en="Water rights", zh="水权"),)

Reports, the list of gaps, the IAMC file, the split of money and the course without levers read these; none of them names an item,
a variable or a lever.

Limits: declarations only; nothing here knows a model or a report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .iamc import REMOVAL
from .spec import Table, Target, targets_of

if TYPE_CHECKING:
    import pandas as pd


#: Who pays a cost that no fund pays: every item of the money account names one of these.
POWER_USERS, INDUSTRY_FIRMS, END_USERS, WATER_USERS = "power_users", "industry_firms", "end_users", "water_users"
LAND_USERS, WOOD_USERS, EMITTERS = "land_users", "wood_users", "emitters"
#: Payer -> its words in English and Chinese.
PAYERS: dict[str, tuple[str, str]] = {
    POWER_USERS: ("Power users", "用电者"),
    INDUSTRY_FIRMS: ("Industry", "工业企业"),
    END_USERS: ("Owners of buildings and vehicles", "建筑与车辆业主"),
    WATER_USERS: ("Water users", "用水者"),
    LAND_USERS: ("Users of fields, grassland and restored land", "农牧用地与修复地使用者"),
    WOOD_USERS: ("Buyers of wood", "木材使用者"),
    EMITTERS: ("Emitters of CO2", "二氧化碳排放者"),
}
#: Where an item names nobody: told as it is, never taken for one of the payers.
UNNAMED = "payer_not_named"
UNNAMED_WORDS = ("Payer not named", "未指明付费者")


@dataclass(frozen=True)
class Item:
    """One thing that is posted to a balance or account, or to several.

    A name that holds the column of a table (``{storage_technologies.technology}_charging``) stands for one item for each key of
    the column; ``{}`` in its words is the key's own word. Words may be left out where something else of that name has them: a key
    of the workbook, a table, a variable. ``iamc`` names the variables of the IAMC file in which it stands: ``NOWHERE`` for what
    the file leaves out, "" for the branch ``Other`` of its balance. ``only_added`` marks a part of the sink that exists through
    levers alone, ``buffered`` one whose carbon fire, pests and felling can give back: the permanence buffer withholds a share.
    ``wooded`` marks land: what the item holds of forest land, or adds to it, is under trees. What is posted to money names its
    ``payer`` (a key of ``PAYERS``): who pays what no fund pays.
    """

    name: str
    balance: str | tuple[str, ...]
    en: str = ""
    zh: str = ""
    iamc: str | tuple[str, ...] = ""
    only_added: bool = False
    buffered: bool = False
    wooded: bool = False
    payer: str = ""

    @property
    def balances(self) -> tuple[str, ...]:
        """Every balance to which it is posted."""
        return (self.balance,) if isinstance(self.balance, str) else self.balance

    @property
    def variables(self) -> tuple[str, ...]:
        """Every variable of the IAMC file in which it stands."""
        return tuple(filter(None, (self.iamc,) if isinstance(self.iamc, str) else self.iamc))

    @property
    def keys(self) -> Target | None:
        """The column whose keys stand in the name; None for a name that is whole."""
        return targets_of(self.name)[0] if "{" in self.name else None

    def names(self, tables: Mapping[str, pd.DataFrame]) -> list[str]:
        """The names under which it may be posted in a workbook with these tables."""
        keys = self.keys
        if keys is None:
            return [self.name]
        frame = tables.get(keys.table)
        return [] if frame is None or keys.column not in frame else [str(name) for name in keys.words(frame[keys.column].unique())]


def _reduces(item: Item) -> bool:
    return not any(variable.split("|")[0] == REMOVAL for variable in item.variables)


#: What a column of items may ask of them -> whether an item is so, and what is said of one that is not, in English and Chinese.
ITEM_KINDS: dict[str, tuple[Callable[[Item], bool], tuple[str, str]]] = {
    "added": (lambda item: item.only_added, ("exists without any lever: what is not added can not be credited", "在没有措施时也存在，不能签发信用")),
    "reduces": (_reduces, ("takes CO2 from the air, or from plants that took it: it lowers no emission", "为大气或生物质移除，不减少排放")),
}  # fmt: skip


@dataclass(frozen=True)
class Headline:
    """A row of what the plan does, by group on the first sheet and by region on the map: the told amounts of the decision's lever.

    Of these only items that begin with one of ``starts``, or all of them; rows stand by ``place``.
    """

    place: int
    en: str
    zh: str
    starts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Told:
    """How the table ``allocation`` tells a decision: in ``unit``, by the item of the decision.

    Amounts of a period are told a year where the unit is one of a year, amounts by vintage as what stands; ``to`` is the column of
    the index that says where it goes. Where the amount is no variable of the model, a result ``table`` holds it in the column
    ``amount``; ``rows`` (data, table) says which of its rows are this decision's. A ``headline`` tells it on the first sheet too.
    What such an amount is made of in the model, the links of that table say.
    """

    unit: str
    to: str = ""
    table: str = ""
    amount: str = ""
    rows: Callable[[Any, Any], Any] | None = None
    headline: Headline | None = None


@dataclass(frozen=True)
class Project:
    """Families that make sense as a whole only, and the families of rows that tie them to one another and to nothing else."""

    families: tuple[str, ...]
    rows: tuple[str, ...]


@dataclass(frozen=True)
class Decision:
    """A family of variables that is decided, and zero without levers.

    ``item`` names the columns that tell what is decided: of its index, or known of its stratum; without any it is named as the
    variable is. ``gap_unit`` is the unit in which one more unit of it is priced ("" where no gap is told), ``lever`` the word under
    which reports list it and ``sheets`` the input sheets that hold it back. ``told`` says how the list of what to do tells it; the
    gap of a ``project`` is that of the whole.
    """

    variable: str
    item: tuple[str, ...] = ()
    gap_unit: str = ""
    lever: str = ""
    sheets: tuple[str, ...] = ()
    told: Told | None = None
    project: Project | None = None


@dataclass(frozen=True)
class Pool:
    """Carbon in one place, as the table ``stocks`` lists it, and the item of the sink that it feeds.

    ``feeds`` names the item that is the change of this pool, or of all that name it ("" where the sink holds no such item).
    ``sign`` is -1 for a deficit: it feeds the sink where it falls. ``of_period`` marks no stock but what enters in the period, which
    feeds the sink by itself. ``empty_at_first`` says that it holds nothing in the base year. What is no variable is listed in
    ``POOLS`` of its room's results: ``make(solution, tables)`` gives region, year and value in Mt C.
    """

    name: str
    feeds: str = ""
    sign: float = 1.0
    of_period: bool = False
    empty_at_first: bool = False
    make: Callable[[Any, Any], Any] | None = field(default=None, compare=False)

    @property
    def is_stock(self) -> bool:
        """Whether carbon is held there, so that it adds up with that of other pools."""
        return self.sign > 0.0 and not self.of_period


@dataclass(frozen=True)
class Way:
    """The lines or canals over which regions send something.

    ``cost`` is the item of money that pays for them, posted by variables whose index begins with both ends: by the one that is sent,
    or by what stands and serves both directions and all that goes over the same way. ``table`` tells by both ends in its column
    ``loss`` which share is lost, without one nothing is.
    """

    cost: str
    table: Table | None = None
    loss: str = ""


@dataclass(frozen=True)
class Trade:
    """Something that regions send, sell or owe one another, as the table ``trade`` tells it in ``unit``.

    It is told by a ``variable`` whose index begins with who gives and who gets, regions or water zones, or by an ``agreed`` table of
    years with such keys. ``balance`` is the one from which it is taken and to which it is given: the price of its rows is that of
    the commodity. What goes over lines or canals that cost something names its ``way``. What is agreed of another commodity, and is a part of its amounts,
    names it ``within``: it has the prices of that one, and is paid once.
    What clears in a market, nobody in particular selling to nobody in particular, names the result ``table`` in which a region ``gets`` and
    ``gives`` so much (its columns) at the price in ``priced``: it is told from every seller to every buyer, in proportion to both. ``of_carbon``
    says that paying for it settles carbon.
    """

    commodity: str
    unit: str
    variable: str = ""
    agreed: Table | None = None
    balance: str = ""
    way: Way | None = None
    within: str = ""
    table: str = ""
    gets: str = ""
    gives: str = ""
    priced: str = ""
    of_carbon: bool = False
    en: str = ""
    zh: str = ""


@dataclass(frozen=True)
class State:
    """A family of variables that follows from decisions, by the families of rows that say how: as many rows as variables.

    ``pool`` says what carbon it is, for what is a pool or enters one in the period.
    """

    variable: str
    rows: tuple[str, ...]
    pool: Pool | None = None


@dataclass(frozen=True)
class Known:
    """What a lever knows of the keys of a column, of a stratum its region for instance: results are placed and named by it.

    ``of(data)`` gives a frame with ``key`` and ``columns``, one row for each key. ``read(names)`` gives of a series of keys what
    their names alone tell, for reports that have a table and no data.
    """

    key: str
    columns: tuple[str, ...]
    of: Callable[[Any], Any]
    read: Callable[[Any], Any] | None = None
