"""How the tables of analyses are drawn, in one place: by the name of the table.

Limits: declarations only; a table that is not named here is not drawn.
"""

from __future__ import annotations

from ..core.declare.schema import BESIDE, CURVE, LINE, RANGE, STACK, TORNADO, Picture

PICTURES: dict[str, tuple[Picture, ...]] = {
    # sensitivity, monte_carlo
    "tornado": (Picture(TORNADO, "range", ("at_low", "at_high"), each="indicator+detail", less="base"),),
    "fans": (Picture(LINE, "year", ("q05", "q25", "q50", "q75", "q95", "base"), each="indicator"),),
    "acts": (Picture(TORNADO, "lever+item", ("acts_share",), most=30, largest=True),),
    "importance": (Picture(TORNADO, "group", ("variance_share",), each="indicator+detail", most=10, largest=True),),
    "morris": (Picture(TORNADO, "group", ("mean_absolute_effect",), each="indicator+detail", most=10, largest=True),),
    # near_optimal, pareto
    "near_ranges": (Picture(RANGE, "slack_share+region_group+decade", ("least", "most"), each="lever", most=24),),
    "alternatives": (Picture(BESIDE, "region_group+decade", ("value",), by="alternative", each="lever", most=24),),
    "front": (Picture(CURVE, "value", ("dearer",), each="quantity"),),
    "abatement_by_region": (Picture(STACK, "point", ("avoided",), by="region"), Picture(STACK, "point", ("cost_of_step",), by="region")),
    # rolling, robust, stochastic
    "rolled_costs": (
        Picture(TORNADO, "plan+foresight+target_known", ("beyond_announced",)), Picture(TORNADO, "plan+foresight+target_known", ("missed_cost",)),
    ),
    "rolled_path": (Picture(LINE, "year", ("value",), by="plan+foresight+target_known", each="indicator"),),
    "price_of_robustness": (Picture(BESIDE, "budget", ("price", "spared")),),
    "robust_groups": (Picture(TORNADO, "cost_group", ("hurts",), each="budget", most=10, largest=True),),
    "by_node": (Picture(BESIDE, "node", ("regret_hedged", "regret_mean")),),
    # full_year
    "full_year_days": (Picture(LINE, "day", ("demand", "possible_output", "generation", "discharge", "unserved", "hydrogen_level"), each="year", most=366),),
    "full_year": (Picture(BESIDE, "item+detail", ("planned", "run"), only={"region": "nation"}, each="year", most=24, largest=True),),
    # regions and their accounts
    "allocation_by_region": (Picture(BESIDE, "region", ("spent", "allocated")),),
}
