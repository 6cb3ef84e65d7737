"""Land in the report: what there is of each class, who holds it, what is idle.

Who holds land says so by a post to the balance of land, and what shares a hectare with panels by a post to ``dual_restored``
under the same item (panels to ``dual_panels``): no lever is named here.

Limits: the base year holds the survey and, of the uses, the amounts that no decision moves, as at the first milestone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ....core.build.roles import closed
from ....core.declare import units
from ....core.declare.results import IDLE, YEAR, Identity, Link, ResultTable, number, texts
from ....core.ledger import FIXED
from ....core.solve.amounts import entries, posted, stack, total
from ....core.solve.sides import Sides, Tables, compare, not_negative, sums, zero
from ..land import DUAL_USE
from ..tables import AVAILABLE, LAND, open_area

if TYPE_CHECKING:
    from ....core.solve.solution import Solution

BALANCE = "land"
CLASS_YEAR = ["region", "land_class", "year"]
#: Balances in which a hectare is shared: what panels bring, and what the other use does.
SHARING = ("dual_panels", "dual_restored")


def land(solution: Solution, tables: Tables) -> pd.DataFrame:
    """What is available, who holds it, what is idle; all non-negative.

    Land that changes class is part of ``available`` of both classes. A hectare in dual use is counted once: it stands
    in its own row and is taken off the panels and off the use that it is shared with.
    """
    entered = entries(solution, BALANCE, "kha")
    if entered.empty or not closed(solution.build, BALANCE):
        return pd.DataFrame()
    entered = total(entered, [*CLASS_YEAR, "item"])
    adds, dual = entered["item"].isin(_adding(solution)), entered["item"] == DUAL_USE.name
    available = total(entered[adds & ~dual], CLASS_YEAR).assign(use=AVAILABLE)
    uses = entered[~adds].rename(columns={"item": "use"})
    uses = uses.assign(value=-uses["value"])
    shared = entered[dual][[*CLASS_YEAR, "value"]]
    if len(shared):
        given = _given(solution).merge(shared.rename(columns={"value": "shared"}), on=CLASS_YEAR)
        uses = uses.merge(given, how="left", on=[*CLASS_YEAR, "use"])
        uses = uses.assign(value=uses["value"] - (uses["shared"].astype(float) * uses["part"].astype(float)).fillna(0.0))
    held = stack([uses[[*CLASS_YEAR, "use", "value"]], shared.assign(use=DUAL_USE.name)])
    return stack([_with_idle(available, held), _base_year(solution)])


def land_links(solution: Solution) -> list[Link]:
    """What is available, and uses that share no land, are what is posted; the rest follows from what closes a class."""
    found = posted(solution, BALANCE, "kha")
    if found.empty or not closed(solution.build, BALANCE):
        return []
    adds, dual = found["item"].isin(_adding(solution)), found["item"] == DUAL_USE.name
    sharing = {item for balance in SHARING for item in solution.build.ledger.items(balance)}
    uses = found[~adds & ~found["item"].isin(sharing)]
    uses = uses.assign(use=uses["item"], value=-uses["value"])
    return [Link("value", tuple(CLASS_YEAR), found[adds & ~dual], signs=("use", {AVAILABLE: 1.0})), Link("value", (*CLASS_YEAR, "use"), uses)]


def _with_idle(available: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    taken = total(held, CLASS_YEAR).rename(columns={"value": "taken"}) if len(held) else pd.DataFrame(columns=[*CLASS_YEAR, "taken"])
    idle = available.merge(taken, how="left", on=CLASS_YEAR)
    idle = idle.assign(use=IDLE, value=idle["value"] - idle["taken"].astype(float).fillna(0.0))
    return stack([available, held, idle.drop(columns="taken")])


def _given(solution: Solution) -> pd.DataFrame:
    """Class, year and use, and which ``part`` of the shared land it gives: in proportion to what it posts to its side of the sharing."""
    found = []
    for balance in SHARING:
        side = entries(solution, balance, "kha")
        side = total(side[side["item"] != DUAL_USE.name], [*CLASS_YEAR, "item"])
        groups = side.groupby(CLASS_YEAR, sort=False)["value"]
        whole, count = groups.transform("sum").to_numpy(dtype=float), groups.transform("size").to_numpy(dtype=float)
        part = np.divide(side["value"].to_numpy(dtype=float), whole, out=1.0 / count, where=whole > 0.0)
        found.append(side.assign(part=part).drop(columns="value").rename(columns={"item": "use"}))
    return stack(found)


def _adding(solution: Solution) -> list[str]:
    """Items that may add land to some class: they belong to what is available, on all classes."""
    table = solution.build.ledger.table(BALANCE)
    return [AVAILABLE, DUAL_USE.name, *table.loc[table["coefficient"] > 0.0, "item"].drop_duplicates()]


def _base_year(solution: Solution) -> pd.DataFrame:
    """The same rows for the base year: the survey, and what is held by amounts that no decision moves."""
    data = solution.build.data
    survey = in_kha(data.frame(LAND), "area")
    available = survey.assign(value=open_area(survey), use=AVAILABLE, year=data.base_year)[[*CLASS_YEAR, "use", "value"]]
    table = solution.build.ledger.table(BALANCE)
    held = table[(table["position"] == FIXED) & (table["coefficient"] < 0.0) & (table["year"] == data.years[0])]
    held = held[~held["item"].isin(_adding(solution))].rename(columns={"item": "use"})
    held = in_kha(held.assign(value=-held["coefficient"], year=data.base_year), "value")[[*CLASS_YEAR, "use", "value"]]
    listed = available.set_index(["region", "land_class"]).index
    held = held[pd.MultiIndex.from_frame(held[["region", "land_class"]]).isin(listed)]
    return _with_idle(available, held)


def in_kha(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """``frame`` with ``columns`` in kha, which were in Mha."""
    kha = units.convert(1.0, "Mha", "kha")
    return frame.assign(**{column: frame[column].astype(float) * kha for column in columns})


def land_by_class(tables: Tables, solution: Solution) -> list[Sides]:
    """Available land of a class is what uses hold and what is idle."""
    land = tables["land"]
    signed = land.assign(value=np.where(land["use"] == AVAILABLE, land["value"], -land["value"]))
    return [zero(signed, ["region", "land_class", "year"]), not_negative(land)]


def land_transfers(tables: Tables, solution: Solution) -> list[Sides]:
    """Land that changes class stays land of the region: all classes together are the same in every year."""
    land = tables["land"]
    whole = sums(land[land["use"] == AVAILABLE], ["region", "year"])
    first = whole.groupby(level="region").transform("first") if len(whole) else whole
    return [compare(whole, first)]


RESULTS = (
    ResultTable(
        "land", "What each land class has, who holds it and what is idle; a hectare in dual use counts once.", "各地类可用面积、占用与闲置；复合利用的土地只计一次。",
        (*texts("region", "land_class", "use"), YEAR, number("value", "kha", "Area", "面积")), ("region", "land_class", "use", "year"), make=land, links=land_links,
    ),
)  # fmt: skip
IDENTITIES = (
    Identity("land_by_class", "Land: what is used and idle of each class is what there is", "各地类面积平衡", land_by_class),
    Identity("land_transfers_conserve_area", "Land that changes its class keeps its area", "地类转换面积守恒", land_transfers),
)
