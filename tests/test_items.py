"""What a lever posts is declared by the lever: an undeclared post fails, and every item has words in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import model
from model.core.build import registry
from model.core.build.assemble import assemble
from model.core.build.build import Build, Lever
from model.core.build.declared import info_of
from model.core.declare.balances import BALANCES
from model.core.declare.iamc import CAPTURE, NET, NOWHERE, REMOVAL, WITHDRAWAL
from model.core.declare.roles import Item
from model.core.declare.spec import constraint
from model.core.ledger import PostError
from model.reporting.words.texts import label
from tests.levers.toy import toy_data

INPUTS = Path(__file__).resolve().parent.parent / "inputs"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: Accounts whose items the IAMC file tells, and the trunks under which they may stand there.
TRUNKS = {"emission": (NET,), "sink": (REMOVAL, NET, NOWHERE), "captured": (CAPTURE, REMOVAL, NET), "water": (WITHDRAWAL, NOWHERE)}


class Rain(Lever):
    """Posts what it is told, under the name that it is told."""

    name = "rain"
    items = (Item("rain", "water", en="Rain", zh="降水"),)
    posted = ("water", "rain", 1.0)

    def build(self) -> None:
        """One amount to one balance."""
        balance, item, amount = self.posted
        frame = pd.DataFrame({"water_zone": ["dry"], "region": ["west"], "year": [2030]})
        self.ledger.supply_fixed(balance, frame, amount, item=item, unit=BALANCES[balance].unit)


def rain(balance: str, item: str, amount: float = 1.0) -> type[Lever]:
    """The lever with another post."""
    return type("OtherRain", (Rain,), {"posted": (balance, item, amount)})


def test_a_declared_item_is_posted() -> None:
    assert ["rain"] == assemble(toy_data(), [Rain], []).ledger.items("water")


@pytest.mark.parametrize(("balance", "item", "amount"), [("water", "snow", 1.0), ("money", "rain", 1.0), ("water", "snow", 0.0)])
@pytest.mark.parametrize("closes", [False, True])
def test_an_undeclared_post_fails_and_names_lever_balance_item_and_the_line_to_add(balance: str, item: str, amount: float, closes: bool) -> None:
    """Another item, the same item in another balance, and an amount of zero; posted by a lever and by a closing module."""
    wrong = rain(balance, item, amount)
    with pytest.raises(PostError) as caught:
        assemble(toy_data(), [] if closes else [wrong], [wrong] if closes else [])
    for lang in ("en", "zh"):
        assert caught.value.told(lang).startswith("rain: ")
        assert f'Item("{item}", "{balance}", en="...", zh="...")' in caught.value.told(lang)


def test_what_is_said_of_one_lever_holds_for_no_other() -> None:
    """The second lever posts what only the first declares."""
    other = type("Thief", (Rain,), {"name": "thief", "items": ()})
    with pytest.raises(PostError, match="rain is posted to water"):
        assemble(toy_data(), [Rain, other], [])


def test_an_item_of_keys_stands_for_every_key_of_its_column() -> None:
    item = Item("{storage_technologies.technology}_charging", "power")
    tables = {"storage_technologies": pd.DataFrame({"technology": ["pumped", "battery", "pumped"]})}
    assert ["pumped_charging", "battery_charging"] == item.names(tables)
    assert [] == item.names({})
    assert ["demand"] == Item("demand", "power").names({})


def test_a_key_of_the_user_is_read_into_the_words_of_its_item() -> None:
    assert ("Unmanaged Peat bog", "非管理Peat bog") == (label("unmanaged_peat_bog"), label("unmanaged_peat_bog", "zh"))
    assert ("Battery, 4 h: charging", "4小时电池充电") == (label("battery_4h_charging"), label("battery_4h_charging", "zh"))


@pytest.mark.parametrize("name", ["three_regions", "provinces"])
def test_every_item_posted_in_a_shipped_workbook_has_words_in_english_and_chinese(name: str) -> None:
    posts = assemble(model.read(INPUTS / f"{name}.xlsx").data("reference")).ledger.order
    items = list(dict.fromkeys(post.item for post in posts))
    assert len(items) > 150
    unnamed = [item for item in items if not CHINESE.search(label(item, "zh")) or CHINESE.search(label(item, "en"))]
    assert [] == unnamed, "words of items stand with them: Item(..., en=, zh=)"


def every_declaration() -> Iterator[tuple[str, Item]]:
    for lever in (*registry.levers(), *registry.closings()):
        for item in lever.items:
            yield lever.name, item


def test_every_declared_item_has_words_by_itself_or_by_its_name() -> None:
    """Items of keys have words of their own, or those of the keys."""
    items = [item for _, item in every_declaration()]
    assert [] == [item.name for item in items if bool(item.en) != bool(item.zh)]
    unnamed = [item.name for item in items if item.keys is None and not CHINESE.search(label(item.name, "zh"))]
    assert [] == unnamed, "words of items stand with them: Item(..., en=, zh=)"


def test_items_name_balances_that_there_are_and_tables_and_columns_of_the_schema() -> None:
    schema = registry.schema()
    for _, item in every_declaration():
        assert [] == [name for name in item.balances if name not in BALANCES]
        if item.keys is not None:
            assert item.keys.column in [column.name for column in schema.tables[item.keys.table].columns]


def test_an_item_is_declared_once_a_lever_and_balance_and_says_the_same_everywhere() -> None:
    places = [(lever, balance, item.name) for lever, item in every_declaration() for balance in item.balances]
    assert len(places) == len(set(places))
    words: dict[str, set[tuple[str, str]]] = {}
    for _, item in every_declaration():
        words.setdefault(item.name, set()).add((item.en, item.zh))
    assert [] == [name for name, said in words.items() if len(said) > 1]


def test_every_variable_of_an_item_stands_under_a_trunk_of_its_account() -> None:
    named = [(item, trunks) for _, item in every_declaration() for balance, trunks in TRUNKS.items() if balance in item.balances and item.variables]
    assert len(named) > 40
    assert [] == [item.name for item, trunks in named for variable in item.variables if not variable.startswith(trunks)]
    elsewhere = [item.name for _, item in every_declaration() if item.variables and not set(item.balances) & set(TRUNKS)]
    assert [] == elsewhere


def test_funds_are_asked_for_every_item_of_money_but_the_premium_that_they_bring() -> None:
    """The list of ``cost_funds`` is what levers declare; the cost of the classes of plants is found by their column."""
    money = {item.name for _, item in every_declaration() if "money" in item.balances and item.keys is None}
    classes = {f"{name}_cost" for name in ("wind", "solar", "hydro", "nuclear")}
    asked = registry.schema().tables["cost_funds"].column("item").choices
    assert sorted(money - classes - {"social_capital_premium"}) == list(asked)


def test_every_limit_is_named_in_both_languages(reference_build: Build) -> None:
    """By the rule that sets it, or by the words of the variable, the balance or the list of the report."""
    names = {limit.name for limit in reference_build.limits}
    assert len(names) > 50
    assert [] == sorted(name for name in names if not CHINESE.search(label(name, "zh")))


def test_a_rule_brings_the_words_of_its_limit() -> None:
    @constraint("Mha", kind="stock", en="Room for rain", zh="降水空间")
    def rain_room(region: str) -> None:
        """Any."""

    info = info_of(rain_room)
    assert ("Room for rain", "降水空间") == (info.en, info.zh)
