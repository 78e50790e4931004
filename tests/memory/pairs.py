"""A message and a ledger entry that are written together or not at all, and what shows that they were."""

from collections.abc import Awaitable, Callable
from itertools import count
from typing import TypeVar

from memory.errors import StoreUnavailable
from memory.page import Page
from memory.store import Store
from tests.memory.samples import message, record

T = TypeVar("T")

LONG = "all work and no play " * 1000  # about 20 kB


async def write(store: Store, name: str, text: str = "") -> None:
    """Write one pair in one transaction."""
    async with store.transaction() as unit:
        await unit.turns.receive(message(name=name).model_copy(update={"text": text}))
        await unit.ledger.append(record(correlation=name))


async def write_until_full(store: Store) -> list[str]:
    """Write long pairs until the store can hold no more; return those that it acknowledged."""
    acknowledged: list[str] = []
    for number in count():
        try:
            await write(store, f"m{number}", LONG)
        except StoreUnavailable:
            return acknowledged
        acknowledged.append(f"m{number}")
    raise AssertionError


async def pairs(store: Store) -> set[str]:
    """Return the names of what was written; fail where only one half of a pair is there."""
    said = await _whole(lambda cursor: store.turns.transcript("acme", "t1", cursor=cursor, limit=200))
    kept = await _whole(lambda cursor: store.ledger.page("acme", cursor=cursor, limit=200))
    messages = [exchange.message.id for exchange in said]
    assert sorted(messages) == sorted(recorded.entry.correlation for recorded in kept)
    return set(messages)


async def _whole(page: Callable[[str | None], Awaitable[Page[T]]]) -> list[T]:
    found = await page(None)
    items = [*found.items]
    while found.next_cursor is not None:
        found = await page(found.next_cursor)
        items += found.items
    return items
