"""What surfaces ask of dead letters and of the queue. Everything carries the person who asks, and roles decide."""

from typing import Protocol

from memory.model.dead_letter import DeadLetter, DeadReason, LetterStatus, ReplayFrom
from memory.model.people import Principal, Surface
from memory.model.queue import QueuePlace, RunClass
from memory.model.run import Run
from memory.model.value import Index, Value
from memory.page import Page


class LetterView(Value):
    """A letter, the run as it ended, and what the log tells of how it came to be: indices, the message first.

    `missing` names what the log does not tell; it is empty where the letter can be traced to its message.
    """

    letter: DeadLetter
    run: Run
    links: tuple[Index, ...]
    missing: tuple[str, ...] = ()


class ClassBacklog(Value):
    """How many runs of a class wait and are carried out, and how many may wait at most."""

    run_class: RunClass
    queued: int
    running: int
    most: int


class DeadLetterDesk(Protocol):
    """Shows dead letters, replays them, and drops them."""

    async def letters(
        self,
        principal: Principal,
        status: LetterStatus | None,
        died_of: DeadReason | None,
        cursor: str | None,
        limit: int,
    ) -> Page[DeadLetter]:
        """Return the tenant's, the newest first."""

    async def letter(self, principal: Principal, letter: str) -> LetterView:
        """Return one with its provenance; raises `NotFound`."""

    async def replay(
        self, principal: Principal, letter: str, begins: ReplayFrom, reason: str, surface: Surface
    ) -> Run:
        """Ask for what is left of it as a new plan, which the gate assesses anew, and return that.

        Raises `Conflict` where it was dropped or a replay is under way, `InvalidInput`, or why it is refused.
        """

    async def drop(self, principal: Principal, letter: str, reason: str) -> DeadLetter:
        """Let go of it, for a reason; raises `PolicyDenied`, `InvalidInput` or `Conflict`."""


class QueueDesk(Protocol):
    """Tells who waits for what."""

    async def place(self, principal: Principal, run: str) -> QueuePlace | None:
        """Return where a run stands, None where it does not wait; raises `NotFound`."""

    async def backlog(self, principal: Principal) -> tuple[ClassBacklog, ...]:
        """Return what waits of the tenant's, by class."""
