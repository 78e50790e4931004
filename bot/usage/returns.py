"""What Quarterdeck cost, against what it brought: measured savings, and minutes of people. Pure.

What is assumed is said beside every number that rests on it. How fast incidents were over with and without a plan
of ours is shown and counts for nothing: which of the two an incident is, is no accident.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from statistics import median
from typing import Final

from bot.surfaces.usage import Recovery, ReturnView
from memory.model.incident import Incident, IncidentStatus
from memory.model.run import Run, RunStatus
from memory.model.saving import Band, Measured
from memory.model.usage import UsageLine

_DAYS_A_MONTH: Final = Decimal(365) / 12
_CENT: Final = Decimal("0.01")
_RATIO: Final = Decimal("0.001")


@dataclass(frozen=True)
class Assumed:
    """What the settings assume."""

    fixed_monthly: Decimal
    minutes_per_run: Decimal
    minute_value: Decimal
    currency: str


@dataclass(frozen=True)
class Facts:
    """What is stored of a window."""

    since: datetime
    until: datetime
    used: UsageLine
    runs: Sequence[Run]
    incidents: Sequence[Incident]
    measured: Sequence[Measured]


def returns(facts: Facts, assumed: Assumed) -> ReturnView:
    """Return own cost against what was brought."""
    days = Decimal(repr((facts.until - facts.since).total_seconds())) / 86_400
    fixed = _money(assumed.fixed_monthly * days / _DAYS_A_MONTH)
    models = _money(facts.used.costs.get(assumed.currency, Decimal(0)))
    worked = [run for run in facts.runs if run.status is RunStatus.SUCCEEDED]
    minutes = assumed.minutes_per_run * len(worked)
    worth = _money(minutes * assumed.minute_value)
    known = [each for each in facts.measured if each.saved and _currency(each) == assumed.currency]
    saved = _sum(known)
    brought = saved.model_copy(update={name: getattr(saved, name) + worth for name in ("low", "expected", "high")})
    cost = models + fixed
    with_us, without_us = _recoveries(facts)
    return ReturnView(
        since=facts.since,
        until=facts.until,
        currency=assumed.currency,
        models=models,
        fixed=fixed,
        cost=cost,
        unpriced=facts.used.unpriced,
        runs=len(worked),
        minutes=minutes,
        minute_value=assumed.minute_value,
        worth=worth,
        saved=saved,
        measured=len(known),
        unmeasured=len(facts.measured) - len(known),
        brought=brought,
        ratio=((brought.expected - cost) / cost).quantize(_RATIO, ROUND_HALF_EVEN) if cost else None,
        with_us=with_us,
        without_us=without_us,
        assumed=_assumptions(assumed),
    )


def _assumptions(assumed: Assumed) -> tuple[str, ...]:
    priced = (
        f"A minute is worth {assumed.minute_value} {assumed.currency} (usage_minute_value)."
        if assumed.minute_value
        else "Minutes are told and not priced: usage_minute_value is 0."
    )
    each = f"Each plan that succeeded saved a person {assumed.minutes_per_run} minutes (usage_minutes_per_run)"
    return (
        f"{each}: this is assumed, not measured.",
        priced,
        f"Besides models it costs {assumed.fixed_monthly} {assumed.currency} a month (usage_fixed_monthly).",
        "Recovery times are shown for comparison and count for nothing: the incidents differ in more than this.",
    )


def _sum(known: Iterable[Measured]) -> Band:
    low = expected = high = Decimal(0)
    for each in known:
        if each.saved is not None:
            low, expected, high = low + each.saved.low, expected + each.saved.expected, high + each.saved.high
    return Band(low=low, expected=expected, high=high, basis="every one of them at its bound at once")


def _currency(each: Measured) -> str:
    return each.adoption.saving.currency


def _recoveries(facts: Facts) -> tuple[Recovery, Recovery]:
    """Return recovery where a plan succeeded for a service of the incident while it lasted, and where none did."""
    over = [each for each in facts.incidents if _ended(each) and not each.withdrawn and not _merged(each)]
    helped = [each for each in over if any(_during(run, each) for run in facts.runs)]
    ids = {each.id for each in helped}
    return _recovery(helped), _recovery([each for each in over if each.id not in ids])


def _during(run: Run, incident: Incident) -> bool:
    end = _ended(incident)
    if run.status is not RunStatus.SUCCEEDED or run.ended_at is None or end is None:
        return False
    services = {step.call.arguments.get("service") for step in run.plan.steps}
    same = run.plan.thread in incident.threads or bool(services & set(incident.services))
    return same and incident.started_at <= run.ended_at and run.created_at <= end


def _ended(incident: Incident) -> datetime | None:
    return incident.mitigated_at or incident.resolved_at


def _merged(incident: Incident) -> bool:
    return incident.status is IncidentStatus.MERGED


def _recovery(incidents: Sequence[Incident]) -> Recovery:
    spans = [(end - each.started_at).total_seconds() for each in incidents if (end := _ended(each))]
    middle = _money(Decimal(repr(float(median(spans)))) / 60) if spans else None
    return Recovery(incidents=len(incidents), minutes=middle)


def _money(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_EVEN)
