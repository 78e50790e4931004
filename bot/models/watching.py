"""Whether each provider is there, found out again and again by one request that costs nothing.

What is found is shown and counted, and decides nothing: a server that says it is well may still fail to answer, so
who is asked stays with the breakers, which only an answer closes.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence

import structlog

from agents.model.fleet import Provider
from bot.models.probing import reached, simplest
from bot.telemetry import Metrics
from memory.clock import Clock
from memory.errors import ConnectorUnreachable
from memory.model.value import Moment, Value

JITTER = 0.2  # of the time between two looks, so that nodes do not all look at once

_log = structlog.get_logger(__name__)


class Seen(Value):
    """How a provider was found: `problem` is empty where it is up; `seconds` is how long it took to say so."""

    at: Moment
    seconds: float
    problem: str = ""


class ProviderWatch:
    """Looks at providers every `every_s` seconds; 0 is never. One that has no such request is not looked at."""

    def __init__(
        self,
        providers: Sequence[Provider],
        metrics: Metrics,
        clock: Clock,
        *,
        every_s: float,
        reach: Callable[[Provider], Awaitable[str]] = reached,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._providers = tuple(each for each in providers if simplest(each)) if every_s else ()
        self._metrics = metrics
        self._clock = clock
        self._every_s = every_s
        self._reach = reach
        self._chance = chance
        self._seen: dict[str, Seen] = {}

    @property
    def watched(self) -> tuple[str, ...]:
        """Return the names of the providers that are looked at."""
        return tuple(each.name for each in self._providers)

    def seen(self, provider: str) -> Seen | None:
        """Return how a provider was found last, None where it was not looked at yet, or never is."""
        return self._seen.get(provider)

    async def said(self, provider: str) -> str:
        """Return a word about a provider that is up; raises `ConnectorUnreachable` for one that was not."""
        seen = self.seen(provider)
        if seen is None:
            return "not looked at yet"
        if seen.problem:
            raise ConnectorUnreachable(seen.problem)
        return f"up, answered in {seen.seconds:g} s"

    async def look(self) -> None:
        """Look at all of them once, all at the same time."""
        await asyncio.gather(*map(self._look_at, self._providers))

    async def keep(self) -> None:
        """Look again and again, until cancelled."""
        while self._providers:
            await self.look()
            await asyncio.sleep(self._every_s * (1 + JITTER * (self._chance() - 0.5)))

    async def _look_at(self, provider: Provider) -> None:
        clock = asyncio.get_running_loop().time
        began = clock()
        problem = await self._reach(provider)
        before, now = self._seen.get(provider.name), self._clock.now()
        found = Seen(at=now, seconds=round(clock() - began, 3), problem=problem)
        self._seen[provider.name] = found
        self._metrics.model_probe(provider.name, found.seconds, up=not problem)
        if bool(problem) != bool(before and before.problem):
            _log.warning("model.provider_changed", provider=provider.name, up=not problem, why=problem)
