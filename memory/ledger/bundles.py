"""One bundle of entries beside the tile of their hashes: all of a verification that needs no other files.

A process of its own may do it, as what comes of a bundle is small unless the two differ.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from memory.errors import LogCorrupt, NotFound
from memory.ledger.entries import read_entry, read_exactly
from memory.ledger.findings import Fault, Finding
from memory.ledger.reading import read_bundle, read_tile, tile_at
from memory.ledger.source import Source
from memory.log.merkle import leaf_hash, root_of
from memory.log.tiles import TILE_WIDTH, EntryBundle, Tile, parse_tile
from memory.model.bodies import EntryKind, KeyChanged


@dataclass(frozen=True, slots=True)
class Expected:
    """What every entry of a log has in common: how many there are, and whose they are."""

    size: int
    tenant: str


@dataclass(slots=True)
class Checked:
    """What came of one bundle.

    `by_entries` is the root over its entries, `by_tile` that over its tile; None where unreadable. Only where they
    differ, or the bundle is not whole, are the hashes kept: `leaves` of the entries, `stored` of the tile.
    """

    bundle: EntryBundle
    tile: Tile
    by_entries: bytes | None = None
    by_tile: bytes | None = None
    leaves: list[bytes] = field(default_factory=list)
    stored: list[bytes] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    kinds: Counter[EntryKind] = field(default_factory=Counter)
    first_logged: datetime | None = None
    last_logged: datetime | None = None
    key_changes: list[tuple[int, KeyChanged]] = field(default_factory=list)

    @property
    def first(self) -> int:
        """The index of its first entry."""
        return self.bundle.index * TILE_WIDTH

    @property
    def differs(self) -> bool:
        """Whether the entries have other hashes than the tile."""
        return None not in (self.by_entries, self.by_tile) and self.by_entries != self.by_tile


def check_bundles(source: Source, expected: Expected, numbers: range) -> list[Checked]:
    """Return what comes of the bundles with these numbers."""
    return [_check(source, expected, number) for number in numbers]


def _check(source: Source, expected: Expected, number: int) -> Checked:
    tile = tile_at(expected.size, 0, number)
    checked = Checked(EntryBundle(number, tile.width), tile)
    leaves, data = _leaves(source, expected, checked), _hashes(source, checked)
    if leaves is not None:
        checked.by_entries = root_of(leaves)
    same = leaves is not None and b"".join(leaves) == data
    stored = leaves if same else _parsed(checked, data)
    if stored is not None:
        checked.by_tile = checked.by_entries if same else root_of(stored)
    if checked.differs or tile.width < TILE_WIDTH:
        checked.leaves, checked.stored = leaves or [], stored or []
    return checked


def _hashes(source: Source, checked: Checked) -> bytes | None:
    try:
        return read_tile(source, checked.tile)
    except (LogCorrupt, NotFound) as error:
        checked.findings.append(Finding.of(error, checked.tile.path))
        return None


def _parsed(checked: Checked, data: bytes | None) -> list[bytes] | None:
    try:
        return None if data is None else parse_tile(data, checked.tile.width)
    except LogCorrupt as error:
        checked.findings.append(Finding.of(error, checked.tile.path))
        return None


def _leaves(source: Source, expected: Expected, checked: Checked) -> list[bytes] | None:
    bundle = checked.bundle
    try:
        entries = read_bundle(source, bundle)
    except (LogCorrupt, NotFound) as error:
        checked.findings.append(Finding.of(error, bundle.path))
        return None
    _check_entries(checked, expected, entries)
    return list(map(leaf_hash, entries))


def _check_entries(checked: Checked, expected: Expected, entries: list[bytes]) -> None:
    path, kinds, before = checked.bundle.path, [], None
    for index, data in enumerate(entries, checked.first):
        try:
            head = read_entry(data)
        except LogCorrupt as error:
            checked.findings.append(Finding.of(error, path, fault=Fault.SCHEMA, entry=index))
            continue
        if head.tenant != expected.tenant:
            checked.findings.append(
                Finding(Fault.TENANT, path, f"the tenant {expected.tenant}", head.tenant, index)
            )
        logged = head.logged
        if before is None:
            checked.first_logged = logged
        elif logged < before:
            checked.findings.append(backwards(checked, index, before, logged))
        before = logged
        kinds.append(head.kind)
        if head.kind is EntryKind.KEY:
            _keep_change(checked, index, data)
    checked.last_logged = before
    checked.kinds.update(kinds)


def _keep_change(checked: Checked, index: int, data: bytes) -> None:
    change = read_exactly(data).told()
    if isinstance(change, KeyChanged):
        checked.key_changes.append((index, change))


def backwards(checked: Checked, index: int, before: datetime, after: datetime) -> Finding:
    """Return the finding that the entry at `index` was logged before the one in front of it."""
    expected = f"an entry logged at {before.isoformat()} or later"
    return Finding(Fault.TIME, checked.bundle.path, expected, f"one of {after.isoformat()}", index)
