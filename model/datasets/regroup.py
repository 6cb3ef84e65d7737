"""Makes larger regions of a workbook's regions: any column of words in its sheet ``regions`` is a grouping.

Rows are merged by the rule that each column declares. Water zones are merged inside a new region only, and only where
a word of theirs (the basin) is the same, so that the water of one basin does not irrigate another. What can not be
said of larger regions (a target for one province, a right to water across basins) is left out and listed.

Limits: profiles and rates become means; lines and limits inside a new region are gone, so the merged workbook is freer
than the one it is made from.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from model.core.declare.lines import Said
from model.core.declare.schema import Schema
from model.core.declare.spec import Finding, InputError
from model.workbook.cells import is_key

from .aggregate import PAIRS, Grouping, aggregate, merged_value, ordered, rounded, switched_on
from .frame import join_sources, worst

#: Significant digits of every number that is made here.
DIGITS = 6
#: Stands for all columns of a year table.
EVERY_YEAR = ("every year",)
#: What fits at full precision must fit once rounded: room is rounded up and what claims it down, by table and columns.
ROOM = {
    "land": ("area",),
    "water_available": EVERY_YEAR,
    "water_saving": EVERY_YEAR,
    "biomass_supply": ("supply", "collectable_share", "heating_value"),
    "thermal_fleet": ("efficiency",),
}
CLAIMS = {
    "land": ("fixed_use",),
    "forest_area": ("area",),
    "afforestation_land": ("area",),
    "grassland": ("initial_ban", "initial_balance"),
    "water_base": ("use_agriculture", "use_industry", "use_domestic", "use_ecology", "decided_use"),
    "thermal_fleet": ("capacity", "minimum_hours"),
}
REGIONS, ZONES = "regions", "water_zones"
BASIN = "basin"
#: Columns of the sheet ``regions`` that name a region and do not group it.
NAMES = ("name_en", "name_zh")
#: Place of a region on the tile map.
TILE = ("map_row", "map_column")
#: What an offer of land and what is planted on it are known by.
OFFER = ["region", "water_zone", "land_type"]
#: Names of groups that the shipped workbooks know; others are named by their word and by their members.
GROUP_NAMES = {
    ("region_group", "west"): ("West and northeast", "西部和东北生态区"),
    ("region_group", "industrial"): ("Centre and north", "中部和华北传统工业区"),
    ("region_group", "developed"): ("East and south", "东部和南部发达地区"),
    ("alt_region_group", "west"): ("West and northeast, drawn otherwise", "西部和东北生态区（另一划分）"),
    ("alt_region_group", "industrial"): ("Centre and north, drawn otherwise", "中部和华北传统工业区（另一划分）"),
    ("alt_region_group", "developed"): ("East and south, drawn otherwise", "东部和南部发达地区（另一划分）"),
    ("grid_region", "north"): ("North China grid", "华北电网"),
    ("grid_region", "northeast"): ("Northeast grid", "东北电网"),
    ("grid_region", "east"): ("East China grid", "华东电网"),
    ("grid_region", "central"): ("Central China grid", "华中电网"),
    ("grid_region", "northwest"): ("Northwest grid", "西北电网"),
    ("grid_region", "south"): ("Southern grid", "南方电网"),
}
KEY_RULE = Said("key_rule")
#: A Chinese name lists so many members, beyond them only the first and their number.
LISTED = 3


@dataclass
class Book:
    """The tables of one workbook and the remarks on what was left out while they were merged."""

    tables: dict[str, pd.DataFrame]
    remarks: list[Finding] = field(default_factory=list)


def regrouped(frames: Mapping[str, pd.DataFrame], schema: Schema, by: str, zones: str = BASIN) -> Book:
    """The tables with a region for every word in column ``by`` of the sheet ``regions``.

    ``zones`` is the column of ``water_zones`` whose words keep water apart inside a new region. Frames are in workbook
    units, year tables wide; tables without a column of places stay as they are. Raises InputError for a column that is
    not there or a row without a word.
    """
    grouping = grouping_by(frames, schema, by, zones)
    merged = aggregate(_soil_mirrored(_main_groups_first(frames, grouping)), schema, grouping)
    merged[REGIONS] = _regions(frames[REGIONS], schema, by)
    remarks = _vanished(frames, schema, grouping)
    if ZONES in frames:
        merged[ZONES] = _zones(frames, merged, grouping)
    if "water_rights" in merged and ZONES in merged:
        merged["water_rights"], lost = _rights_in_one_basin(merged["water_rights"], merged[ZONES])
        remarks += lost
    made = ordered(_soil_mirrored(merged), schema)
    keyed = {name for name in made if any(grouping.target(key) for key in schema.tables[name].keys)}
    return Book({name: written(name, frame) if name in keyed else frame for name, frame in made.items()}, remarks)


def grouping_by(frames: Mapping[str, pd.DataFrame], schema: Schema, by: str, zones: str = BASIN) -> Grouping:
    """Where each region and each water zone goes; InputError for a column that is not there or a row without a word."""
    regions = _words(frames[REGIONS], schema, REGIONS, by)
    if ZONES not in frames:
        return Grouping(regions, {})
    return Grouping(regions, _zone_keys(frames[ZONES], schema, zones, regions))


def written(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The table ``name`` with its numbers at six significant digits, so that what fits still fits."""
    years = [column for column in frame.columns if isinstance(column, int)]
    up, down = (years if given.get(name) == EVERY_YEAR else given.get(name, ()) for given in (ROOM, CLAIMS))
    return rounded(frame, DIGITS, up, down)


