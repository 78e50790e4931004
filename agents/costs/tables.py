"""The lines of an answer in their order, and what they add up to in each currency. Pure."""

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from agents.costs.answer import AnswerLine, CostTotal
from agents.costs.plan import Asked, CostPlan, Only, Size, SizeOf
from memory.model.cost import CostLine, Way

_MOST_DRIVERS: Final = 25
_PEAKS: Final = 5  # times that cost most

_Place = tuple[str, tuple[str, ...], datetime | None]


def led(totals: Sequence[CostTotal], table: list[AnswerLine]) -> list[AnswerLine]:
    """Return the lines of the currency with the most money first."""
    places = {total.currency: place for place, total in enumerate(totals)}
    return sorted(table, key=lambda line: places[line.currency])


def cut_drivers(table: list[AnswerLine]) -> list[AnswerLine]:
    """Return the largest drivers, and what the others make together, so that all still add up."""
    kept: list[AnswerLine] = []
    for currency in dict.fromkeys(line.currency for line in table):
        own = [line for line in table if line.currency == currency]
        kept += own[:_MOST_DRIVERS]
        if others := own[_MOST_DRIVERS:]:
            kept.append(
                AnswerLine(currency=currency, cost=sum((each.cost for each in others), Decimal(0)), rest=True)
            )
    return kept


def table(
    plan: CostPlan, lines: Sequence[CostLine], earlier: Sequence[CostLine], whole: Sequence[CostLine]
) -> list[AnswerLine]:
    """Return the lines in their order, those alone that have the size that was asked for."""
    was, bases, sums = _by_place(earlier), _by_place(whole), _sums(whole or lines)
    found = [_line(each, plan, was, sums, bases) for each in lines]
    if plan.before is not None and plan.query.grain is None and plan.query.by:
        there = {(line.currency, line.keys) for line in lines}
        found += [
            AnswerLine(currency=line.currency, keys=line.keys, cost=Decimal(0), before=line.cost)
            for line in earlier
            if (line.currency, line.keys) not in there
        ]
    if is_sized(plan):
        found = [each for each in found if fits(plan, each)]
    if plan.running:
        found = _running(found)
    return _ordered(plan, found)


def _line(
    line: CostLine,
    plan: CostPlan,
    was: Mapping[_Place, Decimal],
    sums: Mapping[str, Decimal],
    bases: Mapping[_Place, Decimal],
) -> AnswerLine:
    of = sums.get(line.currency, Decimal(0))
    if _is_share_of_each(plan):
        of = bases.get((line.currency, line.keys, line.at), of)
    elif plan.asked is Asked.SHARE and line.at is not None:
        of = bases.get((line.currency, (), line.at), of)
    compared = plan.before is not None and plan.query.grain is None
    return AnswerLine(
        currency=line.currency,
        keys=line.keys,
        at=line.at,
        cost=line.cost,
        rows=line.rows,
        rest=line.rest,
        before=was.get((line.currency, line.keys, line.at), Decimal(0)) if compared else None,
        share=float(line.cost / of) if of else None,
        whole=of if _is_share_of_each(plan) else None,
    )


def is_sized(plan: CostPlan) -> bool:
    """Return whether only what has some size is told."""
    return plan.asked is not Asked.WHETHER and bool(plan.query.bounds or plan.sizes or plan.only)


def fits(plan: CostPlan, line: AnswerLine) -> bool:
    """Return whether a line has the size that was asked for."""
    before = line.before or Decimal(0)
    if plan.only is not None:
        is_new, is_gone = line.cost != 0 and not before, not line.cost and before != 0
        if not (is_new if plan.only is Only.NEW else is_gone):
            return False
    return all(_COMPARED[each.way](line.cost, each.at) for each in plan.query.bounds) and all(
        _is_so(each, line) for each in plan.sizes
    )


def _is_so(size: Size, line: AnswerLine) -> bool:
    if size.of is SizeOf.SHARE:
        return line.share is not None and _COMPARED[size.way](Decimal(str(line.share)) * 100, size.at)
    before = line.before or Decimal(0)
    change = line.cost - before
    if size.turned and change * size.turned <= 0:
        return False
    if size.of is SizeOf.CHANGE:
        return _COMPARED[size.way](abs(change), size.at)
    if not before:  # from nothing: more than any percentage
        return bool(change) and size.way in {Way.MORE, Way.LEAST}
    return _COMPARED[size.way](abs(change / before) * 100, size.at)


_COMPARED: Final[Mapping[Way, Callable[[Decimal, Decimal], bool]]] = {
    Way.MORE: operator.gt,
    Way.LEAST: operator.ge,
    Way.LESS: operator.lt,
    Way.MOST: operator.le,
}


