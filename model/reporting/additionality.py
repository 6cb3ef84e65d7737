"""What the levers add to the sinks: each category of the plan beside its course without any lever, and the difference.

Without levers every decision is zero: nothing is planted, felled (whole or in part), regenerated as another kind or
collected, no grassland measure begins, no wetland is recovered and no land is opened. What remains has its own course:
the stands of the base year age, are lost and start anew as their own kind (what is killed in productive stands is
salvaged by the workbook's share), dead wood and wood products inherited from before decay while losses and salvage
enter them, untreated grassland degrades, measures of the base year gain until they saturate.

The twin is no second optimisation and no second set of formulas: the rows of the model that define a state (areas by
age class, pools, deficits) are solved as equations with every decision at zero, and the posts to the sink account that
gave the plan's figures are multiplied with the result.

A family that posts to the sinks and is in neither list, as that of a new lever, counts as a decision, and a warning says so.

Limits: obligations on decisions (longest rotation, targets, demand for timber) do not hold in the twin. All levers are
taken off together; a category gains or loses through levers of another (felling takes from living forest and adds to
dead wood and products). Land that the diversion opens for grass and fields has no carbon account; trees planted on it
stand under their kind of land.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.sparse.linalg import spsolve

from ..core.build.build import Build
from ..core.ledger import FIXED
from ..core.solve.amounts import with_group
from ..core.solve.solution import Solution
from ..levers.forest.tables import NEW_FOREST, new_stratum_name

Floats = npt.NDArray[np.float64]
UNIT = "Mt CO2/yr"
#: Families of variables that follow from decisions, and the families of rows that say how: as many rows as variables.
STATES: dict[str, tuple[str, ...]] = {
    "area": ("youngest_inflow", "age_transition", "open_class_transition"),
    "inflow": ("renewed_area",),
    "dead_wood_inflow": ("balance_dead_wood",),
    "dead_wood_pool": ("dead_wood_in_balance", "dead_wood_decay"),
    "soil_entered": ("balance_soil_planting",),
    "soil_lost": ("balance_soil_felling",),
    "soil_deficit": ("soil_recovery",),
    "roundwood_carbon": ("balance_extracted_carbon",),
    "product_inflow": ("product_share",),
    "product_pool": ("inherited_products", "product_decay"),
}
#: Families of decisions that post to the sinks themselves: zero without levers.
DECISIONS = ("planted", "treated", "recovered")
#: Categories that only levers make.
ADDED_ONLY = (
    "afforestation_living", "afforestation_vegetation_lost", "forest_soil", "grassland_measures", "grassland_initial_replaced", "wetland_recovery",
)  # fmt: skip
#: Column of a family's index that says which part of a category a term belongs to.
DETAILS = ("measure", "land_type")
KEYS = ["region", "category", "detail", "in_target", "year"]


#: What is said of a family whose part in the twin nobody declared.
UNDECLARED = {
    "en": "{name} posts to the sinks and is in neither list of model/reporting/additionality.py: counted as a decision, zero without levers; "
    'if that is right add "{name}" to DECISIONS, if other rows set it add "{name}": (names of those rows,) to STATES',
    "zh": "变量{name}计入碳汇，但不在model/reporting/additionality.py的两个列表中：按决策变量处理，无措施时为零；"
    '若正确，请将"{name}"加入DECISIONS；若其值由其他约束决定，请将"{name}": (这些约束的名称,)加入STATES',
}


class TwinError(ValueError):
    """The rows that define the states of the twin do not fit the states."""


def additionality(solution: Solution) -> pd.DataFrame:
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
    columns = [build.families[name].positions for name in STATES if name in build.families]
    values = np.zeros(build.size)
    if not columns:
        return values
    states = np.concatenate(columns)
    blocks = [build.blocks[name] for name in _state_rows(build)]
    table = sparse.vstack(
        [sparse.csr_matrix((rows.coefficient, rows.position, rows.start), shape=(len(rows), build.size)) for rows in blocks], format="csc"
    )[:, states]
    values[states] = spsolve(table, np.concatenate([rows.lower for rows in blocks]))
    return values


def check_states(build: Build) -> None:
    """Every state has one row of its own, else TwinError: known before solving, so asked before solving."""
    states = sum(len(build.families[name].positions) for name in STATES if name in build.families)
    rows = sum(len(build.blocks[name]) for name in _state_rows(build))
    if rows != states:
        raise TwinError(f"{rows} rows define {states} states; every state in STATES of model/reporting/additionality.py has one row of its own")


def _state_rows(build: Build) -> list[str]:
    return [row for name in STATES if name in build.families for row in STATES[name] if row in build.blocks]


def undeclared_roles(build: Build, lang: str = "en") -> list[str]:
    """A warning for every family that posts to the sinks and of which nobody said what it is without levers."""
    position = build.ledger.table("sink")["position"].to_numpy(dtype=np.int64)
    text = UNDECLARED["zh" if lang == "zh" else "en"]
    return [
        text.format(name=name)
        for name, family in build.families.items()
        if name not in STATES and name not in DECISIONS and np.isin(position, family.positions).any()
    ]


def _details(solution: Solution) -> npt.NDArray[np.object_]:
    """By position of a variable: measure of grassland or kind of land planted; empty for what is not split."""
    build = solution.build
    found = np.full(build.size, "", dtype=object)
    kinds = _land_types(solution)
    for name in (*DECISIONS, "area"):
        if name not in build.families:
            continue
        family = build.families[name]
        column = next((c for c in DETAILS if c in family.frame), "")
        if column:
            found[family.positions] = family.frame[column].astype(str).to_numpy(dtype=object)
        elif name == "area":
            found[family.positions] = [kinds.get(name, "") for name in family.frame["stratum"]]
    return found


def _land_types(solution: Solution) -> dict[str, str]:
    """Stratum of planted forest -> kind of land."""
    data = solution.build.data
    if not data.has(NEW_FOREST.name):
        return {}
    places = data.frame(NEW_FOREST)[["region", "water_zone", "land_type"]]
    return {new_stratum_name(*place): place[2] for place in places.itertuples(index=False, name=None)}
