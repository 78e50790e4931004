"""The inbox of a chat: what came is written down, acknowledged, and worked on by whoever holds it.

A process holds what it works on for a minute and says so again while it goes on; what a dead one held, and what
there was no room for, is taken by whoever asks next. Twice the same changes nothing, whichever node it comes to.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final, Protocol

import structlog

from bot.surfaces.batches import Batches
from bot.surfaces.precedence import Precedence
from memory.clock import Clock
from memory.errors import QuarterdeckError
from memory.model.arrival import Arrival, ArrivalKind
from memory.store.arrivals import Arrivals
from memory.tasks import stopped

AT_ONCE: Final = 64  # arrivals that are worked on in this process; the rest waits in the database
LEASE_S: Final = 60.0
LOOK_S: Final = 2.0  # how often it looks for what nobody holds
ATTEMPTS: Final = 5
REMEMBERED: Final = timedelta(days=2)  # longer than Slack repeats, and than a token of Teams lasts
PRUNE_S: Final = 600.0
_SAID: Final = frozenset({ArrivalKind.MESSAGE, ArrivalKind.OVERHEARD})

_log = structlog.get_logger(__name__)


class Passing(Exception):
    """What was to be done could not be done now, and may be later."""


Work = Callable[[Arrival], Awaitable[None]]


class Scribe(Protocol):
    """Writes along where what is said belongs to something; told of everything that is said, before the work."""

    async def heard(self, came: Arrival) -> None:
        """Take note of what was said; it may be told twice."""

    async def reworded(self, tenant: str, arrival: str, words: str) -> None:
        """Take note that it was edited."""

    async def withdrawn(self, tenant: str, arrival: str) -> None:
        """Take note that it was deleted."""


class Inbox:
    """Takes what came and has it worked on. `node` is this process, and no other before or after it."""

    def __init__(
        self, arrivals: Arrivals, tenant: str, node: str, work: Work, clock: Clock, scribe: Scribe | None = None
    ) -> None:
        self._arrivals = arrivals
        self._tenant = tenant
        self._node = node
        self._work = work
        self._clock = clock
        self._scribe = scribe
        self._precedence = Precedence()
        self._hands: dict[str, asyncio.Task[None]] = {}
        self._more = asyncio.Event()
        self._closed = False
        self._overflowing = False  # some wait in the database for room here
        self._kept: Batches[Arrival, bool] = Batches(self._keep)
        self._finished: Batches[str, int] = Batches(self._finish)

    async def take(self, came: Arrival) -> bool:
        """Write down what came, and return once that is committed; False where it came before."""
        with self._precedence.owing():
            new = await self._kept.put(came)
        if not new:
            _log.info("inbox.repeated", arrival=came.id)
        return new

    async def reword(self, arrival: str, words: str) -> bool:
        """Have something say other words, also where it is yet to come; False where it is done with."""
        reworded = await self._arrivals.reword(self._tenant, arrival, words, self._clock.now())
        if self._scribe is not None:
            await self._scribe.reworded(self._tenant, arrival, words)
        _log.info("inbox.edited", arrival=arrival, read="after" if reworded else "before")
        return reworded

    async def withdraw(self, arrival: str) -> None:
        """See that something is not begun any more, also where it is yet to come."""
        await self._arrivals.withdraw(self._tenant, arrival, self._clock.now())
        if self._scribe is not None:
            await self._scribe.withdrawn(self._tenant, arrival)
        _log.info("inbox.withdrawn", arrival=arrival)

    async def _keep(self, came: Sequence[Arrival]) -> Sequence[bool]:
        """Write down what came at once, and begin with it as far as there is room."""
        once = {each.id: each for each in reversed(came)}
        room = self._room()
        here, later = list(once.values())[:room], list(once.values())[room:]
        new = await self._arrivals.keep(here, self._node, LEASE_S)
        for each in here:
            if each.id in new:
                self._begin(each, attempt=1)
        if later:
            self._overflowing = True
            new |= await self._arrivals.keep(later, self._node, 0.0)
        return [each.id in new and once[each.id] is each for each in came]

    async def _finish(self, done: Sequence[str]) -> Sequence[int]:
        await self._precedence.quiet()  # what is acknowledged would have to wait for this to be written
        await self._arrivals.finish(self._tenant, done, self._node)
        return [0] * len(done)

    @property
    def at_work(self) -> int:
        """How many are worked on here now."""
        return len(self._hands)

    async def keep_working(self) -> None:
        """Go on holding what is worked on here, and take what nobody holds, until this is cancelled."""
        now = asyncio.get_running_loop().time
        renewed = pruned = now()
        while True:
            try:
                await self._claim()
                if now() - renewed > LEASE_S / 3:
                    await self._arrivals.hold(self._tenant, tuple(self._hands), self._node, LEASE_S)
                    renewed = now()
                if now() - pruned > PRUNE_S:
                    await self._arrivals.prune(self._clock.now() - REMEMBERED)
                    pruned = now()
            except QuarterdeckError as error:
                _log.warning("inbox.failed", code=error.code, why=error.message)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._more.wait()

    async def close(self) -> None:
        """Stop what is worked on here, and let another process take it at once."""
        self._closed = True
        held = tuple(self._hands)
        await stopped(*self._hands.values())
        if held:
            with suppress(QuarterdeckError):
                await self._arrivals.release(self._tenant, held, self._node)

    def _room(self) -> int:
        return 0 if self._closed else max(0, AT_ONCE - len(self._hands))

    async def _claim(self) -> None:
        self._more.clear()
        room = self._room()
        if not room:
            return
        found = await self._arrivals.claim(self._tenant, self._node, LEASE_S, room)
        self._overflowing = len(found) == room
        for arrival, attempt in found:
            _log.info("inbox.taken_up", arrival=arrival.id, attempt=attempt)
            self._begin(arrival, attempt)

    def _begin(self, arrival: Arrival, attempt: int) -> None:
        if arrival.id in self._hands:  # its lease ran out while the store was away, and it is still worked on
            return
        task = asyncio.create_task(self._worked(arrival, attempt))
        self._hands[arrival.id] = task
        task.add_done_callback(lambda done: self._over(arrival, done))

    def _over(self, arrival: Arrival, task: asyncio.Task[None]) -> None:
        del self._hands[arrival.id]
        if self._overflowing and len(self._hands) <= AT_ONCE // 2:  # many at once: to look costs a transaction
            self._more.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("inbox.work_failed", arrival=arrival.id, exc_info=error)  # its lease ends: it comes again

    async def _worked(self, arrival: Arrival, attempt: int) -> None:
        await self._precedence.turn()
        if attempt > ATTEMPTS:
            _log.error("inbox.given_up", arrival=arrival.id, attempts=attempt - 1)
            await self._finished.put(arrival.id)
            return
        if arrival.kind in _SAID:
            waits, words = await self._arrivals.begin(self._tenant, arrival.id, self._node)
            if not waits:
                return  # it was deleted meanwhile
            if words is not None:
                arrival = arrival.model_copy(update={"text": words, "edited": True})
        try:
            await self._written_along(arrival)
            await self._work(arrival)
        except Passing:
            await self._arrivals.release(self._tenant, [arrival.id], self._node, 2.0**attempt)
            return
        await self._finished.put(arrival.id)

    async def _written_along(self, arrival: Arrival) -> None:
        if self._scribe is None or arrival.kind not in _SAID:
            return
        try:
            await self._scribe.heard(arrival)
        except QuarterdeckError as error:
            _log.warning("inbox.unwritten", arrival=arrival.id, code=error.code, why=error.message)
            raise Passing from error
