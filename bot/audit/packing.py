"""The evidence of one run, turn, message or incident, gathered into a pack that verifies on its own.

The log tells of a pack before it is made: it gets the digest of the list of its files, and the pack gets the entry
that says so. What was erased is missing from it, and the entry that erased it is there.
"""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.audit import bundle
from bot.audit.access import auditor
from bot.audit.erasing import addresses
from bot.audit.exporting import leaving
from bot.audit.report import Beside, Report, lines, page, pictures
from bot.identity import Directory
from bot.surfaces.archive import Parcel
from memory.canonical import canonical
from memory.clock import Clock
from memory.errors import InputTooLarge, NotFound
from memory.ids import Ids
from memory.log.checkpoint import Checkpoint
from memory.log.keys import VerifierKey
from memory.log.listing import KeyListing
from memory.log.merkle import consistency_proof, inclusion_proof
from memory.log.note import Note
from memory.model.bodies import EntryKind, Exported
from memory.model.people import Principal
from memory.model.record import SYSTEM, Blob, LogFilter, Recorded
from memory.store import Store
from memory.store.nodes import proven

MOST_ENTRIES = 5_000


@dataclass(frozen=True)
class Witnessed:
    """The newest checkpoint that was published, as witnesses cosigned it, and the witnesses' keys."""

    note: Note
    keys: tuple[VerifierKey, ...] = ()


Published = Callable[[str], Awaitable[Witnessed | None]]
"""Gives what is published of a tenant's log, None where nothing is."""


@dataclass(frozen=True)
class _Gathered:
    entries: tuple[Recorded, ...]
    blobs: tuple[Blob, ...]
    people: tuple[bundle.Unveiled, ...]

    def indices(self) -> list[int]:
        return [each.receipt.index for each in self.entries]


