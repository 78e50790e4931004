"""What is older than its kind is kept is erased: in the background, or when an administrator says so.

What a hold covers and what belongs to an open run is passed over, and counted.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta

from bot.audit.access import administrator
from bot.audit.eraser import MOST_BLOBS, Batch, Eraser, batches
from bot.audit.memories import forget_expired
from bot.audit.protection import Protection, protection
from bot.surfaces.archive import Erasure
from memory.clock import Clock
from memory.model.people import Principal
from memory.model.record import SYSTEM, BlobState


class Retention:
    """Keeps each kind of blob as many days as the settings say; a kind they do not name is kept for good."""

    def __init__(self, eraser: Eraser, clock: Clock, days: Mapping[str, int]) -> None:
        self._eraser = eraser
        self._store = eraser.store
        self._clock = clock
        self._days = dict(days)

    async def retain(self, principal: Principal, *, dry_run: bool) -> Erasure:
        """Erase now what is old enough, or with a dry run only say what that is."""
        return await self.sweep(administrator(principal), actor=principal.id, dry_run=dry_run)

    async def sweep(self, tenant: str, *, actor: str = SYSTEM, dry_run: bool = False) -> Erasure:
        """Erase what is old enough in a tenant, a batch in a transaction, and return what that was."""
        counted: Counter[str] = Counter()
        names, turns, held, open_ = [], set(), 0, 0
        for kind, days in sorted(self._days.items()):
            before = self._clock.now() - timedelta(days=days)
            async for some in self._old(tenant, kind, before):
                kept, due, named = await self._part(tenant, actor, kind, some, dry_run=dry_run)
                held, open_ = held + kept[0], open_ + kept[1]
                counted[kind] += len(due)
                turns |= {blob.correlation for blob in due}
                names += named
        if not dry_run:
            await forget_expired(self._eraser, tenant, actor)
        return Erasure(
            erasures=tuple(names),
            blobs=counted.total(),
            by_kind={kind: number for kind, number in counted.items() if number},
            correlations=tuple(sorted(turns)),
            held=held,
            in_progress=open_,
            dry_run=dry_run,
        )

    async def _old(self, tenant: str, kind: str, before: datetime) -> AsyncIterator[tuple[BlobState, ...]]:
        last = None
        while some := await self._store.blobs.standing(
            tenant, kind=kind, before=before, after=last, limit=MOST_BLOBS
        ):
            yield some
            last = some[-1]

    async def _part(
        self, tenant: str, actor: str, kind: str, some: tuple[BlobState, ...], *, dry_run: bool
    ) -> tuple[tuple[int, int], list[BlobState], list[str]]:
        async with self._store.transaction() as unit:
            shield = await protection(unit, tenant)
        held, open_, due = _sorted_out(some, shield)
        if dry_run:
            return (held, open_), due, []
        names = [name for batch in batches(due) for name in await self._batch(tenant, actor, kind, batch)]
        return (held, open_), due, names

    async def _batch(self, tenant: str, actor: str, kind: str, batch: Batch) -> list[str]:
        if kind in {"message", "reply", "interpretation"}:
            await self._eraser.forget_talks(tenant, batch.turns)
        async with self._store.transaction() as unit:
            _, _, due = _sorted_out(batch.blobs, await protection(unit, tenant))
            return [
                await self._eraser.erase(unit, tenant, actor, "retention", again, {kind}) for again in batches(due)
            ]


def _sorted_out(some: tuple[BlobState, ...], shield: Protection) -> tuple[int, int, list[BlobState]]:
    """Return how many are held, how many belong to open runs, and the others."""
    held = [blob for blob in some if shield.hold_on(blob)]
    open_ = [blob for blob in some if blob.correlation in shield.open and not shield.hold_on(blob)]
    kept = {blob.digest for blob in (*held, *open_)}
    return len(held), len(open_), [blob for blob in some if blob.digest not in kept]
