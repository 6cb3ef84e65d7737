"""What the diversion posts: water taken and delivered, power, canals, opened land, and money.

Limits: declarations only; the lever that posts them is ``diversion``.
"""

from __future__ import annotations

from ...core.declare.iamc import NOWHERE, WITHDRAWAL
from ...core.declare.roles import Item

DIVERSION_ITEMS = (
    Item("west_line_withdrawal", "water", en="West line: taken", zh="西线调出", iamc=NOWHERE),
    Item("west_line_delivery", "water", en="West line: delivered", zh="西线受水", iamc=NOWHERE),
    Item("west_line_irrigation", "water", en="West line: irrigation", zh="西线灌溉", iamc=f"{WITHDRAWAL}|Agriculture|Opened Land"),
    Item("west_line_water_value", "money", en="West line: value given to its water", zh="西线受水附加价值"),
    Item("west_line_operation", "money", en="West line: operation", zh="西线调水运行维护"),
    Item("west_line_investment", "money", en="West line: investment", zh="西线调水投资"),
    Item("west_line_residual_value", "money", en="West line: value left at the end", zh="西线调水残值"),
    Item("west_line_hydropower_lost", "electricity", en="West line: hydropower lost", zh="西线调出区水电损失"),
    Item("west_line_hydropower_gained", "electricity", en="West line: hydropower gained", zh="西线下游水电增益"),
    Item("west_line_operation_power", "electricity", en="West line: power of operation", zh="西线运行用电"),
    Item("canal", "land", en="Canals of the diversion", zh="调水渠道"),
    Item("land_opened", ("land", "offered_land"), en="Opened land", zh="新开垦土地"),
    Item("irrigated_grass", "land", en="Irrigated grass", zh="灌溉草地"),
    Item("irrigated_farm", "land", en="Irrigated fields", zh="灌溉农田"),
    Item("irrigated_grass_forage", "forage", en="Forage of irrigated grass", zh="灌溉草地产草"),
    Item("irrigated_land_income", "money", en="Income of irrigated land", zh="灌区净收益"),
    Item("land_opening", "money", en="Opening of irrigated land", zh="灌区开垦配套"),
)
