"""What stands on the page, section by section.

Limits: a section whose tables are missing or empty is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

import pandas as pd

from ...closing.results.finance import SURPLUS
from ...levers.demand.results.industry import WHOLE
from ...levers.land.water import OUTSIDE
from ..context import NATION, OTHER, Context, ordered, pivot, ranked
from ..shown import (
    ACCOUNTS,
    ADDED,
    CO2,
    FELLED,
    NET,
    NOISE,
    PLANTING,
    SHOWN,
    accounts,
    added_by,
    clean,
    costs,
    delivered,
    gains,
    nets_text,
    plants,
    primary,
    roadmap,
    storage_use,
    stores,
    totals,
    with_origin,
)
from ..trust import (
    CHANGED_HEADS,
    CLAIM_HEADS,
    LEVEL_HEADS,
    MEASURE_HEADS,
    QUALITIES,
    changed_rows,
    changed_told,
    claim_rows,
    happened,
    identities,
    level_rows,
    measure_rows,
    when,
)
from ..words.page_words import page_word
from .blocks import Block, Section, chart, printed, prose, searchable, table
from .burden import burden_blocks
from .pathways import pathway_blocks
from .summary import summary_blocks

KHA_YEAR, KHA, MCM, GW, TWH, BN = "kha/yr", "kha", "million m3/yr", "GW", "TWh/yr", "bn CNY/yr"


def sections(ctx: Context) -> list[Section]:
    """All sections that have something to show, in order."""
    found = [
        Section("summary", ctx.word("sheet_summary"), "", summary_blocks(ctx)),
        Section("map", page_word("map", ctx.lang), page_word("map_lead", ctx.lang), [{"kind": "map"}] if ctx.regions else []),
        *(Section(name, title(ctx), lead(ctx), blocks(ctx)) for name, title, lead, blocks in PARTS),
    ]
    return [section for section in found if section.blocks]


def _stack(ctx: Context, ident: str, title: str, unit: str, frame: pd.DataFrame, item: str, value: str = "value") -> list[Block]:
    """A stacked chart of the nation by ``item``, the largest first."""
    if frame.empty:
        return []
    matrix, shown = ranked(pivot(frame, NATION, item, _given(ctx, frame), value))
    if matrix.empty or matrix.abs().max().max() < NOISE:
        return []
    # the sum of the small ones is drawn; the small ones themselves stand in the table
    return [chart(ctx, f"{ident}-{ctx.lang}", title, unit, matrix, shown=shown)]


def _by_group(ctx: Context, ident: str, title: str, unit: str, frame: pd.DataFrame, value: str = "value", kind: str = "stack") -> list[Block]:
    if frame.empty:
        return []
    matrix = ordered(pivot(frame, "region_group", "all", _given(ctx, frame), value), ctx.groups)
    return [chart(ctx, f"{ident}-{ctx.lang}", title, unit, matrix, by="place", kind=kind)] if len(matrix) else []


def _given(ctx: Context, frame: pd.DataFrame) -> list[int]:
    there = {int(y) for y in frame["year"]}
    return [y for y in ctx.years if y in there]


def _carbon(ctx: Context) -> list[Block]:
    frame = ctx.table("carbon")
    if frame.empty:
        return []
    counted = frame[frame["in_target"].astype(int) == 1]
    blocks: list[Block] = []
    for account in ACCOUNTS:
        blocks += _stack(ctx, account, ctx.word(f"carbon_{account}"), CO2, counted[counted["account"] == account], "category")
    groups = ordered(accounts(ctx, "region_group"), ctx.groups)
    net = groups[groups.index.get_level_values(1) == NET]
    return [*blocks, chart(ctx, f"net-groups-{ctx.lang}", ctx.word("chart_net_groups"), CO2, net, by="place", kind="line")]


def _additionality(ctx: Context) -> list[Block]:
    """The three courses in total, and what is added by category and by region group."""
    if not ctx.has("additionality"):
        return []
    blocks = [chart(ctx, f"additionality-{ctx.lang}", ctx.word("additionality_total"), CO2, totals(ctx), kind="line")]
    added, shown = ranked(added_by(ctx, NATION, "category"))
    if added.empty:
        return [*blocks, prose(ctx.word("additionality_nothing"))]
    blocks.append(chart(ctx, f"added-{ctx.lang}", ctx.word("additionality_added"), CO2, added, shown=shown))
    groups = ordered(totals(ctx, "region_group"), ctx.groups)
    groups = groups[groups.index.get_level_values(1) == ADDED]
    return [*blocks, chart(ctx, f"added-groups-{ctx.lang}", ctx.word("additionality_chart_groups"), CO2, groups, by="place", kind="line")]


def _land(ctx: Context) -> list[Block]:
    blocks: list[Block] = []
    planting, forest, grass = ctx.table("planting"), ctx.table("forest"), ctx.table("grassland")
    blocks += _by_group(ctx, "planted-groups", ctx.word("planting_group"), KHA_YEAR, planting, "planted_kha")
    blocks += _stack(ctx, "planted-item", ctx.word("planting_item"), KHA_YEAR, planting, "land_type", "planted_kha")
    if len(forest):
        forest = with_origin(forest)
        cut = forest[forest["year"] != ctx.base_year]
        blocks += _by_group(ctx, "felled", ctx.word("clearcut_group"), KHA_YEAR, cut, "clearcut_kha")
        blocks += _stack(ctx, "felled-item", ctx.word("clearcut_item"), KHA_YEAR, cut, "origin", "clearcut_kha")
    if ctx.has("roadmap") and len(planting):
        found = roadmap(ctx)
        phases = [ctx.word(str(phase)) for phase in found["phase"]]
        rows = list(zip(found["year"].tolist(), phases, printed(found["clearcut_kha"]), printed(found["planted_kha"]), strict=True))
        heads = [ctx.word("year"), ctx.word("roadmap_column"), f"{ctx.item(FELLED)}, {KHA_YEAR}", f"{ctx.item(PLANTING)}, {KHA_YEAR}"]
        blocks.append(table(ctx.word("roadmap"), heads, rows, texts=2))
    if len(grass):
        measures = grass.assign(item=grass["grass_zone"].astype(str) + "." + grass["measure"].astype(str))
        blocks += _by_group(ctx, "grass", ctx.word("grass_group"), KHA, measures, "treated_kha")
        blocks += _stack(ctx, "grass-item", ctx.word("grass_item"), KHA, measures, "item", "treated_kha")
    return blocks


def _water(ctx: Context) -> list[Block]:
    frame = ctx.table("water")
    if frame.empty:
        return []
    used = frame[frame["direction"] == "use"]
    zones = list(dict.fromkeys(used["water_zone"].astype(str)))
    by_zone = ordered(pivot(used, "water_zone", "all", _given(ctx, used)), zones)
    blocks = [chart(ctx, f"water-zone-{ctx.lang}", ctx.word("water_use"), MCM, by_zone, by="place", kind="line")]
    blocks += _stack(ctx, "water-lever", ctx.word("water_lever_use"), MCM, used[~used["item"].isin(OUTSIDE)], "item")
    return blocks + _stack(ctx, "delivered-item", ctx.word("west_line_delivered"), MCM, delivered(ctx), "item")


def _energy(ctx: Context) -> list[Block]:
    power, held, lines = plants(ctx), stores(ctx), ctx.table("transmission")
    blocks = _stack(ctx, "generation", ctx.word("generation"), TWH, power, "technology", "generation_twh")
    blocks += _by_group(ctx, "generation-groups", ctx.word("generation_groups"), TWH, power, "generation_twh")
    blocks += _stack(ctx, "capacity", ctx.word("capacity"), GW, power, "technology", "capacity_gw")
    blocks += _stack(ctx, "storage-capacity", ctx.word("storage_capacity"), GW, held, "technology", "capacity_gw")
    blocks += _stack(ctx, "storage-use", ctx.word("storage_use"), TWH, storage_use(held), "item") if len(held) else []
    blocks += _by_group(ctx, "clean", ctx.word("clean_groups"), GW, clean(ctx))
    blocks += _stack(ctx, "primary-energy", ctx.word("primary_energy"), "Mtce/yr", primary(ctx), "item")
    if len(lines):
        flows = lines.assign(item=lines["from_region"].astype(str) + "->" + lines["to_region"].astype(str))
        matrix, _ = ranked(pivot(flows, NATION, "item", _given(ctx, flows), "flow_twh"))
        named = matrix.rename(index=lambda key: " → ".join(ctx.place(part) for part in str(key).split("->")), level=1)
        if len(named):
            drawn = named[named.index.get_level_values(1) != OTHER]
            blocks.append(chart(ctx, f"flows-{ctx.lang}", ctx.word("line_flow"), TWH, drawn, kind="line", shown=LINES_DRAWN))
    return blocks


def _industry(ctx: Context) -> list[Block]:
    frame = ctx.table("industry")
    taken = frame[frame["measure"] != WHOLE] if len(frame) else frame
    blocks = _stack(ctx, "abated", ctx.word("abated"), CO2, taken, "sector", "abated_mt_co2")
    return blocks + _by_group(ctx, "abated-groups", ctx.word("abated_groups"), CO2, taken, "abated_mt_co2")


def _money(ctx: Context) -> list[Block]:
    frame = ctx.table("money")
    if frame.empty:
        return []
    spend = frame[(frame["direction"] == "spend") & (frame["item"] != SURPLUS)]
    blocks = [chart(ctx, f"net-cost-{ctx.lang}", ctx.word("cost_table"), BN, costs(ctx), kind="line")] if len(spend) else []
    blocks += _stack(ctx, "spend", ctx.word("spend_items"), BN, spend, "item")
    blocks += _by_group(ctx, "spend-groups", ctx.word("spend_groups"), BN, spend)
    funds = ctx.table("funds")
    blocks += _stack(ctx, "funds-paid", ctx.word("funds_paid"), BN, funds, "fund", "paid") + _by_group(ctx, "funds-groups", ctx.word("funds_regions"), BN, funds, "paid")
    gained = ordered(gains(ctx, item="all"), ctx.regions)
    if len(gained):
        blocks.append(chart(ctx, f"gains-{ctx.lang}", ctx.word("gains"), BN, gained, by="place", kind="line"))
    return blocks + _stack(ctx, "funds", ctx.word("sources_funds"), BN, frame[frame["direction"] == "source"], "item")


def _prices(ctx: Context) -> list[Block]:
    frame = ctx.table("prices")
    blocks: list[Block] = []
    for balance in SHOWN if len(frame) else ():
        part = frame[(frame["balance"] == balance) & frame["price"].notna()]
        if part.empty:
            continue
        # water is scarce by zone, which stands in ``key``
        place = "key" if (part["key"].astype(str) != "").all() else "region"
        mean = part.groupby([place, "year"], sort=False)["price"].mean().reset_index()
        matrix = pivot(mean, place, "all", _given(ctx, mean), "price")
        if matrix.abs().to_numpy().max() > NOISE:
            unit = str(part["unit"].iloc[0])
            blocks.append(chart(ctx, f"price-{balance}-{ctx.lang}", ctx.word("price_of", balance=ctx.item(balance)), unit, matrix, by="place", kind="line"))
    return [*blocks, prose(page_word("price_mean", ctx.lang))] if blocks else []


def _limits(ctx: Context) -> list[Block]:
    frame = ctx.table("limits")
    if frame.empty:
        return []
    price = frame["price"].fillna(frame["dual"]).astype(float)
    ranked_frame = frame.assign(used=price, worth=frame["gain_of_1_percent"].astype(float).fillna(0.0)).sort_values("worth", ascending=False, kind="stable")
    told: dict[str, list[Any]] = {name: column.tolist() for name, column in ranked_frame.items()}
    kinds = [tuple(map(str, named)) for named in zip(told["unit"], told["kind"], told["dual_unit"], strict=True)]
    readable = _said(kinds, lambda named: ctx.price_text(1.0, *named))
    prices = [scale * float(used) for (scale, _), used in zip(readable, told["used"], strict=True)]
    columns: list[list[Any]] = [
        _said(told["name"], ctx.item), _said(told["region"], ctx.place), ["" if pd.isna(year) else str(int(year)) for year in told["year"]],
        [f"{sheet}!{cell}" if cell else str(sheet) for sheet, cell in zip(told["sheet"], told["cell"], strict=True)], *(list(map(float, told[name])) for name in ("limit", "level")),
        _said(told["unit"], lambda unit: ctx.unit(str(unit))), [price if price > NOISE else 0.0 for price in prices], [unit for _, unit in readable],
        list(map(float, told["worth"])), ["" if pd.isna(value) else float(value) for value in told["cell_value"]],
        _said(told["cell_unit"], lambda unit: ctx.unit(str(unit))), _said(told["nets"], lambda nets: nets_text(ctx, nets)),
    ]  # fmt: skip
    rows = list(zip(*columns, strict=True))
    words = ("limit_name", "place", "year", "input_cell", "limit", "level", "unit", "price", "price_unit", "worth", "cell_value", "cell_unit", "nets")
    texts = [n for n, word in enumerate(words) if word in ("limit_name", "place", "input_cell", "cell_unit", "unit", "price_unit", "nets")]
    return [searchable(f"limits-{ctx.lang}", page_word("limits", ctx.lang), [ctx.word(w) for w in words], rows, texts, words.index("price"))]


def _said(column: list[Any], say: Callable[[Any], Any]) -> list[Any]:
    """What is said of each entry of a column; what occurs often is worked out once."""
    known = {entry: say(entry) for entry in dict.fromkeys(column)}
    return [known[entry] for entry in column]


def _changed(ctx: Context) -> list[Block]:
    """What is changed of the input; numbers keep all their digits, so every column is text."""
    if not ctx.has("changed"):
        return []
    heads = [ctx.word(head) for head in CHANGED_HEADS]
    return [searchable(f"changed-{ctx.lang}", ctx.word("sheet_changed"), heads, changed_rows(ctx), list(range(len(heads))))]


def _trust(ctx: Context) -> list[Block]:
    blocks: list[Block] = []
    frame = ctx.table("calibration")
    if len(frame):
        levels = frame[frame["region"].astype(str).str.startswith((NATION, "group:"))]
        later = happened(levels)
        heads = [ctx.word(h) for h in ("quantity", "place", "item", "unit", "model", "statistic", "difference", "tolerance", "within")]
        blocks.append(table(ctx.word("sheet_calibration"), heads, [_beside(row, ctx) for row in levels[~later].to_dict("records")], texts=4))
        if later.any():
            rows = [[*_beside(row, ctx), when(row, ctx)] for row in levels[later].to_dict("records")]
            blocks.append(table(ctx.word("happened"), [*heads, ctx.word("when")], rows, texts=4))
    levels_found = level_rows(ctx)
    if levels_found:
        listed = [[_cell(value) for value in row] for row in levels_found]
        blocks.append(table(ctx.word("published_levels"), [ctx.word(h) for h in LEVEL_HEADS], listed, texts=len(LEVEL_HEADS)))
    if ctx.has("consistency"):
        claims = [[ctx.word(f"verdict_{cell}") if head == "verdict" else _cell(cell) for head, cell in zip(CLAIM_HEADS, row, strict=True)] for row in claim_rows(ctx)]
        blocks.append(table(ctx.word("sheet_consistency"), [ctx.word(head) for head in CLAIM_HEADS], claims, texts=len(CLAIM_HEADS)))
    if ctx.has("paper_measures"):
        proposed = [[ctx.word(f"done_{cell}") if head == "measure_status" else cell for head, cell in zip(MEASURE_HEADS, row, strict=True)] for row in measure_rows(ctx)]
        blocks.append(table(ctx.word("sheet_paper_measures"), [ctx.word(head) for head in MEASURE_HEADS], proposed, texts=len(MEASURE_HEADS)))
    frame = ctx.table("sources")
    if len(frame):
        counted = frame.groupby("quality", sort=False)["rows"].sum()
        rows = [[ctx.item(q), f"{int(counted.get(q, 0)):,}"] for q in QUALITIES]
        blocks.append(table(ctx.word("quality"), [ctx.word("quality"), page_word("rows_of", ctx.lang)], rows))
        cells = [[ctx.sheet(str(r["table"])), str(r["source"]), ctx.item(r["quality"]), int(r["rows"])] for r in frame.to_dict("records")]
        words = [ctx.word("table"), ctx.word("source"), ctx.word("quality"), page_word("rows_of", ctx.lang)]
        blocks.append(searchable(f"sources-{ctx.lang}", ctx.word("sheet_sources"), words, cells, [0, 1, 2]))
    held = [[name, f"{error:.1e}", f"{tolerance:.0e}", ctx.word("yes" if ok else "no")] for name, error, tolerance, ok in identities(ctx)]
    if held:
        columns = ("identity", "largest_error", "tolerance_relative", "holds")
        blocks.append(table(ctx.word("sheet_identities"), [ctx.word(h) for h in columns], held))
    return blocks


def _beside(row: Mapping[Hashable, Any], ctx: Context) -> list[str]:
    """Cells of one comparison of model and statistic."""
    names = ctx.item(row["quantity"]), ctx.place(row["region"]), ctx.item(row["item"]), ctx.unit(str(row["unit"]))
    numbers = [printed([row[name]])[0] for name in ("model", "statistic", "difference_percent", "tolerance_percent")]
    return [*names, *numbers, ctx.word("yes" if row["ok"] else "no")]


def _cell(value: object) -> str:
    """A cell of the claims as text."""
    return printed([value])[0] if isinstance(value, float) else "" if value is None else str(value)


#: Lines that the chart of power sent shows.
LINES_DRAWN = 8
Word = Callable[[Context], str]


def _word(key: str) -> Word:
    return lambda ctx: ctx.word(key)


def _own(key: str) -> Word:
    return lambda ctx: page_word(key, ctx.lang)


PARTS: tuple[tuple[str, Word, Word, Callable[[Context], list[Block]]], ...] = (
    ("carbon", _word("sheet_carbon"), _word("lead_carbon"), _carbon),
    ("additionality", _word("sheet_additionality"), _word("lead_additionality"), _additionality),
    ("energy", _word("sheet_power"), _word("lead_power"), _energy),
    ("land", _own("land_levers"), _word("lead_harvest"), _land),
    ("water", _word("sheet_water"), _word("lead_water"), _water),
    ("industry", _word("sheet_industry"), _word("lead_industry"), _industry),
    ("money", _word("sheet_money"), _word("lead_money"), _money),
    ("burden", _word("sheet_burden"), _own("burden_lead"), burden_blocks),
    ("prices", _word("sheet_prices"), _word("lead_prices"), _prices),
    ("limits", _own("limits"), _own("limits_lead"), _limits),
    ("pathways", _word("sheet_pathways"), _word("lead_pathways"), pathway_blocks),
    ("changed", _word("sheet_changed"), changed_told, _changed),
    ("trust", _own("trust"), _word("lead_identities"), _trust),
)
