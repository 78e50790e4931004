"""How an incident reads in a sentence, and as evidence. Pure."""

from memory.model.evidence import Evidence
from memory.model.incident import Incident, IncidentStatus, TimelineEntry
from tools.contract import CallContext
from tools.hands import evidence_id
from tools.wording import clock

LONGEST = 160
_STANDS = {
    IncidentStatus.OPEN: "open",
    IncidentStatus.MITIGATED: "mitigated",
    IncidentStatus.RESOLVED: "resolved",
    IncidentStatus.MERGED: "part of another one",
}


def said(incident: Incident, context: CallContext) -> str:
    """Return an incident in a line: number, severity, title, status and since when."""
    since = clock(incident.resolved_at or incident.started_at, context.now)
    stands = "withdrawn" if incident.withdrawn else _STANDS[incident.status]
    return f"Incident {incident.number}, sev{incident.severity}, {stands} since {since}: {incident.title}"


def people(incident: Incident) -> str:
    """Return who does what."""
    if not incident.duties:
        return "Nobody has a duty in it yet"
    return ", ".join(f"{duty.value} is {person}" for duty, person in sorted(incident.duties.items()))


def evidence(incident: Incident, context: CallContext) -> Evidence:
    """Return an incident as a fact that can be cited."""
    return Evidence(
        id=evidence_id(context, incident.id, str(incident.version)),
        source="incidents",
        query=f"incident {incident.number}",
        summary=said(incident, context),
        observed_at=context.now,
        value=incident.model_dump(mode="json", include={"id", "number", "severity", "status", "version"}),
        link=f"/console/incidents/{incident.number}",
    )


def happening(entry: TimelineEntry, context: CallContext) -> Evidence:
    """Return a timeline entry as a fact that can be cited. What came from outside is its text, not ours."""
    short = entry.text if len(entry.text) <= LONGEST else f"{entry.text[: LONGEST - 1]}…"
    ours = short if entry.trusted else f"{entry.kind.value} from {entry.source}"
    who = f" ({entry.author})" if entry.author else ""
    return Evidence(
        id=evidence_id(context, entry.id),
        source="timeline",
        query=entry.id,
        summary=f"{clock(entry.at, context.now)} {entry.kind.value}: {ours}{who}",
        observed_at=entry.at,
        text="" if entry.trusted else entry.text,
    )
