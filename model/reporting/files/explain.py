"""Prints a row of a balance as it stands in the model: who supplies, who uses, with which coefficient.

Limits: coefficients are in solver units (Mha, km3, GW, TWh, Mt, bn CNY).
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ...core.build.build import Build
from ...core.declare.lines import Said, line
from ...core.declare.spec import Finding, InputError
from ...core.ledger import FIXED


def explain_rows(build: Build, balance: str, region: str = "", year: int = 0, lang: str = "en") -> Iterator[str]:
    """Lines that spell out the rows of ``balance`` for a region (or zone) and year; InputError when there is none."""
    if balance not in build.ledger.balances:
        raise InputError([Finding("error", "--balance", "", Said("no_balance", name=balance), Said("one_of", known=", ".join(build.ledger.balances)))])
    spec = build.ledger.balances[balance]
    table = build.ledger.table(balance)
    place = spec.index[0]
    if len(table) and region:
        table = table[table[place].astype(str) == region]
    if len(table) and year and "year" in table:
        table = table[table["year"] == year]
    if table.empty:
        raise InputError([Finding("error", "--region", "", Said("balance_empty", name=balance, place=region or Said("any_place"), year=year or ""), Said("place_of_workbook"))])
    first = table.iloc[0][list(spec.index)]
    keep = pd.Series(True, index=table.index)
    for column in spec.index:
        if (column == place and region) or (column == "year" and year) or column in (place, "year"):
            keep &= table[column] == first[column]
    table = table[keep]
    names = [f"{f.spec.name}({','.join(map(str, key))})" for f in build.families.values() for key in f.keys]
    sign = "-" if spec.sense == "account" else spec.sense
    head = line("explained", lang, name=balance, unit=spec.unit, sign=sign, what=spec.zh if lang == "zh" else spec.en)
    yield head if lang == "zh" else f"{head} {spec.dual}"  # what a dual means is declared in English only
    for key, rows in table.groupby(list(spec.index), sort=False):
        yield f"  {balance}({','.join(map(str, key if isinstance(key, tuple) else (key,)))})"
        for item, position, coefficient in zip(rows["item"], rows["position"], rows["coefficient"], strict=True):
            term = "" if position == FIXED else f" * {names[int(position)]}"
            verb = line("supplies" if coefficient > 0 else "uses", lang)
            yield f"    {verb:6} {item}: {abs(coefficient):.6g}{term}"
