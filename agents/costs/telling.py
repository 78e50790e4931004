"""A plan and what the mart answered, as an answer: the sentence, the table in its order, where to go on. Pure."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from agents.costs import phrasing, sentences
from agents.costs.answer import AnswerLine, BillsKnown, CostAnswer, CostTotal
from agents.costs.calendar import shown
from agents.costs.charting import bars, over_time, steps
from agents.costs.drilling import drill_downs
from agents.costs.fields import measured
from agents.costs.known import Known
from agents.costs.plan import Asked, CostPlan, NotAsked
from memory.model.cost import Change, CostLine
from memory.model.talk import Chart

_MOST_DRIVERS: Final = 25
_PEAKS: Final = 5  # times that cost most


def refused(found: NotAsked, bills: BillsKnown) -> CostAnswer:
    """Return the answer to what cannot be asked."""
    from agents.costs.answer import DrillDown

    buttons = tuple(DrillDown(label=each[:75], says=each) for each in found.instead[:3])
    return CostAnswer(question=found.question, found=False, sentence=found.why, buttons=buttons, bills=bills)


def conditions(plan: CostPlan) -> tuple[str, ...]:
    """Return the exact conditions of a plan, in words."""
    return phrasing.conditions(plan)


def absent(plan: CostPlan, why: str, bills: BillsKnown) -> CostAnswer:
    """Return the answer where nothing that was asked for is in the bills."""
    return _answer(plan, why, bills, found=False)


def fresh(plan: CostPlan, bills: BillsKnown) -> CostAnswer:
    """Return how far the bills reach."""
    return CostAnswer(
        question=plan.question, asked=plan.asked, found=bills.until is not None, sentence=bills.says, bills=bills
    )


def told(
    plan: CostPlan,
    lines: Sequence[CostLine],
    earlier: Sequence[CostLine],
    whole: Sequence[CostLine],
    bills: BillsKnown,
    known: Known,
) -> CostAnswer:
    """Return the answer to how much. `earlier` is of the time compared with, `whole` is what a share is of."""
    table = _table(plan, lines, earlier, whole)
    totals = _totals(plan, lines, earlier, whole)
    table = _led(totals, table)
    sentence = sentences.said(plan, table, totals)
    notes = [*plan.notes]
    if len(totals) > 1:
        notes.append("currencies are told apart and never added")
    return _answer(plan, sentence, bills, table, totals, notes=notes, known=known)


def told_why(
    plan: CostPlan,
    changes: Sequence[Change],
    lines: Sequence[CostLine],
    earlier: Sequence[CostLine],
    bills: BillsKnown,
    known: Known,
) -> CostAnswer:
    """Return what made the difference between two times; the drivers add up to it to the last digit."""
    totals = _totals(plan, lines, earlier, ())
    keyed = bool(plan.query.by)
    ordered = sorted(changes, key=lambda each: (each.currency, -abs(each.amount)))
    table = [
        AnswerLine(
            currency=each.currency,
            keys=(each.key,) if keyed else (),
            cost=each.amount,
            before=None,
            driver=each.driver,
        )
        for each in ordered
    ]
    table = _led(totals, _cut_drivers(table))
    return _answer(
        plan, sentences.why(plan, table, totals), bills, table, totals, notes=list(plan.notes), known=known
    )


def _led(totals: Sequence[CostTotal], table: list[AnswerLine]) -> list[AnswerLine]:
    """Return the lines of the currency with the most money first."""
    places = {total.currency: place for place, total in enumerate(totals)}
    return sorted(table, key=lambda line: places[line.currency])


def _cut_drivers(table: list[AnswerLine]) -> list[AnswerLine]:
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


def _answer(
    plan: CostPlan,
    sentence: str,
    bills: BillsKnown,
    table: Sequence[AnswerLine] = (),
    totals: Sequence[CostTotal] = (),
    *,
    notes: Sequence[str] = (),
    known: Known | None = None,
    found: bool = True,
) -> CostAnswer:
    columns = phrasing.headings(plan.query)
    if plan.asked is Asked.WHY:
        columns = columns[:1]
    return CostAnswer(
        question=plan.question,
        asked=plan.asked,
        found=found,
        sentence=sentence,
        columns=columns,
        lines=tuple(table),
        totals=tuple(totals),
        filters=phrasing.conditions(plan),
        notes=tuple(notes or plan.notes),
        charts=_charts(plan, table, totals, sentence),
        buttons=drill_downs(plan, table, known) if known is not None else (),
        bills=bills,
        plan=plan,
    )


def _charts(
    plan: CostPlan, table: Sequence[AnswerLine], totals: Sequence[CostTotal], alt: str
) -> tuple[Chart, ...]:
    if not totals:
        return ()
    currency = totals[0].currency
    own = [line for line in table if line.currency == currency]
    unit = currency if plan.query.measure not in phrasing.QUANTITIES else ""
    title = _title(plan)
    if plan.asked is Asked.WHY:
        return (steps(title, alt, unit, totals[0].before or Decimal(0), own),) if own else ()
    if plan.query.grain is not None:
        return (over_time(title, alt, unit, own),) if len({line.at for line in own}) > 1 else ()
    return (bars(title, alt, unit, own),) if len(own) > 1 and plan.query.by else ()


def _title(plan: CostPlan) -> str:
    subject = phrasing.subject(plan)
    by = f" by {' and '.join(phrasing.headings(plan.query))}" if plan.query.by else ""
    what = "What changed" if plan.asked is Asked.WHY else measured(plan.query.measure).capitalize()
    return f"{what}{f' of {subject}' if subject else ''}{by}, {shown(plan.window)}"


_Place = tuple[str, tuple[str, ...], datetime | None]


def _table(
    plan: CostPlan, lines: Sequence[CostLine], earlier: Sequence[CostLine], whole: Sequence[CostLine]
) -> list[AnswerLine]:
    totals = _sums(whole if whole and not plan.query.by else (whole or lines))
    was = _by_place(earlier)
    bases = {(line.currency, line.keys): line.cost for line in whole} if whole and plan.query.by else {}
    compared = plan.before is not None
    table = []
    for line in lines:
        place = (line.currency, line.keys, line.at)
        of = (
            bases.get((line.currency, line.keys), totals.get(line.currency, Decimal(0)))
            if _is_share_of_each(plan)
            else totals.get(line.currency, Decimal(0))
        )
        table.append(
            AnswerLine(
                currency=line.currency,
                keys=line.keys,
                at=line.at,
                cost=line.cost,
                rows=line.rows,
                rest=line.rest,
                before=was.get(place, Decimal(0)) if compared and plan.query.grain is None else None,
                share=float(line.cost / of) if of else None,
                whole=of if _is_share_of_each(plan) else None,
            )
        )
    if compared and plan.query.grain is None and plan.query.by:
        there = {(line.currency, line.keys) for line in lines}
        table += [
            AnswerLine(currency=line.currency, keys=line.keys, cost=Decimal(0), before=line.cost)
            for line in earlier
            if (line.currency, line.keys) not in there
        ]
    return _ordered(plan, table)


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


def _totals(
    plan: CostPlan, lines: Sequence[CostLine], earlier: Sequence[CostLine], whole: Sequence[CostLine]
) -> list[CostTotal]:
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
