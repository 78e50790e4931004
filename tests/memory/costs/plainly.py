"""Costs worked out row by row in plain Python: what the mart's answers are compared with."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from memory.model.cost import CostField, CostFilter, CostQuery, Grain, Match
from tests.memory.costs.bills import Row, money

Answer = dict[tuple[str, tuple[str, ...], datetime | None], Decimal]


def value(row: Row, field: CostField) -> str:
    """Return what a row has there."""
    if field.tag:
        return str(json.loads(row["Tags"] or "{}").get(field.tag, ""))
    return row.get(str(field.dimension), "")


def matches(row: Row, wanted: CostFilter) -> bool:
    """Return whether a row passes a filter."""
    found, values = value(row, wanted.field).lower(), [each.lower() for each in wanted.values]
    return {
        Match.IS: found in values,
        Match.IS_NOT: found not in values,
        Match.CONTAINS: any(each in found for each in values),
        Match.MISSING: not found,
        Match.THERE: bool(found),
    }[wanted.match]


def started(at: datetime, grain: Grain | None) -> datetime | None:
    """Return the start of the hour, day, week or month."""
    if grain is None:
        return None
    day = at.replace(hour=0, minute=0)
    return {
        Grain.HOUR: at,
        Grain.DAY: day,
        Grain.WEEK: day - timedelta(days=day.weekday()),
        Grain.MONTH: day.replace(day=1),
    }[grain]


def answered(rows: Sequence[Row], query: CostQuery) -> Answer:
    """Answer a question."""
    sums: Answer = defaultdict(Decimal)
    for row in rows:
        at = datetime.fromisoformat(row["ChargePeriodStart"])
        if not query.since <= at < query.until or not all(matches(row, each) for each in query.filters):
            continue
        keys = tuple(value(row, field) for field in query.by)
        sums[row["BillingCurrency"], keys, started(at, query.grain)] += money(row.get(query.measure.value, ""))
    return dict(sums)
