"""Publishing the log: its newest checkpoint, once enough witnesses have cosigned it, above the files it is of.

It works beside the appends and never holds one up. Where it cannot publish what is new, what is old stays, and
`problem` says why. A witness that has seen another history than ours stops it until people have looked.
"""

import asyncio
import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.signing.holding import Keyholder
from bot.telemetry import Metrics
from memory.clock import Clock
from memory.errors import Conflict, LogContradicted, LogCorrupt, LogRolledBack, QuarterdeckError, StoreUnavailable
from memory.ledger.directory import LogDirectory
from memory.log.checkpoint import Checkpoint
from memory.log.keys import VerifierKey
from memory.log.listing import KeyListing
from memory.log.merkle import consistency_proof, tree_root
from memory.log.note import Note
from memory.log.trust import Trust
from memory.store import Store
from memory.store.nodes import proven
from memory.store.sealing import Head
from tools.witnesses import WitnessEndpoint, Witnesses

LOOK_EVERY_S = 1.0
LONGEST_PAUSE_S = 30.0

_COMPARE = (
    "The database was restored from an older copy, or it is another one. Restore the newest copy; to begin "
    "another log, give it a log_name of its own and move the published one aside."
)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Quorum:
    """The witnesses of a log, and how many of them have to cosign; None: all."""

    endpoints: tuple[WitnessEndpoint, ...] = ()
    needed: int | None = None

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """The witnesses' keys."""
        return tuple(each.key for each in self.endpoints)

    @property
    def count(self) -> int:
        """How many of them have to cosign."""
        return len(self.endpoints) if self.needed is None else self.needed

    def trust(self, head: Head) -> Trust:
        """Return when a checkpoint of the log that ends there may be published."""
        key = VerifierKey.parse(head.key)
        return Trust(key.name, (key,), self.keys, self.needed)


