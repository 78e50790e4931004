"""What is remembered: the texts, with the vectors made of them.

What was forgotten leaves its id, and stays forgotten.

Every change in a tenant has the next number, so that whoever keeps an index of them reads on from where it was.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from memory.errors import InvalidInput
from memory.model.memory import Memory, MemoryKind
from memory.recall.vectors import Vectors, packed, unpacked
from memory.scrubbing import silenced
from memory.store.belonging import belonging
from memory.store.engines import insert, lock_memories, overwrite_erased
from memory.store.memory_tables import memories
from memory.store.work import Work

MOST = 500  # of one call
FORGOTTEN = "forgotten"  # the subject of what is


@dataclass(frozen=True)
class Change:
    """One change: the memory with its vectors as they are now, or None where it was forgotten."""

    number: int
    id: str
    memory: Memory | None = None
    vectors: Vectors | None = None


class Memories:
    """Every tenant's memories."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def put(self, memory: Memory, vectors: Vectors | None = None) -> bool:
        """Keep a memory in place of what was kept under its id.

        False where that was forgotten, or says the same.
        """
        document = memory.model_dump_json()
        async with self._work.writing() as connection:
            await lock_memories(connection, memory.tenant)
            found = (await connection.execute(_one(memory.tenant, memory.id))).one_or_none()
            if found is not None and (found.document is None or found.document == document):
                return False
            row = _row(memory, document, vectors) | {"number": await _next(connection, memory.tenant)}
            added = insert(connection, memories).values(**row)
            changed = {name: value for name, value in row.items() if name not in {"tenant", "id"}}
            await connection.execute(added.on_conflict_do_update(index_elements=["tenant", "id"], set_=changed))
        return True

    async def embed(self, tenant: str, vectors: Sequence[tuple[str, int, Vectors]]) -> None:
        """Keep vectors (id, number, vectors) of memories that have not changed since that number."""
        async with self._work.writing() as connection:
            for identifier, number, made in vectors:
                same = (
                    (memories.c.tenant == tenant) & (memories.c.id == identifier) & (memories.c.number == number)
                )
                values = {"model": made.model, "vectors": packed(made)}
                await connection.execute(
                    update(memories).where(same, memories.c.document.is_not(None)).values(**values)
                )

    async def changes(self, tenant: str, after: int, limit: int = MOST) -> tuple[Change, ...]:
        """Return what changed after a number, in order; each memory once, as it is now."""
        _check(limit)
        query = (
            select(memories)
            .where(memories.c.tenant == tenant, memories.c.number > after)
            .order_by(memories.c.number)
            .limit(limit)
        )
        async with self._work.reading() as connection:
            return tuple(_change(row, tenant) for row in await connection.execute(query))

    async def get(self, tenant: str, ids: Collection[str]) -> dict[str, Memory]:
        """Return those of these memories that there are, by id."""
        _check(max(1, len(ids)))
        query = select(memories.c.document).where(memories.c.tenant == tenant, memories.c.id.in_(ids))
        async with self._work.reading() as connection:
            documents = (await connection.execute(query.where(memories.c.document.is_not(None)))).scalars()
            found = [_memory(document, tenant) for document in documents]
        return {memory.id: memory for memory in found}

    async def of(self, tenant: str, kind: MemoryKind, person: str | None = None) -> tuple[Memory, ...]:
        """Return the memories of a kind (and a person), the newest first, `MOST` at most."""
        query = select(memories.c.document).where(memories.c.tenant == tenant, memories.c.kind == kind.value)
        if person is not None:
            query = query.where(memories.c.person == person)
        query = query.where(memories.c.document.is_not(None)).order_by(memories.c.at.desc(), memories.c.id)
        async with self._work.reading() as connection:
            documents = (await connection.execute(query.limit(MOST))).scalars()
            return tuple(_memory(document, tenant) for document in documents)

    async def about(self, tenant: str, subject: str) -> tuple[Memory, ...]:
        """Return what is remembered of a subject, the newest first, `MOST` at most."""
        query = select(memories.c.document).where(memories.c.tenant == tenant, memories.c.subject == subject)
        query = query.where(memories.c.document.is_not(None)).order_by(memories.c.at.desc(), memories.c.id)
        async with self._work.reading() as connection:
            documents = (await connection.execute(query.limit(MOST))).scalars()
            return tuple(_memory(document, tenant) for document in documents)

    async def counts(self, tenant: str) -> dict[str, int]:
        """Return how many memories of each kind there are."""
        query = (
            select(memories.c.kind, func.count())
            .where(memories.c.tenant == tenant, memories.c.document.is_not(None))
            .group_by(memories.c.kind)
            .order_by(memories.c.kind)
        )
        async with self._work.reading() as connection:
            return {row[0]: row[1] for row in await connection.execute(query)}

    async def forget_subject(self, tenant: str, subject: str) -> tuple[str, ...]:
        """Forget for good what is remembered of a subject; return the ids."""
        return await self._forget(tenant, memories.c.subject == subject)

    async def forget_person(self, tenant: str, person: str) -> tuple[str, ...]:
        """Forget for good what is a person's, and take the words out of what others share with them."""
        gone = await self._forget(tenant, memories.c.person == person)
        return gone or await self._silence(tenant, person)

    async def forget_turns(self, tenant: str, correlations: Collection[str]) -> tuple[str, ...]:
        """Forget for good what came from these turns."""
        return await self._forget(tenant, memories.c.correlation.in_(correlations)) if correlations else ()

    async def forget_expired(
        self, tenant: str, now: datetime, *, but_turns: Collection[str] = (), but_people: Collection[str] = ()
    ) -> tuple[str, ...]:
        """Forget for good what was to be kept until now at most, but for what is of these turns or people."""
        over = memories.c.until <= now
        if but_turns:
            over &= or_(memories.c.correlation.is_(None), memories.c.correlation.not_in(but_turns))
        if but_people:
            over &= or_(memories.c.person.is_(None), memories.c.person.not_in(but_people))
        return await self._forget(tenant, over)

    async def _silence(self, tenant: str, person: str) -> tuple[str, ...]:
        """Take the words out of memories that have some of a person's among them."""
        named = memories.c.document.contains(json.dumps(person), autoescape=True)
        query = select(memories.c.document).where(memories.c.tenant == tenant, named).limit(MOST)
        async with self._work.writing() as connection:
            await lock_memories(connection, tenant)
            await overwrite_erased(connection)
            found = [_memory(each, tenant) for each in (await connection.execute(query)).scalars()]
            theirs = [each for each in found if person in each.people]
            number = await _next(connection, tenant)
            for place, each in enumerate(theirs):
                row = _row(silenced(each), silenced(each).model_dump_json(), None) | {"number": number + place}
                this = (memories.c.tenant == tenant) & (memories.c.id == each.id)
                await connection.execute(update(memories).where(this).values(**row))
        return tuple(each.id for each in theirs)

    async def _forget(self, tenant: str, which: ColumnElement[bool]) -> tuple[str, ...]:
        standing = (memories.c.tenant == tenant) & memories.c.document.is_not(None) & which
        async with self._work.writing() as connection:
            await lock_memories(connection, tenant)
            await overwrite_erased(connection)
            found = (await connection.execute(select(memories.c.id).where(standing).limit(MOST))).scalars().all()
            number = await _next(connection, tenant)
            for place, identifier in enumerate(sorted(found)):
                this = (memories.c.tenant == tenant) & (memories.c.id == identifier)
                await connection.execute(update(memories).where(this).values(number=number + place, **_NOTHING))
        return tuple(sorted(found))


