"""Sentences about sums at many times: on average, in the middle, at the most, from when to when. Pure."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from statistics import median as middle
from typing import Final

from agents.costs.answer import AnswerLine, CostTotal
from agents.costs.phrasing import money, subject, when
from agents.costs.plan import CostPlan
from agents.units import listed
from memory.model.cost import Grain

_NAMED: Final = 3


def average(what: str, plan: CostPlan, table: Sequence[AnswerLine], totals: Sequence[CostTotal]) -> str:
    """Return the average of all, and of each group where there are groups."""
    grain = plan.query.grain or Grain.DAY
    parts = []
    for total in totals:
        count = len({line.at for line in table if line.currency == total.currency}) or 1
        parts.append(
            f"{money(total.cost / count, total.currency)} a {grain.value} over {count} {grain.value}s with charges"
        )
    text = f"{what} was on average {listed(parts)}, {when(plan.window)}"
    return f"{text}; {listed(_averages(plan, table, totals[0].currency))}" if plan.query.by and totals else text


def median(what: str, plan: CostPlan, table: Sequence[AnswerLine], totals: Sequence[CostTotal]) -> str:
    """Return the time in the middle, as many above it as below."""
    grain = (plan.query.grain or Grain.DAY).value
    parts = []
    for total in totals:
        sums: dict[datetime | None, Decimal] = {}
        for line in table:
            if line.currency == total.currency:
                sums[line.at] = sums.get(line.at, Decimal(0)) + line.cost
        parts.append(f"{money(middle(sums.values()), total.currency)} over {len(sums)} {grain}s with charges")
    return f"{what} of the {grain} in the middle was {listed(parts)}, {when(plan.window)}"


def since(plan: CostPlan, table: Sequence[AnswerLine]) -> str:
    """Return the first time and the last with a charge."""
    days = sorted(line.at for line in table if line.at is not None)
    of = subject(plan)
    return f"Charges{f' for {of}' if of else ''} are known from {days[0]:%-d %b %Y} to {days[-1]:%-d %b %Y}"


def _averages(plan: CostPlan, table: Sequence[AnswerLine], currency: str) -> list[str]:
    """Return the average of each group over the times it was charged at, the largest first."""
    grain = (plan.query.grain or Grain.DAY).value
    groups: dict[tuple[str, ...], list[AnswerLine]] = {}
    for line in table:
        if line.currency == currency:
            groups.setdefault(line.keys, []).append(line)
    averages = {
        keys: (sum((each.cost for each in own), Decimal(0)) / len(own), len(own)) for keys, own in groups.items()
    }
    ordered = sorted(averages.items(), key=lambda each: (-each[1][0], each[0]))
    return [
        f"{', '.join(key or '(none)' for key in keys)} {money(mean, currency)} a {grain} over {count} {grain}s"
        for keys, (mean, count) in ordered[:_NAMED]
    ]


def peak(plan: CostPlan, table: Sequence[AnswerLine], totals: Sequence[CostTotal]) -> str:
    """Return the time that cost most, or least."""
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
