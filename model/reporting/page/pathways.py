"""The section of published pathways: how many rows lie inside, the key quantities as band and path, every row with verdict and reason.

Limits: figures and words are those of ``reporting.pathways``.
"""

from __future__ import annotations

import pandas as pd

from ...core.declare.palette import BLACK, SKY, VERMILION
from ..colours import OTHER_COLOUR
from ..context import Context
from ..pathways import HEADS, drawn, rows, tally_sentence
from .blocks import Block, chart, prose, searchable

#: Colour of each line, and the lines between which the band is filled.
COLOURS = {"pathway_low": SKY, "pathway_median": OTHER_COLOUR, "pathway_high": SKY, "pathway_ours": VERMILION, "pathway_observed": BLACK}
BAND_FROM, BAND_TO = "pathway_low", "pathway_high"


def pathway_blocks(ctx: Context) -> list[Block]:
    """The blocks of the section; none without published rows."""
    listed = rows(ctx)
    if not listed:
        return []
    blocks = [prose(tally_sentence(ctx))]
    for key, unit, matrix in drawn(ctx):
        order = [line for line in (BAND_FROM, BAND_TO, *matrix.index.get_level_values(1)) if line in matrix.index.get_level_values(1)]
        matrix = matrix.loc[[(key, line) for line in dict.fromkeys(order)]]
        whole = (key, BAND_FROM) in matrix.index and (key, BAND_TO) in matrix.index and _without_gaps(matrix.loc[key].loc[[BAND_FROM, BAND_TO]])
        block = chart(ctx, f"{key}-{ctx.lang}", ctx.item(key), unit, matrix, kind="line")
        for series, line in zip(block["figure"]["series"], matrix.index.get_level_values(1), strict=True):
            series["colour"] = f"#{COLOURS[line]}"
            series["band"] = line == BAND_TO and whole
        blocks.append(block)
    heads = HEADS[1:]
    cells = []
    for quantity, item, *others in listed:
        line = ["" if cell is None else cell for cell in others]
        line[heads.index("year") - 1] = str(line[heads.index("year") - 1])  # a year is no amount
        cells.append([ctx.word("pathway_pair", quantity=quantity, item=item), *line])
    texts = [number for number, head in enumerate(heads) if head in ("item", "unit", "verdict", "pathway_reason", "pathway_names")]
    return [*blocks, searchable(f"pathways-{ctx.lang}", ctx.word("pathways_list"), [ctx.word(head) for head in heads], cells, texts)]



def _without_gaps(ends: pd.DataFrame) -> bool:
    """Whether both ends are known in the same years, one after the other: only then an area says what is published."""
    known = ends.notna()
    both = [number for number, there in enumerate(known.all()) if there]
    return bool((known.all() == known.any()).all()) and len(both) > 1 and both[-1] - both[0] + 1 == len(both)
