"""Which class a run is of, and what each is promised: by when it starts, and when it is too late to. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from memory.model.people import PrincipalKind
from memory.model.queue import RunClass
from memory.model.run import Run, RunStatus
from memory.model.value import Moment, Value

LONG = 10  # steps


class ServiceLevel(Value):
    """What a class is promised, in seconds from when a run is queued."""

    starts_within_s: float
    expires_after_s: float


LEVELS: Mapping[RunClass, ServiceLevel] = MappingProxyType(
    {
        RunClass.INCIDENT: ServiceLevel(starts_within_s=10, expires_after_s=1800),
        RunClass.INTERACTIVE: ServiceLevel(starts_within_s=60, expires_after_s=1800),
        RunClass.ROUTINE: ServiceLevel(starts_within_s=600, expires_after_s=4 * 3600),
        RunClass.BATCH: ServiceLevel(starts_within_s=3600, expires_after_s=24 * 3600),
    }
)

_NEXT_UP: Mapping[RunClass, RunClass] = MappingProxyType(
    {RunClass.BATCH: RunClass.ROUTINE, RunClass.ROUTINE: RunClass.INTERACTIVE}
)
"""Where a run that waits too long is put. Nothing is moved into the incidents' class: it is theirs alone."""


class Keep(Value):
    """It goes on waiting."""


class Escalate(Value):
    """It waited longer than its class is promised, and goes into a more urgent one."""

    into: RunClass


class Expire(Value):
    """It is too late to start it."""

    since: Moment


def class_of(run: Run, requester: PrincipalKind = PrincipalKind.PERSON) -> RunClass:
    """Return the class of a run: what somebody broke the glass for is an incident, and a person waits for theirs.

    What a program asks for is routine, and a batch where it is long.
    """
    if any(approval.break_glass for approval in run.approvals):
        return RunClass.INCIDENT
    if requester is PrincipalKind.PERSON:
        return RunClass.INTERACTIVE
    return RunClass.BATCH if len(run.plan.steps) > LONG else RunClass.ROUTINE


def waits(run: Run) -> bool:
    """Return whether a run may be carried out and nothing of it has begun."""
    untouched = all(step.started_at is None for step in run.steps)
    return run.status is RunStatus.RUNNING and run.paused is None and untouched


def queued_at(run: Run) -> datetime:
    """Return when a run was ready to be carried out: with the last approval it needed, or from the beginning."""
    return max((approval.decided_at for approval in run.approvals), default=run.created_at)


def starts_by(run_class: RunClass, queued: datetime) -> datetime:
    """Return when a run of this class should have started."""
    return queued + timedelta(seconds=LEVELS[run_class].starts_within_s)


def expires_at(run_class: RunClass, queued: datetime) -> datetime:
    """Return when a run that was put in as this class is not worth starting any more."""
    return queued + timedelta(seconds=LEVELS[run_class].expires_after_s)


def overdue(own: RunClass, queued: datetime, now: datetime) -> Keep | Escalate | Expire:
    """Say what becomes of a run that waits since `queued`; the promises of the classes it passes add up."""
    if now >= expires_at(own, queued):
        return Expire(since=expires_at(own, queued))
    into = escalated(own, queued, now)
    return Keep() if into is own else Escalate(into=into)


def escalated(own: RunClass, queued: datetime, now: datetime) -> RunClass:
    """Return the class that a run which waits since `queued` is in by now."""
    at, since = own, queued
    while at in _NEXT_UP and now >= starts_by(at, since):
        at, since = _NEXT_UP[at], starts_by(at, since)
    return at
