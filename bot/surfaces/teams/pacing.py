"""How fast Teams may be called: a lane for each thread, within several windows at once, and one for each tenant.

Who comes to a lane that is full waits for their turn, in order; who would wait too long is turned away at once.
Teams counts for the bot as a whole, over all nodes of ours: what others use shows as a 429, and holds a lane back.
"""

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from bot.surfaces.teams.limits import TENANT, THREAD
from memory.errors import TeamsBusy

MOST_WAIT_S: Final = 60.0
MOST_LANES: Final = 2_000
MARGIN_S: Final = 0.1  # calls overtake each other on the way

Windows: TypeAlias = tuple[tuple[int, float], ...]


@dataclass
class Lane:
    """When the last calls went, or will go."""

    windows: Windows
    went: deque[float] = field(default_factory=deque)
    closed_until: float = 0.0

    def next(self, now: float) -> float:
        """Return when the next call may go."""
        free = [self.went[-most] + window for most, window in self.windows if len(self.went) >= most]
        return max([now, self.closed_until, *free])

    def take(self, at: float) -> None:
        """Count a call that goes then."""
        self.went.append(at)
        while len(self.went) > max(most for most, _ in self.windows):
            self.went.popleft()


class Pacer:
    """The lanes. With a `pace` of 0.01, a second of Teams' lasts 10 ms."""

    def __init__(self, pace: float = 1.0) -> None:
        self._pace = pace
        self._lanes: OrderedDict[tuple[str, str], Lane] = OrderedDict()

    async def turn(self, tenant: str, thread: str = "") -> None:
        """Return when a call may go; raises `TeamsBusy` at once where that would take too long."""
        lanes = [self._lane(tenant, ""), *([self._lane(tenant, thread)] if thread else [])]
        now = asyncio.get_running_loop().time
        at = max(lane.next(now()) for lane in lanes)
        if at - now() > MOST_WAIT_S * self._pace:
            raise TeamsBusy(
                f"expected to call Teams within {MOST_WAIT_S:.0f} s, found that many calls wait already",
                hint="Wait, and ask again.",
            )
        for lane in lanes:
            lane.take(at)
        for lane in lanes:
            await asyncio.sleep(max(at, lane.closed_until) - now())

    def hold_back(self, tenant: str, thread: str, seconds: float) -> None:
        """Let nobody write in this thread before so much time has passed, as Teams asks."""
        lane = self._lane(tenant, thread)
        lane.closed_until = max(lane.closed_until, asyncio.get_running_loop().time() + seconds)

    def _lane(self, tenant: str, thread: str) -> Lane:
        key = (tenant, thread)
        if key not in self._lanes:
            windows = tuple(
                (most, (window + MARGIN_S) * self._pace) for most, window in (THREAD if thread else TENANT)
            )
            self._lanes[key] = Lane(windows)
            if len(self._lanes) > MOST_LANES:
                self._lanes.popitem(last=False)
        self._lanes.move_to_end(key)
        return self._lanes[key]
