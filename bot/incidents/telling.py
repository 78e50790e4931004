"""What the timeline says of an incident and its changes, in plain sentences without a full stop. Pure."""

from memory.errors import InvalidInput
from memory.model.alert import Alert, AlertStatus
from memory.model.incident import Duty, Incident, IncidentStatus

LONGEST_TITLE = 300
LONGEST_TEXT = 4000
_STATUS = {
    IncidentStatus.OPEN: "Reopened",
    IncidentStatus.MITIGATED: "Mitigated: users are served again",
    IncidentStatus.RESOLVED: "Resolved",
}


def title(text: str) -> str:
    """Return a title on one line; raises `InvalidInput` for none, and for one that is too long."""
    said = " ".join(text.split())
    if not 1 <= len(said) <= LONGEST_TITLE:
        raise InvalidInput(f"expected a title of 1 to {LONGEST_TITLE} characters, found {len(said)}")
    return said


def words(text: str) -> str:
    """Return what a person wrote; raises `InvalidInput` for nothing, and for more than there is room for."""
    said = text.strip()
    if not 1 <= len(said) <= LONGEST_TEXT:
        raise InvalidInput(f"expected a text of 1 to {LONGEST_TEXT} characters, found {len(said)}")
    return said


def of_declaring(incident: Incident) -> str:
    """Return that it was declared."""
    where = f" in {incident.environment}" if incident.environment else ""
    about = f" ({', '.join(incident.services)}{where})" if incident.services else where
    return cut(f"Incident {incident.number} declared, sev{incident.severity}: {incident.title}{about}")


def of_status(status: IncidentStatus, reason: str) -> str:
    """Return how it stands now, and why."""
    return _because(_STATUS[status], reason)


def of_severity(before: int, after: int, reason: str) -> str:
    """Return how bad it is now, and why."""
    return _because(f"Severity sev{before} → sev{after}", reason)


def of_duty(duty: Duty, person: str | None, before: str | None) -> str:
    """Return who has a duty now."""
    if person is None:
        return f"{duty.value.capitalize()}: nobody, no longer {before}"
    return f"{duty.value.capitalize()}: {person}" + (f", in place of {before}" if before else "")


def of_alert(alert: Alert) -> str:
    """Return what an alert says, in its own words."""
    stands = "fires" if alert.status is AlertStatus.FIRING else "is over"
    about = f" for {alert.service}" if alert.service else ""
    summary = f": {alert.summary}" if alert.summary else ""
    return cut(f"Alert {alert.name} {stands}{about}{summary}")


def of_merging(incident: Incident, into: Incident, severity: int, reason: str) -> tuple[str, str]:
    """Return what the timelines of the two say."""
    worse = f"; severity sev{into.severity} → sev{severity}" if severity != into.severity else ""
    away = _because(f"Merged into incident {into.number}", reason)
    return away, _because(f"Incident {incident.number} ({incident.title}) became part of this one{worse}", reason)


def of_separating(incident: Incident, whence: Incident, reason: str) -> tuple[str, str]:
    """Return what the timelines of the two say."""
    here = _because(f"Reopened: no part of incident {whence.number} any more", reason)
    return here, f"Incident {incident.number} ({incident.title}) is one of its own again"


def of_splitting(incident: Incident, apart: Incident) -> tuple[str, str]:
    """Return what the timelines of the two say."""
    here = cut(f"Incident {apart.number} was split off: {apart.title}")
    return here, cut(f"{of_declaring(apart)}; split off incident {incident.number}")


def cut(text: str) -> str:
    """Return a text that fits into an entry."""
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


def _because(what: str, reason: str) -> str:
    return cut(f"{what}: {reason.strip()}" if reason.strip() else what)
