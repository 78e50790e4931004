"""Incidents, each stored whole as its JSON document. One changes only from the version the caller has seen."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, func, select, update

from memory.errors import Conflict, NotFound
from memory.model.incident import Incident, IncidentStatus
from memory.model.value import Value
from memory.page import Page, checked, cut, read
from memory.store.belonging import belonging
from memory.store.engines import insert, lock_ledger
from memory.store.incident_tables import incidents, ties
from memory.store.work import Work


class _Place(Value):
    number: int


class Tie(StrEnum):
    """What of a tenant's can belong to an incident."""

    THREAD = "thread"
    ALERT = "alert"
    CORRELATION = "correlation"
    RUN = "run"


class IncidentStore:
    """Every tenant's."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def alone(self, tenant: str) -> None:
        """Keep others from declaring and changing until the transaction ends.

        It is the lock of the tenant's ledger, which whoever changes an incident takes anyway.
        """
        async with self._work.writing() as connection:
            await lock_ledger(connection, tenant)

    async def next_number(self, tenant: str) -> int:
        """Return the number after the largest there is, from 1. Under `alone` it is nobody else's."""
        query = select(func.max(incidents.c.number)).where(incidents.c.tenant == tenant)
        async with self._work.reading() as connection:
            return ((await connection.execute(query)).scalar_one_or_none() or 0) + 1

    async def add(self, incident: Incident, correlation: str | None = None) -> bool:
        """Keep a new incident that was declared in this turn; return whether its id is new."""
        row = _columns(incident) | {"correlation": correlation}
        added = select(incidents.c.id).where(incidents.c.tenant == incident.tenant, incidents.c.id == incident.id)
        async with self._work.writing() as connection:
            if (await connection.execute(added)).one_or_none() is not None:
                return False
            await connection.execute(insert(connection, incidents).values(**row))
            return True

    async def find(self, tenant: str, incident: str) -> Incident | None:
        """Return one by its id, None where there is none."""
        query = select(incidents.c.document).where(incidents.c.tenant == tenant, incidents.c.id == incident)
        async with self._work.reading() as connection:
            document = (await connection.execute(query)).scalar_one_or_none()
        return None if document is None else _incident(document, tenant)

    async def get(self, tenant: str, incident: str) -> Incident:
        """Return one by its id; raises `NotFound`."""
        found = await self.find(tenant, incident)
        if found is None:
            raise NotFound(f"expected the id or the number of an incident, found {incident[:60]!r}, which is none")
        return found

    async def numbered(self, tenant: str, number: int) -> Incident:
        """Return one by its number; raises `NotFound`."""
        query = select(incidents.c.document).where(incidents.c.tenant == tenant, incidents.c.number == number)
        async with self._work.reading() as connection:
            document = (await connection.execute(query)).scalar_one_or_none()
        if document is None:
            raise NotFound(f"expected the number of an incident, found {number}, which is none")
        return _incident(document, tenant)

    async def page(
        self,
        tenant: str,
        *,
        statuses: Collection[IncidentStatus] = (),
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Incident]:
        """Return the tenant's, the newest first, of these statuses (none: any)."""
        query = select(incidents.c.document).where(incidents.c.tenant == tenant)
        if statuses:
            query = query.where(incidents.c.status.in_([status.value for status in statuses]))
        if cursor is not None:
            query = query.where(incidents.c.number < read(cursor, _Place).number)
        query = query.order_by(incidents.c.number.desc()).limit(checked(limit) + 1)
        async with self._work.reading() as connection:
            found = [_incident(document, tenant) for document in (await connection.execute(query)).scalars()]
        return cut(found, limit, lambda incident: _Place(number=incident.number))

    async def under_way(self, tenant: str) -> tuple[Incident, ...]:
        """Return those that are open or mitigated, the newest first."""
        alive = [IncidentStatus.OPEN.value, IncidentStatus.MITIGATED.value]
        query = (
            select(incidents.c.document)
            .where(incidents.c.tenant == tenant, incidents.c.status.in_(alive))
            .order_by(incidents.c.number.desc())
        )
        async with self._work.reading() as connection:
            return tuple(_incident(document, tenant) for document in (await connection.execute(query)).scalars())

    async def replace(self, incident: Incident, expected_version: int) -> Incident:
        """Store over the version the caller has seen, and return it with the next; raises `Conflict`."""
        replaced = incident.model_copy(update={"version": expected_version + 1})
        async with self._work.writing() as connection:
            written = await connection.execute(
                update(incidents)
                .where(incidents.c.tenant == incident.tenant, incidents.c.id == incident.id)
                .where(incidents.c.version == expected_version)
                .values(**_columns(replaced))
            )
        if not written.rowcount:
            raise Conflict(f"expected version {expected_version} of incident {incident.number}, found another")
        return replaced

    # What belongs to an incident

    async def tie(
        self, tenant: str, incident: str, kind: Tie, references: Collection[str], since: datetime
    ) -> frozenset[str]:
        """Say that these belong to it, and return those that did not yet."""
        rows = [
            {"tenant": tenant, "kind": kind.value, "reference": each, "incident": incident, "since": since}
            for each in dict.fromkeys(references)
        ]
        if not rows:
            return frozenset()
        async with self._work.writing() as connection:
            added = insert(connection, ties).values(rows).on_conflict_do_nothing().returning(ties.c.reference)
            return frozenset((await connection.execute(added)).scalars())

    async def untie(self, tenant: str, incident: str, kind: Tie, references: Collection[str]) -> None:
        """Say that these do not belong to it."""
        these = (ties.c.tenant == tenant, ties.c.incident == incident, ties.c.kind == kind.value)
        async with self._work.writing() as connection:
            await connection.execute(delete(ties).where(*these, ties.c.reference.in_(references)))

    async def tied(self, tenant: str, incident: str, kind: Tie) -> tuple[str, ...]:
        """Return what belongs to an incident."""
        query = select(ties.c.reference).where(
            ties.c.tenant == tenant, ties.c.incident == incident, ties.c.kind == kind.value
        )
        async with self._work.reading() as connection:
            return tuple((await connection.execute(query.order_by(ties.c.reference))).scalars())

    async def of(self, tenant: str, kind: Tie, references: Collection[str]) -> dict[str, str]:
        """Return the id of the newest incident that each of these belongs to, of those that belong to one."""
        query = (
            select(ties.c.reference, ties.c.incident)
            .join(incidents, (incidents.c.tenant == ties.c.tenant) & (incidents.c.id == ties.c.incident))
            .where(ties.c.tenant == tenant, ties.c.kind == kind.value, ties.c.reference.in_(references))
            .where(incidents.c.status != IncidentStatus.MERGED.value)
            .order_by(incidents.c.number)
        )
        async with self._work.reading() as connection:
            return {row.reference: row.incident for row in await connection.execute(query)}


def _columns(incident: Incident) -> dict[str, object]:
    return {
        "tenant": incident.tenant,
        "id": incident.id,
        "number": incident.number,
        "status": incident.status.value,
        "version": incident.version,
        "document": incident.model_dump_json(),
    }


def _incident(document: str, tenant: str) -> Incident:
    incident = Incident.model_validate_json(document)
    belonging(tenant, incident.tenant)
    return incident
