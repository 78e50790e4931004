"""Past requests out of the store's own log, for whoever decides them again."""

from collections.abc import Iterable

from memory.errors import BlobErased, NotFound
from memory.model.bodies import EntryKind, Interpreted, Planned
from memory.model.record import Entry, LogFilter
from memory.store import Store
from tools.policy.past import Past, past

MOST_ENTRIES = 20_000  # of the newest, as far back as is looked
KINDS = (
    EntryKind.PLAN,
    EntryKind.INTERPRETATION,
    EntryKind.DECISION,
    EntryKind.APPROVAL,
    EntryKind.BREAK_GLASS,
    EntryKind.EVIDENCE,
    EntryKind.DENIAL,
)
_AT_ONCE = 500


async def past_requests(store: Store, tenant: str, *, most: int = MOST_ENTRIES) -> Past:
    """Return the requests of the newest `most` entries of a tenant's log; raises `StoreUnavailable`."""
    entries: dict[int, Entry] = {}
    first = max(0, (await store.ledger.head(tenant)).size - most)
    while found := await store.ledger.matching(tenant, LogFilter(kinds=KINDS), first, _AT_ONCE):
        entries |= {each.receipt.index: each.entry for each in found}
        first = found[-1].receipt.index + 1
    people = await store.pseudonyms.people(tenant, sorted({each.actor for each in entries.values()}))
    return past(entries, await _blobs(store, tenant, entries.values()), people)


async def _blobs(store: Store, tenant: str, entries: Iterable[Entry]) -> dict[str, bytes]:
    """Return what the entries need of what is kept beside the log, where it is kept still."""
    kept: dict[str, bytes] = {}
    for entry in entries:
        body = entry.told()
        address = body.content if isinstance(body, Planned | Interpreted) else None
        if address is not None:
            try:
                kept[address] = (await store.blobs.get(tenant, address)).content
            except (BlobErased, NotFound):
                continue
    return kept
