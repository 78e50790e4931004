"""The working copies of what the log's blobs hold: messages, replies, evidence, runs, kept answers of requests.

Erasing means here too, in the same transaction. A run that can still change is never touched.
"""

import json
from collections.abc import Callable, Collection
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Table, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from memory.model.access import ApiKey
from memory.model.approval import Review
from memory.model.bodies import EntryKind
from memory.model.dead_letter import DeadLetter
from memory.model.evidence import Evidence
from memory.model.run import Run, RunStatus
from memory.model.talk import Message, Reply
from memory.model.value import Identifier, Value
from memory.scrubbing import (
    ERASED,
    is_person,
    renamed,
    scrubbed_evidence,
    scrubbed_letter,
    scrubbed_message,
    scrubbed_reply,
    scrubbed_run,
)
from memory.store.engines import overwrite_erased
from memory.store.room_copies import forget_posts, rename_in_rooms
from memory.store.tables import (
    api_keys,
    challenges,
    credentials,
    dead_letters,
    evidence,
    idempotency,
    ledger,
    messages,
    metadata,
    replies,
    reviews,
    runs,
)
from memory.store.timeline_copies import rename_in_timeline, scrub_timeline
from memory.store.work import Work

M = TypeVar("M", bound=BaseModel)

_LEFT = {"ledger", "ledger_nodes", "ledger_heads", "pseudonyms", "blobs", "holds"}  # where nobody stands by name
_ENDED = [status.value for status in RunStatus if status.final()]


class Talk(Value):
    """One person's part in a thread, of which something is remembered between turns."""

    thread: Identifier
    sender: Identifier


class Copies:
    """Every tenant's working copies, as far as they repeat what can be erased."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def scrub(self, tenant: str, correlations: Collection[str], kinds: Collection[str]) -> None:
        """Take out of the copies of these turns what these kinds of blobs hold."""
        async with self._work.writing() as connection:
            await overwrite_erased(connection)
            said = await _named(connection, tenant, correlations, EntryKind.MESSAGE, "message")
            planned = await _named(connection, tenant, correlations, EntryKind.PLAN, "run")
            if "message" in kinds:
                await _each(connection, Message, messages.c.id.in_(said), tenant, scrubbed_message)
            await _each(
                connection, Reply, replies.c.message.in_(said), tenant, lambda reply: scrubbed_reply(reply, kinds)
            )
            if "evidence" in kinds:
                found = evidence.c.correlation.in_(correlations)
                await _each(connection, Evidence, found, tenant, scrubbed_evidence)
            await connection.execute(
                delete(challenges).where(challenges.c.tenant == tenant, challenges.c.subject.in_(planned))
            )
            if "reason" in kinds and planned:
                used = or_(*(reviews.c.document.contains(json.dumps(run), autoescape=True) for run in planned))
                await _each(connection, Review, used, tenant, lambda review: _reviewed(review, planned))
            if "reason" in kinds:
                died = dead_letters.c.run.in_(planned)
                await _each(connection, DeadLetter, died, tenant, scrubbed_letter)
            ended = runs.c.id.in_(planned) & runs.c.status.in_(_ENDED)
            await _each(connection, Run, ended, tenant, lambda run: scrubbed_run(run, kinds))
            await scrub_timeline(connection, tenant, correlations, kinds)
            await forget_posts(connection, tenant, correlations)
            await _forget_answers(connection, tenant, [*correlations, *said, *planned])

    async def rename(self, tenant: str, person: str, pseudonym: str, at: datetime) -> None:
        """Put a pseudonym in a person's place in all that is kept, and end whatever opens a door for them."""
        async with self._work.writing() as connection:
            await overwrite_erased(connection)
            shown = challenges.c.document.contains(json.dumps(person), autoescape=True)
            await connection.execute(delete(challenges).where(challenges.c.tenant == tenant, shown))
            for table, owner in ((credentials, credentials.c.holder), (idempotency, idempotency.c.principal)):
                await connection.execute(delete(table).where(table.c.tenant == tenant, owner == person))
            await _end_keys(connection, tenant, person, at)
            await rename_in_timeline(connection, tenant, person, pseudonym)
            await rename_in_rooms(connection, tenant, person, pseudonym)
            for table in metadata.sorted_tables:
                if table.name not in _LEFT:
                    await _rename(connection, table, tenant, person, pseudonym)

    async def talks(self, tenant: str, correlations: Collection[str]) -> frozenset[Talk]:
        """Return the talks that these turns were part of."""
        async with self._work.reading() as connection:
            said = await _named(connection, tenant, correlations, EntryKind.MESSAGE, "message")
            query = select(messages.c.thread, messages.c.sender).where(messages.c.tenant == tenant)
            rows = await connection.execute(query.where(messages.c.id.in_(said)))
            return frozenset(Talk(thread=row.thread, sender=row.sender) for row in rows)


