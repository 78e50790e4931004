"""Who waits for what, as people see it: how many are before a plan, and how full the queues are."""

from bot.audit.access import reader
from bot.surfaces.dead_letters import ClassBacklog
from memory.model.people import Principal
from memory.model.queue import QueuePlace, RunClass
from memory.store import Store
from runbooks.engine.port import DurableEngine, Work
from runbooks.pacing.admission import bound
from runbooks.pacing.classes import expires_at, queued_at, starts_by, waits
from runbooks.pacing.lanes import Lanes


class QueueBook:
    """Serves `bot.surfaces.dead_letters.QueueDesk`. It asks the engine, which alone knows the order."""

    def __init__(self, store: Store, engine: DurableEngine, lanes: Lanes, most: int) -> None:
        self._store = store
        self._engine = engine
        self._lanes = lanes
        self._most = most

    async def place(self, principal: Principal, run: str) -> QueuePlace | None:
        """Return where a run stands, None where it does not wait."""
        found = await self._store.runs.get(reader(principal), run)
        if not waits(found):
            return None
        lane = self._lanes.lane(found)
        work = Work(tenant=found.tenant, run=found.id, attempt=found.attempt, lane=lane)
        queued, own = queued_at(found), self._lanes.own_class(found)
        return QueuePlace(
            run=found.id,
            run_class=self._lanes.run_class(found),
            before=await self._engine.ahead(work),
            queued_at=queued,
            starts_by=starts_by(own, queued),
            expires_at=expires_at(own, queued),
        )

    async def backlog(self, principal: Principal) -> tuple[ClassBacklog, ...]:
        """Return what waits of the tenant's, by class."""
        tenant = reader(principal)
        own = {each.queue: each for each in await self._engine.backlog() if each.tenant == tenant}
        return tuple(
            ClassBacklog(
                run_class=each,
                queued=own[each.value].queued if each.value in own else 0,
                running=own[each.value].running if each.value in own else 0,
                most=bound(self._most, principal.kind),
            )
            for each in RunClass
        )
