"""Result tables and their columns as the interface promises them; other tools rely on these names."""

#: Columns as the interface promises them.
PROMISED = {
    "allocation": "lever, region, region_group, item, year, value, unit",
    "carbon": "region, region_group, account, category, in_target, year, value",
    "forest": "region, stratum, age_class, year, area_kha, clearcut_kha, volume_mm3, carbon_mt_co2",
    "land": "region, land_class, use, year, value",
    "water": "region, water_zone, item, direction, year, value",
    "money": "region, fund, item, direction, year, value",
    "power": "region, technology, year, capacity_gw, generation_twh, kind, discharge_twh, charge_twh",
    "power_balance": "region, slice, year, item, value",
    "industry": "region, sector, measure, year, output, output_unit, share, abated_mt_co2",
    "trade": "commodity, from_region, to_region, year, value, unit, price, price_unit, payment, rule",
    "line_accounts": "commodity, from_region, to_region, year, value, unit, value_received, value_given, paid_from, paid_to, cost, cost_from, cost_to, rent, rent_from, rent_to",
    "allowances": "scheme, region, region_group, year, rule, share, allowance, net, limit, price, price_of, payment",
    "burden": "region, region_group, item, basis, year, value, unit, own, baseline, against",
    "limits": "name, region, year, sheet, cell, cell_value, cell_unit, limit, level, slack, unit, dual, dual_unit, price, cell_given, kind, target, sense, nets, activity, gain_of_1_percent",
    "pathways": "indicator, technology_or_sector, year, ours, low, median, high, unit, inside, reason, verdict, kind, limit, place, limit_year, sheet, cell, price, price_unit, price_kind, sources, studies, between, names, outdated, definitions, observed, observed_year, source, quality",
    "objective": "component, region, year, value, unit",
    "certificate": "name, kind, dual, right_hand_side",
}
