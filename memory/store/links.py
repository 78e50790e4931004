"""Accounts on their way to be linked. Each step is taken once, and in time, whoever takes it then."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update

from memory.errors import Conflict, NotFound
from memory.model.identity import Link
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.identity_tables import links
from memory.store.work import Work

_GONE = "expected a link that is open, found one that is over, used or unknown"
_AGAIN = "Begin again: a code is good once, for ten minutes."


class Links:
    """Every tenant's links that were begun. One that is late, or answered before, is a no."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def begin(self, link: Link, code_hash: str, side: str) -> None:
        """Keep a link under its code's hash; `side` names who began, to be counted. Raises `Conflict`."""
        row = {
            "tenant": link.tenant,
            "id": link.id,
            "code_hash": code_hash,
            "side": side,
            "begun_at": link.begun_at,
            "expires_at": link.expires_at,
            "document": link.model_dump_json(),
        }
        async with self._work.writing() as connection:
            added = await connection.execute(insert(connection, links).values(**row).on_conflict_do_nothing())
            if not added.rowcount:
                raise Conflict("expected a fresh code, found one that was given before")

    async def begun(self, tenant: str, side: str, since: datetime) -> int:
        """Return how many links this side began since then."""
        query = select(func.count()).where(
            links.c.tenant == tenant, links.c.side == side, links.c.begun_at > since
        )
        async with self._work.reading() as connection:
            return int((await connection.execute(query)).scalar_one())

    async def of_code(self, tenant: str, code_hash: str, now: datetime) -> Link | None:
        """Return the link of a code that can still be answered, None where there is none."""
        query = select(links.c.document).where(
            links.c.tenant == tenant, links.c.code_hash == code_hash, *_open(now), links.c.answered_at.is_(None)
        )
        async with self._work.reading() as connection:
            document = (await connection.execute(query)).scalar_one_or_none()
        return None if document is None else _link(document, tenant)

    async def get(self, tenant: str, link: str) -> Link:
        """Return a link; raises `NotFound`."""
        query = select(links.c.document).where(links.c.tenant == tenant, links.c.id == link)
        async with self._work.reading() as connection:
            document = (await connection.execute(query)).scalar_one_or_none()
        if document is None:
            raise NotFound(_GONE, hint=_AGAIN)
        return _link(document, tenant)

    async def waiting(self, tenant: str, side: str, now: datetime) -> tuple[Link, ...]:
        """Return the links that this side began, that were answered, and that wait for its yes."""
        query = (
            select(links.c.document)
            .where(links.c.tenant == tenant, links.c.side == side, *_open(now), links.c.answered_at.is_not(None))
            .order_by(links.c.begun_at, links.c.id)
        )
        async with self._work.reading() as connection:
            return tuple(_link(document, tenant) for document in (await connection.execute(query)).scalars())

    async def answer(self, link: Link, now: datetime) -> None:
        """Store what the second side said, once and in time; raises `Conflict`."""
        await self._step(link, now, links.c.answered_at.is_(None), answered_at=now)

    async def finish(self, link: Link, now: datetime) -> None:
        """Store that the first side said yes too, once and in time; raises `Conflict`."""
        await self._step(link, now, links.c.answered_at.is_not(None), finished_at=now)

    async def prune(self, before: datetime) -> int:
        """Remove what ended before then, of every tenant; return how much."""
        async with self._work.writing() as connection:
            return (await connection.execute(delete(links).where(links.c.expires_at < before))).rowcount

    async def _step(self, link: Link, now: datetime, stands: ColumnElement[bool], **changed: datetime) -> None:
        this = (links.c.tenant == link.tenant, links.c.id == link.id)
        written = update(links).where(*this, *_open(now), stands)
        async with self._work.writing() as connection:
            row = written.values(document=link.model_dump_json(), **changed)
            if not (await connection.execute(row)).rowcount:
                raise Conflict(_GONE, hint=_AGAIN)


def _open(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (links.c.expires_at > now, links.c.finished_at.is_(None))


def _link(document: str, tenant: str) -> Link:
    link = Link.model_validate_json(document)
    belonging(tenant, link.tenant)
    return link
