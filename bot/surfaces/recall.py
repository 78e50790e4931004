"""What surfaces ask of memory: what is remembered of something, the runbook for it, and to remember or forget."""

from collections.abc import Sequence
from typing import Protocol

from pydantic import Field

from memory.model.memory import Memory, MemoryKind
from memory.model.people import Principal
from memory.model.value import Identifier, Value
from memory.recall.recalling import Remembered, RunbookMatch

LONGEST_QUESTION = 100_000  # characters; the first 4,000 are read
LONGEST_FILE = 48_000  # characters of a post-mortem
MOST_FILES = 50  # of one request


class RecallQuery(Value):
    """What is to be found. Without kinds: incidents, their reviews, decisions and what people said."""

    query: str = Field(max_length=LONGEST_QUESTION)
    services: tuple[Identifier, ...] = Field(default=(), max_length=50)
    environment: Identifier | None = None
    kinds: tuple[MemoryKind, ...] = ()
    limit: int = Field(default=5, ge=1, le=20)


class Recollections(Value):
    """What was found: memories, the most similar first, and runbooks that may help."""

    query: str
    memories: tuple[Remembered, ...] = ()
    runbooks: tuple[RunbookMatch, ...] = ()


class Wish(Value):
    """What a person wants remembered: a preference of theirs, or a correction."""

    kind: MemoryKind = MemoryKind.PREFERENCE
    text: str = Field(min_length=1, max_length=4000)
    services: tuple[Identifier, ...] = Field(default=(), max_length=50)


class Written(Value):
    """A post-mortem as it was written: the name of its file, and its Markdown."""

    name: str = Field(min_length=1, max_length=1000)
    text: str = Field(max_length=LONGEST_FILE)


class Taught(Value):
    """How many post-mortems are remembered that were not, or not so well; what was forgotten before stays so."""

    memories: int


class MemoryReport(Value):
    """How many memories of each kind there are, and what keeps their vectors (empty: it was not needed yet)."""

    memories: dict[str, int]
    index: str = ""


class Forgotten(Value):
    """How many memories were forgotten, or found again."""

    memories: int


class RecallDesk(Protocol):
    """The memory of a house, for people."""

    async def recall(self, principal: Principal, asked: RecallQuery) -> Recollections:
        """Return what is remembered of it in the person's tenant; raises `InvalidInput` for an empty question."""

    async def keep(self, principal: Principal, wish: Wish) -> Memory:
        """Remember what a person wants remembered; raises `InvalidInput` for a kind that is not theirs to give."""

    async def teach(self, principal: Principal, files: Sequence[Written]) -> Taught:
        """Remember what was written of past incidents, as an administrator; raises `PolicyDenied`."""

    async def forget(self, principal: Principal, subject: str) -> Forgotten:
        """Forget a subject, as an administrator, or what one said oneself; raises `PolicyDenied`."""

    async def rebuild(self, principal: Principal) -> Forgotten:
        """Make the index anew, as an administrator; raises `PolicyDenied`."""

    async def report(self, principal: Principal) -> MemoryReport:
        """Return what there is."""
