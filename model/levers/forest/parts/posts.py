"""What the forest hands to the shared balances: wood, carbon in each of its places, money and land.

Every function takes the prepared classes (``forest_classes``) and the terms of the forest's variables, and posts.

Limits: the harvest of the base year is known by volume only; its mix of stands is taken as that of the planted stands
past their cutting age, and what was salvaged in that year is part of it. The dead wood inherited from before the base
year is in balance with what flows in that year (slash of that harvest and that year's losses), otherwise the first
losses would look like a sink.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ....core.data import Data
from ....core.declare.spec import Finding, InputError
from ....core.declare.units import CO2_PER_C
from ....core.ledger import Ledger, Terms
from ...stocks import period_frame, post_stock_change
from ..plan_tables import FOREST_CLASSES
from ..stands import Stands
from ..strata import Floats
from ..tables import FOREST_GROUPS, FOREST_HARVEST

CLASS = ["stratum", "age_class"]


def forest_classes(data: Data, stands: Stands) -> pd.DataFrame:
    """Every class of every stratum with what one Mha of it holds when felled.

    Adds to the stands' table: ``area`` (Mha in the base year), ``mid_age`` (yr), ``last`` (class), ``roundwood`` (km3/Mha),
    ``extracted`` and ``slash`` (Mt C/Mha), ``felling_cost`` (bn CNY/Mha) and the harvest data of the region.
    """
    exists = np.arange(stands.area.shape[1])[None, :] < stands.strata["classes"].to_numpy(dtype=int)[:, None]
    parameters = [
        "classes", "minimum_cutting_age", "maximum_cutting_age", "carbon_per_m3", "soil_equilibrium", "soil_loss_fraction", "regeneration_cost",
    ]  # fmt: skip
    frame = stands.table(exists, parameters).rename(columns={"classes": "last"})
    at = (frame["row"].to_numpy(), frame["age_class"].to_numpy() - 1)
    harvest = harvest_rows(data, list(dict.fromkeys(frame["region"]))).set_index("region")
    frame = frame.assign(
        area=stands.area[at],
        mid_age=(frame["age_class"] - 0.5) * stands.width,
        recovery=frame["region"].map(harvest["recovery"]).astype(float),
        energy_wood_share=frame["region"].map(harvest["energy_wood_share"]).astype(float),
    )
    frame["roundwood"] = frame["recovery"] * frame["volume"]
    frame["extracted"] = frame["roundwood"] * frame["carbon_per_m3"]
    frame["slash"] = frame["living"] - frame["extracted"]
    frame["felling_cost"] = _of_class(data, frame, "felling_cost", 0.0)
    allowed = (frame["mid_age"] >= frame["minimum_cutting_age"]) & (_of_class(data, frame, "may_be_felled", 1.0) > 0.0)
    frame["cuttable"] = (frame["status"] == "productive") & allowed
    frame["overdue"] = frame["cuttable"] & (frame["mid_age"] >= frame["maximum_cutting_age"])
    _check_slash(data, frame)
    return frame


def harvest_rows(data: Data, regions: list[str]) -> pd.DataFrame:
    """The rows of ``forest_harvest``; without that table every region fells without loss, cost or limit of capacity."""
    if data.has(FOREST_HARVEST.name):
        return data.frame(FOREST_HARVEST).reset_index(names="excel_row")
    free = {"roundwood_base": 0.0, "recovery": 1.0, "harvest_cost": 0.0, "energy_wood_share": 0.0}
    return pd.DataFrame({"region": regions}).assign(**free)


def _of_class(data: Data, frame: pd.DataFrame, column: str, otherwise: float) -> pd.Series:
    """A column of ``forest_classes`` by row of ``frame``; ``otherwise`` for groups that it does not describe."""
    table = data.frame(FOREST_CLASSES)
    found = pd.Series(table[column].to_numpy(dtype=float), index=pd.MultiIndex.from_frame(table[["forest_group", "age_class"]]))
    keys = pd.MultiIndex.from_frame(frame[["forest_group", "age_class"]])
    return pd.Series(found.reindex(keys).fillna(otherwise).to_numpy(dtype=float), index=frame.index)


def _check_slash(data: Data, frame: pd.DataFrame) -> None:
    """InputError when the roundwood of a class that may be felled would hold more carbon than the stand."""
    short = frame[frame["cuttable"] & (frame["slash"] < 0.0)].drop_duplicates(["forest_group", "origin"])
    if len(short):
        groups = data.frame(FOREST_GROUPS).reset_index(names="excel_row").set_index(["forest_group", "origin"])["excel_row"]
        raise InputError([
            Finding(
                "error", FOREST_GROUPS.name, data.cell(FOREST_GROUPS.name, int(groups[(row.forest_group, row.origin)]), "carbon_per_m3"),
                f"roundwood of {row.forest_group} ({row.origin}) felled at age {row.mid_age:g} would hold {row.extracted:.3g} t C/ha, "
                f"the stand in {row.region} only {row.living:.3g}",
                "less carbon per cubic metre, less recovery or more biomass carbon",
                f"{row.forest_group}（{row.origin}）在 {row.mid_age:g} 年采伐的原木含碳 {row.extracted:.3g} t C/ha，而 {row.region} 的林分只有 {row.living:.3g}",
                "应减少每立方米含碳量或出材率，或增加生物量碳",
            )
            for row in short.itertuples()
        ])  # fmt: skip


def base_harvest(data: Data, classes: pd.DataFrame) -> pd.DataFrame:
    """Carbon of the base year's harvest by region: columns region, roundwood (km3/yr), extracted and slash (Mt C/yr).

    The mix is that of planted productive stands past the cutting age; where there are none, of all stands past it;
    where there are none either, of all stands.
    """
    existing = classes[classes["area"] > 0.0]
    rows = []
    for row in harvest_rows(data, list(dict.fromkeys(classes["region"]))).itertuples():
        here = existing[existing["region"] == row.region]
        choices = (here[here["cuttable"] & (here["origin"] == "planted")], here[here["cuttable"]], here)
        mix = next((part for part in choices if float((part["area"] * part["roundwood"]).sum()) > 0.0), None)
        base = float(row.roundwood_base)
        area = base / float((mix["area"] * mix["roundwood"]).sum()) * mix["area"] if mix is not None else pd.Series(dtype=float)
        carbon = [float((area * mix[c]).sum()) if mix is not None else 0.0 for c in ("extracted", "slash")]
        rows.append((row.region, base, *carbon))
    return pd.DataFrame(rows, columns=["region", "roundwood", "extracted", "slash"])


def post_living(data: Data, ledger: Ledger, stands: Stands, classes: pd.DataFrame, area: Terms) -> None:
    """Stock change of living carbon: of decided strata by variable, of restricted ones and the base year by amount."""
    terms = area.join(classes, CLASS, ["region", "status", "living"])
    for status, item in (("productive", "forest_living"), ("new", "afforestation_living")):
        part = terms.where(terms.frame["status"] == status)
        post_stock_change(data, ledger, part, "living", item=item, unit="Mt CO2/Mha/yr")
    frame, amount = _known_stock_change(data, stands)
    ledger.supply_fixed("sink", frame, amount, item="forest_living", unit="Mt CO2/yr")


def post_growing_stock(data: Data, ledger: Ledger, stands: Stands, classes: pd.DataFrame, area: Terms) -> None:
    """Volume that stands at each milestone: of decided strata by variable, of restricted ones and the base year by amount."""
    terms = area.join(classes, CLASS, ["region", "status", "volume"])
    for status, item in (("productive", "forest_living"), ("new", "afforestation_living")):
        part = terms.where(terms.frame["status"] == status)
        ledger.supply("growing_stock", part, part.frame["volume"].to_numpy(dtype=float), item=item, unit="km3/Mha")
    course = [(held * stands.volume).sum(axis=1) for held in stands.age_without_felling([data.length(y) for y in data.years])]
    restricted = stands.of_status("restricted")
    parts = [stands.strata[["region"]].assign(year=year, amount=course[number] if number == 0 else np.where(restricted, course[number], 0.0)) for number, year in enumerate(data.all_years)]
    known = pd.concat(parts).groupby(["region", "year"], as_index=False, sort=False)["amount"].sum()
    ledger.supply_fixed("growing_stock", known, known["amount"].to_numpy(dtype=float), item="forest_living", unit="km3")


def _known_stock_change(data: Data, stands: Stands) -> tuple[pd.DataFrame, np.ndarray]:
    """Restricted strata: their whole stock change; decided strata: less the stock they start from."""
    lengths = [data.length(y) for y in data.years]
    restricted = stands.of_status("restricted")
    course = [(area * stands.living).sum(axis=1) for area in stands.age_without_felling(lengths)]
    parts = []
    for number, (year, years) in enumerate(zip(data.years, lengths, strict=True)):
        change = np.where(restricted, course[number + 1] - course[number], 0.0)
        if number == 0:
            change = change - np.where(restricted, 0.0, course[0])
        parts.append(stands.strata[["region"]].assign(year=year, amount=CO2_PER_C * change / years))
    frame = pd.concat(parts).groupby(["region", "year"], as_index=False, sort=False)["amount"].sum()
    return frame[["region", "year"]], frame["amount"].to_numpy()


def post_felling(data: Data, ledger: Ledger, terms: Terms) -> None:
    """What a felled Mha gives: carbon in roundwood, slash, soil loss.

    The terms carry region, forest_group, extracted, slash, soil_equilibrium, soil_loss_fraction and energy_wood_share.
    """
    terms = terms.join(period_frame(data), ["year"])
    frame = terms.frame
    years = frame["years"]
    ledger.supply("extracted_carbon", terms, frame["extracted"] / years, item="forest", unit="Mt C/Mha/yr")
    ledger.supply("dead_wood", terms, frame["slash"] / years, item="slash", unit="Mt C/Mha/yr")
    ledger.supply("slash", terms, frame["energy_wood_share"] * frame["slash"] / years, item="forest", unit="Mt C/Mha/yr")
    ledger.supply("soil_felling", terms, frame["soil_loss_fraction"] * frame["soil_equilibrium"], item="forest", unit="Mt C/Mha")


def post_felling_cost(data: Data, ledger: Ledger, terms: Terms) -> None:
    """Cost of felling a hectare, where ``forest_classes`` gives one (column felling_cost)."""
    yearly = terms.join(period_frame(data), ["year"])
    ledger.use("money", yearly, yearly.frame["felling_cost"] / yearly.frame["years"], item="forest_felling", unit="bn CNY/Mha/yr")


#: Columns that ``post_felling`` needs.
FELLING = ["region", "forest_group", "extracted", "slash", "soil_equilibrium", "soil_loss_fraction", "energy_wood_share"]


@dataclass(frozen=True)
class Killed:
    """What one Mha that stands after the felling loses within a period: arrays (periods, strata, classes).

    ``dead`` (Mt C) enters dead wood; ``roundwood`` (km3) and ``extracted`` (Mt C) are salvaged, ``volume`` (km3) standing.
    """

    share: Floats
    dead: Floats
    volume: Floats
    roundwood: Floats
    extracted: Floats


def killed(data: Data, stands: Stands, classes: pd.DataFrame) -> Killed:
    """The losses of every period; a stated share of what is killed in productive stands is salvaged."""
    share = np.stack([stands.loss(data.length(year), period) for period, year in enumerate(data.years)])
    at = (classes["row"].to_numpy(), classes["age_class"].to_numpy() - 1)
    roundwood, extracted = np.zeros_like(stands.area), np.zeros_like(stands.area)
    saved = data.number("salvage_share") * stands.of_status("productive")[:, None]
    roundwood[at], extracted[at] = classes["roundwood"], classes["extracted"]
    if (saved * extracted > stands.living).any():
        raise InputError([Finding(
            "error", "settings", data.setting_cell("salvage_share"), "salvage_share: salvaged roundwood would hold more carbon than the killed stand", "a smaller share",
            "salvage_share：回收原木的含碳量超过受害林分", "应减小该比例",
        )])  # fmt: skip
    return Killed(share, share * (stands.living - saved * extracted), share * saved * stands.volume, share * saved * roundwood, share * saved * extracted)


def post_mortality(data: Data, ledger: Ledger, lost: Killed, terms: Terms, sign: float) -> None:
    """Carbon of lost stands enters dead wood, less what is salvaged: ``sign`` times what one Mha loses in the term's period.

    The terms carry ``row`` and ``age_class``, ``region``, and ``year``, the end of the period in which the loss happens.
    """
    number = {year: period for period, year in enumerate(data.years)}
    frame = terms.frame
    at = (frame["year"].map(number).to_numpy(dtype=int), frame["row"].to_numpy(dtype=int), frame["age_class"].to_numpy(dtype=int) - 1)
    years = frame["year"].map({year: data.length(year) for year in data.years}).to_numpy(dtype=float)
    ledger.supply("dead_wood", terms, sign * lost.dead[at] / years, item="mortality", unit="Mt C/Mha/yr")
    ledger.supply("roundwood", terms, sign * lost.roundwood[at] / years, item="salvage", unit="km3/Mha/yr")
    ledger.supply("extracted_carbon", terms, sign * lost.extracted[at] / years, item="salvage", unit="Mt C/Mha/yr")


def post_known_mortality(data: Data, ledger: Ledger, stands: Stands, lost: Killed) -> None:
    """Losses that do not depend on decisions: restricted strata always; all strata in the base year (at the rate of the first
    period) and, before felling is taken off, in the first period. Nothing is salvaged in the base year."""
    lengths = [data.length(y) for y in data.years]
    course = stands.age_without_felling(lengths)
    restricted = stands.of_status("restricted")

    def posted(balance: str, coefficient: Floats, item: str, unit: str, base: bool) -> None:
        parts = []
        moments = [(data.base_year, 0, 0)] if base else []
        for year, start, period in [*moments, *((y, i, i) for i, y in enumerate(data.years))]:
            amount = (coefficient[period] * course[start]).sum(axis=1) / lengths[period]
            parts.append(stands.strata[["region"]].assign(year=year, amount=amount if start == 0 else np.where(restricted, amount, 0.0)))
        frame = pd.concat(parts).groupby(["region", "year"], as_index=False, sort=False)["amount"].sum()
        ledger.supply_fixed(balance, frame[["region", "year"]], frame["amount"].to_numpy(), item=item, unit=unit)

    posted("dead_wood", lost.dead, "mortality", "Mt C/yr", True)
    posted("roundwood", lost.roundwood, "salvage", "km3/yr", False)
    posted("extracted_carbon", lost.extracted, "salvage", "Mt C/yr", False)


def post_base_year(data: Data, ledger: Ledger, classes: pd.DataFrame) -> None:
    """Roundwood, its carbon and slash in the base year, which is history."""
    base = base_harvest(data, classes).assign(year=data.base_year)
    ledger.supply_fixed("roundwood", base, base["roundwood"], item="forest", unit="km3/yr")
    ledger.supply_fixed("extracted_carbon", base, base["extracted"], item="forest", unit="Mt C/yr")
    ledger.supply_fixed("dead_wood", base, base["slash"], item="slash", unit="Mt C/yr")


def post_regeneration(data: Data, ledger: Ledger, stands: Stands, terms: Terms) -> None:
    """Cost of regenerating felled area into the stratum of the term."""
    priced = terms.join(stands.strata, ["stratum"], ["region", "regeneration_cost"]).join(period_frame(data), ["year"])
    yearly = priced.frame["regeneration_cost"] / priced.frame["years"]
    ledger.use("money", priced, yearly, item="forest_regeneration", unit="bn CNY/Mha/yr")


def post_land(data: Data, ledger: Ledger, stands: Stands) -> None:
    """The stands of the base year hold their land: nothing is deforested."""
    total = stands.strata[["region"]].assign(area=stands.area.sum(axis=1)).groupby("region", as_index=False, sort=False).sum()
    total = total[total["area"] > 0.0].assign(land_class="forest_land").merge(pd.DataFrame({"year": data.years}), how="cross")
    ledger.use_fixed("land", total, total["area"], item="forest_stand", unit="Mha")
