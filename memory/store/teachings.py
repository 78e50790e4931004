"""What past turns teach, and thumbs. A teaching changes only from the state its reviewer has seen."""

from collections.abc import Collection

from sqlalchemy import select, update

from memory.errors import Conflict, NotFound
from memory.model.teaching import Teaching, TeachingState, Thumb
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.teaching_tables import teachings, thumbs
from memory.store.work import Work

MOST = 500  # teachings that are read at once, the newest


class Teachings:
    """Every tenant's."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, teaching: Teaching) -> bool:
        """Keep a new one; False where one of that id is known already, whatever became of it."""
        row = {"tenant": teaching.tenant, "id": teaching.id, "state": teaching.state.value, "at": teaching.at}
        statement = {**row, "document": teaching.model_dump_json()}
        async with self._work.writing() as connection:
            added = insert(connection, teachings).values(**statement).on_conflict_do_nothing()
            return bool((await connection.execute(added)).rowcount)

    async def get(self, tenant: str, identifier: str) -> Teaching:
        """Return one; raises `NotFound`."""
        query = select(teachings.c.document).where(teachings.c.tenant == tenant, teachings.c.id == identifier)
        async with self._work.reading() as connection:
            document = (await connection.execute(query)).scalar_one_or_none()
        if document is None:
            raise NotFound(f"expected the id of a lesson, found {identifier[:60]!r}, which is none")
        return _teaching(document, tenant)

    async def of(self, tenant: str, state: TeachingState | None = None) -> tuple[Teaching, ...]:
        """Return the tenant's, in this state or in any, the newest first."""
        query = select(teachings.c.document).where(teachings.c.tenant == tenant)
        if state is not None:
            query = query.where(teachings.c.state == state.value)
        query = query.order_by(teachings.c.at.desc(), teachings.c.id).limit(MOST)
        async with self._work.reading() as connection:
            return tuple(_teaching(each, tenant) for each in (await connection.execute(query)).scalars())

    async def decide(self, teaching: Teaching, seen: Collection[TeachingState]) -> None:
        """Put a decided one in the place of what was seen in one of these states; raises `Conflict`."""
        async with self._work.writing() as connection:
            written = await connection.execute(
                update(teachings)
                .where(teachings.c.tenant == teaching.tenant, teachings.c.id == teaching.id)
                .where(teachings.c.state.in_([state.value for state in seen]))
                .values(state=teaching.state.value, document=teaching.model_dump_json())
            )
            if not written.rowcount:
                states = " or ".join(state.value for state in seen)
                raise Conflict(f"expected lesson {teaching.id} to be {states}, found that it is not")

    async def thumb(self, given: Thumb) -> None:
        """Keep what somebody made of an answer, in place of what they made of it before."""
        key = {"tenant": given.tenant, "message": given.message, "by": given.by}
        row = {"up": given.up, "at": given.at}
        async with self._work.writing() as connection:
            await connection.execute(
                insert(connection, thumbs)
                .values(**key, **row)
                .on_conflict_do_update(index_elements=list(key), set_=row)
            )

    async def thumbs(self, tenant: str) -> tuple[Thumb, ...]:
        """Return the tenant's thumbs, the oldest first."""
        query = (
            select(thumbs).where(thumbs.c.tenant == tenant).order_by(thumbs.c.at, thumbs.c.message, thumbs.c.by)
        )
        async with self._work.reading() as connection:
            return tuple(Thumb.model_validate(row._asdict()) for row in await connection.execute(query))


def _teaching(document: str, tenant: str) -> Teaching:
    found = Teaching.model_validate_json(document)
    belonging(tenant, found.tenant)
    return found
