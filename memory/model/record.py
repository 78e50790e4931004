"""What the ledger and the bus carry: an entry that stays, an event that passes."""

from enum import StrEnum

from memory.model.value import Digest, Identifier, JsonValue, Moment, Value


class EntryKind(StrEnum):
    """What a ledger entry tells of. Kinds are appended, never renamed."""

    MESSAGE = "message"
    INTERPRETATION = "interpretation"
    EVIDENCE = "evidence"
    DECISION = "decision"
    PLAN = "plan"
    APPROVAL = "approval"
    GRANT = "grant"
    DECIDED = "decided"
    OUTCOME = "outcome"
    CHECK = "check"
    UNDO = "undo"
    DENIAL = "denial"
    REPLY = "reply"
    SIGN_IN = "sign_in"


class Entry(Value):
    """One line of the ledger: metadata and digests, never a secret or a person's words."""

    kind: EntryKind
    tenant: Identifier
    at: Moment
    actor: Identifier
    correlation: Identifier
    body: dict[str, JsonValue]


class Receipt(Value):
    """Where an entry stands: its index in the tenant's ledger and its RFC 6962 leaf hash."""

    index: int
    leaf: Digest


class Recorded(Value):
    """An entry as the ledger keeps it."""

    entry: Entry
    receipt: Receipt


class Topic(StrEnum):
    """What an event is about."""

    MESSAGE = "message"
    REPLY = "reply"
    RUN = "run"


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
