"""What the levers add to the sinks: each category of the plan beside its course without any lever, and the difference.

Without levers every decision is zero. What remains has its own course, which follows from the states and from what is posted
as a fixed amount: of the forest, for instance, stands of the base year age, are lost and start anew as their own kind (what is
killed in productive stands is salvaged by the workbook's share), inherited pools decay while losses and salvage enter them.

The twin is no second optimisation and no second set of formulas: the rows of the model that define a state (areas by
age class, pools, deficits) are solved as equations with every decision at zero, and the posts to the sink account that
gave the plan's figures are multiplied with the result.

What is a decision and what a state, and by which rows, is declared by each lever. A family that posts to the sinks and is
declared as neither counts as a decision, and a warning says so.

Limits: obligations on decisions (longest rotation, targets, demand for timber) do not hold in the twin. All levers are
taken off together; a category gains or loses through levers of another (felling takes from living forest and adds to
dead wood and products). Where a lever posts no carbon of what it decides, nothing is told of it.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.sparse.linalg import spsolve

from ..core.build.build import Build
from ..core.build.roles import decisions, known, states
from ..core.ledger import FIXED
from ..core.solve.amounts import with_group
from ..core.solve.sides import Tables
from ..core.solve.solution import Solution

Floats = npt.NDArray[np.float64]
UNIT = "Mt CO2/yr"
#: Column of a family's index, or of what is known of its keys, that says which part of a category a term belongs to.
DETAILS = ("measure", "land_type")
KEYS = ["region", "category", "detail", "in_target", "year"]


#: What is said of a family whose part in the twin nobody declared.
UNDECLARED = {
    "en": "{name} posts to the sinks and the lever {lever} does not declare its role: counted as a decision, zero without levers; if that is right "
    'add Decision("{name}") to decisions of the lever, if other rows set it add State("{name}", (names of those rows,)) to its states',
    "zh": "变量{name}计入碳汇，但措施{lever}未声明其角色：按决策变量处理，无措施时为零；"
    '若正确，请在该措施的decisions中加入Decision("{name}")；若其值由其他约束决定，请在其states中加入State("{name}", (这些约束的名称,))',
}


class TwinError(ValueError):
    """The rows that define the states of the twin do not fit the states."""


def additionality(solution: Solution, tables: Tables) -> pd.DataFrame:
    """Table ``additionality``: region, category, detail, year, with_plan, without_levers, added, all in Mt CO2 a year."""
    build = solution.build
    posts = build.ledger.table("sink")
    if posts.empty:
        return pd.DataFrame()
    position = posts["position"].to_numpy(dtype=np.int64)
    detail = _details(solution)
    coefficient = posts["coefficient"].to_numpy(dtype=float)
    twin = without_levers(solution)
    frame = posts[["region", "year"]].assign(
        category=posts["item"],
        in_target=1 - posts["memo"].astype(int),
        detail=np.where(position == FIXED, "", detail[position]),
        with_plan=coefficient * np.where(position == FIXED, 1.0, solution.x[position]),
        without_levers=coefficient * np.where(position == FIXED, 1.0, twin[position]),
    )
    found = frame.groupby(KEYS, sort=False)[["with_plan", "without_levers"]].sum().reset_index()
    found = found.assign(added=found["with_plan"] - found["without_levers"], unit=UNIT)
    return with_group(solution, found)


def without_levers(solution: Solution) -> Floats:
    """Every variable by position when all decisions are zero and the states follow their own rows."""
    build = solution.build
    check_states(build)
    followed = _followed(build)
    values = np.zeros(build.size)
    if not followed:
        return values
    column = _positions(build, followed)
    blocks = [build.blocks[row] for rows in followed.values() for row in rows]
    table = sparse.vstack(
        [sparse.csr_matrix((rows.coefficient, rows.position, rows.start), shape=(len(rows), build.size)) for rows in blocks], format="csc"
    )[:, column]
    values[column] = spsolve(table, np.concatenate([rows.lower for rows in blocks]))
    return values


def check_states(build: Build) -> None:
    """Every state has one row of its own, else TwinError: known before solving, so asked before solving."""
    wrong = [
        f"{name} has {len(build.families[name])} variables and {found} rows ({', '.join(rows)})"
        for name, rows in _followed(build).items()
        if (found := sum(len(build.blocks[row]) for row in rows)) != len(build.families[name])
    ]
    if wrong:
        raise TwinError(f"a State that a lever declares has as many rows as variables: {'; '.join(wrong)}")


def _followed(build: Build) -> dict[str, list[str]]:
    """The states that the sinks depend on, also through other states, with those of their rows that the model has."""
    known = {name: [row for row in state.rows if row in build.blocks] for name, state in states(build).items()}
    reached, found = build.ledger.table("sink")["position"].to_numpy(dtype=np.int64), dict.fromkeys(known, False)
    while new := [name for name in known if not found[name] and np.isin(build.families[name].positions, reached).any()]:
        found.update(dict.fromkeys(new, True))
        reached = np.concatenate([build.blocks[row].position for name in new for row in known[name]] or [reached[:0]])
    return {name: rows for name, rows in known.items() if found[name]}


def _positions(build: Build, names: Iterable[str]) -> npt.NDArray[np.int64]:
    return np.concatenate([build.families[name].positions for name in names])


def undeclared_roles(build: Build, lang: str = "en") -> list[str]:
    """A warning for every family that posts to the sinks and of which nobody said what it is without levers."""
    position = build.ledger.table("sink")["position"].to_numpy(dtype=np.int64)
    text, declared = UNDECLARED["zh" if lang == "zh" else "en"], {**decisions(build), **states(build)}
    return [
        text.format(name=name, lever=part.name)
        for part in build.parts.values()
        for name in part.families
        if name not in declared and np.isin(position, build.families[name].positions).any()
    ]


def _details(solution: Solution) -> npt.NDArray[np.object_]:
    """By position of a variable: its measure or kind of land, as its index or its lever tells; empty for what is not split."""
    build = solution.build
    found = np.full(build.size, "", dtype=object)
    for name in (*decisions(build), *states(build)):
        family = build.families[name]
        frame = known(build, family.frame)
        column = next((c for c in DETAILS if c in frame), "")
        if column:
            found[family.positions] = frame[column].astype(str).to_numpy(dtype=object)
    return found
