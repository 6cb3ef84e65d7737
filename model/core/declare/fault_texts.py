"""The wording of what units, posts and rules can not be, of what an analysis could not do and of the verbs; in both languages.

Limits: only texts; who says them and when stands in the modules that do. Names of the program's own parts stay as they are.
"""

from __future__ import annotations

#: Units (``units.UnitError``).
UNITS: dict[str, tuple[str, str]] = {
    "unit_beside": ("a unit is missing beside '/' or '*'; 'per year' is written 1/yr", "“/”或“*”旁缺少单位；“每年”写作 1/yr"),
    "unit_beside_in": (
        "a unit is missing beside '/' or '*' in {text!r}; 'per year' is written 1/yr", "{text!r} 中“/”或“*”旁缺少单位；“每年”写作 1/yr",
    ),
    "unit_no_such": ("unknown unit {name!r}; the nearest known spelling is {nearest!r}", "未知单位 {name!r}；最接近的写法为 {nearest!r}"),
    "unit_no_such_in": (
        "unknown unit {name!r} in {text!r}; the nearest known spelling is {nearest!r}", "{text!r} 中有未知单位 {name!r}；最接近的写法为 {nearest!r}",
    ),
    "unit_long": ("a unit has at most {most} characters; this text has {count}: {text!r}...", "单位最多 {most} 个字符；此处有 {count} 个：{text!r}..."),
    "unit_empty": ("the unit is empty; write 1 for a pure number", "单位为空；纯数请写 1"),
    "unit_order": (
        "in {text!r} a product follows '/'; write products first, then '/' before each divisor", "{text!r} 中“/”后有乘积；应先写乘积，再在每个除数前写“/”",
    ),
    "unit_parts": ("a unit has at most {most} parts; {text!r} has {count}", "单位最多 {most} 个部分；{text!r} 有 {count} 个"),
    "unit_conversion": (
        "{first!r} ({first_dimension}) cannot be converted into {second!r} ({second_dimension})",
        "{first!r}（{first_dimension}）不能换算为 {second!r}（{second_dimension}）",
    ),
}

#: Posts to the ledger (``ledger.PostError``) and rules (``guard.RuleError``).
RULES: dict[str, tuple[str, str]] = {
    "post_doubled": ("doubled key {keys}", "键重复：{keys}"),
    "post_no_row": ("no row for {keys}", "缺少 {keys} 的行"),
    "post_balance": ("unknown balance {name!r}; known: {known}", "未知平衡项 {name!r}；已有：{known}"),
    "post_item": (
        "{item} is posted to {balance} but nobody declares it: add Item(\"{item}\", \"{balance}\", en=\"...\", zh=\"...\") to its items",
        "{item} 记入 {balance} 但未声明：请在其 items 中加入 Item(\"{item}\", \"{balance}\", en=\"...\", zh=\"...\")",
    ),
    "post_column": ("{item}: the terms carry no column {column}", "{item}：各项没有列 {column}"),
    "post_bare": ("{item}: a bare coefficient needs unit=", "{item}：未声明的系数需注明 unit="),
    "post_product": ("{item}: {unit} x {of} is not {wanted} of balance {balance}", "{item}：{unit} × {of} 不是平衡项 {balance} 的单位 {wanted}"),
    "post_unit": ("{item}: {unit} is not {wanted} of balance {balance}", "{item}：{unit} 不是平衡项 {balance} 的单位 {wanted}"),
    "post_index": ("{item}: posts to {balance} without index column {columns}", "{item}：记入 {balance} 时缺少索引列 {columns}"),
    "post_number": ("{item}: coefficient missing or not finite at {keys}", "{item}：{keys} 处系数缺失或非有限"),
    "post_cells": ("{item}: {count} cells for {rows} amounts", "{item}：{count} 个单元格对应 {rows} 个数值"),
    "rule_sum": ("a sum of variables holds the number {number}; add numbers outside of Build.sum", "变量之和中含数字 {number}；数字应在 Build.sum 之外相加"),
    "rule_key": ("nothing has the key {key}", "没有任何内容具有键 {key}"),
    "rule_raised": ("{kind}: {why}", "规则出错（{kind}）：{why}"),
    "rule_not_linear": ("no linear relation", "不是线性关系"),
    "rule_expression": ("a rule gave an expression that is not linear", "规则给出的表达式不是线性的"),
    "rule_kind": ("a rule gave {kind}, not a comparison of two sides", "规则给出 {kind}，而不是两侧的比较"),
    "rule_strict": ("a rule gave a strict comparison (<); a limit is met with <=", "规则给出严格比较（<）；限值应使用 <="),
    "rule_foreign": ("holds a variable that is not of this model", "含有不属于本模型的变量"),
    "rule_coefficient": ("a coefficient is {number}, no finite number", "系数为 {number}，不是有限数"),
    "rule_right_missing": ("the right-hand side is missing (NaN)", "右端项缺失（NaN）"),
    "rule_right_infinite": ("the right-hand side is infinite", "右端项为无穷"),
    "rule_amount": ("a coefficient or amount is missing or infinite", "系数或数值缺失或为无穷"),
    "rule_position": ("a term is of no variable of this model", "有一项不属于本模型的变量"),
    "rule_part": ("a part of the key is missing", "键缺少一部分"),
    "rule_doubled": ("doubled key", "键重复"),
    "rule_bound": ("a bound is {number}, no finite number", "界限为 {number}，不是有限数"),
    "rule_bounds": ("bounds that are not one number or {count}: {why}", "界限既不是一个数也不是 {count} 个：{why}"),
    "rule_cells": ("{count} cells for {rows} rows", "{count} 个单元格对应 {rows} 行"),
    "rule_sense": ("the sense {sense!r} is none of {known}", "方向 {sense!r} 不在 {known} 之中"),
    "rule_objective": ("a coefficient is missing or infinite", "目标函数的系数缺失或为无穷"),
    "wanted_row": ("a row for each, in {sheets}", "应在 {sheets} 中为每一项填写一行"),
    "wanted_keys": ("every key used in one table stands once in the table it refers to", "一张表使用的每个键都应在其引用的表中出现一次"),
    "wanted_numbers": (
        "a finite number in every cell that the row reads, and a linear rule with <=, >= or ==", "该行读取的每个单元格应为有限数，规则应为使用 <=、>= 或 == 的线性关系",
    ),
}

