"""An engine of tasks inside this process: for one command, for tests, and wherever no engine database is wanted.

What it was about to do ends with the process. The store still knows every run that is not over, so whoever looks
through them submits it again; until then nothing of it is carried out.
"""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import structlog

from memory.errors import QuarterdeckError, StoreUnavailable
from memory.tasks import stopped
from runbooks.engine.port import FIRST, Backlog, Carrier, Queue, Standing, Work

_log = structlog.get_logger(__name__)

REMEMBERED = 10_000  # works that are over


@dataclass(frozen=True)
class _Waiting:
    work: Work
    number: int  # in order of coming


class EngineInside:
    """Serves `DurableEngine`."""

    def __init__(self, queues: Sequence[Queue] = ()) -> None:
        self._queues = {queue.name: queue for queue in queues}
        self._carrier: Carrier | None = None
        self._waiting: dict[str, _Waiting] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._works: dict[str, Work] = {}  # those of the tasks
        self._over: OrderedDict[str, None] = OrderedDict()
        self._cancelled: set[str] = set()
        self._count = 0
        self._draining = asyncio.Event()

    @property
    def load(self) -> int:
        """How many works are carried out now."""
        return len(self._tasks)

    async def launch(self, carrier: Carrier) -> None:
        """Begin to work; nothing is there to be taken up again."""
        self.work_for(carrier)
        self._fill()

    def work_for(self, carrier: Carrier) -> None:
        """Carry out by this carrier whatever is submitted from now on."""
        self._carrier = carrier

    async def submit(self, work: Work) -> Standing:
        """Carry it out as soon as its queue lets it; see `DurableEngine.submit`."""
        known = await self.standing(work)
        if known is not None:
            return known
        self._count += 1
        self._waiting[work.id] = _Waiting(work, self._count)
        self._fill()
        return Standing.RUNNING if work.id in self._tasks else Standing.QUEUED

    async def standing(self, work: Work) -> Standing | None:
        """Return where a work stands in this process."""
        if work.id in self._tasks:
            return Standing.RUNNING
        if work.id in self._waiting:
            return Standing.QUEUED
        return Standing.OVER if work.id in self._over else None

    async def standings(self, works: Collection[Work]) -> Mapping[str, Standing]:
        """Return where these works stand in this process."""
        found = {work.id: await self.standing(work) for work in works}
        return {name: standing for name, standing in found.items() if standing is not None}

    async def cancel(self, work: Work) -> None:
        """Let no further leg begin."""
        if self._waiting.pop(work.id, None) is not None:
            self._end(work)
        elif work.id in self._tasks:
            self._cancelled.add(work.id)

    async def ahead(self, work: Work) -> int:
        """Return how many are carried out before it."""
        mine = self._waiting.get(work.id)
        if mine is None:
            return 0
        before = _place(mine)
        queue = [each for each in self._waiting.values() if each.work.lane.queue == work.lane.queue]
        return sum(_place(each) < before for each in queue)

    async def backlog(self) -> Sequence[Backlog]:
        """Return what waits and what runs here."""
        queued = Counter((each.work.lane.queue, each.work.tenant) for each in self._waiting.values())
        running = Counter((work.lane.queue, work.tenant) for work in self._works.values())
        return tuple(
            Backlog(queue=queue, tenant=tenant, queued=queued[queue, tenant], running=running[queue, tenant])
            for queue, tenant in sorted({*queued, *running})
        )

    async def finished(self, work: Work) -> None:
        """Return once nothing works on this run here, and nothing waits to."""
        while self._tasks:
            mine = [self._tasks[name] for name, each in self._works.items() if each.run == work.run]
            if mine:
                await asyncio.wait(mine)
            elif any(each.work.run == work.run for each in self._waiting.values()):
                await asyncio.wait(self._tasks.values(), return_when=asyncio.FIRST_COMPLETED)
            else:
                return

    async def at_work(self) -> frozenset[str]:
        """Return no node: there is no other."""
        return frozenset()

    async def recover(self, nodes: Sequence[str]) -> int:
        """Recover nothing: what a process did here died with it, and the store knows it."""
        del nodes
        return 0

    async def drain(self, within_s: float) -> bool:
        """Begin nothing more; return whether all legs ended in time."""
        self._draining.set()
        tasks = list(self._tasks.values())
        if not tasks:
            return True
        _, late = await asyncio.wait(tasks, timeout=within_s)
        return not late

    async def close(self) -> None:
        """Stop at once."""
        self._waiting.clear()
        tasks = list(self._tasks.values())
        await stopped(*tasks)

    def _fill(self) -> None:
        """Begin as much as the queues allow: of each queue the tenant with the least under way goes first."""
        while self._carrier is not None and not self._draining.is_set():
            under_way = Counter((work.lane.queue, work.tenant) for work in self._works.values())
            fitting = [each for each in self._waiting.values() if self._fits(each.work, under_way)]
            if not fitting:
                return
            chosen = min(
                fitting, key=lambda each: (under_way[each.work.lane.queue, each.work.tenant], _place(each))
            )
            self._begin(self._waiting.pop(chosen.work.id).work, self._carrier)

    def _fits(self, work: Work, under_way: Counter[tuple[str, str]]) -> bool:
        queue = self._queues.get(work.lane.queue)
        if queue is None:
            return True
        total = sum(count for (name, _), count in under_way.items() if name == queue.name)
        return total < queue.concurrency and under_way[queue.name, work.tenant] < queue.per_tenant

    def _begin(self, work: Work, carrier: Carrier) -> None:
        task = asyncio.get_running_loop().create_task(self._carry(work, carrier), name=f"run {work.id}")
        self._tasks[work.id], self._works[work.id] = task, work
        task.add_done_callback(lambda _: self._left(work))

    async def _carry(self, work: Work, carrier: Carrier) -> None:
        leg: str | None = FIRST
        while leg is not None and work.id not in self._cancelled:
            if self._draining.is_set():
                return
            try:
                report = await carrier.carry(work, leg)
            except StoreUnavailable as error:
                _log.warning("engine.store_away", work=work.id, why=error.message)
                return  # to be submitted again once it is back
            except QuarterdeckError as error:
                _log.error("engine.work_failed", work=work.id, code=error.code, why=error.message)
                break
            leg = report.next
            if report.after_s:
                await self._rest(report.after_s)
        self._end(work)

    async def _rest(self, seconds: float) -> None:
        """Wait, but not past the moment in which this is drained."""
        try:
            async with asyncio.timeout(seconds):
                await self._draining.wait()
        except TimeoutError:
            return

    def _end(self, work: Work) -> None:
        self._cancelled.discard(work.id)
        self._over[work.id] = None
        while len(self._over) > REMEMBERED:
            self._over.popitem(last=False)

    def _left(self, work: Work) -> None:
        del self._tasks[work.id], self._works[work.id]
        self._fill()


def _place(waiting: _Waiting) -> tuple[int, int]:
    return waiting.work.lane.priority, waiting.number
