"""What people said and what was answered. A message is received once and answered once, however often it comes."""

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from memory.errors import NotFound
from memory.model.talk import Exchange, Message, Reply, Thread
from memory.model.value import Identifier, Moment, Value
from memory.page import Page, checked, cut, read
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.tables import messages, replies
from memory.store.work import Work


class _MessagePlace(Value):
    at: Moment
    id: Identifier


class _ThreadPlace(Value):
    last_at: Moment
    thread: Identifier


LATEST = 100  # replies among which one is looked for by its id


class Turns:
    """Every tenant's messages and replies."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def receive(self, message: Message) -> bool:
        """Keep a message; return False when one of that id was received before in its tenant."""
        row = {
            "tenant": message.tenant,
            "id": message.id,
            "thread": message.thread,
            "sender": message.sender,
            "at": message.at,
            "document": message.model_dump_json(),
        }
        async with self._work.writing() as connection:
            added = await connection.execute(insert(connection, messages).values(**row).on_conflict_do_nothing())
        return bool(added.rowcount)

    async def answer(self, tenant: str, reply: Reply) -> Reply:
        """Keep the reply to a message and return it; a message that was answered before gives its first reply.

        Raises `NotFound` when that message was never received in this tenant.
        """
        async with self._work.writing() as connection:
            await _check_received(connection, tenant, reply.to)
            row = {"tenant": tenant, "message": reply.to, "document": reply.model_dump_json()}
            added = await connection.execute(insert(connection, replies).values(**row).on_conflict_do_nothing())
            return reply if added.rowcount else await _reply_to(connection, tenant, reply.to) or reply

    async def reply_to(self, tenant: str, message_id: str) -> Reply | None:
        """Return the reply to a message, None when there is none yet."""
        async with self._work.reading() as connection:
            return await _reply_to(connection, tenant, message_id)

    async def given(self, tenant: str, person: str, reply: str) -> Reply | None:
        """Return a reply by its id among the latest that this person was given, None where it is none of them."""
        query = (
            select(replies.c.document)
            .join(messages, (messages.c.tenant == replies.c.tenant) & (messages.c.id == replies.c.message))
            .where(messages.c.tenant == tenant, messages.c.sender == person)
            .order_by(messages.c.at.desc(), messages.c.id)
            .limit(LATEST)
        )
        async with self._work.reading() as connection:
            documents = (await connection.execute(query)).scalars().all()
        return next((each for each in map(Reply.model_validate_json, documents) if each.id == reply), None)

    async def latest(self, tenant: str, limit: int = 500) -> tuple[Exchange, ...]:
        """Return the tenant's latest exchanges in the order they were said, whoever said them."""
        query = (
            select(messages.c.document, replies.c.document.label("reply"))
            .join_from(messages, replies, isouter=True)
            .where(messages.c.tenant == tenant)
            .order_by(messages.c.at.desc(), messages.c.id.desc())
            .limit(limit)
        )
        async with self._work.reading() as connection:
            found = [_exchange(tenant, row.document, row.reply) for row in await connection.execute(query)]
        return tuple(reversed(found))

    async def transcript(
        self, tenant: str, thread: str, *, cursor: str | None = None, limit: int = 50
    ) -> Page[Exchange]:
        """Return the last exchanges of a thread in the order they were said; the cursor leads to earlier ones."""
        query = (
            select(messages.c.document, replies.c.document.label("reply"))
            .join_from(messages, replies, isouter=True)
            .where(messages.c.tenant == tenant, messages.c.thread == thread)
            .order_by(messages.c.at.desc(), messages.c.id.desc())
            .limit(checked(limit) + 1)
        )
        if cursor is not None:
            place = read(cursor, _MessagePlace)
            query = query.where(tuple_(messages.c.at, messages.c.id) < (place.at, place.id))
        async with self._work.reading() as connection:
            found = [_exchange(tenant, row.document, row.reply) for row in await connection.execute(query)]
        page = cut(found, limit, lambda last: _MessagePlace(at=last.message.at, id=last.message.id))
        return page.model_copy(update={"items": page.items[::-1]})

    async def threads(
        self, tenant: str, sender: str, *, cursor: str | None = None, limit: int = 50
    ) -> Page[Thread]:
        """Return the threads in which this person said something, the one they last spoke in first."""
        spoken = (
            select(
                messages.c.thread,
                func.count().label("count"),
                func.min(messages.c.at).label("opened_at"),
                func.max(messages.c.at).label("last_at"),
            )
            .where(messages.c.tenant == tenant, messages.c.sender == sender)
            .group_by(messages.c.thread)
            .subquery()
        )
        opening = (
            select(messages.c.document)
            .where(messages.c.tenant == tenant, messages.c.sender == sender)
            .where(messages.c.thread == spoken.c.thread)
            .order_by(messages.c.at, messages.c.id)
            .limit(1)
            .scalar_subquery()
        )
        query = select(spoken, opening.label("document")).order_by(spoken.c.last_at.desc(), spoken.c.thread.desc())
        if cursor is not None:
            place = read(cursor, _ThreadPlace)
            query = query.where(tuple_(spoken.c.last_at, spoken.c.thread) < (place.last_at, place.thread))
        async with self._work.reading() as connection:
            found = [
                Thread(
                    id=row.thread,
                    opening=_message(tenant, row.document).text,
                    opened_at=row.opened_at,
                    last_at=row.last_at,
                    messages=row.count,
                )
                for row in await connection.execute(query.limit(checked(limit) + 1))
            ]
        return cut(found, limit, lambda thread: _ThreadPlace(last_at=thread.last_at, thread=thread.id))


async def _check_received(connection: AsyncConnection, tenant: str, message_id: str) -> None:
    query = select(messages.c.id).where(messages.c.tenant == tenant, messages.c.id == message_id)
    if (await connection.execute(query)).one_or_none() is None:
        raise NotFound(f"expected the id of a message that was received, found {message_id!r}")


async def _reply_to(connection: AsyncConnection, tenant: str, message_id: str) -> Reply | None:
    query = select(replies.c.document).where(replies.c.tenant == tenant, replies.c.message == message_id)
    document = (await connection.execute(query)).scalar_one_or_none()
    return None if document is None else Reply.model_validate_json(document)


def _message(tenant: str, document: str) -> Message:
    message = Message.model_validate_json(document)
    belonging(tenant, message.tenant)
    return message


def _exchange(tenant: str, document: str, reply: str | None) -> Exchange:
    return Exchange(
        message=_message(tenant, document),
        reply=None if reply is None else Reply.model_validate_json(reply),
    )
