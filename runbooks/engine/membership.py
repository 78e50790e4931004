"""This node among the others: it registers, says again and again that it is there, and acts while they hear it.

A node acts only while its last heartbeat is younger than the others wait before they count it as gone. So one that
cannot reach the database stops by itself, before anybody takes over what it held.
"""

import asyncio
import time
from collections.abc import Callable

import structlog

from memory.clock import Clock
from memory.errors import OutOfTouch, QuarterdeckError
from memory.ids import Ids
from memory.model.node import Health, Node
from memory.model.value import Value
from memory.store import Store

_log = structlog.get_logger(__name__)


class Rhythm(Value):
    """How often a node says that it is there, and how long the others wait for that; in seconds.

    `touch_s` is less than `silent_s`: a node stops acting before the others count it as gone.
    """

    beat_s: float = 0.4
    touch_s: float = 1.0
    silent_s: float = 1.8
    reap_s: float = 0.3


SHARED = Rhythm()
EMBEDDED = Rhythm(beat_s=1.0, touch_s=2.5, silent_s=4.0, reap_s=1.0)
"""For a database in a file: a heartbeat is a write to disk, and whoever comes after a crash has to start first."""


def since_boot() -> float:
    """Return the seconds since the machine started, those in which it slept included."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(clock)


class Membership:
    """Serves `Peers`. After `leave`, or once it counts as gone, it can `enter` again: as another node."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        about: Node,
        load: Callable[[], int],
        *,
        rhythm: Rhythm = SHARED,
        elapsed: Callable[[], float] = since_boot,
    ) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._node = about
        self._load = load
        self._rhythm = rhythm
        self._elapsed = elapsed
        self._touched: float | None = None
        self.draining = False

    @property
    def name(self) -> str:
        """The id of this node, as long as it is this one."""
        return self._node.id

    @property
    def tenant(self) -> str:
        """Whom it serves."""
        return self._node.tenant

    @property
    def entered(self) -> bool:
        """Whether this is a node now, with a name that no other has."""
        return self._touched is not None

    async def enter(self) -> None:
        """Register as a node that has just come; raises `StoreUnavailable`."""
        fresh = {"id": self._ids.new("node"), "started_at": self._clock.now()}
        node = self._node.model_copy(update=fresh)
        asked = self._elapsed()
        await self._store.cluster.enter(node)
        self._node, self._touched = node, asked
        _log.info("node.entered", node=node.id, address=node.address)

    async def beat(self) -> bool:
        """Say that this node is there; False where it counts as gone, which is for good.

        Raises `StoreUnavailable` or `TimeoutError`, and is then to be tried again.
        """
        self._node = self._node.model_copy(update={"load": self._load(), "health": self._health()})
        asked = self._elapsed()
        async with asyncio.timeout(self._rhythm.touch_s):
            heard = await self._store.cluster.beat(self._node)
        self._touched = asked if heard else None
        return heard

    async def keep(self) -> None:
        """Say it again and again; return once this node counts as gone."""
        while True:
            try:
                if not await self.beat():
                    _log.error("node.counted_as_gone", node=self.name)
                    return
            except (QuarterdeckError, TimeoutError) as error:
                _log.warning("node.not_heard", node=self.name, why=str(error) or "no answer in time")
            await asyncio.sleep(self._rhythm.beat_s)

    async def leave(self) -> None:
        """Say goodbye: what it held can be taken up at once."""
        self._touched = None
        await self._store.cluster.leave(self.tenant, self.name)
        _log.info("node.left", node=self.name)

    def require_touch(self) -> None:
        """Return while the others cannot count this node as gone yet; raises `OutOfTouch`."""
        silent = None if self._touched is None else self._elapsed() - self._touched
        if silent is None or silent >= self._rhythm.touch_s:
            found = "none" if silent is None else f"one {silent:.1f} s ago"
            raise OutOfTouch(f"expected a heartbeat within {self._rhythm.touch_s:g} s, found {found}")

    async def is_gone(self, tenant: str, node: str) -> bool:
        """Return whether a node counts as gone."""
        return node in await self._store.cluster.gone(tenant, [node])

    def _health(self) -> Health:
        if self.draining:
            return Health.DRAINING
        return Health.STRAINED if self._load() >= self._node.capacity else Health.WELL
