"""What was posted in a chat under which key, so that whoever comes again after a crash does not post it twice."""

from datetime import datetime

from sqlalchemy import ColumnElement, Table, delete, select, update

from memory.model.installation import Posted
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.work import Work


class Posts:
    """Every tenant's posts on one platform, which has a `table` of its own."""

    def __init__(self, work: Work, table: Table) -> None:
        self._work = work
        self._table = table

    async def begin(self, posted: Posted) -> Posted | None:
        """Begin to post under a key; where that was begun before, return what is known of it instead."""
        row = {
            "tenant": posted.tenant,
            "team": posted.team,
            "key": posted.key,
            "begun_at": posted.begun_at,
            "document": posted.model_dump_json(),
        }
        async with self._work.writing() as connection:
            begun = await connection.execute(
                insert(connection, self._table).values(**row).on_conflict_do_nothing()
            )
            if begun.rowcount:
                return None
            query = select(self._table.c.document).where(*self._is(posted))
            document = (await connection.execute(query)).scalar_one()
        return _posted(document, posted.tenant)

    async def finish(self, posted: Posted) -> None:
        """Write down where a message is."""
        done = update(self._table).where(*self._is(posted)).values(document=posted.model_dump_json())
        async with self._work.writing() as connection:
            await connection.execute(done)

    async def forget(self, posted: Posted) -> None:
        """Take a key back: nothing was posted under it."""
        async with self._work.writing() as connection:
            await connection.execute(delete(self._table).where(*self._is(posted)))

    async def find(self, tenant: str, team: str, key: str) -> Posted | None:
        """Return what was posted under a key, None where nothing was begun."""
        columns = self._table.c
        query = select(columns.document).where(columns.tenant == tenant, columns.team == team, columns.key == key)
        async with self._work.reading() as connection:
            document = (await connection.execute(query)).scalar_one_or_none()
        return None if document is None else _posted(document, tenant)

    async def prune(self, before: datetime) -> int:
        """Forget what was posted earlier, of every tenant; return how much."""
        async with self._work.writing() as connection:
            return (await connection.execute(delete(self._table).where(self._table.c.begun_at < before))).rowcount

    def _is(self, posted: Posted) -> tuple[ColumnElement[bool], ...]:
        columns = self._table.c
        return columns.tenant == posted.tenant, columns.team == posted.team, columns.key == posted.key


def _posted(document: str, tenant: str) -> Posted:
    posted = Posted.model_validate_json(document)
    belonging(tenant, posted.tenant)
    return posted
