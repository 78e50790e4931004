"""The one sentence that answers a question about costs. Pure."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from agents.costs.answer import AnswerLine, CostTotal
from agents.costs.charting import name_of
from agents.costs.fields import called, measured, several
from agents.costs.phrasing import QUANTITIES, money, percent, subject, when
from agents.costs.plan import Asked, CostPlan
from agents.units import listed, sentence
from memory.model.cost import Driver, Grain

_DRIVERS: Final[Mapping[Driver, str]] = {
    Driver.PRICE: "prices",
    Driver.USAGE: "usage",
    Driver.NEW: "what is new",
    Driver.GONE: "what is gone",
    Driver.CREDITS: "credits, taxes and corrections",
    Driver.OTHER: "charges without a quantity",
}
_NAMED: Final = 3


def said(plan: CostPlan, table: Sequence[AnswerLine], totals: Sequence[CostTotal]) -> str:
    """Return the sentence of any question but why."""
    return sentence(_SAYS.get(plan.asked, _cost)(plan, table, totals))


def why(plan: CostPlan, table: Sequence[AnswerLine], totals: Sequence[CostTotal]) -> str:
    """Return what made the difference, the largest drivers first."""
    parts = []
    for total in totals:
        difference = total.cost - (total.before or Decimal(0))
        parts.append(
            f"{_what(plan)} came to {money(total.cost, total.currency)} {when(plan.window)}, {_change(total)}"
        )
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
    parts = [
        f"{_amount(plan, total)}{f', {_change(total)}' if total.before is not None else ''}" for total in totals
    ]
    text = f"{_what(plan)} came to {listed(parts)} {when(plan.window)}"
    first = [line for line in table if not line.rest and line.currency == totals[0].currency]
    if not plan.query.by or not first:
        return text
    if plan.query.grain is not None:
        return f"{text}, told apart by {' and '.join(called(each) for each in plan.query.by)}"
    if plan.by_change and first[0].before is not None:
        grew = [
            f"{name_of(line)} by {_signed(line.cost - (line.before or Decimal(0)), line.currency)}"
            for line in first[:_NAMED]
        ]
        return f"{text}; what changed most: {listed(grew)}"
    named = [f"{name_of(line)} with {_cell(plan, line)}" for line in first[:_NAMED]]
    return (
        f"{text}; {'least' if plan.ascending else 'most'} of it {listed(named)}"
        if len(first) > 1
        else f"{text}, all of it {name_of(first[0])}"
    )


def _amount(plan: CostPlan, total: CostTotal) -> str:
    if plan.query.measure in QUANTITIES:
        return "the quantities below"
    return money(total.cost, total.currency)


def _cell(plan: CostPlan, line: AnswerLine) -> str:
    if plan.query.measure in QUANTITIES:
        return f"{line.cost.normalize():,f}"
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
        parts.append("on weekends" if query.weekdays == (6, 7) else "from Monday to Friday")
    return " ".join(parts)


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
        parts.append(f"{money(total.cost, total.currency)}, {share}")
    text = f"{_SHARES.get(plan.asked, _what(plan))} came to {listed(parts)}, {when(plan.window)}"
    first = [line for line in table if not line.rest and line.currency == totals[0].currency]
    if plan.query.by and len(first) > 1:
        named = [f"{name_of(line)} with {money(line.cost, line.currency)}" for line in first[:_NAMED]]
        text += f"; most of it {listed(named)}"
    return text


_SHARES: Final = {Asked.UNTAGGED: "What carries no such tag", Asked.COVERAGE: "Usage that commitments pay for"}


def _average(plan: CostPlan, table: Sequence[AnswerLine], totals: Sequence[CostTotal]) -> str:
    grain = plan.query.grain or Grain.DAY
    parts = []
    for total in totals:
        count = len({line.at for line in table if line.currency == total.currency}) or 1
        parts.append(
            f"{money(total.cost / count, total.currency)} a {grain.value} over {count} {grain.value}s with charges"
        )
    return f"{_what(plan)} was on average {listed(parts)}, {when(plan.window)}"


def _peak(plan: CostPlan, table: Sequence[AnswerLine], totals: Sequence[CostTotal]) -> str:
    grain = plan.query.grain or Grain.DAY
    parts = []
    for total in totals:
        first = next(line for line in table if line.currency == total.currency)
        parts.append(
            f"{first.at:%-d %b %Y{' %H:%M' if grain is Grain.HOUR else ''}} with "
            f"{money(first.cost, first.currency)}"
        )
    way = "least" if plan.ascending else "most"
    return f"The {grain.value} that cost {way} {when(plan.window)} was {listed(parts)}"


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
        saved = whole - total.cost
        share = f", {percent(float(saved / whole))}" if whole else ""
        parts.append(
            f"{money(saved, total.currency)} below list prices "
            f"({money(total.cost, total.currency)} instead of {money(whole, total.currency)}{share})"
        )
    return f"The {measured(plan.query.measure)}{_of(plan)} was {listed(parts)}, {when(plan.window)}"


def unit(plan: CostPlan, table: Sequence[AnswerLine]) -> str:
    """Return what one of something cost."""
    parts = []
    for line in table:
        if line.price is not None and line.count is not None:
            per = f"{plan.per:,} {plan.unit}s" if plan.per > 1 else f"{plan.unit}"
            parts.append(
                f"{exact(line.price)} {line.currency} per {per} ({money(line.cost, line.currency)} for "
                f"{line.count:,.0f} {plan.unit}s)"
            )
    return sentence(f"{_what(plan)} was {listed(parts)}, {when(plan.window)}")


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
    Asked.AVERAGE: _average,
    Asked.PEAK: _peak,
    Asked.COUNT: _count,
    Asked.UTILISATION: _utilisation,
    Asked.DISCOUNT: _discount,
}
