"""The whole of a published log, verified: from the keys that are trusted to every byte of every entry.

It trusts nothing it reads, needs no secret, and says of everything that is wrong where it is.
"""

from collections.abc import Callable, Sequence

from memory.errors import InvalidInput, LogCorrupt, NotFound
from memory.ledger.bundles import Expected
from memory.ledger.census import Census
from memory.ledger.entries import read_entry
from memory.ledger.findings import Broken, EnoughFoundError, Fault, Finding, Findings, Verified
from memory.ledger.passes import checked_bundles
from memory.ledger.reading import entry_at, read_listing, read_note, read_tile
from memory.ledger.signatures import log_findings, witness_findings
from memory.ledger.source import CHECKPOINT, KEYS, Source
from memory.ledger.tree import TreeCheck
from memory.log.checkpoint import Checkpoint
from memory.log.keys import VerifierKey, cosigned_at, verified
from memory.log.listing import KeyListing
from memory.log.merkle import tree_root
from memory.log.note import Note
from memory.log.reading import TileReader
from memory.log.trust import Trust

LIMIT = 100

Progress = Callable[[int, int], None]
"""Told how many entries, of how many, are verified."""


def trust_in(
    keys: Sequence[VerifierKey], witnesses: Sequence[VerifierKey] = (), quorum: int | None = None
) -> Trust:
    """Return the trust in the log that these keys are named after; raises `InvalidInput` for keys of several."""
    names = sorted({key.name for key in keys})
    if len(names) != 1:
        raise InvalidInput(f"expected keys of one log, found {', '.join(names) or 'none'}")
    return Trust(names[0], tuple(keys), tuple(witnesses), quorum)


def own_trust(listing: KeyListing) -> Trust:
    """Return the trust that a log asks for by itself. It shows that the log is consistent, not whose it is."""
    return Trust(listing.log_keys[0].name, listing.log_keys[:1], listing.witnesses, quorum=0)


class Verification:
    """One verification of one log.

    `held` are checkpoints of the log from elsewhere or from before: it has to have grown from each. `limit` is how
    many findings end it early; `workers` how many processes look at the entries.
    """

    def __init__(
        self, source: Source, trust: Trust, *, held: Sequence[Note] = (), limit: int = LIMIT, workers: int = 1
    ) -> None:
        self._source = source
        self._trust = trust
        self._held = held
        self._workers = workers
        self._findings = Findings(limit)
        self._census = Census(trust, self._findings)

    def run(self, told: Progress = lambda _done, _size: None) -> Verified | Broken:
        """Return what the log is, or what is wrong with it.

        Raises `StoreUnavailable` or `ConnectorError` when it cannot be read.
        """
        try:
            return self._run(told)
        except EnoughFoundError:
            return self._findings.broken(more=True)

    def _run(self, told: Progress) -> Verified | Broken:
        # (1) There is a checkpoint, and it is of the log that was asked for.
        note, checkpoint = self._checkpoint()
        # (2) A key that may turn out to be believed signed it, and no signature is wrong. Without that, nothing it
        # says is worth reading on for, not even the size.
        listing = self._listing()
        listed = listing or KeyListing(self._trust.log_keys, self._trust.witnesses)
        if unsigned := list(log_findings(note, (*self._trust.log_keys, *listed.log_keys))):
            self._findings.end_with(*unsigned)
        self._findings.add(*witness_findings(note, self._trust, listed.witnesses))
        # (3) Every entry has its one form and belongs here; none was logged before the one in front of it.
        # (4) Every tile fits the entries or tiles below it, and all lead to the root that was signed.
        self._check_tree(checkpoint, told)
        # (5) The key that signed is one that the trusted keys lead to, also for a tree of this size.
        self._findings.add(*log_findings(note, self._census.history.at(checkpoint.size)))
        # (6) The log lists the keys that its entries introduce.
        if listing is not None:
            self._census.compare(listing)
        # (7) It has grown from every checkpoint that was held against it.
        for number, held in enumerate(self._held):
            self._check_held(f"held checkpoint {number}", held, checkpoint)
        if self._findings:
            return self._findings.broken(more=False)
        return self._verified(note, checkpoint, {*self._trust.witnesses, *listed.witnesses})

    def _checkpoint(self) -> tuple[Note, Checkpoint]:
        try:
            note, checkpoint = read_note(self._source)
        except (LogCorrupt, NotFound) as error:
            self._findings.end_with(Finding.of(error, CHECKPOINT))
        origin = self._trust.origin
        if checkpoint.origin != origin:
            found = f"one of {checkpoint.origin}"
            self._findings.end_with(Finding(Fault.CHANGED, CHECKPOINT, f"a checkpoint of the log {origin}", found))
        return note, checkpoint

    def _listing(self) -> KeyListing | None:
        try:
            return read_listing(self._source)
        except NotFound:
            return None
        except LogCorrupt as error:
            self._findings.add(Finding.of(error, KEYS))
            return None

    def _check_tree(self, checkpoint: Checkpoint, told: Progress) -> None:
        tree = TreeCheck(self._source, checkpoint, self._findings.add)
        expected = Expected(checkpoint.size, self._tenant(checkpoint))
        told(0, checkpoint.size)
        for checked in checked_bundles(self._source, expected, self._workers):
            self._census.take(checked)
            tree.take(checked)
            told(checked.first + checked.bundle.width, checkpoint.size)
        if not tree.finish() and not self._findings:
            self._findings.add(Finding(Fault.ROOT, CHECKPOINT, "entries that lead to the signed root", "others"))

    def _tenant(self, checkpoint: Checkpoint) -> str:
        """Return whose every entry has to be: the tenant that the origin ends in, slashes of its own included."""
        try:
            tenant = read_entry(entry_at(self._source, checkpoint.size, 0)).tenant
        except (LogCorrupt, NotFound):
            tenant = ""
        fits = bool(tenant) and checkpoint.origin.endswith(f"/{tenant}")
        return tenant if fits else checkpoint.origin.rpartition("/")[2]

    def _check_held(self, name: str, held: Note, checkpoint: Checkpoint) -> None:
        try:
            older = Checkpoint.parse(held.text)
            Trust(self._trust.origin, self._census.history.at(older.size)).open(held)
        except (LogCorrupt, InvalidInput) as error:
            self._findings.add(Finding.of(error, name, fault=Fault.SIGNATURE))
            return
        found = self._root_at(older.size, checkpoint)
        if found != older.root.hex():
            expected = f"the root {older.root.hex()} over the first {older.size} entries"
            self._findings.add(Finding(Fault.HISTORY, name, expected, found))

    def _root_at(self, size: int, checkpoint: Checkpoint) -> str:
        reader = TileReader(checkpoint.size, lambda tile: read_tile(self._source, tile))
        try:
            return tree_root(size, reader).hex()
        except (LogCorrupt, NotFound, InvalidInput) as error:
            return f"none of so many entries: {error.message}"

    def _verified(self, note: Note, checkpoint: Checkpoint, witnesses: set[VerifierKey]) -> Verified:
        believed = self._census.history.at(checkpoint.size)
        signed = verified(note, {*believed, *witnesses})
        return Verified(
            origin=checkpoint.origin,
            size=checkpoint.size,
            root=checkpoint.root,
            first_logged=self._census.first_logged,
            last_logged=self._census.last_logged,
            kinds=dict(sorted(self._census.kinds.items())),
            keys=self._census.history.keys,
            signed_by=tuple(key for key in believed if key in signed),
            witnessed_at={
                key.name: cosigned_at(signed[key]) for key in sorted(witnesses, key=str) if key in signed
            },
        )
