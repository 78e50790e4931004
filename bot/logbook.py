"""The signed log as surfaces see it: how it stands, entries with their receipts, and the published files.

A receipt is made out of the store, so that it is there before the entry is published. It carries the published
checkpoint where that covers the entry, as witnesses have cosigned it, and the newest one otherwise.
"""

import asyncio
import re
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256

from bot.audit.access import audits, reader
from bot.publication import Publisher
from bot.signing.holding import SigningKey
from bot.surfaces.signed_log import LogFile, LogState, Receipted, Receipts, WitnessAnswer
from memory.errors import LogContradicted, LogMalformed, NotFound, PolicyDenied, SignatureMissing
from memory.ledger.reading import read_note
from memory.ledger.source import CHECKPOINT, KEYS, DirectorySource
from memory.log.checkpoint import Checkpoint
from memory.log.keys import VerifierKey, cosigned_at, verified
from memory.log.merkle import inclusion_proof, verify_inclusion
from memory.log.note import Note
from memory.log.proof import SUFFIX, TlogProof
from memory.log.tiles import TILE_WIDTH, EntryBundle, Tile
from memory.model.bodies import EntryKind
from memory.model.people import Principal
from memory.model.record import Recorded
from memory.store import Store
from memory.store.nodes import proven

_CAME_OF_IT = frozenset({EntryKind.OUTCOME, EntryKind.UNDO, EntryKind.END})
_TEXT = "text/plain; charset=utf-8"
_BYTES = "application/octet-stream"
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9.-]")


class Logbook:
    """Serves `bot.surfaces.signed_log.SignedLog` for the one tenant that a publisher publishes."""

    def __init__(self, store: Store, publisher: Publisher, signing: SigningKey, *, public: bool) -> None:
        self.public = public
        self._store = store
        self._publisher = publisher
        self._signing = signing
        self._tenant = publisher.tenant
        self._files = DirectorySource(publisher.directory.root)

    async def state(self, principal: Principal) -> LogState:
        """Return how the log stands; where the key is kept, only those who audit are told."""
        state = await self.stands(reader(principal))
        return state if audits(principal) else state.model_copy(update={"key_from": ""})

    async def stands(self, tenant: str) -> LogState:
        """Return how the log of a tenant stands, for whoever looks after this process."""
        self._check_ours(tenant)
        head = await self._store.ledger.head(tenant)
        size, published, behind_s = await self._publisher.progress()
        problem = self._publisher.problem
        newest = Note.parse(head.checkpoint) if head.size else None
        return LogState(
            origin=self._signing.key.origin(tenant),
            key=head.key or str(self._signing.key.signer(tenant).key),
            key_from=self._signing.origin,
            size=size,
            root=Checkpoint.parse(newest.text).root.hex() if newest else None,
            checkpoint=newest.encode().decode() if newest else "",
            published_size=published,
            behind_s=round(behind_s, 3),
            quorum=self._publisher.quorum.count,
            witnesses=await self._witnesses(),
            problem=problem.message if problem else "",
            in_doubt=isinstance(problem, LogContradicted),
        )

    async def entry(self, principal: Principal, entry: str) -> Recorded:
        """Return one entry by its index or by its leaf hash."""
        return await self._store.ledger.find(reader(principal), entry)

    async def receipt(self, principal: Principal, entry: str) -> Receipted:
        """Return one entry with its receipt."""
        return await self._receipted(await self.entry(principal, entry))

    async def receipts(self, principal: Principal, run: str) -> Receipts:
        """Return the receipts of what came of a plan."""
        tenant = reader(principal)
        found = await self._store.runs.get(tenant, run)
        entries = await self._store.ledger.trace(tenant, found.correlation)
        ours = [each for each in entries if each.entry.kind in _CAME_OF_IT and each.entry.body.get("run") == run]
        return Receipts(run=run, items=tuple([await self._receipted(each) for each in ours]))

    async def file(self, principal: Principal | None, place: str) -> LogFile:
        """Return the published file at `TENANT/PATH`."""
        tenant = self._tenant if principal is None else reader(principal)
        if principal is None and not self.public:
            raise PolicyDenied("expected somebody known, found nobody", hint="log_public = true opens it to all.")
        path = place.removeprefix(f"{tenant}/")
        if path == place or tenant != self._tenant:
            raise NotFound(f"expected a file of the log of {tenant}, found another place")
        media_type, lasting = _form(path)
        content = await asyncio.to_thread(self._files.read, path)
        return LogFile(content=content, media_type=media_type, etag=sha256(content).hexdigest(), lasting=lasting)

    async def _receipted(self, recorded: Recorded) -> Receipted:
        tenant, index = recorded.entry.tenant, recorded.receipt.index
        note, checkpoint = await self._covering(tenant, index)
        size = checkpoint.size
        path = await proven(self._store.ledger, tenant, lambda read: inclusion_proof(index, size, read))
        verify_inclusion(bytes.fromhex(recorded.receipt.leaf), index, size, path, checkpoint.root)
        (data,) = await self._store.ledger.entries(tenant, index, index + 1)
        proof = TlogProof(index, tuple(path), note, data)
        name = f"{_NOT_IN_NAMES.sub('_', tenant)}-{index}{SUFFIX}"
        return Receipted(recorded=recorded, file=name, proof=proof.encode().decode())

    async def _covering(self, tenant: str, index: int) -> tuple[Note, Checkpoint]:
        published = await self._published() if tenant == self._tenant else None
        if published is not None and published[1].size > index:
            return published
        note = await self._store.ledger.checkpoint(tenant)
        return note, Checkpoint.parse(note.text)

    async def _published(self) -> tuple[Note, Checkpoint] | None:
        try:
            return await asyncio.to_thread(read_note, self._files)
        except NotFound:
            return None

    async def _witnesses(self) -> tuple[WitnessAnswer, ...]:
        published, keys = await self._published(), self._publisher.quorum.keys
        signed = _cosigned(published[0], keys) if published else {}
        problems = {name: error.message for name, error in self._publisher.unanswered.items()}
        return tuple(
            WitnessAnswer(
                name=key.name, key=str(key), cosigned_at=signed.get(key), problem=problems.get(key.name, "")
            )
            for key in keys
        )

    def _check_ours(self, tenant: str) -> None:
        if tenant != self._tenant:
            raise NotFound(f"expected the log of {self._tenant}, found another asked for")


def _cosigned(note: Note, witnesses: Collection[VerifierKey]) -> dict[VerifierKey, datetime]:
    """Return when each of these witnesses cosigned."""
    with suppress(SignatureMissing):
        signed = verified(note, witnesses)
        return {key: datetime.fromtimestamp(cosigned_at(each), UTC) for key, each in signed.items()}
    return {}


def _form(path: str) -> tuple[str, bool]:
    """Return the media type of a published file, and whether it lasts; raises `NotFound` for other paths.

    Only what would be written is read: a path in any other form is none.
    """
    if path in (CHECKPOINT, KEYS):
        return _TEXT, False
    try:
        place = EntryBundle.parse(path) if path.startswith("tile/entries/") else Tile.parse(path)
    except LogMalformed as error:
        raise NotFound(f"expected a file of the log, found none: {error.message}") from None
    return _BYTES, place.width == TILE_WIDTH
