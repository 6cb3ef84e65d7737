"""Published national pathways as single studies: rows of the cited tables, renamed to the quantities of the model.

Two tables give studies and aims: ``observed/pathways_published.csv`` and ``energy/targets.csv``; what happened last comes from
``observed/observed_nation.csv``. Low, median and high of one study and year become one row. Bands over studies
(``pathway_set``) and history before the base year are left out: the report makes the bands.
Aims of other sheets (cover, stock, single industries) stand there and not here.

Limits: names and units only; a figure is changed in none but the listed cases (hydrogen by its heating value, sums of stages, totals of two technologies).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from ..core.frames import stack
from .frame import BASE_YEAR, join_sources, load, worst

#: Lower heating value of hydrogen, PJ per Mt (33.3 kWh per kg): units of the studies differ.
PJ_PER_MT_HYDROGEN = 120.0
MT_HYDROGEN, PJ = "Mt H2", "PJ"
PATHWAY, POLICY, OBSERVED_KIND = "pathway", "policy", "observed"
#: Category of the cited tables -> kind of the sheet; any other that is taken is a path.
KIND = {"policy": POLICY, "history": OBSERVED_KIND}
KEYS = ["kind", "quantity", "item", "study", "year"]
ENDS = ("low", "value", "high")
#: Statistic of the cited tables -> column.
END_OF = {"value": "value", "median": "value", "low": "low", "high": "high", "upper_bound": "high"}
#: Indicator of ``pathways_published`` -> quantity, item, what a total counts; without an item it is called as its technology or sector.
PUBLISHED: dict[str, tuple[str, str, str]] = {
    "energy_co2": ("co2", "total", "energy"), "energy_process_co2": ("co2", "total", "energy_process"), "sector_co2": ("co2", "", ""),
    "co2_change_vs_2019": ("co2_change_2019", "", ""), "co2_change_vs_2023": ("co2_change_2023", "", ""),
    "ghg_change_from_2024": ("ghg_change", "total", ""), "ghg_change_vs_2023": ("ghg_change", "total", ""),
    "generation": ("generation", "", ""), "electricity_demand": ("load", "total", ""), "capacity": ("capacity", "", ""),
    "capacity_added_2024_2030": ("capacity_added_2024", "", ""), "capacity_added_2025_2030": ("capacity_added_2025", "", ""),
    "share_generation": ("share_generation", "", ""), "non_fossil_share_generation": ("share_generation", "non_fossil", ""),
    "share_capacity": ("share_capacity", "", ""), "non_fossil_share_primary": ("share_primary", "non_fossil", ""),
    "share_primary": ("share_primary", "", ""), "fossil_share_primary": ("share_primary", "fossil", ""),
    "primary_energy": ("primary_energy", "", ""), "final_energy": ("final_energy", "", ""),
    "coal_demand": ("fuel_demand", "coal", ""), "oil_demand": ("fuel_demand", "oil", ""), "gas_demand": ("fuel_demand", "gas", ""),
    "coal_replaced_per_year": ("fuel_change", "coal", ""), "hydrogen_demand": ("hydrogen", "total", ""),
    "ccus_demand": ("capture", "total", ""), "land_sink": ("land_sink", "total", ""), "land_sink_cumulative": ("land_sink_cumulative", "forest", ""),
    "co2_intensity_change_2026_2030": ("co2_intensity_change", "total", ""), "co2_change_vs_no_policy": ("against_no_policy", "total", ""),
    "final_energy_change_vs_no_policy": ("against_no_policy", "final_energy", ""), "ccs_share_of_reduction": ("against_no_policy", "captured_share", ""),
}  # fmt: skip
#: Indicator of ``targets`` -> quantity, item, what a total counts, column of the figure.
TARGETS: dict[str, tuple[str, str, str, str]] = {
    "energy_co2": ("co2", "total", "energy", "value"), "energy_co2_2C": ("co2", "total", "energy", "value"),
    "energy_co2_policy": ("co2", "total", "energy", "value"), "energy_co2_enhanced": ("co2", "total", "energy", "value"),
    "total_co2": ("co2", "total", "all_co2", "value"), "energy_sector_co2": ("co2", "total", "energy", "value"),
    "energy_process_co2_p10": ("co2", "total", "energy_process", "low"), "energy_process_co2_median": ("co2", "total", "energy_process", "value"),
    "energy_process_co2_p90": ("co2", "total", "energy_process", "high"), "power_sector_co2": ("co2", "power", "", "value"),
    "energy_co2_2030_vs_2020": ("co2_change_2020", "total", "energy", "value"), "non_fossil_share_primary": ("share_primary", "non_fossil", "", "value"),
    "ccs_beccs": ("capture", "total", "", "value"), "ccus_captured": ("capture", "total", "", "value"), "land_sink": ("land_sink", "total", "", "value"),
    "primary_energy": ("primary_energy", "total", "", "value"), "electricity_demand": ("load", "total", "", "value"),
    "electricity_generation": ("generation", "total", "", "value"), "non_fossil_generation_share": ("share_generation", "non_fossil", "", "value"),
    "coal_share_generation": ("share_generation", "coal", "", "value"), "renewables_share_generation": ("share_generation", "renewables", "", "value"),
    "coal_demand_change_2020_2060": ("fuel_change", "coal", "", "value"), "oil_demand_change_2020_2060": ("fuel_change", "oil", "", "value"),
    "gas_demand_change_2020_2060": ("fuel_change", "gas", "", "value"), "hydrogen_demand": ("hydrogen", "total", "", "value"),
    "total_capacity": ("capacity", "total", "", "value"), "carbon_price_assumption": ("co2_price", "total", "", "value"),
    "wind_solar_capacity_min": ("capacity", "wind_and_solar", "", "low"), "pumped_hydro_capacity": ("capacity", "pumped_hydro", "", "value"),
    "nuclear_capacity": ("capacity", "nuclear", "", "value"), "co2_intensity_change_2021_2025": ("co2_intensity_change", "total", "", "high"),
    "net_ghg_change_from_peak_low": ("ghg_change", "total", "", "high"), "net_ghg_change_from_peak_high": ("ghg_change", "total", "", "low"),
}  # fmt: skip
#: Scenarios that follow no aim: in the workbook, and switched off.
BASELINES = {"energy_co2_policy": "present policies", "energy_co2_enhanced": "enhanced policies"}
NAMED = {**BASELINES, "energy_co2_2C": "2C"}
#: Totals that the notes of the studies say to be counted before capture.
UNCAUGHT = (("CAE carbon-neutral", 2060), ("ICCSD 1.5C-oriented", 2050))
#: Aims that are the least that is asked, and the most that may be.
AT_LEAST = (("share_primary", "non_fossil"), ("capacity", "wind_and_solar"), ("capacity", "wind"), ("capacity", "pumped_hydro"), ("capacity", "nuclear"))
AT_MOST = (("co2_intensity_change", "total"),)
#: Items of the cited tables that the sheet calls otherwise.
ITEM = {"all": "total"}
#: What happened last: indicator and technology of ``observed_nation`` -> quantity, item.
OBSERVED: dict[tuple[str, str], tuple[str, str]] = {
    **{("capacity", name): ("capacity", name) for name in ("total", "solar", "wind", "coal", "gas", "pumped_hydro", "biomass", "nuclear", "wind_offshore")},
    ("capacity", "hydro_conventional"): ("capacity", "hydro"), ("generation_cec", "total"): ("generation", "total"), ("generation_cec", "coal"): ("generation", "coal"),
    ("generation_cec", "renewable"): ("generation", "renewables"), **{("generation_ember", name): ("generation", name) for name in ("wind", "solar", "nuclear", "hydro", "gas", "biomass")},
    ("consumption", "all"): ("load", "total"), ("fossil_incl_cement", "all"): ("co2", "total"),
    ("fossil_and_cement_crea_part", "steam_coal_power"): ("co2", "power"),
}  # fmt: skip
LAST_YEAR = 2025
#: Technologies whose sum is an item of the studies.
SUMMED = {"wind_and_solar": ("wind", "solar")}
COLUMNS = [*KEYS, "study_name", *ENDS, "figure_unit", "definition", "seen", "active", "source", "quality", "note"]


def published_pathways() -> pd.DataFrame:
    """All rows of the sheet: studies, aims, what happened last."""
    rows = _together(_studies(), _aims_and_earlier_studies())
    whole = _together(_one_row_a_year(_stages(rows)), _neutrality(), _observed())
    whole = whole.assign(study_name=whole["study"], study=whole["study"].map(key_of))
    return whole.sort_values(KEYS, key=_rank, kind="stable")[COLUMNS].reset_index(drop=True)


def _together(*parts: pd.DataFrame) -> pd.DataFrame:
    """The parts below one another; a column without any number is one of numbers all the same, whatever the version of pandas makes of it."""
    numbers = [column for column in ("low", "value", "high") if any(column in part for part in parts)]
    return stack([part.astype({column: float for column in numbers if column in part}) for part in parts])


def key_of(name: str) -> str:
    """A name of a study as a key of the workbook."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def _rank(column: pd.Series) -> pd.Series:
    """Kinds and quantities in the order in which they are listed above, the rest by name or number."""
    quantities = list(dict.fromkeys(found[0] for found in [*PUBLISHED.values(), *TARGETS.values()]))
    order = {"kind": [PATHWAY, POLICY, OBSERVED_KIND], "quantity": quantities}.get(str(column.name))
    return column.map({name: place for place, name in enumerate(order)}).fillna(len(order)) if order else column


