"""The switch that stops a tenant's actions. While a row is there, they are stopped; the log tells the history."""

from sqlalchemy import delete, select

from memory.errors import Conflict
from memory.model.limits import Stop
from memory.store.belonging import belonging
from memory.store.engines import insert, lock_ledger
from memory.store.tables import switches
from memory.store.work import Work


class Switches:
    """Every tenant's switch."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def alone(self, tenant: str) -> None:
        """Keep others from throwing this switch, and from minting under it, until the transaction ends.

        It is the lock of the tenant's ledger. So the log's own order proves that nothing was granted after a stop.
        """
        async with self._work.writing() as connection:
            await lock_ledger(connection, tenant)

    async def stopped(self, tenant: str) -> Stop | None:
        """Return the stop that stands, None where actions are let through."""
        query = select(switches.c.document).where(switches.c.tenant == tenant)
        async with self._work.reading() as connection:
            document = (await connection.execute(query)).scalar_one_or_none()
        return None if document is None else _stop(tenant, document)

    async def stop(self, stop: Stop) -> None:
        """Stop the tenant's actions; raises `Conflict` when they are stopped already."""
        row = {"tenant": stop.tenant, "id": stop.id, "at": stop.at, "document": stop.model_dump_json()}
        async with self._work.writing() as connection:
            added = await connection.execute(insert(connection, switches).values(**row).on_conflict_do_nothing())
        if not added.rowcount:
            raise Conflict(f"expected actions that are let through, found those of {stop.tenant} stopped already")

    async def lift(self, tenant: str) -> Stop:
        """Let the tenant's actions through again and return the stop; raises `Conflict` where none stands."""
        lifted = delete(switches).where(switches.c.tenant == tenant).returning(switches.c.document)
        async with self._work.writing() as connection:
            document = (await connection.execute(lifted)).scalar_one_or_none()
            if document is None:
                raise Conflict(f"expected stopped actions, found those of {tenant} let through")
            return _stop(tenant, document)


def _stop(tenant: str, document: str) -> Stop:
    stop = Stop.model_validate_json(document)
    belonging(tenant, stop.tenant)
    return stop
