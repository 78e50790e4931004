"""A plan and what the mart answered, as an answer: the sentence, the table in its order, where to go on. Pure."""

import math
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Final

from agents.costs import phrasing, sentences, tables
from agents.costs.answer import AnswerLine, BillsKnown, CostAnswer, CostTotal
from agents.costs.calendar import shown
from agents.costs.charting import bars, name_of, over_time, steps
from agents.costs.drilling import drill_downs
from agents.costs.fields import measured
from agents.costs.known import Known
from agents.costs.plan import Asked, CostPlan, NotAsked, Window
from agents.units import listed
from memory.model.cost import Change, CostField, CostLine, Dimension, Way
from memory.model.talk import Chart

_WEEK_PART: Final = CostField(dimension=Dimension.WEEK_PART)


def refused(found: NotAsked, bills: BillsKnown) -> CostAnswer:
    """Return the answer to what cannot be asked."""
    from agents.costs.answer import DrillDown

    buttons = tuple(DrillDown(label=each[:75], says=each) for each in found.instead[:3])
    return CostAnswer(question=found.question, found=False, sentence=found.why, buttons=buttons, bills=bills)


def conditions(plan: CostPlan) -> tuple[str, ...]:
    """Return the exact conditions of a plan, in words."""
    return phrasing.conditions(plan)


def when(window: Window) -> str:
    """Return a time for a sentence."""
    return phrasing.when(window)


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
    table = tables.table(plan, lines, earlier, whole)
    totals = tables.totals(plan, lines, earlier, whole)
    if tables.is_sized(plan):
        totals = tables.of_those(table, totals)
    table = tables.led(totals, table)
    sentence = sentences.said(plan, table, totals)
    notes = [*plan.notes]
    if not table and plan.query.bounds:
        notes.append(_nearest(plan, lines))
    notes += _a_day(plan, table, bills)
    if len(totals) > 1:
        notes.append("currencies are told apart and never added")
    return _answer(plan, sentence, bills, table, totals, notes=notes, known=known)


def _a_day(plan: CostPlan, table: Sequence[AnswerLine], bills: BillsKnown) -> list[str]:
    """Return what a weekday and a day of a weekend cost, since there are more of the one than of the other."""
    if plan.query.by != (_WEEK_PART,) or plan.query.grain is not None or plan.asked is not Asked.COST:
        return []
    until = min(plan.query.until, bills.until or plan.query.until)
    length = (until - plan.query.since) / timedelta(days=1)
    days = [plan.query.since + timedelta(days=number) for number in range(math.ceil(length))]
    counts = {"weekend": sum(1 for each in days if each.isoweekday() > 5)}  # noqa: PLR2004 - Friday
    counts["weekday"] = len(days) - counts["weekend"]
    parts = [
        f"{phrasing.money(line.cost / count, line.currency)} on each of {count} {line.keys[0]} days"
        for line in table
        if (count := counts.get(line.keys[0]))
    ]
    return [f"that is {listed(parts)}"] if parts else []


def _nearest(plan: CostPlan, lines: Sequence[CostLine]) -> str:
    """Return what comes nearest to a size that nothing has."""
    every = tables.table(
        plan.model_copy(update={"query": plan.query.model_copy(update={"bounds": ()}), "sizes": ()}), lines, (), ()
    )
    less = plan.query.bounds[0].way in {Way.LESS, Way.MOST}
    found = sorted(every, key=lambda each: each.cost)[0 if less else -1]
    when = f" on {found.at:%-d %b %Y}" if found.at is not None else ""
    name = name_of(found) or "the " + (plan.query.grain or "sum")
    return f"the {'least' if less else 'most'} was {name}{when} with {phrasing.money(found.cost, found.currency)}"


def told_why(
    plan: CostPlan,
    changes: Sequence[Change],
    lines: Sequence[CostLine],
    earlier: Sequence[CostLine],
    bills: BillsKnown,
    known: Known,
) -> CostAnswer:
    """Return what made the difference between two times; the drivers add up to it to the last digit."""
    totals = tables.totals(plan, lines, earlier, ())
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
    table = tables.led(totals, tables.cut_drivers(table))
    return _answer(
        plan, sentences.why(plan, table, totals), bills, table, totals, notes=list(plan.notes), known=known
    )


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