_TABLES: dict[type[BaseModel], Table] = {
    Message: messages,
    Reply: replies,
    Evidence: evidence,
    Run: runs,
    ApiKey: api_keys,
    Review: reviews,
    DeadLetter: dead_letters,
}


async def _each(
    connection: AsyncConnection, kind: type[M], which: ColumnElement[bool], tenant: str, change: Callable[[M], M]
) -> None:
    """Read the documents that are meant, and put back what `change` makes of each."""
    table = _TABLES[kind]
    key = [column for column in table.primary_key.columns if column.name != "tenant"]
    rows = (await connection.execute(select(*key, table.c.document).where(table.c.tenant == tenant, which))).all()
    for row in rows:
        this = [column == value for column, value in zip(key, row, strict=False)]
        document = change(kind.model_validate_json(row.document)).model_dump_json()
        await connection.execute(update(table).where(table.c.tenant == tenant, *this).values(document=document))


async def _end_keys(connection: AsyncConnection, tenant: str, person: str, at: datetime) -> None:
    theirs = api_keys.c.document.contains(json.dumps(person), autoescape=True)
    await _each(connection, ApiKey, theirs, tenant, lambda key: _ended(key, person, at))


def _ended(key: ApiKey, person: str, at: datetime) -> ApiKey:
    return key.model_copy(update={"revoked_at": key.revoked_at or at}) if key.principal == person else key


async def _rename(connection: AsyncConnection, table: Table, tenant: str, person: str, pseudonym: str) -> None:
    """Put the pseudonym into a table's columns for people, and into the documents of what can change no more."""
    ours = table.c.tenant == tenant
    for column in table.c:
        if is_person(column.name):
            await connection.execute(update(table).where(ours, column == person).values({column: pseudonym}))
    if "document" not in table.c:
        return
    key = [column for column in table.primary_key.columns if column.name != "tenant"]
    named = select(*key, table.c.document).where(
        ours, table.c.document.contains(json.dumps(person), autoescape=True)
    )
    if table is runs:
        named = named.where(runs.c.status.in_(_ENDED))
    for row in (await connection.execute(named)).all():
        this = [column == value for column, value in zip(key, row, strict=False)]
        told = renamed(json.loads(row.document), person, pseudonym)
        document = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        await connection.execute(update(table).where(ours, *this).values(document=document))


def _reviewed(review: Review, planned: Collection[str]) -> Review:
    if review.run not in planned:
        return review
    return review.model_copy(update={"reason": ERASED, "remark": ERASED if review.remark else ""})


async def _named(
    connection: AsyncConnection, tenant: str, correlations: Collection[str], kind: EntryKind, field: str
) -> list[str]:
    query = select(ledger.c.entry).where(ledger.c.tenant == tenant, ledger.c.kind == kind.value)
    rows = (await connection.execute(query.where(ledger.c.correlation.in_(correlations)))).scalars()
    return [str(json.loads(entry)["body"][field]) for entry in rows]


async def _forget_answers(connection: AsyncConnection, tenant: str, names: Collection[str]) -> None:
    """Forget kept answers that tell of these turns, messages or runs: they repeat the words."""
    tells = or_(*(idempotency.c.response.contains(name, autoescape=True) for name in names))
    await connection.execute(delete(idempotency).where(idempotency.c.tenant == tenant, tells))
