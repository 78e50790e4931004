"""Sentences about what is larger or smaller than was said, new, or gone. Pure."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from agents.costs import size_words
from agents.costs.answer import AnswerLine, CostTotal
from agents.costs.charting import name_of
from agents.costs.phrasing import QUANTITIES, money, percent, quantity, subject, when
from agents.costs.plan import CostPlan, Only, SizeOf
from agents.costs.tables import fits
from agents.units import listed
from memory.model.cost import Grain

_NAMED: Final = 5


def told(plan: CostPlan, table: Sequence[AnswerLine], totals: Sequence[CostTotal]) -> str:
    """Return how many have the size that was asked for, the first of them, and what they come to."""
    found = [line for line in table if not line.rest]
    named = [line for line in found if any(line.keys) or not line.keys]
    count = f"{len(named):,}{' and more' if len(found) < len(table) else ''}" if named else "No"
    noun = size_words.many(plan) if len(named) > 1 else size_words.one(plan)
    of = f" of {subject(plan)}" if subject(plan) else ""
    text = f"{count} {noun}{of} {listed([*size_words.conditions(plan)])} {when(plan.window)}{_against(plan)}"
    if named:
        more = " and others" if len(named) > _NAMED or len(found) < len(table) else ""
        text += f": {listed([_named(plan, line) for line in named[:_NAMED]])}{more}"
    if nameless := [line for line in found if line not in named]:
        text += f"; {listed([_named(plan, line) for line in nameless[:_NAMED]])} beside"
    return text + (_together(plan, totals) if named else "")


def whether(plan: CostPlan, totals: Sequence[CostTotal]) -> str:
    """Return yes or no in each currency, and the sum that says so."""
    of = f" of {subject(plan)}" if subject(plan) else ""
    parts = []
    for total in totals:
        line = AnswerLine(currency=total.currency, cost=total.cost, before=total.before)
        answer = "Yes" if fits(plan, line) else "No"
        where = f" in {total.currency}" if len(totals) > 1 else ""
        parts.append(f"{answer}{where}, it came to {_sum(plan, total.cost, total.currency)}{_grew(line)}")
    asked = listed([*size_words.conditions(plan)])
    return f"{'; '.join(parts)}, {when(plan.window)}; the question was whether the cost{of} {asked}"


def _named(plan: CostPlan, line: AnswerLine) -> str:
    at = ""
    if line.at is not None:
        at = f"{line.at:%-d %b %Y}{f' {line.at:%H:%M}' if plan.query.grain is Grain.HOUR else ''}"
    name = " on ".join(filter(None, (name_of(line), at)))
    if any(each.of is not SizeOf.SHARE for each in plan.sizes):
        change = line.cost - (line.before or Decimal(0))
        return f"{name} by {'+' if change > 0 else '-'}{_sum(plan, abs(change), line.currency)}{_ratio(line)}"
    cost = line.before if plan.only is Only.GONE else line.cost
    share = f" ({percent(line.share)})" if line.share is not None and line.at is None and plan.only is None else ""
    return f"{name} with {_sum(plan, cost or Decimal(0), line.currency)}{share}"


def _sum(plan: CostPlan, amount: Decimal, currency: str) -> str:
    return quantity(amount) if plan.query.measure in QUANTITIES else money(amount, currency)


def _ratio(line: AnswerLine) -> str:
    if not line.before:
        return " (from nothing)" if line.before is not None else ""
    return f" ({percent(float(abs(line.cost - line.before) / abs(line.before)))})"


def _grew(line: AnswerLine) -> str:
    if line.before is None:
        return ""
    change = line.cost - line.before
    return f", {money(abs(change), line.currency)} {'more' if change > 0 else 'less'} than before{_ratio(line)}"


def _against(plan: CostPlan) -> str:
    return f" against {plan.before.label}" if plan.before is not None else ""


def _together(plan: CostPlan, totals: Sequence[CostTotal]) -> str:
    if plan.query.measure in QUANTITIES or plan.only is Only.GONE:
        return ""
    parts = [
        f"{money(total.cost, total.currency)} of {money(total.whole, total.currency)}"
        for total in totals
        if total.whole is not None
    ]
    return f"; together {listed(parts)}" if parts else ""
