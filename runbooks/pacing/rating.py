"""Rate limits in force: for each tool and target, one state that every node shares through the store."""

from collections.abc import Awaitable, Callable, Collection

from memory.clock import Clock
from memory.store import Store
from runbooks.pacing.endpoint import Endpoint
from runbooks.pacing.rate import SECOND, Passed, Rate, RateLimit, Wait, conform, pushed_back


class Rates:
    """Lets calls through at the rate of their endpoint, whichever process they are made in.

    Clocks of nodes that differ by so much let that much more or less through, once.
    """

    def __init__(
        self,
        store: Store,
        limits: Collection[RateLimit],
        clock: Clock,
        pause: Callable[[float], Awaitable[None]],
    ) -> None:
        self._store = store
        self._limits = {limit.tool: limit for limit in limits}
        self._clock = clock
        self._pause = pause

    async def take(self, tenant: str, endpoint: Endpoint) -> None:
        """Return when a call may be made; where nothing limits it, at once."""
        rate = self._limit(endpoint)
        if rate is None:
            return
        while True:
            said = await self._asked(tenant, endpoint, rate)
            if isinstance(said, Passed):
                return
            await self._pause(said.seconds())

    async def push_back(self, tenant: str, endpoint: Endpoint, retry_after_s: float) -> None:
        """Have every node leave an endpoint alone for as long as it asked."""
        rate = self._limit(endpoint)
        if rate is not None:
            now = self._now()
            await self._store.rates.change(
                tenant, endpoint.key(), now, lambda arrival: pushed_back(arrival, now, retry_after_s, rate)
            )

    def _limit(self, endpoint: Endpoint) -> RateLimit | None:
        return self._limits.get(endpoint.tool, self._limits.get(None))

    def _now(self) -> int:
        return round(self._clock.now().timestamp() * SECOND)

    async def _asked(self, tenant: str, endpoint: Endpoint, rate: Rate) -> Passed | Wait:
        now = self._now()
        said: list[Passed | Wait] = []

        def decide(arrival: int | None) -> int | None:
            said.append(conform(rate, arrival, now))
            return said[-1].arrival if isinstance(said[-1], Passed) else None

        await self._store.rates.change(tenant, endpoint.key(), now, decide)
        return said[-1]
