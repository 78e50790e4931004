"""What the ledger and the bus carry: an entry that stays, an event that passes."""

from datetime import UTC
from enum import StrEnum

from pydantic import Field, ValidationError

from memory.errors import LogMalformed
from memory.model.bodies import BODIES, Body, EntryKind, HoldScope, Reference
from memory.model.value import Digest, Identifier, Index, JsonValue, Moment, Value

SYSTEM = "quarterdeck"
"""The actor of what no person did. Everybody else stands in the log under a pseudonym."""


class Attachment(Value):
    """Bytes kept beside an entry as a blob: `field` of its body gets the address, beside an `id` if one is given.

    `kind` is what retention goes by: "message", "prompt", "evidence", ….
    """

    field: str
    kind: Identifier
    content: bytes
    id: Identifier | None = None


class Record(Value):
    """Something that happened, to be put into the log. `actor` is a principal's id, which the log never shows."""

    tenant: Identifier
    at: Moment
    actor: Identifier
    correlation: Identifier
    body: Body
    attachments: tuple[Attachment, ...] = ()


class Entry(Value):
    """One entry of the log. Its canonical bytes are what the tree holds.

    `at` is when it happened, `logged` when it was appended, which never goes backwards; `actor` is a pseudonym.
    """

    v: int = Field(ge=1)  # of the kind's schema
    kind: EntryKind
    tenant: Identifier
    at: Moment
    logged: Moment
    actor: Identifier
    correlation: Identifier
    subject: Reference
    causes: tuple[Reference, ...]
    body: dict[str, JsonValue]

    @classmethod
    def of(cls, record: Record, *, actor: str, logged: Moment) -> "Entry":
        """Return the entry of a record, under the pseudonym of who did it."""
        body = record.body
        return cls(
            v=body.version,
            kind=body.kind,
            tenant=record.tenant,
            at=record.at.astimezone(UTC),
            logged=logged.astimezone(UTC),
            actor=actor,
            correlation=record.correlation,
            subject=body.subject(),
            causes=body.causes(),
            body=body.model_dump(mode="json"),
        )

    def told(self) -> Body:
        """Return what the entry tells, in the schema of its kind; raises `LogMalformed`."""
        schema = BODIES[self.kind]
        if self.v > schema.version:
            raise LogMalformed(f"expected {self.kind.value} of version {schema.version} or older, found {self.v}")
        try:
            body = schema.model_validate(self.body)
        except ValidationError as error:
            raise LogMalformed(f"expected an entry of the kind {self.kind.value}, found {_first(error)}") from None
        if (body.subject(), body.causes()) != (self.subject, self.causes):
            raise LogMalformed(f"expected the subject {body.subject()} and its causes, found {self.subject}")
        return body


def _first(error: ValidationError) -> str:
    """Return what is wrong first, without the value, which nobody vouches for."""
    found = error.errors(include_input=False, include_url=False)[0]
    return f"{found['msg']} at {'.'.join(map(str, found['loc'])) or 'its top'}"


class Receipt(Value):
    """Where an entry stands: its index in the tenant's ledger and its RFC 6962 leaf hash."""

    index: int
    leaf: Digest


class Recorded(Value):
    """An entry as the ledger keeps it."""

    entry: Entry
    receipt: Receipt


class LogFilter(Value):
    """Which entries are asked for; None asks for any. `actor` is a pseudonym; `until` and `end` are excluded."""

    kinds: tuple[EntryKind, ...] = ()
    correlation: str | None = None
    actor: str | None = None
    tool: str | None = None
    decision: str | None = None
    incident: str | None = None
    subject: str | None = None
    since: Moment | None = None
    until: Moment | None = None
    first: Index | None = None
    end: Index | None = None


class Blob(Value):
    """What is kept beside the log. Its digest is SHA-256(salt ‖ content)."""

    digest: Digest
    salt: bytes
    content: bytes
    kind: Identifier
    correlation: Identifier
    created_at: Moment


class BlobState(Value):
    """What is known of a blob without its content. `erasure` names the `Erased` entry where it is gone."""

    digest: Digest
    kind: Identifier
    correlation: Identifier
    created_at: Moment
    erased_at: Moment | None = None
    erasure: Identifier | None = None


class Hold(Value):
    """A legal hold: what it covers is not erased while it stands. `value` is a turn, a kind or a pseudonym."""

    id: Identifier
    tenant: Identifier
    scope: HoldScope
    value: str = ""
    reason: Digest | None = None
    placed_at: Moment
    lifted_at: Moment | None = None


class Topic(StrEnum):
    """What an event is about."""

    MESSAGE = "message"
    REPLY = "reply"
    GROWTH = "growth"  # an answer that is being made: all that stands of it so far, as text
    RUN = "run"
    SWITCH = "switch"  # actions were stopped, or let through again
    LIMIT = "limit"  # a limit was reached
    POLICY = "policy"  # another policy is in force, or one was refused
    IDENTITY = "identity"  # the second side of a link answered: the first is to be asked
    TOOL = "tool"  # an imported tool changed, and nobody may call it
    INCIDENT = "incident"  # an incident changed, or its timeline grew: see `bot.incidents.events`


class Event(Value):
    """Something that just happened, for whoever listens. Lost when nobody does."""

    topic: Topic
    tenant: Identifier
    thread: Identifier
    correlation: Identifier
    at: Moment
    body: dict[str, JsonValue]


class Gap(Value):
    """What a listener gets in place of events it was too slow for, or that were lost on the way.

    `missed` is how many; None: not known. Look at the store to find out what happened.
    """

    missed: int | None
