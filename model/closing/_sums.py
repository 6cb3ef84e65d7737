"""What no lever can see alone: forests that need more land than there is, plants whose power nobody uses.

Limits: only what holds whatever is decided; what could be had with other decisions is a matter of the diagnosis.
"""

from __future__ import annotations

from ..core.data import Data
from ..core.declare.spec import Finding
from ..levers.forest.plan_tables import FOREST_CLASS_AREA, has_forest
from ..levers.forest.tables import FOREST_AREA
from ..levers.land.diversion_tables import DIVERSION_PHASES, OPENED_LAND
from ..levers.land.tables import LAND, ROUNDING_MHA, open_area
from ..levers.power.power import POWER_DEMAND
from ..levers.power.tables import SITED_FLEET, SITES, THERMAL, THERMAL_FLEET

FOREST_LAND = "forest_land"


def check_forest_land(data: Data) -> list[Finding]:
    """The stands of the base year must fit the forest land that the redline and other uses leave, and what may be added to it."""
    if not has_forest(data) or not data.has(LAND.name):
        return []
    land = data.frame(LAND)
    land = land[land["land_class"] == FOREST_LAND]
    room = dict(zip(land["region"], (open_area(land) - land["fixed_use"].astype(float)).tolist(), strict=True))
    largest = data.frame(DIVERSION_PHASES).set_index("phase")["opened_land"]
    opened = data.frame(OPENED_LAND)
    for phase, region, use, share in opened[["phase", "region", "use", "share"]].itertuples(index=False, name=None):
        if use == "forest" and phase in largest.index:
            room[region] = room.get(region, 0.0) + float(share) * float(largest[phase])
    found = []
    for region in data.regions:
        stands = {table: data.frame(table) for table in (FOREST_AREA, FOREST_CLASS_AREA) if data.has(table.name)}
        here = {table: frame[frame["region"] == region] for table, frame in stands.items()}
        area = sum(float(frame["area"].sum()) for frame in here.values())
        if area > room.get(region, 0.0) + ROUNDING_MHA:
            table, frame = max(here.items(), key=lambda part: float(part[1]["area"].max()) if len(part[1]) else 0.0)
            row = int(frame["area"].astype(float).idxmax())
            words = f"{area:.6g}", f"{max(room.get(region, 0.0), 0.0):.6g}"
            found.append(Finding(
                "error", table.name, data.cell(table.name, row, "area"), f"the forest of {region} covers {words[0]} Mha, more than the {words[1]} Mha that its forest land leaves",
                f"less area in {table.name} (this is the largest entry), or more {FOREST_LAND} in {LAND.name}",
                f"{region} 的森林面积为 {words[0]} Mha，超过其林地余量 {words[1]} Mha", f"应减少 {table.name} 的面积（此为最大一项），或增加 {LAND.name} 的 {FOREST_LAND}",
            ))  # fmt: skip
    return found


def check_power_used(data: Data) -> list[Finding]:
    """Plants without anybody who uses their power are solved and say nothing: a warning."""
    plants = [table.name for table in (SITES, SITED_FLEET, THERMAL, THERMAL_FLEET) if data.has(table.name)]
    demand = data.frame(POWER_DEMAND)
    if not plants or (len(demand) and float(demand["value"].sum()) > 0.0):
        return []
    filled = ", ".join(plants)
    return [Finding(
        "warning", POWER_DEMAND.name, "", f"the plan delivers no electricity although {filled} are filled", "a demand above 0",
        f"已填写 {filled}，但规划不供应任何电力", "应填写大于0的需求",
    )]  # fmt: skip
