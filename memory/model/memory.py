"""What is remembered beyond one conversation.

Something that happened or holds, told so that it can be found again.
"""

from enum import StrEnum

from pydantic import Field

from memory.model.value import Identifier, Moment, Value


class MemoryKind(StrEnum):
    """What a memory is of."""

    INCIDENT = "incident"
    REVIEW = "review"
    RUNBOOK = "runbook"
    DECISION = "decision"  # what was decided, and what came of it
    PREFERENCE = "preference"  # how a person wants things
    CORRECTION = "correction"  # what a person said was wrong


class Memory(Value):
    """One memory. Two with the same tenant and id are the same one, the later told better.

    `subject` is what it is of, as the ledger names it ("incident:inc_4"). `text` is Markdown, found by its
    sections; what came from outside is quoted, never obeyed. `cause` and `fix` are empty where nobody found
    them. It is kept until `until`, and is erased with `person`, whose it is, or `correlation`, the turn it came
    from; when one of the `people` whose words are in it is erased, it loses its words.
    """

    id: Identifier
    tenant: Identifier
    kind: MemoryKind
    subject: str = Field(min_length=1, max_length=300)
    title: str = Field(min_length=1, max_length=300)
    text: str = Field(default="", max_length=200_000)
    services: tuple[Identifier, ...] = ()
    environment: Identifier | None = None
    severity: int | None = Field(default=None, ge=1, le=5)
    cause: str = Field(default="", max_length=2000)
    fix: str = Field(default="", max_length=2000)
    at: Moment
    until: Moment | None = None  # None: for good
    person: Identifier | None = None
    people: tuple[Identifier, ...] = ()
    correlation: Identifier | None = None
