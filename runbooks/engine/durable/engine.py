"""The engine on DBOS as everything else sees it: asynchronous, on one event loop, behind the port."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress

import structlog

from memory.canonical import digest
from memory.errors import QuarterdeckError, StoreUnavailable
from memory.tasks import stopped
from runbooks.engine.durable.bridge import Bridge
from runbooks.engine.durable.database import engine_for
from runbooks.engine.durable.process import Active, DbosProcess
from runbooks.engine.port import Backlog, Carrier, Queue, Report, Standing, Work

MEND_EVERY_S = 1.0
FORGET_EVERY_S = 600.0
LOOK_EVERY_S = 0.05

_log = structlog.get_logger(__name__)


class EngineOnDbos:
    """Serves `DurableEngine`; there is one in a process. Launched again after `close`, it is another node's."""

    def __init__(self, address: str, tenant: str, node: Callable[[], str], queues: Sequence[Queue]) -> None:
        self._address = address
        self._application = f"quarterdeck-{digest(tenant)[:16]}"
        self._node = node
        self._queues = tuple(queues)
        self._process: DbosProcess | None = None
        self._bridge: Bridge | None = None
        self._mending: asyncio.Task[None] | None = None

    @property
    def load(self) -> int:
        """How many works are carried out here now."""
        return 0 if self._process is None else self._process.under_way

    async def launch(self, carrier: Carrier) -> None:
        """Begin to work; see `DurableEngine.launch`."""
        bridge = Bridge()

        def leg(work: Work, name: str) -> Report:
            return bridge.wait_for(lambda: carrier.carry(work, name))

        engine = engine_for(self._address)
        process = DbosProcess(engine, self._application, self._node(), self._queues, leg)
        await _started(process)
        self._process, self._bridge = process, bridge
        self._mending = asyncio.create_task(self._mend(process))

    async def submit(self, work: Work) -> Standing:
        """Keep a work until it is carried out; see `DurableEngine.submit`."""
        process = self._running()
        known = await self.standing(work)
        if known is None:
            await asyncio.to_thread(process.enqueue, work)
        return known or Standing.QUEUED

    async def standing(self, work: Work) -> Standing | None:
        """Return where a work stands, on any node."""
        return (await self.standings([work])).get(work.id)

    async def standings(self, works: Collection[Work]) -> Mapping[str, Standing]:
        """Return where these works stand, by id; those never submitted are left out."""
        return await asyncio.to_thread(self._running().standings, [work.id for work in works])

    async def cancel(self, work: Work) -> None:
        """Let no further leg begin."""
        await asyncio.to_thread(self._running().cancel, work.id)

    async def ahead(self, work: Work) -> int:
        """Return how many works of its queue are taken up before it."""
        waiting = [each for each in await self._active() if each.queue == work.lane.queue and not each.running]
        mine = next((each.place for each in waiting if each.id == work.id), None)
        return 0 if mine is None else sum(each.place < mine for each in waiting)

    async def backlog(self) -> Sequence[Backlog]:
        """Return what waits and what runs, on all nodes."""
        counts = Counter((each.queue, each.tenant, each.running) for each in await self._active())
        return tuple(
            Backlog(
                queue=queue,
                tenant=tenant,
                queued=counts[queue, tenant, False],
                running=counts[queue, tenant, True],
            )
            for queue, tenant in sorted({(queue, tenant) for queue, tenant, _ in counts})
        )

    async def finished(self, work: Work) -> None:
        """Return once a work is over, or given to nobody."""
        while await self.standing(work) in {Standing.QUEUED, Standing.RUNNING}:  # noqa: ASYNC110 - a database has no event to set
            await asyncio.sleep(LOOK_EVERY_S)

    async def at_work(self) -> frozenset[str]:
        """Return the nodes that carry works out, as far as they live."""
        return await asyncio.to_thread(self._running().at_work)

    async def recover(self, nodes: Sequence[str]) -> int:
        """Give what dead nodes were carrying out to the living."""
        return await asyncio.to_thread(self._running().recover, nodes)

    async def drain(self, within_s: float) -> bool:
        """Take up nothing more, and wait for every leg under way to end."""
        process = self._running()
        process.pause()
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while process.under_way:  # noqa: ASYNC110 - threads have no event to set here
                    await asyncio.sleep(LOOK_EVERY_S)
        return not process.under_way

    async def close(self) -> None:
        """Stop at once; what is not finished is for others."""
        process, bridge, mending = self._process, self._bridge, self._mending
        self._process = self._bridge = self._mending = None
        if mending is not None:
            await stopped(mending)
        if process is not None and bridge is not None:
            process.pause()
            await bridge.close()
            await asyncio.to_thread(process.stop)

    async def _active(self) -> list[Active]:
        return await asyncio.to_thread(self._running().active)

    def _running(self) -> DbosProcess:
        if self._process is None:
            raise StoreUnavailable("expected an engine that runs, found it closed")
        return self._process

    async def _mend(self, process: DbosProcess) -> None:
        """Take up again what was dropped while the database was away; forget what was over long ago."""
        forgotten = asyncio.get_running_loop().time()
        while True:
            await asyncio.sleep(MEND_EVERY_S)
            try:
                await asyncio.to_thread(process.mend)
                if asyncio.get_running_loop().time() - forgotten > FORGET_EVERY_S:
                    forgotten = asyncio.get_running_loop().time()
                    await asyncio.to_thread(process.forget)
            except QuarterdeckError as error:
                _log.warning("engine.not_mended", code=error.code, why=error.message)


async def _started(process: DbosProcess) -> None:
    """Start it; where nobody waits for that any more, stop it again. A thread cannot be cancelled."""
    starting = asyncio.ensure_future(asyncio.to_thread(process.start))
    try:
        await asyncio.shield(starting)
    except asyncio.CancelledError:
        with suppress(QuarterdeckError):
            await starting
            await asyncio.to_thread(process.stop)
        raise
