"""Legal holds: what one covers is not erased while it stands. A hold that was lifted stays on record."""

from datetime import datetime

from sqlalchemy import insert, select, update

from memory.errors import Conflict, NotFound
from memory.model.record import Hold
from memory.store.belonging import belonging
from memory.store.engines import lock_ledger
from memory.store.tables import holds
from memory.store.work import Work


class Holds:
    """Every tenant's legal holds."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def alone(self, tenant: str) -> None:
        """Keep others from holding or erasing in this tenant until the transaction ends: a hold is never raced."""
        async with self._work.writing() as connection:
            await lock_ledger(connection, tenant)

    async def place(self, hold: Hold) -> None:
        """Keep a new hold."""
        row = {
            "tenant": hold.tenant,
            "id": hold.id,
            "placed_at": hold.placed_at,
            "lifted_at": hold.lifted_at,
            "document": hold.model_dump_json(),
        }
        async with self._work.writing() as connection:
            await connection.execute(insert(holds).values(**row))

    async def lift(self, tenant: str, hold_id: str, at: datetime) -> Hold:
        """End a hold and return it; raises `NotFound`, or `Conflict` when it was lifted before."""
        this = (holds.c.tenant == tenant, holds.c.id == hold_id)
        async with self._work.writing() as connection:
            document = (await connection.execute(select(holds.c.document).where(*this))).scalar_one_or_none()
            if document is None:
                raise NotFound(f"expected the id of a legal hold, found {hold_id!r}, which is none")
            lifted = _hold(tenant, document).model_copy(update={"lifted_at": at})
            standing = update(holds).where(*this, holds.c.lifted_at.is_(None))
            changed = await connection.execute(standing.values(lifted_at=at, document=lifted.model_dump_json()))
            if not changed.rowcount:
                raise Conflict(f"expected hold {hold_id} to stand, found it lifted before")
        return lifted

    async def all(self, tenant: str, *, standing: bool = False) -> tuple[Hold, ...]:
        """Return the tenant's holds, the oldest first; with `standing`, only those in force."""
        query = select(holds.c.document).where(holds.c.tenant == tenant).order_by(holds.c.placed_at, holds.c.id)
        if standing:
            query = query.where(holds.c.lifted_at.is_(None))
        async with self._work.reading() as connection:
            return tuple(_hold(tenant, document) for document in (await connection.execute(query)).scalars())


def _hold(tenant: str, document: str) -> Hold:
    hold = Hold.model_validate_json(document)
    belonging(tenant, hold.tenant)
    return hold
