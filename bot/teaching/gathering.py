"""Past turns out of the store, with the plans they led to and the thumbs their answers got."""

from collections import defaultdict

from agents.teaching.turns import PastTurn, past_turn
from memory.errors import NotFound
from memory.model.run import Run
from memory.model.talk import Reply
from memory.store import Store

LATEST = 500  # turns that are looked through


async def past_turns(store: Store, tenant: str) -> tuple[PastTurn, ...]:
    """Return the tenant's latest turns, the oldest first."""
    thumbs: dict[str, list[bool]] = defaultdict(list)
    for thumb in await store.teachings.thumbs(tenant):
        thumbs[thumb.message].append(thumb.up)
    found = []
    for exchange in await store.turns.latest(tenant, LATEST):
        run = await _run(store, tenant, exchange.reply)
        turn = past_turn(exchange, run, thumbs[exchange.message.id])
        if turn is not None:
            found.append(turn)
    return tuple(found)


async def _run(store: Store, tenant: str, reply: Reply | None) -> Run | None:
    if reply is None or reply.card is None:
        return None
    try:
        return await store.runs.get(tenant, reply.card.run)
    except NotFound:
        return None
