"""Moments of calls at which something may have been decided, until a person says whether it was."""

from sqlalchemy import select, update

from memory.errors import Conflict, NotFound
from memory.model.voice import DecisionMoment, MomentStanding
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.voice_tables import decision_moments
from memory.store.work import Work


class DecisionMoments:
    """Every tenant's."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def propose(self, moment: DecisionMoment) -> None:
        """Keep a moment, once by its id."""
        row = {
            "tenant": moment.tenant,
            "id": moment.id,
            "incident": moment.incident,
            "at": moment.at,
            "standing": moment.standing.value,
            "document": moment.model_dump_json(),
        }
        async with self._work.writing() as connection:
            await connection.execute(insert(connection, decision_moments).values(**row).on_conflict_do_nothing())

    async def get(self, tenant: str, moment: str) -> DecisionMoment:
        """Return one; raises `NotFound`."""
        query = select(decision_moments.c.document).where(
            decision_moments.c.tenant == tenant, decision_moments.c.id == moment
        )
        async with self._work.reading() as connection:
            document = (await connection.execute(query)).scalar_one_or_none()
        if document is None:
            raise NotFound(f"expected the id of a moment of a call, found {moment[:60]!r}, which is none")
        return _moment(document, tenant)

    async def of(self, tenant: str, incident: str) -> tuple[DecisionMoment, ...]:
        """Return those of an incident, in order, however they stand."""
        mine = (decision_moments.c.tenant == tenant, decision_moments.c.incident == incident)
        query = select(decision_moments.c.document).where(*mine)
        async with self._work.reading() as connection:
            found = await connection.execute(query.order_by(decision_moments.c.at, decision_moments.c.id))
            return tuple(_moment(document, tenant) for document in found.scalars())

    async def settle(self, moment: DecisionMoment) -> None:
        """Keep what a person made of it; raises `Conflict` where somebody already did."""
        this = (decision_moments.c.tenant == moment.tenant, decision_moments.c.id == moment.id)
        waiting = decision_moments.c.standing == MomentStanding.PROPOSED.value
        row = {"standing": moment.standing.value, "document": moment.model_dump_json()}
        async with self._work.writing() as connection:
            changed = await connection.execute(update(decision_moments).where(*this, waiting).values(**row))
        if not changed.rowcount:
            raise Conflict("expected a moment that waits for somebody's word, found it settled")


def _moment(document: str, tenant: str) -> DecisionMoment:
    moment = DecisionMoment.model_validate_json(document)
    belonging(tenant, moment.tenant)
    return moment
