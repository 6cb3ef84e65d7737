"""Words for what result tables add up beside the posted items: stocks, flows of rivers, the diversion as a project, the way of wood.

Limits: words only; how a key is looked up stands in ``texts``. Words of posted items stand with the levers that post them.
"""

from __future__ import annotations

ACCOUNT_LABELS: dict[str, tuple[str, str]] = {
    # stocks of carbon
    "new_forest_living": ("Living new forest", "新造林活体"),
    "soil_deficit": ("Soil carbon below equilibrium", "土壤碳亏缺"),
    "soil_deficit_brought": ("Soil deficit brought by planting (in the period)", "造林带入的土壤碳亏缺（时期内）"),
    # flows of rivers
    "runoff": ("Own resources of the year", "自产水资源"),
    "inflow": ("Rights to water from elsewhere", "可消耗入境与外调水"),
    "kept": ("Environmental flow", "生态流量"),
    "consumed": ("Consumed of what is withdrawn", "取水耗水量"),
    "extra_evapotranspiration": ("Extra evapotranspiration of plantings", "造林额外蒸散"),
    # the diversion as a project
    "built": ("Share in operation", "投运比例"),
    "partly_built": ("Built in part (1: yes)", "部分投运（1为是）"),
    "withdrawn": ("Taken from the donor", "调出水量"),
    "delivered": ("Delivered", "受水量"),
    "kept_in_stream_or_lost": ("Kept in the stream or lost", "河道内留存与损失"),
    "irrigation_of_opened_land": ("Irrigation of opened grass and fields", "新增灌区灌溉"),
    "opened_grass": ("Opened grass", "新增灌溉草地"),
    "opened_farm": ("Opened fields", "新增灌溉农田"),
    "opened_forest": ("Opened forest land", "新增林地"),
    "canal_surface": ("Canal surface", "渠面"),
    "canal_panels_available": ("Canal panels: what they can give", "渠道光伏可发电量"),
    "canal_panels": ("Canal panels", "渠道光伏"),
    "trees_on_opened_land": ("Trees on opened land", "新增灌区造林"),
    "trees_living": ("Living trees and their dead wood", "林木活体与枯立木"),
    "trees_soil": ("Soil under the trees", "林下土壤"),
    "trees_vegetation_lost": ("Vegetation lost at planting", "造林损失的原植被"),
    "canal_panels_at_base_factor": ("Canal panels at the base year's factor", "渠道光伏（基年因子）"),
    "canal_panels_published": ("Canal panels, published", "渠道光伏（已发表）"),
    "hydropower_and_operation_at_base_factor": ("Hydropower and operation at the base year's factor", "水电与运行用电（基年因子）"),
    # wood
    "standing_volume_felled": ("Standing volume felled", "采伐蓄积"),
    "fuel_wood": ("Fuel wood (oxidised)", "薪材（当期氧化）"),
    "mill_loss": ("Mill loss (oxidised)", "加工损失（当期氧化）"),
    "product_inflow": ("Carbon entering products", "进入产品的碳"),
    "product_stock": ("Carbon in products in use", "在用产品碳"),
    "roundwood": ("Roundwood", "原木"),
    "extracted_carbon": ("Carbon in roundwood", "原木碳"),
    "in": ("in", "入"),
    "out": ("out", "出"),
    # funds and their levels
    "natural_forest": ("Programme: natural forest", "天然林保护专项"),
    "grassland_subsidy": ("Programme: grassland subsidy", "草原生态补奖专项"),
    "return_of_fields": ("Programme: return of fields", "退耕还林还草专项"),
    "northern_shelter": ("Programme: northern shelterbelt", "三北防护林专项"),
    "soil_and_water": ("Programme: mountains, rivers, soil and water", "山水林田湖草沙专项"),
    "central_budget": ("Central ecological budget", "中央生态财政资金"),
    "green_loans": ("Green loans", "绿色贷款"),
    "central": ("Central", "中央"),
    "local": ("Local", "地方"),
    "programme": ("Programme", "专项"),
    "user": ("Users", "使用者"),
    "firm": ("Industry", "企业"),
    "social": ("Social capital", "社会资本"),
    "loan": ("Loans", "贷款"),
}