def _words(frame: pd.DataFrame, schema: Schema, table: str, by: str) -> dict[str, str]:
    """Key of a row -> its word in column ``by``; InputError when there is no such column or a word is missing."""
    key = schema.tables[table].keys[0]
    known = [c.name for c in schema.tables[table].columns if c.kind == "text" and not c.key and c.name not in NAMES and not c.ref]
    if by not in known:
        raise InputError([Finding("error", table, "", Said("no_group_column", name=by), Said("one_of", known=", ".join(known)))])
    words = frame[by].map(lambda word: "" if pd.isna(word) else str(word)) if by in frame else pd.Series("", frame.index)
    wrong = [
        Finding("error", table, cell_of(frame, row, by), Said("no_group_word", place=place, column=by, word=word), KEY_RULE)
        for row, place, word in zip(frame.index, frame[key], words, strict=True)
        if not is_key(word)
    ]
    if wrong:
        raise InputError(wrong)
    return dict(zip(frame[key], words, strict=True))


def cell_of(frame: pd.DataFrame, row: object, column: str) -> str:
    """The address of a cell where the frame knows the letters of its columns, otherwise nothing."""
    letter = frame.attrs.get("letters", {}).get(column, "")
    return f"{letter}{row}" if letter else ""


def _zone_keys(zones: pd.DataFrame, schema: Schema, by: str, regions: Mapping[str, str]) -> dict[str, str]:
    """Zone -> new zone: its word, with the new region before it when zones of another one have the same word."""
    words = _words(zones, schema, ZONES, by)
    region = dict(zip(zones["water_zone"], zones["region"].map(regions), strict=True))
    homes: dict[str, list[str]] = {}
    for zone, word in words.items():
        homes.setdefault(word, []).append(region[zone])
    shared = {word for word, places in homes.items() if len(dict.fromkeys(places)) > 1}
    return {zone: f"{region[zone]}_{word}" if word in shared else word for zone, word in words.items()}


def _regions(frame: pd.DataFrame, schema: Schema, by: str) -> pd.DataFrame:
    """One row per word, in the order of its choices or of the rows: names, commonest group of each kind, a tile."""
    columns = {c.name: c for c in schema.tables[REGIONS].columns}
    on = switched_on(frame)
    words = list(dict.fromkeys(on[by]))
    order = [word for word in columns[by].choices if word in words]
    order += [word for word in words if word not in order]
    rows = []
    for word in order:
        members = on[on[by] == word]
        en, zh = GROUP_NAMES.get((by, word), (word.replace("_", " ").capitalize(), _chinese_name(members)))
        row: dict[str, object] = {"region": word, "name_en": en, "name_zh": zh}
        row |= {c: merged_value(members, c, columns[c]) for c in columns if c in members and c not in row and c not in TILE}
        row |= {"source": join_sources(members["source"]), "quality": worst(members["quality"])}
        row["note"] = f"merged by {by}: {', '.join(members['region'])}"
        rows.append(row)
    made = pd.DataFrame(rows)
    if set(TILE) <= set(frame.columns):
        made[list(TILE)] = _tiles(on.groupby(by)[list(TILE)].mean().loc[order])
    return made[[c for c in frame.columns if c in made]]


def _chinese_name(members: pd.DataFrame) -> str:
    names = [str(name) for name in members["name_zh"]]
    return "、".join(names) if len(names) <= LISTED else f"{names[0]}等{len(names)}地"


def _tiles(centres: pd.DataFrame) -> list[tuple[float, float]]:
    """A tile for each group: its mean place on the smallest grid on which no two groups share a tile."""
    start, extent = centres.min(), (centres.max() - centres.min()).replace(0.0, 1.0)
    sizes = itertools.product(range(1, len(centres) + 1), repeat=len(TILE))
    for size in sorted(sizes, key=lambda pair: (max(pair), pair[0] * pair[1], pair)):
        places = ((centres - start) / extent * [steps - 1 for steps in size]).round()
        if not places.duplicated().any():
            return [(float(row), float(column)) for row, column in places.itertuples(index=False)]
    return [(0.0, float(number)) for number in range(len(centres))]


