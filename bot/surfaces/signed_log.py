"""What every surface is told of the signed log: how it stands, its entries with their receipts, and its files.

A receipt is a C2SP tlog-proof: with it, and the log's verifier key, anybody can tell offline that the entry is in
the log, and that it says what it says.
"""

from typing import Protocol

from pydantic import Field

from memory.model.people import Principal
from memory.model.record import Recorded
from memory.model.value import Digest, Identifier, Moment, Value


class WitnessAnswer(Value):
    """A witness of the log: when it cosigned what is published, and what kept it from cosigning since."""

    name: str
    key: str
    cosigned_at: Moment | None = None
    problem: str = ""


class LogState(Value):
    """How the log stands. `key` is the verifier key in force, `key_from` where the private one was found.

    `behind_s` is the age of the oldest entry that is not published yet, in seconds. `problem` says what keeps it
    from being published; `in_doubt`, that somebody has seen another history of it.
    """

    origin: str
    key: str
    key_from: str = ""
    size: int
    root: Digest | None = None
    checkpoint: str = Field(default="", description="The newest checkpoint, as the log alone signed it")
    published_size: int = 0
    behind_s: float = 0
    quorum: int = 0
    witnesses: tuple[WitnessAnswer, ...] = ()
    problem: str = ""
    in_doubt: bool = False


class Receipted(Value):
    """An entry of the log and its receipt, as the text of a `.tlog-proof` file of that name."""

    recorded: Recorded
    file: str
    proof: str


class Receipts(Value):
    """The receipts of what came of a plan, in the order of the log."""

    run: Identifier
    items: tuple[Receipted, ...]


class LogFile(Value):
    """One file of the published log. A `lasting` one never has other bytes under its address."""

    content: bytes
    media_type: str
    etag: str
    lasting: bool


class SignedLog(Protocol):
    """The log of one tenant, for its people, and for everybody where it is `public`."""

    @property
    def public(self) -> bool:
        """Whether anybody may read the published log."""

    async def state(self, principal: Principal) -> LogState:
        """Return how the log stands."""

    async def entry(self, principal: Principal, entry: str) -> Recorded:
        """Return one entry by its index or by its leaf hash, 8 digits or more; raises `NotFound`."""

    async def receipt(self, principal: Principal, entry: str) -> Receipted:
        """Return one entry with its receipt; raises `NotFound`."""

    async def receipts(self, principal: Principal, run: str) -> Receipts:
        """Return the receipts of what came of a plan, none while nothing did; raises `NotFound`."""

    async def file(self, principal: Principal | None, place: str) -> LogFile:
        """Return the published file at `TENANT/PATH`; raises `NotFound`. For nobody, only of a public log."""
