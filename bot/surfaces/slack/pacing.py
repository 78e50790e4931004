"""How fast Slack may be called: one lane for each method of a workspace, and for posting one for each channel too.

Who comes to a lane that is full waits for their turn, in order; where as many wait as may, they are turned away.
Source: docs.slack.dev/apis/web-api/rate-limits, July 2026. Slack counts for the app as a whole, over all nodes of
ours: what other nodes use shows as a `Retry-After`, and holds the whole lane back.
"""

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Final

from memory.errors import SlackBusy

MINUTE_S: Final = 60.0
MOST_WAITING: Final = 500  # in one lane
MOST_WAIT_S: Final = 120.0  # what would wait longer is turned away at once
MOST_LANES: Final = 2_000

_A_SECOND: Final = frozenset({"chat.postMessage"})  # in each channel
_FAST: Final = 100  # calls a minute, of methods that nothing is said of below
_A_MINUTE: Final = {
    **dict.fromkeys(
        (
            "chat.startStream",
            "chat.stopStream",
            "conversations.create",
            "conversations.setTopic",
            "conversations.archive",
            "conversations.list",
            "bookmarks.add",
            "bookmarks.list",
            "pins.add",
            "canvases.create",
            "conversations.canvases.create",
            "usergroups.list",
            "usergroups.users.list",
        ),
        20,
    ),
    **dict.fromkeys(
        (
            "chat.update",
            "chat.delete",
            "chat.unfurl",
            "conversations.history",
            "conversations.replies",
            "conversations.invite",
            "conversations.info",
            "canvases.edit",
        ),
        50,
    ),
}


@dataclass
class _Lane:
    """The calls of the last while, and who waits to be next."""

    most: int
    window_s: float
    went: deque[float] = field(default_factory=deque)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # those who wait get it in order
    waiting: int = 0
    closed_until: float = 0.0

    def next(self, now: float) -> float:
        """Return when the next call may go."""
        free = self.went[0] + self.window_s if len(self.went) >= self.most else now
        return max(now, free, self.closed_until)

    def take(self, at: float) -> None:
        """Count a call that goes then."""
        if len(self.went) >= self.most:
            self.went.popleft()
        self.went.append(at)


class Pacer:
    """The lanes of every workspace. With a `pace` of 0.01, a minute of Slack's lasts 0.6 s."""

    def __init__(self, pace: float = 1.0) -> None:
        self._pace = pace
        self._lanes: OrderedDict[tuple[str, ...], _Lane] = OrderedDict()

    async def turn(self, team: str, method: str, channel: str = "") -> None:
        """Return when this call may go; raises `SlackBusy` at once where that would take too long."""
        lane = self._lane(team, method, channel)
        now = asyncio.get_running_loop().time
        waits = lane.next(now()) - now() + lane.waiting * lane.window_s / lane.most
        if lane.waiting >= MOST_WAITING or waits > MOST_WAIT_S:
            raise SlackBusy(
                f"expected to call {method} within {MOST_WAIT_S:.0f} s, found {lane.waiting} calls before it",
                hint="Slack takes so many a minute; ask again later.",
            )
        lane.waiting += 1
        try:
            async with lane.turn:
                await asyncio.sleep(max(0.0, lane.next(now()) - now()))
                lane.take(now())
        finally:
            lane.waiting -= 1

    def hold_back(self, team: str, method: str, channel: str, seconds: float) -> None:
        """Let nobody call this before so much time has passed, as Slack asks."""
        lane = self._lane(team, method, channel)
        lane.closed_until = max(lane.closed_until, asyncio.get_running_loop().time() + seconds)

    def _lane(self, team: str, method: str, channel: str) -> _Lane:
        """Return the lane of a call; lanes nobody waits in make room, the least used first."""
        key = (team, method, channel) if method in _A_SECOND else (team, method)
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = self._made(method)
            self._make_room()
        self._lanes.move_to_end(key)
        return lane

    def _made(self, method: str) -> _Lane:
        if method in _A_SECOND:
            return _Lane(most=1, window_s=1.0 * self._pace)
        return _Lane(most=_A_MINUTE.get(method, _FAST), window_s=MINUTE_S * self._pace)

    def _make_room(self) -> None:
        while len(self._lanes) > MOST_LANES:
            key, lane = next(iter(self._lanes.items()))
            if lane.waiting:
                return
            del self._lanes[key]