def of_those(found: Sequence[AnswerLine], totals: Sequence[CostTotal]) -> list[CostTotal]:
    """Return what these lines add up to, and of how much in all; a currency without one is left out."""
    made = []
    for total in totals:
        own = [line for line in found if line.currency == total.currency]
        if own or len(totals) == 1:
            before = (
                sum((line.before or Decimal(0) for line in own), Decimal(0)) if total.before is not None else None
            )
            whole = total.cost if total.whole is None else total.whole
            cost = sum((line.cost for line in own), Decimal(0))
            made.append(CostTotal(currency=total.currency, cost=cost, before=before, whole=whole))
    return made


def _running(found: Sequence[AnswerLine]) -> list[AnswerLine]:
    """Return each time with all before it, in each currency and group."""
    sums: dict[tuple[str, tuple[str, ...]], Decimal] = {}
    made = []
    for line in sorted(found, key=_seconds):
        place = line.currency, line.keys
        sums[place] = sums.get(place, Decimal(0)) + line.cost
        made.append(line.model_copy(update={"cost": sums[place], "share": None}))
    return made


def _is_share_of_each(plan: CostPlan) -> bool:
    return plan.asked in {Asked.UNTAGGED, Asked.COVERAGE, Asked.DISCOUNT} and bool(plan.query.by)


def _by_place(earlier: Sequence[CostLine]) -> dict[_Place, Decimal]:
    return {(line.currency, line.keys, line.at): line.cost for line in earlier}


def _ordered(plan: CostPlan, table: list[AnswerLine]) -> list[AnswerLine]:
    """Return the lines with the largest first, or the smallest, as many as asked for and the rest as one."""
    query = plan.query
    if query.grain is not None:
        if plan.asked is Asked.PEAK:
            return _extreme(plan, table)
        return table
    ordered = sorted(table, key=lambda each: (each.currency, each.rest, _rank(plan, each), each.keys))
    if query.top is None or not query.by:
        return ordered
    kept: list[AnswerLine] = []
    for currency in dict.fromkeys(line.currency for line in ordered):
        own = [line for line in ordered if line.currency == currency]
        kept += own[: query.top]
        if others := own[query.top :]:
            kept.append(_rest(currency, others, len(query.by)))
    return kept


def _rank(plan: CostPlan, line: AnswerLine) -> Decimal:
    """Return what lines are ordered by: their cost, or by how much it grew."""
    worth = line.cost - (line.before or Decimal(0)) if plan.by_change else line.cost
    return worth if plan.ascending else -worth


def _extreme(plan: CostPlan, table: Sequence[AnswerLine]) -> list[AnswerLine]:
    """Return the times that cost most, or least, in each currency."""
    ordered = sorted(table, key=lambda each: (each.cost if plan.ascending else -each.cost, _seconds(each)))
    kept: list[AnswerLine] = []
    for currency in dict.fromkeys(line.currency for line in ordered):
        kept += [line for line in ordered if line.currency == currency][:_PEAKS]
    return kept


def _seconds(line: AnswerLine) -> float:
    return line.at.timestamp() if line.at is not None else 0.0


def _rest(currency: str, others: Sequence[AnswerLine], keys: int) -> AnswerLine:
    shares = [each.share for each in others if each.share is not None]
    return AnswerLine(
        currency=currency,
        keys=("",) * keys,
        cost=sum((each.cost for each in others), Decimal(0)),
        before=sum((each.before or Decimal(0) for each in others), Decimal(0))
        if others[0].before is not None
        else None,
        share=sum(shares) if shares else None,
        rows=sum(each.rows for each in others),
        rest=True,
    )


def _sums(lines: Sequence[CostLine]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for line in lines:
        sums[line.currency] = sums.get(line.currency, Decimal(0)) + line.cost
    return sums


def totals(
    plan: CostPlan, lines: Sequence[CostLine], earlier: Sequence[CostLine], whole: Sequence[CostLine]
) -> list[CostTotal]:
    """Return what all lines add up to, the currency with the most money first."""
    now, was, of = _sums(lines), _sums(earlier), _sums(whole)
    return [
        CostTotal(
            currency=currency,
            cost=now.get(currency, Decimal(0)),
            before=was.get(currency, Decimal(0)) if plan.before is not None else None,
            whole=of.get(currency) if whole else None,
        )
        for currency in sorted({*now, *was, *of}, key=lambda each: (-abs(now.get(each, Decimal(0))), each))
    ]
