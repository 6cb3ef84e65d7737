"""What every result table holds: its columns, their types and units, and the order of its rows.

The CSV files, the data package, the Excel report and the identities read the same declarations.

Limits: a table has one unit per column, or a ``unit`` column where items of different kinds stand below one another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

FieldType = Literal["string", "integer", "number", "boolean"]
_DTYPES = {"string": "object", "integer": "Int64", "number": "float64", "boolean": "bool"}


@dataclass(frozen=True)
class Field:
    """One column of a result table; ``unit`` is empty for texts, years and columns whose unit stands beside them."""

    name: str
    type: FieldType = "string"
    unit: str = ""


@dataclass(frozen=True)
class ResultTable:
    """One result table: its fields in order; ``keys`` make a row unique and give the order of rows."""

    name: str
    fields: tuple[Field, ...]
    keys: tuple[str, ...]
    ordered: bool = True

    @property
    def columns(self) -> list[str]:
        """Names of the columns in order."""
        return [field.name for field in self.fields]


def _texts(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name) for name in names)


def _number(name: str, unit: str = "") -> Field:
    return Field(name, "number", unit)


_YEAR = Field("year", "integer")
_VALUE = _number("value")
_UNIT = Field("unit")
_CO2 = "Mt CO2/yr"

_ALL = (
    ResultTable(
        "allocation",
        (*_texts("lever", "region", "region_group", "item"), _YEAR, _VALUE, _UNIT),
        ("lever", "region", "item", "year", "unit"),
    ),
    ResultTable(
        "carbon",
        (*_texts("region", "region_group", "account", "category"), Field("in_target", "integer"), _YEAR, _number("value", _CO2)),
        ("region", "account", "category", "in_target", "year"),
    ),
    ResultTable(
        "additionality",
        (
            *_texts("region", "region_group", "category", "detail"), Field("in_target", "integer"), _YEAR,
            _number("with_plan", _CO2), _number("without_levers", _CO2), _number("added", _CO2), _UNIT,
        ),
        ("region", "category", "detail", "in_target", "year"),
    ),
    ResultTable(
        "forest",
        (
            *_texts("region", "stratum"), Field("age_class", "integer"), _YEAR, _number("area_kha", "kha"),
            _number("clearcut_kha", "kha/yr"), _number("volume_mm3", "million m3"), _number("carbon_mt_co2", "Mt CO2"),
        ),
        ("stratum", "age_class", "year"),
    ),
    ResultTable("land", (*_texts("region", "land_class", "use"), _YEAR, _number("value", "kha")), ("region", "land_class", "use", "year")),
    ResultTable(
        "land_transitions",
        (*_texts("region", "from_class", "to_class"), _YEAR, _number("value", "kha")),
        ("region", "from_class", "to_class", "year"),
    ),
    ResultTable(
        "water",
        (*_texts("region", "water_zone", "item", "direction"), _YEAR, _number("value", "million m3/yr")),
        ("region", "water_zone", "item", "direction", "year"),
    ),
    ResultTable(
        "streams",
        (*_texts("region", "water_zone", "item", "direction"), _YEAR, _number("value", "million m3/yr")),
        ("region", "water_zone", "item", "direction", "year"),
    ),
    ResultTable(
        "methane",
        (*_texts("region", "region_group", "category"), _YEAR, _number("ch4_kt", "kt CH4/yr"), _number("co2_equivalent_mt", _CO2)),
        ("region", "category", "year"),
    ),
    ResultTable(
        "diversion_account",
        (*_texts("account", "phase", "item"), _YEAR, _VALUE, _UNIT),
        ("account", "phase", "item", "year"),
    ),
    ResultTable(
        "money",
        (*_texts("region", "fund", "item", "direction"), _YEAR, _number("value", "bn CNY/yr")),
        ("region", "fund", "item", "direction", "year"),
    ),
    ResultTable(
        "power",
        (
            *_texts("region", "technology"), _YEAR, _number("capacity_gw", "GW"), _number("generation_twh", "TWh/yr"),
            *_texts("kind"), _number("discharge_twh", "TWh/yr"), _number("charge_twh", "TWh/yr"),
        ),
        ("region", "technology", "year"),
    ),
    ResultTable(
        "curtailment",
        (*_texts("region", "technology"), _YEAR, _number("value", "TWh/yr")),
        ("region", "technology", "year"),
    ),
    ResultTable(
        "power_balance",
        (*_texts("region", "slice"), _YEAR, *_texts("item"), _number("value", "TWh/yr")),
        ("region", "slice", "year", "item"),
    ),
    ResultTable(
        "industry",
        (*_texts("region", "sector", "measure"), _YEAR, _number("output"), *_texts("output_unit"), _number("share", "1"), _number("abated_mt_co2", _CO2)),
        ("region", "sector", "measure", "year"),
    ),
    ResultTable(
        "trade",
        (*_texts("commodity", "from_region", "to_region"), _YEAR, _VALUE, _UNIT),
        ("commodity", "from_region", "to_region", "year"),
    ),
    ResultTable(
        "limits",
        (
            *_texts("name", "region"), _YEAR, *_texts("sheet", "cell"), _number("cell_value"), *_texts("cell_unit"),
            _number("limit"), _number("level"), _number("slack"), _UNIT, _number("dual"), *_texts("dual_unit"), _number("price"),
            Field("cell_given", "integer"), *_texts("kind"), Field("target", "integer"), *_texts("sense", "nets"),
            _number("activity"), _number("gain_of_1_percent"),
        ),
        (),
        ordered=False,
    ),
    ResultTable("gaps", (*_texts("lever", "region", "item"), _number("gap"), _UNIT), ("lever", "region", "item", "unit")),
    ResultTable("objective", (*_texts("component", "region"), _YEAR, _VALUE, _UNIT), ("component", "region", "year")),
    ResultTable("certificate", (*_texts("name", "kind"), _number("dual"), _number("right_hand_side")), (), ordered=False),
    ResultTable(
        "by_group",
        (*_texts("table", "item", "region_group"), _YEAR, _VALUE, _UNIT),
        ("table", "item", "region_group", "year", "unit"),
    ),
    ResultTable(
        "by_district",
        (*_texts("region", "district", "item"), _YEAR, _VALUE, _UNIT),
        ("region", "district", "item", "year"),
    ),
    ResultTable(
        "roadmap",
        (
            *_texts("region"), _YEAR, _number("planted_kha", "kha/yr"), _number("clearcut_kha", "kha/yr"), _number("ratio", "1"),
            *_texts("phase", "previous_phase", "kind", "cause", "sheet", "cell"), _number("worth_change"), _UNIT,
        ),
        ("region", "year"),
    ),
    ResultTable("stocks", (*_texts("region", "pool"), _YEAR, _number("value", "Mt C"), _UNIT), ("region", "pool", "year")),
    ResultTable("wood", (*_texts("region", "item"), _YEAR, _VALUE, _UNIT), ("region", "item", "year")),
    ResultTable(
        "planting",
        (
            *_texts("region", "water_zone", "land_type", "stratum"), _YEAR, _number("planted_kha", "kha/yr"),
            _number("established_kha", "kha/yr"),
        ),
        ("region", "water_zone", "land_type", "year"),
    ),
    ResultTable(
        "regeneration",
        (*_texts("from_stratum", "to_stratum"), _YEAR, _number("area_kha", "kha/yr")),
        ("from_stratum", "to_stratum", "year"),
    ),
    ResultTable(
        "partial_cutting",
        (
            *_texts("region", "stratum", "method"), Field("age_class", "integer"), Field("younger_class", "integer"), _YEAR,
            _number("area_kha", "kha/yr"), _number("removed_mm3", "million m3/yr"),
        ),
        ("region", "stratum", "method", "age_class", "year"),
    ),
    ResultTable(
        "harvest_value",
        (*_texts("region", "item"), _YEAR, _number("amount"), *_texts("amount_unit"), _VALUE, _UNIT),
        ("region", "item", "year"),
    ),
    ResultTable(
        "grassland",
        (*_texts("region", "water_zone", "grass_zone", "condition", "measure"), _YEAR, _number("treated_kha", "kha")),
        ("region", "water_zone", "grass_zone", "condition", "measure", "year"),
    ),
    ResultTable(
        "siting",
        (
            *_texts("region", "water_zone", "technology", "land_class", "sensitivity"), Field("grade", "integer"), _YEAR,
            _number("capacity_gw", "GW"),
        ),
        ("region", "water_zone", "technology", "land_class", "sensitivity", "grade", "year"),
    ),
    ResultTable(
        "transmission",
        (*_texts("from_region", "to_region"), _YEAR, _number("capacity_gw", "GW"), _number("flow_twh", "TWh/yr")),
        ("from_region", "to_region", "year"),
    ),
    ResultTable(
        "prices",
        (*_texts("balance", "region", "key", "slice"), _YEAR, _number("dual"), *_texts("dual_unit"), _number("price"), _UNIT),
        ("balance", "region", "key", "slice", "year"),
    ),
    ResultTable(
        "calibration",
        (
            *_texts("quantity", "region_group", "region", "item"), _YEAR, _number("model"), _number("statistic"), _UNIT,
            _number("difference_percent", "%"), _number("tolerance_percent", "%"), Field("ok", "boolean"), *_texts("reason"),
        ),
        ("quantity", "region_group", "region", "item"),
    ),
    ResultTable(
        "published_levels",
        (
            *_texts("level", "quantity", "subject", "window"), _number("low"), _number("high"), _number("model"), _number("without_felling"), _UNIT, _number("difference_percent", "%"),
            _number("tolerance", "1"), *_texts("verdict", "reason", "why_en", "why_zh", "source", "quality"),
        ),
        ("level", "quantity", "subject", "window"),
        ordered=False,
    ),
    ResultTable(
        "consistency",
        (
            *_texts("claim", "statement_en", "statement_zh", "section", "relation"), _number("figure"), _number("figure_high"), _number("ours"), _UNIT,
            *_texts("verdict", "rule"), _number("tolerance", "1"), *_texts("why_en", "why_zh", "source"),
        ),
        ("claim",),
        ordered=False,
    ),
    ResultTable(
        "sources",
        (*_texts("table", "source", "quality"), Field("rows", "integer")),
        ("table", "source", "quality"),
    ),
)  # fmt: skip

TABLES: dict[str, ResultTable] = {table.name: table for table in _ALL}


def conform(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` with exactly the declared columns and types of table ``name``, rows in stable order of first keys.

    Raises KeyError when a declared column is missing.
    """
    table = TABLES[name]
    found = frame[table.columns] if len(frame) else pd.DataFrame({column: [] for column in table.columns})
    found = found.astype({field.name: _DTYPES[field.type] for field in table.fields}).reset_index(drop=True)
    return found


def empty(name: str) -> pd.DataFrame:
    """The table without rows."""
    return conform(name, pd.DataFrame())
