"""What the bus says of incidents: topic `incident`, the incident's id as the thread, and this body.

    {"incident": id, "number": 12, "change": "severity", "status": "open", "severity": 1, "version": 4,
     "entry": id of the timeline entry, "by": who, "into": id}

`change` is a word of `memory.model.incident.IncidentChange`, or "grew" where something that happened elsewhere
came into the timeline (then `version`, `status` and `severity` are left out, and `entries` counts), or "said"
where something was said in its room at the console. `into` names the other incident of "merged", "absorbed",
"split", "separated". Lost events lose nothing: look at the store.
"""

from datetime import datetime

from memory.model.incident import Incident, IncidentChange, TimelineEntry
from memory.model.record import Event, Topic
from memory.model.value import JsonValue

GREW = "grew"
SAID = "said"


def changed(
    incident: Incident,
    change: IncidentChange,
    entry: TimelineEntry,
    correlation: str,
    at: datetime,
    into: str | None = None,
) -> Event:
    """Return what tells that an incident changed."""
    body: dict[str, JsonValue] = {
        "incident": incident.id,
        "number": incident.number,
        "change": change.value,
        "status": incident.status.value,
        "severity": incident.severity,
        "version": incident.version,
        "entry": entry.id,
        "by": entry.author,
    }
    if into is not None:
        body["into"] = into
    return Event(
        topic=Topic.INCIDENT,
        tenant=incident.tenant,
        thread=incident.id,
        correlation=correlation,
        at=at,
        body=body,
    )


def grew(tenant: str, incident: str, newest: TimelineEntry, entries: int, at: datetime) -> Event:
    """Return what tells that so many entries came into the timeline of an incident."""
    body: dict[str, JsonValue] = {
        "incident": incident,
        "change": GREW,
        "entry": newest.id,
        "entries": entries,
    }
    return Event(topic=Topic.INCIDENT, tenant=tenant, thread=incident, correlation=newest.id, at=at, body=body)


def said(tenant: str, incident: str, key: str, at: datetime) -> Event:
    """Return what tells that something was said in the room of an incident at the console."""
    body: dict[str, JsonValue] = {"incident": incident, "change": SAID}
    return Event(topic=Topic.INCIDENT, tenant=tenant, thread=incident, correlation=key, at=at, body=body)
