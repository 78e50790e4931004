"""What is going wrong, who takes care of it, and everything that happened, in order, each entry with its cause."""

from enum import StrEnum

from pydantic import Field

from memory.model.value import Identifier, Moment, Value


class IncidentStatus(StrEnum):
    """How far an incident is: open, mitigated, resolved, and back to open; merged stays merged."""

    OPEN = "open"
    MITIGATED = "mitigated"  # users are served again; the cause is not yet mended
    RESOLVED = "resolved"
    MERGED = "merged"  # it was part of another one all along


class Duty(StrEnum):
    """What one person does in an incident."""

    COMMANDER = "commander"
    COMMUNICATIONS = "communications"
    SCRIBE = "scribe"


class Happening(StrEnum):
    """What kind of thing a timeline entry tells of. Kinds are appended, never renamed."""

    ALERT = "alert"
    NOTE = "note"  # what a person said that matters
    MESSAGE = "message"  # a question or a command to the copilot
    OBSERVATION = "observation"
    PROPOSAL = "proposal"
    APPROVAL = "approval"
    EFFECT = "effect"
    DEPLOY = "deploy"
    FLAG = "flag"
    METRIC = "metric"  # a signal turned
    STATUS = "status"
    SEVERITY = "severity"
    DUTY = "duty"
    HYPOTHESIS = "hypothesis"
    DECISION = "decision"
    UPDATE = "update"  # what was told to people outside
    CORRECTION = "correction"


class IncidentChange(StrEnum):
    """What changed of an incident, as its events and the ledger name it. Appended, never renamed."""

    DECLARED = "declared"
    ATTACHED = "attached"  # an alert belongs to it
    ACKNOWLEDGED = "acknowledged"
    STATUS = "status"  # mitigated or resolved
    SEVERITY = "severity"
    TITLE = "title"
    DUTY = "duty"
    NOTED = "noted"
    CORRECTED = "corrected"
    PINNED = "pinned"
    UNPINNED = "unpinned"
    MERGED = "merged"  # into another one
    SPLIT = "split"  # a part of it is an incident of its own now
    REOPENED = "reopened"
    JOINED = "joined"  # a thread belongs to it: what is said there is about it
    WITHDRAWN = "withdrawn"  # it was declared by mistake
    ABSORBED = "absorbed"  # another one became part of it
    SEPARATED = "separated"  # one that had become part of it is one of its own again


class TimelineEntry(Value):
    """One thing that happened: when, what, told by whom or what, and the entry that caused it.

    `at` is when it happened and gives the order; `recorded_at` is when it became known here. What `author` and
    `source` say is for people; `trusted` is false where the text came from outside and is only quoted. A
    correction names what it corrects, and both are kept.
    """

    id: Identifier
    tenant: Identifier
    incident: Identifier | None = None
    at: Moment
    recorded_at: Moment
    kind: Happening
    text: str = Field(min_length=1, max_length=4000)
    author: str = Field(default="", max_length=120)  # a principal's id, or the name of a system
    source: Identifier  # "alertmanager", "slack", "ledger", "person", ...
    subject: str = Field(default="", max_length=300)  # what the ledger calls it, where it stands there
    cause: Identifier | None = None
    further_causes: tuple[Identifier, ...] = ()  # where it followed from several
    corrects: Identifier | None = None
    correlation: Identifier | None = None  # the turn it belongs to
    person: Identifier | None = None  # whom it is about, where it is about one
    services: tuple[Identifier, ...] = ()
    evidence: tuple[Identifier, ...] = ()
    pinned: bool = False
    trusted: bool = True


class TimelineWindow(Value):
    """Which part of a timeline is asked for; None asks for any, no kinds for all.

    `since` and `until` are when things happened, `until` excluded; `recorded_since` is when they became known
    here. `text` is looked for as it is, in any case of letters.
    """

    since: Moment | None = None
    until: Moment | None = None
    recorded_since: Moment | None = None
    kinds: tuple[Happening, ...] = ()
    text: str = Field(default="", max_length=200)
    pinned: bool | None = None
    newest_first: bool = False


class Incident(Value):
    """Something that goes wrong for the tenant's users. `severity` counts from 1, the worst, to 5."""

    id: Identifier
    tenant: Identifier
    number: int = Field(ge=1)  # what people call it: "incident 12"
    title: str = Field(min_length=1, max_length=300)
    severity: int = Field(ge=1, le=5)
    status: IncidentStatus = IncidentStatus.OPEN
    services: tuple[Identifier, ...] = ()
    environment: Identifier | None = None
    duties: dict[Duty, Identifier] = Field(default_factory=dict)  # principals
    declared_by: Identifier  # a principal, or "quarterdeck" where alerts declared it
    started_at: Moment  # when users began to suffer, as far as is known
    detected_at: Moment
    acknowledged_at: Moment | None = None
    mitigated_at: Moment | None = None
    resolved_at: Moment | None = None
    merged_into: Identifier | None = None
    withdrawn: bool = False  # declared by mistake: it counts for nothing
    alerts: tuple[Identifier, ...] = ()  # the first 500 of them
    threads: tuple[Identifier, ...] = ()  # where it is talked of; the first is where it was declared
    version: int = Field(default=0, ge=0)
