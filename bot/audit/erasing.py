"""Erasing for good, on request: turns, or a person. Every erasure is an entry, written in the same transaction.

What a hold covers, or belongs to a run that is still open, is refused before anything is erased.
"""

from collections import Counter
from collections.abc import Collection, Iterator

from bot.audit.access import administrator
from bot.audit.eraser import Eraser, batches
from bot.audit.protection import protection
from bot.surfaces.archive import Erasure
from memory.errors import InvalidInput, NotFound
from memory.model.bodies import EntryKind
from memory.model.people import Principal
from memory.model.record import BlobState, LogFilter
from memory.model.value import JsonValue
from memory.scrubbing import EVERYTHING, KINDS
from memory.store import Unit

_PAGE = 500


class Erasing:
    """Erases what administrators ask for."""

    def __init__(self, eraser: Eraser) -> None:
        self._eraser = eraser
        self._store = eraser.store

    async def erase(self, principal: Principal, *, correlations: Collection[str], person: str | None) -> Erasure:
        """Erase turns, or a person and everything they began; raises `UnderHold`, `Conflict` or `NotFound`."""
        tenant = administrator(principal)
        if bool(correlations) == (person is not None):
            raise InvalidInput("expected turns or a person to erase, found both or neither")
        if person is not None:
            return await self._person(tenant, principal.id, person)
        return await self._turns(tenant, principal.id, sorted(set(correlations)))

    async def _turns(self, tenant: str, actor: str, turns: list[str]) -> Erasure:
        for turn in turns:
            if not await self._store.ledger.count(tenant, LogFilter(correlation=turn)):
                raise NotFound(f"expected the correlation id of a turn, found {turn!r}, which is none")
        blobs = await self._checked(tenant, turns)
        names = await self._erased(tenant, actor, blobs, turns)
        return _report(names, blobs, turns)

    async def _person(self, tenant: str, actor: str, person: str) -> Erasure:
        pseudonym = await self._store.pseudonyms.find(tenant, person)
        if pseudonym is None:
            raise NotFound(f"expected somebody the log knows, found {person!r}")
        begun = LogFilter(kinds=(EntryKind.MESSAGE,), actor=pseudonym)
        turns = sorted(await self._store.ledger.correlations(tenant, begun))
        words = await self._words(tenant, pseudonym, turns)
        async with self._store.transaction() as unit:
            (await protection(unit, tenant)).check_person(person, pseudonym)
        blobs = await self._checked(tenant, turns, words)
        names = await self._erased(tenant, actor, blobs, turns)
        async with self._store.transaction() as unit:
            shield = await protection(unit, tenant)
            shield.check_person(person, pseudonym)
            shield.check((), words)
            names += [
                await self._eraser.erase(unit, tenant, actor, "request", batch, ()) for batch in batches(words)
            ]
            await self._eraser.rename(unit, tenant, actor, person, pseudonym)
        return _report(names, [*blobs, *words], turns)

    async def _checked(self, tenant: str, turns: list[str], others: Collection[BlobState] = ()) -> list[BlobState]:
        """Return the blobs of these turns, once it is certain that nothing keeps them or the others."""
        async with self._store.transaction() as unit:
            blobs = await _blobs_of(unit, tenant, turns)
            (await protection(unit, tenant)).check(turns, [*blobs, *others])
        return blobs

    async def _erased(self, tenant: str, actor: str, blobs: list[BlobState], turns: list[str]) -> list[str]:
        names = []
        for batch in batches(blobs, turns):
            await self._eraser.forget_talks(tenant, batch.turns)
            async with self._store.transaction() as unit:
                (await protection(unit, tenant)).check(batch.turns, batch.blobs)
                names.append(await self._eraser.erase(unit, tenant, actor, "request", batch, EVERYTHING))
        return names

    async def _words(self, tenant: str, pseudonym: str, turns: Collection[str]) -> list[BlobState]:
        """Return what a person said in turns that others began: reasons and signed statements."""
        found, first = [], 0
        while entries := await self._store.ledger.matching(tenant, LogFilter(actor=pseudonym), first, _PAGE):
            first = entries[-1].receipt.index + 1
            named = [name for each in entries for name in addresses(each.entry.body)]
            states = await self._store.blobs.states(tenant, named)
            found += [state for state in states.values() if state.erased_at is None]
        return [state for state in found if state.correlation not in turns and state.kind in KINDS]


async def _blobs_of(unit: Unit, tenant: str, turns: list[str]) -> list[BlobState]:
    found: list[BlobState] = []
    for start in range(0, len(turns), _PAGE):
        found += await unit.blobs.standing(tenant, correlations=turns[start : start + _PAGE])
    return sorted((blob for blob in found if blob.kind in KINDS), key=lambda blob: (blob.correlation, blob.digest))


def addresses(value: JsonValue) -> Iterator[str]:
    """Yield every text in an entry's body that has the form of a blob's address."""
    if isinstance(value, str) and len(value) == 64 and not set(value) - set("0123456789abcdef"):  # noqa: PLR2004  # SHA-256 in hexadecimal
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from addresses(each)
    elif isinstance(value, list):
        for each in value:
            yield from addresses(each)


def _report(names: Collection[str], blobs: Collection[BlobState], turns: Collection[str]) -> Erasure:
    return Erasure(
        erasures=tuple(names),
        blobs=len(blobs),
        by_kind=dict(sorted(Counter(blob.kind for blob in blobs).items())),
        correlations=tuple(turns),
    )
