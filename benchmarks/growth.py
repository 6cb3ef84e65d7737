"""How build and hand-over grow with the number of regions, from three to several hundred, and how solving does.

Three regions and the provinces are the shipped tables; seven are the power grids; more are provinces split by
``synthetic``. All are made from the same tables in memory, so that the number of regions is all that differs.

Limits: reading is left out (a book is made of frames); the larger sizes are only built and handed over.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

import pandas as pd

from benchmarks.routes import SCENARIO, Result, import_all

THREE, GRIDS, PROVINCES = 3, 7, 31
SIZES = (THREE, GRIDS, PROVINCES, 100, 340)
SOLVED = (PROVINCES, 100)
#: The grid company's south-western branch; the cited table counts its provinces to the central grid.
SOUTHWEST = ("sichuan", "chongqing", "tibet")
GRID = "grid_region"


def tables(regions: int) -> dict[str, pd.DataFrame]:
    """Workbook tables with that many regions."""
    from benchmarks.synthetic import split
    from model.core.build import registry
    from model.datasets.generate import province_book, province_frames, three_region_book
    from model.datasets.regroup import regrouped

    schema = registry.schema()
    frames = province_frames()
    provinces = province_book(schema, frames)
    if regions == THREE:
        return three_region_book(schema, frames).tables
    if regions == GRIDS:
        places = provinces.tables["regions"]
        grid = places[GRID].mask(places["region"].isin(SOUTHWEST), "southwest")
        return regrouped({**provinces.tables, "regions": places.assign(**{GRID: grid})}, schema, GRID).tables
    return provinces.tables if regions == PROVINCES else split(provinces.tables, schema, regions)


def run(words: Sequence[str]) -> Result:
    """``REGIONS [solve SECONDS]``: make the tables, build, hand over, and solve within the limit when asked for."""
    import model
    from benchmarks.solvers import load_as_the_model_does
    from model.api import assemble_checked
    from model.core.solve.solver import SolveOptions, solve

    import_all()
    started = time.perf_counter()
    book = model.book(tables(int(words[0])))
    data = book.data(SCENARIO)
    seconds = {"prepare": time.perf_counter() - started}
    started = time.perf_counter()
    build = assemble_checked(data)
    seconds["build"] = time.perf_counter() - started
    result: Result = {"seconds": seconds, "objective": math.nan, "status": "built"}
    if "solve" in words:
        solution = solve(build, SolveOptions(time_limit=float(words[2])))
        seconds |= dict(solution.seconds)
        matrix = solution.matrix
        result |= {"status": "time limit reached" if solution.status == "time_limit" else solution.status, "objective": solution.objective}
    else:
        started = time.perf_counter()
        matrix = load_as_the_model_does(build)
        seconds["hand_over"] = time.perf_counter() - started
    rows, columns, nonzeros = matrix.shape
    return {**result, "regions": int(words[0]), "rows": rows, "columns": columns, "nonzeros": nonzeros}