class Publisher:
    """Publishes one tenant's log into a directory, which several processes may share."""

    def __init__(
        self,
        store: Store,
        tenant: str,
        directory: LogDirectory,
        holder: Keyholder,
        quorum: Quorum,
        *,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self.tenant = tenant
        self.directory = directory
        self.quorum = quorum
        self.problem: QuarterdeckError | None = None
        self.unanswered: Mapping[str, QuarterdeckError] = {}
        self._store = store
        self._ledger = store.ledger
        self._holder = holder
        self._witnesses = Witnesses(quorum.endpoints)
        self._clock = clock
        self._metrics = metrics

    async def check(self) -> None:
        """Return when what is published is the beginning of this log; raises `LogContradicted` where it is not."""
        before = await asyncio.to_thread(self.directory.published)
        if before is None or before.size == 0:
            return
        head = await self._ledger.head(self.tenant)
        check_size(self.directory, before, head.size)
        root = await proven(self._ledger, self.tenant, lambda read: tree_root(before.size, read))
        if root != before.root:
            raise LogContradicted(
                f"expected the log of {self.tenant} to begin with the {before.size} entries that are published in "
                f"{self.directory.root}, found others in the database",
                hint=_COMPARE,
            )

    async def ask(self) -> None:
        """Ask the witnesses to cosign the newest checkpoint, and note in `problem` where too few did."""
        try:
            head = await self._ledger.head(self.tenant)
            if head.size:
                await self._cosigned(head)
        except QuarterdeckError as error:
            self.problem = error
        else:
            self.problem = None

    async def publish(self) -> bool:
        """Publish what is new, and return whether there was anything.

        Raises `LogContradicted` where somebody has seen another history, `SignatureMissing` where too few
        witnesses cosigned, what `LogDirectory.publish` raises, and `Conflict` while another process publishes.
        """
        with self._alone():
            head = await self._ledger.head(self.tenant)
            before = await asyncio.to_thread(self.directory.published)
            if head.size == 0 or (before is not None and _same(before, head)):
                return False
            await self.check()
            note = await self._cosigned(head)
            await self.directory.list_keys(await self._listing())
            await self.directory.publish(
                before.size if before else 0, head.size, self._entries, self._hashes, note
            )
        return True

    async def keep(self, stop: asyncio.Event) -> None:
        """Publish again and again until told to stop, and once more then. What goes wrong is tried again later."""
        pause = LOOK_EVERY_S
        while not stop.is_set():
            pause = LOOK_EVERY_S if await self.attempt() else min(2 * pause, LONGEST_PAUSE_S)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)
        await self.attempt()

    async def attempt(self) -> bool:
        """Publish what is new; return whether nothing stands in the way, and note in `problem` what does."""
        try:
            await self.publish()
        except QuarterdeckError as error:
            self._trouble(error)
        else:
            self.problem = None
        with suppress(QuarterdeckError):
            size, published, behind_s = await self.progress()
            self._metrics.log(size, published, behind_s)
        return self.problem is None

    async def progress(self) -> tuple[int, int, float]:
        """Return the log's size, the published one, and the age of the oldest unpublished entry in seconds."""
        head = await self._ledger.head(self.tenant)
        before = await asyncio.to_thread(self.directory.published)
        published = before.size if before else 0
        if published >= head.size:
            return head.size, published, 0.0
        oldest = await self._ledger.find(self.tenant, str(published))
        return head.size, published, (self._clock.now() - oldest.entry.logged).total_seconds()

    async def close(self) -> None:
        """Close the connections to the witnesses."""
        await self._witnesses.close()

    async def _cosigned(self, head: Head) -> Note:
        note = Note.parse(head.checkpoint)
        cosigning = await self._witnesses.cosign(note, self._prove)
        self.unanswered = cosigning.problems
        self._metrics.log_witnesses(
            {each.name: each.name not in cosigning.problems for each in self.quorum.endpoints}
        )
        for problem in cosigning.problems.values():
            if isinstance(problem, LogContradicted):
                raise problem
        return self.quorum.trust(head).open(cosigning.note).note

    async def _prove(self, old: int, new: int) -> list[bytes]:
        return await proven(self._ledger, self.tenant, lambda read: consistency_proof(old, new, read))

    async def _entries(self, first: int, until: int) -> list[bytes]:
        return await self._ledger.entries(self.tenant, first, until)

    async def _hashes(self, level: int, first: int, until: int) -> list[bytes]:
        return await self._ledger.hashes(self.tenant, level, first, until)

    async def _listing(self) -> KeyListing:
        return KeyListing((await self._holder.past(self.tenant)).keys, self.quorum.keys)

    def _trouble(self, error: QuarterdeckError) -> None:
        """Say once what stands in the way, loudly where the log itself is in doubt."""
        if self.problem is None or self.problem.message != error.message:
            say = _log.error if isinstance(error, LogCorrupt) else _log.warning
            reasons = {name: each.message for name, each in self.unanswered.items()}
            say("log.not_published", tenant=self.tenant, code=error.code, why=error.message, witnesses=reasons)
        self.problem = error

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Be the only process that writes to the directory."""
        root = self.directory.root
        try:
            root.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            opened = os.open(_lock(root), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreUnavailable(f"expected to publish to {root}, found: {error.strerror}") from error
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError as error:
            raise Conflict(f"expected to publish to {root}, found another process at it") from error
        finally:
            os.close(opened)


def _lock(root: Path) -> Path:
    return root.with_name(f"{root.name}.lock")


def _same(published: Checkpoint, head: Head) -> bool:
    """Return whether what is published is all of the log. Another root of the same size is not."""
    return (published.size, published.root) == (head.size, head.frontier().root())


def check_size(directory: LogDirectory, published: Checkpoint, size: int) -> None:
    """Raise `LogRolledBack` where more entries are published in the directory than the log has."""
    if published.size > size:
        raise LogRolledBack(
            f"expected the log {published.origin} to have the {published.size} entries that are published in "
            f"{directory.root}, found {size} in the database",
            hint=_COMPARE,
        )