#: What an analysis could not do, or leaves out.
ANALYSES: dict[str, tuple[str, str]] = {
    "no_diversion": ("the workbook holds no diversion that could be built within the horizon", "工作簿中没有可在规划期内建设的调水工程"),
    "needs_min_cost": ("break-even values need the objective min_cost", "盈亏平衡值需要目标 min_cost"),
    "plan_left_out": ("the plan {name} is {status}: it is left out", "方案 {name} 的状态为 {status}：未列入"),
    "no_forest": ("the workbook holds no forest that could be renewed", "工作簿中没有可更新的森林"),
    "age_losses": (
        "{sheet}: it replaces the loss of over-mature stands for its groups: the range of mortality does not reach them",
        "{sheet}：它替代了所列类型过熟林的损失，枯死率区间对其不起作用",
    ),
    "year_losses": (
        "{sheet}: it replaces yearly losses where it names them: the range of mortality does not reach them", "{sheet}：它替代了所列的年损失，枯死率区间对其不起作用",
    ),
    "felling_rules": (
        "{sheet}: rules on felling per hectare planted are left out where the forest stands alone", "{sheet}：森林单独求解时不含“每造林一公顷可采伐量”的规则",
    ),
    "no_harvest_table": ("forest_harvest is absent: slash and products are not followed", "缺少 forest_harvest：不跟踪采伐剩余物和木质林产品"),
    "factor_range": ("{parameter} times {factor}: {sheet} {column} would exceed {high}", "{parameter} 乘以 {factor} 后，{sheet} {column} 将超过 {high}"),
    "smaller_factor": ("a smaller factor", "应减小该倍数"),
    "no_periods": ("renewal: first_year {first} and last_year {last} bound no periods", "renewal：first_year {first} 与 last_year {last} 之间没有时期"),
    "two_of": ("two of {known} in order", "应从 {known} 中按先后取两个"),
    "needs_least_cost": ("a saving of cost needs the objective min_cost", "费用节省需要目标 min_cost"),
    "one_group": ("the workbook holds one region group: nobody to pool with", "工作簿只有一个地区组，没有可联合的对象"),
    "one_region": ("the workbook holds one region: nobody to share with", "工作簿只有一个地区，没有可分摊的对象"),
    "owen_needs_cost": ("what regions bear of the cost needs the objective min_cost alone", "成本分摊需要单一目标 min_cost"),
    "owen_cannot": (
        "{number} of {all} coalitions have no plan of their own: their share of a pledge, a pace or history does not suffice, and they can not do alone",
        "{all} 个联盟中有 {number} 个没有自己的可行方案：其在承诺、速度或历史中的份额不足，无法单独行动",
    ),
    "owen_unsolved": (
        "{name} ended so: {status}; what it would pay by itself is not known, but no less than {amount}",
        "{name} 的求解结果为：{status}；其单独行动的成本未知，但不低于 {amount}",
    ),
    "owen_outside_core": ("{name} would pay {amount} less by itself than it is allocated", "{name} 单独行动比其分摊额少付 {amount}"),
    "rolling_needs_cost": ("re-planning at least cost needs the objective min_cost alone", "按最小成本滚动重订需要单一目标 min_cost"),
    "rolling_from_start": ("targets known from the start", "目标自始已知"),
    "rolling_in_sight": ("targets known when in sight", "目标进入视野后方知"),
    "rolling_gives_way": (
        "foresight {foresight} years, {known}: after what was done no plan for {year} meets {limit} any more: {amount} are missed ({count} such limits)",
        "预见 {foresight} 年、{known}：按已有行动，{year} 年的方案已无法满足 {limit}，缺口 {amount}（同类约束 {count} 项）",
    ),
    "rolling_stopped": (
        "foresight {foresight} years, {known}: no plan for {year} ({status}): not even with targets missed does one go on from what was done",
        "预见 {foresight} 年、{known}：{year} 年无方案（{status}）：即使放弃目标也无法从已有行动继续",
    ),
    "rolling_out_of_sight": (
        "foresight {foresight} years, {known}: what is in sight when {year} is planned is no whole workbook: {why}", "预见 {foresight} 年、{known}：规划 {year} 年时视野内的内容不构成完整工作簿：{why}",
    ),
    "robust_needs_cost": ("a budget of uncertain costs needs the objective min_cost alone", "成本不确定性预算需要单一目标 min_cost"),
    "robust_no_ranges": ("no range of the sheet ranges moves costs alone: every item of spending is taken to be off by {share} of itself", "ranges 表中没有只影响成本的区间：各支出项均按其 {share} 的比例偏离"),
    "robust_no_costs": ("nothing that the plan spends on is open to decision: no cost that could be uncertain", "方案没有可决策的支出：不存在不确定成本"),
    "robust_unsolved": ("the plan for a budget of {budget} is {status}: it is left out", "预算为 {budget} 的方案状态为 {status}：未列入"),
    "stochastic_needs_cost": ("an expected cost needs the objective min_cost alone, in every future", "期望成本需要各未来均以 min_cost 为单一目标"),
    "stochastic_form": ("{text!r} in nodes are no futures with their probabilities", "nodes 中的 {text!r} 不是带概率的未来情景"),
    "stochastic_form_wanted": (
        "at least two as NAME:PROBABILITY parted by a semicolon, each name once, probabilities above 0 that add up to 1",
        "至少两个“情景:概率”，以分号分隔，情景各不相同，概率大于0且合计为1",
    ),
    "stochastic_unknown": ("nodes: the workbook has no scenario {name}", "nodes：工作簿没有情景 {name}"),
    "stochastic_until": ("agree_until {year}: no decided period of the plan ends by then and after it", "agree_until {year}：此前与此后须各有规划决策时期"),
    "stochastic_no_future": ("the future {name} is {status} where it is known from the start", "未来 {name}（自始已知）的状态为 {status}"),
    "stochastic_no_plan": ("the plan for all futures together is {status}: no decisions suit every one of them", "兼顾全部未来的方案状态为 {status}：没有适合所有未来的决策"),
    "stochastic_other_rows": ("the futures differ in rows or variables: a mean of them is none; the scenario {name} stands for it", "各未来的约束或变量不同，无法取均值；以情景 {name} 代替"),
    "stochastic_moved": (
        "the future {name} can not do all that is decided for the mean: {number} of {all} decisions are moved as little as it asks, most of all {decision} to {amount} from {wanted}",
        "未来 {name} 无法完全执行按均值的决策：{all} 项中有 {number} 项作最小调整，最大为 {decision} 由 {wanted} 调为 {amount}",
    ),
    "stochastic_mean_fails": ("decisions of the plan for the mean leave no way on in the future {name} ({status})", "按均值方案决策后，未来 {name} 无法继续（{status}）"),
    "needs_cost_alone": ("intervals of prices need the objective min_cost alone", "价格区间需要单一目标 min_cost"),
    "nothing_paid": ("nothing is paid between regions at the price of a balance: see the sheet trade_rules", "地区间没有按平衡价格的付款：见 trade_rules 表"),
    "intervals_left_out": ("{number} intervals were not looked for: see the setting most_intervals of this analysis", "有 {number} 个区间未求取：见本分析设置 most_intervals"),
    "intervals_not_found": ("{number} intervals could not be told: no step was small enough", "有 {number} 个区间无法给出：步长均不够小"),
    "full_year_sheet": ("the days of the year are not known: the workbook has no rows in the sheet {sheet}", "全年逐日数据未知：工作簿的 {sheet} 表没有数据"),
    "full_year_plan": ("there is no plan to run: {status}", "没有可运行的方案：{status}"),
    "full_year_cost": ("running the days needs the objective min_cost alone and a price of energy not served (value_of_lost_load)", "逐日运行需要单一目标 min_cost 及失负荷价值（value_of_lost_load）"),
    "full_year_years": ("{years}: no milestone years of the plan", "{years} 不是规划里程碑年份"),
    "near_needs_cost": ("plans near the cheapest need the objective min_cost alone, in the baseline too", "求取接近最优的方案需要单一目标 min_cost（基准情景亦然）"),
    "near_no_baseline": (
        "there is no extra cost to take a share of: the setting burden_baseline names no scenario of the workbook",
        "没有可供取比例的额外成本：设置 burden_baseline 未指明工作簿中的情景",
    ),
    "near_baseline_ended": ("the extra cost is not known: the plan of scenario {name} ended so: {status}", "额外成本未知：情景 {name} 的求解结果为：{status}"),
    "near_nothing_extra": ("the plan costs no more than that of scenario {name}: there is nothing to take a share of", "方案成本不高于情景 {name}：没有可供取比例的额外成本"),
    "near_left_out": ("{number} ranges were not looked for: see the setting most_ranges of this analysis", "有 {number} 个区间未求取：见本分析设置 most_ranges"),
    "near_not_found": (
        "{number} ends of ranges are what was reached when the steps ran out: these ranges are at least as wide as told (setting most_steps)",
        "有 {number} 个区间端点为步数用尽时已达到的值：这些区间至少有所列宽度（设置 most_steps）",
    ),
    "near_alternatives_lost": ("{number} of {all} alternatives were not found", "{all} 个备选方案中有 {number} 个未求得"),
    "pareto_needs_cost": ("a front against cost needs the objective min_cost alone", "成本前沿需要单一目标 min_cost"),
    "pareto_no_end": ("the best that can be had of the quantity is not known: its solve ended so: {status}", "该量的最优值未知：求解结果为 {status}"),
    "pareto_nothing_between": ("the cheapest plan has the best of the quantity already: there is no front", "最低成本方案已达到该量的最优值：没有前沿"),
    "pareto_lost": ("{number} points were not found: see the setting most_steps of this analysis", "有 {number} 个点未求得：见本分析设置 most_steps"),
    "no_net_target": ("no national target on net emissions is switched on (net_limit, or cumulative counting net)", "没有启用的全国净排放目标（net_limit，或按净排放计的 cumulative）"),
    "no_basis": ("{sheet} is empty: for {rule} each region of regions counts the same", "{sheet} 为空：{rule} 按 regions 中每个地区相同计"),
    "entitlement_missed": (
        "{name}: {group} misses what it is entitled to, at most by {amount} in {year}, at {price} CNY/t CO2", "{name}：{group} 未达配额，{year} 年最多差 {amount}，按 {price} CNY/t CO2 计价",
    ),
    "no_ranges": ("the sheet ranges holds no range that is switched on: nothing is tried", "ranges 表中没有启用的区间：未作试算"),
    "range_not_there": ("there is no range {name!r} that is switched on", "没有启用的区间 {name!r}"),
    "members_left_out": ("{number} of {all} variants have no plan and are left out, the first: {name}: {why}", "{all} 个变体中有 {number} 个没有方案，未计入，首个为 {name}：{why}"),
    "few_members": ("fewer than two variants have a plan: nothing can be said of their spread", "有方案的变体不足两个，无法说明其分布"),
    "analysis_not_there": ("there is no analysis {name!r}", "没有分析 {name!r}"),
    "one_of": ("one of {known}", "应为 {known} 之一"),
}

