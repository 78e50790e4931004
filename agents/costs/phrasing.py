"""Money, filters and plans in words; a plan's words are read as the same plan again. Pure."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from agents.costs import size_words
from agents.costs.calendar import MONTHS, shown
from agents.costs.fields import NOUNS, called, measured
from agents.costs.plan import Asked, CostPlan, Window
from memory.model.cost import CostField, CostFilter, CostQuery, Dimension, Match, Measure

QUANTITIES: Final = frozenset({Measure.CONSUMED, Measure.PRICED, Measure.COMMITTED})
_TWO_DIGITS: Final = 10
_LISTED: Final = 20  # values of a filter
_NAMED: Final = 2  # values in a sentence
_MATCHES: Final = {Match.IS: "is", Match.IS_NOT: "is not", Match.CONTAINS: "contains"}


def money(cost: Decimal, currency: str) -> str:
    """Return money to the cent, `1,234.56 USD`; less than a cent with the digits it has."""
    if cost and abs(cost) < Decimal("0.005"):
        return (
            f"{cost:.2g} {currency}"
            if abs(cost) < Decimal("0.000001")
            else f"{cost.normalize():f}"[:12] + f" {currency}"
        )
    return f"{cost:,.2f} {currency}"


def quantity(amount: Decimal) -> str:
    """Return a quantity with six places at most: what Parquet holds as a float has no more that mean anything."""
    return f"{round(amount, 6).normalize():,f}"


def percent(share: float) -> str:
    """Return a share as `41 %`, with a digit more where it is small."""
    value = share * 100
    return f"{value:.0f} %" if abs(value) >= _TWO_DIGITS or value == 0 else f"{value:.1f} %"


def conditions(plan: CostPlan) -> tuple[str, ...]:
    """Return the exact conditions of a plan, in words."""
    query = plan.query
    said = [f"charges that start from {_moment(query.since)} to before {_moment(query.until)} (UTC)"]
    said += [condition(each) for each in query.filters]
    if query.hours:
        said.append(f"charged by the hour, at the hours {', '.join(f'{hour:02}' for hour in query.hours)} (UTC)")
    if query.weekdays:
        names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
        said.append(f"on {', '.join(names[each - 1] for each in query.weekdays)} (UTC)")
    said += size_words.sizes(plan)
    if plan.before is not None:
        said.append(
            f"compared with {_moment(plan.before.since)} to before {_moment(plan.before.until)} "
            f"({plan.before.label})"
        )
    return (*said, f"{measured(query.measure)} ({query.measure.value})")


def condition(wanted: CostFilter) -> str:
    """Return a filter in words: `tag team is "payments"`."""
    name = _column(wanted.field)
    if wanted.match is Match.MISSING:
        return f"{name} is missing"
    if wanted.match is Match.THERE:
        return f"{name} is there"
    values = " or ".join(f'"{value}"' for value in wanted.values[:_LISTED])
    more = f" or {len(wanted.values) - _LISTED} more" if len(wanted.values) > _LISTED else ""
    return f"{name} {_MATCHES[wanted.match]} {values}{more}"


def subject(plan: CostPlan) -> str:
    """Return what the costs are of, in a few words: ` of "payments" in "eu-west-1"`; empty for everything."""
    parts = []
    for each in plan.query.filters:
        if each.match in {Match.IS, Match.CONTAINS} and each.field.dimension not in _UNSAID:
            names = each.values[:_NAMED]
            more = f" and {len(each.values) - _NAMED} more" if len(each.values) > _NAMED else ""
            parts.append(f"{' and '.join(names)}{more}")
        elif each.match is Match.IS_NOT:
            parts.append(f"all but {' and '.join(each.values[:3])}")
    return ", ".join(parts)


_UNSAID: Final = frozenset(
    {Dimension.COMMITMENT_STATUS, Dimension.UNIT, Dimension.PRICING_UNIT, Dimension.CURRENCY}
)


def question(
    query: CostQuery,
    window: Window,
    *,
    asked: Asked = Asked.COST,
    before: Window | None = None,
) -> str:
    """Return words that are read as this question, for a button."""
    start = {Asked.WHY: "why did the cost change", Asked.UNTAGGED: "untagged cost"}.get(asked, "cost")
    if query.measure is not Measure.EFFECTIVE:
        start = f"{start}, {measured(query.measure)}," if start != "cost" else measured(query.measure)
    parts = [start]
    if query.top:
        parts.append(f"top {query.top}")
    if query.by:
        parts.append("by " + " and ".join(_noun(each) for each in query.by))
    parts += [_asked_for(each) for each in query.filters]
    parts.append(_time(window))
    if query.grain:
        parts.append(f"per {query.grain.value}")
    if before is not None:
        parts.append(f"compared with {_time(before)}")
    return " ".join(parts)


def _asked_for(wanted: CostFilter) -> str:
    name = _noun(wanted.field)
    if wanted.match is Match.MISSING:
        return f"without {name} tag" if wanted.field.tag else f"without {name}"
    if wanted.match is Match.THERE:
        return f"with {name} tag" if wanted.field.tag else f"with {name}"
    return "for " + " and ".join(f'{name} {_MATCHES[wanted.match]} "{value}"' for value in wanted.values)


def _time(window: Window) -> str:
    whole = not (window.since.hour or window.until.hour or window.until.minute)
    last = window.until - timedelta(days=1) if whole else window.until
    return f"from {window.since:%Y-%m-%d} to {last:%Y-%m-%d}"


def _noun(field: CostField) -> str:
    if field.tag:
        return f"tag {field.tag}"
    return NOUNS[field.dimension][0] if field.dimension in NOUNS else "tags"  # type: ignore[index]  # it is in it


def _column(field: CostField) -> str:
    return f"tag {field.tag}" if field.tag else str(field.dimension)


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d}" if not (at.hour or at.minute) else f"{at:%Y-%m-%d %H:%M}"


def when(window: Window) -> str:
    """Return a window for a sentence: `last week (9 to 15 Nov 2026)`, `in October (1 to 31 Oct 2026)`."""
    days, label = shown(window), window.label
    if not label or any(letter.isdigit() for letter in label):
        return f"{'on' if window.length() <= timedelta(days=1) else 'from'} {days}"
    if label[:3] in MONTHS or label == "all that is known":
        return f"in {label.capitalize() if label[:3] in MONTHS else label} ({days})"
    return f"{label} ({days})"


def headings(query: CostQuery) -> tuple[str, ...]:
    """Return the names of the keys of a line."""
    return tuple(called(each) for each in query.by)
