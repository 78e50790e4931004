"""What a sentence may cite: a timeline entry, a piece of evidence, or the incident's own record. Pure."""

from enum import StrEnum

from memory.model.evidence import Evidence
from memory.model.incident import Incident, TimelineEntry
from memory.model.value import Identifier, Moment, Value


class Origin(StrEnum):
    """Where a source stands."""

    ENTRY = "entry"
    EVIDENCE = "evidence"
    RECORD = "record"  # what the incident's record itself says


class Source(Value):
    """What is cited: when it happened, what it says, and whether that came from outside.

    `dated` is false where only a time of day was given, so that the date in `at` means nothing.
    """

    id: Identifier
    origin: Origin
    at: Moment
    kind: str
    text: str
    author: str = ""
    trusted: bool = True
    dated: bool = True


def of_entry(entry: TimelineEntry, author: str = "", *, dated: bool = True) -> Source:
    """Return the entry as what may be cited; `author` is the name people know them by."""
    return Source(
        id=entry.id,
        origin=Origin.ENTRY,
        at=entry.at,
        kind=entry.kind.value,
        text=entry.text,
        author=author or entry.author,
        trusted=entry.trusted,
        dated=dated,
    )


def of_evidence(evidence: Evidence) -> Source:
    """Return the evidence as what may be cited: our own words on it, for what the source said is untrusted."""
    value = "" if evidence.value is None else f" {evidence.value}{evidence.unit}"
    return Source(
        id=evidence.id,
        origin=Origin.EVIDENCE,
        at=evidence.observed_at,
        kind=evidence.source,
        text=f"{evidence.summary}{value}",
    )


def of_record(incident: Incident) -> Source:
    """Return what the incident's record says of itself."""
    moments = {
        "started": incident.started_at,
        "detected": incident.detected_at,
        "acknowledged": incident.acknowledged_at,
        "mitigated": incident.mitigated_at,
        "resolved": incident.resolved_at,
    }
    said = " ".join(f"{name} {at:%Y-%m-%d %H:%M}." for name, at in moments.items() if at is not None)
    services = ", ".join(incident.services)
    where = f" in {incident.environment}" if incident.environment else ""
    return Source(
        id=incident.id,
        origin=Origin.RECORD,
        at=incident.started_at,
        kind="incident",
        text=f"Incident {incident.number}: {incident.title}. SEV{incident.severity}, {incident.status.value}. "
        f"{services}{where}. {said}",
        author=incident.declared_by,
    )
