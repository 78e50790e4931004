"""The facts Quarterdeck keeps, in SQLite or PostgreSQL.

    await store.runs.get(tenant, run_id)               # one call is one transaction

    async with store.transaction() as unit:            # several calls are all written, or none is
        run = await unit.runs.replace(changed, expected_version=run.version)
        await unit.ledger.append(entry)

Every call names its tenant or is given a value that carries it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import select

from memory.clock import Clock
from memory.store.database import Database, Joined, Work
from memory.store.evidence import EvidenceStore
from memory.store.grants import Grants
from memory.store.idempotency import Idempotency
from memory.store.keys import Keys
from memory.store.ledger import Ledger
from memory.store.page import Page
from memory.store.runs import Runs
from memory.store.turns import Turns

__all__ = ["Page", "Store", "Unit"]


class Unit:
    """Every repository, all doing their work in the same place."""

    def __init__(self, work: Work, clock: Clock) -> None:
        self.runs = Runs(work)
        self.grants = Grants(work)
        self.ledger = Ledger(work)
        self.evidence = EvidenceStore(work)
        self.turns = Turns(work)
        self.keys = Keys(work)
        self.idempotency = Idempotency(work, clock)


class Store(Unit):
    """The repositories, each call in a transaction of its own."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(database, clock)
        self._database = database
        self._clock = clock

    @classmethod
    async def open(cls, url: str, clock: Clock) -> "Store":
        """Open the store at `url` and bring it to the newest schema.

        Raises `InvalidSettings`, `DependencyMissing` or `StoreUnavailable`.
        """
        database = await Database.open(url)
        try:
            await database.migrate()
        except BaseException:
            await database.close()
            raise
        return cls(database, clock)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Unit]:
        """Enter one transaction that every call on the unit joins; left by an error, nothing of it is written.

        Keep it short and do nothing else inside: with SQLite, nobody else writes meanwhile.
        """
        async with self._database.writing() as connection:
            yield Unit(Joined(connection), self._clock)

    async def ping(self) -> None:
        """Return when the database answers; raises `StoreUnavailable`."""
        async with self._database.reading() as connection:
            await connection.execute(select(1))

    async def close(self) -> None:
        """Close every connection."""
        await self._database.close()
