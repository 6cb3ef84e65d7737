"""What regions pay for what they send one another, by hand-worked cases of two and three regions.

West burns coal at 0.3 bn CNY/TWh (300 CNY/MWh), a line of 1 GW carries 4.38 TWh a slice and loses a tenth; where the east has not enough
it goes without, at 20 bn CNY/TWh.

Limits: the base year 2020 and 2030 are alike unless a test says otherwise.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.closing.payments.trade_rules import TRADE_RULES, TradeRules
from model.core.build import registry
from model.core.build.assemble import assemble
from model.core.declare.spec import Finding, InputError
from model.core.solve.solution import Solution
from model.core.solve.solver import solve
from model.levers.land.water import Water
from model.levers.power.power import Power
from model.levers.power.thermal import Thermal
from model.levers.power.transmission import Transmission
from model.reporting.context import Context
from model.reporting.excel.book import report_workbook
from model.reporting.identities.every import check_identities, identities
from model.reporting.page.sections import sections
from model.reporting.tables.every import Made
from model.reporting.tables.payments import LINES, accounts_of_payments
from model.workbook.book import check_book
from tests.levers.power_toy import YEARS, Tables, coal, grid, power_data, yearly
from tests.levers.test_transmission import LOSS, lines
from tests.levers.test_water import fields, water_data
from tests.levers.toy import cheapest, toy_frame
from tests.workbook.toy import toy, write

from .toy_plan import plan_data, solved_tables, toy_tables

SENT = 2 * 4.38
PAYMENTS = ("payments_close", "lines_at_prices")


def rules(**of: str | dict[str, Any]) -> Tables:
    """Rows of ``trade_rules``: a rule, or what else the row holds."""
    return {"trade_rules": [{"commodity": name, "line_owner_share": 0.5, **({"rule": row} if isinstance(row, str) else row)} for name, row in of.items()]}


def contract(price: float, unit: str = "CNY/MWh") -> dict[str, Any]:
    return {"rule": "contract", "price": price, "price_unit": unit}


def power(*parts: Tables, demand: float = 10.0, levers: Any = (Thermal, Power, Transmission), east: float = 0.0, **settings: float) -> Solution:
    """Coal in the west and, where a test says so, in the east; demand in the east."""
    common = (grid({"west": 0.0, "east": demand}), coal({"west": 5.0, "east": east}, retirement_cost=9.0) if east else coal({"west": 5.0}))
    return cheapest(assemble(power_data(*common, *parts, regions=("west", "east"), settings=settings), list(levers), [TradeRules]))


def held(solution: Solution) -> Made:
    """The tables, after what payments are held to has been asked of them."""
    tables = Made(solution)
    wrong = [found for found in check_identities(tables, solution, [identity for identity in identities() if identity.name in PAYMENTS]) if not found["ok"]]
    assert [] == wrong
    return tables


def line(frame: pd.DataFrame, commodity: str = "power", start: str = "west", end: str = "east", year: int = 2030) -> dict[str, Any]:
    """The row of a commodity, direction and year."""
    (row,) = frame[(frame["commodity"] == commodity) & (frame["from_region"] == start) & (frame["to_region"] == end) & (frame["year"] == year)].to_dict("records")
    return row


def net(tables: Made, commodity: str, year: int = 2030) -> dict[str, float]:
    """What each region, and the lines, get less what they pay."""
    found = accounts_of_payments(tables)
    found = found[(found["commodity"] == commodity) & (found["year"] == year)]
    return {str(place): float(value) for place, value in found.groupby("region")["value"].sum().items()}


@pytest.mark.parametrize(
    ("rule", "price", "payment", "carried"),
    [("receiving", 20000.0, 157.68, 1.0), ("giving", 300.0, 2.628, 0.0), ("mean", 10150.0, 80.154, 0.5), (contract(500.0), 500.0, 4.38, 0.5)],
    ids=["receiving", "giving", "mean", "contract"],
)
def test_power_is_paid_at_the_price_that_its_rule_names(rule: str | dict[str, Any], price: float, payment: float, carried: float) -> None:
    """8.76 TWh leave at 0.3, 0.9 of them arrive at 20: 2.628 and 157.68 bn CNY a year, the mean of both 80.154; at 500 CNY/MWh 4.38.

    The line earns 155.052: from the west where that sells at the price of the east, from the east where it sells at its own, else half each.
    """
    tables = held(power(lines(), rules(power=rule)))
    sold, account = line(tables["trade"]), line(tables["line_accounts"])
    told = rule if isinstance(rule, str) else rule["rule"]
    assert (told, "CNY/MWh") == (sold["rule"], sold["price_unit"])
    assert (pytest.approx(price), pytest.approx(payment)) == (sold["price"], sold["payment"])
    assert (pytest.approx(2.628), pytest.approx(157.68)) == (account["value_given"], account["value_received"])
    assert (pytest.approx(155.052 * carried), pytest.approx(155.052 * (1.0 - carried))) == (account["paid_from"], account["paid_to"])


@pytest.mark.parametrize("rule", ["receiving", "giving", "mean"])
def test_under_prices_of_balances_each_end_has_its_own_price_and_its_share_of_the_line(rule: str) -> None:
    """A quarter of the 155.052 that the line earns is 38.763: the west has 2.628 + 38.763, the east pays 157.68 less the other 116.289."""
    tables = held(power(lines(), rules(power={"rule": rule, "line_owner_share": 0.25})))
    account = line(tables["line_accounts"])
    assert (pytest.approx(155.052), pytest.approx(38.763), pytest.approx(116.289)) == (account["rent"], account["rent_from"], account["rent_to"])
    found = net(tables, "power")
    assert {"west": pytest.approx(41.391), "east": pytest.approx(-41.391), LINES: pytest.approx(0.0)} == found


def test_a_price_by_contract_moves_money_between_the_ends() -> None:
    """4.38 by contract, less half of the 155.052, plus half of them as rent: the west has what the contract gives, the east pays it."""
    found = net(held(power(lines(), rules(power=contract(500.0)))), "power")
    assert (pytest.approx(4.38), pytest.approx(-4.38)) == (found["west"], found["east"])


def test_a_price_by_contract_of_nothing_is_a_price() -> None:
    """0 CNY/MWh: nothing is paid, and the price is told."""
    sold = line(held(power(lines(), rules(power=contract(0.0))))["trade"])
    assert (0.0, 0.0) == (sold["price"], sold["payment"])


def test_the_line_gives_its_cost_back_before_rent_is_shared() -> None:
    """0.1 GW more cost 0.00765 a year in the first period, half posted by each end, and carry 0.1 * 8.76 / 2 more.

    9.198 TWh: 2.7594 given, 165.564 received; 162.79695 is left as rent. In the base year the line costs nothing.
    """
    tables = held(power(lines(expansion=0.01), rules(power="receiving")))
    account = line(tables["line_accounts"])
    assert (pytest.approx(0.00765), pytest.approx(0.003825), pytest.approx(0.003825)) == (account["cost"], account["cost_from"], account["cost_to"])
    assert pytest.approx(165.564 - 2.7594 - 0.00765) == account["rent"]
    assert 0.0 == line(tables["line_accounts"], year=2020)["cost"]
    # nothing goes back, where the line would earn nothing, and no cost falls there
    assert 0.0 == line(tables["line_accounts"], start="east", end="west")["cost"]


def test_the_price_is_weighted_with_what_is_sent_in_each_slice() -> None:
    """8 TWh by day and 2 by night: 4.38 sent at 20, 2/0.9 at 0.3/0.9; 88.3407.. / 6.6022.. = 13.3804.. bn CNY/TWh."""
    shape = {"load_shape": [{"region": r, "slice": s, "share": x, "weight": 1.0} for r in ("west", "east") for s, x in (("day", 0.8), ("night", 0.2))]}
    common = grid({"west": 0.0, "east": 10.0})
    data = power_data({**common, **shape}, coal({"west": 5.0}), lines(), rules(power="receiving"), regions=("west", "east"))
    tables = held(cheapest(assemble(data, [Thermal, Power, Transmission], [TradeRules])))
    night = 2.0 / 0.9
    mean = (20.0 * 4.38 + 0.3 / 0.9 * night) / (4.38 + night)
    sold = line(tables["trade"])
    assert pytest.approx(1000.0 * mean) == sold["price"]
    assert pytest.approx(0.9 * mean * (4.38 + night)) == sold["payment"]
    assert pytest.approx(0.9 * 20.0 * 4.38 - 0.3 * 4.38) == line(tables["line_accounts"])["rent"], "by night the line earns nothing: 0.3/0.9 * 0.9 = 0.3"


def test_a_region_between_two_others_pays_and_is_paid() -> None:
    """3 TWh in the middle and 3 in the east, both from the west: 3/0.9 go on, (3 + 3/0.9)/0.9 = 7.037.. come.

    Prices 0.3, 0.3/0.9, 0.3/0.81: the middle pays 0.3 * 7.037.. = 2.111.., the east 0.3/0.9 * 3/0.9 = 1.111..; free lines earn nothing.
    """
    ends = [(a, b) for a, b in (("west", "middle"), ("middle", "east"))]
    chain: Tables = {"transmission_lines": [{"from_region": a, "to_region": b, "capacity": 1.0, "length": 1.0, "loss": LOSS} for a, b in ends]}
    demand = grid({"west": 0.0, "middle": 3.0, "east": 3.0})
    data = power_data(demand, coal({"west": 5.0}), chain, rules(power="receiving"), regions=("west", "middle", "east"))
    tables = held(cheapest(assemble(data, [Thermal, Power, Transmission], [TradeRules])))
    given, passed = 0.3 * (3.0 + 3.0 / 0.9) / 0.9, 0.3 / 0.9 * 3.0 / 0.9
    assert {"west": pytest.approx(given), "middle": pytest.approx(passed - given), "east": pytest.approx(-passed), LINES: pytest.approx(0.0)} == net(tables, "power")
    assert pytest.approx(0.0, abs=1e-9) == tables["line_accounts"]["rent"].abs().max()


def test_what_is_agreed_is_paid_once_by_its_own_rule() -> None:
    """2 of 8.76 TWh at 500 CNY/MWh are 1; the other 6.76 are paid at the price of the east, 0.9 * 20 a TWh sent."""
    agreed = {"power_contracts": yearly(YEARS, {2020: 0.0, 2030: 2.0}, from_region="west", to_region="east")}
    tables = held(power(lines(), agreed, rules(power="receiving", clean_power_contract=contract(500.0))))
    sold, by_contract = line(tables["trade"]), line(tables["trade"], "clean_power_contract")
    assert (pytest.approx(SENT), pytest.approx(18.0 * (SENT - 2.0)), pytest.approx(1.0)) == (sold["value"], sold["payment"], by_contract["payment"])
    assert pytest.approx(SENT - 2.0) == line(tables["line_accounts"])["value"]
    assert (pytest.approx(0.6), pytest.approx(36.0)) == tuple(line(tables["line_accounts"], "clean_power_contract")[side] for side in ("value_given", "value_received"))


def test_what_is_agreed_and_has_no_rule_is_paid_as_the_rest() -> None:
    agreed = {"power_contracts": yearly(YEARS, {2020: 0.0, 2030: 2.0}, from_region="west", to_region="east")}
    tables = held(power(lines(), agreed, rules(power="receiving")))
    assert pytest.approx(18.0 * SENT) == line(tables["trade"])["payment"]
    unpaid = line(tables["trade"], "clean_power_contract")
    assert ("", "") == (unpaid["rule"], unpaid["price_unit"])
    assert np.isnan(unpaid["payment"])


def test_a_line_that_a_contract_forces_earns_less_than_nothing() -> None:
    """Coal costs 0.3 at both ends: 2 TWh are worth 0.6 where they leave and 0.54 where they arrive, so that 0.06 are lost."""
    agreed = {"power_contracts": yearly(YEARS, {2020: 0.0, 2030: 2.0}, from_region="west", to_region="east")}
    account = line(held(power(lines(), agreed, rules(power="giving"), east=5.0))["line_accounts"])
    assert (pytest.approx(0.6), pytest.approx(0.54), pytest.approx(-0.06)) == (account["value_given"], account["value_received"], account["rent"])


def test_firm_capacity_is_paid_and_bears_the_line_that_it_needs() -> None:
    """0.6 GW are lent over 1.2 GW of line, 0.2 of them new for the reserve alone: a GW costs 3.4 * 0.045 = 0.153, half of it in the period.

    A GW of line lends 0.5: 0.0765 / 0.5 = 0.153 a GW sent. To keep a GW of coal in the west costs 0.1, half of it in the period too: 0.05.
    So 0.203 a GW sent, 0.203 / 0.9 where it arrives (225.56 CNY/kW/yr). 0.6 * 0.203 = 0.1218 is paid, 0.03 for the coal,
    0.0153 is the cost of the line and 0.0765 its rent. Power earns nothing on a line that is wide enough for it.
    """
    peak = {"peak_load": [{"region": r, "peak_factor": 1.0, "weight": 1.0} for r in ("west", "east")]}
    both = rules(power="receiving", firm_capacity="receiving")
    tables = held(power(lines(expansion=1.0), peak, both, demand=0.54 * 8.76, reserve_margin=0.0, reserve_sharing=0.5))
    sold, account = line(tables["trade"], "firm_capacity"), line(tables["line_accounts"], "firm_capacity")
    assert (pytest.approx(0.6), "GW", pytest.approx(203.0 / 0.9), "CNY/kW/yr", pytest.approx(0.1218)) == tuple(sold[name] for name in ("value", "unit", "price", "price_unit", "payment"))
    assert (pytest.approx(0.03), pytest.approx(0.0153), pytest.approx(0.0765)) == (account["value_given"], account["cost"], account["rent"])
    assert pytest.approx(0.0, abs=1e-9) == line(tables["line_accounts"])["cost"]


@pytest.mark.parametrize(
    ("rule", "price", "payment", "carried"),
    [("receiving", 2.0, 2.0, 1.0), ("giving", 0.0, 0.0, 0.0), ("mean", 1.0, 1.0, 0.5), (contract(0.8, "CNY/m3"), 0.8, 0.8, 0.5)],
    ids=["receiving", "giving", "mean", "contract"],
)
def test_a_water_right_is_paid_and_its_conveyance_given_back(rule: str | dict[str, Any], price: float, payment: float, carried: float) -> None:
    """1 km3 is worth 2 CNY/m3 on the fields below and nothing above; 0.5 of it conveyance, which the buyer posts. 1.5 is left, half each.

    Above there is 0.75 in the end, below 2 - 0.5 - 0.75 = 0.75 too; by contract at 0.8 the seller has 0.8 - 1 + 0.75 = 0.55.
    """
    data = water_data()
    data.tables["trade_rules"] = toy_frame(TRADE_RULES, rules(water_right=rule)["trade_rules"])
    tables = held(cheapest(assemble(data, [Water, fields(2.0)], [TradeRules])))
    sold, account = line(tables["trade"], "water_right", "up", "down"), line(tables["line_accounts"], "water_right", "up", "down")
    assert (pytest.approx(1000.0), pytest.approx(price), "CNY/m3", pytest.approx(payment)) == tuple(sold[name] for name in ("value", "price", "price_unit", "payment"))
    assert (0.0, pytest.approx(0.5), pytest.approx(1.5)) == (account["cost_from"], account["cost_to"], account["rent"])
    assert pytest.approx(2.0 * carried) == account["paid_from"]
    seller = payment - 2.0 * carried + 0.75
    assert {"up": pytest.approx(seller), "down": pytest.approx(-seller), LINES: pytest.approx(0.0)} == net(tables, "water_right")


def test_rights_sold_both_ways_inside_a_region_are_paid_once() -> None:
    """Both zones lie in one region: it pays itself, bears the conveyance once and has neither gain nor loss."""
    data = water_data()
    zones = data.tables["water_zones"]
    data.tables["water_zones"] = zones.assign(region="up")
    data.tables["trade_rules"] = toy_frame(TRADE_RULES, rules(water_right="receiving")["trade_rules"])
    tables = held(cheapest(assemble(data, [Water, fields(2.0)], [TradeRules])))
    account = line(tables["line_accounts"], "water_right", "up", "up")
    assert (0.0, pytest.approx(0.5), pytest.approx(1.5)) == (account["cost_from"], account["cost"], account["rent"])
    assert pytest.approx(0.0) == net(tables, "water_right")["up"]


def test_without_rules_nothing_is_paid() -> None:
    tables = Made(power(lines()))
    assert 0 == len(tables["line_accounts"])
    assert tables["trade"]["payment"].isna().all()
    assert {""} == {*tables["trade"]["rule"], *tables["trade"]["price_unit"]}
    assert pytest.approx(SENT) == line(tables["trade"])["value"]


def test_a_commodity_that_no_rule_names_is_not_paid_for() -> None:
    tables = held(power(lines(), rules(water_right="mean", firm_capacity="giving")))
    assert np.isnan(line(tables["trade"])["payment"])
    assert ["firm_capacity"] == list(tables["line_accounts"]["commodity"].unique())


def test_where_nothing_is_sent_nothing_is_paid_and_no_price_is_told() -> None:
    back = line(held(power(lines(), rules(power="receiving")))["trade"], start="east", end="west")
    assert (0.0, 0.0) == (back["value"], back["payment"])
    assert np.isnan(back["price"])


def test_an_objective_without_money_has_no_prices() -> None:
    """The same plan, called the least of tonnes: rules stand, amounts are told, and no price, payment or rent."""
    data = power_data(grid({"west": 0.0, "east": 10.0}), coal({"west": 5.0}), lines(), rules(power="receiving", firm_capacity=contract(9.0, "CNY/kW/yr")), regions=("west", "east"))
    build = assemble(data, [Thermal, Power, Transmission], [TradeRules])
    cheapest(build)
    assert build.objective is not None
    build.objective = replace(build.objective, unit="Mt CO2")
    tables = held(solve(build))
    assert pytest.approx(SENT) == line(tables["trade"])["value"]
    assert tables["trade"][["price", "payment"]].isna().all().all()
    assert tables["line_accounts"][["value_given", "value_received", "paid_from", "paid_to", "rent", "rent_from", "rent_to"]].isna().all().all()


def test_a_balance_that_is_not_closed_has_no_prices() -> None:
    """Without the lever of power nothing holds supply and use against each other."""
    tables = held(power(lines(), rules(power="mean"), levers=(Thermal, Transmission)))
    assert tables["trade"]["payment"].isna().all()
    assert tables["line_accounts"]["rent"].isna().all()


def test_rules_change_neither_plan_nor_cost() -> None:
    """The toy plan of every lever with its rules and without: the same rows to the bit, the same objective, the same plan."""
    tables = toy_tables()
    bare = {name: rows for name, rows in tables.items() if name != "trade_rules"}
    with_rules, without = solve(assemble(plan_data(tables))), solve(assemble(plan_data(bare)))
    for part in ("cost", "start", "index", "value", "row_lower", "row_upper", "column_lower", "column_upper"):
        assert np.array_equal(getattr(with_rules.matrix, part), getattr(without.matrix, part)), part
    assert without.objective == with_rules.objective
    assert np.array_equal(without.x, with_rules.x)


#: Cells of ``trade_rules`` that are refused: the row, the cell, words in English and in Chinese.
WRONG = [
    (["power", "contract", None, "CNY/MWh", 0.5], "C3", "is paid by contract, but has no price", "未填价格"),
    (["power", "contract", 300, None, 0.5], "D3", "the price has no unit", "没有单位"),
    (["power", "contract", 300, "CNY/m3", 0.5], "D3", "power is not priced in CNY/m3; CNY/MWh", "价格单位不是 CNY/m3"),
    (["power", "receiving", 300, None, 0.5], "C3", "does not use it", "不使用该价格"),
    (["power", "receiving", None, None, 1.5], "E3", "at most 1", "1"),
    (["power", "contract", -1, "CNY/MWh", 0.5], "C3", "at least 0", "0"),
    (["power", "fair", None, None, 0.5], "B3", "fair", "fair"),
    (["sugar", "mean", None, None, 0.5], "A3", "sugar", "sugar"),
    (["carbon", "mean", None, None, 0.5], "A3", "carbon", "carbon"),
]


def read(row: list[Any], lang: str, folder: Path) -> list[Finding]:
    """What is found in a workbook with this row of ``trade_rules``."""
    plain = {name: rows for name, rows in toy().items() if name in ("start_here", "regions", "periods")}
    head = [column.name for column in TRADE_RULES.columns]
    units = [column.unit for column in TRADE_RULES.columns]
    sheets = {**plain, "trade_rules": [[*head, "active", "source", "quality", "note"], units, [*row, 1, "a book", "reported", ""]]}
    sheets["settings"] = [["setting", "value", "unit", "active", "source", "quality", "note"], ["language", lang, "", 1, "a book", "reported", ""]]
    return check_book(write(sheets, folder / f"{lang}.xlsx"), registry.schema())[1]


@pytest.mark.parametrize(("row", "cell", "words", "chinese"), WRONG)
def test_a_wrong_row_is_refused_at_its_cell_in_both_languages(row: list[Any], cell: str, words: str, chinese: str, tmp_path: Path) -> None:
    for lang, said in (("en", words), ("zh", chinese)):
        found = [finding for finding in read(row, lang, tmp_path) if finding.sheet == "trade_rules" and finding.level == "error"]
        assert [cell] == [finding.cell for finding in found]
        assert said in str(found[0])
        assert (lang == "zh") == any("一" <= letter <= "鿿" for letter in str(found[0]))


def test_a_right_row_is_read(tmp_path: Path) -> None:
    for row in (["power", "contract", 300, "CNY/MWh", 0.25], ["water_right", "mean", None, None, None]):
        assert [] == [str(finding) for finding in read(row, "en", tmp_path) if finding.sheet == "trade_rules"]


def test_a_model_made_in_code_refuses_a_contract_without_a_price() -> None:
    data = power_data(grid({"west": 0.0, "east": 10.0}), coal({"west": 5.0}), lines(), rules(power={"rule": "contract"}), regions=("west", "east"))
    with pytest.raises(InputError, match="has no price"):
        assemble(data, [Thermal, Power, Transmission], [TradeRules])


def test_every_commodity_with_a_price_may_have_a_rule() -> None:
    assert {"power": "CNY/MWh", "clean_power_contract": "CNY/MWh", "firm_capacity": "CNY/kW/yr", "water_right": "CNY/m3"} == registry.price_units()
    assert set(registry.price_units()) == set(registry.schema().tables["trade_rules"].column("commodity").choices)


@pytest.mark.parametrize(("lang", "sent", "heading"), [("en", "Power sent", "Who pays and who gains"), ("zh", "输送电量", "得失")])
def test_who_pays_and_who_gains_stands_on_the_sheet_of_money_and_on_the_page(lang: str, sent: str, heading: str) -> None:
    """The toy plan: what the west has of power in 2040 stands in the row of the west, and what the east pays in that of the east."""
    tables, manifest = solved_tables(), {"status": "optimal", "scenario": "reference", "base_year": 2020, "objective": {"value": 1.0, "unit": "bn CNY", "sense": "min"}}
    ctx = Context(tables, manifest, lang, plan_data())
    rows = [[cell for cell in row if cell is not None] for row in report_workbook(ctx)["money"].iter_rows(values_only=True)]
    (start,) = [place for place, row in enumerate(rows) if row and heading in str(row[0])]
    told = {row[0]: row for row in rows[start : start + 8] if len(row) > 2 and row[1] == sent}
    gained = accounts_of_payments(tables)
    expected = gained[(gained["region"] == "west") & (gained["commodity"] == "power") & (gained["year"] == 2040)]["value"].sum()
    assert 2 == len(told)
    west, east = (float(row[-1]) for row in told.values())
    assert (pytest.approx(expected), pytest.approx(-expected)) == (west, east)
    assert 0.0 < expected == pytest.approx(20.071217 + 0.280251 + 0.198862, rel=1e-4)
    (section,) = [section for section in sections(ctx) if section.name == "money"]
    assert [True] == [True for block in section.blocks if heading in str(block["title"])]
