"""How many calls are under way at each target, in this process: as many as its window lets through, in order."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from runbooks.pacing.adaptive import Sign, Window, learnt

MOST_KNOWN = 4096  # targets that are remembered while nothing is under way there


class Place:
    """One call at a target; whoever makes it says how it went. Unsaid, it was answered."""

    def __init__(self) -> None:
        self.sign = Sign.ANSWERED


class Target:
    """One target: its window, how many calls are under way there, and who waits, first come first served."""

    def __init__(self, window: Window, timer: Callable[[], float]) -> None:
        self.window = window
        self.under_way = 0
        self.waiting: deque[asyncio.Future[None]] = deque()
        self._timer = timer

    @asynccontextmanager
    async def place(self, kind: str = "") -> AsyncIterator[Place]:
        """Enter when there is a place for one more call of this kind, and leave when it is over."""
        await self._enter()
        place, began = Place(), self._timer()
        try:
            yield place
        finally:
            self.window = learnt(self.window, place.sign, self._timer() - began, self.under_way, kind)
            self.under_way -= 1
            self._admit()

    def idle(self) -> bool:
        """Return whether nobody is there and nobody waits."""
        return not self.under_way and not self.waiting

    async def _enter(self) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append(turn)
        self._admit()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it was given a place in the very moment it gave up
                self.under_way -= 1
            self._admit()
            raise

    def _admit(self) -> None:
        """Let in who is first, as long as there is room; whoever gave up is passed over."""
        while self.waiting and (self.waiting[0].done() or self.under_way < self.window.limit()):
            turn = self.waiting.popleft()
            if not turn.done():
                self.under_way += 1
                turn.set_result(None)


class Targets:
    """Every target there is, each with a window of its own under one hard cap."""

    def __init__(self, cap: int, timer: Callable[[], float]) -> None:
        self._cap = cap
        self._timer = timer
        self._known: OrderedDict[tuple[str, str], Target] = OrderedDict()

    def at(self, tenant: str, target: str) -> Target:
        """Return a target; one that was not heard of begins with one call at a time."""
        key = (tenant, target)
        if key not in self._known:
            self._known[key] = Target(Window(cap=self._cap), self._timer)
            self._forget()
        self._known.move_to_end(key)
        return self._known[key]

    def _forget(self) -> None:
        idle = [key for key, target in self._known.items() if target.idle()][:-1]
        for key in idle[: max(0, len(self._known) - MOST_KNOWN)]:
            del self._known[key]
