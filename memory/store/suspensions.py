"""Imported tools that nobody may call: they are not what a person agreed to any more."""

from sqlalchemy import delete, select

from memory.model.attempt import Suspension
from memory.store.belonging import belonging
from memory.store.connector_tables import suspensions
from memory.store.engines import insert
from memory.store.work import Work


class Suspensions:
    """Every tenant's suspended tools."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def suspend(self, suspension: Suspension) -> bool:
        """Suspend a tool as it was pinned; return whether it was not yet."""
        row = {
            "tenant": suspension.tenant,
            "tool": suspension.tool,
            "pinned": suspension.pinned,
            "document": suspension.model_dump_json(),
        }
        async with self._work.writing() as connection:
            statement = insert(connection, suspensions).values(**row).on_conflict_do_nothing()
            return bool((await connection.execute(statement)).rowcount)

    async def of(self, tenant: str) -> tuple[Suspension, ...]:
        """Return every suspended tool."""
        query = select(suspensions.c.document).where(suspensions.c.tenant == tenant)
        async with self._work.reading() as connection:
            documents = (await connection.execute(query.order_by(suspensions.c.tool))).scalars().all()
        found = tuple(Suspension.model_validate_json(document) for document in documents)
        belonging(tenant, *(each.tenant for each in found))
        return found

    async def lift(self, tenant: str, tool: str) -> int:
        """Let a tool be called again, however it was pinned; return how many suspensions that ended."""
        ours = delete(suspensions).where(suspensions.c.tenant == tenant, suspensions.c.tool == tool)
        async with self._work.writing() as connection:
            return (await connection.execute(ours)).rowcount
