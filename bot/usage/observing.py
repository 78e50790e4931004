"""Times what is looked at, on its way to whoever looks."""

import time

from agents.ports import Observer, Turn
from bot.usage.metering import UsageMeter, milliseconds
from memory.canonical import digest
from memory.clock import Clock
from memory.ids import derived
from memory.model.plan import Call
from memory.model.run import Outcome
from memory.model.usage import UsageFact, UsageKind


class MeteredObserver:
    """Serves `agents.ports.Observer`."""

    def __init__(self, onward: Observer, meter: UsageMeter, clock: Clock) -> None:
        self._onward = onward
        self._meter = meter
        self._clock = clock

    async def observe(self, call: Call, turn: Turn) -> Outcome:
        """Look, and count how long it took."""
        at, began = self._clock.now(), time.perf_counter()
        seen = await self._onward.observe(call, turn)
        self._meter.take(
            UsageFact(
                id=derived("used", turn.correlation, digest(call), at.isoformat()),
                tenant=turn.principal.tenant,
                at=at,
                kind=UsageKind.TOOL,
                person=turn.principal.id,
                surface=turn.message.surface.value,
                correlation=turn.correlation,
                purpose="look",
                name=call.tool,
                ok=seen.ok,
                milliseconds=milliseconds(time.perf_counter() - began),
            )
        )
        return seen

    def permitted(self, turn: Turn) -> frozenset[str]:
        """Return the names of the tools this person may use."""
        return self._onward.permitted(turn)