def _studies() -> pd.DataFrame:
    """Rows of ``pathways_published`` that are of a study, an aim or, from the base year on, history; each in the column of its statistic."""
    table = load("observed", "pathways_published")
    table = table[table["category"].isin(("pathway", "policy")) | ((table["category"] == "history") & (table["year"] >= BASE_YEAR))]
    made = []
    for row in table.to_dict("records"):
        quantity, item, definition = PUBLISHED[str(row["indicator"])]
        name = item or ITEM.get(str(row["technology_or_sector"]), str(row["technology_or_sector"]))
        column = END_OF[str(row["statistic"])]
        made.append(_line(row, KIND.get(str(row["category"]), PATHWAY), quantity, name, str(row["scenario"]), definition, column, str(row["seen"])))
    return pd.DataFrame(made)


def _aims_and_earlier_studies() -> pd.DataFrame:
    """Rows of ``targets`` that name a quantity of the sheet, from the first year after the base year on or before it."""
    made = []
    for row in load("energy", "targets").to_dict("records"):
        if row["category"] not in ("pathway", "policy", "ets") or row["indicator"] not in TARGETS:
            continue
        quantity, item, definition, column = TARGETS[str(row["indicator"])]
        kind = KIND.get(str(row["category"]), PATHWAY)
        study = ", ".join(filter(None, (str(row["scenario"]), NAMED.get(str(row["indicator"]), ""))))
        recalled = "recalled" in str(row["note"]) or "approximate" in str(row["note"])
        line = _line(row, kind, quantity, item, study, definition, column, "recalled" if recalled else "seen")
        made.append({**line, "active": int(row["indicator"] not in BASELINES)})
    return pd.DataFrame(made)


