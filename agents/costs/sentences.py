"""The one sentence that answers a question about costs. Pure."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from agents.costs import over_times, sized
from agents.costs.answer import AnswerLine, CostTotal
from agents.costs.charting import name_of
from agents.costs.fields import called, measured, several
from agents.costs.phrasing import QUANTITIES, money, percent, quantity, subject, when
from agents.costs.plan import Asked, CostPlan
from agents.costs.tables import is_sized
from agents.costs.words import singular
from agents.units import listed, sentence
from memory.model.cost import Driver, Match

_DRIVERS: Final[Mapping[Driver, str]] = {
    Driver.PRICE: "prices",
    Driver.USAGE: "usage",
    Driver.NEW: "what is new",
    Driver.GONE: "what is gone",
    Driver.CREDITS: "credits, taxes and corrections",
    Driver.OTHER: "charges without a quantity",
}
_NAMED: Final = 3
_PAIR: Final = 2
_UNITS: Final = 6  # unit costs that stand in a sentence


def said(plan: CostPlan, table: Sequence[AnswerLine], totals: Sequence[CostTotal]) -> str:
    """Return the sentence of any question but why."""
    if plan.asked in {Asked.COST, Asked.COUNT} and is_sized(plan):
        return sentence(sized.told(plan, table, totals))
    return sentence(_SAYS.get(plan.asked, _cost)(plan, table, totals))


def why(plan: CostPlan, table: Sequence[AnswerLine], totals: Sequence[CostTotal]) -> str:
    """Return what made the difference, the largest drivers first."""
    parts: list[str] = []
    for total in totals:
        difference = total.cost - (total.before or Decimal(0))
        what = "" if parts else f"{_what(plan)} came to "
        at = "" if parts else f" {when(plan.window)}"
        parts.append(f"{what}{money(total.cost, total.currency)}{at}, {_change(total)}")
        drivers: dict[Driver, Decimal] = {}
        own = [line for line in table if line.currency == total.currency]
        for line in own:
            if line.driver is not None:
                drivers[line.driver] = drivers.get(line.driver, Decimal(0)) + line.cost
        largest = sorted(drivers.items(), key=lambda each: -abs(each[1]))
        if largest and not plan.query.by:
            parts[-1] += ": " + listed(
                [f"{_signed(amount, total.currency)} from {_DRIVERS[driver]}" for driver, amount in largest]
            )
        elif own:
            named = [f"{_signed(line.cost, total.currency)} {name_of(line)}" for line in own[:_NAMED]]
            parts[-1] += f": {listed(named)}{' and others' if len(own) > _NAMED else ''}"
        elif not difference:
            parts[-1] += ": nothing changed"
    return sentence("; ".join(parts))


def _cost(plan: CostPlan, table: Sequence[AnswerLine], totals: Sequence[CostTotal]) -> str:
    compared = plan.before is not None and plan.query.measure not in QUANTITIES
    alone = len(totals) == 1
    parts = [
        f"{_amount(plan, total, table)}{_beside(_change(total), alone=alone) if compared else ''}"
        for total in totals
    ]
    text = f"{_what(plan)} came to {listed(parts)} {when(plan.window)}"
    first = [line for line in table if not line.rest and line.currency == totals[0].currency]
    if not plan.query.by or not first or (len(table) == 1 and plan.query.measure in QUANTITIES):
        return text
    if plan.query.grain is not None:
        return f"{text}, told apart by {' and '.join(called(each) for each in plan.query.by)}"
    if not any(any(line.keys) for line in table):
        return f"{text}; no charge there says its {' or '.join(called(each) for each in plan.query.by)}"
    if not alone and not plan.by_change:
        return f"{text}; {'least' if plan.ascending else 'most'} of it {listed(_leading(plan, table, totals))}"
    if plan.by_change and first[0].before is not None:
        grew = [
            f"{name_of(line)} by {_signed(line.cost - (line.before or Decimal(0)), line.currency)}"
            for line in first[:_NAMED]
        ]
        return f"{text}; what changed most: {listed(grew)}"
    named = [f"{name_of(line)} with {_cell(plan, line)}" for line in first[:_NAMED]]
    return (
        f"{text}; {'least' if plan.ascending else 'most'} of it {listed(named)}{_apart(plan, first)}"
        if len(first) > 1
        else f"{text}, all of it {name_of(first[0])}"
    )


def _beside(text: str, *, alone: bool) -> str:
    """Return what is told of one sum among several in brackets, since each has commas of its own."""
    return f", {text}" if alone else f" ({text})"


def _leading(plan: CostPlan, table: Sequence[AnswerLine], totals: Sequence[CostTotal]) -> list[str]:
    """Return which line leads in each currency; sums in two of them are never ranked against each other."""
    first = {line.currency: line for line in reversed(table) if not line.rest}
    return [
        f"in {total.currency} {name_of(line) or '(none)'} with {_cell(plan, line)}"
        for total in totals
        if (line := first.get(total.currency)) is not None
    ]


def _apart(plan: CostPlan, lines: Sequence[AnswerLine]) -> str:
    """Return how far apart two are that were compared by name."""
    chosen = [each for each in plan.query.filters if each.field == plan.query.by[0] and each.match is Match.IS]
    if len(plan.query.by) != 1 or len(lines) != _PAIR or not chosen or plan.query.measure in QUANTITIES:
        return ""
    one, other = sorted(lines, key=lambda each: -each.cost)
    times = f", {one.cost / other.cost:.2f} times as much" if other.cost > 0 else ""
    return f"; {name_of(one)} is {money(one.cost - other.cost, one.currency)} more{times}"


def _amount(plan: CostPlan, total: CostTotal, table: Sequence[AnswerLine]) -> str:
    if plan.query.measure in QUANTITIES:
        units = {line.keys[-1] for line in table if line.keys}
        return f"{quantity(total.cost)} {units.pop()}" if len(units) == 1 else "the quantities below"
    return money(total.cost, total.currency)


def _cell(plan: CostPlan, line: AnswerLine) -> str:
    if plan.query.measure in QUANTITIES:
        return quantity(line.cost)
    share = f" ({percent(line.share)})" if line.share is not None else ""
    return f"{money(line.cost, line.currency)}{share}"


def _what(plan: CostPlan) -> str:
    of = subject(plan)
    hours = f" {_hours(plan)}" if plan.query.hours or plan.query.weekdays else ""
    return f"The {measured(plan.query.measure)}{f' of {of}' if of else ''}{hours}"


def _hours(plan: CostPlan) -> str:
    query = plan.query
    parts = []
    if query.hours:
        parts.append(
            f"from {query.hours[0]:02}:00 to {(query.hours[-1] + 1) % 24:02}:00 UTC"
            if _runs(query.hours)
            else "outside working hours"
        )
    if query.weekdays:
        parts.append(_ON.get(query.weekdays) or f"on {listed([_DAYS[each - 1] for each in query.weekdays])}")
    return " ".join(parts)


_DAYS: Final = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_ON: Final = {(6, 7): "on weekends", (1, 2, 3, 4, 5): "from Monday to Friday"}


def _runs(hours: Sequence[int]) -> bool:
    return all((left + 1) % 24 == right for left, right in itertools.pairwise(hours))


def _change(total: CostTotal) -> str:
    before = total.before or Decimal(0)
    difference = total.cost - before
    if not difference:
        return f"the same as {money(before, total.currency)} before"
    way = "up" if difference > 0 else "down"
    ratio = f", {percent(float(abs(difference) / abs(before)))}" if before else ""
    return f"{way} {money(abs(difference), total.currency)} from {money(before, total.currency)}{ratio}"


def _signed(amount: Decimal, currency: str) -> str:
    return f"{'+' if amount > 0 else '-'}{money(abs(amount), currency)}"


def _share(plan: CostPlan, table: Sequence[AnswerLine], totals: Sequence[CostTotal]) -> str:
    parts = []
    for total in totals:
        whole = total.whole if total.whole is not None else total.cost
        share = (
            f"{percent(float(total.cost / whole))} of {money(whole, total.currency)}" if whole else "of nothing"
        )
        parts.append(f"{money(total.cost, total.currency)}{_beside(share, alone=len(totals) == 1)}")
    text = f"{_SHARES.get(plan.asked, _what(plan))} came to {listed(parts)}, {when(plan.window)}"
    first = [line for line in table if not line.rest and line.currency == totals[0].currency]
    if plan.query.by and len(first) > 1:
        named = [f"{name_of(line)} with {money(line.cost, line.currency)}" for line in first[:_NAMED]]
        text += f"; most of it {listed(named)}"
    return text


_SHARES: Final = {Asked.UNTAGGED: "What carries no such tag", Asked.COVERAGE: "Usage that commitments pay for"}


def _count(plan: CostPlan, table: Sequence[AnswerLine], _totals: Sequence[CostTotal]) -> str:
    there = {line.keys for line in table if any(line.keys)}
    of = subject(plan)
    noun = several(plan.query.by[0]) if len(there) != 1 else called(plan.query.by[0])
    return f"Charges name {len(there):,} {noun}{f' for {of}' if of else ''} {when(plan.window)}"


def _utilisation(plan: CostPlan, table: Sequence[AnswerLine], totals: Sequence[CostTotal]) -> str:
    parts = []
    for total in totals:
        used = sum(
            (line.cost for line in table if line.currency == total.currency and line.keys[:1] == ("Used",)),
            Decimal(0),
        )
        unused = total.cost - used
        share = percent(float(used / total.cost)) if total.cost else "none"
        parts.append(
            f"{share} of {money(total.cost, total.currency)} were used "
            f"and {money(unused, total.currency)} were not"
        )
    return f"Of what was committed to{_of(plan)}, {listed(parts)}, {when(plan.window)}"


def _of(plan: CostPlan) -> str:
    kept = plan.model_copy(
        update={
            "query": plan.query.model_copy(
                update={"filters": tuple(each for each in plan.query.filters if each.values != ("Usage",))}
            )
        }
    )
    of = subject(kept)
    return f" for {of}" if of else ""


def _discount(plan: CostPlan, _table: Sequence[AnswerLine], totals: Sequence[CostTotal]) -> str:
    parts = []
    for total in totals:
        whole = total.whole or Decimal(0)
        if not whole:
            parts.append(f"{money(total.cost, total.currency)} with no list prices to hold it against")
            continue
        saved = whole - total.cost
        share = f", {percent(float(saved / whole))}"
        parts.append(
            f"{money(saved, total.currency)} below list prices "
            f"({money(total.cost, total.currency)} instead of {money(whole, total.currency)}{share})"
        )
    return f"The {measured(plan.query.measure)}{_of(plan)} was {listed(parts)}, {when(plan.window)}"


def unit(plan: CostPlan, table: Sequence[AnswerLine]) -> str:
    """Return what one of something cost; over several times, from the least to the most."""
    one = singular(plan.unit)
    per = f"{plan.per:,} {one}s" if plan.per > 1 else one
    text = f"{_what(plan)} was"
    if plan.query.grain is not None and len(table) > 1:
        return sentence(f"{text} {listed(_spans(table, per))}, {when(plan.window)}")
    parts = [
        f"{exact(line.price)} {line.currency} per {per} ({money(line.cost, line.currency)} for "
        f"{line.count:,.0f} {one}s{f' of {name_of(line)}' if any(line.keys) else ''})"
        for line in table[:_UNITS]
        if line.price is not None and line.count is not None
    ]
    return sentence(f"{text} {listed(parts)}{' and others' if len(table) > _UNITS else ''}, {when(plan.window)}")


def _spans(table: Sequence[AnswerLine], per: str) -> list[str]:
    spans: dict[str, list[Decimal]] = {}
    for line in table:
        if line.price is not None:
            spans.setdefault(line.currency, []).append(line.price)
    return [
        f"between {exact(min(prices))} and {exact(max(prices))} {currency} per {per}"
        for currency, prices in spans.items()
    ]


def exact(price: Decimal) -> str:
    """Return a price with four digits that count: `0.0000312`, `12.34`."""
    if not price:
        return "0"
    places = max(2, 3 - price.adjusted())
    return f"{price:,.{places}f}"


_Says = Callable[[CostPlan, Sequence[AnswerLine], Sequence[CostTotal]], str]
_SAYS: Final[Mapping[Asked, _Says]] = {
    Asked.SHARE: _share,
    Asked.UNTAGGED: _share,
    Asked.COVERAGE: _share,
    Asked.AVERAGE: lambda plan, table, totals: over_times.average(_what(plan), plan, table, totals),
    Asked.MEDIAN: lambda plan, table, totals: over_times.median(_what(plan), plan, table, totals),
    Asked.SINCE: lambda plan, table, _: over_times.since(plan, table),
    Asked.PEAK: over_times.peak,
    Asked.COUNT: _count,
    Asked.UTILISATION: _utilisation,
    Asked.DISCOUNT: _discount,
    Asked.WHETHER: lambda plan, _, totals: sized.whether(plan, totals),
}