def _vanished(frames: Mapping[str, pd.DataFrame], schema: Schema, grouping: Grouping) -> list[Finding]:
    """A remark for every table that loses pairs inside a new place, or rows that are off because others are on."""
    remarks = []
    for name, frame in frames.items():
        keys = pd.DataFrame({key: _mapped(frame[key], grouping) for key in schema.tables[name].keys}, index=frame.index)
        inside = pd.Series(False, index=frame.index)
        for one, other in PAIRS:
            if one in keys and other in keys:
                inside |= keys[one] == keys[other]
        if inside.any():
            remarks.append(_remark(name, Said("rows_inside", count=inside.sum())))
        if "active" in frame and name != REGIONS:
            on, off = (pd.MultiIndex.from_frame(keys[frame["active"].gt(0) == state]) for state in (True, False))
            for row in frame.index[frame["active"].eq(0)][off.isin(on)]:
                text = Said("row_meets", row=row)
                remarks.append(_remark(name, text, cell_of(frame, row, "active")))
    return remarks


def _mapped(words: pd.Series, grouping: Grouping) -> pd.Series:
    targets = grouping.target(str(words.name))
    return words.map(lambda word: targets.get(word, word)) if targets else words


def _remark(sheet: str, text: str, cell: str = "") -> Finding:
    return Finding("info", sheet, cell, text)


def _zones(frames: Mapping[str, pd.DataFrame], merged: Mapping[str, pd.DataFrame], grouping: Grouping) -> pd.DataFrame:
    """The merged zones with the share of their new region's industrial use that falls in each."""
    old = frames[ZONES]
    share = old["industry_share"].astype(float)
    if "water_base" in frames:
        used = frames["water_base"].groupby("water_zone")["use_industry"].sum()
        share = share * old["region"].map(used.groupby(old.set_index("water_zone")["region"]).sum()).fillna(0.0)
    weight = share.groupby(old["water_zone"].map(grouping.zones)).sum()
    made = merged[ZONES].assign(industry_share=merged[ZONES]["water_zone"].map(weight))
    total = made.groupby("region")["industry_share"].transform("sum")
    count = made.groupby("region")["industry_share"].transform("size")
    made["industry_share"] = (made["industry_share"] / total).where(total > 0, 1.0 / count)
    order = list(merged[REGIONS]["region"])
    return made.sort_values("region", key=lambda column: column.map(order.index), kind="stable").reset_index(drop=True)


def _rights_in_one_basin(rights: pd.DataFrame, zones: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """The pairs whose ends lie in one basin, and a remark for every pair that does not."""
    basin = zones.set_index("water_zone")[BASIN]
    same = rights["from_zone"].map(basin) == rights["to_zone"].map(basin)
    lost = [
        _remark("water_rights", Said("right_across", first=a, second=b))
        for a, b in rights.loc[~same, ["from_zone", "to_zone"]].itertuples(index=False)
    ]
    return rights[same].reset_index(drop=True), lost


def _main_groups_first(frames: Mapping[str, pd.DataFrame], grouping: Grouping) -> dict[str, pd.DataFrame]:
    """Frames in which the new forest stands in such an order that a merge takes the main group of each merged zone.

    That is the group with the largest offer of the land type in the zone, all its old zones together.
    """
    made = dict(frames)
    if "new_forest" in made and "afforestation_land" in made:
        new = made["new_forest"]
        offers = made["afforestation_land"].set_index(OFFER)["area"]
        area = pd.Series(offers.reindex(pd.MultiIndex.from_frame(new[OFFER])).to_numpy(), index=new.index)
        zone = new["water_zone"].map(grouping.zones)
        together = area.groupby([zone, new["land_type"], new["forest_group"]]).transform("sum")
        made["new_forest"] = new.loc[together.sort_values(ascending=False, kind="stable").index].reset_index(drop=True)
    return made


def _soil_equilibrium(frames: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Soil carbon at equilibrium, t C/ha, by region, water zone and land type of the new forest."""
    soil = frames["forest_groups"].drop_duplicates("forest_group").set_index("forest_group")["soil_equilibrium"]
    new = frames["new_forest"].set_index(OFFER)["forest_group"]
    return new.map(soil).fillna(0.0)


def _soil_mirrored(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Frames in which ``soil_before`` and the gain to equilibrium are exchanged.

    The gain may be averaged over forest groups, the level may not: done before merging this gives the gain, done again
    afterwards the equilibrium of the group then planted less the mean gain.
    """
    made = dict(frames)
    if {"afforestation_land", "new_forest", "forest_groups"} <= set(made):
        made["afforestation_land"] = _reflected(made["afforestation_land"], _soil_equilibrium(frames))
    return made


def _reflected(offers: pd.DataFrame, equilibrium: pd.Series) -> pd.DataFrame:
    keys = offers[OFFER].itertuples(index=False, name=None)
    whole = pd.Series([float(equilibrium.get(key, 0.0)) for key in keys], index=offers.index)
    return offers.assign(soil_before=whole - offers["soil_before"])
