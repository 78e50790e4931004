"""The one way in which anything is erased: the entry that says so, the blobs and the working copies, together."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from memory.clock import Clock
from memory.ids import Ids
from memory.model.bodies import AccessChanged, Body, CredentialChanged, Erased, IdentityChanged
from memory.model.credential import Credential
from memory.model.identity import Member
from memory.model.record import BlobState, Record
from memory.store import Store, Unit

MOST_BLOBS, MOST_TURNS = 500, 100  # that one entry names
_REMEMBERED = {"message", "plan"}  # what memories are made of

Forget = Callable[[str, str, str], Awaitable[None]]
"""Forgets what a person's part in a thread left behind: given the tenant, the thread and the person."""

Forgetting = Callable[[], Awaitable[tuple[str, ...]]]
"""Forgets some memories and returns their ids; none once there are no more."""


@dataclass(frozen=True)
class Batch:
    """What is erased in one transaction and told by one entry."""

    blobs: tuple[BlobState, ...]
    turns: tuple[str, ...]


def batches(blobs: Iterable[BlobState], turns: Iterable[str] = ()) -> Iterator[Batch]:
    """Yield the blobs, with their turns and these, in batches that one entry can name."""
    kept: list[BlobState] = []
    named: dict[str, None] = {}
    for turn, blob in [*((blob.correlation, blob) for blob in blobs), *((turn, None) for turn in turns)]:
        if len(kept) == MOST_BLOBS or (len(named) == MOST_TURNS and turn not in named):
            yield Batch(tuple(kept), tuple(named))
            kept, named = [], {}
        named[turn] = None
        if blob is not None:
            kept.append(blob)
    if named:
        yield Batch(tuple(kept), tuple(named))


class Eraser:
    """Erases batches. What may not be erased was found out before, in the same transaction."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, forget: Forget) -> None:
        self.store = store
        self.clock = clock
        self._ids = ids
        self._forget = forget

    async def forget_talks(self, tenant: str, turns: Collection[str]) -> None:
        """Forget what the conversations that these turns were part of left behind between turns."""
        for talk in sorted(await self.store.copies.talks(tenant, turns), key=str):
            await self._forget(tenant, talk.thread, talk.sender)

    async def erase(
        self, unit: Unit, tenant: str, actor: str, why: str, batch: Batch, kinds: Collection[str]
    ) -> str:
        """Erase a batch within a transaction, and its kinds out of the working copies; return the erasure's id."""
        erasure = self._ids.new("erasure")
        digests = tuple(blob.digest for blob in batch.blobs)
        told = {"erasure": erasure, "why": why, "blobs": digests, "correlations": batch.turns}
        await unit.ledger.append(self.record(tenant, actor, Erased.model_validate(told)))
        await unit.blobs.erase(tenant, digests, erasure)
        if kinds:
            await unit.copies.scrub(tenant, batch.turns, kinds)
        if _REMEMBERED & set(kinds):
            await self.forget(unit, tenant, actor, why, lambda: unit.memories.forget_turns(tenant, batch.turns))
        return erasure

    async def forget(self, unit: Unit, tenant: str, actor: str, why: str, some: Forgetting) -> int:
        """Have memories forgotten within a transaction, some at a time, with entries that say so.

        Return how many.
        """
        number = 0
        while gone := await some():
            number += len(gone)
            told = {"erasure": self._ids.new("erasure"), "why": why, "blobs": (), "memories": gone}
            await unit.ledger.append(self.record(tenant, actor, Erased.model_validate(told)))
        return number

    def record(self, tenant: str, actor: str, body: Body) -> Record:
        """Return the record of something that belongs to no turn."""
        return Record(tenant=tenant, at=self.clock.now(), actor=actor, correlation=self._ids.new("cor"), body=body)

    async def rename(self, unit: Unit, tenant: str, actor: str, person: str, pseudonym: str) -> None:
        """Put a pseudonym in a person's place, end their keys, and forget who stands behind it."""
        now = self.clock.now()
        for key in await unit.keys.of(tenant):
            if key.principal == person and key.revoked_at is None:
                body = AccessChanged(key=key.id, change="revoked", holder=pseudonym)
                await unit.ledger.append(self.record(tenant, actor, body))
        for credential in await unit.credentials.of(tenant, person):
            if credential.revoked_at is None:
                await unit.ledger.append(self.record(tenant, actor, _revoked(credential, pseudonym)))
        for identity in await unit.identities.of(tenant, person):
            await unit.identities.remove(tenant, identity.id)
            gone = IdentityChanged(
                identity=identity.id, change="unlinked", holder=pseudonym, source=identity.account.source
            )
            await unit.ledger.append(self.record(tenant, actor, gone))
        await unit.sign_ins.forget(tenant, person)
        if await unit.members.find(tenant, person) is not None:
            await unit.members.forget(tenant, person)
            nobody = Member(tenant=tenant, id=pseudonym, origin="settings", added_at=now, disabled_at=now)
            await unit.members.put(nobody)
        await self.forget(unit, tenant, actor, "request", lambda: unit.memories.forget_person(tenant, person))
        await unit.copies.rename(tenant, person, pseudonym, now)
        await unit.pseudonyms.forget(tenant, person)


def _revoked(credential: Credential, pseudonym: str) -> CredentialChanged:
    return CredentialChanged(
        credential=credential.id,
        change="revoked",
        holder=pseudonym,
        form=credential.form,
        public=credential.public,
        handle=credential.handle,
        site=credential.site,
    )