#: The verbs of ``python -m model``.
VERBS: dict[str, tuple[str, str]] = {
    "written": ("written: {path}", "已写入：{path}"),
    "merged": ("written: {path}, {count} regions", "已写入：{path}，{count} 个地区"),
    "compare_few": ("at least two runs are compared, and {count} is given", "至少比较两次运行，现给出 {count} 次"),
    "compare_no_run": ("this folder holds no finished run: there is no run.json", "该文件夹中没有已完成的运行：缺少 run.json"),
    "compare_unread": ("it can not be read: {why}", "无法读取：{why}"),
    "compare_manifest": ("it can not be read as what tells of a run", "无法作为运行说明读取"),
    "compare_analysis": ("this is the run of an analysis; scenarios are compared", "这是分析的运行；只能比较情景"),
    "compare_no_plan": ("this run ended without a plan: {status}", "该运行没有得到方案：{status}"),
    "compare_table": ("it can not be read as a table of a run", "无法作为结果表读取"),
    "compare_apart": ("the runs have no folder in common; say with --out where the comparison goes", "各运行没有共同的上级文件夹；请用 --out 指定输出位置"),
    "compared": ("{count} runs compared with {base}: {path}", "已将 {count} 次运行与 {base} 比较：{path}"),
    "not_compared": ("the comparison is not written, the reports are whole: {why}: {path}", "比较未能写出，各报告完整：{why}：{path}"),
    "left_out": ("left out: {what}", "未保留：{what}"),
    "page_stale": ("out of date: {path}; run python -m model docs", "已过期：{path}；请运行 python -m model docs"),
    "explained": ("{name} [{unit}]: supply {sign} use; {what}.", "{name} [{unit}]：供给 {sign} 使用；{what}"),
    "supplies": ("supply", "供给"),
    "uses": ("use", "使用"),
    "no_balance": ("no balance {name!r}", "没有平衡项 {name!r}"),
    "balance_empty": ("balance {name} has no row for {place} {year}", "平衡项 {name} 没有 {place} {year} 的行"),
    "any_place": ("any place", "任何地点"),
    "place_of_workbook": ("a region or zone and year of the workbook", "应为工作簿中的地区或水资源区及年份"),
    "no_group_column": ("there is no column {name} to group by", "没有可用于分组的列 {name}"),
    "no_group_word": ("{place}: {column} {word!r} can not name a group", "{place}：{column} 的 {word!r} 不能作为分组名"),
    "key_rule": ("a word of letters, digits, _ . + - in every row, at most 60 long", "每行应为由字母、数字和 _ . + - 组成的词，最多 60 个字符"),
    "same_workbook": ("is the workbook that is read", "就是正在读取的工作簿"),
    "another_name": ("another name for the result", "请为结果另取名称"),
    "rows_inside": ("{count} rows lie inside one new place", "{count} 行的两端落在同一新地区内"),
    "row_meets": ("row {row} is switched off and meets others that are on", "第 {row} 行已停用，合并后与启用的行相同"),
    "right_across": ("{first} to {second} left out, not one basin", "{first} 至 {second} 不在同一流域，未保留"),
    "scope_gone": ("{name} is left out: {scope} has no counterpart among the new regions", "未保留 {name}：{scope} 在新地区中没有对应"),
    "now_part": ("{name} is now part of a larger place", "{name} 已并入更大的地区"),
    "amount_for_old": (
        "an amount that is set or added for every old place means another for every new one", "对每个旧地区设定或增加的数值，对新地区含义不同",
    ),
    "nothing_to_change": ("no row is left that it could change", "已没有它可修改的行"),
    "rows_wrong": ("{sheet}: rows {rows} are switched off and wrong: left out", "{sheet}：第 {rows} 行已停用且有误，未保留"),
    "scenario_gone": ("{name} is left out: {why}", "未保留 {name}：{why}"),
    "scenario_parent_gone": ("{name} is left out: it is built on {parent}", "未保留 {name}：其上级为 {parent}"),
}

FAULTS: dict[str, tuple[str, str]] = {**UNITS, **RULES, **ANALYSES, **VERBS}
