"""What surfaces ask of lessons: what past turns teach, whether it helps, to use it or not; and thumbs."""

from collections.abc import Sequence
from typing import Protocol

from pydantic import Field

from agents.teaching.parts import Replay
from memory.model.people import Principal
from memory.model.teaching import Subject, TeachingState
from memory.model.value import Digest, Identifier, Moment, Value

MOST_AT_ONCE = 50


class LessonView(Value):
    """One lesson. `turns` counts the messages it was learned from, and `shown_by` names them.

    `by` is who decided, while that is known. `weight`, `right`, `tried` and `until` are of one about what comes
    first.
    """

    id: Identifier
    phrasing: str
    tool: Identifier
    state: TeachingState
    turns: int
    at: Moment
    subject: Subject = Subject.WORDS
    weight: float = 0.0
    right: int = 0
    tried: int = 0
    until: Moment | None = None
    shown_by: tuple[Identifier, ...] = ()
    by: str = ""
    decided_at: Moment | None = None
    replay: Digest | None = None


class LessonsView(Value):
    """The lessons, the newest first. `found` counts those that were not known before."""

    lessons: tuple[LessonView, ...]
    found: int = 0


class ReplayView(Value):
    """What lessons would change. They are accepted by the `digest`; `against` says why not, where they may not."""

    ids: tuple[Identifier, ...]
    digest: Digest
    against: str
    replay: Replay


class Chosen(Value):
    """Lessons to replay together, or to accept together by the digest of their replay."""

    ids: tuple[Identifier, ...] = Field(min_length=1, max_length=MOST_AT_ONCE)
    replay: str = Field(default="", max_length=64)


class ThumbGiven(Value):
    """What somebody makes of the answer to a message of theirs, by the reply's id."""

    reply: Identifier
    up: bool


class LessonDesk(Protocol):
    """Answers about lessons. Reviewing takes an operator or an administrator; else `PolicyDenied` is raised."""

    async def lessons(self, principal: Principal, state: TeachingState | None = None) -> LessonsView:
        """Return the lessons of this state, or all."""

    async def lesson(self, principal: Principal, identifier: str) -> LessonView:
        """Return one; raises `NotFound`."""

    async def gather(self, principal: Principal) -> LessonsView:
        """Look through the latest turns for lessons, and return those that wait for a review."""

    async def replay(self, principal: Principal, ids: Sequence[str]) -> ReplayView:
        """Return what lessons would change, on top of those in use. Nothing is put in use."""

    async def accept(self, principal: Principal, ids: Sequence[str], replayed: str) -> LessonsView:
        """Put lessons in use that a replay speaks for; raises `InvalidInput` without one, and `Conflict`."""

    async def decline(self, principal: Principal, identifier: str) -> LessonView:
        """Decline one that waits; raises `NotFound` or `Conflict`."""

    async def withdraw(self, principal: Principal, identifier: str) -> LessonView:
        """Take one out of use at once; raises `NotFound` or `Conflict`."""

    async def thumb(self, principal: Principal, reply: str, *, up: bool) -> None:
        """Keep what somebody makes of an answer that they were given; raises `NotFound`."""
