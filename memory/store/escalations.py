"""How far the calling for each incident is. It changes only from the version that was seen: no step twice."""

from datetime import datetime

from sqlalchemy import select, update

from memory.errors import Conflict
from memory.model.triage import Escalation
from memory.store.alert_tables import escalations
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.work import Work


class Escalations:
    """Every tenant's (`store.escalations`)."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def begin(self, escalation: Escalation) -> bool:
        """Keep one, once for an incident; return whether it is new."""
        async with self._work.writing() as connection:
            statement = insert(connection, escalations).values(**_columns(escalation)).on_conflict_do_nothing()
            return bool((await connection.execute(statement)).rowcount)

    async def find(self, tenant: str, incident: str) -> Escalation | None:
        """Return an incident's, None where nobody is called for it."""
        query = select(escalations.c.document).where(escalations.c.tenant == tenant, escalations.c.id == incident)
        async with self._work.reading() as connection:
            document = (await connection.execute(query)).scalar_one_or_none()
        return None if document is None else _escalation(document, tenant)

    async def due(self, tenant: str, now: datetime, limit: int = 100) -> tuple[Escalation, ...]:
        """Return those whose next step is due, what waits longest first."""
        query = (
            select(escalations.c.document)
            .where(escalations.c.tenant == tenant, escalations.c.open.is_(True), escalations.c.due_at <= now)
            .order_by(escalations.c.due_at, escalations.c.id)
            .limit(limit)
        )
        async with self._work.reading() as connection:
            return tuple(_escalation(document, tenant) for document in (await connection.execute(query)).scalars())

    async def replace(self, escalation: Escalation, expected_version: int) -> Escalation:
        """Store over the version the caller has seen, and return it with the next; raises `Conflict`."""
        replaced = escalation.model_copy(update={"version": expected_version + 1})
        this = (escalations.c.tenant == escalation.tenant, escalations.c.id == escalation.id)
        async with self._work.writing() as connection:
            written = await connection.execute(
                update(escalations)
                .where(*this, escalations.c.version == expected_version)
                .values(**_columns(replaced))
            )
        if not written.rowcount:
            raise Conflict(
                f"expected version {expected_version} of the calling for {escalation.id}, found another"
            )
        return replaced


def _columns(escalation: Escalation) -> dict[str, object]:
    return {
        "tenant": escalation.tenant,
        "id": escalation.id,
        "open": not escalation.ended,
        "due_at": escalation.due_at,
        "version": escalation.version,
        "document": escalation.model_dump_json(),
    }


def _escalation(document: str, tenant: str) -> Escalation:
    escalation = Escalation.model_validate_json(document)
    belonging(tenant, escalation.tenant)
    return escalation
