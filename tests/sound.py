"""Whether a log, as a store keeps it, is what its signed checkpoint says: worked out again from its entries."""

from memory.canonical import canonical
from memory.log.frontier import Frontier
from memory.log.merkle import leaf_hash, root_of
from memory.log.trust import Trust
from memory.model.record import Entry
from memory.store import Store
from tests.keys import LOG_KEY

EVERYTHING = 10**9


async def entries_of_sound_log(store: Store, tenant: str) -> list[Entry]:
    """Return the log's entries in order, having checked every hash, signature, place and time in it."""
    head = await store.ledger.head(tenant)
    written = await store.ledger.entries(tenant, 0, EVERYTHING)
    if head.size == 0:
        assert written == []
        return []
    log = LOG_KEY.signer(tenant).key
    checkpoint = Trust(log.name, (log,)).open(await store.ledger.checkpoint(tenant)).checkpoint
    leaves = [leaf_hash(data) for data in written]
    assert (checkpoint.size, checkpoint.root) == (len(leaves), root_of(leaves))
    for level, hashes in Frontier().extend(leaves).items():
        assert await store.ledger.hashes(tenant, level, 0, EVERYTHING) == hashes, level
    entries = [Entry.model_validate_json(data) for data in written]
    for entry, data in zip(entries, written, strict=True):
        assert canonical(entry) == data
        assert entry.tenant == tenant
        assert entry.told().kind is entry.kind
    times = [entry.logged for entry in entries]
    assert times == sorted(times)
    return entries
