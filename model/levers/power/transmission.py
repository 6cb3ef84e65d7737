"""Power lines between regions: use, losses, expansion, clean-power contracts.

A line has a capacity in each direction; new capacity serves both. Flows are decided by time slice, lose a share on the
way, and may not use a line beyond a yearly mean. Firm capacity may be lent over a part of the line.

Limits: flows are transport flows without loop flows; each end pays half of a new line; existing and committed lines are
sunk cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from ...core.build.build import Lever
from ...core.data import TIME_SLICES
from ...core.declare.roles import POWER_USERS, Decision, Item, State, Trade, Way
from ...core.declare.spec import Variable, constraint
from ...core.declare.units import GWH_PER_TWH
from ...core.ledger import Terms, join
from ..lives import at_beginning
from .capacity import TWH_PER_GW, pairs, standing, totals
from .given.capital import charge
from .parts.line_input import (
    LINE_COST,
    LINE_FIXED_SHARE,
    LINE_LIFE,
    LINE_TERMINAL_COST,
    LINE_USE,
    LINES,
    LINES_COMMITTED,
    POWER_CONTRACTS,
    RESERVE_SHARING,
    check_ends,
)

ENDS = ["from_region", "to_region"]

LINE_NEW = Variable(
    "line_new", ("from_region", "to_region", "vintage"), "GW", en="New line capacity", zh="新增线路容量",
)
LINE_ADDED = Variable(
    "line_added", ("from_region", "to_region", "year"), "GW",
    en="New line capacity that stands, either direction", zh="在役新增线路容量（每方向）",
)
LINE_WORKING = Variable(
    "line_working", ("from_region", "to_region", "year"), "GW",
    en="New line capacity that stands over the period on average, either direction", zh="时期平均在役新增线路容量（每方向）",
)
FLOW = Variable("flow", ("from_region", "to_region", "slice", "year"), "TWh/yr", en="Power sent", zh="输送电量")
FIRM_TRANSFER = Variable(
    "firm_transfer", ("from_region", "to_region", "year"), "GW", en="Firm capacity lent", zh="可靠容量互济",
)

#: The commodities of the table ``trade``.
WAY = Way("transmission_cost", LINES, "loss")
SENT = Trade("power", "TWh/yr", FLOW.name, balance="power", way=WAY)
LENT = Trade("firm_capacity", "GW", FIRM_TRANSFER.name, balance="reserve", way=WAY, en="Firm capacity lent", zh="可靠容量互济")
CONTRACTS = Trade("clean_power_contract", "TWh/yr", agreed=POWER_CONTRACTS, within=SENT.commodity, en="Power contracts", zh="电力合同")


class Transmission(Lever):
    """Flows between regions, new lines, contracts, and lending of firm capacity."""

    name = "transmission"
    tables = (LINES, LINES_COMMITTED, LINE_USE, POWER_CONTRACTS)
    needs = (LINES, TIME_SLICES)
    checks = (check_ends,)
    settings = (LINE_LIFE, LINE_COST, LINE_TERMINAL_COST, LINE_FIXED_SHARE, RESERVE_SHARING)
    items = (
        Item("exports", "power", en="Exports", zh="外送"),
        Item("imports", "power", en="Imports", zh="受入"),
        Item("firm_capacity_lent", "reserve", en="Firm capacity lent", zh="借出可靠容量"),
        Item("firm_capacity_borrowed", "reserve", en="Firm capacity borrowed", zh="借入可靠容量"),
        Item(WAY.cost, "money", en="Transmission", zh="输电成本", payer=POWER_USERS),
    )
    variables = (LINE_NEW, LINE_ADDED, LINE_WORKING, FLOW, FIRM_TRANSFER)
    decisions = (Decision("line_new", ("from_region", "to_region")),)
    states = (State("line_added", ("line_added_stands",)), State("line_working", ("line_added_works",)))
    trades = (SENT, CONTRACTS, LENT)
    operations = ("flow", "firm_transfer")

    def build(self) -> None:
        """Decide flows, new lines and lent capacity; post power, reserve and cost."""
        self._prepare()
        self._limit_lines()
        self._limit_flows()
        self._post()

    def _prepare(self) -> None:
        data = self.data
        self.lines = data.frame(LINES)
        self.corridors = self._corridors()
        vintages = pd.DataFrame({"vintage": data.years})
        # what was opened by the end of history stands in transmission_committed
        self.line_new = self.b.variable(LINE_NEW, self.corridors.merge(vintages, how="cross"), happened=0.0)
        years = pd.DataFrame({"year": data.all_years})
        directed = self.lines[ENDS].merge(years, how="cross")
        self.flow = self.b.variable(FLOW, directed.merge(data.slices[["slice"]], how="cross"))
        self.directed = directed
        self.firm_transfer = self.b.variable(FIRM_TRANSFER, directed[directed["year"].isin(data.decided)])

    def _corridors(self) -> pd.DataFrame:
        """One row per pair of regions, ends in alphabetical order; where the two directions differ, the tighter limit
        on expansion and the longer length hold. Index: Excel row of the limit."""
        low = self.lines[ENDS].min(axis=1)
        high = self.lines[ENDS].max(axis=1)
        pairs_of_regions = self.lines.assign(from_region=low, to_region=high)
        length = pairs_of_regions.groupby(ENDS)["length"].transform("max")
        ordered = pairs_of_regions.assign(length=length).sort_values("expansion_limit", kind="stable")
        return self._with_own_values(ordered).drop_duplicates(ENDS).sort_index()

    def _with_own_values(self, lines: pd.DataFrame) -> pd.DataFrame:
        """``lifetime`` (yr) and ``price`` (bn CNY/GW) of new capacity: the line's own, the larger of its directions, or by the settings."""
        number = self.data.number
        usual = {"life": number(LINE_LIFE.name), "investment": number(LINE_COST.name) * lines["length"] + number(LINE_TERMINAL_COST.name)}
        places = [lines[end] for end in ENDS]
        own = {name: lines[name].astype(float).groupby(places).transform("max").fillna(otherwise) for name, otherwise in usual.items() if name in lines}
        return lines.assign(lifetime=own.get("life", usual["life"]), price=own.get("investment", usual["investment"]))

    def _limit_lines(self) -> None:
        data = self.data
        limits = pd.concat([self.corridors.assign(year=year) for year in data.decided])
        cells = self.b.cells(LINES, limits, "expansion_limit")
        self.expansion = totals(self.corridors, ENDS, "expansion_limit")
        self.b.constrain(self.line_expansion_limit, limits[[*ENDS, "year"]], limit=(LINES.name, cells, "GW/yr"))
        lives = self.line_new.terms().join(self.corridors[[*ENDS, "lifetime"]], ENDS)
        self.built = standing(lives, data)
        self.standing_lines = pairs(self.line_new, self.built.frame[self.built.frame["stands"] > 0.0], [*ENDS, "year"], "stands")
        self.working_lines = pairs(self.line_new, self.built.frame, [*ENDS, "year"], "gw")
        self.line_added = self.b.variable(LINE_ADDED, list(self.standing_lines))
        self.line_working = self.b.variable(LINE_WORKING, list(self.working_lines))
        self.b.constrain(self.line_added_stands, self.line_added.frame)
        self.b.constrain(self.line_added_works, self.line_working.frame)
        self.new_lines, self.lines_at_work = (
            {end: variable for (a, b, year), variable in family.variables.items() for end in ((a, b, year), (b, a, year))} for family in (self.line_added, self.line_working)
        )
        existing = data.lookup(LINES, "capacity")
        join(data.frame(LINES_COMMITTED), self.lines[ENDS], ENDS)  # what is committed on no line is refused, not lost
        added = data.lookup(LINES_COMMITTED)
        self.line_gw = {
            (a, b, year): existing[a, b] + added.get((a, b, year), 0.0)
            for a, b, year in self.directed.itertuples(index=False, name=None)
        }
        start = (lambda year: year) if at_beginning(data) else data.start
        self.line_mean = {(a, b, year): (self.line_gw[a, b, start(year)] + gw) / 2 for (a, b, year), gw in self.line_gw.items()}

    def _limit_flows(self) -> None:
        b, data = self.b, self.data
        self.hours = data.lookup(TIME_SLICES, "hours")
        both_ways = [self._is_two_way(a, b, year) for a, b, _, year in self.flow.variables]
        second = self.flow.frame["from_region"] > self.flow.frame["to_region"]
        # where a line is as strong both ways one row holds both directions
        sent = self.flow.frame[~(pd.Series(both_ways, dtype=bool) & second)]
        cell_of = data.lookup_cells(LINES, "capacity")
        cells = [cell_of[ends] for ends in sent[ENDS].itertuples(index=False, name=None)]
        b.constrain(self.line_capacity, sent, limit=(LINES.name, cells, "TWh/yr"))
        self.most_use = {year: share for (_, year), share in data.lookup(LINE_USE).items()}
        cell_of_year = {year: cell for (_, year), cell in data.lookup_cells(LINE_USE).items()}
        used = self.directed[self.directed["year"].isin(list(self.most_use))]
        b.constrain(self.line_yearly_use, used, limit=(LINE_USE.name, [cell_of_year[year] for year in used["year"]], "TWh/yr"))
        lent = [data.setting_cell(RESERVE_SHARING.name)] * len(self.firm_transfer)
        b.constrain(self.firm_transfer_limit, self.firm_transfer.frame, limit=("settings", lent, "GW"))
        self.contracts = data.lookup(POWER_CONTRACTS)
        contracts = data.frame(POWER_CONTRACTS)
        contracts = contracts[contracts["year"].isin(data.all_years) & (contracts["value"] > 0)]
        cells = b.cells(POWER_CONTRACTS, contracts)
        over = join(contracts, self.lines[[*ENDS, "loss"]], ENDS)[[*ENDS, "year"]]
        b.constrain(self.contract_flow, over, limit=(POWER_CONTRACTS.name, cells, "TWh/yr"))

    def _is_two_way(self, from_region: str, to_region: str, year: int) -> bool:
        """Whether the line has the same capacity in both directions that year."""
        return self.line_mean.get((to_region, from_region, year)) == self.line_mean[from_region, to_region, year]

    def _fits(self, flow: Sequence[tuple[float, Any]], key: tuple[str, str, int], per_gw: float) -> Any:
        """``flow`` stays within ``per_gw`` of the capacity of the line over the period on average."""
        return self.b.sum([*flow, (-per_gw, self.lines_at_work.get(key, 0.0))]) <= per_gw * self.line_mean[key]

    def _yearly(self, from_region: str, to_region: str, year: int) -> list[tuple[float, Any]]:
        return [(1.0, self.flow[from_region, to_region, slice_, year]) for slice_ in self.hours]

    @constraint(unit="GW/yr", kind="flow")
    def line_expansion_limit(self, from_region: str, to_region: str, year: int) -> Any:
        """A corridor grows no faster than its limit.

        line_new[a,b,t] / n[t] <= expansion_limit[a,b]

        For: every corridor, every model year.
        Unit: GW/yr.
        Dual: worth of one more GW a year on the corridor.
        Data: transmission_lines.expansion_limit.
        """
        yearly = self.b.sum([(1.0 / self.data.length(year), self.line_new[from_region, to_region, year])])
        return yearly <= self.expansion[from_region, to_region]

    @constraint(unit="GW")
    def line_added_stands(self, from_region: str, to_region: str, year: int) -> Any:
        """What stands of new lines is what was built and has not reached the end of its life.

        line_added[a,b,t] == sum(stands[v,t] * line_new[a,b,v])     stands: as in ``lives``

        For: every corridor, every model year.
        Unit: GW.
        Dual: yearly worth of one more GW standing on the corridor.
        Data: transmission_lines.life, line_life.
        """
        key = (from_region, to_region, year)
        return self.line_added[key] == self.b.sum(self.standing_lines[key])

    @constraint(unit="GW")
    def line_added_works(self, from_region: str, to_region: str, year: int) -> Any:
        """What carries power of new lines in a period is what stood in it on average.

        line_working[a,b,t] == sum(works[v,t] * line_new[a,b,v])     works: as in ``lives``

        For: every corridor, every model year.
        Unit: GW.
        Dual: yearly worth of one more GW at work on the corridor.
        Data: transmission_lines.life, line_life.
        """
        key = (from_region, to_region, year)
        return self.line_working[key] == self.b.sum(self.working_lines[key])

    @constraint(unit="TWh/yr", kind="flow", nets="share_of_plan")
    def line_capacity(self, from_region: str, to_region: str, slice_: str, year: int) -> Any:
        """A flow fits the line; where it is as strong both ways, an hour used for one direction is lost to the other.

        flow[a,b,h,t] + flow[b,a,h,t] <= (mean of capacity[a,b] + committed[a,b] + line_working of the corridor in t) * hours[h] / 1000

        For: every pair of regions, slice, year; where the two directions differ in capacity, each direction by itself.
        Unit: TWh/yr.
        Dual: worth of sending one more unit in the slice.
        Data: transmission_lines.capacity (the cell of the limit), transmission_committed, transmission_lines.life, line_life, time_slices.hours.
        """
        flow = [(1.0, self.flow[from_region, to_region, slice_, year])]
        if self._is_two_way(from_region, to_region, year):
            flow.append((1.0, self.flow[to_region, from_region, slice_, year]))
        return self._fits(flow, (from_region, to_region, year), self.hours[slice_] / GWH_PER_TWH)

    @constraint(unit="TWh/yr", kind="flow", nets="share_of_plan")
    def line_yearly_use(self, from_region: str, to_region: str, year: int) -> Any:
        """Over the year a line is used no more than security and contracts allow.

        sum(flow[a,b,h,t] for all h) <= share[t] * mean capacity[a,b,t] * 8.76

        For: every direction, every year of transmission_use.
        Unit: TWh/yr.
        Dual: worth of sending one more unit a year.
        Data: transmission_use.
        """
        key = (from_region, to_region, year)
        return self._fits(self._yearly(*key), key, self.most_use[year] * TWH_PER_GW)

    @constraint(unit="GW", kind="standing", nets="share_of_plan")
    def firm_transfer_limit(self, from_region: str, to_region: str, year: int) -> Any:
        """Firm capacity is lent over a part of the line only.

        firm_transfer[a,b,t] <= reserve_sharing * standing capacity[a,b,t]

        For: every direction, every model year.
        Unit: GW.
        Dual: worth of lending one more GW.
        Data: reserve_sharing.
        """
        key = (from_region, to_region, year)
        share = self.data.number(RESERVE_SHARING.name)
        return self.b.sum([(1.0, self.firm_transfer[key]), (-share, self.new_lines.get(key, 0.0))]) <= share * self.line_gw[key]

    @constraint(unit="TWh/yr", kind="flow")
    def contract_flow(self, from_region: str, to_region: str, year: int) -> Any:
        """A power contract is a least yearly flow.

        sum(flow[a,b,h,t] for all h) >= contract[a,b,t]

        For: every row of power_contracts with a positive value.
        Unit: TWh/yr.
        Dual: cost of one more unit under contract.
        Data: power_contracts.
        """
        key = (from_region, to_region, year)
        return self.b.sum(self._yearly(*key)) >= self.contracts[key]

    def _post(self) -> None:
        ledger = self.ledger
        losses = self.lines[[*ENDS, "loss"]]
        for balance, family, out, back in (
            ("power", self.flow, "exports", "imports"),
            ("reserve", self.firm_transfer, "firm_capacity_lent", "firm_capacity_borrowed"),
        ):
            terms = family.terms().join(losses, ENDS)
            ledger.use(balance, terms.rename(from_region="region"), 1.0, item=out, unit="1")
            arriving = (1.0 - terms.frame["loss"]).to_numpy(dtype=float)
            ledger.supply(balance, terms.rename(to_region="region"), arriving, item=back, unit="1")
        self._post_cost(self.built)

    def _post_cost(self, terms: Terms) -> None:
        terms = terms.join(self.corridors[[*ENDS, "price"]], ENDS)
        yearly = charge(self.data, terms.frame) + self.data.number(LINE_FIXED_SHARE.name)
        half = (terms.frame["price"] * yearly * terms.frame["gw"] / len(ENDS)).to_numpy(dtype=float)
        for end in ENDS:
            paying = terms.rename(**{end: "region"})
            self.ledger.use("money", paying, half, item=WAY.cost, unit="bn CNY/GW/yr")
