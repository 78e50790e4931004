"""What becomes of an incident when something is said of it: the rules, without a clock and without a store. Pure.

Each rule returns None where nothing would change, and raises `Conflict` for a step that there is not.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bot.incidents import telling
from memory.errors import Conflict, InvalidInput
from memory.model.alert import Alert, AlertStatus
from memory.model.incident import Duty, Happening, Incident, IncidentChange, IncidentStatus

KEPT_ALERTS = 500  # that an incident's document names; all of them are tied to it
_STEPS = {
    IncidentStatus.OPEN: {IncidentStatus.MITIGATED, IncidentStatus.RESOLVED},
    IncidentStatus.MITIGATED: {IncidentStatus.RESOLVED, IncidentStatus.OPEN},
    IncidentStatus.RESOLVED: {IncidentStatus.OPEN},
    IncidentStatus.MERGED: set[IncidentStatus](),
}


@dataclass(frozen=True)
class Step:
    """A change: the incident after it (None: as it was), and what the timeline tells of it."""

    change: IncidentChange
    kind: Happening
    text: str
    after: Incident | None = None
    duty: Duty | None = None
    person: str | None = None
    other: str | None = None
    corrects: str | None = None
    evidence: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    threads: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    trusted: bool = True
    at: datetime | None = None  # where it is not when the act was
    source: str | None = None  # where it is a system that said it, and not whoever acts
    subject: str = ""


def require_alive(incident: Incident) -> None:
    """Raise `Conflict` where it is part of another one."""
    if incident.status is IncidentStatus.MERGED:
        raise Conflict(
            f"expected an incident of its own, found that {incident.number} became part of another one",
            hint="Say it of that one, or reopen this one to take it out again.",
        )


def acknowledged(incident: Incident, at: datetime) -> Step | None:
    """Return that somebody is on it, the first time."""
    require_alive(incident)
    if incident.acknowledged_at is not None or incident.status is IncidentStatus.RESOLVED:
        return None
    after = incident.model_copy(update={"acknowledged_at": at})
    return Step(IncidentChange.ACKNOWLEDGED, Happening.STATUS, "Acknowledged", after)


def stepped(incident: Incident, status: IncidentStatus, reason: str, at: datetime) -> Step | None:
    """Return the step to a status; raises `Conflict` where there is none from where it stands."""
    if status is IncidentStatus.MERGED:
        raise InvalidInput("expected open, mitigated or resolved, found merged", hint="Merge it into another one.")
    require_alive(incident)
    if incident.status is status:
        return None
    if status not in _STEPS[incident.status]:
        allowed = ", ".join(sorted(_STEPS[incident.status]))
        raise Conflict(
            f"expected a step from {incident.status.value} to {allowed}, found one to {status.value}",
            hint="Reopen it first." if incident.status is IncidentStatus.RESOLVED else "",
        )
    changed: dict[str, object] = {"status": status}
    if status is IncidentStatus.OPEN:
        changed |= {"mitigated_at": None, "resolved_at": None, "withdrawn": False}
    elif status is IncidentStatus.MITIGATED:
        changed["mitigated_at"] = at
    else:
        changed["resolved_at"] = at
    reopened = status is IncidentStatus.OPEN
    change = IncidentChange.REOPENED if reopened else IncidentChange.STATUS
    text = telling.of_status(status, reason)
    return Step(change, Happening.STATUS, text, incident.model_copy(update=changed))


def withdrawn(incident: Incident, at: datetime) -> Step | None:
    """Return that it was declared by mistake."""
    require_alive(incident)
    if incident.withdrawn:
        return None
    changed = {"status": IncidentStatus.RESOLVED, "resolved_at": at, "withdrawn": True}
    after = incident.model_copy(update=changed)
    return Step(IncidentChange.WITHDRAWN, Happening.STATUS, "Withdrawn: it was declared by mistake", after)


def graded(incident: Incident, severity: int, reason: str) -> Step | None:
    """Return another severity."""
    require_alive(incident)
    if not 1 <= severity <= 5:  # noqa: PLR2004 - as the model of an incident says
        raise InvalidInput(f"expected a severity from 1, the worst, to 5, found {severity}")
    if incident.severity == severity:
        return None
    text = telling.of_severity(incident.severity, severity, reason)
    after = incident.model_copy(update={"severity": severity})
    return Step(IncidentChange.SEVERITY, Happening.SEVERITY, text, after)


def retitled(incident: Incident, title: str) -> Step | None:
    """Return another title."""
    require_alive(incident)
    title = telling.title(title)
    if incident.title == title:
        return None
    after = incident.model_copy(update={"title": title})
    return Step(IncidentChange.TITLE, Happening.STATUS, f"Called: {title}", after)


def assigned(incident: Incident, duty: Duty, person: str | None, at: datetime) -> Step | None:
    """Return who has a duty now. Who takes command acknowledges."""
    require_alive(incident)
    before = incident.duties.get(duty)
    if before == person:
        return None
    duties = {each: who for each, who in incident.duties.items() if each is not duty}
    changed: dict[str, object] = {"duties": duties | ({duty: person} if person else {})}
    if duty is Duty.COMMANDER and person and incident.acknowledged_at is None:
        changed["acknowledged_at"] = at
    after = incident.model_copy(update=changed)
    text = telling.of_duty(duty, person, before)
    return Step(IncidentChange.DUTY, Happening.DUTY, text, after, duty=duty, person=person or before)


def joined(incident: Incident, thread: str) -> Step | None:
    """Return that a conversation belongs to it."""
    require_alive(incident)
    if thread in incident.threads:
        return None
    after = incident.model_copy(update={"threads": (*incident.threads, thread)})
    text = "Another conversation belongs to it"
    return Step(IncidentChange.JOINED, Happening.STATUS, text, after, threads=(thread,))


def attached(incident: Incident, alert: Alert, *, new: bool) -> Step:
    """Return that an alert fires or is over. `new`: it did not belong to the incident yet."""
    fires = alert.status is AlertStatus.FIRING
    changed: dict[str, object] = {}
    if new:
        changed["alerts"] = (*incident.alerts, alert.id)[:KEPT_ALERTS]
        changed["started_at"] = min(incident.started_at, alert.started_at)
        if alert.service is not None and alert.service not in incident.services:
            changed["services"] = (*incident.services, alert.service)
    return Step(
        IncidentChange.ATTACHED,
        Happening.ALERT,
        telling.of_alert(alert),
        incident.model_copy(update=changed) if changed else None,
        alerts=(alert.id,) if new else (),
        services=(alert.service,) if alert.service else (),
        trusted=False,
        source=alert.source,
        subject=f"alert:{alert.id}",
        at=alert.started_at if fires else alert.ended_at or alert.received_at,
    )


def merged(incident: Incident, into: Incident, reason: str) -> tuple[Step, Step] | None:
    """Return what happens to an incident that was part of another one all along, and to that one."""
    if incident.id == into.id:
        raise InvalidInput(f"expected two incidents, found {incident.number} twice")
    if incident.merged_into == into.id:
        return None
    require_alive(incident)
    require_alive(into)
    gone = incident.model_copy(update={"status": IncidentStatus.MERGED, "merged_into": into.id})
    worse = min(incident.severity, into.severity)
    kept = into.model_copy(
        update={
            "severity": worse,
            "services": _union(into.services, incident.services),
            "alerts": _union(into.alerts, incident.alerts)[:KEPT_ALERTS],
            "threads": _union(into.threads, incident.threads),
            "started_at": min(into.started_at, incident.started_at),
            "detected_at": min(into.detected_at, incident.detected_at),
        }
    )
    away, here = telling.of_merging(incident, into, worse, reason)
    return (
        Step(IncidentChange.MERGED, Happening.STATUS, away, gone, other=into.id),
        Step(IncidentChange.ABSORBED, Happening.STATUS, here, kept, other=incident.id),
    )


def separated(incident: Incident, whence: Incident, reason: str) -> tuple[Step, Step]:
    """Return what happens to an incident that is taken out of another one again, and to that one."""
    alone = incident.model_copy(
        update={"status": IncidentStatus.OPEN, "merged_into": None, "resolved_at": None, "mitigated_at": None}
    )
    left = whence.model_copy(
        update={
            "alerts": _without(whence.alerts, incident.alerts),
            "threads": _without(whence.threads, incident.threads) or whence.threads,
        }
    )
    here, there = telling.of_separating(incident, whence, reason)
    return (
        Step(IncidentChange.REOPENED, Happening.STATUS, here, alone, other=whence.id),
        Step(IncidentChange.SEPARATED, Happening.STATUS, there, left, other=incident.id),
    )


def split(incident: Incident, apart: Incident) -> tuple[Step, Step]:
    """Return what happens to an incident of which a part becomes another one, and to that new one."""
    require_alive(incident)
    if foreign := [each for each in apart.alerts if each not in incident.alerts]:
        raise InvalidInput(f"expected alerts of incident {incident.number}, found {', '.join(foreign[:3])}")
    left = incident.model_copy(update={"alerts": _without(incident.alerts, apart.alerts)})
    here, there = telling.of_splitting(incident, apart)
    return (
        Step(IncidentChange.SPLIT, Happening.STATUS, here, left, other=apart.id),
        Step(IncidentChange.DECLARED, Happening.STATUS, there, apart, other=incident.id),
    )


def _union(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _without(every: tuple[str, ...], these: Collection[str]) -> tuple[str, ...]:
    return tuple(each for each in every if each not in these)
