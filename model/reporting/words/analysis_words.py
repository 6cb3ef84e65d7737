"""What the report of an analysis says first: sentences made of the numbers of its tables, in English and Chinese.

Limits: names of levers, items and places come from ``texts`` and the workbook.
"""

from __future__ import annotations

#: Columns that hold in a table something else than their name tells everywhere.
COLUMN_LABELS: dict[str, tuple[str, str]] = {
    "price_of_robustness:price": ("Costs more as thought", "名义成本增加"),
    "worth_of_knowing:figure": ("What", "指标"),
    "rolled_path:value": ("Amount", "数值"),
    "importance:rank": ("Rank", "排名"),
}

ANALYSIS_WORDS: dict[str, tuple[str, str]] = {
    "answer_of_analysis": ("What it says", "结论"),
    # near_optimal
    "say_near_room": (
        "Plans that cost up to {amount} {unit} more than the cheapest ({share} % of what the plan costs beyond the baseline, {of_all} % of all it costs) must do {musts} of the {all} amounts looked at; "
        "{choices} are a choice, {avoids} are next to nothing{unsettled}.",
        "成本比最低方案最多高 {amount} {unit}（为方案相对基准情景额外成本的 {share}%，占全部成本 {of_all}%）的方案中，所考察的 {all} 个数量有 {musts} 个必选，{choices} 个可选，{avoids} 个几乎不采用{unsettled}。",
    ),
    "near_unsettled": (", {count} are not settled", "，{count} 个未定"),
    "say_near_must": ("No good plan in {decade} does without: {names}.", "{decade} 年所有较优方案都须采用：{names}。"),
    "near_must_one": ("{what} in {place} (at least {least} {unit} beyond what is given)", "{place}的{what}（既有之外至少 {least} {unit}）"),
    "say_near_choice": ("In {decade} there is most room for {names}.", "{decade} 年余地最大的是：{names}。"),
    "near_choice_one": ("{what}, {least} to {most} {unit} in the nation where the plan does {now}", "{what}，全国 {least} 至 {most} {unit}（方案为 {now}）"),
    "say_near_alternative": (
        "The {count} alternatives differ from the nearest other plan by {nearest} % of a lever's greatest amount on average, for at most {cost} % of the extra cost.",
        "{count} 个备选方案与最近的另一方案平均相差措施最大量的 {nearest}%，成本最多增加额外成本的 {cost}%。",
    ),
    # pareto
    "say_pareto_span": (
        "{quantity}: the cheapest plan has {first} {unit}; the {best} that can be had is {last} {unit}, for {dearer} {money} more ({share} %).",
        "{quantity}：最低成本方案为 {first} {unit}，可达到的{best}为 {last} {unit}，需多付 {dearer} {money}（{share}%）。",
    ),
    "pareto_least": ("least", "最小值"),
    "pareto_most": ("most", "最大值"),
    "say_pareto_half": (
        "{part} % of the way there costs {cost_part} % of that; the first step costs {first} {per} on average, the last one {last}.",
        "完成其中 {part}% 只需该成本的 {cost_part}%；第一步平均 {first} {per}，最后一步 {last}。",
    ),
    "say_pareto_sinks": ("From the cheapest plan to the best, most is gained in {names}.", "从最低成本方案到最优，增加主要在：{names}。"),
    "say_pareto_places": ("From the cheapest plan to the best, most is avoided in {names}.", "从最低成本方案到最优，减排主要在：{names}。"),
    "pareto_place": ("{place} ({share} %)", "{place}（{share}%）"),
    # rolling
    "say_rolled": (
        "Announced, the plan costs {announced} {unit} to the end. Re-planned at every milestone it costs {least} to {most} {unit} more ({least_share} to {most_share} %), least with {best}, most with {worst}.",
        "公布方案至期末的成本为 {announced} {unit}。逐期重订后多付 {least} 至 {most} {unit}（{least_share}% 至 {most_share}%），最少为{best}，最多为{worst}。",
    ),
    "say_rolled_one": (
        "Announced, the plan costs {announced} {unit} to the end. Re-planned at every milestone with {best} it costs {least} {unit} more ({least_share} %).",
        "公布方案至期末的成本为 {announced} {unit}。以{best}逐期重订后多付 {least} {unit}（{least_share}%）。",
    ),
    "rolled_way": ("{years} years of foresight and targets {known}", "{years} 年预见、目标{known}"),
    "rolled_from_start": ("known from the start", "自始已知"),
    "rolled_in_sight": ("unknown until in sight", "进入视野后方知"),
    "say_rolled_missed": (
        "Of the dearest, {missed} {unit} are targets missed at their price and other penalties: {names}.",
        "其中最贵者有 {missed} {unit} 为按价计的未达目标及其他惩罚：{names}。",
    ),
    "rolled_missed_one": ("{what} in {year} by {value} {unit}", "{year} 年{what} {value} {unit}"),
    "say_rolled_kept": ("No target is missed and no penalty paid by any of them.", "各方案均未错失目标，也未付惩罚。"),
    "say_rolled_promise": (
        "The promise that is kept least: {what} in {place} in {year}, promised {promised} {unit}, done {done} with {way}.",
        "落空最多的承诺：{place} {year} 年{what}，承诺 {promised} {unit}，{way}时实际为 {done}。",
    ),
    "say_rolled_stopped": ("{count} of {all} re-planned plans stopped before the end.", "{all} 个重订方案中有 {count} 个中途停止。"),
    # stochastic
    "say_stochastic_worth": (
        "Decided before it is known which future comes, the plan has an expected cost of {here} {unit}; knowing from the start would save {known} {unit} ({share} %).",
        "在不知未来时决策，方案的期望成本为 {here} {unit}；若自始已知可省 {known} {unit}（{share}%）。",
    ),
    "say_stochastic_mean": ("Deciding for the mean of the futures would cost {amount} {unit} more than deciding for all of them.", "按均值决策比兼顾各未来多付 {amount} {unit}。"),
    "say_stochastic_regret": ("The future that pays most for not having been known is {name}: {amount} {unit} more than had it been.", "因未知而多付最多的未来是 {name}：比自始已知多 {amount} {unit}。"),
    "say_stochastic_first": (
        "Until then the plan for all futures differs most from that for the mean in {what}, {place}, {year}: {hedged} {unit} instead of {mean}.",
        "此前兼顾各未来与按均值决策相差最大的是 {place} {year} 年{what}：{hedged} {unit}，而非 {mean}。",
    ),
    # robust
    "say_robust_trusting": (
        "Were {budget} groups of costs to turn against it at once, the plan that trusts its costs would cost up to {exposed} {unit}, {more} more than thought.",
        "若有 {budget} 组成本同时恶化，名义方案的成本最高为 {exposed} {unit}，比预计多 {more}。",
    ),
    "say_robust_price": (
        "The robust plan is sure to stay {spared} {unit} below that and costs {price} {unit} more if nothing goes wrong.", "稳健方案保证比该值低 {spared} {unit}；若一切如预计则多付 {price} {unit}。",
    ),
    "say_robust_nothing": ("Being safe changes next to nothing: the plan that trusts its costs is nearly the safest one, too.", "求稳几乎不改变方案：名义方案已近乎最稳妥。"),
    "say_robust_groups": ("What hurts the robust plan most: {names}.", "对稳健方案影响最大的成本：{names}。"),
    "robust_group": ("{name} ({amount} {unit})", "{name}（{amount} {unit}）"),
    # sensitivity
    "say_sensitivity_cost": ("The cost of the plan ({base} {unit}) moves most with {names}.", "方案成本（{base} {unit}）受以下区间影响最大：{names}。"),
    "sensitivity_one": ("{name} ({low} at its low, {high} at its high)", "{name}（最低值时 {low}，最高值时 {high}）"),
    "say_sensitivity_other": ("{what} moves most with {name}: {low} to {high} {unit} where the plan has {base}.", "{what}受{name}影响最大：{low} 至 {high} {unit}（方案为 {base}）。"),
    "named_of": ("{what}, {of}", "{what}（{of}）"),
    "say_sensitivity_none": ("{count} of {all} ranges move the cost by less than a thousandth of it: {names}.", "{all} 个区间中有 {count} 个使成本变动不足千分之一：{names}。"),
    # monte_carlo
    "say_monte_carlo_spread": (
        "Of {count} draws with a plan half cost more than {middle} {unit}, and nine in ten between {low} and {high}.",
        "在 {count} 次有方案的抽样中，半数成本高于 {middle} {unit}，九成介于 {low} 与 {high} 之间。",
    ),
    "say_monte_carlo_group": (
        "It hangs most on {name}, which explains {share} % of its variance ({low} to {high} %).", "成本最取决于{name}，解释其方差的 {share}%（{low}% 至 {high}%）。",
    ),
    "say_monte_carlo_acts": ("{always} of {all} items of levers act in all draws, {never} in none; what hangs most on the draw: {names}.", "{all} 个措施项目中，{always} 个在所有抽样中采用，{never} 个从不采用；最取决于抽样的是：{names}。"),
    "say_monte_carlo_fixed": ("{always} of {all} items of levers act in all draws, {never} in none.", "{all} 个措施项目中，{always} 个在所有抽样中采用，{never} 个从不采用。"),
    "monte_carlo_act": ("{what} ({share} % of the draws)", "{what}（{share}% 的抽样）"),
    # west_line
    "say_line_value": ("{of} would have to be worth {value} {unit} for {what} to pay.", "{of}须值 {value} {unit}，{what}方划算。"),
    "say_line_unreached": ("No value of {of} up to {value} {unit} makes {what} pay.", "{of}取至 {value} {unit} 仍不能使{what}划算。"),
    "say_line_pays": ("{what} pays without any added value of {of}.", "{of}无须另加价值，{what}即已划算。"),
    "say_line_cost": ("Building the whole line would cost {amount} {unit} more than building none.", "全线建设比不建多付 {amount} {unit}。"),
    "say_line_saves": ("Building the whole line would cost {amount} {unit} less than building none.", "全线建设比不建少付 {amount} {unit}。"),
    # renewal
    "say_renewal_whole": (
        "In the plan the forest stores {sink} Mt CO2 a year in the years compared, {change} than with nothing felled; over the whole horizon {horizon}.",
        "方案中森林在比较年份年固碳 {sink} Mt CO2，较不采伐{change}；整个规划期{horizon}。",
    ),
    "renewal_more": ("{value} more", "多 {value}"),
    "renewal_less": ("{value} less", "少 {value}"),
    "say_renewal_best": ("Of the plans of the forest alone, {name} stores most in those years: {change} Mt CO2 a year than unfelled.", "森林单独方案中，{name}在这些年份固碳最多：较不采伐年{change} Mt CO2。"),
    "say_renewal_turns": ("The answer turns within the range of {names}.", "结论在以下参数的区间内改变：{names}。"),
    "say_renewal_stays": ("Nowhere within the ranges tried does the answer turn.", "在所试区间内结论均不改变。"),
    # compensation
    "say_compensation_saves": ("Being neutral together instead of each group for itself saves the nation {amount} {unit} ({share} % of its cost).", "共同中和较各组单独中和为全国节省 {amount} {unit}（占成本 {share}%）。"),
    "say_compensation_pays": ("Divided by the rule {rule}: {names}.", "按规则“{rule}”划分：{names}。"),
    "compensation_pays": ("{place} pays {amount} {unit}", "{place}支付 {amount} {unit}"),
    "compensation_gets": ("{place} receives {amount} {unit}", "{place}获得 {amount} {unit}"),
    "say_compensation_core": ("Under {names} somebody is worse off than alone.", "按{names}，有组比单独时更差。"),
    "say_compensation_fine": ("Under no rule is anybody worse off than alone.", "按各规则均无任何组比单独时更差。"),
    # price_intervals
    "say_intervals_unique": ("Of {all} payments between regions {fixed} could not be others in the same plan.", "{all} 项地区间付款中，{fixed} 项在同一方案下数额唯一。"),
    "say_intervals_co2": ("A tonne of CO2 costs {now} {unit} in {year}; in the same plan it could cost {low} to {high}.", "{year} 年每吨 CO2 为 {now} {unit}；同一方案下可为 {low} 至 {high}。"),
    "say_intervals_co2_one": ("A tonne of CO2 costs {now} {unit} in {year}, and that is the only price.", "{year} 年每吨 CO2 为 {now} {unit}，价格唯一。"),
    # full_year
    "full_year_more": ("{amount} TWh more", "多发 {amount} TWh"),
    "full_year_less": ("{amount} TWh less", "少发 {amount} TWh"),
    "say_full_year": (
        "Run through every day of {year}, the planned plants leave {unserved} TWh of the load unserved ({share} %); power emits {co2} Mt CO2 where the plan has {planned}, and thermal plants give {beyond} than planned.",
        "按 {year} 年全年逐日运行，规划机组未能满足的负荷为 {unserved} TWh（{share}%）；电力排放 {co2} Mt CO2（规划为 {planned}），火电比规划{beyond}。",
    ),
    # owen
    "say_owen_most": ("At the prices of the plan {payer} bears {pays} {unit} more than it spends, and {receiver} is paid {gets} {unit}.", "按方案价格，{payer}的负担比支出多 {pays} {unit}，{receiver}获付 {gets} {unit}。"),
    "say_owen_core": ("Of {all} coalitions that have a plan of their own none would do better by itself; the nearest to it is {name}, which would pay {amount} {unit} more.", "{all} 个可单独成案的联盟中没有一个单独更有利；最接近的是 {name}，单独要多付 {amount} {unit}。"),
}  # fmt: skip
