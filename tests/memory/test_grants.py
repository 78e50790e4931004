"""A grant is spent once, whoever asks and from wherever; what can be spent no more is removed."""

import asyncio
from datetime import timedelta

import pytest

from memory.errors import GrantRefused
from memory.model.approval import Grant
from memory.store import Store
from tests.memory.opening import opened
from tests.memory.samples import grant

TRIES = 6


def expiring(seconds: int, tenant: str = "acme") -> Grant:
    """Return a grant that expires this many seconds after the others."""
    fresh = grant(tenant, f"grant_{seconds}")
    return fresh.model_copy(update={"expires_at": fresh.expires_at + timedelta(seconds=seconds)})


async def spend(store: Store, given: Grant) -> Grant:
    return await store.grants.consume(given.tenant, given.id, given.call_digest, given.minted_at)


async def test_of_two_processes_that_spend_a_grant_at_once_one_does(store: Store, address: str) -> None:
    async with opened(address) as other:
        for number in range(TRIES):
            given = grant(name=f"grant_{number}")
            await store.grants.mint(given)
            results = await asyncio.gather(spend(store, given), spend(other, given), return_exceptions=True)
            assert sorted(map(type, results), key=str) == sorted([Grant, GrantRefused], key=str)


async def test_a_grant_spent_in_a_transaction_that_failed_is_unspent(store: Store) -> None:
    given = grant()
    await store.grants.mint(given)

    async def fails() -> None:
        async with store.transaction() as unit:
            await unit.grants.consume("acme", given.id, given.call_digest, given.minted_at)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fails()
    assert await spend(store, given) == given


async def test_pruning_removes_what_expired_before_of_every_tenant_and_nothing_else(store: Store) -> None:
    kept = [expiring(0), expiring(1), expiring(1, "other")]
    gone = [expiring(-1), expiring(-2), expiring(-1, "other")]
    for each in (*kept, *gone):
        await store.grants.mint(each)
    await spend(store, gone[0])
    await spend(store, kept[0])
    assert await store.grants.prune(grant().expires_at) == len(gone)
    assert await store.grants.prune(grant().expires_at) == 0
    for each in gone:
        with pytest.raises(GrantRefused, match="which is none"):
            await spend(store, each)
    with pytest.raises(GrantRefused, match="unspent"):
        await spend(store, kept[0])
    assert [await spend(store, each) for each in kept[1:]] == kept[1:]
