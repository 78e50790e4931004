"""The archive of the house, and what erases in the background what is older than the settings keep it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

from agents.graph import Thinker
from bot.audit.archive import RecordArchive
from bot.audit.packing import Witnessed
from bot.identity import Directory
from bot.settings import Settings
from bot.wiring.log import OpenLog
from memory.clock import Clock
from memory.errors import NotFound, QuarterdeckError
from memory.ids import Ids
from memory.ledger.reading import read_note
from memory.ledger.source import DirectorySource
from memory.tasks import stopped

SWEEP_EVERY_S = 3600.0
ASK_EVERY_S = 30.0  # whether this node is to do it now
RETENTION = "retention"

Leads = Callable[[str, float], Awaitable[bool]]
"""Whether this node leads in something, for so many seconds."""

_log = structlog.get_logger(__name__)


def archive(
    settings: Settings, log: OpenLog, directory: Directory, thinker: Thinker, clock: Clock, ids: Ids
) -> RecordArchive:
    """Return the archive over an open log."""

    async def published(tenant: str) -> Witnessed | None:
        keys = log.publisher.quorum.keys
        if not keys or tenant != log.publisher.tenant:
            return None
        try:
            note, _ = await asyncio.to_thread(read_note, DirectorySource(log.publisher.directory.root))
        except NotFound:
            return None
        return Witnessed(note, tuple(keys))

    return RecordArchive(
        log.store,
        directory,
        clock=clock,
        ids=ids,
        forget=thinker.forget,
        published=published,
        days=settings.retention,
    )


@asynccontextmanager
async def sweeping(records: RecordArchive, tenant: str, leads: Leads) -> AsyncIterator[None]:
    """Erase again and again what is older than it is kept, until the block ends; one node does it for all."""
    task = asyncio.create_task(_sweep(records, tenant, leads))
    try:
        yield
    finally:
        await stopped(task)


async def _sweep(records: RecordArchive, tenant: str, leads: Leads) -> None:
    while True:
        try:
            if not await leads(RETENTION, 2 * SWEEP_EVERY_S):
                await asyncio.sleep(ASK_EVERY_S)
                continue
            done = await records.retention.sweep(tenant)
        except QuarterdeckError as error:
            _log.warning("retention.sweep_failed", code=error.code, why=error.message)
        else:
            if done.blobs:
                _log.info("retention.swept", tenant=tenant, blobs=done.blobs, held=done.held)
        await asyncio.sleep(SWEEP_EVERY_S)
