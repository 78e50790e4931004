"""Where a person may go on from an answer: into its largest line, by another field, back in time, why. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final

from agents.costs.answer import AnswerLine, DrillDown
from agents.costs.calendar import earlier
from agents.costs.fields import called
from agents.costs.known import Known
from agents.costs.phrasing import question
from agents.costs.plan import Asked, CostPlan
from memory.model.cost import CostField, CostFilter, Dimension, Grain, Match

MOST: Final = 5
_LONGEST: Final = 75
_FURTHER: Final = (Dimension.SERVICE, Dimension.REGION, Dimension.ACCOUNT, Dimension.RESOURCE, Dimension.SKU)


def drill_downs(plan: CostPlan, table: Sequence[AnswerLine], known: Known) -> tuple[DrillDown, ...]:
    """Return up to five questions, each in words that are read as just that question."""
    if plan.asked not in {Asked.COST, Asked.UNTAGGED, Asked.WHY, Asked.PEAK, Asked.SHARE}:
        return ()
    return tuple(_ways(plan, table, known))[:MOST]


def _ways(plan: CostPlan, table: Sequence[AnswerLine], known: Known) -> Iterator[DrillDown]:
    query, window = plan.query, plan.window
    plain = query.model_copy(update={"grain": None, "top": None, "by": ()})
    further = list(_fields(plan, known))
    if plan.asked is Asked.WHY:
        for each in further[:2]:
            asked = plain.model_copy(update={"by": (each,)})
            yield _button(f"Why, by {called(each)}", question(asked, window, asked=Asked.WHY, before=plan.before))
    for line in table[:2]:
        if query.by and line.keys and not line.rest and line.keys[0] and further and plan.asked is not Asked.PEAK:
            into = CostFilter(field=query.by[0], match=Match.IS, values=(line.keys[0],))
            kept = tuple(each for each in query.filters if each.field != query.by[0])
            asked = plain.model_copy(update={"filters": (*kept, into), "by": (further[0],)})
            yield _button(f"{line.keys[0]} by {called(further[0])}", question(asked, window))
    for each in further[: 1 if query.by else 2]:
        yield _button(f"By {called(each)}", question(plain.model_copy(update={"by": (each,)}), window))
    if query.grain is None and window.length().days > 1:
        yield _button("Day by day", question(query.model_copy(update={"grain": Grain.DAY, "top": None}), window))
    if plan.asked is not Asked.WHY and not query.hours and not query.weekdays:
        before = plan.before or earlier(window)
        yield _button("Why did it change?", question(plain, window, asked=Asked.WHY, before=before))


def _fields(plan: CostPlan, known: Known) -> Iterator[CostField]:
    """Yield fields that would tell more apart: those that neither tell apart nor choose already."""
    used = {
        *plan.query.by,
        *(each.field for each in plan.query.filters if each.match is Match.IS and len(each.values) == 1),
    }
    if tags := [CostField(tag=tag) for tag in known.tags if CostField(tag=tag) not in used]:
        first, *others = [CostField(dimension=each) for each in _FURTHER]
        ordered = [first, tags[0], *others]
    else:
        ordered = [CostField(dimension=each) for each in _FURTHER]
    for each in ordered:
        if each not in used and (each.tag or len(known.values.get(each, ())) > 1):
            yield each


def _button(label: str, says: str) -> DrillDown:
    return DrillDown(label=label[:_LONGEST], says=says)
