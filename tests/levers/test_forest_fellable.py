"""A row for what may be felled of a class stands only where the area that the class leaves does not already hold it, by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from model.core.build.assemble import assemble
from model.core.data import Data
from model.core.solve.solution import Solution
from model.levers.forest.forest import Forest
from model.levers.forest.parts.areas import Ageing

from .forest_toy import forest_data, stand
from .toy import cheapest

YEARS = (2020, 2030, 2040, 2050)
#: Wood sells so well that all that may be felled is felled.
WOOD = {"roundwood": 1e3}


def fell(data: Data) -> Solution:
    solution = cheapest(assemble(data, [Forest], []), feed_in=WOOD)
    assert solution.status == "optimal"
    return solution


def rows(data: Data) -> list[tuple[int, int]]:
    """(age class, year) of the rows on what may be felled."""
    return list(assemble(data, [Forest], []).rows["kept_non_negative"][0][["age_class", "year"]].itertuples(index=False, name=None))


def with_quota(**more: float) -> Data:
    """4 Mha mature, class 4, and 1 Mha over-mature in each of the classes 5 and 6; a quota lets some of it be felled each period."""
    quota = [{"region": "west", "year": year, "value": 0.03} for year in YEARS[1:]]
    return forest_data([stand("mature", 4.0), stand("over_mature", 2.0)], years=YEARS, group=more, tables={"harvest_quota": quota})


def test_rows_stand_in_the_first_period_and_where_several_classes_grow_into_the_last() -> None:
    """2020 holds the classes 4, 5 and 6; the last class is 6 + 3 = 9. In 2030 all three have their row, with their cells. 2040 starts
    with 5, 6 and 7, which become 6, 7 and 8: areas of their own, no row. 2050 starts with 6, 7 and 8, and 8 grows into class 9."""
    assert [(4, 2030), (5, 2030), (6, 2030), (8, 2050)] == rows(with_quota())


def test_a_class_of_which_nearly_all_is_lost_keeps_its_row() -> None:
    """Of 95 in a hundred lost in ten years a twentieth is left, whose sign says little of what stood before."""
    lost = {name: 1 - 0.05**0.1 for name in ("loss_young", "loss_over_mature")}
    assert {(5, 2040), (6, 2040), (7, 2040)} <= set(rows(with_quota(**lost)))


def test_the_plan_is_that_of_all_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """0.3 km3 a period: class 6 of the first (0.275 km3/Mha) and what is missing. The plan neither moves nor fells more than stands."""
    few = fell(with_quota(loss_young=0.01, loss_over_mature=0.02))

    def every(self: Ageing, cut: pd.DataFrame, passing: pd.DataFrame) -> pd.DataFrame:
        return cut

    monkeypatch.setattr(Ageing, "_fellable", every)
    all_rows = fell(with_quota(loss_young=0.01, loss_over_mature=0.02))
    assert len(few.rows("kept_non_negative")) < len(all_rows.rows("kept_non_negative"))
    assert pytest.approx(all_rows.objective, rel=1e-9) == few.objective
    assert all_rows.values("felled_volume")["value"].tolist() == pytest.approx(few.values("felled_volume")["value"].tolist(), abs=1e-9)
    key = ["stratum", "age_class"]
    felled = few.values("clearcut").merge(few.values("area").assign(year=lambda f: f["year"] + 10), on=[*key, "year"], suffixes=("", "_stood"))
    assert len(felled) > 0
    assert (felled["value"] <= felled["value_stood"] + 1e-9).all()


def test_what_a_partial_cut_leaves_is_not_felled_again_in_the_same_period() -> None:
    """All but 0.01 km3 stands in 2030, which the quota lets be felled: then up to 2 Mha are class 5 and 1 Mha is class 3, which may be
    felled too. A partial cut by 0.3 puts class 5 into class 3: what is left of class 3 says nothing of what stood there, so it
    keeps its row. 2 * 0.225 + 1 * 0.125 = 0.575 km3 less what the first felling took are felled by 2040."""
    cut = {"method": "selective", "forest_group": "pine", "origin": "planted", "removed_share": 0.3, "first_age": 30.0}
    tables = {"partial_cuts": [cut], "harvest_quota": [{"region": "west", "year": 2030, "value": 0.001}]}
    data = forest_data([stand("mature", 2.0), stand("middle", 1.0)], years=(2020, 2030, 2040), group={"minimum_cutting_age": 10.0}, tables=tables)
    assert (3, 2040) in rows(data)
    solution = fell(data)
    felled, stood = (solution.values(name).query(f"year == {year} and age_class == 3")["value"].sum() for name, year in (("clearcut", 2040), ("area", 2030)))
    assert felled <= stood + 1e-9
    assert 0.055 < solution.values("felled_volume").query("year == 2040")["value"].iloc[0] < 0.0575
