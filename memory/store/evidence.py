"""Evidence, as it was seen. What an answer cites can be looked up for as long as the answer stands."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from memory.errors import Conflict, NotFound
from memory.model.evidence import Evidence
from memory.store.engines import insert
from memory.store.tables import evidence
from memory.store.work import Work


class EvidenceStore:
    """Every tenant's evidence."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def put(self, tenant: str, correlation: str, items: Sequence[Evidence]) -> None:
        """Keep what was seen while answering one message. Putting the same again changes nothing.

        Raises `Conflict` when an id is taken by other evidence: what was seen does not change afterwards.
        """
        if not items:
            return
        async with self._work.writing() as connection:
            first = await _count(connection, tenant, correlation)
            rows = [
                {
                    "tenant": tenant,
                    "id": item.id,
                    "correlation": correlation,
                    "position": position,
                    "document": item.model_dump_json(),
                }
                for position, item in enumerate(items, first)
            ]
            added = await connection.execute(insert(connection, evidence).values(rows).on_conflict_do_nothing())
            if added.rowcount != len(rows):
                await _check_unchanged(connection, tenant, items)

    async def get(self, tenant: str, evidence_id: str) -> Evidence:
        """Return one piece of evidence; raises `NotFound`."""
        query = select(evidence.c.document).where(evidence.c.tenant == tenant, evidence.c.id == evidence_id)
        async with self._work.reading() as connection:
            document = (await connection.execute(query)).scalar_one_or_none()
        if document is None:
            raise NotFound(f"expected the id of a piece of evidence, found {evidence_id!r}, which is none")
        return Evidence.model_validate_json(document)

    async def correlations(self, tenant: str, ids: Collection[str]) -> tuple[str, ...]:
        """Return the turns in which these pieces of evidence were seen, each once."""
        query = (
            select(evidence.c.correlation)
            .where(evidence.c.tenant == tenant, evidence.c.id.in_(ids))
            .distinct()
            .order_by(evidence.c.correlation)
        )
        async with self._work.reading() as connection:
            return tuple((await connection.execute(query)).scalars())

    async def of(self, tenant: str, correlation: str) -> tuple[Evidence, ...]:
        """Return what was seen while answering one message, in the order it was put."""
        query = (
            select(evidence.c.document)
            .where(evidence.c.tenant == tenant, evidence.c.correlation == correlation)
            .order_by(evidence.c.position, evidence.c.id)
        )
        async with self._work.reading() as connection:
            documents = (await connection.execute(query)).scalars().all()
        return tuple(Evidence.model_validate_json(document) for document in documents)


async def _count(connection: AsyncConnection, tenant: str, correlation: str) -> int:
    query = select(func.count()).where(evidence.c.tenant == tenant, evidence.c.correlation == correlation)
    return (await connection.execute(query)).scalar_one()


async def _check_unchanged(connection: AsyncConnection, tenant: str, items: Sequence[Evidence]) -> None:
    query = select(evidence.c.id, evidence.c.document).where(
        evidence.c.tenant == tenant, evidence.c.id.in_([item.id for item in items])
    )
    stored = {row.id: Evidence.model_validate_json(row.document) for row in await connection.execute(query)}
    for item in items:
        if stored[item.id] != item:
            raise Conflict(f"expected evidence {item.id} as it was first seen, found it changed")
