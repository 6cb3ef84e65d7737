"""What wind, solar, hydro and nuclear plants give and take: output over the year and by slice, what is curtailed, land and water.

Limits: what is curtailed is decided for all these plants of a region together; reports take it off each in proportion.
"""

from __future__ import annotations

import pandas as pd

from ....core.build.build import Build
from ....core.declare.spec import Variable
from ....core.declare.units import GWH_PER_TWH, HOURS_PER_YEAR
from ....core.frames import stack
from ....core.ledger import Ledger, Terms
from ...fuels import CURTAILED as NOT_USED
from ...fuels import POWER, PRIMARY
from ...land.tables import SHARED_CLASSES
from ..capacity import TWH_PER_GW, Capacity
from ..plants import PLANT
from ..tables import OUTPUT_SHAPE, SITED_TECHNOLOGIES

LAND_ITEMS = {"wind": "wind_farms", "solar": "solar_farms", "hydro": "hydro_reservoirs", "nuclear": "nuclear_sites"}

SITED_OUTPUT = Variable(
    "sited_output", ("region", "technology", "year"), "TWh/yr",
    en="Output over the year that standing plants can give", zh="在役机组年可发电量",
)
CURTAILED = Variable("curtailed", ("region", "slice", "year"), "TWh/yr", en="Output curtailed", zh="弃电量")


def post_output(b: Build, capacity: Capacity) -> None:
    """Yearly output by plant, its shape over the slices, and what is curtailed of it."""
    ledger, data = b.ledger, b.data
    yearly = capacity.change(lambda frame: frame.assign(output=frame["capacity_factor"] * TWH_PER_GW))
    yearly.post(ledger, "supply", "sited_output", "output", "TWh/yr/GW", item="capacity")
    plants = stack([capacity.existing, capacity.decided.frame])[[*PLANT, "shape", "year"]].drop_duplicates([*PLANT, "year"])
    output = b.variable(SITED_OUTPUT, plants)
    ledger.use("sited_output", output.terms(), 1.0, item="output", unit="1")
    shapes = data.frame(OUTPUT_SHAPE)[["region", "shape", "slice", "relative_output"]]
    shapes = shapes.merge(data.slices[["slice", "hours"]], on="slice")
    sliced = Terms(output.terms().frame.assign(shape=plants["shape"].to_numpy()), "TWh/yr").spread(shapes, ["region", "shape"])
    sliced = sliced.assign(share=sliced.frame["relative_output"] * sliced.frame["hours"] / HOURS_PER_YEAR)
    for technology, part in sliced.frame.groupby("technology", sort=False):
        ledger.supply("power", Terms(part, "TWh/yr"), part["share"].to_numpy(dtype=float), item=str(technology), unit="1")
    ledger.supply("curtailable", sliced, sliced.frame["share"].to_numpy(dtype=float), item="output", unit="1")
    _hold_to_capacity(ledger, capacity, shapes)
    every = output.frame[["region", "year"]].drop_duplicates()
    curtailed = b.variable(CURTAILED, every.merge(data.slices[["slice"]], how="cross"))
    for balance in ("power", "curtailable"):
        ledger.use(balance, curtailed.terms(), 1.0, item="curtailment", unit="1")
    classes = data.frame(SITED_TECHNOLOGIES)[["technology", "class"]].rename(columns={"class": "energy_source"})
    primary = output.terms().join(classes, ["technology"]).assign(form=POWER)
    ledger.supply(PRIMARY, primary, 1.0, item="output", unit="1")
    ledger.use(PRIMARY, curtailed.terms().assign(energy_source=NOT_USED, form=POWER), 1.0, item="curtailment", unit="1")


def _hold_to_capacity(ledger: Ledger, capacity: Capacity, shapes: pd.DataFrame) -> None:
    """An hour's output can not exceed the capacity, however strong the season: what the shape gives beyond is taken off."""
    strongest = shapes.groupby(["region", "shape"], as_index=False)["relative_output"].max().rename(columns={"relative_output": "strongest"})
    known = capacity.spread(strongest, ["region", "shape"])
    strong = known.where(lambda frame: frame["capacity_factor"] * frame["strongest"] > 1.0)
    sliced = strong.spread(shapes, ["region", "shape"]).change(
        lambda frame: frame.assign(
            excess=(frame["capacity_factor"] * frame["relative_output"] - 1.0).clip(lower=0.0) * frame["hours"] / GWH_PER_TWH,
            item=frame["technology"],
        )
    )
    for balance in ("power", "curtailable"):
        sliced.post(ledger, "use", balance, "excess", "TWh/yr/GW")
    primary = sliced.change(lambda frame: frame.assign(energy_source=frame["class"], form=POWER, item="output"))
    primary.post(ledger, "use", PRIMARY, "excess", "TWh/yr/GW")


def post_land(ledger: Ledger, planned: Terms) -> None:
    """Land under what the plan built and still stands, by class; panels on shared classes offer their ground to a second use.

    ``planned`` has in ``land`` what one GW of its vintage takes in the year.
    """
    on_land = planned.where(planned.frame["land_class"] != "none")
    for plant_class, item in LAND_ITEMS.items():
        part = on_land.where(on_land.frame["class"] == plant_class)
        ledger.use("land", part, part.frame["land"].to_numpy(dtype=float), item=item, unit="Mha/GW")
    panels = (on_land.frame["class"] == "solar") & on_land.frame["land_class"].isin(SHARED_CLASSES)
    part = on_land.where(panels)
    ledger.supply("dual_panels", part, part.frame["land"].to_numpy(dtype=float), item="solar_farms", unit="Mha/GW")


def post_water(ledger: Ledger, terms: Terms) -> None:
    """Water that new plants use as they work: washing of panels, cooling of nuclear plants; less what panels keep from evaporating."""
    output = terms.frame["capacity_factor"] * TWH_PER_GW
    output = output * terms.frame["gw"]
    washing = (output * terms.frame["wash_m3_per_mwh"]).to_numpy(dtype=float)
    ledger.use("water", terms, washing, item="panel_washing", unit="km3/yr/GW")
    saved = (terms.frame["evaporation_saving"] * terms.frame["gw"]).to_numpy(dtype=float)
    ledger.supply("water", terms, saved, item="evaporation_saved", unit="km3/yr/GW")
    cooling = (output * terms.frame["water"]).to_numpy(dtype=float)
    ledger.use("water", terms, cooling, item="nuclear_cooling", unit="km3/yr/GW")
