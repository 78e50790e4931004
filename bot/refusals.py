"""Who was turned away at the door stands in the log too, and nobody fills the log by knocking.

Of one person and reason there is at most one entry a minute, which counts those since the one before.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from memory.clock import Clock
from memory.errors import QuarterdeckError, StoreUnavailable
from memory.ids import Ids
from memory.model.bodies import Denied
from memory.model.record import SYSTEM, Record
from memory.store import Store

EVERY = timedelta(minutes=1)

_log = structlog.get_logger(__name__)

_Knocker = tuple[str, str, str]  # tenant, person, reason


@dataclass
class _Knocks:
    """How often since the last entry, and from when on there may be another."""

    times: int = 0
    next_at: datetime | None = None


class Refusals:
    """Records refusals. `tenant` is whose log tells of strangers."""

    def __init__(self, store: Store, tenant: str, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._tenant = tenant
        self._clock = clock
        self._ids = ids
        self._knocks: dict[_Knocker, _Knocks] = {}

    async def note(self, error: QuarterdeckError, *, tenant: str = "", person: str = SYSTEM) -> None:
        """Record that somebody was turned away; without a person, a stranger was. An error counts once."""
        if error.recorded:
            return
        error.recorded = True
        knocker = (tenant or self._tenant, person, error.code)
        knocks = self._knocks.setdefault(knocker, _Knocks())
        knocks.times += 1
        if knocks.next_at is None or self._clock.now() >= knocks.next_at:
            await self._record(knocker, knocks)

    async def settle(self, *, ending: bool = False) -> None:
        """Record what was only counted so far, once its minute is over; all of it when the house is `ending`."""
        now = self._clock.now()
        for knocker, knocks in list(self._knocks.items()):
            if not ending and knocks.next_at is not None and now < knocks.next_at:
                continue
            if knocks.times:
                await self._record(knocker, knocks)
            else:
                del self._knocks[knocker]

    async def _record(self, knocker: _Knocker, knocks: _Knocks) -> None:
        tenant, person, code = knocker
        now, times = self._clock.now(), knocks.times
        knocks.times, knocks.next_at = 0, now + EVERY
        body = Denied(denial=self._ids.new("denial"), code=code, times=times)
        entry = Record(tenant=tenant, at=now, actor=person, correlation=self._ids.new("cor"), body=body)
        try:
            await self._store.ledger.append(entry)
        except StoreUnavailable as error:  # they are turned away all the same, and counted for later
            knocks.times += times
            _log.warning("refusal.unrecorded", code=code, why=error.message)