class Packing:
    """Makes evidence packs."""

    def __init__(self, store: Store, directory: Directory, published: Published, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._directory = directory
        self._published = published
        self._clock = clock
        self._ids = ids

    @asynccontextmanager
    async def pack(self, principal: Principal, subject: str) -> AsyncIterator[Parcel]:
        """Give the evidence of a subject as a zip file.

        Raises `PolicyDenied`, `NotFound`, or `InputTooLarge` for what is more than one pack can tell.
        """
        tenant = auditor(principal)
        turns = await self._turns(tenant, subject)
        found = await self._gathered(tenant, turns)
        head = await self._store.ledger.head(tenant)
        witnessed = await self._published(tenant)
        packed = await self._files(principal, subject, turns, found, head.size)
        keys = KeyListing((VerifierKey.parse(head.key),), witnessed.keys if witnessed else ())
        packed |= {bundle.KEYS: keys.encode()}
        packed |= bundle.entry_files(
            dict(zip(found.indices(), await self._exact(tenant, found.indices()), strict=True))
        )
        listed = bundle.manifest(packed)
        name = self._ids.new("export")
        index = await self._record(principal, name, found.indices(), listed)
        packed |= {bundle.MANIFEST: listed, **bundle.entry_files({index: (await self._exact(tenant, [index]))[0]})}
        packed |= await self._proofs(tenant, [*found.indices(), index], witnessed)
        with tempfile.TemporaryDirectory(prefix="quarterdeck-") as folder:
            path, data = Path(folder) / "pack.zip", bundle.zipped(packed)
            await asyncio.to_thread(path.write_bytes, data)
            yield Parcel(
                path=path,
                name=f"{name}.zip",
                content_type="application/zip",
                size=len(data),
                digest=hashlib.sha256(data).hexdigest(),
            )

    async def _turns(self, tenant: str, subject: str) -> tuple[str, ...]:
        asked = (
            LogFilter(correlation=subject),
            LogFilter(kinds=(EntryKind.PLAN,), subject=f"run:{subject}"),
            LogFilter(kinds=(EntryKind.MESSAGE,), subject=f"message:{subject}"),
            LogFilter(incident=subject),
        )
        for each in asked:
            turns = await self._store.ledger.correlations(tenant, each)
            if turns:
                return tuple(sorted(turns))
        raise NotFound(f"expected a plan, a turn, a message or an incident, found {subject!r}, which is none")

    async def _gathered(self, tenant: str, turns: Iterable[str]) -> _Gathered:
        entries = [each for turn in turns for each in await self._store.ledger.trace(tenant, turn)]
        policies = {str(name) for each in entries if (name := each.entry.body.get("policy_hash"))}
        entries += await self._about(tenant, EntryKind.POLICY, {f"policy:{name}" for name in policies})
        entries += await self._signers(tenant, entries)
        named = {name for each in entries for name in addresses(each.entry.body)}
        states = await self._store.blobs.states(tenant, named)
        erasures = {f"erasure:{state.erasure}" for state in states.values() if state.erasure}
        entries += await self._about(tenant, EntryKind.ERASURE, erasures)
        if len(entries) > MOST_ENTRIES:
            raise InputTooLarge(f"expected at most {MOST_ENTRIES} entries in a pack, found {len(entries)}")
        standing = sorted(digest for digest, state in states.items() if state.erased_at is None)
        return _Gathered(
            entries=tuple(sorted(entries, key=lambda each: each.receipt.index)),
            blobs=tuple([await self._store.blobs.get(tenant, digest) for digest in standing]),
            people=await self._people(tenant, {each.entry.actor for each in entries} - {SYSTEM}),
        )

    async def _about(self, tenant: str, kind: EntryKind, subjects: Collection[str]) -> list[Recorded]:
        found: list[Recorded] = []
        for subject in sorted(subjects):
            found += await self._store.ledger.matching(tenant, LogFilter(kinds=(kind,), subject=subject), 0, 100)
        return found

    async def _signers(self, tenant: str, entries: Iterable[Recorded]) -> list[Recorded]:
        """Return what the log tells of the keys that signed these approvals: its own, and people's."""
        approvals = [each.entry.body for each in entries if each.entry.kind is EntryKind.APPROVAL]
        if not approvals:
            return []
        used = {str(name) for body in approvals if (name := body.get("credential"))}
        changes = ("proposed", "confirmed", "suspended", "revoked")
        about = {f"credential:{name}/{change}" for name in used for change in changes}
        keys = await self._store.ledger.matching(tenant, LogFilter(kinds=(EntryKind.KEY,)), 0, 100)
        return [*keys, *await self._about(tenant, EntryKind.CREDENTIAL, about)]

    async def _people(self, tenant: str, actors: Collection[str]) -> tuple[bundle.Unveiled, ...]:
        unveiled = []
        for principal in sorted((await self._store.pseudonyms.people(tenant, actors)).values()):
            opening = await self._store.pseudonyms.opening(tenant, principal)
            if opening is not None:
                name = self._directory.name(tenant, principal)
                unveiled.append(bundle.Unveiled(principal, name, *opening))
        return tuple(unveiled)

    async def _files(
        self, principal: Principal, subject: str, turns: tuple[str, ...], found: _Gathered, size: int
    ) -> dict[str, bytes]:
        texts = {blob.digest: blob for blob in found.blobs}
        people = {each.pseudonym: each.name for each in found.people}
        policies = {
            str(each.entry.body["policy_hash"]): texts[str(each.entry.body["text"])].content.decode()
            for each in found.entries
            if each.entry.kind is EntryKind.POLICY and each.entry.body.get("text") in texts
        }
        report = Report(
            subject=subject,
            tenant=principal.tenant,
            origin=Checkpoint.parse((await self._store.ledger.checkpoint(principal.tenant)).text).origin,
            prepared_at=self._clock.now(),
            prepared_by=principal.name,
            log_size=size,
            correlations=turns,
            people=people,
            policies=tuple(sorted(policies)),
            parts=lines(found.entries, Beside(texts, people)),
            pictures=pictures(found.blobs),
        )
        return {
            **bundle.standing_files(),
            **bundle.opening_files(found.blobs, found.people),
            **bundle.policy_files(policies),
            bundle.DATA: canonical(report),
            bundle.REPORT: page(report),
        }

    async def _exact(self, tenant: str, indices: Sequence[int]) -> list[bytes]:
        return [data for index in indices for data in await self._store.ledger.entries(tenant, index, index + 1)]

    async def _record(self, principal: Principal, name: str, indices: Sequence[int], listed: bytes) -> int:
        body = Exported(
            export=name,
            form="pack",
            first=min(indices),
            until=max(indices) + 1,
            entries=len(indices),
            content=hashlib.sha256(listed).hexdigest(),
        )
        pending = await self._store.ledger.append(leaving(principal, body, self._clock, self._ids))
        return pending.receipt.index

    async def _proofs(self, tenant: str, indices: Sequence[int], witnessed: Witnessed | None) -> dict[str, bytes]:
        note = await self._store.ledger.checkpoint(tenant)
        size = Checkpoint.parse(note.text).size
        paths = await proven(
            self._store.ledger,
            tenant,
            lambda read: {index: inclusion_proof(index, size, read) for index in indices},
        )
        files = bundle.proof_files(note, paths)
        if witnessed is None:
            return files
        old = Checkpoint.parse(witnessed.note.text).size
        path = await proven(self._store.ledger, tenant, lambda read: consistency_proof(old, size, read))
        return files | bundle.witness_files(witnessed.note, path)