_NOTHING: dict[str, object] = {
    "subject": FORGOTTEN,
    "person": None,
    "correlation": None,
    "until": None,
    "document": None,
    "model": None,
    "vectors": None,
}


def _one(tenant: str, identifier: str) -> Select[str | None]:
    return select(memories.c.document).where(memories.c.tenant == tenant, memories.c.id == identifier)


async def _next(connection: AsyncConnection, tenant: str) -> int:
    last = select(func.max(memories.c.number)).where(memories.c.tenant == tenant)
    return int((await connection.execute(last)).scalar() or 0) + 1


def _row(memory: Memory, document: str, vectors: Vectors | None) -> dict[str, object]:
    return {
        "tenant": memory.tenant,
        "id": memory.id,
        "kind": memory.kind.value,
        "subject": memory.subject,
        "person": memory.person,
        "correlation": memory.correlation,
        "at": memory.at,
        "until": memory.until,
        "document": document,
        "model": vectors.model if vectors else None,
        "vectors": packed(vectors) if vectors else None,
    }


def _change(row: Row[Any], tenant: str) -> Change:
    if row.document is None:
        return Change(row.number, row.id)
    vectors = unpacked(row.model, row.vectors) if row.vectors is not None and row.model is not None else None
    return Change(row.number, row.id, _memory(row.document, tenant), vectors)


def _memory(document: str, tenant: str) -> Memory:
    memory = Memory.model_validate_json(document)
    belonging(tenant, memory.tenant)
    return memory


def _check(number: int) -> None:
    if not 1 <= number <= MOST:
        raise InvalidInput(f"expected 1 to {MOST} memories at a time, found {number}")
