"""What a lever is, said by the lever: what it posts, what it decides, what follows from its decisions.

    items = (Item("wetland_recovery", "sink", en="Recovered wetland", zh="恢复湿地", iamc="Carbon Removal|Land Use|Wetland Restoration"),)
    decisions = (Decision("recovered", ("from_class",), gap_unit="CNY/ha", lever="wetland", told=Told("kha")),)
    states = (State("dead_wood_pool", ("dead_wood_in_balance", "dead_wood_decay"), pool="dead_wood"),)
    operations = ("energy_wood",)

Reports, the list of gaps, the IAMC file, the split of money and the course without levers read these; none of them names an item,
a variable or a lever.

Limits: declarations only; nothing here knows a model or a report.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Item:
    """One thing that is posted to a balance or an account; what is posted to several is declared for each.

    ``keys`` says that the name begins so and ends with a key of the workbook (``fuel_`` and a fuel): the words are then those of
    the beginning. ``iamc`` is the variable of the IAMC file in which it stands, "" where it stands in none. ``fund`` is who pays
    where the sheet ``cost_funds`` says nothing. ``only_added`` marks a part of the sink that exists through levers alone.
    """

    name: str
    balance: str
    en: str = ""
    zh: str = ""
    iamc: str = ""
    fund: str = ""
    keys: bool = False
    only_added: bool = False


@dataclass(frozen=True)
class Told:
    """How the table ``allocation`` tells a decision: in ``unit``, by the item of the decision.

    Amounts of a period are told a year where the unit is one of a year, amounts by vintage as what stands; ``to`` is the column of
    the index that says where it goes. Where the amount is no variable of the model, a result ``table`` holds it in the column
    ``amount``; ``rows`` (data, table) says which of its rows are this decision's.
    """

    unit: str
    to: str = ""
    table: str = ""
    amount: str = ""
    rows: Callable[[Any, Any], Any] | None = None


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
class State:
    """A family of variables that follows from decisions, by the families of rows that say how: as many rows as variables.

    ``pool`` is the name under which the table ``stocks`` lists it ("" where it is no stock); ``empty_at_first`` says that the
    pool holds nothing in the base year.
    """

    variable: str
    rows: tuple[str, ...]
    pool: str = ""
    empty_at_first: bool = False
