"""Takes facts of usage off the path of a turn: a line in the spool at once, the store a moment later.

The same id counts once, however often it is told or taken up again. Nothing here stops a turn: where even the
spool cannot be written, that is logged and the store is still tried.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

import structlog

from agents.ports import Turn
from bot.asking import SURFACE
from bot.telemetry import Metrics
from bot.usage.spool import Segment, Spool
from memory.errors import QuarterdeckError
from memory.model.model_call import CallOutcome, ModelCall
from memory.model.talk import Reply
from memory.model.usage import UsageFact, UsageKind
from memory.store import Store
from memory.store.usage import NANO

EVERY_S: Final = 1.0
MOST_WAITING: Final = 500  # facts, before the store is written without waiting further
_log = structlog.get_logger(__name__)


class UsageMeter:
    """Serves `agents.ports.Meter`, and meters turns and tools; `keep` stores what was taken."""

    def __init__(self, store: Store, spool: Spool, metrics: Metrics) -> None:
        self._store = store
        self._spool = spool
        self._metrics = metrics
        self._segment: Segment | None = None
        self._full: list[Segment] = []  # whose facts are on their way
        self._waiting: dict[str, UsageFact] = {}
        self._woken = asyncio.Event()
        self._writing = asyncio.Lock()

    async def called(self, call: ModelCall) -> None:
        """Count one call of a language model."""
        self.take(of_call(call, SURFACE.get()))

    def turned(self, turn: Turn, reply: Reply, seconds: float) -> None:
        """Count one message that was answered."""
        message = turn.message
        self.take(
            UsageFact(
                id=turn.correlation,
                tenant=message.tenant,
                at=reply.at,
                kind=UsageKind.TURN,
                person=turn.principal.id,
                surface=message.surface.value,
                correlation=turn.correlation,
                name=reply.kind,
                ok=reply.kind != "error",
                milliseconds=milliseconds(seconds),
            )
        )

    def take(self, fact: UsageFact, *, counted: bool = True) -> None:
        """Take a fact: it is in the spool when this returns, where that can be written; it never raises.

        Not `counted`, it may have been taken before, and metrics leave it out.
        """
        if fact.id in self._waiting:
            return
        try:
            if self._segment is None:
                self._segment = self._spool.segment()
            self._segment.write(fact)
        except OSError as error:
            _log.error("usage.unspooled", why=error.strerror)
        self._waiting[fact.id] = fact
        if counted:
            self._metrics.used(fact)
        if len(self._waiting) >= MOST_WAITING:
            self._woken.set()

    async def recover(self) -> int:
        """Store what processes that are gone left behind, and return how many facts that were."""
        count = 0
        for segment, facts in await asyncio.to_thread(self._spool.left_behind):
            await self._put(facts)
            segment.remove()
            count += len(facts)
        return count

    async def keep(self) -> None:
        """Store what was taken, every second, until this is cancelled; then store the rest."""
        try:
            while True:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), EVERY_S)
                self._woken.clear()
                await self.flush()
        finally:
            await self.close()

    async def flush(self) -> None:
        """Store what was taken; what cannot be stored now stays in the spool and is tried again."""
        async with self._writing:
            if not self._waiting:
                return
            facts, self._waiting = self._waiting, {}
            if self._segment is not None:
                self._full.append(self._segment)
                self._segment = None
            try:
                await self._put(facts.values())
            except QuarterdeckError as error:
                _log.warning("usage.not_stored", code=error.code, facts=len(facts))
                self._waiting = {**facts, **self._waiting}
                return
            stored, self._full = self._full, []
            for segment in stored:
                segment.remove()

    async def close(self) -> None:
        """Store what is left, and let go of the spool."""
        await self.flush()
        for segment in (*self._full, *([self._segment] if self._segment else [])):
            segment.close()
        self._full, self._segment = [], None

    async def _put(self, facts: Iterable[UsageFact]) -> None:
        by_tenant: dict[str, list[UsageFact]] = {}
        for fact in facts:
            by_tenant.setdefault(fact.tenant, []).append(fact)
        for tenant, theirs in by_tenant.items():
            await self._store.usage.add(tenant, theirs)


def of_call(call: ModelCall, surface: str) -> UsageFact:
    """Return a call of a model as a fact: what was paid, to the billionth."""
    return UsageFact(
        id=call.id,
        tenant=call.tenant,
        at=call.began,
        kind=UsageKind.MODEL,
        person=call.person or "",
        surface=surface,
        correlation=call.correlation,
        purpose=call.purpose,
        provider=call.provider,
        name=call.model[:200],
        ok=call.outcome is CallOutcome.ANSWERED,
        milliseconds=milliseconds(call.seconds),
        input_tokens=call.input_tokens or 0,
        output_tokens=call.output_tokens or 0,
        cached_tokens=call.cached_tokens or 0,
        cost=Decimal(0) if call.cached else paid(call),
        currency=call.currency,
    )


def paid(call: ModelCall) -> Decimal | None:
    """Return what a call cost; a failed one that used no tokens cost nothing, whether or not it has a price."""
    if call.cost is not None:
        return call.cost.quantize(NANO, ROUND_HALF_EVEN)
    used = (call.input_tokens or 0) + (call.output_tokens or 0)
    return None if used or call.outcome is CallOutcome.ANSWERED else Decimal(0)


def milliseconds(seconds: float) -> int:
    """Return whole milliseconds."""
    return max(0, round(seconds * 1000))
