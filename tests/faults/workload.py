"""Appends that come at once: some alone, some with other writes, and one that its own writer takes back."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

from memory.errors import QuarterdeckError
from memory.store import Store
from tests.memory.samples import record


async def appended(store: Store, tenant: str, messages: Sequence[str], answered: Callable[[str], None]) -> None:
    """Append these messages, and one more that is undone; tell of each as soon as it is answered."""
    work = [_append(store, tenant, message, number % 2, answered) for number, message in enumerate(messages)]
    await asyncio.gather(_undone(store, tenant), *work)


async def _append(store: Store, tenant: str, message: str, alone: int, answered: Callable[[str], None]) -> None:
    made = record(tenant=tenant, message=message)
    with suppress(QuarterdeckError):
        if alone:
            await store.ledger.append(made)
        else:
            async with store.transaction() as unit:
                await unit.blobs.put(tenant, "cor_1", "message", message.encode())
                await unit.ledger.append(made)
        answered(message)


async def _undone(store: Store, tenant: str) -> None:
    with suppress(ZeroDivisionError, QuarterdeckError):
        async with store.transaction() as unit:
            await unit.blobs.put(tenant, "cor_1", "message", b"undone")
            await unit.ledger.append(record(tenant=tenant, message="undone"))
            raise ZeroDivisionError
