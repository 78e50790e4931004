"""What past turns teach, which people review: phrasings with their tools, and what comes first; and thumbs."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from memory.model.value import Digest, Identifier, Moment, Value

MOST_WEIGHT = 0.1  # as the cosine of two sentences: it settles between those that fit, and makes nothing fit
Phrasing = Annotated[str, Field(min_length=1, max_length=300)]


class TeachingState(StrEnum):
    """Where a teaching stands. Only one that is in use changes how messages are understood."""

    PROPOSED = "proposed"
    IN_USE = "in_use"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Subject(StrEnum):
    """What a teaching is about: what words ask for, or which of several that fit comes first."""

    WORDS = "words"
    RUNBOOK = "runbook"
    MODEL = "model"


class Teaching(Value):
    """A phrasing of people's own and the tool that it asks for, without a name or a value of theirs.

    Or a `weight` by which the runbook, or the model, that `tool` names comes before others that fit as well, or
    after them: `right` of `tried` times it was what people wanted, by turns up to `until`; `phrasing` says so in
    words. `turns` are the ids of the messages it was learned from, `replay` is the digest of what spoke for it,
    `by` the pseudonym of whoever decided last.
    """

    id: Identifier
    tenant: Identifier
    phrasing: Phrasing
    tool: Identifier
    subject: Subject = Subject.WORDS
    weight: float = Field(default=0.0, ge=-MOST_WEIGHT, le=MOST_WEIGHT)
    right: int = Field(default=0, ge=0)
    tried: int = Field(default=0, ge=0)
    until: Moment | None = None
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
