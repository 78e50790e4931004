"""The keys that a log had, as its own entries tell: what its list of keys says, and what may be revoked."""

from dataclasses import dataclass

from memory.ledger.findings import Believed
from memory.ledger.history import KeyHistory
from memory.log.keys import VerifierKey
from memory.model.bodies import EntryKind, KeyChanged
from memory.model.record import LogFilter
from memory.store import Store

_MOST_CHANGES = 10_000


@dataclass(frozen=True, slots=True)
class KeyPast:
    """The keys of a log, the first one first, and the size of the tree at which each was rotated away."""

    believed: tuple[Believed, ...]
    rotated_at: dict[VerifierKey, int]

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """Every key that the log had."""
        return tuple(each.key for each in self.believed)

    def signed_until(self, key: VerifierKey) -> int | None:
        """Return the size of the last tree that this key signed; None while it signs."""
        return self.rotated_at.get(key)


async def key_past(store: Store, tenant: str, origin: str) -> KeyPast:
    """Return the keys of a tenant's log, none where it is empty. Raises `LogCorrupt` for a wrong change."""
    found = await store.ledger.matching(tenant, LogFilter(kinds=(EntryKind.KEY,)), 0, _MOST_CHANGES)
    changes = [(each.receipt.index, told) for each in found if isinstance(told := each.entry.told(), KeyChanged)]
    head = await store.ledger.head(tenant)
    first = next((change.previous or change.key for _, change in changes), head.key)
    history = KeyHistory(origin, [VerifierKey.parse(first)] if first else [])
    rotated_at = {}
    for index, change in changes:
        history.apply(change)
        if change.previous is not None:
            rotated_at[VerifierKey.parse(change.previous)] = index + 1
    return KeyPast(history.keys, rotated_at)
