"""What was read back to people and waits for its code: gone ahead with once at most, in time, in few attempts."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from memory.errors import SpokenCodeRefused
from memory.model.voice import Readback
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.voice_tables import readbacks
from memory.store.work import Work

MOST_ATTEMPTS = 3


class Readbacks:
    """Every tenant's. A code is kept as its keyed hash alone; one that is unknown, late or spent is a no."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def put(self, readback: Readback) -> None:
        """Keep what was said, once by its id. No code goes ahead with it before one is given."""
        row = {
            "tenant": readback.tenant,
            "id": readback.id,
            "person": readback.person,
            "message": readback.message,
            "attempts": 0,
            "expires_at": readback.expires_at,
            "document": readback.model_dump_json(),
        }
        async with self._work.writing() as connection:
            await connection.execute(insert(connection, readbacks).values(**row).on_conflict_do_nothing())

    async def of_message(self, tenant: str, message: str) -> Readback | None:
        """Return what a message is to go ahead with, None where it is nothing or that is over."""
        this = (readbacks.c.tenant == tenant, readbacks.c.message == message, readbacks.c.spent_at.is_(None))
        async with self._work.reading() as connection:
            found = await connection.execute(select(readbacks.c.document).where(*this).order_by(readbacks.c.id))
            document = found.scalars().first()
        return None if document is None else _readback(document, tenant)

    async def give(self, readback: Readback, session: str, code_hash: str, now: datetime) -> bool:
        """Give it its code, in one session; whatever else waited there is over. False where it is spent."""
        mine = (readbacks.c.tenant == readback.tenant, readbacks.c.person == readback.person)
        this = (*mine, readbacks.c.id == readback.id, readbacks.c.spent_at.is_(None))
        fresh = {
            "session": session,
            "code_hash": code_hash,
            "attempts": 0,
            "given_at": now,
            "expires_at": readback.expires_at,
            "document": readback.model_dump_json(),
        }
        async with self._work.writing() as connection:
            others = (*mine, readbacks.c.session == session, readbacks.c.id != readback.id)
            await connection.execute(
                update(readbacks).where(*others, readbacks.c.spent_at.is_(None)).values(spent_at=now)
            )
            return bool((await connection.execute(update(readbacks).where(*this).values(**fresh))).rowcount)

    async def given(self, tenant: str, person: str, most: int) -> frozenset[str]:
        """Return the hashes of the last codes this person was given."""
        mine = (readbacks.c.tenant == tenant, readbacks.c.person == person, readbacks.c.code_hash.is_not(None))
        query = select(readbacks.c.code_hash).where(*mine).order_by(readbacks.c.given_at.desc()).limit(most)
        async with self._work.reading() as connection:
            return frozenset((await connection.execute(query)).scalars())

    async def open(self, tenant: str, person: str, session: str, now: datetime) -> Readback | None:
        """Return what waits for its code in a session of this person."""
        query = select(readbacks.c.document).where(*_open(tenant, person, session, now))
        async with self._work.reading() as connection:
            document = (await connection.execute(query.limit(1))).scalar_one_or_none()
        return None if document is None else _readback(document, tenant)

    async def spend(self, tenant: str, person: str, session: str, code_hash: str, now: datetime) -> Readback:
        """Use up what waits here by its code; raises `SpokenCodeRefused`, and counts the attempt.

        The last attempt that fails ends it.
        """
        async with self._work.writing() as connection:
            counted = update(readbacks).where(*_open(tenant, person, session, now))
            taken = await connection.execute(counted.values(attempts=readbacks.c.attempts + 1))
            if not taken.rowcount:
                raise _refused(None)
            right = (*_open(tenant, person, session, now, MOST_ATTEMPTS + 1), readbacks.c.code_hash == code_hash)
            spent = update(readbacks).where(*right).values(spent_at=now).returning(readbacks.c.document)
            document = (await connection.execute(spent)).scalar_one_or_none()
            left = None if document is not None else await _left(connection, tenant, person, session, now)
        if document is None:
            raise _refused(left)
        return _readback(document, tenant)

    async def press(self, tenant: str, person: str, session: str, readback: str, now: datetime) -> Readback:
        """Use up what waits here by its button; raises `SpokenCodeRefused`."""
        this = (*_open(tenant, person, session, now), readbacks.c.id == readback)
        async with self._work.writing() as connection:
            spent = update(readbacks).where(*this).values(spent_at=now).returning(readbacks.c.document)
            document = (await connection.execute(spent)).scalar_one_or_none()
        if document is None:
            raise _refused(None)
        return _readback(document, tenant)

    async def drop(self, tenant: str, person: str, session: str, now: datetime) -> int:
        """End whatever waits in a session; return how much."""
        async with self._work.writing() as connection:
            ended = update(readbacks).where(*_open(tenant, person, session, now)).values(spent_at=now)
            return (await connection.execute(ended)).rowcount

    async def end(self, readback: Readback, now: datetime) -> None:
        """End one, whether it was given a code or not."""
        this = (readbacks.c.tenant == readback.tenant, readbacks.c.id == readback.id)
        async with self._work.writing() as connection:
            await connection.execute(
                update(readbacks).where(*this, readbacks.c.spent_at.is_(None)).values(spent_at=now)
            )

    async def prune(self, before: datetime) -> int:
        """Remove what is long over, of every tenant; return how much."""
        async with self._work.writing() as connection:
            return (await connection.execute(delete(readbacks).where(readbacks.c.expires_at < before))).rowcount


async def _left(connection: AsyncConnection, tenant: str, person: str, session: str, now: datetime) -> int | None:
    query = select(readbacks.c.attempts).where(*_open(tenant, person, session, now, MOST_ATTEMPTS + 1))
    used = (await connection.execute(query.limit(1))).scalar_one_or_none()
    return None if used is None else MOST_ATTEMPTS - used


def _open(
    tenant: str, person: str, session: str, now: datetime, attempts: int = MOST_ATTEMPTS
) -> tuple[ColumnElement[bool], ...]:
    return (
        readbacks.c.tenant == tenant,
        readbacks.c.person == person,
        readbacks.c.session == session,
        readbacks.c.code_hash.is_not(None),
        readbacks.c.spent_at.is_(None),
        readbacks.c.expires_at > now,
        readbacks.c.attempts < attempts,
    )


def _refused(left: int | None) -> SpokenCodeRefused:
    if left is None:
        return SpokenCodeRefused("expected a code for what was read back here, found that nothing waits for one")
    if left > 0:
        return SpokenCodeRefused("expected the code that was just read out, found another", hint="Say it again.")
    return SpokenCodeRefused(
        f"expected the code within {MOST_ATTEMPTS} attempts, found none of them right",
        hint="Ask again, or press the button.",
    )


def _readback(document: str, tenant: str) -> Readback:
    readback = Readback.model_validate_json(document)
    belonging(tenant, readback.tenant)
    return readback
