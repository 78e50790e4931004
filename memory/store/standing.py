"""Standing approvals. Each is used at most as often as it says, whoever asks at the same moment."""

from datetime import datetime

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from memory.errors import Conflict, NotFound
from memory.model.standing import StandingApproval, StandingEnd
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.tables import standing
from memory.store.work import Work

_COUNTED = ("uses", "ended", "ended_at", "ended_by")  # what changes, each in a column of its own


class Standing:
    """Every tenant's standing approvals."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def give(self, approval: StandingApproval) -> None:
        """Keep a new one; raises `Conflict` when its id is taken."""
        row = {
            "tenant": approval.tenant,
            "id": approval.id,
            "given_at": approval.given_at,
            "expires_at": approval.expires_at,
            "most_uses": approval.most_uses,
            "document": approval.model_dump_json(exclude=set(_COUNTED)),
        }
        async with self._work.writing() as connection:
            added = await connection.execute(
                insert(connection, standing).values(**row, uses=0).on_conflict_do_nothing()
            )
        if not added.rowcount:
            raise Conflict(f"expected a new standing approval, found {approval.id} given already")

    async def use(self, tenant: str, standing_id: str, now: datetime) -> StandingApproval:
        """Count one more use and return it as it is then; raises `NotFound`, or `Conflict` where it is over."""
        counted = (
            update(standing)
            .where(standing.c.tenant == tenant, standing.c.id == standing_id)
            .where(standing.c.ended.is_(None), standing.c.expires_at > now)
            .where(standing.c.uses < standing.c.most_uses)
            .values(uses=standing.c.uses + 1)
        )
        async with self._work.writing() as connection:
            changed = await connection.execute(counted)
            found = await _get(connection, tenant, standing_id)
            if not changed.rowcount:
                raise Conflict(f"expected a standing approval in force, found {standing_id} over")
            return found

    async def end(
        self, tenant: str, standing_id: str, why: StandingEnd, at: datetime, by: str
    ) -> StandingApproval:
        """End it and return it as it is then; raises `NotFound`, or `Conflict` when it had ended."""
        ending = (
            update(standing)
            .where(standing.c.tenant == tenant, standing.c.id == standing_id, standing.c.ended.is_(None))
            .values(ended=why.value, ended_at=at, ended_by=by)
        )
        async with self._work.writing() as connection:
            changed = await connection.execute(ending)
            found = await _get(connection, tenant, standing_id)
            if not changed.rowcount:
                raise Conflict(f"expected a standing approval that counts, found {standing_id} {found.ended}")
            return found

    async def get(self, tenant: str, standing_id: str) -> StandingApproval:
        """Return one; raises `NotFound`."""
        async with self._work.reading() as connection:
            return await _get(connection, tenant, standing_id)

    async def of(self, tenant: str, *, open_only: bool = False) -> tuple[StandingApproval, ...]:
        """Return the tenant's, the newest first; with `open_only`, those that nothing has ended yet."""
        query = select(standing).where(standing.c.tenant == tenant)
        if open_only:
            query = query.where(standing.c.ended.is_(None))
        query = query.order_by(standing.c.given_at.desc(), standing.c.id.desc())
        async with self._work.reading() as connection:
            return tuple(_approval(row) for row in await connection.execute(query))

    async def unended(self) -> tuple[StandingApproval, ...]:
        """Return those of every tenant that nothing has ended yet, though their time may be over."""
        query = select(standing).where(standing.c.ended.is_(None)).order_by(standing.c.tenant, standing.c.id)
        async with self._work.reading() as connection:
            return tuple(_approval(row) for row in await connection.execute(query))


async def _get(connection: AsyncConnection, tenant: str, standing_id: str) -> StandingApproval:
    query = select(standing).where(standing.c.tenant == tenant, standing.c.id == standing_id)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NotFound(f"expected the id of a standing approval, found {standing_id!r}, which is none")
    return _approval(row)


def _approval(row: Row[tuple[object, ...]]) -> StandingApproval:
    kept = StandingApproval.model_validate_json(row.document)
    belonging(row.tenant, kept.tenant)
    counted = {name: getattr(row, name) for name in _COUNTED}
    ended = None if counted["ended"] is None else StandingEnd(counted["ended"])
    return kept.model_copy(update={**counted, "ended": ended})
