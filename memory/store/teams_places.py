"""Where Quarterdeck may write in Microsoft Teams, unasked too."""

from sqlalchemy import delete, select

from memory.model.teams import Place
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.teams_tables import places
from memory.store.work import Work


class TeamsPlaces:
    """Every tenant's conversations."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def put(self, place: Place) -> None:
        """Keep a conversation, in place of what was known of it."""
        row = {"seen_at": place.seen_at, "document": place.model_dump_json()}
        key = {"tenant": place.tenant, "id": place.id}
        async with self._work.writing() as connection:
            await connection.execute(
                insert(connection, places)
                .values(**key, **row)
                .on_conflict_do_update(index_elements=list(key), set_=row)
            )

    async def find(self, tenant: str, place: str) -> Place | None:
        """Return a conversation, None where it is not known."""
        query = select(places.c.document).where(places.c.tenant == tenant, places.c.id == place)
        async with self._work.reading() as connection:
            document = (await connection.execute(query)).scalar_one_or_none()
        return None if document is None else _place(document, tenant)

    async def of(self, tenant: str) -> tuple[Place, ...]:
        """Return all of a tenant's, the one seen last first."""
        query = select(places.c.document).where(places.c.tenant == tenant)
        async with self._work.reading() as connection:
            found = await connection.execute(query.order_by(places.c.seen_at.desc(), places.c.id))
            return tuple(_place(document, tenant) for document in found.scalars())

    async def remove(self, tenant: str, place: str) -> bool:
        """Forget a conversation; False where it was not known."""
        gone = delete(places).where(places.c.tenant == tenant, places.c.id == place)
        async with self._work.writing() as connection:
            return bool((await connection.execute(gone)).rowcount)


def _place(document: str, tenant: str) -> Place:
    place = Place.model_validate_json(document)
    belonging(tenant, place.tenant)
    return place
