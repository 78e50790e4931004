"""A run in the hands of one executor: every write renews its lease; whoever lost the lease can write no more."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from memory.clock import Clock
from memory.errors import Conflict
from memory.model.record import Record
from memory.model.run import Lease, Run
from memory.store import Store, Unit

LEASE = timedelta(seconds=10)
RENEWAL_S = 3.0
_TRIES = 10  # so many wishes at the very same moment are not expected


class HeldRun:
    """The newest known state of a run, and the only way its executor changes it.

    `save` writes by compare-and-set, so an executor that was frozen and overtaken gets a `Conflict` and stops.
    What a person wishes of the run meanwhile is taken over, and changes nothing else.
    """

    def __init__(self, run: Run, store: Store, clock: Clock, holder: str, changed: Callable[[Run], None]) -> None:
        self.run = run
        self._store = store
        self._clock = clock
        self._holder = holder
        self._changed = changed
        self._lock = asyncio.Lock()

    async def save(
        self,
        *entries: Record,
        inside: Callable[[Unit], Awaitable[object]] | None = None,
        release: bool = False,
        **changes: object,
    ) -> None:
        """Write `changes` to the run and `entries` to the ledger in one transaction, or nothing at all.

        `inside` does more in the same transaction. Raises `Conflict`.
        """
        async with self._lock:
            lease = None if release else Lease(holder=self._holder, until=self._clock.now() + LEASE)
            for _ in range(_TRIES):
                changed = self.run.model_copy(update={**changes, "lease": lease})
                try:
                    saved = await self._write(changed, entries, inside)
                except Conflict:
                    if not await self._wished():
                        raise
                else:
                    break
            else:
                raise Conflict(f"expected run {self.run.id} to hold still, found it changed {_TRIES} times")
            self.run = saved
        if changes:
            self._changed(saved)

    async def save_step(
        self,
        index: int,
        *entries: Record,
        inside: Callable[[Unit], Awaitable[object]] | None = None,
        **changes: object,
    ) -> None:
        """Write `changes` to one step of the run; otherwise as `save`."""
        steps = list(self.run.steps)
        steps[index] = steps[index].model_copy(update=changes)
        await self.save(*entries, inside=inside, steps=tuple(steps))

    async def keep(self) -> None:
        """Renew the lease again and again, until cancelled or until it is lost."""
        while True:
            await asyncio.sleep(RENEWAL_S)
            await self.save()

    async def _write(
        self, changed: Run, entries: tuple[Record, ...], inside: Callable[[Unit], Awaitable[object]] | None
    ) -> Run:
        async with self._store.transaction() as unit:
            saved = await unit.runs.replace(changed, expected_version=self.run.version)
            if inside is not None:
                await inside(unit)
            for entry in entries:
                await unit.ledger.append(entry)
        return saved

    async def _wished(self) -> bool:
        """Return whether all that changed meanwhile is a person's wish, which is then known here."""
        async with self._store.transaction() as unit:  # what overtook this may be in a group not yet committed
            found = await unit.runs.get(self.run.tenant, self.run.id)
        same = {"wish": self.run.wish, "version": self.run.version}
        if found.version == self.run.version or found.model_copy(update=same) != self.run:
            return False
        self.run = found
        return True
