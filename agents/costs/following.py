"""A question that leans on the one before: it keeps of that what it does not say anew. Pure."""

import re
from typing import Final

from agents.costs import shapes
from agents.costs.calendar import earlier as just_before
from agents.costs.plan import Asked, CostPlan, Window
from agents.costs.words import Words

_MONEY: Final = re.compile(
    r"\b(?:costs?|spen[dt]\w*|bill\w*|charge[ds]?|pay|paid|owed?|burn\w*|money|expens\w+|invoice\w*"
    r"|price[sd]?|credits?|tax\w*|untagged|utili[sz]ation|coverage|discounts?)\b"
)
_GOES_ON: Final = re.compile(
    r"^(?:and|but|also|what about|how about|same|the same|only|just|now|ok|okay|then"
    r"|instead|without|excluding|except|by|per|break|split|why|for|in|of|on|over|last|this"
    r"|yesterday|today|since|compare|compared|against|vs|versus|group|show (?:it|that|this"
    r"|them)|drill)\b"
)
_SHORT: Final = 8  # words of a question that leans on another


def names_money(words: Words) -> bool:
    """Return whether a question is about money by its own words."""
    return _MONEY.search(words.lower) is not None


def leans(words: Words) -> bool:
    """Return whether a question only makes sense after another: it begins like one, or names no money."""
    money = _MONEY.search(words.lower)
    return money is None or (
        _GOES_ON.match(words.lower) is not None
        and len(words.atoms) <= _SHORT
        and not re.search(r"\b(?:we|our|the bill|total|overall)\b", words.lower)
    )


def after(plan: CostPlan, earlier: CostPlan, *, named: bool, form: shapes.Shape, wanted: bool) -> CostPlan:
    """Return a plan that leans on an earlier one, with what it says itself in the place of what that said."""
    own = plan.query
    replaced = {each.field for each in own.filters}
    kept = tuple(each for each in earlier.query.filters if each.field not in replaced)
    window = plan.window if named else earlier.window
    asked = (
        plan.asked
        if plan.asked is not Asked.COST
        else (earlier.asked if earlier.asked is not Asked.WHY else Asked.COST)
    )
    query = own.model_copy(
        update={
            "since": window.since,
            "until": window.until,
            "measure": form.measure or earlier.query.measure,
            "by": own.by or earlier.query.by,
            "grain": own.grain or (earlier.query.grain if not own.by else None),
            "filters": (*kept, *own.filters),
            "hours": own.hours or earlier.query.hours,
            "weekdays": own.weekdays or earlier.query.weekdays,
            "top": own.top or earlier.query.top,
            "bounds": own.bounds or earlier.query.bounds,
        }
    )
    before = (
        plan.before
        if named or (plan.before is None and not earlier.before)
        else _moved_before(plan, earlier, window)
    )
    if not wanted and plan.asked is not Asked.WHY and named:
        before = None
    notes = tuple(each for each in plan.notes if not each.startswith("no time was named"))
    update = {
        "query": query,
        "window": window,
        "before": before,
        "asked": asked,
        "notes": notes,
        "assumed": not named and earlier.assumed,
        "unit": plan.unit or earlier.unit,
        "per": max(plan.per, earlier.per),
        "subject": plan.subject or earlier.subject,
        "sizes": plan.sizes or earlier.sizes,
        "only": plan.only or earlier.only,
    }
    return plan.model_copy(update=update)


def _moved_before(plan: CostPlan, earlier: CostPlan, window: Window) -> Window | None:
    return earlier.before or (just_before(window) if plan.before else None)
