"""A small signed log in memory: its receipts verify, and its files are what they are said to be."""

from hashlib import sha256

from bot.surfaces.signed_log import LogFile, LogState, Receipted, Receipts
from memory.canonical import canonical
from memory.errors import NotFound
from memory.log.checkpoint import Checkpoint
from memory.log.merkle import inclusion_proof, leaf_hash, root_of
from memory.log.note import Note
from memory.log.proof import TlogProof
from memory.model.bodies import Ended, MessageReceived
from memory.model.people import Principal, Surface
from memory.model.record import Entry, Receipt, Record, Recorded
from memory.model.run import RunStatus
from tests.fakes.time import MIDNIGHT
from tests.keys import LOG_KEY
from tests.memory.log.reference import stored

TENANT = "acme"


class FakeSignedLog:
    """Two entries: a message, and the end of the plan `run_1`. Only the tenant's people see them."""

    def __init__(self, *, public: bool = False) -> None:
        self.public = public
        self.signer = LOG_KEY.signer(TENANT)
        told = (
            MessageReceived(message="m1", thread="t1", surface=Surface.REST),
            Ended(run="run_1", status=RunStatus.SUCCEEDED, steps=1),
        )
        records = [
            Record(tenant=TENANT, at=MIDNIGHT, actor="alice", correlation="cor_1", body=body) for body in told
        ]
        self.entries = [Entry.of(each, actor="p_alice", logged=MIDNIGHT) for each in records]
        self.leaves = [leaf_hash(canonical(each)) for each in self.entries]

    @property
    def checkpoint(self) -> Note:
        return Checkpoint(self.signer.key.name, len(self.leaves), root_of(self.leaves)).signed(self.signer)

    async def state(self, principal: Principal) -> LogState:
        self._check(principal)
        return LogState(
            origin=self.signer.key.name,
            key=str(self.signer.key),
            key_from="a test",
            size=len(self.leaves),
            root=root_of(self.leaves).hex(),
            checkpoint=self.checkpoint.encode().decode(),
            published_size=len(self.leaves),
        )

    async def entry(self, principal: Principal, entry: str) -> Recorded:
        self._check(principal)
        for index, (each, leaf) in enumerate(zip(self.entries, self.leaves, strict=True)):
            if entry in {str(index), leaf.hex()}:
                return Recorded(entry=each, receipt=Receipt(index=index, leaf=leaf.hex()))
        raise NotFound(f"expected the index or the leaf hash of an entry, found {entry!r}, which is none")

    async def receipt(self, principal: Principal, entry: str) -> Receipted:
        recorded = await self.entry(principal, entry)
        index = recorded.receipt.index
        hashes = inclusion_proof(index, len(self.leaves), stored(self.leaves))
        proof = TlogProof(index, tuple(hashes), self.checkpoint, canonical(recorded.entry))
        return Receipted(recorded=recorded, file=f"acme-{index}.tlog-proof", proof=proof.encode().decode())

    async def receipts(self, principal: Principal, run: str) -> Receipts:
        self._check(principal)
        if run != "run_1":
            return Receipts(run=run, items=())
        return Receipts(run=run, items=(await self.receipt(principal, "1"),))

    async def file(self, principal: Principal | None, place: str) -> LogFile:
        if principal is not None:
            self._check(principal)
        files = {"checkpoint": self.checkpoint.encode(), "tile/0/000": b"".join(self.leaves) * 128}
        content = files.get(place.removeprefix(f"{TENANT}/"))
        if content is None or not place.startswith(f"{TENANT}/"):
            raise NotFound(f"expected a file of the log, found {place!r}")
        kept = place.endswith("tile/0/000")
        media_type = "application/octet-stream" if kept else "text/plain; charset=utf-8"
        return LogFile(content=content, media_type=media_type, etag=sha256(content).hexdigest(), lasting=kept)

    def _check(self, principal: Principal) -> None:
        if principal.tenant != TENANT:
            raise NotFound("expected somebody of acme, found somebody else")
