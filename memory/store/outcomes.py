"""What became of runs, one row a run and service: counted once, whatever is tried again."""

from datetime import datetime

from sqlalchemy import Integer, cast, func, select

from memory.model.outcome_record import OutcomeRecord, Tally
from memory.page import checked
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.outcome_tables import outcomes
from memory.store.work import Work


class Outcomes:
    """Every tenant's."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def count(self, record: OutcomeRecord) -> bool:
        """Count a run for a service, once; return whether it is new."""
        row = {
            "tenant": record.tenant,
            "run": record.run,
            "service": record.service,
            "procedure": record.procedure,
            "worked": record.worked,
            "at": record.at,
            "document": record.model_dump_json(),
        }
        async with self._work.writing() as connection:
            added = insert(connection, outcomes).values(**row).on_conflict_do_nothing()
            return bool((await connection.execute(added)).rowcount)

    async def tallies(self, tenant: str) -> tuple[Tally, ...]:
        """Return the counts of every procedure and service there is, in that order."""
        query = (
            select(
                outcomes.c.procedure,
                outcomes.c.service,
                func.count().label("tried"),
                func.sum(cast(outcomes.c.worked, Integer)).label("worked"),
            )
            .where(outcomes.c.tenant == tenant)
            .group_by(outcomes.c.procedure, outcomes.c.service)
            .order_by(outcomes.c.procedure, outcomes.c.service)
        )
        async with self._work.reading() as connection:
            return tuple(
                Tally(procedure=row.procedure, service=row.service, tried=row.tried, worked=row.worked)
                for row in await connection.execute(query)
            )

    async def of(
        self,
        tenant: str,
        procedure: str,
        *,
        service: str | None = None,
        worked: bool | None = None,
        limit: int = 20,
    ) -> tuple[OutcomeRecord, ...]:
        """Return what became of a procedure, the newest first; None asks for any service, or for both outcomes."""
        query = select(outcomes.c.document).where(outcomes.c.tenant == tenant, outcomes.c.procedure == procedure)
        if service is not None:
            query = query.where(outcomes.c.service == service)
        if worked is not None:
            query = query.where(outcomes.c.worked.is_(worked))
        query = query.order_by(outcomes.c.at.desc(), outcomes.c.run.desc()).limit(checked(limit))
        async with self._work.reading() as connection:
            return tuple(_record(document, tenant) for document in (await connection.execute(query)).scalars())

    async def within(self, tenant: str, since: datetime, until: datetime) -> tuple[OutcomeRecord, ...]:
        """Return what became of runs that ended in a window, the oldest first; `until` is excluded."""
        query = (
            select(outcomes.c.document)
            .where(outcomes.c.tenant == tenant, outcomes.c.at >= since, outcomes.c.at < until)
            .order_by(outcomes.c.at, outcomes.c.run, outcomes.c.service)
        )
        async with self._work.reading() as connection:
            return tuple(_record(document, tenant) for document in (await connection.execute(query)).scalars())


def _record(document: str, tenant: str) -> OutcomeRecord:
    record = OutcomeRecord.model_validate_json(document)
    belonging(tenant, record.tenant)
    return record