def _line(row: Mapping[str, object], kind: str, quantity: str, item: str, study: str, definition: str, column: str, seen: str) -> dict[str, object]:
    """One figure of a study in its column, in units a year where it is of a year."""
    year, unit, value = int(str(row["year"])), str(row["unit"]), float(str(row["value"]))
    if unit == MT_HYDROGEN:
        unit, value = PJ, value * PJ_PER_MT_HYDROGEN
    if (study, year) in UNCAUGHT and quantity == "co2":
        item, definition = "total_before_capture", "before_capture"
    if kind == POLICY and column == "value":
        column = "low" if (quantity, item) in AT_LEAST else "high" if (quantity, item) in AT_MOST else column
    yearly = {"Mt CO2": "Mt CO2/yr", "Mt CO2 net": "Mt CO2/yr", "TWh": "TWh/yr", "CNY/t": "CNY/t CO2", "Mt/yr": "Mt"}
    unit = unit if quantity == "land_sink_cumulative" else yearly.get(unit, unit)
    quality = "estimate" if seen == "recalled" else str(row["quality"])
    return {
        "kind": kind, "quantity": quantity, "item": item, "study": study, "year": year, "column": column, "figure": value, "figure_unit": unit,
        "definition": definition, "seen": seen, "active": 1, "source": str(row["source"]), "quality": quality, "note": str(row["note"]),
    }  # fmt: skip


