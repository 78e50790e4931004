"""What surfaces ask of the archive: parts of the log to take away, and holding and erasing what is beside it.

As with the desk, everything carries the person who asks, and roles decide. What leaves, and what is erased or
held, is an entry of the log first.
"""

from collections.abc import Collection
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from pydantic import Field

from bot.surfaces.desk import LogQuery
from memory.exports.export import Form
from memory.model.bodies import HoldScope
from memory.model.people import Principal
from memory.model.record import BlobState, Hold, Recorded
from memory.model.value import Digest, Identifier, Value


class Parcel(Value):
    """A file that is ready to leave the house; the log has its digest already."""

    path: Path
    name: str
    content_type: str
    size: int
    digest: Digest


class Beside(Value):
    """An entry with what is known of the blobs it names. `erased_in` gives the index of the entry that says so."""

    recorded: Recorded
    blobs: tuple[BlobState, ...]
    erased_in: dict[str, int]


class Erasure(Value):
    """What was erased, or with a dry run would be: how many blobs, of which turns; and what is kept, and why."""

    erasures: tuple[Identifier, ...] = ()
    blobs: int = 0
    by_kind: dict[str, int] = Field(default_factory=dict)
    correlations: tuple[Identifier, ...] = ()
    held: int = 0  # kept by a legal hold
    in_progress: int = 0  # kept because a run of theirs can still change
    dry_run: bool = False


class HoldRequest(Value):
    """A legal hold to place. `value` is a turn, a kind of blob or a person's id; nothing for the whole tenant."""

    scope: HoldScope
    value: str = Field(default="", max_length=120)
    reason: str = Field(min_length=1, max_length=2000)


class Archive(Protocol):
    """Keeps the records of a tenant. Everything raises `PolicyDenied` for somebody without the role."""

    def export(self, principal: Principal, asked: LogQuery, form: Form) -> AbstractAsyncContextManager[Parcel]:
        """Give part of the log as a file, for as long as the block lasts. Auditors and administrators."""

    def pack(self, principal: Principal, subject: str) -> AbstractAsyncContextManager[Parcel]:
        """Give the evidence of a run, turn, message or incident as a file. Auditors and administrators."""

    async def beside(self, principal: Principal, entry: str) -> Beside:
        """Return an entry by its index or leaf hash, and the state of what is beside it; raises `NotFound`."""

    async def erase(self, principal: Principal, *, correlations: Collection[str], person: str | None) -> Erasure:
        """Erase these turns, or a person, for good; raises `UnderHold` or `Conflict`. Administrators."""

    async def retain(self, principal: Principal, *, dry_run: bool) -> Erasure:
        """Erase what is older than its kind is kept, now. Administrators."""

    async def place(self, principal: Principal, hold: HoldRequest) -> Hold:
        """Place a legal hold. Administrators."""

    async def lift(self, principal: Principal, hold: str) -> Hold:
        """Lift a legal hold; raises `NotFound` or `Conflict`. Administrators."""

    async def holds(self, principal: Principal) -> tuple[Hold, ...]:
        """Return every legal hold, those that were lifted too. Auditors and administrators."""
