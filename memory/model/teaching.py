"""What past turns teach: phrasings, each with the tool it asks for, which people review; and their thumbs."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from memory.model.value import Digest, Identifier, Moment, Value

Phrasing = Annotated[str, Field(min_length=1, max_length=300)]


class TeachingState(StrEnum):
    """Where a teaching stands. Only one that is in use changes how messages are understood."""

    PROPOSED = "proposed"
    IN_USE = "in_use"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Teaching(Value):
    """A phrasing of people's own and the tool that it asks for, without a name or a value of theirs.

    `turns` are the ids of the messages it was learned from, `replay` is the digest of what spoke for it,
    `by` the pseudonym of whoever decided last.
    """

    id: Identifier
    tenant: Identifier
    phrasing: Phrasing
    tool: Identifier
    turns: tuple[Identifier, ...] = Field(default=(), max_length=20)
    state: TeachingState = TeachingState.PROPOSED
    at: Moment
    by: str = ""
    decided_at: Moment | None = None
    replay: Digest | None = None


class Thumb(Value):
    """What somebody made of an answer, by the id of the message that it answers; the last one counts."""

    tenant: Identifier
    message: Identifier
    up: bool
    by: str  # their pseudonym
    at: Moment
