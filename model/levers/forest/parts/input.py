"""What the forest asks of its tables: ages that increase, groups that are described, wood that the stands can give.

The rules themselves stand where the numbers are made; here they are asked in an order in which none hides another.

Limits: a rule that needs the stands is asked only when everything they are made of is right.
"""

from __future__ import annotations

import pandas as pd

from ....core.build.declared import refused
from ....core.data import Data, regions_in
from ....core.declare.spec import Finding, Table
from ...years import no_milestones
from ..groups import check_described
from ..plan_tables import FLOW_BANDS, PRODUCT_PRICES, STAND_LIMITS, STANDING_VOLUME, harvest_measures
from ..stands import check_plan_groups, class_width, read_stands
from ..tables import FOREST_HARVEST
from .partial import partial_classes
from .posts import forest_classes, killed


def check_stands(data: Data) -> list[Finding]:
    """Ages, classes and groups must fit together, and a felled stand must hold the wood that is taken from it."""
    found = refused(lambda: class_width(data), lambda: check_plan_groups(data), lambda: check_described(data))
    found = found or refused(lambda: read_stands(data))
    if found:
        return found
    stands = read_stands(data)
    made: list[pd.DataFrame] = []
    found = refused(lambda: made.append(forest_classes(data, stands)))
    return found or refused(lambda: killed(data, stands, made[0]), lambda: partial_classes(data, stands, made[0]))


def _fault(data: Data, table: Table, row: int, column: str, en: str, en_expected: str, zh: str, zh_expected: str) -> Finding:
    return Finding("error", table.name, data.cell(table.name, row, column), en, en_expected, zh, zh_expected)


def check_bands(data: Data) -> list[Finding]:
    """A flow band must bind a harvest that there is, and know the level that it starts from."""
    table = data.frame(FLOW_BANDS)
    if table.empty or check_stands(data):
        return []
    stands = read_stands(data)
    felling = set(stands.strata.loc[stands.of_status("productive"), "region"])
    known = harvest_measures(data)
    found = []
    for number, row in table.iterrows():
        measure, scope = str(row["measure"]), str(row["scope"])
        level = pd.notna(row["initial"]) or float(row["base_year"]) > 0.0
        for column, wrong, words in (
            ("scope", bool(regions_in(data, scope)) and not felling & set(regions_in(data, scope)), (
                f"no forest that may be felled lies in {scope}", "a place with productive stands", f"{scope} 没有可采伐的森林", "应为有可采伐林分的范围",
            )),
            ("measure", measure not in known, (f"{measure} is not harvested", f"one of {', '.join(known)}", f"没有采伐产品 {measure}", f"应为 {', '.join(known)} 之一")),
            ("initial", row["reference"] == "initial" and not level, (
                "a band around an initial level needs one", "a level, or base_year 1", "参照初始水平的均衡带缺少初始水平", "应填写水平，或 base_year 为1",
            )),
            ("base_year", float(row["base_year"]) > 0.0 and measure != STANDING_VOLUME, (
                "the base year is known by standing volume only", "a level in initial", "基年采伐量只有蓄积口径", "应在 initial 中填写水平",
            )),
        ):  # fmt: skip
            if wrong:
                found.append(_fault(data, FLOW_BANDS, int(str(number)), column, *words))
    return found


def check_recovery(data: Data) -> list[Finding]:
    """Roundwood that was felled in the base year came out of standing volume: nothing can be recovered of it only where none was."""
    table = data.frame(FOREST_HARVEST)
    wrong = table[(table["recovery"].astype(float) <= 0.0) & (table["roundwood_base"].astype(float) > 0.0)]
    return [
        _fault(
            data, FOREST_HARVEST, int(row), "recovery", f"nothing is recovered in {region}, where roundwood is felled", "recovery above 0, or roundwood_base 0",
            f"{region} 有原木产量，出材率却为0", "recovery 应大于0，或 roundwood_base 取0",
        )
        for row, region in wrong["region"].items()
    ]  # fmt: skip


def check_limits(data: Data) -> list[Finding]:
    """A limit on what stands must hold at a milestone."""
    return no_milestones(data, STAND_LIMITS, data.frame(STAND_LIMITS), "year")


def check_prices(data: Data) -> list[Finding]:
    """Only what is harvested has a price."""
    prices, known = data.frame(PRODUCT_PRICES), harvest_measures(data)
    first = prices[~prices.index.duplicated()]
    return [
        _fault(
            data, PRODUCT_PRICES, int(row), "product", f"{product} is not harvested", f"one of {', '.join(known)}", f"没有采伐产品 {product}", f"应为 {', '.join(known)} 之一",
        )
        for row, product in first["product"].items()
        if product not in known
    ]  # fmt: skip
