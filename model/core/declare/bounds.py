"""How large a number of each unit can be at all: the bounds of every column and setting that declares none of its own.

They are no judgement of an input: a value beyond them is a slip of the unit or of the keyboard, and a coefficient that large
would leave the solver without digits. Each is far above anything that exists, of China or of the whole world.

Limits: one pair for a unit, whatever the column means; a column with a meaning of its own declares narrower ones.
"""

from __future__ import annotations

#: A calendar year has four digits, the first of them no zero: whatever else a year must be follows from the periods.
FIRST_YEAR, LAST_YEAR = 1000, 9999
#: Largest number of a unit. Sources: order of magnitude of the world total where it is an amount, ten to a hundred times the
#: dearest or densest case known where it is a price, a rate or a density.
LARGEST: dict[str, float] = {
    "1": 1e6, "calendar year": float(LAST_YEAR), "yr": 1000.0, "1/yr": 1.0, "h": 8760.0, "h/yr": 8760.0, "km": 2e4,
    # amounts
    "kha": 1.5e7, "kha/yr": 1.5e6, "million m3": 1e6, "million m3/yr": 1e8, "million m3/yr/yr": 1e5, "million sheep units": 1e4, "million persons": 1e4, "person/million CNY": 1e3,
    "Mt DM/yr": 1e5, "Mt CO2": 1e8, "Mt CO2/yr": 1e6, "Mt CO2/yr/yr": 1e5, "million units/yr": 1e6, "TWh/yr": 1e6, "GW": 1e5, "GW/yr": 1e4,
    # money
    "bn CNY": 1e5, "bn CNY/yr": 1e7, "CNY/ha": 1e6, "CNY/ha/yr": 1e6, "CNY/m3": 1e4, "CNY/t CO2": 1e5, "CNY*yr/t CO2": 1e6, "CNY/GJ": 1e4,
    "CNY/t DM": 1e5, "CNY/MWh": 1e6, "CNY/kW": 1e6, "CNY/kWh": 1e5, "CNY/kW/yr": 1e5, "CNY/kW/1000 km": 1e6,
    # densities and rates
    "m3/ha": 5000.0, "m3/ha/yr": 5e4, "t C/ha": 5000.0, "t C/ha/yr": 50.0, "t DM/ha/yr": 100.0, "t C/m3": 1.0, "t C/t DM": 1.0,
    "kWh/m3": 20.0, "GJ/t DM": 150.0, "ha/MW": 1000.0, "m3/MWh": 100.0, "m3/MW/yr": 1e5, "t CO2/MWh": 10.0, "kg CO2/GJ": 1000.0, "GJ/t CO2": 1e4, "gce/kWh": 1e4, "MWh/t CO2": 100.0,
    "t CO2/unit": 1000.0, "kWh/unit": 1e6, "m3/unit": 1e5, "t CO2/t C": 100.0, "t CO2/t CH4": 200.0, "kg CH4/ha/yr": 1e4,
    "t DM/sheep unit/yr": 10.0, "Mtce/yr": 1e5, "CNY/tce": 1e5, "kg CO2/CNY": 100.0, "kg CH4/sheep unit/yr": 200.0,
}  # fmt: skip
NUMBERS = ("number", "integer")


def bounds(unit: str, kind: str, low: float | None, high: float | None) -> tuple[float | None, float | None]:
    """The bounds of a number: as declared, else those of its unit (a number that may fall below zero as far as above)."""
    if kind not in NUMBERS or (unit or "1") not in LARGEST:
        return low, high
    largest = LARGEST[unit or "1"]
    return (-largest if low is None else low), (largest if high is None else high)
