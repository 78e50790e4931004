"""What one of something costs: money over a count, each currency and unit by itself. Pure."""

from collections.abc import Sequence
from decimal import Decimal

from agents.costs import phrasing, sentences
from agents.costs.answer import AnswerLine, BillsKnown, CostAnswer, CostTotal
from agents.costs.plan import CostPlan
from memory.model.cost import CostLine


def priced(plan: CostPlan, lines: Sequence[CostLine], counts: Sequence[CostLine], bills: BillsKnown) -> CostAnswer:
    """Return the price of a unit in each currency and group, where something was counted."""
    counted = {(line.currency, line.keys, line.at): line.cost for line in counts}
    table = []
    for line in lines:
        count = counted.get((line.currency, line.keys, line.at), Decimal(0))
        if count > 0:
            price = line.cost * plan.per / count
            table.append(
                AnswerLine(
                    currency=line.currency,
                    keys=line.keys,
                    at=line.at,
                    cost=line.cost,
                    rows=line.rows,
                    count=count,
                    price=price,
                )
            )
    sums: dict[str, Decimal] = {}
    for each in table:
        sums[each.currency] = sums.get(each.currency, Decimal(0)) + each.cost
    totals = tuple(CostTotal(currency=currency, cost=cost) for currency, cost in sums.items())
    said = (
        sentences.unit(plan, table)
        if table
        else f"Nothing was counted in {plan.unit}s {phrasing.when(plan.window)}."
    )
    return CostAnswer(
        question=plan.question,
        asked=plan.asked,
        found=bool(table),
        sentence=said,
        columns=phrasing.headings(plan.query),
        lines=tuple(table),
        totals=totals,
        filters=phrasing.conditions(plan),
        notes=plan.notes,
        bills=bills,
        plan=plan,
    )
