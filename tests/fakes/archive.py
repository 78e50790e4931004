"""A real archive on a small SQLite store, for surfaces: one turn of Alice's, one denial, and two who may audit."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.audit.archive import RecordArchive
from bot.audit.packing import Witnessed
from bot.identity import Directory
from memory.model.people import Role
from memory.model.record import Attachment
from memory.store import Store
from tests.fakes.people import EVERYBODY, MALLORY, person
from tests.fakes.time import CountingIds, FakeClock
from tests.keys import LOG_KEY
from tests.memory import samples

ADA, OTTO = person("ada", Role.ADMIN), person("otto", Role.AUDITOR)
PEOPLE = (*EVERYBODY, MALLORY, ADA, OTTO)
WORDS = b"words m1, and Anna Bergmann's"


@asynccontextmanager
async def archive(folder: Path) -> AsyncIterator[RecordArchive]:
    """Open the archive; what an earlier one left in the folder is there still."""
    store = await Store.open(f"sqlite:///{folder / 'archive.db'}", FakeClock(), LOG_KEY)
    try:
        if not (await store.ledger.head("acme")).size:
            await _fill(store)
        yield RecordArchive(
            store,
            Directory(PEOPLE),
            clock=FakeClock(),
            ids=CountingIds(),
            forget=_forget,
            published=_published,
            days={"message": 1},
        )
    finally:
        await store.close()


async def _fill(store: Store) -> None:
    said = Attachment(field="text", kind="message", content=WORDS)
    await store.turns.receive(samples.message())
    await store.ledger.append(samples.record().model_copy(update={"attachments": (said,)}))
    await store.ledger.append(samples.denial())


async def _forget(tenant: str, thread: str, person: str) -> None:
    del tenant, thread, person


async def _published(tenant: str) -> Witnessed | None:
    del tenant
    return None
