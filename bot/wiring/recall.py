"""The memory of a house, put together. Nothing is opened, loaded or imported before it is asked for."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog

from bot.offered import offered
from bot.recall.alerts import each_of_file, of_file
from bot.recall.alone import recalled
from bot.recall.learning import Learning
from bot.recall.postmortems import of_postmortem
from bot.recall.room import RecallRoom
from bot.recall.service import Recall
from bot.recall.shelf import RunbookShelf, of_folder
from bot.recall_settings import RecallIndex
from bot.settings import Settings
from bot.wiring.understanding import embedder
from memory.bus import Bus
from memory.clock import Clock, SystemClock
from memory.embedding import Embedder
from memory.errors import InvalidInput, QuarterdeckError, RecallTaken
from memory.ids import Ids
from memory.recall.brute import BruteForce
from memory.recall.cache import VectorCache
from memory.recall.entry import Query
from memory.recall.port import VectorIndex
from memory.recall.recalling import Remembered, RunbookMatch
from memory.store import Store
from memory.tasks import stopped
from runbooks.catalogue import RunbookCatalogue, Source, catalogue, folder, packaged

_CACHE = "runbook-vectors.npz"
_SETTLED_S = 1.0  # what was started a moment ago has better things to do first
_AGAIN_S = 30.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Remembering:
    """The memory, and as surfaces see it."""

    recall: Recall
    room: RecallRoom
    learning: Learning
    tenant: str

    @asynccontextmanager
    async def working(self, bus: Bus) -> AsyncIterator[None]:
        """Learn from what ends, and have the runbooks ready to be found, until the block ends."""
        settling = asyncio.create_task(self._settle())
        try:
            async with self.learning.following(bus):
                yield
        finally:
            await stopped(settling)

    async def _settle(self) -> None:
        """Have the runbooks ready once the house stands, and keep the index up to what the store says."""
        await asyncio.sleep(_SETTLED_S)
        while True:
            try:
                await self.recall.warm()
                await self.recall.settle(self.tenant)
            except QuarterdeckError as error:
                _log.warning("recall.not_settled", code=error.code, why=error.message)
            await asyncio.sleep(_AGAIN_S)


@asynccontextmanager
async def remembering(
    settings: Settings, store: Store, embedding: Callable[[], Awaitable[Embedder]], clock: Clock, ids: Ids
) -> AsyncIterator[Remembering]:
    """Give the memory of a house, and let go of its index when the block ends."""

    def shelf(made: Embedder) -> RunbookShelf:
        return shelved(settings, catalogue(_sources(settings, None), offered(settings)), made)

    recall = Recall(
        store,
        embedder=embedding,
        open_index=lambda model: index(settings, model, clock),
        shelf=shelf,
        clock=clock,
        ids=ids,
    )
    keep = timedelta(days=settings.memory_days)
    try:
        yield Remembering(
            recall=recall,
            room=RecallRoom(recall, store, clock, ids, keep),
            learning=Learning(recall, store, settings.tenant, keep),
            tenant=settings.tenant,
        )
    finally:
        await recall.close()


def index(settings: Settings, model: str, clock: Clock) -> VectorIndex:
    """Open what keeps the vectors; raises `RecallUnavailable`, `InvalidSettings` or `DependencyMissing`. Blocks.

    Where another process owns the directory, brute force over the same texts takes its place.
    """
    if settings.recall_url:
        from memory.recall.opening import served

        return served(settings.recall_url, model)
    if settings.recall_index is RecallIndex.NUMPY:
        return BruteForce()
    from memory.recall.opening import embedded

    try:
        opened, aside = embedded(home_of(settings), model, clock.now())
    except RecallTaken as taken:
        _log.info("recall.taken", why=taken.message, to=BruteForce.name)
        return BruteForce()
    if aside is not None:
        _log.warning("recall.set_aside", directory=str(aside), then="The index is made anew from the store.")
    return opened


def home_of(settings: Settings) -> Path:
    """Return where the index and the vectors of runbooks are kept."""
    return settings.recall_dir or settings.home / "memory"


def shelved(settings: Settings, known: RunbookCatalogue, embedding: Embedder) -> RunbookShelf:
    """Return the runbooks of a house, to be searched.

    Those that can be run, and those that lack tools, to be read.
    """
    others = [
        source for source in packaged() if Path(source.name).stem in {each.runbook for each in known.lacking}
    ]
    return RunbookShelf(known.newest(), others, VectorCache(embedding, home_of(settings) / _CACHE))


def find_runbooks(
    settings: Settings, payload: bytes, library: Path | None, limit: int
) -> tuple[RunbookMatch, ...]:
    """Return the runbooks for the alert of a file: those of a folder of Markdown, or those of the settings.

    No server.

    Raises `InvalidInput` for an alert that says nothing, or a folder that cannot be read.
    """
    query, alerts = of_file(payload), each_of_file(payload)
    sources = list(_sources(settings, library))
    cache = VectorCache(embedder(settings), home_of(settings) / _cached(library))
    if library is not None:
        return of_folder(sources, cache).find_each(query, alerts, limit)
    known = catalogue(sources, offered(settings))
    read = {each.file for each in known.runbooks}
    others = [each for each in sources if each.name not in read]
    return RunbookShelf(known.newest(), others, cache, at_once=False).find_each(query, alerts, limit)


def recall_files(
    settings: Settings, words: str, library: Path, services: tuple[str, ...], limit: int
) -> tuple[Remembered, ...]:
    """Return what is like it of a folder of post-mortems in Markdown. No server.

    Raises `InvalidInput` for an empty question, or a folder that cannot be read.
    """
    if not words.strip():
        raise InvalidInput("expected something to recall, found an empty question")
    now, keep = SystemClock().now(), timedelta(days=settings.memory_days)
    memories = [
        of_postmortem(source.name, source.data.decode("utf-8", "replace"), settings.tenant, read_at=now, keep=keep)
        for source in folder(library, "post-mortems")
    ]
    model = embedder(settings)
    query = Query(words=words, services=services, now=now)
    cache = VectorCache(model, home_of(settings) / _cached(library))
    return recalled(query, memories, model, cache, now=now, limit=limit)


def _cached(library: Path | None) -> str:
    """Return the name of the file with the vectors of a folder, or of the runbooks of the settings."""
    if library is None:
        return _CACHE
    return f"vectors-{hashlib.sha256(str(library.resolve()).encode()).hexdigest()[:16]}.npz"


def _sources(settings: Settings, library: Path | None) -> Iterator[Source]:
    if library is not None:
        yield from folder(library)
        return
    yield from packaged()
    for path in settings.runbook_dirs:
        yield from folder(path)
