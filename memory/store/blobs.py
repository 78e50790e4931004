"""What is kept beside the log because it is large or private: texts, prompts, evidence, under salted digests.

An entry holds the digest alone. When the bytes and their salt are erased, the digest stays and tells nothing.
"""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from memory.clock import Clock
from memory.errors import BlobErased, NotFound, StoreUnavailable
from memory.model.bodies import Body, Sealed
from memory.model.record import Blob, BlobState, Record
from memory.store.engines import overwrite_erased
from memory.store.salts import Salts
from memory.store.tables import blobs
from memory.store.work import Work


def address(content: bytes, salt: bytes) -> str:
    """Return a blob's address: the hexadecimal SHA-256 of its salt and its content."""
    return hashlib.sha256(salt + content).hexdigest()


async def attached(connection: AsyncConnection, record: Record, salts: Salts) -> Record:
    """Keep what is attached to a record, and return the record with the addresses in its body."""
    rows = [
        _row(record.tenant, record.correlation, each.kind, each.content, salts(), record.at)
        for each in record.attachments
    ]
    await connection.execute(insert(blobs), rows)
    digests = [str(row["digest"]) for row in rows]
    return record.model_copy(update={"body": _addressed(record, digests), "attachments": ()})


def _addressed(record: Record, digests: Sequence[str]) -> Body:
    alone: dict[str, str] = {}
    several: dict[str, tuple[Sealed, ...]] = {}
    for each, digest in zip(record.attachments, digests, strict=True):
        if each.id is None:
            alone[each.field] = digest
        else:
            several[each.field] = (*several.get(each.field, ()), Sealed(id=each.id, digest=digest))
    return record.body.model_copy(update=alone | several)


def _row(tenant: str, correlation: str, kind: str, content: bytes, salt: bytes, at: datetime) -> dict[str, object]:
    return {
        "tenant": tenant,
        "digest": address(content, salt),
        "salt": salt,
        "content": content,
        "kind": kind,
        "correlation": correlation,
        "created_at": at,
    }


def _states(tenant: str) -> Select[str, str, str, datetime, datetime | None, str | None]:
    columns = (
        blobs.c.digest,
        blobs.c.kind,
        blobs.c.correlation,
        blobs.c.created_at,
        blobs.c.erased_at,
        blobs.c.erasure,
    )
    return select(*columns).where(blobs.c.tenant == tenant)


class Blobs:
    """Every tenant's blobs."""

    def __init__(self, work: Work, clock: Clock, salts: Salts) -> None:
        self._work = work
        self._clock = clock
        self._salts = salts

    async def put(self, tenant: str, correlation: str, kind: str, content: bytes) -> str:
        """Keep `content` and return its address. `kind` is what retention goes by: "message", "prompt", ….

        The same content put twice is kept twice, under salts of their own: nobody can tell that it is the same.
        """
        row = _row(tenant, correlation, kind, content, self._salts(), self._clock.now())
        async with self._work.writing() as connection:
            await connection.execute(insert(blobs).values(**row))
        return str(row["digest"])

    async def get(self, tenant: str, digest: str) -> Blob:
        """Return one blob; raises `NotFound`, or `BlobErased` where it was one."""
        query = select(blobs).where(blobs.c.tenant == tenant, blobs.c.digest == digest)
        async with self._work.reading() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise NotFound(f"expected the address of a blob, found {digest!r}, which is none")
        if row.erased_at is not None:
            raise BlobErased(f"expected blob {digest[:12]}… to be kept still, found it erased at {row.erased_at}")
        if address(row.content, row.salt) != digest:
            raise StoreUnavailable(
                f"expected blob {digest[:12]}… to have the digest it is kept under, found other bytes",
                hint="The database was altered behind the store. Keep it, and restore an older copy.",
            )
        return Blob(
            digest=digest,
            salt=row.salt,
            content=row.content,
            kind=row.kind,
            correlation=row.correlation,
            created_at=row.created_at,
        )

    async def standing(
        self,
        tenant: str,
        *,
        correlations: Collection[str] = (),
        kind: str | None = None,
        before: datetime | None = None,
        after: BlobState | None = None,
        limit: int | None = None,
    ) -> tuple[BlobState, ...]:
        """Return the blobs not erased, oldest first: of these turns (none: any), this kind and age.

        `after` is the last of those that were returned before.
        """
        query = _states(tenant).where(blobs.c.erased_at.is_(None))
        if correlations:
            query = query.where(blobs.c.correlation.in_(correlations))
        if kind is not None:
            query = query.where(blobs.c.kind == kind)
        if before is not None:
            query = query.where(blobs.c.created_at < before)
        if after is not None:
            query = query.where(tuple_(blobs.c.created_at, blobs.c.digest) > (after.created_at, after.digest))
        async with self._work.reading() as connection:
            rows = await connection.execute(query.order_by(blobs.c.created_at, blobs.c.digest).limit(limit))
            return tuple(BlobState.model_validate(row._asdict()) for row in rows)

    async def states(self, tenant: str, digests: Collection[str]) -> dict[str, BlobState]:
        """Return what is known of these blobs, erased or not; what is no address of one is left out."""
        async with self._work.reading() as connection:
            rows = await connection.execute(_states(tenant).where(blobs.c.digest.in_(digests)))
            return {row.digest: BlobState.model_validate(row._asdict()) for row in rows}

    async def erase(self, tenant: str, digests: Collection[str], erasure: str | None = None) -> int:
        """Erase the content and the salt of these blobs for good; return how many there were.

        `erasure` is the id of the entry that says so.
        """
        statement = (
            update(blobs)
            .where(blobs.c.tenant == tenant, blobs.c.digest.in_(digests), blobs.c.erased_at.is_(None))
            .values(content=None, salt=None, erased_at=self._clock.now(), erasure=erasure)
        )
        async with self._work.writing() as connection:
            await overwrite_erased(connection)
            return (await connection.execute(statement)).rowcount