def _stages(rows: pd.DataFrame) -> pd.DataFrame:
    """A sink told stage by stage as what has been taken up since the first: the second stage on top of the first."""
    of = rows["quantity"] == "land_sink_cumulative"
    stages = rows[of].sort_values("year", kind="stable")
    added = stages.assign(figure=stages["figure"].cumsum(), study="forestry study, 2021 on", seen="computed", note="sum of the stages from 2021 on: " + stages["study"])
    return _together(rows[~of], added)


def _one_row_a_year(rows: pd.DataFrame) -> pd.DataFrame:
    """Low, value and high of one study and year side by side."""
    made = []
    for key, part in rows.groupby(KEYS, sort=False):
        ends = {str(row["column"]): float(row["figure"]) for row in part.to_dict("records")}
        first = part.iloc[0]
        made.append({
            **dict(zip(KEYS, key, strict=True)), **{end: ends.get(end) for end in ENDS}, **{name: first[name] for name in ("figure_unit", "definition", "active")},
            "seen": max(part["seen"], key=["seen", "computed", "recalled"].index), "source": join_sources(part["source"]), "quality": worst(part["quality"]),
            "note": "; ".join(dict.fromkeys(filter(None, part["note"]))),
        })  # fmt: skip
    return pd.DataFrame(made)


def _neutrality() -> pd.DataFrame:
    """Carbon neutrality before 2060 as what it asks of net emissions: at most nothing."""
    row = load("energy", "targets").query("indicator == 'carbon_neutral_before'").iloc[0]
    return pd.DataFrame([{
        "kind": POLICY, "quantity": "net_co2", "item": "total", "study": str(row["scenario"]), "year": int(row["year"]), "low": None, "value": None, "high": 0.0,
        "figure_unit": "Mt CO2/yr", "definition": "", "seen": "seen", "active": 1, "source": row["source"], "quality": row["quality"], "note": "neutrality before this year",
    }])  # fmt: skip


def _observed() -> pd.DataFrame:
    """What happened last, up to ``LAST_YEAR``, and the sums of it that studies tell."""
    table = load("observed", "observed_nation")
    keys = pd.Series(list(zip(table["indicator"], table["technology"], strict=True)), index=table.index)
    known = table[(table["year"] <= LAST_YEAR) & keys.isin(list(OBSERVED))].sort_values("year", kind="stable")
    found = known.drop_duplicates(["indicator", "technology"], keep="last").sort_index()
    made = []
    for row in found.to_dict("records"):
        quantity, item = OBSERVED[str(row["indicator"]), str(row["technology"])]
        line = _line(row, OBSERVED_KIND, quantity, item, "actual", "energy_process" if quantity == "co2" else "", "value", str(row["seen"]))
        made.append({**line, "low": None, "value": line["figure"], "high": None})
    listed = pd.DataFrame(made)
    sums = []
    for item, parts in SUMMED.items():
        for _, part in listed[listed["item"].isin(parts)].groupby("quantity", sort=False):
            sums.append({
                **part.iloc[0].to_dict(), "item": item, "value": float(part["value"].sum()), "seen": "computed", "source": join_sources(part["source"]),
                "quality": worst([*part["quality"], "derived"]), "note": f"sum of {' and '.join(parts)}",
            })  # fmt: skip
    return _together(listed, pd.DataFrame(sums))
