"""Incidents: declaring one, caring for it, and looking at it. What acts here acts on our own records alone.

An incident is named by its number; without one it is the incident that the conversation belongs to.
"""

from typing import Annotated

from pydantic import Field

from memory.model.incident import Duty
from memory.model.plan import Effect, Tier
from memory.model.value import Identifier
from tools.capabilities.phrasings import incident_care
from tools.capabilities.phrasings import incidents as phrasings
from tools.contract import Arguments, Capability, Slot

IncidentNumber = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,8}$"), Slot.INCIDENT]
Grade = Annotated[int, Field(ge=1, le=5), Slot.GRADE]
Title = Annotated[str, Field(min_length=1, max_length=300), Slot.MATTER]
Words = Annotated[str, Field(min_length=1, max_length=4000), Slot.MATTER]
Reason = Annotated[str, Field(max_length=1000), Slot.MATTER]
PersonName = Annotated[Identifier, Slot.PERSON]
OneDuty = Annotated[Duty, Slot.DUTY]


class IncidentFilter(Arguments):
    """Which incidents to list."""

    state: Annotated[str, Field(pattern=r"^(open|resolved|all)$"), Slot.STATE] = "open"


class OneIncident(Arguments):
    """An incident."""

    incident: IncidentNumber | None = None


class NewIncident(Arguments):
    """What is wrong, and how badly."""

    title: Title
    severity: Grade | None = None


class Ending(Arguments):
    """An incident, and why it stands so now."""

    incident: IncidentNumber | None = None
    reason: Reason | None = None


class Grading(Arguments):
    """How bad an incident is."""

    severity: Grade
    incident: IncidentNumber | None = None


class Assignment(Arguments):
    """Who does what in an incident; `me` is whoever asks."""

    duty: OneDuty
    person: PersonName
    incident: IncidentNumber | None = None


class Released(Arguments):
    """Which duty nobody has any more."""

    duty: OneDuty
    incident: IncidentNumber | None = None


class Note(Arguments):
    """What shall stand in the timeline."""

    text: Words
    incident: IncidentNumber | None = None


class Naming(Arguments):
    """What an incident is called."""

    title: Title
    incident: IncidentNumber | None = None


class Merging(Arguments):
    """Two incidents that were one."""

    into: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,8}$"), Slot.TARGET]
    incident: IncidentNumber | None = None


class Correction(Arguments):
    """Which entry of the timeline was wrong, and how it really was."""

    entry: Annotated[Identifier, Slot.IDENTIFIER]
    text: Words
    incident: IncidentNumber | None = None


INCIDENT_LIST = Capability(
    name="incident.list",
    title="Incidents",
    summary="The incidents that are open, resolved, or all of them.",
    says="List incidents",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=IncidentFilter,
    examples=phrasings.INCIDENT_LIST,
)

INCIDENT_SHOW = Capability(
    name="incident.show",
    title="About an incident",
    summary="How an incident stands: severity, status, since when, who does what.",
    says="Show incident {incident}",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=OneIncident,
    examples=phrasings.INCIDENT_SHOW,
)

INCIDENT_TIMELINE = Capability(
    name="incident.timeline",
    title="Timeline",
    summary="Everything that happened in an incident, in order.",
    says="Show the timeline of incident {incident}",
    effect=Effect.READ,
    tier=Tier.OBSERVE,
    arguments=OneIncident,
    examples=phrasings.INCIDENT_TIMELINE,
)


_EXAMPLES: dict[str, tuple[str, ...]] = {**vars(phrasings), **vars(incident_care)}


def _acting(name: str, title: str, summary: str, says: str, arguments: type[Arguments]) -> Capability:
    """Return a capability that acts on our own records: at once where policy lets it, and once."""
    return Capability(
        name=name,
        title=title,
        summary=summary,
        says=says,
        effect=Effect.WRITE,
        tier=Tier.AUTONOMOUS,
        arguments=arguments,
        ours=True,
        examples=_EXAMPLES[name.upper().replace(".", "_")],
    )


INCIDENT_DECLARE = _acting(
    "incident.declare",
    "Declare an incident",
    "Say that something is wrong for users, and how badly.",
    'Declare an incident: "{title}" (severity: {severity})',
    NewIncident,
)
INCIDENT_ACKNOWLEDGE = _acting(
    "incident.acknowledge",
    "Acknowledge",
    "Say that somebody is on it.",
    "Acknowledge incident {incident}",
    OneIncident,
)
INCIDENT_MITIGATE = _acting(
    "incident.mitigate",
    "Mitigated",
    "Say that users are served again, and that the cause is not mended yet.",
    "Mark incident {incident} as mitigated (reason: {reason})",
    Ending,
)
INCIDENT_RESOLVE = _acting(
    "incident.resolve",
    "Resolve",
    "Say that an incident is over.",
    "Resolve incident {incident} (reason: {reason})",
    Ending,
)
INCIDENT_REOPEN = _acting(
    "incident.reopen",
    "Reopen",
    "Say that an incident is not over, or was no part of another one.",
    "Reopen incident {incident} (reason: {reason})",
    Ending,
)
INCIDENT_SEVERITY = _acting(
    "incident.severity",
    "Severity",
    "Say how bad an incident is, from 1, the worst, to 5.",
    "Make incident {incident} sev{severity}",
    Grading,
)
INCIDENT_ASSIGN = _acting(
    "incident.assign",
    "Duties",
    "Make somebody commander, scribe or responsible for communications.",
    "Make {person} {duty} of incident {incident}",
    Assignment,
)
INCIDENT_RELEASE = _acting(
    "incident.release",
    "Give up a duty",
    "Say that nobody has a duty any more.",
    "Nobody is {duty} of incident {incident} any more",
    Released,
)
INCIDENT_NOTE = _acting(
    "incident.note",
    "Note",
    "Write something into the timeline of an incident.",
    'Note in the timeline of incident {incident}: "{text}"',
    Note,
)
INCIDENT_TITLE = _acting(
    "incident.title",
    "Rename",
    "Call an incident otherwise.",
    'Rename incident {incident} to "{title}"',
    Naming,
)
INCIDENT_MERGE = _acting(
    "incident.merge",
    "Merge",
    "Say that an incident was part of another one all along.",
    "Merge incident {incident} into incident {into}",
    Merging,
)
INCIDENT_WITHDRAW = _acting(
    "incident.withdraw",
    "Withdraw",
    "Say that an incident was declared by mistake.",
    "Withdraw incident {incident}, declared by mistake",
    OneIncident,
)
INCIDENT_CORRECT = _acting(
    "incident.correct",
    "Correct",
    "Say how something in the timeline really was; both stay.",
    'Correct the entry {entry} of incident {incident}: "{text}"',
    Correction,
)

EVERY = (
    INCIDENT_LIST,
    INCIDENT_SHOW,
    INCIDENT_TIMELINE,
    INCIDENT_DECLARE,
    INCIDENT_ACKNOWLEDGE,
    INCIDENT_MITIGATE,
    INCIDENT_RESOLVE,
    INCIDENT_REOPEN,
    INCIDENT_SEVERITY,
    INCIDENT_ASSIGN,
    INCIDENT_RELEASE,
    INCIDENT_NOTE,
    INCIDENT_TITLE,
    INCIDENT_MERGE,
    INCIDENT_WITHDRAW,
    INCIDENT_CORRECT,
)
