"""The port of a durable engine: who works on what, when, and again after a death. It knows no run, only its name.

What was decided and what came of it stand in the store, whatever an engine remembers or forgets. So all that an
engine promises is that work which was submitted is carried out, leg by leg, by one node at a time as long as nodes
keep their word, and by another when one dies; and every leg has to bear being carried out twice.
"""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from pydantic import Field

from memory.model.value import Identifier, Value

STANDARD = "standard"
FIRST = "begin"
"""The leg every work begins with."""


class Queue(Value):
    """A class of work. Its numbers hold on each node; a partition is a tenant."""

    name: Identifier
    concurrency: int = Field(default=8, ge=1)  # carried out at once
    per_tenant: int = Field(default=4, ge=1)  # of them, for one tenant: the others get their turn
    look_s: float = Field(default=0.2, gt=0)  # how often a node looks for what it could take up


class Lane(Value):
    """Where a work waits: its queue, and its place there. A lower priority goes first, then who came first."""

    queue: Identifier = STANDARD
    priority: int = Field(default=100, ge=1, le=2**31 - 1)


class Work(Value):
    """A run to be carried out. The same run and attempt are one work, however often they are submitted."""

    tenant: Identifier
    run: Identifier
    attempt: int = Field(ge=0)  # counts in the run's document how often it was handed back
    lane: Lane = Lane()

    @property
    def id(self) -> str:
        """The name of this work, on every node and for ever."""
        return f"{self.run}:{self.attempt}"


class Report(Value):
    """What a leg came to: the leg that is next, and how long to wait before it. None: the work is over."""

    next: str | None = None
    after_s: float = Field(default=0.0, ge=0)
    says: str = ""  # for operators: "succeeded", "handed back: actions are stopped"


class Standing(StrEnum):
    """Where a work stands."""

    QUEUED = "queued"
    RUNNING = "running"
    OVER = "over"  # to go on, the run needs another attempt


class Backlog(Value):
    """What waits and what runs in one queue, over all nodes."""

    queue: Identifier
    tenant: Identifier
    queued: int = 0
    running: int = 0


class Carrier(Protocol):
    """Carries a work out; the runner is one."""

    async def carry(self, work: Work, leg: str) -> Report:
        """Carry out one leg and return what is next.

        It may be called twice for the same leg, also on another node while the first still believes to be alive.
        Cancelled, or where it raises `StoreUnavailable`, the leg is to be carried out again. Another error ends
        the work.
        """


class DurableEngine(Protocol):
    """Carries out what is submitted. One life: `launch`, then `drain` if there is time, then `close`."""

    @property
    def load(self) -> int:
        """How many works are carried out here now."""

    async def launch(self, carrier: Carrier) -> None:
        """Begin to work, and take up again what this node is to carry out.

        Raises `StoreUnavailable`, or `EngineTaken` where the process has an engine that there can be one of only.
        """

    async def submit(self, work: Work) -> Standing:
        """Have a work carried out and return where it stands; submitted again, it is as it was.

        It returns once that is kept, as far as this engine keeps anything. Raises `StoreUnavailable`.
        """

    async def standing(self, work: Work) -> Standing | None:
        """Return where a work stands; None where it was never submitted."""

    async def standings(self, works: Collection[Work]) -> Mapping[str, Standing]:
        """Return where these works stand, by id; those never submitted are left out."""

    async def cancel(self, work: Work) -> None:
        """Let no further leg of a work begin. One that is under way is finished."""

    async def ahead(self, work: Work) -> int:
        """Return how many works of its queue are carried out before this one; 0 where it does not wait."""

    async def backlog(self) -> Sequence[Backlog]:
        """Return what waits and what runs, by queue and tenant."""

    async def finished(self, work: Work) -> None:
        """Return once this process does not work on it (any more)."""

    async def at_work(self) -> frozenset[str]:
        """Return the nodes to which works are given that are not over."""

    async def recover(self, nodes: Sequence[str]) -> int:
        """Give what dead nodes were carrying out to the living, and return how many works that were.

        It may be told of the same death twice, by anybody, at any time.
        """

    async def drain(self, within_s: float) -> bool:
        """Begin nothing more and let every leg under way end; return whether all did. The rest is for others."""

    async def close(self) -> None:
        """Stop at once. Legs under way are cancelled, and carried out again by whoever comes next."""
