"""What a kind of question implies that nobody says: of which whole a share is, what a commitment is. Pure."""

import re
from datetime import datetime
from typing import Final

from agents.costs import shapes
from agents.costs.filters import Chosen
from agents.costs.known import Known
from agents.costs.plan import Asked, CostPlan, NotAsked, Window
from agents.costs.words import atoms
from memory.model.cost import CostField, CostFilter, Dimension, Grain, Match, Measure

TOP: Final = 10
_COMMITMENT: Final = CostField(dimension=Dimension.COMMITMENT)
_STATUS: Final = CostField(dimension=Dimension.COMMITMENT_STATUS)
_CHARGE: Final = CostField(dimension=Dimension.CHARGE)
_PRICING: Final = CostField(dimension=Dimension.PRICING)
_TAGS: Final = CostField(dimension=Dimension.TAGS)
_UNIT: Final = CostField(dimension=Dimension.UNIT)
_UNITS: Final = {
    Measure.CONSUMED: Dimension.UNIT,
    Measure.PRICED: Dimension.PRICING_UNIT,
    Measure.COMMITTED: Dimension.COMMITMENT_UNIT,
}
_VERB: Final = re.compile(r"\b(?:is|was|are|were|goes|went|go|came|comes|did|does|belongs?|falls?|makes?)\b")


def completed(  # noqa: C901  # one branch for each kind of question
    plan: CostPlan, known: Known, form: shapes.Shape, chosen: Chosen
) -> CostPlan | NotAsked:
    """Return the plan with what its kind of question implies."""
    query = plan.query
    asked, base, filters_, by, grain, top = (
        plan.asked,
        query.filters,
        query.filters,
        query.by,
        query.grain,
        query.top,
    )
    if (
        asked is Asked.COST
        and any(each.match is Match.MISSING and each.field.tag for each in filters_)
        and not plan.before
    ):
        asked, base = Asked.UNTAGGED, tuple(each for each in filters_ if each.match is not Match.MISSING)
    elif asked is Asked.UNTAGGED:
        asked_tags = [each for each in by if each.tag]
        lacking = tuple(CostFilter(field=each, match=Match.MISSING) for each in asked_tags or [_TAGS])
        base = tuple(each for each in filters_ if each.match is not Match.MISSING)
        filters_ = filters_ if base != filters_ else (*filters_, *lacking)
        by = tuple(each for each in by if not each.tag)
    elif asked is Asked.SHARE:
        base = _whole(plan, form, chosen)
    elif asked is Asked.COVERAGE:
        base = (*filters_, CostFilter(field=_CHARGE, values=("Usage",)))
        filters_ = (*base, CostFilter(field=_PRICING, values=("Committed",)))
    elif asked is Asked.UTILISATION:
        filters_ = (
            *(each for each in filters_ if each.field != _COMMITMENT),
            CostFilter(field=_STATUS, match=Match.THERE),
            CostFilter(field=_CHARGE, values=("Usage",)),
        )
        by = (_STATUS, *(each for each in by if each != _STATUS))[:3]
    elif asked is Asked.COUNT and not by:
        return NotAsked(
            question=plan.question,
            why="How many of what? Services, accounts, regions, resources and tags can be counted.",
        )
    elif asked in {Asked.PEAK, Asked.AVERAGE, Asked.MEDIAN, Asked.SINCE} and grain is None:
        grain = Grain.DAY
    elif asked is Asked.UNIT and query.bounds:
        return NotAsked(question=plan.question, why="What one of something costs cannot be chosen by its size.")
    elif asked is Asked.UNIT and plan.unit != "request":
        filters_ = (*filters_, _of_unit(plan.unit, known))
    if query.measure in _UNITS:
        unit = CostField(dimension=_UNITS[query.measure])
        by = (*by[:2], unit) if unit not in by else by
    sized = bool(query.bounds or plan.sizes or plan.only)
    if (form.ranked or sized) and not by and grain is None and asked in {Asked.COST, Asked.WHY, Asked.UNTAGGED}:
        by = (CostField(dimension=Dimension.SERVICE),)
    if form.ranked and top is None and by and asked is Asked.COST:
        top = TOP
    query = query.model_copy(
        update={"filters": tuple(dict.fromkeys(filters_)), "by": by, "grain": grain, "top": top}
    )
    return plan.model_copy(update={"asked": asked, "query": query, "base": base})


def widened(plan: CostPlan, since: datetime | None, until: datetime | None) -> CostPlan | None:
    """Return the plan over all that is known, where its time was not named and nothing of it was there."""
    if not plan.assumed or plan.before is not None or since is None or until is None:
        return None
    window = Window(since=since, until=until, label="all that is known")
    notes = [each for each in plan.notes if not each.startswith("no time was named")]
    return plan.model_copy(
        update={
            "query": plan.query.model_copy(update={"since": since, "until": until}),
            "window": window,
            "assumed": False,
            "notes": (
                f"no time was named, and {plan.window.label} has nothing of it: this is all there is",
                *notes,
            ),
        }
    )


def _whole(plan: CostPlan, form: shapes.Shape, chosen: Chosen) -> tuple[CostFilter, ...]:
    """Return which of the filters the whole has, of which a share is asked: "of AWS spend is compute"."""
    verb = _VERB.search(plan.question.lower(), max(form.at, 0) + 5)
    own = {each for each, _ in chosen.filters}
    kept = tuple(each for each in plan.query.filters if each not in own)
    if verb is None:
        return kept
    base = tuple(each for each, at in chosen.filters if at < verb.start())
    return (*kept, *base) if len(base) < len(chosen.filters) or plan.query.by else kept


def _of_unit(said: str, known: Known) -> CostFilter:
    """Return which charges are consumed in a unit, or priced in it where none is consumed so."""
    consumed = tuple(each for each in known.units if atoms(each) == atoms(said))
    if consumed:
        return CostFilter(field=_UNIT, values=consumed)
    priced = tuple(each for each in known.priced_units if atoms(each) == atoms(said))
    return CostFilter(field=CostField(dimension=Dimension.PRICING_UNIT), values=priced or (said,))
