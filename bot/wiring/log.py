"""The signed log: its key found, its store opened, what was published compared with it, and published on."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from urllib.parse import quote

from bot.conversation import Probe
from bot.log_findings import LOG_PARTS
from bot.logbook import Logbook
from bot.publication import Publisher, Quorum, check_size
from bot.settings import Settings
from bot.signing.holding import Keyholder, SigningKey
from bot.telemetry import Metrics
from bot.wiring.keys import signing_key
from bot.wiring.local import home
from memory.clock import Clock
from memory.errors import LogContradicted, LogKeyWrong, StoreUnavailable
from memory.ids import Ids
from memory.ledger.directory import LogDirectory
from memory.store import Store
from memory.store.signed import signed_by
from tools.witnesses import WitnessEndpoint

PUBLISHED = "log"


@dataclass(frozen=True)
class OpenLog:
    """The store with its log, who holds the log's key, what publishes it, and what tells of it."""

    store: Store
    signing: SigningKey
    holder: Keyholder
    publisher: Publisher
    book: Logbook
    publishing: asyncio.Task[None] | None = None

    def probes(self) -> Mapping[str, Probe]:
        """Return how to find out whether the log is in doubt, and whether it is published."""
        return dict(
            zip(LOG_PARTS, (Probe(self._sound, vital=True), Probe(self._published, vital=False)), strict=True)
        )

    async def _sound(self) -> str:
        problem = self.publisher.problem
        if isinstance(problem, LogContradicted):
            raise problem
        tenant = self.publisher.tenant
        head = await self.store.ledger.head(tenant)
        keys = (self.signing.key, *self.signing.others())
        if head.size and head.key not in {str(key.signer(tenant).key) for key in keys}:
            raise LogKeyWrong(
                f"expected the key {head.key}, which signs the log now, found it rotated away from this process",
                hint="Give Quarterdeck the new key and start it again.",
            )
        return "signed"

    async def _published(self) -> str:
        if self.publishing is not None and self.publishing.done():
            raise StoreUnavailable("expected the log to be published again and again, found that it has stopped")
        if self.publisher.problem is not None:
            raise self.publisher.problem
        return "as it grows" if self.publishing is not None else "not by this process"


@asynccontextmanager
async def open_log(
    settings: Settings, clock: Clock, ids: Ids, metrics: Metrics, *, publishing: bool = False
) -> AsyncIterator[OpenLog]:
    """Open the log of the settings' tenant, begun with its key if it is new, and publish it where `publishing`.

    Raises `InvalidSettings`, `LogKeyWrong`, `LogCorrupt` where the database does not go on from what is published,
    `DependencyMissing` or `StoreUnavailable`, with nothing left open.
    """
    quorum = Quorum(tuple(map(WitnessEndpoint.parse, settings.log_witnesses)), settings.log_witness_quorum)
    directory = LogDirectory(home(settings) / PUBLISHED / quote(settings.tenant, safe=""))
    async with AsyncExitStack() as stack:
        signing = await _signing(settings, directory)
        store = await Store.open(settings.database(), clock, signing.key, others=signing.others)
        stack.push_async_callback(store.close)
        holder = Keyholder(store, signing, clock, ids)
        publisher = Publisher(store, settings.tenant, directory, holder, quorum, clock=clock, metrics=metrics)
        stack.push_async_callback(publisher.close)
        await publisher.check()
        await holder.introduce(settings.tenant)
        task = await stack.enter_async_context(_keeping(publisher)) if publishing else None
        book = Logbook(store, publisher, signing, public=settings.log_public)
        yield OpenLog(store, signing, holder, publisher, book, task)


async def _signing(settings: Settings, directory: LogDirectory) -> SigningKey:
    """Return the key. None is made where a log was published that the database does not hold."""
    signed = await signed_by(settings.database())
    published = await asyncio.to_thread(directory.published)
    if published is not None and settings.tenant not in signed:
        check_size(directory, published, 0)
    return await signing_key(settings, signed)


@asynccontextmanager
async def _keeping(publisher: Publisher) -> AsyncIterator[asyncio.Task[None]]:
    stop = asyncio.Event()
    task = asyncio.create_task(publisher.keep(stop))
    try:
        yield task
    finally:
        stop.set()
        await asyncio.gather(task, return_exceptions=True)
