"""What a lever is, said by the lever: what it posts, what it decides, what follows from its decisions.

    items = (Item("wetland_recovery", "sink", en="Recovered wetland", zh="恢复湿地", iamc="Carbon Removal|Land Use|Wetland Restoration"),)
    decisions = (Decision("recovered", ("from_class",), gap_unit="CNY/ha", lever="wetland"),)
    states = (State("dead_wood_pool", ("dead_wood_in_balance", "dead_wood_decay")),)

Reports, the list of gaps, the IAMC file, the split of money and the course without levers read these; none of them names an item,
a variable or a lever.

Limits: declarations only; nothing here knows a model or a report.
"""

from __future__ import annotations

from dataclasses import dataclass


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
class Decision:
    """A family of variables that is decided, and zero without levers.

    ``item`` names the columns of its index that tell what is decided; ``gap_unit`` is the unit in which one more unit of it is
    priced ("" where no gap is told), ``lever`` the word under which reports list it and ``sheets`` the input sheets that hold it back.
    """

    variable: str
    item: tuple[str, ...] = ()
    gap_unit: str = ""
    lever: str = ""
    sheets: tuple[str, ...] = ()


@dataclass(frozen=True)
class State:
    """A family of variables that follows from decisions, by the families of rows that say how: as many rows as variables."""

    variable: str
    rows: tuple[str, ...]
