"""Both ledgers as the checker takes them: plain facts out of the house's log, and the keys for its signatures."""

from memory.model.bodies import EntryKind
from memory.model.record import LogFilter
from tests.eval.injection.arena import Arena
from tests.eval.injection.checker import Judged, People, Told, judged
from tests.eval.injection.world import TENANT
from tests.keys import private_key
from tools.approvals.signing import Attester

_BESIDE = {EntryKind.PLAN: "content", EntryKind.DECIDED: "", EntryKind.APPROVAL: "statement"}
_PAGE = 1000


async def judgement(arena: Arena) -> list[Judged]:
    """Return what the checker says of every effect outside, in order."""
    return judged(arena.world.outside.effects(), await _log(arena), _people(arena))


async def _log(arena: Arena) -> list[Told]:
    store, first, found = arena.world.house.store, 0, list[Told]()
    wanted = LogFilter(kinds=tuple(_BESIDE))
    while page := await store.ledger.matching(TENANT, wanted, first, _PAGE):
        actors = await store.pseudonyms.people(TENANT, {each.entry.actor for each in page})
        for each in page:
            entry, field = each.entry, _BESIDE[each.entry.kind]
            kept = await store.blobs.get(TENANT, str(entry.body[field])) if field else None
            frozen = any(
                freeze.starts_at <= entry.at < freeze.ends_at for freeze in arena.world.house.settings.freezes
            )
            beside = kept.content if kept else b""
            actor = actors.get(entry.actor, entry.actor)
            found.append(Told(entry.kind.value, actor, entry.body, frozen, beside))
        first = page[-1].receipt.index + 1
    return found


def _people(arena: Arena) -> People:
    keys = Attester(arena.world.house.log.signing.key).public(TENANT)
    known = {name: key.public for name, key in keys.items()}
    known["key_bob"] = private_key("bob").public_key().public_bytes_raw()
    book = arena.book
    return People(book.asked, frozenset(book.agreed), frozenset(book.forbidden), known)
