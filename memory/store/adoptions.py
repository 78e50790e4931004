"""Which savings were taken up, when and by whom."""

from datetime import datetime

from sqlalchemy import select

from memory.model.saving import Adoption
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.usage_tables import adoptions
from memory.store.work import Work


class Adoptions:
    """Every tenant's savings that were taken up."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def put(self, adoption: Adoption) -> bool:
        """Keep one, once by its id; return whether it is new."""
        row = {
            "tenant": adoption.tenant,
            "id": adoption.id,
            "at": adoption.at,
            "document": adoption.model_dump_json(),
        }
        async with self._work.writing() as connection:
            added = insert(connection, adoptions).values(**row).on_conflict_do_nothing()
            return bool((await connection.execute(added)).rowcount)

    async def of(self, tenant: str, since: datetime | None = None) -> tuple[Adoption, ...]:
        """Return a tenant's, the oldest first."""
        query = select(adoptions.c.document).where(adoptions.c.tenant == tenant)
        if since is not None:
            query = query.where(adoptions.c.at >= since)
        async with self._work.reading() as connection:
            found = await connection.execute(query.order_by(adoptions.c.at, adoptions.c.id))
            return tuple(_adoption(document, tenant) for document in found.scalars())


def _adoption(document: str, tenant: str) -> Adoption:
    adoption = Adoption.model_validate_json(document)
    belonging(tenant, adoption.tenant)
    return adoption
