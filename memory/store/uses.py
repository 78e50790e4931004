"""What was spent: one row for each use of something that is limited. They are added and pruned, never changed."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select

from memory.model.limits import Resource, Use
from memory.model.run import Run, RunStatus
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.tables import runs, uses
from memory.store.work import Work

_UNDER_WAY = (RunStatus.RUNNING.value, RunStatus.UNDOING.value)


class Uses:
    """Every tenant's spending."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, tenant: str, spent: Iterable[Use]) -> None:
        """Record what was spent, each use once by its id; raises `TenantMismatch` for another tenant's."""
        rows = []
        for use in spent:
            belonging(tenant, use.tenant)
            rows.append({**use.model_dump(exclude={"resource"}), "resource": use.resource.value})
        if rows:
            async with self._work.writing() as connection:
                await connection.execute(insert(connection, uses).values(rows).on_conflict_do_nothing())

    async def since(
        self,
        tenant: str,
        resource: Resource,
        after: datetime,
        *,
        person: str | None = None,
        tool: str | None = None,
        runbook: str | None = None,
    ) -> tuple[Use, ...]:
        """Return what the tenant, or this person, tool or runbook, spent after a moment, the oldest first."""
        query = select(uses).where(uses.c.tenant == tenant, uses.c.resource == resource.value, uses.c.at > after)
        if person is not None:
            query = query.where(uses.c.person == person)
        if tool is not None:
            query = query.where(uses.c.tool == tool)
        if runbook is not None:
            query = query.where(uses.c.runbook == runbook)
        async with self._work.reading() as connection:
            rows = await connection.execute(query.order_by(uses.c.at, uses.c.id))
            return tuple(Use.model_validate(row._asdict()) for row in rows)

    async def under_way(self, tenant: str) -> tuple[Run, ...]:
        """Return the tenant's runs that are carried out or taken back, the oldest first."""
        query = select(runs.c.document).where(runs.c.tenant == tenant, runs.c.status.in_(_UNDER_WAY))
        async with self._work.reading() as connection:
            documents = (await connection.execute(query.order_by(runs.c.created_at, runs.c.id))).scalars().all()
        found = tuple(Run.model_validate_json(document) for document in documents)
        belonging(tenant, *(run.tenant for run in found))
        return found

    async def prune(self, before: datetime) -> int:
        """Forget what every tenant spent before this moment; return how many uses that were."""
        async with self._work.writing() as connection:
            return (await connection.execute(delete(uses).where(uses.c.at < before))).rowcount
