"""What dead nodes were carrying out is given to the living. Nobody else does that.

Every look begins anew from what the database says, so it does not matter which node looks, or what it remembers.
"""

from collections.abc import Callable
from contextlib import suppress

import structlog

from memory.errors import LeadershipLost, QuarterdeckError, StoreUnavailable
from memory.store import Store
from runbooks.engine.leadership import Leadership
from runbooks.engine.membership import Membership, Rhythm, since_boot
from runbooks.engine.port import DurableEngine

OFFICE = "reaper"
FORGET_EVERY_S = 3600.0
REMEMBERED_S = 7 * 24 * 3600.0
TERM_S = 1.2  # shorter than nodes are waited for, so that a dead reaper delays nothing

_log = structlog.get_logger(__name__)


class Reaper:
    """Buries nodes that are silent, and has their works queued again."""

    def __init__(
        self,
        store: Store,
        engine: DurableEngine,
        membership: Membership,
        leadership: Leadership,
        rhythm: Rhythm,
        elapsed: Callable[[], float] = since_boot,
    ) -> None:
        self._store = store
        self._engine = engine
        self._membership = membership
        self._leadership = leadership
        self._rhythm = rhythm
        self._elapsed = elapsed
        self._forgot = elapsed()

    async def turn(self) -> None:
        """Look once; what goes wrong is logged, as there is another turn soon."""
        try:
            await self.look()
        except LeadershipLost as error:
            _log.info("reaper.overtaken", why=error.message)
        except QuarterdeckError as error:
            _log.warning("reaper.failed", code=error.code, why=error.message)

    async def forget(self) -> None:
        """Forget, now and then, the nodes that have been gone for a week."""
        if self._elapsed() - self._forgot > FORGET_EVERY_S:
            self._forgot = self._elapsed()
            with suppress(StoreUnavailable):
                await self._store.cluster.prune(REMEMBERED_S)

    async def look(self) -> int:
        """Bury whoever is silent and recover what the dead were given; return how many works that were.

        Raises `LeadershipLost` where this node was frozen on the way: another one does it.
        """
        tenant = self._membership.tenant
        # In this order: a node registers before it is given anything, so whoever has work was there before.
        at_work = await self._engine.at_work()
        silent = await self._store.cluster.silent(tenant, self._rhythm.silent_s)
        present = {node.id for node in await self._store.cluster.present(tenant)} - silent
        dead = at_work - present
        if not (dead or silent):
            return 0
        term = await self._leadership.lead(OFFICE, TERM_S)
        if term is None:
            return 0
        async with self._store.transaction() as unit:
            await unit.leaders.require(term)
            buried = await unit.cluster.bury(tenant, self._rhythm.silent_s)
        gone = sorted(dead & {*buried, *await self._store.cluster.gone(tenant, dead)})
        if not gone:
            return 0
        recovered = await self._engine.recover(gone)
        _log.warning("node.buried", nodes=gone, works=recovered)
        return recovered
